//! A whole volume of *Foreign Relations of the United States* in TEI, as the Office of the Historian publishes
//! it: one record for each document that it prints, with its source note read into a holding.

use super::found::{Found, one_line, put};
use super::frus_page::{PROVIDER, SERIES, heading_people, source, title_case};
use super::lines::Lines;
use super::xml::{self, child, children, text, text_at};
use super::{Context, Sink};
use crate::problem::{Problem, Result, codes};
use crate::record::{Node as Value, Role, Table};
use rayon::prelude::*;
use roxmltree::Node;

/// Documents that are worked on at once.
const BATCH: usize = 500;

/// Whether the TEI file with this root is such a volume.
pub(super) fn is_volume(root: Node<'_, '_>) -> bool {
    volume_id(root).starts_with("frus") && documents(root).next().is_some()
}

fn volume_id<'a>(root: Node<'a, '_>) -> &'a str {
    root.attributes().find(|a| a.name() == "id").map_or("", |a| a.value())
}

fn documents<'a, 'i: 'a>(root: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    root.descendants().filter(|node| {
        node.tag_name().name() == "div" && node.attribute("type") == Some("document")
    })
}

/// Reads the documents of the volume. What concerns no document is in the result.
pub(super) fn read(
    root: Node<'_, '_>,
    lines: &Lines<'_>,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    let volume = Volume::of(root);
    let mut notes = 0;
    let all: Vec<Node<'_, '_>> = documents(root)
        .filter(|document| {
            let is_note = document.attribute("subtype") == Some("editorial-note");
            notes += usize::from(is_note);
            !is_note
        })
        .collect();
    for batch in all.chunks(BATCH) {
        let found: Vec<Found> =
            batch.par_iter().map(|node| volume.document(*node, lines, context)).collect();
        for found in found {
            sink(found)?;
        }
    }
    let mut problems = Vec::new();
    if notes > 0 {
        let message = format!("{notes} editorial notes of the volume print no document");
        problems.push(Problem::note(codes::IMPORT_UNPLACED, message).at(xml::place(root, lines)));
    }
    Ok(problems)
}

/// What all documents of a volume have in common.
struct Volume {
    id: String,
    publication: Table,
}

impl Volume {
    fn of(root: Node<'_, '_>) -> Volume {
        let mut publication = Table::new();
        publication.set("id", "frus");
        publication.set("title", SERIES);
        let titles = child(root, "teiHeader")
            .and_then(|header| child(header, "fileDesc"))
            .and_then(|file| child(file, "titleStmt"));
        let title = |kind: &str| {
            let found = titles.and_then(|titles| {
                children(titles, "title").find(|title| title.attribute("type") == Some(kind))
            });
            found.map(text).unwrap_or_default()
        };
        put(&mut publication, "volume_title", &one_line(&title("volume")));
        put(&mut publication, "volume", title("volume-number").trim_start_matches("Volume "));
        let editors = titles.map(|titles| children(titles, "editor").collect::<Vec<_>>());
        let editors: Vec<Value> = editors
            .unwrap_or_default()
            .into_iter()
            .filter(|editor| editor.attribute("role") != Some("general"))
            .map(|editor| one_line(&text(editor)))
            .filter(|name| !name.is_empty())
            .map(Value::from)
            .collect();
        if !editors.is_empty() {
            publication.set("editor", editors);
        }
        let year = text_at(root, &["teiHeader", "fileDesc", "publicationStmt", "date"]);
        if let Ok(date) = year.parse::<crate::record::HistoricalDate>() {
            publication.set("date", date.as_str());
        }
        Volume { id: volume_id(root).to_owned(), publication }
    }

