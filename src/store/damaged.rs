//! The history around what cannot be read: a damaged object ends no walk.

use super::catalog::{Catalog, SETTINGS_FILE, unreadable};
use super::history::{oid, revision_id};
use super::layout::{ALIASES, RECORDS};
use super::repository::{Repository, git_problem, is_readable, object_problem, revision_problem};
use super::watch::Watch;
use crate::problem::{Place, Problem, Result, codes};
use crate::record::RevisionId;
use git2::{ErrorCode, ObjectType, Oid};
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::{fs, io};

/// A revision that could be read: when it was committed, and those it came from that could be read.
struct Readable {
    seconds: i64,
    parents: Vec<Oid>,
}

/// From so many revisions on, everything is read in the order of packs first.
const LONG: usize = 512;

impl Catalog {
    /// As [`Catalog::log`], going around what cannot be read. Each revision that is damaged or
    /// missing is a problem; what only it leads to is not found.
    pub fn ancestry(
        &self,
        from: RevisionId,
        without: &[RevisionId],
    ) -> Result<(Vec<RevisionId>, Vec<Problem>)> {
        if let Ok(sound) = self.log(from, without) {
            return Ok((sound, Vec::new()));
        }
        let repository = self.repository()?;
        let (found, problems) = readable(repository, oid(from))?;
        let mut hidden: HashSet<Oid> = HashSet::new();
        let mut open: Vec<Oid> = without.iter().map(|id| oid(*id)).collect();
        while let Some(id) = open.pop() {
            if hidden.insert(id) {
                open.extend(found.get(&id).into_iter().flat_map(|found| &found.parents));
            }
        }
        let kept = found.into_iter().filter(|(id, _)| !hidden.contains(id)).collect();
        Ok((newest_first(&kept), problems))
    }

