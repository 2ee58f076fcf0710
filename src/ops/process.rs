//! A manuscript with formatted text in the place of its citations.

use super::cite::{Prepared, finished, missing_parts};
use super::cited::{Lines, cites, unknown_key};
use super::meanings::Meanings;
use super::{Catalog, CiteRequest, Form, ManuscriptFile, Result};
use crate::formatter::write::{Format, escape};
use crate::formatter::{Citation, Mode};
use crate::manuscript::{Edit, Heading, Kind, Language, Manuscript, Marks, Step};
use crate::problem::{Place, Problem, codes};
use crate::record::{Record, Source};
use crate::style::Class;
use serde::Serialize;
use std::collections::HashSet;

/// How a manuscript is to be processed.
#[derive(Debug, Clone, Default)]
pub struct ProcessRequest {
    /// How records are cited; the format is that of the manuscript's language.
    pub cite: CiteRequest,
    /// Whether there is to be no bibliography.
    pub no_bibliography: bool,
    /// Whether a collection is listed in place of its documents, as soon as there are two.
    pub collections: bool,
    /// Whether the bibliography is grouped by archive and collection.
    pub by_archive: bool,
    /// Where the marks of footnotes stand; as the language of the citations has it when nothing is
    /// said.
    pub marks: Option<Marks>,
}

/// A manuscript that was processed.
///
/// As JSON: `style`, `replaced` (a list of [`Replaced`]), `bibliography` (how many entries it has),
/// `text`.
#[derive(Debug, Default, Serialize)]
pub struct Processed {
    /// The name of the style.
    pub style: String,
    /// What stands now in the place of the citations, in the order of reading.
    pub replaced: Vec<Replaced>,
    /// How many entries the bibliography has.
    pub bibliography: usize,
    /// The whole text.
    pub text: String,
    /// What is wrong: keys that mean nothing, commands that are not understood.
    #[serde(skip)]
    pub problems: Vec<Problem>,
    /// The texts that the problems point into.
    #[serde(skip)]
    pub sources: Vec<Source>,
}

/// A citation that was replaced.
///
/// As JSON: `keys`, `line`, `column` (in the manuscript), `note` (the number of the footnote that it
/// stands in; left out when there is none), `text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replaced {
    /// The keys as they stand in the manuscript.
    pub keys: Vec<String>,
    /// The line in the manuscript, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The number of the footnote; 0 when it stands in none.
    #[serde(skip_serializing_if = "is_zero")]
    pub note: u32,
    /// What is printed.
    pub text: String,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The format in which a language is written.
fn format_of(language: Language) -> Format {
    match language {
        Language::Markdown => Format::Markdown,
        Language::Latex => Format::Latex,
        Language::Typst => Format::Typst,
    }
}

/// Whether links can be written: LaTeX has them from a package.
fn has_links(text: &str, language: Language) -> bool {
    language != Language::Latex || text.contains("hyperref")
}

/// One run of the processor for one citation of the manuscript, or a part of it.
struct Planned {
    /// Which citation of the manuscript.
    number: usize,
    /// Whether it is the author that stands in the sentence before a footnote.
    author: bool,
    /// The number of the footnote it stands in; 0 for none.
    note: u32,
}

/// What is to be printed, in the order of reading.
struct Plan {
    planned: Vec<Planned>,
    citations: Vec<Citation>,
}

