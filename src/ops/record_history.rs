//! The versions of one record through the history: found wherever its file lay and whatever its id
//! was.

use super::versions::{
    FileVersion, MOST_COMPARED, match_records, old_version_problem, told_aliases,
};
use super::{Catalog, Result};
use crate::changes::{History, State, Version};
use crate::problem::{Problem, codes};
use crate::record::{RecordId, Revision, RevisionId};
use crate::store::{BlobId, Difference, Knot, Layout, id_in_path};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

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
    /// The ids that it had, and those of records that were made one with it.
    pub(super) names: HashSet<String>,
    /// The files in which it lay, or may have lain.
    pub(super) paths: Vec<String>,
    /// What a reader has to know: history that is cut off, revisions that cannot be read.
    pub(super) remarks: Vec<Problem>,
}

impl RecordHistory {
    /// The last version: where the history was asked from.
    pub(super) fn tip(&self) -> Option<usize> {
        self.revisions.len().checked_sub(1)
    }
}

/// What is the same for the histories of many records: asked for once, and kept.
#[derive(Debug, Default)]
pub(super) struct Common {
    /// What holds for the whole history.
    repository: Option<(Vec<Problem>, bool)>,
    /// The files that came and went with some revisions, those of a few: very many records may have come
    /// with one of them.
    moved: Vec<((RevisionId, RevisionId), Arc<Moved>)>,
}

/// The files that are on one side only of two revisions.
#[derive(Debug)]
struct Moved {
    /// Sorted by path, as those that came are.
    gone: Vec<(String, BlobId)>,
    came: Vec<(String, BlobId)>,
    /// What was told of ids: old to new.
    aliases: HashMap<String, String>,
}

/// Of so many revisions it is kept what came and went with them.
const MOST_KEPT: usize = 4;

/// A record file that is known to be the record that is asked for, in the revision that its history is
/// asked from.
#[derive(Debug)]
pub(super) struct Present {
    pub(super) file: FileVersion,
    pub(super) blob: BlobId,
}

/// A record whose other names are looked for.
struct Sought<'a> {
    paths: &'a [String],
    ids: &'a HashSet<String>,
}

impl Sought<'_> {
    /// Its own files among `files`, which are sorted by path.
    fn ours<'f>(&self, files: &'f [(String, BlobId)]) -> Vec<&'f (String, BlobId)> {
        let place = |path: &String| files.binary_search_by(|(known, _)| known.cmp(path)).ok();
        let mut places: Vec<usize> = self.paths.iter().filter_map(place).collect();
        places.sort_unstable();
        places.into_iter().filter_map(|at| files.get(at)).collect()
    }
}

/// The versions of files, read once.
type Texts = HashMap<(String, BlobId), (FileVersion, Option<Problem>)>;

impl Catalog {
    /// The history of the record that `id` names, now or at any time, in the revisions leading to
    /// `from`.
    pub(super) fn record_history(&self, id: &str, from: RevisionId) -> Result<RecordHistory> {
        let asked: RecordId = id.parse()?;
        // Where it is now, and the ids it tells of.
        let file = match self.file_of(id, Some(from)) {
            Ok(file) => Some(file),
            Err(refusal) if refusal.is_of_the_machine() => return Err(refusal),
            Err(_) => None,
        };
        let present = file.map(|file| FileVersion::of(&file.path, &file.bytes).0);
        self.history_of(&asked, from, present, Texts::new(), &mut Common::default())
    }

    /// The same of a record that is known to be there in `from`, one of very many.
    pub(super) fn present_history(
        &self,
        id: &RecordId,
        from: RevisionId,
        present: Present,
        common: &mut Common,
    ) -> Result<RecordHistory> {
        let Present { file, blob } = present;
        let texts = Texts::from([((file.path.clone(), blob), (file.clone(), None))]);
        self.history_of(id, from, Some(file), texts, common)
    }

    fn history_of(
        &self,
        asked: &RecordId,
        from: RevisionId,
        present: Option<FileVersion>,
        mut texts: Texts,
        common: &mut Common,
    ) -> Result<RecordHistory> {
        let (mut remarks, is_shallow) = match &common.repository {
            Some(known) => known.clone(),
            None => {
                let found = (self.store.history_remarks()?, self.store.is_shallow()?);
                common.repository = Some(found.clone());
                found
            }
        };
        let mut paths: Vec<String> = Vec::new();
        let add = |paths: &mut Vec<String>, path: String| {
            let new = !paths.contains(&path);
            if new {
                paths.push(path);
            }
            new
        };
        let mut known_ids: HashSet<String> = HashSet::from([asked.to_string()]);
        if let Some(file) = present {
            add(&mut paths, file.path);
            known_ids.insert(file.id);
            known_ids.extend(file.aliases);
        }
        let mut looked_at: HashSet<RevisionId> = HashSet::new();
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
                let has = |knot: &Knot| knot.files.iter().any(Option::is_some);
                let in_parent = knot.parents.iter().flatten().any(|at| has(&knots[*at]));
                if has(knot) == in_parent || !looked_at.insert(knot.revision) {
                    continue;
                }
                let side = (knot.revision, has(knot));
                let sought = Sought { paths: &paths, ids: &known_ids };
                for old in self.comes_from(side, &sought, &mut texts, common)? {
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
                return Err(self.never_was(asked, from).into());
            }
            let may_be_cut = !unread.is_empty() || is_shallow;
            remarks.extend(unread);
            let mut found = self.assemble(asked, knots, &paths, texts, remarks)?;
            found.names = known_ids;
            found.paths = paths;
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
        mut texts: Texts,
        remarks: Vec<Problem>,
    ) -> Result<RecordHistory> {
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
                    let (version, fault) = self.read_once(path, blob, &mut texts)?;
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
        let (names, paths) = Default::default();
        let history = History::new(versions);
        Ok(RecordHistory { id, history, revisions, faults, names, paths, remarks })
    }

