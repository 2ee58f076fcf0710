//! Which record each item is to be: one that is there already, or a new one with an id of its own.

use super::super::{Catalog, Result};
use super::marks::Marks;
use super::{ForeignKey, Incoming};
use crate::problem::{Problem, codes};
use crate::query::Selection;
use crate::record::{Archives, LONGEST_ID, Node, RecordId};
use crate::record_file;
use crate::store::{Watch, id_in_path};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// How many numbers are tried behind a taken id.
const MOST_ALIKE: usize = 100_000;
/// How many records are read at a time.
const CHUNK: usize = 4096;

/// What the catalog has already, as far as an import has to know it.
pub(super) struct Catalogued {
    /// The records, sorted by path.
    pub(super) records: Vec<KnownRecord>,
    by_id: HashMap<RecordId, u32>,
    by_key: HashMap<ForeignKey, u32>,
    by_reference: HashMap<String, Vec<u32>>,
    aliases: HashSet<String>,
}

/// A record of the catalog.
pub(super) struct KnownRecord {
    pub(super) id: RecordId,
    pub(super) path: String,
    pub(super) marks: Marks,
    /// Whether the query of `--into` chooses it.
    is_chosen: bool,
}

impl Catalogued {
    /// Reads the records of the work tree, once and on all processors; with `into`, only those it selects can be
    /// met by an item.
    pub(super) fn of(
        catalog: &Catalog,
        archives: &Archives,
        into: Option<&Selection>,
        watch: &dyn Watch,
    ) -> Result<Catalogued> {
        let (paths, _) = catalog.store.record_paths();
        let (alias_paths, _) = catalog.store.alias_paths();
        let name = |path: &String| path.rsplit('/').next().unwrap_or(path).to_owned();
        let mut there = Catalogued {
            records: Vec::with_capacity(paths.len()),
            by_id: HashMap::with_capacity(paths.len()),
            by_key: HashMap::new(),
            by_reference: HashMap::new(),
            aliases: alias_paths.iter().map(name).collect(),
        };
        for (number, chunk) in paths.chunks(CHUNK).enumerate() {
            watch.goes_on()?;
            watch.at("reading the catalog", number * CHUNK, paths.len());
            let read: Vec<Option<KnownRecord>> = catalog
                .store
                .read_all(chunk)
                .into_par_iter()
                .zip(chunk)
                .map(|(file, path)| {
                    let id = id_in_path(path)?;
                    // A file that cannot be read still has its id.
                    let tree =
                        file.ok().and_then(|file| record_file::read_tree(&file.bytes, path).0);
                    let root = tree.as_ref().and_then(Node::as_table);
                    let marks = root.map(|root| Marks::of(root, archives)).unwrap_or_default();
                    let is_chosen = match (into, &tree) {
                        (None, _) => true,
                        (Some(selection), Some(tree)) => selection.matches(tree),
                        (Some(_), None) => false,
                    };
                    Some(KnownRecord { id, path: path.clone(), marks, is_chosen })
                })
                .collect();
            for record in read.into_iter().flatten() {
                let number = u32::try_from(there.records.len()).unwrap_or(u32::MAX);
                there.by_id.insert(record.id.clone(), number);
                for key in &record.marks.keys {
                    there.by_key.insert(key.clone(), number);
                }
                if into.is_some() && record.is_chosen {
                    for reference in &record.marks.references {
                        let known = there.by_reference.entry(reference.text.clone()).or_default();
                        known.push(number);
                    }
                }
                there.records.push(record);
            }
        }
        Ok(there)
    }

    /// The record `id`.
    pub(super) fn get(&self, id: &RecordId) -> Option<&KnownRecord> {
        self.by_id.get(id).and_then(|number| self.records.get(*number as usize))
    }

    /// The record that is called `key` elsewhere.
    pub(super) fn by_key(&self, key: &ForeignKey) -> Option<&KnownRecord> {
        self.by_key.get(key).and_then(|number| self.records.get(*number as usize))
    }
}

/// An item with the record that it is to be.
pub(super) struct Placed {
    pub(super) incoming: Incoming,
    /// The record; `None` when nothing can be made of it.
    pub(super) id: Option<RecordId>,
    /// Another name for a new record: what the source calls it, as an id that nobody has.
    pub(super) alias: Option<RecordId>,
}

/// A record that this import makes.
pub(super) struct NewRecord {
    pub(super) id: RecordId,
    pub(super) marks: Marks,
}

