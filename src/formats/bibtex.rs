//! Records as BibTeX and BibLaTeX.
//!
//! `library` holds the whole reference, and so does `note`, since the standard styles print no
//! `library`. Letters are `@misc` with `entrysubtype = {letter}`: BibLaTeX knows `@letter`, but its
//! data model gives that type no fields at all, not even an author. Recipients, which neither knows,
//! stand in the title or the note. Keys are the ids of the records.

use super::kept::{self, Familiar};
use super::latex_text::{address, escaped, key};
use super::lines::Lines;
use super::version_mark::mark;
use super::writer::{Outgoing, Piece, Writer};
use super::{Context, bibtex_reader};
use crate::citation::{
    Choice, DateVariable, Item, ItemType, Loss, Name, NameVariable, TextVariable, item_of,
    reference_of,
};
use crate::record::{self, Archives, FieldPath, HistoricalDate, Rank, Record, Translation};
use std::io::{self, Write};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// For `bibtex`: years and months, no letters, everything unusual in the note.
    BibTex,
    /// For `biber`: dates in EDTF, letters, related entries.
    BibLatex,
}

/// Writes one entry after another, with an empty line between.
#[derive(Debug)]
pub struct BibWriter {
    dialect: Dialect,
    begun: bool,
    familiar: Familiar,
}

impl BibWriter {
    /// A writer of `dialect`.
    pub fn new(dialect: Dialect) -> BibWriter {
        BibWriter { dialect, begun: false, familiar: Familiar::default() }
    }
}

impl BibWriter {
    /// What of `record` does not come back from its entry. What stands there for readers alone (in a note, in an
    /// entry of its own) is told too, with where it stands.
    fn losses_of(
        &self,
        record: &Record,
        entries: &[Entry],
        archives: &Archives,
        said: &[Loss],
    ) -> Vec<Loss> {
        let context = Context { archives, mapping: None };
        let familiar = self.familiar.holding(record);
        let mut text = String::new();
        for (at, entry) in entries.iter().enumerate() {
            match (at, &familiar) {
                (0, Some(_)) => text.push_str(&entry.without_reference().to_string()),
                _ => text.push_str(&entry.to_string()),
            }
        }
        let mut back = kept::read_back(|sink| {
            bibtex_reader::read(&text, &Lines::of(&text, ""), &context, sink)
        });
        if let (Some(found), Some(holding)) = (&mut back, familiar) {
            found.push("holding", holding);
        }
        let why = |_: &FieldPath| "there is no field for it".to_owned();
        let losses = kept::losses(record, back, said, &why);
        self.familiar.learn(record, &losses);
        losses
    }
}

impl Writer for BibWriter {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn resume(&mut self) {
        self.begun = true;
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let (mut entries, _) = entries_of(outgoing.record, archives, self.dialect);
        if let (Some(asked), Some(entry)) = (outgoing.key, entries.first_mut()) {
            entry.key = key(asked);
        }
        // Every program that reads BibTeX passes over what stands between the entries.
        let mark = mark(outgoing).map_or(String::new(), |mark| format!("% {mark}\n"));
        let entries: Vec<String> = entries.iter().map(|entry| format!("{mark}{entry}")).collect();
        Piece::text(entries.join("\n"))
    }

