//! Dates given as text: EDTF (ISO 8601-2), or as people type them: `27 Aug. 1951`, `spring 1948`,
//! `c. 1900`, `100 BC`, `1790-1803`.
//!
//! What is not understood stays as it was typed and is printed so: a date is never guessed.

use std::borrow::Cow;

use crate::citation::{Date, DateParts};
use edtf_core::{Edtf, IntervalEndpoint};

/// The date, read from its text where it was given as text.
///
/// ```
/// use fonds::citation::{Date, DateParts};
/// use fonds::formatter::date_text::read;
/// let typed = |text: &str| {
///     let date = Date { raw: Some(text.into()), ..Date::default() };
///     read(&date).into_owned()
/// };
/// let day = DateParts { year: 1951, month: 8, day: 27 };
/// assert_eq!(typed("1951-08-27").start, Some(day));
/// assert_eq!(typed("27 August 1951").start, Some(day));
/// assert!(typed("1951~").circa);
/// assert_eq!(typed("1790/1803").end.map(|end| end.year), Some(1803));
/// assert_eq!(typed("some time after the war").literal.as_deref(), Some("some time after the war"));
/// ```
pub fn read(date: &Date) -> Cow<'_, Date> {
    match &date.raw {
        Some(raw) if date.start.is_none() => {
            let mut read = read_text(raw);
            read.circa |= date.circa;
            if read.season.is_none() {
                read.season = date.season.clone();
            }
            if read.literal.is_none() {
                read.literal = date.literal.clone();
            }
            Cow::Owned(read)
        }
        _ => Cow::Borrowed(date),
    }
}

/// Reads a date as typed.
pub fn read_text(text: &str) -> Date {
    let trimmed = text.trim();
    if trimmed.len() > 200 {
        return Date::literal(trimmed);
    }
    read_edtf(trimmed).unwrap_or_else(|| read_typed(trimmed))
}

fn read_edtf(text: &str) -> Option<Date> {
    match Edtf::parse(text).ok()? {
        Edtf::Date(date) => single(&date),
        Edtf::DateTime(moment) => single(&moment.date),
        Edtf::Interval(interval) => {
            let mut date = end_point(&interval.start).and_then(single)?;
            let end = match &interval.end {
                IntervalEndpoint::Open | IntervalEndpoint::Unknown => DateParts::default(),
                end => {
                    let end = end_point(end).and_then(single)?;
                    date.circa |= end.circa;
                    end.start?
                }
            };
            date.end = Some(end);
            Some(date)
        }
        Edtf::Set(_) => None,
    }
}

fn end_point(point: &IntervalEndpoint) -> Option<&edtf_core::Date> {
    match point {
        IntervalEndpoint::Date(date) => Some(date),
        _ => None,
    }
}

fn single(date: &edtf_core::Date) -> Option<Date> {
    // CSL has no year 0: 1 BC is -1 there.
    let year = match i32::try_from(date.year.value()?).ok()? {
        0 => -1,
        year => year,
    };
    let month = date.month.and_then(|month| month.value()).unwrap_or(0);
    let month = if month > 24 { return None } else { month };
    let day = match month {
        0 => 0,
        _ => date.day.and_then(|day| day.value()).unwrap_or(0),
    };
    Some(Date {
        circa: date.is_approximate() || date.is_uncertain(),
        ..Date::day(DateParts { year, month, day })
    })
}

/// One side of a range as it is read.
#[derive(Debug, Clone, Copy, Default)]
struct Side<'a> {
    year: Option<i32>,
    month: Option<u8>,
    day: Option<u8>,
    season: Option<&'a str>,
}

fn read_typed(text: &str) -> Date {
    if let Some(words) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return Date::literal(words);
    }
    let normal = normalize(text);
    let (before_era, body) = match normal.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, &*normal),
    };
    let padded = if body.len() < 4 && !body.is_empty() && body.bytes().all(|b| b.is_ascii_digit()) {
        format!("{body:0>4}")
    } else {
        body.replace(['/', '_'], "-")
    };
    let tokens = tokens(&padded);
    let middle = tokens.iter().position(|token| *token == "-");
    let mut circa = false;
    let mut start = read_side(&tokens[..middle.unwrap_or(tokens.len())], &mut circa);
    let mut end = middle.map(|at| read_side(&tokens[at + 1..], &mut circa));
    if let Some(end) = &mut end {
        // Each side lends the other what it lacks: `27-28 August 1951`.
        fn lend<T: Copy>(a: &mut Option<T>, b: &mut Option<T>) {
            *a = a.or(*b);
            *b = b.or(*a);
        }
        lend(&mut start.year, &mut end.year);
        lend(&mut start.month, &mut end.month);
        lend(&mut start.day, &mut end.day);
        lend(&mut start.season, &mut end.season);
    }
    let Some(year) = start.year else { return Date::literal(text) };
    if start.day.is_some() && start.month.is_none() {
        return Date::literal(text);
    }
    let parts = |side: Side<'_>, year: i32| DateParts {
        year,
        month: side.month.unwrap_or(0),
        day: side.day.unwrap_or(0),
    };
    Date {
        start: Some(parts(start, if before_era { -year } else { year })),
        end: end.map(|end| parts(end, end.year.unwrap_or(year))),
        circa,
        season: start.season.map(|season| season.trim().into()),
        ..Date::default()
    }
}

