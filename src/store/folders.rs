//! The folders of a revision: looked up once for all the files in them, and made anew from the bottom up.

use super::history::{BlobId, blob_id, blob_oid, is_plain_file};
use super::repository::{Repository, object_problem};
use crate::problem::Result;
use git2::{ObjectType, Oid, Tree};
use std::collections::BTreeMap;

/// The mode of a folder in a tree.
const FOLDER: i32 = 0o040_000;
/// The mode of a file.
const FILE: i32 = 0o100_644;

/// Finds files below a tree; the last folder is remembered, so that files in order are found quickly.
pub(super) struct Finder<'r> {
    repository: &'r Repository,
    root: Option<Oid>,
    last: Option<(String, Option<Tree<'r>>)>,
}

impl<'r> Finder<'r> {
    /// Finds files below `root`; without one there are none.
    pub(super) fn below(repository: &'r Repository, root: Option<&Tree<'_>>) -> Finder<'r> {
        Finder { repository, root: root.map(Tree::id), last: None }
    }

    fn folder(&mut self, path: &str) -> Result<Option<&Tree<'r>>> {
        if self.last.as_ref().is_none_or(|(known, _)| known != path) {
            let mut tree = self.root.map(|root| find(self.repository, root, path)).transpose()?;
            for name in path.split('/').filter(|name| !name.is_empty()) {
                let Some(folder) = &tree else { break };
                let below = folder
                    .get_name(name)
                    .filter(|entry| entry.kind() == Some(ObjectType::Tree))
                    .map(|entry| entry.id());
                tree = below.map(|id| find(self.repository, id, path)).transpose()?;
            }
            self.last = Some((path.to_owned(), tree));
        }
        Ok(self.last.as_ref().and_then(|(_, tree)| tree.as_ref()))
    }

    /// The plain file `path`, and whether it is a program.
    pub(super) fn file(&mut self, path: &str) -> Result<Option<(BlobId, bool)>> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok(self.folder(folder)?.and_then(|folder| folder.get_name(name)).and_then(|entry| {
            is_plain_file(&entry).then(|| (blob_id(entry.id()), entry.filemode() == 0o100_755))
        }))
    }
}

fn find<'r>(repository: &'r Repository, id: Oid, path: &str) -> Result<Tree<'r>> {
    repository.git.find_tree(id).map_err(|error| object_problem(&repository.git, path, id, &error))
}

/// Takes the content of a tree and gives its name.
pub(super) type Keep<'k> = dyn FnMut(&[u8]) -> Result<Oid> + 'k;

/// The tree `before` with `files` (path, and bytes or `None` for a file that goes) in it, sorted by path.
/// Every folder is made once. Files keep whether they are programs. `None` when nothing is left.
pub(super) fn changed_tree(
    repository: &Repository,
    before: Option<Oid>,
    files: &[(String, Option<BlobId>)],
    keep: &mut Keep<'_>,
) -> Result<Option<Oid>> {
    let files: Vec<(&str, Option<BlobId>)> =
        files.iter().map(|(path, blob)| (path.as_str(), *blob)).collect();
    folder(repository, before, &files, keep)
}

