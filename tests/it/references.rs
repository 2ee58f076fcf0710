//! Printed references are read: single facts here, and the real citations of the shared cases.

use fonds::citation::reference::{self, ReadHolding, Reading};
use fonds::record::Archives;
use fonds::record_file::built_in_archives;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

fn archives() -> &'static Archives {
    static ARCHIVES: OnceLock<Archives> = OnceLock::new();
    ARCHIVES.get_or_init(built_in_archives)
}

fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("FONDS_SHARED").map(PathBuf::from);
    let root =
        root.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")));
    root.is_dir().then_some(root)
}

/// Tells the person who runs the tests; the lints keep `println!` out.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The levels that the cases call otherwise than the archives' entries.
fn level_of_case(level: &str) -> &str {
    match level {
        "Bestand" => "bestand",
        "Archivnummer" | "Archivalie" => "archivnummer",
        "Blatt" => "blatt",
        other => other,
    }
}

/// Archive and path as one text: `aprf: fond=45 opis=1`. The order of the steps does not count
/// where a reference runs from the bottom up.
fn shown(archive: &str, mut steps: Vec<(String, String)>) -> String {
    steps.sort();
    let steps: Vec<String> =
        steps.iter().map(|(level, value)| format!("{level}={value}")).collect();
    format!("{archive}: {}", steps.join(" | "))
}

fn shown_reading(holding: &ReadHolding) -> String {
    let steps = holding.path.steps().iter().flat_map(|step| {
        let title =
            step.title.as_ref().map(|title| (format!("{}-title", step.level), title.clone()));
        [Some((step.level.to_string(), step.value.clone())), title].into_iter().flatten()
    });
    shown(holding.archive.as_deref().unwrap_or("?"), steps.collect())
}

fn shown_case(holding: &Value) -> String {
    let archives = archives();
    let name = holding["repository"].as_str().unwrap_or("");
    let archive = archives.find(name).map_or("?", |archive| archive.id.as_str());
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or("").to_owned();
    let steps = holding["path"].as_array().into_iter().flatten();
    let steps =
        steps.map(|step| (level_of_case(&text(step, "level")).to_owned(), text(step, "value")));
    shown(archive, steps.collect())
}

#[test]
fn the_printed_references_of_real_documents_are_understood() {
    let Some(shared) = shared() else {
        say("skipped: the shared cases are not at hand");
        return;
    };
    let archives = archives();
    let cases =
        std::fs::read_to_string(shared.join("cases/archival-citations.jsonl")).expect("the cases");
    let mut tried = 0;
    let mut missed: Vec<String> = Vec::new();
    for line in cases.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).expect("a case");
        let mut expected: Vec<String> =
            case["fields"]["holdings"].as_array().into_iter().flatten().map(shown_case).collect();
        if let Some(group) = case["fields"]["record_group"].as_str() {
            let field = |key: &str| case["fields"][key].as_str().unwrap_or("").to_owned();
            let steps = vec![
                ("record-group".to_owned(), group.to_owned()),
                ("record-group-title".to_owned(), field("record_group_title")),
                ("series".to_owned(), field("series")),
                ("file-unit".to_owned(), field("file_unit")),
                ("item".to_owned(), field("item")),
            ];
            expected.push(shown("nara", steps));
        }
        for (kind, text) in case["expected"].as_object().into_iter().flatten() {
            let text = text.as_str().unwrap_or("");
            let reading: Reading = reference::read(text, archives);
            let got: Vec<String> = reading.holdings.iter().map(shown_reading).collect();
            tried += 1;
            // A bibliography leaves levels out: what it names has to be right.
            let within = |(got, want): (&String, &String)| {
                got.split(" | ").all(|step| {
                    want.contains(step.trim_start_matches(|c| c != ':').trim_start_matches(": "))
                })
            };
            let right = match kind.as_str() {
                "bibliography" | "bibliography_collection" | "author_date" => {
                    got.len() == expected.len() && got.iter().zip(&expected).all(within)
                }
                _ => got == expected,
            };
            if !right || !reading.not_understood.is_empty() {
                missed.push(format!(
                    "{} {kind}\n  text  {text}\n  want  {expected:#?}\n  got   {got:#?}\n  left  {:?}",
                    case["id"].as_str().unwrap_or(""),
                    reading.not_understood.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(),
                ));
            }
        }
    }
    let right = tried - missed.len();
    say(&format!("{right} of {tried} printed references give the right archive and path"));
    assert!(missed.is_empty(), "{} missed of {tried}:\n{}", missed.len(), missed.join("\n"));
}

