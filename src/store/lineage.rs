//! The past of a few files as a graph: only the revisions that matter to them.

use super::catalog::Catalog;
use super::history::{BlobId, Difference, EntryReader, blob_id, oid, revision_id};
use super::layout::{ALIASES, RECORDS};
use super::order::{Placed, newest_first};
use super::past::{LineIndex, Past, Touch};
use super::past_walk::Effort;
use super::repository::{git_problem, prepare_libgit2, revision_problem};
use crate::problem::{Problem, Result};
use crate::record::RevisionId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    /// came from; where that does not say, in the order of their dates. A merge that takes the
    /// files as one parent had them, when the other parents did nothing to them since, is no knot.
    ///
    /// A revision whose folders cannot be read is a problem and no knot; the others are told.
    pub fn lineage(&self, from: RevisionId, paths: &[String]) -> Result<(Vec<Knot>, Vec<Problem>)> {
        let is_remembered = |path: &String| {
            [RECORDS, ALIASES]
                .iter()
                .any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
        };
        let found = paths.iter().all(is_remembered).then(|| {
            self.ask_past(&[from], Effort::Whole, |past| remembered_knots(past, from, paths))
        });
        match found.flatten() {
            Some((knots, seconds)) => Ok((in_order(knots, &seconds), Vec::new())),
            None => self.walked_knots(from, paths),
        }
    }

    /// Which of the record files `paths` were there in `from`, or in a revision that led to it.
    pub fn were_there(&self, from: RevisionId, paths: &[String]) -> Result<Vec<bool>> {
        let remembered = self.ask_past(&[from], Effort::Whole, |past| {
            let known: Vec<Option<u32>> = paths.iter().map(|path| past.path(path)).collect();
            let there = match known.iter().any(Option::is_some) {
                true => past.ever_there(past.find(from)?),
                false => HashSet::new(),
            };
            Some(known.iter().map(|path| path.is_some_and(|path| there.contains(&path))).collect())
        });
        if let Some(was) = remembered {
            return Ok(was);
        }
        let (knots, _) = self.walked_knots(from, paths)?;
        let was = |at: usize| knots.iter().any(|knot| matches!(knot.files.get(at), Some(Some(_))));
        Ok((0..paths.len()).map(was).collect())
    }

    /// The knots, found by looking at every revision.
    fn walked_knots(
        &self,
        from: RevisionId,
        paths: &[String],
    ) -> Result<(Vec<Knot>, Vec<Problem>)> {
        let repository = self.repository()?;
        let mut reader = EntryReader::new(repository, paths);
        let mut knots: Vec<Knot> = Vec::new();
        let mut seconds = Vec::new();
        let (log, mut problems) = self.ancestry(from, &[])?;
        // For each revision, the knot that stands for it.
        let mut knot_of: HashMap<RevisionId, Option<usize>> = HashMap::new();
        for id in log.into_iter().rev() {
            let commit = repository
                .git
                .find_commit(oid(id))
                .map_err(|error| revision_problem(&repository.git, oid(id), &error))?;
            // The first revisions of a shallow clone have parents that are not there.
            let parents: Vec<Option<usize>> = commit
                .parent_ids()
                .filter_map(|parent| knot_of.get(&revision_id(parent)).copied())
                .collect();
            let knot = match reader.entries(oid(id)) {
                Ok(files) => tie(&mut knots, id, parents, files),
                Err(problem) => {
                    problems.push(problem);
                    parents.into_iter().flatten().max()
                }
            };
            seconds.resize(knots.len(), commit.committer().when().seconds());
            knot_of.insert(id, knot);
        }
        Ok((in_order(knots, &seconds), problems))
    }
}

/// The knots, told from what is remembered of the history, with the moment of each.
///
/// Only revisions that touched one of the files can be knots, and merges at which a side that
/// touched one came in. For every other revision stands the knot of its first parent: its files are
/// as there, and whatever is on its other sides led to the first parent, too.
fn remembered_knots(
    past: &Past,
    from: RevisionId,
    paths: &[String],
) -> Option<(Vec<Knot>, Vec<i64>)> {
    let tip = past.find(from)?;
    let mut touched: BTreeMap<usize, Vec<(usize, Touch)>> = BTreeMap::new();
    for (file, path) in paths.iter().enumerate() {
        for (at, touch) in past.touched(path) {
            touched.entry(at).or_default().push((file, touch));
        }
    }
    let lines = LineIndex::new(past, touched.keys().copied());
    // What did not lead to the tip is none of its past: other branches are remembered, too.
    let mut parents_of: BTreeMap<usize, Vec<Option<usize>>> = BTreeMap::new();
    let mut open: Vec<usize> = lines.last(tip).into_iter().collect();
    let mut parents = Vec::new();
    while let Some(at) = open.pop() {
        if parents_of.contains_key(&at) {
            continue;
        }
        past.parents(at, &mut parents);
        let nearest: Vec<Option<usize>> =
            parents.iter().map(|parent| lines.last(*parent)).collect();
        open.extend(nearest.iter().flatten());
        parents_of.insert(at, nearest);
    }
    let mut knots: Vec<Knot> = Vec::new();
    let mut seconds = Vec::new();
    let mut knot_of: HashMap<usize, Option<usize>> = HashMap::new();
    for (at, nearest) in parents_of {
        let knot_of_parents: Vec<Option<usize>> =
            nearest.into_iter().map(|nearest| knot_of.get(&nearest?).copied().flatten()).collect();
        // As in the first parent, but for what was touched.
        let mut files = match knot_of_parents.first() {
            Some(Some(first)) => knots[*first].files.clone(),
            _ => vec![None; paths.len()],
        };
        for (file, touch) in touched.get(&at).into_iter().flatten() {
            if !touch.is_meeting() {
                files[*file] = touch.after;
            }
        }
        knot_of.insert(at, tie(&mut knots, past.id(at), knot_of_parents, files));
        seconds.resize(knots.len(), past.seconds(at));
    }
    Some((knots, seconds))
}

