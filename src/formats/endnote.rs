//! EndNote's XML read: what `File > Export` writes as XML, and other programs for EndNote. Its fields
//! are those of RIS under longer names, so that a record is read as the reference that EndNote would
//! write in RIS, with what only the XML tells: the kind by its number, a corporate author by the comma
//! behind its name, where in a box a manuscript lies.

use super::found::one_line;
use super::lines::Lines;
use super::ris::{self, Entry};
use super::xml::{self, children};
use crate::citation::{Item, Name, NameVariable};
use crate::problem::{Place, Problem, Result, codes};
use roxmltree::Node;

/// Kinds of references by EndNote's numbers, as RIS names them. The words beside them follow the
/// language of the program and the user's taste.
const KINDS: &[(&str, &str)] = &[
    ("2", "ART"),
    ("3", "VIDEO"),
    ("4", "BILL"),
    ("5", "CHAP"),
    ("6", "BOOK"),
    ("7", "CASE"),
    ("8", "AGGR"),
    ("9", "COMP"),
    ("10", "CONF"),
    ("12", "WEB"),
    ("13", "GEN"),
    ("14", "HEAR"),
    ("16", "ELEC"),
    ("17", "JOUR"),
    ("19", "MGZN"),
    ("20", "MAP"),
    ("21", "MPCT"),
    ("23", "NEWS"),
    ("24", "PAMP"),
    ("25", "PAT"),
    ("26", "PCOMM"),
    ("27", "RPRT"),
    ("28", "BOOK"),
    ("31", "STAT"),
    ("32", "THES"),
    ("34", "UNPB"),
    ("36", "MANSCPT"),
    ("37", "FIGURE"),
    ("43", "EJOUR"),
    ("44", "EBOOK"),
    ("47", "CPAPER"),
    ("52", "DICT"),
    ("53", "ENCYC"),
    ("56", "BLOG"),
    ("57", "SER"),
    ("58", "STAND"),
    ("59", "DATA"),
];

/// Fields and the tags of RIS that say the same.
const FIELDS: &[(&[&str], &str)] = &[
    (&["contributors", "authors", "author"], "AU"),
    (&["contributors", "secondary-authors", "author"], "A2"),
    (&["contributors", "tertiary-authors", "author"], "A3"),
    (&["contributors", "translated-authors", "author"], "A4"),
    (&["contributors", "subsidiary-authors", "author"], "A4"),
    (&["titles", "title"], "TI"),
    (&["titles", "short-title"], "ST"),
    (&["titles", "translated-title"], "TT"),
    (&["titles", "secondary-title"], "T2"),
    (&["titles", "tertiary-title"], "T3"),
    (&["pub-location"], "CY"),
    (&["publisher"], "PB"),
    (&["edition"], "ET"),
    (&["section"], "SE"),
    (&["isbn"], "SN"),
    (&["accession-num"], "AN"),
    (&["call-num"], "CN"),
    (&["electronic-resource-num"], "DO"),
    (&["keywords", "keyword"], "KW"),
    (&["work-type"], "M3"),
    (&["abstract"], "AB"),
    (&["notes"], "N1"),
    (&["research-notes"], "N1"),
    (&["language"], "LA"),
    (&["remote-database-name"], "DP"),
    (&["urls", "related-urls", "url"], "UR"),
];

/// What EndNote says of its library, and not of the document.
const OF_THE_PROGRAM: &[&str] = &[
    "database",
    "source-app",
    "rec-number",
    "foreign-keys",
    "ref-type",
    "added-date",
    "modified-date",
];

/// Fields that are read in ways of their own.
const BY_THEMSELVES: &[&str] = &["dates", "access-date", "volume", "number", "pages"];

/// Reads the records of `text`.
///
/// # Errors
/// When it is no XML, or such as nobody writes.
pub fn read(text: &str, file: &str) -> Result<(Vec<Entry>, Vec<Problem>)> {
    let document = xml::parse(text, file)?;
    let lines = Lines::of(text, file);
    let records = document
        .descendants()
        .filter(|node| node.is_element() && node.tag_name().name() == "record");
    let entries: Vec<Entry> = records.map(|node| entry(node, xml::place(node, &lines))).collect();
    let mut problems = Vec::new();
    if entries.is_empty() {
        let problem = Problem::warning(codes::IMPORT_SYNTAX, "there is no `record` in the file");
        problems.push(problem.at(Place::file(file)));
    }
    Ok((entries, problems))
}

