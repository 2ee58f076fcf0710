//! A catalog with its settings, and its records read from the work tree or from a revision.

use super::settings::{Settings, read_settings};
use super::{Refusal, Result};
use crate::problem::{Place, Problem, Severity, codes};
use crate::record::{Draft, Record, RecordId, RevisionId, Source};
use crate::record_file;
use crate::store::{self, BlobId, CatalogFile, SETTINGS_FILE, Watcher, WorkFiles, id_in_path};
use rayon::prelude::*;
use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;

/// How many records are read at a time: enough to keep all processors busy, few enough to bear.
const CHUNK: usize = 1024;

/// How often an alias may lead to another: records are seldom renamed, and circles must end.
const LONGEST_ALIAS_CHAIN: usize = 16;

/// A catalog, found and with its settings read.
#[derive(Debug)]
pub struct Catalog {
    /// Its files and its history.
    pub store: store::Catalog,
    /// What `fonds.toml` says.
    pub settings: Settings,
    /// What is strange about `fonds.toml`, to be told.
    pub warnings: Vec<Problem>,
}

/// A record file that was read.
#[derive(Debug, Clone)]
pub struct RecordFile {
    /// Its path, relative to the root of the catalog.
    pub path: String,
    /// The record; `None` when an error stands in the way.
    pub record: Option<Record>,
    /// What is wrong with it, warnings included.
    pub problems: Vec<Problem>,
    /// Its text, when something is wrong with it, so that the place can be shown.
    pub source: Option<Source>,
    /// The name that Git gives to its bytes; see [`Records::with_versions`].
    pub version: Option<BlobId>,
}

/// One record, with everything about its file.
#[derive(Debug, Clone)]
pub struct OpenRecord {
    /// The record.
    pub record: Record,
    /// Its path, relative to the root of the catalog.
    pub path: String,
    /// The bytes of its file.
    pub bytes: Vec<u8>,
    /// The tree it was read from.
    pub draft: Draft,
    /// Warnings about it.
    pub warnings: Vec<Problem>,
}

