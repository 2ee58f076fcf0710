//! Walks through a text, sentence by sentence, and hands each to the grammar it belongs to.

use super::american;
use super::credit::{begins_credit, read_credits};
use super::general_first::{self, PathRead};
use super::label::{Labels, is_and};
use super::mention::{Mention, mentions};
use super::publication::publications;
use super::sentence::{ends_sentence, handling_end, piece_end, sentence_end};
use super::specific_first::{is_date, pieces, read_upward};
use super::steps::Steps;
use super::token::{Kind, Tokens};
use super::{NotUnderstood, ReadHolding, Reading};
use crate::problem::{Problem, codes};
use crate::record::{Archive, ArchiveOrder, Archives, CopyKind, LevelScheme, fold};
use std::ops::Range;

/// The longest text that is read, in bytes.
const LONGEST: usize = 64 * 1024;
/// The schemes tried for an archive that is not known, likeliest first.
const SCHEMES: &[&str] = &[
    "russian",
    "manuscripts",
    "german",
    "bulgarian",
    "romanian",
    "polish",
    "czech",
    "french",
    "british",
];
/// Words that the names of archives have.
const INSTITUTIONS: &[&str] = &[
    "library",
    "libraries",
    "archive",
    "archives",
    "archiv",
    "staatsarchiv",
    "stadtarchiv",
    "landesarchiv",
    "hauptstaatsarchiv",
    "museum",
    "society",
    "university",
    "institute",
    "institution",
    "registry",
    "college",
    "bibliothek",
    "staatsbibliothek",
    "bibliothèque",
    "biblioteca",
    "archivo",
    "archivio",
    "arhiv",
    "arkiv",
    "levéltár",
    "arhivele",
    "archiwum",
    "архив",
    "档案馆",
    "office",
    "centre",
    "center",
    "foundation",
];

