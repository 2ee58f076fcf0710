//! What manuscripts cite.

use super::meanings::{Meaning, Meanings};
use super::{Catalog, Result, files};
use crate::manuscript::{Cite, Language, Manuscript, Step};
use crate::problem::{Place, Problem, codes};
use crate::record::{RevisionId, Source};
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;

/// A manuscript as it was read from a file.
#[derive(Debug, Clone)]
pub struct ManuscriptFile {
    /// Its name, as the user would name it.
    pub name: String,
    /// Its text, without a byte order mark.
    pub text: String,
    /// Whether it began with a byte order mark.
    pub byte_order_mark: bool,
    /// Its language.
    pub language: Language,
}

/// What manuscripts cite.
///
/// As JSON: `cited` (a list of [`CitedRecord`]), `unknown` (a list of [`UnknownKey`]), `everything`
/// (whether some manuscript lists the whole catalog: `nocite: "@*"`).
#[derive(Debug, Default, Serialize)]
pub struct CitedIn {
    /// The records, in the order in which they are first cited.
    pub cited: Vec<CitedRecord>,
    /// The keys that mean no record, in the order in which they are first cited.
    pub unknown: Vec<UnknownKey>,
    /// Whether the whole catalog is listed.
    pub everything: bool,
    /// What is wrong: keys that mean nothing, records that cannot be read.
    #[serde(skip)]
    pub problems: Vec<Problem>,
    /// The texts that the problems point into.
    #[serde(skip)]
    pub sources: Vec<Source>,
}

/// A record that is cited.
///
/// As JSON: `id`, `keys` (how it is cited; left out when that is the id), `count`, `places`.
#[derive(Debug, Serialize)]
pub struct CitedRecord {
    /// Its id.
    pub id: String,
    /// The keys by which it is cited, when they are not its id alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// How often it is cited.
    pub count: usize,
    /// Where.
    pub places: Vec<CitedPlace>,
}

/// A key that means no record.
///
/// As JSON: `key`, `near` (an id that may be meant; left out when there is none), `places`.
#[derive(Debug, Serialize)]
pub struct UnknownKey {
    /// The key.
    pub key: String,
    /// The id that may be meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
    /// Where it is cited.
    pub places: Vec<CitedPlace>,
}

/// Where something is cited.
///
/// As JSON: `file`, `line`, `column`, and `locator` when a place in the document is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CitedPlace {
    /// The manuscript.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The place in the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
}

impl std::fmt::Display for CitedPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Reads the manuscript in the file `path`, in the language `from` or the one its name tells.
///
/// # Errors
/// When the file cannot be read, or its language is not known.
pub fn read_manuscript(path: &Path, from: Option<Language>) -> Result<ManuscriptFile> {
    let name = path.to_string_lossy().into_owned();
    let Some(language) = from.or_else(|| Language::of_file(&name)) else {
        let problem = Problem::error(
            codes::MANUSCRIPT_LANGUAGE,
            format!("the name of `{name}` does not tell in which language it is written"),
        );
        return Err(problem.mend("name it with `--from markdown`, `latex` or `typst`").into());
    };
    let text = files::read_text(path, files::LARGEST_INPUT)?;
    let (text, byte_order_mark) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest.to_owned(), true),
        None => (text, false),
    };
    Ok(ManuscriptFile { name, text, byte_order_mark, language })
}

/// The lines of a text, to tell places quickly.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Lines<'a> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// Line and column of a byte, both from 1.
    pub(super) fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied();
        let before = self.text.get(start.unwrap_or(0)..at).unwrap_or("");
        (line.max(1), before.chars().count() + 1)
    }
}

/// The numbers of the citations of `manuscript` in the order of reading.
pub(super) fn reading_order(manuscript: &Manuscript<'_>) -> Vec<usize> {
    let mut order = Vec::with_capacity(manuscript.citations.len());
    for step in &manuscript.steps {
        match step {
            Step::Citation(number) => order.push(*number),
            Step::Note(note) => order.extend(&note.citations),
        }
    }
    order
}

/// The cites of `manuscript` in the order of reading.
pub(super) fn cites<'m>(manuscript: &'m Manuscript<'_>) -> impl Iterator<Item = &'m Cite> {
    let order = reading_order(manuscript);
    order.into_iter().filter_map(|number| manuscript.citations.get(number)).flat_map(|c| &c.cites)
}

