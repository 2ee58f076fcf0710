//! A new record file, in the house style.

use super::render;
use crate::record::{Node, Table};

/// The keys of a record in the order in which a file has them: what it is, what it says, who had to
/// do with it, where it is, and what is said about all that.
pub(super) const ORDER: [&str; 29] = [
    "format",
    "id",
    "aliases",
    "level",
    "genre",
    "title",
    "original_title",
    "transliterated_title",
    "number",
    "place",
    "date",
    "language",
    "classification",
    "abstract",
    "rights",
    "contact",
    "note",
    "authenticity",
    "distribution",
    "foreign_id",
    "agent",
    "holding",
    "surrogate",
    "translation",
    "publication",
    "custody",
    "relation",
    "alternative",
    "evidence",
];

/// Lists of small tables that stand in one line, or one line each.
const SMALL: [&str; 3] = ["number", "distribution", "foreign_id"];

/// The place of `key` in [`ORDER`]; unknown keys come after the known ones that are no parts.
pub(super) fn place(key: &str) -> usize {
    ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len())
}

/// Whether the list `node`, the value of `key` in the root, is written as parts with headings:
/// `[[holding]]`.
pub(super) fn has_headings(key: &str, node: &Node) -> bool {
    !SMALL.contains(&key)
        && node.as_list().is_some_and(|list| {
            !list.is_empty() && list.iter().all(|node| node.as_table().is_some())
        })
}

/// The file of a tree whose root is a table (of another tree, an empty file). Reading it gives the
/// same tree. Keys stand in the order of the house, unknown ones after them.
///
/// ```
/// use fonds::record::Node;
/// let node = Node::from_json(serde_json::json!({
///     "holding": [{ "archive": "APRF", "path": [["fond", "45"], ["opis", "1"]] }],
///     "id": "a", "format": 1,
/// }));
/// assert_eq!(fonds::record_file::write(&node), "format = 1
/// id = \"a\"
///
/// [[holding]]
/// archive = \"APRF\"
/// path = [[\"fond\", \"45\"], [\"opis\", \"1\"]]
/// ");
/// ```
pub fn write(root: &Node) -> String {
    let mut into = String::new();
    let Some(table) = root.as_table() else { return into };
    let mut entries: Vec<(&str, &Node)> = table.iter().collect();
    entries.sort_by_key(|(key, _)| place(key));
    for (key, node) in entries.iter().filter(|(key, node)| !has_headings(key, node)) {
        render::line(key, node, &mut into);
    }
    for (key, node) in entries.iter().filter(|(key, node)| has_headings(key, node)) {
        for part in node.as_list().unwrap_or_default() {
            if !into.is_empty() {
                into.push('\n');
            }
            part_lines(key, part, &mut into);
        }
    }
    into
}

/// The file of an archive's entry: its keys in the order of the tree.
///
/// ```
/// use fonds::record::Node;
/// let node = Node::from_json(serde_json::json!({ "id": "tla", "place": ["Innsbruck"] }));
/// assert_eq!(fonds::record_file::write_archive(&node), "id = \"tla\"\nplace = [\"Innsbruck\"]\n");
/// ```
pub fn write_archive(root: &Node) -> String {
    let mut into = String::new();
    for (key, node) in root.as_table().into_iter().flat_map(Table::iter) {
        render::line(key, node, &mut into);
    }
    into
}

/// A part with its heading.
pub(super) fn part_lines(key: &str, part: &Node, into: &mut String) {
    into.push_str(&format!("[[{}]]\n", render::key(key)));
    for (name, node) in part.as_table().into_iter().flat_map(Table::iter) {
        render::line(name, node, into);
    }
}

/// A file to be filled in by hand: every part of a record that is often needed, as comments. Only
/// `format` and an empty `id` are there, so nothing is said that nobody has written.
///
/// ```
/// let (draft, problems) = fonds::record_file::read(fonds::record_file::template().as_bytes(), "new.toml");
/// assert!(problems.is_empty());
/// assert_eq!(draft.unwrap().claimed_id(), Some(""));
/// ```
pub fn template() -> &'static str {
    include_str!("template.toml")
}
