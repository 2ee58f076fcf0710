//! The description of a volume of *Foreign Relations of the United States*, as the Office of the
//! Historian keeps it: one record of the level of a collection, with the volume as its publication.

use super::Sink;
use super::found::{Found, put};
use super::lines::Lines;
use super::xml::{self, child, children, text, text_at};
use crate::problem::Result;
use crate::record::{Node as Value, Table};

/// Reads the volume `source`.
pub fn read(source: &str, file: &str, sink: &mut Sink<'_>) -> Result<()> {
    let document = xml::parse(source, file)?;
    let lines = Lines::of(source, file);
    let volume = document.root_element();
    let id = volume.attribute("id").unwrap_or("");
    let mut found = Found::new(xml::place(volume, &lines), format!("volume `{id}`"));
    found.keyed("frus", id);
    found.set("level", "collection");
    let title = |kind: &str| {
        let title = children(volume, "title").find(|t| t.attribute("type") == Some(kind));
        title.map(text).unwrap_or_default()
    };
    found.set("title", &title("complete"));
    let mut publication = Table::new();
    publication.set("id", "frus");
    put(&mut publication, "title", &title("series"));
    put(&mut publication, "volume_title", &title("volume"));
    let number = title("volume-number");
    put(&mut publication, "volume", number.trim_start_matches("Volume "));
    let mut editors = Vec::new();
    for editor in children(volume, "editor") {
        match editor.attribute("role") {
            // Citations name the editors of the volume and not the general editor.
            Some("general") => found.unplaced("general editor", &text(editor)),
            _ => editors.push(Value::from(text(editor))),
        }
    }
    if !editors.is_empty() {
        publication.set("editor", editors);
    }
    for name in ["isbn10", "isbn13"] {
        found.foreign_id("isbn", &text_at(volume, &[name]));
    }
    let covers = |kind: &str| {
        let coverage = children(volume, "coverage").find(|c| c.attribute("type") == Some(kind));
        coverage.map(text).filter(|year| !year.is_empty())
    };
    match (covers("from"), covers("to")) {
        (Some(from), Some(to)) => found.date("created", &format!("{from}/{to}")),
        (Some(year), None) | (None, Some(year)) => found.date("created", &year),
        (None, None) => {}
    }
    let published = text_at(volume, &["release-datetime"]);
    if let Some(day) = published.get(..10) {
        found.date("published_online", day);
    }
    found.set("abstract", &text_at(volume, &["summary"]));
    found.set("language", "en");
    if !id.is_empty() {
        let mut surrogate = Table::new();
        surrogate.set("provider", "Office of the Historian, U.S. Department of State");
        surrogate.set("url", format!("https://history.state.gov/historicaldocuments/{id}"));
        found.push("surrogate", surrogate);
    }
    found.push("publication", publication);
    let read = [
        "title",
        "editor",
        "isbn10",
        "isbn13",
        "coverage",
        "release-datetime",
        "summary",
        "length",
        "media",
    ];
    found.unplaced("sub-series", &title("sub-series"));
    for element in volume.children().filter(|c| c.is_element()) {
        let name = element.tag_name().name();
        if !read.contains(&name) {
            found.unplaced(name, &text(element));
        }
    }
    if let Some(length) = child(volume, "length") {
        let spans = children(length, "span").map(|span| {
            format!(
                "{} {} {}",
                span.attribute("part").unwrap_or(""),
                text(span),
                span.attribute("unit").unwrap_or("")
            )
        });
        found.unplaced("length", &spans.collect::<Vec<_>>().join(", "));
    }
    sink(found)
}
