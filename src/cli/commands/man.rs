//! `fonds man`: the manual pages.

use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::ops::files;
use clap_mangen::Man;
use std::path::PathBuf;

/// Write the manual pages
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  fonds man | man -l -            read the page of the program itself
  fonds man ~/.local/share/man/man1   install all pages")]
pub(in crate::cli) struct Arguments {
    /// The folder to write all pages to (`fonds.1`, `fonds-cite.1`, ...); without it the page of
    /// the program itself is printed
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let mut root = crate::cli::command().disable_help_subcommand(true);
        root.build();
        let Some(folder) = self.folder else {
            session.ui.data(&String::from_utf8_lossy(&page(root)?))?;
            return Ok(Ended::Good);
        };
        files::make_folder(&folder)?;
        let mut pages = vec![root.clone()];
        pages.extend(root.get_subcommands().filter(|c| !c.is_hide_set()).map(|command| {
            // clap wants names that live as long as the program; this runs once.
            let name: &'static str = Box::leak(format!("fonds-{}", command.get_name()).into());
            command.clone().name(name)
        }));
        let count = pages.len();
        for command in pages {
            let path = folder.join(format!("{}.1", command.get_name()));
            files::write(&path, &page(command)?)?;
        }
        session.ui.say(format!("wrote {count} pages to {}", folder.display()));
        Ok(Ended::Good)
    }
}

fn page(command: clap::Command) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
