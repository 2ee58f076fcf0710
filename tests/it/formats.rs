//! Other people's formats read: what arrives where, nothing dropped, hostile files harmless.

use fonds::formats::{Context, Found, SourceFormat, read, recognise};
use fonds::problem::{Problem, Severity};
use fonds::record_file::built_in_archives;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where suites and samples lie that are not part of the project.
pub(crate) fn samples() -> Option<PathBuf> {
    let path = std::env::var_os("FONDS_SHARED").map(PathBuf::from);
    let path = path.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let samples = path.join("samples");
    let there = samples.is_dir();
    if !there {
        use std::io::Write;
        let _ =
            writeln!(std::io::stderr(), "skipped: there are no samples at {}", samples.display());
    }
    there.then_some(samples)
}

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/formats").join(folder);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("cases").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

fn read_all(
    format: SourceFormat,
    text: &str,
    file: &str,
) -> Result<(Vec<Found>, Vec<Problem>), Problem> {
    let archives = built_in_archives();
    let mut all = Vec::new();
    let problems =
        read(format, text, file, &Context { archives: &archives, mapping: None }, &mut |found| {
            all.push(found);
            Ok(())
        })?;
    Ok((all, problems))
}

/// What was found, short enough to be read.
fn shown(found: &Found) -> serde_json::Value {
    serde_json::json!({
        "at": format!("{} ({})", found.item, found.place),
        "record": found.fields,
        "not placed": found.unplaced.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>(),
        "problems": found.problems.iter().map(|problem| problem.to_string()).collect::<Vec<_>>(),
        "archives": found.archives.iter().map(|a| format!("{}: {}", a.name, a.place.as_deref().unwrap_or(""))).collect::<Vec<_>>(),
        "relations": found.relations.iter().map(|(kind, (_, key))| format!("{kind} {key}")).collect::<Vec<_>>(),
    })
}

/// Every record that was found is one that the record room accepts.
fn assert_sound(found: &Found, file: &str) {
    let id = "x".parse().expect("an id");
    let (record, problems) = found.clone().into_draft(&id, file).finish();
    let errors: Vec<String> = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error || problem.code.name == "R005")
        .map(Problem::to_string)
        .collect();
    assert!(record.is_some() && errors.is_empty(), "{file}: {}: {errors:?}", found.item);
}

#[test]
fn what_arrives_where() {
    for path in cases("read") {
        let name = file_name(&path);
        let text = fs::read_to_string(&path).expect("a case");
        let format = recognise(&text, &name).unwrap_or_else(|| panic!("{name} is not recognised"));
        let (all, problems) = read_all(format, &text, &name).expect(&name);
        all.iter().for_each(|found| assert_sound(found, &name));
        let answer = serde_json::json!({
            "format": format.name(),
            "found": all.iter().map(shown).collect::<Vec<_>>(),
            "problems": problems.iter().map(Problem::to_string).collect::<Vec<_>>(),
        });
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../cases/formats/read/found");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_json_snapshot!(name.as_str(), answer));
    }
}

#[test]
fn every_sample_is_read() {
    let Some(samples) = samples() else { return };
    for (file, format, records) in [
        ("cmos18_archival_items.csl.json", SourceFormat::CslJson, 31),
        ("ead2002_recordgrp-level.xml", SourceFormat::Ead, 5),
        ("ead2002_stanford_a0011.xml", SourceFormat::Ead, 2),
        ("ead3_EAD3test.xml", SourceFormat::Ead, 15),
        ("frus-meta_frus1969-76v31.xml", SourceFormat::FrusVolume, 1),
        ("frus1944v06_d349.html", SourceFormat::FrusPage, 1),
        ("frus1945v07_d207.html", SourceFormat::FrusPage, 1),
        ("frus_citing-frus.xml", SourceFormat::FrusPage, 6),
        ("frus_source_notes.jsonl", SourceFormat::Notes, 14),
        // An activity is no document, a template describes none: both are said to be so.
        ("prov_activity9.json", SourceFormat::Prov, 0),
        ("tropy_correspondence.ttp", SourceFormat::Tropy, 0),
        ("rico_George_Wyllie_papers.rdf", SourceFormat::Rico, 2),
        ("wilson_cover_citations.json", SourceFormat::Notes, 9),
        ("wilson_multi_holding.jsonl", SourceFormat::Notes, 3),
        ("zotero_nara_testcases.json", SourceFormat::Zotero, 4),
        ("zotero_tna_testcases.json", SourceFormat::Zotero, 3),
        ("zotero_wilson_testcases.json", SourceFormat::Zotero, 4),
    ] {
        let text = fs::read_to_string(samples.join(file)).expect(file);
        assert_eq!(recognise(&text, file), Some(format), "{file}");
        let (all, problems) = read_all(format, &text, file).expect(file);
        assert_eq!(all.len(), records, "{file}");
        assert!(records > 0 || !problems.is_empty(), "{file}: nothing, and nothing said");
        all.iter().for_each(|found| assert_sound(found, file));
    }
}

