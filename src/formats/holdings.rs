//! Archive fields written by hand, read into holdings by the reader of printed references. What it
//! does not understand stays as it is written.

use super::Context;
use super::found::{Found, put, shown};
use crate::citation::reference::{self, ReadHolding, Reading};
use crate::problem::{Problem, codes};
use crate::record::{Node, Path, Table};

/// The parts of one reference, as formats with a few fixed fields have them. Empty parts are not there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parts<'a> {
    /// The archive.
    pub archive: &'a str,
    /// The collection or record group.
    pub collection: &'a str,
    /// The series in it.
    pub series: &'a str,
    /// The rest of the way.
    pub location: &'a str,
    /// Leaves or pages.
    pub leaves: &'a str,
    /// The catalog's number.
    pub shelfmark: &'a str,
}

/// Reads the parts of one reference into a holding.
pub fn from_parts(found: &mut Found, parts: &Parts<'_>, context: &Context<'_>) {
    let Parts { archive, collection, series, location, leaves, shelfmark } = *parts;
    if archive.is_empty() {
        return without_archive(found, parts, context);
    }
    let mut holding = Table::new();
    put(&mut holding, "archive", archive);
    let mut path: Vec<Node> = Vec::new();
    if !collection.is_empty() {
        path.push(collection_step(collection));
    }
    if !series.is_empty() {
        path.push(step("series", series, None));
    }
    let mut mark = shelfmark.to_owned();
    if !location.is_empty() {
        match path_of(archive, location, context) {
            // The reader gives a mark without any label the likeliest level; it may be any.
            Some(steps) if is_unlabelled(&steps, location) => {
                let known = context.archives.find(archive).is_some();
                let level = steps.steps().first().map_or("shelfmark", |step| step.level.as_str());
                let level = match (known, is_shelfmark(location)) {
                    (true, _) if level != "folder" && !has_level(&path, level) => level,
                    (_, true) => "shelfmark",
                    (_, false) => "file",
                };
                path.push(step(level, location, None));
            }
            Some(steps) => extend(&mut path, &steps),
            None if mark.is_empty() => {
                location.clone_into(&mut mark);
                if !is_shelfmark(location) {
                    put(&mut holding, "as_printed", location);
                    not_understood(found, location, "holding");
                }
            }
            None => {
                put(&mut holding, "as_printed", location);
                not_understood(found, location, "holding");
            }
        }
    }
    if !leaves.is_empty() {
        match path_of(archive, leaves, context) {
            Some(steps) => extend(&mut path, &steps),
            None => path.push(step(leaf_level(leaves), leaves, None)),
        }
    }
    if !path.is_empty() {
        holding.set("path", path);
    }
    put(&mut holding, "shelfmark", &mark);
    found.push("holding", holding);
}

/// A location without an archive may name one itself.
fn without_archive(found: &mut Found, parts: &Parts<'_>, context: &Context<'_>) {
    let Parts { collection, series, location, leaves, shelfmark, .. } = *parts;
    if !location.is_empty() {
        let reading = reference::read(location, context.archives);
        if !reading.holdings.is_empty() {
            place(found, reading, location, None, context);
        } else {
            found.unplaced("archive_location", location);
            not_understood(found, location, "holding");
        }
    }
    for (name, text) in [
        ("archive_collection", collection),
        ("series", series),
        ("page", leaves),
        ("call-number", shelfmark),
    ] {
        found.unplaced(name, text);
    }
}

/// Reads a whole reference, or several, into holdings; the first gets the id `id`.
pub fn from_text(found: &mut Found, text: &str, id: Option<&str>, context: &Context<'_>) {
    let reading = reference::read(text, context.archives);
    place(found, reading, text, id, context);
}

/// Puts the holdings of `reading` into the record, and reports what was not understood.
pub(super) fn place(
    found: &mut Found,
    mut reading: Reading,
    text: &str,
    id: Option<&str>,
    context: &Context<'_>,
) {
    let alone = reading.holdings.len() == 1;
    for (at, read) in std::mem::take(&mut reading.holdings).into_iter().enumerate() {
        let mut holding = holding_of(&read, context);
        if let Some(id) = id.filter(|_| at == 0) {
            holding = std::iter::once(("id".to_owned(), Node::from(id)))
                .chain(holding.iter().map(|(key, node)| (key.to_owned(), node.clone())))
                .collect();
        }
        // The words of one reference alone are all of it, with what was not understood.
        if alone && !reading.not_understood.is_empty() {
            put(&mut holding, "as_printed", text);
        }
        if let Some(place) = read.place.filter(|_| read.archive.is_none()) {
            found.archives.push(super::ArchiveHint {
                name: read.archive_as_printed.clone(),
                place: Some(place),
                ..Default::default()
            });
        }
        found.push("holding", holding);
    }
    for piece in &reading.not_understood {
        found.unplaced("reference", &piece.text);
        not_understood(found, &piece.text, "holding");
    }
    for problem in reading.problems {
        found.report(problem, "holding");
    }
}

