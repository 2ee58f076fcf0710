//! Tables read: CSV and TSV, our own (the inverse of the export) and those of others, by a mapping
//! of their columns or by the names of our columns.

use super::found::{Found, clean, one_line, put, shown};
use super::{Context, Sink, holdings, zotero};
use crate::problem::{Place, Problem, Result, codes};
use crate::record::{Node, Role, Table};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::{self, Read};

/// What joins the values of one cell in our own tables.
const JOIN: &str = " | ";
/// The column of our own tables that names the cells with an apostrophe in front.
const GUARDED: &str = "guarded";
/// More columns than any table of records has.
const MOST_COLUMNS: usize = 1_000;

/// Columns whose values are made of others: they say nothing that could be read back.
const DERIVED: &[&str] = &["holding_count", "archive_id", "url", "version", GUARDED];

/// The columns that can be read, in the order in which they are set: some need others before them.
pub const READABLE: &[&str] = &[
    "id",
    "level",
    "genre",
    "title",
    "title_kind",
    "original_title",
    "transliterated_title",
    "number",
    "date",
    "date_created",
    "date_sent",
    "date_received",
    "date_declassified",
    "date_published_online",
    "date_accessed",
    "date_as_printed",
    "place",
    "sender",
    "recipient",
    "via",
    "author",
    "participant",
    "editor",
    "contributor",
    "translator",
    "distribution",
    "language",
    "classification",
    "abstract",
    "references",
    "reference",
    "holding",
    "archive",
    "path",
    "shelfmark",
    "copy",
    "rank",
    "rank_reason",
    "access",
    "as_printed",
    "former",
    "holding_note",
    "surrogate",
    "translation",
    "publication",
    "authenticity",
    "relation",
    "foreign_id",
    "aliases",
    "rights",
    "contact",
    "note",
];

/// How the columns of a table become fields.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// For each column of the table, what it is: the name of one of our columns, `key:SCHEME` for an
    /// id, `path.LEVEL` for a level, or `ignore`.
    pub columns: BTreeMap<String, String>,
    /// Values for columns that the table does not have.
    pub defaults: BTreeMap<String, String>,
    /// The separator of columns; seen from the first line when nothing is said.
    pub separator: Option<char>,
    /// What joins several values in one cell.
    pub join: Option<String>,
}

impl Mapping {
    /// The mapping that the tree `root` of the file `file` says.
    pub fn read(root: &Node, file: &str) -> Result<Mapping> {
        let refused = |what: String| {
            Problem::error(codes::IMPORT_MAP, what)
                .at(Place::file(file))
                .mend("a mapping has the tables `columns` and `defaults`, of texts, and perhaps `separator` and `join`")
        };
        let texts = |node: &Node, key: &str| -> Result<BTreeMap<String, String>> {
            let table =
                node.as_table().ok_or_else(|| refused(format!("`{key}` is not a table")))?;
            table
                .iter()
                .map(|(name, value)| match value.as_text() {
                    Some(text) => Ok((name.to_owned(), text.to_owned())),
                    None => Err(refused(format!("`{key}.{}` is not text", name.escape_debug()))),
                })
                .collect()
        };
        let mut mapping = Mapping::default();
        let table =
            root.as_table().ok_or_else(|| refused("the mapping is not a table".to_owned()))?;
        for (key, node) in table.iter() {
            match (key, node.as_text()) {
                ("columns", _) => mapping.columns = texts(node, key)?,
                ("defaults", _) => mapping.defaults = texts(node, key)?,
                ("separator", Some(text)) if text.chars().count() == 1 => {
                    mapping.separator = text.chars().next();
                }
                ("join", Some(text)) if !text.is_empty() => mapping.join = Some(text.to_owned()),
                _ => return Err(refused(format!("`{}` is not understood", key.escape_debug()))),
            }
        }
        for target in mapping.columns.values().chain(mapping.defaults.keys()) {
            if !is_target(target) {
                let near = READABLE
                    .iter()
                    .map(|name| (strsim::jaro_winkler(name, target), *name))
                    .max_by(|a, b| a.0.total_cmp(&b.0));
                let message =
                    format!("`{}` is no column that can be filled", target.escape_debug());
                let problem = Problem::error(codes::IMPORT_MAP, message).at(Place::file(file));
                return Err(match near {
                    Some((score, name)) if score > 0.8 => {
                        problem.mend(format!("did you mean `{name}`?"))
                    }
                    _ => problem.mend(format!(
                        "use `ignore`, `key:SCHEME`, `path.LEVEL` or one of {}",
                        READABLE.join(", ")
                    )),
                });
            }
        }
        Ok(mapping)
    }
}

