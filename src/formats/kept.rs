//! What of a record comes back from a format: everything else is lost, and said to be.
//!
//! Bibliographies are judged by their own readers: what was written is made a record again and
//! compared with the record that it was. So what is told to be lost is what an import would not
//! find, and nothing else.

use super::found::Found;
use super::from_item::from_item;
use super::record_lines::leave_out_made_ids;
use super::{Context, Format, Sink, SourceFormat, TableOptions};
use crate::citation::{Item, ItemType, Loss, TextVariable};
use crate::problem::{Place, Result};
use crate::record::{
    Archives, Draft, FieldPath, Holding, Node, Record, Table, Value, is_path_of_levels, leaves,
    part_keys,
};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Every field of `record` that `back`, what a reader makes of what was written, does not have. `said` are
/// reasons that are known already; `why` gives the reason for everything else.
pub(super) fn losses(
    record: &Record,
    back: Option<Found>,
    said: &[Loss],
    why: &dyn Fn(&FieldPath) -> String,
) -> Vec<Loss> {
    let back = back.and_then(|found| found.into_draft(&record.id, "").finish().0);
    // Of what can be no record nothing is kept.
    let after = back.map_or_else(|| Node::from(Table::new()), |back| to_be_kept(&back));
    of_trees(record, &after, said, why)
}

/// The fields that come back of `record` from a file of the format `read` that we write, one table for each dialect
/// of it: of what such a file says, this is nothing new. None for formats that do not say whose record it is.
pub fn said_again(read: SourceFormat, record: &Record, context: &Context<'_>) -> Vec<Table> {
    let written: &[Format] = match read {
        SourceFormat::CslJson => &[Format::CslJson],
        SourceFormat::Bibtex => &[Format::BibLatex, Format::BibTex],
        SourceFormat::Ris => &[Format::Ris],
        SourceFormat::Hayagriva => &[Format::Hayagriva],
        SourceFormat::Ead => &[Format::Ead3],
        SourceFormat::Tei => &[Format::Tei],
        _ => &[],
    };
    let said = |format: &Format| {
        let mut writer = format.writer(&TableOptions::default()).ok()?;
        let mut text = Vec::new();
        writer.begin(&mut text).ok()?;
        let piece = writer.piece(&record.into(), context.archives);
        writer.put(&piece, &mut text).ok()?;
        writer.end(&mut text).ok()?;
        let text = String::from_utf8(text).ok()?;
        let mut found = read_back(|sink| super::read(read, &text, "", context, sink).map(drop))?;
        // What it is called there is its id.
        found.marked(record.id.as_str());
        Some(found.fields)
    };
    written.iter().filter_map(said).collect()
}

/// What a reader makes of one thing that was written: the first it finds. What cannot be read brings nothing back.
pub(super) fn read_back<T>(read: impl FnOnce(&mut Sink<'_>) -> Result<T>) -> Option<Found> {
    let mut back = None;
    let _ = read(&mut |found| {
        back.get_or_insert(found);
        Ok(())
    });
    back
}

/// References that are known to be read back as they were. Reading a reference takes longer than all
/// the rest; of an archive many are alike but for their digits, and those are read once.
#[derive(Debug, Default)]
pub(super) struct Familiar(Mutex<HashSet<String>>);

impl Familiar {
    /// The only holding of `record` as it will be read back, when one like it was.
    pub(super) fn holding(&self, record: &Record) -> Option<Table> {
        let (holding, shape) = shape_of(record)?;
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&shape);
        known.then(|| {
            let mut table = Table::new();
            table.set("archive", holding.archive.as_str());
            let steps = holding.path.steps().iter();
            let steps = steps.map(|step| {
                Node::from(vec![step.level.as_str().into(), Node::from(step.value.as_str())])
            });
            table.set("path", steps.collect::<Vec<_>>());
            table
        })
    }

    /// Learns from what came back of `record`.
    pub(super) fn learn(&self, record: &Record, losses: &[Loss]) {
        if let Some((_, shape)) = shape_of(record)
            && !losses.iter().any(|loss| loss.field.starts_with("holding"))
        {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // More kinds of references than any catalog has.
            if known.len() < 10_000 {
                known.insert(shape);
            }
        }
    }
}

/// The holding of a record that has one alone, with nothing but an archive and a path, and what it looks
/// like: each digit is as good as another.
fn shape_of(record: &Record) -> Option<(&Holding, String)> {
    let [holding] = &record.holdings[..] else { return None };
    let Holding { archive, path, .. } = holding;
    let bare = Holding {
        id: holding.id.clone(),
        archive: archive.clone(),
        path: path.clone(),
        copy: None,
        shelfmark: None,
        rank: None,
        rank_reason: None,
        access: None,
        as_printed: None,
        former: Vec::new(),
        note: None,
    };
    if *holding != bare || path.is_empty() || !record.publications.is_empty() {
        return None;
    }
    let mut shape = archive.clone();
    for step in path.steps() {
        if step.title.is_some() || step.value.len() > 24 {
            return None;
        }
        shape.extend(["\n", step.level.as_str(), "="]);
        shape.extend(step.value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }));
    }
    Some((holding, shape))
}

