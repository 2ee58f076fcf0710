//! The history walked once, and remembered: see [`Past`].

use super::blobs::Blobs;
use super::catalog::Catalog;
use super::history::{oid, revision_id, there};
use super::layout::{ALIASES, RECORDS};
use super::pack::{COMMIT, PackReader, Packs, WIDE};
use super::past::{Past, Touched};
use super::repository::{HastyReading, Repository};
use super::tree_pair::{Compared, TreePairs};
use crate::record::RevisionId;
use git2::{Oid, RepositoryOpenFlags};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The file in `.git/fonds/`; what other catalogs in the repository remember stands beside it.
const NAME: &str = "past";
/// So many revisions are walked anew each time rather than written: a small catalog needs no file,
/// and a large one writes its file seldom.
const WORTH_WRITING: usize = 256;
/// So many revisions are caught up with for a question that can be answered without.
const NEAR: usize = 1024;
/// From so many revisions on, all processors take part.
const WORTH_SHARING: usize = 512;

/// What so many pairs differ in is held at once for each processor.
const LONGEST_STRETCH: usize = 8192;

/// So many pairs tell in which direction a walk is quicker.
const SAMPLE: usize = 256;

/// Who wants to know how far a long walk has come: how many revisions of how many.
pub type Watcher = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// How much may be done to know the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// The whole history is walked when there is no other way.
    Whole,
    /// Only what was remembered, and a little that came since.
    Near,
    /// Only what this program has at hand already.
    None,
}

impl Catalog {
    /// Shows `watcher` how far the first walk over a long history has come.
    #[must_use]
    pub fn watched(mut self, watcher: Watcher) -> Catalog {
        self.watcher = Some(watcher);
        self
    }

    /// The same catalog once more, for another thread. Of the past it has at hand what is in the file.
    #[must_use]
    pub fn another(&self) -> Catalog {
        let another = Catalog::at(self.root().to_owned()).with_layout(self.layout());
        if self.past.borrow().is_some()
            && let Ok(repository) = another.repository()
            && let Some((file, key)) = place(repository)
        {
            *another.past.borrow_mut() = Past::open(&file, &key);
        }
        let packs = self.blobs.borrow().as_ref().map(Blobs::packs);
        *another.blobs.borrow_mut() = packs.map(Blobs::of);
        another
    }

    /// What `question` finds in what is remembered of the history that led to `heads`, which is
    /// brought up to date first. `None` when something in the repository cannot be read, or more
    /// would have to be walked than `effort` allows: then the answer has to be found without.
    pub(super) fn ask_past<T>(
        &self,
        heads: &[RevisionId],
        effort: Effort,
        question: impl Fn(&Past) -> Option<T>,
    ) -> Option<T> {
        self.ask_past_written(heads, effort, WORTH_WRITING, question)
    }

    /// As [`Catalog::ask_past`], leaving a file when at least `worth` revisions are new.
    pub(super) fn ask_past_written<T>(
        &self,
        heads: &[RevisionId],
        effort: Effort,
        worth: usize,
        question: impl Fn(&Past) -> Option<T>,
    ) -> Option<T> {
        // What turns out to be damaged is made anew, once.
        for is_trusted in [true, false] {
            let past = self.past(heads, effort, worth, is_trusted)?;
            let answer = question(&past);
            if past.is_sound() {
                *self.past.borrow_mut() = Some(past);
                return answer;
            }
        }
        None
    }

    fn past(
        &self,
        heads: &[RevisionId],
        effort: Effort,
        worth: usize,
        is_trusted: bool,
    ) -> Option<Past> {
        let repository = self.repository().ok()?;
        let at_hand = self.past.borrow_mut().take().filter(|past| is_trusted && past.is_sound());
        let mut past = match (at_hand, effort) {
            (Some(past), _) => past,
            (None, Effort::None) => return None,
            (None, _) => {
                let (file, key) = place(repository)?;
                let remembered = is_trusted.then(|| Past::open(&file, &key)).flatten();
                remembered.unwrap_or_default()
            }
        };
        let limit = match effort {
            Effort::Whole => usize::MAX,
            Effort::Near => NEAR,
            Effort::None => 0,
        };
        let caught_up = heads.iter().try_for_each(|head| match past.find(*head) {
            Some(_) => Some(()),
            None if !past.is_sound() => None,
            None => catch_up(repository, &mut past, *head, limit, self.watcher.as_deref()),
        });
        if caught_up.is_none() {
            if past.is_sound() {
                *self.past.borrow_mut() = Some(past);
                return None;
            }
            // Damaged: for a second attempt, there is no file.
            return is_trusted.then(|| self.past(heads, effort, worth, false)).flatten();
        }
        if past.unsaved() >= worth {
            let (file, key) = place(repository)?;
            // A disk that cannot be written only costs time.
            if write(&past, &file, &key).is_some()
                && let Some(written) = Past::open(&file, &key)
                && heads.iter().all(|head| written.find(*head).is_some())
            {
                past = written;
            }
        }
        Some(past)
    }
}

