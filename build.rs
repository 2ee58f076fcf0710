//! Packs the styles and locales that hayagriva bundles, so that one of them can be taken out alone.
//!
//! They come as citationberg's types and are turned back into CSL text, which every reader of CSL
//! understands. Each text is compressed by itself; a table in the program says where it lies.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use citationberg::{LocaleFile, Style};
use hayagriva::archive::{ArchivedStyle, locales};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=styles");
    let folder = std::env::var("OUT_DIR")?;
    let folder = Path::new(&folder);
    let mut pack = Vec::new();
    let mut table = String::new();

    writeln!(table, "static STYLES: &[BundledStyle] = &[")?;
    let mut styles = Vec::new();
    for style in ArchivedStyle::all() {
        let text = style_text(&style.get())?;
        let names: Vec<String> = style.names().iter().map(|name| (*name).to_owned()).collect();
        styles.push((names, style.csl_id().to_owned(), style.display_name().to_owned(), text));
    }
    styles.extend(own_styles()?);
    styles.sort();
    for (names, id, title, text) in styles {
        let packed = push(&mut pack, &text);
        writeln!(
            table,
            "BundledStyle {{ names: &{names:?}, id: {id:?}, title: {title:?}, packed: {packed} }},",
        )?;
    }
    writeln!(table, "];\nstatic LOCALES: &[(&str, Packed)] = &[")?;
    let mut tags = Vec::new();
    for locale in locales() {
        let Some(lang) = locale.lang.clone() else { continue };
        let file = LocaleFile {
            version: "1.0".into(),
            lang: lang.clone(),
            info: None,
            terms: locale.terms,
            date: locale.date,
            style_options: locale.style_options,
        };
        tags.push((lang.0, push(&mut pack, &locale_text(&file)?)));
    }
    tags.sort();
    for (tag, packed) in tags {
        writeln!(table, "({tag:?}, {packed}),")?;
    }
    writeln!(table, "];")?;
    std::fs::write(folder.join("bundled.bin"), pack)?;
    std::fs::write(folder.join("bundled.rs"), table)?;
    Ok(())
}

/// Names, id, title and text.
type StyleEntry = (Vec<String>, String, String, String);

/// The styles in the folder `styles`, named by their files.
fn own_styles() -> Result<Vec<StyleEntry>, Box<dyn Error>> {
    let mut styles = Vec::new();
    for file in std::fs::read_dir("styles")? {
        let path = file?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(name) = name.strip_suffix(".csl") else { continue };
        let text = std::fs::read_to_string(&path)?;
        let between = |element: &str| -> Option<String> {
            let from = text.split(&format!("<{element}>")).nth(1)?;
            Some(from.split("</").next()?.trim().to_owned())
        };
        let id = between("id").ok_or("a style without id")?;
        let title = between("title").ok_or("a style without title")?;
        styles.push((vec![name.to_owned()], id, title, text));
    }
    Ok(styles)
}

/// Adds the text to the pack; gives the Rust expression that says where it lies.
fn push(pack: &mut Vec<u8>, text: &str) -> String {
    let start = pack.len();
    pack.extend(miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6));
    format!("Packed {{ start: {start}, end: {}, length: {} }}", pack.len(), text.len())
}

/// The style as CSL text. Attributes that only repeat a default which nothing inherits go, and
/// names that the types spell in their own way are spelled as CSL does again.
fn style_text(style: &Style) -> Result<String, Box<dyn Error>> {
    let mut text = style.to_xml()?;
    for (from, to) in [
        (" quotes=\"false\"", ""),
        (" strip-periods=\"false\"", ""),
        (" plural=\"false\"", ""),
        (" match=\"all\"", ""),
        (" term=\"et al\"", " term=\"et-al\""),
        ("archive_place", "archive-place"),
    ] {
        text = text.replace(from, to);
    }
    Ok(with_terms_mended(&text))
}

/// The locale as CSL text. The types write it with the root of a style.
fn locale_text(file: &LocaleFile) -> Result<String, Box<dyn Error>> {
    let text = file.to_xml()?.replace(" strip-periods=\"false\"", "");
    let text = text
        .strip_prefix("<style")
        .and_then(|rest| rest.strip_suffix("</style>"))
        .map(|rest| format!("<locale{rest}</locale>"))
        .ok_or("a locale does not begin as expected")?;
    Ok(with_terms_mended(&text))
}

/// Names of terms as the locale files of CSL spell them.
fn with_terms_mended(text: &str) -> String {
    [
        ("editor-translator", "editortranslator"),
        ("sub verbo", "sub-verbo"),
        ("printing-number", "printing"),
        ("and-others", "and others"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| {
        text.replace(&format!("<term name=\"{from}\""), &format!("<term name=\"{to}\""))
    })
}
