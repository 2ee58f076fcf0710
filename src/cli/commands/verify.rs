//! `fonds verify`: whether the history is what it was.

use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::ops::{Checkpoint, Refusal, files};
use crate::problem::Severity;
use std::path::PathBuf;

/// Look whether the history can be read and is what it was
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A checkpoint is a few lines that say what the catalog is now: the revision, how many there are, how many \
records, and a digest over them. Keep it elsewhere. Held against it later, a history that was rewritten \
(rebased, amended, filtered, cut off, begun anew) cannot hide: the revisions that are missing are named.

With --json: { head, committed, revisions, records, findings }. Exit codes: 0 all is well, 5 something is \
missing, damaged or not what it was.

Examples:
  fonds verify
  fonds verify --checkpoint > checkpoint.json
  fonds verify --against checkpoint.json")]
pub(in crate::cli) struct Arguments {
    /// Print a checkpoint of what is checked out
    #[arg(long, conflicts_with = "against")]
    checkpoint: bool,
    /// Hold the history against this checkpoint
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        if self.checkpoint {
            session.ui.json(&catalog.checkpoint(None)?)?;
            return Ok(Ended::Good);
        }
        let against: Option<Checkpoint> = match &self.against {
            Some(path) => Some(files::read_text(path, files::LARGEST_INPUT)?.parse()?),
            None => None,
        };
        let verified = catalog.verify(against.as_ref())?;
        if session.json {
            session.ui.json(&verified)?;
        }
        let heavy = verified.findings.iter().any(|problem| problem.severity == Severity::Error);
        if heavy {
            return Err(Refusal::from(verified.findings).into());
        }
        session.ui.problems(&verified.findings, &[]);
        if !session.json {
            session.ui.line(format!(
                "{} revisions up to {} and {} records can be read{}",
                verified.revisions,
                verified.head.short(),
                verified.records,
                if against.is_some() { "; they hold what the checkpoint says" } else { "" }
            ))?;
        }
        Ok(Ended::Good)
    }
}
