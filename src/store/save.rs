//! Writing: one change, one commit, or nothing at all.
//!
//! Everything happens under a lock of our own. Objects come first, then a note of what is under
//! way, then the branch is moved by compare-and-swap (the moment of truth), then the work files are
//! replaced one by one, then Git's index follows, then the note goes. A writer that is killed
//! leaves either nothing, or a note by which the next one finishes. Files that the change does not
//! name are not touched, in the work tree as in the index.

use super::catalog::Catalog;
use super::files::{plain, replace, sync_folder};
use super::git_index::Wanted;
use super::history::{BlobId, blob_at, blob_id, blob_oid, revision_id};
use super::identity::Circumstances;
use super::lock::{Lock, remove_stale};
use super::pending::Pending;
use super::repository::{Repository, git_problem};
use crate::problem::{Place, Problem, Result, codes};
use crate::record::RevisionId;
use git2::{ErrorCode, FileMode, ObjectType, Oid, build::TreeUpdateBuilder};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the branch is tried to be moved while others move it.
const ATTEMPTS: u32 = 5;

/// A file to be changed: what it was (as [`Writing::read`] gave it) and what it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Its path, relative to the root of the catalog.
    pub path: String,
    /// Its bytes before; `None` when it is new.
    pub before: Option<Vec<u8>>,
    /// Its bytes afterwards; `None` when it is to go.
    pub after: Option<Vec<u8>>,
}

/// What came of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The new revision.
    pub revision: RevisionId,
    /// What the user should know besides.
    pub notes: Vec<Problem>,
}

/// The right to write, held until it is dropped. Whoever changes a file reads it through this, so
/// that nobody can come in between.
#[derive(Debug)]
pub struct Writing<'a> {
    catalog: &'a Catalog,
    lock: Lock,
    notes: Vec<Problem>,
}

/// What the branch points at.
struct Head<'r> {
    /// The full name of the branch.
    branch: String,
    commit: Option<git2::Commit<'r>>,
    tree: git2::Tree<'r>,
}

impl Catalog {
    /// Begins to write: waits for the lock, and finishes what a killed writer has left.
    pub fn begin_write(&self) -> Result<Writing<'_>> {
        let repository = self.repository()?;
        repository.check_writable()?;
        let lock = Lock::acquire(repository.git.commondir())?;
        let mut writing = Writing { catalog: self, lock, notes: Vec::new() };
        writing.finish_pending(repository)?;
        Ok(writing)
    }
}

