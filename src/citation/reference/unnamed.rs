//! References to archives that the text does not name, or that nobody knows.

use super::ReadHolding;
use super::american;
use super::general_first::{self, PathRead};
use super::label::Labels;
use super::reader::Reader;
use super::sentence::{ends_sentence, piece_end};
use super::source::implied_level;
use super::specific_first::{pieces, read_upward};
use super::steps::Steps;
use super::token::{Kind, Tokens};
use crate::problem::{Problem, codes};
use crate::record::LevelScheme;
use std::ops::Range;

/// The schemes tried for an archive that is not known, likeliest first.
const SCHEMES: &[&str] = &[
    "russian",
    "ukrainian",
    "manuscripts",
    "german",
    "bulgarian",
    "romanian",
    "polish",
    "czech",
    "french",
    "british",
    "lithuanian",
    "yugoslav",
    "italian",
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

impl<'a> Reader<'a, '_> {
    /// A reference after a short name that many archives have (`NA, 2.05.80, inv.nr. 5123`): its
    /// shape tells which of them is meant.
    pub(super) fn read_recognised_after_name(&mut self, at: usize, end: usize) -> Option<usize> {
        let name = at..piece_end(&self.tokens, at, end);
        let short = name.len() == 1
            && self.tokens.is(name.end, Kind::Comma)
            && self.tokens.printed(at).chars().all(char::is_uppercase)
            && name.end + 1 < end;
        short.then(|| self.read_recognised(name.clone(), name.end + 1, end)).flatten()
    }

    /// A reference whose shape tells the archive that it does not name, or names by `name`.
    pub(super) fn read_recognised(
        &mut self,
        name: Range<usize>,
        at: usize,
        end: usize,
    ) -> Option<usize> {
        let piece = at..piece_end(&self.tokens, at, end);
        let named = if name.is_empty() { at } else { name.start };
        // "123 Stuart, J. Leighton", "Marshall Mission Files, Lot 54–D270": the second piece tells.
        let parted = matches!(self.tokens.kind(piece.end), Some(Kind::Comma | Kind::Colon));
        let second = match parted && piece.end + 1 < end {
            true => piece.end + 1..piece_end(&self.tokens, piece.end + 1, end),
            false => piece.end..piece.end,
        };
        let files = !second.is_empty()
            && name.is_empty()
            && matches!(self.tokens.word(piece.end - 1), "files" | "file");
        let archive = self.archives.iter().find(|archive| {
            let below_files = files && archive.scheme.level("lot").is_some();
            archive.recognised_by.iter().any(|shape| {
                let fits = |range: Range<usize>| shape.fits(self.tokens.slice(range));
                fits(piece.clone())
                    || fits(named..piece.end)
                    || !second.is_empty()
                        && self.tokens.has_digit(piece.start)
                        && fits(piece.start..second.end)
                    || below_files && fits(second.clone())
            })
        })?;
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
        let first = if name.is_empty() { at } else { name.start };
        self.claim(first..path.next);
        for left in &path.left {
            for at in left.clone() {
                self.claimed[at] = false;
            }
        }
        let printed = self.tokens.slice(first..path.next).to_owned();
        let next = self.read_genre(path.next);
        let called = archive.name("en").unwrap_or(archive.id.as_str()).to_owned();
        let message = match name.is_empty() {
            true => format!("the archive is not named; the reference has the form of {called}"),
            false => format!("the reference has the form of {called}"),
        };
        self.reading.problems.push(Problem::note(codes::ARCHIVE_UNKNOWN, message));
        self.reading.problems.extend(archive.check_path(&path.steps.clone().into_path()));
        self.reading.holdings.push(ReadHolding {
            archive: Some(archive.id.to_string()),
            archive_as_printed: self.tokens.slice(name).to_owned(),
            path: path.steps.into_path(),
            place: None,
            copy: None,
            as_printed: printed,
        });
        Some(next)
    }

    /// A reference to an archive that is not known, or that is not named.
    pub(super) fn read_unknown(&mut self, at: usize, end: usize) -> Option<usize> {
        let first = at..piece_end(&self.tokens, at, end);
        let stop = self.next_claimed(at);
        // Labels at once, or after one piece that is the name.
        let mut starts = vec![(at..at, at), (first.clone(), first.end)];
        // "Central Party Archive, Sofia, fond 146-B"
        let city = first.end + 1..piece_end(&self.tokens, first.end + 1, end);
        if self.is_institution(&first) && self.looks_like_place(&city) {
            starts.push((first.clone(), city.end));
        }
        for (name, start) in starts {
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
            .or_else(|| self.read_unknown_downward(at, end))
            .or_else(|| self.read_collection_alone(at, end))
    }

    /// `Hornbeck Papers, box 49`: a collection whose archive everybody knows.
    fn read_collection_alone(&mut self, at: usize, end: usize) -> Option<usize> {
        let first = at..piece_end(&self.tokens, at, end);
        let named = first.len() <= 8
            && american::COLLECTION_WORDS.contains(&self.tokens.word(first.end - 1));
        if !named || !self.reading.holdings.is_empty() {
            return None;
        }
        let scheme = self.archives.scheme("manuscripts")?;
        let labels = Labels::new(&scheme);
        let stop = self.next_claimed(at).min(end);
        let path = american::read_path(&self.tokens, at, stop, &labels, "folder");
        let collection = path.steps.has("collection")
            && ["box", "container", "carton", "reel", "folder"].iter().any(|l| path.steps.has(l));
        if !collection || !path.left.is_empty() || !self.tokens.is_capital(at) {
            return None;
        }
        self.claim(at..path.next);
        let next = path.next;
        self.push_unknown(at..at, path.steps, None, at..next);
        Some(next)
    }

    /// `Archives départementales du Nord, 1 W 1234`: an institution, and what it calls the unit.
    fn read_unknown_downward(&mut self, at: usize, end: usize) -> Option<usize> {
        let name = at..piece_end(&self.tokens, at, end);
        if !self.is_institution(&name) || !self.tokens.is(name.end, Kind::Comma) {
            return None;
        }
        let mut start = name.end + 1;
        let second = start..piece_end(&self.tokens, start, end);
        let mut place = None;
        if self.looks_like_place(&second) && second.len() <= 2 && second.end + 1 < end {
            place = Some(self.tokens.slice(second.clone()).to_owned());
            start = second.end + 1;
        }
        let stop = self.next_claimed(start).min(end);
        if !(start..stop).any(|at| self.tokens.has_digit(at)) {
            return None;
        }
        let scheme = self.archives.scheme("manuscripts")?;
        let labels = Labels::new(&scheme);
        let path = american::read_path(&self.tokens, start, stop, &labels, "reference");
        if path.steps.is_empty() || !path.left.is_empty() {
            return None;
        }
        self.claim(at..path.next);
        self.push_unknown(name, path.steps, place, at..path.next);
        Some(path.next)
    }

    fn is_institution(&self, piece: &Range<usize>) -> bool {
        self.tokens.is_capital(piece.start)
            && piece.clone().any(|i| {
                let word = self.tokens.word(i);
                INSTITUTIONS.contains(&word)
                    || ["档案馆", "檔案館", "公文書館", "史料館"]
                        .iter()
                        .any(|end| word.ends_with(end))
            })
    }

    /// `..., Revere Family Papers, Local Historical Society, Boston.`
    pub(super) fn read_unknown_upward(&mut self, at: usize, end: usize) -> Option<usize> {
        let last = match ends_sentence(&self.tokens, end - 1) {
            true => end - 1,
            false => end,
        };
        let pieces = pieces(&self.tokens, at, last);
        let institution = |piece: &Range<usize>| self.is_institution(piece);
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
        if after.len() > 3 || !after.iter().all(|piece| self.looks_like_place(piece)) {
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

    pub(super) fn schemes(&self) -> Vec<LevelScheme> {
        let shared = SCHEMES.iter().filter_map(|name| self.archives.scheme(name));
        // Papka and poryadok are levels of the foreign policy archive alone.
        shared.chain(self.archives.get("avp-rf").map(|archive| archive.scheme.clone())).collect()
    }

    pub(super) fn push_unknown(
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
}

fn skip(tokens: &Tokens<'_>, at: usize, kind: Kind) -> usize {
    if tokens.is(at, kind) || tokens.is(at, Kind::Colon) || tokens.is(at, Kind::Stop) {
        at + 1
    } else {
        at
    }
}
