//! Citing records: notes, short notes, author-date citations and bibliographies in any style.

use super::styles::STYLES;
use super::{Catalog, Refusal, Result, citeproc};
use crate::citation::{
    Choice, Convention, HoldingChoice, Item, Levels, Locator, LocatorLabel, Order, TextVariable,
    TranslationChoice, collection_of, fonds_of, full_width, item_of, leaves_of, leaves_value,
    locator_of, narrowed, reference::compare_form,
};
use crate::formats::Format as ExportFormat;
use crate::formats::TableOptions;
use crate::formatter::write::{Format, Writing, escape};
use crate::formatter::{Citation, Cite, Formatted, Options, Position, Processor};
use crate::problem::{Problem, codes};
use crate::record::{Archives, Holding, PartId, Rank, Record, RevisionId, Source};
use crate::style::{Class, Style};
use rayon::prelude::*;
use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};

/// The style when nobody names one.
const DEFAULT_STYLE: &str = "chicago-archival-notes";
/// The style for author-date citations when nobody names one.
const DEFAULT_AUTHOR_DATE: &str = "chicago-archival-author-date";

/// What is printed of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// A citation as it stands in a note, or in the text in styles that cite there.
    #[default]
    Note,
    /// The form of a later note.
    Short,
    /// An entry of the bibliography.
    Bibliography,
    /// An author-date citation.
    AuthorDate,
}

/// How records are to be cited.
#[derive(Debug, Clone, Default)]
pub struct CiteRequest {
    /// The style: a bundled one, one of the catalog's, or a file. The catalog's setting, or
    /// Chicago's archival notes, when there is none.
    pub style: Option<String>,
    /// What is printed.
    pub form: Form,
    /// Which holdings.
    pub holding: HoldingChoice,
    /// Which translation.
    pub translation: TranslationChoice,
    /// From which revision; the work tree when there is none.
    pub at: Option<RevisionId>,
    /// How it is written.
    pub format: Format,
    /// The language of the citation, as a BCP 47 tag.
    pub language: Option<String>,
    /// With which labels the levels of a path are printed.
    pub levels: Option<Levels>,
    /// From where to where a reference runs.
    pub order: Option<Order>,
    /// Whether the series stands before the title.
    pub series_first: bool,
    /// Whether the first citation says how the document is cited later: by its short title, or by
    /// the words given.
    pub hereafter: Option<Option<String>>,
    /// Whether quotation marks are those of a typewriter.
    pub straight_quotes: bool,
    /// Whether addresses are text and no links, in formats that have links.
    pub no_links: bool,
}

/// A record cited, at a place in it or as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The id.
    pub id: String,
    /// The place, as typed.
    pub locator: Option<String>,
}

impl std::str::FromStr for Cited {
    type Err = Problem;

    /// Reads `ID` or `ID@PLACE`.
    fn from_str(text: &str) -> Result<Cited, Problem> {
        match text.split_once('@') {
            None => Ok(Cited { id: text.to_owned(), locator: None }),
            Some((id, place)) if !id.is_empty() && !place.trim().is_empty() => {
                Ok(Cited { id: id.to_owned(), locator: Some(place.trim().to_owned()) })
            }
            Some(_) => Err(Problem::error(
                codes::LOCATOR,
                format!("`{}` names no record, or no place", text.escape_debug()),
            )
            .mend("write `ID@l. 87`")),
        }
    }
}

/// One thing printed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Printed {
    /// The id of the record; several, joined with a space, for an entry that stands for several.
    pub id: String,
    /// The number of the note; 0 where there are no notes.
    #[serde(skip_serializing_if = "is_zero")]
    pub note: u32,
    /// The heading under which it stands, in a bibliography by archives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The same heading in its parts: the archive, and the collection in it.
    #[serde(skip)]
    pub under: Vec<String>,
    /// The text.
    pub text: String,
}

/// How many records become items at a time.
const CHUNK: usize = 1024;

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Citations {
    /// The name of the style.
    pub style: String,
    /// The language of the style, as a BCP 47 tag, when a style was used.
    pub language: Option<String>,
    /// What is printed, in order.
    pub printed: Vec<Printed>,
    /// What was in the way of a record: the others are printed.
    pub problems: Vec<Problem>,
    /// The texts that the problems point into.
    pub sources: Vec<Source>,
}

