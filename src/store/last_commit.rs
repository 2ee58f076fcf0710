//! When a file was last committed, in whatever repository it lies: a manuscript need not lie in the
//! catalog's own.

use super::history::revision_id;
use super::repository::git_problem;
use crate::problem::{Problem, Result};
use crate::record::{Moment, RevisionId};
use git2::{Commit, ErrorCode, Oid, RepositoryOpenFlags};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The commit that last changed a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastCommit {
    /// The commit.
    pub revision: RevisionId,
    /// When it was made.
    pub committed: Moment,
    /// The work tree of its repository.
    pub top: PathBuf,
}

/// The commit that last changed the file `path`: going back from what is checked out, along the
/// parents that have the file as it is. `None` when the file is in no repository, or in no commit.
///
/// # Errors
/// When the repository cannot be read.
pub fn last_commit(path: &Path) -> Result<Option<LastCommit>> {
    let Ok(path) = path.canonicalize() else { return Ok(None) };
    let Some(folder) = path.parent() else { return Ok(None) };
    let failed = |error: git2::Error| -> Problem { git_problem("read a repository", &error) };
    let opened = git2::Repository::open_ext(
        folder,
        RepositoryOpenFlags::empty(),
        std::iter::empty::<&OsStr>(),
    );
    let git = match opened {
        Ok(git) => git,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let Some(top) = git.workdir().and_then(|top| top.canonicalize().ok()) else { return Ok(None) };
    let Ok(inside) = path.strip_prefix(&top) else { return Ok(None) };
    let head = match git.head().and_then(|head| head.peel_to_commit()) {
        Ok(head) => head,
        Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    let blob = |commit: &Commit<'_>| -> Option<Oid> {
        commit.tree().ok()?.get_path(inside).ok().map(|entry| entry.id())
    };
    let Some(wanted) = blob(&head) else { return Ok(None) };
    let mut commit = head;
    loop {
        // Beyond the edge of a shallow clone nothing is known.
        let same = commit.parents().find(|parent| blob(parent) == Some(wanted));
        match same {
            Some(parent) => commit = parent,
            None => break,
        }
    }
    let time = commit.time();
    Ok(Some(LastCommit {
        revision: revision_id(commit.id()),
        committed: Moment { seconds: time.seconds(), offset_minutes: time.offset_minutes() },
        top,
    }))
}
