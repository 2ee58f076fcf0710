//! Changes in the archivist's words.

use super::change::{Change, ChangeKind};
use crate::record::{FieldPath, Node, Value, is_list_of_parts};
use similar::{ChangeTag, TextDiff};

/// A change as one sentence: `holding aprf, delo: 340 → 341`. Control characters are shown
/// escaped; long texts are shortened to what differs.
pub fn sentence(change: &Change) -> String {
    sentence_of(change, str::to_owned)
}

/// The same for text that is set by the rules of the Unicode bidirectional algorithm: what is written
/// from right to left stands between [`ISOLATE`] and [`ISOLATE_END`]. Otherwise the old value and the new
/// one, with nothing between them but an arrow, would be shown in each other's places.
pub(super) fn isolated_sentence(change: &Change) -> String {
    sentence_of(change, |value| match value.chars().any(is_right_to_left) {
        true => format!("{ISOLATE}{value}{ISOLATE_END}"),
        false => value.to_owned(),
    })
}

/// First strong isolate: no value has it, see [`one_line`].
pub(super) const ISOLATE: char = '\u{2068}';
/// Pop directional isolate.
pub(super) const ISOLATE_END: char = '\u{2069}';

/// Whether a character is of a script that is written from right to left: Hebrew, Arabic, Syriac and
/// others, as the blocks of Unicode have them.
fn is_right_to_left(character: char) -> bool {
    matches!(u32::from(character), 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff
        | 0x10800..=0x10fff | 0x1e800..=0x1efff)
}

fn sentence_of(change: &Change, mark: impl Fn(&str) -> String) -> String {
    let field = field_words(&change.field);
    let before = change.before.as_ref();
    let after = change.after.as_ref();
    let text = |node: Option<&Node>| node.map(|node| mark(&value_words(node))).unwrap_or_default();
    match &change.kind {
        ChangeKind::RecordAdded => match after.and_then(title_of) {
            Some(title) => format!("record added: {}", mark(&title)),
            None => "record added".to_owned(),
        },
        ChangeKind::RecordRemoved => match before.and_then(title_of) {
            Some(title) => format!("record removed: {}", mark(&title)),
            None => "record removed".to_owned(),
        },
        ChangeKind::RecordRenamed => format!("record renamed: {} → {}", text(before), text(after)),
        ChangeKind::Set => format!("{field}: set to {}", text(after)),
        ChangeKind::Removed => format!("{field}: removed, was {}", text(before)),
        ChangeKind::Changed => {
            match (before.and_then(Node::as_text), after.and_then(Node::as_text)) {
                (Some(before), Some(after))
                    if before.chars().count() + after.chars().count() > SHORT =>
                {
                    format!("{field}: {}", word_diff(before, after))
                }
                _ => format!("{field}: {} → {}", text(before), text(after)),
            }
        }
        ChangeKind::PartAdded { .. } if is_level(&change.field) => {
            format!("{}: {} added", holding_words(&change.field), step_words(after))
        }
        ChangeKind::PartRemoved { .. } if is_level(&change.field) => {
            format!("{}: {} removed", holding_words(&change.field), step_words(before))
        }
        ChangeKind::PartAdded { .. } => with_value(&format!("{field} added"), &text(after)),
        ChangeKind::PartRemoved { .. } => with_value(&format!("{field} removed"), &text(before)),
        ChangeKind::PartRenamed { from } => {
            if is_level(&change.field) {
                let level = change.field.segments().last().map_or("", String::as_str);
                let holding = holding_words(&change.field);
                format!("{holding}: level {} → {}", level_words(from), level_words(level))
            } else {
                format!("{field}: was {}", one_line(from))
            }
        }
        ChangeKind::PartRekeyed { from } => format!("{field}: called {} before", one_line(from)),
        ChangeKind::Reordered => format!("order of {field}: {} → {}", text(before), text(after)),
    }
}

/// Texts together longer than this are shown by their differences.
const SHORT: usize = 160;
/// So many characters of a long value are shown.
const SHOWN: usize = 160;

fn with_value(what: &str, value: &str) -> String {
    if value.is_empty() { what.to_owned() } else { format!("{what}: {value}") }
}

fn is_level(field: &FieldPath) -> bool {
    matches!(field.segments(), [.., path, _] if path == "path")
}

/// The holding (or former reference) that the step `field` belongs to, in words.
fn holding_words(field: &FieldPath) -> String {
    let holding = field.parent().and_then(|path| path.parent()).unwrap_or_default();
    field_words(&holding)
}

fn step_words(step: Option<&Node>) -> String {
    shorten(&step.map(|step| whole_value(step, 1)).unwrap_or_default())
}

