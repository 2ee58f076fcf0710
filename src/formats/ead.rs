//! EAD 2002 and EAD3 read: a finding aid is a tree of components, and each becomes a record of its
//! level, with the way down to it as the path of its holding.

use super::found::{ArchiveHint, Found, heading, language_of_code, one_line, put};
use super::lines::Lines;
use super::xml::{self, child, children, text, text_at, text_without};
use super::{Context, Sink, ead3};
use crate::problem::Result;
use crate::record::{Node as Value, RelationKind, Role, Table};
use roxmltree::Node;
use std::collections::HashSet;

/// Elements of a component that have a place in a record, or hold others that have one.
const READ: &[&str] = &[
    "did",
    "scopecontent",
    "accessrestrict",
    "userestrict",
    "custodhist",
    "acqinfo",
    "dsc",
    "descgrp",
    "controlaccess",
    "c",
];

/// Reads the finding aid `text`.
pub fn read(text: &str, file: &str, context: &Context<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let document = xml::parse(text, file)?;
    let lines = Lines::of(text, file);
    let ead = document.root_element();
    if ead3::is_own(ead) {
        return ead3::read_own(ead, &lines, context, sink);
    }
    let header = child(ead, "eadheader").or_else(|| child(ead, "control"));
    let id = header.map(|header| {
        let id = text_at(header, &["eadid"]);
        if id.is_empty() { text_at(header, &["recordid"]) } else { id }
    });
    let Some(archdesc) = child(ead, "archdesc") else { return Ok(()) };
    let repository = xml::at(archdesc, &["did", "repository"]);
    let publisher = header.map(|h| text_at(h, &["filedesc", "publicationstmt", "publisher"]));
    let archive = repository
        .map(repository_name)
        .filter(|name| !name.is_empty())
        .or(publisher.filter(|name| !name.is_empty()))
        .unwrap_or_default();
    let reader = Reader {
        lines: &lines,
        id: id.filter(|id| !id.is_empty()).unwrap_or_else(|| file.to_owned()),
        url: header.and_then(|h| child(h, "eadid")).and_then(|e| e.attribute("url")).unwrap_or(""),
        place: header.map(address).unwrap_or_default(),
        archive,
    };
    // Depth first with a stack of our own; the depth is limited when the file is parsed.
    let mut stack = vec![(archdesc, Vec::<Step>::new(), None::<String>, String::new())];
    while let Some((component, above, parent, position)) = stack.pop() {
        let mut path = above;
        let key = reader.key(component, &position);
        let found = reader.component(component, &mut path, &key, parent.as_deref(), header);
        sink(found)?;
        let inside = components(component);
        let numbered: Vec<_> = inside.into_iter().enumerate().collect();
        for (at, inner) in numbered.into_iter().rev() {
            let position = match position.is_empty() {
                true => (at + 1).to_string(),
                false => format!("{position}.{}", at + 1),
            };
            stack.push((inner, path.clone(), Some(key.clone()), position));
        }
    }
    Ok(())
}

/// The components right below `node`: `c`, `c01` to `c12`, in a `dsc` or not.
fn components<'a, 'i>(node: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    let is_component = |name: &str| {
        name == "c"
            || name.len() == 3
                && name.starts_with('c')
                && name[1..].bytes().all(|b| b.is_ascii_digit())
    };
    let elements = node.children().filter(|child| child.is_element());
    let mut found = Vec::new();
    for element in elements {
        let name = element.tag_name().name();
        if is_component(name) {
            found.push(element);
        } else if name == "dsc" {
            found.extend(
                element.children().filter(|c| c.is_element() && is_component(c.tag_name().name())),
            );
        }
    }
    found
}

struct Reader<'a> {
    lines: &'a Lines<'a>,
    id: String,
    url: &'a str,
    place: String,
    archive: String,
}

#[derive(Clone)]
struct Step {
    level: String,
    value: String,
    title: Option<String>,
}

