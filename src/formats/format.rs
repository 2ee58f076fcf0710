//! Which formats are read, how they are recognised, and who reads them.

use super::version_mark::marks_before_lines;
use super::{Context, Sink};
use super::{
    bibtex_reader, csl_json_reader, ead, endnote, from_item, frus_page, frus_volume,
    hayagriva_yaml, printed_list, prov, record_lines, rico, ris, table_reader, tei, tropy, zotero,
};
use crate::problem::{Place, Problem, Result, codes};
use std::fmt;
use std::str::FromStr;

macro_rules! formats {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $(| $alias:literal)*,)*) => {
        /// A format that can be read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum SourceFormat {
            $($(#[doc = $doc])* $variant,)*
        }
        impl SourceFormat {
            /// All of them.
            pub const ALL: &'static [SourceFormat] = &[$(SourceFormat::$variant),*];
            /// The name, as `--from` takes it.
            pub fn name(self) -> &'static str {
                match self { $(SourceFormat::$variant => $name,)* }
            }
            fn from_name(name: &str) -> Option<SourceFormat> {
                match name { $($name $(| $alias)* => Some(SourceFormat::$variant),)* _ => None }
            }
        }
    };
}

formats! {
    /// CSL-JSON.
    CslJson "csl-json" | "csljson" | "csl",
    /// Records or CSL items as JSON, one a line.
    JsonLines "jsonl" | "json-lines" | "ndjson",
    /// Zotero's own JSON.
    Zotero "zotero",
    /// BibTeX and BibLaTeX.
    Bibtex "bibtex" | "biblatex" | "bib",
    /// RIS.
    Ris "ris",
    /// EndNote's XML.
    Endnote "endnote" | "endnote-xml",
    /// Hayagriva YAML.
    Hayagriva "hayagriva" | "yaml",
    /// EAD 2002 and EAD3.
    Ead "ead" | "ead3",
    /// TEI.
    Tei "tei",
    /// A page of *Foreign Relations of the United States*.
    FrusPage "frus-page" | "frus",
    /// The description of a volume of *Foreign Relations*.
    FrusVolume "frus-volume",
    /// Printed citations and source notes as JSON or JSON Lines.
    Notes "notes",
    /// Printed citations and source notes, one a line.
    Citations "citations",
    /// Tropy JSON-LD and templates.
    Tropy "tropy",
    /// RiC-O in RDF/XML.
    Rico "rico" | "ric-o",
    /// PROV-JSON.
    Prov "prov-json" | "prov",
    /// A table: CSV or TSV.
    Table "csv" | "tsv" | "table",
}

impl FromStr for SourceFormat {
    type Err = Problem;

    fn from_str(name: &str) -> Result<SourceFormat> {
        SourceFormat::from_name(&name.to_lowercase()).ok_or_else(|| {
            let names: Vec<String> =
                SourceFormat::ALL.iter().map(|format| format!("`{format}`")).collect();
            Problem::error(
                codes::IMPORT_FORMAT,
                format!("the format `{}` is not known", name.escape_debug()),
            )
            .mend(format!("use one of {}", names.join(", ")))
        })
    }
}

impl fmt::Display for SourceFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How much of a file is looked at to see what it is.
pub(super) const HEAD: usize = 64 * 1024;

/// The format of `text`, seen by its content; `None` when it is none that is known. `file` only decides
/// between what looks alike.
///
/// ```
/// use fonds::formats::{SourceFormat, recognise};
/// assert_eq!(recognise("TY  - PCOMM\nER  - \n", "x.txt"), Some(SourceFormat::Ris));
/// assert_eq!(recognise("[{\"id\": \"a\", \"type\": \"manuscript\"}]", "x"), Some(SourceFormat::CslJson));
/// assert_eq!(recognise("hello", "x"), None);
/// ```
pub fn recognise(text: &str, file: &str) -> Option<SourceFormat> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut end = HEAD.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or("");
    match head.chars().next()? {
        '<' => markup(head),
        '[' | '{' => json(head),
        _ => plain(head, file),
    }
}

fn markup(head: &str) -> Option<SourceFormat> {
    let has = |text: &str| head.contains(text);
    let root = root_element(head);
    Some(match root {
        "ead" => SourceFormat::Ead,
        "xml" | "records" if has("<ref-type") || has("name=\"EndNote\"") => SourceFormat::Endnote,
        "TEI" | "teiCorpus" | "TEI.2" => SourceFormat::Tei,
        "RDF" if has("ontology#") || has("RiC") || has("rico:") => SourceFormat::Rico,
        "volume" if has("frus") => SourceFormat::FrusVolume,
        "html" | "div" | "!DOCTYPE"
            if has("class=\"document\"")
                || has("historicaldocuments")
                || has("history.state.gov") =>
        {
            SourceFormat::FrusPage
        }
        _ => return None,
    })
}

/// The local name of the first element.
fn root_element(head: &str) -> &str {
    let mut rest = head;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at + 1..];
        if let Some(after) = tag.strip_prefix("!--") {
            rest = after.find("-->").and_then(|end| after.get(end + 3..)).unwrap_or("");
        } else if tag.starts_with('?') || tag.starts_with('!') {
            rest = tag.find('>').and_then(|end| tag.get(end + 1..)).unwrap_or("");
        } else {
            let end = tag
                .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
                .unwrap_or(tag.len());
            let name = &tag[..end];
            return name.rsplit(':').next().unwrap_or(name);
        }
    }
    ""
}

