//! Disk and Git: the only room that names them. It speaks bytes, paths and revisions, and does not
//! know what a record means.
//!
//! A [`Catalog`] is found by its `fonds.toml`. Its work tree is read as files; Git is opened only
//! for the past and for writing.

mod blobs;
mod catalog;
mod folders;
mod follow;
mod damaged;
pub mod files;
mod git_index;
mod history;
mod inflate;
mod identity;
mod last_commit;
mod layout;
mod lock;
mod merge_driver;
mod pending;
mod lineage;
mod order;
mod pack;
mod past;
mod past_answers;
mod past_file;
mod past_walk;
mod repository;
mod save;
mod soundness;
mod spool;
mod tree_pair;
mod watch;
mod signatures;

pub use catalog::{Catalog, CatalogFile, SETTINGS_FILE, WorkFiles};
pub use history::{BlobId, Difference, FileAt, Step, StepChange};
pub use identity::{Circumstances, Given};
pub use last_commit::{LastCommit, last_commit};
pub use layout::{ALIASES, Layout, RECORDS, id_in_path};
pub use lineage::{Knot, merge_lines};
pub use past_walk::Watcher;
pub use save::{FileChange, Saved, Writing};
pub use signatures::{CheckedSignature, Signers};
pub use watch::{Unwatched, Watch};
