//! One run: style, items and citations in; citations and a bibliography out.

use super::cite::{Citation, Mode};
use super::collapse::{self, Built, Joint};
use super::disambiguate;
use super::likeness;
use super::markup::{Dress, Mark, NodeId, Typography};
use super::name_register::NameRegister;
use super::position;
use super::prepare::prepare;
use super::punctuation::{nest_brackets, settle};
use super::render::{Pass, Region, Renderer};
use super::script::is_romanesque_start;
use super::selection::Selection;
use super::session::{CiteInfo, Session};
use super::sort;
use super::write::{Writing, write, write_entry};
use crate::citation::{Item, TextVariable, Variable};
use crate::problem::{Place, Problem, codes};
use crate::style::{
    Class, DemoteParticle, Element, KeySource, SortKey, Style, TermForm, TextSource,
};
use std::collections::HashMap;

/// What the reference processor prints for a cite that comes to nothing; people know to look for it.
const NO_FORM: &str = "[CSL STYLE ERROR: reference with no printed form.]";

/// The processor: a style, ready to run over items.
///
/// ```
/// use fonds::citation::{Item, ItemType, Name, NameVariable, TextVariable};
/// use fonds::formatter::{Citation, Cite, Options, Processor};
/// use fonds::style::{Sources, Style};
///
/// let text = r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
///   <citation><layout prefix="(" suffix=")" delimiter="; ">
///     <group delimiter=", "><names variable="author"><name form="short"/></names>
///     <text variable="title" font-style="italic"/></group>
///   </layout></citation></style>"#;
/// let sources = Sources { style: &|_| None, locale: &|_| None };
/// let (style, _) = Style::compile(text, None, &sources);
/// let style = style.expect("a style");
///
/// let mut item = Item::new("telegram", ItemType::PersonalCommunication);
/// item.set_names(NameVariable::Author, vec![Name::person("Mao", "Zedong")]);
/// item.set_text(TextVariable::Title, "Telegram No. 23256");
///
/// let citations = [Citation::of(0, [Cite::of("telegram")])];
/// let formatted = Processor::new(&style).process(&[item], &citations, &Options::default());
/// assert_eq!(formatted.citations, ["(Mao, Telegram No. 23256)"]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Processor<'a> {
    style: &'a Style,
}

/// How to run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How the output is written.
    pub writing: Writing,
    /// Whether items keep the order in which they are given, instead of that in which they are
    /// cited, wherever the style does not sort.
    pub keep_order: bool,
    /// Which items the bibliography lists; all when nothing is said.
    pub selection: Option<Selection>,
    /// Whether to print as the reference processor does where it departs from the specification:
    /// title case in other languages than English, and ends of ranges of dates dressed as the
    /// style's last date. For programs that must have the same text as it has.
    pub like_reference: bool,
    /// Whether the bibliography leaves out what is not cited.
    pub cited_only: bool,
}

/// What a run gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Formatted {
    /// The citations, in the order in which they were given.
    pub citations: Vec<String>,
    /// The bibliography, in its order; an item that the style prints nothing of has no entry.
    pub bibliography: Vec<Entry>,
    /// What was not as it should be; each names its item.
    pub problems: Vec<Problem>,
}

/// One entry of a bibliography.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The id of the item.
    pub id: String,
    /// What is printed.
    pub text: String,
}

/// The quotation marks of a style's locale.
pub(super) fn typography(style: &Style) -> Typography {
    let mark = |name: &str| style.terms.get(name, TermForm::Long, false).unwrap_or("").into();
    if !style.terms.has("open-quote") {
        return Typography::default();
    }
    Typography {
        open: mark("open-quote"),
        close: mark("close-quote"),
        open_inner: mark("open-inner-quote"),
        close_inner: mark("close-inner-quote"),
        punctuation_in_quote: style.locale.punctuation_in_quote.unwrap_or(false),
    }
}

