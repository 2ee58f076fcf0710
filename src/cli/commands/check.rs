//! `fonds check`: what is wrong with records, or strange about them.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::Report;
use crate::problem::{CODES, Code, Problem, Severity, codes};

/// Look for what is wrong with records, or strange about them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each finding has a code that stays the same, a place, and a way to mend it. A finding may be a question: \
two archives may well give different references, and fonds corrects nothing by itself. Whoever has looked \
into it says so in the record's `evidence` or `alternative`, and the question is not asked again. What is to \
be said of several places alike is said once, with the first of them; --each and --json have each by itself.

With --json: { records, findings: [{ code, severity, message, mend, file, line, column, field }] }.

Exit codes: 0 nothing found, or notes only; 1 there are findings; 2 wrong use.

Examples:
  fonds check
  fonds check 1951-08-27-mao-stalin
  fonds check --where 'archive:aprf date:1951'
  fonds check --only C001,C004
  fonds check --explain C001
  fonds check --fix --dry-run")]
pub(in crate::cli) struct Arguments {
    /// The records; all when none is named
    #[arg(value_name = "ID", add = crate::cli::complete::ids())]
    ids: Vec<String>,
    /// Only the records that this query selects
    #[arg(long = "where", value_name = "QUERY", id = "filter", conflicts_with_all = ["ids", "fix", "fix_names"])]
    filter: Option<String>,
    /// Only findings with these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', conflicts_with = "fix")]
    only: Vec<String>,
    /// Show each finding by itself, also those that say the same of several places
    #[arg(long)]
    each: bool,
    /// Tell what a code means, and what to do
    #[arg(long, value_name = "CODE", conflicts_with_all = ["ids", "fix"])]
    explain: Option<String>,
    /// Mend what can be mended without a doubt: letters and accents that stand apart are composed
    #[arg(long)]
    fix: bool,
    /// Part the names of people that stand as one text, where their words can mean nothing else
    #[arg(long, conflicts_with = "fix")]
    fix_names: bool,
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
        if self.fix_names {
            let request = self.change.request(session);
            let changed = catalog.part_names(&self.ids, &request)?;
            return tell(session, &changed, request.dry_run);
        }
        let codes = self.only.iter().map(|name| code(name)).collect::<Result<Vec<_>, _>>()?;
        let mut report = match &self.filter {
            Some(filter) => catalog.check_selected(&session.query(filter)?)?,
            None => catalog.check(&self.ids)?,
        };
        if !codes.is_empty() {
            report.findings.retain(|finding| codes.contains(&finding.code));
        }
        if session.json {
            session.ui.json(&report)?;
        } else {
            match self.each {
                true => session.ui.findings(&report.findings, &report.sources)?,
                false => session.ui.gathered_findings(&report.findings, &report.sources)?,
            }
            session.ui.say(summary(&report));
        }
        let heavy = report.severity() >= Some(Severity::Warning);
        Ok(if heavy { Ended::Findings } else { Ended::Good })
    }
}

/// How much was looked at and found: `99 records, 45 findings: 43 A102, 2 C001`.
fn summary(report: &Report) -> String {
    let (found, looked_at) = (report.findings.len(), report.records);
    let records = if looked_at == 1 { "record" } else { "records" };
    let findings = if found == 1 { "finding" } else { "findings" };
    let mut text = format!("{looked_at} {records}, {found} {findings}");
    let numbers = report.count();
    if numbers.len() > 1 {
        let numbers: Vec<_> = numbers.iter().map(|(code, n)| format!("{n} {code}")).collect();
        text.push_str(&format!(": {}", numbers.join(", ")));
    }
    text
}

/// The code called `name`, in capitals or not.
fn code(name: &str) -> Result<&'static Code, Problem> {
    let wanted = name.trim().to_uppercase();
    CODES.iter().copied().find(|code| code.name == wanted).ok_or_else(|| {
        let known: Vec<&str> = CODES.iter().map(|code| code.name).collect();
        Problem::error(codes::CODE_UNKNOWN, format!("there is no code `{name}`"))
            .mend(format!("the codes are {}", known.join(", ")))
    })
}

fn explain(session: &mut Session, name: &str) -> Outcome {
    let code = code(name)?;
    if session.json {
        session.ui.json(&JsonCode::from(code))?;
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
