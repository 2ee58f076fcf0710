//! Commits that git and ssh-keygen signed, in `tests/cases/signatures`: checked without a program.
//! The keys were made for this and thrown away.

use super::allowed_signers::AllowedSigners;
use super::commit_object::{committer, take_apart, with_signature};
use super::revoked::Revoked;
use super::ssh::{Fault, SshSignature};
use super::*;

macro_rules! vectors {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("../../../tests/cases/signatures/", $name, ".commit")))),*]
    };
}

const COMMITS: &[(&str, &[u8])] =
    vectors!["ed25519" "rsab3072" "ecdsab256" "ecdsab384" "ecdsab521" "certified"];
const ALLOWED: &str = include_str!("../../../tests/cases/signatures/allowed_signers");
/// Revokes the key of `ecdsab384` and the certificate 7.
const REVOKED: &[u8] = include_bytes!("../../../tests/cases/signatures/revoked.krl");

fn signers(allowed: &str, revoked: &[u8]) -> Signers {
    let (allowed, problems) = AllowedSigners::read(allowed, "allowed_signers");
    assert_eq!(problems, []);
    Signers {
        file: None,
        allowed: Some(allowed),
        revoked: Ok(Revoked::read(revoked).expect("a list")),
        gpg: "no-such-program".into(),
        gpgsm: "no-such-program".into(),
        folder: ".".into(),
    }
}

fn check(signers: &Signers, commit: &[u8]) -> CheckedSignature {
    let apart = take_apart(commit);
    let moment = committer(&apart.payload).moment;
    let signature = apart.signature.expect("a signature");
    signers.check(
        &signature,
        &apart.payload,
        moment,
        Of { namespace: NAMESPACE, what: "a revision" },
    )
}

fn code(checked: &CheckedSignature) -> Option<&'static str> {
    checked.problem.as_ref().map(|problem| problem.code.name)
}

#[test]
fn what_git_signed_holds() {
    let signers = signers(ALLOWED, b"");
    for (name, commit) in COMMITS {
        let checked = check(&signers, commit);
        let signer = if *name == "certified" { "bob@example.org" } else { "ann@example.org" };
        assert_eq!(checked.signer.as_deref(), Some(signer), "{name}: {checked:?}");
        assert!(checked.fits && checked.problem.is_none(), "{name}");
        assert!(checked.key.starts_with("SHA256:"), "{name}");
        // Taken apart and put together, nothing changes.
        let apart = take_apart(commit);
        let signature = String::from_utf8(apart.signature.expect("a signature")).expect("text");
        assert_eq!(with_signature(&apart.payload, &signature).as_deref(), Some(*commit));
    }
}

#[test]
fn a_changed_byte_is_found() {
    let signers = signers(ALLOWED, b"");
    for (name, commit) in COMMITS {
        let text = String::from_utf8(commit.to_vec()).expect("text");
        for (old, new) in [
            ("signed with", "signed  with"),
            ("author Ann", "author Bob"),
            ("tree 4b825dc", "tree 5b825dc"),
            ("981173106 +0200\n", "981173107 +0200\n"),
        ] {
            let changed = text.replacen(old, new, 1);
            assert_ne!(changed, text, "{name} {old}");
            let checked = check(&signers, changed.as_bytes());
            assert_eq!((code(&checked), checked.fits), (Some("G120"), false), "{name} {old}");
            assert_eq!(checked.signer, None);
        }
        // Every byte of the armour counts, whatever stands there.
        let from = text.find("SIGNATURE-----\n").expect("armour") + 16;
        let to = text.find(" -----END").expect("its end");
        for at in (from..to).step_by(7).filter(|at| text.as_bytes()[*at].is_ascii_alphanumeric()) {
            let mut changed = commit.to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let checked = check(&signers, &changed);
            assert!(checked.problem.is_some(), "{name} at {at}");
        }
    }
}

#[test]
fn a_signature_for_something_else_does_not_count() {
    for (name, commit) in COMMITS {
        let apart = take_apart(commit);
        let text = String::from_utf8(apart.signature.expect("a signature")).expect("text");
        let signature = SshSignature::read(&text).expect("a signature");
        assert_eq!(signature.check("git", &apart.payload), Ok(()), "{name}");
        let other = Err(Fault::Namespace("git".into()));
        assert_eq!(signature.check("file", &apart.payload), other, "{name}");
    }
}

#[test]
fn only_who_is_allowed_counts() {
    let (_, commit) = COMMITS[0];
    let nobody = check(&signers("", b""), commit);
    assert_eq!((code(&nobody), nobody.fits), (Some("G122"), true));
    let late = ALLOWED.replace("namespaces=\"git\"", "valid-before=\"20010101Z\"");
    assert_eq!(code(&check(&signers(&late, b""), commit)), Some("G123"));
    let early = ALLOWED.replace("namespaces=\"git\"", "valid-after=\"20020101Z\"");
    assert_eq!(code(&check(&signers(&early, b""), commit)), Some("G123"));
    let other = ALLOWED.replace("namespaces=\"git\"", "namespaces=\"file,email\"");
    assert_eq!(code(&check(&signers(&other, b""), commit)), Some("G122"));
    // The authority may vouch for others only.
    let (_, certified) = COMMITS[5];
    let elsewhere = ALLOWED.replace("*@example.org", "*@example.com");
    assert_eq!(code(&check(&signers(&elsewhere, b""), certified)), Some("G122"));
    let none = ALLOWED.replace("cert-authority ", "");
    assert_eq!(code(&check(&signers(&none, b""), certified)), Some("G122"));
}

#[test]
fn what_was_revoked_does_not_count() {
    let signers = signers(ALLOWED, REVOKED);
    for (name, commit) in COMMITS {
        let revoked = ["ecdsab384", "certified"].contains(name);
        let wanted = revoked.then_some("G124");
        assert_eq!(code(&check(&signers, commit)), wanted, "{name}");
    }
}

#[test]
fn other_kinds_need_a_program() {
    let signers = signers(ALLOWED, b"");
    for armour in ["PGP SIGNATURE", "SIGNED MESSAGE"] {
        let commit =
            format!("tree 1\ngpgsig -----BEGIN {armour}-----\n -----END {armour}-----\n\nx\n");
        let checked = check(&signers, commit.as_bytes());
        assert_eq!(code(&checked), Some("G121"), "{checked:?}");
        let said = checked.problem.expect("a problem").message;
        assert!(said.contains("`no-such-program` is not installed"), "{said}");
    }
    let odd = check(&signers, b"tree 1\ngpgsig hello\n\nx\n");
    assert_eq!(code(&odd), Some("G120"));
}
