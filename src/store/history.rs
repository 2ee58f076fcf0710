//! Reading the past: revisions, the files of a revision, what differs between two.
//!
//! Trees are walked by object id, and equal ids are passed over, so that the cost is that of what
//! differs. Order is that of ancestry; clocks only decide between unrelated revisions.

use super::blobs::Blobs;
use super::catalog::{Catalog, CatalogFile, alias_target};
use super::layout::{ALIASES, RECORDS};
use super::order::{Placed, newest_first};
use super::pack::Packs;
use super::past_walk::Effort;
use super::repository::{
    Repository, git_problem, is_of_the_machine, is_readable, object_problem, revision_problem,
};
use crate::problem::{Place, Problem, Result, codes};
use crate::record::{Moment, Person, RecordId, Revision, RevisionId, split_message};
use git2::{ErrorCode, ObjectType, Oid, Tree};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// The name of the bytes of a file, as Git has it: equal names mean equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub(super) [u8; 20]);

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

impl std::str::FromStr for BlobId {
    type Err = Problem;

    /// Reads 40 hexadecimal digits.
    fn from_str(text: &str) -> Result<BlobId> {
        let oid = (text.len() == 40).then(|| Oid::from_str(text).ok()).flatten();
        oid.map(blob_id).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            Problem::error(codes::OBJECT, format!("`{shown}` does not name the bytes of a file"))
        })
    }
}

/// A file of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAt {
    /// Its path, relative to the root of the catalog.
    pub path: String,
    /// Its bytes.
    pub blob: BlobId,
}

/// A file that is not the same in two revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its path, relative to the root of the catalog.
    pub path: String,
    /// What it was; `None` when it was not there.
    pub before: Option<BlobId>,
    /// What it is; `None` when it is gone.
    pub after: Option<BlobId>,
}

/// A revision in which one of some files is different from what it was in every parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The revision.
    pub revision: RevisionId,
    /// Its parents, in order.
    pub parents: Vec<RevisionId>,
    /// The files that changed, in the order in which they were asked for.
    pub changed: Vec<StepChange>,
}

/// One file in a [`Step`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepChange {
    /// Its path, relative to the root of the catalog.
    pub path: String,
    /// What it was in each parent, in order; empty for a revision without parents.
    pub before: Vec<Option<BlobId>>,
    /// What it is.
    pub after: Option<BlobId>,
}

/// So many revisions are kept at hand.
const MOST_REVISIONS: usize = 256;

/// The longest expression for a revision that is looked at.
const LONGEST_EXPRESSION: usize = 256;

impl Catalog {
    /// The revision that is checked out; `None` when there is none yet.
    pub fn head(&self) -> Result<Option<RevisionId>> {
        let git = &self.repository()?.git;
        let head = match git.head() {
            Ok(head) => head,
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {
                return Ok(None);
            }
            Err(error) => return Err(git_problem("find what is checked out", &error)),
        };
        match (head.peel_to_commit(), head.target()) {
            (Ok(commit), _) => Ok(Some(revision_id(commit.id()))),
            (Err(error), Some(id)) => Err(revision_problem(git, id, &error)),
            (Err(error), None) => Err(git_problem("find what is checked out", &error)),
        }
    }

