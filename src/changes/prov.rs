//! A record's history in the words of W3C PROV: statements, written as PROV-O in Turtle and as
//! PROV-JSON.
//!
//! Entities are the record, its versions, and each value that a version brought in; activities are
//! revisions; agents are the persons who made them. Every entity has at most one generation and one
//! invalidation, as PROV-CONSTRAINTS asks; times are those of the committer's clock.

use oxrdf::vocab::{rdf, rdfs, xsd};
use oxrdf::{Literal, NamedNode, NamedNodeRef, Term, Triple};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The beginning of all names made here.
const FONDS: &str = "urn:fonds:";
const PROV: &str = "http://www.w3.org/ns/prov#";

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProvKind {
    /// A record, a version of it, a value, a holding, a translation.
    Entity,
    /// A revision.
    Activity,
    /// A person.
    Agent,
}

/// How one thing stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProvRelation {
    /// An entity came into being by an activity.
    GeneratedBy,
    /// An entity ceased to be by an activity.
    InvalidatedBy,
    /// An entity was made from another.
    DerivedFrom,
    /// An entity is due to an agent.
    AttributedTo,
    /// An activity was carried out by an agent.
    AssociatedWith,
    /// An entity is another, seen at one time.
    SpecializationOf,
}

impl ProvRelation {
    /// The name in PROV-JSON, the roles of the two things, and the property of PROV-O.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            ProvRelation::GeneratedBy => ("wasGeneratedBy", "prov:entity", "prov:activity"),
            ProvRelation::InvalidatedBy => ("wasInvalidatedBy", "prov:entity", "prov:activity"),
            ProvRelation::DerivedFrom => {
                ("wasDerivedFrom", "prov:generatedEntity", "prov:usedEntity")
            }
            ProvRelation::AttributedTo => ("wasAttributedTo", "prov:entity", "prov:agent"),
            ProvRelation::AssociatedWith => ("wasAssociatedWith", "prov:activity", "prov:agent"),
            ProvRelation::SpecializationOf => {
                ("specializationOf", "prov:specificEntity", "prov:generalEntity")
            }
        }
    }

    /// The property of PROV-O for the moment of it.
    fn moment(self) -> Option<&'static str> {
        match self {
            ProvRelation::GeneratedBy => Some("generatedAtTime"),
            ProvRelation::InvalidatedBy => Some("invalidatedAtTime"),
            _ => None,
        }
    }
}

/// What is said of one thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Thing {
    label: String,
    /// Its class: `prov:Person`, or one of `fonds:`.
    class: String,
    /// When an activity ended.
    ended: Option<String>,
    /// Further words: name (with its prefix) and text.
    said: BTreeSet<(&'static str, String)>,
}

/// Statements about where something comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProvDocument {
    things: BTreeMap<(ProvKind, String), Thing>,
    relations: BTreeSet<(ProvRelation, String, String, Option<String>)>,
}

/// A name made of `parts`, each written so that no other parts give it.
pub fn prov_name<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut name = String::new();
    for part in parts {
        if !name.is_empty() {
            name.push('/');
        }
        for byte in part.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => {
                    name.push(char::from(byte))
                }
                other => name.push_str(&format!("%{other:02X}")),
            }
        }
    }
    name
}

impl ProvDocument {
    /// Says that there is the thing `name` of `kind`, and what it is called and is. Said twice, the
    /// first counts.
    pub fn thing(&mut self, kind: ProvKind, name: &str, class: &str, label: &str) {
        self.things.entry((kind, name.to_owned())).or_insert_with(|| Thing {
            label: label.to_owned(),
            class: class.to_owned(),
            ..Thing::default()
        });
    }

    /// Says more of a thing: `prov:value`, `fonds:field`, `fonds:reason`, `fonds:evidence`.
    pub fn say(&mut self, kind: ProvKind, name: &str, what: &'static str, text: &str) {
        if let Some(thing) = self.things.get_mut(&(kind, name.to_owned())) {
            thing.said.insert((what, text.to_owned()));
        }
    }

    /// Says when an activity ended (RFC 3339).
    pub fn ended(&mut self, activity: &str, moment: &str) {
        if let Some(thing) = self.things.get_mut(&(ProvKind::Activity, activity.to_owned())) {
            thing.ended = Some(moment.to_owned());
        }
    }

    /// Says how `first` stands to `second`, and when that came to be.
    pub fn relate(
        &mut self,
        relation: ProvRelation,
        first: &str,
        second: &str,
        moment: Option<String>,
    ) {
        self.relations.insert((relation, first.to_owned(), second.to_owned(), moment));
    }

