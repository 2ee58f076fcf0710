//! Many objects on their way into the repository: packed as they come, written as one pack at the end.
//!
//! A loose object for each of a hundred thousand records would cost a file and a sync each. So objects are
//! hashed and compressed on all processors, wait in a spool (in memory as long as they are few, then in
//! a file without a name, which vanishes with its process), and go into the object database together.
//! What was never committed leaves nothing behind.

use super::history::{BlobId, blob_id, blob_oid};
use super::repository::{Repository, git_problem};
use crate::problem::{Problem, Result, codes};
use git2::{ObjectType, Oid};
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params,
};
use sha1::{Digest, Sha1};
use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// How many bytes wait in memory before they go to a file.
const IN_MEMORY: usize = 8 << 20;
/// Objects up to this number are written one by one, as Git itself does: a pack for each small change would be
/// a burden on later reading.
const FEW: usize = 128;
/// Records are small and alike: more effort than this saves next to nothing.
const COMPRESSION: i32 = 5;
/// Says that the stream has the frame of zlib around it.
const ZLIB: i32 = 15;

/// An object, compressed.
pub(super) struct Encoded {
    id: Oid,
    kind: ObjectType,
    size: usize,
    bytes: Vec<u8>,
}

impl Encoded {
    /// The object of the kind `kind` with the content `bytes`.
    pub(super) fn of(kind: ObjectType, bytes: &[u8]) -> Result<Encoded> {
        let id = Oid::hash_object(kind, bytes)
            .map_err(|error| git_problem("name an object of the repository", &error))?;
        Ok(Encoded { id, kind, size: bytes.len(), bytes: compressed(bytes) })
    }
}

/// `bytes` as a stream of zlib. The compressor is large and is used again: making it would take longer than its work.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    if let Some(stored) = stored(bytes) {
        return stored;
    }
    thread_local! {
        static COMPRESSOR: RefCell<Box<CompressorOxide>> = {
            let flags = create_comp_flags_from_zip_params(COMPRESSION, ZLIB, 0);
            RefCell::new(Box::new(CompressorOxide::new(flags)))
        };
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        // A stream of zlib is hardly ever longer than what it holds.
        let mut out = vec![0; bytes.len() + bytes.len() / 1000 + 64];
        let (mut read, mut written) = (0, 0);
        loop {
            let rest = bytes.get(read..).unwrap_or_default();
            let room = out.get_mut(written..).unwrap_or_default();
            let (status, taken, given) = compress(compressor, rest, room, TDEFLFlush::Finish);
            read += taken;
            written += given;
            match status {
                TDEFLStatus::Okay => out.resize(2 * out.len(), 0),
                _ => break,
            }
        }
        out.truncate(written);
        out
    })
}

/// What is too short to become shorter, as one block as it is (RFC 1950, 2.2 and RFC 1951, 3.2.4): making the
/// compressor ready would take longer than all the rest. `None` for longer bytes.
fn stored(bytes: &[u8]) -> Option<Vec<u8>> {
    const SHORT: usize = 64;
    let length = u16::try_from(bytes.len()).ok().filter(|length| usize::from(*length) <= SHORT)?;
    let mut out = Vec::with_capacity(bytes.len() + 11);
    out.extend_from_slice(&[0x78, 0x01, 0x01]);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(bytes);
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    out.extend_from_slice(&(high << 16 | low).to_be_bytes());
    Some(out)
}

/// Where an object lies in the spool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    id: Oid,
    kind: ObjectType,
    size: usize,
    offset: u64,
    length: usize,
}

impl Kept {
    /// Its name.
    pub(super) fn id(&self) -> Oid {
        self.id
    }
}

/// The objects that wait.
#[derive(Debug)]
pub(super) struct Spool {
    file: tempfile::SpooledTempFile,
    end: u64,
}

impl Spool {
    /// An empty spool; what does not fit into memory goes to a file in `folder`.
    pub(super) fn in_folder(folder: &Path) -> Spool {
        Spool { file: tempfile::spooled_tempfile_in(IN_MEMORY, folder), end: 0 }
    }

    /// Takes in `object`.
    pub(super) fn keep(&mut self, object: &Encoded) -> Result<Kept> {
        let offset = self.end;
        self.file
            .seek(SeekFrom::Start(offset))
            .and_then(|_| self.file.write_all(&object.bytes))
            .map_err(|error| not_written(&error))?;
        self.end += object.bytes.len() as u64;
        let (id, kind, size) = (object.id, object.kind, object.size);
        Ok(Kept { id, kind, size, offset, length: object.bytes.len() })
    }

