//! Other people's pages and files made records: new ones, or what was missing in those that are
//! there. What is there already is never overwritten.

mod duplicates;
mod filling;
mod placing;

pub use duplicates::Duplicate;

use super::change::{Changed, Plan, Request};
use super::{Catalog, Remark, Result};
use crate::formats::table_reader::Mapping;
use crate::formats::{self, ArchiveHint, Context, Imported, Left, SourceFormat, wilson_page};
use crate::problem::{Place, Problem, codes};
use crate::record::{Archives, FORMAT, Node, RecordId, Table, slug};
use crate::record_file;
use crate::store::FileChange;
use filling::{changed_cells, fill_in};
use placing::{Catalogued, Placed, Placing};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A format that can be imported: a page of the Wilson Center Digital Archive, or one of those
/// that [`formats::read`] knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Importer {
    WilsonPage,
    Other(SourceFormat),
}

const WILSON_PAGE: &str = "wilson-page";

impl Importer {
    fn name(self) -> &'static str {
        match self {
            Importer::WilsonPage => WILSON_PAGE,
            Importer::Other(format) => format.name(),
        }
    }

    /// The format named `name`, or the one that `text` looks like.
    fn of(file: &InputFile, text: &str, name: Option<&str>) -> Result<Importer> {
        match name {
            Some(WILSON_PAGE) => Ok(Importer::WilsonPage),
            Some(name) => Ok(Importer::Other(name.parse()?)),
            None if wilson_page::recognise(text) => Ok(Importer::WilsonPage),
            None => match formats::recognise(text, &file.name) {
                Some(format) => Ok(Importer::Other(format)),
                None => {
                    let problem = formats::not_recognised(&file.name);
                    let mend = problem.mend.clone().unwrap_or_default();
                    Err(problem.mend(format!("{mend}, {WILSON_PAGE}")).into())
                }
            },
        }
    }

    /// Every record in `text`, and what is wrong with the file as a whole.
    fn read(
        self,
        file: &InputFile,
        text: &str,
        context: &Context<'_>,
    ) -> Result<(Vec<Imported>, Vec<Problem>)> {
        match self {
            Importer::WilsonPage => {
                Ok((vec![wilson_page::read(text, &file.name, context.archives)], Vec::new()))
            }
            Importer::Other(format) => {
                let mut all = Vec::new();
                let problems = formats::read(format, text, &file.name, context, &mut |found| {
                    all.push(Imported::from(found));
                    Ok(())
                })?;
                Ok((all, problems))
            }
        }
    }
}

/// A file to be imported.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// What to call it: its name without folders, so that a record does not depend on where it lay.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// How files are to be imported.
#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    /// The format; seen by the content when nothing is said.
    pub from: Option<String>,
    /// The record to make or to fill in, when there is one file with one record.
    pub id: Option<String>,
    /// The template of new ids, for instance `{date}-{sender}-{recipient}`.
    pub ids: Option<String>,
    /// What the columns of a table are.
    pub mapping: Option<Mapping>,
    /// Whether single values of the source take the place of those in the record.
    pub replace: bool,
    /// Whether records that may describe one document are looked for.
    pub duplicates: bool,
    /// Whether archives that nobody knows get an entry, when the source says where they are.
    pub archives: bool,
}

/// What came of an import.
///
/// As JSON: `counts` by outcome, `items`, one for each record found, `duplicates`, and `changed` as other
/// changes have it.
#[derive(Debug, Clone, Serialize)]
pub struct Import {
    /// How many items came to what.
    pub counts: Counts,
    /// What was found, in the order of the files.
    pub items: Vec<ImportedItem>,
    /// Records that may describe one document; nothing was joined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<Duplicate>,
    /// What was saved, or would be.
    pub changed: Changed,
}

/// One record found in a file.
#[derive(Debug, Clone, Serialize)]
pub struct ImportedItem {
    /// The file.
    pub file: String,
    /// The format it was read as.
    pub format: &'static str,
    /// What it is in the source: its key, row or heading.
    pub item: String,
    /// The line at which it stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The record; empty when none was made.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// Fields of the record that were filled in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filled: Vec<String>,
    /// Fields of which the record says something else; the record stays as it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// What the source says and the record does not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<Left>,
    /// Labels of the source without a value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without_value: Vec<String>,
    /// What is doubtful in the source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// The same, with their places.
    #[serde(skip)]
    pub problems: Vec<Problem>,
}

/// What became of an imported record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportOutcome {
    /// It is new.
    Created,
    /// It was there, and something was filled in.
    Updated,
    /// It was there and says all this already.
    Unchanged,
    /// It was there and says something else; nothing of that was changed.
    Conflicting,
    /// Nothing of it could be made a record.
    NotUnderstood,
}

