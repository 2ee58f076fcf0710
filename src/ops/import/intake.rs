//! Items taken in as readers find them: some thousands at a time are given their records, made texts on all
//! processors, judged, and staged to be saved. Only what later items are compared with stays in memory.

use super::filling::{changed_cells, changed_fields, fill_in};
use super::id_template::wanted_id;
use super::placing::{Catalogued, NewRecord, Placed, Placing};
use super::report::{ImportOutcome, ImportedItem};
use super::{ImportRequest, Importer, Incoming, Marks, several_for_one_id};
use crate::formats::{ArchiveHint, Context, Imported, SourceFormat};
use crate::ops::change::{Saving, judge};
use crate::ops::{Catalog, Refusal, Result};
use crate::problem::{Place, Problem, Severity, codes};
use crate::record::{Draft, FORMAT, Node, RecordId, Source, Table, slug};
use crate::record_file;
use crate::store::{FileChange, Layout, Watch};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How many items are worked on at a time: enough for all processors, few enough for memory.
const BATCH: usize = 2048;

/// The longest text of a new record, in bytes, that is taken as read when its tree is sound: there is a limit to
/// what is read, and it lies far above.
const LARGEST_TRUSTED: usize = 64 << 10;

/// Where items go.
pub(super) struct Intake<'a> {
    catalog: &'a Catalog,
    maker: Maker<'a>,
    there: &'a Catalogued,
    watch: &'a dyn Watch,
    saving: Saving<'a>,
    placing: Placing,
    batch: Vec<Incoming>,
    /// Items that belong to others which have no record yet.
    waiting: Vec<Placed>,
    items: Vec<(usize, ImportedItem)>,
    hints: BTreeMap<String, ArchiveHint>,
    number: usize,
    /// Why an item was not taken in, when the whole import has to end.
    pub(super) refused: Option<Refusal>,
}

/// What was taken in.
pub(super) struct Taken<'a> {
    /// What became of each item, in the order of the sources.
    pub(super) items: Vec<ImportedItem>,
    /// What the sources say of archives, each once.
    pub(super) hints: BTreeMap<String, ArchiveHint>,
    /// The records that are made.
    pub(super) new: Vec<NewRecord>,
    pub(super) saving: Saving<'a>,
}