/// Puts the file in its place whole, so that a reader sees the old one or the new one, whatever
/// happens to the writer. While somebody else writes one, that will do.
fn write(past: &Past, file: &Path, key: &[u8; 32]) -> Option<()> {
    let beside = |extension: &str| file.with_extension(extension);
    fs::create_dir_all(file.parent()?).ok()?;
    let lock =
        File::options().write(true).create(true).truncate(false).open(beside("lock")).ok()?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
    }
    // What a writer that was killed has left is written over.
    let new = beside("new");
    let written = File::create(&new)
        .and_then(|out| past.write(out, key))
        // There is no need to wait for the disk: what did not get there is found to be damaged.
        .and_then(|()| fs::rename(&new, file));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    let _ = lock.unlock();
    written.ok()
}

/// The file, and the key of what it is made for: the folder of the catalog, and where a shallow
/// clone ends.
///
/// `None` when it cannot be found out where the clone ends.
fn place(repository: &Repository) -> Option<(PathBuf, [u8; 32])> {
    let common = repository.git.commondir();
    let mut digest = Sha256::new();
    digest.update(repository.prefix.as_bytes());
    digest.update([0]);
    match fs::read(common.join("shallow")) {
        Ok(edge) => digest.update(edge),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(_) => return None,
    }
    let name = match repository.prefix.trim_end_matches('/') {
        "" => NAME.to_owned(),
        prefix => {
            let digest = Sha256::digest(prefix.as_bytes());
            let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            format!("{NAME}-{digits}")
        }
    };
    Some((common.join("fonds").join(name), digest.finalize().into()))
}

/// A revision that is new to the past.
pub(super) struct New {
    id: Oid,
    pub(super) tree: Oid,
    seconds: i64,
    pub(super) parents: Vec<Oid>,
}

/// Adds the revisions that led to `head` and are not there yet, each after its parents; `None` when
/// there are more than `limit`, or something cannot be read.
fn catch_up(
    repository: &Repository,
    past: &mut Past,
    head: RevisionId,
    limit: usize,
    watcher: Option<&(dyn Fn(usize, usize) + Send + Sync)>,
) -> Option<()> {
    let (new, tree_of, packs) = new_revisions(&repository.git, past, head, limit)?;
    let mut pairs = Vec::with_capacity(new.len());
    for revision in &new {
        let before = match revision.parents.first() {
            None => None,
            Some(parent) => Some(match tree_of.get(parent) {
                Some(tree) => *tree,
                None => repository.git.find_commit(*parent).ok()?.tree_id(),
            }),
        };
        pairs.push((before, revision.tree));
    }
    drop(tree_of);
    let folders = followed(repository);
    let folders = folders.each_ref().map(|(full, name)| (full.as_str(), *name));
    if new.len() < WORTH_SHARING {
        let mut walk = TreePairs::new(&repository.git);
        for (revision, (before, after)) in new.iter().zip(pairs) {
            let compared = walk.compare(before, after, &folders)?;
            add(past, revision, compared)?;
        }
        return Some(());
    }
    let packs = packs.unwrap_or_else(|| packs_of(&repository.git));
    let done = AtomicUsize::new(0);
    let tick = || {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(watcher) = watcher.filter(|_| done.is_multiple_of(64) || done == pairs.len()) {
            watcher(done, pairs.len());
        }
    };
    let mut revisions = new.iter();
    by_all_processors(
        repository,
        &packs,
        &pairs,
        |walk, (before, after)| {
            let compared = walk.compare(before, after, &folders);
            tick();
            compared
        },
        |compared| add(past, revisions.next()?, compared),
    )
}

/// A root tree, and that of the revision before it.
pub(super) type Pair = (Option<Oid>, Oid);

