//! Mending what can be mended without a doubt.

use super::{Catalog, Result, fixed, with_names_parted};
use crate::ops::{Changed, Plan, Request};
use crate::store::FileChange;

impl Catalog {
    /// Mends the records `ids`, or all when none is named, in one commit: what [`fixed`] does, and
    /// nothing else.
    ///
    /// # Errors
    /// An id that no record has; a catalog that cannot be written.
    pub fn fix(&self, ids: &[String], request: &Request) -> Result<Changed> {
        self.mend(ids, "compose letters and accents (NFC)", request, fixed)
    }

    /// Parts the names of people in the records `ids`, or in all when none is named, in one commit:
    /// what [`with_names_parted`] does, and nothing else.
    ///
    /// # Errors
    /// An id that no record has; a catalog that cannot be written.
    pub fn part_names(&self, ids: &[String], request: &Request) -> Result<Changed> {
        self.mend(ids, "part the names of people", request, with_names_parted)
    }

    fn mend(
        &self,
        ids: &[String],
        summary: &str,
        request: &Request,
        mended: fn(&[u8]) -> Option<String>,
    ) -> Result<Changed> {
        let mut paths = Vec::new();
        for id in ids {
            paths.push(self.file_of(id, None)?.path);
        }
        if ids.is_empty() {
            paths = self.store.record_paths().0;
        }
        let writing = self.store.begin_write()?;
        let mut files = Vec::new();
        for path in paths {
            let Some(before) = writing.read(&path)? else { continue };
            if let Some(after) = mended(&before) {
                files.push(FileChange { path, before: Some(before), after: Some(after.into()) });
            }
        }
        let summary = summary.to_owned();
        Plan { files, summary, speaks_for_itself: true }.carry_out(writing, request)
    }
}
