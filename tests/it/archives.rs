//! The archives that come with fonds: all of them can be read, found and cited.

use crate::desk::{Desk, git_is_here};
use fonds::record::{LevelLabels, LevelName, Path, Step};
use fonds::record_file::built_in_archives;

fn path(steps: &[(&str, &str)]) -> Path {
    let step = |(level, value): &(&str, &str)| Step {
        level: level.parse::<LevelName>().expect("a level"),
        value: (*value).to_owned(),
        title: None,
    };
    Path::new(steps.iter().map(step).collect()).expect("a path")
}

#[test]
fn every_entry_reads_without_problems() {
    let archives = built_in_archives();
    let problems: Vec<String> = archives.problems().iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(archives.iter().count() > 100);
}

#[test]
fn every_file_is_in_the_list() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/record_file/archives");
    let archives = built_in_archives();
    for entry in std::fs::read_dir(folder).expect("the folder of archives") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let id = name.strip_suffix(".toml").expect("a TOML file");
        assert!(archives.get(id).is_some(), "{id}");
    }
}

#[test]
fn an_archive_is_found_by_every_name_it_has() {
    let archives = built_in_archives();
    for archive in archives.iter() {
        for name in archive.all_names() {
            assert_eq!(archives.find(name).map(|found| &found.id), Some(&archive.id), "{name}");
        }
    }
    for (name, id) in [
        ("AP RF", "aprf"),
        ("a.p.r.f.", "aprf"),
        ("Russian Presidential Archives", "aprf"),
        ("АВПРФ", "avp-rf"),
        ("MOL", "mol"),
        ("Politisches Archiv des Auswaertigen Amts", ""),
        ("Politisches Archiv des Auswärtigen Amtes", "pa-aa"),
        ("../../etc/passwd", ""),
        ("", ""),
    ] {
        assert_eq!(archives.find(name).map_or("", |found| found.id.as_str()), id, "{name}");
    }
    assert!(archives.find(&"A".repeat(100_000)).is_none());
}

#[test]
fn archives_changed_names() {
    let archives = built_in_archives();
    for (then, now) in [
        ("MOL", "mnl-ol"),
        ("RTsKhIDNI", "rgaspi"),
        ("PRO", "tna"),
        ("BStU", "barch"),
        ("TsKhSD", "rgani"),
    ] {
        let archive = archives.find(then).expect(then);
        assert_eq!(archives.today(archive).id.as_str(), now, "{then}");
        assert!(archive.abbreviations[0].until.is_some(), "{then}");
    }
}

#[test]
fn paths_are_printed_as_each_archive_prints_them() {
    let archives = built_in_archives();
    let seed =
        &[("fond", "059a"), ("opis", "5a"), ("delo", "5"), ("papka", "11"), ("listy", "51-53")];
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], LevelLabels, &'a str);
    let cases: &[Case<'_>] = &[
        ("AVP RF", seed, LevelLabels::Full, "fond 059a, opis 5a, delo 5, papka 11, listy 51-53"),
        ("AVP RF", seed, LevelLabels::Abbreviated, "f. 059a, op. 5a, d. 5, p. 11, ll. 51-53"),
        ("AVP RF", seed, LevelLabels::OriginalScript, "ф. 059a, оп. 5a, д. 5, п. 11, лл. 51-53"),
        ("RGASPI", &[("fond", "558"), ("list", "92")], LevelLabels::Abbreviated, "f. 558, l. 92"),
        (
            "TNA",
            &[("department", "FO"), ("series", "371"), ("piece", "26145")],
            LevelLabels::Abbreviated,
            "FO 371/26145",
        ),
        (
            "BArch",
            &[("bestand", "R 43-I"), ("archivnummer", "161"), ("folio", "91")],
            LevelLabels::Abbreviated,
            "R 43-I/161, fol. 91",
        ),
        (
            "Ford Library",
            &[("collection", "White House Press Releases"), ("box", "9")],
            LevelLabels::Full,
            "box 9, White House Press Releases",
        ),
        (
            "MOL",
            &[("fonds", "XIX-J-1-j"), ("country-series", "Korea"), ("box", "4. doboz")],
            LevelLabels::Abbreviated,
            "XIX-J-1-j Korea, 4. doboz",
        ),
    ];
    for (name, steps, labels, expected) in cases {
        let archive = archives.find(name).expect(name);
        assert_eq!(archive.print_path(&path(steps), *labels), *expected);
    }
}

#[test]
fn a_path_is_held_to_the_levels_of_its_archive() {
    let archives = built_in_archives();
    let aprf = archives.find("APRF").expect("APRF");
    let codes = |steps: &[(&str, &str)]| -> Vec<&'static str> {
        aprf.check_path(&path(steps)).iter().map(|problem| problem.code.name).collect()
    };
    assert!(codes(&[("fond", "45"), ("opis", "1"), ("delo", "340"), ("list", "86-88")]).is_empty());
    assert_eq!(codes(&[("fond", "45"), ("opis", "1"), ("delo", "340"), ("papka", "7")]), ["A103"]);
    assert_eq!(codes(&[("fond", "Stalin"), ("opis", "1"), ("delo", "340")]), ["A104"]);
    assert_eq!(codes(&[("fond", "45"), ("opis", "1")]), ["A105"]);
    assert!(codes(&[]).is_empty());
}

