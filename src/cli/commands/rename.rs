//! `fonds rename`: another id for a record.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::Outcome;

/// Give a record another id; the old one still finds it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The old id stays as an alias: whoever cites the record by it, and relations of other records that \
name it, still find the record.

Exit codes: 0 good, 2 there is no such record, or the new id is taken, 3 the new id is none, 4 it \
cannot be written.

Example:
  fonds rename 1951-08-27-mao-stalin 1951-08-27-mao-filippov -m 'by the name in the document'")]
pub(in crate::cli) struct Arguments {
    /// The record
    #[arg(value_name = "OLD", add = crate::cli::complete::ids())]
    old: String,
    /// Its new id
    #[arg(value_name = "NEW")]
    new: String,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request(session);
        let changed = catalog.rename(&self.old, &self.new, &request)?;
        tell(session, &changed, request.dry_run)
    }
}
