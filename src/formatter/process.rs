//! One run: style, items and citations in; citations and a bibliography out.

use super::bibliography;
use super::cite::Citation;
use super::cite_order;
use super::cluster;
use super::disambiguate;
use super::fault::{self, Faults, contain};
use super::first_range;
use super::likeness;
use super::markup::Typography;
use super::name_register::NameRegister;
use super::numbers::NumberWords;
use super::position;
use super::prepare::prepare;
use super::render::Renderer;
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
        session.first_range = first_range::first_looked_at(&session);
        let sorted = self.arrange(&mut session, &mut faults);
        cite_order::sort_cites(&session, citations, &mut infos, &mut faults);
        if style.uses.position || style.class == Class::Note {
            let near = style.citation.options.near_note_distance;
            let like = session.like_reference;
            position::fill(citations, &mut infos, session.items.len(), near, like);
        }
        let session = session;
        let mut formatted = Formatted { problems, ..Formatted::default() };
        let mut left = bibliography::Left::default();
        let printed = spread(&session, citations.len(), |renderer, at| {
            renderer.range_seen = false;
            let text = cluster::citation(renderer, &citations[at], &infos[at], options.writing);
            (text, renderer.range_seen, renderer.tree.nesting())
        });
        left.ranges = session.first_range.is_some();
        for (at, printed) in printed.into_iter().enumerate() {
            let Some((mut text, has_range, brackets_open)) = printed else {
                let text =
                    sound_cites(&session, &citations[at], &infos[at], options.writing, &mut faults);
                formatted.citations.push(text);
                continue;
            };
            left.brackets_open = brackets_open;
            let is_first = has_range && !left.ranges;
            left.ranges |= has_range;
            if is_first && !first_range::is_printed_again(&session, &infos, at) {
                let again = contain(|| {
                    let mut renderer = Renderer::new(&session, &session.items[0].item);
                    renderer.range_is_first = true;
                    cluster::citation(&mut renderer, &citations[at], &infos[at], options.writing)
                });
                text = again.unwrap_or(text);
            }
            formatted.citations.push(text);
        }
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

    /// Whether the number of the note to which a later cite refers counts when cites are told apart.
    fn notes_tell_apart(&self) -> bool {
        let style = self.style;
        style.class == Class::Note
            && style.uses.position
            && style.uses.disambiguate
            && style.citation.options.given_name_rule == GivenNameRule::ByCite
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
