//! Record files: reading, editing, writing; laws as properties, single cases as data.

use fonds::record::{FieldPath, Node, Table, Value, leaves};
use fonds::record_file::{Edit, edit, read, read_tree, template, write};
use proptest::collection::vec;
use proptest::prelude::*;

fn tree(text: &str) -> Node {
    let (node, problems) = read_tree(text.as_bytes(), "a.toml");
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    node.unwrap()
}

/// Any text: words, quotation marks, controls, line ends, other scripts.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9 ]{0,12}",
        "[\"'\\\\ \n\r\t\u{1}\u{7f}#=éяあ\u{202e}]{0,12}",
        // Long prose with quotation marks and spaces at the folds.
        vec("[\"a-zя' ]{0,9}", 0..60).prop_map(|words| words.join(" ")),
        any::<String>(),
    ]
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(&["id", "title", "date", "number", "holding", "agent", "abstract", "path"][..]).prop_map(str::to_owned),
        2 => "[a-z_]{1,6}",
        1 => any_text(),
    ]
}

fn any_node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        4 => any_text().prop_map(Node::from),
        1 => any::<i64>().prop_map(Node::from),
        1 => any::<bool>().prop_map(|b| Node::new(Value::Boolean(b))),
        1 => proptest::num::f64::NORMAL.prop_map(|f| Node::new(Value::Float(f))),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Node::from),
            any_table(inner.clone()),
            vec(any_table(inner), 0..4).prop_map(Node::from),
        ]
    })
}

fn any_table(inner: impl Strategy<Value = Node>) -> impl Strategy<Value = Node> {
    vec((any_key(), inner), 0..6)
        .prop_map(|entries| Node::from(entries.into_iter().collect::<Table>()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_the_same(root in any_table(any_node())) {
        let text = write(&root);
        prop_assert_eq!(tree(&text), root, "{}", text);
    }

    #[test]
    fn a_value_set_anywhere_reads_back(root in any_table(any_node()), which in any::<prop::sample::Index>(), value in any_node()) {
        let text = write(&root);
        let fields = leaves(&root);
        prop_assume!(!fields.is_empty());
        let (field, _) = &fields[which.index(fields.len())];
        let edited = edit(&text, &[Edit::Set(field.clone(), value.clone())]).unwrap();
        let mut expected = root.clone();
        *find_mut(&mut expected, &root, field).unwrap() = value;
        prop_assert_eq!(tree(&edited), expected, "{}\n{}", text, edited);
    }

    #[test]
    fn reading_never_panics(bytes in vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, "a.toml");
    }

    #[test]
    fn reading_a_damaged_file_never_panics(at in any::<prop::sample::Index>(), with in "[\\[\\]{}=\"'.,#\n\r a1]{0,4}", cut in 0usize..12) {
        for text in LAYOUTS {
            let mut bytes = text.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes.splice(at..(at + cut).min(bytes.len()), with.bytes());
            let (draft, problems) = read(&bytes, "a.toml");
            if let Some(draft) = draft {
                let (record, more) = draft.finish();
                prop_assert!(record.is_some() || !problems.is_empty() || !more.is_empty());
            }
        }
    }
}

/// A field that is there or might be, and parts of it, chosen by numbers.
fn some_field(root: &Node, which: usize, up: usize) -> FieldPath {
    const MORE: [&str; 12] = [
        "place",
        "date.sent",
        "date.sent.calendar",
        "title.kind",
        "holding.aprf.path.papka",
        "note",
        "holding.garf.former.1990.reason",
        "agent.sender-mao.name.given",
        "number.telegram.kind",
        "new_table.key",
        "holding",
        "authenticity.status",
    ];
    let fields = leaves(root);
    let mut field = match which % (fields.len() + MORE.len()) {
        at if at < fields.len() => fields[at].0.clone(),
        at => MORE[at - fields.len()].parse().unwrap(),
    };
    for _ in 0..up {
        field = field.parent().filter(|parent| !parent.segments().is_empty()).unwrap_or(field);
    }
    field
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a file, it stays a file that can be read; what was set is there, and what
    /// was taken out is not.
    #[test]
    fn edits_one_after_the_other(
        layout in 0..LAYOUTS.len(),
        ends in 0usize..4,
        steps in vec((0usize..3, any::<usize>(), 0usize..3, any_node()), 1..6),
    ) {
        let mut text = line_ends(LAYOUTS[layout])[ends].clone();
        for (kind, which, up, node) in steps {
            let before = tree(&text);
            let field = some_field(&before, which, up);
            let change = match kind {
                0 => Edit::Set(field.clone(), node.clone()),
                1 => Edit::Remove(field.clone()),
                _ => Edit::Add(field.clone(), node.clone()),
            };
            match edit(&text, std::slice::from_ref(&change)) {
                Err(problems) => prop_assert!(
                    problems.iter().all(|problem| problem.code.name == "R110"),
                    "{change:?}: {problems:?}\n{text}"
                ),
                Ok(edited) => {
                    let after = tree(&edited);
                    let there = field.find(&after);
                    // The name of a part may change with what it says.
                    let is_name = there.is_none() || field.find(&before).is_none();
                    if kind == 0 && !is_name && field.segments().len() == 1 {
                        prop_assert_eq!(there, Some(&node), "{:?}\n{}\n{}", change, text, edited);
                    }
                    if kind == 1 && field.segments().len() == 1 {
                        prop_assert_eq!(there, None, "{:?}\n{}\n{}", change, text, edited);
                    }
                    prop_assert_eq!(edited.starts_with('\u{feff}'), text.starts_with('\u{feff}'));
                    text = edited;
                }
            }
        }
    }
}

/// The node that `field` names in `root`, to be changed; found by its address in the other tree.
fn find_mut<'a>(root: &'a mut Node, twin: &Node, field: &FieldPath) -> Option<&'a mut Node> {
    let wanted: *const Node = field.find(twin)?;
    fn walk<'a>(node: &'a mut Node, twin: &Node, wanted: *const Node) -> Option<&'a mut Node> {
        if std::ptr::eq(twin, wanted) {
            return Some(node);
        }
        match (&mut node.value, &twin.value) {
            (Value::List(list), Value::List(twins)) => {
                list.iter_mut().zip(twins).find_map(|(node, twin)| walk(node, twin, wanted))
            }
            (Value::Table(table), Value::Table(twins)) => {
                let key = twins.iter().find(|(_, twin)| holds(twin, wanted))?.0.to_owned();
                walk(table.get_mut(&key)?, twins.get(&key)?, wanted)
            }
            _ => None,
        }
    }
    fn holds(twin: &Node, wanted: *const Node) -> bool {
        std::ptr::eq(twin, wanted)
            || match &twin.value {
                Value::List(list) => list.iter().any(|twin| holds(twin, wanted)),
                Value::Table(table) => table.iter().any(|(_, twin)| holds(twin, wanted)),
                _ => false,
            }
    }
    walk(root, twin, wanted)
}

