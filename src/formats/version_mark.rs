//! The version of a record in an exported file: written with each record, and read out again.
//!
//! A version is the name that Git gives to the text of the record. Where a format has no place for
//! it, a comment that every reader of the format passes over says `fonds version VERSION ID`.

use super::writer::Outgoing;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// What a mark begins with.
const MARK: &str = "fonds version ";
/// What may stand before a mark on its line: the comments of LaTeX, YAML, Typst, Markdown and XML,
/// the field of RIS, and a destination of RTF that no reader knows.
const LEADS: [&str; 7] = ["% ", "# ", "// ", "<!-- ", "<?", "C6  - ", "{\\*\\"];

/// The mark of a record, without what makes it a comment; `None` when its version is not known.
pub fn mark(outgoing: &Outgoing<'_>) -> Option<String> {
    outgoing.version.map(|version| format!("{MARK}{version} {}", outgoing.record.id))
}

/// The id of the record that the mark `text` is of; `None` when it is no mark. Whoever reads a file can pass over marks.
pub fn marked_id(text: &str) -> Option<&str> {
    parsed(text).map(|(_, id)| id)
}

/// The marks in comments of BibTeX and YAML: the ids of the records by the number of the line behind the mark, from 1.
pub(super) fn marks_before_lines(text: &str) -> HashMap<usize, &str> {
    fn marked((at, line): (usize, &str)) -> Option<(usize, &str)> {
        let line = line.trim_end();
        Some((at + 2, marked_id(line.strip_prefix("% ").or(line.strip_prefix("# "))?)?))
    }
    match text.contains(MARK) {
        true => text.lines().enumerate().filter_map(marked).collect(),
        false => HashMap::new(),
    }
}

/// Version and id of the mark that `text` begins with.
fn parsed(text: &str) -> Option<(&str, &str)> {
    let (version, rest) = text.strip_prefix(MARK)?.split_once(' ')?;
    let is_version = version.len() == 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    let in_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let id = rest.split(|c| !in_id(c)).next().unwrap_or("");
    // A comment of HTML ends in what an id may hold as well.
    let id = if rest.ends_with(" -->") { rest.trim_end_matches(" -->") } else { id };
    (is_version && !id.is_empty()).then_some((version, id))
}

/// The versions of the records in `text`, by their ids, whatever format it is exported to; nothing
/// when it carries none.
///
/// ```
/// use fonds::formats::versions_in;
/// let bib = "% fonds version 1f7a7a472abf3dd9643fd615f6da379c4acb3e3a a-letter\n@misc{a-letter,\n}\n";
/// assert_eq!(versions_in(bib)["a-letter"], "1f7a7a472abf3dd9643fd615f6da379c4acb3e3a");
/// assert!(versions_in("@misc{a-letter,\n}\n").is_empty());
/// ```
pub fn versions_in(text: &str) -> BTreeMap<String, String> {
    let text = text.trim_start_matches('\u{feff}');
    match text.trim_start().chars().next() {
        Some('[') => serde_json::from_str::<Vec<JsonItem>>(text)
            .map(|items| items.into_iter().filter_map(JsonItem::version).collect())
            .unwrap_or_default(),
        Some('{') => text
            .lines()
            .filter_map(|line| serde_json::from_str::<JsonItem>(line).ok()?.version())
            .collect(),
        _ => {
            let marks: BTreeMap<String, String> = text.lines().filter_map(on_line).collect();
            if marks.is_empty() { in_table(text) } else { marks }
        }
    }
}

/// An item of CSL-JSON, or a line of JSON Lines.
#[derive(Deserialize)]
struct JsonItem {
    id: String,
    version: Option<String>,
    custom: Option<Custom>,
}

#[derive(Deserialize)]
struct Custom {
    fonds: Option<Own>,
}

#[derive(Deserialize)]
struct Own {
    version: Option<String>,
}

impl JsonItem {
    fn version(self) -> Option<(String, String)> {
        let of_item = self.custom.and_then(|custom| custom.fonds).and_then(|own| own.version);
        Some((self.id, self.version.or(of_item)?))
    }
}

/// The names of the records in a file that carries no versions: keys of BibTeX, ids of CSL-JSON and
/// JSON Lines, the column `id` of a table, in their order.
pub fn keys_in(text: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    let text = text.trim_start_matches('\u{feff}');
    match text.trim_start().chars().next() {
        Some('[') => serde_json::from_str::<Vec<Named>>(text)
            .map(|items| items.into_iter().map(|item| item.id).collect())
            .unwrap_or_default(),
        Some('{') => text
            .lines()
            .filter_map(|line| Some(serde_json::from_str::<Named>(line).ok()?.id))
            .collect(),
        _ => {
            let keys: Vec<String> = text.lines().filter_map(entry_key).collect();
            if keys.is_empty() { column_of_table(text, "id") } else { keys }
        }
    }
}

/// The key of the entry of BibTeX that begins on a line.
fn entry_key(line: &str) -> Option<String> {
    let (kind, rest) = line.trim_start().strip_prefix('@')?.split_once('{')?;
    let kind = kind.trim().to_ascii_lowercase();
    let key = rest.split(',').next()?.trim();
    let is_entry = !matches!(kind.as_str(), "comment" | "string" | "preamble");
    (is_entry && !key.is_empty() && rest.contains(',')).then(|| key.to_owned())
}

/// The values of one column of a table.
fn column_of_table(text: &str, name: &str) -> Vec<String> {
    let first = text.lines().next().unwrap_or("");
    let separator = if first.contains('\t') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .quoting(separator == b',')
        .flexible(true)
        .from_reader(text.as_bytes());
    let Ok(header) = reader.headers() else { return Vec::new() };
    let Some(column) = header.iter().position(|known| known == name) else { return Vec::new() };
    let rows = reader.into_records().filter_map(Result::ok);
    let mut keys: Vec<String> = rows.filter_map(|row| row.get(column).map(str::to_owned)).collect();
    keys.dedup();
    keys
}

fn on_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let found = LEADS.iter().find_map(|lead| parsed(line.strip_prefix(lead)?));
    let (version, id) = found.or_else(|| in_html(line))?;
    Some((id.to_owned(), version.to_owned()))
}

/// `id="ID" data-version="VERSION"`, as our HTML has it.
fn in_html(line: &str) -> Option<(&str, &str)> {
    if !line.starts_with('<') {
        return None;
    }
    let value = |name: &str| {
        let at = line.find(name)? + name.len();
        line.get(at..)?.split('"').next()
    };
    Some((value(" data-version=\"")?, value(" id=\"")?))
}

/// The columns `id` and `version` of a table.
fn in_table(text: &str) -> BTreeMap<String, String> {
    let first = text.lines().next().unwrap_or("");
    let separator = if first.contains('\t') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .quoting(separator == b',')
        .flexible(true)
        .from_reader(text.as_bytes());
    let Ok(header) = reader.headers() else { return BTreeMap::new() };
    let column = |name: &str| header.iter().position(|known| known == name);
    let (Some(id), Some(version)) = (column("id"), column("version")) else {
        return BTreeMap::new();
    };
    let rows = reader.into_records().filter_map(Result::ok);
    rows.filter_map(|row| Some((row.get(id)?.to_owned(), row.get(version)?.to_owned()))).collect()
}
