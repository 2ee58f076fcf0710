//! References that run up to the archive, as the Chicago Manual of Style (14.127) and NARA's
//! leaflet 17 print them: `box 11, folder 1, James Groppi Papers, Milwaukee Mss EX, ...`.

use super::american;
use super::label::Labels;
use super::sentence::ends_sentence;
use super::shapes::OpenLevels;
use super::steps::Steps;
use super::token::{Kind, Tokens};
use crate::citation::months::month_of;
use crate::record::is_dash;
use std::ops::Range;

/// Words that a title of a collection has.
const COLLECTION_WORDS: &[&str] = &[
    "papers",
    "collection",
    "collections",
    "manuscripts",
    "mss",
    "records",
    "files",
    "file",
    "releases",
    "letters",
    "archive",
    "archives",
    "reports",
    "family",
    "fonds",
    "nachlass",
    "correspondence",
    "scrapbooks",
    "diaries",
    "interviews",
    "library",
];

/// What stands before the archive.
pub(super) struct Upward {
    pub steps: Steps,
    /// The pieces that speak of the document itself, in the order of the text.
    pub document: Vec<Range<usize>>,
    /// The title of an item in quotation marks and what it is (`[Architectural Drawing]`).
    pub item: Option<(Range<usize>, Option<Range<usize>>)>,
}

/// Reads what stands before the archive, between the tokens `at` and `end`.
pub(super) fn read_upward(
    tokens: &Tokens<'_>,
    at: usize,
    end: usize,
    labels: &Labels<'_>,
) -> Upward {
    let semicolons =
        (at..end).filter(|i| tokens.is(*i, Kind::Semicolon) && tokens.depth(*i) == 0).count();
    let has_group = (at..end).any(|i| {
        labels
            .labelled(tokens, i, end, None)
            .is_some_and(|found| labels.scheme.levels[found.level].name.as_str() == "record-group")
    });
    match semicolons > 0 && has_group {
        true => read_leaflet(tokens, at, end, labels),
        false => read_commas(tokens, at, end, labels),
    }
}

fn read_commas(tokens: &Tokens<'_>, at: usize, end: usize, labels: &Labels<'_>) -> Upward {
    let pieces = pieces(tokens, at, end);
    if let Some(steps) = read_group_first(tokens, &pieces, labels) {
        return Upward { steps, document: Vec::new(), item: None };
    }
    let mut steps = Steps::default();
    let mut document = Vec::new();
    // Once the document has begun, only pieces with labels still belong to the path: author-date
    // style puts the box before the date.
    for (number, piece) in pieces.iter().enumerate().rev() {
        let taken = match document.is_empty() {
            true => !is_date(tokens, piece) && take(tokens, piece, labels, &mut steps, number == 0),
            false => labels.labelled(tokens, piece.start, piece.end, None).is_some_and(|found| {
                let level = labels.scheme.levels[found.level].name.clone();
                found.next == piece.end && steps.push(level, tokens.slice(found.value))
            }),
        };
        if !taken {
            document.push(piece.clone());
        }
    }
    document.reverse();
    Upward { steps: steps.sorted_by(labels.scheme), document, item: None }
}

/// `RG 59, Central Decimal File 1950–54, 795.00/6-2550, Box 4262, NARA`: from the record group down,
/// and the archive after it all.
fn read_group_first(
    tokens: &Tokens<'_>,
    pieces: &[Range<usize>],
    labels: &Labels<'_>,
) -> Option<Steps> {
    let (first, last) = (pieces.first()?, pieces.last()?);
    let group = labels.labelled(tokens, first.start, first.end, None)?;
    let is_group = labels.scheme.levels[group.level].name.as_str() == "record-group";
    if !is_group || pieces.len() < 2 || !american::names_units_by_titles(labels) {
        return None;
    }
    let path = american::read_path(tokens, first.start, last.end, labels, "folder");
    (path.left.is_empty() && path.next >= last.end).then_some(path.steps)
}

