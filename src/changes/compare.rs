//! From two trees to changes.

use super::change::{Change, ChangeKind};
use super::normal::{normal_form, same};
use super::pairing::{Pair, pair};
use crate::record::{FieldPath, Node, Table, Value, is_path_of_levels, part_keys};

/// Deeper than any record has reason to be; what lies deeper is one value.
pub(super) const DEEPEST: usize = 32;

/// What changed between `before` and `after`, both versions of one record; `None` where there is
/// no record. The changes stand in the order of the record after; what is gone stands where it
/// was.
///
/// ```
/// use fonds::changes::{compare, sentence};
/// use fonds::record::Node;
/// let with = |delo: &str| Node::from_json(serde_json::json!({
///     "id": "x", "holding": [{ "archive": "APRF", "path": [["fond", "45"], ["delo", delo]] }],
/// }));
/// let changes = compare(Some(&with("340")), Some(&with("341")));
/// assert_eq!(sentence(&changes[0]), "holding aprf, delo: 340 → 341");
/// assert!(compare(Some(&with("340")), Some(&with("340"))).is_empty());
/// ```
pub fn compare(before: Option<&Node>, after: Option<&Node>) -> Vec<Change> {
    let (before, after) = (before.map(normal_form), after.map(normal_form));
    compare_normal(before.as_ref(), after.as_ref())
}

/// As [`compare`], of records in their normal form.
pub(super) fn compare_normal(before: Option<&Node>, after: Option<&Node>) -> Vec<Change> {
    let whole = |kind| Change {
        record: one_id(before, after),
        field: FieldPath::default(),
        kind,
        before: before.cloned(),
        after: after.cloned(),
        archives: Vec::new(),
    };
    match (before, after) {
        (None, None) => Vec::new(),
        (None, Some(_)) => vec![whole(ChangeKind::RecordAdded)],
        (Some(_), None) => vec![whole(ChangeKind::RecordRemoved)],
        (Some(_), Some(_)) => {
            let mut comparison = Comparison {
                record: one_id(before, after),
                archives: Vec::new(),
                changes: Vec::new(),
            };
            comparison.nodes("", &FieldPath::default(), before, after, 0);
            comparison.changes
        }
    }
}

/// The id under which the changes of a record go: the one after, or else the one before.
fn one_id(before: Option<&Node>, after: Option<&Node>) -> String {
    let claimed = |root: Option<&Node>| text(root?.as_table(), "id").map(str::to_owned);
    claimed(after).or_else(|| claimed(before)).unwrap_or_default()
}

fn text<'a>(table: Option<&'a Table>, key: &str) -> Option<&'a str> {
    table?.get(key)?.as_text()
}

