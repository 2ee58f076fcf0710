//! Citing and exporting, from the command line down.

use crate::desk::Desk;
use fonds::citation::{Choice, locator_of};
use fonds::ops::Catalog;
use fonds::record::{Draft, Node, Source};
use proptest::prelude::*;
use serde_json::json;
use std::collections::HashMap;

/// A real telegram in three archives (Wilson Center Digital Archive, "Ciphered Telegram No. 23256").
const TELEGRAM: &str = r#"format = 1
id     = "1951-08-27-mao-stalin"
genre  = "telegram"
title  = { text = "Ciphered Telegram No. 23256, Mao Zedong to Cde. Filippov [Stalin]", kind = "formal" }
number = [{ kind = "telegram", value = "23256" }]
place  = "Beijing"
date   = { sent = "1951-08-27T01:30", as_printed = "From BEIJING 01:30 27.8.1951" }
language = ["ru"]

[[agent]]
role = "sender"
name = { family = "Mao", given = "Zedong", order = "family-first" }

[[agent]]
role = "recipient"
name = { family = "Stalin", given = "Joseph" }
as_printed = "Cde. Filippov [Stalin]"

[[holding]]
id = "aprf"
archive = "APRF"
path = [["fond", "45"], ["opis", "1"], ["delo", "340"], ["listy", "86-88"]]
as_printed = "APRF, Fond 45, Opis 1, Delo 340, Listy 86-88"

[[holding]]
archive = "AVP RF"
path = [["fond", "059a"], ["opis", "5a"], ["delo", "5"], ["papka", "11"], ["listy", "51-53"]]

[[holding]]
archive = "RGASPI"
path = [["fond", "558"], ["opis", "11"], ["delo", "341"], ["listy", "86-88"]]
"#;

/// Two letters of one collection (Chicago Manual of Style, 14.127 and 14.128).
const LETTERS: [(&str, &str); 2] = [
    (
        "1918-09-25-creel-house",
        r#"format = 1
id = "1918-09-25-creel-house"
genre = "letter"
date = { sent = "1918-09-25" }
agent = [{ role = "sender", name = { family = "Creel", given = "George" } }, { role = "recipient", name = "Colonel House" }]
holding = [{ archive = "Yale University Library", path = [["collection", "Edward M. House Papers"], ["box", "4"], ["folder", "12"]] }]
"#,
    ),
    (
        "1918-10-01-creel-house",
        r#"format = 1
id = "1918-10-01-creel-house"
genre = "letter"
date = { sent = "1918-10-01~" }
agent = [{ role = "sender", name = { family = "Creel", given = "George" } }, { role = "recipient", name = "Colonel House" }]
holding = [{ archive = "Yale University Library", path = [["collection", "Edward M. House Papers"], ["box", "4"]] }]
"#,
    ),
];

fn desk() -> Desk {
    let telegram = ("1951-08-27-mao-stalin", TELEGRAM);
    Desk::with_records(std::iter::once(telegram).chain(LETTERS.iter().copied()))
}

#[test]
fn a_bare_place_gets_the_label_of_the_archives_leaves() {
    let node = Node::from_json(json!({"format": 1, "id": "a", "holding": [
        {"archive": "APRF", "path": [["fond", "45"], ["opis", "1"], ["listy", "86-88"]]},
        {"archive": "BArch", "path": [["bestand", "N 1022"], ["archivnummer", "32"], ["page", "13ff."]]},
    ]}));
    let record = Draft::new(node, Source::default()).finish().0.expect("a record");
    let archives = fonds::record_file::built_in_archives();
    let read = |typed: &str, holding: usize| {
        let locator =
            locator_of(typed, record.holdings.get(holding), &archives, &Choice::default());
        format!("{} / {} {}", locator.text, locator.label, locator.value)
    };
    assert_eq!(read("87", 0), "l. 87 / folio 87");
    assert_eq!(read("86-87", 0), "ll. 86–87 / folio 86–87");
    assert_eq!(read("14", 1), "S. 14 / page 14");
    assert_eq!(read("fol. 12v", 0), "fol. 12v / folio 12v");
    // In the script of the citation.
    assert_eq!(read("Л. 5", 0), "l. 5 / folio 5");
    assert_eq!(read("margin", 0), "margin / page margin");
    assert_eq!(read("", 0), " / page ");
    assert_eq!(read("İ. 5", 0), "İ. 5 / page İ. 5");
}

