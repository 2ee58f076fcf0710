//! The history of one record, or of one field of it.

use super::record_history::{cut_problem, reason_problem};
use super::{Catalog, Result};
use crate::changes::{Change, State};
use crate::problem::{Problem, Severity};
use crate::record::{FieldPath, Revision, RevisionId};
use serde::{Serialize, Serializer};

/// What happened to a record, the newest first; no revision stands before one that came from it.
#[derive(Debug, Serialize)]
pub struct Log {
    /// The record's id; the last it had.
    pub record: String,
    /// The field that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldPath>,
    /// The revisions that changed something.
    pub entries: Vec<LogEntry>,
    /// What a reader has to know besides: history that is cut off, revisions that cannot be read.
    #[serde(rename = "problems", serialize_with = "problems")]
    pub remarks: Vec<Problem>,
}

/// What one revision did.
#[derive(Debug, Serialize)]
pub struct LogEntry {
    /// The revision.
    pub revision: Revision,
    /// What it changed.
    pub changes: Vec<Change>,
    /// What is to be said about it: no reason given, a version that cannot be read.
    #[serde(serialize_with = "problems")]
    pub findings: Vec<Problem>,
}

/// Problems as JSON: `code`, `severity`, `message`, and `file`, `line`, `column`, `field`, `mend`
/// where they are known.
pub(super) fn problems<S: Serializer>(
    problems: &[Problem],
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(problems.iter().map(|problem| {
        let mut json = serde_json::Map::new();
        let mut set = |key: &str, value: serde_json::Value| {
            if !value.is_null() {
                json.insert(key.to_owned(), value);
            }
        };
        set("code", problem.code.name.into());
        set("severity", problem.severity.word().into());
        set("message", problem.message.as_str().into());
        set("file", problem.place.file.clone().into());
        set("line", problem.place.line.into());
        set("column", problem.place.column.into());
        set("field", problem.place.field.clone().into());
        set("mend", problem.mend.clone().into());
        json
    }))
}

/// Splits `ID[.FIELD]`. Ids may hold dots, so the id is the longest beginning that `is_record`
/// knows; without one, what stands before the first dot.
pub(super) fn split_target(
    target: &str,
    is_record: impl Fn(&str) -> Result<bool>,
) -> Result<(String, Option<FieldPath>)> {
    if is_record(target)? {
        return Ok((target.to_owned(), None));
    }
    let dots: Vec<usize> = target.match_indices('.').map(|(at, _)| at).collect();
    let mut known = None;
    for at in dots.iter().rev().copied() {
        if is_record(&target[..at])? {
            known = Some(at);
            break;
        }
    }
    match known.or(dots.first().copied()) {
        Some(at) => Ok((target[..at].to_owned(), Some(target[at + 1..].parse()?))),
        None => Ok((target.to_owned(), None)),
    }
}

impl Catalog {
    /// The record and field that `ID[.FIELD]` names, at the revision `at` or now.
    pub fn target(
        &self,
        target: &str,
        at: Option<RevisionId>,
    ) -> Result<(String, Option<FieldPath>)> {
        split_target(target, |id| {
            let Ok(id) = id.parse() else { return Ok(false) };
            let read = match at {
                None => self.store.read_record(&id),
                Some(at) => self.store.read_record_at(at, &id),
            };
            match read {
                Err(problem) if problem.is_of_the_machine() => Err(problem.into()),
                read => Ok(matches!(read, Ok(Some(_)))),
            }
        })
    }

    /// The history of `target` (`ID` or `ID.FIELD`) in the revisions leading to `at` (or to what is
    /// checked out). It follows the record through new ids and places, and a part through its ids.
    pub fn log(&self, target: &str, at: Option<RevisionId>) -> Result<Log> {
        let from = self.history_start(at)?;
        let (id, field) = self.target(target, Some(from))?;
        let found = self.record_history(&id, from)?;
        let names = match (&field, found.tip()) {
            (Some(field), Some(tip)) => Some(found.history.names(tip, field)),
            _ => None,
        };
        let mut entries = Vec::new();
        for at in (0..found.revisions.len()).rev() {
            let mut changes = found.history.changes(at);
            if let Some(names) = &names {
                changes.retain(|change| names[at].iter().any(|name| change.touches(name)));
            }
            let fault = found.faults.get(&at);
            let unreadable = found.history.versions()[at].state == State::Unreadable;
            let has_part = names.as_ref().is_none_or(|names| !names[at].is_empty());
            let is_cut = found.history.is_cut_off_before(at) && has_part;
            if changes.is_empty() && !unreadable && !is_cut {
                continue;
            }
            let revision = self.store.revision(found.revisions[at])?;
            let mut findings: Vec<Problem> = fault.cloned().into_iter().collect();
            findings.extend(is_cut.then(|| cut_problem(revision.id)));
            findings.extend(reason_problem(&revision));
            entries.push(LogEntry { revision, changes, findings });
        }
        Ok(Log { record: found.id, field, entries, remarks: found.remarks })
    }
}

impl Log {
    /// Whether something in it is wrong or has to be decided.
    pub fn has_findings(&self) -> bool {
        let heavy = |problem: &Problem| problem.severity >= Severity::Warning;
        self.entries.iter().flat_map(|entry| &entry.findings).any(heavy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::codes;

    #[test]
    fn an_id_with_dots_is_told_from_a_field() {
        let known = |id: &str| Ok(["a", "a.b"].contains(&id));
        let split = |target: &str| {
            let (id, field) = split_target(target, known).expect("a target");
            (id, field.map(|field| field.to_string()))
        };
        assert_eq!(split("a"), ("a".into(), None));
        assert_eq!(split("a.b"), ("a.b".into(), None));
        assert_eq!(split("a.b.place"), ("a.b".into(), Some("place".into())));
        assert_eq!(split("a.place"), ("a".into(), Some("place".into())));
        assert_eq!(split("gone.date.sent"), ("gone".into(), Some("date.sent".into())));
        assert!(split_target("a..b", known).is_err());
        // That a file could not be read does not make the id a field.
        let failed = |_: &str| Err(Problem::error(codes::DISK, "no quota").into());
        assert!(split_target("a.b", failed).is_err_and(|refusal| refusal.is_of_the_machine()));
    }
}