    /// The revision that `expression` names, in Git's language of revisions: `HEAD~3`, `main`, a
    /// tag, the beginning of a commit id.
    pub fn resolve(&self, expression: &str) -> Result<RevisionId> {
        let shown: String = expression.chars().take(60).collect();
        let unknown = |why: String| {
            Problem::error(codes::REVISION, format!("`{shown}` does not name a revision: {why}"))
                .mend("name a branch, a tag, a commit id, or for instance `HEAD~3`; `git log --oneline` shows them")
        };
        if expression.is_empty() {
            return Err(unknown("it is empty".to_owned()));
        }
        if expression.starts_with('-') {
            return Err(unknown("it begins with `-`".to_owned()));
        }
        if expression.len() > LONGEST_EXPRESSION || expression.contains(|c: char| c.is_control()) {
            return Err(unknown("it is too long, or holds control characters".to_owned()));
        }
        let git = &self.repository()?.git;
        let is_head = expression.starts_with("HEAD") || expression.starts_with('@');
        if is_head && self.head()?.is_none() {
            return Err(unknown("nothing has been committed yet".to_owned()).mend(
                "the first change made with fonds, or a first `git commit`, makes a revision",
            ));
        }
        // An expression for a range parses too, but names no single object.
        let object = git.revparse_single(expression).map_err(|error| match error.code() {
            ErrorCode::NotFound => unknown("there is no such revision".to_owned()),
            ErrorCode::Ambiguous => unknown("it may be several; give more digits".to_owned()),
            _ if is_of_the_machine(&error) => {
                git_problem(&format!("find the revision `{shown}`"), &error)
            }
            _ => unknown(error.message().to_owned()),
        })?;
        let commit = object
            .peel_to_commit()
            .map_err(|_| unknown("it is no commit but something else".to_owned()))?;
        Ok(revision_id(commit.id()))
    }

    /// The revision `id` with its author, moment and reason.
    pub fn revision(&self, id: RevisionId) -> Result<Revision> {
        if let Some(known) = self.revisions.borrow().get(&id) {
            return Ok(known.clone());
        }
        let read = self.read_revision(id)?;
        let mut known = self.revisions.borrow_mut();
        if known.len() >= MOST_REVISIONS {
            known.clear();
        }
        known.insert(id, read.clone());
        Ok(read)
    }

