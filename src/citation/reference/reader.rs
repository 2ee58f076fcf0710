//! Walks through a text, sentence by sentence, and hands each to the grammar it belongs to.

use super::credit::{begins_credit, read_credits};
use super::document::speaks_of_document;
use super::edition::editions;
use super::label::is_and;
use super::mention::{Mention, mentions, part_codes};
use super::opening::without_brackets;
use super::publication::publications;
use super::sentence::{ends_sentence, handling_end, sentence_end};
use super::specific_first::is_day;
use super::steps::Steps;
use super::token::{Kind, Tokens};
use super::{NotUnderstood, ReadHolding, Reading};
use crate::problem::{Problem, codes};
use crate::record::{Archives, CopyKind};
use std::ops::Range;

/// The longest text that is read, in bytes.
const LONGEST: usize = 64 * 1024;

pub(super) fn read(text: &str, archives: &Archives) -> Reading {
    if text.len() > LONGEST {
        let message = format!("the text has {} bytes, more than a reference can have", text.len());
        let problem =
            Problem::error(codes::REFERENCE, message).mend("give one reference at a time");
        return Reading { problems: vec![problem], ..Reading::default() };
    }
    let (inner, offset) = without_brackets(text);
    let mut tokens = Tokens::new(inner);
    part_codes(&mut tokens, archives);
    let all = mentions(&tokens, archives);
    let mut reader = Reader {
        end: tokens.len(),
        claimed: vec![false; tokens.len()],
        reading: Reading::default(),
        mentions: all,
        archives,
        tokens,
    };
    let at = reader.read_opening();
    reader.read_publications(at);
    reader.read_sentences(at);
    reader.finish(offset)
}

/// A text, what it names, and what was read of it so far.
pub(super) struct Reader<'a, 't> {
    pub(super) tokens: Tokens<'t>,
    pub(super) archives: &'a Archives,
    pub(super) mentions: Vec<Mention<'a>>,
    pub(super) claimed: Vec<bool>,
    pub(super) reading: Reading,
    pub(super) end: usize,
}