/// One record in the ways in which people lay it out.
const LAYOUTS: [&str; 4] = [
    r#"# A telegram.
format = 1
id     = "1951-08-27-mao-stalin"   # never changes
genre  = 'telegram'
title  = { text = "Ciphered Telegram No. 23256", kind = "formal" } # as given
number = [{ kind = "telegram", value = "23256" }]
place  = "Beijing"
date   = { sent = "1951-08-27T01:30", as_printed = "From BEIJING 01:30 27.8.1951" }
language = ["ru"]
unknown_key = "kept"

[[agent]]
role = "sender"
name = { family = "Mao", given = "Zedong", order = "family-first" }

# The recipient's code name.
[[agent]]
  role = "recipient"
  name = { family = "Stalin", given = "Joseph" }
  as_printed = "Cde. Filippov [Stalin]"

[[holding]]
archive = "APRF"
path = [["fond", "45"], ["opis", "1"], ["delo", "340"], ["listy", "86-88"]] # sic
as_printed = "APRF, Fond 45, Opis 1, Delo 340, Listy 86-88"

[[holding]]
archive = "RGASPI"
path = [
  ["fond", "558"],
  ["opis", "11"], # the personal papers
  ["delo", "341"],
]
# the end
"#,
    r#"format = 1
id = "1951-08-27-mao-stalin"
title.text = "Ciphered Telegram No. 23256"
title.kind = "formal"
number = "23256"
language = "ru"
holding = [
  { archive = "APRF", path = [["fond", "45"], ["delo", "340"]] }, # first
  { archive = "RGASPI", path = [["fond", "558"], ["delo", "341"]] }
]

[date]
sent = "1951-08-27T01:30"   # Beijing time
received = { value = "1951-08-28", as_printed = '28 "August"' }
"#,
    r#"format = 1
id = "a"
title = "Letter"

[holding]
archive = "GARF"
path = [["fond", "5783"]]

[holding.former]
archive = "TsGAOR"
until = "1992""#,
    r#"

format=1
id="b"
abstract = """
First line
second line"""
date.created="1950-01-01"
date.sent='1950-01-02'

[[agent]]
role="sender"
[agent.name]
family="Kim"
[[agent]]
role="recipient"
name.family="Stalin"
name.given="Joseph"
[[holding]]
archive="APRF"
[[holding.former]]
until="1990"
[[holding.former]]
until="1995"
[[holding]]
archive="GARF"
[[holding.former]]
until="1993"
"#,
];

