//! `fonds export`: records for other programs.

use crate::cli::Session;
use crate::cli::ui::{Ended, Failure, Label, Outcome, Text};
use crate::ops::{
    Catalog, ExportFormat, ExportRequest, ExportRows, Exported, Freshness, Looking, Stopped, files,
    format_names,
};
use crate::problem::{Exit, Problem, Severity, codes};
use std::io::Write;
use std::path::{Path, PathBuf};

/// How many fields are named on stderr that the format has no place for.
const MOST_NAMED: usize = 12;

/// Export records as tables, bibliographies, finding aids and other formats
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A query chooses records as in `fonds list`; without one all are exported, in the order of their paths: \
the same records give the same bytes. A file named with -o is either written whole or left as it was.

Fields that a format has no place for are counted on stderr; --report FILE lists each, with its record. Of more \
than 2,048 records not each is looked at without --report: such fields are named, and not counted.

CSV: one row for a record, or for each holding with --rows holding. --columns takes columns, fields of the \
record (`holding.aprf.path`), citations (`cite:STYLE`, `bib:STYLE`) and templates, under names of your own; \
docs/export.md has them all. \
Cells that a spreadsheet would run as formulas get an apostrophe in front, and the column `guarded` names \
them; --raw leaves them as they are.

Each record goes out with its version, the name that Git gives to its text. --check writes nothing and \
says whether the file named with -o is what would be written now, and which of its records are not: for \
builds. With --json: `fresh`, `exists`, `changed`, `added`, `removed` (ids), `versions` (whether the file \
tells them), `line` (the first that differs).

html, markdown, rtf, latex and typst are bibliographies in a style: whole pages of HTML and RTF (which word \
processors open), sections to be put into Markdown, LaTeX (`\\input`) and Typst (`#include`) documents.

--part I/N writes one part of N, so that several machines can share the work; the parts one after the other \
(`cat`) are the whole, byte for byte. Parts of XLSX are workbooks of their own.

--watch writes the file again whenever records, archives or styles change, until Ctrl-C. Ctrl-C in any export \
leaves the file as it was (exit code 4).

Exit codes: 0 good, 1 with --check, the file is out of date, 2 wrong use, 3 there are records that cannot be read (the others are exported), 4 the \
file cannot be written.

Examples:
  fonds export --to csv -o catalog.csv
  fonds export --to csv --rows holding --columns id,archive,path.fond,path.delo archive:aprf
  fonds export --to biblatex from:mao -o mao.bib --report lost.jsonl
  fonds export --to biblatex from:mao -o mao.bib --check
  fonds export --to csv --columns 'id,When=date,holding.aprf.path,cite:chicago-archival-notes'
  fonds export --to html --by-archive -o bibliography.html
  fonds export --to csv --part 2/8 --at v1.0 -o part2.csv
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
    #[arg(short, long, value_name = "FILE", value_parser = super::file_to_write)]
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
    /// Keep the file named with -o fresh: write it again whenever records change, until Ctrl-C
    #[arg(long, requires = "output", conflicts_with_all = ["check", "at"])]
    watch: bool,
    /// Only the part I of N: the parts one after the other are the whole
    #[arg(long, value_name = "I/N")]
    part: Option<String>,
    /// The style of a bibliography, as for `fonds cite`
    #[arg(long, value_name = "STYLE", add = crate::cli::complete::styles())]
    style: Option<String>,
    /// The language of a bibliography: en, ru, de, fr, zh...
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Group a bibliography by archive, and there by collection
    #[arg(long)]
    by_archive: bool,
    /// List every field that the format has no place for in this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// What is exported, and where it goes.
pub(super) struct Job {
    pub(super) request: ExportRequest,
    /// The name of the format.
    pub(super) to: String,
    pub(super) output: Option<PathBuf>,
    report: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let query = session.query(&self.query.join(" "))?;
        let format = ExportFormat::named(&self.to).ok_or_else(|| {
            Problem::error(codes::OPTION, format!("`{}` is no format", self.to.escape_debug()))
        })?;
        self.refuse_what_does_not_apply(format)?;
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
            part: self.part.as_deref().map(str::parse).transpose()?,
            style: self.style,
            language: self.language,
            by_archive: self.by_archive,
            looking: if self.report.is_some() { Looking::Every } else { Looking::Kinds },
        };
        let job = Job { request, to: self.to, output: self.output, report: self.report };
        match &job.output {
            Some(path) if self.check => check(session, &catalog, &job.request, path),
            Some(path) if self.watch => super::export_watch::watch(session, catalog, &job, path),
            _ => {
                let exported = export(session, &catalog, &job)?;
                tell(session, &exported, &job.to, job.report.is_some())
            }
        }
    }

    /// Options that the format would pass over in silence.
    fn refuse_what_does_not_apply(&self, format: ExportFormat) -> Result<(), Problem> {
        let table = format.is_table();
        let bibliography = matches!(format, ExportFormat::Bibliography(_));
        for (given, applies, option, what) in [
            (self.columns.is_some(), table, "--columns", "a table"),
            (self.rows == "holding", table, "--rows", "a table"),
            (self.bom, table, "--bom", "a table"),
            (self.raw, table, "--raw", "a table"),
            (self.style.is_some(), bibliography, "--style", "a bibliography"),
            (self.language.is_some(), bibliography, "--language", "a bibliography"),
            (self.by_archive, bibliography, "--by-archive", "a bibliography"),
        ] {
            if given && !applies {
                let message = format!("`{option}` is for {what}, and `{}` is none", self.to);
                return Err(Problem::error(codes::OPTION, message).mend("leave it out"));
            }
        }
        if let Some(language) = &self.language {
            let asked = language.parse::<crate::record::Language>();
            asked.map_err(|problem| Problem { code: codes::LANGUAGE_ASKED, ..problem })?;
        }
        Ok(())
    }
}

