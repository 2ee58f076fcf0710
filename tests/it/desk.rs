//! A desk to work at: a folder of its own, a home, a Git identity, and a clock that ticks by one
//! second per command, so that the ids of revisions are the same everywhere.

use std::cell::Cell;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The first tick: 2001-02-03T04:05:06Z.
const FIRST_TICK: i64 = 981_173_106;

/// A test's own surroundings.
pub struct Desk {
    folder: tempfile::TempDir,
    ticks: Cell<i64>,
    variables: Vec<(String, String)>,
    within: PathBuf,
}

/// The whole answer of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                parts.push(format!("--- {name}\n{}", text.trim_end_matches('\n')));
            }
        }
        parts.push(format!("--- exit {}", self.code));
        f.write_str(&parts.join("\n"))
    }
}

impl Desk {
    /// An empty desk, with the identity of Ann Archivist.
    pub fn new() -> Desk {
        let folder = tempfile::Builder::new().prefix("fonds-desk-").tempdir().expect("a folder");
        let desk = Desk {
            ticks: Cell::new(FIRST_TICK),
            variables: Vec::new(),
            within: PathBuf::from("work"),
            folder,
        };
        fs::create_dir_all(desk.folder.path().join("home")).expect("a home");
        fs::create_dir_all(desk.path("")).expect("a work folder");
        fs::write(
            desk.folder.path().join("home/.gitconfig"),
            "[user]\n\tname = Ann Archivist\n\temail = ann@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n",
        )
        .expect("a configuration");
        desk
    }

    /// A desk with a catalog on it, in the folder where commands run. Its merge driver is set up by
    /// the tests that want one: where the program lies is another place on each machine.
    pub fn with_catalog() -> Desk {
        let desk = Desk::new();
        desk.fonds(&["init", "--no-merge-driver"]).good();
        desk
    }

    /// A desk with records of dated documents, by their ids, in a catalog without a history.
    pub fn with_records<'a>(records: impl IntoIterator<Item = (&'a str, &'a str)>) -> Desk {
        let desk = Desk::new();
        desk.write("fonds.toml", "format = 1\n");
        for (id, text) in records {
            desk.write(&format!("records/{}/{}/{id}.toml", &id[..4], &id[5..7]), text);
        }
        desk
    }

    /// The file or folder `name` below the folder where commands run.
    pub fn path(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(&self.within);
        if name.is_empty() { folder } else { folder.join(name) }
    }

    /// The home.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The same desk, with commands run in the folder `name` below the present one.
    pub fn within(mut self, name: &str) -> Desk {
        self.within.push(name);
        fs::create_dir_all(self.path("")).expect("a folder");
        self
    }

    /// Sets a variable of the environment for the commands that follow.
    pub fn set(&mut self, name: &str, value: &str) {
        self.unset(name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Takes a variable back.
    pub fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| known != name);
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).expect(name)).expect("UTF-8")
    }

    /// Whether there is a file or folder `name`.
    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// A command, ready to be run here: nothing of the outside but the path gets in.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let tick = self.ticks.get();
        self.ticks.set(tick + 1);
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("XDG_CONFIG_HOME", self.home().join(".config"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", format!("{tick} +0200"))
            .env("GIT_COMMITTER_DATE", format!("{tick} +0200"))
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs fonds and gives its whole answer.
    pub fn fonds(&self, arguments: &[&str]) -> Said {
        self.answer(self.command(env!("CARGO_BIN_EXE_fonds"), arguments), "")
    }

    /// Runs fonds with `input` on stdin.
    pub fn fonds_with_input(&self, arguments: &[&str], input: &str) -> Said {
        self.answer(self.command(env!("CARGO_BIN_EXE_fonds"), arguments), input)
    }

    /// Runs git, which must succeed; gives what it printed.
    pub fn git(&self, arguments: &[&str]) -> String {
        let said = self.answer(self.command("git", arguments), "");
        assert_eq!(said.code, 0, "git {arguments:?}:\n{said}");
        said.stdout
    }

    /// Writes a file of the catalog and commits it with plain git.
    pub fn commit_by_hand(&self, name: &str, text: &str, message: &str) {
        self.write(name, text);
        self.git(&["add", "--", name]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    fn answer(&self, mut command: Command, input: &str) -> Said {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that does not read its input may end before it is written.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("an answer");
        Said {
            stdout: self.neutral(&output.stdout),
            stderr: self.neutral(&output.stderr),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// Text with the folder of this desk, which is another each time, as `$DESK`.
    fn neutral(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let folder = fs::canonicalize(self.folder.path()).expect("a folder");
        let mut text = text.replace(&*folder.to_string_lossy(), "$DESK");
        text = text.replace(&*self.folder.path().to_string_lossy(), "$DESK");
        text
    }
}

impl Said {
    /// The answer, which must be good.
    #[track_caller]
    pub fn good(self) -> Said {
        assert_eq!(self.code, 0, "{self}");
        self
    }

    /// The answer, which must have ended with `code`.
    #[track_caller]
    pub fn ended(self, code: i32) -> Said {
        assert_eq!(self.code, code, "{self}");
        self
    }
}

/// Says that something was not tested.
#[expect(
    clippy::print_stderr,
    reason = "a test that was skipped must not look like one that passed"
)]
pub fn skip(what: &str) {
    eprintln!("SKIPPED: {what}");
}

/// Whether git is on this machine; when it is not, says that `what` was not tested.
pub fn git_is_here(what: &str) -> bool {
    let here = Command::new("git").arg("--version").output().is_ok_and(|out| out.status.success());
    if !here {
        skip(&format!("{what}: there is no git here"));
    }
    here
}

/// All files below `folder`, sorted, relative to it; without what is Git's own.
pub fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.is_symlink() {
                if path.file_name().is_none_or(|name| name != ".git") {
                    open.push(path);
                }
            } else {
                let relative = path.strip_prefix(folder).expect("below");
                found.push(relative.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}
