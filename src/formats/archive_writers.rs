//! Formats of archives and editions, written from the record itself: Dublin Core and TEI `correspDesc`.

use super::version_mark::mark;
use super::writer::{Edition, Outgoing, Piece, Writer};
use super::xml_writer::Element;
use super::{Context, kept, table, tei};
use crate::citation::{Choice, Loss, reference_of};
use crate::record::{Agent, AgentKind, Archives, FieldPath, Level, Name, Record, Role, leaves};
use std::io::{self, Write};

/// The fields that stand in Dublin Core: `*` stands for one segment or the rest of one, `**` for all that
/// follow.
const IN_DUBLIN_CORE: &[&str] = &[
    "title",
    "title.text",
    "original_title",
    "original_title.text",
    "transliterated_title",
    "transliterated_title.text",
    "title.language",
    "translation.*.title",
    "translation.*.translator",
    "translation.*.translator.**",
    "agent.*.name",
    "agent.*.name.**",
    "agent.author-*.role",
    "agent.sender-*.role",
    "agent.recipient-*.role",
    "agent.contributor-*.role",
    "date.created",
    "date.created.value",
    "date.sent",
    "date.sent.value",
    "date.received",
    "date.received.value",
    "date.declassified",
    "date.declassified.value",
    "date.published_online",
    "date.published_online.value",
    "genre",
    "level",
    "number.*.value",
    "foreign_id.**",
    "language",
    "place",
    "abstract",
    "rights",
    "note",
    "holding.*.archive",
    "holding.*.path.*",
    "holding.*.shelfmark",
    "holding.*.access",
    "surrogate.*.url",
    "publication.*.as_printed",
    "custody.**",
    "relation.*.record",
    "relation.*.text",
];

/// The fields of `record` that Dublin Core has no element for.
fn lost_in_dublin_core(record: &Record) -> Vec<Loss> {
    let mut root = kept::to_be_kept(record);
    if let Some(table) = root.as_table_mut() {
        // It stands in the identifier.
        table.remove("id");
    }
    let is_carried = |field: &FieldPath| {
        let segments = field.segments();
        let fits = |pattern: &str| table::is_like(segments, pattern);
        // What is printed, or where it is to be seen, stands for the rest of its part.
        let part = |key: &str| {
            let [list, part, ..] = segments else { return false };
            let other = FieldPath::of([list.as_str(), part.as_str(), key]);
            other.find(&root).is_some()
        };
        match segments {
            [list, _, last] if list == "publication" && last == "title" => !part("as_printed"),
            [list, _, last] if list == "surrogate" && last == "provider" => !part("url"),
            _ => IN_DUBLIN_CORE.iter().any(|pattern| fits(pattern)),
        }
    };
    let missing: Vec<FieldPath> = leaves(&root)
        .into_iter()
        .map(|(field, _)| field)
        .filter(|field| !is_carried(field))
        .collect();
    let named = kept::wholes(&root, &missing).into_iter();
    named
        .map(|field| Loss {
            record: record.id.to_string(),
            field: field.to_string(),
            why: "Dublin Core has no element for it".to_owned(),
        })
        .collect()
}

pub(super) fn by_family(name: &Name) -> String {
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
                _ => continue,
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
        xml.close("record");
        Piece::text(xml.into_text())
    }

    fn losses(&self, outgoing: &Outgoing<'_>, _: &Archives) -> Vec<Loss> {
        lost_in_dublin_core(outgoing.record)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"</records>\n")
    }
}

/// A date that EAD3's `normal` allows (ISO 8601: a date or two with a slash); empty when it is none.
pub(super) fn iso_8601(date: &str) -> &str {
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

/// TEI: a `correspDesc` for each record that somebody sent to somebody. The letters are as in the
/// Correspondence Metadata Interchange Format, whose header wants to know who publishes them and
/// under what licence: the settings of the catalog may say so.
#[derive(Debug, Default)]
pub struct TeiWriter {
    edition: Edition,
}

impl TeiWriter {
    /// A writer of what `edition` publishes.
    pub fn of(edition: Option<&Edition>) -> TeiWriter {
        TeiWriter { edition: edition.cloned().unwrap_or_default() }
    }
}

impl Writer for TeiWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        tei_beginning(&self.edition).write(out)
    }

    fn piece(&self, outgoing: &Outgoing<'_>, _: &Archives) -> Piece {
        Piece::text(letter(outgoing))
    }

    fn losses(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Vec<Loss> {
        lost_in_tei(outgoing.record, &letter(outgoing), archives)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(TEI_END.as_bytes())
    }
}

