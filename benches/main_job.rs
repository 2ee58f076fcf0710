//! The main job, measured: record files read per second, one citation from a cold start beside
//! `git rev-parse HEAD`, a whole catalog written as CSV (with citations, beside pandoc's), and one
//! imported from CSL-JSON.
//!
//! ```text
//! cargo bench --bench main_job                      # 100,000 records
//! cargo bench --bench main_job -- --records 1000
//! cargo bench --bench main_job -- --growth 1000000  # exports only, from 10,000 records on by tens
//! ```

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod synthetic;

use std::io::BufWriter;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FONDS: &str = env!("CARGO_BIN_EXE_fonds");

/// Columns with citations, as people who check a catalog ask for them.
const COLUMNS: &str = "id,date,cite:chicago-notes,bib:chicago-notes";
/// As many citations as pandoc makes in a few seconds.
const CITED_BY_PANDOC: usize = 1000;
/// The fewest records that growth is measured from.
const FEWEST: usize = 10_000;

fn option(name: &str) -> Option<usize> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok())
}

fn fonds(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(FONDS);
    command.arg("-C").arg(folder).args(arguments);
    command.env("GIT_AUTHOR_NAME", "A").env("GIT_AUTHOR_EMAIL", "a@example.org");
    command.env("GIT_COMMITTER_NAME", "A").env("GIT_COMMITTER_EMAIL", "a@example.org");
    command.stderr(Stdio::null());
    command
}

fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    command
}

