//! RiC-O in RDF/XML, where it is simple: records and record sets with their titles, dates, holders
//! and instantiations. What points to resources outside the file stays the name in their address.

use super::Sink;
use super::found::{Found, language_of_code, put};
use super::lines::Lines;
use super::xml::{self, children, text};
use crate::problem::Result;
use crate::record::{Node as Value, RelationKind, Role, Table};
use roxmltree::Node;

/// Elements that describe records.
const RECORDS: &[&str] = &["Record", "RecordSet", "RecordResource", "RecordPart"];

/// Reads the records of the file `source`.
pub fn read(source: &str, file: &str, sink: &mut Sink<'_>) -> Result<()> {
    let document = xml::parse(source, file)?;
    let lines = Lines::of(source, file);
    let root = document.root_element();
    for element in root.children().filter(|node| RECORDS.contains(&node.tag_name().name())) {
        sink(record(element, root, &lines))?;
    }
    Ok(())
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attributes().find(|a| a.name() == name).map_or("", |a| a.value())
}

/// What an element points to: the label of a resource described in the file, or the end of its address.
fn target(element: Node<'_, '_>, root: Node<'_, '_>) -> String {
    let resource = attribute(element, "resource");
    if resource.is_empty() {
        // Described on the spot.
        let label = element.descendants().find(|node| {
            matches!(node.tag_name().name(), "textualValue" | "label" | "name" | "title")
        });
        return label.map(text).unwrap_or_else(|| text(element));
    }
    let described = root.children().find(|node| attribute(*node, "about") == resource);
    let label = described
        .and_then(|node| children(node, "label").next().or_else(|| children(node, "name").next()));
    match label {
        Some(label) => text(label),
        None => resource.rsplit(['/', '#']).next().unwrap_or(resource).to_owned(),
    }
}

fn record(element: Node<'_, '_>, root: Node<'_, '_>, lines: &Lines<'_>) -> Found {
    let about = attribute(element, "about");
    let mut found = Found::new(xml::place(element, lines), format!("resource `{about}`"));
    found.keyed("rico", about);
    let is_set = element.tag_name().name() != "Record";
    let mut holding = Table::new();
    let (mut begins, mut ends, mut printed) = (String::new(), String::new(), String::new());
    let mut identifier = String::new();
    let mut instantiations = Vec::new();
    for property in element.children().filter(|child| child.is_element()) {
        let name = property.tag_name().name();
        let words = text(property);
        match name {
            "title" | "name" if found.fields.get("title").is_none() => found.set("title", &words),
            "title" | "name" | "label" if found.text("title") == Some(words.as_str()) => {}
            "identifier" => identifier = words,
            "beginningDate" => begins = words,
            "endDate" => ends = words,
            "date" | "expressedDate" => printed = words,
            "scopeAndContent" => found.set("abstract", &words),
            "conditionsOfAccess" => put(&mut holding, "access", &words),
            "conditionsOfUse" => found.set("rights", &words),
            "history" => {
                let mut custody = Table::new();
                custody.set("event", "history");
                put(&mut custody, "as_printed", &words);
                found.push("custody", custody);
            }
            "hasOrHadHolder" | "hasOrHadManager" => {
                if holding.get("archive").is_none() {
                    put(&mut holding, "archive", &target(property, root));
                } else {
                    found.unplaced(name, &target(property, root));
                }
            }
            "hasProvenance"
            | "hasCreator"
            | "hasOrganicProvenance"
            | "isOrganicProvenanceOf"
            | "hasAuthor" => {
                found.agent(Role::Author, Value::from(target(property, root)), None);
            }
            "hasSender" => found.agent(Role::Sender, Value::from(target(property, root)), None),
            "hasAddressee" => {
                found.agent(Role::Recipient, Value::from(target(property, root)), None)
            }
            "hasRecordSetType" => {
                let kind = target(property, root).to_lowercase();
                let level = match kind.as_str() {
                    "fonds" => "fonds",
                    "series" => "series",
                    "file" => "file",
                    _ => "collection",
                };
                found.set("level", level);
            }
            "hasDocumentaryFormType" => found.set("genre", &spaced(&target(property, root))),
            "hasOrHadLanguage" | "hasOrHadAllMembersWithLanguage" => {
                let code = language_of_code(&target(property, root));
                match super::from_item::language_tag(&code) {
                    Some(tag) => found.set("language", tag.as_str()),
                    None => found.unplaced(name, &code),
                }
            }
            "isOrWasIncludedIn" | "isOrWasConstituentOf" | "isOrWasPartOf" => {
                let key = ("rico".to_owned(), attribute(property, "resource").to_owned());
                found.relations.push((RelationKind::PartOf, key));
            }
            "hasInstantiation" | "hasOrHadInstantiation" => {
                instantiations.extend(children(property, "Instantiation"));
                let resource = attribute(property, "resource");
                if !resource.is_empty() {
                    found.unplaced(name, resource);
                }
            }
            "publicationDate" => found.date("published_online", &words),
            "seeAlso" => url(property, &mut found),
            _ => {
                let resource = attribute(property, "resource");
                found.unplaced(name, if resource.is_empty() { &words } else { resource });
            }
        }
    }
    if is_set && found.text("level").is_none() {
        found.set("level", "collection");
    }
    dates(&begins, &ends, &printed, &mut found);
    for instantiation in instantiations {
        self::instantiation(instantiation, root, &identifier, &mut holding, &mut found);
    }
    put(&mut holding, "shelfmark", &identifier);
    if holding.get("archive").is_some() {
        found.push("holding", holding);
    } else {
        found.foreign_id("identifier", &identifier);
    }
    found
}

