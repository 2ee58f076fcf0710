//! For each value of a record: who set it, when, why, on what evidence.

use super::log::problems;
use super::record_history::{Common, Present, RecordHistory};
use super::versions::FileVersion;
use super::{Catalog, Result};
use crate::problem::{Place, Problem};
use crate::record::{FieldPath, Node, Revision, RevisionId};
use crate::record_file;
use crate::store::{FileAt, Watch};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::HashMap;

/// Where the values of a record come from, in the order of the record.
#[derive(Debug, Serialize)]
pub struct Blame {
    /// The record's id.
    pub record: String,
    /// The revision at which the record was looked at.
    pub at: RevisionId,
    /// Its values.
    pub fields: Vec<BlamedField>,
    /// What a reader has to know besides.
    #[serde(rename = "problems", serialize_with = "problems")]
    pub remarks: Vec<Problem>,
}

/// Where one value comes from.
#[derive(Debug, Serialize)]
pub struct BlamedField {
    /// The field.
    pub field: FieldPath,
    /// Its value.
    pub value: Node,
    /// The revisions that brought it in, the newest first: more than one when branches came to it
    /// without knowing of each other.
    pub revisions: Vec<Revision>,
    /// Revisions before which the history is cut off, and at which the value stood already: they, or one
    /// that is not known, brought it in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known_since: Vec<RevisionId>,
    /// The entries of `[[evidence]]` in the record that speak of it, or of the whole record.
    pub evidence: Vec<Node>,
}

impl BlamedField {
    /// Whether nothing says why the value is believed: neither the record nor a revision that
    /// brought it in.
    pub fn lacks_evidence(&self) -> bool {
        self.evidence.is_empty()
            && self.revisions.iter().all(|revision| revision.evidence.is_empty())
    }
}

impl Catalog {
    /// Where the values of `target` (`ID` or `ID.FIELD`) come from, as it is at `at` (or in what is
    /// checked out). Changes that are not committed have no revision, and are not looked at.
    pub fn blame(&self, target: &str, at: Option<RevisionId>) -> Result<Blame> {
        let from = self.history_start(at)?;
        let (id, field) = self.target(target, Some(from))?;
        let found = self.record_history(&id, from)?;
        self.blame_of(found, id, field.as_ref(), from)
    }

    fn blame_of(
        &self,
        found: RecordHistory,
        id: String,
        field: Option<&FieldPath>,
        from: RevisionId,
    ) -> Result<Blame> {
        let Some(tip) = found.tip() else {
            return Ok(Blame { record: id, at: from, fields: Vec::new(), remarks: found.remarks });
        };
        let mut remarks = found.remarks;
        remarks.extend(found.faults.get(&tip).cloned());
        let evidence = found
            .history
            .versions()
            .get(tip)
            .and_then(|version| version.state.as_record())
            .map(spoken_evidence)
            .unwrap_or_default();
        let mut revisions: HashMap<usize, Revision> = HashMap::new();
        let mut fields = Vec::new();
        for origin in found.history.blame(tip) {
            let asked = field.is_none_or(|field| {
                origin.field.is_within(field) || field.is_within(&origin.field)
            });
            if !asked {
                continue;
            }
            let (mut brought, mut known_since) = (Vec::new(), Vec::new());
            for at in origin.versions.iter().rev() {
                if found.history.is_cut_off_before(*at) {
                    known_since.push(found.revisions[*at]);
                    continue;
                }
                let revision = match revisions.get(at) {
                    Some(revision) => revision.clone(),
                    None => {
                        let revision = self.store.revision(found.revisions[*at])?;
                        revisions.insert(*at, revision.clone());
                        revision
                    }
                };
                brought.push(revision);
            }
            let spoken = evidence
                .iter()
                .filter(|(of, _)| of.as_ref().is_none_or(|of| origin.field.is_within(of)));
            fields.push(BlamedField {
                evidence: spoken.map(|(_, entry)| entry.clone()).collect(),
                value: origin.value.clone(),
                field: origin.field,
                revisions: brought,
                known_since,
            });
        }
        Ok(Blame { record: found.id, at: from, fields, remarks })
    }
}

/// The values of one record for which nobody gave evidence.
#[derive(Debug, Serialize)]
pub struct Unproved {
    /// The record's id.
    pub record: String,
    /// The values, with the revisions that brought them in.
    pub fields: Vec<BlamedField>,
}

