//! The history walked once, and remembered: see [`Past`].

use super::catalog::Catalog;
use super::files::replace;
use super::history::{BlobId, blob_id, oid, revision_id};
use super::layout::RECORDS;
use super::past::Past;
use super::repository::Repository;
use crate::record::RevisionId;
use git2::{ObjectType, Oid};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;

/// The file in `.git/fonds/`; what other catalogs in the repository remember stands beside it.
const NAME: &str = "past";
/// So many revisions are walked anew each time rather than written: a small catalog needs no file,
/// and a large one writes its file seldom.
const WORTH_WRITING: usize = 256;
/// A larger file than this is none of ours.
const LARGEST: u64 = 4 << 30;

impl Catalog {
    /// What is remembered of the history that led to `head`, brought up to date. `None` when
    /// something in the repository cannot be read: then the history is walked with care instead.
    /// Where the disk can be written, a file is left for the next time.
    pub(super) fn past(&self, head: RevisionId) -> Option<Past> {
        self.past_written_from(head, WORTH_WRITING)
    }

    /// As [`Catalog::past`], leaving a file when at least `worth` revisions are new.
    pub(super) fn past_written_from(&self, head: RevisionId, worth: usize) -> Option<Past> {
        let repository = self.repository().ok()?;
        let (file, key) = place(repository);
        let bytes = fs::metadata(&file)
            .ok()
            .filter(|meta| meta.len() <= LARGEST)
            .and_then(|_| fs::read(&file).ok())
            .unwrap_or_default();
        let mut past = Past::read(bytes, &key).unwrap_or_default();
        if past.find(head).is_none() {
            catch_up(repository, &mut past, head)?;
            if past.unsaved() >= worth
                && let Some(bytes) = past.write(&key)
            {
                // A disk that cannot be written only costs time.
                let folder = file.parent().map(fs::create_dir_all);
                if matches!(folder, Some(Ok(()))) {
                    let _ = replace(&file, &bytes);
                }
            }
        }
        Some(past)
    }
}

/// The file, and the key of what it is made for: the folder of the catalog, and where a shallow
/// clone ends.
fn place(repository: &Repository) -> (PathBuf, [u8; 32]) {
    let common = repository.git.commondir();
    let mut digest = Sha256::new();
    digest.update(repository.prefix.as_bytes());
    digest.update([0]);
    digest.update(fs::read(common.join("shallow")).unwrap_or_default());
    let name = match repository.prefix.trim_end_matches('/') {
        "" => NAME.to_owned(),
        prefix => {
            let digest = Sha256::digest(prefix.as_bytes());
            let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            format!("{NAME}-{digits}")
        }
    };
    (common.join("fonds").join(name), digest.finalize().into())
}

/// Adds the revisions that led to `head` and are not there yet, each after its parents.
fn catch_up(repository: &Repository, past: &mut Past, head: RevisionId) -> Option<()> {
    let git = &repository.git;
    let shallow = git.is_shallow();
    let mut trees: HashMap<Oid, Oid> = HashMap::new();
    let mut begun: HashSet<Oid> = HashSet::new();
    let mut open: Vec<(Oid, bool)> = vec![(oid(head), false)];
    let mut walk = Walk { git, known: HashMap::new(), entries: 0 };
    let folder = repository.full(RECORDS);
    while let Some((id, is_ready)) = open.pop() {
        if !is_ready && (begun.contains(&id) || past.find(revision_id(id)).is_some()) {
            continue;
        }
        let commit = git.find_commit(id).ok()?;
        let parents: Vec<Oid> = commit
            .parent_ids()
            .filter(|parent| !shallow || git.find_commit(*parent).is_ok())
            .collect();
        if !is_ready {
            begun.insert(id);
            open.push((id, true));
            // The first parent on top: its line is walked first.
            open.extend(parents.iter().rev().map(|parent| (*parent, false)));
            continue;
        }
        let places: Vec<usize> =
            parents.iter().map(|parent| past.find(revision_id(*parent))).collect::<Option<_>>()?;
        let tree = commit.tree_id();
        trees.insert(id, tree);
        let before = match parents.first() {
            None => None,
            Some(parent) => Some(match trees.get(parent) {
                Some(tree) => *tree,
                None => git.find_commit(*parent).ok()?.tree_id(),
            }),
        };
        let touches = walk.compare(before, tree, &folder)?;
        past.add(revision_id(id), commit.committer().when().seconds(), &places, touches)?;
    }
    Some(())
}

/// What a folder holds: name, mode, id.
type Entries = Rc<Vec<(Vec<u8>, u32, Oid)>>;