impl<'a> Processor<'a> {
    /// A processor for this style.
    pub fn new(style: &'a Style) -> Processor<'a> {
        Processor { style }
    }

    /// Prints the citations, and a bibliography if the style has one.
    ///
    /// Two items of one id count as the first of them. A cite of an unknown item is left out and
    /// becomes a problem.
    pub fn process(&self, items: &[Item], citations: &[Citation], options: &Options) -> Formatted {
        let style = self.style;
        let mut problems = Vec::new();
        let mut by_id: HashMap<&str, usize> = HashMap::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            by_id.entry(&item.id).or_insert(index);
        }
        let (order, cited) = registered(items, citations, options, &by_id);
        let mut place = vec![usize::MAX; items.len()];
        for (at, &index) in order.iter().enumerate() {
            place[index] = at;
        }
        let mut infos: Vec<Vec<CiteInfo<'_>>> = Vec::with_capacity(citations.len());
        for citation in citations {
            let mut cites = Vec::with_capacity(citation.cites.len());
            for cite in &citation.cites {
                match by_id.get(&*cite.id) {
                    Some(&index) => cites.push(CiteInfo::new(cite, place[index])),
                    None => {
                        let message = format!("an item is cited that is not there: `{}`", cite.id);
                        problems.push(
                            Problem::warning(codes::NOT_CITED, message)
                                .at(Place::of_field(cite.id.clone())),
                        );
                    }
                }
            }
            infos.push(cites);
        }
        let mut session = Session {
            style,
            items: order.iter().map(|&index| prepare(&items[index], style)).collect(),
            distinctions: Vec::new(),
            register: NameRegister::default(),
            numbers: (1..=order.len() as u32).collect(),
            first_notes: Vec::new(),
            casing: super::markup::Casing {
                title: true,
                ..super::markup::Casing::of_language(&style.language)
            },
            like_reference: options.like_reference,
            last_date: options.like_reference.then(|| likeness::last_date(style)).flatten(),
            particle_space: match style.language.get(..2) {
                Some("fr" | "ru" | "cs") => "\u{a0}",
                _ => " ",
            },
        };
        if session.items.is_empty() {
            let citations = citations.iter().map(|_| String::new()).collect();
            return Formatted { citations, bibliography: Vec::new(), problems };
        }
        session.first_notes = first_notes(citations, &infos, session.items.len());
        let sorted = self.arrange(&mut session);
        self.sort_cites(&session, citations, &mut infos);
        if style.uses.position || style.class == Class::Note {
            let near = style.citation.options.near_note_distance;
            position::fill(citations, &mut infos, session.items.len(), near);
        }
        let session = session;
        let mut renderer = Renderer::new(&session, &session.items[0].item);
        let mut formatted = Formatted { problems, ..Formatted::default() };
        if session.last_date.is_some() {
            // The reference processor has looked at all cites by now, to tell them apart: the
            // first range of dates may have been among them.
            for (index, item) in session.items.iter().enumerate() {
                if item.item.dates().any(|(_, date)| date.end.is_some()) {
                    self.author_of(&mut renderer, index);
                }
            }
        }
        for (citation, infos) in citations.iter().zip(&infos) {
            let text = self.citation(&mut renderer, citation, infos, options.writing);
            formatted.citations.push(text);
        }
        self.bibliography(&mut renderer, &sorted, &cited, options, &mut formatted);
        formatted
    }

