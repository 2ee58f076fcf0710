//! The few words of a citation that stand inside variables, where no locale of CSL reaches.

/// *and*, in the language.
pub(super) fn and(language: &str) -> &'static str {
    match language {
        "ru" => "и",
        "de" => "und",
        "fr" => "et",
        "es" => "y",
        "it" => "e",
        "zh" => "和",
        _ => "and",
    }
}
