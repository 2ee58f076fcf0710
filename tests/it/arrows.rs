//! Holds the arrows between the rooms of `src/`: each room looks only where it may.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms it may look at.
const ARROWS: &[(&str, &[&str])] = &[
    ("problem", &[]),
    ("record", &["problem"]),
    ("record_file", &["problem", "record"]),
    ("query", &["problem", "record"]),
    ("store", &["problem", "record"]),
    ("citation", &["problem", "record"]),
    ("formats", &["problem", "record", "citation"]),
    ("manuscript", &[]),
    ("style", &["problem", "citation"]),
    ("formatter", &["problem", "citation", "style"]),
    ("changes", &["problem", "record"]),
    (
        "ops",
        &[
            "problem",
            "record",
            "record_file",
            "query",
            "store",
            "citation",
            "formats",
            "manuscript",
            "style",
            "formatter",
            "changes",
        ],
    ),
    ("cli", &["problem", "record", "query", "citation", "style", "formatter", "changes", "ops"]),
];

/// A crate, and the only rooms that may name it.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("git2::", &["store"]),
    ("std::fs", &["store"]),
    ("toml_parser::", &["record_file"]),
    ("toml::", &["record_file"]),
    ("std::env", &["cli", "store"]),
    ("pulldown_cmark::", &["manuscript"]),
    ("typst_syntax::", &["manuscript"]),
];

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn each_room_looks_only_where_it_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (room, allowed) in ARROWS {
        let mut paths = Vec::new();
        files(&src.join(room), &mut paths);
        for path in paths {
            let text = fs::read_to_string(&path).expect("a source file");
            for (at, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or("");
                for (other, _) in ARROWS {
                    let named = code.contains(&format!("crate::{other}::"))
                        || code.contains(&format!("crate::{other};"))
                        || code.contains(&format!("crate::{other} "));
                    if named && other != room && !allowed.contains(other) {
                        wrong.push(format!(
                            "{}:{}: {room} looks at {other}",
                            path.display(),
                            at + 1
                        ));
                    }
                }
                for (name, rooms) in ONLY_IN {
                    if code.contains(name) && !rooms.contains(room) {
                        wrong.push(format!("{}:{}: {room} names {name}", path.display(), at + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_test_file_is_a_module() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = fs::read_to_string(here.join("main.rs")).expect("main.rs");
    for entry in fs::read_dir(here).expect("tests/it") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        if let Some(stem) = name.strip_suffix(".rs")
            && stem != "main"
        {
            assert!(main.contains(&format!("mod {stem};")), "tests/it/{name} is not in main.rs");
        }
    }
}
