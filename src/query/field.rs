//! The names of fields in queries: short names in the words of historians, and the names that
//! fields have in a record, of which what tells parts apart may be left out.

use crate::problem::{Problem, Result, codes};
use crate::record::{Record, Role};
use serde_json::Value as Json;
use std::fmt;
use std::sync::OnceLock;

/// A field as a query names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A short name: `from`, `archive`.
    Short(Short),
    /// The name of the field in the record: `holding.aprf.path.delo`. A `*` stands for any part;
    /// parts of lists may be left out (`holding.path.delo`).
    Named(Vec<String>),
}

/// What kind of value a field holds, and with it what a test of it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words.
    Words,
    /// Values of levels, numbers, shelfmarks: compared whole.
    Number,
    /// Dates.
    Date,
    /// Language tags.
    Language,
}

macro_rules! shorts {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $(| $alias:literal)* = $($path:literal)|*;)*) => {
        /// The short names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Short {
            $($(#[doc = $doc])* $variant,)*
        }
        impl Short {
            /// All of them.
            pub const ALL: &'static [Short] = &[$(Short::$variant),*];
            /// The name as it is written.
            pub fn name(self) -> &'static str {
                match self { $(Short::$variant => $name,)* }
            }
            /// Reads a short name, or one of its other spellings.
            pub fn from_name(name: &str) -> Option<Short> {
                match name { $($name $(| $alias)* => Some(Short::$variant),)* _ => None }
            }
            /// The fields of the record that it stands for; none for those that ask of agents.
            pub(super) fn paths(self) -> &'static [&'static str] {
                match self { $(Short::$variant => &[$($path),*],)* }
            }
        }
    };
}

shorts! {
    /// Who sent or wrote it.
    From "from" =;
    /// Who received it.
    To "to" | "recipient" =;
    /// Who sent it.
    Sender "sender" =;
    /// Who wrote it.
    Author "author" =;
    /// Through whose hands it went.
    Via "via" =;
    /// Who took part in what it reports.
    Participant "participant" =;
    /// Who translated it.
    Translator "translator" =;
    /// Anybody named in any role.
    Person "person" | "name" =;
    /// The archive of a holding, by any of its names.
    Archive "archive" = "holding.archive";
    /// The id, or an id that the record had before.
    Id "id" = "id" | "aliases";
    /// The title, the original one, that of a translation.
    Title "title" = "title.text" | "title.short" | "original_title.text" | "transliterated_title.text" | "translation.title";
    /// The genre.
    Genre "genre" | "type" = "genre";
    /// The place of writing.
    Place "place" = "place";
    /// The language of the document.
    Language "language" | "lang" = "language";
    /// A number that the document bears.
    Number "number" = "number.value";
    /// The date by which the document is cited.
    Date "date" | "year" =;
    /// When it was sent.
    Sent "sent" = "date.sent";
    /// When it was written.
    Created "created" = "date.created";
    /// When it was received.
    Received "received" = "date.received";
    /// When it was declassified.
    Declassified "declassified" = "date.declassified";
    /// The reference as printed or as understood: shelfmarks, printed references, values of levels.
    Reference "reference" = "holding.as_printed" | "holding.shelfmark" | "holding.former.as_printed";
    /// The web address of a reproduction or publication.
    Url "url" = "surrogate.url" | "publication.url";
    /// Who provides a reproduction.
    Provider "provider" = "surrogate.provider";
    /// An id elsewhere.
    ForeignId "foreign-id" = "foreign_id.value" | "surrogate.record_id";
    /// Remarks, of the record and of its parts.
    Note "note" = "note" | "holding.note" | "translation.note" | "publication.note" | "surrogate.note";
}

impl Short {
    /// The roles of agents that it asks for; `None` when it does not ask for agents. An empty list
    /// stands for every role.
    pub(super) fn roles(self) -> Option<&'static [Role]> {
        Some(match self {
            Short::From => &[Role::Sender, Role::Author],
            Short::To => &[Role::Recipient],
            Short::Sender => &[Role::Sender],
            Short::Author => &[Role::Author],
            Short::Via => &[Role::Via],
            Short::Participant => &[Role::Participant],
            Short::Translator => &[Role::Translator],
            Short::Person => &[],
            _ => return None,
        })
    }
}

impl Field {
    /// Reads the segments of a name; refuses what no record can have.
    pub(super) fn named(segments: Vec<String>) -> Result<Field> {
        if let [name] = &segments[..]
            && let Some(short) = Short::from_name(&name.to_lowercase())
        {
            return Ok(Field::Short(short));
        }
        let segments: Vec<String> = match segments.first().map(String::as_str) {
            // `path.delo` and `delo` are asked for often enough to go without `holding`.
            Some("path") => std::iter::once("holding".to_owned()).chain(segments).collect(),
            _ => segments,
        };
        check(&segments)?;
        Ok(Field::Named(segments))
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Field::Short(Short::Date | Short::Sent | Short::Created | Short::Received)
            | Field::Short(Short::Declassified) => Kind::Date,
            Field::Short(Short::Language) => Kind::Language,
            Field::Short(Short::Number) => Kind::Number,
            Field::Short(_) => Kind::Words,
            Field::Named(segments) => kind_of(segments),
        }
    }
}

