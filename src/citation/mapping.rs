//! From a record to an item: the judgement calls of archival citation, in one place.
//!
//! Sources: the Chicago Manual of Style (18th ed., 14.127, 14.128, 14.205) for what a citation of
//! an unpublished document says; CSL 1.0.2, appendices III and IV, for the variables; the usage of
//! the authors of the CSL styles for Chicago for which variable says what (`archive_location` for
//! the path, `genre` for descriptive titles, `event-place` for where a letter was written). What
//! CSL has no variable for goes into `custom`, and each such field is a [`Loss`].

use super::calendar::in_both_calendars;
use super::choice::{Choice, HoldingChoice, Levels, Loss, TranslationChoice};
use super::convention::NoteUse;
use super::date_words::in_words;
use super::item::{Item, Name};
use super::kind::{Kind, kind_of};
use super::location::{self, Location, locate};
use super::people::{form_for, name_of};
use super::published;
use super::vocabulary::{DateVariable, ItemType, NameVariable, TextVariable};
use super::when::date_of;
use crate::record::{
    Archives, HistoricalDate, Holding, Level, Publication, Rank, Record, Role, Surrogate,
    Translation,
};
use serde_json::{Value, json};

/// `record` as an item, cited as `choice` says, and every field that the item has no standard
/// variable for. `archives` tells how archives are named and their paths printed.
///
/// ```
/// use fonds::citation::{Choice, TextVariable, item_of};
/// use fonds::record::{Draft, Node, Source};
/// let node = Node::from_json(serde_json::json!({
///     "format": 1, "id": "1923-01-26-burton", "genre": "telegram", "date": { "sent": "1923-01-26" },
///     "agent": [{ "role": "sender", "name": "Burton" }, { "role": "recipient", "name": "Merriam" }],
///     "holding": [{ "archive": "RGASPI",
///         "path": [["fond", "558"], ["opis", "11"], ["delo", "341"], ["listy", "86-88"]] }],
/// }));
/// let record = Draft::new(node, Source::default()).finish().0.unwrap();
/// let archives = fonds::record_file::built_in_archives();
/// let (item, losses) = item_of(&record, &archives, &Choice::default());
/// assert_eq!(item.text(TextVariable::ArchiveLocation), Some("f. 558, op. 11, d. 341, ll. 86–88"));
/// assert!(losses.is_empty());
/// ```
pub fn item_of(record: &Record, archives: &Archives, choice: &Choice) -> (Item, Vec<Loss>) {
    let Kind { kind, title, genre, title_withheld } =
        kind_of(record, choice.convention.titles_of_letters);
    let of_its_time = choice_of_its_time(record, choice);
    let choice = of_its_time.as_ref().unwrap_or(choice);
    let mut mapper = Mapper {
        item: Item::new(record.id.as_str(), kind),
        losses: Vec::new(),
        record,
        archives,
        choice,
    };
    mapper.what(kind, title, genre, title_withheld);
    mapper.people();
    let cited = mapper.holdings();
    let published = mapper.publication(&cited);
    mapper.dates(published);
    mapper.surrogate(&cited, published);
    let translation = mapper.translation();
    mapper.note(&cited, translation);
    mapper.rest();
    (mapper.item, mapper.losses)
}

/// File numbers of *Foreign Relations* up to 1949 have a comma before a lot, `Marshall Mission Files,
/// Lot 54–D270`; later volumes a colon. `None` when `choice` needs no change.
fn choice_of_its_time(record: &Record, choice: &Choice) -> Option<Choice> {
    if !choice.convention.file_alone {
        return None;
    }
    // "frus1946v09/d14" names the volume.
    let volume = record
        .foreign_ids
        .iter()
        .filter(|id| id.scheme == "frus")
        .find_map(|id| id.value.strip_prefix("frus")?.get(..4)?.parse::<i32>().ok());
    let year = volume.or_else(|| {
        let (date, _) = date_of(&record.dates.principal()?.value);
        date.start.map(|day| day.year)
    });
    let early = year.is_some_and(|year| year < 1950);
    let convention = super::convention::Convention { before_lot: ", ", ..choice.convention };
    early.then(|| Choice { convention, ..choice.clone() })
}

