//! Manuscripts that cite a record by an id it no longer has, written with the new one.

use super::cited::{Lines, cites};
use super::{Catalog, ManuscriptFile, Result, read_record_file};
use crate::manuscript::{Edit, Manuscript};
use crate::record::RecordId;
use serde::Serialize;

/// A manuscript in which keys were replaced.
///
/// As JSON: `file` and `replaced`, a list of [`ReplacedKey`] in the order of reading.
#[derive(Debug, Clone, Serialize)]
pub struct Recited {
    /// Its name.
    pub file: String,
    /// Its text, with the byte order mark that it had.
    #[serde(skip)]
    pub text: String,
    /// What was replaced.
    pub replaced: Vec<ReplacedKey>,
}

/// A key that was replaced.
///
/// As JSON: `key`, `line` and `column`, from 1, in the manuscript as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplacedKey {
    /// The key as it stood there.
    pub key: String,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Catalog {
    /// All ids by which the record that `id` names is found: its own first, then those it had before.
    ///
    /// # Errors
    /// When there is no such record.
    pub fn ids_of(&self, id: &str) -> Result<Vec<RecordId>> {
        let read = read_record_file(&self.file_of(id, None)?);
        let mut ids: Vec<RecordId> = Vec::new();
        if let Some(record) = read.record {
            ids.push(record.id);
            ids.extend(record.aliases);
        }
        let asked: RecordId = id.parse()?;
        if !ids.contains(&asked) {
            ids.push(asked);
        }
        Ok(ids)
    }
}

/// The manuscript with `new` in the place of every key that is one of `ids`. Nothing else is touched:
/// not other words that look like an id, nor keys by which others know the record.
pub fn recite(file: &ManuscriptFile, ids: &[RecordId], new: &RecordId) -> Recited {
    let manuscript = Manuscript::read(&file.text, file.language);
    let lines = Lines::of(&file.text);
    let mut replaced = Vec::new();
    let mut edits = Vec::new();
    for cite in cites(&manuscript) {
        let one_of = ids.iter().any(|id| id.as_str() == cite.key);
        if !one_of || cite.key == new.as_str() {
            continue;
        }
        // The span may hold what the language puts around a key: `@`, braces, angle brackets.
        let Some(written) = file.text.get(cite.span.clone()) else { continue };
        let Some(at) = written.find(&cite.key) else { continue };
        let start = cite.span.start + at;
        edits.push(Edit { span: start..start + cite.key.len(), text: new.to_string() });
        let (line, column) = lines.place(cite.span.start);
        replaced.push(ReplacedKey { key: cite.key.clone(), line, column });
    }
    let mut text = manuscript.with(edits);
    if file.byte_order_mark {
        text.insert(0, '\u{feff}');
    }
    Recited { file: file.name.clone(), text, replaced }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manuscript::Language;

    fn recited(text: &str, language: Language) -> (String, usize) {
        let file = ManuscriptFile {
            name: "m".to_owned(),
            text: text.to_owned(),
            byte_order_mark: false,
            language,
        };
        let ids: Vec<RecordId> =
            ["1951-map", "old-map"].iter().map(|id| id.parse().expect("an id")).collect();
        let made = recite(&file, &ids, &"1951-map-of-kars".parse().expect("an id"));
        (made.text, made.replaced.len())
    }

    #[test]
    fn keys_are_replaced_and_nothing_else() {
        for (language, before, after, count) in [
            (
                Language::Markdown,
                "@1951-map [p. 3] and [see @old-map, l. 2; @1951-map-b], `@1951-map`, 1951-map.[^1]\n\n[^1]: @{1951-map}\n",
                "@1951-map-of-kars [p. 3] and [see @1951-map-of-kars, l. 2; @1951-map-b], `@1951-map`, 1951-map.[^1]\n\n[^1]: @{1951-map-of-kars}\n",
                3,
            ),
            (
                Language::Latex,
                "\\autocite[see][3]{1951-map, old-map,x} % \\cite{1951-map}\n",
                "\\autocite[see][3]{1951-map-of-kars, 1951-map-of-kars,x} % \\cite{1951-map}\n",
                2,
            ),
            (
                Language::Typst,
                "@1951-map[p. 3] #cite(<old-map>) // @1951-map\n",
                "@1951-map-of-kars[p. 3] #cite(<1951-map-of-kars>) // @1951-map\n",
                2,
            ),
        ] {
            assert_eq!(recited(before, language), (after.to_owned(), count));
        }
    }
}
