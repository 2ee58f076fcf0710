//! Other people's pages and files made records: new ones, or what was missing in those that are
//! there. What is there already is never overwritten.

mod duplicates;
mod encoding;
mod filling;
mod id_template;
mod intake;
mod marks;
mod placing;
mod report;

pub use duplicates::Duplicate;
pub use id_template::IdTemplate;
pub use report::{Conflict, Counts, Import, ImportOutcome, ImportedItem};

use super::archives::NewArchive;
use super::change::{Request, Saving};
use super::{Catalog, Result, files};
use crate::formats::table_reader::{self, Mapping};
use crate::formats::{self, ArchiveHint, Context, Imported, Pieces, SourceFormat, wilson_page};
use crate::problem::{Problem, codes};
use crate::query::Query;
use crate::record::{Archives, Node, RecordId, Table};
use crate::record_file;
use crate::store::{FileChange, Watch};
use duplicates::{Compared, duplicates};
use encoding::text_of_file;
use intake::{Intake, Taken};
use marks::Marks;
use placing::Catalogued;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The formats that can be imported: the page that this room's reader knows by its labels, and those
/// that [`formats::read`] knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Importer {
    WilsonPage,
    Other(SourceFormat),
}

const WILSON_PAGE: &str = "wilson-page";

impl Importer {
    fn name(self) -> &'static str {
        match self {
            Importer::WilsonPage => WILSON_PAGE,
            Importer::Other(format) => format.name(),
        }
    }

    /// The format named `name`, or the one that `text` looks like.
    fn of(file: &InputFile, text: &str, name: Option<&str>) -> Result<Importer> {
        match name {
            Some(WILSON_PAGE) => Ok(Importer::WilsonPage),
            Some(name) => Ok(Importer::Other(name.parse()?)),
            None if wilson_page::recognise(text) => Ok(Importer::WilsonPage),
            None => match formats::recognise(text, &file.name) {
                Some(format) => Ok(Importer::Other(format)),
                None => {
                    let problem = formats::not_recognised(&file.name);
                    let mend = problem.mend.clone().unwrap_or_default();
                    Err(problem.mend(format!("{mend}, {WILSON_PAGE}")).into())
                }
            },
        }
    }

    /// Gives every record in `text` to `sink`, and what is wrong with the file as a whole.
    fn read(
        self,
        file: &InputFile,
        text: &str,
        context: &Context<'_>,
        sink: &mut dyn FnMut(Imported) -> Result<(), Problem>,
    ) -> Result<Vec<Problem>, Problem> {
        match self {
            Importer::WilsonPage => {
                let mut page = wilson_page::read(text, &file.name, context.archives);
                page.place.file = Some(file.name.clone());
                sink(page)?;
                Ok(Vec::new())
            }
            Importer::Other(format) => {
                formats::read(format, text, &file.name, context, &mut |found| {
                    sink(Imported::from(found))
                })
            }
        }
    }
}

impl Importer {
    /// Gives every record in the pieces of a file to `sink`, at its place in the file.
    fn read_pieces(
        self,
        file: &InputFile,
        mut pieces: Pieces<files::Opened>,
        context: &Context<'_>,
        sink: &mut dyn FnMut(Imported) -> Result<(), Problem>,
    ) -> Result<Vec<Problem>, Problem> {
        let mut problems = Vec::new();
        while let Some((text, start)) = pieces.next_piece()? {
            let Importer::Other(format) = self else { continue };
            let mut refused = None;
            let read = formats::read(format, &text, &file.name, context, &mut |found| {
                sink(Imported::from(start.found(found))).inspect_err(|problem| {
                    refused = Some(problem.clone());
                })
            });
            match (refused, read) {
                (Some(problem), _) => return Err(problem),
                (None, Err(problem)) => return Err(start.problem(problem)),
                (None, Ok(more)) => {
                    problems.extend(more.into_iter().map(|problem| start.problem(problem)));
                }
            }
        }
        Ok(problems)
    }
}

/// A file to be imported.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// What to call it: its name without folders, so that a record does not depend on where it lay.
    pub name: String,
    /// Where its bytes are.
    pub bytes: InputBytes,
}

/// The bytes of a file to be imported.
#[derive(Debug, Clone)]
pub enum InputBytes {
    /// They are at hand.
    Read(Vec<u8>),
    /// They are many, and stand in this file: formats that list one item after the other are read piece by piece.
    InFile(PathBuf),
}

/// Files that are longer than this are read piece by piece where that can be: 16 MiB.
const LONG: u64 = 16 << 20;

