//! Publications and credits as sentences: what CSL has no variables for, given as one
//! well-formed text.

use super::people::listed;
use crate::record::{Publication, Record, Role, Translation};

/// `Shuguang Zhang and Jian Chen, eds., Chinese Communist Foreign Policy (Chicago: Imprint
/// Publications, 1996), 135`: a publication as a note cites it (CMOS 18, 14.2).
pub(super) fn cited(publication: &Publication) -> String {
    if let Some(printed) = &publication.as_printed {
        return printed.trim_end_matches('.').to_owned();
    }
    let mut text = String::new();
    let authors = names(&publication.author, true);
    let editors = names(&publication.editor, true);
    if !authors.is_empty() {
        push(&mut text, &authors);
    } else if !editors.is_empty() {
        let word = if publication.editor.len() > 1 { "eds." } else { "ed." };
        push(&mut text, &format!("{editors}, {word}"));
    }
    for title in [&publication.title, &publication.series].into_iter().flatten() {
        push(&mut text, title);
    }
    let translators = names(&publication.translator, true);
    if !translators.is_empty() {
        push(&mut text, &format!("trans. {translators}"));
    }
    volume(&mut text, publication, "vol.", "part");
    imprint(&mut text, publication);
    if let Some(pages) = &publication.pages {
        push(&mut text, pages);
    } else if let Some(document) = &publication.document {
        push(&mut text, &format!("doc. {document}"));
    }
    text
}

/// `Reprinted in Andrei Ledovskii, Raisa Mirovitskaia and Vladimir Miasnikov, Sovetsko-Kitaiskie
/// Otnosheniia, Vol. 5, Book 2, ... (Moscow: ..., 2005), pp. 11-14`, as the Wilson Center has it.
fn reprinted(publication: &Publication) -> String {
    let mut text = "Reprinted in".to_owned();
    if let Some(printed) = &publication.as_printed {
        return format!("{text} {}", printed.trim_end_matches('.'));
    }
    let people =
        if publication.author.is_empty() { &publication.editor } else { &publication.author };
    let people = names(people, false);
    let mut before = " ";
    for part in [Some(&people), publication.title.as_ref(), publication.series.as_ref()] {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            text.push_str(before);
            text.push_str(part);
            before = ", ";
        }
    }
    volume(&mut text, publication, "Vol.", "Book");
    imprint(&mut text, publication);
    if let Some(pages) = &publication.pages {
        let several = pages.contains(['-', '–', ',']);
        push(&mut text, &format!("{} {pages}", if several { "pp." } else { "p." }));
    }
    text
}

fn push(text: &mut String, part: &str) {
    if !text.is_empty() {
        text.push_str(", ");
    }
    text.push_str(part);
}

fn volume(text: &mut String, publication: &Publication, volume: &str, part: &str) {
    if let Some(number) = &publication.volume {
        push(text, &format!("{volume} {number}"));
    }
    if let Some(number) = &publication.part {
        push(text, &format!("{part} {number}"));
    }
    if let Some(title) = &publication.volume_title {
        push(text, title);
    }
}

fn imprint(text: &mut String, publication: &Publication) {
    let year = publication.date.as_ref().map(|date| date.as_str());
    let publisher = match (&publication.place, &publication.publisher) {
        (Some(place), Some(publisher)) => Some(format!("{place}: {publisher}")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    };
    let imprint: Vec<&str> = publisher.as_deref().into_iter().chain(year).collect();
    if !imprint.is_empty() {
        text.push_str(&format!(" ({})", imprint.join(", ")));
    }
}

fn names(names: &[crate::record::Name], serial_comma: bool) -> String {
    let names: Vec<String> = names.iter().map(crate::record::Name::display).collect();
    listed(&names, "and", serial_comma)
}

/// Who translated, in a sentence: `Translated for CWIHP by Sergey Radchenko`, `Translated and edited
/// by Laura Deal`.
fn translated(record: &Record, translation: Option<&Translation>) -> Option<String> {
    if let Some(printed) = translation.and_then(|translation| translation.as_printed.as_ref()) {
        return Some(printed.trim_end_matches('.').to_owned());
    }
    let by = translators(record, translation);
    if by.is_empty() {
        return None;
    }
    let edited = people(record, Role::Editor) == by;
    let deed = if edited { "Translated and edited" } else { "Translated" };
    Some(match translation.and_then(|translation| translation.commissioned_by.as_ref()) {
        Some(whom) => format!("{deed} for {whom} by {by}"),
        None => format!("{deed} by {by}"),
    })
}

/// The translators of the translation, or else those of whom the record only says that they are.
fn translators(record: &Record, translation: Option<&Translation>) -> String {
    match translation {
        Some(translation) => names(&translation.translator, true),
        None => people(record, Role::Translator),
    }
}

fn people(record: &Record, role: Role) -> String {
    let names: Vec<String> = record.agents_as(role).map(|agent| agent.name.display()).collect();
    listed(&names, "and", true)
}

/// Who gave the document, for one of which no place is known: custody as printed.
pub(super) fn provenance(record: &Record) -> String {
    let printed = record.custody.iter().filter_map(|event| event.as_printed.as_deref());
    printed.map(|text| text.trim_end_matches('.')).collect::<Vec<_>>().join(". ")
}

/// The credit of a digital archive: where it is reprinted, who obtained or contributed it, who
/// translated it; sentences joined with `. `, without a last full stop.
pub(super) fn credit(record: &Record, translation: Option<&Translation>) -> String {
    let mut sentences = Vec::new();
    if !record.holdings.is_empty() {
        let made_from = translation.and_then(|translation| translation.published_in.as_ref());
        let printed =
            record.publications.iter().filter(|publication| Some(&publication.id) != made_from);
        sentences.extend(printed.map(reprinted));
    }
    let contributors = people(record, Role::Contributor);
    let printed = translation.and_then(|translation| translation.as_printed.as_ref());
    // Where nobody says from which archive or book it comes, somebody got it.
    let unknown_source = record.holdings.is_empty() && record.publications.is_empty();
    let deed = if unknown_source { "Obtained" } else { "Contributed" };
    let credit = match (translated(record, translation), contributors.is_empty()) {
        (Some(translated), true) => Some(translated),
        // A credit as printed names its contributors itself.
        (Some(translated), false) if printed.is_some() => Some(translated),
        (Some(translated), false) => {
            // A second *and* in one sentence would run the two deeds together.
            let and = if translated.contains(" and edited ") { ";" } else { " and" };
            Some(match translators(record, translation) == contributors {
                true => format!("Obtained and {}", lower_first(&translated)),
                false => format!("{deed} by {contributors}{and} {}", lower_first(&translated)),
            })
        }
        (None, false) => Some(format!("{deed} by {contributors}")),
        (None, true) => None,
    };
    sentences.extend(credit);
    sentences.join(". ")
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Classification and handling, then remarks, as *Foreign Relations* prints them after the source:
/// `Confidential; Immediate; Exdis. Repeated immediate to USUN`.
pub(super) fn handling(record: &Record, holding_note: Option<&str>) -> String {
    let marks = record.classification.join("; ");
    let remarks = [record.note.as_deref(), holding_note];
    let sentences = [Some(marks.as_str())].into_iter().chain(remarks).flatten();
    let sentences: Vec<&str> =
        sentences.map(|s| s.trim().trim_end_matches('.')).filter(|s| !s.is_empty()).collect();
    sentences.join(". ")
}