    /// Finds out the order of the bibliography, the numbers, and how cites are told apart. Gives the
    /// items in the bibliography's order.
    fn arrange(&self, session: &mut Session<'_>) -> Vec<usize> {
        let style = self.style;
        let keys: &[SortKey] = style.bibliography.as_ref().map_or(&[], |area| &area.sort);
        let wanted = disambiguate::is_wanted(session);
        let keeps_particle = style.demote_particle == DemoteParticle::Never;
        let mut looks = Vec::new();
        let mut distinctions = Vec::new();
        let mut register = NameRegister::default();
        let sorted;
        {
            let session = &*session;
            let mut renderer = Renderer::new(session, &session.items[0].item);
            let primary_only = style.citation.options.given_name_rule.is_primary();
            let mut take_names = |renderer: &mut Renderer<'_, '_>| {
                for (at, name) in renderer.gathered_names.drain(..) {
                    if at == 0 || !primary_only {
                        register.add(name, keeps_particle);
                    }
                }
            };
            if wanted {
                for index in 0..session.items.len() {
                    let (look, distinction) =
                        disambiguate::first_look(&mut renderer, session, index);
                    looks.push(look);
                    distinctions.push(distinction);
                    take_names(&mut renderer);
                }
            }
            let mut texts = Vec::new();
            if !keys.is_empty() {
                renderer.gathers_names = wanted;
                for index in 0..session.items.len() {
                    texts.push(sort::texts(&mut renderer, keys, Region::Bibliography, index));
                    take_names(&mut renderer);
                }
                renderer.gathers_names = false;
            }
            let descending: Vec<bool> = keys.iter().map(|key| key.descending).collect();
            sorted = sort::bibliography_order(session, &texts, &descending);
        }
        session.register = register;
        session.distinctions = distinctions;
        if wanted {
            let mut rank = vec![0; sorted.len()];
            for (at, &index) in sorted.iter().enumerate() {
                rank[index] = at;
            }
            let mut distinctions = session.distinctions.clone();
            let shared = &*session;
            let mut renderer = Renderer::new(shared, &shared.items[0].item);
            disambiguate::distinguish(shared, &mut renderer, &looks, &mut distinctions, &rank);
            drop(renderer);
            session.distinctions = distinctions;
        } else {
            session.distinctions = Vec::new();
        }
        let reversed = keys.iter().any(|key| key.descending && self.is_number_key(key));
        let count = sorted.len() as u32;
        for (at, &index) in sorted.iter().enumerate() {
            let number = at as u32 + 1;
            session.numbers[index] = if reversed { count + 1 - number } else { number };
        }
        sorted
    }

    /// Whether a key sorts by the number in the bibliography.
    fn is_number_key(&self, key: &SortKey) -> bool {
        match &key.source {
            KeySource::Variable(Variable::Text(TextVariable::CitationNumber)) => true,
            KeySource::Macro(id) => {
                let body = self.style.macros.get(usize::from(*id)).map(|each| &each.body);
                let number = |element: &Element| match element {
                    Element::Text(text) => matches!(
                        text.source,
                        TextSource::Variable { variable: TextVariable::CitationNumber, .. }
                    ),
                    Element::Number(number) => {
                        number.variable == Some(TextVariable::CitationNumber)
                    }
                    _ => false,
                };
                body.is_some_and(|body| body.iter().any(number))
            }
            _ => false,
        }
    }

    /// Puts the cites of each citation into the style's order.
    fn sort_cites(
        &self,
        session: &Session<'_>,
        citations: &[Citation],
        infos: &mut [Vec<CiteInfo<'_>>],
    ) {
        let keys = &self.style.citation.sort;
        let crowded = |(citation, infos): (&Citation, &Vec<CiteInfo<'_>>)| {
            infos.len() > 1 && !citation.unsorted
        };
        if keys.is_empty() || !citations.iter().zip(&*infos).any(crowded) {
            return;
        }
        let collation = sort::Collation::of(&self.style.language);
        let mut renderer = Renderer::new(session, &session.items[0].item);
        let mut descending = Vec::new();
        let with_suffix: Vec<bool> = keys.iter().map(|key| self.sorts_by_date(key)).collect();
        for (key, &with_suffix) in keys.iter().zip(&with_suffix) {
            descending.push(key.descending);
            if with_suffix {
                descending.push(false);
            }
        }
        let options = &self.style.citation.options;
        let grouped = options.collapse.is_some() && self.style.class == Class::InText
            || options.cite_group_delimiter.is_some()
                && !self.style.uses.position
                && !self.style.uses.citation_number;
        let mut known: HashMap<usize, (sort::Keys, Option<String>, String)> = HashMap::new();
        for (citation, infos) in citations.iter().zip(infos) {
            if !crowded((citation, infos)) {
                continue;
            }
            for info in infos.iter() {
                if known.contains_key(&info.item) {
                    continue;
                }
                let texts = sort::texts(&mut renderer, keys, Region::Citation, info.item);
                let mut bytes = Vec::new();
                for (text, &with_suffix) in texts.iter().zip(&with_suffix) {
                    bytes.push(text.as_deref().map(|text| collation.key(text)));
                    if with_suffix {
                        let suffix = session.distinctions.get(info.item);
                        let suffix = suffix.and_then(|d| d.year_suffix).unwrap_or(0);
                        bytes.push(Some(suffix.to_be_bytes().to_vec()));
                    }
                }
                let first = texts.first().cloned().flatten();
                let author =
                    if grouped { self.author_of(&mut renderer, info.item) } else { String::new() };
                known.insert(info.item, (bytes, first, author));
            }
            if grouped {
                group_by_author(infos, &known, &collation, &descending);
            } else {
                infos.sort_by(|a, b| {
                    sort::compare(&known[&a.item].0, &known[&b.item].0, &descending)
                });
            }
        }
    }

    /// The names by which the cites of an item are grouped.
    fn author_of<'s>(&self, renderer: &mut Renderer<'s, '_>, index: usize) -> String {
        let session = renderer.session;
        renderer.tree.clear();
        renderer.begin(Pass::Look, Region::Citation, index, None, session.distinctions.get(index));
        renderer.author_text.clear();
        let layout = &session.style.citation.layout;
        renderer.tree.open(&Dress::default());
        renderer.body(layout);
        renderer.end();
        renderer.tree.close();
        std::mem::take(&mut renderer.author_text)
    }

