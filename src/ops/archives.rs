//! The archives that a catalog knows: those built in, and its own in the folder `archives/`.

use super::Catalog;
use crate::problem::{Place, Problem};
use crate::record::{ArchiveText, Archives, PartId};
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
            let read = file.and_then(|file| {
                let name = file.path.rsplit('/').next().unwrap_or(&file.path);
                let id = name.trim_end_matches(".toml").parse::<PartId>();
                let id = id.map_err(|problem| problem.at(Place::file(&file.path)))?.to_string();
                let text = record_file::decode(&file.bytes, &file.path)?.to_owned();
                Ok(ArchiveText { id, file: file.path, text: text.into() })
            });
            match read {
                Ok(text) => own.push(text),
                Err(problem) => problems.push(problem),
            }
        }
        let archives = built_in_archives().with(own);
        problems.extend(archives.own_problems());
        (archives, problems)
    }
}
