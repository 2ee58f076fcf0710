//! The main job, measured: record files read per second, one citation from a cold start beside
//! `git rev-parse HEAD`, and a whole catalog written as CSV.
//!
//! ```text
//! cargo bench --bench main_job                   # 100,000 records
//! cargo bench --bench main_job -- --records 1000
//! ```

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod synthetic;

use std::io::BufWriter;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FONDS: &str = env!("CARGO_BIN_EXE_fonds");

fn records_wanted() -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--records");
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(100_000)
}

fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    command
}

/// A catalog in `folder` with a work tree, made by git itself.
fn make_catalog(folder: &Path, records: usize) {
    assert!(git(folder, &["init", "-q", "-b", "main"]).status().expect("git runs").success());
    let mut import = git(folder, &["fast-import", "--quiet", "--done"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git fast-import starts");
    let stream = import.stdin.take().expect("a pipe");
    synthetic::write(BufWriter::new(stream), records, 1, 1).expect("the stream is taken");
    assert!(import.wait().expect("git fast-import ends").success());
    assert!(git(folder, &["reset", "-q", "--hard"]).status().expect("git runs").success());
}

/// The median of `runs` runs, and the highest resident memory seen in one (in KiB, where the system
/// tells).
fn time(runs: usize, mut command: impl FnMut() -> Command) -> (Duration, u64) {
    let mut times = Vec::new();
    let mut highest = 0;
    for _ in 0..=runs {
        let start = Instant::now();
        let mut child = command().stdout(Stdio::null()).spawn().expect("it starts");
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
        times.push(start.elapsed());
        assert!(ended.success(), "{ended}");
    }
    times.remove(0); // the first run warms the caches
    times.sort();
    (times[times.len() / 2], highest)
}

fn high_water_mark(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn main() {
    let records = records_wanted();
    let folder = tempfile::tempdir().expect("a folder");
    make_catalog(folder.path(), records);
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
}
