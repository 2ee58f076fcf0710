//! Columns of a table that hold citations: `cite:STYLE`, `short:STYLE`, `bib:STYLE`,
//! `author-date:STYLE`.
//!
//! Each record is cited by itself, as if nothing else were: a row depends on its record alone, so
//! that rows can be made side by side and stay the same when other records come or go. What tells
//! works apart (`1951a`) is a matter of one document and stands in none.

use super::{Catalog, CiteRequest, Form, Result};
use crate::citation::{Choice, HoldingChoice, Item, item_of};
use crate::formats::{CellMaker, ColumnSource, ColumnSpec, MadeCell};
use crate::formatter::{Citation, Cite, Options, Position, Processor};
use crate::problem::{Problem, codes};
use crate::record::{Archives, Holding, Language, Record};
use crate::style::{Area, BibliographyOptions, Class, GivenNameRule, Style};
use std::sync::Arc;

/// The words before the colon, and what they ask for.
const FORMS: [(&str, Form); 5] = [
    ("cite", Form::Note),
    ("note", Form::Note),
    ("short", Form::Short),
    ("bib", Form::Bibliography),
    ("author-date", Form::AuthorDate),
];

/// The columns of citations of one table: for each record, what they have in common is done once.
#[derive(Default)]
struct CitationColumns {
    /// How items are made for them.
    choices: Vec<Choice>,
    runs: Vec<Run>,
    /// How many columns there are.
    columns: usize,
}

/// What one run of the processor gives: a citation, an entry of the bibliography, or both.
struct Run {
    /// The name of the style, and its language when one is asked for.
    name: (String, Option<String>),
    style: Style,
    /// Which of the choices.
    choice: usize,
    /// The form of the citation, and its column.
    citation: Option<(Form, usize)>,
    /// The column of the entry.
    entry: Option<usize>,
    /// The bibliography of the style, until a column asks for it: printing an entry costs as much as a citation.
    unused: Option<Area<BibliographyOptions>>,
}

impl Run {
    /// Whether a citation and an entry read the same when they are made by one run as by two: names met in the
    /// keys by which a bibliography is sorted may show up in citations of styles that ask who else has a name.
    fn may_do_both(&self) -> bool {
        let options = &self.style.citation.options;
        !options.add_given_names || options.given_name_rule == GivenNameRule::ByCite
    }
}

impl Catalog {
    /// Reads the columns of a table, those with citations included: `cite:chicago-notes`,
    /// `bib:gost-r-7-0-5@ru` (in another language), `cite:` (in the style of the catalog).
    pub fn columns(&self, text: &str) -> Result<Vec<ColumnSpec>> {
        let mut columns = ColumnSpec::list(text)?;
        let mut citations = CitationColumns::default();
        let mut made: Vec<(usize, usize)> = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let ColumnSource::Named(name) = &column.source else { continue };
            if let Some(number) = self.add_citation_column(name, &mut citations)? {
                made.push((at, number));
            }
        }
        let maker: Arc<dyn CellMaker> = Arc::new(citations);
        for (at, number) in made {
            if let Some(column) = columns.get_mut(at) {
                column.source = ColumnSource::Made(Arc::clone(&maker), number);
            }
        }
        Ok(columns)
    }

    /// Adds the column that `name` asks for to `columns`, when it is one of citations, and gives its number there.
    fn add_citation_column(
        &self,
        name: &str,
        columns: &mut CitationColumns,
    ) -> Result<Option<usize>> {
        let form = |word: &str| FORMS.iter().find(|(known, _)| *known == word);
        let Some((&(_, form), style)) =
            name.split_once(':').and_then(|(word, style)| Some((form(word)?, style)))
        else {
            return Ok(None);
        };
        let (style, language) = match style.rsplit_once('@') {
            Some((style, language)) => (style, Some(language)),
            None => (style, None),
        };
        if let Some(language) = language {
            let asked = language.parse::<Language>();
            asked.map_err(|problem| Problem { code: codes::LANGUAGE_ASKED, ..problem })?;
        }
        let request = CiteRequest {
            style: Some(style.trim().to_owned()).filter(|style| !style.is_empty()),
            form,
            language: language.map(str::to_owned),
            ..CiteRequest::default()
        };
        let ready = self.ready(&request)?;
        let choice = ready.choice(&request, self);
        let is_entry = form == Form::Bibliography;
        if is_entry && ready.style.bibliography.is_none() {
            return Err(Problem::error(
                codes::COLUMN,
                format!("the style `{}` has no bibliography", ready.name),
            )
            .mend("ask for `cite:`, or for another style")
            .into());
        }
        let number = columns.columns;
        columns.columns += 1;
        let known = columns.choices.iter().position(|known| *known == choice);
        let choice = known.unwrap_or_else(|| {
            columns.choices.push(choice);
            columns.choices.len() - 1
        });
        let name = (ready.name, request.language);
        let fits = |run: &Run| {
            let is_free = if is_entry { run.entry.is_none() } else { run.citation.is_none() };
            is_free && run.name == name && run.choice == choice && run.may_do_both()
        };
        let run = match columns.runs.iter().position(fits) {
            Some(at) => columns.runs.get_mut(at),
            None => {
                let mut style = ready.style;
                let unused = style.bibliography.take();
                let run = Run { name, style, choice, citation: None, entry: None, unused };
                columns.runs.push(run);
                columns.runs.last_mut()
            }
        };
        if let Some(run) = run {
            if is_entry {
                run.style.bibliography = run.unused.take();
                run.entry = Some(number);
            } else {
                run.citation = Some((form, number));
            }
        }
        Ok(Some(number))
    }
}

impl CellMaker for CitationColumns {
    fn cells(
        &self,
        record: &Record,
        holding: Option<&Holding>,
        archives: &Archives,
    ) -> Vec<MadeCell> {
        let item = |choice: &Choice| match holding {
            None => item_of(record, archives, choice).0,
            Some(holding) => {
                let holding = HoldingChoice::Named(vec![holding.id.clone()]);
                item_of(record, archives, &Choice { holding, ..choice.clone() }).0
            }
        };
        let items: Vec<Item> = self.choices.iter().map(item).collect();
        let mut cells: Vec<MadeCell> = vec![Ok(String::new()); self.columns];
        for run in &self.runs {
            let Some(item) = items.get(run.choice) else { continue };
            let citations: Vec<Citation> = run
                .citation
                .iter()
                .map(|(form, _)| {
                    let mut cite = Cite::of(&*item.id);
                    if *form == Form::Short {
                        cite.position = Some(Position::Subsequent);
                    }
                    Citation::of(u32::from(run.style.class == Class::Note), [cite])
                })
                .collect();
            let formatted = Processor::new(&run.style).process(
                std::slice::from_ref(item),
                &citations,
                &Options::default(),
            );
            let citation = formatted.citations.into_iter().next();
            let entry = formatted.bibliography.into_iter().next().map(|entry| entry.text);
            let column = run.citation.map(|(_, column)| column);
            for (column, text) in [(column, citation), (run.entry, entry)] {
                if let Some(cell) = column.and_then(|column| cells.get_mut(column)) {
                    *cell = printed(text);
                }
            }
        }
        cells
    }
}

/// What the style prints, without what stands around it.
fn printed(text: Option<String>) -> MadeCell {
    match text.as_deref().map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err("the style prints nothing".to_owned()),
    }
}
