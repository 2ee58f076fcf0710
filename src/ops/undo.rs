//! Taking a change back, by a new change: the history only grows.

use super::change::{Changed, Plan, Request};
use super::{Catalog, Result};
use crate::problem::{Place, Problem, codes};
use crate::store::FileChange;

impl Catalog {
    /// Takes back what the revision that `expression` names did to the catalog; the last one when
    /// nothing is named. Files that were changed since are a problem.
    pub fn undo(&self, expression: Option<&str>, request: &Request) -> Result<Changed> {
        let writing = self.store.begin_write()?;
        let nothing = || {
            Problem::error(
                codes::REVISION,
                "nothing has been committed yet, there is nothing to undo",
            )
        };
        let revision = match expression {
            Some(expression) => self.store.resolve(expression)?,
            None => writing.head()?.ok_or_else(nothing)?,
        };
        let undone = self.store.revision(revision)?;
        let short = revision.short();
        let parent = match undone.parents[..] {
            [parent] => parent,
            [] => {
                return Err(Problem::error(
                    codes::REVISION,
                    format!("the revision {short} is the first: there is nothing before it"),
                )
                .into());
            }
            _ => {
                return Err(Problem::error(
                    codes::REVISION,
                    format!("the revision {short} is a merge: which side to keep is not known"),
                )
                .mend(format!("use `git revert -m 1 {short}`"))
                .into());
            }
        };
        let (differences, problems) = self.store.catalog_differences(Some(parent), revision)?;
        if !problems.is_empty() {
            return Err(problems.into());
        }
        if differences.is_empty() {
            return Err(Problem::error(
                codes::REVISION,
                format!("the revision {short} changed nothing in this catalog"),
            )
            .mend("name another: `fonds undo REV`")
            .into());
        }
        let mut files = Vec::new();
        let paths: Vec<String> = differences.iter().map(|found| found.path.clone()).collect();
        for (difference, now) in differences.into_iter().zip(writing.read_all(&paths)) {
            let blob = |id: Option<_>| id.map(|id| self.store.read_blob(id)).transpose();
            let (before, after) = (blob(difference.before)?, blob(difference.after)?);
            let now = now?;
            if now != after {
                return Err(Problem::error(
                    codes::CHANGED_MEANWHILE,
                    format!("`{}` was changed again after the revision {short}", difference.path),
                )
                .at(Place::file(difference.path))
                .mend("undo the later change first, or set the fields again with `fonds set`")
                .into());
            }
            files.push(FileChange { path: difference.path, before: now, after: before });
        }
        let subject = undone.subject();
        let summary = match subject.is_empty() {
            true => format!("take back the revision {short}"),
            false => format!("take back \"{subject}\" ({short})"),
        };
        Plan { files, summary, speaks_for_itself: true }.carry_out(writing, request)
    }
}
