//! The program killed at its system calls, system calls that fail, disks that are full or may only be
//! read: a save, an import, the first walk over a history. What is left is the old or the new, and the
//! next command needs no help.
//!
//! An ordinary run tries a few points spread over all; `FONDS_ENDURANCE=1` tries every place at which a
//! system is called, and tells how many there were; `FONDS_ENDURANCE=20` twenty times as many as usual.
//! A place is a call with what it is about, whatever its numbers are: the first, a middle and the last of
//! each stand for what a loop does ten thousand times.
#![cfg(target_os = "linux")]

use crate::desk::{Desk, files_below, git_is_here};
use crate::{skipped, told};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

const FONDS: &str = env!("CARGO_BIN_EXE_fonds");
const ID: &str = "1951-08-27-telegram";
const PATH: &str = "records/1951/08/1951-08-27-telegram.toml";
const PAST: &str = ".git/fonds/past";

fn is_thorough() -> bool {
    std::env::var_os("FONDS_ENDURANCE").is_some()
}

/// Whether system calls can be traced here.
fn can_trace(what: &str) -> bool {
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !traced {
        skipped(what, "there is no strace here that may trace");
    }
    traced && git_is_here(what)
}

/// Some work of the program, to be disturbed.
struct Work {
    what: &'static str,
    arguments: Vec<String>,
    /// Makes everything as it was before.
    prepare: fn(&Desk),
    /// Whether it has been done, as a change that was committed.
    is_done: fn(&Desk) -> bool,
    /// What must hold after it and the next command: given whether it was done.
    check: fn(&Desk, bool, &str),
}

/// A point at which to disturb: the `count`th of the calls named `call`.
type Point = (String, usize);

impl Work {
    /// The work, traced, done by so many threads.
    fn traced(&self, desk: &Desk, threads: &str, options: &[&str]) -> Command {
        let mut arguments = vec!["-f", "-qq"];
        arguments.extend(options);
        arguments.push(FONDS);
        arguments.extend(self.arguments.iter().map(String::as_str));
        let mut command = desk.command("strace", &arguments);
        command.env("RAYON_NUM_THREADS", threads);
        command.stdin(Stdio::null());
        command
    }

