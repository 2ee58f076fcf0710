//! What every format of export is: something that takes records one by one and writes them.

use super::{bibtex, csl_json, csv_writer, json_lines};
use crate::citation::Loss;
use crate::record::{Archives, Record};
use std::io::{self, Write};

/// Writes records in one format, one after the other, keeping none.
pub trait Writer {
    /// What stands before the first record.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()>;
    /// Writes one record; gives every field that the format has no place for.
    fn record(
        &mut self,
        record: &Record,
        archives: &Archives,
        out: &mut dyn Write,
    ) -> io::Result<Vec<Loss>>;
    /// What stands behind the last record.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// The formats that records are exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A table.
    Csv,
    /// CSL-JSON 1.0.2.
    CslJson,
    /// BibTeX.
    BibTex,
    /// BibLaTeX.
    BibLatex,
    /// One record a line, whole, as JSON.
    JsonLines,
}

impl Format {
    /// The formats by the names that users give them.
    pub const NAMES: &'static [(&'static str, Format)] = &[
        ("csv", Format::Csv),
        ("csl-json", Format::CslJson),
        ("bibtex", Format::BibTex),
        ("biblatex", Format::BibLatex),
        ("jsonl", Format::JsonLines),
    ];

    /// The format that users call `name`.
    pub fn named(name: &str) -> Option<Format> {
        Format::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// A writer of this format, for all but tables, which have options of their own
    /// (see [`csv_writer::CsvWriter`]): those it writes with all columns and the guard.
    pub fn writer(self) -> Box<dyn Writer> {
        match self {
            Format::Csv => Box::new(csv_writer::CsvWriter::default()),
            Format::CslJson => Box::new(csl_json::CslJsonWriter::default()),
            Format::BibTex => Box::new(bibtex::BibWriter::new(bibtex::Dialect::BibTex)),
            Format::BibLatex => Box::new(bibtex::BibWriter::new(bibtex::Dialect::BibLatex)),
            Format::JsonLines => Box::new(json_lines::JsonLinesWriter),
        }
    }
}
