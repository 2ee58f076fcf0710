//! What all cites of one run share: the style, the items made ready, and what has been found out
//! about them (numbers, how they are told apart).

use super::cite::{Cite, Position};
use super::date::RangeEnd;
use super::disambiguate::Distinction;
use super::markup::{Casing, Typography};
use super::name_register::NameRegister;
use super::numbers::NumberWords;
use crate::citation::{Item, LocatorLabel, Name, Shape};
use crate::style::{Excerpt, GivenNameRule, Style};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// An item made ready: its dates read, particles found, the case of its language known.
pub(super) struct Prepared<'a> {
    pub(super) item: Cow<'a, Item>,
    pub(super) casing: Casing,
    /// The language of the item, as `language` has it; empty when it says none.
    pub(super) language: Box<str>,
    /// The bodies in `authority`, parted by semicolons, for styles that print it as a name.
    pub(super) authority: Vec<Name>,
    /// The place of its excerpt of the style in the session, if it has one.
    pub(super) excerpt: Option<u16>,
}

impl<'a> Prepared<'a> {
    /// The item as it is given.
    pub(super) fn unread(item: &'a Item) -> Prepared<'a> {
        Prepared {
            item: Cow::Borrowed(item),
            casing: Casing::ENGLISH,
            language: "".into(),
            authority: Vec::new(),
            excerpt: None,
        }
    }
}

/// A cite and what has been found out about its place in the document.
#[derive(Clone)]
pub(super) struct CiteInfo<'a> {
    pub(super) cite: Cow<'a, Cite>,
    /// The index of the item.
    pub(super) item: usize,
    pub(super) position: Position,
    pub(super) near_note: bool,
    /// The note in which the work was cited first, when that is another note.
    pub(super) first_note: Option<u32>,
}

impl<'a> CiteInfo<'a> {
    pub(super) fn new(cite: &'a Cite, item: usize) -> CiteInfo<'a> {
        CiteInfo {
            cite: Cow::Borrowed(cite),
            item,
            position: Position::First,
            near_note: false,
            first_note: None,
        }
    }

    /// Takes a label that was typed into the locator (`n. 7`) for one, where no other than *page*
    /// is given and the style's locale has a term for it.
    pub(super) fn read_label(&mut self, style: &Style) {
        if !matches!(self.cite.label, None | Some(LocatorLabel::Page)) {
            return;
        }
        if let Some((term, rest)) = super::number::leading_label(&self.cite.locator)
            && let Some(label) = LocatorLabel::from_word(term)
            && style.terms.has(term)
        {
            let locator = rest.to_owned();
            self.cite = Cow::Owned(Cite { label: Some(label), locator, ..(*self.cite).clone() });
        }
    }
}

/// What all cites share.
pub(super) struct Session<'a> {
    pub(super) style: &'a Style,
    pub(super) items: Vec<Prepared<'a>>,
    /// What of the style concerns the items of the most common shapes.
    pub(super) excerpts: Vec<Excerpt>,
    /// How each item is told apart from others.
    pub(super) distinctions: Vec<Distinction>,
    /// The notes in which the items are cited first, where later cites refer to them and may be told
    /// apart by that; empty elsewhere.
    pub(super) notes: Vec<Option<u32>>,
    /// The names that were met, to tell people of one family name apart.
    pub(super) register: NameRegister,
    /// The number of each item in the bibliography, from 1.
    pub(super) numbers: Vec<u32>,
    pub(super) casing: Casing,
    /// See [`super::Options::like_reference`].
    pub(super) like_reference: bool,
    /// How the ends of ranges of dates are dressed then.
    pub(super) last_date: Option<RangeEnd<'a>>,
    /// The first item of which a range of dates is printed while works are told apart.
    pub(super) first_range: Option<usize>,
    /// What joins numbers in the style's locale.
    pub(super) number_words: NumberWords<'a>,
    /// The quotation marks of the style's locale.
    pub(super) typography: Arc<Typography>,
    /// Non-breaking or plain: what stands between particle and family name.
    pub(super) particle_space: &'static str,
}

/// How many items of one shape are worth an excerpt of the style.
const COMMON: usize = 32;
/// How many excerpts are made.
const EXCERPTS: usize = 32;

