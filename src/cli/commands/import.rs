//! `fonds import`: other people's pages and files made records.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::{ImportOutcome, ImportedItem, InputFile, files};
use std::path::PathBuf;

/// Make records from pages and files of others
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The format is seen by the content. A record that is there already is filled in where it lacks \
something; what it says otherwise is told and stays. Importing a file twice changes nothing. \
Everything that has no place in the record is reported with its line: nothing is dropped silently.

With --json: `items`, each with `file`, `format`, `id`, `outcome` (created, updated, unchanged, \
conflicting), `filled`, `conflicts` (each with `field`, `record`, `source`), `left` (each with \
`line`, `text`, `reason`), `without_value` and `remarks`; and `changed`.

Exit codes: 0 good, 1 a record says something else than the source, 2 wrong use, 3 a file has no \
format that is known, 4 a file cannot be read or the catalog not be written.

Examples:
  fonds import telegram.txt -m 'from the digital archive'
  fonds import --dry-run *.txt")]
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
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let mut inputs = Vec::new();
        for path in &self.files {
            let bytes = files::read(path, files::LARGEST_INPUT)?;
            let name = path.file_name().unwrap_or(path.as_os_str());
            inputs.push(InputFile { name: name.to_string_lossy().into_owned(), bytes });
        }
        let request = self.change.request(session);
        let import = catalog.import(&inputs, self.from.as_deref(), self.id.as_deref(), &request)?;
        let conflicting = import.items.iter().any(|item| item.outcome == ImportOutcome::Conflicting);
        if session.json {
            session.ui.problems(&import.changed.remarks, &import.changed.sources);
            session.ui.json(&import)?;
        } else {
            for item in &import.items {
                report(session, item)?;
            }
            tell(session, &import.changed, request.dry_run)?;
        }
        Ok(if conflicting { Ended::Findings } else { Ended::Good })
    }
}

fn report(session: &mut Session, item: &ImportedItem) -> std::io::Result<()> {
    let outcome = match item.outcome {
        ImportOutcome::Created => "created",
        ImportOutcome::Updated => "filled in",
        ImportOutcome::Unchanged => "unchanged",
        ImportOutcome::Conflicting => "says something else",
    };
    let text = Text::new().plain(format!("{}: ", item.file)).piece(Label::Id, &item.id);
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
