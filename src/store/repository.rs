//! The Git repository a catalog lies in: opened with care, refused with a mend.
//!
//! libgit2 runs no hooks, filters or programs that a repository's configuration names. What it does
//! not know (other hashes, other stores of references, partial clones) is looked for first, so that
//! the message can name the key and the way out.

use super::files::plain;
use crate::problem::{Place, Problem, Result, codes};
use git2::{ErrorClass, ErrorCode, Oid, RepositoryOpenFlags};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Once;

/// An open repository, and where in it the catalog lies.
pub(super) struct Repository {
    pub(super) git: git2::Repository,
    /// The catalog's folder relative to the work tree, with `/` at its end; empty for the root.
    pub(super) prefix: String,
}

impl Repository {
    /// Opens the repository that the folder `root` (absolute, without links) is in.
    pub(super) fn open(root: &Path) -> Result<Repository> {
        prepare_libgit2();
        let top = root
            .ancestors()
            .find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())
            .ok_or_else(|| {
                Problem::error(
                    codes::NO_REPOSITORY,
                    format!("`{}` is not in a Git repository", root.display()),
                )
                .mend("make one with `git init`, then commit `fonds.toml` and the records")
            })?;
        refuse_unknown_kinds(top)?;
        let git = git2::Repository::open_ext(
            top,
            RepositoryOpenFlags::NO_SEARCH,
            std::iter::empty::<&OsStr>(),
        )
        .map_err(|error| cannot_open(top, &error))?;
        if git.is_bare() {
            return Err(bare(top));
        }
        let prefix = prefix(top, root).ok_or_else(|| {
            refused(
                format!("the path `{}` is not UTF-8", root.display()),
                "rename the folders above the catalog",
            )
        })?;
        Ok(Repository { git, prefix })
    }

    /// The path of a file of the catalog as the repository has it.
    pub(super) fn full(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Refuses what cannot be written to without harm, though it can be read.
    pub(super) fn check_writable(&self) -> Result<()> {
        let config = self.git.config().and_then(|mut config| config.snapshot());
        let config =
            config.map_err(|error| git_problem("read the configuration of Git", &error))?;
        let is_on = |key: &str| config.get_bool(key).unwrap_or(false);
        if is_on("core.sparsecheckout") {
            return Err(refused(
                "`core.sparseCheckout` is on: files that are not checked out could be lost",
                "run `git sparse-checkout disable`",
            ));
        }
        if is_on("core.splitindex") || self.index_is("sharedindex.") {
            return Err(refused(
                "Git's index is split (`core.splitIndex`)",
                "run `git config core.splitIndex false` and `git update-index --no-split-index`",
            ));
        }
        if is_on("index.sparse") {
            return Err(refused(
                "Git's index is sparse (`index.sparse`)",
                "run `git sparse-checkout disable` and `git config index.sparse false`",
            ));
        }
        let state = self.git.state();
        if state != git2::RepositoryState::Clean {
            let (what, end) = match state {
                git2::RepositoryState::Merge => {
                    ("a merge", "`git commit`, or end it with `git merge --abort`")
                }
                git2::RepositoryState::Revert | git2::RepositoryState::RevertSequence => {
                    ("a revert", "`git revert --continue`, or end it with `git revert --abort`")
                }
                git2::RepositoryState::CherryPick | git2::RepositoryState::CherryPickSequence => (
                    "a cherry-pick",
                    "`git cherry-pick --continue`, or end it with `git cherry-pick --abort`",
                ),
                git2::RepositoryState::Bisect => ("a bisection", "`git bisect reset`"),
                git2::RepositoryState::ApplyMailbox
                | git2::RepositoryState::ApplyMailboxOrRebase => (
                    "the application of a mailbox",
                    "`git am --continue`, or end it with `git am --abort`",
                ),
                _ => ("a rebase", "`git rebase --continue`, or end it with `git rebase --abort`"),
            };
            return Err(Problem::error(codes::BRANCH, format!("{what} is under way"))
                .mend(format!("finish it with {end}")));
        }
        Ok(())
    }

    fn index_is(&self, shared: &str) -> bool {
        // A split index names its shared part, which lies beside it.
        fs::read_dir(self.git.path()).is_ok_and(|entries| {
            entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(shared))
        }) && self.git.index().is_err()
    }
}