/// A style made ready, and what it wants of items.
pub(super) struct Ready {
    pub(super) name: String,
    pub(super) style: Style,
    convention: Convention,
    pub(super) problems: Vec<Problem>,
}

impl Catalog {
    /// Cites `cited` in order, each in a note of its own: repeated ones get the short form or
    /// *ibid.*, as the style has it. A record that cannot be read does not stop the others.
    pub fn cite(&self, cited: &[Cited], request: &CiteRequest) -> Result<Citations> {
        let mut answer = Citations::default();
        let mut records: Vec<Record> = Vec::new();
        let mut id_of: HashMap<&str, Option<String>> = HashMap::new();
        for each in cited {
            if id_of.contains_key(each.id.as_str()) {
                continue;
            }
            let id = match self.record(&each.id, request.at) {
                Ok(open) => {
                    answer.problems.extend(open.warnings);
                    if !answer.problems.is_empty() {
                        answer.sources.push(open.draft.source);
                    }
                    let missing = missing_parts(&open.record, request);
                    if !missing.is_empty() {
                        answer.problems.extend(missing);
                        id_of.insert(&each.id, None);
                        continue;
                    }
                    let id = open.record.id.to_string();
                    if records.iter().all(|record| record.id != open.record.id) {
                        records.push(open.record);
                    }
                    Some(id)
                }
                Err(refusal) if refusal.is_of_the_machine() => return Err(refusal),
                Err(refusal) => {
                    answer.problems.extend(refusal.problems);
                    answer.sources.extend(refusal.sources);
                    None
                }
            };
            id_of.insert(&each.id, id);
        }
        if records.is_empty() && !cited.is_empty() {
            return Err(Refusal { problems: answer.problems, sources: answer.sources });
        }
        let archives = self.archives_at(request.at)?;
        if let Some(format) = self.style_name(request).as_deref().and_then(ExportFormat::named) {
            answer.style = self.style_name(request).unwrap_or_default();
            answer.printed = exported(records.iter(), &archives, format)?;
            return Ok(answer);
        }
        let ready = self.ready(request)?;
        answer.problems.extend(ready.problems.iter().cloned());
        let known: Vec<Cited> = cited
            .iter()
            .filter_map(|each| {
                let id = id_of.get(each.id.as_str())?.clone()?;
                Some(Cited { id, locator: each.locator.clone() })
            })
            .collect();
        let formatted = ready.cite(&records, &known, &archives, request, self);
        answer.problems.extend(formatted.1);
        answer.printed = formatted.0;
        answer.style = ready.name;
        Ok(answer)
    }

    /// Cites records that are at hand, whatever the catalog holds under their ids.
    pub(super) fn cite_records(
        &self,
        records: &[Record],
        cited: &[Cited],
        request: &CiteRequest,
    ) -> Result<Citations> {
        let ready = self.ready(request)?;
        let archives = self.archives_at(request.at)?;
        let (printed, mut problems) = ready.cite(records, cited, &archives, request, self);
        problems.extend(ready.problems.iter().cloned());
        Ok(Citations { style: ready.name, printed, problems, ..Citations::default() })
    }

