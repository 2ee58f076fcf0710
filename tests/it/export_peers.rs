//! What other programs make of our exports of the catalog that ships with fonds.

use crate::any_record::{Texts, of_bytes};
use crate::desk::Desk;
use crate::kept::written_all;
use crate::round_trips::record;
use fonds::formats::table::Rows;
use fonds::formats::{Format, TableOptions};
use fonds::record::Record;
use std::path::{Path, PathBuf};
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

/// Records with everything in them, the same each time.
fn nasty() -> Vec<Record> {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut throw = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 24) as u8
    };
    let records = (0..40).map(|number| {
        let bytes: Vec<u8> = std::iter::repeat_with(&mut throw).take(600).collect();
        let mut json = of_bytes(&bytes, Texts::Nasty);
        json["id"] = format!("r{number}").into();
        record(json)
    });
    records.collect()
}

/// A desk with all of them in the file `name`.
fn nasty_in(to: Format, name: &str) -> Desk {
    let desk = Desk::new();
    desk.write(name, written_all(&nasty(), to, &TableOptions::default()).0);
    desk
}

/// The folder of peers that are no programs on the path: `FONDS_PEERS`, or beside the project.
fn peers(what: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers");
    let peers = std::env::var_os("FONDS_PEERS").map_or(beside, PathBuf::from);
    if !peers.is_dir() {
        crate::skipped(what, "there is no folder of peers (`FONDS_PEERS`)");
        return None;
    }
    peers.canonicalize().ok()
}

#[test]
fn pandoc_reads_nasty_bibliographies_without_a_warning() {
    if !is_here("pandoc", "nasty bibliographies read by pandoc") {
        return;
    }
    for (to, from) in
        [(Format::BibLatex, "biblatex"), (Format::BibTex, "bibtex"), (Format::CslJson, "csljson")]
    {
        let desk = nasty_in(to, "out");
        let output = desk
            .command("pandoc", &["-f", from, "-t", "csljson", "out"])
            .output()
            .expect("it runs");
        let warnings = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && warnings.is_empty(), "{from}: {warnings}");
        let items: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let ids = items.as_array().into_iter().flatten().filter_map(|item| item["id"].as_str());
        // Translations are entries of their own.
        assert_eq!(ids.filter(|id| !id.contains(':')).count(), 40, "{from}");
    }
}

#[test]
fn bibtex_tidy_reads_nasty_bibliographies_without_a_warning() {
    let what = "nasty bibliographies read by bibtex-tidy";
    let (true, Some(peers)) = (is_here("node", what), peers(what)) else { return };
    let program = peers.join("node_modules/.bin/bibtex-tidy");
    if !program.exists() {
        return crate::skipped(what, "it is not installed");
    }
    for to in [Format::BibLatex, Format::BibTex] {
        let desk = nasty_in(to, "out.bib");
        let entries = desk.read("out.bib").lines().filter(|line| line.starts_with('@')).count();
        let options = ["out.bib", "--v2", "--duplicates=key", "-o", "tidy.bib"];
        let said = said(&desk, &program.to_string_lossy(), &options);
        assert!(!said.to_lowercase().contains("warn") && !said.contains("duplicate"), "{said}");
        let tidy = desk.read("tidy.bib").lines().filter(|line| line.starts_with('@')).count();
        assert_eq!(tidy, entries, "{said}");
    }
}

/// Readers that come with the tests: what Typst reads with, and the crate for BibLaTeX.
#[test]
fn hayagriva_and_biblatex_read_nasty_bibliographies() {
    let text = |to| {
        String::from_utf8(written_all(&nasty(), to, &TableOptions::default()).0).expect("UTF-8")
    };
    let yaml = text(Format::Hayagriva);
    let library = hayagriva::io::from_yaml_str(&yaml).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(library.len(), 40);
    for record in nasty() {
        let entry = library.get(record.id.as_str()).expect("an entry");
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (Some(title), Some(own)) = (entry.title(), &record.title) else { continue };
        let own = [Some(&own.text), record.translations.first().and_then(|t| t.title.as_ref())];
        let title = words(&title.to_string());
        assert!(own.into_iter().flatten().any(|own| words(own) == title), "{}: {title}", record.id);
    }
    for to in [Format::BibLatex, Format::BibTex] {
        let bibliography = biblatex::Bibliography::parse(&text(to)).expect("entries");
        let own = bibliography.iter().filter(|entry| !entry.key.contains(':'));
        assert_eq!(own.count(), 40);
    }
}

