//! Bibliographies through our record and back: what has a place is kept.

use crate::formats::samples;
use fonds::citation::{Choice, Item, item_of};
use fonds::formats::{Context, Format, SourceFormat, TableOptions, read};
use fonds::record::{Archives, Record, Role};
use fonds::record_file::built_in_archives;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;

/// The records of `text`, in any catalog.
pub(crate) fn read_records(format: SourceFormat, text: &str) -> Vec<Record> {
    records(format, text, &built_in_archives())
}

/// The records of `text`.
fn records(format: SourceFormat, text: &str, archives: &Archives) -> Vec<Record> {
    let mut records = Vec::new();
    let problems = read(format, text, "t", &Context { archives, mapping: None }, &mut |found| {
        let id = format!("r{}", records.len()).parse().expect("an id");
        let draft = found.into_draft(&id, "t");
        let (record, problems) = draft.finish();
        records.push(record.unwrap_or_else(|| panic!("{problems:?}")));
        Ok(())
    });
    assert!(problems.is_ok(), "{problems:?}");
    records
}

fn written(format: Format, records: &[Record], archives: &Archives) -> String {
    let mut writer = format.writer(&TableOptions::default()).expect("a writer");
    let mut out = Vec::new();
    writer.begin(&mut out).expect("written");
    for record in records {
        writer.record(&record.into(), archives, &mut out).expect("written");
    }
    writer.end(&mut out).expect("written");
    String::from_utf8(out).expect("UTF-8")
}

