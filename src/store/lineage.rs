//! The past of a few files as a graph: only the revisions that matter to them.

use super::catalog::Catalog;
use super::history::{BlobId, Difference, EntryReader, blob_id, oid, revision_id};
use super::repository::{git_problem, prepare_libgit2};
use crate::problem::{Problem, Result};
use crate::record::RevisionId;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A revision at which one of some files is not what it was in a parent, or at which lines of
/// history meet that both did something to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knot {
    /// The revision.
    pub revision: RevisionId,
    /// The nearest knots before it, one for each of its parents, by their positions; `None` for a
    /// parent that has none before it.
    pub parents: Vec<Option<usize>>,
    /// What the files are in it, in the order in which they were asked for.
    pub files: Vec<Option<BlobId>>,
}

impl Catalog {
    /// The knots of the files `paths` in the revisions leading to `from`, each after those that it
    /// came from. A merge that takes the files as one parent had them, when the other parents did
    /// nothing to them since, is no knot.
    ///
    /// A revision whose folders cannot be read is a problem and no knot; the others are told.
    pub fn lineage(&self, from: RevisionId, paths: &[String]) -> Result<(Vec<Knot>, Vec<Problem>)> {
        let repository = self.repository()?;
        let mut reader = EntryReader::new(repository, paths);
        let mut knots: Vec<Knot> = Vec::new();
        let mut problems = Vec::new();
        // For each revision, the knot that stands for it.
        let mut knot_of: HashMap<RevisionId, Option<usize>> = HashMap::new();
        for id in self.log(from, &[])?.into_iter().rev() {
            let commit = repository
                .git
                .find_commit(oid(id))
                .map_err(|error| git_problem(&format!("read the revision {id}"), &error))?;
            // The first revisions of a shallow clone have parents that are not there.
            let parents: Vec<Option<usize>> = commit
                .parent_ids()
                .filter_map(|parent| knot_of.get(&revision_id(parent)).copied())
                .collect();
            let files = match reader.entries(oid(id)) {
                Ok(files) => files,
                Err(problem) => {
                    problems.push(problem);
                    knot_of.insert(id, parents.iter().copied().flatten().max());
                    continue;
                }
            };
            let nothing = || files.iter().all(Option::is_none);
            let as_in = |knot: &Option<usize>| match knot {
                Some(knot) => knots[*knot].files == files,
                None => nothing(),
            };
            let same = parents.iter().copied().find(|parent| {
                as_in(parent) && parents.iter().all(|other| led_to(&knots, *other, *parent))
            });
            let knot = match same {
                Some(same) => same,
                None if parents.is_empty() && nothing() => None,
                None => {
                    knots.push(Knot { revision: id, parents, files });
                    Some(knots.len() - 1)
                }
            };
            knot_of.insert(id, knot);
        }
        Ok((knots, problems))
    }
}

/// Whether `ancestor` is `descendant` or led to it. What came before every knot led to all.
fn led_to(knots: &[Knot], ancestor: Option<usize>, descendant: Option<usize>) -> bool {
    let (Some(ancestor), Some(descendant)) = (ancestor, descendant) else {
        return ancestor.is_none();
    };
    let mut seen = BTreeSet::new();
    let mut open = vec![descendant];
    while let Some(at) = open.pop() {
        if at == ancestor {
            return true;
        }
        if at > ancestor && seen.insert(at) {
            open.extend(knots[at].parents.iter().flatten());
        }
    }
    false
}

impl BlobId {
    /// The name that Git gives to these bytes.
    pub fn of(bytes: &[u8]) -> Result<BlobId> {
        git2::Oid::hash_object(git2::ObjectType::Blob, bytes)
            .map(blob_id)
            .map_err(|error| git_problem("name the bytes of a file", &error))
    }
}

/// How many files of the work tree are read at a time.
const CHUNK: usize = 4096;

impl Catalog {
    /// The record files that are not the same in the revision `before` (nothing, when there is
    /// none) and in the work tree, sorted by path.
    pub fn work_differences(
        &self,
        before: Option<RevisionId>,
    ) -> Result<(Vec<Difference>, Vec<Problem>)> {
        let (files, mut problems) =
            before.map(|before| self.record_files_at(before)).transpose()?.unwrap_or_default();
        let mut old: BTreeMap<String, BlobId> =
            files.into_iter().map(|file| (file.path, file.blob)).collect();
        let (paths, in_the_way) = self.record_paths();
        problems.extend(in_the_way);
        let mut differences = Vec::new();
        for chunk in paths.chunks(CHUNK) {
            for (path, file) in chunk.iter().zip(self.read_all(chunk)) {
                let before = old.remove(path);
                match file.and_then(|file| BlobId::of(&file.bytes)) {
                    Ok(after) if before == Some(after) => {}
                    Ok(after) => differences.push(Difference {
                        path: path.clone(),
                        before,
                        after: Some(after),
                    }),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        differences.extend(
            old.into_iter()
                .filter(|(path, _)| path.ends_with(".toml"))
                .map(|(path, before)| Difference { path, before: Some(before), after: None }),
        );
        differences.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((differences, problems))
    }
}

/// Merges texts line by line, as Git does without a driver: the result, and whether it has conflict
/// markers.
pub fn merge_lines(base: &[u8], ours: &[u8], theirs: &[u8]) -> Result<(Vec<u8>, bool)> {
    prepare_libgit2();
    let [mut a, mut b, mut c] = std::array::from_fn(|_| git2::MergeFileInput::new());
    git2::merge_file(a.content(base), b.content(ours), c.content(theirs), None)
        .map(|merged| (merged.content().to_vec(), !merged.is_automergeable()))
        .map_err(|error| git_problem("merge lines", &error))
}
