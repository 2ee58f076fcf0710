//! What a citation says of the document, before it says where it is.

use super::label::is_and;
use super::reader::Reader;
use super::specific_first::{is_date, pieces};
use super::token::{Kind, Tokens};
use crate::record::CopyKind;
use std::ops::Range;

impl<'a> Reader<'a, '_> {
    /// What the words before an archive say of what lies there.
    pub(super) fn copy_in(&self, words: Range<usize>) -> Option<CopyKind> {
        words.rev().find_map(|at| match self.tokens.word(at) {
            "copy" | "copies" => Some(CopyKind::Copy),
            "original" => Some(CopyKind::Original),
            "draft" => Some(CopyKind::Draft),
            "microfilm" => Some(CopyKind::Microfilm),
            _ => None,
        })
    }

    /// `Подлинник.`, `Копия. Машинопись.`: after a reference, what lies there (GOST R 7.0.5, 9).
    pub(super) fn read_state_of_copy(&mut self, at: usize, end: usize) -> Option<usize> {
        let last = self.reading.holdings.last_mut()?;
        let whole = self.tokens.slice(at..end).trim_end_matches('.').to_lowercase();
        let copy = match whole.as_str() {
            "подлинник" | "оригинал" | "original" => Some(CopyKind::Original),
            "копия" | "заверенная копия" | "copy" | "certified copy" => {
                Some(CopyKind::Copy)
            }
            "черновик" | "проект" | "draft" => Some(CopyKind::Draft),
            "микрофильм" | "microfilm" => Some(CopyKind::Microfilm),
            "машинопись"
            | "рукопись"
            | "автограф"
            | "типографский экземпляр"
            | "отпуск"
            | "typescript"
            | "manuscript" => None,
            _ => return None,
        };
        match copy {
            Some(copy) => last.copy = last.copy.or(Some(copy)),
            None => {
                let text = self.tokens.slice(at..end).to_owned();
                self.reading.remarks.push(text);
            }
        }
        self.claim(at..end);
        Some(end)
    }

    /// Words before an archive whose path follows it: of the document, or a sentence.
    pub(super) fn read_before(&mut self, before: Range<usize>) {
        let words = before.end - before.start;
        let last = before.end - 1;
        let only_lead = words == 1
            && (is_and(self.tokens.word(last))
                || matches!(self.tokens.word(last), "see" | "in" | "from" | "also" | "the"));
        self.claim(before.clone());
        if only_lead {
            return;
        }
        if matches!(self.tokens.all[last].kind, Kind::Comma | Kind::Semicolon | Kind::Stop) {
            let pieces = pieces(&self.tokens, before.start, last);
            self.read_document(&pieces);
        } else {
            self.reading.remarks.push(self.tokens.slice(before).to_owned());
        }
    }

    /// The pieces of a citation that speak of the document: a quoted title, a date, the rest as
    /// its description.
    pub(super) fn read_document(&mut self, pieces: &[Range<usize>]) {
        let mut description = Vec::new();
        for piece in pieces {
            if self.tokens.word(piece.start).starts_with("http") {
                continue;
            }
            let text = self.tokens.slice(piece.clone());
            let quote = piece.clone().find(|at| self.tokens.is(*at, Kind::OpenQuote));
            if let Some(open) = quote
                && let Some(close) = self.tokens.closing(open)
            {
                let title = self.tokens.slice(open + 1..close).trim_end_matches(',').to_owned();
                self.reading.document.title.get_or_insert(title);
                if self.tokens.is(close + 1, Kind::Open)
                    && let Some(end) = self.tokens.closing(close + 1)
                {
                    let bracketed = close + 2..end;
                    let inside = self.tokens.slice(bracketed.clone()).to_owned();
                    match is_date(&self.tokens, &bracketed) || inside.starts_with("ca") {
                        true => self.reading.document.date_as_printed = Some(format!("[{inside}]")),
                        false => self.reading.document.genre = Some(inside),
                    }
                }
            } else if is_date(&self.tokens, piece)
                && self.reading.document.date_as_printed.is_none()
            {
                self.reading.document.date_as_printed = Some(text.to_owned());
            } else {
                description.push(text);
            }
            self.claim(piece.clone());
        }
        if !description.is_empty() {
            self.reading.document.description.get_or_insert(description.join(", "));
        }
    }
}

/// What documents are called, as the first word of a description in the languages of the archives.
const GENRES: &[&str] = &[
    "aide-mémoire",
    "airgram",
    "aufzeichnung",
    "brief",
    "cable",
    "circular",
    "communiqué",
    "denkschrift",
    "dépêche",
    "depesche",
    "despatch",
    "dispatch",
    "draft",
    "letter",
    "lettre",
    "memo",
    "memorandum",
    "minute",
    "minutes",
    "note",
    "notes",
    "notiz",
    "protocol",
    "protokoll",
    "record",
    "report",
    "rapport",
    "schreiben",
    "stenogram",
    "talks",
    "telegram",
    "telegramm",
    "télégramme",
    "tel",
    "transcript",
    "vermerk",
    "zabeleška",
    "záznam",
    "zapis",
    "zapiska",
    "notatka",
    "szyfrogram",
    "jelentés",
    "feljegyzés",
    "донесение",
    "докладная",
    "записка",
    "запись",
    "письмо",
    "протокол",
    "справка",
    "стенограмма",
    "телеграмма",
    "шифротелеграмма",
    "шифртелеграмма",
    "dnevnik",
    "дневник",
    "appunto",
    "verbale",
    "diary",
    "conversation",
    "interview",
    "speech",
    "summary",
    "excerpt",
];

/// Whether the words of `piece` tell of a document, not of a unit: `Addis to Wilford`, `minute by
/// Franks`.
pub(super) fn speaks_of_document(tokens: &Tokens<'_>, piece: &Range<usize>) -> bool {
    let words = piece.len();
    let to = (piece.start + 1..piece.end.saturating_sub(1)).any(|at| {
        tokens.word(at) == "to" && tokens.is_capital(piece.start) && tokens.is_capital(at + 1)
    });
    words <= 24 && (to || words > 1 && GENRES.contains(&tokens.word(piece.start)))
}
