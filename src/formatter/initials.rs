//! Given names shortened to initials, and initials set the way a style sets them.
//!
//! `initialize-with` is the mark behind an initial (`". "`, `"."`, `""`). With `initialize="false"`
//! only what is an abbreviation already is set anew.

use super::script::{is_letter, is_romanesque_start};

/// A given name in pieces: names, and the spaces and hyphens (with markup) between them.
struct Pieces {
    names: Vec<String>,
    separators: Vec<String>,
}

fn split(given: &str) -> Pieces {
    let mut names = vec![String::new()];
    let mut separators: Vec<String> = Vec::new();
    let mut rest = given;
    while let Some(c) = rest.chars().next() {
        let length = separator(rest);
        if length > 0 {
            separators.push(rest[..length].to_owned());
            names.push(String::new());
            rest = &rest[length..];
        } else {
            if let Some(name) = names.last_mut() {
                name.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    Pieces { names, separators }
}

/// The length of the separator that `text` begins with: spaces, hyphens, and one tag among them.
fn separator(text: &str) -> usize {
    let is_gap = |c: char| c == '-' || c.is_whitespace();
    let gap = text.len() - text.trim_start_matches(is_gap).len();
    let after = &text[gap..];
    if after.starts_with('<')
        && let Some(end) = after.find('>')
    {
        let tag = after[1..end].trim_start_matches('/');
        let is_tag = matches!(tag, "i" | "b" | "sc" | "sub" | "sup" | "span")
            || tag == "span class=\"nocase\""
            || tag == "span class=\"nodecor\"";
        if is_tag {
            let behind = &after[end + 1..];
            let gap_behind = behind.len() - behind.trim_start_matches(is_gap).len();
            return gap + end + 1 + gap_behind;
        }
    }
    gap
}

/// Whether `c` may be the initial of a name.
fn is_initial(c: char) -> bool {
    is_letter(c) && !c.is_lowercase() || matches!(c, '\u{df}'..='\u{17f}')
}

/// The tags of a separator, without its spaces and with the hyphens beside them.
fn tags_of(separator: &str) -> Option<String> {
    separator.contains('<').then(|| separator.chars().filter(|c| !c.is_whitespace()).collect())
}

/// `mark` with the tags of `separator` in front of its trailing spaces.
fn merge_tags(separator: &str, mark: &str) -> String {
    match tags_of(separator) {
        None => mark.to_owned(),
        Some(tags) => {
            let text = mark.trim_end();
            format!("{text}{tags}{}", &mark[text.len()..])
        }
    }
}

/// Shortens given names to initials with `mark` behind each (`only_abbreviations` unset), or sets
/// the initials among them anew (`only_abbreviations` set). `hyphens` keeps the hyphens of double
/// names.
///
/// ```text
/// Jean-Luc Marie, "."   J.-L.M.
/// John R., ". "         J. R.
/// ```
pub(super) fn initialize(
    given: &str,
    mark: &str,
    only_abbreviations: bool,
    hyphens: bool,
) -> String {
    if let Some(initial) = only_initial(given).filter(|_| !only_abbreviations) {
        return squeeze(&format!("{initial}{mark}"));
    }
    let bare = given.trim_start_matches(['<', '>']);
    let starts = skip_tags(given).chars().next().is_some_and(is_romanesque_start);
    if matches!(given, "Lord" | "Lady") || bare.is_empty() || !starts {
        return given.to_owned();
    }
    let name = tidy(given, hyphens);
    let mut pieces = split(&name);
    if let [only] = &mut pieces.names[..] {
        // A lone capital is an initial without its mark.
        let last = only.rsplit('.').next().unwrap_or("");
        let mut chars = last.chars();
        if let (Some(c), None) = (chars.next(), chars.next())
            && !c.is_lowercase()
            && c.is_alphabetic()
        {
            only.push('.');
        }
    }
    let text = if only_abbreviations { normalize(pieces, mark) } else { shorten(pieces, mark) };
    squeeze(&text)
}

/// The initial of a single name of letters without accents, a capital and small letters, which
/// needs no care.
fn only_initial(given: &str) -> Option<char> {
    let [first, second, rest @ ..] = given.as_bytes() else { return None };
    let is_simple = first.is_ascii_uppercase()
        && second.is_ascii_lowercase()
        && rest.iter().all(u8::is_ascii_alphabetic)
        && !matches!(given, "Lord" | "Lady");
    is_simple.then_some(char::from(*first))
}

/// The initials of given names, to compare them: two people with one family name and these may be
/// one and the same.
pub(super) fn initials_key(given: &str) -> String {
    if is_simple(given) {
        let mut key = String::new();
        for initial in given.split([' ', '-']).filter_map(|word| word.bytes().next()) {
            key.push(char::from(initial.to_ascii_uppercase()));
            key.push(' ');
        }
        return key;
    }
    careful_key(given)
}

/// [`initials_key`], for names of any kind.
fn careful_key(given: &str) -> String {
    let mut key = String::new();
    for name in split(&tidy(given, true)).names {
        if let Some(c) = name.chars().next() {
            key.extend(c.to_uppercase());
            key.push(' ');
        }
    }
    key
}

/// Whether given names are words of letters without accents, with one space or a hyphen and a capital
/// between them: names that need no care.
fn is_simple(given: &str) -> bool {
    let mut before = b' ';
    for (at, &byte) in given.as_bytes().iter().enumerate() {
        let next = given.as_bytes().get(at + 1);
        let fits = match byte {
            b' ' => before.is_ascii_alphabetic() && next.is_some_and(u8::is_ascii_alphabetic),
            b'-' => before.is_ascii_alphabetic() && next.is_some_and(u8::is_ascii_uppercase),
            letter => letter.is_ascii_alphabetic(),
        };
        if !fits {
            return false;
        }
        before = byte;
    }
    true
}

fn skip_tags(mut text: &str) -> &str {
    while text.starts_with('<')
        && let Some(end) = text.find('>')
    {
        text = &text[end + 1..];
    }
    text
}

/// One space between names, none around hyphens, one after a full stop.
fn tidy(given: &str, hyphens: bool) -> String {
    let mut name = String::with_capacity(given.len() + 4);
    let mut chars = given.chars().peekable();
    while let Some(c) = chars.next() {
        let c = if c == '-' && !hyphens { ' ' } else { c };
        if c.is_whitespace() {
            if !name.ends_with([' ', '-']) && !name.is_empty() {
                name.push(' ');
            }
        } else if c == '-' {
            if name.ends_with(' ') {
                name.pop();
            }
            // A hyphen before a small letter (Guo-ming) is part of the name.
            if chars.peek().is_some_and(char::is_ascii_lowercase) {
                name.push('\u{2013}');
            } else {
                name.push('-');
            }
        } else {
            name.push(c);
            if c == '.' && chars.peek().is_some_and(|next| *next != ' ') {
                name.push(' ');
            }
        }
    }
    name
}

fn squeeze(text: &str) -> String {
    let trimmed =
        text.trim_end_matches(['\t', '\n', '\r', ' ', '\u{feff}', '\u{a0}', '\u{b}', '\u{c}']);
    let mut out = String::with_capacity(trimmed.len());
    let mut chars = trimmed.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' => {
                if !out.ends_with([' ', '-']) && chars.peek() != Some(&'-') {
                    out.push(' ');
                }
            }
            '-' => {
                // No space at all stands beside a hyphen, not even one that does not break.
                let is_space = |c: char| c.is_whitespace() || c == '\u{feff}';
                out.truncate(out.trim_end_matches(is_space).len());
                out.push('-');
                while chars.next_if(|&c| is_space(c)).is_some() {}
            }
            '\u{2013}' if chars.peek().is_some_and(char::is_ascii_lowercase) => out.push('-'),
            _ => out.push(c),
        }
    }
    out
}

