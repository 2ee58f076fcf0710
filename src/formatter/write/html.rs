//! HTML, as the reference processor writes it: what word processors and web pages expect.

use super::{Change, Dialect, each_with_wide_spaces, raised};
use crate::style::formatting::Display;

pub(super) struct Html;

impl Dialect for Html {
    fn text(&self, text: &str, out: &mut String) {
        let plain = |byte| !matches!(byte, b'&' | b'<' | b'>');
        each_with_wide_spaces(text, out, plain, |c, out| match c {
            '&' => out.push_str("&#38;"),
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            _ => match raised(c) {
                Some(plain) => {
                    out.push_str("<sup>");
                    out.push_str(plain);
                    out.push_str("</sup>");
                }
                None => out.push(c),
            },
        });
    }

    fn marks(&self, change: Change) -> (&'static str, &'static str) {
        match change {
            Change::Italic => ("<i>", "</i>"),
            Change::Oblique => ("<em>", "</em>"),
            Change::Upright => ("<span style=\"font-style:normal;\">", "</span>"),
            Change::SmallCaps => ("<span style=\"font-variant:small-caps;\">", "</span>"),
            Change::NoSmallCaps => ("<span style=\"font-variant:normal;\">", "</span>"),
            Change::Bold => ("<b>", "</b>"),
            Change::Light => ("", ""),
            Change::NormalWeight => ("<span style=\"font-weight:normal;\">", "</span>"),
            Change::Underline => ("<span style=\"text-decoration:underline;\">", "</span>"),
            Change::NoUnderline => ("<span style=\"text-decoration:none;\">", "</span>"),
            Change::Superscript => ("<sup>", "</sup>"),
            Change::Subscript => ("<sub>", "</sub>"),
            Change::Baseline => ("<span style=\"baseline\">", "</span>"),
        }
    }

    fn display_marks(&self, display: Display) -> (&'static str, &'static str) {
        match display {
            Display::Block => ("\n\n    <div class=\"csl-block\">", "</div>\n"),
            Display::LeftMargin => ("\n    <div class=\"csl-left-margin\">", "</div>"),
            Display::RightInline => ("<div class=\"csl-right-inline\">", "</div>\n  "),
            Display::Indent => ("<div class=\"csl-indent\">", "</div>\n  "),
        }
    }

    fn open_link(&self, address: &str, out: &mut String) {
        out.push_str("<a href=\"");
        for c in address.chars() {
            match c {
                '&' => out.push_str("&#38;"),
                '<' => out.push_str("&#60;"),
                '>' => out.push_str("&#62;"),
                '"' => out.push_str("&#34;"),
                '\'' => out.push_str("&#39;"),
                _ => out.push(c),
            }
        }
        out.push_str("\">");
    }

    fn close_link(&self, _: &str, out: &mut String) {
        out.push_str("</a>");
    }

    fn finish_entry(&self, start: usize, out: &mut String) {
        out.insert_str(start, "  <div class=\"csl-entry\">");
        out.push_str("</div>\n");
    }
}
