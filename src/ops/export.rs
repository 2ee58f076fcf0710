//! Exporting records to a file for other programs: one after the other, in bounded memory.

use super::{Catalog, Refusal};
use crate::citation::Loss;
use crate::formats::Format;
use crate::formats::table::Rows;
use crate::formats::{self, TableOptions, Writer};
use crate::problem::Problem;
use crate::query::Query;
use crate::record::{RevisionId, Source};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What is to be exported, and how.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The format.
    pub format: Format,
    /// Which records.
    pub query: Query,
    /// From which revision; the work tree when there is none.
    pub at: Option<RevisionId>,
    /// What a row of a table is.
    pub rows: Rows,
    /// The columns of a table; the documented ones when there are none.
    pub columns: Vec<String>,
    /// Whether a table begins with a byte order mark.
    pub byte_order_mark: bool,
    /// Whether the cells of a table are written as they are.
    pub raw: bool,
}

/// What came of an export.
#[derive(Debug, Default)]
pub struct Exported {
    /// How many records were written.
    pub records: usize,
    /// How many records lost each field.
    pub losses: BTreeMap<String, usize>,
    /// Records that could not be read: they are not in the file.
    pub problems: Vec<Problem>,
    /// The texts that these problems point into.
    pub sources: Vec<Source>,
}

/// Why an export stopped.
#[derive(Debug)]
pub enum Stopped {
    /// It was refused before anything was written.
    Refused(Refusal),
    /// The file or stream could not be written.
    Output(io::Error),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Stopped {
        Stopped::Refused(refusal)
    }
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Stopped {
        Stopped::Refused(problem.into())
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Stopped {
        Stopped::Output(error)
    }
}

impl Catalog {
    /// Writes what `request` asks for to `out`, in the order of the records' paths: the same
    /// records give the same bytes. `on_loss` hears of every field that the format has no place
    /// for. A record that cannot be read stops nothing.
    pub fn export(
        &self,
        request: &ExportRequest,
        out: &mut dyn Write,
        on_loss: &mut dyn FnMut(&Loss) -> io::Result<()>,
    ) -> Result<Exported, Stopped> {
        let mut writer: Box<dyn Writer> = request.format.writer(&TableOptions {
            rows: request.rows,
            columns: &request.columns,
            byte_order_mark: request.byte_order_mark,
            raw: request.raw,
        })?;
        let (archives, problems) = self.archives_and_problems();
        let mut exported = Exported { problems, ..Exported::default() };
        let selected = self.select(&request.query, request.at)?;
        exported.problems.extend_from_slice(selected.problems());
        writer.begin(out)?;
        for file in selected {
            let Some(record) = &file.record else {
                exported.problems.extend(file.problems);
                exported.sources.extend(file.source);
                continue;
            };
            for loss in writer.record(record, &archives, out)? {
                on_loss(&loss)?;
                *exported.losses.entry(general(&loss.field)).or_default() += 1;
            }
            exported.records += 1;
        }
        writer.end(out)?;
        Ok(exported)
    }
}

/// A field without the ids of parts, for counting: `holding.aprf.note` as `holding.*.note`.
fn general(field: &str) -> String {
    let mut parts: Vec<&str> = field.split('.').collect();
    let has_parts =
        matches!(parts.first(), Some(&("holding" | "translation" | "publication" | "surrogate")));
    if has_parts && parts.len() > 1 {
        parts[1] = "*";
    }
    parts.join(".")
}

/// The names of the formats, for help and messages.
pub fn format_names() -> impl Iterator<Item = &'static str> {
    formats::Format::NAMES.iter().map(|(name, _)| *name)
}