impl Catalog {
    /// The catalog that the folder `start` is in.
    pub fn open(start: &Path) -> Result<Catalog> {
        let found = store::Catalog::find(start)?;
        let bytes = found.read(SETTINGS_FILE)?.unwrap_or_default();
        let (settings, problems) = read_settings(&bytes);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let source = Source { file: SETTINGS_FILE.to_owned(), text };
            return Err(Refusal::in_source(problems, source));
        }
        Ok(Catalog { store: found.with_layout(settings.layout), settings, warnings: problems })
    }

    /// The same catalog once more, for another thread: what it asks of the history it asks by itself.
    pub(super) fn another(&self) -> Catalog {
        let store = self.store.another();
        Catalog { store, settings: self.settings.clone(), warnings: Vec::new() }
    }

    /// Shows `watcher` how far the first walk over a long history has come: it is told how many
    /// revisions are done, of how many.
    #[must_use]
    pub fn watched(mut self, watcher: Watcher) -> Catalog {
        self.store = self.store.watched(watcher);
        self
    }

    /// The record that `id` names, now or by an earlier id: in the work tree, or in the revision
    /// `at`. A record with errors is refused with all of them.
    pub fn record(&self, id: &str, at: Option<RevisionId>) -> Result<OpenRecord> {
        let file = self.file_of(id, at)?;
        let (draft, mut problems) = record_file::read(&file.bytes, &file.path);
        let Some(draft) = draft else { return Err(problems.into()) };
        // What the grammar of TOML could not take in would only look like missing values.
        if problems.is_empty() {
            let (record, found) = draft.finish();
            problems.extend(found);
            if let Some(record) = record {
                let CatalogFile { path, bytes } = file;
                return Ok(OpenRecord { record, path, bytes, draft, warnings: problems });
            }
        }
        Err(Refusal::in_source(problems, draft.source))
    }

    /// The file of the record that `id` names, now or by an earlier id.
    pub fn file_of(&self, id: &str, at: Option<RevisionId>) -> Result<CatalogFile> {
        let asked: RecordId = id.parse()?;
        if let Some(file) = self.file_in_its_place(&asked, at)? {
            return Ok(file);
        }
        // Somebody may have put the file elsewhere, or renamed the record by hand.
        match self.search_for(&asked, at)? {
            Some(file) => Ok(file),
            None => Err(self.unknown(&asked, at).into()),
        }
    }

    /// The file of the record that has the id `asked` or the alias, found without a search.
    pub(super) fn file_in_its_place(
        &self,
        asked: &RecordId,
        at: Option<RevisionId>,
    ) -> Result<Option<CatalogFile>> {
        let mut current = asked.clone();
        for _ in 0..LONGEST_ALIAS_CHAIN {
            let file = match at {
                None => self.store.read_record(&current)?,
                Some(at) => self.store.read_record_at(at, &current)?,
            };
            if file.is_some() {
                return Ok(file);
            }
            let alias = match at {
                None => self.store.read_alias(&current)?,
                Some(at) => self.store.read_alias_at(at, &current)?,
            };
            match alias {
                Some(alias) => current = alias,
                None => break,
            }
        }
        Ok(None)
    }

    /// Looks through all files for a record that has the id `id`, or had it.
    fn search_for(&self, id: &RecordId, at: Option<RevisionId>) -> Result<Option<CatalogFile>> {
        let needle = id.as_str().as_bytes();
        let (sources, _) = self.sources(at)?;
        for start in (0..sources.paths.len()).step_by(CHUNK) {
            for file in self.load(&sources, sources.chunk(start)).into_iter().flatten() {
                if !file.bytes.windows(needle.len()).any(|window| window == needle) {
                    continue;
                }
                let (Some(draft), _) = record_file::read(&file.bytes, &file.path) else { continue };
                let is_it = draft.claimed_id() == Some(id.as_str())
                    || draft.finish().0.is_some_and(|record| record.aliases.contains(id));
                if is_it {
                    return Ok(Some(file));
                }
            }
        }
        Ok(None)
    }

    /// Hands the file of each record to `each`.
    pub(super) fn each_file(
        &self,
        at: Option<RevisionId>,
        each: &mut dyn FnMut(&CatalogFile),
    ) -> Result<()> {
        let (sources, _) = self.sources(at)?;
        for start in (0..sources.paths.len()).step_by(CHUNK) {
            self.load(&sources, sources.chunk(start)).iter().flatten().for_each(&mut *each);
        }
        Ok(())
    }

    fn unknown(&self, id: &RecordId, at: Option<RevisionId>) -> Problem {
        let when = at.map(|at| format!(" in the revision {}", at.short())).unwrap_or_default();
        self.unknown_problem(format!("there is no record `{id}`{when}"), id, at)
    }

    /// The problem that no revision leading to `at` has a record that is called `id`, or was.
    pub(super) fn never_was(&self, id: &RecordId, at: RevisionId) -> Problem {
        self.unknown_problem(format!("there is no record `{id}`, and never was"), id, Some(at))
    }

    fn unknown_problem(&self, why: String, id: &RecordId, at: Option<RevisionId>) -> Problem {
        let sources = self.sources(at).map(|(sources, _)| sources).unwrap_or_default();
        let ids: Vec<RecordId> = sources.paths.iter().filter_map(|path| id_in_path(path)).collect();
        let problem = Problem::error(codes::NOT_FOUND, why);
        match nearest(&ids, id.as_str()) {
            Some(known) => problem.mend(format!("did you mean `{known}`?")),
            None => problem.mend("`fonds list` shows all records"),
        }
    }

    /// All records, in the order of their paths: of the work tree, or of the revision `at`. They
    /// are read as the iterator goes, some thousands at a time.
    pub fn records(&self, at: Option<RevisionId>) -> Result<Records<'_>> {
        let (sources, problems) = self.sources(at)?;
        Ok(Records {
            catalog: self,
            sources,
            next: 0,
            ready: VecDeque::new(),
            versions: false,
            problems,
        })
    }

    /// The ids that have a record file, sorted: told by the names of the files alone.
    pub fn ids(&self) -> Vec<RecordId> {
        let (paths, _) = self.store.record_paths();
        let mut ids: Vec<RecordId> = paths.iter().filter_map(|path| id_in_path(path)).collect();
        ids.sort_unstable();
        ids
    }

    fn sources(&self, at: Option<RevisionId>) -> Result<(Sources, Vec<Problem>)> {
        match at {
            None => {
                let (paths, problems) = self.store.record_paths();
                Ok((Sources { paths, blobs: None }, problems))
            }
            Some(at) => {
                let (files, problems) = self.store.record_files_at(at)?;
                let (paths, blobs) = files
                    .into_iter()
                    .filter(|file| file.path.ends_with(".toml"))
                    .map(|file| (file.path, file.blob))
                    .unzip::<_, _, Vec<_>, Vec<_>>();
                if blobs.len() > CHUNK {
                    self.store.expect_many_files();
                }
                Ok((Sources { paths, blobs: Some(blobs) }, problems))
            }
        }
    }

    fn load(&self, sources: &Sources, range: Range<usize>) -> Vec<Result<CatalogFile, Problem>> {
        let paths = &sources.paths[range.clone()];
        let Some(blobs) = &sources.blobs else { return self.store.read_all(paths) };
        paths
            .iter()
            .zip(&blobs[range])
            .map(|(path, id)| match self.store.read_blob(*id) {
                Ok(bytes) => Ok(CatalogFile { path: path.clone(), bytes }),
                Err(problem) => Err(problem.at(Place::file(path))),
            })
            .collect()
    }
}

