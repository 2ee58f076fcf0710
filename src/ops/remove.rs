//! Removing a record.

use super::change::{Changed, Plan, Request};
use super::set::gone;
use super::{Catalog, Result, read_record_file};
use crate::store::{CatalogFile, FileChange};

impl Catalog {
    /// Removes the record that `id` names, with the ids it had before. The history keeps it.
    pub fn remove(&self, id: &str, request: &Request) -> Result<Changed> {
        let path = self.file_of(id, None)?.path;
        let writing = self.store.begin_write()?;
        let Some(before) = writing.read(&path)? else { return Err(gone(&path).into()) };
        let file = CatalogFile { path: path.clone(), bytes: before.clone() };
        // A record that cannot be read can be removed all the same.
        let aliases = read_record_file(&file).record.map(|r| r.aliases).unwrap_or_default();
        let mut files = vec![FileChange { path, before: Some(before), after: None }];
        for alias in aliases {
            let path = self.store.layout().alias_path(&alias);
            if let Some(before) = writing.read(&path)? {
                files.push(FileChange { path, before: Some(before), after: None });
            }
        }
        let summary = format!("remove {id}");
        Plan { files, summary, speaks_for_itself: false }.carry_out(writing, request)
    }
}
