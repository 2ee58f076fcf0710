//! Pairs of brackets.

/// Brackets nested deeper than this are text: nobody writes them, and looking into each from each
/// around it would take for ever.
pub(super) const DEEPEST: usize = 16;

/// For each open bracket of `brackets` (byte offset, whether it opens) its closing one; in one pass.
/// Pairs that stand too deep are left out.
pub(super) fn pairs(brackets: impl IntoIterator<Item = (usize, bool)>) -> Vec<(usize, usize)> {
    let mut open: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (at, opens) in brackets {
        if opens {
            open.push(at);
        } else if let Some(start) = open.pop()
            && open.len() < DEEPEST
        {
            found.push((start, at));
        }
    }
    found.sort_unstable();
    found
}
