//! `fonds audit`: every change between two moments, with who, when, why and on what evidence.

use super::revisions::{change_line, finding_lines, revision_head};
use crate::changes::{
    Filter, ReportEntry, ReportFormat, ReportHead, field_words, report, value_words,
};
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::{AuditEntry, Catalog, Refusal, Unproved, Unwatched, Watch, files};
use crate::problem::{Problem, Severity};
use crate::record::Revision;
use std::path::PathBuf;

/// Report what happened to the catalog
#[derive(Debug, clap::Args)]
#[command(after_help = "\
REV..REV are the revisions that led to the second and not to the first; REV alone those since then; \
nothing, all. Days will do for revisions. A merge is credited only with what none of its sides had.

--where takes terms, all of which must hold; `-` before one means that it must not:
  record:ID  field:NAME  archive:NAME  kind:WORD  value:TEXT
  author:TEXT  reason:TEXT|none  evidence:TEXT|none  since:DAY  until:DAY

--report writes one self-contained page or table of the same: for an editorial board, a committee, a \
spreadsheet. --contested lists the values that stand beside others today (superseded, deprecated, \
disputed, alternatives) with their reasons; --without-evidence those for which nobody gave evidence, \
neither in the record nor with the revision that set them.

With --json: one line for each revision, { revision, changes, findings }. Exit codes: 0, and 1 when \
there are findings (a change without a reason, a version that cannot be read, an id that leads \
nowhere any more).

Examples:
  fonds audit HEAD~20..
  fonds audit --where 'archive:APRF field:delo since:2026-01'
  fonds audit v1..v2 --where evidence:none --json
  fonds audit v1..v2 --report html -o audit.html
  fonds audit --contested
  fonds audit --without-evidence")]
