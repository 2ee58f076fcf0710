//! A record as rows of a table, for CSV: which columns there are and what stands in them.
//!
//! Column names are stable; `docs/export.md` lists them. Several values in one cell are joined
//! with ` | `.

use super::column::{CellMaker, Column, ColumnSpec, MadeCell};
use super::writer::Outgoing;
use crate::citation::{Choice, Loss, reference_of};
use crate::problem::{Problem, Result, codes};
use crate::record::{
    self, Archives, Draft, FieldPath, Holding, Name, Node, Publication, Record, Role, Title,
    leaves, part_keys,
};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// One record.
    #[default]
    Record,
    /// One holding of a record; a record without holdings has one row all the same.
    Holding,
}

/// What joins the values of one cell.
pub(super) const JOIN: &str = " | ";

pub(super) type Value = for<'a> fn(&Cell<'a>) -> Cow<'a, str>;

/// What a column is made from.
pub(super) struct Cell<'a> {
    pub(super) record: &'a Record,
    pub(super) version: &'a str,
    pub(super) holding: Option<&'a Holding>,
    pub(super) archives: &'a Archives,
    pub(super) choice: &'a Choice,
    /// The record as a tree, made when a column asks for it.
    pub(super) root: &'a OnceCell<Node>,
    /// What the table's makers made for the row.
    pub(super) made: &'a [Vec<MadeCell>],
}

/// A column of the documented list.
pub(super) struct Known {
    pub(super) name: &'static str,
    /// The fields of the record that it carries, parted by spaces: `*` stands for one segment or
    /// the rest of one, `**` for all that follow.
    carries: &'static str,
    pub(super) value: Value,
}

macro_rules! columns {
    ($($name:literal $carries:literal $value:expr;)*) => {
        &[$(Known { name: $name, carries: $carries, value: $value }),*]
    };
}