/// What a name is shortened to, and whether it is; `None` for a word in small letters.
fn initial_of(name: &str) -> Option<String> {
    let mut chars = name.chars();
    let first = chars.next().filter(|c| is_initial(*c))?;
    let tail = chars.as_str();
    let letters: String = tail.chars().take_while(|c| is_letter(*c)).collect();
    let has_period = tail[letters.len()..].starts_with('.');
    if has_period && !letters.is_empty() {
        // An abbreviation of several letters (*Ph.*, *Yu.*) is one initial.
        return Some(format!("{first}{letters}"));
    }
    if first.is_lowercase() {
        return None;
    }
    let mut initial = String::from(first);
    // Capitals that follow the first one, as in *LaTeX*-like names, come along in small letters.
    let capitals: String = letters.chars().take_while(|c| !c.is_lowercase()).collect();
    if capitals.len() < letters.len() {
        initial.push_str(&capitals.to_lowercase());
    }
    Some(initial)
}

fn shorten(pieces: Pieces, mark: &str) -> String {
    let Pieces { names, mut separators } = pieces;
    let last = names.len() - 1;
    let mut out = String::new();
    for (at, name) in names.iter().enumerate() {
        if !name.is_empty() {
            match initial_of(name) {
                Some(initial) => {
                    out.push_str(&initial);
                    if at == last {
                        out.push_str(mark);
                    } else {
                        let separator = &mut separators[at];
                        *separator = if separator.contains('-') {
                            format!("{}-", merge_tags(&separator.replacen('-', "", 1), mark))
                        } else {
                            merge_tags(separator, mark)
                        };
                    }
                }
                None if name.chars().any(is_letter) => {
                    out.push(' ');
                    out.push_str(name);
                }
                None => out.push_str(name),
            }
        }
        if let Some(separator) = separators.get(at) {
            out.push_str(separator);
        }
    }
    out
}

