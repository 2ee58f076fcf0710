//! Hostile styles and items end in an answer, soon: nothing that is in a job stops the processor, and
//! nothing takes the jobs after it along. (Styles that run away are refused in `styles.rs`.)

use std::io::Cursor;
use std::time::{Duration, Instant};

use fonds::ops::citeproc::{Processor, serve};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Longer than any answer here may take; the machine may be busy, and the build is not optimised.
const SOON: Duration = Duration::from_secs(60);

fn answer(job: &Value) -> Value {
    let start = Instant::now();
    let answer = Processor::default().answer(&job.to_string());
    assert!(start.elapsed() < SOON, "{} took {:?}", job["id"], start.elapsed());
    answer
}

fn messages(answer: &Value) -> String {
    let problems = answer["problems"].as_array().expect("problems");
    problems.iter().filter_map(|problem| problem["message"].as_str()).collect::<Vec<_>>().join("\n")
}

fn item(id: &str) -> Value {
    json!({"id": id, "type": "book", "title": "Memoirs",
        "author": [{"family": "Kennan", "given": "George F."}], "issued": {"date-parts": [[1967]]}})
}

#[test]
fn a_bad_job_stops_no_other() {
    let good = json!({"id": "good", "style": "apa", "items": [item("a")]});
    let lines = [
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "{\"style\": 5, \"items\": {}}".to_owned(),
        json!({"id": 1, "style": "no-such-style", "items": [item("a")]}).to_string(),
        json!({"id": 2, "style": "apa"}).to_string(),
        json!({"id": 3, "style": "apa", "items": [5, null, {"type": "book"}, item("a")]}).to_string(),
        json!({"id": 4, "csl": "<style", "items": [item("a")]}).to_string(),
        json!({"id": 5, "style": "apa", "items": [item("a")], "citations": [7, {"items": [{"id": "b"}]}]})
            .to_string(),
        String::new(),
        good.to_string(),
    ];
    let mut input = Cursor::new(lines.join("\n"));
    let mut answers: Vec<Value> = Vec::new();
    serve(&mut input, &mut |answer| {
        answers.push(answer.clone());
        Ok(())
    })
    .expect("the jobs are read");
    assert_eq!(answers.len(), lines.len() - 1, "one answer a job, none for a blank line");
    for answer in &answers[..9] {
        assert!(!messages(answer).is_empty(), "{answer}");
    }
    assert_eq!(answers[6]["citations"], json!(["(Kennan, 1967)"]), "the good item is printed");
    assert_eq!(answers[9]["citations"], json!(["(Kennan, 1967)"]));
    assert_eq!(answers[9]["problems"], json!([]));
}

#[test]
fn absurd_items_are_printed_or_refused() {
    let long = "word ".repeat(40_000);
    let deep = format!("{}deep{}", "<i>".repeat(20_000), "</i>".repeat(20_000));
    let quotes = "\"'“‘".repeat(20_000);
    let spans = "<span class=\"nocase\"".repeat(20_000);
    let digits = "9".repeat(50_000);
    let ranges = "1-2, ".repeat(10_000);
    let names: Vec<Value> =
        (0..3_000).map(|at| json!({"family": format!("Name{at}"), "given": "A. B."})).collect();
    let cases = [
        json!({"title": long}),
        json!({"title": deep}),
        json!({"title": quotes}),
        json!({"title": spans}),
        json!({"title": "\u{0}\u{1b}[31m\u{202e}"}),
        json!({"page": digits, "volume": digits, "edition": digits, "number": digits}),
        json!({"page": ranges}),
        json!({"author": names}),
        json!({"author": [{"family": long, "given": long}]}),
        json!({"author": [{}, {"given": ""}, {"literal": ""}, 5, "Kennan"]}),
        json!({"issued": {"date-parts": [[]]}}),
        json!({"issued": {"date-parts": [[1950, 13, 45], [1951]]}}),
        json!({"issued": {"date-parts": [[99_999_999_999_999_i64, -5, 300]]}}),
        json!({"issued": {"date-parts": [[-2_147_483_648, 1, 1], [0, 0, 0]]}}),
        json!({"issued": {"raw": long}}),
        json!({"issued": "1950-13-45/.."}),
        json!({"issued": {"season": 9, "literal": "once"}}),
        json!({"note": "type: book\n".repeat(10_000)}),
        json!({"note": "{:".repeat(200_000)}),
        json!({"edition": "ab ".repeat(200_000)}),
        json!({"title": ".".repeat(50_000), "publisher": "1.".repeat(25_000)}),
        json!({"language": long}),
    ];
    for style in ["apa", "chicago-notes", "ieee", "modern-language-association"] {
        for (at, case) in cases.iter().enumerate() {
            let mut hostile = item("hostile");
            for (key, value) in case.as_object().expect("fields") {
                hostile[key] = value.clone();
            }
            let job = json!({"id": format!("{style} {at}"), "style": style,
            "items": [hostile, item("good")], "format": "html",
            "citations": [
                {"note": 1, "items": [{"id": "hostile", "locator": digits.get(..2_000), "label": "page"}]},
                {"note": 2, "items": [{"id": "hostile"}, {"id": "good"}]},
            ]});
            let answer = answer(&job);
            assert_eq!(
                answer["bibliography_ids"].as_array().map(Vec::len),
                Some(2),
                "{style} {at}"
            );
            assert_eq!(answer["citations"].as_array().map(Vec::len), Some(2), "{style} {at}");
        }
    }
}

