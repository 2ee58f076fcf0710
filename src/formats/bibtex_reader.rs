//! BibTeX and BibLaTeX read, through the `biblatex` crate, which knows both and undoes LaTeX.

use super::bibtex::VOLUME;
use super::found::{Found, one_line, shown};
use super::from_item::from_item;
use super::holdings;
use super::lines::Lines;
use super::printed_date::printed_date;
use super::{Context, Sink};
use crate::citation::{
    Date, DateVariable, Item, ItemType, Name, NameVariable, TextVariable as Text,
};
use crate::problem::{Problem, Result, codes};
use crate::record::{Node, Table};
use biblatex::{Bibliography, ChunksExt, Entry, Person, RawBibliography, RawEntry};
use std::collections::{HashMap, HashSet};

/// Types of entries.
const TYPES: &[(&str, ItemType)] = &[
    ("letter", ItemType::PersonalCommunication),
    ("unpublished", ItemType::Manuscript),
    ("manuscript", ItemType::Manuscript),
    ("archival", ItemType::Manuscript),
    ("misc", ItemType::Document),
    ("report", ItemType::Report),
    ("techreport", ItemType::Report),
    ("article", ItemType::ArticleJournal),
    ("book", ItemType::Book),
    ("mvbook", ItemType::Book),
    ("booklet", ItemType::Pamphlet),
    ("collection", ItemType::Book),
    ("inbook", ItemType::Chapter),
    ("incollection", ItemType::Chapter),
    ("inproceedings", ItemType::PaperConference),
    ("thesis", ItemType::Thesis),
    ("phdthesis", ItemType::Thesis),
    ("mastersthesis", ItemType::Thesis),
    ("online", ItemType::Webpage),
    ("electronic", ItemType::Webpage),
    ("www", ItemType::Webpage),
    ("dataset", ItemType::Dataset),
    ("image", ItemType::Graphic),
    ("artwork", ItemType::Graphic),
    ("legal", ItemType::Treaty),
    ("legislation", ItemType::Legislation),
    ("jurisdiction", ItemType::LegalCase),
    ("music", ItemType::Song),
    ("audio", ItemType::Song),
    ("video", ItemType::MotionPicture),
    ("movie", ItemType::MotionPicture),
    ("patent", ItemType::Patent),
    ("standard", ItemType::Standard),
];

/// Fields of text. `location` and `library` are read by hand: what they mean depends on the type.
const TEXTS: &[(&str, Text)] = &[
    ("shorttitle", Text::TitleShort),
    ("origtitle", Text::OriginalTitle),
    ("type", Text::Genre),
    ("entrysubtype", Text::Genre),
    ("number", Text::Number),
    ("abstract", Text::Abstract),
    ("keywords", Text::Keyword),
    ("shelfmark", Text::CallNumber),
    ("archive", Text::Archive),
    ("archiveplace", Text::ArchivePlace),
    ("archivecollection", Text::ArchiveCollection),
    ("archivelocation", Text::ArchiveLocation),
    ("doi", Text::Doi),
    ("isbn", Text::Isbn),
    ("issn", Text::Issn),
    ("booktitle", Text::ContainerTitle),
    ("journaltitle", Text::ContainerTitle),
    ("journal", Text::ContainerTitle),
    ("maintitle", Text::ContainerTitle),
    ("publisher", Text::Publisher),
    ("institution", Text::Publisher),
    ("organization", Text::Publisher),
    ("school", Text::Publisher),
    ("series", Text::CollectionTitle),
    ("volume", Text::Volume),
    ("volumes", Text::NumberOfVolumes),
    ("part", Text::PartNumber),
    ("issue", Text::Issue),
    ("edition", Text::Edition),
    ("chapter", Text::ChapterNumber),
    ("pages", Text::Page),
    ("version", Text::Version),
    ("pubstate", Text::Status),
];

const NAMES: &[(&str, NameVariable)] = &[
    ("author", NameVariable::Author),
    ("recipient", NameVariable::Recipient),
    ("editor", NameVariable::Editor),
    ("translator", NameVariable::Translator),
    ("bookauthor", NameVariable::ContainerAuthor),
];

