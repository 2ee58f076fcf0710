//! What a field holds, by its name: read off the JSON Schema, the one place that lists all fields.

use super::{FieldPath, Record};
use crate::problem::{Place, Problem, Result, codes};
use serde_json::Value as Json;
use std::sync::OnceLock;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// Text: also dates, languages and words of a closed vocabulary.
    Text,
    /// A whole number.
    Number,
    /// A list of texts.
    Texts,
    /// The steps of a path.
    Levels,
    /// A table that a text alone may stand for: a title, a date, a name.
    ShortOrTable,
    /// A part of a list, or any other table.
    Table,
    /// A list of parts.
    Parts,
}

impl FieldPath {
    /// What the field holds, whether a record has it or not. A name that no record can have is a
    /// problem, with the nearest that there is.
    ///
    /// ```
    /// use fonds::record::{FieldKind, FieldPath};
    /// let kind = |name: &str| name.parse::<FieldPath>().unwrap().kind();
    /// assert_eq!(kind("holding.aprf.path.delo").unwrap(), FieldKind::Text);
    /// assert_eq!(kind("language").unwrap(), FieldKind::Texts);
    /// assert_eq!(kind("title").unwrap(), FieldKind::ShortOrTable);
    /// assert_eq!(kind("holding.aprf").unwrap(), FieldKind::Table);
    /// assert_eq!(kind("gnere").unwrap_err().mend.as_deref(), Some("did you mean `genre`?"));
    /// ```
    pub fn kind(&self) -> Result<FieldKind> {
        let root = schema();
        let mut at = resolved(root, root);
        let segments = self.segments();
        for (depth, segment) in segments.iter().enumerate() {
            at = resolved(at, root);
            if let Some(items) = at.get("items") {
                let items = resolved(items, root);
                if is_step(items) {
                    return self.level(depth);
                }
                // The identity of a part, which only the record knows.
                at = items;
                continue;
            }
            let Some(properties) = at.get("properties").and_then(Json::as_object) else {
                return Err(self.unknown(depth, std::iter::empty()));
            };
            match properties.get(segment.as_str()) {
                Some(next) => at = next,
                None => return Err(self.unknown(depth, properties.keys().map(String::as_str))),
            }
        }
        Ok(kind_of(resolved(at, root), root))
    }

    /// A level of a path and, after it, perhaps `title`.
    fn level(&self, depth: usize) -> Result<FieldKind> {
        match self.segments().get(depth + 1).map(String::as_str) {
            None => Ok(FieldKind::Text),
            Some("title") if self.segments().len() == depth + 2 => Ok(FieldKind::Text),
            Some(_) => Err(self.unknown(depth + 1, std::iter::once("title"))),
        }
    }

    fn unknown<'a>(&self, depth: usize, known: impl Iterator<Item = &'a str>) -> Problem {
        let wrong = self.segments().get(depth).map_or("", String::as_str);
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        let near = known
            .iter()
            .map(|name| (strsim::jaro_winkler(name, wrong), *name))
            .filter(|(score, _)| *score > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let mend = match near {
            Some((_, name)) => {
                let mut better = self.segments().to_vec();
                if let Some(segment) = better.get_mut(depth) {
                    *segment = name.to_owned();
                }
                format!("did you mean `{}`?", FieldPath::of(better))
            }
            None if known.is_empty() => "it holds a plain value, nothing lies in it".to_owned(),
            None => format!("there are: {}", known.join(", ")),
        };
        Problem::error(codes::FIELD, format!("`{self}` is not a field of a record"))
            .at(Place::of_field(self.to_string()))
            .mend(mend)
    }
}

/// The keys under which lists of parts stand, in the record or in a part of it.
const LISTS_OF_PARTS: [&str; 18] = [
    "number",
    "agent",
    "distribution",
    "holding",
    "surrogate",
    "translation",
    "publication",
    "custody",
    "relation",
    "foreign_id",
    "alternative",
    "evidence",
    "former",
    "form",
    "author",
    "editor",
    "series_editor",
    "translator",
];

/// Whether a list of parts stands under `key`: what comes next in a field name is a part.
///
/// ```
/// use fonds::record::is_list_of_parts;
/// assert!(is_list_of_parts("holding") && !is_list_of_parts("title"));
/// ```
pub fn is_list_of_parts(key: &str) -> bool {
    LISTS_OF_PARTS.contains(&key)
}