/// How a value is taken apart.
#[derive(PartialEq)]
pub(super) enum Shape<'a> {
    /// Not at all.
    Value,
    /// By keys.
    Table(&'a Table),
    /// By the identity of parts.
    Parts(&'a [Node], Vec<String>),
    /// By levels.
    Levels(&'a [Node], Vec<String>),
}

impl<'a> Shape<'a> {
    pub(super) fn of(key: &str, node: &'a Node, depth: usize) -> Shape<'a> {
        match &node.value {
            Value::Table(table) if depth < DEEPEST => Shape::Table(table),
            Value::List(list) if depth < DEEPEST => match part_keys(key, list) {
                Some(keys) if is_path_of_levels(key, list) => {
                    if list.iter().all(is_step) {
                        Shape::Levels(list, keys)
                    } else {
                        Shape::Value
                    }
                }
                Some(keys) => Shape::Parts(list, keys),
                None => Shape::Value,
            },
            _ => Shape::Value,
        }
    }
}

/// Whether a list is a step of a path: level, value and perhaps title, all text.
fn is_step(node: &Node) -> bool {
    node.as_list().is_some_and(|step| {
        (2..=3).contains(&step.len()) && step.iter().all(|part| part.as_text().is_some())
    })
}

struct Comparison {
    record: String,
    archives: Vec<String>,
    changes: Vec<Change>,
}

impl Comparison {
    fn add(
        &mut self,
        kind: ChangeKind,
        field: FieldPath,
        before: Option<&Node>,
        after: Option<&Node>,
    ) {
        self.changes.push(Change {
            record: self.record.clone(),
            field,
            kind,
            before: before.cloned(),
            after: after.cloned(),
            archives: self.archives.clone(),
        });
    }

    fn value(&mut self, field: &FieldPath, before: Option<&Node>, after: Option<&Node>) {
        let kind = match (before, after) {
            (None, None) => return,
            (None, Some(_)) => ChangeKind::Set,
            (Some(_), None) => ChangeKind::Removed,
            (Some(before), Some(after)) if same(before, after) => return,
            (Some(_), Some(_)) if field.segments() == ["id"] => ChangeKind::RecordRenamed,
            (Some(_), Some(_)) => ChangeKind::Changed,
        };
        self.add(kind, field.clone(), before, after);
    }

    /// Compares what stands at `field`. A table or list of parts that is not there is as good as
    /// an empty one, so that each value in it is a change of its own.
    fn nodes(
        &mut self,
        key: &str,
        field: &FieldPath,
        before: Option<&Node>,
        after: Option<&Node>,
        depth: usize,
    ) {
        let old = before.map(|node| Shape::of(key, node, depth));
        let new = after.map(|node| Shape::of(key, node, depth));
        match (old, new) {
            (Some(Shape::Table(old)), Some(Shape::Table(new))) => {
                self.tables(field, old, new, None, depth);
            }
            (Some(Shape::Table(old)), None) => {
                self.tables(field, old, &Table::new(), None, depth);
            }
            (None, Some(Shape::Table(new))) => {
                self.tables(field, &Table::new(), new, None, depth);
            }
            (Some(Shape::Parts(old, old_keys)), Some(Shape::Parts(new, new_keys))) => {
                self.lists(field, key, (old, &old_keys), (new, &new_keys), false, depth);
            }
            (Some(Shape::Levels(old, old_keys)), Some(Shape::Levels(new, new_keys))) => {
                self.lists(field, key, (old, &old_keys), (new, &new_keys), true, depth);
            }
            (Some(Shape::Parts(old, keys) | Shape::Levels(old, keys)), None) => {
                self.lists(field, key, (old, &keys), (&[], &[]), false, depth);
            }
            (None, Some(Shape::Parts(new, keys) | Shape::Levels(new, keys))) => {
                self.lists(field, key, (&[], &[]), (new, &keys), false, depth);
            }
            _ => self.value(field, before, after),
        }
    }

    /// Compares two tables key by key, without the key `except`.
    fn tables(
        &mut self,
        field: &FieldPath,
        before: &Table,
        after: &Table,
        except: Option<&str>,
        depth: usize,
    ) {
        let skip = |key: &str| except == Some(key);
        for (key, old) in before.iter().filter(|(key, _)| !skip(key)) {
            if after.get(key).is_none() {
                self.nodes(key, &field.child(key), Some(old), None, depth + 1);
            }
        }
        for (key, new) in after.iter().filter(|(key, _)| !skip(key)) {
            let old = before.get(key);
            // Most of a record is as it was, and need not be taken apart.
            if old.is_none_or(|old| !same(old, new)) {
                self.nodes(key, &field.child(key), old, Some(new), depth + 1);
            }
        }
    }

    fn lists(
        &mut self,
        field: &FieldPath,
        key: &str,
        (before, before_keys): (&[Node], &[String]),
        (after, after_keys): (&[Node], &[String]),
        levels: bool,
        depth: usize,
    ) {
        let is_holdings = key == "holding" && field.segments().len() == 1;
        let pairs = pair(before, before_keys, after, after_keys);
        for (at, (old, old_key)) in before.iter().zip(before_keys).enumerate() {
            if pairs.iter().any(|pair| pair.before == at) {
                continue;
            }
            let part = field.child(old_key.as_str());
            self.within(is_holdings, Some(old), None, |this| {
                this.add(ChangeKind::PartRemoved { at }, part, Some(old), None);
            });
        }
        self.order(field, &pairs, before_keys, after_keys);
        for (at, (new, new_key)) in after.iter().zip(after_keys).enumerate() {
            let part = field.child(new_key.as_str());
            let Some(pair) = pairs.iter().find(|pair| pair.after == at) else {
                self.within(is_holdings, None, Some(new), |this| {
                    this.add(ChangeKind::PartAdded { at }, part, None, Some(new));
                });
                continue;
            };
            let (Some(old), Some(old_key)) =
                (before.get(pair.before), before_keys.get(pair.before))
            else {
                continue;
            };
            self.within(is_holdings, Some(old), Some(new), |this| {
                this.part(&part, (old, old_key), (new, new_key), levels, depth + 1);
            });
        }
    }

    /// Compares one part with what it was.
    fn part(
        &mut self,
        field: &FieldPath,
        (old, old_key): (&Node, &String),
        (new, new_key): (&Node, &String),
        levels: bool,
        depth: usize,
    ) {
        let given = |node| name_given(node, levels);
        let renamed = match (given(old), given(new)) {
            (Some(old), Some(new)) => old.as_text() != new.as_text(),
            _ => false,
        };
        if renamed {
            let kind = ChangeKind::PartRenamed { from: old_key.clone() };
            self.add(kind, field.clone(), given(old), given(new));
        } else if old_key != new_key {
            let kind = ChangeKind::PartRekeyed { from: old_key.clone() };
            let (old, new) = (Node::from(old_key.as_str()), Node::from(new_key.as_str()));
            self.add(kind, field.clone(), Some(&old), Some(&new));
        }
        match (&old.value, &new.value) {
            (Value::List(old), Value::List(new)) if levels => {
                let title = field.child("title");
                self.value(field, old.get(1), new.get(1));
                self.value(&title, old.get(2), new.get(2));
            }
            (Value::Table(old), Value::Table(new)) if depth < DEEPEST => {
                self.tables(field, old, new, renamed.then_some("id"), depth);
            }
            _ => self.value(field, Some(old), Some(new)),
        }
    }

    fn order(
        &mut self,
        field: &FieldPath,
        pairs: &[Pair],
        before_keys: &[String],
        after_keys: &[String],
    ) {
        if pairs.is_sorted_by_key(|pair| pair.before) {
            return;
        }
        let names = |keys: &[String], at: &mut dyn Iterator<Item = usize>| {
            Node::from(
                at.filter_map(|at| keys.get(at))
                    .map(|key| Node::from(key.as_str()))
                    .collect::<Vec<_>>(),
            )
        };
        let mut was: Vec<usize> = pairs.iter().map(|pair| pair.before).collect();
        was.sort_unstable();
        let was = names(before_keys, &mut was.into_iter());
        let is = names(after_keys, &mut pairs.iter().map(|pair| pair.after));
        self.add(ChangeKind::Reordered, field.clone(), Some(&was), Some(&is));
    }

    /// Does `what` with the archives of a holding at hand, when these are holdings.
    fn within(
        &mut self,
        is_holding: bool,
        before: Option<&Node>,
        after: Option<&Node>,
        what: impl FnOnce(&mut Comparison),
    ) {
        if is_holding {
            let archive =
                |node: Option<&Node>| text(node?.as_table(), "archive").map(str::to_owned);
            self.archives = [archive(before), archive(after)].into_iter().flatten().collect();
            self.archives.sort();
            self.archives.dedup();
        }
        what(self);
        if is_holding {
            self.archives.clear();
        }
    }
}

/// The identity that a file gives a part: its id, or the level of a step.
pub(super) fn name_given(node: &Node, levels: bool) -> Option<&Node> {
    let name = if levels { node.as_list()?.first() } else { node.as_table()?.get("id") };
    name.filter(|name| name.as_text().is_some())
}
