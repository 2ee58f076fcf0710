//! The versions of one record through the history: found wherever its file lay and whatever its id
//! was.

use super::versions::{FileVersion, match_records, old_version_problem, told_aliases};
use super::{Catalog, Result};
use crate::changes::{History, State, Version};
use crate::problem::{Problem, codes};
use crate::record::{RecordId, Revision, RevisionId};
use crate::store::{BlobId, Knot, Layout};
use std::collections::{HashMap, HashSet};

/// One record's versions, each after those it came from.
#[derive(Debug)]
pub(super) struct RecordHistory {
    /// The id that the record has in the last version that has one.
    pub(super) id: String,
    /// What the record is at each version.
    pub(super) history: History,
    /// The revision of each version.
    pub(super) revisions: Vec<RevisionId>,
    /// What is wrong with the version at its place, for those that cannot be read.
    pub(super) faults: HashMap<usize, Problem>,
    /// What a reader has to know: history that is cut off, revisions that cannot be read.
    pub(super) remarks: Vec<Problem>,
}

impl RecordHistory {
    /// The last version: where the history was asked from.
    pub(super) fn tip(&self) -> Option<usize> {
        self.revisions.len().checked_sub(1)
    }
}

impl Catalog {
    /// The history of the record that `id` names, now or at any time, in the revisions leading to
    /// `from`.
    pub(super) fn record_history(&self, id: &str, from: RevisionId) -> Result<RecordHistory> {
        let asked: RecordId = id.parse()?;
        let mut remarks = self.store.history_remarks()?;
        let mut paths: Vec<String> = Vec::new();
        let add = |paths: &mut Vec<String>, path: String| {
            let new = !paths.contains(&path);
            if new {
                paths.push(path);
            }
            new
        };
        let mut known_ids: HashSet<String> = HashSet::from([asked.to_string()]);
        // Where it is now, and the ids it tells of.
        if let Ok(file) = self.file_of(id, Some(from)) {
            add(&mut paths, file.path.clone());
            let (version, _) = FileVersion::of(&file.path, &file.bytes);
            known_ids.insert(version.id);
            known_ids.extend(version.aliases);
        }
        let mut looked_at: HashSet<RevisionId> = HashSet::new();
        let mut texts: HashMap<(String, BlobId), (FileVersion, Option<Problem>)> = HashMap::new();
        loop {
            let mut ids: Vec<&String> = known_ids.iter().collect();
            ids.sort_unstable_by_key(|id| (id.as_str() != asked.as_str(), id.as_str()));
            for id in ids.iter().filter_map(|id| id.parse::<RecordId>().ok()) {
                for layout in Layout::ALL {
                    add(&mut paths, layout.record_path(&id));
                }
            }
            let (knots, unread) = self.store.lineage(from, &paths)?;
            let mut found = false;
            for knot in &knots {
                for old in self.comes_from(&knots, knot, &paths, &mut looked_at, &mut texts)? {
                    found |= add(&mut paths, old.path);
                    found |= known_ids.insert(old.id);
                    for alias in old.aliases {
                        found |= known_ids.insert(alias);
                    }
                }
            }
            if found {
                continue;
            }
            if knots.is_empty() {
                let problem = Problem::error(
                    codes::NOT_FOUND,
                    format!("there is no record `{id}`, and never was"),
                )
                .mend("`fonds list` shows all records");
                return Err(problem.into());
            }
            let may_be_cut = !unread.is_empty() || self.store.is_shallow()?;
            remarks.extend(unread);
            let mut found = self.assemble(&asked, knots, &paths, texts, remarks);
            if may_be_cut {
                let mut cut = Vec::new();
                for (at, id) in found.revisions.iter().enumerate() {
                    if self.store.is_cut_off_before(*id)? {
                        cut.push(at);
                    }
                }
                found.history = found.history.cut_off_before(cut);
            }
            return Ok(found);
        }
    }