    fn losses(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Vec<Loss> {
        let (entries, said) = entries_of(outgoing.record, archives, self.dialect);
        self.losses_of(outgoing.record, &entries, archives, &said)
    }

    fn put(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
        if self.begun {
            out.write_all(b"\n")?;
        }
        self.begun = true;
        out.write_all(&piece.text)
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// What stands before a volume that is no number.
pub(super) const VOLUME: &str = "vol. ";

/// One entry: its fields in the order in which they are written, their values escaped.
struct Entry {
    kind: &'static str,
    key: String,
    fields: Vec<(&'static str, String)>,
}

impl Entry {
    /// A field with plain text.
    fn text(&mut self, name: &'static str, text: &str) {
        if !text.trim().is_empty() {
            self.fields.push((name, format!("{{{}}}", escaped(text.trim()))));
        }
    }

    /// A title, kept in the case in which it is written.
    fn title(&mut self, name: &'static str, text: &str) {
        if !text.trim().is_empty() {
            self.fields.push((name, format!("{{{{{}}}}}", escaped(text.trim()))));
        }
    }

    /// A value that needs no escaping.
    fn plain(&mut self, name: &'static str, value: &str) {
        self.fields.push((name, format!("{{{value}}}")));
    }

    fn names(&mut self, name: &'static str, names: &[Name]) {
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(name_text).collect();
            self.fields.push((name, format!("{{{}}}", names.join(" and "))));
        }
    }

    /// Who translated it. The data model of BibLaTeX has translators of printed things alone; a name of
    /// another kind says so beside it.
    fn translators(&mut self, names: &[Name]) {
        match self.kind {
            "incollection" | "inbook" => self.names("translator", names),
            _ if names.is_empty() => {}
            _ => {
                self.names("namea", names);
                self.plain("nameatype", "translator");
            }
        }
    }

    /// The entry as it would be if the record had no holding.
    fn without_reference(&self) -> Entry {
        let value = |wanted| self.fields.iter().find(|(name, _)| *name == wanted);
        let library = value("library").map_or("", |(_, value)| value.trim_end_matches('}'));
        let fields = self.fields.iter().filter_map(|(name, value)| match *name {
            "library" => None,
            "note" => {
                let rest = value.strip_prefix(library)?.trim_start_matches(". ");
                Some((*name, format!("{{{rest}")))
            }
            _ => Some((*name, value.clone())),
        });
        Entry { kind: self.kind, key: self.key.clone(), fields: fields.collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| *known == name)
    }
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "@{}{{{},", self.kind, self.key)?;
        for (name, value) in &self.fields {
            writeln!(f, "  {name} = {value},")?;
        }
        writeln!(f, "}}")
    }
}

/// The entries of `record` (its translations follow it), and the fields that have no place.
fn entries_of(record: &Record, archives: &Archives, dialect: Dialect) -> (Vec<Entry>, Vec<Loss>) {
    let choice = Choice::for_export();
    let (item, mut losses) = item_of(record, archives, &choice);
    let latex = dialect == Dialect::BibLatex;
    let mut entry = Entry {
        kind: entry_type(&item, dialect),
        key: key(record.id.as_str()),
        fields: Vec::new(),
    };
    let text = |variable| item.text(variable).unwrap_or("");
    entry.names("author", item.names(NameVariable::Author));
    entry.names("editor", item.names(NameVariable::Editor));
    what(&mut entry, &item, latex);
    date(&mut entry, record, &item, dialect, &mut losses);
    entry.text(if latex { "location" } else { "address" }, text(TextVariable::EventPlace));
    let references: Vec<String> = record
        .holdings
        .iter()
        .filter(|holding| holding.rank != Some(Rank::Deprecated))
        .map(|holding| reference_of(holding, archives, &choice))
        .collect();
    let principal = record.principal_holding().map(|h| reference_of(h, archives, &choice));
    let principal_text = principal.as_deref().unwrap_or("");
    if latex && !entry.has("title") {
        // Biber's data model wants a title of every entry.
        entry.title("title", principal_text);
    }
    entry.text("library", principal_text);
    let mut notes: Vec<String> = Vec::new();
    notes.extend(principal.clone());
    let others: Vec<&String> =
        references.iter().filter(|r| Some(*r) != principal.as_ref()).collect();
    if !others.is_empty() {
        let others: Vec<&str> = others.into_iter().map(String::as_str).collect();
        notes.push(format!("Also in {}", others.join("; ")));
    }
    published(&mut entry, &item, latex);
    let translators = item.names(NameVariable::Translator);
    if latex {
        entry.translators(translators);
    }
    if !translators.is_empty() && !entry.has("translator") {
        let names: Vec<String> = translators.iter().map(shown).collect();
        notes.push(format!("Translated by {}", names.join(", ")));
    }
    match latex {
        true => {
            entry.text("note", &notes.join(". "));
            entry.text("addendum", record.note.as_deref().unwrap_or(""));
        }
        false => {
            notes.extend(record.note.clone());
            entry.text("note", &notes.join(". "));
        }
    }
    if let Some(url) = item.text(TextVariable::Url) {
        match address(url) {
            Some(url) => entry.plain("url", &url),
            None => losses.push(loss(record, "surrogate.url", "it is no address of the web")),
        }
    }
    if let Some(accessed) = item.date(DateVariable::Accessed).and_then(|date| date.start)
        && entry.has("url")
        && accessed.day > 0
    {
        let day = format!("{:04}-{:02}-{:02}", accessed.year, accessed.month, accessed.day);
        entry.plain("urldate", &day);
    }
    if let Some(doi) = item.text(TextVariable::Doi) {
        entry.text("doi", doi);
    }
    if let Some(language) = record.languages.first() {
        let name = language_name(language.primary());
        entry.text("language", name.unwrap_or(language.as_str()));
        if latex && let Some(name) = name {
            entry.plain("langid", name);
        }
    }
    entry.text("abstract", text(TextVariable::Abstract));
    let related = if latex { translations(record, &mut entry) } else { Vec::new() };
    let mut entries = vec![entry];
    entries.extend(related);
    (entries, losses)
}

fn loss(record: &Record, field: &str, why: &str) -> Loss {
    Loss { record: record.id.to_string(), field: field.to_owned(), why: why.to_owned() }
}

fn entry_type(item: &Item, dialect: Dialect) -> &'static str {
    let titled =
        item.text(TextVariable::Title).is_some() && !item.names(NameVariable::Author).is_empty();
    let printed = item.text(TextVariable::ContainerTitle).is_some();
    match (item.kind, dialect) {
        // BibLaTeX wants an editor of a collection.
        (_, Dialect::BibLatex) if printed && item.names(NameVariable::Editor).is_empty() => {
            "inbook"
        }
        _ if printed => "incollection",
        // BibTeX's `unpublished` must have author and title.
        (Some(ItemType::Manuscript | ItemType::Document), _) if titled => "unpublished",
        _ => "misc",
    }
}

