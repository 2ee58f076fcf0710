//! A revision of a catalog: who changed it, when, why, on what evidence.

use crate::problem::{Problem, Result, codes};
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The name of a revision: the 40 hexadecimal digits of a Git commit.
///
/// ```
/// use fonds::record::RevisionId;
/// let id: RevisionId = "3f2c1b0a99887766554433221100ffeeddccbbaa".parse().unwrap();
/// assert_eq!(id.short(), "3f2c1b0a99");
/// assert!("HEAD".parse::<RevisionId>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId([u8; 20]);

impl RevisionId {
    /// The id of these 20 bytes.
    pub fn from_bytes(bytes: [u8; 20]) -> RevisionId {
        RevisionId(bytes)
    }

    /// Its 20 bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Its first ten digits, for people.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(10);
        text
    }
}

impl fmt::Display for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevisionId({self})")
    }
}

impl FromStr for RevisionId {
    type Err = Problem;

    fn from_str(text: &str) -> Result<RevisionId> {
        let refused = || {
            let shown: String = text.chars().take(60).collect();
            Problem::error(codes::REVISION, format!("`{shown}` is not the full id of a revision"))
                .mend("give all 40 hexadecimal digits")
        };
        let mut bytes = [0; 20];
        if text.len() != 40 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(refused());
        }
        for (byte, at) in bytes.iter_mut().zip((0..40).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| refused())?;
        }
        Ok(RevisionId(bytes))
    }
}

impl Serialize for RevisionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Who made a revision, as Git has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

/// A moment, and the offset of the clock it was read from. Printed as RFC 3339:
/// `1951-08-27T01:30:00+03:00`. Moments are ordered by time, then by offset.
///
/// ```
/// use fonds::record::Moment;
/// let moment = Moment { seconds: -579_052_800 + 5_400, offset_minutes: 180 };
/// assert_eq!(moment.to_string(), "1951-08-27T04:30:00+03:00");
/// assert_eq!(moment.date(), "1951-08-27");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

