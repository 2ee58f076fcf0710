//! Ids of records that were removed are given to no other record by accident.

use crate::desk::{Desk, git_is_here};

const ID: &str = "1951-08-27-telegram";

fn desk_without_the_record() -> Desk {
    let desk = Desk::with_catalog();
    desk.fonds(&[
        "add",
        "--id",
        ID,
        "--title",
        "Telegram of Mao to Stalin",
        "--set",
        "place=Beijing",
    ])
    .good();
    desk.fonds(&["rm", ID, "-m", "a forgery"]).good();
    desk
}

#[test]
fn an_id_of_a_removed_record_is_refused_and_can_be_meant() {
    let desk = desk_without_the_record();
    let said = desk.fonds(&["add", "--id", ID, "--title", "Another"]).ended(2);
    assert!(said.stderr.contains("was removed on 2001-02-03 ("), "{said}");
    assert!(said.stderr.contains("Ann Archivist: a forgery)"), "{said}");
    assert!(said.stderr.contains("--reuse-id"), "{said}");
    assert!(!desk.has("records/1951/08/1951-08-27-telegram.toml"), "{said}");
    // Nor by renaming another, nor from a file.
    desk.fonds(&["add", "--id", "other", "--title", "Other"]).good();
    desk.fonds(&["rename", "other", ID]).ended(2);
    desk.write("new.toml", format!("format = 1\nid = \"{ID}\"\ntitle = \"Another\"\n"));
    desk.fonds(&["add", "--from", "new.toml"]).ended(2);
    desk.fonds(&["rename", "other", ID, "--reuse-id"]).good();
    // A record goes back to the id that it had itself.
    desk.fonds(&["rename", ID, "other"]).good();
    desk.fonds(&["rename", "other", ID]).good();
}

#[test]
fn ids_that_are_made_keep_clear_of_it() {
    let desk = Desk::with_catalog();
    let add = |more: &[&str]| {
        let mut arguments = vec!["add", "--date", "1951-08-27", "--title", "Telegram", "--json"];
        arguments.extend(more);
        desk.fonds(&arguments).good().stdout
    };
    assert!(add(&[]).contains("1951-08-27-telegram.toml"));
    desk.fonds(&["rm", ID]).good();
    assert!(add(&[]).contains("1951-08-27-telegram-2.toml"));
}

#[test]
fn an_import_and_a_restore_tell_of_it() {
    if !git_is_here("ids of removed records") {
        return;
    }
    let desk = desk_without_the_record();
    let removed = desk.git(&["rev-parse", "HEAD"]);
    let table = format!("id,title\n{ID},Another document\n");
    desk.write("../table.csv", table);
    let said = desk.fonds(&["import", "../table.csv", "--dry-run"]);
    assert!(
        said.stderr.contains(&format!("belonged to records that were removed: `{ID}`")),
        "{said}"
    );
    let said = desk.fonds(&["import", "../table.csv", "--dry-run", "--reuse-id"]).good();
    assert!(!said.stderr.contains("belonged"), "{said}");
    desk.fonds(&["import", "../table.csv"]).good();
    // What the first record said comes back, and it is said that it was the first.
    let before = format!("{}~1", removed.trim());
    let said = desk.fonds(&["restore", ID, "--at", &before, "--dry-run"]).good();
    assert!(said.stderr.contains("its id was given to another record"), "{said}");
    desk.fonds(&["undo"]).good();
    let said = desk.fonds(&["restore", ID, "--at", &before]).good();
    assert!(!said.stderr.contains("another record"), "{said}");
}