/// How many items came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New records.
    pub created: usize,
    /// Records that were filled in.
    pub updated: usize,
    /// Records that say all of it already.
    pub unchanged: usize,
    /// Records that say something else.
    pub conflicting: usize,
    /// Items of which nothing could be made.
    pub not_understood: usize,
}

impl Counts {
    fn of(items: &[ImportedItem]) -> Counts {
        let mut counts = Counts::default();
        for item in items {
            *match item.outcome {
                ImportOutcome::Created => &mut counts.created,
                ImportOutcome::Updated => &mut counts.updated,
                ImportOutcome::Unchanged => &mut counts.unchanged,
                ImportOutcome::Conflicting => &mut counts.conflicting,
                ImportOutcome::NotUnderstood => &mut counts.not_understood,
            } += 1;
        }
        counts
    }
}

impl ImportedItem {
    fn of(file: &str, one: &Placed) -> ImportedItem {
        let imported = &one.imported;
        ImportedItem {
            file: file.to_owned(),
            format: one.importer.name(),
            item: imported.item.clone(),
            line: imported.line,
            id: one.id.as_ref().map(|id| id.to_string()).unwrap_or_default(),
            outcome: match one.id {
                Some(_) => ImportOutcome::Created,
                None => ImportOutcome::NotUnderstood,
            },
            filled: Vec::new(),
            conflicts: Vec::new(),
            remarks: imported.problems.iter().map(Remark::from).collect(),
            problems: imported.problems.clone(),
            left: imported.left.clone(),
            without_value: imported.without_value.clone(),
        }
    }
}

/// A field of which record and source say different things.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The field.
    pub field: String,
    /// What the record says.
    pub record: Node,
    /// What the source says.
    pub source: Node,
}

/// Reads what the columns of a table are, in TOML; `file` is what to call it in messages.
pub fn read_mapping(bytes: &[u8], file: &str) -> Result<Mapping> {
    let (root, problems) = record_file::read_tree(bytes, file);
    match root.filter(|_| problems.is_empty()) {
        Some(root) => Ok(Mapping::read(&root, file)?),
        None => Err(problems.into()),
    }
}

impl Catalog {
    /// Imports `files`, read as the format `from` or as what they look like, in one revision.
    ///
    /// # Errors
    /// A file of no known format, a name of no format, an id for several records; and what a save
    /// can meet.
    pub fn import(
        &self,
        files: &[InputFile],
        how: &ImportRequest,
        request: &Request,
    ) -> Result<Import> {
        let id: Option<RecordId> = how.id.as_deref().map(str::parse).transpose()?;
        let archives = self.archives();
        let context = Context { archives: &archives, mapping: how.mapping.as_ref() };
        let mut found = Vec::new();
        let mut remarks = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let text = record_file_text(file)?;
            let importer = Importer::of(file, text, how.from.as_deref())?;
            let (all, problems) = importer.read(file, text, &context)?;
            remarks.extend(problems);
            found.extend(all.into_iter().map(|imported| (number, importer, imported)));
        }
        if id.is_some() && found.len() != 1 {
            let message =
                format!("an id was given, and there are {} records to import", found.len());
            return Err(Problem::error(codes::ID, message)
                .mend("import one file at a time")
                .into());
        }
        let writing = self.store.begin_write()?;
        let there = Catalogued::of(self, &found);
        let mut placing = Placing::new(self, &there, how);
        for (file, importer, imported) in found {
            placing.place(file, importer, imported, id.as_ref())?;
        }
        let Placing { mut placed, by_key, .. } = placing;
        placed
            .par_iter_mut()
            .for_each(|one| add_relations(&mut one.imported, &by_key, &there.by_key));
        let hints = hints_of(&placed);
        let duplicates = if how.duplicates { there.duplicates(self, &placed) } else { Vec::new() };
        let mut items = Vec::with_capacity(placed.len());
        let mut texts: BTreeMap<String, (Option<Vec<u8>>, String)> = BTreeMap::new();
        // New records have nobody to agree with: their texts are written all at once.
        let fresh: Vec<Option<String>> = placed
            .par_iter()
            .map(|one| {
                let id = one.id.as_ref().filter(|_| one.is_first && !one.is_there)?;
                Some(new_text(id, &one.imported.fields))
            })
            .collect();
        for (one, fresh) in placed.into_iter().zip(fresh) {
            let name = files.get(one.file).map_or("", |file| file.name.as_str());
            let mut item = ImportedItem::of(name, &one);
            let Some(id) = one.id else {
                items.push(item);
                continue;
            };
            let path = match one.is_there {
                true => self.store.read_record(&id)?.map(|file| file.path),
                false => None,
            };
            let path = path.unwrap_or_else(|| self.store.layout().record_path(&id));
            match fresh {
                Some(text) => {
                    texts.insert(path, (None, text));
                }
                None => {
                    let (before, text) = match texts.remove(&path) {
                        Some(known) => known,
                        None => {
                            let bytes = writing.read(&path)?.ok_or_else(|| {
                                Problem::error(
                                    codes::NOT_FOUND,
                                    format!("`{path}` is not saved yet"),
                                )
                                .mend("save it first: `fonds` changes what a revision has")
                            })?;
                            let text = super::set::text_of(&bytes, &path)?;
                            (Some(bytes), text)
                        }
                    };
                    let fields = changed_cells(&one.imported, &text, &path, &context);
                    let fields = fields.as_ref().unwrap_or(&one.imported.fields);
                    let after = fill_in(&text, &path, fields, how.replace, &mut item)?;
                    texts.insert(path, (before, after));
                }
            }
            items.push(item);
        }
        let mut files: Vec<FileChange> = texts
            .into_iter()
            .map(|(path, (before, after))| FileChange {
                path,
                before,
                after: Some(after.into_bytes()),
            })
            .collect();
        if how.archives {
            files.extend(new_archives(self, &hints, &archives));
        }
        let summary = summary(&items);
        let plan = Plan { files, summary, speaks_for_itself: true };
        let mut changed = plan.carry_out(writing, request)?;
        changed.remarks.extend(remarks);
        Ok(Import { counts: Counts::of(&items), items, duplicates, changed })
    }
}

