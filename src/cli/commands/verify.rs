//! `fonds verify`: whether the history is what it was.

use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::ops::settings::RequireSigned;
use crate::ops::{Checkpoint, CheckpointSigner, Refusal, Verified, VerifyRequest, files};
use crate::problem::{Problem, Severity};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Look whether the history can be read, is what it was, and is signed by whom it should be
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Every revision that led to what is checked out is read, with every folder and file of the catalog in it.

A checkpoint is a few lines that say what the catalog is now: the revision, how many there are, how many \
records, and a digest over them. Keep it elsewhere. Held against it later, a history that was rewritten \
(rebased, amended, filtered, cut off, begun anew) cannot hide: the revisions that are missing are named. \
It is signed when commits are (commit.gpgSign), or with --sign; a signed one cannot be altered unseen.

Signatures of SSH keys are checked against the allowed signers (ssh-keygen(1), ALLOWED SIGNERS; keys, \
certificates, namespaces, valid-after and valid-before) in the file given or named by \
gpg.ssh.allowedSignersFile; what gpg.ssh.revocationFile lists counts for nothing. Those of OpenPGP keys \
are checked by gpg, with the keys it knows.

With --json: { head, committed, revisions, records, signatures, checkpoint, findings }. Exit codes: 0 all is well, 1 \
something has to be looked at, 5 something is missing, damaged, not what it was, or not signed as it \
should be.

Examples:
  fonds verify
  fonds verify --checkpoint > checkpoint.json
  fonds verify --checkpoint --sign > checkpoint.json
  fonds verify --against checkpoint.json
  fonds verify --allowed-signers ~/editors --require-signed
  fonds verify --require-signed=v1.0")]
pub(in crate::cli) struct Arguments {
    /// Print a checkpoint of what is checked out
    #[arg(long, conflicts_with_all = ["against", "allowed_signers", "require_signed"])]
    checkpoint: bool,
    /// Sign the checkpoint, also when commits are not to be signed
    #[arg(long, requires = "checkpoint")]
    sign: bool,
    /// Hold the history against this checkpoint
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Who may sign, with which SSH keys
    #[arg(long, value_name = "FILE")]
    allowed_signers: Option<PathBuf>,
    /// Every revision must be signed; with a revision or a day, every one since then
    #[arg(long, value_name = "REV", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    require_signed: Option<String>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        if self.checkpoint {
            let mut checkpoint = catalog.checkpoint(None)?;
            let circumstances = session.circumstances();
            let note = catalog.sign_checkpoint(&mut checkpoint, &circumstances, self.sign)?;
            session.ui.problems(&Vec::from_iter(note), &[]);
            session.ui.json(&checkpoint)?;
            return Ok(Ended::Good);
        }
        let against: Option<Checkpoint> = match &self.against {
            Some(path) => Some(files::read_text(path, files::LARGEST_INPUT)?.parse()?),
            None => None,
        };
        let require_signed = self.require_signed.map(|since| match since.is_empty() {
            true => RequireSigned::All,
            false => RequireSigned::Since(since),
        });
        let holds = against.is_some();
        let request =
            VerifyRequest { against, allowed_signers: self.allowed_signers, require_signed };
        let watcher = session.watcher();
        let verified = catalog.verify(&request, &watcher)?;
        drop(watcher);
        if session.json {
            session.ui.json(&verified)?;
        }
        let told = first_of_each_kind(&verified.findings);
        if verified.findings.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(Refusal::from(told).into());
        }
        session.ui.problems(&told, &[]);
        if !session.json {
            tell(session, &verified, holds)?;
        }
        let heavy = verified.findings.iter().any(|problem| problem.severity == Severity::Warning);
        Ok(if heavy { Ended::Findings } else { Ended::Good })
    }
}

/// So many findings of one kind are told to people.
const MOST_TOLD: usize = 20;

/// The findings, without those of which there are too many to be read.
fn first_of_each_kind(findings: &[Problem]) -> Vec<Problem> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut told: Vec<Problem> = Vec::new();
    for finding in findings {
        let count = counts.entry(finding.code.name).or_default();
        *count += 1;
        if *count <= MOST_TOLD {
            told.push(finding.clone());
        }
    }
    for (name, count) in counts.into_iter().filter(|(_, count)| *count > MOST_TOLD) {
        let Some(one) = told.iter().find(|finding| finding.code.name == name) else { continue };
        let more = Problem {
            severity: one.severity,
            ..Problem::note(one.code, format!("and {} more like these", count - MOST_TOLD))
        };
        told.push(more.mend("`fonds verify --json` names them all"));
    }
    told
}

fn tell(session: &mut Session, verified: &Verified, holds: bool) -> std::io::Result<()> {
    session.ui.line(format!(
        "{} revisions up to {} and {} records can be read{}",
        verified.revisions,
        verified.head.short(),
        verified.records,
        if holds { "; they hold what the checkpoint says" } else { "" }
    ))?;
    if let Some(CheckpointSigner { signer, key }) = &verified.checkpoint {
        let signer = signer.as_deref().unwrap_or("somebody");
        session.ui.line(format!("the checkpoint is signed by {signer} ({key})"))?;
    }
    let signatures = &verified.signatures;
    if signatures.signed == 0 {
        return Ok(());
    }
    session.ui.line(format!("{} are signed, {} are not", signatures.signed, signatures.unsigned))?;
    for share in &signatures.signers {
        let signer = share.signer.as_deref().unwrap_or("somebody");
        session.ui.line(format!("  {:>6}  {signer} ({})", share.revisions, share.key))?;
    }
    Ok(())
}
