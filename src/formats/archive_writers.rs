//! Formats of archives and editions, written from the record itself: Dublin Core, EAD3, TEI `correspDesc`.

use super::version_mark::mark;
use super::writer::{Outgoing, Piece, Writer};
use super::xml_writer::Element;
use crate::citation::{Choice, Loss, reference_of};
use crate::record::{Agent, AgentKind, Archives, Holding, Level, Name, Record, Role};
use std::io::{self, Write};

/// What a format could not carry.
struct Losses<'a> {
    record: &'a Record,
    format: &'static str,
    found: Vec<Loss>,
}

impl Losses<'_> {
    fn add(&mut self, field: impl Into<String>) {
        let why = format!("{} has no element for it", self.format);
        self.found.push(Loss { record: self.record.id.to_string(), field: field.into(), why });
    }

    /// The fields that all three formats have no element for.
    fn usual(&mut self) {
        let record = self.record;
        for (field, there) in [
            ("authenticity", record.authenticity.is_some()),
            ("alternative", !record.alternatives.is_empty()),
            ("evidence", !record.evidence.is_empty()),
            ("contact", record.contact.is_some()),
            ("classification", !record.classification.is_empty()),
        ] {
            if there {
                self.add(field);
            }
        }
        for agent in &record.agents {
            if agent.position.is_some() || agent.as_printed.is_some() || !agent.form.is_empty() {
                self.add(format!("agent.{}-{}", agent.role, agent.name.display()));
            }
        }
    }
}

fn by_family(name: &Name) -> String {
    match (&name.literal, &name.family, &name.given) {
        (None, Some(family), Some(given)) => format!("{family}, {given}"),
        _ => name.display(),
    }
}

/// Dublin Core, simple and qualified, one `record` element after another (DCMI terms; the elements
/// are those of the table in `docs/formats.md`).
#[derive(Debug, Default)]
pub struct DublinCoreWriter;

impl Writer for DublinCoreWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<records xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n")
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let record = outgoing.record;
        let mut losses = Losses { record, format: "Dublin Core", found: Vec::new() };
        losses.usual();
        let choice = Choice::for_export();
        let mut xml = Element::new(1);
        xml.mark(mark(outgoing));
        xml.open("record", &[]);
        xml.text("dc:identifier", &[], record.id.as_str());
        if let Some(title) = &record.title {
            xml.text(
                "dc:title",
                &[("xml:lang", title.language.as_ref().map_or("", |l| l.as_str()))],
                &title.text,
            );
        }
        for title in [&record.original_title, &record.transliterated_title].into_iter().flatten() {
            xml.text("dcterms:alternative", &[], &title.text);
        }
        for translation in &record.translations {
            if let Some(title) = &translation.title {
                xml.text("dcterms:alternative", &[("xml:lang", translation.to.as_str())], title);
            }
            for name in &translation.translator {
                xml.text("dc:contributor", &[], &by_family(name));
            }
        }
        for agent in &record.agents {
            let element = match agent.role {
                Role::Author | Role::Sender => "dc:creator",
                Role::Recipient => "dcterms:audience",
                _ => "dc:contributor",
            };
            xml.text(element, &[], &by_family(&agent.name));
        }
        for (name, event) in record.dates.events() {
            let element = match name {
                "created" | "sent" => "dcterms:created",
                "received" => "dcterms:dateAccepted",
                "declassified" => "dcterms:available",
                "published_online" => "dcterms:issued",
                _ => {
                    losses.add(format!("date.{name}"));
                    continue;
                }
            };
            xml.text(element, &[("xsi:type", "dcterms:EDTF")], event.value.as_str());
        }
        xml.text("dc:type", &[], record.genre.as_deref().unwrap_or(""));
        if record.level.is_some_and(|level| level != Level::Item) {
            xml.text("dc:type", &[], "Collection");
        }
        for number in &record.numbers {
            xml.text("dc:identifier", &[], &number.value);
        }
        for id in &record.foreign_ids {
            xml.text("dc:identifier", &[], &format!("{}:{}", id.scheme, id.value));
        }
        for language in &record.languages {
            xml.text("dc:language", &[], language.as_str());
        }
        xml.text("dcterms:spatial", &[], record.place.as_deref().unwrap_or(""));
        xml.text("dcterms:abstract", &[], record.abstract_text.as_deref().unwrap_or(""));
        xml.text("dc:rights", &[], record.rights.as_deref().unwrap_or(""));
        xml.text("dc:description", &[], record.note.as_deref().unwrap_or(""));
        for holding in &record.holdings {
            xml.text("dc:source", &[], &reference_of(holding, archives, &choice));
            if holding.access.is_some() {
                xml.text("dcterms:accessRights", &[], holding.access.as_deref().unwrap_or(""));
            }
            if let Some(top) = holding.path.steps().first().and_then(|step| step.title.as_deref()) {
                xml.text("dcterms:isPartOf", &[], top);
            }
            lost_of_holding(holding, &mut losses);
        }
        for surrogate in &record.surrogates {
            let what = surrogate.url.as_deref().or(surrogate.provider.as_deref()).unwrap_or("");
            xml.text("dcterms:hasFormat", &[], what);
        }
        for publication in &record.publications {
            let title = publication.as_printed.as_deref().or(publication.title.as_deref());
            xml.text("dcterms:isReferencedBy", &[], title.unwrap_or(""));
        }
        for event in &record.custody {
            let parts = [
                Some(event.event.as_str()),
                event.from.as_deref(),
                event.to.as_deref(),
                event.as_printed.as_deref(),
            ];
            xml.text(
                "dcterms:provenance",
                &[],
                &parts.into_iter().flatten().collect::<Vec<_>>().join(", "),
            );
        }
        for relation in &record.relations {
            let to = relation.record.as_ref().map(|id| id.to_string()).or(relation.text.clone());
            xml.text("dcterms:relation", &[], &to.unwrap_or_default());
        }
        if !record.distribution.is_empty() {
            losses.add("distribution");
        }
        xml.close("record");
        Piece::text(xml.into_text(), losses.found)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"</records>\n")
    }
}

