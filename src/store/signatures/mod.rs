//! Signatures of revisions and checkpoints: made as git makes them, checked against those who may
//! sign.
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
use super::identity::Circumstances;
use super::repository::{git_problem, revision_problem};
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
/// And for checkpoints.
const CHECKPOINTS: &str = "fonds-checkpoint";

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
        let git = &self.repository()?.git;
        let failed = |error| revision_problem(git, oid(id), &error);
        let odb = git.odb().map_err(failed)?;
        let object = odb.read(oid(id)).map_err(failed)?;
        let apart = commit_object::take_apart(object.data());
        let Some(signature) = apart.signature else { return Ok(None) };
        let committer = commit_object::committer(&apart.payload);
        let revision = id.short();
        let of = Of { namespace: NAMESPACE, what: &revision };
        let mut checked = signers.check(&signature, &apart.payload, committer.moment, of);
        if checked.problem.is_none()
            && let Some(signer) = &checked.signer
            && signs_for(signer, &committer.email) == Some(false)
        {
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

    /// A signature over the text of a checkpoint, made with the key of whoever commits here; `None`
    /// when Git is not told to sign commits and it is no `must`. Beside it, what the user should know.
    pub fn sign_checkpoint(
        &self,
        text: &str,
        circumstances: &Circumstances,
        must: bool,
    ) -> Result<Option<(String, Option<Problem>)>> {
        let repository = self.repository()?;
        let committer = repository.signatures(circumstances)?.committer;
        let Some(signing) = repository.signing_when(&committer, must)? else { return Ok(None) };
        let signature = signing.signature(CHECKPOINTS, text.as_bytes())?;
        Ok(Some((signature, signing.note)))
    }

    /// The signature over the text of a checkpoint, looked at; `moment` is when it was made, in
    /// seconds since 1970.
    pub fn check_checkpoint(
        &self,
        signature: &str,
        text: &str,
        moment: i64,
        signers: &Signers,
    ) -> CheckedSignature {
        let of = Of { namespace: CHECKPOINTS, what: "the checkpoint" };
        signers.check(signature.as_bytes(), text.as_bytes(), moment, of)
    }
}

/// What a signature is to be of.
#[derive(Debug, Clone, Copy)]
struct Of<'a> {
    /// What signatures of SSH keys have to be made for.
    namespace: &'static str,
    /// What it is, for messages: a revision, or the checkpoint.
    what: &'a str,
}

impl std::fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.what)
    }
}

