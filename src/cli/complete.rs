//! What the shell is told while somebody types: ids, fields, styles.

use crate::ops::{Catalog, bundled_archives};
use crate::record::{RecordId, leaves, top_fields};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use std::ffi::OsStr;
use std::path::PathBuf;

/// The most candidates that are offered: more than anybody reads.
const MOST: usize = 1000;

/// Completes ids of records.
pub(super) fn ids() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| -> Vec<CompletionCandidate> {
        let (Some(current), Some(catalog)) = (current.to_str(), catalog()) else {
            return Vec::new();
        };
        catalog
            .ids()
            .iter()
            .filter(|id| id.as_str().starts_with(current))
            .take(MOST)
            .map(|id| CompletionCandidate::new(id.as_str()))
            .collect()
    })
}

/// Completes `field=`: the fields of the record named before on the command line, or else the
/// fields that lie right in a record.
pub(super) fn fields() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| -> Vec<CompletionCandidate> {
        let Some(current) = current.to_str().filter(|current| !current.contains('=')) else {
            return Vec::new();
        };
        let mut names = record_fields().unwrap_or_default();
        names.extend(top_fields());
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .filter(|name| name.starts_with(current))
            .take(MOST)
            .map(|name| CompletionCandidate::new(format!("{name}=")))
            .collect()
    })
}

/// Completes ids of archives.
pub(super) fn archives() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| -> Vec<CompletionCandidate> {
        let Some(current) = current.to_str() else { return Vec::new() };
        let archives = catalog().map_or_else(bundled_archives, |catalog| catalog.archives());
        archives
            .iter()
            .filter(|archive| archive.id.as_str().starts_with(current))
            .map(|archive| CompletionCandidate::new(archive.id.as_str()))
            .collect()
    })
}

/// Completes names of styles: the catalog's own, and the bundled ones.
pub(super) fn styles() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| -> Vec<CompletionCandidate> {
        let Some(current) = current.to_str() else { return Vec::new() };
        let own = catalog().map(|catalog| catalog.own_styles()).unwrap_or_default();
        let bundled = crate::style::bundled::styles().iter().flat_map(|style| style.names);
        own.into_iter()
            .chain(bundled.map(|name| (*name).to_owned()))
            .filter(|name| name.starts_with(current))
            .map(CompletionCandidate::new)
            .collect()
    })
}

/// The fields that hold a value in the record that the half-typed command names.
fn record_fields() -> Option<Vec<String>> {
    let catalog = catalog()?;
    let named = std::env::args_os()
        .filter_map(|word| word.into_string().ok())
        .find(|word| word.parse::<RecordId>().is_ok() && catalog.record(word, None).is_ok())?;
    let record = catalog.record(&named, None).ok()?;
    Some(leaves(&record.draft.root).iter().map(|(field, _)| field.to_string()).collect())
}

/// The catalog that the half-typed command speaks of: that of `-C`, or the one here.
fn catalog() -> Option<Catalog> {
    let words: Vec<_> = std::env::args_os().collect();
    let named = words.windows(2).rev().find(|pair| pair[0] == "-C" || pair[0] == "--catalog");
    let start = named.map_or_else(|| PathBuf::from("."), |pair| PathBuf::from(&pair[1]));
    Catalog::open(&start).ok()
}
