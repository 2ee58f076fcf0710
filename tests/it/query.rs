//! Queries against records: cases as data, the laws of the language, and its page for users.

use fonds::problem::{Problem, Result, codes};
use fonds::query::{Answers, Query};
use fonds::record::Node;
use proptest::prelude::*;
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

fn case_file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/query").join(name);
    fs::read_to_string(path).expect("a case file")
}

fn records() -> Vec<(String, Node)> {
    let json: Vec<serde_json::Value> =
        serde_json::from_str(&case_file("records.json")).expect("records");
    json.into_iter()
        .map(|json| {
            let draft = fonds::record::Draft::new(Node::from_json(json), Default::default());
            let (record, problems) = draft.finish();
            assert_eq!(problems, []);
            (record.expect("a record").id.to_string(), draft.root)
        })
        .collect()
}

struct Catalog;

impl Answers for Catalog {
    fn changed_since(&self, revision: &str) -> Result<HashSet<String>> {
        match revision {
            "HEAD~1" => Ok(HashSet::from(["1772-purcell-map".to_owned()])),
            _ => Err(Problem::error(codes::QUERY_OUTSIDE, "no such revision")),
        }
    }

    fn cited_in(&self, _: &str) -> Result<HashSet<String>> {
        Ok(["1951-08-27-mao-stalin", "1949-07-06-liu-stalin"].map(str::to_owned).into())
    }

    fn names_of_archive(&self, name: &str) -> Vec<String> {
        let names = ["RGASPI", "Russian State Archive of Socio-Political History", "RTsKhIDNI"];
        if names.contains(&name) { names.map(str::to_owned).to_vec() } else { Vec::new() }
    }
}

fn cases(file: &str) -> Vec<(String, String)> {
    case_file(file)
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (query, expected) = line.split_once("=> ").expect("`=>` in every line");
            (query.trim().to_owned(), expected.trim().to_owned())
        })
        .collect()
}

#[test]
fn queries_select_what_they_say() {
    let records = records();
    let mut wrong = Vec::new();
    for (text, expected) in cases("selected.txt") {
        let selected = text.parse::<Query>().and_then(|query| query.prepare(&Catalog)).map(|s| {
            let ids = records.iter().filter(|(_, root)| s.matches(root));
            ids.map(|(id, _)| id.as_str()).collect::<Vec<_>>()
        });
        let said = match selected {
            Ok(ids) if ids.is_empty() => "-".to_owned(),
            Ok(ids) if ids.len() == records.len() => "*".to_owned(),
            Ok(ids) => ids.join(" "),
            Err(problem) => format!("error {}", problem.code.name),
        };
        if said != expected {
            wrong.push(format!("{text}\n  selects  {said}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_understood_is_said_with_its_column() {
    for (text, expected) in cases("refused.txt") {
        let problem = text.parse::<Query>().expect_err(&text);
        let (code, rest) = expected.split_once(' ').expect("a code");
        let (column, words) = rest.split_once(' ').expect("a column");
        let said = format!("{} {}", problem.message, problem.mend.unwrap_or_default());
        assert_eq!(
            (problem.code.name, problem.place.column.map(|c| c.to_string()).as_deref()),
            (code, Some(column)),
            "{text}: {said}"
        );
        assert!(said.contains(words), "{text}: {said}");
    }
}

#[test]
fn absurd_queries_are_refused_at_once() {
    let deep = format!("{}a{}", "(".repeat(2000), ")".repeat(2000));
    assert_eq!(deep.parse::<Query>().unwrap_err().code.name, "Q002");
    assert_eq!("NOT ".repeat(1000).parse::<Query>().unwrap_err().code.name, "Q002");
    assert_eq!("a".repeat(5000).parse::<Query>().unwrap_err().code.name, "Q002");
    assert!(format!("{}a{}", "(".repeat(64), ")".repeat(64)).parse::<Query>().is_ok());
    assert!("(".repeat(4096).parse::<Query>().is_err());
}

#[test]
fn every_example_of_the_manual_is_a_query() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/query.md")).unwrap();
    let mut examples = 0;
    for block in page.split("```query\n").skip(1) {
        let block = block.split("```").next().unwrap_or("");
        for line in block.lines().filter(|line| !line.trim().is_empty()) {
            let query = line.split("   #").next().unwrap_or(line);
            if let Err(problem) = query.parse::<Query>() {
                panic!("{query}: {problem}");
            }
            examples += 1;
        }
    }
    assert!(examples > 20, "only {examples} examples");
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zа-я0-9]{1,8}", "[ -~«»“”é毛]{0,12}", Just("NOT".to_owned())]
}

fn date() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("1951-08-27T01:30".to_owned()),
        Just("1772~".to_owned()),
        Just("195X".to_owned()),
        Just("1790/1803".to_owned()),
        Just("[1951..1953]".to_owned()),
        Just("-0044-03-15".to_owned()),
    ]
}

