//! Other people's formats, read and written side by side.
//!
//! A reader takes the text of a file and gives each record that it finds to a [`Sink`], as a
//! [`Found`]: the tree of the record, its place in the source, and everything that has no place in a
//! record. It never fails because of one bad item, and drops nothing in silence. What format a file
//! has is seen by its content ([`recognise`]).

pub mod bibtex;
pub mod csl_json;
pub mod csv_writer;
pub mod formula_guard;
mod imported;
pub mod json_lines;
pub mod latex_text;
pub mod table;
pub mod wilson_page;
mod writer;

mod archive_writers;
mod bibtex_reader;
mod column;
mod column_template;
mod csl_json_reader;
mod ead;
mod ead3;
mod endnote;
mod format;
mod found;
mod from_item;
mod frus_page;
mod frus_tei;
mod frus_volume;
mod hayagriva_yaml;
mod holdings;
mod html;
mod item_writers;
mod kept;
mod lines;
mod pieces;
mod printed;
mod printed_date;
mod printed_list;
mod prov;
mod record_lines;
mod rico;
mod ris;
mod spreadsheet;
pub mod table_reader;
mod tei;
mod tropy;
mod version_mark;
mod xml;
mod xml_writer;
mod zotero;

pub use column::{CellMaker, ColumnSource, ColumnSpec, MadeCell};
pub use format::{SourceFormat, not_recognised, read, recognise};
pub use found::{ArchiveHint, Found};
pub use from_item::from_item;
pub use imported::{Imported, Left};
pub use kept::said_again;
pub use pieces::{Pieces, Start, is_cut};
pub use printed_date::printed_date;
pub use version_mark::{keys_in, versions_in};
pub use writer::{Edition, Format, Outgoing, Piece, TableOptions, Writer};

use crate::problem::{Problem, Result};
use crate::record::Archives;

/// What readers may know beside the text that they read.
pub struct Context<'a> {
    /// The archives of the catalog and those built in.
    pub archives: &'a Archives,
    /// What the columns of a table are, when the user says so.
    pub mapping: Option<&'a table_reader::Mapping>,
}

/// Takes each record as it is found; an error stops the reader.
pub type Sink<'s> = dyn FnMut(Found) -> Result<(), Problem> + 's;
