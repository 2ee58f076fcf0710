//! What the README and the documents show is what the program says: every `console` block is run,
//! in order, on a copy of the catalog that ships with the project.
//!
//! In a block a line `$ COMMAND` is followed by what COMMAND prints, stdout first; `...` stands for
//! lines left out. Which revision has which id follows from every file that ships, so ids are
//! compared only as to which are the same. `FONDS_BLESS=1` writes what the program says now into the blocks without `...`.

use crate::desk::{Desk, git_is_here};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A desk on which the shipped catalog lies as a fresh clone of the project would have it.
fn clone_of_the_project() -> Desk {
    let desk = Desk::new().within("fonds");
    for name in ["fonds.toml", "records", "styles", "aliases", "examples"] {
        copy(&root().join(name), &desk.path(name));
    }
    desk.git(&["init", "--quiet"]);
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "the shipped catalog"]);
    desk
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else if from.exists() {
        fs::copy(from, to).expect("a file");
    }
}

/// The words of a command line: separated by spaces, grouped by single or double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// What the command line prints, stdout before stderr, and its exit code when it is not 0.
fn run(desk: &Desk, line: &str) -> String {
    let line = line
        .strip_prefix("cargo run --release -- ")
        .map_or(line.to_owned(), |rest| format!("fonds {rest}"));
    let words = words(&line);
    let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    let said = match words[0].as_str() {
        "fonds" => desk.fonds(&arguments),
        "git" => return desk.git(&arguments),
        other => panic!("`{other}` cannot be shown in a `console` block"),
    };
    let mut text = said.stdout;
    text.push_str(&said.stderr);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The ids of revisions (words of ten hexadecimal digits) of one document, numbered as they come.
#[derive(Default)]
struct RevisionIds(Vec<String>);

impl RevisionIds {
    /// `text` with each id as its number.
    fn number(&mut self, text: &str) -> String {
        let is_id = |word: &str| word.len() == 10 && word.bytes().all(|b| b.is_ascii_hexdigit());
        let mut numbered = String::new();
        for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
            let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_id(bare) {
                let known = self.0.iter().position(|id| id == bare);
                let number = known.unwrap_or_else(|| {
                    self.0.push(bare.to_owned());
                    self.0.len() - 1
                });
                numbered.push_str(&format!("revision-{number}"));
                numbered.push_str(&word[bare.len()..]);
            } else {
                numbered.push_str(word);
            }
        }
        numbered
    }
}

/// Whether `shown` says what `said` says; `...` stands for any lines.
fn agrees(shown: &str, said: &str) -> bool {
    let parts: Vec<&str> = shown.split("...\n").collect();
    let (Some((first, later)), Some(last)) = (parts.split_first(), parts.last()) else {
        return false;
    };
    if later.is_empty() {
        return shown == said;
    }
    let Some(mut rest) = said.strip_prefix(first).and_then(|rest| rest.strip_suffix(*last)) else {
        return false;
    };
    for part in &later[..later.len() - 1] {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// Runs the blocks of the document `path`; gives what differs and the text as it should be.
fn check(path: &Path) -> (Vec<String>, String) {
    let text = fs::read_to_string(path).expect("a document");
    let desk = clone_of_the_project();
    let (mut wrong, mut whole) = (Vec::new(), String::new());
    let mut lines = text.split_inclusive('\n').peekable();
    let (mut shown_ids, mut said_ids) = (RevisionIds::default(), RevisionIds::default());
    let mut inside = false;
    while let Some(line) = lines.next() {
        whole.push_str(line);
        if line.starts_with("```") {
            inside = !inside && line.trim_end() == "```console";
        }
        let Some(command) = line.strip_prefix("$ ").filter(|_| inside) else { continue };
        let mut shown = String::new();
        while let Some(next) =
            lines.next_if(|next| !next.starts_with("$ ") && !next.starts_with("```"))
        {
            shown.push_str(next);
        }
        let said = run(&desk, command.trim_end());
        // A blank line before the next command is for the eye.
        let blank = shown.ends_with("\n\n") && !said.ends_with("\n\n");
        let compared = if blank { &shown[..shown.len() - 1] } else { &shown };
        if agrees(&shown_ids.number(compared), &said_ids.number(&said)) {
            whole.push_str(&shown);
        } else {
            wrong
                .push(format!("{}: $ {command}--- shown\n{shown}--- said\n{said}", path.display()));
            whole.push_str(&said);
            whole.push_str(if blank { "\n" } else { "" });
        }
    }
    (wrong, whole)
}

fn documents() -> Vec<PathBuf> {
    let mut documents = vec![root().join("README.md")];
    for entry in fs::read_dir(root().join("docs")).expect("docs") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "md") {
            documents.push(path);
        }
    }
    documents.sort();
    documents
}

#[test]
fn documents_show_what_the_program_says() {
    if !git_is_here("the sessions of the documents") {
        return;
    }
    let bless = std::env::var_os("FONDS_BLESS").is_some();
    let mut all = Vec::new();
    for path in documents() {
        let (wrong, whole) = check(&path);
        if bless && !wrong.is_empty() {
            fs::write(&path, whole).expect("the document is written");
        } else {
            all.extend(wrong);
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn lines_may_be_left_out() {
    assert!(agrees("a\nb\n", "a\nb\n"));
    assert!(agrees("a\n...\n", "a\nb\nc\n"));
    assert!(agrees("a\n...\nc\n", "a\nb\nc\n"));
    assert!(!agrees("a\n...\nc\n", "a\nb\nc\nd\n"));
    assert!(!agrees("a\n", "a\nb\n"));
    assert!(!agrees("a\n...\nx\n", "a\nb\nc\n"));
}