/// Reads the entries of `text`. An entry with an error is reported; the others are read.
pub fn read(
    text: &str,
    lines: &Lines<'_>,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    match RawBibliography::parse(text) {
        Ok(raw) => entries(raw, text, 0, lines, context, sink, &mut problems)?,
        Err(_) => {
            // One error hides the rest of the file: entry by entry, with the strings that all share.
            let is_string = |piece: &&str| {
                piece.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("@string"))
                    && RawBibliography::parse(piece).is_ok()
            };
            let strings: String = pieces(text).filter(is_string).collect();
            for piece in pieces(text).filter(|piece| !is_string(piece)) {
                let whole = format!("{strings}{piece}");
                match RawBibliography::parse(&whole) {
                    Ok(raw) => {
                        entries(raw, piece, strings.len(), lines, context, sink, &mut problems)?
                    }
                    Err(error) => {
                        let at = error.span.start.saturating_sub(strings.len()).min(piece.len());
                        let place = lines.place_of(piece.get(at..).unwrap_or(piece));
                        let message = format!("an entry cannot be read: {}", error.kind);
                        problems.push(Problem::error(codes::IMPORT_SYNTAX, message).at(place));
                    }
                }
            }
        }
    }
    Ok(problems)
}

/// The text cut where an `@` begins a line.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut starts = vec![0];
    starts.extend(text.match_indices("\n@").map(|(at, _)| at + 1));
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts.into_iter().zip(ends).filter_map(|(start, end)| text.get(start..end))
}

/// The entries of `raw`, which was parsed from `text` with `before` bytes put before it.
fn entries(
    raw: RawBibliography<'_>,
    text: &str,
    before: usize,
    lines: &Lines<'_>,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    // `~` is a space that does not break, unless the entry writes the sign itself.
    let whole = |span: &std::ops::Range<usize>| {
        text.get(span.start.saturating_sub(before)..span.end.saturating_sub(before)).unwrap_or("")
    };
    let tildes = |text: &str| text.contains("textasciitilde") || text.contains("\\~");
    let written = |text: &str| Written {
        tildes: tildes(text),
        markup: MARKUP.iter().any(|command| text.contains(command)),
    };
    let places: Vec<(usize, Written)> =
        raw.entries.iter().map(|entry| (entry.span.start, written(whole(&entry.span)))).collect();
    let place = |at: usize| lines.place_of(text.get(at.saturating_sub(before)..).unwrap_or(text));
    // Together, so that cross-references are followed; apart, when one of them is wrong.
    let bibliography = Bibliography::from_raw(raw.clone());
    if let Ok(bibliography) = bibliography {
        let translations: HashMap<&str, Vec<&Entry>> = bibliography
            .iter()
            .map(|entry| (&*entry.key, translations_of(entry, &bibliography)))
            .collect();
        let told: HashSet<&str> =
            translations.values().flatten().map(|entry| &*entry.key).collect();
        for ((entry, (at, written)), single) in bibliography.iter().zip(&places).zip(&raw.entries) {
            if told.contains(&*entry.key) {
                continue;
            }
            let mut found = entry_found(entry, *written, place(*at), context);
            let parent = entry.get("crossref").map(|key| key.format_verbatim());
            if parent.is_some_and(|key| bibliography.get(&key).is_some()) {
                found.unplaced.retain(|(field, _)| field != "crossref");
                // The date of the book is that of the publication, and its own that of the document.
                let own = alone(single, &raw);
                let date = |entry: &Entry| entry.get("date").map(|date| date.format_verbatim());
                if let Some(own) = own.iter().flat_map(Bibliography::iter).find_map(date)
                    && date(entry).is_some_and(|date| date != own)
                {
                    found.date("created", &own);
                }
            }
            let translations = translations.get(&*entry.key).map_or(&[][..], Vec::as_slice);
            add_translations(&mut found, translations, context);
            sink(found)?;
        }
        return Ok(());
    }
    for (single, (at, written)) in raw.entries.iter().zip(&places) {
        match alone(single, &raw) {
            Ok(bibliography) => {
                for entry in bibliography.iter() {
                    sink(entry_found(entry, *written, place(*at), context))?;
                }
            }
            Err(error) => {
                let message = format!("an entry cannot be read: {}", error.kind);
                problems.push(Problem::error(codes::IMPORT_SYNTAX, message).at(place(*at)));
            }
        }
    }
    Ok(())
}