fn json(head: &str) -> Option<SourceFormat> {
    let has = |text: &str| head.contains(text);
    let key = |name: &str| has(&format!("\"{name}\""));
    if record_lines::recognise(head) {
        return Some(SourceFormat::JsonLines);
    }
    Some(if has("tropy.org") {
        SourceFormat::Tropy
    } else if key("itemType") {
        SourceFormat::Zotero
    } else if key("prefix") && (key("entity") || key("activity") || key("agent")) {
        SourceFormat::Prov
    } else if key("source_note") || key("citation") && !key("type") {
        SourceFormat::Notes
    } else if key("id") && (key("type") || key("title") || key("issued")) || head.trim_end() == "[]"
    {
        SourceFormat::CslJson
    } else {
        return None;
    })
}

fn plain(head: &str, file: &str) -> Option<SourceFormat> {
    // Our own hayagriva YAML begins with a comment.
    let is_comment = |line: &str| line.starts_with("# ");
    let mut lines = head.lines().filter(|line| !line.trim().is_empty() && !is_comment(line));
    let first = lines.next()?;
    let begins_entry = |line: &str| {
        line.strip_prefix('@').is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains(['{', '('])
        })
    };
    if ris::tag_of(first).is_some_and(|(tag, _)| tag == "TY")
        || head.lines().any(|line| line.starts_with("TY  - "))
    {
        return Some(SourceFormat::Ris);
    }
    if head.lines().any(|line| begins_entry(line.trim_start())) {
        return Some(SourceFormat::Bibtex);
    }
    let is_key = first.ends_with(':') && !first.starts_with([' ', '-']);
    let typed =
        head.lines().any(|line| line.trim_start().starts_with("type:") && line.starts_with(' '));
    if typed && (is_key || file.ends_with(".yml") || file.ends_with(".yaml")) {
        return Some(SourceFormat::Hayagriva);
    }
    let is_citation = |line: &str| {
        line.starts_with("Source: ")
            || line.starts_with(['“', '"']) && line.contains("Digital Archive")
    };
    if is_citation(first) {
        return Some(SourceFormat::Citations);
    }
    let by_name = file.ends_with(".csv") || file.ends_with(".tsv");
    (by_name || table_reader::recognise(head).is_some()).then_some(SourceFormat::Table)
}

/// Reads `text` as `format` and gives each record to `sink`. What concerns no record is in the result.
pub fn read(
    format: SourceFormat,
    text: &str,
    file: &str,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    match format {
        SourceFormat::CslJson => csl_json_reader::read(text, file, context, sink)?,
        SourceFormat::JsonLines => record_lines::read(text, file, context, sink)?,
        SourceFormat::Zotero => return zotero::read(text, file, context, sink),
        SourceFormat::Bibtex => {
            let lines = super::lines::Lines::of(text, file);
            let marks = marks_before_lines(text);
            let mut before = None;
            return bibtex_reader::read(text, &lines, context, &mut |mut found| {
                let mark = found.place.line.and_then(|line| marks.get(&line).copied());
                if let Some(id) = mark {
                    // What is related to an entry of ours stands behind it under the same mark.
                    if before.replace(id) == Some(id) {
                        return Ok(());
                    }
                    found.marked(id);
                }
                sink(found)
            });
        }
        SourceFormat::Ris => {
            let (entries, problems) = ris::read(text, &super::lines::Lines::of(text, file));
            return references("ris", entries, context, sink).map(|()| problems);
        }
        SourceFormat::Endnote => {
            let (entries, problems) = endnote::read(text, file)?;
            return references("endnote", entries, context, sink).map(|()| problems);
        }
        SourceFormat::Hayagriva => {
            let marks = marks_before_lines(text);
            for entry in hayagriva_yaml::read(text, file)? {
                let mut found = from_item(&entry.item, entry.place, context);
                found.unplaced.extend(entry.other);
                found.keyed("hayagriva", &entry.item.id);
                if let Some(id) = found.place.line.and_then(|line| marks.get(&line)) {
                    found.marked(id);
                }
                sink(found)?;
            }
        }
        SourceFormat::Ead => ead::read(text, file, context, sink)?,
        SourceFormat::Tei => return tei::read(text, file, context, sink),
        SourceFormat::FrusPage => frus_page::read(text, file, context, sink)?,
        SourceFormat::FrusVolume => frus_volume::read(text, file, sink)?,
        SourceFormat::Notes => printed_list::read_json(text, file, context, sink)?,
        SourceFormat::Citations => printed_list::read_text(text, file, context, sink)?,
        SourceFormat::Tropy => return tropy::read(text, file, context, sink),
        SourceFormat::Rico => rico::read(text, file, sink)?,
        SourceFormat::Prov => return prov::read(text, file, sink),
        SourceFormat::Table => {
            return table_reader::read(text, file, context, sink);
        }
    }
    Ok(Vec::new())
}

/// Gives each reference to `sink` as a record; `scheme` says whose their ids are.
fn references(
    scheme: &str,
    entries: Vec<ris::Entry>,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<()> {
    for entry in entries {
        let mut found = from_item(&entry.item, entry.place, context);
        found.unplaced.extend(entry.other);
        if &*entry.item.id == "?" {
            found.item = format!("a reference of the type {}", entry.kind);
        } else {
            found.keyed(scheme, &entry.item.id);
        }
        if let Some(id) = &entry.mark {
            found.marked(id);
        }
        sink(found)?;
    }
    Ok(())
}

/// The problem of a file whose format is not recognised.
pub fn not_recognised(file: &str) -> Problem {
    let names: Vec<&str> = SourceFormat::ALL.iter().map(|format| format.name()).collect();
    Problem::error(codes::IMPORT_FORMAT, "the format is not recognised")
        .mend(format!("name it with `--from`: {}", names.join(", ")))
        .at(Place::file(file))
}
