//! Writing: one change, one commit, or nothing at all.
//!
//! Everything happens under a lock of our own. What files are to be is staged first: compressed, out of the way, and
//! gone without a trace when nothing comes of it. Then the objects go into the repository, then a note of
//! what is under way, then the branch is moved by compare-and-swap (the moment of truth), then the work
//! files are replaced, then Git's index follows, then the note goes. A writer that is killed leaves
//! either nothing, or a note by which the next one finishes. Files that the change does not name are not
//! touched, in the work tree as in the index.
//!
//! A change of one file and one of a hundred thousand go the same way. Many files are worked on by all
//! processors, their objects become one pack, and the disk is told to make them last once, not file by file.

use super::catalog::{Catalog, Places};
use super::files::sync_folder;
use super::folders::{Finder, changed_tree};
use super::follow::{Standing, Target, standing};
use super::history::{BlobId, blob_id, revision_id};
use super::identity::Circumstances;
use super::lock::{Lock, remove_stale};
use super::pending::Pending;
use super::repository::{Repository, git_problem};
use super::signatures::Signing;
use super::spool::{Encoded, Kept, Spool, name_of};
use super::watch::{Unwatched, Watch};
use crate::problem::{Place, Problem, Result, codes};
use crate::record::RevisionId;
use git2::{ErrorCode, ObjectType, Oid};
use rayon::prelude::*;
use std::collections::BTreeMap;
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
pub struct Writing<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) lock: Lock,
    pub(super) notes: Vec<Problem>,
    pub(super) watch: &'a dyn Watch,
    /// What is to be committed, by path.
    staged: BTreeMap<String, Staged>,
    spool: Spool,
}

impl std::fmt::Debug for Writing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writing").field("staged", &self.staged.len()).finish_non_exhaustive()
    }
}

/// A file of a change.
#[derive(Debug)]
struct Staged {
    before: Option<BlobId>,
    after: Option<Kept>,
}

/// What the branch points at.
pub(super) struct Head<'r> {
    /// The full name of the branch.
    branch: String,
    pub(super) commit: Option<git2::Commit<'r>>,
    /// Its folders; none as long as nothing was committed.
    pub(super) tree: Option<git2::Tree<'r>>,
}

