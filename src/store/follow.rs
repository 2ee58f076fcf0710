//! After the moment of truth: work files and Git's index are brought up to a revision, by the writer that
//! made it, or by the next one when that was killed.

use super::catalog::{Places, read_capped, unreadable};
use super::files::{place_beside, plain, replace, sync_all, sync_folder};
use super::folders::Finder;
use super::history::{BlobId, blob_oid, revision_id};
use super::lock::remove_stale;
use super::pending::Pending;
use super::repository::{Repository, object_problem};
use super::save::{Writing, head};
use super::spool::is_blob;
use crate::problem::{Place, Problem, Result, codes};
use git2::{Oid, RepositoryOpenFlags};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Up to so many files are made to last one by one; more of them all at once.
const FEW: usize = 64;
/// How many files a processor takes at a time.
const CHUNK: usize = 256;

/// A file of a change, by the names of its bytes.
pub(super) struct Target {
    pub(super) path: String,
    pub(super) before: Option<BlobId>,
    pub(super) after: Option<BlobId>,
    pub(super) executable: bool,
}

/// How a work file stands to bytes that it could hold.
#[derive(Debug)]
pub(super) enum Standing {
    /// There is none.
    Absent,
    /// It holds them.
    Same(Vec<u8>),
    /// It holds others.
    Other(Vec<u8>),
}

impl Standing {
    /// The same, without bytes that are known anyway.
    pub(super) fn without_bytes(self) -> Standing {
        match self {
            Standing::Same(_) => Standing::Same(Vec::new()),
            other => other,
        }
    }
}

