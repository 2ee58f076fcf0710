//! Which part of a list is which, whatever its position: what makes a holding, an agent, a
//! translation the same one before and after a change.

use super::holding::LevelName;
use super::id::slug;
use super::node::{Node, Table};
use std::collections::{HashMap, HashSet};

/// The longest identity made from words.
const LONGEST: usize = 40;

/// The identities of the elements of the list `key`, each unique within it: the part's `id`, or
/// else what tells such parts apart (a holding's archive, an agent's role and family name, a
/// number's kind), made unique by a number in the order of the file. For a path: its levels.
/// `None` when the elements are plain values, which have no identity: such a list is one value.
///
/// ```
/// use fonds::record::{Node, part_keys};
/// let list = Node::from_json(serde_json::json!([
///     { "role": "sender", "name": { "family": "Mao", "given": "Zedong" } },
///     { "role": "recipient", "name": { "family": "Stalin" } },
/// ]));
/// let keys = part_keys("agent", list.as_list().unwrap()).unwrap();
/// assert_eq!(keys, ["sender-mao", "recipient-stalin"]);
/// ```
pub fn part_keys(key: &str, list: &[Node]) -> Option<Vec<String>> {
    if list.is_empty() {
        return None;
    }
    let stems: Vec<String> = if super::field::is_path_of_levels(key, list) {
        list.iter().map(level_of).collect::<Option<_>>()?
    } else if list.iter().any(|node| node.as_table().is_some()) {
        // A list may mix short forms (plain text) with tables.
        list.iter().map(|node| stem(key, node)).collect()
    } else {
        return None;
    };
    // Identities that the file gives come before those that are made.
    let mut taken: HashSet<String> = HashSet::new();
    let given: Vec<bool> = list
        .iter()
        .zip(&stems)
        .map(|(node, stem)| {
            node.as_table().is_some_and(|t| text(t, "id").is_some()) && taken.insert(stem.clone())
        })
        .collect();
    let mut made: HashMap<String, usize> = HashMap::new();
    let mut keys = Vec::with_capacity(list.len());
    for (stem, given) in stems.into_iter().zip(given) {
        let mut key = stem.clone();
        if !given && !taken.insert(key.clone()) {
            // Counting on from the last number keeps many equal parts from taking their square.
            let number = made.entry(stem.clone()).or_insert(1);
            while !taken.insert(key.clone()) {
                *number += 1;
                key = format!("{stem}-{number}");
            }
        }
        keys.push(key);
    }
    Some(keys)
}

fn level_of(step: &Node) -> Option<String> {
    let level = step.as_list()?.first()?.as_text()?;
    Some(level.parse::<LevelName>().map_or_else(|_| level.to_owned(), |name| name.to_string()))
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key)?.as_text()
}

/// The words of a name: its family name or the whole.
fn name_words(node: &Node) -> Option<&str> {
    match node.as_table() {
        None => node.as_text(),
        Some(table) => text(table, "family")
            .or_else(|| text(table, "literal"))
            .or_else(|| text(table, "given")),
    }
}

fn stem(key: &str, node: &Node) -> String {
    let Some(table) = node.as_table() else {
        return node
            .as_text()
            .and_then(|text| slug(text, LONGEST))
            .unwrap_or_else(|| "1".to_owned());
    };
    if let Some(id) = text(table, "id") {
        return id.to_owned();
    }
    let words: Vec<&str> = match key {
        "holding" => vec![text(table, "archive")],
        "surrogate" => vec![text(table, "provider").or_else(|| text(table, "url"))],
        "translation" => vec![text(table, "to")],
        "publication" => vec![text(table, "title")],
        "agent" => vec![
            text(table, "role"),
            table.get("name").and_then(name_words).or_else(|| text(table, "as_printed")),
        ],
        "number" => vec![text(table, "kind").or_else(|| text(table, "value"))],
        "distribution" => vec![table.get("name").and_then(name_words)],
        "relation" => {
            vec![text(table, "kind"), text(table, "record").or_else(|| text(table, "text"))]
        }
        "foreign_id" => vec![text(table, "scheme")],
        "alternative" => vec![text(table, "field"), text(table, "value")],
        "evidence" => vec![text(table, "field"), text(table, "source")],
        "custody" => vec![text(table, "event"), text(table, "date")],
        "former" => vec![text(table, "until")],
        _ => vec![name_words(node)],
    }
    .into_iter()
    .flatten()
    .collect();
    slug(&words.join("-"), LONGEST).unwrap_or_else(|| "1".to_owned())
}
