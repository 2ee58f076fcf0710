//! The archives a program knows: found by any name, read only when they are asked for.

use super::archive::{Archive, LevelScheme};
use super::node::Node;
use super::reader::Source;
use crate::problem::{Place, Problem, codes};
use std::collections::HashMap;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

/// How the text of an entry becomes a tree; the room that knows the file format gives it.
pub type ReadTree = fn(&[u8], &str) -> (Option<Node>, Vec<Problem>);

/// The text of one entry, not yet read.
#[derive(Debug, Clone)]
pub struct ArchiveText {
    /// The id, which is also the name of its file.
    pub id: String,
    /// The file, as messages name it.
    pub file: String,
    /// The text.
    pub text: std::borrow::Cow<'static, str>,
}

/// A set of archives. Entries are read one by one when a name leads to them; a name that is no id
/// makes an index of all names first.
pub struct Archives {
    entries: Vec<Entry>,
    schemes: Vec<(ArchiveText, OnceLock<Option<LevelScheme>>)>,
    read_tree: ReadTree,
    index: OnceLock<HashMap<String, usize>>,
}

struct Entry {
    text: ArchiveText,
    /// Whether it is the catalog's own.
    own: bool,
    read: OnceLock<(Option<Archive>, Vec<Problem>)>,
}

/// The longest text that is looked up as a name, in bytes.
const LONGEST_NAME: usize = 300;

impl Archives {
    /// A set of the entries `texts`, over the shared `schemes` of levels.
    pub fn new(
        texts: impl IntoIterator<Item = ArchiveText>,
        schemes: impl IntoIterator<Item = ArchiveText>,
        read_tree: ReadTree,
    ) -> Archives {
        let entry = |text| Entry { text, own: false, read: OnceLock::new() };
        Archives {
            entries: texts.into_iter().map(entry).collect(),
            schemes: schemes.into_iter().map(|text| (text, OnceLock::new())).collect(),
            read_tree,
            index: OnceLock::new(),
        }
    }

    /// The same set with a catalog's own entries: an entry with a known id replaces the built-in
    /// one; a name that the catalog gives leads to the catalog's archive.
    #[must_use]
    pub fn with(mut self, own: impl IntoIterator<Item = ArchiveText>) -> Archives {
        let own: Vec<ArchiveText> = own.into_iter().collect();
        self.entries.retain(|entry| own.iter().all(|text| text.id != entry.text.id));
        let entries = own.into_iter().map(|text| Entry { text, own: true, read: OnceLock::new() });
        self.entries.splice(0..0, entries);
        self.index = OnceLock::new();
        self
    }

    /// The archive with the id `id`.
    pub fn get(&self, id: &str) -> Option<&Archive> {
        let at = self.entries.iter().position(|entry| entry.text.id == id)?;
        self.archive(at)
    }

    /// The archive that is called `name`: its id, or any name or abbreviation, whatever the case,
    /// spaces, full stops and diacritics (`AP RF`, `A.P.R.F.`, `aprf`).
    ///
    /// ```
    /// let archives = fonds::record_file::built_in_archives();
    /// assert_eq!(archives.find("АПРФ").unwrap().id.as_str(), "aprf");
    /// assert!(archives.find("Nowhere").is_none());
    /// ```
    pub fn find(&self, name: &str) -> Option<&Archive> {
        if name.len() > LONGEST_NAME {
            return None;
        }
        let id = super::slug(name, super::LONGEST_ID)?;
        let of_id = self.get(&id);
        // Folding costs more than all the rest: a name is mostly written as the entry has it.
        if let Some(archive) = of_id
            && (id == name || archive.all_names().any(|known| known == name))
        {
            return Some(archive);
        }
        let folded = fold(name);
        if let Some(archive) = of_id
            && (fold(&id) == folded || archive.is_called(&folded))
        {
            return Some(archive);
        }
        let at = *self.index().get(&folded)?;
        self.archive(at)
    }

    /// Whether `folded` (see [`fold`]) is a name, without reading more than the index needs.
    pub(crate) fn find_folded(&self, folded: &str) -> Option<&Archive> {
        self.archive(*self.index().get(folded)?)
    }

    /// The archive that holds today what `archive` held: its successor, the successor of that, and
    /// so on.
    pub fn today<'a>(&'a self, archive: &'a Archive) -> &'a Archive {
        let mut current = archive;
        // A chain that is longer than the set goes in a circle.
        for _ in 0..self.entries.len() {
            match current.successor.as_ref().and_then(|id| self.get(id.as_str())) {
                Some(next) => current = next,
                None => break,
            }
        }
        current
    }

