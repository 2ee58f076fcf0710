//! Delimiters that the reference processor prints once more.
//!
//! It keeps numbers apart from text until late, to draw runs of them together. A group with a prefix
//! and nothing else around it hands its content on from its first number on, unjoined; the group
//! around then puts its own delimiter before each piece of text behind a number: `vol. 7,  pt. 2`.
//! Run it once, after punctuation has [settled](super::punctuation::settle).

use super::markup::{Mark, Markup, NodeId};

/// A stretch of a cite or entry while it is put together: a number, or text with all that has been
/// joined with it.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    node: u32,
    /// What it stands for.
    pub(super) mark: Mark,
    pub(super) is_number: bool,
}

impl Piece {
    /// The number, or where the text begins.
    pub(super) fn node(self) -> NodeId {
        NodeId::new(self.node)
    }
}

/// What of a cite is put together when it is joined with others: text, and the numbers behind it.
pub(super) fn pieces(tree: &Markup, cite: NodeId) -> Vec<Piece> {
    let mut pieces = Vec::new();
    gather(tree, cite.index(), (Whole::Citation, Mark::None), &mut pieces, &mut Vec::new());
    let text = Piece { node: cite.index(), mark: Mark::None, is_number: false };
    join(&mut pieces, text, Whole::Citation, up_to_last_text);
    pieces
}

/// Of what the pieces are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// A number stays one when it is dressed by itself.
    Citation,
    /// What is dressed is text.
    Bibliography,
}

/// Adds the delimiters under `node`.
pub(super) fn spill(tree: &mut Markup, node: NodeId, whole: Whole) {
    let spills = |at: &super::markup::Node| {
        !at.leaf && !at.prefix.is_empty() && at.suffix.is_empty() && !at.is_decorated()
    };
    if !(tree.nodes.iter().any(|at| at.leaf && at.number) && tree.nodes.iter().any(spills)) {
        return;
    }
    let mut pieces = Vec::new();
    let mut more: Vec<(u32, String)> = Vec::new();
    gather(tree, node.index(), (whole, Mark::None), &mut pieces, &mut more);
    for (node, delimiter) in more {
        let node = NodeId::new(node);
        let prefix = delimiter + tree.prefix(node);
        tree.set_prefix(node, &prefix);
    }
}

/// Adds to `pieces` what comes of the node, and to `more` what is to be printed before nodes. `mark`
/// is what the nodes around it stand for.
fn gather(
    tree: &Markup,
    node: u32,
    (whole, mark): (Whole, Mark),
    pieces: &mut Vec<Piece>,
    more: &mut Vec<(u32, String)>,
) {
    let Some(here) = tree.nodes.get(node as usize) else { return };
    let mark = if here.mark == Mark::None { mark } else { here.mark };
    let text = Piece { node, mark, is_number: false };
    if here.leaf {
        if here.number {
            pieces.push(Piece { is_number: true, ..text });
        } else if !here.text.is_empty() {
            pieces.push(text);
        }
        return;
    }
    let mut own = Vec::new();
    let delimiter = tree.get(here.delimiter);
    for child in tree.children(NodeId::new(node)) {
        let start = own.len();
        gather(tree, child.index(), (whole, mark), &mut own, more);
        if delimiter.is_empty() || own.len() < start + 2 {
            continue;
        }
        let behind = own[start..].iter().skip_while(|piece| !piece.is_number);
        more.extend(
            behind.filter(|piece| !piece.is_number).map(|at| (at.node, delimiter.to_owned())),
        );
    }
    if here.levels > 1 {
        join(&mut own, text, whole, up_to_last_text);
    }
    if !here.suffix.is_empty() || !here.is_plain() || here.display.is_some() {
        join(&mut own, text, whole, |own| Some(own.len()));
    } else if !here.prefix.is_empty() {
        join(&mut own, text, whole, |own| {
            Some(own.iter().position(|piece| piece.is_number).unwrap_or(own.len()))
        });
    } else {
        join(&mut own, text, whole, up_to_last_text);
    }
    pieces.append(&mut own);
}

fn up_to_last_text(own: &[Piece]) -> Option<usize> {
    own.iter().rposition(|piece| !piece.is_number).map(|at| at + 1)
}

/// Makes one text of the first pieces.
fn join(
    own: &mut Vec<Piece>,
    text: Piece,
    whole: Whole,
    count: impl Fn(&[Piece]) -> Option<usize>,
) {
    let Some(count) = count(own).filter(|&count| count > 0) else { return };
    if count == 1 && own[0].is_number && whole == Whole::Citation {
        return;
    }
    own.drain(1..count);
    own[0] = text;
}
