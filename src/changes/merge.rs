//! Two versions of a record with one ancestor made into one, field by field.

use super::compare::{Shape, name_given};
use super::normal::{normal_form, same};
use super::pairing::{Pair, is_alike, pair};
use crate::record::{FieldPath, Node, Table};

/// A field that was set two ways.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The field.
    pub field: FieldPath,
    /// The value in the merged record.
    pub kept: Option<Node>,
    /// The other one; `None` when one side removed what the other changed.
    pub other: Option<Node>,
}

/// A merged record.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The record, in its normal form. For each conflict it holds one value in the field and the
    /// other as an `[[alternative]]` that says so: it can be read like any record.
    pub root: Node,
    /// What was set two ways.
    pub conflicts: Vec<Conflict>,
}

/// How the reason of an alternative begins that a merge left behind.
pub const CONFLICT_MARK: &str = "conflict: ";

/// Merges `ours` and `theirs`, which both come from `base` (`None` when both are new).
///
/// What one side did stands; what both did alike stands once; parts are matched by identity, so
/// that two sides that add different holdings do not meet. A field that both set, differently, is
/// a conflict: of the two values the one that sorts first stays in the field, whichever side it is
/// from. What one side removed and the other changed stays, and is a conflict. The order of the
/// sides makes no difference.
///
/// ```
/// use fonds::changes::merge;
/// use fonds::record::Node;
/// let record = |place: &str, genre: &str| Node::from_json(
///     serde_json::json!({ "id": "x", "place": place, "genre": genre }));
/// let merged = merge(Some(&record("Peking", "letter")),
///     &record("Beijing", "letter"), &record("Peking", "telegram"));
/// assert_eq!(merged.root, record("Beijing", "telegram"));
/// assert!(merged.conflicts.is_empty());
/// ```
pub fn merge(base: Option<&Node>, ours: &Node, theirs: &Node) -> Merged {
    combine(base, ours, theirs, false, &|conflict| {
        let told = match conflict.other {
            Some(_) => "this field was set two ways; keep one value, then remove this entry",
            None => {
                "this was changed on one side and removed on the other; keep or remove it, then remove this entry"
            }
        };
        format!("{CONFLICT_MARK}{told}")
    })
}

/// Joins `other` to `record`: two records of one document. Everything that `other` says and
/// `record` does not comes in; where they say different things, the value of `record` stays and
/// the other one becomes an `[[alternative]]` with `reason`. Nothing is lost.
pub fn join(record: &Node, other: &Node, reason: &str) -> Merged {
    combine(None, record, other, true, &|_| reason.to_owned())
}

fn combine(
    base: Option<&Node>,
    ours: &Node,
    theirs: &Node,
    ours_first: bool,
    reason: &dyn Fn(&Conflict) -> String,
) -> Merged {
    let nothing = Node::from(Table::new());
    let base = normal_form(base.unwrap_or(&nothing));
    let (ours, theirs) = (normal_form(ours), normal_form(theirs));
    let mut merger = Merger { ours_first, conflicts: Vec::new() };
    let root = merger.nodes(
        "",
        &FieldPath::default(),
        Sides { base: Some(&base), ours: Some(&ours), theirs: Some(&theirs) },
        0,
    );
    let mut root = root.unwrap_or(nothing);
    merger.conflicts.sort_by_cached_key(|conflict| {
        let text = serde_json::to_string(&(&conflict.kept, &conflict.other)).unwrap_or_default();
        (conflict.field.clone(), text)
    });
    for conflict in &merger.conflicts {
        note_conflict(&mut root, conflict, reason(conflict));
    }
    Merged { root, conflicts: merger.conflicts }
}

