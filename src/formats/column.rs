//! The columns of a table as they are asked for: documented ones, fields of the record, templates,
//! and columns that somebody else makes (citations).

use super::column_template::ColumnTemplate;
use super::table::{Cell, HOLDING, JOIN, Known, RECORD, Rows};
use crate::problem::{Problem, Result, codes};
use crate::record::{Archives, Draft, FieldPath, Holding, Node, Record, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// Makes the cells of columns that need more than the record: all of a row at once, so that what they have in common
/// is done once.
pub trait CellMaker: Send + Sync {
    /// The cells of `record`, or of its `holding` in a table of holdings, in the order of the maker's columns; an
    /// error says why there is none.
    fn cells(
        &self,
        record: &Record,
        holding: Option<&Holding>,
        archives: &Archives,
    ) -> Vec<MadeCell>;
}

/// A cell that somebody made, or why there is none.
pub type MadeCell = Result<String, String>;

/// A column as it is asked for.
#[derive(Clone)]
pub struct ColumnSpec {
    /// What stands above it.
    pub header: String,
    /// What stands in it.
    pub source: ColumnSource,
}

/// What stands in a column.
#[derive(Clone)]
pub enum ColumnSource {
    /// A documented column, a field, or a template.
    Named(String),
    /// What somebody makes, and which of the maker's columns it is.
    Made(Arc<dyn CellMaker>, usize),
}

impl std::fmt::Debug for ColumnSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let source = match &self.source {
            ColumnSource::Named(name) => name,
            ColumnSource::Made(..) => "(made)",
        };
        write!(f, "{}={source}", self.header)
    }
}

impl ColumnSpec {
    /// Reads one column: `COLUMN` or `HEADER=COLUMN`, where what has commas or equals signs in
    /// it stands in quotation marks: `"From, to"="{{ sender }}, {{ recipient }}"`.
    pub fn named(text: &str) -> Result<ColumnSpec> {
        let text = text.trim();
        let wrong = |why: &str| {
            Problem::error(
                codes::COLUMN,
                format!("the column `{}` is not understood: {why}", text.escape_debug()),
            )
        };
        let (header, name) = match text.strip_prefix('"') {
            Some(rest) => rest
                .split_once('"')
                .and_then(|(header, rest)| Some((header, rest.trim_start().strip_prefix('=')?)))
                .ok_or_else(|| wrong("write `\"HEADER\"=COLUMN`"))?,
            None => match text.split_once('=') {
                Some((header, name)) if !header.contains('{') => (header, name),
                _ => (text, text),
            },
        };
        let (header, name) = (header.trim(), name.trim());
        // A template with commas between its braces stands in quotation marks as well.
        let unquoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        let name = unquoted.unwrap_or(name);
        if name.is_empty() || header.is_empty() {
            return Err(wrong("a part of it is empty"));
        }
        if header.chars().any(char::is_control) {
            return Err(wrong("a header has no line ends and other control characters"));
        }
        Ok(ColumnSpec { header: header.to_owned(), source: ColumnSource::Named(name.to_owned()) })
    }

    /// Reads a list of columns parted by commas; those inside templates (`{{ }}`, `{% %}`) and
    /// quotation marks part nothing.
    ///
    /// ```
    /// use fonds::formats::ColumnSpec;
    /// let columns = ColumnSpec::list("id,When=date,{{ [sender, recipient] | join(', ') }}").unwrap();
    /// let headers: Vec<&str> = columns.iter().map(|column| column.header.as_str()).collect();
    /// assert_eq!(headers, ["id", "When", "{{ [sender, recipient] | join(', ') }}"]);
    /// ```
    pub fn list(text: &str) -> Result<Vec<ColumnSpec>> {
        let mut columns = Vec::new();
        let (mut start, mut depth, mut quoted) = (0, 0usize, false);
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let next = bytes.get(at + 1);
            match (byte, next) {
                (b'{', Some(b'{' | b'%')) => depth += 1,
                (b'}' | b'%', Some(b'}')) if depth > 0 => depth -= 1,
                (b'"', _) if depth == 0 => quoted = !quoted,
                (b',', _) if depth == 0 && !quoted => {
                    columns.push(ColumnSpec::named(text.get(start..at).unwrap_or(""))?);
                    start = at + 1;
                }
                _ => {}
            }
        }
        columns.push(ColumnSpec::named(text.get(start..).unwrap_or(""))?);
        Ok(columns)
    }
}

/// What stands in a column, understood.
pub(super) enum Column {
    /// A documented column.
    Known(&'static Known),
    /// `path.fond`: the value of one level of the holding that is the row.
    Level(String),
    /// `holding.aprf.path`: a column of the holdings that are in that archive, or have that id.
    OfHolding(String, Box<Column>),
    /// `translation.en.translator`: any field of the record.
    Field(FieldPath),
    /// `{{ sender }} to {{ recipient }}`.
    Template(Box<ColumnTemplate>),
    /// What somebody else makes: the number of the table's maker, and of its column.
    Made(usize, usize),
}

impl Column {
    /// The column that is asked for, in a table of `rows`; who makes cells is put with `makers`.
    pub(super) fn of(
        spec: &ColumnSpec,
        rows: Rows,
        makers: &mut Vec<Arc<dyn CellMaker>>,
    ) -> Result<Column> {
        let name = match &spec.source {
            ColumnSource::Made(maker, at) => {
                let known = makers.iter().position(|known| Arc::ptr_eq(known, maker));
                let number = known.unwrap_or_else(|| {
                    makers.push(Arc::clone(maker));
                    makers.len() - 1
                });
                return Ok(Column::Made(number, *at));
            }
            ColumnSource::Named(name) => name.as_str(),
        };
        if name.contains("{{") || name.contains("{%") {
            return ColumnTemplate::new(&spec.header, name, rows)
                .map(|template| Column::Template(Box::new(template)));
        }
        if let Some(known) = RECORD.iter().find(|known| known.name == name) {
            return Ok(Column::Known(known));
        }
        if let Some(column) = of_holding(name) {
            return match rows {
                Rows::Holding => Ok(column),
                Rows::Record => Err(Problem::error(
                    codes::COLUMN,
                    format!("the column `{name}` belongs to a holding, and the rows are records"),
                )
                .mend(format!(
                    "ask for `--rows holding`, or name the archive: `holding.aprf.{name}`"
                ))),
            };
        }
        if let Some((which, column)) = name.strip_prefix("holding.").and_then(which_holding) {
            return Ok(Column::OfHolding(which, Box::new(column)));
        }
        match name.parse::<FieldPath>() {
            Ok(field) if field.kind().is_ok() => Ok(Column::Field(field)),
            Ok(field) if field.segments().len() > 1 => {
                let problem = field.kind().err();
                Err(problem.unwrap_or_else(|| unknown(name)))
            }
            _ => Err(unknown(name)),
        }
    }

