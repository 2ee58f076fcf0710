//! Text for a terminal: letters change by escape sequences of our own, and no others get through.

use super::{Change, Dialect, text, visible_control};
use crate::style::formatting::Display;

pub(super) struct Terminal;

impl Dialect for Terminal {
    fn text(&self, text: &str, out: &mut String) {
        out.extend(text.chars().map(|c| visible_control(c).unwrap_or(c)));
    }

    fn marks(&self, change: Change) -> (&'static str, &'static str) {
        match change {
            Change::Italic | Change::Oblique => ("\u{1b}[3m", "\u{1b}[23m"),
            Change::Upright => ("\u{1b}[23m", "\u{1b}[3m"),
            Change::Bold => ("\u{1b}[1m", "\u{1b}[22m"),
            Change::NormalWeight => ("\u{1b}[22m", "\u{1b}[1m"),
            Change::Light => ("\u{1b}[2m", "\u{1b}[22m"),
            Change::Underline => ("\u{1b}[4m", "\u{1b}[24m"),
            Change::NoUnderline => ("\u{1b}[24m", ""),
            Change::SmallCaps
            | Change::NoSmallCaps
            | Change::Superscript
            | Change::Subscript
            | Change::Baseline => ("", ""),
        }
    }

    fn display_marks(&self, display: Display) -> (&'static str, &'static str) {
        text::Text.display_marks(display)
    }

    fn open_display(&self, display: Display, out: &mut String) {
        text::Text.open_display(display, out);
    }

    fn finish_entry(&self, start: usize, out: &mut String) {
        text::trim_entry(start, out);
    }
}
