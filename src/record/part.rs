//! The smaller parts of a record: titles, dates, translations, publications, and what is said
//! about values: evidence, alternatives, authenticity.

use super::name::Name;
use super::words::{AuthenticityStatus, Calendar, Rank, RelationKind, TitleKind};
use super::{HistoricalDate, Language, PartId};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A title. In a file a plain string is a title of which nothing more is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Title {
    /// The title itself, without the quotation marks of a citation.
    pub text: String,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<TitleKind>,
    /// Its language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// A short form for later citations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
}

/// A number that the document bears: of a telegram, a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentNumber {
    /// What is numbered: `telegram`, `incoming`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The number, as text.
    pub value: String,
}

/// A date with what is said of it. In a file a plain string is the value.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
pub struct DatedEvent {
    /// The date.
    pub value: HistoricalDate,
    /// Exactly as the source prints it.
    pub as_printed: Option<String>,
    /// The calendar of the value; Gregorian when nothing is said.
    pub calendar: Option<Calendar>,
}

impl Serialize for DatedEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            value: &'a HistoricalDate,
            #[serde(skip_serializing_if = "Option::is_none")]
            as_printed: &'a Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            calendar: &'a Option<Calendar>,
        }
        if self.as_printed.is_none() && self.calendar.is_none() {
            return self.value.serialize(serializer);
        }
        Whole { value: &self.value, as_printed: &self.as_printed, calendar: &self.calendar }
            .serialize(serializer)
    }
}

/// When things happened to the document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dates {
    /// Written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<DatedEvent>,
    /// Sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<DatedEvent>,
    /// Received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<DatedEvent>,
    /// Declassified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declassified: Option<DatedEvent>,
    /// Published online.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_online: Option<DatedEvent>,
    /// Last looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessed: Option<DatedEvent>,
    /// The dating line exactly as the document prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_printed: Option<String>,
}

impl Dates {
    /// The date by which the document is cited: sent, or else created, or else received.
    pub fn principal(&self) -> Option<&DatedEvent> {
        self.sent.as_ref().or(self.created.as_ref()).or(self.received.as_ref())
    }

    /// Whether no date is known.
    pub fn is_empty(&self) -> bool {
        *self == Dates::default()
    }

    /// Each known date with its name in the file.
    pub fn events(&self) -> impl Iterator<Item = (&'static str, &DatedEvent)> {
        [
            ("created", &self.created),
            ("sent", &self.sent),
            ("received", &self.received),
            ("declassified", &self.declassified),
            ("published_online", &self.published_online),
            ("accessed", &self.accessed),
        ]
        .into_iter()
        .filter_map(|(name, event)| event.as_ref().map(|event| (name, event)))
    }
}

/// A translation of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Translation {
    /// Tells the translations of one record apart; made from the language when the file gives none.
    pub id: PartId,
    /// Into this language.
    pub to: Language,
    /// From this language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Language>,
    /// Who translated it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translator: Vec<Name>,
    /// For whom: `CWIHP`.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub commissioned_by: Option<String>,
    /// The title in this translation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The id of the holding, publication or other translation it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_from: Option<PartId>,
    /// The id of the publication or surrogate in which it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_in: Option<PartId>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<HistoricalDate>,
    /// The credit exactly as printed: `Translated for CWIHP by Sergey Radchenko`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_printed: Option<String>,
    /// Which of several translations to cite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// Why it has its rank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_reason: Option<String>,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where the document is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Publication {
    /// Tells the publications of one record apart.
    pub id: PartId,
    /// The title of the book, volume or journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The title of the series or of the set of volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// The title of the volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_title: Option<String>,
    /// Authors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub author: Vec<Name>,
    /// Editors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub editor: Vec<Name>,
    /// Editors of the series or set of volumes, where the volume has its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub series_editor: Vec<Name>,
    /// Translators of the book.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translator: Vec<Name>,
    /// The volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// The part or book of the volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The issue of a journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// Where it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<HistoricalDate>,
    /// The pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// The number of the document in the publication (in FRUS it is cited, never the page).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The language of the publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The citation of the publication exactly as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_printed: Option<String>,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Who got how many copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Distribution {
    /// Who got it.
    pub name: Name,
    /// How many copies; one when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
}

/// Whether the document is genuine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Authenticity {
    /// The judgement.
    pub status: AuthenticityStatus,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who says so, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// One step in the history of who kept the document (ISAD(G) 3.2.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CustodyEvent {
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<HistoricalDate>,
    /// What happened: `given`, `transferred`, `found`.
    pub event: String,
    /// From whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Exactly as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_printed: Option<String>,
}

/// How this record belongs to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Relation {
    /// How.
    pub kind: RelationKind,
    /// The other record's id, when it is in the catalog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<super::RecordId>,
    /// What the other is, when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What the document is called elsewhere: an id, a key, an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ForeignId {
    /// Whose id it is: `wilson`, `frus`, `zotero`, `naid`, `doi`.
    pub scheme: String,
    /// The id.
    pub value: String,
}

/// Why a value is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The field it speaks of (`holding.aprf.path.delo`); the whole record when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where it was read.
    pub source: String,
    /// The words that say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotation: Option<String>,
    /// Who read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<HistoricalDate>,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A value that competes with the one in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Alternative {
    /// The field: `number.telegram`, `holding.aprf.path.delo`.
    pub field: String,
    /// The other value.
    pub value: String,
    /// Its rank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// Why it is not (or might be) the one to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who says so, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}
