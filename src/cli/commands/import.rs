//! `fonds import`: other people's pages and files made records.

use super::change::{ChangeOptions, ReuseOption, tell};
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::{
    IdTemplate, Import, ImportOutcome, ImportRequest, ImportedItem, InputFile, files, read_mapping,
};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Make records from pages and files of others
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The format is seen by the content. A record that is there already is filled in where it lacks \
something; what it says otherwise is told and stays. Importing a file twice changes nothing. \
Everything that has no place in the record is reported with its line: nothing is dropped silently. \
Records that may describe one document are named with a score and the reason; nothing is joined.

Tables (CSV, TSV): our own columns are known; --map FILE says what the columns of others are, in TOML: \
[columns] \"Signatur\" = \"reference\". docs/formats.md lists formats and columns.

Ids are made from date, sender and recipient, or by a template with filters: \
--ids '{date|year}-{archive}-{title|words:3}'. What the source calls an item stays another name of the record.

With --into QUERY no record is made: items fill in records that the query selects.

Ctrl-C stops before anything is saved and leaves nothing behind.

With --json: `counts`; `items`, each with `file`, `format`, `item`, `line`, `column`, `id`, `outcome` (created, updated, \
unchanged, conflicting, not-understood, unmatched), `filled`, `conflicts` (each with `field`, `record`, `source`), `left` (each with \
`line`, `text`, `reason`), `without_value` and `remarks`; `duplicates` (each with `record`, `other`, `score`, \
`reason`), `more_duplicates`; and `changed`.

Exit codes: 0 good, 1 a record says something else than the source, 2 wrong use, 3 a file has no \
format that is known, 4 a file cannot be read or the catalog not be written.

Examples:
  fonds import telegram.txt -m 'from the digital archive'
  fonds import --dry-run *.txt
  fonds import library.json letters.bib -m 'my Zotero library'
  fonds import table.csv --map columns.toml --ids '{date}-{sender}'
  fonds import corrections.csv --into 'archive:aprf' --dry-run")]
pub(in crate::cli) struct Arguments {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Read them as this format
    #[arg(long, value_name = "FORMAT")]
    from: Option<String>,
    /// The id of the record, when there is one
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The template of new ids
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "id")]
    ids: Option<String>,
    /// What the columns of a table are (TOML)
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Only fill in records that the query selects, matched by id, by what they are called elsewhere, or by
    /// reference; make no new ones
    #[arg(long, value_name = "QUERY", conflicts_with = "ids")]
    into: Option<String>,
    /// Let single values of the source take the place of those in the records
    #[arg(long)]
    replace: bool,
    /// Do not look for records that may describe one document
    #[arg(long)]
    no_duplicates: bool,
    /// Make entries of archives that nobody knows and of which the source tells the place
    #[arg(long)]
    archives: bool,
    /// Write what became of each item to this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    reuse: ReuseOption,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let watcher = session.watcher();
        let mut inputs = Vec::new();
        for path in &self.files {
            inputs.push(InputFile::open(path)?);
        }
        let request = self.change.request_with(session, &self.reuse);
        let mapping = match &self.map {
            None => None,
            Some(path) => {
                let bytes = files::read(path, files::LARGEST_INPUT)?;
                Some(read_mapping(&bytes, &path.display().to_string())?)
            }
        };
        let ids = self.ids.as_deref().map(IdTemplate::read).transpose()?;
        let into = self.into.as_deref().map(|text| session.query(text)).transpose()?;
        let how = ImportRequest {
            from: self.from,
            id: self.id,
            ids,
            mapping,
            into,
            replace: self.replace,
            duplicates: !self.no_duplicates,
            archives: self.archives,
        };
        let import = catalog.import(&inputs, &how, &request, &watcher)?;
        drop(watcher);
        if let Some(path) = &self.report {
            let mut file = files::AtomicFile::create(path)?;
            for item in &import.items {
                let line = serde_json::to_string(item).map_err(std::io::Error::from)?;
                writeln!(file, "{line}").map_err(|error| files::not_written(path, &error))?;
            }
            file.finish()?;
        }
        let found = import.counts.to_be_looked_at() > 0;
        if session.json {
            session.ui.problems(&import.changed.remarks, &import.changed.sources);
            session.ui.json(&import)?;
        } else {
            let told = if import.items.len() > MOST_TOLD { brief(session, &import) } else { all(session, &import) };
            told?;
            tell(session, &import.changed, request.dry_run)?;
        }
        Ok(if found { Ended::Findings } else { Ended::Good })
    }
}

