//! Hayagriva's YAML, the bibliography format of Typst, read and written.
//!
//! It has no word for a recipient, a collection, the place of an archive, a document's number beside
//! `serial-number`, nor for uncertain or approximate dates other than by a leading `~`.

use super::found::one_line;
use crate::citation::{
    Date, DateParts, DateVariable, Item, ItemType, Name, NameVariable, TextVariable as Text,
};
use crate::problem::{Place, Problem, Result, codes};
use serde_json::{Map, Value};
use std::fmt::Write;

/// Types, the one to write for a type of item first.
const TYPES: &[(&str, ItemType)] = &[
    ("manuscript", ItemType::Manuscript),
    ("misc", ItemType::PersonalCommunication),
    ("misc", ItemType::Document),
    ("anthology", ItemType::Collection),
    ("report", ItemType::Report),
    ("book", ItemType::Book),
    ("chapter", ItemType::Chapter),
    ("anthos", ItemType::Chapter),
    ("article", ItemType::ArticleJournal),
    ("thesis", ItemType::Thesis),
    ("web", ItemType::Webpage),
    ("artwork", ItemType::Graphic),
    ("case", ItemType::LegalCase),
    ("legislation", ItemType::Legislation),
    ("patent", ItemType::Patent),
    ("periodical", ItemType::Periodical),
    ("newspaper", ItemType::ArticleNewspaper),
    ("video", ItemType::MotionPicture),
    ("audio", ItemType::Song),
    ("post", ItemType::Post),
    ("reference", ItemType::EntryEncyclopedia),
    ("entry", ItemType::Entry),
    ("performance", ItemType::Performance),
    ("proceedings", ItemType::PaperConference),
    ("original", ItemType::Document),
];

const TEXTS: &[(&str, Text)] = &[
    ("title", Text::Title),
    ("genre", Text::Genre),
    ("abstract", Text::Abstract),
    ("call-number", Text::CallNumber),
    ("location", Text::EventPlace),
    ("issue", Text::Issue),
    ("volume", Text::Volume),
    ("volume-total", Text::NumberOfVolumes),
    ("chapter", Text::ChapterNumber),
    ("edition", Text::Edition),
    ("page-range", Text::Page),
    ("page-total", Text::NumberOfPages),
    ("language", Text::Language),
    ("archive-location", Text::ArchiveLocation),
    ("note", Text::Note),
];

/// An entry, what of it no variable stands for, and its place.
pub struct Entry {
    /// The item.
    pub item: Item,
    /// Fields that found no variable.
    pub other: Vec<(String, String)>,
    /// Where its key stands.
    pub place: Place,
}

/// Reads the entries of `text`. Aliases and nesting are limited: a small file cannot grow large.
pub fn read(text: &str, file: &str) -> Result<Vec<Entry>> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 64,
            max_aliases: 1_000,
            max_anchors: 1_000,
            max_nodes: 2_000_000,
            max_events: 5_000_000,
        },
    };
    let entries: Map<String, Value> =
        serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            let message = error.to_string();
            let first = message.lines().next().unwrap_or("").to_owned();
            let mut place = Place::file(file);
            if let Some(at) = error.location() {
                place = place.line_column(at.line() as usize, at.column() as usize);
            }
            let message = format!("this is not YAML as expected: {first}");
            Problem::error(codes::IMPORT_SYNTAX, message).at(place)
        })?;
    let mut lines = text.lines().enumerate();
    Ok(entries
        .into_iter()
        .map(|(key, value)| {
            // Keys stand at the beginning of lines, in the order of the map.
            let line = lines.by_ref().find_map(|(at, line)| {
                let line = line.trim_start_matches(['"', '\'']);
                line.starts_with(key.as_str()).then_some(at + 1)
            });
            let place = match line {
                Some(line) => Place::file(file).line_column(line, 1),
                None => Place::file(file),
            };
            entry(&key, value, place)
        })
        .collect())
}

