//! Ids of records that are not there any more. Whoever cites such an id means that record, so that no
//! other one gets it by accident.

use super::change::Request;
use super::record_history::RecordHistory;
use super::{Catalog, Result};
use crate::changes::{State, likeness};
use crate::problem::{Problem, codes};
use crate::record::{RecordId, RevisionId};
use crate::store::{Layout, Writing};

/// Above this share, what was removed and what came later are one record.
const ONE_RECORD: f64 = 0.6;
/// So many ids are named in one message.
const MOST_NAMED: usize = 5;

impl Catalog {
    /// Refuses the id `id` when a record had it that is not there any more, unless `request` says that
    /// this is meant.
    pub(super) fn refuse_reuse(
        &self,
        id: &RecordId,
        writing: &Writing<'_>,
        request: &Request,
    ) -> Result<()> {
        let Some(told) = self.former_owner(id, writing)?.filter(|_| !request.reuse_ids) else {
            return Ok(());
        };
        Err(Problem::error(
            codes::EXISTS,
            format!("the id `{id}` belonged to a record that {told}; whoever cites it means that record"),
        )
        .mend(format!(
            "choose another id; if it is the same document, bring it back (`fonds undo REV`, `fonds restore {id} --at REV`), or give the id again with `--reuse-id`"
        ))
        .into())
    }

    /// How the record ended that had the id `id` and is not there any more, as words after "a record
    /// that".
    pub(super) fn former_owner(
        &self,
        id: &RecordId,
        writing: &Writing<'_>,
    ) -> Result<Option<String>> {
        let Some(head) = writing.head()? else { return Ok(None) };
        let paths = Layout::ALL.map(|layout| layout.record_path(id));
        // What cannot be read of the past is no reason not to add a record.
        let Ok((knots, _)) = self.store.lineage(head, &paths) else { return Ok(None) };
        let is_there = |files: &[Option<_>]| files.iter().any(Option::is_some);
        if !knots.iter().any(|knot| is_there(&knot.files)) {
            return Ok(None);
        }
        let gone = knots.iter().rev().find(|knot| !is_there(&knot.files));
        let revision = gone.and_then(|knot| self.store.revision(knot.revision).ok());
        Ok(Some(match revision {
            Some(gone) => format!(
                "was removed on {} ({} {}: {})",
                gone.moment.date(),
                gone.id.short(),
                gone.author.name,
                gone.subject()
            ),
            None => "is not there any more".to_owned(),
        }))
    }

    /// The warning that some of `ids` belonged to records that were there in a revision that led to
    /// `head`; none of them has a record there now.
    pub(super) fn reused(&self, ids: &[RecordId], head: RevisionId) -> Result<Option<Problem>> {
        let paths: Vec<String> =
            ids.iter().flat_map(|id| Layout::ALL.map(|layout| layout.record_path(id))).collect();
        let was = self.store.were_there(head, &paths)?;
        let reused: Vec<&RecordId> = ids
            .iter()
            .zip(was.chunks(Layout::ALL.len()))
            .filter_map(|(id, was)| was.contains(&true).then_some(id))
            .collect();
        let named: Vec<String> =
            reused.iter().take(MOST_NAMED).map(|id| format!("`{id}`")).collect();
        let more = if reused.len() > named.len() { ", …" } else { "" };
        Ok((!reused.is_empty()).then(|| {
            Problem::warning(
                codes::EXISTS,
                format!(
                    "{} of the ids belonged to records that were removed: {}{more}; whoever cites them means those",
                    reused.len(),
                    named.join(", ")
                ),
            )
            .mend("if these are other documents, take the import back (`fonds undo`) and choose other ids (`--id`, `--ids`); if they are the same, `--reuse-id` says so")
        }))
    }
}

/// The warning that the id of the record changed hands after `at`: it was removed, and what has its id
/// now says something else.
pub(super) fn changed_hands(
    catalog: &Catalog,
    history: &RecordHistory,
    at: RevisionId,
) -> Option<Problem> {
    let versions = history.history.versions();
    let absent = versions.iter().rposition(|version| version.state == State::Absent)?;
    let record = |state: &State| state.as_record().cloned();
    let after = versions.get(absent + 1..)?.iter().find_map(|version| record(&version.state))?;
    let before = versions.get(..absent)?.iter().rev().find_map(|version| record(&version.state))?;
    let removed = *history.revisions.get(absent)?;
    let is_later = !catalog.store.led_to(removed, at).unwrap_or(true);
    (is_later && likeness(&before, &after) <= ONE_RECORD).then(|| {
        Problem::warning(
            codes::EXISTS,
            format!(
                "`{}` was removed in {} and its id was given to another record: what comes back is of the first one",
                history.id,
                removed.short()
            ),
        )
        .mend("if the present one is meant, take this back (`fonds undo`)")
    })
}
