//! `fonds set`: fields of a record.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::ops::{Counted, Refused};
use crate::problem::{Problem, codes};
use std::io::IsTerminal;

/// Change fields of a record, or of all that a query selects
#[derive(Debug, clap::Args)]
#[command(after_help = "\
field=value gives a field a value, field+=value adds to a list, field= takes the field away. Fields \
are named as in the file; the parts of lists go by their ids. Values are text, zeros included; lists \
and tables are written as in the file. Comments and the order of the file stay as they are.

With --where QUERY the same change is made to every record that the query selects (docs/query.md): in one \
revision, which one `fonds undo` takes back, or in none. All that is wrong with any record is gathered; \
--skip-refused leaves such records as they are. At a terminal it asks before it saves; --expect N saves only \
when N records change, --yes does not ask. --dry-run shows what would change.

With --json: as of every change, and with --where `selected`, `changing` and `refused`, the numbers of records.

Exit codes: 0 good (also when nothing would change), 2 there is no such record or field, 3 the record \
would not be sound, 4 it cannot be written.

Examples:
  fonds set 1951-08-27-mao-stalin holding.aprf.path.delo=341 -m 'seen in the archive'
  fonds set 1951-08-27-mao-stalin place=Beijing language=ru --evidence 'heading of the telegram'
  fonds set note= --where 'genre:telegram has:note' --dry-run
  fonds set language=ru --where 'archive:aprf missing:language' --expect 12 -m 'all in Russian'
  fonds set 1951-08-27-mao-stalin 'holding+={ archive = \"GARF\" }' --dry-run")]
pub(in crate::cli) struct Arguments {
    /// The record; left out with --where
    #[arg(value_name = "ID", add = crate::cli::complete::ids())]
    id: String,
    /// What to set
    #[arg(value_name = "FIELD=VALUE", required_unless_present = "filter", add = crate::cli::complete::fields())]
    fields: Vec<String>,
    /// Change every record that the query selects
    #[arg(long = "where", value_name = "QUERY", id = "filter")]
    filter: Option<String>,
    /// Save only when so many records change
    #[arg(long, value_name = "N", requires = "filter")]
    expect: Option<usize>,
    /// Do not ask before many records are changed
    #[arg(long, requires = "filter")]
    yes: bool,
    /// Leave records that cannot be changed so as they are, and change the others
    #[arg(long, requires = "filter")]
    skip_refused: bool,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(mut self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request(session);
        let Some(filter) = self.filter.take() else {
            let changed = catalog.set(&self.id, &self.fields, &request)?;
            return tell(session, &changed, request.dry_run);
        };
        let query = session.query(&filter)?;
        // Without a record, what stands first is a field.
        let mut fields = vec![std::mem::take(&mut self.id)];
        fields.append(&mut self.fields);
        let refused = if self.skip_refused { Refused::IsLeft } else { Refused::StopsAll };
        let asks = !self.yes && self.expect.is_none() && std::io::stdin().is_terminal();
        let watcher = session.watcher();
        let expect = self.expect;
        let mut confirm = |counted: &Counted| match expect {
            Some(expected) if expected != counted.changing => Err(Problem::error(
                codes::SET_COUNT,
                format!("{} would change, and {expected} were expected", records(counted.changing)),
            )
            .mend("look at them with `--dry-run`; nothing was changed")
            .into()),
            None if asks && !is_meant(session, counted) => {
                Err(Problem::error(codes::SET_COUNT, "nothing was changed").into())
            }
            _ => Ok(()),
        };
        let many =
            catalog.set_where(&query, &fields, refused, &request, &mut confirm, &watcher)?;
        drop(watcher);
        if session.json {
            session.ui.problems(&many.changed.remarks, &many.changed.sources);
            session.ui.json(&many)?;
            return Ok(Ended::Good);
        }
        let Counted { selected, changing, .. } = many.counted;
        let outcome = tell(session, &many.changed, request.dry_run)?;
        let verb = match (request.dry_run, changing) {
            (true, _) => "would change",
            (false, 1) => "is changed",
            (false, _) => "are changed",
        };
        session.ui.say(format!("{changing} of {} selected {verb}", records(selected)));
        Ok(outcome)
    }
}

fn records(number: usize) -> String {
    if number == 1 { "1 record".to_owned() } else { format!("{number} records") }
}

/// Asks whether so many records are to be changed.
fn is_meant(session: &mut Session, counted: &Counted) -> bool {
    session.ui.say(format!("change {}? (y/n)", records(counted.changing)));
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
