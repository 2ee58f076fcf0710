//! Other people's formats, read and written side by side.

pub mod bibtex;
pub mod csl_json;
pub mod csv_writer;
pub mod formula_guard;
pub mod json_lines;
pub mod latex_text;
pub mod table;
mod writer;

pub use writer::{Format, Writer};
