//! Signatures: made here and verified by git and ssh-keygen, made by git and verified here, and
//! tampered ones refused.

use crate::desk::{Desk, git_is_here};
use crate::skipped;
use std::io::Write;
use std::process::{Command, Stdio};

const ID: &str = "1951-08-27-telegram";

/// What somebody makes of a commit.
type Change<'a> = &'a dyn Fn(&str) -> String;

/// Whether `program` is on this machine; when it is not, says that `what` was not tested.
fn is_here(program: &str, what: &str) -> bool {
    let here = Command::new(program).arg("-?").stdin(Stdio::null()).output().is_ok();
    if !here {
        skipped(what, &format!("there is no {program} here"));
    }
    here
}

/// A desk on which commits are signed with an SSH key of Ann's, who is an allowed signer.
fn signing_desk(what: &str) -> Option<Desk> {
    if !git_is_here(what) || !is_here("ssh-keygen", what) {
        return None;
    }
    let desk = Desk::new();
    key(&desk, "ann");
    for (name, value) in [
        ("gpg.format", "ssh"),
        ("commit.gpgsign", "true"),
        ("user.signingkey", "~/ann.pub"),
        ("gpg.ssh.allowedSignersFile", "~/allowed"),
    ] {
        desk.git(&["config", "--global", name, value]);
    }
    allow(&desk, "ann@example.org", "", "ann");
    desk.fonds(&["init"]).good();
    desk.fonds(&["add", "--id", ID, "--title", "Telegram", "-m", "found"]).good();
    Some(desk)
}

/// Makes the key `name` in the home.
fn key(desk: &Desk, name: &str) {
    let file = desk.home().join(name);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
        .arg(file)
        .status();
    assert!(made.expect("ssh-keygen runs").success());
}

/// Adds a line to the allowed signers.
fn allow(desk: &Desk, principals: &str, options: &str, key: &str) {
    let text = std::fs::read_to_string(desk.home().join(format!("{key}.pub"))).expect("a key");
    let file = desk.home().join("allowed");
    let mut allowed = std::fs::read_to_string(&file).unwrap_or_default();
    allowed.push_str(&format!("{principals} {options} {text}"));
    std::fs::write(file, allowed).expect("written");
}

fn forbid_all(desk: &Desk) {
    std::fs::write(desk.home().join("allowed"), "").expect("written");
}