/// A holding as it was read.
fn holding_of(read: &ReadHolding, context: &Context<'_>) -> Table {
    let mut holding = Table::new();
    let known = read.archive.as_deref().and_then(|id| context.archives.get(id));
    let name = match (read.archive_as_printed.trim(), known) {
        ("", Some(archive)) => {
            archive.abbreviation("en").or(archive.name("en")).unwrap_or(archive.id.as_str())
        }
        ("", None) => "unknown",
        // "AMAE" is Paris by itself, and Bucharest by what follows it: the name has to say which.
        (printed, Some(archive)) => {
            let leads_here = |name: &&str| {
                context.archives.find(name).is_some_and(|found| found.id == archive.id)
            };
            let names = [Some(printed), archive.abbreviation("en"), archive.name("en")];
            names.into_iter().flatten().find(leads_here).unwrap_or(archive.id.as_str())
        }
        (printed, None) => printed,
    };
    holding.set("archive", name);
    let mut path = Vec::new();
    extend(&mut path, &read.path);
    if !path.is_empty() {
        holding.set("path", path);
    }
    if let Some(copy) = read.copy {
        holding.set("copy", copy.word());
    }
    put(&mut holding, "as_printed", &read.as_printed);
    holding
}

/// The way that `location` describes in `archive`, when all of it is understood.
fn path_of(archive: &str, location: &str, context: &Context<'_>) -> Option<Path> {
    [format!("{archive}, {location}"), format!("{location}, {archive}")].into_iter().find_map(
        |text| {
            let reading = reference::read(&text, context.archives);
            let understood = reading.not_understood.is_empty()
                && reading.publications.is_empty()
                && reading.credits.is_empty()
                && reading.classification.is_empty()
                && reading.remarks.is_empty()
                && reading.document == Default::default()
                && reading.url.is_none();
            match <[ReadHolding; 1]>::try_from(reading.holdings) {
                Ok([only])
                    if understood && !only.path.is_empty() && is_the(archive, &only, context) =>
                {
                    Some(only.path)
                }
                _ => None,
            }
        },
    )
}

/// Whether a holding that was read lies in `archive` and nothing else was taken for its name.
fn is_the(archive: &str, read: &ReadHolding, context: &Context<'_>) -> bool {
    let printed = read.archive_as_printed.trim();
    crate::record::fold(printed) == crate::record::fold(archive)
        || read.archive.is_some() && read.archive.as_deref() == context.archives.find(archive).map(|a| a.id.as_str())
        // The place of an archive may have been taken off its name.
        || archive.starts_with(printed) && read.place.as_deref().is_some_and(|place| archive.ends_with(place))
}

/// Whether the path is the whole location and no word in it says of which level it is.
fn is_unlabelled(steps: &Path, location: &str) -> bool {
    matches!(steps.steps(), [only] if only.value == location && only.title.is_none())
}

fn has_level(path: &[Node], level: &str) -> bool {
    path.iter().any(|node| {
        node.as_list().and_then(|list| list.first()).and_then(Node::as_text) == Some(level)
    })
}

/// Adds the steps; a level that is there already gets a name of its own, for it says something else.
fn extend(path: &mut Vec<Node>, steps: &Path) {
    for step_ in steps.steps() {
        let mut level = step_.level.as_str().to_owned();
        while has_level(path, &level) {
            level = format!("sub{level}");
        }
        path.push(step(&level, &step_.value, step_.title.as_deref()));
    }
}

fn step(level: &str, value: &str, title: Option<&str>) -> Node {
    let mut parts = vec![Node::from(level), Node::from(hyphened(value))];
    parts.extend(title.map(Node::from));
    Node::from(parts)
}

/// A range of numbers with a hyphen, as records have it: citations print `86–88`. Names stay as they are
/// printed (`Central Files 1970–73`).
fn hyphened(value: &str) -> String {
    let is_word = |part: &str| part.chars().filter(|c| c.is_alphabetic()).count() > 1;
    if value.split(|c: char| !c.is_alphabetic()).any(is_word) {
        return value.to_owned();
    }
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut before = None;
    let mut letters = value.chars().peekable();
    let mut out = String::with_capacity(value.len());
    while let Some(letter) = letters.next() {
        let is_range = letter == '–' && digit(before) && digit(letters.peek().copied());
        out.push(if is_range { '-' } else { letter });
        before = Some(letter);
    }
    out
}

/// `Records of the US Senate, RG 46` is a record group with its title; all else is a collection.
fn collection_step(collection: &str) -> Node {
    let group = collection.rsplit_once(", ").and_then(|(title, number)| {
        let number = number.strip_prefix("RG ").or_else(|| number.strip_prefix("Record Group "))?;
        Some((title, number))
    });
    match group {
        Some((title, number)) => step("record-group", number, Some(title)),
        None => step("collection", collection, None),
    }
}

/// A short mark with a number and no words that would say what it counts: `MS 228`, `INF 3/108`, `A0011`.
fn is_shelfmark(location: &str) -> bool {
    location.len() <= 40
        && !location.contains([',', ';'])
        && (location.chars().any(|c| c.is_ascii_digit())
            || location.chars().all(|c| c.is_uppercase() || !c.is_alphabetic()))
}

fn leaf_level(leaves: &str) -> &'static str {
    if leaves.starts_with("fol") { "folio" } else { "page" }
}

fn not_understood(found: &mut Found, text: &str, field: &str) {
    let message = format!("the reference is not understood: `{}`", shown(text));
    found.report(
        Problem::warning(codes::IMPORT_REFERENCE, message)
            .mend("bring it into `path` by hand, or add the archive's levels to the catalog"),
        field,
    );
}
