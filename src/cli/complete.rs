//! What the shell is told while somebody types: ids, fields, styles.

use crate::ops::Catalog;
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

/// The catalog that the half-typed command speaks of: that of `-C`, or the one here.
fn catalog() -> Option<Catalog> {
    let words: Vec<_> = std::env::args_os().collect();
    let named = words.windows(2).rev().find(|pair| pair[0] == "-C" || pair[0] == "--catalog");
    let start = named.map_or_else(|| PathBuf::from("."), |pair| PathBuf::from(&pair[1]));
    Catalog::open(&start).ok()
}