fn term() -> impl Strategy<Value = String> {
    let quoted =
        || text().prop_map(|t| format!("\"{}\"", t.replace('\\', "\\\\").replace('"', "\\\"")));
    let field = prop_oneof![
        Just("from"),
        Just("title"),
        Just("holding.aprf.path.delo"),
        Just("holding.*.path.fond"),
        Just("publication.\"a b\".title"),
        Just("id"),
        Just("note"),
    ];
    let range = (prop_oneof![Just(""), Just("<"), Just("<="), Just(">"), Just(">=")], date())
        .prop_map(|(sign, date)| format!("{sign}{date}"));
    prop_oneof![
        quoted(),
        (field.clone(), prop_oneof![Just(":"), Just("=")], quoted())
            .prop_map(|(f, s, t)| format!("{f}{s}{t}")),
        (prop_oneof![Just("date:"), Just("date="), Just("date.sent:")], range)
            .prop_map(|(f, r)| format!("{f}{r}")),
        Just("date:1950..1953".to_owned()),
        Just("date:1950..".to_owned()),
        field.clone().prop_map(|f| format!("has:{f}")),
        field.prop_map(|f| format!("missing:{f}")),
        quoted().prop_map(|t| format!("changed-since:{t}")),
        quoted().prop_map(|t| format!("cited-in:{t}")),
    ]
}

fn query() -> impl Strategy<Value = String> {
    term().prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| format!("({})", parts.join(" "))),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|parts| format!("({})", parts.join(" OR "))),
            inner.prop_map(|part| format!("NOT {part}")),
        ]
    })
}

proptest! {
    /// The written form of a query is the same query.
    #[test]
    fn written_and_read_again(text in query()) {
        let query: Query = text.parse().map_err(|p: Problem| TestCaseError::fail(format!("{text}: {p}")))?;
        let again: Query = query.to_string().parse().map_err(|p: Problem| TestCaseError::fail(format!("{query}: {p}")))?;
        prop_assert_eq!(&again, &query, "{}", query);
    }

    /// Whatever is typed is a query or a problem with a place in it.
    #[test]
    fn anything_can_be_typed(text in "[a-z:=<>.()\"\\\\“ ANDORT*\u{1b}é-]{0,60}") {
        if let Err(problem) = text.parse::<Query>() {
            prop_assert!(problem.place.column.is_some_and(|c| c <= text.chars().count() + 1));
        }
    }

    /// A record is selected by a query or by its negation, never by both.
    #[test]
    fn not_turns_it_round(text in query()) {
        let select = |text: &str| -> Vec<bool> {
            let query: Query = text.parse().expect("a query");
            let Ok(selection) = query.prepare(&Catalog) else { return Vec::new() };
            records().iter().map(|(_, root)| selection.matches(root)).collect()
        };
        let turned: Vec<bool> = select(&format!("NOT ({text})")).iter().map(|b| !b).collect();
        prop_assert_eq!(select(&text), turned);
    }
}
