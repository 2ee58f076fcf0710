//! A catalog on the disk: where it is, and the files in its work tree.

use super::blobs::Blobs;
use super::files::{failure, plain};
use super::layout::{ALIASES, Layout, RECORDS};
use super::past::Past;
use super::past_walk::Watcher;
use super::repository::{
    Repository, bare, create as create_repository, is_in_work_tree, looks_bare,
};
use crate::problem::{Place, Problem, Result, codes};
use crate::record::{RecordId, Revision, RevisionId};
use rayon::prelude::*;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The file that makes a folder a catalog.
pub const SETTINGS_FILE: &str = "fonds.toml";

/// The largest file of a catalog that is read: 16 MiB. Records are smaller by far; whether they
/// are too large is for their reader to say.
const LARGEST: u64 = 16 << 20;

/// A folder with `fonds.toml`. Git is asked for only when it is needed: reading the work tree costs
/// no more than reading files.
pub struct Catalog {
    root: PathBuf,
    layout: Layout,
    repository: OnceCell<Repository>,
    /// What is remembered of the history, when it was asked for.
    pub(super) past: RefCell<Option<Past>>,
    /// Reads files of the past, when there are very many of them to be read.
    pub(super) blobs: RefCell<Option<Blobs>>,
    /// Revisions that were read last: whoever goes along a history asks for each as a parent, too.
    pub(super) revisions: RefCell<HashMap<RevisionId, Revision>>,
    pub(super) watcher: Option<Watcher>,
}

/// A file of a catalog: its path relative to the root, with `/`, and its bytes as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogFile {
    /// The path, for instance `records/1951/08/1951-08-27-mao-stalin.toml`.
    pub path: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("root", &self.root).field("layout", &self.layout).finish()
    }
}

/// The files of a work tree; see [`Catalog::work_files`].
#[derive(Debug, Clone, Copy)]
pub struct WorkFiles<'a> {
    root: &'a Path,
}

impl WorkFiles<'_> {
    /// Reads the file `path`, which a walk has found: it has seen that no link is on the way.
    pub fn read(&self, path: &str) -> Result<CatalogFile> {
        read_capped(&self.root.join(path))
            .map(|bytes| CatalogFile { path: path.to_owned(), bytes })
            .map_err(|error| unreadable(path, &error))
    }
}

impl Catalog {
    /// The catalog that `start` is in: the nearest folder, going up, with a `fonds.toml`.
    pub fn find(start: &Path) -> Result<Catalog> {
        let absolute =
            fs::canonicalize(start).map_err(|error| failure("open the folder", start, &error))?;
        let root = absolute
            .ancestors()
            .find(|folder| folder.join(SETTINGS_FILE).is_file())
            .ok_or_else(|| {
                if looks_bare(&absolute) {
                    return bare(&absolute);
                }
                Problem::error(
                    codes::NO_CATALOG,
                    format!(
                        "there is no `{SETTINGS_FILE}` in `{}` or a folder above it",
                        absolute.display()
                    ),
                )
                .mend("make a catalog with `fonds init`, or name one with `-C DIR`")
            })?;
        Ok(Catalog::at(root.to_owned()))
    }

    /// The folder `folder` as the place of a new catalog. With `make`, the folder is made when it is
    /// not there, and a Git repository in it when it is not in one.
    pub fn create(folder: &Path, make: bool) -> Result<Catalog> {
        if make {
            super::files::make_folder(folder)?;
        }
        let root =
            fs::canonicalize(folder).map_err(|error| failure("open the folder", folder, &error))?;
        if looks_bare(&root) {
            return Err(bare(&root));
        }
        if make && !is_in_work_tree(&root) {
            create_repository(&root)?;
        }
        Ok(Catalog::at(root))
    }

    pub(super) fn at(root: PathBuf) -> Catalog {
        Catalog {
            root,
            layout: Layout::default(),
            repository: OnceCell::new(),
            past: RefCell::default(),
            blobs: RefCell::default(),
            revisions: RefCell::default(),
            watcher: None,
        }
    }

