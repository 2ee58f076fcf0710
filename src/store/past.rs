//! What is remembered of the history: which revisions there are, and which files of records and
//! aliases each of them changed. It can be thrown away: everything in it is told by the repository
//! again.
//!
//! Of each revision it holds its parents, its moment, and the files that are not as in its first
//! parent, with their bytes before and after; and for each path, the revisions that touched it.
//! Revisions stand after their parents.
//!
//! A revision and its first parent are on one *line*, unless another child of that parent was there
//! earlier; then a new line begins. So the state of a file at a revision is what the last touch on
//! its line made of it, or on the line that this one began from. A merge is known to the paths
//! that were touched on its other sides ([`Touch::is_meeting`]), whether it changed them or not. So
//! the history of one record is told from its own touches, without a look at all the others.

use super::history::BlobId;
use super::past_file::{Counts, PastFile, PastWriter, REVISION, TOUCH, number};
use crate::record::RevisionId;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::Arc;

/// A file that is not as in the first parent; or one that another parent's side touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touch {
    pub(super) path: u32,
    pub(super) before: Option<BlobId>,
    pub(super) after: Option<BlobId>,
}

impl Touch {
    /// Whether the revision is a merge that left the file as its first parent had it, though it was
    /// touched on another side.
    pub(super) fn is_meeting(&self) -> bool {
        self.before == self.after
    }
}

/// A file that differs, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Touched {
    pub(super) name: String,
    pub(super) before: Option<BlobId>,
    pub(super) after: Option<BlobId>,
}

/// What is known of one revision.
#[derive(Debug, Clone)]
struct Known {
    id: RevisionId,
    seconds: i64,
    /// The revision with which its line began.
    line: u32,
    marks: u32,
    parents: std::ops::Range<usize>,
    touches: std::ops::Range<usize>,
}

/// The line goes on after this revision.
const GOES_ON: u32 = 1;
/// There is something in it that a reader of its folders has to be told of: a link, a submodule.
const REMARKABLE: u32 = 2;

/// What the file says, and what was added since it was written.
#[derive(Debug, Default)]
pub(super) struct Past {
    file: Option<PastFile>,
    counts: Counts,
    added: Added,
}

/// Revisions that are not in the file.
#[derive(Debug, Default)]
struct Added {
    revisions: Vec<Known>,
    parents: Vec<u32>,
    touches: Vec<Touch>,
    ids: HashMap<RevisionId, usize>,
    names: Vec<Arc<str>>,
    paths: HashMap<Arc<str>, u32>,
    /// Revisions of the file whose line goes on here.
    going_on: HashSet<usize>,
}

impl Past {
    /// What the file at `path` says, when it was made for `key`; `None` when it is damaged, or
    /// another's.
    pub(super) fn open(path: &Path, key: &[u8; 32]) -> Option<Past> {
        let file = PastFile::open(path, key)?;
        Some(Past { counts: file.counts, file: Some(file), added: Added::default() })
    }

    /// Whether nothing that was read so far was damaged. An answer that was drawn from something
    /// else is none.
    pub(super) fn is_sound(&self) -> bool {
        self.file.as_ref().is_none_or(PastFile::is_sound)
    }

    /// How many revisions there are.
    pub(super) fn len(&self) -> usize {
        self.counts.revisions + self.added.revisions.len()
    }

    /// How many of them are not in the file.
    pub(super) fn unsaved(&self) -> usize {
        self.added.revisions.len()
    }