fn is_target(name: &str) -> bool {
    READABLE.contains(&name)
        || name == "ignore"
        || name.strip_prefix("key:").is_some_and(|scheme| !scheme.is_empty())
        || name.strip_prefix("path.").is_some_and(|level| !level.is_empty())
}

/// A value with the column it stands in.
pub type Cell = (String, String);

/// Whether the first line of `text` looks like the header of a table of records, and its separator.
pub fn recognise(text: &str) -> Option<char> {
    let first = text.trim_start_matches('\u{feff}').lines().next()?;
    if let Some(separator) = first.strip_prefix("sep=") {
        return separator.chars().next();
    }
    let count = |c: char| first.matches(c).count();
    let (separator, number) =
        ['\t', ',', ';'].into_iter().map(|c| (c, count(c))).max_by_key(|(_, number)| *number)?;
    let names = first.split(separator).map(|name| column_of(name.trim().trim_matches('"')));
    // A table says what its columns are: some of them must be known.
    (number > 0 && names.flatten().count() >= 2).then_some(separator)
}

/// Whether the cells of a table with tabs stand in quotation marks where they have such, as Excel writes them: then each
/// mark at the beginning of a cell has one at its end. Our own tables have none.
fn is_quoted(head: &str) -> bool {
    let body = head.trim_start_matches('\u{feff}');
    let first = body.lines().next().unwrap_or("");
    if first.split('\t').any(|name| name == "version") {
        return false;
    }
    let bytes = body.as_bytes();
    let (mut at, mut any) = (0, false);
    while at < bytes.len() {
        if bytes.get(at) == Some(&b'"') {
            any = true;
            at += 1;
            loop {
                match (bytes.get(at), bytes.get(at + 1)) {
                    (Some(b'"'), Some(b'"')) => at += 2,
                    (Some(b'"'), Some(b'\t' | b'\r' | b'\n') | None) => break,
                    (Some(b'"'), _) => return false,
                    (Some(_), _) => at += 1,
                    // A cell may be cut off where the beginning ends.
                    (None, _) => return any && head.len() >= super::format::HEAD,
                }
            }
        }
        at += bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(|b| matches!(b, b'\t' | b'\n')))
            .map_or(bytes.len(), |end| end + 1);
    }
    any
}

/// Our column that a header names, in our words or in those of others.
fn column_of(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase().replace([' ', '-'], "_");
    if let Some(known) = READABLE.iter().find(|known| **known == name) {
        return Some(known);
    }
    Some(match name.as_str() {
        "from" | "absender" | "отправитель" => "sender",
        "to" | "empfänger" | "addressee" | "адресат" => "recipient",
        "creator" | "verfasser" | "автор" => "author",
        "titel" | "название" | "заглавие" => "title",
        "datum" | "дата" | "issued" => "date",
        "ort" | "место" | "location_of_writing" => "place",
        "type" | "document_type" | "kind" => "genre",
        "repository" | "archiv" | "архив" => "archive",
        "signatur" | "loc._in_archive" | "loc_in_archive" | "archive_location" | "call_number"
        | "шифр" | "source" => "reference",
        "lang" | "sprache" | "язык" => "language",
        "summary" | "description" => "abstract",
        "notes" | "bemerkung" | "примечание" => "note",
        "key" | "identifier" => "foreign_id",
        _ => return None,
    })
}

/// Reads the rows of `text`; see [`read_rows`].
pub fn read(
    text: &str,
    file: &str,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    read_rows(text, text.as_bytes(), file, context, sink)
}