fn entry(key: &str, value: Value, place: Place) -> Entry {
    let mut other = Vec::new();
    let Value::Object(fields) = value else {
        return Entry {
            item: Item::new(key, ItemType::Document),
            other: vec![("value".to_owned(), value.to_string())],
            place,
        };
    };
    let kind = fields.get("type").and_then(Value::as_str).map(str::to_lowercase);
    let known = kind.as_deref().and_then(|kind| TYPES.iter().find(|(name, _)| *name == kind));
    let mut item = Item::new(key, known.map_or(ItemType::Document, |(_, kind)| *kind));
    if let (None, Some(kind)) = (known, kind) {
        other.push(("type".to_owned(), kind));
    }
    for (name, value) in &fields {
        if !field(&mut item, name, value) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            other.push((name.clone(), text));
        }
    }
    // `misc` to somebody is a letter; the author of a letter does not make it one.
    if !item.names(NameVariable::Recipient).is_empty() {
        item.kind = Some(ItemType::PersonalCommunication);
    }
    Entry { item, other, place }
}

fn field(item: &mut Item, name: &str, value: &Value) -> bool {
    if name == "title" {
        if let Some(short) = value.get("short").and_then(Value::as_str) {
            item.set_text(Text::TitleShort, short);
        }
        if let Some(original) = value.get("translation").and_then(Value::as_str) {
            item.set_text(Text::OriginalTitle, original);
        }
    }
    if let Some((_, variable)) = TEXTS.iter().find(|(known, _)| *known == name) {
        return match formattable(value) {
            Some(text) => {
                item.set_text(*variable, &text);
                true
            }
            None => false,
        };
    }
    match name {
        "type" => true,
        "author" | "editor" => {
            let variable =
                if name == "author" { NameVariable::Author } else { NameVariable::Editor };
            item.set_names(variable, people(value));
            !item.names(variable).is_empty()
        }
        "affiliated" => {
            let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            let mut all = true;
            for group in list {
                let role = group.get("role").and_then(Value::as_str).unwrap_or("").to_lowercase();
                let names = group.get("names").map(people).unwrap_or_default();
                match role.as_str() {
                    "translator" => {
                        item.set_names(NameVariable::Translator, names);
                    }
                    "compiler" => {
                        item.set_names(NameVariable::Compiler, names);
                    }
                    "collaborator" => {
                        item.set_names(NameVariable::Contributor, names);
                    }
                    "organizer" => {
                        item.set_names(NameVariable::Organizer, names);
                    }
                    _ => all = false,
                }
            }
            all
        }
        "date" => {
            item.set_date(DateVariable::Issued, date_of(value));
            item.date(DateVariable::Issued).is_some()
        }
        "url" => {
            let url = value.as_str().or_else(|| value.get("value").and_then(Value::as_str));
            if let Some(url) = url {
                item.set_text(Text::Url, url);
            }
            if let Some(date) = value.get("date") {
                item.set_date(DateVariable::Accessed, date_of(date));
            }
            url.is_some()
        }
        PLACE_OF_ARCHIVE => {
            let place = formattable(value).unwrap_or_default();
            let name = item.text(Text::Archive).unwrap_or("");
            let bare = name.strip_suffix(&place).and_then(|name| name.strip_suffix(", "));
            if let Some(name) = bare.map(str::to_owned) {
                item.set_text(Text::Archive, &name).set_text(Text::ArchivePlace, &place);
            }
            true
        }
        "archive" => match (value.get("name").and_then(formattable), formattable(value)) {
            (Some(name), _) | (None, Some(name)) => {
                item.set_text(Text::Archive, &name);
                if let Some(place) = value.get("location").and_then(formattable) {
                    item.set_text(Text::ArchivePlace, &place);
                }
                true
            }
            _ => false,
        },
        "publisher" => {
            let name = value.get("name").and_then(formattable).or_else(|| formattable(value));
            item.set_text(Text::Publisher, &name.clone().unwrap_or_default());
            if let Some(place) = value.get("location").and_then(formattable) {
                item.set_text(Text::PublisherPlace, &place);
            }
            name.is_some()
        }
        "serial-number" => match value {
            Value::Object(numbers) => {
                let mut all = true;
                for (scheme, value) in numbers {
                    let text = scalar(value).unwrap_or_default();
                    let variable = match scheme.as_str() {
                        "doi" => Text::Doi,
                        "isbn" => Text::Isbn,
                        "issn" => Text::Issn,
                        "serial" => Text::Number,
                        _ => {
                            all = false;
                            continue;
                        }
                    };
                    item.set_text(variable, &text);
                }
                all
            }
            value => match scalar(value) {
                Some(text) => {
                    item.set_text(Text::Number, &text);
                    true
                }
                None => false,
            },
        },
        "parent" => parent(item, value),
        _ => false,
    }
}

