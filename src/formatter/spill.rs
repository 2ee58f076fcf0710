//! Delimiters that the reference processor prints once more.
//!
//! It keeps numbers apart from text until late, to draw runs of them together. A group with a prefix
//! and nothing else around it hands its content on from its first number on, unjoined; the group
//! around then puts its own delimiter before each piece of text behind a number: `vol. 7,  pt. 2`.
//! Run it once, after punctuation has [settled](super::punctuation::settle).

use super::markup::{Markup, NodeId};

/// A stretch of a cite or entry while it is put together.
#[derive(Clone, Copy)]
struct Piece {
    node: u32,
    is_number: bool,
}

/// Adds the delimiters under `node`.
pub(super) fn spill(tree: &mut Markup, node: NodeId) {
    let spills = |at: &super::markup::Node| {
        !at.leaf && !at.prefix.is_empty() && at.suffix.is_empty() && !at.is_decorated()
    };
    if !(tree.nodes.iter().any(|at| at.leaf && at.number) && tree.nodes.iter().any(spills)) {
        return;
    }
    let mut pieces = Vec::new();
    let mut more: Vec<(u32, String)> = Vec::new();
    gather(tree, node.index(), &mut pieces, &mut more);
    for (node, delimiter) in more {
        let node = NodeId::new(node);
        let prefix = delimiter + tree.prefix(node);
        tree.set_prefix(node, &prefix);
    }
}

/// Adds to `pieces` what comes of the node, and to `more` what is to be printed before nodes.
fn gather(tree: &Markup, node: u32, pieces: &mut Vec<Piece>, more: &mut Vec<(u32, String)>) {
    let Some(here) = tree.nodes.get(node as usize) else { return };
    let text = Piece { node, is_number: false };
    if here.leaf {
        if here.number {
            pieces.push(Piece { node, is_number: true });
        } else if !here.text.is_empty() {
            pieces.push(text);
        }
        return;
    }
    let mut own = Vec::new();
    let delimiter = tree.get(here.delimiter);
    for child in tree.children(NodeId::new(node)) {
        let start = own.len();
        gather(tree, child.index(), &mut own, more);
        if delimiter.is_empty() || own.len() < start + 2 {
            continue;
        }
        let behind = own[start..].iter().skip_while(|piece| !piece.is_number);
        more.extend(
            behind.filter(|piece| !piece.is_number).map(|at| (at.node, delimiter.to_owned())),
        );
    }
    if here.levels > 1 {
        join(&mut own, text, |own| own.iter().rposition(|piece| !piece.is_number).map(|at| at + 1));
    }
    if !here.suffix.is_empty() || !here.is_plain() || here.display.is_some() {
        join(&mut own, text, |own| Some(own.len()));
    } else if !here.prefix.is_empty() {
        join(&mut own, text, |own| {
            Some(own.iter().position(|piece| piece.is_number).unwrap_or(own.len()))
        });
    } else {
        join(&mut own, text, |own| own.iter().rposition(|piece| !piece.is_number).map(|at| at + 1));
    }
    pieces.append(&mut own);
}

/// Makes one text of the first pieces.
fn join(own: &mut Vec<Piece>, text: Piece, count: impl Fn(&[Piece]) -> Option<usize>) {
    if let Some(count) = count(own).filter(|&count| count > 0) {
        own.drain(1..count);
        own[0] = text;
    }
}
