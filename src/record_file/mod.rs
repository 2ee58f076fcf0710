//! A record as a TOML file: read with places, edited without losing a byte, written new.
//!
//! In comes text, out goes a [`Draft`](crate::record::Draft) (which
//! [`finish`](crate::record::Draft::finish) judges) or changed text. Nothing here touches the disk,
//! and no other room names a TOML library.

mod archives;
mod encoding;
mod read;

pub use archives::built_in_archives;
pub use encoding::{LARGEST_FILE, decode};
pub use read::{read, read_tree};
