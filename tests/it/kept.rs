//! What comes back of a record from each format, and what the format says it cannot carry.

use crate::any_record::{Texts, any_record};
use crate::round_trips::{read_records, record};
use fonds::citation::Loss;
use fonds::formats::{Format, SourceFormat, TableOptions};
use fonds::record::{Draft, FieldPath, Node, Record, Value, is_path_of_levels, leaves, part_keys};
use fonds::record_file::built_in_archives;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Records that each law is tried on; `PROPTEST_CASES` asks for others.
const CASES: u32 = 12;

/// `records` written, and the fields that the writer says are lost.
pub fn written_all(
    records: &[Record],
    to: Format,
    options: &TableOptions<'_>,
) -> (Vec<u8>, Vec<Loss>) {
    let archives = built_in_archives();
    let mut writer = to.writer(options).expect("a writer");
    let mut out = Vec::new();
    let mut losses = Vec::new();
    writer.begin(&mut out).expect("written");
    for record in records {
        losses.extend(writer.record(&record.into(), &archives, &mut out).expect("written"));
    }
    writer.end(&mut out).expect("written");
    (out, losses)
}

/// One record written; see [`written_all`].
pub fn written(record: &Record, to: Format, options: &TableOptions<'_>) -> (String, Vec<Loss>) {
    let (out, losses) = written_all(std::slice::from_ref(record), to, options);
    (String::from_utf8(out).expect("UTF-8"), losses)
}

/// The fields of `before` that `after` does not have so. Texts are compared word by word when `by_words`.
pub fn missing(
    before: &Record,
    after: &Record,
    by_words: bool,
) -> Vec<(FieldPath, Node, Option<Node>)> {
    let (mut before, after) = (Draft::from(before).root, Draft::from(after).root);
    // The importer's, and what means the same when it is not said.
    if let Some(table) = before.as_table_mut() {
        table.remove("id");
        if table.get("level").and_then(Node::as_text) == Some("item") {
            table.remove("level");
        }
    }
    let mut found = Vec::new();
    compare(&before, Some(&after), "", &FieldPath::default(), by_words, &mut found);
    found
}

fn compare(
    before: &Node,
    after: Option<&Node>,
    key: &str,
    at: &FieldPath,
    by_words: bool,
    into: &mut Vec<(FieldPath, Node, Option<Node>)>,
) {
    match (&before.value, after) {
        (Value::Table(table), after) => {
            for (key, child) in
                table.iter().filter(|(key, _)| !(*key == "id" && at.segments().len() == 2))
            {
                let there = match after.map(|after| &after.value) {
                    Some(Value::Table(after)) => after.get(key),
                    // A name or title in its short form.
                    Some(Value::Text(_)) if matches!(key, "literal" | "text" | "value") => after,
                    _ => None,
                };
                compare(child, there, key, &at.child(key), by_words, into);
            }
        }
        (Value::List(list), after)
            if list.iter().any(|part| part.as_table().is_some() || part.as_list().is_some())
                || key == "name" =>
        {
            let keys = part_keys(key, list)
                .unwrap_or_else(|| (1..=list.len()).map(|n| n.to_string()).collect());
            let mut free: Vec<&Node> =
                after.and_then(Node::as_list).unwrap_or_default().iter().collect();
            let mut others = Vec::new();
            for (part, name) in list.iter().zip(keys) {
                let at = at.child(name.as_str());
                if is_path_of_levels(key, list) {
                    let level = |node: &Node| node.as_list().and_then(|l| l.first()).cloned();
                    let place = list.iter().position(|other| std::ptr::eq(other, part));
                    let place = place.and_then(|place| free.get(place));
                    let there = free.iter().find(|o| level(o) == level(part)).or(place).copied();
                    let step = |node: Option<&Node>, n: usize| {
                        node.and_then(Node::as_list).and_then(|l| l.get(n)).cloned()
                    };
                    if let Some(title) = step(Some(part), 2) {
                        compare(
                            &title,
                            step(there, 2).as_ref(),
                            "title",
                            &at.child("title"),
                            by_words,
                            into,
                        );
                    }
                    if let Some(value) = step(Some(part), 1) {
                        compare(&value, step(there, 1).as_ref(), "value", &at, by_words, into);
                    }
                    continue;
                }
                let cost = |other: &Node| differing(part, other, &name, by_words);
                // The same one, or else the one that is most like it.
                match free.iter().position(|other| cost(other) == 0) {
                    Some(n) => _ = free.remove(n),
                    None => others.push((part, name, at)),
                }
            }
            for (part, name, at) in others {
                let cost = |other: &Node| differing(part, other, &name, by_words);
                // A sender is no recipient of nearly the same name.
                let role = |node: &Node| node.as_table().and_then(|t| t.get("role")).cloned();
                let alike = (0..free.len()).filter(|n| role(free[*n]) == role(part));
                let best = alike.min_by_key(|n| cost(free[*n]));
                let there = best.map(|n| free.remove(n));
                compare(part, there, &name, &at, by_words, into);
            }
        }
        (_, Some(after)) if same(before, after, by_words) => {}
        (_, after) => into.push((at.clone(), before.clone(), after.cloned())),
    }
}

