//! Writers at once, writers killed: nothing is lost, nothing is half done.

use crate::desk::{Desk, git_is_here};
use std::process::Stdio;
use std::time::Duration;

const ID: &str = "1951-08-27-telegram";
const PATH: &str = "records/1951/08/1951-08-27-telegram.toml";

fn desk_with_record() -> Desk {
    let desk = Desk::with_catalog();
    desk.fonds(&["add", "--id", ID, "--title", "Telegram"]).good();
    desk
}

/// How much to do: a little each time, more when `FONDS_ENDURANCE` says so.
fn much(usual: usize) -> usize {
    let factor = std::env::var("FONDS_ENDURANCE").ok().and_then(|text| text.parse().ok());
    usual * factor.unwrap_or(1)
}

fn revisions(desk: &Desk) -> usize {
    desk.git(&["rev-list", "--count", "HEAD"]).trim().parse().expect("a number")
}

#[test]
fn eight_writers_at_once_lose_nothing() {
    if !git_is_here("eight writers at once") {
        return;
    }
    let desk = desk_with_record();
    let edits = much(5);
    let before = revisions(&desk);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let commands: Vec<_> = (0..edits)
                    .map(|edit| {
                        // Half of them on one record, half on records of their own.
                        let note = format!("note=writer {writer} edit {edit}");
                        let own = format!("own-{writer}-{edit}");
                        let arguments: Vec<&str> = if edit % 2 == 0 {
                            vec!["set", ID, &note, "-m", "one of many"]
                        } else {
                            vec!["add", "--id", &own, "--title", "x"]
                        };
                        desk.command(env!("CARGO_BIN_EXE_fonds"), &arguments)
                    })
                    .collect();
                scope.spawn(move || {
                    for mut command in commands {
                        let output = command.output().expect("an answer");
                        let said = String::from_utf8_lossy(&output.stderr).into_owned();
                        assert!(output.status.success(), "{said}");
                    }
                })
            })
            .collect();
        // A reader never sees half a record.
        let mut read = desk.command(env!("CARGO_BIN_EXE_fonds"), &["list", "--json"]);
        let done = &done;
        scope.spawn(move || {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let output = read.output().expect("an answer");
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "{said}");
            }
        });
        let ended: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        ended.into_iter().for_each(|ended| ended.expect("a writer"));
    });
    assert_eq!(revisions(&desk) - before, 8 * edits);
    assert_eq!(desk.git(&["status", "--porcelain"]), "");
    assert_eq!(desk.git(&["fsck", "--strict", "--no-dangling"]), "");
}

#[test]
fn a_writer_that_is_killed_leaves_the_old_or_the_new() {
    if !git_is_here("writers that are killed") {
        return;
    }
    let desk = desk_with_record();
    let kills = much(30);
    let mut landed = 0;
    for kill in 0..kills {
        let before = desk.read(PATH);
        let value = format!("note=kill {kill}");
        let mut child = desk
            .command(env!("CARGO_BIN_EXE_fonds"), &["set", ID, &value])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        std::thread::sleep(Duration::from_micros(1500 * (kill as u64 % 40) + 500));
        let _ = child.kill();
        let _ = child.wait();
        let text = desk.read(PATH);
        assert!(text == before || text.contains(&format!("kill {kill}\"")), "{text}");
        // The next command needs no help, and finishes what was left.
        let said = desk.fonds(&["set", ID, &format!("place=after {kill}")]);
        assert_eq!(said.code, 0, "{said}");
        landed += usize::from(desk.read(PATH).contains(&format!("kill {kill}\"")));
        assert_eq!(desk.git(&["status", "--porcelain"]), "", "kill {kill}");
    }
    assert_eq!(desk.git(&["fsck", "--strict", "--no-dangling"]), "");
    assert!(landed <= kills);
}