/// Takes one piece, walking down from the archive, as a step. `false` when it is none.
fn take(
    tokens: &Tokens<'_>,
    piece: &Range<usize>,
    labels: &Labels<'_>,
    steps: &mut Steps,
    first: bool,
) -> bool {
    let text = tokens.slice(piece.clone());
    if let Some(title) = quoted_folder(tokens, piece, steps) {
        return steps.push_named(labels.scheme, "folder", tokens.slice(title));
    }
    let mut next = piece.start;
    let mut labelled = Vec::new();
    while let Some(found) = labels.labelled(tokens, next, piece.end, None) {
        next = found.next;
        labelled.push(found);
    }
    // "Series 5: Financial Papers, 1750–96"
    if let [found] = &labelled[..]
        && tokens.is(next, Kind::Colon)
        && next + 1 < piece.end
    {
        let level = labels.scheme.levels[found.level].name.clone();
        let taken = steps.push(level, tokens.slice(found.value.clone()));
        if taken {
            steps.entitle_last(tokens.slice(next + 1..piece.end));
        }
        return taken;
    }
    if !labelled.is_empty() && next == piece.end {
        for found in labelled {
            let level = labels.scheme.levels[found.level].name.clone();
            steps.push(level, tokens.slice(found.value));
        }
        return true;
    }
    if let Some(found) = OpenLevels::below(labels.scheme, None, steps).read_exact(text) {
        for (level, value) in found {
            steps.push(labels.scheme.levels[level].name.clone(), value);
        }
        return true;
    }
    if steps.ends_with("record-group") && text.to_lowercase().starts_with("records of ") {
        steps.entitle_last(text);
        return true;
    }
    let words: Vec<&str> = piece.clone().map(|i| tokens.word(i)).collect();
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    let manuscript = words.iter().position(|word| matches!(*word, "ms" | "mss" | "msc"));
    if manuscript.is_some_and(|at| at + 1 < words.len()) && words.len() <= 5 {
        // "MS 228" is a shelfmark; "Milwaukee Mss EX" tells a collection from others.
        let begins = matches!(words[0], "ms" | "mss" | "add") && !steps.has("box");
        let level = if begins { "shelfmark" } else { "collection-id" };
        return steps.push_named(labels.scheme, level, text);
    }
    if words.len() == 1 && has_digit {
        let sign = text.chars().take_while(|c| c.is_ascii_uppercase()).count();
        let letters = text.chars().any(char::is_alphabetic)
            && (steps.is_empty() || (sign >= 1 && !steps.has("collection")));
        return steps.push_named(
            labels.scheme,
            if letters { "collection-id" } else { "item" },
            text,
        );
    }
    if words.last() == Some(&"series") {
        return !first && steps.push_named(labels.scheme, "series", text);
    }
    if first && piece.start == 0 && words.len() > 12 {
        return false;
    }
    // "Papers of Harry S. Truman, President's Secretary's Files": the files are a series of the papers.
    let papers = |text: &str| {
        let text = text.to_lowercase();
        text.starts_with("papers of ") || text.ends_with(" papers") || text.ends_with(" collection")
    };
    if papers(text)
        && !words.contains(&"to")
        && steps.value("collection").is_some_and(|above| !papers(above))
        && steps.move_level(labels.scheme, "collection", "series")
    {
        return steps.push_named(labels.scheme, "collection", text);
    }
    let of_document = words.iter().any(|w| matches!(*w, "to" | "between" | "undated"));
    if !steps.has("collection")
        && words.iter().any(|word| COLLECTION_WORDS.contains(word))
        && !of_document
    {
        return steps.push_named(labels.scheme, "collection", text);
    }
    if steps.has("collection")
        && words.iter().any(|word| COLLECTION_WORDS.contains(word))
        && !first
        && !words.contains(&"to")
    {
        return steps.push_named(labels.scheme, "series", text);
    }
    // The first words below the archive are a collection, whatever they are called.
    !first
        && steps.is_empty()
        && tokens.is_capital(piece.start)
        && steps.push_named(labels.scheme, "collection", text)
}