/// Puts the value that did not stay among the alternatives, once.
fn note_conflict(root: &mut Node, conflict: &Conflict, reason: String) {
    let Some(table) = root.as_table_mut() else { return };
    let text = |node: &Node| match node.as_text() {
        Some(text) => text.to_owned(),
        None => serde_json::to_string(node).unwrap_or_default(),
    };
    let Some(value) = conflict.other.as_ref().or(conflict.kept.as_ref()).map(text) else { return };
    let mut entry = Table::new();
    entry.set("field", Node::from(conflict.field.to_string()));
    entry.set("value", Node::from(value));
    entry.set("reason", Node::from(reason));
    let entry = Node::from(entry);
    match table.get_mut("alternative").and_then(Node::as_list_mut) {
        Some(list) => {
            if !list.iter().any(|known| same(known, &entry)) {
                list.push(entry);
            }
        }
        None => table.set("alternative", Node::from(vec![entry])),
    }
}

/// One thing as the three have it.
#[derive(Clone, Copy)]
struct Sides<'a> {
    base: Option<&'a Node>,
    ours: Option<&'a Node>,
    theirs: Option<&'a Node>,
}

fn alike(a: Option<&Node>, b: Option<&Node>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => same(a, b),
        _ => false,
    }
}

struct Merger {
    /// Whether what stands in ours stays where the two disagree, and comes first.
    ours_first: bool,
    conflicts: Vec<Conflict>,
}

