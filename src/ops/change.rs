//! What all changes of a catalog have in common: one commit with a reason and evidence, shown
//! first when only that is wanted.

use super::Refusal;
use super::Result;
use crate::changes::{Change, compare};
use crate::problem::{Problem, Severity, codes};
use crate::record::{Node, RevisionId, message_with_evidence, message_without_reason};
use crate::record_file;
use crate::store::{Circumstances, FileChange, RECORDS, Writing};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How a change is to be made.
#[derive(Debug, Clone)]
pub struct Request {
    /// Why.
    pub reason: Option<String>,
    /// What stands behind it.
    pub evidence: Vec<String>,
    /// Only to be shown, not made.
    pub dry_run: bool,
    /// Whether ids of records that were removed may be given again.
    pub reuse_ids: bool,
    /// Who makes it and when.
    pub circumstances: Circumstances,
}

/// What was changed, or would be.
///
/// As JSON: `revision` (left out when nothing was saved), `files` (each with `path`, `before` and
/// `after`, the texts, left out when there is none), `changes` (as [`Change`] says). Of more than 200 files only
/// the paths are given.
#[derive(Debug, Clone, Serialize)]
pub struct Changed {
    /// The revision that was made; `None` when nothing was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<RevisionId>,
    /// The files.
    pub files: Vec<ChangedFile>,
    /// What that means, in the words of records.
    pub changes: Vec<Change>,
    /// What else should be known: warnings about the records, remarks about the save.
    #[serde(skip)]
    pub remarks: Vec<Problem>,
    /// The texts that the remarks point into.
    #[serde(skip)]
    pub sources: Vec<crate::record::Source>,
}

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedFile {
    /// Its path, relative to the root of the catalog.
    pub path: String,
    /// Its text before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Its text after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// More files than are told one by one, with their texts and fields.
const MANY: usize = 200;

/// A change that was thought out and is ready to be made.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What happens to files.
    pub files: Vec<FileChange>,
    /// What is done, in a few words: the message of the commit when no reason is given.
    pub summary: String,
    /// Whether the summary says why as well (a record added, a change taken back), so that nobody
    /// needs to ask.
    pub speaks_for_itself: bool,
}

impl Plan {
    /// Makes the change, or only tells it. Records that would not read are refused with all that
    /// is wrong with them; files that would stay as they are, are left out.
    pub fn carry_out(self, writing: Writing<'_>, request: &Request) -> Result<Changed> {
        let mut saving = Saving::new(writing);
        let judged: Vec<_> = self
            .files
            .par_iter()
            .filter(|file| file.before != file.after && is_record(&file.path))
            .filter_map(|file| Some(judge(&file.path, file.after.as_ref()?)))
            .filter(|(found, _)| !found.is_empty())
            .collect();
        for (found, source) in judged {
            saving.remarks.extend(found);
            saving.sources.extend(source);
        }
        if saving.remarks.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(Refusal { problems: saving.remarks, sources: saving.sources });
        }
        saving.add(self.files)?;
        saving.finish(&self.summary, self.speaks_for_itself, request)
    }
}

/// A change that is put together bit by bit, so that its texts need not be in memory all at once.
pub(super) struct Saving<'a> {
    writing: Writing<'a>,
    /// The files, as long as they are few enough to be told one by one.
    told: BTreeMap<String, FileChange>,
    /// All paths.
    paths: BTreeSet<String>,
    /// What else should be known.
    pub(super) remarks: Vec<Problem>,
    sources: Vec<crate::record::Source>,
}