/// One entry of `raw` by itself, with the strings that all share.
fn alone<'r>(
    single: &biblatex::Spanned<RawEntry<'r>>,
    raw: &RawBibliography<'r>,
) -> std::result::Result<Bibliography, biblatex::ParseError> {
    Bibliography::from_raw(RawBibliography {
        preamble: String::new(),
        entries: vec![single.clone()],
        abbreviations: raw.abbreviations.clone(),
    })
}

/// What an entry has in its source that its text does not show.
#[derive(Debug, Clone, Copy, Default)]
struct Written {
    /// The sign `~`, which is a space otherwise.
    tildes: bool,
    /// Commands that change how a text looks, and say nothing.
    markup: bool,
}

/// Commands around a text of which only the text stays.
const MARKUP: [&str; 10] = [
    "\\textit{",
    "\\emph{",
    "\\textbf{",
    "\\textsc{",
    "\\textsl{",
    "\\textrm{",
    "\\textup{",
    "\\mkbibemph{",
    "\\textsuperscript{",
    "\\textsubscript{",
];

/// `text` without [`MARKUP`].
fn without_markup(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // Of each brace that is open, whether it belongs to a command.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let command = MARKUP.iter().find(|command| rest.starts_with(**command));
        let length = command.map_or(first.len_utf8(), |command| command.len());
        match (command, first) {
            (Some(_), _) => open.push(true),
            (None, '{') => {
                open.push(false);
                plain.push(first);
            }
            (None, '}') if open.pop() == Some(true) => {}
            _ => plain.push(first),
        }
        rest = rest.get(length..).unwrap_or("");
    }
    plain
}