impl Merger {
    fn nodes(
        &mut self,
        key: &str,
        field: &FieldPath,
        sides: Sides<'_>,
        depth: usize,
    ) -> Option<Node> {
        let Sides { base, ours, theirs } = sides;
        if alike(ours, theirs) || alike(base, theirs) {
            return ours.cloned();
        }
        if alike(base, ours) {
            return theirs.cloned();
        }
        let shape = |node: Option<&'_ Node>| match node.map(|node| Shape::of(key, node, depth)) {
            None => Kind::Nothing,
            Some(Shape::Table(_)) => Kind::Table,
            Some(Shape::Parts(..)) => Kind::Parts,
            Some(Shape::Levels(..)) => Kind::Levels,
            Some(Shape::Value) => match node.and_then(Node::as_list) {
                Some(_) => Kind::Values,
                None => Kind::Value,
            },
        };
        let kinds = [shape(base), shape(ours), shape(theirs)];
        let mut known = kinds.into_iter().filter(|kind| *kind != Kind::Nothing);
        let first = known.next().unwrap_or(Kind::Value);
        if !known.all(|kind| kind == first) {
            return self.conflict(field, sides);
        }
        match first {
            Kind::Table => self.tables(field, sides, depth),
            Kind::Parts | Kind::Levels => self.lists(key, field, sides, depth),
            Kind::Values => Some(Node::from(values(sides, self.ours_first)))
                .filter(|node| node.as_list().is_some_and(|list| !list.is_empty())),
            Kind::Value | Kind::Nothing => self.conflict(field, sides),
        }
    }

    fn conflict(&mut self, field: &FieldPath, sides: Sides<'_>) -> Option<Node> {
        let text = |node: &Node| serde_json::to_string(node).unwrap_or_default();
        let (kept, other) = match (sides.ours, sides.theirs) {
            (Some(ours), Some(theirs)) if !self.ours_first && text(theirs) < text(ours) => {
                (theirs, Some(ours))
            }
            (Some(ours), theirs) => (ours, theirs),
            (None, Some(theirs)) => (theirs, None),
            (None, None) => return None,
        };
        self.conflicts.push(Conflict {
            field: field.clone(),
            kept: Some(kept.clone()),
            other: other.cloned(),
        });
        Some(kept.clone())
    }

    fn tables(&mut self, field: &FieldPath, sides: Sides<'_>, depth: usize) -> Option<Node> {
        let table =
            |node: Option<&'_ Node>| node.and_then(Node::as_table).cloned().unwrap_or_default();
        let (base, ours, theirs) = (table(sides.base), table(sides.ours), table(sides.theirs));
        let mut merged = Table::new();
        let keys = ours.iter().chain(theirs.iter()).map(|(key, _)| key);
        let mut done: Vec<&str> = Vec::new();
        for key in keys {
            if done.contains(&key) {
                continue;
            }
            done.push(key);
            let sides = Sides { base: base.get(key), ours: ours.get(key), theirs: theirs.get(key) };
            if let Some(node) = self.nodes(key, &field.child(key), sides, depth + 1) {
                merged.set(key, node);
            }
        }
        (!merged.is_empty()).then(|| Node::from(merged))
    }

    fn lists(
        &mut self,
        key: &str,
        field: &FieldPath,
        sides: Sides<'_>,
        depth: usize,
    ) -> Option<Node> {
        let list = |node: Option<&Node>| -> (Vec<Node>, Vec<String>, bool) {
            match node.map(|node| Shape::of(key, node, depth)) {
                Some(Shape::Parts(list, keys)) => (list.to_vec(), keys, false),
                Some(Shape::Levels(list, keys)) => (list.to_vec(), keys, true),
                _ => Default::default(),
            }
        };
        let (base, base_keys, _) = list(sides.base);
        let (ours, our_keys, our_levels) = list(sides.ours);
        let (theirs, their_keys, their_levels) = list(sides.theirs);
        let levels = our_levels || their_levels;
        let in_ours = pair(&base, &base_keys, &ours, &our_keys);
        let in_theirs = pair(&base, &base_keys, &theirs, &their_keys);

        let mut parts: Vec<Part> = (0..base.len())
            .map(|at| {
                let after = |pairs: &[Pair]| {
                    pairs.iter().find(|pair| pair.before == at).map(|pair| pair.after)
                };
                Part {
                    base: Some(at),
                    ours: after(&in_ours),
                    theirs: after(&in_theirs),
                    ..Part::default()
                }
            })
            .collect();
        let new = |list: &[Node], pairs: &[Pair]| -> Vec<usize> {
            (0..list.len()).filter(|at| !pairs.iter().any(|pair| pair.after == *at)).collect()
        };
        let (new_ours, mut new_theirs) = (new(&ours, &in_ours), new(&theirs, &in_theirs));
        let mut added: Vec<Part> = Vec::new();
        for o in new_ours {
            let twin = new_theirs.iter().position(|t| {
                is_one_part(&ours[o], &our_keys[o], &theirs[*t], &their_keys[*t], levels)
            });
            let twin = twin.map(|at| new_theirs.remove(at));
            added.push(Part { ours: Some(o), theirs: twin, ..Part::default() });
        }
        added.extend(new_theirs.into_iter().map(|t| Part { theirs: Some(t), ..Part::default() }));
        parts.extend(added);
        for part in &mut parts {
            let said = |at: Option<usize>, keys: &[String], list: &[Node]| {
                let at = at?;
                let text = serde_json::to_string(list.get(at)?).unwrap_or_default();
                Some((keys.get(at)?.clone(), text))
            };
            let sides =
                [said(part.ours, &our_keys, &ours), said(part.theirs, &their_keys, &theirs)];
            part.name = sides.into_iter().flatten().min().unwrap_or_default();
        }

        let order = self.order(field, &parts, base_keys.len());
        let mut merged = Vec::new();
        for part in order.into_iter().filter_map(|at| parts.get(at)) {
            let sides = Sides {
                base: part.base.and_then(|at| base.get(at)),
                ours: part.ours.and_then(|at| ours.get(at)),
                theirs: part.theirs.and_then(|at| theirs.get(at)),
            };
            merged.extend(self.part(&field.child(part.name.0.as_str()), sides, levels, depth + 1));
        }
        (!merged.is_empty()).then(|| Node::from(merged))
    }

    fn part(
        &mut self,
        field: &FieldPath,
        sides: Sides<'_>,
        levels: bool,
        depth: usize,
    ) -> Option<Node> {
        let Sides { base, ours, theirs } = sides;
        match (ours, theirs) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => match base {
                None => Some(one.clone()),
                // Removed on one side, and untouched on the other.
                Some(base) if same(base, one) => None,
                Some(_) => {
                    let sides = Sides { base, ours: Some(one), theirs: None };
                    self.conflict(field, sides)
                }
            },
            (Some(ours), Some(theirs)) if levels => self.step(field, base, ours, theirs),
            (Some(ours), Some(theirs)) => {
                let all_tables = ours.as_table().is_some()
                    && theirs.as_table().is_some()
                    && base.is_none_or(|base| base.as_table().is_some());
                if all_tables && depth < super::compare::DEEPEST {
                    let whole = self.tables(field, sides, depth);
                    // A part is there even when it says nothing any more.
                    return Some(whole.unwrap_or_else(|| Node::from(Table::new())));
                }
                self.nodes("", field, sides, depth)
            }
        }
    }

    /// Merges a step of a path: level, value and title each for itself.
    fn step(
        &mut self,
        field: &FieldPath,
        base: Option<&Node>,
        ours: &Node,
        theirs: &Node,
    ) -> Option<Node> {
        let mut at = |index: usize, field: &FieldPath| {
            let text = |node: &'_ Node| node.as_list().and_then(|step| step.get(index)).cloned();
            let (base, ours, theirs) = (base.and_then(text), text(ours), text(theirs));
            let sides = Sides { base: base.as_ref(), ours: ours.as_ref(), theirs: theirs.as_ref() };
            self.nodes("", field, sides, 0)
        };
        let level = at(0, &field.child("level"))?;
        let value = at(1, field)?;
        let title = at(2, &field.child("title"));
        Some(Node::from(
            [Some(level), Some(value), title].into_iter().flatten().collect::<Vec<_>>(),
        ))
    }

    /// The parts in their order: that of the side that changed it; what is new stands after what
    /// it stood after.
    fn order(&mut self, field: &FieldPath, parts: &[Part], in_base: usize) -> Vec<usize> {
        let name = |at: usize| &parts[at].name;
        let order_in = |of: fn(&Part) -> Option<usize>| -> Vec<usize> {
            let mut order: Vec<usize> =
                (0..parts.len()).filter(|at| of(&parts[*at]).is_some()).collect();
            order.sort_by_key(|at| of(&parts[*at]));
            order
        };
        let (ours, theirs) = (order_in(|part| part.ours), order_in(|part| part.theirs));
        let common = |order: &[usize], other: &[usize]| -> Vec<usize> {
            order.iter().copied().filter(|at| *at < in_base && other.contains(at)).collect()
        };
        let (our_common, their_common) = (common(&ours, &theirs), common(&theirs, &ours));
        // What only one side kept goes away or is a conflict; it keeps its place in that side.
        let main = if our_common.is_sorted() {
            their_common
        } else if their_common.is_sorted() || our_common == their_common {
            our_common
        } else {
            let names = |order: &[usize]| -> Vec<Node> {
                order.iter().map(|at| Node::from(name(*at).0.as_str())).collect()
            };
            let first = our_common.clone().min(their_common.clone());
            let second = our_common.max(their_common);
            self.conflicts.push(Conflict {
                field: field.clone(),
                kept: Some(Node::from(names(&first))),
                other: Some(Node::from(names(&second))),
            });
            first
        };
        let names: Vec<&(String, String)> = parts.iter().map(|part| &part.name).collect();
        let sorted = (!self.ours_first).then_some(&names[..]);
        let mut order = Vec::with_capacity(parts.len());
        place_after(None, &main, &[&ours, &theirs], sorted, &mut order);
        for anchor in &main {
            if !order.contains(anchor) {
                order.push(*anchor);
            }
            place_after(Some(*anchor), &main, &[&ours, &theirs], sorted, &mut order);
        }
        order
    }
}

