//! The place at the head of a suffix: `, fol. 86 and elsewhere` is the place `fol. 86` and the words
//! ` and elsewhere`.
//!
//! A place is a label (a word that ends with a full stop, or one that everybody uses) and numbers, or
//! numbers alone; after a label also Roman ones. Anything else stands in braces: `{box 4}`.

/// Labels that are written without a full stop.
const WORDS: &[&str] = &[
    "leaf",
    "leaves",
    "folio",
    "folios",
    "list",
    "listy",
    "лист",
    "листы",
    "page",
    "pages",
    "p",
    "pp",
    "blatt",
    "seite",
    "box",
    "folder",
    "frame",
    "image",
    "item",
    "chapter",
    "chap",
    "section",
    "line",
    "lines",
    "column",
    "paragraph",
    "part",
    "volume",
    "note",
    "figure",
    "fol",
    "fols",
    "feuillet",
    "chapitre",
    "abschnitt",
    "глава",
    "стр",
    "§",
    "§§",
    "¶",
    "¶¶",
];

/// The longest label, in characters.
const LONGEST_LABEL: usize = 12;

/// Splits `suffix` into a place, as typed, and the words after it.
pub(super) fn split(suffix: &str) -> (Option<String>, String) {
    let rest = suffix.trim_start();
    let rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    if let Some(inner) = rest.strip_prefix('{') {
        return match inner.split_once('}') {
            Some((place, after)) if place.trim().is_empty() => (None, after.to_owned()),
            Some((place, after)) => (Some(place.trim().to_owned()), after.to_owned()),
            None => (None, suffix.to_owned()),
        };
    }
    match length(rest) {
        0 => (None, suffix.to_owned()),
        end => {
            let (place, after) = rest.split_at(end);
            (Some(place.to_owned()), after.to_owned())
        }
    }
}

/// The length of the place at the start of `text`, in bytes; 0 when there is none.
fn length(text: &str) -> usize {
    let label = label_length(text);
    let mut at = label;
    let mut found = 0;
    loop {
        let rest = &text[at..];
        let number = number_length(rest, label > 0);
        if number == 0 {
            return found;
        }
        at += number;
        found = at;
        let rest = &text[at..];
        let between = joint_length(rest);
        if between == 0 {
            return found;
        }
        at += between;
    }
}

/// The length of a label and the space after it.
fn label_length(text: &str) -> usize {
    let word: String = text
        .chars()
        .take(LONGEST_LABEL)
        .take_while(|c| c.is_alphabetic() || matches!(c, '§' | '¶'))
        .collect();
    if word.is_empty() {
        return 0;
    }
    let after = &text[word.len()..];
    let dotted = after.starts_with('.');
    if !dotted && !WORDS.contains(&word.to_lowercase().as_str()) {
        return 0;
    }
    let after = &after[usize::from(dotted)..];
    let rest = after.trim_start();
    let spaced = rest.len() < after.len();
    if !dotted && !spaced && !word.starts_with(['§', '¶']) {
        return 0;
    }
    text.len() - rest.len()
}

/// The length of one number: `86`, `12v`, `51об.`, `iv` after a label.
fn number_length(text: &str, labelled: bool) -> usize {
    let word: usize =
        text.chars().take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum::<usize>();
    let number = &text[..word];
    let arabic = number.starts_with(|c: char| c.is_ascii_digit());
    let roman = labelled
        && !number.is_empty()
        && number.bytes().all(|byte| b"ivxlcdmIVXLCDM".contains(&byte));
    if !arabic && !roman {
        return 0;
    }
    let rest = &text[word..];
    for side in ["об.", " об.", "\u{a0}об.", "ob.", " ob."] {
        if rest.starts_with(side) {
            return word + side.len();
        }
    }
    let digits = number.trim_end_matches(|c: char| !c.is_ascii_digit());
    // `51об.`, `13ff.`: the full stop belongs to the number.
    let abbreviated = matches!(&number[digits.len()..], "об" | "ob" | "f" | "ff");
    word + usize::from(abbreviated && rest.starts_with('.'))
}

/// The length of what joins two numbers: a dash, a comma, `/`, `&`.
fn joint_length(text: &str) -> usize {
    let rest = text.trim_start();
    let space = text.len() - rest.len();
    let dashes: usize =
        rest.chars().take_while(|c| matches!(c, '-' | '–' | '—')).map(char::len_utf8).sum();
    let joint = match rest.chars().next() {
        _ if dashes > 0 => dashes,
        Some(',' | '&' | '/') => 1,
        _ => return 0,
    };
    let after = &rest[joint..];
    space + joint + (after.len() - after.trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn places_and_the_words_after_them() {
        let check = |suffix: &str, place: &str, after: &str| {
            let (found, rest) = split(suffix);
            assert_eq!((found.as_deref().unwrap_or(""), rest.as_str()), (place, after), "{suffix}");
        };
        check(", fol. 86", "fol. 86", "");
        check(", fol. 86 and elsewhere", "fol. 86", " and elsewhere");
        check(" 33-35", "33-35", "");
        check(", ll. 86–88, 90, my emphasis", "ll. 86–88, 90", ", my emphasis");
        check(", л. 12об.", "л. 12об.", "");
        check(", л. 12 об., там же", "л. 12 об.", ", там же");
        check(", pp. iv, vi-xi", "pp. iv, vi-xi", "");
        check(", {box 4, folder B} and more", "box 4, folder B", " and more");
        check(", {} 86 letters in all", "", " 86 letters in all");
        check(", emphasis added", "", ", emphasis added");
        check(", i. e. the first", "", ", i. e. the first");
        check(", folio 3", "folio 3", "");
        check(" on page 3", "", " on page 3");
        check("", "", "");
        check(", S. 13ff.", "S. 13ff.", "");
        check(", §3", "§3", "");
        check(", fol. 12v--13r", "fol. 12v--13r", "");
        check(", {open", "", ", {open");
    }
}