fn entry_found(
    entry: &Entry,
    written: Written,
    place: crate::problem::Place,
    context: &Context<'_>,
) -> Found {
    let kind_name = entry.entry_type.to_string().to_lowercase();
    let kind = TYPES.iter().find(|(name, _)| *name == kind_name).map(|(_, kind)| *kind);
    let kind = kind.unwrap_or(ItemType::Document);
    // `@misc` with this subtype is what the data model of BibLaTeX has for a letter.
    let subtype = entry.get("entrysubtype").map(|chunks| one_line(&chunks.format_verbatim()));
    let kind = match subtype.as_deref() {
        Some("letter") if kind == ItemType::Document => ItemType::PersonalCommunication,
        _ => kind,
    };
    let mut item = Item::new(&entry.key, kind);
    let mut unplaced: Vec<(String, String)> = Vec::new();
    let mut dates: Vec<(&str, String)> = Vec::new();
    let [mut location, mut library, mut titleaddon, mut howpublished, mut note] =
        [const { String::new() }; 5];
    let mut remarks: Vec<String> = Vec::new();
    // "namea" is of a kind that "nameatype" tells.
    let is_translator = entry
        .get("nameatype")
        .is_some_and(|chunks| one_line(&chunks.format_verbatim()) == "translator");
    for (field, chunks) in &entry.fields {
        let text = one_line(&chunks.format_verbatim());
        let text = if written.markup { without_markup(&text) } else { text };
        let text = match written.tildes
            || matches!(
                field.as_str(),
                "url" | "doi" | "date" | "urldate" | "origdate" | "eventdate"
            ) {
            true => text,
            false => text.replace('~', " "),
        };
        if text.is_empty() {
            continue;
        }
        let names = NAMES.iter().find(|(name, _)| name == field).map(|(_, variable)| *variable);
        let translator = (field == "namea" && is_translator).then_some(NameVariable::Translator);
        if let Some(variable) = names.or(translator) {
            let people: Vec<Person> = entry.get_as(field).unwrap_or_default();
            item.set_names(variable, people.iter().map(name_of).collect());
            if item.names(variable).is_empty() {
                unplaced.push((field.clone(), text));
            }
            continue;
        }
        match field.as_str() {
            "title" => {
                let subtitle = entry.get("subtitle").map(|c| one_line(&c.format_verbatim()));
                let title = match subtitle.filter(|subtitle| !subtitle.is_empty()) {
                    Some(subtitle) => format!("{text}: {subtitle}"),
                    None => text,
                };
                item.set_text(Text::Title, &title);
            }
            "subtitle" if entry.fields.contains_key("title") => {}
            "entrysubtype" if text == "letter" => {}
            "nameatype" if is_translator => {}
            "booktitleaddon" if text.starts_with(VOLUME) => {
                item.set_text(Text::Volume, text.trim_start_matches(VOLUME));
            }
            "titleaddon" => titleaddon = text,
            "howpublished" => match text.strip_prefix("no. ") {
                Some(number) if !entry.fields.contains_key("number") => {
                    item.set_text(Text::Number, number);
                }
                _ => howpublished = text,
            },
            "location" | "address" => location = text,
            "library" => library = text,
            "venue" | "eventplace" => {
                item.set_text(Text::EventPlace, &text);
            }
            "date" | "year" | "month" | "day" | "urldate" | "eventdate" | "origdate" => {
                dates.push((field, text));
            }
            "url" => {
                item.set_text(Text::Url, &text);
            }
            "langid" | "language" | "hyphenation" => {
                if item.text(Text::Language).is_none() || field == "langid" {
                    item.set_text(Text::Language, &text);
                }
            }
            "note" => note = text,
            "annotation" | "annote" | "addendum" => remarks.push(text),
            _ => match TEXTS.iter().find(|(name, _)| name == field) {
                Some((_, variable)) if item.text(*variable).is_none() => {
                    item.set_text(*variable, &text);
                }
                _ => unplaced.push((field.clone(), text)),
            },
        }
    }
    set_dates(&mut item, &dates, &mut unplaced);
    // A document has a place where it was written, a book one where it was published.
    let written = matches!(
        kind,
        ItemType::PersonalCommunication
            | ItemType::Manuscript
            | ItemType::Document
            | ItemType::Report
    );
    let place_of = if written && item.text(Text::Publisher).is_none() {
        Text::EventPlace
    } else {
        Text::PublisherPlace
    };
    if item.text(place_of).is_none() {
        item.set_text(place_of, &location);
    } else if !location.is_empty() {
        unplaced.push(("location".to_owned(), location));
    }
    if !titleaddon.is_empty() {
        // Descriptive titles stand there when there is no other.
        match (item.text(Text::Title), item.text(Text::Genre)) {
            (None, None) => {
                item.set_text(Text::Genre, &titleaddon);
            }
            (_, _) => unplaced.push(("titleaddon".to_owned(), titleaddon)),
        }
    }
    if matches!(kind, ItemType::Document | ItemType::Manuscript)
        && item.text(Text::Archive).is_none()
        && library.is_empty()
    {
        // The only place where standard BibTeX styles print where a document lies.
        library = std::mem::take(&mut howpublished);
    }
    if !howpublished.is_empty() {
        unplaced.push(("howpublished".to_owned(), howpublished));
    }
    // What stands for a title where there is none is the reference.
    if !library.is_empty() && item.text(Text::Title) == Some(library.as_str()) {
        item.set_text(Text::Title, "");
    }
    // "namea" is printed by no style: our own note says it in words.
    if is_translator && let Some(at) = note.rfind("Translated by ") {
        note.truncate(at);
        note.truncate(note.trim_end_matches([' ', '.']).len());
    }
    // Our own note begins with the reference, for styles that print no `library`.
    let mut also = String::new();
    if let Some(rest) = note.strip_prefix(&library).filter(|_| !library.is_empty()) {
        let rest = rest.trim_start_matches(['.', ' ']);
        let (others, rest) = match rest.strip_prefix("Also in ") {
            Some(others) => (others, ""),
            None => ("", rest),
        };
        (also, note) = (others.to_owned(), rest.to_owned());
    }
    remarks.insert(0, note);
    remarks.retain(|remark| !remark.is_empty());
    item.set_text(Text::Note, &remarks.join("\n"));
    let mut found = from_item(&item, place, context);
    if !library.is_empty() {
        match found.fields.get("holding").is_some() {
            true => unplaced.push(("library".to_owned(), library)),
            false => holdings::from_text(&mut found, &library, None, context),
        }
    }
    if !also.is_empty() {
        holdings::from_text(&mut found, &also, None, context);
    }
    if !TYPES.iter().any(|(name, _)| *name == kind_name) {
        unplaced.push(("type of entry".to_owned(), kind_name));
    }
    found.unplaced.extend(unplaced);
    found.item = format!("entry `{}`", shown(&entry.key));
    found.keyed("bibtex", &entry.key);
    found
}