/// Columns of a record.
pub(super) static RECORD: &[Known] = columns! {
    "id" "id format" |c| c.record.id.as_str().into();
    "level" "level" |c| c.record.level.map_or("", |level| level.word()).into();
    "genre" "genre" |c| text(&c.record.genre);
    "title" "title title.text" |c| title(&c.record.title);
    "title_kind" "title.kind" |c| {
        c.record.title.as_ref().and_then(|title| title.kind).map_or("", |kind| kind.word()).into()
    };
    "original_title" "original_title original_title.text" |c| title(&c.record.original_title);
    "transliterated_title" "transliterated_title transliterated_title.text" |c| title(&c.record.transliterated_title);
    "number" "number.*.kind number.*.value" |c| joined(c.record.numbers.iter().map(|n| match &n.kind {
        Some(kind) => format!("{kind} {}", n.value),
        None => n.value.clone(),
    }));
    "date" "" |c| c.record.dates.principal().map_or("", |event| event.value.as_str()).into();
    "date_created" "date.created date.created.value" |c| event(c, "created");
    "date_sent" "date.sent date.sent.value" |c| event(c, "sent");
    "date_received" "date.received date.received.value" |c| event(c, "received");
    "date_declassified" "date.declassified date.declassified.value" |c| event(c, "declassified");
    "date_published_online" "date.published_online date.published_online.value" |c| event(c, "published_online");
    "date_accessed" "date.accessed date.accessed.value" |c| event(c, "accessed");
    "date_as_printed" "date.as_printed date.*.as_printed" |c| {
        let printed = c.record.dates.principal().and_then(|event| event.as_printed.as_deref());
        printed.or(c.record.dates.as_printed.as_deref()).unwrap_or("").into()
    };
    "place" "place" |c| text(&c.record.place);
    "sender" "agent.sender-*.role agent.sender-*.name agent.sender-*.name.**" |c| agents(c, Role::Sender);
    "recipient" "agent.recipient-*.role agent.recipient-*.name agent.recipient-*.name.**" |c| agents(c, Role::Recipient);
    "via" "agent.via-*.role agent.via-*.name agent.via-*.name.**" |c| agents(c, Role::Via);
    "author" "agent.author-*.role agent.author-*.name agent.author-*.name.**" |c| agents(c, Role::Author);
    "participant" "agent.participant-*.role agent.participant-*.name agent.participant-*.name.**" |c| agents(c, Role::Participant);
    "editor" "agent.editor-*.role agent.editor-*.name agent.editor-*.name.**" |c| agents(c, Role::Editor);
    "contributor" "agent.contributor-*.role agent.contributor-*.name agent.contributor-*.name.**" |c| agents(c, Role::Contributor);
    "distribution" "distribution.*.name.** distribution.*.name distribution.*.copies" |c| joined(c.record.distribution.iter().map(|d| match d.copies {
        Some(copies) => format!("{} ({copies})", d.name.display()),
        None => d.name.display(),
    }));
    "language" "language" |c| joined(c.record.languages.iter().map(|l| l.to_string()));
    "classification" "classification" |c| joined(c.record.classification.iter().cloned());
    "abstract" "abstract" |c| text(&c.record.abstract_text);
    "holding_count" "" |c| match c.record.holdings.len() { 0 => "".into(), n => n.to_string().into() };
    "references" "holding.*.archive holding.*.path.* holding.*.shelfmark" |c| joined(c.record.holdings.iter().map(|h| reference_of(h, c.archives, c.choice)));
    "surrogate" "surrogate.*.provider surrogate.*.record_id surrogate.*.url" |c| joined(c.record.surrogates.iter().map(|s| {
        let parts = [s.provider.as_deref(), s.record_id.as_deref(), s.url.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }));
    "url" "surrogate.*.url" |c| joined(c.record.surrogates.iter().filter_map(|s| s.url.clone()));
    "translation" "translation.*.to translation.*.translator.** translation.*.as_printed" |c| joined(c.record.translations.iter().map(|t| {
        let by = names(&t.translator);
        match (by.is_empty(), &t.as_printed) {
            (true, Some(printed)) => format!("{}: {printed}", t.to),
            (true, None) => t.to.to_string(),
            (false, _) => format!("{}: {by}", t.to),
        }
    }));
    "publication" "publication.*.as_printed publication.*.title publication.*.series publication.*.volume publication.*.part publication.*.volume_title publication.*.place publication.*.publisher publication.*.date publication.*.pages publication.*.document" |c| joined(c.record.publications.iter().map(publication));
    "authenticity" "authenticity.status" |c| {
        c.record.authenticity.as_ref().map_or("", |a| a.status.word()).into()
    };
    "relation" "relation.*.kind relation.*.record relation.*.text" |c| joined(c.record.relations.iter().map(|r| {
        let to = r.record.as_ref().map(|id| id.to_string()).or(r.text.clone()).unwrap_or_default();
        format!("{} {to}", r.kind.word())
    }));
    "foreign_id" "foreign_id.*.scheme foreign_id.*.value" |c| {
        joined(c.record.foreign_ids.iter().map(|id| format!("{}:{}", id.scheme, id.value)))
    };
    "aliases" "aliases" |c| joined(c.record.aliases.iter().map(|id| id.to_string()));
    "rights" "rights" |c| text(&c.record.rights);
    "contact" "contact" |c| text(&c.record.contact);
    "note" "note" |c| text(&c.record.note);
    "version" "" |c| c.version.into();
};

/// Columns of a holding.
pub(super) static HOLDING: &[Known] = columns! {
    "holding" "holding.*.id" |c| held(c, |h| h.id.as_str().into());
    "archive" "holding.*.archive" |c| held(c, |h| h.archive.as_str().into());
    "archive_id" "" |c| match c.holding.and_then(|h| c.archives.find(&h.archive)) {
        Some(archive) => archive.id.as_str().to_owned().into(),
        None => "".into(),
    };
    "reference" "" |c| match c.holding {
        Some(holding) => reference_of(holding, c.archives, c.choice).into(),
        None => "".into(),
    };
    "path" "holding.*.path.**" |c| match c.holding {
        Some(holding) => joined(holding.path.steps().iter().map(|step| match &step.title {
            Some(title) => format!("{}={} ({title})", step.level, step.value),
            None => format!("{}={}", step.level, step.value),
        })),
        None => "".into(),
    };
    "shelfmark" "holding.*.shelfmark" |c| held(c, |h| text(&h.shelfmark));
    "copy" "holding.*.copy" |c| held(c, |h| h.copy.map_or("", |copy| copy.word()).into());
    "rank" "holding.*.rank" |c| held(c, |h| h.rank.map_or("", |rank| rank.word()).into());
    "rank_reason" "holding.*.rank_reason" |c| held(c, |h| text(&h.rank_reason));
    "access" "holding.*.access" |c| held(c, |h| text(&h.access));
    "as_printed" "holding.*.as_printed" |c| held(c, |h| text(&h.as_printed));
    "former" "holding.*.former.**" |c| match c.holding {
        Some(holding) => joined(holding.former.iter().map(|former| {
            let steps: Vec<_> = former.path.steps().iter().map(|s| format!("{}={}", s.level, s.value)).collect();
            let archive = former.archive.as_deref().unwrap_or(&holding.archive);
            let printed = former.as_printed.as_deref();
            printed.map_or_else(|| format!("{archive}: {}", steps.join("/")), str::to_owned)
        })),
        None => "".into(),
    };
    "holding_note" "holding.*.note" |c| held(c, |h| text(&h.note));
};

/// The columns of a table of records when nobody asks for others: all of them.
/// Of a table of holdings: what identifies the record, then the holding.
const HOLDING_DEFAULT: &[&str] =
    &["id", "date", "genre", "title", "sender", "recipient", "author", "version"];

/// A table: its columns, in order.
pub struct Table {
    columns: Vec<(String, Column)>,
    makers: Vec<Arc<dyn CellMaker>>,
    rows: Rows,
    choice: Choice,
    /// Whether somebody said which columns there are: then nothing is lost that was not asked for.
    chosen: bool,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("columns", &self.header()).field("rows", &self.rows).finish()
    }
}

