//! The same change of many records: those that a query selects, in one revision.

use super::change::{Changed, Request, Saving, judge};
use super::set::with_assignments;
use super::{Catalog, Refusal, Result};
use crate::problem::{Place, Problem, Severity, codes};
use crate::query::Query;
use crate::record::Source;
use crate::store::{FileChange, Watch};
use rayon::prelude::*;
use serde::Serialize;

/// How many records are changed at a time: enough for all processors, few enough to bear.
const CHUNK: usize = 1024;
/// Of how many records that are refused everything is told.
const MOST_TOLD: usize = 20;

/// How many records a change of many concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// How many records the query selects.
    pub selected: usize,
    /// How many of them change: others are as they are to be already.
    pub changing: usize,
    /// How many cannot be changed so, and are left as they are.
    pub refused: usize,
}

/// What a change of many records comes to; as JSON, the fields of both.
#[derive(Debug, Serialize)]
pub struct ChangedMany {
    /// How many records there are.
    #[serde(flatten)]
    pub counted: Counted,
    /// What was changed, or would be.
    #[serde(flatten)]
    pub changed: Changed,
}

/// How a change of many records is to be made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Refused {
    /// One record that cannot be changed so stops the change of all.
    #[default]
    StopsAll,
    /// Records that cannot be changed so are left as they are.
    IsLeft,
}

/// What becomes of one record.
enum Fate {
    Changes(FileChange),
    Stays,
    IsRefused(Box<Refusal>),
}

impl Catalog {
    /// Makes the changes `assignments` (see [`Catalog::set`]) to every record that `query` selects:
    /// in one revision, which one `undo` takes back, or in none. All that is wrong with any record
    /// is gathered. Before anything is saved `confirm` hears how many records there are; when it
    /// gives a problem, nothing is changed.
    ///
    /// # Errors
    /// When a record cannot be changed so (and `refused` does not leave it), when one that may be
    /// selected cannot be read, when an assignment has no meaning in any record, when `watch` stops
    /// the work, and when it cannot be saved.
    pub fn set_where(
        &self,
        query: &Query,
        assignments: &[String],
        refused: Refused,
        request: &Request,
        confirm: &mut dyn FnMut(&Counted) -> Result<()>,
        watch: &dyn Watch,
    ) -> Result<ChangedMany> {
        let mut saving = Saving::new(self.store.begin_watched_write(watch)?);
        let mut selected = self.select(query, None)?;
        let total = selected.total();
        let mut many = Tally::default();
        many.problems.extend_from_slice(selected.problems());
        loop {
            watch.goes_on()?;
            let some: Vec<_> = selected.by_ref().take(CHUNK).collect();
            if some.is_empty() {
                break;
            }
            let mut paths = Vec::with_capacity(some.len());
            for file in some {
                match file.record {
                    Some(_) => paths.push(file.path),
                    // Whether it is selected cannot be known.
                    None => many.refuse(Refusal {
                        problems: file.problems,
                        sources: file.source.into_iter().collect(),
                    }),
                }
            }
            many.selected += paths.len();
            let texts = saving.writing().read_all(&paths);
            let fates: Vec<Fate> = paths
                .into_par_iter()
                .zip(texts)
                .map(|(path, before)| match before.map_err(Refusal::from) {
                    Ok(Some(before)) => fate(path, before, assignments),
                    Ok(None) => Fate::IsRefused(Box::new(unsaved(&path).into())),
                    Err(refusal) => Fate::IsRefused(Box::new(refusal)),
                })
                .collect();
            let mut files = Vec::new();
            for fate in fates {
                match fate {
                    Fate::Changes(file) => files.push(file),
                    Fate::Stays => {}
                    Fate::IsRefused(refusal) => many.refuse(*refusal),
                }
            }
            many.changing += files.len();
            // Once it is refused, the rest is only looked at to tell what is wrong with it.
            if many.refused == 0 || refused == Refused::IsLeft {
                saving.add(files)?;
            }
            watch.at("changing records", total - selected.total_left(), total);
        }
        if many.refused > 0 && (refused == Refused::StopsAll || many.changing == 0) {
            return Err(many.refusal());
        }
        let counted =
            Counted { selected: many.selected, changing: many.changing, refused: many.refused };
        if many.changing > 0 && !request.dry_run {
            confirm(&counted)?;
        }
        let records = if many.changing == 1 { "record" } else { "records" };
        let fields: Vec<&str> = assignments.iter().filter_map(|a| a.split('=').next()).collect();
        let summary = format!("change {} of {} {records}", fields.join(", "), many.changing);
        let mut changed = saving.finish(&summary, false, request)?;
        changed.remarks.splice(0..0, many.left());
        changed.sources.extend(many.sources);
        Ok(ChangedMany { counted, changed })
    }
}

/// What has come of the records so far.
#[derive(Default)]
struct Tally {
    selected: usize,
    changing: usize,
    refused: usize,
    problems: Vec<Problem>,
    sources: Vec<Source>,
}

impl Tally {
    fn refuse(&mut self, refusal: Refusal) {
        self.refused += 1;
        if self.refused <= MOST_TOLD {
            self.problems.extend(refusal.problems);
            self.sources.extend(refusal.sources);
        }
    }

    /// How many records are refused, when not all of them are told.
    fn count(&self, what: &str) -> Problem {
        let records = if self.refused == 1 { "record" } else { "records" };
        let more = match self.refused.saturating_sub(MOST_TOLD) {
            0 => String::new(),
            _ => format!("; of the first {MOST_TOLD} it is told why"),
        };
        Problem::error(codes::SET_REFUSED, format!("{} {records} {what}{more}", self.refused))
    }

    /// Why nothing is changed.
    fn refusal(mut self) -> Refusal {
        let count = self.count("cannot be changed so, and nothing was changed").mend(
            "mend them, choose others with the query, or leave them as they are with `--skip-refused`",
        );
        self.problems.push(count);
        Refusal { problems: self.problems, sources: self.sources }
    }

    /// What is said of records that were left as they are: warnings, for the others are changed.
    fn left(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        if self.refused > 0 {
            problems.push(self.count("cannot be changed so and stay as they are"));
        }
        for problem in &mut problems {
            problem.severity = Severity::Warning;
        }
        problems
    }
}

/// What becomes of the record in the file `path`.
fn fate(path: String, before: Vec<u8>, assignments: &[String]) -> Fate {
    match with_assignments(&path, &before, assignments).map(|(text, _)| text) {
        Err(refusal) => Fate::IsRefused(Box::new(named(refusal, &path))),
        Ok(after) if after.as_bytes() == before => Fate::Stays,
        Ok(after) => {
            let after = after.into_bytes();
            let (problems, source) = judge(&path, &after);
            if problems.iter().any(|problem| problem.severity == Severity::Error) {
                let sources = source.into_iter().collect();
                return Fate::IsRefused(Box::new(Refusal { problems, sources }));
            }
            Fate::Changes(FileChange { path, before: Some(before), after: Some(after) })
        }
    }
}

/// `refusal` with the file where a problem names none: among many records it would say nothing.
fn named(mut refusal: Refusal, path: &str) -> Refusal {
    for problem in &mut refusal.problems {
        if problem.place.file.is_none() {
            problem.place.file = Some(path.to_owned());
        }
    }
    refusal
}

fn unsaved(path: &str) -> Problem {
    Problem::error(codes::NOT_FOUND, format!("`{path}` is not saved yet"))
        .at(Place::file(path))
        .mend("save it first: `fonds` changes what a revision has")
}