    /// PROV-JSON (W3C member submission of 24 April 2013). The same statements give the same bytes.
    pub fn to_json(&self) -> String {
        let named = |name: &str| format!("fonds:{name}");
        let mut groups: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for ((kind, name), thing) in &self.things {
            let group = match kind {
                ProvKind::Entity => "entity",
                ProvKind::Activity => "activity",
                ProvKind::Agent => "agent",
            };
            let mut attributes = Map::new();
            if let Some(ended) = &thing.ended {
                attributes.insert("prov:endTime".to_owned(), ended.as_str().into());
            }
            attributes.insert("prov:label".to_owned(), thing.label.as_str().into());
            let class = json!({ "$": thing.class, "type": "prov:QUALIFIED_NAME" });
            attributes.insert("prov:type".to_owned(), class);
            let mut said: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
            for (what, text) in &thing.said {
                said.entry(what).or_default().push(text.as_str().into());
            }
            for (what, mut texts) in said {
                let value = match texts.len() {
                    1 => texts.remove(0),
                    _ => Value::Array(texts),
                };
                attributes.insert(what.to_owned(), value);
            }
            groups.entry(group).or_default().insert(named(name), attributes.into());
        }
        for (number, (relation, first, second, moment)) in self.relations.iter().enumerate() {
            let (name, first_role, second_role) = relation.words();
            let mut roles = Map::new();
            roles.insert(first_role.to_owned(), named(first).into());
            roles.insert(second_role.to_owned(), named(second).into());
            if let Some(moment) = moment {
                roles.insert("prov:time".to_owned(), moment.as_str().into());
            }
            groups.entry(name).or_default().insert(format!("_:r{}", number + 1), roles.into());
        }
        let mut document = Map::new();
        document.insert("prefix".to_owned(), json!({ "fonds": FONDS }));
        document.extend(groups.into_iter().map(|(name, group)| (name.to_owned(), group.into())));
        // A map of text is always written.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }

    /// PROV-O in Turtle. The same statements give the same bytes.
    pub fn to_turtle(&self) -> std::io::Result<String> {
        let prefixes = [("prov", PROV), ("fonds", FONDS), ("rdfs", RDFS), ("xsd", XSD)];
        let mut serializer = oxttl::TurtleSerializer::new();
        for (prefix, iri) in prefixes {
            serializer = serializer.with_prefix(prefix, iri).map_err(std::io::Error::other)?;
        }
        let mut writer = serializer.for_writer(Vec::new());
        for ((kind, name), thing) in &self.things {
            let subject = named(name);
            let class = match kind {
                ProvKind::Entity => "Entity",
                ProvKind::Activity => "Activity",
                ProvKind::Agent => "Agent",
            };
            let mut put = |property: NamedNodeRef<'_>, object: Term| {
                writer.serialize_triple(
                    Triple::new(subject.clone(), property.into_owned(), object).as_ref(),
                )
            };
            put(rdf::TYPE, prov(class).into())?;
            put(rdf::TYPE, qualified(&thing.class).into())?;
            put(rdfs::LABEL, Literal::new_simple_literal(&thing.label).into())?;
            if let Some(ended) = &thing.ended {
                put(prov("endedAtTime").as_ref(), moment(ended))?;
            }
            for (what, text) in &thing.said {
                put(qualified(what).as_ref(), Literal::new_simple_literal(text).into())?;
            }
            for (relation, first, second, at) in &self.relations {
                // Names of the three kinds differ in how they begin.
                if first != name {
                    continue;
                }
                put(prov(relation.words().0).as_ref(), named(second).into())?;
                if let (Some(property), Some(at)) = (relation.moment(), at) {
                    put(prov(property).as_ref(), moment(at))?;
                }
            }
        }
        let bytes = writer.finish()?;
        String::from_utf8(bytes).map_err(std::io::Error::other)
    }
}

const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

fn named(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{FONDS}{name}"))
}

fn prov(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{PROV}{name}"))
}

/// A name with the prefix `prov` or `fonds`.
fn qualified(name: &str) -> NamedNode {
    match name.split_once(':') {
        Some(("prov", name)) => prov(name),
        Some((_, name)) => named(name),
        None => named(name),
    }
}

fn moment(text: &str) -> Term {
    Literal::new_typed_literal(text, xsd::DATE_TIME).into()
}
