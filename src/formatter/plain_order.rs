//! The order of simple texts: the one of the Unicode collation algorithm at its first level, with
//! punctuation left out and numbers taken by their value, as far as ASCII goes.
//!
//! Most sort keys are such texts. The collator of ICU gives them the same order, many times slower;
//! what is not simple is its affair, and so are languages that sort letters of ASCII in other ways.

use std::cmp::Ordering;

/// The longest number that is taken by its value; the collator parts longer ones.
const LONGEST_NUMBER: usize = 200;

/// Whether [`compare`] knows the text: ASCII, and the punctuation of good typography.
pub(super) fn is_simple(text: &str) -> bool {
    let mut digits = 0;
    for &byte in text.as_bytes() {
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        if digits > LONGEST_NUMBER || !byte.is_ascii() {
            return digits == 0 && has_simple_letters(text);
        }
    }
    true
}

fn has_simple_letters(text: &str) -> bool {
    let is_mark = |c| matches!(c, '“' | '”' | '‘' | '’' | '–' | '—' | '«' | '»' | '\u{a0}');
    let mut digits = 0;
    text.chars().all(|c| {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        digits <= LONGEST_NUMBER && (c.is_ascii() || is_mark(c))
    })
}

/// What is not punctuation, from the lowest to the highest; capitals count as small letters.
const ORDER: &[u8] = b"`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";

/// The place of each byte in [`ORDER`], from 1; 0 for what is passed over.
static PLACES: [u8; 256] = {
    let mut places = [0; 256];
    let mut at = 0;
    while at < ORDER.len() {
        places[ORDER[at] as usize] = at as u8 + 1;
        places[ORDER[at].to_ascii_uppercase() as usize] = at as u8 + 1;
        at += 1;
    }
    places
};

/// Compares two simple texts.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        (a, b) = (skip(a), skip(b));
        let (&[first, ..], &[second, ..]) = (a, b) else {
            return a.len().min(1).cmp(&b.len().min(1));
        };
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (x, y) = (number(a), number(b));
            let order = value(x).len().cmp(&value(y).len()).then_with(|| value(x).cmp(value(y)));
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[x.len()..], &b[y.len()..]);
        } else {
            let order = PLACES[usize::from(first)].cmp(&PLACES[usize::from(second)]);
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[1..], &b[1..]);
        }
    }
}

/// The text from its first letter, digit or symbol on.
fn skip(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && PLACES[usize::from(*first)] == 0
    {
        text = rest;
    }
    text
}

/// The digits at the front.
fn number(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

/// The digits without the zeros at the front.
fn value(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use super::{compare, is_simple};
    use icu_collator::options::{AlternateHandling, CollatorOptions, Strength};
    use icu_collator::preferences::CollationNumericOrdering;
    use icu_collator::{CollatorBorrowed, CollatorPreferences};
    use proptest::prelude::*;

    fn collator(language: &str) -> CollatorBorrowed<'static> {
        let locale: icu_locale_core::Locale = language.parse().expect("a language");
        let mut preferences = CollatorPreferences::from(&locale);
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Primary);
        options.alternate_handling = Some(AlternateHandling::Shifted);
        CollatorBorrowed::try_new(preferences, options).expect("a collator")
    }

    #[test]
    fn every_two_characters_sort_as_the_collator_has_them() {
        let marks = ['“', '”', '‘', '’', '–', '—', '«', '»', '\u{a0}'];
        let all: Vec<String> = ('\0'..='\u{7f}').chain(marks).map(|c| format!("{c}")).collect();
        for language in ["en", "de", "fr", "it", "nl", "pt"] {
            let collator = collator(language);
            for a in &all {
                assert!(is_simple(a));
                for b in &all {
                    assert_eq!(compare(a, b), collator.compare(a, b), "{language}: {a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_simple() {
        assert!(is_simple("Stalin|Joseph|“1950”"));
        assert!(!is_simple("Gomułka"));
        assert!(!is_simple(&"1".repeat(300)));
        assert!(!is_simple(&format!("“{}”", "1".repeat(300))));
    }

    proptest! {
        #[test]
        fn texts_sort_as_the_collator_has_them(
            a in "[ -~“”–]{0,12}",
            b in "[ -~“”–]{0,12}",
            c in "[aAb019|, .-]{0,8}",
            d in "[aAb019|, .-]{0,8}",
        ) {
            let collator = collator("en");
            prop_assert_eq!(compare(&a, &b), collator.compare(&a, &b));
            prop_assert_eq!(compare(&c, &d), collator.compare(&c, &d));
        }
    }
}
