//! Fields named by a path, as people say them: `holding.aprf.path.delo`.

use super::identity::part_keys;
use super::node::{Node, Value};
use crate::problem::{Problem, Result, codes};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The name of a field of a record: segments joined with dots. A segment is a key of the file
/// (`date`, `sent`), the identity of a part (`holding.aprf`, see [`part_keys`]), or a level of a
/// path (`path.delo`; its title is `path.delo.title`). A segment with other characters than
/// letters, digits, `_` and `-` stands in quotation marks.
///
/// ```
/// use fonds::record::FieldPath;
/// let field: FieldPath = "holding.aprf.path.delo".parse().unwrap();
/// assert_eq!(field.segments().len(), 4);
/// assert_eq!(field.parent().unwrap().to_string(), "holding.aprf.path");
/// assert!("holding..path".parse::<FieldPath>().is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(Vec<String>);

impl FieldPath {
    /// The path of these segments.
    pub fn of<S: Into<String>>(segments: impl IntoIterator<Item = S>) -> FieldPath {
        FieldPath(segments.into_iter().map(Into::into).collect())
    }

    /// The segments from the top down; none for the whole record.
    pub fn segments(&self) -> &[String] {
        &self.0
    }

    /// This path with one more segment.
    #[must_use]
    pub fn child(&self, segment: impl Into<String>) -> FieldPath {
        let mut segments = Vec::with_capacity(self.0.len() + 1);
        segments.extend_from_slice(&self.0);
        segments.push(segment.into());
        FieldPath(segments)
    }

    /// The path without its last segment; `None` for the whole record.
    pub fn parent(&self) -> Option<FieldPath> {
        let (_, before) = self.0.split_last()?;
        Some(FieldPath(before.to_vec()))
    }

    /// Whether this is `other` or lies inside it.
    pub fn is_within(&self, other: &FieldPath) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The value at this path in the tree `root`.
    pub fn find<'a>(&self, root: &'a Node) -> Option<&'a Node> {
        let mut node = root;
        let mut list_key = "";
        let mut segments = self.0.iter().map(String::as_str).peekable();
        while let Some(segment) = segments.next() {
            match &node.value {
                Value::Table(table) => {
                    node = table.get(segment)?;
                    list_key = segment;
                }
                Value::List(list) if is_path_of_levels(list_key, list) => {
                    let at = part_keys(list_key, list)?.iter().position(|key| key == segment)?;
                    let step = list[at].as_list()?;
                    return match (segments.next(), segments.next()) {
                        (None, _) => step.get(1),
                        (Some("title"), None) => step.get(2),
                        _ => None,
                    };
                }
                Value::List(list) => {
                    let at = part_keys(list_key, list)?.iter().position(|key| key == segment)?;
                    node = &list[at];
                }
                _ => return None,
            }
        }
        Some(node)
    }
}

/// Whether the list `key` is the way through an archive: a list of steps, each a list of texts.
pub fn is_path_of_levels(key: &str, list: &[Node]) -> bool {
    key == "path" && !list.is_empty() && list.iter().all(|step| step.as_list().is_some())
}

/// Every field of the tree `root` that holds a value (text, number, true or false, a list of such
/// values), in the order of the file. The parts of lists go by their identity, the steps of a path
/// by their level.
///
/// ```
/// use fonds::record::{Node, leaves};
/// let root = Node::from_json(serde_json::json!({
///     "holding": [{ "archive": "APRF", "path": [["fond", "45"], ["opis", "1"]] }],
/// }));
/// let fields: Vec<String> = leaves(&root).iter().map(|(field, _)| field.to_string()).collect();
/// assert_eq!(fields, ["holding.aprf.archive", "holding.aprf.path.fond", "holding.aprf.path.opis"]);
/// ```
pub fn leaves(root: &Node) -> Vec<(FieldPath, &Node)> {
    let mut found = Vec::new();
    gather(root, "", &FieldPath::default(), 0, &mut found);
    found
}

/// Deeper than any record has reason to be; what lies deeper is one value.
const DEEPEST: usize = 32;

