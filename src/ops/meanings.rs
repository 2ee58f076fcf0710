//! What the keys of a manuscript mean: ids of records, earlier ids, ids that others use (the citation
//! key of a reference manager).

use super::catalog::nearest;
use super::{Catalog, RecordFile, Result, read_record_file};
use crate::problem::Problem;
use crate::record::{Record, RecordId, RevisionId, Source};
use crate::store::{BlobId, CatalogFile};
use std::collections::{HashMap, HashSet};

/// What a key means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The record with this number.
    Record(usize),
    /// A record that cannot be read; the problems say why.
    Unreadable,
    /// No record: perhaps a slip of this id.
    Nothing(Option<RecordId>),
    /// Several records, each of which others call so.
    Several(Vec<RecordId>),
}

/// What keys mean.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    /// The records, in the order in which the keys were given; none twice.
    pub(super) records: Vec<Record>,
    /// The name that Git gives to the text of each.
    versions: Vec<Option<BlobId>>,
    of: HashMap<String, Meaning>,
    number: HashMap<RecordId, usize>,
    /// Warnings about the records, and why some cannot be read.
    pub(super) problems: Vec<Problem>,
    /// The texts that the problems point into.
    pub(super) sources: Vec<Source>,
}

impl Meanings {
    /// What `key` means.
    pub(super) fn of(&self, key: &str) -> &Meaning {
        self.of.get(key).unwrap_or(&Meaning::Nothing(None))
    }

    /// The record that `key` means.
    pub(super) fn record(&self, key: &str) -> Option<&Record> {
        match self.of(key) {
            Meaning::Record(number) => self.records.get(*number),
            _ => None,
        }
    }

    /// The record that `key` means, and the name that Git gives to its text.
    pub(super) fn versioned(&self, key: &str) -> Option<(&Record, Option<BlobId>)> {
        match self.of(key) {
            Meaning::Record(number) => {
                let version = self.versions.get(*number).copied().flatten();
                self.records.get(*number).map(|record| (record, version))
            }
            _ => None,
        }
    }

    /// Takes in the record that a file holds; gives what keys that lead to it mean.
    fn take(&mut self, file: RecordFile) -> Meaning {
        self.problems.extend(file.problems);
        self.sources.extend(file.source);
        let Some(record) = file.record else { return Meaning::Unreadable };
        let (records, versions) = (&mut self.records, &mut self.versions);
        let number = *self.number.entry(record.id.clone()).or_insert_with(|| {
            records.push(record);
            versions.push(file.version);
            records.len() - 1
        });
        Meaning::Record(number)
    }
}

/// The record in a file, with the name that Git gives to the file's bytes.
fn versioned(file: &CatalogFile) -> RecordFile {
    RecordFile { version: BlobId::of(&file.bytes).ok(), ..read_record_file(file) }
}

impl Catalog {
    /// What `keys` mean in the work tree, or in the revision `at`. All files are looked through once
    /// when some key is no id.
    pub(super) fn meanings<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k str>,
        at: Option<RevisionId>,
    ) -> Result<Meanings> {
        let mut meanings = Meanings::default();
        let mut open: Vec<&str> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for key in keys {
            if !seen.insert(key) {
                continue;
            }
            let file = match key.parse::<RecordId>() {
                Ok(id) => self.file_in_its_place(&id, at)?,
                Err(_) => None,
            };
            match file {
                Some(file) => {
                    let meaning = meanings.take(versioned(&file));
                    meanings.of.insert(key.to_owned(), meaning);
                }
                None => open.push(key),
            }
        }
        if !open.is_empty() {
            self.search_for_keys(&open, at, &mut meanings)?;
        }
        Ok(meanings)
    }

    fn search_for_keys(
        &self,
        keys: &[&str],
        at: Option<RevisionId>,
        meanings: &mut Meanings,
    ) -> Result<()> {
        let mut found: HashMap<&str, Vec<RecordFile>> = HashMap::new();
        self.each_file(at, &mut |file| {
            let Ok(text) = std::str::from_utf8(&file.bytes) else { return };
            let spoken: Vec<&str> = keys.iter().copied().filter(|key| text.contains(key)).collect();
            if spoken.is_empty() {
                return;
            }
            let file = versioned(file);
            let Some(record) = &file.record else { return };
            for key in spoken {
                let is_it = record.id.as_str() == key
                    || record.aliases.iter().any(|alias| alias.as_str() == key)
                    || record.foreign_ids.iter().any(|id| id.value == key);
                if is_it {
                    found.entry(key).or_default().push(file.clone());
                }
            }
        })?;
        let mut ids = None;
        for key in keys {
            let mut files = found.remove(key).unwrap_or_default();
            let meaning = match files.len() {
                0 => {
                    let ids = ids.get_or_insert_with(|| self.ids());
                    Meaning::Nothing(nearest(ids, key).cloned())
                }
                1 => files.pop().map_or(Meaning::Nothing(None), |file| meanings.take(file)),
                _ => {
                    let records = files.into_iter().filter_map(|file| file.record);
                    Meaning::Several(records.map(|record| record.id).collect())
                }
            };
            meanings.of.insert((*key).to_owned(), meaning);
        }
        Ok(())
    }
}
