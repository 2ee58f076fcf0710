//! A record as rows of a table, for CSV: which columns there are and what stands in them.
//!
//! Column names are stable; `docs/export.md` lists them. Several values in one cell are joined
//! with ` | `.

use super::writer::Outgoing;
use crate::citation::{Choice, Loss, reference_of};
use crate::problem::{Problem, Result, codes};
use crate::record::{Archives, Holding, Name, Publication, Record, Role, Title};
use std::borrow::Cow;

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
const JOIN: &str = " | ";

type Value = for<'a> fn(&Cell<'a>) -> Cow<'a, str>;

/// What a column is made from.
struct Cell<'a> {
    record: &'a Record,
    version: &'a str,
    holding: Option<&'a Holding>,
    archives: &'a Archives,
    choice: &'a Choice,
}

/// A column of the documented list.
struct Known {
    name: &'static str,
    /// The field of the record that it carries, in the words of the record.
    field: &'static str,
    value: Value,
}

macro_rules! columns {
    ($($name:literal $field:literal $value:expr;)*) => {
        &[$(Known { name: $name, field: $field, value: $value }),*]
    };
}

/// Columns of a record.
static RECORD: &[Known] = columns! {
    "id" "id" |c| c.record.id.as_str().into();
    "level" "level" |c| c.record.level.map_or("", |level| level.word()).into();
    "genre" "genre" |c| text(&c.record.genre);
    "title" "title" |c| title(&c.record.title);
    "title_kind" "title" |c| {
        c.record.title.as_ref().and_then(|title| title.kind).map_or("", |kind| kind.word()).into()
    };
    "original_title" "original_title" |c| title(&c.record.original_title);
    "transliterated_title" "transliterated_title" |c| title(&c.record.transliterated_title);
    "number" "number" |c| joined(c.record.numbers.iter().map(|n| match &n.kind {
        Some(kind) => format!("{kind} {}", n.value),
        None => n.value.clone(),
    }));
    "date" "date" |c| c.record.dates.principal().map_or("", |event| event.value.as_str()).into();
    "date_created" "date.created" |c| event(c, "created");
    "date_sent" "date.sent" |c| event(c, "sent");
    "date_received" "date.received" |c| event(c, "received");
    "date_declassified" "date.declassified" |c| event(c, "declassified");
    "date_published_online" "date.published_online" |c| event(c, "published_online");
    "date_accessed" "date.accessed" |c| event(c, "accessed");
    "date_as_printed" "date.as_printed" |c| {
        let printed = c.record.dates.principal().and_then(|event| event.as_printed.as_deref());
        printed.or(c.record.dates.as_printed.as_deref()).unwrap_or("").into()
    };
    "place" "place" |c| text(&c.record.place);
    "sender" "agent" |c| agents(c, Role::Sender);
    "recipient" "agent" |c| agents(c, Role::Recipient);
    "via" "agent" |c| agents(c, Role::Via);
    "author" "agent" |c| agents(c, Role::Author);
    "participant" "agent" |c| agents(c, Role::Participant);
    "editor" "agent" |c| agents(c, Role::Editor);
    "contributor" "agent" |c| agents(c, Role::Contributor);
    "distribution" "distribution" |c| joined(c.record.distribution.iter().map(|d| match d.copies {
        Some(copies) => format!("{} ({copies})", d.name.display()),
        None => d.name.display(),
    }));
    "language" "language" |c| joined(c.record.languages.iter().map(|l| l.to_string()));
    "classification" "classification" |c| joined(c.record.classification.iter().cloned());
    "abstract" "abstract" |c| text(&c.record.abstract_text);
    "holding_count" "holding" |c| match c.record.holdings.len() { 0 => "".into(), n => n.to_string().into() };
    "references" "holding" |c| joined(c.record.holdings.iter().map(|h| reference_of(h, c.archives, c.choice)));
    "surrogate" "surrogate" |c| joined(c.record.surrogates.iter().map(|s| {
        let parts = [s.provider.as_deref(), s.record_id.as_deref(), s.url.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }));
    "url" "surrogate" |c| joined(c.record.surrogates.iter().filter_map(|s| s.url.clone()));
    "translation" "translation" |c| joined(c.record.translations.iter().map(|t| {
        let by = names(&t.translator);
        match (by.is_empty(), &t.as_printed) {
            (true, Some(printed)) => format!("{}: {printed}", t.to),
            (true, None) => t.to.to_string(),
            (false, _) => format!("{}: {by}", t.to),
        }
    }));
    "publication" "publication" |c| joined(c.record.publications.iter().map(publication));
    "authenticity" "authenticity" |c| {
        c.record.authenticity.as_ref().map_or("", |a| a.status.word()).into()
    };
    "relation" "relation" |c| joined(c.record.relations.iter().map(|r| {
        let to = r.record.as_ref().map(|id| id.to_string()).or(r.text.clone()).unwrap_or_default();
        format!("{} {to}", r.kind.word())
    }));
    "foreign_id" "foreign_id" |c| {
        joined(c.record.foreign_ids.iter().map(|id| format!("{}:{}", id.scheme, id.value)))
    };
    "aliases" "aliases" |c| joined(c.record.aliases.iter().map(|id| id.to_string()));
    "rights" "rights" |c| text(&c.record.rights);
    "contact" "contact" |c| text(&c.record.contact);
    "note" "note" |c| text(&c.record.note);
    "version" "" |c| c.version.into();
};

/// Columns of a holding.
static HOLDING: &[Known] = columns! {
    "holding" "holding.id" |c| held(c, |h| h.id.as_str().into());
    "archive" "holding.archive" |c| held(c, |h| h.archive.as_str().into());
    "archive_id" "holding.archive" |c| match c.holding.and_then(|h| c.archives.find(&h.archive)) {
        Some(archive) => archive.id.as_str().to_owned().into(),
        None => "".into(),
    };
    "reference" "holding.path" |c| match c.holding {
        Some(holding) => reference_of(holding, c.archives, c.choice).into(),
        None => "".into(),
    };
    "path" "holding.path" |c| match c.holding {
        Some(holding) => joined(holding.path.steps().iter().map(|step| match &step.title {
            Some(title) => format!("{}={} ({title})", step.level, step.value),
            None => format!("{}={}", step.level, step.value),
        })),
        None => "".into(),
    };
    "shelfmark" "holding.shelfmark" |c| held(c, |h| text(&h.shelfmark));
    "copy" "holding.copy" |c| held(c, |h| h.copy.map_or("", |copy| copy.word()).into());
    "rank" "holding.rank" |c| held(c, |h| h.rank.map_or("", |rank| rank.word()).into());
    "rank_reason" "holding.rank_reason" |c| held(c, |h| text(&h.rank_reason));
    "access" "holding.access" |c| held(c, |h| text(&h.access));
    "as_printed" "holding.as_printed" |c| held(c, |h| text(&h.as_printed));
    "former" "holding.former" |c| match c.holding {
        Some(holding) => joined(holding.former.iter().map(|former| {
            let steps: Vec<_> = former.path.steps().iter().map(|s| format!("{}={}", s.level, s.value)).collect();
            let archive = former.archive.as_deref().unwrap_or(&holding.archive);
            let printed = former.as_printed.as_deref();
            printed.map_or_else(|| format!("{archive}: {}", steps.join("/")), str::to_owned)
        })),
        None => "".into(),
    };
    "holding_note" "holding.note" |c| held(c, |h| text(&h.note));
};

/// The columns of a table of records when nobody asks for others: all of them.
/// Of a table of holdings: what identifies the record, then the holding.
const HOLDING_DEFAULT: &[&str] =
    &["id", "date", "genre", "title", "sender", "recipient", "author", "version"];

enum Column {
    Known(&'static Known),
    /// `path.fond`: the value of one level.
    Level(String),
}

/// A table: its columns, in order.
pub struct Table {
    columns: Vec<Column>,
    rows: Rows,
    choice: Choice,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("columns", &self.header()).field("rows", &self.rows).finish()
    }
}

impl Table {
    /// A table of `rows` with the columns `names`, or the documented ones when there are none.
    /// Columns of a holding, and `path.LEVEL`, are there only with rows of holdings.
    pub fn new(rows: Rows, names: &[String]) -> Result<Table> {
        let mut columns = Vec::new();
        if names.is_empty() {
            match rows {
                Rows::Record => columns.extend(RECORD.iter().map(Column::Known)),
                Rows::Holding => {
                    let of_record =
                        RECORD.iter().filter(|known| HOLDING_DEFAULT.contains(&known.name));
                    columns.extend(of_record.chain(HOLDING).map(Column::Known));
                }
            }
        }
        for name in names {
            columns.push(column(rows, name.trim())?);
        }
        Ok(Table { columns, rows, choice: Choice::for_export() })
    }

    /// The names of the columns.
    pub fn header(&self) -> Vec<String> {
        self.columns
            .iter()
            .map(|column| match column {
                Column::Known(known) => known.name.to_owned(),
                Column::Level(level) => format!("path.{level}"),
            })
            .collect()
    }

    /// The rows of `record`.
    pub fn rows_of(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Vec<Vec<String>> {
        let record = outgoing.record;
        let version = outgoing.version.unwrap_or("");
        let row = |holding: Option<&Holding>| -> Vec<String> {
            let cell = Cell { record, version, holding, archives, choice: &self.choice };
            self.columns
                .iter()
                .map(|column| match column {
                    Column::Known(known) => (known.value)(&cell).into_owned(),
                    Column::Level(level) => holding
                        .and_then(|holding| holding.path.step(level))
                        .map(|step| step.value.clone())
                        .unwrap_or_default(),
                })
                .collect()
        };
        match self.rows {
            Rows::Holding if !record.holdings.is_empty() => {
                record.holdings.iter().map(|holding| row(Some(holding))).collect()
            }
            Rows::Record | Rows::Holding => vec![row(None)],
        }
    }

    /// The fields of `record` that no column carries.
    pub fn losses(&self, record: &Record) -> Vec<Loss> {
        let carried = |field: &str| {
            self.columns.iter().any(|column| match column {
                Column::Known(known) => {
                    let own = known.field.split('.').next().unwrap_or(known.field);
                    own == field
                }
                Column::Level(_) => field == "holding",
            })
        };
        fields_of(record)
            .into_iter()
            .filter(|field| !carried(field))
            .map(|field| Loss {
                record: record.id.to_string(),
                field: field.to_owned(),
                why: "no column carries it".to_owned(),
            })
            .collect()
    }
}

/// The top fields that a record has, in the words of the record.
fn fields_of(record: &Record) -> Vec<&'static str> {
    let there = [
        ("genre", record.genre.is_some()),
        ("title", record.title.is_some()),
        ("original_title", record.original_title.is_some()),
        ("transliterated_title", record.transliterated_title.is_some()),
        ("number", !record.numbers.is_empty()),
        ("place", record.place.is_some()),
        ("date", !record.dates.is_empty()),
        ("language", !record.languages.is_empty()),
        ("classification", !record.classification.is_empty()),
        ("abstract", record.abstract_text.is_some()),
        ("rights", record.rights.is_some()),
        ("contact", record.contact.is_some()),
        ("note", record.note.is_some()),
        ("authenticity", record.authenticity.is_some()),
        ("agent", !record.agents.is_empty()),
        ("distribution", !record.distribution.is_empty()),
        ("holding", !record.holdings.is_empty()),
        ("surrogate", !record.surrogates.is_empty()),
        ("translation", !record.translations.is_empty()),
        ("publication", !record.publications.is_empty()),
        ("custody", !record.custody.is_empty()),
        ("relation", !record.relations.is_empty()),
        ("foreign_id", !record.foreign_ids.is_empty()),
        ("alternative", !record.alternatives.is_empty()),
        ("evidence", !record.evidence.is_empty()),
    ];
    there.into_iter().filter(|(_, there)| *there).map(|(field, _)| field).collect()
}

fn column(rows: Rows, name: &str) -> Result<Column> {
    if let Some(known) = RECORD.iter().find(|known| known.name == name) {
        return Ok(Column::Known(known));
    }
    let of_holding = HOLDING.iter().find(|known| known.name == name).map(Column::Known);
    let level = name.strip_prefix("path.").filter(|level| !level.is_empty());
    let column = of_holding.or(level.map(|level| Column::Level(level.to_owned())));
    match (column, rows) {
        (Some(column), Rows::Holding) => Ok(column),
        (Some(_), Rows::Record) => Err(Problem::error(
            codes::COLUMN,
            format!("the column `{name}` belongs to a holding, and the rows are records"),
        )
        .mend("ask for `--rows holding`, or for the column `references`")),
        (None, _) => {
            let near = RECORD
                .iter()
                .chain(HOLDING)
                .map(|known| (strsim::jaro_winkler(known.name, name), known.name))
                .filter(|(score, _)| *score > 0.8)
                .max_by(|a, b| a.0.total_cmp(&b.0));
            let names: Vec<&str> = RECORD.iter().chain(HOLDING).map(|known| known.name).collect();
            let problem = Problem::error(
                codes::COLUMN,
                format!("there is no column `{}`", name.escape_debug()),
            );
            Err(problem.mend(match near {
                Some((_, near)) => format!("did you mean `{near}`?"),
                None => format!("the columns are {}, and `path.LEVEL`", names.join(", ")),
            }))
        }
    }
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