#[test]
fn markup_of_items_never_becomes_markup_of_the_output() {
    let payload = "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;\"'\u{1b}[2J";
    let mut hostile = item("a");
    for key in ["title", "publisher", "publisher-place", "URL", "DOI", "note", "genre", "archive"] {
        hostile[key] = payload.into();
    }
    hostile["author"] = json!([{"family": payload, "given": payload}]);
    hostile["URL"] = "javascript:alert(1)".into();
    for style in ["apa", "chicago-notes", "ieee", "modern-language-association"] {
        let job = |format: &str| {
            json!({"id": style, "style": style, "format": format, "items": [hostile.clone()],
                "citations": [{"note": 1, "items": [{"id": "a", "prefix": payload, "suffix": payload}]}]})
        };
        let html = answer(&job("html"));
        for text in [&html["citations"][0], &html["bibliography"][0]] {
            let text = text.as_str().expect("text");
            assert!(!text.contains("<script") && !text.contains("<img"), "{text}");
            assert!(!text.contains("href=\"javascript"), "{text}");
        }
        for format in ["text", "html", "markdown", "rtf", "latex", "typst"] {
            let printed = answer(&job(format));
            for text in [&printed["citations"][0], &printed["bibliography"][0]] {
                assert!(!text.as_str().expect("text").contains('\u{1b}'), "{format}: {text}");
            }
        }
    }
}

/// Any JSON, not too large.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        prop_oneof![
            Just("<i>a</b>"),
            Just("“‘\"'"),
            Just("1–2, 5 & 7a n. 5"),
            Just("19XX~/.."),
            Just("d'"),
            Just("Jr., III"),
            Just("\\-"),
            Just("<span class=\"nocase\">"),
            Just("en-GB"),
            Just("ʹ’ʼ"),
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((keys(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn keys() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "id",
            "type",
            "title",
            "title-short",
            "author",
            "editor",
            "translator",
            "family",
            "given",
            "literal",
            "suffix",
            "issued",
            "accessed",
            "date-parts",
            "raw",
            "season",
            "circa",
            "page",
            "volume",
            "issue",
            "edition",
            "number",
            "language",
            "note",
            "archive",
            "archive-place",
            "locator",
            "label",
            "prefix",
            "container-title",
            "URL",
            "DOI",
            "items",
            "citation-label",
        ])
        .prop_map(str::to_owned),
        "[a-z-]{1,10}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Whatever the items are, every citation gets an answer and nothing panics.
    #[test]
    fn any_items_get_an_answer(
        values in prop::collection::vec(prop::collection::vec((keys(), anything()), 0..8), 1..4),
        style in prop::sample::select(vec!["apa", "chicago-notes", "ieee", "chicago-author-date", "alphanumeric"]),
        format in prop::sample::select(vec!["text", "html", "markdown", "rtf", "latex", "typst"]),
    ) {
        let items: Vec<Value> = values
            .into_iter()
            .enumerate()
            .map(|(at, pairs)| {
                let mut item = Value::Object(pairs.into_iter().collect());
                item["id"] = at.into();
                item
            })
            .collect();
        let count = items.len();
        let answer = answer(&json!({"id": 0, "style": style, "format": format, "items": items}));
        prop_assert_eq!(answer["citations"].as_array().map(Vec::len), Some(count));
        prop_assert!(!messages(&answer).contains("the processor failed"));
    }

    /// Whatever is cut out of a real style or put into it, there is a style or a problem.
    #[test]
    fn any_style_gets_an_answer(
        style in prop::sample::select(vec!["apa", "ieee", "nature", "modern-language-association"]),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..60, "[<>/a-z\"= -]{0,6}"), 1..6),
    ) {
        let mut text = fonds::style::bundled::style(style).expect("a style").into_owned();
        for (at, length, put) in edits {
            let mut start = at.index(text.len());
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let mut end = (start + length).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(start..end, &put);
        }
        let answer = answer(&json!({"id": 0, "csl": text, "items": [item("a"), item("b")]}));
        let printed = answer["citations"].as_array().map_or(0, Vec::len);
        prop_assert!(printed == 2 || !messages(&answer).is_empty());
        prop_assert!(!messages(&answer).contains("the processor failed"));
    }
}
