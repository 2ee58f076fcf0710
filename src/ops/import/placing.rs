//! Which record each item is to be: one that is there already, or a new one with an id of its own.

use super::super::add::stem;
use super::super::{Catalog, Result};
use super::{ForeignKey, ImportRequest, Importer, foreign_keys};
use crate::formats::Imported;
use crate::problem::{Problem, codes};
use crate::record::{FieldPath, LONGEST_ID, Node, RecordId, Table, fold, slug};
use crate::record_file;
use crate::store::id_in_path;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// How many numbers are tried behind a taken id.
const MOST_ALIKE: usize = 100_000;

/// What the catalog has already.
pub(super) struct Catalogued {
    /// Records by what they are called elsewhere.
    pub(super) by_key: HashMap<ForeignKey, RecordId>,
    /// The trees of the records; empty when nobody asks for them.
    pub(super) trees: Vec<(RecordId, Node)>,
    ids: HashSet<String>,
    aliases: HashSet<String>,
}

impl Catalogued {
    /// Reads the records of the work tree, once and on all processors.
    pub(super) fn of(catalog: &Catalog, found: &[(usize, Importer, Imported)]) -> Catalogued {
        let (paths, _) = catalog.store.record_paths();
        let (alias_paths, _) = catalog.store.alias_paths();
        let name = |path: &String| path.rsplit('/').next().unwrap_or(path).to_owned();
        let mut there = Catalogued {
            by_key: HashMap::new(),
            trees: Vec::new(),
            ids: paths
                .iter()
                .filter_map(|path| id_in_path(path))
                .map(|id| id.to_string())
                .collect(),
            aliases: alias_paths.iter().map(name).collect(),
        };
        if found.is_empty() {
            return there;
        }
        for chunk in paths.chunks(4096) {
            let files = catalog.store.read_all(chunk);
            let trees: Vec<Option<(RecordId, Node)>> = files
                .into_par_iter()
                .map(|file| {
                    let file = file.ok()?;
                    let id = id_in_path(&file.path)?;
                    Some((id, record_file::read_tree(&file.bytes, &file.path).0?))
                })
                .collect();
            for (id, tree) in trees.into_iter().flatten() {
                for key in tree.as_table().into_iter().flat_map(foreign_keys) {
                    there.by_key.insert(key, id.clone());
                }
                there.trees.push((id, tree));
            }
        }
        there
    }
}

/// An item with the record that it is to be.
pub(super) struct Placed {
    /// The number of its file.
    pub(super) file: usize,
    /// The format it was read as.
    pub(super) importer: Importer,
    /// The item.
    pub(super) imported: Imported,
    /// The record; `None` when nothing can be made of it.
    pub(super) id: Option<RecordId>,
    /// Whether the catalog has the record already.
    pub(super) is_there: bool,
    /// Whether it is the first item of this import with that record.
    pub(super) is_first: bool,
}

/// Gives records to items, in the order of the source: so the same source gives the same ids.
pub(super) struct Placing<'a> {
    catalog: &'a Catalog,
    there: &'a Catalogued,
    how: &'a ImportRequest,
    /// What was placed.
    pub(super) placed: Vec<Placed>,
    /// The records of this import by their keys in the source.
    pub(super) by_key: HashMap<ForeignKey, RecordId>,
    by_id: HashMap<RecordId, usize>,
    /// The last number tried behind a stem: a thousand records alike do not try a thousand times.
    numbers: HashMap<String, usize>,
}

