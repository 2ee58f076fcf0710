//! Signing a commit as git does: by the program for keys, asked in the same words.

use super::commit_object::with_signature;
use super::programs::{Format, NoAnswer, program, run, trusted_config};
use crate::problem::{Problem, Result, codes};
use crate::store::files::ScratchFile;
use crate::store::repository::{Repository, git_problem};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How commits are signed here.
#[derive(Debug)]
pub(in crate::store) struct Signing {
    format: Format,
    key: Key,
    program: PathBuf,
    /// Where the program runs: the work tree's root, from which git names keys.
    folder: PathBuf,
    /// What the user should know.
    pub(in crate::store) note: Option<Problem>,
}

/// The key to sign with.
#[derive(Debug)]
enum Key {
    /// A file that holds it, or what the program knows it by.
    Named(String),
    /// A public key, whose other half an agent holds.
    Written(String),
}

impl Repository {
    /// How commits are to be signed; `None` when Git is not told to sign them. `committer` is the
    /// name by which the key is known when none is configured.
    pub(in crate::store) fn signing(
        &self,
        committer: &git2::Signature<'_>,
    ) -> Result<Option<Signing>> {
        self.signing_when(committer, false)
    }

    /// The same, also when commits are not to be signed but something else `must` be.
    pub(super) fn signing_when(
        &self,
        committer: &git2::Signature<'_>,
        must: bool,
    ) -> Result<Option<Signing>> {
        let config = self.git.config().and_then(|mut config| config.snapshot());
        let config =
            config.map_err(|error| git_problem("read the configuration of Git", &error))?;
        if !must && !config.get_bool("commit.gpgsign").unwrap_or(false) {
            return Ok(None);
        }
        let text = |key: &str| {
            config.get_string(key).ok().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
        };
        let format = match text("gpg.format") {
            None => Format::OpenPgp,
            Some(word) => Format::of(&word).ok_or_else(|| {
                refused(format!("`gpg.format` is `{word}`, which is not known"))
                    .mend("set it to `ssh`, `openpgp` or `x509`")
            })?,
        };
        let trusted = trusted_config()?;
        let (program, note) = program(format, &trusted, &config);
        let folder = self.git.workdir().unwrap_or_else(|| self.git.path()).to_owned();
        let key = match (text("user.signingkey"), format) {
            (Some(key), _) if key.starts_with('-') => {
                return Err(refused(format!("`user.signingKey` is `{key}`, which is no key"))
                    .mend("set it to the path of your key"));
            }
            (Some(key), Format::Ssh) => ssh_key(&key, &config)?,
            (Some(key), _) => Key::Named(key),
            (None, Format::Ssh) => default_key(&trusted, &folder)?,
            (None, _) => Key::Named(format!(
                "{} <{}>",
                String::from_utf8_lossy(committer.name_bytes()),
                String::from_utf8_lossy(committer.email_bytes())
            )),
        };
        Ok(Some(Signing { format, key, program, folder, note }))
    }
}

/// The key that `user.signingKey` says: a path, or a key written out.
fn ssh_key(key: &str, config: &git2::Config) -> Result<Key> {
    // `ssh-` at the beginning is how older versions of git took a key.
    if let Some(written) = key.strip_prefix("key::") {
        return Ok(Key::Written(written.to_owned()));
    }
    if key.starts_with("ssh-") {
        return Ok(Key::Written(key.to_owned()));
    }
    let path = config
        .get_path("user.signingkey")
        .map_err(|error| git_problem("find the key of `user.signingKey`", &error))?;
    path.to_str().map(|path| Key::Named(path.to_owned())).ok_or_else(|| {
        refused("the path of `user.signingKey` is not UTF-8").mend("move the key elsewhere")
    })
}

/// The key that the program of `gpg.ssh.defaultKeyCommand` names: the first line it prints.
fn default_key(trusted: &git2::Config, folder: &Path) -> Result<Key> {
    let no_key = || {
        refused("`user.signingKey` is not set, and an SSH signature needs a key").mend(
            "name yours: `git config --global user.signingKey ~/.ssh/id_ed25519.pub`, or sign nothing: `git config commit.gpgSign false`",
        )
    };
    let command = trusted.get_string("gpg.ssh.defaultkeycommand").map_err(|_| no_key())?;
    // Git lets a shell take such a command apart; a program and its arguments are enough here.
    let mut words = command.split_ascii_whitespace();
    let program = words.next().ok_or_else(no_key)?;
    let arguments: Vec<OsString> = words.map(OsString::from).collect();
    let said = run(Path::new(program), &arguments, folder, &[]).map_err(|error| {
        refused(format!("`gpg.ssh.defaultKeyCommand` could not be run: {}", reason(&error)))
            .mend("correct it, or set `user.signingKey`")
    })?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    match text.lines().next().map(str::trim) {
        Some(line) if said.status.success() && !line.is_empty() => {
            Ok(Key::Written(line.strip_prefix("key::").unwrap_or(line).to_owned()))
        }
        _ => Err(no_key()),
    }
}

