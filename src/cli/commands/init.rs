//! `fonds init`: a new catalog.

use super::change::tell;
use crate::cli::Session;
use crate::cli::ui::Outcome;
use crate::ops::{self, Layout, NewCatalog, Request};
use std::path::PathBuf;

/// Make a new catalog
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The folder becomes a Git repository, unless it is in one already, with a first revision that holds \
`fonds.toml`. A catalog may be a folder of a larger repository.

Exit codes: 0 good, 2 it is a catalog already, or Git does not know who you are, 4 it cannot be \
written.

Examples:
  fonds init telegrams --title 'Telegrams of 1951'
  cd my-book && fonds init sources")]
pub(in crate::cli) struct Arguments {
    /// The folder; where you are when nothing is said
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The title of the catalog, for reports
    #[arg(long)]
    title: Option<String>,
    /// How records are spread over folders: by month, or by day when there are many a month
    #[arg(long, value_name = "LAYOUT", default_value = "month", value_parser = ["month", "day"])]
    layout: String,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let folder = match self.folder {
            Some(folder) => session.start.join(folder),
            None => session.start.clone(),
        };
        let wanted =
            NewCatalog { title: self.title, layout: self.layout.parse().unwrap_or(Layout::Month) };
        let request = Request {
            reason: None,
            evidence: Vec::new(),
            dry_run: false,
            circumstances: session.circumstances(),
        };
        let (root, changed) = ops::init(&folder, &wanted, &request)?;
        session.ui.say(format!("made a catalog in {}", root.display()));
        tell(session, &changed, false)
    }
}
