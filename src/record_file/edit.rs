//! Changing a record file without touching what is not meant.
//!
//! Every change is cut into the text at the place where the value stands, so comments, order,
//! unknown keys, line ends and a byte order mark cannot change. A change of one value changes its
//! line and no other.

use super::file::File;
use super::layout::Step;
use crate::problem::{Place, Problem, codes};
use crate::record::{
    FieldPath, Node, Table, Value, is_list_of_parts, is_path_of_levels, part_keys,
};

/// One change of a record file.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Gives a field a value, and makes it when it is not there.
    Set(FieldPath, Node),
    /// Takes a field, a part or a step of a path out. What is not there stays so.
    Remove(FieldPath),
    /// Adds a part at the end of a list: a holding, an agent, a language.
    Add(FieldPath, Node),
}

/// `text` with the `edits` made, one after the other. Fields are named as the text has them at that
/// moment. All are made or none.
///
/// ```
/// use fonds::record_file::{Edit, edit};
/// let text = "format = 1\nid = \"a\"\n\n[[holding]] # the first\narchive = \"APRF\"\npath = [[\"fond\", \"45\"], [\"delo\", \"340\"]]  # sic\n";
/// let edits = [Edit::Set("holding.aprf.path.delo".parse().unwrap(), "341".into())];
/// assert_eq!(edit(text, &edits).unwrap(), text.replace("340", "341"));
/// ```
///
/// # Errors
/// The problems of a text that is no TOML, and of an edit that names a part that is not there.
pub fn edit(text: &str, edits: &[Edit]) -> Result<String, Vec<Problem>> {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let mut file = File::new(body)?;
    for edit in edits {
        match edit {
            Edit::Set(field, node) => file.set_field(field, node)?,
            Edit::Remove(field) => file.remove_field(field)?,
            Edit::Add(field, node) => file.add(field, node)?,
        }
    }
    Ok(format!("{mark}{}", file.text()))
}

/// The key under which the value of a short form stands in the long one: `title = "x"` is
/// `title = { text = "x" }`.
fn long_form(parent: &str) -> Option<&'static str> {
    match parent {
        "title" | "original_title" | "transliterated_title" => Some("text"),
        "created" | "sent" | "received" | "declassified" | "published_online" | "accessed"
        | "number" => Some("value"),
        "name" | "translator" | "form" | "author" | "editor" | "series_editor" => Some("literal"),
        "distribution" => Some("name"),
        _ => None,
    }
}

/// A field name followed into the tree as far as it goes.
struct Followed<'a> {
    /// The way to what is there.
    steps: Vec<Step>,
    /// What is there.
    node: &'a Node,
    /// The key of the list or table it ended in.
    key: String,
    /// The segments that lead nowhere yet.
    rest: Vec<String>,
}

fn follow<'a>(root: &'a Node, field: &FieldPath) -> Followed<'a> {
    let (mut node, mut key, mut steps) = (root, String::new(), Vec::new());
    let segments = field.segments();
    for (at, segment) in segments.iter().enumerate() {
        let here = |steps, node, key| Followed { steps, node, key, rest: segments[at..].to_vec() };
        match &node.value {
            Value::Table(table) => match table.get(segment) {
                Some(child) => {
                    steps.push(Step::Key(segment.clone()));
                    (node, key) = (child, segment.clone());
                }
                None => return here(steps, node, key),
            },
            Value::List(list) => {
                let at_part = part_keys(&key, list)
                    .and_then(|keys| keys.iter().position(|known| known == segment));
                let Some(at_part) = at_part else { return here(steps, node, key) };
                steps.push(Step::At(at_part));
                let part = &list[at_part];
                if !is_path_of_levels(&key, list) {
                    node = part;
                    continue;
                }
                // A step of a path: its second text is the value, its third the title.
                let rest = &segments[at + 1..];
                let wanted = match rest {
                    [] => 1,
                    [title] if title == "title" => 2,
                    _ => return Followed { steps, node: part, key, rest: rest.to_vec() },
                };
                return match part.as_list().and_then(|texts| texts.get(wanted)) {
                    Some(text) => {
                        steps.push(Step::At(wanted));
                        Followed { steps, node: text, key, rest: Vec::new() }
                    }
                    None => Followed { steps, node: part, key, rest: rest.to_vec() },
                };
            }
            _ => return here(steps, node, key),
        }
    }
    Followed { steps, node, key, rest: Vec::new() }
}

