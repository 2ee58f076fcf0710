//! Folders and files read from Git's packs as they are, for walks over a long history.
//!
//! In a pack a version of a folder or file is told by what differs from another one. libgit2 keeps
//! too few of those others at hand for a walk through all versions of many, and begins each time
//! from the last that is told whole. Here the caller says what it has: one version after the other
//! costs one small step each. What is not as expected (other kinds of packs, loose objects, objects
//! of other repositories) is not read here, and left to libgit2.
//!
//! # Why a reader of our own beside that of libgit2
//!
//! The first walk over 100,000 revisions of 100,000 records looks at 300,000 folders, and took libgit2
//! about a minute of processor time; with this reader it takes 4.7 seconds (`git log --raw`: 8.2). libgit2 would
//! also map the pack into memory, all 90 MB of it: without, the walk takes 150 MiB instead of 290
//! (git: 240). The last 1,000 revisions change 1,000 files, whose versions are told from 20,000
//! pieces, most of them a hundred bytes long: unpacked here without tables of codes (see
//! `inflate_small`), they cost half of what they cost libgit2.
//!
//! What speaks against it is that it is a second reader of one format. So it knows no more of Git than
//! packs and their indexes of version 2, the same since 2007; trusts nothing in them; gives up rather
//! than guess, and then libgit2 is asked, as for all other objects; and is held against libgit2 by its
//! tests. Only long walks use it: without it everything would be answered the same.

use super::inflate::inflate_small;
use git2::{ObjectType, Oid};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where an object is: the number of the pack, and the offset in it.
pub(super) type PlaceInPack = (usize, u64);

/// The packs of a repository, by their indexes.
pub(super) struct Packs(Vec<Pack>);

struct Pack {
    path: PathBuf,
    index: Vec<u8>,
    count: usize,
}

/// A larger index than this (some 16 million objects) is not kept in memory.
const LARGEST_INDEX: u64 = 512 << 20;
/// A larger object than this is no folder that is worth it.
const LARGEST_OBJECT: usize = 64 << 20;
/// So many steps at most lead to a version that is told whole; Git makes 50, or 250 when asked.
const LONGEST_CHAIN: usize = 5000;
/// So much of a pack is read at once by who wants much that lies near together, unless an object has
/// more.
pub(super) const WIDE: u64 = 8 << 10;
/// And by who wants a little here and a little there.
pub(super) const NARROW: u64 = 1 << 10;
/// So much is enough for most objects.
const NEAR: u64 = 512;

const NAMES: usize = 8 + 256 * 4;
/// The kind of a revision, as a pack has it.
pub(super) const COMMIT: u8 = 1;
/// The kind of a folder.
pub(super) const TREE: u8 = 2;
/// The kind of a file.
pub(super) const BLOB: u8 = 3;
const TAG: u8 = 4;
const FROM_OFFSET: u8 = 6;
const FROM_NAME: u8 = 7;

impl Packs {
    /// The packs in the folder `objects` of a repository.
    pub(super) fn of(objects: &Path) -> Packs {
        let entries = fs::read_dir(objects.join("pack")).into_iter().flatten().flatten();
        Packs(entries.filter_map(|entry| Pack::of(&entry.path())).collect())
    }

    /// How many packs there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// How many objects the pack of that number has.
    pub(super) fn objects(&self, pack: usize) -> usize {
        self.0.get(pack).map_or(0, |pack| pack.count)
    }

    /// The name of the `at`th object of a pack, in the order of names, and where in the pack it is.
    pub(super) fn object(&self, pack: usize, at: usize) -> Option<(Oid, u64)> {
        let pack = self.0.get(pack)?;
        let start = NAMES + at * 20;
        let name = pack.index.get(start..start + 20).filter(|_| at < pack.count)?;
        Some((Oid::from_bytes(name).ok()?, pack.offset(at)?))
    }

    /// Where the object `id` is.
    pub(super) fn find(&self, id: Oid) -> Option<PlaceInPack> {
        let found = |(number, pack): (usize, &Pack)| Some((number, pack.find(id)?));
        self.0.iter().enumerate().find_map(found)
    }
}

