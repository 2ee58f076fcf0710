//! LaTeX, as a fragment for UTF-8 input.

use super::{Change, Dialect, text, visible_control};
use crate::style::formatting::Display;

pub(super) struct Latex;

impl Dialect for Latex {
    fn text(&self, text: &str, out: &mut String) {
        let mut before = out.chars().next_back();
        for c in text.chars() {
            let c = visible_control(c).unwrap_or(c);
            match c {
                '\\' => out.push_str("\\textbackslash{}"),
                '{' => out.push_str("\\{"),
                '}' => out.push_str("\\}"),
                '^' => out.push_str("\\textasciicircum{}"),
                '~' => out.push_str("\\textasciitilde{}"),
                '#' | '$' | '%' | '&' | '_' => {
                    out.push('\\');
                    out.push(c);
                }
                '<' => out.push_str("\\textless{}"),
                '>' => out.push_str("\\textgreater{}"),
                '|' => out.push_str("\\textbar{}"),
                '"' => out.push_str("\\textquotedbl{}"),
                '\u{a0}' => out.push('~'),
                // A bracket after a line break or `\item` would be its argument.
                '[' => out.push_str("{[}"),
                ']' => out.push_str("{]}"),
                // Two hyphens, commas or quotation marks would become one character.
                '-' | ',' | '\'' | '`' if before == Some(c) => {
                    out.push_str("{}");
                    out.push(c);
                }
                '\n' => out.push(' '),
                _ => out.push(c),
            }
            before = Some(c);
        }
    }

    fn marks(&self, change: Change) -> (&'static str, &'static str) {
        match change {
            Change::Italic => ("\\textit{", "}"),
            Change::Oblique => ("\\textsl{", "}"),
            Change::Upright => ("\\textup{", "}"),
            Change::SmallCaps => ("\\textsc{", "}"),
            Change::NoSmallCaps => ("\\textnormal{", "}"),
            Change::Bold => ("\\textbf{", "}"),
            Change::NormalWeight => ("\\textmd{", "}"),
            Change::Underline => ("\\underline{", "}"),
            Change::Superscript => ("\\textsuperscript{", "}"),
            Change::Subscript => ("\\textsubscript{", "}"),
            Change::Light | Change::NoUnderline | Change::Baseline => ("", ""),
        }
    }

    fn display_marks(&self, display: Display) -> (&'static str, &'static str) {
        match display {
            Display::Block => ("\n\n", "\n\n"),
            Display::LeftMargin => ("", " "),
            Display::RightInline => ("", ""),
            Display::Indent => ("\n\n\\hspace*{2em}", "\n\n"),
        }
    }

    fn open_link(&self, address: &str, out: &mut String) {
        out.push_str("\\href{");
        for c in address.chars() {
            match c {
                '\\' | '{' | '}' | '%' | '#' | '&' | '_' | '$' | '~' | '^' => {
                    out.push('\\');
                    out.push(c);
                }
                _ => out.push(c),
            }
        }
        out.push_str("}{");
    }

    fn close_link(&self, _: &str, out: &mut String) {
        out.push('}');
    }

    fn finish_entry(&self, start: usize, out: &mut String) {
        text::trim_entry(start, out);
    }
}
