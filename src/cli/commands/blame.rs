//! `fonds blame`: where the values of a record come from.

use crate::changes::{field_words, value_words};
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::BlamedField;

/// Show for each value who set it, when, why, on what evidence
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A value is followed through merges, new ids and new places to the revision that brought it in. What \
is not committed yet is not looked at.

With --json: { record, at, fields: [{ field, value, revisions, evidence }], problems }.

Exit codes: 0 good, 2 there is no such record, field or revision.

Examples:
  fonds blame 1951-08-27-mao-stalin
  fonds blame 1951-08-27-mao-stalin.holding.aprf")]
pub(in crate::cli) struct Arguments {
    /// The record, or a field of it
    #[arg(value_name = "ID[.FIELD]", add = crate::cli::complete::ids())]
    target: String,
    /// Look at the record as it was at this revision, or on that day
    #[arg(long, value_name = "REV|DATE")]
    at: Option<String>,
    /// Show only values for which nobody gave evidence
    #[arg(long)]
    without_evidence: bool,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let at = catalog.moment(self.at.as_deref())?;
        let mut blame = catalog.blame(&self.target, at)?;
        if self.without_evidence {
            blame.fields.retain(BlamedField::lacks_evidence);
        }
        if session.json {
            session.ui.json(&blame)?;
            return Ok(Ended::Good);
        }
        session.ui.problems(&blame.remarks, &[]);
        for blamed in &blame.fields {
            session.ui.line(
                Text::new()
                    .piece(Label::Field, field_words(&blamed.field))
                    .plain(": ")
                    .plain(value_words(&blamed.value)),
            )?;
            for revision in &blamed.revisions {
                let reason = revision.reason.lines().next().unwrap_or_default().trim();
                let reason = if reason.is_empty() { "(no reason given)" } else { reason };
                session.ui.line(
                    Text::new()
                        .plain("    ")
                        .piece(Label::Id, revision.id.short())
                        .plain(format!("  {}  {}  ", revision.moment.date(), revision.author.name))
                        .piece(Label::Faint, reason),
                )?;
                for evidence in &revision.evidence {
                    session.ui.line(evidence_line(evidence))?;
                }
            }
            for id in &blamed.known_since {
                session.ui.line(
                    Text::new()
                        .plain("    ")
                        .piece(Label::Id, id.short())
                        .plain("  or before: the history is cut off here"),
                )?;
            }
            for evidence in &blamed.evidence {
                session.ui.line(evidence_line(&value_words(evidence)))?;
            }
        }
        if blame.fields.is_empty() {
            session.ui.say(if self.without_evidence {
                "there is evidence for every value".to_owned()
            } else {
                format!("`{}` has no such value there", self.target)
            });
        }
        Ok(Ended::Good)
    }
}

fn evidence_line(evidence: &str) -> Text {
    let evidence = evidence.split_whitespace().collect::<Vec<_>>().join(" ");
    Text::new().piece(Label::Faint, "    evidence: ").plain(evidence)
}
