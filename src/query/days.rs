//! Ranges of days, and how the dates of records lie to them.

use crate::problem::Problem;
use crate::record::{Calendar, HistoricalDate};
use edtf_core::{Bound, BoundDate};
use std::fmt;

/// Days asked for: a date in EDTF, a range of two (`1950..1953`, one end open or not), or all days
/// on one side of a date (`<1951-08`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayRange {
    /// The days of one date.
    Within(HistoricalDate),
    /// From the first day of the one to the last day of the other; `None` is open.
    Between(Option<HistoricalDate>, Option<HistoricalDate>),
    /// Before the first day (`<`), or up to the last (`<=`).
    Before {
        /// Whether the date itself counts.
        inclusive: bool,
        /// The date.
        date: HistoricalDate,
    },
    /// After the last day (`>`), or from the first (`>=`).
    After {
        /// Whether the date itself counts.
        inclusive: bool,
        /// The date.
        date: HistoricalDate,
    },
}

impl DayRange {
    /// Reads `1951-08`, `1950..1953`, `..1953`, `<1951`, `>=1951`.
    pub(super) fn read(text: &str) -> Result<DayRange, Problem> {
        for (sign, before, inclusive) in
            [("<=", true, true), (">=", false, true), ("<", true, false), (">", false, false)]
        {
            if let Some(rest) = text.strip_prefix(sign) {
                let date = rest.parse()?;
                return Ok(match before {
                    true => DayRange::Before { inclusive, date },
                    false => DayRange::After { inclusive, date },
                });
            }
        }
        // `..` also stands in EDTF intervals (`1950/..`) and sets (`[1950..1953]`).
        match text.split_once("..") {
            Some((first, last)) if !text.contains(['/', '[', '{']) => {
                let end = |end: &str| (!end.is_empty()).then(|| end.parse()).transpose();
                Ok(DayRange::Between(end(first)?, end(last)?))
            }
            _ => Ok(DayRange::Within(text.parse()?)),
        }
    }

    /// The first and the last day of the range.
    pub(super) fn days(&self) -> Days {
        let days = |date: &HistoricalDate| Days::of(date, None);
        match self {
            DayRange::Within(date) => days(date),
            DayRange::Between(first, last) => Days {
                first: first.as_ref().map_or(i64::MIN, |date| days(date).first),
                last: last.as_ref().map_or(i64::MAX, |date| days(date).last),
            },
            DayRange::Before { inclusive: true, date } => {
                Days { first: i64::MIN, last: days(date).last }
            }
            DayRange::Before { inclusive: false, date } => {
                Days { first: i64::MIN, last: days(date).first.saturating_sub(1) }
            }
            DayRange::After { inclusive: true, date } => {
                Days { first: days(date).first, last: i64::MAX }
            }
            DayRange::After { inclusive: false, date } => {
                Days { first: days(date).last.saturating_add(1), last: i64::MAX }
            }
        }
    }
}

impl fmt::Display for DayRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |date: &Option<HistoricalDate>| {
            date.as_ref().map(|date| date.as_str().to_owned()).unwrap_or_default()
        };
        match self {
            DayRange::Within(date) => write!(f, "{date}"),
            DayRange::Between(first, last) => write!(f, "{}..{}", end(first), end(last)),
            DayRange::Before { inclusive, date } => {
                write!(f, "<{}{date}", if *inclusive { "=" } else { "" })
            }
            DayRange::After { inclusive, date } => {
                write!(f, ">{}{date}", if *inclusive { "=" } else { "" })
            }
        }
    }
}

/// The first and last day that a date can mean, as day numbers (0 is 1 March of the year 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    /// `i64::MIN` when the beginning is open or not known.
    pub(crate) first: i64,
    /// `i64::MAX` when the end is open or not known.
    pub(crate) last: i64,
}

impl Days {
    /// The days of `date`. A Julian date is moved to the day that it was in the Gregorian calendar.
    pub(crate) fn of(date: &HistoricalDate, calendar: Option<Calendar>) -> Days {
        let bounds = date.bounds();
        let number = |bound: &Bound, unknown: i64| match bound {
            Bound::Date(day) if calendar == Some(Calendar::Julian) => julian_day(day),
            Bound::Date(day) => gregorian_day(day),
            Bound::NegativeInfinity => i64::MIN,
            Bound::PositiveInfinity => i64::MAX,
            Bound::Unknown => unknown,
        };
        Days { first: number(&bounds.earliest, i64::MIN), last: number(&bounds.latest, i64::MAX) }
    }

    /// Whether a day of this lies in `range`.
    pub(crate) fn may_lie_in(self, range: Days) -> bool {
        self.first <= range.last && self.last >= range.first
    }

    /// Whether every day of this lies in `range`.
    pub(super) fn surely_lies_in(self, range: Days) -> bool {
        self.first >= range.first && self.last <= range.last
    }
}

/// The year that begins in March to which `day` belongs, and the day in it.
fn march_year(day: &BoundDate) -> (i64, i64) {
    let (month, year) = match day.month {
        3.. => (i64::from(day.month) - 3, day.year),
        _ => (i64::from(day.month) + 9, day.year.saturating_sub(1)),
    };
    (year, (153 * month + 2) / 5 + i64::from(day.day) - 1)
}

fn gregorian_day(day: &BoundDate) -> i64 {
    let (year, in_year) = march_year(day);
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year.saturating_mul(365).saturating_add(leap_days).saturating_add(in_year)
}

fn julian_day(day: &BoundDate) -> i64 {
    let (year, in_year) = march_year(day);
    // The Julian 1 March 0 was the Gregorian 28 February 0, two days before 1 March (0 is a leap year).
    year.saturating_mul(365).saturating_add(year.div_euclid(4)).saturating_add(in_year - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_october_revolution_was_in_november() {
        let julian = Days::of(&"1917-10-25".parse().unwrap(), Some(Calendar::Julian));
        assert_eq!(julian, Days::of(&"1917-11-07".parse().unwrap(), None));
        let before = Days::of(&"1582-10-04".parse().unwrap(), Some(Calendar::Julian));
        let after = Days::of(&"1582-10-15".parse().unwrap(), None);
        assert_eq!(before.first + 1, after.first);
    }
}