impl InputFile {
    /// The file `path`, or stdin when that is `-`. What is long is not read yet.
    ///
    /// # Errors
    /// When it cannot be read, or is longer than what is read at once and comes from no file.
    pub fn open(path: &Path) -> Result<InputFile> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let bytes = match files::length(path) {
            Some(length) if length > LONG => InputBytes::InFile(path.to_owned()),
            _ => InputBytes::Read(read_whole(path)?),
        };
        Ok(InputFile { name, bytes })
    }
}

/// A file whose format is known.
enum Recognised<'a> {
    Whole(Cow<'a, str>),
    InPieces(Box<Pieces<files::Opened>>),
    /// A table: its beginning, and what follows.
    InRows(String, files::Opened),
}

/// Recognises `file`, by its beginning when it is to be read in pieces.
fn recognised<'a>(
    file: &'a InputFile,
    from: Option<&str>,
) -> Result<(&'a InputFile, Importer, Recognised<'a>)> {
    let whole = |bytes: Cow<'a, [u8]>| {
        let text = text_of_file(&file.name, bytes)?;
        Ok((file, Importer::of(file, &text, from)?, Recognised::Whole(text)))
    };
    let path = match &file.bytes {
        InputBytes::Read(bytes) => return whole(bytes.into()),
        InputBytes::InFile(path) => path,
    };
    let mut opened = files::Opened::open(path)?;
    let head = opened.head(encoding::HEAD)?;
    if let Some(text) = encoding::text_of_head(&head)
        && let Ok(importer) = Importer::of(file, text, from)
        && let Importer::Other(format) = importer
    {
        if format == SourceFormat::Table {
            let opened = files::Opened::open(path)?;
            return Ok((file, importer, Recognised::InRows(text.to_owned(), opened)));
        }
        if let Some(pieces) = Pieces::of(format, &file.name, &head, opened) {
            return Ok((file, importer, Recognised::InPieces(Box::new(pieces))));
        }
    }
    whole(read_whole(path)?.into())
}

/// The bytes of a file that cannot be read in pieces.
fn read_whole(path: &Path) -> Result<Vec<u8>, Problem> {
    files::read(path, files::LARGEST_INPUT).map_err(|problem| match problem.code {
        code if code == codes::SIZE && path == Path::new("-") => {
            problem.mend("save it in a file and import that: what is long is read in pieces")
        }
        code if code == codes::SIZE => problem.mend(
            "export it in several parts from the program that it comes from, or as CSL-JSON, JSON Lines, RIS or \
             CSV, which may be as long as they like",
        ),
        _ => problem,
    })
}

/// How files are to be imported.
#[derive(Debug, Clone, Default)]
pub struct ImportRequest {
    /// The format; seen by the content when nothing is said.
    pub from: Option<String>,
    /// The record to make or to fill in, when there is one file with one record.
    pub id: Option<String>,
    /// The template of new ids, for instance `{date}-{sender}-{recipient}`.
    pub ids: Option<IdTemplate>,
    /// What the columns of a table are.
    pub mapping: Option<Mapping>,
    /// Only fill in records that this selects; make no new ones.
    pub into: Option<Query>,
    /// Whether single values of the source take the place of those in the record.
    pub replace: bool,
    /// Whether records that may describe one document are looked for.
    pub duplicates: bool,
    /// Whether archives that nobody knows get an entry, when the source says where they are.
    pub archives: bool,
}

/// An item on its way: what it could agree with, and the beginning of an id.
pub(super) struct Incoming {
    /// Its number among all items of the import.
    number: usize,
    /// The number of its file.
    file: usize,
    importer: Importer,
    imported: Imported,
    marks: Marks,
    stem: Option<String>,
}

/// Reads what the columns of a table are, in TOML; `file` is what to call it in messages.
pub fn read_mapping(bytes: &[u8], file: &str) -> Result<Mapping> {
    let (root, problems) = record_file::read_tree(bytes, file);
    match root.filter(|_| problems.is_empty()) {
        Some(root) => Ok(Mapping::read(&root, file)?),
        None => Err(problems.into()),
    }
}

