//! A file that remembers the history: which revisions there are, and which record files each of
//! them changed. It can be thrown away: everything in it is told by the repository again.
//!
//! Of each revision it holds its parents, its moment, and the record files that are not as in its
//! first parent; and for each path, the revisions that touched it. Revisions stand after their
//! parents. The file is written beside the old one and put in its place whole, so that a reader
//! sees the one or the other, whatever happens to the writer. What was committed since is added in
//! memory. A file that is damaged, or was made for another state of the repository (a shallow
//! clone that was deepened, another folder), is no file.

use super::history::BlobId;
use crate::record::RevisionId;
use std::collections::HashMap;

/// The beginning of the file: its kind and version.
const MAGIC: [u8; 8] = *b"fondsP01";
/// Numbers of things that follow: revisions, parents, touches, paths, bytes of names.
const COUNTS: usize = 5;
/// Magic, digest, key, counts.
const HEAD: usize = 8 + 8 + 32 + COUNTS * 4;
/// The path, and the bytes it has then; zeros when it is gone.
const TOUCH: usize = 24;

/// A record file that is not as in the first parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touch {
    pub(super) path: u32,
    pub(super) after: Option<BlobId>,
}

/// What the file says, and what was added since it was written.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// The whole file; empty when there is none.
    bytes: Vec<u8>,
    sections: Sections,
    added: Added,
}

/// Where the parts of the file begin, and how much is in them.
#[derive(Debug, Default, Clone, Copy)]
struct Sections {
    revisions: usize,
    paths: usize,
    ids: usize,
    seconds: usize,
    parent_start: usize,
    parents: usize,
    parent_count: usize,
    touch_start: usize,
    touches: usize,
    touch_count: usize,
    by_id: usize,
    name_start: usize,
    names: usize,
    by_name: usize,
    posting_start: usize,
    postings: usize,
    end: usize,
}

/// Revisions that are not in the file.
#[derive(Debug, Default)]
struct Added {
    revisions: Vec<(RevisionId, i64, Vec<u32>, Vec<Touch>)>,
    ids: HashMap<RevisionId, u32>,
    names: Vec<String>,
    paths: HashMap<String, u32>,
}

