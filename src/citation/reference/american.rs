//! References from the archive down as Foreign Relations of the United States prints them, where
//! most units are named by their titles: `National Archives, RG 59, Central Files 1970–73, INCO
//! 15–2 CHILE`; `Johnson Library, National Security File, Country File, Vietnam, Vol. 81`.

use super::general_first::PathRead;
use super::label::Labels;
use super::sentence::{ends_sentence, handling_end, piece_end};
use super::steps::Steps;
use super::token::{Kind, Tokens};
use crate::record::{ArchiveOrder, is_dash};
use std::ops::Range;

/// The last words of titles of series.
const SERIES_WORDS: &[&str] = &[
    "files",
    "file",
    "records",
    "series",
    "subseries",
    "cables",
    "backchannel",
    "telegrams",
    "minutes",
    "correspondence",
    "diary",
    "recordings",
    "transcripts",
];
/// Abbreviated titles of series: central decimal file, central foreign policy file, national
/// security files, President's secretary's file, White House central files.
const SERIES_SIGNS: &[&str] = &["cdf", "cfpf", "nsf", "psf", "snf", "whcf"];
/// The last words of titles of collections.
pub(super) const COLLECTION_WORDS: &[&str] = &[
    "papers",
    "material",
    "collection",
    "collections",
    "materials",
    "manuscripts",
    "mss",
    "diaries",
];
/// The regions by which series of country files are divided.
const REGIONS: &[&str] = &[
    "africa",
    "asia",
    "east asia",
    "europe",
    "western europe",
    "eastern europe",
    "far east",
    "latin america",
    "middle east",
    "near east",
    "south asia",
    "western hemisphere",
];

/// One piece of a path.
#[derive(Debug, Clone)]
enum Piece {
    Label { level: usize, value: Range<usize> },
    Title { text: Range<usize>, kind: Option<TitleKind> },
}

/// What the words of a title tell of its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TitleKind {
    Collection,
    Series,
}

/// Whether archives with this scheme name their units by titles.
pub(super) fn names_units_by_titles(labels: &Labels<'_>) -> bool {
    ["record-group", "series", "box"].iter().all(|level| labels.scheme.level(level).is_some())
}

/// Reads the path that begins at `at`; it ends with its sentence, or before a semicolon.
/// `implied` is the level of a last title when nothing else tells it.
pub(super) fn read_path(
    tokens: &Tokens<'_>,
    at: usize,
    end: usize,
    labels: &Labels<'_>,
    implied: &str,
) -> PathRead {
    let (pieces, next) = pieces(tokens, at, end, labels);
    let pieces = joined(tokens, pieces);
    let mut steps = Steps::default();
    let mut left = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let taken = match piece {
            Piece::Label { level, value } => {
                let name = labels.scheme.levels[*level].name.clone();
                let series = name.as_str() == "series";
                let value = tokens.slice(value.clone());
                // "Jack Matlock Files, Series III"
                steps.push(name.clone(), value)
                    || series && steps.push_named(labels.scheme, "subseries", value)
                    // "Vietnam, Box 18, Folder 4": the title stands above the box.
                    || ["file-unit", "subseries", "subgroup"].iter().any(|level| {
                        steps.move_level(labels.scheme, name.as_str(), level)
                    }) && steps.push(name, value)
            }
            Piece::Title { text, kind } => {
                let unquoted = unquoted_folder(tokens, text);
                let words = unquoted.as_deref().unwrap_or(tokens.slice(text.clone()));
                let lower = words.to_lowercase();
                let of_group =
                    lower.starts_with("records of ") || lower.starts_with("general records of ");
                let lot = labels.scheme.level("lot").and_then(|level| level.pattern.as_ref());
                let federal = labels.scheme.order == ArchiveOrder::GeneralFirst;
                if federal && lot.is_some_and(|shape| shape.fits(words)) {
                    steps.push_named(labels.scheme, "lot", words)
                } else if of_group && steps.ends_with("record-group") && !steps.last_has_title() {
                    steps.entitle_last(words);
                    true
                } else {
                    levels_for(*kind, &lower, &steps, &pieces[number + 1..], implied)
                        .iter()
                        .any(|level| steps.push_named(labels.scheme, level, words))
                }
            }
        };
        if !taken {
            let (Piece::Label { value: text, .. } | Piece::Title { text, .. }) = piece;
            left.push(text.clone());
        }
    }
    PathRead { steps, next, left }
}

