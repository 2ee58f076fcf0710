//! The file in which the past is remembered: its layout on the disk, read a few blocks at a time.
//!
//! A head (kind, key, counts), the digests of all blocks, then the body in blocks. A block is read
//! when something in it is asked for, and its digest is looked at then: a question about one record
//! reads some kilobytes of a file of many megabytes, and believes nothing that was damaged.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The beginning of the file: its kind and version.
const MAGIC: [u8; 8] = *b"fondsP02";
/// Magic, key, counts, the digest of the digests, the digest of all before it.
const HEAD: usize = 8 + 32 + COUNTS * 4 + 8 + 8;
const COUNTS: usize = 5;
/// The unit that is read and judged at once.
const BLOCK: usize = 4096;
/// So many blocks are kept at hand (8 MiB).
const MOST_BLOCKS: usize = 2048;

/// A revision: id, seconds, first parent in the list, first touch, line, marks.
pub(super) const REVISION: usize = 20 + 8 + 4 * 4;
/// A touch: path, before, after.
pub(super) const TOUCH: usize = 4 + 20 + 20;
/// A posting: revision, touch.
pub(super) const POSTING: usize = 8;

/// How much there is of everything.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) revisions: usize,
    pub(super) parents: usize,
    pub(super) touches: usize,
    pub(super) paths: usize,
    /// The bytes of all paths.
    pub(super) names: usize,
}

/// Where the sections begin in the body. What a revision or path has of a list ends where that of
/// the next one begins, so their sections have one entry more than there are.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Sections {
    pub(super) revisions: usize,
    pub(super) parents: usize,
    pub(super) touches: usize,
    /// Where each path begins among the names; paths are sorted.
    pub(super) name_start: usize,
    pub(super) names: usize,
    /// Where the postings of each path begin.
    pub(super) posting_start: usize,
    pub(super) postings: usize,
    /// The revisions, sorted by id.
    pub(super) by_id: usize,
    end: usize,
}

impl Sections {
    fn of(counts: Counts) -> Option<Sections> {
        let mut at = 0_usize;
        let mut take = |count: usize, size: usize| -> Option<usize> {
            let start = at;
            at = at.checked_add(count.checked_mul(size)?)?;
            Some(start)
        };
        Some(Sections {
            revisions: take(counts.revisions + 1, REVISION)?,
            parents: take(counts.parents, 4)?,
            touches: take(counts.touches, TOUCH)?,
            name_start: take(counts.paths + 1, 4)?,
            names: take(counts.names, 1)?,
            posting_start: take(counts.paths + 1, 4)?,
            postings: take(counts.touches, POSTING)?,
            by_id: take(counts.revisions, 4)?,
            end: take(0, 0)?,
        })
    }
}

/// The file, open.
#[derive(Debug)]
pub(super) struct PastFile {
    file: RefCell<File>,
    pub(super) counts: Counts,
    pub(super) sections: Sections,
    digests: Vec<u64>,
    blocks: RefCell<HashMap<usize, Box<[u8]>>>,
    sound: Cell<bool>,
}

impl PastFile {
    /// The file at `path`, when it is whole and was made for `key`.
    pub(super) fn open(path: &Path, key: &[u8; 32]) -> Option<PastFile> {
        let mut file = File::open(path).ok()?;
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        let (told, sum) = head.split_at(HEAD - 8);
        if told.get(..8)? != MAGIC || told.get(8..40)? != key || digest(told) != word(sum) {
            return None;
        }
        let count = |at: usize| usize::try_from(number(told.get(40 + at * 4..)?)).ok();
        let counts = Counts {
            revisions: count(0)?,
            parents: count(1)?,
            touches: count(2)?,
            paths: count(3)?,
            names: count(4)?,
        };
        let sections = Sections::of(counts)?;
        let blocks = sections.end.div_ceil(BLOCK);
        let whole = HEAD.checked_add(blocks.checked_mul(8)?)?.checked_add(sections.end)?;
        if file.metadata().ok()?.len() != u64::try_from(whole).ok()? {
            return None;
        }
        let mut digests = vec![0; blocks * 8];
        file.read_exact(&mut digests).ok()?;
        if digest(&digests) != word(told.get(HEAD - 16..)?) {
            return None;
        }
        Some(PastFile {
            file: RefCell::new(file),
            counts,
            sections,
            digests: digests.chunks_exact(8).map(word).collect(),
            blocks: RefCell::default(),
            sound: Cell::new(true),
        })
    }

    /// Whether all that was read so far was what was written.
    pub(super) fn is_sound(&self) -> bool {
        self.sound.get()
    }

    /// Something in it contradicts itself.
    pub(super) fn distrust(&self) {
        self.sound.set(false);
    }

    /// The bytes of the body from `at` on. What cannot be read, or is damaged, is zeros; then
    /// [`PastFile::is_sound`] says no from now on.
    pub(super) fn read(&self, mut at: usize, mut into: &mut [u8]) {
        into.fill(0);
        while !into.is_empty() {
            let (block, offset) = (at / BLOCK, at % BLOCK);
            let length = into.len().min(BLOCK - offset);
            let (part, rest) = into.split_at_mut(length);
            if self.copy(block, offset, part).is_none() {
                self.distrust();
                return;
            }
            into = rest;
            at += length;
        }
    }

