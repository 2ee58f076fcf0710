//! Changes carried out.

use super::change::{Change, ChangeKind, Names};
use super::compare::{Shape, name_given};
use super::normal::{normal_form, same};
use crate::problem::{Place, Problem, Result, codes};
use crate::record::{FieldPath, Node, Table, Value};

/// Carries `changes` out on `before` and gives the record after, in its normal form. Each change
/// must fit: what it says was there must be there, or it is a problem and nothing is done.
///
/// ```
/// use fonds::changes::{apply, compare, inverse};
/// use fonds::record::Node;
/// let before = Node::from_json(serde_json::json!({ "id": "x", "place": "Peking" }));
/// let after = Node::from_json(serde_json::json!({ "id": "x", "place": "Beijing", "genre": "letter" }));
/// let changes = compare(Some(&before), Some(&after));
/// assert_eq!(apply(Some(&before), &changes).unwrap(), Some(after.clone()));
/// assert_eq!(apply(Some(&after), &inverse(&changes)).unwrap(), Some(before));
/// ```
pub fn apply(before: Option<&Node>, changes: &[Change]) -> Result<Option<Node>> {
    let before = before.map(normal_form);
    if let [change] = changes
        && matches!(change.kind, ChangeKind::RecordAdded | ChangeKind::RecordRemoved)
    {
        expect(&change.field, before.as_ref(), change.before.as_ref())?;
        return Ok(change.after.clone());
    }
    let Some(mut root) = before else {
        return if changes.is_empty() {
            Ok(None)
        } else {
            Err(misfit(&FieldPath::default(), "there is no record to be changed"))
        };
    };
    let names = Names::of(changes);
    let all: Vec<&Change> = changes.iter().collect();
    let mut slot = Some(root);
    at(&mut slot, "", &FieldPath::default(), &all, &names, 0)?;
    root = slot.unwrap_or_else(|| Node::from(Table::new()));
    Ok(Some(root))
}

fn misfit(field: &FieldPath, why: &str) -> Problem {
    Problem::error(codes::CHANGE_MISFIT, format!("the change of `{field}` does not fit: {why}"))
        .at(Place::of_field(field.to_string()))
        .mend("the record was changed since; compare again")
}

fn expect(field: &FieldPath, found: Option<&Node>, wanted: Option<&Node>) -> Result<()> {
    match (found, wanted) {
        (None, None) => Ok(()),
        (Some(found), Some(wanted)) if same(found, wanted) => Ok(()),
        (None, Some(_)) => Err(misfit(field, "the value is not there")),
        (Some(_), None) => Err(misfit(field, "there is a value already")),
        (Some(_), Some(_)) => Err(misfit(field, "the value is another one")),
    }
}

/// Carries out the changes at `field` and inside it. `slot` is what stands there; it is empty when
/// nothing does, before or after.
fn at(
    slot: &mut Option<Node>,
    key: &str,
    field: &FieldPath,
    changes: &[&Change],
    names: &Names,
    depth: usize,
) -> Result<()> {
    let here = field.segments().len();
    for change in changes.iter().filter(|change| change.field.segments().len() == here) {
        match change.kind {
            ChangeKind::Set
            | ChangeKind::Changed
            | ChangeKind::Removed
            | ChangeKind::RecordRenamed => {
                expect(field, slot.as_ref(), change.before.as_ref())?;
                slot.clone_from(&change.after);
            }
            _ => {}
        }
    }
    let order = changes.iter().find(|change| {
        change.field.segments().len() == here && change.kind == ChangeKind::Reordered
    });
    let inside: Vec<&Change> =
        changes.iter().filter(|change| change.field.segments().len() > here).copied().collect();
    if inside.is_empty() && order.is_none() {
        return Ok(());
    }
    let of_parts = order.is_some()
        || inside.iter().any(|change| {
            change.field.segments().len() == here + 1
                && matches!(
                    change.kind,
                    ChangeKind::PartAdded { .. }
                        | ChangeKind::PartRemoved { .. }
                        | ChangeKind::PartRenamed { .. }
                        | ChangeKind::PartRekeyed { .. }
                )
        });
    let (list, keys, levels) = match slot.as_ref().map(|node| Shape::of(key, node, depth)) {
        Some(Shape::Parts(list, keys)) => (list.to_vec(), keys, false),
        Some(Shape::Levels(list, keys)) => (list.to_vec(), keys, true),
        None if of_parts => (Vec::new(), Vec::new(), false),
        Some(Shape::Table(_)) | None if !of_parts => {
            let mut table = match slot.take().map(|node| node.value) {
                Some(Value::Table(table)) => table,
                _ => Table::new(),
            };
            for (segment, changes) in by_segment(&inside, here) {
                let mut child = table.get(segment).cloned();
                at(&mut child, segment, &field.child(segment), &changes, names, depth + 1)?;
                match child {
                    Some(child) => table.set(segment, child),
                    None => {
                        table.remove(segment);
                    }
                }
            }
            *slot = (!table.is_empty()).then(|| Node::from(table));
            return Ok(());
        }
        _ => return Err(misfit(field, "what stands there has another shape")),
    };
    let list = parts(list, keys, levels, field, &inside, order.copied(), names, depth)?;
    *slot = (!list.is_empty()).then(|| Node::from(list));
    Ok(())
}