fn lost_of_holding(holding: &Holding, losses: &mut Losses<'_>) {
    for (field, there) in [
        ("former", !holding.former.is_empty()),
        ("rank", holding.rank.is_some()),
        ("as_printed", holding.as_printed.is_some()),
    ] {
        if there {
            losses.add(format!("holding.{}.{field}", holding.id));
        }
    }
}

/// EAD3: a collection that holds each record as a component.
#[derive(Debug, Default)]
pub struct Ead3Writer;

impl Writer for Ead3Writer {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut xml = Element::new(0);
        xml.open("ead", &[("xmlns", "http://ead3.archivists.org/schema/")]);
        xml.open("control", &[]);
        xml.text("recordid", &[], "fonds-export");
        xml.open("filedesc", &[]).open("titlestmt", &[]);
        xml.text("titleproper", &[], "Records of a catalog");
        xml.close("titlestmt").close("filedesc");
        xml.empty("maintenancestatus", &[("value", "derived")]);
        xml.open("maintenanceagency", &[])
            .text("agencyname", &[], "fonds")
            .close("maintenanceagency");
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
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        xml.write(out)
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let record = outgoing.record;
        let mut losses = Losses { record, format: "EAD3", found: Vec::new() };
        losses.usual();
        let choice = Choice::for_export();
        let level = record.level.unwrap_or(Level::Item).word();
        let mut xml = Element::new(3);
        xml.mark(mark(outgoing));
        xml.open("c", &[("level", level), ("id", &xml_id(record.id.as_str()))]);
        xml.open("did", &[]);
        let principal = record.principal_holding();
        if let Some(holding) = principal {
            let name =
                archives.find(&holding.archive).and_then(|a| a.name("en").map(str::to_owned));
            xml.open("repository", &[]).open("corpname", &[]);
            xml.text("part", &[], name.as_deref().unwrap_or(&holding.archive));
            xml.close("corpname").close("repository");
        }
        xml.text("unitid", &[("label", "id")], record.id.as_str());
        for number in &record.numbers {
            xml.text(
                "unitid",
                &[("label", number.kind.as_deref().unwrap_or("number"))],
                &number.value,
            );
        }
        if let Some(holding) = principal {
            xml.text(
                "unitid",
                &[("label", "reference")],
                &reference_of(holding, archives, &choice),
            );
            for step in holding.path.steps() {
                xml.text("container", &[("localtype", step.level.as_str())], &step.value);
                if step.title.is_some() {
                    losses.add(format!("holding.{}.path.{}.title", holding.id, step.level));
                }
            }
            lost_of_holding(holding, &mut losses);
        }
        let titles = [&record.title, &record.original_title, &record.transliterated_title];
        for title in titles.into_iter().flatten() {
            let language = title.language.as_ref().map_or("", |l| l.primary());
            let language = if language.len() == 3 { language } else { "" };
            xml.text("unittitle", &[("lang", language)], &title.text);
        }
        for (name, event) in record.dates.events() {
            let printed = event.as_printed.as_deref().unwrap_or(event.value.as_str());
            let normal = iso_8601(event.value.as_str());
            xml.text("unitdate", &[("label", name), ("normal", normal)], printed);
        }
        for agent in record.agents.iter().filter(|a| matches!(a.role, Role::Author | Role::Sender))
        {
            xml.open("origination", &[("label", agent.role.word())]);
            agent_element(&mut xml, agent);
            xml.close("origination");
        }
        xml.text("abstract", &[], record.abstract_text.as_deref().unwrap_or(""));
        for surrogate in &record.surrogates {
            match &surrogate.url {
                Some(url) => {
                    xml.empty(
                        "dao",
                        &[
                            ("daotype", "unknown"),
                            ("href", url),
                            ("linktitle", surrogate.provider.as_deref().unwrap_or("")),
                        ],
                    );
                }
                None => losses.add(format!("surrogate.{}", surrogate.id)),
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
        if let Some(access) = principal.and_then(|holding| holding.access.as_deref()) {
            xml.open("accessrestrict", &[]).text("p", &[], access).close("accessrestrict");
        }
        if let Some(rights) = &record.rights {
            xml.open("userestrict", &[]).text("p", &[], rights).close("userestrict");
        }
        if !record.custody.is_empty() {
            xml.open("custodhist", &[]);
            for event in &record.custody {
                let parts = [
                    event.date.as_ref().map(|date| date.as_str()),
                    Some(event.event.as_str()),
                    event.from.as_deref(),
                    event.to.as_deref(),
                    event.as_printed.as_deref(),
                ];
                xml.text("p", &[], &parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
            }
            xml.close("custodhist");
        }
        self::controlled(&mut xml, record);
        for publication in &record.publications {
            let printed =
                publication.as_printed.as_deref().or(publication.title.as_deref()).unwrap_or("");
            xml.open("bibliography", &[]).text("p", &[], printed).close("bibliography");
        }
        for (field, there) in [
            ("translation", !record.translations.is_empty()),
            ("distribution", !record.distribution.is_empty()),
            ("relation", !record.relations.is_empty()),
            ("foreign_id", !record.foreign_ids.is_empty()),
        ] {
            if there {
                losses.add(field);
            }
        }
        xml.close("c");
        Piece::text(xml.into_text(), losses.found)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"    </dsc>\n  </archdesc>\n</ead>\n")
    }
}

/// Under what the component can be found: people with their roles, place, genre.
fn controlled(xml: &mut Element, record: &Record) {
    let people: Vec<&Agent> =
        record.agents.iter().filter(|a| !matches!(a.role, Role::Author | Role::Sender)).collect();
    if people.is_empty() && record.place.is_none() && record.genre.is_none() {
        return;
    }
    xml.open("controlaccess", &[]);
    people.iter().for_each(|agent| agent_element(xml, agent));
    for (element, text) in [("geogname", &record.place), ("genreform", &record.genre)] {
        if let Some(text) = text {
            xml.open(element, &[]).text("part", &[], text).close(element);
        }
    }
    xml.close("controlaccess");
}

fn agent_element(xml: &mut Element, agent: &Agent) {
    let element = match agent.kind {
        Some(AgentKind::Body) => "corpname",
        Some(AgentKind::Family) => "famname",
        _ => "persname",
    };
    xml.open(element, &[("relator", agent.role.word())]);
    xml.text("part", &[], &by_family(&agent.name));
    xml.close(element);
}

/// An id that XML allows: it begins with a letter.
fn xml_id(id: &str) -> String {
    format!("r-{id}")
}

/// A date that EAD3's `normal` allows (ISO 8601: a date or two with a slash); empty when it is none.
fn iso_8601(date: &str) -> &str {
    let plain = |part: &str| {
        matches!(part.len(), 4 | 7 | 10)
            && part.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
            && part.get(5..7).is_none_or(|month| month <= "12")
    };
    let day = date.split('T').next().unwrap_or(date);
    let mut parts = day.split('/');
    let is_plain = match (parts.next(), parts.next(), parts.next()) {
        (Some(one), None, None) => plain(one),
        (Some(first), Some(last), None) => plain(first) && plain(last),
        _ => false,
    };
    if is_plain { day } else { "" }
}

/// TEI: a `correspDesc` for each record that somebody sent to somebody, in the form of the
/// Correspondence Metadata Interchange Format.
#[derive(Debug, Default)]
pub struct TeiWriter;

impl Writer for TeiWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut xml = Element::new(0);
        xml.open("TEI", &[("xmlns", "http://www.tei-c.org/ns/1.0")]).open("teiHeader", &[]);
        xml.open("fileDesc", &[]);
        xml.open("titleStmt", &[]).text("title", &[], "Letters of a catalog").close("titleStmt");
        xml.open("publicationStmt", &[])
            .text("p", &[], "exported by fonds")
            .close("publicationStmt");
        xml.open("sourceDesc", &[])
            .text("p", &[], "the records of the catalog")
            .close("sourceDesc");
        xml.close("fileDesc").open("profileDesc", &[]);
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        xml.write(out)
    }

    fn piece(&self, outgoing: &Outgoing<'_>, _: &Archives) -> Piece {
        let record = outgoing.record;
        let mut losses = Losses { record, format: "correspDesc", found: Vec::new() };
        losses.usual();
        let mut xml = Element::new(3);
        xml.mark(mark(outgoing));
        let url = record.surrogates.iter().find_map(|surrogate| surrogate.url.as_deref());
        xml.open("correspDesc", &[("key", record.id.as_str()), ("ref", url.unwrap_or(""))]);
        let sent = record.dates.sent.as_ref().or(record.dates.created.as_ref());
        let senders: Vec<&Agent> = match record.agents_as(Role::Sender).next() {
            Some(_) => record.agents_as(Role::Sender).collect(),
            None => record.agents_as(Role::Author).collect(),
        };
        action(&mut xml, "sent", &senders, record.place.as_deref(), sent);
        let via: Vec<&Agent> = record.agents_as(Role::Via).collect();
        if !via.is_empty() {
            action(&mut xml, "forwarded", &via, None, None);
        }
        let recipients: Vec<&Agent> = record.agents_as(Role::Recipient).collect();
        if !recipients.is_empty() || record.dates.received.is_some() {
            action(&mut xml, "received", &recipients, None, record.dates.received.as_ref());
        }
        xml.text("note", &[], record.note.as_deref().unwrap_or(""));
        xml.close("correspDesc");
        for (field, there) in [
            ("title", record.title.is_some()),
            ("genre", record.genre.is_some()),
            ("number", !record.numbers.is_empty()),
            ("language", !record.languages.is_empty()),
            ("abstract", record.abstract_text.is_some()),
            ("rights", record.rights.is_some()),
            ("distribution", !record.distribution.is_empty()),
            ("holding", !record.holdings.is_empty()),
            ("translation", !record.translations.is_empty()),
            ("publication", !record.publications.is_empty()),
            ("custody", !record.custody.is_empty()),
            ("relation", !record.relations.is_empty()),
            ("foreign_id", !record.foreign_ids.is_empty()),
            ("surrogate", record.surrogates.len() > usize::from(url.is_some())),
        ] {
            if there {
                losses.add(field);
            }
        }
        Piece::text(xml.into_text(), losses.found)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"    </profileDesc>\n  </teiHeader>\n</TEI>\n")
    }
}