    /// The places at which the work calls the system: the first, a middle and a last call of each kind,
    /// by name, and by how many calls of that name its thread made until then.
    fn points(&self, desk: &Desk) -> Vec<Point> {
        (self.prepare)(desk);
        let list = desk.path("../calls");
        let list = list.to_str().expect("a path");
        let status =
            self.traced(desk, "1", &["-y", "-o", list]).output().expect("strace runs").status;
        assert!(status.success(), "{}", self.what);
        let text = std::fs::read(list).expect("the calls");
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        let mut kinds: BTreeMap<String, Vec<Point>> = BTreeMap::new();
        for line in String::from_utf8_lossy(&text).lines() {
            let Some((thread, call)) = line.split_once(' ') else { continue };
            let call = call.trim_start();
            let Some((name, _)) = call.split_once('(') else { continue };
            if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
                continue;
            }
            let count = counts.entry((name.to_owned(), thread.to_owned())).or_default();
            *count += 1;
            kinds.entry(kind(call)).or_default().push((name.to_owned(), *count));
        }
        let mut points: Vec<Point> = Vec::new();
        for calls in kinds.values() {
            let last = calls.len() - 1;
            // How many there are differs a little from run to run: of very many the last may not come.
            points.extend([0, last / 2, last - last / 8].map(|at| calls[at].clone()));
        }
        // The first call starts the program; before it there is nothing to kill.
        points.retain(|(name, _)| name != "execve");
        points.sort();
        points.dedup();
        points
    }

    /// Lets the next command run, which must need no help.
    fn settle(&self, desk: &Desk, point: &str) {
        let next = format!("place=after {}", point.replace(['"', '='], " "));
        let said = desk.fonds(&["set", ID, &next, "-m", "the next"]);
        assert_eq!(said.code, 0, "{}, {point}: {said}", self.what);
        assert!(desk.read(PATH).contains("after "), "{}, {point}", self.what);
        let at = format!("{}, {point}", self.what);
        assert_eq!(desk.git(&["status", "--porcelain"]), "", "{at}");
        let stray: Vec<String> = files_below(&desk.path(""))
            .into_iter()
            .chain(files_below(&desk.path(".git")))
            .filter(|path| {
                let name = path.rsplit('/').next().unwrap_or(path);
                name.starts_with(".fonds-")
                    || name.ends_with(".lock") && !name.starts_with("past")
                    || path.ends_with("fonds/pending")
            })
            .collect();
        assert!(stray.is_empty(), "{at}: {stray:?}");
    }

    fn fsck(&self, desk: &Desk, at: &str) {
        assert_eq!(desk.git(&["fsck", "--strict", "--no-dangling"]), "", "{}, {at}", self.what);
    }

    /// Kills it at each of `points`.
    fn kill(&self, desk: &Desk, points: &[Point]) {
        let (mut killed, mut done) = (0, 0);
        for (call, count) in points {
            let point = format!("killed at {call} {count}");
            let inject = format!("inject={call}:signal=KILL:when={count}");
            let only = format!("trace={call}");
            let options = ["-o", "/dev/null", "-e", &only, "-e", &inject];
            // Two threads, so that what is done by several is disturbed, too; one when none of them
            // comes so far.
            let is_killed = ["2", "1"].into_iter().any(|threads| {
                (self.prepare)(desk);
                let output = self.traced(desk, threads, &options).output().expect("strace runs");
                !output.status.success()
            });
            killed += usize::from(is_killed);
            let is_done = (self.is_done)(desk);
            done += usize::from(is_done);
            self.settle(desk, &point);
            (self.check)(desk, is_done, &point);
            if is_thorough() {
                self.fsck(desk, &point);
            }
        }
        self.fsck(desk, "after all");
        let missed = points.len() - killed;
        // A few points may be missed by chance, most of many may not.
        let enough = if points.len() < 8 { killed > 0 } else { killed > missed };
        assert!(enough, "{}: {killed} of {points:?}", self.what);
        let what = self.what;
        told(&format!("{what}: {killed} kills at {} points, {done} had landed", points.len()));
    }

    /// Lets each of `points` fail with one error after the other.
    fn fail(&self, desk: &Desk, points: &[(Point, &str)]) {
        let (mut refused, mut done) = (0, 0);
        for ((call, count), error) in points {
            (self.prepare)(desk);
            let point = format!("{error} at {call} {count}");
            let inject = format!("inject={call}:error={error}:when={count}");
            let only = format!("trace={call}");
            let options = ["-o", "/dev/null", "-e", &only, "-e", &inject];
            let output = self.traced(desk, "2", &options).output().expect("strace runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let at = format!("{}, {point}: {said}", self.what);
            let is_done = (self.is_done)(desk);
            assert!(!said.contains("panicked"), "{at}");
            // 127: the loader of programs could not load it.
            let code = output.status.code().unwrap_or(-1);
            assert!([0, 1, 3, 4, 5, 127].contains(&code), "{code} {at}");
            assert!(code != 0 || is_done, "{at}");
            // A change that was made is not denied; only what cannot be said is not said.
            if code != 0 && is_done && call != "write" {
                assert!(said.contains("the change is saved"), "{at}");
            }
            refused += usize::from(code != 0);
            done += usize::from(is_done);
            self.settle(desk, &point);
            (self.check)(desk, is_done, &point);
        }
        self.fsck(desk, "after all");
        let what = self.what;
        told(&format!("{what}: {} faults, {refused} refused, {done} done", points.len()));
    }

    /// All points of a thorough run, or `few` of them (so many times as many as are asked for), spread
    /// over all.
    fn chosen<T: Clone>(all: &[T], few: usize) -> Vec<T> {
        let asked = std::env::var("FONDS_ENDURANCE").ok().and_then(|text| text.parse().ok());
        let few = match asked {
            Some(0 | 1) => all.len(),
            Some(times) => few.saturating_mul(times),
            None => few,
        };
        if all.len() <= few {
            return all.to_vec();
        }
        (0..few).filter_map(|at| all.get(at * all.len() / few).cloned()).collect()
    }

    fn disturb(&self, desk: &Desk, kills: usize, faults: usize) {
        let points = self.points(desk);
        self.fail(desk, &Work::chosen(&failing(&points), faults));
        self.kill_at_some(desk, points, kills);
    }

    /// Kills it at all of `points`, or at `few` of those that touch the disk.
    fn kill_at_some(&self, desk: &Desk, mut points: Vec<Point>, few: usize) {
        if !is_thorough() {
            points.retain(|(call, _)| TOUCHING.contains(&call.as_str()));
        }
        self.kill(desk, &Work::chosen(&points, few));
    }
}

