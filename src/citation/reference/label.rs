//! The printed labels of an archive's levels, found among tokens.

use super::token::{Kind, Tokens};
use crate::record::{ArchiveLevel, LevelScheme};
use std::ops::Range;

/// The labels of a scheme, ready to be compared with tokens.
pub(super) struct Labels<'a> {
    pub scheme: &'a LevelScheme,
    /// The words of a label and the place of its level, longest first.
    labels: &'a [Label],
    /// Whether values may be words, not only numbers: `fond CC al PCR`.
    names_as_values: bool,
}

/// The labels of a scheme and whether values may be words: worked out once for each scheme.
#[derive(Default)]
struct Words {
    labels: Vec<Label>,
    names_as_values: bool,
}

/// A printed label: its words, its level, and whether it is an abbreviation with a full stop.
struct Label {
    words: Vec<String>,
    level: usize,
    abbreviated: bool,
}

/// A label with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Labelled {
    /// The place of the level in the scheme.
    pub level: usize,
    /// The tokens of the value.
    pub value: Range<usize>,
    /// The token after it all.
    pub next: usize,
}

impl Words {
    fn of(scheme: &LevelScheme) -> Words {
        let mut labels: Vec<Label> = Vec::new();
        for (at, level) in scheme.levels.iter().enumerate() {
            for label in level.labels() {
                let tokens = Tokens::new(label);
                let words: Vec<String> = tokens
                    .all
                    .into_iter()
                    .filter(|token| token.kind == Kind::Word)
                    .map(|token| token.word)
                    .collect();
                let abbreviated = label.ends_with('.');
                match labels.iter_mut().find(|known| known.words == words && known.level == at) {
                    Some(known) => known.abbreviated &= abbreviated,
                    None if words.is_empty() => {}
                    None => labels.push(Label { words, level: at, abbreviated }),
                }
            }
        }
        labels.sort_by_key(|Label { words, .. }| {
            std::cmp::Reverse((words.len(), words.iter().map(String::len).sum::<usize>()))
        });
        let speaks_english = |level: &ArchiveLevel| {
            level
                .forms
                .iter()
                .all(|form| form.language.as_ref().is_none_or(|l| l.primary() == "en"))
        };
        let names_as_values = !scheme.levels.iter().all(speaks_english);
        Words { labels, names_as_values }
    }
}