impl Catalog {
    /// Imports `files`, read as the format `from` or as what they look like, in one revision. `watch` is told how
    /// far it is, and can stop it as long as nothing is changed.
    ///
    /// The texts of new records are not kept in memory: of each there is only what others are compared with.
    ///
    /// # Errors
    /// A file of no known format, a name of no format, an id for several records; and what a save
    /// can meet. Items of which nothing can be made are no error: they are told.
    pub fn import(
        &self,
        files: &[InputFile],
        how: &ImportRequest,
        request: &Request,
        watch: &dyn Watch,
    ) -> Result<Import> {
        let wanted: Option<RecordId> = how.id.as_deref().map(str::parse).transpose()?;
        let archives = self.archives();
        let context = Context { archives: &archives, mapping: how.mapping.as_ref() };
        let mut texts = Vec::with_capacity(files.len());
        for file in files {
            texts.push(recognised(file, how.from.as_deref())?);
        }
        let into = how.into.as_ref().map(|query| self.prepare(query)).transpose()?;
        let writing = self.store.begin_watched_write(watch)?;
        let there = Catalogued::of(self, &archives, into.as_ref(), watch)?;
        let mut intake = Intake::new(self, &context, how, &there, Saving::new(writing), watch);
        let mut remarks = Vec::new();
        for (number, (file, importer, text)) in texts.into_iter().enumerate() {
            let mut take = |imported: Imported| {
                intake.take(number, &file.name, importer, imported, wanted.as_ref())
            };
            let read = match text {
                Recognised::Whole(text) => importer.read(file, &text, &context, &mut take),
                Recognised::InPieces(pieces) => {
                    importer.read_pieces(file, *pieces, &context, &mut take)
                }
                Recognised::InRows(head, opened) => {
                    table_reader::read_rows(&head, opened, &file.name, &context, &mut |found| {
                        take(Imported::from(found))
                    })
                }
            };
            // What stopped the reader was perhaps an answer of the intake, which knows more.
            match (intake.refused.take(), read) {
                (Some(refusal), _) => return Err(refusal),
                (None, read) => remarks.extend(read?),
            }
        }
        let Taken { items, hints, new, mut saving } = intake.finish(wanted.as_ref())?;
        if wanted.is_some() && items.is_empty() {
            return Err(several_for_one_id("none"));
        }
        watch.goes_on()?;
        let (duplicates, more_duplicates) = match how.duplicates {
            true => {
                watch.at("looking for duplicates", 0, 0);
                let new = new.iter().map(|r| Compared {
                    id: r.id.as_str(),
                    is_new: true,
                    marks: &r.marks,
                });
                let old = there.records.iter();
                let old =
                    old.map(|r| Compared { id: r.id.as_str(), is_new: false, marks: &r.marks });
                duplicates(&new.chain(old).collect::<Vec<_>>())
            }
            false => (Vec::new(), 0),
        };
        let reused = match self.store.head()? {
            Some(head) if !request.reuse_ids => {
                let ids: Vec<RecordId> = new.iter().map(|new| new.id.clone()).collect();
                self.reused(&ids, head)?
            }
            _ => None,
        };
        // Nobody compares any more: what follows needs the memory.
        drop(new);
        if how.archives {
            saving.add(new_archives(self, &hints, &archives))?;
        }
        let mut changed = saving.finish(&summary(&items), true, request)?;
        changed.remarks.extend(remarks);
        changed.remarks.extend(reused);
        let counts = Counts::of(&items);
        Ok(Import { counts, items, duplicates, more_duplicates, changed })
    }
}

fn several_for_one_id(number: &str) -> super::Refusal {
    let message = format!("an id was given, and there is {number} record to import");
    let message = message.replace("is several record", "are several records");
    Problem::error(codes::ID, message).mend("import one record at a time").into()
}

/// An entry for each archive that is not known and of which the source says where it is: a citation needs that.
fn new_archives(
    catalog: &Catalog,
    hints: &BTreeMap<String, ArchiveHint>,
    archives: &Archives,
) -> Vec<FileChange> {
    let mut files = Vec::new();
    for (id, hint) in hints {
        let known = archives.find(&hint.name).is_some() || archives.get(id).is_some();
        let Some(place) = hint.place.as_ref().filter(|_| !known) else { continue };
        let archive = NewArchive {
            names: vec![hint.name.clone()],
            places: vec![place.clone()],
            country: hint.country.clone(),
            ..NewArchive::default()
        };
        let file = archive.file(id);
        if matches!(catalog.store.read(&file.path), Ok(None)) {
            files.push(file);
        }
    }
    files
}

/// What a source calls an item: whose name it is, and the name.
type ForeignKey = (String, String);

fn foreign_keys(fields: &Table) -> Vec<ForeignKey> {
    let list = fields.get("foreign_id").and_then(Node::as_list).unwrap_or_default();
    let text = |node: &Node, key: &str| node.as_table()?.get(key)?.as_text().map(str::to_owned);
    list.iter().filter_map(|id| Some((text(id, "scheme")?, text(id, "value")?))).collect()
}

fn summary(items: &[ImportedItem]) -> String {
    match items {
        [one] => format!("import {} from {}", one.id, one.file),
        several => format!("import {} records", several.len()),
    }
}