    /// A bibliography of `records`. With `collections`, documents of one collection become one entry
    /// for it as soon as there are two (CMOS 18, 14.128); with `by_archive`, entries stand under
    /// the archive, and there under the collection.
    pub fn bibliography(
        &self,
        records: impl IntoIterator<Item = impl Borrow<Record> + Send + Sync>,
        collections: bool,
        by_archive: bool,
        request: &CiteRequest,
    ) -> Result<Citations> {
        let archives = self.archives_at(request.at)?;
        let mut answer = Citations::default();
        let mut records = records.into_iter();
        if let Some(format) = self.style_name(request).as_deref().and_then(ExportFormat::named) {
            answer.style = self.style_name(request).unwrap_or_default();
            answer.printed = exported(records, &archives, format)?;
            return Ok(answer);
        }
        let mut ready = self.ready(request)?;
        answer.problems.extend(ready.problems.iter().cloned());
        let choice = ready.choice(request, self);
        let mut items: Vec<Item> = Vec::new();
        let mut fondses: HashMap<String, Fonds> = HashMap::new();
        let mut asked = false;
        // What is needed of a record is its item: the record itself can go.
        loop {
            let some: Vec<_> = records.by_ref().take(CHUNK).collect();
            if some.is_empty() {
                break;
            }
            asked = true;
            let of = |record: &_| {
                let record = Borrow::borrow(record);
                let missing = missing_parts(record, request);
                match missing.is_empty() {
                    true => {
                        let fonds = fonds_of(record, &archives, &choice).filter(|_| by_archive);
                        // A hundred thousand of them are at hand at once.
                        Ok((item_of(record, &archives, &choice).0.without_custom(), fonds))
                    }
                    false => Err(missing),
                }
            };
            let made: Vec<_> = some.par_iter().map(of).collect();
            for item in made {
                match item {
                    Ok((item, fonds)) => {
                        fondses.extend(fonds.map(|fonds| (item.id.to_string(), fonds)));
                        items.push(item);
                    }
                    Err(missing) => answer.problems.extend(missing),
                }
            }
        }
        if asked && items.is_empty() {
            return Err(answer.problems.into());
        }
        if collections {
            items = merged_by_collection(items);
        }
        let headings: HashMap<String, Vec<String>> = match by_archive {
            true => headings(&items, &fondses),
            false => HashMap::new(),
        };
        let (mut printed, problems) = ready.entries(&items, request);
        for entry in &mut printed {
            if let Some(under) = headings.get(&entry.id) {
                entry.heading = Some(under.join(" / "));
                entry.under.clone_from(under);
            }
        }
        if by_archive {
            let options = ready.style.bibliography.as_mut().map(|area| &mut area.options);
            let whole = match options.and_then(|options| options.author_substitute.take()) {
                Some(_) => ready.entries(&items, request).0,
                None => Vec::new(),
            };
            printed = under_headings(printed, &whole, &ready.style.language);
        }
        answer.problems.extend(problems);
        answer.printed = printed;
        answer.language = Some(ready.style.language.to_string());
        answer.style = ready.name;
        Ok(answer)
    }

    /// The names of the styles in the catalog's folder `styles/`.
    pub fn own_styles(&self) -> Vec<String> {
        let (paths, _) = self.store.paths_in(STYLES, ".csl");
        let name = |path: &String| {
            path.rsplit('/').next().map(|name| name.trim_end_matches(".csl").to_owned())
        };
        paths.iter().filter_map(name).collect()
    }

    /// The style to be used, when anything names one.
    pub(super) fn style_name(&self, request: &CiteRequest) -> Option<String> {
        let own = self.settings.style.as_ref().filter(|_| request.form != Form::AuthorDate);
        request.style.clone().or_else(|| own.cloned())
    }

    pub(super) fn ready(&self, request: &CiteRequest) -> Result<Ready> {
        let name = self.style_name(request).unwrap_or_else(|| {
            match request.form {
                Form::AuthorDate => DEFAULT_AUTHOR_DATE,
                _ => DEFAULT_STYLE,
            }
            .to_owned()
        });
        let (text, folder) = self.style_text(&name)?;
        let own = self.settings.language.as_ref().map(|language| language.as_str());
        let language = request.language.as_deref().or(own);
        let (style, problems) = citeproc::compile(&text, language, folder.as_deref());
        let Some(style) = style else { return Err(problems.into()) };
        let stem = name.rsplit(['/', '\\']).next().unwrap_or(&name);
        let stem = stem.strip_suffix(".csl").unwrap_or(stem);
        let convention = Convention::of_style(stem).unwrap_or(Convention {
            // A style that cannot say to whom a letter went needs the title that does.
            titles_of_letters: !text.contains("recipient"),
            ..Convention::STANDARD
        });
        Ok(Ready { name, style, convention, problems })
    }
}

