//! The archives that a catalog knows: those built in, and its own in the folder `archives/`.

use super::change::{Changed, Plan, Request};
use super::{Catalog, Refusal, Result};
use crate::problem::{Place, Problem, Severity, codes};
use crate::record::{
    ArchiveText, Archives, FORMAT, LONGEST_ID, Node, PartId, RevisionId, Source, Table, slug,
};
use crate::record_file::{self, built_in_archives};
use crate::store::FileChange;

/// The folder of a catalog's own archives, one TOML file each, named by its id.
const ARCHIVES: &str = "archives";

/// The archives that come with fonds, for whoever has no catalog.
pub fn bundled_archives() -> Archives {
    built_in_archives()
}

impl Catalog {
    /// The archives that the catalog knows: its own over those that come with fonds.
    pub fn archives(&self) -> Archives {
        self.archives_and_problems().0
    }

    /// The same, and what is wrong with the catalog's own. What cannot be used is left out.
    pub fn archives_and_problems(&self) -> (Archives, Vec<Problem>) {
        let (paths, mut problems) = self.store.paths_in(ARCHIVES, ".toml");
        let mut own = Vec::new();
        for file in self.store.read_all(&paths) {
            match file.and_then(|file| entry_of(file.path, &file.bytes)) {
                Ok(text) => own.push(text),
                Err(problem) => problems.push(problem),
            }
        }
        let archives = built_in_archives().with(own);
        problems.extend(archives.own_problems());
        (archives, problems)
    }

    /// The archives as they were in the revision `at`; as they are now when there is none. Entries that
    /// cannot be used are left out.
    ///
    /// # Errors
    /// When the revision cannot be read.
    pub fn archives_at(&self, at: Option<RevisionId>) -> Result<Archives> {
        Ok(match at {
            None => self.archives(),
            Some(at) => built_in_archives().with(self.own_archives_at(at)?),
        })
    }

    /// Whether the catalog's own archives were others in the revision `at` than they are now.
    pub(super) fn archives_changed_since(&self, at: RevisionId) -> Result<bool> {
        let (paths, _) = self.store.paths_in(ARCHIVES, ".toml");
        let files = self.store.read_all(&paths).into_iter().flatten();
        let now: Vec<(String, Vec<u8>)> = files.map(|file| (file.path, file.bytes)).collect();
        let (then, _) = self.store.files_at(at, ARCHIVES)?;
        let then = then.into_iter().filter(|file| is_entry(&file.path));
        let then: Vec<(String, Vec<u8>)> = then
            .map(|file| Ok((file.path, self.store.read_blob(file.blob)?)))
            .collect::<Result<_, Problem>>()?;
        Ok(now != then)
    }

    fn own_archives_at(&self, at: RevisionId) -> Result<Vec<ArchiveText>> {
        let (files, _) = self.store.files_at(at, ARCHIVES)?;
        let mut own = Vec::new();
        for file in files.into_iter().filter(|file| is_entry(&file.path)) {
            let bytes = self.store.read_blob(file.blob)?;
            own.extend(entry_of(file.path, &bytes));
        }
        Ok(own)
    }
}

/// What is known of an archive that is to get an entry of its own. Texts may say their language at their end:
/// `Tyrolean Provincial Archives@en`.
#[derive(Debug, Clone, Default)]
pub struct NewArchive {
    /// Its id; made of the first abbreviation or name when there is none.
    pub id: Option<PartId>,
    /// Its names, the one to cite first.
    pub names: Vec<String>,
    /// Its abbreviations, the one to cite first.
    pub abbreviations: Vec<String>,
    /// Where it is, in one or several languages.
    pub places: Vec<String>,
    /// The country, as ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The language in which it is cited at home.
    pub language: Option<String>,
    /// The scheme of levels that it shares with others: `german`.
    pub scheme: Option<String>,
}

impl NewArchive {
    /// Its id. `None` when there is neither an id nor a name that has letters.
    pub(super) fn id(&self) -> Option<String> {
        let named = || {
            let name = self.abbreviations.iter().chain(&self.names).next()?;
            slug(language_apart(name).0, LONGEST_ID)
        };
        self.id.as_ref().map(ToString::to_string).or_else(named)
    }

