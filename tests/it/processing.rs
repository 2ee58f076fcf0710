//! Manuscripts from the command line down: what they cite, their citations formatted, what became
//! stale in them.

use crate::desk::{Desk, Said, git_is_here};
use serde_json::Value;
use std::process::Command;

/// A real telegram, a letter, and a memorandum that another program knows by a key of its own.
const RECORDS: [(&str, &str); 3] = [
    (
        "1951-08-27-mao-stalin",
        r#"format = 1
id = "1951-08-27-mao-stalin"
genre = "telegram"
number = [{ kind = "telegram", value = "23256" }]
place = "Beijing"
date = { sent = "1951-08-27T01:30" }

[[agent]]
role = "sender"
name = { family = "Mao", given = "Zedong", order = "family-first" }

[[agent]]
role = "recipient"
name = { family = "Stalin", given = "Joseph" }

[[holding]]
id = "aprf"
archive = "APRF"
path = [["fond", "45"], ["opis", "1"], ["delo", "340"], ["listy", "86-88"]]
"#,
    ),
    (
        "1918-09-25-creel-house",
        r#"format = 1
id = "1918-09-25-creel-house"
genre = "letter"
date = { sent = "1918-09-25" }
agent = [{ role = "sender", name = { family = "Creel", given = "George" } }, { role = "recipient", name = "Colonel House" }]
holding = [{ archive = "Yale University Library", path = [["collection", "Edward M. House Papers"]] }]
"#,
    ),
    (
        "1923-01-26-burton-merriam",
        r#"format = 1
id = "1923-01-26-burton-merriam"
genre = "telegram"
date = { sent = "1923-01-26" }
agent = [{ role = "sender", name = { family = "Burton" } }, { role = "recipient", name = { family = "Merriam" } }]
holding = [{ archive = "University of Chicago Library", path = [["collection", "Charles E. Merriam Papers"]] }]
foreign_id = [{ scheme = "zotero", value = "burtonTelegram1923" }]
"#,
    ),
];

fn desk() -> Desk {
    Desk::with_records(RECORDS.iter().copied())
}

const MARKDOWN: &str = "\
He wrote [@1951-08-27-mao-stalin, l. 87]. As @1918-09-25-creel-house [p. 3] says, so.[^own]

> A quotation [see *also* @1951-08-27-mao-stalin; @burtonTelegram1923, and `code`].

- Again [-@1951-08-27-mao-stalin, l. 88]; not `[@code]`, a@b.example, \\@no or [@nobody].

[^own]: In it [see @1951-08-27-mao-stalin, l. 87], and [@1918-09-25-creel-house].

# Sources

