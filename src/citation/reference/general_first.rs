//! References that run from the archive down: `APRF, f. 45, op. 1, d. 340, ll. 86-88`,
//! `BArch, R 43-I/161, fol. 91`, `RG 59, Central Files 1970–73, INCO 15–2 CHILE`.

use super::american;
use super::label::{Labels, is_and};
use super::sentence::{ends_sentence, handling_end, piece_end};
use super::shapes::OpenLevels;
use super::specific_first::{is_date_in_words, is_day};
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
        if let Some(close) =
            tokens.closing(start).filter(|_| matches!(tokens.printed(start), "《" | "「"))
            && let quoted = tokens.slice(start + 1..close)
            && OpenLevels::below(labels.scheme, last, &steps).fit(quoted)
            && let Some(matched) = OpenLevels::below(labels.scheme, last, &steps).read(quoted)
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
        let stroke = piece
            .clone()
            .find(|i| *i > start && tokens.word(*i) == "/" && tokens.has_digit(*i - 1));
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
            let open = OpenLevels::below(labels.scheme, last, &steps);
            open.fit(text) || open.read_shaped(text).is_some_and(|all| all.len() > 3)
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
            && let Some(matched) = OpenLevels::below(labels.scheme, last, &steps).read(&signature)
            && matched.len() > 1
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
            && !OpenLevels::below(labels.scheme, last, &steps).fit(tokens.slice(piece.clone()));
        let text = tokens.slice(piece.clone());
        let open = OpenLevels::below(labels.scheme, last, &steps);
        // "NATO Archives, C-M(56)110, 12 September 1956": the date is that of the document.
        let dated = is_date_in_words(tokens, &piece) && open.read_shaped(text).is_none();
        let name = names_next_fonds(tokens, &piece, end, labels.scheme, &steps);
        match open.read(text).filter(|_| !years && !dated && !name) {
            Some(matched) => {
                // "Nachlass Hans Globke, 01-070-007/1": the name of the unit before its signature.
                let named = match &left[..] {
                    [name] if steps.is_empty() && names_unit(tokens, name, piece.start) => {
                        left.pop()
                    }
                    _ => None,
                };
                // A piece that holds several levels does not go on after a comma.
                bare_run = (matched.len() == 1).then(|| piece.clone());
                for (number, (level, value)) in matched.into_iter().enumerate() {
                    steps.push(labels.scheme.levels[level].name.clone(), value);
                    if number == 0
                        && let Some(name) = &named
                    {
                        steps.entitle_last(tokens.slice(name.clone()));
                    }
                    last = Some(level);
                }
            }
            None if bare_run.is_some()
                && is_continuation(tokens, &piece)
                && !is_day(tokens, &piece) =>
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
    let numbers = values.iter().enumerate().all(|(at, value)| {
        let mut parts = value.splitn(2, crate::record::is_dash);
        let sign = parts.next().is_some_and(|sign| sign.chars().all(char::is_uppercase));
        // "PA-101/22/48a"
        let begins = if at == 0 && sign { parts.next().unwrap_or("") } else { value };
        begins.starts_with(|c: char| c.is_ascii_digit()) && !value.contains(char::is_whitespace)
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

/// Whether the first piece of a path only names the fonds that the second gives by its signature:
/// `KÜM, XIX-J-1-j`.
fn names_next_fonds(
    tokens: &Tokens<'_>,
    piece: &Range<usize>,
    end: usize,
    scheme: &LevelScheme,
    steps: &Steps,
) -> bool {
    let fonds = scheme.levels.iter().find(|level| level.bare);
    let Some(shape) = fonds.filter(|level| level.required).and_then(|level| level.pattern.as_ref())
    else {
        return false;
    };
    let next = piece.end + 1..piece_end(tokens, piece.end + 1, end);
    steps.is_empty()
        && next.start < next.end
        && names_unit(tokens, piece, next.start)
        && !shape.fits(tokens.slice(piece.clone()))
        && shape.fits(tokens.slice(next))
}

/// Whether the piece `name`, right before `at`, is the name of the unit whose signature stands at `at`.
fn names_unit(tokens: &Tokens<'_>, name: &Range<usize>, at: usize) -> bool {
    name.end + 1 == at
        && tokens.is(name.end, Kind::Comma)
        && tokens.is_capital(name.start)
        && name.len() <= 8
        && tokens.slice(name.clone()).chars().count() >= 3
        && name.clone().all(|i| !tokens.has_digit(i))
        && tokens.has_digit(at) | tokens.has_digit(at + 1)
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

/// Whether a piece goes on with the value before it: it begins with a digit.
fn is_continuation(tokens: &Tokens<'_>, piece: &Range<usize>) -> bool {
    tokens.word(piece.start).bytes().next().is_some_and(|b| b.is_ascii_digit())
}
