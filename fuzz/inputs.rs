//! What the fuzz targets do with an input, and what must hold of it. Finds are replayed with the
//! same code by the tests of the project.

use fonds::citation::Item;
use fonds::formatter::write::{Format, Writing};
use fonds::formatter::{Citation, Cite, Options, Processor};
use fonds::ops::citeproc;
use fonds::problem::Severity;
use fonds::style::{Sources, Style, bundled};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Runs the target with this name over an input. Panics when a promise is broken.
pub fn run(target: &str, data: &[u8]) {
    match target {
        "style" => style(data),
        "item" => item(data),
        "record" => record(data),
        "job" => job(data),
        _ => panic!("there is no target `{target}`"),
    }
}

/// The text of a style, over a few items that have something of everything.
fn style(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let sources = Sources { style: &bundled::style, locale: &bundled::locale };
    let (style, problems) = Style::compile(text, None, &sources);
    let Some(style) = style else {
        let is_error = problems.iter().any(|problem| problem.severity == Severity::Error);
        assert!(is_error, "a style is refused without an error");
        return;
    };
    thread_local! {
        static ITEMS: (Vec<Item>, Vec<Citation>) = parsed(include_str!("seeds/item/archival"));
    }
    ITEMS.with(|(items, citations)| {
        print(&style, items, citations, Format::Html, true);
        print(&style, items, citations, Format::Text, false);
    });
}

/// Prints, and checks what holds of every answer.
fn print(style: &Style, items: &[Item], citations: &[Citation], format: Format, like: bool) {
    let writing = Writing { format, links: like };
    let options = Options { writing, like_reference: like, ..Options::default() };
    let formatted = Processor::new(style).process(items, citations, &options);
    assert_eq!(formatted.citations.len(), citations.len(), "each citation has its text");
    assert!(formatted.bibliography.len() <= items.len(), "no item has two entries");
    for entry in &formatted.bibliography {
        assert!(items.iter().any(|item| *item.id == *entry.id), "each entry has its item");
    }
    let texts = formatted.citations.iter().chain(formatted.bibliography.iter().map(|e| &e.text));
    for text in texts {
        // A terminal gets those that we write ourselves.
        let is_clean = format == Format::Terminal || !text.contains('\u{1b}');
        assert!(is_clean, "no control sequence comes through: {text:?}");
    }
}

/// The styles that items are printed in: of every kind, and with what is seldom.
const STYLES: [&str; 12] = [
    "apa",
    "chicago-notes",
    "chicago-author-date",
    "ieee",
    "modern-language-association",
    "alphanumeric",
    "gb-7714-2015-note",
    "deutsche-gesellschaft-für-psychologie",
    "harvard-cite-them-right",
    "american-medical-association",
    "gost-r-705-2008-numeric",
    "turabian-fullnote-8",
];
const LOCALES: [Option<&str>; 6] =
    [None, Some("de-DE"), Some("fr-FR"), Some("ru-RU"), Some("zh-CN"), Some("ar")];

/// Items and citations in a small language of lines, in one of several styles: the first two
/// bytes choose it, its locale and the format.
///
/// A line `key=value` is a field (of CSL-JSON; names as `Family, Given; Family, Given`, anything
/// else as JSON), an empty line ends an item, `> 1|p. 5|page|see|.|s ; 2` is a citation.
fn item(data: &[u8]) {
    let [first, second, text @ ..] = data else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let name = STYLES[usize::from(*first) % STYLES.len()];
    let locale = LOCALES[usize::from(*second) % LOCALES.len()];
    let format = Format::NAMES[usize::from(*second) / LOCALES.len() % Format::NAMES.len()].1;
    let (items, citations) = parsed(text);
    let style = style_named(name, locale);
    print(&style, &items, &citations, format, first & 1 == 0);
}

fn style_named(name: &'static str, locale: Option<&'static str>) -> Rc<Style> {
    type Key = (&'static str, Option<&'static str>);
    thread_local! {
        static STYLES: RefCell<HashMap<Key, Rc<Style>>> = RefCell::default();
    }
    STYLES.with_borrow_mut(|styles| {
        let compile = || {
            let text = bundled::style(name).expect("a bundled style");
            Rc::new(citeproc::compile(&text, locale, None).0.expect("a style that compiles"))
        };
        Rc::clone(styles.entry((name, locale)).or_insert_with(compile))
    })
}

