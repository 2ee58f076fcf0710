//! What a record is: pure values that cannot lie.
//!
//! A [`Draft`] is a tree of values as a file or an importer has them; [`Draft::finish`] judges it,
//! and only it makes a [`Record`]. A `Record` in hand needs no second check. The model follows
//! ISAD(G) and DACS for description, RiC-O for records and their instantiations (here: holdings),
//! TEI `correspDesc` for agents and places of correspondence, PREMIS for custody, and Wikidata's
//! ranks for values that compete.

mod archive;
mod archives;
mod date;
mod draft;
mod field;
mod field_kind;
mod holding;
mod id;
mod identity;
mod language;
mod name;
mod name_reading;
mod node;
mod part;
mod reader;
mod revision;
mod romanise;
mod value_pattern;
mod words;

pub(crate) use archive::names_several;
pub use archive::{
    Archive, ArchiveLevel, ArchiveName, ArchiveOrder, LevelForm, LevelLabels, LevelScheme,
};
pub use archives::{ArchiveText, Archives, fold};
pub use date::HistoricalDate;
pub use draft::Draft;
pub use field::{FieldPath, is_path_of_levels, leaves};
pub use field_kind::{FieldKind, is_list_of_parts, top_fields};
pub use holding::{FormerReference, Holding, LevelName, Path, Step, Surrogate};
pub use id::{LONGEST_ID, PartId, RecordId, slug};
pub use identity::part_keys;
pub use language::Language;
pub use name::{Agent, Name};
pub use name_reading::{NameReading, read_name};
pub use node::{Node, Table, Value};
pub use part::{
    Alternative, Authenticity, CustodyEvent, DatedEvent, Dates, Distribution, DocumentNumber,
    Evidence, ForeignId, Publication, Relation, Title, Translation,
};
pub use reader::Source;
pub use revision::{
    Moment, Person, Revision, RevisionId, message_with_evidence, message_without_reason,
    split_message,
};
pub use romanise::{Romanisation, romanise, slug_in};
pub use value_pattern::ValuePattern;
pub(crate) use value_pattern::is_dash;
pub use words::{
    AgentKind, AuthenticityStatus, Calendar, CopyKind, Level, NameOrder, Rank, RelationKind, Role,
    TitleKind, Word,
};

use schemars::JsonSchema;
use serde::Serialize;

/// The number of the file format that this version reads and writes.
pub const FORMAT: i64 = 1;

/// One intellectual document and all that is known of it. The names of the fields in a file are
/// those of the serialised form (`number`, `date`, `agent`, `holding`...).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Record {
    /// The stable id.
    pub id: RecordId,
    /// Ids that the record had before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<RecordId>,
    /// How much it describes; an item when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What it is: `telegram`, `letter`, `memorandum`, `map`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genre: Option<String>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Title>,
    /// The title in the language of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_title: Option<Title>,
    /// The original title in Latin letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transliterated_title: Option<Title>,
    /// The numbers it bears.
    #[serde(rename = "number", skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<DocumentNumber>,
    /// Where it was written or sent from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When.
    #[serde(rename = "date", skip_serializing_if = "Dates::is_empty")]
    pub dates: Dates,
    /// The languages of the document.
    #[serde(rename = "language", skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// Classification and handling marks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classification: Vec<String>,
    /// What it is about.
    #[serde(rename = "abstract", skip_serializing_if = "Option::is_none")]
    pub abstract_text: Option<String>,
    /// Rights in the text or its translation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// Whom to ask about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether it is genuine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticity: Option<Authenticity>,
    /// People, bodies and families, in their roles.
    #[serde(rename = "agent", skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<Agent>,
    /// Who got copies at the time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub distribution: Vec<Distribution>,
    /// Where copies are kept.
    #[serde(rename = "holding", skip_serializing_if = "Vec::is_empty")]
    pub holdings: Vec<Holding>,
    /// Reproductions.
    #[serde(rename = "surrogate", skip_serializing_if = "Vec::is_empty")]
    pub surrogates: Vec<Surrogate>,
    /// Translations.
    #[serde(rename = "translation", skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Where it is printed.
    #[serde(rename = "publication", skip_serializing_if = "Vec::is_empty")]
    pub publications: Vec<Publication>,
    /// Who kept it, step by step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custody: Vec<CustodyEvent>,
    /// How it belongs to other records.
    #[serde(rename = "relation", skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// Its ids elsewhere.
    #[serde(rename = "foreign_id", skip_serializing_if = "Vec::is_empty")]
    pub foreign_ids: Vec<ForeignId>,
    /// Values that compete with those above.
    #[serde(rename = "alternative", skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// Why values are believed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

impl Record {
    /// The agents in the role `role`, in the order of the file.
    pub fn agents_as(&self, role: Role) -> impl Iterator<Item = &Agent> {
        self.agents.iter().filter(move |agent| agent.role == role)
    }

    /// The holding to cite when none is named: the first preferred one, or else the first that is
    /// not deprecated.
    pub fn principal_holding(&self) -> Option<&Holding> {
        let ranked = |rank| self.holdings.iter().find(move |holding| holding.rank == Some(rank));
        ranked(Rank::Preferred)
            .or_else(|| self.holdings.iter().find(|h| h.rank != Some(Rank::Deprecated)))
    }

    /// The translation to cite when none is named: as with holdings.
    pub fn principal_translation(&self) -> Option<&Translation> {
        self.translations
            .iter()
            .find(|translation| translation.rank == Some(Rank::Preferred))
            .or_else(|| self.translations.iter().find(|t| t.rank != Some(Rank::Deprecated)))
    }
}
