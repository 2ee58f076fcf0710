//! Looking at a tree: children, affixes, plain text.

use super::node::NOTHING;
use super::{Mark, Markup, Node, NodeId};

impl Markup {
    /// The children, in order.
    pub fn children(&self, node: NodeId) -> Children<'_> {
        Children {
            nodes: &self.nodes,
            at: self.nodes.get(node.index() as usize).map_or(NOTHING, |n| n.first),
        }
    }

    pub(in crate::formatter) fn child_ids_of(&self, node: &Node) -> Children<'_> {
        Children { nodes: &self.nodes, at: node.first }
    }

    /// What the node stands for.
    pub fn mark(&self, node: NodeId) -> Mark {
        self.nodes.get(node.index() as usize).map_or(Mark::None, |node| node.mark)
    }

    /// The text before the node's content.
    pub fn prefix(&self, node: NodeId) -> &str {
        self.nodes.get(node.index() as usize).map_or("", |node| self.get(node.prefix))
    }

    /// The text after the node's content.
    pub fn suffix(&self, node: NodeId) -> &str {
        self.nodes.get(node.index() as usize).map_or("", |node| self.get(node.suffix))
    }

    /// Whether the node changes letters or quotes its content.
    pub fn is_dressed(&self, node: NodeId) -> bool {
        self.nodes
            .get(node.index() as usize)
            .is_some_and(|node| node.is_decorated() || node.is_quoted())
    }

    /// The text between the node's children.
    pub fn delimiter(&self, node: NodeId) -> &str {
        self.nodes.get(node.index() as usize).map_or("", |node| self.get(node.delimiter))
    }

    /// The first node in reading order, `node` included, whose mark pleases `wanted`.
    pub fn find(&self, node: NodeId, wanted: &impl Fn(Mark) -> bool) -> Option<NodeId> {
        let here = self.nodes.get(node.index() as usize)?;
        if wanted(here.mark) {
            return Some(node);
        }
        self.children(node).find_map(|child| self.find(child, wanted))
    }

    /// Visits every node under `node`, itself included, in reading order.
    pub fn visit(&self, node: NodeId, seen: &mut impl FnMut(NodeId, Mark)) {
        if let Some(here) = self.nodes.get(node.index() as usize) {
            seen(node, here.mark);
            for child in self.children(node) {
                self.visit(child, seen);
            }
        }
    }

    /// Whether the node prints anything.
    pub fn has_content(&self, node: NodeId) -> bool {
        self.nodes.get(node.index() as usize).is_some_and(|here| {
            if here.leaf {
                !here.text.is_empty()
            } else {
                self.children(node).any(|child| self.has_content(child))
            }
        })
    }

    /// The text with affixes, without formatting and without quotation marks: what tells two cites
    /// apart.
    pub fn plain_text(&self, node: NodeId) -> String {
        let mut out = String::new();
        self.push_plain_text(node, &mut out);
        out
    }

    /// [`plain_text`](Markup::plain_text), into a string that is already there.
    pub fn push_plain_text(&self, node: NodeId, out: &mut String) {
        let Some(here) = self.nodes.get(node.index() as usize) else { return };
        if here.leaf {
            if !here.text.is_empty() {
                out.push_str(self.get(here.prefix));
                out.push_str(self.get(here.text));
                out.push_str(self.get(here.suffix));
            }
            return;
        }
        let start = out.len();
        out.push_str(self.get(here.prefix));
        let inside = out.len();
        for child in self.children(node) {
            let before = out.len();
            if before > inside {
                out.push_str(self.get(here.delimiter));
            }
            let after_delimiter = out.len();
            self.push_plain_text(child, out);
            if out.len() == after_delimiter {
                out.truncate(before);
            }
        }
        if out.len() == inside {
            out.truncate(start);
        } else {
            out.push_str(self.get(here.suffix));
        }
    }
}

/// The children of a node.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    nodes: &'a [Node],
    at: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let node = self.nodes.get(self.at as usize)?;
        let here = NodeId::new(self.at);
        self.at = node.next;
        Some(here)
    }
}
