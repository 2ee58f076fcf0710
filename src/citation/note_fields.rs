//! Variables kept in the note of an item, as Zotero's users do where a field is lacking: lines
//! `key: value` at its beginning, or `{:key: value}` anywhere.
//!
//! Only words of CSL are taken, so that a note that happens to begin with "See: ..." stays a note.

use super::item::{Date, Item, Name};
use super::vocabulary::{ItemType, NameVariable, TextVariable, Variable};

/// Moves the variables in the note to where they belong.
pub(super) fn read(item: &mut Item) {
    let Some(note) = item.text(TextVariable::Note) else { return };
    if !note.contains(':') {
        return;
    }
    let note = unfold(note);
    let mut kept: Vec<&str> = Vec::new();
    let mut names: Vec<(NameVariable, Vec<Name>)> = Vec::new();
    let mut lines = note.lines().enumerate();
    for (at, line) in lines.by_ref() {
        if line.trim().is_empty() {
            continue;
        }
        match field(line) {
            Some((key, value)) => {
                if !put(item, key, value, &mut names) {
                    kept.push(line);
                }
            }
            // The first line may be words; the next such line ends the variables.
            None if at == 0 => kept.push(line),
            None => {
                kept.push(line);
                break;
            }
        }
    }
    kept.extend(lines.map(|(_, line)| line));
    let kept = kept.join("\n");
    item.set_text(TextVariable::Note, kept.trim());
    for (variable, names) in names {
        item.set_names(variable, names);
    }
}

/// The longest `key: value` between braces, in bytes.
const LONGEST: usize = 2_000;

/// `{:key: value}` set on lines of their own.
fn unfold(note: &str) -> String {
    if !note.contains("{:") {
        return note.to_owned();
    }
    let mut out = String::with_capacity(note.len());
    let mut rest = note;
    while let Some(start) = rest.find("{:") {
        let inside = &rest[start + 2..];
        match inside.bytes().take(LONGEST).position(|byte| byte == b'}') {
            Some(end) if field(&inside[..end]).is_some() => {
                out.push_str(&rest[..start]);
                out.push('\n');
                out.push_str(inside[..end].trim());
                out.push('\n');
                rest = &inside[end + 1..];
            }
            _ => {
                out.push_str(&rest[..start + 2]);
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A line `key: value` whose key is a word of CSL.
fn field(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let lower = key.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'));
    let upper = key.bytes().all(|b| b.is_ascii_uppercase());
    let is_word = key == "type" || Variable::from_word(key).is_some();
    (!key.is_empty() && (lower || upper) && is_word).then(|| (key, value.trim()))
}

/// Gives the item a value that it lacks. Tells whether it did; if not, the line stays in the note.
fn put(
    item: &mut Item,
    key: &str,
    value: &str,
    names: &mut Vec<(NameVariable, Vec<Name>)>,
) -> bool {
    if key == "type" {
        let kind = ItemType::from_word(value);
        item.kind = kind.or(item.kind);
        return kind.is_some();
    }
    match Variable::from_word(key) {
        Some(variable) if item.has(variable) => false,
        Some(Variable::Text(variable)) => {
            item.set_text(variable, value);
            true
        }
        Some(Variable::Date(variable)) => {
            let date = Date { raw: Some(value.into()), ..Date::default() };
            item.set_date(variable, date);
            true
        }
        Some(Variable::Names(variable)) => {
            let name = match value.split_once("||") {
                Some((family, given)) => Name::person(family.trim(), given.trim()),
                None => Name::literal(value),
            };
            match names.iter_mut().find(|(known, _)| *known == variable) {
                Some((_, list)) => list.push(name),
                None => names.push((variable, vec![name])),
            }
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::citation::{DateVariable, TextVariable};

    #[test]
    fn variables_leave_the_note_and_words_stay() {
        let mut item = Item::new("a", ItemType::Book);
        let note =
            "type: speech\noriginal-date: 1951\nauthor: Mao || Zedong\nSee: the file\nDOI: x";
        item.set_text(TextVariable::Note, note);
        read(&mut item);
        assert_eq!(item.kind, Some(ItemType::Speech));
        assert!(item.date(DateVariable::OriginalDate).is_some());
        assert_eq!(&*item.names(NameVariable::Author)[0].given, "Zedong");
        assert_eq!(item.text(TextVariable::Note), Some("See: the file\nDOI: x"));
        item.set_text(TextVariable::Note, "Some words {:DOI: 10.1/2} more");
        read(&mut item);
        assert_eq!(item.text(TextVariable::Doi), Some("10.1/2"));
    }
}
