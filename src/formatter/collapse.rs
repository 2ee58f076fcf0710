//! The cites of a citation joined: delimiters, and runs of numbers or year suffixes drawn together
//! (CSL 1.0.2, "Cite Collapsing").

use super::markup::{Mark, Markup, NodeId};
use crate::style::{CitationOptions, Collapse, Style, TermForm};

/// One cite, built.
pub(super) struct Built {
    /// Its node; `None` when it prints nothing.
    pub(super) node: Option<NodeId>,
    /// The place for the delimiter before it.
    pub(super) slot: Option<NodeId>,
    /// The delimiter before it.
    pub(super) delimiter: String,
    /// The delimiter was made to fit what the cites bring themselves.
    pub(super) fitted: bool,
    /// Its number or year suffix, when it ends in one.
    pub(super) number: Option<u32>,
    /// The note in which its work was first cited.
    pub(super) first_note: Option<u32>,
}

impl Built {
    /// Takes another delimiter, unless its own was made to fit.
    fn follow(&mut self, delimiter: &str) {
        if !self.fitted {
            delimiter.clone_into(&mut self.delimiter);
        }
    }
}

/// What has been found out about the cite before, and about this one.
pub(super) struct Joint {
    pub(super) had_locator: bool,
    pub(super) had_collapsed: bool,
    pub(super) has_collapsed: bool,
    pub(super) in_cite_group: bool,
    pub(super) wants_suffix_delimiter: bool,
    pub(super) numeric: bool,
    pub(super) in_text: bool,
}

/// The delimiter between two cites.
pub(super) fn delimiter<'s>(
    layout: &'s str,
    options: &'s CitationOptions,
    joint: &Joint,
) -> &'s str {
    let plain = match &options.year_suffix_delimiter {
        Some(delimiter) if joint.wants_suffix_delimiter => delimiter,
        _ => layout,
    };
    if let Some(after) = &options.after_collapse_delimiter {
        let ends = joint.had_locator
            || !joint.has_collapsed
                && (joint.had_collapsed || options.collapse != Some(Collapse::YearSuffix));
        return if ends { after } else { layout };
    }
    match &options.cite_group_delimiter {
        Some(group) if joint.in_cite_group => group,
        _ if joint.has_collapsed && joint.in_text && !joint.numeric => ", ",
        _ => plain,
    }
}

/// A number by which a cite can begin a run of numbers.
struct Tail {
    /// It is all there is in the cite.
    alone: bool,
    /// Text follows it: a locator.
    leads: bool,
    /// The last thing in the cite is a number.
    ends_in_number: bool,
    mark: Mark,
}

fn tail(tree: &Markup, cite: NodeId) -> Option<Tail> {
    let mut at = cite;
    let mut alone = true;
    let mut closed = false;
    let mut is_note_number = false;
    loop {
        let mut children = tree.children(at).filter(|child| tree.has_content(*child));
        let Some(first) = children.next() else { break };
        let last = children.last();
        // What stands behind the number, or dresses more than it, ends it.
        closed |= at != cite && (!tree.suffix(at).is_empty() || tree.is_dressed(at));
        alone &= last.is_none();
        at = last.unwrap_or(first);
        is_note_number |= tree.mark(at) == Mark::FirstReferenceNumber;
    }
    let mark = if is_note_number { Mark::FirstReferenceNumber } else { tree.mark(at) };
    let ends_cite = matches!(mark, Mark::CitationNumber | Mark::YearSuffix) && (alone || !closed);
    if ends_cite || mark == Mark::FirstReferenceNumber && alone {
        return Some(Tail { alone, leads: false, ends_in_number: true, mark });
    }
    let number = tree.find(cite, &|mark| mark == Mark::CitationNumber);
    number.map(|_| Tail {
        alone: false,
        leads: true,
        ends_in_number: tree.is_number(at),
        mark: Mark::CitationNumber,
    })
}

