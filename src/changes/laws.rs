//! The laws of changes, on records made at random.

use super::{Change, apply, compare, credit, inverse, merge, normal_form, same, sentence};
use crate::record::{Node, Table, Value, leaves};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "aprf", "45", "0100", "Mao", "毛", "", "x y", "ё.\""])
        .prop_map(str::to_owned)
}

fn table_of(
    keys: &'static [&'static str],
    value: impl Strategy<Value = Json> + 'static,
) -> impl Strategy<Value = Json> {
    let members = prop::collection::vec((prop::sample::select(keys.to_vec()), value), 0..4);
    members.prop_map(|members| {
        Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    })
}

fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        4 => word().prop_map(Json::from),
        1 => any::<i8>().prop_map(Json::from),
        1 => any::<bool>().prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            table_of(&["id", "path", "name", "k", "role"], inner),
        ]
    })
}

fn path() -> impl Strategy<Value = Json> {
    let level = prop::sample::select(vec!["fond", "opis", "delo", "Record Group", "record-group"]);
    let step = (level, word(), prop::option::weighted(0.2, word())).prop_map(|(l, v, t)| match t {
        Some(title) => json!([l, v, title]),
        None => json!([l, v]),
    });
    prop_oneof![
        8 => prop::collection::vec(step, 0..4).prop_map(Json::from),
        1 => anything(),
    ]
}

fn part() -> impl Strategy<Value = Json> {
    let text = || prop::option::of(word());
    (prop::option::weighted(0.5, word()), text(), text(), path(), prop::option::of(anything()))
        .prop_map(|(id, archive, note, path, extra)| {
            let mut part = serde_json::Map::new();
            let mut set = |key: &str, value: Option<Json>| {
                if let Some(value) = value {
                    part.insert(key.to_owned(), value);
                }
            };
            set("id", id.map(Json::from));
            set("archive", archive.clone().map(Json::from));
            set("role", archive.map(Json::from));
            set("note", note.map(Json::from));
            set("path", Some(path));
            set("former", extra);
            Json::Object(part)
        })
}

fn parts() -> impl Strategy<Value = Json> {
    prop_oneof![
        6 => prop::collection::vec(part(), 0..4).prop_map(Json::from),
        1 => prop::collection::vec(prop_oneof![part(), word().prop_map(Json::from)], 0..3)
            .prop_map(Json::from),
        1 => anything(),
    ]
}

/// A record that shows itself as JSON when a law breaks.
#[derive(Clone, PartialEq)]
struct Shown(Node);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).unwrap_or_default())
    }
}

fn shown(changes: &[Change]) -> String {
    serde_json::to_string_pretty(changes).unwrap_or_default()
}

fn record() -> impl Strategy<Value = Shown> {
    let fields = (
        prop::option::of(word()),
        prop::option::of(anything()),
        prop::option::of(anything()),
        parts(),
        parts(),
        prop::option::of(parts()),
        prop::option::of(anything()),
    );
    fields.prop_map(|(id, title, date, holding, agent, number, unknown)| {
        let mut root = serde_json::Map::new();
        let mut set = |key: &str, value: Option<Json>| {
            if let Some(value) = value {
                root.insert(key.to_owned(), value);
            }
        };
        set("id", id.map(Json::from));
        set("title", title);
        set("date", date);
        set("holding", Some(holding));
        set("agent", Some(agent));
        set("number", number);
        set("unknown", unknown);
        Shown(Node::from_json(Json::Object(root)))
    })
}

/// What a person does to a record: something small, many times.
#[derive(Debug, Clone)]
enum Edit {
    Set(usize, String),
    Remove(usize),
    Swap(usize, usize, usize),
    Duplicate(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<usize>(), word()).prop_map(|(at, word)| Edit::Set(at, word)),
        any::<usize>().prop_map(Edit::Remove),
        (any::<usize>(), any::<usize>(), any::<usize>()).prop_map(|(l, a, b)| Edit::Swap(l, a, b)),
        (any::<usize>(), any::<usize>()).prop_map(|(l, a)| Edit::Duplicate(l, a)),
    ]
}

