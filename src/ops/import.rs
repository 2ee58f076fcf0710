//! Other people's pages and files made records: new ones, or what was missing in those that are
//! there. What is there already is never overwritten.

use super::add::stem;
use super::change::{Changed, Plan, Request};
use super::{Catalog, Refusal, Remark, Result};
use crate::formats::{self, Context, Imported, Left, SourceFormat, wilson_page};
use crate::problem::{Place, Problem, codes};
use crate::record::{Archives, FORMAT, FieldPath, Node, RecordId, Source, Table, Value, fold};
use crate::record_file::{self, Edit};
use crate::store::{FileChange, Writing, id_in_path};
use serde::Serialize;
use std::collections::BTreeMap;

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
        archives: &Archives,
    ) -> Result<(Vec<Imported>, Vec<Problem>)> {
        match self {
            Importer::WilsonPage => {
                Ok((vec![wilson_page::read(text, &file.name, archives)], Vec::new()))
            }
            Importer::Other(format) => {
                let mut all = Vec::new();
                let context = Context { archives };
                let problems = formats::read(format, text, &file.name, &context, &mut |found| {
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

/// What came of an import.
///
/// As JSON: `items`, one for each record found, and `changed` as other changes have it.
#[derive(Debug, Clone, Serialize)]
pub struct Import {
    /// What was found, in the order of the files.
    pub items: Vec<ImportedItem>,
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
    /// The record.
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

impl Catalog {
    /// Imports `files`, read as the format `from` or as what they look like, in one revision. `id`
    /// is the record to make or to fill in, when there is one file with one record.
    ///
    /// # Errors
    /// A file of no known format, a name of no format, an id for several records; and what a save
    /// can meet.
    pub fn import(
        &self,
        files: &[InputFile],
        from: Option<&str>,
        id: Option<&str>,
        request: &Request,
    ) -> Result<Import> {
        let id: Option<RecordId> = id.map(str::parse).transpose()?;
        let archives = self.archives();
        let mut found = Vec::new();
        let mut remarks = Vec::new();
        for file in files {
            let text = record_file_text(file)?;
            let importer = Importer::of(file, text, from)?;
            let (all, problems) = importer.read(file, text, &archives)?;
            remarks.extend(problems);
            found.extend(all.into_iter().map(|imported| (file, importer, imported)));
        }
        if id.is_some() && found.len() != 1 {
            let message =
                format!("an id was given, and there are {} records to import", found.len());
            return Err(Problem::error(codes::ID, message)
                .mend("import one file at a time")
                .into());
        }
        let writing = self.store.begin_write()?;
        let there = match found.iter().any(|(_, _, imported)| imported.key.is_some()) {
            true => self.records_by_foreign_id(),
            false => BTreeMap::new(),
        };
        let mut texts: BTreeMap<String, (Option<Vec<u8>>, String)> = BTreeMap::new();
        let mut items = Vec::new();
        let mut by_key: BTreeMap<ForeignKey, RecordId> = BTreeMap::new();
        let mut placed = Vec::new();
        for (file, importer, imported) in found {
            let known = imported.key.as_ref().and_then(|key| there.get(key));
            let wanted = id.as_ref().or(known);
            let (place, taken) = self.place_for(&imported, wanted, &writing, &texts)?;
            if let Some(key) = &imported.key {
                by_key.insert(key.clone(), place.id.clone());
            }
            // The place is taken before the text is known, so that the next item gets another.
            if taken.is_none() {
                let text = new_text(&place.id, &imported.fields);
                texts.insert(place.path.clone(), (None, text));
            }
            placed.push((file, importer, imported, place, taken));
        }
        for (file, importer, mut imported, place, taken) in placed {
            add_relations(&mut imported, &by_key, &there);
            let mut item = ImportedItem {
                file: file.name.clone(),
                format: importer.name(),
                id: place.id.to_string(),
                outcome: ImportOutcome::Created,
                filled: Vec::new(),
                conflicts: Vec::new(),
                remarks: imported.problems.iter().map(Remark::from).collect(),
                problems: imported.problems.clone(),
                left: imported.left.clone(),
                without_value: imported.without_value.clone(),
            };
            match taken {
                None => {
                    let text = new_text(&place.id, &imported.fields);
                    texts.insert(place.path, (None, text));
                }
                Some((before, text)) => {
                    // An item before this one may have changed the same record.
                    let text = texts.get(&place.path).map_or(text, |(_, text)| text.clone());
                    let after = fill_in(&text, &place.path, &imported.fields, &mut item)?;
                    texts.insert(place.path, (before, after));
                }
            }
            items.push(item);
        }
        let files = texts.into_iter().map(|(path, (before, after))| FileChange {
            path,
            before,
            after: Some(after.into_bytes()),
        });
        let summary = summary(&items);
        let plan = Plan { files: files.collect(), summary, speaks_for_itself: true };
        let mut changed = plan.carry_out(writing, request)?;
        changed.remarks.extend(remarks);
        Ok(Import { items, changed })
    }

    /// The records of the work tree by what they are called elsewhere.
    fn records_by_foreign_id(&self) -> BTreeMap<ForeignKey, RecordId> {
        let mut there = BTreeMap::new();
        let (paths, _) = self.store.record_paths();
        for chunk in paths.chunks(1024) {
            for file in self.store.read_all(chunk).into_iter().flatten() {
                let named = file.bytes.windows(10).any(|window| window == b"foreign_id");
                let Some(id) = id_in_path(&file.path).filter(|_| named) else { continue };
                let (root, _) = record_file::read_tree(&file.bytes, &file.path);
                let table = root.as_ref().and_then(Node::as_table);
                for key in table.into_iter().flat_map(foreign_keys) {
                    there.insert(key, id.clone());
                }
            }
        }
        there
    }

    /// Where the record is to be: the one that is this document already, or a free id. With what
    /// the file was before, and its text now.
    fn place_for(
        &self,
        imported: &Imported,
        wanted: Option<&RecordId>,
        writing: &Writing<'_>,
        texts: &BTreeMap<String, (Option<Vec<u8>>, String)>,
    ) -> Result<(FilePlace, Option<(Option<Vec<u8>>, String)>)> {
        let root = Node::from(imported.fields.clone());
        let stem = match wanted {
            Some(id) => id.to_string(),
            None => stem(&root).ok_or_else(|| {
                let problem =
                    Problem::error(codes::MISSING, "nothing is known of which an id could be made");
                Refusal::from(problem.mend("name the record with `--id`"))
            })?,
        };
        for number in 1..1000 {
            let text = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let id: RecordId = text.parse()?;
            let known = self.store.read_record(&id)?.map(|file| file.path);
            let path = known.unwrap_or_else(|| self.store.layout().record_path(&id));
            let here = match texts.get(&path) {
                Some((before, text)) => Some((before.clone(), text.clone())),
                None => match writing.read(&path)? {
                    Some(bytes) => {
                        let text = super::set::text_of(&bytes, &path)?;
                        Some((Some(bytes), text))
                    }
                    None => None,
                },
            };
            match here {
                None if self.store.read_alias(&id)?.is_some() && wanted.is_none() => {}
                None => return Ok((FilePlace { id, path }, None)),
                Some((before, text)) => {
                    if wanted.is_some() || is_same_document(&text, &path, &imported.fields) {
                        return Ok((FilePlace { id, path }, Some((before, text))));
                    }
                }
            }
        }
        Err(Problem::error(codes::EXISTS, format!("no id like `{stem}` is free"))
            .mend("name the record with `--id`")
            .into())
    }
}

/// What a source calls an item: whose name it is, and the name.
type ForeignKey = (String, String);

fn foreign_keys(fields: &Table) -> Vec<ForeignKey> {
    let list = fields.get("foreign_id").and_then(Node::as_list).unwrap_or_default();
    let text = |node: &Node, key: &str| node.as_table()?.get(key)?.as_text().map(str::to_owned);
    list.iter().filter_map(|id| Some((text(id, "scheme")?, text(id, "value")?))).collect()
}

/// Says how the item belongs to others, by the ids that those have got.
fn add_relations(
    imported: &mut Imported,
    now: &BTreeMap<ForeignKey, RecordId>,
    there: &BTreeMap<ForeignKey, RecordId>,
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

struct FilePlace {
    id: RecordId,
    path: String,
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

/// Whether the record in `text` is the document that the source describes: one id elsewhere, or
/// one title (and, the ids being made from dates, one date).
fn is_same_document(text: &str, path: &str, fields: &Table) -> bool {
    let (root, _) = record_file::read_tree(text.as_bytes(), path);
    let Some(there) = root.as_ref().and_then(Node::as_table) else { return false };
    let title = |table: &Table| {
        let node = table.get("title")?;
        node.as_text().or_else(|| node.as_table()?.get("text")?.as_text()).map(fold)
    };
    let ids = |table: &Table| {
        table.get("foreign_id").and_then(Node::as_list).unwrap_or_default().to_vec()
    };
    let (here, known) = (ids(fields), ids(there));
    here.iter().any(|id| known.contains(id))
        || (title(fields).is_some() && title(fields) == title(there))
}

/// Fills in what the record in `text` lacks; what it says otherwise becomes a conflict.
fn fill_in(text: &str, path: &str, fields: &Table, item: &mut ImportedItem) -> Result<String> {
    let refused = |problems: Vec<Problem>| {
        let source =
            Source { file: path.to_owned(), text: text.trim_start_matches('\u{feff}').to_owned() };
        Refusal::in_source(problems, source)
    };
    let (root, problems) = record_file::read_tree(text.as_bytes(), path);
    let Some(root) = root.filter(|_| problems.is_empty()) else { return Err(refused(problems)) };
    let mut edits = Vec::new();
    if let Some(there) = root.as_table() {
        for (key, node) in fields.iter() {
            compare(&FieldPath::of([key]), there.get(key), node, &mut edits, item);
        }
    }
    item.outcome = match (item.conflicts.is_empty(), edits.is_empty()) {
        (false, _) => ImportOutcome::Conflicting,
        (true, false) => ImportOutcome::Updated,
        (true, true) => ImportOutcome::Unchanged,
    };
    record_file::edit(text, &edits).map_err(refused)
}

fn compare(
    field: &FieldPath,
    there: Option<&Node>,
    node: &Node,
    edits: &mut Vec<Edit>,
    item: &mut ImportedItem,
) {
    let Some(there) = there else {
        item.filled.push(field.to_string());
        edits.push(Edit::Set(field.clone(), node.clone()));
        return;
    };
    if says_all(there, node) {
        return;
    }
    match (&there.value, &node.value) {
        (Value::Table(known), Value::Table(new)) => {
            for (key, node) in new.iter() {
                compare(&field.child(key), known.get(key), node, edits, item);
            }
        }
        (Value::List(known), Value::List(new)) => {
            for element in new {
                let said = known.iter().any(|known| says_all(known, element));
                if said {
                    continue;
                }
                match known.iter().find(|known| is_same_part(known, element)) {
                    Some(known) => item.conflicts.push(Conflict {
                        field: field.to_string(),
                        record: known.clone(),
                        source: element.clone(),
                    }),
                    None => {
                        item.filled.push(field.to_string());
                        edits.push(Edit::Add(field.clone(), element.clone()));
                    }
                }
            }
        }
        _ => item.conflicts.push(Conflict {
            field: field.to_string(),
            record: there.clone(),
            source: node.clone(),
        }),
    }
}

/// Whether `there` says everything that `node` says, and perhaps more. A text stands for a table
/// with that text as its title, value or name.
fn says_all(there: &Node, node: &Node) -> bool {
    const SHORT: [&str; 4] = ["text", "value", "literal", "name"];
    let short = |table: &Table, text: &Node| {
        SHORT
            .iter()
            .any(|key| table.get(key).is_some_and(|known| known == text || says_all(known, text)))
    };
    match (&there.value, &node.value) {
        (Value::Table(known), Value::Table(new)) => {
            new.iter().all(|(key, node)| known.get(key).is_some_and(|there| says_all(there, node)))
        }
        (Value::List(known), Value::List(new))
            if known.iter().chain(new).all(|node| node.as_list().is_some()) =>
        {
            // The steps of a path: order counts.
            known.len() == new.len() && known.iter().zip(new).all(|(known, new)| known == new)
        }
        (Value::List(known), Value::List(new)) => {
            new.iter().all(|element| known.iter().any(|known| says_all(known, element)))
        }
        (Value::Table(known), Value::Text(_)) => short(known, node),
        (Value::Text(_), Value::Table(new)) => new.len() == 1 && short(new, there),
        (Value::List(known), _) => known.iter().any(|known| says_all(known, node)),
        _ => there == node,
    }
}

/// Whether two elements of a list are one part: one id, or one agent in one role.
fn is_same_part(there: &Node, node: &Node) -> bool {
    let text = |node: &Node, key: &str| {
        node.as_table().and_then(|table| table.get(key)).and_then(Node::as_text).map(str::to_owned)
    };
    let same = |key: &str| text(there, key).is_some() && text(there, key) == text(node, key);
    same("id") || (same("role") && same("as_printed")) || (same("scheme") && same("value"))
}

fn summary(items: &[ImportedItem]) -> String {
    match items {
        [one] => format!("import {} from {}", one.id, one.file),
        several => format!("import {} records", several.len()),
    }
}
