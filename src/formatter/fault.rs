//! A defect of ours that shows at one item must not take the others with it: a panic is held where
//! one cite, one entry or one sort key is worked out, and becomes a problem of that item.
//!
//! What holds it is [`guard`]: the renderer that was at work is thrown away, since nobody knows in
//! what state it is, and a new one goes on. The session that all share is only read meanwhile.

use super::render::Renderer;
use super::session::Session;
use crate::problem::{Place, Problem, codes};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Does something; `None` when it panicked.
pub(super) fn contain<R>(act: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(act)).ok()
}

/// Does something with a renderer; `None` when it panicked, and then the renderer is a new one.
pub(super) fn guard<'s, 'a, R>(
    renderer: &mut Renderer<'s, 'a>,
    act: impl FnOnce(&mut Renderer<'s, 'a>) -> R,
) -> Option<R> {
    let done = contain(|| act(renderer));
    if done.is_none() {
        let session = renderer.session;
        *renderer = Renderer::new(session, &session.items[0].item);
    }
    done
}

/// The items at which the processor failed.
#[derive(Debug, Default)]
pub(super) struct Faults {
    items: BTreeSet<usize>,
}

impl Faults {
    /// It failed at the item with this index.
    pub(super) fn at_item(&mut self, index: usize) {
        self.items.insert(index);
    }

    /// It failed at all of these together.
    pub(super) fn at_items(&mut self, indices: impl IntoIterator<Item = usize>) {
        self.items.extend(indices);
    }

    /// One problem for each item.
    pub(super) fn problems(self, session: &Session<'_>) -> Vec<Problem> {
        let problem = |index: usize| {
            let id = session.items.get(index).map_or("", |item| &*item.item.id);
            Problem::error(codes::PROCESSOR, format!("the processor failed at the item `{id}`"))
                .at(Place::of_field(id.to_owned()))
                .mend("report the item and the style: this is a defect of fonds")
        };
        self.items.into_iter().map(problem).collect()
    }
}

/// The id of an item at which the processor fails, in tests of what happens then.
#[cfg(test)]
pub(super) const REHEARSED: &str = "a defect, rehearsed";

/// Fails when it is time to.
#[cfg(test)]
pub(super) fn rehearse(item: &crate::citation::Item) {
    assert_ne!(&*item.id, REHEARSED, "as the test wants it");
}

#[cfg(test)]
mod tests {
    use super::REHEARSED;
    use crate::citation::{Item, ItemType, Name, NameVariable, TextVariable};
    use crate::formatter::{Citation, Cite, Formatted, Options, Processor};
    use crate::problem::{Severity, codes};
    use crate::style::{Sources, Style, bundled};

    fn printed(style: &str, count: usize) -> (Formatted, Vec<Item>) {
        let sources = Sources { style: &bundled::style, locale: &bundled::locale };
        let text = bundled::style(style).expect("a style");
        let style = Style::compile(&text, None, &sources).0.expect("a style");
        let mut items: Vec<Item> = (0..count)
            .map(|at| {
                let mut item = Item::new(&at.to_string(), ItemType::Book);
                item.set_text(TextVariable::Title, &format!("Title {at}"));
                item.set_names(NameVariable::Author, vec![Name::person("Doe", "Jane")]);
                item
            })
            .collect();
        items[count / 2].id = REHEARSED.into();
        let each = (1..).zip(&items).map(|(note, item)| Citation::of(note, [Cite::of(&*item.id)]));
        let mut citations: Vec<Citation> = each.collect();
        citations.push(Citation::of(9_000, [Cite::of("0"), Cite::of(REHEARSED), Cite::of("1")]));
        (Processor::new(&style).process(&items, &citations, &Options::default()), items)
    }

    /// A few items are done on one thread, many on several; some styles print entries one after the
    /// other, number them, group their cites, or tell them apart.
    #[test]
    fn a_defect_at_one_item_is_a_problem_of_that_item() {
        for style in
            ["apa", "ieee", "chicago-notes", "modern-language-association", "elsevier-harvard"]
        {
            for count in [5, 400] {
                let (formatted, items) = printed(style, count);
                let said: Vec<_> = formatted
                    .problems
                    .iter()
                    .filter(|problem| problem.severity == Severity::Error)
                    .map(|problem| (problem.code.name, problem.place.to_string()))
                    .collect();
                assert_eq!(said, [(codes::PROCESSOR.name, REHEARSED.to_owned())], "{style}");
                assert_eq!(formatted.citations.len(), count + 1);
                for (text, item) in formatted.citations.iter().zip(&items) {
                    assert_eq!(text.is_empty(), *item.id == *REHEARSED, "{style}: {text}");
                }
                assert_ne!(formatted.citations[count], "", "{style}: two of the three are sound");
                let sound = formatted.bibliography.iter().filter(|entry| entry.id != REHEARSED);
                assert_eq!(sound.count(), count - 1, "{style}");
            }
        }
    }
}
