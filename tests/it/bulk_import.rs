//! Many records at once: one commit, one undo, and nothing half done whatever happens on the way.

use crate::desk::{Desk, files_below, git_is_here};
use crate::skipped;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

/// More than a pack needs, and more than are synced one by one.
const MANY: usize = 300;

fn items(number: usize, prefix: &str) -> String {
    let items: Vec<Value> = (0..number)
        .map(|n| {
            json!({
                "id": format!("https://example.org/{prefix}/{n}"), "type": "personal_communication", "genre": "telegram",
                "title": format!("Telegram no. {n} of {prefix}"), "author": [{ "family": "Mao", "given": "Zedong" }],
                "recipient": [{ "family": "Stalin", "given": "Joseph" }],
                "issued": { "date-parts": [[1900 + n % 90, 1 + n % 12, 1 + n % 28]] },
                "archive": "APRF", "archive_location": format!("f. 45, op. 1, d. {n}, l. {n}"),
                "abstract": "He informs him of the state of the talks. ".repeat(4),
            })
        })
        .collect();
    serde_json::to_string_pretty(&items).expect("JSON")
}

fn fonds(desk: &Desk, arguments: &[&str]) -> Command {
    let mut command = desk.command(env!("CARGO_BIN_EXE_fonds"), arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn records(desk: &Desk) -> usize {
    let all = if desk.has("records") { files_below(&desk.path("records")) } else { Vec::new() };
    all.iter().filter(|path| path.ends_with(".toml")).count()
}

/// What a catalog never has after a command that ended, however the one before it ended.
#[track_caller]
fn assert_sound(desk: &Desk, what: &str) {
    assert_eq!(desk.git(&["status", "--porcelain"]), "", "{what}");
    assert_eq!(desk.git(&["fsck", "--strict", "--no-dangling"]), "", "{what}");
    let stray: Vec<String> = files_below(&desk.path(""))
        .into_iter()
        .chain(files_below(&desk.path(".git")))
        .filter(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            name.starts_with(".fonds-") || name.starts_with("pack_git2_") || name.ends_with(".lock")
        })
        .collect();
    assert!(stray.is_empty(), "{what}: {stray:?}");
    assert!(!desk.has(".git/fonds/pending"), "{what}");
}

#[test]
fn what_is_too_long_to_be_read_at_once_says_how_it_can_come_in() {
    if !git_is_here("a file that is too long") {
        return;
    }
    let desk = Desk::with_catalog();
    let file = std::fs::File::create(desk.path("aid.xml")).expect("a file");
    (&file).write_all(b"<?xml version=\"1.0\"?>\n<ead><archdesc/>").expect("its beginning");
    // Nothing of it is written, and nothing read: the system knows its length.
    file.set_len(300 << 20).expect("its length");
    let path = desk.path("aid.xml");
    let said = desk.fonds(&["import", path.to_str().expect("a path")]).ended(3).stderr;
    assert!(said.contains("aid.xml` is larger than 256 MiB"), "{said}");
    assert!(said.contains("in several parts"), "{said}");
}

#[test]
fn many_records_are_one_commit_and_one_undo() {
    if !git_is_here("many records at once") {
        return;
    }
    let desk = Desk::with_catalog();
    desk.git(&["commit", "--quiet", "--allow-empty", "-m", "by hand"]);
    desk.write("../items.json", items(MANY, "a"));
    let file = desk.path("../items.json");
    let file = file.to_str().expect("a path");
    let before = desk.git(&["rev-parse", "HEAD"]);
    let tree = desk.git(&["rev-parse", "HEAD^{tree}"]);

    // A trial says what the real run says, and leaves nothing.
    let trial = desk.fonds(&["import", file, "--dry-run", "--json"]).good();
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), before);
    assert_eq!(records(&desk), 0);
    assert_sound(&desk, "a trial");
    let real = desk.fonds(&["import", file, "--json"]).good();
    let (mut trial, mut real): (Value, Value) = (
        serde_json::from_str(&trial.stdout).expect("JSON"),
        serde_json::from_str(&real.stdout).expect("JSON"),
    );
    assert!(trial["changed"]["revision"].is_null());
    for answer in [&mut trial, &mut real] {
        answer["changed"]["revision"].take();
    }
    trial["changed"].as_object_mut().expect("an object").remove("revision");
    real["changed"].as_object_mut().expect("an object").remove("revision");
    assert_eq!(trial, real);
    assert_eq!(real["counts"]["created"], MANY);
    assert_eq!(records(&desk), MANY);
    assert_eq!(desk.git(&["rev-list", "--count", &format!("{}..HEAD", before.trim())]).trim(), "1");
    assert_sound(&desk, "the import");
    // Objects in one pack, and not a file for each.
    let counted = desk.git(&["count-objects", "-v"]);
    assert!(counted.contains("packs: 1"), "{counted}");

    // Once more changes nothing; a change in the source fills nothing in that is there.
    let again = desk.fonds(&["import", file, "--json"]).good();
    let again: Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(again["counts"]["unchanged"], MANY);
    assert!(again["changed"]["revision"].is_null());

    desk.fonds(&["undo"]).good();
    assert_eq!(records(&desk), 0);
    assert_eq!(desk.git(&["rev-parse", "HEAD^{tree}"]), tree);
    assert_sound(&desk, "the undo");
    assert!(!desk.has("records/1900"), "empty folders go too");
}

