//! All integration tests are this one binary; each file here is a module of it.

mod any_record;
mod bulk_import;
mod import;
mod gallery;
mod manuscripts;
mod other_processors;
mod processing;
mod archival_citations;
mod archives;
mod citing;
mod references;
mod set_where;
mod shipped;
mod signatures;
mod history;
mod merging;
mod past;
mod power;
mod arrows;
mod formats;
mod round_trips;
mod catalog;
mod desk;
mod documents;
mod export;
mod export_peers;
mod export_work;
mod endurance;
mod faults;
mod help;
mod kept;
mod csl_fixture;
mod csl_hostile;
mod csl_likeness;
mod finds;
mod csl_suite;
mod csl_sweep;
mod check;
mod record_file;
mod verifying;
mod writing;
mod formatter;
mod styles;
mod surroundings;
mod prov;
mod query;
mod remembered;
mod reuse;
#[path = "../../benches/synthetic/mod.rs"]
mod synthetic;

/// Says that a test was skipped, and why.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skipped(what: &str, why: &str) {
    eprintln!("skipped: {what}: {why}");
}

/// Says what a test found.
#[expect(clippy::print_stderr, reason = "figures are there to be read")]
fn told(what: &str) {
    eprintln!("{what}");
}