/// Times of the day cut off, Japanese and Chinese dates with hyphens, no full stops after letters.
fn normalize(text: &str) -> String {
    let mut text = text.to_owned();
    let time = text.char_indices().find(|&(at, c)| {
        c == 'T'
            && text[..at].ends_with(|c: char| c.is_ascii_digit())
            && text[at + 1..].starts_with(|c: char| c.is_ascii_digit())
    });
    if let Some((at, _)) = time {
        text.truncate(at);
    } else if let Some(at) = text.find(" ").into_iter().chain(text.rfind(" ")).find(|&at| {
        let clock = &text[at + 1..];
        clock.len() >= 7
            && clock.bytes().all(|byte| byte == b':' || byte.is_ascii_digit())
            && clock.bytes().filter(|&byte| byte == b':').count() == 2
    }) {
        text.truncate(at);
    }
    if text.contains(['年', '月']) {
        text = read_imperial_years(&text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        if !(c == '.' && before.is_ascii_alphabetic()) {
            out.push(c);
        }
        before = c;
    }
    out
}

/// `昭和26年8月27日` as `1951-8-27`.
fn read_imperial_years(text: &str) -> String {
    const ERAS: [(&str, u32); 5] =
        [("明治", 1867), ("大正", 1911), ("昭和", 1925), ("平成", 1988), ("令和", 2018)];
    let compact: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '日')
        .map(|c| match c {
            '年' | '月' => '-',
            '〜' => '/',
            _ => c,
        })
        .collect();
    let sides: Vec<String> = compact
        .split('/')
        .map(|side| {
            let side = side.trim_end_matches('-');
            for (era, before) in ERAS {
                if let Some(rest) = side.strip_prefix(era) {
                    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                    if let Ok(year) = rest[..digits].parse::<u32>() {
                        return format!("{}{}", year.saturating_add(before), &rest[digits..]);
                    }
                }
            }
            side.to_owned()
        })
        .collect();
    sides.join("-")
}

/// Cuts the text into dates of digits and hyphens, numbers, words, marks and single hyphens.
fn tokens(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let digits = |from: usize, most: usize| {
        bytes[from.min(bytes.len())..].iter().take(most).take_while(|b| b.is_ascii_digit()).count()
    };
    // `1951`, `1951-08`, `1951-08-27`
    let year_first = |from: usize| {
        if digits(from, 4) < 4 {
            return None;
        }
        let mut ends = vec![from + 4];
        let mut at = from + 4;
        for _ in 0..2 {
            if bytes.get(at) != Some(&b'-') {
                break;
            }
            let count = digits(at + 1, 2);
            if count == 0 {
                break;
            }
            at += 1 + count;
            ends.push(at);
        }
        ends.into_iter().rev().find(|&end| digits(end, 1) == 0)
    };
    // `27-08-1951`, `08-1951`
    let year_last = |from: usize| {
        let mut at = from;
        for _ in 0..2 {
            let count = digits(at, 2);
            if count == 0 || bytes.get(at + count) != Some(&b'-') {
                break;
            }
            at += count + 1;
            if digits(at, 4) == 4 && digits(at + 4, 1) == 0 {
                return Some(at + 4);
            }
        }
        None
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'0'..=b'9' => year_first(at)
                .or_else(|| year_last(at))
                .unwrap_or_else(|| at + digits(at, 3).max(1)),
            b'-' | b'~' | b'?' => at + 1,
            _ => {
                let rest = &text[at..];
                at + rest
                    .find(|c: char| c.is_ascii_digit() || matches!(c, '-' | '~' | '?'))
                    .unwrap_or(rest.len())
            }
        };
        let token = &text[at..end];
        if !token.trim().is_empty() {
            out.push(token.trim());
        }
        at = end;
    }
    out
}

