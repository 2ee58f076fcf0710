//! Publications: `Reprinted in EDITORS, TITLE, Vol. 5, Book 2, PERIOD (Place: Publisher, 2005), pp.
//! 11-14`. They are known by the brackets with place, publisher and year.

use super::label::is_and;
use super::specific_first::pieces;
use super::token::{Kind, Tokens};
use crate::record::{HistoricalDate, Name, PartId, Publication, slug};
use std::ops::Range;

/// A publication found in the text.
pub(super) struct Found {
    pub publication: Publication,
    /// Every token that belongs to it, with the words that lead to it.
    pub tokens: Range<usize>,
    /// Whether it is named as the source of the translation.
    pub of_translation: bool,
}

/// Finds the publications whose place and publisher stand in brackets, in the tokens of `within`.
pub(super) fn publications(tokens: &Tokens<'_>, within: Range<usize>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut from = within.start;
    let mut at = within.start;
    while at < within.end {
        let Some(close) = imprint(tokens, at).filter(|close| *close < within.end) else {
            at += 1;
            continue;
        };
        let (start, head, of_translation) = head(tokens, from, at);
        let (pages, document, end) = pages(tokens, close + 1, within.end);
        let mut publication = blank(found.len() + 1);
        read_head(tokens, head.clone(), &mut publication);
        read_imprint(tokens, at + 1..close, &mut publication);
        publication.pages = pages;
        publication.document = document;
        publication.as_printed =
            Some(tokens.slice(head.start..end).trim_end_matches(['.', ',']).to_owned());
        if let Some(title) = &publication.title
            && let Some(id) = slug(title, 40).and_then(|words| words.parse::<PartId>().ok())
            && found.iter().all(|before| before.publication.id != id)
        {
            publication.id = id;
        }
        found.push(Found { publication, tokens: start..end, of_translation });
        from = end;
        at = end;
    }
    found
}

pub(super) fn blank(number: usize) -> Publication {
    Publication {
        // "publication-1" is an id by its letters.
        id: format!("publication-{number}").parse().expect("an id"),
        title: None,
        series: None,
        volume_title: None,
        author: Vec::new(),
        editor: Vec::new(),
        series_editor: Vec::new(),
        translator: Vec::new(),
        volume: None,
        part: None,
        issue: None,
        place: None,
        publisher: None,
        date: None,
        pages: None,
        document: None,
        language: None,
        url: None,
        as_printed: None,
        note: None,
    }
}

/// The closing bracket of `(Place: Publisher, Year)` that opens at `at`.
fn imprint(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if !tokens.is(at, Kind::Open) {
        return None;
    }
    let close = tokens.closing(at)?;
    let colon =
        (at..close).any(|i| tokens.is(i, Kind::Colon) && tokens.depth(i) == tokens.depth(at) + 1);
    let year = tokens.word(close.checked_sub(1)?);
    (colon && year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit())).then_some(close)
}

/// Where the publication before the brackets at `end` begins: with the words that lead to it, and
/// without them.
fn head(tokens: &Tokens<'_>, from: usize, end: usize) -> (usize, Range<usize>, bool) {
    let mut start = from;
    for at in (from..end).rev() {
        if tokens.depth(at) > 0 {
            continue;
        }
        let word = tokens.word(at);
        let before = at.checked_sub(1).map_or("", |i| tokens.word(i));
        let reprinted = matches!(
            before,
            "reprinted" | "printed" | "published" | "appeared" | "included" | "appears"
        );
        if word == "in"
            && (reprinted || at.checked_sub(1).is_some_and(|i| tokens.is(i, Kind::Comma)))
        {
            let lead = if reprinted { at - 1 } else { at };
            return (lead, at + 1..end, false);
        }
        if word == "from" && matches!(before, "translation" | "taken" | "reprinted") {
            return (at - 1, at + 1..end, before == "translation");
        }
        if tokens.is(at, Kind::Semicolon) {
            start = at + 1;
            break;
        }
    }
    while start < end && !matches!(tokens.all[start].kind, Kind::Word | Kind::OpenQuote) {
        start += 1;
    }
    (start, start..end, false)
}

/// Pages or the number of a document after the brackets, and the token after them.
fn pages(tokens: &Tokens<'_>, at: usize, end: usize) -> (Option<String>, Option<String>, usize) {
    let mut start = at;
    if tokens.is(start, Kind::Comma) {
        start += 1;
    }
    let label = tokens.word(start);
    let document = matches!(label, "document" | "doc" | "documents" | "docs" | "no");
    if document || matches!(label, "pp" | "p" | "pages" | "page" | "s" | "с") {
        start += 1;
        if tokens.is(start, Kind::Stop) {
            start += 1;
        }
    }
    let digits = tokens.word(start).starts_with(|c: char| c.is_ascii_digit());
    if start >= end || !digits {
        return (None, None, at);
    }
    let mut next = start + 1;
    while next + 1 < end
        && tokens.is(next, Kind::Comma)
        && tokens.word(next + 1).chars().all(|c| c.is_ascii_digit() || crate::record::is_dash(c))
        && !tokens.word(next + 1).is_empty()
    {
        next += 2;
    }
    let value = tokens.slice(start..next).to_owned();
    match document {
        true => (None, Some(value), next),
        false => (Some(value), None, next),
    }
}