impl Pack {
    fn of(index: &Path) -> Option<Pack> {
        if index.extension()? != "idx" || fs::metadata(index).ok()?.len() > LARGEST_INDEX {
            return None;
        }
        let bytes = fs::read(index).ok()?;
        let is_known = bytes.starts_with(&[0xff, b't', b'O', b'c', 0, 0, 0, 2]);
        let count = big_endian(&bytes, NAMES - 4)? as usize;
        let least = count.checked_mul(28)?.checked_add(NAMES + 40)?;
        (is_known && bytes.len() >= least).then(|| Pack {
            path: index.with_extension("pack"),
            index: bytes,
            count,
        })
    }

    fn find(&self, id: Oid) -> Option<u64> {
        let wanted = id.as_bytes();
        let first = usize::from(*wanted.first()?);
        let mut low = match first {
            0 => 0,
            _ => big_endian(&self.index, 8 + (first - 1) * 4)? as usize,
        };
        let mut high = (big_endian(&self.index, 8 + first * 4)? as usize).min(self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            let start = NAMES + middle * 20;
            match self.index.get(start..start + 20)?.cmp(wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.offset(middle),
            }
        }
        None
    }

    fn offset(&self, at: usize) -> Option<u64> {
        let offset = big_endian(&self.index, NAMES + self.count * 24 + at * 4)?;
        if offset & 0x8000_0000 == 0 {
            return Some(u64::from(offset));
        }
        let large = NAMES + self.count * 28 + (offset & 0x7fff_ffff) as usize * 8;
        let (high, low) =
            (big_endian(&self.index, large)?, big_endian(&self.index, large.checked_add(4)?)?);
        Some(u64::from(high) << 32 | u64::from(low))
    }
}

fn big_endian(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_be_bytes)
}

/// Reads objects of some packs, one after the other.
pub(super) struct PackReader {
    packs: Arc<Packs>,
    open: Option<(usize, File)>,
    /// A piece of a pack: the pack, where it begins, its bytes.
    window: (usize, u64, Vec<u8>),
    /// How much is read at once.
    reach: u64,
    inflater: Box<DecompressorOxide>,
    steps: usize,
}

/// How an object is told in a pack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    kind: u8,
    /// Where the object is that it is told from.
    pub(super) base: Option<u64>,
    /// Where what tells it begins, and how many bytes it is unpacked.
    start: u64,
    length: usize,
}

impl Head {
    /// What an object is that is told whole.
    pub(super) fn kind(&self) -> Option<ObjectType> {
        match self.kind {
            COMMIT => Some(ObjectType::Commit),
            TREE => Some(ObjectType::Tree),
            BLOB => Some(ObjectType::Blob),
            TAG => Some(ObjectType::Tag),
            _ => None,
        }
    }
}

impl PackReader {
    /// A reader that reads so much at once: [`WIDE`] or [`NARROW`].
    pub(super) fn new(packs: Arc<Packs>, reach: u64) -> PackReader {
        let window = (usize::MAX, 0, Vec::new());
        PackReader { packs, open: None, window, reach, inflater: Box::default(), steps: 0 }
    }

    pub(super) fn find(&self, id: Oid) -> Option<PlaceInPack> {
        self.packs.find(id)
    }

    /// How many pieces were read so far: one for a folder that is told whole or from one at hand.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// The object at `place`, when it is of the kind `wanted` and `at_hand` says what objects of
    /// that kind are at other places. `on_the_way` is given those from which it is told and that
    /// were not at hand.
    pub(super) fn object(
        &mut self,
        wanted: u8,
        place: PlaceInPack,
        at_hand: impl Fn(PlaceInPack) -> Option<Arc<[u8]>>,
        mut on_the_way: impl FnMut(PlaceInPack, &Arc<[u8]>),
    ) -> Option<Arc<[u8]>> {
        let (pack, mut at) = place;
        let mut steps: Vec<(u64, Vec<u8>)> = Vec::new();
        let mut object: Arc<[u8]> = loop {
            if let Some(object) = at_hand((pack, at)) {
                break object;
            }
            let head = self.head(pack, at)?;
            let bytes = self.told(pack, &head)?;
            match (head.kind, head.base) {
                (FROM_OFFSET | FROM_NAME, Some(base)) if steps.len() < LONGEST_CHAIN => {
                    steps.push((at, bytes));
                    at = base;
                }
                (kind, _) if kind == wanted => {
                    let object = bytes.into();
                    if !steps.is_empty() {
                        on_the_way((pack, at), &object);
                    }
                    break object;
                }
                _ => return None,
            }
        };
        while let Some((at, step)) = steps.pop() {
            object = apply(&object, &step)?.into();
            if !steps.is_empty() {
                on_the_way((pack, at), &object);
            }
        }
        Some(object)
    }

