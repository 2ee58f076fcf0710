//! Markdown, as `pulldown-cmark` sees it: which bytes are text, which are code, HTML, formulas or
//! links, which make a footnote. What cites in the text is found by [`super::pandoc`].

use super::citation::{Citation, Cite, Heading, Kind, Note, References, Step};
use super::{Manuscript, pandoc};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What a byte of a manuscript is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Byte {
    /// Neither text nor anything that stands for something: emphasis, backslashes, the signs of
    /// quotations at the start of lines, all between the blocks.
    Between,
    /// Text.
    Text,
    /// Code, a formula, a link, an element of HTML: nothing cites in it.
    Opaque,
    /// A block of HTML.
    Html,
}

/// Text of one block: citations do not reach from one block into another.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    /// The number of the footnote's definition that it stands in.
    pub(super) footnote: Option<usize>,
}

/// What the parser of Markdown says about a manuscript.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) bytes: Vec<Byte>,
    pub(super) runs: Vec<Run>,
    /// Emphasis: the whole of it, the length of each mark, the tag that means the same.
    pub(super) emphasis: Vec<(Range<usize>, usize, &'static str)>,
    /// Text that means other characters than those that are there: `&amp;`.
    pub(super) decoded: HashMap<usize, (usize, String)>,
    /// The labels of footnotes that are defined, by number.
    footnotes: Vec<String>,
    /// Where footnotes are referred to, by label; whether in another footnote.
    references: Vec<(usize, String, bool)>,
    metadata: Vec<Range<usize>>,
    /// Names that mean something else in this manuscript: figures, sections, examples.
    pub(super) own_labels: HashSet<String>,
}

/// Finds the citations of `manuscript`.
pub(super) fn read(manuscript: &mut Manuscript<'_>) {
    let text = manuscript.text;
    let mut seen = look(text);
    seen.own_labels = own_labels(text);
    // Where each thing stands that a reader meets in the text, and what it is.
    let mut met: Vec<(usize, Step)> = Vec::new();
    let mut defined: Vec<Vec<usize>> = vec![Vec::new(); seen.footnotes.len()];
    for run in &seen.runs {
        let found = pandoc::citations(manuscript, &seen, run);
        let mut inline: Vec<(usize, Note)> = found
            .notes
            .iter()
            .map(|start| (*start, Note { referred: true, ..Note::default() }))
            .collect();
        for (citation, note) in found.citations {
            let number = manuscript.citations.len();
            let start = citation.span.start;
            manuscript.citations.push(citation);
            match (note, run.footnote) {
                (Some(note), None) => {
                    if let Some((_, note)) = inline.get_mut(note) {
                        note.citations.push(number);
                    }
                }
                (_, Some(footnote)) => {
                    if let Some(list) = defined.get_mut(footnote) {
                        list.push(number);
                    }
                }
                (None, None) => met.push((start, Step::Citation(number))),
            }
        }
        if run.footnote.is_none() {
            met.extend(inline.into_iter().map(|(start, note)| (start, Step::Note(note))));
        }
    }
    let by_label: HashMap<&str, usize> =
        seen.footnotes.iter().enumerate().rev().map(|(at, label)| (label.as_str(), at)).collect();
    let mut referred = vec![false; seen.footnotes.len()];
    for inside in [false, true] {
        for (start, label, in_footnote) in &seen.references {
            let Some(&number) = by_label.get(label.as_str()) else { continue };
            if *in_footnote == inside && !std::mem::replace(&mut referred[number], true) {
                let citations = std::mem::take(&mut defined[number]);
                let start = if inside { text.len() } else { *start };
                met.push((start, Step::Note(Note { referred: true, citations })));
            }
        }
    }
    met.sort_by_key(|(start, _)| *start);
    manuscript.steps = met.into_iter().map(|(_, step)| step).collect();
    for citations in defined.into_iter().filter(|citations| !citations.is_empty()) {
        manuscript.steps.push(Step::Note(Note { referred: false, citations }));
    }
    for range in std::mem::take(&mut seen.metadata) {
        nocite(manuscript, range);
    }
    let mut order: Vec<usize> = (0..manuscript.citations.len()).collect();
    order.sort_by_key(|&at| manuscript.citations[at].span.start);
    renumber(manuscript, &order);
    manuscript.references = references(text, &seen.bytes);
    manuscript.footnote_labels = seen.footnotes;
}

/// Brings the citations into the order of their places.
pub(super) fn renumber(manuscript: &mut Manuscript<'_>, order: &[usize]) {
    let mut place = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        place[old] = new;
    }
    let mut citations: Vec<Option<Citation>> =
        std::mem::take(&mut manuscript.citations).into_iter().map(Some).collect();
    manuscript.citations = order.iter().filter_map(|&old| citations[old].take()).collect();
    for step in &mut manuscript.steps {
        match step {
            Step::Citation(number) => *number = place[*number],
            Step::Note(note) => note.citations.iter_mut().for_each(|n| *n = place[*n]),
        }
    }
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_MATH
        | Options::ENABLE_DEFINITION_LIST
}

