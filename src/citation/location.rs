//! A holding as the parts of a citation: archive, collection, location, leaves.
//!
//! A reference is of one of two kinds. In most of the world it is one signature that runs from the
//! fonds down to the leaf and is never turned round (`f. 45, op. 1, d. 340`, `FO 371/26145`,
//! `R 43-I/161`). In American manuscript collections and record groups its steps are titles and
//! containers, which Chicago prints from the most specific to the most general: folder and box
//! first, then series and collection (CMOS 18, 14.127).

use super::choice::{Choice, Levels};
use super::convention::{House, Order};
use crate::record::{
    Archive, ArchiveOrder, Archives, Holding, Level, LevelLabels, Path, Record, Step, fold,
    names_several,
};
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

/// What a step of a path is for a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    Collection,
    Series,
    /// A number that belongs to the collection named before it.
    CollectionNumber,
    Container,
    Signature,
    Leaves,
}

/// Locators: levels that point into the document.
const LEAVES: &[&str] = &[
    "list", "listy", "leaf", "leaves", "folio", "folios", "fol", "page", "pages", "blatt", "seite",
    "frame", "frames", "feuillet", "oldal", "karta", "verso", "sheet", "arkush", "lapas", "leht",
    "lapa", "fleta",
];
const SIGNATURES: &[&str] = &[
    "fond",
    "opis",
    "delo",
    "papka",
    "poryadok",
    "department",
    "piece",
    "bestand",
    "archivnummer",
    "archivalie",
    "cote",
    "signatura",
    "sygnatura",
    "inventory",
    "sprava",
];
const COLLECTIONS: &[&str] =
    &["collection", "papers", "record-group", "subgroup", "group", "fonds", "records"];
const SERIES: &[&str] = &["series", "subseries", "sub-series"];

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

/// Where `archive`, called `name`, is, in `language`. An archive with houses in several cities (the
/// Bundesarchiv, the National Archives of the United States) has no place unless its name says it.
fn place_of<'a>(archive: &'a Archive, name: &str, language: &str) -> Option<&'a str> {
    let place = place_in(archive, language)?;
    if !archive.is_in_several_cities() {
        return Some(place);
    }
    let city = |place: &'a str| place.split(',').next().unwrap_or(place);
    let named = archive.places.iter().find(|place| name.contains(city(&place.text)));
    named.map(|place| place.text.as_str())
}

/// The place in `language`; a language that has no name for the place and is written in
/// Latin letters takes the English one, not that of the archive's own script.
fn place_in<'a>(archive: &'a Archive, language: &str) -> Option<&'a str> {
    let speaks = |name: &crate::record::ArchiveName| {
        name.language.as_ref().is_none_or(|own| own.primary() == language)
    };
    let english = archive.place("en");
    if let Some(exonym) = english.and_then(|place| super::words::place(place, language))
        && !archive.places.iter().any(speaks)
    {
        return Some(exonym);
    }
    match archive.places.iter().any(speaks) || !latin_for("en", language) {
        true => archive.place(language),
        false => english,
    }
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
        return printed.trim_end_matches('.').to_owned();
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

struct Printer<'a> {
    archive: Option<&'a Archive>,
    house: Option<&'static House>,
    choice: &'a Choice,
}