/// What `fonds cite` says with these arguments.
fn cite(desk: &Desk, arguments: &[&str]) -> String {
    let arguments: Vec<&str> = ["cite"].iter().chain(arguments).copied().collect();
    desk.fonds(&arguments).good().stdout
}

#[test]
fn one_telegram_in_many_conventions() {
    let desk = desk();
    let mut all = String::new();
    for arguments in [
        &["1951-08-27-mao-stalin"][..],
        &["1951-08-27-mao-stalin@87"],
        &["1951-08-27-mao-stalin", "--form", "short"],
        &["1951-08-27-mao-stalin", "--form", "bibliography"],
        &["1951-08-27-mao-stalin@87", "--form", "author-date"],
        &["1951-08-27-mao-stalin", "--holding", "all"],
        &["1951-08-27-mao-stalin@87", "--holding", "aprf,rgaspi"],
        &["1951-08-27-mao-stalin", "--holding", "rgaspi", "--levels", "full"],
        &["1951-08-27-mao-stalin", "--levels", "original-script", "--language", "ru"],
        &["1951-08-27-mao-stalin", "--levels", "as-printed"],
        &["1951-08-27-mao-stalin", "--language", "de"],
        &["1951-08-27-mao-stalin", "--language", "fr"],
        &["1951-08-27-mao-stalin", "--language", "en-GB"],
        &["1951-08-27-mao-stalin", "--hereafter=Telegram 23256"],
        &["1951-08-27-mao-stalin", "--style", "chicago-archival-place-first"],
        &["1951-08-27-mao-stalin", "--style", "wilson-center"],
        &["1951-08-27-mao-stalin", "--style", "bundesarchiv"],
        &["1951-08-27-mao-stalin", "--style", "gost-r-7-0-5"],
        &["1951-08-27-mao-stalin", "--style", "uk-national-archives"],
        &["1951-08-27-mao-stalin", "--style", "apa", "--form", "bibliography"],
    ] {
        all.push_str(&format!("$ cite {}\n{}", arguments.join(" "), cite(&desk, arguments)));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_sequence_has_short_forms_and_ibid() {
    let desk = desk();
    let sequence = [
        "1951-08-27-mao-stalin@87",
        "1951-08-27-mao-stalin@88",
        "1951-08-27-mao-stalin@88",
        "1918-09-25-creel-house",
        "1951-08-27-mao-stalin@86",
    ];
    let mut all = String::new();
    for style in ["chicago-archival-notes", "bundesarchiv", "gost-r-7-0-5"] {
        let mut arguments = sequence.to_vec();
        arguments.extend(["--style", style]);
        all.push_str(&format!("{style}\n{}", cite(&desk, &arguments)));
    }
    insta::assert_snapshot!(all);
}

/// With several holdings every citation has its own place: in the references where they are printed, as
/// a place of the short form where they are not.
#[test]
fn a_place_in_several_holdings_is_that_of_its_citation_alone() {
    let desk = desk();
    let mut all = String::new();
    for style in ["chicago-archival-notes", "bundesarchiv", "gost-r-7-0-5", "wilson-center-source"]
    {
        let arguments = [
            "1951-08-27-mao-stalin",
            "1951-08-27-mao-stalin@87",
            "1918-09-25-creel-house",
            "1951-08-27-mao-stalin@88; 52",
            "1951-08-27-mao-stalin@88; 52",
            "1951-08-27-mao-stalin",
            "--holding",
            "all",
            "--style",
            style,
        ];
        all.push_str(&format!("{style}\n{}", cite(&desk, &arguments)));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_bibliography_knows_collections_and_archives() {
    let desk = desk();
    let bib = |arguments: &[&str]| desk.fonds(arguments).good().stdout;
    insta::assert_snapshot!(bib(&["bib"]));
    insta::assert_snapshot!(bib(&["bib", "--collections"]));
    insta::assert_snapshot!(bib(&["bib", "--by-archive"]));
}

/// An abbreviation that several archives have: what follows it says which is meant, and the record keeps
/// a name that says it too.
#[test]
fn an_archive_is_cited_that_its_reference_meant() {
    if !crate::desk::git_is_here("archives of imported references") {
        return;
    }
    let desk = Desk::new();
    desk.write("fonds.toml", "format = 1\n");
    desk.git(&["init", "--quiet"]);
    let table = "id,title,genre,reference\n\
        a,One,report,\"NAI, MEA, 12/15/NGO-56\"\n\
        b,Two,report,\"NAI, DFA, 5/305/12\"\n\
        c,Three,report,\"AMAE, fond Telegrame, Phenian, vol. 1/1978\"\n\
        d,Four,report,\"AMAE, Asie-Océanie, Chine 1956-1967, vol. 523, fol. 12\"\n\
        e,Five,report,\"FO 800/602, ff. 12-14, TNA\"\n";
    desk.write("table.csv", table);
    desk.fonds(&["import", "table.csv", "-m", "a table", "--quiet"]).good();
    insta::assert_snapshot!(cite(&desk, &["a", "b", "c", "d", "e"]));
}

/// Sources grouped by archive and collection, under headings sorted as the language sorts.
#[test]
fn a_bibliography_by_archives_is_sorted_as_its_language_sorts() {
    let desk = desk();
    for (number, (archive, collection)) in [
        ("Österreichisches Staatsarchiv", "Nachlass Ärmel"),
        ("Zentralbibliothek Zürich", "Nachlass Zeller"),
        ("Оружейная палата", "Бумаги Ёлкина"),
        ("Оружейная палата", "Бумаги Жукова"),
        ("上海市档案馆", "B109"),
        ("北京大学图书馆", "胡适文库"),
        ("École normale", "Fonds Éluard"),
        ("Oslo byarkiv", "Privatarkiv"),
    ]
    .into_iter()
    .enumerate()
    {
        let record = json!({"format": 1, "id": format!("d{number}"), "genre": "report", "title": format!("Document {number}"),
            "holding": [{"archive": archive, "path": [["collection", collection]]}]});
        let draft = Draft::new(Node::from_json(record), Source::default());
        desk.write(&format!("records/d{number}.toml"), fonds::record_file::write(&draft.root));
    }
    let mut all = String::new();
    for language in ["en", "ru", "de", "fr", "zh"] {
        let arguments = ["bib", "--by-archive", "--language", language, "--json"];
        let said = desk.fonds(&arguments).good().stdout;
        let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
        let printed = said["printed"].as_array().into_iter().flatten();
        let mut headings: Vec<&str> =
            printed.filter_map(|entry| entry["heading"].as_str()).collect();
        headings.dedup();
        all.push_str(&format!("{language}\n  {}\n", headings.join("\n  ")));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_bad_record_does_not_stop_the_others() {
    let desk = desk();
    desk.write("records/bad.toml", "format = 1\nid = \"bad\"\ndate = { sent = \"Circa 1843\" }\n");
    let said = desk.fonds(&["cite", "bad", "1918-09-25-creel-house", "nothing"]).ended(3);
    assert!(said.stdout.starts_with("George Creel to Colonel House"), "{}", said.stdout);
    assert!(
        said.stderr.contains("Circa 1843") && said.stderr.contains("`nothing`"),
        "{}",
        said.stderr
    );
    desk.fonds(&["cite", "nothing"]).ended(2);
    desk.fonds(&["cite", "1951-08-27-mao-stalin@"]).ended(2);
    let said =
        desk.fonds(&["cite", "1951-08-27-mao-stalin", "--style", "chicago-archival-note"]).ended(2);
    assert!(said.stderr.contains("chicago-archival-notes"), "{}", said.stderr);
    desk.fonds(&["cite", "1951-08-27-mao-stalin", "--holding", "../x"]).ended(3);
}

#[test]
fn a_catalog_brings_its_own_style_and_archives() {
    let desk = desk();
    let own = r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0"><info><title>Own</title><id>own</id>
        <updated>2026-01-01T00:00:00Z</updated></info><citation><layout><group delimiter=": ">
        <text variable="archive"/><text variable="archive_location"/></group></layout></citation></style>"#;
    desk.write("styles/own.csl", own);
    desk.write("fonds.toml", "format = 1\nstyle = \"own\"\n");
    assert_eq!(cite(&desk, &["1951-08-27-mao-stalin"]), "APRF: f. 45, op. 1, d. 340, ll. 86–88\n");
    desk.write(
        "archives/yale.toml",
        "id = \"yale\"\nscheme = \"manuscripts\"\nname = [\"Yale University Library\"]\nplace = [\"Elsewhere\"]\n",
    );
    let note = cite(&desk, &["1918-09-25-creel-house", "--style", "chicago-archival-notes"]);
    assert!(note.contains("Yale University Library, Elsewhere"), "{note}");
}

#[test]
fn nothing_of_a_record_is_active_in_html() {
    let desk = Desk::new();
    desk.write("fonds.toml", "format = 1\n");
    let payloads = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg/onload=alert(1)>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<i onmouseover=alert(1)>x</i>",
        "</div><iframe src=//evil>",
        "&lt;script&gt;",
        "<b><script>x</script></b>",
        "<span style=\"background:url(javascript:1)\">x</span>",
        "javascript:alert(1)",
        "data:text/html,<script>1</script>",
    ];
    for (number, payload) in payloads.iter().enumerate() {
        let node = Node::from_json(json!({
            "format": 1, "id": format!("p{number}"), "genre": payload, "title": payload, "place": payload,
            "number": payload, "date": {"sent": "1951"}, "note": payload, "rights": payload,
            "agent": [{"role": "sender", "name": payload},
                {"role": "recipient", "name": {"family": payload, "given": payload}}],
            "holding": [{"archive": payload, "path": [["fond", payload], ["listy", payload]], "shelfmark": payload}],
            "surrogate": [{"provider": payload, "url": payload}],
            "translation": [{"to": "en", "translator": [payload], "title": payload}],
        }));
        let record = Draft::new(node, Source::default()).finish().0.expect("a record");
        let text = fonds::record_file::write(&Draft::from(&record).root);
        desk.write(&format!("records/p{number}.toml"), text);
    }
    let catalog = Catalog::open(&desk.path(".")).expect("a catalog");
    let ids: Vec<fonds::ops::Cited> =
        (0..payloads.len()).map(|n| format!("p{n}").parse().expect("an id")).collect();
    for style in [
        "chicago-archival-notes",
        "wilson-center",
        "nara-leaflet-17",
        "gost-r-7-0-5",
        "apa",
        "ieee",
    ] {
        for form in [fonds::ops::Form::Note, fonds::ops::Form::Bibliography] {
            let request = fonds::ops::CiteRequest {
                style: Some(style.to_owned()),
                form,
                format: fonds::formatter::write::Format::Html,
                ..fonds::ops::CiteRequest::default()
            };
            let answer = catalog.cite(&ids, &request).expect("citations");
            for printed in answer.printed {
                let lower = printed.text.to_lowercase();
                for bad in [
                    "<script",
                    "<img",
                    "<svg",
                    "<iframe",
                    "<a href=\"javascript",
                    "<a href=\"data",
                    "<i on",
                    "<span",
                ] {
                    let active = lower.contains(bad);
                    assert!(!active, "{style} {}: {}", printed.id, printed.text);
                }
            }
        }
    }
}

#[test]
fn an_export_is_the_same_each_time_and_whole_or_not_there() {
    let desk = desk();
    let export = |to: &str| desk.fonds(&["export", "--to", to]).good().stdout;
    for to in ["csv", "csl-json", "bibtex", "biblatex", "jsonl"] {
        assert_eq!(export(to), export(to), "{to}");
    }
    insta::assert_snapshot!(export("biblatex"));
    insta::assert_snapshot!(export("bibtex"));
    desk.fonds(&["export", "--to", "csv", "--bom", "-o", "table.csv"]).good();
    assert_eq!(desk.read("table.csv"), format!("\u{feff}{}", export("csv")));
    // A refused export leaves what was there.
    desk.fonds(&["export", "--to", "csv", "--columns", "nonsense", "-o", "table.csv"]).ended(2);
    assert_eq!(desk.read("table.csv"), format!("\u{feff}{}", export("csv")));
    desk.fonds(&["export", "--to", "csv", "-o", "no/such/folder/table.csv"]).ended(4);
    let lines = export("jsonl");
    assert_eq!(lines.lines().count(), 3);
    for line in lines.lines() {
        let mut line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        // The version is of the record's text, and no part of the record.
        line.as_object_mut().and_then(|line| line.remove("version")).expect("a version");
        let node = Node::from_json(line);
        let (record, problems) = Draft::new(node, Source::default()).finish();
        assert!(record.is_some() && problems.is_empty(), "{problems:?}");
    }
    desk.fonds(&["export", "--to", "csl-json", "--report", "lost.jsonl"]).good();
    insta::assert_snapshot!(desk.read("lost.jsonl"));
}

#[test]
fn rows_of_holdings_have_their_levels() {
    let desk = desk();
    let columns = "id,holding,archive_id,path.fond,path.papka,as_printed";
    let said = desk.fonds(&[
        "export",
        "--to",
        "csv",
        "--rows",
        "holding",
        "--columns",
        columns,
        "--raw",
        "archive:rgaspi",
    ]);
    insta::assert_snapshot!(said.good().stdout, @r#"
    id,holding,archive_id,path.fond,path.papka,as_printed
    1951-08-27-mao-stalin,aprf,aprf,45,,"APRF, Fond 45, Opis 1, Delo 340, Listy 86-88"
    1951-08-27-mao-stalin,avp-rf,avp-rf,059a,11,
    1951-08-27-mao-stalin,rgaspi,rgaspi,558,,
    "#);
}

/// Writes one record as a row and reads it back, apostrophes taken off where the row says so.
fn through_csv(values: &HashMap<&'static str, String>) -> HashMap<String, String> {
    use fonds::formats::csv_writer::{CsvWriter, GUARDED};
    use fonds::formats::{Writer, formula_guard::unguard};
    let node = Node::from_json(json!({
        "format": 1, "id": "a", "title": values["title"], "genre": values["genre"], "note": values["note"],
        "place": values["place"],
    }));
    let record = Draft::new(node, Source::default()).finish().0.expect("a record");
    let archives = fonds::record_file::built_in_archives();
    let mut writer = CsvWriter::default();
    let mut bytes = Vec::new();
    writer.begin(&mut bytes).expect("written");
    writer.record(&(&record).into(), &archives, &mut bytes).expect("written");
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let header: Vec<String> =
        reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let row = reader.records().next().expect("a row").expect("a row");
    let guarded = row
        .get(header.iter().position(|name| name == GUARDED).expect("the column"))
        .expect("a cell");
    let guarded: Vec<&str> = guarded.split(' ').collect();
    header
        .iter()
        .zip(row.iter())
        .map(|(name, cell)| {
            let cell = if guarded.contains(&name.as_str()) { unguard(cell) } else { cell };
            (name.clone(), cell.to_owned())
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn a_row_comes_back_as_it_was(
        title in "\\PC{1,20}|['=+@,\"\t\n\r -]{1,6}[a-z0-9]{0,3}",
        genre in "[=+@-]{0,2}[a-z]{1,6}",
        note in "\\PC{1,12}|[\"\n,]{1,3}[=@]x",
        place in "-?[0-9]{1,5}",
    ) {
        let values = HashMap::from([("title", title), ("genre", genre), ("note", note), ("place", place)]);
        let back = through_csv(&values);
        for (name, value) in &values {
            prop_assert_eq!(&back[*name], value, "{}", name);
        }
    }
}

/// Whether the program `name` can be run.
fn is_here(name: &str) -> bool {
    let here = std::process::Command::new(name).arg("--version").output().is_ok();
    if !here {
        crate::skipped("round trip of BibLaTeX", &format!("{name} is not installed"));
    }
    here
}

#[test]
fn pandoc_reads_what_was_exported() {
    if !is_here("pandoc") {
        return;
    }
    let desk = desk();
    let tricky = r"50% of {A_1} & B~C ^ \input{x} $1 #2 -- <b> it's";
    let node = Node::from_json(
        json!({"format": 1, "id": "tricky", "title": tricky, "note": tricky,
        "agent": [{"role": "author", "name": {"family": "von Humboldt, and", "given": "Alexander {x}"}}]}),
    );
    let record = Draft::new(node, Source::default()).finish().0.expect("a record");
    desk.write("records/tricky.toml", fonds::record_file::write(&Draft::from(&record).root));
    for to in ["biblatex", "bibtex"] {
        desk.fonds(&["export", "--to", to, "-o", "out.bib"]).good();
        let read = desk
            .command("pandoc", &["-f", to, "-t", "csljson", "out.bib"])
            .output()
            .expect("pandoc");
        let told = String::from_utf8_lossy(&read.stderr).into_owned();
        assert!(read.status.success() && told.is_empty(), "{to}: {told}");
        let items: Vec<serde_json::Value> = serde_json::from_slice(&read.stdout).expect("JSON");
        let item = items.iter().find(|item| item["id"] == "tricky").expect("the entry");
        // Pandoc turns straight quotation marks into curly ones, and its HTML markup is escaped.
        let title = item["title"].as_str().expect("a title").replace('’', "'");
        let plain = title.replace("<span class=\"nocase\">", "").replace("</span>", "");
        assert_eq!(plain, tricky, "{to}");
        assert_eq!(item["author"][0]["given"], "Alexander {x}");
        let telegram = items.iter().find(|item| item["id"] == "1951-08-27-mao-stalin").expect("it");
        assert_eq!(telegram["author"][0]["literal"], "Mao Zedong", "{to}");
    }
}

#[test]
fn bibtex_tidy_takes_what_was_exported() {
    if !is_here("bibtex-tidy") {
        return;
    }
    let desk = desk();
    for to in ["biblatex", "bibtex"] {
        desk.fonds(&["export", "--to", to, "-o", "out.bib"]).good();
        let tidied =
            desk.command("bibtex-tidy", &["--no-modify", "out.bib"]).output().expect("it runs");
        let told = String::from_utf8_lossy(&tidied.stderr).into_owned();
        assert!(tidied.status.success() && told.is_empty(), "{to}: {told}");
    }
}

#[test]
fn a_holding_that_is_not_there_is_not_left_out_in_silence() {
    let desk = Desk::with_catalog();
    let text = "format = 1\nid = \"1951-a\"\n\n[[holding]]\narchive = \"APRF\"\n";
    desk.write("records/1951/1951-a.toml", text);
    for (option, known) in [("--holding", "name one of `aprf`"), ("--translation", "at all")] {
        let said = desk.fonds(&["cite", "1951-a", option, "nowhere"]).ended(2);
        assert!(said.stderr.contains("`nowhere`") && said.stderr.contains(known), "{said}");
    }
}

/// `tests/cases/citations/languages.txt`: a record, a style and a language, and below them the note. The records
/// have forms of names in the languages, a Julian day, a day that is not sure.
#[test]
fn every_style_speaks_every_language_of_citations() {
    let desk = Desk::new();
    desk.write("fonds.toml", "format = 1\n");
    for (id, text) in [
        ("jul", include_str!("../cases/citations/languages/jul.toml")),
        ("unc", include_str!("../cases/citations/languages/unc.toml")),
        ("und", include_str!("../cases/citations/languages/und.toml")),
        ("zh", include_str!("../cases/citations/languages/zh.toml")),
    ] {
        desk.write(&format!("records/{id}.toml"), text);
    }
    let catalog = Catalog::open(&desk.path(".")).expect("a catalog");
    let cases = include_str!("../cases/citations/languages.txt");
    let mut wrong = Vec::new();
    let mut lines = cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    while let (Some(case), Some(want)) = (lines.next(), lines.next()) {
        let words: Vec<&str> = case.split(' ').collect();
        let request = fonds::ops::CiteRequest {
            style: Some(words[1].to_owned()),
            language: Some(words[2].to_owned()),
            ..fonds::ops::CiteRequest::default()
        };
        let cited = [words[0].parse().expect("an id")];
        let printed = catalog.cite(&cited, &request).expect("a citation").printed;
        if printed[0].text != want.trim() {
            wrong.push(format!("{case}\n  want {}\n  got  {}", want.trim(), printed[0].text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Under an archive whose references are signatures, the fonds is the heading, with the title that one of
/// its documents gives it; numbers are sorted as numbers.
#[test]
fn a_bibliography_by_archives_names_the_fonds() {
    let record = |id: &str, sender: &str, archive: &str, path: &str| {
        format!(
            "format = 1\nid = \"{id}\"\ngenre = \"letter\"\ndate = {{ sent = \"1923-08-22\" }}\n\
             agent = [{{ role = \"sender\", name = {{ family = \"{sender}\", given = \"A.\" }} }}, \
             {{ role = \"recipient\", name = \"B\" }}]\n\
             holding = [{{ archive = \"{archive}\", path = [{path}] }}]\n"
        )
    };
    let seeckt =
        "[\"bestand\", \"N 247\", \"Nachlass Hans von Seeckt\"], [\"archivnummer\", \"139\"]";
    let records = [
        ("1923-08-22-a", record("1923-08-22-a", "Zorn", "BArch", seeckt)),
        (
            "1923-08-22-b",
            record(
                "1923-08-22-b",
                "Änne",
                "BArch",
                "[\"bestand\", \"N 247\"], [\"archivnummer\", \"140\"]",
            ),
        ),
        (
            "1923-08-22-c",
            record(
                "1923-08-22-c",
                "Maier",
                "BArch",
                "[\"bestand\", \"N 1022\"], [\"archivnummer\", \"3\"]",
            ),
        ),
        (
            "1923-08-22-d",
            record(
                "1923-08-22-d",
                "Roe",
                "TNA",
                "[\"department\", \"FO\"], [\"series\", \"371\"], [\"piece\", \"7\"]",
            ),
        ),
        (
            "1923-08-22-e",
            record(
                "1923-08-22-e",
                "Orlov",
                "RGASPI",
                "[\"fond\", \"558\"], [\"opis\", \"11\"], [\"delo\", \"7\"]",
            ),
        ),
    ];
    let desk = Desk::with_records(records.iter().map(|(id, text)| (*id, text.as_str())));
    let said = desk
        .fonds(&["bib", "--by-archive", "--style", "chicago-archival-notes", "--language", "de"])
        .good();
    insta::assert_snapshot!(said.stdout);
}

/// A finding aid describes its series and files, whose own titles stand in their paths.
#[test]
fn a_unit_of_an_archive_is_not_named_twice() {
    let unit = |id: &str, level: &str, title: &str, path: &str| {
        format!(
            "format = 1\nid = \"{id}\"\nlevel = \"{level}\"\ntitle = \"{title}\"\n\
             holding = [{{ archive = \"Clarke Library\", path = [{path}] }}]\n"
        )
    };
    let collection =
        r#"["collection", "Mss 2", "Hemingway Papers"], ["series", "Hemingway Papers"]"#;
    let file = format!(r#"{collection}, ["file", "Advertisements"], ["box", "1"]"#);
    let texts = [
        ("1951-08-papers", unit("1951-08-papers", "collection", "Hemingway Papers", collection)),
        ("1951-08-file", unit("1951-08-file", "file", "Advertisements", &file)),
        ("1951-08-item", unit("1951-08-item", "item", "Advertisements", &file)),
    ];
    let other = "{ archive = \"Other Library\", path = [[\"series\", \"Advertisements\"]] }] ";
    let two = unit("1951-08-two", "file", "Advertisements", &file);
    let two = format!("{}, {other}\n", two.trim_end().trim_end_matches(']'));
    let records = texts.iter().map(|(id, text)| (*id, text.as_str()));
    let desk = Desk::with_records(records.chain([("1951-08-two", two.as_str())]));
    let both = desk.fonds(&["cite", "1951-08-two", "--holding", "all"]).good().stdout;
    assert!(both.contains("Other Library"), "{both}");
    assert_eq!(both.matches("Advertisements").count(), 1, "{both}");
    let cited = |id: &str| desk.fonds(&["cite", id]).good().stdout;
    insta::assert_snapshot!(texts.each_ref().map(|(id, _)| cited(id)).concat(), @r"
    Hemingway Papers, Mss 2, Clarke Library.
    Advertisements, box 1, Hemingway Papers, Mss 2, Clarke Library.
    “Advertisements,” n.d., Advertisements, box 1, Hemingway Papers, Mss 2, Clarke Library.
    ");
}
