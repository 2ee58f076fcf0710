//! What is there already, filled in where it lacks something, and never overwritten unasked.

use super::super::{Refusal, Result};
use super::{Conflict, ImportOutcome, ImportedItem};
use crate::formats::formula_guard::is_dangerous;
use crate::formats::table::{Rows, Table as Columns};
use crate::formats::table_reader::{Cell, set_row};
use crate::formats::{Context, Found, Imported, SourceFormat, said_again};
use crate::problem::{Place, Problem};
use crate::record::{FieldPath, LevelName, Node, Source, Table, Value};
use crate::record_file::{self, Edit};

/// Of a row of a table, the fields whose cells are others than the record gives today; `None` when the item is
/// no row. So a table that was exported and comes back unchanged changes nothing.
pub(super) fn changed_cells(
    imported: &Imported,
    text: &str,
    path: &str,
    context: &Context<'_>,
) -> Option<Table> {
    let first = imported.rows.first()?;
    let (draft, _) = record_file::read(text.as_bytes(), path);
    let record = draft?.finish().0?;
    let names: Vec<String> = first.iter().map(|(name, _)| name.clone()).collect();
    let rows = match Columns::new(Rows::Record, &names) {
        Ok(_) => Rows::Record,
        Err(_) => Rows::Holding,
    };
    let mut found = Found::new(Place::default(), "");
    for (at, row) in imported.rows.iter().enumerate() {
        let names: Vec<String> = row.iter().map(|(name, _)| name.clone()).collect();
        let columns = Columns::new(rows, &names).ok()?;
        let today = columns.rows_of(&(&record).into(), context.archives).rows;
        let same_row =
            today.iter().any(|cells| cells.iter().zip(row).all(|(cell, (_, new))| same(cell, new)));
        if same_row {
            continue;
        }
        let today = today.get(at).cloned().unwrap_or_default();
        let changed: Vec<Cell> = row
            .iter()
            .enumerate()
            .filter(|(at, (name, new))| {
                // The parts of a holding say together which one it is.
                let of_holding = rows == Rows::Holding
                    && matches!(name.as_str(), "archive" | "path" | "holding");
                of_holding || !today.get(*at).is_some_and(|cell| same(cell, new))
            })
            .map(|(_, cell)| cell.clone())
            .collect();
        set_row(&mut found, &changed, " | ", context, at == 0);
    }
    Some(found.fields)
}

/// Of an item that our own export wrote, what it says otherwise than the record would say in that format today;
/// `None` when it is none. Of what the format does not carry such an item says nothing.
pub(super) fn changed_fields(
    imported: &Imported,
    format: SourceFormat,
    text: &str,
    path: &str,
    context: &Context<'_>,
) -> Option<Table> {
    if !imported.is_marked {
        return None;
    }
    let (draft, _) = record_file::read(text.as_bytes(), path);
    let record = draft?.finish().0?;
    let mut fields = imported.fields.clone();
    for said in said_again(format, &record, context) {
        leave_out(&mut fields, &said);
    }
    // That it came from a file again is no evidence of anything.
    let is_news = fields.iter().any(|(key, _)| key != "evidence");
    Some(if is_news { fields } else { Table::new() })
}

/// Takes what `said` says out of `fields`.
fn leave_out(fields: &mut Table, said: &Table) {
    let mut left = Table::new();
    for (key, node) in std::mem::take(fields) {
        let kept = match (node.value, said.get(&key).map(|said| &said.value)) {
            (value, None) => Some(value),
            (Value::List(mut list), Some(Value::List(said))) => {
                list.retain(|element| !said.contains(element));
                (!list.is_empty()).then_some(Value::List(list))
            }
            (Value::Table(mut table), Some(Value::Table(said))) => {
                leave_out(&mut table, said);
                (!table.is_empty()).then_some(Value::Table(table))
            }
            (value, Some(said)) => (value != *said).then_some(value),
        };
        if let Some(value) = kept {
            left.set(&key, Node { value, span: node.span });
        }
    }
    *fields = left;
}