impl Writing<'_> {
    /// The bytes of the file `path` as the last revision has them; `None` when it is not there.
    ///
    /// A work file that differs, or something else that is staged, is a problem: it was changed by
    /// hand, and a save would write over it.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let repository = self.catalog.repository()?;
        let head = head(repository)?;
        let blob = blob_at(repository, &head.tree, &repository.full(path))?;
        let bytes = blob.map(|id| self.catalog.read_blob(id)).transpose()?;
        let work = self.catalog.read(path)?;
        let same = match (&bytes, &work) {
            (Some(bytes), Some(work)) => bytes == work || without_cr(bytes) == without_cr(work),
            (None, None) => true,
            _ => false,
        };
        if !same {
            return Err(uncommitted(path, bytes.is_none(), work.is_none()));
        }
        let staged = repository.staged(&repository.index()?, &repository.full(path))?;
        // A file that git has just not been told of (a repository without an index) is none.
        if staged.is_some() && staged != blob {
            return Err(uncommitted(path, bytes.is_none(), false));
        }
        Ok(bytes)
    }

    /// The revision the branch is at; `None` when there is none yet.
    pub fn head(&self) -> Result<Option<RevisionId>> {
        let head = head(self.catalog.repository()?)?;
        Ok(head.commit.map(|commit| revision_id(commit.id())))
    }

    /// Makes one revision of `changes`, with `message`. When this gives a problem, nothing has
    /// changed, unless it says otherwise.
    pub fn commit(
        mut self,
        changes: &[FileChange],
        message: &str,
        circumstances: &Circumstances,
    ) -> Result<Saved> {
        let repository = self.catalog.repository()?;
        let signatures = repository.signatures(circumstances)?;
        let files = self.prepare(repository, changes)?;
        let mut attempt = 0;
        let commit = loop {
            let head = head(repository)?;
            self.check_unchanged(repository, &head, &files)?;
            let tree = new_tree(repository, &head, &files)?;
            let parents: Vec<&git2::Commit<'_>> = head.commit.iter().collect();
            let buffer = repository
                .git
                .commit_create_buffer(
                    &signatures.author,
                    &signatures.committer,
                    message,
                    &tree,
                    &parents,
                )
                .map_err(|error| git_problem("make a commit", &error))?;
            let commit = self.write_commit(repository, &buffer)?;
            self.pending(repository, commit, &files).write(repository.git.path())?;
            match self.move_branch(repository, &head, commit, message) {
                Ok(()) => break commit,
                Err(error)
                    if attempt < ATTEMPTS
                        && matches!(
                            error.code(),
                            ErrorCode::Modified | ErrorCode::Locked | ErrorCode::Exists
                        ) =>
                {
                    attempt += 1;
                    self.wait_for_branch(repository, &head.branch, attempt);
                }
                Err(error) => {
                    Pending::remove(repository.git.path());
                    return Err(git_problem(&format!("move the branch `{}`", head.branch), &error)
                        .mend(
                            "nothing was changed; wait for other programs to end and try again",
                        ));
                }
            }
        };
        self.follow(repository, &files, commit)?;
        Ok(Saved { revision: revision_id(commit), notes: std::mem::take(&mut self.notes) })
    }

    /// Writes the bytes as objects.
    fn prepare(&self, repository: &Repository, changes: &[FileChange]) -> Result<Vec<File>> {
        let mut files = BTreeMap::new();
        for change in changes {
            let path = &change.path;
            // A link on the way is refused here, before anything is written.
            self.catalog.place_of(path)?;
            let hash = |bytes: &Vec<u8>| {
                Oid::hash_object(ObjectType::Blob, bytes)
                    .map(blob_id)
                    .map_err(|error| git_problem(&format!("read `{path}`"), &error))
            };
            let before = change.before.as_ref().map(hash).transpose()?;
            let after = match &change.after {
                None => None,
                Some(bytes) => Some(repository.git.blob(bytes).map(blob_id).map_err(|error| {
                    git_problem(&format!("write `{path}` to the repository"), &error).mend(
                        "nothing was changed; check the space and the permissions of the disk",
                    )
                })?),
            };
            let file = File { path: path.clone(), before, after, bytes: change.after.clone() };
            if files.insert(path.clone(), file).is_some() {
                return Err(Problem::error(
                    codes::CHANGED_MEANWHILE,
                    format!("`{path}` would be changed twice at once"),
                ));
            }
        }
        Ok(files.into_values().collect())
    }

    fn check_unchanged(
        &self,
        repository: &Repository,
        head: &Head<'_>,
        files: &[File],
    ) -> Result<()> {
        let index = repository.index()?;
        for file in files {
            let full = repository.full(&file.path);
            if blob_at(repository, &head.tree, &full)? != file.before {
                return Err(Problem::error(
                    codes::CHANGED_MEANWHILE,
                    format!("`{}` was changed by somebody else meanwhile", file.path),
                )
                .at(Place::file(&file.path))
                .mend("look at it (`fonds show`), then try again; nothing was changed"));
            }
            let work = self.catalog.read(&file.path)?;
            let work_same = match (&work, file.before) {
                (None, None) => true,
                (Some(work), Some(before)) => {
                    is_blob(work, before) || {
                        let bytes = self.catalog.read_blob(before)?;
                        without_cr(&bytes) == without_cr(work)
                    }
                }
                _ => false,
            };
            let staged = repository.staged(&index, &full)?;
            if !work_same || staged.is_some() && staged != file.before {
                return Err(uncommitted(&file.path, file.before.is_none(), work.is_none()));
            }
        }
        Ok(())
    }

    /// Writes the commit object. This is where a commit would be signed.
    fn write_commit(&mut self, repository: &Repository, buffer: &[u8]) -> Result<Oid> {
        let wants_signature = repository
            .git
            .config()
            .and_then(|config| config.get_bool("commit.gpgsign"))
            .unwrap_or(false);
        if wants_signature && self.notes.iter().all(|note| note.code != codes::UNSIGNED) {
            self.notes.push(
                Problem::warning(
                    codes::UNSIGNED,
                    "`commit.gpgsign` is set, and the revision is not signed",
                )
                .mend("sign it with `git commit --amend --no-edit -S`"),
            );
        }
        repository
            .git
            .odb()
            .and_then(|odb| odb.write(ObjectType::Commit, buffer))
            .map_err(|error| git_problem("write the commit", &error))
    }

    fn pending(&self, repository: &Repository, revision: Oid, files: &[File]) -> Pending {
        Pending {
            revision,
            prefix: repository.prefix.clone(),
            files: files.iter().map(|f| (f.path.clone(), f.before, f.after)).collect(),
        }
    }

    fn move_branch(
        &self,
        repository: &Repository,
        head: &Head<'_>,
        commit: Oid,
        message: &str,
    ) -> Result<(), git2::Error> {
        let git = &repository.git;
        let subject = message.lines().next().unwrap_or_default();
        match &head.commit {
            Some(before) => {
                let log = format!("commit: {subject}");
                git.reference_matching(&head.branch, commit, true, before.id(), &log)?;
            }
            None => {
                let log = format!("commit (initial): {subject}");
                git.reference(&head.branch, commit, false, &log)?;
            }
        }
        Ok(())
    }

    /// Waits before the next attempt, and takes away a lock that a killed writer of ours has left.
    fn wait_for_branch(&mut self, repository: &Repository, branch: &str, attempt: u32) {
        if attempt == ATTEMPTS - 1
            && let Some(killed) = self.lock.killed
        {
            let common = repository.git.commondir();
            for file in
                [common.join(format!("{branch}.lock")), repository.git.path().join("HEAD.lock")]
            {
                if file.exists() && remove_stale(&file, killed) {
                    self.notes.push(Problem::note(
                        codes::LOCKED,
                        format!("removed `{}`, left by a writer that was killed", file.display()),
                    ));
                }
            }
        }
        std::thread::sleep(Duration::from_millis(20 * u64::from(attempt)));
    }

    /// Brings work files and index up to the commit that was just made.
    fn follow(&mut self, repository: &Repository, files: &[File], commit: Oid) -> Result<()> {
        let made = |problem: Problem| {
            let message = format!(
                "the change is saved as revision {}, but {}",
                revision_id(commit).short(),
                problem.message
            );
            Problem { message, ..problem }
                .mend("the next change made with fonds brings the files up to date")
        };
        for file in files {
            self.write_work_file(&file.path, file.bytes.as_deref()).map_err(made)?;
        }
        self.write_index(repository, files.iter().map(|f| (f.path.as_str(), f.after)))
            .map_err(made)?;
        Pending::remove(repository.git.path());
        Ok(())
    }

    fn write_work_file(&self, path: &str, bytes: Option<&[u8]>) -> Result<()> {
        let full = self.catalog.root().join(path);
        let failed = |error: std::io::Error| {
            Problem::error(codes::DISK, format!("could not write `{path}`: {}", plain(&error)))
                .at(Place::file(path))
        };
        match bytes {
            Some(bytes) => {
                if let Some(folder) = full.parent() {
                    fs::create_dir_all(folder).map_err(failed)?;
                }
                replace(&full, bytes).map_err(failed)
            }
            None => {
                match fs::remove_file(&full) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(failed(error));
                    }
                    _ => {}
                }
                self.remove_empty_folders(&full);
                Ok(())
            }
        }
    }

    /// Git knows no empty folders: those that a removed file leaves go too.
    fn remove_empty_folders(&self, file: &Path) {
        for folder in file.ancestors().skip(1) {
            if folder == self.catalog.root() || fs::remove_dir(folder).is_err() {
                sync_folder(folder);
                return;
            }
        }
    }

    fn write_index<'f>(
        &self,
        repository: &Repository,
        files: impl Iterator<Item = (&'f str, Option<BlobId>)>,
    ) -> Result<()> {
        let head = head(repository)?;
        let files: Vec<(String, PathBuf, Option<BlobId>)> = files
            .map(|(path, blob)| (repository.full(path), self.catalog.root().join(path), blob))
            .collect();
        let wanted: Vec<Wanted<'_>> = files
            .iter()
            .map(|(path, file, blob)| Wanted {
                path,
                file,
                blob: *blob,
                executable: is_executable(&head.tree, path),
            })
            .collect();
        repository.update_index(&wanted, self.lock.killed)
    }

    /// Finishes a save that was cut off after its commit was made: a work file that nobody has
    /// touched since is brought up to what the branch has now, and so is its entry in the index.
    fn finish_pending(&mut self, repository: &Repository) -> Result<()> {
        if self.lock.killed.is_some() {
            remove_temporary_files(&repository.git.path().join("fonds"));
        }
        let Some(pending) = Pending::read(repository.git.path()) else { return Ok(()) };
        if pending.prefix != repository.prefix {
            // Another catalog of the same repository; it will finish its own.
            return Ok(());
        }
        let head = head(repository)?;
        let made = head.commit.as_ref().is_some_and(|commit| {
            commit.id() == pending.revision
                || repository
                    .git
                    .graph_descendant_of(commit.id(), pending.revision)
                    .unwrap_or(false)
        });
        let mut finished = Vec::new();
        for (path, before, after) in pending.files.iter().filter(|_| made) {
            if let Some(folder) = self.catalog.root().join(path).parent() {
                remove_temporary_files(folder);
            }
            let now = blob_at(repository, &head.tree, &repository.full(path))?;
            let work = self.catalog.read(path)?;
            let is = |blob: &Option<BlobId>| match (&work, blob) {
                (Some(work), Some(blob)) => is_blob(work, *blob),
                (None, None) => true,
                _ => false,
            };
            if now != *after || !(is(before) || is(after)) {
                // Somebody went on from there; it is theirs.
                continue;
            }
            if !is(after) {
                let bytes = after.map(|id| self.catalog.read_blob(id)).transpose()?;
                self.write_work_file(path, bytes.as_deref())?;
            }
            finished.push((path.as_str(), *after));
        }
        let count = finished.len();
        if count > 0 {
            self.write_index(repository, finished.into_iter())?;
            self.notes.push(Problem::note(
                codes::FINISHED,
                format!(
                    "the change {} was cut off after it was saved; its files were brought up to date",
                    revision_id(pending.revision).short()
                ),
            ));
        }
        Pending::remove(repository.git.path());
        Ok(())
    }
}

