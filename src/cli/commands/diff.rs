//! `fonds diff`: what differs between two moments.

use super::revisions::change_line;
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};

/// Show what differs between two moments, in fields
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Formatting, comments and the order of keys are no difference; a record that got another id or place \
is the same record, and a holding that moved in its list is the same holding.

With --json: { from, to, changes, problems }; `from` or `to` is null for the empty catalog or the \
work tree. Exit codes: 0 nothing differs, 1 something does.

Examples:
  fonds diff                          what is not committed yet
  fonds diff HEAD~5..HEAD
  fonds diff 2026-01-01..2026-06-30 1951-08-27-mao-stalin")]
pub(in crate::cli) struct Arguments {
    /// Two revisions or days; one: from there to the work tree
    #[arg(value_name = "REV[..REV]")]
    range: Option<String>,
    /// Only this record
    #[arg(value_name = "ID", add = crate::cli::complete::ids())]
    id: Option<String>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let between = catalog.between(self.range.as_deref())?;
        let diff = catalog.diff(between, self.id.as_deref())?;
        let ended = if diff.changes.is_empty() { Ended::Good } else { Ended::Findings };
        if session.json {
            session.ui.json(&diff)?;
            return Ok(ended);
        }
        let mut record = None;
        for change in diff.changes.iter().filter(|change| !change.is_silent()) {
            if record != Some(&change.record) {
                session.ui.line(Text::new().piece(Label::Id, &change.record))?;
                record = Some(&change.record);
            }
            session.ui.line(change_line(change))?;
        }
        session.ui.problems(&diff.problems, &[]);
        Ok(ended)
    }
}
