//! Changes of case.

use crate::style::formatting::TextCase;

/// Changes the case of `text`; title case is for English only.
pub(super) fn apply(case: TextCase, text: &mut String, _english: bool) {
    match case {
        TextCase::Lowercase => *text = text.to_lowercase(),
        TextCase::Uppercase => *text = text.to_uppercase(),
        _ => {}
    }
}