    fn assemble(
        &self,
        asked: &RecordId,
        knots: Vec<Knot>,
        paths: &[String],
        mut texts: HashMap<(String, BlobId), (FileVersion, Option<Problem>)>,
        remarks: Vec<Problem>,
    ) -> RecordHistory {
        let mut id = asked.to_string();
        let mut faults = HashMap::new();
        let mut versions = Vec::with_capacity(knots.len());
        let mut revisions = Vec::with_capacity(knots.len());
        for (at, knot) in knots.into_iter().enumerate() {
            let file =
                paths.iter().zip(&knot.files).find_map(|(path, blob)| Some((path, (*blob)?)));
            let state = match file {
                None => State::Absent,
                Some((path, blob)) => {
                    let (version, fault) = self.read_once(path, blob, &mut texts);
                    if let Some(why) = fault {
                        faults.insert(at, old_version_problem(path, Some(knot.revision), why));
                    }
                    if version.state != State::Unreadable {
                        id.clone_from(&version.id);
                    }
                    version.state.clone()
                }
            };
            versions.push(Version { parents: knot.parents, state });
            revisions.push(knot.revision);
        }
        RecordHistory { id, history: History::new(versions), revisions, faults, remarks }
    }

    fn read_once<'a>(
        &self,
        path: &str,
        blob: BlobId,
        texts: &'a mut HashMap<(String, BlobId), (FileVersion, Option<Problem>)>,
    ) -> (&'a FileVersion, Option<&'a Problem>) {
        let (version, fault) = texts.entry((path.to_owned(), blob)).or_insert_with(|| {
            match self.store.read_blob(blob) {
                Ok(bytes) => FileVersion::of(path, &bytes),
                Err(problem) => (FileVersion::unreadable(path), Some(problem)),
            }
        });
        (version, fault.as_ref())
    }

    /// What the record was called, and where its file lay, before the knot at which its files
    /// first appear; or after the one at which they are gone.
    fn comes_from(
        &self,
        knots: &[Knot],
        knot: &Knot,
        paths: &[String],
        looked_at: &mut HashSet<RevisionId>,
        texts: &mut HashMap<(String, BlobId), (FileVersion, Option<Problem>)>,
    ) -> Result<Vec<FileVersion>> {
        let has = |knot: &Knot| knot.files.iter().any(Option::is_some);
        let in_parent = knot.parents.iter().flatten().any(|at| has(&knots[*at]));
        if has(knot) == in_parent || !looked_at.insert(knot.revision) {
            return Ok(Vec::new());
        }
        let appears = has(knot);
        let mut found = Vec::new();
        let parents = self.store.revision(knot.revision)?.parents;
        for parent in parents {
            // A parent beyond the edge of a shallow clone has nothing to tell.
            let Ok((differences, _)) = self.store.record_differences(Some(parent), knot.revision)
            else {
                continue;
            };
            let aliases = self.store.alias_differences(Some(parent), knot.revision);
            let aliases = told_aliases(self, &aliases.map(|(found, _)| found).unwrap_or_default());
            // A file that is only on one side can have come from, or gone to, another name.
            let lone = differences.iter().filter(|d| d.before.is_some() != d.after.is_some());
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for difference in lone {
                let is_ours = paths.contains(&difference.path);
                let (blob, side) = match (difference.before, difference.after) {
                    (Some(blob), _) if appears || is_ours => (blob, &mut before),
                    (_, Some(blob)) if !appears || is_ours => (blob, &mut after),
                    _ => continue,
                };
                side.push(self.read_once(&difference.path, blob, texts).0.clone());
            }
            for pair in match_records(before, after, &aliases) {
                let (Some(before), Some(after)) = (pair.before, pair.after) else { continue };
                match (paths.contains(&before.path), paths.contains(&after.path)) {
                    (false, true) => found.push(before),
                    (true, false) => found.push(after),
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    /// The revision to start from: `at`, or what is checked out.
    pub(super) fn history_start(&self, at: Option<RevisionId>) -> Result<RevisionId> {
        match at {
            Some(at) => Ok(at),
            None => self.store.head()?.ok_or_else(|| {
                Problem::error(codes::REVISION, "nothing has been committed yet")
                    .mend("the first change made with fonds, or a first `git commit`, makes a revision")
                    .into()
            }),
        }
    }
}

/// The finding that what a revision changed is not known, for what came before it is not.
pub(super) fn cut_problem(id: RevisionId) -> Problem {
    Problem::warning(
        codes::HISTORY_CUT,
        format!(
            "what {} changed is not known: the history is cut off before it, and what it holds may be older",
            id.short()
        ),
    )
    .mend("fetch what is missing: `git fetch --unshallow` in a shallow clone, else from another clone")
}

/// The finding that nobody said why a revision was made.
pub(super) fn reason_problem(revision: &Revision) -> Option<Problem> {
    revision.reason.trim().is_empty().then(|| {
        Problem::warning(
            codes::NO_REASON,
            format!("the revision {} was made without a reason", revision.id.short()),
        )
        .mend("say why with `-m` the next time; what is past stays as it is")
    })
}
