//! Dates of a record as dates of CSL, which knows days, ranges and one kind of doubt.

use super::item::{Date, DateParts};
use crate::record::HistoricalDate;
use edtf_core::{Bound, Bounds, Edtf, IntervalEndpoint, SetElement, SetKind};

/// Years farther off than this are given in words.
const FARTHEST_YEAR: i64 = 9999;

/// A date as CSL has it, and what of it CSL cannot say.
pub(super) fn date_of(date: &HistoricalDate) -> (Date, Option<&'static str>) {
    let words = || (Date::literal(date.as_str()), Some("given in words: CSL has no such date"));
    let (mut csl, mut lost) = match date.edtf() {
        Edtf::Date(day) => match parts_of(day) {
            Some(parts) => (Date::day(parts), None),
            None => match bounded(&date.bounds()) {
                Some(range) => (range, Some("digits that are not known became a range")),
                None => return words(),
            },
        },
        Edtf::DateTime(at) => match parts_of(&at.date) {
            Some(parts) => (Date::day(parts), None),
            None => return words(),
        },
        Edtf::Interval(interval) => match interval_of(&interval.start, &interval.end) {
            Some(range) => range,
            None => return words(),
        },
        Edtf::Set(set) => {
            let range = match (set.kind, bounded(&date.bounds())) {
                (SetKind::AllMembers, Some(range)) if dense(&set.elements) => Some(range),
                (SetKind::OneMember, Some(range)) => Some(Date { circa: true, ..range }),
                _ => None,
            };
            match range {
                Some(range) => (range, Some("a choice of dates became a range")),
                None => return words(),
            }
        }
    };
    if date.is_approximate() || date.is_uncertain() {
        csl.circa = true;
        if !date.is_approximate() {
            lost = lost.or(Some("uncertain is given as approximate: CSL has one word for both"));
        }
    }
    if date.hour_and_minute().is_some() {
        lost = lost.or(Some("the hour has no place"));
    }
    (csl, lost)
}

/// Whether a set of all its members is one range.
fn dense(elements: &[SetElement]) -> bool {
    matches!(elements, [SetElement::Range(..)])
}

/// A date whose digits are all known, or whose unknown end (`1951-08-XX`) can be left away.
fn parts_of(date: &edtf_core::Date) -> Option<DateParts> {
    let year = date.year.value().filter(|year| year.abs() <= FARTHEST_YEAR)?;
    let mut parts = DateParts { year: csl_year(year)?, month: 0, day: 0 };
    let Some(month) = date.month else { return Some(parts) };
    let month = match month.value() {
        Some(month) => month,
        // `1951-XX` says no more than `1951`.
        None if month.digits == [None, None] => return Some(parts),
        None => return None,
    };
    parts.month = match month {
        1..=12 => month,
        // 21 to 24 are the seasons; 25 to 32 their halves by hemisphere, 33 to 41 parts of a year.
        21..=24 => month,
        25..=28 => month - 4,
        29..=32 => month - 8,
        _ => return None,
    };
    match date.day {
        None => {}
        Some(day) => match day.value() {
            Some(day) => parts.day = day,
            None if day.digits == [None, None] => {}
            None => return None,
        },
    }
    Some(parts)
}

/// The year as CSL-JSON numbers it, which has no year 0: EDTF's 0 is 1 BC, CSL's -1.
fn csl_year(year: i64) -> Option<i32> {
    i32::try_from(if year <= 0 { year - 1 } else { year }).ok()
}

fn interval_of(
    start: &IntervalEndpoint,
    end: &IntervalEndpoint,
) -> Option<(Date, Option<&'static str>)> {
    let dated = |endpoint: &IntervalEndpoint| match endpoint {
        IntervalEndpoint::Date(date)
        | IntervalEndpoint::OnOrBefore(date)
        | IntervalEndpoint::OnOrAfter(date) => Some(parts_of(date)),
        IntervalEndpoint::Open | IntervalEndpoint::Unknown => None,
    };
    let vague = |endpoint: &IntervalEndpoint| {
        matches!(endpoint, IntervalEndpoint::OnOrBefore(_) | IntervalEndpoint::OnOrAfter(_))
    };
    let lost = (vague(start) || vague(end)).then_some("the open side of an interval has no place");
    match (dated(start), dated(end)) {
        (Some(start), Some(end)) => {
            Some((Date { start: Some(start?), end: Some(end?), ..Date::default() }, lost))
        }
        (Some(start), None) => Some((
            Date { start: Some(start?), end: Some(DateParts::default()), ..Date::default() },
            lost,
        )),
        _ => None,
    }
}

/// The years (or the days, in one year) between which the date lies.
fn bounded(bounds: &Bounds) -> Option<Date> {
    let (Bound::Date(first), Bound::Date(last)) = (&bounds.earliest, &bounds.latest) else {
        return None;
    };
    if first.year.abs() > FARTHEST_YEAR || last.year.abs() > FARTHEST_YEAR {
        return None;
    }
    let whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31);
    let parts = |day: &edtf_core::BoundDate| -> Option<DateParts> {
        let year = csl_year(day.year)?;
        Some(match whole_years {
            true => DateParts { year, month: 0, day: 0 },
            false => DateParts { year, month: day.month, day: day.day },
        })
    };
    let (start, end) = (parts(first)?, parts(last)?);
    let end = (start != end).then_some(end);
    Some(Date { start: Some(start), end, ..Date::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let (date, lost) = date_of(&text.parse().expect("EDTF"));
        let parts = |p: DateParts| format!("{}-{}-{}", p.year, p.month, p.day);
        let range = [date.start, date.end].into_iter().flatten().map(parts).collect::<Vec<_>>();
        let doubt = if date.circa { "~" } else { "" };
        let lost = if lost.is_some() { " (lost)" } else { "" };
        format!("{}{}{doubt}{lost}", range.join("/"), date.literal.unwrap_or_default())
    }

    #[test]
    fn every_kind_of_date_has_a_form() {
        for (edtf, csl) in [
            ("1951-08-27", "1951-8-27"),
            ("1951-08-27T01:30", "1951-8-27 (lost)"),
            ("1951-08", "1951-8-0"),
            ("1951-08-XX", "1951-8-0"),
            ("1951-21", "1951-21-0"),
            ("1772~", "1772-0-0~"),
            ("1772?", "1772-0-0~ (lost)"),
            ("1790/1803", "1790-0-0/1803-0-0"),
            ("1790/..", "1790-0-0/0-0-0"),
            ("../1803", "../1803 (lost)"),
            ("195X", "1950-0-0/1959-0-0 (lost)"),
            ("-0043-03-15", "-44-3-15"),
            ("[1951,1953]", "1951-0-0/1953-0-0~ (lost)"),
            ("{1951,1953}", "{1951,1953} (lost)"),
            ("Y170000002", "Y170000002 (lost)"),
        ] {
            assert_eq!(shown(edtf), csl, "{edtf}");
        }
    }
}
