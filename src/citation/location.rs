//! A holding as the parts of a citation: archive, collection, location, leaves.
//!
//! A reference is of one of two kinds. In most of the world it is one signature that runs from the
//! fonds down to the leaf and is never turned round (`f. 45, op. 1, d. 340`, `FO 371/26145`,
//! `R 43-I/161`). In American manuscript collections and record groups its steps are titles and
//! containers, which Chicago prints from the most specific to the most general: folder and box
//! first, then series and collection (CMOS 18, 14.127).

use super::archive_name::place_of;
use super::choice::{Choice, Levels};
use super::convention::Order;
use super::path_printer::{LEAVES, Printer, SERIES, Zone};
use crate::record::{Archive, Archives, Holding, Level, Path, Record, Step, fold};
use std::borrow::Cow;

/// The parts of one reference. Empty parts are not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Location {
    /// The archive as it is named in the citation.
    pub(super) archive: String,
    /// Where the archive is; empty when its name says so.
    pub(super) place: String,
    /// The collection or record group, with its series.
    pub(super) collection: String,
    /// The series alone, when the caller wants it apart.
    pub(super) series: String,
    /// The rest of the path.
    pub(super) location: String,
    /// The leaves or pages, with their label.
    pub(super) leaves: String,
    /// What stands between the archive and the path.
    after_archive: String,
    /// What stands between the rest of the path and the leaves.
    before_leaves: String,
    /// Whether the path is one signature, never turned round.
    is_signature: bool,
}

/// Locates `holding` as `choice` asks.
pub(super) fn locate(holding: &Holding, archives: &Archives, choice: &Choice) -> Location {
    let archive = archives.find(&holding.archive);
    let house = archive.and_then(|archive| choice.convention.house(archive.id.as_str()));
    let printer = Printer { archive, house, choice };
    let mut location = printer.path(&holding.path);
    location.archive = printer.archive_name(&holding.archive);
    location.after_archive = printer.after_archive().to_owned();
    location.before_leaves = printer.between().to_owned();
    location.is_signature = printer.is_signature(holding.path.steps());
    let place =
        archive.and_then(|archive| place_of(archive, &location.archive, choice.primary_language()));
    if let Some(place) = place {
        let city = place.split(',').next().unwrap_or(place);
        if choice.convention.place_always || !location.archive.contains(city) {
            location.place = place.to_owned();
        }
    }
    if let Some(shelfmark) = &holding.shelfmark
        && location.location.is_empty()
        && location.collection.is_empty()
    {
        location.location = shelfmark.clone();
    }
    location
}

/// `holding` without what a citation of `record` says otherwise: a unit of an archive (a series, a file) that is
/// described as such has its own title as a step of its path, and a collection may have but one series, called as
/// it is.
pub(super) fn told_once<'a>(holding: &'a Holding, record: &Record) -> Cow<'a, Holding> {
    let name = |step: &Step| fold(step.title.as_deref().unwrap_or(&step.value));
    let title = record.title.as_ref().filter(|_| !matches!(record.level, None | Some(Level::Item)));
    let title = title.map(|title| fold(&title.text));
    let steps = holding.path.steps();
    let is_itself = |step: &Step| title.as_ref().is_some_and(|title| name(step) == *title);
    let is_repeated = |at: usize| {
        let step = &steps[at];
        at > 0 && SERIES.contains(&step.level.as_str()) && name(step) == name(&steps[at - 1])
    };
    if !steps.iter().any(is_itself) && !(0..steps.len()).any(is_repeated) {
        return Cow::Borrowed(holding);
    }
    let steps = steps.iter().enumerate().filter(|(at, _)| !is_repeated(*at));
    let steps = steps.filter_map(|(_, step)| match (is_itself(step), &step.title) {
        (false, _) => Some(step.clone()),
        (true, Some(title)) if fold(title) != fold(&step.value) => {
            Some(Step { title: None, ..step.clone() })
        }
        (true, _) => None,
    });
    let path = Path::new(steps.collect()).unwrap_or_else(|_| holding.path.clone());
    Cow::Owned(Holding { path, ..holding.clone() })
}

/// The whole reference of `holding` as one text.
pub(super) fn whole(holding: &Holding, archives: &Archives, choice: &Choice) -> String {
    if choice.levels() == Levels::AsPrinted
        && let Some(printed) = &holding.as_printed
    {
        // "л. 9–13 об." ends with an abbreviation.
        let printed = match printed.ends_with("об.") {
            true => printed.as_str(),
            false => printed.trim_end_matches('.'),
        };
        let archive = archives.find(&holding.archive);
        let names = archive.into_iter().flat_map(Archive::all_names);
        let named = names.chain([holding.archive.as_str()]).any(|name| printed.contains(name));
        return match (named, archive) {
            (false, Some(_)) => format!("{}, {printed}", holding.archive),
            _ => printed.to_owned(),
        };
    }
    let location = locate(holding, archives, choice);
    // A signature alone is read from the archive down, whatever stands around it.
    let order = if location.is_signature { Order::GeneralFirst } else { choice.order() };
    location.whole(order)
}

