//! What fuzzing found, and what it might have: every file in `tests/cases/finds/TARGET/` goes
//! through the code of that fuzz target, which says what must hold.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

#[path = "../../fuzz/inputs.rs"]
mod inputs;

const FINDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/finds");

/// What none of them may take. An optimised build takes a hundredth of it; this is for a debug
/// build on a busy machine, and still short for what grows with the square of its input.
const SOON: Duration = Duration::from_secs(30);

#[test]
fn no_find_comes_back() {
    let mut run = 0;
    for target in ["style", "item", "record", "job"] {
        let folder = format!("{FINDS}/{target}");
        for entry in fs::read_dir(&folder).expect(&folder) {
            let path = entry.expect("an entry").path();
            let data = fs::read(&path).expect("a find");
            let start = Instant::now();
            let held = catch_unwind(AssertUnwindSafe(|| inputs::run(target, &data)));
            assert!(held.is_ok(), "{} breaks a promise", path.display());
            assert!(start.elapsed() < SOON, "{} took {:?}", path.display(), start.elapsed());
            run += 1;
        }
    }
    assert!(run >= 4, "the finds are there");
}
