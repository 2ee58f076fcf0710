//! What is remembered of the history changes nothing but time: answers with it and without it are
//! the same, whatever happens to the repository, to the file, and to whoever writes it.

use crate::desk::{Desk, git_is_here};
use crate::{skipped, synthetic, told};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const FONDS: &str = env!("CARGO_BIN_EXE_fonds");
const FILE: &str = ".git/fonds/past";

/// A desk with a few records and a history long enough to be remembered: edits, renames, merges,
/// records edited by hand.
pub fn desk_with_past(commits: usize) -> Desk {
    let desk = Desk::new();
    desk.git(&["init", "--quiet"]);
    let mut import = desk
        .command("git", &["fast-import", "--quiet", "--done", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git fast-import starts");
    let stream = import.stdin.take().expect("a pipe");
    synthetic::write(std::io::BufWriter::new(stream), 9, commits, 7).expect("it is taken");
    assert!(import.wait().expect("it ends").success());
    desk.git(&["reset", "--quiet", "--hard"]);
    desk
}

fn ids(desk: &Desk) -> Vec<String> {
    let listed = desk.git(&["ls-files", "records"]);
    let name = |path: &str| path.rsplit('/').next().map(|name| name.replace(".toml", ""));
    listed.lines().filter_map(name).collect()
}

/// The answers to all kinds of questions about the past.
fn answers(desk: &Desk, from: &str) -> Vec<String> {
    let ids = ids(desk);
    let mut asked: Vec<Vec<&str>> = Vec::new();
    // By the clock, in the midst of the history: a moment, and a day.
    let moment = desk.git(&["log", "-1", "--first-parent", "--skip=120", "--format=%cI"]);
    let day = desk.git(&["log", "-1", "--skip=20", "--format=%cs"]);
    for (number, id) in ids.iter().enumerate().filter(|(number, _)| number % 4 == 0) {
        asked.push(vec!["log", id, "--json"]);
        asked.push(vec!["blame", id, "--json"]);
        if number == 0 {
            asked.push(vec!["log", id]);
        }
    }
    for moment in [&moment, &day] {
        asked.push(vec!["audit", "--contested", moment.trim()]);
        asked.push(vec!["blame", &ids[0], "--json", "--at", moment.trim()]);
    }
    asked.push(vec!["audit", from, "--json"]);
    asked.push(vec!["audit", from]);
    asked.push(vec!["audit", "--json"]);
    asked.into_iter().map(|arguments| desk.fonds(&arguments).to_string()).collect()
}

/// The same where nothing is remembered, and nothing can be: a file is in the way of the folder.
fn answers_without(desk: &Desk, from: &str) -> Vec<String> {
    let folder = desk.path(".git/fonds");
    let aside = desk.path(".git/fonds-aside");
    let _ = std::fs::rename(&folder, &aside);
    std::fs::write(&folder, "in the way").expect("a file");
    let found = answers(desk, from);
    std::fs::remove_file(&folder).expect("it is taken away");
    let _ = std::fs::rename(&aside, &folder);
    found
}

#[track_caller]
fn same(desk: &Desk, from: &str, when: &str) {
    let with = answers(desk, from);
    let without = answers_without(desk, from);
    for (with, without) in with.iter().zip(&without) {
        assert_eq!(with, without, "{when}");
    }
}

#[test]
fn whatever_happens_to_the_repository() {
    if !git_is_here("the past remembered") {
        return;
    }
    // So many that all processors take part.
    let desk = desk_with_past(700);
    assert!(!desk.has(FILE));
    same(&desk, "HEAD~30..", "first");
    assert!(desk.has(FILE), "it is remembered");
    same(&desk, "HEAD~30..", "again");

    // More commits by plain git, on two sides, and a merge that says something of its own.
    let path = desk.git(&["ls-files", "records"]).lines().next().expect("a record").to_owned();
    let text = desk.read(&path);
    desk.git(&["switch", "--quiet", "-c", "side"]);
    desk.commit_by_hand(&path, &format!("{text}note = \"side\"\n"), "on a side");
    desk.git(&["switch", "--quiet", "main"]);
    desk.commit_by_hand(&path, &format!("# by hand\n{text}"), "on main");
    desk.git(&["merge", "--quiet", "--no-commit", "--no-ff", "side"]);
    desk.write(&path, format!("# by hand\n{text}rights = \"of the merge\"\n"));
    desk.git(&["add", &path]);
    desk.git(&["commit", "--quiet", "-m", "merged"]);
    same(&desk, "HEAD~5..", "after commits of two sides");

    // History is rewritten, and what is gone is really gone.
    desk.git(&["reset", "--quiet", "--hard", "HEAD~40"]);
    let text = desk.read(&path);
    desk.commit_by_hand(&path, &format!("{text}# another way\n"), "another way");
    desk.git(&["branch", "--quiet", "-D", "side"]);
    desk.git(&["reflog", "expire", "--expire=now", "--all"]);
    desk.git(&["gc", "--quiet", "--prune=now"]);
    desk.git(&["repack", "--quiet", "-a", "-d", "-f"]);
    same(&desk, "HEAD~30..", "after a rewritten history and gc");

    // A second work tree has the same past.
    desk.git(&["worktree", "add", "--quiet", "../work/second", "HEAD~10"]);
    let second = desk.within("second");
    let id = ids(&second).remove(0);
    let found = second.fonds(&["log", &id, "--json"]).good();
    assert!(found.stdout.contains("revision"), "{found}");
    let first = second.fonds(&["-C", "..", "log", &id, "--json", "--at", "HEAD~10"]).good();
    assert_eq!(found.stdout, first.stdout);
}

#[test]
fn a_clone_that_was_cut_off_and_is_whole_again() {
    if !git_is_here("a shallow clone") {
        return;
    }
    let desk = desk_with_past(330);
    let id = ids(&desk).remove(0);
    let whole = desk.fonds(&["log", &id, "--json"]).good();
    let from = format!("file://{}", desk.path("").display());
    desk.git(&["clone", "--quiet", "--depth", "300", &from, "shallow"]);
    let clone = desk.within("shallow");
    let cut = clone.fonds(&["log", &id, "--json"]).good();
    assert_ne!(cut.stdout, whole.stdout);
    assert!(clone.has(FILE), "it is remembered");
    same(&clone, "HEAD~30..", "shallow");
    clone.git(&["fetch", "--quiet", "--unshallow"]);
    assert_eq!(clone.fonds(&["log", &id, "--json"]).good().stdout, whole.stdout);
    same(&clone, "HEAD~30..", "whole again");
}

#[test]
fn whatever_happens_to_the_file() {
    if !git_is_here("a file that is damaged") {
        return;
    }
    let desk = desk_with_past(330);
    let wanted = answers_without(&desk, "HEAD~20..");
    answers(&desk, "HEAD~20..");
    let sound = std::fs::read(desk.path(FILE)).expect("the file");
    let flipped = |at: usize| {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x41;
        damaged
    };
    let length = sound.len();
    let mut damages = vec![
        Vec::new(),
        b"SQLite format 3\0".to_vec(),
        sound[..length / 2].to_vec(),
        sound[..length - 1].to_vec(),
        [&sound[..], b"x"].concat(),
        [&sound[..7], b"1", &sound[8..]].concat(),
        [&sound[..length - 4096], &[0; 4096]].concat(),
    ];
    damages.extend((1..8).map(|part| flipped(length * part / 8)));
    let ids = ids(&desk);
    for (number, damaged) in damages.into_iter().enumerate() {
        std::fs::write(desk.path(FILE), &damaged).expect("a file");
        let found = desk.fonds(&["log", &ids[0], "--json"]).to_string();
        assert_eq!(found, wanted[0], "damage {number}");
        assert_eq!(answers(&desk, "HEAD~20..").last(), wanted.last(), "damage {number}");
    }
    // A folder where the file should be.
    std::fs::remove_file(desk.path(FILE)).expect("it is there");
    std::fs::create_dir(desk.path(FILE)).expect("a folder");
    assert_eq!(answers(&desk, "HEAD~20.."), wanted);
}

#[test]
fn several_at_once() {
    if !git_is_here("several at once") {
        return;
    }
    let desk = desk_with_past(330);
    let id = ids(&desk).remove(0);
    let wanted = desk.fonds(&["log", &id, "--json", "--at", "HEAD"]).good();
    std::fs::remove_file(desk.path(FILE)).expect("it is there");
    let head = desk.git(&["rev-parse", "HEAD"]);
    std::thread::scope(|scope| {
        for number in 0..6 {
            let arguments = ["log", &id, "--json", "--at", head.trim()];
            let mut read = desk.command(FONDS, &arguments);
            let note = format!("note=writer {number}");
            let mut write = desk.command(FONDS, &["set", &id, &note, "-m", "one of many"]);
            let wanted = &wanted.stdout;
            scope.spawn(move || {
                for _ in 0..3 {
                    let output = read.output().expect("an answer");
                    assert_eq!(String::from_utf8_lossy(&output.stdout), *wanted);
                }
            });
            if number < 2 {
                scope.spawn(move || {
                    let output = write.output().expect("an answer");
                    assert!(output.status.success());
                });
            }
        }
    });
    same(&desk, "HEAD~9..", "afterwards");
}

/// Says at its end that it is over.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// While git packs anew, removes what is in no history and moves branches, whoever reads a revision that is
/// kept finds what is there: never less, and no error.
#[test]
fn readers_while_git_tidies_up() {
    if !git_is_here("readers while git tidies up") {
        return;
    }
    let rounds = match std::env::var_os("FONDS_ENDURANCE") {
        Some(_) => 300,
        None => 2,
    };
    let desk = desk_with_past(330);
    let id = ids(&desk).remove(0);
    desk.git(&["tag", "kept"]);
    let asked: [&[&str]; 4] = [
        &["log", &id, "--json", "--at", "kept"],
        &["blame", &id, "--json", "--at", "kept"],
        &["audit", "kept~20..kept", "--json"],
        &["list", "--at", "kept", "--json"],
    ];
    let wanted: Vec<String> = asked.iter().map(|asked| desk.fonds(asked).good().stdout).collect();
    // What is remembered is begun anew by whoever reads first.
    std::fs::remove_file(desk.path(FILE)).expect("it is there");
    let is_over = AtomicBool::new(false);
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for (arguments, wanted) in asked.iter().zip(&wanted) {
            let mut reader = desk.command(FONDS, arguments);
            let (is_over, answered) = (&is_over, &answered);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let output = reader.output().expect("an answer");
                    let said = String::from_utf8_lossy(&output.stderr);
                    assert_eq!((&*said, output.status.code()), ("", Some(0)), "{arguments:?}");
                    assert_eq!(String::from_utf8_lossy(&output.stdout), *wanted, "{arguments:?}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // The readers end, whatever happens here.
        let _over = Over(&is_over);
        for round in 0..rounds {
            // A commit that is driven out again, in every second round with some of its past.
            desk.commit_by_hand("README", &format!("{round}\n"), "will be gone");
            desk.git(&["repack", "--quiet", "-a", "-d"]);
            let to = if round % 2 == 0 { "kept~3" } else { "kept" };
            desk.git(&["reset", "--quiet", "--hard", to]);
            desk.git(&["reflog", "expire", "--expire=now", "--all"]);
            desk.git(&["gc", "--quiet", "--prune=now"]);
        }
    });
    let answered = answered.into_inner();
    assert!(answered >= rounds, "{answered}");
    told(&format!("{answered} answers while git tidied up {rounds} times"));
    same(&desk, "kept~30..kept", "afterwards");
}

/// Kills a first walk at the `count`th system call that has to do with the folder of the file;
/// whether it was killed.
fn killed_at(desk: &Desk, id: &str, call: &str, count: usize, files: &[String]) -> bool {
    let inject = format!("inject={call}:signal=KILL:when={count}");
    let mut arguments = vec!["-f", "-qq", "-o", "/dev/null", "-e", &inject];
    for file in files {
        arguments.extend(["-P", file]);
    }
    arguments.extend([FONDS, "log", id, "--json"]);
    let mut traced = desk.command("strace", &arguments);
    let ended = traced.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("strace runs");
    !ended.success()
}

#[test]
fn a_first_walk_that_is_killed() {
    if !git_is_here("a first walk that is killed") {
        return;
    }
    if !Command::new("strace").arg("-V").output().is_ok_and(|out| out.status.success()) {
        skipped("a first walk that is killed", "there is no strace here");
        return;
    }
    let desk = desk_with_past(330);
    let id = ids(&desk).remove(0);
    let wanted = desk.fonds(&["log", &id, "--json"]).good();
    let folder = desk.path(".git/fonds");
    let names = ["", "/past", "/past.new", "/past.lock"];
    let files: Vec<String> =
        names.iter().map(|name| format!("{}{name}", folder.display())).collect();
    let mut kills = 0;
    for call in ["mkdir", "openat", "flock", "write", "lseek", "rename", "close", "read", "unlink"]
    {
        for count in 1..100 {
            let _ = std::fs::remove_dir_all(&folder);
            if !killed_at(&desk, &id, call, count, &files) {
                break;
            }
            kills += 1;
            // What is left is nothing, or whole; the next one needs no help.
            let said = desk.fonds(&["log", &id, "--json"]).good();
            assert_eq!(said.stdout, wanted.stdout, "{call} {count}");
            assert!(desk.has(FILE), "{call} {count}");
            let left = left_over(&folder);
            assert!(left.is_empty(), "{call} {count}: {left:?}");
        }
    }
    // Where system calls may not be traced, nothing was killed and nothing is shown.
    match kills {
        0 => skipped("a first walk that is killed", "nothing can be traced here"),
        _ => assert!(kills > 8, "{kills}"),
    }
}

fn left_over(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).expect("the folder").flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name != "past" && name != "past.lock").collect()
}