/// The rows of a record.
#[derive(Debug, Default)]
pub struct RowsOfRecord {
    /// The cells of each row, as many as there are columns.
    pub rows: Vec<Vec<String>>,
    /// Columns that could not be made, and why: their cells are empty.
    pub failures: Vec<(String, String)>,
}

impl Table {
    /// A table of `rows` with the columns `names`, or the documented ones when there are none.
    /// Columns of a holding, and `path.LEVEL`, are there only with rows of holdings.
    pub fn new(rows: Rows, names: &[String]) -> Result<Table> {
        let specs: Result<Vec<ColumnSpec>> =
            names.iter().map(|name| ColumnSpec::named(name)).collect();
        Table::with_columns(rows, &specs?)
    }

    /// A table of `rows` with these columns, or the documented ones when there are none.
    pub fn with_columns(rows: Rows, specs: &[ColumnSpec]) -> Result<Table> {
        let mut columns: Vec<(String, Column)> = Vec::with_capacity(specs.len());
        let mut makers = Vec::new();
        let known = |known: &'static Known| (known.name.to_owned(), Column::Known(known));
        match (specs, rows) {
            ([], Rows::Record) => columns.extend(RECORD.iter().map(known)),
            ([], Rows::Holding) => {
                let of_record = RECORD.iter().filter(|known| HOLDING_DEFAULT.contains(&known.name));
                columns.extend(of_record.chain(HOLDING).map(known));
            }
            (specs, _) => {
                for spec in specs {
                    if columns.iter().any(|(header, _)| *header == spec.header) {
                        return Err(Problem::error(
                            codes::COLUMN,
                            format!("two columns are named `{}`", spec.header.escape_debug()),
                        )
                        .mend("give one of them another name: `NAME=COLUMN`"));
                    }
                    columns.push((spec.header.clone(), Column::of(spec, rows, &mut makers)?));
                }
            }
        }
        Ok(Table { columns, makers, rows, choice: Choice::for_export(), chosen: !specs.is_empty() })
    }

    /// The names of the columns.
    pub fn header(&self) -> Vec<String> {
        self.columns.iter().map(|(header, _)| header.clone()).collect()
    }

    /// Whether a column may tell the versions of records.
    pub fn tells_versions(&self) -> bool {
        self.columns.iter().any(|(_, column)| match column {
            Column::Known(known) => known.name == "version",
            Column::Template(_) => true,
            Column::Level(_) | Column::OfHolding(..) | Column::Field(_) | Column::Made(..) => false,
        })
    }

