//! Dates beside each other, and beside the id.

use super::{Findings, MOST};
use crate::problem::{Problem, codes};
use crate::query::Days;
use crate::record::{Calendar, HistoricalDate, Record};

/// A date with its name: what happened, the way to it in the file, and the days it can mean.
struct Event {
    name: &'static str,
    way: Vec<String>,
    field: String,
    text: String,
    days: Days,
}

impl Event {
    fn new(
        name: &'static str,
        way: &[&str],
        field: String,
        date: &HistoricalDate,
        calendar: Option<Calendar>,
    ) -> Event {
        let way = way.iter().map(|step| (*step).to_owned()).collect();
        Event { name, way, field, text: date.to_string(), days: Days::of(date, calendar) }
    }
}

pub(super) fn check(found: &mut Findings<'_>, record: &Record) {
    let mut chain: Vec<Event> = Vec::new();
    for (key, event) in record.dates.events() {
        let name = match key {
            "created" => "written",
            "sent" => "sent",
            "received" => "received",
            "declassified" => "declassified",
            "published_online" => "put online",
            _ => "last looked at",
        };
        let date =
            Event::new(name, &["date", key], format!("date.{key}"), &event.value, event.calendar);
        chain.push(date);
    }
    check_chain(found, &chain);
    let Some(origin) = chain.iter().find(|event| matches!(event.name, "written" | "sent")) else {
        return check_id(found, record, &chain);
    };
    let mut later = Vec::new();
    for (at, translation) in record.translations.iter().enumerate() {
        if let Some(date) = &translation.date {
            let way = ["translation", &at.to_string(), "date"];
            let field = format!("translation.{}.date", translation.id);
            later.push(Event::new("translated", &way, field, date, None));
        }
    }
    for (at, publication) in record.publications.iter().enumerate() {
        if let Some(date) = &publication.date {
            let way = ["publication", &at.to_string(), "date"];
            let field = format!("publication.{}.date", publication.id);
            later.push(Event::new("printed", &way, field, date, None));
        }
    }
    for (at, surrogate) in record.surrogates.iter().enumerate() {
        if let Some(date) = &surrogate.accessed {
            let way = ["surrogate", &at.to_string(), "accessed"];
            let field = format!("surrogate.{}.accessed", surrogate.id);
            later.push(Event::new("looked at online", &way, field, date, None));
        }
    }
    for (at, custody) in record.custody.iter().enumerate() {
        if let Some(date) = &custody.date {
            let way = ["custody", &at.to_string(), "date"];
            later.push(Event::new("in somebody's keeping", &way, "custody".to_owned(), date, None));
        }
    }
    for event in later.iter().take(MOST) {
        check_order(found, origin, event);
    }
    check_id(found, record, &chain);
}

/// Holds each date to those that must come before it.
fn check_chain(found: &mut Findings<'_>, chain: &[Event]) {
    for (at, later) in chain.iter().enumerate() {
        if let Some(earlier) = chain[..at].iter().find(|earlier| is_impossible(earlier, later)) {
            check_order(found, earlier, later);
        }
    }
}

/// Whether `later` was surely over before `earlier` began. A day is allowed for time zones: what was
/// sent from Beijing in the night came to Moscow on the day before.
fn is_impossible(earlier: &Event, later: &Event) -> bool {
    later.days.last.saturating_add(1) < earlier.days.first
}

fn check_order(found: &mut Findings<'_>, earlier: &Event, later: &Event) {
    if !is_impossible(earlier, later) {
        return;
    }
    let message =
        format!("{} {}, and {} only {}", later.name, later.text, earlier.name, earlier.text);
    let problem = Problem::warning(codes::DATE_ORDER, message).mend(
        "correct one of the two; a date of the Julian calendar says so: `calendar = \"julian\"`",
    );
    let way: Vec<&str> = later.way.iter().map(String::as_str).collect();
    found.add(&way, later.field.clone(), problem);
}

/// Holds the date in the id to the dates of the record.
fn check_id(found: &mut Findings<'_>, record: &Record, chain: &[Event]) {
    let dates: Vec<&Event> = chain
        .iter()
        .filter(|event| matches!(event.name, "written" | "sent" | "received"))
        .collect();
    let Some(in_id) = date_in_id(record.id.as_str()) else { return };
    let days = Days::of(&in_id, None);
    if dates.is_empty() || dates.iter().any(|event| event.days.may_lie_in(days)) {
        return;
    }
    // Julian dates stand in ids as they are written.
    let as_written = record.dates.events().any(|(_, event)| {
        event.calendar == Some(Calendar::Julian) && Days::of(&event.value, None).may_lie_in(days)
    });
    if as_written {
        return;
    }
    let message = format!(
        "the id begins with {in_id}, and the document was {} {}",
        dates[0].name, dates[0].text
    );
    let problem = Problem::warning(codes::DATE_IN_ID, message)
        .mend("correct the date; or `fonds rename` the record, which leaves an alias");
    found.add(&["id"], "id", problem);
}

/// The year, month or day with which an id begins: as much of it as makes a date.
fn date_in_id(id: &str) -> Option<HistoricalDate> {
    [10, 7, 4].into_iter().find_map(|length| {
        let start = id.get(..length)?;
        let ends = id.as_bytes().get(length).is_none_or(|b| *b == b'-');
        let plain = start.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
        if ends && plain { start.parse().ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_ids() {
        let date = |id: &str| date_in_id(id).map(|date| date.to_string());
        assert_eq!(date("1951-08-27-mao-stalin").as_deref(), Some("1951-08-27"));
        assert_eq!(date("1951-08-x").as_deref(), Some("1951-08"));
        assert_eq!(date("1951-treaty").as_deref(), Some("1951"));
        assert_eq!(date("1951-13-99-x").as_deref(), Some("1951"));
        assert_eq!(date("map"), None);
        assert_eq!(date("19511-x"), None);
    }
}
