//! What the reference processor prints against the specification, for callers that must have the
//! same text as it has ([`super::Options::like_reference`]).
//!
//! These of its habits show in real styles and documents (`docs/citeproc.md` has them in a table):
//!
//! - Title case applies whatever the language of the item, except to its title, to the titles it is
//!   in, and to its genre, medium, publisher, archive and their places. (The specification applies
//!   it to English items only; an `original-title` in Russian keeps its case.)
//! - The end of a range of dates is dressed as the last `cs:date` of the style, whichever that is;
//!   the first range in a bibliography takes its affixes too: `1953–(accessed 1964)`. (The
//!   specification asks for the formatting of the date's own parts.)
//! - Where cites are grouped by author, a citation is sorted by author first, and the letter behind
//!   the year is no key.
//! - `delimiter-precedes-et-al="after-inverted-name"` puts the delimiter behind a single name,
//!   inverted or not.
//! - With `givenname-disambiguation-rule="by-cite"`, people of one bibliography entry who share
//!   family name and initials are printed with full given names there.
//! - A body at the end of a list of names is joined by settings of its own, see `join_last`.
//! - The letters behind a year take the affixes of the year once more: `(1999)(a)`.
//! - The style's own words are cased by the language of the item: `İn` for a work in Turkish.
//! - Numbers of notes that are all there is of the cites are not always parted.
//! - Of blocks the last has the suffix of the entry; where nothing came of it nobody sees it.
//! - A cite of the author alone has no formatting and no quotation marks.
//! - *Ibid.* behind a cluster of cites, see `position`.
//! - A citation of which nothing is left reads `[NO_PRINTED_FORM]`.

use super::date::RangeEnd;
use crate::style::{Body, Element, KeySource, SortKey, Style, TextSource};

/// The last `cs:date` that is met in a style: sort keys, then layout, of the citation and then of
/// the bibliography; each macro counts where it is first called.
pub(super) fn last_date(style: &Style) -> Option<RangeEnd<'_>> {
    let mut search = Search { style, visited: vec![false; style.macros.len()], last: None };
    let mut in_keys = Search { visited: search.visited.clone(), ..search };
    in_keys.keys(&style.citation.sort);
    search.last = in_keys.last;
    search.body(&style.citation.layout);
    if let Some(area) = &style.bibliography {
        in_keys.last = search.last;
        in_keys.keys(&area.sort);
        search.last = in_keys.last;
        search.body(&area.layout);
    }
    search.last
}

struct Search<'s> {
    style: &'s Style,
    visited: Vec<bool>,
    last: Option<RangeEnd<'s>>,
}

impl<'s> Search<'s> {
    fn keys(&mut self, keys: &'s [SortKey]) {
        for key in keys {
            if let KeySource::Macro(id) = key.source {
                self.call(usize::from(id));
            }
        }
    }

    fn call(&mut self, id: usize) {
        if let Some(visited) = self.visited.get_mut(id)
            && !std::mem::replace(visited, true)
        {
            let style = self.style;
            self.body(&style.macros[id].body);
        }
    }

    fn body(&mut self, body: &'s Body) {
        for element in body {
            match element {
                Element::Text(text) => {
                    if let TextSource::Macro(id) = text.source {
                        self.call(usize::from(id));
                    }
                }
                Element::Date(date) => {
                    self.last = Some(RangeEnd {
                        prefix: &date.clothes.prefix,
                        suffix: &date.clothes.suffix,
                        delimiter: &date.delimiter,
                        formatting: date.clothes.formatting,
                    });
                }
                Element::Names(names) => self.body(&names.substitute),
                Element::Group(group) => self.body(&group.body),
                Element::Choose(branches) => {
                    for branch in branches {
                        self.body(&branch.body);
                    }
                }
                Element::Number(_) | Element::Label(_) => {}
            }
        }
    }
}
