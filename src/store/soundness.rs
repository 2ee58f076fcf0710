//! Whether the objects of a long history are what they are called.
//!
//! In a pack most objects are told by what differs from another one. Asked for by name, one after the
//! other, the same pieces are unpacked again and again: 300,000 folders and files of 100,000 revisions
//! took libgit2 most of a minute. Here a pack is gone through as it is told: first what stands there
//! whole, then what is made of that, so that each piece is unpacked once and each object hashed once.

use super::catalog::Catalog;
use super::history::oid;
use super::pack::{NARROW, PackReader, Packs, WIDE, apply};
use super::past_walk::{Pair, by_all_processors, packs_of, read_commit};
use super::watch::Watch;
use crate::problem::Result;
use crate::record::RevisionId;
use git2::{ObjectType, Oid};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many objects are looked at before somebody is told how far it is.
const TICK: usize = 1024;
/// Nothing, among numbers of objects.
const NONE: u32 = u32::MAX;

impl Catalog {
    /// Those of the revisions `all`, and of the folders and files of the catalog in them, that are not
    /// found to be what they are called. `None` when not everything in them could be found.
    ///
    /// The first parents of `all` are among them, or cannot be read.
    pub(super) fn doubtful(
        &self,
        all: &[RevisionId],
        is_of_catalog: impl Fn(&str) -> bool + Sync,
        watch: &dyn Watch,
    ) -> Result<Option<HashSet<Oid>>> {
        let repository = self.repository()?;
        let git = &repository.git;
        let packs = packs_of(git);
        let mut reader = PackReader::new(packs.clone(), WIDE);
        let (mut read, mut tree_of) = (Vec::new(), HashMap::new());
        for id in all.iter().rev() {
            let Some(commit) = read_commit(git, Some(&mut reader), oid(*id)) else {
                return Ok(None);
            };
            tree_of.insert(oid(*id), commit.tree);
            read.push((commit.parents.first().copied(), commit.tree));
        }
        let mut wanted: HashSet<Oid> = tree_of.keys().copied().collect();
        let before = |parent: Option<Oid>| tree_of.get(&parent?).copied();
        let pairs: Vec<Pair> = read.iter().map(|(parent, tree)| (before(*parent), *tree)).collect();
        drop((read, tree_of));
        let prefix: Vec<&str> = repository.prefix.split('/').filter(|n| !n.is_empty()).collect();
        let done = Progress::new("finding what is in the history", pairs.len(), watch);
        // What differs from the first parent; what does not was found there.
        let found = by_all_processors(
            repository,
            &packs,
            &pairs,
            |walk, (before, after)| {
                let mut seen = Vec::new();
                let whole = walk.unlike(before, after, &prefix, &is_of_catalog, |id| seen.push(id));
                (whole.is_some() && done.goes_on()).then_some(seen)
            },
            |seen| {
                wanted.extend(seen);
                Some(())
            },
        );
        watch.goes_on()?;
        if found.is_none() {
            return Ok(None);
        }
        let mut left = unlike_their_names(&packs, wanted, watch)?;
        // What is in no pack, or was packed in a way that is not known here.
        let Ok(odb) = git.odb() else { return Ok(None) };
        let mut doubtful = HashSet::new();
        let count = left.len();
        for (done, id) in left.drain().enumerate() {
            watch.at("reading what is not packed", done, count);
            watch.goes_on()?;
            if odb.read(id).is_err() {
                doubtful.insert(id);
            }
        }
        Ok(Some(doubtful))
    }
}

/// How far all threads together are.
struct Progress<'a> {
    what: &'static str,
    done: AtomicUsize,
    all: usize,
    watch: &'a dyn Watch,
}

impl<'a> Progress<'a> {
    fn new(what: &'static str, all: usize, watch: &'a dyn Watch) -> Progress<'a> {
        Progress { what, done: AtomicUsize::new(0), all, watch }
    }

    /// One more is done; whether the next is to be begun.
    fn goes_on(&self) -> bool {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(TICK) || done == self.all {
            self.watch.at(self.what, done, self.all);
        }
        !self.watch.stops()
    }
}