impl Signing {
    /// The commit `buffer` with its signature among its headers.
    pub(in crate::store) fn sign(&self, buffer: &[u8]) -> Result<Vec<u8>> {
        let signature = self.signature(super::NAMESPACE, buffer)?;
        with_signature(buffer, &signature)
            .ok_or_else(|| refused("the commit has no end of headers"))
    }

    /// A signature over `buffer`, with line ends of Unix. One of an SSH key counts in `namespace` only.
    pub(super) fn signature(&self, namespace: &str, buffer: &[u8]) -> Result<String> {
        let signature = match self.format {
            Format::Ssh => self.ssh_signature(namespace, buffer)?,
            Format::OpenPgp | Format::X509 => self.gpg_signature(buffer)?,
        };
        Ok(signature.replace('\r', ""))
    }

    fn ssh_signature(&self, namespace: &str, buffer: &[u8]) -> Result<String> {
        let written;
        let (key, is_written) = match &self.key {
            Key::Named(path) => (OsString::from(path), false),
            Key::Written(key) => {
                written = ScratchFile::new("key.pub", format!("{key}\n").as_bytes())?;
                (written.path().as_os_str().to_owned(), true)
            }
        };
        let commit = ScratchFile::new("commit", buffer)?;
        let mut arguments: Vec<OsString> =
            ["-Y", "sign", "-n", namespace, "-f"].map(OsString::from).to_vec();
        arguments.push(key);
        if is_written {
            arguments.push("-U".into());
        }
        arguments.push(commit.path().as_os_str().to_owned());
        let said = self.run(&arguments, &[])?;
        let signature = commit.path().with_extension("sig");
        match crate::store::files::read_text(&signature, LARGEST_SIGNATURE) {
            Ok(text) if said.status.success() => Ok(text),
            _ => Err(self.not_signed(&said.complaint())),
        }
    }

    fn gpg_signature(&self, buffer: &[u8]) -> Result<String> {
        let Key::Named(key) = &self.key else {
            return Err(refused("a key written out is one for SSH signatures")
                .mend("set `gpg.format` to `ssh`"));
        };
        let arguments = ["--status-fd=2", "-bsau", key].map(OsString::from);
        let said = self.run(&arguments, buffer)?;
        let is_made = String::from_utf8_lossy(&said.stderr)
            .lines()
            .any(|line| line.starts_with("[GNUPG:] SIG_CREATED "));
        match String::from_utf8(said.stdout.clone()) {
            Ok(text) if said.status.success() && is_made => Ok(text),
            _ => Err(self.not_signed(&said.complaint())),
        }
    }

    fn run(&self, arguments: &[OsString], input: &[u8]) -> Result<super::programs::Said> {
        run(&self.program, arguments, &self.folder, input)
            .map_err(|error| self.not_signed(&reason(&error)))
    }

    fn not_signed(&self, why: &str) -> Problem {
        let key = match &self.key {
            Key::Named(key) | Key::Written(key) => key,
        };
        let name = self.program.display();
        let mend = match self.format {
            Format::Ssh => format!(
                "see whether the key `{key}` is there and open (`ssh-add -l`), and whether `{name}` is installed"
            ),
            _ => format!("see whether `{name} --list-secret-keys` knows the key `{key}`"),
        };
        refused(format!("`{name}` made no signature: {why}"))
            .mend(format!("{mend}; or sign nothing: `git config commit.gpgSign false`"))
    }
}

/// A longer signature is none.
const LARGEST_SIGNATURE: u64 = 1 << 20;

fn reason(error: &NoAnswer) -> String {
    match error {
        NoAnswer::Missing => "there is no such program".to_owned(),
        NoAnswer::Failed(why) => why.clone(),
    }
}

fn refused(why: impl Into<String>) -> Problem {
    Problem::error(
        codes::SIGNING,
        format!(
            "a signature is asked for and could not be made, so nothing was changed: {}",
            why.into()
        ),
    )
}
