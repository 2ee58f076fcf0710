//! XML as archives write it, read without any way to be led astray: no entities of its own, no
//! files, no nesting without end.

use crate::problem::{Place, Problem, Result, codes};
use roxmltree::{Document, Node, ParsingOptions};

/// Deeper than any finding aid.
const DEEPEST: usize = 256;
/// More nodes than any file of a reasonable size has.
const MOST_NODES: u32 = 20_000_000;

/// Parses `text`. A document type that declares entities is refused; one that only names a DTD is
/// let through and not fetched.
pub fn parse<'a>(text: &'a str, file: &str) -> Result<Document<'a>> {
    let refuse = |message: &str| Problem::error(codes::IMPORT_SIZE, message).at(Place::file(file));
    if let Some(at) = text.find("<!DOCTYPE") {
        let rest = text.get(at..).unwrap_or("");
        let end = rest.find('>').unwrap_or(rest.len());
        let head = rest.get(..end).unwrap_or("");
        if head.contains('[') || rest.contains("<!ENTITY") {
            return Err(refuse("the file declares entities of its own")
                .mend("remove the internal subset of its DOCTYPE and write the entities out"));
        }
    }
    check_depth(text).map_err(|at| {
        let message = format!("elements stand more than {DEEPEST} deep");
        Problem::error(codes::IMPORT_SIZE, message).at(Place::file(file).offset(text, at))
    })?;
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..Default::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let at = error.pos();
        let place = Place::file(file).line_column(at.row as usize, at.col as usize);
        Problem::error(codes::IMPORT_SYNTAX, format!("this is not well-formed XML: {error}"))
            .at(place)
    })
}

/// The offset at which elements nest too deep, found without recursion.
fn check_depth(text: &str) -> std::result::Result<(), usize> {
    let mut depth = 0usize;
    let mut rest = text;
    let mut offset = 0;
    while let Some(at) = rest.find('<') {
        let tag = rest.get(at..).unwrap_or("");
        let skip = if tag.starts_with("<!--") {
            tag.find("-->").map_or(tag.len(), |end| end + 3)
        } else if tag.starts_with("<![CDATA[") {
            tag.find("]]>").map_or(tag.len(), |end| end + 3)
        } else {
            let end = tag_end(tag);
            let inside = tag.get(..end).unwrap_or("");
            if inside.starts_with("</") {
                depth = depth.saturating_sub(1);
            } else if !inside.starts_with("<?")
                && !inside.starts_with("<!")
                && !inside.ends_with("/>")
            {
                depth += 1;
                if depth > DEEPEST {
                    return Err(offset + at);
                }
            }
            end
        };
        offset += at + skip;
        rest = text.get(offset..).unwrap_or("");
    }
    Ok(())
}

/// The length of a tag; a `>` in an attribute's value does not end it.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// The place of `node` in the file.
pub fn place(node: Node<'_, '_>, lines: &super::lines::Lines<'_>) -> Place {
    lines.place(node.range().start)
}

/// The child elements of `node` with this local name, whatever the namespace.
pub fn children<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'i>> + 'a {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The first child element with this local name.
pub fn child<'a, 'i: 'a>(node: Node<'a, 'i>, name: &'a str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// The first element at the end of a way of local names: `["did", "unittitle"]`.
pub fn at<'a, 'i: 'a>(node: Node<'a, 'i>, way: &[&'a str]) -> Option<Node<'a, 'i>> {
    way.iter().try_fold(node, |node, name| child(node, name))
}

/// The text of `node` and all below it, with each run of white space made one space. The texts of
/// the elements `without` are left out.
pub fn text_without(node: Node<'_, '_>, without: &[&str]) -> String {
    let mut text = String::new();
    for descendant in node.descendants().filter(|d| d.is_text()) {
        let inside = descendant
            .ancestors()
            .take_while(|ancestor| *ancestor != node)
            .any(|ancestor| without.contains(&ancestor.tag_name().name()));
        if !inside {
            text.push_str(descendant.text().unwrap_or(""));
            // Parts and lines stand apart even when nothing stands between them.
            if descendant
                .parent()
                .is_some_and(|p| matches!(p.tag_name().name(), "part" | "subarea" | "p" | "item"))
            {
                text.push(' ');
            }
        }
    }
    super::found::one_line(&text)
}

/// The text of `node` and all below it.
pub fn text(node: Node<'_, '_>) -> String {
    text_without(node, &[])
}

/// The text of the first element at the end of a way of local names; empty when it is not there.
pub fn text_at(node: Node<'_, '_>, way: &[&str]) -> String {
    let mut found = Some(node);
    for name in way {
        found = found.and_then(|node| {
            node.children().find(|child| child.is_element() && child.tag_name().name() == *name)
        });
    }
    found.map(text).unwrap_or_default()
}

/// `text` escaped for the content of an element or an attribute in quotation marks. Characters that
/// XML 1.0 cannot hold are left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
