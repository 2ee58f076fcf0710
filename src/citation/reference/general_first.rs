//! References that run from the archive down: `APRF, f. 45, op. 1, d. 340, ll. 86-88`,
//! `BArch, R 43-I/161, fol. 91`, `RG 59, Central Files 1970–73, INCO 15–2 CHILE`.

use super::american;
use super::label::{Labels, is_and};
use super::sentence::{ends_sentence, handling_end, piece_end};
use super::specific_first::is_date_in_words;
use super::steps::Steps;
use super::token::{Kind, Tokens};
use crate::record::LevelScheme;
use std::ops::Range;

/// What was read of a path.
pub(super) struct PathRead {
    pub steps: Steps,
    /// The token after the path.
    pub next: usize,
    /// Pieces that have no place in the path.
    pub left: Vec<Range<usize>>,
}

/// Reads the path that begins at `at`, at the latest up to `end`. `above` are the steps that a
/// reference inherits from the one before it (`...; d. 341, l. 7`).
pub(super) fn read_path(
    tokens: &Tokens<'_>,
    at: usize,
    end: usize,
    labels: &Labels<'_>,
    above: Option<&Steps>,
) -> PathRead {
    let mut end = end;
    let mut steps = Steps::default();
    let mut left = Vec::new();
    let mut next = at;
    let mut last = None;
    let mut bare_run: Option<Range<usize>> = None;
    loop {
        let start = skip_separators(tokens, next, end, labels, last, &steps);
        if start >= end {
            break;
        }
        // "P 325": a fonds begins with a capital, no page does.
        let capital = steps.is_empty()
            && tokens.printed(start).len() == 1
            && tokens.is_capital(start)
            && !tokens.is(start + 1, Kind::Stop);
        let found = labels
            .labelled(tokens, start, end, last)
            .filter(|found| !capital || !labels.scheme.levels[found.level].locator);
        if let Some(found) = found {
            let name = &labels.scheme.levels[found.level].name;
            if steps.has(name.as_str()) {
                // "AÚV KSČ, F. 07/15": the words before the label name the same unit.
                match bare_run.take() {
                    Some(run) if last == Some(found.level) => {
                        steps.extend_last(tokens.slice(run.start..found.next));
                        next = found.next;
                        continue;
                    }
                    _ => break,
                }
            }
            if last.is_none()
                && let Some(above) = above
            {
                steps.inherit(above, |level| {
                    labels.scheme.rank(level).is_some_and(|rank| rank < found.level)
                });
            }
            let value = tokens.slice(found.value.clone());
            match shorthand(labels.scheme, value).filter(|_| steps.is_empty()) {
                Some(levels) => {
                    for (level, value) in levels {
                        steps.push_named(labels.scheme, level, value);
                    }
                    last = labels.scheme.rank("delo");
                }
                None => {
                    steps.push(name.clone(), value);
                    last = Some(found.level);
                }
            }
            next = found.next;
            bare_run = (!tokens.has_digit(found.value.start)).then(|| found.value.clone());
            if let Some(close) = gloss(tokens, next, end, labels)
                .filter(|_| !labels.scheme.levels[found.level].locator)
            {
                steps.entitle_last(tokens.slice(next + 1..close));
                next = close + 1;
            }
            continue;
        }
        if start > next && tokens.is(start - 1, Kind::Semicolon)
            || is_and(tokens.word(start))
            || handling_end(tokens, start).is_some()
        {
            break;
        }
        // "国史馆，《蔣中正總統文物》，": a collection in quotation marks.
        if let Some(close) = tokens.closing(start).filter(|_| tokens.is(start, Kind::OpenQuote))
            && let quoted = tokens.slice(start + 1..close)
            && has_shape(labels.scheme, quoted, last, &steps)
            && let Some(matched) = bare_levels(labels.scheme, quoted, last, &steps)
        {
            for (level, value) in matched {
                steps.push(labels.scheme.levels[level].name.clone(), value);
                last = Some(level);
            }
            next = close + 1;
            continue;
        }
        let piece = start..piece_end(tokens, start, end);
        // "BArch, Bild 183-85458-0001 / Junge, Peter Heinz": who made it stands after the stroke.
        let stroke = piece.clone().find(|i| *i > start && tokens.word(*i) == "/");
        end = stroke.unwrap_or(end);
        let piece = start..stroke.unwrap_or(piece.end);
        if piece.is_empty()
            || !tokens.is(start, Kind::Word)
                && tokens.depth(start) == 0
                && !tokens.is(start, Kind::Open)
        {
            break;
        }
        // A piece can hold a label further on: "R 43-I/161 Bl. 4".
        // "10 T 1034" is one signature, though "t." is a volume.
        // "XIX-J-1-j Korea 1956 8. doboz 5/f 003461": all levels by their shapes, labels inside them.
        let shaped = || {
            let text = tokens.slice(piece.clone());
            has_shape(labels.scheme, text, last, &steps)
                || shaped_below(labels.scheme, text, last, &steps).is_some_and(|all| all.len() > 3)
        };
        let cut = (start + 1..piece.end)
            .find(|i| labels.labelled(tokens, *i, end, last).is_some())
            .filter(|_| !shaped());
        let mut piece = start..cut.unwrap_or(piece.end);
        let dash = |word: &str| matches!(word, "—" | "–" | "-");
        if cut.is_some() && piece.len() > 1 && dash(tokens.word(piece.end - 1)) {
            piece.end -= 1;
        }
        if steps.is_empty()
            && let Some(levels) = shorthand(labels.scheme, tokens.slice(piece.clone()))
        {
            for (level, value) in levels {
                steps.push_named(labels.scheme, level, value);
            }
            last = labels.scheme.rank("delo");
            next = piece.end;
            continue;
        }
        // "RW 19 (OKW/Wehrwirtschafts- und Rüstungsamt)/234": the name of the unit inside its signature.
        if let Some((signature, name)) = named_inside(tokens, &piece)
            && let Some(matched) =
                bare_levels(labels.scheme, &signature, last, &steps).filter(|found| found.len() > 1)
        {
            for (number, (level, value)) in matched.into_iter().enumerate() {
                steps.push(labels.scheme.levels[level].name.clone(), value);
                if number == 0 {
                    steps.entitle_last(tokens.slice(name.clone()));
                }
                last = Some(level);
            }
            bare_run = None;
            next = piece.end;
            continue;
        }
        // "Gabinetto, 1948-50": the years belong to the series.
        let years = bare_run.is_some()
            && american::is_years(tokens.slice(piece.clone()))
            && tokens.slice(piece.clone()).contains(crate::record::is_dash)
            && !has_shape(labels.scheme, tokens.slice(piece.clone()), last, &steps);
        match bare_levels(labels.scheme, tokens.slice(piece.clone()), last, &steps)
            .filter(|_| !years)
        {
            Some(matched) => {
                // A piece that holds several levels does not go on after a comma.
                bare_run = (matched.len() == 1).then(|| piece.clone());
                for (level, value) in matched {
                    steps.push(labels.scheme.levels[level].name.clone(), value);
                    last = Some(level);
                }
            }
            None if bare_run.is_some()
                && is_continuation(tokens, &piece)
                && !is_date_in_words(tokens, &piece) =>
            {
                let run = bare_run.take().map_or(piece.start, |run| run.start);
                left.retain(|left: &Range<usize>| left.start < run);
                steps.extend_last(tokens.slice(run..piece.end));
                bare_run = Some(run..piece.end);
            }
            None => left.push(piece.clone()),
        }
        next = piece.end;
    }
    PathRead { steps, next, left }
}