/// The entries that a bibliography has for the translations of `entry` and for nothing else: they are data only.
fn translations_of<'b>(entry: &Entry, bibliography: &'b Bibliography) -> Vec<&'b Entry> {
    let text = |entry: &Entry, field: &str| {
        entry.get(field).map(|chunks| one_line(&chunks.format_verbatim())).unwrap_or_default()
    };
    if !text(entry, "relatedtype").starts_with("translat") {
        return Vec::new();
    }
    let related = text(entry, "related");
    let entries = related.split(',').filter_map(|key| bibliography.get(key.trim()));
    entries.filter(|entry| text(entry, "options").contains("dataonly")).collect()
}

/// Adds what the entries of its translations say to the record of a document.
fn add_translations(found: &mut Found, entries: &[&Entry], context: &Context<'_>) {
    if entries.is_empty() {
        return;
    }
    let list = |table: &Table, key: &str| {
        table.get(key).and_then(Node::as_list).map(<[Node]>::to_vec).unwrap_or_default()
    };
    let title = found.fields.get("title").cloned();
    // Who translated the document stands with the translation.
    found.fields.remove("translation");
    found.unplaced.retain(|(field, _)| !matches!(field.as_str(), "related" | "relatedtype"));
    for entry in entries {
        let mut other = entry_found(entry, Written::default(), found.place.clone(), context);
        let mut translation = Table::new();
        let language = list(&other.fields, "language");
        let mut translators = Vec::new();
        for told in list(&other.fields, "translation") {
            let Some(told) = told.as_table() else { continue };
            translation.set("to", told.get("to").cloned().unwrap_or_else(|| "und".into()));
            translators.extend(list(told, "translator"));
        }
        for agent in list(&other.fields, "agent") {
            let name = agent.as_table().and_then(|agent| agent.get("name"));
            translators.extend(name.cloned());
        }
        if let Some(language) = language.first() {
            translation.set("to", language.clone());
        }
        if translation.get("to").is_none() {
            translation.set("to", "und");
        }
        if !translators.is_empty() {
            translation.set("translator", translators);
        }
        if let Some(other) =
            other.fields.get("title").filter(|other| Some(*other) != title.as_ref())
        {
            translation.set("title", other.as_text().map_or_else(|| other.clone(), Node::from));
        }
        // A translation that has no date of its own is given the document's.
        let date = other.fields.get("date").filter(|date| found.fields.get("date") != Some(*date));
        let date = date.and_then(Node::as_table);
        if let Some(date) = date.and_then(|date| date.get("created")).and_then(Node::as_text) {
            translation.set("date", date);
        }
        if let Some(note) = other.fields.get("note") {
            translation.set("note", note.clone());
        }
        found.problems.append(&mut other.problems);
        found.push("translation", translation);
    }
}

fn set_dates(item: &mut Item, dates: &[(&str, String)], unplaced: &mut Vec<(String, String)>) {
    let of = |name: &str| dates.iter().find(|(n, _)| *n == name).map(|(_, text)| text.as_str());
    let raw = |text: &str| Date { raw: Some(text.into()), ..Date::default() };
    for (name, variable) in [
        ("date", DateVariable::Issued),
        ("urldate", DateVariable::Accessed),
        ("eventdate", DateVariable::EventDate),
        ("origdate", DateVariable::OriginalDate),
    ] {
        if let Some(text) = of(name) {
            item.set_date(variable, raw(text));
        }
    }
    let Some(year) = of("year") else { return };
    if of("date").is_some() {
        unplaced.push(("year".to_owned(), year.to_owned()));
        return;
    }
    let words = [of("day"), of("month"), Some(year)];
    let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let number = of("month").and_then(|month| month.parse::<u8>().ok());
    let date = match (number, of("day").and_then(|day| day.parse::<u8>().ok())) {
        (Some(month), Some(day)) => printed_date(&format!("{year}-{month:02}-{day:02}")),
        (Some(month), None) => printed_date(&format!("{year}-{month:02}")),
        (None, _) => printed_date(&words),
    };
    item.set_date(
        DateVariable::Issued,
        match date {
            Some(date) => raw(date.as_str()),
            None => raw(&words),
        },
    );
}

fn name_of(person: &Person) -> Name {
    if person.given_name.is_empty() && person.prefix.is_empty() && person.suffix.is_empty() {
        return Name::literal(person.name.trim());
    }
    Name {
        family: person.name.trim().into(),
        given: person.given_name.trim().into(),
        non_dropping_particle: person.prefix.trim().into(),
        suffix: person.suffix.trim().into(),
        ..Name::default()
    }
}
