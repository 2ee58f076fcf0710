//! `fonds edit`: a record in the editor.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::editor;
use crate::cli::ui::{Ended, Outcome};

/// Open a record in your editor, and save what you make of it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The editor is the first that is set of FONDS_EDITOR, GIT_EDITOR, VISUAL and EDITOR. A text that does \
not read as a record is not saved: you are told what is wrong and may try again, and the text is kept.

Exit codes: 0 good (also when nothing was changed), 2 there is no such record or no editor, 3 the text \
is no record, 4 somebody else changed it meanwhile, or it cannot be written.

Example:
  fonds edit 1951-08-27-mao-stalin -m 'names as in the original'")]
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
        let opened = catalog.open_for_edit(&self.id)?;
        let name = opened.path.rsplit('/').next().unwrap_or("record.toml");
        let edited = editor::edit(session, name, &opened.bytes, |bytes| {
            catalog.save_edited(&opened, bytes, &request)
        })?;
        match edited {
            Some(changed) => tell(session, &changed, request.dry_run),
            None => {
                session.ui.say("nothing to change");
                Ok(Ended::Good)
            }
        }
    }
}
