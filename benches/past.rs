//! The speed of the past: fonds beside git, in one run, on a synthetic catalog.
//!
//! ```text
//! cargo bench --bench past                                     # 100,000 records x 100,000 commits
//! cargo bench --bench past -- --records 10000 --commits 10000
//! cargo bench --bench past -- --folder /tmp/catalogs           # keeps the catalogs, or uses those kept
//! cargo bench --bench past -- --growth                         # a tenth of each first, then the growth
//! cargo bench --bench past -- --long                           # and what reads everything, some minutes
//! ```
//!
//! The catalog has merges, renames with aliases, and records edited by hand. Everything is measured
//! as a user meets it, by running the program; times are medians, with the seconds of processor time
//! beside them, because a machine that is busy with other things tells nothing by the clock.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod synthetic;

use std::io::{BufRead, BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const FONDS: &str = env!("CARGO_BIN_EXE_fonds");

/// What a program took.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    /// By the clock, in milliseconds.
    wall: f64,
    /// Processor time of all its threads, in milliseconds.
    cpu: f64,
    /// The most memory it had at once, in MiB, files it had mapped among it.
    memory: f64,
}

fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn count(name: &str, default: usize) -> usize {
    option(name).and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn command(program: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "A")
        .env("GIT_AUTHOR_EMAIL", "a@example.org")
        .env("GIT_COMMITTER_NAME", "A")
        .env("GIT_COMMITTER_EMAIL", "a@example.org")
        .stdin(Stdio::null());
    command
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = command("git", folder, arguments).output().expect("git runs");
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Runs a program once, its answer thrown away.
fn run(program: &str, folder: &Path, arguments: &[&str]) -> Cost {
    // The system tells of a child that has ended what it took, added to all before it; `time` asks
    // for it in a process of its own.
    let mut timed = Command::new("sh");
    let script = r#"out=$1; shift; "$@" >"$out" & wait $!; code=$?; times; exit $code"#;
    let inner = command(program, folder, arguments);
    timed.args(["-c", script, "sh", "/dev/null"]).arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        timed.env(name, value.unwrap_or_default());
    }
    let start = Instant::now();
    let mut child = timed
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh runs");
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let mut memory = 0_f64;
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("it ends") {
            break ended;
        }
        if start.elapsed().as_millis() > 20 {
            let ids = std::fs::read_to_string(&children).unwrap_or_default();
            for id in ids.split_whitespace() {
                memory = memory.max(high_water_mark(id));
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        } else {
            std::thread::yield_now();
        }
    };
    let wall = start.elapsed().as_secs_f64() * 1000.0;
    // What fonds finds (exit code 1) is an answer, too.
    assert!(matches!(ended.code(), Some(0 | 1)), "{program} {arguments:?}: {ended}");
    let times = BufReader::new(child.stdout.take().expect("a pipe"));
    let of_children = times.lines().map_while(Result::ok).nth(1).unwrap_or_default();
    let cpu = of_children.split_whitespace().filter_map(seconds).sum::<f64>() * 1000.0;
    Cost { wall, cpu, memory }
}

/// `0m1.230s` in seconds.
fn seconds(text: &str) -> Option<f64> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
}

fn high_water_mark(id: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap_or(0.0) / 1024.0
}

/// The median of several costs, each by itself; the highest memory.
fn median(costs: &[Cost]) -> Cost {
    let of = |part: fn(&Cost) -> f64| {
        let mut all: Vec<f64> = costs.iter().map(part).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    let memory = costs.iter().map(|cost| cost.memory).fold(0.0, f64::max);
    Cost { wall: of(|cost| cost.wall), cpu: of(|cost| cost.cpu), memory }
}

/// Two programs by turns, after a run of each that warms the caches, so that a machine that grows
/// slower is so for both.
fn by_turns(runs: usize, mut ours: impl FnMut() -> Cost, mut theirs: impl FnMut() -> Cost) -> Pair {
    let (mut of_fonds, mut of_git) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let (a, b) = (ours(), theirs());
        if run > 0 || runs == 1 {
            of_fonds.push(a);
            of_git.push(b);
        }
    }
    Pair { fonds: median(&of_fonds), git: median(&of_git) }
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    fonds: Cost,
    git: Cost,
}

/// One line of the table.
struct Row {
    what: &'static str,
    beside: &'static str,
    aim: &'static str,
    cost: Pair,
}

