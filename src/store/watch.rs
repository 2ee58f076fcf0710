//! Long work, watched: how far it is, and whether it is to stop.

use crate::problem::{Problem, Result, codes};

/// Somebody who watches long work.
pub trait Watch: Sync {
    /// Of `what`, `done` of `all` are done; `all` is 0 as long as nobody knows.
    fn at(&self, what: &'static str, done: usize, all: usize);

    /// Whether the work is to stop. It stops where nothing is half done, or not at all.
    fn stops(&self) -> bool {
        false
    }

    /// Fails when the work is to stop.
    fn goes_on(&self) -> Result<()> {
        match self.stops() {
            false => Ok(()),
            true => Err(Problem::error(codes::INTERRUPTED, "stopped before anything was changed")
                .mend("run the same command again; it begins anew")),
        }
    }
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn at(&self, _: &'static str, _: usize, _: usize) {}
}