/// A call without what differs each time: its result, texts that it reads or writes, numbers and names.
fn kind(call: &str) -> String {
    let call = call.rsplit_once(" = ").map_or(call, |(call, _)| call);
    let name = call.split('(').next().unwrap_or(call);
    let mut kind = String::new();
    let mut word = String::new();
    // What is read and written are bytes; the rest are paths.
    let bytes = ["read", "write", "pread64", "pwrite64", "writev", "getdents64"].contains(&name);
    let mut in_text = false;
    for letter in call.chars() {
        if letter == '"' {
            in_text = !in_text;
        }
        if in_text && bytes {
            continue;
        }
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
            continue;
        }
        // Words with digits are numbers, ids of objects, names of temporary files.
        if word.bytes().any(|b| b.is_ascii_digit()) || (in_text && word.len() == 6) {
            word = "#".to_owned();
        }
        kind.push_str(&std::mem::take(&mut word));
        kind.push(letter);
    }
    kind.push_str(&word);
    kind
}

/// What touches the disk, where a fault can do harm: each call failing in each way, or in one of them.
fn failing(points: &[Point]) -> Vec<(Point, &'static str)> {
    // That a file cannot be closed is no fault of a disk, and a defect to the standard library.
    let can_fail =
        points.iter().filter(|(call, _)| TOUCHING.contains(&call.as_str()) && call != "close");
    let errors = |number: usize| match is_thorough() {
        true => &ERRORS[..],
        false => &ERRORS[number % ERRORS.len()..][..1],
    };
    can_fail
        .enumerate()
        .flat_map(|(number, point)| errors(number).iter().map(|error| (point.clone(), *error)))
        .collect()
}

const TOUCHING: [&str; 22] = [
    "openat",
    "write",
    "pwrite64",
    "writev",
    "close",
    "fsync",
    "fdatasync",
    "syncfs",
    "link",
    "linkat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "ftruncate",
    "flock",
    "read",
    "pread64",
    "rmdir",
];
const ERRORS: [&str; 6] = ["ENOSPC", "EIO", "EDQUOT", "EROFS", "EACCES", "EMFILE"];

fn records(desk: &Desk) -> usize {
    files_below(&desk.path("records")).iter().filter(|path| path.ends_with(".toml")).count()
}

fn to_start(desk: &Desk) {
    desk.git(&["reset", "--quiet", "--hard", "start"]);
    desk.git(&["clean", "--quiet", "-ffd"]);
    let _ = std::fs::remove_file(desk.path(PAST));
}

fn desk_with_record() -> Desk {
    let desk = Desk::with_catalog();
    desk.fonds(&["add", "--id", ID, "--title", "Telegram", "--set", "note=old"]).good();
    desk.git(&["tag", "start"]);
    desk
}

#[test]
fn a_save_that_is_disturbed() {
    if !can_trace("a save that is disturbed") {
        return;
    }
    let desk = desk_with_record();
    let work = Work {
        what: "a save",
        arguments: ["set", ID, "note=new", "-m", "disturbed"].map(str::to_owned).to_vec(),
        prepare: to_start,
        is_done: |desk| desk.git(&["log", "-1", "--format=%s"]).trim() == "disturbed",
        check: |desk, is_done, at| {
            let text = desk.read(PATH);
            assert_eq!(text.contains("note = \"new\""), is_done, "{at}");
            assert_eq!(text.contains("note = \"old\""), !is_done, "{at}");
            let count = desk.git(&["rev-list", "--count", "start..HEAD"]);
            assert_eq!(count.trim(), if is_done { "2" } else { "1" }, "{at}");
        },
    };
    work.disturb(&desk, 6, 6);
}

#[test]
fn an_import_that_is_disturbed() {
    if !can_trace("an import that is disturbed") {
        return;
    }
    // More than are written one by one.
    const NUMBER: usize = 80;
    let desk = desk_with_record();
    let items: Vec<serde_json::Value> = (0..NUMBER)
        .map(|n| {
            serde_json::json!({
                "id": format!("i{n}"), "type": "personal_communication", "title": format!("Telegram {n}"),
                "issued": { "date-parts": [[1950, 1 + n % 12, 1 + n % 28]] },
            })
        })
        .collect();
    desk.write("../items.json", serde_json::to_string(&items).expect("JSON"));
    let work = Work {
        what: "an import",
        arguments: ["import", "../items.json", "--no-duplicates", "-m", "disturbed"]
            .map(str::to_owned)
            .to_vec(),
        prepare: to_start,
        is_done: |desk| desk.git(&["log", "-1", "--format=%s"]).trim() == "disturbed",
        check: |desk, is_done, at| {
            let there = records(desk) - 1;
            assert_eq!(there, if is_done { NUMBER } else { 0 }, "{at}");
        },
    };
    work.disturb(&desk, 3, 3);
}

