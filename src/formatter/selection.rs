//! Which items a bibliography lists.

use crate::citation::{Item, TextVariable, Variable};

/// A condition on an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The type, or the text of a variable, is one of these.
    IsOneOf {
        /// `type`, or the name of a variable.
        field: String,
        /// The values.
        values: Vec<String>,
    },
    /// The variable has a value.
    IsThere(String),
    /// The variable has none.
    IsEmpty(String),
}

impl Condition {
    fn holds(&self, item: &Item) -> bool {
        match self {
            Condition::IsOneOf { field, values } if field == "type" => {
                let kind = item.kind.map_or("", |kind| kind.as_str());
                values.iter().any(|value| value == kind)
            }
            Condition::IsOneOf { field, values } => {
                let text = match TextVariable::from_word(field) {
                    Some(variable) => item.text(variable).map(str::to_owned),
                    None => custom(item, field),
                };
                text.is_some_and(|text| {
                    let parts: Vec<&str> = text.split(", ").collect();
                    values.iter().any(|value| *value == text || parts.contains(&value.as_str()))
                })
            }
            Condition::IsThere(field) => is_there(item, field),
            Condition::IsEmpty(field) => !is_there(item, field),
        }
    }
}

fn is_there(item: &Item, field: &str) -> bool {
    match Variable::from_word(field) {
        Some(variable) => item.has(variable),
        None => custom(item, field).is_some_and(|text| !text.is_empty()),
    }
}

/// A field that CSL does not know: text, or a list of texts.
fn custom(item: &Item, field: &str) -> Option<String> {
    let value = item.other().and_then(|other| other.get(field))?;
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Array(list) => {
            let texts: Vec<&str> = list.iter().filter_map(|value| value.as_str()).collect();
            Some(texts.join(", "))
        }
        _ => None,
    }
}

/// Which items are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Items that meet one of these are listed; with an empty list, all are.
    pub include: Vec<Condition>,
    /// Items that meet one of these are not listed.
    pub exclude: Vec<Condition>,
    /// Items that meet all of these are listed.
    pub select: Vec<Condition>,
    /// Items that meet all of these are not listed, whatever else is said.
    pub quash: Vec<Condition>,
}

impl Selection {
    /// Whether the item is listed.
    pub fn takes(&self, item: &Item) -> bool {
        let meets = |condition: &Condition| condition.holds(item);
        let taken = if !self.include.is_empty() {
            self.include.iter().any(meets)
        } else if !self.exclude.is_empty() {
            !self.exclude.iter().any(meets)
        } else {
            self.select.iter().all(meets)
        };
        taken && (self.quash.is_empty() || !self.quash.iter().all(meets))
    }
}
