//! The note about a save that is under way, and what is done about one that was cut off.
//!
//! The move of the branch is the moment of truth: before it nothing has happened, after it the
//! change is made, and all that is left is to bring the work files and Git's index up to it. The
//! note says which files those are, so that the next writer can finish when this one is killed.

use super::history::{BlobId, blob_oid};
use super::repository::own_folder_problem;
use crate::problem::Result;
use git2::Oid;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A save under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pending {
    /// The revision being made.
    pub(super) revision: Oid,
    /// The catalog's folder in the work tree, with `/` at its end.
    pub(super) prefix: String,
    /// The files: path in the catalog, bytes before, bytes after.
    pub(super) files: Vec<(String, Option<BlobId>, Option<BlobId>)>,
}

const HEADING: &str = "fonds pending 1";

impl Pending {
    fn path(git_folder: &Path) -> PathBuf {
        git_folder.join("fonds").join("pending")
    }

    /// Puts the note down, for good.
    pub(super) fn write(&self, git_folder: &Path) -> Result<()> {
        let path = Pending::path(git_folder);
        let write = || -> io::Result<()> {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            super::files::replace(&path, self.to_text().as_bytes())
        };
        write().map_err(|error| own_folder_problem(&path, &error))
    }

    /// The note that a save has left, if one was cut off. A note that cannot be understood is none:
    /// it was cut off before anything had happened.
    pub(super) fn read(git_folder: &Path) -> Option<Pending> {
        Pending::from_text(&fs::read_to_string(Pending::path(git_folder)).ok()?)
    }

    /// When the note was put down.
    pub(super) fn begun(git_folder: &Path) -> Option<SystemTime> {
        fs::metadata(Pending::path(git_folder)).and_then(|meta| meta.modified()).ok()
    }

    /// Takes the note away.
    pub(super) fn remove(git_folder: &Path) {
        let _ = fs::remove_file(Pending::path(git_folder));
    }

    fn to_text(&self) -> String {
        let mut text = format!("{HEADING}\nrevision {}\nprefix {}\n", self.revision, self.prefix);
        let blob = |id: &Option<BlobId>| id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        for (path, before, after) in &self.files {
            text.push_str(&format!("file {} {} {path}\n", blob(before), blob(after)));
        }
        text.push_str("end\n");
        text
    }

    fn from_text(text: &str) -> Option<Pending> {
        let mut lines = text.lines();
        (lines.next()? == HEADING).then_some(())?;
        let revision = Oid::from_str(lines.next()?.strip_prefix("revision ")?).ok()?;
        let prefix = lines.next()?.strip_prefix("prefix ")?.to_owned();
        let blob = |text: &str| -> Option<Option<BlobId>> {
            if text == "-" {
                return Some(None);
            }
            let oid = Oid::from_str(text).ok()?;
            Some(Some(super::history::blob_id(oid))).filter(|id| id.map(blob_oid) == Some(oid))
        };
        let mut files = Vec::new();
        loop {
            let line = lines.next()?;
            if line == "end" {
                return Some(Pending { revision, prefix, files });
            }
            let mut words = line.strip_prefix("file ")?.splitn(3, ' ');
            let (before, after) = (blob(words.next()?)?, blob(words.next()?)?);
            files.push((words.next()?.to_owned(), before, after));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_written_and_no_part_of_it_is() {
        let id = |digit: &str| Oid::from_str(&digit.repeat(40)).expect("an id");
        let pending = Pending {
            revision: id("a"),
            prefix: "a folder/".to_owned(),
            files: vec![
                (
                    "records/x y.toml".to_owned(),
                    None,
                    Some(super::super::history::blob_id(id("b"))),
                ),
                ("records/z.toml".to_owned(), Some(super::super::history::blob_id(id("c"))), None),
            ],
        };
        let text = pending.to_text();
        assert_eq!(Pending::from_text(&text), Some(pending));
        for end in (0..text.len() - 1).filter(|end| text.is_char_boundary(*end)) {
            assert_eq!(Pending::from_text(&text[..end]), None, "{end}");
        }
    }
}
