//! Whether the history is what it was: checkpoints, and what cannot be read.

use super::log::problems;
use super::{Catalog, Result};
use crate::problem::{Place, Problem, codes};
use crate::record::{Moment, RevisionId};
use crate::store::FileAt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a catalog was at a moment, in a few lines that can be kept elsewhere: in a thesis, with an
/// editor, in another repository. Whoever changes the history cannot change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The number of this form.
    pub format: u32,
    /// The revision, all 40 digits.
    pub head: String,
    /// When it was committed.
    pub committed: String,
    /// How many revisions led to it, itself among them.
    pub revisions: usize,
    /// How many record files it has.
    pub records: usize,
    /// SHA-256 over the paths of its record files and the SHA-256 of each.
    pub digest: String,
}

/// The number of the form of checkpoints that this version writes and reads.
const FORMAT: u32 = 1;

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
    /// What is wrong.
    #[serde(serialize_with = "problems")]
    pub findings: Vec<Problem>,
}

impl Catalog {
    /// A checkpoint of the revision `at`, or of what is checked out.
    pub fn checkpoint(&self, at: Option<RevisionId>) -> Result<Checkpoint> {
        let head = self.history_start(at)?;
        let (records, digest, unread) = self.digest_of(head)?;
        if !unread.is_empty() {
            return Err(unread.into());
        }
        Ok(Checkpoint {
            format: FORMAT,
            head: head.to_string(),
            committed: self.store.revision(head)?.committed.to_string(),
            revisions: self.store.log(head, &[])?.len(),
            records,
            digest,
        })
    }

    /// Looks whether every revision that led to what is checked out, and every record file in it,
    /// can be read, and whether the history still holds what `against` says.
    pub fn verify(&self, against: Option<&Checkpoint>) -> Result<Verified> {
        let head = self.history_start(None)?;
        let mut findings = self.store.history_remarks()?;
        let log = self.store.log(head, &[])?;
        for id in &log {
            findings.extend(self.store.revision(*id).err());
        }
        let (records, _, unread) = self.digest_of(head)?;
        findings.extend(unread);
        if let Some(checkpoint) = against {
            self.hold_against(checkpoint, head, &mut findings)?;
        }
        let committed = self.store.revision(head)?.committed;
        Ok(Verified { head, committed, revisions: log.len(), records, findings })
    }

    fn hold_against(
        &self,
        checkpoint: &Checkpoint,
        head: RevisionId,
        findings: &mut Vec<Problem>,
    ) -> Result<()> {
        let rewritten = |message: String| {
            Problem::error(codes::REWRITTEN, message).mend(
                "ask who changed the history (`git reflog` may tell); another clone may still have it",
            )
        };
        if checkpoint.format != FORMAT {
            return Err(Problem::error(
                codes::FORMAT,
                format!("a checkpoint of the form {} is not known", checkpoint.format),
            )
            .mend("update fonds")
            .into());
        }
        let kept: RevisionId = checkpoint.head.parse()?;
        if self.store.revision(kept).is_err() {
            findings.push(rewritten(format!(
                "the revision {kept} of the checkpoint ({}) is gone",
                checkpoint.committed
            )));
            return Ok(());
        }
        if !self.store.led_to(kept, head)? {
            let missing = self.store.log(kept, &[head])?;
            findings.push(rewritten(format!(
                "the revision {kept} of the checkpoint ({}) did not lead to what is checked out",
                checkpoint.committed
            )));
            for id in missing.iter().take(MOST_NAMED) {
                let revision = self.store.revision(*id)?;
                findings.push(rewritten(format!(
                    "missing from the history: {} {} {}: {}",
                    id.short(),
                    revision.moment.date(),
                    revision.author.name,
                    revision.subject()
                )));
            }
            if missing.len() > MOST_NAMED {
                let more = missing.len() - MOST_NAMED;
                findings.push(rewritten(format!("and {more} more revisions")));
            }
        }
        let (records, digest, unread) = self.digest_of(kept)?;
        findings.extend(unread);
        let revisions = self.store.log(kept, &[])?.len();
        for (what, was, is) in [
            ("revisions", checkpoint.revisions.to_string(), revisions.to_string()),
            ("records", checkpoint.records.to_string(), records.to_string()),
            ("digest of the records", checkpoint.digest.clone(), digest),
        ] {
            if was != is {
                findings.push(rewritten(format!(
                    "the {what} of {} are not what the checkpoint says: {was}, now {is}",
                    kept.short()
                )));
            }
        }
        Ok(())
    }

    /// How many record files a revision has, and the digest over them; what cannot be read is told
    /// and left out.
    fn digest_of(&self, at: RevisionId) -> Result<(usize, String, Vec<Problem>)> {
        let (files, mut unread) = self.store.record_files_at(at)?;
        let mut digest = Sha256::new();
        for FileAt { path, blob } in &files {
            match self.store.read_blob(*blob) {
                Ok(bytes) => {
                    digest.update(path.as_bytes());
                    digest.update([0]);
                    digest.update(Sha256::digest(&bytes));
                }
                Err(problem) => unread.push(problem.at(Place::file(path))),
            }
        }
        let digits: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((files.len(), format!("sha256:{digits}"), unread))
    }
}

/// So many missing revisions are named.
const MOST_NAMED: usize = 20;

impl std::str::FromStr for Checkpoint {
    type Err = Problem;

    fn from_str(text: &str) -> std::result::Result<Checkpoint, Problem> {
        serde_json::from_str(text).map_err(|error| {
            Problem::error(codes::FORMAT, format!("the checkpoint is not understood: {error}"))
                .mend("give a file that `fonds verify --checkpoint` wrote")
        })
    }
}