    fn known(&self, at: usize) -> Known {
        let in_file = self.file.as_ref().filter(|_| at < self.counts.revisions);
        let added =
            at.checked_sub(self.counts.revisions).and_then(|at| self.added.revisions.get(at));
        match (in_file, added) {
            (Some(file), _) => {
                // Its own entry, and the starts in the next.
                let bytes: [u8; 2 * REVISION] = file.array(file.sections.revisions + at * REVISION);
                let (own, next) = bytes.split_at(REVISION);
                let range = |at: usize, limit: usize| {
                    let (start, end) = (number(&own[at..]) as usize, number(&next[at..]) as usize);
                    if start > end || end > limit {
                        file.distrust();
                        return 0..0;
                    }
                    start..end
                };
                Known {
                    id: RevisionId::from_bytes(part(own)),
                    seconds: i64::from_le_bytes(part(&own[20..])),
                    parents: range(28, self.counts.parents),
                    touches: range(32, self.counts.touches),
                    line: number(&own[36..]),
                    marks: number(&own[40..]),
                }
            }
            (None, Some(known)) => known.clone(),
            (None, None) => Known {
                id: RevisionId::from_bytes([0; 20]),
                seconds: 0,
                line: 0,
                marks: 0,
                parents: 0..0,
                touches: 0..0,
            },
        }
    }

    /// The revision at `at`.
    pub(super) fn id(&self, at: usize) -> RevisionId {
        self.known(at).id
    }

    /// When the revision at `at` was committed: seconds since 1970.
    pub(super) fn seconds(&self, at: usize) -> i64 {
        self.known(at).seconds
    }

    /// The revision with which the line of the one at `at` began.
    pub(super) fn line(&self, at: usize) -> usize {
        (self.known(at).line as usize).min(at)
    }

    /// Whether the folders of the revision hold something that is to be told.
    pub(super) fn is_remarkable(&self, at: usize) -> bool {
        self.known(at).marks & REMARKABLE != 0
    }

    /// The parents of the revision at `at`, in order; those that are not there left out.
    pub(super) fn parents(&self, at: usize, into: &mut Vec<usize>) {
        into.clear();
        let range = self.known(at).parents;
        match &self.file {
            Some(file) if at < self.counts.revisions => {
                into.extend(range.map(|n| file.number(file.sections.parents, n)));
            }
            _ => into.extend(
                self.added.parents.get(range).unwrap_or_default().iter().map(|at| *at as usize),
            ),
        }
        // Revisions stand after their parents; whatever a file says, nothing goes in circles.
        into.retain(|parent| *parent < at);
    }

    /// What the revision at `at` touched.
    pub(super) fn touches(&self, at: usize) -> Vec<Touch> {
        let range = self.known(at).touches;
        match &self.file {
            Some(file) if at < self.counts.revisions => {
                range.map(|n| touch_in_file(file, n)).collect()
            }
            _ => self.added.touches.get(range).unwrap_or_default().to_vec(),
        }
    }

    /// Where the revision `id` is.
    pub(super) fn find(&self, id: RevisionId) -> Option<usize> {
        if let Some(at) = self.added.ids.get(&id) {
            return Some(*at);
        }
        let file = self.file.as_ref()?;
        let count = self.counts.revisions;
        let numbered = |n: usize| file.number(file.sections.by_id, n);
        let at = partition(count, |n| self.id(numbered(n)) < id);
        let at = (at < count).then(|| numbered(at))?;
        (at < count && self.id(at) == id).then_some(at)
    }

    /// The path numbered `path`.
    pub(super) fn name(&self, path: u32) -> String {
        let path = path as usize;
        if let Some(added) = path.checked_sub(self.counts.paths) {
            return self
                .added
                .names
                .get(added)
                .map_or_else(String::new, |name| (**name).to_owned());
        }
        self.file.as_ref().map_or_else(String::new, |file| name_in_file(file, path))
    }

    pub(super) fn path(&self, name: &str) -> Option<u32> {
        if let Some(path) = self.added.paths.get(name) {
            return Some(*path);
        }
        let file = self.file.as_ref()?;
        let count = self.counts.paths;
        let at = partition(count, |n| name_in_file(file, n).as_str() < name);
        (at < count && name_in_file(file, at) == name).then(|| u32::try_from(at).ok())?
    }