/// Writes what `job` asks for: a file is whole or as it was, whatever comes between.
pub(super) fn export(
    session: &mut Session,
    catalog: &Catalog,
    job: &Job,
) -> Result<Exported, Failure> {
    let request = &job.request;
    if request.raw && job.to != "xlsx" {
        session.ui.say(Text::new().piece(
            Label::Warning,
            "warning: cells are not guarded; a spreadsheet may run them as formulas",
        ));
    }
    let mut report = job.report.as_deref().map(files::AtomicFile::create).transpose()?;
    let mut on_loss = |loss: &crate::citation::Loss| match &mut report {
        Some(report) => {
            serde_json::to_writer(&mut *report, loss)?;
            report.write_all(b"\n")
        }
        None => Ok(()),
    };
    let work = session.watcher();
    let exported = match &job.output {
        Some(path) => {
            let mut file = files::AtomicFile::create(path)?;
            let exported = catalog.export(request, &mut file, &mut on_loss, &work);
            let exported = exported.map_err(|stopped| match stopped {
                Stopped::Refused(refusal) => Failure::Refused(refusal),
                Stopped::Output(error) => Failure::from(files::not_written(path, &error)),
            })?;
            file.finish()?;
            exported
        }
        None => {
            let mut stream = session.ui.stream();
            let exported = catalog.export(request, &mut stream, &mut on_loss, &work);
            exported.map_err(|stopped| match stopped {
                Stopped::Refused(refusal) => Failure::Refused(refusal),
                Stopped::Output(error) => Failure::from(error),
            })?
        }
    };
    if let Some(report) = report {
        report.finish()?;
    }
    Ok(exported)
}

/// Tells whether the file `path` is what would be written now.
fn check(session: &mut Session, catalog: &Catalog, request: &ExportRequest, path: &Path) -> Outcome {
    let work = session.watcher();
    let (freshness, exported) = catalog.export_check(request, path, &work).map_err(|stopped| match stopped {
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
        let why = why_stale(&freshness);
        session.ui.line(format!("`{name}` is out of date: {why}"))?;
    }
    session.ui.problems(&exported.problems, &exported.sources);
    match worst(&exported) {
        Some(exit) => Err(Failure::Told(exit)),
        None if freshness.fresh => Ok(Ended::Good),
        None => Ok(Ended::Findings),
    }
}

/// What is not as it would be written now, in a few words.
pub(super) fn why_stale(freshness: &Freshness) -> String {
    let Freshness { changed, added, removed, line, .. } = freshness;
    match (freshness.exists, changed.len() + added.len() + removed.len()) {
        (false, _) => "there is no such file".to_owned(),
        (true, 0) if freshness.versions => {
            format!("the records are the same; line {line} is not as it would be written now")
        }
        (true, 0) => format!(
            "line {line} is not as it would be written now; the file tells no versions of records"
        ),
        (true, _) => format!(
            "{} changed, {} added, {} removed",
            changed.len(),
            added.len(),
            removed.len()
        ),
    }
}

/// The exit code that the problems of an export give.
pub(super) fn worst(exported: &Exported) -> Option<Exit> {
    let errors = exported.problems.iter().filter(|p| p.severity == Severity::Error);
    errors.map(Problem::exit).max().map(|exit| exit.max(Exit::Data))
}

/// What there is to say besides the file.
pub(super) fn tell(session: &mut Session, exported: &Exported, format: &str, reported: bool) -> Outcome {
    let losses = &exported.losses;
    if !losses.fields.is_empty() {
        // Where not every record was looked at, how often a field was lost is not known.
        let is_counted = losses.looked_at >= exported.records;
        let mut fields: Vec<(&String, &usize)> = losses.fields.iter().collect();
        fields.sort_by_key(|(field, count)| (std::cmp::Reverse(**count), (*field).clone()));
        let named: Vec<String> = fields
            .iter()
            .take(MOST_NAMED)
            .map(|(field, count)| match is_counted {
                true => format!("{field} ({count})"),
                false => (*field).clone(),
            })
            .collect();
        let more = match fields.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let mend = match (reported, is_counted) {
            (true, _) => "",
            (false, true) => "; --report FILE lists them",
            (false, false) => " of some records; --report FILE looks at each record and lists them",
        };
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