    /// Looks at every folder and file of the catalog in the revisions `all`, each once, and tells
    /// what cannot be read.
    pub fn unreadable(&self, all: &[RevisionId], watch: &dyn Watch) -> Result<Vec<Problem>> {
        // In a long history everything is looked at in the order that is quickest; where, is asked only
        // of what is not sound.
        let doubtful = match all.len() >= LONG {
            true => self.doubtful(all, is_of_catalog, watch)?,
            false => None,
        };
        if doubtful.as_ref().is_some_and(HashSet::is_empty) {
            return Ok(Vec::new());
        }
        let is_doubtful = |id: Oid| doubtful.as_ref().is_none_or(|doubtful| doubtful.contains(&id));
        let repository = self.repository()?;
        let git = &repository.git;
        let odb = git.odb().map_err(|error| git_problem("open the repository", &error))?;
        let mut known: HashSet<Oid> = HashSet::new();
        let mut problems = Vec::new();
        let prefix: Vec<&str> = repository.prefix.split('/').filter(|n| !n.is_empty()).collect();
        for (done, id) in all.iter().enumerate() {
            watch.at("reading the history", done, all.len());
            watch.goes_on()?;
            let Ok(commit) = git.find_commit(oid(*id)) else { continue };
            // Folders still to be looked at: the tree, how deep it lies, its path in the catalog.
            let mut open = vec![(commit.tree_id(), 0, String::new())];
            while let Some((tree, depth, folder)) = open.pop() {
                if depth >= prefix.len() && !known.insert(tree) {
                    continue;
                }
                let unread = |path: &str, id: Oid, error: &git2::Error| {
                    let failed = object_problem(git, path, id, error);
                    if failed.is_of_the_machine() {
                        return Err(failed);
                    }
                    let revision = revision_id(commit.id()).short();
                    Ok(Problem::error(
                        codes::OBJECT,
                        format!(
                            "`{path}` cannot be read in the revision {revision} (object {id}): {}",
                            error.message()
                        ),
                    )
                    .at(Place::file(path))
                    .mend("another clone may still have it: `git fetch`, or copy its objects"))
                };
                let found = match git.find_tree(tree) {
                    Ok(found) => found,
                    Err(error) => {
                        // Once is enough, though all revisions have it.
                        if known.insert(tree) || depth >= prefix.len() {
                            let path = if folder.is_empty() { "/" } else { &folder };
                            problems.push(unread(path, tree, &error)?);
                        }
                        continue;
                    }
                };
                for entry in found.iter() {
                    let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                    if let Some(wanted) = prefix.get(depth) {
                        if name == *wanted && entry.kind() == Some(ObjectType::Tree) {
                            open.push((entry.id(), depth + 1, String::new()));
                        }
                        continue;
                    }
                    let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                    match entry.kind() {
                        _ if !is_of_catalog(&path) => {}
                        Some(ObjectType::Tree) => open.push((entry.id(), depth + 1, path)),
                        Some(ObjectType::Blob) if known.insert(entry.id()) => {
                            if is_doubtful(entry.id())
                                && let Err(error) = odb.read(entry.id())
                            {
                                problems.push(unread(&path, entry.id(), &error)?);
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(problems)
    }

    /// Whether something came before `id` that is not here: it stands at the edge of a shallow clone, or
    /// one that it came from is lost.
    pub fn is_cut_off_before(&self, id: RevisionId) -> Result<bool> {
        let at_the_edge = edge(self.repository()?)?.contains(&oid(id));
        Ok(at_the_edge || !self.lost_parents(id)?.is_empty())
    }

    /// Whether this is a shallow clone.
    pub fn is_shallow(&self) -> Result<bool> {
        Ok(self.repository()?.git.is_shallow())
    }

    /// The parents of `id` that cannot be read, though they should be there.
    pub fn lost_parents(&self, id: RevisionId) -> Result<Vec<RevisionId>> {
        let repository = self.repository()?;
        let git = &repository.git;
        let commit =
            git.find_commit(oid(id)).map_err(|error| revision_problem(git, oid(id), &error))?;
        let mut lost = Vec::new();
        for parent in commit.parent_ids() {
            if !is_readable(git, parent)? {
                lost.push(revision_id(parent));
            }
        }
        if !lost.is_empty() && edge(repository)?.contains(&oid(id)) {
            lost.clear();
        }
        Ok(lost)
    }
}

/// What else lies in the folder of a catalog is not looked at.
fn is_of_catalog(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or(path);
    [RECORDS, ALIASES, "archives", "styles", SETTINGS_FILE].contains(&first)
}

/// The revisions at which a shallow clone ends: that their parents are not there is no damage.
fn edge(repository: &Repository) -> Result<HashSet<Oid>> {
    let file = repository.git.commondir().join("shallow");
    match fs::read_to_string(&file) {
        Ok(text) => Ok(text.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HashSet::new()),
        Err(error) => Err(unreadable(&file.display().to_string(), &error)),
    }
}

/// Everything that led to `from` and can be reached through what can be read.
fn readable(repository: &Repository, from: Oid) -> Result<(HashMap<Oid, Readable>, Vec<Problem>)> {
    let git = &repository.git;
    let edge = edge(repository)?;
    let mut found: HashMap<Oid, Readable> = HashMap::new();
    let mut lost: HashSet<Oid> = HashSet::new();
    let mut problems = Vec::new();
    let mut open: Vec<(Oid, Option<Oid>)> = vec![(from, None)];
    while let Some((id, child)) = open.pop() {
        if found.contains_key(&id) || lost.contains(&id) {
            continue;
        }
        match git.find_commit(id) {
            Ok(commit) => {
                let parents: Vec<Oid> = commit.parent_ids().collect();
                if !edge.contains(&id) {
                    open.extend(parents.iter().map(|parent| (*parent, Some(id))));
                }
                found
                    .insert(id, Readable { seconds: commit.committer().when().seconds(), parents });
            }
            Err(error) => {
                let problem = lost_problem(git, id, child, &error);
                if problem.is_of_the_machine() {
                    return Err(problem);
                }
                lost.insert(id);
                problems.push(problem);
            }
        }
    }
    if !found.contains_key(&from) {
        // The first is the one that was asked for.
        return Err(problems.remove(0));
    }
    for readable in found.values_mut() {
        readable.parents.retain(|parent| !lost.contains(parent));
    }
    problems.sort_by(|a, b| a.message.cmp(&b.message));
    Ok((found, problems))
}

fn lost_problem(
    git: &git2::Repository,
    id: Oid,
    child: Option<Oid>,
    error: &git2::Error,
) -> Problem {
    let problem = revision_problem(git, id, error);
    if problem.is_of_the_machine() {
        return problem;
    }
    let what = match error.code() {
        ErrorCode::NotFound => "is missing",
        _ => "is damaged",
    };
    let before = match child {
        Some(child) => format!(", which came before {},", revision_id(child).short()),
        None => String::new(),
    };
    Problem::error(
        codes::OBJECT,
        format!(
            "the revision {id}{before} {what}, so what happened before it cannot be told: {}",
            error.message()
        ),
    )
    .mend("another clone may still have it: `git fetch`, or copy its objects")
}

/// Each before those it came from, the newest first where that does not say.
fn newest_first(found: &HashMap<Oid, Readable>) -> Vec<RevisionId> {
    let mut children: HashMap<Oid, usize> = HashMap::new();
    let known = |readable: &Readable| {
        let parents: HashSet<Oid> =
            readable.parents.iter().copied().filter(|parent| found.contains_key(parent)).collect();
        parents
    };
    for readable in found.values() {
        for parent in known(readable) {
            *children.entry(parent).or_default() += 1;
        }
    }
    let key = |id: Oid| found.get(&id).map(|readable| (readable.seconds, id));
    let mut ready: BinaryHeap<(i64, Oid)> =
        found.keys().filter(|id| !children.contains_key(id)).filter_map(|id| key(*id)).collect();
    let mut ordered = Vec::with_capacity(found.len());
    while let Some((_, id)) = ready.pop() {
        ordered.push(revision_id(id));
        for parent in found.get(&id).map(known).unwrap_or_default() {
            if let Some(left) = children.get_mut(&parent) {
                *left -= 1;
                if *left == 0 {
                    ready.extend(key(parent));
                }
            }
        }
    }
    ordered
}