/// Removes what a killed writer has left in `folder`.
fn remove_temporary_files(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(".fonds-") && name.ends_with(".tmp") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A file of a save, with the names of its bytes.
struct File {
    path: String,
    before: Option<BlobId>,
    after: Option<BlobId>,
    bytes: Option<Vec<u8>>,
}

/// The branch that is checked out. A detached head is refused: nobody would find what was
/// committed there.
fn head(repository: &Repository) -> Result<Head<'_>> {
    let git = &repository.git;
    let failed = |error: git2::Error| git_problem("find what is checked out", &error);
    let reference = git.find_reference("HEAD").map_err(failed)?;
    let branch = match reference.symbolic_target() {
        Ok(Some(branch)) if branch.starts_with("refs/heads/") => branch.to_owned(),
        _ => {
            return Err(Problem::error(
                codes::BRANCH,
                "no branch is checked out (the head is detached), so that a change could get lost",
            )
            .mend("check one out: `git switch main`, or a new one: `git switch -c NAME`"));
        }
    };
    let commit = match git.find_reference(&branch).and_then(|found| found.peel_to_commit()) {
        Ok(commit) => Some(commit),
        Err(error) if error.code() == ErrorCode::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    let tree = match &commit {
        Some(commit) => commit.tree().map_err(failed)?,
        None => git
            .treebuilder(None)
            .and_then(|builder| builder.write())
            .and_then(|id| git.find_tree(id))
            .map_err(failed)?,
    };
    Ok(Head { branch, commit, tree })
}

fn new_tree<'r>(
    repository: &'r Repository,
    head: &Head<'_>,
    files: &[File],
) -> Result<git2::Tree<'r>> {
    let mut update = TreeUpdateBuilder::new();
    let mut changes = 0;
    for file in files {
        let full = repository.full(&file.path);
        match file.after {
            Some(after) => {
                let mode = match is_executable(&head.tree, &full) {
                    true => FileMode::BlobExecutable,
                    false => FileMode::Blob,
                };
                update.upsert(full, blob_oid(after), mode);
            }
            None if file.before.is_none() => continue,
            None => {
                update.remove(full);
            }
        }
        changes += 1;
    }
    let failed = |error: git2::Error| git_problem("write the folders of the revision", &error);
    if changes == 0 {
        return repository.git.find_tree(head.tree.id()).map_err(failed);
    }
    update
        .create_updated(&repository.git, &head.tree)
        .and_then(|id| repository.git.find_tree(id))
        .map_err(failed)
}

