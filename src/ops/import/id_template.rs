//! Ids of new records by a template: `{date}-{sender}-{recipient}`, `{date|year}-{title|words:3}`.

use super::super::Result;
use super::super::add::{day, family, language, stem};
use super::marks;
use crate::problem::{Problem, codes};
use crate::record::{FieldPath, Node, Romanisation, Table, slug_in};

/// A template of ids, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct IdTemplate {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Value(Value, Shape),
}

/// What of a record stands in the id.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Date,
    Sender,
    Author,
    Recipient,
    Title,
    Archive,
    Number,
    Reference,
    /// What the source calls the item.
    Key,
    /// What one of them calls it.
    KeyOf(String),
    Field(FieldPath),
}

/// How it is made a word of the id.
#[derive(Debug, Clone, PartialEq, Default)]
struct Shape {
    romanisation: Romanisation,
    /// Parts of a date: 1 is the year alone.
    parts: Option<usize>,
    words: Option<usize>,
    letters: Option<usize>,
    initials: bool,
    or: Option<String>,
}

/// The longest word of an id, when nothing is said.
const LONGEST_WORD: usize = 40;

const NAMES: &str = "`date`, `sender`, `author`, `recipient`, `title`, `archive`, `number`, `reference`, `key`, \
    `key:SCHEME` or the name of a field (`genre`, `holding.path.delo`)";
const FILTERS: &str =
    "`year`, `month`, `words:N`, `letters:N`, `initials`, `ala-lc`, `bgn-pcgn` or `or:TEXT`";

impl IdTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// A brace that is not closed, a name that no record has, a filter that there is not.
    ///
    /// ```
    /// use fonds::ops::IdTemplate;
    /// assert!(IdTemplate::read("{date|year}-{title|words:3}").is_ok());
    /// assert!(IdTemplate::read("{date").is_err());
    /// assert!(IdTemplate::read("{date|loud}").is_err());
    /// ```
    pub fn read(template: &str) -> Result<IdTemplate> {
        let refused = |message: String, mend: String| Problem::error(codes::ID, message).mend(mend);
        let mut pieces = Vec::new();
        let mut rest = template;
        while let Some((before, inside)) = rest.split_once('{') {
            pieces.push(Piece::Text(text_piece(before)?));
            let Some((inside, after)) = inside.split_once('}') else {
                let message = "a `{` of the template of ids is not closed".to_owned();
                let mend = "write for instance `{date}-{sender}-{recipient}`".to_owned();
                return Err(refused(message, mend).into());
            };
            let mut parts = inside.split('|').map(str::trim);
            let name = parts.next().unwrap_or("");
            let value = Value::read(name).ok_or_else(|| {
                let message = format!("`{}` stands for nothing of a record", name.escape_debug());
                refused(message, format!("use {NAMES}"))
            })?;
            let mut shape = Shape::default();
            for filter in parts {
                shape.read(filter).ok_or_else(|| {
                    let message = format!("`{}` is no filter", filter.escape_debug());
                    refused(message, format!("use {FILTERS}"))
                })?;
            }
            pieces.push(Piece::Value(value, shape));
            rest = after;
        }
        pieces.push(Piece::Text(text_piece(rest)?));
        Ok(IdTemplate { pieces })
    }

    /// The id of the record `root`, which the source calls `key`. What the record does not have is left out, with the
    /// `-` before it; `None` when nothing of the record is left.
    pub(super) fn fill(&self, root: &Node, key: Option<&str>) -> Option<String> {
        let language = language(root);
        let mut made = String::new();
        let mut says_something = false;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => made.push_str(text),
                Piece::Value(value, shape) => {
                    let found = value.find(root, key);
                    if let Some(word) = shape.word(found.as_deref(), language) {
                        says_something = true;
                        made.push_str(&word);
                    } else if let Some(or) = &shape.or {
                        made.push_str(or);
                    }
                }
            }
        }
        let words: Vec<&str> = made.split('-').filter(|word| !word.is_empty()).collect();
        let made = words.join("-");
        let made = made.trim_matches(['-', '.', '_']);
        (says_something && !made.is_empty()).then(|| made.to_owned())
    }
}

