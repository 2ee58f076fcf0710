//! What is chosen when a record is cited, and what could not be carried.

use super::convention::{Convention, Order};
use crate::record::PartId;

/// With which labels the levels of a path are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Levels {
    /// `fond 45, opis 1, delo 340, listy 86–88`.
    Full,
    /// `f. 45, op. 1, d. 340, ll. 86–88`.
    Abbreviated,
    /// `ф. 45, оп. 1, д. 340, лл. 86–88`, and the archive by its own name.
    OriginalScript,
    /// The whole reference exactly as its source prints it, where the record has that.
    AsPrinted,
}

/// Which holdings are cited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HoldingChoice {
    /// The preferred one, or else the first that is not deprecated.
    #[default]
    Principal,
    /// Those with these ids, in this order; deprecated ones too.
    Named(Vec<PartId>),
    /// All that are not deprecated.
    All,
    /// None, even when there are some: the document is cited from where it is printed.
    None,
}

/// Which translation is credited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TranslationChoice {
    /// The preferred one, or else the first that is not deprecated.
    #[default]
    Principal,
    /// The one with this id.
    Named(PartId),
    /// None.
    None,
}

/// How a record is to be cited.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Which holdings.
    pub holding: HoldingChoice,
    /// Which translation.
    pub translation: TranslationChoice,
    /// The language of the citation, as a BCP 47 tag: of archives' names, connecting words, credits.
    pub language: String,
    /// With which labels; `None` leaves it to the convention.
    pub levels: Option<Levels>,
    /// From where to where a reference runs; `None` leaves it to the convention.
    pub order: Option<Order>,
    /// Whether the leaves of the document end its reference. A caller that gives leaves as the locator
    /// of each citation leaves them out here (see [`super::leaves_of`]).
    pub leaves: bool,
    /// Whether the series stands before the title, as NARA's captions of drawings have it.
    pub series_first: bool,
    /// The convention of the style.
    pub convention: Convention,
}

impl Default for Choice {
    fn default() -> Choice {
        Choice {
            holding: HoldingChoice::default(),
            translation: TranslationChoice::default(),
            language: "en".to_owned(),
            levels: None,
            order: None,
            leaves: true,
            series_first: false,
            convention: Convention::STANDARD,
        }
    }
}

impl Choice {
    /// What the style `name` wants; styles that are not made for archives get the standard way.
    pub fn for_style(name: &str) -> Choice {
        let convention = Convention::of_style(name).unwrap_or(Convention::STANDARD);
        Choice { convention, ..Choice::default() }
    }

    /// What files for other programs want.
    pub fn for_export() -> Choice {
        Choice { convention: Convention::EXPORT, ..Choice::default() }
    }

    /// The primary language of the citation: `en` of `en-GB`.
    pub(super) fn primary_language(&self) -> &str {
        self.language.split('-').next().unwrap_or(&self.language)
    }
}

/// A field of a record that the target has no place for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Loss {
    /// The id of the record.
    pub record: String,
    /// The field, in the words of the record: `date.received`.
    pub field: String,
    /// What became of it.
    pub why: String,
}
