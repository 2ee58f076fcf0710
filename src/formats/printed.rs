//! Citations and source notes as print has them, read whole: title, date, holdings, publications,
//! credits, classification, remarks.

use super::Context;
use super::found::{Found, push, put, shown};
use super::holdings;
use crate::citation::reference::{self, Credits, Reading};
use crate::problem::{Problem, codes};
use crate::record::{Node, Role, Table};

/// What of a text is known better from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Nothing: the text is a whole citation.
    Nothing,
    /// Title and date: the text is a source note.
    Title,
}

/// Reads `text` into the record. `as_printed` keeps the whole where a part of it was not understood.
pub fn read_into(found: &mut Found, text: &str, leave: Leave, context: &Context<'_>) {
    let mut reading = reference::read(text, context.archives);
    if leave == Leave::Nothing {
        document(&mut reading, found);
    }
    if let Some(genre) = reading.document.genre.take()
        && found.text("genre").is_none()
    {
        found.set("genre", &genre.to_lowercase());
    }
    for mark in reading.classification.drain(..) {
        push(&mut found.fields, "classification", mark);
    }
    for remark in reading.remarks.drain(..) {
        let before = found.text("note").map(|note| format!("{note}\n")).unwrap_or_default();
        found.set("note", &format!("{before}{remark}"));
    }
    for publication in reading.publications.drain(..) {
        let json = serde_json::to_value(&publication).unwrap_or_default();
        if let Node { value: crate::record::Value::Table(table), .. } = Node::from_json(json) {
            found.push("publication", table);
        }
    }
    let credits = std::mem::take(&mut reading.credits);
    let made_from = reading.translation_from.take();
    place_credits(&credits, made_from.as_deref(), found);
    if reading.provider.is_some() || reading.url.is_some() {
        let mut surrogate = Table::new();
        put(&mut surrogate, "provider", reading.provider.as_deref().unwrap_or(""));
        put(&mut surrogate, "url", reading.url.as_deref().unwrap_or(""));
        if leave == Leave::Nothing {
            put(&mut surrogate, "as_printed", text);
        }
        found.push("surrogate", surrogate);
    }
    if let Some(short) = reading.short_form.take() {
        found.unplaced("hereafter", &short);
    }
    holdings::place(found, reading, text, None, context);
}

/// Title, description and date.
fn document(reading: &mut Reading, found: &mut Found) {
    if let Some(title) = reading.document.title.take() {
        let mut table = Table::new();
        put(&mut table, "text", &title);
        table.set("kind", "formal");
        people_of_title(&title, found);
        found.fields.set("title", table);
    } else if let Some(description) = reading.document.description.take() {
        let mut table = Table::new();
        put(&mut table, "text", &description);
        table.set("kind", "descriptive");
        people_of_title(&description, found);
        found.fields.set("title", table);
    }
    if let Some(date) = reading.document.date_as_printed.take() {
        found.date(if is_sent(found) { "sent" } else { "created" }, &date);
    }
}

/// Whether somebody sends the document to somebody.
pub(super) fn is_sent(found: &Found) -> bool {
    let agents = found.fields.get("agent").and_then(Node::as_list).unwrap_or_default();
    agents.iter().filter_map(Node::as_table).any(|agent| {
        let role = agent.get("role").and_then(Node::as_text);
        role == Some(Role::Recipient.word()) || role == Some(Role::Sender.word())
    })
}

/// Translators, contributors, editors.
fn place_credits(credits: &Credits, made_from: Option<&str>, found: &mut Found) {
    for name in &credits.contributors {
        found.agent(Role::Contributor, person_in_order(name), None);
    }
    for name in &credits.editors {
        found.agent(Role::Editor, person_in_order(name), None);
    }
    let printed = credits.as_printed.join(" ");
    if credits.translators.is_empty() && credits.translated_from.is_none() && made_from.is_none() {
        if !printed.is_empty() && credits.contributors.is_empty() && credits.editors.is_empty() {
            found.unplaced("credit", &printed);
        }
        return;
    }
    let mut translation = Table::new();
    // The credits of English-language publications are for translations into English.
    translation.set("to", "en");
    if let Some(from) = credits.translated_from.as_deref() {
        match super::from_item::language_tag(from) {
            Some(tag) => translation.set("from", tag.as_str()),
            None => found.unplaced("translated from", from),
        }
    }
    let names: Vec<Node> = credits.translators.iter().map(|name| person_in_order(name)).collect();
    if !names.is_empty() {
        translation.set("translator", names);
    }
    put(&mut translation, "for", credits.commissioned_by.as_deref().unwrap_or(""));
    put(&mut translation, "published_in", made_from.unwrap_or(""));
    put(&mut translation, "as_printed", &printed);
    found.push("translation", translation);
}

