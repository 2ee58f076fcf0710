//! Who is measured, and how each is run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fonds::citation::Item;
use fonds::formatter::write::Format;
use fonds::formatter::{Citation, Cite};
use fonds::ops::citeproc::{compile, print};
use fonds::style::bundled;
use serde_json::{Value, json};

use crate::inputs::Input;
use crate::run::{Ran, high_water_mark, run};

/// The program.
pub const FONDS: &str = env!("CARGO_BIN_EXE_fonds");

/// A processor. The library and the crate are measured without reading the items, citeproc-js too;
/// the two programs as a whole, from the file to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// The library, in a process of its own.
    Fonds,
    /// `fonds citeproc`.
    Program,
    /// hayagriva as a crate.
    Hayagriva,
    /// citeproc-js in node.
    CiteprocJs,
    /// `pandoc --citeproc`.
    Pandoc,
}

impl Peer {
    pub const ALL: [Peer; 5] =
        [Peer::Fonds, Peer::Program, Peer::Hayagriva, Peer::CiteprocJs, Peer::Pandoc];

    pub fn name(self) -> &'static str {
        match self {
            Peer::Fonds => "fonds",
            Peer::Program => "fonds citeproc",
            Peer::Hayagriva => "hayagriva",
            Peer::CiteprocJs => "citeproc-js",
            Peer::Pandoc => "pandoc",
        }
    }

    pub fn is_ours(self) -> bool {
        matches!(self, Peer::Fonds | Peer::Program)
    }

    /// Whether it can be run here; why not, otherwise.
    pub fn is_here(self) -> Result<(), &'static str> {
        match self {
            Peer::CiteprocJs if citeproc_js_folder().is_none() => {
                Err("set CITEPROC_JS to a node_modules folder that holds it")
            }
            Peer::CiteprocJs if !is_installed("node") => Err("node is not installed"),
            Peer::Pandoc if !is_installed("pandoc") => Err("it is not installed"),
            _ => Ok(()),
        }
    }

    /// Cites `count` items of the input in the style, each once, and prints the bibliography.
    pub fn cite(self, style: &str, input: Input, count: usize, limit: Duration) -> Ran {
        match self {
            Peer::Fonds | Peer::Hayagriva => {
                let Ok(program) = std::env::current_exe() else { return Ran::Failed };
                let mut command = Command::new(program);
                command.args(["--run", self.name(), style, input.name(), &count.to_string()]);
                run(command, None, limit)
            }
            Peer::CiteprocJs => citeproc_js(style, input, count, limit),
            Peer::Program => in_folder(input, count, |folder| {
                let mut command = Command::new(FONDS);
                command.args(["citeproc", "--style", style, "items.json"]).current_dir(folder);
                Ok(run(command, None, limit))
            }),
            Peer::Pandoc => in_folder(input, count, |folder| pandoc(style, folder, count, limit)),
        }
    }
}

/// One run of the library or the crate, in this process.
pub fn run_here(peer: &str, style: &str, input: Input, count: usize) {
    if peer == Peer::Fonds.name() {
        run_fonds(style, input, count);
    } else {
        run_hayagriva(style, input, count);
    }
}

fn run_fonds(style: &str, input: Input, count: usize) {
    let items: Vec<Item> = (0..count).filter_map(|at| Item::from_json(&input.item(at)).0).collect();
    let start = Instant::now();
    let (style, _) = compile(&style_text(style), None, None);
    let citations: Vec<Citation> =
        (1..).zip(&items).map(|(note, item)| Citation::of(note, [Cite::of(&*item.id)])).collect();
    let printed = print(&style.expect("it compiles"), &items, &citations, Format::Text);
    report(start.elapsed(), printed.citations.len(), printed.bibliography.len());
}

fn run_hayagriva(style: &str, input: Input, count: usize) {
    use hayagriva::citationberg::{LocaleCode, Style, json::Item};
    use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest};
    let archived = hayagriva::archive::ArchivedStyle::by_name(style).expect("a bundled style");
    let Style::Independent(style) = archived.get() else { unreachable!("independent") };
    let locales = hayagriva::archive::locales();
    let items: Vec<Item> =
        (0..count).map(|at| serde_json::from_value(input.item(at)).expect("an item")).collect();
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
    let kib = high_water_mark("/proc/self/status");
    println!("{} {kib} {citations} {entries}", took.as_secs_f64());
}

fn style_text(name: &str) -> String {
    bundled::style(name).expect("a bundled style").into_owned()
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
const took = Number(process.hrtime.bigint() - start) / 1e9;
console.log(took, process.resourceUsage().maxRSS, before.length, entries ? entries[1].length : 0);
";

fn citeproc_js_folder() -> Option<PathBuf> {
    std::env::var_os("CITEPROC_JS").map(PathBuf::from)
}

fn citeproc_js(style: &str, input: Input, count: usize, limit: Duration) -> Ran {
    let Some(folder) = citeproc_js_folder() else { return Ran::Failed };
    let job = json!({
        "style": style_text(style),
        "locale": bundled::locale("en-US").expect("a locale"),
        "items": input.items(count),
    });
    let mut command = Command::new("node");
    command.arg("-e").arg(CITEPROC_JS).arg(folder.join("citeproc"));
    run(command, Some(job.to_string()), limit)
}

/// Acts in a folder that holds the items.
fn in_folder(input: Input, count: usize, act: impl FnOnce(&Path) -> std::io::Result<Ran>) -> Ran {
    let make = || {
        let folder = tempfile::tempdir()?;
        let items = Value::from(input.items(count)).to_string();
        std::fs::write(folder.path().join("items.json"), items)?;
        act(folder.path())
    };
    make().unwrap_or(Ran::Failed)
}

fn pandoc(style: &str, folder: &Path, count: usize, limit: Duration) -> std::io::Result<Ran> {
    std::fs::write(folder.join("style.csl"), style_text(style))?;
    let text: String = (0..count).map(|at| format!("A claim.[@record-{at}]\n\n")).collect();
    std::fs::write(folder.join("text.md"), text)?;
    let mut command = Command::new("pandoc");
    command
        .current_dir(folder)
        .args(["--citeproc", "--csl=style.csl", "--bibliography=items.json", "-t", "plain"])
        .args(["-o", "out.txt", "text.md"]);
    Ok(run(command, None, limit))
}

fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
