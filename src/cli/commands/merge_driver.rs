//! `fonds merge-driver`: three versions of a record file made one, for git.

use crate::changes::{field_words, value_words};
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::merge_files;
use std::path::PathBuf;

/// Merge three versions of a record file, field by field (git calls this)
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Different fields never conflict, nor do different holdings added on two sides. A field set two ways \
is a conflict: the file holds one value, and the other as an [[alternative]] whose reason begins with \
`conflict:`; it can still be read. Git is told (exit code 1) and leaves the file to be looked at.

To have git use it, once for each clone and once for the catalog:
  git config merge.fonds.name 'records, field by field'
  git config merge.fonds.driver 'fonds merge-driver %O %A %B %L %P'
  echo 'records/**/*.toml merge=fonds' >> .gitattributes

Exit codes: 0 merged, 1 something has to be decided, 3 and 4 it could not be done.")]
pub(in crate::cli) struct Arguments {
    /// The version that both came from
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// Our version; the result takes its place
    #[arg(value_name = "OURS")]
    ours: PathBuf,
    /// Their version
    #[arg(value_name = "THEIRS")]
    theirs: PathBuf,
    /// The length of conflict markers
    #[arg(value_name = "LENGTH")]
    length: Option<u32>,
    /// The path of the file in the repository, for messages
    #[arg(value_name = "PATH")]
    path: Option<String>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let path = self.path.unwrap_or_else(|| self.ours.display().to_string());
        let merged = merge_files(&self.base, &self.ours, &self.theirs, &path)?;
        for conflict in &merged.conflicts {
            let value = |node: &Option<_>| node.as_ref().map(value_words);
            let field = Text::new()
                .plain(format!("{path}: "))
                .piece(Label::Field, field_words(&conflict.field));
            session.ui.say(match (value(&conflict.kept), value(&conflict.other)) {
                (Some(kept), Some(other)) => field
                    .plain(format!(" was set two ways: {kept} (kept), {other} (in `alternative`)")),
                _ => field.plain(" was changed on one side and removed on the other (kept)"),
            });
        }
        if merged.has_markers {
            session.ui.say(format!("{path}: not all versions can be read; merged by lines"));
        }
        Ok(if merged.is_conflict() { Ended::Findings } else { Ended::Good })
    }
}
