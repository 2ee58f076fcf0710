//! What `fonds check` has to say about a catalog: each record by itself, then all beside each other.
//!
//! A finding is a question or a fact about the data, with its place and a way to mend it; nothing is
//! corrected here but what [`fixed`] does.

mod across;
mod claims;
mod dates;
mod holdings;
mod reference;
mod fix;
mod names;
mod text;

use super::{Catalog, Result};
use crate::problem::{Problem, Severity, codes};
use crate::query::Query;
use crate::record::{Archives, Draft, Node, Record, RecordId, Source, Table};
use crate::record_file;
use crate::store::{CatalogFile, Layout, id_in_path};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

pub(crate) use names::table as name_in_parts;
pub use names::with_names_parted;
pub use text::fixed;

/// How many parts of one kind are looked at in one record, and how many findings its letters give.
/// No record has so many; a hostile file must not take minutes.
const MOST: usize = 100;

/// How many files are read at a time.
const CHUNK: usize = 2048;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// How many record files were looked at.
    pub records: usize,
    /// The findings, in the order of the files and of the places in them.
    pub findings: Vec<Problem>,
    /// The texts of the files that findings point into.
    pub sources: Vec<Source>,
}

impl Report {
    /// The heaviest severity found.
    pub fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// The codes of the findings, and how many there are of each: the most first.
    pub fn count(&self) -> Vec<(&'static str, usize)> {
        let mut numbers: BTreeMap<&'static str, usize> = BTreeMap::new();
        for finding in &self.findings {
            *numbers.entry(finding.code.name).or_default() += 1;
        }
        let mut numbers: Vec<_> = numbers.into_iter().collect();
        numbers.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        numbers
    }
}

/// One finding as `--json` prints it. What is not known is left out.
#[derive(Debug, Serialize)]
pub struct JsonFinding<'a> {
    /// The code: `C001`.
    pub code: &'static str,
    /// `note`, `warning` or `error`.
    pub severity: &'static str,
    /// One sentence.
    pub message: &'a str,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<&'a str>,
    /// The file, relative to the catalog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'a str>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The field: `holding.aprf.path`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
}

impl Serialize for Report {
    /// `{ "records": 2, "findings": [...] }`; each finding is a [`JsonFinding`].
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let findings: Vec<JsonFinding<'_>> = self.findings.iter().map(JsonFinding::from).collect();
        let mut whole = serializer.serialize_struct("Report", 2)?;
        whole.serialize_field("records", &self.records)?;
        whole.serialize_field("findings", &findings)?;
        whole.end()
    }
}

impl<'a> From<&'a Problem> for JsonFinding<'a> {
    fn from(problem: &'a Problem) -> JsonFinding<'a> {
        JsonFinding {
            code: problem.code.name,
            severity: problem.severity.word(),
            message: &problem.message,
            mend: problem.mend.as_deref(),
            file: problem.place.file.as_deref(),
            line: problem.place.line,
            column: problem.place.column,
            field: problem.place.field.as_deref(),
        }
    }
}

impl Catalog {
    /// Checks the records `ids` of the work tree, or all when none is named. Every record is read in
    /// either case: only beside the others can one be told to claim what another has.
    ///
    /// # Errors
    /// An id that no record has.
    pub fn check(&self, ids: &[String]) -> Result<Report> {
        let paths = ids.iter().map(|id| Ok(self.file_of(id, None)?.path));
        let wanted = paths.collect::<Result<HashSet<String>>>()?;
        Ok(self.check_files((!wanted.is_empty()).then_some(&wanted)))
    }

    /// Checks the records of the work tree that `query` selects, and those that cannot be read, beside all others.
    ///
    /// # Errors
    /// What the query asks of the catalog cannot be answered.
    pub fn check_selected(&self, query: &Query) -> Result<Report> {
        let wanted = self.select(query, None)?.map(|file| file.path).collect();
        Ok(self.check_files(Some(&wanted)))
    }

    /// Checks all records; of the findings stay those about the files `wanted`, when there are any.
    fn check_files(&self, wanted: Option<&HashSet<String>>) -> Report {
        let (paths, in_the_way) = self.store.record_paths();
        let (archives, problems) = self.archives_and_problems();
        let mut checker = Checker::new(self.store.layout(), &archives);
        problems.into_iter().for_each(|problem| checker.add(problem));
        for chunk in paths.chunks(CHUNK) {
            let mut files = Vec::with_capacity(chunk.len());
            for file in self.store.read_all(chunk) {
                match file {
                    Ok(file) => files.push(file),
                    Err(problem) => checker.add(problem),
                }
            }
            checker.check(&files);
        }
        in_the_way.into_iter().for_each(|problem| checker.add(problem));
        let (aliases, in_the_way) = self.store.alias_paths();
        in_the_way.into_iter().for_each(|problem| checker.add(problem));
        let mut links = Vec::with_capacity(aliases.len());
        for path in aliases {
            let Some(old) = path.rsplit('/').next().and_then(|name| name.parse().ok()) else {
                continue;
            };
            match self.store.read_alias(&old) {
                Ok(Some(new)) => links.push(AliasFile { path, old, new }),
                Ok(None) => {}
                Err(problem) => checker.add(problem),
            }
        }
        let mut report = checker.finish(&links);
        if let Some(wanted) = wanted {
            let is_wanted =
                |file: &Option<String>| file.as_ref().is_some_and(|f| wanted.contains(f));
            report.findings.retain(|finding| is_wanted(&finding.place.file));
            report.sources.retain(|source| wanted.contains(&source.file));
            report.records = wanted.len();
        }
        report
    }
}