/// A copy: what it says beyond the record itself.
fn instantiation(
    element: Node<'_, '_>,
    root: Node<'_, '_>,
    identifier: &str,
    holding: &mut Table,
    found: &mut Found,
) {
    for property in element.children().filter(|child| child.is_element()) {
        let name = property.tag_name().name();
        let words = text(property);
        match name {
            "hasOrHadHolder" if holding.get("archive").is_none() => {
                put(holding, "archive", &target(property, root));
            }
            "identifier" if words == identifier => {}
            "identifier" => put(holding, "shelfmark", &words),
            "seeAlso" => url(property, found),
            "conditionsOfAccess" if holding.get("access").is_none() => {
                put(holding, "access", &words)
            }
            "isInstantiationOf" | "title" | "label" | "beginningDate" | "endDate" | "date"
            | "hasProvenance" | "hasOrHadHolder" | "conditionsOfAccess" => {}
            "history" => {
                let mut custody = Table::new();
                custody.set("event", "history");
                put(&mut custody, "as_printed", &words);
                found.push("custody", custody);
            }
            _ => {
                let resource = attribute(property, "resource");
                let words = if resource.is_empty() { &words } else { resource };
                found.unplaced(&format!("instantiation {name}"), words);
            }
        }
    }
}

fn url(property: Node<'_, '_>, found: &mut Found) {
    let resource = attribute(property, "resource");
    let mut surrogate = Table::new();
    put(&mut surrogate, "url", resource);
    let there = found.fields.get("surrogate").and_then(Value::as_list).unwrap_or_default();
    if !there.contains(&Value::from(surrogate.clone())) {
        found.push("surrogate", surrogate);
    }
}

fn dates(begins: &str, ends: &str, printed: &str, found: &mut Found) {
    let edtf = match (begins, ends) {
        ("", "") => return found.date("created", printed),
        (begins, "") => begins.to_owned(),
        ("", ends) => format!("../{ends}"),
        (begins, ends) => format!("{begins}/{ends}"),
    };
    match edtf.parse() {
        Ok(date) => found.edtf("created", &date, Some(printed).filter(|p| !p.is_empty())),
        Err(_) => {
            found.unplaced("dates", &edtf);
            found.date("created", printed);
        }
    }
}

/// `FindingAid` as words.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}
