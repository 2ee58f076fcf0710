//! What differs between two moments of the catalog.

use super::log::problems;
use super::versions::{match_records, told_aliases};
use super::{Catalog, Result};
use crate::changes::Change;
use crate::problem::Problem;
use crate::record::RevisionId;
use serde::Serialize;
use std::collections::HashMap;

/// The moments between which to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Between {
    /// Before; `None` for the empty catalog before the first revision.
    pub from: Option<RevisionId>,
    /// After; `None` for the work tree.
    pub to: Option<RevisionId>,
}

/// What differs between two moments, record by record, in the order of the files.
#[derive(Debug, Serialize)]
pub struct Diff {
    /// The moments.
    #[serde(flatten)]
    pub between: Between,
    /// Every change.
    pub changes: Vec<Change>,
    /// Files that cannot be read, ids that lead nowhere any more.
    #[serde(serialize_with = "problems")]
    pub problems: Vec<Problem>,
}

impl Catalog {
    /// The moments that `REV..REV`, `REV` (from there to the work tree) or nothing (from what is
    /// checked out to the work tree) name. Either side may be a day; an empty side of `..` is what
    /// is checked out.
    pub fn between(&self, range: Option<&str>) -> Result<Between> {
        let head = || self.store.head();
        let Some(range) = range else { return Ok(Between { from: head()?, to: None }) };
        let Some((from, to)) = split_range(range) else {
            return Ok(Between { from: self.moment(Some(range))?, to: None });
        };
        let side = |text: &str| match text {
            "" => Ok(head()?),
            text => self.moment(Some(text)),
        };
        Ok(Between { from: side(from)?, to: side(to)? })
    }

    /// What differs between two moments; only of the record `only`, when it is given (by an id that
    /// it has at either of them).
    pub fn diff(&self, between: Between, only: Option<&str>) -> Result<Diff> {
        let Between { from, to } = between;
        let (differences, mut problems) = match to {
            Some(to) => self.store.record_differences(from, to)?,
            None => self.store.work_differences(from)?,
        };
        let aliases = match to {
            Some(to) => told_aliases(self, &self.store.alias_differences(from, to)?.0)?,
            None => HashMap::new(),
        };
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for difference in &differences {
            let path = &difference.path;
            if !path.ends_with(".toml") {
                continue;
            }
            if let Some(blob) = difference.before {
                before.push(self.version(path, blob, from, &mut problems)?);
            }
            match (difference.after, to) {
                (None, _) => {}
                (Some(blob), Some(_)) => after.push(self.version(path, blob, to, &mut problems)?),
                (Some(_), None) => after.push(self.work_version(path, &mut problems)?),
            }
        }
        let mut changes = Vec::new();
        for pair in match_records(before, after, &aliases) {
            let is_it = |id: &str| {
                [&pair.before, &pair.after]
                    .into_iter()
                    .flatten()
                    .any(|side| side.id == id || side.aliases.iter().any(|alias| alias == id))
            };
            if only.is_some_and(|only| !is_it(only)) {
                continue;
            }
            problems.extend(pair.lost_id(&aliases));
            changes.extend(pair.changes());
        }
        Ok(Diff { between, changes, problems })
    }
}

/// The sides of `A..B`. Three dots mean the same as two would mislead: they are not understood.
pub(super) fn split_range(range: &str) -> Option<(&str, &str)> {
    range.split_once("..").filter(|(_, to)| !to.starts_with('.'))
}