/// A file below `aliases/`: the old id, and the id that it leads to.
#[derive(Debug, Clone)]
pub struct AliasFile {
    /// Its path, relative to the root of the catalog.
    pub path: String,
    /// The id that a record had.
    pub old: RecordId,
    /// The id that it has now.
    pub new: RecordId,
}

/// Looks at record files as they come, and at all of them beside each other at the end.
pub struct Checker<'a> {
    layout: Layout,
    archives: &'a Archives,
    seen: Vec<across::Seen>,
    report: Report,
}

impl<'a> Checker<'a> {
    /// A checker for a catalog that is laid out as `layout` and knows `archives`.
    pub fn new(layout: Layout, archives: &'a Archives) -> Checker<'a> {
        Checker { layout, archives, seen: Vec::new(), report: Report::default() }
    }

    /// Adds a finding from elsewhere.
    pub fn add(&mut self, problem: Problem) {
        self.report.findings.push(problem);
    }

    /// Checks each of `files` by itself, all processors at work, and remembers what is needed to
    /// check them beside each other.
    pub fn check(&mut self, files: &[CatalogFile]) {
        let (layout, archives) = (self.layout, self.archives);
        let checked: Vec<_> =
            files.par_iter().map(|file| check_file(file, layout, archives)).collect();
        self.report.records += files.len();
        for Checked { findings, source, seen } in checked {
            if !findings.is_empty() {
                self.report.findings.extend(findings);
                self.report.sources.extend(source);
            }
            self.seen.extend(seen);
        }
    }

    /// The findings about the records beside each other, with those before, in order.
    pub fn finish(self, aliases: &[AliasFile]) -> Report {
        let mut report = self.report;
        report.findings.extend(across::check(&self.seen, aliases));
        report.findings.sort_by(|a, b| {
            let key =
                |p: &Problem| (p.place.file.clone(), p.place.line, p.place.column, p.code.name);
            key(a).cmp(&key(b))
        });
        report.findings.dedup();
        report
    }
}

/// One file, checked by itself.
struct Checked {
    findings: Vec<Problem>,
    source: Option<Source>,
    /// What the other records must know of it; nothing when it could not be read.
    seen: Option<across::Seen>,
}

fn check_file(file: &CatalogFile, layout: Layout, archives: &Archives) -> Checked {
    let (draft, mut findings) = record_file::read(&file.bytes, &file.path);
    let Some(draft) = draft else { return Checked { findings, source: None, seen: None } };
    let mut record = None;
    // What the grammar of TOML could not take in would only look like missing values.
    if findings.is_empty() {
        let (finished, found) = draft.finish();
        record = finished;
        findings = found;
    }
    let mut found = Findings { draft: &draft, problems: findings };
    text::check(&mut found);
    let seen = record.map(|record| {
        check_place(&mut found, &record, &file.path, layout);
        holdings::check(&mut found, &record, archives);
        dates::check(&mut found, &record);
        claims::check(&mut found, &record);
        names::check(&mut found, &record);
        across::Seen::of(&record, &draft, &file.path, archives)
    });
    let findings = found.problems;
    Checked { findings, source: Some(draft.source), seen }
}

/// Whether the file lies where the id of its record says.
fn check_place(found: &mut Findings<'_>, record: &Record, path: &str, layout: Layout) {
    let id = &record.id;
    if Layout::ALL.iter().any(|layout| layout.record_path(id) == path) {
        return;
    }
    let right = layout.record_path(id);
    let problem = match id_in_path(path) {
        Some(name) if name == *id => {
            Problem::warning(codes::FILE_PLACE, format!("`{id}` does not lie where its id says"))
                .mend(format!("move it: `git mv {path} {right}`"))
        }
        _ => {
            let name = path.rsplit('/').next().unwrap_or(path);
            let message = format!("the record `{id}` lies in the file `{}`", name.escape_debug());
            Problem::warning(codes::FILE_NAME, message)
                .mend(format!("correct the id, or move the file to `{right}`"))
        }
    };
    found.add(&["id"], "id", problem);
}

/// Where the findings about one record gather.
struct Findings<'a> {
    draft: &'a Draft,
    problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    /// Adds a finding about the value at `way` (keys, and numbers of parts), or about the nearest
    /// thing around it that is there.
    fn add(&mut self, way: &[&str], field: impl Into<String>, problem: Problem) {
        let mut node = &self.draft.root;
        for step in way {
            match step_into(node, step) {
                Some(next) => node = next,
                None => break,
            }
        }
        let place = self.draft.source.place(node.span.as_ref(), &field.into());
        self.problems.push(problem.at(place));
    }

    /// Whether evidence or an alternative speaks of `field` or something in it: then somebody has
    /// looked into it.
    fn is_settled(&self, record: &Record, field: &str) -> bool {
        let within = |other: &str| {
            other.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        record.evidence.iter().filter_map(|e| e.field.as_deref()).any(within)
            || record.alternatives.iter().any(|a| within(&a.field))
    }
}

/// The part or value that one step leads to. A table alone stands for a list of one.
fn step_into<'a>(node: &'a Node, step: &str) -> Option<&'a Node> {
    match step.parse::<usize>() {
        Ok(at) => match node.as_list() {
            Some(list) => list.get(at),
            None => (at == 0).then_some(node),
        },
        Err(_) => node.as_table().and_then(|table: &Table| table.get(step)),
    }
}
