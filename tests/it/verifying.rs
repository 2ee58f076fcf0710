//! Histories that were rewritten or damaged: what `verify` finds, and what the other commands still
//! tell.

use crate::desk::{Desk, git_is_here};
use std::fs;

const ID: &str = "1951-08-27-telegram";
const PATH: &str = "records/1951/08/1951-08-27-telegram.toml";

/// A catalog with four revisions, two records and a checkpoint kept elsewhere.
fn desk() -> Desk {
    let desk = Desk::with_catalog();
    desk.fonds(&["add", "--id", ID, "--title", "Telegram", "-m", "found"]).good();
    desk.fonds(&["add", "--id", "memo", "--title", "Memo", "-m", "found too"]).good();
    desk.fonds(&["set", ID, "place=Beijing", "-m", "read in the file"]).good();
    let checkpoint = desk.fonds(&["verify", "--checkpoint"]).good().stdout;
    fs::write(desk.home().join("checkpoint.json"), checkpoint).expect("written");
    desk
}

fn verify(desk: &Desk) -> crate::desk::Said {
    let checkpoint = desk.home().join("checkpoint.json");
    desk.fonds(&["verify", "--against", &checkpoint.to_string_lossy()])
}

#[test]
fn every_way_of_rewriting_the_history_is_found() {
    if !git_is_here("rewritten histories") {
        return;
    }
    let amend = |arguments: &[&str]| {
        let arguments = [&["commit", "--quiet", "--amend", "--allow-empty"], arguments].concat();
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        move |desk: &Desk| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            desk.git(&arguments);
        }
    };
    type Way = Box<dyn Fn(&Desk)>;
    let ways: Vec<(&str, Way)> = vec![
        ("a message rewritten", Box::new(amend(&["-m", "read in the other file"]))),
        (
            "an author exchanged",
            Box::new(amend(&["--no-edit", "--author", "Bob <bob@example.org>"])),
        ),
        ("a revision dated back", Box::new(amend(&["--no-edit", "--date", "1999-01-01T00:00Z"]))),
        (
            "a revision dropped",
            Box::new(|desk| {
                desk.git(&["rebase", "--quiet", "--onto", "HEAD~2", "HEAD~1"]);
            }),
        ),
        (
            "a record removed from the past",
            Box::new(|desk| {
                let path = desk.git(&["ls-files", "records/undated"]);
                desk.git(&["rm", "--quiet", path.trim()]);
                desk.git(&["commit", "--quiet", "--amend", "--no-edit"]);
            }),
        ),
        (
            "a branch set back",
            Box::new(|desk| {
                desk.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
            }),
        ),
        (
            "a tree exchanged",
            Box::new(|desk| {
                let id = desk.git(&[
                    "commit-tree",
                    "HEAD~1^{tree}",
                    "-p",
                    "HEAD~1",
                    "-m",
                    "read in the file",
                ]);
                desk.git(&["reset", "--quiet", "--hard", id.trim()]);
            }),
        ),
        (
            "a history begun anew",
            Box::new(|desk| {
                let id = desk.git(&["commit-tree", "HEAD^{tree}", "-m", "everything"]);
                desk.git(&["reset", "--quiet", "--hard", id.trim()]);
            }),
        ),
    ];
    for (what, rewrite) in ways {
        let desk = desk();
        verify(&desk).good();
        let before = desk.git(&["rev-parse", "HEAD"]);
        rewrite(&desk);
        assert_ne!(desk.git(&["rev-parse", "HEAD"]), before, "{what}");
        let said = verify(&desk).ended(5);
        assert!(said.stderr.contains("error[H108]"), "{what}: {said}");
        assert!(said.stderr.contains("missing from the history"), "{what}: {said}");
        // Gone for good, it is still missed.
        desk.git(&["reflog", "expire", "--expire=now", "--all"]);
        desk.git(&["gc", "--quiet", "--prune=now"]);
        let said = verify(&desk).ended(5);
        assert!(said.stderr.contains("is gone"), "{what}: {said}");
    }
}

#[test]
fn what_git_is_told_to_see_otherwise_is_told() {
    if !git_is_here("replacements and grafts") {
        return;
    }
    let desk = desk();
    let other = desk.git(&["commit-tree", "HEAD^{tree}", "-m", "nothing happened before"]);
    desk.git(&["replace", "HEAD", other.trim()]);
    assert_eq!(desk.git(&["rev-list", "--count", "HEAD"]), "1\n");
    let said = verify(&desk).ended(1);
    assert!(
        said.stderr.contains("warning[G115]") && said.stdout.starts_with("4 revisions"),
        "{said}"
    );
    desk.git(&["replace", "-d", "HEAD"]);
    desk.write(".git/info/grafts", desk.git(&["rev-parse", "HEAD"]));
    let said = desk.fonds(&["verify"]);
    assert_ne!(said.code, 0, "{said}");
    assert!(said.stderr.contains("grafts"), "{said}");
    assert_ne!(verify(&desk).code, 0);
}

#[test]
fn what_came_later_and_is_dated_before_is_told_and_what_was_removed() {
    if !git_is_here("revisions dated back") {
        return;
    }
    let mut desk = desk();
    desk.set("GIT_COMMITTER_DATE", "2000-01-01T00:00:00Z");
    desk.set("GIT_AUTHOR_DATE", "2000-01-01T00:00:00Z");
    desk.git(&["commit", "--quiet", "--allow-empty", "-m", "long ago"]);
    let said = verify(&desk).ended(1);
    assert!(said.stderr.contains("came into the history after the checkpoint"), "{said}");
    desk.unset("GIT_COMMITTER_DATE");
    desk.unset("GIT_AUTHOR_DATE");
    desk.fonds(&["rm", "memo", "-m", "not ours"]).good();
    desk.fonds(&["rename", ID, "1951-08-27-other", "-m", "better"]).good();
    let said = verify(&desk).ended(1);
    assert!(said.stderr.contains("the record `memo` was there at the checkpoint"), "{said}");
    assert!(!said.stderr.contains(&format!("the record `{ID}`")), "{said}");
}

