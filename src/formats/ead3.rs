//! Records as EAD3, and read back: a collection that holds each record as a component. What EAD has
//! attributes for and no vocabulary (the kind of an identifier, the part of a name) is said in
//! `localtype`, in the words of a record.

use super::archive_writers::{by_family, iso_8601};
use super::ead;
use super::found::{Found, push, put};
use super::kept;
use super::lines::Lines;
use super::version_mark::mark;
use super::writer::{Outgoing, Piece, Writer};
use super::xml::{self, child, children, text, text_at, text_without};
use super::xml_writer::Element;
use super::{Context, Sink, holdings};
use crate::citation::{Choice, Loss, reference_of};
use crate::problem::Result;
use crate::record::{
    Agent, AgentKind, Archives, DatedEvent, FieldPath, HistoricalDate, Level, Name, NameOrder,
    Node as Value, Record, Role, Table,
};
use roxmltree::Node;
use std::io::{self, Write};

/// What our own files are called, by which they are known when they come back.
const RECORD_ID: &str = "fonds-export";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const END: &str = "    </dsc>\n  </archdesc>\n</ead>\n";

/// EAD3: a collection that holds each record as a component.
#[derive(Debug, Default)]
pub struct Ead3Writer;

impl Writer for Ead3Writer {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(DECLARATION.as_bytes())?;
        beginning().write(out)
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        Piece::text(component(outgoing.record, mark(outgoing), archives).into_text())
    }

    fn losses(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Vec<Loss> {
        let record = outgoing.record;
        losses_of(record, &component(record, None, archives).into_text(), archives)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(END.as_bytes())
    }
}

/// What does not come back of the component `text`.
fn losses_of(record: &Record, text: &str, archives: &Archives) -> Vec<Loss> {
    let context = Context { archives, mapping: None };
    let whole = format!("{}{text}{END}", beginning().into_text());
    let back = kept::read_back(|sink| ead::read(&whole, "", &context, sink));
    let why = |_: &FieldPath| "EAD3 has no element for it".to_owned();
    kept::losses(record, back, &[], &why)
}

fn beginning() -> Element {
    let mut xml = Element::new(0);
    xml.open("ead", &[("xmlns", "http://ead3.archivists.org/schema/")]);
    xml.open("control", &[]);
    xml.text("recordid", &[], RECORD_ID);
    xml.open("filedesc", &[]).open("titlestmt", &[]);
    xml.text("titleproper", &[], "Records of a catalog");
    xml.close("titlestmt").close("filedesc");
    xml.empty("maintenancestatus", &[("value", "derived")]);
    xml.open("maintenanceagency", &[]).text("agencyname", &[], "fonds").close("maintenanceagency");
    xml.open("maintenancehistory", &[]).open("maintenanceevent", &[]);
    xml.empty("eventtype", &[("value", "derived")]);
    // The same records give the same bytes: the moment of writing is not told.
    xml.text("eventdatetime", &[], "not recorded");
    xml.empty("agenttype", &[("value", "machine")]);
    xml.text("agent", &[], "fonds");
    xml.close("maintenanceevent").close("maintenancehistory").close("control");
    xml.open("archdesc", &[("level", "collection")]);
    xml.open("did", &[]).text("unittitle", &[], "Records of a catalog").close("did");
    xml.open("dsc", &[]);
    xml
}