/// The holdings and the translation that `request` names and `record` does not have: citing it
/// without them would say less than was asked for.
pub(super) fn missing_parts(record: &Record, request: &CiteRequest) -> Vec<Problem> {
    let missing = |what: &str, id: &PartId, known: Vec<&str>| {
        let problem =
            Problem::error(codes::NOT_FOUND, format!("`{}` has no {what} `{id}`", record.id));
        match known.as_slice() {
            [] => problem.mend(format!("it has no {what} at all")),
            known => problem.mend(format!("name one of `{}`", known.join("`, `"))),
        }
    };
    let mut problems = Vec::new();
    if let HoldingChoice::Named(ids) = &request.holding {
        let known: Vec<&str> = record.holdings.iter().map(|part| part.id.as_str()).collect();
        let absent = ids.iter().filter(|id| !known.contains(&id.as_str()));
        problems.extend(absent.map(|id| missing("holding", id, known.clone())));
    }
    if let TranslationChoice::Named(id) = &request.translation {
        let known: Vec<&str> = record.translations.iter().map(|part| part.id.as_str()).collect();
        if !known.contains(&id.as_str()) {
            problems.push(missing("translation", id, known));
        }
    }
    problems
}

/// Whole entries for other programs, in place of citations.
fn exported(
    records: impl Iterator<Item = impl Borrow<Record>>,
    archives: &Archives,
    format: ExportFormat,
) -> Result<Vec<Printed>> {
    let mut printed = Vec::new();
    for record in records {
        let record: &Record = record.borrow();
        let mut out = Vec::new();
        let mut writer = format.writer(&TableOptions::default())?;
        let written = writer
            .begin(&mut out)
            .and_then(|()| writer.record(&record.into(), archives, &mut out))
            .and_then(|_| writer.end(&mut out));
        written.map_err(|error| Problem::error(codes::ITEM, error.to_string()))?;
        let text = String::from_utf8_lossy(&out).trim_end().to_owned();
        printed.push(Printed {
            id: record.id.to_string(),
            note: 0,
            heading: None,
            under: Vec::new(),
            text,
        });
    }
    Ok(printed)
}

impl Ready {
    pub(super) fn choice(&self, request: &CiteRequest, catalog: &Catalog) -> Choice {
        let own = catalog.settings.language.as_ref().map(|language| language.as_str());
        let language = request.language.as_deref().or(own).unwrap_or(&self.style.language);
        Choice {
            holding: request.holding.clone(),
            translation: request.translation.clone(),
            language: language.to_owned(),
            levels: request.levels,
            order: request.order,
            leaves: true,
            series_first: request.series_first,
            convention: self.convention,
        }
    }

    /// Whether the style prints a locator as it stands, label and all. The styles of the Chicago
    /// Manual do, when it is called a page: they print no label for pages.
    fn takes_labelled_locators(&self) -> bool {
        !self.convention.name.is_empty() || self.is_of_chicago()
    }

    fn is_of_chicago(&self) -> bool {
        self.convention.name.is_empty()
            && self.style.class == Class::Note
            && self.name.starts_with("chicago-")
    }

    /// `text` with the marks of its language, and without those that were for the processor alone.
    pub(super) fn marked(&self, mut text: String) -> String {
        text.retain(|letter| letter != AS_IT_STANDS);
        let chinese = self.style.language.split('-').next() == Some("zh");
        let ours = !self.convention.name.is_empty();
        if chinese && ours { full_width(&text) } else { text }
    }

