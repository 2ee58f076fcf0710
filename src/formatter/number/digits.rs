//! What counts as a number.

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_roman(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| {
            matches!(byte.to_ascii_lowercase(), b'i' | b'v' | b'x' | b'l' | b'c' | b'm')
        })
}

/// The text with its leading digits cut off, and whether there were any.
pub(super) fn after_digits(text: &str) -> (&str, bool) {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest, rest.len() < text.len())
}

/// `12`, `12a`: digits, then small letters.
pub(super) fn is_lettered(text: &str) -> bool {
    let (rest, any) = after_digits(text);
    any && rest.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// `12`, `12a`, `12a-c`: digits, then letters, hyphens, commas and colons.
pub(super) fn number_tail(text: &str) -> Option<&str> {
    let (rest, any) = after_digits(text);
    let fits = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | ',' | ':');
    (any && rest.chars().all(fits)).then_some(rest)
}

/// Whether the text counts as numeric: a [number with a tail](number_tail), small Roman numerals
/// with one, or either with further numbers behind hyphens.
pub(super) fn counts_as_number(text: &str) -> bool {
    let (after_number, any) = after_digits(text);
    let rest = if any {
        after_number
    } else {
        let rest = text.trim_start_matches(['i', 'x', 'v']);
        if rest.len() == text.len() {
            return false;
        }
        rest
    };
    let tail = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | ',' | ':');
    rest.chars().all(tail)
        || rest.strip_prefix('-').is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c == '-' || c.is_ascii_digit())
        })
}

/// The number a text begins with.
pub(super) fn leading_number(text: &str) -> Option<u64> {
    let (rest, any) = after_digits(text);
    any.then(|| text[..text.len() - rest.len()].parse().unwrap_or(u64::MAX))
}
