//! Dates as people print them, read as EDTF: `August 27, 1951`, `18 Sep 1236`, `c. 1960s - 2008`,
//! `27 августа 1951 г.`, `March 20, 1945—10 a.m.`
//!
//! What can be read in two ways (`3/4/1951`) is not read at all: a wrong date is worse than none.

use crate::citation::month_of;
use crate::record::HistoricalDate;
use unicode_normalization::UnicodeNormalization;

/// The seasons, as EDTF numbers them.
const SEASONS: &[(&str, u8)] =
    &[("spring", 21), ("summer", 22), ("autumn", 23), ("fall", 23), ("winter", 24)];

/// The printed date `text` as EDTF, when it can mean one date only.
///
/// ```
/// use fonds::formats::printed_date;
/// assert_eq!(printed_date("August 27, 1951").unwrap().as_str(), "1951-08-27");
/// assert_eq!(printed_date("circa 1900-1906").unwrap().as_str(), "1900~/1906");
/// assert_eq!(printed_date("3/4/1951"), None);
/// ```
pub fn printed_date(text: &str) -> Option<HistoricalDate> {
    let text = text.trim();
    if text.is_empty() || text.len() > 200 {
        return None;
    }
    // In print, `[1772?]` is a date that an editor supplied; in EDTF a choice of one.
    let supplied = text.starts_with('[') && !text.contains([',', '.']);
    if !supplied && let Ok(date) = text.parse() {
        return Some(date);
    }
    let plain: String = text
        .nfc()
        .map(|c| match c {
            '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
            '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
            c => c,
        })
        .collect::<String>()
        .to_lowercase();
    let edtf = range(&plain)?;
    edtf.parse().ok()
}

/// One date or two with a dash, `to` or `/` between them.
fn range(text: &str) -> Option<String> {
    if let Some(one) = single(text) {
        return Some(one);
    }
    for between in [" - ", " to ", "/", "-"] {
        let mut at = 0;
        while let Some(found) = text[at..].find(between) {
            let (first, last) = (&text[..at + found], &text[at + found + between.len()..]);
            at += found + between.len();
            if let Some(last) = single(last) {
                if let Some(first) = single(first) {
                    return Some(format!("{first}/{last}"));
                }
                // `18-20 September 1236`, `March-May 1951`: the first day or month shares the rest.
                if let Some(first) = borrowed(first, &last) {
                    return Some(format!("{first}/{last}"));
                }
            }
        }
    }
    None
}

/// The beginning of a range that leaves its month or year to the end.
fn borrowed(first: &str, last: &str) -> Option<String> {
    let mut parts = last.split('-');
    let (year, month) = (parts.next()?, parts.next());
    let first = first.trim();
    if let Some(day) = number(first, 1, 31).filter(|_| parts.next().is_some()) {
        return Some(format!("{year}-{}-{day:02}", month?));
    }
    month_of(first).map(|month| format!("{year}-{month:02}"))
}

/// A single date with its doubt.
fn single(text: &str) -> Option<String> {
    let mut text = text.trim().trim_end_matches(['.', ',', ';']).trim();
    let mut doubt = "";
    if let Some(inside) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        text = inside.trim();
    }
    for word in
        ["circa ", "about ", "approximately ", "ca. ", "ca ", "c. ", "около ", "um ", "vers "]
    {
        if let Some(rest) = text.strip_prefix(word) {
            (text, doubt) = (rest.trim(), "~");
        }
    }
    if let Some(rest) = text.strip_prefix("c.") {
        (text, doubt) = (rest.trim(), "~");
    }
    if let Some(rest) = text.strip_suffix('?') {
        (text, doubt) = (rest.trim(), if doubt == "~" { "%" } else { "?" });
    }
    let text =
        ["г.", "г", "года"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text).trim();
    let (text, time) = time_of(text);
    let date = day(text)?;
    match time {
        Some(time) if date.len() == 10 && doubt.is_empty() => Some(format!("{date}T{time}")),
        Some(_) => None,
        None => Some(format!("{date}{doubt}")),
    }
}

/// Splits an hour off the end: `march 20, 1945-10 a.m.`, `27.8.1951, 01:30`.
fn time_of(text: &str) -> (&str, Option<String>) {
    let Some((before, after)) = text.rsplit_once(['-', ',']).filter(|(b, _)| b.len() > 7) else {
        return (text, None);
    };
    let after = after.trim();
    let (clock, afternoon) = match after {
        "noon" => return (before.trim(), Some("12:00".to_owned())),
        "midnight" => return (text, None),
        _ => match (after.strip_suffix("a.m"), after.strip_suffix("p.m")) {
            (Some(clock), _) => (clock, Some(false)),
            (_, Some(clock)) => (clock, Some(true)),
            _ => match (after.strip_suffix("am"), after.strip_suffix("pm")) {
                (Some(clock), _) => (clock, Some(false)),
                (_, Some(clock)) => (clock, Some(true)),
                _ => (after, None),
            },
        },
    };
    let clock = clock.trim();
    let (hour, minute) = match (clock.split_once(':'), afternoon) {
        (Some((hour, minute)), _) => (hour, minute),
        (None, Some(_)) => (clock, "00"),
        (None, None) => return (text, None),
    };
    let hour = match afternoon {
        None => number(hour, 0, 23),
        Some(afternoon) => number(hour, 1, 12).map(|h| h % 12 + if afternoon { 12 } else { 0 }),
    };
    match (hour, number(minute, 0, 59)) {
        (Some(hour), Some(minute)) => (before.trim(), Some(format!("{hour:02}:{minute:02}"))),
        _ => (text, None),
    }
}

