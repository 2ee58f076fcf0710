//! `fonds audit`: every change between two moments, with who, when, why and on what evidence.

use super::revisions::{change_line, finding_lines, revision_head};
use crate::changes::Filter;
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::problem::{Problem, Severity};

/// Report what happened to the catalog
#[derive(Debug, clap::Args)]
#[command(after_help = "\
REV..REV are the revisions that led to the second and not to the first; REV alone those since then; \
nothing, all. Days will do for revisions. A merge is credited only with what none of its sides had.

--where takes terms, all of which must hold; `-` before one means that it must not:
  record:ID  field:NAME  archive:NAME  kind:WORD  value:TEXT
  author:TEXT  reason:TEXT|none  evidence:TEXT|none  since:DAY  until:DAY

With --json: one line for each revision, { revision, changes, findings }. Exit codes: 0, and 1 when \
there are findings (a change without a reason, a version that cannot be read, an id that leads \
nowhere any more).

Examples:
  fonds audit HEAD~20..
  fonds audit --where 'archive:APRF field:delo since:2026-01'
  fonds audit v1..v2 --where evidence:none --json")]
pub(in crate::cli) struct Arguments {
    /// The revisions
    #[arg(value_name = "REV..REV")]
    range: Option<String>,
    /// Only what fulfils these terms
    #[arg(long = "where", value_name = "TERMS")]
    terms: Vec<String>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let mut filter = Filter::default();
        for terms in &self.terms {
            filter = filter.and(terms.parse::<Filter>()?);
        }
        let audit = catalog.audit(self.range.as_deref(), filter)?;
        session.ui.problems(&audit.remarks, &[]);
        let (mut revisions, mut changes, mut findings) = (0_usize, 0_usize, 0_usize);
        for entry in audit {
            let entry = entry?;
            let heavy = |problem: &&Problem| problem.severity >= Severity::Warning;
            findings += entry.findings.iter().filter(heavy).count();
            changes += entry.changes.iter().filter(|change| !change.is_silent()).count();
            if session.json {
                session.ui.json_line(&entry)?;
                continue;
            }
            if revisions > 0 {
                session.ui.line("")?;
            }
            revisions += 1;
            for line in revision_head(&entry.revision) {
                session.ui.line(line)?;
            }
            let mut record = None;
            for change in entry.changes.iter().filter(|change| !change.is_silent()) {
                if record != Some(&change.record) {
                    session.ui.line(Text::new().plain("  ").piece(Label::Id, &change.record))?;
                    record = Some(&change.record);
                }
                session.ui.line(change_line(change))?;
            }
            for line in finding_lines(&entry.findings) {
                session.ui.line(line)?;
            }
        }
        if !session.json {
            session.ui.say(format!("{changes} changes in {revisions} revisions, {findings} findings"));
        }
        Ok(if findings > 0 { Ended::Findings } else { Ended::Good })
    }
}
