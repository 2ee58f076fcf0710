//! The bibliography: one entry after the other, in its order.

use super::fault::{self, Faults};
use super::markup::{Dress, Mark};
use super::process::{Entry, Formatted, NO_FORM, Options, in_stretches, spread};
use super::punctuation::{nest_brackets, settle};
use super::render::{Pass, Region, Renderer};
use super::session::Session;
use super::spill::{Whole, spill};
use super::write::{Writing, write_entry};
use crate::problem::{Place, Problem, codes};
use crate::style::{Class, Element, TextSource};

/// What the citations leave to the bibliography, where it is printed as the reference processor does.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Left {
    /// A range of dates has been printed.
    pub(super) ranges: bool,
    /// How many parentheses are open behind the last citation.
    pub(super) brackets_open: i32,
}

/// Prints the bibliography into `formatted`. `sorted` gives the items in its order, and `cited` tells
/// which are cited.
pub(super) fn print(
    session: &Session<'_>,
    sorted: &[usize],
    cited: &[bool],
    options: &Options,
    left: Left,
    formatted: &mut Formatted,
    faults: &mut Faults,
) {
    let Some(area) = &session.style.bibliography else { return };
    let listed: Vec<usize> = sorted
        .iter()
        .copied()
        .filter(|&index| {
            let item = &session.items[index].item;
            let selected = options.selection.as_ref().is_none_or(|selection| selection.takes(item));
            selected && (cited[index] || !options.cited_only)
        })
        .collect();
    // The first range of dates is printed in its own way, wherever it is.
    let waits = session.last_date.is_some()
        && !left.ranges
        && listed
            .iter()
            .any(|&index| session.items[index].item.dates().any(|(_, date)| date.end.is_some()));
    let in_turn = || -> Vec<Option<String>> {
        let mut renderer = Renderer::new(session, &session.items[0].item);
        renderer.brackets_open = left.brackets_open;
        renderer.range_is_first = !left.ranges;
        let print = |&index: &usize| {
            fault::guard(&mut renderer, |renderer| entry(renderer, index, options.writing))
        };
        listed.iter().map(print).collect()
    };
    let texts: Vec<Option<String>> = if waits || left.brackets_open != 0 {
        in_turn()
    } else {
        let printed = if area.options.author_substitute.is_some() {
            one_after_the_other(session, &listed, options.writing)
        } else {
            spread(session, listed.len(), |renderer, at| {
                apart(renderer, listed[at], options.writing)
            })
        };
        // Parentheses that an entry leaves open are open in those behind it.
        if printed.iter().flatten().any(|(_, open)| *open != 0) {
            in_turn()
        } else {
            printed.into_iter().map(|each| each.map(|(text, _)| text)).collect()
        }
    };
    for (index, text) in listed.into_iter().zip(texts) {
        let item = &session.items[index].item;
        let failed = text.is_none();
        let mut text = text.unwrap_or_default();
        if text.is_empty() {
            if failed {
                faults.at_item(index);
            } else {
                let message = format!("`{}` prints nothing in this style", item.id);
                let place = Place::of_field(item.id.to_string());
                formatted.problems.push(Problem::note(codes::PRINTS_NOTHING, message).at(place));
            }
            if !session.style.uses.citation_number {
                continue;
            }
            // A numbered list keeps its numbers.
            let mut renderer = Renderer::new(session, item);
            let words = format!("{}. {NO_FORM}", formatted.bibliography.len() + 1);
            if let Some(node) = renderer.tree.literal(&words, &Dress::default()) {
                write_entry(&renderer.tree, node, options.writing, &mut text);
            }
        }
        formatted.bibliography.push(Entry { id: item.id.to_string(), text });
    }
}

/// Entries of which each is printed with a look at the authors of the one before.
///
/// They are printed in stretches, each as if it were the beginning. In a stretch the first entry that
/// looked back is then printed again, with a look at the stretches before; the others have seen what
/// they had to see.
fn one_after_the_other(
    session: &Session<'_>,
    listed: &[usize],
    writing: Writing,
) -> Vec<Option<(String, i32)>> {
    let print = |renderer: &mut Renderer<'_, '_>, at: usize| {
        fault::guard(renderer, |renderer| apart(renderer, listed[at], writing))
    };
    let stretches = in_stretches(session, listed.len(), STRETCH, |renderer, stretch| {
        renderer.last_names.clear();
        renderer.looked_back = false;
        let mut looked_back = None;
        let mut texts = Vec::with_capacity(stretch.len());
        for at in stretch {
            let text = print(renderer, at);
            // Behind an entry that failed there is nothing to look back at.
            if looked_back.is_none() && (renderer.looked_back || text.is_none()) {
                looked_back = Some(at);
            }
            texts.push(text);
        }
        (texts, looked_back, std::mem::take(&mut renderer.last_names))
    });
    let mut renderer = Renderer::new(session, &session.items[0].item);
    let mut texts: Vec<Option<(String, i32)>> = Vec::with_capacity(listed.len());
    for (printed, looked_back, last_names) in stretches {
        texts.extend(printed);
        let Some(at) = looked_back else { continue };
        if !renderer.last_names.is_empty() {
            texts[at] = print(&mut renderer, at);
        }
        renderer.last_names = last_names;
    }
    texts
}