/// Folders read once: one revision and the next have nearly all of them in common.
struct Walk<'a> {
    git: &'a git2::Repository,
    known: HashMap<Oid, Entries>,
    entries: usize,
}

/// So many entries of folders are kept at hand (some 100 bytes each).
const MOST_ENTRIES: usize = 400_000;
const FOLDER: u32 = 0o040_000;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;

impl Walk<'_> {
    fn entries(&mut self, id: Oid) -> Option<Entries> {
        if let Some(entries) = self.known.get(&id) {
            return Some(entries.clone());
        }
        let odb = self.git.odb().ok()?;
        let object = odb.read(id).ok()?;
        if object.kind() != ObjectType::Tree {
            return None;
        }
        let entries = Rc::new(parse(object.data())?);
        self.entries += entries.len() + 1;
        if self.entries > MOST_ENTRIES {
            self.known.clear();
            self.entries = entries.len() + 1;
        }
        self.known.insert(id, entries.clone());
        Some(entries)
    }

    fn folder(&mut self, root: Oid, path: &str) -> Option<Option<Oid>> {
        let mut id = root;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let entries = self.entries(id)?;
            match find(&entries, name.as_bytes()) {
                Some((_, FOLDER, folder)) => id = *folder,
                _ => return Some(None),
            }
        }
        Some(Some(id))
    }

    /// The plain files below `folder` that are not the same in two root trees, by their paths below
    /// the catalog's root; `None` when something cannot be read.
    fn compare(
        &mut self,
        before: Option<Oid>,
        after: Oid,
        folder: &str,
    ) -> Option<Vec<(String, Option<BlobId>)>> {
        let before = match before {
            Some(root) => self.folder(root, folder)?,
            None => None,
        };
        let after = self.folder(after, folder)?;
        let mut found = Vec::new();
        let mut open = vec![(before, after, RECORDS.to_owned())];
        while let Some((before, after, folder)) = open.pop() {
            if before == after {
                continue;
            }
            let mut read = |id: Option<Oid>| match id {
                Some(id) => self.entries(id),
                None => Some(Entries::default()),
            };
            let (old, new) = (read(before)?, read(after)?);
            let mut see = |name: &[u8], old: Option<(u32, Oid)>, new: Option<(u32, Oid)>| {
                if old == new {
                    return;
                }
                // A name that is not UTF-8 is no record's.
                let Ok(name) = std::str::from_utf8(name) else { return };
                let path = format!("{folder}/{name}");
                let file = |entry: Option<(u32, Oid)>| match entry {
                    Some((FOLDER | LINK | SUBMODULE, _)) | None => None,
                    Some((_, id)) => Some(blob_id(id)),
                };
                let below = |entry: Option<(u32, Oid)>| match entry {
                    Some((FOLDER, id)) => Some(id),
                    _ => None,
                };
                if file(old) != file(new) {
                    found.push((path.clone(), file(new)));
                }
                if below(old) != below(new) {
                    open.push((below(old), below(new), path));
                }
            };
            for (name, mode, id) in new.iter() {
                let was = find(&old, name).map(|(_, mode, id)| (*mode, *id));
                see(name, was, Some((*mode, *id)));
            }
            for (name, mode, id) in old.iter().filter(|(name, ..)| find(&new, name).is_none()) {
                see(name, Some((*mode, *id)), None);
            }
        }
        Some(found)
    }
}

/// The entry `name`. Git sorts folders as if their names ended with `/`, so that a plain search by
/// name can miss one; then all are looked at.
fn find<'a>(entries: &'a [(Vec<u8>, u32, Oid)], name: &[u8]) -> Option<&'a (Vec<u8>, u32, Oid)> {
    let found = entries.binary_search_by(|(other, ..)| other.as_slice().cmp(name));
    match found {
        Ok(at) => entries.get(at),
        Err(_) => entries.iter().find(|(other, ..)| other == name),
    }
}

/// The entries of a tree object: mode in octal digits, blank, name, zero, twenty bytes.
fn parse(mut data: &[u8]) -> Option<Vec<(Vec<u8>, u32, Oid)>> {
    let mut entries = Vec::new();
    while !data.is_empty() {
        let blank = data.iter().position(|byte| *byte == b' ')?;
        let mode = std::str::from_utf8(&data[..blank]).ok()?;
        let mode = u32::from_str_radix(mode, 8).ok()?;
        let rest = &data[blank + 1..];
        let zero = rest.iter().position(|byte| *byte == 0)?;
        let (id, after) = rest[zero + 1..].split_at_checked(20)?;
        entries.push((rest[..zero].to_vec(), mode, Oid::from_bytes(id).ok()?));
        data = after;
    }
    Some(entries)
}