/// The names of all fields that lie right in the record (`title`, `holding`), in its order.
pub fn top_fields() -> Vec<String> {
    let properties = schema().get("properties").and_then(Json::as_object);
    properties.map(|all| all.keys().cloned().collect()).unwrap_or_default()
}

fn kind_of(schema: &Json, root: &Json) -> FieldKind {
    let is = |word: &str| match schema.get("type") {
        Some(Json::String(kind)) => kind == word,
        Some(Json::Array(kinds)) => kinds.iter().any(|kind| kind == word),
        _ => false,
    };
    if let Some(items) = schema.get("items") {
        let items = resolved(items, root);
        return match items.get("properties") {
            Some(_) => FieldKind::Parts,
            None if is_step(items) => FieldKind::Levels,
            None => FieldKind::Texts,
        };
    }
    if let Some(properties) = schema.get("properties") {
        let short = ["text", "value", "literal"].iter().any(|key| properties.get(key).is_some());
        // A number, a foreign id or an alternative has a `value` too, but always with its kind.
        let plain = properties.get("field").is_none() && properties.get("scheme").is_none();
        return if short && plain { FieldKind::ShortOrTable } else { FieldKind::Table };
    }
    if is("integer") { FieldKind::Number } else { FieldKind::Text }
}

/// A step of a path is a list with two or three texts.
fn is_step(schema: &Json) -> bool {
    schema.get("maxItems").is_some()
}

fn schema() -> &'static Json {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    SCHEMA.get_or_init(|| schemars::schema_for!(Record).to_value())
}

/// Follows `$ref`, and takes the variant of `anyOf` that says something.
fn resolved<'a>(mut schema: &'a Json, root: &'a Json) -> &'a Json {
    // References of this schema are never nested deeper.
    for _ in 0..8 {
        let next = if let Some(target) = schema.get("$ref").and_then(Json::as_str) {
            let name = target.rsplit('/').next().unwrap_or_default();
            root.get("$defs").and_then(|defs| defs.get(name))
        } else if let Some(Json::Array(variants)) = schema.get("anyOf") {
            variants.iter().find(|v| v.get("type").and_then(Json::as_str) != Some("null"))
        } else {
            None
        };
        match next {
            Some(next) => schema = next,
            None => return schema,
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_parts_are_those_of_the_schema() {
        fn collect(node: &Json, root: &Json, into: &mut std::collections::BTreeSet<String>) {
            match node {
                Json::Object(map) => {
                    for (key, value) in
                        map.get("properties").and_then(Json::as_object).into_iter().flatten()
                    {
                        if kind_of(resolved(value, root), root) == FieldKind::Parts {
                            into.insert(key.clone());
                        }
                    }
                    map.values().for_each(|value| collect(value, root, into));
                }
                Json::Array(all) => all.iter().for_each(|value| collect(value, root, into)),
                _ => {}
            }
        }
        let mut found = std::collections::BTreeSet::new();
        collect(schema(), schema(), &mut found);
        let known = LISTS_OF_PARTS.map(str::to_owned).into_iter().collect();
        assert_eq!(found, known);
    }

    #[test]
    fn kinds() {
        use FieldKind::*;
        for (name, kind) in [
            ("id", Text),
            ("level", Text),
            ("aliases", Texts),
            ("classification", Texts),
            ("title.text", Text),
            ("date", Table),
            ("date.sent", ShortOrTable),
            ("date.sent.as_printed", Text),
            ("agent", Parts),
            ("agent.sender-mao", Table),
            ("agent.sender-mao.name", ShortOrTable),
            ("agent.sender-mao.name.order", Text),
            ("holding.aprf.path", Levels),
            ("holding.aprf.path.delo.title", Text),
            ("holding.aprf.former.1.path.delo", Text),
            ("distribution.1.copies", Number),
            ("translation.en.translator", Parts),
        ] {
            let field: FieldPath = name.parse().expect("a path");
            assert_eq!(field.kind().expect(name), kind, "{name}");
        }
        for (name, mend) in [
            ("holdng", "did you mean `holding`?"),
            ("holding.aprf.delo", "there are: "),
            ("title.text.more", "it holds a plain value"),
            ("holding.aprf.path.delo.titel", "did you mean `holding.aprf.path.delo.title`?"),
        ] {
            let field: FieldPath = name.parse().expect("a path");
            let told = field.kind().unwrap_err().mend.expect("a mend");
            assert!(told.starts_with(mend), "{name}: {told}");
        }
    }
}
