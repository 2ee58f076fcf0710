//! Records judged by a query.

use super::days::Days;
use super::field::{Field, Kind, Short};
use super::fold::{fold, is_number, says};
use super::language::{Query, Term, Test};
use crate::problem::{Problem, Result, codes};
use crate::record::{
    Calendar, HistoricalDate, Node, Record, Role, Table, Value, is_path_of_levels, part_keys,
};
use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;

/// What a query asks and the record alone cannot answer.
pub trait Answers {
    /// The ids of the records that were changed after `revision`.
    fn changed_since(&self, revision: &str) -> Result<HashSet<String>>;

    /// The ids that the file `file` cites.
    fn cited_in(&self, file: &str) -> Result<HashSet<String>>;

    /// All names of the archives that `name` can mean, `name` itself included or not.
    fn names_of_archive(&self, name: &str) -> Vec<String>;
}

/// Answers for a place without a catalog: nothing can be asked there.
#[derive(Debug, Clone, Copy)]
pub struct NoAnswers;

impl Answers for NoAnswers {
    fn changed_since(&self, _: &str) -> Result<HashSet<String>> {
        Err(Problem::error(codes::QUERY_OUTSIDE, "`changed-since:` needs a catalog with a history"))
    }

    fn cited_in(&self, _: &str) -> Result<HashSet<String>> {
        Err(Problem::error(codes::QUERY_OUTSIDE, "`cited-in:` needs a file that can be read"))
    }