fn every<'a>(
    node: &'a mut Node,
    wanted: &mut usize,
    is: fn(&Value) -> bool,
) -> Option<&'a mut Node> {
    if is(&node.value) {
        if *wanted == 0 {
            return Some(node);
        }
        *wanted -= 1;
    }
    match &mut node.value {
        Value::List(list) => list.iter_mut().find_map(|node| every(node, wanted, is)),
        Value::Table(table) => {
            let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
            // Two looks, because a borrow that is given back cannot be tried first.
            let key = keys.into_iter().find(|key| {
                let mut probe = *wanted;
                let found =
                    table.get_mut(key).is_some_and(|node| every(node, &mut probe, is).is_some());
                if !found {
                    *wanted = probe;
                }
                found
            })?;
            table.get_mut(&key).and_then(|node| every(node, wanted, is))
        }
        _ => None,
    }
}

fn count(node: &Node, is: fn(&Value) -> bool) -> usize {
    let inside: usize = match &node.value {
        Value::List(list) => list.iter().map(|node| count(node, is)).sum(),
        Value::Table(table) => table.iter().map(|(_, node)| count(node, is)).sum(),
        _ => 0,
    };
    inside + usize::from(is(&node.value))
}

fn edited(record: &Node, edits: &[Edit]) -> Node {
    let mut record = record.clone();
    let is_text: fn(&Value) -> bool = |value| matches!(value, Value::Text(_));
    let is_list: fn(&Value) -> bool =
        |value| matches!(value, Value::List(list) if !list.is_empty());
    for edit in edits {
        let nth = |at: usize, is: fn(&Value) -> bool| at.checked_rem(count(&record, is));
        match edit {
            Edit::Set(at, word) => {
                if let Some(mut at) = nth(*at, is_text)
                    && let Some(node) = every(&mut record, &mut at, is_text)
                {
                    *node = Node::from(word.as_str());
                }
            }
            Edit::Remove(at) => {
                if let Some(table) = record.as_table_mut()
                    && let Some(at) = at.checked_rem(table.len())
                {
                    let key = table.iter().nth(at).map(|(key, _)| key.to_owned());
                    key.and_then(|key| table.remove(&key));
                }
            }
            Edit::Swap(list, a, b) => {
                if let Some(mut at) = nth(*list, is_list)
                    && let Some(list) = every(&mut record, &mut at, is_list)
                    && let Some(list) = list.as_list_mut()
                {
                    let (a, b) = (a % list.len(), b % list.len());
                    list.swap(a, b);
                }
            }
            Edit::Duplicate(list, a) => {
                if let Some(mut at) = nth(*list, is_list)
                    && let Some(list) = every(&mut record, &mut at, is_list)
                    && let Some(list) = list.as_list_mut()
                    && list.len() < 8
                {
                    let copy = list[a % list.len()].clone();
                    list.insert(0, copy);
                }
            }
        }
    }
    record
}

fn sorted(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|change| {
        (change.field.clone(), change.kind.clone(), format!("{:?}", change.before))
    });
    changes
}

