//! Dates in words, in the languages of citations: for what CSL's dates cannot say.

use super::item::DateParts;
use super::months::{ENGLISH, FRENCH, GERMAN, RUSSIAN, RUSSIAN_ALONE};

/// The primary subtag of a language tag.
pub(super) fn primary(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

/// Whether English of `language` puts the month before the day.
fn month_first(language: &str) -> bool {
    matches!(language, "en" | "en-US" | "en_US")
}

/// `date` in words: `October 25, 1917`, `25. Oktober 1917`, `1917年10月25日`. Seasons and languages
/// that have no words here give digits.
pub(super) fn in_words(date: DateParts, language: &str) -> String {
    let day = day_in_words(date, language);
    match (day, primary(language)) {
        (None, "zh") => format!("{}年", date.year),
        (None, _) => date.year.to_string(),
        (Some(day), "zh") => format!("{}年{day}", date.year),
        (Some(day), "en") if month_first(language) && date.day > 0 => {
            format!("{day}, {}", date.year)
        }
        (Some(day), "ru") => format!("{day} {} г.", date.year),
        (Some(day), "en" | "de" | "fr") => format!("{day} {}", date.year),
        (Some(day), _) => format!("{}-{day}", date.year),
    }
}

/// The day and month of `date` without its year; `None` when it has no month.
pub(super) fn day_in_words(date: DateParts, language: &str) -> Option<String> {
    let month = usize::from(date.month).checked_sub(1).filter(|month| *month < 12)?;
    let day = date.day;
    let names = match primary(language) {
        "zh" if day > 0 => return Some(format!("{}月{day}日", date.month)),
        "zh" => return Some(format!("{}月", date.month)),
        "en" => &ENGLISH,
        "de" => &GERMAN,
        "fr" => &FRENCH,
        "ru" if day > 0 => &RUSSIAN,
        "ru" => &RUSSIAN_ALONE,
        _ if day > 0 => return Some(format!("{:02}-{day:02}", date.month)),
        _ => return Some(format!("{:02}", date.month)),
    };
    let name = names[month];
    Some(match (day, primary(language)) {
        (0, _) => name.to_owned(),
        (_, "en") if month_first(language) => format!("{name} {day}"),
        (_, "de") => format!("{day}. {name}"),
        (1, "fr") => format!("1er {name}"),
        _ => format!("{day} {name}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_citations_has_its_own_order() {
        let date = DateParts { year: 1917, month: 10, day: 25 };
        for (language, words) in [
            ("en-US", "October 25, 1917"),
            ("en-GB", "25 October 1917"),
            ("de-DE", "25. Oktober 1917"),
            ("fr-FR", "25 octobre 1917"),
            ("ru-RU", "25 октября 1917 г."),
            ("zh-CN", "1917年10月25日"),
            ("pl-PL", "1917-10-25"),
        ] {
            assert_eq!(in_words(date, language), words, "{language}");
        }
        assert_eq!(in_words(DateParts { day: 0, ..date }, "ru"), "октябрь 1917 г.");
        assert_eq!(in_words(DateParts { month: 0, day: 0, ..date }, "en"), "1917");
    }
}