/// The title of a folder that is given in quotation marks: `“CA 7 Ex.” folder`, `folder “China”`, or
/// alone beside its box, as the presidential libraries print it.
fn quoted_folder(tokens: &Tokens<'_>, piece: &Range<usize>, steps: &Steps) -> Option<Range<usize>> {
    let folder = |at: usize| matches!(tokens.word(at), "folder" | "folders" | "file");
    let open = match folder(piece.start) {
        true => piece.start + 1,
        false => piece.start,
    };
    let close = tokens.closing(open).filter(|_| tokens.is(open, Kind::OpenQuote))?;
    let alone = close + 1 >= piece.end && !steps.has("folder");
    let is_box = |at: usize| matches!(tokens.word(at), "box" | "boxes");
    let after_box = tokens.is(piece.start.wrapping_sub(1), Kind::Comma)
        && piece.start.checked_sub(3).is_some_and(is_box);
    // “Korea,” box 257
    let beside_box = after_box || is_box(piece.end) || is_box(piece.end + 1);
    let labelled = open > piece.start || close + 2 == piece.end && folder(close + 1);
    let last = close - usize::from(tokens.is(close - 1, Kind::Comma));
    (labelled || alone && beside_box).then_some(open + 1..last)
}

/// Record item; file unit; series; subgroup; record group; repository: NARA's leaflet 17. A
/// series may also stand before the item.
fn read_leaflet(tokens: &Tokens<'_>, at: usize, end: usize, labels: &Labels<'_>) -> Upward {
    let mut elements = Vec::new();
    let mut start = at;
    for i in at..=end {
        if i == end || (tokens.is(i, Kind::Semicolon) && tokens.depth(i) == 0) {
            if start < i {
                elements.push(start..i);
            }
            start = i + 1;
        }
    }
    let mut upward = Upward { steps: Steps::default(), document: Vec::new(), item: None };
    let mut titles: Vec<Range<usize>> = Vec::new();
    let mut opening: Option<Range<usize>> = None;
    for element in elements {
        let group = (element.start..element.end).find_map(|i| {
            let found = labels.labelled(tokens, i, element.end, None)?;
            (labels.scheme.levels[found.level].name.as_str() == "record-group")
                .then_some((i, found))
        });
        if let Some((label, found)) = group {
            let name = labels.scheme.levels[found.level].name.clone();
            upward.steps.push(name, tokens.slice(found.value));
            if label > element.start + 1 {
                upward.steps.entitle_last(tokens.slice(element.start..label - 1));
            }
        } else if tokens.is(element.start, Kind::OpenQuote) && upward.item.is_none() {
            let close = tokens.closing(element.start).unwrap_or(element.end);
            let medium = tokens
                .is(close + 1, Kind::Open)
                .then(|| close + 2..tokens.closing(close + 1).unwrap_or(element.end));
            upward.item = Some((element.start + 1..close, medium));
            opening = titles.pop();
            upward.document.append(&mut titles);
        } else {
            titles.push(element);
        }
    }
    let levels: &[&str] = if opening.is_some() {
        &["file-unit", "subgroup"]
    } else {
        &["file-unit", "series", "subgroup"]
    };
    // Without an item in quotation marks the first element is the document.
    if upward.item.is_none() && titles.len() > 1 {
        upward.document.push(titles.remove(0));
    }
    let levels = match (titles.len(), opening.is_some()) {
        (1, false) => &levels[1..],
        _ => levels,
    };
    if let Some(series) = opening {
        upward.steps.push_named(labels.scheme, "series", tokens.slice(series));
    }
    for (title, level) in titles.iter().zip(levels) {
        upward.steps.push_named(labels.scheme, level, tokens.slice(title.clone()));
    }
    upward.document.extend(titles.into_iter().skip(levels.len()));
    if let Some((item, _)) = &upward.item {
        upward.steps.push_named(
            labels.scheme,
            "item",
            tokens.slice(item.clone()).trim_end_matches(','),
        );
    }
    upward.steps = upward.steps.sorted_by(labels.scheme);
    upward
}

