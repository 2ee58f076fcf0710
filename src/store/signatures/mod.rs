//! Signatures of revisions: made as git makes them, checked against those who may sign.
//!
//! Signatures of SSH keys are checked here, with no program; for OpenPGP and X.509 gpg and gpgsm
//! are asked. A key counts as it was when the revision was committed, by the clock of its
//! committer: whoever has a key that was limited in time can date a revision back, so what was
//! revoked is refused whatever its date.

mod allowed_signers;
mod commit_object;
mod openpgp;
mod pattern;
mod programs;
mod revoked;
mod signing;
mod ssh;
#[cfg(test)]
mod vectors;

use super::catalog::Catalog;
use super::files;
use super::history::oid;
use super::repository::git_problem;
use crate::problem::{Place, Problem, Result, codes};
use crate::record::RevisionId;
use allowed_signers::{AllowedSigners, Denied};
use openpgp::Verdict;
use programs::Format;
use revoked::Revoked;
pub(super) use signing::Signing;
use ssh::{Fault, SshSignature};
use std::path::{Path, PathBuf};

/// What signatures of commits are for: they count for nothing else, and others not for commits.
const NAMESPACE: &str = "git";

/// A longer file of signers or revocations is none.
const LARGEST: u64 = 16 << 20;

/// Who may sign, and what was revoked.
#[derive(Debug)]
pub struct Signers {
    /// The file of allowed signers.
    pub file: Option<PathBuf>,
    allowed: Option<AllowedSigners>,
    /// What was revoked; the problem when the file cannot be used, for then nobody is trusted.
    revoked: std::result::Result<Revoked, Problem>,
    gpg: PathBuf,
    gpgsm: PathBuf,
    folder: PathBuf,
}

/// The signature of a revision, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedSignature {
    /// The fingerprint of the key; empty when not even that can be told.
    pub key: String,
    /// Who signed: the principals of the allowed signer, or the name on the OpenPGP key. Only told
    /// of a good signature.
    pub signer: Option<String>,
    /// Whether it is over these bytes, made with this key, whoever's it is.
    pub fits: bool,
    /// What is wrong, or cannot be known.
    pub problem: Option<Problem>,
}

impl Catalog {
    /// Who may sign: `allowed`, or else the file that Git's configuration names.
    pub fn signers(&self, allowed: Option<&Path>) -> Result<(Signers, Vec<Problem>)> {
        let git = &self.repository()?.git;
        let config = git.config().and_then(|mut config| config.snapshot());
        let config =
            config.map_err(|error| git_problem("read the configuration of Git", &error))?;
        let folder = git.workdir().unwrap_or_else(|| git.path()).to_owned();
        let configured = |key: &str| config.get_path(key).ok().map(|path| folder.join(path));
        let file = match allowed {
            Some(path) => Some(path.to_owned()),
            None => configured("gpg.ssh.allowedsignersfile"),
        };
        let mut problems = Vec::new();
        let allowed = match &file {
            Some(path) => {
                let text = files::read_text(path, LARGEST)?;
                let (signers, found) = AllowedSigners::read(&text, &path.display().to_string());
                problems.extend(found);
                Some(signers)
            }
            None => None,
        };
        let revoked = match configured("gpg.ssh.revocationfile") {
            Some(path) => files::read(&path, LARGEST).and_then(|bytes| {
                Revoked::read(&bytes).map_err(|why| {
                    Problem::error(
                        codes::SIGNER_REVOKED,
                        format!("what was revoked cannot be known: {why}"),
                    )
                    .at(Place::file(path.display().to_string()))
                    .mend("correct the file that `gpg.ssh.revocationFile` names")
                })
            }),
            None => Ok(Revoked::default()),
        };
        let trusted = programs::trusted_config()?;
        let (gpg, note) = programs::program(Format::OpenPgp, &trusted, &config);
        let (gpgsm, other) = programs::program(Format::X509, &trusted, &config);
        problems.extend(note);
        problems.extend(other);
        Ok((Signers { file, allowed, revoked, gpg, gpgsm, folder }, problems))
    }