fn read_imprint(tokens: &Tokens<'_>, inside: Range<usize>, publication: &mut Publication) {
    let Some(colon) = inside.clone().find(|i| tokens.is(*i, Kind::Colon)) else { return };
    let year = inside.end.saturating_sub(1);
    let publisher_end = match year.checked_sub(1) {
        Some(comma) if tokens.is(comma, Kind::Comma) => comma,
        _ => year,
    };
    let text =
        |range: Range<usize>| Some(tokens.slice(range).to_owned()).filter(|text| !text.is_empty());
    publication.place = text(inside.start..colon);
    publication.publisher = text(colon + 1..publisher_end);
    publication.date = tokens.printed(year).parse::<HistoricalDate>().ok();
}

/// A piece of the head, by its first words.
enum Part {
    Volume(String),
    Book(String),
    Issue(String),
    /// `ed. NAME`, `eds. NAMES`
    EditedBy(Range<usize>),
    TranslatedBy(Range<usize>),
    /// `ed.` after the names.
    Editors,
    Words(Range<usize>),
}

fn part(tokens: &Tokens<'_>, piece: &Range<usize>) -> Part {
    let first = tokens.word(piece.start);
    let mut next = piece.start + 1;
    if tokens.is(next, Kind::Stop) {
        next += 1;
    }
    let rest = next..piece.end;
    let value = tokens.slice(rest.clone()).to_owned();
    let numbered = !value.is_empty() && value.split_whitespace().count() == 1;
    match first {
        "vol" | "volume" | "t" | "tom" if numbered => Part::Volume(value),
        "book" | "part" | "kniga" | "pt" | "bk" if numbered => Part::Book(value),
        "no" | "nos" | "issue" if numbered => Part::Issue(value),
        "ed" | "eds" if rest.is_empty() => Part::Editors,
        "editor" | "editors" if rest.is_empty() => Part::Editors,
        "ed" | "eds" => Part::EditedBy(rest),
        "edited" if tokens.word(piece.start + 1) == "by" => {
            Part::EditedBy(piece.start + 2..piece.end)
        }
        "trans" => Part::TranslatedBy(rest),
        "translated" if tokens.word(piece.start + 1) == "by" => {
            Part::TranslatedBy(piece.start + 2..piece.end)
        }
        _ => Part::Words(piece.clone()),
    }
}

fn read_head(tokens: &Tokens<'_>, head: Range<usize>, publication: &mut Publication) {
    let pieces = pieces(tokens, head.start, head.end);
    let parts: Vec<Part> = pieces.iter().map(|piece| part(tokens, piece)).collect();
    let words = |part: &Part| match part {
        Part::Words(words) => Some(words.clone()),
        _ => None,
    };
    // The people stand before the title; how many pieces they take shows at "ed." or at the
    // volume, or where a name is followed by one more piece of words.
    let editors_end = parts.iter().position(|part| matches!(part, Part::Editors));
    let plain = parts
        .iter()
        .skip(editors_end.map_or(0, |at| at + 1))
        .take_while(|part| words(part).is_some())
        .count();
    let first = editors_end.map_or(0, |at| at + 1);
    let title_at = match editors_end {
        Some(at) => at + 1,
        None if is_frus(tokens, &head) => 0,
        None => first + plain.saturating_sub(1),
    };
    for part in parts.iter().take(title_at) {
        if let Some(people) = words(part) {
            let target = if editors_end.is_some() || plain > 2 {
                &mut publication.editor
            } else {
                &mut publication.author
            };
            target.extend(people_in(tokens, people));
        }
    }
    let mut after_volume = false;
    for part in parts.iter().skip(title_at) {
        match part {
            Part::Volume(value) => {
                publication.volume = Some(value.clone());
                after_volume = true;
            }
            Part::Book(value) => {
                publication.part = Some(value.clone());
                after_volume = true;
            }
            Part::Issue(value) => publication.issue = Some(value.clone()),
            Part::EditedBy(people) => publication.editor.extend(people_in(tokens, people.clone())),
            Part::TranslatedBy(people) => {
                publication.translator.extend(people_in(tokens, people.clone()))
            }
            Part::Editors => {}
            Part::Words(piece) => {
                let text = tokens.slice(piece.clone());
                let into = if after_volume {
                    &mut publication.volume_title
                } else {
                    &mut publication.title
                };
                match into {
                    Some(before) => {
                        before.push_str(", ");
                        before.push_str(text);
                    }
                    None => *into = Some(text.to_owned()),
                }
            }
        }
    }
}

fn is_frus(tokens: &Tokens<'_>, head: &Range<usize>) -> bool {
    tokens.slice(head.clone()).to_lowercase().starts_with("foreign relations of the united states")
}

pub(super) fn people_in(tokens: &Tokens<'_>, people: Range<usize>) -> Vec<Name> {
    let mut names = Vec::new();
    let mut start = people.start;
    for at in people.clone().chain([people.end]) {
        if at == people.end || is_and(tokens.word(at)) {
            let name = tokens.slice(start..at).trim_matches([' ', ',', '.']);
            if !name.is_empty() {
                names.push(Name::literal(name));
            }
            start = at + 1;
        }
    }
    names
}