/// One line of `tests/cases/references.jsonl`: a text and what is read from it.
#[test]
fn single_references_are_read_as_the_cases_say() {
    let archives = archives();
    let cases = include_str!("../cases/references.jsonl");
    let mut wrong = Vec::new();
    for line in cases.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).expect("a case");
        let reading = reference::read(case["text"].as_str().expect("a text"), archives);
        let got = serde_json::to_value(&reading).expect("JSON");
        if got != case["reading"] {
            wrong.push(format!("{}\n  want {}\n  got  {got}", case["text"], case["reading"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `tests/cases/references/readings.txt`: a text, and below it what is read of each place it names.
#[test]
fn references_of_many_archives_are_read_as_the_cases_say() {
    let archives = archives();
    let cases = include_str!("../cases/references/readings.txt");
    let mut wrong = Vec::new();
    let mut tried = 0;
    let mut lines = cases.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).peekable();
    while let Some(text) = lines.next() {
        let mut want = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("  ")) {
            want.push(line.trim().to_owned());
        }
        let reading = reference::read(text, archives);
        let step = |step: &fonds::record::Step| match &step.title {
            Some(title) => format!("{} {} = {title}", step.level, step.value),
            None => format!("{} {}", step.level, step.value),
        };
        let one = |holding: &ReadHolding| {
            let steps: Vec<String> = holding.path.steps().iter().map(step).collect();
            let archive = holding.archive.as_deref().unwrap_or("?");
            format!("{archive}: {}", steps.join(" | ")).trim().to_owned()
        };
        let mut got: Vec<String> = reading.holdings.iter().map(one).collect();
        if want.iter().any(|line| line.starts_with("in ")) {
            got.extend(reading.publications.iter().map(printed_in));
        }
        tried += 1;
        if got != want || !reading.not_understood.is_empty() {
            wrong.push(format!("{text}\n  want {want:?}\n  got  {got:?}"));
        }
    }
    assert!(tried > 670 && wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A publication as the readings tell it: `in Foreign Relations, 1950: volume 7 | document 345`.
fn printed_in(publication: &fonds::record::Publication) -> String {
    let parts = [
        ("volume", &publication.volume),
        ("part", &publication.part),
        ("volume title", &publication.volume_title),
        ("document", &publication.document),
        ("pages", &publication.pages),
    ];
    let told = |(name, value): (&str, &Option<String>)| Some(format!("{name} {}", value.as_ref()?));
    let parts: Vec<String> = parts.into_iter().filter_map(told).collect();
    format!("in {}: {}", publication.title.as_deref().unwrap_or(""), parts.join(" | "))
}

#[test]
fn what_is_not_understood_is_reported_with_its_place() {
    let archives = archives();
    for (text, left) in [
        ("APRF, f. 45, op. 1, d. 340, zz. 7.", vec!["zz. 7"]),
        ("Lorem ipsum dolor sit amet.", vec!["Lorem ipsum dolor sit amet"]),
        ("", vec![]),
    ] {
        let reading = reference::read(text, archives);
        let got: Vec<&str> =
            reading.not_understood.iter().map(|piece| &text[piece.start..piece.end]).collect();
        assert_eq!(got, left, "{text}");
        assert!(!reading.problems.is_empty(), "{text}");
    }
    let long = "f. 1, ".repeat(20_000);
    assert_eq!(reference::read(&long, archives).problems.len(), 1);
}

#[test]
fn a_catalogs_own_archive_is_read_by_its_own_levels() {
    use fonds::record::ArchiveText;
    let text = r#"
        id = "parish"
        name = "Parish Archive of Little Wenlock"
        abbreviation = "PALW"
        [[level]]
        name = "chest"
        form = [{ full = "chest", short = "ch." }]
        [[level]]
        name = "bundle"
        form = [{ full = "bundle", short = "bdl." }]
    "#;
    let own =
        ArchiveText { id: "parish".into(), file: "archives/parish.toml".into(), text: text.into() };
    let archives = built_in_archives().with([own]);
    let reading =
        reference::read("PALW, ch. 2, bdl. 14b; and APRF, f. 3, op. 65, d. 363.", &archives);
    let got: Vec<String> = reading.holdings.iter().map(shown_reading).collect();
    assert_eq!(got, ["parish: bundle=14b | chest=2", "aprf: delo=363 | fond=3 | opis=65"]);
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
}

mod laws {
    use super::*;
    use fonds::record::{LevelLabels, LevelName, Path, Step};
    use proptest::prelude::*;

    fn pieces() -> impl Strategy<Value = String> {
        let words = prop::sample::select(vec![
            "APRF",
            "AVP RF",
            "f.",
            "op. 1",
            "d.",
            "ll. 5-7",
            "45",
            ",",
            ";",
            ".",
            ":",
            "and",
            "RG 59",
            "(",
            ")",
            "[",
            "]",
            "“",
            "”",
            "\"",
            "National Archives",
            "Box",
            "Translated by",
            "X",
            "Secret",
            "Papers",
            "1951",
            "ed.",
            "vol.",
            "//",
            "http://a.b",
            "ГАРФ",
            "Ф.",
            "—",
            "TNA",
            "FO 371/1",
            "hereafter",
            "in",
            "the",
            "from",
            "Lot",
            "(M: P, 1999)",
            "é",
            "𝔘",
            "\u{301}",
        ]);
        prop::collection::vec(words, 0..24).prop_map(|words| words.join(" "))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_and_what_is_left_lies_in_it(text in prop_oneof![pieces(), ".{0,80}"]) {
            let archives = archives();
            let reading = reference::read(&text, archives);
            for piece in &reading.not_understood {
                prop_assert_eq!(text.get(piece.start..piece.end), Some(piece.text.as_str()));
            }
            for holding in &reading.holdings {
                prop_assert!(text.contains(&holding.as_printed));
            }
        }

        #[test]
        fn what_an_archive_prints_is_read_back(
            archive in prop::sample::select(vec!["APRF", "AVP RF", "RGANI", "ГАРФ"]),
            fond in "0?[1-9][0-9]{0,3}a?", opis in "[1-9][0-9]?", delo in "[1-9][0-9]{0,3}", leaves in "[1-9][0-9]{0,2}(-[1-9][0-9]{0,2})?",
            labels in prop::sample::select(vec![LevelLabels::Full, LevelLabels::Abbreviated, LevelLabels::OriginalScript]),
        ) {
            let archives = archives();
            let found = archives.find(archive).expect("a built-in archive");
            let step = |level: &str, value: &str| Step { level: level.parse::<LevelName>().expect("a level"), value: value.to_owned(), title: None };
            let path = Path::new(vec![step("fond", &fond), step("opis", &opis), step("delo", &delo), step("list", &leaves)]).expect("a path");
            let text = format!("{archive}, {}.", found.print_path(&path, labels));
            let reading = reference::read(&text, archives);
            prop_assert_eq!(reading.holdings.len(), 1, "{}", text);
            prop_assert_eq!(&reading.holdings[0].path, &path, "{}", text);
            prop_assert!(reading.not_understood.is_empty(), "{}", text);
        }
    }
}
