//! The one mouth of the program: data to stdout, talk to stderr.
//!
//! Whatever goes out is made safe for a terminal first. A reader that closes its pipe ends the
//! program quietly; any other failure to write is an error.

use super::escape::{escape_controls, escape_for_terminal, escape_json};
use super::problem_text::{self, Sources};
use crate::ops::Refusal;
use crate::problem::{Exit, Problem, Severity, codes};
use crate::record::Source;
use anstyle::{AnsiColor, Style};
use serde::Serialize;
use std::io::{self, BufWriter, IsTerminal, Write};

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    fn wanted(self, stream: &impl anstream::stream::RawStream) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                !matches!(anstream::AutoStream::choice(stream), anstream::ColorChoice::Never)
            }
        }
    }
}

/// How a command ended that did what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Good: exit code 0.
    Good,
    /// There are findings or differences: exit code 1.
    Findings,
}

/// Why a command could not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// Problems, to be shown.
    Refused(Refusal),
    /// Problems that have been shown already, beside an answer: only the exit code is left to give.
    Told(Exit),
    /// Whoever read stdout closed it; nothing needs to be said.
    Closed,
    /// Stdout could not be written.
    Output(io::Error),
}

/// What a command's `run` gives.
pub type Outcome = Result<Ended, Failure>;

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure::Refused(problem.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::Output(error),
        }
    }
}

/// What a piece of text is; how it looks is decided here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Nothing special.
    Plain,
    /// A heading.
    Heading,
    /// The id of a record or revision.
    Id,
    /// The name of a field.
    Field,
    /// A value that was, and is no more.
    Old,
    /// A value that is new.
    New,
    /// Of less importance.
    Faint,
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// All is well.
    Good,
}

impl Label {
    fn style(self) -> Style {
        match self {
            Label::Plain => Style::new(),
            Label::Heading => Style::new().bold(),
            Label::Id => AnsiColor::Yellow.on_default(),
            Label::Field => AnsiColor::Cyan.on_default(),
            Label::Old => AnsiColor::Red.on_default(),
            Label::New | Label::Good => AnsiColor::Green.on_default(),
            Label::Faint => Style::new().dimmed(),
            Label::Error => AnsiColor::BrightRed.on_default().bold(),
            Label::Warning => AnsiColor::Yellow.on_default().bold(),
        }
    }
}

/// Text in labelled pieces. Meaning is never in colour alone: without colours the pieces are
/// simply joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<(Label, String)>,
}

impl Text {
    /// Nothing yet.
    pub fn new() -> Text {
        Text::default()
    }

    /// Adds plain text.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Text {
        self.piece(Label::Plain, text)
    }

    /// Adds a labelled piece.
    #[must_use]
    pub fn piece(mut self, label: Label, text: impl Into<String>) -> Text {
        self.pieces.push((label, text.into()));
        self
    }

    /// Adds other text.
    #[must_use]
    pub fn and(mut self, other: Text) -> Text {
        self.pieces.extend(other.pieces);
        self
    }

    fn render(&self, color: bool) -> String {
        let mut out = String::new();
        for (label, text) in &self.pieces {
            let text = escape_for_terminal(text);
            let style = label.style();
            if color && style != Style::new() {
                out.push_str(&format!("{style}{text}{style:#}"));
            } else {
                out.push_str(&text);
            }
        }
        out
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::new().plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::new().plain(text)
    }
}

/// Stdout and stderr.
#[derive(Debug)]
pub struct Ui {
    stdout: BufWriter<io::Stdout>,
    stdout_is_terminal: bool,
    color: (bool, bool),
    quiet: bool,
}

impl Ui {
    /// Whether all talk but problems is silenced.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A mouth with colours as wanted; `quiet` silences all talk but problems.
    pub fn new(color: Color, quiet: bool) -> Ui {
        Ui {
            stdout_is_terminal: io::stdout().is_terminal(),
            color: (color.wanted(&io::stdout()), color.wanted(&io::stderr())),
            stdout: BufWriter::with_capacity(1 << 16, io::stdout()),
            quiet,
        }
    }

    /// Writes a line that a person reads to stdout.
    pub fn line(&mut self, text: impl Into<Text>) -> io::Result<()> {
        let text = text.into().render(self.color.0);
        self.stdout.write_all(text.as_bytes())?;
        self.stdout.write_all(b"\n")
    }

    /// Writes text that another program or a file may take (a citation, a template's result) to
    /// stdout, as it is: only control characters, and on a terminal reading directions, are
    /// escaped.
    pub fn data(&mut self, text: &str) -> io::Result<()> {
        let text =
            if self.stdout_is_terminal { escape_for_terminal(text) } else { escape_controls(text) };
        self.stdout.write_all(text.as_bytes())
    }

