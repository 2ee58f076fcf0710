//! A CSL item as a record: the one mapping by which CSL-JSON, Zotero, BibTeX, BibLaTeX, RIS and
//! hayagriva come in. It is the inverse of `citation::item_of`, as far as there is one.

use super::Context;
use super::found::{ArchiveHint, Found, language_of_code, literal, one_line, push, put, shown};
use super::holdings;
use super::printed_date::printed_date;
use crate::citation::{
    Date, DateParts, DateVariable, Item, ItemType, Name, NameVariable, TextVariable as Text,
};
use crate::problem::{Place, Problem, codes};
use crate::record::{Calendar, HistoricalDate, Language, Node, Role, Table};
use serde_json::Value as Json;

/// The record that `item` describes, at `place` of its source.
///
/// What CSL says and a record cannot is in [`Found::unplaced`]: nothing is dropped.
pub fn from_item(item: &Item, place: Place, context: &Context<'_>) -> Found {
    let mut reader = FromItem {
        found: Found::new(place, format!("item `{}`", shown(&item.id))),
        item,
        left: item.texts().map(|(variable, _)| variable).collect(),
        left_names: item.all_names().map(|(variable, _)| variable).collect(),
        left_dates: item.dates().map(|(variable, _)| variable).collect(),
        context,
    };
    reader.kind();
    reader.people();
    reader.publication();
    reader.dates();
    reader.holding();
    reader.surrogate();
    reader.texts();
    reader.custom();
    reader.rest();
    reader.found
}

struct FromItem<'a> {
    found: Found,
    item: &'a Item,
    left: Vec<Text>,
    left_names: Vec<NameVariable>,
    left_dates: Vec<DateVariable>,
    context: &'a Context<'a>,
}

