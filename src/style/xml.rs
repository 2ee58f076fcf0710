//! The XML of styles and locales, read with limits, and what is wrong with it, with its place.

use crate::problem::{Code, Place, Problem, codes};
use roxmltree::{Document, Node, ParsingOptions};

/// The longest style or locale that is read, in bytes; the longest real one has 300 kB.
const LONGEST: usize = 8 << 20;
/// The most nodes a document may have; the largest real one has 20,000.
const NODES: u32 = 400_000;
/// The longest tag, attributes included; the longest real one has 411 bytes.
const LONGEST_TAG: usize = 16 << 10;
/// The deepest nesting of elements; the deepest real style has 18 levels.
const DEEPEST: usize = 64;

/// Parses a document, after a look at its depth that needs no memory.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Problem> {
    if text.len() > LONGEST {
        let message = format!("the file has {} bytes, more than {LONGEST}", text.len());
        return Err(Problem::error(codes::STYLE_XML, message));
    }
    check_depth(text)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..Default::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let place =
            Place::default().line_column(error.pos().row as usize, error.pos().col as usize);
        match error {
            roxmltree::Error::DtdDetected => {
                let message = "the file has a DOCTYPE, which may declare entities";
                Problem::error(codes::STYLE_XML, message).at(place).mend("take the DOCTYPE out")
            }
            _ => Problem::error(codes::STYLE_XML, format!("not well-formed: {error}")).at(place),
        }
    })
}

/// Refuses documents nested deeper than any style is. Counts tags only, so that what is malformed
/// is left to the parser's own message.
fn check_depth(text: &str) -> Result<(), Problem> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = 0;
    let skip_to = |from: usize, end: &str| match text.get(from..).and_then(|rest| rest.find(end)) {
        Some(found) => from + found + end.len(),
        None => text.len(),
    };
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        let tag = at + found;
        let rest = &bytes[tag..];
        if rest.starts_with(b"<!--") {
            at = skip_to(tag + 4, "-->");
        } else if rest.starts_with(b"<![CDATA[") {
            at = skip_to(tag + 9, "]]>");
        } else if rest.starts_with(b"<?") {
            at = skip_to(tag + 2, "?>");
        } else {
            // To the end of the tag; a `>` may stand in a quoted value.
            let mut quote = None;
            let mut end = tag + 1;
            while let Some(&byte) = bytes.get(end) {
                match quote {
                    Some(open) if byte == open => quote = None,
                    Some(_) => {}
                    None if byte == b'"' || byte == b'\'' => quote = Some(byte),
                    None if byte == b'>' => break,
                    None => {}
                }
                end += 1;
            }
            if end - tag > LONGEST_TAG {
                let message = format!("a tag is longer than {LONGEST_TAG} bytes");
                return Err(Problem::error(codes::STYLE_XML, message)
                    .at(Place::default().offset(text, tag)));
            }
            if rest.starts_with(b"</") {
                depth = depth.saturating_sub(1);
            } else if !rest.starts_with(b"<!") && bytes.get(end - 1) != Some(&b'/') {
                depth += 1;
                if depth > DEEPEST {
                    let message = format!("elements are nested deeper than {DEEPEST} levels");
                    return Err(Problem::error(codes::STYLE_XML, message)
                        .at(Place::default().offset(text, tag)));
                }
            }
            at = end;
        }
    }
    Ok(())
}

/// Gathers what is wrong with a document, with line and column.
pub(super) struct Notes<'d> {
    document: &'d Document<'d>,
    pub(super) problems: Vec<Problem>,
}

impl<'d> Notes<'d> {
    pub(super) fn new(document: &'d Document<'d>) -> Notes<'d> {
        Notes { document, problems: Vec::new() }
    }

    pub(super) fn place(&self, offset: usize) -> Place {
        let position = self.document.text_pos_at(offset);
        Place::default().line_column(position.row as usize, position.col as usize)
    }

    /// Something that is passed over.
    pub(super) fn warn(&mut self, offset: usize, message: String) {
        // A hostile style could make more remarks than anybody reads.
        if self.problems.len() < 200 {
            let place = self.place(offset);
            self.problems.push(Problem::warning(codes::STYLE_STRUCTURE, message).at(place));
        }
    }

    /// Something the style cannot be used with.
    pub(super) fn error(&mut self, code: &'static Code, offset: usize, message: String) {
        let place = self.place(offset);
        self.problems.push(Problem::error(code, message).at(place));
    }
}

/// The child elements.
pub(super) fn elements<'a, 'd>(node: Node<'a, 'd>) -> impl Iterator<Item = Node<'a, 'd>> {
    node.children().filter(Node::is_element)
}

/// The name of an element, whatever its namespace.
pub(super) fn name<'d>(node: Node<'_, 'd>) -> &'d str {
    node.tag_name().name()
}

/// The text of an element, as one string.
pub(super) fn text(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}

/// Where an element begins.
pub(super) fn offset(node: Node<'_, '_>) -> usize {
    node.range().start
}

/// The text with what was escaped twice escaped once: some real styles have `&amp;#160;` where they
/// mean a no-break space. `None` when nothing was.
pub(super) fn unescaped_twice(text: &str) -> Option<String> {
    // A reference in full, and nothing that only looks like the beginning of one.
    fn is_reference(text: &str) -> bool {
        let Some(end) = text.bytes().take(10).position(|byte| byte == b';') else { return false };
        let name = &text[..end];
        match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix(['x', 'X']) {
                Some(hex) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
                None => !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()),
            },
            None => matches!(name, "lt" | "gt" | "quot"),
        }
    }
    const ONCE: &str = "&amp;";
    if !text.match_indices(ONCE).any(|(at, _)| is_reference(&text[at + ONCE.len()..])) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(ONCE) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        rest = &here[ONCE.len()..];
        out.push_str(if is_reference(rest) { "&" } else { ONCE });
    }
    out.push_str(rest);
    Some(out)
}
