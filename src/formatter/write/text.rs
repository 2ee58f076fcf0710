//! Text without markup: raised letters stand on the line. Parts with a place of their own on the page stand on lines of their own.

use super::{Change, Dialect, each_with_wide_spaces, raised};
use crate::style::formatting::Display;

pub(super) struct Text;

/// Marks the end of a part at the left margin until it is known what follows.
const AFTER_MARGIN: char = '\u{1}';

impl Dialect for Text {
    fn text(&self, text: &str, out: &mut String) {
        let one = |c, out: &mut String| match raised(c) {
            Some(plain) => out.push_str(plain),
            None => out.push(c),
        };
        each_with_wide_spaces(text, out, |_| true, one);
    }

    fn marks(&self, _: Change) -> (&'static str, &'static str) {
        ("", "")
    }

    fn display_marks(&self, display: Display) -> (&'static str, &'static str) {
        match display {
            Display::Block => ("\n\n    ", "\n"),
            Display::LeftMargin => ("\n    ", "\u{1}"),
            Display::RightInline | Display::Indent => ("", "\n  "),
        }
    }

    fn open_display(&self, display: Display, out: &mut String) {
        if display == Display::RightInline && out.ends_with(AFTER_MARGIN) {
            out.pop();
            out.push(' ');
        }
        out.push_str(self.display_marks(display).0);
    }

    fn finish_entry(&self, start: usize, out: &mut String) {
        trim_entry(start, out);
    }
}

/// Takes away the marks of the left margin.
pub(super) fn drop_margin_marks(start: usize, out: &mut String) {
    if out.get(start..).is_some_and(|written| written.contains(AFTER_MARGIN)) {
        let written = out.split_off(start);
        out.extend(written.chars().filter(|&c| c != AFTER_MARGIN));
    }
}

/// Takes away space at the ends of the entry.
pub(super) fn trim_entry(start: usize, out: &mut String) {
    let Some(entry) = out.get(start..) else { return };
    let end = start + entry.trim_end().len();
    let begin = start + (entry.len() - entry.trim_start().len());
    out.truncate(end);
    // Of nothing but space, the front reaches behind the end.
    out.drain(start..begin.min(end));
}