    fn names_of_archive(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// A query made ready: it judges records and asks nothing any more.
#[derive(Debug, Clone)]
pub struct Selection(Judge);

#[derive(Debug, Clone)]
enum Judge {
    Everything,
    All(Vec<Judge>),
    Any(Vec<Judge>),
    Not(Box<Judge>),
    Words(String),
    Field(Places, Check),
    Has(Places, bool),
    Ids(HashSet<String>),
}

/// Where in a record the values lie that a term speaks of.
#[derive(Debug, Clone)]
enum Places {
    Named(Vec<Vec<String>>),
    Agents(&'static [Role], bool),
    PrincipalDate,
}

/// What is asked of each value.
#[derive(Debug, Clone)]
enum Check {
    Says(String),
    Is(String),
    Number(String),
    Language(String),
    /// Says the words, or is one of these (folded) names.
    Archive(String, HashSet<String>),
    Dated(Days, bool),
}

impl Query {
    /// Makes the query ready: what it asks of the outside is asked here, once.
    pub fn prepare(&self, answers: &dyn Answers) -> Result<Selection> {
        Ok(Selection(judge(self, answers)?))
    }
}

fn judge(query: &Query, answers: &dyn Answers) -> Result<Judge> {
    let each =
        |parts: &[Query]| parts.iter().map(|part| judge(part, answers)).collect::<Result<Vec<_>>>();
    Ok(match query {
        Query::Everything => Judge::Everything,
        Query::All(parts) => Judge::All(each(parts)?),
        Query::Any(parts) => Judge::Any(each(parts)?),
        Query::Not(inner) => Judge::Not(Box::new(judge(inner, answers)?)),
        Query::Term(Term::Words(words)) => Judge::Words(fold(words).into_owned()),
        Query::Term(Term::Has(field)) => Judge::Has(places(field), true),
        Query::Term(Term::Missing(field)) => Judge::Has(places(field), false),
        Query::Term(Term::ChangedSince(revision)) => Judge::Ids(answers.changed_since(revision)?),
        Query::Term(Term::CitedIn(file)) => Judge::Ids(answers.cited_in(file)?),
        Query::Term(Term::Field(field, test)) => {
            Judge::Field(places(field), check(field, test, answers))
        }
    })
}

fn places(field: &Field) -> Places {
    match field {
        Field::Short(Short::Date) => Places::PrincipalDate,
        Field::Short(short) => match short.roles() {
            Some(roles) => {
                Places::Agents(roles, matches!(short, Short::Translator | Short::Person))
            }
            None => Places::Named(short.paths().iter().map(|path| segments(path)).collect()),
        },
        Field::Named(named) => Places::Named(vec![named.clone()]),
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

fn check(field: &Field, test: &Test, answers: &dyn Answers) -> Check {
    match (test, field.kind()) {
        (Test::Dated { surely, range }, _) => Check::Dated(range.days(), *surely),
        (Test::Is(value), _) => Check::Is(value.nfc().collect()),
        (Test::Says(value), Kind::Number) => Check::Number(fold(value).into_owned()),
        (Test::Says(value), Kind::Language) => Check::Language(value.to_lowercase()),
        (Test::Says(value), _) if *field == Field::Short(Short::Archive) => {
            let names = answers.names_of_archive(value);
            let names = names.iter().map(|name| fold(name).into_owned()).collect();
            Check::Archive(fold(value).into_owned(), names)
        }
        (Test::Says(value), _) => Check::Says(fold(value).into_owned()),
    }
}

impl Selection {
    /// Whether the record of which `root` is the tree is selected, finished or not.
    pub fn matches(&self, root: &Node) -> bool {
        self.0.holds(root)
    }

    /// Whether `record` is selected.
    pub fn matches_record(&self, record: &Record) -> bool {
        matches!(self.0, Judge::Everything)
            || self.matches(&crate::record::Draft::from(record).root)
    }

    /// Whether every record is selected.
    pub fn is_everything(&self) -> bool {
        matches!(self.0, Judge::Everything)
    }
}

impl Judge {
    /// The depth of a query is limited when it is read.
    fn holds(&self, root: &Node) -> bool {
        match self {
            Judge::Everything => true,
            Judge::All(parts) => parts.iter().all(|part| part.holds(root)),
            Judge::Any(parts) => parts.iter().any(|part| part.holds(root)),
            Judge::Not(inner) => !inner.holds(root),
            Judge::Words(words) => {
                let mut found = false;
                each_text(root, 0, &mut |text| found = found || says(&fold(text), words));
                found
            }
            Judge::Field(places, check) => {
                let mut found = false;
                places.visit(root, &mut |value, calendar| {
                    found = found || check.holds(value, calendar);
                });
                found
            }
            Judge::Has(places, wanted) => {
                let mut found = false;
                places.visit(root, &mut |value, _| found = found || !value.is_empty());
                found == *wanted
            }
            Judge::Ids(ids) => {
                let id = root.as_table().and_then(|t| t.get("id")).and_then(Node::as_text);
                id.is_some_and(|id| ids.contains(id))
            }
        }
    }
}

impl Check {
    fn holds(&self, value: &str, calendar: Option<Calendar>) -> bool {
        match self {
            Check::Says(words) => says(&fold(value), words),
            Check::Is(wanted) => value == wanted || value.nfc().eq(wanted.chars()),
            Check::Number(wanted) => is_number(&fold(value), wanted),
            Check::Language(wanted) => {
                let value = value.to_lowercase();
                value
                    .strip_prefix(wanted.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            }
            Check::Archive(words, names) => {
                let value = fold(value);
                says(&value, words) || names.contains(&*value)
            }
            Check::Dated(range, surely) => {
                let Ok(date) = value.parse::<HistoricalDate>() else { return false };
                let days = Days::of(&date, calendar);
                if *surely { days.surely_lies_in(*range) } else { days.may_lie_in(*range) }
            }
        }
    }
}

/// What is done with each value found, and the calendar that stands beside a date.
type Visit<'v> = dyn FnMut(&str, Option<Calendar>) + 'v;

impl Places {
    fn visit(&self, root: &Node, visit: &mut Visit<'_>) {
        match self {
            Places::Named(paths) => {
                for path in paths {
                    walk(root, "", path, 0, visit);
                }
            }
            Places::Agents(roles, with_translations) => {
                each_agent(root, roles, visit);
                if *with_translations {
                    for part in elements(root, "translation").filter_map(Node::as_table) {
                        let Some(list) = part.get("translator") else { continue };
                        let names = list.as_list().unwrap_or(std::slice::from_ref(list));
                        names.iter().for_each(|name| name_forms(name, visit));
                    }
                }
            }
            Places::PrincipalDate => {
                let Some(dates) = root.as_table().and_then(|t| t.get("date")) else { return };
                let Some(table) = dates.as_table() else { return each_date(dates, visit) };
                let principal = ["sent", "created", "received"].iter().find_map(|k| table.get(k));
                if let Some(date) = principal {
                    each_date(date, visit);
                }
            }
        }
    }
}

/// The elements of the list `key` of the record, or the one that stands for a list of one.
fn elements<'a>(root: &'a Node, key: &str) -> impl Iterator<Item = &'a Node> {
    let node = root.as_table().and_then(|table| table.get(key));
    node.map_or(&[][..], |node| node.as_list().unwrap_or(std::slice::from_ref(node))).iter()
}

fn each_agent(root: &Node, roles: &[Role], visit: &mut Visit<'_>) {
    for agent in elements(root, "agent").filter_map(Node::as_table) {
        let role = agent.get("role").and_then(Node::as_text);
        let wanted = roles.is_empty() || roles.iter().any(|r| Some(r.word()) == role);
        if !wanted {
            continue;
        }
        if let Some(name) = agent.get("name") {
            name_forms(name, visit);
        }
        if let Some(form) = agent.get("form") {
            let forms = form.as_list().unwrap_or(std::slice::from_ref(form));
            forms.iter().for_each(|name| name_forms(name, visit));
        }
        if let Some(printed) = agent.get("as_printed").and_then(Node::as_text) {
            visit(printed, None);
        }
    }
}

/// A name in the orders in which people may type it.
fn name_forms(name: &Node, visit: &mut Visit<'_>) {
    let Some(table) = name.as_table() else {
        if let Some(text) = name.as_text() {
            visit(text, None);
        }
        return;
    };
    let part = |key: &str| table.get(key).and_then(Node::as_text).unwrap_or("");
    if !part("literal").is_empty() {
        visit(part("literal"), None);
    }
    let join = |keys: [&str; 5]| {
        let parts = keys.iter().map(|key| part(key)).filter(|text| !text.is_empty());
        parts.collect::<Vec<_>>().join(" ")
    };
    let family_first = join(["particle", "family", "given", "dropping_particle", "suffix"]);
    if !family_first.is_empty() {
        visit(&family_first, None);
        visit(&join(["given", "dropping_particle", "particle", "family", "suffix"]), None);
    }
}

/// A date in its short form or as a table with its calendar.
fn each_date(date: &Node, visit: &mut Visit<'_>) {
    match &date.value {
        Value::Text(text) => visit(text, None),
        Value::Table(table) => {
            if let Some(text) = table.get("value").and_then(Node::as_text) {
                visit(text, calendar(table));
            }
        }
        _ => {}
    }
}

fn calendar(table: &Table) -> Option<Calendar> {
    table.get("calendar").and_then(Node::as_text)?.parse().ok()
}

/// Deeper than any record has reason to be.
const DEEPEST: usize = 32;

/// Visits the values at `path` below `node`, which is the value of `key`. Segments that name the
/// part of a list may be left out of the path; `*` is any name.
fn walk(node: &Node, key: &str, path: &[String], depth: usize, visit: &mut Visit<'_>) {
    if depth > DEEPEST {
        return;
    }
    let Some((segment, rest)) = path.split_first() else {
        return everything(node, key, depth, visit);
    };
    match &node.value {
        Value::Table(table) => {
            if segment == "value" && rest.is_empty() && table.get("calendar").is_some() {
                return each_date(node, visit);
            }
            for (name, child) in
                table.iter().filter(|(name, _)| segment == "*" || same(segment, name))
            {
                walk(child, name, rest, depth + 1, visit);
            }
        }
        Value::List(list) if is_path_of_levels(key, list) => {
            let keys = part_keys(key, list).unwrap_or_default();
            for (level, step) in keys.iter().zip(list) {
                if segment != "*" && !same(segment, level) {
                    continue;
                }
                let at = match rest {
                    [] => 1,
                    [title] if title == "title" => 2,
                    _ => continue,
                };
                if let Some(node) = step.as_list().and_then(|step| step.get(at)) {
                    everything(node, "", depth + 1, visit);
                }
            }
        }
        Value::List(list) => {
            let keys = part_keys(key, list).unwrap_or_default();
            for (at, child) in list.iter().enumerate() {
                let is_named = keys.get(at).is_some_and(|part| segment == "*" || part == segment);
                if is_named {
                    walk(child, "", rest, depth + 1, visit);
                }
                if segment != "*" && child.as_list().is_none() {
                    walk(child, "", path, depth + 1, visit);
                }
            }
        }
        // The short form of a table: `title = "..."` for `title.text`.
        Value::Text(_)
            if rest.is_empty() && matches!(segment.as_str(), "text" | "value" | "literal") =>
        {
            everything(node, key, depth, visit);
        }
        _ => {}
    }
}

/// Whether a segment of a query names the key: `-` and `_` are the same, as people type them.
fn same(segment: &str, key: &str) -> bool {
    segment == key
        || segment.len() == key.len()
            && segment.bytes().zip(key.bytes()).all(|(a, b)| {
                a.eq_ignore_ascii_case(&b) || matches!((a, b), (b'-', b'_') | (b'_', b'-'))
            })
}

/// Visits every value in `node`; a name or a date in parts is one value.
fn everything(node: &Node, key: &str, depth: usize, visit: &mut Visit<'_>) {
    if depth > DEEPEST {
        return;
    }
    match &node.value {
        Value::Text(text) => visit(text, None),
        Value::Integer(number) => visit(&number.to_string(), None),
        Value::Float(number) => visit(&number.to_string(), None),
        Value::Boolean(truth) => visit(if *truth { "true" } else { "false" }, None),
        Value::List(list) if is_path_of_levels(key, list) => {
            for step in list.iter().filter_map(Node::as_list) {
                step.iter().skip(1).for_each(|value| everything(value, "", depth + 1, visit));
            }
        }
        Value::List(list) => list.iter().for_each(|item| everything(item, "", depth + 1, visit)),
        Value::Table(table) if table.get("family").is_some() || table.get("literal").is_some() => {
            name_forms(node, visit);
        }
        Value::Table(table) if table.get("calendar").is_some() => each_date(node, visit),
        Value::Table(table) => {
            table.iter().for_each(|(name, child)| everything(child, name, depth + 1, visit));
        }
    }
}

/// Visits every text of the record, whatever it says.
fn each_text(node: &Node, depth: usize, visit: &mut dyn FnMut(&str)) {
    if depth > DEEPEST {
        return;
    }
    match &node.value {
        Value::Text(text) => visit(text),
        Value::List(list) => list.iter().for_each(|item| each_text(item, depth + 1, visit)),
        Value::Table(table) => {
            if table.get("family").is_some() {
                name_forms(node, &mut |text, _| visit(text));
            }
            table.iter().for_each(|(_, child)| each_text(child, depth + 1, visit));
        }
        _ => {}
    }
}
