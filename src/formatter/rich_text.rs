//! Markup in the text of a field.

use super::markup::{Markup, NodeId};

/// Puts `text` into the leaf `node`.
pub(super) fn fill(tree: &mut Markup, node: NodeId, text: &str) {
    tree.set_text(node, text);
}

/// Drops full stops, except before a lower-case letter (`v1.a`).
pub(super) fn strip_periods(text: &mut String) {
    if !text.contains('.') {
        return;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '.' && !rest.peek().is_some_and(char::is_ascii_lowercase) {
            // The character after a dropped full stop is taken with it, as it stands.
            if let Some(next) = rest.next() {
                out.push(next);
            }
        } else {
            out.push(c);
        }
    }
    *text = out;
}

/// Whether the text has a letter or digit that has an italic form.
pub(super) fn has_slanting_letters(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c,
            '-' | '0'..='9' | 'a'..='z' | 'A'..='Z'
            | '\u{e01}'..='\u{e5b}' | '\u{c0}'..='\u{17f}' | '\u{370}'..='\u{3ff}'
            | '\u{400}'..='\u{52f}' | '\u{590}'..='\u{5d4}' | '\u{5d6}'..='\u{5ff}'
            | '\u{1f00}'..='\u{1fff}' | '\u{600}'..='\u{6ff}' | '\u{200c}'..='\u{200e}'
            | '\u{218}'..='\u{21b}' | '\u{202a}'..='\u{202e}')
    })
}
