//! Tropy's exports (JSON-LD) and templates, read. Items describe photographed documents with
//! properties of Dublin Core and Tropy's own vocabulary, whatever their short names in the file.

use super::csl_json_reader::not_json;
use super::found::{Found, put};
use super::lines::Lines;
use super::{Context, Sink, holdings};
use crate::problem::{Problem, Result, codes};
use crate::record::{Role, Table};
use serde_json::{Map, Value};

/// Reads the items of `text`.
pub fn read(
    text: &str,
    file: &str,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| not_json(&error, file))?;
    let lines = Lines::of(text, file);
    if is_template(&value) {
        return Ok(vec![template(&value, lines.place(0))]);
    }
    let names = value.get("@context").map(contexts).unwrap_or_default();
    let graph = match value.get("@graph").and_then(Value::as_array) {
        Some(graph) => graph.as_slice(),
        None => std::slice::from_ref(&value),
    };
    for (at, item) in graph.iter().enumerate() {
        let Some(item) = item.as_object() else { continue };
        // The place: where its first key stands for the (n+1)-th time would be a guess; the title is none.
        let title = item.get("title").and_then(words).unwrap_or_default();
        let offset = if title.is_empty() { 0 } else { text.find(&title).unwrap_or(0) };
        let mut found = Found::new(lines.place(offset), format!("item {}", at + 1));
        read_item(item, &names, &mut found, context);
        sink(found)?;
    }
    Ok(Vec::new())
}

fn is_template(value: &Value) -> bool {
    value.get("@type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("#Template"))
}

/// A template describes no document. What its fields would become is said instead.
fn template(value: &Value, place: crate::problem::Place) -> Problem {
    let fields =
        value.get("field").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let placed: Vec<String> = fields
        .iter()
        .filter_map(|field| field.get("property").and_then(Value::as_str))
        .map(|property| {
            let name = local(property);
            match field_of(name) {
                Some(field) => format!("{name} becomes {field}"),
                None => format!("{name} has no place"),
            }
        })
        .collect();
    let name = value.get("name").and_then(Value::as_str).unwrap_or("");
    Problem::note(
        codes::IMPORT_UNPLACED,
        format!(
            "this is the Tropy template `{}`, which describes no document",
            name.escape_debug()
        ),
    )
    .mend(format!("export items that use it; of its fields, {}", placed.join("; ")))
    .at(place)
}

/// What a property becomes, in the words of a record.
fn field_of(property: &str) -> Option<&'static str> {
    Some(match property {
        "title" => "title",
        "creator" => "the sender",
        "audience" => "the recipient",
        "contributor" => "a contributor",
        "date" | "created" => "date.sent",
        "coverage" | "spatial" | "place" => "place",
        "type" => "genre",
        "source" | "repository" | "archive" => "holding.archive",
        "collection" => "the collection in holding.path",
        "box" => "the box in holding.path",
        "folder" => "the folder in holding.path",
        "identifier" => "a foreign id, or the surrogate's address",
        "rights" => "rights",
        "description" | "abstract" => "abstract",
        "language" => "language",
        "note" => "note",
        _ => return None,
    })
}

/// The last part of the name of a property: `title` of `http://purl.org/dc/elements/1.1/title`.
fn local(property: &str) -> &str {
    property.rsplit(['/', '#', ':']).next().unwrap_or(property)
}

/// The properties behind the short names of the file.
fn contexts(context: &Value) -> Map<String, Value> {
    let mut names = Map::new();
    let list = context.as_array().map_or(std::slice::from_ref(context), Vec::as_slice);
    for part in list.iter().filter_map(Value::as_object) {
        for (name, value) in part {
            let property = value.as_str().or_else(|| value.get("@id").and_then(Value::as_str));
            if let Some(property) = property {
                names.insert(name.clone(), property.into());
            }
        }
    }
    names
}

/// The text of a value: plain, typed (`@value`) or a list of such.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(object) => words(object.get("@value")?)?,
        Value::Array(list) => {
            let parts: Vec<String> =
                list.iter().filter(|v| !v.is_array()).filter_map(words).collect();
            parts.join("; ")
        }
        _ => return None,
    };
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn read_item(
    item: &Map<String, Value>,
    names: &Map<String, Value>,
    found: &mut Found,
    context: &Context<'_>,
) {
    let (mut archive, mut collection, mut path) = (String::new(), String::new(), Vec::new());
    let recipient = item.keys().any(|key| property_of(key, names) == "audience");
    let author = if recipient { Role::Sender } else { Role::Author };
    for (key, value) in item {
        let property = property_of(key, names);
        let Some(text) = words(value) else {
            if matches!(property.as_str(), "photo" | "list" | "tag") {
                let count = value.as_array().map_or(1, Vec::len);
                found.unplaced(&property, &format!("{count}"));
                photos(value, found);
            } else if !value.is_null()
                && !key.starts_with('@')
                && value.as_array().is_none_or(|a| !a.is_empty())
            {
                found.unplaced(key, &value.to_string());
            }
            continue;
        };
        match property.as_str() {
            "@id" => {}
            "@type" | "template" => {}
            "title" => found.set("title", &text),
            "creator" => text
                .split("; ")
                .for_each(|name| found.agent(author, super::found::heading(name), None)),
            "audience" => {
                text.split("; ").for_each(|name| {
                    found.agent(Role::Recipient, super::found::heading(name), None)
                });
            }
            "contributor" => found.agent(Role::Contributor, super::found::heading(&text), None),
            "date" | "created" => found.date(if recipient { "sent" } else { "created" }, &text),
            "coverage" | "spatial" | "place" => found.set("place", &text),
            "type" => found.set("genre", &text.to_lowercase()),
            "source" | "repository" | "archive" => archive = text,
            "collection" => collection = text,
            "box" | "folder" => path.push(format!("{property} {text}")),
            "identifier" if text.contains("://") => {
                let mut surrogate = Table::new();
                put(&mut surrogate, "url", &text);
                found.push("surrogate", surrogate);
            }
            "identifier" => found.keyed("tropy", &text),
            "rights" => found.set("rights", &text),
            "description" | "abstract" => found.set("abstract", &text),
            "note" => found.set("note", &text),
            "language" => match super::from_item::language_tag(&text) {
                Some(tag) => found.set("language", tag.as_str()),
                None => found.unplaced("language", &text),
            },
            _ => found.unplaced(key, &text),
        }
    }
    path.sort();
    let location = path.join(", ");
    let parts = holdings::Parts {
        archive: &archive,
        collection: &collection,
        location: &location,
        ..holdings::Parts::default()
    };
    holdings::from_parts(found, &parts, context);
}

fn property_of(key: &str, names: &Map<String, Value>) -> String {
    let property = names.get(key).and_then(Value::as_str).unwrap_or(key);
    if key.starts_with('@') { key.to_owned() } else { local(property).to_lowercase() }
}

/// Photographs are surrogates: their files, and the notes and transcriptions written on them.
fn photos(value: &Value, found: &mut Found) {
    for photo in value.as_array().into_iter().flatten() {
        let mut surrogate = Table::new();
        surrogate.set("kind", "scan");
        let part = |key: &str| photo.get(key).and_then(words).unwrap_or_default();
        put(&mut surrogate, "title", &part("title"));
        let path = part("path");
        match path.contains("://") {
            true => put(&mut surrogate, "url", &path),
            false => put(&mut surrogate, "note", &path),
        }
        if surrogate.len() > 1 {
            found.push("surrogate", surrogate);
        }
    }
}
