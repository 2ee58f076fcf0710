//! What is wrong, where, and how to mend it. Everything that can go wrong in fonds is one
//! [`Problem`]; readers gather them instead of stopping at the first.

mod code;
mod place;

pub use code::{CODES, Code, Exit, codes};
pub use place::{Place, line_and_column};

use std::fmt;

/// How much a problem weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Probably wrong, or something a person has to decide.
    Warning,
    /// Wrong: the value or the request could not be used.
    Error,
}

impl Severity {
    /// The word printed before the message: `note`, `warning` or `error`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One thing that is wrong: what, where, how to mend it.
///
/// Messages start in lower case, end without a full stop, and set literals in backticks.
///
/// ```
/// use fonds::problem::{Problem, Place, codes};
/// let problem = Problem::error(codes::DATE, "date is not understood: `Circa 1843?`")
///     .at(Place::file("records/smith.toml").line_column(7, 8).field("date.sent"))
///     .mend("write `1843~` for about 1843");
/// assert_eq!(problem.code.name, "R104");
/// assert_eq!(problem.to_string(),
///     "error[R104]: date is not understood: `Circa 1843?` (records/smith.toml:7:8)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind of problem, stable between versions.
    pub code: &'static Code,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence: what is wrong.
    pub message: String,
    /// Where it is, as far as that is known.
    pub place: Place,
    /// How to mend it, as an instruction.
    pub mend: Option<String>,
}

impl Problem {
    /// An error of the kind `code`.
    pub fn error(code: &'static Code, message: impl Into<String>) -> Problem {
        Problem {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: Place::default(),
            mend: None,
        }
    }

    /// A warning of the kind `code`.
    pub fn warning(code: &'static Code, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Warning, ..Problem::error(code, message) }
    }

    /// A note of the kind `code`.
    pub fn note(code: &'static Code, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Note, ..Problem::error(code, message) }
    }

    /// The same problem at `place`.
    #[must_use]
    pub fn at(mut self, place: Place) -> Problem {
        self.place = place;
        self
    }

    /// The same problem with a way to mend it.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Problem {
        self.mend = Some(mend.into());
        self
    }

    /// The exit code of a program that ends because of this problem.
    pub fn exit(&self) -> Exit {
        self.code.exit
    }

    /// Whether the machine failed, or another program was in the way: it says nothing about what was to be
    /// read, so that no answer may rest on it.
    pub fn is_of_the_machine(&self) -> bool {
        self.exit() == Exit::Io
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.word(), self.code.name, self.message)?;
        if !self.place.is_unknown() {
            write!(f, " ({})", self.place)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// The result of an operation that fails with one problem.
pub type Result<T, E = Problem> = std::result::Result<T, E>;