/// How many entries are printed one after the other: long enough for the one that is printed again
/// not to matter.
const STRETCH: usize = 512;

/// One entry by itself, and how many parentheses it leaves open.
fn apart(renderer: &mut Renderer<'_, '_>, index: usize, writing: Writing) -> (String, i32) {
    renderer.brackets_open = 0;
    let text = entry(renderer, index, writing);
    (text, renderer.brackets_open)
}

/// One entry; empty when the style prints nothing of the item.
fn entry(renderer: &mut Renderer<'_, '_>, index: usize, writing: Writing) -> String {
    let session = renderer.session;
    let Some(area) = &session.style.bibliography else { return String::new() };
    renderer.tree.clear();
    renderer.term_predecessor = false;
    let distinction = session.distinctions.get(index);
    renderer.begin(Pass::Print, Region::Bibliography, index, None, distinction);
    let counts = session.style.class == Class::Note && session.like_reference;
    renderer.tree.count_nesting(counts.then_some(renderer.brackets_open));
    let root = renderer.tree.open(&Dress { formatting: area.formatting, ..Dress::default() });
    let entry = renderer.tree.open(&Dress { mark: Mark::Entry, ..Dress::default() });
    let excerpt = session.excerpt(index).and_then(|excerpt| excerpt.bibliography.as_ref());
    let in_blocks = begins_with_display(&area.layout);
    // Of blocks the reference processor gives the suffix to the last; where that is a macro of which
    // nothing came, nobody sees it.
    let mut suffix = &*area.suffix;
    match area.layout.split_last() {
        Some((last, before)) if in_blocks && session.like_reference && calls_macro(last) => {
            renderer.body(before);
            let checkpoint = renderer.tree.checkpoint();
            renderer.body(std::slice::from_ref(last));
            if !renderer.tree.has_grown(checkpoint) {
                suffix = "";
            }
        }
        _ => renderer.body(excerpt.unwrap_or(&area.layout)),
    }
    let right = renderer.right_column();
    renderer.end();
    let printed = renderer.tree.close().is_some();
    let mut text = String::new();
    if printed {
        let tree = &mut renderer.tree;
        let last = tree.children(entry).last();
        let suffixed = match right {
            Some(right) => right,
            // Blocks from the start on: the suffix takes the place of the last one's.
            None if in_blocks => last.unwrap_or(entry),
            None => entry,
        };
        let first = tree.children(entry).next().unwrap_or(entry);
        tree.set_suffix(suffixed, suffix);
        let prefix = format!("{}{}", area.prefix, tree.prefix(first));
        tree.set_prefix(first, &prefix);
    }
    let closed = renderer.tree.close().is_some();
    renderer.brackets_open = renderer.tree.nesting();
    if closed {
        if session.style.class == Class::Note && !counts {
            nest_brackets(&mut renderer.tree, root, &mut 0);
        }
        renderer.tree.prune(root);
        settle(&mut renderer.tree, root);
        if session.like_reference {
            spill(&mut renderer.tree, root, Whole::Bibliography);
        }
        write_entry(&renderer.tree, root, writing, &mut text);
    }
    text
}

fn calls_macro(element: &Element) -> bool {
    matches!(element, Element::Text(text) if matches!(text.source, TextSource::Macro(_)))
}

/// Whether the first element of a bibliography's layout has a place of its own on the page.
fn begins_with_display(layout: &[Element]) -> bool {
    let clothes = match layout.first() {
        Some(Element::Text(text)) => &text.clothes,
        Some(Element::Number(number)) => &number.clothes,
        Some(Element::Label(label)) => &label.clothes,
        Some(Element::Date(date)) => &date.clothes,
        Some(Element::Names(names)) => &names.clothes,
        Some(Element::Group(group)) => &group.clothes,
        Some(Element::Choose(_)) | None => return false,
    };
    clothes.display.is_some()
}