/// The id of `ids` that `text` may be a slip of.
pub(super) fn nearest<'a>(ids: &'a [RecordId], text: &str) -> Option<&'a RecordId> {
    ids.iter()
        .map(|known| (strsim::jaro_winkler(known.as_str(), text), known))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// Where the record files of one moment are: in the work tree, or as blobs of a revision.
#[derive(Debug, Default)]
struct Sources {
    paths: Vec<String>,
    /// As many as paths.
    blobs: Option<Vec<BlobId>>,
}

impl Sources {
    /// The positions from `start` on that are read at one time.
    fn chunk(&self, start: usize) -> Range<usize> {
        start..self.paths.len().min(start.saturating_add(CHUNK))
    }
}

/// The records of a catalog, one after the other; see [`Catalog::records`].
#[derive(Debug)]
pub struct Records<'a> {
    catalog: &'a Catalog,
    sources: Sources,
    next: usize,
    ready: VecDeque<RecordFile>,
    versions: bool,
    /// What was in the way of finding files: links, folders that cannot be read.
    pub problems: Vec<Problem>,
}

impl Records<'_> {
    /// The same, each with the name that Git gives to its bytes: what is read from the work tree
    /// has to be hashed for it.
    #[must_use]
    pub fn with_versions(mut self) -> Self {
        self.versions = true;
        self
    }

    /// Only those whose files stand in this part of all files, by the order of their paths.
    #[must_use]
    pub fn part(mut self, part: Range<usize>) -> Self {
        let end = part.end.min(self.sources.paths.len());
        let start = part.start.min(end);
        let kept = |paths: &mut Vec<String>| {
            paths.truncate(end);
            paths.drain(..start);
        };
        kept(&mut self.sources.paths);
        if let Some(blobs) = &mut self.sources.blobs {
            blobs.truncate(end);
            blobs.drain(..start);
        }
        self
    }

    /// How many there are in all.
    pub fn total(&self) -> usize {
        self.sources.paths.len()
    }
}

/// Some files that are worked on together.
struct Batch<'a> {
    /// Those of the work tree are read by whoever works on them.
    work_tree: WorkFiles<'a>,
    paths: &'a [String],
    /// What was read from a revision, and how Git calls it.
    loaded: Option<Vec<(Result<CatalogFile, Problem>, BlobId)>>,
    versions: bool,
}