/// Reads the rows of `input`, of which `head` is the beginning, as they come: a table may be as long as it likes. Rows
/// that follow each other with one id are one record.
pub fn read_rows(
    head: &str,
    mut input: impl Read,
    file: &str,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    let empty = Mapping::default();
    let mapping = context.mapping.unwrap_or(&empty);
    let separator = mapping.separator.or_else(|| recognise(head)).or_else(|| {
        let first = head.lines().next().unwrap_or("");
        ['\t', ';', ','].into_iter().find(|c| first.contains(*c))
    });
    let separator = u8::try_from(separator.unwrap_or(',')).map_err(|_| {
        Problem::error(codes::IMPORT_MAP, "the separator of columns is no ASCII character")
    })?;
    let body = head.trim_start_matches('\u{feff}');
    // Excel's own line says what separates, and is no row.
    let mut passed = head.len() - body.len();
    // Where lines end with CR and LF, a row begins before the LF of the one above as the reader counts.
    let mut lines_before = usize::from(body.split('\n').next().is_some_and(|l| l.ends_with('\r')));
    if body.starts_with("sep=") {
        passed += body.find('\n').map_or(body.len(), |end| end + 1);
        lines_before += 1;
    }
    let cannot =
        |error: io::Error| Problem::error(codes::DISK, format!("`{file}` cannot be read: {error}"));
    io::copy(&mut input.by_ref().take(passed as u64), &mut io::sink()).map_err(cannot)?;
    let place = |at: &csv::Position| {
        let line = usize::try_from(at.line()).unwrap_or(usize::MAX);
        Place::file(file).line_column(line.saturating_add(lines_before), 1)
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        // TSV has no quotation marks; Excel writes them all the same.
        .quoting(separator != b'\t' || is_quoted(head))
        .flexible(true)
        .from_reader(Bounded { input, left: LONGEST_ROW });
    let broken = |error: &csv::Error| {
        let place = error.position().map_or_else(|| Place::file(file), place);
        let (code, message, mend) = match error.kind() {
            csv::ErrorKind::Utf8 { .. } => (
                codes::ENCODING,
                "the row is not UTF-8 text".to_owned(),
                "convert the file: `iconv -f ENCODING -t UTF-8 FILE > NEW`",
            ),
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => (
                codes::SIZE,
                format!("a row is longer than {} MiB", LONGEST_ROW >> 20),
                "look for a quotation mark that is not closed",
            ),
            csv::ErrorKind::Io(error) => (codes::DISK, format!("it cannot be read: {error}"), ""),
            _ => (codes::IMPORT_SYNTAX, format!("a row cannot be read: {error}"), ""),
        };
        let problem = Problem::error(code, message).at(place);
        if mend.is_empty() { problem } else { problem.mend(mend) }
    };
    let header = reader.headers().map_err(|error| broken(&error))?.clone();
    if header.len() > MOST_COLUMNS {
        let message = format!("the table has {} columns, more than {MOST_COLUMNS}", header.len());
        return Err(Problem::error(codes::IMPORT_SIZE, message).at(Place::file(file)));
    }
    if context.mapping.is_none() && zotero::is_header(header.iter()) {
        return read_zotero(reader, &header, &place, &broken, context, sink);
    }
    check_columns(mapping, &header, file)?;
    let targets: Vec<Option<String>> = header.iter().map(|name| target_of(name, mapping)).collect();
    let mut problems = Vec::new();
    for (name, target) in header.iter().zip(&targets) {
        if target.is_none() && !DERIVED.contains(&name) {
            let message = format!(
                "the column `{}` is not known: its values stay in the evidence",
                shown(name)
            );
            let near = Place::file(file).line_column(1, 1);
            problems.push(
                Problem::note(codes::IMPORT_UNPLACED, message)
                    .mend("say what it is with `--map`")
                    .at(near),
            );
        }
    }
    problems.extend(targets_twice(&header, &targets, file));
    let join = mapping.join.as_deref().unwrap_or(JOIN);
    let mut groups: Vec<Group> = Vec::with_capacity(BATCH);
    let mut row = csv::StringRecord::new();
    for number in 0.. {
        reader.get_mut().left = LONGEST_ROW;
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            // Nothing more can be read, or would be what it is.
            Err(error)
                if error.is_io_error() || matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) =>
            {
                return Err(broken(&error));
            }
            Err(error) => {
                problems.push(broken(&error));
                continue;
            }
        }
        let at = row.position().map_or_else(|| Place::file(file), place);
        let (cells, unknown) = cells_of(&row, &header, &targets, mapping);
        if cells.is_empty() && unknown.is_empty() {
            continue;
        }
        if row.len() != header.len() {
            let message = format!("the row has {} cells, the header {}", row.len(), header.len());
            problems.push(Problem::warning(codes::IMPORT_SYNTAX, message).at(at.clone()));
        }
        let id = value(&cells, "id").unwrap_or("");
        let open = groups.last_mut().filter(|open| !id.is_empty() && open.id == id);
        match open {
            Some(open) => open.rows.push((cells, unknown)),
            None => {
                if groups.len() >= BATCH {
                    give(&mut groups, join, context, sink)?;
                }
                let id = id.to_owned();
                let rows = vec![(cells, unknown)];
                groups.push(Group { id, place: at, number: number + 2, rows });
            }
        }
    }
    give(&mut groups, join, context, sink)?;
    Ok(problems)
}

