//! The files of two moments, read and matched: which record before is which record after.

use super::{Catalog, Result};
use crate::changes::{Change, State, likeness};
use crate::problem::{Place, Problem, codes};
use crate::record::{Node, RevisionId};
use crate::record_file;
use crate::store::{BlobId, Difference, id_in_path};
use std::collections::HashMap;

/// A record file of one moment.
#[derive(Debug, Clone)]
pub(super) struct FileVersion {
    /// Its path, relative to the root of the catalog.
    pub(super) path: String,
    /// What it holds.
    pub(super) state: State,
    /// The id it claims; of a file that cannot be read, the id in its name.
    pub(super) id: String,
    /// The ids that the record had before.
    pub(super) aliases: Vec<String>,
}

impl FileVersion {
    /// Reads the bytes of a record file of the past. What is no TOML is a state, not an error; the
    /// problem that says so is given beside it.
    pub(super) fn of(path: &str, bytes: &[u8]) -> (FileVersion, Option<Problem>) {
        let (draft, problems) = record_file::read(bytes, path);
        match draft {
            Some(draft) if problems.is_empty() => (FileVersion::of_tree(path, draft.root), None),
            _ => (FileVersion::unreadable(path), problems.into_iter().next()),
        }
    }

    /// The version that was read, or could not be.
    ///
    /// # Errors
    /// When the machine failed: that says nothing about the version.
    pub(super) fn of_read(
        path: &str,
        read: Result<Vec<u8>, Problem>,
    ) -> Result<(FileVersion, Option<Problem>)> {
        match read {
            Ok(bytes) => Ok(FileVersion::of(path, &bytes)),
            Err(problem) if problem.is_of_the_machine() => Err(problem.into()),
            Err(problem) => Ok((FileVersion::unreadable(path), Some(problem))),
        }
    }

    pub(super) fn of_tree(path: &str, root: Node) -> FileVersion {
        let state = State::record(root);
        let table = state.as_record().and_then(Node::as_table);
        let id = table.and_then(|table| table.get("id")).and_then(Node::as_text);
        let aliases = table.and_then(|table| table.get("aliases")).and_then(Node::as_list);
        let aliases =
            aliases.unwrap_or_default().iter().filter_map(Node::as_text).map(str::to_owned);
        FileVersion {
            id: id.map_or_else(|| name_id(path), str::to_owned),
            aliases: aliases.collect(),
            path: path.to_owned(),
            state,
        }
    }

    /// Whether its text could be understood.
    pub(super) fn is_read(&self) -> bool {
        self.state != State::Unreadable
    }

    pub(super) fn unreadable(path: &str) -> FileVersion {
        FileVersion {
            path: path.to_owned(),
            state: State::Unreadable,
            id: name_id(path),
            aliases: Vec::new(),
        }
    }
}

fn name_id(path: &str) -> String {
    id_in_path(path).map(|id| id.to_string()).unwrap_or_default()
}

/// The problem that the version of `path` at `at` cannot be read, and why.
pub(super) fn old_version_problem(path: &str, at: Option<RevisionId>, why: &Problem) -> Problem {
    let when = at.map_or("the work tree".to_owned(), |at| format!("the revision {}", at.short()));
    let mut place = Place::file(path);
    place.line = why.place.line;
    place.column = why.place.column;
    Problem::warning(
        codes::OLD_VERSION,
        format!("`{path}` cannot be read in {when}: {}", why.message),
    )
    .at(place)
    .mend("nothing has to be done for the past; mend the file if it is still so")
}

impl Catalog {
    /// The version of `path` that is named `blob`. What is wrong with it is added to `problems`.
    ///
    /// # Errors
    /// When the machine failed: then nothing is known of the version.
    pub(super) fn version(
        &self,
        path: &str,
        blob: BlobId,
        at: Option<RevisionId>,
        problems: &mut Vec<Problem>,
    ) -> Result<FileVersion> {
        let (version, problem) = FileVersion::of_read(path, self.store.read_blob(blob))?;
        problems.extend(problem.map(|why| old_version_problem(path, at, &why)));
        Ok(version)
    }

    /// The version of `path` in the work tree.
    ///
    /// # Errors
    /// As [`Catalog::version`].
    pub(super) fn work_version(
        &self,
        path: &str,
        problems: &mut Vec<Problem>,
    ) -> Result<FileVersion> {
        let read = self.store.read(path).map(Option::unwrap_or_default);
        let (version, problem) = FileVersion::of_read(path, read)?;
        problems.extend(problem.map(|why| old_version_problem(path, None, &why)));
        Ok(version)
    }
}

/// A record before and after; one of the two is there.
#[derive(Debug, Clone)]
pub(super) struct RecordPair {
    pub(super) before: Option<FileVersion>,
    pub(super) after: Option<FileVersion>,
}

impl RecordPair {
    /// What changed. A side that cannot be read changes nothing.
    pub(super) fn changes(&self) -> Vec<Change> {
        fn state(side: Option<&FileVersion>) -> &State {
            side.map_or(&State::Absent, |version| &version.state)
        }
        state(self.after.as_ref()).changes_since(state(self.before.as_ref()))
    }

    /// The finding that the id changed and nothing leads from the old one to the new one.
    pub(super) fn lost_id(&self, aliases: &HashMap<String, String>) -> Option<Problem> {
        let (before, after) = (self.before.as_ref()?, self.after.as_ref()?);
        let known = before.id == after.id
            || after.aliases.contains(&before.id)
            || aliases.contains_key(&before.id);
        (!known && before.state != State::Unreadable && after.state != State::Unreadable).then(
            || {
                Problem::warning(
                    codes::ID_WITHOUT_ALIAS,
                    format!("the record `{}` became `{}` and left no alias", before.id, after.id),
                )
                .at(Place::file(&after.path).field("aliases"))
                .mend(format!("add `{}` to `aliases`", before.id))
            },
        )
    }
}

