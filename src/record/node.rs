//! The tree of values that stands between a file and a record: what a TOML file says, before
//! anybody has judged it. The same tree is what changes are computed on and what `--json` prints.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use std::ops::Range;

/// A value and where it stands in its file. Equality looks at the value alone.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The bytes of the file it was read from.
    pub span: Option<Range<usize>>,
}

/// What a field can hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text; also a date written without quotation marks.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// An ordered list.
    List(Vec<Node>),
    /// Named values, in the order of the file.
    Table(Table),
}

/// Named values in order. Names are unique.
#[derive(Debug, Clone, Default)]
pub struct Table {
    entries: Vec<(String, Node)>,
}

impl Table {
    /// An empty table.
    pub fn new() -> Table {
        Table::default()
    }

    /// The value named `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The value named `key`, and which one it is, from 0.
    pub(super) fn entry(&self, key: &str) -> Option<(usize, &Node)> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        self.entries.get(at).map(|(_, node)| (at, node))
    }

    /// The value named `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// Sets `key`: in its place when it is there, at the end when it is not.
    pub fn set(&mut self, key: impl Into<String>, node: impl Into<Node>) {
        let (key, node) = (key.into(), node.into());
        match self.get_mut(&key) {
            Some(old) => *old = node,
            None => self.entries.push((key, node)),
        }
    }

    /// Adds `key` at the end. The caller knows that it is not there yet; [`Table::set`] looks, which
    /// costs too much for the many keys of a hostile file.
    pub(crate) fn push_new(&mut self, key: String, node: Node) {
        self.entries.push((key, node));
    }

    /// Leaves the values of which `keep` says yes; it may change them.
    pub(crate) fn retain_mut(&mut self, mut keep: impl FnMut(&mut Node) -> bool) {
        self.entries.retain_mut(|(_, node)| keep(node));
    }

    /// Removes `key` and gives what it held.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        Some(self.entries.remove(at).1)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Tables are equal when they say the same, in whatever order.
impl PartialEq for Table {
    fn eq(&self, other: &Table) -> bool {
        self.len() == other.len() && self.iter().all(|(key, node)| other.get(key) == Some(node))
    }
}

impl IntoIterator for Table {
    type Item = (String, Node);
    type IntoIter = std::vec::IntoIter<(String, Node)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl FromIterator<(String, Node)> for Table {
    fn from_iter<I: IntoIterator<Item = (String, Node)>>(entries: I) -> Table {
        let mut table = Table::new();
        for (key, node) in entries {
            table.set(key, node);
        }
        table
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.value == other.value
    }
}

impl Node {
    /// A value that was not read from a file.
    pub fn new(value: Value) -> Node {
        Node { value, span: None }
    }

    /// The text, when it is text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The table, when it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The table to change, when it is one.
    pub fn as_table_mut(&mut self) -> Option<&mut Table> {
        match &mut self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The list, when it is one.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The list to change, when it is one.
    pub fn as_list_mut(&mut self) -> Option<&mut Vec<Node>> {
        match &mut self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The value as the record model has it, for any value that can be serialised as JSON; `null`
    /// members are left out.
    ///
    /// ```
    /// use fonds::record::Node;
    /// let node = Node::from_json(serde_json::json!({ "place": "Beijing", "none": null }));
    /// assert_eq!(node.as_table().unwrap().len(), 1);
    /// ```
    pub fn from_json(json: serde_json::Value) -> Node {
        use serde_json::Value as Json;
        Node::new(match json {
            Json::Null => Value::Text(String::new()),
            Json::Bool(value) => Value::Boolean(value),
            Json::Number(number) => match number.as_i64() {
                Some(integer) => Value::Integer(integer),
                None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Value::Text(text),
            Json::Array(list) => Value::List(
                list.into_iter().filter(|v| !v.is_null()).map(Node::from_json).collect(),
            ),
            Json::Object(members) => Value::Table(
                members
                    .into_iter()
                    .filter(|(_, v)| !v.is_null())
                    .map(|(key, v)| (key, Node::from_json(v)))
                    .collect(),
            ),
        })
    }
}

impl Value {
    /// What kind of value it is, as messages say it.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "text",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Boolean(_) => "true or false",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Node::new(Value::Text(text.to_owned()))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Node {
        Node::new(Value::Text(text))
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Node {
        Node::new(Value::Integer(number))
    }
}

impl From<Table> for Node {
    fn from(table: Table) -> Node {
        Node::new(Value::Table(table))
    }
}

impl From<Vec<Node>> for Node {
    fn from(list: Vec<Node>) -> Node {
        Node::new(Value::List(list))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Boolean(value) => serializer.serialize_bool(*value),
            Value::List(list) => {
                let mut sequence = serializer.serialize_seq(Some(list.len()))?;
                for node in list {
                    sequence.serialize_element(node)?;
                }
                sequence.end()
            }
            Value::Table(table) => table.serialize(serializer),
        }
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, node) in self.iter() {
            map.serialize_entry(key, node)?;
        }
        map.end()
    }
}
