//! What every format of export is: something that takes records one by one and writes them.

use super::table::Rows;
use super::{archive_writers, bibtex, csl_json, csv_writer, item_writers, json_lines, spreadsheet};
use crate::citation::Loss;
use crate::problem::Result;
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
    /// A table with tabs.
    Tsv,
    /// A spreadsheet.
    Xlsx,
    /// RIS.
    Ris,
    /// Hayagriva YAML.
    Hayagriva,
    /// Dublin Core in XML.
    DublinCore,
    /// EAD3.
    Ead3,
    /// TEI `correspDesc`.
    Tei,
}

impl Format {
    /// The formats by the names that users give them.
    pub const NAMES: &'static [(&'static str, Format)] = &[
        ("csv", Format::Csv),
        ("csl-json", Format::CslJson),
        ("bibtex", Format::BibTex),
        ("biblatex", Format::BibLatex),
        ("jsonl", Format::JsonLines),
        ("tsv", Format::Tsv),
        ("xlsx", Format::Xlsx),
        ("ris", Format::Ris),
        ("hayagriva", Format::Hayagriva),
        ("dublin-core", Format::DublinCore),
        ("ead3", Format::Ead3),
        ("tei", Format::Tei),
    ];

    /// The format that users call `name`.
    pub fn named(name: &str) -> Option<Format> {
        Format::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// Whether records become rows.
    pub fn is_table(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv | Format::Xlsx)
    }

    /// A writer of this format. `table` says how a table is to look; other formats do without it.
    pub fn writer(self, table: &TableOptions<'_>) -> Result<Box<dyn Writer>> {
        let TableOptions { rows, columns, byte_order_mark, raw } = *table;
        Ok(match self {
            Format::Csv => Box::new(
                csv_writer::CsvWriter::new(rows, columns)?
                    .raw(raw)
                    .byte_order_mark(byte_order_mark),
            ),
            Format::Tsv => Box::new(spreadsheet::TsvWriter::new(rows, columns, raw)?),
            Format::Xlsx => Box::new(spreadsheet::XlsxWriter::new(rows, columns)?),
            Format::CslJson => Box::new(csl_json::CslJsonWriter::default()),
            Format::BibTex => Box::new(bibtex::BibWriter::new(bibtex::Dialect::BibTex)),
            Format::BibLatex => Box::new(bibtex::BibWriter::new(bibtex::Dialect::BibLatex)),
            Format::JsonLines => Box::new(json_lines::JsonLinesWriter),
            Format::Ris => Box::new(item_writers::ItemWriter::ris()),
            Format::Hayagriva => Box::new(item_writers::ItemWriter::hayagriva()),
            Format::DublinCore => Box::new(archive_writers::DublinCoreWriter),
            Format::Ead3 => Box::new(archive_writers::Ead3Writer),
            Format::Tei => Box::new(archive_writers::TeiWriter),
        })
    }
}

/// How a table is to look.
#[derive(Debug, Clone, Copy, Default)]
pub struct TableOptions<'a> {
    /// What a row is.
    pub rows: Rows,
    /// The columns; the documented ones when there are none.
    pub columns: &'a [String],
    /// Whether it begins with a byte order mark.
    pub byte_order_mark: bool,
    /// Whether cells are written as they are, formulas and all.
    pub raw: bool,
}
