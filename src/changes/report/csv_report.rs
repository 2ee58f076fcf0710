//! One row for each change.

use super::ReportEntry;
use crate::changes::words::{field_words, one_line, sentence, whole_words};
use crate::problem::{Problem, Result, codes};

const COLUMNS: [&str; 13] = [
    "revision", "moment", "author", "email", "reason", "evidence", "record", "kind", "field",
    "before", "after", "archives", "text",
];

pub(super) fn table(entries: &[ReportEntry<'_>]) -> Result<String> {
    let failed = |error: csv::Error| {
        Problem::error(codes::OUTPUT, format!("could not write the report: {error}"))
    };
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).map_err(failed)?;
    for entry in entries {
        let revision = entry.revision;
        for change in entry.changes.iter().filter(|change| !change.is_silent()) {
            let value = |node: &Option<_>| node.as_ref().map(whole_words).unwrap_or_default();
            let field = match change.field.segments() {
                [] => field_words(&change.field),
                _ => change.field.to_string(),
            };
            let row = [
                revision.id.to_string(),
                revision.moment.to_string(),
                revision.author.name.clone(),
                revision.author.email.clone(),
                revision.reason.trim().to_owned(),
                revision.evidence.join("; "),
                change.record.clone(),
                change.kind.word().to_owned(),
                field,
                value(&change.before),
                value(&change.after),
                change.archives.join("; "),
                sentence(change),
            ];
            table.write_record(row.map(|cell| safe(&one_line(&cell)))).map_err(failed)?;
        }
    }
    let bytes = table.into_inner().map_err(|error| failed(error.into_error().into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A cell that no spreadsheet takes for a formula. Plain numbers, signed or with zeros, stay.
fn safe(cell: &str) -> String {
    let number = cell
        .trim_start_matches(['-', '+'])
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}
