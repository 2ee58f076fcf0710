//! XML written element by element, with everything escaped.

use super::xml::escaped;
use std::io::{self, Write};

/// An element being written.
pub(super) struct Element {
    pub(super) indent: usize,
    out: String,
}

impl Element {
    /// Elements that stand `indent` levels inside others.
    pub(super) fn new(indent: usize) -> Element {
        Element { indent, out: String::new() }
    }

    fn margin(&mut self) {
        for _ in 0..self.indent {
            self.out.push_str("  ");
        }
    }

    /// Opens an element; `attributes` without a value are left out.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Element {
        self.margin();
        self.tag(name, attributes);
        self.out.push_str(">\n");
        self.indent += 1;
        self
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &str) -> &mut Element {
        self.indent = self.indent.saturating_sub(1);
        self.margin();
        self.out.push_str(&format!("</{name}>\n"));
        self
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            self.out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
    }

    /// An element with text; none when the text is empty.
    pub(super) fn text(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> &mut Element {
        if !text.trim().is_empty() {
            self.margin();
            self.tag(name, attributes);
            self.out.push_str(&format!(">{}</{name}>\n", escaped(text.trim())));
        }
        self
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Element {
        self.margin();
        self.tag(name, attributes);
        self.out.push_str("/>\n");
        self
    }

    /// The mark of the record that follows, as a processing instruction: no standard has an element
    /// for it, and a comment cannot hold every id (`a--b`).
    pub(super) fn mark(&mut self, mark: Option<String>) {
        if let Some(mark) = mark {
            self.margin();
            self.out.push_str(&format!("<?{mark}?>\n"));
        }
    }

    /// What there is.
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// Writes what there is.
    pub(super) fn write(self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.out.as_bytes())
    }
}