fn is_executable(tree: &git2::Tree<'_>, path: &str) -> bool {
    tree.get_path(Path::new(path)).is_ok_and(|entry| entry.filemode() == 0o100_755)
}

fn is_blob(bytes: &[u8], id: BlobId) -> bool {
    Oid::hash_object(ObjectType::Blob, bytes).is_ok_and(|oid| blob_id(oid) == id)
}

/// The bytes without carriage returns: a work tree that git has checked out with other line ends is
/// not a changed one.
fn without_cr(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != b'\r').collect()
}

fn uncommitted(path: &str, new: bool, gone: bool) -> Problem {
    let (what, mend) = match (new, gone) {
        (true, _) => (
            format!("`{path}` is there and is in no revision"),
            format!("commit it: `git add {path} && git commit`, or move it away"),
        ),
        (_, true) => (
            format!("`{path}` was removed, and that is in no revision"),
            format!(
                "commit that: `git rm {path} && git commit`, or bring it back: `git restore {path}`"
            ),
        ),
        _ => (
            format!("`{path}` has changes that are in no revision"),
            format!("commit them: `git commit {path}`, or take them back: `git restore {path}`"),
        ),
    };
    Problem::error(codes::UNCOMMITTED, what).at(Place::file(path)).mend(mend)
}