impl<'a> Intake<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        context: &'a Context<'a>,
        how: &'a ImportRequest,
        there: &'a Catalogued,
        saving: Saving<'a>,
        watch: &'a dyn Watch,
    ) -> Intake<'a> {
        Intake {
            catalog,
            maker: Maker { context, how, layout: catalog.store.layout(), names: Vec::new() },
            there,
            watch,
            saving,
            placing: Placing::default(),
            batch: Vec::with_capacity(BATCH),
            waiting: Vec::new(),
            items: Vec::new(),
            hints: BTreeMap::new(),
            number: 0,
            refused: None,
        }
    }

    /// Takes in an item of the file number `file`, which is called `name`.
    pub(super) fn take(
        &mut self,
        file: usize,
        name: &str,
        importer: Importer,
        imported: Imported,
        wanted: Option<&RecordId>,
    ) -> Result<(), Problem> {
        if self.maker.names.len() <= file {
            self.maker.names.resize(file + 1, name.to_owned());
        }
        let number = self.number;
        self.number += 1;
        let stem = wanted.map(|id| id.as_str().to_owned());
        self.batch.push(Incoming {
            number,
            file,
            importer,
            imported,
            marks: Marks::default(),
            stem,
        });
        let done = match wanted {
            Some(_) if self.number > 1 => Err(several_for_one_id("several")),
            _ if self.batch.len() >= BATCH => self.work(wanted),
            _ => Ok(()),
        };
        done.map_err(|refusal| {
            let problem = refusal.problems.first().cloned();
            self.refused = Some(refusal);
            problem.unwrap_or_else(|| Problem::error(codes::IMPORT_SYNTAX, "an item was refused"))
        })
    }

    /// What came of it all.
    pub(super) fn finish(mut self, wanted: Option<&RecordId>) -> Result<Taken<'a>> {
        self.work(wanted)?;
        let waiting = std::mem::take(&mut self.waiting);
        for chunk in chunks(waiting) {
            self.settle(chunk)?;
        }
        self.items.sort_unstable_by_key(|(number, _)| *number);
        let items = self.items.into_iter().map(|(_, item)| item).collect();
        Ok(Taken { items, hints: self.hints, new: self.placing.new, saving: self.saving })
    }

    /// Gives records to the items at hand and makes texts of them.
    fn work(&mut self, wanted: Option<&RecordId>) -> Result<()> {
        self.watch.goes_on()?;
        let mut batch = std::mem::take(&mut self.batch);
        let (context, how) = (self.maker.context, self.maker.how);
        batch.par_iter_mut().for_each(|one| {
            one.marks = Marks::of(&one.imported.fields, context.archives);
            if wanted.is_none() {
                let key = one.imported.key.as_ref().map(|(_, key)| key.as_str());
                let root = Node::from(std::mem::take(&mut one.imported.fields));
                one.stem = wanted_id(how.ids.as_ref(), &root, key);
                if let crate::record::Value::Table(fields) = root.value {
                    one.imported.fields = fields;
                }
            }
        });
        let mut ready = Vec::with_capacity(batch.len());
        for incoming in batch {
            let placed = match how.into {
                None => self.placing.place(incoming, wanted, self.catalog, self.there)?,
                Some(_) => self.placing.place_into(incoming, self.catalog, self.there)?,
            };
            if placed.id.is_some() {
                for hint in &placed.incoming.imported.archives {
                    if let Some(id) = slug(&hint.name, 40) {
                        self.hints.entry(id).or_insert_with(|| hint.clone());
                    }
                }
            }
            // An item may belong to one that comes later and has no record yet.
            let relations = &placed.incoming.imported.relations;
            match relations.iter().all(|(_, key)| self.placing.called(key, self.there).is_some()) {
                true => ready.push(placed),
                false => self.waiting.push(placed),
            }
        }
        self.settle(ready)
    }

    /// Makes texts of items that have their records, and stages them.
    fn settle(&mut self, mut placed: Vec<Placed>) -> Result<()> {
        self.watch.goes_on()?;
        let (placing, there) = (&self.placing, self.there);
        placed
            .par_iter_mut()
            .for_each(|one| add_relations(&mut one.incoming.imported, placing, there));
        // The items of one record, one after the other; by path, as they are read and saved fastest.
        let mut by_path: BTreeMap<String, Vec<Placed>> = BTreeMap::new();
        for one in placed {
            let Some(id) = &one.id else {
                let outcome =
                    match (self.maker.how.into.is_some(), one.incoming.imported.fields.len()) {
                        (true, 1..) => ImportOutcome::Unmatched,
                        _ => ImportOutcome::NotUnderstood,
                    };
                let item = self.maker.item_of(one.incoming, None, outcome);
                self.items.push(item);
                continue;
            };
            let path = match there.get(id) {
                Some(record) => record.path.clone(),
                None => self.maker.layout.record_path(id),
            };
            by_path.entry(path).or_default().push(one);
        }
        let mut to_read = Vec::new();
        let mut texts: Vec<Option<Vec<u8>>> = Vec::with_capacity(by_path.len());
        for (path, group) in &by_path {
            let staged = self.saving.writing().staged(path)?.flatten();
            let id = group.first().and_then(|one| one.id.as_ref());
            if staged.is_none() && id.is_some_and(|id| there.get(id).is_some()) {
                to_read.push((texts.len(), path.clone()));
            }
            texts.push(staged);
        }
        let paths: Vec<String> = to_read.iter().map(|(_, path)| path.clone()).collect();
        let read = self.saving.writing().read_all(&paths);
        for ((at, path), bytes) in to_read.into_iter().zip(read) {
            let bytes = bytes?.ok_or_else(|| {
                Problem::error(codes::NOT_FOUND, format!("`{path}` is not saved yet"))
                    .at(Place::file(&path))
                    .mend("save it first: `fonds` changes what a revision has")
            })?;
            texts[at] = Some(bytes);
        }
        let maker = &self.maker;
        let groups: Vec<_> = by_path.into_iter().zip(texts).collect();
        let made: Vec<_> = groups
            .into_par_iter()
            .map(|((path, group), before)| maker.make(path, group, before))
            .collect();
        let mut files = Vec::with_capacity(made.len());
        for (changes, items) in made {
            files.extend(changes);
            self.items.extend(items);
        }
        self.saving.add(files)?;
        self.watch.at("records", self.items.len(), 0);
        Ok(())
    }
}

/// Makes the files of records.
struct Maker<'a> {
    context: &'a Context<'a>,
    how: &'a ImportRequest,
    layout: Layout,
    /// What the files are called.
    names: Vec<String>,
}

