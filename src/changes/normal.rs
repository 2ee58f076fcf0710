//! One shape for everything that can be written in two ways, so that only meaning is compared.

use crate::record::{LevelName, Node, Table, Value};

/// The record `root` with every short form written out (`title = "X"` as `title.text`, a name as
/// its `literal`, a date as its `value`), one value standing for a list of one made a list, level
/// names in their one spelling, and empty tables and lists left out: they say nothing. Unknown
/// keys stay as they are.
///
/// ```
/// use fonds::changes::normal_form;
/// use fonds::record::Node;
/// let short = Node::from_json(serde_json::json!({ "title": "Telegram", "language": "ru", "agent": [] }));
/// let long = Node::from_json(serde_json::json!({ "title": { "text": "Telegram" }, "language": ["ru"] }));
/// assert_eq!(normal_form(&short), normal_form(&long));
/// ```
pub fn normal_form(root: &Node) -> Node {
    normalized(root.clone())
}

/// As [`normal_form`], of a record that nobody needs as it was.
pub(super) fn normalized(mut root: Node) -> Node {
    strip(&mut root);
    let Some(table) = root.as_table_mut() else { return root };
    for title in ["title", "original_title", "transliterated_title"] {
        text_to_table(table.get_mut(title), "text");
    }
    if let Some(dates) = table.get_mut("date").and_then(Node::as_table_mut) {
        for event in ["created", "sent", "received", "declassified", "published_online", "accessed"]
        {
            text_to_table(dates.get_mut(event), "value");
        }
    }
    for list in ["language", "aliases", "classification"] {
        to_list(table.get_mut(list));
    }
    for list in ["surrogate", "custody", "relation", "foreign_id", "alternative", "evidence"] {
        to_list(table.get_mut(list));
    }
    for number in to_list(table.get_mut("number")) {
        text_to_table(Some(number), "value");
    }
    for agent in to_list(table.get_mut("agent")) {
        let Some(agent) = agent.as_table_mut() else { continue };
        text_to_table(agent.get_mut("name"), "literal");
        names(agent, &["form"]);
    }
    for distribution in to_list(table.get_mut("distribution")) {
        text_to_table(Some(distribution), "name");
        if let Some(distribution) = distribution.as_table_mut() {
            text_to_table(distribution.get_mut("name"), "literal");
        }
    }
    for holding in to_list(table.get_mut("holding")) {
        let Some(holding) = holding.as_table_mut() else { continue };
        levels(holding.get_mut("path"));
        for former in to_list(holding.get_mut("former")) {
            levels(former.as_table_mut().and_then(|former| former.get_mut("path")));
        }
    }
    for translation in to_list(table.get_mut("translation")) {
        if let Some(translation) = translation.as_table_mut() {
            names(translation, &["translator"]);
        }
    }
    for publication in to_list(table.get_mut("publication")) {
        if let Some(publication) = publication.as_table_mut() {
            names(publication, &["author", "editor", "series_editor", "translator"]);
        }
    }
    root
}

/// Whether two values are the same. Unlike `==`, a number that is no number is the same as itself.
pub fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Float(a), Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Table(a), Value::Table(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

/// Whether a value says nothing.
fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Table(table) => table.is_empty(),
        Value::List(list) => list.is_empty(),
        _ => false,
    }
}

/// Takes away places in a file, and empty tables and lists. Elements of lists stay, empty or not:
/// they are there.
fn strip(node: &mut Node) {
    node.span = None;
    match &mut node.value {
        Value::List(list) => list.iter_mut().for_each(strip),
        Value::Table(table) => table.retain_mut(|node| {
            strip(node);
            !is_empty(node)
        }),
        _ => {}
    }
}

fn text_to_table(node: Option<&mut Node>, key: &str) {
    if let Some(node) = node
        && node.as_text().is_some()
    {
        let text = std::mem::replace(node, Node::new(Value::Boolean(false)));
        let mut table = Table::new();
        table.set(key, text);
        *node = Node::from(table);
    }
}

/// Makes one value a list of one, and gives the elements.
fn to_list(node: Option<&mut Node>) -> &mut [Node] {
    let Some(node) = node else { return &mut [] };
    if node.as_list().is_none() {
        let single = std::mem::replace(node, Node::new(Value::Boolean(false)));
        *node = Node::from(vec![single]);
    }
    match node.as_list_mut() {
        Some(list) => list,
        None => &mut [],
    }
}

fn names(table: &mut Table, keys: &[&str]) {
    for key in keys {
        for name in to_list(table.get_mut(key)) {
            text_to_table(Some(name), "literal");
        }
    }
}

/// Level names in their one spelling: `Record Group` is `record-group`.
fn levels(path: Option<&mut Node>) {
    for step in path.and_then(Node::as_list_mut).into_iter().flatten() {
        if let Some(level) = step.as_list_mut().and_then(|step| step.first_mut())
            && let Some(name) = level.as_text().and_then(|text| text.parse::<LevelName>().ok())
        {
            *level = Node::from(name.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_forms_and_long_forms_are_one() {
        let short = Node::from_json(json!({
            "title": "T", "date": { "sent": "1951" }, "number": "23256", "classification": "secret",
            "agent": { "role": "sender", "name": "Mao", "form": ["毛泽东"] },
            "distribution": ["Molotov"],
            "holding": { "archive": "NARA", "path": [["Record Group", "59"]], "former": [] },
            "translation": [{ "to": "en", "translator": "Radchenko" }],
        }));
        let long = Node::from_json(json!({
            "title": { "text": "T" }, "date": { "sent": { "value": "1951" } },
            "number": [{ "value": "23256" }], "classification": ["secret"],
            "agent": [{ "role": "sender", "name": { "literal": "Mao" }, "form": [{ "literal": "毛泽东" }] }],
            "distribution": [{ "name": { "literal": "Molotov" } }],
            "holding": [{ "archive": "NARA", "path": [["record-group", "59"]] }],
            "translation": [{ "to": "en", "translator": [{ "literal": "Radchenko" }] }],
            "relation": [],
        }));
        assert_eq!(normal_form(&short), normal_form(&long));
        assert_eq!(normal_form(&long), normal_form(&normal_form(&long)));
    }

    #[test]
    fn nonsense_shapes_stay_as_they_are() {
        let odd = Node::from_json(
            json!({ "title": 3, "date": "1951", "holding": [["a"], 1], "x": [[]] }),
        );
        let normal = normal_form(&odd);
        assert_eq!(normal, odd);
    }
}
