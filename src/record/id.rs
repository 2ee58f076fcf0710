//! Names of things: the id of a record, the id of one of its parts.

use crate::problem::{Problem, Result, codes};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The longest id, in characters.
pub const LONGEST_ID: usize = 80;

/// The id of a record: stable, never reused, and a safe file name on every system.
///
/// Grammar: `[a-z0-9][a-z0-9._-]{0,79}`, no `..`, no dot at the end, no name that Windows reserves.
/// Because it is lower-case ASCII, no two ids collide when case is folded.
///
/// ```
/// use fonds::record::RecordId;
/// assert!("1951-08-27-mao-stalin".parse::<RecordId>().is_ok());
/// for hostile in ["../x", "CON", "con", "nul.txt", "a/b", "", "x.", ".git"] {
///     assert!(hostile.parse::<RecordId>().is_err(), "{hostile}");
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RecordId(String);

/// The id of a part of a record (a holding, a translation...): the same grammar as [`RecordId`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PartId(String);

/// What is wrong with `text` as an id, if anything.
fn fault(text: &str) -> Option<Cow<'static, str>> {
    const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return Some("it is empty".into()) };
    let length = text.chars().count();
    if length > LONGEST_ID {
        return Some(format!("it has {length} characters, more than {LONGEST_ID}").into());
    }
    if !(first.is_ascii_lowercase() || first.is_ascii_digit()) {
        return Some("it must begin with `a`-`z` or `0`-`9`".into());
    }
    if let Some(bad) = characters
        .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-')))
    {
        return Some(format!("`{}` is not allowed in it", bad.escape_default()).into());
    }
    if text.ends_with('.') || text.contains("..") {
        return Some("a dot may not end it or follow another dot".into());
    }
    let stem = text.split('.').next().unwrap_or(text);
    let device = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    if RESERVED.contains(&stem)
        || device.is_some_and(|n| n.len() == 1 && n != "0" && n.as_bytes()[0].is_ascii_digit())
    {
        return Some(format!("Windows reserves the name `{stem}`").into());
    }
    if text.ends_with(".lock") {
        return Some("Git reserves names that end with `.lock`".into());
    }
    None
}

fn checked(text: &str) -> Result<String> {
    match fault(text) {
        None => Ok(text.to_owned()),
        Some(fault) => {
            let shown: String = text.chars().take(60).collect();
            Err(Problem::error(codes::ID, format!("`{}` cannot be an id: {fault}", shown.escape_debug()))
                .mend("use 1 to 80 of `a`-`z`, `0`-`9`, `.`, `_`, `-`, for instance `1951-08-27-mao-stalin`"))
        }
    }
}

macro_rules! id_type {
    ($name:ident) => {
        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = Problem;
            fn from_str(text: &str) -> Result<$name> {
                checked(text).map($name)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,79}$" })
            }
        }
    };
}
id_type!(RecordId);
id_type!(PartId);

impl RecordId {
    /// The day, month or year with which the id of a dated record begins: `(1951, 8)` of
    /// `1951-08-27-mao-stalin`, month 0 when the id names only a year.
    pub fn year_and_month(&self) -> Option<(u16, u8)> {
        let bytes = self.0.as_bytes();
        let digits = |from: usize, to: usize| {
            let part = self.0.get(from..to)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u16>().ok())?
        };
        let year = digits(0, 4)?;
        if bytes.len() > 4 && bytes[4] != b'-' {
            return None;
        }
        let month = digits(5, 7)
            .filter(|m| (1..=12).contains(m) && bytes.get(7).is_none_or(|b| *b == b'-'));
        Some((year, month.unwrap_or(0) as u8))
    }
}

impl PartId {
    /// An id made from `text`: lower-cased, everything foreign to the grammar turned into `-`.
    /// `None` when nothing of the text is left.
    pub fn from_words(text: &str) -> Option<PartId> {
        slug(text, 40).and_then(|slug| slug.parse().ok())
    }
}

/// `text` as a word of an id: romanised, lower-cased, with `-` between words, at most `longest` long.
/// `None` when nothing of the text is left.
///
/// ```
/// assert_eq!(fonds::record::slug("AVP RF", 20).as_deref(), Some("avp-rf"));
/// assert_eq!(fonds::record::slug("ГАРФ", 20).as_deref(), Some("garf"));
/// ```
pub fn slug(text: &str, longest: usize) -> Option<String> {
    let mut slug = String::new();
    for character in any_ascii::any_ascii(text).chars() {
        if slug.len() >= longest {
            break;
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if character != '\'' && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-').to_owned();
    (!slug.is_empty()).then_some(slug)
}