/// Whether a cell says what it would say today: in a table with tabs on one line, and with an apostrophe where a
/// spreadsheet would run it.
fn same(cell: &str, new: &str) -> bool {
    let (cell, new) = (cell.trim(), new.trim());
    if cell == new {
        return true;
    }
    let flat = cell.replace(['\t', '\n', '\r'], " ");
    flat == new || is_dangerous(&flat) && new.strip_prefix('\'') == Some(&flat)
}

/// Fills in what the record in `text` lacks; what it says otherwise becomes a conflict.
pub(super) fn fill_in(
    text: &str,
    path: &str,
    fields: &Table,
    replace: bool,
    item: &mut ImportedItem,
) -> Result<String> {
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
            compare(&FieldPath::of([key]), there.get(key), node, replace, &mut edits, item);
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
    replace: bool,
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
                compare(&field.child(key), known.get(key), node, replace, edits, item);
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
        _ if replace && there.as_list().is_none() => {
            item.filled.push(field.to_string());
            edits.push(Edit::Set(field.clone(), node.clone()));
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
            known.len() == new.len()
                && known.iter().zip(new).all(|(known, new)| is_step(known, new))
        }
        (Value::List(known), Value::List(new)) => {
            new.iter().all(|element| known.iter().any(|known| says_all(known, element)))
        }
        (Value::Table(known), Value::Text(text)) => short(known, node) || is_name(known, text),
        (Value::Text(_), Value::Table(new)) => new.len() == 1 && short(new, there),
        // One value alone is a list of one.
        (Value::Text(_), Value::List(new)) => new.iter().all(|element| says_all(there, element)),
        (Value::List(known), _) => known.iter().any(|known| says_all(known, node)),
        _ => there == node,
    }
}

/// Whether the name in parts, written in one of the orders of names, is `text`.
fn is_name(parts: &Table, text: &str) -> bool {
    let part = |key: &str| parts.get(key).and_then(Node::as_text).unwrap_or("");
    let given = [part("given"), part("dropping_particle")];
    let family = [part("particle"), part("family")];
    let says = |order: [[&str; 2]; 2]| {
        let words = order.into_iter().flatten().chain([part("suffix")]);
        words.flat_map(str::split_whitespace).eq(text.split_whitespace())
    };
    !part("family").is_empty() && (says([given, family]) || says([family, given]))
}

/// Whether a step of a path says what another says: `record group` is `record-group`, and a unit need not be
/// named again.
fn is_step(there: &Node, node: &Node) -> bool {
    let (Some(known), Some(new)) = (there.as_list(), node.as_list()) else { return there == node };
    let level = |step: &[Node]| {
        step.first().and_then(Node::as_text).and_then(|level| level.parse::<LevelName>().ok())
    };
    // `listy` is `list`, `pages` are a `page`.
    let is_level = match (level(known), level(new)) {
        (Some(a), Some(b)) => {
            a.as_str().starts_with(b.as_str()) || b.as_str().starts_with(a.as_str())
        }
        _ => false,
    };
    is_level
        && known.get(1) == new.get(1)
        && new.get(2).is_none_or(|title| known.get(2) == Some(title))
}

/// Whether two elements of a list are one part: one id, or one agent in one role.
fn is_same_part(there: &Node, node: &Node) -> bool {
    let text = |node: &Node, key: &str| {
        node.as_table().and_then(|table| table.get(key)).and_then(Node::as_text).map(str::to_owned)
    };
    let same = |key: &str| text(there, key).is_some() && text(there, key) == text(node, key);
    same("id") || (same("role") && same("as_printed")) || (same("scheme") && same("value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_table_with_tabs_say_what_they_say_in_several_lines() {
        assert!(same("one\n\ntwo ", "one  two"));
        assert!(same("=1+1\n2", "'=1+1 2"));
        assert!(!same("one two", "one\ntwo"), "somebody has made two lines of it");
        assert!(!same("one", "'one"));
    }
}
