//! `fonds show`: one record, or several.

use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::ops::id_in_path;
use crate::record::Record;
use serde::Serialize;

/// Show records as their files have them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An id that the record had before will do. With --json: the record as fonds understands it, with the \
ids of its holdings, translations and other parts filled in; a list when several are asked for.

Exit codes: 0 good, 2 there is no such record or revision, 3 the record cannot be read.

Examples:
  fonds show 1951-08-27-mao-stalin
  fonds show 1951-08-27-mao-stalin --at HEAD~3 --json")]
pub(in crate::cli) struct Arguments {
    /// The records
    #[arg(value_name = "ID", required = true, add = crate::cli::complete::ids())]
    ids: Vec<String>,
    /// Show them as they were at this revision
    #[arg(long, value_name = "REV")]
    at: Option<String>,
}

/// The answer with `--json`.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    One(&'a Record),
    Several(Vec<&'a Record>),
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let at = catalog.moment(self.at.as_deref())?;
        if !session.json {
            // The text is shown even when it is no good record: that is when it is wanted most.
            for (number, id) in self.ids.iter().enumerate() {
                let file = catalog.file_of(id, at)?;
                if let Some(now) = id_in_path(&file.path).filter(|now| now.as_str() != id) {
                    session.ui.say(format!("`{id}` is now called `{now}`"));
                }
                if number > 0 {
                    session.ui.line("")?;
                }
                let text = String::from_utf8_lossy(&file.bytes);
                session.ui.data(text.trim_start_matches('\u{feff}').replace("\r\n", "\n").as_str())?;
                if !text.ends_with('\n') {
                    session.ui.line("")?;
                }
            }
            return Ok(Ended::Good);
        }
        let mut open = Vec::new();
        for id in &self.ids {
            let record = catalog.record(id, at)?;
            session.ui.problems(&record.warnings, std::slice::from_ref(&record.draft.source));
            open.push(record.record);
        }
        let answer = match &open[..] {
            [one] => Answer::One(one),
            several => Answer::Several(several.iter().collect()),
        };
        session.ui.json(&answer)?;
        Ok(Ended::Good)
    }
}