impl Printer<'_> {
    fn levels(&self) -> Levels {
        match (self.choice.levels, self.house) {
            (None, Some(_)) if self.is_cited_at_home() => Levels::OriginalScript,
            (None, Some(house)) => house.levels,
            // Who writes in the language of the archive, and in Chinese, cites it as it calls itself:
            // "РГАСПИ, ф. 558, оп. 11, д. 341".
            (None, None)
                if self.choice.convention.levels == Levels::Abbreviated
                    && self.is_cited_at_home() =>
            {
                Levels::OriginalScript
            }
            _ => self.choice.levels(),
        }
    }

    fn is_cited_at_home(&self) -> bool {
        let language = self.choice.primary_language();
        let home = self.archive.and_then(|archive| archive.language.as_ref());
        home.is_some_and(|home| {
            let cyrillic = matches!(home.primary(), "ru" | "uk" | "be" | "bg" | "sr" | "mn");
            home.primary() == language || cyrillic && language == "zh"
        })
    }

    fn capitals(&self) -> bool {
        self.house.map_or(self.choice.convention.capitals, |house| house.capitals)
    }

    fn after_archive(&self) -> &str {
        let convention = &self.choice.convention;
        // GOST has full stops from the archive down to the leaf.
        if let Some(between) =
            convention.between.filter(|_| convention.order == Order::GeneralFirst)
        {
            return between;
        }
        match (self.house, self.archive) {
            (Some(house), _) => house.after_archive,
            (None, Some(archive)) => &archive.scheme.after_archive,
            (None, None) => ", ",
        }
    }

    /// The archive in the language of the citation: as the record writes it, when that is in the
    /// language, or else the name or abbreviation that the authority has there.
    fn archive_name(&self, typed: &str) -> String {
        let Some(archive) = self.archive else { return typed.to_owned() };
        let language = match (self.levels(), &archive.language) {
            (Levels::OriginalScript, Some(home)) => home.primary(),
            _ => self.choice.primary_language(),
        };
        let folded = fold(typed);
        fn typed_as<'n>(
            names: &'n [crate::record::ArchiveName],
            folded: &str,
        ) -> Option<&'n crate::record::ArchiveName> {
            names.iter().find(|name| name.folded() == folded)
        }
        let fits = |name: &crate::record::ArchiveName| {
            name.language
                .as_ref()
                .is_none_or(|l| l.primary() == language || latin_for(l.as_str(), language))
        };
        let home = archive.language.as_ref().map(|home| home.primary());
        let abbreviation = typed_as(&archive.abbreviations, &folded);
        match (abbreviation, typed_as(&archive.names, &folded)) {
            (Some(name), _) | (None, Some(name)) if fits(name) => typed.to_owned(),
            // An archive may have no abbreviation in its own language: 外交部档案馆.
            (Some(_), _) => {
                let own = |names: &[crate::record::ArchiveName]| {
                    names
                        .iter()
                        .any(|name| name.language.as_ref().is_some_and(|l| l.primary() == language))
                };
                let named = !own(&archive.abbreviations) && own(&archive.names);
                let known = if named {
                    in_script(language, home, |language| archive.name(language))
                } else {
                    in_script(language, home, |language| archive.abbreviation(language))
                        .or_else(|| in_script(language, home, |language| archive.name(language)))
                };
                known.unwrap_or(typed).to_owned()
            }
            (None, Some(_)) => {
                let known = in_script(language, home, |language| archive.name(language));
                known.unwrap_or(typed).to_owned()
            }
            (None, None) => typed.to_owned(),
        }
    }

    fn zone(&self, steps: &[Step], at: usize) -> Zone {
        let Some(step) = steps.get(at) else { return Zone::Container };
        let level = step.level.as_str();
        let known = self.archive.and_then(|archive| archive.scheme.level(level));
        if known.is_some_and(|known| known.locator) || LEAVES.contains(&level) {
            return Zone::Leaves;
        }
        if self.is_signature(steps) {
            return Zone::Signature;
        }
        let after_collection = at > 0
            && matches!(self.zone(steps, at - 1), Zone::Collection | Zone::CollectionNumber)
            && steps.get(at - 1).is_some_and(|before| before.level.as_str() != "record-group");
        match level {
            "collection-id" | "collection-number" if after_collection => Zone::CollectionNumber,
            // `Phillipps Collection of Egmont Manuscripts, 14200:13`: a bare number below a collection.
            "item" if after_collection => Zone::CollectionNumber,
            _ if COLLECTIONS.contains(&level) => Zone::Collection,
            _ if SERIES.contains(&level) => Zone::Series,
            _ => Zone::Container,
        }
    }

    /// Whether the path is one signature, never turned round.
    fn is_signature(&self, steps: &[Step]) -> bool {
        match self.archive {
            Some(archive) => {
                archive.scheme.order == ArchiveOrder::GeneralFirst
                    && archive.scheme.level("record-group").is_none()
            }
            None => steps.iter().any(|step| SIGNATURES.contains(&step.level.as_str())),
        }
    }

    fn path(&self, path: &Path) -> Location {
        let steps = path.steps();
        let mut location = Location::default();
        let mut signature = String::new();
        let (mut collections, mut series, mut containers, mut leaves) =
            (vec![], vec![], vec![], vec![]);
        for (at, step) in steps.iter().enumerate() {
            match self.zone(steps, at) {
                Zone::Signature => {
                    if !signature.is_empty() {
                        signature.push_str(&self.before(step));
                    }
                    signature.push_str(&self.labelled(step));
                }
                Zone::Collection => collections.push(self.group(step)),
                Zone::CollectionNumber => match collections.last_mut() {
                    Some(collection) => {
                        *collection = format!("{collection}{}{}", self.between(), step.value);
                    }
                    None => containers.push(step.value.clone()),
                },
                Zone::Series => series.push(self.group(step)),
                Zone::Container => containers.push(self.container(step)),
                Zone::Leaves => leaves.push(self.leaves(step)),
            }
        }
        let between = self.between();
        if self.choice.order() == Order::GeneralFirst {
            location.location = if signature.is_empty() { self.downward(steps) } else { signature };
        } else {
            collections.reverse();
            series.reverse();
            if self.choice.series_first {
                location.series = series.join(between);
                location.collection = collections.join(between);
            } else {
                location.collection =
                    series.into_iter().chain(collections).collect::<Vec<_>>().join(between);
            }
            location.location =
                if signature.is_empty() { containers.join(between) } else { signature };
        }
        if self.choice.leaves {
            location.leaves = leaves.join(", ");
        }
        location
    }

    /// The path from the top down, whatever the zones: a box may stand above a series. A colon stands
    /// between a series and the lot or accession that it came in, and after a lot that names the files by
    /// itself, as *Foreign Relations* prints `S/S–NSC Files: Lot 66 D 95, NSC 147` and `Lot 55D128: Black
    /// Book, Tab 7`.
    fn downward(&self, steps: &[Step]) -> String {
        let file_alone = self.choice.convention.file_alone;
        let mut text = String::new();
        let mut before = "";
        let is_lot = |at: usize| {
            steps.get(at).is_some_and(|step| matches!(step.level.as_str(), "lot" | "accession"))
        };
        for (at, step) in steps.iter().enumerate() {
            let part = match self.zone(steps, at) {
                Zone::Signature | Zone::Leaves => continue,
                Zone::Container => self.container(step),
                _ if file_alone && !is_lot(at + 1) => continue,
                Zone::Collection | Zone::Series => self.group(step),
                Zone::CollectionNumber => step.value.clone(),
            };
            text.push_str(before);
            text.push_str(&part);
            let named_by_lot = file_alone && step.level.as_str() == "lot";
            let series = self.zone(steps, at) == Zone::Series;
            before = match (named_by_lot, series && is_lot(at + 1)) {
                (true, _) => ": ",
                (false, true) => self.choice.convention.before_lot,
                (false, false) => self.between(),
            };
        }
        text
    }

    fn between(&self) -> &str {
        self.choice.convention.between.unwrap_or(", ")
    }

    /// What stands before a step of a signature.
    fn before(&self, step: &Step) -> String {
        let level = step.level.as_str();
        let scheme = self.archive.map(|archive| &archive.scheme);
        if let Some(scheme) = scheme
            && let Some(known) = scheme.level(level)
            && let Some(before) = &known.before
        {
            return before.clone();
        }
        let scheme_between = scheme.map(|scheme| scheme.between.as_str());
        let unknown = match (scheme, level) {
            (None, "piece" | "archivnummer") => Some("/"),
            (None, "series") => Some(" "),
            _ => None,
        };
        self.choice.convention.between.or(unknown).or(scheme_between).unwrap_or(", ").to_owned()
    }

    /// A collection, record group or series: its value is its title, or else it has a title besides.
    fn group(&self, step: &Step) -> String {
        let level = step.level.as_str();
        let number = match level {
            "record-group" => {
                let label = if self.levels() == Levels::Full { "Record Group" } else { "RG" };
                format!("{label} {}", step.value)
            }
            "series" | "subseries" if is_number(&step.value) => {
                format!("{} {}", self.cased(level), step.value)
            }
            _ => step.value.clone(),
        };
        match &step.title {
            None => number,
            // `Series 5: Financial Papers`; `Records of the US Senate, RG 46`.
            Some(title) if level == "series" || level == "subseries" => {
                format!("{number}: {title}")
            }
            Some(title) if self.choice.order() == Order::SpecificFirst => {
                format!("{title}, {number}")
            }
            Some(title) => format!("{number}, {title}"),
        }
    }

    /// Box, folder, file: a number gets its label, a title stands alone.
    fn container(&self, step: &Step) -> String {
        let level = step.level.as_str();
        let number = match level {
            "file" | "folder" | "volume" | "item" | "reference" | "shelfmark" | "file-unit"
            | "document" => is_number(&step.value),
            _ => !is_title(&step.value),
        };
        let unlabelled = matches!(
            level,
            "item" | "reference" | "shelfmark" | "file-unit" | "collection-id" | "decimal-file"
        );
        let text = match number && !unlabelled && !begins_with_label(&step.value, level) {
            true => format!("{} {}", self.label(step), step.value),
            false => step.value.clone(),
        };
        match &step.title {
            Some(title) => format!("{text}{}{title}", if text.is_empty() { "" } else { ", " }),
            None => text,
        }
    }

    fn leaves(&self, step: &Step) -> String {
        let convention = &self.choice.convention;
        let home = self.archive.and_then(|archive| archive.language.as_ref());
        let as_typed =
            home.is_some_and(|home| convention.leaves_as_typed_of == Some(home.primary()));
        let value = match convention.en_dashes && !as_typed {
            true => with_en_dashes(&step.value),
            false => step.value.clone(),
        };
        let bare = self.known(step).is_some_and(|known| known.bare);
        match bare {
            true => value,
            false => format!("{} {value}", self.label(step)),
        }
    }

    /// A step of a signature, with its label where the archive prints one.
    fn labelled(&self, step: &Step) -> String {
        let bare = match self.known(step) {
            // A unit known by its name has no label, its number has one: "KC PZPR", "z. 30/77".
            Some(known)
                if known.bare
                    && known.pattern.is_none()
                    && matches!(known.name.as_str(), "fond" | "fonds")
                    && known.forms.iter().any(|form| form.short.is_some()) =>
            {
                !step.value.starts_with(|c: char| c.is_ascii_digit())
            }
            Some(known) => known.bare,
            None => matches!(
                step.level.as_str(),
                "department"
                    | "series"
                    | "piece"
                    | "bestand"
                    | "archivnummer"
                    | "archivalie"
                    | "cote"
                    | "signatura"
                    | "sygnatura"
                    | "reference"
                    | "shelfmark"
                    | "item"
            ),
        };
        let text = match bare {
            true => step.value.clone(),
            false => format!("{} {}", self.label(step), step.value),
        };
        match &step.title {
            Some(title) => format!("{text} ({title})"),
            None => text,
        }
    }

    fn known(&self, step: &Step) -> Option<&crate::record::ArchiveLevel> {
        self.archive.and_then(|archive| archive.scheme.level(step.level.as_str()))
    }

    fn label(&self, step: &Step) -> String {
        let labels = match self.levels() {
            Levels::Full => LevelLabels::Full,
            Levels::Abbreviated | Levels::AsPrinted => LevelLabels::Abbreviated,
            Levels::OriginalScript => LevelLabels::OriginalScript,
        };
        let home = self.archive.and_then(|archive| archive.language.as_ref());
        // `Box H–29` is one box, `boxes 4–6` are several: a code with a letter is no range.
        let counted = step.value.starts_with(|c: char| c.is_ascii_digit());
        let value = match counted && !self.choice.convention.single_labels {
            true => step.value.as_str(),
            false => "1",
        };
        let known = self.known(step);
        // "фонд 45, опись 1": whole words in the language of the archive.
        let whole = known
            .filter(|_| labels == LevelLabels::Full && self.is_cited_at_home())
            .and_then(|known| known.forms.iter().find(|form| form.language.as_ref() == home))
            .map(|form| match &form.full_plural {
                Some(plural) if names_several(value) => plural.as_str(),
                _ => form.full.as_str(),
            });
        let known = whole.or_else(|| known.and_then(|known| known.label(value, labels, home)));
        let label = match known {
            Some(label) => label.to_owned(),
            None => common_label(step.level.as_str(), value, self.levels()),
        };
        self.cased(&label)
    }

    fn cased(&self, label: &str) -> String {
        let mut letters = label.chars();
        match letters.next() {
            Some(first) if self.capitals() => first.to_uppercase().chain(letters).collect(),
            _ => label.to_owned(),
        }
    }
}

