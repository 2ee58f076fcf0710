//! `fonds bib`: a bibliography.

use super::citing::{CitingOptions, tell};
use crate::cli::Session;
use crate::cli::ui::Outcome;
use crate::ops::{CiteRequest, Form};

/// Print a bibliography of records
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A query chooses records as in `fonds list`; without one all are listed.

With --json: `style`, and `printed`: a list of objects with `id`, `heading` (with --by-archive) and `text`.

Exit codes: 0 good, 2 there is no such style or revision, or no record has the holding or translation named, 3 there are records that cannot be read (the \
others are listed).

Examples:
  fonds bib
  fonds bib from:mao date:1951 --style apa
  fonds bib --collections --by-archive")]
pub(in crate::cli) struct Arguments {
    /// Which records; all when nothing is said
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// List a collection once instead of its documents, as soon as there are two of them
    #[arg(long)]
    collections: bool,
    /// Group by archive, and there by collection
    #[arg(long)]
    by_archive: bool,
    #[command(flatten)]
    citing: CitingOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let query = session.query(&self.query.join(" "))?;
        let request = CiteRequest { form: Form::Bibliography, ..self.citing.request(&catalog)? };
        let selected = catalog.select(&query, request.at)?;
        let mut problems = selected.problems().to_vec();
        let mut sources = Vec::new();
        let records = selected.filter_map(|file| {
            if file.record.is_none() {
                problems.extend(file.problems);
                sources.extend(file.source);
            }
            file.record
        });
        let mut answer =
            catalog.bibliography(records, self.collections, self.by_archive, &request)?;
        answer.problems.splice(0..0, problems);
        answer.sources.extend(sources);
        tell(session, &answer, self.citing.format())
    }
}
