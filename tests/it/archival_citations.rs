//! Real documents and the citations printed for them: each record is made from the facts of its
//! case, cited in the style of its convention, and compared with the printed text.
//!
//! The cases lie beside the project (`FONDS_SHARED`, or `../shared`), and are read, never kept.
//! `tests/cases/citations/archival.jsonl` says which convention a case follows and which facts its
//! printed source states that the case does not repeat; `known-differences.txt` explains, one by one,
//! where we print something else, `not-in-the-facts.txt` what the facts of a case alone do not tell.

use crate::desk::Desk;
use fonds::ops::{Catalog, CiteRequest, Cited, Form, HoldingChoice, Levels};
use fonds::record::{ArchiveText, Draft, Node, Record, Source, slug};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// The folder of shared test data, when there is one.
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("FONDS_SHARED")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")));
    let found = folder.join("cases/archival-citations.jsonl").exists();
    if !found {
        crate::skipped("citations of real documents", "there are no shared cases");
    }
    found.then_some(folder)
}

fn text<'a>(fields: &'a Value, key: &str) -> Option<&'a str> {
    fields.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// One text or a list of texts.
fn texts(fields: &Value, key: &str) -> Vec<String> {
    match fields.get(key) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => {
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// `George Creel` in parts; what is no plain name of two or three capitalised words stays whole.
/// Chinese names of the cases keep their order: they begin with one of the family names below.
fn name(text: &str) -> Value {
    const FAMILY_FIRST: &[&str] = &[
        "Mao", "Zhou", "Liu", "Peng", "Pu", "Qiao", "Wang", "Deng", "Chen", "Zhu", "Lin", "Gao",
        "Kang", "Dong", "Nie", "Zhang", "Li", "Luo", "He", "Ye", "Yang", "Huang", "Hua", "Wu",
        "Xu", "Kim", "Pak", "Choe", "Ho", "Pham", "Nguyen", "Jiang", "Chiang",
    ];
    const NOT_PEOPLE: &[&str] =
        &["Joint", "Secretary", "CCP", "USSR", "Colonel", "Telegraph", "Zhonggong"];
    let words: Vec<&str> = text.split(' ').collect();
    let capitalised = words.iter().all(|word| word.starts_with(char::is_uppercase));
    match words[..] {
        [first, ..] if !capitalised || NOT_PEOPLE.contains(&first) || words.len() > 4 => {
            json!(text)
        }
        [family, given] if FAMILY_FIRST.contains(&family) => {
            json!({"family": family, "given": given, "order": "family-first"})
        }
        [.., family] if words.len() > 1 && !text.contains(['(', '[']) => {
            let given = text[..text.len() - family.len()].trim_end();
            json!({"family": family, "given": given})
        }
        _ => json!(text),
    }
}

/// The dates of a case: hours of sending and receipt beside the day (`10 a.m.`, `1:45 p.m.`).
fn dates(date: &str, fields: &Value) -> Value {
    let at = |key: &str| {
        let words = text(fields, key)?;
        let (time, half) = words.split_once(' ')?;
        let half = match half.trim_end_matches('.') {
            "a.m" => 0,
            "p.m" => 12,
            _ => return None,
        };
        let (hour, minute) = time.split_once(':').unwrap_or((time, "0"));
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        Some(format!("{date}T{:02}:{minute:02}", hour % 12 + half))
    };
    match (at("sent"), at("received")) {
        (Some(sent), Some(received)) => json!({"sent": sent, "received": received}),
        _ => json!({"sent": date}),
    }
}

fn publication(id: &str, source: &Value) -> Value {
    let mut people = Map::new();
    for (key, keys) in [
        ("series_editor", &["general_editor"][..]),
        ("author", &["author", "authors"]),
        ("editor", &["editor", "editors", "volume_editors"]),
        ("translator", &["translator"]),
    ] {
        let names: Vec<Value> =
            keys.iter().flat_map(|key| texts(source, key)).map(|n| name(&n)).collect();
        if !names.is_empty() {
            people.insert(key.to_owned(), names.into());
        }
    }
    let mut publication = json!({"id": id});
    let entry = publication.as_object_mut().expect("an object");
    entry.append(&mut people);
    for (key, from) in [
        ("title", "title"),
        ("series", "series"),
        ("part", "book"),
        ("volume_title", "volume_title"),
        ("place", "place"),
        ("publisher", "publisher"),
        ("date", "year"),
        ("pages", "pages"),
        ("document", "document"),
        ("url", "url"),
        ("as_printed", "as_printed"),
    ] {
        if let Some(text) = text(source, from) {
            entry.insert(key.to_owned(), text.into());
        }
    }
    // `Volume XIX, Part 1` says its words itself.
    if let Some(volume) = text(source, "volume") {
        let (volume, part) = volume.split_once(", Part ").unwrap_or((volume, ""));
        entry.insert("volume".to_owned(), volume.trim_start_matches("Volume ").into());
        if !part.is_empty() {
            entry.insert("part".to_owned(), part.into());
        }
    }
    if let (Some(title), Some(translated)) =
        (text(source, "title"), text(source, "translated_title"))
    {
        entry.insert("title".to_owned(), format!("{title} ({translated})").into());
    }
    if let Some(subseries) = text(source, "subseries") {
        let title = format!("{}, {subseries}", text(source, "series").unwrap_or_default());
        entry.remove("series");
        entry.insert("title".to_owned(), title.into());
    }
    publication
}

/// Steps of a path, with a title that stands as a level of its own put where it belongs.
fn path(steps: &Value) -> Vec<Value> {
    let mut path: Vec<Value> = Vec::new();
    for step in steps.as_array().into_iter().flatten() {
        let (level, value) =
            (text(step, "level").unwrap_or_default(), text(step, "value").unwrap_or_default());
        match (level.strip_suffix("-title"), path.last_mut().and_then(Value::as_array_mut)) {
            (Some(of), Some(last)) if last.first().and_then(Value::as_str) == Some(of) => {
                last.push(value.into())
            }
            _ => path.push(json!([level, value])),
        }
    }
    path
}

/// The record of a case, and the archives its holdings need beside the built-in ones.
fn record_of(id: &str, fields: &Value) -> Result<(Record, Vec<ArchiveText>), String> {
    let mut record = json!({"format": 1, "id": slug(id, 80)});
    let entry = record.as_object_mut().expect("an object");
    let mut put = |key: &str, value: Value| {
        if !(value.is_null() || value.as_array().is_some_and(Vec::is_empty)) {
            entry.insert(key.to_owned(), value);
        }
    };
    let short = text(fields, "short_title");
    for (key, kind) in [
        ("title", None),
        ("formal_title", Some("formal")),
        ("item", Some("formal")),
        ("descriptive_title", Some("descriptive")),
    ] {
        if let Some(title) = text(fields, key) {
            let mut value = json!({"text": title});
            if let Some(kind) = kind {
                value["kind"] = kind.into();
            }
            if let Some(short) = short {
                value["short"] = short.into();
            }
            put("title", value);
        }
    }
    put("genre", json!(text(fields, "type").or(text(fields, "genre")).or(text(fields, "medium"))));
    put(
        "place",
        if fields.get("published_in").is_some() || fields.get("sender").is_some() {
            json!(text(fields, "place"))
        } else {
            Value::Null
        },
    );
    if let Some(date) = text(fields, "date") {
        put("date", dates(date, fields));
    }
    if let Some(volume) = text(fields, "volume_id") {
        let document = text(fields, "document_id").unwrap_or_default();
        let value = format!("{volume}/{document}").trim_end_matches('/').to_owned();
        put("foreign_id", json!([{"scheme": "frus", "value": value}]));
    }
    put("number", json!(texts(fields, "document_number")));
    put("language", json!(texts(fields, "language")));
    let mut agents = Vec::new();
    for (role, key) in [
        ("author", "author"),
        ("sender", "sender"),
        ("recipient", "recipient"),
        ("via", "via"),
        ("contributor", "contributor"),
    ] {
        for agent in texts(fields, key) {
            agents.push(json!({"role": role, "name": name(&agent)}));
        }
    }
    if let Some(translation) = fields.get("translation")
        && text(translation, "role").is_some_and(|role| role.contains("edited"))
    {
        for editor in texts(translation, "translator") {
            agents.push(json!({"role": "editor", "name": name(&editor)}));
        }
    }
    put("agent", agents.into());
    let mut marks: Vec<String> = text(fields, "classification")
        .into_iter()
        .flat_map(|marks| marks.split("; "))
        .map(str::to_owned)
        .collect();
    marks.extend(texts(fields, "precedence"));
    marks.extend(texts(fields, "distribution_caption"));
    put("classification", json!(marks));
    let mut drafting =
        text(fields, "drafter").map(|drafter| format!("Drafted by {drafter}")).unwrap_or_default();
    if let Some(cleared) = text(fields, "cleared") {
        drafting.push_str(&format!("; cleared in draft by {cleared}"));
    }
    let remarks: Vec<&str> =
        [Some(drafting.as_str()), text(fields, "remarks"), text(fields, "copy_status")]
            .into_iter()
            .flatten()
            .map(|remark| remark.trim_end_matches('.'))
            .filter(|remark| !remark.is_empty())
            .collect();
    if !remarks.is_empty() {
        put("note", remarks.join(". ").into());
    }
    let (holdings, own) = holdings_of(fields);
    put("holding", holdings.into());
    let mut surrogate = json!({"id": "page"});
    for (key, from) in
        [("provider", "digital_archive"), ("url", "url"), ("as_printed", "source_note")]
    {
        if let Some(text) = text(fields, from) {
            surrogate[key] = text.into();
        }
    }
    if surrogate.get("url").is_some() || surrogate.get("as_printed").is_some() {
        put("surrogate", json!([surrogate]));
    }
    let mut publications = Vec::new();
    if let Some(source) = fields.get("published_in") {
        publications.push(publication("printed", source));
    } else if fields.get("volume_title").is_some() {
        publications.push(publication("printed", fields));
    }
    if let Some(translation) = fields.get("translation") {
        let mut value = json!({"to": text(translation, "language").unwrap_or("en"), "translator": texts(translation, "translator").iter().map(|n| name(n)).collect::<Vec<_>>()});
        if let Some(whom) = text(translation, "for") {
            value["for"] = whom.into();
        }
        if let Some(printed) = text(translation, "as_printed") {
            value["as_printed"] = printed.into();
        }
        if let Some(source) = translation.get("source") {
            publications.push(publication("translation", source));
            value["published_in"] = "translation".into();
        }
        put("translation", json!([value]));
    }
    put("publication", publications.into());
    let custody: Vec<Value> = match fields.get("custody") {
        Some(Value::String(text)) => vec![json!({"event": "provided", "as_printed": text})],
        _ => Vec::new(),
    };
    put("custody", custody.into());
    let (made, problems) = Draft::new(Node::from_json(record), Source::default()).finish();
    made.map(|record| (record, own)).ok_or(format!("{id}: {problems:?}"))
}

fn holdings_of(fields: &Value) -> (Vec<Value>, Vec<ArchiveText>) {
    let mut own = Vec::new();
    let mut holdings = Vec::new();
    let mut add = |holding: &Value, steps: Vec<Value>| {
        let repository = text(holding, "sigel").or(text(holding, "repository")).unwrap_or_default();
        let mut value = json!({"archive": repository, "path": steps});
        if let Some(printed) = text(holding, "as_printed") {
            value["as_printed"] = printed.into();
        }
        holdings.push(value);
        if let Some(place) = text(holding, "place") {
            let Some(id) = slug(repository, 40) else { return };
            let text = format!(
                "id = {id:?}\nscheme = \"manuscripts\"\nname = [{repository:?}]\nplace = [{place:?}]\n"
            );
            own.push(ArchiveText { file: format!("archives/{id}.toml"), text: text.into(), id });
        }
    };
    for holding in fields.get("holdings").and_then(Value::as_array).into_iter().flatten() {
        add(holding, path(&holding["path"]));
    }
    if text(fields, "record_group").is_some() {
        let group = json!([
            "record-group",
            text(fields, "record_group"),
            text(fields, "record_group_title")
        ]);
        let mut steps = vec![group];
        for (level, key) in [("series", "series"), ("file-unit", "file_unit")] {
            if let Some(value) = text(fields, key) {
                steps.push(json!([level, value]));
            }
        }
        add(fields, steps);
    }
    (holdings, own)
}

/// What `archival.jsonl` adds to a case: which facts its printed source states besides, and how its
/// page prints them.
#[derive(Default)]
struct Addition(Value);

impl Addition {
    fn of(id: &str) -> Addition {
        let text = include_str!("../cases/citations/archival.jsonl");
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.into_iter().find(|line| line["id"] == id).map(Addition).unwrap_or_default()
    }

    /// The fields of the case with the added facts.
    fn fields(&self, fields: &Value) -> Value {
        let mut fields = fields.clone();
        if let Some(facts) = self.0.get("facts") {
            merge(&mut fields, facts);
        }
        fields
    }
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// The style of the convention that a case of this kind is printed in.
fn style_of(
    (kind, id, form): (&str, &str, &str),
    volume: &str,
    german: bool,
    in_national_archives: bool,
) -> &'static str {
    match (kind, form) {
        ("wilson", "source_note") => "wilson-center-source",
        ("wilson", _) => "wilson-center",
        ("frus", "note") => "frus-document",
        // Volumes up to the year 1951 name the file of the Department of State above the document; later
        // ones, and volumes made later of older documents, have source notes.
        ("frus", _)
            if volume.get(4..8).is_some_and(|year| year <= "1951") && !in_national_archives =>
        {
            "frus-file-number"
        }
        ("frus", _) => "frus-source-note",
        ("nara", _) => "nara-leaflet-17",
        ("tna", _) => "uk-national-archives",
        // Archives with a Sigel are German.
        _ if german => "bundesarchiv",
        _ if id.starts_with("cwihp") => "cwihp",
        (_, "author_date") => "chicago-archival-author-date",
        _ => "chicago-archival-notes",
    }
}

/// What the catalog prints for one form of a case.
fn printed(catalog: &Catalog, case: &Value, form: &str, addition: &Addition) -> String {
    let id = text(case, "id").expect("an id");
    let kind = text(case, "kind").expect("a kind");
    let volume = text(&case["fields"], "volume_id").unwrap_or_default();
    let german = text(&case["fields"]["holdings"][0], "sigel").is_some();
    let archived = text(&case["fields"]["holdings"][0], "repository")
        .is_some_and(|repository| repository.starts_with("National Archives"));
    let added = |key: &str| text(&addition.0, key);
    let source = text(case, "source_ref").unwrap_or_default();
    // Guides of Ireland, Britain, Australia and New Zealand have the day before the month.
    let british = [".ie/", ".uk/", ".au/", ".nz/"].iter().any(|host| source.contains(host));
    let short = text(&case["fields"], "short_collection").or(text(&case["fields"], "short_title"));
    let request = CiteRequest {
        style: Some(style_of((kind, id, form), volume, german, archived).to_owned()),
        form: match form {
            "bibliography" | "bibliography_collection" | "author_date" => Form::Bibliography,
            // A source note of The National Archives is the reference alone, as in later notes.
            "source_note" if kind == "tna" => Form::Short,
            _ => Form::Note,
        },
        holding: if form == "source_note" { HoldingChoice::All } else { HoldingChoice::Principal },
        language: added("language").or(british.then_some("en-GB")).map(str::to_owned),
        levels: added("levels").map(|_| Levels::AsPrinted),
        series_first: text(&case["fields"], "order")
            .is_some_and(|order| order.contains("series first")),
        // A case with two notes tells the one without from the one with it.
        hereafter: short
            .filter(|_| match form {
                "note" => case["expected"].get("note_with_hereafter").is_none(),
                form => form == "note_with_hereafter",
            })
            .map(|words| Some(words.to_owned())),
        // The cover pages of the Wilson Center have typographic quotation marks, its web pages those of a
        // typewriter.
        straight_quotes: addition.0.get("straight_quotes").is_some()
            || kind == "wilson" && source.contains("stored page"),
        ..CiteRequest::default()
    };
    let id = slug(id, 80).expect("an id");
    if form == "bibliography_collection" {
        let record = match catalog.record(&id, None) {
            Ok(shown) => shown.record,
            Err(problem) => return format!("{problem:?}"),
        };
        let mut twice = record.clone();
        twice.id = format!("{id}-2").parse().expect("an id");
        let bibliography =
            catalog.bibliography(&[record, twice], true, false, &request).expect("a bibliography");
        return bibliography
            .printed
            .into_iter()
            .map(|entry| entry.text)
            .collect::<Vec<_>>()
            .join(" ");
    }
    let cited = [Cited { id, locator: None }];
    let citations = match catalog.cite(&cited, &request) {
        Ok(citations) if citations.problems.is_empty() => citations,
        Ok(citations) => return format!("{:?}", citations.problems),
        Err(problem) => return format!("{problem:?}"),
    };
    citations.printed.into_iter().map(|printed| printed.text).collect::<Vec<_>>().join(" ")
}

/// A catalog of the records of all cases.
fn catalog_of(desk: &Desk, cases: &[Value], with_facts: bool) -> Catalog {
    desk.write("fonds.toml", "format = 1\n");
    for case in cases {
        let id = text(case, "id").expect("an id");
        let fields = match with_facts {
            true => Addition::of(id).fields(&case["fields"]),
            false => case["fields"].clone(),
        };
        // A case of which no record can be made cites nothing, and is told there.
        let Ok((record, own)) = record_of(id, &fields) else { continue };
        for archive in own {
            desk.write(&archive.file, archive.text.as_bytes());
        }
        let toml = fonds::record_file::write(&Draft::from(&record).root);
        desk.write(&format!("records/{}.toml", record.id), toml);
    }
    Catalog::open(&desk.path(".")).expect("a catalog")
}

/// The cases that a list explains: lines `case form: reason`.
fn explained(list: &str) -> Vec<String> {
    let lines = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once(": ").expect("a case and a reason").0.to_owned()).collect()
}

#[test]
fn real_documents_are_cited_as_printed() {
    let Some(shared) = shared() else { return };
    let cases =
        std::fs::read_to_string(shared.join("cases/archival-citations.jsonl")).expect("cases");
    compare(&cases, true);
}

/// Citations read in print by ourselves, in the shape of the shared cases.
#[test]
fn citations_of_guides_and_editions_are_given_as_printed() {
    compare(include_str!("../cases/citations/printed.jsonl"), false);
}

/// Cites each case of `cases` from its facts alone, and with the facts that `archival.jsonl` adds.
fn compare(cases: &str, shared: bool) {
    let cases: Vec<Value> =
        cases.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let known = explained(include_str!("../cases/citations/known-differences.txt"));
    let lacking = explained(include_str!("../cases/citations/not-in-the-facts.txt"));
    let (bare, whole) = (Desk::new(), Desk::new());
    let (bare, whole) = (catalog_of(&bare, &cases, false), catalog_of(&whole, &cases, true));
    let mut wrong = Vec::new();
    let (mut of_ours, mut agree, mut agree_bare, mut told) = (0, 0, 0, 0);
    for case in &cases {
        let id = text(case, "id").expect("an id");
        let addition = Addition::of(id);
        for (form, expected) in case["expected"].as_object().into_iter().flatten() {
            if addition.0.get("outside").is_some() {
                continue;
            }
            of_ours += 1;
            let expected = expected.as_str().expect("text");
            let from_facts = printed(&bare, case, form, &Addition::default());
            let name = format!("{id} {form}");
            agree_bare += usize::from(from_facts == expected);
            told += usize::from(!lacking.contains(&name) && !known.contains(&name));
            match (from_facts == expected, known.contains(&name), lacking.contains(&name)) {
                (true, _, true) => {
                    wrong.push(format!("{name} follows from the facts: take it off"))
                }
                (false, false, false) => wrong.push(format!(
                    "{name}, from the facts alone\n  printed  {expected}\n  we print {from_facts}"
                )),
                _ => {}
            }
            let got = printed(&whole, case, form, &addition);
            let listed = known.contains(&name);
            agree += usize::from(got == expected);
            match (got == expected, listed) {
                (false, false) => {
                    wrong.push(format!("{id} {form}\n  printed  {expected}\n  we print {got}"))
                }
                (true, true) => {
                    wrong.push(format!("{id} {form} agrees: take it off the known differences"))
                }
                _ => {}
            }
        }
    }
    let source = if shared { "shared" } else { "own" };
    crate::told(&format!(
        "{source} cases: {agree} of {of_ours} printed citations in conventions of ours are given word for \
         word; from their facts alone {agree_bare}, of {told} whose facts say every word"
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