    /// Makes items of `records` for one run of the processor. `placed` names the records of which some
    /// citation names a place.
    pub(super) fn prepare<'a>(
        &self,
        records: &'a [Record],
        placed: &HashSet<&str>,
        archives: &'a Archives,
        request: &CiteRequest,
        catalog: &Catalog,
    ) -> Prepared<'a> {
        let mut prepared = Prepared {
            items: Vec::with_capacity(records.len()),
            by_id: records.iter().map(|record| (record.id.as_str(), record)).collect(),
            leaves: HashMap::new(),
            stand_ins: HashMap::new(),
            archives,
            whole: self.choice(request, catalog),
            labelled: self.takes_labelled_locators(),
            as_pages: self.is_of_chicago(),
            several: match &request.holding {
                HoldingChoice::All => true,
                HoldingChoice::Named(ids) => ids.len() > 1,
                HoldingChoice::Principal | HoldingChoice::None => false,
            },
        };
        for record in records {
            let whole = &prepared.whole;
            let placed = placed.contains(record.id.as_str());
            let item = match cited_holding(record, whole).filter(|_| placed) {
                // Each archive counts its own leaves: the references of every citation are put in
                // after it was printed.
                Some(_) if prepared.several => {
                    let mut item = item_of(record, archives, whole).0;
                    let stand_in = stand_in(prepared.stand_ins.len());
                    item.set_text(TextVariable::Archive, &stand_in);
                    prepared.stand_ins.insert(record.id.as_str(), stand_in);
                    item
                }
                Some(holding) if prepared.labelled => {
                    // In the text a citation of the whole document names no leaves.
                    if self.style.class == Class::Note {
                        let leaves = leaves_of(holding, archives, whole);
                        if !leaves.is_empty() {
                            let leaves = match prepared.as_pages {
                                true => leaves,
                                false => format!("{AS_IT_STANDS}{leaves}"),
                            };
                            prepared.leaves.insert(record.id.as_str(), leaves);
                        }
                    }
                    item_of(record, archives, &Choice { leaves: false, ..whole.clone() }).0
                }
                _ => item_of(record, archives, whole).0,
            };
            prepared.items.push(item);
        }
        prepared
    }

    fn cite(
        &self,
        records: &[Record],
        cited: &[Cited],
        archives: &Archives,
        request: &CiteRequest,
        catalog: &Catalog,
    ) -> (Vec<Printed>, Vec<Problem>) {
        let of_places = cited.iter().filter(|each| each.locator.is_some());
        let placed: HashSet<&str> = match request.form {
            Form::Bibliography => HashSet::new(),
            _ => of_places.map(|each| each.id.as_str()).collect(),
        };
        let prepared = self.prepare(records, &placed, archives, request, catalog);
        if request.form == Form::Bibliography {
            return self.entries(&prepared.items, request);
        }
        let notes = self.style.class == Class::Note;
        let mut citations = Vec::with_capacity(cited.len());
        let mut seen: HashSet<&str> = HashSet::new();
        for (number, each) in (1u32..).zip(cited) {
            let mut cite = prepared.cite(&each.id, each.locator.as_deref());
            if request.form == Form::Short {
                cite.position = Some(Position::Subsequent);
            }
            if seen.insert(&each.id)
                && let Some(words) = &request.hereafter
            {
                let record = prepared.by_id.get(each.id.as_str());
                let short = record.and_then(|record| record.title.as_ref()?.short.clone());
                if let Some(words) = words.clone().or(short) {
                    cite.suffix = hereafter(&words, prepared.whole.language.as_str());
                }
            }
            citations.push(Citation::of(if notes { number } else { 0 }, [cite]));
        }
        let typed: Vec<Vec<Option<&str>>> =
            cited.iter().map(|each| vec![each.locator.as_deref()]).collect();
        let formatted = self.process(&prepared, &mut citations, &typed, request);
        let printed = formatted
            .citations
            .into_iter()
            .zip(cited)
            .zip(&citations)
            .map(|((text, each), citation)| Printed {
                id: each.id.clone(),
                note: citation.note,
                heading: None,
                under: Vec::new(),
                text: finished(self.marked(text), request),
            })
            .collect();
        (printed, formatted.problems)
    }

    /// Formats `citations`. `typed` has the places of their cites, as typed.
    ///
    /// Where several holdings are cited, the place stands in their references; a citation that does
    /// not print them (a short form) has it as its locator.
    pub(super) fn process(
        &self,
        prepared: &Prepared<'_>,
        citations: &mut [Citation],
        typed: &[Vec<Option<&str>>],
        request: &CiteRequest,
    ) -> Formatted {
        let options = Options { writing: writing(request), ..Options::default() };
        let processor = Processor::new(&self.style);
        let mut formatted = processor.process(&prepared.items, citations, &options);
        if prepared.stand_ins.is_empty() {
            return formatted;
        }
        let mut changed = false;
        for (citation, text) in citations.iter_mut().zip(&formatted.citations) {
            for cite in &mut citation.cites {
                let stand_in = prepared.stand_ins.get(cite.id.as_str());
                if stand_in.is_some_and(|stand_in| text.contains(stand_in)) {
                    changed |= !cite.locator.is_empty();
                    cite.locator.clear();
                    cite.label = None;
                }
            }
        }
        if changed {
            formatted = processor.process(&prepared.items, citations, &options);
        }
        for ((citation, typed), text) in citations.iter().zip(typed).zip(&mut formatted.citations) {
            for (cite, place) in citation.cites.iter().zip(typed) {
                if let Some(stand_in) = prepared.stand_ins.get(cite.id.as_str()) {
                    let mut references = String::new();
                    let plain = prepared.references(&cite.id, *place);
                    escape(&plain, request.format, &mut references);
                    *text = text.replacen(stand_in, &references, 1);
                }
            }
        }
        formatted
    }

    fn entries(&self, items: &[Item], request: &CiteRequest) -> (Vec<Printed>, Vec<Problem>) {
        let options = Options { writing: writing(request), ..Options::default() };
        let formatted = Processor::new(&self.style).process(items, &[], &options);
        let mut problems = formatted.problems;
        if self.style.bibliography.is_none() {
            let message = format!("the style `{}` has no bibliography", self.name);
            problems.push(Problem::warning(codes::PRINTS_NOTHING, message));
        }
        let printed = formatted
            .bibliography
            .into_iter()
            .map(|entry| Printed {
                id: entry.id,
                note: 0,
                heading: None,
                under: Vec::new(),
                text: finished(self.marked(entry.text), request),
            })
            .collect();
        (printed, problems)
    }
}

