//! A change as a value.

use super::words::sentence;
use crate::record::{FieldPath, Node};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::collections::HashMap;

/// What kind of change it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// The record is new.
    RecordAdded,
    /// The record is gone.
    RecordRemoved,
    /// The record has another id.
    RecordRenamed,
    /// A field that had no value has one.
    Set,
    /// A field has another value.
    Changed,
    /// A field has no value any more.
    Removed,
    /// A part of a list (a holding, an agent, a step of a path) is new.
    PartAdded {
        /// Its position in the list after, from 0.
        at: usize,
    },
    /// A part of a list is gone.
    PartRemoved {
        /// Its position in the list before, from 0.
        at: usize,
    },
    /// A part has another id, or a step of a path another level.
    PartRenamed {
        /// Its identity before; its identity now is the last segment of the field.
        from: String,
    },
    /// A part goes by another identity because something it is made from changed (the family name
    /// of an agent) or because a part like it came or went. Nothing else is said by it: the change
    /// that caused it stands beside it.
    PartRekeyed {
        /// Its identity before; its identity now is the last segment of the field.
        from: String,
    },
    /// The parts of a list stand in another order: the identities of those that stayed.
    Reordered,
}

impl ChangeKind {
    /// The word for it in reports and filters: `set`, `part-added`, `record-renamed`.
    pub fn word(&self) -> &'static str {
        match self {
            ChangeKind::RecordAdded => "record-added",
            ChangeKind::RecordRemoved => "record-removed",
            ChangeKind::RecordRenamed => "record-renamed",
            ChangeKind::Set => "set",
            ChangeKind::Changed => "changed",
            ChangeKind::Removed => "removed",
            ChangeKind::PartAdded { .. } => "part-added",
            ChangeKind::PartRemoved { .. } => "part-removed",
            ChangeKind::PartRenamed { .. } => "part-renamed",
            ChangeKind::PartRekeyed { .. } => "part-rekeyed",
            ChangeKind::Reordered => "reordered",
        }
    }

    /// Every word that [`ChangeKind::word`] gives.
    pub const WORDS: [&'static str; 11] = [
        "record-added",
        "record-removed",
        "record-renamed",
        "set",
        "changed",
        "removed",
        "part-added",
        "part-removed",
        "part-renamed",
        "part-rekeyed",
        "reordered",
    ];
}

/// One change of one record.
///
/// As JSON: `record`, `kind` (a word of [`ChangeKind::word`]), `field`, `before` and `after` (left
/// out when there is none), `from` (of a part that goes by another identity), `at` (the position
/// of a part), `archives`, and `text`, the sentence for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The id of the record; after the change, when there is one after.
    pub record: String,
    /// The field, in the names of the record after the change; of the record before it for what
    /// is removed. Empty when the whole record is meant.
    pub field: FieldPath,
    /// What happened.
    pub kind: ChangeKind,
    /// What it was.
    pub before: Option<Node>,
    /// What it is.
    pub after: Option<Node>,
    /// The archives of the holding in which the change lies: two when it went from one to another.
    pub archives: Vec<String>,
}

impl Change {
    /// Whether the change says something about `field`: lies in it, or holds it.
    pub fn touches(&self, field: &FieldPath) -> bool {
        if self.field.is_within(field) || field.is_within(&self.field) {
            return true;
        }
        match (&self.kind, self.field.parent()) {
            (ChangeKind::PartRenamed { from } | ChangeKind::PartRekeyed { from }, Some(list)) => {
                let old = list.child(from.as_str());
                old.is_within(field) || field.is_within(&old)
            }
            _ => false,
        }
    }

    /// Whether the value at `leaf`, in the record after, is there because of this change.
    pub fn sets(&self, leaf: &FieldPath) -> bool {
        match self.kind {
            ChangeKind::RecordAdded | ChangeKind::PartAdded { .. } => leaf.is_within(&self.field),
            ChangeKind::Set | ChangeKind::Changed | ChangeKind::RecordRenamed => {
                // The title of a step lies inside the step, and is no part of its value.
                let holds = |after: &Node| after.as_table().is_some() || after.as_list().is_some();
                *leaf == self.field
                    || leaf.is_within(&self.field) && self.after.as_ref().is_some_and(holds)
            }
            ChangeKind::PartRenamed { .. } => {
                leaf.parent().is_some_and(|part| part == self.field)
                    && leaf.segments().last().is_some_and(|last| last == "id")
            }
            _ => false,
        }
    }

