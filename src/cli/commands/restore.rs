//! `fonds restore`: what a record said before, said again.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::Outcome;
use crate::problem::{Problem, codes};

/// Bring back what a record, a holding or a field was at an earlier moment
#[derive(Debug, clap::Args)]
#[command(after_help = "\
It is a new change like any other; nothing of the past is touched. The record keeps the id it has \
now. A record that was removed comes back as its file was.

Exit codes: 0 good, 2 there is no such record, field or revision, 3 the result would not be sound, 4 it cannot be written.

Examples:
  fonds restore 1951-08-27-mao-stalin.holding.aprf.path.delo --at HEAD~3 -m 'the old reading was right'
  fonds restore 1951-08-27-mao-stalin --at 2026-01-31 --dry-run")]
pub(in crate::cli) struct Arguments {
    /// The record, or a field of it
    #[arg(value_name = "ID[.FIELD]", add = crate::cli::complete::ids())]
    target: String,
    /// The revision or day to go back to
    #[arg(long, value_name = "REV|DATE", required = true)]
    at: String,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request(session);
        let at = catalog.moment(Some(&self.at))?.ok_or_else(|| {
            Problem::error(codes::REVISION, format!("`{}` does not name a revision", self.at))
        })?;
        let changed = catalog.restore(&self.target, at, &request)?;
        tell(session, &changed, request.dry_run)
    }
}