/// The whole reference of `holding` as one text: what a list of records shows.
pub fn reference_of(holding: &Holding, archives: &Archives, choice: &Choice) -> String {
    location::whole(holding, archives, choice)
}

/// The fonds of the holding from which `record` is cited, and its title, where references to its archive
/// begin with one: what a bibliography by archives has for a heading.
pub fn fonds_of(
    record: &Record,
    archives: &Archives,
    choice: &Choice,
) -> Option<(String, Option<String>)> {
    let holding = match &choice.holding {
        HoldingChoice::Named(ids) => {
            record.holdings.iter().find(|holding| Some(&holding.id) == ids.first())
        }
        HoldingChoice::None => None,
        HoldingChoice::Principal | HoldingChoice::All => record.principal_holding(),
    };
    location::fonds(holding?, archives, choice)
}

/// The leaves or pages of `holding` with their label, to be given as the locator of a citation.
/// Empty when the path has none.
pub fn leaves_of(holding: &Holding, archives: &Archives, choice: &Choice) -> String {
    locate(holding, archives, &Choice { leaves: true, ..choice.clone() }).leaves
}

/// The collection of which `item` is a part, as an item of its own: what a bibliography lists in
/// place of several documents of one collection (CMOS 18, 14.128).
pub fn collection_of(item: &Item) -> Item {
    let text = |variable| item.text(variable).unwrap_or("");
    let (archive, title) = (text(TextVariable::Archive), text(TextVariable::ArchiveCollection));
    let mut collection = Item::new(&format!("{archive} / {title}"), ItemType::Collection);
    collection
        .set_text(TextVariable::Title, title)
        .set_text(TextVariable::Archive, archive)
        .set_text(TextVariable::ArchivePlace, text(TextVariable::ArchivePlace));
    collection
}

/// The word for a document that went by wire; `None` for others. *Foreign Relations* marks them
/// alone. Without a genre, a mark of precedence (*flash*, *immediate*), the hours of both sending
/// and receipt, or the number of a military message say it: letters and despatches bear none of them.
fn telegram_of(record: &Record) -> Option<&str> {
    const PRECEDENCE: &[&str] = &["immediate", "flash", "priority", "niact", "routine", "urgent"];
    match record.genre.as_deref().map(str::trim).filter(|genre| !genre.is_empty()) {
        Some(genre) => {
            let lower = genre.to_lowercase();
            let telegram =
                ["telegram", "cable", "telegraph"].iter().any(|word| lower.contains(word));
            match telegram {
                true => Some("telegram"),
                false => ["airgram", "telex"].contains(&lower.as_str()).then_some(genre),
            }
        }
        None => {
            let marked = record
                .classification
                .iter()
                .any(|mark| mark.to_lowercase().split(' ').any(|word| PRECEDENCE.contains(&word)));
            let hour = |event: &Option<crate::record::DatedEvent>| {
                event.as_ref().is_some_and(|event| event.value.hour_and_minute().is_some())
            };
            let timed = hour(&record.dates.sent) && hour(&record.dates.received);
            let message = record.numbers.iter().any(|number| is_message_number(&number.value));
            (marked || timed || message).then_some("telegram")
        }
    }
}

/// Whether `number` is one that military messages bear: the sign of the sender and a number of
/// four digits or more, `CX–50292`, `JCS 82438`, `WAR 90000`. Telegrams of embassies and despatches
/// have small numbers without a sign.
fn is_message_number(number: &str) -> bool {
    let sign = number.trim().trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = number.trim().len() - sign.len();
    let sign = sign.trim_end_matches(|c: char| crate::record::is_dash(c) || c == ' ');
    (4..=6).contains(&digits)
        && (1..=8).contains(&sign.len())
        && sign.bytes().all(|b| b.is_ascii_uppercase())
}

