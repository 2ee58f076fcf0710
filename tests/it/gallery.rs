//! The gallery in the documents: two documents in every shipped style and every language, as the
//! program prints them now. `FONDS_BLESS=1` writes what it prints into `docs/gallery.md`.

use fonds::formatter::write::Format;
use fonds::ops::{Catalog, CiteRequest, Cited, Form, HoldingChoice, Printed};
use std::fmt::Write;
use std::path::Path;

const LANGUAGES: [(&str, &str); 5] =
    [("en", "English"), ("ru", "Russian"), ("de", "German"), ("fr", "French"), ("zh", "Chinese")];
/// A letter in one collection.
const LETTER: &str = "1918-09-25-creel-house";
/// A telegram in several archives, read in translation.
const TELEGRAM: &str = "1951-08-27-mao-stalin";

const HEAD: &str = "\
# Gallery

Two documents of the catalog that ships with fonds, in every style that ships with it and every
language: `1918-09-25-creel-house`, a letter in a collection of papers, and `1951-08-27-mao-stalin`, a
telegram that lies in three archives and is read in translation. Each is printed as the program prints
it; a test compares this page with it.

    fonds cite ID --style STYLE --language LANGUAGE
    fonds cite ID --style STYLE --language LANGUAGE --form bibliography
    fonds cite ID --style STYLE --language LANGUAGE --holding all

A style made for one country keeps its order and punctuation in other languages; words, months, names
of archives and quotation marks follow the language.
";

fn printed(catalog: &Catalog, ids: &[&str], request: &CiteRequest) -> Vec<Printed> {
    let cited: Vec<Cited> =
        ids.iter().map(|id| Cited { id: (*id).to_owned(), locator: None }).collect();
    catalog.cite(&cited, request).map(|answer| answer.printed).expect("citations")
}

fn gallery() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalog = Catalog::open(root).expect("the shipped catalog");
    let mut styles = catalog.own_styles();
    styles.sort();
    let pages: Vec<String> = styles.iter().map(|style| page_of(&catalog, style)).collect();
    HEAD.to_owned() + &pages.concat()
}

/// The part of the page that one style has.
fn page_of(catalog: &Catalog, style: &str) -> String {
    let text = catalog.style(style).expect("a style");
    let title = text.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
    let mut page = format!("\n## {style}\n\n{}\n", title.unwrap_or("").trim());
    for (language, name) in LANGUAGES {
        let request = CiteRequest {
            style: Some(style.to_owned()),
            language: Some(language.to_owned()),
            format: Format::Markdown,
            ..CiteRequest::default()
        };
        let _ = write!(page, "\n### {style}, {name}\n\n");
        let mut line = |what: &str, text: Option<&Printed>| {
            // A style without a bibliography prints none.
            if let Some(text) = text.map(|printed| printed.text.trim()) {
                let _ = writeln!(page, "- {what}: {}", text.replace('\n', " "));
            }
        };
        let notes = printed(catalog, &[LETTER, TELEGRAM, LETTER, TELEGRAM], &request);
        line("letter", notes.first());
        line("telegram", notes.get(1));
        line("later, the letter", notes.get(2));
        line("later, the telegram", notes.get(3));
        let all = CiteRequest { holding: HoldingChoice::All, ..request.clone() };
        line("telegram, all holdings", printed(catalog, &[TELEGRAM], &all).first());
        let listed = CiteRequest { form: Form::Bibliography, ..request };
        let entries = printed(catalog, &[LETTER, TELEGRAM], &listed);
        for (id, what) in [(LETTER, "letter"), (TELEGRAM, "telegram")] {
            let entry = entries.iter().find(|entry| entry.id == id);
            line(&format!("{what}, in a bibliography"), entry);
        }
    }
    page
}

#[test]
fn the_gallery_shows_what_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery.md");
    let now = gallery();
    if std::env::var_os("FONDS_BLESS").is_some() {
        std::fs::write(&path, now).expect("the gallery is written");
        return;
    }
    let shown = std::fs::read_to_string(&path).expect("docs/gallery.md");
    for (number, (shown, now)) in (1..).zip(shown.lines().zip(now.lines())) {
        assert_eq!(shown, now, "docs/gallery.md:{number} (FONDS_BLESS=1 rewrites it)");
    }
    assert_eq!(shown.lines().count(), now.lines().count());
}
