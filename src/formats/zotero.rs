//! Zotero's own items, as its translators and its web API give them: `itemType`, `creators`,
//! `archiveLocation`. They are turned into CSL items, as Zotero itself does on export, and what it
//! would leave out is kept.

use super::csl_json_reader::{not_json, read_extra, read_value};
use super::found::Found;
use super::lines::Lines;
use super::{Context, Sink};
use crate::problem::{Place, Problem, Result, codes};
use serde_json::{Map, Value, json};

/// Types of items as CSL has them.
const TYPES: &[(&str, &str)] = &[
    ("artwork", "graphic"),
    ("audioRecording", "song"),
    ("bill", "bill"),
    ("blogPost", "post-weblog"),
    ("book", "book"),
    ("bookSection", "chapter"),
    ("case", "legal_case"),
    ("conferencePaper", "paper-conference"),
    ("dataset", "dataset"),
    ("document", "document"),
    ("email", "personal_communication"),
    ("film", "motion_picture"),
    ("hearing", "hearing"),
    ("instantMessage", "personal_communication"),
    ("interview", "interview"),
    ("journalArticle", "article-journal"),
    ("letter", "personal_communication"),
    ("magazineArticle", "article-magazine"),
    ("manuscript", "manuscript"),
    ("map", "map"),
    ("newspaperArticle", "article-newspaper"),
    ("patent", "patent"),
    ("presentation", "speech"),
    ("radioBroadcast", "broadcast"),
    ("report", "report"),
    ("statute", "legislation"),
    ("thesis", "thesis"),
    ("videoRecording", "motion_picture"),
    ("webpage", "webpage"),
];

/// Fields as CSL has them.
const FIELDS: &[(&str, &str)] = &[
    ("title", "title"),
    ("shortTitle", "title-short"),
    ("abstractNote", "abstract"),
    ("archive", "archive"),
    ("archiveLocation", "archive_location"),
    ("callNumber", "call-number"),
    ("libraryCatalog", "source"),
    ("url", "URL"),
    ("language", "language"),
    ("rights", "license"),
    ("manuscriptType", "genre"),
    ("letterType", "genre"),
    ("mapType", "genre"),
    ("reportType", "genre"),
    ("thesisType", "genre"),
    ("type", "genre"),
    ("medium", "medium"),
    ("artworkMedium", "medium"),
    ("interviewMedium", "medium"),
    ("publicationTitle", "container-title"),
    ("bookTitle", "container-title"),
    ("series", "collection-title"),
    ("seriesTitle", "collection-title"),
    ("seriesNumber", "collection-number"),
    ("volume", "volume"),
    ("issue", "issue"),
    ("edition", "edition"),
    ("pages", "page"),
    ("numPages", "number-of-pages"),
    ("publisher", "publisher"),
    ("institution", "publisher"),
    ("university", "publisher"),
    ("number", "number"),
    ("reportNumber", "number"),
    ("DOI", "DOI"),
    ("ISBN", "ISBN"),
    ("ISSN", "ISSN"),
    ("citationKey", "citation-key"),
    ("scale", "scale"),
    ("extra", "note"),
];

/// Parts of items of Zotero's that say nothing of a document.
const HOUSEKEEPING: &[&str] = &[
    "itemType",
    "creators",
    "date",
    "accessDate",
    "place",
    "tags",
    "notes",
    "attachments",
    "seeAlso",
    "key",
    "version",
    "itemID",
    "itemKey",
    "libraryID",
    "dateAdded",
    "dateModified",
    "relations",
    "collections",
    "uri",
    "select",
];

/// The columns of people in a table that Zotero exports.
const CREATORS: &[&str] = &[
    "author",
    "editor",
    "seriesEditor",
    "translator",
    "contributor",
    "recipient",
    "interviewer",
    "interviewee",
    "bookAuthor",
    "reviewedAuthor",
    "director",
    "attorneyAgent",
    "castMember",
    "commenter",
    "composer",
    "cosponsor",
    "counsel",
    "guest",
    "inventor",
    "performer",
    "podcaster",
    "presenter",
    "producer",
    "programmer",
    "scriptwriter",
    "sponsor",
    "wordsBy",
    "cartographer",
    "artist",
];

/// Whether a table with this header is one that Zotero exports ("CSV").
pub(super) fn is_header<'h>(header: impl Iterator<Item = &'h str> + Clone) -> bool {
    let has = |name: &str| header.clone().any(|column| column == name);
    has("Key") && has("Item Type") && has("Abstract Note")
}