/// Title, what it is, its number.
fn what(entry: &mut Entry, item: &Item, latex: bool) {
    let genre = item.text(TextVariable::Genre).unwrap_or("");
    let number = item.text(TextVariable::Number).unwrap_or("");
    let to: Vec<String> = item.names(NameVariable::Recipient).iter().map(shown).collect();
    let letter = item.kind == Some(ItemType::PersonalCommunication);
    let described = match (letter, genre.is_empty()) {
        (true, true) => "Letter".to_owned(),
        (_, false) => upper_first(genre),
        (false, true) => String::new(),
    };
    match item.text(TextVariable::Title) {
        Some(title) => entry.title("title", title),
        // Every entry has a title: what the document is, and to whom it went.
        None if !to.is_empty() => {
            entry.title("title", &format!("{described} to {}", to.join(", ")))
        }
        None => entry.title("title", &described),
    }
    if latex {
        if let Some(title) = item.text(TextVariable::OriginalTitle) {
            entry.title("origtitle", title);
        }
        if item.text(TextVariable::Title).is_some() && !to.is_empty() {
            entry.text("titleaddon", &format!("to {}", to.join(", ")));
        }
        let in_book = matches!(entry.kind, "incollection" | "inbook");
        if letter && !in_book {
            entry.plain("entrysubtype", "letter");
        }
        if item.text(TextVariable::Title).is_some() {
            entry.text(if in_book { "entrysubtype" } else { "type" }, genre);
        }
        match in_book {
            true => entry.text("number", number),
            // The drivers of these types print no number.
            false if !number.is_empty() => entry.text("howpublished", &format!("no. {number}")),
            false => {}
        }
    } else {
        let mut how = described;
        if !number.is_empty() {
            how = format!("{how} no. {number}").trim().to_owned();
        }
        if !to.is_empty() {
            how = format!("{how} to {}", to.join(", ")).trim().to_owned();
        }
        entry.text("howpublished", &how);
    }
    if let Some(short) = item.text(TextVariable::TitleShort) {
        entry.title("shorttitle", short);
    }
}

