//! The power is cut while something is saved: what was said to be saved is there when everything is lost
//! that the disk was not told to keep.
//!
//! The system calls of one save are played again over a copy of the folder, call after call. After each,
//! two disks are made as they could be found: one that kept only what it was told to keep, and one that
//! kept all names and lost all contents it was not told to keep. Then the next command is run on it.
#![cfg(target_os = "linux")]

use crate::desk::{Desk, files_below, git_is_here};
use crate::{skipped, told};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

const ID: &str = "1951-08-27-telegram";
const PATH: &str = "records/1951/08/1951-08-27-telegram.toml";

/// A file: what it holds, and what the disk keeps of that.
#[derive(Debug, Clone, Default, PartialEq)]
struct File {
    now: Vec<u8>,
    kept: Vec<u8>,
}

/// What stands in a folder under a name.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Entry {
    Folder,
    File(usize),
}

/// What is found on a disk: each path with what it holds; folders hold nothing.
type Found = BTreeMap<String, Option<Vec<u8>>>;

/// Names and files, as the programs see them, and as the disk keeps them.
#[derive(Debug, Clone, Default, PartialEq)]
struct Disk {
    files: Vec<File>,
    now: BTreeMap<String, Entry>,
    kept: BTreeMap<String, Entry>,
}

/// One system call that changes something, its paths relative to the folder.
#[derive(Debug)]
enum Call {
    Open(String),
    Write(String, Vec<u8>),
    Empty(String),
    Sync(String),
    Link(String, String),
    Rename(String, String),
    Unlink(String),
    MakeFolder(String),
    Said(Vec<u8>),
}

impl Disk {
    fn of(folder: &Path) -> Disk {
        let mut disk = Disk::default();
        for path in files_below(folder)
            .into_iter()
            .chain(files_below(&folder.join(".git")).into_iter().map(|path| format!(".git/{path}")))
        {
            for (at, _) in path.match_indices('/') {
                disk.now.insert(path[..at].to_owned(), Entry::Folder);
            }
            let now = std::fs::read(folder.join(&path)).expect("a file");
            disk.now.insert(path, Entry::File(disk.files.len()));
            disk.files.push(File { kept: now.clone(), now });
        }
        disk.kept = disk.now.clone();
        disk
    }

    fn file(&mut self, path: &str) -> &mut File {
        match self.now.get(path) {
            Some(Entry::File(number)) => &mut self.files[*number],
            other => panic!("{path}: {other:?}"),
        }
    }

    fn play(&mut self, call: &Call) {
        match call {
            Call::Open(path) if !self.now.contains_key(path) => {
                self.now.insert(path.clone(), Entry::File(self.files.len()));
                self.files.push(File::default());
            }
            Call::Open(_) | Call::Said(_) => {}
            Call::Write(path, bytes) => self.file(path).now.extend_from_slice(bytes),
            Call::Empty(path) => self.file(path).now.clear(),
            Call::Sync(path) if matches!(self.now.get(path), Some(Entry::File(_))) => {
                let file = self.file(path);
                file.kept = file.now.clone();
            }
            Call::Sync(folder) => {
                let within = |path: &String| {
                    path.rsplit_once('/').map_or("", |(parent, _)| parent) == folder
                };
                self.kept.retain(|path, _| !within(path));
                let now = self.now.iter().filter(|(path, _)| within(path));
                self.kept.extend(now.map(|(path, entry)| (path.clone(), *entry)));
            }
            Call::Link(from, to) => {
                let entry = self.now[from];
                self.now.insert(to.clone(), entry);
            }
            Call::Rename(from, to) => {
                let entry = self.now.remove(from).expect("it was there");
                self.now.insert(to.clone(), entry);
            }
            Call::Unlink(path) => {
                self.now.remove(path);
            }
            Call::MakeFolder(path) => {
                self.now.insert(path.clone(), Entry::Folder);
            }
        }
    }

    /// What is found after the power was cut: every path with what it holds.
    fn found(&self, with_names: bool) -> Found {
        let names = if with_names { &self.now } else { &self.kept };
        // A folder whose own name was lost is lost with all in it.
        let mut lost: BTreeSet<&str> = BTreeSet::new();
        let mut found = BTreeMap::new();
        for (path, entry) in names {
            let parent = path.rsplit_once('/').map(|(parent, _)| parent);
            let is_there = parent.is_none_or(|parent| {
                !lost.contains(parent) && matches!(names.get(parent), Some(Entry::Folder))
            });
            match (is_there, entry) {
                (false, _) => {
                    lost.insert(path);
                }
                (true, Entry::Folder) => {
                    found.insert(path.clone(), None);
                }
                (true, Entry::File(number)) => {
                    found.insert(path.clone(), Some(self.files[*number].kept.clone()));
                }
            }
        }
        found
    }
}