fn line_ends(text: &str) -> [String; 4] {
    let crlf = text.replace('\n', "\r\n");
    // Every third line end is the other one.
    let mut mixed = String::new();
    for (at, line) in text.split_inclusive('\n').enumerate() {
        match line.strip_suffix('\n') {
            Some(line) if at % 3 == 0 => mixed.extend([line, "\r\n"]),
            _ => mixed.push_str(line),
        }
    }
    [text.to_owned(), crlf.clone(), format!("\u{feff}{text}"), format!("\u{feff}{mixed}")]
}

fn changed_lines(before: &str, after: &str) -> Vec<(String, String)> {
    let lines = |text: &str| text.split('\n').map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    assert_eq!(before.len(), after.len(), "{before:#?}\n{after:#?}");
    before.into_iter().zip(after).filter(|(before, after)| before != after).collect()
}

#[test]
fn nothing_changed_is_nothing_changed() {
    for text in LAYOUTS.iter().flat_map(|text| line_ends(text)) {
        assert_eq!(edit(&text, &[]).unwrap(), text);
        let root = tree(&text);
        let edits: Vec<Edit> =
            leaves(&root).into_iter().map(|(field, node)| Edit::Set(field, node.clone())).collect();
        assert_eq!(edit(&text, &edits).unwrap(), text);
    }
}