    fn document(&self, document: Node<'_, '_>, lines: &Lines<'_>, context: &Context<'_>) -> Found {
        let xml_id = document.attributes().find(|a| a.name() == "id").map_or("", |a| a.value());
        let number = document.attribute("n").unwrap_or_else(|| xml_id.trim_start_matches('d'));
        let item = format!("document {number} of {}", self.id);
        let mut found = Found::new(xml::place(document, lines), item);
        found.keyed("frus", &format!("{}/{xml_id}", self.id));
        let head = child(document, "head").map(|head| own_text(head, true)).unwrap_or_default();
        let head = without_number(&head, number);
        heading_people(head, &mut found);
        put(&mut found.fields, "title", head);
        for opener in [child(document, "opener"), Some(document)].into_iter().flatten() {
            for dateline in children(opener, "dateline") {
                read_dateline(dateline, &mut found);
            }
        }
        if found.fields.get("date").is_none() {
            span_of_dates(document, &mut found);
        }
        for list in children(document, "list") {
            if list.attribute("type") == Some("participants") {
                for person in children(list, "item") {
                    let name = own_text(person, true);
                    found.agent(Role::Participant, Value::from(name), None);
                }
            }
        }
        // The first note of the kind; notes of enclosures are within their own divisions.
        let note = document.descendants().find(|node| {
            node.tag_name().name() == "note" && node.attribute("type") == Some("source")
        });
        match note.map(|note| own_text(note, false)).filter(|note| !note.is_empty()) {
            Some(note) => source(&note, &mut found, context),
            None => {
                let problem = Problem::warning(
                    codes::IMPORT_REFERENCE,
                    "the volume has no source note for the document",
                );
                found.report(problem.mend("add the holding by hand"), "holding");
            }
        }
        found.set("language", "en");
        let url = format!("https://history.state.gov/historicaldocuments/{}/{xml_id}", self.id);
        let mut publication = self.publication.clone();
        publication.set("document", number);
        publication.set("url", url.as_str());
        found.push("publication", publication);
        let mut surrogate = Table::new();
        surrogate.set("provider", PROVIDER);
        surrogate.set("record_id", format!("{}/{xml_id}", self.id));
        surrogate.set("url", url);
        found.push("surrogate", surrogate);
        found
    }
}

/// The text of an element in one line; with `without_notes`, that of its footnotes is left out.
fn own_text(node: Node<'_, '_>, without_notes: bool) -> String {
    let mut into = String::new();
    let mut next = node.first_child();
    // By hand and not by recursion; elements of the file nest no deeper than `xml::parse` lets them.
    while let Some(at) = next {
        if at.is_text() {
            into.push_str(at.text().unwrap_or(""));
        }
        let skip = without_notes && at.tag_name().name() == "note";
        next = at.first_child().filter(|_| !skip).or_else(|| {
            let mut up = at;
            loop {
                if let Some(sibling) = up.next_sibling() {
                    return Some(sibling);
                }
                up = up.parent().filter(|parent| *parent != node)?;
            }
        });
    }
    one_line(&into)
}

/// `207. The Chargé in China to the Secretary of State`: the number is that of the document.
fn without_number<'t>(head: &'t str, number: &str) -> &'t str {
    let rest = head.trim_start_matches('[').strip_prefix(number);
    rest.and_then(|rest| rest.strip_prefix('.')).map_or(head, str::trim_start)
}

/// `<placeName>Washington</placeName>, <date when="1953-01-19">January 19, 1953</date>.`
fn read_dateline(dateline: Node<'_, '_>, found: &mut Found) {
    for element in dateline.descendants().filter(Node::is_element) {
        match element.tag_name().name() {
            "placeName" if found.text("place").is_none() => {
                found.set("place", &title_case(&own_text(element, true)));
            }
            "date" if found.fields.get("date").is_none() => {
                // The hour stands behind the date: `July 11, 1951—3 p.m.`
                let (day, line) = (own_text(element, true), own_text(dateline, true));
                let printed = line.find(&day).and_then(|at| line.get(at..)).unwrap_or(&day);
                let printed = match printed.strip_suffix('.') {
                    Some(stem) if !stem.ends_with(".m") => stem,
                    _ => printed,
                };
                if let Some(date) = super::printed_date(printed) {
                    found.edtf("sent", &date, Some(printed));
                    continue;
                }
                let when = element.attribute("when").map(|when| when.get(..10).unwrap_or(when));
                let when = when.map(str::to_owned).or_else(|| {
                    Some(format!("{}/{}", element.attribute("from")?, element.attribute("to")?))
                });
                match when.and_then(|when| when.parse::<crate::record::HistoricalDate>().ok()) {
                    Some(date) if !printed.is_empty() => found.edtf("sent", &date, Some(printed)),
                    Some(date) => found.edtf("sent", &date, None),
                    None => found.date("sent", printed),
                }
            }
            _ => {}
        }
    }
}

/// The days between which the editors of the volume put a document that has no dateline.
fn span_of_dates(document: Node<'_, '_>, found: &mut Found) {
    let limit = |name: &str| {
        let value = document.attributes().find(|a| a.name() == name)?.value();
        value.get(..10).map(str::to_owned)
    };
    let (Some(first), Some(last)) = (limit("doc-dateTime-min"), limit("doc-dateTime-max")) else {
        return;
    };
    let text = if first == last { first } else { format!("{first}/{last}") };
    if let Ok(date) = text.parse::<crate::record::HistoricalDate>() {
        found.edtf("created", &date, None);
    }
}
