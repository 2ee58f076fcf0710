//! What other programs make of our exports of the catalog that ships with fonds.

use crate::desk::Desk;
use std::process::Command;

/// Whether `program` can be run; when it cannot, says that `what` was not tested.
fn is_here(program: &str, what: &str) -> bool {
    let here = Command::new(program).arg("--version").output().is_ok();
    if !here {
        crate::skipped(what, &format!("{program} is not installed"));
    }
    here
}

/// A desk with a file `name` that holds the shipped catalog in this format.
fn exported(to: &str, name: &str, options: &[&str]) -> Desk {
    let desk = Desk::new();
    let root = env!("CARGO_MANIFEST_DIR");
    let path = desk.path(name);
    let path = path.to_str().expect("UTF-8");
    let arguments = ["-C", root, "export", "-q", "--to", to, "-o", path];
    desk.fonds(&[&arguments[..], options].concat()).good();
    desk
}

/// What a program says on both streams; it must succeed.
fn said(desk: &Desk, program: &str, arguments: &[&str]) -> String {
    let output = desk.command(program, arguments).output().expect("it runs");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{program}: {text}");
    text
}

#[test]
fn a_latex_document_compiles_with_our_section() {
    if !is_here("lualatex", "a bibliography section in LaTeX") {
        return;
    }
    let desk = exported("latex", "section.tex", &["--by-archive"]);
    let document = "\\documentclass{article}\\usepackage{hyperref}\\begin{document}\\cite{1951-08-27-mao-stalin}\\input{section}\\end{document}\n";
    desk.write("document.tex", document);
    for _ in 0..2 {
        said(&desk, "lualatex", &["-interaction=nonstopmode", "-halt-on-error", "document.tex"]);
    }
    let log = desk.read("document.log");
    assert!(!log.contains("undefined"), "{log}");
}

#[test]
fn pandoc_reads_html_rtf_and_markdown_alike() {
    if !is_here("pandoc", "bibliographies read by pandoc") {
        return;
    }
    let words = |to: &str| -> Vec<String> {
        let desk = exported(to, "bibliography", &[]);
        let text = said(&desk, "pandoc", &["-f", to, "-t", "plain", "--wrap=none", "bibliography"]);
        text.split_whitespace().map(str::to_owned).collect()
    };
    let html = words("html");
    assert!(html.len() > 300 && html.iter().any(|word| word == "23256"), "{html:?}");
    for to in ["rtf", "markdown"] {
        assert_eq!(words(to), html, "{to}");
    }
}

#[test]
fn python_reads_every_row() {
    if !is_here("python3", "tables read by Python") {
        return;
    }
    let desk = exported("csv", "table.csv", &[]);
    let script = "import csv,sys\nrows=list(csv.reader(open('table.csv',encoding='utf-8',newline=''),strict=True))\nprint(len(rows),len(set(map(len,rows))))";
    let lines = said(&desk, "python3", &["-c", script]);
    let records = fonds::formats::versions_in(&desk.read("table.csv")).len();
    assert_eq!(lines.trim(), format!("{} 1", records + 1));
}

/// Every element is closed and every name is known to the parser of namespaces.
#[test]
fn xml_is_well_formed() {
    if !is_here("xmllint", "XML read by libxml2") {
        return;
    }
    for to in ["dublin-core", "ead3", "tei"] {
        let desk = exported(to, "out.xml", &[]);
        assert_eq!(said(&desk, "xmllint", &["--noout", "out.xml"]), "", "{to}");
    }
    let desk = exported("html", "out.html", &["--by-archive"]);
    said(&desk, "xmllint", &["--html", "--noout", "out.html"]);
}
