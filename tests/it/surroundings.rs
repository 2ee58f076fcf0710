//! What stands around a catalog: the configuration of its repository, the environment, and control
//! characters in what it says. None of it runs a program, changes an answer, or reaches a terminal.

use crate::desk::{Desk, git_is_here};

const RECORD: &str = "format = 1\nid = \"1951-08-27-mao-stalin\"\ngenre = \"telegram\"\n\n[date]\nsent = \"1951-08-27\"\n\n[[agent]]\nrole = \"sender\"\nname = { family = \"Mao\", given = \"Zedong\" }\n\n[[holding]]\nid = \"aprf\"\narchive = \"APRF\"\npath = [[\"fond\", \"45\"], [\"opis\", \"1\"], [\"delo\", \"340\"], [\"listy\", \"86-88\"]]\n";
const FILE: &str = "records/1951/08/1951-08-27-mao-stalin.toml";
const ID: &str = "1951-08-27-mao-stalin";

/// What asks the catalog of [`with_history`] all that can be asked, without changing it.
const QUESTIONS: [&[&str]; 24] = [
    &["list"],
    &["list", "--json"],
    &["list", "--at", "HEAD~1"],
    &["show", ID],
    &["search", "mao"],
    &["cite", ID],
    &["cite", ID, "--json"],
    &["cite", ID, "--style", "biblatex"],
    &["cite", ID, "--style", "gost-r-7-0-5", "--language", "ru"],
    &["bib"],
    &["bib", "--format", "html"],
    &["bib", "--by-archive"],
    &["export", "--to", "csv"],
    &["export", "--to", "csl-json"],
    &["export", "--to", "jsonl"],
    &["check"],
    &["check", "--json"],
    &["log", ID],
    &["log", ID, "--json"],
    &["blame", ID],
    &["diff", "HEAD~1..HEAD"],
    &["audit"],
    &["audit", "--report", "html"],
    &["verify"],
];

/// A desk with a record that has been changed once.
fn with_history(record: &str) -> Desk {
    let desk = Desk::with_catalog();
    desk.commit_by_hand(FILE, record, "added");
    desk.commit_by_hand(FILE, &format!("{record}note = \"seen\"\n"), "seen");
    desk
}

#[cfg(unix)]
#[test]
fn nothing_that_a_repository_configures_is_run() {
    use std::os::unix::fs::PermissionsExt;
    if !git_is_here("programs that a repository configures") {
        return;
    }
    let desk = with_history(RECORD);
    desk.write("../trap/ran", "");
    let trap = desk.path("../trap").canonicalize().expect("a folder");
    let script = format!("#!/bin/sh\necho \"$0 $*\" >> '{}/ran'\ncat\n", trap.display());
    let hooks = [
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "post-merge",
        "post-rewrite",
        "reference-transaction",
        "post-index-change",
        "pre-auto-gc",
    ];
    for name in hooks.iter().chain(&["watch", "filter", "program"]) {
        desk.write(&format!("../trap/{name}"), &script);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(trap.join(name), mode).expect("it can be run");
    }
    let program = |name: &str| trap.join(name).display().to_string();
    for (key, value) in [
        ("core.fsmonitor", program("watch")),
        ("core.hooksPath", trap.display().to_string()),
        ("filter.trap.clean", program("filter")),
        ("filter.trap.smudge", program("filter")),
        ("filter.trap.required", "true".to_owned()),
        ("diff.external", program("program")),
        ("diff.trap.textconv", program("program")),
        ("core.pager", program("program")),
        ("core.sshCommand", program("program")),
        ("credential.helper", program("program")),
        ("alias.log", format!("!{}", program("program"))),
    ] {
        desk.git(&["config", key, &value]);
    }
    desk.write(".git/info/attributes", "* filter=trap diff=trap\n");
    std::fs::write(trap.join("ran"), "").expect("emptied: git has run some while it was told");

    for question in QUESTIONS {
        desk.fonds(question);
    }
    desk.fonds(&["set", ID, "title=Telegram", "-m", "as printed"]).good();
    desk.fonds(&["rename", ID, "1951-08-27-telegram", "-m", "another id"]).good();
    desk.fonds(&["undo", "-m", "not so"]).good();
    desk.fonds(&["add", "--id", "1951-08-28-memo", "--title", "Memo", "-m", "new"]).good();
    desk.fonds(&["rm", "1951-08-28-memo", "-m", "not ours"]).good();
    desk.write("more.csv", "id,title\n1951-09-01-note,A note\n");
    desk.fonds(&["import", "more.csv", "-m", "more"]).good();
    assert_eq!(desk.read("../trap/ran"), "", "something was run");

    // The trap works.
    desk.commit_by_hand("other.txt", "x", "by hand");
    assert_ne!(desk.read("../trap/ran"), "");
}

