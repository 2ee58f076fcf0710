//! Changing what is built.

use super::node::{NOTHING, Node, NodeId};
use super::{Dress, Mark, Markup, Span};
use crate::style::formatting::Formatting;

impl Markup {
    /// Puts other text in the place of all that the node holds; its dress stays.
    pub fn set_text(&mut self, node: NodeId, text: &str) {
        let place = self.store(text);
        if let Some(node) = self.nodes.get_mut(node.index() as usize) {
            node.first = NOTHING;
            node.last = NOTHING;
            node.leaf = true;
            node.text = place;
        }
    }

    /// [`set_text`](Markup::set_text) for a new leaf.
    pub(in crate::formatter) fn put_text(&mut self, node: NodeId, text: &str) {
        let place = self.store(text);
        if let Some(node) = self.nodes.get_mut(node.index() as usize) {
            node.text = place;
        }
    }

    /// Adds to the text before the node's content, behind what is there.
    pub(in crate::formatter) fn lengthen_prefix(&mut self, node: NodeId, more: &str) {
        let Some(&Node { prefix, .. }) = self.nodes.get(node.index() as usize) else { return };
        self.nodes[node.index() as usize].prefix = self.joined(prefix, "", more);
    }

    /// Adds to the text after the node's content, behind what is there.
    pub(in crate::formatter) fn lengthen_suffix(&mut self, node: NodeId, more: &str) {
        let Some(&Node { suffix, .. }) = self.nodes.get(node.index() as usize) else { return };
        self.nodes[node.index() as usize].suffix = self.joined(suffix, "", more);
    }

    /// Puts other text before the node's content.
    pub fn set_prefix(&mut self, node: NodeId, prefix: &str) {
        let place = self.store(prefix);
        if let Some(node) = self.nodes.get_mut(node.index() as usize) {
            node.prefix = place;
        }
    }

    /// Puts other text after the node's content.
    pub fn set_suffix(&mut self, node: NodeId, suffix: &str) {
        let place = self.store(suffix);
        if let Some(node) = self.nodes.get_mut(node.index() as usize) {
            node.suffix = place;
        }
    }

    /// Puts other text between the node's children.
    pub fn set_delimiter(&mut self, node: NodeId, delimiter: &str) {
        let place = self.store(delimiter);
        if let Some(node) = self.nodes.get_mut(node.index() as usize) {
            node.delimiter = place;
        }
    }

    /// Marks the node.
    pub fn set_mark(&mut self, node: NodeId, mark: Mark) {
        if let Some(node) = self.nodes.get_mut(node.index() as usize) {
            node.mark = mark;
        }
    }

    /// Takes formatting and quotation marks from the node and all in it.
    pub(in crate::formatter) fn undress(&mut self, node: NodeId) {
        let mut open = vec![node.index()];
        while let Some(at) = open.pop() {
            open.extend(self.children(NodeId::new(at)).map(NodeId::index));
            if let Some(node) = self.nodes.get_mut(at as usize) {
                node.formatting = Formatting::default();
                node.toggle = None;
                (node.quotes, node.unquoted) = (false, false);
            }
        }
    }

    /// Empties the node: nothing of it is printed, affixes included.
    pub fn hide(&mut self, node: NodeId) {
        if let Some(node) = self.nodes.get_mut(node.index() as usize) {
            node.first = NOTHING;
            node.last = NOTHING;
            node.leaf = true;
            node.text = Span::default();
        }
    }

    /// Puts what stands between the children of `node` into the suffixes of all but the last, and a
    /// group of its own around each of those: punctuation then meets as it does at the ends of
    /// groups.
    pub fn join_by_suffixes(&mut self, node: NodeId) {
        let Some(&Node { delimiter, first, levels, .. }) = self.nodes.get(node.index() as usize)
        else {
            return;
        };
        if levels > 1 {
            // It holds one group, and stands for that too.
            return;
        }
        self.nodes[node.index() as usize].delimiter = Span::default();
        let (mut before, mut child) = (NOTHING, first);
        while let Some(&Node { next, suffix, .. }) = self.nodes.get(child as usize) {
            if next == NOTHING {
                break;
            }
            let suffix = if delimiter.is_empty() {
                suffix
            } else if suffix.is_empty() {
                delimiter
            } else {
                let between = self.get(delimiter).to_owned();
                self.joined(suffix, "", &between)
            };
            self.nodes[child as usize].suffix = suffix;
            self.nodes[child as usize].next = NOTHING;
            let wrapper = self.add(&Dress::default(), false);
            let group = &mut self.nodes[wrapper as usize];
            (group.first, group.last, group.next) = (child, child, next);
            group.levels = 0;
            match self.nodes.get_mut(before as usize) {
                Some(sibling) => sibling.next = wrapper,
                None => self.nodes[node.index() as usize].first = wrapper,
            }
            before = wrapper;
            child = next;
        }
    }

    /// Takes away the children of `node` that have no content, at any depth, so that the
    /// delimiters beside them vanish too. Tells whether `node` itself has content.
    pub fn prune(&mut self, node: NodeId) -> bool {
        // Depth is bounded by the style's nesting, which the style room limits.
        let at = node.index() as usize;
        let Some(here) = self.nodes.get(at) else { return false };
        if here.leaf {
            return !here.text.is_empty();
        }
        let mut child = here.first;
        let mut first = NOTHING;
        let mut last = NOTHING;
        while let Some(next) = self.nodes.get(child as usize).map(|child| child.next) {
            if self.prune(NodeId::new(child)) {
                match self.nodes.get_mut(last as usize) {
                    Some(before) => before.next = child,
                    None => first = child,
                }
                last = child;
            }
            child = next;
        }
        if let Some(end) = self.nodes.get_mut(last as usize) {
            end.next = NOTHING;
        }
        self.nodes[at].first = first;
        self.nodes[at].last = last;
        first != NOTHING
    }

    /// Makes `child`, a node without a parent, the last child of `parent`. (A node that was built
    /// inside another group must be [detached](Markup::detach) first.)
    pub fn append(&mut self, parent: NodeId, child: NodeId) {
        let Some(&Node { last, .. }) = self.nodes.get(parent.index() as usize) else { return };
        if child.index() as usize >= self.nodes.len() {
            return;
        }
        match self.nodes.get_mut(last as usize) {
            Some(before) => before.next = child.index(),
            None => self.nodes[parent.index() as usize].first = child.index(),
        }
        self.nodes[parent.index() as usize].last = child.index();
        self.nodes[parent.index() as usize].leaf = false;
        self.nodes[child.index() as usize].next = NOTHING;
    }

    /// Takes the child out of its parent; it stays as a node without a parent.
    pub fn detach(&mut self, parent: NodeId, child: NodeId) {
        let Some(&Node { first, .. }) = self.nodes.get(parent.index() as usize) else { return };
        let (mut before, mut at) = (NOTHING, first);
        while let Some(&Node { next, .. }) = self.nodes.get(at as usize) {
            if at == child.index() {
                match self.nodes.get_mut(before as usize) {
                    Some(node) => node.next = next,
                    None => self.nodes[parent.index() as usize].first = next,
                }
                if next == NOTHING {
                    self.nodes[parent.index() as usize].last = before;
                }
                self.nodes[at as usize].next = NOTHING;
                return;
            }
            (before, at) = (at, next);
        }
    }
}