::: {#refs}
:::
";

const LATEX: &str = r"\documentclass{article}
\begin{document}
He wrote~\cite[l.~87]{1951-08-27-mao-stalin}. As \textcite[p.~3]{1918-09-25-creel-house} says, so.\footnote{In
it \cite[see][]{1951-08-27-mao-stalin}.}
Again\footcite[see \emph{also}][$x^2$]{1951-08-27-mao-stalin,burtonTelegram1923}. % \cite{nobody}
\nocite{1918-09-25-creel-house}
\printbibliography[title={Sources}]
\end{document}
";

const TYPST: &str = r#"He wrote @1951-08-27-mao-stalin[l. 87]. As #cite(<1918-09-25-creel-house>, form: "prose") says,
so.#footnote[In it @1951-08-27-mao-stalin.]
Again @1951-08-27-mao-stalin @burtonTelegram1923; and @fig.
#figure([x], caption: [y]) <fig>
#let later = cite(<1951-08-27-mao-stalin>, supplement: [l. 88])
So #later.

#bibliography("works.yml", title: [Sources])
"#;

fn files(desk: &Desk) {
    desk.write("a.md", MARKDOWN);
    desk.write("b.tex", LATEX);
    desk.write("c.typ", TYPST);
}

/// What a command says, under the command.
fn told(desk: &Desk, arguments: &[&str]) -> String {
    format!("$ fonds {}\n{}\n\n", arguments.join(" "), desk.fonds(arguments))
}

#[test]
fn what_manuscripts_cite_is_listed_with_its_places() {
    let desk = desk();
    files(&desk);
    let mut all = String::new();
    for arguments in [
        &["cited", "a.md"][..],
        &["cited", "a.md", "b.tex", "c.typ", "--unknown"],
        &["cited", "b.tex", "--json"],
        &["cited", "records/1918/09/1918-09-25-creel-house.toml"],
        &["list", "cited-in:b.tex"],
    ] {
        all.push_str(&told(&desk, arguments));
    }
    insta::assert_snapshot!(all);
}

/// Fifteen notes in each language: short forms, several cites in a note, words before and after, places with the
/// archive's label, text of many scripts, over records that ship. What pandoc prints from our CSL-JSON for the
/// Markdown differs in three things, each told in `docs/manuscripts.md`: it keeps titles that only say who
/// wrote to whom, prints a place without the archive's label, and shortens no name that stays in its order.
#[test]
fn a_chapter_with_fifteen_notes() {
    let read = |path: String| {
        let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(&path).expect("a file of the project")
    };
    let records: Vec<(String, String)> = [
        "1951/08/1951-08-27-mao-stalin",
        "1951/01/1951-01-13-roshchin-foreign-ministry",
        "1918/09/1918-09-25-creel-house",
        "1733/01/1733-01-13-oglethorpe-trustees",
        "1923/01/1923-01-26-burton-merriam",
    ]
    .into_iter()
    .map(|path| {
        let id = path.rsplit('/').next().expect("a name").to_owned();
        (id, read(format!("records/{path}.toml")))
    })
    .collect();
    let desk = Desk::with_records(records.iter().map(|(id, text)| (id.as_str(), text.as_str())));
    let mut all = String::new();
    for file in ["fifteen.md", "fifteen.tex", "fifteen.typ"] {
        desk.write(file, read(format!("tests/cases/manuscripts/{file}")));
        all.push_str(&told(&desk, &["process", file]));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn citations_become_footnotes_or_text() {
    let desk = desk();
    files(&desk);
    let mut all = String::new();
    for file in ["a.md", "b.tex", "c.typ"] {
        all.push_str(&told(&desk, &["process", file]));
        let author_date = ["process", file, "--style", "chicago-archival-author-date"];
        all.push_str(&told(&desk, &author_date));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_manuscript_is_written_over_only_on_demand() {
    let desk = desk();
    files(&desk);
    desk.fonds(&["process", "b.tex", "-o", "b.tex"]).ended(2);
    desk.fonds(&["process", "b.tex", "-o", "./b.tex"]).ended(2);
    assert_eq!(desk.read("b.tex"), LATEX);
    let said = desk.fonds(&["process", "b.tex", "--in-place", "--dry-run"]).good();
    assert!(said.stdout.contains("note 1"), "{said}");
    assert_eq!(desk.read("b.tex"), LATEX);
    desk.fonds(&["process", "b.tex", "-o", "out.tex"]).good();
    assert_eq!(desk.read("b.tex"), LATEX);
    let said = desk.fonds(&["process", "b.tex", "--in-place"]).good();
    assert!(said.stderr.contains("gone from it"), "{said}");
    assert_eq!(desk.read("b.tex"), desk.read("out.tex"));
    // Nothing is cited in it any more: it stays as it is.
    let before = desk.read("b.tex");
    desk.fonds(&["process", "b.tex", "--no-bibliography", "--in-place"]).good();
    assert_eq!(desk.read("b.tex"), before);
}

#[test]
fn line_ends_and_marks_of_order_survive() {
    let desk = desk();
    let text = "\u{feff}One [@1918-09-25-creel-house].\r\nTwo.\r\n";
    desk.write("d.md", text);
    let style = ["--style", "chicago-archival-author-date", "--no-bibliography"];
    let said = desk.fonds(&[&["process", "d.md"], &style[..]].concat()).good();
    assert_eq!(said.stdout, "\u{feff}One (Creel 1918).\r\nTwo.\r\n");
    desk.write("e.md", "\u{feff}Nothing.\r\n");
    desk.fonds(&["process", "e.md", "-o", "f.md"]).good();
    assert_eq!(desk.read("f.md"), "\u{feff}Nothing.\r\n");
}

#[test]
fn marks_of_footnotes_stand_where_the_language_has_them() {
    let desk = desk();
    desk.write("d.md", "He wrote [@1918-09-25-creel-house].\n");
    let first = |arguments: &[&str]| -> String {
        let all = [&["process", "d.md", "--no-bibliography"], arguments].concat();
        desk.fonds(&all).good().stdout.lines().next().unwrap_or("").to_owned()
    };
    assert_eq!(first(&[]), "He wrote.[^1]");
    assert_eq!(first(&["--marks", "before"]), "He wrote[^1].");
    assert_eq!(first(&["--marks", "in-place"]), "He wrote [^1].");
    assert_eq!(first(&["--style", "gost-r-7-0-5", "--language", "ru"]), "He wrote[^1].");
}

#[test]
fn cited_records_are_exported_under_the_keys_of_the_manuscript() {
    let desk = desk();
    files(&desk);
    let export = |to: &str| desk.fonds(&["process", "b.tex", "--export", to]).good().stdout;
    let items: Vec<Value> = serde_json::from_str(&export("csl-json")).expect("JSON");
    let ids: Vec<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
    let cited = ["1951-08-27-mao-stalin", "1918-09-25-creel-house", "burtonTelegram1923"];
    assert_eq!(ids, cited);
    for to in ["biblatex", "hayagriva"] {
        let text = export(to);
        for key in cited {
            let begins = [format!("{{{key},"), format!("{key}:"), format!("\"{key}\":")];
            assert!(begins.iter().any(|begin| text.contains(begin)), "{to}: {key}\n{text}");
        }
    }
}

/// Whether `program` runs with `arguments`; when it does not, says that `what` was not tested.
fn runs(program: &str, arguments: &[&str], what: &str) -> bool {
    let here = Command::new(program).args(arguments).output().is_ok_and(|o| o.status.success());
    if !here {
        crate::skipped(what, &format!("`{program} {}` fails", arguments.join(" ")));
    }
    here
}

#[test]
fn pandoc_reads_the_footnotes() {
    if !runs("pandoc", &["--version"], "footnotes in Markdown") {
        return;
    }
    let desk = desk();
    files(&desk);
    desk.fonds(&["process", "a.md", "-o", "out.md"]).ended(1);
    let read = desk.command("pandoc", &["-t", "native", "out.md"]).output().expect("pandoc");
    let native = String::from_utf8_lossy(&read.stdout).into_owned();
    // Four of the citations, and the manuscript's own.
    assert_eq!(native.matches("Note\n").count() + native.matches("Note [").count(), 5, "{native}");
    assert!(!native.contains("[^"), "{native}");
    // The other way: pandoc formats it, with the records it needs.
    desk.fonds(&["process", "a.md", "--export", "csl-json", "-o", "refs.json"]).ended(1);
    let arguments = ["--citeproc", "--bibliography", "refs.json", "-t", "plain", "a.md"];
    let read = desk.command("pandoc", &arguments).output().expect("pandoc");
    let said = String::from_utf8_lossy(&read.stderr).into_owned();
    assert!(said.contains("nobody") && said.matches("not found").count() == 1, "{said}");
}

#[test]
fn latex_takes_the_footnotes() {
    if !runs("pdflatex", &["--version"], "footnotes in LaTeX") {
        return;
    }
    let desk = desk();
    files(&desk);
    desk.fonds(&["process", "b.tex", "-o", "out.tex"]).good();
    let arguments = ["-interaction=nonstopmode", "-halt-on-error", "-draftmode", "out.tex"];
    let made = desk.command("pdflatex", &arguments).output().expect("pdflatex");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stdout));
}

/// A whole document through biblatex and biber, which checks the entries against its data model.
#[test]
fn biber_takes_the_export_without_a_warning() {
    if !runs("pdflatex", &["--version"], "a document with biblatex")
        || !runs("biber", &["--version"], "a document with biblatex")
    {
        return;
    }
    let desk = desk();
    let document = LATEX.replace(
        "\\begin{document}",
        "\\usepackage[style=authortitle-ibid,backend=biber]{biblatex}\\addbibresource{refs.bib}\n\\begin{document}",
    );
    desk.write("b.tex", &document);
    desk.fonds(&["process", "b.tex", "--export", "biblatex", "-o", "refs.bib"]).good();
    let run = |program: &str, arguments: &[&str]| {
        let made = desk.command(program, arguments).output().expect(program);
        let text = String::from_utf8_lossy(&made.stdout).into_owned();
        assert!(made.status.success(), "{program}: {text}");
        text
    };
    let latex = ["-interaction=nonstopmode", "-halt-on-error", "b.tex"];
    run("pdflatex", &latex);
    let said = run("biber", &["--validate-datamodel", "b"]);
    assert!(!said.contains("WARN") && !said.contains("ERROR"), "{said}");
    run("pdflatex", &latex);
    let said = run("pdflatex", &latex);
    assert!(!said.contains("Warning") && !said.contains("undefined"), "{said}");
}

/// Records that strain an export: every sign that TeX reads, names of all shapes, dates that biber has
/// no word for, translations of translations, documents in books without a title of their own.
const NASTY: [(&str, &str); 5] = [
    (
        "nasty-signs",
        r##"format = 1
id = "nasty-signs"
genre = "memo #1 & 50% of_it"
title = "{Braces} $ & % # _ ~ ^ \\ \"quoted\" — “curly”, 100 €, naïve, Ærø, 毛泽东, Сталин"
number = ["№ 7/{b}"]
place = "Saint_Petersburg & Co."
date = { sent = "1951-08-27T01:30" }
language = ["ru", "zh"]
agent = [
    { role = "sender", name = { family = "de la {Cruz}", given = "Juan, Jr. and Sons" } },
    { role = "recipient", name = "Ministry of Trade, Industry and Commerce & Co." },
]
holding = [{ archive = "RGASPI", path = [["fond", "558"], ["opis", "11"], ["delo", "341_%"], ["listy", "86-88"]] }]
surrogate = [{ id = "page", provider = "Site & Co.", url = "https://example.org/a_b%20c?x={1}&y=~z#part" }]
"##,
    ),
    (
        "nasty-translations",
        r#"format = 1
id = "nasty-translations"
title = "Report"
date = { created = "1949?" }
agent = [{ role = "author", name = { family = "Mao", given = "Zedong", order = "family-first" } }]
translation = [
    { id = "en", to = "en", translator = [{ family = "O'Brien, Jr.", given = "Ann" }], for = "CWIHP" },
    { id = "de", to = "de", translator = ["Büro für Übersetzungen, Abt. 3"], made_from = "en", date = "1950" },
]
"#,
    ),
    (
        "nasty-printed",
        r#"format = 1
id = "nasty-printed"
genre = "letter"
date = { sent = "[1951,1953]" }
agent = [{ role = "sender", name = "A" }, { role = "recipient", name = "B" }]
publication = [{ id = "book", title = "Works & Days", volume = "3, part 2", place = "Kyïv", publisher = "Наука", date = "1998", pages = "1-2, 7" }]
translation = [{ id = "en", to = "en", translator = ["X. Y."], published_in = "book" }]
"#,
    ),
    (
        "nasty-range",
        "format = 1\nid = \"nasty-range\"\ntitle = \"Diary\"\ndate = { created = \"1951-08/1952\" }\nholding = [{ archive = \"Box under the bed\" }]\n",
    ),
    (
        "nasty-nothing",
        "format = 1\nid = \"nasty-nothing\"\ndate = { created = \"1951-08\" }\nholding = [{ archive = \"BArch\", path = [[\"bestand\", \"N 1022\"], [\"archivnummer\", \"32\"]] }]\n",
    ),
];

/// Biber checks every shipped record and the nasty ones against its data model: all that it finds is that
/// documents without a date have none. (A date that stands for none is printed as empty brackets.)
#[test]
fn biber_finds_nothing_but_missing_dates() {
    if !runs("pdflatex", &["--version"], "every record in biblatex")
        || !runs("biber", &["--version"], "every record in biblatex")
    {
        return;
    }
    let desk = Desk::with_records(NASTY);
    desk.write(
        "d.tex",
        "\\documentclass{article}\\usepackage[utf8]{inputenc}\n\
         \\usepackage[style=verbose-ibid,backend=biber]{biblatex}\\addbibresource{d.bib}\n\
         \\begin{document}\\nocite{*}\\end{document}\n",
    );
    let nasty = desk.fonds(&["export", "--to", "biblatex"]).good().stdout;
    let shipped = concat!("-C", env!("CARGO_MANIFEST_DIR"));
    let shipped = desk.fonds(&[shipped, "export", "--to", "biblatex"]).good().stdout;
    desk.write("d.bib", format!("{shipped}\n{nasty}"));
    let run = |program: &str, arguments: &[&str]| {
        let made = desk.command(program, arguments).output().expect(program);
        String::from_utf8_lossy(&made.stdout).into_owned()
    };
    run("pdflatex", &["-interaction=nonstopmode", "-draftmode", "d.tex"]);
    let said = run("biber", &["--validate-datamodel", "d"]);
    let undated = |line: &&str| line.contains("Missing mandatory field - one of 'date, year'");
    let found: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("WARN") || line.starts_with("ERROR"))
        .filter(|line| !undated(line))
        .collect();
    assert!(said.contains("INFO") && found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn typst_takes_the_footnotes() {
    let python = std::env::var("FONDS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !runs(&python, &["-c", "import typst"], "footnotes in Typst (FONDS_PYTHON)") {
        return;
    }
    let desk = desk();
    files(&desk);
    desk.fonds(&["process", "c.typ", "-o", "out.typ"]).good();
    desk.fonds(&["process", "c.typ", "--export", "hayagriva", "-o", "works.yml"]).good();
    for file in ["out.typ", "c.typ"] {
        let program = format!("import typst; typst.compile('{file}', output='out.pdf')");
        let made = desk.command(&python, &["-c", &program]).output().expect("python");
        assert!(made.status.success(), "{file}: {}", String::from_utf8_lossy(&made.stderr));
    }
}

#[test]
fn hayagriva_reads_every_shipped_record() {
    let shipped = concat!("-C", env!("CARGO_MANIFEST_DIR"));
    let said = Desk::new().fonds(&[shipped, "export", "--to", "hayagriva"]).good();
    let library = hayagriva::io::from_yaml_str(&said.stdout).expect("YAML that hayagriva reads");
    assert!(library.len() > 20);
}

/// A desk on which a manuscript was committed and files were exported, and then records changed.
fn desk_with_changes() -> Desk {
    let desk = desk();
    files(&desk);
    desk.git(&["init", "--quiet"]);
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "all of it"]);
    for (to, name) in [
        ("biblatex", "r.bib"),
        ("csl-json", "r.json"),
        ("csv", "r.csv"),
        ("jsonl", "r.jsonl"),
        ("ris", "r.ris"),
        ("hayagriva", "r.yml"),
    ] {
        desk.fonds(&["export", "--to", to, "-o", name, "--quiet"]).good();
        desk.fonds(&["stale", name]).good();
    }
    desk.fonds(&["stale", "b.tex"]).good();
    desk.fonds(&[
        "set",
        "1951-08-27-mao-stalin",
        "holding.aprf.path.delo=341",
        "-m",
        "as in RGASPI",
        "--evidence",
        "seen",
    ])
    .good();
    desk.fonds(&["rename", "1918-09-25-creel-house", "1918-09-25-creel-to-house", "-m", "clearer"])
        .good();
    desk.fonds(&["rm", "1923-01-26-burton-merriam", "-m", "a forgery"]).good();
    desk
}

#[test]
fn stale_citations_are_told_with_who_when_and_why() {
    if !git_is_here("stale citations") {
        return;
    }
    let desk = desk_with_changes();
    let mut all = String::new();
    for arguments in [
        &["stale", "b.tex"][..],
        &["stale", "r.bib"],
        &["stale", "r.json", "--style", "chicago-archival-author-date"],
        &["stale", "b.tex", "--since", "HEAD~1"],
    ] {
        all.push_str(&told(&desk, arguments));
    }
    insta::assert_snapshot!(all);
    for name in ["r.csv", "r.jsonl", "r.ris", "r.yml"] {
        let said: Said = desk.fonds(&["stale", name]).ended(1);
        assert!(said.stdout.contains("delo: 340 → 341"), "{name}: {said}");
        assert!(said.stdout.contains("a forgery"), "{name}: {said}");
    }
}

#[test]
fn an_archive_that_is_called_otherwise_makes_citations_stale() {
    if !git_is_here("stale citations") {
        return;
    }
    let desk = desk();
    let entry = |name: &str| {
        format!(
            "id = \"yale\"\nscheme = \"manuscripts\"\nname = [\"Yale University Library\", {name:?}]\n"
        )
    };
    desk.write("archives/yale.toml", entry("Old Library"));
    desk.write("d.md", "[@1918-09-25-creel-house; @1923-01-26-burton-merriam]\n");
    desk.git(&["init", "--quiet"]);
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "all of it"]);
    desk.fonds(&["stale", "d.md"]).good();
    let moved = entry("Old Library") + "place = [\"Elsewhere\"]\n";
    desk.commit_by_hand("archives/yale.toml", &moved, "the library moved");
    let said = desk.fonds(&["stale", "d.md"]).ended(1);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "1918-09-25-creel-house: the entry of its archive changed  d.md:1:2",
            "  - George Creel to Colonel House, September 25, 1918, Edward M. House Papers, Yale University Library.",
            "  + George Creel to Colonel House, September 25, 1918, Edward M. House Papers, Yale University Library, Elsewhere.",
        ],
        "{said}"
    );
    // Of another time, the archive as it was then.
    let then = desk.fonds(&["cite", "1918-09-25-creel-house", "--at", "HEAD~1"]).good();
    assert!(then.stdout.ends_with("Yale University Library.\n"), "{then}");
}