/// Puts a changed copy of the commit that is checked out in its place.
fn tamper(desk: &Desk, change: impl FnOnce(&str) -> String) {
    let raw = desk.git(&["cat-file", "commit", "HEAD"]);
    let changed = change(&raw);
    assert_ne!(raw, changed, "nothing was tampered with");
    let mut child = desk
        .command("git", &["hash-object", "-t", "commit", "-w", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git runs");
    child.stdin.take().expect("stdin").write_all(changed.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("an answer");
    let id = String::from_utf8(output.stdout).expect("an id");
    desk.git(&["update-ref", "HEAD", id.trim()]);
}

fn git_verifies(desk: &Desk) -> bool {
    desk.command("git", &["verify-commit", "HEAD"]).output().expect("git runs").status.success()
}

#[test]
fn every_change_is_signed_and_git_accepts_it() {
    let Some(desk) = signing_desk("signing what fonds commits") else { return };
    for arguments in [
        &["set", ID, "place=Beijing", "-m", "read"][..],
        &["rename", ID, "1951-08-27-mao-stalin", "-m", "a better id"],
        &["add", "--id", "memo", "--title", "Memo: ä", "--evidence", "seen"],
        &["rm", "memo", "-m", "twice"],
        &["undo", "-m", "not twice"],
    ] {
        desk.fonds(arguments).good();
        assert!(git_verifies(&desk), "{arguments:?}");
        let raw = desk.git(&["cat-file", "commit", "HEAD"]);
        assert!(raw.contains("\ngpgsig -----BEGIN SSH SIGNATURE-----\n "), "{raw}");
    }
    assert_eq!(
        desk.git(&["log", "--format=%G? %GS"])
            .lines()
            .filter(|l| *l == "G ann@example.org")
            .count(),
        7
    );
    assert_eq!(desk.git(&["fsck", "--strict", "--no-dangling"]), "");
    assert_eq!(desk.git(&["status", "--porcelain"]), "");
    let said = desk.fonds(&["verify", "--require-signed"]).good();
    assert!(said.stdout.contains("7 are signed, 0 are not"), "{said}");
    assert!(said.stdout.contains("7  ann@example.org (SHA256:"), "{said}");
    // And ssh-keygen itself.
    let raw = desk.git(&["cat-file", "commit", "HEAD"]);
    let from = raw.find("gpgsig ").expect("a signature");
    let to = raw.find("-----END SSH SIGNATURE-----").expect("its end") + 28;
    desk.write("signature", raw[from + 7..to].replace("\n ", "\n"));
    let mut child = desk
        .command(
            "ssh-keygen",
            &["-Y", "verify", "-n", "git", "-I", "ann@example.org", "-s", "signature", "-f"],
        )
        .arg(desk.home().join("allowed"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("ssh-keygen runs");
    let payload = format!("{}{}", &raw[..from], &raw[to..]);
    child.stdin.take().expect("stdin").write_all(payload.as_bytes()).expect("written");
    assert!(child.wait().expect("an answer").success());
}

#[test]
fn a_key_may_be_held_by_an_agent() {
    let Some(desk) = signing_desk("signing with an agent") else { return };
    if !is_here("ssh-agent", "signing with an agent")
        || !is_here("ssh-add", "signing with an agent")
    {
        return;
    }
    let private = desk.home().join("ann");
    let public = std::fs::read_to_string(desk.home().join("ann.pub")).expect("a key");
    let literal = format!("key::{}", public.trim());
    desk.git(&["config", "--global", "user.signingkey", &literal]);
    let refused = desk.fonds(&["set", ID, "place=Beijing"]).ended(4);
    assert!(refused.stderr.contains("G126"), "{refused}");
    // The agent lives as long as the command.
    let script = format!(
        "ssh-add -q {} && rm {} && {} set {ID} place=Beijing",
        private.display(),
        private.display(),
        env!("CARGO_BIN_EXE_fonds"),
    );
    let done = desk.command("ssh-agent", &["sh", "-c", &script]).output().expect("an answer");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    assert!(git_verifies(&desk));
}

#[test]
fn what_git_signed_is_accepted_here_and_what_was_tampered_with_is_not() {
    let Some(desk) = signing_desk("checking what git signed") else { return };
    let path = "records/1951/08/1951-08-27-telegram.toml";
    let text = desk.read(path) + "place = \"Beijing\"\n";
    desk.commit_by_hand(path, &text, "place\n\nEvidence: seen");
    let sound = desk.git(&["rev-parse", "HEAD"]);
    let said = desk.fonds(&["verify", "--require-signed", "--json"]).good();
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(json["signatures"]["signed"], 3);
    assert_eq!(json["signatures"]["signers"][0]["signer"], "ann@example.org");
    assert_eq!(json["findings"], serde_json::json!([]));

    let tree = desk.git(&["rev-parse", "HEAD~1^{tree}"]);
    let own_tree = desk.git(&["rev-parse", "HEAD^{tree}"]);
    let tampered: &[(&str, Change<'_>)] = &[
        ("message", &|raw| raw.replace("Evidence: seen", "Evidence: not seen")),
        ("author", &|raw| raw.replace("author Ann", "author Bob")),
        ("date", &|raw| raw.replacen("+0200\n", "+0100\n", 1)),
        ("tree", &|raw| raw.replace(own_tree.trim(), tree.trim())),
        ("signature", &|raw| {
            let at = raw.find("-----END SSH").expect("a signature") - 20;
            let other = if &raw[at..=at] == "A" { "B" } else { "A" };
            format!("{}{other}{}", &raw[..at], &raw[at + 1..])
        }),
    ];
    for (what, change) in tampered {
        tamper(&desk, change);
        assert!(!git_verifies(&desk), "{what}");
        let said = desk.fonds(&["verify"]).ended(5);
        assert!(said.stderr.contains("error[G120]"), "{what}: {said}");
        desk.git(&["update-ref", "HEAD", sound.trim()]);
    }

    // A signature over the same bytes, made for something else.
    let raw = desk.git(&["cat-file", "commit", "HEAD"]);
    let (from, to) = (raw.find("gpgsig ").expect("one"), raw.find(" -----END").expect("one") + 29);
    desk.write("payload", format!("{}{}", &raw[..from], &raw[to..]));
    let mut signing = desk.command("ssh-keygen", &["-q", "-Y", "sign", "-n", "file", "-f"]);
    let made = signing.arg(desk.home().join("ann")).arg("payload").status().expect("it runs");
    assert!(made.success());
    let other = desk.read("payload.sig").trim_end().replace('\n', "\n ");
    tamper(&desk, |_| format!("{}gpgsig {other}\n{}", &raw[..from], &raw[to..]));
    assert!(!git_verifies(&desk));
    let said = desk.fonds(&["verify"]).ended(5);
    assert!(said.stderr.contains("its namespace is `file`"), "{said}");

    // No signature at all: told only where one has to be.
    desk.git(&["update-ref", "HEAD", sound.trim()]);
    tamper(&desk, |_| format!("{}{}", &raw[..from], &raw[to..]));
    desk.fonds(&["verify"]).good();
    let said = desk.fonds(&["verify", "--require-signed"]).ended(5);
    assert!(said.stderr.contains("error[G117]"), "{said}");
    desk.fonds(&["verify", "--require-signed=HEAD"]).good();
    desk.write("fonds.toml", desk.read("fonds.toml") + "require_signed = true\n");
    desk.fonds(&["verify"]).ended(5);
    desk.write("fonds.toml", desk.read("fonds.toml").replace("= true", "= \"HEAD\""));
    desk.fonds(&["verify"]).good();
}

#[test]
fn signers_are_known_expired_or_revoked_as_git_sees_them() {
    let Some(desk) = signing_desk("who may sign") else { return };
    let ask = |code: i32, finding: &str| {
        let said = desk.fonds(&["verify"]).ended(code);
        assert!(said.stderr.contains(finding), "{finding}: {said}");
        assert_eq!(git_verifies(&desk), code != 5, "git, when {finding} is found");
    };
    ask(0, "");
    // Desks begin their clocks on 3 February 2001.
    for (options, code, finding) in [
        ("valid-before=\"20010101Z\"", 5, "error[G123]"),
        ("valid-after=\"20010301Z\"", 5, "error[G123]"),
        ("valid-after=\"20010101Z\",valid-before=\"20010301Z\"", 0, ""),
        ("namespaces=\"file\"", 5, "error[G122]"),
        ("namespaces=\"git,file\"", 0, ""),
        ("cert-authority", 5, "error[G122]"),
        ("no-such-option", 5, "warning[G122]: a line of the allowed signers is not understood"),
    ] {
        forbid_all(&desk);
        allow(&desk, "ann@example.org", options, "ann");
        ask(code, finding);
    }
    key(&desk, "bob");
    forbid_all(&desk);
    allow(&desk, "bob@example.org", "", "bob");
    ask(5, "error[G122]");
    // By an argument, another file.
    let other = desk.home().join("others");
    std::fs::copy(desk.home().join("ann.pub"), &other).expect("copied");
    let text = std::fs::read_to_string(&other).expect("read");
    std::fs::write(&other, format!("*@example.org {text}")).expect("written");
    desk.fonds(&["verify", "--allowed-signers", &other.to_string_lossy()]).good();
    desk.fonds(&["verify", "--allowed-signers", "nowhere"]).ended(4);

    // Signed by one, committed by another.
    forbid_all(&desk);
    allow(&desk, "bob@example.org", "", "ann");
    let said = desk.fonds(&["verify"]).ended(1);
    assert!(said.stderr.contains("warning[G125]"), "{said}");

    forbid_all(&desk);
    allow(&desk, "ann@example.org", "", "ann");
    desk.git(&["config", "--global", "gpg.ssh.revocationFile", "~/revoked"]);
    std::fs::copy(desk.home().join("bob.pub"), desk.home().join("revoked")).expect("copied");
    ask(0, "");
    std::fs::copy(desk.home().join("ann.pub"), desk.home().join("revoked")).expect("copied");
    ask(5, "error[G124]");
    std::fs::remove_file(desk.home().join("revoked")).expect("removed");
    let mut list = desk.command("ssh-keygen", &["-q", "-k", "-f"]);
    list.arg(desk.home().join("revoked")).arg(desk.home().join("ann.pub"));
    assert!(list.status().expect("it runs").success());
    ask(5, "error[G124]");
    std::fs::write(desk.home().join("revoked"), "what?").expect("written");
    let said = desk.fonds(&["verify"]).ended(5);
    assert!(said.stderr.contains("what was revoked cannot be known"), "{said}");

    // Without any file, nobody knows.
    desk.git(&["config", "--global", "--unset", "gpg.ssh.revocationFile"]);
    desk.git(&["config", "--global", "--unset", "gpg.ssh.allowedSignersFile"]);
    let said = desk.fonds(&["verify"]).ended(1);
    assert!(said.stderr.contains("2 revisions are signed, and nobody said whose"), "{said}");
    desk.fonds(&["verify", "--require-signed"]).ended(5);
}

#[test]
fn without_a_key_nothing_is_changed() {
    let Some(desk) = signing_desk("failing to sign") else { return };
    let before = desk.git(&["rev-parse", "HEAD"]);
    let text = desk.read("records/1951/08/1951-08-27-telegram.toml");
    for (name, value, wanted) in [
        ("user.signingkey", "~/nobody.pub", "made no signature"),
        ("user.signingkey", "-f", "is no key"),
        ("user.signingkey", "", "`user.signingKey` is not set"),
        ("gpg.ssh.program", "no-such-program", "there is no such program"),
        ("gpg.ssh.program", "false", "made no signature"),
        ("gpg.format", "pgp", "which is not known"),
    ] {
        let config = std::fs::read_to_string(desk.home().join(".gitconfig")).expect("read");
        desk.git(&["config", "--global", name, value]);
        let said = desk.fonds(&["set", ID, "place=Beijing"]).ended(4);
        assert!(said.stderr.contains(wanted) && said.stderr.contains("mend: "), "{said}");
        assert!(said.stderr.contains("nothing was changed"), "{said}");
        std::fs::write(desk.home().join(".gitconfig"), config).expect("written");
    }
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(desk.read("records/1951/08/1951-08-27-telegram.toml"), text);
    assert_eq!(desk.git(&["status", "--porcelain"]), "");
    desk.fonds(&["set", ID, "place=Beijing"]).good();
}

#[cfg(unix)]
#[test]
fn a_repository_does_not_say_what_programs_run() {
    use std::os::unix::fs::PermissionsExt;
    let Some(desk) = signing_desk("hostile programs") else { return };
    desk.write("hostile", "#!/bin/sh\ntouch ran\nexit 1\n");
    let hostile = desk.path("hostile");
    std::fs::set_permissions(&hostile, std::fs::Permissions::from_mode(0o755)).expect("allowed");
    let hostile = hostile.to_string_lossy().into_owned();
    for key in
        ["gpg.ssh.program", "gpg.program", "gpg.openpgp.program", "gpg.ssh.defaultKeyCommand"]
    {
        desk.git(&["config", key, &hostile]);
    }
    let said = desk.fonds(&["set", ID, "place=Beijing"]).good();
    assert!(said.stderr.contains("note[G126]") && said.stderr.contains("passed over"), "{said}");
    desk.git(&["config", "--global", "--unset", "user.signingkey"]);
    desk.fonds(&["set", ID, "place=Moscow"]).ended(4);
    // A signature that claims to be of OpenPGP asks the user's gpg, not this one.
    tamper(&desk, |raw| {
        let (from, to) =
            (raw.find("gpgsig ").expect("one"), raw.find(" -----END").expect("one") + 29);
        format!(
            "{}gpgsig -----BEGIN PGP SIGNATURE-----\n -----END PGP SIGNATURE-----\n{}",
            &raw[..from],
            &raw[to..]
        )
    });
    desk.fonds(&["verify"]).ended(1);
    assert!(!desk.has("ran"));
}

#[test]
fn certificates_of_an_authority_are_accepted_as_git_accepts_them() {
    let Some(desk) = signing_desk("certificates") else { return };
    key(&desk, "authority");
    let certify = |principal: &str, until: &str| {
        let home = desk.home();
        let made = desk
            .command("ssh-keygen", &["-q", "-I", "ann", "-n", principal, "-V", until, "-s"])
            .arg(home.join("authority"))
            .arg(home.join("ann.pub"))
            .status();
        assert!(made.expect("it runs").success());
    };
    desk.git(&["config", "--global", "user.signingkey", "~/ann-cert.pub"]);
    for (principal, until, code) in [
        ("ann@example.org", "20010101Z:20010301Z", 0),
        ("ann@example.com", "20010101Z:20010301Z", 5),
        ("ann@example.org", "20010101Z:20010201Z", 5),
    ] {
        forbid_all(&desk);
        allow(&desk, "ann@example.org", "", "ann");
        allow(&desk, "*@example.org", "cert-authority", "authority");
        certify(principal, until);
        // The one before it is signed with the key itself.
        desk.git(&["reset", "--quiet", "--hard", "HEAD"]);
        let before = desk.git(&["rev-parse", "HEAD"]);
        desk.fonds(&["set", ID, &format!("note={principal} {until}")]).good();
        assert_eq!(git_verifies(&desk), code == 0, "{principal} {until}");
        desk.fonds(&["verify"]).ended(code);
        desk.git(&["reset", "--quiet", "--hard", before.trim()]);
    }
}

#[test]
fn signatures_of_openpgp_are_made_and_checked_with_gpg() {
    let what = "signing with OpenPGP";
    if !git_is_here(what) || !is_here("gpg", what) {
        return;
    }
    let mut desk = Desk::new();
    // The path of a socket may not be long.
    let ring = tempfile::Builder::new().prefix("ring").tempdir().expect("a folder");
    desk.set("GNUPGHOME", &ring.path().to_string_lossy());
    let made = desk
        .command(
            "gpg",
            &[
                "--batch",
                "--passphrase",
                "",
                "--quick-gen-key",
                "Ann <ann@example.org>",
                "ed25519",
                "sign",
            ],
        )
        .output()
        .expect("gpg runs");
    if !made.status.success() {
        return skipped(what, &String::from_utf8_lossy(&made.stderr));
    }
    desk.git(&["config", "--global", "commit.gpgsign", "true"]);
    desk.git(&["config", "--global", "user.signingkey", "ann@example.org"]);
    desk.fonds(&["init"]).good();
    desk.fonds(&["add", "--id", ID, "--title", "Telegram"]).good();
    assert!(git_verifies(&desk));
    let said = desk.fonds(&["verify", "--require-signed"]).good();
    assert!(said.stdout.contains("Ann <ann@example.org>"), "{said}");
    let kept = desk.fonds(&["verify", "--checkpoint"]).good().stdout;
    desk.write("../kept.json", &kept);
    let said = desk.fonds(&["verify", "--against", "../kept.json"]).good();
    assert!(said.stdout.contains("is signed by Ann <ann@example.org>"), "{said}");
    desk.write("../altered.json", altered(&kept, "revisions", serde_json::json!(3)));
    let said = desk.fonds(&["verify", "--against", "../altered.json"]).ended(5);
    assert!(said.stderr.contains("altered after it was signed"), "{said}");
    let sound = desk.git(&["rev-parse", "HEAD"]);
    tamper(&desk, |raw| raw.replace("author Ann", "author Bob"));
    let said = desk.fonds(&["verify"]).ended(5);
    assert!(said.stderr.contains("error[G120]"), "{said}");
    desk.git(&["update-ref", "HEAD", sound.trim()]);
    // Elsewhere the key is not known.
    let empty = tempfile::Builder::new().prefix("ring").tempdir().expect("a folder");
    desk.set("GNUPGHOME", &empty.path().to_string_lossy());
    let said = desk.fonds(&["verify"]).ended(1);
    assert!(
        said.stderr.contains("warning[G121]") && said.stderr.contains("is not there"),
        "{said}"
    );
    desk.fonds(&["verify", "--require-signed"]).ended(5);
    desk.git(&["config", "--global", "gpg.program", "no-such-program"]);
    let said = desk.fonds(&["verify"]).ended(1);
    assert!(said.stderr.contains("is not installed"), "{said}");
    for home in [&ring, &empty] {
        let _ = Command::new("gpgconf")
            .arg("--homedir")
            .arg(home.path())
            .args(["--kill", "all"])
            .output();
    }
}

/// A value of a checkpoint, and another one in its place.
fn altered(checkpoint: &str, key: &str, value: serde_json::Value) -> String {
    let mut read: serde_json::Value = serde_json::from_str(checkpoint).expect("JSON");
    assert_ne!(read[key], value, "nothing is altered");
    read[key] = value;
    read.to_string()
}

#[test]
fn a_signed_checkpoint_cannot_be_altered_unseen() {
    let Some(desk) = signing_desk("signed checkpoints") else { return };
    let kept = desk.fonds(&["verify", "--checkpoint"]).good().stdout;
    desk.write("../kept.json", &kept);
    let against = |name: &str, more: &[&str]| {
        let mut arguments = vec!["verify", "--against", name];
        arguments.extend(more);
        desk.fonds(&arguments)
    };
    let said = against("../kept.json", &["--require-signed"]).good();
    assert!(said.stdout.contains("the checkpoint is signed by ann@example.org (SHA256:"), "{said}");
    let json = against("../kept.json", &["--json"]).good();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["checkpoint"]["signer"], "ann@example.org");

    // Every value that it holds is signed; what only looks like a signature is none.
    let other = desk.git(&["rev-parse", "HEAD~1"]);
    for (key, value) in [
        ("head", serde_json::json!(other.trim())),
        ("committed", serde_json::json!("2001-01-01T00:00:00+00:00")),
        ("revisions", serde_json::json!(1)),
        ("records", serde_json::json!(0)),
        ("digest", serde_json::json!("sha256:00")),
        ("signed", serde_json::json!("2001-02-03T06:05:07+02:00")),
        (
            "signature",
            serde_json::json!("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"),
        ),
    ] {
        desk.write("../altered.json", altered(&kept, key, value));
        let said = against("../altered.json", &[]).ended(5);
        assert!(said.stderr.contains("G120"), "{key}: {said}");
        assert!(said.stderr.contains("altered after it was signed"), "{key}: {said}");
    }

    // A signature that was made for a commit counts for no checkpoint, though by the same key.
    let raw = desk.git(&["cat-file", "commit", "HEAD"]);
    let from = raw.find("-----BEGIN").expect("a signature");
    let to = raw.find("-----END SSH SIGNATURE-----").expect("its end") + 27;
    let of_commit = raw[from..to].replace("\n ", "\n");
    desk.write("../altered.json", altered(&kept, "signature", of_commit.into()));
    let said = against("../altered.json", &[]).ended(5);
    assert!(said.stderr.contains("its namespace is `git`"), "{said}");

    // Without its signature it is as good as any other, unless one is asked for.
    let mut bare: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
    bare.as_object_mut().expect("an object").retain(|key, _| !key.starts_with("sign"));
    desk.write("../bare.json", bare.to_string());
    against("../bare.json", &[]).good();
    let said = against("../bare.json", &["--require-signed"]).ended(5);
    assert!(
        said.stderr.contains("G117") && said.stderr.contains("the checkpoint is not signed"),
        "{said}"
    );

    // By a key that nobody allowed, or one that may sign commits only.
    forbid_all(&desk);
    allow(&desk, "ann@example.org", "namespaces=\"git\"", "ann");
    let said = against("../kept.json", &[]).ended(5);
    assert!(said.stderr.contains("has to be for `fonds-checkpoint`"), "{said}");
    key(&desk, "eve");
    forbid_all(&desk);
    allow(&desk, "eve@example.org", "", "eve");
    let said = against("../kept.json", &[]).ended(5);
    assert!(said.stderr.contains("G122"), "{said}");

    // Commits may go unsigned, and the checkpoint be signed all the same.
    desk.git(&["config", "--global", "commit.gpgsign", "false"]);
    let bare = desk.fonds(&["verify", "--checkpoint"]).good().stdout;
    assert!(!bare.contains("signature"), "{bare}");
    let signed = desk.fonds(&["verify", "--checkpoint", "--sign"]).good().stdout;
    desk.write("../signed.json", &signed);
    forbid_all(&desk);
    allow(&desk, "ann@example.org", "", "ann");
    let said = against("../signed.json", &[]).good();
    assert!(said.stdout.contains("the checkpoint is signed by ann@example.org"), "{said}");
    // What ssh-keygen says of the lines that are documented.
    let read: serde_json::Value = serde_json::from_str(&signed).expect("JSON");
    let line = |key: &str| match &read[key] {
        serde_json::Value::String(text) => format!("{key} {text}\n"),
        other => format!("{key} {other}\n"),
    };
    let names = ["head", "committed", "revisions", "records", "digest", "signed"];
    let text = format!("fonds checkpoint 1\n{}", names.map(line).concat());
    desk.write("signature", read["signature"].as_str().expect("a signature"));
    let arguments = [
        "-Y",
        "verify",
        "-n",
        "fonds-checkpoint",
        "-I",
        "ann@example.org",
        "-s",
        "signature",
        "-f",
    ];
    let mut child = desk
        .command("ssh-keygen", &arguments)
        .arg(desk.home().join("allowed"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("ssh-keygen runs");
    child.stdin.take().expect("stdin").write_all(text.as_bytes()).expect("written");
    assert!(child.wait().expect("an answer").success());
}