#[test]
fn an_import_that_is_killed_leaves_the_old_or_the_new() {
    if !git_is_here("imports that are killed") {
        return;
    }
    let desk = Desk::with_catalog();
    desk.git(&["commit", "--quiet", "--allow-empty", "-m", "by hand"]);
    desk.write("../items.json", items(MANY, "a"));
    let factor: u64 =
        std::env::var("FONDS_ENDURANCE").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    for kill in 0..6 * factor {
        let before = desk.git(&["rev-parse", "HEAD"]);
        let mut child =
            fonds(&desk, &["import", "../items.json", "--no-duplicates"]).spawn().expect("started");
        std::thread::sleep(Duration::from_millis(5 + kill * 37 % 400));
        let _ = child.kill();
        let _ = child.wait();
        let landed = desk.git(&["rev-parse", "HEAD"]) != before;
        // The next command needs no help, and finishes what was left.
        desk.fonds(&["add", "--id", &format!("after-{kill}"), "--title", "x"]).good();
        let there = records(&desk) - 1;
        assert_eq!(there, if landed { MANY } else { 0 }, "kill {kill}");
        assert_sound(&desk, &format!("kill {kill}"));
        desk.fonds(&["undo"]).good();
        if landed {
            desk.fonds(&["undo", "HEAD~2"]).good();
        }
        assert_eq!(records(&desk), 0, "kill {kill}");
    }
}