    /// Whether a key sorts by a date: then the year suffix sorts as well.
    fn sorts_by_date(&self, key: &SortKey) -> bool {
        match &key.source {
            KeySource::Variable(Variable::Date(_)) => true,
            KeySource::Macro(id) => self.has_date(*id, 0),
            _ => false,
        }
    }

    fn has_date(&self, id: crate::style::MacroId, depth: usize) -> bool {
        fn calls(body: &[Element], found: &mut Vec<crate::style::MacroId>) {
            for element in body {
                match element {
                    Element::Text(text) => {
                        if let TextSource::Macro(id) = text.source {
                            found.push(id);
                        }
                    }
                    Element::Group(group) => calls(&group.body, found),
                    Element::Choose(branches) => {
                        for branch in branches {
                            calls(&branch.body, found);
                        }
                    }
                    Element::Names(names) => calls(&names.substitute, found),
                    _ => {}
                }
            }
        }
        let Some(each) = self.style.macros.get(usize::from(id)) else { return false };
        if each.has_date {
            return true;
        }
        let mut found = Vec::new();
        calls(&each.body, &mut found);
        depth < 16 && found.into_iter().any(|id| self.has_date(id, depth + 1))
    }

    /// Prints one citation.
    fn citation<'s>(
        &self,
        renderer: &mut Renderer<'s, '_>,
        citation: &'s Citation,
        infos: &'s [CiteInfo<'s>],
        writing: Writing,
    ) -> String {
        let mut text = String::new();
        match citation.mode {
            Mode::Composite => {
                let author = self.cluster(renderer, citation, infos, Mode::AuthorOnly, writing);
                let rest = self.cluster(renderer, citation, infos, Mode::SuppressAuthor, writing);
                text.push_str(&author);
                if !citation.infix.is_empty() {
                    let joins = citation
                        .infix
                        .starts_with(['.', ',', ';', ':', '!', '?', '\'', '\u{2019}']);
                    if !joins && !text.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(&citation.infix);
                }
                if !text.is_empty() && !rest.is_empty() {
                    text.push(' ');
                }
                text.push_str(&rest);
            }
            mode => text = self.cluster(renderer, citation, infos, mode, writing),
        }
        text
    }

    fn cluster<'s>(
        &self,
        renderer: &mut Renderer<'s, '_>,
        citation: &'s Citation,
        infos: &'s [CiteInfo<'s>],
        mode: Mode,
        writing: Writing,
    ) -> String {
        let session = renderer.session;
        let area = &session.style.citation;
        let note = session.style.class == Class::Note;
        renderer.tree.clear();
        renderer.begin_citation();
        let author_only_citation =
            infos.first().is_some_and(|info| info.cite.author_only) || mode == Mode::AuthorOnly;
        let formatting = if author_only_citation { Default::default() } else { area.formatting };
        let root = renderer.tree.open(&Dress { formatting, ..Dress::default() });
        let mut built: Vec<Built> = Vec::with_capacity(infos.len());
        for (at, info) in infos.iter().enumerate() {
            let slot = (at > 0).then(|| renderer.tree.slot(&Dress::default()));
            let had_collapsed = renderer.has_collapsed;
            let distinction = session.distinctions.get(info.item);
            renderer.begin(Pass::Print, Region::Citation, info.item, Some(info), distinction);
            let (mut author_only, mut suppress_author) =
                (info.cite.author_only, info.cite.suppress_author);
            if at == 0 && mode == Mode::AuthorOnly {
                (author_only, suppress_author) = (true, false);
            } else if at == 0 && mode == Mode::SuppressAuthor && !note {
                (author_only, suppress_author) = (false, true);
            }
            renderer.author_only = author_only;
            renderer.suppress_author = suppress_author;
            if author_only {
                renderer.set_done(Variable::Text(TextVariable::Locator));
            }
            let node = self.cite(renderer, info, at);
            let joint = Joint {
                had_locator: at > 0 && !infos[at - 1].cite.locator.is_empty(),
                had_collapsed,
                has_collapsed: renderer.has_collapsed,
                in_cite_group: renderer.uses_cite_group_delimiter,
                wants_suffix_delimiter: renderer.wants_suffix_delimiter,
                numeric: session.style.uses.citation_number,
                in_text: !note,
            };
            let mut delimiter =
                collapse::delimiter(&area.delimiter, &area.options, &joint).to_owned();
            if at > 0 {
                adjust_delimiter(&mut delimiter, &infos[at - 1].cite.suffix, &info.cite.prefix);
            }
            let number = match distinction.and_then(|d| d.year_suffix) {
                Some(suffix) if !session.style.uses.citation_number => Some(suffix),
                _ => session.numbers.get(info.item).copied(),
            };
            built.push(Built { node, slot, delimiter, number });
            if author_only {
                break;
            }
        }
        self.frame(renderer, citation, &mut built, author_only_citation);
        if note {
            let mut depth = 0;
            nest_brackets(&mut renderer.tree, root, &mut depth);
        }
        for cite in &built {
            if let Some(node) = cite.node {
                renderer.tree.prune(node);
                settle(&mut renderer.tree, node);
            }
        }
        collapse::join(&mut renderer.tree, session.style, &mut built, session.like_reference);
        let mut text = String::new();
        if renderer.tree.close().is_some() {
            write(&renderer.tree, root, writing, &mut text);
        }
        text
    }

    /// One cite, with its own affixes.
    fn cite<'s>(
        &self,
        renderer: &mut Renderer<'s, '_>,
        info: &'s CiteInfo<'_>,
        at: usize,
    ) -> Option<NodeId> {
        let casing = renderer.casing();
        renderer.tree.open(&Dress { mark: Mark::Cite(at as u32), ..Dress::default() });
        let prefix = spaced_prefix(&info.cite.prefix);
        if !prefix.is_empty() {
            renderer.tree.text_in(&prefix, &Dress::default(), casing);
            renderer.term_predecessor = !ends_sentence(&prefix);
        }
        let before = renderer.tree.checkpoint();
        let body = &renderer.session.style.citation.layout;
        renderer.body(body);
        let prints = renderer.tree.has_grown(before);
        let suppressed = renderer.suppress_author;
        renderer.end();
        if !prints && at == 0 && !suppressed {
            renderer.tree.literal(NO_FORM, &Dress::default());
        }
        let suffix = spaced_suffix(&info.cite.suffix);
        if !suffix.is_empty() {
            renderer.tree.text_in(&suffix, &Dress::default(), casing);
        }
        renderer.tree.close()
    }

    /// Puts the style's affixes, and those of the citation, around its cites.
    fn frame(
        &self,
        renderer: &mut Renderer<'_, '_>,
        citation: &Citation,
        built: &mut [Built],
        author_only: bool,
    ) {
        if author_only {
            return;
        }
        let area = &renderer.session.style.citation;
        let prefix = format!("{}{}", area.prefix, spaced_prefix(&citation.prefix));
        let mut suffix = &*area.suffix;
        if suffix.starts_with(['.', '!', '?', ';', ':']) {
            suffix = &suffix[..1];
        }
        let suffix = format!("{}{suffix}", spaced_suffix(&citation.suffix));
        if let Some(node) = built.first().and_then(|cite| cite.node) {
            renderer.tree.set_prefix(node, &prefix);
        }
        if let Some(node) = built.iter().rev().find_map(|cite| cite.node) {
            renderer.tree.set_suffix(node, &suffix);
        }
    }

    fn bibliography<'s>(
        &self,
        renderer: &mut Renderer<'s, '_>,
        sorted: &[usize],
        cited: &[bool],
        options: &Options,
        formatted: &mut Formatted,
    ) {
        let session = renderer.session;
        let Some(area) = &session.style.bibliography else { return };
        for &index in sorted {
            let item = &*session.items[index].item;
            if options.cited_only && !cited[index] {
                continue;
            }
            if options.selection.as_ref().is_some_and(|selection| !selection.takes(item)) {
                continue;
            }
            renderer.tree.clear();
            renderer.term_predecessor = false;
            let distinction = session.distinctions.get(index);
            renderer.begin(Pass::Print, Region::Bibliography, index, None, distinction);
            let root =
                renderer.tree.open(&Dress { formatting: area.formatting, ..Dress::default() });
            let entry = renderer.tree.open(&Dress::default());
            renderer.body(&area.layout);
            let right = renderer.right_column();
            renderer.end();
            let printed = renderer.tree.close().is_some();
            let mut text = String::new();
            if printed {
                let tree = &mut renderer.tree;
                let last = tree.children(entry).last();
                let suffixed = match right {
                    Some(right) => right,
                    // Blocks from the start on: the suffix takes the place of the last one's.
                    None if begins_with_display(&area.layout) => last.unwrap_or(entry),
                    None => entry,
                };
                let first = tree.children(entry).next().unwrap_or(entry);
                let suffix = area.suffix.to_string();
                tree.set_suffix(suffixed, &suffix);
                let prefix = format!("{}{}", area.prefix, tree.prefix(first));
                tree.set_prefix(first, &prefix);
            }
            if renderer.tree.close().is_some() {
                if session.style.class == Class::Note {
                    nest_brackets(&mut renderer.tree, root, &mut 0);
                }
                renderer.tree.prune(root);
                settle(&mut renderer.tree, root);
                write_entry(&renderer.tree, root, options.writing, &mut text);
            }
            if text.is_empty() {
                let message = format!("`{}` prints nothing in this style", item.id);
                let place = Place::of_field(item.id.to_string());
                formatted.problems.push(Problem::note(codes::PRINTS_NOTHING, message).at(place));
                if !session.style.uses.citation_number {
                    continue;
                }
                // A numbered list keeps its numbers.
                let number = formatted.bibliography.len() + 1;
                renderer.tree.clear();
                let text_of = format!("{number}. {NO_FORM}");
                if let Some(node) = renderer.tree.literal(&text_of, &Dress::default()) {
                    write_entry(&renderer.tree, node, options.writing, &mut text);
                }
            }
            formatted.bibliography.push(Entry { id: item.id.to_string(), text });
        }
    }
}

