//! Sorting by the rules of a language.

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorPreferences};

/// Sorts `list` by the text of each, as the language `tag` (BCP 47) sorts; equal ones keep their order.
pub(super) fn sort_by_text<T>(tag: &str, list: &mut [T], text: impl Fn(&T) -> &str) {
    let locale = tag.parse::<icu_locale_core::Locale>().unwrap_or(icu_locale_core::Locale::UNKNOWN);
    let preferences = CollatorPreferences::from(&locale);
    match Collator::try_new(preferences, CollatorOptions::default()) {
        Ok(collator) => list.sort_by(|a, b| collator.compare(text(a), text(b))),
        Err(_) => list.sort_by(|a, b| text(a).cmp(text(b))),
    }
}
