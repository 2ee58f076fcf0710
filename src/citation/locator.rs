//! A place within a document, as somebody types it after `@`: `l. 87`, `86-87`, `fol. 12v`, `p. 3`.
//!
//! CSL has labels for pages and folios and for no other leaf. Styles made for archives print the
//! locator as it stands when it is no bare number; other styles get CSL's label and the number.

use super::choice::Choice;
use super::location::leaves_text;
use super::path_printer::with_en_dashes;
use super::vocabulary::LocatorLabel;
use crate::record::{Archives, Holding};

/// A place within a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locator {
    /// With its label, as the archive prints it: `l. 87`.
    pub text: String,
    /// The label CSL has for it.
    pub label: LocatorLabel,
    /// Without its label: `87`. The same as the text, when the label is none of CSL's.
    pub value: String,
}

/// Printed labels of leaves and pages, longest first.
const LABELS: &[(&str, LocatorLabel)] = &[
    ("leaves", LocatorLabel::Folio),
    ("folios", LocatorLabel::Folio),
    ("листы", LocatorLabel::Folio),
    ("blatt", LocatorLabel::Folio),
    ("folio", LocatorLabel::Folio),
    ("listy", LocatorLabel::Folio),
    ("pages", LocatorLabel::Page),
    ("seite", LocatorLabel::Page),
    ("fols.", LocatorLabel::Folio),
    ("leaf", LocatorLabel::Folio),
    ("list", LocatorLabel::Folio),
    ("лист", LocatorLabel::Folio),
    ("page", LocatorLabel::Page),
    ("fol.", LocatorLabel::Folio),
    ("лл.", LocatorLabel::Folio),
    ("bl.", LocatorLabel::Folio),
    ("ff.", LocatorLabel::Folio),
    ("ll.", LocatorLabel::Folio),
    ("pp.", LocatorLabel::Page),
    ("l.", LocatorLabel::Folio),
    ("л.", LocatorLabel::Folio),
    ("f.", LocatorLabel::Folio),
    ("p.", LocatorLabel::Page),
    ("s.", LocatorLabel::Page),
    ("с.", LocatorLabel::Page),
];

/// Reads a place as typed. A bare number gets the label that the leaves of `holding` have.
///
/// ```
/// use fonds::citation::{Choice, LocatorLabel, locator_of};
/// let archives = fonds::record_file::built_in_archives();
/// let locator = locator_of("ll. 86-87", None, &archives, &Choice::default());
/// assert_eq!((locator.text.as_str(), locator.label, locator.value.as_str()),
///     ("ll. 86–87", LocatorLabel::Folio, "86–87"));
/// ```
pub fn locator_of(
    typed: &str,
    holding: Option<&Holding>,
    archives: &Archives,
    choice: &Choice,
) -> Locator {
    let typed = typed.trim();
    let dashed = |text: &str| match choice.convention.en_dashes {
        true => with_en_dashes(text),
        false => text.to_owned(),
    };
    let lower = typed.to_lowercase();
    let labelled = LABELS.iter().find_map(|(word, label)| {
        // Lower case may be longer or shorter: the label must fit at a boundary of both.
        let rest = lower.strip_prefix(word).and_then(|_| typed.get(word.len()..))?;
        let value = rest.trim_start();
        let separate = word.ends_with('.') || rest.starts_with(char::is_whitespace);
        (separate && value.starts_with(|c: char| c.is_ascii_digit())).then_some((*label, value))
    });
    if let Some((label, value)) = labelled {
        // "л. 12 об." in a citation that has "ll. 9–13 ob.", and the other way round.
        let own = holding.and_then(|holding| leaves_text(holding, archives, choice, value));
        if let Some((text, _)) = own.filter(|(text, _)| {
            label == LocatorLabel::Folio && is_cyrillic(text) != is_cyrillic(typed)
        }) {
            return Locator { text, label, value: dashed(value) };
        }
        return Locator { text: dashed(typed), label, value: dashed(value) };
    }
    let bare = typed.starts_with(|c: char| c.is_ascii_digit());
    if bare
        && let Some((text, level)) = holding.and_then(|h| leaves_text(h, archives, choice, typed))
    {
        let page = matches!(level.as_str(), "page" | "pages" | "seite" | "oldal");
        let label = if page { LocatorLabel::Page } else { LocatorLabel::Folio };
        return Locator { text, label, value: dashed(typed) };
    }
    let text = dashed(typed);
    Locator { value: text.clone(), label: LocatorLabel::Page, text }
}

/// Whether the label that `text` begins with is in Cyrillic letters.
fn is_cyrillic(text: &str) -> bool {
    text.starts_with(|c: char| ('\u{400}'..='\u{52f}').contains(&c))
}