/// The knot that stands for a revision: one of its parents', or a new one.
fn tie(
    knots: &mut Vec<Knot>,
    revision: RevisionId,
    parents: Vec<Option<usize>>,
    files: Vec<Option<BlobId>>,
) -> Option<usize> {
    let nothing = files.iter().all(Option::is_none);
    let as_in = |knot: &Option<usize>| match knot {
        Some(knot) => knots[*knot].files == files,
        None => nothing,
    };
    let same = parents
        .iter()
        .copied()
        .find(|parent| as_in(parent) && parents.iter().all(|other| led_to(knots, *other, *parent)));
    match same {
        Some(same) => same,
        None if parents.is_empty() && nothing => None,
        None => {
            knots.push(Knot { revision, parents, files });
            Some(knots.len() - 1)
        }
    }
}

/// The knots in an order that does not depend on how they were found: each after those it came
/// from, the older before the younger where that does not say.
fn in_order(knots: Vec<Knot>, seconds: &[i64]) -> Vec<Knot> {
    let placed: Vec<Placed> = knots
        .iter()
        .zip(seconds)
        .map(|(knot, seconds)| Placed {
            id: knot.revision,
            seconds: *seconds,
            parents: knot.parents.iter().copied().flatten().collect(),
        })
        .collect();
    let mut order = newest_first(&placed);
    order.reverse();
    let mut new_place = vec![0; knots.len()];
    for (place, at) in order.iter().enumerate() {
        new_place[*at] = place;
    }
    let mut ordered: Vec<Option<Knot>> = knots.into_iter().map(Some).collect();
    let mut result = Vec::with_capacity(ordered.len());
    for at in order {
        let Some(mut knot) = ordered[at].take() else { continue };
        for parent in knot.parents.iter_mut().flatten() {
            *parent = new_place[*parent];
        }
        result.push(knot);
    }
    result
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Catalog;
    use git2::{FileMode, Oid, Repository, Signature, Time, build::TreeUpdateBuilder};
    use proptest::prelude::*;

    const PATHS: [&str; 4] =
        ["records/a.toml", "records/1951/a.toml", "records/1951/a.toml/odd.toml", "records/b.toml"];

    /// One revision: its parents counted back, what it makes of which file.
    type Plan = Vec<(Vec<usize>, Vec<(usize, Option<u8>)>)>;

    fn plans() -> impl Strategy<Value = Plan> {
        let touch = (0..PATHS.len(), prop::option::weighted(0.7, 0..3u8));
        let revision = (prop::collection::vec(0..4usize, 0..4), prop::collection::vec(touch, 0..3));
        prop::collection::vec(revision, 1..16)
    }

    fn build(git: &Repository, plan: &Plan) -> Vec<Oid> {
        let mut made: Vec<Oid> = Vec::new();
        for (at, (back, touches)) in plan.iter().enumerate() {
            let mut parents: Vec<Oid> =
                back.iter().filter_map(|n| made.iter().nth_back(*n)).copied().collect();
            let mut seen = BTreeSet::new();
            parents.retain(|parent| seen.insert(*parent));
            // The clock goes back and forth: nothing may depend on it but the order of strangers.
            let when = Time::new(1_000_000 + (at as i64 * 7919) % 5000, 0);
            let who = Signature::new("A", "a@example.org", &when).unwrap();
            let parents: Vec<git2::Commit<'_>> =
                parents.iter().map(|id| git.find_commit(*id).unwrap()).collect();
            let empty = git.treebuilder(None).unwrap().write().unwrap();
            let mut tree = match parents.first() {
                Some(parent) => parent.tree().unwrap(),
                None => git.find_tree(empty).unwrap(),
            };
            for (path, value) in touches {
                let mut update = TreeUpdateBuilder::new();
                match value {
                    Some(value) => {
                        // What is in the way of a file or folder goes.
                        for other in PATHS.iter().filter(|other| {
                            **other != PATHS[*path]
                                && (other.starts_with(PATHS[*path])
                                    || PATHS[*path].starts_with(*other))
                        }) {
                            if tree.get_path(std::path::Path::new(other)).is_ok() {
                                update.remove(*other);
                            }
                        }
                        let blob = git.blob(&[*value]).unwrap();
                        if let Ok(cleared) = update.create_updated(git, &tree) {
                            tree = git.find_tree(cleared).unwrap();
                        }
                        update = TreeUpdateBuilder::new();
                        update.upsert(PATHS[*path], blob, FileMode::Blob);
                    }
                    None => {
                        let is_file = tree
                            .get_path(std::path::Path::new(PATHS[*path]))
                            .is_ok_and(|entry| entry.kind() == Some(git2::ObjectType::Blob));
                        if !is_file {
                            continue;
                        }
                        update.remove(PATHS[*path]);
                    }
                }
                if let Ok(updated) = update.create_updated(git, &tree) {
                    tree = git.find_tree(updated).unwrap();
                }
            }
            let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
            made.push(git.commit(None, &who, &who, &at.to_string(), &tree, &parents).unwrap());
        }
        made
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn what_is_remembered_is_what_is_found(plan in plans(), saved in 0..16usize) {
            let folder = tempfile::TempDir::new().unwrap();
            let git = Repository::init(folder.path()).unwrap();
            std::fs::write(folder.path().join("fonds.toml"), "").unwrap();
            let made = build(&git, &plan);
            let plain = Catalog::find(folder.path()).unwrap();
            let catalog = Catalog::find(folder.path()).unwrap();
            let paths: Vec<String> = PATHS.iter().map(|path| (*path).to_owned()).collect();
            // A file is left at some moment, and used from then on; by others who open it, too.
            let first = revision_id(made[saved % made.len()]);
            catalog.ask_past_written(&[first], Effort::Whole, 1, |_| Some(())).unwrap();
            prop_assert!(folder.path().join(".git/fonds/past").is_file());
            for (at, tip) in made.iter().enumerate() {
                let tip = revision_id(*tip);
                let other = Catalog::find(folder.path()).unwrap();
                for catalog in [&catalog, &other] {
                    for asked in [&paths[..], &paths[..1], &paths[1..3]] {
                        let walked = plain.walked_knots(tip, asked).unwrap();
                        prop_assert_eq!(catalog.lineage(tip, asked).unwrap(), walked);
                    }
                    let without = &[revision_id(made[at * 5 % made.len()])];
                    for without in [&without[..], &[]] {
                        let walked = (plain.log(tip, without).unwrap(), Vec::new());
                        prop_assert_eq!(catalog.remembered_log(tip, without).unwrap(), walked);
                    }
                    let parents = plain.revision(tip).unwrap().parents;
                    for before in parents.iter().copied().map(Some).chain([None]) {
                        let found = plain.record_differences(before, tip).unwrap();
                        prop_assert_eq!(catalog.record_differences(before, tip).unwrap(), found);
                    }
                    for path in &paths {
                        let found = plain.blob_at(tip, path).unwrap();
                        prop_assert_eq!(catalog.blob_at(tip, path).unwrap(), found);
                    }
                }
            }
            prop_assert!(plain.past.borrow().is_none(), "it knows nothing of the file");
        }
    }

    #[test]
    fn a_damaged_file_costs_only_time() {
        let folder = tempfile::TempDir::new().unwrap();
        let git = Repository::init(folder.path()).unwrap();
        std::fs::write(folder.path().join("fonds.toml"), "").unwrap();
        let plan: Plan = (0..6).map(|n| (vec![0], vec![(0, Some(n))])).collect();
        let tip = revision_id(*build(&git, &plan).last().unwrap());
        let catalog = Catalog::find(folder.path()).unwrap();
        let paths = vec![PATHS[0].to_owned()];
        let wanted = catalog.walked_knots(tip, &paths).unwrap();
        let file = folder.path().join(".git/fonds/past");
        catalog.ask_past_written(&[tip], Effort::Whole, 1, |_| Some(())).unwrap();
        let sound = std::fs::read(&file).unwrap();
        let mut damages: Vec<Vec<u8>> =
            [&b""[..], b"fondsP01", &sound[..sound.len() - 1], &[0xff; 400]].map(Vec::from).into();
        for at in 0..sound.len() {
            damages.push(sound.clone());
            damages.last_mut().unwrap()[at] ^= 0x20;
        }
        for damaged in damages {
            std::fs::write(&file, damaged).unwrap();
            let catalog = Catalog::find(folder.path()).unwrap();
            assert_eq!(catalog.lineage(tip, &paths).unwrap(), wanted);
        }
        // A reader that may not write reads all the same.
        std::fs::remove_file(&file).unwrap();
        std::fs::remove_dir_all(folder.path().join(".git/fonds")).unwrap();
        std::fs::write(folder.path().join(".git/fonds"), "in the way").unwrap();
        catalog.ask_past_written(&[tip], Effort::Whole, 1, |_| Some(())).unwrap();
        assert_eq!(catalog.lineage(tip, &paths).unwrap(), wanted);
    }
}