/// The words of a text that say something.
fn words(text: &str) -> HashSet<String> {
    let folded = fonds::query::fold(text).into_owned();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .map(str::to_owned)
        .collect()
}

/// The texts of a JSON value, without those of keys.
fn texts(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => into.push(text.clone()),
        serde_json::Value::Array(list) => list.iter().for_each(|value| texts(value, into)),
        serde_json::Value::Object(object) => {
            for (key, value) in object {
                // Types, roles and media types are turned into words of our own.
                if !matches!(key.as_str(), "type" | "itemType" | "creatorType" | "mimeType" | "id")
                {
                    texts(value, into);
                }
            }
        }
        _ => {}
    }
}

/// Every word of a source is in what was found of it: in a field, or among what had no place.
#[test]
fn no_word_of_a_sample_is_dropped() {
    let Some(samples) = samples() else { return };
    for file in [
        "cmos18_archival_items.csl.json",
        "zotero_nara_testcases.json",
        "zotero_tna_testcases.json",
        "zotero_wilson_testcases.json",
        "wilson_cover_citations.json",
        "wilson_multi_holding.jsonl",
        "frus_source_notes.jsonl",
    ] {
        let text = fs::read_to_string(samples.join(file)).expect(file);
        let format = recognise(&text, file).expect(file);
        let (all, problems) = read_all(format, &text, file).expect(file);
        let mut kept: HashSet<String> = HashSet::new();
        for found in &all {
            kept.extend(words(
                &serde_json::to_string(&shown(found))
                    .expect("JSON")
                    .replace("\\n", " ")
                    .replace("\\\"", " "),
            ));
            // Months become numbers: a date that was understood is kept.
            let date = serde_json::to_string(&found.fields).expect("JSON");
            for (at, month) in
                ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
                    .iter()
                    .enumerate()
            {
                if date.contains(&format!("-{:02}", at + 1)) {
                    kept.insert((*month).to_owned());
                }
            }
        }
        kept.extend(problems.iter().flat_map(|problem| words(&problem.to_string())));
        let mut sources = Vec::new();
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) => texts(&value, &mut sources),
            Err(_) => {
                for line in text.lines() {
                    texts(&serde_json::from_str(line).expect(file), &mut sources);
                }
            }
        }
        // Keys inside notes ("archive-place: ..."), languages by name, words of citations' grammar.
        let grammar = words(
            "archive place collection archive_collection archive_place type genre issued volume title publisher container \
             editor page event date number available status citation key json note University \
             English Russian Hungarian searchable multiple Identifier source Reprinted web stored fol box folder",
        );
        for source in sources {
            let lost: Vec<String> = words(&source)
                .into_iter()
                .filter(|word| !kept.contains(word) && !grammar.contains(word))
                .collect();
            assert!(lost.is_empty(), "{file}: {lost:?} of {source}");
        }
    }
}

#[test]
fn archive_fields_written_by_hand_become_holdings() {
    let Some(samples) = samples() else { return };
    let file = "zotero_wilson_testcases.json";
    let text = fs::read_to_string(samples.join(file)).expect(file);
    let (all, _) = read_all(SourceFormat::Zotero, &text, file).expect(file);
    let first = serde_json::to_value(&all[0].fields).expect("JSON");
    assert_eq!(
        first["holding"][0]["path"],
        serde_json::json!([["fond", "5"], ["opis", "49"], ["delo", "131"], ["list", "193-194"]])
    );
    assert_eq!(first["translation"][0]["translator"][0]["family"], "Goldberg");
    assert_eq!(all[0].key, Some(("wilson".to_owned(), "280697".to_owned())));
}

