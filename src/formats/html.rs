//! Saved web pages as a tree, read the forgiving way that pages need: what is not closed is closed,
//! what is not known is passed over, entities that nobody knows stay as they are.

/// A page. Node 0 is the root.
pub struct Page {
    nodes: Vec<Node>,
}

/// An element or a piece of text.
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<usize>,
    parent: usize,
    offset: usize,
}

/// Elements that have no content.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
/// Elements whose content is no text of the page.
const SILENT: &[&str] = &["script", "style", "template", "noscript"];
/// Elements that a new one of their kind closes.
const CLOSED_BY_NEXT: &[&str] = &["p", "li", "option", "tr", "td", "th", "dt", "dd"];
/// More elements inside each other than any page has.
const DEEPEST: usize = 400;

impl Page {
    /// Reads the page `text`.
    pub fn read(text: &str) -> Page {
        let root = Node {
            name: String::new(),
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
            parent: 0,
            offset: 0,
        };
        let mut page = Page { nodes: vec![root] };
        let mut open: Vec<usize> = vec![0];
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(tag) = rest.find('<') else {
                page.add_text(&open, rest, at);
                break;
            };
            if tag > 0 {
                page.add_text(&open, rest.get(..tag).unwrap_or(""), at);
                at += tag;
                continue;
            }
            at += page.tag(rest, at, &mut open);
        }
        page
    }

    fn add_text(&mut self, open: &[usize], text: &str, offset: usize) {
        let parent = open.last().copied().unwrap_or(0);
        let node = Node {
            name: String::new(),
            attributes: Vec::new(),
            text: unescaped(text),
            children: Vec::new(),
            parent,
            offset,
        };
        self.add(node);
    }

    fn add(&mut self, node: Node) -> usize {
        let at = self.nodes.len();
        let parent = node.parent;
        self.nodes.push(node);
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(at);
        }
        at
    }

    /// Reads what begins with `<` and gives its length.
    fn tag(&mut self, rest: &str, offset: usize, open: &mut Vec<usize>) -> usize {
        if rest.starts_with("<!--") {
            return rest.find("-->").map_or(rest.len(), |end| end + 3);
        }
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>").unwrap_or(data.len());
            self.add_text(open, data.get(..end).unwrap_or(""), offset);
            return (9 + end + 3).min(rest.len());
        }
        let second = rest.as_bytes().get(1).copied().unwrap_or(b' ');
        if !(second.is_ascii_alphabetic() || matches!(second, b'/' | b'!' | b'?')) {
            self.add_text(open, "<", offset);
            return 1;
        }
        let length = tag_length(rest);
        let inside = rest.get(1..length.saturating_sub(1)).unwrap_or("");
        if inside.starts_with(['!', '?']) {
            return length;
        }
        if let Some(name) = inside.strip_prefix('/') {
            let name = name.trim().to_ascii_lowercase();
            if let Some(at) = open.iter().rposition(|node| self.nodes[*node].name == name)
                && at > 0
            {
                open.truncate(at);
            }
            return length;
        }
        let closed = inside.ends_with('/');
        let inside = inside.trim_end_matches('/');
        let name_end = inside.find(|c: char| c.is_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_end);
        let name = name.to_ascii_lowercase();
        if CLOSED_BY_NEXT.contains(&name.as_str())
            && open.last().is_some_and(|node| self.nodes[*node].name == name)
        {
            open.pop();
        }
        let parent = open.last().copied().unwrap_or(0);
        let node = Node {
            attributes: attributes_of(attributes),
            text: String::new(),
            children: Vec::new(),
            parent,
            offset,
            name: name.clone(),
        };
        let node = self.add(node);
        if SILENT.contains(&name.as_str()) && !closed {
            let end = format!("</{name}");
            let after = rest.get(length..).unwrap_or("");
            let silent = after.to_ascii_lowercase().find(&end).unwrap_or(after.len());
            let close = after.get(silent..).map_or(0, tag_length);
            return length + silent + close;
        }
        if !closed && !VOID.contains(&name.as_str()) && open.len() < DEEPEST {
            open.push(node);
        }
        length
    }

    /// Every element below `node`, in the order of the page.
    pub fn below(&self, node: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut stack: Vec<usize> = vec![node];
        while let Some(at) = stack.pop() {
            if at != node && !self.nodes[at].name.is_empty() {
                found.push(at);
            }
            stack.extend(self.nodes[at].children.iter().rev());
        }
        found
    }

    /// The elements below `node` with one of these names.
    pub fn named<'a>(&'a self, node: usize, names: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
        self.below(node).into_iter().filter(|at| names.contains(&self.name(*at)))
    }

    /// The name of an element, in small letters.
    pub fn name(&self, node: usize) -> &str {
        self.nodes.get(node).map_or("", |node| &node.name)
    }

    /// The value of an attribute; empty when it is not there.
    pub fn attribute(&self, node: usize, name: &str) -> &str {
        let attributes = self.nodes.get(node).map(|node| node.attributes.as_slice());
        let found = attributes.unwrap_or_default().iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Whether the element has the class `class`.
    pub fn has_class(&self, node: usize, class: &str) -> bool {
        self.attribute(node, "class").split_whitespace().any(|word| word == class)
    }

    /// Where in the text of the page the element begins.
    pub fn offset(&self, node: usize) -> usize {
        self.nodes.get(node).map_or(0, |node| node.offset)
    }

    /// The text of `node` and all below it, without the elements for which `skip` says so; each run of white
    /// space is one space, a line break a line end.
    pub fn text_without(&self, node: usize, skip: impl Fn(&Page, usize) -> bool) -> String {
        let mut text = String::new();
        let mut stack: Vec<usize> = vec![node];
        while let Some(at) = stack.pop() {
            let Some(here) = self.nodes.get(at) else { continue };
            if here.name.is_empty() {
                text.push_str(&here.text);
            } else if here.name == "br" {
                text.push('\n');
            } else if BLOCKS.contains(&here.name.as_str()) {
                // What begins on a line of its own is not glued to the word before.
                text.push(' ');
            }
            if here.name.is_empty() || at == node || !skip(self, at) {
                stack.extend(here.children.iter().rev());
            }
        }
        let lines = text.lines().map(super::found::one_line).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The text of `node` and all below it, in one line.
    pub fn text(&self, node: usize) -> String {
        super::found::one_line(&self.text_without(node, |_, _| false))
    }
}

/// Elements that begin on a line of their own.
const BLOCKS: &[&str] = &[
    "blockquote",
    "dd",
    "div",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ol",
    "p",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// The length of a tag; a `>` in the value of an attribute does not end it.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') if rest[..at].ends_with('=') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    rest.len()
}

fn attributes_of(text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && attributes.len() < 100 {
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        rest = after.trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = &after[1..];
                    let end = inside.find(quote).unwrap_or(inside.len());
                    value = &inside[..end];
                    rest = inside.get(end + 1..).unwrap_or("");
                }
                _ => {
                    let end = after.find(char::is_whitespace).unwrap_or(after.len());
                    (value, rest) = after.split_at(end);
                }
            }
        }
        if name.is_empty() {
            // A stray sign: skip it, so that the loop comes to an end.
            rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or("");
        } else {
            attributes.push((name.to_ascii_lowercase(), unescaped(value)));
        }
        rest = rest.trim_start();
    }
    attributes
}

/// Text with the entities that pages use written out.
fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let character = end.and_then(|end| entity(&rest[1..end]));
        match (character, end) {
            (Some(character), Some(end)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "auml" => 'ä',
        "szlig" => 'ß',
        "copy" => '©',
        "sect" => '§',
        "frac12" => '½',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_nobody_checked_are_read() {
        let page = Page::read(
            "<!DOCTYPE html><p class='a b'>one<p>two &amp; <br>three &unknown; 1 < 2<script>if (a<b) '</p>'</script><ul><li>x<li>y</ul></div>",
        );
        let texts: Vec<String> = page.named(0, &["p", "li"]).map(|at| page.text(at)).collect();
        assert_eq!(texts, ["one", "two & three &unknown; 1 < 2 x y", "x", "y"]);
        assert!(page.has_class(1, "b"));
        for hostile in [
            "<",
            "<a",
            "<a b=",
            "<a b='",
            "</",
            "<!--",
            "<![CDATA[",
            "&",
            "&#xffffffff;",
            "<a =>",
            "<script>",
        ] {
            Page::read(hostile).text(0);
        }
        Page::read(&"<b>".repeat(100_000)).text(0);
    }
}
