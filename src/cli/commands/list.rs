//! `fonds list`: which records there are.

use crate::cli::Session;
use crate::cli::ui::{Ended, Failure, Label, Outcome, Text};
use crate::ops::Selected;
use crate::problem::{Exit, Problem, Severity};
use crate::record::Record;
use serde::Serialize;

/// List records: id, date, title
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A query is words, and fields with values: `from:mao date:1951 archive:aprf`. docs/query.md has the \
whole language.

With --json: a list of objects with `id`, `date`, `genre`, `title`, `holdings` (as `archive`, \
`path`) and `path` (the file), each left out when it is not known.

Exit codes: 0 good, 2 the query is wrong, 3 there are records that cannot be read (they are named on \
stderr; the others are listed).

Examples:
  fonds list
  fonds list from:mao date:1951
  fonds list --at HEAD~10 --json")]
pub(in crate::cli) struct Arguments {
    /// Which records; all when nothing is said
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// List the records as they were at this revision
    #[arg(long, value_name = "REV")]
    at: Option<String>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let query = session.query(&self.query.join(" "))?;
        let at = catalog.moment(self.at.as_deref())?;
        print(session, catalog.select(&query, at)?)
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

/// Prints what was selected, and tells what could not be read.
pub(super) fn print(session: &mut Session, selected: Selected<'_>) -> Outcome {
    let mut problems: Vec<Problem> = selected.problems().to_vec();
    let mut sources = Vec::new();
    let mut first = true;
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