/// What holds for every use of libgit2 in this program.
pub(super) fn prepare_libgit2() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        git2::opts::strict_hash_verification(true);
        set_options();
    });
}

/// While it is there, libgit2 reads objects without computing their names again and keeps none: for a
/// walk over very many of them, each of which is read about once. Their bytes have their checksums
/// all the same; whether they are what they are called is for `fonds verify` to say.
pub(super) struct HastyReading(());

impl HastyReading {
    pub(super) fn begin() -> HastyReading {
        git2::opts::strict_hash_verification(false);
        git2::opts::enable_caching(false);
        HastyReading(())
    }
}

impl Drop for HastyReading {
    fn drop(&mut self) {
        git2::opts::strict_hash_verification(true);
        git2::opts::enable_caching(true);
    }
}

/// So many bytes of objects are kept at hand by libgit2, which would keep 256 MiB.
const KEPT: isize = 16 << 20;

/// Makes libgit2 call `fsync` on objects and references, which it does not do of itself, and keep
/// no more objects than [`KEPT`].
#[expect(unsafe_code, reason = "git2 has no safe way to set these options of libgit2")]
fn set_options() {
    // `prepare_libgit2` has used the library before, so that it is initialised. The options are
    // numbers in the library; they are set once, before any repository is open.
    let wanted: std::ffi::c_int = 1;
    unsafe {
        libgit2_sys::git_libgit2_opts(
            libgit2_sys::GIT_OPT_ENABLE_FSYNC_GITDIR as std::ffi::c_int,
            wanted,
        );
        // When it cannot be set, more memory is used.
        let _ = git2::opts::set_cache_max_size(KEPT);
    }
}

/// Looks for kinds of repositories that libgit2 cannot use, before it is asked.
fn refuse_unknown_kinds(top: &Path) -> Result<()> {
    let Some(common) = common_folder(top) else { return Ok(()) };
    let path = common.join("config");
    if !path.is_file() {
        return Ok(());
    }
    let config = git2::Config::open(&path).map_err(|error| {
        refused(
            format!("its configuration cannot be read: {}", error.message()),
            format!("mend `{}`", path.display()),
        )
    })?;
    let mut extensions = Vec::new();
    let mut promisor = None;
    let read = config.entries(None).and_then(|mut entries| {
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.name().unwrap_or_default().to_ascii_lowercase();
            let value = entry.value().unwrap_or_default().to_ascii_lowercase();
            if let Some(extension) = name.strip_prefix("extensions.") {
                extensions.push((extension.to_owned(), value));
            } else if name.starts_with("remote.")
                && (name.ends_with(".promisor") && value != "false"
                    || name.ends_with(".partialclonefilter"))
            {
                promisor = Some(entry.name().unwrap_or_default().to_owned());
            }
        }
        Ok(())
    });
    read.map_err(|error| git_problem("read the configuration of Git", &error))?;
    for (extension, value) in extensions {
        match (extension.as_str(), value.as_str()) {
            ("objectformat", "sha1") | ("refstorage", "files") => {}
            ("objectformat", _) => {
                return Err(refused(
                    format!("`extensions.objectFormat` is `{value}`: only SHA-1 is known"),
                    "make a repository with `git init --object-format=sha1` and commit the catalog there",
                ));
            }
            ("refstorage", _) => {
                return Err(refused(
                    format!("`extensions.refStorage` is `{value}`: only `files` is known"),
                    "run `git refs migrate --ref-format=files`",
                ));
            }
            ("partialclone", _) => return Err(partial("extensions.partialClone")),
            ("noop" | "preciousobjects" | "worktreeconfig" | "relativeworktrees", _) => {}
            _ => {
                return Err(refused(
                    format!("`extensions.{extension}` is not known"),
                    format!(
                        "see what set it; `git config --unset extensions.{extension}` takes it away"
                    ),
                ));
            }
        }
    }
    match promisor {
        Some(key) => Err(partial(&key)),
        None => Ok(()),
    }
}

fn partial(key: &str) -> Problem {
    refused(
        format!("`{key}` is set: it is a partial clone, in which objects are missing"),
        "clone it again without `--filter`",
    )
}

/// The folder of the repository that holds its configuration; `None` when that is not plain.
fn common_folder(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    let own = if git.is_dir() {
        git
    } else {
        let text = fs::read_to_string(&git).ok()?;
        top.join(text.strip_prefix("gitdir:")?.trim())
    };
    match fs::read_to_string(own.join("commondir")) {
        Ok(common) => Some(own.join(common.trim())),
        Err(_) => Some(own),
    }
}

