//! What a reader hands to the importer: the fields of a record to be, and a report of the rest.

use super::{ArchiveHint, Found};
use crate::problem::{Place, Problem};
use crate::record::{RelationKind, Table};
use serde::Serialize;

/// One record as another format has it; it has no id yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// The fields of the record, without `format` and `id`.
    pub fields: Table,
    /// What the source calls the item, and whose name that is: by it the item is found again.
    pub key: Option<(String, String)>,
    /// How it belongs to other items, named by their keys.
    pub relations: Vec<(RelationKind, (String, String))>,
    /// What the source says and the record does not, each with its place.
    pub left: Vec<Left>,
    /// Labels that stand in the source without a value: absent, not empty.
    pub without_value: Vec<String>,
    /// What is wrong or doubtful.
    pub problems: Vec<Problem>,
    /// What it is in the source: its key, row or heading.
    pub item: String,
    /// Where it stands in the source.
    pub place: Place,
    /// What the source says of archives beside their names.
    pub archives: Vec<ArchiveHint>,
    /// For a row of a table: its cells by column.
    pub rows: Vec<Vec<(String, String)>>,
    /// Whether our own export wrote it, in a format that does not carry everything.
    pub is_marked: bool,
}

/// A piece of the source that is not in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// The first line, counted from 1.
    pub line: usize,
    /// Its text, or what it is when it is long.
    pub text: String,
    /// Why it is not in the record.
    pub reason: String,
}

/// What found no place stays in the evidence, so that the record holds all of its source.
impl From<Found> for Imported {
    fn from(mut found: Found) -> Imported {
        use std::mem::take;
        let line = found.place.line.unwrap_or(1);
        let file = found.place.file.clone().unwrap_or_default();
        let source = match file.is_empty() {
            true => found.item.clone(),
            false => format!("{file}, {}", found.item),
        };
        let left = found.unplaced.iter().map(|(name, value)| Left {
            line,
            text: format!("{name}: {}", short(value)),
            reason: "a record has no place for it; it is kept in the evidence".to_owned(),
        });
        let left = left.collect();
        let (key, relations, problems) =
            (found.key.take(), take(&mut found.relations), take(&mut found.problems));
        let (item, place) = (take(&mut found.item), take(&mut found.place));
        let (archives, rows) = (take(&mut found.archives), take(&mut found.rows));
        // Of an item of which nothing was understood there is no record, and so no evidence.
        let says_nothing = found.fields.iter().all(|(key, _)| key == "foreign_id");
        let is_marked = found.is_marked;
        let fields = if says_nothing { Table::new() } else { found.into_fields(&source) };
        Imported {
            fields,
            key,
            relations,
            left,
            without_value: Vec::new(),
            problems,
            item,
            place,
            archives,
            rows,
            is_marked,
        }
    }
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(80).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
