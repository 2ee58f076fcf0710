//! Where the file of a record lies: computed from its id, so that it is found without a search, by
//! the program and by people.
//!
//! Git keeps a folder as one object and writes it anew with every commit that touches a file in
//! it, so folders are kept small: one for each month (or day) in which documents were written.

use crate::record::RecordId;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The folder of the records.
pub const RECORDS: &str = "records";
/// The folder of the ids that records had before; see [`Layout::alias_path`].
pub const ALIASES: &str = "aliases";

/// How records are spread over folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// `records/1951/08/1951-08-27-mao-stalin.toml`
    #[default]
    Month,
    /// `records/1951/08/27/1951-08-27-mao-stalin.toml`, for catalogs with many records a month.
    Day,
}

impl Layout {
    /// All layouts.
    pub const ALL: [Layout; 2] = [Layout::Month, Layout::Day];

    /// The word for it in `fonds.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Layout::Month => "month",
            Layout::Day => "day",
        }
    }

    /// The file of the record `id`, relative to the root of the catalog, with `/`.
    ///
    /// An id that begins with a year alone lies in the folder of the year; one without a date in
    /// `records/undated/`, in one of 256 folders named by the first byte of its SHA-256.
    ///
    /// ```
    /// use fonds::store::Layout;
    /// let path = |id: &str| Layout::Month.record_path(&id.parse().unwrap());
    /// assert_eq!(path("1951-08-27-mao-stalin"), "records/1951/08/1951-08-27-mao-stalin.toml");
    /// assert_eq!(path("1951-treaty"), "records/1951/1951-treaty.toml");
    /// assert_eq!(path("map-of-kars"), "records/undated/24/map-of-kars.toml");
    /// ```
    pub fn record_path(self, id: &RecordId) -> String {
        format!("{RECORDS}/{}{id}.toml", self.folder(id))
    }

    /// The file that stands for an id that a record had before: its text is the id that the record
    /// has now. One file each, outside `records/`, at the place that follows from the old id: so
    /// citing by an old id is as fast as by the new one, holds at every revision, survives merges,
    /// and shows in plain Git as a file renamed.
    pub fn alias_path(self, id: &RecordId) -> String {
        format!("{ALIASES}/{}{id}", self.folder(id))
    }

    fn folder(self, id: &RecordId) -> String {
        match (id.year_and_month(), self, day(id)) {
            (Some((year, month @ 1..)), Layout::Day, Some(day)) => {
                format!("{year:04}/{month:02}/{day:02}/")
            }
            (Some((year, month @ 1..)), _, _) => format!("{year:04}/{month:02}/"),
            (Some((year, _)), _, _) => format!("{year:04}/"),
            (None, _, _) => {
                let digest = Sha256::digest(id.as_str().as_bytes());
                format!("undated/{:02x}/", digest.first().copied().unwrap_or_default())
            }
        }
    }
}

/// The day in an id that begins with a year, a month and a day.
fn day(id: &RecordId) -> Option<u8> {
    let rest = id.as_str().get(7..)?.strip_prefix('-')?;
    let digits = rest.get(..2).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let ends = rest.as_bytes().get(2).is_none_or(|b| !b.is_ascii_alphanumeric());
    digits.parse().ok().filter(|day| ends && (1..=31).contains(day))
}

impl FromStr for Layout {
    type Err = ();

    fn from_str(text: &str) -> Result<Layout, ()> {
        Layout::ALL.into_iter().find(|layout| layout.word() == text).ok_or(())
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The id that the file at `path` should have, from its name: `None` when it is no record file.
pub fn id_in_path(path: &str) -> Option<RecordId> {
    path.rsplit('/').next()?.strip_suffix(".toml")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders() {
        let cases = [
            ("1951-08-27-mao-stalin", "1951/08/", "1951/08/27/"),
            ("1951-08-27", "1951/08/", "1951/08/27/"),
            ("1951-08", "1951/08/", "1951/08/"),
            ("1951-08-memo", "1951/08/", "1951/08/"),
            ("1951-08-99-x", "1951/08/", "1951/08/"),
            ("1951-08-2-x", "1951/08/", "1951/08/"),
            ("1951-08-27th", "1951/08/", "1951/08/"),
            ("1951-13-01-x", "1951/", "1951/"),
            ("1951", "1951/", "1951/"),
            ("0862-call-of-the-rus", "0862/", "0862/"),
        ];
        for (id, month, day) in cases {
            let id: RecordId = id.parse().expect("an id");
            assert_eq!(Layout::Month.folder(&id), month, "{id}");
            assert_eq!(Layout::Day.folder(&id), day, "{id}");
        }
        for undated in ["19511-x", "map", "x-1951"] {
            let id: RecordId = undated.parse().expect("an id");
            assert!(Layout::Day.folder(&id).starts_with("undated/"), "{id}");
        }
    }
}