/// A field in words: `holding aprf, delo` of `holding.aprf.path.delo`, `date sent` of
/// `date.sent.value`, `agent sender-mao, family name` of `agent.sender-mao.name.family`.
pub fn field_words(field: &FieldPath) -> String {
    let segments: Vec<&str> = field.segments().iter().map(String::as_str).collect();
    match segments[..] {
        [] => "the record".to_owned(),
        [title @ ("title" | "original_title" | "transliterated_title"), "text"] => plain(title),
        ["date", event] | ["date", event, "value"] => format!("date {}", plain(event)),
        ["date", event, rest] => format!("date {}, {}", plain(event), plain(rest)),
        ["number", kind, "value"] => format!("number {}", one_line(kind)),
        ["foreign_id", scheme, "value"] => format!("foreign id {}", one_line(scheme)),
        [list, part] => format!("{} {}", plain(list), one_line(part)),
        [list, part, ref rest @ ..] if is_list_of_parts(list) => {
            format!("{} {}, {}", plain(list), one_line(part), inner_words(rest))
        }
        ref all => all.iter().map(|s| plain(s)).collect::<Vec<_>>().join(", "),
    }
}

fn inner_words(segments: &[&str]) -> String {
    match *segments {
        ["path"] => "path".to_owned(),
        ["path", level] => level_words(level),
        ["path", level, "title"] => format!("title of {}", level_words(level)),
        ["former", which, ref rest @ ..] => match rest {
            [] => format!("former reference {}", one_line(which)),
            rest => format!("former reference {}, {}", one_line(which), inner_words(rest)),
        },
        [.., "name", "literal"] => "name".to_owned(),
        [.., "name", "family"] => "family name".to_owned(),
        [.., "name", "given"] => "given name".to_owned(),
        [.., "name", part] => format!("name, {}", plain(part)),
        [list, which, "literal"] => format!("{} {}", plain(list), one_line(which)),
        [list, which, ref rest @ ..] => {
            let rest: Vec<String> = rest.iter().map(|s| plain(s)).collect();
            format!("{} {}", plain(list), one_line(which))
                + &rest.iter().map(|s| format!(", {s}")).collect::<String>()
        }
        [one] => plain(one),
        [] => String::new(),
    }
}

/// A level as people read it: `record group` of `record-group`.
fn level_words(level: &str) -> String {
    one_line(&level.replace('-', " "))
}

fn plain(key: &str) -> String {
    one_line(&key.replace('_', " "))
}

/// A value on one line: a path as `fond 45, opis 1`, a name in its own order, a part by what it
/// says first. Shortened when long.
pub fn value_words(node: &Node) -> String {
    shorten(&whole_value(node, 0))
}

/// A value as [`value_words`] gives it, however long.
pub(super) fn whole_words(node: &Node) -> String {
    whole_value(node, 0)
}

fn shorten(text: &str) -> String {
    let line = one_line(text);
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}

fn whole_value(node: &Node, depth: usize) -> String {
    if depth > 8 {
        return "…".to_owned();
    }
    match &node.value {
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::List(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(Node::as_text).collect();
            match texts.as_deref() {
                // A step of a path.
                Some([level, value]) if depth > 0 => format!("{} {value}", level_words(level)),
                Some([level, value, title]) if depth > 0 => {
                    format!("{} {value} ({title})", level_words(level))
                }
                _ => {
                    let parts: Vec<String> =
                        list.iter().map(|part| whole_value(part, depth + 1)).collect();
                    parts.join(", ")
                }
            }
        }
        Value::Table(table) => {
            if let Some(name) = name_words(table) {
                return name;
            }
            let text: Vec<String> = table
                .iter()
                .filter(|(key, _)| *key != "id")
                .map(|(_, node)| whole_value(node, depth + 1))
                .filter(|text| !text.is_empty())
                .collect();
            text.join(", ")
        }
    }
}

/// The name that a table is, when it is one.
fn name_words(table: &crate::record::Table) -> Option<String> {
    let text = |key: &str| table.get(key).and_then(Node::as_text);
    if let Some(literal) = text("literal") {
        return Some(literal.to_owned());
    }
    let family = text("family")?;
    let family_first = text("order") == Some("family-first");
    Some(match (text("given"), family_first) {
        (Some(given), true) => format!("{family} {given}"),
        (Some(given), false) => format!("{given} {family}"),
        (None, _) => family.to_owned(),
    })
}

fn title_of(root: &Node) -> Option<String> {
    let title = root.as_table()?.get("title")?;
    let text = title.as_text().or_else(|| title.as_table()?.get("text")?.as_text())?;
    Some(shorten(text))
}

/// Text on one line, safe to print: blanks run together, control characters and those that turn
/// the direction of writing are shown escaped.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        for character in word.chars() {
            let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if character.is_control() || turns {
                line.extend(character.escape_unicode());
            } else {
                line.push(character);
            }
        }
    }
    line
}

/// Words beside a difference that are shown.
const NEIGHBOURS: usize = 4;