/// The problem that a key means no record; `None` when it means one, or when the record's own
/// problems say what is wrong.
pub(super) fn unknown_key(key: &str, meanings: &Meanings) -> Option<Problem> {
    match meanings.of(key) {
        Meaning::Record(_) | Meaning::Unreadable => None,
        Meaning::Nothing(near) => {
            let message = format!("`{}` is cited, and there is no such record", key.escape_debug());
            let problem = Problem::error(codes::CITED_UNKNOWN, message);
            Some(match near {
                Some(near) => problem.mend(format!("did you mean `{near}`?")),
                None => problem.mend("`fonds list` shows all records"),
            })
        }
        Meaning::Several(ids) => {
            let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
            let message = format!(
                "`{}` is cited, and it is an id elsewhere of several records",
                key.escape_debug()
            );
            let problem = Problem::error(codes::CITED_UNKNOWN, message);
            Some(problem.mend(format!("cite one of `{}`", ids.join("`, `"))))
        }
    }
}

impl Catalog {
    /// What the manuscripts cite, in the order of reading.
    ///
    /// # Errors
    /// When the catalog cannot be read. Keys that mean nothing are part of the answer.
    pub fn cited(&self, manuscripts: &[ManuscriptFile]) -> Result<CitedIn> {
        self.cited_at(manuscripts, None)
    }

    /// What the manuscripts cite, of the records as they were in the revision `at`.
    pub(super) fn cited_at(
        &self,
        manuscripts: &[ManuscriptFile],
        at: Option<RevisionId>,
    ) -> Result<CitedIn> {
        let mut answer = CitedIn::default();
        let read: Vec<Manuscript<'_>> =
            manuscripts.iter().map(|file| Manuscript::read(&file.text, file.language)).collect();
        let keys = read.iter().flat_map(cites).map(|cite| cite.key.as_str());
        let meanings = self.meanings(keys.filter(|key| *key != "*"), at)?;
        let mut number_of: HashMap<String, usize> = HashMap::new();
        let mut unknown_of: HashMap<String, usize> = HashMap::new();
        for (file, manuscript) in manuscripts.iter().zip(&read) {
            let lines = Lines::of(&file.text);
            let mut spoken = false;
            for cite in cites(manuscript) {
                if cite.key == "*" {
                    answer.everything = true;
                    continue;
                }
                let (line, column) = lines.place(cite.span.start);
                let place = CitedPlace {
                    file: file.name.clone(),
                    line,
                    column,
                    locator: cite.locator.clone(),
                };
                match meanings.record(&cite.key) {
                    Some(record) => {
                        let id = record.id.to_string();
                        let number = *number_of.entry(id.clone()).or_insert_with(|| {
                            let record =
                                CitedRecord { id, keys: Vec::new(), count: 0, places: Vec::new() };
                            answer.cited.push(record);
                            answer.cited.len() - 1
                        });
                        let record = &mut answer.cited[number];
                        record.count += 1;
                        record.places.push(place);
                        if !record.keys.contains(&cite.key) {
                            record.keys.push(cite.key.clone());
                        }
                    }
                    None => {
                        if let Some(problem) = unknown_key(&cite.key, &meanings) {
                            let place = Place::file(&file.name).line_column(line, column);
                            answer.problems.push(problem.at(place));
                            spoken = true;
                        }
                        let number = *unknown_of.entry(cite.key.clone()).or_insert_with(|| {
                            let near = match meanings.of(&cite.key) {
                                Meaning::Nothing(near) => near.as_ref().map(ToString::to_string),
                                _ => None,
                            };
                            let key = cite.key.clone();
                            answer.unknown.push(UnknownKey { key, near, places: Vec::new() });
                            answer.unknown.len() - 1
                        });
                        answer.unknown[number].places.push(place);
                    }
                }
            }
            if spoken {
                let source = Source { file: file.name.clone(), text: file.text.clone() };
                answer.sources.push(source);
            }
        }
        for record in &mut answer.cited {
            if record.keys.len() == 1 && record.keys[0] == record.id {
                record.keys.clear();
            }
        }
        answer.problems.extend(meanings.problems);
        answer.sources.extend(meanings.sources);
        Ok(answer)
    }
}