/// The first parent that has a title: what the item is printed in, or the collection it belongs to.
fn parent(item: &mut Item, value: &Value) -> bool {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let [Value::Object(fields)] = list else { return false };
    let archival =
        matches!(item.kind, Some(ItemType::Manuscript)) && item.text(Text::Archive).is_some();
    let mut all = true;
    for (name, value) in fields {
        match name.as_str() {
            "type" => {}
            "title" => {
                let variable =
                    if archival { Text::ArchiveCollection } else { Text::ContainerTitle };
                match formattable(value) {
                    Some(title) => {
                        item.set_text(variable, &title);
                    }
                    None => all = false,
                }
            }
            "editor" => {
                item.set_names(NameVariable::Editor, people(value));
            }
            "author" => {
                item.set_names(NameVariable::ContainerAuthor, people(value));
            }
            "publisher" | "volume" | "issue" | "edition" | "volume-total" => {
                all &= field(item, name, value);
            }
            _ => all = false,
        }
    }
    all
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
    .filter(|text| !text.trim().is_empty())
}

/// A formattable string: text, or a table with `value`. Braces keep capitals and are no text, unless a
/// backslash stands before them.
fn formattable(value: &Value) -> Option<String> {
    let formatted = scalar(value).or_else(|| value.get("value").and_then(scalar))?;
    Some(one_line(&unescaped(&formatted)))
}

fn unescaped(formatted: &str) -> String {
    let mut text = String::with_capacity(formatted.len());
    let mut characters = formatted.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek().copied()) {
            ('\\', Some(sign)) if SIGNS.contains(&sign) => {
                text.push(sign);
                characters.next();
            }
            ('{' | '}', _) => {}
            _ => text.push(character),
        }
    }
    text
}

/// Signs that mean something in a formattable string: braces keep capitals, dollars hold mathematics.
const SIGNS: [char; 4] = ['{', '}', '$', '\\'];

/// `text` as a formattable string in which nothing means anything.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if SIGNS.contains(&character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Whether the field of `variable` holds a formattable string: numbers, languages and pages do not.
fn is_formatted(variable: Text) -> bool {
    matches!(
        variable,
        Text::Title
            | Text::TitleShort
            | Text::Genre
            | Text::Abstract
            | Text::CallNumber
            | Text::EventPlace
            | Text::Archive
            | Text::ArchiveCollection
            | Text::ArchiveLocation
            | Text::Note
            | Text::Publisher
            | Text::PublisherPlace
            | Text::ContainerTitle
    )
}

fn people(value: &Value) -> Vec<Name> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter()
        .filter_map(|person| match person {
            Value::String(text) => {
                let parts: Vec<&str> = text.splitn(3, ',').map(str::trim).collect();
                Some(match parts[..] {
                    [family, given] => Name::person(family, given),
                    [family, suffix, given] => {
                        Name { suffix: suffix.into(), ..Name::person(family, given) }
                    }
                    _ => Name::literal(text.trim()),
                })
            }
            Value::Object(parts) => {
                let part = |key: &str| parts.get(key).and_then(Value::as_str).unwrap_or("");
                Some(match part("given-name") {
                    "" if part("prefix").is_empty() => Name::literal(part("name")),
                    given => Name {
                        non_dropping_particle: part("prefix").into(),
                        suffix: part("suffix").into(),
                        ..Name::person(part("name"), given)
                    },
                })
            }
            _ => None,
        })
        .filter(|name| !name.is_empty())
        .collect()
}

