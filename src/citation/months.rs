//! The names of the months, in one place: written in dates, and known in what people print.

/// English, as written.
pub(super) const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// German, as written.
pub(super) const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
/// French, as written.
pub(super) const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
/// Russian in the genitive, as after a day.
pub(super) const RUSSIAN: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
/// Russian in the nominative, as without a day.
pub(super) const RUSSIAN_ALONE: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];

/// Italian, Spanish and Polish (in the genitive) are read, never written.
const READ_ONLY: [[&str; 12]; 3] = [
    [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
    [
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ],
];

/// Turkish, Czech and Ukrainian (in the genitive), Dutch, Portuguese, Romanian, Swedish and Serbian: known
/// when they are written out.
const READ_WHOLE: [[&str; 12]; 9] = [
    [
        "ocak", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim",
        "kasım", "aralık",
    ],
    [
        "ledna",
        "února",
        "března",
        "dubna",
        "května",
        "června",
        "července",
        "srpna",
        "září",
        "října",
        "listopadu",
        "prosince",
    ],
    [
        "січня",
        "лютого",
        "березня",
        "квітня",
        "травня",
        "червня",
        "липня",
        "серпня",
        "вересня",
        "жовтня",
        "листопада",
        "грудня",
    ],
    [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    [
        "ianuarie",
        "februarie",
        "martie",
        "aprilie",
        "mai",
        "iunie",
        "iulie",
        "august",
        "septembrie",
        "octombrie",
        "noiembrie",
        "decembrie",
    ],
    [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    [
        "januar",
        "februar",
        "mart",
        "april",
        "maj",
        "jun",
        "jul",
        "avgust",
        "septembar",
        "oktobar",
        "novembar",
        "decembar",
    ],
    [
        "január",
        "február",
        "március",
        "április",
        "május",
        "június",
        "július",
        "augusztus",
        "szeptember",
        "október",
        "november",
        "december",
    ],
];

/// The number of the month that `word` names, in any of the languages above: whole, or its beginning
/// of three letters or more when it can begin one month only, with or without a full stop.
///
/// ```
/// use fonds::citation::month_of;
/// assert_eq!(month_of("августа"), Some(8));
/// assert_eq!((month_of("Sept."), month_of("ju"), month_of("jui")), (Some(9), None, None));
/// ```
pub fn month_of(word: &str) -> Option<u8> {
    let word = word.trim().trim_end_matches('.').to_lowercase();
    if word.chars().count() < 3 || word.len() > 40 {
        return None;
    }
    if let Some((_, number)) = names().find(|(name, _)| *name == word) {
        return Some(number);
    }
    if word == "sept" {
        return Some(9);
    }
    let whole = READ_WHOLE.iter().find_map(|names| names.iter().position(|name| *name == word));
    if let Some(number) = whole.and_then(|at| u8::try_from(at + 1).ok()) {
        return Some(number);
    }
    let mut found = names().filter(|(name, _)| name.starts_with(&word)).map(|(_, number)| number);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// Every name in lower case with its number.
fn names() -> impl Iterator<Item = (String, u8)> {
    let written = [&ENGLISH, &GERMAN, &FRENCH, &RUSSIAN, &RUSSIAN_ALONE];
    let languages = written.into_iter().chain(&READ_ONLY);
    languages.flat_map(|names| (1..).zip(names).map(|(number, name)| (name.to_lowercase(), number)))
}

/// A Russian month as it stands after a day, `октября` for `октябрь`; every other word as it is.
pub fn after_day(month: &str) -> &str {
    match RUSSIAN_ALONE.iter().position(|name| *name == month) {
        Some(at) => RUSSIAN[at],
        None => month,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_name_is_read() {
        for names in [ENGLISH, GERMAN, FRENCH, RUSSIAN, RUSSIAN_ALONE] {
            for (number, name) in (1..).zip(names) {
                assert_eq!(month_of(name), Some(number), "{name}");
            }
        }
        for word in ["", "x", "mo", "monday", "jui", "c. 1950"] {
            assert_eq!(month_of(word), None, "{word}");
        }
    }
}
