//! PROV-JSON read: its entities that have a title or a label become records. Activities and agents
//! describe no document; they are reported.

use super::Sink;
use super::csl_json_reader::not_json;
use super::found::Found;
use super::lines::Lines;
use crate::problem::{Problem, Result, codes};
use serde_json::Value;

/// Reads the entities of `text`.
pub fn read(text: &str, file: &str, sink: &mut Sink<'_>) -> Result<Vec<Problem>> {
    let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| not_json(&error, file))?;
    let lines = Lines::of(text, file);
    let place = |id: &str| lines.place(text.find(&format!("\"{id}\"")).unwrap_or(0));
    let mut problems = Vec::new();
    for (kind, members) in document.as_object().into_iter().flatten() {
        for (id, attributes) in members.as_object().into_iter().flatten() {
            match kind.as_str() {
                "prefix" => {}
                "entity" => sink(entity(id, attributes, place(id)))?,
                _ => {
                    let message = format!(
                        "`{}` is of the kind {}, which is no document",
                        id.escape_debug(),
                        kind.escape_debug()
                    );
                    problems.push(Problem::note(codes::IMPORT_UNPLACED, message).at(place(id)));
                }
            }
        }
    }
    Ok(problems)
}

fn entity(id: &str, attributes: &Value, place: crate::problem::Place) -> Found {
    let mut found = Found::new(place, format!("entity `{id}`"));
    found.keyed("prov", id);
    for (name, value) in attributes.as_object().into_iter().flatten() {
        let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in list {
            let text = value.as_str().or_else(|| value.get("$").and_then(Value::as_str));
            let text = text.map_or_else(|| value.to_string(), str::to_owned);
            match name.rsplit(':').next().unwrap_or(name) {
                "label" | "title" if found.text("title").is_none() => found.set("title", &text),
                "location" if found.text("place").is_none() => found.set("place", &text),
                "type" if found.text("genre").is_none() => found.set("genre", &text),
                "created" | "date" | "issued" => found.date("created", &text),
                "description" | "abstract" => found.set("abstract", &text),
                _ => found.unplaced(name, &text),
            }
        }
    }
    found
}