    fn read_revision(&self, id: RevisionId) -> Result<Revision> {
        let git = &self.repository()?.git;
        let commit =
            git.find_commit(oid(id)).map_err(|error| revision_problem(git, oid(id), &error))?;
        let person = |signature: &git2::Signature<'_>| Person {
            name: String::from_utf8_lossy(signature.name_bytes()).into_owned(),
            email: String::from_utf8_lossy(signature.email_bytes()).into_owned(),
        };
        let moment = |signature: &git2::Signature<'_>| Moment {
            seconds: signature.when().seconds(),
            offset_minutes: signature.when().offset_minutes(),
        };
        let message = String::from_utf8_lossy(commit.message_bytes());
        let (reason, evidence) = split_message(&message);
        let (author, committer) = (commit.author(), commit.committer());
        Ok(Revision {
            id,
            parents: commit.parent_ids().map(revision_id).collect(),
            author: person(&author),
            moment: moment(&author),
            committer: person(&committer),
            committed: moment(&committer),
            reason,
            evidence,
        })
    }

    /// The revisions that led to `from`, without those that led to `without`: newest first, no
    /// revision before its children. The repository itself is read for it.
    pub fn log(&self, from: RevisionId, without: &[RevisionId]) -> Result<Vec<RevisionId>> {
        let git = &self.repository()?.git;
        let shallow = git.is_shallow();
        let mut seen: HashMap<Oid, usize> = HashMap::new();
        let mut found: Vec<(Placed, Vec<Oid>)> = Vec::new();
        // What is not wanted comes first, and nothing of it is kept.
        let excluded = without.iter().map(|id| (oid(*id), false));
        let mut open: Vec<(Oid, bool)> =
            std::iter::once((oid(from), true)).chain(excluded).collect();
        while let Some((id, is_wanted)) = open.pop() {
            if seen.contains_key(&id) {
                continue;
            }
            let commit = git.find_commit(id).map_err(|error| revision_problem(git, id, &error))?;
            let mut parents: Vec<Oid> = commit.parent_ids().collect();
            if shallow {
                parents = there(git, parents)?;
            }
            open.extend(parents.iter().map(|parent| (*parent, is_wanted)));
            let at = if is_wanted { found.len() } else { usize::MAX };
            seen.insert(id, at);
            if is_wanted {
                let seconds = commit.committer().when().seconds();
                let placed = Placed { id: revision_id(id), seconds, parents: Vec::new() };
                found.push((placed, parents));
            }
        }
        let placed: Vec<Placed> = found
            .into_iter()
            .map(|(placed, parents)| {
                let known = parents.iter().filter_map(|parent| seen.get(parent).copied());
                Placed { parents: known.filter(|at| *at != usize::MAX).collect(), ..placed }
            })
            .collect();
        Ok(newest_first(&placed).into_iter().map(|at| placed[at].id).collect())
    }

    /// The same as [`Catalog::ancestry`], told from what is remembered of the history where that is
    /// quicker, and all that it names can be read.
    pub fn remembered_log(
        &self,
        from: RevisionId,
        without: &[RevisionId],
    ) -> Result<(Vec<RevisionId>, Vec<Problem>)> {
        let heads: Vec<RevisionId> = std::iter::once(from).chain(without.iter().copied()).collect();
        let effort = if without.is_empty() { Effort::Whole } else { Effort::Near };
        let git = &self.repository()?.git;
        let is_there = |id: &RevisionId| git.find_commit(oid(*id)).is_ok();
        match self.ask_past(&heads, effort, |past| past.log(from, without)) {
            Some(log) if log.iter().all(is_there) => Ok((log, Vec::new())),
            _ => self.ancestry(from, without),
        }
    }

    /// The first of `from`, its first parent, the first parent of that, and so on, that was not committed
    /// after the second `seconds`, as far as that is remembered: else one from which it will be found.
    pub fn back_to(&self, from: RevisionId, seconds: i64) -> RevisionId {
        self.ask_past(&[from], Effort::Near, |past| past.back_to(from, seconds)).unwrap_or(from)
    }

    /// Whether `ancestor` is `descendant`, or led to it.
    pub fn led_to(&self, ancestor: RevisionId, descendant: RevisionId) -> Result<bool> {
        if ancestor == descendant {
            return Ok(true);
        }
        let git = &self.repository()?.git;
        git.graph_descendant_of(oid(descendant), oid(ancestor))
            .map_err(|error| git_problem("compare two revisions", &error))
    }

    /// The best common ancestor of two revisions, when they have one.
    pub fn common_ancestor(&self, a: RevisionId, b: RevisionId) -> Result<Option<RevisionId>> {
        match self.repository()?.git.merge_base(oid(a), oid(b)) {
            Ok(id) => Ok(Some(revision_id(id))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(git_problem("compare two revisions", &error)),
        }
    }

    /// What a reader of the history has to know: that it is cut off, or changed by replacements.
    pub fn history_remarks(&self) -> Result<Vec<Problem>> {
        let git = &self.repository()?.git;
        let mut remarks = Vec::new();
        if git.is_shallow() {
            remarks.push(
                Problem::warning(
                    codes::HISTORY_CUT,
                    "this is a shallow clone: what happened before its first revisions is not known",
                )
                .mend("run `git fetch --unshallow`"),
            );
        }
        let replaced = git.references_glob("refs/replace/*").map_or(0, |found| found.count());
        if replaced > 0 {
            remarks.push(Problem::warning(
                codes::HISTORY_CUT,
                format!("{replaced} objects are replaced for git (`git replace`); fonds shows the history without the replacements"),
            ));
        }
        if git.path().join("info/grafts").is_file() {
            remarks.push(Problem::warning(
                codes::HISTORY_CUT,
                "there are grafts (`info/grafts`); fonds shows the history without them",
            ));
        }
        Ok(remarks)
    }

    /// The bytes of the file `path` in the revision `at`; `None` when it was not there.
    pub fn read_at(&self, at: RevisionId, path: &str) -> Result<Option<Vec<u8>>> {
        let repository = self.repository()?;
        let tree = root_tree(repository, at)?;
        match blob_at(repository, &tree, &repository.full(path))? {
            Some(id) => self.read_blob(id).map(Some),
            None => Ok(None),
        }
    }

    /// The name of the bytes of the record or alias file `path` in the revision `at`; `None` when
    /// it was not there.
    pub fn blob_at(&self, at: RevisionId, path: &str) -> Result<Option<BlobId>> {
        let remembered =
            self.ask_past(&[], Effort::None, |past| Some(past.state(past.find(at)?, path)));
        if let Some(blob) = remembered {
            return Ok(blob);
        }
        let repository = self.repository()?;
        blob_at(repository, &root_tree(repository, at)?, &repository.full(path))
    }

    /// The file of the record `id` in the revision `at`, as [`Catalog::read_record`] finds it in the
    /// work tree.
    pub fn read_record_at(&self, at: RevisionId, id: &RecordId) -> Result<Option<CatalogFile>> {
        for layout in self.layouts() {
            let path = layout.record_path(id);
            if let Some(bytes) = self.read_at(at, &path)? {
                return Ok(Some(CatalogFile { path, bytes }));
            }
        }
        Ok(None)
    }

    /// The id that the record once called `id` had in the revision `at`.
    pub fn read_alias_at(&self, at: RevisionId, id: &RecordId) -> Result<Option<RecordId>> {
        for layout in self.layouts() {
            let path = layout.alias_path(id);
            if let Some(bytes) = self.read_at(at, &path)? {
                return alias_target(&path, &bytes).map(Some);
            }
        }
        Ok(None)
    }

    /// Prepares for reading very many files of the past: what is needed for that is read once, which
    /// takes some megabytes and milliseconds in a large catalog.
    pub fn expect_many_files(&self) {
        if let Ok(repository) = self.repository()
            && self.blobs.borrow().is_none()
        {
            let packs = Packs::of(&repository.git.commondir().join("objects"));
            *self.blobs.borrow_mut() = Some(Blobs::of(Arc::new(packs)));
        }
    }

    /// The bytes named `id`.
    pub fn read_blob(&self, id: BlobId) -> Result<Vec<u8>> {
        if let Some(bytes) = self.blobs.borrow_mut().as_mut().and_then(|blobs| blobs.read(id)) {
            return Ok(bytes);
        }
        let oid = blob_oid(id);
        let git = &self.repository()?.git;
        git.find_blob(oid)
            .map(|blob| blob.content().to_vec())
            .map_err(|error| object_problem(git, "a file of the catalog", oid, &error))
    }

    /// All record files of the revision `at`, sorted by path.
    pub fn record_files_at(&self, at: RevisionId) -> Result<(Vec<FileAt>, Vec<Problem>)> {
        let (differences, problems) = self.differences_below(None, at, RECORDS)?;
        let files = differences
            .into_iter()
            .filter_map(|found| Some(FileAt { path: found.path, blob: found.after? }))
            .collect();
        Ok((files, problems))
    }

    /// The files below the folder `folder` of the revision `at`, whatever they are, sorted by path.
    pub fn files_at(&self, at: RevisionId, folder: &str) -> Result<(Vec<FileAt>, Vec<Problem>)> {
        let repository = self.repository()?;
        let full = repository.full(folder);
        let tree = root_tree(repository, at)?;
        let after = folder_at(repository, &tree, full.trim_end_matches('/'))?;
        let mut walk = TreeWalk { repository, found: Vec::new(), problems: Vec::new() };
        walk.compare(None, after, folder);
        let (found, problems) = walk.found()?;
        let there = |found: Difference| Some(FileAt { path: found.path, blob: found.after? });
        Ok((found.into_iter().filter_map(there).collect(), problems))
    }

    /// The record files that are not the same in the revisions `before` and `after`, sorted by
    /// path. Without `before`, all files of `after`.
    pub fn record_differences(
        &self,
        before: Option<RevisionId>,
        after: RevisionId,
    ) -> Result<(Vec<Difference>, Vec<Problem>)> {
        self.differences_below(before, after, RECORDS)
    }

    /// The alias files that are not the same in the revisions `before` and `after`.
    pub fn alias_differences(
        &self,
        before: Option<RevisionId>,
        after: RevisionId,
    ) -> Result<(Vec<Difference>, Vec<Problem>)> {
        self.differences_below(before, after, ALIASES)
    }

    /// Every file of the catalog, whatever it is, that differs between two revisions.
    pub fn catalog_differences(
        &self,
        before: Option<RevisionId>,
        after: RevisionId,
    ) -> Result<(Vec<Difference>, Vec<Problem>)> {
        self.differences_below(before, after, "")
    }

    fn differences_below(
        &self,
        before: Option<RevisionId>,
        after: RevisionId,
        folder: &str,
    ) -> Result<(Vec<Difference>, Vec<Problem>)> {
        let remembered =
            self.ask_past(&[], Effort::None, |past| past.differences(before, after, folder));
        if let Some(differences) = remembered {
            return Ok((differences, Vec::new()));
        }
        let repository = self.repository()?;
        let full = repository.full(folder);
        let full = full.trim_end_matches('/');
        let tree_of = |revision| -> Result<Option<Oid>> {
            let tree = root_tree(repository, revision)?;
            folder_at(repository, &tree, full)
        };
        let before = before.map(tree_of).transpose()?.flatten();
        let after = tree_of(after)?;
        let mut walk = TreeWalk { repository, found: Vec::new(), problems: Vec::new() };
        walk.compare(before, after, folder);
        walk.found()
    }

    /// The revisions leading to `from` in which one of the files `paths` is different from what it
    /// was in every parent, newest first. A merge that takes a file as one parent had it is no
    /// step.
    pub fn steps(&self, from: RevisionId, paths: &[String]) -> Result<Vec<Step>> {
        let repository = self.repository()?;
        let mut reader = EntryReader::new(repository, paths);
        let mut steps = Vec::new();
        for id in self.log(from, &[])? {
            let commit = match repository.git.find_commit(oid(id)) {
                Ok(commit) => commit,
                Err(error) => return Err(revision_problem(&repository.git, oid(id), &error)),
            };
            let own = reader.entries(oid(id))?;
            let mut before = Vec::with_capacity(commit.parent_count());
            for parent in there(&repository.git, commit.parent_ids())? {
                before.push(reader.entries(parent)?);
            }
            let changed: Vec<StepChange> = own
                .iter()
                .enumerate()
                .filter(|(at, after)| {
                    let same = |entries: &Vec<Option<BlobId>>| entries[*at] == **after;
                    if before.is_empty() { after.is_some() } else { !before.iter().any(same) }
                })
                .map(|(at, after)| StepChange {
                    path: paths[at].clone(),
                    before: before.iter().map(|entries| entries[at]).collect(),
                    after: *after,
                })
                .collect();
            if !changed.is_empty() {
                let parents = commit.parent_ids().map(revision_id).collect();
                steps.push(Step { revision: id, parents, changed });
            }
        }
        Ok(steps)
    }
}

