//! The formatter, measured beside its peers in the same run: citations and bibliography of N archival
//! items in Chicago notes, Chicago author-date, APA and IEEE; how the time grows; the highest memory.
//!
//! ```text
//! cargo bench --bench formatter                          # 100, 1,000, 10,000 and 50,000 items
//! cargo bench --bench formatter -- --items 100,1000
//! CITEPROC_JS=~/node_modules cargo bench --bench formatter   # with citeproc-js (needs node)
//! ```
//!
//! Peers: hayagriva, as a crate; citeproc-js, when `CITEPROC_JS` names a folder that holds
//! `citeproc` (and node is installed); pandoc, when installed. A peer that would take more than
//! about a minute for the next N is left out there. Each run is a process of its own, so that the
//! memory is its own. The items are made to be told apart: every tenth has the author and the year
//! of another.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fonds::citation::Item;
use fonds::formatter::write::Format;
use fonds::formatter::{Citation, Cite};
use fonds::ops::citeproc::{compile, print};
use fonds::style::bundled;
use serde_json::{Value, json};

/// The styles, by the name that the bundled ones go by.
const STYLES: [&str; 4] = ["chicago-notes", "chicago-author-date", "apa", "ieee"];

/// When a peer took this long, it is not asked for more.
const PATIENCE: Duration = Duration::from_secs(6);

/// Archival items: letters, telegrams, minutes, reports, with places in archives.
fn items(count: usize) -> Vec<Value> {
    const FAMILIES: [&str; 8] =
        ["Stalin", "Molotov", "Mao", "Zhou", "Acheson", "Kennan", "Gromyko", "Vyshinsky"];
    const GIVEN: [&str; 6] = ["Joseph", "Vyacheslav", "Zedong", "Enlai", "Dean", "George F."];
    (0..count)
        .map(|at| {
            // Every tenth item shares author and year with the one before.
            let who = if at % 10 == 9 { at - 1 } else { at };
            let family = format!("{}{}", FAMILIES[who % FAMILIES.len()], who / 37);
            json!({
                "id": format!("record-{at}"),
                "type": (["personal_communication", "manuscript", "report"][at % 3]),
                "genre": (["letter", "telegram", "minutes"][at % 3]),
                "title": format!("Telegram no. {at}: on the question of “mutual assistance” in {}", 1945 + at % 9),
                "author": [{"family": family, "given": GIVEN[who % GIVEN.len()]}],
                "recipient": [{"family": "Filippov", "given": "Ivan"}],
                "issued": {"date-parts": [[1945 + who % 9, 1 + at % 12, 1 + at % 28]]},
                "archive": "Archive of the President of the Russian Federation",
                "archive-place": "Moscow",
                "archive_location": format!("fond {}, opis 1, delo {}, listy {}–{}", at % 90, at % 400, at, at + 2),
                "number": format!("{at}"),
                "URL": format!("https://archive.example/{at}"),
                "accessed": {"date-parts": [[2024, 5, 6]]}
            })
        })
        .collect()
}

fn style_text(name: &str) -> String {
    bundled::style(name).expect("a bundled style").into_owned()
}

/// One run of ours, in this process.
fn run_fonds(style: &str, count: usize) {
    let items: Vec<Item> =
        items(count).iter().map(|value| Item::from_json(value).0.expect("an item")).collect();
    let start = Instant::now();
    let (style, _) = compile(&style_text(style), None, None);
    let citations: Vec<Citation> =
        (1..).zip(&items).map(|(note, item)| Citation::of(note, [Cite::of(&*item.id)])).collect();
    let printed = print(&style.expect("it compiles"), &items, &citations, Format::Text);
    report(start.elapsed(), printed.citations.len(), printed.bibliography.len());
}

/// One run of hayagriva, in this process.
fn run_hayagriva(style: &str, count: usize) {
    use hayagriva::citationberg::{LocaleCode, Style, json::Item};
    use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest};
    let archived = hayagriva::archive::ArchivedStyle::by_name(style).expect("a bundled style");
    let Style::Independent(style) = archived.get() else { unreachable!("independent") };
    let locales = hayagriva::archive::locales();
    let items: Vec<Item> = items(count)
        .into_iter()
        .map(|value| serde_json::from_value(value).expect("an item"))
        .collect();
    let start = Instant::now();
    let mut driver = BibliographyDriver::new();
    for item in &items {
        driver.citation(CitationRequest::new(
            vec![CitationItem::with_entry(item)],
            &style,
            Some(LocaleCode::en_us()),
            &locales,
            None,
        ));
    }
    let rendered = driver.finish(BibliographyRequest {
        style: &style,
        locale: Some(LocaleCode::en_us()),
        locale_files: &locales,
    });
    let entries = rendered.bibliography.map_or(0, |bibliography| bibliography.items.len());
    report(start.elapsed(), rendered.citations.len(), entries);
}

#[expect(clippy::print_stdout, reason = "the figures are handed to the process that asked")]
fn report(took: Duration, citations: usize, entries: usize) {
    println!("{} {citations} {entries}", took.as_secs_f64());
}

