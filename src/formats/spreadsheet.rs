//! Tables for spreadsheets: XLSX, in which every cell is typed as text and nothing can be a formula;
//! and TSV.

use super::column::ColumnSpec;
use super::formula_guard::is_dangerous;
use super::table::{Rows, RowsOfRecord, Table};
use super::writer::{Outgoing, Piece, Writer};
use crate::citation::Loss;
use crate::problem::Result;
use crate::record::Archives;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::io::{self, Write};

/// The longest text of a cell of XLSX, in UTF-16 units; the standard allows no more.
const LONGEST_CELL: usize = 32_767;
/// The most rows of a sheet, the header included.
const MOST_ROWS: u32 = 1_048_576;
/// The widest column, in characters; longer texts wrap.
const WIDEST: usize = 60;

/// Writes a table as XLSX: one sheet, the header frozen and bold, widths by content.
///
/// The file is a ZIP archive, whose parts are only known at the end: rows are kept until then.
pub struct XlsxWriter {
    table: Table,
    workbook: Workbook,
    widths: Vec<usize>,
    row: u32,
}

impl XlsxWriter {
    /// A table of `rows` with the columns `columns`; see [`Table::with_columns`].
    pub fn new(rows: Rows, columns: &[ColumnSpec]) -> Result<XlsxWriter> {
        let table = Table::with_columns(rows, columns)?;
        let widths = table.header().iter().map(|name| name.chars().count()).collect();
        Ok(XlsxWriter { table, workbook: Workbook::new(), widths, row: 0 })
    }
}

fn failed(error: XlsxError) -> io::Error {
    io::Error::other(error.to_string())
}

impl Writer for XlsxWriter {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        // The same records give the same bytes: no time of writing.
        let properties = rust_xlsxwriter::DocProperties::new().set_creation_datetime(
            &rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?,
        );
        self.workbook.set_properties(&properties);
        let bold = Format::new().set_bold();
        let sheet = self.workbook.add_worksheet();
        sheet.set_name("records").map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        for (at, name) in self.table.header().iter().enumerate() {
            let column = u16::try_from(at).map_err(io::Error::other)?;
            sheet.write_string_with_format(0, column, name, &bold).map_err(failed)?;
        }
        self.row = 1;
        Ok(())
    }

    fn tells_versions(&self) -> bool {
        self.table.tells_versions()
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let mut cut = Vec::new();
        let RowsOfRecord { mut rows, failures } = self.table.rows_of(outgoing, archives);
        for cells in &mut rows {
            for (cell, column) in cells.iter_mut().zip(self.table.header()) {
                let held = within(cell, LONGEST_CELL).len();
                if held < cell.len() {
                    cell.truncate(held);
                    cut.push(Loss {
                        record: outgoing.record.id.to_string(),
                        field: column,
                        why: "cut off: a cell of XLSX holds 32,767 characters".to_owned(),
                    });
                }
            }
        }
        Piece { rows, cut, failures, ..Piece::default() }
    }

    fn losses(&self, outgoing: &Outgoing<'_>, _: &Archives) -> Vec<Loss> {
        self.table.losses(outgoing.record)
    }

    fn put(&mut self, piece: &Piece, _: &mut dyn Write) -> io::Result<()> {
        let sheet = self.workbook.worksheet_from_index(0).map_err(failed)?;
        for cells in &piece.rows {
            if self.row >= MOST_ROWS {
                return Err(io::Error::other(
                    "a sheet of XLSX has no more than 1,048,576 rows; export CSV, or parts with `--part`",
                ));
            }
            for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let column = u16::try_from(at).map_err(io::Error::other)?;
                sheet.write_string(self.row, column, cell).map_err(failed)?;
                let longest = cell.lines().map(|line| line.chars().count()).max().unwrap_or(0);
                if let Some(width) = self.widths.get_mut(at) {
                    *width = (*width).max(longest);
                }
            }
            self.row += 1;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let last = u16::try_from(self.widths.len()).unwrap_or(u16::MAX).saturating_sub(1);
        let sheet = self.workbook.worksheet_from_index(0).map_err(failed)?;
        for (at, width) in self.widths.iter().enumerate() {
            let column = u16::try_from(at).map_err(io::Error::other)?;
            let width = f64::from(u32::try_from((*width).min(WIDEST)).unwrap_or(60)) + 2.0;
            sheet.set_column_width(column, width).map_err(failed)?;
        }
        sheet.autofilter(0, 0, self.row.saturating_sub(1), last).map_err(failed)?;
        let bytes = self.workbook.save_to_buffer().map_err(failed)?;
        out.write_all(&bytes)
    }
}

/// The beginning of `text` that has no more than `longest` UTF-16 units.
fn within(text: &str, longest: usize) -> &str {
    if text.len() <= longest {
        return text;
    }
    let mut units = 0;
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        if units > longest {
            return &text[..at];
        }
    }
    text
}

/// Writes a table as TSV: tabs and line ends inside a cell become spaces, for TSV has no quotation
/// marks; what a spreadsheet would run as a formula gets an apostrophe, unless `raw`.
pub struct TsvWriter {
    table: Table,
    raw: bool,
}

impl TsvWriter {
    /// A table of `rows` with the columns `columns`; see [`Table::with_columns`].
    pub fn new(rows: Rows, columns: &[ColumnSpec], raw: bool) -> Result<TsvWriter> {
        Ok(TsvWriter { table: Table::with_columns(rows, columns)?, raw })
    }
}

impl Writer for TsvWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.table.header().join("\t"))
    }

    fn tells_versions(&self) -> bool {
        self.table.tells_versions()
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let mut text = String::new();
        let RowsOfRecord { rows, failures } = self.table.rows_of(outgoing, archives);
        for cells in rows {
            let cells: Vec<String> = cells
                .iter()
                .map(|cell| {
                    let flat = cell.replace(['\t', '\n', '\r'], " ");
                    if !self.raw && is_dangerous(&flat) { format!("'{flat}") } else { flat }
                })
                .collect();
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        Piece { failures, ..Piece::text(text) }
    }

    fn losses(&self, outgoing: &Outgoing<'_>, _: &Archives) -> Vec<Loss> {
        self.table.losses(outgoing.record)
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
