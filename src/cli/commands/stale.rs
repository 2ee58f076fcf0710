//! `fonds stale`: citations that read differently than they did.

use super::citing::language;
use super::revisions::revision_head;
use crate::changes::sentence;
use crate::cli::Session;
use crate::cli::ui::{Ended, Failure, Label, Outcome, Text};
use crate::ops::{
    CiteRequest, ManuscriptLanguage, Stale, StaleFile, Staleness, Why, files, read_manuscript,
};
use crate::problem::{Exit, Problem, Severity};
use std::path::{Path, PathBuf};

/// Tell which citations in manuscripts and exported files read differently now
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A manuscript (Markdown, LaTeX, Typst) is compared with what the catalog said when the manuscript was last \
committed, or with --since: a cited record is stale when its citation reads differently. A file that fonds \
exported (BibTeX, BibLaTeX, CSL-JSON, CSV, TSV, JSON Lines, RIS, hayagriva and others) carries the version of \
each record and is compared with that; one without versions needs --since.

What changed is told field by field, with who changed it, when and why. Ids that are gone, and values of \
cited records that are deprecated or disputed, are told too.

With --json: a list of { file, since, cited, stale, renamed, contested, problems }; `stale` is a list of { key, \
record, why, before, after, changes, places }, `why` one of changed, gone, renamed, added, unknown; a change \
is as in `fonds diff`, with its `revision`.

Exit codes: 0 nothing is stale, 1 something is, 2 there is nothing to compare with, 3 a record cannot be \
read, 4 a file cannot be read.

Examples:
  fonds stale chapter.md
  fonds stale thesis.tex --since v1.0 --style bundesarchiv
  fonds stale references.bib
  fonds stale catalog.csv --json")]
pub(in crate::cli) struct Arguments {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Compare with this revision or day
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// The style of the citations; with it, citations from exported files are shown too
    #[arg(long, value_name = "STYLE", add = crate::cli::complete::styles())]
    style: Option<String>,
    /// The files are manuscripts in this language: markdown, latex or typst
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    from: Option<ManuscriptLanguage>,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let since = catalog.moment(self.since.as_deref())?;
        let request = CiteRequest { style: self.style.clone(), ..CiteRequest::default() };
        let mut answers = Vec::with_capacity(self.files.len());
        for path in &self.files {
            let file = self.read(path)?;
            answers.push(catalog.stale(&file, since, &request, self.style.is_some())?);
        }
        if session.json {
            session.ui.json(&answers)?;
        } else {
            for answer in &answers {
                let is_empty = answer.is_fresh()
                    && answer.renamed.is_empty()
                    && answer.contested.is_empty();
                if answers.len() > 1 && !is_empty {
                    session.ui.line(Text::new().piece(Label::Heading, &answer.file))?;
                }
                tell(session, answer)?;
            }
        }
        for answer in &answers {
            session.ui.problems(&answer.problems, &answer.sources);
        }
        let errors = answers.iter().flat_map(|answer| &answer.problems);
        let worst = errors.filter(|p| p.severity == Severity::Error).map(Problem::exit).max();
        match worst.filter(|exit| *exit > Exit::Findings) {
            Some(exit) => Err(Failure::Told(exit)),
            None if worst.is_some() || answers.iter().any(|answer| !answer.is_fresh()) => {
                Ok(Ended::Findings)
            }
            None => Ok(Ended::Good),
        }
    }

    fn read(&self, path: &Path) -> Result<StaleFile, Failure> {
        let name = path.to_string_lossy().into_owned();
        if self.from.is_some() || ManuscriptLanguage::of_file(&name).is_some() {
            return Ok(StaleFile::Manuscript(read_manuscript(path, self.from)?));
        }
        let text = files::read_text(path, files::LARGEST_INPUT)?;
        Ok(StaleFile::Exported { name, text })
    }
}

fn tell(session: &mut Session, answer: &Staleness) -> Result<(), Failure> {
    for stale in &answer.stale {
        tell_one(session, stale)?;
    }
    for each in &answer.renamed {
        let line = Text::new().piece(Label::Id, &each.key).plain(" is now ");
        let line = line.piece(Label::Id, &each.record);
        session.ui.line(line.plain("; its citation reads the same"))?;
    }
    for each in &answer.contested {
        let line = Text::new()
            .piece(Label::Id, &each.record)
            .plain("  ")
            .piece(Label::Field, &each.field)
            .plain(format!(" is {}: {}", each.standing.word(), each.value));
        let reason = each.reason.as_ref().map(|reason| format!(" ({reason})"));
        session.ui.line(line.plain(reason.unwrap_or_default()))?;
    }
    let records = if answer.cited == 1 { "record" } else { "records" };
    let since = answer.since.map(|since| format!(" since {}", since.short())).unwrap_or_default();
    session.ui.say(format!(
        "{}: {} of {} {records} cited read differently{since}",
        answer.file,
        answer.stale.len(),
        answer.cited
    ));
    Ok(())
}

fn tell_one(session: &mut Session, stale: &Stale) -> Result<(), Failure> {
    let mut head = Text::new().piece(Label::Id, &stale.key);
    let now = stale.record.as_ref().filter(|record| **record != stale.key);
    head = match (stale.why, now) {
        (Why::Gone, _) => head.plain(" is gone"),
        (_, Some(now)) => head.plain(" is now ").piece(Label::Id, now),
        (Why::Archive, None) => head.plain(": the entry of its archive changed"),
        (Why::Added, None) => head.plain(" was not there"),
        (Why::Unknown, None) => {
            head.plain(" is not what it was; its old text is not in this repository")
        }
        _ => head,
    };
    for place in &stale.places {
        head = head.plain("  ").piece(Label::Faint, place.to_string());
    }
    session.ui.line(head)?;
    for (sign, label, text) in
        [("-", Label::Old, &stale.before), ("+", Label::New, &stale.after)]
    {
        if let Some(text) = text.as_ref().filter(|_| stale.before != stale.after) {
            session
                .ui
                .line(Text::new().plain("  ").piece(label, format!("{sign} {}", text.trim_end())))?;
        }
    }
    let mut last = None;
    for change in &stale.changes {
        let revision = change.revision.as_ref();
        if last != Some(revision.map(|revision| revision.id)) {
            match revision {
                Some(revision) => {
                    for line in revision_head(revision) {
                        session.ui.line(Text::new().plain("  ").and(line))?;
                    }
                }
                None => session.ui.line(Text::new().piece(Label::Faint, "  not committed yet"))?,
            }
            last = Some(revision.map(|revision| revision.id));
        }
        session.ui.line(Text::new().plain(format!("    - {}", sentence(&change.change))))?;
    }
    Ok(())
}