/// As deep as paths have slashes; paths are those of records.
fn folder(
    repository: &Repository,
    before: Option<Oid>,
    files: &[(&str, Option<BlobId>)],
    keep: &mut Keep<'_>,
) -> Result<Option<Oid>> {
    // Sorted as Git sorts: a folder as if its name ended with a slash.
    let mut entries: BTreeMap<Vec<u8>, (i32, usize, Oid)> = BTreeMap::new();
    let key = |name: &[u8], mode: i32| {
        let mut key = name.to_vec();
        if mode == FOLDER {
            key.push(b'/');
        }
        key
    };
    if let Some(id) = before {
        for entry in &find(repository, id, "a folder")? {
            let (name, mode) = (entry.name_bytes(), entry.filemode_raw());
            entries.insert(key(name, mode), (mode, name.len(), entry.id()));
        }
    }
    let mut rest = files;
    while let Some((path, blob)) = rest.first() {
        match path.split_once('/') {
            None => {
                let name = path.as_bytes();
                let mode = entries.get(name).map_or(FILE, |(mode, _, _)| *mode);
                entries.remove(name);
                if let Some(blob) = blob {
                    entries.remove(&key(name, FOLDER));
                    let mode = if mode & 0o170_000 == 0o100_000 { mode } else { FILE };
                    entries.insert(name.to_vec(), (mode, name.len(), blob_oid(*blob)));
                }
                rest = rest.get(1..).unwrap_or_default();
            }
            Some((name, _)) => {
                let below: Vec<(&str, Option<BlobId>)> = rest
                    .iter()
                    .map_while(|(path, blob)| {
                        let below = path.strip_prefix(name)?.strip_prefix('/')?;
                        Some((below, *blob))
                    })
                    .collect();
                rest = rest.get(below.len()..).unwrap_or_default();
                let at = key(name.as_bytes(), FOLDER);
                let old = entries.remove(&at).map(|(_, _, id)| id);
                if let Some(id) = folder(repository, old, &below, keep)? {
                    entries.remove(name.as_bytes());
                    entries.insert(at, (FOLDER, name.len(), id));
                }
            }
        }
    }
    if entries.is_empty() {
        return Ok(None);
    }
    // gitformat-pack does not say it; `git help cat-file` does: mode, space, name, NUL, the twenty bytes.
    let mut content = Vec::with_capacity(entries.len() * 64);
    for (name, (mode, length, id)) in &entries {
        content.extend_from_slice(format!("{mode:o} ").as_bytes());
        content.extend_from_slice(name.get(..*length).unwrap_or(name));
        content.push(0);
        content.extend_from_slice(id.as_bytes());
    }
    keep(&content).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use git2::{FileMode, build::TreeUpdateBuilder};
    use proptest::prelude::*;

    fn repository(folder: &std::path::Path) -> Repository {
        super::super::repository::create(folder).expect("a repository");
        Repository::open(&std::fs::canonicalize(folder).expect("a path")).expect("open")
    }

    type Paths = Vec<(String, bool)>;

    /// Paths of files, and whether each file is there, twice: no path of either is a folder on the
    /// way to another.
    fn paths() -> impl Strategy<Value = (Paths, Paths)> {
        let path = "[ab]{1,2}(/[a-][a.-]?(/[ab])?)?";
        let file = (path, any::<bool>(), any::<bool>());
        prop::collection::vec(file, 2..24).prop_map(|files| {
            let mut all: BTreeMap<String, bool> = BTreeMap::new();
            let (mut first, mut second) = (BTreeMap::new(), BTreeMap::new());
            for (path, is, later) in files {
                let below =
                    |a: &str, b: &str| b.strip_prefix(a).is_some_and(|b| b.starts_with('/'));
                if all.keys().any(|known| below(known, &path) || below(&path, known)) {
                    continue;
                }
                all.insert(path.clone(), is);
                if later { &mut second } else { &mut first }.insert(path, is);
            }
            (first.into_iter().collect(), second.into_iter().collect())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// The folders are those that libgit2 makes.
        #[test]
        fn trees_are_those_of_libgit2((first, second) in paths()) {
            let folder = tempfile::tempdir().expect("a folder");
            let repository = repository(folder.path());
            let git = &repository.git;
            let blob = |path: &str| blob_id(git.blob(path.as_bytes()).expect("a blob"));
            let files = |paths: &[(String, bool)]| -> Vec<(String, Option<BlobId>)> {
                paths.iter().map(|(path, is)| (path.clone(), is.then(|| blob(path)))).collect()
            };
            let odb = git.odb().expect("objects");
            let mut keep = |content: &[u8]| Ok(odb.write(ObjectType::Tree, content).expect("written"));
            let mut tree: Option<Oid> = None;
            let mut theirs = git.find_tree(git.treebuilder(None).expect("a builder").write().expect("a tree")).expect("a tree");
            for files in [files(&first), files(&second)] {
                tree = changed_tree(&repository, tree, &files, &mut keep).expect("a tree");
                let mut update = TreeUpdateBuilder::new();
                for (path, blob) in &files {
                    match blob {
                        Some(blob) => { update.upsert(path.as_str(), blob_oid(*blob), FileMode::Blob); }
                        None if theirs.get_path(std::path::Path::new(path)).is_ok() => { update.remove(path.as_str()); }
                        None => {}
                    }
                }
                let id = update.create_updated(git, &theirs).expect("updated");
                theirs = git.find_tree(id).expect("a tree");
            }
            let ours = tree.unwrap_or_else(|| {
                git.treebuilder(None).and_then(|builder| builder.write()).expect("empty")
            });
            // libgit2 leaves no empty folders either.
            prop_assert_eq!(ours, theirs.id());
        }
    }
}