impl<'a> Placing<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        there: &'a Catalogued,
        how: &'a ImportRequest,
    ) -> Placing<'a> {
        Placing {
            catalog,
            there,
            how,
            placed: Vec::new(),
            by_key: HashMap::new(),
            by_id: HashMap::new(),
            numbers: HashMap::new(),
        }
    }

    /// Finds the record for `imported`.
    pub(super) fn place(
        &mut self,
        file: usize,
        importer: Importer,
        imported: Imported,
        wanted: Option<&RecordId>,
    ) -> Result<()> {
        let id = match wanted {
            Some(id) => Some(id.clone()),
            None if imported.fields.is_empty() => None,
            None => self.known(&imported)?,
        };
        let id = match id {
            None if !imported.fields.is_empty() => self.free(&imported)?,
            id => id,
        };
        if let (Some(key), Some(id)) = (&imported.key, &id) {
            self.by_key.insert(key.clone(), id.clone());
        }
        let is_there = id.as_ref().is_some_and(|id| self.there.ids.contains(id.as_str()));
        let is_first = match &id {
            Some(id) => !self.by_id.contains_key(id),
            None => true,
        };
        if let (Some(id), true) = (&id, is_first) {
            self.by_id.insert(id.clone(), self.placed.len());
        }
        self.placed.push(Placed { file, importer, imported, id, is_there, is_first });
        Ok(())
    }

    /// The record that the item names itself, or that is called like it.
    fn known(&self, imported: &Imported) -> Result<Option<RecordId>> {
        let Some(key) = &imported.key else { return Ok(None) };
        if key.0 == "id" {
            let id: RecordId = key.1.parse()?;
            // It may have been renamed since the table was exported.
            let renamed = match self.there.aliases.contains(id.as_str()) {
                true => self.catalog.store.read_alias(&id)?,
                false => None,
            };
            return Ok(Some(renamed.unwrap_or(id)));
        }
        Ok(self.by_key.get(key).or_else(|| self.there.by_key.get(key)).cloned())
    }

    /// An id by the template that nobody has; or the id of the record that is this document.
    fn free(&mut self, imported: &Imported) -> Result<Option<RecordId>> {
        let root = Node::from(imported.fields.clone());
        let made = match &self.how.ids {
            Some(template) => from_template(template, &root)?,
            None => stem(&root),
        };
        let key = imported.key.as_ref().and_then(|(_, key)| slug(key, 40));
        let Some(stem) = made.or(key).map(|stem| shortened(&stem)) else {
            let file = imported.item.as_str();
            let problem = Problem::error(
                codes::MISSING,
                format!("nothing is known of {file} of which an id could be made"),
            );
            return Err(problem
                .mend("name the record with `--id`, or the ids with `--ids`")
                .into());
        };
        let first = self.numbers.get(&stem).copied().unwrap_or(1);
        for number in (1..first.min(2)).chain(first..MOST_ALIKE) {
            let text = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let Ok(id) = text.parse::<RecordId>() else { break };
            if let Some(placed) = self.by_id.get(&id).and_then(|at| self.placed.get(*at)) {
                if is_same_document(&placed.imported.fields, &imported.fields) {
                    return Ok(Some(id));
                }
            } else if self.there.ids.contains(id.as_str()) {
                let tree = self.there.trees.iter().find(|(known, _)| *known == id);
                let table = tree.and_then(|(_, tree)| tree.as_table());
                if table.is_some_and(|there| is_same_document(there, &imported.fields)) {
                    return Ok(Some(id));
                }
            } else if !self.there.aliases.contains(id.as_str()) {
                self.numbers.insert(stem, number);
                return Ok(Some(id));
            }
        }
        Err(Problem::error(codes::EXISTS, format!("no id like `{stem}` is free"))
            .mend("name the record with `--id`, or the ids with `--ids`")
            .into())
    }
}

/// `stem` with room for a number behind it.
fn shortened(stem: &str) -> String {
    let mut short = stem.to_owned();
    short.truncate(LONGEST_ID - 7);
    short.trim_end_matches(['-', '.', '_']).to_owned()
}

