//! The `fonds` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    fonds::cli::main()
}