    /// The revisions that touched the file `name`, in order, and what they did to it.
    pub(super) fn touched(&self, name: &str) -> Vec<(usize, Touch)> {
        let Some(path) = self.path(name) else { return Vec::new() };
        let mut found = Vec::new();
        if let Some(file) = self.file.as_ref().filter(|_| (path as usize) < self.counts.paths) {
            let sections = file.sections;
            for n in file.range(sections.posting_start, path as usize, self.counts.touches) {
                let revision = file.number(sections.postings, 2 * n);
                let touch = touch_in_file(file, file.number(sections.postings, 2 * n + 1));
                if touch.path != path || revision >= self.counts.revisions {
                    file.distrust();
                }
                found.push((revision, touch));
            }
        }
        for (at, known) in self.added.revisions.iter().enumerate() {
            let touches = self.added.touches.get(known.touches.clone()).unwrap_or_default();
            let ours = touches.iter().filter(|touch| touch.path == path);
            found.extend(ours.map(|touch| (self.counts.revisions + at, *touch)));
        }
        found
    }

    /// Adds a revision, which must come after its parents.
    pub(super) fn add(
        &mut self,
        id: RevisionId,
        seconds: i64,
        parents: &[usize],
        touched: Vec<Touched>,
        is_remarkable: bool,
    ) -> Option<()> {
        let at = self.len();
        let line = match parents.first() {
            Some(first) if !self.goes_on(*first) => self.line(*first),
            _ => at,
        };
        if let Some(first) = parents.first().filter(|_| line != at) {
            match first.checked_sub(self.counts.revisions) {
                None => {
                    self.added.going_on.insert(*first);
                }
                Some(first) => self.added.revisions.get_mut(first)?.marks |= GOES_ON,
            }
        }
        let first_touch = self.added.touches.len();
        for Touched { name, before, after } in touched {
            let path = match self.path(&name) {
                Some(path) => path,
                None => {
                    let path = u32::try_from(self.counts.paths + self.added.names.len()).ok()?;
                    let name: Arc<str> = name.into();
                    self.added.paths.insert(name.clone(), path);
                    self.added.names.push(name);
                    path
                }
            };
            self.added.touches.push(Touch { path, before, after });
        }
        let mut met = self.touched_beside(parents);
        for touch in self.added.touches.get(first_touch..)? {
            met.remove(&touch.path);
        }
        let met = met.into_iter().map(|path| Touch { path, before: None, after: None });
        self.added.touches.extend(met);
        let first_parent = self.added.parents.len();
        for parent in parents {
            self.added.parents.push(u32::try_from(*parent).ok()?);
        }
        self.added.revisions.push(Known {
            id,
            seconds,
            line: u32::try_from(line).ok()?,
            marks: if is_remarkable { REMARKABLE } else { 0 },
            parents: first_parent..self.added.parents.len(),
            touches: first_touch..self.added.touches.len(),
        });
        self.added.ids.insert(id, at);
        Some(())
    }

    fn goes_on(&self, at: usize) -> bool {
        self.added.going_on.contains(&at) || self.known(at).marks & GOES_ON != 0
    }

    /// The paths that were touched in revisions that led to one of `parents`, and not to the first.
    fn touched_beside(&self, parents: &[usize]) -> BTreeSet<u32> {
        const FIRST: u8 = 1;
        const OTHER: u8 = 2;
        let mut paths = BTreeSet::new();
        let Some((first, others)) = parents.split_first() else { return paths };
        let mut sides: HashMap<usize, u8> = HashMap::new();
        let mut open: BinaryHeap<usize> = BinaryHeap::new();
        // How many of the open ones are known to have led to the other parents alone.
        let mut beside = 0_usize;
        let mut reach = |at: usize, side: u8, open: &mut BinaryHeap<usize>, beside: &mut usize| {
            let known = sides.entry(at).or_insert(0);
            match (*known, *known | side) {
                (0, now) => {
                    open.push(at);
                    *beside += usize::from(now == OTHER);
                }
                (OTHER, now) if now != OTHER => *beside -= 1,
                _ => {}
            }
            *known |= side;
            *known
        };
        reach(*first, FIRST, &mut open, &mut beside);
        others.iter().for_each(|other| {
            reach(*other, OTHER, &mut open, &mut beside);
        });
        let mut before = Vec::new();
        // Children come before parents, so that all that leads to a revision has been seen.
        while beside > 0
            && let Some(at) = open.pop()
        {
            let side = reach(at, 0, &mut open, &mut beside);
            if side == OTHER {
                beside -= 1;
                paths.extend(self.touches(at).iter().map(|touch| touch.path));
            }
            self.parents(at, &mut before);
            for parent in &before {
                reach(*parent, side, &mut open, &mut beside);
            }
        }
        paths
    }