/// `item` without the variables of its reference.
pub(super) fn without_reference(item: &Item) -> Item {
    let mut without = item.clone();
    for variable in [
        TextVariable::Archive,
        TextVariable::ArchiveCollection,
        TextVariable::ArchiveLocation,
        TextVariable::ArchivePlace,
        TextVariable::CollectionTitle,
        TextVariable::CallNumber,
        TextVariable::Page,
    ] {
        without.set_text(variable, "");
    }
    without
}

/// The record that `item` makes, as [`from_item`] does, with the reference of `record` when it is
/// familiar.
pub(super) fn back_from_item(
    record: &Record,
    item: &Item,
    archives: &Archives,
    familiar: &Familiar,
) -> Found {
    let context = Context { archives, mapping: None };
    match familiar.holding(record) {
        Some(holding) => {
            let mut found = from_item(&without_reference(item), Place::default(), &context);
            found.push("holding", holding);
            found
        }
        None => from_item(item, Place::default(), &context),
    }
}

/// `item` with nothing but its standard variables.
pub(super) fn standard(item: &Item) -> Item {
    let mut standard = Item::new(&item.id, ItemType::Document);
    standard.kind = item.kind;
    item.texts().for_each(|(variable, text)| _ = standard.set_text(variable, text));
    item.all_names().for_each(|(variable, names)| _ = standard.set_names(variable, names.to_vec()));
    item.dates().for_each(|(variable, date)| _ = standard.set_date(variable, date.clone()));
    standard
}

/// Every field of `record` that the tree `after` does not have. Of what is lost whole only the whole
/// is named.
pub(super) fn of_trees(
    record: &Record,
    after: &Node,
    said: &[Loss],
    why: &dyn Fn(&FieldPath) -> String,
) -> Vec<Loss> {
    let before = to_be_kept(record);
    let mut missing = Vec::new();
    compare(&before, Some(after), "", &FieldPath::default(), &mut missing);
    if missing.is_empty() {
        return Vec::new();
    }
    wholes(&before, &missing)
        .into_iter()
        .map(|field| {
            let name = field.to_string();
            let speaks = |loss: &&Loss| {
                let rest = loss.field.strip_prefix(name.as_str());
                let value = name.strip_suffix(".value");
                (rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                    || value == Some(loss.field.as_str()))
                    && !loss.why.contains("custom")
            };
            let known = said.iter().find(speaks);
            // What comes back after all is said to, whatever else is to be said of it.
            let usual = why(&field);
            let why = match known {
                Some(loss) if !usual.contains("kept in") => loss.why.clone(),
                _ => usual,
            };
            Loss { record: record.id.to_string(), field: name, why }
        })
        .collect()
}

/// The tree of `record` without what need not come back: the format of the file and the id, which
/// are the importer's, the level of one document, and names of parts that they would have anyway.
pub(super) fn to_be_kept(record: &Record) -> Node {
    let mut root = Draft::from(record).root;
    if let Some(table) = root.as_table_mut() {
        table.remove("format");
        table.remove("id");
        if table.get("level").and_then(Node::as_text) == Some("item") {
            table.remove("level");
        }
        leave_out_made_ids(table);
    }
    root
}

/// The fields `missing` by the fewest names.
pub(super) fn wholes(before: &Node, missing: &[FieldPath]) -> Vec<FieldPath> {
    let kept: Vec<FieldPath> = leaves(before)
        .into_iter()
        .map(|(field, _)| field)
        .filter(|field| !missing.contains(field))
        .collect();
    let mut names: Vec<FieldPath> = Vec::new();
    for field in missing.iter().filter(|field| !field.segments().is_empty()) {
        if names.iter().any(|name| field.is_within(name)) {
            continue;
        }
        let segments = field.segments();
        // A date, what is printed of it and its calendar have reasons of their own.
        let dated = segments.first().is_some_and(|top| top == "date");
        let whole = (1..segments.len())
            .filter(|_| !dated)
            .map(|length| FieldPath::of(&segments[..length]))
            .find(|whole| !kept.iter().any(|kept| kept.is_within(whole)))
            .filter(|whole| missing.iter().filter(|other| other.is_within(whole)).count() > 1);
        names.push(whole.unwrap_or_else(|| field.clone()));
    }
    names
}

