//! The styles that ship with the project through other processors: pandoc and citeproc-js print from
//! our CSL-JSON what fonds prints from it, for every shipped record and every shipped style.
//!
//! Where they differ, `tests/cases/citations/other-processors.txt` says why, by processor, style and
//! record; a difference that is not listed is an error, and so is one that is listed and gone.
//! pandoc is found on the path; citeproc-js in the folder that `CITEPROC_JS` names, with node.

use crate::desk::Desk;
use fonds::ops::citeproc::Processor;
use fonds::style::bundled;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is printed: for each record its note or citation, and its entry in the bibliography.
type Printed = BTreeMap<String, String>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shipped styles, by name.
fn styles() -> BTreeMap<String, PathBuf> {
    let paths = fs::read_dir(root().join("styles")).expect("styles");
    paths
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csl"))
        .map(|path| (path.file_stem().expect("a name").to_string_lossy().into_owned(), path))
        .collect()
}

fn items(desk: &Desk) -> Vec<Value> {
    let catalog = format!("-C{}", root().display());
    let said = desk.fonds(&[&catalog, "export", "--to", "csl-json"]).good();
    serde_json::from_str(&said.stdout).expect("CSL-JSON")
}

/// What the reference processor and fonds print where a style prints nothing; others print nothing.
const NOTHING: &str = "[CSL STYLE ERROR: reference with no printed form.]";

/// Text without what no reader sees: kinds of space, and space at the ends.
fn seen(text: &str) -> String {
    if text.trim().starts_with(NOTHING) {
        return String::new();
    }
    text.split(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{202f}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn ours(style: &Path, items: &[Value]) -> Printed {
    let csl = fs::read_to_string(style).expect("a style");
    let job = json!({ "csl": csl, "items": items });
    let answer = Processor::default().answer(&job.to_string());
    collected(&answer, items)
}

/// What an answer of `fonds citeproc`, or one like it, says of each item.
fn collected(answer: &Value, items: &[Value]) -> Printed {
    let texts = |key: &str| -> Vec<String> {
        let list = answer[key].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(seen).collect()
    };
    let ids = items.iter().filter_map(|item| item["id"].as_str());
    let cited = ids.zip(texts("citations")).map(|(id, text)| (format!("{id} cited"), text));
    // citeproc-js names entries that print nothing, and does not count them: entries go by place.
    let listed = texts("bibliography").into_iter().filter(|text| !text.is_empty());
    cited.chain((1..).zip(listed).map(|(at, text)| (format!("{at} listed"), text))).collect()
}

/// Each difference as a line of the list: processor, style, what is printed of which record.
fn differences(processor: &str, style: &str, ours: &Printed, theirs: &Printed) -> Vec<String> {
    let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    // Pandoc begins each footnote with a capital letter.
    let same = |key: &str| {
        let of = |printed: &Printed| printed.get(key).cloned().unwrap_or_default();
        let (ours, theirs) = (of(ours), of(theirs));
        let begun = |text: &str| {
            let mut rest = text.chars();
            rest.next().map(|first| first.to_uppercase().chain(rest).collect::<String>())
        };
        ours == theirs || processor == "pandoc" && begun(&ours) == begun(&theirs)
    };
    let differs = keys.into_iter().filter(|key| !same(key));
    differs
        .map(|key| {
            let text = |printed: &Printed| printed.get(key).cloned().unwrap_or_default();
            crate::told(&format!(
                "{processor} {style} {key}\n  fonds  {}\n  other  {}",
                text(ours),
                text(theirs)
            ));
            format!("{processor} {style} {key}")
        })
        .collect()
}

/// Compares what differs with what is listed for `processor`.
fn judge(processor: &str, found: &[String]) {
    let path = root().join("tests/cases/citations/other-processors.txt");
    let text = fs::read_to_string(&path).unwrap_or_default();
    // `PROCESSOR STYLE RECORD cited|listed: reason`; `*` stands for any style or record.
    let listed: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with(&format!("{processor} ")))
        .map(|line| line.split_once(": ").map_or(line, |(what, _)| what).split(' ').collect())
        .collect();
    let matches = |listed: &[&str], found: &str| {
        let found: Vec<&str> = found.split(' ').collect();
        found.len() == listed.len()
            && found.iter().zip(listed).all(|(found, listed)| *listed == "*" || listed == found)
    };
    let unlisted: Vec<&String> =
        found.iter().filter(|found| !listed.iter().any(|each| matches(each, found))).collect();
    let gone: Vec<String> = listed
        .iter()
        .filter(|each| !found.iter().any(|found| matches(each, found)))
        .map(|each| each.join(" "))
        .collect();
    assert!(
        unlisted.is_empty() && gone.is_empty(),
        "{} not listed: {unlisted:#?}\nlisted and gone: {gone:#?}",
        unlisted.len()
    );
}

/// The program for node: what citeproc-js prints of each item, cited once and listed.
const PROGRAM: &str = r#"
const CSL = require(process.argv[1] + '/citeproc');
const job = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const byId = Object.fromEntries(job.items.map(item => [item.id, item]));
const answers = {};
for (const [name, csl] of Object.entries(job.styles)) {
  const system = {
    retrieveLocale: tag => job.locales[tag] || job.locales['en-US'],
    retrieveItem: id => JSON.parse(JSON.stringify(byId[id])),
  };
  const engine = new CSL.Engine(system, csl);
  engine.setOutputFormat('text');
  const note = engine.opt.xclass === 'note';
  const before = [];
  const texts = {};
  job.items.forEach((item, at) => {
    const citation = { citationID: 'c' + at, citationItems: [{ id: item.id }],
      properties: { noteIndex: note ? at + 1 : 0 } };
    const [, changed] = engine.processCitationCluster(citation, before.slice(), []);
    for (const [index, text] of changed) texts[index] = text;
    before.push(['c' + at, note ? at + 1 : 0]);
  });
  const bibliography = engine.makeBibliography();
  answers[name] = {
    citations: job.items.map((_, at) => texts[at]),
    bibliography: bibliography ? bibliography[1] : [],
  };
}
console.log(JSON.stringify(answers));
"#;

#[test]
fn citeproc_js_prints_the_same() {
    let Some(folder) = std::env::var_os("CITEPROC_JS") else {
        return crate::skipped("citeproc-js", "CITEPROC_JS does not name its node_modules folder");
    };
    let desk = Desk::new();
    let items = items(&desk);
    let texts: BTreeMap<String, String> = styles()
        .into_iter()
        .map(|(name, path)| (name, fs::read_to_string(path).expect("a style")))
        .collect();
    let locales: BTreeMap<&str, String> = ["en-US", "en-GB", "de-DE", "ru-RU"]
        .into_iter()
        .filter_map(|tag| Some((tag, bundled::locale(tag)?.into_owned())))
        .collect();
    let job = json!({ "items": items, "styles": texts, "locales": locales });
    let folder = folder.to_string_lossy().into_owned();
    let mut child = Command::new("node")
        .args(["-e", PROGRAM, &folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, job.to_string().as_bytes()).expect("the job");
    drop(stdin);
    let output = child.wait_with_output().expect("an answer");
    let answers: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut found = Vec::new();
    for (name, path) in styles() {
        let theirs = collected(&answers[&name], &items);
        found.extend(differences("citeproc-js", &name, &ours(&path, &items), &theirs));
    }
    judge("citeproc-js", &found);
}

/// The text of a piece of HTML.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    seen(&text.replace("&#39;", "'").replace("&amp;", "&").replace(['↩', '\u{fe0e}'], ""))
}

fn between<'t>(text: &'t str, begin: &str, end: &str) -> Option<&'t str> {
    let rest = &text[text.find(begin)? + begin.len()..];
    rest.find(end).map(|at| &rest[..at])
}

