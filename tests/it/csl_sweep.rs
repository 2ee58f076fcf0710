//! The style sweep: 1,430 styles, 30 documents of all kinds, and what the reference processor
//! prints. The figures may only grow.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use fonds::citation::Item;
use fonds::formatter::Citation;
use fonds::formatter::write::Format;
use fonds::ops::citeproc::{compile, print, read_citations, read_items};
use rayon::prelude::*;
use serde_json::Value;

use crate::csl_fixture::{difference, shared_csl};

const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/csl/sweep.txt");

/// What the reference processor prints in one style.
struct Expected {
    style: String,
    citations: Vec<String>,
    bibliography: Vec<String>,
    ids: Vec<String>,
    citations_html: Vec<String>,
    bibliography_html: Vec<String>,
}

impl Expected {
    fn read(line: &str) -> Expected {
        let value: Value = serde_json::from_str(line).expect("a line of JSON");
        let list = |key: &str| -> Vec<String> {
            let texts = value[key].as_array().into_iter().flatten();
            texts.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Expected {
            style: value["style"].as_str().expect("a style").to_owned(),
            citations: list("citations"),
            bibliography: list("bibliography"),
            ids: list("bibliography_ids"),
            citations_html: list("citations_html"),
            bibliography_html: list("bibliography_html"),
        }
    }
}

/// How many of how many are equal.
#[derive(Clone, Copy, Default)]
struct Count {
    equal: usize,
    all: usize,
}

impl Count {
    fn of<'a>(expected: &'a [String], found: &'a [String], differs: &mut String) -> Count {
        let mut count = Count { equal: 0, all: expected.len() };
        for (at, expected) in expected.iter().enumerate() {
            let found = found.get(at).map_or("(nothing)", String::as_str);
            if expected == found {
                count.equal += 1;
            } else {
                differs.push_str(&difference(expected, found));
            }
        }
        count
    }

    fn add(self, other: Count) -> Count {
        Count { equal: self.equal + other.equal, all: self.all + other.all }
    }

    fn percent(self) -> f64 {
        100.0 * self.equal as f64 / self.all.max(1) as f64
    }
}

/// What came of one style.
#[derive(Default)]
struct Outcome {
    style: String,
    citations: Count,
    bibliography: Count,
    html: Count,
    same_order: bool,
    differs: String,
}

impl Outcome {
    fn is_whole(&self) -> bool {
        self.citations.equal == self.citations.all
            && self.bibliography.equal == self.bibliography.all
            && self.same_order
    }
}

fn run(folder: &Path, expected: &Expected, items: &[Item], citations: &[Citation]) -> Outcome {
    let mut outcome = Outcome { style: expected.style.clone(), ..Outcome::default() };
    let text = fs::read_to_string(folder.join("styles").join(&expected.style)).expect("a style");
    let (style, problems) = compile(&text, None, None);
    let printed = style.map(|style| {
        [Format::Text, Format::Html].map(|format| {
            catch_unwind(AssertUnwindSafe(|| print(&style, items, citations, format))).ok()
        })
    });
    let Some([Some(text), Some(html)]) = printed else {
        outcome.differs = format!("nothing printed: {problems:?}");
        outcome.citations.all = expected.citations.len();
        outcome.bibliography.all = expected.bibliography.len();
        return outcome;
    };
    let differs = &mut outcome.differs;
    outcome.citations = Count::of(&expected.citations, &text.citations, differs);
    outcome.bibliography = Count::of(&expected.bibliography, &text.bibliography, differs);
    outcome.same_order = expected.ids == text.bibliography_ids;
    if !outcome.same_order {
        differs.push_str("the order of the bibliography differs\n");
    }
    let mut in_html = String::new();
    outcome.html = Count::of(&expected.citations_html, &html.citations, &mut in_html)
        .add(Count::of(&expected.bibliography_html, &html.bibliography, &mut in_html));
    if differs.is_empty() {
        differs.push_str(&in_html);
    }
    outcome
}

#[test]
fn the_sweep_is_as_good_as_before() {
    let folder = match shared_csl() {
        Ok(folder) => folder,
        Err(why) => return crate::skipped("the style sweep", &why),
    };
    let sweep = folder.join("sweep");
    let read = |name: &str| fs::read_to_string(sweep.join(name)).expect(name);
    let json = |name: &str| -> Value { serde_json::from_str(&read(name)).expect(name) };
    let mut problems = Vec::new();
    let items = read_items(Some(&json("items.json")), &mut problems);
    let citations = read_citations(&json("citations.json"), &mut problems);
    assert!(problems.is_empty(), "{problems:?}");

    let only = std::env::var("FONDS_STYLE").ok();
    let expected: Vec<Expected> = read("expected.jsonl")
        .lines()
        .map(Expected::read)
        .filter(|expected| only.as_ref().is_none_or(|only| expected.style.contains(&**only)))
        .collect();
    let outcomes: Vec<Outcome> =
        expected.par_iter().map(|expected| run(&folder, expected, &items, &citations)).collect();

    let total =
        |of: fn(&Outcome) -> Count| outcomes.iter().map(of).fold(Count::default(), Count::add);
    let styles = Count {
        equal: outcomes.iter().filter(|outcome| outcome.is_whole()).count(),
        all: outcomes.len(),
    };
    let figures = [
        ("citations", total(|outcome| outcome.citations)),
        ("bibliography entries", total(|outcome| outcome.bibliography)),
        ("citations and entries in HTML", total(|outcome| outcome.html)),
        ("whole styles", styles),
    ];
    for (what, count) in figures {
        crate::told(&format!(
            "sweep: {what}: {} of {} ({:.2} %)",
            count.equal,
            count.all,
            count.percent()
        ));
    }
    if let Some(file) = std::env::var_os("FONDS_SWEEP_REPORT") {
        let mut report = String::new();
        for outcome in outcomes.iter().filter(|outcome| !outcome.differs.is_empty()) {
            report.push_str(&format!("== {}\n{}", outcome.style, outcome.differs));
        }
        fs::write(file, report).expect("the report is written");
    }
    if only.is_some() {
        for outcome in &outcomes {
            crate::told(&format!("== {}\n{}", outcome.style, outcome.differs));
        }
        return;
    }
    if std::env::var_os("FONDS_BLESS").is_some() {
        let mut text = String::from(
            "# How many are printed as the reference processor prints them. The figures only grow.\n",
        );
        for (what, count) in figures {
            text.push_str(&format!("{what}: {} of {}\n", count.equal, count.all));
        }
        fs::write(FIGURES, text).expect("the figures are written");
    }
    let held = fs::read_to_string(FIGURES).unwrap_or_default();
    for (what, count) in figures {
        let least: usize = held
            .lines()
            .find_map(|line| line.strip_prefix(what)?.strip_prefix(": ")?.split(' ').next())
            .and_then(|number| number.parse().ok())
            .unwrap_or(0);
        assert!(count.equal >= least, "{what}: {} are equal, {least} were", count.equal);
    }
}