#[test]
fn a_writer_that_was_cut_off_is_finished_by_the_next() {
    if !git_is_here("a writer that was cut off") {
        return;
    }
    let desk = desk_with_record();
    let before = desk.read(PATH);
    desk.fonds(&["set", ID, "place=Beijing", "-m", "cut off"]).good();
    let after = desk.read(PATH);
    let blob = |revision: &str| desk.git(&["rev-parse", &format!("{revision}:{PATH}")]);
    let note = format!(
        "fonds pending 1\nrevision {}prefix \nfile {} {} {PATH}\nend\n",
        desk.git(&["rev-parse", "HEAD"]),
        blob("HEAD~1").trim(),
        blob("HEAD").trim(),
    );
    let cut_off = |work: &str| {
        desk.write(PATH, work);
        desk.git(&["reset", "--quiet", "HEAD~1", "--", PATH]);
        desk.write(".git/fonds/pending", &note);
    };

    // The branch has moved, the work file and the index have not.
    cut_off(&before);
    let said = desk.fonds(&["set", ID, "genre=telegram"]).good();
    assert!(said.stderr.contains("note[G116]: the change"), "{said}");
    assert!(desk.read(PATH).contains("Beijing") && desk.read(PATH).contains("telegram"));
    assert_eq!(desk.git(&["status", "--porcelain"]), "");
    desk.fonds(&["undo"]).good();

    // Somebody has changed the work file since: it is left alone.
    cut_off(&format!("{before}# by hand\n"));
    desk.fonds(&["set", ID, "genre=telegram"]).ended(4);
    assert_eq!(desk.read(PATH), format!("{before}# by hand\n"));
    desk.write(PATH, &after);
    desk.git(&["add", PATH]);
    assert_eq!(desk.git(&["status", "--porcelain"]), "");

    // The branch never moved: the note means nothing.
    desk.write(
        ".git/fonds/pending",
        note.replace(desk.git(&["rev-parse", "HEAD~2"]).trim(), &"1".repeat(40)),
    );
    desk.fonds(&["set", ID, "genre=telegram"]).good();
    assert!(!desk.has(".git/fonds/pending"));
    assert_eq!(desk.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_lock_that_is_held_is_told_with_its_holder() {
    let desk = desk_with_record();
    let lock = std::fs::OpenOptions::new()
        .write(true)
        .open(desk.path(".git/fonds/lock"))
        .expect("the lock");
    lock.lock().expect("locked");
    std::fs::write(desk.path(".git/fonds/lock"), "4711").expect("written");
    let said = desk.fonds(&["set", ID, "place=Beijing"]).ended(4);
    assert!(said.stderr.contains("the process 4711 holds the lock"), "{said}");
    desk.fonds(&["list"]).good();
    drop(lock);
    desk.fonds(&["set", ID, "place=Beijing"]).good();
}

#[test]
fn locks_of_git_are_waited_for() {
    if !git_is_here("locks of git") {
        return;
    }
    let desk = desk_with_record();
    for lock in [".git/refs/heads/main.lock", ".git/index.lock"] {
        let before = desk.git(&["rev-parse", "HEAD"]);
        desk.write(lock, "");
        let said = desk.fonds(&["set", ID, "place=Beijing"]).ended(4);
        assert!(said.stderr.contains("G107"), "{lock}: {said}");
        std::fs::remove_file(desk.path(lock)).expect("unlocked");
        if lock.contains("refs") {
            // Nothing has happened.
            assert_eq!(desk.git(&["rev-parse", "HEAD"]), before);
        } else {
            // The change is made, and the message says so; the next writer brings the index along.
            assert!(said.stderr.contains("the change is saved"), "{said}");
        }
        desk.fonds(&["set", ID, "place=Moscow"]).good();
        assert_eq!(desk.git(&["status", "--porcelain"]), "");
    }
}

#[test]
fn locks_that_a_killed_writer_left_are_removed() {
    if !git_is_here("locks that were left") {
        return;
    }
    let desk = desk_with_record();
    for (number, lock) in [".git/refs/heads/main.lock", ".git/index.lock"].into_iter().enumerate() {
        // The id of a process that holds no lock: it was killed while it wrote.
        desk.write(".git/fonds/lock", "4711");
        desk.write(lock, "");
        desk.fonds(&["set", ID, &format!("place=number {number}")]).good();
        assert!(!desk.has(lock), "{lock}");
        assert_eq!(desk.git(&["status", "--porcelain"]), "");
    }
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let desk = desk_with_record();
    let set = |mode: u32| {
        for folder in [".git/fonds", ".git/objects", ".git", "records/1951/08", ""] {
            std::fs::set_permissions(desk.path(folder), std::fs::Permissions::from_mode(mode))
                .expect("permissions");
        }
    };
    set(0o555);
    let may_write_all_the_same = std::fs::write(desk.path("probe"), "").is_ok();
    if may_write_all_the_same {
        crate::desk::skip("a read-only folder: this user may write everywhere");
        set(0o755);
        return;
    }
    let listed = desk.fonds(&["list", "--at", "HEAD"]);
    let said = desk.fonds(&["set", ID, "place=Beijing"]);
    set(0o755);
    listed.good();
    assert_eq!(said.code, 4, "{said}");
    assert_eq!(desk.fonds(&["set", ID, "place=Beijing"]).code, 0);
}
