//! Bringing back what a record said at an earlier moment, as a new change.

use super::change::{Changed, Plan, Request};
use super::record_history::RecordHistory;
use super::reuse::changed_hands;
use super::rewrite::{Order, rewrite, tree};
use super::{Catalog, Result};
use crate::changes::{ChangeKind, State, apply, compare, inverse, normal_form};
use crate::problem::{Place, Problem, codes};
use crate::record::{FieldPath, Node, RecordId, Revision, RevisionId};
use crate::store::FileChange;

impl Catalog {
    /// Makes `target` (`ID` or `ID.FIELD`) say again what it said at the revision `at`. The record
    /// keeps the id and the earlier ids that it has now. A record that is gone comes back.
    pub fn restore(&self, target: &str, at: RevisionId, request: &Request) -> Result<Changed> {
        let head = self.history_start(None)?;
        let (id, field) = self.target(target, Some(head))?;
        let now = self.record_history(&id, head)?;
        let then = self.record_history(&now.id, at).or_else(|_| self.record_history(&id, at))?;
        let revision = self.store.revision(at)?;
        let Some(old) = last_record(&then) else {
            return Err(nothing_there(&id, &revision).into());
        };
        let writing = self.store.begin_write()?;
        let place: RecordId = now.id.parse()?;
        let path = match self.file_of(&now.id, None) {
            Ok(file) => file.path,
            Err(_) => self.store.layout().record_path(&place),
        };
        let before = writing.read(&path)?;
        let text = match &before {
            Some(bytes) => {
                let text = super::set::text_of(bytes, &path)?;
                let current = tree(&text, &path)?;
                let wanted = wanted(&current, old, field.as_ref(), &revision)?;
                rewrite(&text, &path, &wanted, Order::Exact)?
            }
            // The file as it was, comments and all.
            None => {
                let file = self.file_of(&then.id, Some(at))?;
                super::set::text_of(&file.bytes, &file.path)?
            }
        };
        let summary = format!("restore {target} as of {}", at.short());
        let files = vec![FileChange { path, before, after: Some(text.into_bytes()) }];
        let mut changed =
            Plan { files, summary, speaks_for_itself: true }.carry_out(writing, request)?;
        changed.remarks.extend(changed_hands(self, &now, at));
        Ok(changed)
    }
}

fn last_record(history: &RecordHistory) -> Option<&Node> {
    match &history.history.versions().get(history.tip()?)?.state {
        State::Record(root) => Some(root),
        _ => None,
    }
}

fn nothing_there(what: &str, at: &Revision) -> Problem {
    Problem::error(
        codes::NOT_FOUND,
        format!("`{what}` has no readable value in the revision {}", at.id.short()),
    )
    .mend("`fonds log` shows when it had one")
}

/// The record as it is to be: `old`, or `now` with what `field` was in `old`.
fn wanted(now: &Node, old: &Node, field: Option<&FieldPath>, at: &Revision) -> Result<Node> {
    // From then to now, so that the fields go by the names they have now.
    let mut changes = compare(Some(old), Some(now));
    let own =
        |path: &FieldPath| matches!(path.segments(), [key, ..] if key == "id" || key == "aliases");
    changes.retain(|change| !own(&change.field));
    if let Some(field) = field {
        let came = changes.iter().find(|change| {
            matches!(change.kind, ChangeKind::PartAdded { .. })
                && field.is_within(&change.field)
                && *field != change.field
        });
        if let Some(part) = came {
            return Err(nothing_there(&part.field.to_string(), at)
                .at(Place::of_field(field.to_string()))
                .into());
        }
        changes.retain(|change| {
            let renames = matches!(
                change.kind,
                ChangeKind::PartRenamed { .. } | ChangeKind::PartRekeyed { .. }
            );
            change.field.is_within(field) || !renames && change.sets(field)
        });
        if changes.is_empty() && field.find(&normal_form(now)).is_none() {
            return Err(nothing_there(&field.to_string(), at).into());
        }
    }
    let back = apply(Some(now), &inverse(&changes))?;
    Ok(back.unwrap_or_else(|| now.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Moment, Person};
    use serde_json::{Value as Json, json};

    fn wanted_of(now: Json, old: Json, field: Option<&str>) -> Result<Node> {
        let person = Person { name: String::new(), email: String::new() };
        let moment = Moment { seconds: 0, offset_minutes: 0 };
        let revision = Revision {
            id: RevisionId::from_bytes([0; 20]),
            parents: Vec::new(),
            author: person.clone(),
            moment,
            committer: person,
            committed: moment,
            reason: String::new(),
            evidence: Vec::new(),
        };
        let field = field.map(|field| field.parse().expect("a field"));
        wanted(&Node::from_json(now), &Node::from_json(old), field.as_ref(), &revision)
    }

    #[test]
    fn a_field_comes_back_under_the_name_its_part_has_now() {
        let record = |id: &str, part: &str, delo: &str, place: &str| {
            json!({ "id": id, "place": place, "holding": [
                { "id": part, "archive": "APRF", "path": [["fond", "45"], ["opis", "1"], ["delo", delo]] }] })
        };
        let (now, old) =
            (record("new", "aprf", "341", "Beijing"), record("old", "one", "340", "Peking"));
        let one =
            wanted_of(now.clone(), old.clone(), Some("holding.aprf.path.delo")).expect("fits");
        assert_eq!(one, Node::from_json(record("new", "aprf", "340", "Beijing")));
        let all = wanted_of(now.clone(), old.clone(), None).expect("fits");
        assert_eq!(all, Node::from_json(record("new", "one", "340", "Peking")));
        assert!(wanted_of(now, json!({ "id": "old" }), Some("holding.aprf.path.delo")).is_err());
    }
}
