//! Markdown: CommonMark, with the characters that pandoc reads as markup escaped as well.

use super::{Change, Dialect, is_line_of_digits, text, visible_control};
use crate::style::formatting::Display;

pub(super) struct Markdown;

impl Dialect for Markdown {
    fn text(&self, text: &str, out: &mut String) {
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let line_start = out.is_empty() || out.ends_with('\n');
            let escaped = match c {
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '^' | '$' | '|' | '@' => {
                    true
                }
                '&' => rest.peek().is_some_and(|next| next.is_alphanumeric() || *next == '#'),
                '#' | '-' | '+' | '=' | ':' => line_start,
                // A number at the start of a line would begin a list.
                '.' | ')' => is_line_of_digits(out),
                _ => false,
            };
            if escaped {
                out.push('\\');
            }
            out.push(visible_control(c).unwrap_or(c));
        }
    }

    fn marks(&self, change: Change) -> (&'static str, &'static str) {
        match change {
            Change::Italic | Change::Oblique => ("*", "*"),
            Change::Upright => ("<span style=\"font-style:normal;\">", "</span>"),
            Change::SmallCaps => ("<span style=\"font-variant:small-caps;\">", "</span>"),
            Change::NoSmallCaps => ("<span style=\"font-variant:normal;\">", "</span>"),
            Change::Bold => ("**", "**"),
            Change::NormalWeight => ("<span style=\"font-weight:normal;\">", "</span>"),
            Change::Underline => ("<u>", "</u>"),
            Change::NoUnderline => ("<span style=\"text-decoration:none;\">", "</span>"),
            Change::Superscript => ("<sup>", "</sup>"),
            Change::Subscript => ("<sub>", "</sub>"),
            Change::Light | Change::Baseline => ("", ""),
        }
    }

    fn open(&self, _: Change, _: &mut String) {}

    /// Emphasis begins and ends at a letter: space at the ends goes outside.
    fn close(&self, change: Change, start: usize, out: &mut String) {
        let (before, after) = self.marks(change);
        let content = out.get(start..).unwrap_or("");
        let left = content.len() - content.trim_start().len();
        let right = content.trim_end().len();
        if left >= right {
            return;
        }
        out.insert_str(start + right, after);
        out.insert_str(start + left, before);
    }

    fn display_marks(&self, display: Display) -> (&'static str, &'static str) {
        match display {
            Display::Block | Display::Indent => ("\n\n", "\n\n"),
            Display::LeftMargin => ("", " "),
            Display::RightInline => ("", ""),
        }
    }

    fn open_link(&self, _: &str, out: &mut String) {
        out.push('[');
    }

    fn close_link(&self, address: &str, out: &mut String) {
        out.push_str("](<");
        for c in address.chars() {
            if matches!(c, '<' | '>' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push_str(">)");
    }

    fn finish_entry(&self, start: usize, out: &mut String) {
        text::trim_entry(start, out);
    }
}
