//! What is found in a manuscript.

use std::ops::Range;

/// One citation: the words that stand in one place, citing one work or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Its bytes.
    pub span: Range<usize>,
    /// What it cites; never empty.
    pub cites: Vec<Cite>,
    /// How it cites.
    pub kind: Kind,
    /// Whether it stands in a footnote.
    pub in_footnote: bool,
    /// Whether the author asks for a footnote, whatever the style does.
    pub footnote_asked: bool,
    /// Whether it is an expression in the midst of code (Typst), where text stands in brackets.
    pub in_code: bool,
    /// How many bytes of space right before it go when the mark of a footnote takes its place.
    pub blank_before: usize,
}

/// How a citation cites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It stands beside the sentence: *(Mao 1951)*, or a footnote.
    Beside,
    /// The author is part of the sentence: *Mao (1951)*.
    InSentence,
    /// Only the author, as part of the sentence.
    AuthorOnly,
    /// Nothing is printed; the work is listed in the bibliography.
    Silent,
}

/// One work in a citation.
///
/// Prefix and suffix are text with the markup that fields of CSL-JSON may have (`<i>`, `<b>`);
/// what only the manuscript's language understands stands in them as one character, which
/// [`super::Manuscript::reveal`] takes back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cite {
    /// The key, as it stands there. `*`, in a silent citation, means every record.
    pub key: String,
    /// The bytes of the key.
    pub span: Range<usize>,
    /// The words before it, with the space that follows them.
    pub prefix: String,
    /// The place in the document, as typed.
    pub locator: Option<String>,
    /// The words after it, with the space or comma before them.
    pub suffix: String,
    /// Whether the author is not said again.
    pub suppress_author: bool,
}

/// What a reader meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The citation with this number, in the text.
    Citation(usize),
    /// A footnote of the manuscript's own.
    Note(Note),
}

/// A footnote of the manuscript's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// Whether somebody refers to it: a footnote that is only defined has no number.
    pub referred: bool,
    /// The numbers of the citations in it.
    pub citations: Vec<usize>,
}

/// A place for the bibliography.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct References {
    /// The bytes that the bibliography takes the place of; empty where it is put in.
    pub span: Range<usize>,
    /// Its heading.
    pub heading: Heading,
}

/// The heading over a bibliography.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heading {
    /// None: the manuscript has one already, or wants none.
    None,
    /// The usual one of the language.
    Usual,
    /// This one, in the language of the manuscript.
    Own(String),
}

/// Text to be put in the place of other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub span: Range<usize>,
    /// What comes.
    pub text: String,
}