impl Batch<'_> {
    /// What `work` makes of the files, on all processors, in order; `None` is left out. A file is read, judged and
    /// worked on by one processor, which also gives back the memory.
    fn worked<T: Send>(self, work: &(impl Fn(RecordFile) -> Option<T> + Sync)) -> Vec<T> {
        let Batch { work_tree, paths, loaded, versions } = self;
        match loaded {
            None => {
                let of_path = |path: &String| {
                    let file = work_tree.read(path);
                    let version = file.as_ref().ok().filter(|_| versions);
                    let version = version.and_then(|file| BlobId::of(&file.bytes).ok());
                    work(RecordFile { version, ..judge(path, file) })
                };
                paths.par_iter().filter_map(of_path).collect()
            }
            Some(loaded) => {
                let of_file =
                    |(path, (file, id)): (&String, (Result<CatalogFile, Problem>, BlobId))| {
                        work(RecordFile { version: Some(id), ..judge(path, file) })
                    };
                paths.par_iter().zip(loaded).filter_map(of_file).collect()
            }
        }
    }
}

impl<'a> Records<'a> {
    /// The files from the position `start` on that are worked on at one time, those of a revision loaded.
    fn batch(&self, start: usize) -> Batch<'_> {
        let range = self.sources.chunk(start);
        let loaded = self.sources.blobs.as_ref().map(|blobs| {
            let files = self.catalog.load(&self.sources, range.clone());
            files.into_iter().zip(blobs[range.clone()].iter().copied()).collect()
        });
        Batch {
            work_tree: self.catalog.store.work_files(),
            paths: &self.sources.paths[range],
            loaded,
            versions: self.versions,
        }
    }

    /// Hands each record file to `work`, on all processors, and what comes of it to `put`, in order and some hundred
    /// at a time, with the number of files done so far. While those are put down, the next are worked on.
    pub(super) fn each<T: Send, E>(
        self,
        work: impl Fn(RecordFile) -> Option<T> + Sync,
        mut put: impl FnMut(usize, Vec<T>) -> Result<(), E>,
    ) -> Result<(), E> {
        let total = self.total();
        let mut start = 0;
        let mut batch = (start < total).then(|| self.batch(start));
        let mut done: Option<(usize, Vec<T>)> = None;
        while batch.is_some() || done.is_some() {
            let end = self.sources.chunk(start).end;
            let mut made = None;
            let (mut next, mut outcome) = (None, Ok(()));
            rayon::in_place_scope(|scope| {
                if let Some(batch) = batch.take() {
                    let (work, made) = (&work, &mut made);
                    scope.spawn(move |_| *made = Some(batch.worked(work)));
                }
                if let Some((at, done)) = done.take() {
                    outcome = put(at, done);
                }
                next = (outcome.is_ok() && end < total).then(|| self.batch(end));
            });
            outcome?;
            done = made.map(|made| (end, made));
            (batch, start) = (next, end);
        }
        Ok(())
    }
}

impl Iterator for Records<'_> {
    type Item = RecordFile;

    fn next(&mut self) -> Option<RecordFile> {
        if self.ready.is_empty() && self.next < self.sources.paths.len() {
            self.ready = self.batch(self.next).worked(&Some).into();
            self.next = self.sources.chunk(self.next).end;
        }
        self.ready.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.ready.len() + self.sources.paths.len() - self.next;
        (left, Some(left))
    }
}

fn judge(path: &str, file: Result<CatalogFile, Problem>) -> RecordFile {
    match file {
        Ok(file) => read_record_file(&file),
        Err(problem) => RecordFile {
            path: path.to_owned(),
            record: None,
            problems: vec![problem],
            source: None,
            version: None,
        },
    }
}

/// Reads the bytes of a record file.
pub fn read_record_file(file: &CatalogFile) -> RecordFile {
    let (draft, mut problems) = record_file::read(&file.bytes, &file.path);
    let mut record = None;
    let mut source = None;
    if let Some(draft) = draft {
        if problems.is_empty() {
            let (finished, found) = draft.finish();
            record = finished;
            problems = found;
        }
        if !problems.is_empty() {
            source = Some(draft.source);
        }
    }
    RecordFile { path: file.path.clone(), record, problems, source, version: None }
}