impl Maker<'_> {
    /// The file of one record, from all the items that are this record.
    fn make(
        &self,
        path: String,
        group: Vec<Placed>,
        before: Option<Vec<u8>>,
    ) -> (Vec<FileChange>, Vec<(usize, ImportedItem)>) {
        let mut now = before.clone();
        let mut items = Vec::with_capacity(group.len());
        let mut files = Vec::new();
        for Placed { incoming, id, alias } in group {
            let Some(id) = id else { continue };
            let number = incoming.number;
            let (after, item) = match &now {
                None => self.fresh(incoming, &id, alias.as_ref(), &path),
                Some(now) => self.filled(incoming, &id, now, &path),
            };
            if let Some(after) = after {
                if now.is_none()
                    && let Some(alias) = &alias
                {
                    let path = self.layout.alias_path(alias);
                    let after = Some(format!("{id}\n").into_bytes());
                    files.push(FileChange { path, before: None, after });
                }
                now = Some(after);
            }
            items.push((number, item));
        }
        if now != before {
            files.push(FileChange { path, before, after: now });
        }
        (files, items)
    }

    /// A new record.
    fn fresh(
        &self,
        mut incoming: Incoming,
        id: &RecordId,
        alias: Option<&RecordId>,
        path: &str,
    ) -> (Option<Vec<u8>>, ImportedItem) {
        let fields = std::mem::take(&mut incoming.imported.fields);
        let root = new_root(id, alias, fields);
        let text = record_file::write(&root).into_bytes();
        let problems = match text.len() > LARGEST_TRUSTED || !is_faultless(root, path) {
            true => judge(path, &text).0,
            false => Vec::new(),
        };
        let is_sound = problems.iter().all(|problem| problem.severity != Severity::Error);
        incoming.imported.problems.extend(problems);
        let (id, outcome) = match is_sound {
            true => (Some(id), ImportOutcome::Created),
            false => (None, ImportOutcome::NotUnderstood),
        };
        let (_, item) = self.item_of(incoming, id, outcome);
        (is_sound.then_some(text), item)
    }

    /// A record that is there: what it lacks is filled in.
    fn filled(
        &self,
        mut incoming: Incoming,
        id: &RecordId,
        now: &[u8],
        path: &str,
    ) -> (Option<Vec<u8>>, ImportedItem) {
        let text = match crate::ops::set::text_of(now, path) {
            Ok(text) => text,
            Err(refusal) => return (None, self.left_alone(incoming, id, refusal)),
        };
        let imported = &incoming.imported;
        let changed = match incoming.importer {
            Importer::Other(SourceFormat::Table) => {
                changed_cells(imported, &text, path, self.context)
            }
            Importer::Other(format) => changed_fields(imported, format, &text, path, self.context),
            Importer::WilsonPage => None,
        };
        let fields = changed.unwrap_or_else(|| std::mem::take(&mut incoming.imported.fields));
        let (_, mut item) = self.item_of(incoming, Some(id), ImportOutcome::Unchanged);
        let after = match fill_in(&text, path, &fields, self.how.replace, &mut item) {
            Ok(after) => after.into_bytes(),
            Err(refusal) => {
                item.outcome = ImportOutcome::Conflicting;
                item.problems.extend(refusal.problems);
                return (None, item);
            }
        };
        if after == now {
            return (None, item);
        }
        let (problems, _) = judge(path, &after);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            item.outcome = ImportOutcome::Conflicting;
            item.filled.clear();
            item.problems.extend(problems);
            return (None, item);
        }
        (Some(after), item)
    }

    /// A record that cannot be filled in as it stands.
    fn left_alone(&self, incoming: Incoming, id: &RecordId, why: Refusal) -> ImportedItem {
        let (_, mut item) = self.item_of(incoming, Some(id), ImportOutcome::Conflicting);
        item.problems.extend(why.problems);
        item
    }

    fn item_of(
        &self,
        incoming: Incoming,
        id: Option<&RecordId>,
        outcome: ImportOutcome,
    ) -> (usize, ImportedItem) {
        let imported = incoming.imported;
        let item = ImportedItem {
            file: self.names.get(incoming.file).cloned().unwrap_or_default(),
            format: incoming.importer.name(),
            item: imported.item,
            line: imported.place.line,
            column: imported.place.column,
            id: id.map(|id| id.to_string()).unwrap_or_default(),
            outcome,
            filled: Vec::new(),
            conflicts: Vec::new(),
            left: imported.left,
            without_value: imported.without_value,
            problems: imported.problems,
        };
        (incoming.number, item)
    }
}

/// `all` in pieces that are worked on at a time.
fn chunks(all: Vec<Placed>) -> impl Iterator<Item = Vec<Placed>> {
    let mut all = all.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<Placed> = all.by_ref().take(BATCH).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Says how the item belongs to others, by the ids that those have got.
fn add_relations(imported: &mut Imported, placing: &Placing, there: &Catalogued) {
    if imported.relations.is_empty() {
        return;
    }
    let mut relations = match imported.fields.get("relation").and_then(Node::as_list) {
        Some(list) => list.to_vec(),
        None => Vec::new(),
    };
    for (kind, key) in &imported.relations {
        let mut relation = Table::new();
        relation.set("kind", kind.word());
        match placing.called(key, there) {
            Some(id) => relation.set("record", id.as_str()),
            None => relation.set("text", format!("{} {}", key.0, key.1)),
        }
        relations.push(Node::from(relation));
    }
    imported.fields.set("relation", relations);
}

/// Whether nothing at all is to be said of a record that was just made: then its text need not be read again to
/// show where. What is written reads back as it was.
fn is_faultless(root: Node, path: &str) -> bool {
    let source = Source { file: path.to_owned(), text: String::new() };
    let (record, problems) = Draft::new(root, source).finish();
    record.is_some() && problems.is_empty()
}

/// The tree of a new record.
fn new_root(id: &RecordId, alias: Option<&RecordId>, fields: Table) -> Node {
    let mut root = Table::new();
    root.set("format", FORMAT);
    root.set("id", id.as_str());
    if let Some(alias) = alias {
        root.set("aliases", vec![Node::from(alias.as_str())]);
    }
    for (key, node) in fields {
        root.set(key, node);
    }
    Node::from(root)
}
