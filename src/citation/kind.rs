//! What a record is in the words of CSL, and what is said of it where a title would stand.
//!
//! CMOS 18, 14.127: a letter needs no word for what it is, a telegram or memorandum does. Formal
//! titles stand in quotation marks, descriptive ones do not: CSL's styles quote `title` and leave
//! `genre` plain, so a descriptive title is a `genre`.

use super::vocabulary::ItemType;
use crate::record::{Level, Record, Role, TitleKind};

/// Genres that go from somebody to somebody.
const CORRESPONDENCE: &[&str] = &[
    "cable",
    "cablegram",
    "circular",
    "ciphered telegram",
    "cipher telegram",
    "coded telegram",
    "correspondence",
    "despatch",
    "dispatch",
    "email",
    "e-mail",
    "email message",
    "facsimile",
    "fax",
    "instruction",
    "letter",
    "memo",
    "memorandum",
    "message",
    "note",
    "note verbale",
    "postcard",
    "telegram",
    "telex",
    "teletype",
    "text message",
    "unpublished letter",
    "airgram",
    "directive",
    "report",
    "письмо",
    "телеграмма",
    "шифртелеграмма",
    "шифротелеграмма",
    "записка",
    "докладная записка",
    "brief",
    "telegramm",
    "schreiben",
    "lettre",
    "télégramme",
    "电报",
    "信",
    "函",
];

/// Genres that a letter is called by: they are not printed.
const LETTERS: &[&str] =
    &["letter", "correspondence", "письмо", "brief", "schreiben", "lettre", "信"];

/// What stands in `type`, `title` and `genre`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// The type.
    pub(super) kind: ItemType,
    /// The title; quoted by most styles, except of a collection.
    pub(super) title: Option<String>,
    /// What it is, or a descriptive title; never quoted.
    pub(super) genre: Option<String>,
    /// Whether the title was left out because it only repeats who wrote to whom.
    pub(super) title_withheld: bool,
}

/// Judges `record`. `titles_of_letters` keeps a title that only repeats who wrote to whom.
pub(super) fn kind_of(record: &Record, titles_of_letters: bool) -> Kind {
    let title = record.title.as_ref();
    let text = title.map(|title| title.text.trim().to_owned()).filter(|text| !text.is_empty());
    let genre = record.genre.as_deref().map(str::trim).filter(|genre| !genre.is_empty());
    if record.level.is_some_and(|level| level != Level::Item) {
        // "Minutes of the Committee ..." are no "minutes" besides.
        let said = |genre: &&str| text.as_deref().is_some_and(|text| says(text, genre));
        return Kind {
            kind: ItemType::Collection,
            genre: genre.filter(|genre| !said(genre)).map(str::to_owned),
            title: text,
            title_withheld: false,
        };
    }
    if is_correspondence(record) {
        let formal = title.is_some_and(|title| title.kind == Some(TitleKind::Formal));
        let keep = titles_of_letters || (formal && !repeats(record, text.as_deref()));
        return Kind {
            kind: ItemType::PersonalCommunication,
            genre: genre.filter(|genre| !is_letter(genre)).map(str::to_owned),
            title_withheld: !keep && text.is_some(),
            title: text.filter(|_| keep),
        };
    }
    let kind = match genre.map(str::to_lowercase).as_deref() {
        Some("interview" | "интервью") => ItemType::Interview,
        Some("photograph" | "photo" | "drawing" | "poster" | "cartoon") => ItemType::Graphic,
        Some("film" | "newsreel") => ItemType::MotionPicture,
        _ => ItemType::Manuscript,
    };
    match title.and_then(|title| title.kind) {
        // A descriptive title stands where a genre would; it says what the document is.
        Some(TitleKind::Descriptive | TitleKind::Supplied) if text.is_some() => {
            Kind { kind: ItemType::Document, title: None, genre: text, title_withheld: false }
        }
        _ => {
            let said = |genre: &&str| text.as_deref().is_some_and(|text| says(text, genre));
            let genre = genre.filter(|genre| !said(genre)).map(str::to_owned);
            Kind { kind, title: text, genre, title_withheld: false }
        }
    }
}

/// Whether the record goes from somebody to somebody.
fn is_correspondence(record: &Record) -> bool {
    let to_somebody = record.agents_as(Role::Recipient).next().is_some();
    let from_somebody =
        record.agents_as(Role::Sender).chain(record.agents_as(Role::Author)).next().is_some();
    let sent = record.agents_as(Role::Sender).next().is_some();
    let named = |genre: &str| {
        let genre = genre.trim().to_lowercase();
        let named_in_part = |part: &str| part != "report" && CORRESPONDENCE.contains(&part);
        CORRESPONDENCE.contains(&&*genre) || genre.split([' ', ',']).any(named_in_part)
    };
    to_somebody && from_somebody && (sent || record.genre.as_deref().is_none_or(named))
}

fn is_letter(genre: &str) -> bool {
    let genre = genre.to_lowercase();
    LETTERS.contains(&genre.as_str())
}

/// Whether a title only says who wrote to whom: it names a sender and a recipient.
fn repeats(record: &Record, title: Option<&str>) -> bool {
    let Some(title) = title.map(str::to_lowercase) else { return false };
    let named = |role: Role| {
        record.agents_as(role).any(|agent| {
            let names = [agent.name.family.as_deref(), agent.name.literal.as_deref()];
            let printed = agent.as_printed.as_deref();
            names
                .into_iter()
                .flatten()
                .chain(printed)
                .any(|name| title.contains(&name.to_lowercase()))
        })
    };
    (named(Role::Sender) || named(Role::Author)) && named(Role::Recipient)
}

/// Whether `title` says the word `genre` itself: *A Map of ...* is no *map* besides.
fn says(title: &str, genre: &str) -> bool {
    let (title, genre) = (title.to_lowercase(), genre.to_lowercase());
    title.match_indices(&genre).any(|(at, found)| {
        let before = title[..at].chars().next_back();
        let after = title[at + found.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