/// A conversation over several notes, in Chinese: its marks are wide, as `fonds cite` prints them.
#[test]
fn a_chinese_manuscript_has_wide_marks() {
    let desk = desk();
    desk.write(
        "e.md",
        "一[@1951-08-27-mao-stalin, 87]。二[@1951-08-27-mao-stalin, 88]。三[@1918-09-25-creel-house]。四[@1951-08-27-mao-stalin]。\n",
    );
    insta::assert_snapshot!(desk.fonds(&["process", "e.md", "--language", "zh"]).good().stdout);
}

#[test]
fn files_without_versions_need_a_moment() {
    if !git_is_here("stale citations") {
        return;
    }
    let desk = desk_with_changes();
    let bib = desk.read("r.bib");
    let plain: String =
        bib.lines().filter(|line| !line.starts_with('%')).fold(String::new(), |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        });
    desk.write("plain.bib", plain);
    let said = desk.fonds(&["stale", "plain.bib"]).ended(2);
    assert!(said.stderr.contains("--since"), "{said}");
    let said = desk.fonds(&["stale", "plain.bib", "--since", "HEAD~3"]).ended(1);
    assert!(said.stdout.contains("delo: 340 → 341"), "{said}");
    desk.write("new.md", "[@1951-08-27-mao-stalin]\n");
    desk.fonds(&["stale", "new.md"]).ended(2);
    desk.fonds(&["stale", "new.md", "--since", "HEAD"]).good();
    // What is not committed counts as well.
    let path = "records/1951/08/1951-08-27-mao-stalin.toml";
    desk.write(path, desk.read(path).replace("\"341\"", "\"342\""));
    let said = desk.fonds(&["stale", "new.md", "--since", "HEAD"]).ended(1);
    assert!(said.stdout.contains("not committed yet"), "{said}");
    // A manuscript elsewhere is compared with what the catalog was at the time of its commit.
    let other = desk.path("other");
    std::fs::create_dir_all(&other).expect("a folder");
    desk.write("other/x.md", "[@1951-08-27-mao-stalin]\n");
    desk.git(&["-C", "other", "init", "--quiet"]);
    desk.git(&["-C", "other", "add", "x.md"]);
    desk.git(&["-C", "other", "commit", "--quiet", "-m", "elsewhere"]);
    let said = desk.fonds(&["stale", "other/x.md"]).ended(1);
    assert!(said.stdout.contains("delo: 341 → 342"), "{said}");
    desk.write("empty.bib", "");
    desk.fonds(&["stale", "empty.bib"]).ended(3);
}

