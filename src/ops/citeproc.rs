//! The bare CSL processor for other programs: jobs in JSON in, citations and bibliographies out.
//!
//! A job names a style, gives items (CSL-JSON) and citations, and gets one answer. What is wrong
//! with a job is told in its answer; nothing that is in a job stops the jobs after it.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::citation::{Item, LocatorLabel};
use crate::formatter::write::{Format, Writing};
use crate::formatter::{self, Citation, Cite, Mode, Options};
use crate::ops::Refusal;
use crate::ops::citeproc_job::{Given, Job};
use crate::problem::{Problem, Severity, codes};
use crate::store::files;
use crate::style::{Class, Sources, Style, bundled};

/// The longest job: 256 MiB.
const LONGEST_JOB: u64 = 256 << 20;
/// The largest style file: 4 MiB, many times the largest real one.
const LARGEST_STYLE: u64 = 4 << 20;
/// The longest locator, prefix or suffix of a cite, in bytes.
const LONGEST_WORDS: usize = 10_000;
/// How many compiled styles are kept for the jobs to come.
const KEPT_STYLES: usize = 16;
/// The stack of the thread that does the work: room for the deepest style many times over.
const STACK: usize = 64 << 20;

/// Reads jobs, one JSON object a line, and hands each answer to `write` in the same order; `write`
/// is called as soon as an answer is ready.
///
/// A job is `{"id", "style": "a name or a file", "csl": "the text of a style", "locale", "items": [...],
/// "citations": [{"note": 1, "items": [{"id", "locator", "label", "prefix", "suffix",
/// "suppress-author", "author-only"}]}], "format": "text"}`; all but `items` and one of `style` and
/// `csl` may be left out, and without `citations` each item is cited once, in order. An answer is
/// `{"id", "citations": [...], "bibliography": [...], "bibliography_ids": [...], "problems": [...]}`.
///
/// # Errors
/// When `input` cannot be read or `write` fails.
pub fn serve(
    input: &mut (dyn BufRead + Send),
    write: &mut (dyn FnMut(&Value) -> io::Result<()> + Send),
) -> io::Result<()> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("citeproc".into())
            .stack_size(STACK)
            .spawn_scoped(scope, || {
                let mut processor = Processor::default();
                while let Some(job) = next_job(input)? {
                    write(&match job {
                        Ok(job) => processor.answer(&job),
                        Err(problem) => refusal(Value::Null, vec![problem]),
                    })?;
                }
                Ok(())
            })?
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the processor stopped")))
    })
}

/// The next line that is not blank; a line that is too long or not UTF-8 is a problem.
fn next_job(input: &mut dyn BufRead) -> io::Result<Option<Result<String, Problem>>> {
    loop {
        let mut line = Vec::new();
        if input.take(LONGEST_JOB).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.len() as u64 == LONGEST_JOB && !line.ends_with(b"\n") {
            // Read over the rest of the line.
            loop {
                let rest = input.fill_buf()?;
                let (used, over) = match rest.iter().position(|&byte| byte == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (rest.len(), rest.is_empty()),
                };
                input.consume(used);
                if over {
                    break;
                }
            }
            let message = format!("a job is longer than {} MiB", LONGEST_JOB >> 20);
            return Ok(Some(Err(Problem::error(codes::JOB, message))));
        }
        match String::from_utf8(line) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => return Ok(Some(Ok(text))),
            Err(_) => {
                return Ok(Some(Err(Problem::error(codes::JOB, "a job is not UTF-8 text"))));
            }
        }
    }
}

/// An answer without results.
fn refusal(id: Value, problems: Vec<Problem>) -> Value {
    answer(id, Printed { problems, ..Printed::default() })
}

/// The answer to the job `id`, as JSON.
pub fn answer(id: Value, printed: Printed) -> Value {
    let mut answer = Map::new();
    answer.insert("id".into(), id);
    answer.insert("citations".into(), printed.citations.into());
    answer.insert("bibliography".into(), printed.bibliography.into());
    answer.insert("bibliography_ids".into(), printed.bibliography_ids.into());
    let problems: Vec<Value> = printed.problems.iter().map(problem_json).collect();
    answer.insert("problems".into(), problems.into());
    Value::Object(answer)
}

fn problem_json(problem: &Problem) -> Value {
    let mut object = Map::new();
    object.insert("severity".into(), problem.severity.word().into());
    object.insert("code".into(), problem.code.name.into());
    object.insert("message".into(), problem.message.clone().into());
    if !problem.place.is_unknown() {
        object.insert("place".into(), problem.place.to_string().into());
    }
    if let Some(mend) = &problem.mend {
        object.insert("mend".into(), mend.clone().into());
    }
    Value::Object(object)
}

