//! Exporting records to a file for other programs: one after the other, in bounded memory.

use super::{Catalog, RecordFile, Refusal, files};
use crate::citation::Loss;
use crate::formats::Format;
use crate::formats::table::Rows;
use crate::formats::{self, ColumnSpec, Outgoing, Piece, TableOptions, Writer};
use crate::problem::{Problem, codes};
use crate::query::Query;
use crate::record::{Record, RevisionId, Source};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

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
    /// The columns of a table (see [`Catalog::columns`]); the documented ones when there are none.
    pub columns: Vec<ColumnSpec>,
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

/// How many records are written at a time: enough for all processors, few enough to bear.
const CHUNK: usize = 1024;

/// What a record becomes in the export, for whoever wants to know.
struct Written<'a> {
    outgoing: Outgoing<'a>,
    piece: &'a Piece,
}

/// Whether a file is what an export would write now.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Freshness {
    /// Whether it is, byte for byte.
    pub fresh: bool,
    /// Whether there is such a file at all.
    pub exists: bool,
    /// The ids of records that are in the file as they were.
    pub changed: Vec<String>,
    /// The ids of records that are missing from the file.
    pub added: Vec<String>,
    /// The ids of records that are in the file and would not be written.
    pub removed: Vec<String>,
    /// Whether the file tells the versions of its records; without them, nothing can be said of
    /// single records.
    pub versions: bool,
    /// The first line that is not what would be written, counted from 1; 0 when the file is fresh.
    pub line: u64,
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
        self.export_each(request, out, &mut |written| {
            written.piece.losses.iter().try_for_each(&mut *on_loss)
        })
    }

    /// Whether the file `path` holds what `request` would write now, and which records of it are no
    /// longer what they were. Nothing is written.
    pub fn export_check(
        &self,
        request: &ExportRequest,
        path: &Path,
    ) -> Result<(Freshness, Exported), Stopped> {
        let Some(mut compared) = files::Compared::open(path)? else {
            let exported = self.export_each(request, &mut io::sink(), &mut |_| Ok(()))?;
            return Ok((Freshness::default(), exported));
        };
        let mut now: BTreeMap<String, String> = BTreeMap::new();
        let exported = self.export_each(request, &mut compared, &mut |written| {
            let Outgoing { record, version, .. } = written.outgoing;
            now.insert(record.id.to_string(), version.unwrap_or("").to_owned());
            Ok(())
        })?;
        let difference = compared.finish()?;
        let mut freshness = Freshness { exists: true, ..Freshness::default() };
        let Some(line) = difference else {
            return Ok((Freshness { fresh: true, versions: true, ..freshness }, exported));
        };
        freshness.line = line;
        // A file that is no text, or too long to look into, is out of date all the same.
        let text = files::read_text(path, files::LARGEST_INPUT).unwrap_or_default();
        let then = formats::versions_in(&text);
        freshness.versions = !then.is_empty();
        if freshness.versions {
            for (id, version) in &now {
                match then.get(id) {
                    None => freshness.added.push(id.clone()),
                    Some(old) if old != version => freshness.changed.push(id.clone()),
                    Some(_) => {}
                }
            }
            freshness.removed = then.into_keys().filter(|id| !now.contains_key(id)).collect();
        }
        Ok((freshness, exported))
    }

    /// The work of an export: pieces are made side by side and put down in order.
    fn export_each(
        &self,
        request: &ExportRequest,
        out: &mut dyn Write,
        on_record: &mut dyn FnMut(&Written<'_>) -> io::Result<()>,
    ) -> Result<Exported, Stopped> {
        let mut writer: Box<dyn Writer> = request.format.writer(&TableOptions {
            rows: request.rows,
            columns: &request.columns,
            byte_order_mark: request.byte_order_mark,
            raw: request.raw,
        })?;
        let (archives, problems) = self.archives_and_problems();
        let mut exported = Exported { problems, ..Exported::default() };
        let mut selected = self.select(&request.query, request.at)?.with_versions();
        exported.problems.extend_from_slice(selected.problems());
        let mut failed: BTreeMap<String, Failed> = BTreeMap::new();
        writer.begin(out)?;
        loop {
            let files: Vec<RecordFile> = selected.by_ref().take(CHUNK).collect();
            if files.is_empty() {
                break;
            }
            let mut records: Vec<(Record, Option<String>)> = Vec::with_capacity(files.len());
            for file in files {
                match file.record {
                    Some(record) => {
                        records.push((record, file.version.map(|version| version.to_string())));
                    }
                    None => {
                        exported.problems.extend(file.problems);
                        exported.sources.extend(file.source);
                    }
                }
            }
            let outgoing = |(record, version): &'_ (Record, Option<String>)| -> Piece {
                writer
                    .piece(&Outgoing { record, version: version.as_deref(), key: None }, &archives)
            };
            let pieces: Vec<Piece> = records.par_iter().map(outgoing).collect();
            for ((record, version), piece) in records.iter().zip(&pieces) {
                writer.put(piece, out)?;
                let outgoing = Outgoing { record, version: version.as_deref(), key: None };
                on_record(&Written { outgoing, piece })?;
                for loss in &piece.losses {
                    *exported.losses.entry(general(&loss.field)).or_default() += 1;
                }
                for (column, why) in &piece.failures {
                    let failed = failed.entry(column.clone()).or_insert_with(|| Failed {
                        first: record.id.to_string(),
                        why: why.clone(),
                        records: 0,
                    });
                    failed.records += 1;
                }
                exported.records += 1;
            }
        }
        writer.end(out)?;
        exported.problems.extend(failed.iter().map(|(column, failed)| failed.problem(column)));
        Ok(exported)
    }
}

/// A column that could not be made for some records.
struct Failed {
    first: String,
    why: String,
    records: usize,
}

impl Failed {
    fn problem(&self, column: &str) -> Problem {
        let Failed { first, why, records } = self;
        let many = match records {
            1 => format!("for `{first}`"),
            more => format!("for {more} records; for `{first}`"),
        };
        Problem::error(
            codes::COLUMN_FAILED,
            format!("the column `{}` is empty {many}: {why}", column.escape_debug()),
        )
    }
}

/// A field without the ids of parts, for counting: `holding.aprf.note` as `holding.*.note`.
pub(super) fn general(field: &str) -> String {
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