    /// How the object that begins at `at` is told.
    pub(super) fn head(&mut self, pack: usize, at: u64) -> Option<Head> {
        self.steps += 1;
        self.look(pack, at, NEAR)?;
        let start = usize::try_from(at - self.window.1).ok()?;
        let mut bytes = self.window.2.get(start..)?;
        let first = next(&mut bytes)?;
        let kind = first >> 4 & 7;
        let mut length = usize::from(first & 15);
        if first & 0x80 != 0 {
            length |= size(&mut bytes)?.checked_mul(16)?;
        }
        if length > LARGEST_OBJECT {
            return None;
        }
        let base = match kind {
            FROM_OFFSET => {
                let mut byte = next(&mut bytes)?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next(&mut bytes)?;
                    back = (back + 1).checked_mul(128)? | u64::from(byte & 0x7f);
                }
                Some(at.checked_sub(back).filter(|_| back > 0)?)
            }
            FROM_NAME => {
                let (name, rest) = bytes.split_at_checked(20)?;
                bytes = rest;
                Some(self.packs.0.get(pack)?.find(Oid::from_bytes(name).ok()?)?)
            }
            _ => None,
        };
        let header = self.window.2.len() - start - bytes.len();
        Some(Head { kind, base, start: at + header as u64, length })
    }

    /// What tells the object with that head: itself, or what makes it of another one.
    pub(super) fn told(&mut self, pack: usize, head: &Head) -> Option<Vec<u8>> {
        let (at, size) = (head.start, head.length);
        let mut into = vec![0; size];
        // First what is at hand; then so much that it cannot be too little.
        let most = size as u64 + size as u64 / 500 + 256;
        for length in [1, most] {
            self.look(pack, at, length)?;
            let start = usize::try_from(at - self.window.1).ok()?;
            let stream = self.window.2.get(start..)?;
            if inflate_small(stream, &mut into).is_some() {
                return Some(into);
            }
            self.inflater.init();
            let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
                | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF
                | inflate_flags::TINFL_FLAG_COMPUTE_ADLER32;
            let (status, _, written) = decompress(&mut self.inflater, stream, &mut into, 0, flags);
            if status == TINFLStatus::Done && written == size {
                return Some(into);
            }
        }
        None
    }

    /// Makes the window reach from `at` over `length` bytes, or to the end of the pack.
    fn look(&mut self, pack: usize, at: u64, length: u64) -> Option<()> {
        let (of, start, bytes) = &mut self.window;
        let is_here = *of == pack;
        let end = at.checked_add(length)?;
        if is_here && *start <= at && end <= *start + bytes.len() as u64 {
            return Some(());
        }
        // Who goes backwards will want what lies before.
        let goes_back = is_here && at < *start && *start - at < self.reach;
        let (from, to) = match goes_back {
            true => (end.saturating_sub(self.reach).min(at), end),
            false => (at, end.max(at.checked_add(self.reach)?)),
        };
        if self.open.as_ref().is_none_or(|(number, _)| *number != pack) {
            self.open = Some((pack, File::open(&self.packs.0.get(pack)?.path).ok()?));
        }
        let (_, file) = self.open.as_mut()?;
        file.seek(SeekFrom::Start(from)).ok()?;
        bytes.clear();
        file.take(to - from).read_to_end(bytes).ok()?;
        (*of, *start) = (pack, from);
        Some(())
    }
}