    /// Writes a file that says all this, for `key`.
    pub(super) fn write(&self, out: impl Write + Seek, key: &[u8; 32]) -> io::Result<()> {
        let damaged = || io::Error::other("damaged");
        let (revisions, order) = (self.len(), self.names_in_order());
        let names = order.iter().map(|(name, _)| name.len()).sum();
        let mut rank = vec![0_u32; order.len()];
        for (new, (_, old)) in order.iter().enumerate() {
            let new = u32::try_from(new).map_err(|_| io::Error::other("too large"))?;
            *rank.get_mut(*old as usize).ok_or_else(damaged)? = new;
        }
        let counts = Counts {
            revisions,
            parents: self.counts.parents + self.added.parents.len(),
            touches: self.counts.touches + self.added.touches.len(),
            paths: order.len(),
            names,
        };
        let mut writer = PastWriter::new(out, key, counts)?;
        let (mut parents, mut touches) = (0, 0);
        let mut ids = Vec::with_capacity(revisions);
        for at in 0..revisions {
            let known = self.known(at);
            let goes_on = if self.added.going_on.contains(&at) { GOES_ON } else { 0 };
            ids.push((known.id, at));
            writer.put(known.id.as_bytes())?;
            writer.put(&known.seconds.to_le_bytes())?;
            writer.number(parents)?;
            writer.number(touches)?;
            writer.put(&known.line.to_le_bytes())?;
            writer.put(&(known.marks | goes_on).to_le_bytes())?;
            parents += known.parents.len();
            touches += known.touches.len();
        }
        writer.put(&[0; 28])?;
        writer.number(parents)?;
        writer.number(touches)?;
        writer.put(&[0; 8])?;
        let mut of_one = Vec::new();
        for at in 0..revisions {
            self.parents(at, &mut of_one);
            for parent in &of_one {
                writer.number(*parent)?;
            }
        }
        // How many touches each path has, then where the next of its postings goes.
        let mut starts = vec![0_usize; order.len() + 1];
        for at in 0..revisions {
            for touch in self.touches(at) {
                let path = *rank.get(touch.path as usize).ok_or_else(damaged)?;
                *starts.get_mut(path as usize + 1).ok_or_else(damaged)? += 1;
                writer.put(&path.to_le_bytes())?;
                for blob in [touch.before, touch.after] {
                    writer.put(&blob.map_or([0; 20], |blob| blob.0))?;
                }
            }
        }
        let mut start = 0;
        for (name, _) in &order {
            writer.number(start)?;
            start += name.len();
        }
        writer.number(start)?;
        for (name, _) in &order {
            writer.put(name.as_bytes())?;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
            writer.number(sum)?;
        }
        let mut postings = vec![(0_u32, 0_u32); counts.touches];
        let mut number = 0_u32;
        for at in 0..revisions {
            for touch in self.touches(at) {
                let path = rank.get(touch.path as usize).ok_or_else(damaged)?;
                let place = starts.get_mut(*path as usize).ok_or_else(damaged)?;
                let at = u32::try_from(at).map_err(|_| io::Error::other("too large"))?;
                *postings.get_mut(*place).ok_or_else(damaged)? = (at, number);
                *place += 1;
                number += 1;
            }
        }
        for (revision, touch) in postings {
            writer.put(&revision.to_le_bytes())?;
            writer.put(&touch.to_le_bytes())?;
        }
        ids.sort_unstable();
        for (_, at) in ids {
            writer.number(at)?;
        }
        if !self.is_sound() {
            return Err(damaged());
        }
        writer.finish()
    }