fn kind_of(segments: &[String]) -> Kind {
    let mut backwards = segments.iter().rev().map(String::as_str);
    let (last, before) = (backwards.next().unwrap_or(""), backwards.next().unwrap_or(""));
    match (before, last) {
        (_, "as_printed" | "calendar") => Kind::Words,
        ("path", "*") => Kind::Number,
        ("path", _) => Kind::Number,
        ("number", "kind") => Kind::Words,
        (_, "shelfmark" | "record_id" | "volume" | "issue" | "document" | "pages") => Kind::Number,
        ("number" | "foreign_id", "value") => Kind::Number,
        ("date", "value") | (_, "date" | "until") => Kind::Date,
        (_, "sent" | "created" | "received" | "declassified" | "published_online" | "accessed") => {
            Kind::Date
        }
        (_, "language") => Kind::Language,
        ("translation", "to" | "from") => Kind::Language,
        _ if segments.first().is_some_and(|first| first == "translation")
            && matches!(last, "to" | "from") =>
        {
            Kind::Language
        }
        _ => Kind::Words,
    }
}

/// The shape of a record, as its JSON Schema has it: the one place that lists all fields.
fn schema() -> &'static Json {
    static SCHEMA: OnceLock<Json> = OnceLock::new();
    SCHEMA.get_or_init(|| schemars::schema_for!(Record).to_value())
}

/// Follows `$ref` and takes the variant of `anyOf` that says something.
fn resolved<'a>(mut schema: &'a Json, root: &'a Json) -> &'a Json {
    for _ in 0..8 {
        if let Some(target) = schema.get("$ref").and_then(Json::as_str) {
            let name = target.rsplit('/').next().unwrap_or("");
            match root.get("$defs").and_then(|defs| defs.get(name)) {
                Some(found) => schema = found,
                None => return schema,
            }
        } else if let Some(Json::Array(variants)) = schema.get("anyOf") {
            match variants.iter().find(|v| v.get("type").and_then(Json::as_str) != Some("null")) {
                Some(found) => schema = found,
                None => return schema,
            }
        } else {
            return schema;
        }
    }
    schema
}

/// Refuses a name that no record can have, at the first segment that is not known.
fn check(segments: &[String]) -> Result<()> {
    let root = schema();
    let mut at = root;
    for (depth, segment) in segments.iter().enumerate() {
        if segment == "*" {
            // What it stands for may be anything: nothing more can be said against the rest.
            return Ok(());
        }
        let mut in_list = false;
        at = resolved(at, root);
        while let Some(items) = at.get("items") {
            in_list = true;
            at = resolved(items, root);
        }
        let Some(properties) = at.get("properties").and_then(Json::as_object) else {
            // Levels of a path, or something inside a plain value.
            return Ok(());
        };
        match properties.get(segment.as_str()) {
            Some(next) => at = next,
            // The part of a list, which only the record knows.
            None if in_list => {}
            None => return Err(unknown(segments, depth, properties.keys())),
        }
    }
    Ok(())
}

fn unknown<'a>(
    segments: &[String],
    depth: usize,
    known: impl Iterator<Item = &'a String>,
) -> Problem {
    let segment = segments.get(depth).map_or("", String::as_str);
    let shorts = Short::ALL.iter().map(|short| short.name()).filter(|_| depth == 0);
    let near = known
        .map(String::as_str)
        .chain(shorts)
        .map(|name| (strsim::jaro_winkler(name, segment), name))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let mend = match near {
        Some((_, name)) => {
            let mut better = segments.to_vec();
            better[depth] = name.to_owned();
            format!("did you mean `{}`?", better.join("."))
        }
        None => "to look for these words anywhere, put them in quotation marks".to_owned(),
    };
    let name = segments.join(".");
    Problem::error(
        codes::QUERY_FIELD,
        format!("`{}` is not a field of a record", name.escape_debug()),
    )
    .mend(mend)
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let segments = match self {
            Field::Short(short) => return f.write_str(short.name()),
            Field::Named(segments) => segments,
        };
        for (at, segment) in segments.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            if at == 0 || (!segment.is_empty() && segment.chars().all(in_name)) {
                f.write_str(segment)?;
            } else {
                write!(f, "\"{segment}\"")?;
            }
        }
        Ok(())
    }
}

/// Whether `character` stands in a segment of a name without quotation marks.
pub(super) fn in_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Result<Field> {
        Field::named(text.split('.').map(str::to_owned).collect())
    }

    #[test]
    fn names_that_no_record_can_have_are_refused_with_the_nearest() {
        assert_eq!(named("form"), Err(unknown(&["form".into()], 0, [].iter())));
        let mend = |text: &str| named(text).unwrap_err().mend.unwrap();
        assert_eq!(mend("gnere"), "did you mean `genre`?");
        assert_eq!(mend("date.snet"), "did you mean `date.sent`?");
        assert_eq!(mend("http"), "to look for these words anywhere, put them in quotation marks");
        for known in [
            "holding.aprf.path.delo",
            "path.delo",
            "publication.editor.family",
            "date.sent",
            "*.note",
        ] {
            assert!(named(known).is_ok(), "{known}");
        }
    }

    #[test]
    fn every_field_has_the_kind_of_its_values() {
        for (name, kind) in [
            ("date", Kind::Date),
            ("date.sent", Kind::Date),
            ("date.sent.as_printed", Kind::Words),
            ("translation.en.date", Kind::Date),
            ("translation.en.to", Kind::Language),
            ("holding.aprf.path.delo", Kind::Number),
            ("title.language", Kind::Language),
            ("place", Kind::Words),
            ("to", Kind::Words),
        ] {
            assert_eq!(named(name).unwrap().kind(), kind, "{name}");
        }
    }
}