struct Mapper<'a> {
    item: Item,
    losses: Vec<Loss>,
    record: &'a Record,
    archives: &'a Archives,
    choice: &'a Choice,
}

impl<'a> Mapper<'a> {
    fn text(&mut self, variable: TextVariable, text: &str) {
        self.item.set_text(variable, text);
    }

    fn optional(&mut self, variable: TextVariable, text: Option<&String>) {
        if let Some(text) = text {
            self.item.set_text(variable, text);
        }
    }

    fn lost(&mut self, field: impl Into<String>, why: &str) {
        let record = self.record.id.to_string();
        self.losses.push(Loss { record, field: field.into(), why: why.to_owned() });
    }

    /// Puts what has no variable into `custom`, under the name of its field.
    fn custom(&mut self, field: &str, value: Value) {
        self.item.set_custom(field, value);
        self.lost(field, "no CSL variable: kept in `custom`");
    }

    /// Type, title, genre, numbers, languages.
    fn what(
        &mut self,
        kind: ItemType,
        title: Option<String>,
        genre: Option<String>,
        title_withheld: bool,
    ) {
        let record = self.record;
        self.optional(TextVariable::Title, title.as_ref());
        let genre = match self.choice.convention.telegrams_alone {
            true => telegram_of(record).map(str::to_owned),
            false => genre,
        };
        if let Some(genre) = genre {
            let word = super::words::genre(&genre, self.choice.primary_language());
            self.text(TextVariable::Genre, word);
        }
        if title_withheld && let Some(title) = &record.title {
            self.item.set_custom("title", json!(title.text));
        }
        if let Some(short) = record.title.as_ref().and_then(|title| title.short.as_ref()) {
            self.text(TextVariable::TitleShort, short);
        }
        // The title in Latin letters serves readers of a citation in Latin letters.
        let original = match self.choice.levels() {
            Levels::OriginalScript => record.original_title.as_ref(),
            _ => record.transliterated_title.as_ref().or(record.original_title.as_ref()),
        };
        if let Some(original) = original {
            self.text(TextVariable::OriginalTitle, &original.text);
        }
        if let (Some(original), Some(transliterated)) =
            (&record.original_title, &record.transliterated_title)
        {
            let (field, other) = match self.choice.levels() {
                Levels::OriginalScript => ("transliterated_title", transliterated),
                _ => ("original_title", original),
            };
            self.custom(field, json!(other.text));
        }
        if let Some((first, others)) = record.numbers.split_first() {
            if kind != ItemType::Collection {
                self.text(TextVariable::Number, &first.value);
            }
            if !others.is_empty() {
                self.custom("number", json!(record.numbers));
            }
        }
        if let Some((first, others)) = record.languages.split_first() {
            self.text(TextVariable::Language, first.as_str());
            if !others.is_empty() {
                self.custom("language", json!(record.languages));
            }
        }
        if let Some(place) = &record.place {
            let known = self
                .choice
                .convention
                .places_in_language
                .then(|| super::words::place_of_writing(place, self.choice.primary_language()));
            self.text(TextVariable::EventPlace, known.flatten().unwrap_or(place));
        }
        self.optional(TextVariable::Abstract, record.abstract_text.as_ref());
        if record.title.is_none() && kind == ItemType::Collection {
            self.lost("title", "a collection without a title prints nothing");
        }
    }

    fn names_as(&self, role: Role) -> Vec<Name> {
        let language = self.choice.primary_language();
        let parts = self.choice.convention.name_parts;
        self.record
            .agents_as(role)
            .map(|agent| name_of(form_for(agent, language), agent.kind, parts))
            .collect()
    }

