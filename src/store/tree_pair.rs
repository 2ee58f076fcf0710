//! Two root trees compared in some of their folders: which files are not the same.
//!
//! This is what the walk over a long history does a hundred thousand times, so it reads the objects
//! as they are, goes only where they differ, and keeps those at hand that the next pair will want.

use super::history::{BlobId, Difference};
use super::pack::{PackReader, Packs, PlaceInPack, TREE, WIDE};
use git2::{ObjectType, Oid};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::Arc;

/// What is not the same in two trees.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// The plain files that differ.
    pub(super) files: Vec<Difference>,
    /// Whether there is something among what differs that a reader has to be told of: a link, a
    /// submodule, a name that is not UTF-8.
    pub(super) is_remarkable: bool,
}

/// A folder as Git has it.
type Bytes = Arc<[u8]>;

/// Compares trees of one repository, one pair after the other.
pub(super) struct TreePairs<R> {
    git: R,
    /// Reads what is packed, when that is worth the indexes in memory.
    packs: Option<PackReader>,
    /// Whether each pair is one of older trees than the pair before.
    backwards: bool,
    /// Objects that were read, and where they are packed.
    known: HashMap<Oid, (Bytes, Option<PlaceInPack>)>,
    packed: HashMap<PlaceInPack, Oid>,
    bytes: usize,
}

/// So many bytes of objects are kept at hand.
const MOST_BYTES: usize = 16 << 20;
/// What keeping one of them takes besides.
const OVERHEAD: usize = 256;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;

impl<R: Borrow<git2::Repository>> TreePairs<R> {
    /// For some pairs.
    pub(super) fn new(git: R) -> TreePairs<R> {
        let (known, packed) = (HashMap::new(), HashMap::new());
        TreePairs { git, packs: None, backwards: false, known, packed, bytes: 0 }
    }

    /// For very many pairs, each of revisions that follow those of the pair before, or go
    /// `backwards` before them.
    pub(super) fn of_many(git: R, packs: Arc<Packs>, backwards: bool) -> TreePairs<R> {
        let packs = Some(PackReader::new(packs, WIDE));
        TreePairs { packs, backwards, ..TreePairs::new(git) }
    }

    /// How many pieces of packs were read so far.
    pub(super) fn steps(&self) -> usize {
        self.packs.as_ref().map_or(0, PackReader::steps)
    }

    fn tree(&mut self, id: Oid) -> Option<Bytes> {
        if let Some((bytes, _)) = self.known.get(&id) {
            return Some(bytes.clone());
        }
        let (known, packed) = (&self.known, &self.packed);
        let at_hand = |place| known.get(packed.get(&place)?).map(|(bytes, _)| bytes.clone());
        let place = self.packs.as_ref().and_then(|packs| packs.find(id));
        let read = match (place, &mut self.packs) {
            (Some(place), Some(packs)) => packs.object(TREE, place, at_hand, |_, _| {}),
            _ => None,
        };
        let (bytes, place) = match read {
            Some(bytes) => (bytes, place),
            None => {
                let odb = self.git.borrow().odb().ok()?;
                let object =
                    odb.read(id).ok().filter(|object| object.kind() == ObjectType::Tree)?;
                (object.data().into(), None)
            }
        };
        if self.bytes > MOST_BYTES {
            self.known.clear();
            self.packed.clear();
            self.bytes = 0;
        }
        self.bytes += bytes.len() + OVERHEAD;
        if let Some(place) = place {
            self.packed.insert(place, id);
        }
        self.known.insert(id, (bytes.clone(), place));
        Some(bytes)
    }

    /// A folder that came before (or after, when they go backwards) another one in this pair is
    /// hardly ever asked for again.
    fn let_go(&mut self, id: Oid) {
        if let Some((bytes, place)) = self.known.remove(&id) {
            self.bytes = self.bytes.saturating_sub(bytes.len() + OVERHEAD);
            if let Some(place) = place {
                self.packed.remove(&place);
            }
        }
    }

