//! A record opened in an editor, and saved when it is closed.

use super::change::{Changed, Plan, Request};
use super::set::gone;
use super::{Catalog, Refusal, Result};
use crate::problem::{Place, Problem, codes};
use crate::record::Source;
use crate::record_file;
use crate::store::{CatalogFile, FileChange, id_in_path};

impl Catalog {
    /// The file of the record that `id` names, to be changed by hand. Changes that are in no
    /// revision are refused now, not after the work is done.
    pub fn open_for_edit(&self, id: &str) -> Result<CatalogFile> {
        let path = self.file_of(id, None)?.path;
        let writing = self.store.begin_write()?;
        let Some(bytes) = writing.read(&path)? else { return Err(gone(&path).into()) };
        Ok(CatalogFile { path, bytes })
    }

    /// Saves `bytes` as what `opened` has become.
    pub fn save_edited(
        &self,
        opened: &CatalogFile,
        bytes: Vec<u8>,
        request: &Request,
    ) -> Result<Changed> {
        let path = opened.path.clone();
        let (draft, problems) = record_file::read(&bytes, &path);
        if let Some(draft) = draft.filter(|_| problems.is_empty()) {
            let (before, _) = record_file::read(&opened.bytes, &path);
            let before = before.and_then(|draft| draft.claimed_id().map(str::to_owned));
            let after = draft.claimed_id();
            if after != before.as_deref()
                && after != id_in_path(&path).as_ref().map(|id| id.as_str())
            {
                let problem = Problem::error(codes::ID, "the id was changed")
                    .at(Place::file(&path).field("id"))
                    .mend("put it back, and use `fonds rename OLD NEW`, which leaves the old id as an alias");
                return Err(Refusal::in_source(vec![problem], draft.source));
            }
        }
        let writing = self.store.begin_write()?;
        let now = writing.read(&path)?;
        if now.as_ref() != Some(&opened.bytes) {
            return Err(Refusal {
                problems: vec![
                    Problem::error(
                        codes::CHANGED_MEANWHILE,
                        format!("`{path}` was changed by somebody else while it was open"),
                    )
                    .at(Place::file(&path))
                    .mend("open it again and bring in what you changed"),
                ],
                sources: Vec::<Source>::new(),
            });
        }
        let name = id_in_path(&path).map_or_else(|| path.clone(), |id| id.to_string());
        let summary = format!("edit {name}");
        let files = vec![FileChange { path, before: now, after: Some(bytes) }];
        Plan { files, summary, speaks_for_itself: false }.carry_out(writing, request)
    }
}
