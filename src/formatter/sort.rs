//! The order of bibliographies and of the cites in a citation: sort keys, and the collation of the
//! style's language.
//!
//! Keys compare letter by letter without regard to case, accents and punctuation, and numbers by
//! their value; [`WORD_BREAK`] stands between words, so that shorter words come first.

use super::fault::Faults;
use super::markup::Casing;
use super::number;
use super::plain_order;
use super::process::spread;
use super::render::{Pass, Region, Renderer};
use super::session::Session;
use crate::citation::{Name, TextVariable, Variable};
use crate::style::{Body, Element, KeySource, MacroId, SortKey, Style, TextSource};
use icu_collator::options::{AlternateHandling, CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use rayon::slice::ParallelSliceMut;
use std::cmp::Ordering;
use std::ops::Range;

/// What stands for a space in sort keys: it counts, as punctuation does not, and sorts before letters.
pub(super) const WORD_BREAK: &str = "|";

/// The keys of one item, in the collation's bytes; `None` sorts last in either direction.
pub(super) type Keys = Vec<Option<Vec<u8>>>;

/// A collation.
pub(super) struct Collation {
    collator: Option<CollatorBorrowed<'static>>,
    /// Whether [simple](plain_order::is_simple) texts compare as in all languages.
    is_plain: bool,
}

/// A text to be compared with others.
struct KeyText {
    text: String,
    is_simple: bool,
}

impl Collation {
    /// The collation of a language; that of all languages where it has none of its own.
    pub(super) fn of(language: &str) -> Collation {
        let locale = language.parse().unwrap_or(icu_locale_core::Locale::UNKNOWN);
        let mut preferences = CollatorPreferences::from(&locale);
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Primary);
        options.alternate_handling = Some(AlternateHandling::Shifted);
        let collator = CollatorBorrowed::try_new(preferences, options).ok();
        let is_plain =
            matches!(locale.id.language.as_str(), "en" | "de" | "fr" | "it" | "nl" | "pt");
        Collation { is_plain: is_plain && collator.is_some(), collator }
    }

    /// Makes a text ready to be compared.
    fn prepare(&self, text: String) -> KeyText {
        KeyText { is_simple: self.is_plain && plain_order::is_simple(&text), text }
    }

    /// Compares two texts, as their [keys](Collation::key) compare.
    fn compare(&self, a: &KeyText, b: &KeyText) -> Ordering {
        match &self.collator {
            _ if a.is_simple && b.is_simple => plain_order::compare(&a.text, &b.text),
            _ if a.text == b.text => Ordering::Equal,
            Some(collator) => collator.compare(&a.text, &b.text),
            None => a.text.to_lowercase().cmp(&b.text.to_lowercase()),
        }
    }

    /// The bytes by which `text` sorts.
    pub(super) fn key(&self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len() + 8);
        match &self.collator {
            Some(collator) => {
                let Ok(()) = collator.write_sort_key_to(text, &mut bytes);
            }
            None => bytes.extend_from_slice(text.to_lowercase().as_bytes()),
        }
        bytes
    }
}

/// Compares the keys of two items.
pub(super) fn compare(a: &Keys, b: &Keys, descending: &[bool]) -> Ordering {
    for ((a, b), &descending) in a.iter().zip(b).zip(descending) {
        let order = by_one_key(a.as_deref(), b.as_deref(), descending, <[u8]>::cmp);
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// Compares two items by one key; what has no key comes last in either direction.
fn by_one_key<T: ?Sized>(
    a: Option<&T>,
    b: Option<&T>,
    descending: bool,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) if descending => compare(b, a),
        (Some(a), Some(b)) => compare(a, b),
    }
}

/// The texts of an item's sort keys; `None` for an empty one.
pub(super) fn texts<'s>(
    renderer: &mut Renderer<'s, '_>,
    keys: &'s [SortKey],
    region: Region,
    index: usize,
) -> Vec<Option<String>> {
    keys.iter().map(|key| text(renderer, key, region, index)).collect()
}

/// The text of one sort key.
fn text<'s>(
    renderer: &mut Renderer<'s, '_>,
    key: &'s SortKey,
    region: Region,
    index: usize,
) -> Option<String> {
    renderer.begin(Pass::Sort, region, index, None, None);
    renderer.key_names = Some(&key.names);
    renderer.tree.clear();
    let root = renderer.tree.open(&Default::default());
    match &key.source {
        KeySource::Macro(id) => renderer.key_macro(*id),
        KeySource::Names(names) => renderer.names(names),
        KeySource::Variable(variable) => variable_key(renderer, *variable),
        KeySource::Nothing => {}
    }
    renderer.tree.close()?;
    let mut text = renderer.tree.plain_text(root);
    if text.is_empty() {
        return None;
    }
    if text.contains(' ') {
        text = text.replace(' ', WORD_BREAK);
    }
    text.push_str(WORD_BREAK);
    Some(text)
}