/// The items and citations of a text; without citations, each item is cited twice.
fn parsed(text: &str) -> (Vec<Item>, Vec<Citation>) {
    let mut items = Vec::new();
    let mut lists = Vec::new();
    for part in text.split("\n\n").take(40) {
        let mut object = serde_json::Map::new();
        object.insert("id".into(), items.len().into());
        for line in part.lines() {
            if let Some(citation) = line.strip_prefix('>') {
                lists.push(citation);
            } else if let Some((key, value)) = line.split_once('=') {
                object.insert(key.into(), field(key, value));
            }
        }
        let value = Value::Object(object);
        items.push(value);
    }
    let mut problems = Vec::new();
    let items = citeproc::read_items(Some(&Value::Array(items)), &mut problems);
    let mut citations: Vec<Citation> = lists
        .iter()
        .take(60)
        .zip(1..)
        .map(|(list, note)| {
            let cites = list.split(';').take(20).filter_map(|cite| {
                let mut parts = cite.split('|');
                let mut next = || parts.next().unwrap_or("");
                let mut cite = json!({"id": next().trim(), "locator": next(), "label": next(),
                    "prefix": next(), "suffix": next()});
                let flags = next();
                cite["suppress-author"] = flags.contains('s').into();
                cite["author-only"] = flags.contains('a').into();
                citeproc::read_cite(&cite, &mut Vec::new())
            });
            Citation::of(if list.starts_with('>') { 0 } else { note }, cites)
        })
        .collect();
    if citations.is_empty() {
        let twice = items.iter().chain(&items);
        citations =
            twice.zip(1..).map(|(item, note)| Citation::of(note, [Cite::of(&*item.id)])).collect();
    }
    (items, citations)
}

fn field(key: &str, value: &str) -> Value {
    if value.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(value)
    {
        return value;
    }
    let names =
        ["author", "editor", "translator", "recipient", "container-author", "collection-editor"];
    if names.contains(&key) {
        let name = |name: &str| match name.split_once(',') {
            Some((family, given)) => json!({"family": family.trim(), "given": given.trim()}),
            None => json!({"literal": name.trim()}),
        };
        return value.split(';').map(name).collect();
    }
    value.into()
}

/// The text of a record: what was read of it is written, and read again as the same.
fn record(data: &[u8]) {
    let (root, problems) = fonds::record_file::read_tree(data, "find.toml");
    if let Some(root) = root
        && problems.is_empty()
    {
        let written = fonds::record_file::write(&root);
        let (again, problems) = fonds::record_file::read_tree(written.as_bytes(), "again.toml");
        assert!(problems.is_empty(), "what was written can be read: {problems:?}\n{written}");
        assert_eq!(again.as_ref(), Some(&root), "it is the same:\n{written}");
    }
    let (draft, _) = fonds::record_file::read(data, "find.toml");
    let Some((Some(record), _)) = draft.map(|draft| draft.finish()) else { return };
    let again = fonds::record::Draft::from(&record);
    let written = fonds::record_file::write(&again.root);
    let (draft, problems) = fonds::record_file::read(written.as_bytes(), "again.toml");
    assert!(problems.is_empty(), "a record that was written can be read: {problems:?}\n{written}");
    let (read, problems) = draft.expect("a draft").finish();
    let read = read.unwrap_or_else(|| panic!("a record stays one: {problems:?}\n{written}"));
    assert_eq!(
        serde_json::to_value(&read).ok(),
        serde_json::to_value(&record).ok(),
        "a record stays the same:\n{written}"
    );
}

/// A line that `fonds citeproc` reads.
fn job(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A style by its path would read files.
    if let Ok(job) = serde_json::from_str::<Value>(text)
        && let Some(name) = job.get("style").and_then(Value::as_str)
        && name.contains(['/', '\\', '.'])
    {
        return;
    }
    let answer = citeproc::Processor::default().answer(text);
    assert!(answer["citations"].is_array() && answer["problems"].is_array());
}