impl Sections {
    fn of(counts: [usize; COUNTS]) -> Option<Sections> {
        let [revisions, parents, touches, paths, names] = counts;
        let mut at = HEAD;
        let mut take = |count: usize, size: usize| -> Option<usize> {
            let start = at;
            at = at.checked_add(count.checked_mul(size)?)?;
            Some(start)
        };
        Some(Sections {
            revisions,
            paths,
            ids: take(revisions, 20)?,
            seconds: take(revisions, 8)?,
            parent_start: take(revisions + 1, 4)?,
            parents: take(parents, 4)?,
            parent_count: parents,
            touch_start: take(revisions + 1, 4)?,
            touches: take(touches, TOUCH)?,
            touch_count: touches,
            by_id: take(revisions, 4)?,
            name_start: take(paths + 1, 4)?,
            names: take(names, 1)?,
            by_name: take(paths, 4)?,
            posting_start: take(paths + 1, 4)?,
            postings: take(touches, 8)?,
            end: take(0, 0)?,
        })
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
        for (at, word) in block.chunks_exact(8).enumerate() {
            mix(at, u64::from_le_bytes(word.try_into().unwrap_or_default()));
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

impl Past {
    /// What a file says that was made for `key`; `None` when it is damaged, or another's.
    pub(super) fn read(bytes: Vec<u8>, key: &[u8; 32]) -> Option<Past> {
        let (magic, rest) = bytes.split_at_checked(8)?;
        let (sum, rest) = rest.split_at_checked(8)?;
        let sum = u64::from_le_bytes(sum.try_into().ok()?);
        if magic != MAGIC || rest.get(..32)? != key || digest(rest) != sum {
            return None;
        }
        let mut counts = [0; COUNTS];
        for (at, count) in counts.iter_mut().enumerate() {
            *count = usize::try_from(number(&bytes, HEAD - COUNTS * 4, at)).ok()?;
        }
        let sections = Sections::of(counts)?;
        (sections.end == bytes.len()).then(|| Past { bytes, sections, added: Added::default() })
    }

    /// How many revisions there are.
    pub(super) fn len(&self) -> usize {
        self.sections.revisions + self.added.revisions.len()
    }

    /// How many of them are not in the file.
    pub(super) fn unsaved(&self) -> usize {
        self.added.revisions.len()
    }

    fn in_file(&self, at: usize) -> Option<usize> {
        (at < self.sections.revisions).then_some(at)
    }

    fn added(&self, at: usize) -> Option<&(RevisionId, i64, Vec<u32>, Vec<Touch>)> {
        self.added.revisions.get(at.checked_sub(self.sections.revisions)?)
    }

    fn number(&self, section: usize, at: usize) -> usize {
        // A number of 32 bits fits into a usize wherever this program runs.
        usize::try_from(number(&self.bytes, section, at)).unwrap_or(usize::MAX)
    }

    /// The numbers from the one at `at` in `section` to the next, none of them `limit` or more:
    /// what a file claims is not believed further than it reaches.
    fn range(&self, section: usize, at: usize, limit: usize) -> std::ops::Range<usize> {
        let end = self.number(section, at + 1).min(limit);
        self.number(section, at).min(end)..end
    }

    /// The revision at `at`.
    pub(super) fn id(&self, at: usize) -> RevisionId {
        match (self.in_file(at), self.added(at)) {
            (Some(at), _) => {
                RevisionId::from_bytes(array(&self.bytes, self.sections.ids + at * 20))
            }
            (None, Some((id, ..))) => *id,
            (None, None) => RevisionId::from_bytes([0; 20]),
        }
    }

    /// When the revision at `at` was committed: seconds since 1970.
    pub(super) fn seconds(&self, at: usize) -> i64 {
        match (self.in_file(at), self.added(at)) {
            (Some(at), _) => i64::from_le_bytes(array(&self.bytes, self.sections.seconds + at * 8)),
            (None, added) => added.map_or(0, |(_, seconds, ..)| *seconds),
        }
    }

    /// The parents of the revision at `at`, in order; those that are not there left out.
    pub(super) fn parents(&self, at: usize, into: &mut Vec<usize>) {
        into.clear();
        match (self.in_file(at), self.added(at)) {
            (Some(own), _) => {
                let own = self.range(self.sections.parent_start, own, self.sections.parent_count);
                into.extend(own.map(|n| self.number(self.sections.parents, n)));
            }
            (None, Some((_, _, parents, _))) => {
                into.extend(parents.iter().map(|parent| *parent as usize));
            }
            (None, None) => {}
        }
        // Revisions stand after their parents; whatever a file says, nothing goes in circles.
        into.retain(|parent| *parent < at);
    }

    /// Where the revision `id` is.
    pub(super) fn find(&self, id: RevisionId) -> Option<usize> {
        if let Some(at) = self.added.ids.get(&id) {
            return usize::try_from(*at).ok();
        }
        let count = self.sections.revisions;
        let at = partition(count, |n| self.id(self.number(self.sections.by_id, n)) < id);
        let at = (at < count).then(|| self.number(self.sections.by_id, at))?;
        (at < count && self.id(at) == id).then_some(at)
    }

    fn name(&self, path: usize) -> &str {
        let paths = self.sections.paths;
        if let Some(added) = path.checked_sub(paths) {
            return self.added.names.get(added).map_or("", String::as_str);
        }
        let start = self.sections.names + self.number(self.sections.name_start, path);
        let end = self.sections.names + self.number(self.sections.name_start, path + 1);
        std::str::from_utf8(self.bytes.get(start..end).unwrap_or_default()).unwrap_or_default()
    }

    fn path(&self, name: &str) -> Option<usize> {
        if let Some(path) = self.added.paths.get(name) {
            return usize::try_from(*path).ok();
        }
        let count = self.sections.paths;
        let at = partition(count, |n| self.name(self.number(self.sections.by_name, n)) < name);
        let path = (at < count).then(|| self.number(self.sections.by_name, at))?;
        (self.name(path) == name).then_some(path)
    }

    /// The revisions that touched the file `name`, in order, and what they made of it.
    pub(super) fn touched(&self, name: &str) -> Vec<(usize, Option<BlobId>)> {
        let Some(path) = self.path(name) else { return Vec::new() };
        let mut found = Vec::new();
        if path < self.sections.paths {
            for n in self.range(self.sections.posting_start, path, self.sections.touch_count) {
                let revision = self.number(self.sections.postings, 2 * n);
                let touch = self.touch_in_file(self.number(self.sections.postings, 2 * n + 1));
                found.push((revision, touch.after));
            }
        }
        for (at, (.., touches)) in self.added.revisions.iter().enumerate() {
            let ours = touches.iter().filter(|touch| touch.path as usize == path);
            found.extend(ours.map(|touch| (self.sections.revisions + at, touch.after)));
        }
        found
    }

    fn touch_in_file(&self, at: usize) -> Touch {
        let start = self.sections.touches + at * TOUCH;
        let after: [u8; 20] = array(&self.bytes, start + 4);
        Touch {
            path: u32::from_le_bytes(array(&self.bytes, start)),
            after: (after != [0; 20]).then_some(BlobId(after)),
        }
    }

    /// Adds a revision, which must come after its parents.
    pub(super) fn add(
        &mut self,
        id: RevisionId,
        seconds: i64,
        parents: &[usize],
        touches: Vec<(String, Option<BlobId>)>,
    ) -> Option<()> {
        let at = u32::try_from(self.len()).ok()?;
        let mut own = Vec::with_capacity(touches.len());
        for (name, after) in touches {
            let path = match self.path(&name) {
                Some(path) => u32::try_from(path).ok()?,
                None => {
                    let path = u32::try_from(self.sections.paths + self.added.names.len()).ok()?;
                    self.added.paths.insert(name.clone(), path);
                    self.added.names.push(name);
                    path
                }
            };
            own.push(Touch { path, after });
        }
        let parents = parents.iter().map(|at| u32::try_from(*at).ok()).collect::<Option<_>>()?;
        self.added.revisions.push((id, seconds, parents, own));
        self.added.ids.insert(id, at);
        Some(())
    }

    /// The bytes of a file that says all this.
    pub(super) fn write(&self, key: &[u8; 32]) -> Option<Vec<u8>> {
        let revisions = self.len();
        let paths = self.sections.paths + self.added.names.len();
        let (mut ids, mut seconds) = (Vec::new(), Vec::new());
        let (mut parent_start, mut parents) = (Numbers::default(), Numbers::default());
        let (mut touch_start, mut touches) = (Numbers::default(), Vec::new());
        let mut postings: Vec<Vec<(usize, usize)>> = vec![Vec::new(); paths];
        let mut of_revision = Vec::new();
        let mut count = 0_usize;
        for at in 0..revisions {
            ids.extend_from_slice(self.id(at).as_bytes());
            seconds.extend_from_slice(&self.seconds(at).to_le_bytes());
            parent_start.push(parents.len())?;
            self.parents(at, &mut of_revision);
            for parent in &of_revision {
                parents.push(*parent)?;
            }
            touch_start.push(count)?;
            let in_file = self
                .in_file(at)
                .map(|at| self.range(self.sections.touch_start, at, self.sections.touch_count));
            let in_file = in_file.into_iter().flatten().map(|n| self.touch_in_file(n));
            let added =
                self.added(at).into_iter().flat_map(|(.., touches)| touches.iter().copied());
            for touch in in_file.chain(added) {
                touches.extend_from_slice(&touch.path.to_le_bytes());
                touches.extend_from_slice(&touch.after.map_or([0; 20], |blob| blob.0));
                postings.get_mut(touch.path as usize)?.push((at, count));
                count += 1;
            }
        }
        parent_start.push(parents.len())?;
        touch_start.push(count)?;
        let mut by_id: Vec<usize> = (0..revisions).collect();
        by_id.sort_unstable_by_key(|at| self.id(*at));
        let mut by_name: Vec<usize> = (0..paths).collect();
        by_name.sort_unstable_by_key(|path| self.name(*path));
        let (mut name_start, mut names) = (Numbers::default(), Vec::new());
        let (mut posting_start, mut posted) = (Numbers::default(), Numbers::default());
        for (path, found) in postings.iter().enumerate() {
            name_start.push(names.len())?;
            names.extend_from_slice(self.name(path).as_bytes());
            posting_start.push(posted.len() / 2)?;
            for (revision, touch) in found {
                posted.push(*revision)?;
                posted.push(*touch)?;
            }
        }
        name_start.push(names.len())?;
        posting_start.push(posted.len() / 2)?;

        let mut body = key.to_vec();
        for count in [revisions, parents.len(), count, paths, names.len()] {
            body.extend_from_slice(&u32::try_from(count).ok()?.to_le_bytes());
        }
        body.extend(ids);
        body.extend(seconds);
        body.extend(parent_start.0);
        body.extend(parents.0);
        body.extend(touch_start.0);
        body.extend(touches);
        body.extend(Numbers::of(&by_id)?.0);
        body.extend(name_start.0);
        body.extend(names);
        body.extend(Numbers::of(&by_name)?.0);
        body.extend(posting_start.0);
        body.extend(posted.0);
        let mut bytes = Vec::with_capacity(body.len() + 16);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&digest(&body).to_le_bytes());
        bytes.extend(body);
        Some(bytes)
    }
}

/// Numbers of 32 bits as the file has them.
#[derive(Default)]
struct Numbers(Vec<u8>);

impl Numbers {
    fn of(numbers: &[usize]) -> Option<Numbers> {
        let mut all = Numbers::default();
        numbers.iter().try_for_each(|number| all.push(*number)).map(|()| all)
    }

    fn push(&mut self, number: usize) -> Option<()> {
        self.0.extend_from_slice(&u32::try_from(number).ok()?.to_le_bytes());
        Some(())
    }

    fn len(&self) -> usize {
        self.0.len() / 4
    }
}

fn number(bytes: &[u8], section: usize, at: usize) -> u32 {
    u32::from_le_bytes(array(bytes, section.saturating_add(at.saturating_mul(4))))
}

/// The bytes at `start`; zeros where there are none.
fn array<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
    let end = start.saturating_add(N);
    bytes.get(start..end).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
}

/// The first of `count` things of which `before` does not hold.
fn partition(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u8) -> RevisionId {
        RevisionId::from_bytes([n.wrapping_mul(97); 20])
    }

