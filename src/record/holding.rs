//! Where copies of a document lie: holdings, paths, references that were right once, surrogates.

use super::words::{CopyKind, Rank};
use super::{HistoricalDate, PartId};
use crate::problem::{Problem, Result, codes};
use schemars::JsonSchema;
use serde::ser::SerializeTuple;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// One place where a copy of the document is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Holding {
    /// Tells the holdings of one record apart; made from the archive when the file gives none.
    pub id: PartId,
    /// The archive: an abbreviation or name that the catalog's archives know.
    pub archive: String,
    /// The way from the top of the archive down to the leaves.
    #[serde(skip_serializing_if = "Path::is_empty")]
    pub path: Path,
    /// What lies there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyKind>,
    /// The archive's own short reference or catalogue number, beside the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shelfmark: Option<String>,
    /// Which of several holdings to cite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
    /// Why it has its rank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_reason: Option<String>,
    /// Whether it can be seen: `open`, `closed since 2013`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<String>,
    /// The reference exactly as a source prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_printed: Option<String>,
    /// References that were right once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<FormerReference>,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A reference that was right once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FormerReference {
    /// The archive of that time, when it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// The path of that time.
    #[serde(skip_serializing_if = "Path::is_empty")]
    pub path: Path,
    /// Until when it was right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<HistoricalDate>,
    /// Why it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// As printed at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_printed: Option<String>,
}

/// The name of a level: lower case, words joined with `-`: `fond`, `record-group`. A file may
/// write a space for the `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LevelName(String);

impl LevelName {
    /// How long it may be, in characters.
    const LONGEST: usize = 40;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LevelName {
    type Err = Problem;

    fn from_str(text: &str) -> Result<LevelName> {
        // Nearly all are written as they are kept.
        let is_kept = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=LevelName::LONGEST).contains(&text.len()) && text.bytes().all(is_kept) {
            return Ok(LevelName(text.to_owned()));
        }
        let name = text.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
        let allowed = |c: char| c.is_alphanumeric() || c == '-';
        if name.is_empty()
            || name.chars().count() > LevelName::LONGEST
            || !name.chars().all(allowed)
        {
            return Err(Problem::error(
                codes::WORD,
                format!("`{}` is not the name of a level", text.escape_debug()),
            )
            .mend("use a word such as `fond`, `record group`, `box`"));
        }
        Ok(LevelName(name))
    }
}

impl fmt::Display for LevelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One step of a path: in a file `["fond", "45"]`, or `["fond", "45", "Papers of Stalin"]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    /// The level: `fond`, `box`, `listy`.
    pub level: LevelName,
    /// Its value: always text (`059a`, `0100`), with its zeros as printed.
    pub value: String,
    /// The title of the unit at that level.
    pub title: Option<String>,
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(2 + usize::from(self.title.is_some()))?;
        tuple.serialize_element(self.level.as_str())?;
        tuple.serialize_element(&self.value)?;
        if let Some(title) = &self.title {
            tuple.serialize_element(title)?;
        }
        tuple.end()
    }
}

impl JsonSchema for Step {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Step".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "array",
            "description": "level, value, and perhaps the title of the unit: [\"fond\", \"45\"]",
            "items": { "type": "string" },
            "minItems": 2,
            "maxItems": 3
        })
    }
}

/// The hierarchy inside an archive, from the top down. Level names are unique within a path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Path(Vec<Step>);

impl Path {
    /// A path of these steps; a level that stands twice is a problem.
    pub fn new(steps: Vec<Step>) -> Result<Path> {
        for (at, step) in steps.iter().enumerate() {
            if steps[..at].iter().any(|before| before.level == step.level) {
                return Err(Problem::error(
                    codes::DUPLICATE_PART,
                    format!("the level `{}` stands twice in one path", step.level),
                ));
            }
        }
        Ok(Path(steps))
    }

    /// The steps from the top down.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The step at `level`.
    pub fn step(&self, level: &str) -> Option<&Step> {
        self.0.iter().find(|step| step.level.as_str() == level)
    }

    /// Whether nothing is known of the way.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A reproduction: a digital archive's page, a scan, a microfilm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Surrogate {
    /// Tells the surrogates of one record apart.
    pub id: PartId,
    /// The id of the holding it reproduces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<PartId>,
    /// Who provides it: `Wilson Center Digital Archive`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Its title there, when it differs from the document's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<CopyKind>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its id at the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// When it was last seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accessed: Option<HistoricalDate>,
    /// The provider's own recommended citation or source note, exactly as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_printed: Option<String>,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