/// Hostile files: each is refused or read, at once, and never brings the program down.
#[test]
fn hostile_files_are_harmless() {
    let deep = |open: &str, close: &str, times: usize| {
        format!("{}{}", open.repeat(times), close.repeat(times))
    };
    let laughs = "<!DOCTYPE ead [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><ead><archdesc><did><unittitle>&c;</unittitle></did></archdesc></ead>";
    let outside = "<!DOCTYPE ead [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><ead><archdesc><did><unittitle>&x;</unittitle></did></archdesc></ead>";
    let parameter = "<!DOCTYPE ead [<!ENTITY % p SYSTEM \"http://127.0.0.1:1/x\"> %p;]><ead/>";
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for at in 1..12 {
        bomb.push_str(&format!(
            "a{at}: &a{at} [{}]\n",
            vec![format!("*a{}", at - 1); 10].join(", ")
        ));
    }
    for (format, text) in [
        (SourceFormat::CslJson, deep("[", "]", 100_000)),
        (SourceFormat::CslJson, format!("[{{\"id\":\"a\",\"title\":{}}}]", deep("[", "]", 100_000))),
        (SourceFormat::CslJson, "[{\"id\":\"a\",\"issued\":{\"date-parts\":[[1e308,1e308]]}}]".to_owned()),
        (SourceFormat::CslJson, "[{\"id\":\"a\",\"note\":\"issued: 99999999999999999999-99\\ntype: \\u0000\"}]".to_owned()),
        (SourceFormat::CslJson, "[1, null, {}, {\"id\": {}}]".to_owned()),
        (SourceFormat::Zotero, "[{\"itemType\": 5, \"creators\": {\"a\": [[]]}, \"tags\": 3}]".to_owned()),
        (SourceFormat::Zotero, deep("[", "]", 100_000)),
        (SourceFormat::Notes, deep("{\"citation\":", "}", 100_000)),
        (SourceFormat::Notes, format!("{{\"citation\": \"{}\"}}", "APRF, f. 1; ".repeat(20_000))),
        (SourceFormat::Tropy, deep("{\"@graph\":[", "]}", 100_000)),
        (SourceFormat::Prov, deep("{\"entity\":", "}", 100_000)),
        (SourceFormat::Bibtex, "@book{".repeat(10_000)),
        (SourceFormat::Bibtex, format!("@misc{{a, title = {}}}", deep("{", "}", 3_000))),
        (SourceFormat::Bibtex, "@string{a = a # a}@misc{k, title = a # \"\\".to_owned()),
        (SourceFormat::Ris, "TY  - \nER  - \nTY\nAU  - ,,,,,\n  - \nER".to_owned()),
        (SourceFormat::Ris, "TY  - GEN\nDA  - 99999999999/99/99/\nY2  - ////////\nSP  - \u{0}\u{1b}[2J\nER  - ".to_owned()),
        (SourceFormat::Hayagriva, bomb),
        (SourceFormat::Hayagriva, deep("[", "]", 100_000)),
        (SourceFormat::Hayagriva, "a: &a\n  type: misc\n  parent: *a\n".to_owned()),
        (SourceFormat::Ead, laughs.to_owned()),
        (SourceFormat::Ead, outside.to_owned()),
        (SourceFormat::Ead, parameter.to_owned()),
        (SourceFormat::Ead, format!("<ead><archdesc>{}</archdesc></ead>", deep("<c>", "</c>", 100_000))),
        (SourceFormat::Ead, "<ead><archdesc><did><unitdate normal='9999999999/../..'>&nbsp;</unitdate></did></archdesc></ead>".to_owned()),
        (SourceFormat::Tei, outside.replace("ead", "TEI")),
        (SourceFormat::Tei, "<TEI><teiHeader><correspDesc><correspAction><date notBefore='x' to='y'/></correspAction></correspDesc></teiHeader></TEI>".to_owned()),
        (SourceFormat::Endnote, outside.replace("ead", "xml")),
        (SourceFormat::Endnote, format!("<xml><records>{}</records></xml>", deep("<record>", "</record>", 200))),
        (SourceFormat::Endnote, "<records><record><ref-type>36</ref-type><contributors><authors><author>,,,,,</author><author>,</author></authors></contributors><dates><year>99999999999</year><pub-dates><date>/</date></pub-dates></dates><pages>-</pages></record></records>".to_owned()),
        (SourceFormat::Rico, laughs.replace("ead", "rdf")),
        (SourceFormat::FrusVolume, parameter.to_owned()),
        (SourceFormat::FrusPage, format!("<div class=document>{}", "<b>".repeat(100_000))),
        (SourceFormat::FrusPage, "<div class='document'><p>[Document </p><h3> to </h3><div class=opener>, [Received ]</div>".to_owned()),
        (SourceFormat::Tei, format!("<TEI xml:id='frus1'><div type='document' n='1'><head>{}</head><note type='source'>: </note></div></TEI>", deep("<hi>", "</hi>", 200))),
        (SourceFormat::Tei, "<TEI xml:id='frus1'><div type='document' n='1'><head>1. a to b".to_owned()),
        (SourceFormat::JsonLines, format!("{{\"id\":\"a\",\"format\":1,\"title\":{}}}", deep("[", "]", 100_000))),
        (SourceFormat::JsonLines, "{\"id\":5,\"format\":{}}\n[]\nnull\n{\"format\":1,\"holding\":3,\"date\":[]}".to_owned()),
        (SourceFormat::CslJson, "[{\"id\":\"a\",\"title\":\"x\"},{\"id\":".to_owned()),
        (SourceFormat::CslJson, "[{\"id\":\"a\",\"id\":\"b\",\"title\":\"x\",\"title\":\"y\"}]".to_owned()),
        (SourceFormat::CslJson, format!("[{{\"id\":\"a\",\"title\":\"{}\"}}]", "x".repeat(4 << 20))),
        (SourceFormat::Table, format!("id,title\na,{}\n", "x, ".repeat(1 << 20))),
        (SourceFormat::Table, "id,title\na,\"never closed\nb,c\n".to_owned()),
        (SourceFormat::Table, "id,title\n\u{0}a,\u{0}\u{1b}[2Jx\n,\n".to_owned()),
        (SourceFormat::Table, "id,id,title,title\na,b,c,d\n".to_owned()),
        (SourceFormat::Table, format!("{}\n1\n", "a,".repeat(100_000))),
        (SourceFormat::Ris, format!("TY  - GEN\nAB  - {}\nER  - ", "x".repeat(4 << 20))),
        (SourceFormat::Citations, "“".repeat(50_000)),
        (SourceFormat::Citations, format!("Source: {}", "National Archives, RG 59, ".repeat(5_000))),
    ] {
        let started = Instant::now();
        let head: String = text.chars().take(60).collect();
        let read = read_all(format, &text, "hostile");
        assert!(started.elapsed() < Duration::from_secs(20), "{format}: {head} took {:?}", started.elapsed());
        if let Ok((all, _)) = read {
            for found in all {
                // Whatever came out is a record or is refused by the record room: never half of one.
                let _ = found.into_draft(&"x".parse().expect("an id"), "hostile").finish();
            }
        }
    }
}

