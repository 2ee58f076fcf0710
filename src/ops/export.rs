//! Exporting records to a file for other programs: one after the other, in bounded memory.

use super::bibliography_document::BibliographyDocument;
use super::export_losses::{AtHand, Looking, Looks, Losses};
use super::{Catalog, CiteRequest, Form, RecordFile, Refusal, files};
use crate::citation::Loss;
use crate::formats::Format;
use crate::formats::table::Rows;
use crate::formats::{self, ColumnSpec, Outgoing, Piece, TableOptions};
use crate::formatter::write;
use crate::problem::{Problem, codes};
use crate::query::Query;
use crate::record::{Record, RevisionId, Source};
use crate::store::{BlobId, Watch};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

/// What records are exported to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// A format that holds the records, one by one.
    Records(Format),
    /// A bibliography, in a style, as text of this kind.
    Bibliography(write::Format),
}

/// The bibliographies by the names that users give them.
const BIBLIOGRAPHIES: [(&str, write::Format); 5] = [
    ("html", write::Format::Html),
    ("markdown", write::Format::Markdown),
    ("rtf", write::Format::Rtf),
    ("latex", write::Format::Latex),
    ("typst", write::Format::Typst),
];

impl ExportFormat {
    /// The format that users call `name`.
    pub fn named(name: &str) -> Option<ExportFormat> {
        let bibliography = BIBLIOGRAPHIES.iter().find(|(known, _)| *known == name);
        match Format::named(name) {
            Some(format) => Some(ExportFormat::Records(format)),
            None => bibliography.map(|(_, format)| ExportFormat::Bibliography(*format)),
        }
    }

    /// Whether records become rows.
    pub fn is_table(self) -> bool {
        matches!(self, ExportFormat::Records(format) if format.is_table())
    }
}

/// The names of the formats, for help and messages.
pub fn format_names() -> impl Iterator<Item = &'static str> {
    let records = Format::NAMES.iter().map(|(name, _)| *name);
    records.chain(BIBLIOGRAPHIES.iter().map(|(name, _)| *name))
}

/// One part of several that are one export together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportPart {
    /// Which one, from 1.
    number: usize,
    /// How many there are.
    of: usize,
}

impl ExportPart {
    /// Where it begins and ends among `total` files.
    fn range(self, total: usize) -> Range<usize> {
        let at = |part: usize| (part as u128 * total as u128 / self.of as u128) as usize;
        at(self.number - 1)..at(self.number)
    }

    fn is_last(self) -> bool {
        self.number == self.of
    }
}

impl FromStr for ExportPart {
    type Err = Problem;

    /// Reads `I/N`.
    fn from_str(text: &str) -> Result<ExportPart, Problem> {
        let parts = text.split_once('/').and_then(|(number, of)| {
            Some((number.trim().parse::<usize>().ok()?, of.trim().parse::<usize>().ok()?))
        });
        match parts {
            Some((number, of)) if number >= 1 && number <= of => Ok(ExportPart { number, of }),
            _ => Err(Problem::error(
                codes::PART,
                format!("`{}` is no part of anything", text.escape_debug()),
            )
            .mend("write `I/N`, for instance `--part 2/8`")),
        }
    }
}

/// What is to be exported, and how.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The format.
    pub format: ExportFormat,
    /// Which records.
    pub query: Query,
    /// From which revision; the work tree when there is none.
    pub at: Option<RevisionId>,
    /// What a row of a table is.
    pub rows: Rows,
    /// The columns of a table (see [`Catalog::columns`]); the documented ones when there are none.
    pub columns: Vec<ColumnSpec>,
    /// Whether a table begins with a byte order mark.
    pub byte_order_mark: bool,
    /// Whether the cells of a table are written as they are.
    pub raw: bool,
    /// Only this part.
    pub part: Option<ExportPart>,
    /// The style of a bibliography; the catalog's when there is none.
    pub style: Option<String>,
    /// The language of a bibliography, as a BCP 47 tag.
    pub language: Option<String>,
    /// Whether a bibliography is grouped by archive, and there by collection.
    pub by_archive: bool,
    /// How closely to look at what the format has no place for.
    pub looking: Looking,
}