/// What stands between braces: only what an id can hold.
fn text_piece(text: &str) -> Result<String> {
    let text = text.to_ascii_lowercase();
    match text.chars().find(|c| !(c.is_ascii_alphanumeric() || "-._".contains(*c))) {
        None => Ok(text),
        Some(odd) => {
            let message = format!("`{}` cannot stand in an id", odd.escape_debug());
            Err(Problem::error(codes::ID, message)
                .mend("use letters, digits, `-`, `.`, `_` and values in braces: `{date}-{sender}`")
                .into())
        }
    }
}

impl Value {
    fn read(name: &str) -> Option<Value> {
        Some(match name {
            "date" => Value::Date,
            "sender" => Value::Sender,
            "author" => Value::Author,
            "recipient" => Value::Recipient,
            "title" => Value::Title,
            "archive" => Value::Archive,
            "number" => Value::Number,
            "reference" => Value::Reference,
            "key" => Value::Key,
            _ => match name.strip_prefix("key:") {
                Some("") => return None,
                Some(scheme) => Value::KeyOf(scheme.to_owned()),
                None => {
                    let field: FieldPath = name.parse().ok()?;
                    let top = field.segments().first()?;
                    let known = crate::record::top_fields().iter().any(|known| known == top);
                    known.then_some(Value::Field(field))?
                }
            },
        })
    }

    fn find(&self, root: &Node, key: Option<&str>) -> Option<String> {
        let table = root.as_table()?;
        let list = |key: &str| table.get(key).and_then(Node::as_list).unwrap_or_default();
        let text = |node: &Node, key: &str| node.as_table()?.get(key)?.as_text().map(str::to_owned);
        let named = |roles: &[&str]| {
            roles.iter().find_map(|role| {
                list("agent").iter().filter_map(Node::as_table).find_map(|agent| {
                    let is_it = agent.get("role").and_then(Node::as_text) == Some(role);
                    is_it.then(|| family(agent).map(str::to_owned)).flatten()
                })
            })
        };
        match self {
            Value::Date => ["sent", "created", "received"].into_iter().find_map(|event| {
                let node = table.get("date")?.as_table()?.get(event)?;
                day(node.as_text().or_else(|| node.as_table()?.get("value")?.as_text())?)
            }),
            Value::Sender => named(&["sender", "author"]),
            Value::Author => named(&["author", "sender"]),
            Value::Recipient => named(&["recipient"]),
            Value::Title => marks::title(table).map(str::to_owned),
            Value::Archive => list("holding").iter().find_map(|h| text(h, "archive")),
            Value::Number => list("number").iter().find_map(|n| text(n, "value")),
            Value::Reference => list("holding").iter().find_map(|holding| {
                let path = holding.as_table()?.get("path")?.as_list()?;
                let values = path.iter().filter_map(|step| step.as_list()?.get(1)?.as_text());
                let archive = text(holding, "archive").unwrap_or_default();
                Some([archive.as_str()].into_iter().chain(values).collect::<Vec<_>>().join("-"))
            }),
            Value::Key => key.map(str::to_owned),
            Value::KeyOf(scheme) => list("foreign_id")
                .iter()
                .find(|id| text(id, "scheme").as_deref() == Some(scheme))
                .and_then(|id| text(id, "value")),
            Value::Field(field) => {
                let node = field.find(root).or_else(|| in_first_part(field, table));
                match node.map(|node| &node.value)? {
                    crate::record::Value::Text(text) => Some(text.clone()),
                    crate::record::Value::Integer(number) => Some(number.to_string()),
                    _ => None,
                }
            }
        }
    }
}

/// The field without the name of the part: the first that has it. `holding.path.delo` is a level of the path.
fn in_first_part<'n>(field: &FieldPath, table: &'n Table) -> Option<&'n Node> {
    let (first, rest) = field.segments().split_first()?;
    table.get(first.as_str())?.as_list()?.iter().find_map(|part| match rest {
        [] => part.as_text().map(|_| part),
        [path, level] if path.as_str() == "path" => {
            let path = part.as_table()?.get("path")?.as_list()?;
            let step = path.iter().find(|step| {
                let name = step.as_list().and_then(|step| step.first()).and_then(Node::as_text);
                name == Some(level.as_str())
            })?;
            step.as_list()?.get(1)
        }
        rest => FieldPath::of(rest.iter().cloned()).find(part),
    })
}