    /// All paths, sorted, each with its number.
    fn names_in_order(&self) -> Vec<(Arc<str>, u32)> {
        let mut all: Vec<(Arc<str>, u32)> = Vec::new();
        let count = self.counts.paths + self.added.names.len();
        for path in (0..count).filter_map(|path| u32::try_from(path).ok()) {
            let name = match (path as usize).checked_sub(self.counts.paths) {
                Some(added) => self.added.names.get(added).cloned().unwrap_or_default(),
                None => self.name(path).into(),
            };
            all.push((name, path));
        }
        // Those of the file are sorted already, which this sort makes use of.
        all.sort();
        all
    }
}

fn touch_in_file(file: &PastFile, at: usize) -> Touch {
    let bytes: [u8; TOUCH] = file.array(file.sections.touches + at * TOUCH);
    let blob = |at: usize| {
        let blob: [u8; 20] = part(&bytes[at..]);
        (blob != [0; 20]).then_some(BlobId(blob))
    };
    Touch { path: number(&bytes), before: blob(4), after: blob(24) }
}

fn name_in_file(file: &PastFile, path: usize) -> String {
    let range = file.range(file.sections.name_start, path, file.counts.names);
    let mut bytes = vec![0; range.len()];
    file.read(file.sections.names + range.start, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Some revisions by the lines they are on.
pub(super) struct LineIndex<'a> {
    past: &'a Past,
    on_line: HashMap<usize, Vec<usize>>,
}

impl<'a> LineIndex<'a> {
    /// An index of `revisions`, which are in order.
    pub(super) fn new(past: &'a Past, revisions: impl Iterator<Item = usize>) -> LineIndex<'a> {
        let mut on_line: HashMap<usize, Vec<usize>> = HashMap::new();
        for at in revisions {
            on_line.entry(past.line(at)).or_default().push(at);
        }
        LineIndex { past, on_line }
    }

    /// The last of them that is `at`, or before it when going back from first parent to first
    /// parent.
    pub(super) fn last(&self, mut at: usize) -> Option<usize> {
        let mut parents = Vec::new();
        loop {
            let line = self.past.line(at);
            if let Some(found) = self.on_line.get(&line) {
                let count = found.partition_point(|found| *found <= at);
                if let Some(found) = count.checked_sub(1).and_then(|last| found.get(last)) {
                    return Some(*found);
                }
            }
            self.past.parents(line, &mut parents);
            at = *parents.first()?;
        }
    }
}

/// The first `N` bytes; zeros when there are fewer.
fn part<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.get(..N).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
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
    use std::io::Cursor;

    fn id(n: usize) -> RevisionId {
        RevisionId::from_bytes([(n as u8).wrapping_mul(97); 20])
    }

    type Plain = Vec<(Vec<usize>, Vec<Touched>)>;

    fn revisions() -> impl Strategy<Value = Plain> {
        let blob = || prop::option::of((1..4u8).prop_map(|blob| BlobId([blob; 20])));
        let touch = (0..4u8, blob(), blob()).prop_map(|(path, before, after)| Touched {
            name: format!("records/{path}.toml"),
            before,
            after,
        });
        let revision =
            (prop::collection::vec(0..20usize, 0..3), prop::collection::vec(touch, 0..3));
        prop::collection::vec(revision, 0..20).prop_map(|mut all| {
            for (at, (parents, touches)) in all.iter_mut().enumerate() {
                parents.retain(|parent| *parent < at);
                parents.dedup();
                let mut seen = HashSet::new();
                touches.retain(|t| t.before != t.after && seen.insert(t.name.clone()));
            }
            all
        })
    }

    fn ancestors(plain: &Plain, at: usize) -> BTreeSet<usize> {
        let mut all = BTreeSet::from([at]);
        for at in (0..=at).rev() {
            if all.contains(&at) {
                all.extend(&plain[at].0);
            }
        }
        all
    }

    fn agrees(past: &Past, plain: &Plain) {
        assert_eq!(past.len(), plain.len());
        let mut parents = Vec::new();
        for (at, (wanted, _)) in plain.iter().enumerate() {
            past.parents(at, &mut parents);
            assert_eq!(&parents, wanted);
            assert_eq!(past.find(id(at)), Some(at));
            assert_eq!(past.seconds(at), at as i64 - 3);
            assert_eq!(past.is_remarkable(at), at % 3 == 0);
        }
        assert_eq!(past.find(id(200)), None);
        for path in 0..5 {
            let name = format!("records/{path}.toml");
            let mut wanted: Vec<(usize, Option<BlobId>, Option<BlobId>)> = Vec::new();
            for (at, (parents, touches)) in plain.iter().enumerate() {
                let known: BTreeSet<usize> =
                    parents.first().map(|first| ancestors(plain, *first)).unwrap_or_default();
                let beside = parents.iter().flat_map(|parent| ancestors(plain, *parent));
                let met = beside
                    .filter(|at| !known.contains(at))
                    .any(|beside| wanted.iter().any(|(touched, ..)| *touched == beside));
                match touches.iter().find(|touch| touch.name == name) {
                    Some(touch) => wanted.push((at, touch.before, touch.after)),
                    None if met => wanted.push((at, None, None)),
                    None => {}
                }
            }
            let found: Vec<_> = past
                .touched(&name)
                .into_iter()
                .map(|(at, touch)| (at, touch.before, touch.after))
                .collect();
            assert_eq!(found, wanted);
            for at in 0..plain.len() {
                let mut first = Some(at);
                let mut state = None;
                while let Some(at) = first {
                    if let Some(touch) = plain[at].1.iter().find(|touch| touch.name == name) {
                        state = touch.after;
                        break;
                    }
                    first = plain[at].0.first().copied();
                }
                assert_eq!(past.state(at, &name), state, "{name} at {at}");
            }
        }
    }

    fn written(past: &Past, key: &[u8; 32]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        past.write(&mut bytes, key).expect("written");
        bytes.into_inner()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_is_written_is_read_again(plain in revisions(), cut in 0..20usize) {
            let folder = tempfile::TempDir::new().expect("a folder");
            let file = folder.path().join("past");
            let key = [7; 32];
            let mut past = Past::default();
            for (at, (parents, touches)) in plain.iter().enumerate() {
                if at == cut {
                    std::fs::write(&file, written(&past, &key)).expect("a file");
                    past = Past::open(&file, &key).expect("the file");
                }
                past.add(id(at), at as i64 - 3, parents, touches.clone(), at % 3 == 0)
                    .expect("it is added");
            }
            agrees(&past, &plain);
            let bytes = written(&past, &key);
            let other = folder.path().join("other");
            std::fs::write(&other, &bytes).expect("a file");
            agrees(&Past::open(&other, &key).expect("the file"), &plain);
            prop_assert!(Past::open(&other, &[8; 32]).is_none());
            // Every damage is found, at the latest when what is damaged is read; of no revisions,
            // nothing is.
            for at in (0..bytes.len()).filter(|_| !plain.is_empty()).step_by(23) {
                let mut damaged = bytes.clone();
                damaged[at] ^= 0x10;
                std::fs::write(&other, damaged).expect("a file");
                let found = Past::open(&other, &key).is_none_or(|past| {
                    past.write(Cursor::new(Vec::new()), &key).is_err() && !past.is_sound()
                });
                prop_assert!(found, "{at}");
                std::fs::write(&other, &bytes[..at]).expect("a file");
                prop_assert!(Past::open(&other, &key).is_none());
            }
        }
    }
}
