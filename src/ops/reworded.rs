//! Citations that read differently at two moments.

use super::{Between, Catalog, CiteRequest, Cited, Diff, Result};
use crate::changes::{Change, ChangeKind};
use crate::problem::Problem;
use crate::record::{Node, RevisionId};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A citation that reads differently.
///
/// As JSON: `record`, `before` and `after` (left out where there is no citation), `changes` (the
/// sentences of the changes of the record).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reworded {
    /// The id of the record, after the change when there is one after.
    pub record: String,
    /// How it was cited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How it is cited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What changed in the record, in sentences.
    pub changes: Vec<String>,
}

impl Catalog {
    /// The citations, printed as `request` says (its `at` is not looked at), that read differently
    /// because of the changes of `diff`. Each record is cited as if for the first time.
    pub fn reworded(
        &self,
        diff: &Diff,
        request: &CiteRequest,
    ) -> Result<(Vec<Reworded>, Vec<Problem>)> {
        let Between { from, to } = diff.between;
        let mut records: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
        for change in &diff.changes {
            records.entry(&change.record).or_default().push(change);
        }
        let mut problems = Vec::new();
        let old_id = |id: &str, changes: &[&Change]| -> Option<String> {
            let is_new = changes.iter().any(|change| change.kind == ChangeKind::RecordAdded);
            let renamed = changes.iter().find(|change| change.kind == ChangeKind::RecordRenamed);
            let before = renamed.and_then(|change| change.before.as_ref()).and_then(Node::as_text);
            (!is_new).then(|| before.unwrap_or(id).to_owned())
        };
        let new_id = |id: &str, changes: &[&Change]| -> Option<String> {
            let is_gone = changes.iter().any(|change| change.kind == ChangeKind::RecordRemoved);
            (!is_gone).then(|| id.to_owned())
        };
        let olds: Vec<Option<String>> =
            records.iter().map(|(id, changes)| old_id(id, changes)).collect();
        let news: Vec<Option<String>> =
            records.iter().map(|(id, changes)| new_id(id, changes)).collect();
        // Before the first revision nothing was cited.
        let before = match from {
            Some(from) => self.printed(&olds, Some(from), request, &mut problems)?,
            None => HashMap::new(),
        };
        let after = self.printed(&news, to, request, &mut problems)?;
        let text = |printed: &HashMap<String, String>, id: &Option<String>| {
            id.as_ref().and_then(|id| printed.get(id)).cloned()
        };
        let mut reworded = Vec::new();
        for ((id, changes), (old, new)) in records.into_iter().zip(olds.iter().zip(&news)) {
            let (was, is) = (text(&before, old), text(&after, new));
            if was != is {
                reworded.push(Reworded {
                    record: id.to_owned(),
                    before: was,
                    after: is,
                    changes: changes
                        .into_iter()
                        .filter(|change| !change.is_silent())
                        .map(crate::changes::sentence)
                        .collect(),
                });
            }
        }
        Ok((reworded, problems))
    }

    /// The citations of the records `ids` at one moment, by id.
    fn printed(
        &self,
        ids: &[Option<String>],
        at: Option<RevisionId>,
        request: &CiteRequest,
        problems: &mut Vec<Problem>,
    ) -> Result<HashMap<String, String>> {
        let cited: Vec<Cited> =
            ids.iter().flatten().map(|id| Cited { id: id.clone(), locator: None }).collect();
        if cited.is_empty() {
            return Ok(HashMap::new());
        }
        let request = CiteRequest { at, ..request.clone() };
        let answer = self.cite(&cited, &request)?;
        problems.extend(answer.problems);
        Ok(answer.printed.into_iter().map(|printed| (printed.id, printed.text)).collect())
    }
}
