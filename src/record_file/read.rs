//! Reading: TOML to a tree of values that know where they stand.

use super::encoding::decode;
use super::layout::longest_key;
use super::plain::plain_tree;
use crate::problem::{Place, Problem, codes};
use crate::record::{Draft, Node, Source, Table, Value};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How many breaches of the grammar are told of one file; later ones mostly follow from earlier.
const MOST_PROBLEMS: usize = 20;

/// The longest dotted key, in segments; a record has no use for more than two or three.
const LONGEST_KEY: usize = 8;

/// Reads a record file. The draft holds what could be read, even of a broken file; then the
/// problems are not empty, and nobody should save what was read.
///
/// ```
/// use fonds::record_file::read;
/// let (draft, problems) = read(b"format = 1\nid = \"a\"\ndate = { sent = 1951-08-27 }\n", "a.toml");
/// assert!(problems.is_empty());
/// let (record, problems) = draft.unwrap().finish();
/// assert_eq!(record.unwrap().dates.sent.unwrap().value.as_str(), "1951-08-27");
/// # assert!(problems.is_empty());
/// ```
pub fn read(bytes: &[u8], file: &str) -> (Option<Draft>, Vec<Problem>) {
    let text = match decode(bytes, file) {
        Ok(text) => text,
        Err(problem) => return (None, vec![problem]),
    };
    let (root, problems) = tree(text, file);
    let source = Source { file: file.to_owned(), text: text.to_owned() };
    (Some(Draft::new(root, source)), problems)
}

/// The tree of a TOML file, whatever it means: of a record, a list of archives, a configuration.
/// The root is a table. Spans count bytes after a byte order mark. As with [`read`], a broken file
/// gives what could be read of it, and problems.
pub fn read_tree(bytes: &[u8], file: &str) -> (Option<Node>, Vec<Problem>) {
    match decode(bytes, file) {
        Ok(text) => {
            let (root, problems) = tree(text, file);
            (Some(root), problems)
        }
        Err(problem) => (None, vec![problem]),
    }
}

fn tree(text: &str, file: &str) -> (Node, Vec<Problem>) {
    match plain_tree(text) {
        Some(root) => (root, Vec::new()),
        None => any_tree(text, file),
    }
}

