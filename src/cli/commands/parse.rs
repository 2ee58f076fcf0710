//! `fonds parse`: what a printed reference says.

use crate::cli::Session;
use crate::cli::ui::{Ended, Failure, Label, Outcome, Text};
use crate::ops::{self, Parsed};
use crate::problem::{Problem, codes};
use crate::record::Archives;
use std::io::{BufRead, IsTerminal};

/// Take printed references apart
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads references as archives, journals and document editions print them: any number of holdings, \
publications, credits, classification. Without REFERENCE, each line of standard input is one. \
Archives are those built in, and those in the folder `archives/` of the catalog.

With --json: one object for one REFERENCE, one object a line for several and for standard input. \
Its members are `text`, `holdings` (each with `archive`, `archive_as_printed`, `path` as a list of \
level and value, `place`, `copy`, `as_printed`), `publications`, `credits`, `classification`, \
`remarks`, `document`, `provider`, `url`, `not_understood` (each with `text`, `start`, `end`) and \
`problems`; what is empty is left out.

Exit codes: 0 all was understood, 1 something was not, 4 standard input could not be read.

Examples:
  fonds parse \"APRF, Fond 45, Opis 1, Delo 340, Listy 86-88\"
  fonds parse --json < references.txt")]
pub(in crate::cli) struct Arguments {
    /// The references
    #[arg(value_name = "REFERENCE")]
    references: Vec<String>,
}

/// The longest line that is read as a reference, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let archives = archives(session);
        let mut ended = Ended::Good;
        if self.references.is_empty() {
            if std::io::stdin().is_terminal() {
                session.ui.say("type references, one a line; Ctrl-D ends");
            }
            for_each_line(|line| {
                let parsed = ops::parse(line, &archives);
                ended = worse(ended, &parsed);
                tell(session, &archives, &parsed, true)
            })?;
            return Ok(ended);
        }
        let several = self.references.len() > 1;
        for reference in &self.references {
            let parsed = ops::parse(reference, &archives);
            ended = worse(ended, &parsed);
            tell(session, &archives, &parsed, several)?;
        }
        Ok(ended)
    }
}

/// The archives of the catalog around, or those built in when there is none.
pub(super) fn archives(session: &mut Session) -> Archives {
    match ops::Catalog::open(&session.start) {
        Ok(catalog) => {
            let (archives, problems) = catalog.archives_and_problems();
            session.ui.problems(&problems, &[]);
            archives
        }
        Err(_) => ops::built_in_archives(),
    }
}

fn worse(ended: Ended, parsed: &Parsed) -> Ended {
    if parsed.is_whole() { ended } else { Ended::Findings }
}

fn for_each_line(mut each: impl FnMut(&str) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut input = std::io::stdin().lock();
    loop {
        let mut line = Vec::new();
        let mut limited = std::io::Read::take(&mut input, LONGEST_LINE);
        let read = limited.read_until(b'\n', &mut line).map_err(|error| {
            Problem::error(codes::DISK, format!("standard input could not be read: {error}"))
        })?;
        if read == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if !line.is_empty() {
            each(line)?;
        }
    }
}

fn tell(session: &mut Session, archives: &Archives, parsed: &Parsed, several: bool) -> Result<(), Failure> {
    if session.json {
        match several {
            true => session.ui.json_line(parsed)?,
            false => session.ui.json(parsed)?,
        }
        return Ok(());
    }
    let reading = &parsed.reading;
    if several {
        session.ui.line(Text::new().piece(Label::Heading, &parsed.text))?;
    }
    for holding in &reading.holdings {
        let known = holding.archive.as_deref().and_then(|id| archives.get(id));
        let called = match known.and_then(|archive| archive.name("en")) {
            Some(name) => name.to_owned(),
            None if holding.archive_as_printed.is_empty() => "(no archive named)".to_owned(),
            None => holding.archive_as_printed.clone(),
        };
        session.ui.line(Text::new().plain("holding  ").piece(Label::Id, called))?;
        for step in holding.path.steps() {
            let level = format!("  {:<16} ", step.level.as_str());
            let title = step.title.as_ref().map(|title| format!("  ({title})")).unwrap_or_default();
            let text = Text::new().piece(Label::Field, level).plain(&step.value);
            session.ui.line(text.piece(Label::Faint, title))?;
        }
        for (name, value) in [("place", &holding.place), ("copy", &holding.copy.map(|copy| copy.to_string()))] {
            if let Some(value) = value {
                field(session, &format!("  {name}"), value)?;
            }
        }
    }
    for publication in &reading.publications {
        if let Some(printed) = &publication.as_printed {
            field(session, "publication", printed)?;
        }
    }
    let credits = &reading.credits;
    let document = &reading.document;
    let commissioned: Vec<String> = credits.commissioned_by.iter().cloned().collect();
    for (name, values) in [
        ("translated by", &credits.translators),
        ("translated for", &commissioned),
        ("contributed by", &credits.contributors),
        ("edited by", &credits.editors),
        ("classification", &reading.classification),
        ("remark", &reading.remarks),
    ] {
        for value in values {
            field(session, name, value)?;
        }
    }
    for (name, value) in [
        ("title", &document.title),
        ("document", &document.description),
        ("date", &document.date_as_printed),
        ("genre", &document.genre),
        ("provider", &reading.provider),
        ("url", &reading.url),
        ("short form", &reading.short_form),
    ] {
        if let Some(value) = value {
            field(session, name, value)?;
        }
    }
    session.ui.problems(&reading.problems, &[]);
    Ok(())
}

fn field(session: &mut Session, name: &str, value: &str) -> std::io::Result<()> {
    session.ui.line(Text::new().piece(Label::Field, format!("{name:<18} ")).plain(value))
}
