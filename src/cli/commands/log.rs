//! `fonds log`: the history of a record or of a field.

use super::revisions::{change_line, finding_lines, revision_head};
use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::ops::Catalog;
use crate::record::RevisionId;

/// Show the history of a record, a holding or a field
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The newest change stands first. The record is followed through new ids and places, and a holding or \
another part through its ids; what was edited by hand and committed with git counts like everything \
else. A merge is shown only when it changed something that none of its sides had.

With --json: { record, field, entries: [{ revision, changes, findings }], problems }; docs/auditing.md \
describes each.

--prov writes the history of the record as statements of W3C PROV: versions and values are entities, \
revisions are activities, authors, committers and translators are agents.

Exit codes: 0 good, 2 there is no such record, field or revision.

Examples:
  fonds log 1951-08-27-mao-stalin
  fonds log 1951-08-27-mao-stalin.holding.aprf
  fonds log 1951-08-27-mao-stalin.holding.aprf.path.delo --json
  fonds log 1951-08-27-mao-stalin --prov turtle")]
pub(in crate::cli) struct Arguments {
    /// The record, or a field of it
    #[arg(value_name = "ID[.FIELD]", add = crate::cli::complete::ids())]
    target: String,
    /// Look from this revision, or from that day, instead of from now
    #[arg(long, value_name = "REV|DATE")]
    at: Option<String>,
    /// Write the history as W3C PROV: PROV-O in Turtle, or PROV-JSON
    #[arg(long, value_name = "FORM", value_parser = ["turtle", "json"], conflicts_with = "json")]
    prov: Option<String>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let at = catalog.moment(self.at.as_deref())?;
        if let Some(form) = &self.prov {
            return tell_prov(session, &catalog, &self.target, at, form);
        }
        let log = catalog.log(&self.target, at)?;
        if session.json {
            session.ui.json(&log)?;
            return Ok(Ended::Good);
        }
        session.ui.problems(&log.remarks, &[]);
        for (number, entry) in log.entries.iter().enumerate() {
            if number > 0 {
                session.ui.line("")?;
            }
            for line in revision_head(&entry.revision) {
                session.ui.line(line)?;
            }
            for change in entry.changes.iter().filter(|change| !change.is_silent()) {
                session.ui.line(change_line(change))?;
            }
            for line in finding_lines(&entry.findings) {
                session.ui.line(line)?;
            }
        }
        if log.entries.is_empty() {
            session.ui.say(match &log.field {
                Some(field) => format!("`{}` never had a field `{field}`", log.record),
                None => format!("nothing is known of the past of `{}`", log.record),
            });
        }
        Ok(Ended::Good)
    }
}

fn tell_prov(
    session: &mut Session,
    catalog: &Catalog,
    id: &str,
    at: Option<RevisionId>,
    form: &str,
) -> Outcome {
    let (document, remarks) = catalog.prov(id, at)?;
    session.ui.problems(&remarks, &[]);
    let text = match form {
        "json" => document.to_json(),
        _ => document.to_turtle()?,
    };
    session.ui.data(&text)?;
    Ok(Ended::Good)
}