/// Fills in the delimiters, and draws runs of three and more together where the style wants it.
///
/// A range never reaches over a locator. `like_reference`: numbers of notes stand one after the other
/// without a delimiter where they are all that there is of the cites, as the reference processor
/// prints them.
pub(super) fn join(tree: &mut Markup, style: &Style, built: &mut [Built], like_reference: bool) {
    let options = &style.citation.options;
    let layout = &*style.citation.delimiter;
    let suffixes = match &options.cite_group_delimiter {
        Some(group) => group,
        None => options.year_suffix_delimiter.as_deref().unwrap_or(layout),
    };
    let range = style.terms.get("citation-range-delimiter", TermForm::Long, false);
    let range = range.unwrap_or("\u{2013}");
    let ranged =
        matches!(options.collapse, Some(Collapse::CitationNumber | Collapse::YearSuffixRanged));
    let notes_run = like_reference
        && built.len() > 1
        && built.iter().filter(|cite| cite.first_note.is_some()).count() > 1;
    if options.collapse.is_some() || notes_run {
        let mut tails: Vec<Option<Tail>> =
            built.iter().map(|cite| tail(tree, cite.node?)).collect();
        for (tail, cite) in tails.iter_mut().zip(built.iter_mut()) {
            let is_note = |tail: &mut Tail| tail.mark == Mark::FirstReferenceNumber;
            if tail.as_mut().is_some_and(is_note) {
                cite.number = cite.first_note.filter(|_| notes_run);
            }
            tail.take_if(
                |tail| if is_note(tail) { !notes_run } else { options.collapse.is_none() },
            );
        }
        let mut start = 0;
        while start < built.len() {
            let Some(first) = &tails[start] else {
                start += 1;
                continue;
            };
            // The run of cites that are nothing but a number, the first one aside.
            let mut end = start + 1;
            while end < built.len()
                && tails[end].as_ref().is_some_and(|tail| tail.alone && tail.mark == first.mark)
            {
                end += 1;
            }
            let successor = match first.mark {
                Mark::YearSuffix => suffixes,
                Mark::FirstReferenceNumber => "",
                _ => layout,
            };
            let (sealed, apart) = (first.leads, first.leads && !first.ends_in_number);
            let ranged = ranged && first.mark != Mark::FirstReferenceNumber;
            let run = Run { successor, range, ranged, sealed, apart };
            join_run(tree, &mut built[start..end], &run);
            start = end;
        }
    }
    let mut before = false;
    for cite in built.iter() {
        let prints = cite.node.is_some_and(|node| tree.has_content(node));
        if let Some(slot) = cite.slot {
            let text = if prints && before { &*cite.delimiter } else { "" };
            tree.set_text(slot, text);
        }
        before |= prints;
    }
}

/// How the cites of a run are joined.
struct Run<'s> {
    successor: &'s str,
    range: &'s str,
    ranged: bool,
    /// The first cite belongs to no range.
    sealed: bool,
    /// The first cite ends in words: what follows it is no number after a number.
    apart: bool,
}

fn join_run(tree: &mut Markup, built: &mut [Built], run: &Run<'_>) {
    let follows = |built: &[Built], at: usize| {
        at > usize::from(run.sealed)
            && at < built.len()
            && built[at].number.is_some_and(|n| built[at - 1].number == n.checked_sub(1))
    };
    let mut at = 0;
    let mut last_lone = None;
    while at < built.len() {
        let mut end = at + 1;
        while follows(built, end) {
            end += 1;
        }
        if at > 0 {
            last_lone = Some(at);
        }
        if run.ranged && end - at > 2 {
            for cite in &mut built[at + 1..end - 1] {
                if let Some(node) = cite.node {
                    tree.hide(node);
                }
            }
            built[end - 1].delimiter = run.range.to_owned();
        } else {
            for cite in &mut built[at + 1..end] {
                cite.follow(run.successor);
            }
        }
        at = end;
    }
    // The last number of a run is joined like those that follow each other.
    if let Some(lone) = last_lone.filter(|&lone| lone > usize::from(run.apart)) {
        built[lone].follow(run.successor);
    }
}
