//! `fonds init`: a new catalog.

use super::change::tell;
use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::ops::{self, Layout, NewCatalog, Request, SETTINGS_FILE};
use std::path::PathBuf;

/// Make a new catalog
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The folder becomes a Git repository, unless it is in one already, with a first revision that holds \
`fonds.toml`. A catalog may be a folder of a larger repository.

Git is told to merge records field by field: by a line in `.gitattributes`, which is part of the catalog, and \
by `merge.fonds.driver` in the configuration of the repository, which is not cloned. So run it again in each \
clone: in a catalog that is there already it does only this.

Exit codes: 0 good, 2 Git does not know who you are, or it is a catalog already and nothing else was \
asked (`--no-merge-driver`), 4 it cannot be written.

Examples:
  fonds init telegrams --title 'Telegrams of 1951'
  cd my-book && fonds init sources
  git clone SERVER/telegrams && fonds init telegrams")]
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
    /// Leave git to merge records line by line
    #[arg(long)]
    no_merge_driver: bool,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let folder = match self.folder {
            Some(folder) => session.start.join(folder),
            None => session.start.clone(),
        };
        let wanted = NewCatalog {
            title: self.title,
            layout: self.layout.parse().unwrap_or(Layout::Month),
            merge_driver: !self.no_merge_driver,
        };
        let request = Request {
            reason: None,
            evidence: Vec::new(),
            dry_run: false,
            reuse_ids: false,
            circumstances: session.circumstances(),
        };
        let (root, changed) = ops::init(&folder, &wanted, &request)?;
        if changed.files.iter().any(|file| file.path == SETTINGS_FILE) {
            session.ui.say(format!("made a catalog in {}", root.display()));
        } else if changed.files.is_empty() {
            session.ui.problems(&changed.remarks, &changed.sources);
            return Ok(Ended::Good);
        }
        tell(session, &changed, false)
    }
}
