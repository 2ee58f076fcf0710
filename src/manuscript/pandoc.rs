//! Pandoc's syntax of citations (Pandoc User's Guide, "Citation syntax"), within the text of one
//! block of Markdown.

use super::citation::{Citation, Cite, Kind};
use super::markdown::{Byte, Run, Seen};
use super::write::blank_before;
use super::{Manuscript, brackets, locator};
use std::ops::Range;

/// What was found in a run of text.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The citations, each with the number of the inline footnote that it stands in.
    pub(super) citations: Vec<(Citation, Option<usize>)>,
    /// Where inline footnotes (`^[...]`) begin.
    pub(super) notes: Vec<usize>,
}

/// The longest key in braces, in characters.
const LONGEST_KEY: usize = 200;

/// The key that begins with the `@` at `at`, and where it ends: `@mao1951`, `@{any characters}`.
pub(super) fn key(text: &str, at: usize) -> Option<(&str, usize)> {
    let rest = text.get(at..)?.strip_prefix('@')?;
    let start = at + 1;
    if let Some(inner) = rest.strip_prefix('{') {
        let (end, last) =
            inner.char_indices().take(LONGEST_KEY).find(|(_, c)| matches!(c, '}' | '\n'))?;
        let key = inner.get(..end).filter(|key| !key.is_empty() && last == '}')?;
        return Some((key, start + end + 2));
    }
    let is_plain = |c: char| c.is_alphanumeric() || c == '_';
    let mut length = 0;
    let mut characters = rest.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied();
        let fits = match c {
            '*' if length == 0 => return Some(("*", start + 1)),
            c if is_plain(c) => true,
            _ if length == 0 => false,
            ':' | '/' if next == Some('/') => true,
            ':' | '.' | '#' | '$' | '%' | '&' | '-' | '+' | '?' | '<' | '>' | '~' | '/' => {
                next.is_some_and(is_plain)
            }
            _ => false,
        };
        if !fits {
            break;
        }
        length += c.len_utf8();
    }
    let key = rest.get(..length).filter(|key| !key.is_empty())?;
    Some((key, start + length))
}

/// A key in a run: where its `@` is, where it ends.
#[derive(Debug, Clone, Copy)]
struct Key {
    at: usize,
    end: usize,
}

struct Reader<'m, 'a, 's> {
    manuscript: &'m mut Manuscript<'a>,
    seen: &'s Seen,
    text: &'a str,
    end: usize,
    /// Sorted.
    keys: Vec<Key>,
    /// Pairs of brackets, sorted.
    pairs: Vec<(usize, usize)>,
}

/// Finds the citations in the text of `run`.
pub(super) fn citations(manuscript: &mut Manuscript<'_>, seen: &Seen, run: &Run) -> Found {
    let text = manuscript.text;
    let mut reader =
        Reader { text, manuscript, seen, end: run.range.end, keys: Vec::new(), pairs: Vec::new() };
    reader.find_keys(&run.range);
    if reader.keys.is_empty() && !text[run.range.clone()].contains("^[") {
        return Found::default();
    }
    reader.find_pairs(&run.range);
    reader.read(run)
}

