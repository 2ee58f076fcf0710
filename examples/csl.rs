//! For work on the CSL processor: runs one case of the CSL test suite and shows where it differs.
//!
//!     cargo run --example csl -- date_Accessed
//!
//! A part of a name runs all cases that have it in their names. (For a style of the sweep:
//! `FONDS_STYLE=apa.csl cargo test --test it csl_sweep -- --nocapture`.)

#[path = "../tests/it/csl_fixture.rs"]
#[allow(dead_code)]
mod csl_fixture;

use std::io::Write;

use csl_fixture::{Fixture, difference, shared_csl};

fn main() -> std::io::Result<()> {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    let folder = shared_csl().map_err(std::io::Error::other)?;
    let mut passed = 0;
    let mut run = 0;
    for fixture in Fixture::all(&folder.join("test-suite")) {
        if !fixture.name.contains(&wanted) {
            continue;
        }
        run += 1;
        let (expected, found) = (fixture.expected(), fixture.run());
        if expected == found {
            passed += 1;
        } else {
            writeln!(out, "== {}\n{}", fixture.name, difference(&expected, &found))?;
        }
    }
    writeln!(out, "{passed} of {run} pass")
}