/// The difference of two texts, word by word: `[-old-]` and `{+new+}`, with some words beside each
/// and `…` for what is the same.
///
/// ```
/// use fonds::changes::word_diff;
/// assert_eq!(word_diff("sent from Peking in August", "sent from Beijing in August"),
///     "sent from [-Peking-] {+Beijing+} in August");
/// ```
pub fn word_diff(before: &str, after: &str) -> String {
    let (before, after) = (one_line(before), one_line(after));
    let old: Vec<&str> = before.split(' ').collect();
    let new: Vec<&str> = after.split(' ').collect();
    let diff = TextDiff::from_slices(&old, &new);
    let mut pieces: Vec<(ChangeTag, Vec<&str>)> = Vec::new();
    for change in diff.iter_all_changes() {
        match pieces.last_mut() {
            Some((tag, words)) if *tag == change.tag() => words.push(change.value()),
            _ => pieces.push((change.tag(), vec![change.value()])),
        }
    }
    let last = pieces.len().saturating_sub(1);
    let shown = pieces.iter().enumerate().map(|(at, (tag, words))| match tag {
        ChangeTag::Delete => format!("[-{}-]", words.join(" ")),
        ChangeTag::Insert => format!("{{+{}+}}", words.join(" ")),
        ChangeTag::Equal => {
            let head = if at == 0 { 0 } else { NEIGHBOURS };
            let tail = if at == last { 0 } else { NEIGHBOURS };
            if words.len() <= head + tail {
                words.join(" ")
            } else {
                let head = words[..head].join(" ");
                let tail = words[words.len() - tail..].join(" ");
                format!("{head} … {tail}").trim().to_owned()
            }
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use crate::changes::{compare, sentence};
    use crate::record::Node;
    use serde_json::{Value as Json, json};

    fn sentences(before: Json, after: Json) -> Vec<String> {
        let (before, after) = (Node::from_json(before), Node::from_json(after));
        let changes = compare(Some(&before), Some(&after));
        changes.iter().filter(|change| !change.is_silent()).map(sentence).collect()
    }

    #[test]
    fn a_correction_is_told_in_the_words_of_the_archive() {
        let holding = |delo: &str| json!({ "archive": "APRF", "path": [["fond", "45"], ["opis", "1"], ["delo", delo]] });
        let rgaspi = json!({ "archive": "RGASPI", "path": [["fond", "558"], ["opis", "11"]] });
        let before = json!({ "id": "x", "holding": [holding("340")] });
        let after = json!({ "id": "x", "title": "Telegram", "date": { "sent": "1951-08-27" },
            "holding": [rgaspi, holding("341")] });
        assert_eq!(
            sentences(before.clone(), after.clone()),
            [
                "title: set to Telegram",
                "date sent: set to 1951-08-27",
                "holding rgaspi added: RGASPI, fond 558, opis 11",
                "holding aprf, delo: 340 → 341",
            ]
        );
        assert_eq!(
            sentences(after, before),
            [
                "title: removed, was Telegram",
                "date sent: removed, was 1951-08-27",
                "holding rgaspi removed: RGASPI, fond 558, opis 11",
                "holding aprf, delo: 341 → 340",
            ]
        );
    }

    #[test]
    fn a_name_corrected_is_one_agent_and_an_order_changed_is_no_loss() {
        let mao = |family: &str| json!({ "role": "sender", "name": { "family": family, "given": "Zedong", "order": "family-first" } });
        let stalin = json!({ "role": "recipient", "name": "Stalin" });
        assert_eq!(
            sentences(
                json!({ "agent": [mao("Moa"), stalin] }),
                json!({ "agent": [stalin, mao("Mao")] })
            ),
            [
                "order of agent: sender-moa, recipient-stalin → recipient-stalin, sender-mao",
                "agent sender-mao, family name: Moa → Mao",
            ]
        );
    }

    #[test]
    fn parts_levels_and_records_are_renamed() {
        let holding = |id: &str, path: Json| json!([{ "id": id, "archive": "TNA", "path": path }]);
        assert_eq!(
            sentences(
                json!({ "id": "a", "holding": holding("one", json!([["series", "FO 371"], ["piece", "26145"]])) }),
                json!({ "id": "b", "aliases": "a",
                    "holding": holding("tna", json!([["class", "FO 371"], ["piece", "26145"], ["folio", "3"]])) })
            ),
            [
                "record renamed: a → b",
                "aliases: set to a",
                "holding tna: was one",
                "holding tna: level series → class",
                "holding tna: folio 3 added",
            ]
        );
    }

    #[test]
    fn nothing_raw_reaches_a_terminal_and_long_texts_are_shortened() {
        let before = "word ".repeat(60);
        let after = format!("{before}\u{1b}[31m \u{202e}end");
        assert_eq!(
            sentences(json!({ "abstract": before }), json!({ "abstract": after })),
            ["abstract: … word word word word {+\\u{1b}[31m \\u{202e}end+}"]
        );
    }
}