/// Reads the rows of a table that Zotero exported.
fn read_zotero<R: Read>(
    mut reader: csv::Reader<Bounded<R>>,
    header: &csv::StringRecord,
    place: &(dyn Fn(&csv::Position) -> Place + Sync),
    broken: &dyn Fn(&csv::Error) -> Problem,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    loop {
        let mut rows = Vec::with_capacity(BATCH);
        while rows.len() < BATCH {
            let mut row = csv::StringRecord::new();
            reader.get_mut().left = LONGEST_ROW;
            match reader.read_record(&mut row) {
                Ok(true) => rows.push(row),
                Ok(false) => break,
                Err(error) => return Err(broken(&error)),
            }
        }
        let is_last = rows.len() < BATCH;
        let found: Vec<Found> = rows
            .par_iter()
            .map(|row| {
                let at = row.position().map(place).unwrap_or_default();
                zotero::read_row(header.iter().zip(row), at, context)
            })
            .collect();
        found.into_iter().try_for_each(&mut *sink)?;
        if is_last {
            return Ok(Vec::new());
        }
    }
}

/// The longest row: a quotation mark that is never closed makes one of the whole rest.
const LONGEST_ROW: usize = 64 << 20;

/// Gives no more than so many bytes for one row.
struct Bounded<R> {
    input: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.input.read(into)?;
        self.left = self.left.saturating_sub(read);
        Ok(read)
    }
}

/// Records that are worked on at once.
const BATCH: usize = 1000;

/// The rows of one record.
struct Group {
    id: String,
    place: Place,
    number: usize,
    rows: Vec<(Vec<Cell>, Vec<Cell>)>,
}

/// Makes records of the rows, on all processors, and gives them on in order.
fn give(
    groups: &mut Vec<Group>,
    join: &str,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<()> {
    let found: Vec<Found> = std::mem::take(groups)
        .into_par_iter()
        .map(|group| {
            let mut found = Found::new(group.place, format!("row {}", group.number));
            for (at, (cells, unknown)) in group.rows.into_iter().enumerate() {
                set_row(&mut found, &cells, join, context, at == 0);
                for (name, value) in unknown {
                    found.unplaced(&name, &value);
                }
                found.rows.push(cells);
            }
            found
        })
        .collect();
    found.into_iter().try_for_each(sink)
}

/// The columns of the mapping that the table does not have: a slip of the pen would leave a column unread.
fn check_columns(mapping: &Mapping, header: &csv::StringRecord, file: &str) -> Result<()> {
    let has = |name: &str| header.iter().any(|column| column == name || column.trim() == name);
    let Some(missing) = mapping.columns.keys().find(|name| !has(name)) else { return Ok(()) };
    let message = format!("the table has no column `{}`, which the mapping names", shown(missing));
    let near = header
        .iter()
        .map(|name| (strsim::jaro_winkler(&name.to_lowercase(), &missing.to_lowercase()), name))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let problem =
        Problem::error(codes::IMPORT_MAP, message).at(Place::file(file).line_column(1, 1));
    Err(match near {
        Some((score, name)) if score > 0.8 => {
            problem.mend(format!("did you mean `{}`?", shown(name)))
        }
        _ => {
            let names: Vec<String> =
                header.iter().take(30).map(|name| format!("`{}`", shown(name))).collect();
            problem.mend(format!("it has {}", names.join(", ")))
        }
    })
}

/// Columns that go to one place, of which only one can arrive there.
fn targets_twice(
    header: &csv::StringRecord,
    targets: &[Option<String>],
    file: &str,
) -> Vec<Problem> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, target) in header.iter().zip(targets) {
        let Some(target) = target.as_deref().filter(|target| *target != "ignore") else { continue };
        let one_value = !SEVERAL.contains(&target) && !target.starts_with("key:");
        match first.get(target) {
            Some(other) if one_value => {
                let message = format!(
                    "the columns `{}` and `{}` are both `{target}`: where both have a value, one of them is lost",
                    shown(other),
                    shown(name)
                );
                problems.push(
                    Problem::warning(codes::IMPORT_MAP, message)
                        .at(Place::file(file).line_column(1, 1))
                        .mend("name one of them otherwise with `--map`, for instance `note` or `ignore`"),
                );
            }
            _ => {
                first.insert(target, name);
            }
        }
    }
    problems
}

