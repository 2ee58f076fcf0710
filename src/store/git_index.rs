//! Git's index, kept in step with what is saved, so that `git status` stays clean. Entries of other
//! files, staged changes among them, are not touched.

use super::files::sync_folder;
use super::follow::Target;
use super::history::{BlobId, blob_id, blob_oid};
use super::lock::remove_stale;
use super::repository::{Repository, git_problem};
use crate::problem::{Problem, Result, codes};
use git2::{ErrorClass, ErrorCode, IndexEntry, IndexTime};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How often a locked index is tried again.
const ATTEMPTS: u32 = 20;

impl Repository {
    /// What is staged for `path`: `Err` names a conflict.
    pub(super) fn staged(&self, index: &git2::Index, path: &str) -> Result<Option<BlobId>> {
        let at = Path::new(path);
        if (1..=3).any(|stage| index.get_path(at, stage).is_some()) {
            return Err(Problem::error(codes::UNCOMMITTED, format!("`{path}` is in conflict"))
                .mend("finish the merge with git first"));
        }
        Ok(index.get_path(at, 0).map(|entry| blob_id(entry.id)))
    }

    /// The index, when there is one that can be read.
    pub(super) fn index(&self) -> Result<git2::Index> {
        self.git.index().map_err(|error| {
            let problem = Problem::error(
                codes::REPOSITORY,
                format!("Git's index cannot be read: {}", error.message()),
            );
            if error.message().contains("mandatory extension") {
                problem.mend("it may be split or sparse: run `git update-index --no-split-index`, `git sparse-checkout disable`")
            } else {
                problem.mend("`git fsck` may say more; `git reset` makes the index anew")
            }
        })
    }

    /// Tells the disk to keep the index, as libgit2 does not.
    fn make_index_last(&self) -> Result<()> {
        let path = self.git.path().join("index");
        fs::OpenOptions::new().write(true).open(&path).and_then(|file| file.sync_all()).map_err(
            |error| {
                let why = super::files::plain(&error);
                Problem::error(codes::DISK, format!("Git's index could not be made to last: {why}"))
            },
        )?;
        sync_folder(self.git.path());
        Ok(())
    }

    /// Makes the index anew, from the folders of what is checked out, when what is there is none: it can
    /// have been cut off with the power while it was written.
    pub(super) fn mend_index(&self, tree: Option<&git2::Tree<'_>>) -> Result<()> {
        let failed = |error: git2::Error| git_problem("make Git's index anew", &error);
        let path = self.git.path().join("index");
        let is_cut_off = self.git.index().is_err_and(|error| {
            error.class() == ErrorClass::Index && !error.message().contains("extension")
        });
        if !is_cut_off || fs::remove_file(&path).is_err() {
            return Ok(());
        }
        let mut index = self.git.index().map_err(failed)?;
        tree.map_or(Ok(()), |tree| index.read_tree(tree)).map_err(failed)?;
        index.write().map_err(failed)
    }

    /// Brings the entries of `files`, of the catalog in `root`, up to date. `killed` is when a writer began that was killed,
    /// if one was: it may have left the index locked.
    pub(super) fn update_index(
        &self,
        root: &Path,
        files: &[&Target],
        killed: Option<SystemTime>,
    ) -> Result<()> {
        let failed = |error: git2::Error| git_problem("bring Git's index up to date", &error);
        for attempt in 0.. {
            let mut index = self.index()?;
            // What is on the disk is read again when it is another one, or what was added here could not be written.
            index.read(attempt > 0).map_err(failed)?;
            for file in files {
                let path = self.full(&file.path);
                match file.after {
                    Some(blob) => {
                        let entry = entry(path, &root.join(&file.path), blob, file.executable);
                        index.add(&entry).map_err(failed)?;
                    }
                    None => match index.remove(Path::new(&path), 0) {
                        Ok(()) => {}
                        Err(error) if error.code() == ErrorCode::NotFound => {}
                        Err(error) => return Err(failed(error)),
                    },
                }
            }
            match index.write() {
                Ok(()) => return self.make_index_last(),
                Err(error) if error.code() == ErrorCode::Locked && attempt < ATTEMPTS => {
                    let lock_file = self.git.path().join("index.lock");
                    let gone = attempt == ATTEMPTS / 2
                        && killed.is_some_and(|killed| remove_stale(&lock_file, killed));
                    if !gone {
                        std::thread::sleep(Duration::from_millis(50));
                    }
                }
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }
}

/// The entry of a file that was just written, with what the disk says of it, so that git need not
/// read it again.
fn entry(path: String, file: &Path, blob: BlobId, is_program: bool) -> IndexEntry {
    let mut entry = IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: if is_program { 0o100_755 } else { 0o100_644 },
        uid: 0,
        gid: 0,
        file_size: 0,
        id: blob_oid(blob),
        flags: 0,
        flags_extended: 0,
        path: path.into_bytes(),
    };
    #[cfg(unix)]
    if let Ok(meta) = fs::symlink_metadata(file) {
        use std::os::unix::fs::MetadataExt;
        // The index keeps the lower 32 bits of each number.
        let low = |number: u64| (number & u64::from(u32::MAX)) as u32;
        let time = |seconds: i64, nanoseconds: i64| {
            IndexTime::new(
                (seconds & i64::from(u32::MAX)) as u32 as i32,
                u32::try_from(nanoseconds).unwrap_or_default(),
            )
        };
        entry.ctime = time(meta.ctime(), meta.ctime_nsec());
        entry.mtime = time(meta.mtime(), meta.mtime_nsec());
        entry.dev = low(meta.dev());
        entry.ino = low(meta.ino());
        entry.uid = meta.uid();
        entry.gid = meta.gid();
        entry.file_size = low(meta.len());
    }
    #[cfg(not(unix))]
    let _ = fs::symlink_metadata(file);
    entry
}