/// How the work file `path` stands to `blob`.
pub(super) fn standing(
    places: &mut Places<'_>,
    path: &str,
    blob: Option<BlobId>,
) -> Result<Standing> {
    let Some(full) = places.of(path)? else { return Ok(Standing::Absent) };
    match read_capped(&full) {
        Ok(bytes) => Ok(match blob {
            Some(blob) if is_blob(&bytes, blob) => Standing::Same(bytes),
            _ => Standing::Other(bytes),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Standing::Absent),
        Err(error) => Err(unreadable(path, &error)),
    }
}

impl Writing<'_> {
    /// Brings work files and index up to the commit that was just made.
    pub(super) fn follow(
        &mut self,
        repository: &Repository,
        files: &[Target],
        commit: Oid,
    ) -> Result<()> {
        let made = |problem: Problem| {
            let message = format!(
                "the change is saved as revision {}, but {}",
                revision_id(commit).short(),
                problem.message
            );
            Problem { message, ..problem }
                .mend("the next change made with fonds brings the files up to date")
        };
        let all: Vec<&Target> = files.iter().collect();
        self.bring_up(repository, &all, &all).map_err(made)?;
        Pending::remove(repository.git.path());
        Ok(())
    }

    /// Writes the work files `files` and the entries of the index of `known`.
    fn bring_up(
        &self,
        repository: &Repository,
        files: &[&Target],
        known: &[&Target],
    ) -> Result<()> {
        let root = self.catalog.root();
        let (done, watch) = (AtomicUsize::new(0), self.watch);
        if files.len() <= FEW {
            for file in files {
                write_work_file(&repository.git, root, file, true, &mut String::new())?;
            }
        } else {
            let folder = repository.git.path();
            files.par_chunks(CHUNK).try_for_each(|chunk| -> Result<()> {
                // A repository is for one processor at a time.
                let git = git2::Repository::open_ext(
                    folder,
                    RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT,
                    std::iter::empty::<&OsStr>(),
                )
                .map_err(|error| super::repository::git_problem("open the repository", &error))?;
                let mut made = String::new();
                for file in chunk {
                    write_work_file(&git, root, file, false, &mut made)?;
                }
                let done = done.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len();
                watch.at("writing files", done, files.len());
                Ok(())
            })?;
        }
        let gone = files.iter().filter(|file| file.after.is_none()).map(|file| file.path.as_str());
        remove_empty_folders(root, gone);
        if files.len() > FEW {
            let written: Vec<PathBuf> = files
                .iter()
                .filter(|file| file.after.is_some())
                .map(|file| root.join(&file.path))
                .collect();
            sync_all(root, &written).map_err(|error| {
                Problem::error(
                    codes::DISK,
                    format!("the files could not be made to last: {}", plain(&error)),
                )
            })?;
        }
        repository.update_index(root, known, self.lock.killed)
    }

    /// Finishes a save that was cut off after its commit was made: a work file that nobody has
    /// touched since is brought up to what the branch has now, and so is its entry in the index.
    pub(super) fn finish_pending(&mut self, repository: &Repository) -> Result<()> {
        if let Some(killed) = self.lock.killed {
            remove_temporary_files(&repository.git.path().join("fonds"));
            // What libgit2 calls a pack that is not whole yet.
            let packs = repository.git.commondir().join("objects").join("pack");
            for entry in fs::read_dir(packs).into_iter().flatten().flatten() {
                if entry.file_name().to_string_lossy().starts_with("pack_git2_") {
                    remove_stale(&entry.path(), killed);
                }
            }
        }
        let Some(pending) = Pending::read(repository.git.path()) else { return Ok(()) };
        // Where the power was cut, the word of the lock can be lost, and the note is there.
        self.lock.killed = self.lock.killed.or_else(|| Pending::begun(repository.git.path()));
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
        if !made {
            Pending::remove(repository.git.path());
            return Ok(());
        }
        repository.mend_index(head.tree.as_ref())?;
        let root = self.catalog.root();
        let folders: BTreeSet<&str> = pending
            .files
            .iter()
            .map(|(path, _, _)| path.rsplit_once('/').map_or("", |(folder, _)| folder))
            .collect();
        folders.into_iter().for_each(|folder| remove_temporary_files(&root.join(folder)));
        let mut finder = Finder::below(repository, head.tree.as_ref());
        let mut files = Vec::new();
        for (path, before, after) in pending.files {
            let now = finder.file(&repository.full(&path))?;
            // Where somebody went on from there, it is theirs.
            if now.map(|(blob, _)| blob) == after {
                let executable = now.is_some_and(|(_, executable)| executable);
                files.push(Target { path, before, after, executable });
            }
        }
        let standings: Vec<Result<(bool, bool)>> = files
            .par_iter()
            .map_init(
                || Places::below(root),
                |places, file| {
                    let work = standing(places, &file.path, file.after)?;
                    let is_before = match (&work, file.before) {
                        (Standing::Absent, None) => true,
                        (Standing::Other(bytes), Some(before)) => is_blob(bytes, before),
                        _ => false,
                    };
                    let is_after = match work {
                        Standing::Same(_) => true,
                        Standing::Absent => file.after.is_none(),
                        Standing::Other(_) => false,
                    };
                    Ok((is_before, is_after))
                },
            )
            .collect();
        let (mut late, mut finished) = (Vec::new(), Vec::new());
        for (file, standing) in files.iter().zip(standings) {
            let (is_before, is_after) = standing?;
            if is_before || is_after {
                finished.push(file);
                if !is_after {
                    late.push(file);
                }
            }
        }
        if !finished.is_empty() {
            self.bring_up(repository, &late, &finished)?;
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

/// Makes the work file what it is to be. With `lasting`, it is on the disk when this returns. `made` is the folder
/// that was made last: files of one folder mostly follow one another.
fn write_work_file(
    git: &git2::Repository,
    root: &Path,
    file: &Target,
    lasting: bool,
    made: &mut String,
) -> Result<()> {
    let full = root.join(&file.path);
    let failed = |error: io::Error| {
        let message = format!("could not write `{}`: {}", file.path, plain(&error));
        Problem::error(codes::DISK, message).at(Place::file(&file.path))
    };
    match file.after.map(blob_oid) {
        Some(id) => {
            let blob =
                git.find_blob(id).map_err(|error| object_problem(git, &file.path, id, &error))?;
            let (folder, _) = file.path.rsplit_once('/').unwrap_or_default();
            if *made != folder {
                fs::create_dir_all(root.join(folder)).map_err(failed)?;
                folder.clone_into(made);
            }
            match lasting {
                true => replace(&full, blob.content()).map_err(failed),
                false => place_beside(&full, blob.content(), file.before.is_none()).map_err(failed),
            }
        }
        None => match fs::remove_file(&full) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        },
    }
}

/// Git knows no empty folders: those that removed files leave go too.
fn remove_empty_folders<'p>(root: &Path, gone: impl Iterator<Item = &'p str>) {
    let folders: BTreeSet<&str> =
        gone.filter_map(|path| path.rsplit_once('/')).map(|(folder, _)| folder).collect();
    for folder in folders {
        for folder in root.join(folder).ancestors() {
            if folder == root || fs::remove_dir(folder).is_err() {
                sync_folder(folder);
                break;
            }
        }
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
