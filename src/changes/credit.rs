//! What a revision with several predecessors did itself.

use super::change::{Change, ChangeKind};
use super::compare::compare_normal;
use super::normal::normal_form;
use crate::record::Node;

/// What the revision that holds `after` is to be credited with, when its predecessors hold
/// `before` (`None` where there was no record). With one predecessor this is [`compare`](super::compare); with
/// none the record is new. A merge is credited only with values that differ from all its
/// predecessors': what one of them has was said there. The answer does not depend on the order of
/// the predecessors; where they disagree on what was before, the change is told from one of those
/// that had a value, always the same.
///
/// ```
/// use fonds::changes::{credit, sentence};
/// use fonds::record::Node;
/// let place = |place: &str| Node::from_json(serde_json::json!({ "id": "x", "place": place }));
/// let (ours, theirs) = (place("Peking"), place("Beijing"));
/// assert!(credit(&[Some(&ours), Some(&theirs)], Some(&theirs)).is_empty());
/// let own = credit(&[Some(&ours), Some(&theirs)], Some(&place("Pei-ching")));
/// assert_eq!(sentence(&own[0]), "place: Beijing → Pei-ching");
/// ```
pub fn credit(before: &[Option<&Node>], after: Option<&Node>) -> Vec<Change> {
    let before: Vec<Option<Node>> = before.iter().map(|side| side.map(normal_form)).collect();
    let before: Vec<Option<&Node>> = before.iter().map(Option::as_ref).collect();
    credit_normal(&before, after.map(normal_form).as_ref())
}

/// As [`credit`], of records in their normal form.
pub(super) fn credit_normal(before: &[Option<&Node>], after: Option<&Node>) -> Vec<Change> {
    match before {
        [] => compare_normal(None, after),
        [only] => compare_normal(*only, after),
        several => of_merge(several, after),
    }
}

fn of_merge(sides: &[Option<&Node>], after: Option<&Node>) -> Vec<Change> {
    let against: Vec<Vec<Change>> = sides.iter().map(|side| compare_normal(*side, after)).collect();
    if against.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let mut credited: Vec<Change> = Vec::new();
    for (side, changes) in against.iter().enumerate() {
        for change in changes {
            let own = against
                .iter()
                .enumerate()
                .all(|(other, changes)| other == side || is_in(change, sides[other], changes));
            if !own {
                continue;
            }
            match credited.iter_mut().find(|known| is_one(known, change)) {
                Some(known) if tells_more(change, known) => *known = change.clone(),
                Some(_) => {}
                None => credited.push(change.clone()),
            }
        }
    }
    // A record whose id is gone goes by the one it had, the same whichever side is asked first.
    let all = against.iter().flatten().map(|change| &change.record);
    let record = all.max().cloned().unwrap_or_default();
    for change in &mut credited {
        change.record.clone_from(&record);
    }
    // The order of each comparison is its own; sorted, the changes read the same from every side.
    credited.sort_by(|a, b| a.field.cmp(&b.field).then_with(|| a.kind.cmp(&b.kind)));
    credited
}

/// Whether `change`, told against one predecessor, is also a change against another one, whose
/// own comparison gave `changes`.
fn is_in(change: &Change, side: Option<&Node>, changes: &[Change]) -> bool {
    match &change.kind {
        ChangeKind::RecordAdded => side.is_none(),
        ChangeKind::RecordRemoved => side.is_some(),
        // A value that comes with a new part or a new record is as new.
        ChangeKind::Set | ChangeKind::Changed | ChangeKind::RecordRenamed => {
            changes.iter().any(|other| other.sets(&change.field))
        }
        ChangeKind::Removed => changes.iter().any(|other| {
            other.field == change.field
                && matches!(other.kind, ChangeKind::Removed | ChangeKind::Changed)
        }),
        ChangeKind::PartAdded { .. } => changes.iter().any(|other| {
            matches!(other.kind, ChangeKind::PartAdded { .. }) && other.field == change.field
                || other.kind == ChangeKind::RecordAdded
        }),
        ChangeKind::PartRemoved { .. } => changes.iter().any(|other| {
            matches!(other.kind, ChangeKind::PartRemoved { .. }) && other.field == change.field
        }),
        ChangeKind::PartRenamed { .. } | ChangeKind::PartRekeyed { .. } => {
            changes.iter().any(|other| {
                other.field == change.field
                    && matches!(
                        other.kind,
                        ChangeKind::PartRenamed { .. } | ChangeKind::PartRekeyed { .. }
                    )
                    || change.field.is_within(&other.field)
                        && matches!(
                            other.kind,
                            ChangeKind::PartAdded { .. } | ChangeKind::RecordAdded
                        )
            })
        }
        ChangeKind::Reordered => changes
            .iter()
            .any(|other| other.kind == ChangeKind::Reordered && other.field == change.field),
    }
}

/// Whether two changes speak of one thing.
fn is_one(a: &Change, b: &Change) -> bool {
    a.field == b.field
        && a.after.is_some() == b.after.is_some()
        && match (&a.kind, &b.kind) {
            (ChangeKind::PartRenamed { .. }, ChangeKind::PartRenamed { .. })
            | (ChangeKind::PartRekeyed { .. }, ChangeKind::PartRekeyed { .. })
            | (ChangeKind::PartAdded { .. }, ChangeKind::PartAdded { .. })
            | (ChangeKind::PartRemoved { .. }, ChangeKind::PartRemoved { .. }) => true,
            (a, b) => a == b || is_value(a) && is_value(b),
        }
}

fn is_value(kind: &ChangeKind) -> bool {
    matches!(kind, ChangeKind::Set | ChangeKind::Changed | ChangeKind::Removed)
}

/// Which of two tellings of one change to keep: one that knows a value before; of two such, the
/// one that comes first by what it says.
fn tells_more(new: &Change, known: &Change) -> bool {
    let order = |change: &Change| {
        let says = serde_json::to_string(&(&change.before, &change.after)).unwrap_or_default();
        (change.before.is_none(), says, change.kind.clone(), change.archives.clone())
    };
    order(new) < order(known)
}