pub(super) fn writing(request: &CiteRequest) -> Writing {
    Writing { format: request.format, links: request.format != Format::Text && !request.no_links }
}

pub(super) fn finished(text: String, request: &CiteRequest) -> String {
    let text = match request.format {
        Format::Text => text.trim().to_owned(),
        _ => text,
    };
    match request.straight_quotes {
        true => text.replace(['“', '”', '„', '«', '»'], "\"").replace(['‘', '’', '‚'], "'"),
        false => text,
    }
}

/// Records made items for one run of the processor, and how a place in each is said.
pub(super) struct Prepared<'a> {
    pub(super) items: Vec<Item>,
    by_id: HashMap<&'a str, &'a Record>,
    /// The leaves of documents of which some citation names a place.
    leaves: HashMap<&'a str, String>,
    /// What stands in the items for the references of several holdings, by record.
    stand_ins: HashMap<&'a str, String>,
    archives: &'a Archives,
    whole: Choice,
    labelled: bool,
    /// Whether every place is called a page, so that the style adds no label of its own.
    as_pages: bool,
    several: bool,
}

impl Prepared<'_> {
    /// The language of the citations.
    pub(super) fn language(&self) -> &str {
        &self.whole.language
    }

    /// A cite of the record `id`, at a place in it or as a whole.
    pub(super) fn cite(&self, id: &str, locator: Option<&str>) -> Cite {
        let mut cite = Cite::of(id);
        let record = self.by_id.get(id);
        let holding = record.and_then(|record| cited_holding(record, &self.whole));
        match locator {
            Some(typed) => {
                // Of several places, `86; 52`, the first is that in the first holding.
                let typed = match self.several && holding.is_some() {
                    true => typed.split(';').next().unwrap_or(typed).trim(),
                    false => typed,
                };
                let Locator { text, label, value } =
                    locator_of(typed, holding, self.archives, &self.whole);
                cite.label = Some(if self.as_pages { LocatorLabel::Page } else { label });
                cite.locator = match self.labelled {
                    true if text != value && !self.as_pages => format!("{AS_IT_STANDS}{text}"),
                    true => text,
                    false => value,
                };
            }
            None => {
                if let Some(leaves) = self.leaves.get(id) {
                    cite.locator.clone_from(leaves);
                    cite.label = self.as_pages.then_some(LocatorLabel::Page).or(cite.label);
                }
            }
        }
        cite
    }
}

