//! `fonds schema`: the JSON Schema of a record file.

use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::ops;

/// Print the JSON Schema of a record file, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An editor that knows TOML (Taplo, Even Better TOML) checks and completes records with it: put it beside the \
catalog, and `#:schema record.schema.json` on the first line of a record.

Exit codes: 0 good, 4 it could not be written.

Examples:
  fonds schema > record.schema.json")]
pub(in crate::cli) struct Arguments {}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        session.ui.data(&ops::schema())?;
        Ok(Ended::Good)
    }
}