/// Adds the parts that stand, on either side, between `anchor` and the next part of `main`: the
/// side whose first such part sorts first by `names` comes first, or else the first side.
fn place_after(
    anchor: Option<usize>,
    main: &[usize],
    sides: &[&[usize]],
    names: Option<&[&(String, String)]>,
    order: &mut Vec<usize>,
) {
    let mut runs: Vec<Vec<usize>> = sides
        .iter()
        .map(|side| {
            let from = match anchor {
                None => 0,
                Some(anchor) => {
                    side.iter().position(|at| *at == anchor).map_or(side.len(), |at| at + 1)
                }
            };
            side[from..].iter().copied().take_while(|at| !main.contains(at)).collect()
        })
        .collect();
    if let Some(names) = names {
        runs.sort_by_cached_key(|run| run.iter().map(|at| names[*at]).collect::<Vec<_>>());
    }
    for at in runs.into_iter().flatten() {
        if !order.contains(&at) {
            order.push(at);
        }
    }
}

/// One part as the three lists have it, by position.
#[derive(Default)]
struct Part {
    /// What it sorts by, whichever side is called ours: its identity and what it says.
    name: (String, String),
    base: Option<usize>,
    ours: Option<usize>,
    theirs: Option<usize>,
}

/// Whether a part that both sides added is one part: equal, or known by one id; made-up
/// identities alone are not enough, what the parts say must be alike.
fn is_one_part(ours: &Node, our_key: &str, theirs: &Node, their_key: &str, levels: bool) -> bool {
    if same(ours, theirs) {
        return true;
    }
    let given = |node| name_given(node, levels).and_then(Node::as_text);
    match (given(ours), given(theirs)) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => our_key == their_key && is_alike(ours, theirs),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Nothing,
    Table,
    Parts,
    Levels,
    Values,
    Value,
}

