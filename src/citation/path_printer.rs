//! The steps of a path as they are printed: labels and values, in the script that is asked for, and which part
//! of a reference each belongs to.

use super::choice::{Choice, Levels};
use super::convention::{House, Order};
use super::location::Location;
use crate::record::{
    Archive, ArchiveOrder, LevelLabels, Path, Romanisation, Step, names_several, romanise,
};
use std::borrow::Cow;

/// What a step of a path is for a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Collection,
    Series,
    /// A number that belongs to the collection named before it.
    CollectionNumber,
    Container,
    Signature,
    Leaves,
}

/// Locators: levels that point into the document.
pub(super) const LEAVES: &[&str] = &[
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
pub(super) const SERIES: &[&str] = &["series", "subseries", "sub-series"];

/// Languages that are written in Cyrillic letters.
const CYRILLIC: &[&str] = &["ru", "uk", "be", "bg", "sr", "mn"];

/// Prints the paths of one archive as a choice and a convention ask.
pub(super) struct Printer<'a> {
    pub(super) archive: Option<&'a Archive>,
    pub(super) house: Option<&'static House>,
    pub(super) choice: &'a Choice,
}

impl Printer<'_> {
    pub(super) fn levels(&self) -> Levels {
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

    pub(super) fn is_cited_at_home(&self) -> bool {
        let language = self.choice.primary_language();
        let home = self.archive.and_then(|archive| archive.language.as_ref());
        home.is_some_and(|home| {
            let cyrillic = CYRILLIC.contains(&home.primary());
            home.primary() == language || cyrillic && language == "zh"
        })
    }

    fn capitals(&self) -> bool {
        self.house.map_or(self.choice.convention.capitals, |house| house.capitals)
    }

    pub(super) fn after_archive(&self) -> &str {
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

    pub(super) fn zone(&self, steps: &[Step], at: usize) -> Zone {
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
    pub(super) fn is_signature(&self, steps: &[Step]) -> bool {
        match self.archive {
            Some(archive) => {
                archive.scheme.order == ArchiveOrder::GeneralFirst
                    && archive.scheme.level("record-group").is_none()
            }
            None => steps.iter().any(|step| SIGNATURES.contains(&step.level.as_str())),
        }
    }

    pub(super) fn path(&self, path: &Path) -> Location {
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

    pub(super) fn between(&self) -> &str {
        self.choice.convention.between.unwrap_or(", ")
    }

    /// What stands before a step of a signature.
    pub(super) fn before(&self, step: &Step) -> String {
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

    pub(super) fn leaves(&self, step: &Step) -> String {
        let convention = &self.choice.convention;
        let home = self.archive.and_then(|archive| archive.language.as_ref());
        let as_typed =
            home.is_some_and(|home| convention.leaves_as_typed_of == Some(home.primary()));
        let value = match convention.en_dashes && !as_typed {
            true => with_en_dashes(&self.value(step)),
            false => self.value(step).into_owned(),
        };
        let bare = self.known(step).is_some_and(|known| known.bare);
        match bare {
            true => value,
            false => format!("{} {value}", self.label(step)),
        }
    }

    /// A step of a signature, with its label where the archive prints one.
    pub(super) fn labelled(&self, step: &Step) -> String {
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
            true => self.value(step).into_owned(),
            false => format!("{} {}", self.label(step), self.value(step)),
        };
        match &step.title {
            Some(title) => format!("{text} ({title})"),
            None => text,
        }
    }

    /// The value of `step` in the script of its label: beside transliterated labels in Latin letters, `f. R-9401,
    /// ll. 9–13 ob.` for *ф. Р-9401, лл. 9–13 об.*; and the back of a leaf in Cyrillic beside Cyrillic ones.
    fn value<'v>(&self, step: &'v Step) -> Cow<'v, str> {
        let value = step.value.as_str();
        let cyrillic = |c: char| ('\u{400}'..='\u{52f}').contains(&c);
        let home = self.archive.and_then(|archive| archive.language.as_ref());
        let Some(home) = home.filter(|home| CYRILLIC.contains(&home.primary())) else {
            return value.into();
        };
        match self.levels() {
            Levels::AsPrinted => value.into(),
            Levels::OriginalScript => {
                match value.strip_suffix('.').unwrap_or(value).strip_suffix("ob") {
                    Some(leaf) if leaf.contains(|c: char| c.is_ascii_digit()) => {
                        format!("{leaf}об.").into()
                    }
                    _ => value.into(),
                }
            }
            _ if value.contains(cyrillic) => value
                .split_inclusive(|c| !cyrillic(c))
                .map(|run| {
                    let letters = run.trim_end_matches(|c| !cyrillic(c));
                    let rest = &run[letters.len()..];
                    format!(
                        "{}{rest}",
                        romanise(letters, Some(home.primary()), Romanisation::AlaLc)
                    )
                })
                .collect::<String>()
                .into(),
            _ => value.into(),
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
