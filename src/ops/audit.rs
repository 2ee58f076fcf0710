//! The report over the catalog: every revision between two moments with what it changed, why, and
//! on what evidence.

use super::diff::split_range;
use super::log::problems;
use super::record_history::{cut_problem, reason_problem};
use super::versions::{FileVersion, RecordPair, match_records, told_aliases};
use super::{Catalog, Refusal, Result};
use crate::changes::{Change, Filter, Provenance, credit};
use crate::problem::{Problem, codes};
use crate::record::{Node, Revision, RevisionId};
use crate::store::{BlobId, Difference};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
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
    asked: Asked,
    /// What a reader has to know: history that is cut off.
    pub remarks: Vec<Problem>,
    /// The last revision that is looked at.
    pub head: Revision,
    /// How many revisions there are in all, whether they changed a record or not.
    pub total: usize,
}

/// What is asked of a revision.
#[derive(Debug, Clone)]
struct Asked {
    filter: Filter,
    /// When records are named: the files in which they lay.
    paths: Option<BTreeSet<String>>,
}

impl Asked {
    fn wants(&self, difference: &Difference) -> bool {
        difference.path.ends_with(".toml")
            && self.paths.as_ref().is_none_or(|paths| paths.contains(&difference.path))
    }
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
        let mut asked = Asked { filter, paths: None };
        let named = self.named_revisions(&mut asked, from, to)?;
        let (mut left, remarks) = match named {
            Some(found) => found,
            None => {
                let without: Vec<RevisionId> = from.into_iter().collect();
                let (mut log, lost) = self.store.remembered_log(to, &without)?;
                log.reverse();
                let mut remarks = self.store.history_remarks()?;
                remarks.extend(lost);
                (log, remarks)
            }
        };
        let total = left.len();
        let ahead = (total >= WORTH_SHARING).then(|| Ahead::of(self, &left, &asked)).flatten();
        if ahead.is_some() {
            left.clear();
        }
        let head = self.store.revision(to)?;
        Ok(Audit { catalog: self, total, left, ahead, asked, remarks, head })
    }

    /// When a record is asked for: the revisions that did something to it, each after those it came
    /// from, without those that led to `from`; and what a reader has to know. What is asked is told the
    /// other names of the records, and where they lay.
    ///
    /// # Errors
    /// When a record that is asked for never was.
    fn named_revisions(
        &self,
        asked: &mut Asked,
        from: Option<RevisionId>,
        to: RevisionId,
    ) -> Result<Option<(Vec<RevisionId>, Vec<Problem>)>> {
        let records: Vec<(String, bool)> =
            asked.filter.records().map(|(id, wanted)| (id.to_owned(), wanted)).collect();
        let mut named = None;
        for (id, is_wanted) in records {
            let found = self.record_history(&id, to)?;
            asked.filter.name(&id, found.names);
            // All terms must hold: the revisions of one of the records are enough to look at.
            if is_wanted && named.is_none() {
                let known: HashSet<RevisionId> = match from {
                    Some(from) => {
                        let (knots, _) = self.store.lineage(from, &found.paths)?;
                        knots.into_iter().map(|knot| knot.revision).collect()
                    }
                    None => HashSet::new(),
                };
                let revisions = found.revisions.into_iter().filter(|id| !known.contains(id));
                named = Some((revisions.collect(), found.remarks));
                asked.paths = Some(found.paths.into_iter().collect());
            }
        }
        Ok(named)
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

    /// What the revision changed, as far as it is asked for.
    fn audit_entry(&self, revision: Revision, asked: &Asked) -> Result<AuditEntry> {
        let id = revision.id;
        let parents = self.readable_parents(&revision)?;
        let known: Vec<RevisionId> = parents.iter().map(|parent| parent.id).collect();
        let mut findings = Vec::new();
        // Where not all is known that it came from, nothing can be credited.
        let is_whole = known.len() == revision.parents.len() && !self.store.is_shallow()?;
        let changes = match &known[..] {
            _ if !is_whole && self.store.is_cut_off_before(id)? => {
                findings.push(cut_problem(id));
                Vec::new()
            }
            [] => self.changes_of_one(None, id, asked, &mut findings)?,
            [parent] => self.changes_of_one(Some(*parent), id, asked, &mut findings)?,
            known => self.changes_of_merge(known, id, asked, &mut findings)?,
        };
        let lost = if is_whole { Vec::new() } else { self.store.lost_parents(id)? };
        for lost in lost {
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

    /// As [`Catalog::audit_entry`]; `None` when there is nothing to be told. Of a revision whose folders
    /// or files are damaged, that they are.
    fn told_entry(&self, id: RevisionId, asked: &Asked) -> Result<Option<AuditEntry>> {
        let revision = self.store.revision(id)?;
        // Who, when and why is known at once; what changed is not.
        let provenance = Provenance {
            author: &revision.author,
            moment: revision.moment,
            reason: &revision.reason,
            evidence: &revision.evidence,
        };
        if !asked.filter.lets_revision(provenance) {
            return Ok(None);
        }
        let entry = match self.audit_entry(revision.clone(), asked) {
            Ok(entry) => entry,
            // That the machine failed is nothing that happened to the catalog.
            Err(refusal) if refusal.is_of_the_machine() => return Err(refusal),
            Err(Refusal { problems, .. }) => {
                AuditEntry { revision, changes: Vec::new(), findings: problems }
            }
        };
        // A filter on changes has no use for revisions that are only remarkable.
        let is_remarkable = !asked.filter.is_about_changes() && !entry.findings.is_empty();
        Ok((!entry.changes.is_empty() || is_remarkable).then_some(entry))
    }

    fn changes_of_one(
        &self,
        parent: Option<RevisionId>,
        id: RevisionId,
        asked: &Asked,
        findings: &mut Vec<Problem>,
    ) -> Result<Vec<Change>> {
        let (differences, unread) = self.store.record_differences(parent, id)?;
        findings.extend(unread);
        // With its place among the differences, so that they are told in their order.
        let mut changes: Vec<(usize, Vec<Change>)> = Vec::new();
        let tell = |pair: &RecordPair| -> Vec<Change> {
            let changes = pair.changes().into_iter();
            changes.filter(|change| asked.filter.lets_change(change)).collect()
        };
        // Those that are not simply the next version of what lay there, or that have a file to themselves.
        let (mut before, mut after, mut places) = (Vec::new(), Vec::new(), HashMap::new());
        let is_all_new = differences.iter().all(|difference| difference.before.is_none());
        for (at, difference) in differences.iter().enumerate().filter(|(_, d)| asked.wants(d)) {
            let path = &difference.path;
            // A file that could not be read before was told when it came in.
            let mut told = Vec::new();
            let old = difference.before.map(|blob| self.version(path, blob, parent, &mut told));
            let new = difference.after.map(|blob| self.version(path, blob, Some(id), findings));
            let (old, new) = (old.transpose()?, new.transpose()?);
            match (old, new) {
                (Some(old), Some(new)) if old.id == new.id && old.is_read() && new.is_read() => {
                    changes.push((at, tell(&RecordPair { before: Some(old), after: Some(new) })));
                }
                (None, Some(new)) if is_all_new => {
                    changes.push((at, tell(&RecordPair { before: None, after: Some(new) })));
                }
                (old, new) => {
                    places.insert(path, at);
                    before.extend(old);
                    after.extend(new);
                }
            }
        }
        if !before.is_empty() || !after.is_empty() {
            let aliases = self.aliases_between(parent, id, &differences)?;
            for mut pair in match_records(before, after, &aliases) {
                if let Some(old) = pair.before.take_if(|old| !old.is_read()) {
                    pair.before = self.readable_before(parent, old)?;
                }
                findings.extend(pair.lost_id(&aliases));
                // What is gone comes last.
                let place = pair.after.as_ref().and_then(|after| places.get(&after.path));
                changes.push((place.copied().unwrap_or(usize::MAX), tell(&pair)));
            }
        }
        changes.sort_by_key(|(at, _)| *at);
        Ok(changes.into_iter().flat_map(|(_, changes)| changes).collect())
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
            Some(_) if gone => told_aliases(self, &self.store.alias_differences(parent, id)?.0),
            _ => Ok(HashMap::new()),
        }
    }

    /// The nearest version of a file, going back from `parent` along first parents, that can be
    /// read: what came after an unreadable version is told against it.
    fn readable_before(
        &self,
        parent: Option<RevisionId>,
        broken: FileVersion,
    ) -> Result<Option<FileVersion>> {
        let Some(mut at) = parent else { return Ok(None) };
        for _ in 0..FARTHEST_BACK {
            match self.store.read_at(at, &broken.path) {
                Ok(None) => return Ok(None),
                Ok(Some(bytes)) => {
                    let (version, _) = FileVersion::of(&broken.path, &bytes);
                    if version.is_read() {
                        return Ok(Some(version));
                    }
                }
                Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
                // An object that is gone: look further back.
                Err(_) => {}
            }
            match self.store.revision(at).map(|revision| revision.parents.first().copied()) {
                Ok(Some(parent)) => at = parent,
                _ => return Ok(None),
            }
        }
        Ok(Some(broken))
    }

    fn changes_of_merge(
        &self,
        known: &[RevisionId],
        id: RevisionId,
        asked: &Asked,
        findings: &mut Vec<Problem>,
    ) -> Result<Vec<Change>> {
        // What is as in one parent is that parent's.
        let Some((&first, others)) = known.split_first() else { return Ok(Vec::new()) };
        let (differences, unread) = self.store.record_differences(Some(first), id)?;
        findings.extend(unread);
        let mut own: BTreeMap<String, Option<BlobId>> = BTreeMap::new();
        for difference in differences.iter().filter(|d| asked.wants(d)) {
            let mut is_own = true;
            for other in others {
                match self.store.blob_at(*other, &difference.path) {
                    Ok(blob) => is_own &= blob != difference.after,
                    Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
                    Err(_) => {}
                }
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
                after.push(self.version(path, *blob, Some(id), findings)?);
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
                .collect::<Result<_>>()?;
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
            let readable =
                |version: &Option<FileVersion>| version.as_ref().is_none_or(FileVersion::is_read);
            if !readable(&after) || !before.iter().all(readable) {
                continue;
            }
            let before: Vec<Option<&Node>> = before
                .iter()
                .map(|side| side.as_ref().and_then(|version| version.state.as_record()))
                .collect();
            let after = after.as_ref().and_then(|version| version.state.as_record());
            let own = credit(&before, after).into_iter();
            changes.extend(own.filter(|change| asked.filter.lets_change(change)));
        }
        Ok(changes)
    }

    /// The parents of a revision that can be read.
    fn readable_parents(&self, revision: &Revision) -> Result<Vec<Revision>> {
        let mut parents = Vec::with_capacity(revision.parents.len());
        for id in &revision.parents {
            match self.store.revision(*id) {
                Ok(parent) => parents.push(parent),
                Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
                Err(_) => {}
            }
        }
        Ok(parents)
    }

    /// The finding that a revision is dated before one that it came from.
    pub(super) fn clock_problem(&self, revision: &Revision) -> Result<Option<Problem>> {
        Ok(clock_problem(revision, &self.readable_parents(revision)?))
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
    fn of(catalog: &Catalog, left: &[RevisionId], asked: &Asked) -> Option<Ahead> {
        catalog.store.expect_many_files();
        // For each processor a catalog of its own.
        let mut readers: Vec<Catalog> =
            (0..rayon::current_num_threads().max(1)).map(|_| catalog.another()).collect();
        let left: Vec<RevisionId> = left.iter().rev().copied().collect();
        let asked = asked.clone();
        let (give, coming) = sync_channel(AHEAD);
        let look = move || {
            for round in left.chunks(readers.len() * STRETCH) {
                let looked: Vec<Vec<Result<Option<AuditEntry>>>> = readers
                    .par_iter_mut()
                    .zip(round.par_chunks(STRETCH))
                    .map(|(catalog, stretch)| {
                        stretch.iter().rev().map(|id| catalog.told_entry(*id, &asked)).collect()
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
            None => self.left.pop().map(|id| self.catalog.told_entry(id, &self.asked)),
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