    /// The same catalog with its layout, which its settings tell.
    #[must_use]
    pub fn with_layout(mut self, layout: Layout) -> Catalog {
        self.layout = layout;
        self
    }

    /// The folder of the catalog, absolute, with links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// How its records are spread over folders.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The repository the catalog lies in.
    pub(super) fn repository(&self) -> Result<&Repository> {
        match self.repository.get() {
            Some(repository) => Ok(repository),
            None => {
                let opened = Repository::open(&self.root)?;
                Ok(self.repository.get_or_init(|| opened))
            }
        }
    }

    /// The bytes of the file `path` in the work tree; `None` when there is no such file.
    ///
    /// Links are not followed, neither the file itself nor a folder on the way: they could lead
    /// out of the catalog.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(full) = self.place_of(path)? else { return Ok(None) };
        match read_capped(&full) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(unreadable(path, &error)),
        }
    }

    /// The file of the record `id`: at its place, or where another layout would have it.
    /// `None` when it is at none of them.
    pub fn read_record(&self, id: &RecordId) -> Result<Option<CatalogFile>> {
        for layout in self.layouts() {
            let path = layout.record_path(id);
            if let Some(bytes) = self.read(&path)? {
                return Ok(Some(CatalogFile { path, bytes }));
            }
        }
        Ok(None)
    }

    /// The id that the record once called `id` has now, as its alias file says.
    pub fn read_alias(&self, id: &RecordId) -> Result<Option<RecordId>> {
        for layout in self.layouts() {
            let path = layout.alias_path(id);
            if let Some(bytes) = self.read(&path)? {
                return alias_target(&path, &bytes).map(Some);
            }
        }
        Ok(None)
    }

    /// The layout of the settings, then the others: a catalog may be on its way between two.
    pub(super) fn layouts(&self) -> impl Iterator<Item = Layout> {
        let own = self.layout;
        std::iter::once(own).chain(Layout::ALL.into_iter().filter(move |layout| *layout != own))
    }

    /// The paths of all record files in the work tree, sorted. Hidden files and folders are passed
    /// over; what is in the way (a link, an unreadable folder) is told as a problem.
    pub fn record_paths(&self) -> (Vec<String>, Vec<Problem>) {
        self.walk(RECORDS, ".toml")
    }

    /// The paths of all alias files in the work tree, sorted.
    pub fn alias_paths(&self) -> (Vec<String>, Vec<Problem>) {
        self.walk(ALIASES, "")
    }

    /// The files right in the folder `folder` of the catalog whose names end with `ending`,
    /// sorted; none when there is no such folder.
    pub fn paths_in(&self, folder: &str, ending: &str) -> (Vec<String>, Vec<Problem>) {
        let mut found = Found::default();
        self.list(folder, ending, &mut found);
        found.paths.sort_unstable();
        (found.paths, found.problems)
    }

    /// Reads the files `paths`, on all processors, in the order given. A file that cannot be read
    /// is a problem in its place.
    pub fn read_all(&self, paths: &[String]) -> Vec<Result<CatalogFile>> {
        let files = self.work_files();
        paths.par_iter().map(|path| files.read(path)).collect()
    }

    /// The files of the work tree, to be read by several threads.
    pub fn work_files(&self) -> WorkFiles<'_> {
        WorkFiles { root: &self.root }
    }

    fn walk(&self, top: &str, ending: &str) -> (Vec<String>, Vec<Problem>) {
        let mut found = Found::default();
        let mut folders = vec![top.to_owned()];
        // Depth is bounded by the longest path the system allows; links are not followed.
        while let Some(folder) = folders.pop() {
            self.list(&folder, ending, &mut found);
            folders.append(&mut found.folders);
        }
        found.paths.sort_unstable();
        found.problems.sort_by(|a, b| a.place.file.cmp(&b.place.file));
        (found.paths, found.problems)
    }

    fn list(&self, folder: &str, ending: &str, found: &mut Found) {
        let full = self.root.join(folder);
        if fs::symlink_metadata(&full).is_ok_and(|meta| meta.is_symlink()) {
            found.problems.push(link(folder));
            return;
        }
        let entries = match fs::read_dir(&full) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return,
            Err(error) => return found.problems.push(unreadable(folder, &error)),
        };
        for entry in entries {
            let entry = match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
                Ok(entry) => entry,
                Err(error) => {
                    found.problems.push(unreadable(folder, &error));
                    continue;
                }
            };
            let (kind, entry) = entry;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let path = format!("{folder}/{}", name.to_string_lossy());
                found.problems.push(
                    Problem::warning(codes::ID, "the name of the file is not UTF-8")
                        .at(Place::file(path))
                        .mend("rename it"),
                );
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{folder}/{name}");
            if kind.is_symlink() {
                found.problems.push(link(&path));
            } else if kind.is_dir() {
                found.folders.push(path);
            } else if kind.is_file() && name.ends_with(ending) {
                found.paths.push(path);
            }
        }
    }

    /// The full path of `path`, when no link is on the way to it. `None` when a folder on the way
    /// is missing.
    pub(super) fn place_of(&self, path: &str) -> Result<Option<PathBuf>> {
        place_in(&self.root, path)
    }
}