fn look(text: &str) -> Seen {
    let mut seen = Seen { bytes: vec![Byte::Between; text.len()], ..Seen::default() };
    let mut run: Option<Range<usize>> = None;
    let mut footnote: Option<usize> = None;
    // How many elements are open in which nothing cites.
    let mut opaque = 0_usize;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let inline = match &event {
            Event::Start(tag) => is_inline(&tag.to_end()),
            Event::End(tag) => is_inline(tag),
            Event::Rule | Event::Html(_) => false,
            _ => true,
        };
        if !inline && let Some(range) = run.take() {
            seen.runs.push(Run { range, footnote });
        }
        let mut mark = |kind: Byte| {
            if let Some(bytes) = seen.bytes.get_mut(range.clone()) {
                bytes.fill(kind);
            }
        };
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => {
                footnote = Some(seen.footnotes.len());
                seen.footnotes.push(label.to_string());
            }
            Event::End(TagEnd::FootnoteDefinition) => footnote = None,
            Event::Start(Tag::MetadataBlock(_)) => {
                mark(Byte::Opaque);
                seen.metadata.push(range.clone());
                opaque += 1;
            }
            Event::Start(Tag::HtmlBlock) => {
                mark(Byte::Html);
                opaque += 1;
            }
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => {
                if opaque == 0 {
                    mark(Byte::Opaque);
                }
                opaque += 1;
            }
            Event::End(
                TagEnd::MetadataBlock(_)
                | TagEnd::HtmlBlock
                | TagEnd::CodeBlock
                | TagEnd::Link
                | TagEnd::Image,
            ) => opaque = opaque.saturating_sub(1),
            Event::Start(Tag::Emphasis) => seen.emphasis.push((range.clone(), 1, "i")),
            Event::Start(Tag::Strong) => seen.emphasis.push((range.clone(), 2, "b")),
            Event::Text(said) if opaque == 0 => {
                mark(Byte::Text);
                if text.get(range.clone()).is_some_and(|there| there != &*said) {
                    seen.decoded.insert(range.start, (range.end, said.to_string()));
                }
            }
            Event::SoftBreak | Event::HardBreak if opaque == 0 => mark(Byte::Text),
            Event::FootnoteReference(label) if opaque == 0 => {
                mark(Byte::Opaque);
                seen.references.push((range.start, label.to_string(), footnote.is_some()));
            }
            Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::InlineHtml(_)
            | Event::TaskListMarker(_)
                if opaque == 0 =>
            {
                mark(Byte::Opaque);
            }
            _ => {}
        }
        if inline {
            run = Some(match run {
                None => range,
                Some(known) => known.start.min(range.start)..known.end.max(range.end),
            });
        }
    }
    if let Some(range) = run {
        seen.runs.push(Run { range, footnote });
    }
    seen
}

fn is_inline(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// The names that the manuscript gives to things of its own: `{#fig:map}`, `(@example)`.
fn own_labels(text: &str) -> HashSet<String> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
    let name = |rest: &str| -> String { rest.chars().take_while(|c| is_name(*c)).collect() };
    let attributes = text.match_indices("{#").map(|(at, mark)| name(&text[at + mark.len()..]));
    let examples = text.lines().filter_map(|line| {
        let rest = line.trim_start().strip_prefix("(@")?;
        let name = name(rest);
        rest[name.len()..].starts_with(')').then_some(name)
    });
    attributes.chain(examples).filter(|name| !name.is_empty()).collect()
}

/// What a metadata block lists under `nocite`.
fn nocite(manuscript: &mut Manuscript<'_>, range: Range<usize>) {
    let Some(block) = manuscript.text.get(range.clone()) else { return };
    let mut at = range.start;
    let mut inside = false;
    for line in block.split_inclusive('\n') {
        let value = match line.strip_prefix("nocite:") {
            Some(_) => {
                inside = true;
                "nocite:".len()
            }
            None => {
                inside = inside && (line.starts_with([' ', '\t', '-']) || line.trim().is_empty());
                0
            }
        };
        if inside {
            let mut from = value;
            while let Some(found) = line[from..].find('@') {
                let start = from + found;
                from = start + 1;
                let Some((key, end)) = pandoc::key(line, start) else { continue };
                from = end;
                let cite =
                    Cite { key: key.to_owned(), span: at + start..at + end, ..Cite::default() };
                manuscript.steps.push(Step::Citation(manuscript.citations.len()));
                manuscript.citations.push(Citation {
                    // Metadata stay as they are.
                    span: at + start..at + start,
                    cites: vec![cite],
                    kind: Kind::Silent,
                    in_footnote: false,
                    footnote_asked: false,
                    in_code: false,
                    blank_before: 0,
                });
            }
        }
        at += line.len();
    }
}

/// Where pandoc puts the bibliography: `::: {#refs}`, `<div id="refs">`.
fn references(text: &str, bytes: &[Byte]) -> Vec<References> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut open = false;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let here = bytes.get(start + (line.len() - line.trim_start().len()));
        let words = line.trim();
        // Some of these lines look like definitions of a list.
        if matches!(here, Some(Byte::Text | Byte::Between)) && words.starts_with(":::") {
            let rest = words.trim_start_matches(':').trim();
            if open && rest.is_empty() {
                found.push(References { span: start..start, heading: Heading::None });
                open = false;
            } else if rest.starts_with("{#refs}") || rest.starts_with("{#refs ") {
                open = true;
            }
        } else if here == Some(&Byte::Html)
            && let Some(tag) = line.find("<div").filter(|tag| {
                let attributes = line[*tag..].split('>').next().unwrap_or("");
                attributes.contains("id=\"refs\"") || attributes.contains("id='refs'")
            })
        {
            // One place is enough; looking for the end of each would take for ever.
            if let Some(end) = text[start + tag..].find("</div>") {
                let end = start + tag + end;
                found.push(References { span: end..end, heading: Heading::None });
            }
            break;
        }
    }
    found
}