/// Every row as it was written: `csv` of Python for CSV, openpyxl and LibreOffice for XLSX.
#[test]
fn others_read_every_cell_of_our_tables() {
    let records = nasty();
    let options = TableOptions { rows: Rows::Holding, ..TableOptions::default() };
    let desk = Desk::new();
    desk.write("table.csv", written_all(&records, Format::Csv, &options).0);
    desk.write("table.xlsx", written_all(&records, Format::Xlsx, &options).0);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(desk.path("table.csv"))
        .expect("a table");
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect();
    desk.write("rows.json", serde_json::to_vec(&rows).expect("JSON"));
    let what = "tables read by others";
    if is_here("python3", what) {
        let script = "import csv,json\nrows=list(csv.reader(open('table.csv',encoding='utf-8',newline=''),strict=True))\nassert rows==json.load(open('rows.json',encoding='utf-8'))";
        said(&desk, "python3", &["-c", script]);
    }
    // The workbook has the same cells, without the apostrophes and the column that tells of them.
    let plain: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let cells = &row[..row.len() - 1];
            let guarded = row.last().map(String::as_str).unwrap_or("");
            let names: Vec<&str> = guarded.split(' ').collect();
            cells
                .iter()
                .zip(&rows[0])
                .map(|(cell, name)| match names.contains(&name.as_str()) {
                    true => cell.strip_prefix('\'').expect("an apostrophe").to_owned(),
                    false => cell.clone(),
                })
                .collect()
        })
        .collect();
    desk.write("plain.json", serde_json::to_vec(&plain).expect("JSON"));
    if let Some(peers) = peers(what) {
        let python = peers.join("py/bin/python").to_string_lossy().into_owned();
        if is_here(&python, what) {
            let script = "import json,openpyxl\nrows=json.load(open('plain.json',encoding='utf-8'))\nsheet=openpyxl.load_workbook('table.xlsx').active\nread=[list(row) for row in sheet.iter_rows()]\nassert len(read)==len(rows),(len(read),len(rows))\nassert sheet.freeze_panes=='A2'\nfor row,cells in zip(rows,read):\n  for text,cell in zip(row,cells):\n    assert cell.data_type in 'sn' and (cell.value or '')==text.replace('\\r\\n','\\n'),(cell.coordinate,cell.data_type,cell.value,text)";
            said(&desk, &python, &["-c", script]);
        }
    }
    if !is_here("soffice", what) {
        return;
    }
    let flat = |text: &str| text.replace("\r\n", "\n");
    for (file, rows) in [("table.xlsx", &plain), ("table.csv", &rows)] {
        let folder = format!("from-{file}");
        let home = format!("-env:UserInstallation=file://{}", desk.path("office").display());
        let filter =
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
        // UTF-8, commas, and no guesses at what a text may be.
        let read_as = "--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,true,false";
        let mut arguments =
            vec![home.as_str(), "--headless", "--convert-to", filter, "--outdir", &folder];
        if file.ends_with(".csv") {
            arguments.push(read_as);
        }
        arguments.push(file);
        said(&desk, "soffice", &arguments);
        let written = std::fs::read_dir(desk.path(&folder))
            .expect("a folder")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .next()
            .expect("a table");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_path(written)
            .expect("a table");
        let read: Vec<csv::StringRecord> =
            reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(read.len(), rows.len(), "{file}");
        for (read, row) in read.iter().zip(rows) {
            for (at, text) in row.iter().enumerate() {
                let read = flat(read.get(at).unwrap_or(""));
                // A spreadsheet takes plain numbers of CSV for numbers; those of a workbook are texts.
                let number = |text: &str| text.parse::<f64>().ok();
                let same = read == flat(text)
                    || file.ends_with(".csv")
                        && number(&read).is_some()
                        && number(&read) == number(text);
                assert!(same, "{file}: {}: {read:?} was {text:?}", rows[0][at]);
            }
        }
    }
}

/// Our XML against the schemas of those who made the formats, which lie in the folder `FONDS_SCHEMAS`.
#[test]
fn xml_keeps_to_the_schemas() {
    let what = "XML checked by schemas";
    if !is_here("xmllint", what) {
        return;
    }
    let Some(schemas) = std::env::var_os("FONDS_SCHEMAS").map(PathBuf::from) else {
        return crate::skipped(what, "`FONDS_SCHEMAS` names no folder");
    };
    for (to, schema) in [(Format::Ead3, "ead3.rng"), (Format::Tei, "tei_all.rng")] {
        let schema = schemas.join(schema);
        if !schema.exists() {
            crate::skipped(what, &format!("there is no {}", schema.display()));
            continue;
        }
        let desk = nasty_in(to, "out.xml");
        said(&desk, "xmllint", &["--noout", "--relaxng", &schema.to_string_lossy(), "out.xml"]);
    }
}