/// What came of an export.
#[derive(Debug, Default)]
pub struct Exported {
    /// How many records were written.
    pub records: usize,
    /// Which fields were lost.
    pub losses: Losses,
    /// Records that could not be read: they are not in the file.
    pub problems: Vec<Problem>,
    /// The texts that these problems point into.
    pub sources: Vec<Source>,
}

/// Why an export stopped.
#[derive(Debug)]
pub enum Stopped {
    /// It was refused before anything was written.
    Refused(Refusal),
    /// The file or stream could not be written.
    Output(io::Error),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Stopped {
        Stopped::Refused(refusal)
    }
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Stopped {
        Stopped::Refused(problem.into())
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Stopped {
        Stopped::Output(error)
    }
}

/// How many records are written at a time: enough for all processors, few enough to bear.
const CHUNK: usize = 1024;

/// What became of a record on its way out.
struct Made {
    id: String,
    version: Option<String>,
    piece: Piece,
    at_hand: AtHand,
}

/// A record that was written, for whoever wants to know.
struct Written<'a> {
    id: &'a str,
    version: Option<&'a str>,
    losses: &'a [Loss],
}

/// Whether a file is what an export would write now.
#[derive(Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Freshness {
    /// Whether it is, byte for byte.
    pub fresh: bool,
    /// Whether there is such a file at all.
    pub exists: bool,
    /// The ids of records that are in the file as they were.
    pub changed: Vec<String>,
    /// The ids of records that are missing from the file.
    pub added: Vec<String>,
    /// The ids of records that are in the file and would not be written.
    pub removed: Vec<String>,
    /// Whether the file tells the versions of its records; without them, nothing can be said of
    /// single records.
    pub versions: bool,
    /// The first line that is not what would be written, counted from 1; 0 when the file is fresh.
    pub line: u64,
}

impl Catalog {
    /// Writes what `request` asks for to `out`, in the order of the records' paths: the same
    /// records give the same bytes. `on_loss` hears of the fields that the format has no place
    /// for, of every one with [`Looking::Every`]. A record that cannot be read stops nothing.
    pub fn export(
        &self,
        request: &ExportRequest,
        out: &mut dyn Write,
        on_loss: &mut dyn FnMut(&Loss) -> io::Result<()>,
        watch: &dyn Watch,
    ) -> Result<Exported, Stopped> {
        self.export_each(request, out, watch, false, &mut |written| {
            written.losses.iter().try_for_each(&mut *on_loss)
        })
    }

    /// Whether the file `path` holds what `request` would write now, and which records of it are no
    /// longer what they were. Nothing is written.
    pub fn export_check(
        &self,
        request: &ExportRequest,
        path: &Path,
        watch: &dyn Watch,
    ) -> Result<(Freshness, Exported), Stopped> {
        let request = &ExportRequest { looking: Looking::None, ..request.clone() };
        let Some(mut compared) = files::Compared::open(path)? else {
            let exported =
                self.export_each(request, &mut io::sink(), watch, false, &mut |_| Ok(()))?;
            return Ok((Freshness::default(), exported));
        };
        let mut now: BTreeMap<String, String> = BTreeMap::new();
        let exported = self.export_each(request, &mut compared, watch, true, &mut |written| {
            now.insert(written.id.to_owned(), written.version.unwrap_or("").to_owned());
            Ok(())
        })?;
        let difference = compared.finish()?;
        let mut freshness = Freshness { exists: true, ..Freshness::default() };
        let Some(line) = difference else {
            return Ok((Freshness { fresh: true, versions: true, ..freshness }, exported));
        };
        freshness.line = line;
        // A file that is no text, or too long to look into, is out of date all the same.
        let text = files::read_text(path, files::LARGEST_INPUT).unwrap_or_default();
        let then = formats::versions_in(&text);
        freshness.versions = !then.is_empty();
        if freshness.versions {
            for (id, version) in &now {
                match then.get(id) {
                    None => freshness.added.push(id.clone()),
                    Some(old) if old != version => freshness.changed.push(id.clone()),
                    Some(_) => {}
                }
            }
            freshness.removed = then.into_keys().filter(|id| !now.contains_key(id)).collect();
        }
        Ok((freshness, exported))
    }