fn component(record: &Record, mark: Option<String>, archives: &Archives) -> Element {
    let choice = Choice::for_export();
    let level = record.level.unwrap_or(Level::Item).word();
    let mut xml = Element::new(3);
    xml.mark(mark);
    xml.open("c", &[("level", level), ("id", &xml_id(record.id.as_str()))]);
    xml.open("did", &[]);
    let principal = record.principal_holding();
    if let Some(holding) = principal {
        let name = archives.find(&holding.archive).and_then(|a| a.name("en").map(str::to_owned));
        xml.open("repository", &[]).open("corpname", &[("normal", &holding.archive)]);
        xml.text("part", &[], name.as_deref().unwrap_or(&holding.archive));
        xml.close("corpname").close("repository");
    }
    xml.text("unitid", &[("label", "id"), ("localtype", "id")], record.id.as_str());
    for number in &record.numbers {
        let label = number.kind.as_deref().unwrap_or("");
        xml.text("unitid", &[("label", label), ("localtype", "number")], &number.value);
    }
    if let Some(holding) = principal {
        let reference = reference_of(holding, archives, &choice);
        xml.text("unitid", &[("label", "reference"), ("localtype", "reference")], &reference);
        let shelfmark = holding.shelfmark.as_deref().unwrap_or("");
        xml.text("unitid", &[("label", "shelfmark"), ("localtype", "shelfmark")], shelfmark);
        for step in holding.path.steps() {
            xml.text("container", &[("localtype", step.level.as_str())], &step.value);
        }
    }
    for (kind, title) in [
        ("", &record.title),
        ("original", &record.original_title),
        ("transliterated", &record.transliterated_title),
    ] {
        let Some(title) = title else { continue };
        let language = title.language.as_ref().map_or("", |l| l.primary());
        // EAD3 takes the codes of three letters alone.
        let language = if language.len() == 3 { language } else { "" };
        xml.text("unittitle", &[("localtype", kind), ("lang", language)], &title.text);
    }
    for (name, event) in record.dates.events() {
        date(&mut xml, name, event);
    }
    for agent in record.agents.iter().filter(|agent| is_creator(agent.role)) {
        xml.open("origination", &[("label", agent.role.word())]);
        agent_element(&mut xml, agent);
        xml.close("origination");
    }
    xml.text("abstract", &[], record.abstract_text.as_deref().unwrap_or(""));
    for surrogate in &record.surrogates {
        if let Some(url) = &surrogate.url {
            let provider = surrogate.provider.as_deref().unwrap_or("");
            let attributes = [("daotype", "unknown"), ("href", url), ("linktitle", provider)];
            xml.empty("dao", &attributes);
        }
    }
    if !record.languages.is_empty() {
        xml.open("langmaterial", &[]);
        for language in &record.languages {
            xml.text("language", &[], language.as_str());
        }
        xml.close("langmaterial");
    }
    xml.text("didnote", &[], record.note.as_deref().unwrap_or(""));
    xml.close("did");
    for holding in record.holdings.iter().filter(|h| principal.is_none_or(|p| p.id != h.id)) {
        let reference = reference_of(holding, archives, &choice);
        xml.open("altformavail", &[]).text("p", &[], &reference).close("altformavail");
    }
    let access = principal.and_then(|holding| holding.access.as_deref());
    for (element, text) in [("accessrestrict", access), ("userestrict", record.rights.as_deref())] {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            xml.open(element, &[]).text("p", &[], text).close(element);
        }
    }
    if !record.custody.is_empty() {
        xml.open("custodhist", &[]);
        for event in &record.custody {
            let parts = [
                event.date.as_ref().map(|date| date.as_str()),
                Some(event.event.as_str()),
                event.from.as_deref(),
                event.to.as_deref(),
                event.place.as_deref(),
                event.as_printed.as_deref(),
            ];
            xml.text("p", &[], &parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
        }
        xml.close("custodhist");
    }
    controlled(&mut xml, record);
    for publication in &record.publications {
        let (what, text) = match &publication.as_printed {
            Some(printed) => ("as_printed", Some(printed)),
            None => ("title", publication.title.as_ref()),
        };
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            xml.open("bibliography", &[("localtype", what)]).text("p", &[], text);
            xml.close("bibliography");
        }
    }
    xml.close("c");
    xml
}

/// The date as printed, or in EDTF; `normal` has it when EAD3 has a form for it.
fn date(xml: &mut Element, name: &str, event: &DatedEvent) {
    let printed = event.as_printed.as_deref().unwrap_or(event.value.as_str());
    let calendar = event.calendar.map_or("", |calendar| calendar.word());
    let normal = iso_8601(event.value.as_str());
    xml.text("unitdate", &[("label", name), ("normal", normal), ("calendar", calendar)], printed);
}

/// Senders stand where those do who made a document.
fn is_creator(role: Role) -> bool {
    matches!(role, Role::Author | Role::Sender)
}