/// What a record can have several of, so that several columns may say it.
const SEVERAL: &[&str] = &[
    "sender",
    "recipient",
    "via",
    "author",
    "participant",
    "editor",
    "contributor",
    "translator",
    "distribution",
    "references",
    "surrogate",
    "translation",
    "publication",
    "relation",
    "foreign_id",
];

fn target_of(name: &str, mapping: &Mapping) -> Option<String> {
    if let Some(target) = mapping.columns.get(name).or_else(|| mapping.columns.get(name.trim())) {
        return Some(target.clone());
    }
    let level = name.trim().strip_prefix("path.").filter(|level| !level.is_empty());
    match (level, column_of(name)) {
        (Some(_), _) => Some(name.trim().to_owned()),
        (None, known) => known.map(str::to_owned),
    }
}

/// Whether `guarded` means the column `name`, the one at `at`: those with a space in their names go
/// by their number, from 1.
fn is_column(guarded: &str, name: &str, at: usize) -> bool {
    match guarded.strip_prefix('#') {
        Some(number) => number.parse() == Ok(at + 1),
        None => guarded == name,
    }
}

/// The cells of a row by what they are, and those of columns that are not known.
fn cells_of(
    row: &csv::StringRecord,
    header: &csv::StringRecord,
    targets: &[Option<String>],
    mapping: &Mapping,
) -> (Vec<Cell>, Vec<Cell>) {
    // Our own tables say which cells got an apostrophe for the spreadsheet's sake.
    let guarded = header.iter().position(|name| name == GUARDED).and_then(|at| row.get(at));
    let (mut cells, mut unknown) = (Vec::new(), Vec::new());
    for (at, text) in row.iter().enumerate() {
        let name = header.get(at).unwrap_or("");
        let was_guarded = guarded
            .is_some_and(|names| names.split(' ').any(|guarded| is_column(guarded, name, at)));
        let text = if was_guarded { text.strip_prefix('\'').unwrap_or(text) } else { text };
        if text.trim().is_empty() || name == GUARDED {
            continue;
        }
        match targets.get(at) {
            Some(Some(target)) if target == "ignore" => {}
            Some(Some(target)) => cells.push((target.clone(), clean(text))),
            _ if DERIVED.contains(&name) => {}
            _ => {
                let name =
                    if name.is_empty() { format!("column {}", at + 1) } else { name.to_owned() };
                unknown.push((name, clean(text)));
            }
        }
    }
    if !cells.is_empty() {
        for (target, default) in &mapping.defaults {
            if value(&cells, target).is_none() {
                cells.push((target.clone(), default.clone()));
            }
        }
    }
    (cells, unknown)
}

fn value<'a>(cells: &'a [Cell], column: &str) -> Option<&'a str> {
    cells.iter().find(|(name, _)| name == column).map(|(_, text)| text.as_str())
}

/// Sets the fields of a row; those of the record only when it is the first of its record.
pub fn set_row(found: &mut Found, cells: &[Cell], join: &str, context: &Context<'_>, first: bool) {
    if first {
        let mut sorted: Vec<&Cell> = cells.iter().collect();
        sorted.sort_by_key(|(name, _)| READABLE.iter().position(|known| known == name));
        for (name, text) in sorted {
            set_cell(found, name, text, cells, join, context);
        }
    }
    set_holding(found, cells, context);
}