/// The unit of the archive at the top of a signature, and its title: `N 247` and *Nachlass Hans von
/// Seeckt*, `f. 45`, `FO 371`. `None` where a reference begins with something else.
pub(super) fn fonds(
    holding: &Holding,
    archives: &Archives,
    choice: &Choice,
) -> Option<(String, Option<String>)> {
    let archive = archives.find(&holding.archive);
    let house = archive.and_then(|archive| choice.convention.house(archive.id.as_str()));
    let printer = Printer { archive, house, choice };
    let steps = holding.path.steps();
    let first = steps.first().filter(|_| printer.is_signature(steps))?;
    let known = ["fond", "fonds", "bestand", "department"].contains(&first.level.as_str());
    let untitled = |step: &Step| printer.labelled(&Step { title: None, ..step.clone() });
    let mut name = known.then(|| untitled(first))?;
    if first.level.as_str() == "department"
        && let Some(series) = steps.get(1).filter(|step| step.level.as_str() == "series")
    {
        name.push_str(&printer.before(series));
        name.push_str(&untitled(series));
    }
    Some((name, first.title.clone()))
}

/// `value` with the label that the leaves of `holding` have (or would have in its archive), and the
/// name of that level; `None` when its leaves have none.
pub(super) fn leaves_text(
    holding: &Holding,
    archives: &Archives,
    choice: &Choice,
    value: &str,
) -> Option<(String, String)> {
    let archive = archives.find(&holding.archive);
    let house = archive.and_then(|archive| choice.convention.house(archive.id.as_str()));
    let printer = Printer { archive, house, choice };
    let steps = holding.path.steps();
    let of_path = (0..steps.len())
        .find(|at| printer.zone(steps, *at) == Zone::Leaves)
        .and_then(|at| steps.get(at))
        .map(|step| step.level.clone());
    let of_archive = || {
        let levels = archive.map(|archive| archive.scheme.levels.as_slice()).unwrap_or_default();
        levels.iter().find(|level| level.locator).map(|level| level.name.clone())
    };
    let level = of_path.or_else(of_archive)?;
    let name = level.as_str().to_owned();
    let step = Step { level, value: value.to_owned(), title: None };
    Some((printer.leaves(&step), name))
}

/// The leaves of `path` as it has them; `None` when it has none.
pub fn leaves_value(path: &Path) -> Option<&str> {
    let step = path.steps().iter().find(|step| LEAVES.contains(&step.level.as_str()))?;
    Some(&step.value)
}

/// `path` with its leaves narrowed to `value`; unchanged when it has none.
pub fn narrowed(path: &Path, value: &str) -> Path {
    let steps = path.steps().iter().map(|step| match LEAVES.contains(&step.level.as_str()) {
        true => Step { value: value.to_owned(), ..step.clone() },
        false => step.clone(),
    });
    Path::new(steps.collect()).unwrap_or_else(|_| path.clone())
}

/// Several whole references as one text: `A and B`; `A; B; and C`.
pub(super) fn joined(references: &[String], and: &str) -> String {
    match references {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} {and} {second}"),
        [rest @ .., last] => format!("{}; {and} {last}", rest.join("; ")),
    }
}

impl Choice {
    /// The labels of levels: the caller's wish, or else the convention's.
    pub(super) fn levels(&self) -> Levels {
        self.levels.unwrap_or(self.convention.levels)
    }

    /// The order of a reference: the caller's wish, or else the convention's.
    pub(super) fn order(&self) -> Order {
        self.order.unwrap_or(self.convention.order)
    }
}

impl Location {
    /// The reference as one text, in `order`.
    pub(super) fn whole(&self, order: Order) -> String {
        let path = match order {
            Order::GeneralFirst => [&self.collection, &self.series, &self.location, &self.leaves],
            Order::SpecificFirst => [&self.location, &self.leaves, &self.series, &self.collection],
        };
        let path = filled(path).join(&self.before_leaves);
        match order {
            Order::GeneralFirst if path.is_empty() => self.archive.clone(),
            Order::GeneralFirst if self.archive.is_empty() => path,
            Order::GeneralFirst => format!("{}{}{path}", self.archive, self.after_archive),
            Order::SpecificFirst => filled([&path, &self.archive, &self.place]).join(", "),
        }
    }

    /// The rest of the path with the leaves.
    pub(super) fn location_and_leaves(&self) -> String {
        filled([&self.location, &self.leaves]).join(&self.before_leaves)
    }

    /// Whether the archive and the path stand apart by something else than a comma.
    pub(super) fn is_joined_otherwise(&self) -> bool {
        self.after_archive != ", "
    }
}

fn filled<const N: usize>(parts: [&String; N]) -> Vec<&str> {
    parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect()
}