impl Reader<'_> {
    /// What the component is called: its own id, or its position in the tree.
    fn key(&self, component: Node<'_, '_>, position: &str) -> String {
        match (component.attribute("id"), position) {
            (_, "") => self.id.clone(),
            (Some(id), _) => format!("{}#{id}", self.id),
            (None, position) => format!("{}#{position}", self.id),
        }
    }

    fn component(
        &self,
        component: Node<'_, '_>,
        path: &mut Vec<Step>,
        key: &str,
        parent: Option<&str>,
        header: Option<Node<'_, '_>>,
    ) -> Found {
        let mut found = Found::new(xml::place(component, self.lines), format!("component `{key}`"));
        found.keyed("ead", key);
        if let Some(parent) = parent {
            found.relations.push((RelationKind::PartOf, ("ead".to_owned(), parent.to_owned())));
        }
        let level = level_of(component, parent.is_none());
        if level != "item" {
            found.set("level", record_level(&level));
        }
        if record_level(&level) != level && level != "otherlevel" {
            found.unplaced("level", &level);
        }
        let did = child(component, "did");
        let mut containers = Vec::new();
        if let Some(did) = did {
            self.did(did, &mut found, &mut containers, path, &level);
        }
        let own = did.and_then(|did| child(did, "repository")).map(repository_name);
        let archive = own.filter(|name| !name.is_empty());
        let mut holding =
            self.holding(archive.as_deref().unwrap_or(&self.archive), path, containers);
        self.notes(component, &mut found, &mut holding);
        if parent.is_none() {
            if let Some(header) = header {
                self.header(header, &mut found);
            }
            if !self.archive.is_empty() && !self.place.is_empty() {
                found.archives.push(ArchiveHint {
                    name: self.archive.clone(),
                    place: Some(self.place.clone()),
                    ..ArchiveHint::default()
                });
            }
        }
        if holding.get("archive").is_some() {
            found.push("holding", holding);
        }
        found
    }

    /// What describes the unit itself. Adds its own step to the path.
    fn did(
        &self,
        did: Node<'_, '_>,
        found: &mut Found,
        containers: &mut Vec<Step>,
        path: &mut Vec<Step>,
        level: &str,
    ) {
        let mut unit_id = String::new();
        let mut title = String::new();
        for element in did.children().filter(|child| child.is_element()) {
            let words = || text(element);
            match element.tag_name().name() {
                "unittitle" if title.is_empty() => {
                    title = text_without(element, &["unitdate"])
                        .trim_end_matches([',', ' '])
                        .to_owned();
                    children(element, "unitdate").for_each(|date| unit_date(date, found));
                }
                "unitid" if unit_id.is_empty() => unit_id = words(),
                "unitdate" | "unitdatestructured" => unit_date(element, found),
                "unitdateset" => {
                    element.children().filter(|c| c.is_element()).for_each(|d| unit_date(d, found));
                }
                "origination" => origination(element, found),
                "repository" | "head" => {}
                "abstract" => found.set("abstract", &words()),
                "langmaterial" => languages(element, found),
                "container" => {
                    let kind =
                        ["type", "localtype", "label"].iter().find_map(|a| element.attribute(*a));
                    let value = words();
                    if !value.is_empty() {
                        let level = kind.unwrap_or("container").to_lowercase();
                        containers.push(Step { level, value, title: None });
                    }
                }
                "dao" => dao(element, found),
                "daoset" | "daogrp" => children(element, "dao").for_each(|dao_| dao(dao_, found)),
                "physdesc" | "physdescset" | "physdescstructured" => {
                    found.unplaced("physdesc", &words());
                }
                "note" | "didnote" => {
                    let before =
                        found.text("note").map(|note| format!("{note}\n")).unwrap_or_default();
                    found.set("note", &format!("{before}{}", words()));
                }
                name => found.unplaced(name, &words()),
            }
        }
        found.set("title", &title);
        if !(unit_id.is_empty() || path.is_empty() && title.is_empty()) {
            found.foreign_id("unitid", &unit_id);
        }
        let taken: HashSet<&str> = path.iter().map(|step| step.level.as_str()).collect();
        let mut name = level.to_owned();
        while taken.contains(name.as_str()) {
            name = format!("sub{name}");
        }
        match (unit_id.is_empty(), title.is_empty()) {
            (false, true) => path.push(Step { level: name, value: unit_id, title: None }),
            (false, false) => path.push(Step { level: name, value: unit_id, title: Some(title) }),
            (true, false) if level != "item" => {
                path.push(Step { level: name, value: title, title: None });
            }
            (true, _) => {}
        }
    }

    /// Where the unit lies: the units above it, then its boxes and folders.
    fn holding(&self, archive: &str, path: &[Step], containers: Vec<Step>) -> Table {
        let mut holding = Table::new();
        put(&mut holding, "archive", archive);
        let mut steps: Vec<Value> = Vec::new();
        let mut taken = HashSet::new();
        for step in path.iter().chain(&containers) {
            let level: String = step
                .level
                .chars()
                .map(|c| if c.is_alphanumeric() { c } else { '-' })
                .take(40)
                .collect();
            let level = level.trim_matches('-');
            if level.is_empty() || !taken.insert(level.to_owned()) {
                continue;
            }
            let mut parts = vec![Value::from(level), Value::from(step.value.as_str())];
            parts.extend(step.title.as_deref().map(Value::from));
            steps.push(Value::from(parts));
        }
        if !steps.is_empty() {
            holding.set("path", steps);
        }
        holding
    }

    /// What stands beside the `did`: notes of many kinds.
    fn notes(&self, component: Node<'_, '_>, found: &mut Found, holding: &mut Table) {
        for element in component.children().filter(|child| child.is_element()) {
            self.note(element, found, holding);
        }
    }

    fn note(&self, element: Node<'_, '_>, found: &mut Found, holding: &mut Table) {
        let words = || text_without(element, &["head"]);
        match element.tag_name().name() {
            "scopecontent" if found.text("abstract").is_none() => found.set("abstract", &words()),
            "accessrestrict" => put(holding, "access", &words()),
            "userestrict" => found.set("rights", &words()),
            "custodhist" => custody("custodial history", &words(), found),
            "acqinfo" => custody("acquired", &words(), found),
            "descgrp" => {
                for inner in element.children().filter(|child| child.is_element()) {
                    // A group of notes holds no groups that matter.
                    if inner.tag_name().name() != "descgrp" {
                        self.note(inner, found, holding);
                    }
                }
            }
            "altformavail" => {
                let mut surrogate = Table::new();
                let words = words();
                let url = words.split_whitespace().find(|word| word.contains("://"));
                put(&mut surrogate, "url", url.unwrap_or("").trim_end_matches(['.', ')']));
                put(&mut surrogate, "note", &words);
                found.push("surrogate", surrogate);
            }
            "controlaccess" => controlled(element, found),
            "note" | "odd" | "didnote" => {
                let before = found.text("note").map(|note| format!("{note}\n")).unwrap_or_default();
                found.set("note", &format!("{before}{}", words()));
            }
            name if READ.contains(&name) && name != "scopecontent" => {}
            name if name.len() == 3
                && name.starts_with('c')
                && name[1..].bytes().all(|b| b.is_ascii_digit()) => {}
            name => found.unplaced(name, &words()),
        }
    }

    /// What the finding aid says of itself.
    fn header(&self, header: Node<'_, '_>, found: &mut Found) {
        found.unplaced("finding aid", &text_at(header, &["filedesc", "titlestmt", "titleproper"]));
        found.unplaced("finding aid by", &text_at(header, &["filedesc", "titlestmt", "author"]));
        if !self.url.is_empty() {
            found.foreign_id("url", self.url);
        }
        let rules = header
            .descendants()
            .find(|n| matches!(n.tag_name().name(), "descrules" | "conventiondeclaration"));
        if let Some(rules) = rules {
            found.unplaced("rules", &text(rules));
        }
    }
}