impl Prepared<'_> {
    /// The references of the holdings of the record `id`, at `place` or as a whole.
    fn references(&self, id: &str, place: Option<&str>) -> String {
        let Some(record) = self.by_id.get(id) else { return String::new() };
        let item = match place {
            Some(place) => {
                item_of(&with_leaves(record, &self.whole, place), self.archives, &self.whole).0
            }
            None => item_of(record, self.archives, &self.whole).0,
        };
        item.text(TextVariable::Archive).unwrap_or_default().to_owned()
    }
}

/// A letter for private use, before a place with the label of the archive: the processor would take
/// `l. 12` for a line, and print it *Z. 12* in German. It is taken out of what was printed.
const AS_IT_STANDS: char = '\u{e002}';

/// A text for private use that no record has, for the `number`th record.
fn stand_in(number: usize) -> String {
    format!("\u{e000}{number}\u{e001}")
}

/// The holding in whose leaves a locator is.
fn cited_holding<'a>(record: &'a Record, choice: &Choice) -> Option<&'a Holding> {
    match &choice.holding {
        HoldingChoice::Named(ids) => {
            record.holdings.iter().find(|holding| ids.first() == Some(&holding.id))
        }
        HoldingChoice::None => None,
        HoldingChoice::Principal | HoldingChoice::All => record.principal_holding(),
    }
}

/// `record` with leaves narrowed to `places`: one for each holding of `choice`, apart by semicolons. A
/// holding for which none is given follows the first when its leaves are the same; other archives
/// number theirs otherwise, and theirs stay whole.
fn with_leaves(record: &Record, choice: &Choice, places: &str) -> Record {
    let mut narrow = record.clone();
    let cited: Vec<PartId> = cited_holdings(record, choice).map(|h| h.id.clone()).collect();
    let places: Vec<&str> = places.split(';').map(str::trim).collect();
    let leaves_of = |id: &PartId| {
        let holding = record.holdings.iter().find(|holding| holding.id == *id)?;
        leaves_value(&holding.path).map(compare_form)
    };
    let of_first = cited.first().and_then(leaves_of);
    for (number, id) in cited.iter().enumerate() {
        let place = match places.get(number).filter(|place| !place.is_empty()) {
            Some(place) => place,
            None if leaves_of(id) == of_first => places.first().unwrap_or(&""),
            None => continue,
        };
        if let Some(holding) = narrow.holdings.iter_mut().find(|known| known.id == *id) {
            let number = place.find(|c: char| c.is_ascii_digit()).map_or(*place, |at| &place[at..]);
            holding.path = narrowed(&holding.path, number);
            holding.as_printed = None;
        }
    }
    narrow
}

/// The holdings that `choice` cites, in their order.
fn cited_holdings<'a>(
    record: &'a Record,
    choice: &'a Choice,
) -> Box<dyn Iterator<Item = &'a Holding> + 'a> {
    let all = record.holdings.iter();
    match &choice.holding {
        HoldingChoice::Named(ids) => {
            Box::new(ids.iter().filter_map(|id| record.holdings.iter().find(|h| h.id == *id)))
        }
        HoldingChoice::All => Box::new(all.filter(|h| h.rank != Some(Rank::Deprecated))),
        HoldingChoice::Principal => Box::new(record.principal_holding().into_iter()),
        HoldingChoice::None => Box::new(std::iter::empty()),
    }
}

/// How later citations name the document (CMOS 18, 14.127), in the language.
fn hereafter(words: &str, language: &str) -> String {
    match language.split('-').next().unwrap_or(language) {
        "ru" => format!(" (далее — {words})"),
        "de" => format!(" (im Folgenden: {words})"),
        "fr" => format!(" (ci-après {words})"),
        "zh" => format!("（以下简称{words}）"),
        _ => format!(" (hereafter cited as {words})"),
    }
}