/// Gives records to items, in the order of the source: so the same source gives the same ids.
#[derive(Default)]
pub(super) struct Placing {
    /// The records of this import by their keys in the source.
    by_key: HashMap<ForeignKey, RecordId>,
    by_id: HashMap<RecordId, usize>,
    /// The records that are made.
    pub(super) new: Vec<NewRecord>,
    aliases: HashSet<RecordId>,
    /// The last number tried behind a stem: a thousand records alike do not try a thousand times.
    numbers: HashMap<String, usize>,
}

impl Placing {
    /// The record of this import, or of the catalog, that a source calls `key`.
    pub(super) fn called(&self, key: &ForeignKey, there: &Catalogued) -> Option<RecordId> {
        let known = || there.by_key(key).map(|record| record.id.clone());
        self.by_key.get(key).cloned().or_else(known)
    }

    /// Finds the record for `incoming`; `wanted` is the one that the user names.
    pub(super) fn place(
        &mut self,
        mut incoming: Incoming,
        wanted: Option<&RecordId>,
        catalog: &Catalog,
        there: &Catalogued,
    ) -> Result<Placed> {
        let id = match wanted {
            // What our own export had nothing to say of is the record that it is.
            _ if incoming.imported.fields.is_empty() => match incoming.imported.is_marked {
                true => self.known(&incoming, catalog, there)?.filter(|id| there.get(id).is_some()),
                false => None,
            },
            Some(id) => Some(id.clone()),
            None => match self.known(&incoming, catalog, there) {
                Ok(Some(id)) => Some(id),
                Ok(None) => self.free(&mut incoming, there),
                Err(problem) => {
                    incoming.imported.problems.push(problem);
                    None
                }
            },
        };
        let mut alias = None;
        // An id that the source gives may be taken by what another item is called.
        let id = match id.filter(|id| !self.aliases.contains(id)) {
            None if !incoming.imported.fields.is_empty()
                && incoming.imported.problems.is_empty() =>
            {
                let problem =
                    Problem::error(codes::EXISTS, "its id is another name of an item before it");
                let problem = problem.at(incoming.imported.place.clone());
                incoming.imported.problems.push(problem.mend("give it another id"));
                None
            }
            id => id,
        };
        if let Some(id) = &id {
            if there.get(id).is_none() && !self.by_id.contains_key(id) {
                self.by_id.insert(id.clone(), self.new.len());
                alias = self.alias(&incoming, id, there);
                let marks = std::mem::take(&mut incoming.marks);
                self.new.push(NewRecord { id: id.clone(), marks });
            }
            if let Some(key) = &incoming.imported.key {
                self.by_key.insert(key.clone(), id.clone());
            }
        }
        Ok(Placed { incoming, id, alias })
    }

    /// With `--into`: the one record of those chosen that the item is, by its id, by what it is called elsewhere, or
    /// by a reference. When there is none, the item says so.
    pub(super) fn place_into(
        &mut self,
        mut incoming: Incoming,
        catalog: &Catalog,
        there: &Catalogued,
    ) -> Result<Placed> {
        let mut id = None;
        if !incoming.imported.fields.is_empty() {
            match self.met(&incoming, catalog, there) {
                Ok(met) => id = Some(met),
                Err(problem) => incoming.imported.problems.push(problem),
            }
        }
        Ok(Placed { incoming, id, alias: None })
    }

    fn met(
        &self,
        incoming: &Incoming,
        catalog: &Catalog,
        there: &Catalogued,
    ) -> Result<RecordId, Problem> {
        let unmatched = |message: String| {
            Problem::warning(codes::IMPORT_UNMATCHED, message).at(incoming.imported.place.clone())
        };
        let named = self.known(incoming, catalog, there)?;
        let named = named.as_ref().map(|id| (id, there.get(id)));
        let keys = || incoming.marks.keys.iter().find_map(|key| there.by_key(key));
        let found = match named {
            Some((id, None)) => {
                return Err(unmatched(format!("there is no record `{id}`"))
                    .mend("without `--into` the item becomes a new record"));
            }
            Some((_, known)) => known,
            None => keys(),
        };
        if let Some(record) = found {
            return match record.is_chosen {
                true => Ok(record.id.clone()),
                false => Err(unmatched(format!(
                    "it is `{}`, which the query does not choose",
                    record.id
                ))
                .mend("widen the query of `--into`")),
            };
        }
        let mut numbers: Vec<u32> = incoming
            .marks
            .references
            .iter()
            .filter_map(|reference| there.by_reference.get(&reference.text))
            .flatten()
            .copied()
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut ids = numbers
            .iter()
            .filter_map(|number| there.records.get(*number as usize))
            .map(|record| &record.id);
        match (ids.next(), numbers.len()) {
            (Some(id), 1) => Ok(id.clone()),
            (Some(first), number) => {
                let others: Vec<String> = ids.take(4).map(|id| format!("`{id}`")).collect();
                let message = format!(
                    "{number} of the records chosen have its reference: `{first}`, {}",
                    others.join(", ")
                );
                Err(unmatched(message).mend("give the item the id of the one that is meant"))
            }
            (None, _) => Err(unmatched("none of the records chosen is this one".to_owned()).mend(
                "items are matched by id, by what they are called elsewhere, or by a reference",
            )),
        }
    }