impl Shape {
    fn read(&mut self, filter: &str) -> Option<()> {
        let (name, argument) = match filter.split_once(':') {
            Some((name, argument)) => (name.trim(), Some(argument.trim())),
            None => (filter, None),
        };
        let number = || argument?.parse::<usize>().ok().filter(|n| (1..=80).contains(n));
        match (name, argument) {
            ("year", None) => self.parts = Some(1),
            ("month", None) => self.parts = Some(2),
            ("initials", None) => self.initials = true,
            ("ala-lc", None) => self.romanisation = Romanisation::AlaLc,
            ("bgn-pcgn", None) => self.romanisation = Romanisation::BgnPcgn,
            ("words", Some(_)) => self.words = Some(number()?),
            ("letters", Some(_)) => self.letters = Some(number()?),
            ("or", Some(text)) => self.or = Some(text_piece(text).ok()?),
            _ => return None,
        }
        Some(())
    }

    fn word(&self, text: Option<&str>, language: Option<&str>) -> Option<String> {
        let mut text = text?.to_owned();
        if let Some(parts) = self.parts {
            text = text.split('-').take(parts).collect::<Vec<_>>().join("-");
        }
        let longest = if self.words.is_some() || self.initials { 400 } else { LONGEST_WORD };
        let mut word = slug_in(&text, language, self.romanisation, longest)?;
        if let Some(words) = self.words {
            word = word.split('-').take(words).collect::<Vec<_>>().join("-");
        }
        if self.initials {
            word = word.split('-').filter_map(|word| word.chars().next()).collect();
        }
        if let Some(letters) = self.letters {
            word.truncate(letters);
        }
        let word = word.trim_end_matches('-');
        (!word.is_empty()).then(|| word.to_owned())
    }
}

/// The id of the record `root` by `template`, or made of its date and people, or else of what the source calls it.
pub(super) fn wanted_id(
    template: Option<&IdTemplate>,
    root: &Node,
    key: Option<&str>,
) -> Option<String> {
    let made = match template {
        Some(template) => template.fill(root, key),
        None => stem(root),
    };
    made.or_else(|| slug_in(key?, None, Romanisation::AlaLc, LONGEST_WORD))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record() -> Node {
        Node::from_json(json!({
            "title": "Докладная записка о положении в Юзовке", "genre": "report", "language": ["ru"],
            "date": { "sent": "1924-03-05" },
            "agent": [{ "role": "sender", "name": { "family": "Щеглов", "given": "Юрий" } }],
            "holding": [{ "archive": "ГАРФ", "path": [["fond", "Р-5446"], ["opis", "1"], ["delo", "059а"]] }],
            "number": [{ "value": "12/с" }],
            "foreign_id": [{ "scheme": "zotero", "value": "UDAG5V6W" }],
        }))
    }

    #[test]
    fn templates_are_filled() {
        for (template, id) in [
            ("{date}-{sender}-{recipient}", Some("1924-03-05-shcheglov")),
            ("{date|year}-{title|words:2}", Some("1924-dokladnaia-zapiska")),
            ("{date|month}-{title|initials}", Some("1924-03-dzopvi")),
            ("{title|words:6|bgn-pcgn}", Some("dokladnaya-zapiska-o-polozhenii-v-yuzovke")),
            ("{archive}.{holding.path.delo}", Some("garf.059a")),
            ("{reference}", Some("garf-r-5446-1-059a")),
            ("doc-{number}", Some("doc-12-s")),
            ("{key:zotero}", Some("udag5v6w")),
            ("{key}", Some("smith-2001")),
            ("{sender|letters:3}-{recipient|or:nobody}", Some("shc-nobody")),
            ("{recipient}", None),
            ("only-text", None),
            ("{genre}_{place}", Some("report")),
        ] {
            let template =
                IdTemplate::read(template).unwrap_or_else(|e| panic!("{template}: {e:?}"));
            let made = template.fill(&record(), Some("Smith 2001"));
            assert_eq!(made.as_deref(), id, "{template:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_what_there_is() {
        for template in [
            "{date",
            "{nothing}",
            "{date|loud}",
            "{title|words:0}",
            "{title|words}",
            "a b",
            "{key:}",
            "{date|or:x y}",
        ] {
            let refusal = IdTemplate::read(template).expect_err(template);
            assert!(refusal.problems[0].mend.is_some(), "{template}");
        }
    }
}
