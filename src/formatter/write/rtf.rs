//! Rich Text Format, as a fragment to be set between `{\rtf` and `}`.

use std::fmt::Write;

use super::{Change, Dialect, visible_control};
use crate::style::formatting::Display;

pub(super) struct Rtf;

impl Dialect for Rtf {
    fn text(&self, text: &str, out: &mut String) {
        for c in text.chars() {
            match visible_control(c).unwrap_or(c) {
                '\\' | '{' | '}' => {
                    out.push('\\');
                    out.push(c);
                }
                '\t' => out.push_str("\\tab{}"),
                '\n' => out.push_str("\\line{}"),
                ' '..='~' => out.push(c),
                c => {
                    // Units of UTF-16, as signed numbers; writing to a string cannot fail.
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(out, "\\uc0\\u{}{{}}", *unit as i16);
                    }
                }
            }
        }
    }

    fn marks(&self, change: Change) -> (&'static str, &'static str) {
        match change {
            Change::Italic | Change::Oblique => ("{\\i{}", "}"),
            Change::Upright => ("{\\i0{}", "}"),
            Change::SmallCaps => ("{\\scaps ", "}"),
            Change::NoSmallCaps => ("{\\scaps0{}", "}"),
            Change::Bold => ("{\\b{}", "}"),
            Change::NormalWeight => ("{\\b0{}", "}"),
            Change::Underline => ("{\\ul{}", "}"),
            Change::NoUnderline => ("{\\ul0{}", "}"),
            Change::Superscript => ("{\\super ", "}"),
            Change::Subscript => ("{\\sub ", "}"),
            Change::Baseline => ("{\\nosupersub{}", "}"),
            Change::Light => ("", ""),
        }
    }

    fn display_marks(&self, display: Display) -> (&'static str, &'static str) {
        match display {
            Display::Block => ("\\line{}", "\\line\r\n"),
            Display::LeftMargin => ("", "\\tab "),
            Display::RightInline => ("", "\r\n"),
            Display::Indent => ("\n\\tab ", "\\line\r\n"),
        }
    }
}
