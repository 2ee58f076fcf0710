//! Exports as work: parts that are the whole, files that are kept fresh, work that is stopped.

use crate::desk::Desk;
use fonds::ops::{
    Catalog, ExportFormat, ExportRequest, ExportRows, Looking, Stopped, Unwatched, Watch,
};
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, Stdio};
use std::sync::atomic::{AtomicIsize, Ordering};

fn letter(id: &str, title: &str) -> String {
    format!("format = 1\nid = \"{id}\"\ntitle = \"{title}\"\ngenre = \"letter\"\n")
}

/// A catalog with `count` letters, of which every third is Chinese.
fn desk(count: usize) -> Desk {
    let desk = Desk::with_catalog();
    for at in 0..count {
        let id = format!("19{:02}-letter-{at}", 10 + at % 7);
        let language = if at % 3 == 0 { "language = [\"zh\"]\n" } else { "" };
        let text = format!("{}{language}", letter(&id, &format!("Letter {at}")));
        desk.write(&format!("records/{}/{id}.toml", &id[..4]), text);
    }
    desk
}

/// An export of all columns, without anything special.
fn request(to: &str, query: &str) -> ExportRequest {
    ExportRequest {
        format: ExportFormat::named(to).expect("a format"),
        query: query.parse().expect("a query"),
        at: None,
        rows: ExportRows::Record,
        columns: Vec::new(),
        byte_order_mark: false,
        raw: false,
        part: None,
        style: None,
        language: None,
        by_archive: false,
        looking: Looking::Every,
    }
}

#[test]
fn the_parts_one_after_the_other_are_the_whole() {
    let desk = desk(11);
    // A record that cannot be read, and a query that leaves whole parts empty.
    desk.write("records/1913/1913-broken.toml", "format = 1\nid = ");
    let catalog = Catalog::open(&desk.path("")).expect("a catalog");
    for to in [
        "csv",
        "tsv",
        "jsonl",
        "csl-json",
        "bibtex",
        "biblatex",
        "ris",
        "hayagriva",
        "dublin-core",
        "ead3",
        "tei",
    ] {
        for query in ["", "language:zh", "title:\"Letter 9\"", "title:nothing"] {
            for of in [1, 2, 5] {
                let export = |part: &str| {
                    let mut request = request(to, query);
                    request.part = (!part.is_empty()).then(|| part.parse().expect("a part"));
                    let mut out = Vec::new();
                    let exported = catalog.export(&request, &mut out, &mut |_| Ok(()), &Unwatched);
                    exported.unwrap_or_else(|stopped| panic!("{to}: {stopped:?}"));
                    String::from_utf8(out).expect("UTF-8")
                };
                let whole = export("");
                let parts: Vec<String> =
                    (1..=of).map(|number| export(&format!("{number}/{of}"))).collect();
                assert_eq!(parts.concat(), whole, "{to} {query:?} in {of}");
            }
        }
    }
    let said = desk.fonds(&["export", "--to", "csv", "--part", "3/2"]).ended(2);
    assert!(said.stderr.contains("write `I/N`"), "{said}");
    desk.fonds(&["export", "--to", "html", "--part", "1/2"]).ended(2);
}

#[test]
fn parts_of_a_spreadsheet_are_workbooks() {
    let desk = desk(5);
    for part in ["1/2", "2/2"] {
        desk.fonds(&["export", "-q", "--to", "xlsx", "-o", "part.xlsx", "--part", part]).good();
        let bytes = std::fs::read(desk.path("part.xlsx")).expect("a file");
        assert!(bytes.starts_with(b"PK"));
    }
}

/// What a running `fonds export --watch` says, line by line.
struct Watching {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
}

impl Watching {
    fn begin(desk: &Desk, arguments: &[&str]) -> Watching {
        let mut command = desk.command(env!("CARGO_BIN_EXE_fonds"), arguments);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        Watching { child, lines }
    }

    /// The next line; it comes when the file is written.
    fn says(&mut self) -> String {
        self.lines.next().expect("a line").expect("UTF-8")
    }
}