pub(in crate::cli) struct Arguments {
    /// The revisions
    #[arg(value_name = "REV..REV")]
    range: Option<String>,
    /// Only what fulfils these terms
    #[arg(long = "where", value_name = "TERMS", allow_hyphen_values = true)]
    terms: Vec<String>,
    /// Write a report in this form
    #[arg(long, value_name = "FORM", value_enum, conflicts_with = "json")]
    report: Option<Form>,
    /// The file for the report, instead of stdout
    #[arg(short, long, value_name = "FILE", requires = "report", value_parser = super::file_to_write)]
    output: Option<PathBuf>,
    /// The title of the report
    #[arg(long, value_name = "TEXT", requires = "report")]
    title: Option<String>,
    /// List the values that are superseded, deprecated or disputed
    #[arg(long, conflicts_with_all = ["terms", "report"])]
    contested: bool,
    /// List the values of all records for which nobody gave evidence
    #[arg(long, conflicts_with_all = ["terms", "report", "contested"])]
    without_evidence: bool,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// One page that needs nothing else
    Html,
    /// One row for each change
    Csv,
    /// One object
    Json,
    /// Text for a repository or a letter
    Markdown,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        if self.contested {
            return self.tell_contested(session, &catalog);
        }
        if self.without_evidence {
            return self.tell_unproved(session, &catalog);
        }
        let mut filter = Filter::default();
        for terms in &self.terms {
            filter = filter.and(session.filter(terms)?);
        }
        let audit = catalog.audit(self.range.as_deref(), filter)?;
        session.ui.problems(&audit.remarks, &[]);
        if let Some(form) = self.report {
            let head = audit.head.clone();
            let entries: Vec<AuditEntry> = audit.collect::<Result<_, _>>()?;
            let head = self.report_head(&catalog, &head, &entries);
            return self.write_report(session, form, &head, &entries);
        }
        let lost = audit.remarks.iter().filter(|problem| problem.severity == Severity::Error).count();
        let (mut revisions, mut changes, mut findings) = (0_usize, 0_usize, lost);
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
            let many = |count: usize, what: &str| match count {
                1 => format!("1 {what}"),
                count => format!("{count} {what}s"),
            };
            session.ui.say(format!(
                "{} in {}, {}",
                many(changes, "change"),
                many(revisions, "revision"),
                many(findings, "finding")
            ));
        }
        Ok(if findings > 0 { Ended::Findings } else { Ended::Good })
    }

    /// What the report is about: without the day on which it is made, so that the same history gives the
    /// same bytes.
    fn report_head(
        &self,
        catalog: &Catalog,
        head: &Revision,
        entries: &[AuditEntry],
    ) -> ReportHead {
        let title = self.title.clone().unwrap_or_else(|| match &self.range {
            Some(range) => format!("Audit of {range}"),
            None => "Audit of the catalog".to_owned(),
        });
        let name = catalog.settings.title.as_ref().map(|name| format!(" “{name}”"));
        let mut about = vec![format!(
            "The catalog{}, up to its revision {} of {}.",
            name.unwrap_or_default(),
            head.id.short(),
            head.committed.date()
        )];
        if !self.terms.is_empty() {
            about.push(format!("Only changes that fulfil these terms: {}.", self.terms.join(" ")));
        }
        ReportHead { title, about, titles: catalog.titles(entries, head.id) }
    }

    fn write_report(
        &self,
        session: &mut Session,
        form: Form,
        head: &ReportHead,
        entries: &[AuditEntry],
    ) -> Outcome {
        let told: Vec<ReportEntry<'_>> = entries
            .iter()
            .map(|entry| ReportEntry {
                revision: &entry.revision,
                changes: &entry.changes,
                findings: &entry.findings,
            })
            .collect();
        let format = match form {
            Form::Html => ReportFormat::Html,
            Form::Csv => ReportFormat::Csv,
            Form::Json => ReportFormat::Json,
            Form::Markdown => ReportFormat::Markdown,
        };
        let text = report(head, &told, format)?;
        match &self.output {
            Some(path) => {
                files::write(path, text.as_bytes())?;
                session.ui.say(format!("wrote {}", path.display()));
            }
            None => session.ui.data(&text)?,
        }
        Ok(Ended::Good)
    }

    fn tell_unproved(&self, session: &mut Session, catalog: &Catalog) -> Outcome {
        let at = catalog.moment(self.range.as_deref())?;
        // Where the answer goes by, nobody needs a bar beside it.
        let watcher: Box<dyn Watch> = match session.ui.stdout_is_terminal() {
            true => Box::new(Unwatched),
            false => Box::new(session.watcher()),
        };
        let (mut is_any, mut closed) = (false, None);
        let told = catalog.without_evidence(at, &*watcher, |unproved| {
            is_any = true;
            tell_one_unproved(session, &unproved).map_err(|error| {
                closed = Some(error);
                Refusal::from(Vec::new())
            })
        });
        drop(watcher);
        // What could not be written is no fault of the catalog.
        if let Some(error) = closed {
            return Err(error.into());
        }
        session.ui.problems(&told?, &[]);
        Ok(if is_any { Ended::Findings } else { Ended::Good })
    }

    fn tell_contested(&self, session: &mut Session, catalog: &Catalog) -> Outcome {
        let at = catalog.moment(self.range.as_deref())?;
        let (found, problems) = catalog.contested(at)?;
        session.ui.problems(&problems, &[]);
        for contested in &found {
            if session.json {
                session.ui.json_line(contested)?;
                continue;
            }
            let mut line = Text::new()
                .piece(Label::Id, &contested.record)
                .plain(" ")
                .piece(Label::Field, &contested.field)
                .plain(format!(" {}: {}", contested.standing.word(), contested.value));
            for said in [&contested.reason, &contested.source].into_iter().flatten() {
                line = line.piece(Label::Faint, format!("; {said}"));
            }
            session.ui.line(line)?;
        }
        Ok(if found.is_empty() { Ended::Good } else { Ended::Findings })
    }
}

fn tell_one_unproved(session: &mut Session, unproved: &Unproved) -> std::io::Result<()> {
    if session.json {
        return session.ui.json_line(unproved);
    }
    for blamed in &unproved.fields {
        let by = blamed.revisions.first().map_or_else(String::new, |revision| {
            let (id, name) = (revision.id.short(), &revision.author.name);
            format!("  ({id} {} {name})", revision.moment.date())
        });
        session.ui.line(
            Text::new()
                .piece(Label::Id, &unproved.record)
                .plain(" ")
                .piece(Label::Field, field_words(&blamed.field))
                .plain(format!(": {}", value_words(&blamed.value)))
                .piece(Label::Faint, by),
        )?;
    }
    Ok(())
}