/// What of a record each of the formats has a place for, as texts that can be compared.
fn kept(record: &Record) -> Vec<(&'static str, String)> {
    let mut kept = Vec::new();
    let mut put = |name, text: Option<String>| {
        if let Some(text) = text {
            kept.push((name, text.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    };
    put("title", record.title.as_ref().map(|title| title.text.clone()));
    put("genre", record.genre.clone());
    put("place", record.place.clone());
    put("abstract", record.abstract_text.clone());
    put("language", record.languages.first().map(|language| language.to_string()));
    put("number", record.numbers.first().map(|number| number.value.clone()));
    put("date", record.dates.principal().map(|event| event.value.to_string()));
    put("url", record.surrogates.first().and_then(|surrogate| surrogate.url.clone()));
    for agent in &record.agents {
        put("agent", Some(format!("{} {}", agent.role, agent.name.display())));
    }
    if let Some(holding) = record.holdings.first() {
        let path: Vec<String> =
            holding.path.steps().iter().map(|step| step.value.replace('–', "-")).collect();
        put("holding", Some(format!("{} {}", holding.archive, path.join("/"))));
    }
    kept
}

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec("[A-Za-zÀ-ÿа-я][a-zà-ÿа-я]{0,9}", 1..6).prop_map(|words| words.join(" "))
}

fn difficult() -> impl Strategy<Value = String> {
    // Signs that mean something in one of the formats.
    (words(), "[%&#$_{}~^\\\\\"'<>:;,=@|\\[\\]()!?*+/-]{0,4}", words())
        .prop_map(|(a, signs, b)| format!("{a} {signs} {b}"))
}

fn date() -> impl Strategy<Value = String> {
    prop_oneof![
        (1800..2020u16, 1..=12, 1..=28).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}")),
        (1800..2020u16, 1..=12).prop_map(|(y, m)| format!("{y}-{m:02}")),
        (1800..2020u16).prop_map(|y| y.to_string()),
        (1800..2020u16).prop_map(|y| format!("{y}~")),
        (1800..1900u16, 1901..2020u16).prop_map(|(a, b)| format!("{a}/{b}")),
    ]
}

fn letter() -> impl Strategy<Value = Value> {
    let name = || {
        ("[A-Z][a-z]{2,8}", "[A-Z][a-z]{2,8}")
            .prop_map(|(family, given)| json!({ "family": family, "given": given }))
    };
    (
        (difficult(), prop_oneof!["telegram", "memorandum", "despatch"], date(), words(), difficult()),
        (name(), name(), prop::option::of(1..100_000u32)),
        (prop_oneof!["APRF", "RGASPI", "GARF"], 1..999u32, 1..40u32, 1..999u32, 1..200u32),
    )
        .prop_map(|((title, genre, date, place, about), (sender, recipient, number), (archive, fond, opis, delo, list))| {
            json!({
                "format": 1, "id": "x", "title": { "text": title.trim(), "kind": "formal" }, "genre": genre, "place": place,
                "date": { "sent": date }, "abstract": about.trim(), "language": "ru",
                "number": number.map(|n| json!([{ "value": n.to_string() }])),
                "agent": [{ "role": "sender", "name": sender }, { "role": "recipient", "name": recipient }],
                "holding": [{ "archive": archive, "path": [
                    ["fond", fond.to_string()], ["opis", opis.to_string()], ["delo", delo.to_string()], ["list", list.to_string()]
                ] }],
                "surrogate": [{ "url": "https://example.org/a?b=1&c=%7E" }],
            })
        })
}

pub(crate) fn record(json: Value) -> Record {
    let node = fonds::record::Node::from_json(json);
    let (record, problems) = fonds::record::Draft::new(node, Default::default()).finish();
    record.unwrap_or_else(|| panic!("{problems:?}"))
}

/// What comes back of `record` from `out`, without the fields `except`.
fn assert_kept(
    record: &Record,
    out: Format,
    back: SourceFormat,
    except: &[&str],
) -> Result<(), TestCaseError> {
    let archives = built_in_archives();
    let text = written(out, std::slice::from_ref(record), &archives);
    let again = records(back, &text, &archives);
    prop_assert_eq!(again.len(), 1, "{}", &text);
    let without = |record: &Record| -> Vec<(&'static str, String)> {
        kept(record).into_iter().filter(|(name, _)| !except.contains(name)).collect()
    };
    prop_assert_eq!(without(record), without(&again[0]), "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn csl_json_keeps_what_has_a_place(letter in letter()) {
        assert_kept(&record(letter), Format::CslJson, SourceFormat::CslJson, &[])?;
    }

    #[test]
    fn ris_keeps_what_has_a_place(letter in letter()) {
        assert_kept(&record(letter), Format::Ris, SourceFormat::Ris, &[])?;
    }

    /// BibLaTeX has no field for a recipient: the name stands in the note.
    #[test]
    fn biblatex_keeps_what_has_a_place(letter in letter()) {
        assert_kept(&record(letter), Format::BibLatex, SourceFormat::Bibtex, &["agent"])?;
    }

    /// Hayagriva has neither recipients nor ranges of dates, and no way to write a brace.
    #[test]
    fn hayagriva_keeps_what_has_a_place(letter in letter()) {
        prop_assume!(kept(&record(letter.clone())).iter().all(|(_, text)| !text.contains(['{', '}'])));
        assert_kept(&record(letter), Format::Hayagriva, SourceFormat::Hayagriva, &["agent", "date", "title"])?;
    }
}

/// The texts in a value.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::Object(object) => object.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_items_of_the_chicago_manual_come_back() {
    let Some(samples) = samples() else { return };
    let archives = built_in_archives();
    let text =
        fs::read_to_string(samples.join("cmos18_archival_items.csl.json")).expect("the sample");
    let before: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let records = records(SourceFormat::CslJson, &text, &archives);
    assert_eq!(records.len(), before.len());
    let mut missing = Vec::new();
    for (record, before) in records.iter().zip(&before) {
        let (item, _) = item_of(record, &archives, &Choice::for_export());
        let after = item.to_json();
        let (before, _) = Item::from_json(before);
        let before = before.expect("an item").to_json();
        for (key, value) in before.as_object().expect("an object") {
            // The key and the interviewer are kept in `custom`; `note` held variables, which are now such.
            let elsewhere =
                matches!(key.as_str(), "id" | "note" | "citation-key" | "interviewer" | "type");
            // Leaves end the location; what has no place at all stands in the evidence, which goes to `custom`.
            let location = after["archive_location"].as_str().unwrap_or("");
            let evidence = after["custom"].to_string();
            let parts = strings(value);
            let kept = value.as_str().is_some_and(|words| location.ends_with(words))
                || evidence.contains(&format!("{key}: "))
                    && parts.iter().all(|part| evidence.contains(part.as_str()));
            if !elsewhere && !kept && after.get(key).is_none() {
                missing.push(format!("{}: {key}: {value}", record.id));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Archives' formats are read by their own readers: what was written is understood.
#[test]
fn ead3_and_tei_are_read_again() {
    let archives = built_in_archives();
    let json = json!({
        "format": 1, "id": "1923-01-26-burton-merriam", "genre": "telegram", "title": "Burton & Merriam <on> \"politics\"",
        "date": { "sent": { "value": "1923-01-26", "as_printed": "January 26, 1923" }, "received": "1923-01-27" },
        "place": "Chicago", "language": "en", "rights": "none known",
        "agent": [{ "role": "sender", "name": { "family": "Burton", "given": "A." } }, { "role": "recipient", "name": { "family": "Merriam", "given": "Charles E." } }],
        "holding": [{ "archive": "University of Chicago Library", "path": [["collection", "Charles E. Merriam Papers"], ["box", "26"], ["folder", "17"]] }],
        "custody": [{ "event": "given", "to": "the library" }],
        "surrogate": [{ "url": "https://example.org/?a=1&b=2" }],
    });
    let record = record(json);
    let ead = written(Format::Ead3, std::slice::from_ref(&record), &archives);
    let components = records(SourceFormat::Ead, &ead, &archives);
    // The collection that holds the records of an export is none itself.
    let [item] = &components[..] else { panic!("{ead}") };
    assert_eq!(item.place.as_deref(), Some("Chicago"));
    assert_eq!(item.agents_as(Role::Recipient).count(), 1);
    assert_eq!(
        item.title.as_ref().map(|t| t.text.as_str()),
        Some("Burton & Merriam <on> \"politics\"")
    );
    assert_eq!(item.holdings[0].path.step("box").map(|step| step.value.as_str()), Some("26"));
    assert_eq!(item.genre.as_deref(), Some("telegram"));
    assert_eq!(item.surrogates[0].url.as_deref(), Some("https://example.org/?a=1&b=2"));
    let tei = written(Format::Tei, std::slice::from_ref(&record), &archives);
    let letters = records(SourceFormat::Tei, &tei, &archives);
    assert_eq!(letters[0].dates.sent, record.dates.sent);
    assert_eq!(letters[0].dates.received, record.dates.received);
    assert_eq!(letters[0].place, record.place);
    let people = |record: &Record| {
        record.agents.iter().map(|a| (a.role, a.name.display())).collect::<Vec<_>>()
    };
    assert_eq!(people(&letters[0]), people(&record));
    let dc = written(Format::DublinCore, std::slice::from_ref(&record), &archives);
    assert!(roxmltree::Document::parse(&dc).is_ok(), "{dc}");
}

/// In a spreadsheet every cell is text, whatever it looks like.
#[test]
fn xlsx_has_no_formula() {
    let archives = built_in_archives();
    let hostile = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "＝1+1"];
    let records: Vec<Record> = hostile
        .iter()
        .enumerate()
        .map(|(at, text)| record(json!({ "format": 1, "id": format!("r{at}"), "title": text, "note": text, "place": "x".repeat(40_000) })))
        .collect();
    let mut writer = Format::Xlsx.writer(&TableOptions::default()).expect("a writer");
    let mut out = Vec::new();
    writer.begin(&mut out).expect("begun");
    let mut lost = 0;
    for record in &records {
        lost += writer.record(&record.into(), &archives, &mut out).expect("written").len();
    }
    writer.end(&mut out).expect("ended");
    assert_eq!(lost, hostile.len(), "a cell that is cut off is said to be");
    assert!(out.starts_with(b"PK"));
    let sheet = inflated(&out, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "a formula");
    assert!(sheet.contains("t=\"s\"") && sheet.contains("state=\"frozen\""));
    let strings = inflated(&out, "xl/sharedStrings.xml");
    assert!(strings.contains("=1+1") && strings.contains("@SUM(A1)"));
}

/// The text of one file of a ZIP archive, found by its local header.
fn inflated(zip: &[u8], name: &str) -> String {
    let at = zip
        .windows(name.len())
        .enumerate()
        .find(|(at, window)| {
            *window == name.as_bytes() && *at >= 30 && zip[at - 30..].starts_with(b"PK\x03\x04")
        })
        .map(|(at, _)| at)
        .expect("the file");
    let header = &zip[at - 30..];
    let extra = usize::from(u16::from_le_bytes([header[28], header[29]]));
    let data = &zip[at + name.len() + extra..];
    let bytes =
        miniz_oxide::inflate::decompress_to_vec(data).unwrap_or_else(|partial| partial.output);
    String::from_utf8(bytes).expect("UTF-8")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// A table with tabs has as many cells in each row as columns, whatever stands in them.
    #[test]
    fn tsv_keeps_its_shape(title in "[ -~\t\n\r\u{a0}é毛]{1,40}") {
        prop_assume!(!title.trim().is_empty());
        let archives = built_in_archives();
        let record = record(json!({ "format": 1, "id": "x", "title": title }));
        let text = written(Format::Tsv, &[record], &archives);
        let columns: Vec<usize> = text.trim_end_matches('\n').split('\n').map(|line| line.split('\t').count()).collect();
        prop_assert_eq!(columns.len(), 2);
        prop_assert_eq!(columns[0], columns[1]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Our own table, read into records and written again, is the same table. (A cell of white space alone says
    /// nothing and comes in as no value.)
    #[test]
    fn our_csv_comes_in_and_goes_out_exactly(letter in letter(), cells in prop::collection::vec("([ \n]{0,3}[!-~é毛][ -~é毛\n]{0,20})?", 3)) {
        let mut letter = letter;
        letter["rights"] = json!(cells[0]);
        letter["note"] = json!(cells[1]);
        letter["contact"] = json!(cells[2]);
        let archives = built_in_archives();
        let before = record(letter);
        for rows in [fonds::formats::table::Rows::Record, fonds::formats::table::Rows::Holding] {
            let table = |record: &Record| {
                let options = TableOptions { rows, ..TableOptions::default() };
                let mut writer = Format::Csv.writer(&options).expect("a writer");
                let mut out = Vec::new();
                writer.begin(&mut out).expect("begun");
                writer.record(&record.into(), &archives, &mut out).expect("written");
                String::from_utf8(out).expect("UTF-8")
            };
            let first = table(&before);
            let mut again = None;
            read(SourceFormat::Table, &first, "t.csv", &Context { archives: &archives, mapping: None }, &mut |found| {
                // The importer takes the id from the table.
                let mut found = found;
                let key = found.key.take().expect("an id");
                assert_eq!(key, ("id".to_owned(), "x".to_owned()));
                let draft = found.into_draft(&"x".parse().expect("an id"), "t.csv");
                let (record, problems) = draft.finish();
                again = Some(record.unwrap_or_else(|| panic!("{problems:?}")));
                Ok(())
            })
            .expect("read");
            let second = table(&again.expect("a record"));
            prop_assert_eq!(first, second);
        }
    }
}