    type Plain = Vec<(Vec<usize>, Vec<(String, Option<BlobId>)>)>;

    fn revisions() -> impl Strategy<Value = Plain> {
        let touch = (0..4u8, prop::option::of(1..4u8)).prop_map(|(path, blob)| {
            (format!("records/{path}.toml"), blob.map(|blob| BlobId([blob; 20])))
        });
        let revision =
            (prop::collection::vec(0..20usize, 0..3), prop::collection::vec(touch, 0..3));
        prop::collection::vec(revision, 0..20).prop_map(|mut all| {
            for (at, (parents, touches)) in all.iter_mut().enumerate() {
                parents.retain(|parent| *parent < at);
                let mut seen = Vec::new();
                touches.retain(|(path, _)| {
                    !seen.contains(path) && {
                        seen.push(path.clone());
                        true
                    }
                });
            }
            all
        })
    }

    fn agrees(past: &Past, plain: &Plain) {
        assert_eq!(past.len(), plain.len());
        let mut parents = Vec::new();
        for (at, (wanted, _)) in plain.iter().enumerate() {
            past.parents(at, &mut parents);
            assert_eq!(&parents, wanted);
            assert_eq!(past.find(id(at as u8)), Some(at));
            assert_eq!(past.seconds(at), at as i64 - 3);
        }
        assert_eq!(past.find(id(200)), None);
        for path in 0..5 {
            let name = format!("records/{path}.toml");
            let wanted: Vec<(usize, Option<BlobId>)> = plain
                .iter()
                .enumerate()
                .flat_map(|(at, (_, touches))| {
                    touches
                        .iter()
                        .filter(|(path, _)| *path == name)
                        .map(move |(_, blob)| (at, *blob))
                })
                .collect();
            assert_eq!(past.touched(&name), wanted);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(plain in revisions(), cut in 0..20usize) {
            let key = [7; 32];
            let mut past = Past::default();
            for (at, (parents, touches)) in plain.iter().enumerate() {
                if at == cut {
                    past = Past::read(past.write(&key).unwrap(), &key).unwrap();
                }
                past.add(id(at as u8), at as i64 - 3, parents, touches.clone()).unwrap();
            }
            agrees(&past, &plain);
            let bytes = past.write(&key).unwrap();
            agrees(&Past::read(bytes.clone(), &key).unwrap(), &plain);
            prop_assert!(Past::read(bytes.clone(), &[8; 32]).is_none());
            // Every damage is found.
            for at in (0..bytes.len()).step_by(7) {
                let mut damaged = bytes.clone();
                damaged[at] ^= 0x10;
                prop_assert!(Past::read(damaged, &key).is_none(), "{at}");
                prop_assert!(Past::read(bytes[..at].to_vec(), &key).is_none());
            }
        }
    }
}