impl<'a> FromItem<'a> {
    /// Takes the text of a variable: it has found its place. What is taken is not taken again.
    fn take(&mut self, variable: Text) -> &'a str {
        let Some(at) = self.left.iter().position(|left| *left == variable) else { return "" };
        self.left.remove(at);
        self.item.text(variable).unwrap_or("").trim()
    }

    fn take_names(&mut self, variable: NameVariable) -> &'a [Name] {
        let Some(at) = self.left_names.iter().position(|left| *left == variable) else {
            return &[];
        };
        self.left_names.remove(at);
        self.item.names(variable)
    }

    fn take_date(&mut self, variable: DateVariable) -> Option<&'a Date> {
        let at = self.left_dates.iter().position(|left| *left == variable)?;
        self.left_dates.remove(at);
        self.item.date(variable)
    }

    fn has(&self, variable: Text) -> bool {
        self.item.text(variable).is_some()
    }

    /// Whether the document is cited from print.
    fn is_printed(&self) -> bool {
        self.has(Text::ContainerTitle)
    }

    fn is_correspondence(&self) -> bool {
        self.item.kind == Some(ItemType::PersonalCommunication)
            || !self.item.names(NameVariable::Recipient).is_empty()
    }

    /// Type, genre, title, level.
    fn kind(&mut self) {
        let genre = self.take(Text::Genre);
        let title = self.take(Text::Title);
        let archival = self.has(Text::Archive) || self.has(Text::ArchiveLocation);
        let kind = self.item.kind;
        let by_type = match kind {
            Some(ItemType::PersonalCommunication) => "letter",
            Some(ItemType::Interview) => "interview",
            Some(ItemType::Map) => "map",
            Some(ItemType::Report) => "report",
            Some(ItemType::Graphic | ItemType::Figure) => "picture",
            Some(ItemType::MotionPicture) => "film",
            Some(ItemType::Speech) => "speech",
            Some(ItemType::Treaty) => "treaty",
            Some(ItemType::MusicalScore) => "score",
            Some(ItemType::Song) => "recording",
            Some(ItemType::Manuscript | ItemType::Document | ItemType::Collection) | None => "",
            // A catalog's file on paper is saved as a book by some programs.
            Some(_) if archival => "",
            Some(kind) => kind.as_str(),
        };
        if kind == Some(ItemType::Collection) {
            self.found.set("level", "collection");
        }
        // What says what the document is in so many words is a descriptive title.
        let descriptive = title.is_empty() && is_description(genre) && by_type.is_empty();
        if descriptive {
            let mut table = Table::new();
            put(&mut table, "text", genre);
            table.set("kind", "descriptive");
            self.found.fields.set("title", table);
        } else if let Some(level) = level_word(genre) {
            self.found.set("level", level);
        } else if genre.is_empty() {
            self.found.set("genre", by_type);
        } else {
            self.found.set("genre", genre);
        }
        if kind.is_none() {
            let problem =
                Problem::note(codes::IMPORT_UNPLACED, "the type of the item is not known");
            self.found.report(problem, "genre");
        } else if !by_type.is_empty()
            && !genre.is_empty()
            && by_type != "letter"
            && by_type != genre
        {
            self.found.unplaced("type", kind.map_or("", ItemType::as_str));
        }
        let short = self.take(Text::TitleShort);
        if !title.is_empty() {
            let mut table = Table::new();
            put(&mut table, "text", title);
            put(&mut table, "short", short);
            let node = if table.len() == 1 { Node::from(title) } else { Node::from(table) };
            self.found.fields.set("title", node);
        } else {
            self.found.unplaced("title-short", short);
        }
        let original = self.take(Text::OriginalTitle);
        self.found.set("original_title", original);
    }

    fn people(&mut self) {
        let author = if self.is_correspondence() && self.item.kind != Some(ItemType::Interview) {
            Role::Sender
        } else {
            Role::Author
        };
        for (variable, role) in [
            (NameVariable::Author, author),
            (NameVariable::Recipient, Role::Recipient),
            (NameVariable::Contributor, Role::Contributor),
        ] {
            for name in self.take_names(variable) {
                self.found.agent(role, name_node(name), None);
            }
        }
        for (variable, position) in [
            (NameVariable::Interviewer, "interviewer"),
            (NameVariable::Organizer, "organizer"),
            (NameVariable::Chair, "chair"),
            (NameVariable::Guest, "guest"),
            (NameVariable::Host, "host"),
        ] {
            for name in self.take_names(variable) {
                let mut agent = Table::new();
                agent.set("role", Role::Participant.word());
                agent.set("name", name_node(name));
                agent.set("position", position);
                self.found.push("agent", agent);
            }
        }
        if !self.is_printed() {
            for name in self.take_names(NameVariable::Editor) {
                self.found.agent(Role::Editor, name_node(name), None);
            }
        }
        let language = self.item.text(Text::Language).and_then(language_tag);
        let translators = self.take_names(NameVariable::Translator);
        match (language, translators) {
            (_, []) => {}
            (Some(language), translators) => {
                self.take(Text::Language);
                let mut translation = Table::new();
                translation.set("to", language.as_str());
                let names: Vec<Node> = translators.iter().map(name_node).collect();
                translation.set("translator", names);
                self.found.push("translation", translation);
            }
            (None, translators) => {
                for name in translators {
                    self.found.agent(Role::Translator, name_node(name), None);
                }
            }
        }
    }

    /// The book in which the document is printed.
    fn publication(&mut self) {
        let mut publication = Table::new();
        if self.is_printed() {
            for (variable, key) in [
                (Text::ContainerTitle, "title"),
                (Text::CollectionTitle, "series"),
                (Text::VolumeTitle, "volume_title"),
                (Text::Volume, "volume"),
                (Text::PartNumber, "part"),
                (Text::Issue, "issue"),
                (Text::PublisherPlace, "place"),
                (Text::Publisher, "publisher"),
                (Text::Page, "pages"),
                (Text::Number, "document"),
            ] {
                put(&mut publication, key, self.take(variable));
            }
            for (variable, key) in
                [(NameVariable::ContainerAuthor, "author"), (NameVariable::Editor, "editor")]
            {
                let names: Vec<Node> = self.take_names(variable).iter().map(name_node).collect();
                if !names.is_empty() {
                    publication.set(key, names);
                }
            }
            // The date of the book is `issued`, that of the document `event-date`.
            if let Some(date) = self.take_date(DateVariable::Issued) {
                match edtf(date) {
                    Some(date) => publication.set("date", date.as_str()),
                    None => self.found.unplaced("issued", &words_of(date)),
                }
            }
        } else if self.has(Text::Publisher) && !self.has(Text::Archive) {
            for (variable, key) in [
                (Text::Publisher, "publisher"),
                (Text::PublisherPlace, "place"),
                (Text::CollectionTitle, "series"),
                (Text::Volume, "volume"),
            ] {
                put(&mut publication, key, self.take(variable));
            }
        }
        self.found.push("publication", publication);
    }

    fn dates(&mut self) {
        let own = match self.is_correspondence() {
            true => "sent",
            false => "created",
        };
        let mut taken = false;
        for variable in [DateVariable::EventDate, DateVariable::Issued, DateVariable::OriginalDate]
        {
            if !taken && let Some(date) = self.take_date(variable) {
                self.date(own, date);
                taken = true;
            }
        }
        if let Some(date) = self.take_date(DateVariable::Submitted) {
            self.date("received", date);
        }
        if !self.is_printed()
            && let Some(date) = self.take_date(DateVariable::AvailableDate)
        {
            self.date("published_online", date);
        }
    }

    fn date(&mut self, event: &str, date: &Date) {
        match edtf(date) {
            Some(edtf) => {
                let words = date.raw.as_deref().or(date.literal.as_deref());
                let printed = words.filter(|words| *words != edtf.as_str());
                self.found.edtf(event, &edtf, printed);
            }
            None => self.found.date(event, &words_of(date)),
        }
    }

    fn holding(&mut self) {
        // A series of a collection stands in `collection-title` when the item is no printed one.
        let series = match self.has(Text::Archive) && !self.is_printed() {
            true => self.take(Text::CollectionTitle),
            false => "",
        };
        let archive = self.take(Text::Archive);
        let collection = self.take(Text::ArchiveCollection);
        let location = self.take(Text::ArchiveLocation);
        let place = self.take(Text::ArchivePlace);
        let shelfmark = self.take(Text::CallNumber);
        let leaves = if self.is_printed() { "" } else { self.take(Text::Page) };
        let parts = holdings::Parts { archive, collection, series, location, leaves, shelfmark };
        holdings::from_parts(&mut self.found, &parts, self.context);
        if !place.is_empty() {
            // Where an archive is, its entry says, when there is one and it has one house.
            let known = self.context.archives.find(archive).filter(|_| !archive.is_empty());
            if known.is_none_or(crate::record::Archive::is_in_several_cities) {
                self.found.unplaced("archive-place", place);
            }
            if !archive.is_empty() {
                self.found.archives.push(ArchiveHint {
                    name: archive.to_owned(),
                    place: Some(place.to_owned()),
                    ..ArchiveHint::default()
                });
            }
        }
    }

    fn surrogate(&mut self) {
        let mut surrogate = Table::new();
        let (source, url) = (self.take(Text::Source), self.take(Text::Url));
        put(&mut surrogate, "provider", source);
        put(&mut surrogate, "url", url);
        let accessed = self.take_date(DateVariable::Accessed);
        match accessed.map(|date| (edtf(date), words_of(date))) {
            None => {}
            Some((Some(date), _)) if surrogate.is_empty() => {
                self.found.edtf("accessed", &date, None);
            }
            Some((Some(date), _)) => surrogate.set("accessed", date.as_str()),
            Some((None, words)) => self.found.unplaced("accessed", &words),
        }
        self.found.push("surrogate", surrogate);
    }

    /// The texts that have a field of their own.
    fn texts(&mut self) {
        let number = self.take(Text::Number);
        if !number.is_empty() {
            let mut table = Table::new();
            put(&mut table, "value", number);
            self.found.push("number", table);
        }
        for (variable, key) in
            [(Text::EventPlace, "place"), (Text::Abstract, "abstract"), (Text::License, "rights")]
        {
            let text = self.take(variable);
            self.found.set(key, text);
        }
        let language = self.take(Text::Language);
        match language_tag(language) {
            Some(tag) => self.found.set("language", tag.as_str()),
            None => self.found.unplaced("language", language),
        }
        for (variable, scheme) in [
            (Text::CitationKey, "citation-key"),
            (Text::Doi, "doi"),
            (Text::Isbn, "isbn"),
            (Text::Issn, "issn"),
            (Text::Pmid, "pmid"),
            (Text::Pmcid, "pmcid"),
        ] {
            let value = self.take(variable);
            self.found.foreign_id(scheme, value);
        }
        let note = self.take(Text::Note);
        // What our own export says of the other holdings stands in `custom` as well.
        let repeats = note.starts_with("Also in ")
            && self
                .item
                .custom()
                .is_some_and(|custom| custom.keys().any(|key| key.starts_with("holding.")));
        if !repeats {
            self.found.set("note", note);
        }
    }

    /// What stands in `custom` under the name of a field, as our own export writes it.
    fn custom(&mut self) {
        let Some(custom) = self.item.custom() else { return };
        for (key, value) in custom {
            if !self.custom_field(key, value) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.found.unplaced(&format!("custom.{key}"), &text);
            }
        }
    }

    fn custom_field(&mut self, key: &str, value: &Json) -> bool {
        let fields = &mut self.found.fields;
        let segments: Vec<&str> = key.split('.').collect();
        match (&segments[..], value) {
            // The version of the record that was exported: it says nothing of the document.
            (["fonds"], Json::Object(own))
                if own.keys().all(|key| matches!(key.as_str(), "version" | "id")) => {}
            (
                [
                    "number"
                    | "language"
                    | "classification"
                    | "authenticity"
                    | "distribution"
                    | "custody"
                    | "relation"
                    | "alternative"
                    | "contact"
                    | "transliterated_title",
                ],
                value,
            ) => fields.set(key, Node::from_json(value.clone())),
            (["evidence"], Json::Array(list)) => {
                list.iter()
                    .for_each(|entry| push(fields, "evidence", Node::from_json(entry.clone())));
            }
            (["foreign_id"], Json::Array(list)) => {
                for entry in list {
                    let part = |key: &str| entry.get(key).and_then(Json::as_str).unwrap_or("");
                    self.found.foreign_id(part("scheme"), part("value"));
                }
            }
            (["title" | "original_title"], Json::String(text)) => match fields.get(key) {
                // What CSL had in its place is the other of the two.
                Some(shown) if key == "original_title" => {
                    let shown = shown.clone();
                    fields.set("transliterated_title", shown);
                    fields.set(key, text.as_str());
                }
                _ => fields.set(key, text.as_str()),
            },
            (["date", event], Json::String(text)) => match text.parse::<HistoricalDate>() {
                Ok(date) => self.found.edtf(event, &date, None),
                Err(_) => return false,
            },
            (["calendar"], Json::String(word)) if word.parse::<Calendar>().is_ok() => {
                let dates = self.found.nested("date");
                for event in ["sent", "created", "received"] {
                    let Some(node) = dates.get(event) else { continue };
                    let mut table = node.as_table().cloned().unwrap_or_default();
                    if let Some(text) = node.as_text() {
                        table.set("value", text);
                    }
                    table.set("calendar", word.as_str());
                    dates.set(event, table);
                    return true;
                }
                return false;
            }
            (["author" | "via" | "participant"], Json::Array(names)) => {
                let Ok(role) = key.parse::<Role>() else { return false };
                for name in names.iter().filter_map(Json::as_str) {
                    self.found.agent(role, literal(name), None);
                }
            }
            (["holding", id], Json::String(reference)) => {
                holdings::from_text(&mut self.found, reference, Some(id), self.context);
            }
            (["holding", id, field @ ("access" | "note" | "former")], value) => {
                let wanted = crate::record::slug(id, 80).unwrap_or_default();
                let Some(list) = fields.get_mut("holding").and_then(Node::as_list_mut) else {
                    return false;
                };
                let keys = crate::record::part_keys("holding", list).unwrap_or_default();
                let at = keys.iter().position(|part| *part == wanted);
                let part = at.and_then(|at| list.get_mut(at)).and_then(Node::as_table_mut);
                match part {
                    Some(part) => part.set(*field, Node::from_json(value.clone())),
                    None => return false,
                }
            }
            (["surrogate", id], Json::String(text)) => {
                let mut surrogate = Table::new();
                put(&mut surrogate, "id", id);
                let key = if text.contains("://") { "url" } else { "provider" };
                put(&mut surrogate, key, text);
                self.found.push("surrogate", surrogate);
            }
            (["publication", id], Json::String(text)) => {
                let mut publication = Table::new();
                put(&mut publication, "id", id);
                put(&mut publication, "as_printed", text);
                self.found.push("publication", publication);
            }
            (["translation", _], Json::Object(_)) => {
                push(fields, "translation", Node::from_json(value.clone()));
            }
            (["translation", id, "made_from"], Json::String(from)) => {
                let Some(list) = fields.get_mut("translation").and_then(Node::as_list_mut) else {
                    return false;
                };
                match list.first_mut().and_then(Node::as_table_mut) {
                    Some(first) => {
                        first.set("id", *id);
                        first.set("made_from", from.as_str());
                    }
                    None => return false,
                }
            }
            _ => return false,
        }
        true
    }

    /// What found no place.
    fn rest(&mut self) {
        for variable in std::mem::take(&mut self.left) {
            let text = self.item.text(variable).unwrap_or("");
            self.found.unplaced(variable.as_str(), &one_line(text));
        }
        for variable in std::mem::take(&mut self.left_names) {
            let names: Vec<String> = self.item.names(variable).iter().map(name_words).collect();
            self.found.unplaced(variable.as_str(), &names.join("; "));
        }
        for variable in std::mem::take(&mut self.left_dates) {
            if let Some(date) = self.item.date(variable) {
                let text = edtf(date).map_or_else(|| words_of(date), |date| date.to_string());
                self.found.unplaced(variable.as_str(), &text);
            }
        }
        for (key, value) in self.item.other().into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.found.unplaced(key, &text);
        }
    }
}

