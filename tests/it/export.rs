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

/// Columns of the shipped telegram, as one row.
fn row(columns: &str) -> Vec<String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let desk = Desk::new();
    let said = desk.fonds(&[
        "-C",
        root,
        "export",
        "--to",
        "csv",
        "--raw",
        "--columns",
        columns,
        "id=1951-08-27-mao-stalin",
    ]);
    let said = said.good();
    assert_eq!(
        said.stderr,
        "warning: cells are not guarded; a spreadsheet may run them as formulas\n"
    );
    let mut reader = csv::Reader::from_reader(said.stdout.as_bytes());
    let row = reader.records().next().expect("a row").expect("a row");
    row.iter().map(str::to_owned).collect()
}

#[test]
fn columns_are_fields_templates_and_citations() {
    let cells = row(
        "holding.aprf.path,holding.APRF.path.delo,holding.rgaspi,holding.*.path.fond,date.sent,translation.en.to,agent.sender-mao-zedong.name",
    );
    assert_eq!(cells[0], "fond=45 | opis=1 | delo=340 | listy=86-88");
    assert_eq!(cells[1], "340");
    assert_eq!(cells[2], "RGASPI, f. 558, op. 11, d. 341, ll. 86–88");
    assert_eq!(cells[3], "45 | 059a | 558");
    assert_eq!(cells[4], "1951-08-27T01:30");
    assert_eq!(cells[5], "en");
    let cells =
        row("cite:chicago-archival-notes,short:,bib:,author-date:,note:gost-r-7-0-5@ru,cite:@de");
    insta::assert_snapshot!(cells.join("\n"), @r"
    Mao Zedong to Stalin, telegram no. 23256, Beijing, August 27, 1951, f. 45, op. 1, d. 340, ll. 86–88, APRF, Moscow, Wilson Center Digital Archive.
    Mao to Stalin, telegram, August 27, 1951.
    Mao Zedong. Telegram no. 23256 to Stalin, Beijing, August 27, 1951. F. 45, op. 1, d. 340, ll. 86–88. APRF, Moscow. Wilson Center Digital Archive.
    (Mao 1951)
    Мао Цзэдун. Телеграмма № 23256 [адресат: Сталин], 27.08.1951 // АП РФ. Ф. 45. Оп. 1. Д. 340. Л. 86–88.
    Mao Zedong an Stalin, Telegramm Nr. 23256, Peking, 27. August 1951, f. 45, op. 1, d. 340, ll. 86–88, APRF, Moskau, Wilson Center Digital Archive.
    ");
    let cells = row(
        r#"A="{{ sender }}, {{ place }}",{% for h in record.holding %}{{ h.archive }};{% endfor %},{{ record.nothing.there }}"#,
    );
    assert_eq!(cells, ["Mao Zedong, Beijing", "APRF;AVP RF;RGASPI;", ""]);
}

/// A citation in a column is the one that `cite` and `bib` print of the record alone.
#[test]
fn citations_in_columns_are_those_of_cite_and_bib() {
    let desk = Desk::new();
    let root = env!("CARGO_MANIFEST_DIR");
    for style in ["chicago-archival-notes", "apa", "gost-r-7-0-5", "wilson-center"] {
        let columns = format!("id,cite:{style},bib:{style}");
        let said = desk.fonds(&[
            "-C",
            root,
            "export",
            "--to",
            "csv",
            "--raw",
            "-q",
            "--columns",
            &columns,
        ]);
        let mut reader = csv::Reader::from_reader(said.stdout.as_bytes());
        for row in reader.records().map(|row| row.expect("a row")).step_by(5) {
            let cite = desk.fonds(&["-C", root, "cite", &row[0], "--style", style]);
            assert_eq!(cite.stdout.trim_end(), &row[1], "{style} {}", &row[0]);
            let bib =
                desk.fonds(&["-C", root, "bib", &format!("id={}", &row[0]), "--style", style]);
            assert_eq!(bib.stdout.trim_end(), &row[2], "{style} {}", &row[0]);
        }
    }
}

#[test]
fn wrong_columns_are_refused_before_anything_is_written() {
    let desk = desk();
    let mut told = String::new();
    for columns in [
        "nonsense",
        "id,",
        "=id",
        "id,ID=id,id",
        "path.fond",
        "holding.aprf.pth",
        "date.snet",
        "cite:nope",
        "bib:@no language",
        "{{ titel }}",
        "{{ title",
        "{{ title | nope }}",
        "{{ archive }}",
        "a\nb=id",
        "cite:../../etc/passwd",
    ] {
        let said = desk.fonds(&["export", "--to", "csv", "-o", "out.csv", "--columns", columns]);
        assert!((2..=4).contains(&said.code), "{columns}: {said}");
        assert!(!desk.has("out.csv"));
        told.push_str(&format!("{columns:?}\n{}\n", said.stderr));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_template_that_fails_costs_its_cell_and_is_told() {
    let desk = desk();
    let columns = "id,x={% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %},y={{ title | int }},title";
    let said = desk.fonds(&["export", "--to", "csv", "-q", "--columns", columns]).ended(3);
    insta::assert_snapshot!(said, @r"
    --- stdout
    id,x,y,title,guarded
    1951--a.b_c,,,A letter,
    1952-b,,,A letter,
    --- stderr
    error[F303]: the column `x` is empty for 2 records; for `1951--a.b_c`: template:1:1: it takes more than 50000 steps for one cell
    error[F303]: the column `y` is empty for 2 records; for `1951--a.b_c`: template:1:12: invalid float literal, at `int`
    2 errors
    --- exit 3
    ");
}

#[test]
fn columns_that_nobody_asked_for_are_no_loss_and_those_of_all_columns_are_told() {
    let desk = desk();
    let said = desk.fonds(&["export", "--to", "csv", "--columns", "id,title"]).good();
    assert_eq!(said.stderr, "");
    let letter = LETTER
        .replace("name = \"Mao Zedong\"", "name = \"Mao Zedong\"\nposition = \"Chairman\"")
        .replace("archive = \"APRF\"", "archive = \"APRF\"\nnote = \"a copy\"");
    desk.write(
        "records/1951/1951--a.b_c.toml",
        format!("{letter}\n[[evidence]]\nsource = \"a book\"\n"),
    );
    desk.fonds(&["export", "--to", "csv", "id=1951--a.b_c", "-o", "o", "--report", "lost"]).good();
    insta::assert_snapshot!(desk.read("lost"), @r#"
    {"record":"1951--a.b_c","field":"agent.sender-mao-zedong.position","why":"no column carries it"}
    {"record":"1951--a.b_c","field":"holding.aprf.note","why":"no column carries it"}
    {"record":"1951--a.b_c","field":"evidence","why":"no column carries it"}
    "#);
    // Rows of holdings have the note of the holding.
    desk.fonds(&[
        "export",
        "--to",
        "csv",
        "--rows",
        "holding",
        "id=1951--a.b_c",
        "-o",
        "o",
        "--report",
        "lost",
    ])
    .good();
    assert!(!desk.read("lost").contains("holding"), "{}", desk.read("lost"));
}

/// The names of headers with spaces do not confuse the column that names guarded cells.
#[test]
fn guarded_cells_under_any_header_come_back() {
    use fonds::formats::table_reader::Mapping;
    let desk = Desk::with_catalog();
    desk.write("records/1951/1951--a.b_c.toml", LETTER.replace("A letter", "=A letter"));
    let said = desk.fonds(&["export", "--to", "csv", "--columns", "id,The title=title"]).good();
    insta::assert_snapshot!(said.stdout, @r"
    id,The title,guarded
    1951--a.b_c,'=A letter,#2
    ");
    let mut mapping = Mapping::default();
    mapping.columns.insert("The title".into(), "title".into());
    let archives = fonds::record_file::built_in_archives();
    let context = fonds::formats::Context { archives: &archives, mapping: Some(&mapping) };
    let mut titles = Vec::new();
    let read = fonds::formats::read(
        fonds::formats::SourceFormat::Table,
        &said.stdout,
        "t.csv",
        &context,
        &mut |found| {
            let draft = found.into_draft(&"x".parse().expect("an id"), "t.csv");
            titles.push(draft.finish().0.and_then(|record| record.title).map(|title| title.text));
            Ok(())
        },
    );
    assert!(read.is_ok());
    assert_eq!(titles, [Some("=A letter".to_owned())]);
}

/// The header of a TEI file names who publishes the letters when the settings of the catalog do; else it is told.
#[test]
fn a_tei_file_says_who_publishes_it() {
    let letter = "format = 1\nid = \"1951-08-27-mao\"\ntitle = \"T\"\ngenre = \"letter\"\ndate = { sent = \"1951-08-27\" }\n";
    let desk = Desk::with_catalog();
    desk.commit_by_hand("records/1951/08/1951-08-27-mao.toml", letter, "a letter");
    let said = desk.fonds(&["export", "--to", "tei"]).good();
    assert!(said.stderr.contains("does not name publisher, editor, licence"), "{said}");
    let settings = desk.read("fonds.toml");
    let settings = format!(
        "{settings}publisher = \"An Academy\"\neditor = \"A. Editor\"\nlicence = \"https://example.org/by\"\nurl = \"https://example.org/letters\"\n"
    );
    desk.commit_by_hand("fonds.toml", &settings, "who publishes it");
    let said = desk.fonds(&["export", "--to", "tei", "-o", "letters.xml"]).good();
    assert!(!said.stderr.contains("does not name"), "{said}");
    let text = desk.read("letters.xml");
    for part in [
        "<editor>A. Editor</editor>",
        "<publisher>An Academy</publisher>",
        "<idno type=\"url\">https://example.org/letters</idno>",
        "<licence target=\"https://example.org/by\">",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let said = desk.fonds(&["import", "--dry-run", "--json", "letters.xml"]).good();
    let answer: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(answer["counts"]["unchanged"], 1, "{said}");
}