/// The system says no, or kills, at one call after the other: by its number among all calls of its name.
#[test]
fn faults_of_the_disk_leave_the_old_or_the_new() {
    if !git_is_here("faults of the disk") {
        return;
    }
    let traced = Command::new("strace").arg("-V").output().is_ok_and(|out| out.status.success());
    if !traced || !cfg!(target_os = "linux") {
        return skipped("faults of the disk", "there is no strace here");
    }
    let number = 140;
    let text = items(number, "a");
    for fault in [
        "rename,renameat,renameat2:error=ENOSPC:when=1",
        "rename,renameat,renameat2:error=EIO:when=5",
        "rename,renameat,renameat2:signal=KILL:when=2",
        "rename,renameat,renameat2:signal=KILL:when=60",
        "fsync,fdatasync:error=EIO:when=1",
        "fsync,fdatasync:signal=KILL:when=3",
        "syncfs:error=EIO:when=1",
        "syncfs:signal=KILL:when=1",
        "mkdir,mkdirat:error=ENOSPC:when=4",
        "unlink,unlinkat:signal=KILL:when=1",
    ] {
        let desk = Desk::with_catalog();
        desk.write("../items.json", &text);
        let inject = format!("inject={fault}");
        let program = env!("CARGO_BIN_EXE_fonds");
        let arguments =
            ["-f", "-qq", "-o", "/dev/null", "-e", &inject, program, "import", "../items.json"];
        let mut command = desk.command("strace", &arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = command.status().expect("strace runs");
        let landed = desk.git(&["log", "--all", "--format=%s"]).contains("import");
        desk.fonds(&["add", "--id", "after", "--title", "x"]).good();
        let there = records(&desk) - 1;
        assert_eq!(there, if landed { number } else { 0 }, "{fault}");
        assert_sound(&desk, fault);
    }
}

/// Files may not grow beyond a limit, as on a disk that is full.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_or_the_new() {
    if !git_is_here("a full disk") {
        return;
    }
    let text = items(MANY, "a");
    for blocks in ["16", "40", "64", "4096"] {
        let desk = Desk::with_catalog();
        desk.write("../items.json", &text);
        let limited = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec '{}' import ../items.json",
            env!("CARGO_BIN_EXE_fonds")
        );
        let output = desk.command("sh", &["-c", &limited]).output().expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 4)), "{blocks}: {said}");
        let landed = desk.git(&["log", "--all", "--format=%s"]).contains("import");
        assert!(landed || !output.status.success(), "{blocks}: {said}");
        desk.fonds(&["add", "--id", "after", "--title", "x"]).good();
        assert_eq!(records(&desk) - 1, if landed { MANY } else { 0 }, "{blocks}: {said}");
        assert_sound(&desk, &format!("{blocks}: {said}"));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_before_anything_is_saved() {
    if !git_is_here("an import that is stopped") {
        return;
    }
    let desk = Desk::with_catalog();
    let text = items(MANY, "a");
    assert!(text.len() > 150_000, "more than a pipe holds");
    let mut child = desk
        .command(env!("CARGO_BIN_EXE_fonds"), &["import", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("a pipe");
    // Once this is written, the program reads: it listens for the signal already.
    stdin.write_all(&text.as_bytes()[..150_000]).expect("written");
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(interrupted.expect("kill runs").success());
    std::thread::sleep(Duration::from_millis(50));
    stdin.write_all(&text.as_bytes()[150_000..]).expect("written");
    drop(stdin);
    let output = child.wait_with_output().expect("ended");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("G119"), "{said}");
    assert_eq!(records(&desk), 0);
    assert_sound(&desk, "stopped");
}

#[test]
fn two_imports_at_once_are_one_after_the_other() {
    if !git_is_here("two imports at once") {
        return;
    }
    let desk = Desk::with_catalog();
    desk.write("../a.json", items(60, "a"));
    desk.write("../b.json", items(60, "b"));
    let children: Vec<_> = ["../a.json", "../b.json"]
        .map(|file| fonds(&desk, &["import", file]).spawn().expect("started"))
        .into_iter()
        .collect();
    for mut child in children {
        assert!(child.wait().expect("ended").success());
    }
    // Ids that both would have taken were settled between them.
    assert_eq!(records(&desk), 120);
    assert_sound(&desk, "two at once");
}

#[test]
fn chosen_records_are_filled_in_and_none_is_made() {
    let desk = Desk::with_catalog();
    let mut known = "id,genre,references\n".to_owned();
    for (id, delo) in [("one", "1"), ("two", "2"), ("three", "3"), ("four", "3")] {
        known += &format!("{id},letter,\"APRF, f. 45, op. 1, d. {delo}, l. 7\"\n");
    }
    desk.write("../known.csv", known);
    desk.fonds(&["import", "../known.csv"]).good();
    desk.fonds(&["rename", "one", "first"]).good();
    let table = "id,references,place,key:inventory\n\
        one,,Moscow,i1\n\
        ,\"APRF, f. 45, op. 1, d. 2, l. 7\",Beijing,i2\n\
        ,\"APRF, f. 45, op. 1, d. 3, l. 7\",Berlin,i3\n\
        nobody,,Paris,i4\n";
    desk.write("../t.csv", table);
    let map = "[columns]\n\"key:inventory\" = \"key:inventory\"\n";
    desk.write("../m.toml", map);
    let said = desk.fonds(&[
        "import",
        "../t.csv",
        "--map",
        "../m.toml",
        "--into",
        "genre:letter",
        "--json",
    ]);
    assert_eq!(said.code, 1, "{said}");
    let answer: Value = serde_json::from_str(&said.stdout).expect("JSON");
    let outcomes: Vec<&str> = answer["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["outcome"].as_str())
        .collect();
    assert_eq!(outcomes, ["updated", "updated", "unmatched", "unmatched"], "{said}");
    assert_eq!(answer["items"][0]["id"], "first");
    assert_eq!(answer["items"][1]["id"], "two");
    assert_eq!(answer["items"][1]["line"], 3);
    assert_eq!(answer["items"][2]["remarks"][0]["code"], "F110");
    assert_eq!(records(&desk), 4);
    // A query that makes no sense is shown where it does not.
    let said =
        desk.fonds(&["import", "../t.csv", "--into", "genre:letter AND (date:1951"]).ended(2);
    assert!(
        said.stderr.contains("genre:letter AND (date:1951\n") && said.stderr.contains('^'),
        "{said}"
    );
    // What the query does not choose is not touched, and said to be there.
    let said =
        desk.fonds(&["import", "../t.csv", "--map", "../m.toml", "--into", "genre:map", "--json"]);
    let answer: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(answer["counts"]["unmatched"], 4, "{said}");
    assert!(said.stdout.contains("which the query does not choose"), "{said}");
}

/// A long file is read piece by piece: what is found, and where it stands, is what it would be in one piece.
#[test]
fn long_files_are_read_in_pieces() {
    let desk = Desk::with_catalog();
    let items: Vec<Value> = serde_json::from_str(&items(40, "x")).expect("items");
    let items: Vec<String> = items.iter().map(Value::to_string).collect();
    let long = |items: &[String]| {
        format!("[\n{}\n]\n", items.join(&format!(",\n{}\n", " ".repeat(430_000))))
    };
    desk.write("../broken.json", long(&[items.as_slice(), &["{\"id\": }".to_owned()]].concat()));
    let said = desk.fonds(&["import", "../broken.json"]).ended(3);
    assert!(said.stderr.contains("broken.json:82:"), "{said}");
    assert_eq!(records(&desk), 0, "nothing is half imported");
    desk.write("../long.json", long(&items));
    let said = desk.fonds(&["import", "../long.json", "--json"]).good();
    let answer: Value = serde_json::from_str(&said.stdout).expect("JSON");
    let lines: Vec<u64> = answer["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["line"].as_u64())
        .collect();
    assert_eq!(lines, (0..40).map(|item| 2 + 2 * item).collect::<Vec<_>>());
    assert_eq!(records(&desk), 40);
    // The same items in a short file are the same records.
    desk.write("../short/long.json", format!("[{}]", items.join(",")));
    let said = desk.fonds(&["import", "../short/long.json", "--json"]).good();
    let answer: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(answer["counts"]["unchanged"], 40, "{said}");
}

/// A table is read as it comes: a long one gives the records, and the places, of a short one.
#[test]
fn long_tables_are_read_row_by_row() {
    let table = |blank: usize, end: &str| {
        let row = |at: usize| {
            let blank = " ".repeat(blank);
            format!("Mao,\"Telegram, {at}\nof two lines\",1951-08-{:02},{blank}\r\n", 1 + at % 28)
        };
        let rows: String = (0..40).map(row).collect();
        format!("\u{feff}sep=,\r\nsender,title,date,x\r\n{rows}{end}")
    };
    let items = |blank: usize| {
        let desk = Desk::with_catalog();
        desk.write("../t.csv", table(blank, ""));
        let said = desk.fonds(&["import", "../t.csv", "--json"]).good();
        let answer: Value = serde_json::from_str(&said.stdout).expect("JSON");
        answer["items"].clone()
    };
    let (short, long) = (items(1), items(430_000));
    assert_eq!(short[39]["line"], 3 + 2 * 39, "{short}");
    assert_eq!(short, long);
    let desk = Desk::with_catalog();
    let mut broken = table(430_000, "").into_bytes();
    broken.extend(b"Liu,f\xfcnf,1951,\r\n");
    desk.write("../t.csv", broken);
    let said = desk.fonds(&["import", "../t.csv"]).ended(3);
    assert!(said.stderr.contains("t.csv:83") && said.stderr.contains("iconv"), "{said}");
    assert_eq!(records(&desk), 0, "nothing is half imported");
}

#[test]
fn a_mapping_is_checked_against_the_table() {
    let desk = Desk::with_catalog();
    desk.write("../t.csv", "Absender;Titel;Datum\nMao;Telegramm;1951-08-27\n");
    for (map, says) in [
        ("[columns]\nAbsenderr = \"sender\"\n", "did you mean `Absender`?"),
        ("[columns]\nAbsender = \"sendr\"\n", "did you mean `sender`?"),
        ("[columns]\nAbsender = 3\n", "is not text"),
        ("[columns]\nTitel = \"note\"\nDatum = \"note\"\n", "are both `note`"),
    ] {
        desk.write("../m.toml", map);
        let said = desk.fonds(&["import", "../t.csv", "--map", "../m.toml", "--dry-run"]);
        assert!(said.stderr.contains(says), "{map}: {said}");
    }
}

#[test]
fn what_people_cite_an_item_by_stays_another_name_of_the_record() {
    let desk = Desk::with_catalog();
    let bib = "@letter{mao1951, author = {Mao, Zedong}, date = {1951-08-27}, title = {Telegram}}\n\
        @letter{Liu-1950, author = {Liu, Shaoqi}, date = {1950}, title = {Other}}\n";
    desk.write("../l.bib", bib);
    desk.fonds(&["import", "../l.bib"]).good();
    let said = desk.fonds(&["show", "mao1951", "--json"]).good();
    let record: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(record["id"], "1951-08-27-mao");
    desk.fonds(&["show", "liu-1950"]).good();
    // A new record does not take the name.
    desk.fonds(&["add", "--id", "mao1951", "--title", "x"]).ended(2);
    let again = desk.fonds(&["import", "../l.bib", "--json"]).good();
    assert!(again.stdout.contains("\"unchanged\": 2"), "{again}");
}

#[test]
fn records_as_json_lines_come_back_as_they_were() {
    let desk = Desk::with_catalog();
    desk.write("../items.json", items(5, "a"));
    desk.fonds(&["import", "../items.json"]).good();
    let lines = desk.fonds(&["export", "--to", "jsonl"]).good().stdout;
    desk.write("../all.jsonl", &lines);
    let again = desk.fonds(&["import", "../all.jsonl", "--json"]).good();
    assert!(again.stdout.contains("\"unchanged\": 5"), "{again}");
    let other = Desk::with_catalog();
    other.write("../all.jsonl", &lines);
    other.fonds(&["import", "../all.jsonl"]).good();
    assert_eq!(records(&other), 5);
}

/// What a spreadsheet would calculate comes in as the text that it is, and goes out guarded.
#[test]
fn formulas_are_text() {
    let desk = Desk::with_catalog();
    desk.write("../t.csv", "id,title,note\na,=1+1,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\n");
    desk.fonds(&["import", "../t.csv"]).good();
    let said = desk.fonds(&["show", "a", "--json"]).good();
    let record: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(record["note"], "=HYPERLINK(\"http://x\",\"y\")");
    let table = desk.fonds(&["export", "--to", "csv"]).good().stdout;
    assert!(table.contains("'=1+1"), "{table}");
    desk.write("../back.csv", table);
    desk.fonds(&["import", "../back.csv", "--json"]).good();
    assert_eq!(desk.fonds(&["show", "a", "--json"]).good().stdout, said.stdout);
}

/// What cannot be read says what it is and how to go on; nothing is half imported.
#[test]
fn files_that_are_no_text_say_what_they_are() {
    let desk = Desk::with_catalog();
    // "id;title" and a name, as Windows in Russia writes them.
    let mut windows = b"id;title\na;".to_vec();
    windows.extend([
        0xd2, 0xe5, 0xeb, 0xe5, 0xe3, 0xf0, 0xe0, 0xec, 0xec, 0xe0, 0x20, 0xcc, 0xe0, 0xee,
    ]);
    let utf16: Vec<u8> =
        "\u{feff}id,title\na,Телеграмма\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, code, says) in [
        (windows.as_slice(), 3, "WINDOWS-1251 (`Телеграмма`)"),
        (b"PK\x03\x04\x14\x00workbook", 3, "save it as CSV in UTF-8"),
        (b"[{\"id\":\"a\",\"type\":\"map\",\"title\":\"x\"},{\"id\":", 3, "1:"),
        (b"\0\0\0\0", 3, "F101"),
    ] {
        desk.write("../f", bytes);
        let said = desk.fonds(&["import", "../f"]);
        assert_eq!(said.code, code, "{said}");
        assert!(said.stderr.contains(says), "{says}: {said}");
        assert_eq!(records(&desk), 0);
    }
    desk.write("../f.csv", utf16);
    desk.fonds(&["import", "../f.csv"]).good();
    assert!(desk.fonds(&["show", "a"]).good().stdout.contains("Телеграмма"));
}