fn prefix(top: &Path, root: &Path) -> Option<String> {
    let mut prefix = String::new();
    for component in root.strip_prefix(top).ok()?.components() {
        if let Component::Normal(name) = component {
            prefix.push_str(name.to_str()?);
            prefix.push('/');
        }
    }
    Some(prefix)
}

fn refused(why: impl Into<String>, mend: impl Into<String>) -> Problem {
    Problem::error(codes::REPOSITORY, format!("the repository cannot be used: {}", why.into()))
        .mend(mend)
}

fn cannot_open(top: &Path, error: &git2::Error) -> Problem {
    match error.code() {
        ErrorCode::Owner => refused(
            format!("`{}` belongs to another user", top.display()),
            format!(
                "if you trust it: `git config --global --add safe.directory {}`",
                top.display()
            ),
        ),
        _ => refused(error.message(), "`git status` and `git fsck` may say more"),
    }
}

/// What `error` of libgit2 means for the attempt to `attempt` something.
pub(super) fn git_problem(attempt: &str, error: &git2::Error) -> Problem {
    let message = format!("could not {attempt}: {}", error.message());
    match (error.code(), error.class()) {
        (ErrorCode::Locked, _) => Problem::error(codes::LOCKED, message)
            .mend("wait for the other program to end; if none is running, remove the lock file"),
        (_, ErrorClass::Os) if error.message().to_lowercase().contains("permission denied") => {
            Problem::error(codes::DISK, message).mend("check the permissions of the repository")
        }
        _ if is_of_the_machine(error) => Problem::error(codes::DISK, message),
        (
            _,
            ErrorClass::Odb
            | ErrorClass::Object
            | ErrorClass::Tree
            | ErrorClass::Zlib
            | ErrorClass::Sha1,
        )
        | (ErrorCode::HashsumMismatch, _) => {
            Problem::error(codes::OBJECT, message).mend("`git fsck` says which objects are damaged")
        }
        _ => Problem::error(codes::REPOSITORY, message),
    }
}

/// Whether it is the machine that failed, and neither the repository nor who asked.
pub(super) fn is_of_the_machine(error: &git2::Error) -> bool {
    matches!(error.class(), ErrorClass::Os | ErrorClass::Filesystem | ErrorClass::NoMemory)
}

/// Why the machine failed to read the object `id`, when it is the machine that did, not the repository
/// that is damaged. One that fails while it looks for an object finds none: what was not found is looked
/// for once more.
fn failure(git: &git2::Repository, id: Oid, error: &git2::Error) -> Option<String> {
    if error.code() != ErrorCode::NotFound {
        return is_of_the_machine(error).then(|| error.message().to_owned());
    }
    let is_failure = |error: &io::Error| error.kind() != io::ErrorKind::NotFound;
    let objects = git.commondir().join("objects");
    let name = id.to_string();
    let looked = (|| {
        let (folder, rest) = name.split_at(2);
        match fs::symlink_metadata(objects.join(folder).join(rest)) {
            Err(error) if is_failure(&error) => return Err(error),
            _ => {}
        }
        let packs = match fs::read_dir(objects.join("pack")) {
            Err(error) if !is_failure(&error) => return Ok(()),
            packs => packs?,
        };
        for file in packs {
            let path = file?.path();
            let opened =
                path.extension().is_some_and(|end| end == "idx").then(|| fs::File::open(&path));
            if let Some(Err(error)) = opened
                && is_failure(&error)
            {
                return Err(error);
            }
        }
        Ok(())
    })();
    match looked {
        Err(error) => Some(plain(&error)),
        Ok(()) => {
            // Looked for anew, by somebody who remembers nothing.
            let odb = git2::Odb::new().ok()?;
            odb.add_disk_alternate(objects.to_str()?).ok()?;
            let object = odb.read(id).ok()?;
            let is_it = git2::Oid::hash_object(object.kind(), object.data()).ok() == Some(id);
            is_it.then(|| "it was not found, and is there".to_owned())
        }
    }
}

fn failed(what: &str, why: &str) -> Problem {
    Problem::error(codes::DISK, format!("could not read {what}: {why}")).mend(
        "this says nothing about the catalog: see what is wrong with the machine, and try again",
    )
}

