//! The archives that a catalog knows: those built in, and its own in the folder `archives/`.

use super::{Catalog, Result};
use crate::problem::{Place, Problem};
use crate::record::{ArchiveText, Archives, PartId, RevisionId};
use crate::record_file::{self, built_in_archives};

/// The folder of a catalog's own archives, one TOML file each, named by its id.
const ARCHIVES: &str = "archives";

impl Catalog {
    /// The archives that the catalog knows: its own over those that come with fonds.
    pub fn archives(&self) -> Archives {
        self.archives_and_problems().0
    }

    /// The same, and what is wrong with the catalog's own. What cannot be used is left out.
    pub fn archives_and_problems(&self) -> (Archives, Vec<Problem>) {
        let (paths, mut problems) = self.store.paths_in(ARCHIVES, ".toml");
        let mut own = Vec::new();
        for file in self.store.read_all(&paths) {
            match file.and_then(|file| entry_of(file.path, &file.bytes)) {
                Ok(text) => own.push(text),
                Err(problem) => problems.push(problem),
            }
        }
        let archives = built_in_archives().with(own);
        problems.extend(archives.own_problems());
        (archives, problems)
    }

    /// The archives as they were in the revision `at`; as they are now when there is none. Entries that
    /// cannot be used are left out.
    ///
    /// # Errors
    /// When the revision cannot be read.
    pub fn archives_at(&self, at: Option<RevisionId>) -> Result<Archives> {
        Ok(match at {
            None => self.archives(),
            Some(at) => built_in_archives().with(self.own_archives_at(at)?),
        })
    }

    /// Whether the catalog's own archives were others in the revision `at` than they are now.
    pub(super) fn archives_changed_since(&self, at: RevisionId) -> Result<bool> {
        let (paths, _) = self.store.paths_in(ARCHIVES, ".toml");
        let files = self.store.read_all(&paths).into_iter().flatten();
        let now: Vec<(String, Vec<u8>)> = files.map(|file| (file.path, file.bytes)).collect();
        let (then, _) = self.store.files_at(at, ARCHIVES)?;
        let then = then.into_iter().filter(|file| is_entry(&file.path));
        let then: Vec<(String, Vec<u8>)> = then
            .map(|file| Ok((file.path, self.store.read_blob(file.blob)?)))
            .collect::<Result<_, Problem>>()?;
        Ok(now != then)
    }

    fn own_archives_at(&self, at: RevisionId) -> Result<Vec<ArchiveText>> {
        let (files, _) = self.store.files_at(at, ARCHIVES)?;
        let mut own = Vec::new();
        for file in files.into_iter().filter(|file| is_entry(&file.path)) {
            let bytes = self.store.read_blob(file.blob)?;
            own.extend(entry_of(file.path, &bytes));
        }
        Ok(own)
    }
}

/// Whether `path` lies right in the folder of archives.
fn is_entry(path: &str) -> bool {
    let name = path.strip_prefix(ARCHIVES).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| name.ends_with(".toml") && !name.contains('/'))
}

/// The file of an archive as its entry.
fn entry_of(path: String, bytes: &[u8]) -> Result<ArchiveText, Problem> {
    let name = path.rsplit('/').next().unwrap_or(&path);
    let id = name.trim_end_matches(".toml").parse::<PartId>();
    let id = id.map_err(|problem| problem.at(Place::file(&path)))?.to_string();
    let text = record_file::decode(bytes, &path)?.to_owned();
    Ok(ArchiveText { id, file: path, text: text.into() })
}
