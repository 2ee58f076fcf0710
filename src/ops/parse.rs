//! A printed reference taken apart.

use crate::citation::reference::{self, Reading};
use crate::problem::{Problem, Severity};
use crate::record::Archives;
use serde::Serialize;

/// One reference with what was read in it.
///
/// As JSON: `text`, then the members of [`Reading`] that have something to say, then `problems`,
/// each with `code`, `severity` and `message`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parsed {
    /// The reference as it was given.
    pub text: String,
    /// What it says.
    #[serde(flatten)]
    pub reading: Reading,
    /// What is wrong or doubtful, in short.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Remark>,
}

/// A problem in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The stable name of its kind.
    pub code: &'static str,
    /// `note`, `warning` or `error`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
}

impl From<&Problem> for Remark {
    fn from(problem: &Problem) -> Remark {
        Remark {
            code: problem.code.name,
            severity: problem.severity.word(),
            message: problem.message.clone(),
        }
    }
}

impl Parsed {
    /// Whether everything in it was understood.
    pub fn is_whole(&self) -> bool {
        self.reading.problems.iter().all(|problem| problem.severity == Severity::Note)
    }
}

/// Reads the reference `text`.
///
/// ```
/// let archives = fonds::record_file::built_in_archives();
/// let parsed = fonds::ops::parse("TNA, FO 371/26145", &archives);
/// assert_eq!(parsed.reading.holdings[0].path.step("piece").unwrap().value, "26145");
/// assert!(parsed.is_whole());
/// ```
pub fn parse(text: &str, archives: &Archives) -> Parsed {
    let reading = reference::read(text, archives);
    let problems = reading.problems.iter().map(Remark::from).collect();
    Parsed { text: text.to_owned(), reading, problems }
}
