//! One run: style, items and citations in; citations and a bibliography out.

use super::bibliography;
use super::cite::Citation;
use super::cluster;
use super::disambiguate;
use super::fault::{self, Faults, contain};
use super::likeness;
use super::markup::{Dress, Typography};
use super::name_register::NameRegister;
use super::numbers::NumberWords;
use super::position;
use super::prepare::prepare;
use super::render::{Pass, Region, Renderer};
use super::selection::Selection;
use super::session::{self, CiteInfo, Prepared, Session};
use super::sort;
use super::write::Writing;
use crate::citation::{Item, ItemType, Name, TextVariable, Variable};
use crate::problem::{Place, Problem, codes};
use crate::style::{
    Class, DemoteParticle, Element, GivenNameRule, KeySource, SortKey, Style, TermForm, TextSource,
};
use rayon::iter::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator,
};
use std::collections::HashMap;
use std::ops::Range;

/// What the reference processor prints for a cite that comes to nothing; people know to look for it.
pub(super) const NO_FORM: &str = "[CSL STYLE ERROR: reference with no printed form.]";

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
    /// Whether to print as the reference processor, citeproc-js, does where it departs from the
    /// specification: title case in other languages than English, ends of ranges of dates dressed as
    /// the style's last date, citations sorted by author where they are grouped, and a few more
    /// habits (the table in `docs/citeproc.md`). For programs that must have the same text as it has.
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
                    Some(&index) => {
                        let mut info = CiteInfo::new(cite, place[index]);
                        // Laws keep it: their locators are sections with labels of their own.
                        if !is_law(&items[index]) {
                            info.read_label(style);
                        }
                        cites.push(info);
                    }
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
        let mut faults = Faults::default();
        let mut prepared = Vec::with_capacity(order.len());
        for (at, ready) in all_prepared(items, &order, style).into_iter().enumerate() {
            prepared.push(ready.unwrap_or_else(|| {
                faults.at_item(at);
                Prepared::unread(&items[order[at]])
            }));
        }
        let mut session = Session {
            style,
            excerpts: session::excerpts(style, &mut prepared),
            items: prepared,
            distinctions: Vec::new(),
            notes: if self.notes_tell_apart() {
                position::first_notes(citations, &infos, order.len())
            } else {
                Vec::new()
            },
            register: NameRegister::default(),
            numbers: (1..=order.len() as u32).collect(),
            casing: super::markup::Casing {
                title: true,
                ..super::markup::Casing::of_language(&style.language)
            },
            like_reference: options.like_reference,
            last_date: options.like_reference.then(|| likeness::last_date(style)).flatten(),
            first_range: None,
            number_words: NumberWords::of(style),
            typography: typography(style).into(),
            particle_space: match style.language.get(..2) {
                Some("fr" | "ru" | "cs") => "\u{a0}",
                _ => " ",
            },
        };
        if session.items.is_empty() {
            let citations = citations.iter().map(|_| String::new()).collect();
            return Formatted { citations, bibliography: Vec::new(), problems };
        }
        if session.last_date.is_some() {
            let has_range = |item: &Prepared| item.item.dates().any(|(_, date)| date.end.is_some());
            session.first_range = session.items.iter().position(has_range);
        }
        let sorted = self.arrange(&mut session, &mut faults);
        self.sort_cites(&session, citations, &mut infos, &mut faults);
        if style.uses.position || style.class == Class::Note {
            let near = style.citation.options.near_note_distance;
            let like = session.like_reference;
            position::fill(citations, &mut infos, session.items.len(), near, like);
        }
        let session = session;
        let mut formatted = Formatted { problems, ..Formatted::default() };
        let mut left = bibliography::Left::default();
        if session.last_date.is_some() {
            // The reference processor has looked at all cites by now, to tell them apart: the
            // first range of dates may have been among them.
            let mut renderer = Renderer::new(&session, &session.items[0].item);
            for (index, item) in session.items.iter().enumerate() {
                if item.item.dates().any(|(_, date)| date.end.is_some()) {
                    fault::guard(&mut renderer, |renderer| self.author_of(renderer, index));
                }
            }
            left.ranges = renderer.range_seen;
        }
        let seen = left.ranges;
        formatted.citations = spread(&session, citations.len(), |renderer, at| {
            renderer.range_seen |= seen;
            let text = cluster::citation(renderer, &citations[at], &infos[at], options.writing);
            (text, renderer.range_seen, renderer.tree.nesting())
        })
        .into_iter()
        .enumerate()
        .map(|(at, printed)| match printed {
            Some((text, range_seen, brackets_open)) => {
                left.ranges |= range_seen;
                left.brackets_open = brackets_open;
                text
            }
            None => sound_cites(&session, &citations[at], &infos[at], options.writing, &mut faults),
        })
        .collect();
        bibliography::print(&session, &sorted, &cited, options, left, &mut formatted, &mut faults);
        formatted.problems.extend(faults.problems(&session));
        formatted
    }

    /// Finds out the order of the bibliography, the numbers, and how cites are told apart. Gives the
    /// items in the bibliography's order.
    fn arrange(&self, session: &mut Session<'_>, faults: &mut Faults) -> Vec<usize> {
        let style = self.style;
        let keys: &[SortKey] = style.bibliography.as_ref().map_or(&[], |area| &area.sort);
        let wanted = disambiguate::is_wanted(session);
        let keeps_particle = style.demote_particle == DemoteParticle::Never;
        let primary_only = style.citation.options.given_name_rule.is_primary();
        let take_names = |register: &mut NameRegister, names: Vec<(usize, &Name)>| {
            for (at, name) in names {
                if at == 0 || !primary_only {
                    register.add(name, keeps_particle);
                }
            }
        };
        let mut looks = Vec::new();
        let mut distinctions = Vec::new();
        let mut met = NameRegister::default();
        if wanted {
            let session = &*session;
            let found = spread(session, session.items.len(), |renderer, index| {
                let (look, distinction) = disambiguate::first_look(renderer, index);
                (look, distinction, std::mem::take(&mut renderer.gathered_names))
            });
            for (index, found) in found.into_iter().enumerate() {
                if found.is_none() {
                    faults.at_item(index);
                }
                let (look, distinction, names) = found.unwrap_or_default();
                looks.push(look);
                distinctions.push(distinction);
                take_names(&mut met, names);
            }
        }
        // People of one name are told apart in sort keys as well.
        session.register = met;
        let mut met_in_keys = NameRegister::default();
        let mut take = |names: Vec<(usize, &Name)>| take_names(&mut met_in_keys, names);
        let sorted = sort::bibliography_order(
            session,
            keys,
            (wanted && session.registers_names()).then_some(&mut take as &mut dyn FnMut(_)),
            faults,
        );
        session.register.absorb(met_in_keys);
        if wanted {
            let mut rank = vec![0; sorted.len()];
            for (at, &index) in sorted.iter().enumerate() {
                rank[index] = at;
            }
            let shared = &*session;
            let mut renderer = Renderer::new(shared, &shared.items[0].item);
            disambiguate::distinguish(shared, &mut renderer, &looks, &mut distinctions, &rank);
            drop(renderer);
        }
        session.distinctions = distinctions;
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
        faults: &mut Faults,
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
        let by_suffix = |key| !session.like_reference && self.sorts_by_date(key);
        let with_suffix: Vec<bool> = keys.iter().map(by_suffix).collect();
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
        let mut known = Known::new();
        let last = (grouped && session.like_reference).then(|| last_cited(infos));
        for (at, (citation, infos)) in citations.iter().zip(infos).enumerate() {
            if !crowded((citation, infos)) {
                continue;
            }
            for info in infos.iter() {
                if known.contains_key(&info.item) {
                    continue;
                }
                let look = fault::guard(&mut renderer, |renderer| {
                    let texts = sort::texts(renderer, keys, Region::Citation, info.item);
                    let author = grouped.then(|| self.author_of(renderer, info.item)).flatten();
                    let half = |name: &Name| {
                        name.literal.is_empty() && (name.family.is_empty() || name.given.is_empty())
                    };
                    let has_half = renderer.name_lists.iter().copied().flatten().any(half);
                    (texts, author, grouped && has_half)
                });
                let (texts, author, has_half) = look.unwrap_or_else(|| {
                    faults.at_item(info.item);
                    (vec![None; keys.len()], None, false)
                });
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
                known.insert(info.item, KnownCite { keys: bytes, first, author, has_half });
            }
            let by_keys = |infos: &mut Vec<CiteInfo<'_>>, descending: &[bool]| {
                infos.sort_by(|a, b| {
                    sort::compare(&known[&a.item].keys, &known[&b.item].keys, descending)
                });
            };
            if let Some(last) = &last {
                let directions = with_author(&descending);
                sort_by_author(infos, &known, &collation, &directions);
                if infos.iter().any(|info| known[&info.item].has_half && last[&info.item] > at) {
                    // The direction for the author is not taken out again.
                    by_keys(infos, &directions);
                }
                continue;
            }
            by_keys(infos, &descending);
            if grouped {
                group_by_author(infos, &known);
            }
        }
    }

    /// The names by which the cites of an item are grouped; `None` when it prints none.
    fn author_of<'s>(&self, renderer: &mut Renderer<'s, '_>, index: usize) -> Option<String> {
        let session = renderer.session;
        renderer.tree.clear();
        renderer.begin(Pass::Look, Region::Citation, index, None, session.distinctions.get(index));
        renderer.author_text.clear();
        renderer.tree.open(&Dress::default());
        renderer.body(renderer.citation_layout());
        renderer.end();
        renderer.tree.close();
        let author = std::mem::take(&mut renderer.author_text);
        (!author.is_empty()).then_some(author)
    }

    /// Whether the number of the note to which a later cite refers counts when cites are told apart.
    fn notes_tell_apart(&self) -> bool {
        let style = self.style;
        style.class == Class::Note
            && style.uses.position
            && style.uses.disambiguate
            && style.citation.options.given_name_rule == GivenNameRule::ByCite
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
}