impl Catalog {
    /// Puts formatted text in the place of the manuscript's citations, and a bibliography where it
    /// belongs. What cites a record that there is not, or that cannot be read, stays as it is.
    ///
    /// # Errors
    /// When the style or the catalog cannot be read.
    pub fn process(&self, file: &ManuscriptFile, request: &ProcessRequest) -> Result<Processed> {
        let manuscript = Manuscript::read(&file.text, file.language);
        let at = request.cite.at;
        let keys = cites(&manuscript).map(|cite| cite.key.as_str()).filter(|key| *key != "*");
        let mut meanings = self.meanings(keys, at)?;
        let mut answer = Processed::default();
        answer.problems.append(&mut meanings.problems);
        answer.sources.append(&mut meanings.sources);
        let lines = Lines::of(&file.text);
        told(&manuscript, &meanings, &lines, file, &mut answer);
        let mut refused: HashSet<&str> = HashSet::new();
        for record in &meanings.records {
            let missing = missing_parts(record, &request.cite);
            if !missing.is_empty() {
                refused.insert(record.id.as_str());
                answer.problems.extend(missing);
            }
        }
        let cite = CiteRequest {
            form: Form::Note,
            format: format_of(file.language),
            no_links: !has_links(&file.text, file.language),
            ..request.cite.clone()
        };
        let ready = self.ready(&cite)?;
        answer.problems.extend(ready.problems.iter().cloned());
        answer.style.clone_from(&ready.name);
        let archives = self.archives_at(at)?;
        let id_of = |key: &str| {
            let id = meanings.record(key)?.id.as_str();
            (!refused.contains(id)).then_some(id)
        };
        let of_places = cites(&manuscript).filter(|cite| cite.locator.is_some());
        let placed: HashSet<&str> = of_places.filter_map(|cite| id_of(&cite.key)).collect();
        let prepared = ready.prepare(&meanings.records, &placed, &archives, &cite, self);
        let notes = ready.style.class == Class::Note;
        let mut plan = planned(&manuscript, &prepared, notes, &id_of);
        let typed: Vec<Vec<Option<&str>>> = plan
            .planned
            .iter()
            .map(|planned| {
                let citation = manuscript.citations.get(planned.number);
                let cites = citation.map(|citation| citation.cites.as_slice()).unwrap_or_default();
                cites.iter().map(|cite| cite.locator.as_deref()).collect()
            })
            .collect();
        let formatted = ready.process(&prepared, &mut plan.citations, &typed, &cite);
        answer.problems.extend(formatted.problems);
        let printed: Vec<String> = formatted
            .citations
            .into_iter()
            .map(|text| {
                let text = ready.marked(one_line(text, file.language));
                manuscript.reveal(&finished(text, &cite))
            })
            .collect();
        let marks = request.marks.unwrap_or_else(|| usual_marks(prepared.language()));
        let language = prepared.language().to_owned();
        let mut edits = replaced(&manuscript, &plan, &printed, notes, marks, &lines, &mut answer);
        let definitions = std::mem::take(&mut edits.definitions);
        let mut end = String::new();
        if !request.no_bibliography {
            let bibliography = self.manuscript_bibliography(
                &manuscript,
                &meanings,
                &refused,
                request,
                &mut answer,
            )?;
            if let Some(entries) = bibliography {
                let usual = usual_heading(&language);
                edits.put_bibliography(&manuscript, &entries, usual, &mut end);
            }
        } else {
            for place in manuscript.references.iter().filter(|place| !place.span.is_empty()) {
                edits.list.push(Edit { span: place.span.clone(), text: String::new() });
            }
        }
        let mut text = manuscript.with(edits.list);
        put_at_end(&mut text, file.language, &end, &definitions);
        if file.byte_order_mark {
            text.insert(0, '\u{feff}');
        }
        answer.text = text;
        Ok(answer)
    }

    /// The entries of the bibliography with the headings between them; `None` when there is nothing
    /// to be listed.
    fn manuscript_bibliography(
        &self,
        manuscript: &Manuscript<'_>,
        meanings: &Meanings,
        refused: &HashSet<&str>,
        request: &ProcessRequest,
        answer: &mut Processed,
    ) -> Result<Option<Vec<String>>> {
        let everything = cites(manuscript).any(|cite| cite.key == "*");
        let mut records: Vec<Record> = meanings
            .records
            .iter()
            .filter(|record| !refused.contains(record.id.as_str()))
            .cloned()
            .collect();
        if everything {
            let known: HashSet<_> = records.iter().map(|record| record.id.clone()).collect();
            for file in self.records(request.cite.at)? {
                match file.record {
                    Some(record) if !known.contains(&record.id) => records.push(record),
                    Some(_) => {}
                    None => {
                        answer.problems.extend(file.problems);
                        answer.sources.extend(file.source);
                    }
                }
            }
        }
        let format = format_of(manuscript.language);
        let cite = CiteRequest {
            form: Form::Bibliography,
            format,
            no_links: !has_links(manuscript.text, manuscript.language),
            ..request.cite.clone()
        };
        let ready = self.ready(&cite)?;
        if records.is_empty() || ready.style.bibliography.is_none() {
            return Ok(None);
        }
        let listed = self.bibliography(&records, request.collections, request.by_archive, &cite)?;
        answer.problems.extend(listed.problems);
        answer.bibliography = listed.printed.len();
        let mut entries = Vec::with_capacity(listed.printed.len());
        let mut group: Option<&str> = None;
        for entry in &listed.printed {
            let heading = entry.heading.as_deref().filter(|heading| !heading.is_empty());
            if let Some(title) = heading.filter(|heading| group != Some(*heading)) {
                let mut escaped = String::new();
                escape(title, format, &mut escaped);
                entries.push(manuscript.group_heading(&escaped));
            }
            group = heading.or(group);
            entries.push(entry.text.trim().to_owned());
        }
        Ok(Some(entries))
    }
}

