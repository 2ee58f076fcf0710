//! Values that stand without labels, known by the shapes of their levels: `FO 371/26145` is
//! department, series and piece.

use super::steps::Steps;
use crate::record::{ArchiveLevel, LevelScheme};

/// The levels of a scheme that a value without a label can still stand for: below the one that
/// was read last, and not read yet.
pub(super) struct OpenLevels<'a> {
    scheme: &'a LevelScheme,
    /// The first level below what was read.
    first: usize,
    steps: &'a Steps,
}

impl<'a> OpenLevels<'a> {
    /// The levels below `last`, the level that was read last; all of them when there is none.
    pub(super) fn below(
        scheme: &'a LevelScheme,
        last: Option<usize>,
        steps: &'a Steps,
    ) -> OpenLevels<'a> {
        OpenLevels { scheme, first: last.map_or(0, |last| last + 1), steps }
    }

    fn levels(&self) -> impl Iterator<Item = (usize, &'a ArchiveLevel)> {
        let levels = self.scheme.levels.iter().enumerate().skip(self.first);
        levels.filter(|(_, level)| level.bare && !self.steps.has(level.name.as_str()))
    }

    fn shaped(&self) -> impl Iterator<Item = (usize, &'a ArchiveLevel)> {
        self.levels().filter(|(_, level)| level.pattern.is_some())
    }

    /// Whether the whole of `text` has the shape of one of them.
    pub(super) fn fit(&self, text: &str) -> bool {
        self.shaped().any(|(_, level)| level.pattern.as_ref().is_some_and(|shape| shape.fits(text)))
    }

    /// The levels that `text` gives, one after the other, each with its value: by their shapes, or
    /// else the highest that takes any words.
    pub(super) fn read(&self, text: &str) -> Option<Vec<(usize, String)>> {
        let text = text.trim();
        self.read_shaped(text).or_else(|| {
            let mut unshaped =
                self.levels().filter(|(_, level)| level.pattern.is_none() && !level.locator);
            unshaped.next().map(|(at, _)| vec![(at, text.to_owned())])
        })
    }

    /// The levels whose shapes `text` has: as the archive prints it, before what people make of it.
    pub(super) fn read_shaped(&self, text: &str) -> Option<Vec<(usize, String)>> {
        // "12–15. l.", "第1-3页": leaves are told by the word that stands after them.
        let leaf = self.shaped().find(|(_, level)| {
            level.locator
                && self.first > 0
                && !text.ends_with(|c: char| c.is_ascii_digit())
                && level.pattern.as_ref().is_some_and(|shape| shape.fits(text))
        });
        if let Some((at, _)) = leaf {
            return Some(vec![(at, text.to_owned())]);
        }
        // A level that every reference has is not passed over as long as there is another way.
        let required = self.shaped().find(|(_, level)| level.required);
        let last_required = required.map_or(usize::MAX, |(at, _)| at);
        let ways = [(false, true), (true, true), (false, false), (true, false)];
        ways.into_iter().find_map(|(loose, keep)| {
            let mut levels = self.shaped().filter(|(at, _)| !keep || *at <= last_required);
            let found = levels.find_map(|(at, _)| match_from(self.scheme, at, text, loose));
            // Two words may be one value: "AS 1589".
            let told = |found: &Vec<(usize, String)>| {
                let second = found.get(1).and_then(|(level, _)| self.scheme.levels.get(*level));
                found.len() > 2 || second.is_some_and(|level| level.before.is_some())
            };
            found.filter(|found| !loose || told(found) || !text.contains(' '))
        })
    }

    /// The levels whose shapes `text` has exactly as the archive prints it.
    pub(super) fn read_exact(&self, text: &str) -> Option<Vec<(usize, String)>> {
        self.shaped().find_map(|(at, _)| match_from(self.scheme, at, text, false))
    }
}

/// Matches `text` with the shape of `level` and, after what stands before them, of the levels
/// below; `loose` lets spaces and strokes part levels that the archive parts otherwise.
fn match_from(
    scheme: &LevelScheme,
    level: usize,
    text: &str,
    loose: bool,
) -> Option<Vec<(usize, String)>> {
    let pattern = scheme.levels.get(level)?.pattern.as_ref()?;
    for end in pattern.ends(text) {
        let (value, rest) = text.split_at(end);
        if rest.is_empty() {
            return Some(vec![(level, value.to_owned())]);
        }
        // The next level that is given need not be the next that there is.
        for below in level + 1..scheme.levels.len() {
            let Some(level_below) = scheme.levels.get(below).filter(|level| level.bare) else {
                continue;
            };
            let Some(rest) = parted(value, rest, level_below.before.as_deref(), loose) else {
                continue;
            };
            if let Some(mut found) = match_from(scheme, below, rest, loose) {
                found.insert(0, (level, value.to_owned()));
                return Some(found);
            }
        }
    }
    None
}

/// What follows the mark between `value` and the level below it, when `rest` begins with one: the
/// archive's own, `between`, or what people print in its place.
fn parted<'t>(value: &str, rest: &'t str, between: Option<&str>, loose: bool) -> Option<&'t str> {
    if let Some(rest) = between.and_then(|between| rest.strip_prefix(between)) {
        return Some(rest);
    }
    let letter = |rest: &str| rest.starts_with(char::is_alphabetic);
    let digit = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    match between {
        // "FO371/105582"
        Some(" ") if loose && value.ends_with(char::is_alphabetic) && digit(rest) => Some(rest),
        // "XIX-J-1-j-Kína-1956-10. d.": hyphens between levels that are parted otherwise.
        Some(" ") => rest.strip_prefix(crate::record::is_dash),
        None if !loose => rest.strip_prefix(crate::record::is_dash),
        // "XIX-J-1-j Korea 1956 8. doboz", "FO 371/127318/FC 1041/4"
        None => rest
            .strip_prefix(|c| crate::record::is_dash(c) || c == ' ')
            .or_else(|| rest.strip_prefix('/').filter(|rest| letter(rest))),
        // "DY 30 IV 2/20/136": a part that begins with letters needs no stroke.
        Some("/") if loose && value.ends_with(|c: char| c.is_ascii_digit()) => {
            rest.strip_prefix(' ').filter(|rest| letter(rest))
        }
        Some(_) => None,
    }
}
