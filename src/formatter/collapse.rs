//! The cites of a citation joined: delimiters, and runs of numbers or year suffixes drawn together
//! (CSL 1.0.2, "Cite Collapsing").

use super::markup::{Mark, Markup, NodeId};
use super::spill;
use crate::style::{CitationOptions, Collapse, Style, TermForm};

/// One cite, built.
pub(super) struct Built {
    /// Its node; `None` when it prints nothing.
    pub(super) node: Option<NodeId>,
    /// The place for the delimiter before it.
    pub(super) slot: Option<NodeId>,
    /// The delimiter before it.
    pub(super) delimiter: String,
    /// Its number or the letter of its year.
    pub(super) number: Option<u32>,
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

/// How a number stands to the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    /// It begins anew.
    Start,
    /// It comes behind another number.
    Behind,
    /// It is the next number after another.
    Next,
    /// It is the one after that, and more.
    Further,
    /// It is the last of several that are drawn together.
    End,
    /// It is inside of those.
    Inside,
}

/// What is joined: the numbers of a citation, and the text between them.
#[derive(Clone, Copy)]
struct Piece<'s> {
    /// The cite that it begins, if it begins one.
    begins: Option<usize>,
    number: Option<Number<'s>>,
    /// It is set off by a delimiter of its own.
    has_delimiter: bool,
}

#[derive(Clone, Copy)]
struct Number<'s> {
    /// `None` for what is spelled out.
    value: Option<u32>,
    is_letter: bool,
    /// Before it, where it is the next number.
    successor: &'s str,
    /// Whether runs of it are drawn together.
    ranged: bool,
    status: Status,
}

impl Number<'_> {
    fn is_followed_by(&self, next: &Number<'_>) -> bool {
        next.value.is_some() && self.value.and_then(|value| value.checked_add(1)) == next.value
    }
}

/// The pieces of a citation.
fn pieces<'s>(
    tree: &Markup,
    style: &'s Style,
    built: &[Built],
    like_reference: bool,
) -> Vec<Piece<'s>> {
    let options = &style.citation.options;
    let layout = &*style.citation.delimiter;
    let suffixes = match &options.cite_group_delimiter {
        Some(group) => group,
        None => options.year_suffix_delimiter.as_deref().unwrap_or(layout),
    };
    let number = |cite: &Built, piece: spill::Piece| {
        let (value, successor, ranged) = match piece.mark {
            Mark::CitationNumber => {
                (cite.number, layout, options.collapse == Some(Collapse::CitationNumber))
            }
            Mark::YearSuffix => {
                (cite.number, suffixes, options.collapse == Some(Collapse::YearSuffixRanged))
            }
            _ if !like_reference => return None,
            _ => {
                let text = tree.plain_text(piece.node());
                let text = text.trim_end_matches(|c: char| !c.is_ascii_digit());
                let before = text.trim_end_matches(|c: char| c.is_ascii_digit());
                (text[before.len()..].parse().ok(), "", false)
            }
        };
        let is_letter = piece.mark == Mark::YearSuffix;
        Some(Number { value, is_letter, successor, ranged, status: Status::Start })
    };
    let mut all = Vec::with_capacity(built.len());
    for (at, cite) in built.iter().enumerate() {
        let Some(node) = cite.node else { continue };
        let own = spill::pieces(tree, node);
        let numbers: Vec<Option<Number<'s>>> = own
            .iter()
            .map(|piece| piece.is_number.then(|| number(cite, *piece)).flatten())
            .collect();
        // Several numbers from the start on are one text.
        let is_text = numbers.len() > 1 && numbers[0].is_some();
        let count = if is_text { 1 } else { numbers.len() };
        for (place, number) in numbers.into_iter().take(count).enumerate() {
            let delimiter = match own[place].mark {
                _ if place == 0 && at == 0 => "",
                _ if place == 0 => &*cite.delimiter,
                Mark::CitationNumber => layout,
                _ => "",
            };
            all.push(Piece {
                begins: (place == 0).then_some(at),
                number: number.filter(|_| !is_text),
                has_delimiter: !delimiter.is_empty(),
            });
        }
    }
    all
}

/// Finds out how the numbers stand to each other, as the reference processor does.
fn find_statuses(pieces: &mut [Piece<'_>]) {
    let mut starts = true;
    for at in 0..pieces.len() {
        let (before, behind) = pieces.split_at_mut(at + 1);
        let next = behind.first_mut();
        let Some(here) = &mut before[at].number else {
            starts = !next.is_some_and(|next| next.number.is_some() && next.has_delimiter);
            continue;
        };
        let next = next.and_then(|piece| piece.number.as_mut());
        let follows = next.as_ref().is_some_and(|next| {
            here.is_followed_by(next) && (starts || here.is_letter == next.is_letter)
        });
        if starts {
            here.status = Status::Start;
        } else if !follows && here.status == Status::Further {
            here.status = Status::End;
        }
        if let Some(next) = next {
            next.status = match (follows, here.status) {
                (false, _) => Status::Behind,
                (true, Status::Next | Status::Further) if here.ranged => {
                    here.status = Status::Inside;
                    Status::Further
                }
                (true, _) => Status::Next,
            };
        }
        starts = false;
    }
    // The last number of a run is joined like those that follow each other.
    let mut is_last = true;
    for at in (1..pieces.len()).rev() {
        let (before, behind) = pieces.split_at_mut(at);
        let Some(here) = &mut behind[0].number else {
            is_last = true;
            continue;
        };
        let follows = before[at - 1].number.is_some_and(|before| before.is_followed_by(here));
        if is_last && (here.status == Status::Behind || here.status == Status::Next && !follows) {
            here.status = Status::Next;
            is_last = false;
        }
    }
}

/// Fills in the delimiters, and draws runs of three and more together where the style wants it.
///
/// `like_reference`: all numbers count as such, those of notes and places as well, and have no
/// delimiter before them where they come behind another, as the reference processor prints them.
pub(super) fn join(tree: &mut Markup, style: &Style, built: &mut [Built], like_reference: bool) {
    if built.len() > 1 && (style.citation.options.collapse.is_some() || like_reference) {
        let range = style.terms.get("citation-range-delimiter", TermForm::Long, false);
        let range = range.unwrap_or("\u{2013}");
        let mut pieces = pieces(tree, style, built, like_reference);
        find_statuses(&mut pieces);
        for piece in &pieces {
            let (Some(number), Some(cite)) = (piece.number, piece.begins) else { continue };
            let cite = &mut built[cite];
            match number.status {
                Status::Start | Status::Behind => {}
                Status::Next => number.successor.clone_into(&mut cite.delimiter),
                Status::End => range.clone_into(&mut cite.delimiter),
                Status::Further => cite.delimiter.clear(),
                Status::Inside => {
                    if let Some(node) = cite.node {
                        tree.hide(node);
                    }
                }
            }
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
