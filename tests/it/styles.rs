//! Styles read and compiled: every real style is accepted, and what could run away is refused fast.

use fonds::ops::citeproc;
use fonds::problem::Severity;
use fonds::style::{Sources, Style};
use std::borrow::Cow;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn shared() -> PathBuf {
    std::env::var_os("FONDS_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")),
        PathBuf::from,
    )
}

fn compile(text: &str) -> Result<Style, String> {
    let locale = |tag: &str| -> Option<Cow<'static, str>> {
        fs::read_to_string(shared().join(format!("csl/locales/locales-{tag}.xml")))
            .ok()
            .map(Cow::Owned)
    };
    let sources = Sources { style: &|_| None, locale: &locale };
    let (style, problems) = Style::compile(text, None, &sources);
    match style {
        Some(style) => Ok(style),
        None => Err(problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| format!("{problem}\n"))
            .collect()),
    }
}

#[test]
fn every_real_style_is_accepted() {
    let folder = shared().join("csl/styles");
    let Ok(entries) = fs::read_dir(&folder) else {
        crate::skipped("styles", &format!("there are no styles in {}", folder.display()));
        return;
    };
    let mut refused = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a style");
        let start = Instant::now();
        if let Err(why) = compile(&text) {
            refused.push(format!("{}: {why}", path.display()));
        }
        assert!(start.elapsed() < Duration::from_secs(2), "{} is slow", path.display());
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn the_parent_of_a_dependent_style_is_found_beside_it_or_above() {
    let folder = tempfile::tempdir().expect("a folder");
    let dependents = folder.path().join("dependent");
    fs::create_dir(&dependents).expect("a folder");
    let dependent = r#"<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0"><info>
        <link href="http://www.zotero.org/styles/of-our-own" rel="independent-parent"/></info></style>"#;
    let file = dependents.join("journal.csl");
    fs::write(&file, dependent).expect("written");
    let read = || {
        let (text, folder) =
            citeproc::style_text(file.to_str().expect("a path")).expect("the style is read");
        citeproc::compile(&text, None, folder.as_deref())
    };
    let (style, problems) = read();
    assert!(style.is_none());
    let mend = problems[0].mend.as_deref();
    assert_eq!(mend, Some("put the file of the parent, `of-our-own.csl`, beside the style"));
    // As the styles lie in the repository of the CSL project.
    let parent = style_with("", r#"<text variable="title"/>"#);
    fs::write(folder.path().join("of-our-own.csl"), &parent).expect("written");
    assert!(read().0.is_some());
    fs::rename(folder.path().join("of-our-own.csl"), dependents.join("of-our-own.csl"))
        .expect("moved");
    assert!(read().0.is_some());
}

fn style_with(macros: &str, layout: &str) -> String {
    format!(
        r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">{macros}
        <citation><layout>{layout}</layout></citation></style>"#
    )
}

/// Macros m0 to m{n-1}; each calls the next one `times` times, the last one prints or closes a circle.
fn chain(n: usize, times: usize, last: &str) -> String {
    let mut macros = String::new();
    for at in 0..n {
        let next = format!(r#"<text macro="m{}"/>"#, at + 1);
        let body = if at + 1 < n { next.repeat(times) } else { last.to_owned() };
        write!(macros, r#"<macro name="m{at}">{body}</macro>"#).expect("text");
    }
    style_with(&macros, r#"<text macro="m0"/>"#)
}

fn nested(n: usize) -> String {
    style_with("", &format!("{}{}", "<group>".repeat(n), "</group>".repeat(n)))
}

#[test]
fn hostile_styles_are_refused_fast() {
    let title = r#"<text variable="title"/>"#;
    let bomb = r#"<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>"#;
    let long = format!(r#"<macro name="m"><text value="{}"/></macro>"#, "x".repeat(10_000));
    let call = r#"<text macro="m"/>"#;
    let names = r#"<names variable="author"/>"#;
    let attributes: String = (0..5_000).map(|at| format!(r#"a{at}="" "#)).collect();
    let cases = [
        ("a macro that calls itself", chain(1, 1, r#"<text macro="m0"/>"#), "L203"),
        ("a circle of two", chain(2, 1, r#"<text macro="m0"/>"#), "L203"),
        ("a circle of three", chain(3, 1, r#"<text macro="m1"/>"#), "L203"),
        ("a circle of a thousand", chain(1000, 2, r#"<text macro="m0"/>"#), "L203"),
        ("two to the 24th", chain(25, 2, title), "L204"),
        ("two to the 10,000th", chain(10_000, 2, title), "L204"),
        ("a long chain", chain(10_000, 1, title), "L204"),
        ("65 levels", nested(65), "L201"),
        ("1,000 levels", nested(1_000), "L201"),
        ("50,000 levels", nested(50_000), "L201"),
        ("a million levels", nested(1_000_000), "L201"),
        ("an entity bomb", format!("{bomb}{}", style_with("", "&b;")), "L201"),
        ("long words, many times", style_with(&long, &call.repeat(2_000)), "L204"),
        ("30,000 lists of names", style_with("", &names.repeat(30_000)), "L204"),
        ("5,000 attributes", style_with("", &format!("<text {attributes}/>")), "L201"),
        ("not XML", "<style".to_owned(), "L201"),
        ("no style", "<html/>".to_owned(), "L202"),
    ];
    for (what, text, code) in cases {
        let start = Instant::now();
        let why = compile(&text).map(|_| ()).expect_err(what);
        assert!(why.contains(code), "{what}: {why}");
        // Unoptimised builds get more time than the 50 ms that a release build has to keep.
        let limit = if cfg!(debug_assertions) { 1000 } else { 50 };
        assert!(start.elapsed() < Duration::from_millis(limit), "{what}: {:?}", start.elapsed());
    }
}
