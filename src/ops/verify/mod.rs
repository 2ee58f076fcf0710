//! Whether the history is what it was: what cannot be read, checkpoints, signatures.

mod checkpoint;
mod signatures;

pub use checkpoint::{Checkpoint, CheckpointSigner};
pub use signatures::{Signatures, SignedBy};

use super::log::problems;
use super::settings::RequireSigned;
use super::{Catalog, Result};
use crate::problem::{Problem, Severity};
use crate::record::{Moment, RevisionId};
use crate::store::{FileAt, Watch};
use serde::Serialize;
use std::path::PathBuf;

/// Whether a file below the records is one, and not a page about them.
fn is_record(file: &FileAt) -> bool {
    file.path.ends_with(".toml")
}

/// What is to be looked at, besides whether everything can be read.
#[derive(Debug, Clone, Default)]
pub struct VerifyRequest {
    /// What the history is held against.
    pub against: Option<Checkpoint>,
    /// The file of allowed signers, instead of the one that Git's configuration names.
    pub allowed_signers: Option<PathBuf>,
    /// Which revisions have to be signed, instead of those that `fonds.toml` names.
    pub require_signed: Option<RequireSigned>,
}

/// What came of looking.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// The revision that was looked at.
    pub head: RevisionId,
    /// When it was committed.
    pub committed: Moment,
    /// How many revisions led to it.
    pub revisions: usize,
    /// How many record files it has.
    pub records: usize,
    /// What the signatures say.
    pub signatures: Signatures,
    /// Who signed the checkpoint that the history was held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<CheckpointSigner>,
    /// What is wrong.
    #[serde(serialize_with = "problems")]
    pub findings: Vec<Problem>,
}

impl Catalog {
    /// Looks whether every revision that led to what is checked out can be read, with every folder
    /// and file of the catalog in it; whether the history still holds what a checkpoint says; and
    /// whether its signatures hold.
    pub fn verify(&self, request: &VerifyRequest, watch: &dyn Watch) -> Result<Verified> {
        let head = self.history_start(None)?;
        let mut findings = self.store.history_remarks()?;
        let (log, lost) = self.store.ancestry(head, &[])?;
        findings.extend(lost);
        let all = log.len();
        findings.extend(self.store.unreadable(&log, watch)?);
        for id in &log {
            match self.store.revision(*id) {
                Ok(revision) => findings.extend(
                    self.clock_problem(&revision)?
                        .map(|problem| Problem { severity: Severity::Warning, ..problem }),
                ),
                Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
                Err(problem) => findings.push(problem),
            }
        }
        let (files, _) = self.store.record_files_at(head)?;
        let required = request.require_signed.as_ref().or(self.settings.require_signed.as_ref());
        let allowed = request.allowed_signers.as_deref();
        let mut signer = None;
        if let Some(checkpoint) = &request.against {
            let must = required.is_some();
            signer = self.checkpoint_signer(checkpoint, allowed, must, &mut findings)?;
            self.hold_against(checkpoint, head, &mut findings)?;
        }
        let signatures = self.check_signatures(&log, allowed, required, watch, &mut findings)?;
        let committed = self.store.revision(head)?.committed;
        Ok(Verified {
            head,
            committed,
            revisions: all,
            records: files.iter().filter(|file| is_record(file)).count(),
            signatures,
            checkpoint: signer,
            findings,
        })
    }
}