    /// Whether it is bookkeeping of identities, which people need not be shown.
    pub fn is_silent(&self) -> bool {
        matches!(self.kind, ChangeKind::PartRekeyed { .. })
    }
}

/// The changes that take back `changes`: what comparing the other way round gives.
pub fn inverse(changes: &[Change]) -> Vec<Change> {
    let names = Names::of(changes);
    // The record goes by the id it had.
    let old_id = changes.iter().find_map(|change| match change.kind {
        ChangeKind::RecordRenamed => change.before.as_ref().and_then(Node::as_text),
        _ => None,
    });
    changes
        .iter()
        .map(|change| {
            let (kind, field) = match &change.kind {
                ChangeKind::RecordAdded => (ChangeKind::RecordRemoved, change.field.clone()),
                ChangeKind::RecordRemoved => (ChangeKind::RecordAdded, change.field.clone()),
                ChangeKind::RecordRenamed => (ChangeKind::RecordRenamed, change.field.clone()),
                ChangeKind::Set => (ChangeKind::Removed, names.before(&change.field)),
                ChangeKind::Changed => (ChangeKind::Changed, names.before(&change.field)),
                ChangeKind::Removed => (ChangeKind::Set, names.before(&change.field)),
                // A part that comes or goes keeps its own name; its list may go by another.
                ChangeKind::PartAdded { at } => {
                    (ChangeKind::PartRemoved { at: *at }, names.before_list(&change.field))
                }
                ChangeKind::PartRemoved { at } => {
                    (ChangeKind::PartAdded { at: *at }, names.before_list(&change.field))
                }
                ChangeKind::PartRenamed { .. } => (
                    ChangeKind::PartRenamed { from: last(&change.field) },
                    names.before(&change.field),
                ),
                ChangeKind::PartRekeyed { .. } => (
                    ChangeKind::PartRekeyed { from: last(&change.field) },
                    names.before(&change.field),
                ),
                ChangeKind::Reordered => (ChangeKind::Reordered, names.before(&change.field)),
            };
            Change {
                record: old_id.unwrap_or(&change.record).to_owned(),
                field,
                kind,
                before: change.after.clone(),
                after: change.before.clone(),
                archives: change.archives.clone(),
            }
        })
        .collect()
}

fn last(field: &FieldPath) -> String {
    field.segments().last().cloned().unwrap_or_default()
}

/// What the parts that go by another identity were called before.
pub(super) struct Names(HashMap<FieldPath, String>);

impl Names {
    pub(super) fn of(changes: &[Change]) -> Names {
        let renamed = changes.iter().filter_map(|change| match &change.kind {
            ChangeKind::PartRenamed { from } | ChangeKind::PartRekeyed { from } => {
                Some((change.field.clone(), from.clone()))
            }
            _ => None,
        });
        Names(renamed.collect())
    }

    /// The name before the change of what is called `field` after it.
    pub(super) fn before(&self, field: &FieldPath) -> FieldPath {
        if self.0.is_empty() {
            return field.clone();
        }
        let segments = field.segments();
        let old = (0..segments.len()).map(|at| {
            let here = FieldPath::of(&segments[..=at]);
            self.0.get(&here).unwrap_or(&segments[at]).clone()
        });
        FieldPath::of(old)
    }

    fn before_list(&self, field: &FieldPath) -> FieldPath {
        match field.parent() {
            Some(list) => self.before(&list).child(last(field)),
            None => field.clone(),
        }
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("record", &self.record)?;
        map.serialize_entry("kind", self.kind.word())?;
        if !self.field.segments().is_empty() {
            map.serialize_entry("field", &self.field)?;
        }
        match &self.kind {
            ChangeKind::PartRenamed { from } | ChangeKind::PartRekeyed { from } => {
                map.serialize_entry("from", from)?;
            }
            ChangeKind::PartAdded { at } | ChangeKind::PartRemoved { at } => {
                map.serialize_entry("at", at)?;
            }
            _ => {}
        }
        if let Some(before) = &self.before {
            map.serialize_entry("before", before)?;
        }
        if let Some(after) = &self.after {
            map.serialize_entry("after", after)?;
        }
        if !self.archives.is_empty() {
            map.serialize_entry("archives", &self.archives)?;
        }
        map.serialize_entry("text", &sentence(self))?;
        map.end()
    }
}
