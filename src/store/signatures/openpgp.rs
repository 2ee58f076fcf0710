//! Signatures of OpenPGP and X.509 keys, which gpg and gpgsm check.

use super::programs::{NoAnswer, run};
use super::ssh::shown;
use crate::store::files::ScratchFile;
use std::ffi::OsString;
use std::path::Path;

/// What gpg says about a signature. The words are those of its `--status-fd` (doc/DETAILS).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct GpgAnswer {
    pub(super) verdict: Verdict,
    /// The fingerprint of the key, or what is known of it.
    pub(super) key: String,
    /// The name that the key carries.
    pub(super) name: Option<String>,
    /// Whether somebody the user trusts vouches for the key.
    pub(super) is_vouched_for: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Verdict {
    Good,
    /// It is not over these bytes.
    Bad,
    /// The signature or its key was limited in time, and that time is over.
    Expired,
    Revoked,
    /// The key is not there.
    NoKey,
    /// It could not be checked: why.
    #[default]
    Unchecked,
    Failed(String),
}

/// Asks `program` about `signature` over `payload`.
pub(super) fn check(program: &Path, signature: &[u8], payload: &[u8], folder: &Path) -> GpgAnswer {
    let failed = |why: String| GpgAnswer { verdict: Verdict::Failed(why), ..GpgAnswer::default() };
    let file = match ScratchFile::new("signature", signature) {
        Ok(file) => file,
        Err(problem) => return failed(problem.message),
    };
    let mut arguments: Vec<OsString> =
        ["--keyid-format=long", "--status-fd=1", "--verify"].map(OsString::from).to_vec();
    arguments.push(file.path().as_os_str().to_owned());
    arguments.push("-".into());
    match run(program, &arguments, folder, payload) {
        Ok(said) => {
            let answer = answer(&String::from_utf8_lossy(&said.stdout));
            match answer.verdict {
                Verdict::Unchecked => failed(said.complaint()),
                _ => answer,
            }
        }
        Err(NoAnswer::Missing) => failed(format!("`{}` is not installed", program.display())),
        Err(NoAnswer::Failed(why)) => failed(why),
    }
}

/// Understands the status lines. Of several signatures at once none counts, as in git.
fn answer(status: &str) -> GpgAnswer {
    let mut answer = GpgAnswer::default();
    let mut verdicts = 0;
    for line in status.lines() {
        let Some(line) = line.strip_prefix("[GNUPG:] ") else { continue };
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (first, name) = rest.split_once(' ').unwrap_or((rest, ""));
        let verdict = match word {
            "GOODSIG" => Verdict::Good,
            "BADSIG" => Verdict::Bad,
            "EXPSIG" | "EXPKEYSIG" => Verdict::Expired,
            "REVKEYSIG" => Verdict::Revoked,
            // Its sixth word is the reason; 9 is a key that is missing.
            "ERRSIG" => match rest.split(' ').nth(5) {
                Some("9") => Verdict::NoKey,
                _ => Verdict::Failed("its kind is not known to gpg".to_owned()),
            },
            "VALIDSIG" => {
                answer.key = shown(first);
                continue;
            }
            "TRUST_MARGINAL" | "TRUST_FULLY" | "TRUST_ULTIMATE" => {
                answer.is_vouched_for = true;
                continue;
            }
            _ => continue,
        };
        verdicts += 1;
        if answer.key.is_empty() {
            answer.key = shown(first);
        }
        if word != "ERRSIG" && !name.is_empty() {
            answer.name = Some(name.chars().filter(|c| !c.is_control()).take(200).collect());
        }
        answer.verdict = verdict;
    }
    if verdicts > 1 {
        answer.verdict = Verdict::Failed("there are several signatures at once".to_owned());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gpg_says_is_understood() {
        let good = answer(
            "[GNUPG:] NEWSIG ann@example.org\n[GNUPG:] KEY_CONSIDERED ABCD 0\n\
             [GNUPG:] GOODSIG 1122334455667788 Ann Archivist <ann@example.org>\n\
             [GNUPG:] VALIDSIG AABBCC 2026-01-01 1767225600 0 4 0 22 10 00 AABBCC\n\
             [GNUPG:] TRUST_ULTIMATE 0 pgp\n",
        );
        assert_eq!(
            good,
            GpgAnswer {
                verdict: Verdict::Good,
                key: "AABBCC".into(),
                name: Some("Ann Archivist <ann@example.org>".into()),
                is_vouched_for: true
            }
        );
        let verdict = |status: &str| answer(status).verdict;
        assert_eq!(verdict("[GNUPG:] BADSIG 11 Ann\n"), Verdict::Bad);
        assert_eq!(verdict("[GNUPG:] EXPKEYSIG 11 Ann\n"), Verdict::Expired);
        assert_eq!(verdict("[GNUPG:] REVKEYSIG 11 Ann\n"), Verdict::Revoked);
        assert_eq!(verdict("[GNUPG:] ERRSIG 11 22 10 00 1767225600 9 AABB\n"), Verdict::NoKey);
        assert!(matches!(verdict("[GNUPG:] ERRSIG 11 99 10 00 1 4 -\n"), Verdict::Failed(_)));
        assert_eq!(verdict("GOODSIG 11 Ann\n"), Verdict::Unchecked);
        assert!(matches!(
            verdict("[GNUPG:] GOODSIG 11 Ann\n[GNUPG:] BADSIG 12 Bob\n"),
            Verdict::Failed(_)
        ));
    }
}