/// What the sources say of archives that nobody knows, each once.
fn hints_of(placed: &[Placed]) -> BTreeMap<String, ArchiveHint> {
    let mut hints: BTreeMap<String, ArchiveHint> = BTreeMap::new();
    for hint in placed.iter().filter(|one| one.id.is_some()).flat_map(|one| &one.imported.archives)
    {
        if let Some(id) = slug(&hint.name, 40) {
            hints.entry(id).or_insert_with(|| hint.clone());
        }
    }
    hints
}

/// An entry for each archive that is not known and of which the source says where it is: a citation needs that.
fn new_archives(
    catalog: &Catalog,
    hints: &BTreeMap<String, ArchiveHint>,
    archives: &Archives,
) -> Vec<FileChange> {
    let mut files = Vec::new();
    for (id, hint) in hints {
        let path = format!("archives/{id}.toml");
        let known = archives.find(&hint.name).is_some() || archives.get(id).is_some();
        if known || hint.place.is_none() || !matches!(catalog.store.read(&path), Ok(None)) {
            continue;
        }
        let mut root = Table::new();
        root.set("format", FORMAT);
        root.set("id", id.as_str());
        root.set("name", vec![Node::from(hint.name.as_str())]);
        root.set("place", vec![Node::from(hint.place.as_deref().unwrap_or(""))]);
        if let Some(country) = &hint.country {
            root.set("country", country.as_str());
        }
        let text = record_file::write(&Node::from(root));
        files.push(FileChange { path, before: None, after: Some(text.into_bytes()) });
    }
    files
}

/// What a source calls an item: whose name it is, and the name.
pub(super) type ForeignKey = (String, String);

pub(super) fn foreign_keys(fields: &Table) -> Vec<ForeignKey> {
    let list = fields.get("foreign_id").and_then(Node::as_list).unwrap_or_default();
    let text = |node: &Node, key: &str| node.as_table()?.get(key)?.as_text().map(str::to_owned);
    list.iter().filter_map(|id| Some((text(id, "scheme")?, text(id, "value")?))).collect()
}

/// Says how the item belongs to others, by the ids that those have got.
fn add_relations(
    imported: &mut Imported,
    now: &HashMap<ForeignKey, RecordId>,
    there: &HashMap<ForeignKey, RecordId>,
) {
    let mut relations = match imported.fields.get("relation").and_then(Node::as_list) {
        Some(list) => list.to_vec(),
        None => Vec::new(),
    };
    for (kind, key) in &imported.relations {
        let mut relation = Table::new();
        relation.set("kind", kind.word());
        match now.get(key).or_else(|| there.get(key)) {
            Some(id) => relation.set("record", id.as_str()),
            None => relation.set("text", format!("{} {}", key.0, key.1)),
        }
        relations.push(Node::from(relation));
    }
    if !relations.is_empty() {
        imported.fields.set("relation", relations);
    }
}

fn record_file_text(file: &InputFile) -> Result<&str> {
    std::str::from_utf8(&file.bytes).map_err(|error| {
        let message =
            format!("the file is not UTF-8 text; byte {} is not", error.valid_up_to() + 1);
        Problem::error(codes::ENCODING, message).at(Place::file(&file.name)).into()
    })
}

fn new_text(id: &RecordId, fields: &Table) -> String {
    let mut root = Table::new();
    root.set("format", FORMAT);
    root.set("id", id.as_str());
    for (key, node) in fields.iter() {
        root.set(key, node.clone());
    }
    record_file::write(&Node::from(root))
}

fn summary(items: &[ImportedItem]) -> String {
    match items {
        [one] => format!("import {} from {}", one.id, one.file),
        several => format!("import {} records", several.len()),
    }
}
