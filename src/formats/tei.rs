//! TEI read: letters described by `correspDesc` (in the header of a letter, or many of them in a
//! file of the Correspondence Metadata Interchange Format), and manuscripts by `msDesc`.

use super::found::{Found, put};
use super::lines::Lines;
use super::xml::{self, child, children, text, text_at};
use super::{Context, Sink, frus_tei, holdings};
use crate::problem::{Problem, Result, codes};
use crate::record::{Node as Value, Role, Table};
use roxmltree::Node;

/// How our own export calls itself where a file says who published it.
pub(super) const OWN: &str = "exported by fonds";
/// The program that our own files name in their header.
pub(super) const PROGRAM: &str = "fonds";

/// Reads the letters of the file `source`.
pub fn read(
    source: &str,
    file: &str,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    let document = xml::parse(source, file)?;
    let lines = Lines::of(source, file);
    let root = document.root_element();
    if frus_tei::is_volume(root) {
        return frus_tei::read(root, &lines, context, sink);
    }
    let headers = root.descendants().filter(|node| node.tag_name().name() == "teiHeader");
    for header in headers {
        let letters: Vec<Node<'_, '_>> =
            header.descendants().filter(|node| node.tag_name().name() == "correspDesc").collect();
        let file_desc = child(header, "fileDesc");
        let program = xml::at(header, &["encodingDesc", "appInfo", "application"]);
        let own = program.and_then(|program| program.attribute("ident")) == Some(PROGRAM)
            || text_at(header, &["fileDesc", "publicationStmt"]) == OWN;
        // The title of a file of ours is that of no letter.
        let alone = letters.len() <= 1 && !own;
        for (at, letter) in letters.iter().enumerate() {
            let mut found = correspondence(*letter, at + 1, &lines, header);
            if own {
                found.is_own = true;
                found.is_marked = true;
                found.fields.remove("genre");
                if let Some(id) = letter.attribute("key") {
                    found.fields.remove("foreign_id");
                    found.key = Some(("id".to_owned(), id.to_owned()));
                }
                if let Some(url) = letter.attribute("ref") {
                    let mut surrogate = Table::new();
                    put(&mut surrogate, "url", url);
                    found.push("surrogate", surrogate);
                }
            }
            if alone && let Some(file_desc) = file_desc {
                about_file(file_desc, &mut found, context);
            }
            sink(found)?;
        }
        if letters.is_empty()
            && let Some(file_desc) = file_desc
        {
            let mut found = Found::new(xml::place(header, &lines), "the header");
            about_file(file_desc, &mut found, context);
            let id = root.attributes().find(|a| a.name() == "id").map(|a| a.value());
            found.keyed("tei", id.unwrap_or(""));
            sink(found)?;
        }
    }
    Ok(Vec::new())
}

fn correspondence(
    letter: Node<'_, '_>,
    at: usize,
    lines: &Lines<'_>,
    header: Node<'_, '_>,
) -> Found {
    let mut found = Found::new(xml::place(letter, lines), format!("letter {at}"));
    found.set("genre", "letter");
    let given = letter.attribute("ref").or(letter.attribute("key"));
    let xml_id = letter.attributes().find(|a| a.name() == "id").map(|a| a.value());
    match given.or(xml_id) {
        Some(id) => found.keyed(if id.contains("://") { "url" } else { "tei" }, id),
        None => {
            let title = text_at(header, &["fileDesc", "titleStmt", "title"]);
            found.item = format!("letter {at} of `{}`", super::found::shown(&title));
        }
    }
    if let Some(key) = letter.attribute("key").filter(|key| Some(*key) != given) {
        found.foreign_id("tei", key);
    }
    for element in letter.children().filter(|child| child.is_element()) {
        match element.tag_name().name() {
            "correspAction" => action(element, &mut found),
            "correspContext" => {
                for reference in children(element, "ref") {
                    found.unplaced(
                        "correspContext",
                        &format!(
                            "{} {} {}",
                            reference.attribute("type").unwrap_or(""),
                            text(reference),
                            reference.attribute("target").unwrap_or("")
                        ),
                    );
                }
            }
            "note" => found.set("note", &text(element)),
            name => found.unplaced(name, &text(element)),
        }
    }
    found
}

fn action(action: Node<'_, '_>, found: &mut Found) {
    let kind = action.attribute("type").unwrap_or("sent");
    let role = match kind {
        "received" => Role::Recipient,
        "transmitted" | "forwarded" | "redirected" => Role::Via,
        _ => Role::Sender,
    };
    for element in action.children().filter(|child| child.is_element()) {
        let words = text(element);
        match element.tag_name().name() {
            name @ ("persName" | "orgName" | "name") => {
                let mut agent = Table::new();
                let wrote = element.attribute("type") == Some("author");
                agent.set("role", if wrote { Role::Author } else { role }.word());
                if name == "orgName" {
                    agent.set("kind", "body");
                }
                agent.set("name", person_name(element));
                if let Some(reference) = element.attribute("ref") {
                    found.unplaced(&format!("{words}, ref"), reference);
                }
                if !words.is_empty() {
                    found.push("agent", agent);
                }
            }
            "placeName" | "settlement" if role == Role::Sender && found.text("place").is_none() => {
                found.set("place", &words);
            }
            "date" => {
                let event = match (role, element.attribute("type")) {
                    (Role::Recipient, _) => "received",
                    (_, Some("created")) => "created",
                    _ => "sent",
                };
                let there = found
                    .fields
                    .get("date")
                    .and_then(Value::as_table)
                    .is_some_and(|d| d.get(event).is_some());
                if there || role == Role::Via {
                    found.unplaced(&format!("{kind} date"), &date_words(element));
                } else {
                    date(element, event, found);
                }
            }
            name => found.unplaced(&format!("{kind} {name}"), &words),
        }
    }
}