    /// The signature of the revision `id`, looked at; `None` when it has none.
    pub fn check_signature(
        &self,
        id: RevisionId,
        signers: &Signers,
    ) -> Result<Option<CheckedSignature>> {
        let failed = |error| git_problem(&format!("read the revision {id}"), &error);
        let odb = self.repository()?.git.odb().map_err(failed)?;
        let object = odb.read(oid(id)).map_err(failed)?;
        let apart = commit_object::take_apart(object.data());
        let Some(signature) = apart.signature else { return Ok(None) };
        let committer = commit_object::committer(&apart.payload);
        let mut checked = signers.check(&signature, &apart.payload, committer.moment, id);
        if checked.problem.is_none()
            && let Some(signer) = &checked.signer
            && signs_for(signer, &committer.email) == Some(false)
        {
            let revision = id.short();
            checked.problem = Some(
                Problem::warning(
                    codes::SIGNER_DIFFERS,
                    format!(
                        "{revision} is signed by {signer}, and its committer is <{}>",
                        ssh::shown(&committer.email)
                    ),
                )
                .mend("ask both; when they are one person, add the address to the allowed signers"),
            );
        }
        Ok(Some(checked))
    }
}

/// Whether the signer may go by the address `email`; `None` when signers are not named by
/// addresses.
fn signs_for(signer: &str, email: &str) -> Option<bool> {
    match signer.rsplit_once('<').and_then(|(_, address)| address.strip_suffix('>')) {
        Some(address) => Some(address.eq_ignore_ascii_case(email)),
        None => signer
            .contains('@')
            .then(|| pattern::fits(&email.to_ascii_lowercase(), &signer.to_ascii_lowercase())),
    }
}

impl Signers {
    fn check(
        &self,
        signature: &[u8],
        payload: &[u8],
        moment: i64,
        id: RevisionId,
    ) -> CheckedSignature {
        let revision = id.short();
        let text = String::from_utf8_lossy(signature);
        match text.trim_start() {
            ssh if ssh.starts_with(ssh::BEGIN) => self.check_ssh(ssh, payload, moment, &revision),
            pgp if pgp.starts_with("-----BEGIN PGP ") => {
                self.check_gpg(&self.gpg, signature, payload, &revision)
            }
            x509 if x509.starts_with("-----BEGIN SIGNED MESSAGE-----") => {
                self.check_gpg(&self.gpgsm, signature, payload, &revision)
            }
            _ => unusable(
                String::new(),
                bad(format!("the signature of {revision} is of no kind that is known")),
            ),
        }
    }

    fn check_ssh(
        &self,
        text: &str,
        payload: &[u8],
        moment: i64,
        revision: &str,
    ) -> CheckedSignature {
        let read = SshSignature::read(text);
        let key = read.as_ref().map(|found| found.signer.fingerprint()).unwrap_or_default();
        let found = read.and_then(|found| found.check(NAMESPACE, payload).map(|()| found));
        let signature = match found {
            Ok(signature) => signature,
            Err(fault) => return unusable(key, fault_problem(&fault, revision)),
        };
        let fits =
            |signer, problem| CheckedSignature { key: key.clone(), signer, fits: true, problem };
        match &self.revoked {
            Ok(revoked) if revoked.holds(&signature.signer) => {
                let problem = Problem::error(
                    codes::SIGNER_REVOKED,
                    format!("{revision} is signed with a key that was revoked: {key}"),
                );
                return fits(None, Some(problem.mend("ask who made it, and why")));
            }
            Ok(_) => {}
            Err(problem) => return fits(None, Some(problem.clone())),
        }
        let Some(allowed) = &self.allowed else { return fits(None, None) };
        match allowed.principals(&signature.signer, NAMESPACE, moment) {
            Ok(principals) => fits(Some(principals), None),
            Err(why) => fits(None, Some(denied_problem(&why, revision, &key))),
        }
    }