/// What `look` finds in each of `pairs`, which follow each other in the history, taken by `take` in their
/// order; `None` when one of the two says so.
pub(super) fn by_all_processors<T: Send>(
    repository: &Repository,
    packs: &Arc<Packs>,
    pairs: &[Pair],
    look: impl Fn(&mut TreePairs<git2::Repository>, Pair) -> Option<T> + Sync,
    mut take: impl FnMut(T) -> Option<()>,
) -> Option<()> {
    let _hasty = HastyReading::begin();
    let opened = || {
        git2::Repository::open_ext(
            repository.git.path(),
            RepositoryOpenFlags::NO_SEARCH,
            std::iter::empty::<&OsStr>(),
        )
    };
    let backwards = better_backwards(repository, packs, pairs)?;
    let mut walks = (0..rayon::current_num_threads().max(1))
        .map(|_| Some(TreePairs::of_many(opened().ok()?, packs.clone(), backwards)))
        .collect::<Option<Vec<_>>>()?;
    // Each takes a stretch of the history, in which one revision has nearly everything in common
    // with the next; what was found is taken in before they go on.
    let stretch = (pairs.len() / (walks.len() * 4)).clamp(64, LONGEST_STRETCH);
    for round in pairs.chunks(stretch * walks.len()) {
        let found: Vec<Option<Vec<T>>> = walks
            .par_iter_mut()
            .zip(round.par_chunks(stretch))
            .map(|(walk, stretch)| {
                let look = |pair: &Pair| look(walk, *pair);
                let mut found: Option<Vec<T>> = match backwards {
                    false => stretch.iter().map(look).collect(),
                    true => stretch.iter().rev().map(look).collect(),
                };
                if let Some(found) = found.as_mut().filter(|_| backwards) {
                    found.reverse();
                }
                found
            })
            .collect();
        for stretch in found {
            stretch?.into_iter().try_for_each(&mut take)?;
        }
    }
    Some(())
}