impl Moment {
    /// The day, in the moment's own offset: `1951-08-27`.
    pub fn date(&self) -> String {
        let text = self.to_string();
        text.split('T').next().unwrap_or_default().to_owned()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.seconds.saturating_add(i64::from(self.offset_minutes) * 60);
        let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let sign = if year < 0 { "-" } else { "" };
        let year = year.unsigned_abs();
        write!(f, "{sign}{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        let offset = self.offset_minutes.unsigned_abs();
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", offset / 60, offset % 60)
    }
}

/// The day of the proleptic Gregorian calendar that is `days` after 1970-01-01, for any `days`: a
/// commit may claim any moment, and none may end the program.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    // Counted in years that begin on 1 March, so that the leap day is the last of its year.
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A revision: a commit of the catalog, as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// Its id.
    pub id: RevisionId,
    /// The revisions it was made from: none for the first, two or more for a merge.
    pub parents: Vec<RevisionId>,
    /// Who made the change.
    pub author: Person,
    /// When the author made it.
    pub moment: Moment,
    /// Who put it into the history, and when; often the author.
    pub committer: Person,
    /// When it was put into the history.
    pub committed: Moment,
    /// Why: the message, without the trailers at its end; empty when nobody said why.
    pub reason: String,
    /// What stands behind it: the `Evidence:` trailers of the message, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

impl Revision {
    /// The first line of the reason.
    pub fn subject(&self) -> &str {
        self.reason.lines().next().unwrap_or_default()
    }
}

/// The key of the trailers of a commit message that hold evidence.
const EVIDENCE: &str = "Evidence";

/// The trailer of a message that says what was done, because nobody said why.
const NO_REASON: (&str, &str) = ("Reason", "not given");

/// The message of a commit for which no reason was given: a summary of what was done (which is no
/// reason, and is not taken for one by [`split_message`]), and the evidence.
///
/// ```
/// use fonds::record::{message_without_reason, split_message};
/// let message = message_without_reason("change 1951-08-27-mao-stalin", &[]);
/// assert_eq!(message, "change 1951-08-27-mao-stalin\n\nReason: not given\n");
/// assert_eq!(split_message(&message).0, "");
/// ```
pub fn message_without_reason(summary: &str, evidence: &[String]) -> String {
    let mut message = message_with_evidence(summary, evidence);
    if !message.contains("\n\n") {
        message.push('\n');
    }
    let (key, value) = NO_REASON;
    message.push_str(&format!("{key}: {value}\n"));
    message
}

/// The message of a commit: the reason, and each evidence as a trailer (`Evidence: ...`). Further
/// lines of an evidence are indented, as Git folds trailers.
///
/// ```
/// use fonds::record::{message_with_evidence, split_message};
/// let message = message_with_evidence("delo corrected", &["seen in the archive".to_owned()]);
/// assert_eq!(message, "delo corrected\n\nEvidence: seen in the archive\n");
/// assert_eq!(split_message(&message).1, ["seen in the archive"]);
/// ```
pub fn message_with_evidence(reason: &str, evidence: &[String]) -> String {
    let mut message = reason.trim().to_owned();
    message.push('\n');
    let mut first = true;
    for text in evidence.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if first {
            message.push('\n');
            first = false;
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        message.push_str(EVIDENCE);
        message.push_str(": ");
        message.push_str(lines.next().unwrap_or_default());
        for line in lines {
            message.push_str("\n  ");
            message.push_str(line);
        }
        message.push('\n');
    }
    message
}

/// Takes a commit message apart: the reason, and the evidence of its trailers. The last paragraph
/// is one of trailers when all its lines are `Key: value` or indented; the trailers of other keys
/// (`Signed-off-by`) are left out of both. A message without a reason (see
/// [`message_without_reason`]) gives an empty one.
pub fn split_message(message: &str) -> (String, Vec<String>) {
    let message = message.trim();
    let (body, last) = match message.rfind("\n\n") {
        Some(at) => (message[..at].trim_end(), message[at + 2..].trim_start_matches('\n')),
        None => return (message.to_owned(), Vec::new()),
    };
    let is_trailer = |line: &str| {
        line.split_once(':').is_some_and(|(key, value)| {
            !key.is_empty()
                && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && (value.is_empty() || value.starts_with(' '))
        })
    };
    let folded = |line: &str| line.starts_with([' ', '\t']);
    let all = last.lines().enumerate().all(|(at, line)| is_trailer(line) || at > 0 && folded(line));
    if !all {
        return (message.to_owned(), Vec::new());
    }
    let mut evidence: Vec<String> = Vec::new();
    let mut inside = false;
    let mut reason = body;
    for line in last.lines() {
        if folded(line) {
            if let Some(text) = evidence.last_mut().filter(|_| inside) {
                text.push('\n');
                text.push_str(line.trim());
            }
        } else if let Some((key, value)) = line.split_once(':') {
            inside = key.eq_ignore_ascii_case(EVIDENCE);
            if (key, value.trim()) == NO_REASON {
                reason = "";
            }
            if inside {
                evidence.push(value.trim().to_owned());
            }
        }
    }
    (reason.to_owned(), evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_messages() {
        let split = |text| split_message(text);
        assert_eq!(split("one line"), ("one line".to_owned(), vec![]));
        assert_eq!(split(""), (String::new(), vec![]));
        assert_eq!(
            split("a\n\nnot: a trailer\nplain"),
            ("a\n\nnot: a trailer\nplain".into(), vec![])
        );
        let signed = "a\n\nbody\n\nEvidence: one\n  more\nSigned-off-by: X <x@y>\nevidence: two\n";
        assert_eq!(split(signed), ("a\n\nbody".to_owned(), vec!["one\nmore".into(), "two".into()]));
    }

    #[test]
    fn moments_at_the_ends_of_time() {
        for seconds in [i64::MIN, i64::MAX, 0, -1, 253_402_300_800] {
            for offset_minutes in [i32::MIN, 0, 840, i32::MAX] {
                assert!(!Moment { seconds, offset_minutes }.to_string().is_empty());
            }
        }
        let moment = Moment { seconds: 951_782_400, offset_minutes: -570 };
        assert_eq!(moment.to_string(), "2000-02-28T14:30:00-09:30");
    }

    proptest! {
        #[test]
        fn evidence_comes_out_as_it_went_in(
            reason in "[a-z]{1,9}( [a-z]{1,9}){0,3}",
            evidence in prop::collection::vec("[^\\s\\p{C}]([^\\p{C}\\p{Z}]|[ \n][^\\s\\p{C}\\p{Z}]){0,30}", 0..4),
        ) {
            let message = message_with_evidence(&reason, &evidence);
            prop_assert_eq!(split_message(&message), (reason, evidence));
        }

        #[test]
        fn any_message_is_taken_apart(message in "(?s).{0,200}") {
            split_message(&message);
        }
    }
}
