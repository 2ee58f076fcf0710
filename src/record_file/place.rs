//! Finding the place of a value in a layout: the same table can be written in braces, under a
//! heading, or by dotted keys, and a list in brackets or as headings.

use super::layout::{Entry, Layout, Step, Written, WrittenKind};
use std::ops::Range;

/// Where a value is written.
#[derive(Debug)]
pub(super) enum Place<'a> {
    /// After `=`, or inside brackets.
    Value {
        written: &'a Written,
        /// The spans of this value and its neighbours, with their keys.
        siblings: Vec<Range<usize>>,
        /// Which of `siblings` it is.
        at: usize,
        /// The brackets or braces around it.
        outer: Range<usize>,
        /// Whether it is the value of a key that has its line to itself.
        own_line: bool,
    },
    /// A table under the heading of this section (the root: the first section).
    Section(usize),
    /// A table made by dotted keys: the last of them, and how many of its segments name the table.
    Dotted { entry: &'a Entry, prefix: usize, braces: bool },
    /// A table or list that is made by the headings below it; the first of them.
    Below(usize),
    /// It is not there.
    Nowhere,
}

/// The place of the value at `steps`.
pub(super) fn find<'a>(layout: &'a Layout, steps: &[Step]) -> Place<'a> {
    let mut below = None;
    let mut dotted = Place::Nowhere;
    for number in 0..layout.sections.len() {
        let way = &layout.sections[number].way;
        if way == steps {
            return Place::Section(number);
        }
        if let Some(rest) = steps.strip_prefix(&way[..]) {
            match among(&layout.sections[number].entries, rest, None) {
                Place::Nowhere => {}
                found @ Place::Value { .. } => return found,
                found => dotted = found,
            }
        }
        if way.starts_with(steps) && below.is_none() {
            below = Some(number);
        }
    }
    match (dotted, below) {
        (Place::Nowhere, Some(number)) => Place::Below(number),
        (dotted, _) => dotted,
    }
}

/// The place of `steps` among the entries of a section, or of braces.
fn among<'a>(entries: &'a [Entry], steps: &[Step], braces: Option<&Range<usize>>) -> Place<'a> {
    let mut dotted = Place::Nowhere;
    for (at, entry) in entries.iter().enumerate() {
        let same =
            entry.keys.iter().zip(steps).take_while(|(key, step)| step.key() == Some(key)).count();
        if same == entry.keys.len() {
            let siblings = || entries.iter().map(Entry::span).collect();
            let outer = braces.cloned().unwrap_or_default();
            let found = inside(&entry.value, &steps[same..]);
            return found.unwrap_or(Place::Value {
                written: &entry.value,
                siblings: siblings(),
                at,
                outer,
                own_line: braces.is_none(),
            });
        }
        if same == steps.len() {
            dotted = Place::Dotted { entry, prefix: same, braces: braces.is_some() };
        }
    }
    dotted
}

/// The place of `steps` inside a value; `None` when it is the value itself.
fn inside<'a>(written: &'a Written, steps: &[Step]) -> Option<Place<'a>> {
    let (first, rest) = steps.split_first()?;
    Some(match (&written.kind, first) {
        (WrittenKind::Table(entries), Step::Key(_)) => among(entries, steps, Some(&written.span)),
        (WrittenKind::List(elements), Step::At(at)) => match elements.get(*at) {
            Some(element) => inside(element, rest).unwrap_or_else(|| Place::Value {
                written: element,
                siblings: elements.iter().map(|element| element.span.clone()).collect(),
                at: *at,
                outer: written.span.clone(),
                own_line: false,
            }),
            None => Place::Nowhere,
        },
        _ => Place::Nowhere,
    })
}

/// The spans of all entries by dotted keys at or below `steps`.
pub(super) fn dotted_within(layout: &Layout, steps: &[Step]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    for section in &layout.sections {
        let way = &section.way;
        if way.starts_with(steps) {
            continue;
        }
        for entry in &section.entries {
            let keys = entry.keys.iter().cloned().map(Step::Key);
            let whole: Vec<Step> = way.iter().cloned().chain(keys).collect();
            if whole.starts_with(steps) {
                spans.push(entry.span());
            }
        }
    }
    spans
}
