//! Long work at a terminal: how far it is, and Ctrl-C, which stops it where nothing is half done.

use crate::ops::Watch;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant};

/// Whether Ctrl-C was pressed.
static PRESSED: AtomicBool = AtomicBool::new(false);

/// Work that takes less than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(700);

/// Shows how far work is, on a terminal only, and listens for Ctrl-C.
pub(super) struct Watcher {
    shown: Mutex<Shown>,
    is_seen: bool,
}

struct Shown {
    bar: ProgressBar,
    what: &'static str,
    begun: Instant,
}

impl Watcher {
    /// Begins to watch. From now on Ctrl-C (and the signal to end) stops work where nothing is half done; pressed a
    /// second time, it ends the program at once, which the next change made with fonds puts right.
    pub(super) fn new(is_quiet: bool) -> Watcher {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            // Where no handler can be set, Ctrl-C ends the program as ever.
            let _ = ctrlc::set_handler(|| {
                if PRESSED.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
            });
        });
        Watcher::deaf(is_quiet)
    }

    /// For work that only reads: how far it is can be seen, and Ctrl-C ends the program as ever.
    pub(super) fn deaf(is_quiet: bool) -> Watcher {
        let is_seen = !is_quiet && std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let shown = Shown { bar, what: "", begun: Instant::now() };
        Watcher { shown: Mutex::new(shown), is_seen }
    }

    /// Whether somebody is looking.
    pub(super) fn is_seen(&self) -> bool {
        self.is_seen
    }
}

impl Watch for Watcher {
    fn at(&self, what: &'static str, done: usize, all: usize) {
        let Ok(mut shown) = self.shown.lock() else { return };
        if !self.is_seen || shown.begun.elapsed() < PATIENCE {
            return;
        }
        if all > 0 && done >= all {
            // Whatever is said next, is said in a free place.
            shown.bar.finish_and_clear();
            shown.what = "";
            return;
        }
        if shown.what != what {
            shown.bar.finish_and_clear();
            shown.what = what;
            let (length, style) = match all {
                0 => (None, "{spinner} {msg}: {human_pos} ({elapsed})"),
                _ => (Some(all as u64), "{msg}: {wide_bar} {human_pos}/{human_len} ({eta})"),
            };
            let target = ProgressDrawTarget::stderr_with_hz(10);
            shown.bar = ProgressBar::with_draw_target(length, target).with_message(what);
            if let Ok(style) = ProgressStyle::with_template(style) {
                shown.bar.set_style(style);
            }
        }
        shown.bar.set_position(done as u64);
    }

    fn stops(&self) -> bool {
        PRESSED.load(Ordering::Relaxed)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        if let Ok(shown) = self.shown.lock() {
            shown.bar.finish_and_clear();
        }
    }
}
