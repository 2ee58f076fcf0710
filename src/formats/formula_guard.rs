//! Keeps the cells of a table from being run as formulas.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a line end (and their
//! full-width forms), also behind what it strips: quotation marks, separators, a byte order mark.
//! Such a cell gets an apostrophe in front, which spreadsheets take for "this is text". Plain
//! numbers (`-0044`, `+5`, `-1.5`) cannot do harm and stay as they are.

/// Whether `text` gets an apostrophe.
///
/// ```
/// use fonds::formats::formula_guard::{guard, is_dangerous, unguard};
/// assert!(is_dangerous("=1+1") && is_dangerous("\"@x") && !is_dangerous("-0044"));
/// assert_eq!(guard("=1+1"), "'=1+1");
/// assert_eq!(unguard(&guard("=1+1")), "=1+1");
/// ```
pub fn is_dangerous(text: &str) -> bool {
    // An apostrophe of the text itself would be taken for ours when the cell is read back.
    let text = text.trim_start_matches('\'');
    if is_number(text) {
        return false;
    }
    let leads = |c: char| {
        matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n')
    };
    let stripped =
        |c: char| matches!(c, '"' | ',' | ';' | '\'' | '\u{feff}' | ' ' | '\u{a0}' | '“' | '”');
    text.chars().find(|c| !stripped(*c)).is_some_and(leads)
}

/// `text` with an apostrophe in front when it needs one.
pub fn guard(text: &str) -> String {
    if is_dangerous(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text that [`guard`] was given.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_dangerous(text) => text,
        _ => cell,
    }
}

/// Digits with perhaps a sign before and a fraction behind.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = digits.split(['.', ',']);
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction, more) = (parts.next(), parts.next(), parts.next());
    whole.is_some_and(all_digits) && fraction.is_none_or(all_digits) && more.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_lead_is_guarded_wherever_a_reader_may_look() {
        for lead in ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'] {
            for before in ["", "\"", ",", "\n", "\u{feff}", "\",", " ", ";"] {
                let text = format!("{before}{lead}1+1");
                assert!(guard(&text).starts_with('\''), "{text:?}");
            }
        }
        for number in ["-0044", "+5", "-1.5", "-1,5", "0", "1951"] {
            assert_eq!(guard(number), number);
        }
        for harmless in ["", "'", "a=1", "Фонд 45", "«=»", "1951-08-27", "059a"] {
            assert_eq!(guard(harmless), harmless);
        }
        assert_eq!(guard("-1.2.3"), "'-1.2.3");
    }

    proptest! {
        #[test]
        fn what_is_guarded_comes_back(text in "['=+@,\"\t\n\r \u{feff}a0-]{0,8}|\\PC{0,12}") {
            let cell = guard(&text);
            prop_assert_eq!(unguard(&cell), text.as_str());
        }
    }
}