/// A name in parts where TEI marks them, or as printed; `Mann, Thomas` is a family name first.
fn person_name(element: Node<'_, '_>) -> Value {
    let (family, given) = (text_at(element, &["surname"]), text_at(element, &["forename"]));
    if !family.is_empty() {
        return super::found::person(&family, &given);
    }
    let words = text(element);
    match (words.split_once(", "), element.tag_name().name()) {
        (Some((family, given)), "persName") if !given.contains(", ") => {
            super::found::person(family, given)
        }
        _ => Value::from(words),
    }
}

fn date_words(date: Node<'_, '_>) -> String {
    let attributes: Vec<String> =
        date.attributes().map(|a| format!("{} {}", a.name(), a.value())).collect();
    format!("{} {}", text(date), attributes.join(" ")).trim().to_owned()
}

fn date(date: Node<'_, '_>, event: &str, found: &mut Found) {
    let printed = text(date);
    let attribute = |name: &str| date.attribute(name).unwrap_or("");
    let first = [attribute("from"), attribute("notBefore")].into_iter().find(|t| !t.is_empty());
    let last = [attribute("to"), attribute("notAfter")].into_iter().find(|t| !t.is_empty());
    let open = |end: Option<&str>| end.map_or("..".to_owned(), str::to_owned);
    let mut edtf = match (attribute("when"), first, last) {
        ("", None, None) => return found.date(event, &printed),
        ("", first, last)
            if date.attribute("notBefore").is_some() || date.attribute("notAfter").is_some() =>
        {
            // One day that lies between two: a choice, not a span.
            match (first, last) {
                (Some(first), Some(last)) => format!("[{first}..{last}]"),
                (Some(first), None) => format!("[{first}..]"),
                (None, last) => format!("[..{}]", last.unwrap_or("")),
            }
        }
        ("", first, last) => format!("{}/{}", open(first), open(last)),
        (when, _, _) => when.to_owned(),
    };
    let certainty = attribute("cert");
    if matches!(certainty, "low" | "medium" | "unknown") && !edtf.contains(['/', '[']) {
        edtf.push('?');
    }
    let printed = (!printed.is_empty()).then_some(printed);
    match edtf.parse() {
        Ok(date) => found.edtf(event, &date, printed.as_deref()),
        Err(_) => {
            found.date(event, printed.as_deref().unwrap_or(&edtf));
            found.unplaced(&format!("{event} date"), &edtf);
        }
    }
}

/// What the header says of the letter: its title, where it is kept, where it is printed.
fn about_file(file_desc: Node<'_, '_>, found: &mut Found, context: &Context<'_>) {
    let title = text_at(file_desc, &["titleStmt", "title"]);
    if found.fields.get("title").is_none() {
        found.set("title", &title);
    }
    if found.fields.get("agent").is_none() {
        for author in
            file_desc.descendants().filter(|node| node.tag_name().name() == "author").take(20)
        {
            found.agent(Role::Author, person_name(author), None);
        }
    }
    for edition in file_desc.descendants().filter(|node| node.tag_name().name() == "msIdentifier") {
        let part = |name: &str| text_at(edition, &[name]);
        let (institution, repository) = (part("institution"), part("repository"));
        let archive = match (institution.is_empty(), repository.is_empty()) {
            (false, false) => format!("{repository}, {institution}"),
            (true, false) => repository,
            (_, true) => institution,
        };
        let (collection, idno) = (part("collection"), part("idno"));
        let parts = holdings::Parts {
            archive: &archive,
            collection: &collection,
            location: &idno,
            ..holdings::Parts::default()
        };
        holdings::from_parts(found, &parts, context);
        let place = part("settlement");
        if !place.is_empty() && !archive.is_empty() {
            found.archives.push(super::ArchiveHint {
                name: archive.clone(),
                place: Some(place),
                ..Default::default()
            });
        }
    }
    if let Some(statement) = child(file_desc, "publicationStmt") {
        let mut surrogate = Table::new();
        put(&mut surrogate, "provider", &text_at(statement, &["publisher"]));
        for idno in children(statement, "idno") {
            let value = text(idno);
            match value.contains("://") {
                true => put(&mut surrogate, "url", &value),
                false => found.foreign_id(idno.attribute("type").unwrap_or("tei"), &value),
            }
        }
        if surrogate.get("url").is_some() {
            found.push("surrogate", surrogate);
        } else if let Some(provider) = surrogate.get("provider").and_then(Value::as_text) {
            found.unplaced("publisher", provider);
        }
        found.unplaced("availability", &text_at(statement, &["availability"]));
    }
    if found.fields.get("holding").is_none() {
        for bibl in file_desc.descendants().filter(|node| node.tag_name().name() == "bibl") {
            let mut publication = Table::new();
            put(&mut publication, "as_printed", &text(bibl));
            found.push("publication", publication);
            let problem =
                Problem::note(codes::IMPORT_REFERENCE, "the printed edition stays as printed");
            found.report(problem, "publication");
        }
    }
}