fn action(
    xml: &mut Element,
    kind: &str,
    people: &[&Agent],
    place: Option<&str>,
    date: Option<&crate::record::DatedEvent>,
) {
    xml.open("correspAction", &[("type", kind)]);
    for agent in people {
        let element = if agent.kind == Some(AgentKind::Body) { "orgName" } else { "persName" };
        xml.text(element, &[], &by_family(&agent.name));
    }
    xml.text("placeName", &[], place.unwrap_or(""));
    if let Some(event) = date {
        let value = event.value.as_str();
        let printed = event.as_printed.as_deref().unwrap_or("");
        let iso = iso_8601(value);
        let (from, to) = iso.split_once('/').unwrap_or(("", ""));
        let when = if from.is_empty() { iso } else { "" };
        let cert =
            if event.value.is_uncertain() || event.value.is_approximate() { "low" } else { "" };
        // What `when` cannot hold stands in the text, as EDTF, when nothing is printed.
        let stem = value.trim_end_matches(['?', '~', '%']);
        let when = if when.is_empty() && from.is_empty() { iso_8601(stem) } else { when };
        let text =
            if printed.is_empty() && when.is_empty() && from.is_empty() { value } else { printed };
        let attributes = [("when", when), ("from", from), ("to", to), ("cert", cert)];
        match text.is_empty() {
            true => xml.empty("date", &attributes),
            false => xml.text("date", &attributes, text),
        };
    }
    xml.close("correspAction");
}