/// The calls in what `strace -f -y -xx` wrote, of files below `root`.
fn calls(trace: &str, root: &str) -> Vec<Call> {
    let unhex = |text: &str| -> Vec<u8> {
        text.split("\\x").skip(1).filter_map(|hex| u8::from_str_radix(&hex[..2], 16).ok()).collect()
    };
    let relative = |bytes: &str| -> Option<String> {
        let path = String::from_utf8(unhex(bytes)).expect("UTF-8");
        let path = path.trim_end_matches('/');
        if path == root {
            return Some(String::new());
        }
        Some(path.strip_prefix(root)?.strip_prefix('/')?.to_owned())
    };
    let mut found = Vec::new();
    for line in trace.lines() {
        assert!(!line.contains("<unfinished"), "{line}");
        let Some((_, call)) = line.split_once(' ') else { continue };
        let Some((name, rest)) = call.trim_start().split_once('(') else { continue };
        if rest.contains(") = -1 ") {
            continue;
        }
        // What stands in quotation marks, and in angle brackets (the name of what is open).
        let quoted: Vec<&str> = rest.split('"').skip(1).step_by(2).collect();
        let open = rest.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(p, _)| p);
        let path = |at: usize| quoted.get(at).and_then(|bytes| relative(bytes));
        let of_open = || open.and_then(relative);
        found.extend(match name {
            "openat" if rest.contains("O_CREAT") => path(0).map(Call::Open),
            "write" if rest.starts_with("2<") || rest.starts_with("2,") => {
                Some(Call::Said(unhex(quoted.first().unwrap_or(&""))))
            }
            "write" => of_open().map(|path| Call::Write(path, unhex(quoted[0]))),
            "ftruncate" => of_open().map(Call::Empty),
            "fsync" | "fdatasync" => of_open().map(Call::Sync),
            "link" | "linkat" => path(0).zip(path(1)).map(|(from, to)| Call::Link(from, to)),
            "rename" | "renameat" | "renameat2" => {
                path(0).zip(path(1)).map(|(from, to)| Call::Rename(from, to))
            }
            "unlink" | "unlinkat" => path(0).map(Call::Unlink),
            "mkdir" | "mkdirat" => path(0).map(Call::MakeFolder),
            _ => None,
        });
    }
    found
}

#[test]
fn what_was_said_to_be_saved_outlives_the_power() {
    const WHAT: &str = "the power that is cut";
    if !git_is_here(WHAT) {
        return;
    }
    let desk = Desk::with_catalog();
    desk.fonds(&["add", "--id", ID, "--title", "Telegram", "--set", "note=old"]).good();
    let root = std::fs::canonicalize(desk.path("")).expect("a folder");
    let root = root.to_str().expect("a path");
    let start = Disk::of(Path::new(root));
    let only = "trace=openat,write,ftruncate,fsync,fdatasync,link,linkat,rename,renameat,renameat2,\
                unlink,unlinkat,mkdir,mkdirat,pwrite64,writev,syncfs";
    let trace = desk.path("../calls");
    let trace = trace.to_str().expect("a path");
    let fonds = env!("CARGO_BIN_EXE_fonds");
    let traced = ["-f", "-qq", "-y", "-xx", "-s", "1000000", "-o", trace, "-e", only, fonds];
    let save = ["set", ID, "note=new", "-m", "the power"];
    let mut command = desk.command("strace", &[&traced[..], &save].concat());
    command.env("RAYON_NUM_THREADS", "1");
    if !Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status()
        .is_ok_and(|s| s.success())
    {
        return skipped(WHAT, "there is no strace here that may trace");
    }
    let output = command.output().expect("strace runs");
    assert!(output.status.success(), "{output:?}");
    let calls = calls(&std::fs::read_to_string(trace).expect("the calls"), root);
    let is_thorough = std::env::var_os("FONDS_ENDURANCE").is_some();

    let (mut disk, mut is_saved) = (start, false);
    let mut seen: Vec<(Found, bool)> = Vec::new();
    for call in &calls {
        disk.play(call);
        if let Call::Said(text) = call {
            is_saved |= String::from_utf8_lossy(text).contains("saved as revision");
        }
        for with_names in [false, true] {
            let state = (disk.found(with_names), is_saved);
            if !seen.contains(&state) {
                seen.push(state);
            }
        }
    }
    // What was played is what happened.
    assert!(is_saved && calls.len() > 30, "{calls:?}");
    let played: BTreeMap<&String, &Entry> = disk.now.iter().collect();
    for path in files_below(Path::new(root)) {
        let Some(Entry::File(number)) = played.get(&path) else { panic!("{path}") };
        assert_eq!(disk.files[*number].now, std::fs::read(desk.path(&path)).expect("a file"));
    }

    let count = seen.len();
    let step = if is_thorough { 1 } else { count.div_ceil(8) };
    let mut tried = 0;
    // The last is always among them.
    for (number, (state, is_saved)) in seen.iter().enumerate().rev().step_by(step) {
        let folder = format!("../state-{number}");
        for (path, contents) in state {
            let full = desk.path(&folder).join(path);
            match contents {
                None => std::fs::create_dir_all(full).expect("a folder"),
                Some(bytes) => {
                    std::fs::create_dir_all(full.parent().expect("a folder")).expect("a folder");
                    std::fs::write(full, bytes).expect("a file");
                }
            }
        }
        let at = format!("state {number} of {count}, saved {is_saved}");
        let within = |program: &str, arguments: &[&str]| {
            let said = desk.command(program, &[&["-C", &folder], arguments].concat());
            let output = { said }.output().expect("it runs");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let talk = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{at}: {program} {arguments:?}: {text}{talk}");
            text
        };
        // The next command needs no help, and finishes what was left.
        within(fonds, &["set", ID, "place=after it", "-m", "the next"]);
        assert_eq!(within("git", &["status", "--porcelain"]), "", "{at}");
        within("git", &["fsck", "--strict", "--no-dangling"]);
        let text = std::fs::read_to_string(desk.path(&folder).join(PATH)).expect("the record");
        let is_new = text.contains("note = \"new\"");
        assert!(is_new || text.contains("note = \"old\""), "{at}: {text}");
        assert!(is_new || !is_saved, "{at}: what was saved is lost: {text}");
        let steps = within("git", &["rev-list", "--count", "HEAD"]);
        assert_eq!(steps.trim(), if is_new { "4" } else { "3" }, "{at}");
        std::fs::remove_dir_all(desk.path(&folder)).expect("it is taken away");
        tried += 1;
    }
    told(&format!("the power is cut: {} calls, {count} states, {tried} tried", calls.len()));
}