#[test]
fn one_field_changes_one_line_and_back() {
    let mut tried = 0;
    for text in LAYOUTS.iter().flat_map(|text| line_ends(text)) {
        let root = tree(&text);
        for (field, node) in leaves(&root) {
            let Some(old) = node.as_text() else { continue };
            let many = old.contains('\n');
            let new = if many { old.replace("line", "LINE") } else { format!("{old}x") };
            let edited = edit(&text, &[Edit::Set(field.clone(), new.as_str().into())]).unwrap();
            let lines = changed_lines(&text, &edited);
            assert_eq!(lines.len(), if many { 2 } else { 1 }, "{field}: {lines:?}");
            for (before, after) in &lines {
                assert_eq!(before.ends_with('\r'), after.ends_with('\r'), "{field}");
                let comment = |line: &str| line.split_once(" #").map(|(_, c)| c.to_owned());
                assert_eq!(comment(before), comment(after), "{field}");
            }
            let mut expected = root.clone();
            *find_mut(&mut expected, &root, &field).unwrap() = new.into();
            let after = tree(&edited);
            assert_eq!(after, expected, "{field}\n{edited}");
            // The name of the field may have changed with its value; its place has not.
            let number = leaves(&root).iter().position(|(name, _)| *name == field).unwrap();
            let back = Edit::Set(leaves(&after)[number].0.clone(), node.clone());
            assert_eq!(edit(&edited, &[back]).unwrap(), text, "{field}");
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

/// Two hundred records of the synthetic kind, in three sorts of line ends.
#[test]
fn two_hundred_files_change_by_one_line() {
    for number in 0..200 {
        let text = format!(
            "format = 1\nid = \"19{:02}-doc-{number}\"\ntitle = \"Letter {number}\" # {number}\n\n[[holding]]\narchive = \"A{}\"\npath = [[\"fond\", \"{number}\"], [\"delo\", \"0{}\"]]\n",
            number % 100,
            number % 7,
            number * 3
        );
        let [lf, crlf, bom, _] = line_ends(&text);
        for text in [lf, crlf, bom] {
            for field in ["title", &format!("holding.a{}.path.delo", number % 7)] {
                let edits = [Edit::Set(field.parse().unwrap(), "new \"value\"".into())];
                let edited = edit(&text, &edits).unwrap();
                assert_eq!(changed_lines(&text, &edited).len(), 1, "{edited}");
                assert_eq!(
                    field.parse::<FieldPath>().unwrap().find(&tree(&edited)).unwrap().as_text(),
                    Some("new \"value\"")
                );
            }
        }
    }
}

/// Every leaf can be taken out, and nothing else goes with it but what it leaves empty.
#[test]
fn removing_takes_out_one_field() {
    for text in LAYOUTS.iter().flat_map(|text| line_ends(text)) {
        let root = tree(&text);
        let before: Vec<String> =
            leaves(&root).iter().map(|(_, node)| format!("{node:?}")).map(no_span).collect();
        for (number, (field, _)) in leaves(&root).into_iter().enumerate() {
            let edited = edit(&text, &[Edit::Remove(field.clone())]).unwrap();
            let mut expected = before.clone();
            expected.remove(number);
            let after = tree(&edited);
            let after: Vec<String> =
                leaves(&after).iter().map(|(_, node)| format!("{node:?}")).map(no_span).collect();
            assert_eq!(after, expected, "{field}\n{edited}");
            for comment in ["# A telegram", "# The recipient", "# the end"] {
                assert_eq!(text.contains(comment), edited.contains(comment), "{field}\n{edited}");
            }
            assert!(edited.lines().count() + 6 >= text.lines().count(), "{field}\n{edited}");
        }
    }
}

fn no_span(debug: String) -> String {
    debug.split(", span").next().unwrap_or_default().to_owned()
}

#[test]
fn nesting_is_read_to_a_depth_and_refused_beyond() {
    for (depth, is_read) in [(50, true), (79, true), (100, false), (100_000, false)] {
        let text = format!("a = {}1{}", "[".repeat(depth), "]".repeat(depth));
        let (root, problems) = read_tree(text.as_bytes(), "a.toml");
        assert_eq!(problems.is_empty(), is_read, "{depth}: {problems:?}");
        if is_read {
            assert_eq!(tree(&write(&root.unwrap())), tree(&text), "{depth}");
        }
    }
}

/// Single edits, each a file: the text, the edits (`field = value`, `- field`, `+ list value`), the
/// text after.
#[test]
fn edits_as_cases() {
    for (name, case) in cases("edit") {
        let [before, edits, after] = parts(&name, &case);
        let edits: Vec<Edit> = edits.lines().map(|line| one_edit(&name, line)).collect();
        let shown = match edit(before, &edits) {
            Ok(text) => text,
            Err(problems) => problems.iter().map(|problem| format!("{problem}\n")).collect(),
        };
        let [crlf_before, crlf_after] = [before, after].map(|text| text.replace('\n', "\r\n"));
        assert_eq!(shown, after, "{name}");
        if let Ok(text) = edit(&crlf_before, &edits) {
            assert_eq!(text, crlf_after, "{name} with CRLF");
        }
    }
}

fn one_edit(name: &str, line: &str) -> Edit {
    let value = |text: &str| {
        tree(&format!("value = {text}")).as_table().unwrap().get("value").unwrap().clone()
    };
    let field = |text: &str| text.parse().unwrap_or_else(|e| panic!("{name}: {e}"));
    if let Some(text) = line.strip_prefix("- ") {
        return Edit::Remove(field(text));
    }
    if let Some(text) = line.strip_prefix("+ ") {
        let (list, part) = text.split_once(' ').unwrap();
        return Edit::Add(field(list), value(part));
    }
    let (name, text) = line.split_once(" = ").unwrap();
    Edit::Set(field(name), value(text))
}

/// Files and the problems they give: `CODE line:column message`. With `FONDS_BLESS` set, the cases
/// are written anew; read them before they are committed.
#[test]
fn files_and_their_problems() {
    for folder in ["good", "warn", "bad"] {
        for (name, case) in cases(folder) {
            let [text, expected] = parts(&name, &case);
            let (draft, mut problems) = read(unescaped(text).as_slice(), "a.toml");
            let record = draft.and_then(|draft| {
                let (record, more) = draft.finish();
                problems.extend(more);
                record
            });
            let said: String = problems
                .iter()
                .map(|p| {
                    let number = |n: Option<usize>| n.map_or("-".to_owned(), |n| n.to_string());
                    let (line, column) = (number(p.place.line), number(p.place.column));
                    format!("{} {line}:{column} {}\n", p.code.name, p.message)
                })
                .collect();
            if std::env::var_os("FONDS_BLESS").is_some() {
                std::fs::write(&name, format!("{text}--------\n{said}")).unwrap();
            } else {
                assert_eq!(said, expected, "{name}");
            }
            assert!(problems.iter().all(|p| p.mend.is_some()), "{name}: a way to mend each");
            match folder {
                "good" => assert!(problems.is_empty() && record.is_some(), "{name}"),
                "warn" => assert!(!problems.is_empty() && record.is_some(), "{name}"),
                _ => assert!(problems.iter().any(|p| p.severity.word() == "error"), "{name}"),
            }
        }
    }
}

/// `\xHH` in a case is a byte.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut parts = text.split("\\x");
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    bytes
}

fn cases(folder: &str) -> Vec<(String, String)> {
    let folder = format!("{}/tests/cases/record_file/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut cases: Vec<(String, String)> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "{folder}");
    cases
}

/// The parts of a case, which lines of dashes divide.
fn parts<'a, const N: usize>(name: &str, case: &'a str) -> [&'a str; N] {
    let parts: Vec<&str> = case.split("--------\n").collect();
    parts.try_into().unwrap_or_else(|_| panic!("{name} should have {N} parts"))
}

#[test]
fn the_template_with_its_lines_taken_in_is_a_record() {
    let filled: String = template()
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let filled = filled.replace("id = \"\"", "id = \"1951-08-27-mao-stalin\"");
    let (draft, problems) = read(filled.as_bytes(), "new.toml");
    assert!(problems.is_empty(), "{problems:?}");
    let (record, problems) = draft.unwrap().finish();
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(record.unwrap().agents.len(), 2);
}

/// The file that `name` names from the root of the package.
fn packaged(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// With `FONDS_BLESS` set, the schema is written anew.
#[test]
fn the_schema_is_that_of_the_types() {
    let path = packaged("docs/record.schema.json");
    let schema = fonds::record_file::schema();
    if std::env::var_os("FONDS_BLESS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), schema);
}

/// The examples of `docs/record.md`; pieces get the two keys that every record has.
fn documented_examples() -> Vec<String> {
    let text = std::fs::read_to_string(packaged("docs/record.md")).unwrap();
    let examples: Vec<String> = text
        .split("```toml\n")
        .skip(1)
        .map(|part| part.split("```").next().unwrap())
        .map(|example| match example.starts_with("format") {
            true => example.to_owned(),
            false => format!("format = 1\nid = \"a\"\n{example}"),
        })
        .collect();
    assert!(examples.len() > 8);
    examples
}

#[test]
fn the_examples_of_the_documentation_are_records() {
    let schema = serde_json::from_str(&fonds::record_file::schema()).unwrap();
    for example in documented_examples() {
        let (draft, problems) = read(example.as_bytes(), "record.md");
        assert_eq!(problems, [], "{example}");
        let draft = draft.unwrap();
        let (record, problems) = draft.finish();
        assert_eq!(problems, [], "{example}");
        assert!(record.is_some());
        assert_eq!(misfit(&schema, &draft.root), None, "{example}");
    }
}

#[test]
fn every_key_is_documented() {
    let text = std::fs::read_to_string(packaged("docs/record.md")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&fonds::record_file::schema()).unwrap();
    let mut keys = Vec::new();
    fn gather(value: &serde_json::Value, keys: &mut Vec<String>) {
        if let Some(properties) = value.get("properties").and_then(|p| p.as_object()) {
            keys.extend(properties.keys().cloned());
        }
        for inner in value.as_object().into_iter().flat_map(|o| o.values()) {
            gather(inner, keys);
        }
        value.as_array().into_iter().flatten().for_each(|inner| gather(inner, keys));
    }
    gather(&schema, &mut keys);
    assert!(keys.len() > 80);
    for key in keys {
        let told = [format!("`{key}`"), format!("`{key} = ")];
        assert!(told.iter().any(|told| text.contains(told)), "{key} is not in docs/record.md");
    }
}

/// The schema takes what reading takes, and flags keys that are not known.
#[test]
fn the_schema_agrees_with_reading() {
    let schema = serde_json::from_str(&fonds::record_file::schema()).unwrap();
    for folder in ["good", "warn", "bad"] {
        for (name, case) in cases(folder) {
            let [text, _] = parts(&name, &case);
            let (draft, problems) = read(&unescaped(text), "a.toml");
            let Some(draft) = draft.filter(|_| problems.is_empty()) else { continue };
            let (record, problems) = draft.finish();
            let misfit = misfit(&schema, &draft.root);
            let unknown = problems.iter().any(|problem| problem.code.name == "R005");
            match record {
                Some(_) => assert_eq!(misfit.is_some(), unknown, "{name}: {misfit:?}"),
                // What is only wrong in meaning (a date that is none) no schema can tell.
                None => assert!(misfit.is_some() || name.contains("hostile"), "{name}"),
            }
        }
    }
    for text in LAYOUTS {
        let misfit = misfit(&schema, &tree(text));
        assert_eq!(misfit.is_some(), text.contains("unknown_key"), "{misfit:?}");
    }
}

/// Why `node` does not fit `schema`, by the few rules of JSON Schema that ours uses.
fn misfit(root: &serde_json::Value, node: &Node) -> Option<String> {
    let json = serde_json::to_value(node).unwrap();
    return walk(root, root, &json);

    fn walk(
        root: &serde_json::Value,
        schema: &serde_json::Value,
        value: &serde_json::Value,
    ) -> Option<String> {
        for (rule, wanted) in schema.as_object().unwrap() {
            let inner = |schema| walk(root, schema, value);
            let fault = match rule.as_str() {
                "$ref" => {
                    let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                    inner(&root["$defs"][name])
                }
                "anyOf" | "oneOf" => {
                    let faults: Vec<_> = wanted.as_array().unwrap().iter().map(inner).collect();
                    faults.iter().all(Option::is_some).then(|| format!("{faults:?}"))
                }
                "const" => (value != wanted).then(|| format!("{value} is not {wanted}")),
                "type" => {
                    let fits = match wanted.as_str().unwrap() {
                        "string" => value.is_string(),
                        "object" => value.is_object(),
                        "array" => value.is_array(),
                        "integer" => value.is_i64(),
                        other => panic!("{other}"),
                    };
                    (!fits).then(|| format!("{value} is not {wanted}"))
                }
                "pattern" => {
                    // The two patterns of the schema: an id, and a language.
                    let fits = match wanted.as_str().unwrap() {
                        id if id.starts_with("^[a-z0-9]") => |text: &str| {
                            text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                        },
                        _ => |text: &str| {
                            text.split('-').next().is_some_and(|p| (1..=3).contains(&p.len()))
                        },
                    };
                    value.as_str().filter(|text| !fits(text)).map(str::to_owned)
                }
                "required" => wanted
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(|key| key.as_str())
                    .find(|key| value.is_object() && value.get(key).is_none())
                    .map(|key| format!("{key} is missing")),
                "properties" => value.as_object().into_iter().flatten().find_map(|(key, value)| {
                    wanted.get(key).and_then(|schema| walk(root, schema, value))
                }),
                "additionalProperties" => {
                    assert_eq!(*wanted, false);
                    let known = schema["properties"].as_object().unwrap();
                    value
                        .as_object()
                        .and_then(|table| table.keys().find(|key| !known.contains_key(*key)))
                        .map(|key| format!("{key} is not known"))
                }
                "items" => value
                    .as_array()
                    .and_then(|list| list.iter().find_map(|value| walk(root, wanted, value))),
                "minItems" => value
                    .as_array()
                    .filter(|list| (list.len() as u64) < wanted.as_u64().unwrap())
                    .map(|_| "too short".to_owned()),
                "maxItems" => value
                    .as_array()
                    .filter(|list| list.len() as u64 > wanted.as_u64().unwrap())
                    .map(|_| "too long".to_owned()),
                "minimum" => value.as_i64().filter(|n| *n < 0).map(|n| n.to_string()),
                "$schema" | "$id" | "$defs" | "title" | "description" | "format" => None,
                other => panic!("the schema has the rule {other}, which this test does not know"),
            };
            if fault.is_some() {
                return fault;
            }
        }
        None
    }
}