/// Writes garbage over the object that `expression` names, or removes it.
fn damage(desk: &Desk, expression: &str, garbage: Option<&[u8]>) {
    let id = desk.git(&["rev-parse", expression]);
    let file = desk.path(&format!(".git/objects/{}/{}", &id[..2], id[2..].trim()));
    fs::remove_file(&file).expect("a loose object");
    if let Some(garbage) = garbage {
        fs::write(&file, garbage).expect("written");
    }
}

#[test]
fn what_cannot_be_read_is_a_finding_and_not_the_end() {
    if !git_is_here("damaged objects") {
        return;
    }
    let garbage: [Option<&[u8]>; 4] =
        [Some(b"no zlib at all"), Some(b""), Some(b"x"), Some(b"x\x9c\x03\x00\x00\x00\x00\x01")];
    let objects = [
        ("HEAD~2", "the revision"),
        ("HEAD~2^{tree}", "cannot be read in the revision"),
        ("HEAD~2:records", "`records` cannot be read"),
        (&format!("HEAD~1:{PATH}"), "cannot be read in the revision"),
    ];
    for (at, (object, finding)) in objects.into_iter().enumerate() {
        // Each is missing once, and once damaged in a way of its own.
        for garbage in [None, garbage[at]] {
            let desk = desk();
            desk.fonds(&["set", ID, "genre=telegram", "-m", "and more"]).good();
            damage(&desk, object, garbage);
            let said = desk.fonds(&["verify"]).ended(5);
            assert!(said.stderr.contains("error[G110]"), "{object}: {said}");
            assert!(said.stderr.contains(finding), "{object}: {said}");
            // What can be told is told.
            let audit = desk.fonds(&["audit"]).ended(1);
            assert!(audit.stdout.contains("and more"), "{object}: {audit}");
            let log = desk.fonds(&["log", ID]);
            assert!(log.code < 2 && log.stdout.contains("and more"), "{object}: {log}");
            let blame = desk.fonds(&["blame", ID]);
            assert!(blame.code < 2 && blame.stdout.contains("Telegram"), "{object}: {blame}");
            desk.fonds(&["show", ID]).good();
        }
    }
}

#[test]
fn a_long_history_is_read_in_the_order_of_its_packs() {
    if !git_is_here("a long history that is damaged") {
        return;
    }
    let mut desk = crate::remembered::desk_with_past(600);
    desk.set("GIT_AUTHOR_DATE", "2026-05-31T12:00:00Z");
    desk.set("GIT_COMMITTER_DATE", "2026-05-31T12:00:00Z");
    // Some of it packed by git, some once more, some loose.
    desk.git(&["repack", "-adfq", "--depth=20"]);
    let id = desk.git(&["ls-files", "records"]);
    let id = id.lines().next().and_then(|path| path.rsplit('/').next()).expect("a record");
    let id = id.trim_end_matches(".toml").to_owned();
    desk.fonds(&["set", &id, "note=packed alone", "-m", "more"]).good();
    desk.git(&["repack", "-dq"]);
    desk.fonds(&["set", &id, "note=loose", "-m", "and more"]).good();
    let sound = desk.fonds(&["verify", "--json"]).good().stdout;
    let found: serde_json::Value = serde_json::from_str(&sound).expect("JSON");
    let count = desk.git(&["rev-list", "--count", "HEAD"]);
    assert_eq!(found["revisions"].to_string(), count.trim());

    // The same of objects that another repository has.
    let shared = desk.path("../shared");
    let shared = shared.to_str().expect("a path");
    desk.git(&["clone", "--quiet", "--shared", ".", shared]);
    let there = desk.fonds(&["-C", shared, "verify", "--json"]).good();
    assert_eq!(there.stdout, sound);

    // What is loose and gone, in a history that is long.
    let path = desk.git(&["ls-files", &format!("*/{id}.toml")]);
    let loose = desk.git(&["rev-parse", &format!("HEAD:{}", path.trim())]);
    let file = desk.path(&format!(".git/objects/{}/{}", &loose[..2], loose[2..].trim()));
    let bytes = fs::read(&file).expect("a loose object");
    fs::remove_file(&file).expect("removed");
    let said = desk.fonds(&["verify"]).ended(5);
    assert!(said.stderr.contains(path.trim()) && said.stderr.contains(loose.trim()), "{said}");
    fs::write(&file, bytes).expect("put back");
    desk.fonds(&["verify"]).good();

    // A byte here and there in the packs: each belongs to an object of the history.
    let folder = desk.path(".git/objects/pack");
    let packs = fs::read_dir(folder).expect("packs").flatten().map(|entry| entry.path());
    for pack in packs.filter(|path| path.extension().is_some_and(|e| e == "pack")) {
        let whole = fs::read(&pack).expect("a pack");
        fs::remove_file(&pack).expect("it may be written");
        for part in [3, 5, 8] {
            let mut bytes = whole.clone();
            bytes[whole.len() * part / 10] ^= 0x10;
            fs::write(&pack, bytes).expect("written");
            let said = desk.fonds(&["verify"]).ended(5);
            assert!(said.stderr.contains("error[G110]"), "{part}: {said}");
        }
        fs::write(&pack, whole).expect("put back");
    }
    assert_eq!(desk.fonds(&["verify", "--json"]).good().stdout, sound);
}
