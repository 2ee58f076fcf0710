//! The same change of many records: one revision or none.

use crate::desk::Desk;
use serde_json::Value;

/// A catalog of `count` committed letters; the second half has a language.
fn desk(count: usize) -> Desk {
    let desk = Desk::with_catalog();
    for at in 0..count {
        let language = if at * 2 >= count { "language = [\"ru\"]\n" } else { "" };
        let text = format!("format = 1 # kept\nid = \"a{at:03}\"\ngenre = \"letter\"\n{language}");
        desk.write(&format!("records/undated/a{at:03}.toml"), text);
    }
    desk.git(&["add", "."]);
    desk.git(&["commit", "-qm", "letters"]);
    desk
}

fn commits(desk: &Desk) -> usize {
    desk.git(&["rev-list", "--count", "HEAD"]).trim().parse().expect("a number")
}

#[test]
fn one_change_of_many_records_is_one_revision_and_one_undo() {
    if !crate::desk::git_is_here("changes of many records") {
        return;
    }
    let desk = desk(4);
    let before = commits(&desk);
    let set = ["set", "language=ru", "place=Moscow", "--where", "genre:letter"];
    let said = desk.fonds(&[&set[..], &["--dry-run"]].concat()).good();
    assert!(said.stdout.contains("+place = \"Moscow\""), "{said}");
    assert!(said.stderr.contains("4 of 4 records selected would change"), "{said}");
    assert_eq!(commits(&desk), before);
    let said = desk.fonds(&[&set[..], &["-m", "all in Russian"]].concat()).good();
    assert!(said.stdout.starts_with("a000: "), "{said}");
    assert_eq!(commits(&desk), before + 1);
    let text = desk.read("records/undated/a000.toml");
    assert!(
        text.starts_with("format = 1 # kept\n") && text.contains("place = \"Moscow\""),
        "{text}"
    );
    // Again there is nothing to do.
    let said = desk.fonds(&[&set[..], &["--json"]].concat()).good();
    let told: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!((&told["selected"], &told["changing"]), (&4.into(), &0.into()), "{told}");
    assert_eq!(commits(&desk), before + 1);
    desk.fonds(&["undo"]).good();
    assert!(!desk.read("records/undated/a000.toml").contains("Moscow"));
    assert!(desk.git(&["status", "--short"]).is_empty());
}

#[test]
fn what_is_wrong_with_any_record_is_gathered_and_nothing_is_changed() {
    if !crate::desk::git_is_here("changes of many records") {
        return;
    }
    let desk = desk(4);
    let before = commits(&desk);
    // Two records have no such part, and one was changed by hand and not saved.
    desk.commit_by_hand(
        "records/undated/b.toml",
        "format = 1\nid = \"b\"\ngenre = \"letter\"\n\n[[holding]]\narchive = \"APRF\"\n",
        "b",
    );
    desk.write("records/undated/a003.toml", "format = 1\nid = \"a003\"\ngenre = \"letter\"\n");
    let set = ["set", "holding.aprf.note=seen", "--where", "genre:letter"];
    let said = desk.fonds(&set);
    assert!(said.code != 0, "{said}");
    for id in ["a000", "a001", "a002", "a003"] {
        assert!(said.stderr.contains(&format!("records/undated/{id}.toml")), "{said}");
    }
    assert!(
        said.stderr.contains("4 records cannot be changed so, and nothing was changed"),
        "{said}"
    );
    assert_eq!(commits(&desk), before + 1);
    let said = desk.fonds(&[&set[..], &["--skip-refused", "--json"]].concat()).good();
    let told: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!((&told["changing"], &told["refused"]), (&1.into(), &4.into()), "{told}");
    assert!(desk.read("records/undated/b.toml").contains("note = \"seen\""));
    assert_eq!(commits(&desk), before + 2);
}

#[test]
fn another_number_than_expected_changes_nothing() {
    if !crate::desk::git_is_here("changes of many records") {
        return;
    }
    let desk = desk(4);
    let before = commits(&desk);
    let set = |expected: &str| {
        desk.fonds(&["set", "language=ru", "--where", "missing:language", "--expect", expected])
    };
    let said = set("3").ended(2);
    assert!(said.stderr.contains("2 records would change, and 3 were expected"), "{said}");
    assert_eq!(commits(&desk), before);
    set("2").good();
    assert_eq!(commits(&desk), before + 1);
}

#[test]
fn wrong_queries_and_fields_are_refused() {
    let desk = Desk::with_catalog();
    let said = desk.fonds(&["set", "language=ru", "--where", "gnere:x"]).ended(2);
    assert!(said.stderr.contains("^"), "a caret shows where: {said}");
    desk.fonds(&["set", "--where", "genre:x"]).ended(2);
    desk.fonds(&["set", "a", "--expect", "3"]).ended(2);
    desk.fonds(&["set", "a"]).ended(2);
}
