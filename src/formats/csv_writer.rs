//! Records as CSV (RFC 4180), safe to open in a spreadsheet.

use super::column::ColumnSpec;
use super::formula_guard::{guard, is_dangerous};
use super::table::{Rows, RowsOfRecord, Table};
use super::writer::{Outgoing, Piece, Writer};
use crate::citation::Loss;
use crate::problem::Result;
use crate::record::Archives;
use std::borrow::Cow;
use std::io::{self, Write};

/// The name of the last column of a guarded table: which cells of the row got an apostrophe, by the
/// names of their columns, parted by spaces; a name with a space is given by its number, `#3`.
pub const GUARDED: &str = "guarded";

/// Writes a table as CSV: UTF-8, commas, line ends `\n`, quotation marks where they are needed.
#[derive(Debug)]
pub struct CsvWriter {
    table: Table,
    header: Vec<String>,
    guarded: bool,
    byte_order_mark: bool,
}

impl Default for CsvWriter {
    fn default() -> CsvWriter {
        let table = Table::with_columns(Rows::Record, &[]).unwrap_or_else(|problem| {
            unreachable!("a table without chosen columns has no wrong ones: {problem}")
        });
        CsvWriter::of(table)
    }
}

impl CsvWriter {
    fn of(table: Table) -> CsvWriter {
        CsvWriter { header: table.header(), table, guarded: true, byte_order_mark: false }
    }

    /// A table of `rows` with the columns `columns`; see [`Table::with_columns`].
    pub fn new(rows: Rows, columns: &[ColumnSpec]) -> Result<CsvWriter> {
        Ok(CsvWriter::of(Table::with_columns(rows, columns)?))
    }

    /// Writes the cells as they are: a spreadsheet may run them as formulas.
    #[must_use]
    pub fn raw(mut self, raw: bool) -> CsvWriter {
        self.guarded = !raw;
        self
    }

    /// Begins with a byte order mark, by which Excel knows UTF-8.
    #[must_use]
    pub fn byte_order_mark(mut self, wanted: bool) -> CsvWriter {
        self.byte_order_mark = wanted;
        self
    }

    fn row(&self, cells: &[String], out: &mut dyn Write) -> io::Result<()> {
        let mut row = in_memory();
        row.write_record(cells)?;
        let bytes = row.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        out.write_all(&bytes)
    }
}

impl Writer for CsvWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.byte_order_mark {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut header: Vec<String> = self.header.iter().map(|name| guard(name)).collect();
        if self.guarded {
            header.push(GUARDED.to_owned());
        }
        self.row(&header, out)
    }

    fn tells_versions(&self) -> bool {
        self.table.tells_versions()
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let mut row = in_memory();
        let RowsOfRecord { rows, failures } = self.table.rows_of(outgoing, archives);
        for mut cells in rows {
            if self.guarded {
                let mut touched: Vec<Cow<'_, str>> = Vec::new();
                for (at, (cell, name)) in cells.iter_mut().zip(&self.header).enumerate() {
                    if is_dangerous(cell) {
                        cell.insert(0, '\'');
                        touched.push(match name.contains([' ', '#']) {
                            true => format!("#{}", at + 1).into(),
                            false => name.into(),
                        });
                    }
                }
                let touched = touched.join(" ");
                cells.push(touched);
            }
            row.write_record(&cells).unwrap_or_else(not_in_memory);
        }
        let text = row.into_inner().unwrap_or_else(|error| not_in_memory(error.into_error()));
        Piece { failures, ..Piece::text(text) }
    }

    fn losses(&self, outgoing: &Outgoing<'_>, _: &Archives) -> Vec<Loss> {
        self.table.losses(outgoing.record)
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// Where the rows of one record are written: they are few, and a buffer of the usual size costs more than writing them.
fn in_memory() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().buffer_capacity(512).from_writer(Vec::new())
}

/// Rows written to memory, each with as many cells as the others, cannot fail.
fn not_in_memory<T>(error: impl std::fmt::Display) -> T {
    unreachable!("a row that is kept in memory is written: {error}")
}