fn hold(before: Option<&Node>, after: Option<&Node>) -> Result<(), TestCaseError> {
    let changes = compare(before, after);
    let done = apply(before, &changes)
        .map_err(|problem| TestCaseError::fail(format!("{problem}: {}", shown(&changes))))?;
    let wanted = after.map(normal_form);
    prop_assert_eq!(done.map(Shown), wanted.map(Shown), "changes: {}", shown(&changes));
    let back = compare(after, before);
    let law = sorted(inverse(&changes)) == sorted(back.clone());
    prop_assert!(law, "changes: {} back: {}", shown(&changes), shown(&back));
    prop_assert!(sorted(inverse(&inverse(&changes))) == sorted(changes.clone()));
    for change in &changes {
        prop_assert!(!sentence(change).contains(char::is_control));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_record_does_not_differ_from_itself(record in record()) {
        prop_assert!(compare(Some(&record.0), Some(&record.0)).is_empty());
        prop_assert!(compare(Some(&record.0), Some(&normal_form(&record.0))).is_empty());
        hold(None, Some(&record.0))?;
        hold(Some(&record.0), None)?;
    }

    #[test]
    fn changes_lead_from_any_record_to_any_other(before in record(), after in record()) {
        hold(Some(&before.0), Some(&after.0))?;
    }

    #[test]
    fn changes_lead_from_a_record_to_its_edited_self(
        before in record(),
        edits in prop::collection::vec(edit(), 1..6),
    ) {
        hold(Some(&before.0), Some(&edited(&before.0, &edits)))?;
    }

    #[test]
    fn a_merge_is_credited_with_nothing_that_a_side_had(
        base in record(),
        ours in prop::collection::vec(edit(), 0..3),
        theirs in prop::collection::vec(edit(), 0..3),
        own in prop::collection::vec(edit(), 0..3),
    ) {
        let (a, b) = (edited(&base.0, &ours), edited(&base.0, &theirs));
        prop_assert!(credit(&[Some(&a), Some(&b)], Some(&a)).is_empty());
        let merged = edited(&a, &own);
        let one_way = credit(&[Some(&a), Some(&b)], Some(&merged));
        let other_way = credit(&[Some(&b), Some(&a)], Some(&merged));
        prop_assert!(one_way == other_way, "{} {}", shown(&one_way), shown(&other_way));
        // Everything credited differs from both sides; with equal sides it is a plain comparison.
        for change in &one_way {
            for side in [&a, &b] {
                prop_assert!(compare(Some(side), Some(&merged)).iter().any(|c| {
                    c.touches(&change.field)
                }), "{:?}", change);
            }
        }
        let of_equals = sorted(credit(&[Some(&a), Some(&a)], Some(&merged)));
        prop_assert!(of_equals == sorted(compare(Some(&a), Some(&merged))));
    }

    #[test]
    fn a_merge_loses_nothing_and_knows_no_sides(
        base in record(),
        ours in prop::collection::vec(edit(), 0..5),
        theirs in prop::collection::vec(edit(), 0..5),
    ) {
        let (a, b) = (edited(&base.0, &ours), edited(&base.0, &theirs));
        merge_laws(&base.0, &a, &b)?;
    }

    #[test]
    fn a_merge_of_any_three_records_keeps_the_laws(
        base in record(), a in record(), b in record(),
    ) {
        merge_laws(&base.0, &a.0, &b.0)?;
    }
}

fn merge_laws(base: &Node, a: &Node, b: &Node) -> Result<(), TestCaseError> {
    let shown = |node: &Node| Shown(normal_form(node));
    // One side alone, both alike: no conflict, and that side is the result.
    for (ours, theirs, wanted) in [(a, base, a), (base, a, a), (a, a, a)] {
        let merged = merge(Some(base), ours, theirs);
        prop_assert!(merged.conflicts.is_empty());
        prop_assert_eq!(Shown(merged.root), shown(wanted));
    }
    let merged = merge(Some(base), a, b);
    let other_way = merge(Some(base), b, a);
    prop_assert_eq!(Shown(merged.root.clone()), Shown(other_way.root));
    prop_assert_eq!(merged.conflicts.len(), other_way.conflicts.len());
    // What a side brought in is there, in its field or in a conflict.
    let text = |node: &Node| serde_json::to_string(node).unwrap_or_default();
    let values = |root: &Node| -> Vec<String> {
        let root = normal_form(root);
        leaves(&root)
            .iter()
            .flat_map(|(_, node)| match node.as_list() {
                Some(list) => list.iter().map(text).collect(),
                None => vec![text(node)],
            })
            .collect()
    };
    let had = values(base);
    let conflicts = serde_json::to_string(
        &merged.conflicts.iter().map(|c| (&c.kept, &c.other)).collect::<Vec<_>>(),
    )
    .unwrap_or_default();
    let kept = values(&merged.root);
    for value in values(a).into_iter().chain(values(b)) {
        let found = had.contains(&value) || kept.contains(&value) || conflicts.contains(&value);
        prop_assert!(found, "{} is lost: {:?}", value, Shown(merged.root.clone()));
    }
    // Merging again changes nothing more.
    if merged.conflicts.is_empty() {
        let again = merge(Some(b), &merged.root, b);
        prop_assert_eq!(Shown(again.root), Shown(merged.root));
    }
    Ok(())
}

#[test]
fn numbers_that_are_no_numbers_are_the_same_as_themselves() {
    let mut table = Table::new();
    table.set("x", Node::new(Value::Float(f64::NAN)));
    let node = Node::from(table);
    assert!(same(&node, &node));
    assert!(compare(Some(&node), Some(&node)).is_empty());
}
