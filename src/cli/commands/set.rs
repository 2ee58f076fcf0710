//! `fonds set`: fields of a record.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::Outcome;

/// Change fields of a record
#[derive(Debug, clap::Args)]
#[command(after_help = "\
field=value gives a field a value, field+=value adds to a list, field= takes the field away. Fields \
are named as in the file; the parts of lists go by their ids. Values are text, zeros included; lists \
and tables are written as in the file. Comments and the order of the file stay as they are.

Exit codes: 0 good (also when nothing would change), 2 there is no such record or field, 3 the record \
would not be sound, 4 it cannot be written.

Examples:
  fonds set 1951-08-27-mao-stalin holding.aprf.path.delo=341 -m 'seen in the archive'
  fonds set 1951-08-27-mao-stalin place=Beijing language=ru --evidence 'heading of the telegram'
  fonds set 1951-08-27-mao-stalin 'holding+={ archive = \"GARF\" }' --dry-run")]
pub(in crate::cli) struct Arguments {
    /// The record
    #[arg(value_name = "ID", add = crate::cli::complete::ids())]
    id: String,
    /// What to set
    #[arg(value_name = "FIELD=VALUE", required = true, add = crate::cli::complete::fields())]
    fields: Vec<String>,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request(session);
        let changed = catalog.set(&self.id, &self.fields, &request)?;
        tell(session, &changed, request.dry_run)
    }
}
