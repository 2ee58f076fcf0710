//! Manuscripts: where they cite, and other text in those places.

use fonds::manuscript::{Edit, Heading, Language, Manuscript, Step};
use proptest::prelude::*;
use std::fmt::Write;
use std::path::Path;

/// What is found in `text`, a line for each thing.
fn found(text: &str, language: Language) -> String {
    let manuscript = Manuscript::read(text, language);
    let mut out = String::new();
    let line = |number: usize, note: Option<usize>| {
        let citation = &manuscript.citations[number];
        let mut line = format!("{:?}", &text[citation.span.clone()]);
        let _ = write!(line, " {:?}", citation.kind);
        for (said, is_so) in [
            ("in a footnote", citation.in_footnote),
            ("footnote asked", citation.footnote_asked),
            ("in code", citation.in_code),
        ] {
            if is_so {
                let _ = write!(line, ", {said}");
            }
        }
        if let Some(note) = note {
            let _ = write!(line, " {note}");
        }
        line.push('\n');
        for cite in &citation.cites {
            let key = &text[cite.span.clone()];
            assert!(key.contains(&cite.key), "{key} is not {}", cite.key);
            let part = |name: &str, value: &str| match value {
                "" => String::new(),
                value => format!(" {name}={:?}", manuscript.reveal(value)),
            };
            let _ = writeln!(
                line,
                "  {}{}{}{}{}",
                cite.key,
                if cite.suppress_author { " -" } else { "" },
                part("before", &cite.prefix),
                part("place", cite.locator.as_deref().unwrap_or("")),
                part("after", &cite.suffix),
            );
        }
        line
    };
    let mut notes = 0;
    for step in &manuscript.steps {
        match step {
            Step::Citation(number) => out.push_str(&line(*number, None)),
            Step::Note(note) => {
                notes += 1;
                let referred = if note.referred { "" } else { ", never referred to" };
                let _ = writeln!(out, "footnote {notes}{referred}");
                for number in &note.citations {
                    out.push_str(&line(*number, Some(notes)));
                }
            }
        }
    }
    for place in &manuscript.references {
        let heading = match &place.heading {
            Heading::Own(heading) => heading.clone(),
            other => format!("({other:?})"),
        };
        let _ = writeln!(out, "references {:?} {heading}", &text[place.span.clone()]);
    }
    for place in &manuscript.not_understood {
        let _ = writeln!(out, "not understood {:?}", &text[place.clone()]);
    }
    out
}

#[test]
fn citations_are_found_as_the_language_sees_them() {
    let bless = std::env::var_os("FONDS_BLESS").is_some();
    for (name, language) in Language::NAMES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/cases/manuscripts/{name}.txt"));
        let text = std::fs::read_to_string(&path).expect("the cases");
        let mut parts = text.split("=== ");
        let mut whole = parts.next().unwrap_or("").to_owned();
        for case in parts {
            let (title, rest) = case.split_once('\n').expect("a title");
            // The last line of three dashes: metadata have some of their own.
            let (given, _) = rest.rsplit_once("---\n").expect("a separator");
            let now = format!("{title}\n{given}---\n{}", found(given, *language));
            assert!(bless || now == case, "{name}: {case}--- now\n{now}");
            whole.push_str(&format!("=== {now}"));
        }
        if bless {
            std::fs::write(&path, whole).expect("the cases are written");
        }
    }
}

/// Pieces of which hostile manuscripts are made.
const PIECES: &[&str] = &[
    "@",
    "@a",
    "@{",
    "}",
    "{",
    "[",
    "]",
    "[@a",
    "; ",
    ";",
    ", fol. 3",
    "-",
    "\\",
    "`",
    "```\n",
    "\n",
    "\n\n",
    "    ",
    "> ",
    "- ",
    "*",
    "**",
    "_",
    "^[",
    "[^n]",
    "[^n]: ",
    "$",
    "<b>",
    "<!--",
    "-->",
    "<div id=\"refs\">",
    "::: {#refs}\n",
    ":::\n",
    "---\n",
    "nocite: '@a'\n",
    "(@x)",
    "{#x}",
    "é",
    "ф",
    "\u{0}",
    "\r\n",
    "&amp;",
    "\u{f0000}",
    "\\cite",
    "\\cites(",
    "\\footnote{",
    "\\nocite",
    "{a,b}",
    "[see]",
    "%",
    "\\verb|",
    "\\begin{verbatim}",
    "\\end{verbatim}",
    "\\printbibliography",
    "\\footnotemark",
    "\\emph{",
    "~",
    "--",
    "#cite(",
    "<a>",
    ", supplement: [",
    ")",
    "#footnote[",
    "#bibliography(\"x\"",
    "form: none",
    "#let x = ",
    "/*",
    "*/",
    "//",
    "<lab",
    ">",
    "= ",
    "\"",
    "a.b",
    " ",
    "text",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_outside_of_citations_is_touched(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60),
        mark in "[a-z@\\[\\]]{0,4}",
    ) {
        let text = pieces.concat();
        for (_, language) in Language::NAMES {
            let manuscript = Manuscript::read(&text, *language);
            prop_assert_eq!(&manuscript.with(Vec::new()), &text);
            // The same text in the place of each citation is the same manuscript.
            let own = |span: &std::ops::Range<usize>| Edit {
                span: span.clone(),
                text: text[span.clone()].to_owned(),
            };
            let spans: Vec<_> = manuscript.citations.iter().map(|c| c.span.clone()).collect();
            prop_assert_eq!(&manuscript.with(spans.iter().map(own).collect()), &text);
            // Other text stands between what stood between the citations.
            let edits = spans.iter().map(|span| Edit { span: span.clone(), text: mark.clone() });
            let replaced = manuscript.with(edits.collect());
            let (mut rest, mut end) = (replaced.as_str(), 0);
            for span in &spans {
                prop_assert!(span.start >= end, "citations in order, none in another");
                let between = format!("{}{mark}", &text[end..span.start]);
                rest = rest.strip_prefix(between.as_str()).expect("what stood between");
                end = span.end;
            }
            prop_assert_eq!(rest, &text[end..]);
            // Each citation is met once.
            let mut met: Vec<usize> = manuscript.steps.iter().flat_map(|step| match step {
                Step::Citation(number) => vec![*number],
                Step::Note(note) => note.citations.clone(),
            }).collect();
            met.sort_unstable();
            prop_assert_eq!(met, (0..spans.len()).collect::<Vec<_>>());
            for cite in manuscript.citations.iter().flat_map(|citation| &citation.cites) {
                prop_assert!(text[cite.span.clone()].contains(&cite.key));
            }
        }
    }
}

#[test]
fn hostile_manuscripts_take_no_more_time_than_others() {
    // Each of these takes minutes where anything is looked at again and again.
    for piece in PIECES.iter().chain(&[
        "[@a;",
        "@a [",
        "[[@a] ",
        "\\cite[\\cite[",
        "@a\n",
        "#cite(<a>) ",
        "[@a",
        "[@a; b] ",
    ]) {
        let text = piece.repeat(10_000);
        for (_, language) in Language::NAMES {
            let manuscript = Manuscript::read(&text, *language);
            assert_eq!(manuscript.with(Vec::new()), text);
        }
    }
}
