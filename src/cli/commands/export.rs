//! `fonds export`: records for other programs.

use crate::cli::Session;
use crate::cli::ui::{Ended, Failure, Label, Outcome, Text};
use crate::ops::{
    Catalog, ExportFormat, ExportRequest, ExportRows, Exported, Freshness, Stopped, files,
    format_names,
};
use crate::problem::{Exit, Problem, Severity};
use crate::query::Query;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How many fields are named on stderr that the format has no place for.
const MOST_NAMED: usize = 12;

/// Export records as tables, bibliographies, finding aids and other formats
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A query chooses records as in `fonds list`; without one all are exported, in the order of their paths: \
the same records give the same bytes. A file named with -o is either written whole or left as it was.

Fields that a format has no place for are counted on stderr; --report FILE lists each, with its record.

CSV: one row for a record, or for each holding with --rows holding; docs/export.md lists the columns. \
Cells that a spreadsheet would run as formulas get an apostrophe in front, and the column `guarded` names \
them; --raw leaves them as they are.

Each record goes out with its version, the name that Git gives to its text. --check writes nothing and \
says whether the file named with -o is what would be written now, and which of its records are not: for \
builds. With --json: `fresh`, `exists`, `changed`, `added`, `removed` (ids), `versions` (whether the file \
tells them), `line` (the first that differs).

Exit codes: 0 good, 1 with --check, the file is out of date, 2 wrong use, 3 there are records that cannot be read (the others are exported), 4 the \
file cannot be written.

Examples:
  fonds export --to csv -o catalog.csv
  fonds export --to csv --rows holding --columns id,archive,path.fond,path.delo archive:aprf
  fonds export --to biblatex from:mao -o mao.bib --report lost.jsonl
  fonds export --to biblatex from:mao -o mao.bib --check
  fonds export --to csl-json | pandoc -f csljson -t markdown")]
pub(in crate::cli) struct Arguments {
    /// The format
    #[arg(long, value_name = "FORMAT", value_parser = clap::builder::PossibleValuesParser::new(format_names()))]
    to: String,
    /// Which records; all when nothing is said
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Export the records as they were at this revision
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// What a row of a table is
    #[arg(long, value_name = "WHAT", default_value = "record", value_parser = ["record", "holding"])]
    rows: String,
    /// The columns of a table, separated by commas
    #[arg(long, value_name = "COLUMNS")]
    columns: Option<String>,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Begin a table with a byte order mark, for Excel
    #[arg(long)]
    bom: bool,
    /// Do not guard a table against formulas
    #[arg(long)]
    raw: bool,
    /// Only say whether the file named with -o is what would be written now
    #[arg(long, requires = "output")]
    check: bool,
    /// List every field that the format has no place for in this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let query: Query = self.query.join(" ").parse()?;
        let format = ExportFormat::named(&self.to).unwrap_or(ExportFormat::Csv);
        let request = ExportRequest {
            format,
            query,
            at: catalog.moment(self.at.as_deref())?,
            rows: if self.rows == "holding" { ExportRows::Holding } else { ExportRows::Record },
            columns: match &self.columns {
                Some(columns) => catalog.columns(columns)?,
                None => Vec::new(),
            },
            byte_order_mark: self.bom,
            raw: self.raw,
        };
        if self.check
            && let Some(path) = &self.output
        {
            return check(session, &catalog, &request, path);
        }
        if self.raw && format.is_table() && format != ExportFormat::Xlsx {
            session.ui.say(Text::new().piece(
                Label::Warning,
                "warning: cells are not guarded; a spreadsheet may run them as formulas",
            ));
        }
        let mut report = self.report.as_deref().map(files::AtomicFile::create).transpose()?;
        let mut on_loss = |loss: &crate::citation::Loss| match &mut report {
            Some(report) => {
                serde_json::to_writer(&mut *report, loss)?;
                report.write_all(b"\n")
            }
            None => Ok(()),
        };
        let exported = match &self.output {
            Some(path) => {
                let mut file = files::AtomicFile::create(path)?;
                let exported = catalog.export(&request, &mut file, &mut on_loss);
                let exported = exported.map_err(|stopped| match stopped {
                    Stopped::Refused(refusal) => Failure::Refused(refusal),
                    Stopped::Output(error) => Failure::from(files::not_written(path, &error)),
                })?;
                file.finish()?;
                exported
            }
            None => {
                let mut stream = session.ui.stream();
                catalog.export(&request, &mut stream, &mut on_loss).map_err(|stopped| match stopped {
                    Stopped::Refused(refusal) => Failure::Refused(refusal),
                    Stopped::Output(error) => Failure::from(error),
                })?
            }
        };
        if let Some(report) = report {
            report.finish()?;
        }
        tell(session, &exported, &self.to, self.report.is_some())
    }
}