/// Takes from `wanted` every object that stands in one of `packs` and is what it is called.
fn unlike_their_names(
    packs: &Arc<Packs>,
    mut wanted: HashSet<Oid>,
    watch: &dyn Watch,
) -> Result<HashSet<Oid>> {
    for pack in 0..packs.count() {
        let Some(forest) = Forest::of(packs, pack, &wanted) else { continue };
        let progress = Progress::new("reading the history", forest.roots.len(), watch);
        let sound: Vec<Vec<Oid>> = forest
            .roots
            .par_iter()
            .with_min_len(64)
            .map_init(
                || PackReader::new(packs.clone(), NARROW),
                |reader, root| match progress.goes_on() {
                    true => forest.sound_from(*root, reader),
                    false => Vec::new(),
                },
            )
            .collect();
        watch.goes_on()?;
        for id in sound.into_iter().flatten() {
            wanted.remove(&id);
        }
    }
    Ok(wanted)
}

/// The objects of a pack, and which is told from which. Objects have the numbers of their places.
struct Forest<'a> {
    packs: &'a Packs,
    pack: usize,
    /// Where each begins, and the number of its name in the index.
    objects: Vec<(u64, u32)>,
    /// The first of those told from each, or [`NONE`].
    first: Vec<u32>,
    /// The next one told from the same.
    next: Vec<u32>,
    /// Whether it is wanted, or one told from it is.
    is_needed: Vec<bool>,
    /// What is told whole, and needed.
    roots: Vec<u32>,
}

impl<'a> Forest<'a> {
    /// `None` when nothing in the pack is wanted, or its index makes no sense.
    fn of(packs: &'a Arc<Packs>, pack: usize, wanted: &HashSet<Oid>) -> Option<Forest<'a>> {
        let count = u32::try_from(packs.objects(pack)).ok().filter(|count| *count < NONE)?;
        let mut objects: Vec<(u64, u32)> = (0..count)
            .map(|at| Some((packs.object(pack, at as usize)?.1, at)))
            .collect::<Option<_>>()?;
        objects.sort_unstable();
        let mut reader = PackReader::new(packs.clone(), WIDE);
        let mut base_of = vec![NONE; objects.len()];
        let (mut first, mut next) = (base_of.clone(), base_of.clone());
        let mut roots = Vec::new();
        let number = |at: u64| objects.binary_search_by_key(&at, |(start, _)| *start).ok();
        for (at, (start, _)) in objects.iter().enumerate() {
            // What has no head that is known is left to others, with all that is told from it.
            let Some(head) = reader.head(pack, *start) else { continue };
            let this = u32::try_from(at).ok()?;
            match head.base {
                None => roots.push(this),
                Some(base) => {
                    let Some(base) = number(base) else { continue };
                    base_of[at] = u32::try_from(base).ok()?;
                    next[at] = std::mem::replace(&mut first[base], this);
                }
            }
        }
        let mut is_needed = vec![false; objects.len()];
        for (at, (_, name)) in objects.iter().enumerate() {
            let (name, _) = packs.object(pack, *name as usize)?;
            let mut at = if wanted.contains(&name) { at } else { continue };
            while !std::mem::replace(&mut is_needed[at], true) && base_of[at] != NONE {
                at = base_of[at] as usize;
            }
        }
        roots.retain(|root| is_needed[*root as usize]);
        (!roots.is_empty()).then_some(Forest {
            packs,
            pack,
            objects,
            first,
            next,
            is_needed,
            roots,
        })
    }

    /// The names of `root`, and of all that is told from it, that are what they are called.
    fn sound_from(&self, root: u32, reader: &mut PackReader) -> Vec<Oid> {
        let mut sound = Vec::new();
        let mut kind = None;
        let mut open: Vec<(u32, Option<Arc<Vec<u8>>>)> = vec![(root, None)];
        while let Some((number, base)) = open.pop() {
            let at = number as usize;
            let read = || -> Option<(Oid, ObjectType, Vec<u8>)> {
                let (start, name) = *self.objects.get(at)?;
                let (name, _) = self.packs.object(self.pack, name as usize)?;
                let head = reader.head(self.pack, start)?;
                let told = reader.told(self.pack, &head)?;
                match base {
                    None => Some((name, head.kind()?, told)),
                    Some(base) => Some((name, kind?, apply(&base, &told)?)),
                }
            };
            let Some((name, of_kind, bytes)) = { read }() else { continue };
            kind = Some(of_kind);
            // libgit2 hashes as Git does, with an eye for what was made to have the name of another.
            if Oid::hash_object(of_kind, &bytes).is_ok_and(|id| id == name) {
                sound.push(name);
            }
            let mut child = self.first[at];
            if child == NONE {
                continue;
            }
            let bytes = Arc::new(bytes);
            while child != NONE {
                if self.is_needed[child as usize] {
                    open.push((child, Some(bytes.clone())));
                }
                child = self.next[child as usize];
            }
        }
        sound
    }
}
