//! Conversations about catalogs: made, found, listed, and what stands in the way.

use crate::desk::{Desk, files_below, git_is_here};
use insta::assert_snapshot;

const TELEGRAM: &str = "\
format = 1
id = \"1951-08-27-mao-stalin\"
genre = \"telegram\"
title = \"Ciphered Telegram No. 23256, Mao Zedong to Filippov [Stalin]\"
date = { sent = \"1951-08-27T01:30\" }

[[holding]]
archive = \"APRF\"
path = [[\"fond\", \"45\"], [\"opis\", \"1\"], [\"delo\", \"340\"]]
";

const TELEGRAM_PATH: &str = "records/1951/08/1951-08-27-mao-stalin.toml";

#[test]
fn a_new_catalog() {
    let desk = Desk::new();
    assert_snapshot!(desk.fonds(&["init", "--no-merge-driver", "--title", "Telegrams \"1951\""]), @r#"
    --- stderr
    made a catalog in $DESK/work
    saved as revision a863b616e0
    --- exit 0
    "#);
    assert_eq!(
        files_below(&desk.path("")),
        [".gitattributes", "fonds.toml", "records/README.md", "styles/README.md"]
    );
    assert_snapshot!(desk.read("fonds.toml"), @r#"
    # The settings of this catalog; docs/catalog.md of fonds describes them.
    format = 1
    title = "Telegrams \"1951\""
    # style = "chicago-notes-bibliography"
    # language = "en"
    # layout = "month"     # or "day", for many records a month
    "#);
    assert_snapshot!(desk.fonds(&["init", "--no-merge-driver"]), @r#"
    --- stderr
    error[G113]: `$DESK/work` is a catalog already
     |
     = mend: nothing needs to be done; `fonds add` adds a record
    --- exit 2
    "#);
    assert_snapshot!(desk.fonds(&["list"]), @r#"
    --- stderr
    no records
    --- exit 0
    "#);
    if git_is_here("a new catalog as git sees it") {
        assert_eq!(desk.git(&["status", "--porcelain"]), "");
        assert_snapshot!(desk.git(&["log", "--format=%an <%ae> %ad%n%B"]), @r#"
        Ann Archivist <ann@example.org> Sat Feb 3 06:05:06 2001 +0200
        begin the catalog
        "#);
        desk.git(&["fsck", "--strict"]);
    }
}

#[test]
fn a_catalog_in_a_larger_repository() {
    if !git_is_here("a catalog in a larger repository") {
        return;
    }
    let desk = Desk::new();
    desk.git(&["init", "--quiet"]);
    desk.commit_by_hand("book.tex", "text", "the book");
    desk.write("staged.tex", "staged");
    desk.git(&["add", "staged.tex"]);
    desk.write("book.tex", "text, changed");
    let desk = desk.within("sources/telegrams");
    desk.fonds(&["init"]).good();
    assert_snapshot!(desk.git(&["status", "--porcelain"]), @r#"
     M book.tex
    A  staged.tex
    "#);
    assert_snapshot!(desk.git(&["show", "--stat", "--format=%s"]), @r#"
    begin the catalog

     sources/telegrams/.gitattributes    | 5 +++++
     sources/telegrams/fonds.toml        | 6 ++++++
     sources/telegrams/records/README.md | 5 +++++
     sources/telegrams/styles/README.md  | 3 +++
     4 files changed, 19 insertions(+)
    "#);
    desk.commit_by_hand(TELEGRAM_PATH, TELEGRAM, "a telegram");
    assert_snapshot!(desk.fonds(&["list", "--at", "HEAD"]), @r#"
    --- stdout
    1951-08-27-mao-stalin  1951-08-27T01:30  Ciphered Telegram No. 23256, Mao Zedong to Filippov [Stalin]
    --- exit 0
    "#);
    assert_eq!(desk.fonds(&["list", "--at", "HEAD~2"]).code, 0);
}

#[test]
fn records_written_by_hand_are_seen() {
    if !git_is_here("records committed with plain git") {
        return;
    }
    let desk = Desk::with_catalog();
    desk.commit_by_hand(TELEGRAM_PATH, TELEGRAM, "a telegram");
    assert_snapshot!(desk.fonds(&["list"]), @r#"
    --- stdout
    1951-08-27-mao-stalin  1951-08-27T01:30  Ciphered Telegram No. 23256, Mao Zedong to Filippov [Stalin]
    --- exit 0
    "#);
    assert_snapshot!(desk.fonds(&["list", "archive:aprf", "--json"]), @r#"
    --- stdout
    [
    {"id":"1951-08-27-mao-stalin","date":"1951-08-27T01:30","genre":"telegram","title":"Ciphered Telegram No. 23256, Mao Zedong to Filippov [Stalin]","holdings":[{"archive":"APRF","path":[["fond","45"],["opis","1"],["delo","340"]]}],"path":"records/1951/08/1951-08-27-mao-stalin.toml"}
    ]
    --- exit 0
    "#);
    assert_snapshot!(desk.fonds(&["search", "nothing of the kind"]), @r#"
    --- stderr
    no records
    --- exit 0
    "#);
    assert_eq!(desk.fonds(&["show", "1951-08-27-mao-stalin"]).stdout, TELEGRAM);
    assert_snapshot!(desk.fonds(&["show", "1951-08-27-mao-stalin", "--json"]), @r#"
    --- stdout
    {
      "id": "1951-08-27-mao-stalin",
      "genre": "telegram",
      "title": {
        "text": "Ciphered Telegram No. 23256, Mao Zedong to Filippov [Stalin]"
      },
      "date": {
        "sent": "1951-08-27T01:30"
      },
      "holding": [
        {
          "id": "aprf",
          "archive": "APRF",
          "path": [
            [
              "fond",
              "45"
            ],
            [
              "opis",
              "1"
            ],
            [
              "delo",
              "340"
            ]
          ]
        }
      ]
    }
    --- exit 0
    "#);
    assert_snapshot!(desk.fonds(&["show", "1951-08-27-mao-stalin", "--at", "HEAD~1"]), @r#"
    --- stderr
    error[G112]: there is no record `1951-08-27-mao-stalin` in the revision 618a425f31
     |
     = mend: `fonds list` shows all records
    --- exit 2
    "#);
    assert_snapshot!(desk.fonds(&["show", "1951-08-27-mao-stalim"]), @r#"
    --- stderr
    error[G112]: there is no record `1951-08-27-mao-stalim`
     |
     = mend: did you mean `1951-08-27-mao-stalin`?
    --- exit 2
    "#);
}

#[test]
fn what_stands_in_the_way_of_opening() {
    if !git_is_here("repositories that cannot be used") {
        return;
    }
    let desk = Desk::new();
    assert_snapshot!(desk.fonds(&["list"]), @r#"
    --- stderr
    error[G102]: there is no `fonds.toml` in `$DESK/work` or a folder above it
     |
     = mend: make a catalog with `fonds init`, or name one with `-C DIR`
    --- exit 2
    "#);

    // A catalog without a repository can be read, and has no history.
    desk.write("fonds.toml", "format = 1\n");
    desk.write(TELEGRAM_PATH, TELEGRAM);
    desk.fonds(&["list"]).good();
    assert_snapshot!(desk.fonds(&["list", "--at", "HEAD"]), @r#"
    --- stderr
    error[G103]: `$DESK/work` is not in a Git repository
     |
     = mend: make one with `git init`, then commit `fonds.toml` and the records
    --- exit 2
    "#);

    // An unborn branch.
    desk.git(&["init", "--quiet"]);
    assert_snapshot!(desk.fonds(&["list", "--at", "HEAD"]), @r#"
    --- stderr
    error[G101]: `HEAD` does not name a revision: nothing has been committed yet
     |
     = mend: the first change made with fonds, or a first `git commit`, makes a revision
    --- exit 2
    "#);

    for (key, value) in [
        ("core.bare", "true"),
        ("extensions.objectFormat", "sha256"),
        ("extensions.refStorage", "reftable"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("extensions.somethingNew", "1"),
    ] {
        desk.git(&["config", "core.repositoryFormatVersion", "1"]);
        let before = desk.read(".git/config");
        desk.git(&["config", key, value]);
        let said = desk.fonds(&["list", "--at", "main"]).ended(4);
        let told = said.stderr.to_lowercase().contains(&key.to_lowercase());
        assert!(told, "{key}:\n{said}");
        assert!(said.stderr.contains("mend:"), "{key}:\n{said}");
        assert_eq!(desk.fonds(&["list"]).code, 0, "the work tree needs no Git");
        desk.write(".git/config", before);
    }
    desk.git(&["clone", "--quiet", "--bare", ".", "bare.git"]);
    assert_snapshot!(desk.fonds(&["-C", "bare.git", "init", "."]), @r#"
    --- stderr
    error[G104]: the repository cannot be used: `$DESK/work/bare.git` is bare: it has no work tree
     |
     = mend: work in a clone (`git clone $DESK/work/bare.git NEW`); if it is none, set `core.bare` to false
    --- exit 4
    "#);
}

#[test]
fn a_shallow_clone_says_so() {
    if !git_is_here("a shallow clone") {
        return;
    }
    let desk = Desk::with_catalog();
    desk.commit_by_hand(TELEGRAM_PATH, TELEGRAM, "a telegram");
    let from = format!("file://{}", desk.path("").display());
    desk.git(&["clone", "--quiet", "--depth", "1", &from, "../shallow"]);
    let desk = desk.within("../shallow");
    assert_eq!(desk.fonds(&["list", "--at", "HEAD"]).code, 0);
}

#[test]
fn names_of_revisions_that_are_none() {
    let desk = Desk::with_catalog();
    let long = "x".repeat(300);
    for name in [
        "--upload-pack=x",
        "-x",
        "",
        "^",
        "..",
        "HEAD..HEAD",
        "@{-1}",
        "nowhere",
        "HEAD:fonds.toml",
        &long,
        "HEAD\u{1b}[31m",
    ] {
        let said = desk.fonds(&["list", &format!("--at={name}")]).ended(2);
        assert!(said.stderr.contains("G101"), "{name}:\n{said}");
        assert!(!said.stderr.contains('\u{1b}'), "{name}:\n{said}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let desk = Desk::with_catalog();
    desk.write("../secret.toml", "format = 1\nid = \"secret\"\ntitle = \"not to be seen\"\n");
    std::fs::create_dir_all(desk.path("records/1951")).expect("a folder");
    symlink(desk.path("../secret.toml"), desk.path("records/secret.toml")).expect("a link");
    symlink(desk.path(".."), desk.path("records/1951/08")).expect("a link");
    symlink(desk.path("records"), desk.path("records/loop")).expect("a link");
    assert_snapshot!(desk.fonds(&["list"]), @r#"
    --- stderr
    error[G111]: `records/1951/08` is a symbolic link, or lies behind one
    --> records/1951/08
     = mend: put the file or folder itself in its place
    error[G111]: `records/loop` is a symbolic link, or lies behind one
    --> records/loop
     = mend: put the file or folder itself in its place
    error[G111]: `records/secret.toml` is a symbolic link, or lies behind one
    --> records/secret.toml
     = mend: put the file or folder itself in its place
    3 errors
    --- exit 3
    "#);
    assert_snapshot!(desk.fonds(&["show", "1951-08-27-x"]), @r#"
    --- stderr
    error[G111]: `records/1951/08/1951-08-27-x.toml` is a symbolic link, or lies behind one
    --> records/1951/08/1951-08-27-x.toml
     = mend: put the file or folder itself in its place
    --- exit 3
    "#);
}

#[test]
fn hostile_ids_are_refused() {
    let desk = Desk::with_catalog();
    let long = "x".repeat(300);
    for id in [
        "../x",
        "CON",
        "con",
        "nul.txt",
        "a/b",
        "",
        "x.",
        ".git",
        "git~1:",
        "/etc/passwd",
        "a\\b",
        "%2e%2e",
        &long,
        "x\u{202e}y",
        "é",
    ] {
        let said = desk.fonds(&["show", "--", id]);
        assert!(said.code == 3 && said.stderr.contains("R103"), "{id}:\n{said}");
        assert!(!said.stderr.contains('\u{202e}'), "{id}:\n{said}");
    }
}

#[test]
fn broken_records_do_not_hide_the_others() {
    let desk = Desk::with_catalog();
    desk.write(TELEGRAM_PATH, TELEGRAM);
    desk.write(
        "records/1951/09/1951-09-01-broken.toml",
        "format = 1\nid = \"1951-09-01-broken\ntitle = 3\n",
    );
    desk.write(
        "records/1951/09/1951-09-02-latin.toml",
        b"format = 1\nid = \"x\"\ntitle = \"F\xfchrer\"\n",
    );
    assert_snapshot!(desk.fonds(&["list"]), @r#"
    --- stdout
    1951-08-27-mao-stalin  1951-08-27T01:30  Ciphered Telegram No. 23256, Mao Zedong to Filippov [Stalin]
    --- stderr
    error[R001]: a text has no closing quotation mark on its line, or holds a character that must be escaped
     --> records/1951/09/1951-09-01-broken.toml:2:24
      |
    2 | id = "1951-09-01-broken
      |                        ^
      |
      = mend: close it with the mark it began with; a text of several lines begins and ends with three: `"""`
    error[R002]: the file is not UTF-8: byte 30 is 0xFC; it may be ISO-8859-1
    --> records/1951/09/1951-09-02-latin.toml:3:11
     = mend: convert it, for instance with `iconv -f ISO-8859-1 -t UTF-8`
    2 errors
    --- exit 3
    "#);
}

#[test]
fn output_that_goes_nowhere() {
    let desk = Desk::with_catalog();
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        crate::desk::skip("a full disk: there is no /dev/full here");
        return;
    }
    let mut command = desk.command(env!("CARGO_BIN_EXE_fonds"), &["man"]);
    let file = std::fs::OpenOptions::new().write(true).open(full).expect("/dev/full");
    let output = command.stdout(file).output().expect("an answer");
    assert_eq!(output.status.code(), Some(4));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.starts_with("error[G002]: could not write to stdout"), "{stderr}");

    let mut command = desk.command(
        "sh",
        &[
            "-c",
            &format!(
                "{} man | head -1 >/dev/null; test ${{PIPESTATUS:-0}} = 0",
                env!("CARGO_BIN_EXE_fonds")
            ),
        ],
    );
    let output = command.output().expect("an answer");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_full_disk_behind_stdout_weighs_more_than_a_broken_record() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        crate::skipped("output that cannot be written", "there is no /dev/full here");
        return;
    };
    let desk = Desk::with_catalog();
    desk.write(TELEGRAM_PATH, TELEGRAM);
    desk.write("records/1951/1951-broken.toml", "format = 1\nid = [broken\n");
    let mut list = desk.command(env!("CARGO_BIN_EXE_fonds"), &["list"]);
    let ended = list.stdout(full).output().expect("the program runs");
    assert_eq!(ended.status.code(), Some(4));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("R001") && said.contains("could not write"), "{said}");
}

/// `fonds list` and `fonds search` with columns and templates, as tables have them.
#[test]
fn a_list_tells_what_it_is_asked_for() {
    let one = "format = 1\nid = \"1951-08-27-a\"\ntitle = \"One\\ttitle\"\nplace = \"Kew\"\n\
        date = { sent = \"1951-08-27\" }\n\
        holding = [{ archive = \"TNA\", path = [[\"department\", \"FO\"], [\"series\", \"371\"], [\"piece\", \"1\"]] }]\n";
    let other = "format = 1\nid = \"1951-08-27-b\"\ntitle = \"Other\"\n";
    let desk = Desk::with_records([("1951-08-27-a", one), ("1951-08-27-b", other)]);
    let said = |arguments: &[&str]| desk.fonds(arguments).good().stdout;
    assert_eq!(
        said(&["list", "--columns", "id,date,title,cite:uk-national-archives", "one"]),
        "1951-08-27-a\t1951-08-27\tOne title\t‘One title’, 27 August 1951, TNA, FO 371/1\n"
    );
    assert_eq!(
        said(&["list", "--template", "{{ id }}: {{ record.place or 'nowhere' }}"]),
        "1951-08-27-a: Kew\n1951-08-27-b: nowhere\n"
    );
    assert_eq!(
        said(&["search", "other", "-T", "{{ id }}\\t{{ title | upper }}"]),
        "1951-08-27-b\tOTHER\n"
    );
    for (arguments, told) in [
        (&["list", "-T", "all"][..], "takes nothing of a record"),
        (&["list", "-T", "{{ tilte }}"], "did you mean `title`?"),
        (&["list", "-T", "{{ id"], "is not understood"),
        (&["list", "-T", "{{ id }}", "--json"], "exclude each other"),
        (&["list", "--columns", "nothing"], "there is no column `nothing`"),
    ] {
        let run = desk.fonds(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
    }
    // What a template cannot do for a record is told, and the others are printed.
    let run = desk.fonds(&["list", "-T", "{{ id }}{{ 1 / (title | length - 9) }}"]);
    assert_eq!((run.code, run.stdout.lines().count()), (3, 2), "{}", run.stderr);
    assert!(run.stderr.contains("1951-08-27-a: the template"), "{}", run.stderr);
}