fn day(text: &str) -> Option<String> {
    if let Some(decade) = text.strip_suffix("0s").filter(|d| d.len() == 3 && is_digits(d)) {
        return Some(format!("{decade}X"));
    }
    let year = |word: &str| (word.len() == 4 && is_digits(word)).then(|| word.to_owned());
    if let Some(year) = year(text) {
        return Some(year);
    }
    let parts: Vec<&str> = text.split(['.', '/']).map(str::trim).collect();
    if let [first, second, third] = parts[..]
        && [first, second, third].iter().all(|part| is_digits(part))
    {
        if let Some(year) = year(first) {
            return Some(format!(
                "{year}-{:02}-{:02}",
                number(second, 1, 12)?,
                number(third, 1, 31)?
            ));
        }
        let year = year(third)?;
        // With dots the day comes first everywhere; with slashes nobody can know, unless a number is too high.
        let (day, month) = if text.contains('.') {
            (number(first, 1, 31)?, number(second, 1, 12)?)
        } else {
            match (number(first, 1, 31)?, number(second, 1, 31)?) {
                (a, b) if a == b => (a, b),
                (a, b) if a > 12 && b <= 12 => (a, b),
                (a, b) if b > 12 && a <= 12 => (b, a),
                _ => return None,
            }
        };
        return Some(format!("{year}-{month:02}-{day:02}"));
    }
    let words: Vec<&str> =
        text.split([' ', ',']).map(|w| w.trim_matches('.')).filter(|w| !w.is_empty()).collect();
    let ordinal = |word: &str| {
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end));
        number(digits.unwrap_or(word), 1, 31)
    };
    match words[..] {
        [a, b, c] => {
            if let (Some(month), Some(day), Some(year)) = (month_of(a), ordinal(b), year(c)) {
                return Some(format!("{year}-{month:02}-{day:02}"));
            }
            if let (Some(day), Some(month), Some(year)) = (ordinal(a), month_of(b), year(c)) {
                return Some(format!("{year}-{month:02}-{day:02}"));
            }
            let (year, month, day) = (year(a)?, month_of(b)?, ordinal(c)?);
            Some(format!("{year}-{month:02}-{day:02}"))
        }
        [a, b] => {
            let (word, year) = match (year(a), year(b)) {
                (_, Some(year)) => (a, year),
                (Some(year), _) => (b, year),
                _ => return None,
            };
            let season = SEASONS.iter().find(|(name, _)| *name == word).map(|(_, n)| *n);
            Some(format!("{year}-{:02}", month_of(word).or(season)?))
        }
        _ => None,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn number(text: &str, least: u8, most: u8) -> Option<u8> {
    let text = text.trim();
    is_digits(text).then(|| text.parse().ok())?.filter(|n| (least..=most).contains(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_dates_mean_one_date_or_none() {
        for (printed, expected) in [
            ("August 27, 1951", "1951-08-27"),
            ("February 03, 1949", "1949-02-03"),
            ("18 Sep 1236", "1236-09-18"),
            ("27.8.1951", "1951-08-27"),
            ("1951/8/27", "1951-08-27"),
            ("25/12/1951", "1951-12-25"),
            ("12/25/1951", "1951-12-25"),
            ("27 августа 1951 г.", "1951-08-27"),
            ("Juni 1951", "1951-06"),
            ("Sept. 1951", "1951-09"),
            ("spring 1951", "1951-21"),
            ("1939-1946", "1939/1946"),
            ("1748–1989", "1748/1989"),
            ("circa 1900-1906", "1900~/1906"),
            ("c. 1960s - 2008", "196X~/2008"),
            ("c.1772", "1772~"),
            ("[1772?]", "1772?"),
            ("18-20 September 1236", "1236-09-18/1236-09-20"),
            ("March-May 1951", "1951-03/1951-05"),
            ("1 May 1951 to 3 June 1951", "1951-05-01/1951-06-03"),
            ("March 20, 1945—10 a.m.", "1945-03-20T10:00"),
            ("March 20, 1945—12:30 p.m.", "1945-03-20T12:30"),
            ("27.8.1951, 01:30", "1951-08-27T01:30"),
            ("May 24, 1944.", "1944-05-24"),
            ("2008-09-05", "2008-09-05"),
            ("November 20th, 1974", "1974-11-20"),
        ] {
            let read = printed_date(printed);
            assert_eq!(read.as_ref().map(HistoricalDate::as_str), Some(expected), "{printed}");
        }
        for printed in [
            "3/4/1951",
            "June 30",
            "January-March",
            "1901, 2014, and undated",
            "undated",
            "",
            "30 February 1951",
            "1906/1900",
            "ma 1951",
            "27 August 51",
            "a-b-c-d/e",
            "–",
            "г.",
            "1951-13-01",
        ] {
            assert_eq!(printed_date(printed), None, "{printed}");
        }
    }
}
