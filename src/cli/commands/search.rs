//! `fonds search`: words anywhere in the records.

use super::list;
use crate::cli::Session;
use crate::cli::ui::Outcome;

/// Search for words in all records
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every word must stand somewhere in the record, in whatever case, with or without accents. Fields \
work as in `fonds list`: docs/query.md has the whole language. --columns and --template are those of \
`fonds list`.

Exit codes: as `fonds list`.

Examples:
  fonds search telegram stalin
  fonds search '\"Delo 340\"' archive:aprf
  fonds search armistice --template '{{ id }}: {{ title }}'")]
pub(in crate::cli) struct Arguments {
    /// The words
    #[arg(value_name = "TEXT", required = true)]
    query: Vec<String>,
    /// Search the records as they were at this revision
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    #[command(flatten)]
    told: list::Told,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let query = session.query(&self.query.join(" "))?;
        let at = catalog.moment(self.at.as_deref())?;
        let lines = self.told.lines(&catalog, session.json)?;
        list::print(session, catalog.select(&query, at)?, lines.as_ref())
    }
}
