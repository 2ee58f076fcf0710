//! CSL-JSON read: a list of items, or one. Zotero keeps what its own fields cannot hold in the
//! note (its field "Extra"), one `variable: value` a line; such lines are read as what they mean.

use super::found::Found;
use super::from_item::from_item;
use super::lines::Lines;
use super::{Context, Sink};
use crate::citation::{DateVariable, Item, NameVariable, TextVariable, Variable};
use crate::problem::{Place, Problem, Result, codes};
use rayon::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Items that are worked on at once: enough for both cores, little enough for memory.
const BATCH: usize = 1000;

/// Reads the items of `text` and gives them to `sink` in order.
///
/// An item that cannot be read is reported and the others are read. Fails when the text is no JSON.
pub fn read(text: &str, file: &str, context: &Context<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let items = raw_items(text, file)?;
    let lines = Lines::of(text, file);
    for batch in items.chunks(BATCH) {
        let found: Vec<Found> =
            batch.par_iter().map(|raw| read_item(raw.get(), &lines, context)).collect();
        for found in found {
            sink(found)?;
        }
    }
    Ok(())
}

/// The items as pieces of the text: of a list, of `{"items": [...]}`, or the one object.
fn raw_items<'a>(text: &'a str, file: &str) -> Result<Vec<&'a RawValue>> {
    #[derive(serde::Deserialize)]
    struct Wrapped<'a> {
        #[serde(borrow)]
        items: Vec<&'a RawValue>,
    }
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(|error| not_json(&error, file));
    }
    if let Ok(wrapped) = serde_json::from_str::<Wrapped<'_>>(text) {
        return Ok(wrapped.items);
    }
    serde_json::from_str(text).map(|one| vec![one]).map_err(|error| not_json(&error, file))
}

/// The problem of a text that is no JSON, at its place.
pub(super) fn not_json(error: &serde_json::Error, file: &str) -> Problem {
    let place = Place::file(file).line_column(error.line(), error.column().max(1));
    Problem::error(codes::IMPORT_SYNTAX, format!("this is not JSON as expected: {error}")).at(place)
}

fn read_item(raw: &str, lines: &Lines<'_>, context: &Context<'_>) -> Found {
    let place = lines.place_of(raw);
    let value: Value = match serde_json::from_str(raw) {
        Ok(value) => value,
        Err(error) => return broken(place, &format!("an item cannot be read: {error}")),
    };
    read_value(value, place, "csl", context)
}

/// An item that gives no record.
fn broken(place: Place, message: &str) -> Found {
    let mut found = Found::new(place.clone(), "an item");
    found.problems.push(Problem::error(codes::IMPORT_SYNTAX, message).at(place));
    found
}

/// One object of CSL-JSON as a record; `scheme` names whose ids these are.
pub(super) fn read_value(
    mut value: Value,
    place: Place,
    scheme: &str,
    context: &Context<'_>,
) -> Found {
    if let Some(object) = value.as_object_mut() {
        read_extra(object);
    }
    let (item, problems) = Item::from_json(&value);
    let Some(item) = item else {
        let mut found = Found::new(place.clone(), "an item");
        found.problems = problems.into_iter().map(|problem| problem.at(place.clone())).collect();
        return found;
    };
    let mut found = from_item(&item, place.clone(), context);
    for problem in problems {
        let field = problem.place.field.clone();
        let mut at = place.clone();
        at.field = field;
        found.problems.push(problem.at(at));
    }
    let scheme = match (scheme, &*item.id) {
        // `6188419/UDAG5V6W` and `http://zotero.org/groups/1/items/UDAG5V6W` are Zotero's.
        ("csl", id) if id.contains("zotero.org/") || is_zotero_key(id) => "zotero",
        (scheme, _) => scheme,
    };
    found.keyed(scheme, &item.id);
    let own = item.custom().and_then(|custom| custom.get("fonds"));
    if let Some(own) = own.and_then(Value::as_object).filter(|own| own.contains_key("version")) {
        found.marked(own.get("id").and_then(Value::as_str).unwrap_or(&item.id));
    }
    found
}

fn is_zotero_key(id: &str) -> bool {
    let Some((library, key)) = id.split_once('/') else { return false };
    !library.is_empty()
        && library.bytes().all(|b| b.is_ascii_digit())
        && key.len() == 8
        && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Moves the lines `variable: value` of the note to the variables that they name. A variable that has
/// a value already keeps it, except the type and the date, for which the lines are the finer form.
pub(super) fn read_extra(object: &mut Map<String, Value>) {
    let Some(note) = object.get("note").and_then(Value::as_str).map(str::to_owned) else { return };
    let mut rest = Vec::new();
    for line in note.lines() {
        if !extra_line(line, object) {
            rest.push(line);
        }
    }
    let rest = rest.join("\n");
    match rest.trim() {
        "" => object.remove("note"),
        rest => object.insert("note".into(), rest.into()),
    };
}

fn extra_line(line: &str, object: &mut Map<String, Value>) -> bool {
    let line = line.trim().trim_start_matches("{:").trim_end_matches('}');
    let Some((name, value)) = line.split_once(':') else { return false };
    let (name, value) = (name.trim(), value.trim());
    if value.is_empty() || name.len() > 40 {
        return false;
    }
    // Zotero takes `Archive Place`, `archive-place` and `archive place` for one another.
    let words: Vec<String> = name.split([' ', '-']).map(str::to_lowercase).collect();
    let spellings = [name.to_owned(), words.join("-"), words.join("_"), name.to_uppercase()];
    if words == ["type"] {
        object.insert("type".into(), value.into());
        return true;
    }
    if words == ["citation", "key"] {
        object.entry("citation-key").or_insert_with(|| value.into());
        return true;
    }
    let Some(variable) = spellings.iter().find_map(|name| Variable::from_word(name)) else {
        return false;
    };
    let key = variable.as_str();
    match variable {
        // In running prose `note: ...` and `source: ...` are no variables.
        Variable::Text(TextVariable::Note | TextVariable::Abstract) => return false,
        Variable::Text(_) if object.get(key).is_some_and(|there| !there.is_null()) => return false,
        Variable::Text(_) => {
            object.insert(key.into(), value.into());
        }
        Variable::Date(DateVariable::Issued) => {
            object.insert(key.into(), serde_json::json!({ "raw": value }));
        }
        Variable::Date(_) if object.contains_key(key) => return false,
        Variable::Date(_) => {
            object.insert(key.into(), serde_json::json!({ "raw": value }));
        }
        Variable::Names(variable) => push_name(object, variable, value),
    }
    true
}

/// `Family || Given`, or a name in one piece.
fn push_name(object: &mut Map<String, Value>, variable: NameVariable, value: &str) {
    let name = match value.split_once("||") {
        Some((family, given)) => {
            serde_json::json!({ "family": family.trim(), "given": given.trim() })
        }
        None => serde_json::json!({ "literal": value }),
    };
    match object.get_mut(variable.as_str()).and_then(Value::as_array_mut) {
        Some(list) => list.push(name),
        None => {
            object.insert(variable.as_str().into(), serde_json::json!([name]));
        }
    }
}