/// Those of `parents` that are there: the first revisions of a shallow clone have others, too.
pub(super) fn there(
    git: &git2::Repository,
    parents: impl IntoIterator<Item = Oid>,
) -> Result<Vec<Oid>> {
    let mut found = Vec::new();
    for parent in parents {
        if is_readable(git, parent)? {
            found.push(parent);
        }
    }
    Ok(found)
}

/// What some paths are in each revision, remembered by commit and by root tree.
pub(super) struct EntryReader<'a> {
    repository: &'a Repository,
    paths: Vec<String>,
    known: HashMap<Oid, Vec<Option<BlobId>>>,
}

impl<'a> EntryReader<'a> {
    pub(super) fn new(repository: &'a Repository, paths: &[String]) -> EntryReader<'a> {
        let paths = paths.iter().map(|path| repository.full(path)).collect();
        EntryReader { repository, paths, known: HashMap::new() }
    }

    pub(super) fn entries(&mut self, commit: Oid) -> Result<Vec<Option<BlobId>>> {
        let git = &self.repository.git;
        let failed = |error: git2::Error| revision_problem(git, commit, &error);
        let tree_id = git.find_commit(commit).map_err(failed)?.tree_id();
        if let Some(entries) = self.known.get(&tree_id) {
            return Ok(entries.clone());
        }
        let tree = git
            .find_tree(tree_id)
            .map_err(|error| object_problem(git, "the root folder", tree_id, &error))?;
        let entries: Vec<Option<BlobId>> = self
            .paths
            .iter()
            .map(|path| blob_at(self.repository, &tree, path))
            .collect::<Result<_>>()?;
        self.known.insert(tree_id, entries.clone());
        Ok(entries)
    }
}

/// A walk over two trees at once that goes only where they differ.
struct TreeWalk<'a> {
    repository: &'a Repository,
    found: Vec<Difference>,
    problems: Vec<Problem>,
}

