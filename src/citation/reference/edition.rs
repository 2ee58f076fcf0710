//! Editions of documents that everybody cites by their name or its letters, without place and
//! publisher: `FRUS, 1969–1976, vol. XVII, China, 1969–1972, doc. 12`; `AAPD 1965, Bd. II, Dok. 207`;
//! `DDF, 1954, II, no. 123`.

use super::publication::{Found, blank, people_in};
use super::sentence::{ends_sentence, sentence_end};
use super::specific_first::pieces;
use super::token::{Kind, Tokens};
use crate::record::{PartId, is_dash, slug};
use std::ops::Range;

/// Names and letters of editions, in lower case, and what they are called in full.
const EDITIONS: &[(&str, &str)] = &[
    ("foreign relations of the united states", "Foreign Relations of the United States"),
    (
        "papers relating to the foreign relations of the united states",
        "Papers Relating to the Foreign Relations of the United States",
    ),
    ("foreign relations", "Foreign Relations of the United States"),
    ("frus", "Foreign Relations of the United States"),
    ("documents on british policy overseas", "Documents on British Policy Overseas"),
    ("dbpo", "Documents on British Policy Overseas"),
    ("documents on british foreign policy", "Documents on British Foreign Policy"),
    ("dbfp", "Documents on British Foreign Policy"),
    ("documents on german foreign policy", "Documents on German Foreign Policy"),
    ("dgfp", "Documents on German Foreign Policy"),
    ("akten zur deutschen auswärtigen politik", "Akten zur deutschen auswärtigen Politik"),
    ("adap", "Akten zur deutschen auswärtigen Politik"),
    (
        "akten zur auswärtigen politik der bundesrepublik deutschland",
        "Akten zur Auswärtigen Politik der Bundesrepublik Deutschland",
    ),
    ("aapd", "Akten zur Auswärtigen Politik der Bundesrepublik Deutschland"),
    ("documents diplomatiques français", "Documents diplomatiques français"),
    ("ddf", "Documents diplomatiques français"),
    ("documenti diplomatici italiani", "Documenti diplomatici italiani"),
    ("ddi", "Documenti diplomatici italiani"),
    ("documents diplomatiques suisses", "Documents diplomatiques suisses"),
    ("dds", "Documents diplomatiques suisses"),
    ("documents on canadian external relations", "Documents on Canadian External Relations"),
    ("dcer", "Documents on Canadian External Relations"),
    ("documents on irish foreign policy", "Documents on Irish Foreign Policy"),
    ("difp", "Documents on Irish Foreign Policy"),
    ("документы внешней политики ссср", "Документы внешней политики СССР"),
    ("двп ссср", "Документы внешней политики СССР"),
    ("dokumenty vneshnei politiki sssr", "Dokumenty vneshnei politiki SSSR"),
    ("dvp sssr", "Dokumenty vneshnei politiki SSSR"),
];

/// Finds such editions in the tokens of `within`; those that `claimed` says are read already are
/// passed over. `taken` counts the publications found before.
pub(super) fn editions(
    tokens: &Tokens<'_>,
    within: Range<usize>,
    claimed: impl Fn(usize) -> bool,
    taken: usize,
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let read = (!claimed(at) && begins(tokens, at))
            .then(|| edition(tokens, at, within.end, taken + found.len() + 1))
            .flatten()
            .filter(|edition| !edition.tokens.clone().any(&claimed));
        match read {
            Some(edition) => {
                at = edition.tokens.end;
                found.push(edition);
            }
            None => at += 1,
        }
    }
    found
}

/// An edition is named at a beginning, after a mark, or after `in`, `see`, `printed in`.
fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is_capital(at)
        && tokens.depth(at) == 0
        && at.checked_sub(1).is_none_or(|before| {
            !tokens.is(before, Kind::Word)
                || matches!(tokens.word(before), "in" | "see" | "also" | "from" | "and" | "cf")
        })
}