/// What `delta` makes of `base`: pieces of it, and new bytes.
pub(super) fn apply(base: &[u8], mut delta: &[u8]) -> Option<Vec<u8>> {
    let (before, after) = (size(&mut delta)?, size(&mut delta)?);
    if before != base.len() || after > LARGEST_OBJECT {
        return None;
    }
    let mut made = Vec::with_capacity(after);
    while let Some(order) = next(&mut delta) {
        if order & 0x80 != 0 {
            let (mut start, mut length) = (0_usize, 0_usize);
            for bit in 0..4 {
                if order & 1 << bit != 0 {
                    start |= usize::from(next(&mut delta)?) << (8 * bit);
                }
            }
            for bit in 0..3 {
                if order & 0x10 << bit != 0 {
                    length |= usize::from(next(&mut delta)?) << (8 * bit);
                }
            }
            let length = if length == 0 { 0x1_0000 } else { length };
            made.extend_from_slice(base.get(start..start.checked_add(length)?)?);
        } else {
            // An order of no bytes is kept for times to come.
            let (new, rest) = delta.split_at_checked(usize::from(order)).filter(|_| order > 0)?;
            made.extend_from_slice(new);
            delta = rest;
        }
        if made.len() > after {
            return None;
        }
    }
    (made.len() == after).then_some(made)
}

fn next(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

/// A number of seven bits a byte, the lowest first.
fn size(bytes: &mut &[u8]) -> Option<usize> {
    let (mut size, mut shift) = (0_usize, 0);
    loop {
        let byte = next(bytes).filter(|_| shift < 32)?;
        size |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use git2::{FileMode, Repository};

    #[test]
    fn packed_folders_are_what_libgit2_says() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let git = Repository::init(folder.path()).expect("a repository");
        let mut tree = None;
        let mut all = Vec::new();
        for version in 0..60_u8 {
            let mut builder = git.treebuilder(tree.as_ref()).expect("a tree");
            for file in 0..40_u8 {
                if version == 0 || file == version % 40 {
                    let blob = git.blob(&[version, file]).expect("a blob");
                    let name = format!("file-{file}-with-a-long-name.toml");
                    builder.insert(name, blob, FileMode::Blob.into()).expect("an entry");
                }
            }
            let id = builder.write().expect("written");
            all.push(id);
            tree = Some(git.find_tree(id).expect("the tree"));
        }
        let mut pack = git.packbuilder().expect("a pack");
        all.iter().for_each(|id| pack.insert_object(*id, None).expect("it goes in"));
        let objects = folder.path().join(".git/objects");
        pack.write(&objects.join("pack"), 0).expect("a pack");
        let packs = Arc::new(Packs::of(&objects));
        let odb = git.odb().expect("objects");
        for newest_first in [false, true] {
            let mut reader = PackReader::new(packs.clone(), WIDE);
            if newest_first {
                all.reverse();
            }
            let mut at_hand: Option<(PlaceInPack, Arc<[u8]>)> = None;
            for id in &all {
                let place = reader.find(*id).expect("it is packed");
                let hand = |place| {
                    at_hand.as_ref().filter(|(at, _)| *at == place).map(|(_, tree)| tree.clone())
                };
                let mut passed = Vec::new();
                let found = reader.object(TREE, place, hand, |place, tree| {
                    passed.push((place, tree.clone()));
                });
                let found = found.expect("it can be read");
                for (place, tree) in passed {
                    let again = PackReader::new(packs.clone(), NARROW).object(
                        TREE,
                        place,
                        |_| None,
                        |_, _| {},
                    );
                    assert_eq!(again, Some(tree));
                }
                assert_eq!(reader.object(BLOB, place, |_| None, |_, _| {}), None);
                let object = odb.read(*id).expect("it can be read");
                assert_eq!(object.kind(), ObjectType::Tree);
                assert_eq!(&found[..], object.data());
                at_hand = Some((place, found));
            }
        }
        assert_eq!(packs.find(git.blob(b"loose").expect("a blob")), None);
    }

    #[test]
    fn steps_that_make_no_sense_make_nothing() {
        let base = b"0123456789";
        assert_eq!(apply(base, &[10, 4, 0x91, 2, 3, 1, b'x']).as_deref(), Some(&b"234x"[..]));
        let wrong: [&[u8]; 8] = [
            &[],
            &[9, 1, 1, b'x'],
            &[10, 2, 1, b'x'],
            &[10, 1, 2, b'x'],
            &[10, 1, 0],
            &[10, 3, 0x91, 8, 3],
            &[10, 3, 0x91, 8],
            &[0x80; 12],
        ];
        for delta in wrong {
            assert_eq!(apply(base, delta), None, "{delta:?}");
        }
    }
}
