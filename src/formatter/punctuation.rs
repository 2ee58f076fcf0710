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
    // All nodes, parents before their children. What is done at a node touches its own texts and
    // those of its children (or, at the ends, of its last descendants), so that the passes are loops.
    let mut order = std::mem::take(&mut tree.order_scratch);
    order.clear();
    let has_quotes = gather(tree, node.index(), &mut order);
    let mut settler = Settler { tree, in_quote };
    for &at in order.iter().rev() {
        settler.upward(at);
        settler.leftward(at);
    }
    for &at in &order {
        settler.downward(at);
    }
    if has_quotes {
        for &at in order.iter().skip(1) {
            settler.swap_quotes(at);
        }
    }
    tree.order_scratch = order;
}

/// Lists `node` and all under it, parents before their children. Tells whether any is quoted.
fn gather(tree: &Markup, node: u32, order: &mut Vec<u32>) -> bool {
    let mut has_quotes = false;
    // The nodes listed from `done` on have not been looked into.
    if (node as usize) < tree.nodes.len() {
        order.push(node);
    }
    let mut done = 0;
    while let Some(&at) = order.get(done) {
        done += 1;
        let here = &tree.nodes[at as usize];
        has_quotes |= here.is_quoted();
        let mut child = here.first;
        while let Some(next) = tree.nodes.get(child as usize).map(|child| child.next) {
            order.push(child);
            child = next;
        }
    }
    has_quotes
}

/// Turns parentheses inside parentheses into brackets, in the affixes of groups; `depth` counts the
/// open ones and goes from cite to cite. (Notes are often set in parentheses themselves.)
pub fn nest_brackets(tree: &mut Markup, node: NodeId, depth: &mut i32) {
    // Most trees have none, in affixes or elsewhere. (All bytes are looked at, which is quicker.)
    let has_any = tree.buffer.bytes().fold(false, |has, byte| has | matches!(byte, b'(' | b')'));
    if has_any {
        nest_brackets_in(tree, node.index(), depth);
    }
}