#[test]
fn a_renamed_record_is_cited_by_its_new_id_in_the_manuscripts_named() {
    if !git_is_here("manuscripts of a renamed record") {
        return;
    }
    let desk = desk();
    desk.git(&["init", "--quiet"]);
    desk.git(&["add", "--all"]);
    desk.git(&["commit", "--quiet", "-m", "all of it"]);
    let chapter = "\u{feff}He wrote [@1918-09-25-creel-house, p. 2].\r\nNo citation: 1918-09-25-creel-house.\r\n";
    desk.write("chapter.md", chapter);
    desk.write("other.tex", "\\cite{1951-08-27-mao-stalin}\n");
    let rename = |old: &str, new: &str, more: &[&str]| {
        let all =
            [&["rename", old, new, "-m", "clearer", "--rewrite", "chapter.md", "other.tex"], more];
        desk.fonds(&all.concat())
    };
    let trial = rename("1918-09-25-creel-house", "1918-creel", &["--dry-run"]).good();
    assert!(
        trial.stdout.contains("chapter.md:1:11  1918-09-25-creel-house → 1918-creel"),
        "{trial}"
    );
    assert_eq!(desk.read("chapter.md"), chapter);
    // A manuscript that cannot be read, and an id that is taken: nothing happens.
    rename("1918-09-25-creel-house", "1918-creel", &["nowhere.md"]).ended(4);
    rename("1918-09-25-creel-house", "1951-08-27-mao-stalin", &[]).ended(2);
    assert_eq!(desk.read("chapter.md"), chapter);
    assert!(desk.has("records/1918/09/1918-09-25-creel-house.toml"));

    rename("1918-09-25-creel-house", "1918-creel", &[]).good();
    let after = chapter.replacen("1918-09-25-creel-house", "1918-creel", 1);
    assert_eq!(desk.read("chapter.md"), after);
    assert_eq!(desk.read("other.tex"), "\\cite{1951-08-27-mao-stalin}\n");
    // By the id it had first, in a manuscript that was overlooked.
    desk.write("chapter.md", chapter);
    let json = rename("1918-creel", "1918-creel-house", &["--json"]).good();
    let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["rewritten"][0]["file"], "chapter.md");
    assert_eq!(json["rewritten"][0]["replaced"][0]["key"], "1918-09-25-creel-house");
    assert!(json["revision"].is_string());
    for wrong in [
        &["process", "chapter.md", "-o", "-"][..],
        &["process", "-", "--in-place", "--from", "markdown"],
        &["export", "--to", "csv", "-o", "-"],
        &["rename", "1918-creel-house", "x", "--rewrite", "-"],
    ] {
        desk.fonds(wrong).ended(2);
    }
    assert!(!desk.has("-"));
    desk.fonds(&["cited", "chapter.md", "--unknown"]).good();
}
