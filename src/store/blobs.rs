//! Very many files of the past, read one after the other.

use super::history::BlobId;
use super::pack::{BLOB, NARROW, PackReader, Packs, PlaceInPack};
use git2::Oid;
use sha1::{Digest, Sha1};
use std::collections::HashMap;
use std::sync::Arc;

/// So many bytes of files are kept at hand at most: others are told from them. What git keeps is twice that.
const MOST_BYTES: usize = 48 << 20;
/// What keeping one of them takes besides.
const OVERHEAD: usize = 128;

/// Reads files from packs, and remembers what others are likely to be told from.
pub(super) struct Blobs {
    packs: Arc<Packs>,
    reader: PackReader,
    /// What was read last, and what was read before that.
    known: [HashMap<PlaceInPack, Arc<[u8]>>; 2],
    /// How much was read last.
    bytes: usize,
}

impl Blobs {
    /// Those in `packs`.
    pub(super) fn of(packs: Arc<Packs>) -> Blobs {
        let reader = PackReader::new(packs.clone(), NARROW);
        Blobs { packs, reader, known: Default::default(), bytes: 0 }
    }

    /// The packs it reads.
    pub(super) fn packs(&self) -> Arc<Packs> {
        self.packs.clone()
    }

    /// The bytes of the file `id`; `None` when it is not packed, or not what it is called.
    pub(super) fn read(&mut self, id: BlobId) -> Option<Vec<u8>> {
        let place = self.packs.find(Oid::from_bytes(&id.0).ok()?)?;
        let [last, before] = &self.known;
        let mut passed = Vec::new();
        let read = self.reader.object(
            BLOB,
            place,
            |place| last.get(&place).or_else(|| before.get(&place)).cloned(),
            |place, bytes| passed.push((place, bytes.clone())),
        )?;
        if self.bytes > MOST_BYTES / 2 {
            let [last, before] = &mut self.known;
            *before = std::mem::take(last);
            self.bytes = 0;
        }
        passed.push((place, read.clone()));
        for (place, kept) in passed {
            let length = kept.len() + OVERHEAD;
            if self.known[0].insert(place, kept).is_none() {
                self.bytes += length;
            }
        }
        is_called(&read, id).then(|| read.to_vec())
    }
}

/// Whether `bytes` are a file with the name `id`.
fn is_called(bytes: &[u8], id: BlobId) -> bool {
    let mut digest = Sha1::new();
    digest.update(format!("blob {}\0", bytes.len()));
    digest.update(bytes);
    digest.finalize()[..] == id.0
}

#[cfg(test)]
mod tests {
    use super::super::history::blob_id;
    use super::*;
    use git2::Repository;

    #[test]
    fn packed_files_are_what_was_packed() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let git = Repository::init(folder.path()).expect("a repository");
        let text = |version: usize| {
            let line =
                |at: usize| format!("line {at} {}\n", if at == version { "new" } else { "" });
            (0..60).map(line).collect::<String>()
        };
        let mut pack = git.packbuilder().expect("a pack");
        let mut all = Vec::new();
        for version in 0..60 {
            let id = git.blob(text(version).as_bytes()).expect("a blob");
            pack.insert_object(id, None).expect("it goes in");
            all.push(blob_id(id));
        }
        let objects = folder.path().join(".git/objects");
        pack.write(&objects.join("pack"), 0).expect("a pack");
        let mut blobs = Blobs::of(Arc::new(Packs::of(&objects)));
        for turn in 0..3 {
            for (version, id) in all.iter().enumerate() {
                let found = blobs.read(*id).expect("it is packed");
                assert_eq!(found, text(version).as_bytes(), "{turn} {version}");
            }
            blobs.bytes = MOST_BYTES + 1;
        }
        let loose = git.blob(b"loose").expect("a blob");
        assert_eq!(blobs.read(blob_id(loose)), None);
        let tree = git.treebuilder(None).and_then(|tree| tree.write()).expect("a tree");
        assert_eq!(blobs.read(blob_id(tree)), None);
    }

    #[test]
    fn another_name_is_no_name() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let git = Repository::init(folder.path()).expect("a repository");
        let id = blob_id(git.blob(b"what it is").expect("a blob"));
        assert!(is_called(b"what it is", id));
        assert!(!is_called(b"what it was", id));
    }
}
