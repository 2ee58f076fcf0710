//! Where affixes, delimiters and text meet: doubled punctuation is swallowed, colliding punctuation
//! merges, spaces are not doubled, and commas and full stops move into or out of quotation marks as
//! the locale has it.
//!
//! The specification leaves this to the processor; the rules are those by which the reference
//! processor prints, worked out on the tree in four passes. Punctuation never moves into a number,
//! and not across a change of letters unless it merges with what is there.

use super::markup::{Markup, Node, NodeId, Span};

/// Lets what meets under `node` (one cite, one bibliography entry) collide. The node's own affixes
/// take part. Run it once, after empty nodes have been [pruned](Markup::prune).
pub fn settle(tree: &mut Markup, node: NodeId) {
    let in_quote = tree.typography().punctuation_in_quote;
    let children = std::mem::take(&mut tree.children_scratch);
    let mut settler = Settler { tree, children, in_quote };
    settler.children.clear();
    let at = node.index();
    if at as usize >= settler.tree.nodes.len() {
        return;
    }
    settler.upward(at);
    settler.leftward(at);
    settler.downward(at);
    settler.swap_quotes(at);
    tree.children_scratch = settler.children;
}

/// Turns parentheses inside parentheses into brackets, in the affixes of groups; `depth` counts the
/// open ones and goes from cite to cite. (Notes are often set in parentheses themselves.)
pub fn nest_brackets(tree: &mut Markup, node: NodeId, depth: &mut i32) {
    let Some(&here) = tree.nodes.get(node.index() as usize) else { return };
    if here.opened {
        let turned = turn_brackets(tree.get(here.prefix), depth);
        if let Some(prefix) = turned {
            tree.set_prefix(node, &prefix);
        }
    }
    let mut child = here.first;
    while let Some(&Node { next, .. }) = tree.nodes.get(child as usize) {
        nest_brackets(tree, NodeId::new(child), depth);
        child = next;
    }
    if here.opened {
        let turned = turn_brackets(tree.get(here.suffix), depth);
        if let Some(suffix) = turned {
            tree.set_suffix(node, &suffix);
        }
    }
}

/// The text with parentheses at odd depth turned into brackets, if that changes it.
pub fn turn_brackets(text: &str, depth: &mut i32) -> Option<String> {
    if !text.contains(['(', ')']) {
        return None;
    }
    let mut changed = false;
    let turned = text
        .chars()
        .map(|c| match c {
            '(' => {
                let inside = depth.rem_euclid(2) == 1;
                *depth += 1;
                changed |= inside;
                if inside { '[' } else { '(' }
            }
            ')' => {
                let inside = depth.rem_euclid(2) == 0;
                *depth -= 1;
                changed |= inside;
                if inside { ']' } else { ')' }
            }
            _ => c,
        })
        .collect();
    changed.then_some(turned)
}

fn is_punctuation(c: char) -> bool {
    matches!(c, '!' | '?' | '.' | ':' | ',' | ';')
}

fn is_punctuation_or_space(c: char) -> bool {
    c == ' ' || c == '\u{a0}' || is_punctuation(c)
}

/// What is left where `first` meets `second`, when both are punctuation and differ.
fn merged(first: char, second: char) -> Option<&'static str> {
    Some(match (first, second) {
        ('!', '.' | ':') => "!",
        ('!', '?') => "!?",
        ('!', ',') => "!,",
        ('!', ';') => "!;",
        ('?', '.' | ':') => "?",
        ('?', '!') => "?!",
        ('?', ',') => "?,",
        ('?', ';') => "?;",
        ('.', '!') => ".!",
        ('.', '?') => ".?",
        ('.', ':') => ".:",
        ('.', ',') => ".,",
        ('.', ';') => ".;",
        (':' | ';', '!') => "!",
        (':' | ';', '?') => "?",
        (':', '.') => ":",
        (':', ',') => ":,",
        (':', ';') => ":;",
        (',', '!') => ",!",
        (',', '?') => ",?",
        (',', ':') => ",:",
        (',', '.') => ",.",
        (',', ';') => ",;",
        (';', ':' | '.') => ";",
        (';', ',') => ";,",
        _ => return None,
    })
}

