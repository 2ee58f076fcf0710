//! The data that the CSL tests share: where it lies, the cases of the CSL test suite, and how
//! texts are compared.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use fonds::citation::{Item, LocatorLabel};
use fonds::formatter::write::{Format, Writing};
use fonds::formatter::{Citation, Cite, Mode, Options, Position, Processor};
use fonds::ops::citeproc::compile;
use serde_json::Value;

/// The folder of shared test data, or why it is not there.
pub fn shared_csl() -> Result<PathBuf, String> {
    let folder = std::env::var_os("FONDS_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    );
    let folder = folder.join("csl");
    if folder.is_dir() { Ok(folder) } else { Err(format!("no folder {}", folder.display())) }
}

/// One case of the test suite: sections by name.
pub struct Fixture {
    pub name: String,
    sections: HashMap<String, String>,
}

impl Fixture {
    /// Reads a case: `>>== NAME ==>>`, lines, `<<== NAME ==<<`.
    pub fn read(path: &Path) -> Fixture {
        let text = fs::read_to_string(path).expect("a case");
        let text = text.trim_start_matches('\u{feff}');
        let mut sections = HashMap::new();
        let mut open: Option<(String, Vec<&str>)> = None;
        let name_in = |line: &str, from: &str, to: &str| {
            let inner = line.trim().strip_prefix(from)?.strip_suffix(to)?;
            let name = inner.trim_matches('=').trim();
            (inner.starts_with('=') && !name.is_empty()).then(|| name.to_owned())
        };
        for line in text.lines() {
            if let Some((name, lines)) = &mut open {
                if name_in(line, "<<", "<<").as_deref() == Some(name) {
                    sections.insert(name.clone(), lines.join("\n"));
                    open = None;
                } else {
                    lines.push(line);
                }
            } else if let Some(name) = name_in(line, ">>", ">>") {
                open = Some((name, Vec::new()));
            }
        }
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        Fixture { name, sections }
    }

    /// All cases, by name.
    pub fn all(folder: &Path) -> Vec<Fixture> {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .expect("the suite")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
            .collect();
        paths.sort();
        paths.iter().map(|path| Fixture::read(path)).collect()
    }

    pub fn section(&self, name: &str) -> &str {
        self.sections.get(name).map_or("", |text| text.trim_matches('\n'))
    }

    fn json(&self, name: &str) -> Option<Value> {
        let text = self.sections.get(name)?;
        Some(serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", self.name)))
    }

    /// What the case expects.
    pub fn expected(&self) -> String {
        normal(self.section("RESULT"))
    }

    /// What we print.
    pub fn run(&self) -> String {
        let (style, problems) = compile(self.section("CSL"), None, None);
        let Some(style) = style else { return format!("no style: {problems:?}") };
        let input = self.json("INPUT").expect("input");
        let mut items: Vec<Item> = input
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|value| {
                // Some cases have a single item without an id.
                let mut value = value.clone();
                value.as_object_mut()?.entry("id").or_insert("undefined".into());
                Item::from_json(&value).0
            })
            .collect();
        // Of two items with one id the last counts.
        for at in (0..items.len()).rev() {
            if let Some(earlier) = items[..at].iter().position(|item| item.id == items[at].id) {
                items[earlier] = items.remove(at);
            }
        }
        let document = self.json("CITATIONS").map(|citations| self.document(&citations));
        let citations: Vec<Citation> = match (&document, self.json("CITATION-ITEMS")) {
            (Some(citations), _) => {
                // Only what is cited is known, in the order in which it is cited.
                let mut cited: Vec<Item> = Vec::new();
                for cite in citations.iter().flat_map(|citation| &citation.cites) {
                    if let Some(at) = items.iter().position(|item| *item.id == *cite.id) {
                        cited.push(items.remove(at));
                    }
                }
                items = cited;
                citations.clone()
            }
            (None, Some(clusters)) => {
                clusters.as_array().expect("clusters").iter().map(cluster).collect()
            }
            (None, None) => {
                // Everything is cited at once, in the order of the bibliography.
                let options = Options { keep_order: true, ..Options::default() };
                let sorted = Processor::new(&style).process(&items, &[], &options).bibliography;
                let place = |item: &Item| sorted.iter().position(|entry| *entry.id == *item.id);
                let mut order: Vec<&Item> = items.iter().collect();
                order.sort_by_key(|item| place(item).unwrap_or(usize::MAX));
                let cites = order.into_iter().map(|item| first(Cite::of(&*item.id)));
                vec![Citation::of(0, cites)]
            }
        };
        let writing = Writing { format: Format::Html, links: false };
        let options = Options { writing, keep_order: document.is_none(), ..Options::default() };
        let formatted = Processor::new(&style).process(&items, &citations, &options);
        match self.section("MODE").trim() {
            "citation" => {
                let mut out = String::new();
                for (at, citation) in formatted.citations.iter().enumerate() {
                    if document.is_some() {
                        let _ = write!(out, "..[{at}] ");
                    }
                    out.push_str(citation);
                    out.push('\n');
                }
                normal(&out)
            }
            "bibliography" => {
                let mut out = String::from("<div class=\"csl-bib-body\">\n");
                out.extend(formatted.bibliography.iter().map(|entry| entry.text.as_str()));
                out.push_str("</div>");
                normal(&out)
            }
            mode => format!("mode {mode} is not known"),
        }
    }

    /// The document as it stands after the last change: `CITATIONS` lists changes, each with the
    /// citations before and after it.
    fn document(&self, changes: &Value) -> Vec<Citation> {
        let mut known: HashMap<String, &Value> = HashMap::new();
        let mut order: Vec<(String, u64)> = Vec::new();
        for (at, change) in changes.as_array().expect("changes").iter().enumerate() {
            let citation = &change[0];
            let id = citation["citationID"].as_str().map_or(format!("#{at}"), str::to_owned);
            known.insert(id.clone(), citation);
            let list = |value: &Value| -> Vec<(String, u64)> {
                let pairs = value.as_array().into_iter().flatten();
                pairs
                    .filter_map(|pair| Some((pair[0].as_str()?.to_owned(), pair[1].as_u64()?)))
                    .collect()
            };
            let note = citation["properties"]["noteIndex"].as_u64().unwrap_or(0);
            order = list(&change[1]);
            order.push((id, note));
            order.extend(list(&change[2]));
        }
        order
            .iter()
            .filter_map(|(id, note)| Some((known.get(id)?, note)))
            .map(|(citation, note)| {
                let cites = citation["citationItems"].as_array().into_iter().flatten().map(cite);
                let properties = &citation["properties"];
                let text = |key: &str| properties[key].as_str().unwrap_or("").to_owned();
                Citation {
                    mode: match properties["mode"].as_str() {
                        Some("author-only") => Mode::AuthorOnly,
                        Some("suppress-author") => Mode::SuppressAuthor,
                        Some("composite") => Mode::Composite,
                        _ => Mode::Full,
                    },
                    infix: text("infix"),
                    prefix: text("prefix"),
                    suffix: text("suffix"),
                    unsorted: properties["unsorted"].as_bool().unwrap_or(false),
                    ..Citation::of(*note as u32, cites)
                }
            })
            .collect()
    }
}

/// Results without the marks that tell which citations the last change touched: the text of all is
/// what counts.
fn normal(text: &str) -> String {
    let lines: Vec<String> = text
        .trim()
        .lines()
        .map(|line| match line.strip_prefix(">>[") {
            Some(rest) => format!("..[{rest}"),
            None => line.to_owned(),
        })
        .collect();
    lines.join("\n")
}

/// The cites of a cluster that stands alone: each is the first of its work unless it says else.
fn cluster(given: &Value) -> Citation {
    let cites = given.as_array().expect("a cluster").iter().map(cite).map(first);
    Citation::of(0, cites)
}

fn first(mut cite: Cite) -> Cite {
    cite.position.get_or_insert(Position::First);
    cite
}

fn cite(given: &Value) -> Cite {
    let text = |key: &str| match &given[key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let truth = |key: &str| match &given[key] {
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => false,
    };
    Cite {
        locator: text("locator"),
        label: given["label"].as_str().and_then(LocatorLabel::from_word),
        prefix: text("prefix"),
        suffix: text("suffix"),
        suppress_author: truth("suppress-author"),
        author_only: truth("author-only"),
        position: match given["position"].as_u64() {
            Some(0) => Some(Position::First),
            Some(1) => Some(Position::Subsequent),
            Some(2) => Some(Position::Ibid),
            Some(3) => Some(Position::IbidWithLocator),
            _ => None,
        },
        near_note: truth("near-note"),
        ..Cite::of(text("id"))
    }
}

/// Two texts line by line, where they differ.
pub fn difference(expected: &str, found: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, found);
    let mut out = String::new();
    for change in diff.iter_all_changes() {
        let _ = write!(out, "{}{}", change.tag(), change.to_string_lossy());
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}
