//! `fonds undo`: a change taken back.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::Outcome;

/// Take back the last change, by a new one
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing is lost: the history keeps the change and that it was taken back. To undo an undo brings the \
change again. Only the files of the catalog are touched.

Exit codes: 0 good, 2 there is nothing to take back, or no such revision, 4 the files were changed \
again since, or cannot be written.

Examples:
  fonds undo
  fonds undo 3f2c1b0a -m 'the reading was wrong'")]
pub(in crate::cli) struct Arguments {
    /// The revision to take back; the last one when nothing is said
    #[arg(value_name = "REV")]
    revision: Option<String>,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request(session);
        let changed = catalog.undo(self.revision.as_deref(), &request)?;
        tell(session, &changed, request.dry_run)
    }
}
