//! Choosing records with a query.

use super::{Catalog, ManuscriptLanguage, RecordFile, Records, Refusal, Result, read_manuscript};
use crate::problem::{Problem, codes};
use crate::query::{Answers, Query, Selection};
use crate::record::{RevisionId, fold};
use crate::store::id_in_path;
use std::collections::HashSet;
use std::path::Path;

/// The records that a query selects, one after the other.
#[derive(Debug)]
pub struct Selected<'a> {
    records: Records<'a>,
    selection: Selection,
}

impl Catalog {
    /// The records of the work tree, or of the revision `at`, that `query` selects. A record that
    /// cannot be read is not left out: whether it would be selected cannot be known.
    pub fn select(&self, query: &Query, at: Option<RevisionId>) -> Result<Selected<'_>> {
        let selection = self.prepare(query)?;
        Ok(Selected { records: self.records(at)?, selection })
    }

    /// The query, with what it asks of the catalog answered.
    pub(super) fn prepare(&self, query: &Query) -> Result<Selection> {
        Ok(query.prepare(&CatalogAnswers { catalog: self })?)
    }
}

impl Selected<'_> {
    /// The same, each with the name that Git gives to its bytes.
    #[must_use]
    pub fn with_versions(self) -> Self {
        Selected { records: self.records.with_versions(), selection: self.selection }
    }

    /// Only those whose files stand in this part of all files; see [`Records::part`].
    #[must_use]
    pub fn part(self, part: std::ops::Range<usize>) -> Self {
        Selected { records: self.records.part(part), selection: self.selection }
    }

    /// Hands each to `work`, on all processors, and what comes of it to `put`, in order and some hundred at a time,
    /// with the number of files looked at so far.
    pub(super) fn each<T: Send, E>(
        self,
        work: impl Fn(RecordFile) -> T + Sync,
        put: impl FnMut(usize, Vec<T>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let Selected { records, selection } = self;
        let chosen = |file: &RecordFile| {
            file.record.as_ref().is_none_or(|record| selection.matches_record(record))
        };
        records.each(|file| chosen(&file).then(|| work(file)), put)
    }

    /// Of how many files they are selected.
    pub fn total(&self) -> usize {
        self.records.total()
    }

    /// How many of these files are still to be looked at.
    pub fn total_left(&self) -> usize {
        self.records.size_hint().0
    }

    /// What was in the way of finding files.
    pub fn problems(&self) -> &[Problem] {
        &self.records.problems
    }
}

impl Iterator for Selected<'_> {
    type Item = RecordFile;

    fn next(&mut self) -> Option<RecordFile> {
        let selection = &self.selection;
        self.records
            .by_ref()
            .find(|file| file.record.as_ref().is_none_or(|record| selection.matches_record(record)))
    }
}

/// What a query asks of the catalog around the records.
struct CatalogAnswers<'a> {
    catalog: &'a Catalog,
}

impl Answers for CatalogAnswers<'_> {
    fn changed_since(&self, revision: &str) -> Result<HashSet<String>, Problem> {
        let store = &self.catalog.store;
        let since = store.resolve(revision)?;
        let Some(head) = store.head()? else { return Ok(HashSet::new()) };
        let (differences, _) = store.record_differences(Some(since), head)?;
        Ok(differences
            .iter()
            .filter_map(|difference| id_in_path(&difference.path))
            .map(|id| id.as_str().to_owned())
            .collect())
    }

    fn cited_in(&self, file: &str) -> Result<HashSet<String>, Problem> {
        let path = Path::new(file);
        let catalog = self.catalog;
        let first = |refusal: Refusal| {
            let unknown = || Problem::error(codes::QUERY_OUTSIDE, "the manuscript cannot be read");
            refusal.problems.into_iter().next().unwrap_or_else(unknown)
        };
        if ManuscriptLanguage::of_file(file).is_some() {
            let manuscript = read_manuscript(path, None).map_err(first)?;
            let cited = catalog.cited(&[manuscript]).map_err(first)?;
            return Ok(match cited.everything {
                true => catalog.ids().into_iter().map(|id| id.as_str().to_owned()).collect(),
                false => cited.cited.into_iter().map(|record| record.id).collect(),
            });
        }
        let text = super::files::read_text(path, super::files::LARGEST_INPUT)?;
        let known: HashSet<String> =
            catalog.ids().into_iter().map(|id| id.as_str().to_owned()).collect();
        // Every word of the text that is an id of the catalog, whatever stands around it.
        let in_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        Ok(text
            .split(|c: char| !in_id(c))
            .map(|word| word.trim_end_matches('.'))
            .filter(|word| known.contains(*word))
            .map(str::to_owned)
            .collect())
    }

    fn names_of_archive(&self, name: &str) -> Vec<String> {
        let archives = self.catalog.archives();
        let Some(archive) = archives.find(name) else { return Vec::new() };
        let names = archive.names.iter().chain(&archive.abbreviations);
        let mut names: Vec<String> = names.map(|name| name.text.clone()).collect();
        names.push(archive.id.as_str().to_owned());
        names.sort_unstable_by_key(|name| fold(name));
        names.dedup();
        names
    }
}