#[test]
fn nobody_is_credited_with_what_came_before_the_edge() {
    if !git_is_here("the edge of what is known") {
        return;
    }
    for folder in ["a shallow clone", "a parent that is lost"] {
        let desk = Desk::with_catalog();
        desk.fonds(&["add", "--id", "memo", "--title", "Memo", "-m", "the first"]).good();
        desk.fonds(&["set", "memo", "note=old", "-m", "the second"]).good();
        desk.fonds(&["add", "--id", "other", "--title", "Other", "-m", "the third"]).good();
        desk.fonds(&["set", "memo", "place=Beijing", "-m", "the fourth"]).good();
        let third = desk.git(&["rev-parse", "HEAD~1"]);
        let desk = if folder == "a shallow clone" {
            let from = format!("file://{}", desk.path("").display());
            desk.git(&["clone", "--quiet", "--depth", "2", &from, "../shallow"]);
            desk.within("../shallow")
        } else {
            let second = desk.git(&["rev-parse", "HEAD~2"]);
            let file = desk.path(&format!(".git/objects/{}/{}", &second[..2], second[2..].trim()));
            std::fs::remove_file(&file).expect("a loose object");
            desk
        };
        let log = desk.fonds(&["log", "memo", "--json"]);
        let found: serde_json::Value = serde_json::from_str(&log.stdout).expect("JSON");
        let entry = |at: usize, part: &str| found["entries"][at][part].clone();
        assert_eq!(entry(0, "changes")[0]["text"], "place: set to Beijing", "{folder} {log}");
        assert_eq!(entry(1, "changes"), serde_json::json!([]), "{folder} {log}");
        assert_eq!(entry(1, "findings")[0]["code"], "G115", "{folder} {log}");

        let blame = desk.fonds(&["blame", "memo", "--json"]);
        let found: serde_json::Value = serde_json::from_str(&blame.stdout).expect("JSON");
        for value in found["fields"].as_array().expect("fields") {
            let is_known = value["field"] == "place";
            let count = value["revisions"].as_array().map(Vec::len);
            assert_eq!(count, Some(usize::from(is_known)), "{folder} {blame}");
            if !is_known {
                assert_eq!(value["known_since"][0], third.trim(), "{folder} {blame}");
            }
        }
        let told = desk.fonds(&["blame", "memo.note"]);
        assert!(told.stdout.contains("or before: the history is cut off here"), "{told}");

        let audit = desk.fonds(&["audit"]).ended(1);
        assert!(!audit.stdout.contains("record added"), "{folder} {audit}");
        assert!(audit.stdout.contains("place: set to Beijing"), "{folder} {audit}");

        let prov = desk.fonds(&["log", "memo", "--prov", "json"]);
        let found: serde_json::Value = serde_json::from_str(&prov.stdout).expect("JSON");
        let generated = found["wasGeneratedBy"].as_object().expect("statements");
        assert!(
            generated.values().all(|of| !of.to_string().contains(third.trim())),
            "{folder} {prov}"
        );
    }
}
