//! The CSL test suite: 845 cases. Two lists say which pass and which do not, and why.
//!
//! `FONDS_BLESS=1` writes the list of those that pass anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;

use crate::csl_fixture::{Fixture, difference, shared_csl};

const PASSING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/csl/suite-passing.txt");
const FAILING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/csl/suite-failing.txt");

fn lines(path: &str) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_suite_passes_as_listed() {
    let folder = match shared_csl() {
        Ok(folder) => folder.join("test-suite"),
        Err(why) => return crate::skipped("the CSL test suite", &why),
    };
    let fixtures = Fixture::all(Path::new(&folder));
    let results: BTreeMap<&str, Result<(), String>> = fixtures
        .par_iter()
        .map(|fixture| {
            let found = catch_unwind(AssertUnwindSafe(|| fixture.run()))
                .unwrap_or_else(|_| "it panicked".to_owned());
            let expected = fixture.expected();
            let result =
                if found == expected { Ok(()) } else { Err(difference(&expected, &found)) };
            (fixture.name.as_str(), result)
        })
        .collect();
    let passed: BTreeSet<&str> =
        results.iter().filter(|(_, result)| result.is_ok()).map(|(name, _)| *name).collect();
    crate::told(&format!("CSL test suite: {} of {} cases pass", passed.len(), results.len()));

    if std::env::var_os("FONDS_BLESS").is_some() {
        let mut text =
            String::from("# Cases of the CSL test suite that pass. The list only grows.\n");
        for name in &passed {
            text.push_str(name);
            text.push('\n');
        }
        fs::write(PASSING, text).expect("the list is written");
    }
    let listed = lines(PASSING);
    let listed: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    let reasons: BTreeMap<String, String> = lines(FAILING)
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, why)| (name.to_owned(), why.to_owned()))
        .collect();
    let mut wrong = String::new();
    for (name, result) in &results {
        let is_explained = reasons.contains_key(*name);
        match result {
            Ok(()) if !listed.contains(name) => {
                wrong.push_str(&format!("{name} passes now: add it with FONDS_BLESS=1\n"));
            }
            Ok(()) if is_explained => {
                wrong.push_str(&format!("{name} passes: take it out of suite-failing.txt\n"));
            }
            Err(difference) if listed.contains(name) => {
                wrong.push_str(&format!("{name} fails:\n{difference}\n"));
            }
            Err(_) if !is_explained => {
                wrong.push_str(&format!("{name} fails, and suite-failing.txt does not say why\n"));
            }
            _ => {}
        }
    }
    for name in listed.iter().copied().chain(reasons.keys().map(String::as_str)) {
        if !results.contains_key(name) {
            wrong.push_str(&format!("{name} is listed, but there is no such case\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
