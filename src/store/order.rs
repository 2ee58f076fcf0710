//! The order of a history: that of ancestry. Clocks only decide between revisions that do not know of
//! each other, so that the order does not depend on how they were found.

use crate::record::RevisionId;
use std::collections::BinaryHeap;

/// Something with a place in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) id: RevisionId,
    /// When it was committed: seconds since 1970.
    pub(super) seconds: i64,
    /// Those it came from, by their positions; one may be named twice.
    pub(super) parents: Vec<usize>,
}

/// The positions of `all`, the newest first: nothing stands before what came from it. What goes in
/// circles is left out.
pub(super) fn newest_first(all: &[Placed]) -> Vec<usize> {
    let mut children = vec![0_usize; all.len()];
    for placed in all {
        placed.parents.iter().for_each(|parent| children[*parent] += 1);
    }
    let key = |at: usize| (all[at].seconds, all[at].id, at);
    let mut ready: BinaryHeap<(i64, RevisionId, usize)> =
        (0..all.len()).filter(|at| children[*at] == 0).map(key).collect();
    let mut order = Vec::with_capacity(all.len());
    while let Some((.., at)) = ready.pop() {
        order.push(at);
        for parent in &all[at].parents {
            children[*parent] -= 1;
            if children[*parent] == 0 {
                ready.push(key(*parent));
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestry_goes_before_clocks() {
        let placed = |id: u8, seconds, parents: &[usize]| Placed {
            id: RevisionId::from_bytes([id; 20]),
            seconds,
            parents: parents.to_vec(),
        };
        // A merge of two lines, one of which has a clock that is far behind.
        let all = [
            placed(1, 50, &[]),
            placed(2, 10, &[0]),
            placed(3, 60, &[0]),
            placed(4, 5, &[1, 2, 1]),
            placed(5, 60, &[0]),
        ];
        assert_eq!(newest_first(&all), [4, 3, 2, 1, 0]);
    }
}