/// What a style prints.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Printed {
    /// The citations, in the order in which they were given.
    pub citations: Vec<String>,
    /// The bibliography's entries, in its order.
    pub bibliography: Vec<String>,
    /// The ids of their items.
    pub bibliography_ids: Vec<String>,
    /// What was not as it should be.
    pub problems: Vec<Problem>,
}

/// Prints citations and bibliography for programs that may as well ask the reference processor: also
/// where it departs from the specification ([`Options::like_reference`]). Numbers of notes mean nothing in a style whose citations
/// stand in the text, and are passed over there.
pub fn print(style: &Style, items: &[Item], citations: &[Citation], format: Format) -> Printed {
    let citations: Cow<'_, [Citation]> = match style.class {
        Class::Note => citations.into(),
        Class::InText => citations.iter().cloned().map(|c| Citation { note: 0, ..c }).collect(),
    };
    let options = Options {
        writing: Writing { format, links: false },
        like_reference: true,
        ..Options::default()
    };
    let formatted = formatter::Processor::new(style).process(items, &citations, &options);
    let mut printed = Printed {
        citations: formatted.citations,
        problems: formatted.problems,
        ..Printed::default()
    };
    if format == Format::Text {
        // Space at the ends is for a word processor, which sets a citation into a sentence.
        for citation in &mut printed.citations {
            *citation = citation.trim().to_owned();
        }
    }
    for entry in formatted.bibliography {
        printed.bibliography_ids.push(entry.id);
        printed.bibliography.push(entry.text);
    }
    printed
}

/// Does jobs, and keeps the styles it compiled for those to come.
#[derive(Default)]
pub struct Processor {
    /// The most recent one last.
    styles: Vec<KeptStyle>,
}

struct KeptStyle {
    name: String,
    csl: Option<String>,
    locale: Option<String>,
    style: Rc<Style>,
    problems: Vec<Problem>,
}

impl Processor {
    /// Does one job, given as JSON. What is wrong with it is told in the answer.
    ///
    /// ```
    /// use fonds::ops::citeproc::Processor;
    /// let job = r#"{"id": 1, "style": "apa", "items": [{"id": "a", "type": "book", "title": "Memoirs",
    ///     "author": [{"family": "Kennan", "given": "George F."}], "issued": {"date-parts": [[1967]]}}]}"#;
    /// let answer = Processor::default().answer(job);
    /// assert_eq!(answer["citations"][0], "(Kennan, 1967)");
    /// assert_eq!(answer["bibliography_ids"][0], "a");
    /// ```
    pub fn answer(&mut self, job: &str) -> Value {
        let mut id = Value::Null;
        // A defect of ours must not take the jobs after this one with it.
        let answered = catch_unwind(AssertUnwindSafe(|| match Job::read(job) {
            Ok(mut job) => {
                id = job.fields.remove("id").unwrap_or(Value::Null);
                self.run(id.clone(), job)
            }
            Err(error) => {
                let problem = Problem::error(codes::JOB, format!("a job is no JSON: {error}"));
                refusal(Value::Null, vec![problem])
            }
        }));
        answered.unwrap_or_else(|_| {
            let problem = Problem::error(codes::PROCESSOR, "the processor failed at this job");
            refusal(id, vec![problem.mend("report the job: this is a defect of fonds")])
        })
    }

    fn run(&mut self, id: Value, mut job: Job) -> Value {
        let mut problems = Vec::new();
        let format = match job.get("format").and_then(Value::as_str) {
            None => Format::Text,
            Some(name) => Format::named(name).unwrap_or_else(|| {
                let names: Vec<&str> = Format::NAMES.iter().map(|(name, _)| *name).collect();
                problems.push(
                    Problem::warning(codes::JOB, format!("format is not known: `{name}`"))
                        .mend(format!("write one of {}", names.join(", "))),
                );
                Format::Text
            }),
        };
        let text = |key: &str| job.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let style = match self.style(text("style"), text("csl"), text("locale"), &mut problems) {
            Some(style) => style,
            None => return refusal(id, problems),
        };
        let items = std::mem::take(&mut job.items).take(&mut problems);
        let citations = match job.get("citations") {
            None | Some(Value::Null) => each_once(&items),
            Some(given) => read_citations(given, &mut problems),
        };
        let mut printed = print(&style, &items, &citations, format);
        problems.append(&mut printed.problems);
        answer(id, Printed { problems, ..printed })
    }