/// What `named` gives for `language` in a script that its readers read. A language written in Latin
/// letters takes the English name where its own is in another script: in German *GARF*, not *ГАРФ*. In
/// Russian a name is Cyrillic; in Chinese an archive may be called as it calls itself at `home`.
fn in_script<'a>(
    language: &str,
    home: Option<&str>,
    named: impl Fn(&str) -> Option<&'a str>,
) -> Option<&'a str> {
    let all =
        |name: &str, fits: fn(char) -> bool| name.chars().all(|c| !c.is_alphabetic() || fits(c));
    let names = [Some(language), home, Some("en")].into_iter().flatten().filter_map(named);
    names.into_iter().find(|name| match language {
        _ if latin_for("en", language) => all(name, |c| c <= '\u{24f}'),
        "ru" | "uk" | "be" | "bg" | "sr" => all(name, |c| ('\u{400}'..='\u{52f}').contains(&c)),
        _ => all(name, |c| c > '\u{24f}'),
    })
}

/// Whether a name in `language` can stand in a text in `wanted`: a name in Latin letters can.
fn latin_for(language: &str, wanted: &str) -> bool {
    let cyrillic_or_han =
        |l: &str| matches!(l, "ru" | "uk" | "bg" | "zh" | "ja" | "ko" | "sr" | "be" | "el");
    let latin = language.ends_with("-Latn") || !cyrillic_or_han(language);
    latin && !cyrillic_or_han(wanted)
}

