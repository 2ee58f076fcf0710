//! What came of an import: of the whole and of each item, with its place in the source.

use super::Duplicate;
use crate::formats::Left;
use crate::ops::Changed;
use crate::problem::Problem;
use crate::record::Node;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

/// What came of an import.
///
/// As JSON: `counts` by outcome, `items`, one for each record found, `duplicates`, and `changed` as other
/// changes have it.
#[derive(Debug, Clone, Serialize)]
pub struct Import {
    /// How many items came to what.
    pub counts: Counts,
    /// What was found, in the order of the files.
    pub items: Vec<ImportedItem>,
    /// Records that may describe one document; nothing was joined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<Duplicate>,
    /// How many such pairs there are beside those.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_duplicates: usize,
    /// What was saved, or would be.
    pub changed: Changed,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// One record found in a file.
#[derive(Debug, Clone, Serialize)]
pub struct ImportedItem {
    /// The file.
    pub file: String,
    /// The format it was read as.
    pub format: &'static str,
    /// What it is in the source: its key, row or heading.
    pub item: String,
    /// The line at which it stands in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column of that line, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The record; empty when none was made.
    #[serde(skip_serializing_if = "String::is_empty")]
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
    /// What is doubtful in the source, or in the record made of it, with places.
    #[serde(rename = "remarks", skip_serializing_if = "Vec::is_empty", serialize_with = "remarks")]
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
    /// Nothing of it could be made a record.
    NotUnderstood,
    /// With `--into`: no record, or more than one, of those chosen is this one.
    Unmatched,
}

/// How many items came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New records.
    pub created: usize,
    /// Records that were filled in.
    pub updated: usize,
    /// Records that say all of it already.
    pub unchanged: usize,
    /// Records that say something else.
    pub conflicting: usize,
    /// Items of which nothing could be made.
    pub not_understood: usize,
    /// Items that are none of the records chosen with `--into`.
    pub unmatched: usize,
}

impl Counts {
    pub(super) fn of(items: &[ImportedItem]) -> Counts {
        let mut counts = Counts::default();
        for item in items {
            *match item.outcome {
                ImportOutcome::Created => &mut counts.created,
                ImportOutcome::Updated => &mut counts.updated,
                ImportOutcome::Unchanged => &mut counts.unchanged,
                ImportOutcome::Conflicting => &mut counts.conflicting,
                ImportOutcome::NotUnderstood => &mut counts.not_understood,
                ImportOutcome::Unmatched => &mut counts.unmatched,
            } += 1;
        }
        counts
    }

    /// How many items a person has to look at.
    pub fn to_be_looked_at(&self) -> usize {
        self.conflicting + self.not_understood + self.unmatched
    }
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

/// A problem of an item, as JSON has it.
#[derive(Serialize)]
struct ItemRemark<'p> {
    code: &'static str,
    severity: &'static str,
    message: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'p str>,
}

fn remarks<S: Serializer>(problems: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(problems.len()))?;
    for problem in problems {
        list.serialize_element(&ItemRemark {
            code: problem.code.name,
            severity: problem.severity.word(),
            message: &problem.message,
            line: problem.place.line,
            column: problem.place.column,
            field: problem.place.field.as_deref(),
            mend: problem.mend.as_deref(),
        })?;
    }
    list.end()
}
