//! Lists of printed citations and source notes, as JSON, JSON Lines, or one a line: the form in
//! which they come out of cover pages and footnotes.

use super::csl_json_reader::not_json;
use super::found::{Found, push, put};
use super::lines::Lines;
use super::printed::{self, Leave};
use super::{Context, Sink};
use crate::problem::Result;
use crate::record::{Node, Table};
use serde_json::{Map, Value};

/// Reads a JSON list of objects, or an object a line.
pub fn read_json(text: &str, file: &str, context: &Context<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let lines = Lines::of(text, file);
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('[') {
        let list: Vec<&serde_json::value::RawValue> =
            serde_json::from_str(text).map_err(|error| not_json(&error, file))?;
        for raw in list {
            let value: Value =
                serde_json::from_str(raw.get()).map_err(|error| not_json(&error, file))?;
            one(&value, lines.place_of(raw.get()), context, sink)?;
        }
        return Ok(());
    }
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let place = lines.place_of(line);
        match serde_json::from_str::<Value>(line) {
            Ok(value) => one(&value, place, context, sink)?,
            Err(error) => {
                let mut found = Found::new(place.clone(), "a line");
                found.problems.push(not_json(&error, file).at(place));
                sink(found)?;
            }
        }
    }
    Ok(())
}

/// Reads one citation a line.
pub fn read_text(text: &str, file: &str, context: &Context<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let lines = Lines::of(text, file);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut found = Found::new(lines.place_of(line), "a line");
        let leave =
            if line.trim_start().starts_with("Source:") { Leave::Title } else { Leave::Nothing };
        printed::read_into(&mut found, line.trim(), leave, context);
        finish(&mut found, line.trim());
        sink(found)?;
    }
    Ok(())
}

/// What nobody understood is reported once more as a whole.
fn finish(found: &mut Found, text: &str) {
    let empty = ["holding", "publication", "title", "surrogate"]
        .iter()
        .all(|key| found.fields.get(key).is_none());
    if empty {
        found.unplaced("text", text);
        found.report(printed::nothing(text), "holding");
    }
    if let Some(url) = surrogate_url(found)
        && let Some((_, id)) = url.split_once("wilsoncenter.org/document/")
    {
        let id = id.trim_end_matches(['/', '.']).to_owned();
        found.keyed("wilson", &id);
        found.item = format!("document {id}");
    }
}

fn surrogate_url(found: &Found) -> Option<String> {
    let list = found.fields.get("surrogate")?.as_list()?;
    list.iter().find_map(|s| Some(s.as_table()?.get("url")?.as_text()?.to_owned()))
}

fn one(
    value: &Value,
    place: crate::problem::Place,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let Some(object) = value.as_object() else {
        let mut found = Found::new(place, "an entry");
        found.unplaced("entry", &value.to_string());
        return sink(found);
    };
    let word = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or("").trim();
    let mut found = Found::new(place, "an entry");
    let printed_note =
        object.get("as_printed").and_then(|p| p.get("source_note")).and_then(Value::as_str);
    let note = printed_note.unwrap_or(word("source_note"));
    let citation = word("citation");
    if !word("title").is_empty() {
        printed::people_of_title(word("title"), &mut found);
        let mut title = Table::new();
        put(&mut title, "text", word("title"));
        title.set("kind", "formal");
        found.fields.set("title", title);
    }
    if !word("date").is_empty() {
        let event = if printed::is_sent(&found) { "sent" } else { "created" };
        found.date(event, word("date"));
    }
    if !citation.is_empty() {
        printed::read_into(&mut found, citation, Leave::Nothing, context);
    }
    if !note.is_empty() {
        frus_note(note, &mut found, context);
    }
    found.set(
        "abstract",
        [word("summary"), word("abstract")].into_iter().find(|t| !t.is_empty()).unwrap_or(""),
    );
    if !word("volume").is_empty() && !word("document").is_empty() {
        volume(word("volume"), word("document"), &mut found);
    }
    finish(&mut found, if citation.is_empty() { note } else { citation });
    rest(object, &mut found);
    sink(found)
}

