//! Two versions of a record made one: by git through the driver, by `merge`; and what was, brought
//! back by `restore`.

use crate::desk::{Desk, git_is_here};

const PATH: &str = "records/1951/08/1951-08-27-mao-stalin.toml";
const ID: &str = "1951-08-27-mao-stalin";

const TELEGRAM: &str = "format = 1
id = \"1951-08-27-mao-stalin\"
place = \"Peking\"   # as the telegram has it
genre = \"telegram\"

# the copy of the Presidential archive
[[holding]]
id = \"aprf\"
archive = \"APRF\"
path = [[\"fond\", \"45\"], [\"opis\", \"1\"], [\"delo\", \"340\"], [\"listy\", \"86-88\"]]
";

const GARF: &str = "
[[holding]]
id = \"garf\"
archive = \"GARF\"
path = [[\"fond\", \"9401\"]]
";

const AVPRF: &str = "
[[holding]]
id = \"avprf\"
archive = \"AVPRF\"
path = [[\"fond\", \"0100\"]] # seen
";

/// A catalog in which git merges with fonds, with two branches that say different things.
fn two_sides(ours: &str, theirs: &str) -> Desk {
    let desk = Desk::with_catalog();
    let driver = format!("{} merge-driver %O %A %B %L %P", env!("CARGO_BIN_EXE_fonds"));
    desk.git(&["config", "merge.fonds.driver", &driver]);
    desk.commit_by_hand(".gitattributes", "records/**/*.toml merge=fonds\n", "attributes");
    desk.commit_by_hand(PATH, TELEGRAM, "first");
    desk.git(&["branch", "theirs"]);
    desk.commit_by_hand(PATH, ours, "ours");
    desk.git(&["checkout", "--quiet", "theirs"]);
    desk.commit_by_hand(PATH, theirs, "theirs");
    desk.git(&["checkout", "--quiet", "main"]);
    desk
}

#[test]
fn git_merges_fields_side_by_side_and_different_holdings() {
    if !git_is_here("merging with the driver") {
        return;
    }
    let ours = TELEGRAM.replace("\"Peking\"", "\"Beijing\"") + GARF;
    let theirs = TELEGRAM
        .replace("genre = \"telegram\"", "genre = \"ciphered telegram\"")
        .replace("340", "341")
        + AVPRF;
    let desk = two_sides(&ours, &theirs);
    desk.git(&["merge", "--quiet", "-m", "both", "theirs"]);
    let wanted = TELEGRAM
        .replace("\"Peking\"", "\"Beijing\"")
        .replace("genre = \"telegram\"", "genre = \"ciphered telegram\"")
        .replace("340", "341")
        + GARF
        + &AVPRF.replace(" # seen", "");
    assert_eq!(desk.read(PATH), wanted);
    // The merge itself did nothing: every value is from one of the sides.
    let log = desk.fonds(&["log", ID]).good().stdout;
    assert!(!log.contains("both"), "{log}");
    let blame = desk.fonds(&["blame", "1951-08-27-mao-stalin.holding.aprf.path.delo"]).good();
    assert!(blame.stdout.contains("theirs"), "{blame}");
}

#[test]
fn a_field_set_two_ways_stops_git_with_a_file_that_reads() {
    if !git_is_here("conflicts with the driver") {
        return;
    }
    let desk = two_sides(&TELEGRAM.replace("340", "342"), &TELEGRAM.replace("340", "341"));
    let said = desk.command("git", &["merge", "theirs"]).output().expect("git runs");
    assert_eq!(said.status.code(), Some(1));
    insta::assert_snapshot!(desk.read(PATH).split_once("[[alternative]]").expect("a conflict").1, @r#"

    field = "holding.aprf.path.delo"
    value = "342"
    reason = "conflict: this field was set two ways; keep one value, then remove this entry"
    "#);
    assert!(desk.read(PATH).contains("# the copy of the Presidential archive"));
    desk.fonds(&["show", ID, "--json"]).good();
    let talk = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(talk.contains("delo was set two ways: 341 (kept), 342 (in `alternative`)"), "{talk}");
}

#[test]
fn what_is_no_record_is_merged_by_lines() {
    let desk = Desk::new();
    desk.write("base", "a\nb\nc\n");
    desk.write("ours", "A\nb\nc\n");
    desk.write("theirs", "a\nb\nC\n");
    desk.fonds(&["merge-driver", "base", "ours", "theirs", "7", PATH]).good();
    assert_eq!(desk.read("ours"), "A\nb\nC\n");
    desk.write("theirs", "x\nb\nc\n");
    desk.fonds(&["merge-driver", "base", "ours", "theirs", "7", PATH]).ended(1);
    assert!(desk.read("ours").contains("<<<<<<<"));
}

#[test]
fn a_field_and_a_record_are_brought_back() {
    if !git_is_here("restoring") {
        return;
    }
    let desk = Desk::with_catalog();
    desk.commit_by_hand(PATH, TELEGRAM, "first");
    desk.git(&["tag", "first"]);
    let changed = TELEGRAM.replace("340", "341").replace("\"Peking\"", "\"Beijing\"") + GARF;
    desk.commit_by_hand(PATH, &changed, "second");
    desk.fonds(&["restore", "1951-08-27-mao-stalin.holding.aprf.path.delo", "--at", "first"])
        .good();
    assert_eq!(desk.read(PATH), changed.replace("341", "340"));
    desk.fonds(&["restore", "1951-08-27-mao-stalin.holding.garf.archive", "--at", "first"])
        .ended(2);
    desk.fonds(&["restore", ID, "--at", "first", "-m", "back to the card"]).good();
    assert_eq!(desk.read(PATH), TELEGRAM);
    desk.fonds(&["restore", ID, "--at", "first"]).good();
    desk.fonds(&["rm", ID, "-m", "a double"]).good();
    assert!(!desk.has(PATH));
    let said = desk.fonds(&["restore", ID, "--at", "HEAD~1"]).good();
    assert_eq!(desk.read(PATH), TELEGRAM);
    insta::assert_snapshot!(said, @r"
    --- stdout
    1951-08-27-mao-stalin: record added
    --- stderr
    saved as revision d1ee70bce0
    --- exit 0
    ");
    desk.fonds(&["restore", "1951-08-27-mao-stalin.place", "--at", "HEAD~99"]).ended(2);
    desk.fonds(&["restore", "1951-08-27-mao-stalin.holding.garf.archive", "--at", "first"])
        .ended(2);
    desk.git(&["fsck", "--strict"]);
}

#[test]
fn two_records_of_one_document_become_one() {
    if !git_is_here("joining") {
        return;
    }
    let desk = Desk::with_catalog();
    desk.commit_by_hand(PATH, TELEGRAM, "first");
    let other = TELEGRAM
        .replace("mao-stalin", "telegram-23256")
        .replace("Peking", "Beijing")
        .replace("genre", "note")
        .replace("\"340\"", "\"341\"")
        + GARF;
    desk.commit_by_hand("records/1951/08/1951-08-27-telegram-23256.toml", &other, "second");
    desk.fonds(&["merge", ID, "1951-08-27-telegram-23256", "-m", "one telegram"]).good();
    insta::assert_snapshot!(desk.read(PATH), @r#"
    format = 1
    id = "1951-08-27-mao-stalin"
    aliases = ["1951-08-27-telegram-23256"]
    place = "Peking"   # as the telegram has it
    genre = "telegram"
    note = "telegram"

    # the copy of the Presidential archive
    [[holding]]
    id = "aprf"
    archive = "APRF"
    path = [["fond", "45"], ["opis", "1"], ["delo", "340"], ["listy", "86-88"]]

    [[holding]]
    id = "garf"
    archive = "GARF"
    path = [["fond", "9401"]]

    [[alternative]]
    field = "holding.aprf.path.delo"
    value = "341"
    reason = "said by the record `1951-08-27-telegram-23256`, which was joined to this one"

    [[alternative]]
    field = "place"
    value = "Beijing"
    reason = "said by the record `1951-08-27-telegram-23256`, which was joined to this one"
    "#);
    let shown = desk.fonds(&["show", "1951-08-27-telegram-23256"]).good();
    assert!(shown.stdout.contains(ID));
    desk.fonds(&["merge", ID, "1951-08-27-telegram-23256"]).ended(2);
    desk.git(&["fsck", "--strict"]);
}

/// Puts the program on the path of the commands that follow, in a folder with a blank in its name.
#[cfg(unix)]
fn on_the_path(desk: &mut Desk) {
    let bin = desk.home().join("my bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_fonds"), bin.join("fonds")).expect("a link");
    let path = std::env::var("PATH").unwrap_or_default();
    desk.set("PATH", &format!("{}:{path}", bin.display()));
}

#[cfg(unix)]
#[test]
fn two_people_work_in_clones_and_git_merges_and_rebases() {
    if !git_is_here("clones that merge with the driver") {
        return;
    }
    let mut desk = Desk::new();
    on_the_path(&mut desk);
    let said = desk.fonds(&["init", "our records"]).good();
    assert!(said.stderr.contains("git merges the records of this clone field by field"), "{said}");
    let desk = desk.within("our records");
    assert_eq!(desk.git(&["config", "merge.fonds.driver"]), "fonds merge-driver %O %A %B %L %P\n");
    let attributes = desk.git(&["check-attr", "merge", PATH]);
    assert_eq!(attributes, format!("{PATH}: merge: fonds\n"));
    // Again: nothing more happens.
    let before = desk.git(&["rev-parse", "HEAD"]);
    let said = desk.fonds(&["init"]).good();
    assert!(said.stderr.contains("is a catalog already; nothing needs to be done"), "{said}");
    assert_eq!(desk.git(&["rev-parse", "HEAD"]), before);
    desk.fonds(&["init", "--no-merge-driver"]).ended(2);

    desk.commit_by_hand(PATH, TELEGRAM, "first");
    desk.git(&["clone", "--quiet", ".", "../a clone"]);
    let clone = |arguments: &[&str]| desk.fonds(&[&["-C", "../a clone"], arguments].concat());
    // A clone knows nothing of the driver until it is told.
    let said = clone(&["init", "../a clone"]).good();
    assert!(said.stderr.contains("field by field from now on"), "{said}");
    let holding = |id: &str, archive: &str| {
        format!(
            "\n[[holding]]\nid = \"{id}\"\narchive = \"{archive}\"\npath = [[\"fond\", \"1\"]]\n"
        )
    };

    // Different fields, and each a holding.
    let ours = TELEGRAM.replace("\"Peking\"", "\"Beijing\"") + &holding("garf", "GARF");
    desk.commit_by_hand(PATH, &ours, "ours");
    let theirs = TELEGRAM.replace("340", "341") + &holding("avprf", "AVPRF");
    desk.write(&format!("../a clone/{PATH}"), &theirs);
    desk.git(&["-C", "../a clone", "commit", "--quiet", "-am", "theirs"]);
    desk.git(&["-C", "../a clone", "pull", "--quiet", "--no-rebase", "--no-edit"]);
    let merged = desk.read(&format!("../a clone/{PATH}"));
    for wanted in ["\"Beijing\"", "\"341\"", "\"GARF\"", "\"AVPRF\""] {
        assert!(merged.contains(wanted), "{wanted}: {merged}");
    }
    assert!(!merged.contains("<<<<") && !merged.contains("[[alternative]]"), "{merged}");
    clone(&["show", ID]).good();
    desk.git(&["pull", "--quiet", "--ff-only", "../a clone", "main"]);

    // The same by rebasing; and then one field two ways.
    desk.fonds(&["set", ID, "genre=ciphered telegram"]).good();
    clone(&["set", ID, "note=seen"]).good();
    desk.git(&["-C", "../a clone", "pull", "--quiet", "--rebase"]);
    let rebased = desk.read(&format!("../a clone/{PATH}"));
    assert!(rebased.contains("ciphered telegram") && rebased.contains("seen"), "{rebased}");
    desk.git(&["pull", "--quiet", "--ff-only", "../a clone", "main"]);
    desk.fonds(&["set", ID, "place=Moscow"]).good();
    clone(&["set", ID, "place=Dalian"]).good();
    let pull = desk
        .command("git", &["-C", "../a clone", "pull", "--quiet", "--no-rebase", "--no-edit"])
        .output()
        .expect("git runs");
    assert!(!pull.status.success());
    let text = desk.read(&format!("../a clone/{PATH}"));
    assert!(
        !text.contains("<<<<")
            && text.matches("conflict: this field was set two ways").count() == 1,
        "{text}"
    );
    clone(&["show", ID]).good();
}

#[test]
fn a_driver_that_somebody_else_set_stays() {
    if !git_is_here("another driver") {
        return;
    }
    let desk = Desk::with_catalog();
    desk.git(&["config", "merge.fonds.driver", "other %A"]);
    let said = desk.fonds(&["init"]).good();
    assert!(said.stderr.contains("`merge.fonds.driver` is `other %A`, and stays so"), "{said}");
    // The line was missing, and is there now, as a change like others.
    assert!(desk.read(".gitattributes").ends_with("/records/**/*.toml merge=fonds\n"));
    assert_eq!(desk.git(&["log", "-1", "--format=%s"]), "merge records field by field\n");
    assert_eq!(desk.git(&["status", "--porcelain"]), "");
    desk.git(&["config", "--unset", "merge.fonds.driver"]);
    desk.fonds(&["init"]).good();
    let driver = desk.git(&["config", "merge.fonds.driver"]);
    assert!(driver.ends_with("merge-driver %O %A %B %L %P\n"), "{driver}");
}
