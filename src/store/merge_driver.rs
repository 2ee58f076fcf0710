//! Telling Git how records are merged: in the configuration of the repository, which is no part of
//! what is cloned.

use super::catalog::Catalog;
use super::repository::git_problem;
use crate::problem::{Problem, Result, codes};
use std::path::Path;

/// What the driver does, for people.
const NAME: &str = "records, field by field";
/// What the driver is given: base, ours, theirs, the size of conflict marks, the path.
const ARGUMENTS: &str = "merge-driver %O %A %B %L %P";

impl Catalog {
    /// Makes the program the merge driver `fonds` of this clone. `None` when it is that already; a
    /// driver of this name that somebody else set stays, and is told.
    pub fn enable_merge_driver(&self) -> Result<Option<Problem>> {
        let repository = self.repository()?;
        let failed = |error: git2::Error| git_problem("configure the merge driver", &error);
        let config = repository.git.config().map_err(failed)?;
        if let Ok(known) = config.get_string("merge.fonds.driver") {
            let is_ours = known.trim_end().ends_with(ARGUMENTS);
            return Ok((!is_ours).then(|| {
                Problem::note(
                    codes::SETTINGS,
                    format!("`merge.fonds.driver` is `{known}`, and stays so"),
                )
                .mend("to use fonds: `git config --unset merge.fonds.driver`, then `fonds init` again")
            }));
        }
        let driver = format!("{} {ARGUMENTS}", program());
        let mut local = config.open_level(git2::ConfigLevel::Local).map_err(failed)?;
        local.set_str("merge.fonds.name", NAME).map_err(failed)?;
        local.set_str("merge.fonds.driver", &driver).map_err(failed)?;
        let message = "git merges the records of this clone field by field from now on";
        Ok(Some(Problem::note(codes::SETTINGS, message).mend(
            "it is set in `.git/config` (`merge.fonds.driver`), which is not cloned: run `fonds init` in each clone",
        )))
    }
}

/// How a shell calls this program: by its name where it is found by that, or else by its path.
fn program() -> String {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("fonds{}", std::env::consts::EXE_SUFFIX);
    let own = std::env::current_exe().and_then(std::fs::canonicalize);
    let first = std::env::split_paths(&folders)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
        .and_then(|path| std::fs::canonicalize(path).ok());
    match own {
        Ok(own) if first.as_deref() != Some(own.as_path()) => quoted(&own),
        _ => "fonds".to_owned(),
    }
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    // Git's shell on Windows takes `/` as well, and `\` would escape.
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    format!("'{}'", text.replace('\'', r"'\''"))
}