/// The `correspDesc` of a record.
fn letter(outgoing: &Outgoing<'_>) -> String {
    let record = outgoing.record;
    let mut xml = Element::new(3);
    xml.mark(mark(outgoing));
    let url = record.surrogates.iter().find_map(|surrogate| surrogate.url.as_deref());
    xml.open("correspDesc", &[("key", record.id.as_str()), ("ref", url.unwrap_or(""))]);
    let sent = record.dates.sent.as_ref().or(record.dates.created.as_ref());
    let senders: Vec<&Agent> = match record.agents_as(Role::Sender).next() {
        Some(_) => record.agents_as(Role::Sender).collect(),
        None => record.agents_as(Role::Author).collect(),
    };
    let dated = if record.dates.sent.is_none() { "created" } else { "" };
    action(&mut xml, "sent", &senders, record.place.as_deref(), sent.map(|sent| (sent, dated)));
    let via: Vec<&Agent> = record.agents_as(Role::Via).collect();
    if !via.is_empty() {
        action(&mut xml, "forwarded", &via, None, None);
    }
    let recipients: Vec<&Agent> = record.agents_as(Role::Recipient).collect();
    if !recipients.is_empty() || record.dates.received.is_some() {
        let received = record.dates.received.as_ref().map(|received| (received, ""));
        action(&mut xml, "received", &recipients, None, received);
    }
    xml.text("note", &[], record.note.as_deref().unwrap_or(""));
    xml.close("correspDesc");
    xml.into_text()
}

const TEI_END: &str = "    </profileDesc>\n  </teiHeader>\n</TEI>\n";

/// The header: without a publisher it says no more than where the file comes from.
fn tei_beginning(edition: &Edition) -> Element {
    let Edition { title, editor, publisher, licence, url } = edition;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (url, licence) = (text(url), text(licence));
    let mut xml = Element::new(0);
    xml.open("TEI", &[("xmlns", "http://www.tei-c.org/ns/1.0")]).open("teiHeader", &[]);
    xml.open("fileDesc", &[]);
    xml.open("titleStmt", &[]);
    xml.text("title", &[], title.as_deref().unwrap_or("Letters of a catalog"));
    xml.text("editor", &[], &text(editor)).close("titleStmt");
    xml.open("publicationStmt", &[]);
    match publisher {
        None => _ = xml.text("p", &[], tei::OWN),
        Some(publisher) => {
            xml.text("publisher", &[], publisher).text("idno", &[("type", "url")], &url);
            if !licence.is_empty() {
                let target = if licence.starts_with("http") { licence.as_str() } else { "" };
                xml.open("availability", &[]);
                xml.text("licence", &[("target", target)], &licence).close("availability");
            }
        }
    }
    xml.close("publicationStmt");
    xml.open("sourceDesc", &[]);
    match title {
        None => xml.text("p", &[], "the records of the catalog"),
        Some(title) => {
            let kind = if url.is_empty() { "" } else { "online" };
            let whole = format!("{title}. {url}");
            xml.text("bibl", &[("type", kind)], whole.trim_end_matches([' ', '.']))
        }
    };
    xml.close("sourceDesc").close("fileDesc").open("encodingDesc", &[]).open("appInfo", &[]);
    xml.open("application", &[("ident", tei::PROGRAM), ("version", "1")]);
    xml.text("label", &[], tei::PROGRAM)
        .close("application")
        .close("appInfo")
        .close("encodingDesc");
    xml.open("profileDesc", &[]);
    xml
}

/// What does not come back of the letter `text`.
fn lost_in_tei(record: &Record, text: &str, archives: &Archives) -> Vec<Loss> {
    let context = Context { archives, mapping: None };
    let whole = format!("{}{text}{TEI_END}", tei_beginning(&Edition::default()).into_text());
    let back = kept::read_back(|sink| tei::read(&whole, "", &context, sink));
    let why = |_: &FieldPath| "correspDesc has no element for it".to_owned();
    kept::losses(record, back, &[], &why)
}

fn action(
    xml: &mut Element,
    kind: &str,
    people: &[&Agent],
    place: Option<&str>,
    date: Option<(&crate::record::DatedEvent, &str)>,
) {
    xml.open("correspAction", &[("type", kind)]);
    for agent in people {
        let element = if agent.kind == Some(AgentKind::Body) { "orgName" } else { "persName" };
        // Whoever wrote a document need not have sent it.
        let kind = if agent.role == Role::Author { "author" } else { "" };
        xml.text(element, &[("type", kind)], &by_family(&agent.name));
    }
    xml.text("placeName", &[], place.unwrap_or(""));
    if let Some((event, kind)) = date {
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
        let attributes =
            [("type", kind), ("when", when), ("from", from), ("to", to), ("cert", cert)];
        match text.is_empty() {
            true => xml.empty("date", &attributes),
            false => xml.text("date", &attributes, text),
        };
    }
    xml.close("correspAction");
}