/// The pieces between commas and full stops, with the two halves of a date together, and years
/// with the title they belong to (`Financial Papers, 1750–96`).
pub(super) fn pieces(tokens: &Tokens<'_>, at: usize, end: usize) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut start = at;
    for i in at..=end {
        // “Korea,” box 257: the comma stands inside the marks.
        if i < end
            && i > start
            && tokens.is(i, Kind::CloseQuote)
            && matches!(tokens.kind(i - 1), Some(Kind::Comma))
            && tokens.is(i + 1, Kind::Word)
        {
            pieces.push(start..i + 1);
            start = i + 1;
            continue;
        }
        let separates = i < end
            && tokens.depth(i) == tokens.depth(at.min(i))
            && (matches!(tokens.all[i].kind, Kind::Comma | Kind::Semicolon)
                || ends_sentence(tokens, i));
        if i == end || separates {
            if start < i {
                let piece = start..i;
                let text = tokens.slice(piece.clone());
                let years = text.split(is_dash).count() == 2
                    && text.chars().all(|c| c.is_ascii_digit() || is_dash(c));
                match pieces.last_mut() {
                    Some(before) if is_year(text) && ends_in_day(tokens, before) => before.end = i,
                    Some(before) if years && names_collection(tokens, before) => before.end = i,
                    _ => pieces.push(piece),
                }
            }
            start = i + 1;
        }
    }
    pieces
}

fn names_collection(tokens: &Tokens<'_>, piece: &Range<usize>) -> bool {
    piece.clone().any(|i| COLLECTION_WORDS.contains(&tokens.word(i)) || tokens.word(i) == "series")
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a piece ends in a month and a day: `September 25`, `will dated June 5`.
fn ends_in_day(tokens: &Tokens<'_>, piece: &Range<usize>) -> bool {
    let mut words = piece.clone().rev().filter(|i| tokens.is(*i, Kind::Word));
    words.next().is_some_and(|day| is_number(tokens.word(day)))
        && words.next().is_some_and(|month| month_of(tokens.word(month)).is_some())
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether `piece` is a date with its month in words: `27 May 1940`, which no number of a file is.
pub(super) fn is_date_in_words(tokens: &Tokens<'_>, piece: &Range<usize>) -> bool {
    is_date(tokens, piece)
        && piece.clone().any(|i| tokens.word(i).chars().filter(|c| c.is_alphabetic()).count() > 2)
}

/// Whether `piece` is a day, in words or numbers: years alone may belong to a value.
pub(super) fn is_day(tokens: &Tokens<'_>, piece: &Range<usize>) -> bool {
    is_date(tokens, piece) && !american::is_years(tokens.slice(piece.clone()))
}

/// Whether a piece is a date and nothing else: years, or a month with a number.
pub(super) fn is_date(tokens: &Tokens<'_>, piece: &Range<usize>) -> bool {
    let words = || piece.clone().filter(|i| tokens.is(*i, Kind::Word)).map(|i| tokens.word(i));
    let month = |word: &str| month_of(word).is_some();
    let number = |word: &str| word.split(is_dash).all(is_number);
    let about = |word: &str| {
        matches!(
            word,
            "ca" | "circa" | "c" | "about" | "before" | "after" | "undated" | "n.d" | "or"
        )
    };
    // "3/23/79", "27.8.1951"
    let numbers = |word: &str| {
        let parts: Vec<&str> = word.split(['/', '.']).collect();
        let short = |part: &&&str| (1..=2).contains(&part.len()) && is_number(part);
        let year = |part: &&str| matches!(part.len(), 2 | 4) && is_number(part);
        parts.len() == 3
            && parts.iter().take(2).filter(short).count() == 2
            && parts.last().is_some_and(year)
    };
    if piece.len() == 1 && words().all(numbers) {
        return true;
    }
    let any =
        words().next().is_some() && words().all(|word| month(word) || number(word) || about(word));
    let year = words().any(|word| word.split(is_dash).next().is_some_and(is_year));
    any && (year
        || words().any(|word| word == "undated" || word == "n.d")
        || (words().any(month) && words().any(number)))
}
