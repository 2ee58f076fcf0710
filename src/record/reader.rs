//! Reading values out of a tree, gathering what is wrong instead of stopping at the first.

use super::node::{Node, Table, Value};
use crate::problem::{Place, Problem, Severity, codes};
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// The text a tree was read from, so that problems can name line and column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The file as the user would name it; empty when the tree comes from no file.
    pub file: String,
    /// The whole text; empty when the tree comes from no file.
    pub text: String,
}

impl Source {
    /// The place of the bytes `span`, in the field `field`.
    pub fn place(&self, span: Option<&Range<usize>>, field: &str) -> Place {
        let mut place = Place::default();
        if !self.file.is_empty() {
            place.file = Some(self.file.clone());
        }
        if let Some(span) = span
            && !self.text.is_empty()
        {
            place = place.offset(&self.text, span.start);
        }
        if !field.is_empty() {
            place.field = Some(field.to_owned());
        }
        place
    }
}

/// How many problems of one file are told. Finding the place of each takes time, and a file of
/// nothing but slips may hold hundreds of thousands.
const MOST_PROBLEMS: usize = 100;

/// Where problems gather while a tree is read.
#[derive(Debug)]
pub(super) struct Gatherer<'a> {
    source: &'a Source,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Gatherer<'a> {
    pub(super) fn new(source: &'a Source) -> Gatherer<'a> {
        Gatherer { source, problems: RefCell::default() }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// Adds a problem, unless there are more than anybody would read. Errors find room when warnings
    /// do not any more, so that a tree with errors always has one to show.
    pub(super) fn add(&self, problem: Problem, span: Option<&Range<usize>>, field: &str) {
        if self.takes(problem.severity) {
            self.problems.borrow_mut().push(problem.at(self.source.place(span, field)));
        }
    }

    fn takes(&self, severity: Severity) -> bool {
        let most = if severity == Severity::Error { 2 * MOST_PROBLEMS } else { MOST_PROBLEMS };
        self.problems.borrow().len() < most
    }
}

/// A field in the words of the record, written out only when there is something to say of it.
#[derive(Clone, Copy)]
struct Field<'p> {
    table: &'p str,
    key: &'p str,
}

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.table, self.key) {
            ("", key) => f.write_str(key),
            (table, "") => f.write_str(table),
            (table, key) => write!(f, "{table}.{key}"),
        }
    }
}

/// A table being read. Keys that nobody asked for are reported by [`TableReader::finish`].
pub(super) struct TableReader<'a> {
    table: &'a Table,
    span: Option<&'a Range<usize>>,
    path: String,
    gatherer: &'a Gatherer<'a>,
    asked: Vec<&'static str>,
    /// Which entries were asked for, as bits by their places; of a table with more entries, the first ones.
    seen: u64,
}

/// As many keys as are asked for in most tables.
const USUALLY_ASKED: usize = 16;

impl<'a> TableReader<'a> {
    pub(super) fn root(node: &'a Node, gatherer: &'a Gatherer<'a>) -> Option<TableReader<'a>> {
        Self::of(node, String::new(), gatherer)
    }

    fn of(node: &'a Node, path: String, gatherer: &'a Gatherer<'a>) -> Option<TableReader<'a>> {
        match &node.value {
            Value::Table(table) => Some(TableReader {
                table,
                span: node.span.as_ref(),
                path,
                gatherer,
                asked: Vec::with_capacity(USUALLY_ASKED),
                seen: 0,
            }),
            other => {
                wrong_kind(gatherer, node, Field { table: &path, key: "" }, "a table", other);
                None
            }
        }
    }

    /// The field `key` of this table, in the words of the record.
    pub(super) fn field(&self, key: &str) -> String {
        self.named(key).to_string()
    }

    fn named<'f>(&'f self, key: &'f str) -> Field<'f> {
        Field { table: &self.path, key }
    }

    fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        let (at, node) = self.table.entry(key)?;
        self.seen |= 1_u64.checked_shl(u32::try_from(at).ok()?).unwrap_or(0);
        Some(node)
    }

    /// Reports a problem with the value of `key`.
    pub(super) fn report(&self, key: &str, problem: Problem) {
        let span = self.table.get(key).and_then(|node| node.span.as_ref()).or(self.span);
        self.gatherer.add(problem, span, &self.field(key));
    }

    /// Names a part once its id is known: later problems speak of `holding.aprf`, not `holding.1`.
    pub(super) fn rename(&mut self, name: &str) {
        let stem = self.path.rsplit_once('.').map_or("", |(stem, _)| stem);
        self.path = if stem.is_empty() { name.to_owned() } else { format!("{stem}.{name}") };
    }

    /// The text of `key`.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        let node = self.node(key)?;
        text_of(self.gatherer, node, self.named(key)).map(str::to_owned)
    }

