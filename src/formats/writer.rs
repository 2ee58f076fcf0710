//! What every format of export is: something that takes records one by one and writes them.

use super::column::ColumnSpec;
use super::table::Rows;
use super::{
    archive_writers, bibtex, csl_json, csv_writer, ead3, item_writers, json_lines, spreadsheet,
};
use crate::citation::Loss;
use crate::problem::Result;
use crate::record::{Archives, Record};
use std::io::{self, Write};

/// A record on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// The record.
    pub record: &'a Record,
    /// The name that Git gives to its text, in hexadecimal; nothing when the text is not known.
    /// It goes out with the record, so that whoever has the file can tell whether it is stale.
    pub version: Option<&'a str>,
    /// The name by which the other program is to know it, in formats in which entries have names;
    /// the id when nothing is said.
    pub key: Option<&'a str>,
}

impl Outgoing<'_> {
    /// The name by which the other program is to know the record.
    pub fn key(&self) -> &str {
        self.key.unwrap_or(self.record.id.as_str())
    }
}

impl<'a> From<&'a Record> for Outgoing<'a> {
    /// A record of which no version is told.
    fn from(record: &'a Record) -> Outgoing<'a> {
        Outgoing { record, version: None, key: None }
    }
}

/// What one record becomes.
#[derive(Debug, Default)]
pub struct Piece {
    /// Its text; none in formats that are put together at the end.
    pub text: Vec<u8>,
    /// Its rows, in formats that are put together at the end.
    pub rows: Vec<Vec<String>>,
    /// What was cut off in writing it; see also [`Writer::losses`].
    pub cut: Vec<Loss>,
    /// Columns that could not be made, and why.
    pub failures: Vec<(String, String)>,
}

impl Piece {
    /// A piece that is a text.
    pub(super) fn text(text: impl Into<Vec<u8>>) -> Piece {
        Piece { text: text.into(), ..Piece::default() }
    }
}

/// Writes records in one format, one after the other, keeping none.
///
/// The work on a record, [`Writer::piece`], needs nothing of the others: pieces can be made side by
/// side and are put down one after the other.
pub trait Writer: Send + Sync {
    /// What stands before the first record.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()>;
    /// Goes on where another writer has put down records: instead of [`Writer::begin`], for parts of
    /// one file.
    fn resume(&mut self) {}
    /// Whether the versions of records are written: telling them takes a while.
    fn tells_versions(&self) -> bool {
        true
    }
    /// What a record becomes.
    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece;
    /// The fields of a record that the format has no place for. Formats that are read back for it take as long to
    /// tell as to write: ask only when somebody wants to know.
    fn losses(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Vec<Loss>;
    /// Puts down the next piece.
    fn put(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&piece.text)
    }
    /// What stands behind the last record.
    fn end(&mut self, out: &mut dyn Write) -> io::Result<()>;

    /// Writes one record; gives every field that the format has no place for.
    fn record(
        &mut self,
        outgoing: &Outgoing<'_>,
        archives: &Archives,
        out: &mut dyn Write,
    ) -> io::Result<Vec<Loss>> {
        let piece = self.piece(outgoing, archives);
        self.put(&piece, out)?;
        let mut losses = self.losses(outgoing, archives);
        losses.extend(piece.cut);
        Ok(losses)
    }
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

    /// Whether a file is a container that only its own writer can put together: parts of it are
    /// files of their own.
    pub fn is_container(self) -> bool {
        self == Format::Xlsx
    }

    /// Whether records become rows.
    pub fn is_table(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv | Format::Xlsx)
    }

    /// A writer of this format. `table` says how a table is to look, and who publishes the file; most formats do
    /// without it.
    pub fn writer(self, table: &TableOptions<'_>) -> Result<Box<dyn Writer>> {
        let TableOptions { rows, columns, byte_order_mark, raw, edition } = *table;
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
            Format::Ead3 => Box::new(ead3::Ead3Writer),
            Format::Tei => Box::new(archive_writers::TeiWriter::of(edition)),
        })
    }
}

/// Who publishes what is exported, for formats whose header says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edition {
    /// What the whole is called.
    pub title: Option<String>,
    /// Who edits it.
    pub editor: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// The address of the licence, or its name.
    pub licence: Option<String>,
    /// Where it is published.
    pub url: Option<String>,
}

impl Edition {
    /// What the header of a TEI file wants to know and nobody says.
    pub fn missing(&self) -> Vec<&'static str> {
        let Edition { editor, publisher, licence, .. } = self;
        let keys = [("publisher", publisher), ("editor", editor), ("licence", licence)];
        keys.into_iter().filter(|(_, value)| value.is_none()).map(|(key, _)| key).collect()
    }
}

/// How a table is to look, and whose it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct TableOptions<'a> {
    /// What a row is.
    pub rows: Rows,
    /// The columns; the documented ones when there are none.
    pub columns: &'a [ColumnSpec],
    /// Whether it begins with a byte order mark.
    pub byte_order_mark: bool,
    /// Whether cells are written as they are, formulas and all.
    pub raw: bool,
    /// Who publishes the file.
    pub edition: Option<&'a Edition>,
}
