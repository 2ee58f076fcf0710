//! Arguments in; stdout, stderr and an exit code out. The one mouth of the program.

use std::process::ExitCode;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