/// Tells whether the file `path` is what would be written now.
fn check(session: &mut Session, catalog: &Catalog, request: &ExportRequest, path: &Path) -> Outcome {
    let (freshness, exported) = catalog.export_check(request, path).map_err(|stopped| match stopped {
        Stopped::Refused(refusal) => Failure::Refused(refusal),
        Stopped::Output(error) => Failure::from(files::not_read(path, &error)),
    })?;
    let name = path.display();
    if session.json {
        session.ui.json(&freshness)?;
    } else if freshness.fresh {
        session.ui.line(format!("`{name}` is up to date"))?;
    } else {
        let Freshness { changed, added, removed, .. } = &freshness;
        for (ids, what, label) in [
            (changed, "changed", Label::Field),
            (added, "added", Label::New),
            (removed, "removed", Label::Old),
        ] {
            for id in ids {
                let text = Text::new().piece(label, format!("{what:<7}"));
                session.ui.line(text.plain("  ").piece(Label::Id, id.as_str()))?;
            }
        }
        let why = match (freshness.exists, changed.len() + added.len() + removed.len()) {
            (false, _) => "there is no such file".to_owned(),
            (true, 0) if freshness.versions => format!(
                "the records are the same; line {} is not as it would be written now",
                freshness.line
            ),
            (true, 0) => format!(
                "line {} is not as it would be written now; the file tells no versions of records",
                freshness.line
            ),
            (true, _) => format!(
                "{} changed, {} added, {} removed",
                changed.len(),
                added.len(),
                removed.len()
            ),
        };
        session.ui.line(format!("`{name}` is out of date: {why}"))?;
    }
    session.ui.problems(&exported.problems, &exported.sources);
    match worst(&exported) {
        Some(exit) => Err(Failure::Told(exit)),
        None if freshness.fresh => Ok(Ended::Good),
        None => Ok(Ended::Findings),
    }
}

/// The exit code that the problems of an export give.
fn worst(exported: &Exported) -> Option<Exit> {
    let errors = exported.problems.iter().filter(|p| p.severity == Severity::Error);
    errors.map(Problem::exit).max().map(|exit| exit.max(Exit::Data))
}

/// What there is to say besides the file.
fn tell(session: &mut Session, exported: &Exported, format: &str, reported: bool) -> Outcome {
    if !exported.losses.is_empty() {
        let mut fields: Vec<(&String, &usize)> = exported.losses.iter().collect();
        fields.sort_by_key(|(field, count)| (std::cmp::Reverse(**count), (*field).clone()));
        let named: Vec<String> = fields
            .iter()
            .take(MOST_NAMED)
            .map(|(field, count)| format!("{field} ({count})"))
            .collect();
        let more = match fields.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let mend = if reported { "" } else { "; --report FILE lists them" };
        session.ui.say(Text::new().piece(Label::Warning, "note").plain(format!(
            ": {format} has no place for {}{more}{mend}",
            named.join(", ")
        )));
    }
    session.ui.problems(&exported.problems, &exported.sources);
    match worst(exported) {
        None => Ok(Ended::Good),
        Some(exit) => Err(Failure::Told(exit)),
    }
}