/// Whether a genre is a title that says what the document is, and not a word for its kind.
fn is_description(genre: &str) -> bool {
    let words = genre.split_whitespace().count();
    words > 3
        || (words > 1 && genre.contains(','))
        || (words > 1 && genre.chars().any(char::is_uppercase))
}

/// A genre that only says how much is described.
fn level_word(genre: &str) -> Option<&'static str> {
    Some(match genre.to_lowercase().as_str() {
        "fonds" | "fond" => "fonds",
        "collection" | "record group" => "collection",
        "series" | "sub-series" | "subseries" => "series",
        "file" | "file unit" => "file",
        "item" => "item",
        _ => return None,
    })
}

/// A language tag, or the name of a language in English.
pub fn language_tag(text: &str) -> Option<Language> {
    // What has a code of two letters goes by that one.
    let code = language_of_code(text);
    let text = if text.trim().len() == 3 { code.as_str() } else { text.trim() };
    if let Ok(tag) = text.replace('_', "-").parse::<Language>() {
        return Some(tag);
    }
    let tag = match text.to_lowercase().as_str() {
        "english" => "en",
        "russian" => "ru",
        "chinese" => "zh",
        "german" => "de",
        "french" => "fr",
        "korean" => "ko",
        "japanese" => "ja",
        "hungarian" => "hu",
        "polish" => "pl",
        "czech" => "cs",
        "slovak" => "sk",
        "romanian" => "ro",
        "bulgarian" => "bg",
        "spanish" => "es",
        "portuguese" => "pt",
        "italian" => "it",
        "vietnamese" => "vi",
        "mongolian" => "mn",
        "serbian" => "sr",
        "croatian" => "hr",
        "albanian" => "sq",
        "ukrainian" => "uk",
        "arabic" => "ar",
        "latin" => "la",
        "dutch" => "nl",
        "swedish" => "sv",
        "danish" => "da",
        "norwegian" => "no",
        "finnish" => "fi",
        "turkish" => "tr",
        "persian" => "fa",
        "hebrew" => "he",
        "greek" => "el",
        "yiddish" => "yi",
        _ => return None,
    };
    tag.parse().ok()
}

