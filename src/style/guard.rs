//! What keeps a style from running away: macros may not call each other in a circle, and the
//! program may be neither too long nor too deep when every macro call is written out.
//!
//! Both are computed from the leaves of the call graph up, in time linear in the style's size, and
//! before anything runs.

use super::program::{Body, Clothes, Element, KeySource, MacroId, Style, TextSource};
use super::xml;
use roxmltree::Node;

/// The most elements a style may run through for one item, macro calls counted in; see [`weight`]. The largest of
/// 1,430 real styles comes to 8,172.
const ELEMENTS: u64 = 25_000;
/// The deepest nesting when all macros are written out; the deepest real style has 60 levels.
const DEPTH: u64 = 256;

/// Why a style is refused.
pub(super) enum Refusal {
    /// These macros call each other in a circle.
    Cycle(Vec<MacroId>),
    /// The program would have so many elements.
    Size(u64),
    /// The program would be so deep.
    Depth(u64),
}

#[derive(Clone, Copy, Default)]
struct Measure {
    elements: u64,
    depth: u64,
}

/// The macros that a body calls, in order.
fn calls(body: &Body, into: &mut Vec<MacroId>) {
    for element in body {
        match element {
            Element::Text(text) => {
                if let TextSource::Macro(id) = text.source {
                    into.push(id);
                }
            }
            Element::Group(group) => calls(&group.body, into),
            Element::Choose(branches) => {
                for branch in branches {
                    calls(&branch.body, into);
                }
            }
            Element::Names(names) => calls(&names.substitute, into),
            Element::Number(_) | Element::Label(_) | Element::Date(_) => {}
        }
    }
}

/// What a list of names costs.
const NAMES: u64 = 8;

/// Refuses a style for the lists of names that are written in the areas that are printed.
pub(super) fn check_names<'a, 'i: 'a>(
    areas: impl Iterator<Item = Node<'a, 'i>>,
) -> Result<(), Refusal> {
    let lists = areas.flat_map(|area| area.descendants());
    let lists = lists.filter(|node| xml::name(*node) == "names").count() as u64;
    let elements = lists.saturating_mul(NAMES);
    if elements > ELEMENTS { Err(Refusal::Size(elements)) } else { Ok(()) }
}

/// What an element costs beside what is in it: lists of names much, and long words of the style as
/// much as many short ones.
fn weight(element: &Element) -> u64 {
    /// So many bytes of words cost as much as an element.
    const BYTES: usize = 64;
    let affixes = |clothes: &Clothes| clothes.prefix.len() + clothes.suffix.len();
    let (own, bytes) = match element {
        Element::Text(text) => {
            let words = match &text.source {
                TextSource::Term(words) | TextSource::Value(words) => words.len(),
                _ => 0,
            };
            (1, words + affixes(&text.clothes))
        }
        Element::Group(group) => {
            let delimiters = group.delimiter.len().saturating_mul(group.body.len());
            (1, delimiters.saturating_add(affixes(&group.clothes)))
        }
        Element::Number(number) => (1, affixes(&number.clothes)),
        Element::Date(date) => (1, affixes(&date.clothes)),
        Element::Names(names) => (NAMES, affixes(&names.clothes)),
        Element::Label(label) => (1, affixes(&label.clothes)),
        Element::Choose(_) => (1, 0),
    };
    own + (bytes / BYTES) as u64
}

fn measure(body: &Body, macros: &[Measure]) -> Measure {
    let mut total = Measure::default();
    for element in body {
        let inside = match element {
            Element::Text(text) => match text.source {
                TextSource::Macro(id) => macros.get(usize::from(id)).copied().unwrap_or_default(),
                _ => Measure::default(),
            },
            Element::Group(group) => measure(&group.body, macros),
            Element::Choose(branches) => {
                // One branch runs; the others cost the test of their conditions.
                let mut most = Measure::default();
                for branch in branches {
                    let inside = measure(&branch.body, macros);
                    most.elements = most.elements.max(inside.elements);
                    most.depth = most.depth.max(inside.depth);
                }
                most.elements = most.elements.saturating_add(branches.len() as u64);
                most
            }
            Element::Names(names) => measure(&names.substitute, macros),
            Element::Number(_) | Element::Label(_) | Element::Date(_) => Measure::default(),
        };
        total.elements =
            total.elements.saturating_add(inside.elements).saturating_add(weight(element));
        total.depth = total.depth.max(inside.depth + 1);
    }
    total
}