/// Gathers the leaves of `before` that `after` does not have, or not so.
fn compare(
    before: &Node,
    after: Option<&Node>,
    key: &str,
    at: &FieldPath,
    into: &mut Vec<FieldPath>,
) {
    // Most parts come back as they were, and nothing has to be looked at one by one.
    if after == Some(before) {
        return;
    }
    match &before.value {
        Value::Table(table) => {
            for (key, child) in table.iter() {
                let there = after.and_then(|after| match &after.value {
                    Value::Table(after) => after.get(key),
                    // A name, title or date in its short form.
                    Value::Text(_) if matches!(key, "literal" | "text" | "value") => Some(after),
                    _ => None,
                });
                compare(child, there, key, &at.child(key), into);
            }
        }
        Value::List(list) => {
            let others = after.and_then(Node::as_list).unwrap_or_default();
            match part_keys(key, list) {
                Some(levels) if is_path_of_levels(key, list) => {
                    for (number, (level, step)) in levels.iter().zip(list).enumerate() {
                        let same_level = |other: &&Node| part_of(other, 0) == part_of(step, 0);
                        // `listy` and `list` are one level.
                        let same_place = others.get(number);
                        let there = others.iter().find(same_level).or(same_place);
                        let field = at.child(level.as_str());
                        let parts = [(2, field.child("title")), (1, field)];
                        for (number, field) in parts {
                            if let Some(value) = part_of(step, number) {
                                let there = there.and_then(|there| part_of(there, number));
                                compare(value, there, "", &field, into);
                            }
                        }
                    }
                }
                Some(keys) => {
                    let pairs = counterparts(key, list, &keys, others);
                    for ((part, name), there) in list.iter().zip(&keys).zip(pairs) {
                        compare(part, there, name, &at.child(name.as_str()), into);
                    }
                }
                None if after.is_some_and(|after| is_same(before, after)) => {}
                None => into.push(at.clone()),
            }
        }
        // A name or title as text where the other has it in parts.
        Value::Text(_) => {
            let whole = after.and_then(|after| match &after.value {
                Value::Table(table) => {
                    ["literal", "text", "value"].iter().find_map(|key| table.get(key))
                }
                _ => Some(after),
            });
            if !whole.is_some_and(|after| is_same(before, after)) {
                into.push(at.clone());
            }
        }
        _ if after.is_some_and(|after| is_same(before, after)) => {}
        _ => into.push(at.clone()),
    }
}

fn part_of(step: &Node, number: usize) -> Option<&Node> {
    step.as_list().and_then(|step| step.get(number))
}

/// More parts of one kind are told apart by their names alone.
const MANY: usize = 32;

/// For each part of `list` the one of `others` that stands for it: the same, or the one that is most
/// like it.
fn counterparts<'a>(
    key: &str,
    list: &[Node],
    keys: &[String],
    others: &'a [Node],
) -> Vec<Option<&'a Node>> {
    let names = part_keys(key, others).unwrap_or_default();
    let mut free: Vec<Option<&Node>> = others.iter().map(Some).collect();
    // Seen from both sides: a part with less in it is not the same.
    let differing = |part: &Node, other: &Node| {
        let mut fields = Vec::new();
        compare(part, Some(other), "", &FieldPath::default(), &mut fields);
        compare(other, Some(part), "", &FieldPath::default(), &mut fields);
        fields.len()
    };
    // A sender is no recipient of nearly the same name.
    let role = |node: &Node| node.as_table().and_then(|table| table.get("role")).cloned();
    let mut pairs: Vec<Option<&Node>> = vec![None; list.len()];
    // Exact ones first, so that no likeness takes them away.
    for exact in [true, false] {
        for ((part, name), pair) in list.iter().zip(keys).zip(&mut pairs) {
            if pair.is_some() {
                continue;
            }
            let of_name = names.iter().position(|other| other == name);
            let of_name = of_name.filter(|at| free.get(*at).is_some_and(Option::is_some));
            let few = list.len() <= MANY && others.len() <= MANY;
            let mut left = (0..free.len())
                .filter_map(|at| Some((at, free[at]?)))
                .filter(|(_, other)| role(part) == role(other));
            let best = match (exact, of_name, few) {
                (true, Some(at), _) if free[at].is_some_and(|o| differing(part, o) == 0) => {
                    Some(at)
                }
                (true, _, true) => {
                    left.find(|(_, other)| differing(part, other) == 0).map(|(at, _)| at)
                }
                (true, _, false) => None,
                (false, _, true) => {
                    left.min_by_key(|(_, other)| differing(part, other)).map(|(at, _)| at)
                }
                (false, of_name, false) => of_name,
            };
            if let Some(at) = best {
                *pair = free[at].take();
            }
        }
    }
    pairs
}

/// Whether two values say the same: texts are compared word by word, since few formats keep line ends.
fn is_same(before: &Node, after: &Node) -> bool {
    match (&before.value, &after.value) {
        (Value::Text(before), Value::Text(after)) => {
            before == after || before.split_whitespace().eq(after.split_whitespace())
        }
        (Value::List(before), Value::List(after)) => {
            before.len() == after.len() && before.iter().zip(after).all(|(b, a)| is_same(b, a))
        }
        (Value::List(list), _) => matches!(&list[..], [only] if is_same(only, after)),
        (before, after) => before == after,
    }
}
