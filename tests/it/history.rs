//! Log and blame on real repositories: against a plain model on random histories, and the cases
//! that histories made by people have.

use crate::past::{Past, files, fonds};
use fonds::changes::{Filter, sentence};
use fonds::ops::Catalog;
use git2::Oid;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const ID: &str = "1951-08-27-mao-stalin";
const PATH: &str = "records/1951/08/1951-08-27-mao-stalin.toml";

fn record(id: &str, aliases: &[String], fields: &[(&str, String)]) -> String {
    let mut text = format!("format = 1\nid = \"{id}\"\n");
    if !aliases.is_empty() {
        text.push_str(&format!("aliases = {aliases:?}\n"));
    }
    for (field, value) in fields {
        text.push_str(&format!("{field} = {value}\n"));
    }
    text
}

fn telegram(delo: &str, rest: &str) -> String {
    format!(
        "format = 1\nid = \"{ID}\"\n{rest}\n[[holding]]\nid = \"aprf\"\narchive = \"APRF\"\n\
         path = [[\"fond\", \"45\"], [\"opis\", \"1\"], [\"delo\", \"{delo}\"]]\n"
    )
}

#[derive(Debug, Clone)]
enum Step {
    /// From a revision counted back: fields set or removed, and whether the record gets a new id,
    /// and whether its file is put where people put files, or only spelt otherwise. A record that was
    /// removed comes back by it.
    Edit { from: usize, edits: Vec<(usize, Option<u8>)>, rename: bool, moved: bool, respelt: bool },
    /// The record is removed.
    Remove { from: usize },
    /// Revisions met, two or more; each field comes from one of the sides, then some are edited.
    Merge { sides: Vec<usize>, of: Vec<usize>, edits: Vec<(usize, Option<u8>)> },
    /// Something else was committed.
    Aside { from: usize },
}

const FIELDS: [&str; 5] = ["place", "genre", "note", "rights", "unknown_key"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edits =
        || prop::collection::vec((0..FIELDS.len(), prop::option::weighted(0.8, 0..3u8)), 0..3);
    let step = prop_oneof![
        5 => (
            0..3usize,
            edits(),
            prop::bool::weighted(0.2),
            prop::bool::weighted(0.2),
            prop::bool::weighted(0.1),
        )
            .prop_map(|(from, edits, rename, moved, respelt)| {
                Step::Edit { from, edits, rename, moved, respelt }
            }),
        1 => (0..3usize).prop_map(|from| Step::Remove { from }),
        3 => (
            prop::collection::vec(0..4usize, 2..5),
            prop::collection::vec(0..4usize, FIELDS.len()),
            edits(),
        )
            .prop_map(|(sides, of, edits)| Step::Merge { sides, of, edits }),
        1 => (0..3usize).prop_map(|from| Step::Aside { from }),
    ];
    prop::collection::vec(step, 1..10)
}

/// The plain model of one revision.
#[derive(Debug, Clone)]
struct Model {
    id: String,
    aliases: BTreeSet<String>,
    path: String,
    fields: BTreeMap<usize, (u8, BTreeSet<usize>)>,
    /// Whether it is there at all.
    is_there: bool,
}

impl Model {
    fn text(&self) -> String {
        let fields: Vec<(&str, String)> = self
            .fields
            .iter()
            .map(|(field, (value, _))| (FIELDS[*field], format!("\"{value}\"")))
            .collect();
        // Enough that stays for the record to be known again by what it says.
        let mut constant: Vec<(&str, String)> = (0..8)
            .map(|n| (["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"][n], n.to_string()))
            .collect();
        constant.extend(fields);
        let aliases: Vec<String> = self.aliases.iter().cloned().collect();
        record(&self.id, &aliases, &constant)
    }

    fn edit(&mut self, at: usize, edits: &[(usize, Option<u8>)], parents: &[&Model]) {
        for (field, value) in edits {
            let Some(value) = value else {
                self.fields.remove(field);
                continue;
            };
            let known: BTreeSet<usize> = parents
                .iter()
                .filter_map(|parent| parent.fields.get(field))
                .filter(|(old, _)| old == value)
                .flat_map(|(_, origins)| origins.clone())
                .collect();
            let origins = if known.is_empty() { BTreeSet::from([at]) } else { known };
            self.fields.insert(*field, (*value, origins));
        }
    }
}