    /// The record that the item names itself, or that is called like it.
    fn known(
        &self,
        incoming: &Incoming,
        catalog: &Catalog,
        there: &Catalogued,
    ) -> Result<Option<RecordId>, Problem> {
        let Some(key) = &incoming.imported.key else { return Ok(None) };
        if key.0 == "id" {
            let id: RecordId =
                key.1.parse().map_err(|p: Problem| p.at(incoming.imported.place.clone()))?;
            // It may have been renamed since the table was exported.
            let renamed = match there.get(&id).is_none() && there.aliases.contains(id.as_str()) {
                true => catalog.store.read_alias(&id)?,
                false => None,
            };
            return Ok(Some(renamed.unwrap_or(id)));
        }
        Ok(self.called(key, there).or_else(|| named_as(incoming, there)))
    }

    /// The id that the item is to have, or one like it that nobody has; or the id of the record that is this document.
    fn free(&mut self, incoming: &mut Incoming, there: &Catalogued) -> Option<RecordId> {
        let Some(stem) = incoming.stem.take().map(|stem| shortened(&stem)) else {
            let problem = Problem::warning(
                codes::MISSING,
                "nothing is known of it of which an id could be made",
            )
            .at(incoming.imported.place.clone());
            incoming
                .imported
                .problems
                .push(problem.mend("name the record with `--id`, or the ids with `--ids`"));
            return None;
        };
        let first = self.numbers.get(&stem).copied().unwrap_or(1);
        for number in (1..first.min(2)).chain(first..MOST_ALIKE) {
            let text = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let Ok(id) = text.parse::<RecordId>() else { break };
            let new = self.by_id.get(&id).and_then(|at| self.new.get(*at));
            let other = new.map(|new| &new.marks).or_else(|| there.get(&id).map(|r| &r.marks));
            match other {
                Some(other) if other.are_of_one_document(&incoming.marks) => return Some(id),
                Some(_) => {}
                None if there.aliases.contains(id.as_str()) || self.aliases.contains(&id) => {}
                None => {
                    self.numbers.insert(stem, number);
                    return Some(id);
                }
            }
        }
        let problem = Problem::error(codes::EXISTS, format!("no id like `{stem}` is free"))
            .at(incoming.imported.place.clone());
        incoming
            .imported
            .problems
            .push(problem.mend("name the record with `--id`, or the ids with `--ids`"));
        None
    }

    /// What people cite the item by elsewhere, as another id of the record `id`: by it a manuscript finds the record.
    fn alias(
        &mut self,
        incoming: &Incoming,
        id: &RecordId,
        there: &Catalogued,
    ) -> Option<RecordId> {
        let key = incoming.imported.key.as_ref();
        let own =
            key.filter(|(scheme, _)| matches!(scheme.as_str(), "csl" | "bibtex" | "hayagriva"));
        let cited = || incoming.marks.keys.iter().find(|(scheme, _)| scheme == "citation-key");
        let (_, key) = cited().or(own)?;
        let alias: RecordId = key.to_lowercase().parse().ok()?;
        let text = alias.as_str();
        // `12` and `ITEM-1` are the numbers of a list, and no names.
        let is_name = text.len() > 3
            && text.contains(|c: char| c.is_ascii_alphabetic())
            && !text.starts_with("item-");
        let is_free = alias != *id
            && there.get(&alias).is_none()
            && !self.by_id.contains_key(&alias)
            && !there.aliases.contains(text);
        (is_name && is_free && self.aliases.insert(alias.clone())).then_some(alias)
    }
}

/// The record that has what the source calls the item as its id, and its title: another program may have written the
/// item again and left out whose it was.
fn named_as(incoming: &Incoming, there: &Catalogued) -> Option<RecordId> {
    let (scheme, key) = incoming.imported.key.as_ref()?;
    let is_cited = matches!(scheme.as_str(), "csl" | "bibtex" | "hayagriva" | "ris");
    let record = there.get(&key.parse().ok().filter(|_| is_cited)?)?;
    let title = &incoming.marks.title;
    (!title.is_empty() && *title == record.marks.title).then(|| record.id.clone())
}

/// `stem` with room for a number behind it.
fn shortened(stem: &str) -> String {
    let mut short = stem.to_owned();
    short.truncate(LONGEST_ID - 7);
    short.trim_end_matches(['-', '.', '_']).to_owned()
}