    /// The style of a job, compiled: from the text given, the bundled ones, or a file.
    fn style(
        &mut self,
        name: Option<&str>,
        csl: Option<&str>,
        locale: Option<&str>,
        problems: &mut Vec<Problem>,
    ) -> Option<Rc<Style>> {
        let is_it = |kept: &KeptStyle| {
            kept.csl.as_deref() == csl
                && kept.locale.as_deref() == locale
                && (csl.is_some() || Some(&*kept.name) == name)
        };
        if let Some(at) = self.styles.iter().position(is_it) {
            let kept = self.styles.remove(at);
            let style = Rc::clone(&kept.style);
            problems.extend(kept.problems.iter().cloned());
            self.styles.push(kept);
            return Some(style);
        }
        let (text, folder) = match (csl, name) {
            (Some(text), _) => (Cow::Borrowed(text), None),
            (None, Some(name)) => match style_text(name) {
                Ok(found) => found,
                Err(problem) => {
                    problems.push(problem);
                    return None;
                }
            },
            (None, None) => {
                problems.push(
                    Problem::error(codes::JOB, "a job names no style")
                        .mend("give `style` (a name or a file) or `csl` (the text of a style)"),
                );
                return None;
            }
        };
        let (style, said) = compile(&text, locale, folder.as_deref());
        problems.extend(said.iter().cloned());
        let style = Rc::new(style?);
        if self.styles.len() >= KEPT_STYLES {
            self.styles.remove(0);
        }
        self.styles.push(KeptStyle {
            name: name.unwrap_or("").to_owned(),
            csl: csl.map(str::to_owned),
            locale: locale.map(str::to_owned),
            style: Rc::clone(&style),
            problems: said,
        });
        Some(style)
    }
}

/// Compiles the text of a style with the bundled styles and locales behind it; the parent of a
/// dependent style is also looked for in `folder`, and in the folder above one that is called
/// `dependent`, as in the repository of the CSL project.
pub fn compile(
    text: &str,
    locale: Option<&str>,
    folder: Option<&Path>,
) -> (Option<Style>, Vec<Problem>) {
    let parent = |id: &str| -> Option<Cow<'static, str>> {
        bundled::style(id).or_else(|| {
            let name = id.rsplit('/').next().filter(|name| !name.starts_with('.'))?;
            let folder = folder?;
            let above = folder.ends_with("dependent").then(|| folder.join(".."));
            [Some(folder.to_owned()), above].into_iter().flatten().find_map(|folder| {
                let path = folder.join(format!("{name}.csl"));
                files::read_text(&path, LARGEST_STYLE).ok().map(Cow::Owned)
            })
        })
    };
    Style::compile(text, locale, &Sources { style: &parent, locale: &bundled::locale })
}

/// The text of the style with this name (bundled) or in this file, and the folder it came from.
///
/// # Errors
/// When there is neither such a style nor such a file, or the file cannot be read.
pub fn style_text(name: &str) -> Result<(Cow<'static, str>, Option<PathBuf>), Problem> {
    if let Some(text) = bundled::style(name) {
        return Ok((text, None));
    }
    let path = Path::new(name);
    if !name.contains(['/', '\\', '.']) {
        let near = bundled::styles()
            .iter()
            .flat_map(|style| style.names)
            .map(|known| (strsim::jaro_winkler(known, name), *known))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(likeness, _)| *likeness > 0.8);
        let problem = Problem::error(codes::STYLE_UNKNOWN, format!("style is not known: `{name}`"));
        return Err(match near {
            Some((_, known)) => problem.mend(format!("did you mean `{known}`?")),
            None => problem.mend("give a bundled style, or the path of a `.csl` file"),
        });
    }
    let text = files::read_text(path, LARGEST_STYLE)?;
    Ok((Cow::Owned(text), path.parent().map(Path::to_owned)))
}

/// The items of a job, one by one: a bad one does not take the others with it.
pub fn read_items(given: Option<&Value>, problems: &mut Vec<Problem>) -> Vec<Item> {
    let list = match given {
        Some(Value::Array(list)) => list,
        None | Some(Value::Null) => return Given::Nothing.take(problems),
        Some(_) => return Given::NoList.take(problems),
    };
    let mut items: Vec<Item> = Vec::with_capacity(list.len());
    for value in list {
        let (item, said) = Item::from_json(value);
        problems.extend(said);
        items.extend(item);
    }
    items
}

/// The citations of a job.
pub fn read_citations(given: &Value, problems: &mut Vec<Problem>) -> Vec<Citation> {
    let Value::Array(list) = given else {
        problems.push(Problem::error(codes::JOB, "`citations` is no list"));
        return Vec::new();
    };
    list.iter().map(|citation| read_citation(citation, problems)).collect()
}