fn gather<'a>(
    node: &'a Node,
    key: &str,
    at: &FieldPath,
    depth: usize,
    into: &mut Vec<(FieldPath, &'a Node)>,
) {
    match &node.value {
        Value::Table(table) if depth < DEEPEST => {
            for (key, child) in table.iter() {
                gather(child, key, &at.child(key), depth + 1, into);
            }
        }
        Value::List(list) if depth < DEEPEST => match part_keys(key, list) {
            Some(keys) if is_path_of_levels(key, list) => {
                for (level, step) in keys.into_iter().zip(list) {
                    let field = at.child(level);
                    let step = step.as_list().unwrap_or_default();
                    if let Some(title) = step.get(2) {
                        into.push((field.child("title"), title));
                    }
                    if let Some(value) = step.get(1) {
                        into.push((field, value));
                    }
                }
            }
            Some(keys) => {
                for (part, child) in keys.into_iter().zip(list) {
                    gather(child, &part, &at.child(part.as_str()), depth + 1, into);
                }
            }
            None => into.push((at.clone(), node)),
        },
        _ => into.push((at.clone(), node)),
    }
}

impl FromStr for FieldPath {
    type Err = Problem;

    fn from_str(text: &str) -> Result<FieldPath> {
        let refused = |why: &str| {
            Problem::error(
                codes::FIELD,
                format!("`{}` is not the name of a field: {why}", text.escape_debug()),
            )
            .mend("write for instance `place`, `date.sent`, `holding.aprf.path.delo`")
        };
        if text.len() > 1000 {
            return Err(Problem::error(
                codes::FIELD,
                "the name of a field is longer than 1,000 bytes",
            ));
        }
        let mut segments = Vec::new();
        let mut rest = text;
        while !text.is_empty() {
            let (segment, after) = match rest.strip_prefix('"') {
                Some(quoted) => {
                    let (segment, after) = quoted
                        .split_once('"')
                        .ok_or_else(|| refused("a quotation mark is not closed"))?;
                    if !(after.is_empty() || after.starts_with('.')) {
                        return Err(refused("a dot must follow a quotation mark"));
                    }
                    (segment, after)
                }
                None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
            };
            if segment.is_empty() || segment.chars().any(char::is_control) {
                return Err(refused("a part of it is empty or not printable"));
            }
            segments.push(segment.to_owned());
            match after.strip_prefix('.') {
                Some(after) => rest = after,
                None => break,
            }
        }
        if segments.is_empty() {
            return Err(refused("it is empty"));
        }
        Ok(FieldPath(segments))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            if segment.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
                f.write_str(segment)?;
            } else {
                write!(f, "\"{}\"", segment.replace('"', "'"))?;
            }
        }
        Ok(())
    }
}

impl Serialize for FieldPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record() -> Node {
        Node::from_json(json!({
            "id": "x",
            "language": ["ru", "en"],
            "agent": [
                { "role": "recipient", "name": "Stalin" },
                { "role": "recipient", "name": { "family": "Stalin", "given": "Vasily" } },
            ],
            "holding": [
                { "archive": "APRF", "path": [["fond", "45", "Papers of Stalin"], ["record group", "1"]] },
                { "id": "aprf", "archive": "APRF" },
            ],
        }))
    }

    #[test]
    fn every_leaf_is_found_again_by_its_name() {
        let root = record();
        for (field, node) in leaves(&root) {
            assert_eq!(field.find(&root), Some(node), "{field}");
            assert_eq!(field.to_string().parse::<FieldPath>().unwrap(), field);
        }
    }

    #[test]
    fn parts_that_look_alike_get_numbers_and_given_ids_win() {
        let root = record();
        let names: Vec<String> = leaves(&root).iter().map(|(field, _)| field.to_string()).collect();
        assert_eq!(
            names,
            [
                "id",
                "language",
                "agent.recipient-stalin.role",
                "agent.recipient-stalin.name",
                "agent.recipient-stalin-2.role",
                "agent.recipient-stalin-2.name.family",
                "agent.recipient-stalin-2.name.given",
                "holding.aprf-2.archive",
                "holding.aprf-2.path.fond.title",
                "holding.aprf-2.path.fond",
                "holding.aprf-2.path.record-group",
                "holding.aprf.id",
                "holding.aprf.archive",
            ]
        );
    }

    #[test]
    fn names_that_are_no_fields_are_refused() {
        for text in ["", ".", "a..b", "a.", "\"a", "\"a\"b", "a\u{1b}"] {
            assert!(text.parse::<FieldPath>().is_err(), "{text:?}");
        }
    }
}