impl<'a> TreeWalk<'a> {
    /// What was found, sorted by path, and what cannot be read.
    ///
    /// # Errors
    /// When the machine failed: then it is not known what differs.
    fn found(mut self) -> Result<(Vec<Difference>, Vec<Problem>)> {
        if let Some(failed) = self.problems.iter().position(Problem::is_of_the_machine) {
            return Err(self.problems.swap_remove(failed));
        }
        self.found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((self.found, self.problems))
    }

    fn compare(&mut self, before: Option<Oid>, after: Option<Oid>, folder: &str) {
        let mut open = vec![(before, after, folder.to_owned())];
        while let Some((before, after, folder)) = open.pop() {
            if before == after {
                continue;
            }
            let before = before.and_then(|id| self.tree(id, &folder));
            let after = after.and_then(|id| self.tree(id, &folder));
            let entries = |tree: &Option<Tree<'_>>| -> Vec<(Vec<u8>, ObjectType, i32, Oid)> {
                tree.iter()
                    .flat_map(|tree| tree.iter())
                    .map(|entry| {
                        let kind = entry.kind().unwrap_or(ObjectType::Any);
                        (entry.name_bytes().to_vec(), kind, entry.filemode(), entry.id())
                    })
                    .collect()
            };
            for (name, kind, mode, id) in entries(&after) {
                let old = before.as_ref().and_then(|tree| tree.get_name_bytes(&name));
                let old = old.map(|e| (e.kind().unwrap_or(ObjectType::Any), e.filemode(), e.id()));
                if old == Some((kind, mode, id)) {
                    continue;
                }
                let Some(path) = self.path(&folder, &name) else { continue };
                let new_file = self.file(&path, kind, mode, id);
                let old_file = old.and_then(|(kind, mode, id)| self.old_file(kind, mode, id));
                let new_tree = (kind == ObjectType::Tree).then_some(id);
                let old_tree = old.and_then(|(k, _, id)| (k == ObjectType::Tree).then_some(id));
                self.note(&path, old_file, new_file);
                if new_tree.is_some() || old_tree.is_some() {
                    open.push((old_tree, new_tree, path));
                }
            }
            for (name, kind, mode, id) in entries(&before) {
                if after.as_ref().is_some_and(|tree| tree.get_name_bytes(&name).is_some()) {
                    continue;
                }
                let Some(path) = self.path(&folder, &name) else { continue };
                let old_file = self.old_file(kind, mode, id);
                self.note(&path, old_file, None);
                if kind == ObjectType::Tree {
                    open.push((Some(id), None, path));
                }
            }
        }
    }

    fn note(&mut self, path: &str, before: Option<BlobId>, after: Option<BlobId>) {
        // A change of the file's mode alone is none of its text.
        if before != after {
            self.found.push(Difference { path: path.to_owned(), before, after });
        }
    }

    fn tree(&mut self, id: Oid, folder: &str) -> Option<Tree<'a>> {
        let repository: &'a Repository = self.repository;
        match repository.git.find_tree(id) {
            Ok(tree) => Some(tree),
            Err(error) => {
                self.problems.push(object_problem(&repository.git, folder, id, &error));
                None
            }
        }
    }

    fn path(&mut self, folder: &str, name: &[u8]) -> Option<String> {
        match std::str::from_utf8(name) {
            Ok(name) if folder.is_empty() => Some(name.to_owned()),
            Ok(name) => Some(format!("{folder}/{name}")),
            Err(_) => {
                let path = format!("{folder}/{}", String::from_utf8_lossy(name));
                self.problems.push(
                    Problem::warning(codes::ID, "the name of the file is not UTF-8")
                        .at(Place::file(path))
                        .mend("rename it"),
                );
                None
            }
        }
    }

    /// The bytes that the entry stands for, when it is a plain file; a link or a submodule in the
    /// newer tree is told as a problem.
    fn file(&mut self, path: &str, kind: ObjectType, mode: i32, id: Oid) -> Option<BlobId> {
        match (kind, mode) {
            (ObjectType::Blob, LINK) => {
                self.problems.push(
                    Problem::error(codes::SYMLINK, format!("`{path}` is a symbolic link"))
                        .at(Place::file(path))
                        .mend("put the file itself in its place"),
                );
                None
            }
            (ObjectType::Blob, _) => Some(blob_id(id)),
            (ObjectType::Commit, _) => {
                self.problems.push(
                    Problem::error(codes::SYMLINK, format!("`{path}` is a submodule"))
                        .at(Place::file(path))
                        .mend("records of other repositories are not read; take it out"),
                );
                None
            }
            _ => None,
        }
    }

    fn old_file(&mut self, kind: ObjectType, mode: i32, id: Oid) -> Option<BlobId> {
        (kind == ObjectType::Blob && mode != LINK).then(|| blob_id(id))
    }
}