impl<'a> Labels<'a> {
    pub(super) fn new(scheme: &'a LevelScheme) -> Labels<'a> {
        let words = scheme.worked_out.get_or(|| Words::of(scheme));
        let (labels, names_as_values) = match words {
            Some(Words { labels, names_as_values }) => (labels.as_slice(), *names_as_values),
            None => (&[][..], false),
        };
        Labels { scheme, labels, names_as_values }
    }

    /// The level whose label stands at `at`, and the token after the label. Where one label
    /// stands for two levels, the first that lies below `above` is meant.
    pub(super) fn label(
        &self,
        tokens: &Tokens<'_>,
        at: usize,
        above: Option<usize>,
    ) -> Option<(usize, usize)> {
        let mut longest = 0;
        let mut found: Option<(usize, usize)> = None;
        for Label { words, level, abbreviated } in self.labels {
            if words.len() < longest {
                break;
            }
            let Some(next) = match_words(tokens, at, words) else { continue };
            // "FO" is a department, "fo." a folio.
            let stopped = tokens.is(next - 1, Kind::Stop);
            let printed = tokens.printed(at);
            if *abbreviated
                && !stopped
                && (printed.chars().count() > 1 || !self.names_as_values)
                && printed.chars().all(char::is_uppercase)
            {
                continue;
            }
            let below = above.is_none_or(|above| *level > above);
            match found {
                None => found = Some((*level, next)),
                Some((before, _)) if below && above.is_some_and(|above| before <= above) => {
                    found = Some((*level, next));
                }
                Some(_) => {}
            }
            longest = words.len();
        }
        found
    }

    /// The label at `at` with its value, in the tokens before `end`.
    pub(super) fn labelled(
        &self,
        tokens: &Tokens<'_>,
        at: usize,
        end: usize,
        above: Option<usize>,
    ) -> Option<Labelled> {
        let (level, mut next) = self.label(tokens, at, above)?;
        // "fond (f.) 45"
        if tokens.is(next, Kind::Open)
            && let Some(close) = tokens.closing(next)
            && self.label(tokens, next + 1, None).is_some_and(|(_, after)| after == close)
        {
            next = close + 1;
        }
        if tokens.is(next, Kind::Colon) {
            next += 1;
        }
        // "Progs., Nos. 23-C"
        if tokens.is(next, Kind::Comma) && matches!(tokens.word(next + 1), "no" | "nos" | "nr") {
            next += 1;
        }
        if matches!(tokens.word(next), "no" | "nr" | "nos" | "№" | "č") {
            next += 1;
            if tokens.is(next, Kind::Stop) {
                next += 1;
            }
        }
        let value = self.value(tokens, next, end, level)?;
        Some(Labelled { level, next: value.end, value })
    }

    /// The value of `level` that begins at `at`.
    fn value(
        &self,
        tokens: &Tokens<'_>,
        at: usize,
        end: usize,
        level: usize,
    ) -> Option<Range<usize>> {
        if at >= end || !tokens.is(at, Kind::Word) {
            return None;
        }
        let known = &self.scheme.levels[level];
        let named = self.names_as_values && known.pattern.is_none() && !known.locator;
        let numbered = tokens.has_digit(at)
            || is_chinese_number(tokens.word(at))
            || (at + 1 < end && tokens.all[at + 1].kind == Kind::Word && tokens.has_digit(at + 1))
            || is_letter_or_roman(tokens.printed(at));
        // "fond documentar": after the whole word, a name may begin with a small letter.
        let after_word = known.name.as_str() == "fond" && tokens.word(at.wrapping_sub(1)) == "fond";
        let begins = numbered || (named && (tokens.is_capital(at) || after_word));
        if !begins {
            return None;
        }
        let mut next = at + 1;
        while next < end {
            let continues = match tokens.all[next].kind {
                // "54—55 с об.": leaves with their backs.
                Kind::Word
                    if known.locator
                        && matches!(tokens.word(next), "с" | "s")
                        && matches!(tokens.word(next + 1), "об" | "ob")
                        && next + 1 < end =>
                {
                    next += 1;
                    true
                }
                // `f. 48 "z"`
                Kind::OpenQuote => match tokens.closing(next).filter(|close| {
                    *close == next + 2 && tokens.word(next + 1).chars().count() <= 2
                }) {
                    Some(close) => {
                        next = close;
                        true
                    }
                    None => false,
                },
                // "л. 16 и об.": the leaf and its back.
                Kind::Word
                    if known.locator
                        && is_and(tokens.word(next))
                        && matches!(tokens.word(next + 1), "об" | "ob" | "зв" | "verso")
                        && next + 1 < end =>
                {
                    next += 1;
                    true
                }
                Kind::Word => {
                    !is_and(tokens.word(next))
                        && (self.label(tokens, next, Some(level)).is_none_or(|(_, after)| {
                            // a label without a value is a part of this value
                            !tokens.is(after, Kind::Word)
                        }))
                }
                // "12(5)-NY/56"
                Kind::Open if !tokens.all[next].spaced && !known.locator => {
                    match tokens.closing(next).filter(|close| *close <= next + 2 && *close < end) {
                        Some(close) => {
                            next = close;
                            true
                        }
                        None => false,
                    }
                }
                // "212 (об.)"
                Kind::Open => match tokens.closing(next).filter(|close| {
                    let inside = tokens.slice(next + 1..*close).to_lowercase();
                    *close <= next + 3
                        && matches!(
                            inside.trim_end_matches('.'),
                            "ob" | "об" | "verso" | "v" | "rev"
                        )
                }) {
                    Some(close) => {
                        next = close;
                        true
                    }
                    None => false,
                },
                // "23(18)-C.A./50"
                Kind::Stop if tokens.word(next + 1).starts_with('/') && next + 1 < end => {
                    !tokens.all[next + 1].spaced
                }
                Kind::Stop => {
                    takes_stop(tokens.word(next - 1), known.locator)
                        || named && is_initials(tokens.printed(next - 1))
                }
                Kind::Comma => {
                    known.locator
                        && tokens.is(next + 1, Kind::Word)
                        && next + 1 < end
                        && begins_with_digit(tokens.word(next + 1))
                        && self.only_leaves(tokens.word(next + 1))
                }
                _ => false,
            };
            if !continues {
                break;
            }
            next += 1;
        }
        // "RG 59 Central Files": words after a value of the right shape belong to the next unit.
        if !self.names_as_values
            && let Some(pattern) = &known.pattern
            && !pattern.fits(tokens.slice(at..next))
            && let Some(shorter) = (at + 1..next).find(|to| pattern.fits(tokens.slice(at..*to)))
        {
            next = shorter;
        }
        // A sentence does not end inside a value: a word after an ended abbreviation is a new one.
        Some(at..next)
    }

    /// Whether `word` can be one more leaf or range of leaves.
    fn only_leaves(&self, word: &str) -> bool {
        word.chars().all(|c| c.is_ascii_digit() || crate::record::is_dash(c) || "obоб".contains(c))
    }
}

/// `十八`: a number in Chinese characters.
fn is_chinese_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| "一二三四五六七八九十百〇".contains(c))
}

/// `C.C`: letters with full stops between them.
fn is_initials(printed: &str) -> bool {
    printed.contains('.') && printed.split('.').all(|part| part.chars().count() == 1)
}

fn match_words(tokens: &Tokens<'_>, at: usize, words: &[String]) -> Option<usize> {
    let mut next = at;
    for word in words {
        if !tokens.is(next, Kind::Word) || tokens.word(next) != word {
            return None;
        }
        next += 1;
        if tokens.is(next, Kind::Stop) && !tokens.all[next].spaced {
            next += 1;
        }
    }
    Some(next)
}

fn begins_with_digit(word: &str) -> bool {
    word.bytes().next().is_some_and(|b| b.is_ascii_digit())
}

/// Whether the full stop after `word` belongs to the value: `13ff.`, `7 ob.`.
fn takes_stop(word: &str, locator: bool) -> bool {
    let digits = word.trim_end_matches('f');
    let following = digits.len() < word.len() && digits.ends_with(|c: char| c.is_ascii_digit());
    let back = matches!(word, "зв" | "zv" | "f");
    locator && (following || back || word.ends_with("ob") || word.ends_with("об") || word == "ff")
}

pub(super) fn is_and(word: &str) -> bool {
    matches!(word, "and" | "и" | "und" | "et" | "&")
}

/// `A`, `IV`: a value that is a letter or a Roman number.
fn is_letter_or_roman(word: &str) -> bool {
    let mut characters = word.chars();
    let single = characters.next().is_some_and(char::is_uppercase) && characters.next().is_none();
    single || (!word.is_empty() && word.chars().all(|c| "IVXLC".contains(c)))
}
