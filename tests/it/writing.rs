//! Conversations that change a catalog: each change one commit, `git status` clean after it.

use crate::desk::{Desk, git_is_here};
use insta::assert_snapshot;

const ID: &str = "1951-08-27-mao-zedong-stalin";
const PATH: &str = "records/1951/08/1951-08-27-mao-zedong-stalin.toml";

/// A desk with one telegram in its catalog.
fn desk_with_telegram() -> Desk {
    let desk = Desk::with_catalog();
    desk.fonds(&[
        "add",
        "--genre",
        "telegram",
        "--title",
        "Ciphered Telegram No. 23256",
        "--date",
        "1951-08-27T01:30",
        "--sender",
        "Mao Zedong",
        "--recipient",
        "Stalin, Joseph",
        "--set",
        "holding+={ archive = \"APRF\", path = [[\"fond\", \"45\"], [\"delo\", \"340\"]] }",
    ])
    .good();
    desk
}

/// Nothing is left over, staged or not, and Git finds no fault.
#[track_caller]
fn clean(desk: &Desk) {
    if git_is_here("a clean work tree") {
        assert_eq!(desk.git(&["status", "--porcelain"]), "");
        assert_eq!(desk.git(&["fsck", "--strict", "--no-dangling"]), "");
    }
}

#[test]
fn a_record_is_added() {
    let desk = Desk::with_catalog();
    assert_snapshot!(desk.fonds(&[
        "add", "--genre", "telegram", "--title", "Ciphered Telegram No. 23256", "--date",
        "1951-08-27T01:30", "--place", "Beijing", "--sender", "Mao Zedong", "--recipient",
        "Stalin, Joseph", "--archive", "APRF", "--set", "language=ru", "-m",
        "from the page of the Wilson Center", "--evidence", "read on 3 February", "--evidence", "so printed",
    ]), @r#"
    --- stdout
    1951-08-27-mao-zedong-stalin: record added: Ciphered Telegram No. 23256
    --- stderr
    saved as revision 3755281446
    --- exit 0
    "#);
    assert_snapshot!(desk.read(PATH), @r#"
    format = 1
    id = "1951-08-27-mao-zedong-stalin"
    genre = "telegram"
    title = "Ciphered Telegram No. 23256"
    place = "Beijing"
    date = { sent = "1951-08-27T01:30" }
    language = ["ru"]

    [[agent]]
    role = "sender"
    name = { family = "Mao", given = "Zedong", order = "family-first" }

    [[agent]]
    role = "recipient"
    name = { family = "Stalin", given = "Joseph" }

    [[holding]]
    archive = "APRF"
    "#);
    clean(&desk);
    if git_is_here("the message of a commit") {
        assert_snapshot!(desk.git(&["log", "-1", "--format=%B"]), @r#"
        from the page of the Wilson Center

        Evidence: read on 3 February
        Evidence: so printed
        "#);
    }
    // Another of the same day and people gets another id; an id that is taken is refused.
    let again =
        ["add", "--date", "1951-08-27", "--sender", "Mao Zedong", "--recipient", "Stalin, Joseph"];
    assert_snapshot!(desk.fonds(&again), @r#"
    --- stdout
    1951-08-27-mao-zedong-stalin-2: record added
    --- stderr
    saved as revision 2c1c443246
    --- exit 0
    "#);
    assert_snapshot!(desk.fonds(&["add", "--id", ID]), @r#"
    --- stderr
    error[G113]: there is a record `1951-08-27-mao-zedong-stalin` already
     |
     = mend: choose another id
    --- exit 2
    "#);
    assert_snapshot!(desk.fonds(&["add", "--place", "Moscow", "--date", "Circa 1843"]), @r#"
    --- stderr
    error[R104]: date is not understood: `Circa 1843`: invalid EDTF at offset 5: whitespace is not allowed
     --> the new record:4:20
      |
    4 | date = { created = "Circa 1843" }
      |                    ^
      |
      = mend: write EDTF, for instance `1951-08-27`, `1951-08`, `1772~` (about), `1937?` (uncertain), `1790/1803`; keep the printed form in `as_printed`
    --- exit 3
    "#);
    assert_snapshot!(desk.fonds(&["add", "--id", "CON"]), @r#"
    --- stderr
    error[R103]: `CON` cannot be an id: it must begin with `a`-`z` or `0`-`9`
     --> the new record:2:6
      |
    2 | id = "CON"
      |      ^
      |
      = mend: use 1 to 80 of `a`-`z`, `0`-`9`, `.`, `_`, `-`, for instance `1951-08-27-mao-stalin`
    --- exit 3
    "#);
    assert_snapshot!(desk.fonds(&["add", "--place", "Moscow"]), @r#"
    --- stderr
    error[R101]: nothing is known of which an id could be made
     |
     = mend: give the record an id, a date, a title or names
    --- exit 3
    "#);
    clean(&desk);
}

#[test]
fn printed_references_become_holdings() {
    let desk = Desk::with_catalog();
    assert_snapshot!(desk.fonds(&["add", "--id", "x", "--reference", "APRF, Fond 45, Opis 1, Delo 340, Listy 86-88", "--reference", "AVP RF, f. 059a, op. 5a, d. 5, p. 11, ll. 51-53"]), @r#"
    --- stdout
    x: record added
    --- stderr
    saved as revision 512d3b91e0
    --- exit 0
    "#);
    assert_snapshot!(desk.read("records/undated/2d/x.toml"), @r#"
    format = 1
    id = "x"

    [[holding]]
    archive = "APRF"
    path = [["fond", "45"], ["opis", "1"], ["delo", "340"], ["list", "86-88"]]
    as_printed = "APRF, Fond 45, Opis 1, Delo 340, Listy 86-88"

    [[holding]]
    archive = "AVP RF"
    path = [["fond", "059a"], ["opis", "5a"], ["delo", "5"], ["papka", "11"], ["list", "51-53"]]
    as_printed = "AVP RF, f. 059a, op. 5a, d. 5, p. 11, ll. 51-53"
    "#);
    assert_snapshot!(desk.fonds(&["add", "--id", "y", "--archive", "RGASPI", "--reference", "f. 558, op. 11, d. 329, l. 5"]), @r#"
    --- stdout
    y: record added
    --- stderr
    saved as revision 6491058f57
    --- exit 0
    "#);
    assert_snapshot!(desk.read("records/undated/a1/y.toml"), @r#"
    format = 1
    id = "y"

    [[holding]]
    archive = "RGASPI"
    path = [["fond", "558"], ["opis", "11"], ["delo", "329"], ["list", "5"]]
    as_printed = "f. 558, op. 11, d. 329, l. 5"
    "#);
    assert_snapshot!(desk.fonds(&["add", "--id", "z", "--reference", "somewhere"]), @r#"
    --- stderr
    error[R101]: the reference `somewhere` names no archive
     |
     = mend: name it with `--archive`
    --- exit 3
    "#);
    assert_snapshot!(desk.fonds(&["add", "--id", "z", "--archive", "The Vault", "--reference", "somewhere"]), @r#"
    --- stdout
    z: record added
    --- stderr
    warning[A101]: the reference `somewhere` is not understood
     |
     = mend: it is kept as printed; write its levels by hand in `path`
    saved as revision f8df813d0c
    --- exit 0
    "#);
    clean(&desk);
}

#[test]
fn a_record_comes_from_a_file() {
    let desk = Desk::with_catalog();
    let text = "\u{feff}# kept as it is\r\nformat = 1\r\nid = \"map-of-kars\"\r\nmystery = 1\r\n";
    assert_snapshot!(desk.fonds_with_input(&["add", "--from", "-"], text), @r#"
    --- stdout
    map-of-kars: record added
    --- stderr
    warning[R005]: the key `mystery` is not known
     --> records/undated/24/map-of-kars.toml:4:11
      |
    4 | mystery = 1
      |           ^
      |
      = mend: remove it, or keep it: fonds leaves it as it is
    saved as revision e9cdf79309
    --- exit 0
    "#);
    assert_eq!(desk.read("records/undated/24/map-of-kars.toml"), text);
    clean(&desk);
    assert_snapshot!(desk.fonds_with_input(&["add", "--from", "-"], "format = 1\nid = \"../x\"\n"), @r#"
    --- stderr
    error[R103]: `../x` cannot be an id: it must begin with `a`-`z` or `0`-`9`
     --> stdin:2:6
      |
    2 | id = "../x"
      |      ^
      |
      = mend: use 1 to 80 of `a`-`z`, `0`-`9`, `.`, `_`, `-`, for instance `1951-08-27-mao-stalin`
    --- exit 3
    "#);
    assert_snapshot!(desk.fonds_with_input(&["add", "--from", "-"], "format = 1\nid = \"x\ntitle = [\n"), @r#"
    --- stderr
    error[R001]: a text has no closing quotation mark on its line, or holds a character that must be escaped
     --> stdin:2:8
      |
    2 | id = "x
      |        ^
      |
      = mend: close it with the mark it began with; a text of several lines begins and ends with three: `"""`
    error[R001]: a list is not closed
     --> stdin:3:10
      |
    3 | title = [
      |          ^
      |
      = mend: close it with `]`
    2 errors
    --- exit 3
    "#);
    assert_snapshot!(desk.fonds(&["add", "--from", "nowhere.toml"]), @r#"
    --- stderr
    error[G001]: could not read `nowhere.toml`: no such file or directory
    --- exit 4
    "#);
    clean(&desk);
}

#[test]
fn fields_are_set() {
    let desk = desk_with_telegram();
    let before = desk.read(PATH);
    assert_snapshot!(desk.fonds(&["set", ID, "holding.aprf.path.delo=341", "--dry-run"]), @r#"
    --- stdout
    1951-08-27-mao-zedong-stalin: holding aprf, delo: 340 → 341
    --- a/records/1951/08/1951-08-27-mao-zedong-stalin.toml
    +++ b/records/1951/08/1951-08-27-mao-zedong-stalin.toml
    @@ -14,4 +14,4 @@
     
     [[holding]]
     archive = "APRF"
    -path = [["fond", "45"], ["delo", "340"]]
    +path = [["fond", "45"], ["delo", "341"]]
    --- stderr
    nothing was saved (--dry-run)
    --- exit 0
    "#);
    assert_eq!(desk.read(PATH), before);
    assert_snapshot!(desk.fonds(&["set", ID, "holding.aprf.path.delo=341", "place=Beijing", "-m", "seen in the archive"]), @r#"
    --- stdout
    1951-08-27-mao-zedong-stalin: place: set to Beijing
    1951-08-27-mao-zedong-stalin: holding aprf, delo: 340 → 341
    --- stderr
    saved as revision f4d562dab5
    --- exit 0
    "#);
    assert_snapshot!(desk.read(PATH), @r#"
    format = 1
    id = "1951-08-27-mao-zedong-stalin"
    genre = "telegram"
    title = "Ciphered Telegram No. 23256"
    place = "Beijing"
    date = { sent = "1951-08-27T01:30" }

    [[agent]]
    role = "sender"
    name = { family = "Mao", given = "Zedong", order = "family-first" }

    [[agent]]
    role = "recipient"
    name = { family = "Stalin", given = "Joseph" }

    [[holding]]
    archive = "APRF"
    path = [["fond", "45"], ["delo", "341"]]
    "#);
    clean(&desk);
    assert_snapshot!(desk.fonds(&["set", ID, "place=Beijing"]), @r#"
    --- stderr
    nothing to change
    --- exit 0
    "#);
    assert_snapshot!(desk.fonds(&["set", ID, "gnere=letter"]), @r#"
    --- stderr
    error[R110]: `gnere` is not a field of a record
     |
     = field: gnere
     = mend: did you mean `genre`?
    --- exit 2
    "#);
    assert_snapshot!(desk.fonds(&["set", ID, "date.sent=yesterday", "place=Moscow"]), @r#"
    --- stderr
    error[R104]: date is not understood: `yesterday`: invalid EDTF at offset 0: year must have exactly four digits (or X)
     --> records/1951/08/1951-08-27-mao-zedong-stalin.toml:6:17
      |
    6 | date = { sent = "yesterday" }
      |                 ^
      |
      = mend: write EDTF, for instance `1951-08-27`, `1951-08`, `1772~` (about), `1937?` (uncertain), `1790/1803`; keep the printed form in `as_printed`
    --- exit 3
    "#);
    assert_snapshot!(desk.fonds(&["set", ID, "id=other"]), @r#"
    --- stderr
    error[R110]: `id` is not set by hand
     |
     = field: id
     = mend: use `fonds rename OLD NEW`, which leaves the old id as an alias
    --- exit 2
    "#);
    assert_snapshot!(desk.fonds(&["set", "1951-nothing", "place=Moscow"]), @r#"
    --- stderr
    error[G112]: there is no record `1951-nothing`
     |
     = mend: `fonds list` shows all records
    --- exit 2
    "#);
    assert_snapshot!(desk.fonds(&["set", ID, "place=", "--json"]), @r#"
    --- stdout
    {
      "revision": "36d5d61d238a745d5ba783b26ab33e3339e4a9d3",
      "files": [
        {
          "path": "records/1951/08/1951-08-27-mao-zedong-stalin.toml",
          "before": "format = 1\nid = \"1951-08-27-mao-zedong-stalin\"\ngenre = \"telegram\"\ntitle = \"Ciphered Telegram No. 23256\"\nplace = \"Beijing\"\ndate = { sent = \"1951-08-27T01:30\" }\n\n[[agent]]\nrole = \"sender\"\nname = { family = \"Mao\", given = \"Zedong\", order = \"family-first\" }\n\n[[agent]]\nrole = \"recipient\"\nname = { family = \"Stalin\", given = \"Joseph\" }\n\n[[holding]]\narchive = \"APRF\"\npath = [[\"fond\", \"45\"], [\"delo\", \"341\"]]\n",
          "after": "format = 1\nid = \"1951-08-27-mao-zedong-stalin\"\ngenre = \"telegram\"\ntitle = \"Ciphered Telegram No. 23256\"\ndate = { sent = \"1951-08-27T01:30\" }\n\n[[agent]]\nrole = \"sender\"\nname = { family = \"Mao\", given = \"Zedong\", order = \"family-first\" }\n\n[[agent]]\nrole = \"recipient\"\nname = { family = \"Stalin\", given = \"Joseph\" }\n\n[[holding]]\narchive = \"APRF\"\npath = [[\"fond\", \"45\"], [\"delo\", \"341\"]]\n"
        }
      ],
      "changes": [
        {
          "record": "1951-08-27-mao-zedong-stalin",
          "kind": "removed",
          "field": "place",
          "before": "Beijing",
          "text": "place: removed, was Beijing"
        }
      ]
    }
    --- stderr
    note[H103]: no reason was given
     |
     = mend: say why with `-m`: it is kept with the change
    --- exit 0
    "#);
    clean(&desk);
    if git_is_here("the reasons of commits") {
        assert_snapshot!(desk.git(&["log", "--format=%B--"]), @r#"
        change place of 1951-08-27-mao-zedong-stalin

        Reason: not given
        --
        seen in the archive
        --
        add 1951-08-27-mao-zedong-stalin
        --
        begin the catalog
        --
        "#);
    }
}

#[test]
fn a_record_is_renamed_and_found_by_its_old_id() {
    let desk = desk_with_telegram();
    assert_snapshot!(desk.fonds(&["rename", ID, "1951-08-27-mao-filippov"]), @r#"
    --- stdout
    1951-08-27-mao-filippov: record renamed: 1951-08-27-mao-zedong-stalin → 1951-08-27-mao-filippov
    1951-08-27-mao-filippov: aliases: set to 1951-08-27-mao-zedong-stalin
    --- stderr
    saved as revision 197a675830
    --- exit 0
    "#);
    clean(&desk);
    assert_snapshot!(desk.fonds(&["show", ID]), @r#"
    --- stdout
    format = 1
    id = "1951-08-27-mao-filippov"
    aliases = ["1951-08-27-mao-zedong-stalin"]
    genre = "telegram"
    title = "Ciphered Telegram No. 23256"
    date = { sent = "1951-08-27T01:30" }

    [[agent]]
    role = "sender"
    name = { family = "Mao", given = "Zedong", order = "family-first" }

    [[agent]]
    role = "recipient"
    name = { family = "Stalin", given = "Joseph" }

    [[holding]]
    archive = "APRF"
    path = [["fond", "45"], ["delo", "340"]]
    --- stderr
    `1951-08-27-mao-zedong-stalin` is now called `1951-08-27-mao-filippov`
    --- exit 0
    "#);
    desk.fonds(&["rename", "1951-08-27-mao-filippov", "mao-to-stalin"]).good();
    for id in [ID, "1951-08-27-mao-filippov", "mao-to-stalin"] {
        let said = desk.fonds(&["show", id]).good();
        assert!(said.stdout.contains("id = \"mao-to-stalin\""), "{id}: {said}");
    }
    assert_eq!(desk.fonds(&["show", ID, "--at", "HEAD~2"]).code, 0);
    // An id that was used is not given to another record, and may be taken back.
    assert_snapshot!(desk.fonds(&["add", "--id", ID, "--title", "x"]), @r#"
    --- stderr
    error[G113]: `1951-08-27-mao-zedong-stalin` is an earlier id of `mao-to-stalin`
     |
     = mend: choose another id
    --- exit 2
    "#);
    desk.fonds(&["rename", "mao-to-stalin", ID]).good();
    assert_snapshot!(desk.read(PATH), @r#"
    format = 1
    id = "1951-08-27-mao-zedong-stalin"
    aliases = ["1951-08-27-mao-filippov", "mao-to-stalin"]
    genre = "telegram"
    title = "Ciphered Telegram No. 23256"
    date = { sent = "1951-08-27T01:30" }

    [[agent]]
    role = "sender"
    name = { family = "Mao", given = "Zedong", order = "family-first" }

    [[agent]]
    role = "recipient"
    name = { family = "Stalin", given = "Joseph" }

    [[holding]]
    archive = "APRF"
    path = [["fond", "45"], ["delo", "340"]]
    "#);
    for id in [ID, "1951-08-27-mao-filippov", "mao-to-stalin"] {
        desk.fonds(&["show", id]).good();
    }
    assert_snapshot!(desk.fonds(&["rename", ID, ID]), @r#"
    --- stderr
    error[G113]: the record is called `1951-08-27-mao-zedong-stalin` already
    --- exit 2
    "#);
    assert_snapshot!(desk.fonds(&["rename", ID, "../x"]), @r#"
    --- stderr
    error[R103]: `../x` cannot be an id: it must begin with `a`-`z` or `0`-`9`
     |
     = mend: use 1 to 80 of `a`-`z`, `0`-`9`, `.`, `_`, `-`, for instance `1951-08-27-mao-stalin`
    --- exit 3
    "#);
    clean(&desk);
    desk.fonds(&["rm", ID]).good();
    assert!(!desk.has("aliases") && !desk.has("records/1951"));
    clean(&desk);
}

#[test]
fn a_record_that_was_moved_or_renamed_by_hand_is_found() {
    if !git_is_here("files moved with git") {
        return;
    }
    let desk = desk_with_telegram();
    std::fs::create_dir_all(desk.path("records/telegrams")).expect("a folder");
    desk.git(&["mv", PATH, "records/telegrams/one.toml"]);
    desk.git(&["commit", "--quiet", "-m", "moved"]);
    desk.fonds(&["show", ID]).good();
    desk.fonds(&["set", ID, "place=Beijing"]).good();
    assert!(desk.read("records/telegrams/one.toml").contains("Beijing"));
    let text = desk.read("records/telegrams/one.toml");
    let text = text
        .replace(&format!("id = \"{ID}\""), &format!("id = \"new-name\"\naliases = [\"{ID}\"]"));
    desk.commit_by_hand("records/telegrams/one.toml", &text, "renamed by hand");
    for id in [ID, "new-name"] {
        assert_eq!(desk.fonds(&["show", id, "--at", "HEAD"]).good().stdout, text);
    }
    clean(&desk);
}

#[test]
fn a_change_is_taken_back() {
    let desk = desk_with_telegram();
    desk.fonds(&["set", ID, "place=Beijing", "-m", "by the heading"]).good();
    let with_place = desk.read(PATH);
    assert_snapshot!(desk.fonds(&["undo"]), @r#"
    --- stdout
    1951-08-27-mao-zedong-stalin: place: removed, was Beijing
    --- stderr
    saved as revision a7482a55be
    --- exit 0
    "#);
    let without_place = desk.read(PATH);
    assert_ne!(with_place, without_place);
    desk.fonds(&["undo"]).good();
    assert_eq!(desk.read(PATH), with_place);
    desk.fonds(&["rm", ID]).good();
    assert!(!desk.has(PATH));
    assert_snapshot!(desk.fonds(&["undo", "HEAD~1"]), @r#"
    --- stderr
    error[G109]: `records/1951/08/1951-08-27-mao-zedong-stalin.toml` was changed again after the revision 321ecc133e
    --> records/1951/08/1951-08-27-mao-zedong-stalin.toml
     = mend: undo the later change first, or set the fields again with `fonds set`
    --- exit 4
    "#);
    desk.fonds(&["undo"]).good();
    assert_eq!(desk.read(PATH), with_place);
    clean(&desk);
    // Back to the beginning, and no further.
    assert_snapshot!(desk.fonds(&["undo", "HEAD~6"]), @r#"
    --- stderr
    error[G101]: the revision 618a425f31 is the first: there is nothing before it
    --- exit 2
    "#);
    assert_snapshot!(desk.fonds(&["undo", "-x"]), @r#"
    --- stderr
    error: unexpected argument '-x' found

      tip: to pass '-x' as a value, use '-- -x'

    Usage: fonds undo [OPTIONS] [REV]

    For more information, try '--help'.
    --- exit 2
    "#);
}

#[test]
fn a_record_is_edited() {
    let mut desk = desk_with_telegram();
    assert_snapshot!(desk.fonds(&["edit", ID]), @r#"
    --- stderr
    error[G118]: no editor is set
     |
     = mend: set `EDITOR`, for instance `export EDITOR=nano`; or give the values with options
    --- exit 2
    "#);
    desk.set("EDITOR", "true");
    assert_snapshot!(desk.fonds(&["edit", ID]), @r#"
    --- stderr
    nothing to change
    --- exit 0
    "#);
    desk.set("EDITOR", "sed -i s/340/341/");
    assert_snapshot!(desk.fonds(&["edit", ID, "-m", "by the archive's letter"]), @r#"
    --- stdout
    1951-08-27-mao-zedong-stalin: holding aprf, delo: 340 → 341
    --- stderr
    saved as revision 9e3f3229eb
    --- exit 0
    "#);
    clean(&desk);
    desk.set("EDITOR", "false");
    assert_snapshot!(desk.fonds(&["edit", ID]), @r#"
    --- stderr
    error[G118]: the editor `false` ended with exit status: 1, and nothing was saved
     |
     = mend: see that `EDITOR` names a program that ends when the file is closed
    --- exit 2
    "#);
    desk.set("EDITOR", "sed -i 's/\"341\"/341/'");
    let before = desk.read(PATH);
    let said = desk.fonds(&["edit", ID]).ended(3);
    assert!(said.stderr.contains("nothing was saved; your text is in "), "{said}");
    let kept = said.stderr.trim().rsplit(' ').next().expect("a path").to_owned();
    assert!(std::fs::read_to_string(&kept).expect("the text").contains("341"), "{kept}");
    std::fs::remove_file(&kept).expect("the text");
    assert_eq!(desk.read(PATH), before);
    desk.set("EDITOR", &format!("sed -i 's/id = \"{ID}\"/id = \"other\"/'"));
    assert!(desk.fonds(&["edit", ID]).ended(3).stderr.contains("fonds rename"));
    desk.set("EDITOR", "sed -i 's/^id = \"\"/id = \"by-hand\"/'");
    assert_snapshot!(desk.fonds(&["add"]), @r#"
    --- stdout
    by-hand: record added
    --- stderr
    saved as revision 85f118fca5
    --- exit 0
    "#);
    clean(&desk);
}

#[test]
fn changes_made_by_hand_are_not_written_over() {
    if !git_is_here("changes made by hand") {
        return;
    }
    let desk = desk_with_telegram();
    let by_hand = desk.read(PATH) + "# a note by hand\n";
    desk.write(PATH, &by_hand);
    assert_snapshot!(desk.fonds(&["set", ID, "place=Beijing"]), @r#"
    --- stderr
    error[G108]: `records/1951/08/1951-08-27-mao-zedong-stalin.toml` has changes that are in no revision
    --> records/1951/08/1951-08-27-mao-zedong-stalin.toml
     = mend: commit them: `git commit records/1951/08/1951-08-27-mao-zedong-stalin.toml`, or take them back: `git restore records/1951/08/1951-08-27-mao-zedong-stalin.toml`
    --- exit 4
    "#);
    desk.fonds(&["rm", ID]).ended(4);
    desk.fonds(&["undo"]).ended(4);
    desk.fonds(&["rename", ID, "x"]).ended(4);
    assert_eq!(desk.read(PATH), by_hand);
    // Staged and taken back in the work tree is a change too.
    desk.git(&["add", PATH]);
    desk.git(&["restore", "--source", "HEAD", PATH]);
    desk.fonds(&["set", ID, "place=Beijing"]).ended(4);
    desk.git(&["reset", "--quiet"]);
    // A record that nobody has committed yet.
    desk.write("records/1951/1951-new.toml", "format = 1\nid = \"1951-new\"\n");
    assert_snapshot!(desk.fonds(&["set", "1951-new", "place=Beijing"]), @r#"
    --- stderr
    error[G108]: `records/1951/1951-new.toml` is there and is in no revision
    --> records/1951/1951-new.toml
     = mend: commit it: `git add records/1951/1951-new.toml && git commit`, or move it away
    --- exit 4
    "#);
    assert_snapshot!(desk.fonds(&["add", "--id", "1951-new"]), @r#"
    --- stderr
    error[G108]: `records/1951/1951-new.toml` is there and is in no revision
    --> records/1951/1951-new.toml
     = mend: commit it: `git add records/1951/1951-new.toml && git commit`, or move it away
    --- exit 4
    "#);
    desk.git(&["add", "records"]);
    desk.git(&["commit", "--quiet", "-m", "by hand"]);
    desk.fonds(&["set", "1951-new", "place=Beijing"]).good();
    // Removed by hand.
    std::fs::remove_file(desk.path(PATH)).expect("removed");
    assert_snapshot!(desk.fonds(&["add", "--id", ID]), @r#"
    --- stderr
    error[G108]: `records/1951/08/1951-08-27-mao-zedong-stalin.toml` was removed, and that is in no revision
    --> records/1951/08/1951-08-27-mao-zedong-stalin.toml
     = mend: commit that: `git rm records/1951/08/1951-08-27-mao-zedong-stalin.toml && git commit`, or bring it back: `git restore records/1951/08/1951-08-27-mao-zedong-stalin.toml`
    --- exit 4
    "#);
    desk.git(&["restore", PATH]);
    clean(&desk);
}

#[test]
fn other_changes_of_the_user_stay_as_they_are() {
    if !git_is_here("other changes") {
        return;
    }
    let desk = desk_with_telegram();
    desk.write("staged.txt", "staged");
    desk.git(&["add", "staged.txt"]);
    desk.write("staged.txt", "staged, and changed again");
    desk.write("untracked.txt", "x");
    desk.write("fonds.toml", desk.read("fonds.toml") + "# changed\n");
    let before = desk.git(&["status", "--porcelain"]);
    desk.fonds(&["set", ID, "place=Beijing"]).good();
    desk.fonds(&["rename", ID, "other"]).good();
    desk.fonds(&["undo"]).good();
    assert_eq!(desk.git(&["status", "--porcelain"]), before);
    assert_eq!(desk.git(&["show", ":staged.txt"]), "staged");
}

#[test]
fn who_and_where_must_be_known() {
    if !git_is_here("heads and identities") {
        return;
    }
    let mut desk = desk_with_telegram();
    let config = std::fs::read_to_string(desk.home().join(".gitconfig")).expect("a configuration");
    std::fs::write(desk.home().join(".gitconfig"), "").expect("written");
    assert_snapshot!(desk.fonds(&["set", ID, "place=Beijing"]), @r#"
    --- stderr
    error[G106]: Git does not know your name and address, and every change carries them
     |
     = mend: run `git config --global user.name "Your Name"` and `git config --global user.email "you@example.org"`
    --- exit 2
    "#);
    desk.set("GIT_AUTHOR_NAME", "Ben");
    desk.set("GIT_AUTHOR_EMAIL", "ben@example.org");
    assert!(desk.fonds(&["set", ID, "place=Beijing"]).ended(2).stderr.contains("G106"));
    std::fs::write(desk.home().join(".gitconfig"), config).expect("written");
    desk.fonds(&["set", ID, "place=Beijing"]).good();
    assert_eq!(
        desk.git(&["log", "-1", "--format=%an <%ae>, %cn <%ce>"]).trim(),
        "Ben <ben@example.org>, Ann Archivist <ann@example.org>"
    );

    desk.git(&["checkout", "--quiet", "--detach"]);
    assert_snapshot!(desk.fonds(&["set", ID, "place=Moscow"]), @r#"
    --- stderr
    error[G105]: no branch is checked out (the head is detached), so that a change could get lost
     |
     = mend: check one out: `git switch main`, or a new one: `git switch -c NAME`
    --- exit 4
    "#);
    desk.git(&["checkout", "--quiet", "main"]);
    desk.git(&["config", "core.sparseCheckout", "true"]);
    assert_snapshot!(desk.fonds(&["set", ID, "place=Moscow"]), @r#"
    --- stderr
    error[G104]: the repository cannot be used: `core.sparseCheckout` is on: files that are not checked out could be lost
     |
     = mend: run `git sparse-checkout disable`
    --- exit 4
    "#);
    desk.git(&["config", "--unset", "core.sparseCheckout"]);
    desk.git(&["update-index", "--split-index"]);
    assert_snapshot!(desk.fonds(&["set", ID, "place=Moscow"]), @r#"
    --- stderr
    error[G104]: the repository cannot be used: Git's index is split (`core.splitIndex`)
     |
     = mend: run `git config core.splitIndex false` and `git update-index --no-split-index`
    --- exit 4
    "#);
    desk.git(&["update-index", "--no-split-index"]);
    desk.fonds(&["set", ID, "place=Moscow"]).good();
    desk.set("GIT_AUTHOR_DATE", "yesterday");
    assert!(desk.fonds(&["set", ID, "place=Minsk"]).good().stderr.contains("`GIT_AUTHOR_DATE`"));
    desk.unset("GIT_AUTHOR_DATE");
    clean(&desk);

    // A merge under way.
    desk.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    desk.commit_by_hand("side.txt", "x", "side");
    desk.git(&["checkout", "--quiet", "main"]);
    desk.git(&["merge", "--quiet", "--no-commit", "side"]);
    assert_snapshot!(desk.fonds(&["set", ID, "place=Kyiv"]), @r#"
    --- stderr
    error[G105]: a merge is under way
     |
     = mend: finish it with `git commit`, or end it with `git merge --abort`
    --- exit 4
    "#);
}

#[test]
fn an_unborn_branch_gets_its_first_revision() {
    if !git_is_here("an unborn branch") {
        return;
    }
    let desk = Desk::new();
    desk.git(&["init", "--quiet"]);
    desk.write("fonds.toml", "format = 1\n");
    assert_snapshot!(desk.fonds(&["undo"]), @r#"
    --- stderr
    error[G101]: nothing has been committed yet, there is nothing to undo
    --- exit 2
    "#);
    desk.fonds(&["add", "--id", "first", "--title", "The first"]).good();
    assert_eq!(desk.git(&["log", "--format=%s"]).trim(), "add first");
    assert_eq!(desk.git(&["status", "--porcelain"]), "?? fonds.toml\n");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_links() {
    use std::os::unix::fs::symlink;
    let desk = Desk::with_catalog();
    desk.write("../outside/keep.txt", "x");
    symlink(desk.path("../outside"), desk.path("records/1951")).expect("a link");
    let said = desk.fonds(&["add", "--id", "1951-08-27-x"]).ended(3);
    assert!(said.stderr.contains("G111"), "{said}");
    assert_eq!(crate::desk::files_below(&desk.path("../outside")), ["keep.txt"]);
}
