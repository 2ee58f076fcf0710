//! Which letters belong to scripts that are set with spaces between words, as Latin, Greek,
//! Cyrillic, Hebrew, Arabic and Thai are, and Chinese and Japanese are not.

/// A letter of such a script.
pub(super) fn is_letter(c: char) -> bool {
    matches!(c,
        'a'..='z' | 'A'..='Z'
        | '\u{e01}'..='\u{e5b}'
        | '\u{c0}'..='\u{17f}'
        | '\u{218}'..='\u{21b}'
        | '\u{370}'..='\u{3ff}'
        | '\u{400}'..='\u{52f}'
        | '\u{590}'..='\u{5d4}'
        | '\u{5d6}'..='\u{5ff}'
        | '\u{1f00}'..='\u{1fff}'
        | '\u{600}'..='\u{6ff}'
        | '\u{200c}'..='\u{200e}'
        | '\u{202a}'..='\u{202e}')
}

/// A letter, digit or hyphen of such a script.
pub(super) fn is_romanesque(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit() || c == '-'
}

/// What words that need a space before them begin with.
pub(super) fn is_romanesque_start(c: char) -> bool {
    is_letter(c) || c == '&'
}
