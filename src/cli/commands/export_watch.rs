//! `fonds export --watch`: a file kept fresh.

use super::export::{Job, export, tell, why_stale, worst};
use crate::cli::Session;
use crate::cli::ui::{Ended, Failure, Outcome};
use crate::cli::watch::Watcher;
use crate::ops::{Catalog, Stopped, Watch};
use crate::problem::{Problem, codes};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Changes that come closer together than this are one.
const QUIET: Duration = Duration::from_millis(150);
/// Changes that never end are looked at all the same.
const LONGEST: Duration = Duration::from_secs(3);
/// How often somebody looks whether Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(100);
/// The folders and files of a catalog that an export is made from.
const WATCHED: [&str; 4] = ["records", "archives", "styles", "aliases"];

/// Writes the file, and again whenever it would be another.
pub(super) fn watch(session: &mut Session, catalog: Catalog, job: &Job, path: &Path) -> Outcome {
    let interrupts = session.watcher();
    let (send, changes) = channel();
    let mut watcher = notify::recommended_watcher(send).map_err(|error| cannot(&error))?;
    let root = catalog.store.root().to_owned();
    observe(&mut watcher, &root)?;
    let mut catalog = catalog;
    let mut last = None;
    let mut is_first = true;
    while !interrupts.stops() {
        let outcome = refresh(session, &catalog, job, path, is_first);
        is_first = false;
        match outcome {
            Ok(()) => last = None,
            // Somebody is in the middle of something: it is said once, and tried again.
            Err(Failure::Refused(refusal)) if !interrupts.stops() => {
                let told: Vec<String> =
                    refusal.problems.iter().map(|problem| problem.message.clone()).collect();
                if last.as_ref() != Some(&told) {
                    session.ui.problems(&refusal.problems, &refusal.sources);
                }
                last = Some(told);
            }
            Err(Failure::Refused(_)) => break,
            Err(other) => return Err(other),
        }
        if !wait(&changes, &interrupts) {
            break;
        }
        // A folder that is new is watched from now on; a setting that changed is read.
        observe(&mut watcher, &root)?;
        if let Ok(opened) = Catalog::open(&root) {
            catalog = opened;
        }
    }
    session.ui.say("stopped watching");
    Ok(Ended::Good)
}

/// Writes the file if it is not what it ought to be, and says so.
fn refresh(
    session: &mut Session,
    catalog: &Catalog,
    job: &Job,
    path: &Path,
    is_first: bool,
) -> Result<(), Failure> {
    let work = session.watcher();
    let (freshness, checked) =
        catalog.export_check(&job.request, path, &work).map_err(|stopped| match stopped {
            Stopped::Refused(refusal) => Failure::Refused(refusal),
            Stopped::Output(error) => Failure::from(crate::ops::files::not_read(path, &error)),
        })?;
    drop(work);
    if freshness.fresh {
        if worst(&checked).is_some() {
            session.ui.problems(&checked.problems, &checked.sources);
        }
        // Our own writing is a change in the folder as well: nobody need hear of it.
        if is_first {
            session.ui.say(format!("`{}` is up to date", path.display()));
        }
        return Ok(());
    }
    let exported = export(session, catalog, job)?;
    let records = match exported.records {
        1 => "1 record".to_owned(),
        more => format!("{more} records"),
    };
    let why = why_stale(&freshness);
    session.ui.say(format!("`{}` is written: {records} ({why})", path.display()));
    // What cannot be read is told; the next change may mend it.
    let _ = tell(session, &exported, &job.to, true);
    Ok(())
}

/// Waits for a change and until it is over; `false` when Ctrl-C was pressed, or nothing more can
/// come.
fn wait(changes: &Receiver<notify::Result<notify::Event>>, interrupts: &Watcher) -> bool {
    loop {
        match changes.recv_timeout(LOOK) {
            Ok(change) if matters(&change) => break,
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) if interrupts.stops() => return false,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    let begun = Instant::now();
    while begun.elapsed() < LONGEST {
        match changes.recv_timeout(QUIET) {
            Ok(_) => {}
            Err(_) => break,
        }
    }
    !interrupts.stops()
}

/// Whether anything was written: that a file was read is no change.
fn matters(change: &notify::Result<notify::Event>) -> bool {
    change.as_ref().map_or(true, |event| !event.kind.is_access())
}

/// Watches what is there of a catalog. What is watched already stays so.
fn observe(watcher: &mut RecommendedWatcher, root: &Path) -> Result<(), Failure> {
    // The folder itself for `fonds.toml`, and for folders that come.
    watcher.watch(root, RecursiveMode::NonRecursive).map_err(|error| cannot(&error))?;
    let folders: Vec<PathBuf> = WATCHED.iter().map(|name| root.join(name)).collect();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        watcher.watch(folder, RecursiveMode::Recursive).map_err(|error| cannot(&error))?;
    }
    Ok(())
}

fn cannot(error: &notify::Error) -> Failure {
    Problem::error(codes::WATCH, format!("the catalog cannot be watched: {error}"))
        .mend("run the export again when records changed; `--check` says whether it is needed")
        .into()
}
