//! What all cites of one run share: the style, the items made ready, and what has been found out
//! about them (numbers, how they are told apart).

use super::cite::{Cite, Position};
use super::date::RangeEnd;
use super::disambiguate::Distinction;
use super::markup::{Casing, Typography};
use super::name_register::NameRegister;
use super::numbers::NumberWords;
use crate::citation::{Item, LocatorLabel, Name};
use crate::style::Style;
use std::borrow::Cow;
use std::sync::Arc;

/// An item made ready: its dates read, particles found, the case of its language known.
pub(super) struct Prepared<'a> {
    pub(super) item: Cow<'a, Item>,
    pub(super) casing: Casing,
    /// The language of the item, as `language` has it; empty when it says none.
    pub(super) language: Box<str>,
    /// The bodies in `authority`, parted by semicolons, for styles that print it as a name.
    pub(super) authority: Vec<Name>,
}

impl<'a> Prepared<'a> {
    /// The item as it is given.
    pub(super) fn unread(item: &'a Item) -> Prepared<'a> {
        Prepared {
            item: Cow::Borrowed(item),
            casing: Casing::ENGLISH,
            language: "".into(),
            authority: Vec::new(),
        }
    }
}

/// A cite and what has been found out about its place in the document.
#[derive(Clone)]
pub(super) struct CiteInfo<'a> {
    pub(super) cite: Cow<'a, Cite>,
    /// The index of the item.
    pub(super) item: usize,
    pub(super) position: Position,
    pub(super) near_note: bool,
    /// The note in which the work was cited first, when that is another note.
    pub(super) first_note: Option<u32>,
}

impl<'a> CiteInfo<'a> {
    pub(super) fn new(cite: &'a Cite, item: usize) -> CiteInfo<'a> {
        CiteInfo {
            cite: Cow::Borrowed(cite),
            item,
            position: Position::First,
            near_note: false,
            first_note: None,
        }
    }

    /// Takes a label that was typed into the locator (`n. 7`) for one, where no other than *page*
    /// is given and the style's locale has a term for it.
    pub(super) fn read_label(&mut self, style: &Style) {
        if !matches!(self.cite.label, None | Some(LocatorLabel::Page)) {
            return;
        }
        if let Some((term, rest)) = super::number::leading_label(&self.cite.locator)
            && let Some(label) = LocatorLabel::from_word(term)
            && style.terms.has(term)
        {
            let locator = rest.to_owned();
            self.cite = Cow::Owned(Cite { label: Some(label), locator, ..(*self.cite).clone() });
        }
    }
}

/// What all cites share.
pub(super) struct Session<'a> {
    pub(super) style: &'a Style,
    pub(super) items: Vec<Prepared<'a>>,
    /// How each item is told apart from others.
    pub(super) distinctions: Vec<Distinction>,
    /// The names that were met, to tell people of one family name apart.
    pub(super) register: NameRegister,
    /// The number of each item in the bibliography, from 1.
    pub(super) numbers: Vec<u32>,
    pub(super) casing: Casing,
    /// See [`super::Options::like_reference`].
    pub(super) like_reference: bool,
    /// How the ends of ranges of dates are dressed then.
    pub(super) last_date: Option<RangeEnd<'a>>,
    /// What joins numbers in the style's locale.
    pub(super) number_words: NumberWords<'a>,
    /// The quotation marks of the style's locale.
    pub(super) typography: Arc<Typography>,
    /// Non-breaking or plain: what stands between particle and family name.
    pub(super) particle_space: &'static str,
}
