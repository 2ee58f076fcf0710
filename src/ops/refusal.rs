//! Why a request was not carried out.

use crate::problem::{Exit, Problem, Severity};
use crate::record::Source;

/// The problems because of which a request was not carried out, with the texts they point into.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// What is wrong: at least one is an error.
    pub problems: Vec<Problem>,
    /// The texts that the problems' places are in, as far as they are at hand.
    pub sources: Vec<Source>,
}

/// The result of a request.
pub type Result<T, E = Refusal> = std::result::Result<T, E>;

impl Refusal {
    /// A refusal because of `problems` in `source`.
    pub fn in_source(problems: Vec<Problem>, source: Source) -> Refusal {
        Refusal { problems, sources: vec![source] }
    }

    /// The exit code of a program that ends because of it: that of the heaviest problem, the
    /// highest code among equals.
    pub fn exit(&self) -> Exit {
        let heaviest = self.problems.iter().map(|p| p.severity).max().unwrap_or(Severity::Error);
        self.problems
            .iter()
            .filter(|p| p.severity == heaviest)
            .map(Problem::exit)
            .max()
            .unwrap_or(Exit::Data)
    }
}

impl Refusal {
    /// Whether the machine failed (see [`Problem::is_of_the_machine`]).
    pub fn is_of_the_machine(&self) -> bool {
        self.problems.iter().any(Problem::is_of_the_machine)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Refusal {
        Refusal { problems: vec![problem], sources: Vec::new() }
    }
}

impl From<Vec<Problem>> for Refusal {
    fn from(problems: Vec<Problem>) -> Refusal {
        Refusal { problems, sources: Vec::new() }
    }
}