impl<'a> Saving<'a> {
    /// Nothing yet, to be saved by `writing`.
    pub(super) fn new(writing: Writing<'a>) -> Saving<'a> {
        Saving {
            writing,
            told: BTreeMap::new(),
            paths: BTreeSet::new(),
            remarks: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// The right to write, to read through it.
    pub(super) fn writing(&mut self) -> &mut Writing<'a> {
        &mut self.writing
    }

    /// Takes in `files`, which were judged; those that stay as they are, are left out.
    pub(super) fn add(&mut self, files: Vec<FileChange>) -> Result<()> {
        let files: Vec<FileChange> =
            files.into_iter().filter(|file| file.before != file.after).collect();
        self.writing.stage(&files)?;
        self.paths.extend(files.iter().map(|file| file.path.clone()));
        if self.paths.len() > MANY {
            self.told.clear();
            return Ok(());
        }
        for file in files {
            match self.told.get_mut(&file.path) {
                Some(known) => known.after = file.after,
                None => {
                    self.told.insert(file.path.clone(), file);
                }
            }
        }
        Ok(())
    }

    /// Makes one revision of it all, or only tells it. `summary` is the message of the commit when no reason
    /// is given; with `speaks_for_itself` nobody is asked for one.
    pub(super) fn finish(
        self,
        summary: &str,
        speaks_for_itself: bool,
        request: &Request,
    ) -> Result<Changed> {
        let Saving { writing, told, paths, remarks, sources } = self;
        // What fields a hundred thousand new records have, nobody reads: the files are named.
        let (changes, files) = match paths.len() > MANY {
            true => {
                let named = |path| ChangedFile { path, before: None, after: None };
                (Vec::new(), paths.into_iter().map(named).collect())
            }
            false => {
                let told: Vec<FileChange> = told.into_values().collect();
                (semantic(&told), told.iter().map(shown).collect())
            }
        };
        let mut changed = Changed { revision: None, files, changes, remarks, sources };
        if changed.files.is_empty() || request.dry_run {
            return Ok(changed);
        }
        let reason = request.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let message = match reason {
            Some(reason) => message_with_evidence(reason, &request.evidence),
            None if speaks_for_itself => message_with_evidence(summary, &request.evidence),
            None => {
                changed.remarks.push(
                    Problem::note(codes::NO_REASON, "no reason was given")
                        .mend("say why with `-m`: it is kept with the change"),
                );
                message_without_reason(summary, &request.evidence)
            }
        };
        let saved = writing.commit(&message, &request.circumstances)?;
        changed.revision = Some(saved.revision);
        changed.remarks.extend(saved.notes);
        Ok(changed)
    }
}

fn is_record(path: &str) -> bool {
    path.strip_prefix(RECORDS).is_some_and(|rest| rest.starts_with('/')) && path.ends_with(".toml")
}

/// What is wrong with a record that is about to be saved.
pub(super) fn judge(path: &str, bytes: &[u8]) -> (Vec<Problem>, Option<crate::record::Source>) {
    let (draft, mut problems) = record_file::read(bytes, path);
    let Some(draft) = draft else { return (problems, None) };
    if problems.is_empty() {
        problems = draft.finish().1;
    }
    (problems, Some(draft.source))
}

/// The changes between the records before and after. A record that changes its id is compared with
/// itself: files are matched by what the record was called and is called.
fn semantic(files: &[FileChange]) -> Vec<Change> {
    let tree = |path: &str, bytes: &Option<Vec<u8>>| -> Option<Node> {
        record_file::read_tree(bytes.as_deref()?, path).0
    };
    let records = files.iter().filter(|file| is_record(&file.path));
    let mut gone = Vec::new();
    let mut new = Vec::new();
    let mut changes = Vec::new();
    for file in records {
        match (tree(&file.path, &file.before), tree(&file.path, &file.after)) {
            (Some(before), None) => gone.push(before),
            (None, Some(after)) => new.push(after),
            (before, after) => changes.extend(compare(before.as_ref(), after.as_ref())),
        }
    }
    for after in new {
        let renamed = gone.iter().position(|before| bears(&after, id_of(before)));
        let before = renamed.map(|at| gone.swap_remove(at));
        changes.extend(compare(before.as_ref(), Some(&after)));
    }
    for before in gone {
        changes.extend(compare(Some(&before), None));
    }
    changes
}

fn id_of(root: &Node) -> &str {
    root.as_table().and_then(|table| table.get("id")).and_then(Node::as_text).unwrap_or_default()
}

/// Whether the record `root` had the id `id` before.
fn bears(root: &Node, id: &str) -> bool {
    let aliases = root.as_table().and_then(|table| table.get("aliases")).and_then(Node::as_list);
    aliases.is_some_and(|aliases| aliases.iter().any(|alias| alias.as_text() == Some(id)))
}

fn shown(file: &FileChange) -> ChangedFile {
    let text = |bytes: &Option<Vec<u8>>| {
        bytes.as_deref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    ChangedFile { path: file.path.clone(), before: text(&file.before), after: text(&file.after) }
}