/// A row of such a table as an item: `Abstract Note` is `abstractNote`; people, tags and files stand in one cell with
/// `; ` between them.
pub(super) fn read_row<'r>(
    cells: impl Iterator<Item = (&'r str, &'r str)>,
    place: Place,
    context: &Context<'_>,
) -> Found {
    let mut item = Map::new();
    let mut year = "";
    let mut lists: [Vec<Value>; 4] = Default::default();
    let [people, tags, notes, files] = &mut lists;
    for (column, text) in cells.filter(|(_, text)| !text.trim().is_empty()) {
        let several = || text.split("; ").map(str::trim).filter(|part| !part.is_empty());
        let name = field_of(column);
        match name.as_str() {
            "publicationYear" => year = text,
            "manualTags" | "automaticTags" => {
                tags.extend(several().map(|tag| json!({ "tag": tag })))
            }
            "notes" => notes.push(json!({ "note": text })),
            "fileAttachments" | "linkAttachments" => {
                files.extend(several().map(|file| json!({ "title": file })));
            }
            role if CREATORS.contains(&role) => {
                people.extend(several().map(|person| match person.split_once(", ") {
                    Some((family, given)) => {
                        json!({ "creatorType": role, "lastName": family, "firstName": given })
                    }
                    None => json!({ "creatorType": role, "name": person }),
                }))
            }
            _ => _ = item.insert(name, text.into()),
        }
    }
    if !year.is_empty() && !item.contains_key("date") {
        item.insert("date".to_owned(), year.into());
    }
    for (key, list) in ["creators", "tags", "notes", "attachments"].into_iter().zip(lists) {
        item.insert(key.to_owned(), list.into());
    }
    read_item(&item, None, place, context)
}

/// The field that a column is of: `Archive Location` is `archiveLocation`, `DOI` is `DOI`.
fn field_of(column: &str) -> String {
    let mut field = String::new();
    for (at, word) in column.split_whitespace().enumerate() {
        let is_name = word.len() > 1 && word.chars().all(char::is_uppercase);
        match at {
            0 if !is_name => field.push_str(&word.to_lowercase()),
            _ => field.push_str(word),
        }
    }
    field
}

/// Reads the items of `text`: a list of items, of `{"data": item}`, or of test cases with `items`.
pub fn read(
    text: &str,
    file: &str,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let list: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| not_json(&error, file))?;
    let lines = Lines::of(text, file);
    let mut search_from = 0;
    let entries = match &list {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    for entry in entries {
        let url = entry.get("url").and_then(Value::as_str).filter(|_| entry.get("items").is_some());
        let items = match entry.get("items") {
            Some(Value::Array(items)) => items.as_slice(),
            Some(_) => {
                let message =
                    format!("a page of several results has no items: `{}`", url.unwrap_or(""));
                problems.push(Problem::note(codes::IMPORT_UNPLACED, message).at(Place::file(file)));
                &[]
            }
            None => std::slice::from_ref(entry.get("data").unwrap_or(entry)),
        };
        for item in items {
            // The parsed value has no places: the item is found again by its type, in order.
            let at = text.get(search_from..).and_then(|rest| rest.find("\"itemType\""));
            let place = match at {
                Some(at) => {
                    search_from += at + 1;
                    lines.place(search_from - 1)
                }
                None => Place::file(file),
            };
            if let Some(item) = item.as_object() {
                sink(read_item(item, url, place, context))?;
            }
        }
    }
    Ok(problems)
}

