//! How revisions and changes are printed, the same for every command.

use crate::changes::{Change, sentence};
use crate::cli::ui::{Label, Text};
use crate::problem::{Problem, codes};
use crate::record::Revision;

/// Who, when, why, on what evidence.
pub(super) fn revision_head(revision: &Revision) -> Vec<Text> {
    let head = Text::new()
        .piece(Label::Id, revision.id.short())
        .plain(format!("  {}  ", revision.moment.date()))
        .piece(Label::Heading, revision.author.name.clone());
    let is_merge = revision.parents.len() > 1;
    let mut lines = vec![if is_merge { head.piece(Label::Faint, "  (merge)") } else { head }];
    let reason = revision.reason.trim();
    if reason.is_empty() {
        lines.push(Text::new().piece(Label::Faint, "  (no reason given)"));
    }
    lines.extend(reason.lines().map(|line| Text::new().plain(format!("  {line}").trim_end())));
    for evidence in &revision.evidence {
        let evidence = evidence.split_whitespace().collect::<Vec<_>>().join(" ");
        lines.push(Text::new().piece(Label::Faint, "  evidence: ").plain(evidence));
    }
    lines
}

/// A change as a line under its revision.
pub(super) fn change_line(change: &Change) -> Text {
    let sentence = sentence(change);
    let text = Text::new().plain("  - ");
    match sentence.split_once(": ") {
        Some((field, what)) => text.piece(Label::Field, field).plain(": ").plain(what),
        None => text.plain(sentence),
    }
}

/// Findings as lines under their revision. That no reason is given is said already.
pub(super) fn finding_lines(findings: &[Problem]) -> impl Iterator<Item = Text> {
    findings.iter().filter(|finding| finding.code != codes::NO_REASON).map(|finding| {
        Text::new().plain("  ").piece(Label::Warning, "!").plain(format!(" {}", finding.message))
    })
}