/// Tells what is not understood, with its place.
fn told(
    manuscript: &Manuscript<'_>,
    meanings: &Meanings,
    lines: &Lines<'_>,
    file: &ManuscriptFile,
    answer: &mut Processed,
) {
    let before = answer.problems.len();
    let place = |at: usize| {
        let (line, column) = lines.place(at);
        Place::file(&file.name).line_column(line, column)
    };
    for cite in cites(manuscript).filter(|cite| cite.key != "*") {
        if let Some(problem) = unknown_key(&cite.key, meanings) {
            answer.problems.push(problem.at(place(cite.span.start)));
        }
    }
    for span in &manuscript.not_understood {
        let command = manuscript.text.get(span.clone()).unwrap_or("");
        answer.problems.push(
            Problem::warning(codes::CITATION_COMMAND, format!("`{command}` is left as it stands"))
                .at(place(span.start))
                .mend("cite with `\\autocite`, `\\textcite` or `\\citeauthor`, or write the words"),
        );
    }
    if answer.problems.len() > before {
        answer.sources.push(Source { file: file.name.clone(), text: file.text.clone() });
    }
}

/// What is to be printed, with the numbers of the footnotes as the reader will count them.
fn planned<'r>(
    manuscript: &Manuscript<'_>,
    prepared: &Prepared<'_>,
    notes: bool,
    id_of: &impl Fn(&str) -> Option<&'r str>,
) -> Plan {
    let mut plan = Plan { planned: Vec::new(), citations: Vec::new() };
    let mut note = 0_u32;
    let mut add = |number: usize, note: u32, made: bool| {
        let Some(found) = manuscript.citations.get(number) else { return };
        let mode = match (found.kind, notes) {
            (Kind::AuthorOnly, _) => Mode::AuthorOnly,
            (Kind::InSentence, false) => Mode::Composite,
            _ => Mode::Full,
        };
        let cites = found.cites.iter().filter_map(|cite| {
            Some(crate::formatter::Cite {
                prefix: cite.prefix.clone(),
                suffix: cite.suffix.clone(),
                suppress_author: cite.suppress_author,
                ..prepared.cite(id_of(&cite.key)?, cite.locator.as_deref())
            })
        });
        let counted = if notes { note } else { 0 };
        let mut whole = Citation { mode, ..Citation::of(counted, cites) };
        if made
            && notes
            && let Some(first) = whole.cites.first_mut()
        {
            first.prefix = capitalized(&first.prefix);
        }
        if made && notes && found.kind == Kind::InSentence {
            let author = Citation { note: 0, mode: Mode::AuthorOnly, ..whole.clone() };
            plan.planned.push(Planned { number, author: true, note });
            plan.citations.push(author);
        }
        plan.planned.push(Planned { number, author: false, note });
        plan.citations.push(whole);
    };
    let is_known = |number: &usize| {
        manuscript.citations.get(*number).is_some_and(|citation| {
            citation.kind != Kind::Silent
                && citation.cites.iter().all(|cite| id_of(&cite.key).is_some())
        })
    };
    for step in &manuscript.steps {
        match step {
            Step::Citation(number) if is_known(number) => {
                let made = manuscript.citations.get(*number).is_some_and(|citation| {
                    citation.kind != Kind::AuthorOnly && (notes || citation.footnote_asked)
                });
                note += u32::from(made);
                add(*number, if made { note } else { 0 }, made);
            }
            Step::Citation(_) => {}
            Step::Note(own) => {
                note += 1;
                own.citations.iter().filter(|number| is_known(number)).for_each(|number| {
                    add(*number, note, false);
                });
            }
        }
    }
    plan
}

/// The edits of a manuscript.
#[derive(Default)]
struct Edits {
    list: Vec<Edit>,
    /// What defines the footnotes that were made, in Markdown.
    definitions: String,
}