/// Labels for levels of archives that are not known.
fn common_label(level: &str, value: &str, levels: Levels) -> String {
    let several = names_several(value);
    let pick = |full: &str, fulls: &str, short: &str, shorts: &str| {
        match (levels == Levels::Full, several) {
            (true, true) => fulls,
            (true, false) => full,
            (false, true) => shorts,
            (false, false) => short,
        }
        .to_owned()
    };
    match level {
        "fond" => pick("fond", "fondy", "f.", "f."),
        "opis" => pick("opis", "opisi", "op.", "op."),
        "delo" => pick("delo", "dela", "d.", "dd."),
        "papka" => pick("papka", "papki", "papka", "papki"),
        "list" | "listy" => pick("list", "listy", "l.", "ll."),
        "folio" | "folios" | "fol" => pick("folio", "folios", "fol.", "fols."),
        "page" | "pages" => pick("page", "pages", "p.", "pp."),
        "blatt" => pick("Blatt", "Blätter", "Bl.", "Bl."),
        "seite" => pick("Seite", "Seiten", "S.", "S."),
        "volume" => pick("volume", "volumes", "vol.", "vols."),
        "document" => pick("document", "documents", "doc.", "docs."),
        _ => level.replace('-', " "),
    }
}

/// Whether a value is a number rather than a title: it has a digit and no word.
fn is_number(value: &str) -> bool {
    let roman = !value.is_empty() && value.chars().all(|c| "IVXLC".contains(c));
    let digits =
        value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains(['/', '.', ' ', ':']);
    (digits || roman) && !is_title(value)
}

/// Whether a value is words: it has a word of three letters or more with a small one among them.
fn is_title(value: &str) -> bool {
    value
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !matches!(*word, "and" | "und"))
        .any(|word| word.chars().count() >= 3 && word.chars().skip(1).any(char::is_lowercase))
}

fn begins_with_label(value: &str, level: &str) -> bool {
    let level = level.replace('-', " ");
    value.get(..level.len()).is_some_and(|start| start.eq_ignore_ascii_case(&level))
}

/// Hyphens between numbers as en dashes: `86-88`, `0044-0045`, `12r-14v`.
pub(super) fn with_en_dashes(value: &str) -> String {
    let characters: Vec<char> = value.chars().collect();
    let near = |at: Option<usize>| at.and_then(|at| characters.get(at)).copied().unwrap_or(' ');
    let mut text = String::with_capacity(value.len());
    for (at, character) in characters.iter().enumerate() {
        let between_numbers = *character == '-'
            && near(at.checked_sub(1)).is_alphanumeric()
            && near(Some(at + 1)).is_ascii_digit()
            && characters[..at].iter().any(char::is_ascii_digit);
        text.push(if between_numbers { '–' } else { *character });
    }
    text
}