/// An id made by a template: `{date}`, `{sender}`, `{recipient}`, `{author}`, `{title}`, `{genre}`, `{number}`,
/// `{archive}`, `{key:SCHEME}`, or a field by its name (`{holding.path.delo}`). What the record does not have is left
/// out, with the `-` before it. `None` when nothing is left.
///
/// # Errors
/// A brace that is not closed, or a name that no record has.
fn from_template(template: &str, root: &Node) -> Result<Option<String>> {
    let mut made = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        made.push_str(rest.get(..open).unwrap_or(""));
        let inside = rest.get(open + 1..).unwrap_or("");
        let Some(close) = inside.find('}') else {
            return Err(Problem::error(codes::ID, "a `{` of the template of ids is not closed")
                .mend("write for instance `{date}-{sender}-{recipient}`")
                .into());
        };
        let name = inside.get(..close).unwrap_or("");
        if let Some(word) = word_of(name, root)? {
            made.push_str(&word);
        }
        rest = inside.get(close + 1..).unwrap_or("");
    }
    made.push_str(rest);
    let words: Vec<&str> = made.split('-').filter(|word| !word.is_empty()).collect();
    Ok((!words.is_empty()).then(|| words.join("-")).and_then(|made| {
        let made: String =
            made.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).collect();
        let made = made.to_ascii_lowercase();
        (!made.is_empty()).then_some(made)
    }))
}

fn word_of(name: &str, root: &Node) -> Result<Option<String>> {
    let table = root.as_table();
    let list = |key: &str| {
        table.and_then(|table| table.get(key)).and_then(Node::as_list).unwrap_or_default()
    };
    let text = |node: &Node, key: &str| node.as_table()?.get(key)?.as_text().map(str::to_owned);
    let named = |roles: &[&str]| {
        list("agent").iter().find_map(|agent| {
            let role = text(agent, "role")?;
            let name = agent.as_table()?.get("name")?;
            roles.contains(&role.as_str()).then(|| {
                name.as_text()
                    .map(str::to_owned)
                    .or_else(|| text(name, "family"))
                    .or_else(|| text(name, "literal"))
            })?
        })
    };
    if let Some(scheme) = name.strip_prefix("key:") {
        let id = list("foreign_id").iter().find(|id| text(id, "scheme").as_deref() == Some(scheme));
        return Ok(id.and_then(|id| text(id, "value")).and_then(|value| slug(&value, 40)));
    }
    Ok(match name {
        // The stem begins with the date when there is one.
        "date" => stem(root).and_then(|stem| {
            let end = stem.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(stem.len());
            let date = stem.get(..end)?.trim_end_matches('-').to_owned();
            (date.len() >= 4).then_some(date)
        }),
        "sender" => named(&["sender", "author"]).and_then(|name| slug(&name, 24)),
        "author" => named(&["author", "sender"]).and_then(|name| slug(&name, 24)),
        "recipient" => named(&["recipient"]).and_then(|name| slug(&name, 24)),
        "title" => title_of(root).and_then(|title| slug(title, 40)),
        "number" => list("number").iter().find_map(|n| text(n, "value")).and_then(|n| slug(&n, 20)),
        "archive" => {
            list("holding").iter().find_map(|h| text(h, "archive")).and_then(|a| slug(&a, 20))
        }
        name => {
            let field: FieldPath = name.parse()?;
            let node = field.find(root).or_else(|| {
                // Without the name of the part: the first that has it.
                let (first, rest) = field.segments().split_first()?;
                let part = list(first.as_str()).first()?;
                FieldPath::of(rest.iter().cloned()).find(part)
            });
            node.and_then(Node::as_text).and_then(|text| slug(text, 40))
        }
    })
}

fn title_of(root: &Node) -> Option<&str> {
    let title = root.as_table()?.get("title")?;
    title.as_text().or_else(|| title.as_table()?.get("text")?.as_text())
}

/// Whether two trees are one document: one id elsewhere, or one title (and, the ids being made from dates and
/// names, those too). What one source calls by two names are two things.
fn is_same_document(there: &Table, here: &Table) -> bool {
    let (known, new) = (foreign_keys(there), foreign_keys(here));
    if new.iter().any(|key| known.contains(key)) {
        return true;
    }
    let differs = new.iter().any(|(scheme, _)| known.iter().any(|(other, _)| other == scheme));
    let title = |table: &Table| {
        let node = table.get("title")?;
        node.as_text().or_else(|| node.as_table()?.get("text")?.as_text()).map(fold)
    };
    !differs && title(here).is_some() && title(here) == title(there)
}