/// The order in which items are registered, and which of them are cited.
fn registered(
    items: &[Item],
    citations: &[Citation],
    options: &Options,
    by_id: &HashMap<&str, usize>,
) -> (Vec<usize>, Vec<bool>) {
    let mut order = Vec::with_capacity(items.len());
    let mut seen = vec![false; items.len()];
    for cite in citations.iter().flat_map(|citation| &citation.cites) {
        if let Some(&index) = by_id.get(&*cite.id)
            && !seen[index]
        {
            seen[index] = true;
            order.push(index);
        }
    }
    let cited = seen.clone();
    if options.keep_order {
        order.clear();
        seen.fill(false);
    }
    for (index, item) in items.iter().enumerate() {
        if !seen[index] && by_id.get(&*item.id) == Some(&index) {
            order.push(index);
        }
    }
    let cited = order.iter().map(|&index| cited[index]).collect();
    (order, cited)
}

fn first_notes(
    citations: &[Citation],
    infos: &[Vec<CiteInfo<'_>>],
    items: usize,
) -> Vec<Option<u32>> {
    let mut notes = vec![None; items];
    for (citation, infos) in citations.iter().zip(infos) {
        for info in infos.iter().filter(|_| citation.note > 0) {
            notes[info.item].get_or_insert(citation.note);
        }
    }
    notes
}

/// Brings the cites of one author together; the groups are ordered by their first cites.
fn group_by_author(
    infos: &mut [CiteInfo<'_>],
    known: &HashMap<usize, (sort::Keys, Option<String>, String)>,
    collation: &sort::Collation,
    descending: &[bool],
) {
    let entry = |info: &CiteInfo<'_>| &known[&info.item];
    let mut descending_authors = vec![descending.first().copied().unwrap_or(false)];
    descending_authors.extend_from_slice(descending);
    let keyed = |info: &CiteInfo<'_>, first: Option<&str>| {
        let mut keys = vec![first.map(|text| collation.key(text))];
        keys.extend(entry(info).0.iter().cloned());
        keys
    };
    let mut list: Vec<(sort::Keys, CiteInfo<'_>)> =
        infos.iter().map(|info| (keyed(info, Some(&entry(info).2)), info.clone())).collect();
    list.sort_by(|a, b| sort::compare(&a.0, &b.0, &descending_authors));
    let mut author: Option<&str> = None;
    let mut first: Option<&str> = None;
    let mut regrouped = Vec::with_capacity(list.len());
    for (at, (_, info)) in list.iter().enumerate() {
        let (_, key, name) = entry(info);
        if author != Some(name.as_str()) {
            author = Some(name);
            first = key.as_deref();
        }
        let text = format!("{}{at}", first.unwrap_or("undefined"));
        regrouped.push((keyed(info, Some(&text)), info.clone()));
    }
    regrouped.sort_by(|a, b| sort::compare(&a.0, &b.0, &descending_authors));
    for (place, (_, info)) in infos.iter_mut().zip(regrouped) {
        *place = info;
    }
}

/// A prefix with the space that belongs behind it.
fn spaced_prefix(prefix: &str) -> String {
    if prefix.is_empty() {
        return String::new();
    }
    let bare = without_tags(prefix);
    let bare = bare
        .trim_end_matches(['"', '\'', '\u{201d}', '\u{2019}', '\u{bb}', '\u{202f}', '\u{a0}', ' ']);
    let needs_space = bare.chars().next_back().is_some_and(|c| {
        super::script::is_letter(c)
            || matches!(c, '&' | '.' | ';' | ':' | '!' | '?' | ',' | ')' | ']')
            || c.is_ascii_digit()
    });
    let mut out = String::with_capacity(prefix.len() + 1);
    for c in prefix.chars().chain(needs_space.then_some(' ')) {
        if c.is_whitespace() && c != '\u{a0}' {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a prefix ends a sentence of several words, so that what follows begins with a capital.
fn ends_sentence(prefix: &str) -> bool {
    let bare = without_tags(prefix);
    let bare = bare
        .trim_end_matches(['"', '\'', '\u{201d}', '\u{2019}', '\u{bb}', '\u{202f}', '\u{a0}', ' ']);
    bare.ends_with(['.', ';', ':', '!', '?']) && prefix.trim().contains(' ')
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        match rest[start..].find('>') {
            Some(end) => rest = &rest[start + end + 1..],
            None => {
                out.push_str(&rest[start..]);
                return out;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether the first element of a bibliography's layout has a place of its own on the page.
fn begins_with_display(layout: &[Element]) -> bool {
    let clothes = match layout.first() {
        Some(Element::Text(text)) => &text.clothes,
        Some(Element::Number(number)) => &number.clothes,
        Some(Element::Label(label)) => &label.clothes,
        Some(Element::Date(date)) => &date.clothes,
        Some(Element::Names(names)) => &names.clothes,
        Some(Element::Group(group)) => &group.clothes,
        Some(Element::Choose(_)) | None => return false,
    };
    clothes.display.is_some()
}

/// A suffix with the space that belongs before it.
fn spaced_suffix(suffix: &str) -> String {
    match suffix.chars().next() {
        Some(c) if is_romanesque_start(c) || matches!(c, '[' | '(') => format!(" {suffix}"),
        _ => suffix.to_owned(),
    }
}

/// A delimiter beside punctuation that the cites bring themselves.
fn adjust_delimiter(delimiter: &mut String, suffix_before: &str, prefix: &str) {
    let ends = suffix_before.ends_with([';', '.', ',']);
    let begins = suffix_before.is_empty() && prefix.starts_with([';', '.', ',']);
    if ends || begins {
        match delimiter.find(' ') {
            Some(space) if !begins => {
                delimiter.drain(..space);
            }
            _ => delimiter.clear(),
        }
    }
}