/// The changes by the segment after `here`, in the order of the changes.
fn by_segment<'a>(changes: &[&'a Change], here: usize) -> Vec<(&'a str, Vec<&'a Change>)> {
    let mut groups: Vec<(&str, Vec<&Change>)> = Vec::new();
    for change in changes {
        let Some(segment) = change.field.segments().get(here) else { continue };
        match groups.iter_mut().find(|(other, _)| other == segment) {
            Some((_, group)) => group.push(change),
            None => groups.push((segment, vec![change])),
        }
    }
    groups
}

#[expect(clippy::too_many_arguments, reason = "one step of a recursion, called from one place")]
fn parts(
    list: Vec<Node>,
    keys: Vec<String>,
    levels: bool,
    field: &FieldPath,
    inside: &[&Change],
    order: Option<&Change>,
    names: &Names,
    depth: usize,
) -> Result<Vec<Node>> {
    let here = field.segments().len();
    let is_direct = |change: &Change| change.field.segments().len() == here + 1;
    let mut entries: Vec<(String, Option<Node>)> =
        keys.into_iter().zip(list.into_iter().map(Some)).collect();

    // What goes is found by its name before, what is changed by its name before, too.
    let mut gone = Vec::new();
    let mut added = Vec::new();
    let mut kept = Vec::new();
    for change in inside {
        match change.kind {
            ChangeKind::PartRemoved { .. } if is_direct(change) => gone.push(*change),
            ChangeKind::PartAdded { at } if is_direct(change) => added.push((at, *change)),
            _ => kept.push(*change),
        }
    }
    for change in gone {
        let name = change.field.segments().get(here);
        let entry = entries.iter_mut().find(|(key, node)| Some(key) == name && node.is_some());
        let found = entry.and_then(|(_, node)| node.take());
        expect(&change.field, found.as_ref(), change.before.as_ref())?;
    }
    let mut new_names: Vec<(String, String)> = Vec::new();
    for (segment, changes) in by_segment(&kept, here) {
        let part = field.child(segment);
        let old = names.before(&part);
        let old = old.segments().last().map_or(segment, String::as_str);
        let Some((_, slot)) = entries.iter_mut().find(|(key, node)| key == old && node.is_some())
        else {
            return Err(misfit(&part, "the part is not there"));
        };
        new_names.push((old.to_owned(), segment.to_owned()));
        for change in changes.iter().filter(|change| is_direct(change)) {
            if matches!(change.kind, ChangeKind::PartRenamed { .. }) {
                rename(slot, levels, change)?;
            }
        }
        if levels {
            step(slot, &part, &changes)?;
        } else {
            // A part is there even when it says nothing any more.
            let empty = Node::from(Table::new());
            let was_table = slot.as_ref().is_some_and(|node| node.as_table().is_some());
            at(slot, segment, &part, &changes, names, depth + 1)?;
            if slot.is_none() && was_table {
                *slot = Some(empty);
            }
        }
    }
    let mut left: Vec<(String, Node)> =
        entries.into_iter().filter_map(|(key, node)| Some((key, node?))).collect();
    if let Some(change) = order {
        let old_name = |key: &Node| {
            let key = key.as_text().unwrap_or_default();
            let renamed = new_names.iter().find(|(_, new)| new == key);
            renamed.map_or(key, |(old, _)| old.as_str()).to_owned()
        };
        let wanted: Vec<String> = change
            .after
            .as_ref()
            .and_then(Node::as_list)
            .map(|keys| keys.iter().map(old_name).collect())
            .unwrap_or_default();
        left.sort_by_key(|(key, _)| {
            wanted.iter().position(|name| name == key).unwrap_or(usize::MAX)
        });
    }
    added.sort_by_key(|(at, _)| *at);
    for (at, change) in added {
        let Some(part) = &change.after else { continue };
        let name = change.field.segments().last().cloned().unwrap_or_default();
        left.insert(at.min(left.len()), (name, part.clone()));
    }
    Ok(left.into_iter().map(|(_, node)| node).collect())
}

/// Gives a part its new id, or a step its new level.
fn rename(slot: &mut Option<Node>, levels: bool, change: &Change) -> Result<()> {
    let found = slot.as_ref().and_then(|node| name_given(node, levels));
    expect(&change.field, found, change.before.as_ref())?;
    let Some(new) = change.after.clone() else { return Ok(()) };
    match slot.as_mut().map(|node| &mut node.value) {
        Some(Value::Table(table)) => table.set("id", new),
        Some(Value::List(step)) => {
            if let Some(level) = step.first_mut() {
                *level = new;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Carries out changes of one step of a path.
fn step(slot: &mut Option<Node>, field: &FieldPath, changes: &[&Change]) -> Result<()> {
    let Some(Value::List(step)) = slot.as_mut().map(|node| &mut node.value) else {
        return Err(misfit(field, "it is no step of a path"));
    };
    for change in changes {
        let part = match change.kind {
            ChangeKind::Set | ChangeKind::Changed | ChangeKind::Removed => {
                if change.field == *field { 1 } else { 2 }
            }
            _ => continue,
        };
        expect(&change.field, step.get(part), change.before.as_ref())?;
        step.truncate(if change.after.is_none() { part } else { step.len() });
        match (&change.after, step.get_mut(part)) {
            (Some(after), Some(place)) => *place = after.clone(),
            (Some(after), None) => step.push(after.clone()),
            (None, _) => {}
        }
    }
    Ok(())
}