/// Does something for each of `count` things, on several threads when that is worth it. What `act`
/// does may depend on the session and the number alone, not on what it did before. `None` stands
/// where it panicked.
pub(super) fn spread<'s, 'a, R: Send>(
    session: &'s Session<'a>,
    count: usize,
    act: impl Fn(&mut Renderer<'s, 'a>, usize) -> R + Sync,
) -> Vec<Option<R>> {
    let stretches = in_stretches(session, count, STRETCH, |renderer, stretch| {
        let done = stretch.map(|at| fault::guard(renderer, |renderer| act(renderer, at)));
        done.collect::<Vec<Option<R>>>()
    });
    let mut all = Vec::with_capacity(count);
    all.extend(stretches.into_iter().flatten());
    all
}

/// Does something for stretches of `count` things, on several threads when that is worth it; the
/// last stretch may be shorter than `length`. What `act` does may depend on the session and the
/// stretch alone.
pub(super) fn in_stretches<'s, 'a, R: Send>(
    session: &'s Session<'a>,
    count: usize,
    length: usize,
    act: impl Fn(&mut Renderer<'s, 'a>, Range<usize>) -> R + Sync,
) -> Vec<R> {
    let start = || Renderer::new(session, &session.items[0].item);
    // The threads of the pool have small stacks: a style nested deeper than real ones stays here.
    if count < FEW || session.style.depth > DEEP {
        return vec![act(&mut start(), 0..count)];
    }
    (0..count.div_ceil(length))
        .into_par_iter()
        .map_init(start, |renderer, stretch| {
            act(renderer, stretch * length..(stretch * length + length).min(count))
        })
        .collect()
}