/// The mode of a symbolic link in a tree.
const LINK: i32 = 0o120_000;

pub(super) fn root_tree(repository: &Repository, at: RevisionId) -> Result<Tree<'_>> {
    let git = &repository.git;
    let commit =
        git.find_commit(oid(at)).map_err(|error| revision_problem(git, oid(at), &error))?;
    let id = commit.tree_id();
    git.find_tree(id).map_err(|error| object_problem(git, "the root folder", id, &error))
}

/// The folder `path` (no `/` at its end; empty for the root) below `tree`.
fn folder_at(repository: &Repository, tree: &Tree<'_>, path: &str) -> Result<Option<Oid>> {
    let mut id = tree.id();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let folder = repository
            .git
            .find_tree(id)
            .map_err(|error| object_problem(&repository.git, path, id, &error))?;
        match folder.get_name(name) {
            Some(entry) if entry.kind() == Some(ObjectType::Tree) => id = entry.id(),
            _ => return Ok(None),
        }
    }
    Ok(Some(id))
}

/// The plain file `path` below `tree`.
pub(super) fn blob_at(
    repository: &Repository,
    tree: &Tree<'_>,
    path: &str,
) -> Result<Option<BlobId>> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some(folder) = folder_at(repository, tree, folder)? else { return Ok(None) };
    let folder = repository
        .git
        .find_tree(folder)
        .map_err(|error| object_problem(&repository.git, path, folder, &error))?;
    Ok(folder.get_name(name).and_then(|entry| is_plain_file(&entry).then(|| blob_id(entry.id()))))
}

/// Whether an entry of a folder is a file, and no link.
pub(super) fn is_plain_file(entry: &git2::TreeEntry<'_>) -> bool {
    entry.kind() == Some(ObjectType::Blob) && entry.filemode() != LINK
}

pub(super) fn oid(id: RevisionId) -> Oid {
    // Twenty bytes are always an object id.
    Oid::from_bytes(id.as_bytes()).unwrap_or(Oid::ZERO_SHA1)
}

pub(super) fn blob_oid(id: BlobId) -> Oid {
    Oid::from_bytes(&id.0).unwrap_or(Oid::ZERO_SHA1)
}

pub(super) fn revision_id(id: Oid) -> RevisionId {
    let mut bytes = [0; 20];
    bytes.iter_mut().zip(id.as_bytes()).for_each(|(to, from)| *to = *from);
    RevisionId::from_bytes(bytes)
}

pub(super) fn blob_id(id: Oid) -> BlobId {
    BlobId(*revision_id(id).as_bytes())
}