#[test]
fn a_first_walk_that_is_disturbed() {
    if !can_trace("a first walk that is disturbed") {
        return;
    }
    let desk = desk_with_past();
    let work = Work {
        what: "a first walk",
        arguments: ["log", ID, "--json", "--at", "start"].map(str::to_owned).to_vec(),
        prepare: to_start,
        // It changes nothing: what is checked is that it does so, and what the next one says.
        is_done: |_| true,
        check: |desk, _, at| {
            let said = desk.fonds(&["log", ID, "--json", "--at", "start"]).good();
            assert_eq!(said.stdout, desk.read("../wanted"), "{at}");
            assert!(desk.has(PAST), "{at}");
            // What a killed writer has left is written over by the next.
            assert!(!desk.has(".git/fonds/past.new"), "{at}");
        },
    };
    let wanted = desk.fonds(&["log", ID, "--json", "--at", "start"]).good();
    desk.write("../wanted", wanted.stdout);
    let points = work.points(&desk);
    // A fault on the way costs time at most, and never gives another answer.
    let faults = Work::chosen(&failing(&points), 5);
    let mut answered = 0;
    for ((call, count), error) in &faults {
        to_start(&desk);
        let (inject, only) =
            (format!("inject={call}:error={error}:when={count}"), format!("trace={call}"));
        let output = work
            .traced(&desk, "2", &["-o", "/dev/null", "-e", &only, "-e", &inject])
            .output()
            .expect("strace runs");
        let at = format!("{error} at {call} {count}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!at.contains("panicked"), "{at}");
        if output.status.code() == Some(0) {
            assert_eq!(String::from_utf8_lossy(&output.stdout), desk.read("../wanted"), "{at}");
            answered += 1;
        }
    }
    told(&format!("a first walk: {} faults, {answered} answered all the same", faults.len()));
    work.kill_at_some(&desk, points, 4);
}

/// The record, and a history long enough to be remembered.
fn desk_with_past() -> Desk {
    let desk = crate::remembered::desk_with_past(330);
    desk.fonds(&["add", "--id", ID, "--title", "Telegram"]).good();
    desk.git(&["tag", "start"]);
    desk
}

/// The commands that only read, each with what it is asked.
fn reading(desk: &Desk) -> Vec<Vec<&'static str>> {
    desk.write("../kept.csv", desk.fonds(&["export", "--to", "csv"]).good().stdout);
    let checkpoint = desk.fonds(&["verify", "--checkpoint"]).good();
    desk.write("../checkpoint.json", checkpoint.stdout);
    vec![
        vec!["list", "--json"],
        vec!["list", "--at", "start"],
        vec!["show", ID],
        vec!["show", ID, "--at", "start"],
        vec!["search", "Telegram"],
        vec!["cite", ID],
        vec!["bib"],
        vec!["export", "--to", "csv"],
        vec!["export", "--to", "jsonl"],
        vec!["check"],
        vec!["log", ID, "--json"],
        vec!["log", ID, "--prov", "turtle"],
        vec!["blame", ID],
        vec!["diff", "HEAD~1..HEAD"],
        vec!["diff", "HEAD~1..HEAD", "--citations"],
        vec!["audit", "--json"],
        vec!["audit", "HEAD~1..", "--report", "html"],
        vec!["audit", "--contested"],
        vec!["audit", "--without-evidence", "--json"],
        vec!["stale", "../kept.csv"],
        vec!["verify"],
        vec!["verify", "--against", "../checkpoint.json"],
        vec!["styles", "list"],
    ]
}