fn no_such(field: &FieldPath, why: &str) -> Vec<Problem> {
    vec![
        Problem::error(codes::FIELD, format!("`{field}` cannot be set: {why}"))
            .at(Place::of_field(field.to_string()))
            .mend("`fonds show ID --json` prints what there is; a part is added whole before its fields are set"),
    ]
}

impl File {
    fn set_field(&mut self, field: &FieldPath, node: &Node) -> Result<(), Vec<Problem>> {
        let Followed { steps, node: there, key, rest } = follow(self.root(), field);
        let Some(first) = rest.first() else {
            return self.set(&steps, node);
        };
        match &there.value {
            Value::Table(_) => {
                let whole = wrap(&rest, node).map_err(|why| no_such(field, why))?;
                self.insert(&steps, first, &whole)
            }
            // `path.delo` where the path has no `delo`, `path.delo.title` where it has no title.
            Value::List(list) if key == "path" && rest.len() == 1 => {
                let texts = there.as_list().unwrap_or_default();
                let is_step = matches!(steps.last(), Some(Step::At(_)));
                if is_step && first == "title" && texts.len() == 2 {
                    self.append(&steps, node)
                } else if !is_step && (list.is_empty() || is_path_of_levels(&key, list)) {
                    let step = Node::from(vec![Node::from(first.as_str()), node.clone()]);
                    self.append(&steps, &step)
                } else {
                    Err(no_such(field, "a step of a path has a level, a value and a title"))
                }
            }
            Value::List(_) => Err(no_such(field, &format!("there is no part `{first}`"))),
            _ => match long_form(&key) {
                Some(short) if rest.len() == 1 && first == short => self.set(&steps, node),
                Some(short) => {
                    let mut long = Table::new();
                    long.set(short, Node::new(there.value.clone()));
                    let whole = wrap(&rest, node).map_err(|why| no_such(field, why))?;
                    long.set(first.as_str(), whole);
                    self.set(&steps, &Node::from(long))
                }
                None => Err(no_such(field, "it lies inside a plain value")),
            },
        }
    }

    fn remove_field(&mut self, field: &FieldPath) -> Result<(), Vec<Problem>> {
        let Followed { mut steps, rest, node: there, key } = follow(self.root(), field);
        if !rest.is_empty() {
            let short = rest.len() == 1 && long_form(&key) == rest.first().map(String::as_str);
            if !(short && there.as_text().is_some()) {
                return Ok(());
            }
        }
        if steps.is_empty() {
            return Err(no_such(field, "it is the whole record"));
        }
        // The value of a step of a path is the step; its title is a text of its own.
        if let [.., Step::Key(key), Step::At(_), Step::At(1)] = &steps[..]
            && key == "path"
        {
            steps.pop();
        }
        self.remove(&steps)
    }

    fn add(&mut self, field: &FieldPath, part: &Node) -> Result<(), Vec<Problem>> {
        let followed = follow(self.root(), field);
        if let [.., last] = &followed.rest[..] {
            if followed.rest.len() > 1 || followed.node.as_table().is_none() {
                return Err(no_such(field, &format!("there is no `{last}` to add to")));
            }
            let (steps, last) = (followed.steps, last.clone());
            return self.insert(&steps, &last, &Node::from(vec![part.clone()]));
        }
        self.append(&followed.steps, part)
    }
}

/// A new field under the segments that are not there yet.
fn wrap(rest: &[String], node: &Node) -> Result<Node, &'static str> {
    let Some((first, below)) = rest.split_first() else { return Ok(node.clone()) };
    let Some(second) = below.first() else { return Ok(node.clone()) };
    if first == "path" {
        return match below {
            [level] => Ok(Node::from(vec![Node::from(vec![level.as_str().into(), node.clone()])])),
            _ => Err("the path has no such step"),
        };
    }
    // A part is added whole, never made by naming it.
    if is_list_of_parts(first) {
        return Err("there is no such part");
    }
    let mut table = Table::new();
    table.set(second.as_str(), wrap(below, node)?);
    Ok(Node::from(table))
}
