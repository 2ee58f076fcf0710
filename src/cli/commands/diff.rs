//! `fonds diff`: what differs between two moments.

use super::revisions::change_line;
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::{Between, Catalog, CiteRequest, Diff, Reworded};
use serde::Serialize;

/// Show what differs between two moments, in fields
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Formatting, comments and the order of keys are no difference; a record that got another id or place \
is the same record, and a holding that moved in its list is the same holding.

With --json: { from, to, changes, problems }; `from` or `to` is null for the empty catalog or the \
work tree. With --citations: { from, to, style, citations: [{ record, before, after, changes }] }.

Exit codes: 0 nothing differs, 1 something does.

Examples:
  fonds diff                          what is not committed yet
  fonds diff HEAD~5..HEAD
  fonds diff 2026-01-01..2026-06-30 1951-08-27-mao-stalin
  fonds diff v1..v2 --citations --style apa")]
pub(in crate::cli) struct Arguments {
    /// Two revisions or days; one: from there to the work tree
    #[arg(value_name = "REV[..REV]")]
    range: Option<String>,
    /// Only this record
    #[arg(value_name = "ID", add = crate::cli::complete::ids())]
    id: Option<String>,
    /// Show the citations that read differently, old and new
    #[arg(long)]
    citations: bool,
    /// The style of the citations: a bundled one, one of the catalog's, or a file
    #[arg(long, value_name = "STYLE", requires = "citations")]
    style: Option<String>,
}

/// The answer with `--citations --json`.
#[derive(Serialize)]
struct CitationsAnswer<'a> {
    #[serde(flatten)]
    between: Between,
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<&'a str>,
    citations: &'a [Reworded],
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let between = catalog.between(self.range.as_deref())?;
        let diff = catalog.diff(between, self.id.as_deref())?;
        if self.citations {
            return self.tell_citations(session, &catalog, &diff);
        }
        let ended = if diff.changes.is_empty() { Ended::Good } else { Ended::Findings };
        if session.json {
            session.ui.json(&diff)?;
            return Ok(ended);
        }
        let mut record = None;
        for change in diff.changes.iter().filter(|change| !change.is_silent()) {
            if record != Some(&change.record) {
                session.ui.line(Text::new().piece(Label::Id, &change.record))?;
                record = Some(&change.record);
            }
            session.ui.line(change_line(change))?;
        }
        session.ui.problems(&diff.problems, &[]);
        Ok(ended)
    }

    fn tell_citations(&self, session: &mut Session, catalog: &Catalog, diff: &Diff) -> Outcome {
        let request = CiteRequest { style: self.style.clone(), ..CiteRequest::default() };
        let (citations, problems) = catalog.reworded(diff, &request)?;
        let ended = if citations.is_empty() { Ended::Good } else { Ended::Findings };
        session.ui.problems(&problems, &[]);
        if session.json {
            let style = self.style.as_deref();
            session.ui.json(&CitationsAnswer {
                between: diff.between,
                style,
                citations: &citations,
            })?;
            return Ok(ended);
        }
        for citation in &citations {
            session.ui.line(Text::new().piece(Label::Id, &citation.record))?;
            let line = |sign: &str, label, text: &Option<String>| {
                text.as_ref().map(|text| {
                    Text::new().plain("  ").piece(label, format!("{sign} {}", text.trim_end()))
                })
            };
            for line in [line("-", Label::Old, &citation.before), line("+", Label::New, &citation.after)]
                .into_iter()
                .flatten()
            {
                session.ui.line(line)?;
            }
            for change in &citation.changes {
                session.ui.line(Text::new().piece(Label::Faint, format!("    {change}")))?;
            }
        }
        if citations.is_empty() {
            session.ui.say("no citation reads differently");
        }
        Ok(ended)
    }
}