/// The time a run says it took, and its highest memory in MiB. `None` when it failed.
fn measure(mut command: Command, input: Option<&str>) -> Option<(Duration, u64)> {
    let start = Instant::now();
    let mut child = command
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    if let Some(input) = input {
        child.stdin.take()?.write_all(input.as_bytes()).ok()?;
    }
    let status = format!("/proc/{}/status", child.id());
    let watch = std::thread::spawn(move || {
        let mut highest = 0;
        while let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
            match kib {
                Some(kib) => highest = highest.max(kib),
                None => break,
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        highest / 1024
    });
    let output = child.wait_with_output().ok()?;
    let took = start.elapsed();
    let memory = watch.join().unwrap_or(0);
    if !output.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let seconds = said.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    Some((seconds.map_or(took, Duration::from_secs_f64), memory))
}

/// A run of this program as a process of its own.
fn ourselves(who: &str, style: &str, count: usize) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--run", who, style, &count.to_string()]);
    command
}

const CITEPROC_JS: &str = r"
const CSL = require(process.argv[1]); const fs = require('fs');
const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const byId = {}; for (const item of job.items) byId[item.id] = item;
const start = process.hrtime.bigint();
const engine = new CSL.Engine({ retrieveLocale: () => job.locale, retrieveItem: id => byId[id] }, job.style);
engine.updateItems(job.items.map(item => item.id));
const before = [];
job.items.forEach((item, at) => {
  const note = engine.opt.xclass === 'note' ? at + 1 : 0;
  const id = 'c' + at;
  engine.processCitationCluster({ citationID: id, citationItems: [{ id: item.id }], properties: { noteIndex: note } }, before, []);
  before.push([id, note]);
});
const entries = engine.makeBibliography();
console.log(Number(process.hrtime.bigint() - start) / 1e9, before.length, entries ? entries[1].length : 0);
";

fn citeproc_js(folder: &Path, style: &str, count: usize) -> Option<(Duration, u64)> {
    let job = json!({
        "style": style_text(style),
        "locale": bundled::locale("en-US").expect("a locale"),
        "items": items(count),
    });
    let mut command = Command::new("node");
    command.arg("-e").arg(CITEPROC_JS).arg(folder.join("citeproc"));
    measure(command, Some(&job.to_string()))
}

fn pandoc(style: &str, count: usize) -> Option<(Duration, u64)> {
    let folder = tempfile::tempdir().ok()?;
    let items = items(count);
    std::fs::write(folder.path().join("style.csl"), style_text(style)).ok()?;
    std::fs::write(folder.path().join("items.json"), Value::from(items.clone()).to_string())
        .ok()?;
    let mut text = String::new();
    for item in &items {
        text.push_str(&format!("A claim.[@{}]\n\n", item["id"].as_str().unwrap_or("")));
    }
    std::fs::write(folder.path().join("text.md"), text).ok()?;
    let mut command = Command::new("pandoc");
    command
        .current_dir(folder.path())
        .args(["--citeproc", "--csl=style.csl", "--bibliography=items.json", "-t", "plain"])
        .args(["-o", "out.txt", "text.md"]);
    measure(command, None)
}

fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

type Peer = (&'static str, Box<dyn Fn(&str, usize) -> Option<(Duration, u64)>>);

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [run, who, style, count] = &arguments[..]
        && run == "--run"
    {
        let count = count.parse().expect("a number");
        return if who == "fonds" { run_fonds(style, count) } else { run_hayagriva(style, count) };
    }
    let wanted = arguments.iter().skip_while(|argument| *argument != "--items").nth(1);
    let counts: Vec<usize> = wanted
        .map_or("100,1000,10000,50000", String::as_str)
        .split(',')
        .filter_map(|count| count.parse().ok())
        .collect();
    let mut peers: Vec<Peer> = vec![
        ("fonds", Box::new(|style, count| measure(ourselves("fonds", style, count), None))),
        ("hayagriva", Box::new(|style, count| measure(ourselves("hayagriva", style, count), None))),
    ];
    match std::env::var_os("CITEPROC_JS").map(PathBuf::from) {
        Some(folder) if is_installed("node") => {
            peers.push((
                "citeproc-js",
                Box::new(move |style, count| citeproc_js(&folder, style, count)),
            ));
        }
        _ => {
            println!("citeproc-js: skipped (set CITEPROC_JS to a node_modules folder; needs node)")
        }
    }
    if is_installed("pandoc") {
        peers.push(("pandoc", Box::new(pandoc)));
    } else {
        println!("pandoc: skipped (not installed)");
    }
    for style in STYLES {
        println!("\n{style}");
        for (name, run) in &peers {
            let mut figures: Vec<(usize, Duration)> = Vec::new();
            let mut line = format!("  {name:<12}");
            for &count in &counts {
                let growth = figures.last().map_or(1.0, |&(n, _)| count as f64 / n as f64);
                let last = figures.last().map_or(Duration::ZERO, |&(_, took)| took);
                if *name != "fonds" && last.mul_f64(growth) > PATIENCE * 10 {
                    line.push_str(&format!("  {count}: left out"));
                    continue;
                }
                match run(style, count) {
                    Some((took, memory)) => {
                        line.push_str(&format!(
                            "  {count}: {:.3} s {memory} MiB",
                            took.as_secs_f64()
                        ));
                        figures.push((count, took));
                    }
                    None => line.push_str(&format!("  {count}: failed")),
                }
            }
            if let [.., (n, before), (m, after)] = figures[..] {
                let exponent =
                    (after.as_secs_f64() / before.as_secs_f64()).ln() / (m as f64 / n as f64).ln();
                line.push_str(&format!("  growth n^{exponent:.2}"));
            }
            println!("{line}");
        }
    }
}