impl Reader<'_, '_, '_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn is_text(&self, at: usize) -> bool {
        self.seen.bytes.get(at) == Some(&Byte::Text)
    }

    /// Whether the byte `at` is text, and no backslash takes its meaning away.
    fn is_free(&self, at: usize) -> bool {
        let before = at.checked_sub(1);
        let escaped = before.is_some_and(|before| {
            self.text.as_bytes().get(before) == Some(&b'\\') && !self.is_text(before)
        });
        self.is_text(at) && !escaped
    }

    fn find_keys(&mut self, range: &Range<usize>) {
        let mut from = range.start;
        while let Some(found) = self.text.get(from..range.end).and_then(|rest| rest.find('@')) {
            let at = from + found;
            from = at + 1;
            let before = self.text.get(range.start..at).and_then(|text| text.chars().next_back());
            if before.is_some_and(char::is_alphanumeric) || !self.is_free(at) {
                continue;
            }
            let Some((_, end)) = key(self.text, at) else { continue };
            if end <= range.end && (at..end).all(|byte| self.is_text(byte)) {
                self.keys.push(Key { at, end });
                from = end;
            }
        }
    }

    fn find_pairs(&mut self, range: &Range<usize>) {
        let bytes = self.text.as_bytes();
        let found = range.clone().filter_map(|at| match bytes.get(at) {
            Some(b'[') if self.is_free(at) => Some((at, true)),
            Some(b']') if self.is_free(at) => Some((at, false)),
            _ => None,
        });
        self.pairs = brackets::pairs(found);
    }

    fn close_of(&self, open: usize) -> Option<usize> {
        let at = self.pairs.binary_search_by_key(&open, |pair| pair.0).ok()?;
        Some(self.pairs[at].1)
    }

    /// The keys within `range`.
    fn keys_in(&self, range: &Range<usize>) -> &[Key] {
        let from = self.keys.partition_point(|key| key.at < range.start);
        let to = self.keys.partition_point(|key| key.at < range.end);
        self.keys.get(from..to).unwrap_or_default()
    }

    fn read(&mut self, run: &Run) -> Found {
        let mut found = Found::default();
        // The inline footnote that is open: its number, its end.
        let mut note: Option<(usize, usize)> = None;
        let (mut next_key, mut next_pair) = (0, 0);
        let mut at = run.range.start;
        loop {
            while self.keys.get(next_key).is_some_and(|key| key.at < at) {
                next_key += 1;
            }
            while self.pairs.get(next_pair).is_some_and(|pair| pair.0 < at) {
                next_pair += 1;
            }
            let key = self.keys.get(next_key).copied();
            let pair = self.pairs.get(next_pair).copied();
            let Some(here) = key.map(|key| key.at).into_iter().chain(pair.map(|p| p.0)).min()
            else {
                return found;
            };
            if note.is_some_and(|(_, end)| here > end) {
                note = None;
            }
            let in_footnote = note.is_some() || run.footnote.is_some();
            let citation = match (key, pair) {
                (Some(key), _) if key.at == here => {
                    let before = at;
                    at = key.end;
                    self.in_sentence(key, before)
                }
                (_, Some((open, close))) => {
                    at = open + 1;
                    let raised = open.checked_sub(1).filter(|hat| *hat >= run.range.start);
                    if raised.is_some_and(|hat| self.byte(hat) == Some(b'^') && self.is_free(hat)) {
                        if note.is_none() && run.footnote.is_none() {
                            note = Some((found.notes.len(), close));
                            found.notes.push(open);
                        }
                        continue;
                    }
                    self.group(open + 1..close).map(|cites| citation(open..close + 1, cites))
                }
                _ => return found,
            };
            if let Some(citation) = citation {
                at = citation.span.end;
                let start = citation.span.start;
                let quoted = |line: &str| line.trim_start().starts_with('>');
                let blank_before =
                    blank_before(self.text, start, run.range.start, |line| !quoted(line));
                let citation = Citation { in_footnote, blank_before, ..citation };
                found.citations.push((citation, note.map(|(number, _)| number)));
            }
        }
    }

    /// The works cited in the brackets around `range`, if these are brackets that cite.
    fn group(&mut self, range: Range<usize>) -> Option<Vec<Cite>> {
        let keys = self.keys_in(&range);
        if keys.is_empty() {
            return None;
        }
        let parts = self.parts(&range);
        let mut cites = Vec::with_capacity(parts.len());
        for part in parts {
            cites.push(self.cite(part)?);
        }
        // `[@fig:map]`: the manuscript points to something of its own.
        let own = &self.seen.own_labels;
        (!cites.iter().all(|cite| own.contains(&cite.key))).then_some(cites)
    }

    /// The parts of `range` between semicolons that stand in no brackets of their own.
    fn parts(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let bytes = self.text.as_bytes();
        let mut parts = Vec::new();
        let mut start = range.start;
        let mut at = range.start;
        while at < range.end {
            if let Some((end, _)) = self.seen.decoded.get(&at) {
                at = (*end).max(at + 1);
                continue;
            }
            match bytes.get(at) {
                Some(b'[') if self.is_free(at) => {
                    at = self.close_of(at).filter(|close| *close < range.end).unwrap_or(at);
                }
                Some(b';') if self.is_free(at) => {
                    parts.push(start..at);
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        parts.push(start..range.end);
        parts
    }

    /// One work: words before, the key, a place, words after.
    fn cite(&mut self, part: Range<usize>) -> Option<Cite> {
        let mut bracket = part.start;
        let mut key = None;
        // The first key that stands in no brackets of its own.
        for candidate in self.keys_in(&part) {
            while let Some(open) = self.next_pair(bracket, candidate.at) {
                bracket = open.1;
            }
            if bracket <= candidate.at {
                key = Some(*candidate);
                break;
            }
        }
        let key = key?;
        let mut start = key.at;
        let dash = start.checked_sub(1).filter(|dash| *dash >= part.start);
        let suppress_author = dash.is_some_and(|dash| self.byte(dash) == Some(b'-'));
        if suppress_author {
            start -= 1;
        }
        let prefix = self.rich(part.start..start);
        let suffix = self.rich(key.end..part.end);
        let (locator, suffix) = locator::split(&suffix);
        Some(Cite {
            prefix: prefix.trim_start().to_owned(),
            locator,
            suffix: suffix.trim_end().to_owned(),
            suppress_author,
            ..self.named(key)
        })
    }

    /// The first pair of brackets that opens at `from` or later and before `before`.
    fn next_pair(&self, from: usize, before: usize) -> Option<(usize, usize)> {
        let at = self.pairs.partition_point(|pair| pair.0 < from);
        self.pairs.get(at).copied().filter(|pair| pair.0 < before)
    }

    fn named(&self, key: Key) -> Cite {
        let name = self.text.get(key.at + 1..key.end).unwrap_or("");
        let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
        Cite { key: name.to_owned(), span: key.at..key.end, ..Cite::default() }
    }

    /// `@mao says`, `@mao [fol. 3] says`, `@mao [fol. 3; @liu]`, `@mao [@liu]`.
    fn in_sentence(&mut self, key: Key, from: usize) -> Option<Citation> {
        let mut cite = self.named(key);
        if cite.key == "*" || self.seen.own_labels.contains(&cite.key) {
            return None;
        }
        let before = key.at.checked_sub(1).filter(|dash| *dash >= from);
        let dashed = before.is_some_and(|dash| {
            let words = self.text.get(..dash).and_then(|words| words.chars().next_back());
            self.byte(dash) == Some(b'-')
                && self.is_free(dash)
                && !words.is_some_and(|c| c.is_alphanumeric() || c == '-')
        });
        let start = if dashed { key.at - 1 } else { key.at };
        cite.suppress_author = dashed;
        let mut end = key.end;
        let mut cites = vec![cite];
        if let Some((open, close)) = self.bracket_after(key.end) {
            let inside = open + 1..close;
            if let Some(others) = self.group(inside.clone()) {
                cites.extend(others);
                end = close + 1;
            } else if !self.text[close + 1..].starts_with(['(', '[']) {
                let parts = self.parts(&inside);
                let rest: Option<Vec<Cite>> =
                    parts.iter().skip(1).map(|part| self.cite(part.clone())).collect();
                if let (Some(first), Some(rest)) = (parts.first(), rest) {
                    let words = self.rich(first.clone());
                    let (locator, suffix) = locator::split(&words);
                    let suffix = match locator {
                        Some(_) => suffix,
                        None => format!(" {}", suffix.trim_start()),
                    };
                    cites[0].locator = locator;
                    cites[0].suffix = suffix.trim_end().to_owned();
                    cites.extend(rest);
                    end = close + 1;
                }
            }
        }
        let kind = if dashed { Kind::Beside } else { Kind::InSentence };
        Some(Citation { kind, ..citation(start..end, cites) })
    }

    /// The brackets that stand after `end`, with at most a space or a line break between.
    fn bracket_after(&self, end: usize) -> Option<(usize, usize)> {
        let rest = self.text.get(end..self.end)?;
        let open = end + (rest.len() - rest.trim_start().len());
        let between = self.text.get(end..open)?;
        if between.matches('\n').count() > 1 || self.text[open..].starts_with("[^") {
            return None;
        }
        self.close_of(open).map(|close| (open, close))
    }

    /// The words of `range` with the markup of CSL's fields.
    fn rich(&mut self, range: Range<usize>) -> String {
        let seen = self.seen;
        let from = seen.emphasis.partition_point(|(whole, ..)| whole.start < range.start);
        let mut tags: Vec<(usize, usize, String)> = Vec::new();
        for (whole, mark, tag) in seen.emphasis.get(from..).unwrap_or_default() {
            if whole.start >= range.end {
                break;
            }
            if whole.end <= range.end {
                tags.push((whole.start, *mark, format!("<{tag}>")));
                tags.push((whole.end.saturating_sub(*mark), *mark, format!("</{tag}>")));
            }
        }
        tags.sort_by_key(|tag| tag.0);
        let mut tags = tags.into_iter().peekable();
        let mut out = String::new();
        let mut at = range.start;
        while at < range.end {
            if let Some((_, mark, tag)) = tags.next_if(|tag| tag.0 <= at) {
                out.push_str(&tag);
                at += mark;
                continue;
            }
            if let Some((end, said)) = seen.decoded.get(&at) {
                out.push_str(said);
                at = (*end).max(at + 1);
                continue;
            }
            let Some(c) = self.text.get(at..range.end).and_then(|rest| rest.chars().next()) else {
                at += 1;
                continue;
            };
            match seen.bytes.get(at) {
                Some(Byte::Text) if matches!(c, '\n' | '\r') => {
                    out.truncate(out.trim_end_matches(' ').len());
                    out.push(' ');
                }
                // Pandoc's space that no line breaks at.
                Some(Byte::Text) if c == '\\' && self.byte(at + 1) == Some(b' ') => {
                    out.push('\u{a0}');
                    at += 1;
                }
                Some(Byte::Text) => out.push(c),
                Some(Byte::Opaque | Byte::Html) => {
                    let end = (at..range.end)
                        .find(|byte| seen.bytes.get(*byte) != Some(&Byte::Opaque))
                        .unwrap_or(range.end)
                        .max(at + c.len_utf8());
                    let raw = self.text.get(at..end).unwrap_or("");
                    self.manuscript.push_opaque(raw, &mut out);
                    at = end;
                    continue;
                }
                // Marks of emphasis, backslashes, signs of a quotation at the start of a line.
                _ => {}
            }
            at += c.len_utf8();
        }
        out
    }
}

fn citation(span: Range<usize>, cites: Vec<Cite>) -> Citation {
    Citation {
        span,
        cites,
        kind: Kind::Beside,
        in_footnote: false,
        footnote_asked: false,
        in_code: false,
        blank_before: 0,
    }
}
