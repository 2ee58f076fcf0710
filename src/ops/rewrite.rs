//! A record file made to say something else, with as little of its text touched as can be.

use super::{Refusal, Result};
use crate::changes::{Change, ChangeKind, compare, same};
use crate::problem::{Place, Problem, codes};
use crate::record::{FieldPath, Node, Source};
use crate::record_file::{self, Edit};
use std::collections::BTreeSet;

/// Whether parts that come in may stand at the end of their list instead of where they stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Every part stands where it stands in the record wanted, even when a list must be written
    /// anew for it.
    Exact,
    /// New parts stand at the end, and the text of the others is not touched.
    AddedLast,
}

/// `text`, the text of the file `path`, changed so that it says `wanted` (a record in its normal
/// form): field by field, so that comments and order survive; a list that cannot be had so is
/// written anew.
pub(super) fn rewrite(text: &str, path: &str, wanted: &Node, order: Order) -> Result<String> {
    let root = tree(text, path)?;
    let mut changed = text.to_owned();
    for change in compare(Some(&root), Some(wanted)) {
        // What one edit cannot do is done below, by whole fields.
        if let Some(edit) = edit_of(&change, wanted)
            && let Ok(edited) = record_file::edit(&changed, &[edit])
        {
            changed = edited;
        }
    }
    let left = |changed: &str| -> Result<BTreeSet<String>> {
        let left = compare(Some(&tree(changed, path)?), Some(wanted));
        let only_order = |change: &&Change| {
            order == Order::Exact || !(change.is_silent() || change.kind == ChangeKind::Reordered)
        };
        Ok(left
            .iter()
            .filter(only_order)
            .filter_map(|change| change.field.segments().first().cloned())
            .collect())
    };
    for key in left(&changed)? {
        let field = FieldPath::of([key.as_str()]);
        let edit = match wanted.as_table().and_then(|table| table.get(&key)) {
            Some(node) => Edit::Set(field, node.clone()),
            None => Edit::Remove(field),
        };
        changed = record_file::edit(&changed, &[edit]).map_err(|problems| {
            Refusal::in_source(problems, Source { file: path.to_owned(), text: changed.clone() })
        })?;
    }
    match left(&changed)?.into_iter().next() {
        None => Ok(changed),
        Some(key) => Err(Problem::error(
            codes::CHANGE_MISFIT,
            format!("`{key}` of `{path}` could not be written as it should be"),
        )
        .at(Place::file(path).field(key))
        .mend("change it by hand")
        .into()),
    }
}

/// The tree of a record file that can be read.
pub(super) fn tree(text: &str, path: &str) -> Result<Node> {
    match record_file::read(text.as_bytes(), path) {
        (Some(draft), problems) if problems.is_empty() => Ok(draft.root),
        (draft, problems) => {
            let sources = draft.map(|draft| draft.source).into_iter().collect();
            Err(Refusal { problems, sources })
        }
    }
}

/// The edit that makes a change, when one can.
fn edit_of(change: &Change, wanted: &Node) -> Option<Edit> {
    let field = change.field.clone();
    match change.kind {
        ChangeKind::Set | ChangeKind::Changed | ChangeKind::RecordRenamed => {
            Some(Edit::Set(field, change.after.clone()?))
        }
        ChangeKind::Removed | ChangeKind::PartRemoved { .. } => Some(Edit::Remove(field)),
        ChangeKind::PartAdded { .. } => {
            let list = field.parent()?;
            let part = change.after.clone()?;
            // A step of a path is made by naming it, when it is the last; the order of levels
            // means something.
            if list.segments().last().is_some_and(|key| key == "path") {
                let steps = list.find(wanted)?.as_list()?;
                let is_last = steps.last().is_some_and(|last| same(last, &part));
                return match part.as_list()? {
                    [_, value] if is_last => Some(Edit::Set(field, value.clone())),
                    _ => None,
                };
            }
            Some(Edit::Add(list, part))
        }
        ChangeKind::PartRenamed { ref from } => {
            let is_level = field.parent()?.segments().last().is_some_and(|key| key == "path");
            let old = field.parent()?.child(from.as_str());
            (!is_level).then(|| Some(Edit::Set(old.child("id"), change.after.clone()?)))?
        }
        _ => None,
    }
}
