//! Dates of the Julian calendar, with the day of the Gregorian one beside them.

use super::date_words::{day_in_words, in_words, primary};
use super::item::{Date, DateParts};

/// A Julian day with the Gregorian one in brackets, `October 25 (November 7), 1917`, as historians
/// of Russia and the calendar conversions of archives give both; a month or year is marked as old
/// style. `None` for ranges and dates in words.
pub(super) fn in_both_calendars(julian: &Date, language: &str) -> Option<Date> {
    let day = julian.start.filter(|_| julian.end.is_none() && julian.literal.is_none())?;
    let words = match (day.day, gregorian(day)) {
        (0, _) | (_, None) => old_style(&in_words(day, language), language),
        (_, Some(new)) => both(day, new, language)?,
    };
    Some(Date { literal: Some(words.into()), ..julian.clone() })
}

fn both(old: DateParts, new: DateParts, language: &str) -> Option<String> {
    let whole = |day| in_words(day, language);
    if old.year != new.year {
        return Some(match primary(language) {
            "zh" => format!("{}（公历{}）", whole(old), whole(new)),
            _ => format!("{} ({})", whole(old), whole(new)),
        });
    }
    let (first, second) = (day_in_words(old, language)?, day_in_words(new, language)?);
    let year = old.year;
    Some(match primary(language) {
        "zh" => format!("{year}年{first}（公历{second}）"),
        "en" if whole(old).contains(',') => format!("{first} ({second}), {year}"),
        "ru" => format!("{first} ({second}) {year} г."),
        "en" | "de" | "fr" => format!("{first} ({second}) {year}"),
        _ => format!("{} ({})", whole(old), whole(new)),
    })
}

/// Words for a date that is not known to the day.
fn old_style(words: &str, language: &str) -> String {
    match primary(language) {
        "ru" => format!("{words} (ст. ст.)"),
        "de" => format!("{words} (a. St.)"),
        "fr" => format!("{words} (anc. st.)"),
        "zh" => format!("{words}（儒略历）"),
        _ => format!("{words} (O.S.)"),
    }
}

/// The Gregorian day that is the Julian `day`. `None` before our era, where CSL counts years
/// otherwise, and for days that there are not.
fn gregorian(day: DateParts) -> Option<DateParts> {
    if day.year < 1 || !(1..=12).contains(&day.month) || !(1..=31).contains(&day.day) {
        return None;
    }
    // Days counted from 1 March of year 0, so that the leap day ends the year.
    let (year, month) = match day.month {
        1 | 2 => (i64::from(day.year) - 1, i64::from(day.month) + 9),
        month => (i64::from(day.year), i64::from(month) - 3),
    };
    let days = 365 * year + year / 4 + (153 * month + 2) / 5 + i64::from(day.day) - 1;
    // The two calendars agreed in the third century: 1 March of year 0 is two days apart.
    let days = days - 2;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        10.. => (year_of_era + era * 400 + 1, month - 9),
        _ => (year_of_era + era * 400, month + 3),
    };
    Some(DateParts {
        year: i32::try_from(year).ok()?,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u8, day: u8) -> DateParts {
        DateParts { year, month, day }
    }

    #[test]
    fn days_of_the_old_calendar_are_known() {
        for (old, new) in [
            (day(1917, 10, 25), day(1917, 11, 7)),
            (day(1900, 2, 28), day(1900, 3, 12)),
            (day(1900, 2, 29), day(1900, 3, 13)),
            (day(1900, 3, 1), day(1900, 3, 14)),
            (day(1917, 12, 20), day(1918, 1, 2)),
            (day(1700, 2, 18), day(1700, 2, 28)),
            (day(1582, 10, 5), day(1582, 10, 15)),
            (day(1732, 2, 11), day(1732, 2, 22)),
        ] {
            assert_eq!(gregorian(old), Some(new), "{old:?}");
        }
    }

    #[test]
    fn both_days_are_given() {
        let words = |parts: DateParts, language: &str| {
            let date = in_both_calendars(&Date::day(parts), language).expect("words");
            assert_eq!(date.start, Some(parts));
            date.literal.expect("words").into_string()
        };
        let october = day(1917, 10, 25);
        assert_eq!(words(october, "en-US"), "October 25 (November 7), 1917");
        assert_eq!(words(october, "en-GB"), "25 October (7 November) 1917");
        assert_eq!(words(october, "ru-RU"), "25 октября (7 ноября) 1917 г.");
        assert_eq!(words(october, "de"), "25. Oktober (7. November) 1917");
        assert_eq!(words(october, "zh-CN"), "1917年10月25日（公历11月7日）");
        assert_eq!(words(day(1917, 12, 20), "en"), "December 20, 1917 (January 2, 1918)");
        assert_eq!(words(day(1917, 10, 0), "ru"), "октябрь 1917 г. (ст. ст.)");
    }
}
