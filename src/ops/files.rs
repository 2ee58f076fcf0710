//! Files outside the catalog that a user names: read whole, written whole.

pub use crate::store::files::{make_folder, read, read_text, write};