fn build(past: &mut Past, steps: &[Step]) -> (Vec<Oid>, Vec<Model>) {
    let first = Model {
        id: ID.to_owned(),
        aliases: BTreeSet::new(),
        path: PATH.to_owned(),
        fields: BTreeMap::new(),
        is_there: true,
    };
    let mut commits = vec![past.commit(&[], &files([(PATH, Some(first.text()))]), "Anna", "first")];
    let mut models = vec![first];
    for step in steps {
        let at = commits.len();
        let back = |n: usize| at - 1 - n.min(at - 1);
        let (parents, model) = match step {
            Step::Edit { from, edits, rename, moved, respelt } => {
                let from = back(*from);
                let parent = models[from].clone();
                let mut model = parent.clone();
                if !parent.is_there {
                    // It comes back: whatever it says, it says anew.
                    model.is_there = true;
                    model.fields.values_mut().for_each(|(_, origins)| *origins = [at].into());
                }
                let known: Vec<&Model> = parent.is_there.then_some(&parent).into_iter().collect();
                model.edit(at, edits, &known);
                if *rename && parent.is_there {
                    model.aliases.insert(model.id.clone());
                    model.id = format!("1951-08-27-mao-stalin-{at}");
                    model.path = format!("records/1951/08/{}.toml", model.id);
                }
                if *moved && parent.is_there {
                    model.path = format!("records/by-hand/{at}/{}.toml", model.id);
                }
                if *respelt {
                    model.path = model.path.replace("records/by-hand", "records/By-Hand");
                }
                (vec![from], model)
            }
            Step::Remove { from } => {
                let from = back(*from);
                let model = Model { is_there: false, ..models[from].clone() };
                // What lay where people put files, and is gone, is not looked for everywhere.
                if !models[from].is_there || models[from].path.contains("hand") {
                    continue;
                }
                (vec![from], model)
            }
            Step::Merge { sides, of, edits } => {
                let mut parents: Vec<usize> = Vec::new();
                for side in sides.iter().map(|side| back(*side)) {
                    if !parents.contains(&side) {
                        parents.push(side);
                    }
                }
                // Sides on which it was removed have nothing to say.
                let there: Vec<Model> = parents
                    .iter()
                    .map(|parent| models[*parent].clone())
                    .filter(|model| model.is_there)
                    .collect();
                let Some(mut model) = there.first().cloned().filter(|_| parents.len() > 1) else {
                    continue;
                };
                model.fields.clear();
                for (field, side) in of.iter().enumerate() {
                    let Some((value, _)) = there[side % there.len()].fields.get(&field) else {
                        continue;
                    };
                    let origins = there
                        .iter()
                        .filter_map(|side| side.fields.get(&field))
                        .filter(|(same, _)| same == value)
                        .flat_map(|(_, origins)| origins.clone())
                        .collect();
                    model.fields.insert(field, (*value, origins));
                }
                for other in &there {
                    model.aliases.extend(other.aliases.clone());
                    model.aliases.insert(other.id.clone());
                }
                model.aliases.remove(&model.id);
                model.edit(at, edits, &there.iter().collect::<Vec<_>>());
                (parents, model)
            }
            Step::Aside { from } => {
                let from = back(*from);
                let mut other = files([("notes.txt", Some(at.to_string()))]);
                other.insert(
                    format!("records/1960/1960-{at}.toml"),
                    Some(record(&format!("1960-{at}"), &[], &[])),
                );
                commits.push(past.commit(&[commits[from]], &other, "Chen", "aside"));
                models.push(models[from].clone());
                continue;
            }
        };
        let mut written = files([(model.path.as_str(), model.is_there.then(|| model.text()))]);
        for parent in &parents {
            if models[*parent].path != model.path {
                written.insert(models[*parent].path.clone(), None);
            }
        }
        let ids: Vec<Oid> = parents.iter().map(|parent| commits[*parent]).collect();
        commits.push(past.commit(&ids, &written, "Anna", "change\n\nEvidence: a card"));
        models.push(model);
    }
    (commits, models)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn blame_and_log_of_a_repository_say_what_the_plain_model_says(steps in steps()) {
        let mut past = Past::new();
        let (commits, models) = build(&mut past, &steps);
        let catalog = Catalog::open(past.root()).expect("a catalog");
        audit_agrees(&catalog, &models)?;
        let number = |id: &str| commits.iter().position(|commit| commit.to_string() == id);
        for (tip, model) in models.iter().enumerate().filter(|(_, model)| model.is_there) {
            let at = Some(commits[tip].to_string().parse().expect("an id"));
            let blame = catalog.blame(&model.id, at).map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
            prop_assert_eq!(&blame.record, &model.id);
            for (field, name) in FIELDS.iter().enumerate() {
                let found = blame.fields.iter().find(|blamed| blamed.field.to_string() == *name);
                match (model.fields.get(&field), found) {
                    (None, None) => {}
                    (Some((value, origins)), Some(found)) => {
                        prop_assert_eq!(found.value.as_text(), Some(&*value.to_string()));
                        let told: BTreeSet<usize> = found
                            .revisions
                            .iter()
                            .filter_map(|revision| number(&revision.id.to_string()))
                            .collect();
                        // A side that did nothing since the other left it brings nothing.
                        prop_assert!(told.is_subset(origins), "{name} {told:?} {origins:?}");
                        prop_assert!(!told.is_empty());
                        if origins.len() == 1 {
                            prop_assert_eq!(&told, origins);
                        }
                        let log = catalog.log(&format!("{}.{name}", model.id), at)
                            .map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
                        let newest = log.entries.first().map(|entry| entry.revision.id.to_string());
                        let newest = newest.and_then(|id| number(&id));
                        prop_assert!(newest.is_some_and(|newest| newest >= *told.last().unwrap()));
                    }
                    (model, found) => prop_assert!(false, "{name} at {tip}: {model:?} {found:?}"),
                }
            }
        }
    }
}