    fn copy(&self, block: usize, offset: usize, into: &mut [u8]) -> Option<()> {
        let mut blocks = self.blocks.borrow_mut();
        if !blocks.contains_key(&block) {
            let bytes = self.load(block)?;
            if blocks.len() >= MOST_BLOCKS {
                blocks.clear();
            }
            blocks.insert(block, bytes);
        }
        into.copy_from_slice(blocks.get(&block)?.get(offset..offset + into.len())?);
        Some(())
    }

    fn load(&self, block: usize) -> Option<Box<[u8]>> {
        let wanted = *self.digests.get(block)?;
        let start = block * BLOCK;
        let mut bytes = vec![0; BLOCK.min(self.sections.end - start)];
        let body = HEAD + self.digests.len() * 8;
        let mut file = self.file.borrow_mut();
        file.seek(SeekFrom::Start(u64::try_from(body + start).ok()?)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        (digest(&bytes) == wanted).then(|| bytes.into_boxed_slice())
    }

    pub(super) fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut bytes = [0; N];
        self.read(at, &mut bytes);
        bytes
    }

    /// The number at the position `at` of a section of numbers.
    pub(super) fn number(&self, section: usize, at: usize) -> usize {
        // A number of 32 bits fits into a usize wherever this program runs.
        number(&self.array::<4>(section + at * 4)) as usize
    }

    /// The numbers at `at` and after it: from where to where something reaches, never further than
    /// `limit`.
    pub(super) fn range(&self, section: usize, at: usize, limit: usize) -> std::ops::Range<usize> {
        let bytes: [u8; 8] = self.array(section + at * 4);
        let (start, end) = (number(&bytes) as usize, number(&bytes[4..]) as usize);
        if start > end || end > limit {
            self.distrust();
            return 0..0;
        }
        start..end
    }
}

/// Writes a file section by section, in the order of [`Sections`].
pub(super) struct PastWriter<W: Write + Seek> {
    out: BufWriter<W>,
    head: Vec<u8>,
    sections: Sections,
    block: Vec<u8>,
    digests: Vec<u8>,
    written: usize,
}

impl<W: Write + Seek> PastWriter<W> {
    pub(super) fn new(out: W, key: &[u8; 32], counts: Counts) -> io::Result<PastWriter<W>> {
        let too_large = || io::Error::other("too large");
        let sections = Sections::of(counts).ok_or_else(too_large)?;
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(key);
        let Counts { revisions, parents, touches, paths, names } = counts;
        for count in [revisions, parents, touches, paths, names] {
            let count = u32::try_from(count).map_err(|_| too_large())?;
            head.extend_from_slice(&count.to_le_bytes());
        }
        let blocks = sections.end.div_ceil(BLOCK);
        let mut out = BufWriter::with_capacity(1 << 18, out);
        // The head comes last: until then, the file is none.
        out.write_all(&vec![0; HEAD + blocks * 8])?;
        let digests = Vec::with_capacity(blocks * 8);
        let block = Vec::with_capacity(BLOCK);
        Ok(PastWriter { out, head, sections, block, digests, written: 0 })
    }

    pub(super) fn put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len();
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            bytes = rest;
            if self.block.len() == BLOCK {
                self.end_block()?;
            }
        }
        Ok(())
    }

    pub(super) fn number(&mut self, number: usize) -> io::Result<()> {
        let number = u32::try_from(number).map_err(|_| io::Error::other("too large"))?;
        self.put(&number.to_le_bytes())
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.digests.extend_from_slice(&digest(&self.block).to_le_bytes());
        self.out.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        if self.written != self.sections.end {
            return Err(io::Error::other("a section has not its length"));
        }
        self.head.extend_from_slice(&digest(&self.digests).to_le_bytes());
        let sum = digest(&self.head);
        self.head.extend_from_slice(&sum.to_le_bytes());
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&self.head)?;
        self.out.write_all(&self.digests)?;
        self.out.flush()
    }
}

/// A digest that finds damage, eight bytes at a time; it is no proof against malice, and need not
/// be: whoever can write this file can write the repository.
fn digest(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut lanes =
        [FACTOR, FACTOR.rotate_left(16), FACTOR.rotate_left(32), FACTOR.rotate_left(48)];
    let mut mix = |at: usize, word: u64| {
        lanes[at] = (lanes[at] ^ word).wrapping_mul(FACTOR).rotate_left(31);
    };
    let mut blocks = bytes.chunks_exact(32);
    for block in &mut blocks {
        for (at, bytes) in block.chunks_exact(8).enumerate() {
            mix(at, word(bytes));
        }
    }
    for (at, byte) in blocks.remainder().iter().enumerate() {
        mix(at % 4, u64::from(*byte) | 0x100);
    }
    let joined = lanes
        .iter()
        .fold(bytes.len() as u64, |sum, lane| (sum ^ lane).wrapping_mul(FACTOR).rotate_left(29));
    joined ^ (joined >> 32)
}

/// The number that `bytes` begin with; 0 when there are too few.
pub(super) fn number(bytes: &[u8]) -> u32 {
    bytes.get(..4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn word(bytes: &[u8]) -> u64 {
    bytes.get(..8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
}