/// `Sergey Radchenko`: the last word is the family name; a body or a single name stays whole.
pub fn person_in_order(name: &str) -> Node {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_person = (2..=4).contains(&words.len())
        && words.iter().all(|word| word.chars().next().is_some_and(char::is_uppercase))
        && !words.iter().any(|word| {
            matches!(
                *word,
                "Archive"
                    | "Archives"
                    | "Institute"
                    | "Center"
                    | "Centre"
                    | "University"
                    | "Embassy"
                    | "Foundation"
                    | "Project"
                    | "Library"
                    | "Security"
                    | "Committee"
                    | "Museum"
                    | "Ministry"
                    | "Society"
            )
        });
    match words.split_last() {
        Some((family, given)) if is_person => super::found::person(family, &given.join(" ")),
        _ => Node::from(name.trim()),
    }
}

/// Kinds of documents with which titles begin.
const GENRES: &[&str] = &[
    "ciphered telegram",
    "telegram",
    "cable",
    "letter",
    "report",
    "memorandum of conversation",
    "memorandum",
    "record of conversation",
    "minutes",
    "note",
    "message",
    "protocol",
    "resolution",
    "speech",
    "diary",
    "decree",
];

/// Who wrote to whom, from a title that says so: `Cable, Terebin to Stalin [via Kuznetsov]`,
/// `Memorandum of Conversation between Anastas Mikoyan and Mao Zedong`.
pub fn people_of_title(title: &str, found: &mut Found) {
    let lower = title.to_lowercase();
    let genre = GENRES.iter().find(|genre| {
        lower.strip_prefix(**genre).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    if let Some(genre) = genre
        && found.text("genre").is_none()
    {
        found.set("genre", genre);
    }
    let Some(genre) = genre else { return };
    let mut rest = title.get(genre.len()..).unwrap_or("").trim_start();
    if let Some(after) = rest.strip_prefix("No. ") {
        let end = after.find(',').unwrap_or(after.len());
        let (number, after) = after.split_at(end);
        let mut table = Table::new();
        table.set("kind", genre.rsplit(' ').next().unwrap_or(genre));
        put(&mut table, "value", number);
        found.push("number", table);
        rest = after;
    }
    if let Some(people) = rest.strip_prefix("between ") {
        for name in people.split(" and ").flat_map(|part| part.split(", ")) {
            found.agent(Role::Participant, Node::from(name.trim()), None);
        }
        return;
    }
    let Some(people) = rest.strip_prefix(", ") else { return };
    let Some((from, to)) = people.split_once(" to ") else { return };
    let mut via = None;
    let mut side = |text: &str| -> String {
        let Some((before, after)) = text.split_once("[via ") else { return text.trim().to_owned() };
        let (name, after) = after.split_once(']').unwrap_or((after, ""));
        via = Some(name.trim().to_owned());
        format!("{}{}", before.trim_end(), after).trim().to_owned()
    };
    let (from, to) = (side(from), side(to));
    // A recipient in brackets is the one behind a code name; both stay as printed.
    for (role, text) in [(Role::Sender, from), (Role::Recipient, to)] {
        let text = text.trim_end_matches(" (Excerpt)");
        let (name, printed) =
            match text.split_once(" [").and_then(|(_, rest)| rest.strip_suffix(']')) {
                Some(behind) => (behind, Some(text)),
                None => (text, None),
            };
        found.agent(role, Node::from(name), printed);
    }
    if let Some(via) = via {
        found.agent(Role::Via, Node::from(via), None);
    }
}

/// A citation that says nothing that could be placed.
pub fn nothing(text: &str) -> Problem {
    Problem::warning(
        codes::IMPORT_REFERENCE,
        format!("nothing of it is understood: `{}`", shown(text)),
    )
}