/// A machine that fails to read says nothing about a catalog: what reads it gives the whole answer, or ends
/// with the exit code for that.
#[test]
fn reading_that_fails_finds_nothing() {
    if !can_trace("reading that fails") {
        return;
    }
    let desk = desk_with_record();
    desk.fonds(&["set", ID, "note=packed"]).good();
    desk.git(&["gc", "--quiet"]);
    desk.fonds(&["set", ID, "note=loose"]).good();
    desk.fonds(&["set", ID, "place=Kars"]).good();
    let of_record = format!("record:{ID}");
    let asked: [&[&str]; 9] = [
        &["log", ID, "--json"],
        &["blame", ID, "--json"],
        &["diff", "HEAD~2..HEAD", "--json"],
        &["diff", "HEAD~2..HEAD", "--citations", "--json"],
        &["audit", "--json"],
        &["audit", "--where", &of_record, "--json"],
        &["audit", "--without-evidence", "--json"],
        &["list", "--at", "HEAD~2", "--json"],
        &["verify", "--json"],
    ];
    let list = desk.path("../calls");
    let list = list.to_str().expect("a path");
    let (mut faults, mut refused) = (0, 0);
    for (number, arguments) in asked.iter().enumerate() {
        let traced = |options: &[&str]| {
            let mut all = vec!["-f", "-qq"];
            all.extend(options);
            all.extend(["-e", "trace=openat", FONDS]);
            all.extend(*arguments);
            let mut command = desk.command("strace", &all);
            command.env("RAYON_NUM_THREADS", "1").output().expect("strace runs")
        };
        let wanted = traced(&["-o", list]);
        let calls = std::fs::read(list).expect("the calls");
        // Of each thread the calls are counted by themselves.
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut points = Vec::new();
        for line in String::from_utf8_lossy(&calls).lines() {
            let Some((thread, call)) = line.split_once(' ') else { continue };
            let count = counts.entry(thread.to_owned()).or_default();
            *count += 1;
            if call.contains("/.git/objects/") && !call.contains("ENOENT") {
                points.push(*count);
            }
        }
        points.sort_unstable();
        points.dedup();
        let chosen = match is_thorough() {
            true => points.clone(),
            false => points.get(points.len() * (number + 1) / 10).copied().into_iter().collect(),
        };
        assert!(!chosen.is_empty(), "{arguments:?}");
        for (turn, count) in chosen.into_iter().enumerate() {
            let error = ERRORS[(number + turn) % ERRORS.len()];
            let inject = format!("inject=openat:error={error}:when={count}");
            let found = traced(&["-o", "/dev/null", "-e", &inject]);
            let at = format!("{arguments:?}, {error} at {count}: {found:?}");
            let is_whole = found.stdout == wanted.stdout && found.status == wanted.status;
            assert!(is_whole || found.status.code() == Some(4), "{at}");
            faults += 1;
            refused += usize::from(!is_whole);
        }
    }
    assert!(refused > 0);
    told(&format!("reading: {faults} faults, {refused} refused, no finding"));
}

#[test]
fn reading_writes_nothing() {
    if !can_trace("reading that writes nothing") {
        return;
    }
    let desk = desk_with_record();
    for number in 0..3 {
        desk.fonds(&["set", ID, &format!("note=number {number}")]).good();
    }
    let root = std::fs::canonicalize(desk.path("")).expect("a folder");
    let root = root.to_str().expect("a path");
    let writing = "trace=openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,\
                   link,linkat,symlink,symlinkat,chmod,fchmodat,truncate,ftruncate,utimensat,rmdir";
    let mut asked = 0;
    for arguments in reading(&desk) {
        let list = desk.path("../calls");
        let list = list.to_str().expect("a path");
        let mut all = vec!["-f", "-qq", "-y", "-o", list, "-e", writing, FONDS];
        all.extend(&arguments);
        let output = desk.command("strace", &all).output().expect("strace runs");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {output:?}");
        for line in std::fs::read_to_string(list).expect("the calls").lines() {
            let only_reads = line.contains("O_RDONLY") && !line.contains("O_CREAT");
            assert!(only_reads || !line.contains(root), "{arguments:?}: {line}");
        }
        asked += 1;
    }
    told(&format!("{asked} commands that read, no file opened to be written"));
}

/// Runs `script` with a file system of its own, where a user may do that.
fn in_own_mounts(desk: &Desk, script: &str) -> Option<(String, String)> {
    let output = desk.command("unshare", &["-rm", "sh", "-c", script]).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let is_refused = ["unshare failed", "unshare:", "mount:"].iter().any(|no| said.contains(no));
    (!is_refused).then(|| (String::from_utf8_lossy(&output.stdout).into_owned(), said))
}

