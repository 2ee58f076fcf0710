//! Checkpoints: what a catalog was at a moment, to be kept where its history cannot reach.

use super::super::{Catalog, Result};
use super::is_record;
use crate::problem::{Place, Problem, Severity, codes};
use crate::record::RevisionId;
use crate::store::{Circumstances, FileAt, id_in_path};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::Path;

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
    /// When it was signed, by the clock of whoever signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// The signature over [`Checkpoint::text`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// Who signed a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckpointSigner {
    /// The principals of the allowed signer, or the name on the OpenPGP key; none when nobody said
    /// whose the key is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// The fingerprint of the key.
    pub key: String,
}

impl Checkpoint {
    /// What is signed: seven lines, each with the name of a value and the value.
    pub fn text(&self) -> String {
        let Checkpoint { format, head, committed, revisions, records, digest, .. } = self;
        let signed = self.signed.as_deref().unwrap_or_default();
        format!(
            "fonds checkpoint {format}\nhead {head}\ncommitted {committed}\nrevisions {revisions}\n\
             records {records}\ndigest {digest}\nsigned {signed}\n"
        )
    }
}

/// From so many files on, reading them is prepared for.
const MANY_FILES: usize = 1000;

/// The number of the form of checkpoints that this version writes and reads.
const FORMAT: u32 = 1;

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
            signed: None,
            signature: None,
        })
    }

    /// Signs `checkpoint` as commits are signed, when Git is told to sign them or it is a `must`.
    /// What the user should know is given.
    pub fn sign_checkpoint(
        &self,
        checkpoint: &mut Checkpoint,
        circumstances: &Circumstances,
        must: bool,
    ) -> Result<Option<Problem>> {
        let mut signed = Checkpoint {
            signed: Some(circumstances.now.to_string()),
            signature: None,
            ..checkpoint.clone()
        };
        let made = self.store.sign_checkpoint(&signed.text(), circumstances, must)?;
        let Some((signature, note)) = made else { return Ok(None) };
        signed.signature = Some(signature);
        *checkpoint = signed;
        Ok(note)
    }

    /// Who signed `checkpoint`, when its signature holds; what is wrong with it, or that it has none
    /// though it `must`, goes to `findings`.
    pub(super) fn checkpoint_signer(
        &self,
        checkpoint: &Checkpoint,
        allowed: Option<&Path>,
        must: bool,
        findings: &mut Vec<Problem>,
    ) -> Result<Option<CheckpointSigner>> {
        let Some(signature) = &checkpoint.signature else {
            if must {
                findings.push(
                    Problem::error(codes::UNSIGNED, "the checkpoint is not signed")
                        .mend("make signed ones from now on: `fonds verify --checkpoint --sign`"),
                );
            }
            return Ok(None);
        };
        let signed = checkpoint.signed.as_deref().unwrap_or_default();
        let moment = signed.parse::<jiff::Timestamp>().map_err(|_| {
            Problem::error(codes::FORMAT, "the checkpoint does not say when it was signed")
                .mend("give a file that `fonds verify --checkpoint` wrote, as it was written")
        })?;
        // What is wrong with the file of signers is told with the signatures of the revisions.
        let (signers, _) = self.store.signers(allowed)?;
        let text = checkpoint.text();
        let checked = self.store.check_checkpoint(signature, &text, moment.as_second(), &signers);
        let problem = match checked.problem {
            Some(problem) if problem.code == codes::SIGNATURE_BAD => Some(problem.mend(
                "the checkpoint was altered after it was signed, or the signature is of another one: ask for the file again",
            )),
            Some(problem) => Some(problem),
            None if checked.signer.is_none() => Some(
                Problem::warning(
                    codes::SIGNER_UNKNOWN,
                    format!("the checkpoint is signed with {}, and nobody said whose key that is", checked.key),
                )
                .mend("name the file of allowed signers: `--allowed-signers FILE`"),
            ),
            None => None,
        };
        let is_trusted = problem.as_ref().is_none_or(|found| found.severity < Severity::Error);
        if let Some(mut problem) = problem {
            let is_open =
                [codes::SIGNATURE_UNCHECKED, codes::SIGNER_UNKNOWN].contains(&problem.code);
            if must && is_open {
                problem.severity = Severity::Error;
            }
            findings.push(problem);
        }
        let (signer, key) = (checked.signer, checked.key);
        Ok((checked.fits && is_trusted).then_some(CheckpointSigner { signer, key }))
    }

    /// Adds to `findings` in what the history that led to `head` is not what `checkpoint` says.
    pub(super) fn hold_against(
        &self,
        checkpoint: &Checkpoint,
        head: RevisionId,
        findings: &mut Vec<Problem>,
    ) -> Result<()> {
        if checkpoint.format != FORMAT {
            return Err(Problem::error(
                codes::FORMAT,
                format!("a checkpoint of the form {} is not known", checkpoint.format),
            )
            .mend("update fonds")
            .into());
        }
        let kept: RevisionId = checkpoint.head.parse()?;
        if let Err(problem) = self.store.revision(kept) {
            findings.push(rewritten(format!(
                "the revision {kept} of the checkpoint ({}) is gone: {}",
                checkpoint.committed, problem.message
            )));
            return Ok(());
        }
        let (line, _) = self.store.ancestry(head, &[])?;
        if !line.contains(&kept) {
            findings.push(rewritten(format!(
                "the revision {kept} of the checkpoint ({}) did not lead to what is checked out",
                checkpoint.committed
            )));
            let (missing, _) = self.store.ancestry(kept, &[head])?;
            for id in missing {
                let Ok(revision) = self.store.revision(id) else { continue };
                findings.push(rewritten(format!(
                    "missing from the history: {} {} {}: {}",
                    id.short(),
                    revision.moment.date(),
                    revision.author.name,
                    revision.subject()
                )));
            }
        }
        let (records, digest, unread) = self.digest_of(kept)?;
        findings.extend(unread);
        let revisions = self.store.ancestry(kept, &[])?.0.len();
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
        self.dated_back(checkpoint, kept, head, findings)?;
        self.removed_since(kept, head, findings)
    }

    /// What came into the history after the checkpoint and is dated before it.
    fn dated_back(
        &self,
        checkpoint: &Checkpoint,
        kept: RevisionId,
        head: RevisionId,
        findings: &mut Vec<Problem>,
    ) -> Result<()> {
        let Ok(taken) = self.store.revision(kept).map(|revision| revision.committed) else {
            return Ok(());
        };
        for id in self.store.ancestry(head, &[kept])?.0 {
            let Ok(revision) = self.store.revision(id) else { continue };
            let (what, moment) = match (revision.committed, revision.moment) {
                (committed, _) if committed.seconds < taken.seconds => ("dated", committed),
                (_, written) if written.seconds < taken.seconds => ("said to be written", written),
                _ => continue,
            };
            let message = format!(
                "{} is {what} {moment} and came into the history after the checkpoint of {}: {}",
                id.short(),
                checkpoint.committed,
                revision.subject()
            );
            // Rebasing keeps the date of writing, so that this alone says little.
            let problem = match what {
                "dated" => Problem::warning(codes::CLOCK, message),
                _ => Problem::note(codes::CLOCK, message),
            };
            findings.push(problem.mend(
                "it was made on another branch and merged later, brought over, or dated back: ask its author",
            ));
        }
        Ok(())
    }

    /// Records that were there at the checkpoint and are not any more.
    fn removed_since(
        &self,
        kept: RevisionId,
        head: RevisionId,
        findings: &mut Vec<Problem>,
    ) -> Result<()> {
        let (before, _) = self.store.record_files_at(kept)?;
        let (after, _) = self.store.record_files_at(head)?;
        let now: HashSet<_> = after.iter().filter_map(|file| id_in_path(&file.path)).collect();
        for id in before.iter().filter_map(|file| id_in_path(&file.path)) {
            if now.contains(&id) || self.store.read_alias_at(head, &id)?.is_some() {
                continue;
            }
            findings.push(
                Problem::note(
                    codes::RECORD_GONE,
                    format!("the record `{id}` was there at the checkpoint and is not any more"),
                )
                .mend(format!("`fonds log {id}` says who removed it, and why")),
            );
        }
        Ok(())
    }

    /// How many record files a revision has, and the digest over them; what cannot be read is told
    /// and left out.
    pub(super) fn digest_of(&self, at: RevisionId) -> Result<(usize, String, Vec<Problem>)> {
        let (mut files, mut unread) = self.store.record_files_at(at)?;
        files.retain(is_record);
        if files.len() >= MANY_FILES {
            self.store.expect_many_files();
        }
        let mut digest = Sha256::new();
        for FileAt { path, blob } in &files {
            match self.store.read_blob(*blob) {
                Ok(bytes) => {
                    digest.update(path.as_bytes());
                    digest.update([0]);
                    digest.update(Sha256::digest(&bytes));
                }
                Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
                Err(problem) => unread.push(problem.at(Place::file(path))),
            }
        }
        let digits: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((files.len(), format!("sha256:{digits}"), unread))
    }
}

fn rewritten(message: String) -> Problem {
    Problem::error(codes::REWRITTEN, message).mend(
        "ask who changed the history (`git reflog` may tell); another clone may still have it",
    )
}

impl std::str::FromStr for Checkpoint {
    type Err = Problem;

    fn from_str(text: &str) -> std::result::Result<Checkpoint, Problem> {
        serde_json::from_str(text).map_err(|error| {
            Problem::error(codes::FORMAT, format!("the checkpoint is not understood: {error}"))
                .mend("give a file that `fonds verify --checkpoint` wrote")
        })
    }
}
