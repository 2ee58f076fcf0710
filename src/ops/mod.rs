//! What a user can ask for, one file per thing. Nothing here prints: an answer is a value, and so
//! is a refusal.

mod catalog;
pub mod files;
mod list;
mod refusal;
pub mod settings;

pub use catalog::{Catalog, OpenRecord, RecordFile, Records, read_record_file};
pub use list::Selected;
pub use refusal::{Refusal, Result};