fn read_side<'a>(tokens: &[&'a str], circa: &mut bool) -> Side<'a> {
    const MONTHS: [&str; 16] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "spr",
        "sum", "fal", "win",
    ];
    const TERMS: [&str; 4] = ["mic", "tri", "hil", "eas"];
    let mut side = Side::default();
    let mut number: Option<i32> = None;
    let mut words = None;
    for &token in tokens {
        if token.len() > 1 && token.contains('-') {
            read_numeric(token, &mut side);
            continue;
        }
        let is_number = token.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && token.len() == 4 {
            side.year = token.parse().ok();
            continue;
        }
        if matches!(token, "~" | "?" | "c") || token.starts_with("cir") {
            *circa = true;
        }
        let lower = token.to_lowercase();
        if let Some(month) = MONTHS.iter().position(|month| lower.contains(month)) {
            side.month = Some(month as u8 + 1);
            continue;
        }
        if is_number {
            number = token.parse().ok();
        }
        if lower.starts_with("bc") && number.is_some() {
            side.year = number.take().map(|year| -year);
            continue;
        }
        if lower.starts_with("ad") && number.is_some() {
            side.year = number.take();
            continue;
        }
        if TERMS.iter().any(|term| lower.contains(term)) {
            words = Some(token);
        }
    }
    if let Some(number) = number {
        side.day = u8::try_from(number).ok().or(side.day);
    }
    side.season = words;
    side
}

/// `1951-08-27`, `27-08-1951`, `08-1951`: where a month cannot be one, it is the day.
fn read_numeric(token: &str, side: &mut Side<'_>) {
    let mut parts: Vec<&str> = token.split('-').collect();
    if let Some(at) = parts.iter().position(|part| part.len() == 4) {
        side.year = parts[at].parse().ok();
        if at == 0 {
            parts.remove(0);
        } else {
            parts.truncate(at);
        }
    }
    let number = |text: &&str| text.parse::<u8>().ok().filter(|&number| number > 0);
    match (parts.first().and_then(number), parts.get(1).and_then(number)) {
        (Some(month), None) => side.month = Some(month).filter(|&month| month <= 24),
        (Some(first), Some(second)) => {
            let (month, day) = if first > 12 { (second, first) } else { (first, second) };
            side.month = Some(month).filter(|&month| month <= 24);
            side.day = Some(day);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let date = read_text(text);
        let parts = |p: DateParts| format!("{}-{}-{}", p.year, p.month, p.day);
        let mut out = date.start.map(parts).unwrap_or_default();
        if let Some(end) = date.end {
            out.push('/');
            out.push_str(&parts(end));
        }
        if date.circa {
            out.push('~');
        }
        for (mark, words) in [(" s:", &date.season), (" l:", &date.literal)] {
            if let Some(words) = words {
                out.push_str(mark);
                out.push_str(words);
            }
        }
        out
    }

    #[test]
    fn dates_as_typed() {
        for (text, expected) in [
            ("1951", "1951-0-0"),
            ("1951-08-27", "1951-8-27"),
            ("27 Aug. 1951", "1951-8-27"),
            ("August 27, 1951", "1951-8-27"),
            ("8/27/1951", "1951-8-27"),
            ("27-8-1951", "1951-8-27"),
            ("1951-08-27T01:30:00Z", "1951-8-27"),
            ("1951-08-27 01:30:00", "1951-8-27"),
            ("27-28 August 1951", "1951-8-27/1951-8-28"),
            ("August 1951 - September 1952", "1951-8-0/1952-9-0"),
            ("1790/1803", "1790-0-0/1803-0-0"),
            ("1790/..", "1790-0-0/0-0-0"),
            ("circa 1900", "1900-0-0~"),
            ("1900?", "1900-0-0~"),
            ("spring 1948", "1948-13-0"),
            ("1948-21", "1948-21-0"),
            ("Michaelmas 1948", "1948-0-0 s:Michaelmas"),
            ("100 BC", "-100-0-0"),
            ("44 AD", "44-0-0"),
            ("79", "79-0-0"),
            ("-0044-03-15", "-44-3-15"),
            ("昭和26年8月27日", "1951-8-27"),
            ("13 May", " l:13 May"),
            ("\"13 May 1951\"", " l:13 May 1951"),
            ("n.d.", " l:n.d."),
            ("19XX", " l:19XX"),
            ("", " l:"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