fn date_of(value: &Value) -> Date {
    let text = scalar(value).unwrap_or_default();
    let (text, circa) = match text.strip_prefix('~') {
        Some(rest) => (rest.to_owned(), true),
        None => (text, false),
    };
    match text.is_empty() {
        true => Date::default(),
        false if circa => Date { raw: Some(format!("{text}~").into()), ..Date::default() },
        false => Date { raw: Some(text.into()), ..Date::default() },
    }
}

/// The item with the place of its archive as part of the archive's name: hayagriva knows an archive
/// by one text only.
fn with_archive_and_place(item: &Item) -> (Item, Option<String>) {
    let mut joined = item.clone();
    let (Some(name), Some(place)) = (item.text(Text::Archive), item.text(Text::ArchivePlace))
    else {
        return (joined, None);
    };
    joined.set_text(Text::Archive, &format!("{name}, {place}")).set_text(Text::ArchivePlace, "");
    (joined, Some(place.to_owned()))
}

/// The key under which our own files say which end of an archive's text is its place. Hayagriva
/// passes over keys that it does not know.
const PLACE_OF_ARCHIVE: &str = "fonds-archive-place";

/// `item` as an entry.
pub fn write(item: &Item, mark: Option<&str>) -> String {
    let (joined, place) = with_archive_and_place(item);
    let item = &joined;
    let kind = item.kind.unwrap_or(ItemType::Document);
    let name = TYPES.iter().find(|(_, known)| *known == kind).map_or("misc", |(name, _)| *name);
    let mark = mark.map_or(String::new(), |mark| format!("# {mark}\n"));
    let mut out = format!("{mark}{}:\n  type: {name}\n", quoted(&item.id));
    let printed = item.text(Text::ContainerTitle).is_some();
    let mut put = |out: &mut String, indent: &str, key: &str, variable: Text| {
        if let Some(text) = item.text(variable) {
            let text = if is_formatted(variable) { escaped(text) } else { text.to_owned() };
            let _ = writeln!(out, "{indent}{key}: {}", quoted(&text));
        }
    };
    match item.text(Text::TitleShort) {
        Some(_) if item.text(Text::Title).is_some() => {
            out.push_str("  title:\n");
            put(&mut out, "    ", "value", Text::Title);
            put(&mut out, "    ", "short", Text::TitleShort);
        }
        _ => put(&mut out, "  ", "title", Text::Title),
    }
    for (key, variable) in TEXTS.iter().skip(1) {
        let in_parent = printed
            && matches!(
                variable,
                Text::Volume | Text::Issue | Text::Edition | Text::NumberOfVolumes
            );
        if !in_parent {
            put(&mut out, "  ", key, *variable);
        }
    }
    let nested = |out: &mut String,
                  key: &str,
                  name: Text,
                  place: Text,
                  put: &mut dyn FnMut(&mut String, &str, &str, Text)| {
        match item.text(place) {
            Some(_) if item.text(name).is_some() => {
                let _ = writeln!(out, "  {key}:");
                put(out, "    ", "name", name);
                put(out, "    ", "location", place);
            }
            _ => put(out, "  ", key, name),
        }
    };
    put(&mut out, "  ", "archive", Text::Archive);
    if let Some(place) = &place {
        let _ = writeln!(out, "  {PLACE_OF_ARCHIVE}: {}", quoted(&escaped(place)));
    }
    if !printed {
        nested(&mut out, "publisher", Text::Publisher, Text::PublisherPlace, &mut put);
    }
    let serials =
        [("serial", Text::Number), ("doi", Text::Doi), ("isbn", Text::Isbn), ("issn", Text::Issn)];
    if serials.iter().any(|(_, variable)| item.text(*variable).is_some()) {
        out.push_str("  serial-number:\n");
        for (key, variable) in serials {
            put(&mut out, "    ", key, variable);
        }
    }
    if printed {
        out.push_str("  parent:\n    type: anthology\n");
        put(&mut out, "    ", "title", Text::ContainerTitle);
        for (key, variable) in [
            ("volume", Text::Volume),
            ("issue", Text::Issue),
            ("edition", Text::Edition),
            ("volume-total", Text::NumberOfVolumes),
        ] {
            put(&mut out, "    ", key, variable);
        }
        if item.text(Text::Publisher).is_some() {
            out.push_str("    publisher:\n");
            put(&mut out, "      ", "name", Text::Publisher);
            put(&mut out, "      ", "location", Text::PublisherPlace);
        }
        write_people(&mut out, "    editor", item.names(NameVariable::Editor));
        write_people(&mut out, "    author", item.names(NameVariable::ContainerAuthor));
    } else if kind == ItemType::Manuscript
        && item.text(Text::Archive).is_some()
        && item.text(Text::ArchiveCollection).is_some()
    {
        out.push_str("  parent:\n    type: anthology\n");
        put(&mut out, "    ", "title", Text::ArchiveCollection);
    }
    write_people(&mut out, "  author", item.names(NameVariable::Author));
    if !printed {
        write_people(&mut out, "  editor", item.names(NameVariable::Editor));
    }
    let roles = [
        ("translator", NameVariable::Translator),
        ("compiler", NameVariable::Compiler),
        ("collaborator", NameVariable::Contributor),
        ("organizer", NameVariable::Organizer),
    ];
    if roles.iter().any(|(_, variable)| !item.names(*variable).is_empty()) {
        out.push_str("  affiliated:\n");
        for (role, variable) in roles.iter().filter(|(_, v)| !item.names(*v).is_empty()) {
            let _ = writeln!(out, "    - role: {role}");
            write_people(&mut out, "      names", item.names(*variable));
        }
    }
    if let Some(text) = item.date(DateVariable::Issued).and_then(date_text) {
        let _ = writeln!(out, "  date: {}", quoted(&text));
    }
    // One address that is none keeps Typst from reading the file at all.
    if let Some(url) = item.text(Text::Url).and_then(super::latex_text::address) {
        let url = url.as_str();
        match item.date(DateVariable::Accessed).and_then(date_text) {
            Some(date) => {
                let _ = writeln!(
                    out,
                    "  url:\n    value: {}\n    date: {}",
                    quoted(url),
                    quoted(&date)
                );
            }
            None => {
                let _ = writeln!(out, "  url: {}", quoted(url));
            }
        }
    }
    out.push('\n');
    out
}