    fn folder(&mut self, root: Oid, path: &str) -> Option<Option<Oid>> {
        let mut id = root;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let bytes = self.tree(id)?;
            let mut found = None;
            let mut entries = Entries(&bytes);
            while let Some(entry) = entries.next()? {
                if entry.name == name.as_bytes() && entry.mode == FOLDER {
                    found = Oid::from_bytes(entry.id).ok();
                }
            }
            match found {
                Some(folder) => id = folder,
                None => return Some(None),
            }
        }
        Some(Some(id))
    }

    /// The plain files that are not the same in two root trees, in `folders` (each as the
    /// repository has it, and as it is to be called); `None` when something cannot be read.
    pub(super) fn compare(
        &mut self,
        before: Option<Oid>,
        after: Oid,
        folders: &[(&str, &str)],
    ) -> Option<Compared> {
        let mut compared = Compared::default();
        let mut open = Vec::new();
        for (full, name) in folders {
            let old = match before {
                Some(root) => self.folder(root, full)?,
                None => None,
            };
            open.push((old, self.folder(after, full)?, (*name).to_owned()));
        }
        while let Some((old, new, folder)) = open.pop() {
            if old == new {
                continue;
            }
            let (old_bytes, new_bytes) = self.both(old, new)?;
            compare_folders(&old_bytes, &new_bytes, |name, old, new| {
                // A name that is not UTF-8 is no record's.
                let Ok(name) = std::str::from_utf8(name) else {
                    compared.is_remarkable = true;
                    return;
                };
                compared.is_remarkable |=
                    new.is_some_and(|entry| matches!(entry.mode, LINK | SUBMODULE));
                let path = format!("{folder}/{name}");
                let (before, after) = (file(old), file(new));
                let (folder_before, folder_after) = (subfolder(old), subfolder(new));
                if folder_before != folder_after {
                    open.push((folder_before, folder_after, path.clone()));
                }
                if before != after {
                    compared.files.push(Difference { path, before, after });
                }
            })?;
            self.done_with(old, new);
        }
        self.done_with(before, Some(after));
        Some(compared)
    }

    /// Shows `see` every folder and file that the root tree `after` has and `before` has not in the same
    /// place, itself among them: below the folders `prefix`, and there below the names that are `wanted`.
    /// `None` when something cannot be read.
    pub(super) fn unlike(
        &mut self,
        before: Option<Oid>,
        after: Oid,
        prefix: &[&str],
        wanted: impl Fn(&str) -> bool,
        mut see: impl FnMut(Oid),
    ) -> Option<()> {
        let mut open = vec![(before, after, 0)];
        while let Some((old, new, depth)) = open.pop() {
            if old == Some(new) {
                continue;
            }
            see(new);
            let (old_bytes, new_bytes) = self.both(old, Some(new))?;
            compare_folders(&old_bytes, &new_bytes, |name, old, new| {
                let Some(entry) = new.filter(|entry| entry.mode != SUBMODULE) else { return };
                let is_on_the_way = match prefix.get(depth) {
                    Some(folder) => name == folder.as_bytes() && entry.mode == FOLDER,
                    None => depth > prefix.len() || std::str::from_utf8(name).is_ok_and(&wanted),
                };
                if !is_on_the_way {
                    return;
                }
                match (subfolder(new), Oid::from_bytes(entry.id)) {
                    (Some(folder), _) => open.push((subfolder(old), folder, depth + 1)),
                    (None, Ok(file)) => see(file),
                    (None, Err(_)) => {}
                }
            })?;
            self.done_with(old, Some(new));
        }
        Some(())
    }

    /// Two folders, the one first from which the other may be told.
    fn both(&mut self, old: Option<Oid>, new: Option<Oid>) -> Option<(Bytes, Bytes)> {
        let backwards = self.backwards;
        let mut read = |id: Option<Oid>| match id {
            Some(id) => self.tree(id),
            None => Some(Arc::default()),
        };
        match backwards {
            true => {
                let new = read(new)?;
                Some((read(old)?, new))
            }
            false => Some((read(old)?, read(new)?)),
        }
    }

    /// Of two folders of a pair, the one that no other pair will ask for.
    fn done_with(&mut self, old: Option<Oid>, new: Option<Oid>) {
        if let Some(done) = if self.backwards { new } else { old } {
            self.let_go(done);
        }
    }
}