    /// The value of a cell; an error says why there is none.
    pub(super) fn value<'a>(&self, cell: &Cell<'a>) -> Result<Cow<'a, str>, String> {
        Ok(match self {
            Column::Known(known) => (known.value)(cell),
            Column::Level(level) => {
                let step = cell.holding.and_then(|holding| holding.path.step(level));
                step.map_or("", |step| step.value.as_str()).into()
            }
            Column::OfHolding(which, column) => {
                let mut values: Vec<Cow<'a, str>> = Vec::new();
                for holding in &cell.record.holdings {
                    if is_in(holding, which, cell.archives) {
                        values.push(column.value(&Cell { holding: Some(holding), ..*cell })?);
                    }
                }
                values.retain(|value| !value.is_empty());
                match values.len() {
                    1 => values.swap_remove(0),
                    _ => values.join(JOIN).into(),
                }
            }
            Column::Field(field) => {
                let root = cell.root.get_or_init(|| Draft::from(cell.record).root);
                field.find(root).map_or_else(String::new, |node| shown(node, 0)).into()
            }
            Column::Template(template) => template.render(cell)?.into(),
            Column::Made(maker, at) => match cell.made.get(*maker).and_then(|cells| cells.get(*at))
            {
                Some(made) => made.clone()?.into(),
                None => "".into(),
            },
        })
    }
}

/// A column of a holding by its name.
fn of_holding(name: &str) -> Option<Column> {
    let known = HOLDING.iter().find(|known| known.name == name).map(Column::Known);
    let level = || name.strip_prefix("path.").filter(|level| !level.is_empty());
    known.or_else(|| level().map(|level| Column::Level(level.to_owned())))
}

/// `aprf.path` as the holding and its column; without a column it is the reference.
fn which_holding(text: &str) -> Option<(String, Column)> {
    let (which, name) = text.split_once('.').unwrap_or((text, "reference"));
    // In a holding its note is `note`, as in the record.
    let name = if name == "note" { "holding_note" } else { name };
    Some((which.to_owned(), of_holding(name)?)).filter(|(which, _)| !which.is_empty())
}

/// Whether `holding` is meant by `which`: its id, the id of its archive, a name of it, or `*`.
fn is_in(holding: &Holding, which: &str, archives: &Archives) -> bool {
    let archive = || archives.find(&holding.archive);
    which == "*"
        || holding.id.as_str() == which
        || holding.archive.eq_ignore_ascii_case(which)
        || archive().is_some_and(|archive| archive.id.as_str() == which)
}

fn unknown(name: &str) -> Problem {
    let near = RECORD
        .iter()
        .chain(HOLDING)
        .map(|known| (strsim::jaro_winkler(known.name, name), known.name))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let names: Vec<&str> = RECORD.iter().chain(HOLDING).map(|known| known.name).collect();
    let message = format!("there is no column `{}`", name.escape_debug());
    Problem::error(codes::COLUMN, message).mend(match near {
        Some((_, near)) => format!("did you mean `{near}`?"),
        None => format!(
            "the columns are {}, and `path.LEVEL`, `holding.ARCHIVE.COLUMN`, `cite:STYLE`, `bib:STYLE`, fields of the record and templates; docs/export.md has them all",
            names.join(", ")
        ),
    })
}

/// Deeper than any record has reason to be.
const DEEPEST: usize = 16;

/// A value as one text: what a table that a text alone could stand for says, or else all of it.
fn shown(node: &Node, depth: usize) -> String {
    let inner = |node: &Node| if depth < DEEPEST { shown(node, depth + 1) } else { String::new() };
    match &node.value {
        Value::Text(text) => text.clone(),
        Value::List(list) => list.iter().map(inner).collect::<Vec<_>>().join(JOIN),
        Value::Table(table) => {
            let of = |key: &str| table.get(key).map(inner);
            if let Some(whole) = ["text", "value", "literal"].into_iter().find_map(of) {
                return whole;
            }
            if table.get("family").is_some() {
                let parts = match table.get("order").and_then(Node::as_text) {
                    Some("family-first") => ["particle", "family", "given", "dropping_particle"],
                    _ => ["given", "dropping_particle", "particle", "family"],
                };
                let parts: Vec<String> = parts.into_iter().filter_map(of).collect();
                return parts.join(" ");
            }
            let pairs: Vec<String> =
                table.iter().map(|(key, node)| format!("{key}={}", inner(node))).collect();
            pairs.join("; ")
        }
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(value) => value.to_string(),
    }
}