/// The name of an edition at `at`: the token after it, and the full title.
fn name(tokens: &Tokens<'_>, at: usize) -> Option<(usize, &'static str)> {
    let spelled = |words: &str| {
        let mut next = at;
        for word in words.split(' ') {
            if !tokens.is(next, Kind::Word) || tokens.word(next) != word {
                return None;
            }
            next += 1;
        }
        Some(next)
    };
    let named = |(words, title): &(&str, &'static str)| Some((spelled(words)?, *title));
    // Letters are printed as capitals.
    let letters = |(end, _): &(usize, &str)| {
        *end > at + 1
            || tokens.word(at).len() > 5
            || tokens.printed(at).to_uppercase() == tokens.printed(at)
    };
    EDITIONS.iter().filter_map(named).filter(letters).max_by_key(|(end, _)| *end)
}

fn edition(tokens: &Tokens<'_>, at: usize, end: usize, number: usize) -> Option<Found> {
    let (after_name, title) = name(tokens, at)?;
    let stop = (at..sentence_end(tokens, at, end))
        .find(|i| tokens.is(*i, Kind::Semicolon) || ends_sentence(tokens, *i))
        .unwrap_or(end);
    let mut start = after_name;
    if matches!(tokens.kind(start), Some(Kind::Comma | Kind::Colon)) {
        start += 1;
    }
    let mut publication = blank(number);
    publication.title = Some(title.to_owned());
    let mut reached = after_name;
    let mut known = false;
    let mut below_volume = false;
    for piece in split_colons(tokens, pieces(tokens, start, stop)) {
        let text = tokens.slice(piece.clone());
        match part(tokens, &piece) {
            Part::Years if !below_volume && publication.volume.is_none() => {
                publication.title = Some(format!("{title}, {text}"));
            }
            Part::Volume(volume, part) if publication.volume.is_none() => {
                publication.volume = Some(volume);
                publication.part = part.or(publication.part);
                below_volume = true;
            }
            Part::Half(part) if publication.part.is_none() => publication.part = Some(part),
            Part::Document(document) => publication.document = Some(document),
            Part::Pages(pages) => {
                publication.pages = match publication.pages.take() {
                    Some(before) => Some(format!("{before}, {pages}")),
                    None => Some(pages),
                }
            }
            Part::Editors(people) => publication.editor.extend(people_in(tokens, people)),
            Part::Series(series) => publication.title = Some(format!("{title}, {series}")),
            // The title of the volume, with its years.
            Part::Years | Part::Words if below_volume && publication.pages.is_none() => {
                match &mut publication.volume_title {
                    Some(before) => {
                        before.push_str(", ");
                        before.push_str(text);
                    }
                    None => publication.volume_title = Some(text.to_owned()),
                }
            }
            _ => break,
        }
        known = true;
        reached = piece.end;
    }
    if !known {
        return None;
    }
    publication.as_printed =
        Some(tokens.slice(at..reached).trim_end_matches(['.', ',']).to_owned());
    let words = [publication.title.as_deref(), publication.volume.as_deref()];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    if let Some(id) = slug(&words.join(" "), 40).and_then(|id| id.parse::<PartId>().ok()) {
        publication.id = id;
    }
    // "see", "printed in": words that lead to it.
    let leads = |word: &str| matches!(word, "see" | "also" | "in" | "cf" | "printed" | "reprinted");
    let first = (0..at).rev().take_while(|i| leads(tokens.word(*i))).last().unwrap_or(at);
    Some(Found { publication, tokens: first..reached, of_translation: false })
}

/// `1950, vol. 7: Korea`: a colon parts the volume from its title.
fn split_colons(tokens: &Tokens<'_>, pieces: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut split = Vec::new();
    for piece in pieces {
        let mut start = piece.start;
        for at in piece.clone() {
            if tokens.is(at, Kind::Colon) && tokens.depth(at) == tokens.depth(piece.start) {
                if start < at {
                    split.push(start..at);
                }
                start = at + 1;
            }
        }
        if start < piece.end {
            split.push(start..piece.end);
        }
    }
    split
}

enum Part {
    /// `1969–1976`
    Years,
    /// `vol. XV`, `XV`, `VII (1)`, `Bd. II`; with a part in brackets.
    Volume(String, Option<String>),
    Half(String),
    Document(String),
    Pages(String),
    Editors(Range<usize>),
    /// `series I`, `2nd ser.`, `Serie D`
    Series(String),
    Words,
}

fn part(tokens: &Tokens<'_>, piece: &Range<usize>) -> Part {
    let text = tokens.slice(piece.clone());
    let first = tokens.word(piece.start);
    let mut next = piece.start + 1;
    if tokens.is(next, Kind::Stop) && next < piece.end {
        next += 1;
    }
    let rest = tokens.slice(next..piece.end).to_owned();
    let one_word = !rest.is_empty() && !rest.contains(char::is_whitespace);
    match first {
        "vol" | "volume" | "vols" | "bd" | "band" | "t" | "tome" | "т" | "v"
            if !rest.is_empty() =>
        {
            let (volume, part) = bracketed(&rest);
            return Part::Volume(volume, part);
        }
        "pt" | "part" | "teil" | "half" if one_word => return Part::Half(rest),
        "doc" | "docs" | "document" | "documents" | "dok" | "dokument" | "no" | "nos" | "nr"
        | "№" | "n°" | "док"
            if rest.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            return Part::Document(rest);
        }
        "p" | "pp" | "s" | "с" | "page" | "pages"
            if rest.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            return Part::Pages(rest);
        }
        "ed" | "eds" if !rest.is_empty() => return Part::Editors(next..piece.end),
        "series" | "serie" | "ser" | "série" | "reihe" if one_word => {
            return Part::Series(text.to_owned());
        }
        _ => {}
    }
    let ordinal = first.starts_with(|c: char| c.is_ascii_digit())
        && ["st", "nd", "rd", "th", "ª", "e"].iter().any(|end| first.ends_with(end));
    if ordinal && matches!(tokens.word(piece.start + 1), "series" | "ser" | "serie" | "série") {
        return Part::Series(text.to_owned());
    }
    let numbers = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_digit() || is_dash(c))
            && text.starts_with(|c: char| c.is_ascii_digit())
    };
    let years = text
        .split(|c| is_dash(c) || c == '/')
        .next()
        .is_some_and(|year| year.len() == 4 && (year.starts_with("18") || year.starts_with("19")));
    let (volume, within) = bracketed(text);
    let roman = !volume.is_empty() && volume.chars().all(|c| "IVXLC".contains(c));
    match text {
        text if numbers(text) && years => Part::Years,
        text if numbers(text) => Part::Pages(text.to_owned()),
        _ if roman => Part::Volume(volume, within),
        _ => Part::Words,
    }
}

/// `VII (1)`, `VII/1`: the volume and its part.
fn bracketed(text: &str) -> (String, Option<String>) {
    let parted = text
        .strip_suffix(')')
        .and_then(|text| text.split_once('('))
        .or_else(|| text.split_once('/'));
    match parted {
        Some((volume, part)) => {
            let part = part.trim().trim_start_matches("part ").trim_start_matches("pt. ");
            (volume.trim().to_owned(), Some(part.to_owned()))
        }
        None => (text.to_owned(), None),
    }
}
