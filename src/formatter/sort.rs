//! The order of bibliographies and of the cites in a citation: sort keys, and the collation of the
//! style's language.
//!
//! Keys compare letter by letter without regard to case, accents and punctuation, and numbers by
//! their value; [`WORD_BREAK`] stands between words, so that shorter words come first.

use super::markup::Casing;
use super::number;
use super::render::{Pass, Region, Renderer};
use super::session::Session;
use crate::citation::{TextVariable, Variable};
use crate::style::{KeySource, SortKey};
use icu_collator::options::{AlternateHandling, CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

/// What stands for a space in sort keys: it counts, as punctuation does not, and sorts before letters.
pub(super) const WORD_BREAK: &str = "|";

/// The keys of one item, in the collation's bytes; `None` sorts last in either direction.
pub(super) type Keys = Vec<Option<Vec<u8>>>;

/// A collation.
pub(super) struct Collation {
    collator: Option<CollatorBorrowed<'static>>,
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
        Collation { collator: CollatorBorrowed::try_new(preferences, options).ok() }
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
pub(super) fn compare(a: &Keys, b: &Keys, descending: &[bool]) -> std::cmp::Ordering {
    use std::cmp::Ordering;
    for ((a, b), &descending) in a.iter().zip(b).zip(descending) {
        let order = match (a, b) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) if descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// The texts of an item's sort keys; `None` for an empty one.
pub(super) fn texts<'s>(
    renderer: &mut Renderer<'s, '_>,
    keys: &'s [SortKey],
    region: Region,
    index: usize,
) -> Vec<Option<String>> {
    let mut texts = Vec::with_capacity(keys.len());
    renderer.begin(Pass::Sort, region, index, None, None);
    for key in keys {
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
        let mut text = match renderer.tree.close() {
            Some(_) => renderer.tree.plain_text(root),
            None => String::new(),
        };
        if text.is_empty() {
            texts.push(None);
        } else {
            if text.contains(' ') {
                text = text.replace(' ', WORD_BREAK);
            }
            text.push_str(WORD_BREAK);
            texts.push(Some(text));
        }
    }
    texts
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
            if let Some(text) = item.text(variable) {
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

/// The order of all items in the bibliography.
pub(super) fn bibliography_order(
    session: &Session<'_>,
    texts: &[Vec<Option<String>>],
    descending: &[bool],
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..session.items.len()).collect();
    if descending.is_empty() {
        return order;
    }
    let collation = Collation::of(&session.style.language);
    let keys: Vec<Keys> = texts
        .par_iter()
        .with_min_len(256)
        .map(|texts| {
            texts.iter().map(|text| text.as_deref().map(|text| collation.key(text))).collect()
        })
        .collect();
    order.sort_by(|&a, &b| compare(&keys[a], &keys[b], descending));
    order
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