    /// The work of an export; with `tells_versions`, `on_record` hears of the versions of records whatever the
    /// format tells.
    fn export_each(
        &self,
        request: &ExportRequest,
        out: &mut dyn Write,
        watch: &dyn Watch,
        tells_versions: bool,
        on_record: &mut dyn FnMut(&Written<'_>) -> io::Result<()>,
    ) -> Result<Exported, Stopped> {
        match request.format {
            ExportFormat::Records(format) => {
                self.export_records(format, request, out, watch, tells_versions, on_record)
            }
            ExportFormat::Bibliography(format) => {
                self.export_bibliography(format, request, out, watch, on_record)
            }
        }
    }

    /// Records one by one: each is read and made a piece on one of the processors; pieces are put down in order.
    fn export_records(
        &self,
        format: Format,
        request: &ExportRequest,
        out: &mut dyn Write,
        watch: &dyn Watch,
        tells_versions: bool,
        on_record: &mut dyn FnMut(&Written<'_>) -> io::Result<()>,
    ) -> Result<Exported, Stopped> {
        let options = TableOptions {
            rows: request.rows,
            columns: &request.columns,
            byte_order_mark: request.byte_order_mark,
            raw: request.raw,
            edition: Some(&self.settings.edition),
        };
        // One makes pieces on all processors, the other puts them down meanwhile.
        let (maker, mut writer) = (format.writer(&options)?, format.writer(&options)?);
        let (archives, problems) = self.archives_and_problems();
        let mut exported = Exported { problems, ..Exported::default() };
        let missing = self.settings.edition.missing();
        if format == Format::Tei && !missing.is_empty() {
            let message = format!(
                "the header of the file does not name {}: the Correspondence Metadata Interchange Format wants that",
                missing.join(", ")
            );
            let keys: Vec<String> = missing.iter().map(|key| format!("`{key}`")).collect();
            let mend = format!("write {} into `{}`", keys.join(", "), crate::store::SETTINGS_FILE);
            exported.problems.push(Problem::note(codes::SETTINGS, message).mend(mend));
        }
        let mut selected = self.select(&request.query, request.at)?;
        if tells_versions || maker.tells_versions() {
            selected = selected.with_versions();
        }
        exported.problems.extend_from_slice(selected.problems());
        // What stands before the first record and behind the last belongs to the first part and to
        // the last: one after the other the parts are the whole.
        let (mut is_first, mut is_last) = (true, true);
        if let Some(part) = request.part {
            let range = part.range(selected.total());
            if !format.is_container() {
                (is_first, is_last) = (part.number == 1, part.is_last());
                if !is_first && self.any_selected(request, 0..range.start)? {
                    writer.resume();
                }
            }
            selected = selected.part(range);
        }
        let total = selected.total();
        let mut failed: BTreeMap<String, Failed> = BTreeMap::new();
        if is_first {
            writer.begin(out)?;
        }
        watch.goes_on()?;
        let maker = &maker;
        let looks = Looks::new(request.looking);
        let losses = |record: &Record| maker.losses(&record.into(), &archives);
        let made = |mut file: RecordFile| -> Result<Made, RecordFile> {
            let Some(record) = file.record.take() else { return Err(file) };
            let version = file.version.map(|version| version.to_string());
            let outgoing = Outgoing { record: &record, version: version.as_deref(), key: None };
            let piece = maker.piece(&outgoing, &archives);
            let id = record.id.to_string();
            let at_hand = looks.at_hand(record, losses);
            Ok(Made { id, version, piece, at_hand })
        };
        selected.each(made, |done, pieces| -> Result<(), Stopped> {
            watch.goes_on()?;
            for made in pieces {
                let Made { id, version, piece, at_hand } = match made {
                    Ok(made) => made,
                    Err(file) => {
                        exported.problems.extend(file.problems);
                        exported.sources.extend(file.source);
                        continue;
                    }
                };
                writer.put(&piece, out)?;
                exported.records += 1;
                let mut lost = piece.cut;
                if let Some(losses) = looks.look(at_hand, losses) {
                    lost.extend(losses);
                    exported.losses.looked_at += 1;
                }
                exported.losses.add(&lost);
                on_record(&Written { id: &id, version: version.as_deref(), losses: &lost })?;
                for (column, why) in piece.failures {
                    let failed = failed.entry(column).or_insert_with(|| Failed {
                        first: id.clone(),
                        why,
                        records: 0,
                    });
                    failed.records += 1;
                }
            }
            watch.at("exporting", done, total);
            Ok(())
        })?;
        if is_last {
            writer.end(out)?;
        }
        exported.problems.extend(failed.iter().map(|(column, failed)| failed.problem(column)));
        Ok(exported)
    }

    /// Whether any record of this part of the files would be written.
    fn any_selected(&self, request: &ExportRequest, part: Range<usize>) -> super::Result<bool> {
        let mut selected = self.select(&request.query, request.at)?.part(part);
        Ok(selected.any(|file| file.record.is_some()))
    }

    /// A bibliography: it is sorted, so that all entries are made before the first is written.
    fn export_bibliography(
        &self,
        format: write::Format,
        request: &ExportRequest,
        out: &mut dyn Write,
        watch: &dyn Watch,
        on_record: &mut dyn FnMut(&Written<'_>) -> io::Result<()>,
    ) -> Result<Exported, Stopped> {
        if request.part.is_some() {
            return Err(Problem::error(
                codes::PART,
                "a bibliography is sorted as a whole and has no parts",
            )
            .mend("export parts of a table or of BibLaTeX, or the whole bibliography")
            .into());
        }
        let cite = CiteRequest {
            style: request.style.clone(),
            form: Form::Bibliography,
            format,
            language: request.language.clone(),
            at: request.at,
            ..CiteRequest::default()
        };
        if self.style_name(&cite).as_deref().and_then(Format::named).is_some() {
            return Err(Problem::error(codes::COLUMN, "the style is a format of its own")
                .mend("name a CSL style with `--style`")
                .into());
        }
        let selected = self.select(&request.query, request.at)?.with_versions();
        let mut exported =
            Exported { problems: selected.problems().to_vec(), ..Exported::default() };
        let total = selected.total();
        let mut versions: BTreeMap<Box<str>, Option<BlobId>> = BTreeMap::new();
        let mut at = 0;
        let records = selected.filter_map(|file| {
            match &file.record {
                Some(record) => {
                    versions.insert(record.id.as_str().into(), file.version);
                }
                None => {
                    exported.problems.extend(file.problems);
                    exported.sources.extend(file.source);
                }
            }
            at += 1;
            if at % CHUNK == 0 {
                watch.at("reading records", at, total);
            }
            file.record
        });
        let stops = watch;
        let records = records.take_while(|_| !stops.stops());
        let citations = self.bibliography(records, false, request.by_archive, &cite)?;
        watch.goes_on()?;
        let language = citations.language.as_deref().unwrap_or("en");
        let mut document = BibliographyDocument::new(format, language);
        for printed in &citations.printed {
            let version =
                versions.remove(&*printed.id).flatten().map(|version| version.to_string());
            document.entry(printed, version.as_deref());
            out.write_all(document.take().as_bytes())?;
            on_record(&Written { id: &printed.id, version: version.as_deref(), losses: &[] })?;
            exported.records += 1;
            exported.losses.looked_at += 1;
        }
        out.write_all(document.end().as_bytes())?;
        // What has no entry is lost whole.
        for id in versions.into_keys() {
            let loss = Loss {
                record: id.to_string(),
                field: "record".to_owned(),
                why: "the style prints nothing of it".to_owned(),
            };
            exported.losses.looked_at += 1;
            exported.losses.add(std::slice::from_ref(&loss));
            on_record(&Written { id: &id, version: None, losses: &[loss] })?;
        }
        exported.problems.extend(citations.problems);
        Ok(exported)
    }
}

/// A column that could not be made for some records.
struct Failed {
    first: String,
    why: String,
    records: usize,
}

impl Failed {
    fn problem(&self, column: &str) -> Problem {
        let Failed { first, why, records } = self;
        let many = match records {
            1 => format!("for `{first}`"),
            more => format!("for {more} records; for `{first}`"),
        };
        Problem::error(
            codes::COLUMN_FAILED,
            format!("the column `{}` is empty {many}: {why}", column.escape_debug()),
        )
    }
}
