//! `fonds rm`: a record removed.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::Outcome;

/// Remove a record
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The history keeps the record: `fonds undo` brings it back, `fonds show ID --at HEAD~1` shows it.

Exit codes: 0 good, 2 there is no such record, 4 it cannot be written.

Example:
  fonds rm 1951-08-27-mao-stalin -m 'a duplicate of 1951-08-26-mao-stalin'")]
pub(in crate::cli) struct Arguments {
    /// The record
    #[arg(value_name = "ID", add = crate::cli::complete::ids())]
    id: String,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request(session);
        let changed = catalog.remove(&self.id, &request)?;
        tell(session, &changed, request.dry_run)
    }
}