#[test]
fn a_disk_that_may_only_be_read() {
    if !git_is_here("a disk that may only be read") {
        return;
    }
    // With a history that is remembered where that is possible.
    let desk = desk_with_past();
    for arguments in reading(&desk) {
        let there = desk.fonds(&arguments);
        let _ = std::fs::remove_file(desk.path(PAST));
        let quoted: Vec<String> = arguments.iter().map(|word| format!("'{word}'")).collect();
        let script = format!(
            "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" && '{FONDS}' {}; echo $? >&2",
            quoted.join(" ")
        );
        let Some((stdout, said)) = in_own_mounts(&desk, &script) else {
            return skipped("a disk that may only be read", "there are no mounts for users here");
        };
        let code = said.trim().rsplit('\n').next().unwrap_or_default().to_owned();
        assert_eq!(code, there.code.to_string(), "{arguments:?}: {said}");
        let folder = std::fs::canonicalize(desk.path("..")).expect("a folder");
        assert_eq!(
            stdout.replace(&*folder.to_string_lossy(), "$DESK"),
            there.stdout,
            "{arguments:?}: {said}"
        );
        assert!(!desk.has(PAST), "{arguments:?}");
    }
    let script = format!(
        "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" && '{FONDS}' set {ID} note=new; echo $? >&2"
    );
    let (_, said) = in_own_mounts(&desk, &script).expect("it was possible before");
    assert!(said.trim().ends_with("\n4"), "{said}");
    assert!(said.contains("check that the disk can be written"), "{said}");
}

#[test]
fn a_disk_that_is_full() {
    if !git_is_here("a disk that is full") {
        return;
    }
    let desk = desk_with_past();
    let items: Vec<serde_json::Value> = (0..140)
        .map(|n| serde_json::json!({ "id": format!("i{n}"), "type": "personal_communication", "title": format!("Telegram {n}") }))
        .collect();
    desk.write("../items.json", serde_json::to_string(&items).expect("JSON"));
    std::fs::create_dir_all(desk.path("../disk")).expect("a folder");
    let wanted = desk.fonds(&["log", ID, "--json", "--at", "start"]).good();
    let _ = std::fs::remove_file(desk.path(PAST));
    let there = records(&desk);
    let works: [(&str, &str); 3] = [
        ("a save", "set 1951-08-27-telegram note=new -m disturbed"),
        ("an import", "import ../../items.json --no-duplicates -m disturbed"),
        ("a first walk", "log 1951-08-27-telegram --json --at start"),
    ];
    let mut ended: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for (what, arguments) in works {
        let most = if is_thorough() { 160 } else { 120 };
        for free in (0..most).step_by(if is_thorough() { 4 } else { 40 }) {
            // A disk with so many blocks of a kilobyte left: then with enough, for the next command.
            let script = format!(
                "cd .. && mount -t tmpfs -o size=4m tmpfs disk && cp -a work disk/work && cd disk/work && \
                 left=$(df -k --output=avail . | tail -1) && \
                 head -c $(( (left - {free}) * 1024 )) /dev/zero > ../filler; \
                 '{FONDS}' {arguments} > ../../answer 2> ../../talk; echo code $?; \
                 git log -1 --format='subject %s'; rm ../filler; \
                 '{FONDS}' set {ID} 'place=after it' -m next || echo next failed; \
                 git fsck --strict --no-dangling; echo \"status [$(git status --porcelain)]\"; \
                 echo records $(find records -name '*.toml' | wc -l); \
                 echo saved $(grep -c 'note = \"new\"' {PATH}); echo end"
            );
            let Some((stdout, said)) = in_own_mounts(&desk, &script) else {
                return skipped("a disk that is full", "there are no mounts for users here");
            };
            let at = format!("{what}, {free} KiB left: {stdout}\n{said}\n{}", desk.read("../talk"));
            let word = |name: &str| {
                let line = stdout.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_default().trim().to_owned()
            };
            assert!(stdout.ends_with("end\n") && !stdout.contains("next failed"), "{at}");
            assert_eq!(word("status"), "[]", "{at}");
            assert!(!said.contains("error") && !said.contains("missing"), "{at}");
            let (code, is_done) = (word("code"), word("subject") == "disturbed");
            match what {
                "a first walk" => {
                    assert_eq!(code, "0", "{at}");
                    assert_eq!(desk.read("../answer"), wanted.stdout, "{at}");
                }
                "a save" => assert_eq!(word("saved") == "1", is_done, "{at}"),
                _ => assert_eq!(
                    word("records"),
                    (there + if is_done { 140 } else { 0 }).to_string(),
                    "{at}"
                ),
            }
            assert!(code == "0" || code == "4", "{at}");
            assert!(code != "0" || is_done || what == "a first walk", "{at}");
            if code == "4" && is_done {
                assert!(desk.read("../talk").contains("the change is saved"), "{at}");
            }
            *ended.entry((what, code)).or_default() += 1;
        }
    }
    told(&format!("a full disk: {ended:?}"));
}
