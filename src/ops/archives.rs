//! The archives that a catalog knows: those built in, and its own in the folder `archives/`.

use super::{Catalog, Result};
use crate::problem::{Problem, Severity, codes};
use crate::record::{ArchiveText, Archives, PartId};
use crate::record_file::built_in_archives;

/// The folder of a catalog's own archives, one TOML file each, named by its id.
const ARCHIVES: &str = "archives";

impl Catalog {
    /// The built-in archives with the catalog's own over them, and what is wrong with those.
    pub fn archives(&self) -> Result<(Archives, Vec<Problem>)> {
        let (paths, mut problems) = self.store.paths_in(ARCHIVES, ".toml");
        let mut own = Vec::new();
        for path in paths {
            let name = path.rsplit('/').next().unwrap_or(&path).trim_end_matches(".toml");
            if let Err(problem) = name.parse::<PartId>() {
                let place = crate::problem::Place::file(&path);
                problems.push(Problem { severity: Severity::Warning, ..problem.at(place) });
                continue;
            }
            let bytes = self.store.read(&path)?.unwrap_or_default();
            match crate::record_file::decode(&bytes, &path) {
                Ok(text) => own.push(ArchiveText {
                    id: name.to_owned(),
                    file: path.clone(),
                    text: text.to_owned().into(),
                }),
                Err(problem) => problems.push(problem),
            }
        }
        let archives = built_in_archives().with(own);
        problems.extend(archives.own_problems());
        for problem in &mut problems {
            // A broken entry is left out; what was asked can still be answered.
            if problem.code == codes::ARCHIVE {
                problem.severity = problem.severity.min(Severity::Warning);
            }
        }
        Ok((archives, problems))
    }
}