#[test]
fn the_environment_changes_no_answer() {
    if !git_is_here("environments") {
        return;
    }
    let mut desk = with_history(RECORD);
    let answers = |desk: &Desk| QUESTIONS.map(|question| desk.fonds(question).stdout);
    let plain = answers(&desk);
    assert!(plain[0].contains(ID) && plain[5].contains("d. 340"), "{plain:?}");
    for environment in [
        &[("LC_ALL", "C"), ("LANG", "C"), ("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full")][..],
        &[
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANGUAGE", "tr"),
            ("TZ", "Pacific/Kiritimati"),
            ("COLUMNS", "1"),
            ("NO_COLOR", "1"),
            ("TERM", "dumb"),
        ],
        &[
            ("LC_ALL", "de_DE.ISO-8859-1"),
            ("TZ", ":no/such"),
            ("COLUMNS", "-5"),
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
        ],
        &[("LC_ALL", "\u{ff}"), ("PAGER", "false"), ("EDITOR", "false"), ("GIT_PAGER", "false")],
    ] {
        for (name, value) in environment {
            desk.set(name, value);
        }
        for (question, (here, before)) in QUESTIONS.iter().zip(answers(&desk).iter().zip(&plain)) {
            assert_eq!(here, before, "{question:?} with {environment:?}");
        }
        for (name, _) in environment {
            desk.unset(name);
        }
    }
}

#[test]
fn control_characters_of_a_record_reach_no_terminal() {
    if !git_is_here("control characters") {
        return;
    }
    let controls: String = ('\u{1}'..'\u{20}')
        .chain('\u{7f}'..'\u{a0}')
        .chain(['\u{200b}', '\u{2028}', '\u{202e}', '\u{2066}', '\u{feff}'])
        .filter(|c| !matches!(c, '\t' | '\n' | '\u{85}'))
        .map(|c| format!("a\\u{:04x}b", u32::from(c)))
        .collect();
    let hostile = RECORD
        .replace("\"telegram\"", &format!("\"telegram\"\ntitle = \"{controls}\""))
        .replace("\"Mao\"", &format!("\"Mao{controls}\""))
        .replace("\"APRF\"", &format!("\"APRF{controls}\""));
    let desk = with_history(&hostile);
    assert!(desk.fonds(&["cite", ID]).good().stdout.contains("a\u{2401}ba\u{2402}b"), "it is read");
    // What is exported is for programs: in a pipe it says what the record says.
    for question in QUESTIONS.into_iter().filter(|question| question[0] != "export") {
        let said = desk.fonds(question);
        // A pipe gets reading directions as they are, as a terminal does not; stderr is for people.
        let turns = |c: char| matches!(c, '\u{202e}' | '\u{2066}');
        let raw = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        let found = said.stdout.char_indices().find(|&(_, c)| raw(c));
        assert!(found.is_none(), "{question:?}: {found:?}:\n{:?}", said.stdout);
        let found = said.stderr.char_indices().find(|&(_, c)| raw(c) || turns(c));
        assert!(found.is_none(), "{question:?}: {found:?}:\n{:?}", said.stderr);
    }
}