fn read_item(
    item: &Map<String, Value>,
    page: Option<&str>,
    place: Place,
    context: &Context<'_>,
) -> Found {
    let word = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or("");
    let mut csl = Map::new();
    let item_type = word("itemType");
    let kind = TYPES.iter().find(|(name, _)| *name == item_type).map_or("document", |(_, csl)| csl);
    let key = ["key", "itemKey"].map(word).into_iter().find(|key| !key.is_empty());
    let url = if word("url").is_empty() { page.unwrap_or("") } else { word("url") };
    let id = key.or(Some(url).filter(|url| !url.is_empty())).unwrap_or(word("title"));
    csl.insert("id".into(), if id.is_empty() { "?".into() } else { id.into() });
    csl.insert("type".into(), kind.into());
    let mut unplaced = Vec::new();
    for (key, value) in item {
        let target = FIELDS.iter().find(|(name, _)| name == key).map(|(_, csl)| *csl);
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => String::new(),
            Value::Array(list) if list.is_empty() => String::new(),
            Value::Object(object) if object.is_empty() => String::new(),
            other => other.to_string(),
        };
        match target {
            _ if text.is_empty() || HOUSEKEEPING.contains(&key.as_str()) => {}
            Some(target) if !csl.contains_key(target) => {
                csl.insert(target.into(), text.into());
            }
            _ => unplaced.push((key.clone(), text)),
        }
    }
    if !csl.contains_key("URL") && !url.is_empty() {
        csl.insert("URL".into(), url.into());
    }
    for (key, target) in [("date", "issued"), ("accessDate", "accessed")] {
        if !word(key).is_empty() {
            // The hour at which somebody looked at a page says nothing.
            let day = match key {
                "accessDate" => word(key).split(['T', ' ']).next().unwrap_or_default(),
                _ => word(key),
            };
            csl.insert(target.into(), json!({ "raw": day }));
        }
    }
    if !word("place").is_empty() {
        let published = csl.contains_key("publisher") || csl.contains_key("container-title");
        csl.insert(
            if published { "publisher-place" } else { "event-place" }.into(),
            word("place").into(),
        );
    }
    creators(item, &mut csl);
    read_extra(&mut csl);
    let identifiers = identifiers(&mut csl);
    let is_nara = csl
        .get("source")
        .and_then(Value::as_str)
        .is_some_and(|s| s.contains("National Archives Research Catalog"));
    if is_nara && let Some(group) = csl.remove("collection-title") {
        // Its translator saves the record group or collection as a series.
        csl.insert("archive_collection".into(), group);
    }
    // A digital archive shows documents of others: where it says "location", it prints their source.
    let shown_by = csl
        .get("archive")
        .and_then(Value::as_str)
        .filter(|a| a.contains("Digital Archive"))
        .map(str::to_owned);
    let mut source = None;
    if let Some(provider) = shown_by {
        csl.remove("archive");
        source = csl.remove("archive_location");
        if let Some(catalog) = csl.insert("source".into(), provider.into()) {
            unplaced.push(("libraryCatalog".to_owned(), catalog.as_str().unwrap_or("").to_owned()));
        }
    }
    let mut found = read_value(Value::Object(csl), place, "zotero", context);
    if let Some(source) = source.as_ref().and_then(Value::as_str) {
        super::printed::read_into(&mut found, source, super::printed::Leave::Title, context);
    }
    if id.is_empty() || key.is_none() {
        // A web address or a title is no key of Zotero's.
        found.key = None;
        found.fields.remove("foreign_id");
        if !url.is_empty() {
            match url.split_once("wilsoncenter.org/document/") {
                Some((_, number)) => found.keyed("wilson", number),
                None => found.keyed("url", url),
            }
        }
    }
    for (scheme, value) in identifiers {
        found.keyed(scheme, &value);
    }
    for tag in item.get("tags").and_then(Value::as_array).into_iter().flatten() {
        let tag = tag.get("tag").and_then(Value::as_str).or(tag.as_str()).unwrap_or("");
        found.unplaced("tag", tag);
    }
    for note in item.get("notes").and_then(Value::as_array).into_iter().flatten() {
        let note = note.get("note").and_then(Value::as_str).or(note.as_str()).unwrap_or("");
        found.unplaced("note", note);
    }
    for file in item.get("attachments").and_then(Value::as_array).into_iter().flatten() {
        let part = |key: &str| file.get(key).and_then(Value::as_str).unwrap_or("");
        found.unplaced("attachment", &format!("{} {}", part("title"), part("url")));
    }
    found.unplaced.extend(unplaced);
    found
}

/// Identifiers that catalogs' translators write into "Extra".
fn identifiers(csl: &mut Map<String, Value>) -> Vec<(&'static str, String)> {
    let mut identifiers = Vec::new();
    let Some(note) = csl.get("note").and_then(Value::as_str).map(str::to_owned) else {
        return identifiers;
    };
    let mut rest = Vec::new();
    for line in note.lines() {
        match line.split_once(": ") {
            Some(("National Archives Identifier", id)) => {
                identifiers.push(("naid", id.trim().to_owned()))
            }
            _ => rest.push(line),
        }
    }
    match rest.join("\n").trim() {
        "" => csl.remove("note"),
        rest => csl.insert("note".into(), rest.into()),
    };
    identifiers
}

fn creators(item: &Map<String, Value>, csl: &mut Map<String, Value>) {
    for creator in item.get("creators").and_then(Value::as_array).into_iter().flatten() {
        let part = |key: &str| creator.get(key).and_then(Value::as_str).unwrap_or("").trim();
        let is_body =
            creator.get("fieldMode").is_some_and(|mode| *mode == json!(1) || *mode == json!("1"));
        let name = if !part("name").is_empty() {
            json!({ "literal": part("name") })
        } else if is_body || part("firstName").is_empty() && part("lastName").contains(' ') {
            json!({ "literal": part("lastName") })
        } else {
            json!({ "family": part("lastName"), "given": part("firstName") })
        };
        let role = match part("creatorType") {
            "recipient" => "recipient",
            "editor" => "editor",
            "seriesEditor" => "collection-editor",
            "bookAuthor" => "container-author",
            "translator" => "translator",
            "contributor" => "contributor",
            "interviewer" => "interviewer",
            "reviewedAuthor" => "reviewed-author",
            "director" => "director",
            _ => "author",
        };
        match csl.get_mut(role).and_then(Value::as_array_mut) {
            Some(list) => list.push(name),
            None => {
                csl.insert(role.into(), json!([name]));
            }
        }
    }
}
