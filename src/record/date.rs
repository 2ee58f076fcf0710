//! Dates as historians have them: EDTF, with an hour where one is known.

use crate::problem::{Problem, Result, codes};
use edtf_core::{Bound, Bounds, Edtf};
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// A date in EDTF (ISO 8601-2:2019, levels 0 to 2): a day, month, year or season, uncertain (`?`),
/// approximate (`~`), with digits unknown (`X`), an interval, open or not, or a set. To this fonds
/// adds an hour and minute without seconds (`1951-08-27T01:30`), as telegrams print them.
///
/// ```
/// use fonds::record::HistoricalDate;
/// let about: HistoricalDate = "1772~".parse().unwrap();
/// assert!(about.is_approximate());
/// assert_eq!("1951-08-27T01:30".parse::<HistoricalDate>().unwrap().hour_and_minute(), Some((1, 30)));
/// assert!("1951-02-30".parse::<HistoricalDate>().is_err());
/// ```
#[derive(Debug, Clone)]
pub struct HistoricalDate {
    text: String,
    edtf: Box<Edtf>,
    time: Option<(u8, u8)>,
}

impl HistoricalDate {
    /// The date as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parsed date, without an hour that was written without seconds.
    pub fn edtf(&self) -> &Edtf {
        &self.edtf
    }

    /// Hour (0 to 23) and minute, when known, as the place of the event had them.
    pub fn hour_and_minute(&self) -> Option<(u8, u8)> {
        self.time
    }

    /// The first and the last day that the date can mean.
    pub fn bounds(&self) -> Bounds {
        self.edtf.bounds()
    }

    /// Whether the date is marked approximate (`~` or `%`).
    pub fn is_approximate(&self) -> bool {
        self.edtf.is_approximate()
    }

    /// Whether the date is marked uncertain (`?` or `%`).
    pub fn is_uncertain(&self) -> bool {
        self.edtf.is_uncertain()
    }

    /// Order by first possible day, then by last possible day, then by hour. Open and unknown
    /// beginnings come first.
    pub fn compare(&self, other: &HistoricalDate) -> Ordering {
        let key = |date: &HistoricalDate| {
            let bounds = date.bounds();
            (bound_key(&bounds.earliest, i64::MIN), bound_key(&bounds.latest, i64::MAX), date.time)
        };
        key(self).cmp(&key(other))
    }
}

fn bound_key(bound: &Bound, unknown: i64) -> (i64, u8, u8) {
    match bound {
        Bound::Date(date) => (date.year, date.month, date.day),
        _ => (unknown, 0, 0),
    }
}

/// Splits `T01:30` off a date; times with seconds stay for the EDTF parser, which knows them.
fn split_time(text: &str) -> (&str, Option<(u8, u8)>) {
    let Some((date, time)) = text.split_once('T') else { return (text, None) };
    let number = |part: Option<&str>, below: u8| {
        part.filter(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|p| p.parse::<u8>().ok())
            .filter(|n| *n < below)
    };
    match (
        time.len(),
        time.as_bytes().get(2),
        number(time.get(..2), 24),
        number(time.get(3..5), 60),
    ) {
        (5, Some(b':'), Some(hour), Some(minute)) => (date, Some((hour, minute))),
        _ => (text, None),
    }
}

impl FromStr for HistoricalDate {
    type Err = Problem;

    fn from_str(text: &str) -> Result<HistoricalDate> {
        let refused = |why: String| {
            let shown: String = text.chars().take(60).collect();
            Problem::error(codes::DATE, format!("date is not understood: `{}`: {why}", shown.escape_debug()))
                .mend("write EDTF, for instance `1951-08-27`, `1951-08`, `1772~` (about), `1937?` (uncertain), `1790/1803`; keep the printed form in `as_printed`")
        };
        let (date, time) = split_time(text);
        let edtf = Edtf::parse(date).map_err(|error| refused(error.to_string()))?;
        let time = match (&edtf, time) {
            (Edtf::Date(date), Some(_)) if date.day.is_none() => {
                return Err(refused("an hour needs a day".to_owned()));
            }
            (Edtf::Date(_), Some(time)) => Some(time),
            (_, Some(_)) => return Err(refused("only a single day can have an hour".to_owned())),
            (Edtf::DateTime(at), None) => Some((at.time.hour, at.time.minute)),
            (_, None) => None,
        };
        Ok(HistoricalDate { text: text.to_owned(), edtf: Box::new(edtf), time })
    }
}

impl PartialEq for HistoricalDate {
    fn eq(&self, other: &HistoricalDate) -> bool {
        self.text == other.text
    }
}

impl Eq for HistoricalDate {}

impl fmt::Display for HistoricalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for HistoricalDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl schemars::JsonSchema for HistoricalDate {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HistoricalDate".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "a date in EDTF (ISO 8601-2), for instance 1951-08-27, 1951-08-27T01:30, 1772~, 1790/1803"
        })
    }
}