impl<'a> Reader<'a, '_> {
    pub(super) fn claim(&mut self, range: Range<usize>) {
        for at in range {
            if let Some(claimed) = self.claimed.get_mut(at) {
                *claimed = true;
            }
        }
    }

    pub(super) fn is_claimed(&self, at: usize) -> bool {
        self.claimed.get(at).copied().unwrap_or(false)
    }

    pub(super) fn read_publications(&mut self, at: usize) {
        for found in publications(&self.tokens, at..self.end) {
            self.claim(found.tokens.clone());
            if found.of_translation {
                self.reading.translation_from = Some(found.publication.id.to_string());
            }
            self.reading.publications.push(found.publication);
        }
        let taken = self.reading.publications.len();
        let claimed = |at: usize| self.claimed.get(at).copied().unwrap_or(false);
        for found in editions(&self.tokens, at..self.end, claimed, taken) {
            self.claim(found.tokens.clone());
            self.reading.publications.push(found.publication);
        }
        let claimed = &self.claimed;
        self.mentions.retain(|mention| !claimed[mention.name.start]);
        self.mentions.retain(|mention| mention.name.start >= at);
    }

    pub(super) fn read_sentences(&mut self, at: usize) {
        let mut at = at;
        while at < self.end {
            if self.is_claimed(at)
                || !matches!(self.tokens.all[at].kind, Kind::Word | Kind::Open | Kind::OpenQuote)
                || is_and(self.tokens.word(at))
            {
                at += 1;
                continue;
            }
            let next = self.read_sentence(at);
            at = next.max(at + 1);
        }
    }

    /// Reads what begins at `at` and gives the token after it.
    pub(super) fn read_sentence(&mut self, at: usize) -> usize {
        let mut end = sentence_end(&self.tokens, at, self.end);
        if let Some(claimed) = (at..end).find(|i| self.is_claimed(*i)) {
            end = claimed;
        }
        if let Some(next) = handling_end(&self.tokens, at)
            && !self.mentions.iter().any(|mention| mention.name.start == at)
        {
            return self.read_handling(at, next);
        }
        if begins_credit(&self.tokens, at) {
            let mut credits = std::mem::take(&mut self.reading.credits);
            if read_credits(&self.tokens, at..end, &mut credits) {
                self.claim(at..end);
            } else {
                self.claim(at..end);
                self.reading
                    .remarks
                    .push(self.tokens.slice(at..end).trim_end_matches('.').to_owned());
            }
            self.reading.credits = credits;
            return end;
        }
        let custody =
            matches!(self.tokens.word(at), "provided" | "with" | "given" | "courtesy" | "made");
        if custody && !self.tokens.is(at + 1, Kind::Comma) {
            return self.remark(at, end);
        }
        if let Some(next) = self.read_state_of_copy(at, end) {
            return next;
        }
        let mention =
            self.mentions.iter().find(|mention| (at..end).contains(&mention.name.start)).cloned();
        // "NARA, RG 319, Entry 57, Box 123, NACP": the building, after the path.
        if let Some(mention) = &mention
            && mention.name.start == at
            && mention.name.end + 1 >= end
            && self.reading.holdings.last().is_some_and(|last| {
                last.archive.as_deref() == Some(mention.archive.id.as_str())
                    && !last.path.is_empty()
            })
        {
            self.claim(mention.name.clone());
            return end;
        }
        if let Some(mention) = mention {
            return self.read_source(at, mention, end);
        }
        if let Some(next) = self.read_recognised(at..at, at, end) {
            return next;
        }
        if let Some(next) = self.read_recognised_after_name(at, end) {
            return next;
        }
        let later_archive = self.mentions.iter().any(|mention| mention.name.start >= end);
        if self.reading.holdings.is_empty() && later_archive {
            return end;
        }
        if let Some(next) = self.read_unknown(at, end) {
            return next;
        }
        let something = !self.reading.holdings.is_empty()
            || !self.reading.publications.is_empty()
            || !self.reading.credits.is_empty();
        match something && end > at + 2 {
            true => self.remark(at, end),
            false => end,
        }
    }

    pub(super) fn remark(&mut self, at: usize, end: usize) -> usize {
        self.claim(at..end);
        let text = self.tokens.slice(at..end).trim().to_owned();
        if !text.is_empty() {
            self.reading.remarks.push(text);
        }
        end
    }

    pub(super) fn read_handling(&mut self, at: usize, first_end: usize) -> usize {
        let (mut start, mut end) = (at, first_end);
        loop {
            self.claim(start..end);
            self.reading.classification.push(self.tokens.slice(start..end).to_owned());
            let separated = matches!(self.tokens.kind(end), Some(Kind::Semicolon | Kind::Comma));
            match handling_end(&self.tokens, end + 1).filter(|_| separated) {
                Some(next) => (start, end) = (end + 1, next),
                None => break,
            }
        }
        // An unknown mark after known ones is a mark as well.
        while self.tokens.is(end, Kind::Semicolon) {
            let stop = (end + 1..self.end)
                .find(|i| self.tokens.is(*i, Kind::Semicolon) || ends_sentence(&self.tokens, *i))
                .unwrap_or(self.end);
            self.claim(end + 1..stop);
            self.reading.classification.push(self.tokens.slice(end + 1..stop).to_owned());
            end = stop;
        }
        end
    }

    pub(super) fn push_holding(
        &mut self,
        mention: &Mention<'_>,
        steps: Steps,
        place: Option<String>,
        copy: Option<CopyKind>,
        printed: Range<usize>,
    ) {
        let path = steps.into_path();
        self.reading.problems.extend(mention.archive.check_path(&path));
        self.claim(mention.name.clone());
        self.reading.holdings.push(ReadHolding {
            archive: Some(mention.archive.id.to_string()),
            archive_as_printed: self.tokens.slice(mention.name.clone()).to_owned(),
            path,
            place,
            copy,
            as_printed: self.tokens.slice(printed).trim_end_matches(',').to_owned(),
        });
    }

    /// Reports every word that nothing has claimed.
    pub(super) fn finish(mut self, offset: usize) -> Reading {
        let mut at = 0;
        while at < self.end {
            let open = |i: usize| !self.is_claimed(i) && i < self.end;
            if !open(at) || !self.tokens.is(at, Kind::Word) {
                at += 1;
                continue;
            }
            let mut next = at + 1;
            while open(next) && !ends_sentence(&self.tokens, next) {
                next += 1;
            }
            while next > at + 1 && !self.tokens.is(next - 1, Kind::Word) {
                next -= 1;
            }
            let text = self.tokens.slice(at..next).to_owned();
            if self.reading.document.date_as_printed.is_none() && is_day(&self.tokens, &(at..next))
            {
                self.reading.document.date_as_printed = Some(text);
                at = next;
                continue;
            }
            // "ll. 19-27, compiled by V.N. Chernukha"
            if begins_credit(&self.tokens, at) {
                read_credits(&self.tokens, at..next, &mut self.reading.credits);
                at = next;
                continue;
            }
            // "FEC 3/548/1, Addis to Wilford, 12 February 1975": what lies there, after the path.
            if !self.reading.holdings.is_empty() && speaks_of_document(&self.tokens, &(at..next)) {
                let description = self.reading.document.description.take();
                self.reading.document.description =
                    Some(description.map_or(text.clone(), |first| format!("{first}, {text}")));
                at = next;
                continue;
            }
            if !is_and(&text.to_lowercase()) {
                let bytes = self.tokens.bytes(at..next);
                let message = format!("`{}` is not understood", text.escape_debug());
                self.reading.problems.push(Problem::warning(codes::REFERENCE, message));
                self.reading.not_understood.push(NotUnderstood {
                    text,
                    start: bytes.start + offset,
                    end: bytes.end + offset,
                });
            }
            at = next;
        }
        if self.reading.holdings.is_empty()
            && self.reading.publications.is_empty()
            && self.reading.credits.is_empty()
        {
            let problem = Problem::warning(codes::NO_HOLDING, "no archive and no path was found");
            self.reading.problems.push(
                problem.mend("begin with the archive, for instance `APRF, f. 45, op. 1, d. 340`"),
            );
        }
        self.reading
    }
}