fn custody(event: &str, words: &str, found: &mut Found) {
    if words.is_empty() {
        return;
    }
    let mut custody = Table::new();
    custody.set("event", event);
    put(&mut custody, "as_printed", words);
    found.push("custody", custody);
}

fn repository_name(repository: Node<'_, '_>) -> String {
    let name = repository.children().find(|child| {
        child.is_element()
            && matches!(child.tag_name().name(), "corpname" | "name" | "persname" | "famname")
    });
    let name = name.unwrap_or(repository);
    let parts: Vec<String> = name
        .children()
        .filter(|child| child.is_element() && child.tag_name().name() == "part")
        .map(text)
        .collect();
    match parts.is_empty() {
        // `Clarke Historical Library <subarea>, Central Michigan University</subarea>`
        true => text_without(name, &["address", "extptr"]).replace(" ,", ","),
        false => parts.join(", "),
    }
}

fn address(header: Node<'_, '_>) -> String {
    let lines = header.descendants().filter(|node| node.tag_name().name() == "addressline");
    // The line with a postal code says the town.
    let town = lines.map(text).find(|line| {
        let digits = line.chars().filter(char::is_ascii_digit).count();
        digits >= 4
            && line.chars().any(char::is_alphabetic)
            && !line.contains(['@', '/'])
            && !line.starts_with(|c: char| c.is_ascii_digit())
    });
    let is_code = |word: &&str| !word.chars().any(|c| c.is_ascii_digit());
    town.map(|line| line.split_whitespace().filter(is_code).collect::<Vec<_>>().join(" "))
        .map(|town| town.trim_end_matches(',').to_owned())
        .unwrap_or_default()
}