/// In how many fields two parts differ, seen from both sides.
fn differing(part: &Node, other: &Node, name: &str, by_words: bool) -> usize {
    let mut found = Vec::new();
    let at = FieldPath::of(["", ""]);
    compare(part, Some(other), name, &at, by_words, &mut found);
    compare(other, Some(part), name, &at, by_words, &mut found);
    found.len()
}

fn same(before: &Node, after: &Node, by_words: bool) -> bool {
    let words = |node: &Node| {
        node.as_text().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    match (by_words, words(before), words(after)) {
        (true, Some(before), Some(after)) => before == after,
        _ => match (before.as_list(), after.as_list()) {
            (Some(before), Some(after)) => {
                before.len() == after.len()
                    && before.iter().zip(after).all(|(b, a)| same(b, a, by_words))
            }
            _ => before == after,
        },
    }
}

/// What the law of a format says against this record: fields that are lost in silence, and fields that are said
/// to be lost and come back. What is kept among things that other programs pass over may come back.
fn against(json: serde_json::Value, to: Format, from: SourceFormat) -> Vec<String> {
    let before = record(json);
    let (text, losses) = written(&before, to, &TableOptions::default());
    let all = read_records(from, &text);
    let Some(after) = all.first() else { return vec![format!("nothing came back of {text}")] };
    let missing = missing(&before, after, !matches!(to, Format::JsonLines | Format::Csv));
    let losses: Vec<(FieldPath, &Loss)> = losses
        .iter()
        .map(|loss| match loss.field.parse() {
            Ok(field) => (field, loss),
            Err(problem) => panic!("{}: {problem}", loss.field),
        })
        .collect();
    // By what they are called without the names of parts: which of two equal parts came back is all one.
    let mut balance: BTreeMap<String, (i32, i32, i32)> = BTreeMap::new();
    for (field, ..) in &missing {
        balance.entry(general(field)).or_default().0 += 1;
    }
    let is_made = |field: &FieldPath| matches!(field.segments(), [_, _, id] if id == "id");
    for (field, _) in leaves(&Draft::from(&before).root).into_iter().filter(|(f, _)| !is_made(f)) {
        if let Some((_, loss)) = losses.iter().find(|(loss, _)| field.is_within(loss)) {
            let told = balance.entry(general(&field)).or_default();
            match loss.why.contains("kept in") {
                true => told.2 += 1,
                false => told.1 += 1,
            }
        }
    }
    let mut wrong = Vec::new();
    for (field, (missing, lost, perhaps)) in balance {
        if missing > lost + perhaps {
            wrong.push(format!("{to:?} lost {field} in silence"));
        } else if missing < lost {
            wrong.push(format!("{to:?} says that {field} is lost, and it is not"));
        }
    }
    if !wrong.is_empty() {
        let told = losses.iter().map(|(field, loss)| format!("{field}: {}", loss.why));
        wrong.extend(told);
        wrong.push(text);
    }
    wrong
}

/// `surrogate.*.url` of `surrogate.scan.url`.
fn general(field: &FieldPath) -> String {
    let segments = field.segments();
    let named = segments.first().is_some_and(|top| {
        !matches!(top.as_str(), "date" | "title" | "authenticity") && !top.ends_with("_title")
    });
    let is_path = segments.get(2).is_some_and(|third| third == "path");
    let shown = segments.iter().enumerate().map(|(at, segment)| match at {
        1 if named => "*",
        3.. if !is_path && at % 2 == 1 && at + 1 < segments.len() => "*",
        _ => segment.as_str(),
    });
    shown.collect::<Vec<_>>().join(".")
}

fn cases_asked_for() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|asked| asked.parse().ok()).unwrap_or(CASES)
}

const LAWS: &[(Format, SourceFormat)] = &[
    (Format::JsonLines, SourceFormat::JsonLines),
    (Format::CslJson, SourceFormat::CslJson),
    (Format::Ris, SourceFormat::Ris),
    (Format::BibLatex, SourceFormat::Bibtex),
    (Format::BibTex, SourceFormat::Bibtex),
    (Format::Hayagriva, SourceFormat::Hayagriva),
    (Format::Ead3, SourceFormat::Ead),
    (Format::Tei, SourceFormat::Tei),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases_asked_for()))]

    #[test]
    fn what_is_lost_of_plain_texts_is_told(record in any_record(Texts::Plain)) {
        for (to, from) in LAWS {
            let wrong = against(record.clone(), *to, *from);
            prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }

    #[test]
    fn what_is_lost_of_nasty_texts_is_told(record in any_record(Texts::Nasty)) {
        for (to, from) in LAWS {
            let wrong = against(record.clone(), *to, *from);
            prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }
}

/// Of two surrogates the one without an address has no place in EAD3: that is said of it alone.
#[test]
fn of_several_parts_those_that_are_lost_are_named() {
    let record = serde_json::json!({
        "format": 1, "id": "x", "genre": "letter", "title": { "text": "About" },
        "surrogate": [
            { "provider": "Archive", "record_id": "12" },
            { "provider": "Telegram", "url": "http://archive.example/12" },
        ],
    });
    assert_eq!(against(record, Format::Ead3, SourceFormat::Ead), Vec::<String>::new());
}