fn file(entry: Option<Entry<'_>>) -> Option<BlobId> {
    entry
        .filter(|entry| !matches!(entry.mode, FOLDER | LINK | SUBMODULE))
        .map(|entry| BlobId(*entry.id))
}

fn subfolder(entry: Option<Entry<'_>>) -> Option<Oid> {
    entry.filter(|entry| entry.mode == FOLDER).and_then(|entry| Oid::from_bytes(entry.id).ok())
}

/// Calls `see` with every name that does not stand for the same in two tree objects; a name that
/// stands for a file in one and for a folder in the other is seen twice. `None` when one of the
/// objects is not as Git makes them.
fn compare_folders(
    old: &[u8],
    new: &[u8],
    mut see: impl FnMut(&[u8], Option<Entry<'_>>, Option<Entry<'_>>),
) -> Option<()> {
    let (mut old_entries, mut new_entries) = (Entries(old), Entries(new));
    let mut old = old_entries.next()?;
    let mut new = new_entries.next()?;
    loop {
        let order = match (&old, &new) {
            (None, None) => return Some(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.place(new),
        };
        match order {
            Ordering::Less => {
                see(old?.name, old, None);
                old = old_entries.after(old?)?;
            }
            Ordering::Greater => {
                see(new?.name, None, new);
                new = new_entries.after(new?)?;
            }
            Ordering::Equal => {
                if old != new {
                    see(old?.name, old, new);
                }
                // Most entries are the same: they are passed over without a closer look at those
                // of the second.
                loop {
                    let (last, start) = (old?, old_entries.0);
                    old = old_entries.after(last)?;
                    let same = start.get(..start.len() - old_entries.0.len())?;
                    match new_entries.0.strip_prefix(same) {
                        Some(rest) if old.is_some() => {
                            new_entries.0 = rest;
                            new = old;
                        }
                        _ => {
                            new = new_entries.after(new?)?;
                            break;
                        }
                    }
                }
            }
        }
    }
}

/// What is left of a tree object: mode in octal digits, blank, name, zero, twenty bytes, and again.
struct Entries<'a>(&'a [u8]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry<'a> {
    mode: u32,
    name: &'a [u8],
    id: &'a [u8; 20],
}

impl<'a> Entries<'a> {
    /// The next entry, if there is one; the outer `None` when what is there is no entry.
    fn next(&mut self) -> Option<Option<Entry<'a>>> {
        if self.0.is_empty() {
            return Some(None);
        }
        let mut mode = 0_u32;
        let mut at = 0;
        loop {
            match *self.0.get(at)? {
                digit @ b'0'..=b'7' if at < 8 => mode = mode << 3 | u32::from(digit - b'0'),
                b' ' if at > 0 => break,
                _ => return None,
            }
            at += 1;
        }
        let rest = self.0.get(at + 1..)?;
        let name = CStr::from_bytes_until_nul(rest).ok()?.to_bytes();
        let (id, rest) = rest.get(name.len() + 1..)?.split_first_chunk()?;
        self.0 = rest;
        Some(Some(Entry { mode, name, id }))
    }

    /// The entry after `last`, which must stand before it.
    fn after(&mut self, last: Entry<'_>) -> Option<Option<Entry<'a>>> {
        let next = self.next()?;
        next.is_none_or(|next| last.place(&next).is_lt()).then_some(next)
    }
}

impl Entry<'_> {
    /// Git sorts folders as if their names ended with `/`.
    fn place(&self, other: &Entry<'_>) -> Ordering {
        let length = self.name.len().min(other.name.len());
        let end = |entry: &Entry<'_>| match entry.name.get(length) {
            Some(byte) => *byte,
            None if entry.mode == FOLDER => b'/',
            None => 0,
        };
        self.name[..length]
            .cmp(&other.name[..length])
            .then_with(|| end(self).cmp(&end(other)))
            .then_with(|| self.name.len().cmp(&other.name.len()))
            .then_with(|| (self.mode == FOLDER).cmp(&(other.mode == FOLDER)))
    }
}