/// The level as EAD names it; components that do not say are files.
fn level_of(component: Node<'_, '_>, is_top: bool) -> String {
    let level = component.attribute("level").unwrap_or(if is_top { "collection" } else { "file" });
    match level {
        "otherlevel" => component.attribute("otherlevel").unwrap_or("file").to_lowercase(),
        "recordgrp" => "record-group".to_owned(),
        "subgrp" => "subgroup".to_owned(),
        "class" => "series".to_owned(),
        other => other.to_lowercase(),
    }
}

/// The level as a record has it.
fn record_level(level: &str) -> &str {
    match level {
        "fonds" | "subfonds" => "fonds",
        "collection" | "record-group" | "subgroup" => "collection",
        "series" | "subseries" => "series",
        "item" => "item",
        _ => "file",
    }
}

fn unit_date(date: Node<'_, '_>, found: &mut Found) {
    let printed = match child(date, "daterange") {
        Some(range) => {
            let end = |name: &str| {
                child(range, name).map(|end| {
                    end.attribute("standarddate").map_or_else(|| text(end), str::to_owned)
                })
            };
            match (end("fromdate"), end("todate")) {
                (Some(from), Some(to)) => format!("{from}/{to}"),
                (from, to) => from.or(to).unwrap_or_default(),
            }
        }
        None => text(date),
    };
    let there = found.fields.get("date").is_some();
    let normal = date
        .attribute("normal")
        .or_else(|| child(date, "datesingle").and_then(|single| single.attribute("standarddate")));
    match normal.map(one_line).and_then(|normal| normal.parse().ok()) {
        _ if there => found.unplaced("unitdate", &printed),
        Some(edtf) => found.edtf(
            "created",
            &edtf,
            Some(&printed).filter(|p| !p.is_empty()).map(|p| p.as_str()),
        ),
        None => found.date("created", &printed),
    }
}

fn origination(element: Node<'_, '_>, found: &mut Found) {
    let mut any = false;
    for name in element.children().filter(|child| child.is_element()) {
        let printed = text(name);
        let (kind, node) = match name.tag_name().name() {
            "persname" => ("person", heading(&printed)),
            "corpname" => ("body", Value::from(printed.trim_end_matches('.'))),
            "famname" => ("family", Value::from(printed.trim_end_matches('.'))),
            _ => continue,
        };
        let mut agent = Table::new();
        agent.set("role", Role::Author.word());
        agent.set("kind", kind);
        if node.as_text() != Some(printed.as_str()) {
            put(&mut agent, "as_printed", &printed);
        }
        agent.set("name", node);
        if !printed.is_empty() {
            found.push("agent", agent);
        }
        any = true;
    }
    if !any {
        found.agent(Role::Author, Value::from(text(element)), None);
    }
}

fn languages(element: Node<'_, '_>, found: &mut Found) {
    let mut tags: Vec<Value> = Vec::new();
    for language in element.descendants().filter(|node| node.tag_name().name() == "language") {
        let code = language.attribute("langcode").map(language_of_code).unwrap_or_default();
        let tag = super::from_item::language_tag(&code)
            .or_else(|| super::from_item::language_tag(&text(language)));
        match tag {
            Some(tag) => {
                let node = Value::from(tag.as_str());
                if !tags.contains(&node) {
                    tags.push(node);
                }
            }
            None => found.unplaced("language", &text(language)),
        }
    }
    if tags.is_empty() {
        found.unplaced("langmaterial", &text(element));
    } else if found.fields.get("language").is_none() {
        found.fields.set("language", tags);
    }
}

fn dao(element: Node<'_, '_>, found: &mut Found) {
    let mut surrogate = Table::new();
    let href = element.attributes().find(|attribute| attribute.name() == "href");
    let title = element.attributes().find(|a| matches!(a.name(), "title" | "linktitle"));
    put(&mut surrogate, "url", href.map_or("", |attribute| attribute.value()));
    put(&mut surrogate, "title", title.map_or("", |attribute| attribute.value()));
    put(&mut surrogate, "kind", "scan");
    if surrogate.get("url").is_some() {
        found.push("surrogate", surrogate);
    } else {
        found.unplaced("dao", &text(element));
    }
}

/// Headings under which the unit can be found: the genre, and what a record has no field for.
fn controlled(element: Node<'_, '_>, found: &mut Found) {
    for heading in element.descendants().filter(|node| node.is_element()) {
        match heading.tag_name().name() {
            "genreform" if found.text("genre").is_none() && found.text("level").is_none() => {
                let words = text(heading);
                found.set("genre", words.trim_end_matches('.'));
            }
            name @ ("persname" | "corpname" | "famname" | "subject" | "geogname" | "genreform"
            | "occupation" | "function" | "title" | "name") => {
                found.unplaced(name, &text(heading));
            }
            _ => {}
        }
    }
}
