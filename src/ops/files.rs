//! Files outside the catalog that a user names: read whole, written whole.

pub use crate::store::files::{LARGEST_INPUT, make_folder, read, read_text, write};
