//! Changing fields of a record.

use super::assignment::edit_of;
use super::change::{Changed, Plan, Request};
use super::{Catalog, Refusal, Result};
use crate::problem::{Place, Problem, codes};
use crate::record::{FieldPath, Source};
use crate::record_file::{self, Edit};
use crate::store::FileChange;

impl Catalog {
    /// Makes the changes `assignments` (`field=value`, `field+=value`, `field=`) to the record
    /// that `id` names, one after the other: all or none.
    pub fn set(&self, id: &str, assignments: &[String], request: &Request) -> Result<Changed> {
        let path = self.file_of(id, None)?.path;
        let writing = self.store.begin_write()?;
        let Some(before) = writing.read(&path)? else { return Err(gone(&path).into()) };
        let (text, fields) = with_assignments(&path, &before, assignments)?;
        let summary = format!("change {} of {id}", fields.join(", "));
        let files = vec![FileChange { path, before: Some(before), after: Some(text.into_bytes()) }];
        Plan { files, summary, speaks_for_itself: false }.carry_out(writing, request)
    }
}

/// The text of a record file with the changes `assignments` made, one after the other, and the
/// fields that they name.
pub(super) fn with_assignments(
    path: &str,
    before: &[u8],
    assignments: &[String],
) -> Result<(String, Vec<String>)> {
    let mut text = text_of(before, path)?;
    let mut fields = Vec::new();
    for assignment in assignments {
        let (root, problems) = record_file::read_tree(text.as_bytes(), path);
        let Some(root) = root.filter(|_| problems.is_empty()) else {
            return Err(Refusal::in_source(problems, Source { file: path.to_owned(), text }));
        };
        let edit = edit_of(assignment, &root)?;
        let field = match &edit {
            Edit::Set(field, _) | Edit::Remove(field) | Edit::Add(field, _) => field.clone(),
        };
        refuse_identity(&field)?;
        text = record_file::edit(&text, &[edit]).map_err(|problems| {
            Refusal::in_source(problems, Source { file: path.to_owned(), text })
        })?;
        fields.push(field.to_string());
    }
    Ok((text, fields))
}

/// The id and the format are no values to be set.
fn refuse_identity(field: &FieldPath) -> Result<()> {
    let mend = match field.segments() {
        [one] if one == "id" => "use `fonds rename OLD NEW`, which leaves the old id as an alias",
        [one] if one == "format" => "the program sets it",
        [one, ..] if one == "aliases" => "use `fonds rename OLD NEW`",
        _ => return Ok(()),
    };
    Err(Problem::error(codes::FIELD, format!("`{field}` is not set by hand"))
        .at(Place::of_field(field.to_string()))
        .mend(mend)
        .into())
}

/// The text of a record file, byte order mark included.
pub(super) fn text_of(bytes: &[u8], path: &str) -> Result<String> {
    record_file::decode(bytes, path)?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

pub(super) fn gone(path: &str) -> Problem {
    Problem::error(codes::CHANGED_MEANWHILE, format!("`{path}` is gone"))
        .at(Place::file(path))
        .mend("somebody removed it meanwhile; `fonds undo` or git brings it back")
}
