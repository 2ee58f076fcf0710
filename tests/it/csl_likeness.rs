//! Small styles in which the reference processor has habits of its own: what it prints, which
//! `fonds citeproc` prints too, and what the specification asks for where that is something else.
//!
//! `tests/cases/csl/likeness.jsonl`, one case a line: `what` the case is about; `attributes` of
//! `cs:style`, the default `locale` and the content of the `style`; `items` and `citations` as in a
//! job; `reference`, what citeproc-js prints; `specification`, what is printed without regard to it,
//! where that differs. With `FONDS_BLESS` the latter is written anew.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use fonds::formatter::write::{Format, Writing};
use fonds::formatter::{Citation, Cite, Options, Processor};
use fonds::ops::citeproc::{compile, print, read_citations, read_items};
use fonds::style::bundled;
use serde_json::{Map, Value, json};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/csl/likeness.jsonl");

fn cases() -> Vec<Map<String, Value>> {
    let text = fs::read_to_string(CASES).expect("the cases");
    text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

fn style_of(case: &Map<String, Value>) -> String {
    let text = |key: &str| case[key].as_str().expect(key);
    format!(
        r#"<style xmlns="http://purl.org/net/xbiblio/csl" {} version="1.0" default-locale="{}"><info>
        <title>case</title><id>case</id><updated>2024-01-01T00:00:00+00:00</updated></info>{}</style>"#,
        text("attributes"),
        text("locale"),
        text("style"),
    )
}

/// What was printed, as the cases have it: nothing is said of a style without a bibliography.
fn printed(citations: Vec<String>, bibliography: Vec<String>) -> Value {
    let mut printed = json!({ "citations": citations });
    if !bibliography.is_empty() {
        printed["bibliography"] = bibliography.into();
    }
    printed
}

#[test]
fn habits_of_the_reference_processor() {
    let mut blessed = String::new();
    let mut differs = Vec::new();
    for mut case in cases() {
        let what = case["what"].as_str().expect("what").to_owned();
        let (style, problems) = compile(&style_of(&case), None, None);
        let style = style.unwrap_or_else(|| panic!("{what}: {problems:?}"));
        let mut problems = Vec::new();
        let items = read_items(case.get("items"), &mut problems);
        let citations = match case.get("citations") {
            Some(given) => read_citations(given, &mut problems),
            None => (1..).zip(&items).map(|(n, i)| Citation::of(n, [Cite::of(&*i.id)])).collect(),
        };
        assert!(problems.is_empty(), "{what}: {problems:?}");

        let found = print(&style, &items, &citations, Format::Text);
        let found = printed(found.citations, found.bibliography);
        if found != case["reference"] {
            differs.push(format!("{what}: {} instead of {}", found, case["reference"]));
        }

        let writing = Writing { format: Format::Text, links: false };
        let options = Options { writing, ..Options::default() };
        let found = Processor::new(&style).process(&items, &citations, &options);
        let entries = found.bibliography.into_iter().map(|entry| entry.text).collect();
        let found = printed(found.citations, entries);
        let wanted = case.get("specification").unwrap_or(&case["reference"]);
        if std::env::var_os("FONDS_BLESS").is_some() {
            case.remove("specification");
            if found != case["reference"] {
                case.insert("specification".into(), found);
            }
            blessed.push_str(&(Value::Object(case).to_string() + "\n"));
        } else if found != *wanted {
            differs.push(format!("{what}: by the specification {found} instead of {wanted}"));
        }
    }
    if !blessed.is_empty() {
        fs::write(CASES, blessed).expect("the cases are written");
    }
    assert!(differs.is_empty(), "{differs:#?}");
}

/// The program for node: what citeproc-js prints of each case.
const PROGRAM: &str = r#"
const CSL = require(process.argv[1] + '/citeproc');
const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const answers = input.jobs.map(job => {
  const byId = Object.fromEntries(job.items.map(item => [item.id, item]));
  const engine = new CSL.Engine({
    retrieveLocale: tag => input.locales[tag] || false,
    retrieveItem: id => JSON.parse(JSON.stringify(byId[id])),
  }, job.style);
  engine.setOutputFormat('text');
  const note = engine.opt.xclass === 'note';
  const given = job.citations || job.items.map((item, at) => ({ note: at + 1, items: [{ id: item.id }] }));
  const before = [];
  const texts = [];
  given.forEach((citation, at) => {
    const noteIndex = note ? citation.note : 0;
    const [, changed] = engine.processCitationCluster(
      { citationID: 'c' + at, citationItems: citation.items, properties: { noteIndex } }, before.slice(), []);
    for (const [index, text] of changed) texts[index] = text.trim();
    before.push(['c' + at, noteIndex]);
  });
  const bibliography = engine.makeBibliography();
  return { citations: texts, bibliography: bibliography ? bibliography[1].map(text => text.trim()) : [] };
});
console.log(JSON.stringify(answers));
"#;

#[test]
fn citeproc_js_has_these_habits() {
    let Some(folder) = std::env::var_os("CITEPROC_JS") else {
        return crate::skipped("citeproc-js", "CITEPROC_JS does not name its node_modules folder");
    };
    let cases = cases();
    let jobs: Vec<Value> = cases
        .iter()
        .map(|case| {
            let citations = case.get("citations").cloned().unwrap_or(Value::Null);
            json!({ "style": style_of(case), "items": case["items"], "citations": citations })
        })
        .collect();
    let tags = cases.iter().filter_map(|case| case["locale"].as_str()).chain(["en-US"]);
    let locales: BTreeMap<&str, String> =
        tags.filter_map(|tag| Some((tag, bundled::locale(tag)?.into_owned()))).collect();
    let mut child = Command::new("node")
        .args(["-e", PROGRAM, &folder.to_string_lossy()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = json!({ "jobs": jobs, "locales": locales }).to_string();
    std::io::Write::write_all(&mut stdin, input.as_bytes()).expect("the jobs");
    drop(stdin);
    let output = child.wait_with_output().expect("an answer");
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    for (case, answer) in cases.iter().zip(answers) {
        let list = |key: &str| serde_json::from_value(answer[key].clone()).expect(key);
        // Its plain text has no lines.
        let reference = case["reference"].to_string().replace("\\n", "");
        assert_eq!(printed(list("citations"), list("bibliography")).to_string(), reference);
    }
}