/// The book in which it is printed, when it is cited from there.
fn published(entry: &mut Entry, item: &Item, latex: bool) {
    let text = |variable| item.text(variable).unwrap_or("");
    match (latex, item.text(TextVariable::VolumeTitle)) {
        (true, Some(volume)) => {
            entry.title("maintitle", text(TextVariable::ContainerTitle));
            entry.title("booktitle", volume);
        }
        (false, Some(volume)) => {
            let both = format!("{}: {volume}", text(TextVariable::ContainerTitle));
            entry.title("booktitle", &both);
        }
        (_, None) => entry.title("booktitle", text(TextVariable::ContainerTitle)),
    }
    if latex {
        entry.text("part", text(TextVariable::PartNumber));
    }
    let volume = text(TextVariable::Volume);
    match latex && !volume.bytes().all(|byte| byte.is_ascii_digit()) {
        // Volumes are whole numbers in BibLaTeX.
        true => entry.text("booktitleaddon", &format!("{VOLUME}{volume}")),
        false => entry.text("volume", volume),
    }
    entry.text("series", text(TextVariable::CollectionTitle));
    entry.text("publisher", text(TextVariable::Publisher));
    entry.text("pages", text(TextVariable::Page));
    if latex {
        entry.names("bookauthor", item.names(NameVariable::ContainerAuthor));
    }
}

/// EDTF of levels 0 and 1 is what biber reads; BibTeX has a year and a month.
fn date(entry: &mut Entry, record: &Record, item: &Item, dialect: Dialect, losses: &mut Vec<Loss>) {
    let Some(event) = record.dates.principal() else { return };
    match dialect {
        Dialect::BibLatex => {
            let day = event.value.as_str().split('T').next().unwrap_or_default();
            match day.parse::<HistoricalDate>() {
                Ok(date) if date.edtf().level() < 2 => entry.plain("date", day),
                _ => {
                    let span = [DateVariable::EventDate, DateVariable::Issued]
                        .into_iter()
                        .find_map(|variable| item.date(variable))
                        .and_then(span);
                    if let Some(span) = span {
                        entry.plain("date", &span);
                    }
                    losses.push(loss(record, "date", "biber has no such date: given as a span"));
                }
            }
        }
        Dialect::BibTex => {
            let mut parts = event.value.as_str().split(['-', 'T', '~', '?', '%']);
            let year = parts.next().unwrap_or_default();
            if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
                entry.text("year", event.value.as_str());
                return;
            }
            if event.value.as_str().contains('/') {
                let span = event.value.as_str().replace('/', "–");
                entry.text("year", &span);
                return;
            }
            match event.value.is_approximate() || event.value.is_uncertain() {
                true => entry.text("year", &format!("[ca. {year}]")),
                false => entry.plain("year", year),
            }
            let month = parts.next().and_then(|month| month.parse::<usize>().ok());
            const MONTHS: [&str; 12] = [
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            ];
            let Some(name) = month.and_then(|m| MONTHS.get(m.checked_sub(1)?)) else { return };
            // A macro that every style defines.
            entry.fields.push(("month", (*name).to_owned()));
            if let Some(day) = parts.next().filter(|day| day.bytes().all(|b| b.is_ascii_digit())) {
                entry.plain("day", day.trim_start_matches('0'));
            }
        }
    }
}

/// The first and the last day that `date` may be, as biber reads them: `1951/1953`.
fn span(date: &crate::citation::Date) -> Option<String> {
    let shown = |parts: crate::citation::DateParts| {
        (parts.year > 0).then(|| match (parts.month, parts.day) {
            (1..=12, 0) => format!("{:04}-{:02}", parts.year, parts.month),
            (1..=12, day) => format!("{:04}-{:02}-{day:02}", parts.year, parts.month),
            _ => format!("{:04}", parts.year),
        })
    };
    let first = shown(date.start?)?;
    match date.end {
        None => Some(first),
        Some(end) => Some(format!("{first}/{}", shown(end).unwrap_or_default())),
    }
}

