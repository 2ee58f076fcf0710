//! JSON Lines read: our own records (the inverse of the export `jsonl`) and CSL items, one a line.

use super::csl_json_reader::{not_json, read_value};
use super::found::{Found, shown};
use super::lines::Lines;
use super::{Context, Sink};
use crate::problem::{Problem, Result, codes};
use crate::record::{Node, Table, part_keys, top_fields};
use rayon::prelude::*;
use serde_json::{Map, Value};

/// Lines that are worked on at once.
const BATCH: usize = 1000;

/// Whether the first line of `head` is an object by itself, of a record or of an item.
pub(super) fn recognise(head: &str) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else { return false };
    let Ok(Value::Object(object)) = serde_json::from_str::<Value>(first) else { return false };
    // One CSL item in one line is CSL-JSON as well; two are not.
    object.contains_key("id")
        && (object.contains_key("format") || object.contains_key("type") && lines.next().is_some())
}

/// Reads an object a line. A line that cannot be read is reported and the others are read.
pub fn read(text: &str, file: &str, context: &Context<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let places = Lines::of(text, file);
    let fields = top_fields();
    let body = text.trim_start_matches('\u{feff}');
    let mut lines = body.lines().filter(|line| !line.trim().is_empty()).peekable();
    while lines.peek().is_some() {
        let batch: Vec<&str> = lines.by_ref().take(BATCH).collect();
        let found: Vec<Found> = batch
            .par_iter()
            .map(|line| {
                let place = places.place_of(line);
                match serde_json::from_str::<Value>(line) {
                    Ok(Value::Object(object)) if object.contains_key("format") => {
                        record(object, Found::new(place, "a record"), &fields)
                    }
                    Ok(value) => read_value(value, place, "csl", context),
                    Err(error) => {
                        let mut found = Found::new(place.clone(), "a line");
                        found.problems.push(not_json(&error, file).at(place));
                        found
                    }
                }
            })
            .collect();
        for found in found {
            sink(found)?;
        }
    }
    Ok(())
}

/// A record as our own export has it.
fn record(object: Map<String, Value>, mut found: Found, known: &[String]) -> Found {
    let id = object.get("id").and_then(Value::as_str).unwrap_or("").to_owned();
    found.item = format!("record `{}`", shown(&id));
    if object.get("format").and_then(Value::as_i64) != Some(crate::record::FORMAT) {
        let problem = Problem::warning(codes::IMPORT_FORMAT, "the record has another format");
        found.report(problem.mend("export it again with the same version of fonds"), "format");
    }
    for (key, value) in object {
        match key.as_str() {
            "format" | "id" | "version" => {}
            _ if known.contains(&key) => found.fields.set(key, Node::from_json(value)),
            _ => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                found.unplaced(&key, &text);
            }
        }
    }
    leave_out_made_ids(&mut found.fields);
    found.is_own = true;
    if !id.is_empty() {
        found.key = Some(("id".to_owned(), id));
    }
    found
}

/// The export names every part; a name that the part would have anyway need not stand in the file.
pub(super) fn leave_out_made_ids(fields: &mut Table) {
    for part in ["holding", "surrogate", "translation", "publication"] {
        let Some(list) = fields.get_mut(part).and_then(Node::as_list_mut) else { continue };
        let mut bare = list.to_vec();
        bare.iter_mut().filter_map(Node::as_table_mut).for_each(|table| {
            table.remove("id");
        });
        let made = part_keys(part, &bare).unwrap_or_default();
        for (node, made) in list.iter_mut().zip(made) {
            let Some(table) = node.as_table_mut() else { continue };
            if table.get("id").and_then(Node::as_text) == Some(made.as_str()) {
                table.remove("id");
            }
        }
    }
}