fn pandoc(desk: &Desk, style: &Path, items: &[Value]) -> Printed {
    let ids: Vec<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
    let paragraphs: Vec<String> = ids.iter().map(|id| format!("BEGIN [@{id}] END\n")).collect();
    desk.write("all.md", paragraphs.join("\n"));
    let style = style.to_string_lossy().into_owned();
    let arguments =
        ["--citeproc", "--csl", &style, "--bibliography", "all.json", "--wrap=none", "all.md"];
    let output = desk.command("pandoc", &arguments).output().expect("pandoc");
    let html = String::from_utf8(output.stdout).expect("UTF-8");
    let mut printed = Printed::new();
    for (at, id) in (1..).zip(&ids) {
        let note = between(&html, &format!("<li id=\"fn{at}\""), "</li>");
        let note = note.and_then(|note| note.split_once('>')).map(|(_, text)| text);
        let in_text = || html.split("BEGIN").nth(at)?.split("END").next();
        if let Some(text) = note.or_else(in_text) {
            printed.insert(format!("{id} cited"), text_of(text));
        }
    }
    let entries = html.split("class=\"csl-entry\"").skip(1).filter_map(|entry| {
        let (_, text) = entry.split("</div>").next()?.split_once('>')?;
        Some(text_of(text)).filter(|text| !text.is_empty())
    });
    printed.extend((1..).zip(entries).map(|(at, text)| (format!("{at} listed"), text)));
    printed
}

/// The entries in the order of their texts: pandoc puts one that has nothing to be sorted by first,
/// where the specification of CSL ("Sorting") puts it last.
fn by_text(printed: Printed) -> Printed {
    let (listed, cited): (Printed, Printed) =
        printed.into_iter().partition(|(key, _)| key.ends_with(" listed"));
    let mut texts: Vec<String> = listed.into_values().collect();
    texts.sort();
    let listed = (1..).zip(texts).map(|(at, text)| (format!("{at} listed"), text));
    cited.into_iter().chain(listed).collect()
}

#[test]
fn pandoc_prints_the_same() {
    if Command::new("pandoc").arg("--version").output().is_err() {
        return crate::skipped("the styles through pandoc", "pandoc is not installed");
    }
    let desk = Desk::new();
    let items = items(&desk);
    desk.write("all.json", Value::from(items.clone()).to_string());
    let mut found = Vec::new();
    for (name, path) in styles() {
        let theirs = pandoc(&desk, &path, &items);
        let (ours, theirs) = (by_text(ours(&path, &items)), by_text(theirs));
        found.extend(differences("pandoc", &name, &ours, &theirs));
    }
    judge("pandoc", &found);
}
