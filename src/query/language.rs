//! What a query is: a tree of terms, and how it is written.

use super::days::DayRange;
use super::field::Field;
use std::fmt;

/// A question that a record answers with yes or no.
///
/// Its written form reads back as the same query. Lists inside `All` and `Any` have at least two
/// members, none of which is of the same kind: [`Query::all`] and [`Query::any`] see to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Every record: the empty query.
    Everything,
    /// All of these hold.
    All(Vec<Query>),
    /// One of these holds.
    Any(Vec<Query>),
    /// This does not hold.
    Not(Box<Query>),
    /// One term.
    Term(Term),
}

/// One term of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Words that stand anywhere in the record.
    Words(String),
    /// A test of a field.
    Field(Field, Test),
    /// The field has a value.
    Has(Field),
    /// The field has no value.
    Missing(Field),
    /// The record was changed after this revision.
    ChangedSince(String),
    /// The record is cited in this file.
    CitedIn(String),
}

/// What is asked of the value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The value says this, with case, accents and forms of letters folded.
    Says(String),
    /// The value is exactly this.
    Is(String),
    /// The date may lie in the range (`:`), or surely lies in it (`=`).
    Dated {
        /// Whether every day that the date can mean has to lie in the range.
        surely: bool,
        /// The range.
        range: DayRange,
    },
}

impl Query {
    /// The query that holds when all of `parts` hold.
    pub fn all(parts: Vec<Query>) -> Query {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Query::All(inner) => flat.extend(inner),
                Query::Everything => {}
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Query::Everything,
            1 => flat.remove(0),
            _ => Query::All(flat),
        }
    }

    /// The query that holds when one of `parts` holds.
    pub fn any(parts: Vec<Query>) -> Query {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Query::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Query::Everything,
            1 => flat.remove(0),
            _ => Query::Any(flat),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Everything => Ok(()),
            Query::All(parts) => joined(f, parts, " "),
            Query::Any(parts) => joined(f, parts, " OR "),
            Query::Not(inner) => {
                f.write_str("NOT ")?;
                member(f, inner)
            }
            Query::Term(term) => write!(f, "{term}"),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Query], between: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        member(f, part)?;
    }
    Ok(())
}

fn member(f: &mut fmt::Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::All(_) | Query::Any(_) | Query::Everything => write!(f, "({query})"),
        _ => write!(f, "{query}"),
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Words(words) => quoted(f, words),
            Term::Field(field, Test::Says(value)) => {
                write!(f, "{field}:")?;
                quoted(f, value)
            }
            Term::Field(field, Test::Is(value)) => {
                write!(f, "{field}=")?;
                quoted(f, value)
            }
            Term::Field(field, Test::Dated { surely, range }) => {
                write!(f, "{field}{}{range}", if *surely { '=' } else { ':' })
            }
            Term::Has(field) => write!(f, "has:{field}"),
            Term::Missing(field) => write!(f, "missing:{field}"),
            Term::ChangedSince(revision) => {
                f.write_str("changed-since:")?;
                quoted(f, revision)
            }
            Term::CitedIn(file) => {
                f.write_str("cited-in:")?;
                quoted(f, file)
            }
        }
    }
}

/// Writes `text` with quotation marks where the grammar needs them.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let plain = !text.is_empty()
        && !matches!(text, "AND" | "OR" | "NOT")
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '*'));
    if plain {
        return f.write_str(text);
    }
    f.write_str("\"")?;
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{character}")?;
    }
    f.write_str("\"")
}
