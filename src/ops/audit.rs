//! The report over the catalog: every revision between two moments with what it changed, why, and
//! on what evidence.

use super::diff::split_range;
use super::log::problems;
use super::record_history::{cut_problem, reason_problem};
use super::versions::{FileVersion, match_records, told_aliases};
use super::{Catalog, Refusal, Result};
use crate::changes::{Change, Filter, Provenance, State, credit};
use crate::problem::{Problem, codes};
use crate::record::{Node, Revision, RevisionId};
use crate::store::{BlobId, Difference};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{self, JoinHandle};

/// A revision and what it changed.
#[derive(Debug, Serialize)]
pub struct AuditEntry {
    /// The revision.
    pub revision: Revision,
    /// What it changed. A merge is credited only with what differs from all its parents.
    pub changes: Vec<Change>,
    /// What is to be said about it.
    #[serde(serialize_with = "problems")]
    pub findings: Vec<Problem>,
}

/// The revisions between two moments, the newest first, one after the other.
#[derive(Debug)]
pub struct Audit<'a> {
    catalog: &'a Catalog,
    /// Those still to be looked at here, the next one last.
    left: Vec<RevisionId>,
    /// Looks at those that are not left, when there are many.
    ahead: Option<Ahead>,
    filter: Filter,
    /// What a reader has to know: history that is cut off.
    pub remarks: Vec<Problem>,
    /// The last revision that is looked at.
    pub head: Revision,
    /// How many revisions there are in all, whether they changed a record or not.
    pub total: usize,
}

