//! What a user can ask for, one file per thing. Nothing here prints: an answer is a value, and so
//! is a refusal.

mod catalog;
mod change;
pub mod citeproc;
mod check;
pub mod files;
mod init;
mod list;
mod refusal;
pub mod settings;

pub use catalog::{Catalog, OpenRecord, RecordFile, Records, read_record_file};
pub use change::{Changed, ChangedFile, Plan, Request};
pub use check::{AliasFile, Checker, JsonFinding, Report, fixed};
pub use init::{NewCatalog, init};
pub use list::Selected;
pub use refusal::{Refusal, Result};

/// What the surroundings say about who changes something, and when.
pub use crate::store::{Circumstances, Given, Layout};