/// A CSL name as a name of a record.
pub fn name_node(name: &Name) -> Node {
    let mut table = Table::new();
    if !name.literal.is_empty() {
        return Node::from(crate::formats::found::clean(name.literal.trim()));
    }
    put(&mut table, "family", &name.family);
    // `Martin Luther, Jr.` and `John, Junior`: the suffix hides in the given names.
    let given = name.given.trim();
    let hidden = given.rsplit_once(", ").filter(|(_, end)| {
        matches!(
            end.trim_end_matches('.').to_lowercase().as_str(),
            "jr" | "sr" | "junior" | "senior" | "ii" | "iii" | "iv"
        )
    });
    match hidden {
        Some((given, suffix)) if name.suffix.is_empty() => {
            put(&mut table, "given", given);
            put(&mut table, "suffix", suffix);
        }
        _ => {
            put(&mut table, "given", given);
            put(&mut table, "suffix", &name.suffix);
        }
    }
    put(&mut table, "particle", &name.non_dropping_particle);
    put(&mut table, "dropping_particle", &name.dropping_particle);
    if name.static_ordering {
        table.set("order", "family-first");
    }
    Node::from(table)
}

fn name_words(name: &Name) -> String {
    let parts = [&name.family, &name.given, &name.suffix, &name.literal];
    let parts: Vec<&str> = parts.into_iter().map(|p| &**p).filter(|p| !p.is_empty()).collect();
    parts.join(", ")
}

