//! A catalog with a past made to measure: commits of given files on given parents, by authors and
//! at moments that are the same on every machine.

use git2::{Oid, Repository, Signature, Time, build::TreeUpdateBuilder};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

/// A repository in a folder of its own, built commit by commit.
pub(crate) struct Past {
    folder: TempDir,
    git: Repository,
    clock: i64,
}

impl Past {
    pub(crate) fn new() -> Past {
        let folder = TempDir::new().expect("a folder");
        let mut options = git2::RepositoryInitOptions::new();
        options.external_template(false).initial_head("main");
        let git = Repository::init_opts(folder.path(), &options).expect("a repository");
        std::fs::write(folder.path().join("fonds.toml"), "format = 1\n").expect("a file");
        Past { folder, git, clock: 1_000_000_000 }
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Commits: the tree of the first parent with `files` written (`None` takes one out). The
    /// newest commit is checked out.
    pub(crate) fn commit(
        &mut self,
        parents: &[Oid],
        files: &BTreeMap<String, Option<String>>,
        author: &str,
        message: &str,
    ) -> Oid {
        self.clock += 60;
        let when = Time::new(self.clock, 0);
        let email = format!("{}@example.org", author.to_lowercase());
        let who = Signature::new(author, &email, &when).expect("a signature");
        let parents: Vec<git2::Commit<'_>> =
            parents.iter().map(|id| self.git.find_commit(*id).expect("a parent")).collect();
        let empty = self.git.treebuilder(None).and_then(|b| b.write()).expect("an empty tree");
        let base = match parents.first() {
            Some(parent) => parent.tree().expect("its tree"),
            None => self.git.find_tree(empty).expect("the empty tree"),
        };
        let mut update = TreeUpdateBuilder::new();
        for (path, text) in files {
            match text {
                Some(text) => {
                    let blob = self.git.blob(text.as_bytes()).expect("a blob");
                    update.upsert(path.as_str(), blob, git2::FileMode::Blob);
                }
                None => {
                    if base.get_path(Path::new(path)).is_ok() {
                        update.remove(path.as_str());
                    }
                }
            }
        }
        let tree = update.create_updated(&self.git, &base).expect("a tree");
        let tree = self.git.find_tree(tree).expect("the tree");
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        let id = self.git.commit(None, &who, &who, message, &tree, &parents).expect("a commit");
        self.check_out(id);
        id
    }

    /// Makes `id` the head of the branch and writes its files.
    pub(crate) fn check_out(&self, id: Oid) {
        self.git.reference("refs/heads/main", id, true, "test").expect("a branch");
        self.git.set_head("refs/heads/main").expect("a head");
        let mut how = git2::build::CheckoutBuilder::new();
        how.force().remove_untracked(false);
        self.git.checkout_head(Some(&mut how)).expect("files");
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
}

/// Files for [`Past::commit`].
pub(crate) fn files<const N: usize>(
    files: [(&str, Option<String>); N],
) -> BTreeMap<String, Option<String>> {
    files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect()
}

/// `fonds` run in `folder`: what it wrote to stdout and stderr, and its exit code.
pub(crate) fn fonds(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_fonds"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("fonds runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().unwrap_or(-1))
}