/// More items than anybody reads: only what needs a person is told then.
const MOST_TOLD: usize = 200;

fn all(session: &mut Session, import: &Import) -> std::io::Result<()> {
    for item in &import.items {
        report(session, item)?;
    }
    if import.items.len() > 1 {
        counts(session, import)?;
    }
    duplicates(session, import)
}

fn brief(session: &mut Session, import: &Import) -> std::io::Result<()> {
    let needs_a_person = |item: &&ImportedItem| {
        use ImportOutcome::{Conflicting, NotUnderstood, Unmatched};
        matches!(item.outcome, Conflicting | NotUnderstood | Unmatched)
    };
    for item in import.items.iter().filter(needs_a_person).take(MOST_TOLD) {
        report(session, item)?;
    }
    let left: usize = import.items.iter().map(|item| item.left.len()).sum();
    if left > 0 {
        session.ui.line(format!("{left} values have no place in a record; `--report FILE` lists them"))?;
    }
    let mut problems: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for problem in import.items.iter().flat_map(|item| &item.problems) {
        problems.entry(problem.code.name).or_insert((0, problem.code.title)).0 += 1;
    }
    for (code, (number, title)) in problems {
        session.ui.line(format!("{code}: {title}: {number} times"))?;
    }
    counts(session, import)?;
    duplicates(session, import)
}

fn counts(session: &mut Session, import: &Import) -> std::io::Result<()> {
    let counts = &import.counts;
    let parts: Vec<String> = [
        (counts.created, "created"),
        (counts.updated, "filled in"),
        (counts.unchanged, "unchanged"),
        (counts.conflicting, "saying something else"),
        (counts.not_understood, "not understood"),
        (counts.unmatched, "none of the records chosen"),
    ]
    .iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    session.ui.line(parts.join(", "))
}

fn duplicates(session: &mut Session, import: &Import) -> std::io::Result<()> {
    for pair in import.duplicates.iter().take(MOST_TOLD) {
        let text = Text::new().plain("perhaps one document: ").piece(Label::Id, &pair.record).plain(" and ");
        let text = text.piece(Label::Id, &pair.other);
        session.ui.line(text.plain(format!(" ({:.2}: {})", pair.score, pair.reason)))?;
    }
    let more = import.more_duplicates + import.duplicates.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        session.ui.line(format!("and {more} more pairs that may be one document each"))?;
    }
    Ok(())
}

fn report(session: &mut Session, item: &ImportedItem) -> std::io::Result<()> {
    let outcome = match item.outcome {
        ImportOutcome::Created => "created",
        ImportOutcome::Updated => "filled in",
        ImportOutcome::Unchanged => "unchanged",
        ImportOutcome::Conflicting => "says something else",
        ImportOutcome::NotUnderstood => "not understood",
        ImportOutcome::Unmatched => "none of the records chosen",
    };
    let place = match (item.line, item.column) {
        (Some(line), Some(column)) => format!("{}:{line}:{column}", item.file),
        (Some(line), None) => format!("{}:{line}", item.file),
        _ => item.file.clone(),
    };
    let text = Text::new().plain(format!("{place}: "));
    let text = match item.id.is_empty() {
        true => text.plain(&item.item),
        false => text.piece(Label::Id, &item.id),
    };
    session.ui.line(text.plain(format!(": {outcome}")))?;
    for field in &item.filled {
        session.ui.line(format!("  filled in: {field}"))?;
    }
    for conflict in &item.conflicts {
        let json = |node| serde_json::to_string(node).unwrap_or_default();
        let text = Text::new().plain("  differs: ").piece(Label::Field, &conflict.field);
        let text = text.plain(": record ").piece(Label::Old, json(&conflict.record));
        session.ui.line(text.plain(", source ").piece(Label::New, json(&conflict.source)))?;
    }
    for left in &item.left {
        session.ui.line(format!("  line {}: not in the record: {} ({})", left.line, left.text, left.reason))?;
    }
    for label in &item.without_value {
        session.ui.line(format!("  without a value in the source: {label}"))?;
    }
    session.ui.problems(&item.problems, &[]);
    Ok(())
}