    /// The text of `key`, which must be there.
    pub(super) fn required_text(&mut self, key: &'static str) -> Option<String> {
        if self.table.get(key).is_none() {
            self.missing(key);
        }
        self.text(key)
    }

    /// Reports that `key` is missing.
    pub(super) fn missing(&mut self, key: &'static str) {
        self.asked.push(key);
        let what =
            if self.path.is_empty() { "the record".to_owned() } else { format!("`{}`", self.path) };
        let problem = Problem::error(codes::MISSING, format!("{what} has no `{key}`"))
            .mend(format!("add `{key} = ...`"));
        self.gatherer.add(problem, self.span, &self.field(key));
    }

    /// The value of `key`, read by its own grammar.
    pub(super) fn parsed<T: FromStr<Err = Problem>>(&mut self, key: &'static str) -> Option<T> {
        let node = self.node(key)?;
        parse(self.gatherer, node, self.named(key))
    }

    /// The value of `key`, which must be there, read by its own grammar.
    pub(super) fn required<T: FromStr<Err = Problem>>(&mut self, key: &'static str) -> Option<T> {
        if self.table.get(key).is_none() {
            self.missing(key);
        }
        self.parsed(key)
    }

    /// The whole number of `key`.
    pub(super) fn integer(&mut self, key: &'static str) -> Option<i64> {
        let node = self.node(key)?;
        match &node.value {
            Value::Integer(number) => Some(*number),
            other => {
                wrong_kind(self.gatherer, node, self.named(key), "a whole number", other);
                None
            }
        }
    }

    /// Whether `key` is `true`; `false` when it is not there.
    pub(super) fn flag(&mut self, key: &'static str) -> bool {
        match self.node(key) {
            None => false,
            Some(Node { value: Value::Boolean(value), .. }) => *value,
            Some(node) => {
                wrong_kind(self.gatherer, node, self.named(key), "true or false", &node.value);
                false
            }
        }
    }

    /// The list of parsed values of `key`; one value alone is a list of one.
    pub(super) fn parsed_list<T: FromStr<Err = Problem>>(&mut self, key: &'static str) -> Vec<T> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let field = self.named(key);
        elements(node).filter_map(|node| parse(self.gatherer, node, field)).collect()
    }

    /// The list of texts of `key`; one text alone is a list of one.
    pub(super) fn text_list(&mut self, key: &'static str) -> Vec<String> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let field = self.named(key);
        elements(node)
            .filter_map(|node| text_of(self.gatherer, node, field).map(str::to_owned))
            .collect()
    }

    /// Whether the value of `key` is a plain text (a short form of a table).
    pub(super) fn short_form(&mut self, key: &'static str) -> Option<String> {
        match self.table.get(key)?.value {
            Value::Text(_) => self.text(key),
            _ => None,
        }
    }

    /// The table `key`.
    pub(super) fn table(&mut self, key: &'static str) -> Option<TableReader<'a>> {
        let node = self.node(key)?;
        TableReader::of(node, self.field(key), self.gatherer)
    }

    /// The elements of the list `key`; one value alone is a list of one.
    pub(super) fn elements(&self, key: &str) -> &'a [Node] {
        match self.table.get(key) {
            Some(node) => node.as_list().unwrap_or(std::slice::from_ref(node)),
            None => &[],
        }
    }