/// The words that stand in place of a date, or its parts.
fn words_of(date: &Date) -> String {
    if let Some(words) = date.literal.as_deref().or(date.raw.as_deref()) {
        return words.to_owned();
    }
    let parts = |parts: DateParts| format!("{}-{}-{}", parts.year, parts.month, parts.day);
    let ends: Vec<String> = [date.start, date.end].into_iter().flatten().map(parts).collect();
    [ends.join("/"), date.season.as_deref().unwrap_or("").to_owned()].join(" ").trim().to_owned()
}

/// A CSL date as EDTF.
pub fn edtf(date: &Date) -> Option<HistoricalDate> {
    let Some(start) = date.start else {
        let words = date.raw.as_deref().or(date.literal.as_deref())?;
        return printed_date(words);
    };
    let season = date.season.as_deref().and_then(|season| season.parse::<u8>().ok());
    let first = edtf_parts(start, season.filter(|_| date.end.is_none()))?;
    let doubt = if date.circa { "~" } else { "" };
    let text = match date.end {
        None => format!("{first}{doubt}"),
        Some(DateParts { year: 0, month: 0, day: 0 }) => format!("{first}{doubt}/.."),
        Some(end) => format!("{first}{doubt}/{}{doubt}", edtf_parts(end, None)?),
    };
    text.parse().ok()
}

fn edtf_parts(parts: DateParts, season: Option<u8>) -> Option<String> {
    // CSL counts -1, 1; EDTF counts 0, 1.
    let year = if parts.year < 0 { i64::from(parts.year) + 1 } else { i64::from(parts.year) };
    let year = match year {
        0..=9999 => format!("{year:04}"),
        -9999..=-1 => format!("-{:04}", -year),
        _ => format!("Y{year}"),
    };
    Some(match (parts.season(), parts.month, parts.day) {
        (Some(season), _, _) => format!("{year}-{}", 20 + season),
        (None, 0, _) => match season.filter(|season| (1..=4).contains(season)) {
            Some(season) => format!("{year}-{}", 20 + season),
            None => year,
        },
        (None, month, 0) => format!("{year}-{month:02}"),
        (None, month, day) => format!("{year}-{month:02}-{day:02}"),
    })
}
