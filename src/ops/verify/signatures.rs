//! Who signed the history, and whether the signatures hold.

use super::super::{Catalog, Result};
use crate::ops::settings::RequireSigned;
use crate::problem::{Problem, Severity, codes};
use crate::record::RevisionId;
use crate::store::Watch;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// What the signatures of a history say.
#[derive(Debug, Default, Serialize)]
pub struct Signatures {
    /// The file that says who may sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_signers: Option<PathBuf>,
    /// How many revisions carry a signature.
    pub signed: usize,
    /// How many carry none.
    pub unsigned: usize,
    /// Who signed how many, of the signatures that hold.
    pub signers: Vec<SignedBy>,
}

/// One signer's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedBy {
    /// The principals of the allowed signer, or the name on the OpenPGP key; none when nobody said
    /// whose the key is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// The fingerprint of the key.
    pub key: String,
    /// How many revisions.
    pub revisions: usize,
}

impl Catalog {
    /// Looks at the signatures of the revisions `log`, against the allowed signers in `allowed` or
    /// those that Git's configuration names. Revisions that `required` says have to be signed.
    pub(super) fn check_signatures(
        &self,
        log: &[RevisionId],
        allowed: Option<&Path>,
        required: Option<&RequireSigned>,
        watch: &dyn Watch,
        findings: &mut Vec<Problem>,
    ) -> Result<Signatures> {
        let (signers, problems) = self.store.signers(allowed)?;
        findings.extend(problems);
        let free: Option<HashSet<RevisionId>> = match required {
            None => None,
            Some(RequireSigned::All) => Some(HashSet::new()),
            Some(RequireSigned::Since(since)) => {
                let since = self.history_start(self.moment(Some(since))?)?;
                Some(self.store.ancestry(since, &[])?.0.into_iter().collect())
            }
        };
        let must_be_signed = |id: &RevisionId| free.as_ref().is_some_and(|free| !free.contains(id));
        let mut shares: BTreeMap<(Option<String>, String), usize> = BTreeMap::new();
        let mut found =
            Signatures { allowed_signers: signers.file.clone(), ..Signatures::default() };
        let mut without_owner = 0_usize;
        for (done, id) in log.iter().enumerate() {
            watch.at("checking signatures", done, log.len());
            watch.goes_on()?;
            let must = must_be_signed(id);
            let Some(signature) = self.store.check_signature(*id, &signers)? else {
                found.unsigned += 1;
                if must {
                    findings.push(self.unsigned(*id));
                }
                continue;
            };
            found.signed += 1;
            let holds = signature.fits
                && signature.problem.as_ref().is_none_or(|found| found.severity < Severity::Error);
            if holds {
                without_owner += usize::from(signature.signer.is_none());
                *shares.entry((signature.signer, signature.key)).or_default() += 1;
            }
            if let Some(mut problem) = signature.problem {
                // A signature that cannot be checked is none where one has to be.
                let cannot_be_trusted =
                    [codes::SIGNATURE_UNCHECKED, codes::SIGNER_UNKNOWN].contains(&problem.code);
                if must && cannot_be_trusted {
                    problem.severity = Severity::Error;
                }
                findings.push(problem);
            }
        }
        if without_owner > 0 {
            let message =
                format!("{without_owner} revisions are signed, and nobody said whose the keys are");
            let problem = match free {
                Some(_) => Problem::error(codes::SIGNER_UNKNOWN, message),
                None => Problem::warning(codes::SIGNER_UNKNOWN, message),
            };
            findings.push(problem.mend(
                "name the file of allowed signers: `--allowed-signers FILE`, or `git config gpg.ssh.allowedSignersFile FILE`",
            ));
        }
        found.signers = shares
            .into_iter()
            .map(|((signer, key), revisions)| SignedBy { signer, key, revisions })
            .collect();
        found.signers.sort_by_key(|share| std::cmp::Reverse(share.revisions));
        Ok(found)
    }

    fn unsigned(&self, id: RevisionId) -> Problem {
        let who = self.store.revision(id).map_or_else(
            |_| String::new(),
            |revision| {
                format!(
                    " ({} {}: {})",
                    revision.moment.date(),
                    revision.author.name,
                    revision.subject()
                )
            },
        );
        Problem::error(codes::UNSIGNED, format!("{} is not signed{who}", id.short())).mend(
            "what is past stays as it is; sign from now on: `git config commit.gpgSign true`, and require it from a revision on: `--require-signed=REV`",
        )
    }
}
