//! One writer at a time: an advisory lock on `.git/fonds/lock`, which the system lets go of when
//! its holder ends, however it ends.

use super::files::plain;
use super::repository::own_folder_problem;
use crate::problem::{Problem, Result, codes};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// How long a writer waits for another to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// And how long while many take turns.
const LONGEST_QUEUE: Duration = Duration::from_secs(60);

/// The lock, held. The file holds the id of the process while it writes, and nothing otherwise: an
/// id that is found there once the lock is won belongs to a writer that was killed.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    /// When a writer that was killed had begun, if one was.
    pub(super) killed: Option<SystemTime>,
}

impl Lock {
    /// Wins the lock of the repository with the folder `common`, or says who holds it.
    pub(super) fn acquire(common: &Path) -> Result<Lock> {
        let folder = common.join("fonds");
        fs::create_dir_all(&folder).map_err(|error| own_folder_problem(&folder, &error))?;
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| own_folder_problem(&path, &error))?;
        let begun = Instant::now();
        let (mut seen, mut since) = (None, begun);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock)
                    if since.elapsed() < PATIENCE && begun.elapsed() < LONGEST_QUEUE =>
                {
                    // Where one after the other has it, everybody gets it in the end.
                    let holds = holder(&mut file);
                    if holds.is_some() && holds != seen {
                        (seen, since) = (holds, Instant::now());
                    }
                    std::thread::sleep(Duration::from_millis(15));
                }
                Err(TryLockError::WouldBlock) => return Err(held(&mut file)),
                Err(TryLockError::Error(error)) => {
                    return Err(Problem::error(
                        codes::LOCKED,
                        format!("could not lock `{}`: {}", path.display(), plain(&error)),
                    )
                    .mend("put the repository on a disk that knows locks"));
                }
            }
        }
        let killed = match holder(&mut file) {
            Some(_) => file.metadata().and_then(|meta| meta.modified()).ok(),
            None => None,
        };
        let mut lock = Lock { file, killed };
        lock.note(&std::process::id().to_string())
            .map_err(|error| own_folder_problem(&path, &error))?;
        Ok(lock)
    }

    fn note(&mut self, text: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // An id left behind costs the next writer a look for stale locks, no more.
        let _ = self.note("");
        let _ = self.file.unlock();
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn held(file: &mut File) -> Problem {
    let who = match holder(file) {
        Some(process) => format!("the process {process} holds the lock of this catalog"),
        None => "another process holds the lock of this catalog".to_owned(),
    };
    Problem::error(codes::LOCKED, format!("{who} since more than {} seconds", PATIENCE.as_secs()))
        .mend("wait for it to end, then try again; nothing was changed")
}

/// Removes a lock file of Git that a killed writer of ours has left, and only such a one: it must
/// be there for two seconds unchanged, and date from between the beginning of the killed writer
/// and now. Says whether it is gone.
pub(super) fn remove_stale(lock_file: &Path, killed: SystemTime) -> bool {
    let dated = |path: &PathBuf| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let path = lock_file.to_owned();
    let Some(first) = dated(&path) else { return true };
    if first + Duration::from_secs(1) < killed {
        return false;
    }
    std::thread::sleep(Duration::from_secs(2));
    match dated(&path) {
        None => true,
        Some(second) if second == first => fs::remove_file(&path).is_ok(),
        Some(_) => false,
    }
}