#[cfg(unix)]
#[test]
fn a_watched_file_is_kept_fresh_until_ctrl_c() {
    let desk = desk(2);
    let arguments = ["export", "--to", "csv", "--columns", "id,title", "-o", "out.csv", "--watch"];
    let mut watching = Watching::begin(&desk, &arguments);
    assert_eq!(watching.says(), "`out.csv` is written: 2 records (there is no such file)");
    assert_eq!(desk.read("out.csv").lines().count(), 3);
    // A record that comes, one that changes, one that is broken for a while.
    desk.write("records/1951/1951-new.toml", letter("1951-new", "New"));
    assert!(watching.says().starts_with("`out.csv` is written: 3 records"));
    assert!(desk.read("out.csv").contains("1951-new,New,"));
    desk.write("records/1951/1951-new.toml", letter("1951-new", "Newer"));
    assert!(watching.says().starts_with("`out.csv` is written: 3 records"));
    assert!(desk.read("out.csv").contains("1951-new,Newer,"));
    std::fs::remove_file(desk.path("records/1951/1951-new.toml")).expect("removed");
    assert!(watching.says().starts_with("`out.csv` is written: 2 records"));
    // Somebody else wrote into the file.
    desk.write("out.csv", "spoilt");
    assert!(watching.says().starts_with("`out.csv` is written: 2 records"));
    let id = watching.child.id().to_string();
    std::process::Command::new("kill").args(["-INT", &id]).status().expect("kill");
    assert_eq!(watching.says(), "stopped watching");
    assert_eq!(watching.child.wait().expect("ended").code(), Some(0));
    let left = crate::desk::files_below(&desk.path(""));
    assert!(!left.iter().any(|file| file.ends_with(".tmp")), "{left:?}");
}

#[test]
fn watching_needs_a_file_and_the_present() {
    let desk = desk(1);
    desk.fonds(&["export", "--to", "csv", "--watch"]).ended(2);
    desk.fonds(&["export", "--to", "csv", "--watch", "-o", "x", "--check"]).ended(2);
    desk.fonds(&["export", "--to", "csv", "--watch", "-o", "x", "--at", "HEAD"]).ended(2);
}

/// Stopped before the first record, in the middle, and behind the last: the old file stays, and
/// nothing is left beside it.
#[test]
fn an_export_that_is_stopped_leaves_the_file_as_it_was() {
    struct StopsAfter(AtomicIsize);
    impl Watch for StopsAfter {
        fn at(&self, _: &'static str, _: usize, _: usize) {}
        fn stops(&self) -> bool {
            self.0.fetch_sub(1, Ordering::SeqCst) <= 0
        }
    }
    let desk = desk(3);
    let catalog = Catalog::open(&desk.path("")).expect("a catalog");
    for to in ["csv", "biblatex", "html"] {
        let request = request(to, "");
        desk.write("out", "as it was");
        for after in 0..2 {
            let watch = StopsAfter(AtomicIsize::new(after));
            let mut file = fonds::ops::files::AtomicFile::create(&desk.path("out")).expect("begun");
            let stopped = catalog.export(&request, &mut file, &mut |_| Ok(()), &watch);
            assert!(matches!(stopped, Err(Stopped::Refused(_))), "{to} {after}: {stopped:?}");
            drop(file);
            assert_eq!(desk.read("out"), "as it was");
        }
        let left = crate::desk::files_below(&desk.path(""));
        assert!(!left.iter().any(|file| file.ends_with(".tmp")), "{left:?}");
    }
}

/// Columns of citations share items and runs of the processor; alone each says the same.
#[test]
fn columns_of_citations_are_what_each_is_alone() {
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalog = Catalog::open(shipped).expect("the catalog of the project");
    let names = [
        "cite:chicago-notes",
        "bib:chicago-notes",
        "short:chicago-notes",
        "author-date:chicago-author-date",
        "bib:chicago-author-date",
        "cite:gost-r-7-0-5@ru",
        "bib:gost-r-7-0-5@ru",
        "bib:gost-r-7-0-5",
        "cite:apa",
        "bib:apa",
        "cite:",
    ];
    for rows in [ExportRows::Record, ExportRows::Holding] {
        let cells = |names: &[&str]| -> Vec<Vec<String>> {
            let columns: Vec<String> =
                names.iter().enumerate().map(|(at, name)| format!("c{at}={name}")).collect();
            let mut request = request("csv", "");
            request.rows = rows;
            request.raw = true;
            request.columns = catalog.columns(&columns.join(",")).expect("columns");
            let mut out = Vec::new();
            let exported = catalog.export(&request, &mut out, &mut |_| Ok(()), &Unwatched);
            exported.unwrap_or_else(|stopped| panic!("{stopped:?}"));
            let mut reader = csv::Reader::from_reader(out.as_slice());
            let rows = reader.records().map(|row| row.expect("a row"));
            rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
        };
        let together = cells(&names);
        assert!(together.len() > 3);
        for (at, name) in names.iter().enumerate() {
            let alone: Vec<String> = cells(&[name]).into_iter().flatten().collect();
            let column: Vec<&String> = together.iter().filter_map(|row| row.get(at)).collect();
            assert_eq!(column, alone.iter().collect::<Vec<_>>(), "{name} {rows:?}");
        }
    }
}
