//! Exporting: versions of records in every format, files that are stale.

use crate::desk::Desk;
use fonds::formats::versions_in;
use serde_json::{Value, json};
use std::fs;

/// Formats in which each record carries its version as text.
const TEXTS: [&str; 11] = [
    "csv",
    "tsv",
    "jsonl",
    "csl-json",
    "bibtex",
    "biblatex",
    "ris",
    "hayagriva",
    "dublin-core",
    "ead3",
    "tei",
];

const LETTER: &str = r#"format = 1
id = "1951--a.b_c"
title = "A letter"
genre = "letter"
date = { sent = "1951-08-27" }

[[agent]]
role = "sender"
name = "Mao Zedong"

[[holding]]
archive = "APRF"
path = [["fond", "45"], ["opis", "1"], ["delo", "340"]]

[[translation]]
to = "en"
translator = "Sergey Radchenko"
"#;

/// A catalog with two records, committed.
fn desk() -> Desk {
    let desk = Desk::with_catalog();
    desk.write("records/1951/1951--a.b_c.toml", LETTER);
    desk.write("records/1952/1952-b.toml", LETTER.replace("1951--a.b_c", "1952-b"));
    desk
}

#[test]
fn every_format_carries_the_name_that_git_gives_to_the_text() {
    if !crate::desk::git_is_here("versions of records") {
        return;
    }
    let desk = desk();
    let version = desk.git(&["hash-object", "records/1951/1951--a.b_c.toml"]);
    for to in TEXTS {
        let text = desk.fonds(&["export", "--to", to]).good().stdout;
        let versions = versions_in(&text);
        assert_eq!(versions.len(), 2, "{to}: {versions:?}\n{text}");
        assert_eq!(versions["1951--a.b_c"], version.trim(), "{to}");
    }
    // What is committed has the same name.
    desk.git(&["add", "."]);
    desk.git(&["commit", "-qm", "two letters"]);
    let text = desk.fonds(&["export", "--to", "jsonl", "--at", "HEAD"]).good().stdout;
    assert_eq!(versions_in(&text)["1951--a.b_c"], version.trim());
}

#[test]
fn what_is_imported_again_says_nothing_of_versions() {
    if !crate::desk::git_is_here("our own exports imported again") {
        return;
    }
    let desk = desk();
    desk.git(&["add", "."]);
    desk.git(&["commit", "-qm", "two letters"]);
    let version = desk.git(&["hash-object", "records/1952/1952-b.toml"]);
    for to in TEXTS.into_iter().filter(|to| !matches!(*to, "jsonl" | "dublin-core")) {
        desk.fonds(&["export", "--to", to, "-o", "out"]).good();
        let said = desk.fonds(&["import", "out", "--dry-run", "--json"]);
        assert!(said.code < 2, "{to}: {said}");
        assert!(!said.stdout.contains("fonds version"), "{to}: {said}");
        assert!(!said.stdout.contains(version.trim()), "{to}: {said}");
    }
}

#[test]
fn a_check_says_which_records_are_no_longer_what_they_were() {
    let desk = desk();
    for to in TEXTS.into_iter().chain(["xlsx"]) {
        let file = format!("out.{to}");
        let check = || desk.fonds(&["export", "--to", to, "-o", &file, "--check"]);
        assert!(check().ended(1).stdout.contains("there is no such file"), "{to}");
        assert!(!desk.has(&file), "a check writes nothing");
        desk.fonds(&["export", "--to", to, "-o", &file]).good();
        check().good();
    }
    desk.write("records/1951/1951--a.b_c.toml", LETTER.replace("A letter", "Another letter"));
    desk.write("records/1953/1953-c.toml", LETTER.replace("1951--a.b_c", "1953-c"));
    fs::remove_file(desk.path("records/1952/1952-b.toml")).expect("removed");
    for to in TEXTS {
        let file = format!("out.{to}");
        let before = desk.read(&file);
        let said = desk.fonds(&["export", "--to", to, "-o", &file, "--check", "--json"]).ended(1);
        let told: Value = serde_json::from_str(&said.stdout).expect("JSON");
        for (what, ids) in [("changed", "1951--a.b_c"), ("added", "1953-c"), ("removed", "1952-b")]
        {
            assert_eq!(told[what], json!([ids]), "{to}: {told}");
        }
        assert_eq!(desk.read(&file), before, "a check writes nothing");
    }
    let said = desk.fonds(&["export", "--to", "csv", "-o", "out.csv", "--check"]).ended(1);
    insta::assert_snapshot!(said.stdout, @r"
    changed  1951--a.b_c
    added    1953-c
    removed  1952-b
    `out.csv` is out of date: 1 changed, 1 added, 1 removed
    ");
    let xlsx = desk.fonds(&["export", "--to", "xlsx", "-o", "out.xlsx", "--check"]).ended(1);
    assert!(xlsx.stdout.contains("tells no versions"), "{xlsx}");
}

#[test]
fn a_check_sees_what_somebody_changed_in_the_file() {
    let desk = desk();
    desk.fonds(&["export", "--to", "csv", "-o", "out.csv"]).good();
    let text = desk.read("out.csv");
    let second = text.lines().next().map_or(0, |line| line.len() + 1);
    for (changed, line) in [
        (text.replacen("A letter", "A better", 1), 2),
        (format!("{text}more\n"), 4),
        (text[..text.len() - 1].to_owned(), 3),
        (text[..second].to_owned(), 2),
        (String::new(), 1),
    ] {
        desk.write("out.csv", changed);
        let said = desk.fonds(&["export", "--to", "csv", "-o", "out.csv", "--check", "--json"]);
        let told: Value = serde_json::from_str(&said.ended(1).stdout).expect("JSON");
        assert_eq!((&told["line"], &told["fresh"]), (&json!(line), &json!(false)), "{told}");
    }
}
