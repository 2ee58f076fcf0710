//! What is told of the history from what is remembered of it, without reading it again.

use super::history::{BlobId, Difference};
use super::order::{Placed, newest_first};
use super::past::{LineIndex, Past};
use crate::record::RevisionId;
use std::collections::{BinaryHeap, HashMap, HashSet};

impl Past {
    /// The revisions that led to `from`, without those that led to `without`: newest first, no
    /// revision before its children.
    pub(super) fn log(&self, from: RevisionId, without: &[RevisionId]) -> Option<Vec<RevisionId>> {
        let mut wanted: HashMap<usize, bool> = HashMap::new();
        let mut open: BinaryHeap<usize> = BinaryHeap::new();
        // How many of the open ones are wanted, as far as is known yet.
        let mut left = 0_usize;
        let mut reach =
            |at: usize, is_wanted: bool, open: &mut BinaryHeap<usize>, left: &mut usize| {
                match wanted.get(&at) {
                    None => {
                        open.push(at);
                        *left += usize::from(is_wanted);
                        wanted.insert(at, is_wanted);
                    }
                    Some(true) if !is_wanted => {
                        *left -= 1;
                        wanted.insert(at, false);
                    }
                    Some(_) => {}
                }
                wanted.get(&at).copied().unwrap_or(false)
            };
        reach(self.find(from)?, true, &mut open, &mut left);
        for id in without {
            reach(self.find(*id)?, false, &mut open, &mut left);
        }
        let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut parents = Vec::new();
        // Children come before parents, so that all that leads to a revision has been seen.
        while left > 0
            && let Some(at) = open.pop()
        {
            let is_wanted = reach(at, true, &mut open, &mut left);
            left -= usize::from(is_wanted);
            self.parents(at, &mut parents);
            for parent in &parents {
                reach(*parent, is_wanted, &mut open, &mut left);
            }
            if is_wanted {
                found.push((at, parents.clone()));
            }
        }
        // They were found from the last to the first.
        let place = |at: &usize| found.binary_search_by(|(found, _)| at.cmp(found)).ok();
        let placed: Vec<Placed> = found
            .iter()
            .map(|(at, parents)| Placed {
                id: self.id(*at),
                seconds: self.seconds(*at),
                parents: parents.iter().filter_map(place).collect(),
            })
            .collect();
        Some(newest_first(&placed).into_iter().map(|at| placed[at].id).collect())
    }

    /// The first of `from`, its first parent, the first parent of that, and so on, that was not committed
    /// after the second `seconds`; the last one when all were.
    pub(super) fn back_to(&self, from: RevisionId, seconds: i64) -> Option<RevisionId> {
        let mut at = self.find(from)?;
        let mut parents = Vec::new();
        while self.seconds(at) > seconds {
            self.parents(at, &mut parents);
            let Some(parent) = parents.first() else { break };
            at = *parent;
        }
        Some(self.id(at))
    }

    /// The files below `folder` that are not the same in `after` and in its first parent `before`,
    /// sorted by path; `None` when that is not what `before` is, or when there is more to be told.
    pub(super) fn differences(
        &self,
        before: Option<RevisionId>,
        after: RevisionId,
        folder: &str,
    ) -> Option<Vec<Difference>> {
        let at = self.find(after)?;
        let mut parents = Vec::new();
        self.parents(at, &mut parents);
        let first = parents.first().map(|first| self.id(*first));
        if first != before || folder.is_empty() || self.is_remarkable(at) {
            return None;
        }
        let mut found = Vec::new();
        for touch in self.touches(at).into_iter().filter(|touch| !touch.is_meeting()) {
            let path = self.name(touch.path);
            if path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) {
                found.push(Difference { path, before: touch.before, after: touch.after });
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Some(found)
    }

    /// The paths of the files that were there at `tip`, or at a revision that led to it.
    pub(super) fn ever_there(&self, tip: usize) -> HashSet<u32> {
        let mut there = HashSet::new();
        let mut led = vec![false; tip.saturating_add(1)];
        let mut parents = Vec::new();
        if let Some(tip) = led.last_mut() {
            *tip = true;
        }
        // Children come before parents.
        for at in (0..led.len()).rev() {
            if led.get(at) != Some(&true) {
                continue;
            }
            let touches = self.touches(at);
            there.extend(touches.iter().filter(|t| t.after.is_some()).map(|t| t.path));
            self.parents(at, &mut parents);
            for parent in &parents {
                if let Some(parent) = led.get_mut(*parent) {
                    *parent = true;
                }
            }
        }
        there
    }

    /// What the file `name` is at the revision at `at`.
    pub(super) fn state(&self, at: usize, name: &str) -> Option<BlobId> {
        let mut touched = self.touched(name);
        touched.retain(|(_, touch)| !touch.is_meeting());
        let last = LineIndex::new(self, touched.iter().map(|(at, _)| *at)).last(at)?;
        let found = touched.binary_search_by_key(&last, |(at, _)| *at).ok()?;
        touched.get(found)?.1.after
    }
}