/// Makes the items of `order` ready, on several threads when that is worth it; `None` stands where
/// that panicked.
fn all_prepared<'a>(
    items: &'a [Item],
    order: &[usize],
    style: &Style,
) -> Vec<Option<Prepared<'a>>> {
    let ready = |&index: &usize| contain(|| prepare(&items[index], style));
    if order.len() < FEW {
        order.iter().map(ready).collect()
    } else {
        order.par_iter().with_min_len(STRETCH).map(ready).collect()
    }
}

fn is_law(item: &Item) -> bool {
    use ItemType as T;
    matches!(item.kind, Some(T::Bill | T::Legislation | T::Regulation | T::Treaty))
}

/// Prints a citation without those of its cites that cannot be printed.
fn sound_cites(
    session: &Session<'_>,
    citation: &Citation,
    infos: &[CiteInfo<'_>],
    writing: Writing,
    faults: &mut Faults,
) -> String {
    let print = |infos: &[CiteInfo<'_>]| {
        contain(|| {
            let mut renderer = Renderer::new(session, &session.items[0].item);
            cluster::citation(&mut renderer, citation, infos, writing)
        })
    };
    let mut sound = Vec::with_capacity(infos.len());
    for info in infos {
        match print(std::slice::from_ref(info)) {
            Some(_) => sound.push(info.clone()),
            None => faults.at_item(info.item),
        }
    }
    print(&sound).unwrap_or_else(|| {
        // Each can be printed, but not all of them together.
        faults.at_items(sound.iter().map(|info| info.item));
        String::new()
    })
}

/// How many things are too few for several threads.
const FEW: usize = 256;
/// How many things a thread takes at a time.
const STRETCH: usize = 64;
/// The nesting up to which a style runs on small stacks; real ones have some 60 levels.
const DEEP: u64 = 100;

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

/// What is known of a cite that is sorted.
struct KnownCite {
    keys: sort::Keys,
    /// The text of the first key.
    first: Option<String>,
    author: Option<String>,
    /// One of the people in it has a family name or a given name only. The reference processor writes
    /// into such names, takes the work for another when it is cited again, and then sorts all earlier
    /// citations with it anew, without regard to authors.
    has_half: bool,
}

/// What is known of the cites that are sorted, by item.
type Known = HashMap<usize, KnownCite>;

/// The last citation of each item.
fn last_cited(infos: &[Vec<CiteInfo<'_>>]) -> HashMap<usize, usize> {
    let cites = infos.iter().enumerate();
    cites.flat_map(|(at, infos)| infos.iter().map(move |info| (info.item, at))).collect()
}

/// Brings the cites of one author to the place of the first of them (CSL 1.0.2, "Cite Grouping").
fn group_by_author(infos: &mut [CiteInfo<'_>], known: &Known) {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(infos.len());
    let mut ranks: HashMap<usize, usize> = HashMap::with_capacity(infos.len());
    for (at, info) in infos.iter().enumerate() {
        let author = known[&info.item].author.as_deref();
        let place = author.map_or(at, |author| *places.entry(author).or_insert(at));
        ranks.insert(info.item, place);
    }
    infos.sort_by_key(|info| ranks[&info.item]);
}

/// The directions of the keys, with that of the first for a key before it: the author.
fn with_author(descending: &[bool]) -> Vec<bool> {
    descending.first().into_iter().chain(descending).copied().collect()
}

/// Sorts by author first, and then orders the authors by their first cites, as the reference
/// processor does: works without an author come behind all others then, and together.
fn sort_by_author(
    infos: &mut [CiteInfo<'_>],
    known: &Known,
    collation: &sort::Collation,
    directions: &[bool],
) {
    let entry = |info: &CiteInfo<'_>| &known[&info.item];
    let keyed = |info: &CiteInfo<'_>, first: Option<&str>| {
        let mut keys = vec![first.map(|text| collation.key(text))];
        keys.extend(entry(info).keys.iter().cloned());
        keys
    };
    let mut list: Vec<(sort::Keys, CiteInfo<'_>)> = infos
        .iter()
        .map(|info| (keyed(info, entry(info).author.as_deref()), info.clone()))
        .collect();
    list.sort_by(|a, b| sort::compare(&a.0, &b.0, directions));
    let mut author: Option<Option<&str>> = None;
    let mut first: Option<&str> = None;
    let mut regrouped = Vec::with_capacity(list.len());
    for (at, (_, info)) in list.iter().enumerate() {
        let known = entry(info);
        if author != Some(known.author.as_deref()) {
            author = Some(known.author.as_deref());
            first = known.first.as_deref();
        }
        let text = format!("{}{at}", first.unwrap_or("undefined"));
        regrouped.push((keyed(info, Some(&text)), info.clone()));
    }
    regrouped.sort_by(|a, b| sort::compare(&a.0, &b.0, directions));
    for (place, (_, info)) in infos.iter_mut().zip(regrouped) {
        *place = info;
    }
}
