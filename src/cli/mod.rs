//! Arguments in; stdout, stderr and an exit code out.
//!
//! One file per command in `commands/`: its arguments, its help, and a `run` that calls one thing
//! in [`crate::ops`] and tells the answer. [`ui`] is the one mouth. Clock and environment are read
//! here and nowhere below.
//!
//! Exit codes: 0 good, 1 findings or differences, 2 wrong use, 3 bad data, 4 input, output or a
//! lock failed, 5 integrity.

mod commands;
mod complete;
mod editor;
pub mod escape;
mod problem_text;
mod session;
pub mod ui;
mod watch;

use clap::{CommandFactory, Parser};
use commands::Command;
pub use session::Session;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use ui::{Color, Ui};

/// Cites and audits archival documents kept as plain text records in a Git repository.
#[derive(Debug, Parser)]
#[command(
    name = "fonds",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Exit codes: 0 good, 1 findings or differences, 2 wrong use, 3 bad data, \
                  4 input, output or a lock failed, 5 integrity."
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options that every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options for every command")]
pub struct Global {
    /// Look for the catalog in DIR and the folders above it, instead of here
    #[arg(short = 'C', long = "catalog", value_name = "DIR", global = true)]
    catalog: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long, global = true)]
    json: bool,
    /// Use colours
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", global = true)]
    color: Color,
    /// Say nothing but errors on stderr
    #[arg(short, long, global = true)]
    quiet: bool,
}

/// The command line as clap knows it: for completions and manual pages.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    clap_complete::CompleteEnv::with_factory(command).complete();
    ExitCode::from(run(std::env::args_os()))
}

/// Runs the program with `arguments` (the first is the program's name); gives the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let mut ui = Ui::new(Color::Auto, false);
            let said = ui.clap(&error);
            let code = error.exit_code();
            let ended = ui.end(said.map(|()| ui::Ended::Good).map_err(Into::into));
            return if ended == 0 { u8::try_from(code).unwrap_or(2) } else { ended };
        }
    };
    let mut session = Session::new(&arguments.global);
    let outcome = arguments.command.run(&mut session);
    session.ui.end(outcome)
}