    /// The rows of a record.
    pub fn rows_of(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> RowsOfRecord {
        let record = outgoing.record;
        let version = outgoing.version.unwrap_or("");
        let root = OnceCell::new();
        let mut failures: Vec<(String, String)> = Vec::new();
        let mut row = |holding: Option<&Holding>| -> Vec<String> {
            let made: Vec<Vec<MadeCell>> =
                self.makers.iter().map(|maker| maker.cells(record, holding, archives)).collect();
            let (choice, root, made) = (&self.choice, &root, made.as_slice());
            let cell = Cell { record, version, holding, archives, choice, root, made };
            let cells = self.columns.iter().map(|(header, column)| match column.value(&cell) {
                Ok(value) => value.into_owned(),
                Err(why) => {
                    failures.push((header.clone(), why));
                    String::new()
                }
            });
            cells.collect()
        };
        let rows = match self.rows {
            Rows::Holding if !record.holdings.is_empty() => {
                record.holdings.iter().map(|holding| row(Some(holding))).collect()
            }
            Rows::Record | Rows::Holding => vec![row(None)],
        };
        RowsOfRecord { rows, failures }
    }

    /// The fields of `record` that no column carries; none when the columns were chosen. Of what is
    /// lost whole, only the whole is named.
    pub fn losses(&self, record: &Record) -> Vec<Loss> {
        if self.chosen {
            return Vec::new();
        }
        let root = Draft::from(record).root;
        let carried = |field: &FieldPath| {
            if is_given_id(field, &root) {
                return true;
            }
            self.columns.iter().any(|(_, column)| match column {
                Column::Known(known) => {
                    let mut patterns = known.carries.split_ascii_whitespace();
                    patterns.any(|pattern| is_like(field.segments(), pattern))
                }
                _ => false,
            })
        };
        let leaves = leaves(&root);
        let fate: Vec<(&FieldPath, bool)> =
            leaves.iter().map(|(field, _)| (field, carried(field))).collect();
        let mut lost: Vec<String> = Vec::new();
        for (field, carried) in &fate {
            if *carried {
                continue;
            }
            let top = field.segments().first().map_or("", String::as_str);
            let in_top = |other: &FieldPath| other.segments().first().is_some_and(|s| s == top);
            let whole = !fate.iter().any(|(other, carried)| *carried && in_top(other));
            let name = if whole { top.to_owned() } else { field.to_string() };
            if !lost.contains(&name) {
                lost.push(name);
            }
        }
        lost.into_iter()
            .map(|field| Loss {
                record: record.id.to_string(),
                field,
                why: "no column carries it".to_owned(),
            })
            .collect()
    }
}

/// Whether `field` is the id of a part that it would have without saying so: a record in memory
/// always says it.
fn is_given_id(field: &FieldPath, root: &Node) -> bool {
    let [top, part, last] = field.segments() else { return false };
    let list = root.as_table().and_then(|table| table.get(top)).and_then(Node::as_list);
    let (Some(list), "id") = (list, last.as_str()) else { return false };
    let nameless: Vec<Node> = list
        .iter()
        .map(|part| {
            let mut table = record::Table::new();
            for (key, value) in part.as_table().into_iter().flat_map(|part| part.iter()) {
                if key != "id" {
                    table.set(key, value.clone());
                }
            }
            Node::from(table)
        })
        .collect();
    part_keys(top, &nameless).is_some_and(|keys| keys.contains(part))
}

/// Whether `segments` are those of `pattern`; see [`Known::carries`].
pub(super) fn is_like(segments: &[String], pattern: &str) -> bool {
    let mut segments = segments.iter();
    for part in pattern.split('.') {
        if part == "**" {
            return segments.next().is_some();
        }
        let Some(segment) = segments.next() else { return false };
        let fits = match part.strip_suffix('*') {
            Some(stem) => segment.starts_with(stem),
            None => segment == part,
        };
        if !fits {
            return false;
        }
    }
    segments.next().is_none()
}

fn text(value: &Option<String>) -> Cow<'_, str> {
    value.as_deref().unwrap_or("").into()
}

fn title(value: &Option<Title>) -> Cow<'_, str> {
    value.as_ref().map_or("", |title| title.text.as_str()).into()
}

fn event<'a>(cell: &Cell<'a>, wanted: &str) -> Cow<'a, str> {
    let found = cell.record.dates.events().find(|(name, _)| *name == wanted);
    found.map_or("", |(_, event)| event.value.as_str()).into()
}

fn joined(values: impl Iterator<Item = String>) -> Cow<'static, str> {
    values.collect::<Vec<_>>().join(JOIN).into()
}

fn names(names: &[Name]) -> String {
    names.iter().map(Name::display).collect::<Vec<_>>().join(", ")
}

fn agents(cell: &Cell<'_>, role: Role) -> Cow<'static, str> {
    joined(cell.record.agents_as(role).map(|agent| agent.name.display()))
}

fn held<'a>(cell: &Cell<'a>, value: fn(&'a Holding) -> Cow<'a, str>) -> Cow<'a, str> {
    cell.holding.map_or("".into(), value)
}

fn publication(publication: &Publication) -> String {
    if let Some(printed) = &publication.as_printed {
        return printed.clone();
    }
    let date = publication.date.as_ref().map(|date| date.as_str());
    let parts = [
        publication.title.as_deref(),
        publication.series.as_deref(),
        publication.volume.as_deref(),
        publication.part.as_deref(),
        publication.volume_title.as_deref(),
        publication.place.as_deref(),
        publication.publisher.as_deref(),
        date,
        publication.pages.as_deref(),
        publication.document.as_deref(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
