//! Which part of a list before is which part after.

use super::normal::same;
use crate::record::{Node, leaves};

/// One part before and after: positions in the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) before: usize,
    pub(super) after: usize,
}

/// Two unlike parts are one only when at least this share of what they say is the same.
const ALIKE: f64 = 0.5;

/// Pairs the parts of two lists, each part at most once, in the order of `after`. In turn: parts
/// with one identity that are equal throughout; equal parts whose made-up identity moved; parts
/// with one identity; what is left, by how much of it is the same. Swapping the lists swaps the
/// pairs.
pub(super) fn pair(
    before: &[Node],
    before_keys: &[String],
    after: &[Node],
    after_keys: &[String],
) -> Vec<Pair> {
    let mut open_before: Vec<usize> = (0..before.len().min(before_keys.len())).collect();
    let mut open_after: Vec<usize> = (0..after.len().min(after_keys.len())).collect();
    let mut pairs = Vec::new();
    let mut settle = |is_pair: &dyn Fn(usize, usize) -> bool| {
        open_after.retain(|&a| {
            let Some(at) = open_before.iter().position(|&b| is_pair(b, a)) else { return true };
            pairs.push(Pair { before: open_before.remove(at), after: a });
            false
        });
    };
    settle(&|b, a| before_keys[b] == after_keys[a] && same(&before[b], &after[a]));
    settle(&|b, a| same(&before[b], &after[a]));
    settle(&|b, a| before_keys[b] == after_keys[a]);
    if !open_before.is_empty() && !open_after.is_empty() {
        pairs.extend(by_likeness(before, &open_before, after, &open_after));
    }
    pairs.sort_by_key(|pair| pair.after);
    pairs
}

/// Beyond this many comparisons unlike parts stay unlike: no list of a real record comes near.
const MOST_COMPARISONS: usize = 10_000;

fn by_likeness(
    before: &[Node],
    open_before: &[usize],
    after: &[Node],
    open_after: &[usize],
) -> Vec<Pair> {
    if open_before.len().saturating_mul(open_after.len()) > MOST_COMPARISONS {
        return Vec::new();
    }
    if let ([b], [a]) = (open_before, open_after)
        && is_one_value(&before[*b], &after[*a])
    {
        return vec![Pair { before: *b, after: *a }];
    }
    let mut candidates: Vec<(f64, Pair)> = Vec::new();
    for &b in open_before {
        for &a in open_after {
            let likeness = likeness(&before[b], &after[a]);
            if likeness >= ALIKE {
                candidates.push((likeness, Pair { before: b, after: a }));
            }
        }
    }
    // The best first. Between equals the order does not depend on which list is called `before`:
    // (0, 1) and (1, 0) stay tied, and do not stand in each other's way.
    candidates.sort_by(|(x, p), (y, q)| {
        let place = |p: &Pair| (p.before.min(p.after), p.before.max(p.after));
        y.total_cmp(x).then_with(|| place(p).cmp(&place(q)))
    });
    let mut pairs: Vec<Pair> = Vec::new();
    for (_, candidate) in candidates {
        if pairs.iter().all(|p| p.before != candidate.before && p.after != candidate.after) {
            pairs.push(candidate);
        }
    }
    pairs
}

/// Whether two parts hold one value each, in the same field: a number without a kind, a name.
fn is_one_value(before: &Node, after: &Node) -> bool {
    let (before, after) = (leaves(before), leaves(after));
    match (&before[..], &after[..]) {
        ([(before, _)], [(after, _)]) => !before.segments().is_empty() && before == after,
        _ => false,
    }
}

/// Whether two parts say the same for the greater part.
pub(super) fn is_alike(before: &Node, after: &Node) -> bool {
    likeness(before, after) >= ALIKE
}

/// How much of two parts, or of two records, is the same, from 0 to 1. What has another id can
/// still be the same thing renamed, so the id does not count.
pub fn likeness(before: &Node, after: &Node) -> f64 {
    if let (Some(before), Some(after)) = (before.as_list(), after.as_list()) {
        // A step of a path: its level is its identity, the rest is what it says.
        let says = before.get(1..).zip(after.get(1..));
        let alike = says.is_some_and(|(before, after)| {
            !before.is_empty()
                && before.len() == after.len()
                && before.iter().zip(after).all(|(b, a)| same(b, a))
        });
        return if alike { 1.0 } else { 0.0 };
    }
    let said = |node| {
        let mut said = leaves(node);
        said.retain(|(field, _)| field.segments() != ["id"]);
        said
    };
    let (before, after) = (said(before), said(after));
    let total = before.len() + after.len();
    if total == 0 {
        return 0.0;
    }
    let alike = before
        .iter()
        .filter(|(field, value)| {
            after.iter().any(|(other, other_value)| field == other && same(value, other_value))
        })
        .count();
    // Whole numbers of fields of one record: far below where a float would round.
    2.0 * alike as f64 / total as f64
}
