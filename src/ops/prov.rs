//! The history of a record as statements of W3C PROV.

use super::record_history::RecordHistory;
use super::{Catalog, Result};
use crate::changes::{
    ProvDocument, ProvKind, ProvRelation, State, field_words, prov_name, value_words,
};
use crate::problem::Problem;
use crate::record::{FieldPath, Node, Person, Revision, RevisionId, Table};
use std::collections::{BTreeMap, BTreeSet};

/// The values of one version: for each field, the names of the entities that stand for its value.
/// There are several when branches came to one value without knowing of each other.
type Values = BTreeMap<FieldPath, BTreeSet<String>>;

impl Catalog {
    /// Where the record `id`, and each of its values, comes from, in the revisions leading to `at` (or
    /// to what is checked out); and what a reader has to know besides.
    pub fn prov(&self, id: &str, at: Option<RevisionId>) -> Result<(ProvDocument, Vec<Problem>)> {
        let from = self.history_start(at)?;
        let found = self.record_history(id, from)?;
        let mut document = ProvDocument::default();
        let record = prov_name(["record", &found.id]);
        document.thing(ProvKind::Entity, &record, "fonds:Record", &found.id);
        let mut revisions = Vec::new();
        for id in &found.revisions {
            revisions.push(self.store.revision(*id)?);
        }
        let mut values: Vec<Values> = Vec::new();
        let mut ended: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (at, revision) in revisions.iter().enumerate() {
            let own = version(&mut document, &found, &revisions, at, revision, &values);
            note_ended(&found, at, &own, &values, &mut ended);
            values.push(own);
        }
        // What is still there at the end, or ended in several places at once, has no one end.
        let still: BTreeSet<&String> =
            values.last().into_iter().flat_map(|last| last.values().flatten()).collect();
        for (entity, places) in &ended {
            let mut places = places.iter();
            if let (Some(at), None, false) = (places.next(), places.next(), still.contains(entity))
                && let Some(revision) = revisions.get(*at)
            {
                let moment = Some(revision.committed.to_string());
                document.relate(ProvRelation::InvalidatedBy, entity, &activity(revision), moment);
            }
        }
        if let Some(tip) = found.tip()
            && let Some(root) = found.history.versions().get(tip).and_then(|v| v.state.as_record())
        {
            translations(&mut document, &record, root);
        }
        Ok((document, found.remarks))
    }
}

fn version_name(id: &str, revision: &Revision) -> String {
    prov_name(["version", id, &revision.id.to_string()])
}

fn activity(revision: &Revision) -> String {
    prov_name(["revision", &revision.id.to_string()])
}

/// Says who a person is; gives the name.
fn person(document: &mut ProvDocument, person: &Person) -> String {
    let name = prov_name(["person", &person.name, &person.email]);
    document.thing(ProvKind::Agent, &name, "prov:Person", &person.to_string());
    name
}

/// Says what a revision is, who made it, when and why; gives the name of its author.
fn say_revision(document: &mut ProvDocument, revision: &Revision) -> String {
    let act = activity(revision);
    let subject = revision.subject();
    let label = if subject.trim().is_empty() { "(no reason given)" } else { subject };
    document.thing(ProvKind::Activity, &act, "fonds:Revision", label);
    document.ended(&act, &revision.committed.to_string());
    if !revision.reason.trim().is_empty() {
        document.say(ProvKind::Activity, &act, "fonds:reason", revision.reason.trim());
    }
    for evidence in &revision.evidence {
        document.say(ProvKind::Activity, &act, "fonds:evidence", evidence);
    }
    let author = person(document, &revision.author);
    let committer = person(document, &revision.committer);
    for who in [&author, &committer] {
        document.relate(ProvRelation::AssociatedWith, &act, who, None);
    }
    author
}