    fn read_once<'a>(
        &self,
        path: &str,
        blob: BlobId,
        texts: &'a mut Texts,
    ) -> Result<(&'a FileVersion, Option<&'a Problem>)> {
        let (version, fault) = match texts.entry((path.to_owned(), blob)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(FileVersion::of_read(path, self.store.read_blob(blob))?)
            }
        };
        Ok((version, fault.as_ref()))
    }

    /// What the record was called, and where its file lay, before the revision with which its files
    /// appear; or after the one with which they are gone.
    fn comes_from(
        &self,
        (revision, appears): (RevisionId, bool),
        sought: &Sought<'_>,
        texts: &mut Texts,
        common: &mut Common,
    ) -> Result<Vec<FileVersion>> {
        let mut found = Vec::new();
        for parent in self.store.revision(revision)?.parents {
            // A parent beyond the edge of a shallow clone has nothing to tell.
            let Some(moved) = self.moved(parent, revision, common)? else { continue };
            let (gone, came) = match appears {
                true => (self.perhaps(&moved.gone, &moved, sought)?, sought.ours(&moved.came)),
                false => (sought.ours(&moved.gone), self.perhaps(&moved.came, &moved, sought)?),
            };
            if gone.is_empty() || came.is_empty() {
                continue;
            }
            let mut read = |files: Vec<&(String, BlobId)>| -> Result<Vec<FileVersion>> {
                let read = |(path, blob): &(String, BlobId)| {
                    self.read_once(path, *blob, texts).map(|read| read.0.clone())
                };
                files.into_iter().map(read).collect()
            };
            for pair in match_records(read(gone)?, read(came)?, &moved.aliases) {
                let (Some(before), Some(after)) = (pair.before, pair.after) else { continue };
                match (sought.paths.contains(&before.path), sought.paths.contains(&after.path)) {
                    (false, true) => found.push(before),
                    (true, false) => found.push(after),
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    /// The files that came and went between two revisions; `None` when that is not known.
    fn moved(
        &self,
        parent: RevisionId,
        revision: RevisionId,
        common: &mut Common,
    ) -> Result<Option<Arc<Moved>>> {
        let key = (parent, revision);
        if let Some((_, moved)) = common.moved.iter().find(|(known, _)| *known == key) {
            return Ok(Some(moved.clone()));
        }
        let differences = match self.store.record_differences(Some(parent), revision) {
            Ok((differences, _)) => differences,
            Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
            Err(_) => return Ok(None),
        };
        let aliases = match self.store.alias_differences(Some(parent), revision) {
            Ok((differences, _)) => told_aliases(self, &differences)?,
            Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
            Err(_) => HashMap::new(),
        };
        let mut moved = Moved { gone: Vec::new(), came: Vec::new(), aliases };
        for Difference { path, before, after } in differences {
            match (before, after) {
                (Some(blob), None) => moved.gone.push((path, blob)),
                (None, Some(blob)) => moved.came.push((path, blob)),
                _ => {}
            }
        }
        let moved = Arc::new(moved);
        if common.moved.len() >= MOST_KEPT {
            common.moved.remove(0);
        }
        common.moved.push((key, moved.clone()));
        Ok(Some(moved))
    }

    /// The `files` that may be the record under another name: all, when they are few; else those that
    /// speak of one of its ids, in their names or in their text.
    fn perhaps<'f>(
        &self,
        files: &'f [(String, BlobId)],
        moved: &Moved,
        sought: &Sought<'_>,
    ) -> Result<Vec<&'f (String, BlobId)>> {
        if files.len() <= MOST_COMPARED {
            return Ok(files.iter().collect());
        }
        let mut ids: Vec<&str> = sought.ids.iter().map(String::as_str).collect();
        for (old, new) in &moved.aliases {
            if sought.ids.contains(old) || sought.ids.contains(new) {
                ids.extend([old.as_str(), new.as_str()]);
            }
        }
        let is_named = |(path, _): &&(String, BlobId)| {
            id_in_path(path).is_some_and(|id| ids.contains(&id.as_str()))
        };
        let named: Vec<&(String, BlobId)> = files.iter().filter(is_named).collect();
        if !named.is_empty() {
            return Ok(named);
        }
        let mut speaking = Vec::new();
        for file in files {
            match self.store.read_blob(file.1) {
                Ok(bytes) => {
                    let text = String::from_utf8_lossy(&bytes);
                    speaking.extend(ids.iter().any(|id| text.contains(id)).then_some(file));
                }
                Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
                Err(_) => {}
            }
        }
        Ok(speaking)
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