#[test]
fn entities_are_refused_and_said_to_be() {
    let text = "<!DOCTYPE ead [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><ead>&x;</ead>";
    let problem = read_all(SourceFormat::Ead, text, "f.xml").expect_err("refused");
    assert_eq!(problem.code.name, "F103");
    assert!(problem.message.contains("declares entities"));
}

/// A table that others made, by its mapping.
#[test]
fn a_mapping_says_what_columns_are() {
    let mapping = fonds::ops::read_mapping(
        b"separator = \";\"\njoin = \" / \"\n[columns]\n\"Absender\" = \"sender\"\n\"Sign.\" = \"reference\"\n\"Nr.\" = \"key:inventory\"\n\"intern\" = \"ignore\"\n[defaults]\narchive = \"RGASPI\"\ngenre = \"letter\"\n",
        "map.toml",
    )
    .expect("a mapping");
    let archives = built_in_archives();
    let text = "Nr.;Absender;Datum;Sign.;intern;Farbe\n7;Mao, Zedong / Zhou, Enlai;27.8.1951;f. 558, op. 11, d. 341, ll. 86-88;x;rot\n8;\"Liu\nShaoqi\";3/4/1951;?;;\n";
    let context = Context { archives: &archives, mapping: Some(&mapping) };
    let mut all = Vec::new();
    let problems = read(SourceFormat::Table, text, "t.csv", &context, &mut |found| {
        all.push(found);
        Ok(())
    })
    .expect("read");
    assert_eq!(problems.len(), 1, "the column `Farbe` is not known");
    let first = serde_json::to_value(&all[0].fields).expect("JSON");
    assert_eq!(first["agent"][1]["name"]["family"], "Zhou");
    assert_eq!(first["date"]["sent"]["value"], "1951-08-27");
    assert_eq!(first["genre"], "letter");
    assert_eq!(first["holding"][0]["archive"], "RGASPI");
    assert_eq!(first["holding"][0]["path"][2], serde_json::json!(["delo", "341"]));
    assert_eq!(all[0].key, Some(("inventory".to_owned(), "7".to_owned())));
    assert_eq!(all[0].unplaced, [("Farbe".to_owned(), "rot".to_owned())]);
    assert_eq!(all[1].place.line, Some(3));
    assert!(
        all[1].problems.iter().any(|problem| problem.code.name == "F104"),
        "a date that can mean two days"
    );
    for wrong in [
        "[columns]\na = \"gnere\"",
        "[column]\n",
        "columns = 1",
        "[columns]\na = 1",
        "separator = \"ab\"",
    ] {
        assert!(fonds::ops::read_mapping(wrong.as_bytes(), "m").is_err(), "{wrong}");
    }
}