fn set_cell(
    found: &mut Found,
    name: &str,
    text: &str,
    cells: &[Cell],
    join: &str,
    context: &Context<'_>,
) {
    let values = || text.split(join).map(str::trim).filter(|value| !value.is_empty());
    let several = |found: &mut Found, key: &str| {
        found.fields.set(key, values().map(Node::from).collect::<Vec<_>>());
    };
    match name {
        "id" => found.key = Some(("id".to_owned(), text.trim().to_owned())),
        "level" => found.set(name, text),
        // As they stand: what our own table says comes back to the character.
        "genre" | "place" | "abstract" | "rights" | "contact" | "note" => {
            found.fields.set(name, text);
        }
        "title" => match value(cells, "title_kind") {
            Some(kind) => {
                let mut title = Table::new();
                title.set("text", text);
                put(&mut title, "kind", kind);
                found.fields.set("title", title);
            }
            None => found.fields.set("title", text),
        },
        "original_title" | "transliterated_title" => found.fields.set(name, text),
        "number" => {
            for number in values() {
                let mut table = Table::new();
                match number.rsplit_once(' ') {
                    Some((kind, value)) => {
                        put(&mut table, "kind", kind);
                        put(&mut table, "value", value);
                    }
                    None => put(&mut table, "value", number),
                }
                found.push("number", table);
            }
        }
        // The principal date stands once more in the column of its event.
        "date" => {
            let known = ["date_created", "date_sent", "date_received"];
            if known.iter().all(|column| value(cells, column).is_none()) {
                let sent = value(cells, "sender").or(value(cells, "recipient")).is_some();
                found.date(if sent { "sent" } else { "created" }, text);
            }
        }
        "date_created"
        | "date_sent"
        | "date_received"
        | "date_declassified"
        | "date_published_online"
        | "date_accessed" => found.date(name.trim_start_matches("date_"), text),
        "date_as_printed" => found.nested("date").set("as_printed", text.trim()),
        "sender" | "recipient" | "via" | "author" | "participant" | "editor" | "contributor"
        | "translator" => {
            let Ok(role) = name.parse::<Role>() else { return };
            for name in values() {
                // `Family, Given` as tables of others have it; ours have names as they are printed.
                let node = match name.split_once(", ") {
                    Some((family, given)) if !given.contains(", ") => {
                        super::found::person(family, given)
                    }
                    _ => Node::from(name),
                };
                found.agent(role, node, None);
            }
        }
        "distribution" => {
            for entry in values() {
                let copies = entry.rsplit_once(" (").and_then(|(name, copies)| {
                    Some((name, copies.strip_suffix(')')?.parse::<i64>().ok()?))
                });
                let mut table = Table::new();
                match copies {
                    Some((name, copies)) => {
                        table.set("name", name);
                        table.set("copies", copies);
                    }
                    None => table.set("name", entry),
                }
                found.push("distribution", table);
            }
        }
        "language" => {
            let tags: Vec<Node> = values()
                .filter_map(super::from_item::language_tag)
                .map(|tag| Node::from(tag.as_str()))
                .collect();
            match tags.len() == values().count() {
                true => found.fields.set("language", tags),
                false => found.unplaced("language", text),
            }
        }
        "classification" | "aliases" => several(found, name),
        "references" => {
            values().for_each(|reference| holdings::from_text(found, reference, None, context))
        }
        "surrogate" => {
            for entry in values() {
                let mut surrogate = Table::new();
                match entry.rsplit_once(' ') {
                    Some((provider, url)) if url.contains("://") => {
                        put(&mut surrogate, "provider", provider);
                        put(&mut surrogate, "url", url);
                    }
                    None if entry.contains("://") => put(&mut surrogate, "url", entry),
                    _ => put(&mut surrogate, "provider", entry),
                }
                found.push("surrogate", surrogate);
            }
        }
        "translation" => {
            for entry in values() {
                let (to, by) = entry.split_once(": ").unwrap_or((entry, ""));
                let mut translation = Table::new();
                match super::from_item::language_tag(to) {
                    Some(tag) => translation.set("to", tag.as_str()),
                    None => {
                        found.unplaced("translation", entry);
                        continue;
                    }
                }
                if !by.is_empty() {
                    translation.set("translator", vec![Node::from(by)]);
                }
                found.push("translation", translation);
            }
        }
        "publication" => {
            for entry in values() {
                let mut publication = Table::new();
                put(&mut publication, "as_printed", entry);
                found.push("publication", publication);
            }
        }
        "authenticity" => {
            let mut table = Table::new();
            put(&mut table, "status", text);
            found.fields.set("authenticity", table);
        }
        "relation" => {
            for entry in values() {
                let (kind, to) = entry.split_once(' ').unwrap_or((entry, ""));
                let mut relation = Table::new();
                put(&mut relation, "kind", kind);
                let key =
                    if to.parse::<crate::record::RecordId>().is_ok() { "record" } else { "text" };
                put(&mut relation, key, to);
                found.push("relation", relation);
            }
        }
        "foreign_id" => {
            for entry in values() {
                match entry.split_once(':') {
                    Some((scheme, value)) if !scheme.contains(' ') => {
                        found.foreign_id(scheme, value)
                    }
                    _ => found.keyed("table", entry),
                }
            }
        }
        _ => {
            if let Some(scheme) = name.strip_prefix("key:") {
                found.keyed(scheme, text);
            }
        }
    }
}