    fn check_gpg(
        &self,
        program: &Path,
        signature: &[u8],
        payload: &[u8],
        revision: &str,
    ) -> CheckedSignature {
        let answer = openpgp::check(program, signature, payload, &self.folder);
        let key = answer.key;
        let name = program.display();
        match answer.verdict {
            Verdict::Good => {
                let problem = (!answer.is_vouched_for).then(|| {
                    Problem::warning(
                        codes::SIGNER_UNKNOWN,
                        format!(
                            "{revision} is signed with the key {key}, for which nobody vouches"
                        ),
                    )
                    .mend(format!("when you are sure whose it is: `{name} --lsign-key {key}`"))
                });
                CheckedSignature { key, signer: answer.name, fits: true, problem }
            }
            Verdict::Bad => unusable(key, fault_problem(&Fault::Mismatch, revision)),
            Verdict::Expired => {
                let problem = Problem::warning(
                    codes::SIGNER_EXPIRED,
                    format!("{revision} is signed with the key {key}, whose time is over now"),
                );
                CheckedSignature {
                    key,
                    signer: answer.name,
                    fits: true,
                    problem: Some(problem.mend(format!(
                        "a newer copy of the key may say more: `{name} --refresh-keys`"
                    ))),
                }
            }
            Verdict::Revoked => {
                let problem = Problem::error(
                    codes::SIGNER_REVOKED,
                    format!("{revision} is signed with a key that was revoked: {key}"),
                );
                CheckedSignature {
                    key,
                    signer: None,
                    fits: true,
                    problem: Some(problem.mend("ask who made it, and why")),
                }
            }
            Verdict::NoKey => unusable(
                key.clone(),
                unchecked(format!(
                    "the signature of {revision} cannot be checked: the key {key} is not there"
                ))
                .mend(format!("fetch it: `{name} --recv-keys {key}`, or `{name} --import FILE`")),
            ),
            Verdict::Unchecked => {
                unusable(key, unchecked(format!("the signature of {revision} cannot be checked")))
            }
            Verdict::Failed(why) => unusable(
                key,
                unchecked(format!("the signature of {revision} cannot be checked: {why}")).mend(
                    format!("install `{name}`, or see what `git verify-commit {revision}` says"),
                ),
            ),
        }
    }
}

fn unusable(key: String, problem: Problem) -> CheckedSignature {
    CheckedSignature { key, signer: None, fits: false, problem: Some(problem) }
}

fn bad(message: String) -> Problem {
    Problem::error(codes::SIGNATURE_BAD, message)
        .mend("the revision was changed after it was signed, or the signature belongs to another")
}

fn unchecked(message: String) -> Problem {
    Problem::warning(codes::SIGNATURE_UNCHECKED, message)
}

fn fault_problem(fault: &Fault, revision: &str) -> Problem {
    match fault {
        Fault::Malformed(why) => {
            bad(format!("the signature of {revision} is not understood: {why}"))
        }
        Fault::Mismatch => bad(format!("the signature of {revision} is not over what it says")),
        Fault::Namespace(namespace) => bad(format!(
            "the signature of {revision} was made for something else: its namespace is `{namespace}`"
        )),
        Fault::Unsupported(what) => unchecked(format!(
            "the signature of {revision} cannot be checked: {what} are not known"
        ))
        .mend(format!("`git verify-commit {revision}` may know them")),
    }
}

fn denied_problem(why: &Denied, revision: &str, key: &str) -> Problem {
    let signed = format!("{revision} is signed with the key {key}");
    match why {
        Denied::Unknown => Problem::error(
            codes::SIGNER_UNKNOWN,
            format!("{signed}, which belongs to none of the allowed signers"),
        )
        .mend("when you know whose it is, add a line with it to the file of allowed signers"),
        Denied::Namespace(namespaces) => Problem::error(
            codes::SIGNER_UNKNOWN,
            format!("{signed}, which may sign only `{namespaces}`"),
        )
        .mend("`namespaces` in the file of allowed signers says so"),
        Denied::Certificate(what) => {
            Problem::error(codes::SIGNER_UNKNOWN, format!("{signed}, by a certificate: {what}"))
                .mend("ask the authority for another certificate")
        }
        Denied::NotYet(from) => Problem::error(
            codes::SIGNER_EXPIRED,
            format!("{signed}, which counts only from {from} on"),
        )
        .mend("the clock was wrong, or the revision was dated back"),
        Denied::Expired(until) => Problem::error(
            codes::SIGNER_EXPIRED,
            format!("{signed}, which counted only until {until}"),
        )
        .mend("a newer key may sign from now on; see who made the revision"),
    }
}