/// The audit of the whole history tells of the record what its log tells.
fn audit_agrees(catalog: &Catalog, models: &[Model]) -> Result<(), TestCaseError> {
    let fail = |problem: fonds::ops::Refusal| TestCaseError::fail(format!("{problem:?}"));
    let tip = models.last().expect("a revision");
    let log = catalog.log(&tip.id, None).map_err(fail)?;
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in catalog.audit(None, Filter::default()).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let ours = entry.changes.iter().filter(|change| !change.record.starts_with("1960"));
        let mut sentences: Vec<String> = ours.map(sentence).collect();
        sentences.sort();
        if !sentences.is_empty() {
            told.insert(entry.revision.id.to_string(), sentences);
        }
    }
    let logged: BTreeMap<String, Vec<String>> = log
        .entries
        .iter()
        .map(|entry| {
            let mut sentences: Vec<String> = entry.changes.iter().map(sentence).collect();
            sentences.sort();
            (entry.revision.id.to_string(), sentences)
        })
        .collect();
    prop_assert_eq!(&told, &logged);
    // Asked for by any of its names, it is told from its own past, and the same is told: of all revisions,
    // and of those that came after one.
    let names: BTreeSet<&String> = models.iter().map(|model| &model.id).collect();
    let middle = log.entries.get(log.entries.len() / 2);
    let since = middle.map(|entry| format!("{}..", entry.revision.id));
    let asked = names.into_iter().flat_map(|name| [(name, None), (name, since.as_deref())]);
    for (name, range) in asked.filter(|(name, _)| catalog.log(name, None).is_ok()) {
        let filter = format!("record:{name}").parse().expect("a filter");
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for entry in catalog.audit(range, filter).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let mut sentences: Vec<String> = entry.changes.iter().map(sentence).collect();
            sentences.sort();
            found.insert(entry.revision.id.to_string(), sentences);
        }
        let mut wanted = told.clone();
        if range.is_some() {
            let all = catalog.audit(range, Filter::default()).map_err(fail)?;
            let there: BTreeSet<String> =
                all.filter_map(|entry| Some(entry.ok()?.revision.id.to_string())).collect();
            wanted.retain(|id, _| there.contains(id));
        }
        prop_assert_eq!(&found, &wanted, "{} {:?}", name, range);
    }
    Ok(())
}

