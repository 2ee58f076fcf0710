//! Values as TOML text. Line ends here are `\n`; who puts the text into a file fits them to it.

use crate::record::{Node, Value};
use std::fmt::Write;

/// The width that lines keep to where they can be broken.
pub(super) const WIDTH: usize = 100;

/// How deep a value is written; nothing that can be read nests deeper.
const DEEPEST: usize = 80;

/// `key` as it stands before `=`.
pub(super) fn key(key: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !key.is_empty() && key.bytes().all(bare) { key.to_owned() } else { basic(key) }
}

/// A dotted key.
pub(super) fn dotted<'a>(keys: impl IntoIterator<Item = &'a str>) -> String {
    keys.into_iter().map(key).collect::<Vec<_>>().join(".")
}

/// `node` on one line.
pub(super) fn inline(node: &Node) -> String {
    let mut into = String::new();
    push_inline(node, 0, &mut into);
    into
}

fn push_inline(node: &Node, depth: usize, into: &mut String) {
    match &node.value {
        _ if depth > DEEPEST => into.push_str("\"\""),
        Value::Text(text) => into.push_str(&one_line(text)),
        Value::Integer(number) => _ = write!(into, "{number}"),
        Value::Float(number) if number.is_nan() => into.push_str("nan"),
        Value::Float(number) => _ = write!(into, "{number:?}"),
        Value::Boolean(value) => _ = write!(into, "{value}"),
        Value::List(list) => {
            into.push('[');
            for (at, node) in list.iter().enumerate() {
                if at > 0 {
                    into.push_str(", ");
                }
                push_inline(node, depth + 1, into);
            }
            into.push(']');
        }
        Value::Table(table) if table.is_empty() => into.push_str("{}"),
        Value::Table(table) => {
            into.push_str("{ ");
            for (at, (name, node)) in table.iter().enumerate() {
                if at > 0 {
                    into.push_str(", ");
                }
                into.push_str(&key(name));
                into.push_str(" = ");
                push_inline(node, depth + 1, into);
            }
            into.push_str(" }");
        }
    }
}

/// The value of a key that has its line to itself: long texts and lists may take several lines.
/// `before` is how many columns the key takes.
pub(super) fn block(node: &Node, before: usize) -> String {
    match &node.value {
        Value::Text(text) if is_long(text, before) => many_lines(text),
        Value::List(list) if list.iter().any(|node| node.as_table().is_some()) => {
            let line = inline(node);
            if before + line.chars().count() <= WIDTH {
                return line;
            }
            let mut lines = "[\n".to_owned();
            for node in list {
                _ = writeln!(lines, "  {},", inline(node));
            }
            lines + "]"
        }
        _ => inline(node),
    }
}

/// Whether a text is better written on several lines. Only text of several lines, or prose with
/// places to break it at, gains by it.
fn is_long(text: &str, before: usize) -> bool {
    text.trim_end_matches('\n').contains('\n')
        || (before + text.chars().count() > 2 * WIDTH && text.matches(' ').count() > 20)
}

/// `text` between quotation marks on one line.
fn one_line(text: &str) -> String {
    let literal = text.contains(['"', '\\']) && is_literal(text);
    if literal { format!("'{text}'") } else { basic(text) }
}

/// Whether `text` can stand in single quotation marks, where nothing is escaped.
fn is_literal(text: &str) -> bool {
    !text.chars().any(|c| c == '\'' || c.is_control() || is_invisible(c))
}

fn basic(text: &str) -> String {
    let mut into = String::with_capacity(text.len() + 2);
    into.push('"');
    for character in text.chars() {
        match character {
            '"' => into.push_str("\\\""),
            '\n' => into.push_str("\\n"),
            _ => push_escaped(character, &mut into),
        }
    }
    into.push('"');
    into
}

/// Escapes what no basic string can hold. Bidirectional controls and their like are escaped too: a
/// file should look like what it says.
fn push_escaped(character: char, into: &mut String) {
    match character {
        '\\' => into.push_str("\\\\"),
        '\t' => into.push_str("\\t"),
        '\r' => into.push_str("\\r"),
        c if c.is_control() || is_invisible(c) => {
            _ = match u32::from(c) {
                code @ ..=0xFFFF => write!(into, "\\u{code:04X}"),
                code => write!(into, "\\U{code:08X}"),
            };
        }
        c => into.push(c),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}' | '\u{2028}' | '\u{2029}')
}

/// `text` between threefold quotation marks. Lines of the text are lines of the file; longer ones
/// are broken after a space, with a backslash, which reads as if they were not.
fn many_lines(text: &str) -> String {
    let mut into = "\"\"\"\n".to_owned();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            into.push('\n');
        }
        push_folded(line, &mut into);
    }
    into.push_str("\"\"\"");
    into
}

fn push_folded(line: &str, into: &mut String) {
    let mut column = 0;
    let mut words = line.split_inclusive(' ').peekable();
    while let Some(word) = words.next() {
        for (at, character) in word.char_indices() {
            match character {
                // One quotation mark alone does not end the text; the last of several might.
                '"' if word[..at].ends_with('"') || word[at + 1..].is_empty() => {
                    into.push_str("\\\"");
                }
                '"' => into.push('"'),
                _ => push_escaped(character, into),
            }
        }
        column += word.chars().count();
        // The next line's first character must be no space, or reading would drop it.
        let Some(next) = words.peek() else { break };
        let length = next.trim_end_matches(' ').chars().count();
        let starts_well = next.chars().next().is_some_and(|c| !c.is_whitespace());
        if column + length > WIDTH && starts_well && word.ends_with(' ') {
            into.push_str("\\\n");
            column = 0;
        }
    }
}

/// `text`, written in the manner of `old`, the value it replaces. `own_line` says that the value has
/// its line to itself, so that it may take several.
pub(super) fn text_like(old: &str, text: &str, own_line: bool) -> String {
    if old.starts_with("\"\"\"") || old.starts_with("'''") {
        return if is_long(text, 0) { many_lines(text) } else { one_line(text) };
    }
    if old.starts_with('\'') && is_literal(text) {
        return format!("'{text}'");
    }
    if own_line && text.trim_end_matches('\n').contains('\n') {
        return many_lines(text);
    }
    one_line(text)
}

/// One line (or, for a long value, several) `key = value`.
pub(super) fn line(name: &str, node: &Node, into: &mut String) {
    let key = key(name);
    let before = key.chars().count() + 3;
    _ = writeln!(into, "{key} = {}", block(node, before));
}
