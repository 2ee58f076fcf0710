//! Text made safe for a terminal: nothing that a record, a file name or a message holds can move
//! the cursor, change colours, or turn the reading direction.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether `character` steers the direction of text (Unicode's `Bidi_Control`, all twelve).
pub fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` with every control character but line feed and tab written as `\u{1b}`. Reading
/// directions stay: this is for data that goes to a file or another program.
///
/// ```
/// use fonds::cli::escape::escape_controls;
/// assert_eq!(escape_controls("a\u{1b}[31m\tb\n"), "a\\u{1b}[31m\tb\n");
/// ```
pub fn escape_controls(text: &str) -> Cow<'_, str> {
    escape(text, |c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// `text` as [`escape_controls`], with the controls of reading direction written as `<U+202E>`:
/// for everything that a person reads on a terminal.
///
/// ```
/// use fonds::cli::escape::escape_for_terminal;
/// assert_eq!(escape_for_terminal("abc\u{202e}txt\r"), "abc<U+202E>txt\\r");
/// ```
pub fn escape_for_terminal(text: &str) -> Cow<'_, str> {
    escape(text, |c| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || is_bidi_control(c)
            || matches!(c, '\u{2028}' | '\u{2029}')
    })
}

/// `text` as [`escape_for_terminal`], on one line: line feeds and tabs are written out too.
pub fn escape_on_one_line(text: &str) -> Cow<'_, str> {
    escape(text, |c| c.is_control() || is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn escape(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&hidden) else { return Cow::Borrowed(text) };
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(&text[..first]);
    for character in text[first..].chars() {
        if !hidden(character) {
            shown.push(character);
        } else if character.is_control() {
            // Writing to a String cannot fail.
            let _ = write!(shown, "{}", character.escape_default());
        } else {
            let _ = write!(shown, "<U+{:04X}>", character as u32);
        }
    }
    Cow::Owned(shown)
}

/// JSON text (as serde_json writes it) with what it leaves raw escaped as JSON allows: DEL, the
/// C1 controls, the controls of reading direction. The value it stands for is the same.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || is_bidi_control(c)
            || matches!(c, '\u{2028}' | '\u{2029}')
    };
    let Some(first) = json.find(hidden) else { return Cow::Borrowed(json) };
    let mut shown = String::with_capacity(json.len() + 16);
    shown.push_str(&json[..first]);
    for character in json[first..].chars() {
        if hidden(character) {
            let _ = write!(shown, "\\u{:04x}", character as u32);
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_gets_through() {
        for number in (0..=0x9f).chain([0x61c, 0x200e, 0x200f]).chain(0x2028..=0x2069) {
            let Some(character) = char::from_u32(number) else { continue };
            let shown = escape_for_terminal(&format!("a{character}b")).into_owned();
            let raw = shown
                .chars()
                .any(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || is_bidi_control(c));
            assert!(!raw, "U+{number:04X}: {shown:?}");
            let json = serde_json::to_string(&character.to_string()).expect("a string");
            let escaped = escape_json(&json).into_owned();
            assert!(!escaped.chars().any(|c| c.is_control() || is_bidi_control(c)), "{escaped:?}");
            assert_eq!(
                serde_json::from_str::<String>(&escaped).expect("JSON"),
                character.to_string()
            );
        }
    }

    #[test]
    fn letters_of_all_writings_stay() {
        for text in ["фонд 45, л. 86–88", "毛泽东", "می‌خواهم", "e\u{301}", "👩‍🏫"]
        {
            assert_eq!(escape_for_terminal(text), text);
        }
    }
}
