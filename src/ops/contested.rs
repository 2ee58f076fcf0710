//! Values that stand beside others: superseded, deprecated, disputed.

use super::{Catalog, Result};
use crate::changes::value_words;
use crate::problem::Problem;
use crate::record::{AuthenticityStatus, Draft, FieldPath, Rank, Record, RevisionId, Word};
use serde::Serialize;
use std::cell::LazyCell;

/// Why a value is not, or perhaps not, the one to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It was right once: a former reference.
    Superseded,
    /// It is known to be wrong or out of date, and kept.
    Deprecated,
    /// It competes with the value that stands in the record.
    Alternative,
    /// Whether the document is genuine is in doubt, or it is known not to be.
    Disputed,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Superseded => "superseded",
            Standing::Deprecated => "deprecated",
            Standing::Alternative => "alternative",
            Standing::Disputed => "disputed",
        }
    }
}

/// A value that stands beside others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contested {
    /// The record.
    pub record: String,
    /// The field.
    pub field: String,
    /// What is said of it.
    pub standing: Standing,
    /// The value, in words.
    pub value: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who says so, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Catalog {
    /// Every contested value, record by record: of the work tree, or of the revision `at`. What
    /// cannot be read is told as problems.
    pub fn contested(&self, at: Option<RevisionId>) -> Result<(Vec<Contested>, Vec<Problem>)> {
        let mut records = self.records(at)?;
        let mut problems = std::mem::take(&mut records.problems);
        let mut found = Vec::new();
        let told = records.each(
            |file| {
                let mut found = Vec::new();
                match file.record {
                    Some(record) => {
                        contested_of(&record, &mut found);
                        (!found.is_empty()).then_some((found, Vec::new()))
                    }
                    None => Some((found, file.problems)),
                }
            },
            |_, told| -> Result<()> {
                for (contested, faults) in told {
                    found.extend(contested);
                    problems.extend(faults);
                }
                Ok(())
            },
        );
        told?;
        Ok((found, problems))
    }
}

pub(super) fn contested_of(record: &Record, found: &mut Vec<Contested>) {
    // Most records have nothing of the kind, and need no tree to look values up in.
    let root = LazyCell::new(|| Draft::from(record).root);
    let words = |field: &str| -> String {
        let field = field.parse::<FieldPath>().ok();
        field.and_then(|field| field.find(&root).map(value_words)).unwrap_or_default()
    };
    let mut add = |field: String,
                   standing,
                   value: String,
                   reason: &Option<String>,
                   source: &Option<String>| {
        found.push(Contested {
            record: record.id.to_string(),
            field,
            standing,
            value,
            reason: reason.clone(),
            source: source.clone(),
        });
    };
    let deprecated = Some(Rank::Deprecated);
    for holding in &record.holdings {
        let field = format!("holding.{}", holding.id);
        if holding.rank == deprecated {
            let value = words(&field);
            add(field.clone(), Standing::Deprecated, value, &holding.rank_reason, &None);
        }
        for former in &holding.former {
            let steps = former.path.steps().iter();
            let path: Vec<String> =
                steps.map(|step| format!("{} {}", step.level, step.value)).collect();
            let mut value: Vec<String> = former.archive.iter().cloned().collect();
            value.extend((!path.is_empty()).then(|| path.join(", ")));
            if value.is_empty() {
                value.extend(former.as_printed.clone());
            }
            let until = former.until.as_ref().map(|until| format!("until {until}"));
            let reason = match (&former.reason, until) {
                (Some(reason), Some(until)) => Some(format!("{reason} ({until})")),
                (reason, until) => reason.clone().or(until),
            };
            let value = value.join(", ");
            add(format!("{field}.former"), Standing::Superseded, value, &reason, &None);
        }
    }
    for translation in record.translations.iter().filter(|t| t.rank == deprecated) {
        let field = format!("translation.{}", translation.id);
        let value = words(&field);
        add(field, Standing::Deprecated, value, &translation.rank_reason, &None);
    }
    for alternative in &record.alternatives {
        let standing = match alternative.rank {
            Some(Rank::Deprecated) => Standing::Deprecated,
            _ => Standing::Alternative,
        };
        let (reason, source) = (&alternative.reason, &alternative.source);
        add(alternative.field.clone(), standing, alternative.value.clone(), reason, source);
    }
    if let Some(authenticity) = &record.authenticity
        && authenticity.status != AuthenticityStatus::Accepted
    {
        let status = AuthenticityStatus::WORDS
            .iter()
            .find(|(_, status)| *status == authenticity.status)
            .map_or("", |(word, _)| word);
        let (reason, source) = (&authenticity.reason, &authenticity.source);
        add("authenticity".into(), Standing::Disputed, status.to_owned(), reason, source);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Node, Source};
    use serde_json::json;

    #[test]
    fn every_kind_is_found_with_its_reason() {
        let root = Node::from_json(json!({
            "format": 1, "id": "x",
            "authenticity": { "status": "forged", "reason": "pulled from the file", "source": "TNA" },
            "alternative": [{ "field": "number.telegram", "value": "4279", "reason": "a reply calls it so" }],
            "holding": [
                { "id": "aprf", "archive": "APRF", "rank": "deprecated", "rank_reason": "a copy of the other" },
                { "id": "tna", "archive": "TNA", "path": [["series", "RW 4"]],
                  "former": [{ "path": [["series", "FO 371"]], "until": "2008", "reason": "moved" }] },
            ],
        }));
        let record = Draft::new(root, Source::default()).finish().0.expect("a record");
        let mut found = Vec::new();
        contested_of(&record, &mut found);
        let told: Vec<String> = found
            .iter()
            .map(|c| {
                let reason = c.reason.as_deref().unwrap_or_default();
                format!("{} {}: {} ({reason})", c.field, c.standing.word(), c.value)
            })
            .collect();
        assert_eq!(
            told,
            [
                "holding.aprf deprecated: APRF, deprecated, a copy of the other (a copy of the other)",
                "holding.tna.former superseded: series FO 371 (moved (until 2008))",
                "number.telegram alternative: 4279 (a reply calls it so)",
                "authenticity disputed: forged (pulled from the file)",
            ]
        );
    }
}
