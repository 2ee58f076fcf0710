//! Credits: `Translated for CWIHP by Sergey Radchenko`, `Obtained by Béla Révész; translated and
//! edited by Barnabás Vajd, Laura Deal, and Karl P. Benziger`.

use super::label::is_and;
use super::token::{Kind, Tokens};
use serde::Serialize;
use std::ops::Range;

/// Who translated, contributed, edited, and for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Credits {
    /// Who translated it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translators: Vec<String>,
    /// For whom: `CWIHP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commissioned_by: Option<String>,
    /// From which language, in the words of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translated_from: Option<String>,
    /// Who gave or found the document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<String>,
    /// Who edited the translation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub editors: Vec<String>,
    /// The sentences, exactly as printed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub as_printed: Vec<String>,
}

impl Credits {
    /// Whether nothing is credited.
    pub fn is_empty(&self) -> bool {
        *self == Credits::default()
    }
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Translated,
    Contributed,
    Edited,
}

fn deed(word: &str) -> Option<Deed> {
    match word {
        "translated" | "translation" | "translations" | "trans" | "tr" | "transl" => {
            Some(Deed::Translated)
        }
        "contributed" | "obtained" | "provided" | "donated" | "found" | "located" | "acquired"
        | "selected" | "supplied" | "transcribed" | "courtesy" => Some(Deed::Contributed),
        "edited" | "introduced" | "annotated" | "revised" | "compiled" => Some(Deed::Edited),
        _ => None,
    }
}

/// Whether a credit begins at `at`.
pub(super) fn begins_credit(tokens: &Tokens<'_>, at: usize) -> bool {
    first_deed(tokens, at).is_some()
}

fn first_deed(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let mut first = at;
    while matches!(
        tokens.word(first),
        "document" | "documents" | "text" | "english" | "was" | "and" | "the" | "original" | "copy"
    ) && first < at + 4
    {
        first += 1;
    }
    let found = deed(tokens.word(first))?;
    // "Provided to X by Y" tells of custody, "translation from BOOK" of a publication.
    let end = (first..tokens.len())
        .find(|i| matches!(tokens.all[*i].kind, Kind::Semicolon))
        .unwrap_or(tokens.len())
        .min(first + 14);
    let by = (first + 1..end).any(|i| tokens.word(i) == "by")
        || (found == Deed::Contributed && tokens.word(first) == "courtesy");
    (by && tokens.word(first + 1) != "to" && tokens.word(first + 1) != "in").then_some(first)
}

/// Reads the credits in the tokens of one sentence. `false` when something in it was not taken.
pub(super) fn read_credits(
    tokens: &Tokens<'_>,
    sentence: Range<usize>,
    credits: &mut Credits,
) -> bool {
    let mut at = sentence.start;
    let mut whole = true;
    let mut deeds: Vec<Deed> = Vec::new();
    while at < sentence.end {
        let word = tokens.word(at);
        if let Some(found) = deed(word).filter(|_| !is_name_part(tokens, at)) {
            if !deeds.contains(&found) {
                deeds.push(found);
            }
            at += 1;
            continue;
        }
        match word {
            "for" | "from" if !deeds.is_empty() => {
                let stop = (at + 1..sentence.end)
                    .find(|i| {
                        matches!(tokens.word(*i), "by" | "for" | "from")
                            || tokens.is(*i, Kind::Semicolon)
                    })
                    .unwrap_or(sentence.end);
                let what = tokens.slice(at + 1..stop).trim_end_matches(['.', ',']).to_owned();
                match word {
                    "for" => credits.commissioned_by = Some(what),
                    _ => credits.translated_from = Some(what.trim_start_matches("the ").to_owned()),
                }
                at = stop;
            }
            "by" | "of" if !deeds.is_empty() => {
                let (names, next) = names(tokens, at + 1, sentence.end);
                whole &= !names.is_empty();
                for deed in deeds.drain(..) {
                    let list = match deed {
                        Deed::Translated => &mut credits.translators,
                        Deed::Contributed => &mut credits.contributors,
                        Deed::Edited => &mut credits.editors,
                    };
                    for name in &names {
                        if !list.contains(name) {
                            list.push(name.clone());
                        }
                    }
                }
                at = next;
            }
            "" | "and" | "document" | "documents" | "text" | "english" | "was" | "were" | "the"
            | "original" | "copy" | "into" => at += 1,
            _ => {
                whole = false;
                at += 1;
            }
        }
    }
    let printed = tokens.slice(sentence).trim_end_matches('.').to_owned();
    if !printed.is_empty() {
        credits.as_printed.push(printed);
    }
    whole && deeds.is_empty()
}

/// A deed that is spelt like a name: "Tr" never stands after a comma in lower case only.
fn is_name_part(tokens: &Tokens<'_>, at: usize) -> bool {
    at > 0 && tokens.word(at - 1) == "by"
}

/// The names that begin at `at`: up to a semicolon, a full stop, or `and` before another deed.
fn names(tokens: &Tokens<'_>, at: usize, end: usize) -> (Vec<String>, usize) {
    let mut names = Vec::new();
    let mut start = at;
    let mut next = at;
    let mut push = |from: usize, to: usize| {
        let name = tokens.slice(from..to).trim().to_owned();
        if !name.is_empty() {
            names.push(name);
        }
    };
    while next < end {
        let another = deed(tokens.word(next + 1)).is_some();
        let splits = match tokens.all[next].kind {
            Kind::Comma => true,
            Kind::Word => {
                is_and(tokens.word(next)) || matches!(tokens.word(next), "with" | "for" | "from")
            }
            _ => false,
        };
        if tokens.is(next, Kind::Semicolon) || (tokens.is(next, Kind::Stop) && next + 1 == end) {
            break;
        }
        if splits && tokens.depth(next) == 0 {
            push(start, next);
            start = next + 1;
            if another || matches!(tokens.word(next), "for" | "from") {
                let stop = if another { next + 1 } else { next };
                return (names, stop);
            }
        }
        next += 1;
    }
    push(start, next);
    (names, next)
}