    /// Every archive, the catalog's own first. Reads all entries.
    pub fn iter(&self) -> impl Iterator<Item = &Archive> {
        (0..self.entries.len()).filter_map(|at| self.archive(at))
    }

    /// The text of the entry of `archive`, and whether it is the catalog's own.
    pub fn text_of(&self, archive: &Archive) -> Option<(&ArchiveText, bool)> {
        let entry = self.entries.iter().find(|entry| entry.text.id == archive.id.as_str())?;
        Some((&entry.text, entry.own))
    }

    /// The texts of the schemes of levels that entries can name.
    pub fn scheme_texts(&self) -> impl Iterator<Item = &ArchiveText> {
        self.schemes.iter().map(|(text, _)| text)
    }

    /// What is wrong with the catalog's own entries, each by itself.
    pub fn own_problems(&self) -> Vec<Problem> {
        let own = (0..self.entries.len()).filter(|at| self.entries[*at].own);
        own.flat_map(|at| {
            self.archive(at);
            self.entries[at].read.get().map(|(_, problems)| problems.clone()).unwrap_or_default()
        })
        .collect()
    }

    /// Everything that is wrong with the entries, clashes of names included. Reads all of them.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut owner: HashMap<String, &Archive> = HashMap::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let archive = self.archive(at);
            problems.extend(entry.read.get().into_iter().flat_map(|(_, found)| found.clone()));
            let Some(archive) = archive else { continue };
            let place = || Place::file(&entry.text.file);
            if archive.id.as_str() != entry.text.id {
                let message = format!("the file `{}` has the id `{}`", entry.text.file, archive.id);
                problems.push(Problem::error(codes::ARCHIVE, message).at(place()));
            }
            let others = [&archive.successor, &archive.part_of].into_iter().flatten();
            for other in others.chain(&archive.predecessors) {
                if self.get(other.as_str()).is_none() {
                    let message = format!("`{}` names `{other}`, which is no archive", archive.id);
                    problems.push(Problem::warning(codes::ARCHIVE, message).at(place()));
                }
            }
            for name in archive.all_names() {
                let first = *owner.entry(fold(name)).or_insert(archive);
                if first.id != archive.id {
                    let message =
                        format!("`{name}` is a name of `{}` and of `{}`", first.id, archive.id);
                    problems.push(Problem::warning(codes::ARCHIVE_NAME, message).at(place()));
                }
            }
        }
        problems
    }

    fn index(&self) -> &HashMap<String, usize> {
        self.index.get_or_init(|| {
            let mut index = HashMap::new();
            for at in 0..self.entries.len() {
                let Some(archive) = self.archive(at) else { continue };
                for name in archive.names.iter().chain(&archive.abbreviations) {
                    index.entry(name.folded().to_owned()).or_insert(at);
                }
            }
            index
        })
    }

    fn archive(&self, at: usize) -> Option<&Archive> {
        let entry = self.entries.get(at)?;
        let (archive, _) = entry.read.get_or_init(|| {
            let ArchiveText { file, text, .. } = &entry.text;
            let (tree, mut problems) = (self.read_tree)(text.as_bytes(), file);
            let Some(tree) = tree else { return (None, problems) };
            let source = Source { file: file.clone(), text: text.to_string() };
            let (archive, found) = Archive::read(&tree, &source, &mut |name| self.scheme(name));
            problems.extend(found);
            (archive, problems)
        });
        archive.as_ref()
    }

    /// The scheme of levels called `name`.
    pub fn scheme(&self, name: &str) -> Option<LevelScheme> {
        let (text, cell) = self.schemes.iter().find(|(text, _)| text.id == name)?;
        cell.get_or_init(|| {
            let (tree, _) = (self.read_tree)(text.text.as_bytes(), &text.file);
            let source = Source { file: text.file.clone(), text: text.text.to_string() };
            tree.and_then(|tree| LevelScheme::read(&tree, &source).0)
        })
        .clone()
    }
}

impl std::fmt::Debug for Archives {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|entry| &entry.text.id)).finish()
    }
}

/// A name for comparing: lower case, without spaces, punctuation and diacritics.
///
/// ```
/// assert_eq!(fonds::record::fold("A.P. R.F."), fonds::record::fold("APRF"));
/// ```
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    name.nfkd().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}