#[test]
fn a_catalog_adds_archives_and_replaces_built_in_ones() {
    use fonds::record::ArchiveText;
    let own = |id: &str, text: &str| ArchiveText {
        id: id.to_owned(),
        file: format!("archives/{id}.toml"),
        text: text.to_owned().into(),
    };
    let archives = built_in_archives().with([
        own("aprf", "id = \"aprf\"\nname = \"Presidential Archive\"\nscheme = \"russian\"\n"),
        own(
            "parish",
            "id = \"parish\"\nname = \"Parish Archive\"\nscheme = \"nowhere\"\ncolour = 1\n",
        ),
        own("broken", "id = \"broken\"\nname = ["),
    ]);
    assert_eq!(archives.find("Presidential Archive").map(|a| a.id.as_str()), Some("aprf"));
    assert!(archives.find("APRF").is_some(), "the id is still a name: {:?}", archives.get("aprf"));
    let codes: Vec<_> =
        archives.problems().iter().map(|p| (p.code.name, p.place.to_string())).collect();
    assert!(codes.contains(&("A001", "archives/parish.toml:3:10".to_owned())), "{codes:?}");
    assert!(codes.contains(&("R005", "archives/parish.toml:4:10".to_owned())), "{codes:?}");
    assert!(
        codes.iter().any(|(code, place)| *code == "R001" && place.starts_with("archives/broken")),
        "{codes:?}"
    );
}

#[test]
fn a_person_describes_an_archive_and_cites_from_it() {
    if !git_is_here("archives of a catalog") {
        return;
    }
    let desk = Desk::with_catalog();
    let add = |id: &str| {
        let (holding, bestand) =
            ("holding.tla.path.bestand=Streiter", "holding.tla.path.archivnummer=12");
        let paths = ["--set", holding, "--set", bestand];
        desk.fonds(
            &[&["add", "--id", id, "--title", "List", "--archive", "TLA"], &paths[..]].concat(),
        )
        .good()
    };
    add("a");
    add("b");
    // One archive is one finding, whoever names it, unless each is asked for.
    let check = |options: &[&str]| desk.fonds(&[&["check"], options].concat()).ended(1).stdout;
    assert_eq!(check(&[]).matches("`TLA` is not known").count(), 1);
    assert_eq!(check(&["--each"]).matches("`TLA` is not known").count(), 2);
    assert_eq!(check(&["--only", "a102", "--where", "id:b"]).matches("b.toml").count(), 1);
    desk.fonds(&["check", "--only", "C001"]).good();
    desk.fonds(&["check", "--only", "X999"]).ended(2);

    let tla = ["archives", "add", "--name", "Tiroler Landesarchiv", "--abbreviation", "TLA"];
    let more =
        ["--name", "Provincial Archives of Tyrol@en", "--place", "Innsbruck", "--language", "de"];
    let dry = desk.fonds(&[&tla[..], &more, &["--scheme", "german", "--dry-run"]].concat()).good();
    assert!(dry.stdout.contains("+id = \"tla\""), "{dry}");
    assert!(!desk.has("archives/tla.toml"));
    let said = desk.fonds(&[&tla[..], &["--scheme", "germn"]].concat()).ended(3);
    assert!(said.stderr.contains("archives/tla.toml:"), "{said}");
    desk.fonds(&[&tla[..], &more, &["--scheme", "german"]].concat()).good();
    desk.fonds(&["check"]).good();
    let cited = desk.fonds(&["cite", "a"]).good().stdout;
    assert!(cited.contains("Streiter/12, TLA, Innsbruck"), "{cited}");
    let listed = desk.fonds(&["archives", "list", "tyrol", "innsbruck"]).good().stdout;
    assert!(listed.starts_with("tla  Provincial Archives of Tyrol (TLA), Innsbruck"), "{listed}");
    assert_eq!(
        desk.fonds(&["archives", "show", "t.l.a."]).good().stdout,
        desk.read("archives/tla.toml")
    );

    for known in [["--name", "Provincial Archives of Tyrol"], ["--name", "rgaspi"]] {
        let said = desk.fonds(&[&["archives", "add"], &known[..]].concat()).ended(2);
        assert!(said.stderr.contains("A004"), "{said}");
    }
    desk.fonds(&["archives", "show", "nowhere"]).ended(2);
    desk.fonds(&["archives", "add", "--name", "Parish", "--country", "XYZ"]).ended(2);
    desk.fonds(&["undo"]).good();
    assert!(!desk.has("archives/tla.toml"));
}

/// `docs/archives.md` has every key that an entry may have.
#[test]
fn the_keys_of_an_entry_are_described() {
    let document = include_str!("../../docs/archives.md");
    let source = include_str!("../../src/record/archive.rs");
    let mut keys = 0;
    for call in [
        "text(\"",
        "parsed(\"",
        "parsed_list(\"",
        "text_list(\"",
        "each(\"",
        "flag(\"",
        "required(\"",
        "required_text(\"",
    ] {
        for rest in source.split(call).skip(1) {
            let key = rest.split('"').next().expect("a key");
            assert!(document.contains(&format!("`{key}`")), "`{key}` is not described");
            keys += 1;
        }
    }
    assert!(keys > 20, "{keys}");
}