/// The same of any TOML, and of what breaks its grammar.
fn any_tree(text: &str, file: &str) -> (Node, Vec<Problem>) {
    if is_nested_by_dots(text) {
        let problem = problem(text, file, "recursion limit", None);
        return (Node::from(Table::new()), vec![problem]);
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors
        .into_iter()
        .take(MOST_PROBLEMS)
        .map(|error| problem(text, file, error.message(), error.span()))
        .collect();
    problems.sort_by_key(|problem| (problem.place.line, problem.place.column));
    // What else is wrong on a line mostly follows from the first breach.
    problems.dedup_by_key(|problem| problem.place.line);
    let span = document.span();
    (Node { value: Value::Table(table(text, document.into_inner())), span: Some(span) }, problems)
}

/// Whether a dotted key has more segments than [`LONGEST_KEY`]. Only a line with as many dots can
/// hold one, so that few files have to be looked at closely.
fn is_nested_by_dots(text: &str) -> bool {
    let dots = |line: &[u8]| line.iter().filter(|b| **b == b'.').count();
    text.as_bytes().split(|b| *b == b'\n').any(|line| dots(line) >= LONGEST_KEY)
        && longest_key(text) > LONGEST_KEY
}

/// Brackets nest to 80 at most (the parser sees to it) and dotted keys to [`LONGEST_KEY`], so this
/// recursion has a bottom.
fn table(text: &str, table: DeTable<'_>) -> Table {
    let mut into = Table::new();
    for (key, value) in table {
        into.push_new(key.into_inner().into_owned(), node(text, value));
    }
    into
}

fn node(text: &str, value: Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let value = match value.into_inner() {
        DeValue::String(read) => {
            // Line ends are those of the file, not of the value: CRLF reads as LF.
            let crlf = read.contains("\r\n")
                && text.get(span.clone()).is_some_and(|written| written.contains("\r\n"));
            Value::Text(if crlf { read.replace("\r\n", "\n") } else { read.into_owned() })
        }
        DeValue::Boolean(value) => Value::Boolean(value),
        // A number beyond 64 bits stays a number, so that a reader who wants text says so.
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => Value::Float(number.as_str().parse().unwrap_or(f64::INFINITY)),
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Datetime(date) => Value::Text(match text.get(span.clone()) {
            Some(written) => written.trim().replacen([' ', 't'], "T", 1),
            None => date.to_string(),
        }),
        DeValue::Array(list) => {
            Value::List(list.into_iter().map(|value| node(text, value)).collect())
        }
        DeValue::Table(inner) => Value::Table(table(text, inner)),
    };
    Node { value, span: Some(span) }
}

fn problem(text: &str, file: &str, message: &str, span: Option<Range<usize>>) -> Problem {
    let place = Place::file(file);
    let place = match &span {
        Some(span) => place.offset(text, span.start),
        None => place,
    };
    let written = span.and_then(|span| text.get(span)).unwrap_or("").trim();
    let (message, mend) = in_plain_words(message, written);
    Problem::error(codes::TOML, message).at(place).mend(mend)
}

/// What the parser says, for a reader who has never seen the grammar of TOML: a sentence, and how
/// to mend it. `written` is the text that it stumbled over.
fn in_plain_words(message: &str, written: &str) -> (String, String) {
    let (what, expected) = match message.split_once(", expected ") {
        Some((what, expected)) => (what, Some(expected)),
        None => (message, None),
    };
    let shown = shorten(written);
    let say = |message: &str, mend: &str| (message.to_owned(), mend.to_owned());
    match what {
        "string values must be quoted" if written.is_empty() => {
            say("a value is missing after `=`", "write the value, or take the line out")
        }
        "string values must be quoted" if written.starts_with(['“', '„', '«', '‘']) => (
            format!("{shown} has typographic quotation marks"),
            "set it in straight ones: `\"...\"`".to_owned(),
        ),
        "string values must be quoted" => (
            format!("the text {shown} has no quotation marks"),
            "set it in quotation marks: `\"...\"`".to_owned(),
        ),
        "key with no value" => say("a key has no value", "write `key = \"value\"`, with `=`"),
        "duplicate key" => (
            format!("{shown} stands twice"),
            "take one of the two out; a list of parts has double brackets: `[[holding]]`"
                .to_owned(),
        ),
        "unexpected leading zero" => (
            format!("the number {shown} begins with a zero"),
            format!("if it is a reference, it is text: `\"{}\"`", written.escape_debug()),
        ),
        "invalid basic string" | "invalid literal string" => say(
            "a text has no closing quotation mark on its line, or holds a character that must be escaped",
            "close it with the mark it began with; a text of several lines begins and ends with three: `\"\"\"`",
        ),
        "invalid multi-line basic string" | "invalid multi-line literal string" => say(
            "a text that began with three quotation marks does not end",
            "close it with three quotation marks",
        ),
        "missing escaped value" | "missing hex escape" => say(
            "a backslash stands before a character that takes none",
            "write the backslash twice, or set the text in single quotation marks: `'...'`",
        ),
        "invalid unquoted key" => (
            format!("the key {shown} has a character that only a key in quotation marks can have"),
            "keys of a record are of `a`-`z` and `_`; `key = value` needs `=`, not `:`".to_owned(),
        ),
        "unclosed array" => say("a list is not closed", "close it with `]`"),
        "unclosed inline table" => say("a table in braces is not closed", "close it with `}`"),
        "missing comma between array elements" | "missing comma between key-value pairs" => say(
            "a comma is missing",
            "put a comma between the two, or close the list or table before",
        ),
        "unclosed table" | "unclosed array table" => {
            say("a heading is not closed", "write `[name]`, or `[[name]]` for one of several parts")
        }
        "unexpected key or value" => (
            format!("{shown} stands where the line should end"),
            "begin a new line; quotation marks inside a text are written `\\\"`".to_owned(),
        ),
        "cannot recurse further; max recursion depth met" | "recursion limit" => say(
            "lists and tables are nested too deeply",
            "no part of a record needs more than a few levels",
        ),
        _ if what.starts_with("invalid date") || what.starts_with("invalid time") => (
            format!("the date {shown} is not one that can stand without quotation marks"),
            "write it as text, for instance `\"1951-08\"`, `\"1772~\"`, `\"1951-08-27T01:30\"`"
                .to_owned(),
        ),
        _ => {
            let message = match expected {
                None | Some("nothing") => what.to_owned(),
                Some(expected) => format!("{what}; {expected} should stand here"),
            };
            (message, "mend the line, or take it out".to_owned())
        }
    }
}

/// At most 40 characters of `text`'s first line, escaped and in backticks.
fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    let mut shown: String = line.chars().take(40).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    format!("`{}`", shown.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample;

    /// Pieces of files, right and wrong.
    const PIECES: [&str; 64] = [
        "a = ",
        "b=",
        "c\t=\t",
        "a.b = ",
        "\"q\" = ",
        "'l' = ",
        "-1_z = ",
        "é = ",
        "= ",
        "a",
        "\"x\"",
        "\"\"",
        "\"é\\\"ы\"",
        "\"\\u00e9\"",
        "\"\\uD800\"",
        "\"\\u+0e9\"",
        "\"\\x41\"",
        "\"\\e\"",
        "\"\\q\"",
        "\"\\n\\t\\\\\"",
        "'x'",
        "''",
        "'''",
        "'a\"\\'",
        "\"\"\"",
        "\"\"\"\n",
        "\"\"\"\"",
        "\"\"\"a\"b\"\"\"",
        "\\",
        "\\\n  \n\t",
        "\\ \n",
        "\"",
        "'",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "\u{7f}",
        "\u{1}",
        "\u{85}",
        "# c",
        "# c\n",
        "#\u{8}",
        "[a]",
        "[[a]]",
        "[ b ]",
        "[b]\n",
        "[[b]]\n",
        "[[a.b]]",
        "[",
        "]",
        "{",
        "}",
        ",",
        ", ",
        "true",
        "false",
        "0",
        "12",
        "-1",
        "01",
        "1951-08-27",
    ];

    /// What they stand in.
    const AROUND: [(&str, &str); 8] = [
        ("", ""),
        ("a = ", "\n[[b]]\n"),
        ("a = [", "]"),
        ("a = { b = ", " }\n"),
        ("a = \"", "\"\n"),
        ("a = \"\"\"", "\"\"\"\n"),
        ("a = '", "'"),
        ("[[b]]\n", "\n[[b]] # c\nd = 1"),
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        /// The two readers agree on each file that the quick one takes in.
        #[test]
        fn what_the_quick_reader_takes_in_the_library_reads_the_same(
            around in sample::select(&AROUND[..]),
            pieces in vec(sample::select(&PIECES[..]), 0..5),
        ) {
            let text = format!("{}{}{}", around.0, pieces.concat(), around.1);
            if let Some(root) = plain_tree(&text) {
                let (slow, problems) = any_tree(&text, "f");
                prop_assert!(problems.is_empty(), "{text:?}: {problems:?}");
                prop_assert_eq!(format!("{root:?}"), format!("{slow:?}"), "{:?}", text);
            }
        }

        #[test]
        fn a_slip_in_a_file_is_judged_by_the_library(
            at in any::<sample::Index>(),
            cut in 0usize..4,
            with in sample::select(&PIECES[..]),
        ) {
            let mut text = USUAL.to_owned();
            let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let at = at.index(bounds.len());
            let end = bounds.get(at + cut).copied().unwrap_or(text.len());
            text.replace_range(bounds[at]..end, with);
            let (slow, problems) = any_tree(&text, "f");
            match plain_tree(&text) {
                None => {}
                Some(root) => {
                    prop_assert!(problems.is_empty(), "{text}: {problems:?}");
                    prop_assert_eq!(format!("{root:?}"), format!("{slow:?}"), "{}", text);
                }
            }
        }
    }

    /// A file as the tool writes it, and people by hand.
    const USUAL: &str = r#"format = 1
id = "1951-08-27-mao" # stable
title = { text = "Telegram \"No. 1\"", kind = "formal", short = 'He said "no"' }
number = [{ kind = "telegram", value = "23256" }]
date = { sent = "1951-08-27" }
empty = {}

# The text, folded.
abstract = """
Mao asks for advisers, \
and says "why".
\tНовая строка"""

[[agent]]
role = "sender"
name = { family = "Mao" }

[authenticity]
status = "accepted"

[[agent]]
role = "recipient"

  [[holding]]
archive = "APRF"
path = [
  ["fond", "45"], # one
  ["opis", "1"],
]
copies = 2
sealed = true
"#;

    #[test]
    fn the_usual_file_needs_no_library() {
        let root = plain_tree(USUAL).map(|root| format!("{root:?}"));
        assert_eq!(root, Some(format!("{:?}", any_tree(USUAL, "f").0)));
    }

    fn said(text: &str) -> Vec<String> {
        tree(text, "f").1.into_iter().map(|p| p.to_string()).collect()
    }

    #[test]
    fn broken_files_give_what_can_be_read_and_every_problem() {
        let (node, problems) =
            tree("id = \"a\"\ntitle = Beijing\nplace = “x”\ngenre = \"b\"\n", "f");
        let table = node.as_table().unwrap();
        assert_eq!(table.get("genre").unwrap().as_text(), Some("b"));
        assert_eq!(table.get("genre").unwrap().span, Some(49..52));
        let said: Vec<_> = problems.iter().map(Problem::to_string).collect();
        assert_eq!(
            said,
            [
                "error[R001]: the text `Beijing` has no quotation marks (f:2:9)",
                "error[R001]: `“x”` has typographic quotation marks (f:3:9)",
            ]
        );
    }

    #[test]
    fn dates_and_large_numbers() {
        let (node, problems) =
            tree("a = 1951-08-27 01:30\nb = 99999999999999999999\nc = -0x1\n", "f");
        assert_eq!(problems.len(), 1, "{problems:?}");
        let table = node.as_table().unwrap();
        assert_eq!(table.get("a").unwrap().as_text(), Some("1951-08-27T01:30"));
        assert_eq!(table.get("b").unwrap().value, Value::Float(1e20));
        assert_eq!(
            said("a = 1951-08\n"),
            [
                "error[R001]: the date `1951-08` is not one that can stand without quotation marks (f:1:5)"
            ]
        );
    }

    #[test]
    fn hostile_depth_and_number_end_soon() {
        let many = 100_000;
        let deep = [
            format!("a = {}{}", "[".repeat(many), "]".repeat(many)),
            format!("a = {}1{}", "{a=".repeat(many), "}".repeat(many)),
            format!("{} = 1", vec!["a"; many].join(".")),
            format!("[{}]\nx=1", vec!["a"; many].join(".")),
        ];
        for text in &deep {
            assert!(said(text)[0].contains("nested too deeply"));
        }
        // Dots and braces multiply: 79 times 79 levels in 13 kB.
        let key = ["a"; 79].join(".");
        let text = format!("{}{key} = 1{}", format!("{key} = {{").repeat(79), "}".repeat(79));
        assert!(said(&text)[0].contains("nested too deeply"));
        let key = ["a"; LONGEST_KEY].join(".");
        let text = format!("{}{key} = 1{}", format!("{key} = {{").repeat(79), "}".repeat(79));
        assert_eq!(said(&text), [""; 0]);
        assert_eq!(said(&"a\n".repeat(many)).len(), MOST_PROBLEMS);
        let (node, problems) =
            tree(&(0..many).map(|n| format!("k{n}=1\n")).collect::<String>(), "f");
        assert_eq!((node.as_table().unwrap().len(), problems.len()), (many, 0));
    }
}