/// Says what the version `at` is, and what it brought in; gives its values.
fn version(
    document: &mut ProvDocument,
    found: &RecordHistory,
    revisions: &[Revision],
    at: usize,
    revision: &Revision,
    known: &[Values],
) -> Values {
    let changes = found.history.changes(at);
    let Some(version) = found.history.versions().get(at) else { return Values::new() };
    let parents: Vec<usize> = version.parents.iter().copied().flatten().collect();
    // Where the history is cut off, versions and values are there, and nobody knows whence.
    let is_cut = found.history.is_cut_off_before(at);
    if changes.is_empty() && !is_cut || version.state == State::Unreadable {
        // A merge that did nothing itself, or what cannot be read: the values of those before.
        let mut inherited = Values::new();
        for values in parents.iter().filter_map(|parent| known.get(*parent)) {
            for (field, entities) in values {
                inherited.entry(field.clone()).or_default().extend(entities.iter().cloned());
            }
        }
        if changes.is_empty() && version.state.as_record().is_some() {
            let now: BTreeSet<FieldPath> =
                found.history.blame(at).into_iter().map(|origin| origin.field).collect();
            inherited.retain(|field, _| now.contains(field));
        }
        return inherited;
    }
    let act = activity(revision);
    let moment = revision.committed.to_string();
    let author = match is_cut {
        false => Some(say_revision(document, revision)),
        true => None,
    };
    let record = prov_name(["record", &found.id]);
    let named = |at: usize| {
        let is_there = |at: &usize| {
            let version = found.history.versions().get(*at);
            version.is_some_and(|version| version.state.as_record().is_some())
                && (!found.history.changes(*at).is_empty() || found.history.is_cut_off_before(*at))
        };
        Some(at).filter(is_there).and_then(|at| revisions.get(at))
    };
    let before: Vec<&Revision> = parents.iter().filter_map(|at| named(*at)).collect();
    if version.state.as_record().is_none() {
        for parent in before.into_iter().filter(|_| !is_cut) {
            let entity = version_name(&found.id, parent);
            document.relate(ProvRelation::InvalidatedBy, &entity, &act, Some(moment.clone()));
        }
        return Values::new();
    }
    let entity = version_name(&found.id, revision);
    let title = format!("{} at {}", found.id, revision.id.short());
    document.thing(ProvKind::Entity, &entity, "fonds:Version", &title);
    document.relate(ProvRelation::SpecializationOf, &entity, &record, None);
    let brought_in = |document: &mut ProvDocument, entity: &str| {
        let Some(author) = &author else { return };
        document.relate(ProvRelation::GeneratedBy, entity, &act, Some(moment.clone()));
        document.relate(ProvRelation::AttributedTo, entity, author, None);
    };
    brought_in(document, &entity);
    for parent in before {
        let old = version_name(&found.id, parent);
        document.relate(ProvRelation::DerivedFrom, &entity, &old, None);
    }
    let mut own = Values::new();
    for origin in found.history.blame(at) {
        let old_names = found.history.names(at, &origin.field);
        let mut old: BTreeSet<String> = BTreeSet::new();
        for parent in &parents {
            let (Some(values), Some(names)) = (known.get(*parent), old_names.get(*parent)) else {
                continue;
            };
            old.extend(names.iter().filter_map(|name| values.get(name)).flatten().cloned());
        }
        if !origin.versions.contains(&at) && !old.is_empty() {
            own.insert(origin.field, old);
            continue;
        }
        let value =
            prov_name(["value", &found.id, &origin.field.to_string(), &revision.id.to_string()]);
        let text = value_words(origin.value);
        let label = format!("{}: {text}", field_words(&origin.field));
        document.thing(ProvKind::Entity, &value, "fonds:Value", &label);
        document.say(ProvKind::Entity, &value, "prov:value", &text);
        document.say(ProvKind::Entity, &value, "fonds:field", &origin.field.to_string());
        brought_in(document, &value);
        for old in old {
            document.relate(ProvRelation::DerivedFrom, &value, &old, None);
        }
        own.insert(origin.field, BTreeSet::from([value]));
    }
    own
}

/// Notes which values of those before are not there any more at `at`.
fn note_ended(
    found: &RecordHistory,
    at: usize,
    own: &Values,
    known: &[Values],
    ended: &mut BTreeMap<String, BTreeSet<usize>>,
) {
    let now: BTreeSet<&String> = own.values().flatten().collect();
    let parents = found.history.versions().get(at).into_iter().flat_map(|v| &v.parents);
    for values in parents.flatten().filter_map(|parent| known.get(*parent)) {
        for entity in values.values().flatten().filter(|entity| !now.contains(entity)) {
            ended.entry(entity.clone()).or_default().insert(at);
        }
    }
}

/// Says from what, and by whom, the translations of the record `root` were made.
fn translations(document: &mut ProvDocument, record: &str, root: &Node) {
    let part = |id: &str| format!("{record}/{}", prov_name(["part", id]));
    let list = |key: &str| {
        let node = root.as_table().and_then(|table| table.get(key));
        node.and_then(Node::as_list).unwrap_or_default().iter().filter_map(Node::as_table)
    };
    let text = |table: &Table, key: &str| table.get(key).and_then(Node::as_text).map(str::to_owned);
    for key in ["holding", "publication", "surrogate"] {
        for table in list(key) {
            let Some(id) = text(table, "id").or_else(|| text(table, "archive")) else { continue };
            document.thing(ProvKind::Entity, &part(&id), "fonds:Source", &format!("{key} {id}"));
            document.relate(ProvRelation::SpecializationOf, &part(&id), record, None);
        }
    }
    let name_of = |number: usize, table: &Table| {
        text(table, "id").unwrap_or_else(|| format!("translation-{}", number + 1))
    };
    for (number, table) in list("translation").enumerate() {
        let id = name_of(number, table);
        let language = text(table, "to").map(|to| format!(" into {to}")).unwrap_or_default();
        let label = format!("translation {id}{language}");
        document.thing(ProvKind::Entity, &part(&id), "fonds:Translation", &label);
    }
    for (number, table) in list("translation").enumerate() {
        let name = part(&name_of(number, table));
        let source = match text(table, "made_from") {
            None => record.to_owned(),
            Some(id) => {
                // The record may name a part that it does not have (any more).
                document.thing(ProvKind::Entity, &part(&id), "fonds:Source", &id);
                part(&id)
            }
        };
        document.relate(ProvRelation::DerivedFrom, &name, &source, None);
        let translators = table.get("translator");
        let several = translators.and_then(Node::as_list).map(|list| list.iter().collect());
        for translator in several.unwrap_or_else(|| translators.into_iter().collect::<Vec<_>>()) {
            let shown = value_words(translator);
            let agent = prov_name(["translator", &shown]);
            document.thing(ProvKind::Agent, &agent, "prov:Person", &shown);
            document.relate(ProvRelation::AttributedTo, &name, &agent, None);
        }
    }
}
