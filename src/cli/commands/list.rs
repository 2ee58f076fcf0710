//! `fonds list`: which records there are.

use crate::cli::Session;
use crate::cli::ui::{Ended, Failure, Label, Outcome, Text};
use crate::ops::{Catalog, Selected, ToldLines};
use crate::problem::{Exit, Problem, Severity, codes};
use crate::record::Record;
use serde::Serialize;

/// List records: id, date, title
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A query is words, and fields with values: `from:mao date:1951 archive:aprf`. docs/query.md has the \
whole language.

--columns takes the columns of tables, docs/export.md lists them; a tab stands between them. --template \
takes text with the same names between braces, in the language of Jinja, and `record`, the whole record as \
in JSON Lines; `\\n` and `\\t` are an end of line and a tab.

With --json: a list of objects with `id`, `date`, `genre`, `title`, `holdings` (as `archive`, \
`path`) and `path` (the file), each left out when it is not known.

Exit codes: 0 good, 2 the query is wrong, 3 there are records that cannot be read (they are named on \
stderr; the others are listed).

Examples:
  fonds list
  fonds list from:mao date:1951
  fonds list --columns id,date,references,cite:
  fonds list --template '{{ date }}  {{ sender }} to {{ recipient }} [{{ id }}]'
  fonds list --at HEAD~10 --json")]
pub(in crate::cli) struct Arguments {
    /// Which records; all when nothing is said
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// List the records as they were at this revision
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    #[command(flatten)]
    told: Told,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let query = session.query(&self.query.join(" "))?;
        let at = catalog.moment(self.at.as_deref())?;
        let lines = self.told.lines(&catalog, session.json)?;
        print(session, catalog.select(&query, at)?, lines.as_ref())
    }
}

/// What is told of each record.
#[derive(Debug, clap::Args)]
pub(super) struct Told {
    /// These columns, separated by commas
    #[arg(long, value_name = "COLUMNS")]
    columns: Option<String>,
    /// What this template makes of each record
    #[arg(short = 'T', long, value_name = "TEMPLATE", conflicts_with = "columns")]
    template: Option<String>,
}

impl Told {
    /// How a line is made of a record; `None` leaves it to the command.
    pub(super) fn lines(&self, catalog: &Catalog, json: bool) -> Result<Option<ToldLines>, Failure> {
        let asked = if self.template.is_some() { "--template" } else { "--columns" };
        if json && (self.template.is_some() || self.columns.is_some()) {
            let problem = Problem::error(codes::OPTION, format!("`{asked}` and `--json` exclude each other"));
            return Err(problem.mend("`fonds export --to jsonl` gives whole records").into());
        }
        match (&self.template, &self.columns) {
            (Some(template), _) => Ok(Some(catalog.lines_of_template(template)?)),
            (None, Some(columns)) => Ok(Some(catalog.lines_of_columns(columns)?)),
            (None, None) => Ok(None),
        }
    }
}

/// One record in the answer with `--json`.
#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    genre: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    holdings: Vec<EntryHolding<'a>>,
    path: &'a str,
}

#[derive(Serialize)]
struct EntryHolding<'a> {
    archive: &'a str,
    path: &'a crate::record::Path,
}

/// Of how many records it is told one by one that a column or template failed.
const MOST_FAILURES: usize = 10;

/// Prints what was selected, and tells what could not be read.
pub(super) fn print(
    session: &mut Session,
    selected: Selected<'_>,
    lines: Option<&ToldLines>,
) -> Outcome {
    let selected = match lines.is_some_and(ToldLines::tell_versions) {
        true => selected.with_versions(),
        false => selected,
    };
    let mut problems: Vec<Problem> = selected.problems().to_vec();
    let mut sources = Vec::new();
    let mut first = true;
    let mut failures = 0;
    if session.json {
        session.ui.data("[")?;
    }
    for file in selected {
        let Some(record) = &file.record else {
            problems.extend(file.problems);
            sources.extend(file.source);
            continue;
        };
        if session.json {
            session.ui.data(if first { "\n" } else { ",\n" })?;
            first = false;
            session.ui.json_piece(&entry(record, &file.path))?;
        } else if let Some((line, failed)) = lines.and_then(|lines| lines.line(&file)) {
            let line_is_whole = failed.is_empty();
            session.ui.line(line)?;
            problems.extend(failed.into_iter().take(MOST_FAILURES.saturating_sub(failures)));
            failures += usize::from(!line_is_whole);
            first = false;
        } else {
            session.ui.line(line(record))?;
            first = false;
        }
    }
    if session.json {
        session.ui.data(if first { "]\n" } else { "\n]\n" })?;
    }
    if first && problems.is_empty() {
        session.ui.say("no records");
    }
    if failures > MOST_FAILURES {
        let message = format!("of {} more records nothing could be made", failures - MOST_FAILURES);
        problems.push(Problem::error(codes::COLUMN_FAILED, message));
    }
    session.ui.problems(&problems, &sources);
    match problems.iter().filter(|p| p.severity == Severity::Error).map(Problem::exit).max() {
        None => Ok(Ended::Good),
        Some(exit) => Err(Failure::Told(exit.max(Exit::Data))),
    }
}

fn date(record: &Record) -> Option<&str> {
    record.dates.principal().map(|event| event.value.as_str())
}

fn entry<'a>(record: &'a Record, path: &'a str) -> Entry<'a> {
    Entry {
        id: record.id.as_str(),
        date: date(record),
        genre: record.genre.as_deref(),
        title: record.title.as_ref().map(|title| title.text.as_str()),
        holdings: record
            .holdings
            .iter()
            .map(|holding| EntryHolding { archive: &holding.archive, path: &holding.path })
            .collect(),
        path,
    }
}

fn line(record: &Record) -> Text {
    let title = record.title.as_ref().map(|title| title.text.as_str());
    Text::new()
        .piece(Label::Id, record.id.as_str())
        .plain("  ")
        .piece(Label::Field, date(record).unwrap_or("undated"))
        .plain("  ")
        .plain(title.or(record.genre.as_deref()).unwrap_or("(without title)").replace(['\n', '\t'], " "))
}