#[test]
fn a_hand_edit_without_alias_a_broken_version_and_a_merge_are_told() {
    let mut past = Past::new();
    let first = past.commit(
        &[],
        &files([(PATH, Some(telegram("340", "place = \"Peking\"")))]),
        "Anna",
        "from the card index",
    );
    let broken =
        past.commit(&[first], &files([(PATH, Some("format = = 1".to_owned()))]), "Boris", "oops");
    let mended = past.commit(
        &[broken],
        &files([(PATH, Some(telegram("341", "place = \"Peking\"")))]),
        "Boris",
        "delo read again\n\nEvidence: cover of the file",
    );
    let other = past.commit(
        &[first],
        &files([(PATH, Some(telegram("340", "# a comment\nplace = \"Beijing\"")))]),
        "Chen",
        "",
    );
    past.commit(
        &[mended, other],
        &files([(PATH, Some(telegram("341", "place = \"Beijing\"\nnote = \"merged\"")))]),
        "Dora",
        "Merge",
    );
    insta::assert_snapshot!(fonds(past.root(), &["log", ID]).0, @r"
    95876060bd  2001-09-09  Dora  (merge)
      Merge
      - note: set to merged

    04e0f6cd28  2001-09-09  Chen
      (no reason given)
      - place: Peking → Beijing

    6eccbde8d0  2001-09-09  Boris
      delo read again
      evidence: cover of the file
      - holding aprf, delo: 340 → 341

    8b96674459  2001-09-09  Boris
      oops
      ! `records/1951/08/1951-08-27-mao-stalin.toml` cannot be read in the revision 8b96674459: extra `=`

    4cc9576801  2001-09-09  Anna
      from the card index
      - record added
    ");
    insta::assert_snapshot!(fonds(past.root(), &["blame", "1951-08-27-mao-stalin.holding.aprf.path.delo"]).0, @r"
    holding aprf, delo: 341
        6eccbde8d0  2001-09-09  Boris  delo read again
        evidence: cover of the file
    ");
    let (out, talk, code) = fonds(past.root(), &["log", ID, "--json"]);
    assert_eq!((talk.as_str(), code), ("", 0));
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["entries"][0]["changes"][0]["text"], "note: set to merged");
    assert_eq!(json["entries"][3]["findings"][0]["code"], "H102");
}

#[test]
fn a_record_that_is_gone_has_a_past_and_one_that_never_was_has_none() {
    let mut past = Past::new();
    let first = past.commit(&[], &files([(PATH, Some(telegram("340", "")))]), "Anna", "first");
    past.commit(&[first], &files([(PATH, None), ("x", Some(String::new()))]), "Boris", "a double");
    let (out, _, code) = fonds(past.root(), &["log", ID]);
    assert_eq!(code, 0);
    assert!(out.contains("record removed"), "{out}");
    let (_, talk, code) = fonds(past.root(), &["log", "1951-nobody"]);
    assert_eq!(code, 2, "{talk}");
    assert!(talk.contains("never was"), "{talk}");
    let (_, talk, code) = fonds(past.root(), &["blame", ID, "--at", "2001-09-08"]);
    assert_eq!(code, 2, "{talk}");
    let (out, talk, code) = fonds(
        past.root(),
        &["blame", "1951-08-27-mao-stalin.holding", "--at", "2001-09-09T01:47:45Z"],
    );
    assert_eq!(code, 0, "{talk}");
    assert!(out.contains("holding aprf, delo: 340"), "{out}");
}

#[test]
fn audit_and_diff_tell_what_happened_and_what_differs() {
    let mut past = Past::new();
    let old = "records/1951/1951-map.toml";
    let map = |id: &str, place: &str| {
        format!(
            "format = 1\nid = \"{id}\"\ngenre = \"map\"\ntitle = \"Map of Kars\"\nplace = \"{place}\"\n"
        )
    };
    let first = past.commit(
        &[],
        &files([(PATH, Some(telegram("340", ""))), (old, Some(map("1951-map", "Kars")))]),
        "Anna",
        "from the card index",
    );
    let second = past.commit(
        &[first],
        &files([
            (PATH, Some(telegram("341", ""))),
            (old, None),
            ("records/1951/1951-map-of-kars.toml", Some(map("1951-map-of-kars", "Tbilisi"))),
        ]),
        "Boris",
        "",
    );
    past.commit(
        &[second],
        &files([(PATH, Some(telegram("341", "# only a comment\n")))]),
        "Chen",
        "a comment",
    );
    past.write(PATH, &telegram("342", "genre = \"telegram\""));
    let (out, talk, code) = fonds(past.root(), &["audit"]);
    insta::assert_snapshot!(format!("{out}--\n{talk}{code}"), @r"
    f3a6ead846  2001-09-09  Boris
      (no reason given)
      1951-08-27-mao-stalin
      - holding aprf, delo: 340 → 341
      1951-map-of-kars
      - record renamed: 1951-map → 1951-map-of-kars
      - place: Kars → Tbilisi
      ! the record `1951-map` became `1951-map-of-kars` and left no alias

    d0c17eee74  2001-09-09  Anna
      from the card index
      1951-08-27-mao-stalin
      - record added
      1951-map
      - record added: Map of Kars
    --
    5 changes in 2 revisions, 2 findings
    1
    ");
    let (out, talk, code) = fonds(past.root(), &["diff", "HEAD~2..HEAD"]);
    insta::assert_snapshot!(format!("{out}--\n{talk}{code}"), @r"
    1951-08-27-mao-stalin
      - holding aprf, delo: 340 → 341
    1951-map-of-kars
      - record renamed: 1951-map → 1951-map-of-kars
      - place: Kars → Tbilisi
    --
    warning[H106]: the record `1951-map` became `1951-map-of-kars` and left no alias
    --> records/1951/1951-map-of-kars.toml
     = field: aliases
     = mend: add `1951-map` to `aliases`
    1
    ");
    let (out, talk, code) = fonds(past.root(), &["diff"]);
    insta::assert_snapshot!(format!("{out}--\n{talk}{code}"), @r"
    1951-08-27-mao-stalin
      - genre: set to telegram
      - holding aprf, delo: 341 → 342
    --
    1
    ");
    assert_eq!(fonds(past.root(), &["diff", "HEAD~1..HEAD"]).2, 0);
    let (out, _, code) =
        fonds(past.root(), &["audit", "--where", "archive:aprf kind:changed", "--json"]);
    assert_eq!(code, 1);
    let lines: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["changes"][0]["field"], "holding.aprf.path.delo");
    let (_, talk, code) = fonds(past.root(), &["audit", "--where", "colour:red"]);
    assert_eq!(code, 2, "{talk}");
    let (out, talk, code) = fonds(past.root(), &["audit", "--where", "record:1951-map-of-kars"]);
    insta::assert_snapshot!(format!("{out}--\n{talk}{code}"), @r"
    f3a6ead846  2001-09-09  Boris
      (no reason given)
      1951-map-of-kars
      - record renamed: 1951-map → 1951-map-of-kars
      - place: Kars → Tbilisi
      ! the record `1951-map` became `1951-map-of-kars` and left no alias

    d0c17eee74  2001-09-09  Anna
      from the card index
      1951-map
      - record added: Map of Kars
    --
    3 changes in 2 revisions, 2 findings
    1
    ");
    let (_, talk, code) = fonds(past.root(), &["audit", "--where", "kind:set record:("]);
    insta::assert_snapshot!(format!("{talk}{code}"), @r"
    error[H001]: the filter is not understood: `record:(`: `(` cannot be an id: it must begin with `a`-`z` or `0`-`9`
     --> --where:1:10
      |
    1 | kind:set record:(
      |          ^
      |
      = mend: write terms such as `field:holding archive:APRF author:ivanova since:2026-01`; all must hold, `-` before one means that it must not
    2
    ");
    let (_, talk, code) = fonds(past.root(), &["audit", "--where", "-record:1951-map-of-karz"]);
    insta::assert_snapshot!(format!("{talk}{code}"), @r"
    error[G112]: there is no record `1951-map-of-karz`, and never was
     |
     = mend: did you mean `1951-map-of-kars`?
    2
    ");
}

#[test]
fn reports_contested_values_and_reworded_citations() {
    let mut past = Past::new();
    let disputed = "title = \"Telegram <1>\"\n[authenticity]\nstatus = \"disputed\"\nreason = \"no original\"\n";
    let first = past.commit(
        &[],
        &files([(PATH, Some(telegram("340", disputed)))]),
        "Anna",
        "from the cards",
    );
    past.commit(
        &[first],
        &files([(PATH, Some(telegram("341", disputed)))]),
        "Boris",
        "delo read again\n\nEvidence: the cover",
    );
    let (html, talk, code) = fonds(past.root(), &["audit", "--report", "html"]);
    assert_eq!(code, 0, "{talk}");
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("the cover"), "{html}");
    assert!(html.contains("holding aprf, delo: 340 → 341") && !html.contains("<1>"), "{html}");
    // Of what it is, is said; and the title of the record beside its id.
    assert!(html.contains("up to its revision ") && html.contains("<bdi>Telegram &lt;1&gt;</bdi>"));
    let (csv, _, _) = fonds(past.root(), &["audit", "HEAD~1..", "--report", "csv"]);
    assert_eq!(csv.lines().count(), 2, "{csv}");
    let (_, talk, code) = fonds(past.root(), &["audit", "--report", "markdown", "-o", "report.md"]);
    assert_eq!(code, 0, "{talk}");
    assert!(past.root().join("report.md").is_file());

    let (out, talk, code) = fonds(past.root(), &["audit", "--contested"]);
    assert_eq!(code, 1, "{talk}");
    assert_eq!(out, "1951-08-27-mao-stalin authenticity disputed: disputed; no original\n");

    let (out, talk, code) = fonds(past.root(), &["diff", "HEAD~1..HEAD", "--citations"]);
    assert_eq!(code, 1, "{talk}");
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    assert_eq!(lines[0], ID);
    assert!(lines[1].starts_with("- ") && lines[1].contains("340"), "{out}");
    assert!(lines[2].starts_with("+ ") && lines[2].contains("341"), "{out}");
    assert_eq!(lines[3], "holding aprf, delo: 340 → 341");
    let (out, _, code) = fonds(past.root(), &["diff", "HEAD~1..HEAD", "--citations", "--json"]);
    assert_eq!(code, 1);
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(json["citations"][0]["changes"][0], "holding aprf, delo: 340 → 341");
}

#[test]
fn a_history_that_was_rewritten_is_found() {
    let mut past = Past::new();
    let first =
        past.commit(&[], &files([(PATH, Some(telegram("340", "")))]), "Anna", "from the cards");
    let second = past.commit(
        &[first],
        &files([(PATH, Some(telegram("341", "")))]),
        "Boris",
        "delo read again",
    );
    let (checkpoint, talk, code) = fonds(past.root(), &["verify", "--checkpoint"]);
    assert_eq!(code, 0, "{talk}");
    past.write("checkpoint.json", &checkpoint);
    let verify = |past: &Past| fonds(past.root(), &["verify", "--against", "checkpoint.json"]);
    let (out, talk, code) = verify(&past);
    assert!(code == 0 && out.starts_with("2 revisions up to "), "{out}{talk}");
    assert!(out.contains("they hold what the checkpoint says"), "{out}");
    // What comes after it does no harm.
    let third = past.commit(&[second], &files([("x", Some(String::new()))]), "Chen", "more");
    assert_eq!(verify(&past).2, 0);
    let untouched = files([]);
    let gone = files([(PATH, None), ("x", Some(String::new()))]);
    let other = files([(PATH, Some(telegram("342", "")))]);
    let rewritten: [(&[Oid], _, &str); 5] = [
        (&[first], &other, "Boris"),     // amended
        (&[first], &untouched, "Boris"), // dropped
        (&[], &other, "Boris"),          // begun anew
        (&[first], &gone, "Boris"),      // filtered
        (&[first], &other, "Somebody"),  // another author
    ];
    for (parents, files, author) in rewritten {
        past.commit(parents, files, author, "delo read again");
        let (_, talk, code) = verify(&past);
        assert_eq!(code, 5, "{talk}");
        assert!(talk.contains("missing from the history") && talk.contains("Boris"), "{talk}");
    }
    past.check_out(first);
    assert_eq!(verify(&past).2, 5, "a branch set back");
    past.check_out(third);
    assert_eq!(verify(&past).2, 0);
    past.write("checkpoint.json", &checkpoint.replace("\"records\": 1", "\"records\": 2"));
    assert_eq!(verify(&past).2, 5);
    past.write("checkpoint.json", "{");
    assert_eq!(verify(&past).2, 3);
}