fn replaced(
    manuscript: &Manuscript<'_>,
    plan: &Plan,
    printed: &[String],
    notes: bool,
    marks: Marks,
    lines: &Lines<'_>,
    answer: &mut Processed,
) -> Edits {
    let mut edits = Edits::default();
    // Labels that the manuscript does not use.
    let mut letter = String::new();
    let taken = |letter: &str| {
        manuscript.footnote_labels.iter().any(|label| {
            label.strip_prefix(letter).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    while taken(&letter) {
        letter.push('c');
    }
    let mut author: Option<&str> = None;
    for (planned, text) in plan.planned.iter().zip(printed) {
        if planned.author {
            author = Some(text.trim());
            continue;
        }
        let Some(citation) = manuscript.citations.get(planned.number) else { continue };
        let makes_note = planned.note > 0 && !citation.in_footnote;
        // Without its author a citation may begin with a small letter.
        let suppressed = citation
            .cites
            .first()
            .is_some_and(|cite| cite.suppress_author && cite.prefix.is_empty());
        let text = match makes_note && notes && suppressed {
            true if text.starts_with(char::is_lowercase) => &capitalized(text),
            _ => text,
        };
        let label = format!("{letter}{}", planned.note);
        let definitions = &mut edits.definitions;
        let edit = match author.take() {
            Some(author) => {
                manuscript.footnote_after_text(citation, author, &label, text, definitions)
            }
            None if makes_note => manuscript.footnote(citation, &label, text, marks, definitions),
            None if notes && citation.in_footnote => {
                let text = text.trim();
                let bare = match manuscript.ends_sentence(citation) {
                    true => text,
                    false => text.strip_suffix('.').unwrap_or(text),
                };
                manuscript.in_text(citation, bare)
            }
            None => manuscript.in_text(citation, text.trim()),
        };
        edits.list.push(edit);
        let (line, column) = lines.place(citation.span.start);
        answer.replaced.push(Replaced {
            keys: citation.cites.iter().map(|cite| cite.key.clone()).collect(),
            line,
            column,
            note: planned.note,
            text: text.trim().to_owned(),
        });
    }
    // What lists without citing has done its work.
    let silent = manuscript.citations.iter().filter(|citation| citation.kind == Kind::Silent);
    edits
        .list
        .extend(silent.map(|citation| Edit { span: citation.span.clone(), text: String::new() }));
    edits
}

impl Edits {
    /// Puts the bibliography in its place; into `end` when the manuscript names none.
    fn put_bibliography(
        &mut self,
        manuscript: &Manuscript<'_>,
        entries: &[String],
        usual: &str,
        end: &mut String,
    ) {
        let Some((first, others)) = manuscript.references.split_first() else {
            *end = manuscript.bibliography(&Heading::Usual, usual, entries);
            return;
        };
        let text = manuscript.bibliography(&first.heading, usual, entries);
        let text = match manuscript.language {
            // Within a division.
            Language::Markdown => format!("\n{text}\n\n"),
            _ => text,
        };
        self.list.push(Edit { span: first.span.clone(), text });
        for place in others.iter().filter(|place| !place.span.is_empty()) {
            self.list.push(Edit { span: place.span.clone(), text: String::new() });
        }
    }
}

/// Puts the bibliography and the texts of footnotes at the end.
fn put_at_end(text: &mut String, language: Language, bibliography: &str, definitions: &str) {
    // Nothing is printed after the end of a document in LaTeX.
    if language == Language::Latex && !bibliography.is_empty() {
        let end = text.rfind("\\end{document}").unwrap_or(text.len());
        let gap = if text[..end].ends_with('\n') { "\n" } else { "\n\n" };
        text.insert_str(end, &format!("{gap}{bibliography}\n"));
        return;
    }
    for part in [bibliography.trim_end(), definitions.trim_end()] {
        if part.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
        }
        text.push_str(part);
        text.push('\n');
    }
}

/// Words that begin a footnote, with a capital letter.
fn capitalized(words: &str) -> String {
    let mut in_tag = false;
    for (at, c) in words.char_indices() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if c.is_alphanumeric() && !in_tag => {
                let after = &words[at + c.len_utf8()..];
                return format!("{}{}{after}", &words[..at], c.to_uppercase());
            }
            _ => {}
        }
    }
    words.to_owned()
}

/// In Markdown a blank line would end the footnote or the paragraph.
fn one_line(text: String, language: Language) -> String {
    match language {
        Language::Markdown if text.contains('\n') => {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        _ => text,
    }
}

/// Where a language puts the marks of footnotes.
fn usual_marks(language: &str) -> Marks {
    match language.split('-').next().unwrap_or(language) {
        "en" | "zh" | "ja" => Marks::AfterPunctuation,
        _ => Marks::BeforePunctuation,
    }
}

/// The usual heading of a bibliography.
fn usual_heading(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or(language) {
        "de" => "Literaturverzeichnis",
        "fr" => "Bibliographie",
        "ru" => "Библиография",
        "zh" => "参考文献",
        _ => "Bibliography",
    }
}
