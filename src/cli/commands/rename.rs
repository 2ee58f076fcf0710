//! `fonds rename`: another id for a record.

use super::change::{ChangeOptions, ReuseOption, tell};
use super::citing::language;
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::{Changed, ManuscriptLanguage, Recited, Result, files, read_manuscript, recite};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Give a record another id; the old one still finds it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The old id stays as an alias: whoever cites the record by it, and relations of other records that \
name it, still find the record.

With --rewrite the manuscripts named (Markdown, LaTeX, Typst) cite it by the new id from now on; \
nothing else in them is touched. They are read before the record is renamed, and written after it.

With --json: as for every change, and `rewritten`: a list of { file, replaced: [{ key, line, column }] }.

Exit codes: 0 good, 2 there is no such record, or the new id is taken, 3 the new id is none, 4 it \
cannot be written.

Examples:
  fonds rename 1951-08-27-mao-stalin 1951-08-27-mao-filippov -m 'by the name in the document'
  fonds rename 1951-08-27-mao-stalin 1951-08-27-mao-filippov --rewrite chapters/*.md --dry-run")]
pub(in crate::cli) struct Arguments {
    /// The record
    #[arg(value_name = "OLD", add = crate::cli::complete::ids())]
    old: String,
    /// Its new id
    #[arg(value_name = "NEW")]
    new: String,
    /// Put the new id in the place of the old ones in these manuscripts
    #[arg(long, value_name = "FILE", num_args = 1.., value_parser = super::file_to_write)]
    rewrite: Vec<PathBuf>,
    /// The language the manuscripts are written in, when their names do not tell: markdown, latex
    /// or typst
    #[arg(long, value_name = "LANGUAGE", value_parser = language, requires = "rewrite")]
    from: Option<ManuscriptLanguage>,
    #[command(flatten)]
    reuse: ReuseOption,
    #[command(flatten)]
    change: ChangeOptions,
}

/// What is answered as JSON.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    changed: &'a Changed,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rewritten: Vec<&'a Recited>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request_with(session, &self.reuse);
        let manuscripts = self.recited(&catalog)?;
        let changed = catalog.rename(&self.old, &self.new, &request)?;
        if !request.dry_run {
            for (path, recited) in &manuscripts {
                files::write(path, recited.text.as_bytes())?;
            }
        }
        if session.json {
            session.ui.problems(&changed.remarks, &changed.sources);
            let rewritten = manuscripts.iter().map(|(_, recited)| recited).collect();
            session.ui.json(&Answer { changed: &changed, rewritten })?;
            return Ok(Ended::Good);
        }
        for (_, recited) in &manuscripts {
            for key in &recited.replaced {
                let place = format!("{}:{}:{}", recited.file, key.line, key.column);
                let line = Text::new().piece(Label::Faint, place).plain("  ");
                let line = line.piece(Label::Old, &key.key).plain(" → ");
                session.ui.line(line.piece(Label::New, &self.new))?;
            }
        }
        tell(session, &changed, request.dry_run)
    }

    /// The manuscripts in which something is replaced, as they will be.
    fn recited(&self, catalog: &crate::ops::Catalog) -> Result<Vec<(&Path, Recited)>> {
        if self.rewrite.is_empty() {
            return Ok(Vec::new());
        }
        let new = self.new.parse()?;
        let ids = catalog.ids_of(&self.old)?;
        let mut all = Vec::new();
        for path in &self.rewrite {
            let recited = recite(&read_manuscript(path, self.from)?, &ids, &new);
            if !recited.replaced.is_empty() {
                all.push((path.as_path(), recited));
            }
        }
        Ok(all)
    }
}
