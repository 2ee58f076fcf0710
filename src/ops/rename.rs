//! Giving a record another id. The old one stays as an alias for ever: citations that use it, and
//! relations of other records that name it, still find the record.

use super::change::{Changed, Plan, Request};
use super::set::{gone, text_of};
use super::{Catalog, Refusal, Result};
use crate::problem::{Problem, codes};
use crate::record::{Node, RecordId, Source};
use crate::record_file::{self, Edit};
use crate::store::{FileChange, Writing};

impl Catalog {
    /// Renames the record that `old` names to `new`.
    pub fn rename(&self, old: &str, new: &str, request: &Request) -> Result<Changed> {
        let new: RecordId = new.parse()?;
        let path = self.file_of(old, None)?.path;
        let writing = self.store.begin_write()?;
        let Some(before) = writing.read(&path)? else { return Err(gone(&path).into()) };
        let text = text_of(&before, &path)?;
        let (draft, mut problems) = record_file::read(&before, &path);
        let record = draft.filter(|_| problems.is_empty()).and_then(|draft| {
            let (record, found) = draft.finish();
            problems = found;
            record
        });
        let Some(record) = record else {
            return Err(Refusal::in_source(problems, Source { file: path, text }));
        };
        let current = record.id;
        if current == new {
            return Err(Problem::error(
                codes::EXISTS,
                format!("the record is called `{new}` already"),
            )
            .into());
        }
        let new_path = self.store.layout().record_path(&new);
        let returns = record.aliases.contains(&new);
        self.refuse_taken(&new, &writing, returns)?;
        if !returns {
            self.refuse_reuse(&new, &writing, request)?;
        }

        let mut aliases: Vec<RecordId> =
            record.aliases.into_iter().filter(|alias| *alias != new).collect();
        aliases.push(current.clone());
        let list: Vec<Node> = aliases.iter().map(|alias| alias.as_str().into()).collect();
        let edits = [
            Edit::Set("id".parse()?, new.as_str().into()),
            Edit::Set("aliases".parse()?, list.into()),
        ];
        let after = record_file::edit(&text, &edits).map_err(|problems| {
            Refusal::in_source(problems, Source { file: path.clone(), text })
        })?;

        let mut files = vec![
            FileChange { path, before: Some(before), after: None },
            FileChange { path: new_path, before: None, after: Some(after.into_bytes()) },
        ];
        let target = format!("{new}\n").into_bytes();
        for alias in &aliases {
            let path = self.store.layout().alias_path(alias);
            let before = writing.read(&path)?;
            files.push(FileChange { path, before, after: Some(target.clone()) });
        }
        if returns {
            let path = self.store.layout().alias_path(&new);
            let before = writing.read(&path)?;
            files.push(FileChange { path, before, after: None });
        }
        let summary = format!("rename {current} to {new}");
        Plan { files, summary, speaks_for_itself: true }.carry_out(writing, request)
    }

    /// Refuses an id that a record has, or had. `own_alias`: the record itself had it.
    pub(super) fn refuse_taken(
        &self,
        id: &RecordId,
        writing: &Writing<'_>,
        own_alias: bool,
    ) -> Result<()> {
        let taken = if self.store.read_record(id)?.is_some() {
            Some(format!("there is a record `{id}` already"))
        } else if own_alias {
            None
        } else {
            self.store.read_alias(id)?.map(|now| format!("`{id}` is an earlier id of `{now}`"))
        };
        // What is in the last revision and not in the work tree was removed by hand; a read says so.
        writing.read(&self.store.layout().record_path(id))?;
        match taken {
            Some(why) => Err(Problem::error(codes::EXISTS, why).mend("choose another id").into()),
            None => Ok(()),
        }
    }
}