impl Catalog {
    /// The revisions of `range`: `REV..REV` (those that led to the second and not to the first),
    /// `REV` (from there to what is checked out), or all. Only changes that `filter` lets through
    /// are told, and revisions with none left are passed over.
    pub fn audit(&self, range: Option<&str>, filter: Filter) -> Result<Audit<'_>> {
        let (from, to) = match range.map(|range| split_range(range).unwrap_or((range, ""))) {
            None => (None, None),
            Some((from, to)) => {
                let side = |text: &str| match text {
                    "" => Ok(None),
                    text => self.moment(Some(text)),
                };
                (side(from)?, side(to)?)
            }
        };
        let to = self.history_start(to)?;
        let without: Vec<RevisionId> = from.into_iter().collect();
        let (mut left, lost) = self.store.remembered_log(to, &without)?;
        left.reverse();
        let mut remarks = self.store.history_remarks()?;
        remarks.extend(lost);
        let total = left.len();
        let ahead = (total >= WORTH_SHARING).then(|| Ahead::of(self, &left, &filter)).flatten();
        if ahead.is_some() {
            left.clear();
        }
        let head = self.store.revision(to)?;
        Ok(Audit { catalog: self, total, left, ahead, filter, remarks, head })
    }

    /// The titles that the records told of in `entries` have at the revision `at`, by id. Records that are
    /// gone, or have another id by then, have none.
    pub fn titles(&self, entries: &[AuditEntry], at: RevisionId) -> BTreeMap<String, String> {
        let changes = entries.iter().flat_map(|entry| &entry.changes);
        let ids: BTreeSet<&String> = changes.map(|change| &change.record).collect();
        ids.into_iter()
            .filter_map(|id| {
                let title = self.record(id, Some(at)).ok()?.record.title?.text;
                Some((id.clone(), title))
            })
            .collect()
    }

    /// What the revision changed, whatever it is about.
    pub(super) fn audit_entry(&self, revision: Revision) -> Result<AuditEntry> {
        let id = revision.id;
        let parents: Vec<Revision> =
            revision.parents.iter().filter_map(|id| self.store.revision(*id).ok()).collect();
        let known: Vec<RevisionId> = parents.iter().map(|parent| parent.id).collect();
        let mut findings = Vec::new();
        // Where not all is known that it came from, nothing can be credited.
        let is_whole = known.len() == revision.parents.len() && !self.store.is_shallow()?;
        let changes = match &known[..] {
            _ if !is_whole && self.store.is_cut_off_before(id)? => {
                findings.push(cut_problem(id));
                Vec::new()
            }
            [] => self.changes_of_one(None, id, &mut findings)?,
            [parent] => self.changes_of_one(Some(*parent), id, &mut findings)?,
            known => self.changes_of_merge(known, id, &mut findings)?,
        };
        for lost in self.store.lost_parents(id).ok().filter(|_| !is_whole).into_iter().flatten() {
            findings.push(Problem::error(
                codes::OBJECT,
                format!("{lost}, from which {} came, cannot be read", id.short()),
            ));
        }
        if !changes.is_empty() {
            findings.extend(reason_problem(&revision));
        }
        findings.extend(clock_problem(&revision, &parents));
        Ok(AuditEntry { revision, changes, findings })
    }

    /// As [`Catalog::audit_entry`], of what `filter` lets through; `None` when that is nothing. Of a
    /// revision whose folders or files are damaged, that they are.
    fn told_entry(&self, id: RevisionId, filter: &Filter) -> Result<Option<AuditEntry>> {
        let revision = self.store.revision(id)?;
        // Who, when and why is known at once; what changed is not.
        let provenance = Provenance {
            author: &revision.author,
            moment: revision.moment,
            reason: &revision.reason,
            evidence: &revision.evidence,
        };
        if !filter.lets_revision(provenance) {
            return Ok(None);
        }
        let mut entry = match self.audit_entry(revision.clone()) {
            Ok(entry) => entry,
            Err(Refusal { problems, .. }) => {
                AuditEntry { revision, changes: Vec::new(), findings: problems }
            }
        };
        entry.changes.retain(|change| filter.lets_change(change));
        // A filter on changes has no use for revisions that are only remarkable.
        let is_remarkable = !filter.is_about_changes() && !entry.findings.is_empty();
        Ok((!entry.changes.is_empty() || is_remarkable).then_some(entry))
    }

    fn changes_of_one(
        &self,
        parent: Option<RevisionId>,
        id: RevisionId,
        findings: &mut Vec<Problem>,
    ) -> Result<Vec<Change>> {
        let (differences, unread) = self.store.record_differences(parent, id)?;
        findings.extend(unread);
        if differences.is_empty() {
            return Ok(Vec::new());
        }
        let aliases = self.aliases_between(parent, id, &differences)?;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for difference in differences.iter().filter(|d| d.path.ends_with(".toml")) {
            let path = &difference.path;
            let mut old = Vec::new();
            if let Some(blob) = difference.before {
                // A file that could not be read before was told when it came in.
                before.push(self.version(path, blob, parent, &mut old));
            }
            if let Some(blob) = difference.after {
                after.push(self.version(path, blob, Some(id), findings));
            }
        }
        let mut changes = Vec::new();
        for mut pair in match_records(before, after, &aliases) {
            if pair.before.as_ref().is_some_and(|before| before.state == State::Unreadable) {
                pair.before = self.readable_before(parent, pair.before.as_ref())?;
            }
            findings.extend(pair.lost_id(&aliases));
            changes.extend(pair.changes());
        }
        Ok(changes)
    }

    /// The aliases told between two revisions, when a record came or went between them.
    fn aliases_between(
        &self,
        parent: Option<RevisionId>,
        id: RevisionId,
        differences: &[Difference],
    ) -> Result<HashMap<String, String>> {
        let gone = differences.iter().any(|d| d.after.is_none());
        match parent {
            Some(_) if gone => Ok(told_aliases(self, &self.store.alias_differences(parent, id)?.0)),
            _ => Ok(HashMap::new()),
        }
    }

    /// The nearest version of a file, going back from `parent` along first parents, that can be
    /// read: what came after an unreadable version is told against it.
    fn readable_before(
        &self,
        parent: Option<RevisionId>,
        broken: Option<&FileVersion>,
    ) -> Result<Option<FileVersion>> {
        let (Some(mut at), Some(broken)) = (parent, broken) else { return Ok(None) };
        for _ in 0..FARTHEST_BACK {
            match self.store.read_at(at, &broken.path) {
                Ok(None) => return Ok(None),
                Ok(Some(bytes)) => {
                    let (version, _) = FileVersion::of(&broken.path, &bytes);
                    if version.state != State::Unreadable {
                        return Ok(Some(version));
                    }
                }
                // An object that is gone: look further back.
                Err(_) => {}
            }
            match self.store.revision(at).map(|revision| revision.parents.first().copied()) {
                Ok(Some(parent)) => at = parent,
                _ => return Ok(None),
            }
        }
        Ok(Some(broken.clone()))
    }

    fn changes_of_merge(
        &self,
        known: &[RevisionId],
        id: RevisionId,
        findings: &mut Vec<Problem>,
    ) -> Result<Vec<Change>> {
        // What is as in one parent is that parent's.
        let Some((&first, others)) = known.split_first() else { return Ok(Vec::new()) };
        let (differences, unread) = self.store.record_differences(Some(first), id)?;
        findings.extend(unread);
        let mut own: BTreeMap<String, Option<BlobId>> = BTreeMap::new();
        for difference in differences.iter().filter(|d| d.path.ends_with(".toml")) {
            let mut is_own = true;
            for other in others {
                let blob = self.store.blob_at(*other, &difference.path);
                is_own &= blob != Ok(difference.after);
            }
            if is_own {
                own.insert(difference.path.clone(), difference.after);
            }
        }
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let mut sides = vec![(first, differences)];
        for other in others {
            sides.push((*other, self.store.record_differences(Some(*other), id)?.0));
        }
        // For each record that is the merge's own, what it was in each parent.
        let mut after: Vec<FileVersion> = Vec::new();
        for (path, blob) in &own {
            if let Some(blob) = blob {
                after.push(self.version(path, *blob, Some(id), findings));
            }
        }
        let mut before: Vec<Vec<Option<FileVersion>>> = vec![Vec::new(); after.len()];
        let mut removed: BTreeMap<String, Vec<Option<FileVersion>>> = BTreeMap::new();
        for (parent, differences) in &sides {
            let aliases = self.aliases_between(Some(*parent), id, differences)?;
            let mut unread = Vec::new();
            let came = differences.iter().any(|d| d.before.is_none() && own.contains_key(&*d.path));
            let old: Vec<FileVersion> = differences
                .iter()
                .filter(|d| own.contains_key(&*d.path) || (came && d.after.is_none()))
                .filter_map(|d| Some(self.version(&d.path, d.before?, Some(*parent), &mut unread)))
                .collect();
            let mut of_record: HashMap<String, FileVersion> = HashMap::new();
            for pair in match_records(old, after.clone(), &aliases) {
                match (pair.before, pair.after) {
                    (Some(before), Some(after)) => {
                        of_record.insert(after.path, before);
                    }
                    (Some(before), None) if own.contains_key(before.path.as_str()) => {
                        removed.entry(before.path.clone()).or_default().push(Some(before));
                    }
                    _ => {}
                }
            }
            for (version, sides) in after.iter().zip(&mut before) {
                sides.push(of_record.remove(&version.path));
            }
        }
        let mut changes = Vec::new();
        let removed = removed.into_values().filter(|found| found.len() == sides.len());
        let all = after.into_iter().map(Some).zip(before).chain(removed.map(|side| (None, side)));
        for (after, before) in all {
            let readable = |version: &Option<FileVersion>| {
                version.as_ref().is_none_or(|version| version.state != State::Unreadable)
            };
            if !readable(&after) || !before.iter().all(readable) {
                continue;
            }
            let before: Vec<Option<&Node>> = before
                .iter()
                .map(|side| side.as_ref().and_then(|version| version.state.as_record()))
                .collect();
            let after = after.as_ref().and_then(|version| version.state.as_record());
            changes.extend(credit(&before, after));
        }
        Ok(changes)
    }

    /// The finding that a revision is dated before one that it came from.
    pub(super) fn clock_problem(&self, revision: &Revision) -> Option<Problem> {
        let parents = revision.parents.iter().filter_map(|id| self.store.revision(*id).ok());
        clock_problem(revision, &parents.collect::<Vec<_>>())
    }
}

