//! Printed references read: `APRF, Fond 45, Opis 1, Delo 340, Listy 86-88; ... Translated by X.`
//! becomes holdings, publications, credits, classification and remarks. What has no place among
//! them is reported: nothing is dropped silently.
//!
//! The grammar is that of the archives: their names say where a reference begins, the printed
//! forms of their levels and the shapes of their values how it goes on. So a catalog's own archive
//! is understood as well as those built in.

mod american;
mod credit;
mod document;
mod edition;
mod general_first;
mod label;
mod mention;
mod opening;
mod publication;
mod reader;
mod sentence;
mod shapes;
mod source;
mod specific_first;
mod steps;
mod token;
mod unnamed;

pub use credit::Credits;

use crate::problem::Problem;
use crate::record::{Archives, CopyKind, Path, Publication};
use serde::Serialize;

/// What a printed reference says.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Reading {
    /// Where copies are kept, in the order of the text.
    pub holdings: Vec<ReadHolding>,
    /// Where the document is printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub publications: Vec<Publication>,
    /// The id of the publication that the translation was taken from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translation_from: Option<String>,
    /// Translators, contributors and for whom they worked.
    #[serde(skip_serializing_if = "Credits::is_empty")]
    pub credits: Credits,
    /// Marks of classification and handling, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classification: Vec<String>,
    /// Whole sentences about the document: drafting, clearance, custody, support.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// What the text says of the document itself.
    #[serde(skip_serializing_if = "Document::is_empty")]
    pub document: Document,
    /// The digital archive or collection that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it will be called from here on ("hereafter cited as").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_form: Option<String>,
    /// Pieces that have no place above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_understood: Vec<NotUnderstood>,
    /// What is wrong or doubtful.
    #[serde(skip)]
    pub problems: Vec<Problem>,
}

/// What a citation says of the document before it says where it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The title that stands in quotation marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Words that describe it: `George Creel to Colonel House`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its date as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_as_printed: Option<String>,
    /// What it is: `Telegram`, `Architectural Drawing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genre: Option<String>,
}

impl Document {
    fn is_empty(&self) -> bool {
        *self == Document::default()
    }
}

/// One place where the text says that a copy is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadHolding {
    /// The id of the archive, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// The archive as printed; empty when the text does not name it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub archive_as_printed: String,
    /// The way from the top of the archive down, leaves included.
    #[serde(skip_serializing_if = "Path::is_empty")]
    pub path: Path,
    /// The place of the archive as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What lies there, when the text says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyKind>,
    /// The reference exactly as printed.
    pub as_printed: String,
}

/// A piece of the text that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotUnderstood {
    /// The piece as printed.
    pub text: String,
    /// The byte at which it begins.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
}

/// Reads a printed reference, a source note or a whole citation.
///
/// ```
/// use fonds::citation::reference;
/// let archives = fonds::record_file::built_in_archives();
/// let reading = reference::read("AVP RF, f. 059a, op. 5a, d. 5, p. 11, ll. 51-53.", &archives);
/// let holding = &reading.holdings[0];
/// assert_eq!(holding.archive.as_deref(), Some("avp-rf"));
/// assert_eq!(holding.path.step("papka").unwrap().value, "11");
/// assert!(reading.not_understood.is_empty());
/// ```
pub fn read(text: &str, archives: &Archives) -> Reading {
    reader::read(text, archives)
}

/// A value for comparing: without leading zeros, spaces and differences of case or dash.
///
/// ```
/// use fonds::citation::reference::compare_form;
/// assert_eq!(compare_form("0044–0045"), compare_form("44-45"));
/// assert_ne!(compare_form("340"), compare_form("341"));
/// ```
pub fn compare_form(value: &str) -> String {
    let characters: Vec<char> = value.chars().flat_map(char::to_lowercase).collect();
    let mut form = String::new();
    for (at, character) in characters.iter().enumerate() {
        let before = form.chars().last();
        let next_is_digit = characters.get(at + 1).is_some_and(char::is_ascii_digit);
        let leading = before.is_none_or(|c| !c.is_ascii_digit() && c != '.');
        match *character {
            c if c.is_whitespace() => {}
            c if crate::record::is_dash(c) => form.push('-'),
            '0' if leading && next_is_digit => {}
            c => form.push(c),
        }
    }
    form
}