pub(super) fn read(text: &str, archives: &Archives) -> Reading {
    if text.len() > LONGEST {
        let message = format!("the text has {} bytes, more than a reference can have", text.len());
        let problem =
            Problem::error(codes::REFERENCE, message).mend("give one reference at a time");
        return Reading { problems: vec![problem], ..Reading::default() };
    }
    let (inner, offset) = without_brackets(text);
    let tokens = Tokens::new(inner);
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

/// The text inside brackets that stand around the whole, and how many bytes stand before it.
fn without_brackets(text: &str) -> (&str, usize) {
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

struct Reader<'a, 't> {
    tokens: Tokens<'t>,
    archives: &'a Archives,
    mentions: Vec<Mention<'a>>,
    claimed: Vec<bool>,
    reading: Reading,
    end: usize,
}

impl<'a> Reader<'a, '_> {
    fn claim(&mut self, range: Range<usize>) {
        for at in range {
            if let Some(claimed) = self.claimed.get_mut(at) {
                *claimed = true;
            }
        }
    }

    fn is_claimed(&self, at: usize) -> bool {
        self.claimed.get(at).copied().unwrap_or(false)
    }

    /// Reads addresses, "hereafter cited as", "Source:", and a title in quotation marks with date
    /// and digital archive. Gives the token at which sources begin.
    fn read_opening(&mut self) -> usize {
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
        if matches!(self.tokens.word(0), "source" | "sources") && self.tokens.is(1, Kind::Colon) {
            self.claim(0..2);
            at = 2;
        }
        self.read_quoted_title(at)
    }

    fn read_quoted_title(&mut self, at: usize) -> usize {
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

    fn read_publications(&mut self, at: usize) {
        for found in publications(&self.tokens, at..self.end) {
            self.claim(found.tokens.clone());
            if found.of_translation {
                self.reading.translation_from = Some(found.publication.id.to_string());
            }
            self.reading.publications.push(found.publication);
        }
        let claimed = &self.claimed;
        self.mentions.retain(|mention| !claimed[mention.name.start]);
        self.mentions.retain(|mention| mention.name.start >= at);
    }

    fn read_sentences(&mut self, at: usize) {
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
    fn read_sentence(&mut self, at: usize) -> usize {
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
        let mention =
            self.mentions.iter().find(|mention| (at..end).contains(&mention.name.start)).cloned();
        if let Some(mention) = mention {
            return self.read_source(at, mention, end);
        }
        if let Some(next) = self.read_recognised(at, end) {
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

    fn remark(&mut self, at: usize, end: usize) -> usize {
        self.claim(at..end);
        let text = self.tokens.slice(at..end).trim().to_owned();
        if !text.is_empty() {
            self.reading.remarks.push(text);
        }
        end
    }

    fn read_handling(&mut self, at: usize, first_end: usize) -> usize {
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

    /// Reads the source in which `mention` stands; the sentence begins at `at`.
    fn read_source(&mut self, at: usize, mention: Mention<'a>, end: usize) -> usize {
        let archive = mention.archive;
        let labels = Labels::new(&archive.scheme);
        let end = match mention.name.end > end {
            true => sentence_end(&self.tokens, mention.name.end, self.end),
            false => end,
        };
        let (place, after) = self.read_place(&mention, end, archive.scheme.order);
        let before = self.first_unclaimed_before(at)..mention.name.start;
        // A path goes on after commas and colons; a full stop needs a label after it (GOST).
        let path = self.read_path_after(after, &labels);
        if !path.steps.is_empty() {
            // Sentences that were left for a later archive belong to the first one.
            let before = match self.reading.holdings.is_empty() {
                true => before,
                false => at..mention.name.start,
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

    /// After a place-less, path-less archive nothing but marks is understood.
    fn claim_unclear_end(&mut self, from: usize, end: usize) {
        for at in from..end {
            if !self.tokens.is(at, Kind::Word) {
                self.claim(at..at + 1);
            }
        }
    }

    fn first_unclaimed_before(&self, at: usize) -> usize {
        let mut first = at;
        let address = |at: usize| self.tokens.word(at).starts_with("http");
        while first > 0 && (!self.is_claimed(first - 1) || address(first - 1)) {
            first -= 1;
        }
        first
    }

    /// Reads the path at `after`, in whatever way the archive orders its units.
    fn read_path_after(&self, after: usize, labels: &Labels<'_>) -> PathRead {
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

    fn next_claimed(&self, at: usize) -> usize {
        let archive =
            self.mentions.iter().map(|mention| mention.name.start).find(|start| *start > at);
        let claimed = (at..self.end).find(|i| self.is_claimed(*i)).unwrap_or(self.end);
        archive.unwrap_or(self.end).min(claimed)
    }

    /// The place after the name of an archive, and the token after it.
    fn read_place(
        &self,
        mention: &Mention<'_>,
        end: usize,
        order: ArchiveOrder,
    ) -> (Option<String>, usize) {
        let known =
            |text: &str| mention.archive.places.iter().any(|place| fold(&place.text) == fold(text));
        let mut after = mention.name.end;
        let mut place: Option<Range<usize>> = None;
        let limit = end.min(self.next_claimed(after));
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
                || is_state(self.tokens.slice(piece.clone()));
            let free = order == ArchiveOrder::SpecificFirst
                && self.looks_like_place(&piece)
                && self.only_places_follow(piece.end, limit);
            if !(is_place || free) {
                break;
            }
            place = Some(whole);
            after = piece.end;
        }
        let text = place.map(|place| self.tokens.slice(place).to_owned());
        (text, after)
    }

    fn looks_like_place(&self, piece: &Range<usize>) -> bool {
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

    fn only_places_follow(&self, at: usize, end: usize) -> bool {
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
    fn read_list(
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
    fn read_genre(&mut self, at: usize) -> usize {
        if self.tokens.is(at, Kind::Colon) && american::is_genre(&self.tokens, at + 1, self.end) {
            self.reading.document.genre = Some(self.tokens.printed(at + 1).to_owned());
            self.claim(at..at + 2);
            return at + 2;
        }
        at
    }

    fn first_of_sentence(&self, at: usize) -> usize {
        (0..at).rev().find(|i| ends_sentence(&self.tokens, *i)).map_or(0, |stop| stop + 1)
    }

    /// What the words before an archive say of what lies there.
    fn copy_in(&self, words: Range<usize>) -> Option<CopyKind> {
        words.rev().find_map(|at| match self.tokens.word(at) {
            "copy" | "copies" => Some(CopyKind::Copy),
            "original" => Some(CopyKind::Original),
            "draft" => Some(CopyKind::Draft),
            "microfilm" => Some(CopyKind::Microfilm),
            _ => None,
        })
    }

    /// Words before an archive whose path follows it: of the document, or a sentence.
    fn read_before(&mut self, before: Range<usize>) {
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
    fn read_document(&mut self, pieces: &[Range<usize>]) {
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

    /// A reference whose shape tells the archive that it does not name.
    fn read_recognised(&mut self, at: usize, end: usize) -> Option<usize> {
        let piece = at..piece_end(&self.tokens, at, end);
        let text = self.tokens.slice(piece.clone());
        let archive = self
            .archives
            .iter()
            .find(|archive| archive.recognised_by.iter().any(|shape| shape.fits(text)))?;
        let labels = Labels::new(&archive.scheme);
        let stop = self.next_claimed(at).min(end);
        let mut path = match american::names_units_by_titles(&labels) {
            true => american::read_path(&self.tokens, at, stop, &labels, implied_level(&labels)),
            false => general_first::read_path(&self.tokens, at, stop, &labels, None),
        };
        if path.steps.is_empty() {
            return None;
        }
        for level in &archive.scheme.levels {
            if let Some((above, value)) = &level.understood_above
                && path.steps.has(level.name.as_str())
                && !path.steps.has(above.as_str())
                && !path.steps.has("lot")
            {
                let mut understood = Steps::default();
                understood.push(above.clone(), value);
                path.steps.inherit(&understood, |_| true);
            }
        }
        self.claim(at..path.next);
        for left in &path.left {
            for at in left.clone() {
                self.claimed[at] = false;
            }
        }
        let printed = self.tokens.slice(at..path.next).to_owned();
        let next = self.read_genre(path.next);
        let called = archive.name("en").unwrap_or(archive.id.as_str()).to_owned();
        let message = format!("the archive is not named; the reference has the form of {called}");
        self.reading.problems.push(Problem::note(codes::ARCHIVE_UNKNOWN, message));
        self.reading.problems.extend(archive.check_path(&path.steps.clone().into_path()));
        self.reading.holdings.push(ReadHolding {
            archive: Some(archive.id.to_string()),
            archive_as_printed: String::new(),
            path: path.steps.into_path(),
            place: None,
            copy: None,
            as_printed: printed,
        });
        Some(next)
    }

    /// A reference to an archive that is not known, or that is not named.
    fn read_unknown(&mut self, at: usize, end: usize) -> Option<usize> {
        let first = at..piece_end(&self.tokens, at, end);
        let stop = self.next_claimed(at);
        // Labels at once, or after one piece that is the name.
        for (name, start) in [(at..at, at), (first.clone(), first.end)] {
            let mut best: Option<(usize, PathRead)> = None;
            for scheme in self.schemes() {
                let labels = Labels::new(&scheme);
                let from = skip(&self.tokens, start, Kind::Comma);
                if labels.labelled(&self.tokens, from, stop, None).is_none() {
                    continue;
                }
                let path = general_first::read_path(&self.tokens, from, stop, &labels, None);
                let score = path.steps.len().saturating_sub(path.left.len());
                if score >= 2 && best.as_ref().is_none_or(|(most, _)| score > *most) {
                    best = Some((score, path));
                }
            }
            let Some((_, path)) = best else { continue };
            self.claim(at..path.next);
            for at in path.left.iter().flat_map(Clone::clone) {
                self.claimed[at] = false;
            }
            self.push_unknown(name, path.steps, None, at..path.next);
            return Some(path.next);
        }
        self.read_unknown_upward(at, end)
    }

    /// `..., Revere Family Papers, Local Historical Society, Boston.`
    fn read_unknown_upward(&mut self, at: usize, end: usize) -> Option<usize> {
        let last = match ends_sentence(&self.tokens, end - 1) {
            true => end - 1,
            false => end,
        };
        let pieces = pieces(&self.tokens, at, last);
        let institution = |piece: &Range<usize>| {
            self.tokens.is_capital(piece.start)
                && piece.clone().any(|i| INSTITUTIONS.contains(&self.tokens.word(i)))
        };
        let number = pieces.iter().rposition(institution)?;
        let mut name = pieces[number].clone();
        // "Houghton Library, Harvard University": two pieces of one name.
        if number > 0
            && institution(&pieces[number - 1])
            && pieces[number - 1].end + 1 == name.start
        {
            name.start = pieces[number - 1].start;
        }
        let after = &pieces[number + 1..];
        if after.len() > 2 || !after.iter().all(|piece| self.looks_like_place(piece)) {
            return None;
        }
        let scheme = self.archives.scheme("manuscripts")?;
        let labels = Labels::new(&scheme);
        let upward = read_upward(&self.tokens, at, name.start, &labels);
        if upward.steps.is_empty() && upward.document.is_empty() {
            return None;
        }
        let place = match (after.first(), after.last()) {
            (Some(first), Some(last)) => Some(self.tokens.slice(first.start..last.end).to_owned()),
            _ => None,
        };
        self.claim(at..end);
        self.read_document(&upward.document);
        let start = upward.document.last().map_or(at, |last| (last.end + 1).min(name.start));
        self.push_unknown(name, upward.steps, place, start..last);
        Some(end)
    }

    fn schemes(&self) -> Vec<LevelScheme> {
        let shared = SCHEMES.iter().filter_map(|name| self.archives.scheme(name));
        // Papka and poryadok are levels of the foreign policy archive alone.
        shared.chain(self.archives.get("avp-rf").map(|archive| archive.scheme.clone())).collect()
    }

    fn push_unknown(
        &mut self,
        name: Range<usize>,
        steps: Steps,
        place: Option<String>,
        printed: Range<usize>,
    ) {
        let called = self.tokens.slice(name).to_owned();
        let message = match called.as_str() {
            "" => "the reference names no archive".to_owned(),
            name => format!("the archive `{}` is not known", name.escape_debug()),
        };
        let problem = Problem::warning(codes::ARCHIVE_UNKNOWN, message);
        self.reading.problems.push(problem.mend("add it to the catalog's archives"));
        self.reading.holdings.push(ReadHolding {
            archive: None,
            archive_as_printed: called,
            path: steps.into_path(),
            place,
            copy: None,
            as_printed: self.tokens.slice(printed).trim_end_matches(',').to_owned(),
        });
    }

    fn push_holding(
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
    fn finish(mut self, offset: usize) -> Reading {
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

/// The level that a last title without a label stands for.
fn implied_level(labels: &Labels<'_>) -> &'static str {
    let by_file = labels.scheme.level("file").is_some_and(|level| level.understood_above.is_some());
    if by_file { "file" } else { "folder" }
}

fn skip(tokens: &Tokens<'_>, at: usize, kind: Kind) -> usize {
    if tokens.is(at, kind) || tokens.is(at, Kind::Colon) || tokens.is(at, Kind::Stop) {
        at + 1
    } else {
        at
    }
}

/// Two capital letters, as the states of the United States are abbreviated.
fn is_state(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}
