//! What a command gets besides its own arguments: the mouth, where to look for the catalog, and
//! what the environment says.

use super::Global;
use super::ui::{Failure, Ui};
use super::watch::Watcher;
use crate::changes::Filter;
use crate::ops::{Catalog, Circumstances, Given, Refusal, Watch};
use crate::problem::{Problem, codes};
use crate::query::Query;
use crate::record::{Moment, Source};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

/// One run of the program.
#[derive(Debug)]
pub struct Session {
    /// Stdout and stderr.
    pub ui: Ui,
    /// The folder where the search for the catalog begins: `-C`, or where the program was started.
    pub start: PathBuf,
    /// Whether the answer is to be JSON.
    pub json: bool,
}

impl Session {
    pub(super) fn new(global: &Global) -> Session {
        Session {
            ui: Ui::new(global.color, global.quiet),
            start: global.catalog.clone().unwrap_or_else(|| PathBuf::from(".")),
            json: global.json,
        }
    }

    /// The catalog around the start; what is strange about its settings is told.
    pub fn catalog(&mut self) -> Result<Catalog, Failure> {
        let mut catalog = Catalog::open(&self.start)?;
        self.ui.problems(&catalog.warnings, &[]);
        let watcher = Watcher::deaf(self.ui.is_quiet());
        if watcher.is_seen() {
            let show = move |done, all| watcher.at("reading the history", done, all);
            catalog = catalog.watched(Arc::new(show));
        }
        Ok(catalog)
    }

    /// The query `text`; what is wrong with it is shown where it stands.
    pub(super) fn query(&self, text: &str) -> Result<Query, Failure> {
        understood(text, "query")
    }

    /// The filter of changes that `text` says; what is wrong with it is shown where it stands.
    pub(super) fn filter(&self, text: &str) -> Result<Filter, Failure> {
        understood(text, "--where")
    }

    /// Who changes something, and when. Only writers ask: finding the offset of the local clock
    /// takes longer than citing a record.
    pub fn circumstances(&mut self) -> Circumstances {
        let (circumstances, problems) = circumstances();
        self.ui.problems(&problems, &[]);
        circumstances
    }

    /// Somebody who watches long work: shows how far it is, and stops it at Ctrl-C.
    pub(super) fn watcher(&self) -> Watcher {
        Watcher::new(self.ui.is_quiet())
    }

    /// The editor of the user, as git finds it.
    pub fn editor(&self) -> Option<String> {
        ["FONDS_EDITOR", "GIT_EDITOR", "VISUAL", "EDITOR"].into_iter().find_map(variable)
    }
}

/// What `text`, given as `name`, says.
fn understood<T: FromStr<Err = Problem>>(text: &str, name: &str) -> Result<T, Failure> {
    text.parse().map_err(|mut problem: Problem| {
        let source = Source { file: name.to_owned(), text: text.to_owned() };
        problem.place.file = Some(source.file.clone());
        Failure::Refused(Refusal::in_source(vec![problem], source))
    })
}

/// The variable `name` of the environment, when it is set and says something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.trim().is_empty())
}

fn circumstances() -> (Circumstances, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut given = |role: &str| {
        let name = format!("GIT_{role}_DATE");
        let moment = variable(&name).and_then(|text| {
            let moment = moment(text.trim());
            if moment.is_none() {
                problems.push(
                    Problem::warning(
                        codes::IDENTITY,
                        format!("`{name}` is not understood, and the clock is used: `{text}`"),
                    )
                    .mend(
                        "write `2026-01-31T12:00:00+01:00`, or seconds since 1970 and the offset",
                    ),
                );
            }
            moment
        });
        Given {
            name: variable(&format!("GIT_{role}_NAME")),
            email: variable(&format!("GIT_{role}_EMAIL")),
            moment,
        }
    };
    let (author, committer) = (given("AUTHOR"), given("COMMITTER"));
    let now = jiff::Zoned::now();
    let now = Moment {
        seconds: now.timestamp().as_second(),
        offset_minutes: now.offset().seconds() / 60,
    };
    (Circumstances { now, author, committer }, problems)
}

/// A moment as git takes it: `1700000000 +0100`, with or without `@`; RFC 3339; RFC 2822.
fn moment(text: &str) -> Option<Moment> {
    let raw = text.strip_prefix('@').unwrap_or(text);
    let mut words = raw.split_whitespace();
    if let Some(Ok(seconds)) = words.next().map(str::parse::<i64>)
        && (text.starts_with('@') || seconds.abs() >= 100_000_000)
    {
        let offset_minutes = match words.next() {
            None => 0,
            Some(offset) => offset_minutes(offset)?,
        };
        return words.next().is_none().then_some(Moment { seconds, offset_minutes });
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text) {
        return Some(Moment {
            seconds: zoned.timestamp().as_second(),
            offset_minutes: zoned.offset().seconds() / 60,
        });
    }
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    let time = pieces.time()?;
    let offset = match pieces.to_numeric_offset() {
        Some(offset) => offset,
        None => jiff::tz::TimeZone::system().to_offset(jiff::Timestamp::now()),
    };
    let seconds = pieces.date().to_datetime(time).to_zoned(offset.to_time_zone()).ok()?;
    Some(Moment { seconds: seconds.timestamp().as_second(), offset_minutes: offset.seconds() / 60 })
}

/// `+0530` as minutes.
fn offset_minutes(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let all = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    let number: i32 = all.then(|| digits.parse().ok())??;
    (number <= 1400 && number % 100 < 60).then_some(sign * (number / 100 * 60 + number % 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_git_takes_them() {
        let at = |seconds, offset_minutes| Some(Moment { seconds, offset_minutes });
        for text in [
            "1112911993 -0730",
            "@1112911993 -0730",
            "2005-04-07T14:43:13-07:30",
            "2005-04-07 14:43:13-07:30",
            "Thu, 07 Apr 2005 14:43:13 -0730",
        ] {
            assert_eq!(moment(text), at(1_112_911_993, -450), "{text}");
        }
        assert_eq!(moment("@0 +0000"), at(0, 0));
        assert_eq!(moment("1112911993"), at(1_112_911_993, 0));
        for text in ["", "yesterday", "2005", "1112911993 0100", "1112911993 +0199", "@1 +0100 x"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