/// The columns of a holding: its parts, or a reference to be read.
fn set_holding(found: &mut Found, cells: &[Cell], context: &Context<'_>) {
    let archive = value(cells, "archive").map(str::trim);
    let has_path = cells.iter().any(|(name, _)| name == "path" || name.starts_with("path."));
    if !has_path && let Some(reference) = value(cells, "reference") {
        let before = count(found, "holding");
        match archive {
            Some(archive) => {
                let parts = holdings::Parts {
                    archive,
                    location: reference,
                    shelfmark: value(cells, "shelfmark").unwrap_or(""),
                    ..Default::default()
                };
                // Our own column repeats the archive; that of others leaves it out.
                match reference.to_lowercase().contains(&archive.to_lowercase()) {
                    true => holdings::from_text(found, reference, None, context),
                    false => holdings::from_parts(found, &parts, context),
                }
            }
            None => holdings::from_text(found, reference, None, context),
        }
        if count(found, "holding") > before {
            return rest_of_holding(found, cells);
        }
    }
    let Some(archive) = archive else { return };
    let mut holding = Table::new();
    put(&mut holding, "id", value(cells, "holding").unwrap_or(""));
    put(&mut holding, "archive", archive);
    let mut path = Vec::new();
    for step in value(cells, "path").unwrap_or("").split(JOIN).filter(|step| !step.is_empty()) {
        let (level, rest) = step.split_once('=').unwrap_or(("item", step));
        let titled = rest.strip_suffix(')').and_then(|rest| rest.split_once(" ("));
        let (value, title) = titled.map_or((rest, None), |(value, title)| (value, Some(title)));
        let mut parts = vec![Node::from(level), Node::from(value)];
        parts.extend(title.map(Node::from));
        path.push(Node::from(parts));
    }
    if path.is_empty() {
        for (name, value) in cells {
            if let Some(level) = name.strip_prefix("path.") {
                path.push(Node::from(vec![Node::from(level), Node::from(value.trim())]));
            }
        }
    }
    if !path.is_empty() {
        holding.set("path", path);
    }
    found.push("holding", holding);
    rest_of_holding(found, cells);
}

fn count(found: &Found, key: &str) -> usize {
    found.fields.get(key).and_then(Node::as_list).map_or(0, <[Node]>::len)
}

fn rest_of_holding(found: &mut Found, cells: &[Cell]) {
    let mut former = None;
    let Some(holding) = found
        .fields
        .get_mut("holding")
        .and_then(Node::as_list_mut)
        .and_then(|list| list.last_mut())
        .and_then(Node::as_table_mut)
    else {
        return;
    };
    for (column, key) in [
        ("shelfmark", "shelfmark"),
        ("copy", "copy"),
        ("rank", "rank"),
        ("rank_reason", "rank_reason"),
        ("access", "access"),
        ("as_printed", "as_printed"),
        ("holding_note", "note"),
    ] {
        if let Some(text) = value(cells, column) {
            put(holding, key, text);
        }
    }
    for printed in value(cells, "former").unwrap_or("").split(JOIN).filter(|text| !text.is_empty())
    {
        let mut table = Table::new();
        put(&mut table, "as_printed", &one_line(printed));
        former.get_or_insert_with(Vec::new).push(Node::from(table));
    }
    if let Some(former) = former {
        holding.set("former", former);
    }
}