/// Makes excerpts of the style for the most common shapes, and tells the items of theirs.
pub(super) fn excerpts(style: &Style, items: &mut [Prepared<'_>]) -> Vec<Excerpt> {
    if items.len() < COMMON {
        return Vec::new();
    }
    let mut places: HashMap<Shape, usize> = HashMap::new();
    let mut counts: Vec<(Shape, usize)> = Vec::new();
    let mut of_items = Vec::with_capacity(items.len());
    for prepared in items.iter() {
        let shape = prepared.item.shape();
        let place = *places.entry(shape).or_insert_with(|| {
            counts.push((shape, 0));
            counts.len() - 1
        });
        counts[place].1 += 1;
        of_items.push(place);
    }
    let mut common: Vec<usize> = (0..counts.len()).filter(|&at| counts[at].1 >= COMMON).collect();
    common.sort_by_key(|&at| std::cmp::Reverse(counts[at].1));
    let mut made: Vec<Option<u16>> = vec![None; counts.len()];
    let mut excerpts = Vec::new();
    for place in common.into_iter().take(EXCERPTS) {
        let Some(excerpt) = Excerpt::of(style, &counts[place].0) else { return excerpts };
        made[place] = Some(excerpts.len() as u16);
        excerpts.push(excerpt);
    }
    for (prepared, place) in items.iter_mut().zip(of_items) {
        prepared.excerpt = made[place];
    }
    excerpts
}

impl Session<'_> {
    /// The excerpt of the style for an item.
    pub(super) fn excerpt(&self, index: usize) -> Option<&Excerpt> {
        self.excerpts.get(usize::from(self.items.get(index)?.excerpt?))
    }

    /// Whether the names met in all cites decide how much of a name is printed.
    pub(super) fn registers_names(&self) -> bool {
        let options = &self.style.citation.options;
        options.add_given_names && options.given_name_rule != GivenNameRule::ByCite
    }
}

#[cfg(test)]
mod tests {
    use super::COMMON;
    use crate::citation::{
        Date, DateParts, DateVariable, Item, ItemType, Name, NameVariable, TextVariable,
    };
    use crate::formatter::{Citation, Cite, Options, Processor};
    use crate::style::{Sources, Style, bundled};
    use std::collections::BTreeMap;

    fn items(kind: ItemType, count: usize) -> Vec<Item> {
        let one = |at: usize| {
            let mut item = Item::new(&format!("{kind:?} {at}"), kind);
            item.set_names(NameVariable::Author, vec![Name::person(&format!("Doe{at}"), "Jane")]);
            item.set_text(TextVariable::Title, &format!("on the {at}th day"));
            item.set_text(TextVariable::Archive, "APRF");
            item.set_text(TextVariable::ArchiveLocation, "fond 45");
            item.set_text(TextVariable::Page, "3-5");
            let day = DateParts { year: 1951, month: 8, day: 27 };
            item.set_date(DateVariable::Issued, Date { circa: at % 2 == 1, ..Date::day(day) });
            item
        };
        (0..count).map(one).collect()
    }

    /// What is printed of each item: its citation and its entry.
    fn printed(style: &Style, items: &[Item]) -> BTreeMap<String, (String, String)> {
        let citations: Vec<Citation> =
            items.iter().map(|item| Citation::of(0, [Cite::of(&*item.id)])).collect();
        let formatted = Processor::new(style).process(items, &citations, &Options::default());
        let mut all = BTreeMap::new();
        for (item, citation) in items.iter().zip(formatted.citations) {
            all.insert(item.id.to_string(), (citation, String::new()));
        }
        for entry in formatted.bibliography {
            all.entry(entry.id).or_default().1 = entry.text;
        }
        all
    }

    #[test]
    fn an_excerpt_prints_what_the_style_prints() {
        let sources = Sources { style: &bundled::style, locale: &bundled::locale };
        for name in ["apa", "chicago-notes", "chicago-author-date", "modern-language-association"] {
            let text = bundled::style(name).expect("a style");
            let style = Style::compile(&text, None, &sources).0.expect("a style");
            for kind in [ItemType::PersonalCommunication, ItemType::Chapter, ItemType::LegalCase] {
                let items = items(kind, 2 * COMMON);
                let many = printed(&style, &items);
                let few = items.chunks(COMMON / 2).map(|few| printed(&style, few));
                let few: BTreeMap<_, _> = few.flatten().collect();
                assert_eq!(many, few, "{name}");
            }
        }
    }
}