/// The levels that a title can stand for, the likeliest first.
fn levels_for<'a>(
    kind: Option<TitleKind>,
    words: &str,
    steps: &Steps,
    later: &[Piece],
    implied: &'a str,
) -> Vec<&'a str> {
    let later_untold = later.iter().any(|piece| matches!(piece, Piece::Title { kind: None, .. }));
    let later_known = later
        .iter()
        .any(|piece| matches!(piece, Piece::Label { .. } | Piece::Title { kind: Some(_), .. }));
    let above_box = matches!(later.first(), Some(Piece::Label { .. }))
        && steps.has("collection")
        && !steps.has("series");
    let at_top = !steps.has("collection") && !steps.has("series") && !steps.has("lot");
    match kind {
        Some(TitleKind::Collection) if steps.has("series") || steps.has("lot") => {
            vec!["subseries", "file-unit", "folder", "file"]
        }
        Some(TitleKind::Series) if steps.has("file") => vec!["file-unit", "folder", "subseries"],
        Some(TitleKind::Collection) => vec!["collection", "series", "subseries", "file-unit"],
        Some(TitleKind::Series) => vec!["series", "subseries", "file-unit", "folder"],
        // "National Security Adviser, Memoranda of Conversations, Box 7"
        None if above_box => vec!["series", "subseries"],
        // "Records of Earle Wheeler", below the title of the record group.
        None if at_top && words.starts_with("records of ") => vec!["series", "subseries"],
        None if at_top && later_known && steps.has("record-group") => vec!["subgroup", "file-unit"],
        None if at_top && later_known => vec!["collection", "file-unit"],
        None if later_untold => vec!["subseries", "file-unit", "item"],
        None if steps.has("lot") && words.ends_with("book") => vec!["volume", "file", "item"],
        None if steps.has("record-group") => vec!["file", "folder", "item"],
        None => vec![implied, "folder", "file", "item"],
    }
}

/// Joins titles that were printed with a comma inside: years after a series, the region of
/// country files, and the words of one title (`POL Kuwait, 1/1/1970`).
fn joined(tokens: &Tokens<'_>, pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        if let Piece::Title { text, kind } = &piece
            && let Some(Piece::Title { text: before, kind: kind_before }) = joined.last_mut()
            && before.end + 1 == text.start
            && tokens.is(before.end, Kind::Comma)
        {
            let words = tokens.slice(text.clone()).to_lowercase();
            let goes_on = match kind_before {
                Some(TitleKind::Series) => {
                    let countries =
                        tokens.slice(before.clone()).to_lowercase().contains("country file");
                    is_years(&words) || (countries && REGIONS.contains(&words.as_str()))
                }
                Some(TitleKind::Collection) => is_years(&words),
                None => kind.is_none() && !words.starts_with("records of "),
            };
            if goes_on {
                before.end = text.end;
                continue;
            }
        }
        joined.push(piece);
    }
    joined
}

/// The title of a folder without its label and quotation marks: `Folder “Gehlen, Reinhard”, vol. 2`.
fn unquoted_folder(tokens: &Tokens<'_>, title: &Range<usize>) -> Option<String> {
    let labelled = matches!(tokens.word(title.start), "folder" | "file") && title.len() > 2;
    let open = title.start + usize::from(labelled);
    let close = tokens.closing(open).filter(|_| tokens.is(open, Kind::OpenQuote))?;
    let whole = close + 1 == title.end || labelled && tokens.is(close + 1, Kind::Comma);
    let rest = tokens.text.get(tokens.bytes(close..close + 1).end..tokens.bytes(title.clone()).end);
    let inside = tokens.slice(open + 1..close);
    (whole && close < title.end).then(|| format!("{inside}{}", rest.unwrap_or("")))
}

/// The titles of collections of presidential libraries that no last word tells from those of folders.
const COLLECTIONS: &[&str] = &["national security adviser", "national security affairs"];

