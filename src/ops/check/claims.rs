//! What is said about values: ranks, alternatives, evidence, authenticity, and where a translation
//! comes from.

use super::{Findings, MOST};
use crate::changes::CONFLICT_MARK;
use crate::problem::{Problem, codes};
use crate::record::{AuthenticityStatus, FieldPath, Node, Rank, Record, leaves};

pub(super) fn check(found: &mut Findings<'_>, record: &Record) {
    for (at, translation) in record.translations.iter().take(MOST).enumerate() {
        let at = at.to_string();
        if translation.made_from.is_none() && translation.note.is_none() {
            let message =
                format!("the translation `{}` does not say what it was made from", translation.id);
            let problem = Problem::warning(codes::TRANSLATION_SOURCE, message)
                .mend("name a holding, publication or translation in `made_from`, or say in `note` that it is not known");
            found.add(&["translation", &at], format!("translation.{}", translation.id), problem);
        }
        if translation.made_from.as_ref() == Some(&translation.id) {
            let message =
                format!("the translation `{}` is said to be made from itself", translation.id);
            let problem = Problem::warning(codes::TRANSLATION_SOURCE, message)
                .mend("name what it was made from in `made_from`");
            let field = format!("translation.{}.made_from", translation.id);
            found.add(&["translation", &at, "made_from"], field, problem);
        }
    }
    check_reasons(found, record);
    // Each name is looked for in the whole record.
    if record.alternatives.len() + record.evidence.len() > 10 * MOST {
        return;
    }
    for (at, alternative) in record.alternatives.iter().take(MOST).enumerate() {
        check_field(found, "alternative", at, &alternative.field);
    }
    for (at, evidence) in record.evidence.iter().take(MOST).enumerate() {
        if let Some(field) = &evidence.field {
            check_field(found, "evidence", at, field);
        }
    }
}

fn no_cause(what: String) -> Problem {
    Problem::warning(codes::NO_CAUSE, format!("{what}, and no reason is given"))
        .mend("say why, and where it is said")
}

fn check_reasons(found: &mut Findings<'_>, record: &Record) {
    let deprecated = |rank: Option<Rank>| rank == Some(Rank::Deprecated);
    let holdings = record.holdings.iter().map(|h| ("holding", &h.id, h.rank, &h.rank_reason));
    let translations =
        record.translations.iter().map(|t| ("translation", &t.id, t.rank, &t.rank_reason));
    let numbers = (0..record.holdings.len()).chain(0..record.translations.len());
    for (at, (list, id, rank, reason)) in numbers.zip(holdings.chain(translations)).take(2 * MOST) {
        let field = format!("{list}.{id}.rank");
        if deprecated(rank) && reason.is_none() && !found.is_settled(record, &field) {
            let problem = no_cause(format!("`{list}.{id}` is deprecated"));
            found.add(&[list, &at.to_string(), "rank"], field, problem);
        }
    }
    for (at, alternative) in record.alternatives.iter().take(MOST).enumerate() {
        if alternative.reason.as_deref().is_some_and(|reason| reason.starts_with(CONFLICT_MARK)) {
            let message = format!(
                "`{}` was set two ways, and nobody has decided between them: the other value is `{}`",
                alternative.field.escape_debug(),
                alternative.value.escape_debug()
            );
            let problem = Problem::warning(codes::MERGE_UNDECIDED, message).mend(
                "keep one value in the field, then remove this entry; or give both a reason of your own",
            );
            found.add(&["alternative", &at.to_string()], "alternative", problem);
        }
        if alternative.reason.is_none() && alternative.source.is_none() {
            let problem = no_cause(format!(
                "another value of `{}` stands here",
                alternative.field.escape_debug()
            ));
            found.add(&["alternative", &at.to_string()], "alternative", problem);
        }
    }
    if let Some(authenticity) = &record.authenticity
        && authenticity.status != AuthenticityStatus::Accepted
        && authenticity.reason.is_none()
        && authenticity.source.is_none()
    {
        let problem = no_cause(format!("the authenticity is {}", authenticity.status));
        found.add(&["authenticity"], "authenticity", problem);
    }
}

/// Holds a field that a part speaks of to what the record has.
fn check_field(found: &mut Findings<'_>, list: &str, at: usize, name: &str) {
    let root = &found.draft.root;
    let why = match name.parse::<FieldPath>() {
        Err(problem) => problem.message,
        Ok(field) if is_there(root, &field) => return,
        Ok(_) => format!("the record has no field `{}`", name.escape_debug()),
    };
    let near = nearest_field(root, name);
    let mend = match near {
        Some(field) => format!("did you mean `{field}`?"),
        None => "correct the name of the field; `fonds blame ID` lists those there are".to_owned(),
    };
    let problem = Problem::warning(codes::FIELD_ABSENT, why).mend(mend);
    found.add(&[list, &at.to_string(), "field"], format!("{list}.field"), problem);
}

fn nearest_field(root: &Node, name: &str) -> Option<String> {
    leaves(root)
        .into_iter()
        .take(10 * MOST)
        .map(|(field, _)| field.to_string())
        .map(|field| (strsim::jaro_winkler(&field, name), field))
        .filter(|(score, _)| *score > 0.9)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, field)| field)
}

/// Whether the record has the field, or the thing it is a part of in short form: `title.text` of a
/// title that is one text. The only part of a list may be left out of the name.
fn is_there(root: &Node, field: &FieldPath) -> bool {
    if field.find(root).is_some() {
        return true;
    }
    field.parent().and_then(|parent| parent.find(root)).is_some_and(|node| node.as_text().is_some())
}