fn clock_problem(revision: &Revision, parents: &[Revision]) -> Option<Problem> {
    let later = parents.iter().max_by_key(|parent| parent.committed.seconds)?;
    (later.committed.seconds > revision.committed.seconds).then(|| {
        Problem::note(
            codes::CLOCK,
            format!(
                "the revision {} is dated {}, before {} ({}), which it came from",
                revision.id.short(),
                revision.committed,
                later.id.short(),
                later.committed
            ),
        )
    })
}

/// From so many revisions on, all processors take part.
const WORTH_SHARING: usize = 200;
/// So many revisions each of them looks at before the others are waited for.
const STRETCH: usize = 32;
/// So many stretches wait at most until they are told.
const AHEAD: usize = 8;

/// All processors at work on what is to be told, a little ahead of whoever tells it.
#[derive(Debug)]
struct Ahead {
    coming: Receiver<Vec<Result<Option<AuditEntry>>>>,
    /// What has come and is not yet told, the next one last.
    here: Vec<Result<Option<AuditEntry>>>,
    work: Option<JoinHandle<()>>,
}

impl Ahead {
    /// Looks at the revisions `left`, the last one first; `None` when no thread can be had for it.
    fn of(catalog: &Catalog, left: &[RevisionId], filter: &Filter) -> Option<Ahead> {
        catalog.store.expect_many_files();
        // For each processor a catalog of its own.
        let mut readers: Vec<Catalog> =
            (0..rayon::current_num_threads().max(1)).map(|_| catalog.another()).collect();
        let left: Vec<RevisionId> = left.iter().rev().copied().collect();
        let filter = filter.clone();
        let (give, coming) = sync_channel(AHEAD);
        let look = move || {
            for round in left.chunks(readers.len() * STRETCH) {
                let looked: Vec<Vec<Result<Option<AuditEntry>>>> = readers
                    .par_iter_mut()
                    .zip(round.par_chunks(STRETCH))
                    .map(|(catalog, stretch)| {
                        stretch.iter().rev().map(|id| catalog.told_entry(*id, &filter)).collect()
                    })
                    .collect();
                // When nobody wants it any more, that is all.
                if looked.into_iter().any(|stretch| give.send(stretch).is_err()) {
                    return;
                }
            }
        };
        let work = thread::Builder::new().spawn(look).ok()?;
        Some(Ahead { coming, here: Vec::new(), work: Some(work) })
    }

    fn next(&mut self) -> Option<Result<Option<AuditEntry>>> {
        while self.here.is_empty() {
            match self.coming.recv() {
                Ok(stretch) => self.here = stretch,
                Err(_) => {
                    // A defect over there is one here: what came so far is not all.
                    if let Some(Err(panic)) = self.work.take().map(JoinHandle::join) {
                        std::panic::resume_unwind(panic);
                    }
                    return None;
                }
            }
        }
        self.here.pop()
    }
}

impl Audit<'_> {
    /// The next revision, with what it changed, when there is something to be told of it.
    fn look(&mut self) -> Option<Result<Option<AuditEntry>>> {
        match &mut self.ahead {
            Some(ahead) => ahead.next(),
            None => self.left.pop().map(|id| self.catalog.told_entry(id, &self.filter)),
        }
    }
}

/// How far back a readable version is looked for.
const FARTHEST_BACK: usize = 1000;

impl Iterator for Audit<'_> {
    type Item = Result<AuditEntry>;

    fn next(&mut self) -> Option<Result<AuditEntry>> {
        std::iter::from_fn(|| self.look()).find_map(Result::transpose)
    }
}