/// Merges lists of plain values: what one side took out is out, what a side added is in.
fn values(sides: Sides<'_>, ours_first: bool) -> Vec<Node> {
    let list = |node: Option<&'_ Node>| node.and_then(Node::as_list).unwrap_or_default().to_vec();
    let (base, ours, theirs) = (list(sides.base), list(sides.ours), list(sides.theirs));
    let has = |list: &[Node], node: &Node| list.iter().any(|known| same(known, node));
    let kept = |order: &[Node]| -> Vec<Node> {
        let mut kept: Vec<Node> = Vec::new();
        for node in order {
            if [&base, &ours, &theirs].iter().all(|list| has(list, node)) && !has(&kept, node) {
                kept.push(node.clone());
            }
        }
        kept
    };
    // The order of the side that changed it; where both did, the one that sorts first.
    let text = |list: &[Node]| serde_json::to_string(list).unwrap_or_default();
    let mut merged = match (kept(&base), kept(&ours), kept(&theirs)) {
        (base, ours, theirs) if text(&base) == text(&ours) => theirs,
        (base, ours, theirs) if text(&base) == text(&theirs) || text(&ours) <= text(&theirs) => {
            ours
        }
        (_, _, theirs) => theirs,
    };
    let mut added: Vec<Node> = Vec::new();
    for node in ours.iter().chain(&theirs) {
        if !has(&base, node) && !has(&added, node) {
            added.push(node.clone());
        }
    }
    // In an order that does not depend on the sides.
    if !ours_first {
        added.sort_by_cached_key(|node| serde_json::to_string(node).unwrap_or_default());
    }
    merged.extend(added);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::{compare, sentence};
    use serde_json::{Value as Json, json};

    fn node(json: Json) -> Node {
        Node::from_json(json)
    }

    fn merged(base: Json, ours: Json, theirs: Json) -> Merged {
        let merged = merge(Some(&node(base.clone())), &node(ours.clone()), &node(theirs.clone()));
        let other_way = merge(Some(&node(base)), &node(theirs), &node(ours));
        assert_eq!(merged.root, other_way.root);
        merged
    }

    fn holding(archive: &str, delo: &str) -> Json {
        json!({ "archive": archive, "path": [["fond", "45"], ["delo", delo]] })
    }

    #[test]
    fn different_fields_and_different_holdings_do_not_meet() {
        let base = json!({ "id": "x", "place": "Peking", "language": ["ru", "en"],
            "holding": [holding("APRF", "340")] });
        let ours = json!({ "id": "x", "place": "Beijing", "language": ["en", "ru"],
            "holding": [holding("APRF", "340"), holding("GARF", "1")] });
        let theirs = json!({ "id": "x", "place": "Peking", "genre": "telegram", "language": ["ru", "zh"],
            "holding": [holding("AVPRF", "2"), holding("APRF", "341")] });
        let merged = merged(base, ours, theirs);
        assert!(merged.conflicts.is_empty());
        assert_eq!(
            merged.root,
            node(
                json!({ "id": "x", "place": "Beijing", "genre": "telegram", "language": ["ru", "zh"],
                "holding": [holding("AVPRF", "2"), holding("APRF", "341"), holding("GARF", "1")] })
            )
        );
    }

    #[test]
    fn one_field_set_two_ways_is_one_conflict_in_a_record_that_reads() {
        let with =
            |delo: &str| json!({ "format": 1, "id": "x", "holding": [holding("APRF", delo)] });
        let merged = merged(with("340"), with("342"), with("341"));
        assert_eq!(merged.conflicts.len(), 1);
        let after = node(with("340"));
        let told: Vec<String> =
            compare(Some(&after), Some(&merged.root)).iter().map(sentence).collect();
        assert_eq!(told[0], "holding aprf, delo: 340 → 341");
        assert_eq!(
            merged.root.as_table().unwrap().get("alternative"),
            Some(&node(json!([{ "field": "holding.aprf.path.delo", "value": "342",
                "reason": "conflict: this field was set two ways; keep one value, then remove this entry" }])))
        );
        let draft = crate::record::Draft::new(merged.root, crate::record::Source::default());
        assert!(draft.finish().0.is_some());
    }

    #[test]
    fn what_one_removes_and_the_other_changes_stays() {
        let with =
            |note: &str| json!({ "id": "x", "note": note, "holding": [holding("APRF", note)] });
        let merged = merged(with("a"), json!({ "id": "x" }), with("b"));
        let fields: Vec<String> =
            merged.conflicts.iter().map(|conflict| conflict.field.to_string()).collect();
        assert_eq!(fields, ["holding.aprf", "note"]);
        let table = merged.root.as_table().unwrap();
        assert_eq!(table.get("note"), Some(&Node::from("b")));
        assert!(table.get("holding").is_some());
    }

    #[test]
    fn two_records_of_one_document_are_joined_and_nothing_is_lost() {
        let record = json!({ "id": "a", "place": "Beijing", "language": ["zh", "ru"],
            "holding": [holding("RGASPI", "1"), holding("APRF", "340")] });
        let other = json!({ "id": "a", "place": "Peking", "language": ["en", "ru"], "genre": "letter",
            "holding": [holding("APRF", "341"), holding("GARF", "2")] });
        let joined = join(&node(record), &node(other), "said by the record `b`");
        let alternative = |field: &str, value: &str| json!({ "field": field, "value": value, "reason": "said by the record `b`" });
        assert_eq!(
            joined.root,
            node(
                json!({ "id": "a", "place": "Beijing", "language": ["zh", "ru", "en"], "genre": "letter",
                "holding": [holding("RGASPI", "1"), holding("APRF", "340"), holding("GARF", "2")],
                "alternative": [alternative("holding.aprf.path.delo", "341"),
                    alternative("place", "Peking")] })
            )
        );
    }

    #[test]
    fn two_copies_in_one_archive_added_on_two_sides_are_two() {
        let with = |holdings: Json| json!({ "id": "x", "holding": holdings });
        let one = json!({ "archive": "TNA", "path": [["series", "FO 371"], ["piece", "1"]] });
        let two = json!({ "archive": "TNA", "path": [["series", "CAB 21"], ["piece", "2"]], "note": "n" });
        let merged = merged(json!({ "id": "x" }), with(json!([one])), with(json!([two])));
        assert!(merged.conflicts.is_empty());
        let holdings = merged.root.as_table().unwrap().get("holding").unwrap();
        assert_eq!(holdings.as_list().unwrap().len(), 2);
    }
}