#[derive(Default)]
struct Found {
    paths: Vec<String>,
    folders: Vec<String>,
    problems: Vec<Problem>,
}

/// The same for the catalog in the folder `root`.
pub(super) fn place_in(root: &Path, path: &str) -> Result<Option<PathBuf>> {
    Places::below(root).of(path)
}

/// Places of many files; a folder is looked at once for all the files in it.
pub(super) struct Places<'a> {
    root: &'a Path,
    folders: HashMap<String, Option<PathBuf>>,
}

impl<'a> Places<'a> {
    /// Places below `root`.
    pub(super) fn below(root: &'a Path) -> Places<'a> {
        Places { root, folders: HashMap::new() }
    }

    /// The place of the file `path`; `None` when there is no such file. A link on the way is a problem.
    pub(super) fn of(&mut self, path: &str) -> Result<Option<PathBuf>> {
        let Some((folder, name)) = path.rsplit_once('/') else {
            return step(self.root, path, path);
        };
        if let Some(known) = self.folders.get(folder) {
            return known.as_ref().map_or(Ok(None), |folder| step(folder, name, path));
        }
        let mut full = Some(self.root.to_owned());
        for name in folder.split('/') {
            full = match full {
                Some(full) => step(&full, name, path)?,
                None => break,
            };
        }
        let place = full.as_ref().map_or(Ok(None), |folder| step(folder, name, path));
        self.folders.insert(folder.to_owned(), full);
        place
    }
}

/// `name` in `folder`, on the way to `path`; `None` when it is not there.
fn step(folder: &Path, name: &str, path: &str) -> Result<Option<PathBuf>> {
    // Paths are made from ids and from the walk; nothing else may pass.
    if name.is_empty() || name == "." || name == ".." || name.contains(['\\', ':', '\0']) {
        return Err(Problem::error(
            codes::ID,
            format!("`{}` is no path of a catalog", path.escape_debug()),
        ));
    }
    let full = folder.join(name);
    match fs::symlink_metadata(&full) {
        Ok(meta) if meta.is_symlink() => Err(link(path)),
        Ok(_) => Ok(Some(full)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// The id in the alias file `path`.
pub(super) fn alias_target(path: &str, bytes: &[u8]) -> Result<RecordId> {
    let text = String::from_utf8_lossy(bytes);
    text.trim().parse::<RecordId>().map_err(|problem| problem.at(Place::file(path)))
}

/// Whether there is simply nothing: no file, or a file where a folder would have to be.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

pub(super) fn read_capped(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    if meta.len() > LARGEST {
        return Err(io::Error::other("it is larger than 16 MiB"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or_default() + 1);
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn link(path: &str) -> Problem {
    Problem::error(codes::SYMLINK, format!("`{path}` is a symbolic link, or lies behind one"))
        .at(Place::file(path))
        .mend("put the file or folder itself in its place")
}

pub(super) fn unreadable(path: &str, error: &io::Error) -> Problem {
    Problem::error(codes::DISK, format!("could not read `{path}`: {}", plain(error)))
        .at(Place::file(path))
}
