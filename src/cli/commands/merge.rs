//! `fonds merge`: two records of one document made one.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::Outcome;

/// Join two records of one document, losing nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Everything the second record says comes into the first. Holdings, agents and other parts that are the \
same are joined, the others added. Where the two say different things, the value of the first stays, \
and the other becomes an [[alternative]] that says where it is from. The id of the second stays as an \
alias, so that citations and relations that use it still find the record.

Exit codes: 0 good, 2 there is no such record, 3 the result would not be sound, 4 it cannot be written.

Examples:
  fonds merge 1951-08-27-mao-stalin 1951-08-27-telegram-23256 -m 'one telegram' --dry-run")]
pub(in crate::cli) struct Arguments {
    /// The record that stays
    #[arg(value_name = "ID", add = crate::cli::complete::ids())]
    id: String,
    /// The record that is joined to it
    #[arg(value_name = "OTHER", add = crate::cli::complete::ids())]
    other: String,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request(session);
        let changed = catalog.join(&self.id, &self.other, &request)?;
        tell(session, &changed, request.dry_run)
    }
}