    /// Writes `value` to stdout as indented JSON with a line end.
    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
        self.stdout.write_all(escape_json(&json).as_bytes())?;
        self.stdout.write_all(b"\n")
    }

    /// Writes `value` to stdout as JSON on one line, for streams of values.
    pub fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.json_piece(value)?;
        self.stdout.write_all(b"\n")
    }

    /// Writes `value` to stdout as JSON on one line without its end, for lists written piece by
    /// piece.
    pub fn json_piece(&mut self, value: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string(value).map_err(io::Error::other)?;
        self.stdout.write_all(escape_json(&json).as_bytes())
    }

    /// A writer to stdout for formats of other programs (CSV, BibTeX). Into a pipe or a file the
    /// bytes go as they are; on a terminal they are escaped.
    pub fn stream(&mut self) -> Stream<'_> {
        Stream { ui: self, rest: Vec::new() }
    }

    /// Whether stdout is a terminal.
    pub fn stdout_is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// Says something on stderr, unless quiet.
    pub fn say(&mut self, text: impl Into<Text>) {
        if !self.quiet {
            self.speak(&text.into().render(self.color.1));
        }
    }

    /// Shows problems on stderr, each with its place, the line it is on when `sources` has the
    /// file, and its mend; then how many there are, when there are several.
    pub fn problems(&mut self, problems: &[Problem], sources: &[Source]) {
        let shown = problems.iter().filter(|p| !self.quiet || p.severity == Severity::Error);
        let sources = Sources::new(sources);
        let texts: Vec<String> =
            shown.map(|p| problem_text::render(p, &sources, self.color.1)).collect();
        for text in &texts {
            self.speak(text);
        }
        if texts.len() > 1 {
            self.speak(&problem_text::count(problems));
        }
    }

    /// Shows problems on stdout, for commands whose answer they are.
    pub fn findings(&mut self, problems: &[Problem], sources: &[Source]) -> io::Result<()> {
        let sources = Sources::new(sources);
        for problem in problems {
            self.data_line(&problem_text::render(problem, &sources, self.color.0))?;
        }
        Ok(())
    }

    /// The same, with those that say the same of several places drawn together: who has 40,000 records from
    /// one archive that is not known reads so once.
    pub fn gathered_findings(
        &mut self,
        problems: &[Problem],
        sources: &[Source],
    ) -> io::Result<()> {
        let sources = Sources::new(sources);
        for gathered in problem_text::gather(problems) {
            self.data_line(&gathered.render(&sources, self.color.0))?;
        }
        Ok(())
    }

    fn data_line(&mut self, text: &str) -> io::Result<()> {
        self.stdout.write_all(text.as_bytes())?;
        self.stdout.write_all(b"\n")
    }

    /// Sends on what is still held back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }

    /// The talk of clap: help goes to stdout as it is, complaints (which quote the arguments) to
    /// stderr, escaped.
    pub(super) fn clap(&mut self, error: &clap::Error) -> io::Result<()> {
        let text = error.render();
        if error.use_stderr() {
            self.speak(escape_for_terminal(text.to_string().trim_end()).as_ref());
            Ok(())
        } else if self.color.0 {
            write!(self.stdout, "{}", text.ansi())
        } else {
            write!(self.stdout, "{text}")
        }
    }

    /// Ends the program: flushes, shows what went wrong, gives the exit code.
    pub(super) fn end(mut self, outcome: Outcome) -> u8 {
        let outcome = match (self.flush().map_err(Failure::from), outcome) {
            // Whoever closed the pipe has seen enough; what was refused was refused all the same.
            (Ok(()) | Err(Failure::Closed), outcome @ Err(_)) | (Ok(()), outcome) => outcome,
            (Err(failure), Err(Failure::Refused(refusal))) => {
                self.problems(&refusal.problems, &refusal.sources);
                Err(failure)
            }
            (Err(failure), _) => Err(failure),
        };
        let code = match outcome {
            Ok(Ended::Good) | Err(Failure::Closed) => 0,
            Ok(Ended::Findings) => Exit::Findings as u8,
            Err(Failure::Told(exit)) => exit as u8,
            Err(Failure::Refused(refusal)) => {
                let code = refusal.exit() as u8;
                self.problems(&refusal.problems, &refusal.sources);
                code
            }
            Err(Failure::Output(error)) => {
                let problem =
                    Problem::error(codes::OUTPUT, format!("could not write to stdout: {error}"));
                let code = problem.exit() as u8;
                self.problems(&[problem], &[]);
                code
            }
        };
        // What could not be written must not be tried again when the buffer is dropped.
        let _ = self.stdout.into_parts();
        code
    }

    /// Nothing can be done when stderr itself fails.
    fn speak(&mut self, line: &str) {
        let _ = self.stdout.flush();
        let _ = writeln!(io::stderr(), "{line}");
    }
}

/// A writer to stdout; see [`Ui::stream`].
#[derive(Debug)]
pub struct Stream<'ui> {
    ui: &'ui mut Ui,
    /// The first bytes of a character that is not whole yet.
    rest: Vec<u8>,
}

impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.ui.stdout_is_terminal {
            return self.ui.stdout.write(bytes);
        }
        self.rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.rest) {
            Ok(_) => self.rest.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => self.rest.len(),
        };
        let text = String::from_utf8_lossy(&self.rest[..whole]).into_owned();
        self.rest.drain(..whole);
        self.ui.stdout.write_all(escape_for_terminal(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.ui.stdout.flush()
    }
}