/// Checks a compiled style, and tells how deep it is.
pub(super) fn check(style: &Style) -> Result<u64, Refusal> {
    let count = style.macros.len();
    let callees: Vec<Vec<MacroId>> = style
        .macros
        .iter()
        .map(|each| {
            let mut into = Vec::new();
            calls(&each.body, &mut into);
            into.sort_unstable();
            into.dedup();
            into
        })
        .collect();
    // Callees before callers: a macro is ready when all that it calls are.
    let mut callers: Vec<Vec<MacroId>> = vec![Vec::new(); count];
    let mut waiting: Vec<usize> = vec![0; count];
    for (caller, callees) in callees.iter().enumerate() {
        waiting[caller] = callees.len();
        for &callee in callees {
            callers[usize::from(callee)].push(caller as MacroId);
        }
    }
    let mut ready: Vec<usize> = (0..count).filter(|&id| waiting[id] == 0).collect();
    let mut macros = vec![Measure::default(); count];
    let mut done = 0;
    while let Some(id) = ready.pop() {
        done += 1;
        macros[id] = measure(&style.macros[id].body, &macros);
        if macros[id].elements > ELEMENTS {
            return Err(Refusal::Size(macros[id].elements));
        }
        if macros[id].depth > DEPTH {
            return Err(Refusal::Depth(macros[id].depth));
        }
        for &caller in &callers[id] {
            let caller = usize::from(caller);
            waiting[caller] -= 1;
            if waiting[caller] == 0 {
                ready.push(caller);
            }
        }
    }
    if done < count {
        return Err(Refusal::Cycle(cycle(&callees, &waiting)));
    }
    let layouts = std::iter::once(&style.citation.layout)
        .chain(style.bibliography.as_ref().map(|bibliography| &bibliography.layout));
    let (mut elements, mut depth) = (0u64, 0);
    for layout in layouts {
        let total = measure(layout, &macros);
        elements = elements.saturating_add(total.elements);
        depth = depth.max(total.depth);
        if total.depth > DEPTH {
            return Err(Refusal::Depth(total.depth));
        }
    }
    let keys = style
        .citation
        .sort
        .iter()
        .chain(style.bibliography.iter().flat_map(|bibliography| bibliography.sort.iter()));
    for key in keys {
        if let KeySource::Macro(id) = key.source {
            let total = macros.get(usize::from(id)).copied().unwrap_or_default();
            elements = elements.saturating_add(total.elements);
            depth = depth.max(total.depth);
        }
    }
    if elements > ELEMENTS { Err(Refusal::Size(elements)) } else { Ok(depth) }
}

/// One circle among the macros that never became ready.
fn cycle(callees: &[Vec<MacroId>], waiting: &[usize]) -> Vec<MacroId> {
    let Some(start) = waiting.iter().position(|&left| left > 0) else { return Vec::new() };
    let mut seen_at = vec![None; waiting.len()];
    let mut path: Vec<MacroId> = Vec::new();
    let mut at = start;
    loop {
        if let Some(from) = seen_at[at] {
            return path.split_off(from);
        }
        seen_at[at] = Some(path.len());
        path.push(at as MacroId);
        // A macro that is not ready calls one that is not ready either.
        match callees[at].iter().find(|&&callee| waiting[usize::from(callee)] > 0) {
            Some(&next) => at = usize::from(next),
            None => return path,
        }
    }
}