/// Under what the component can be found: people with their roles, place, genre.
fn controlled(xml: &mut Element, record: &Record) {
    let people: Vec<&Agent> = record.agents.iter().filter(|a| !is_creator(a.role)).collect();
    let terms = [("geogname", &record.place), ("genreform", &record.genre)];
    let terms = terms.into_iter().filter_map(|(element, text)| {
        Some((element, text.as_deref().filter(|text| !text.trim().is_empty())?))
    });
    let terms: Vec<(&str, &str)> = terms.collect();
    if people.is_empty() && terms.is_empty() {
        return;
    }
    xml.open("controlaccess", &[]);
    people.iter().for_each(|agent| agent_element(xml, agent));
    for (element, text) in terms {
        xml.open(element, &[]).text("part", &[], text).close(element);
    }
    xml.close("controlaccess");
}

/// The parts of a name, as `localtype` has them.
const PARTS: [&str; 5] = ["family", "given", "particle", "dropping_particle", "suffix"];

fn agent_element(xml: &mut Element, agent: &Agent) {
    let element = match agent.kind {
        Some(AgentKind::Body) => "corpname",
        Some(AgentKind::Family) => "famname",
        _ => "persname",
    };
    let Name { family, given, particle, dropping_particle, suffix, literal, order, .. } =
        &agent.name;
    let order = order.filter(|order| *order == NameOrder::FamilyFirst);
    let order = order.map_or("", |order| order.word());
    xml.open(element, &[("relator", agent.role.word()), ("localtype", order)]);
    match (literal, family) {
        (None, Some(_)) => {
            let parts = [family, given, particle, dropping_particle, suffix];
            for (part, text) in PARTS.into_iter().zip(parts) {
                xml.text("part", &[("localtype", part)], text.as_deref().unwrap_or(""));
            }
        }
        _ => _ = xml.text("part", &[], &by_family(&agent.name)),
    }
    xml.close(element);
}

/// An id that XML allows: it begins with a letter.
fn xml_id(id: &str) -> String {
    format!("r-{id}")
}

/// Whether `ead` is a file of ours: its records are read as what they were, and the collection that
/// holds them is none.
pub(super) fn is_own(ead: Node<'_, '_>) -> bool {
    text_at(ead, &["control", "recordid"]) == RECORD_ID
}

/// Reads the records of a file of ours.
pub(super) fn read_own(
    ead: Node<'_, '_>,
    lines: &Lines<'_>,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let Some(dsc) = xml::at(ead, &["archdesc", "dsc"]) else { return Ok(()) };
    for component in children(dsc, "c") {
        sink(read_component(component, lines, context))?;
    }
    Ok(())
}

fn read_component(component: Node<'_, '_>, lines: &Lines<'_>, context: &Context<'_>) -> Found {
    let mut found = Found::new(xml::place(component, lines), "a component");
    found.is_own = true;
    found.is_marked = true;
    let level = component.attribute("level").unwrap_or("item");
    if level != "item" {
        found.set("level", level);
    }
    let mut holding = Table::new();
    if let Some(did) = child(component, "did") {
        read_did(did, &mut found, &mut holding);
    }
    let access = child(component, "accessrestrict").map(text).unwrap_or_default();
    put(&mut holding, "access", &access);
    if holding.get("archive").is_some() {
        found.push("holding", holding);
    }
    for element in component.children().filter(|child| child.is_element()) {
        let words = || text_without(element, &["head"]);
        match element.tag_name().name() {
            "did" | "accessrestrict" => {}
            "altformavail" => other_holding(&words(), &mut found, context),
            "userestrict" => found.set("rights", &words()),
            // Who, when and from whom stand there in one sentence.
            "controlaccess" => read_controlled(element, &mut found),
            "bibliography" => {
                let mut publication = Table::new();
                let is_title = element.attribute("localtype") == Some("title");
                put(&mut publication, if is_title { "title" } else { "as_printed" }, &words());
                found.push("publication", publication);
            }
            name => found.unplaced(name, &words()),
        }
    }
    found
}

/// A holding beside the first, of which there is the reference alone: nobody else printed it.
fn other_holding(reference: &str, found: &mut Found, context: &Context<'_>) {
    let before = found.fields.get("holding").and_then(Value::as_list).map_or(0, <[Value]>::len);
    holdings::from_text(found, reference, None, context);
    let list = found.fields.get_mut("holding").and_then(Value::as_list_mut);
    for holding in list.into_iter().flatten().skip(before) {
        if let Some(table) = holding.as_table_mut() {
            table.remove("as_printed");
        }
    }
}