/// The problem that the object `id`, read for `path`, cannot be read: it is damaged or missing, or the
/// machine failed.
pub(super) fn object_problem(
    git: &git2::Repository,
    path: &str,
    id: Oid,
    error: &git2::Error,
) -> Problem {
    if let Some(why) = failure(git, id, error) {
        return failed(&format!("the object {id} (`{path}`)"), &why);
    }
    Problem::error(
        codes::OBJECT,
        format!("the object {id} (`{path}`) cannot be read: {}", error.message()),
    )
    .at(Place::file(path))
    .mend("`git fsck` says which objects are damaged; another clone may still have it")
}

/// The problem that the revision `id` cannot be read: it is damaged or missing, or the machine failed.
pub(super) fn revision_problem(git: &git2::Repository, id: Oid, error: &git2::Error) -> Problem {
    match failure(git, id, error) {
        Some(why) => failed(&format!("the revision {id}"), &why),
        None => git_problem(&format!("read the revision {id}"), error),
    }
}

/// Whether the revision `id` is there, and can be read.
///
/// # Errors
/// When the machine failed: then that is not known.
pub(super) fn is_readable(git: &git2::Repository, id: Oid) -> Result<bool> {
    match git.find_commit(id) {
        Ok(_) => Ok(true),
        Err(error) => match failure(git, id, &error) {
            Some(why) => Err(failed(&format!("the revision {id}"), &why)),
            None => Ok(false),
        },
    }
}

/// Whether the folder `path` is a bare repository, for a better word when no catalog is found.
pub(super) fn looks_bare(path: &Path) -> bool {
    path.join("HEAD").is_file() && path.join("objects").is_dir() && path.join("refs").is_dir()
}

/// The problem that a repository has no work tree.
pub(super) fn bare(path: &Path) -> Problem {
    refused(
        format!("`{}` is bare: it has no work tree", path.display()),
        format!(
            "work in a clone (`git clone {} NEW`); if it is none, set `core.bare` to false",
            path.display()
        ),
    )
}

/// Makes an empty repository in `folder`.
pub(super) fn create(folder: &Path) -> Result<()> {
    prepare_libgit2();
    let mut options = git2::RepositoryInitOptions::new();
    options.no_reinit(true).mkpath(true);
    // A template folder could bring hooks that nobody has looked at.
    options.external_template(false);
    let initial = git2::Config::open_default()
        .and_then(|config| config.get_string("init.defaultbranch"))
        .unwrap_or_else(|_| "main".to_owned());
    options.initial_head(&initial);
    git2::Repository::init_opts(folder, &options).map(|_| ()).map_err(|error| {
        git_problem(&format!("make a repository in `{}`", folder.display()), &error)
    })
}

/// Whether `folder` or one above it is a work tree of Git.
pub(super) fn is_in_work_tree(folder: &Path) -> bool {
    folder.ancestors().any(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())
}

/// Says that a folder cannot be made in the repository's own folder.
pub(super) fn own_folder_problem(path: &Path, error: &std::io::Error) -> Problem {
    let problem = Problem::error(
        codes::DISK,
        format!("could not write `{}`: {}", path.display(), plain(error)),
    );
    problem.mend("check that the disk can be written and has space; nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_fails_is_no_damage() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let git = git2::Repository::init(folder.path()).expect("a repository");
        let missing = Oid::from_str(&"7".repeat(40)).expect("an id");
        let code = |code, class| {
            let error = git2::Error::new(code, class, "said");
            object_problem(&git, "records/x.toml", missing, &error).code.name
        };
        assert_eq!(code(ErrorCode::GenericError, ErrorClass::Os), "G001");
        assert_eq!(code(ErrorCode::GenericError, ErrorClass::NoMemory), "G001");
        assert_eq!(code(ErrorCode::NotFound, ErrorClass::Os), "G110");
        assert_eq!(code(ErrorCode::NotFound, ErrorClass::Odb), "G110");
        assert_eq!(code(ErrorCode::GenericError, ErrorClass::Zlib), "G110");
        assert_eq!(is_readable(&git, missing), Ok(false));
        // What is there, and was not found, was not looked for well.
        let there = git.blob(b"there").expect("a blob");
        let error = git2::Error::new(ErrorCode::NotFound, ErrorClass::Odb, "said");
        assert_eq!(object_problem(&git, "x", there, &error).code.name, "G001");
    }
}
