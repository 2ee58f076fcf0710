//! Files outside the catalog that a user names: read whole, written whole.

pub use crate::store::files::{
    AtomicFile, Compared, LARGEST_INPUT, Opened, ScratchFile, length, make_folder, not_read,
    not_written, read, read_text, write,
};
