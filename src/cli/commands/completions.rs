//! `fonds completions`: scripts for the shell.

use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use clap_complete::Shell;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The script completes commands and options. Shells that can ask the program while you type complete \
ids, fields and styles as well:

  bash:  source <(COMPLETE=bash fonds)
  zsh:   source <(COMPLETE=zsh fonds)
  fish:  COMPLETE=fish fonds | source

Examples:
  fonds completions bash > ~/.local/share/bash-completion/completions/fonds
  fonds completions fish > ~/.config/fish/completions/fonds.fish")]
pub(in crate::cli) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        // The generator panics when it cannot write: let it write to memory.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::cli::command(), "fonds", &mut script);
        session.ui.data(&String::from_utf8_lossy(&script))?;
        Ok(Ended::Good)
    }
}
