//! Manuscripts: where a text in Markdown, LaTeX or Typst cites, and other text in those places.
//!
//! [`Manuscript::read`] finds citations as the language itself would see them: not in code, comments,
//! raw HTML or e-mail addresses. [`Manuscript::with`] puts text in their place and touches no other
//! byte. What an id means, and what a citation reads like, is known elsewhere.
//!
//! ```
//! use fonds::manuscript::{Edit, Language, Manuscript};
//! let manuscript = Manuscript::read("As he wrote [see @mao, fol. 86], `[@not]`.", Language::Markdown);
//! let [citation] = manuscript.citations.as_slice() else { panic!("one citation") };
//! let cite = &citation.cites[0];
//! assert_eq!((&*cite.key, &*cite.prefix, cite.locator.as_deref()), ("mao", "see ", Some("fol. 86")));
//! let edit = Edit { span: citation.span.clone(), text: "(Mao 1951)".to_owned() };
//! assert_eq!(manuscript.with(vec![edit]), "As he wrote (Mao 1951), `[@not]`.");
//! ```

mod brackets;
mod citation;
mod latex;
mod latex_command;
mod locator;
mod markdown;
mod pandoc;
mod typst;
mod write;

pub use citation::{Citation, Cite, Edit, Heading, Kind, Note, References, Step};
pub use write::Marks;

/// The language that a manuscript is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Markdown with pandoc's citations.
    Markdown,
    /// LaTeX with the commands of biblatex and natbib.
    Latex,
    /// Typst.
    Typst,
}

impl Language {
    /// All languages, by name.
    pub const NAMES: &'static [(&'static str, Language)] =
        &[("markdown", Language::Markdown), ("latex", Language::Latex), ("typst", Language::Typst)];

    /// The language with this name.
    pub fn named(name: &str) -> Option<Language> {
        Language::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, language)| language)
    }

    /// The language of a file with this name, told by its ending.
    ///
    /// ```
    /// use fonds::manuscript::Language;
    /// assert_eq!(Language::of_file("chapter 2.MD"), Some(Language::Markdown));
    /// assert_eq!(Language::of_file("chapter"), None);
    /// ```
    pub fn of_file(name: &str) -> Option<Language> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mkd" | "mdown" | "qmd" | "rmd" | "pandoc" => {
                Some(Language::Markdown)
            }
            "tex" | "latex" | "ltx" => Some(Language::Latex),
            "typ" | "typst" => Some(Language::Typst),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Language::Markdown => "markdown",
            Language::Latex => "latex",
            Language::Typst => "typst",
        }
    }
}

/// A manuscript, and where it cites.
#[derive(Debug, Clone)]
pub struct Manuscript<'a> {
    /// Its text.
    pub text: &'a str,
    /// Its language.
    pub language: Language,
    /// The citations, in the order of their places; no two overlap.
    pub citations: Vec<Citation>,
    /// What a reader meets, in the order of reading: a citation that stands in a footnote is met
    /// where the footnote is referred to.
    pub steps: Vec<Step>,
    /// Where the bibliography belongs, when the manuscript says so.
    pub references: Vec<References>,
    /// Commands that cite in a way that is not understood, by place.
    pub not_understood: Vec<std::ops::Range<usize>>,
    /// The labels of the manuscript's own footnotes.
    pub footnote_labels: Vec<String>,
    /// What stands for each opaque character of prefixes and suffixes.
    opaque: Vec<String>,
}

/// The first of the characters that stand for parts of prefixes and suffixes that only the
/// language of the manuscript understands: a formula, a command. Nobody else may use this plane.
const OPAQUE: u32 = 0xF_0000;
/// How many there can be: more are read as their own text.
const MOST_OPAQUE: usize = 0xFFF0;

impl<'a> Manuscript<'a> {
    /// Finds the citations in `text`. Nothing is an error: what is no citation is text.
    pub fn read(text: &'a str, language: Language) -> Manuscript<'a> {
        let mut manuscript = Manuscript {
            text,
            language,
            citations: Vec::new(),
            steps: Vec::new(),
            references: Vec::new(),
            not_understood: Vec::new(),
            footnote_labels: Vec::new(),
            opaque: Vec::new(),
        };
        match language {
            Language::Markdown => markdown::read(&mut manuscript),
            Language::Latex => latex::read(&mut manuscript),
            Language::Typst => typst::read(&mut manuscript),
        }
        manuscript
    }

    /// The text with the edits made. An edit that reaches into the one before it, or that is no
    /// place of the text, is left out.
    pub fn with(&self, mut edits: Vec<Edit>) -> String {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let mut out = String::with_capacity(self.text.len());
        let mut done = 0;
        for edit in edits {
            let Some(between) = self.text.get(done..edit.span.start) else { continue };
            if self.text.get(edit.span.clone()).is_none() {
                continue;
            }
            out.push_str(between);
            out.push_str(&edit.text);
            done = edit.span.end;
        }
        out.push_str(self.text.get(done..).unwrap_or(""));
        out
    }

    /// `text` with what the opaque characters in it stand for.
    pub fn reveal(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            let index = (c as u32).checked_sub(OPAQUE).and_then(|at| usize::try_from(at).ok());
            match index.and_then(|at| self.opaque.get(at)) {
                Some(raw) => out.push_str(raw),
                None => out.push(c),
            }
        }
        out
    }

    /// Keeps `raw`, and pushes what stands for it to `out`.
    fn push_opaque(&mut self, raw: &str, out: &mut String) {
        let at = self.opaque.len();
        match u32::try_from(at).ok().and_then(|at| char::from_u32(OPAQUE + at)) {
            Some(c) if at < MOST_OPAQUE => {
                self.opaque.push(raw.to_owned());
                out.push(c);
            }
            _ => out.push_str(raw),
        }
    }
}
