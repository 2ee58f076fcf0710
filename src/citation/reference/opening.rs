//! What a citation begins with: an address, "Source:", a title in quotation marks, its date.

use super::reader::Reader;
use super::sentence::sentence_end;
use super::specific_first::{is_date, pieces};
use super::token::Kind;

/// The text inside brackets that stand around the whole, and how many bytes stand before it.
pub(super) fn without_brackets(text: &str) -> (&str, usize) {
    let trimmed = text.trim();
    let lead = text.len() - text.trim_start().len();
    let inner = trimmed
        .strip_prefix('[')
        .and_then(|rest| rest.trim_end_matches('.').strip_suffix([']', ')']));
    match inner {
        Some(inner) if !inner.contains(['[', ']']) => (inner, lead + 1),
        _ => (trimmed, lead),
    }
}

impl<'a> Reader<'a, '_> {
    /// Reads addresses, "hereafter cited as", "Source:", and a title in quotation marks with date
    /// and digital archive. Gives the token at which sources begin.
    pub(super) fn read_opening(&mut self) -> usize {
        for at in 0..self.end {
            let word = self.tokens.word(at);
            if word.starts_with("http://") || word.starts_with("https://") {
                self.claim(at..at + 1);
                let url = self.tokens.printed(at).to_owned();
                match self.reading.url {
                    None => self.reading.url = Some(url),
                    Some(_) => self.reading.remarks.push(url),
                }
            }
            if self.tokens.is(at, Kind::Open)
                && self.tokens.word(at + 1) == "hereafter"
                && let Some(close) = self.tokens.closing(at)
            {
                let first = (at + 2..close)
                    .find(|i| !matches!(self.tokens.word(*i), "cited" | "as" | "referred" | "to"))
                    .unwrap_or(close);
                self.reading.short_form = Some(self.tokens.slice(first..close).to_owned());
                self.claim(at..close + 1);
            }
        }
        let mut at = 0;
        while matches!(self.tokens.word(at), "source" | "sources")
            && self.tokens.is(at + 1, Kind::Colon)
        {
            self.claim(at..at + 2);
            at += 2;
        }
        self.read_quoted_title(at)
    }

    pub(super) fn read_quoted_title(&mut self, at: usize) -> usize {
        if !self.tokens.is(at, Kind::OpenQuote) {
            return at;
        }
        let Some(close) = self.tokens.closing(at) else { return at };
        if !matches!(self.tokens.kind(close + 1), Some(Kind::Word | Kind::Comma)) {
            return at;
        }
        let title = self.tokens.slice(at + 1..close).trim_end_matches([',', '.']);
        self.reading.document.title = Some(title.to_owned());
        self.claim(at..close + 1);
        let mut next = close + 1;
        let end = sentence_end(&self.tokens, next, self.end);
        let first_archive =
            self.mentions.iter().map(|m| m.name.start).find(|start| *start > close).unwrap_or(end);
        for piece in pieces(&self.tokens, next, end) {
            if piece.start >= first_archive {
                break;
            }
            let text = self.tokens.slice(piece.clone()).to_owned();
            let lower = text.to_lowercase();
            if self.reading.document.date_as_printed.is_none() && is_date(&self.tokens, &piece) {
                self.reading.document.date_as_printed = Some(text);
            } else if lower.ends_with("digital archive") || lower.ends_with("digital collections") {
                self.reading.provider = Some(text);
                self.claim(piece.clone());
                next = piece.end;
                break;
            } else {
                break;
            }
            self.claim(piece.clone());
            next = piece.end;
        }
        while matches!(self.tokens.kind(next), Some(Kind::Comma)) {
            next += 1;
        }
        next
    }
}
