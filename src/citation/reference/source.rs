//! A source whose archive the text names: place, path, and what follows in the same archive.

use super::american;
use super::general_first::{self, PathRead};
use super::label::{Labels, is_and};
use super::mention::Mention;
use super::reader::Reader;
use super::sentence::{ends_sentence, piece_end, sentence_end};
use super::specific_first::{pieces, read_upward};
use super::steps::Steps;
use super::token::Kind;
use crate::record::{Archive, ArchiveOrder, fold};
use std::ops::Range;

impl<'a> Reader<'a, '_> {
    /// Reads the source in which `mention` stands; the sentence begins at `at`.
    pub(super) fn read_source(&mut self, at: usize, mention: Mention<'a>, end: usize) -> usize {
        let archive = mention.archive;
        let labels = Labels::new(&archive.scheme);
        let end = match mention.name.end > end {
            true => sentence_end(&self.tokens, mention.name.end, self.end),
            false => end,
        };
        let (place, after) = self.read_place(&mention, end, archive.scheme.order);
        let mut before = self.first_unclaimed_before(at)..mention.name.start;
        // "Kew, The National Archives": the place first.
        let mut place = place;
        if let Some(comma) = before.end.checked_sub(1)
            && before.len() > 1
            && self.tokens.is(comma, Kind::Comma)
            && self.is_place_of(archive, self.tokens.slice(before.start..comma))
        {
            place = Some(self.tokens.slice(before.start..comma).to_owned());
            self.claim(before.clone());
            before = mention.name.start..mention.name.start;
        }
        // A path goes on after commas and colons; a full stop needs a label after it (GOST).
        let path = self.read_path_after(after, &labels);
        let mut path = path;
        if !path.steps.is_empty() && !path.steps.has("collection") && before.len() > 1 {
            // "Volkogonov Papers, Library of Congress, reel 8": the collection before its archive.
            let last = pieces(&self.tokens, before.start, before.end - 1).pop();
            if let Some(last) = last.filter(|last| self.is_collection(last, &labels)) {
                let mut above = Steps::default();
                above.push_named(&archive.scheme, "collection", self.tokens.slice(last.clone()));
                path.steps.inherit(&above, |_| true);
                self.claim(last.start..before.end);
                before.end = last.start;
            }
        }
        if !path.steps.is_empty() {
            // Sentences that were left for a later archive belong to the first one.
            let before = match self.reading.holdings.is_empty() {
                true => before,
                false => at..before.end.max(at),
            };
            if !before.is_empty() {
                self.read_before(before);
            }
            return self.read_list(mention, archive, &labels, place, path);
        }
        let prose = self.tokens.all.get(after).is_some_and(|token| token.kind == Kind::Comma)
            && !self.is_claimed(after + 1)
            && self.tokens.printed(after + 1).starts_with(char::is_lowercase)
            || matches!(self.tokens.word(after), "was" | "were" | "is");
        if prose {
            let copy = self.copy_in(at..mention.name.start);
            self.push_holding(&mention, Steps::default(), place, copy, mention.name.clone());
            return self.remark(at, end);
        }
        // "provided to CWIHP, and on file at National Security Archive": a sentence, not a path.
        let lead = before.end.checked_sub(1).map_or("", |at| self.tokens.word(at));
        let told = matches!(lead, "at" | "in" | "from")
            && !self.reading.holdings.is_empty()
            && before.clone().all(|at| !self.tokens.has_digit(at));
        if told {
            let copy = self.copy_in(before.clone());
            self.push_holding(&mention, Steps::default(), place, copy, mention.name.start..after);
            self.claim(before.start..after);
            self.remark(before.start, before.end);
            return after;
        }
        let upward = read_upward(&self.tokens, before.start, before.end, &labels);
        self.claim(before.start..after);
        self.read_document(&upward.document);
        if let Some((title, medium)) = upward.item {
            self.reading.document.title =
                Some(self.tokens.slice(title).trim_end_matches(',').to_owned());
            self.reading.document.genre = medium.map(|medium| self.tokens.slice(medium).to_owned());
        }
        let first_of_document = upward.document.last().map_or(before.start, |last| last.end + 1);
        let printed = first_of_document.min(mention.name.start)..after;
        self.push_holding(&mention, upward.steps, place, None, printed);
        self.claim_unclear_end(after, end);
        after.max(mention.name.end)
    }

    /// Whether `piece` is the title of a collection of manuscripts.
    fn is_collection(&self, piece: &Range<usize>, labels: &Labels<'_>) -> bool {
        american::names_units_by_titles(labels)
            && piece.len() <= 8
            && self.tokens.is_capital(piece.start)
            && american::COLLECTION_WORDS.contains(&self.tokens.word(piece.end - 1))
    }

    /// After a place-less, path-less archive nothing but marks is understood.
    pub(super) fn claim_unclear_end(&mut self, from: usize, end: usize) {
        for at in from..end {
            if !self.tokens.is(at, Kind::Word) {
                self.claim(at..at + 1);
            }
        }
    }

    pub(super) fn first_unclaimed_before(&self, at: usize) -> usize {
        let mut first = at;
        let address = |at: usize| self.tokens.word(at).starts_with("http");
        while first > 0 && (!self.is_claimed(first - 1) || address(first - 1)) {
            first -= 1;
        }
        first
    }

    /// Reads the path at `after`, in whatever way the archive orders its units.
    pub(super) fn read_path_after(&self, after: usize, labels: &Labels<'_>) -> PathRead {
        let none = PathRead { steps: Steps::default(), next: after, left: Vec::new() };
        let end = self.next_claimed(after);
        if !american::names_units_by_titles(labels) {
            return general_first::read_path(&self.tokens, after, end, labels, None);
        }
        let mut start = after;
        while matches!(self.tokens.kind(start), Some(Kind::Comma | Kind::Colon)) {
            start += 1;
        }
        if start == after && !self.tokens.is(start, Kind::Word) || start >= end {
            return none;
        }
        let stop = sentence_end(&self.tokens, start, end);
        american::read_path(&self.tokens, start, stop, labels, implied_level(labels))
    }

    pub(super) fn next_claimed(&self, at: usize) -> usize {
        let archive =
            self.mentions.iter().map(|mention| mention.name.start).find(|start| *start > at);
        // Marks are claimed with what stands before them.
        let word = |i: &usize| self.is_claimed(*i) && !self.tokens.is(*i, Kind::Comma);
        let claimed = (at..self.end).find(word).unwrap_or(self.end);
        archive.unwrap_or(self.end).min(claimed)
    }

    /// The place after the name of an archive, and the token after it.
    pub(super) fn read_place(
        &self,
        mention: &Mention<'_>,
        end: usize,
        order: ArchiveOrder,
    ) -> (Option<String>, usize) {
        let known = |text: &str| self.is_place_of(mention.archive, text);
        let mut after = mention.name.end;
        let mut place: Option<Range<usize>> = None;
        // "Archives nationales (Pierrefitte-sur-Seine)"
        if self.tokens.is(after, Kind::Open)
            && let Some(close) = self.tokens.closing(after)
            && self.looks_like_place(&(after + 1..close))
        {
            place = Some(after + 1..close);
            after = close + 1;
        }
        // "Section II (former Party Archive), fond 14": more of the name.
        if self.tokens.is(after, Kind::Open)
            && place.is_none()
            && let Some(close) = self.tokens.closing(after)
            && (after + 1..close)
                .all(|at| self.tokens.is(at, Kind::Word) && !self.tokens.has_digit(at))
            && close - after > 2
        {
            after = close + 1;
        }
        let limit = end.min(self.next_claimed(after));
        // "Bundesarchiv Koblenz, B 136/6228"
        let city = after..piece_end(&self.tokens, after, limit);
        if place.is_none()
            && self.tokens.is(after, Kind::Word)
            && city.len() <= 4
            && known(self.tokens.slice(city.clone()))
        {
            after = city.end;
            place = Some(city);
        }
        while (self.tokens.is(after, Kind::Comma)
            || (self.tokens.is(after, Kind::Stop) && place.is_none()))
            && after + 1 < limit
        {
            let piece = after + 1..piece_end(&self.tokens, after + 1, limit);
            let whole = place.as_ref().map_or(piece.start, |place| place.start)..piece.end;
            let longer = piece.end + 1..piece_end(&self.tokens, piece.end + 1, limit);
            let with_next = known(self.tokens.slice(piece.start..longer.end.max(piece.end)));
            let is_place = known(self.tokens.slice(whole.clone()))
                || known(self.tokens.slice(piece.clone()))
                || with_next
                || order == ArchiveOrder::SpecificFirst
                    && is_state(self.tokens.slice(piece.clone()));
            let free = order == ArchiveOrder::SpecificFirst
                && self.looks_like_place(&piece)
                && self.only_places_follow(piece.end, limit);
            if !(is_place || free) {
                break;
            }
            place = Some(whole);
            after = piece.end;
        }
        // "Archive of Foreign Policy of the Russian Federation, Moscow (hereafter AVPRF)"
        if place.is_some()
            && self.tokens.is(after, Kind::Open)
            && let Some(close) = self.tokens.closing(after)
            && (after + 1..close)
                .any(|i| mention.archive.is_called(&fold(self.tokens.slice(i..close))))
        {
            after = close + 1;
        }
        let text = place.map(|place| self.tokens.slice(place).to_owned());
        (text, after)
    }

    /// Whether `text` is the place of `archive`, whole, or its city alone or with the state written out.
    fn is_place_of(&self, archive: &Archive, text: &str) -> bool {
        let printed = fold(text);
        archive.places.iter().any(|place| {
            let city = place.text.split(',').next().unwrap_or(&place.text);
            let rest = printed.strip_prefix(&fold(city));
            fold(&place.text) == printed
                || rest.is_some_and(|rest| rest.is_empty() || STATES.contains(&rest))
        })
    }

    pub(super) fn looks_like_place(&self, piece: &Range<usize>) -> bool {
        piece.len() <= 4
            && !piece.is_empty()
            && piece.clone().all(|at| {
                self.tokens.is(at, Kind::Stop)
                    || (self.tokens.is_capital(at) && !self.tokens.has_digit(at))
            })
            && !piece.clone().any(|at| {
                matches!(
                    self.tokens.word(at),
                    "papers"
                        | "collection"
                        | "files"
                        | "records"
                        | "file"
                        | "box"
                        | "series"
                        | "folder"
                )
            })
    }

    pub(super) fn only_places_follow(&self, at: usize, end: usize) -> bool {
        pieces(&self.tokens, at, end)
            .iter()
            .filter(|piece| self.tokens.is(piece.start, Kind::Word))
            .count()
            <= 2
            && pieces(&self.tokens, at, end).iter().all(|piece| {
                self.looks_like_place(piece) || !self.tokens.is(piece.start, Kind::Word)
            })
    }

    /// Pushes the first holding and those that follow it in the same archive
    /// (`...; d. 341, l. 7`).
    pub(super) fn read_list(
        &mut self,
        mention: Mention<'a>,
        archive: &'a Archive,
        labels: &Labels<'_>,
        place: Option<String>,
        first: PathRead,
    ) -> usize {
        let mut path = first;
        let mut printed = mention.name.start..path.next;
        let copy = self.copy_in(self.first_of_sentence(mention.name.start)..mention.name.start);
        loop {
            let left = std::mem::take(&mut path.left);
            let mut understood = printed.clone();
            understood.end = path.next;
            self.claim(understood);
            for piece in left {
                for at in piece {
                    self.claimed[at] = false;
                }
            }
            let next = self.read_genre(path.next);
            let steps = path.steps.clone();
            self.push_holding(&mention, path.steps, place.clone(), copy, printed.start..path.next);
            let mut following = next;
            while matches!(self.tokens.kind(following), Some(Kind::Semicolon | Kind::Comma))
                || is_and(self.tokens.word(following))
            {
                following += 1;
            }
            let end = self.next_claimed(following);
            if following == next
                || following >= end
                || labels.labelled(&self.tokens, following, end, None).is_none()
                || american::names_units_by_titles(labels)
            {
                return next;
            }
            path = general_first::read_path(&self.tokens, following, end, labels, Some(&steps));
            if path.steps.is_empty() || path.next <= following {
                return next;
            }
            let _ = archive;
            printed = following..path.next;
        }
    }

    /// `: Telegram` after the path.
    pub(super) fn read_genre(&mut self, at: usize) -> usize {
        if self.tokens.is(at, Kind::Colon) && american::is_genre(&self.tokens, at + 1, self.end) {
            self.reading.document.genre = Some(self.tokens.printed(at + 1).to_owned());
            self.claim(at..at + 2);
            return at + 2;
        }
        at
    }

    pub(super) fn first_of_sentence(&self, at: usize) -> usize {
        (0..at).rev().find(|i| ends_sentence(&self.tokens, *i)).map_or(0, |stop| stop + 1)
    }
}

/// States of the United States with archives, folded.
const STATES: &[&str] = &[
    "alabama",
    "arizona",
    "arkansas",
    "california",
    "colorado",
    "connecticut",
    "delaware",
    "florida",
    "georgia",
    "illinois",
    "indiana",
    "iowa",
    "kansas",
    "kentucky",
    "louisiana",
    "maine",
    "maryland",
    "massachusetts",
    "michigan",
    "minnesota",
    "mississippi",
    "missouri",
    "montana",
    "nebraska",
    "nevada",
    "newhampshire",
    "newjersey",
    "newmexico",
    "newyork",
    "northcarolina",
    "ohio",
    "oklahoma",
    "oregon",
    "pennsylvania",
    "rhodeisland",
    "southcarolina",
    "tennessee",
    "texas",
    "utah",
    "vermont",
    "virginia",
    "washington",
    "westvirginia",
    "wisconsin",
    "wyoming",
];

/// Two capital letters, as the states of the United States are abbreviated.
fn is_state(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// The level that a last title without a label stands for.
pub(super) fn implied_level(labels: &Labels<'_>) -> &'static str {
    let by_file = labels.scheme.level("file").is_some_and(|level| level.understood_above.is_some());
    if by_file { "file" } else { "folder" }
}