/// A catalog in `folder` with a work tree, made by git itself; gives how long git took to write it.
fn make_catalog(folder: &Path, records: usize) -> Duration {
    let start = Instant::now();
    assert!(git(folder, &["init", "-q", "-b", "main"]).status().expect("git runs").success());
    let mut import = git(folder, &["fast-import", "--quiet", "--done"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git fast-import starts");
    let stream = import.stdin.take().expect("a pipe");
    synthetic::write(BufWriter::new(stream), records, 1, 1).expect("the stream is taken");
    assert!(import.wait().expect("git fast-import ends").success());
    assert!(git(folder, &["reset", "-q", "--hard"]).status().expect("git runs").success());
    start.elapsed()
}

/// All records of the catalog in `folder` as CSL-JSON, imported into a catalog of its own: in one commit, then once
/// more, then taken back. Beside it what others need for parts of that: Python to read and write the JSON, git to
/// write such a catalog from a stream of files that are ready.
fn measure_import(folder: &Path, records: usize, by_git: Duration) {
    let work = tempfile::tempdir().expect("a folder");
    let source = work.path().join("items.json");
    let out = std::fs::File::create(&source).expect("a file");
    let mut export = fonds(folder, &["export", "--to", "csl-json"]);
    assert!(export.stdout(out).status().expect("fonds runs").success());
    let catalog = work.path().join("catalog");
    std::fs::create_dir(&catalog).expect("a folder");
    assert!(fonds(&catalog, &["init"]).status().expect("fonds runs").success());
    let file = source.to_str().expect("a path");
    for (what, arguments) in [
        ("fonds import of CSL-JSON, one commit", &["import", file][..]),
        ("the same file once more", &["import", file]),
        ("fonds undo", &["undo"]),
    ] {
        let (took, memory) = once(fonds(&catalog, arguments));
        println!(
            "{what}: {:.2} s, {:.0} records a second, at most {} MiB",
            took.as_secs_f64(),
            records as f64 / took.as_secs_f64(),
            memory / 1024
        );
        let status = git(&catalog, &["status", "--porcelain"]).output().expect("git runs");
        assert!(status.stdout.is_empty(), "{what}: the work tree is not clean");
    }
    println!(
        "  git fast-import and checkout of files that are ready: {:.2} s",
        by_git.as_secs_f64()
    );
    let there = Command::new("python3").arg("-V").stdout(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        return println!("  skipped: there is no python3 here");
    }
    let program = "import json, sys; json.dump(json.load(open(sys.argv[1])), sys.stdout)";
    let mut python = Command::new("python3");
    python.args(["-c", program, file]);
    let (took, memory) = once(python);
    println!(
        "  python3, json read and written and nothing else: {:.2} s, at most {} MiB",
        took.as_secs_f64(),
        memory / 1024
    );
}

/// The median of `runs` runs, and the highest resident memory seen in one (in KiB, where the system
/// tells).
fn time(runs: usize, mut command: impl FnMut() -> Command) -> (Duration, u64) {
    let mut times = Vec::new();
    let mut highest = 0;
    for _ in 0..=runs {
        let (took, memory) = once(command());
        times.push(took);
        highest = highest.max(memory);
    }
    times.remove(0); // the first run warms the caches
    times.sort();
    (times[times.len() / 2], highest)
}

/// How long `command` took, and its highest resident memory in KiB.
fn once(mut command: Command) -> (Duration, u64) {
    let mut highest = 0;
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("it ends") {
            break ended;
        }
        if start.elapsed() > Duration::from_millis(100) {
            highest = highest.max(high_water_mark(&status));
            std::thread::sleep(Duration::from_millis(2));
        } else {
            std::thread::yield_now();
        }
    };
    assert!(ended.success(), "{ended}");
    (start.elapsed(), highest)
}

fn high_water_mark(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Exports of catalogs that are ten times as large each time, and the exponent by which the time grows.
fn measure_growth(largest: usize) {
    let mut before: Option<Duration> = None;
    let mut records = FEWEST;
    while records <= largest {
        let folder = tempfile::tempdir().expect("a folder");
        make_catalog(folder.path(), records);
        let (took, memory) =
            time(1, || fonds(folder.path(), &["export", "--to", "csv", "--columns", COLUMNS]));
        let exponent = before.map(|before| (took.as_secs_f64() / before.as_secs_f64()).log10());
        println!(
            "{records} records as CSV with note and bibliography: {:.2} s, at most {} MiB{}",
            took.as_secs_f64(),
            memory / 1024,
            exponent.map(|exponent| format!(", exponent {exponent:.2}")).unwrap_or_default()
        );
        before = Some(took);
        records *= 10;
    }
}

/// Pandoc's citations of records of a catalog like that of `records`, which fonds exported with notes and
/// bibliography in `exported`.
fn measure_pandoc(records: usize, exported: Duration) {
    let there = Command::new("pandoc").arg("--version").stdout(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        return println!("  skipped: there is no pandoc here");
    }
    let number = CITED_BY_PANDOC.min(records);
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = folder.path().join("catalog");
    std::fs::create_dir(&catalog).expect("a folder");
    make_catalog(&catalog, number);
    let saved = |name: &str, arguments: &[&str]| {
        let output = fonds(&catalog, arguments).output().expect("fonds runs");
        assert!(output.status.success(), "{arguments:?}");
        let path = folder.path().join(name);
        std::fs::write(&path, &output.stdout).expect("written");
        (path.display().to_string(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    let (items, _) = saved("items.json", &["export", "--to", "csl-json"]);
    let (style, _) = saved("style.csl", &["styles", "show", "chicago-notes"]);
    let (_, ids) = saved("ids.csv", &["export", "--to", "csv", "--columns", "id", "--raw"]);
    let ids: Vec<&str> = ids.lines().skip(1).collect();
    let pandoc = |ids: &[&str], bibliography: bool| {
        let text: String = ids.iter().map(|id| format!("A.[@{id}]\n\n")).collect();
        let document = folder.path().join("document.md");
        std::fs::write(&document, text).expect("written");
        let mut command = Command::new("pandoc");
        command.args(["--citeproc", "--csl", &style, "--bibliography", &items, "-t", "plain"]);
        if !bibliography {
            command.args(["-M", "suppress-bibliography=true"]);
        }
        command.arg(document).stderr(Stdio::null());
        once(command).0.as_secs_f64()
    };
    let start = pandoc(ids.get(..1).unwrap_or_default(), false);
    let citations = (pandoc(&ids, false) - start).max(0.0) / ids.len() as f64;
    let both = (pandoc(&ids, true) - start).max(0.0) / ids.len() as f64;
    let ours = exported.as_secs_f64() / records as f64;
    println!(
        "  pandoc, without its start and the reading of items: {:.0} citations a second; with a \
         bibliography {:.0}; fonds, note and bibliography, all included: {:.0}, {:.0} times and {:.0} times as many",
        1.0 / citations,
        1.0 / both,
        1.0 / ours,
        citations / ours,
        both / ours
    );
}

fn main() {
    if let Some(largest) = option("--growth") {
        return measure_growth(largest);
    }
    let records = option("--records").unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a folder");
    let by_git = make_catalog(folder.path(), records);
    println!("a catalog of {records} records");

    let mut texts = Vec::new();
    for entry in ignore::Walk::new(folder.path().join("records")).flatten() {
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            texts.push((
                entry.path().display().to_string(),
                std::fs::read(entry.path()).expect("text"),
            ));
        }
    }
    let start = Instant::now();
    let read = texts
        .iter()
        .filter(|(name, text)| {
            let (draft, _) = fonds::record_file::read(text, name);
            draft.is_some_and(|draft| draft.finish().0.is_some())
        })
        .count();
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(read, texts.len(), "every record is sound");
    println!("read and judged on one core: {:.0} records a second", read as f64 / seconds);

    let id = texts[texts.len() / 2].0.rsplit('/').next().expect("a name").trim_end_matches(".toml");
    let cite = || {
        let mut command = Command::new(FONDS);
        command.arg("-C").arg(folder.path()).args(["cite", id]);
        command
    };
    let (cited, _) = time(20, cite);
    let (parsed, _) = time(20, || git(folder.path(), &["rev-parse", "HEAD"]));
    println!(
        "fonds cite ID: {:.1} ms; git rev-parse HEAD: {:.1} ms; ratio {:.1}",
        milliseconds(cited),
        milliseconds(parsed),
        cited.as_secs_f64() / parsed.as_secs_f64()
    );

    let (exported, memory) = time(3, || {
        let mut command = Command::new(FONDS);
        command.arg("-C").arg(folder.path()).args(["export", "--to", "csv"]);
        command
    });
    println!(
        "fonds export --to csv: {:.2} s, at most {} MiB",
        exported.as_secs_f64(),
        memory / 1024
    );

    let (exported, memory) =
        time(1, || fonds(folder.path(), &["export", "--to", "csv", "--columns", COLUMNS]));
    println!(
        "the same with Chicago note and bibliography: {:.2} s, at most {} MiB",
        exported.as_secs_f64(),
        memory / 1024
    );
    measure_pandoc(records, exported);

    measure_import(folder.path(), records, by_git);
}