/// Fond, opis and delo, and leaves, as numbers with strokes between them: `RGASPI, 17/162/9/23-25`.
fn shorthand<'v>(scheme: &LevelScheme, value: &'v str) -> Option<Vec<(&'static str, &'v str)>> {
    const LEVELS: [&str; 4] = ["fond", "opis", "delo", "list"];
    let values: Vec<&str> = value.split('/').collect();
    let russian = LEVELS.iter().all(|level| scheme.level(level).is_some());
    let numbers = values.iter().all(|value| {
        value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains(char::is_whitespace)
    });
    (russian && numbers && (3..=4).contains(&values.len()))
        .then(|| LEVELS.into_iter().zip(values).collect())
}

/// The bracket that closes the name of the unit whose number stands before `at`: `Fond 0742
/// (Referentura po KNDR)`.
fn gloss(tokens: &Tokens<'_>, at: usize, end: usize, labels: &Labels<'_>) -> Option<usize> {
    let close = tokens.closing(at).filter(|close| tokens.is(at, Kind::Open) && *close < end)?;
    let words = at + 1..close;
    let named = tokens.is_capital(words.start)
        && tokens.slice(words.clone()).chars().count() >= 5
        && words.clone().all(|i| !tokens.has_digit(i))
        && labels.label(tokens, words.start, None).is_none();
    named.then_some(close)
}

/// A signature without the name that stands in brackets inside it, and the name.
fn named_inside(tokens: &Tokens<'_>, piece: &Range<usize>) -> Option<(String, Range<usize>)> {
    let open = piece.clone().find(|i| tokens.is(*i, Kind::Open))?;
    let close = tokens.closing(open).filter(|close| close + 1 < piece.end)?;
    let goes_on = tokens.word(close + 1).starts_with('/') && !tokens.all[close + 1].spaced;
    let before = tokens.slice(piece.start..open);
    let after = tokens.slice(close + 1..piece.end);
    goes_on.then(|| (format!("{before}{after}"), open + 1..close))
}

