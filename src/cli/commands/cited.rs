//! `fonds cited`: what manuscripts cite.

use super::citing::{ended, language};
use crate::cli::Session;
use crate::cli::ui::{Label, Outcome, Text};
use crate::ops::{CitedPlace, ManuscriptLanguage, Result, read_manuscript};
use std::path::PathBuf;

/// List the records that manuscripts cite
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Citations are found as the language itself sees them: not in code, comments, raw HTML or addresses of \
e-mail. Markdown: pandoc's [@id, fol. 86], @id [fol. 3], nocite. LaTeX: \\cite, \\autocite, \\footcite, \
\\textcite, \\cites and the like. Typst: @id[fol. 3], #cite(<id>). An id, an earlier id of the record, or an \
id by which others know it (the key of a reference manager) will do.

The records stand in the order in which they are first cited, each with the number of citations and \
their places. Keys that mean no record are told on stderr, or listed with --unknown.

With --json: `cited` (a list of { id, keys, count, places }), `unknown` (a list of { key, near, places }) \
and `everything`; a place is { file, line, column, locator }.

Exit codes: 0 good, 1 a key means no record, 2 a file's language is not known, 3 a record cannot be read, 4 \
a file cannot be read.

Examples:
  fonds cited chapter.md
  fonds cited *.tex --unknown
  fonds export cited-in:chapter.md --to csl-json")]
pub(in crate::cli) struct Arguments {
    /// The manuscripts; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The language they are written in, when their names do not tell: markdown, latex or typst
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    from: Option<ManuscriptLanguage>,
    /// List the keys that mean no record instead
    #[arg(long)]
    unknown: bool,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let files: Result<Vec<_>> =
            self.files.iter().map(|path| read_manuscript(path, self.from)).collect();
        let answer = catalog.cited(&files?)?;
        if session.json {
            session.ui.json(&answer)?;
        } else if self.unknown {
            for key in &answer.unknown {
                let near = key.near.as_ref().map(|near| format!("  did you mean {near}?"));
                let line = Text::new().piece(Label::Id, &key.key).plain("  ");
                let line = line.piece(Label::Faint, joined(&key.places));
                session.ui.line(line.plain(near.unwrap_or_default()))?;
            }
        } else {
            for record in &answer.cited {
                let line = Text::new().piece(Label::Id, &record.id);
                let line = line.plain(format!("  {}  ", record.count));
                session.ui.line(line.piece(Label::Faint, joined(&record.places)))?;
            }
        }
        if !self.unknown || session.json {
            session.ui.problems(&answer.problems, &answer.sources);
        }
        ended(&answer.problems)
    }
}

fn joined(places: &[CitedPlace]) -> String {
    places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