fn nest_brackets_in(tree: &mut Markup, node: u32, depth: &mut i32) {
    let Some(here) = tree.nodes.get(node as usize) else { return };
    let (opened, prefix, suffix, mut child) =
        (here.levels > 0, here.prefix, here.suffix, here.first);
    if opened && !prefix.is_empty() {
        let turned = turn_brackets(tree.get(prefix), depth);
        if let Some(prefix) = turned {
            tree.set_prefix(NodeId::new(node), &prefix);
        }
    }
    while let Some(next) = tree.nodes.get(child as usize).map(|child| child.next) {
        nest_brackets_in(tree, child, depth);
        child = next;
    }
    if opened && !suffix.is_empty() {
        let turned = turn_brackets(tree.get(suffix), depth);
        if let Some(suffix) = turned {
            tree.set_suffix(NodeId::new(node), &suffix);
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
    in_quote: bool,
}

impl Settler<'_> {
    #[inline]
    fn node(&self, at: u32) -> &Node {
        &self.tree.nodes[at as usize]
    }

    #[inline]
    fn span(&self, at: u32, part: Part) -> Span {
        let node = self.node(at);
        match part {
            Part::Text => node.text,
            Part::Prefix => node.prefix,
            Part::Suffix => node.suffix,
            Part::Delimiter => node.delimiter,
        }
    }

    #[inline]
    fn span_mut(&mut self, at: u32, part: Part) -> &mut Span {
        let node = &mut self.tree.nodes[at as usize];
        match part {
            Part::Text => &mut node.text,
            Part::Prefix => &mut node.prefix,
            Part::Suffix => &mut node.suffix,
            Part::Delimiter => &mut node.delimiter,
        }
    }

    #[inline]
    fn first(&self, at: u32, part: Part) -> Option<char> {
        self.tree.first_char(self.span(at, part))
    }

    #[inline]
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

    /// The next sibling.
    #[inline]
    fn next(&self, at: u32) -> Option<u32> {
        let next = self.node(at).next;
        ((next as usize) < self.tree.nodes.len()).then_some(next)
    }

    #[inline]
    fn first_child(&self, at: u32) -> Option<u32> {
        let first = self.node(at).first;
        ((first as usize) < self.tree.nodes.len()).then_some(first)
    }

    fn is_number(&self, at: u32) -> bool {
        let node = self.node(at);
        if node.leaf {
            return node.number;
        }
        node.levels < 2
            && node.first == node.last
            && self.tree.nodes.get(node.first as usize).is_some_and(|n| n.leaf && n.number)
    }

    #[inline]
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
    #[inline]
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
        if !(self.span(at, Part::Prefix).is_empty() && self.span(at, Part::Suffix).is_empty())
            && let Some(inside) = self.tree.part(at)
        {
            self.upward(inside);
            self.leftward(inside);
        }
        let decorated = self.stands_apart(at);
        let Some(first) = self.first_child(at) else { return };
        if !self.span(first, Part::Prefix).is_empty() {
            if self.last(at, Part::Prefix) == Some(' ')
                && self.first(first, Part::Prefix) == Some(' ')
            {
                self.drop_first(first, Part::Prefix);
            }
            if let Some(c) = self.first(first, Part::Prefix)
                && !decorated
                && is_punctuation_or_space(c)
                && self.span(at, Part::Prefix).is_empty()
            {
                self.push(at, Part::Prefix, c.encode_utf8(&mut [0; 4]));
                self.drop_first(first, Part::Prefix);
            }
        }
        if let Some(delimiter) = self.last(at, Part::Delimiter)
            && is_punctuation_or_space(delimiter)
        {
            let mut here = self.next(first);
            while let Some(child) = here {
                here = self.next(child);
                if self.first(child, Part::Prefix) == Some(delimiter) {
                    self.drop_first(child, Part::Prefix);
                }
            }
        }
        if let Some(last) = self.last_child(at)
            && !decorated
            && self.last(last, Part::Suffix) == Some(' ')
        {
            if self.first(at, Part::Suffix) != Some(' ') {
                self.put_before(at, Part::Suffix, " ");
            }
            self.drop_last(last, Part::Suffix);
        }
    }

    /// Punctuation that begins a sibling goes to the end of the child before it.
    fn leftward(&mut self, at: u32) {
        let node = self.node(at);
        if node.leaf || node.first == node.last || !node.delimiter.is_empty() {
            return;
        }
        let mut before = self.first_child(at);
        while let Some(child) = before {
            before = self.next(child);
            let Some(sibling) = before else { return };
            let Some(c) = self.first(sibling, Part::Prefix) else { continue };
            if !is_punctuation(c)
                || self.node(child).is_decorated()
                || self.node(sibling).is_decorated()
            {
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
    }

    /// Punctuation of a group goes down to where the text ends, and what is there twice is dropped.
    fn downward(&mut self, at: u32) {
        if self.node(at).leaf {
            return self.settle_leaf(at);
        }
        if !self.span(at, Part::Suffix).is_empty()
            && let Some(inside) = self.tree.part(at)
        {
            self.settle_end(at, inside, false);
            return self.downward(inside);
        }
        if let Some(c) = self.first(at, Part::Delimiter)
            && is_punctuation(c)
        {
            let mut here = self.first_child(at);
            while let Some(child) = here {
                here = self.next(child);
                if here.is_some() && self.last(child, Part::Suffix) != Some(c) {
                    self.push(child, Part::Suffix, c.encode_utf8(&mut [0; 4]));
                }
            }
            self.drop_first(at, Part::Delimiter);
        }
        let delimiter = self.first(at, Part::Delimiter);
        let mut here = self.first_child(at);
        while let Some(child) = here {
            here = self.next(child);
            let node = self.node(child);
            let ends = node.suffix.is_empty();
            match here {
                Some(_) if ends => continue,
                None if ends && self.node(at).suffix.is_empty() => return,
                None => self.settle_end(at, child, node.leaf),
                Some(sibling) => self.settle_joint(child, sibling, delimiter),
            }
            if self.node(child).leaf
                && self.first(child, Part::Suffix).is_some_and(is_punctuation)
                && !self.node(child).number
                && !self.stands_apart(child)
            {
                self.merge_left((child, Part::Text), (child, Part::Suffix));
            }
        }
    }

    /// Whether the node's letters look different, or it is said to stand in quotation marks, or not
    /// to.
    #[inline]
    fn stands_apart(&self, at: u32) -> bool {
        let node = self.node(at);
        node.is_decorated() || node.is_quoted() || node.unquoted
    }

    /// The end of a child meets what begins its sibling. `delimiter` is the first character between
    /// them.
    fn settle_joint(&mut self, child: u32, sibling: u32, delimiter: Option<char>) {
        let Some(c) = self.last(child, Part::Suffix).filter(|&c| is_punctuation_or_space(c)) else {
            return;
        };
        match delimiter {
            Some(delimiter) if delimiter == c => self.drop_last(child, Part::Suffix),
            Some(_) => {}
            None => {
                if self.first(sibling, Part::Prefix) == Some(c)
                    && !self.is_number(child)
                    && !self.stands_apart(child)
                {
                    self.drop_first(sibling, Part::Prefix);
                }
            }
        }
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
    fn swap_quotes(&mut self, child: u32) {
        if !self.node(child).is_quoted() {
            return;
        }
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