    /// The file of its entry, of which nothing is there yet.
    pub(super) fn file(&self, id: &str) -> FileChange {
        let mut root = Table::new();
        root.set("format", FORMAT);
        root.set("id", id);
        for (key, value) in
            [("scheme", &self.scheme), ("country", &self.country), ("language", &self.language)]
        {
            if let Some(value) = value {
                root.set(key, value.as_str());
            }
        }
        for (key, texts) in
            [("name", &self.names), ("abbreviation", &self.abbreviations), ("place", &self.places)]
        {
            if !texts.is_empty() {
                let nodes = texts.iter().map(|text| label(text)).collect::<Vec<_>>();
                root.set(key, nodes);
            }
        }
        let text = record_file::write_archive(&Node::from(root));
        let path = format!("{ARCHIVES}/{id}.toml");
        FileChange { path, before: None, after: Some(text.into_bytes()) }
    }
}

/// `Innsbruck@de` as the text and its language. What is no language after an `@` belongs to the text.
fn language_apart(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('@') {
        Some((text, language)) if language.parse::<crate::record::Language>().is_ok() => {
            (text.trim_end(), Some(language))
        }
        _ => (text, None),
    }
}

fn label(text: &str) -> Node {
    match language_apart(text) {
        (text, None) => Node::from(text),
        (text, Some(language)) => {
            let mut table = Table::new();
            table.set("text", text);
            table.set("language", language);
            Node::from(table)
        }
    }
}

impl Catalog {
    /// Gives `archive` an entry in the folder `archives/`.
    ///
    /// # Errors
    /// A name leads to an archive already, the folder has such a file, or the entry would not read.
    pub fn add_archive(&self, archive: &NewArchive, request: &Request) -> Result<Changed> {
        let archives = self.archives();
        for name in archive.names.iter().chain(&archive.abbreviations) {
            let name = language_apart(name).0;
            if let Some(known) = archives.find(name) {
                let message = format!("`{name}` is a name of the archive `{}` already", known.id);
                let mend = format!(
                    "use it as it is, or change its entry: `fonds archives show {0} > {ARCHIVES}/{0}.toml`",
                    known.id
                );
                return Err(Problem::error(codes::ARCHIVE_KNOWN, message).mend(mend).into());
            }
        }
        let Some(id) = archive.id() else {
            let problem =
                Problem::error(codes::ID, "the archive has no name of which an id can be made");
            return Err(problem.mend("give it one: `--id`").into());
        };
        let file = archive.file(&id);
        let writing = self.store.begin_write()?;
        if archives.get(&id).is_some() || writing.read(&file.path)?.is_some() {
            let message = format!("there is an archive `{id}` already");
            return Err(Problem::error(codes::ARCHIVE_KNOWN, message)
                .mend("give it another id: `--id`")
                .into());
        }
        let text = String::from_utf8_lossy(file.after.as_deref().unwrap_or_default()).into_owned();
        let entry =
            ArchiveText { id: id.clone(), file: file.path.clone(), text: text.clone().into() };
        let problems = built_in_archives().with([entry]).own_problems();
        if problems.iter().any(|problem| problem.severity > Severity::Note) {
            return Err(Refusal::in_source(problems, Source { file: file.path, text }));
        }
        let summary = format!("add the archive {id}");
        Plan { files: vec![file], summary, speaks_for_itself: true }.carry_out(writing, request)
    }
}

/// Whether `path` lies right in the folder of archives.
fn is_entry(path: &str) -> bool {
    let name = path.strip_prefix(ARCHIVES).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| name.ends_with(".toml") && !name.contains('/'))
}

/// The file of an archive as its entry.
fn entry_of(path: String, bytes: &[u8]) -> Result<ArchiveText, Problem> {
    let name = path.rsplit('/').next().unwrap_or(&path);
    let id = name.trim_end_matches(".toml").parse::<PartId>();
    let id = id.map_err(|problem| problem.at(Place::file(&path)))?.to_string();
    let text = record_file::decode(bytes, &path)?.to_owned();
    Ok(ArchiveText { id, file: path, text: text.into() })
}