fn frus_note(note: &str, found: &mut Found, context: &Context<'_>) {
    // `893.00/3–2045: Telegram`: what the document is stands behind its file.
    let (reference, genre) = match note.rsplit_once(": ") {
        Some((reference, genre))
            if !note.starts_with("Source")
                && !genre.contains([' ', ','])
                && !reference.is_empty() =>
        {
            (reference, genre)
        }
        _ => (note, ""),
    };
    found.set("genre", &genre.to_lowercase());
    printed::read_into(found, reference, Leave::Title, context);
}

/// The volume and number of a document of *Foreign Relations*.
fn volume(volume: &str, document: &str, found: &mut Found) {
    let number = document.trim_start_matches('d');
    let url = format!("https://history.state.gov/historicaldocuments/{volume}/{document}");
    let mut publication = Table::new();
    publication.set("id", "frus");
    publication.set("title", "Foreign Relations of the United States");
    publication.set("document", number);
    publication.set("url", url.as_str());
    found.push("publication", publication);
    let mut surrogate = Table::new();
    surrogate.set("provider", "Office of the Historian, U.S. Department of State");
    surrogate.set("url", url);
    surrogate.set("record_id", format!("{volume}/{document}"));
    found.push("surrogate", surrogate);
    found.keyed("frus", &format!("{volume}/{document}"));
    found.item = format!("{document} of {volume}");
}

fn rest(object: &Map<String, Value>, found: &mut Found) {
    const READ: &[&str] =
        &["citation", "source_note", "title", "date", "summary", "abstract", "volume", "document"];
    for (key, value) in object {
        match (key.as_str(), value) {
            (key, _) if READ.contains(&key) => {}
            (_, Value::Null) => {}
            ("as_printed", Value::Object(printed))
                if printed.len() == 1 && printed.contains_key("source_note") => {}
            // What the printed note was understood to say by somebody else.
            ("holdings", Value::Array(_)) => check_holdings(value, found),
            ("credits", Value::String(text)) => {
                let before = found.text("note").map(|note| format!("{note}\n")).unwrap_or_default();
                found.set("note", &format!("{before}{text}"));
            }
            (key, Value::String(text)) => found.unplaced(key, text),
            (key, other) => found.unplaced(key, &other.to_string()),
        }
    }
}

/// Holdings in parts beside the printed note: they are taken when the note gave none, and stay as they are
/// where they say something else.
fn check_holdings(value: &Value, found: &mut Found) {
    if let Some(holdings) = found.fields.get("holding").and_then(Node::as_list) {
        let values = |node: &Node| -> Vec<String> {
            let path = node.as_table().and_then(|t| t.get("path")).and_then(Node::as_list);
            let steps = path.unwrap_or_default().iter().filter_map(Node::as_list);
            steps.filter_map(|step| Some(step.get(1)?.as_text()?.to_owned())).collect()
        };
        let read: Vec<Vec<String>> = holdings.iter().map(values).collect();
        let given: Vec<Vec<String>> = (value.as_array().into_iter().flatten())
            .map(|part| {
                let steps = part.get("path").and_then(Value::as_array).into_iter().flatten();
                steps.filter_map(|s| Some(s.get("value")?.as_str()?.to_owned())).collect()
            })
            .collect();
        if read != given {
            found.unplaced("holdings", &value.to_string());
        }
        return;
    }
    for part in value.as_array().into_iter().flatten() {
        let mut holding = Table::new();
        put(&mut holding, "archive", part.get("repository").and_then(Value::as_str).unwrap_or(""));
        let steps: Vec<Node> = part
            .get("path")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|step| {
                let text = |key: &str| step.get(key).and_then(Value::as_str).map(Node::from);
                Some(Node::from(vec![text("level")?, text("value")?]))
            })
            .collect();
        if !steps.is_empty() {
            holding.set("path", steps);
        }
        if holding.get("archive").is_some() {
            push(&mut found.fields, "holding", holding);
        }
    }
}