/// One of a node's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Prefix,
    Suffix,
    Delimiter,
}

struct Settler<'a> {
    tree: &'a mut Markup,
    /// The children of the nodes being worked on, those of the innermost last.
    children: Vec<u32>,
    in_quote: bool,
}

impl Settler<'_> {
    fn node(&self, at: u32) -> &Node {
        &self.tree.nodes[at as usize]
    }

    fn span(&self, at: u32, part: Part) -> Span {
        let node = self.node(at);
        match part {
            Part::Text => node.text,
            Part::Prefix => node.prefix,
            Part::Suffix => node.suffix,
            Part::Delimiter => node.delimiter,
        }
    }

    fn span_mut(&mut self, at: u32, part: Part) -> &mut Span {
        let node = &mut self.tree.nodes[at as usize];
        match part {
            Part::Text => &mut node.text,
            Part::Prefix => &mut node.prefix,
            Part::Suffix => &mut node.suffix,
            Part::Delimiter => &mut node.delimiter,
        }
    }

    fn first(&self, at: u32, part: Part) -> Option<char> {
        self.tree.first_char(self.span(at, part))
    }

    fn last(&self, at: u32, part: Part) -> Option<char> {
        self.tree.last_char(self.span(at, part))
    }

    fn drop_first(&mut self, at: u32, part: Part) {
        if let Some(c) = self.first(at, part) {
            self.span_mut(at, part).start += c.len_utf8() as u32;
        }
    }

    fn drop_last(&mut self, at: u32, part: Part) {
        if let Some(c) = self.last(at, part) {
            self.span_mut(at, part).end -= c.len_utf8() as u32;
        }
    }

    fn push(&mut self, at: u32, part: Part, more: &str) {
        let span = self.span(at, part);
        let place = self.tree.joined(span, "", more);
        *self.span_mut(at, part) = place;
    }

    fn put_before(&mut self, at: u32, part: Part, more: &str) {
        let span = self.span(at, part);
        let place = self.tree.joined(span, more, "");
        *self.span_mut(at, part) = place;
    }

    /// Lets the end of one text meet the start of another; what is left stands in the first.
    fn merge_left(&mut self, first: (u32, Part), second: (u32, Part)) {
        let Some(b) = self.first(second.0, second.1) else { return };
        let a = self.last(first.0, first.1);
        if a == Some(b) {
            self.drop_first(second.0, second.1);
        } else if is_punctuation(b) {
            self.drop_first(second.0, second.1);
            match a.and_then(|a| merged(a, b)) {
                Some(left) => {
                    self.drop_last(first.0, first.1);
                    self.push(first.0, first.1, left);
                }
                None => self.push(first.0, first.1, b.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// The same, but what is left stands in the second.
    fn merge_right(&mut self, first: (u32, Part), second: (u32, Part)) {
        let Some(a) = self.last(first.0, first.1) else { return };
        let b = self.first(second.0, second.1);
        if b == Some(a) {
            self.drop_last(first.0, first.1);
        } else if is_punctuation(a) {
            self.drop_last(first.0, first.1);
            match b.and_then(|b| merged(a, b)) {
                Some(left) => {
                    self.drop_first(second.0, second.1);
                    self.put_before(second.0, second.1, left);
                }
                None => self.put_before(second.0, second.1, a.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// Puts the children on the stack and gives their range there.
    fn unfold(&mut self, at: u32) -> std::ops::Range<usize> {
        let start = self.children.len();
        for child in self.tree.child_ids(at) {
            self.children.push(child.index());
        }
        start..self.children.len()
    }

    fn is_number(&self, at: u32) -> bool {
        let node = self.node(at);
        if node.leaf {
            return node.number;
        }
        node.first == node.last
            && self.tree.nodes.get(node.first as usize).is_some_and(|n| n.leaf && n.number)
    }

    fn last_child(&self, at: u32) -> Option<u32> {
        let node = self.node(at);
        (!node.leaf && (node.last as usize) < self.tree.nodes.len()).then_some(node.last)
    }

    fn ends_in_number(&self, mut at: u32) -> bool {
        loop {
            let node = self.node(at);
            if node.leaf {
                return node.number;
            }
            match self.last_child(at) {
                Some(child) => at = child,
                None => return false,
            }
        }
    }

    fn ends_in_quotes(&self, mut at: u32) -> bool {
        loop {
            if self.node(at).is_quoted() {
                return true;
            }
            match self.last_child(at) {
                Some(child) => at = child,
                None => return false,
            }
        }
    }

    /// Whether `c` would vanish into the punctuation at the end of the node.
    fn ends_in_stronger(&self, c: char, mut at: u32) -> bool {
        loop {
            let leaf = self.node(at).leaf;
            let mut end = self.last(at, Part::Suffix);
            if end.is_none() && leaf {
                end = self.last(at, Part::Text);
            }
            if end.and_then(|end| merged(end, c)).is_some_and(|left| left.len() == 1) {
                return true;
            }
            match self.last_child(at) {
                Some(child) => at = child,
                None => return false,
            }
        }
    }

    fn ends_in(&self, c: char, mut at: u32) -> bool {
        loop {
            if self.node(at).leaf {
                return self.last(at, Part::Text) == Some(c);
            }
            let Some(child) = self.last_child(at) else { return false };
            match self.last(child, Part::Suffix) {
                None => at = child,
                end => return end == Some(c),
            }
        }
    }

    /// A suffix that begins with the punctuation that ends the text loses it.
    fn settle_leaf(&mut self, at: u32) {
        if let Some(c) = self.first(at, Part::Suffix)
            && is_punctuation(c)
            && self.last(at, Part::Text) == Some(c)
        {
            self.drop_first(at, Part::Suffix);
        }
    }

    /// Punctuation and spaces at the outer ends of a group's children go up to the group.
    fn upward(&mut self, at: u32) {
        if self.node(at).leaf {
            return self.settle_leaf(at);
        }
        let decorated = self.node(at).is_decorated() || self.node(at).is_quoted();
        let range = self.unfold(at);
        for i in range.clone().rev() {
            let child = self.children[i];
            self.upward(child);
            if i == range.start {
                if self.last(at, Part::Prefix) == Some(' ')
                    && self.first(child, Part::Prefix) == Some(' ')
                {
                    self.drop_first(child, Part::Prefix);
                }
                if let Some(c) = self.first(child, Part::Prefix)
                    && !decorated
                    && is_punctuation_or_space(c)
                    && self.span(at, Part::Prefix).is_empty()
                {
                    self.push(at, Part::Prefix, c.encode_utf8(&mut [0; 4]));
                    self.drop_first(child, Part::Prefix);
                }
            }
            if i + 1 == range.end && !decorated && self.last(child, Part::Suffix) == Some(' ') {
                if self.first(at, Part::Suffix) != Some(' ') {
                    self.put_before(at, Part::Suffix, " ");
                }
                self.drop_last(child, Part::Suffix);
            }
            if i > range.start
                && let Some(c) = self.last(at, Part::Delimiter)
                && is_punctuation_or_space(c)
                && self.first(child, Part::Prefix) == Some(c)
            {
                self.drop_first(child, Part::Prefix);
            }
        }
        self.children.truncate(range.start);
    }

    /// Punctuation that begins a sibling goes to the end of the child before it.
    fn leftward(&mut self, at: u32) {
        if self.node(at).leaf {
            return;
        }
        let range = self.unfold(at);
        for i in range.clone().rev() {
            let child = self.children[i];
            self.leftward(child);
            if i + 1 == range.end || !self.span(at, Part::Delimiter).is_empty() {
                continue;
            }
            let sibling = self.children[i + 1];
            let decorated = self.node(child).is_decorated() || self.node(sibling).is_decorated();
            let Some(c) = self.first(sibling, Part::Prefix) else { continue };
            if decorated || !is_punctuation(c) {
                continue;
            }
            let end = self.last(child, Part::Suffix);
            let same = end == Some(c)
                || (end.is_none()
                    && self.node(child).leaf
                    && self.last(child, Part::Text) == Some(c));
            if same {
                self.drop_first(sibling, Part::Prefix);
            } else {
                self.merge_left((child, Part::Suffix), (sibling, Part::Prefix));
            }
        }
        self.children.truncate(range.start);
    }

    /// Punctuation of a group goes down to where the text ends, and what is there twice is dropped.
    fn downward(&mut self, at: u32) {
        if self.node(at).leaf {
            return self.settle_leaf(at);
        }
        let range = self.unfold(at);
        if let Some(c) = self.first(at, Part::Delimiter)
            && is_punctuation(c)
        {
            for i in range.start..range.end.saturating_sub(1) {
                let child = self.children[i];
                if self.last(child, Part::Suffix) != Some(c) {
                    self.push(child, Part::Suffix, c.encode_utf8(&mut [0; 4]));
                }
            }
            self.drop_first(at, Part::Delimiter);
        }
        for i in range.clone().rev() {
            let child = self.children[i];
            let node = self.node(child);
            let (leaf, decorated) = (node.leaf, node.is_decorated() || node.is_quoted());
            let number = self.is_number(child);
            if i + 1 == range.end {
                self.settle_end(at, child, leaf);
            } else if let Some(c) = self.first(at, Part::Delimiter) {
                if is_punctuation_or_space(c) && self.last(child, Part::Suffix) == Some(c) {
                    self.drop_last(child, Part::Suffix);
                }
            } else if self.span(at, Part::Delimiter).is_empty()
                && !number
                && !decorated
                && let Some(c) = self.last(child, Part::Suffix)
                && is_punctuation_or_space(c)
                && self.first(self.children[i + 1], Part::Prefix) == Some(c)
            {
                let sibling = self.children[i + 1];
                self.drop_first(sibling, Part::Prefix);
            }
            if leaf
                && !number
                && !decorated
                && self.first(child, Part::Suffix).is_some_and(is_punctuation)
            {
                self.merge_left((child, Part::Text), (child, Part::Suffix));
            }
            self.downward(child);
        }
        self.children.truncate(range.start);
    }

    /// The end of the group `at` meets the end of its last child.
    fn settle_end(&mut self, at: u32, child: u32, leaf: bool) {
        if let Some(c) = self.first(at, Part::Suffix)
            && is_punctuation(c)
            && (self.ends_in_stronger(c, child) || (self.in_quote && self.ends_in_quotes(child)))
            && !self.ends_in_number(child)
        {
            let part = if leaf { Part::Text } else { Part::Suffix };
            self.merge_left((child, part), (at, Part::Suffix));
            if self.first(at, Part::Suffix) == Some('.') {
                self.push(child, Part::Suffix, ".");
                self.drop_first(at, Part::Suffix);
            }
        }
        if self.last(child, Part::Suffix) == Some('\u{a0}')
            && self.first(at, Part::Suffix) == Some(' ')
        {
            self.drop_first(at, Part::Suffix);
        }
        if let Some(c) = self.first(child, Part::Suffix)
            && is_punctuation_or_space(c)
        {
            if leaf && self.last(child, Part::Text) == Some(c) {
                self.drop_first(child, Part::Suffix);
            }
            if self.last(child, Part::Suffix) == self.first(at, Part::Suffix) {
                self.drop_last(at, Part::Suffix);
            }
        }
        if let Some(c) = self.first(at, Part::Suffix)
            && is_punctuation(c)
            && self.ends_in(c, at)
        {
            self.drop_first(at, Part::Suffix);
        }
    }

    /// Commas and full stops go inside quotation marks, or commas, colons and semicolons outside.
    fn swap_quotes(&mut self, at: u32) {
        let range = self.unfold(at);
        for i in range.clone() {
            let child = self.children[i];
            if self.node(child).is_quoted() {
                let inside = match self.last_child(child) {
                    Some(last) => (last, Part::Suffix),
                    None => (child, Part::Text),
                };
                if self.in_quote {
                    while matches!(self.first(child, Part::Suffix), Some('!' | '?' | '.' | ',')) {
                        self.merge_left(inside, (child, Part::Suffix));
                    }
                } else {
                    while matches!(self.last(inside.0, inside.1), Some(':' | ',' | ';')) {
                        self.merge_right(inside, (child, Part::Suffix));
                    }
                }
            }
            self.swap_quotes(child);
        }
        self.children.truncate(range.start);
    }
}

#[cfg(test)]
mod tests {
    use super::super::markup::{Dress, Markup, Typography};
    use super::super::write::{Format, Writing, write};
    use super::*;

    fn html(tree: &mut Markup, node: NodeId) -> String {
        tree.prune(node);
        settle(tree, node);
        let mut out = String::new();
        write(tree, node, Writing { format: Format::Html, links: false }, &mut out);
        out
    }

    fn plain() -> Dress<'static> {
        Dress::default()
    }

    #[test]
    fn a_full_stop_after_a_full_stop_or_question_mark_is_swallowed() {
        for (title, expected) in
            [("Why?", "Why? Moscow."), ("Report", "Report. Moscow."), ("U.S.A.", "U.S.A. Moscow.")]
        {
            let mut tree = Markup::new(Typography::default());
            let entry = tree.open(&Dress { suffix: ".", delimiter: ". ", ..plain() });
            tree.text(title, &plain());
            tree.text("Moscow", &plain());
            tree.close();
            assert_eq!(html(&mut tree, entry), expected);
        }
    }

    #[test]
    fn punctuation_goes_into_american_quotation_marks_and_out_of_others() {
        for (in_quote, expected) in [(true, "“Report,” Moscow"), (false, "“Report”, Moscow")]
        {
            let mut tree =
                Markup::new(Typography { punctuation_in_quote: in_quote, ..Typography::default() });
            let entry = tree.open(&Dress { delimiter: ", ", ..plain() });
            tree.text("Report", &Dress { quotes: true, ..plain() });
            tree.text("Moscow", &plain());
            tree.close();
            assert_eq!(html(&mut tree, entry), expected);
        }
    }

    #[test]
    fn quotation_marks_in_quotation_marks_are_the_inner_ones() {
        let mut tree = Markup::new(Typography::default());
        let entry = tree.open(&Dress { suffix: ".", ..plain() });
        tree.text("The \"long\" telegram’s 'fate'", &Dress { quotes: true, ..plain() });
        tree.close();
        assert_eq!(html(&mut tree, entry), "“The ‘long’ telegram’s ‘fate.’”");
    }

    #[test]
    fn italics_in_italics_stand_upright() {
        let mut tree = Markup::new(Typography::default());
        let mut italic = plain();
        italic.formatting.set("font-style", "italic");
        let entry = tree.open(&italic);
        tree.text("On <i>Pravda</i> & others", &plain());
        tree.close();
        assert_eq!(
            html(&mut tree, entry),
            "<i>On <span style=\"font-style:normal;\">Pravda</span> &#38; others</i>"
        );
    }

    #[test]
    fn brackets_nest() {
        let mut depth = 0;
        assert_eq!(turn_brackets("(a (b))", &mut depth).as_deref(), Some("(a [b])"));
        assert_eq!(turn_brackets("(a)", &mut depth), None);
        assert_eq!(depth, 0);
    }
}
