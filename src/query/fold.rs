//! Text compared as people compare it: case, accents and forms of letters do not count.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` with case, accents, compatibility forms and kinds of dashes and quotation marks folded,
/// and each run of white space made one space.
///
/// ```
/// assert_eq!(fonds::query::fold("Щёлоков  –  Łódź"), "щелоков - lodz");
/// ```
pub fn fold(text: &str) -> Cow<'_, str> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b.is_ascii_punctuation();
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        for character in text.chars() {
            push(&mut folded, character.to_ascii_lowercase());
        }
        return Cow::Owned(folded);
    }
    for character in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match character {
            'ß' | 'ẞ' => folded.push_str("ss"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'ı' => folded.push('i'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' => folded.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»' => folded.push('"'),
            other => other.to_lowercase().for_each(|c| push(&mut folded, c)),
        }
    }
    Cow::Owned(folded)
}

fn push(folded: &mut String, character: char) {
    if !character.is_whitespace() {
        folded.push(character);
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Whether the folded `text` says the folded `words`: they stand in it, in one run, from the
/// beginning of a word. Scripts that put no space between words have a word begin at each character.
pub(super) fn says(text: &str, words: &str) -> bool {
    let words = words.trim();
    let Some(first) = words.chars().next() else { return true };
    let joined = |c: char| c.is_alphanumeric() && !is_spaceless(c);
    text.match_indices(words).any(|(at, _)| {
        !joined(first) || text[..at].chars().next_back().is_none_or(|before| !joined(before))
    })
}

/// Whether `character` belongs to a script that puts no space between words.
fn is_spaceless(character: char) -> bool {
    matches!(character, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether the printed value `value` of a level, number or shelfmark is the folded `wanted`: the same without
/// leading zeros, one of a list, or a number within a printed range (`86-88`). Both are folded.
pub(super) fn is_number(value: &str, wanted: &str) -> bool {
    let wanted = without_zeros(wanted.trim());
    if without_zeros(value) == wanted {
        return true;
    }
    let number = wanted.parse::<u32>().ok();
    value.split([',', ';']).map(str::trim).any(|part| {
        if without_zeros(part) == wanted {
            return true;
        }
        let ends = part.split_once('-').and_then(|(first, last)| {
            Some((first.trim().parse::<u32>().ok()?, last.trim().parse::<u32>().ok()?))
        });
        matches!((number, ends), (Some(n), Some((first, last))) if (first..=last).contains(&n))
    })
}

/// `text` without the zeros at the beginning of its runs of digits, so that `0045` is `45`.
fn without_zeros(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut in_number = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let zero_before_digit =
            character == '0' && !in_number && characters.peek().is_some_and(char::is_ascii_digit);
        if zero_before_digit {
            continue;
        }
        in_number = character.is_ascii_digit();
        plain.push(character);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_from_their_beginning() {
        for (text, words, expected) in [
            ("Stalin", "li", false),
            ("Liu Shaoqi", "li", true),
            ("Telegram, Mao to Stalin", "mao to st", true),
            ("1951-08-27-mao-stalin", "mao", true),
            ("毛泽东致斯大林", "斯大林", true),
            ("«Правда»", "правда", true),
            ("f. 45", "f. 45", true),
            ("anything", "", true),
        ] {
            assert_eq!(says(&fold(text), &fold(words)), expected, "{words} in {text}");
        }
    }

    #[test]
    fn numbers_are_compared_whole_and_without_zeros() {
        for (value, wanted, expected) in [
            ("0045", "45", true),
            ("340", "34", false),
            ("86-88", "87", true),
            ("86–88", "0086", true),
            ("86-88", "86-88", true),
            ("1, 3, 5-7", "6", true),
            ("1, 3, 5-7", "4", false),
            ("059a", "59A", true),
            ("0", "0", true),
            ("00", "0", true),
            ("100", "1", false),
        ] {
            assert_eq!(is_number(&fold(value), &fold(wanted)), expected, "{wanted} in {value}");
        }
    }
}
