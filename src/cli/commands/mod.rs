//! The commands, one file each. A command is a module with `Arguments` (clap; its doc comment is
//! the help) and `Arguments::run`; a line in the list below makes it known.

mod change;
mod citing;
mod export_watch;

use super::Session;
use super::ui::Outcome;

mod revisions;

/// A file that is to be written. `-`, which is stdin where files are read, is none.
fn file_to_write(name: &str) -> Result<std::path::PathBuf, String> {
    match name {
        "-" => Err("`-` is no file that can be written; `./-` is one of that name".to_owned()),
        name => Ok(name.into()),
    }
}

macro_rules! commands {
    ($($module:ident $variant:ident,)*) => {
        $(mod $module;)*

        /// Every command with its arguments.
        #[allow(clippy::large_enum_variant, reason = "there is one, for as long as the program runs")]
        #[derive(Debug, clap::Subcommand)]
        pub(super) enum Command {
            $(#[allow(missing_docs)] $variant($module::Arguments),)*
        }

        impl Command {
            /// Runs the command.
            pub(super) fn run(self, session: &mut Session) -> Outcome {
                match self {
                    $(Command::$variant(arguments) => arguments.run(session),)*
                }
            }
        }
    };
}

// In the order in which `fonds --help` shows them: write, read, cite, audit, the rest.
commands! {
    init Init,
    add Add,
    edit Edit,
    set Set,
    rm Rm,
    rename Rename,
    undo Undo,
    restore Restore,
    merge Merge,
    import Import,
    list List,
    show Show,
    search Search,
    parse Parse,
    cite Cite,
    bib Bib,
    cited Cited,
    process Process,
    export Export,
    check Check,
    archives Archives,
    styles Styles,
    schema Schema,
    citeproc Citeproc,
    log Log,
    blame Blame,
    diff Diff,
    stale Stale,
    audit Audit,
    verify Verify,
    merge_driver MergeDriver,
    completions Completions,
    man Man,
}