    /// Senders stand where authors do; who drafted what another sent has no variable beside them.
    fn people(&mut self) {
        let (senders, authors) = (self.names_as(Role::Sender), self.names_as(Role::Author));
        let both = !senders.is_empty() && !authors.is_empty() && senders != authors;
        let shown = if senders.is_empty() { &authors } else { &senders };
        self.item.set_names(NameVariable::Author, shown.clone());
        if both {
            self.agents_in_custom("author", Role::Author);
        }
        for (role, variable) in [
            (Role::Recipient, NameVariable::Recipient),
            (Role::Editor, NameVariable::Editor),
            (Role::Contributor, NameVariable::Contributor),
            // Of a translation that is known by its translator alone; a translation has its own.
            (Role::Translator, NameVariable::Translator),
        ] {
            let names = self.names_as(role);
            self.item.set_names(variable, names);
        }
        for (field, role) in [("via", Role::Via), ("participant", Role::Participant)] {
            self.agents_in_custom(field, role);
        }
    }

    fn agents_in_custom(&mut self, field: &str, role: Role) {
        let names: Vec<String> =
            self.record.agents_as(role).map(|agent| agent.name.display()).collect();
        if !names.is_empty() {
            self.custom(field, json!(names));
        }
    }

    /// The holdings that are cited, in order; their parts go into the archive variables.
    fn holdings(&mut self) -> Vec<&'a Holding> {
        let record = self.record;
        let cited: Vec<&Holding> = match &self.choice.holding {
            HoldingChoice::Principal => record.principal_holding().into_iter().collect(),
            HoldingChoice::All => {
                record.holdings.iter().filter(|h| h.rank != Some(Rank::Deprecated)).collect()
            }
            HoldingChoice::Named(ids) => ids
                .iter()
                .filter_map(|id| record.holdings.iter().find(|holding| holding.id == *id))
                .collect(),
            HoldingChoice::None => Vec::new(),
        };
        let printed = record.surrogates.iter().find_map(|surrogate| surrogate.as_printed.as_ref());
        if self.choice.convention.whole_reference
            && self.choice.levels == Some(Levels::AsPrinted)
            && let Some(printed) = printed
        {
            // The provider's own source note, word for word.
            self.text(TextVariable::Archive, printed.trim_end_matches('.'));
        } else if let [only] = cited[..] {
            self.one_holding(only);
        } else if !cited.is_empty() {
            let references: Vec<String> = cited
                .iter()
                .map(|holding| {
                    let holding = location::told_once(holding, record);
                    location::whole(&holding, self.archives, self.choice)
                })
                .collect();
            let and = super::words::and(self.choice.primary_language());
            self.text(TextVariable::Archive, &location::joined(&references, and));
        }
        if record.level.is_none_or(|level| level == Level::Item) {
            for holding in &record.holdings {
                if !cited.iter().any(|cited| cited.id == holding.id) {
                    let field = format!("holding.{}", holding.id);
                    let reference = location::whole(holding, self.archives, self.choice);
                    self.custom(&field, json!(reference));
                }
            }
        }
        cited
    }

    fn one_holding(&mut self, holding: &Holding) {
        let convention = &self.choice.convention;
        let holding = &location::told_once(holding, self.record);
        let location = locate(holding, self.archives, self.choice);
        let general_first = self.choice.order() == super::Order::GeneralFirst;
        let as_printed = self.choice.levels() == Levels::AsPrinted && holding.as_printed.is_some();
        if as_printed
            || convention.whole_reference
            || (general_first && location.is_joined_otherwise() && convention.between.is_none())
        {
            let whole = location::whole(holding, self.archives, self.choice);
            self.text(TextVariable::Archive, &whole);
        } else {
            self.parts(&location);
        }
        self.text(TextVariable::ArchivePlace, &location.place);
        if let Some(shelfmark) = &holding.shelfmark
            && *shelfmark != location.location
        {
            self.text(TextVariable::CallNumber, shelfmark);
        }
    }

    fn parts(&mut self, location: &Location) {
        self.text(TextVariable::Archive, &location.archive);
        self.text(TextVariable::ArchiveCollection, &location.collection);
        self.text(TextVariable::CollectionTitle, &location.series);
        self.text(TextVariable::ArchiveLocation, &location.location_and_leaves());
    }

    /// The publication from which the document is cited, when it is cited from no archive.
    fn publication(&mut self, cited: &[&Holding]) -> Option<&'a Publication> {
        if !cited.is_empty() {
            return None;
        }
        if self.choice.convention.whole_reference && self.record.publications.is_empty() {
            let provenance = published::provenance(self.record);
            self.text(TextVariable::Archive, &provenance);
        }
        let translation = self.chosen_translation().and_then(|t| t.published_in.as_ref());
        let publications = &self.record.publications;
        let publication = publications
            .iter()
            .find(|publication| Some(&publication.id) != translation)
            .or(publications.first())?;
        if self.choice.convention.whole_reference {
            let mut source = published::cited(publication);
            let other =
                publications.iter().find(|p| Some(&p.id) == translation && p.id != publication.id);
            if let Some(other) = other {
                source.push_str(&format!("; translation from {}", published::cited(other)));
            }
            self.text(TextVariable::Archive, &source);
            return Some(publication);
        }
        let container = match (&publication.title, &publication.series) {
            (Some(title), Some(series)) => {
                self.text(TextVariable::CollectionTitle, series);
                Some(title)
            }
            (title, series) => title.as_ref().or(series.as_ref()),
        };
        self.optional(TextVariable::ContainerTitle, container);
        self.optional(TextVariable::VolumeTitle, publication.volume_title.as_ref());
        self.optional(TextVariable::Volume, publication.volume.as_ref());
        self.optional(TextVariable::PartNumber, publication.part.as_ref());
        self.optional(TextVariable::Issue, publication.issue.as_ref());
        self.optional(TextVariable::Publisher, publication.publisher.as_ref());
        self.optional(TextVariable::PublisherPlace, publication.place.as_ref());
        self.optional(TextVariable::Page, publication.pages.as_ref());
        // A number the document bears itself stands with what it is; here the number is that of
        // the document in the volume.
        if let Some(document) = &publication.document {
            if let (Some(genre), Some(number)) =
                (self.item.text(TextVariable::Genre), self.item.text(TextVariable::Number))
            {
                let genre = format!("{genre} no. {number}");
                self.text(TextVariable::Genre, &genre);
            }
            self.text(TextVariable::Number, document);
        }
        let parts = self.choice.convention.name_parts;
        for (names, variable) in [
            (&publication.author, NameVariable::ContainerAuthor),
            (&publication.editor, NameVariable::Editor),
            (&publication.series_editor, NameVariable::CollectionEditor),
        ] {
            let names = names.iter().map(|name| name_of(name, None, parts)).collect();
            self.item.set_names(variable, names);
        }
        Some(publication)
    }

    fn set_date(&mut self, variable: DateVariable, field: &str, date: &HistoricalDate) {
        let (mut csl, lost) = date_of(date);
        // "[1772?]" is not "[ca. 1772]": CSL has one mark for both.
        if self.choice.convention.dates_in_words
            && date.is_uncertain()
            && !date.is_approximate()
            && csl.end.is_none()
            && let Some(day) = csl.start
        {
            let words = in_words(day, &self.choice.language);
            csl.literal = Some(format!("[{words}?]").into());
            csl.circa = false;
            self.item.set_date(variable, csl);
            return;
        }
        // A Russian month without a day stands in the nominative, which locales of CSL have no word for
        // beside the genitive.
        if self.choice.convention.months_in_genitive
            && self.choice.primary_language() == "ru"
            && csl.end.is_none()
            && !csl.circa
            && let Some(month) = csl.start.filter(|start| start.month > 0 && start.day == 0)
        {
            csl.literal = Some(in_words(month, "ru").into());
        }
        self.item.set_date(variable, csl);
        if let Some(why) = lost {
            self.lost(field, why);
        }
    }

    /// A document cited from a book is *issued* with the book; its own date is then `event-date`.
    fn dates(&mut self, published: Option<&Publication>) {
        let dates = &self.record.dates;
        let published = published
            .filter(|_| !self.choice.convention.whole_reference)
            .and_then(|publication| publication.date.as_ref());
        let variable = match published {
            Some(date) => {
                self.set_date(DateVariable::Issued, "publication.date", date);
                DateVariable::EventDate
            }
            None => DateVariable::Issued,
        };
        let principal = dates.principal();
        if let Some(event) = principal {
            let field = dates.events().find(|(_, other)| *other == event);
            let field = format!("date.{}", field.map_or("sent", |(name, _)| name));
            self.set_date(variable, &field, &event.value);
            if let Some(calendar) = event.calendar.filter(|c| *c == crate::record::Calendar::Julian)
            {
                let both = self
                    .item
                    .date(variable)
                    .and_then(|date| in_both_calendars(date, &self.choice.language));
                match both.filter(|_| self.choice.convention.dates_in_words) {
                    Some(both) => {
                        self.item.set_date(variable, both);
                        self.item.set_custom("calendar", json!(calendar.word()));
                    }
                    None => self.custom("calendar", json!(calendar.word())),
                }
            }
        }
        for (name, event) in dates.events() {
            if principal.is_some_and(|principal| std::ptr::eq(principal, event)) {
                continue;
            }
            match name {
                "accessed" => {}
                "published_online" => {
                    self.set_date(
                        DateVariable::AvailableDate,
                        "date.published_online",
                        &event.value,
                    );
                }
                _ => self.custom(&format!("date.{name}"), json!(event.value.as_str())),
            }
        }
    }

    /// Where a reproduction can be seen: `source`, `URL`, `accessed`.
    fn surrogate(&mut self, cited: &[&Holding], published: Option<&Publication>) {
        let record = self.record;
        let of_cited = |surrogate: &&Surrogate| {
            surrogate.of.as_ref().is_some_and(|of| cited.iter().any(|holding| holding.id == *of))
        };
        let surrogates = &record.surrogates;
        let surrogate = surrogates
            .iter()
            .find(of_cited)
            .or_else(|| surrogates.iter().find(|surrogate| surrogate.of.is_none()));
        if let Some(surrogate) = surrogate {
            // An archive that shows its own documents is not named twice.
            let own = |provider: &&String| {
                self.item.text(TextVariable::Archive).is_none_or(|archive| archive != **provider)
            };
            self.optional(TextVariable::Source, surrogate.provider.as_ref().filter(own));
            self.optional(TextVariable::Url, surrogate.url.as_ref());
            let accessed = surrogate.accessed.as_ref().or(record
                .dates
                .accessed
                .as_ref()
                .map(|event| &event.value));
            if let Some(accessed) = accessed {
                self.set_date(DateVariable::Accessed, "surrogate.accessed", accessed);
            }
        }
        if let Some(url) = published.and_then(|publication| publication.url.as_ref()) {
            self.text(TextVariable::Url, url);
        }
        for other in surrogates {
            if surrogate.is_none_or(|surrogate| surrogate.id != other.id) {
                let field = format!("surrogate.{}", other.id);
                self.custom(&field, json!(other.url.as_ref().or(other.provider.as_ref())));
            }
        }
    }

    fn chosen_translation(&self) -> Option<&'a Translation> {
        match &self.choice.translation {
            TranslationChoice::Principal => self.record.principal_translation(),
            TranslationChoice::Named(id) => {
                self.record.translations.iter().find(|translation| translation.id == *id)
            }
            TranslationChoice::None => None,
        }
    }

    /// The translation: its translator, and its title in place of the document's.
    fn translation(&mut self) -> Option<&'a Translation> {
        let chosen = self.chosen_translation();
        if let Some(translation) = chosen {
            let parts = self.choice.convention.name_parts;
            let names =
                translation.translator.iter().map(|name| name_of(name, None, parts)).collect();
            if !translation.translator.is_empty() {
                self.item.set_names(NameVariable::Translator, names);
            }
            if let Some(title) = &translation.title {
                if let Some(own) = self.item.text(TextVariable::Title).map(str::to_owned)
                    && !self.item.has(super::Variable::Text(TextVariable::OriginalTitle))
                {
                    self.text(TextVariable::OriginalTitle, &own);
                }
                self.text(TextVariable::Title, title);
            }
            if let Some(made_from) = &translation.made_from {
                let field = format!("translation.{}.made_from", translation.id);
                self.custom(&field, json!(made_from.to_string()));
            }
        }
        for other in &self.record.translations {
            if chosen.is_none_or(|chosen| chosen.id != other.id) {
                self.custom(&format!("translation.{}", other.id), json!(other));
            }
        }
        chosen
    }

    fn note(&mut self, cited: &[&Holding], translation: Option<&Translation>) {
        let text = match self.choice.convention.note {
            NoteUse::Nothing => String::new(),
            NoteUse::Credit => published::credit(self.record, translation),
            NoteUse::Handling => published::handling(
                self.record,
                cited.first().and_then(|holding| holding.note.as_deref()),
            ),
            NoteUse::OtherHoldings => {
                let others: Vec<String> = self
                    .record
                    .holdings
                    .iter()
                    .filter(|holding| holding.rank != Some(Rank::Deprecated))
                    .filter(|holding| !cited.iter().any(|cited| cited.id == holding.id))
                    .map(|holding| location::whole(holding, self.archives, self.choice))
                    .collect();
                match others.is_empty() {
                    true => self.record.note.clone().unwrap_or_default(),
                    false => format!("Also in {}", location::joined(&others, "and")),
                }
            }
        };
        self.text(TextVariable::Note, &text);
    }

    /// What no item has a place for.
    fn rest(&mut self) {
        let record = self.record;
        if let Some(rights) = &record.rights {
            self.text(TextVariable::License, rights);
        }
        if !record.classification.is_empty() {
            self.custom("classification", json!(record.classification));
        }
        if let Some(authenticity) = &record.authenticity {
            self.custom("authenticity", json!(authenticity));
        }
        if !record.distribution.is_empty() {
            self.custom("distribution", json!(record.distribution));
        }
        if !record.custody.is_empty() {
            self.custom("custody", json!(record.custody));
        }
        if !record.relations.is_empty() {
            self.custom("relation", json!(record.relations));
        }
        if !record.foreign_ids.is_empty() {
            for id in &record.foreign_ids {
                if id.scheme.eq_ignore_ascii_case("doi") {
                    self.item.set_text(TextVariable::Doi, &id.value);
                }
            }
            self.custom("foreign_id", json!(record.foreign_ids));
        }
        if let Some(contact) = &record.contact {
            self.custom("contact", json!(contact));
        }
        if !record.alternatives.is_empty() {
            self.custom("alternative", json!(record.alternatives));
        }
        if !record.evidence.is_empty() {
            self.custom("evidence", json!(record.evidence));
        }
        if !record.holdings.is_empty() && !self.choice.convention.whole_reference {
            for publication in &record.publications {
                let text = published::cited(publication);
                self.custom(&format!("publication.{}", publication.id), json!(text));
            }
        }
        for holding in &record.holdings {
            for (field, value) in [("access", &holding.access), ("note", &holding.note)] {
                if let Some(value) = value {
                    self.custom(&format!("holding.{}.{field}", holding.id), json!(value));
                }
            }
            if !holding.former.is_empty() {
                self.custom(&format!("holding.{}.former", holding.id), json!(holding.former));
            }
        }
    }
}