fn read_citation(given: &Value, problems: &mut Vec<Problem>) -> Citation {
    let cites = match given {
        Value::Array(cites) => Some(cites),
        _ => given.get("items").and_then(Value::as_array),
    };
    let Some(cites) = cites else {
        problems.push(Problem::error(codes::JOB, "a citation has no list `items`"));
        return Citation::default();
    };
    let note = match given.get("note") {
        None | Some(Value::Null) => 0,
        Some(note) => {
            note.as_u64().and_then(|note| u32::try_from(note).ok()).unwrap_or_else(|| {
                let message = format!("`note` is no number: `{note}`");
                problems.push(Problem::warning(codes::JOB, message));
                0
            })
        }
    };
    let mode = match given.get("mode").and_then(Value::as_str) {
        Some("author-only") => Mode::AuthorOnly,
        Some("suppress-author") => Mode::SuppressAuthor,
        Some("composite") => Mode::Composite,
        _ => Mode::Full,
    };
    let text = |key: &str| given.get(key).and_then(scalar).unwrap_or_default();
    Citation {
        note,
        cites: cites.iter().filter_map(|cite| read_cite(cite, problems)).collect(),
        mode,
        infix: text("infix"),
        prefix: text("prefix"),
        suffix: text("suffix"),
        unsorted: given.get("unsorted").is_some_and(is_true),
    }
}

/// One cite: an object, or the id alone.
pub fn read_cite(given: &Value, problems: &mut Vec<Problem>) -> Option<Cite> {
    if let Some(id) = scalar(given) {
        return Some(Cite::of(id));
    }
    let Some(id) = given.get("id").and_then(scalar) else {
        problems.push(Problem::error(codes::JOB, "a cite has no `id`"));
        return None;
    };
    let mut text = |key: &str| {
        let mut text = given.get(key).and_then(scalar).unwrap_or_default();
        if text.len() > LONGEST_WORDS {
            let message = format!(
                "`{key}` of a cite of `{id}` is longer than {LONGEST_WORDS} bytes; the rest is left out"
            );
            problems.push(Problem::warning(codes::JOB, message));
            text.truncate(text.floor_char_boundary(LONGEST_WORDS));
        }
        text
    };
    let (locator, prefix, suffix) = (text("locator"), text("prefix"), text("suffix"));
    let label = match given.get("label").and_then(Value::as_str).filter(|label| !label.is_empty()) {
        None => None,
        Some(label) => {
            let known = LocatorLabel::from_word(label);
            if known.is_none() {
                let message = format!("label of a locator is not known: `{label}`");
                problems.push(Problem::warning(codes::JOB, message));
            }
            known
        }
    };
    Some(Cite {
        locator,
        label,
        prefix,
        suffix,
        suppress_author: given.get("suppress-author").is_some_and(is_true),
        author_only: given.get("author-only").is_some_and(is_true),
        ..Cite::of(id)
    })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        _ => false,
    }
}

/// Prints a file of CSL-JSON for a person: each item cited once, in order, and the bibliography. A
/// file that holds a job (`{"items": [...], "citations": [...]}`) is taken as one.
///
/// # Errors
/// When the style is not known or no style, or the file cannot be read or holds no items.
pub fn print_file(
    file: &Path,
    style: &str,
    locale: Option<&str>,
    format: Format,
) -> Result<Printed, Refusal> {
    let text = files::read_text(file, files::LARGEST_INPUT)?;
    let mut job = Job::read(&text).map_err(|error| {
        let message = format!("`{}` is no JSON: {error}", file.display());
        Problem::error(codes::JOB, message)
    })?;
    drop(text);
    let (style_text, folder) = style_text(style)?;
    let (style, mut problems) = compile(&style_text, locale, folder.as_deref());
    let Some(style) = style else { return Err(problems.into()) };
    let items = std::mem::take(&mut job.items).take(&mut problems);
    if items.is_empty() && problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(problems.into());
    }
    let citations = match job.get("citations") {
        None | Some(Value::Null) => each_once(&items),
        Some(given) => read_citations(given, &mut problems),
    };
    let mut printed = print(&style, &items, &citations, format);
    problems.append(&mut printed.problems);
    Ok(Printed { problems, ..printed })
}

/// Each item cited once, in a note of its own.
fn each_once(items: &[Item]) -> Vec<Citation> {
    (1..).zip(items).map(|(note, item)| Citation::of(note, [Cite::of(&*item.id)])).collect()
}