    /// Reads every element of the list `key` (or the one table that stands for a list of one).
    /// `each` gets the node, and a way to read it as a table under a numbered path.
    pub(super) fn each<T>(
        &mut self,
        key: &'static str,
        mut each: impl FnMut(Element<'a>) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let path = self.field(key);
        elements(node)
            .enumerate()
            .filter_map(|(at, node)| {
                each(Element { node, path: format!("{path}.{}", at + 1), gatherer: self.gatherer })
            })
            .collect()
    }

    /// Reports every key that nobody asked for, with the nearest that is known.
    pub(super) fn finish(self) {
        if self.seen.count_ones() as usize == self.table.len() {
            return;
        }
        for (key, node) in self.table.iter() {
            if self.asked.contains(&key) {
                continue;
            }
            if !self.gatherer.takes(Severity::Warning) {
                return;
            }
            let near = self
                .asked
                .iter()
                .map(|known| (strsim::jaro_winkler(known, key), *known))
                .filter(|(score, _)| *score > 0.85)
                .max_by(|a, b| a.0.total_cmp(&b.0));
            let mend = match near {
                Some((_, known)) => format!("did you mean `{known}`?"),
                None => "remove it, or keep it: fonds leaves it as it is".to_owned(),
            };
            let field = self.field(key);
            let problem = Problem::warning(
                codes::UNKNOWN_KEY,
                format!("the key `{}` is not known", field.escape_debug()),
            )
            .mend(mend);
            self.gatherer.add(problem, node.span.as_ref(), &field);
        }
    }
}

/// One element of a list being read.
pub(super) struct Element<'a> {
    pub(super) node: &'a Node,
    pub(super) path: String,
    gatherer: &'a Gatherer<'a>,
}

impl<'a> Element<'a> {
    fn field(&self) -> Field<'_> {
        Field { table: &self.path, key: "" }
    }

    /// The element as text, when it is text.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        matches!(self.node.value, Value::Text(_))
            .then(|| text_of(self.gatherer, self.node, self.field()))
            .flatten()
    }

    /// The element as a table.
    pub(super) fn table(self) -> Option<TableReader<'a>> {
        TableReader::of(self.node, self.path, self.gatherer)
    }

    /// The element as a list of texts.
    pub(super) fn texts(&self) -> Option<Vec<&'a str>> {
        match &self.node.value {
            Value::List(list) => {
                list.iter().map(|node| text_of(self.gatherer, node, self.field())).collect()
            }
            other => {
                wrong_kind(
                    self.gatherer,
                    self.node,
                    self.field(),
                    "a list such as `[\"fond\", \"45\"]`",
                    other,
                );
                None
            }
        }
    }

    /// Reports a problem with this element.
    pub(super) fn report(&self, problem: Problem) {
        self.gatherer.add(problem, self.node.span.as_ref(), &self.path);
    }
}

fn elements(node: &Node) -> impl Iterator<Item = &Node> {
    node.as_list().unwrap_or(std::slice::from_ref(node)).iter()
}

fn wrong_kind(gatherer: &Gatherer<'_>, node: &Node, field: Field<'_>, wanted: &str, got: &Value) {
    let message = format!("`{field}` should be {wanted}, and is {}", got.kind());
    let mend = match got {
        Value::Integer(number) => {
            format!("write it with quotation marks, zeros included: `\"{number}\"`")
        }
        _ => format!("write {wanted}"),
    };
    let problem = Problem::error(codes::KIND, message).mend(mend);
    gatherer.add(problem, node.span.as_ref(), &field.to_string());
}

/// The text of `node`. Control characters other than line feed and tab are reported and kept.
fn text_of<'a>(gatherer: &Gatherer<'_>, node: &'a Node, field: Field<'_>) -> Option<&'a str> {
    match &node.value {
        Value::Text(text) => {
            if let Some(bad) = control_in(text) {
                let message =
                    format!("`{field}` contains the control character U+{:04X}", bad as u32);
                let problem = Problem::warning(codes::CONTROL, message).mend("remove it");
                gatherer.add(problem, node.span.as_ref(), &field.to_string());
            }
            Some(text)
        }
        other => {
            wrong_kind(gatherer, node, field, "text", other);
            None
        }
    }
}

/// The first control character of `text` that is none of line feed, carriage return and tab.
fn control_in(text: &str) -> Option<char> {
    // Those beyond ASCII are written with 0xC2 first, and few texts have it. Looking at all bytes without a stop, many
    // at a time, is quicker than looking at each.
    let may_be = |b: u8| b < b' ' || b == 0x7F || b == 0xC2;
    let is_one = |c: &char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    let is_to_look_for = text.bytes().fold(false, |found, b| found | may_be(b));
    is_to_look_for.then(|| text.chars().find(is_one)).flatten()
}

fn parse<T: FromStr<Err = Problem>>(
    gatherer: &Gatherer<'_>,
    node: &Node,
    field: Field<'_>,
) -> Option<T> {
    match text_of(gatherer, node, field)?.parse() {
        Ok(value) => Some(value),
        Err(problem) => {
            gatherer.add(problem, node.span.as_ref(), &field.to_string());
            None
        }
    }
}
