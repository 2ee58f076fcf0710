//! `field=value` as people write it on a command line, made an edit of a record file.

use super::Result;
use crate::problem::{Place, Problem, codes};
use crate::record::{FieldKind, FieldPath, Node, Value};
use crate::record_file::{self, Edit};

/// The edit that `assignment` asks for, on the record of which `root` is the tree.
///
/// - `field=value` gives a field a value: text as it is written, zeros included;
/// - `field+=value` adds to a list;
/// - `field=` takes the field away.
///
/// A list, a table or a part is written as in the file: `language=["ru", "zh"]`,
/// `holding+={ archive = "GARF" }`. A text alone will do for a list of one, and for a title, a date
/// or a name; of a title or date that says more, only the text is changed.
pub(super) fn edit_of(assignment: &str, root: &Node) -> Result<Edit> {
    let Some((name, value)) = assignment.split_once('=') else {
        return Err(Problem::error(
            codes::FIELD,
            format!("`{assignment}` does not say what to set"),
        )
        .mend("write `field=value`, for instance `holding.aprf.path.delo=341`")
        .into());
    };
    let (name, adds) = match name.strip_suffix('+') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let field: FieldPath = name.trim().parse()?;
    if field.segments().is_empty() {
        return Err(Problem::error(codes::FIELD, format!("`{assignment}` names no field")).into());
    }
    let kind = field.kind()?;
    if value.is_empty() && !adds {
        return Ok(Edit::Remove(field));
    }
    if adds {
        let node = match kind {
            FieldKind::Texts => value.into(),
            FieldKind::Parts => match structured(value) {
                Some(node) if node.as_table().is_some() => node,
                _ => value.into(),
            },
            _ => {
                return Err(wrong(&field, "it holds one value, and nothing can be added to it")
                    .mend(format!("set it: `{field}={value}`"))
                    .into());
            }
        };
        return Ok(Edit::Add(field, node));
    }
    let node = match kind {
        FieldKind::Text => value.into(),
        FieldKind::Number => match value.trim().parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => return Err(wrong(&field, "it holds a whole number").into()),
        },
        FieldKind::Texts => match structured(value) {
            Some(list) if list.as_list().is_some() => list,
            _ => vec![Node::from(value)].into(),
        },
        FieldKind::ShortOrTable => match structured(value) {
            Some(table) if table.as_table().is_some() => table,
            _ => return Ok(Edit::Set(main_text(field, root), value.into())),
        },
        FieldKind::Table | FieldKind::Levels | FieldKind::Parts => {
            structured(value).ok_or_else(|| {
                wrong(&field, "it holds more than a text").mend(fields_in(&field, root))
            })?
        }
    };
    Ok(Edit::Set(field, node))
}

/// The field to change when `field`, a title or a date, is given a text: the text in it, when it
/// says more than a text.
fn main_text(field: FieldPath, root: &Node) -> FieldPath {
    let Some(Value::Table(table)) = field.find(root).map(|node| &node.value) else { return field };
    match ["text", "value"].into_iter().find(|key| table.get(key).is_some()) {
        Some(key) => field.child(key),
        None => field,
    }
}

/// How to say which of the texts in `field` is meant.
fn fields_in(field: &FieldPath, root: &Node) -> String {
    let written = "write the value as in the file, for instance `{ archive = \"GARF\" }`, or name a field in it";
    match field.find(root).map(|node| &node.value) {
        Some(Value::Table(table)) if !table.is_empty() => {
            let names: Vec<_> = table.iter().map(|(key, _)| format!("`{field}.{key}`")).collect();
            format!("{written}: {}", names.join(", "))
        }
        _ => written.to_owned(),
    }
}

/// A list or table as TOML writes it; `None` for anything else.
fn structured(value: &str) -> Option<Node> {
    let value = value.trim();
    if !value.starts_with(['[', '{']) || value.contains(['\n', '\r']) {
        return None;
    }
    let (root, problems) = record_file::read_tree(format!("value = {value}\n").as_bytes(), "");
    let root = root.filter(|_| problems.is_empty())?;
    let table = root.as_table().filter(|table| table.len() == 1)?;
    table.get("value").map(|node| Node::new(node.value.clone()))
}

fn wrong(field: &FieldPath, why: &str) -> Problem {
    Problem::error(codes::FIELD, format!("`{field}` cannot be set so: {why}"))
        .at(Place::of_field(field.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(assignment: &str) -> Edit {
        let root = Node::from_json(serde_json::json!({
            "title": { "text": "A", "kind": "formal" }, "date": { "sent": "1951" },
        }));
        edit_of(assignment, &root).unwrap_or_else(|refusal| panic!("{refusal:?}"))
    }

    fn set(field: &str, json: serde_json::Value) -> Edit {
        Edit::Set(field.parse().expect("a path"), Node::from_json(json))
    }

    #[test]
    fn values_have_the_type_of_their_field() {
        use serde_json::json;
        assert_eq!(
            edit("holding.aprf.path.delo=0341"),
            set("holding.aprf.path.delo", json!("0341"))
        );
        assert_eq!(edit("note=[sic] = so"), set("note", json!("[sic] = so")));
        assert_eq!(edit("language=ru"), set("language", json!(["ru"])));
        assert_eq!(edit("language=[\"ru\", \"zh\"]"), set("language", json!(["ru", "zh"])));
        assert_eq!(
            edit("classification=[Top Secret]"),
            set("classification", json!(["[Top Secret]"]))
        );
        assert_eq!(edit("distribution.1.copies=2"), set("distribution.1.copies", json!(2)));
        assert_eq!(edit("title=B"), set("title.text", json!("B")));
        assert_eq!(edit("title={ text = \"B\" }"), set("title", json!({ "text": "B" })));
        assert_eq!(edit("original_title=B"), set("original_title", json!("B")));
        assert_eq!(edit("date.sent=1952"), set("date.sent", json!("1952")));
        assert_eq!(edit("place="), Edit::Remove("place".parse().expect("a path")));
        assert_eq!(
            edit("holding+={ archive = \"GARF\" }"),
            Edit::Add(
                "holding".parse().expect("a path"),
                Node::from_json(json!({ "archive": "GARF" }))
            )
        );
    }

    #[test]
    fn what_cannot_be_set() {
        let root = Node::from_json(serde_json::json!({}));
        for assignment in [
            "",
            "=",
            "title",
            "gnere=x",
            "holding=APRF",
            "title+=x",
            "distribution.1.copies=two",
            "a..b=c",
            "holding.aprf={",
        ] {
            assert!(edit_of(assignment, &root).is_err(), "{assignment}");
        }
        // A value cannot smuggle in another key.
        assert!(edit_of("holding.a={}\nid = \"x\"", &root).is_err());
    }
}