/// The folders of a catalog that hold its records, as the repository has them, and as they are called.
fn followed(repository: &Repository) -> [(String, &'static str); 2] {
    [(repository.full(RECORDS), RECORDS), (repository.full(ALIASES), ALIASES)]
}

/// Whether the folders of `pairs` are read with fewer steps when the later pairs come first: some
/// packs tell the older version of a folder from the newer, some the newer from the older.
fn better_backwards(repository: &Repository, packs: &Arc<Packs>, pairs: &[Pair]) -> Option<bool> {
    let folders = followed(repository);
    let folders = folders.each_ref().map(|(full, name)| (full.as_str(), *name));
    let start = pairs.len() / 2;
    let sample = pairs.get(start..pairs.len().min(start + SAMPLE))?;
    let mut steps = [0; 2];
    for (backwards, steps) in [false, true].into_iter().zip(&mut steps) {
        let mut walk = TreePairs::of_many(&repository.git, packs.clone(), backwards);
        for at in 0..sample.len() {
            let at = if backwards { sample.len() - 1 - at } else { at };
            let (before, after) = sample.get(at)?;
            walk.compare(*before, *after, &folders)?;
        }
        *steps = walk.steps();
    }
    Some(steps[1] < steps[0])
}

fn add(past: &mut Past, revision: &New, compared: Compared) -> Option<()> {
    let parents: Vec<usize> = revision
        .parents
        .iter()
        .map(|parent| past.find(revision_id(*parent)))
        .collect::<Option<_>>()?;
    let touched = compared.files.into_iter().map(|file| Touched {
        name: file.path,
        before: file.before,
        after: file.after,
    });
    let id = revision_id(revision.id);
    past.add(id, revision.seconds, &parents, touched.collect(), compared.is_remarkable)
}

pub(super) fn packs_of(git: &git2::Repository) -> Arc<Packs> {
    Arc::new(Packs::of(&git.commondir().join("objects")))
}

/// The revision `id`, from `packs` or as libgit2 has it.
pub(super) fn read_commit(
    git: &git2::Repository,
    packs: Option<&mut PackReader>,
    id: Oid,
) -> Option<New> {
    let packed = packs.and_then(|packs| {
        let place = packs.find(id)?;
        New::of(id, &packs.object(COMMIT, place, |_| None, |_, _| {})?)
    });
    if packed.is_some() {
        return packed;
    }
    let commit = git.find_commit(id).ok()?;
    let (tree, seconds) = (commit.tree_id(), commit.committer().when().seconds());
    Some(New { id, tree, seconds, parents: commit.parent_ids().collect() })
}

impl New {
    /// What the object of a commit begins with: `tree`, `parent`s, `author`, `committer`. `None` when
    /// it is not as Git writes it.
    fn of(id: Oid, object: &[u8]) -> Option<New> {
        let mut lines = object.split(|byte| *byte == b'\n').peekable();
        let name = |line: &[u8]| -> Option<Oid> {
            let hex = std::str::from_utf8(line).ok().filter(|hex| hex.len() == 40)?;
            Oid::from_str(hex).ok()
        };
        let tree = name(lines.next()?.strip_prefix(b"tree ")?)?;
        let mut parents = Vec::new();
        while let Some(parent) = lines.peek()?.strip_prefix(b"parent ") {
            parents.push(name(parent)?);
            lines.next();
        }
        lines.next()?.strip_prefix(b"author ")?;
        let committer = lines.next()?.strip_prefix(b"committer ")?;
        let when = committer.rsplit(|byte| *byte == b'>').next()?;
        let seconds = std::str::from_utf8(when).ok()?.split_ascii_whitespace().next()?;
        Some(New { id, tree, seconds: seconds.parse().ok()?, parents })
    }
}

/// The revisions that led to `head` and are not in `past`, each after its parents, with the root
/// folder of each; and the packs, when there are so many that they were opened.
#[expect(clippy::type_complexity, reason = "three things that are found on one way")]
fn new_revisions(
    git: &git2::Repository,
    past: &Past,
    head: RevisionId,
    limit: usize,
) -> Option<(Vec<New>, HashMap<Oid, Oid>, Option<Arc<Packs>>)> {
    let shallow = git.is_shallow();
    let mut packs: Option<(Arc<Packs>, PackReader)> = None;
    let mut new = Vec::new();
    let mut tree_of: HashMap<Oid, Oid> = HashMap::new();
    let mut open: Vec<(Oid, Option<New>)> = vec![(oid(head), None)];
    while let Some((id, read)) = open.pop() {
        if let Some(read) = read {
            new.push(read);
            continue;
        }
        if tree_of.contains_key(&id) || past.find(revision_id(id)).is_some() {
            continue;
        }
        if tree_of.len() >= limit {
            return None;
        }
        if tree_of.len() == WORTH_SHARING {
            let all = packs_of(git);
            packs = Some((all.clone(), PackReader::new(all, WIDE)));
        }
        let mut read = read_commit(git, packs.as_mut().map(|(_, reader)| reader), id)?;
        if shallow {
            // The first revisions of a shallow clone have parents that are not there.
            read.parents = there(git, read.parents).ok()?;
        }
        tree_of.insert(id, read.tree);
        // The first parent on top: its line is walked first.
        let before: Vec<Oid> = read.parents.iter().rev().copied().collect();
        open.push((id, Some(read)));
        open.extend(before.into_iter().map(|parent| (parent, None)));
    }
    Some((new, tree_of, packs.map(|(all, _)| all)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commits_are_read_as_libgit2_reads_them() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let git = git2::Repository::init(folder.path()).expect("a repository");
        let tree = git.treebuilder(None).and_then(|tree| tree.write()).expect("a tree");
        let tree = git.find_tree(tree).expect("the tree");
        let odb = git.odb().expect("objects");
        let mut made: Vec<git2::Commit<'_>> = Vec::new();
        for (number, name) in ["Ann", "Bob > Builder", "Цзян", "x"].into_iter().enumerate() {
            let when = git2::Time::new(1_000_000_000 + number as i64 * 60, 120);
            let who = git2::Signature::new(name.replace('>', "").trim(), "a@example.org", &when)
                .expect("a signature");
            let parents: Vec<&git2::Commit<'_>> = made.iter().collect();
            let message = "tree of things\n\nparent committer x <y> 1 +0000\n";
            let id = git.commit(None, &who, &who, message, &tree, &parents).expect("a commit");
            let read = New::of(id, odb.read(id).expect("the object").data()).expect("it is read");
            let theirs = git.find_commit(id).expect("a commit");
            assert_eq!(read.tree, theirs.tree_id());
            assert_eq!(read.seconds, theirs.committer().when().seconds());
            assert_eq!(read.parents, theirs.parent_ids().collect::<Vec<_>>());
            made.push(theirs);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_commit_or_none(lines in prop::collection::vec("(tree |parent |author |committer )?[0-9a-f]{38,41}|.{0,9}", 0..6)) {
            let _ = New::of(Oid::ZERO_SHA1, lines.join("\n").as_bytes());
        }
    }
}