impl Of<'_> {
    /// What else may know the signature.
    fn other_program(self) -> String {
        match self.namespace {
            NAMESPACE => format!("`git verify-commit {}`", self.what),
            _ => "the program that made it".to_owned(),
        }
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
    fn check(&self, signature: &[u8], payload: &[u8], moment: i64, of: Of<'_>) -> CheckedSignature {
        let text = String::from_utf8_lossy(signature);
        match text.trim_start() {
            ssh if ssh.starts_with(ssh::BEGIN) => self.check_ssh(ssh, payload, moment, of),
            pgp if pgp.starts_with("-----BEGIN PGP ") => {
                self.check_gpg(&self.gpg, signature, payload, of)
            }
            x509 if x509.starts_with("-----BEGIN SIGNED MESSAGE-----") => {
                self.check_gpg(&self.gpgsm, signature, payload, of)
            }
            _ => unusable(
                String::new(),
                bad(format!("the signature of {of} is of no kind that is known")),
            ),
        }
    }

    fn check_ssh(&self, text: &str, payload: &[u8], moment: i64, of: Of<'_>) -> CheckedSignature {
        let read = SshSignature::read(text);
        let key = read.as_ref().map(|found| found.signer.fingerprint()).unwrap_or_default();
        let found = read.and_then(|found| found.check(of.namespace, payload).map(|()| found));
        let signature = match found {
            Ok(signature) => signature,
            Err(fault) => return unusable(key, fault_problem(&fault, of)),
        };
        let fits =
            |signer, problem| CheckedSignature { key: key.clone(), signer, fits: true, problem };
        match &self.revoked {
            Ok(revoked) if revoked.holds(&signature.signer) => {
                let problem = Problem::error(
                    codes::SIGNER_REVOKED,
                    format!("{of} is signed with a key that was revoked: {key}"),
                );
                return fits(None, Some(problem.mend("ask who made it, and why")));
            }
            Ok(_) => {}
            Err(problem) => return fits(None, Some(problem.clone())),
        }
        let Some(allowed) = &self.allowed else { return fits(None, None) };
        match allowed.principals(&signature.signer, of.namespace, moment) {
            Ok(principals) => fits(Some(principals), None),
            Err(why) => fits(None, Some(denied_problem(&why, of, &key))),
        }
    }

    fn check_gpg(
        &self,
        program: &Path,
        signature: &[u8],
        payload: &[u8],
        of: Of<'_>,
    ) -> CheckedSignature {
        let answer = openpgp::check(program, signature, payload, &self.folder);
        let key = answer.key;
        let name = program.display();
        match answer.verdict {
            Verdict::Good => {
                let problem = (!answer.is_vouched_for).then(|| {
                    Problem::warning(
                        codes::SIGNER_UNKNOWN,
                        format!("{of} is signed with the key {key}, for which nobody vouches"),
                    )
                    .mend(format!("when you are sure whose it is: `{name} --lsign-key {key}`"))
                });
                CheckedSignature { key, signer: answer.name, fits: true, problem }
            }
            Verdict::Bad => unusable(key, fault_problem(&Fault::Mismatch, of)),
            Verdict::Expired => {
                let problem = Problem::warning(
                    codes::SIGNER_EXPIRED,
                    format!("{of} is signed with the key {key}, whose time is over now"),
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
                    format!("{of} is signed with a key that was revoked: {key}"),
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
                    "the signature of {of} cannot be checked: the key {key} is not there"
                ))
                .mend(format!("fetch it: `{name} --recv-keys {key}`, or `{name} --import FILE`")),
            ),
            Verdict::Unchecked => {
                unusable(key, unchecked(format!("the signature of {of} cannot be checked")))
            }
            Verdict::Failed(why) => unusable(
                key,
                unchecked(format!("the signature of {of} cannot be checked: {why}"))
                    .mend(format!("install `{name}`, or see what {} says", of.other_program())),
            ),
        }
    }
}

fn unusable(key: String, problem: Problem) -> CheckedSignature {
    CheckedSignature { key, signer: None, fits: false, problem: Some(problem) }
}

fn bad(message: String) -> Problem {
    Problem::error(codes::SIGNATURE_BAD, message)
        .mend("it was changed after it was signed, or the signature belongs to something else")
}

fn unchecked(message: String) -> Problem {
    Problem::warning(codes::SIGNATURE_UNCHECKED, message)
}

fn fault_problem(fault: &Fault, of: Of<'_>) -> Problem {
    match fault {
        Fault::Malformed(why) => bad(format!("the signature of {of} is not understood: {why}")),
        Fault::Mismatch => bad(format!("the signature of {of} is not over what it says")),
        Fault::Namespace(namespace) => bad(format!(
            "the signature of {of} was made for something else: its namespace is `{namespace}`"
        )),
        Fault::Unsupported(what) => {
            unchecked(format!("the signature of {of} cannot be checked: {what} are not known"))
                .mend(format!("{} may know them", of.other_program()))
        }
    }
}

fn denied_problem(why: &Denied, of: Of<'_>, key: &str) -> Problem {
    let signed = format!("{of} is signed with the key {key}");
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
        .mend(format!(
            "`namespaces` in the file of allowed signers says so; this one has to be for `{}`",
            of.namespace
        )),
        Denied::Certificate(what) => {
            Problem::error(codes::SIGNER_UNKNOWN, format!("{signed}, by a certificate: {what}"))
                .mend("ask the authority for another certificate")
        }
        Denied::NotYet(from) => Problem::error(
            codes::SIGNER_EXPIRED,
            format!("{signed}, which counts only from {from} on"),
        )
        .mend("the clock was wrong, or it was dated back"),
        Denied::Expired(until) => Problem::error(
            codes::SIGNER_EXPIRED,
            format!("{signed}, which counted only until {until}"),
        )
        .mend("a newer key may sign from now on; see who made it"),
    }
}