fn variable_key(renderer: &mut Renderer<'_, '_>, variable: Variable) {
    let item = renderer.item;
    match variable {
        Variable::Text(TextVariable::CitationNumber) => {
            let number = renderer.session.numbers.get(renderer.index).copied().unwrap_or(0);
            renderer.put(&number.to_string(), &Default::default(), Casing::ENGLISH);
        }
        Variable::Text(TextVariable::CitationLabel) => {
            let label = super::citation_label::of(renderer.session, renderer.index);
            renderer.put(&label, &Default::default(), Casing::ENGLISH);
        }
        Variable::Text(variable) => {
            // The first page is made from the pages (CSL 1.0.2, appendix IV).
            let first_page = variable == TextVariable::PageFirst;
            let text = item.text(variable).or_else(|| {
                let pages = item.text(TextVariable::Page).filter(|_| first_page);
                pages.map(super::numbers::first_page)
            });
            if let Some(text) = text {
                if variable.is_number() {
                    let number = number_in(text);
                    renderer.tree.literal(&number, &Default::default());
                } else {
                    renderer.put(text, &Default::default(), Casing::ENGLISH);
                }
            }
        }
        Variable::Date(variable) => {
            if let Some(date) = item.date(variable) {
                let mut key = String::new();
                super::date::push_sort_key(date, |_| true, &mut key);
                renderer.tree.literal(&key, &Default::default());
            }
        }
        Variable::Names(_) => {}
    }
}

/// The first number in a text, or the text.
fn number_in(text: &str) -> String {
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else { return text.to_owned() };
    if number::is_plain(text) || !text[..start].trim_matches(['-', ' ']).is_empty() {
        return text.to_owned();
    }
    text[start..].chars().take_while(char::is_ascii_digit).collect()
}

/// Takes the names met in one item, with their places in their lists.
pub(super) type TakeNames<'t, 's> = &'t mut dyn FnMut(Vec<(usize, &'s Name)>);

/// The order of all items in the bibliography. `take_names` is given the names met on the way, with
/// their places in their lists, when somebody wants them.
///
/// A key is made only for items that the keys before it leave in one place, unless it has names that
/// are wanted.
pub(super) fn bibliography_order<'s>(
    session: &'s Session<'_>,
    keys: &'s [SortKey],
    mut take_names: Option<TakeNames<'_, 's>>,
    faults: &mut Faults,
) -> Vec<usize> {
    let count = session.items.len();
    let mut order: Vec<usize> = (0..count).collect();
    // One item alone has its place; its keys tell at most whom it names.
    if keys.is_empty() || (count < 2 && take_names.is_none()) {
        return order;
    }
    let collation = Collation::of(&session.style.language);
    let mut texts: Vec<Option<KeyText>> = Vec::from_iter((0..count).map(|_| None));
    // The stretches of the order in which all items are alike so far.
    let mut alike: Vec<Range<usize>> = Vec::from_iter((count > 1).then_some(0..count));
    for key in keys {
        let gathers = take_names.is_some() && has_names(session.style, key);
        let wanted: Vec<usize> = if gathers {
            (0..count).collect()
        } else {
            alike.iter().flat_map(|stretch| &order[stretch.clone()]).copied().collect()
        };
        if wanted.is_empty() {
            continue;
        }
        let found = spread(session, wanted.len(), |renderer, at| {
            renderer.gathers_names = gathers;
            let text = text(renderer, key, Region::Bibliography, wanted[at]);
            (text.map(|text| collation.prepare(text)), std::mem::take(&mut renderer.gathered_names))
        });
        for (&index, found) in wanted.iter().zip(found) {
            let (text, names) = found.unwrap_or_else(|| {
                faults.at_item(index);
                Default::default()
            });
            texts[index] = text;
            if let Some(take_names) = &mut take_names
                && !names.is_empty()
            {
                take_names(names);
            }
        }
        let compare = |a: usize, b: usize| {
            let (a, b) = (texts[a].as_ref(), texts[b].as_ref());
            by_one_key(a, b, key.descending, |a, b| collation.compare(a, b))
        };
        let mut still_alike = Vec::new();
        for stretch in alike {
            let items = &mut order[stretch.clone()];
            items.par_sort_by(|&a, &b| compare(a, b));
            let mut start = stretch.start;
            for run in items.chunk_by(|&a, &b| compare(a, b).is_eq()) {
                if run.len() > 1 {
                    still_alike.push(start..start + run.len());
                }
                start += run.len();
            }
        }
        alike = still_alike;
    }
    order
}

/// Whether names may be printed into a key.
fn has_names(style: &Style, key: &SortKey) -> bool {
    fn in_body(style: &Style, body: &Body, seen: &mut Vec<MacroId>) -> bool {
        body.iter().any(|element| match element {
            Element::Names(_) => true,
            Element::Group(group) => in_body(style, &group.body, seen),
            Element::Choose(branches) => {
                branches.iter().any(|branch| in_body(style, &branch.body, seen))
            }
            Element::Text(text) => match text.source {
                TextSource::Macro(id) => in_macro(style, id, seen),
                _ => false,
            },
            Element::Number(_) | Element::Label(_) | Element::Date(_) => false,
        })
    }
    fn in_macro(style: &Style, id: MacroId, seen: &mut Vec<MacroId>) -> bool {
        if seen.contains(&id) {
            return false;
        }
        seen.push(id);
        style.macros.get(usize::from(id)).is_some_and(|each| in_body(style, &each.body, seen))
    }
    match key.source {
        KeySource::Names(_) => true,
        KeySource::Macro(id) => in_macro(style, id, &mut Vec::new()),
        KeySource::Variable(_) | KeySource::Nothing => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Collation;

    #[test]
    fn numbers_sort_by_value_and_short_words_first() {
        let collation = Collation::of("en-US");
        let key = |text: &str| collation.key(text);
        assert!(key("2|") < key("10|"));
        assert!(key("smith|john|") < key("smithson|"));
        assert_eq!(key("x-y"), key("XY"));
        assert!(key("1000000195002141000000000000000|") < key("1000000201000001000000000000000|"));
        assert!(key("100000019500214|") < key("100000020100000|"));
    }
}
