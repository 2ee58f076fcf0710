//! Footnotes, bibliographies and text, as each language writes them.

use super::{Citation, Edit, Heading, Language, Manuscript};
use std::ops::Range;

/// Where the mark of a footnote stands when a punctuation mark follows the citation. The space
/// before the citation goes, unless the mark stays where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// After it, as in English: `He wrote.¹`
    AfterPunctuation,
    /// Before it, as in French, German and Russian: `He wrote¹.`
    BeforePunctuation,
    /// Where the citation stands, space and all.
    InPlace,
}

/// What may follow a citation and belongs before the mark of a footnote.
const PUNCTUATION: &[char] = &['.', ',', ';', ':', '!', '?', '。', '，', '；', '：'];
/// Quotation marks that may close after it.
const CLOSING: &[char] = &['”', '’', '»', '"'];

impl Manuscript<'_> {
    /// Puts a footnote with the text `body` in the place of `citation`; in Markdown the text goes to
    /// `definitions`, under `label`.
    pub fn footnote(
        &self,
        citation: &Citation,
        label: &str,
        body: &str,
        marks: Marks,
        definitions: &mut String,
    ) -> Edit {
        let note = match self.language {
            Language::Markdown => {
                definitions.push_str(&format!("[^{label}]: {}\n\n", body.trim()));
                format!("[^{label}]")
            }
            Language::Latex => format!("\\footnote{{{}}}", body.trim()),
            Language::Typst if citation.in_code => format!("footnote[{}]", body.trim()),
            Language::Typst => format!("#footnote[{}]", body.trim()),
        };
        let Range { mut start, mut end } = citation.span.clone();
        let mut before = "";
        if marks != Marks::InPlace && !citation.in_code {
            start = start.saturating_sub(citation.blank_before);
        }
        if marks == Marks::AfterPunctuation && !citation.footnote_asked && !citation.in_code {
            before = self.punctuation_at(end);
            end += before.len();
        }
        let guard = self.guard(&note, end);
        Edit { span: start..end, text: format!("{before}{note}{guard}") }
    }

    /// Puts `text` in the place of `citation`.
    pub fn in_text(&self, citation: &Citation, text: &str) -> Edit {
        let text = match self.language {
            Language::Typst if citation.in_code => format!("[{text}]"),
            _ => text.to_owned(),
        };
        let guard = if citation.in_code { "" } else { self.guard(&text, citation.span.end) };
        Edit { span: citation.span.clone(), text: format!("{text}{guard}") }
    }

    /// The text before a footnote's mark in the place of `citation`: the author is part of the
    /// sentence, the rest is not.
    pub fn footnote_after_text(
        &self,
        citation: &Citation,
        text: &str,
        label: &str,
        body: &str,
        definitions: &mut String,
    ) -> Edit {
        let note = self.footnote(citation, label, body, Marks::InPlace, definitions);
        Edit { text: format!("{text}{}", note.text), ..note }
    }

    fn punctuation_at(&self, at: usize) -> &str {
        let rest = self.text.get(at..).unwrap_or("");
        let points = rest.trim_start_matches(PUNCTUATION);
        let points = rest.len() - points.len();
        if points == 0 || rest[points..].starts_with('[') && rest[..points].ends_with('!') {
            return "";
        }
        let closing = rest[points..].trim_start_matches(CLOSING);
        &rest[..rest.len() - closing.len()]
    }

    /// What keeps new text from running into what follows it at `end`.
    fn guard(&self, text: &str, end: usize) -> &'static str {
        let next = self.text.get(end..).and_then(|rest| rest.chars().next());
        match (self.language, next) {
            // `[^1]: ` would define the note, `[^1](` would be a link.
            (Language::Markdown, Some(':' | '(')) if text.ends_with(']') => "\\",
            (Language::Typst, Some('[' | '(' | '.' | ';')) if text.ends_with(']') => ";",
            _ => "",
        }
    }

    /// The bibliography as it stands in the manuscript: the entries with headings between them,
    /// under the heading that `place` wants. `usual` is the usual heading.
    pub fn bibliography(&self, heading: &Heading, usual: &str, entries: &[String]) -> String {
        let entries = entries.join("\n\n");
        match self.language {
            Language::Markdown => entries,
            Language::Latex => {
                let heading = match heading {
                    Heading::None => String::new(),
                    Heading::Own(title) => format!(
                        "\\ifdefined\\chapter\\chapter*{{{title}}}\\else\\section*{{{title}}}\\fi\n"
                    ),
                    Heading::Usual => {
                        "\\ifdefined\\chapter\\chapter*{\\bibname}\\else\\section*{\\refname}\\fi\n"
                            .to_owned()
                    }
                };
                format!(
                    "{heading}\\begingroup\\setlength{{\\leftskip}}{{2em}}\\setlength{{\\parindent}}{{-2em}}\n\n{entries}\n\n\\endgroup"
                )
            }
            Language::Typst => {
                let heading = match heading {
                    Heading::None => String::new(),
                    Heading::Own(title) => format!("#heading(numbering: none)[{title}]\n\n"),
                    Heading::Usual => format!("#heading(numbering: none)[{usual}]\n\n"),
                };
                format!("{heading}#[\n#set par(hanging-indent: 2em)\n\n{entries}\n]")
            }
        }
    }

    /// A heading between the entries of a bibliography; `title` is text of the language.
    pub fn group_heading(&self, title: &str) -> String {
        match self.language {
            Language::Markdown => format!("**{title}**"),
            Language::Latex => format!("\\noindent\\textbf{{{title}}}"),
            Language::Typst => format!("#strong[{title}]"),
        }
    }

    /// Whether `text`, a citation that ends with a full stop, ends the sentence it stands in: its
    /// full stop is one too many where others follow.
    pub fn ends_sentence(&self, citation: &Citation) -> bool {
        let rest = self.text.get(citation.span.end..).unwrap_or("");
        let words = rest.trim_start_matches([' ', '\t', '\u{a0}']);
        match words.chars().next() {
            None | Some('\n' | '\r' | '}' | ']') => true,
            Some(c) => c.is_uppercase() && words.len() < rest.len(),
        }
    }
}

/// How many bytes of space stand before `start` that go when the mark of a footnote takes the
/// place of a citation. They are looked for down to `floor`; a line break is one of them when
/// `joins` says so of the line before it.
pub(super) fn blank_before(
    text: &str,
    start: usize,
    floor: usize,
    joins: impl Fn(&str) -> bool,
) -> usize {
    let before = text.get(floor..start).unwrap_or("");
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\u{a0}' | '~');
    let words = before.trim_end_matches(is_blank);
    let mut end = words.len();
    if let Some(line) = words.strip_suffix('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let last = line.rsplit('\n').next().unwrap_or("");
        if !joins(last) || last.trim().is_empty() {
            return 0;
        }
        end = line.trim_end_matches(is_blank).len();
    }
    // At the start of a line stands the sign of a list or a heading.
    let line = before[..end].rsplit('\n').next().unwrap_or("");
    if line.chars().any(char::is_alphabetic) { before.len() - end } else { 0 }
}