    fn packed(&mut self, kept: &Kept) -> Result<Vec<u8>> {
        let mut bytes = vec![0; kept.length];
        self.file
            .seek(SeekFrom::Start(kept.offset))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|error| not_written(&error))?;
        Ok(bytes)
    }

    /// The content of the object `kept`.
    pub(super) fn content(&mut self, kept: &Kept) -> Result<Vec<u8>> {
        let packed = self.packed(kept)?;
        miniz_oxide::inflate::decompress_to_vec_zlib(&packed)
            .map_err(|_| not_written(&io::Error::other("what was written reads otherwise")))
    }

    /// Writes the objects `wanted` to the repository for good: one by one when they are few, else as a pack.
    /// `goes_on` is asked now and then; when it says no, nothing is left behind.
    pub(super) fn write(
        &mut self,
        repository: &Repository,
        wanted: &[Kept],
        goes_on: &dyn Fn() -> Result<()>,
    ) -> Result<()> {
        let failed = |error: git2::Error| {
            git_problem("write the files to the repository", &error)
                .mend("nothing was changed; check the space and the permissions of the disk")
        };
        let odb = repository.git.odb().map_err(failed)?;
        if wanted.len() <= FEW {
            for kept in wanted {
                let content = self.content(kept)?;
                odb.write(kept.kind, &content).map_err(failed)?;
            }
            return Ok(());
        }
        let mut seen = HashSet::with_capacity(wanted.len());
        let wanted: Vec<&Kept> = wanted.iter().filter(|kept| seen.insert(kept.id)).collect();
        drop(seen);
        // The format of a pack: gitformat-pack, "pack-*.pack files have the following format".
        let mut pack = odb.packwriter().map_err(failed)?;
        let mut sum = Sha1::new();
        let mut buffer = Vec::with_capacity(2 * BUFFER);
        buffer.extend_from_slice(b"PACK");
        buffer.extend_from_slice(&2u32.to_be_bytes());
        let number = u32::try_from(wanted.len())
            .map_err(|_| Problem::error(codes::SIZE, "more files than a pack of Git can hold"))?;
        buffer.extend_from_slice(&number.to_be_bytes());
        let mut flush = |buffer: &mut Vec<u8>, pack: &mut git2::OdbPackwriter<'_>| {
            sum.update(&*buffer);
            let written = pack.write_all(buffer);
            buffer.clear();
            written.map_err(|error| not_written(&error))
        };
        for kept in wanted {
            entry_header(kept.kind, kept.size, &mut buffer);
            buffer.extend_from_slice(&self.packed(kept)?);
            if buffer.len() > BUFFER {
                goes_on()?;
                flush(&mut buffer, &mut pack)?;
            }
        }
        flush(&mut buffer, &mut pack)?;
        pack.write_all(&sum.finalize()).map_err(|error| not_written(&error))?;
        goes_on()?;
        pack.commit().map_err(failed)?;
        drop(pack);
        odb.refresh().map_err(failed)
    }
}

/// Bytes that go to the pack at once.
const BUFFER: usize = 1 << 20;

/// The kind and size before an object in a pack: four bits of the size beside the kind, then seven a byte.
fn entry_header(kind: ObjectType, size: usize, into: &mut Vec<u8>) {
    let number: u8 = match kind {
        ObjectType::Commit => 1,
        ObjectType::Tree => 2,
        ObjectType::Tag => 4,
        _ => 3,
    };
    let mut byte = (number << 4) | (size & 0x0f) as u8;
    let mut rest = size >> 4;
    while rest > 0 {
        into.push(byte | 0x80);
        byte = (rest & 0x7f) as u8;
        rest >>= 7;
    }
    into.push(byte);
}

fn not_written(error: &io::Error) -> Problem {
    let what = super::files::plain(error);
    Problem::error(codes::DISK, format!("could not write the files to the repository: {what}"))
        .mend("nothing was changed; check the space and the permissions of the disk")
}

/// The name of a blob as libgit2 has it.
pub(super) fn name_of(bytes: &[u8]) -> Result<BlobId> {
    Oid::hash_object(ObjectType::Blob, bytes)
        .map(blob_id)
        .map_err(|error| git_problem("name a file", &error))
}

/// Whether `bytes` are those named `id`.
pub(super) fn is_blob(bytes: &[u8], id: BlobId) -> bool {
    Oid::hash_object(ObjectType::Blob, bytes).is_ok_and(|oid| oid == blob_oid(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What goes into the spool comes out of it, whatever was compressed before.
        #[test]
        fn contents_come_back(contents in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..80),
            prop::collection::vec(any::<u8>(), 0..3000),
        ], 1..6)) {
            let folder = tempfile::tempdir().expect("a folder");
            let mut spool = Spool::in_folder(folder.path());
            let kept: Vec<Kept> = contents
                .iter()
                .map(|bytes| spool.keep(&Encoded::of(ObjectType::Blob, bytes).expect("encoded")).expect("kept"))
                .collect();
            for (bytes, kept) in contents.iter().zip(&kept) {
                prop_assert_eq!(&spool.content(kept).expect("content"), bytes);
            }
        }
    }
}