fn read_did(did: Node<'_, '_>, found: &mut Found, holding: &mut Table) {
    for element in did.children().filter(|child| child.is_element()) {
        let words = text(element);
        let attribute = |name: &str| element.attribute(name).unwrap_or("");
        match (element.tag_name().name(), attribute("localtype")) {
            ("repository", _) => {
                let name = child(element, "corpname");
                let given = name.and_then(|name| name.attribute("normal")).unwrap_or(&words);
                put(holding, "archive", given);
            }
            ("unitid", "id") => {
                found.item = format!("record `{}`", super::found::shown(&words));
                found.key = Some(("id".to_owned(), words));
            }
            ("unitid", "number") => {
                let mut number = Table::new();
                put(&mut number, "kind", attribute("label"));
                put(&mut number, "value", &words);
                found.push("number", number);
            }
            // The parts of it follow.
            ("unitid", "reference") => {}
            ("unitid", "shelfmark") => put(holding, "shelfmark", &words),
            ("container", level) => {
                push(holding, "path", vec![Value::from(level), Value::from(words)]);
            }
            ("unittitle", "original") => found.set("original_title", &words),
            ("unittitle", "transliterated") => found.set("transliterated_title", &words),
            ("unittitle", _) => {
                let mut title = Table::new();
                put(&mut title, "text", &words);
                put(&mut title, "language", attribute("lang"));
                found.fields.set("title", title);
            }
            ("unitdate", _) => read_date(element, &words, found),
            ("origination", _) => {
                let names = element.children().filter(|child| child.is_element());
                names.for_each(|name| read_agent(name, found));
            }
            ("abstract", _) => found.set("abstract", &words),
            ("didnote", _) => found.set("note", &words),
            ("dao", _) => {
                let mut surrogate = Table::new();
                put(&mut surrogate, "provider", attribute("linktitle"));
                put(&mut surrogate, "url", attribute("href"));
                found.push("surrogate", surrogate);
            }
            ("langmaterial", _) => {
                let tags = children(element, "language").map(text);
                let tags: Vec<Value> = tags.map(Value::from).collect();
                found.fields.set("language", tags);
            }
            (name, _) => found.unplaced(name, &words),
        }
    }
}

fn read_date(element: Node<'_, '_>, words: &str, found: &mut Found) {
    let event = element.attribute("label").unwrap_or("created");
    let normal = element.attribute("normal").and_then(|date| date.parse::<HistoricalDate>().ok());
    match (words.parse::<HistoricalDate>(), normal) {
        // The text says the hour and the doubt as well.
        (Ok(date), _) => found.edtf(event, &date, None),
        (Err(_), Some(date)) => found.edtf(event, &date, Some(words)),
        (Err(_), None) => found.date(event, words),
    }
    let calendar = element.attribute("calendar").unwrap_or("");
    if let Some(date) = found.nested("date").get(event).cloned().filter(|_| !calendar.is_empty()) {
        let mut table = date.as_table().cloned().unwrap_or_default();
        if let Some(text) = date.as_text() {
            table.set("value", text);
        }
        put(&mut table, "calendar", calendar);
        found.nested("date").set(event, table);
    }
}

fn read_agent(element: Node<'_, '_>, found: &mut Found) {
    let kind = match element.tag_name().name() {
        "corpname" => "body",
        "famname" => "family",
        _ => "",
    };
    let mut name = Table::new();
    for part in children(element, "part") {
        match part.attribute("localtype").filter(|kind| PARTS.contains(kind)) {
            Some(kind) => put(&mut name, kind, &text(part)),
            None => put(&mut name, "literal", &text(part)),
        }
    }
    put(&mut name, "order", element.attribute("localtype").unwrap_or(""));
    let mut agent = Table::new();
    put(&mut agent, "role", element.attribute("relator").unwrap_or("author"));
    put(&mut agent, "kind", kind);
    agent.set("name", name);
    found.push("agent", agent);
}

fn read_controlled(element: Node<'_, '_>, found: &mut Found) {
    for heading in element.children().filter(|child| child.is_element()) {
        match heading.tag_name().name() {
            "geogname" => found.set("place", &text(heading)),
            "genreform" => found.set("genre", &text(heading)),
            "persname" | "corpname" | "famname" => read_agent(heading, found),
            name => found.unplaced(name, &text(heading)),
        }
    }
}