/// The place where the next piece begins: after commas and colons, and after a full stop or
/// semicolon when a label follows that goes further down.
fn skip_separators(
    tokens: &Tokens<'_>,
    at: usize,
    end: usize,
    labels: &Labels<'_>,
    last: Option<usize>,
    steps: &Steps,
) -> usize {
    let mut next = at;
    while next < end {
        match tokens.all[next].kind {
            Kind::Comma | Kind::Colon => next += 1,
            Kind::Word if matches!(tokens.word(next), "—" | "–" | "-") => next += 1,
            Kind::Stop | Kind::Semicolon => {
                let mut following = next + 1;
                while tokens.is(following, Kind::Word)
                    && matches!(tokens.word(following), "—" | "–" | "-")
                {
                    following += 1;
                }
                // After a full stop the levels may stand in any order: "П. 362. Д. 12".
                let further = labels.labelled(tokens, following, end, last).is_some_and(|found| {
                    last.is_none_or(|last| found.level > last)
                        || tokens.is(next, Kind::Stop)
                            && !steps.has(labels.scheme.levels[found.level].name.as_str())
                });
                let ends = ends_sentence(tokens, next) || tokens.is(next, Kind::Semicolon);
                if further || (!ends && following < end) {
                    next += 1;
                } else {
                    return end;
                }
            }
            _ => break,
        }
    }
    next
}

/// Whether the whole of `text` has the shape of a level below `last` that stands without a label.
fn has_shape(scheme: &LevelScheme, text: &str, last: Option<usize>, steps: &Steps) -> bool {
    let first = last.map_or(0, |last| last + 1);
    scheme.levels.iter().skip(first).any(|level| {
        level.bare
            && !steps.has(level.name.as_str())
            && level.pattern.as_ref().is_some_and(|pattern| pattern.fits(text))
    })
}

/// The levels below `last` that `text` gives without labels, one after the other, each with its
/// value: `FO 371/26145` is department, series and piece.
pub(super) fn bare_levels(
    scheme: &LevelScheme,
    text: &str,
    last: Option<usize>,
    steps: &Steps,
) -> Option<Vec<(usize, String)>> {
    let first = last.map_or(0, |last| last + 1);
    let text = text.trim();
    let bare = |at: &usize| {
        let level = &scheme.levels[*at];
        level.bare && !steps.has(level.name.as_str())
    };
    if let Some(found) = shaped_below(scheme, text, last, steps) {
        return Some(found);
    }
    // Levels without a shape take any words, the highest first.
    let start = (first..scheme.levels.len())
        .filter(bare)
        .find(|at| scheme.levels[*at].pattern.is_none() && !scheme.levels[*at].locator)?;
    Some(vec![(start, text.to_owned())])
}

/// The levels below `last` whose shapes `text` has: as the archive prints it, before what people make
/// of it.
fn shaped_below(
    scheme: &LevelScheme,
    text: &str,
    last: Option<usize>,
    steps: &Steps,
) -> Option<Vec<(usize, String)>> {
    let first = last.map_or(0, |last| last + 1);
    let shaped = |at: &usize| {
        let level = &scheme.levels[*at];
        level.bare && level.pattern.is_some() && !steps.has(level.name.as_str())
    };
    // A level that every reference has is not passed over as long as there is another way.
    let required = |at: &usize| scheme.levels[*at].required && shaped(at);
    let last_required = (first..scheme.levels.len()).find(required).unwrap_or(usize::MAX);
    let ways = [(false, true), (true, true), (false, false), (true, false)];
    ways.into_iter().find_map(|(loose, keep)| {
        let levels = (first..scheme.levels.len()).filter(shaped);
        let mut levels = levels.filter(|at| !keep || *at <= last_required);
        let found = levels.find_map(|at| match_from(scheme, at, text, loose));
        // Two words may be one value: "AS 1589".
        let told = |found: &Vec<(usize, String)>| {
            let second = found.get(1).and_then(|(level, _)| scheme.levels.get(*level));
            found.len() > 2 || second.is_some_and(|level| level.before.is_some())
        };
        found.filter(|found| !loose || told(found) || !text.contains(' '))
    })
}

/// The levels whose shapes `text` has, without labels, none of which is in `steps`.
pub(super) fn shaped_levels(
    scheme: &LevelScheme,
    text: &str,
    steps: &Steps,
) -> Option<Vec<(usize, String)>> {
    (0..scheme.levels.len())
        .filter(|at| {
            let level = &scheme.levels[*at];
            level.bare && level.pattern.is_some() && !steps.has(level.name.as_str())
        })
        .find_map(|at| match_from(scheme, at, text, false))
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

/// Whether a piece goes on with the value before it: it begins with a digit.
fn is_continuation(tokens: &Tokens<'_>, piece: &Range<usize>) -> bool {
    tokens.word(piece.start).bytes().next().is_some_and(|b| b.is_ascii_digit())
}
