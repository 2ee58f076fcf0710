//! `fonds check`: what is wrong with records, or strange about them.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::problem::{CODES, Code, Problem, Severity, codes};

/// Look for what is wrong with records, or strange about them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each finding has a code that stays the same, a place, and a way to mend it. A finding may be a question: \
two archives may well give different references, and fonds corrects nothing by itself. Whoever has looked \
into it says so in the record's `evidence` or `alternative`, and the question is not asked again.

With --json: { records, findings: [{ code, severity, message, mend, file, line, column, field }] }.

Exit codes: 0 nothing found, or notes only; 1 there are findings; 2 wrong use.

Examples:
  fonds check
  fonds check 1951-08-27-mao-stalin
  fonds check --explain C001
  fonds check --fix --dry-run")]
pub(in crate::cli) struct Arguments {
    /// The records; all when none is named
    #[arg(value_name = "ID", add = crate::cli::complete::ids())]
    ids: Vec<String>,
    /// Tell what a code means, and what to do
    #[arg(long, value_name = "CODE", conflicts_with_all = ["ids", "fix"])]
    explain: Option<String>,
    /// Mend what can be mended without a doubt: letters and accents that stand apart are composed
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        if let Some(name) = &self.explain {
            return explain(session, name);
        }
        let catalog = session.catalog()?;
        if self.fix {
            let request = self.change.request(session);
            let changed = catalog.fix(&self.ids, &request)?;
            return tell(session, &changed, request.dry_run);
        }
        let report = catalog.check(&self.ids)?;
        if session.json {
            session.ui.json(&report)?;
        } else {
            session.ui.findings(&report.findings, &report.sources)?;
            let (found, looked_at) = (report.findings.len(), report.records);
            let records = if looked_at == 1 { "record" } else { "records" };
            let findings = if found == 1 { "finding" } else { "findings" };
            session.ui.say(format!("{looked_at} {records}, {found} {findings}"));
        }
        let heavy = report.severity() >= Some(Severity::Warning);
        Ok(if heavy { Ended::Findings } else { Ended::Good })
    }
}

fn explain(session: &mut Session, name: &str) -> Outcome {
    let wanted = name.to_uppercase();
    let Some(code) = CODES.iter().find(|code| code.name == wanted) else {
        let known: Vec<&str> = CODES.iter().map(|code| code.name).collect();
        return Err(Problem::error(codes::CODE_UNKNOWN, format!("there is no code `{name}`"))
            .mend(format!("the codes are {}", known.join(", ")))
            .into());
    };
    if session.json {
        session.ui.json(&JsonCode::from(*code))?;
        return Ok(Ended::Good);
    }
    session.ui.line(Text::new().piece(Label::Heading, format!("{}: {}", code.name, code.title)))?;
    session.ui.line(code.explanation)?;
    Ok(Ended::Good)
}

/// A code as `--explain --json` prints it.
#[derive(serde::Serialize)]
struct JsonCode {
    code: &'static str,
    title: &'static str,
    explanation: &'static str,
}

impl From<&'static Code> for JsonCode {
    fn from(code: &'static Code) -> JsonCode {
        JsonCode { code: code.name, title: code.title, explanation: code.explanation }
    }
}
