//! A record as a TOML file: read with places, edited without losing a byte, written new.
//!
//! In comes text, out goes a [`Draft`](crate::record::Draft) (which
//! [`finish`](crate::record::Draft::finish) judges) or changed text. Nothing here touches the disk,
//! and no other room names a TOML library.

mod archives;
mod encoding;
mod file;
mod edit;
mod layout;
mod place;
mod plain;
mod read;
mod render;
mod schema;
mod write;

pub use archives::built_in_archives;
pub use edit::{Edit, edit};
pub use encoding::{LARGEST_FILE, decode};
pub use read::{read, read_tree};
pub use schema::schema;
pub use write::{template, write, write_archive};
