//! Languages as BCP 47 tags.

use crate::problem::{Problem, Result, codes};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// A language as a well-formed BCP 47 tag (RFC 5646), in its canonical case: `zh-Hans`, `en-GB`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The primary language: `zh` of `zh-Hans`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

impl FromStr for Language {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Language> {
        // The grammar of RFC 5646 also takes 5 to 8 letters as a primary language, of which none
        // is registered: `English` is a slip, not a language.
        let primary = text.split('-').next().unwrap_or("");
        match oxilangtag::LanguageTag::parse_and_normalize(text) {
            Ok(tag) if primary.len() < 4 => Ok(Language(tag.into_inner())),
            _ => Err(Problem::error(
                codes::LANGUAGE,
                format!("`{}` is not a language tag", text.escape_debug()),
            )
            .mend("use a BCP 47 tag such as `ru`, `en`, `zh-Hans`")),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl schemars::JsonSchema for Language {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Language".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "a BCP 47 language tag",
            "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"
        })
    }
}
