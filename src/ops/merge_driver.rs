//! The merge of two versions of a record file, for git and for ourselves.

use super::rewrite::{Order, rewrite, tree};
use super::{Result, files};
use crate::changes::{ChangeKind, Conflict, compare, merge, normal_form};
use crate::record_file;
use crate::store;
use std::path::Path;

/// What came of merging files.
#[derive(Debug)]
pub struct MergedFile {
    /// The text.
    pub text: String,
    /// Fields that were set two ways. The text can be read all the same: it holds one value, and
    /// the other as an `[[alternative]]`.
    pub conflicts: Vec<Conflict>,
    /// Whether the text has conflict markers, because one of the versions is no record that can be
    /// read, so that only lines could be merged.
    pub has_markers: bool,
}

impl MergedFile {
    /// Whether somebody has to decide something.
    pub fn is_conflict(&self) -> bool {
        self.has_markers || !self.conflicts.is_empty()
    }
}

/// Merges `ours` and `theirs`, two texts of the record file `path` that come from `base` (`None`
/// or empty when both are new). The text is that of `ours`, comments, order and all, with what
/// `theirs` changed brought in.
pub fn merge_texts(
    base: Option<&[u8]>,
    ours: &[u8],
    theirs: &[u8],
    path: &str,
) -> Result<MergedFile> {
    // Git gives an empty file for a version that is not there.
    let base = base.filter(|base| !base.is_empty());
    let as_record = |bytes: &[u8]| {
        record_file::decode(bytes, path).ok()?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        tree(&text, path).ok().map(|root| (text, root))
    };
    let base_root = base.map(&as_record);
    let (Some((our_text, ours_root)), Some((their_text, theirs_root)), true) =
        (as_record(ours), as_record(theirs), base_root.as_ref().is_none_or(Option::is_some))
    else {
        let (bytes, has_markers) = store::merge_lines(base.unwrap_or_default(), ours, theirs)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        return Ok(MergedFile { text, conflicts: Vec::new(), has_markers });
    };
    let base_root = base_root.flatten().map(|(_, root)| root);
    let merged = merge(base_root.as_ref(), &ours_root, &theirs_root);
    // One side's text already says it: it is taken whole, with its comments.
    for (text, root) in [(&our_text, &ours_root), (&their_text, &theirs_root)] {
        if normal_form(root) == merged.root {
            return Ok(MergedFile {
                text: text.clone(),
                conflicts: merged.conflicts,
                has_markers: false,
            });
        }
    }
    // New parts may stand last, unless somebody meant an order.
    let ordered = |root| {
        let changes = compare(base_root.as_ref(), Some(root));
        changes.iter().any(|change| change.kind == ChangeKind::Reordered)
    };
    let order =
        if ordered(&ours_root) || ordered(&theirs_root) { Order::Exact } else { Order::AddedLast };
    let text = rewrite(&our_text, path, &merged.root, order)?;
    Ok(MergedFile { text, conflicts: merged.conflicts, has_markers: false })
}

/// Merges three files as git's merge drivers do: the result takes the place of `ours`.
pub fn merge_files(base: &Path, ours: &Path, theirs: &Path, path: &str) -> Result<MergedFile> {
    let read = |file: &Path| files::read(file, files::LARGEST_INPUT);
    let merged = merge_texts(Some(&read(base)?), &read(ours)?, &read(theirs)?, path)?;
    files::write(ours, merged.text.as_bytes())?;
    Ok(merged)
}