fn normalize(pieces: Pieces, mark: &str) -> String {
    let Pieces { mut names, mut separators } = pieces;
    let abbreviated: Vec<bool> = names
        .iter_mut()
        .map(|name| {
            if skip_tags(name).chars().count() > 1 && name.ends_with('.') {
                name.pop();
                true
            } else {
                let mut chars = name.chars();
                matches!((chars.next(), chars.next()), (Some(c), None) if !c.is_lowercase())
            }
        })
        .collect();
    let last = names.len() - 1;
    let mut out = String::new();
    for (at, name) in names.iter().enumerate() {
        out.push_str(name);
        if abbreviated[at] {
            if at < last {
                let mut separator = match tags_of(&separators[at]) {
                    Some(tags) => tags,
                    None => separators[at].clone(),
                };
                if !abbreviated[at + 1] {
                    if !separator.contains('<') {
                        separator.clear();
                        if separators[at].contains('-') {
                            separator.push('-');
                        }
                    }
                    separator.push(' ');
                }
                separators[at] = if names[at + 1].chars().count() > 1 {
                    format!("{}{separator}", mark.trim_end_matches('\u{feff}'))
                } else if separator.contains('<') {
                    merge_tags(&separator, mark)
                } else {
                    mark.to_owned()
                };
            } else {
                out.push_str(mark);
            }
        }
        if let Some(separator) = separators.get(at) {
            out.push_str(separator);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{careful_key, initialize, initials_key};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_that_need_no_care_have_the_same_key(given in "[A-Ca-c É.-]{0,9}") {
            prop_assert_eq!(initials_key(&given), careful_key(&given));
        }
    }

    #[test]
    fn initials() {
        for (given, mark, expected) in [
            ("John Ronald Reuel", ". ", "J. R. R."),
            ("John Ronald Reuel", ".", "J.R.R."),
            ("Jean-Luc", ".", "J.-L."),
            ("Jean-Luc", "", "J-L"),
            ("Ph. M. E.", ".", "Ph.M.E."),
            ("J", ". ", "J."),
            ("John of", ". ", "J. of"),
            ("Guo-ming", ".", "G."),
            ("毛", ".", "毛"),
        ] {
            assert_eq!(initialize(given, mark, false, true), expected, "{given}");
        }
        for (given, mark, expected) in
            [("John R. R.", ".", "John R.R."), ("J R", ". ", "J. R."), ("John", ".", "John")]
        {
            assert_eq!(initialize(given, mark, true, true), expected, "{given}");
        }
    }
}