/// A day, month or year, approximate or not: more the format does not know.
fn date_text(date: &Date) -> Option<String> {
    let start = date.start.filter(|_| date.end.is_none())?;
    let DateParts { year, month, day } = start;
    let year = if year < 0 { year + 1 } else { year };
    let sign = if year < 0 { "-" } else { "" };
    let mut text = format!("{}{sign}{:04}", if date.circa { "~" } else { "" }, year.abs());
    if start.season().is_none() && month > 0 {
        let _ = write!(text, "-{month:02}");
        if day > 0 {
            let _ = write!(text, "-{day:02}");
        }
    }
    Some(text)
}

fn write_people(out: &mut String, key: &str, names: &[Name]) {
    if names.is_empty() {
        return;
    }
    let indent: String = key.chars().take_while(|c| *c == ' ').collect();
    let _ = writeln!(out, "{key}:");
    for name in names {
        if name.literal.is_empty() {
            let mut parts = vec![format!("name: {}", quoted(&name.family))];
            for (key, part) in [
                ("given-name", &name.given),
                ("prefix", &name.non_dropping_particle),
                ("suffix", &name.suffix),
            ] {
                if !part.is_empty() {
                    parts.push(format!("{key}: {}", quoted(part)));
                }
            }
            let _ = writeln!(out, "{indent}  - {{ {} }}", parts.join(", "));
        } else {
            let _ = writeln!(out, "{indent}  - {{ name: {} }}", quoted(&name.literal));
        }
    }
}

/// Text in quotation marks: what JSON writes is YAML too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
