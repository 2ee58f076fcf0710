//! How a style wants what CSL has no words for: the order of a reference, its labels, and the
//! sentences that go into one variable as a whole.
//!
//! A CSL style sees `archive`, `archive_collection` and `archive_location` as text. What stands
//! inside them differs between the conventions, so the item is made for the convention. A style
//! that fonds does not know gets [`Convention::STANDARD`], which suits Chicago and most others.

use super::choice::Levels;

/// From where to where a reference runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `box 26, folder 17, Charles E. Merriam Papers, University of Chicago Library` (CMOS 18, 14.127).
    SpecificFirst,
    /// `National Archives, RG 59, Central Files 1970–73, INCO 15–2 CHILE`.
    GeneralFirst,
}

/// What the variable `note` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteUse {
    /// Nothing.
    Nothing,
    /// The holdings that are not cited.
    OtherHoldings,
    /// Where it is reprinted, who contributed and who translated it, as sentences.
    Credit,
    /// Classification, handling and remarks, as sentences.
    Handling,
}

/// How one archive is printed in one convention, where that differs from its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct House {
    /// The ids of the archives.
    pub archives: &'static [&'static str],
    /// What stands between the archive and the path.
    pub after_archive: &'static str,
    /// The labels of the levels.
    pub levels: Levels,
    /// Whether labels begin with a capital.
    pub capitals: bool,
}

/// A convention of citing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convention {
    /// The name of the style that follows it.
    pub name: &'static str,
    /// The order of a reference.
    pub order: Order,
    /// The labels of levels when the caller asks for none.
    pub levels: Levels,
    /// Whether labels begin with a capital: `Ф. 45. Оп. 1`.
    pub capitals: bool,
    /// Whether a label is the same for one leaf and for several, as GOST has it: `Л. 86–88`.
    pub single_labels: bool,
    /// What stands between the parts of a reference, when that is not the archive's own way.
    pub between: Option<&'static str>,
    /// Whether ranges of leaves get an en dash; otherwise they stay as typed.
    pub en_dashes: bool,
    /// Archives of which language have their leaves as typed all the same: the Bundesarchiv's own
    /// examples have a hyphen, `S. 13-15`.
    pub leaves_as_typed_of: Option<&'static str>,
    /// Whether the archive and its path go into `archive` as one text.
    pub whole_reference: bool,
    /// Whether the place is given even when the archive's name says it.
    pub place_always: bool,
    /// Whether only the file and what lies in it is given, not the series or group above it.
    pub file_alone: bool,
    /// What stands between the title of a series and the lot that it came in.
    pub before_lot: &'static str,
    /// Whether a title is given that only repeats who wrote to whom.
    pub titles_of_letters: bool,
    /// Whether names that begin with the family name are given in parts; otherwise as one text,
    /// which every processor prints in the right order.
    pub name_parts: bool,
    /// Whether what a document is is said of telegrams alone.
    pub telegrams_alone: bool,
    /// Whether a date that CSL cannot say (uncertain, Julian) is given in words beside its parts.
    pub dates_in_words: bool,
    /// Whether the style has the names of Russian months in the genitive, as after a day.
    pub months_in_genitive: bool,
    /// Whether the place of writing is named in the language of the citation; otherwise as recorded.
    pub places_in_language: bool,
    /// What `note` holds.
    pub note: NoteUse,
    /// Archives that are printed differently here.
    pub houses: &'static [House],
}

/// Archives of the Russian Federation as the Wilson Center's recommended citations print them.
const WILSON: &[House] = &[
    House { archives: &["aprf"], after_archive: ": ", levels: Levels::Abbreviated, capitals: true },
    House { archives: &["avp-rf"], after_archive: ": ", levels: Levels::Full, capitals: false },
];

/// The same archives in the source notes of its document pages, and in its Bulletin.
const WILSON_SOURCE: &[House] = &[House {
    archives: &["aprf", "avp-rf"],
    after_archive: ", ",
    levels: Levels::Full,
    capitals: true,
}];

impl Convention {
    /// For styles that are not made for archives, and for Chicago's own.
    pub const STANDARD: Convention = Convention {
        name: "",
        order: Order::SpecificFirst,
        levels: Levels::Abbreviated,
        capitals: false,
        single_labels: false,
        between: None,
        en_dashes: true,
        leaves_as_typed_of: None,
        whole_reference: false,
        place_always: false,
        file_alone: false,
        before_lot: ": ",
        titles_of_letters: false,
        name_parts: true,
        telegrams_alone: false,
        dates_in_words: true,
        months_in_genitive: false,
        places_in_language: true,
        note: NoteUse::Nothing,
        houses: &[],
    };

    /// For files that other programs read: nothing is left out, names are right in all of them.
    pub const EXPORT: Convention = Convention {
        titles_of_letters: true,
        name_parts: false,
        dates_in_words: false,
        places_in_language: false,
        note: NoteUse::OtherHoldings,
        ..Convention::STANDARD
    };

    /// The convention of the style `name`, one of those that fonds brings for archives.
    pub fn of_style(name: &str) -> Option<Convention> {
        let known = CONVENTIONS.iter().find(|convention| convention.name == name).copied()?;
        // All but GOST, which prints months as numbers.
        Some(Convention { months_in_genitive: known.name != "gost-r-7-0-5", ..known })
    }

    /// The way `archive` (its id) is printed here, when this convention has one of its own.
    pub fn house(&self, archive: &str) -> Option<&'static House> {
        self.houses.iter().find(|house| house.archives.contains(&archive))
    }
}

const GENERAL_FIRST: Convention = Convention { order: Order::GeneralFirst, ..Convention::STANDARD };
const FRUS: Convention = Convention { capitals: true, note: NoteUse::Handling, ..GENERAL_FIRST };

static CONVENTIONS: &[Convention] = &[
    Convention { name: "chicago-archival-notes", ..Convention::STANDARD },
    Convention { name: "chicago-archival-author-date", ..Convention::STANDARD },
    Convention { name: "chicago-archival-place-first", ..GENERAL_FIRST },
    Convention {
        name: "wilson-center",
        whole_reference: true,
        titles_of_letters: true,
        en_dashes: false,
        note: NoteUse::Credit,
        houses: WILSON,
        ..GENERAL_FIRST
    },
    Convention {
        name: "wilson-center-source",
        whole_reference: true,
        en_dashes: false,
        note: NoteUse::Credit,
        houses: WILSON_SOURCE,
        ..GENERAL_FIRST
    },
    Convention {
        name: "cwihp",
        whole_reference: true,
        titles_of_letters: true,
        en_dashes: false,
        note: NoteUse::Credit,
        houses: WILSON_SOURCE,
        ..GENERAL_FIRST
    },
    Convention {
        name: "nara-leaflet-17",
        place_always: true,
        between: Some("; "),
        levels: Levels::Full,
        capitals: true,
        ..Convention::STANDARD
    },
    Convention { name: "uk-national-archives", ..GENERAL_FIRST },
    Convention { name: "bundesarchiv", leaves_as_typed_of: Some("de"), ..GENERAL_FIRST },
    Convention {
        name: "gost-r-7-0-5",
        levels: Levels::OriginalScript,
        capitals: true,
        single_labels: true,
        between: Some(". "),
        name_parts: false,
        ..GENERAL_FIRST
    },
    Convention { name: "frus-source-note", ..FRUS },
    Convention { name: "frus-file-number", file_alone: true, telegrams_alone: true, ..FRUS },
    Convention { name: "frus-document", ..FRUS },
];