/// Documents of one collection as one entry for the collection, as soon as there are two of them.
fn merged_by_collection(items: Vec<Item>) -> Vec<Item> {
    let key = |item: &Item| -> Option<(String, String)> {
        let collection = item.text(TextVariable::ArchiveCollection)?;
        Some((item.text(TextVariable::Archive).unwrap_or("").to_owned(), collection.to_owned()))
    };
    let mut counts: HashMap<(String, String), usize> = HashMap::new();
    for key in items.iter().filter_map(key) {
        *counts.entry(key).or_default() += 1;
    }
    let mut made: HashMap<(String, String), ()> = HashMap::new();
    let mut merged = Vec::with_capacity(items.len());
    for item in items {
        match key(&item).filter(|key| counts.get(key).is_some_and(|count| *count > 1)) {
            Some(key) => {
                if made.insert(key, ()).is_none() {
                    merged.push(collection_of(&item));
                }
            }
            None => merged.push(item),
        }
    }
    merged
}

/// `printed` sorted by headings; within a heading the order of the style stays. `whole` has the same
/// entries with all names written out: a dash for the author of the entry before stays only where
/// that author's entry is the one before under the heading as well.
fn under_headings(printed: Vec<Printed>, whole: &[Printed], language: &str) -> Vec<Printed> {
    // How many entries up to each have no dash: two with one number between them have one author.
    let mut written_out = 0usize;
    let mut placed: Vec<(usize, usize, String, Printed)> = Vec::with_capacity(printed.len());
    for (at, entry) in printed.into_iter().enumerate() {
        let dashed = whole.get(at).is_some_and(|whole| whole.text != entry.text);
        written_out += usize::from(!dashed);
        let key = by_number(entry.heading.as_deref().unwrap_or(""));
        placed.push((at, written_out, key, entry));
    }
    super::collation::sort_by_text(language, &mut placed, |(_, _, key, _)| key.as_str());
    let mut before: Option<(usize, String)> = None;
    let mut sorted = Vec::with_capacity(placed.len());
    for (at, author, _, mut entry) in placed {
        let heading = entry.heading.clone().unwrap_or_default();
        let follows = before.as_ref().is_some_and(|(a, h)| *a == author && *h == heading);
        if !follows && let Some(whole) = whole.get(at) {
            entry.text.clone_from(&whole.text);
        }
        before = Some((author, heading));
        sorted.push(entry);
    }
    sorted
}

/// A fonds as it is cited, and its title.
type Fonds = (String, Option<String>);

/// Under which headings each item stands: the archive, and in it the collection, or the fonds with the
/// title that one of its documents gives it.
fn headings(items: &[Item], fondses: &HashMap<String, Fonds>) -> HashMap<String, Vec<String>> {
    let archive = |item: &Item| item.text(TextVariable::Archive).unwrap_or("").to_owned();
    let mut titles: HashMap<(String, &str), &str> = HashMap::new();
    for item in items {
        if let Some((fonds, Some(title))) = fondses.get(&*item.id) {
            titles.entry((archive(item), fonds)).or_insert(title);
        }
    }
    let heading = |item: &Item| {
        let mut parts: Vec<String> = [TextVariable::Archive, TextVariable::ArchiveCollection]
            .into_iter()
            .filter_map(|part| item.text(part))
            .map(str::to_owned)
            .collect();
        if let ([_], Some((fonds, _))) = (parts.as_slice(), fondses.get(&*item.id))
            && item.text(TextVariable::ArchiveLocation).is_some()
        {
            let title = titles.get(&(archive(item), fonds.as_str()));
            parts.push(title.map_or(fonds.clone(), |title| format!("{fonds} {title}")));
        }
        parts
    };
    items.iter().map(|item| (item.id.to_string(), heading(item))).collect()
}

/// `text` with its numbers padded, so that `N 247` is sorted before `N 1022`.
fn by_number(text: &str) -> String {
    let mut padded = String::with_capacity(text.len() + 16);
    let mut digits = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        if !digits.is_empty() {
            padded.push_str(&format!("{digits:0>10}"));
            digits.clear();
        }
        padded.push(character);
    }
    padded.pop();
    padded
}
