//! A moment of the catalog that a user names: a revision, or a day.

use super::{Catalog, Result};
use crate::problem::{Problem, codes};
use crate::record::{Moment, Revision, RevisionId};

/// A day (the whole of it), or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// The days are those of each author's own clock.
    Day(jiff::civil::Date),
    /// A moment; without an offset it is in UTC.
    Second(i64),
}

/// In seconds.
const DAY: i64 = 24 * 3600;

impl When {
    fn read(text: &str) -> Option<When> {
        if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
            return Some(When::Second(timestamp.as_second()));
        }
        if text.contains(['T', ' ']) {
            let local = text.parse::<jiff::civil::DateTime>().ok()?;
            let zoned = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            return Some(When::Second(zoned.timestamp().as_second()));
        }
        // A year alone could be the beginning of a commit's id: a day has three parts.
        let is_day = text.len() == 10 && text.split('-').count() == 3;
        is_day.then(|| text.parse().ok().map(When::Day)).flatten()
    }

    /// What was committed after this second was committed later, by whatever clock.
    fn surely_after(self) -> i64 {
        match self {
            When::Second(second) => second,
            When::Day(day) => {
                let end = day.to_zoned(jiff::tz::TimeZone::UTC).map(|day| day.timestamp());
                end.map_or(i64::MAX, |begun| begun.as_second().saturating_add(3 * DAY))
            }
        }
    }

    /// Whether `moment` is later.
    fn is_before(self, moment: Moment) -> bool {
        match self {
            When::Day(day) => day.to_string() < moment.date(),
            When::Second(second) => second < moment.seconds,
        }
    }
}

impl Catalog {
    /// The revision that `expression` names; `None` (the work tree) when there is no expression.
    /// An expression that names no revision and is a day (`1999-12-31`) or a moment
    /// (`1999-12-31T10:00Z`) means the revision that was checked out then: going back from the one
    /// checked out now, always to the first parent, the first that was committed by then.
    pub fn moment(&self, expression: Option<&str>) -> Result<Option<RevisionId>> {
        let Some(expression) = expression else { return Ok(None) };
        match (self.store.resolve(expression), When::read(expression)) {
            (Ok(id), _) => Ok(Some(id)),
            (Err(problem), None) => Err(problem.into()),
            (Err(_), Some(when)) => self.checked_out_at(expression, when).map(Some),
        }
    }

    fn checked_out_at(&self, expression: &str, when: When) -> Result<RevisionId> {
        // What is remembered says at once where it must be, but for the clock of whoever committed.
        let far = self.store.head()?.map(|head| self.store.back_to(head, when.surely_after()));
        let mut next = far;
        while let Some(id) = next {
            let Revision { committed, parents, .. } = self.store.revision(id)?;
            if !when.is_before(committed) {
                return Ok(id);
            }
            next = parents.first().copied();
        }
        Err(Problem::error(
            codes::REVISION,
            format!("nothing had been committed yet on `{expression}`"),
        )
        .mend("`git log --reverse` shows when the catalog began")
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments() {
        let moment = |seconds, offset_minutes| Moment { seconds, offset_minutes };
        // 1970-01-01T23:30Z: the next day already, three hours east.
        let late = 23 * 3600 + 1800;
        let day = When::read("1970-01-01").expect("a day");
        assert!(!day.is_before(moment(late, 0)));
        let farthest = day.surely_after();
        assert!(day.is_before(moment(farthest + 1, -26 * 60)) && farthest < 4 * DAY);
        assert!(day.is_before(moment(late, 180)));
        assert_eq!(When::read("1970-01-01T23:30"), Some(When::Second(late)));
        assert_eq!(When::read("1970-01-02T02:30+03:00"), Some(When::Second(late)));
        for text in ["1970", "HEAD", "1970-01", "19700101", "1970-13-01", "abcdef1234"] {
            assert_eq!(When::read(text), None, "{text}");
        }
    }
}
