//! The name of a person, body or family, and the agent who bears it.

use super::words::{AgentKind, NameOrder, Role};
use super::{Language, PartId};
use schemars::JsonSchema;
use serde::Serialize;

/// A name in parts, or as one literal. In a file a plain string is a literal name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Name {
    /// The family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Given names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// A particle that stays with the family name: `de` in `de Gaulle`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub particle: Option<String>,
    /// A particle that is dropped when the family name stands alone: `von` in `von Humboldt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropping_particle: Option<String>,
    /// `Jr.`, `III`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// The whole name, where parts make no sense: a body, a code name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub literal: Option<String>,
    /// The order in which family and given name are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<NameOrder>,
    /// The language (and with it the script) of this form of the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl Name {
    /// A name that is one piece of text.
    pub fn literal(text: impl Into<String>) -> Name {
        Name { literal: Some(text.into()), ..Name::default() }
    }

    /// Whether the name says nothing.
    pub fn is_empty(&self) -> bool {
        self.family.is_none() && self.given.is_none() && self.literal.is_none()
    }

    /// The name in its own order: `Mao Zedong`, `Joseph Stalin`.
    pub fn display(&self) -> String {
        if let Some(literal) = &self.literal {
            return literal.clone();
        }
        let family = [self.particle.as_deref(), self.family.as_deref()];
        let given = [self.given.as_deref(), self.dropping_particle.as_deref()];
        let order = match self.order {
            Some(NameOrder::FamilyFirst) => [family, given],
            _ => [given, family],
        };
        let words = order.into_iter().flatten().chain([self.suffix.as_deref()]).flatten();
        words.collect::<Vec<_>>().join(" ")
    }
}

/// A person, body or family in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Agent {
    /// Tells two agents of one role apart when their names do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<PartId>,
    /// What the agent did.
    pub role: Role,
    /// A person when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<AgentKind>,
    /// The name under which the agent is cited.
    pub name: Name,
    /// The name in other languages and scripts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<Name>,
    /// The office held at the time: `Ambassador to China`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// The name exactly as the source prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_printed: Option<String>,
}
