//! What a reader hands to the importer: the fields of a record to be, and a report of the rest.

use crate::problem::Problem;
use crate::record::Table;
use serde::Serialize;

/// One record as another format has it; it has no id yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// The fields of the record, without `format` and `id`.
    pub fields: Table,
    /// What the source says and the record does not, each with its place.
    pub left: Vec<Left>,
    /// Labels that stand in the source without a value: absent, not empty.
    pub without_value: Vec<String>,
    /// What is wrong or doubtful.
    pub problems: Vec<Problem>,
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