/// An entry for each translation, related to that of the document.
fn translations(record: &Record, entry: &mut Entry) -> Vec<Entry> {
    let key_of = |translation: &Translation| key(&format!("{}:{}", record.id, translation.id));
    let worth: Vec<&Translation> = record
        .translations
        .iter()
        .filter(|translation| !translation.translator.is_empty() || translation.title.is_some())
        .collect();
    if worth.is_empty() {
        return Vec::new();
    }
    let keys: Vec<String> = worth.iter().map(|translation| key_of(translation)).collect();
    entry.plain("related", &keys.join(","));
    entry.plain("relatedtype", "translatedas");
    let called = entry.fields.iter().find(|(name, _)| *name == "title").cloned();
    let of_document = entry.fields.iter().find(|(name, _)| *name == "date");
    let of_document = of_document.map(|(_, value)| value.trim_matches(['{', '}']).to_owned());
    worth
        .into_iter()
        .map(|translation| {
            let mut related = Entry { kind: "misc", key: key_of(translation), fields: Vec::new() };
            related.plain("options", "dataonly=true");
            let translators: Vec<Name> = translation.translator.iter().map(item_name).collect();
            related.translators(&translators);
            match (&translation.title, &record.title) {
                (Some(title), _) => related.title("title", title),
                (None, Some(own)) => related.title("title", &own.text),
                (None, None) => related.fields.extend(called.clone()),
            }
            // Biber's data model wants a date of every entry: without its own it has the document's.
            let own = translation.date.as_ref();
            let own = own.filter(|date| date.hour_and_minute().is_none());
            let own = own.filter(|date| date.edtf().level() < 2).map(HistoricalDate::as_str);
            if let Some(date) = own.or(of_document.as_deref()) {
                related.plain("date", date);
            }
            let made_from = translation.made_from.as_ref().map(|part| format!("made from {part}"));
            let whom = translation.commissioned_by.as_ref().map(|whom| format!("for {whom}"));
            let notes: Vec<String> = whom.into_iter().chain(made_from).collect();
            related.text("note", &notes.join(", "));
            if let Some(name) = language_name(translation.to.primary()) {
                related.plain("language", name);
                related.plain("langid", name);
            }
            related
        })
        .collect()
}

fn item_name(name: &record::Name) -> Name {
    match (&name.family, name.order) {
        (Some(family), None | Some(record::NameOrder::GivenFirst)) if name.literal.is_none() => {
            Name::person(family, name.given.as_deref().unwrap_or(""))
        }
        _ => Name::literal(&name.display()),
    }
}

/// A name as BibTeX splits it: `von Family, Jr., Given`; one that must not be split in braces.
fn name_text(name: &Name) -> String {
    if !name.literal.is_empty() || name.family.is_empty() {
        return format!("{{{}}}", escaped(&shown(name)));
    }
    // A comma, an *and* or a small letter inside a part would be taken for structure.
    let part = |text: &str, may_be_small: bool| -> String {
        let structured = text.contains(',') || text.split_whitespace().any(|word| word == "and");
        let small = !may_be_small
            && text.split_whitespace().any(|word| word.starts_with(char::is_lowercase));
        match structured || small {
            true => format!("{{{}}}", escaped(text)),
            false => escaped(text),
        }
    };
    let mut family = part(&name.family, false);
    for particle in [&name.non_dropping_particle, &name.dropping_particle] {
        if !particle.is_empty() {
            family = format!("{} {family}", part(particle, true));
        }
    }
    let mut text = family;
    for rest in [&name.suffix, &name.given] {
        if !rest.is_empty() {
            text = format!("{text}, {}", part(rest, true));
        }
    }
    text
}

/// A name in its own order.
fn shown(name: &Name) -> String {
    if !name.literal.is_empty() {
        return name.literal.to_string();
    }
    let family = [&name.non_dropping_particle, &name.family];
    let given = [&name.given, &name.dropping_particle];
    let order = if name.static_ordering { [family, given] } else { [given, family] };
    let words = order.into_iter().flatten().chain([&name.suffix]).filter(|word| !word.is_empty());
    words.map(|word| &**word).collect::<Vec<_>>().join(" ")
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The name that babel and biblatex have for a language.
fn language_name(language: &str) -> Option<&'static str> {
    Some(match language {
        "ar" => "arabic",
        "bg" => "bulgarian",
        "cs" => "czech",
        "de" => "german",
        "en" => "english",
        "es" => "spanish",
        "fr" => "french",
        "hu" => "hungarian",
        "it" => "italian",
        "la" => "latin",
        "nl" => "dutch",
        "pl" => "polish",
        "pt" => "portuguese",
        "ro" => "romanian",
        "ru" => "russian",
        "sr" => "serbian",
        "sv" => "swedish",
        "uk" => "ukrainian",
        "zh" => "chinese",
        _ => return None,
    })
}