impl Catalog {
    /// Begins to write: waits for the lock, and finishes what a killed writer has left.
    pub fn begin_write(&self) -> Result<Writing<'_>> {
        self.begin_watched_write(&Unwatched)
    }

    /// The same, for long work that somebody watches.
    pub fn begin_watched_write<'a>(&'a self, watch: &'a dyn Watch) -> Result<Writing<'a>> {
        let repository = self.repository()?;
        repository.check_writable()?;
        let lock = Lock::acquire(repository.git.commondir())?;
        let spool = Spool::in_folder(&repository.git.path().join("fonds"));
        let staged = BTreeMap::new();
        let mut writing = Writing { catalog: self, lock, notes: Vec::new(), watch, staged, spool };
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
        self.read_all(&[path.to_owned()]).pop().unwrap_or(Ok(None))
    }

    /// The same for many files, in the order given; sorted paths are read fastest.
    pub fn read_all(&self, paths: &[String]) -> Vec<Result<Option<Vec<u8>>>> {
        let look = || -> Result<_> {
            let repository = self.catalog.repository()?;
            Ok((repository, head(repository)?, repository.index()?))
        };
        let (repository, head, index) = match look() {
            Ok(found) => found,
            Err(problem) => return paths.iter().map(|_| Err(problem.clone())).collect(),
        };
        let mut finder = Finder::below(repository, head.tree.as_ref());
        let blobs: Vec<Result<Option<BlobId>>> = paths
            .iter()
            .map(|path| Ok(finder.file(&repository.full(path))?.map(|(blob, _)| blob)))
            .collect();
        let root = self.catalog.root();
        let standings: Vec<Result<Standing>> = paths
            .par_iter()
            .zip(&blobs)
            .map_init(
                || Places::below(root),
                |places, (path, blob)| {
                    standing(places, path, blob.as_ref().ok().copied().flatten())
                },
            )
            .collect();
        let read = |path: &String, blob: Result<Option<BlobId>>, standing: Result<Standing>| {
            let blob = blob?;
            let bytes = match (blob, standing?) {
                (None, Standing::Absent) => None,
                (Some(_), Standing::Same(bytes)) => Some(bytes),
                (Some(id), Standing::Other(work)) => {
                    let bytes = self.catalog.read_blob(id)?;
                    if without_cr(&bytes) != without_cr(&work) {
                        return Err(uncommitted(path, false, false));
                    }
                    Some(bytes)
                }
                (blob, standing) => {
                    let is_gone = matches!(standing, Standing::Absent);
                    return Err(uncommitted(path, blob.is_none(), is_gone));
                }
            };
            let staged = repository.staged(&index, &repository.full(path))?;
            // A file that git has just not been told of (a repository without an index) is none.
            if staged.is_some() && staged != blob {
                return Err(uncommitted(path, bytes.is_none(), false));
            }
            Ok(bytes)
        };
        paths
            .iter()
            .zip(blobs.into_iter().zip(standings))
            .map(|(p, (b, s))| read(p, b, s))
            .collect()
    }

    /// The revision the branch is at; `None` when there is none yet.
    pub fn head(&self) -> Result<Option<RevisionId>> {
        let head = head(self.catalog.repository()?)?;
        Ok(head.commit.map(|commit| revision_id(commit.id())))
    }

    /// Puts `changes` with those that are to be committed. Nothing of the catalog is touched yet. A file that was
    /// staged before gets its new bytes; what it was before stays.
    pub fn stage(&mut self, changes: &[FileChange]) -> Result<()> {
        let root = self.catalog.root();
        let encoded: Vec<Result<(Option<BlobId>, Option<Encoded>)>> = changes
            .par_iter()
            .map_init(
                || Places::below(root),
                |places, change| {
                    // A link on the way is refused here, before anything is written.
                    places.of(&change.path)?;
                    let before = change.before.as_deref().map(name_of).transpose()?;
                    let encode = |bytes: &Vec<u8>| Encoded::of(ObjectType::Blob, bytes);
                    Ok((before, change.after.as_ref().map(encode).transpose()?))
                },
            )
            .collect();
        for (change, encoded) in changes.iter().zip(encoded) {
            let (before, after) = encoded?;
            let after = after.map(|object| self.spool.keep(&object)).transpose()?;
            match self.staged.get_mut(&change.path) {
                None => {
                    self.staged.insert(change.path.clone(), Staged { before, after });
                }
                Some(staged) if staged.after.map(|kept| blob_id(kept.id())) == before => {
                    staged.after = after;
                }
                Some(_) => {
                    return Err(Problem::error(
                        codes::CHANGED_MEANWHILE,
                        format!("`{}` would be changed twice at once", change.path),
                    ));
                }
            }
        }
        Ok(())
    }

    /// What the file `path` is to be, when it is staged: its bytes, or `None` when it is to go.
    pub fn staged(&mut self, path: &str) -> Result<Option<Option<Vec<u8>>>> {
        match self.staged.get(path) {
            None => Ok(None),
            Some(staged) => {
                staged.after.map(|kept| self.spool.content(&kept)).transpose().map(Some)
            }
        }
    }

    /// Makes one revision of what is staged, with `message`. When this gives a problem, nothing has
    /// changed, unless it says otherwise.
    pub fn commit(mut self, message: &str, circumstances: &Circumstances) -> Result<Saved> {
        let repository = self.catalog.repository()?;
        let signatures = repository.signatures(circumstances)?;
        let signing = repository.signing(&signatures.committer)?;
        self.notes.extend(signing.as_ref().and_then(|signing| signing.note.clone()));
        let staged = std::mem::take(&mut self.staged);
        let blobs: Vec<Kept> = staged.values().filter_map(|staged| staged.after).collect();
        let mut files: Vec<Target> = staged
            .into_iter()
            .map(|(path, staged)| Target {
                path,
                before: staged.before,
                after: staged.after.map(|kept| blob_id(kept.id())),
                executable: false,
            })
            .collect();
        let mut attempt = 0;
        let mut blobs = Some(blobs);
        let commit = loop {
            let head = head(repository)?;
            self.check_unchanged(repository, &head, &mut files)?;
            let tree = self.write_objects(repository, &head, &files, blobs.take())?;
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
            let commit = self.write_commit(repository, &buffer, signing.as_ref())?;
            // libgit2 makes each object last in its folder, and not a folder that is new.
            sync_folder(&repository.git.commondir().join("objects"));
            let pending = Pending {
                revision: commit,
                prefix: repository.prefix.clone(),
                files: files.iter().map(|f| (f.path.clone(), f.before, f.after)).collect(),
            };
            pending.write(repository.git.path())?;
            match self.move_branch(repository, &head, commit, message) {
                Ok(()) => break commit,
                // The branch has moved, and what failed came after that: the change is made.
                Err(error)
                    if repository.git.refname_to_id(&head.branch).is_ok_and(|id| id == commit) =>
                {
                    self.notes.push(
                        Problem::warning(
                            codes::DISK,
                            format!(
                                "the change is saved, and the disk does not say that it will last: {}",
                                error.message()
                            ),
                        )
                        .mend("see to the disk, then look at the change once more (`git log -1`)"),
                    );
                    break commit;
                }
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

    /// Writes the folders of the revision, and with them the files when they are not written yet.
    fn write_objects<'r>(
        &mut self,
        repository: &'r Repository,
        head: &Head<'_>,
        files: &[Target],
        blobs: Option<Vec<Kept>>,
    ) -> Result<git2::Tree<'r>> {
        let mut wanted = blobs.unwrap_or_default();
        let spool = &mut self.spool;
        let mut keep = |content: &[u8]| {
            let kept = spool.keep(&Encoded::of(ObjectType::Tree, content)?)?;
            wanted.push(kept);
            Ok(kept.id())
        };
        let files: Vec<(String, Option<BlobId>)> =
            files.iter().map(|file| (repository.full(&file.path), file.after)).collect();
        let before = head.tree.as_ref().map(git2::Tree::id);
        let root = match changed_tree(repository, before, &files, &mut keep)? {
            Some(root) => root,
            None => keep(&[])?,
        };
        drop(files);
        let watch = self.watch;
        self.spool.write(repository, &wanted, &|| watch.goes_on())?;
        repository
            .git
            .find_tree(root)
            .map_err(|error| git_problem("write the folders of the revision", &error))
    }

    /// Sees that every file is what it was when it was read, and which of them are programs.
    fn check_unchanged(
        &self,
        repository: &Repository,
        head: &Head<'_>,
        files: &mut [Target],
    ) -> Result<()> {
        let index = repository.index()?;
        let mut finder = Finder::below(repository, head.tree.as_ref());
        for file in files.iter_mut() {
            let found = finder.file(&repository.full(&file.path))?;
            if found.map(|(blob, _)| blob) != file.before {
                return Err(Problem::error(
                    codes::CHANGED_MEANWHILE,
                    format!("`{}` was changed by somebody else meanwhile", file.path),
                )
                .at(Place::file(&file.path))
                .mend("look at it (`fonds show`), then try again; nothing was changed"));
            }
            file.executable = found.is_some_and(|(_, executable)| executable);
        }
        let root = self.catalog.root();
        let standings: Vec<Result<Standing>> = files
            .par_iter()
            .map_init(
                || Places::below(root),
                |places, file| Ok(standing(places, &file.path, file.before)?.without_bytes()),
            )
            .collect();
        for (file, standing) in files.iter().zip(standings) {
            let standing = standing?;
            let work_same = match (&standing, file.before) {
                (Standing::Absent, None) | (Standing::Same(_), Some(_)) => true,
                (Standing::Other(work), Some(before)) => {
                    without_cr(&self.catalog.read_blob(before)?) == without_cr(work)
                }
                _ => false,
            };
            let staged = repository.staged(&index, &repository.full(&file.path))?;
            if !work_same || staged.is_some() && staged != file.before {
                let is_gone = matches!(standing, Standing::Absent);
                return Err(uncommitted(&file.path, file.before.is_none(), is_gone));
            }
        }
        Ok(())
    }

    /// Writes the commit object, signed when Git is told to sign.
    fn write_commit(
        &self,
        repository: &Repository,
        buffer: &[u8],
        signing: Option<&Signing>,
    ) -> Result<Oid> {
        let signed = signing.map(|signing| signing.sign(buffer)).transpose()?;
        repository
            .git
            .odb()
            .and_then(|odb| odb.write(ObjectType::Commit, signed.as_deref().unwrap_or(buffer)))
            .map_err(|error| git_problem("write the commit", &error))
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
}

/// The branch that is checked out. A detached head is refused: nobody would find what was
/// committed there.
pub(super) fn head(repository: &Repository) -> Result<Head<'_>> {
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
    let tree = commit.as_ref().map(git2::Commit::tree).transpose().map_err(failed)?;
    Ok(Head { branch, commit, tree })
}

/// The bytes without carriage returns: a work tree that git has checked out with other line ends is
/// not a changed one.
pub(super) fn without_cr(bytes: &[u8]) -> Vec<u8> {
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
