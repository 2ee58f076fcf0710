//! How a node is dressed, and what it stands for.

use crate::style::formatting::{Display, Formatting, TextCase};

/// What a node stands for, so that the evaluator finds it again when it collapses cites, fills in
/// year suffixes or substitutes authors. The numbers are the evaluator's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Nothing in particular.
    #[default]
    None,
    /// One cite of a citation.
    Cite(u32),
    /// One entry of a bibliography.
    Entry,
    /// All names of one `cs:names`.
    Names(u32),
    /// The names of one variable.
    NameList(u32),
    /// One name.
    Name(u32),
    /// A date.
    Date(u32),
    /// The year of a date.
    Year(u32),
    /// A title.
    Title(u32),
    /// The text of any other variable.
    Variable(u32),
    /// Where the letter goes that tells works of one year apart.
    YearSuffix,
    /// The number of the work in the bibliography.
    CitationNumber,
    /// The number of the first note in which the work was cited.
    FirstReferenceNumber,
    /// The place within the work.
    Locator,
    /// A label.
    Label,
}

/// Where a piece of text leads to. The writers accept `http`, `https` and DOIs, nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// The text itself is the address.
    Url,
    /// The text itself is a DOI, bare or as an address.
    Doi,
}

/// How a node is dressed. Affixes stand outside the quotes, and the quotes outside the formatting.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dress<'a> {
    /// Letters.
    pub formatting: Formatting,
    /// Before the content.
    pub prefix: &'a str,
    /// After the content.
    pub suffix: &'a str,
    /// Between the children of a group.
    pub delimiter: &'a str,
    /// Whether the content stands in the locale's quotation marks.
    pub quotes: bool,
    /// It is said not to stand in them: quotation marks in the text are then outer ones of the
    /// locale, whichever they are written as, and those inside them inner ones.
    pub unquoted: bool,
    /// Whether full stops are dropped from the text (and from all text inside a group).
    pub strip_periods: bool,
    /// The case of the text; on a group it is not used.
    pub text_case: Option<TextCase>,
    /// How the part stands on the page.
    pub display: Option<Display>,
    /// What it stands for.
    pub mark: Mark,
    /// Where the text leads to.
    pub link: Option<Link>,
    /// The text is a number of its own: punctuation is not moved into it.
    pub number: bool,
}
