//! The programs that sign, and that check what is not checked here.
//!
//! Which program that is, the user says in the configuration of the user or of the system. What the
//! configuration of a repository says is passed over: whoever hands over a repository would choose
//! what runs on the machine of whoever opens it.

use crate::problem::{Problem, Result, codes};
use crate::store::files::plain;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// What signatures are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    OpenPgp,
    X509,
    Ssh,
}

impl Format {
    /// The word for it in `gpg.format`.
    pub(super) fn of(word: &str) -> Option<Format> {
        match word {
            "openpgp" => Some(Format::OpenPgp),
            "x509" => Some(Format::X509),
            "ssh" => Some(Format::Ssh),
            _ => None,
        }
    }

    /// The keys of the configuration that name its program, the first that is set counting.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Format::OpenPgp => &["gpg.openpgp.program", "gpg.program"],
            Format::X509 => &["gpg.x509.program"],
            Format::Ssh => &["gpg.ssh.program"],
        }
    }

    fn usual_program(self) -> &'static str {
        match self {
            Format::OpenPgp => "gpg",
            Format::X509 => "gpgsm",
            Format::Ssh => "ssh-keygen",
        }
    }
}

/// The configuration of user and system, without that of the repository.
pub(super) fn trusted_config() -> Result<git2::Config> {
    git2::Config::open_default().and_then(|mut config| config.snapshot()).map_err(|error| {
        super::super::repository::git_problem("read the configuration of Git", &error)
    })
}

/// The program for `format`, and the key of the repository's own configuration that was passed
/// over.
pub(super) fn program(
    format: Format,
    trusted: &git2::Config,
    of_repository: &git2::Config,
) -> (PathBuf, Option<Problem>) {
    let find = |config: &git2::Config| {
        format.keys().iter().find_map(|key| Some((*key, config.get_path(key).ok()?)))
    };
    let chosen = find(trusted);
    let passed_over = find(of_repository).filter(|own| chosen.as_ref() != Some(own));
    let note = passed_over.map(|(key, path)| {
        Problem::note(
            codes::SIGNING,
            format!(
                "`{key}` of the repository (`{}`) is passed over: a repository does not say what programs run",
                path.display()
            ),
        )
        .mend(format!("if you trust it: `git config --global {key} {}`", path.display()))
    });
    let program = chosen.map_or_else(|| PathBuf::from(format.usual_program()), |(_, path)| path);
    (program, note)
}

/// What a program said.
pub(super) struct Said {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

impl Said {
    /// The last lines of what it said to people, for a message.
    pub(super) fn complaint(&self) -> String {
        let text = String::from_utf8_lossy(&self.stderr);
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("[GNUPG:]"))
            .collect();
        let last = lines.len().saturating_sub(2);
        let told = lines.get(last..).unwrap_or_default().join("; ");
        match told.is_empty() {
            true => format!("it ended with {}", self.status),
            false => told.chars().filter(|c| !c.is_control()).take(300).collect(),
        }
    }
}

/// Why a program did not answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// There is none of this name.
    Missing,
    /// The system could not run it.
    Failed(String),
}

/// Runs `program` in `folder` with `input` on its stdin, and waits for its answer.
pub(super) fn run(
    program: &Path,
    arguments: &[OsString],
    folder: &Path,
    input: &[u8],
) -> std::result::Result<Said, NoAnswer> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => NoAnswer::Missing,
        _ => NoAnswer::Failed(plain(&error)),
    };
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program that does not want to hear the rest closes its ear.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        child.wait_with_output()
    })
    .map(|output| Said { status: output.status, stdout: output.stdout, stderr: output.stderr })
    .map_err(failed)
}