/// What the last word of a title tells.
fn title_kind(tokens: &Tokens<'_>, title: &Range<usize>) -> Option<TitleKind> {
    let depth = tokens.depth(title.start);
    let is_word = |at: &usize| {
        tokens.is(*at, Kind::Word) && tokens.depth(*at) == depth && !is_years(tokens.word(*at))
    };
    let last = title.clone().rfind(is_word)?;
    let words = tokens.slice(title.clone()).to_lowercase();
    if COLLECTIONS.contains(&words.as_str()) {
        return Some(TitleKind::Collection);
    }
    if SERIES_SIGNS.contains(&tokens.word(title.start)) {
        return Some(TitleKind::Series);
    }
    if COLLECTION_WORDS.contains(&tokens.word(last)) {
        Some(TitleKind::Collection)
    } else if SERIES_WORDS.contains(&tokens.word(last)) || words.contains(" files for ") {
        Some(TitleKind::Series)
    } else {
        None
    }
}

fn pieces(tokens: &Tokens<'_>, at: usize, end: usize, labels: &Labels<'_>) -> (Vec<Piece>, usize) {
    let mut pieces = Vec::new();
    let mut next = at;
    loop {
        let mut start = next;
        while start < end && matches!(tokens.all[start].kind, Kind::Comma | Kind::Colon) {
            start += 1;
        }
        if start >= end
            || tokens.is(start, Kind::Semicolon)
            || ends_sentence(tokens, start)
            || (start > at
                && handling_end(tokens, start).is_some()
                && !tokens.is(start - 1, Kind::Comma))
        {
            break;
        }
        // "…: Telegram" at the end says what the document is.
        if tokens.is(start - usize::from(start > 0), Kind::Colon)
            && start > at
            && is_genre(tokens, start, end)
        {
            break;
        }
        let mut stop = piece_end(tokens, start, end);
        // "China (People’s Republic of): 12/78": the time that a folder covers, after its title.
        if tokens.is(stop, Kind::Colon)
            && tokens.is(stop - 1, Kind::Close)
            && tokens.has_digit(stop + 1)
        {
            stop = piece_end(tokens, stop + 1, end);
        }
        match labels.labelled(tokens, start, stop, None) {
            Some(found)
                if found.next >= stop
                    || is_label_inside(tokens, labels, &found, stop)
                    || tokens.is(found.next, Kind::Open) && tokens.all[found.next].spaced
                    || labels.scheme.levels[found.level].pattern.is_some() =>
            {
                let level = labels.scheme.levels[found.level].name.as_str();
                // "Vol. II" after a title belongs to the title: "Chile, Vol. II".
                if level == "volume"
                    && let Some(Piece::Title { text, kind: None }) = pieces.last_mut()
                {
                    text.end = found.next;
                } else {
                    pieces.push(Piece::Label { level: found.level, value: found.value });
                }
                stop = found.next;
            }
            _ => {
                if let Some(mark) = marked_at(tokens, start, stop) {
                    stop = mark;
                }
                let kind = title_kind(tokens, &(start..stop));
                pieces.push(Piece::Title { text: start..stop, kind });
            }
        }
        if stop <= start {
            break;
        }
        next = stop;
    }
    (pieces, next)
}

/// Where a classification begins that was run on to a title without a full stop: `AID (US) S VIET
/// Confidential.`
fn marked_at(tokens: &Tokens<'_>, start: usize, stop: usize) -> Option<usize> {
    (start + 1..stop).find(|at| {
        let top = tokens.word(*at) == "top" && tokens.word(*at + 1) == "secret";
        (top || matches!(tokens.word(*at), "secret" | "confidential" | "unclassified"))
            && tokens.is_capital(*at)
            && handling_end(tokens, *at) == Some(stop)
    })
}

fn is_label_inside(
    tokens: &Tokens<'_>,
    labels: &Labels<'_>,
    found: &super::label::Labelled,
    stop: usize,
) -> bool {
    found.next < stop && labels.labelled(tokens, found.next, stop, None).is_some()
}

/// Whether one word stands between `at` and the end of the sentence: the genre of the document.
pub(super) fn is_genre(tokens: &Tokens<'_>, at: usize, end: usize) -> bool {
    let known = matches!(
        tokens.word(at),
        "telegram"
            | "airgram"
            | "memorandum"
            | "letter"
            | "despatch"
            | "circular"
            | "instruction"
            | "report"
    );
    known && (at + 1 >= end || !tokens.is(at + 1, Kind::Word))
}

/// Whether `word` is a year or a range of years: `1964–66`.
pub(super) fn is_years(word: &str) -> bool {
    let mut parts = word.split(is_dash);
    let year = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    parts.next().is_some_and(|first| year(first, &[4]))
        && parts.next().is_none_or(|second| year(second, &[2, 4]))
        && parts.next().is_none()
}