fn entry(record: Node<'_, '_>, place: Place) -> Entry {
    let number = xml::text_at(record, &["ref-type"]);
    let word = xml::child(record, "ref-type").and_then(|node| node.attribute("name"));
    let known = KINDS.iter().find(|(known, _)| *known == number).map(|(_, kind)| *kind);
    let kind = known.map_or_else(|| one_line(word.unwrap_or(&number)), str::to_owned);
    let is_manuscript = kind == "MANSCPT";
    let is_unpublished = matches!(kind.as_str(), "MANSCPT" | "PCOMM" | "UNPB");
    let mut fields: Vec<(&str, String)> = vec![("TY", kind)];
    if let Some(key) = key(record) {
        fields.push(("ID", key));
    }
    for (way, tag) in FIELDS {
        for node in all_at(record, way) {
            let text = match *tag {
                "AU" | "A2" | "A3" | "A4" => name(&xml::text(node)),
                _ => xml::text(node),
            };
            fields.push((tag, text));
        }
    }
    fields.extend(date(record).map(|date| ("DA", date)));
    let accessed = xml::text_at(record, &["access-date"]);
    if !accessed.is_empty() {
        fields.push(("Y2", format!("///{accessed}")));
    }
    // The journal stands twice when it has an abbreviation as well.
    let journal = xml::text_at(record, &["periodical", "full-title"]);
    if !journal.is_empty() && !fields.iter().any(|(tag, text)| *tag == "T2" && *text == journal) {
        fields.push(("JO", journal));
    }
    let [volume, number, pages] =
        ["volume", "number", "pages"].map(|name| xml::text_at(record, &[name]));
    let mut location = Vec::new();
    if is_unpublished && xml::text_at(record, &["accession-num"]).is_empty() {
        // There is no field for a reference: people write it as the call number.
        location.push(xml::text_at(record, &["call-num"]));
        fields.retain(|(tag, _)| *tag != "CN");
    }
    match is_manuscript {
        // A box, the number of the manuscript in it, its leaves: together they say where it is.
        true => location.extend([volume, number, pages]),
        false => fields.extend([("VL", volume), ("IS", number), ("SP", pages)]),
    }
    location.retain(|part| !part.is_empty());
    fields.push(("AV", location.join(", ")));
    fields.retain(|(_, text)| !text.is_empty());
    let mut entry = ris::entry(place, fields);
    with_commas(&mut entry.item);
    entry.other.extend(rest(record));
    entry
}

/// The nodes at the end of a way, all there are.
fn all_at<'a, 'i: 'a>(record: Node<'a, 'i>, way: &[&'a str]) -> Vec<Node<'a, 'i>> {
    way.iter().fold(vec![record], |nodes, name| {
        nodes.into_iter().flat_map(|node| children(node, name)).collect()
    })
}

/// What EndNote calls the record: the library and the number in it.
fn key(record: Node<'_, '_>) -> Option<String> {
    let key = xml::at(record, &["foreign-keys", "key"]);
    let library = key.and_then(|key| key.attribute("db-id")).unwrap_or("");
    let number = key.map(xml::text).filter(|number| !number.is_empty());
    let number = number.unwrap_or_else(|| xml::text_at(record, &["rec-number"]));
    let parts = [library, &number].map(str::trim);
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (!number.is_empty()).then(|| parts.join("-"))
}

/// Stands for a comma that parts no name.
const COMMA: &str = "\u{1f}";

/// A comma behind a name, or two in it, say that it is one of a body, in one piece.
fn name(text: &str) -> String {
    match text.strip_suffix(',') {
        Some(body) => body.replace(",,", ",").replace(',', COMMA),
        None => text.replace(",,", COMMA),
    }
}

/// Gives names of bodies their commas again.
fn with_commas(item: &mut Item) {
    let is_one = |name: &Name| name.literal.contains(COMMA);
    let lists: Vec<(NameVariable, Vec<Name>)> = item
        .all_names()
        .filter(|(_, names)| names.iter().any(is_one))
        .map(|(variable, names)| {
            let whole = |name: &Name| match is_one(name) {
                true => Name::literal(&name.literal.replace(COMMA, ",")),
                false => name.clone(),
            };
            (variable, names.iter().map(whole).collect())
        })
        .collect();
    for (variable, names) in lists {
        item.set_names(variable, names);
    }
}

/// The date in words, with the year, as RIS has it behind the numbers.
fn date(record: Node<'_, '_>) -> Option<String> {
    let year = xml::text_at(record, &["dates", "year"]);
    let day = xml::text_at(record, &["dates", "pub-dates", "date"]);
    match (day.as_str(), year.as_str()) {
        ("", "") => None,
        ("", year) if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            Some(year.to_owned())
        }
        ("", year) => Some(format!("///{year}")),
        (day, year) if day.contains(year) => Some(format!("///{day}")),
        (day, year) => Some(format!("///{day} {year}")),
    }
}

/// What has no tag of RIS, by EndNote's name of it.
fn rest(record: Node<'_, '_>) -> Vec<(String, String)> {
    let mut left = Vec::new();
    let is_read = |way: &[&str]| FIELDS.iter().any(|(known, _)| *known == way);
    for field in record.children().filter(Node::is_element) {
        let name = field.tag_name().name();
        if OF_THE_PROGRAM.contains(&name) || BY_THEMSELVES.contains(&name) || is_read(&[name]) {
            continue;
        }
        let is_group = FIELDS.iter().any(|(way, _)| way.len() > 1 && way.first() == Some(&name))
            || name == "periodical";
        if !is_group {
            left.push((name.to_owned(), xml::text(field)));
            continue;
        }
        for part in field.children().filter(Node::is_element) {
            let part_name = part.tag_name().name();
            let is_read = FIELDS.iter().any(|(way, _)| way.starts_with(&[name, part_name]))
                || (name, part_name) == ("periodical", "full-title");
            if !is_read {
                left.push((part_name.to_owned(), xml::text(part)));
            }
        }
    }
    left.retain(|(_, text)| !text.is_empty());
    left
}