/// Records whose greater part is the same are one, when nothing else tells: above this share.
const ONE_RECORD: f64 = 0.6;
/// So many records that came and went at once are compared with each other.
pub(super) const MOST_COMPARED: usize = 40;

/// Finds the version before of a version after, given which are taken.
type Rule<'a> = Box<dyn Fn(&FileVersion, &[bool]) -> Option<usize> + 'a>;

/// Matches the files of two moments that differ: by path and id, by id, by an alias the record
/// kept or `aliases` (old id to new) tells, by path alone, by what they say.
pub(super) fn match_records(
    before: Vec<FileVersion>,
    after: Vec<FileVersion>,
    aliases: &HashMap<String, String>,
) -> Vec<RecordPair> {
    let mut before: Vec<Option<FileVersion>> = before.into_iter().map(Some).collect();
    let mut partner: Vec<Option<usize>> = vec![None; after.len()];
    let mut taken = vec![false; before.len()];
    let mut by_path: HashMap<String, usize> = HashMap::new();
    let mut by_id: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, version) in before.iter().enumerate() {
        let Some(version) = version else { continue };
        by_path.insert(version.path.clone(), at);
        by_id.entry(version.id.clone()).or_default().push(at);
    }
    let free = |found: Option<&Vec<usize>>, taken: &[bool]| {
        found.into_iter().flatten().copied().find(|at| !taken[*at])
    };
    let mut rules: Vec<Rule<'_>> = Vec::new();
    let old = &before;
    rules.push(Box::new(|version, _| {
        let at = *by_path.get(&version.path)?;
        let other = old[at].as_ref()?;
        let unread = other.state == State::Unreadable || version.state == State::Unreadable;
        (other.id == version.id || unread).then_some(at)
    }));
    rules.push(Box::new(|version, taken| free(by_id.get(&version.id), taken)));
    rules.push(Box::new(|version, taken| {
        version.aliases.iter().rev().find_map(|alias| free(by_id.get(alias), taken))
    }));
    rules.push(Box::new(|version, taken| {
        let told = aliases.iter().filter(|(_, new)| **new == version.id);
        let mut told: Vec<&String> = told.map(|(old, _)| old).collect();
        told.sort();
        told.into_iter().find_map(|old| free(by_id.get(old), taken))
    }));
    rules.push(Box::new(|version, _| by_path.get(&version.path).copied()));
    for rule in rules {
        for (at, version) in after.iter().enumerate() {
            if partner[at].is_none()
                && let Some(found) = rule(version, &taken)
                && !taken[found]
            {
                partner[at] = Some(found);
                taken[found] = true;
            }
        }
    }
    let lost: Vec<usize> = (0..before.len()).filter(|at| !taken[*at]).collect();
    let new: Vec<usize> = (0..after.len()).filter(|at| partner[*at].is_none()).collect();
    if lost.len() <= MOST_COMPARED && new.len() <= MOST_COMPARED {
        for at in new {
            let alike = |lost: usize| -> f64 {
                let before = before[lost].as_ref().and_then(|version| version.state.as_record());
                match (before, after[at].state.as_record()) {
                    (Some(before), Some(after)) => likeness(before, after),
                    _ => 0.0,
                }
            };
            let best = lost
                .iter()
                .filter(|lost| !taken[**lost])
                .map(|lost| (alike(*lost), *lost))
                .filter(|(score, _)| *score > ONE_RECORD)
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, found)) = best {
                partner[at] = Some(found);
                taken[found] = true;
            }
        }
    }
    let mut pairs: Vec<RecordPair> = Vec::with_capacity(after.len());
    for (version, partner) in after.into_iter().zip(partner) {
        let before = partner.and_then(|at| before[at].take());
        pairs.push(RecordPair { before, after: Some(version) });
    }
    let gone = before.into_iter().flatten();
    pairs.extend(gone.map(|version| RecordPair { before: Some(version), after: None }));
    pairs
}

/// What the alias files that differ tell: old id to new id.
pub(super) fn told_aliases(
    catalog: &Catalog,
    differences: &[Difference],
) -> Result<HashMap<String, String>> {
    let mut told = HashMap::new();
    for difference in differences {
        let old = difference.path.rsplit('/').next().unwrap_or_default();
        let Some(after) = difference.after else { continue };
        match catalog.store.read_blob(after) {
            Ok(bytes) => {
                if let Ok(text) = std::str::from_utf8(&bytes) {
                    told.insert(old.to_owned(), text.trim().to_owned());
                }
            }
            Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
            Err(_) => {}
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_is_a_version_and_what_the_machine_failed_at_is_none() {
        let read = |code| FileVersion::of_read("records/x.toml", Err(Problem::error(code, "why")));
        let (version, fault) = read(codes::OBJECT).expect("a version");
        assert!(!version.is_read() && version.id == "x");
        assert_eq!(fault.map(|fault| fault.code.name), Some("G110"));
        let failed = read(codes::DISK).expect_err("nothing is known");
        assert!(failed.is_of_the_machine());
        let (version, fault) =
            FileVersion::of_read("records/x.toml", Ok(b"id = = 1".to_vec())).expect("a version");
        assert!(!version.is_read() && fault.is_some());
    }
}
