//! Typst markup. Functions end with a semicolon, so that a parenthesis after them is text.

use super::{Change, Dialect, is_line_of_digits, text, visible_control};
use crate::style::formatting::Display;

pub(super) struct Typst;

impl Dialect for Typst {
    fn text(&self, text: &str, out: &mut String) {
        for c in text.chars() {
            let c = visible_control(c).unwrap_or(c);
            let line_start = out.is_empty() || out.ends_with('\n');
            let escaped = match c {
                '\\' | '*' | '_' | '`' | '$' | '#' | '<' | '>' | '@' | '[' | ']' | '~' | '"'
                | '\'' | '/' => true,
                // Two of them would become one character.
                '-' => {
                    line_start || out.ends_with('-') || out.ends_with(|c: char| c.is_ascii_digit())
                }
                '?' => out.ends_with("\\-"),
                '.' => out.ends_with('.') || is_line_of_digits(out),
                '=' | '+' => line_start,
                _ => false,
            };
            match c {
                '\u{a0}' => out.push('~'),
                '\n' => out.push(' '),
                _ => {
                    if escaped {
                        out.push('\\');
                    }
                    out.push(c);
                }
            }
        }
    }

    fn marks(&self, change: Change) -> (&'static str, &'static str) {
        match change {
            Change::Italic => ("#emph[", "];"),
            Change::Oblique => ("#text(style: \"oblique\")[", "];"),
            Change::Upright => ("#text(style: \"normal\")[", "];"),
            Change::SmallCaps => ("#smallcaps[", "];"),
            Change::Bold => ("#strong[", "];"),
            Change::NormalWeight => ("#text(weight: \"regular\")[", "];"),
            Change::Light => ("#text(weight: \"light\")[", "];"),
            Change::Underline => ("#underline[", "];"),
            Change::Superscript => ("#super[", "];"),
            Change::Subscript => ("#sub[", "];"),
            Change::NoSmallCaps | Change::NoUnderline | Change::Baseline => ("", ""),
        }
    }

    fn display_marks(&self, display: Display) -> (&'static str, &'static str) {
        match display {
            Display::Block => ("#block[", "];"),
            Display::LeftMargin => ("", " "),
            Display::RightInline => ("", ""),
            Display::Indent => ("#block(inset: (left: 2em))[", "];"),
        }
    }

    fn open_link(&self, address: &str, out: &mut String) {
        out.push_str("#link(\"");
        for c in address.chars() {
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push_str("\")[");
    }

    fn close_link(&self, _: &str, out: &mut String) {
        out.push_str("];");
    }

    fn finish_entry(&self, start: usize, out: &mut String) {
        text::trim_entry(start, out);
    }
}
