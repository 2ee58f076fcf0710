//! Columns of a table that hold citations: `cite:STYLE`, `short:STYLE`, `bib:STYLE`,
//! `author-date:STYLE`.
//!
//! Each record is cited by itself, as if nothing else were: a row depends on its record alone, so
//! that rows can be made side by side and stay the same when other records come or go. What tells
//! works apart (`1951a`) is a matter of one document and stands in none.

use super::{Catalog, CiteRequest, Form, Result};
use crate::citation::{Choice, HoldingChoice, item_of};
use crate::formats::{CellMaker, ColumnSource, ColumnSpec};
use crate::formatter::{Citation, Cite, Options, Position, Processor};
use crate::record::{Archives, Holding, Record};
use crate::style::{Class, Style};
use std::sync::Arc;

/// The words before the colon, and what they ask for.
const FORMS: [(&str, Form); 5] = [
    ("cite", Form::Note),
    ("note", Form::Note),
    ("short", Form::Short),
    ("bib", Form::Bibliography),
    ("author-date", Form::AuthorDate),
];

/// A column of citations.
struct CitationColumn {
    style: Style,
    form: Form,
    choice: Choice,
}

impl Catalog {
    /// Reads the columns of a table, those with citations included: `cite:chicago-notes`,
    /// `bib:gost-r-7-0-5@ru` (in another language), `cite:` (in the style of the catalog).
    pub fn columns(&self, text: &str) -> Result<Vec<ColumnSpec>> {
        let mut columns = ColumnSpec::list(text)?;
        for column in &mut columns {
            let ColumnSource::Named(name) = &column.source else { continue };
            if let Some(maker) = self.citation_column(name)? {
                column.source = ColumnSource::Made(Arc::new(maker));
            }
        }
        Ok(columns)
    }

    /// The column that `name` asks for, when it is one of citations.
    fn citation_column(&self, name: &str) -> Result<Option<CitationColumn>> {
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
            language.parse::<crate::record::Language>()?;
        }
        let request = CiteRequest {
            style: Some(style.trim().to_owned()).filter(|style| !style.is_empty()),
            form,
            language: language.map(str::to_owned),
            ..CiteRequest::default()
        };
        let ready = self.ready(&request)?;
        let choice = ready.choice(&request, self);
        let mut style = ready.style;
        if form == Form::Bibliography {
            if style.bibliography.is_none() {
                return Err(crate::problem::Problem::error(
                    crate::problem::codes::COLUMN,
                    format!("the style `{}` has no bibliography", ready.name),
                )
                .mend("ask for `cite:`, or for another style")
                .into());
            }
        } else {
            // Nobody asks for it here, and printing it costs as much as the citation.
            style.bibliography = None;
        }
        Ok(Some(CitationColumn { style, form, choice }))
    }
}

impl CellMaker for CitationColumn {
    fn cell(
        &self,
        record: &Record,
        holding: Option<&Holding>,
        archives: &Archives,
    ) -> Result<String, String> {
        let item = match holding {
            None => item_of(record, archives, &self.choice).0,
            Some(holding) => {
                let holding = HoldingChoice::Named(vec![holding.id.clone()]);
                item_of(record, archives, &Choice { holding, ..self.choice.clone() }).0
            }
        };
        let citations = match self.form {
            Form::Bibliography => Vec::new(),
            form => {
                let mut cite = Cite::of(&*item.id);
                if form == Form::Short {
                    cite.position = Some(Position::Subsequent);
                }
                vec![Citation::of(u32::from(self.style.class == Class::Note), [cite])]
            }
        };
        let formatted =
            Processor::new(&self.style).process(&[item], &citations, &Options::default());
        let printed = match self.form {
            Form::Bibliography => formatted.bibliography.into_iter().next().map(|entry| entry.text),
            _ => formatted.citations.into_iter().next(),
        };
        match printed.as_deref().map(str::trim) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err("the style prints nothing".to_owned()),
        }
    }
}
