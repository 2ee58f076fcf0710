//! What a user can ask for, one file per thing. Nothing here prints: an answer is a value, and so
//! is a refusal.

mod add;
mod archives;
mod assignment;
mod audit;
mod bibliography_document;
mod blame;
mod catalog;
mod change;
mod check;
mod citation_column;
mod cite;
mod cited;
pub mod citeproc;
mod citeproc_job;
mod collation;
mod contested;
mod diff;
mod edit;
mod export;
mod export_cited;
mod export_losses;
pub mod files;
mod import;
mod init;
mod join;
mod list;
mod log;
mod meanings;
mod merge_driver;
mod moment;
mod parse;
mod process;
mod prov;
mod record_history;
mod record_shape;
mod refusal;
mod remove;
mod recite;
mod rename;
mod restore;
mod reuse;
mod reworded;
mod rewrite;
mod schema;
mod set;
mod set_where;
pub mod settings;
mod stale;
mod styles;
mod told_lines;
mod undo;
mod verify;
mod versions;

pub use add::NewRecord;
pub use archives::{NewArchive, bundled_archives};
pub use audit::{Audit, AuditEntry};
pub use blame::{Blame, BlamedField, Unproved};
pub use catalog::{Catalog, OpenRecord, RecordFile, Records, read_record_file};
pub use change::{Changed, ChangedFile, Plan, Request};
pub use check::{AliasFile, Checker, JsonFinding, Report, fixed, with_names_parted};
pub use cite::{Citations, CiteRequest, Cited, Form, Printed};
pub use cited::{CitedIn, CitedPlace, CitedRecord, ManuscriptFile, UnknownKey, read_manuscript};
pub use contested::{Contested, Standing};
pub use diff::{Between, Diff};
pub use export::{
    ExportFormat, ExportPart, ExportRequest, Exported, Freshness, Stopped, format_names,
};
pub use export_losses::{Looking, Losses};
pub use import::{
    Conflict, Counts, Duplicate, IdTemplate, Import, ImportOutcome, ImportRequest, ImportedItem,
    InputBytes, InputFile, read_mapping,
};
pub use init::{NewCatalog, init};
pub use list::Selected;
pub use log::{Log, LogEntry};
pub use merge_driver::{MergedFile, merge_files, merge_texts};
pub use parse::{Parsed, Remark, parse};
pub use process::{ProcessRequest, Processed, Replaced};
pub use recite::{Recited, ReplacedKey, recite};
pub use refusal::{Refusal, Result};
pub use reworded::Reworded;
pub use schema::schema;
pub use set_where::{ChangedMany, Counted, Refused};
pub use stale::{Renamed, Stale, StaleChange, StaleFile, Staleness, Why};
pub use styles::{NamedStyle, bundled_styles};
pub use told_lines::ToldLines;
pub use verify::{Checkpoint, CheckpointSigner, Signatures, SignedBy, Verified, VerifyRequest};

/// How a table is exported, and to which format.
pub use crate::formats::table::Rows as ExportRows;

/// The formats that hold records one by one.
pub use crate::formats::Format as RecordFormat;

pub use crate::record_file::built_in_archives;
/// What the surroundings say about who changes something, and when.
pub use crate::store::{Circumstances, Given, Layout, SETTINGS_FILE, Unwatched, Watch, id_in_path};

/// The text that a new record begins as, in an editor.
pub use crate::record_file::template;

/// The languages of manuscripts.
pub use crate::manuscript::Language as ManuscriptLanguage;

/// Where the marks of footnotes stand.
pub use crate::manuscript::Marks as NoteMarks;

/// What is chosen when a record is cited.
pub use crate::citation::{HoldingChoice, Levels, TranslationChoice};