fn print(rows: &[Row]) {
    println!(
        "| what | fonds ms (cpu) | MiB | git ms (cpu) | MiB | fonds/git (cpu) | aim |\n|---|---|---|---|---|---|---|"
    );
    for Row { what, beside, aim, cost: Pair { fonds, git } } in rows {
        println!(
            "| {what}; {beside} | {:.1} ({:.1}) | {:.0} | {:.1} ({:.1}) | {:.0} | {:.2} ({:.2}) | {aim} |",
            fonds.wall,
            fonds.cpu,
            fonds.memory,
            git.wall,
            git.cpu,
            git.memory,
            fonds.wall / git.wall,
            fonds.cpu / git.cpu,
        );
    }
}

/// A catalog with a work tree, packed, with a commit-graph with Bloom filters: the one in `folder`,
/// or one made there.
fn make_catalog(folder: &Path, records: usize, commits: usize) {
    let has = |name: &str| folder.join(".git").join(name).exists();
    std::fs::create_dir_all(folder).expect("a folder");
    if !has("objects") {
        git(folder, &["init", "-q", "-b", "main"]);
        git(folder, &["config", "gc.auto", "0"]);
        git(folder, &["config", "maintenance.auto", "false"]);
    }
    if !has("refs/heads/main") && !has("packed-refs") {
        let start = Instant::now();
        let mut import = command("git", folder, &["fast-import", "--quiet", "--done"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git fast-import starts");
        let stream = import.stdin.take().expect("a pipe");
        synthetic::write(BufWriter::with_capacity(1 << 20, stream), records, commits, 1)
            .expect("the stream is taken");
        assert!(import.wait().expect("git fast-import ends").success());
        println!("generated in {:.0} s", start.elapsed().as_secs_f64());
    }
    if !has("objects/info/commit-graph") {
        let start = Instant::now();
        git(folder, &["commit-graph", "write", "--reachable", "--changed-paths"]);
        println!("commit-graph with Bloom filters: {:.1} s", start.elapsed().as_secs_f64());
    }
    if !has("index") {
        git(folder, &["reset", "-q", "--hard"]);
    }
    let made = git(folder, &["rev-list", "--count", "HEAD"]);
    println!("{records} records, {} commits", made.trim());
}

/// The record file with the most commits among some of the catalog's, with how many it has.
fn busy_record(folder: &Path) -> (String, usize) {
    let touched = git(folder, &["log", "-3000", "--name-only", "--format=", "--", "records"]);
    let mut counts = std::collections::BTreeMap::new();
    for path in touched.lines().filter(|line| line.ends_with(".toml")) {
        *counts.entry(path.to_owned()).or_insert(0_usize) += 1;
    }
    let listed = git(folder, &["ls-files", "records"]);
    let there: std::collections::HashSet<&str> = listed.lines().collect();
    let mut busy: Vec<(usize, String)> = counts
        .into_iter()
        .filter(|(path, _)| there.contains(path.as_str()))
        .map(|(path, count)| (count, path))
        .collect();
    busy.sort();
    let path = busy.pop().map(|(_, path)| path).expect("a record");
    let steps = git(folder, &["rev-list", "--count", "HEAD", "--", &path]);
    (path, steps.trim().parse().unwrap_or(0))
}

fn measure(folder: &Path, records: usize, commits: usize) -> Vec<Row> {
    make_catalog(folder, records, commits);
    let (path, steps) = busy_record(folder);
    let id = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml").to_owned();
    println!("the record asked for: {id}, {steps} commits\n");
    let past = folder.join(".git/fonds/past");
    let fonds = |arguments: &[&str]| run(FONDS, folder, arguments);
    let git_run = |arguments: &[&str]| run("git", folder, arguments);
    let last = format!("HEAD~{}..HEAD", 1000.min(commits.saturating_sub(1)));
    let mut rows = Vec::new();
    let mut row = |what, beside, aim, cost| rows.push(Row { what, beside, aim, cost });

    let raw = ["log", "--raw", "--no-renames", "--diff-merges=first-parent"];
    let first_build = || {
        let _ = std::fs::remove_file(&past);
        fonds(&["log", &id])
    };
    let cost = by_turns(1, first_build, || git_run(&raw));
    row("first build of the index", "git log --raw over all", "2", cost);
    let bytes = std::fs::metadata(&past).map_or(0, |meta| meta.len());

    let cost = by_turns(7, || fonds(&["log", &id]), || git_run(&["log", "-p", "--", &path]));
    row("history of one record", "git log -p -- PATH, Bloom filters", "0.2", cost);
    let of_record = format!("record:{id}");
    let named = || fonds(&["audit", "--where", &of_record]);
    let cost = by_turns(7, named, || git_run(&["log", "-p", "--", &path]));
    row("audit --where record:ID", "git log -p -- PATH, Bloom filters", "0.2", cost);
    let cost = by_turns(7, || fonds(&["blame", &id]), || git_run(&["blame", "--", &path]));
    row("blame of one record", "git blame PATH", "", cost);
    let cost = by_turns(5, || fonds(&["audit", &last]), || git_run(&["log", "-p", &last]));
    row("audit of the last 1,000", "git log -p of them", "1", cost);
    let cost = by_turns(5, || fonds(&["audit", &last, "--json"]), || git_run(&["diff", &last]));
    row("audit --json of the last 1,000", "git diff of the two ends", "1", cost);
    let cost = by_turns(5, || fonds(&["diff", &last]), || git_run(&["diff", &last]));
    row("diff of the two ends", "git diff of them", "", cost);

    let cost = by_turns(3, || fonds(&["diff", &last, "--citations"]), || git_run(&["diff", &last]));
    row("how the citations of them read", "git diff of them", "", cost);
    if std::env::args().any(|argument| argument == "--long") {
        // What reads every version of everything, once. Exported before the last 1,000, a table is stale.
        let table = folder.join(".git/exported.csv");
        let before = last.trim_end_matches("..HEAD");
        let export = command(FONDS, folder, &["export", "--to", "csv", "--at", before]).output();
        std::fs::write(&table, export.expect("fonds runs").stdout).expect("a table");
        let table = table.to_string_lossy().into_owned();
        let whole = ["log", "-p", "--no-renames", "--diff-merges=first-parent"];
        let cost = by_turns(1, || fonds(&["stale", &table]), || git_run(&["diff", &last]));
        row("stale: a table of all records", "git diff of the two ends", "", cost);
        let evidence = || fonds(&["audit", "--without-evidence"]);
        let cost = by_turns(1, evidence, || git_run(&whole));
        row("audit --without-evidence", "git log -p over all", "", cost);
        let all = || fonds(&["audit", "--json"]);
        let cost = by_turns(1, all, || git_run(&whole));
        row("audit --json of everything", "git log -p over all", "", cost);
        let fsck = ["fsck", "--no-dangling", "--no-progress"];
        let cost = by_turns(1, || fonds(&["verify"]), || git_run(&fsck));
        row("verify", "git fsck", "", cost);
    }

    // One commit of one record, by each in turn, and the first question after it.
    let (mut saved, mut asked, mut committed, mut logged) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut number = 0;
    for _ in 0..6 {
        number += 1;
        saved.push(fonds(&["set", &id, &format!("note=number {number}"), "-m", "measured"]));
        asked.push(fonds(&["log", &id]));
        let file = folder.join(&path);
        let text = std::fs::read_to_string(&file).expect("the record");
        std::fs::write(&file, format!("# by hand {number}\n{text}")).expect("written");
        committed.push(git_run(&["commit", "-q", "-m", "measured", "--", &path]));
        logged.push(git_run(&["log", "-p", "--", &path]));
    }
    assert_eq!(git(folder, &["status", "--porcelain"]), "", "both leave everything clean");
    let pair = |fonds: &[Cost], git: &[Cost]| Pair {
        fonds: median(fonds.get(1..).unwrap_or_default()),
        git: median(git.get(1..).unwrap_or_default()),
    };
    row("one commit of one record: fonds set", "git commit PATH", "2", pair(&saved, &committed));
    row("the first question after a commit", "git log -p -- PATH", "50 ms", pair(&asked, &logged));
    println!("index: {:.1} MiB", bytes as f64 / f64::from(1 << 20));
    print(&rows);
    println!();
    rows
}

fn main() {
    let (records, commits) = (count("--records", 100_000), count("--commits", 100_000));
    let temporary = tempfile::tempdir().expect("a folder");
    let kept = option("--folder").map(PathBuf::from);
    let folder = |records: usize, commits: usize| {
        kept.as_deref().unwrap_or(temporary.path()).join(format!("{records}x{commits}"))
    };
    let mut tenth = None;
    if std::env::args().any(|argument| argument == "--growth") {
        let (records, commits) = (records / 10, commits / 10);
        tenth = Some(measure(&folder(records, commits), records, commits));
    }
    let whole = measure(&folder(records, commits), records, commits);
    if let Some(tenth) = tenth {
        println!("growth with ten times as much (processor time; memory):");
        for (small, large) in tenth.iter().zip(&whole) {
            let (a, b) = (small.cost, large.cost);
            println!(
                "  {}: fonds {:.1}; {:.1}   git {:.1}; {:.1}",
                large.what,
                b.fonds.cpu / a.fonds.cpu,
                b.fonds.memory / a.fonds.memory,
                b.git.cpu / a.git.cpu,
                b.git.memory / a.git.memory,
            );
        }
    }
}