impl Catalog {
    /// For each record of the revision `at` (or of what is checked out), the values for which nobody
    /// gave evidence, in the order of the paths; records with evidence for all are left out. What
    /// cannot be read is told to `problems`.
    pub fn without_evidence(
        &self,
        at: Option<RevisionId>,
        watch: &dyn Watch,
        mut told: impl FnMut(Unproved) -> Result<()>,
    ) -> Result<Vec<Problem>> {
        let from = self.history_start(at)?;
        let (mut files, mut problems) = self.store.record_files_at(from)?;
        files.retain(|file| file.path.ends_with(".toml"));
        let processors = match files.len() {
            0..=AT_ONCE => 1,
            _ => {
                self.store.expect_many_files();
                // What is remembered of the history is brought up to date once, for all.
                self.store.lineage(from, &[])?;
                rayon::current_num_threads().max(1)
            }
        };
        // For each processor a catalog of its own.
        let mut readers: Vec<(Catalog, Common)> =
            (0..processors).map(|_| (self.another(), Common::default())).collect();
        let mut done = 0;
        for round in files.chunks(AT_ONCE * processors) {
            watch.at("looking for evidence", done, files.len());
            watch.goes_on()?;
            let found: Vec<Result<Vec<Looked>>> = readers
                .par_iter_mut()
                .zip(round.par_chunks(AT_ONCE))
                .map(|((catalog, common), stretch)| {
                    stretch.iter().map(|file| catalog.unproved(file, from, common)).collect()
                })
                .collect();
            for looked in found {
                for looked in looked? {
                    match looked {
                        Looked::Proved => {}
                        Looked::Unproved(unproved) => told(unproved)?,
                        Looked::Unread(unread) => problems.extend(unread),
                    }
                }
            }
            done += round.len();
        }
        Ok(problems)
    }

    fn unproved(&self, file: &FileAt, from: RevisionId, common: &mut Common) -> Result<Looked> {
        let bytes = match self.store.read_blob(file.blob) {
            Ok(bytes) => bytes,
            Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
            Err(problem) => return Ok(Looked::Unread(vec![problem.at(Place::file(&file.path))])),
        };
        let (draft, problems) = record_file::read(&bytes, &file.path);
        let Some(draft) = draft.filter(|_| problems.is_empty()) else {
            return Ok(Looked::Unread(problems));
        };
        let id = match draft.finish() {
            (Some(record), _) => record.id,
            (None, problems) => return Ok(Looked::Unread(problems)),
        };
        let present =
            Present { file: FileVersion::of_tree(&file.path, draft.root), blob: file.blob };
        let found = self.present_history(&id, from, present, common)?;
        let mut blame = self.blame_of(found, id.to_string(), None, from)?;
        blame.fields.retain(|blamed| blamed.lacks_evidence() && !is_evidence(&blamed.field));
        Ok(match blame.fields.is_empty() {
            true => Looked::Proved,
            false => Looked::Unproved(Unproved { record: blame.record, fields: blame.fields }),
        })
    }
}

/// What came of looking for the evidence of a record.
enum Looked {
    /// There is evidence for all.
    Proved,
    Unproved(Unproved),
    /// The file cannot be read.
    Unread(Vec<Problem>),
}

/// So many records are looked at by one processor before the others are waited for.
const AT_ONCE: usize = 64;

/// Whether the field is what needs no evidence: the evidence itself, and what the file says of
/// itself.
fn is_evidence(field: &FieldPath) -> bool {
    field
        .segments()
        .first()
        .is_some_and(|first| ["evidence", "format", "id", "aliases"].contains(&first.as_str()))
}

/// The evidence of a record, each with the field it speaks of; `None` for the whole record. What
/// names no field that can be understood speaks of none.
pub(super) fn spoken_evidence(root: &Node) -> Vec<(Option<FieldPath>, Node)> {
    let list = root.as_table().and_then(|table| table.get("evidence")).and_then(Node::as_list);
    let mut spoken = Vec::new();
    for entry in list.unwrap_or_default() {
        match entry.as_table().and_then(|table| table.get("field")).and_then(Node::as_text) {
            None => spoken.push((None, entry.clone())),
            Some(field) => {
                if let Ok(field) = field.parse() {
                    spoken.push((Some(field), entry.clone()));
                }
            }
        }
    }
    spoken
}
