//! The first range of dates that is printed.
//!
//! In the reference processor the end of the first range has affixes that those behind it have not
//! (see [`super::likeness`]): `1953–(accessed 1964)`. Nobody sees them where works have been looked at
//! before, to tell them apart, or where the citation is printed once more because of one behind it.

use super::cite_order;
use super::fault;
use super::name_register::NameRegister;
use super::render::{Pass, Region, Renderer};
use super::session::{CiteInfo, Session};
use super::sort;
use crate::citation::{Item, Name};
use crate::style::{Class, DemoteParticle, GivenNameRule};
use std::collections::HashSet;

/// The first item of which a range is printed while works are told apart, if there is any.
pub(super) fn first_looked_at(session: &Session<'_>) -> Option<usize> {
    session.last_date?;
    let mut renderer = Renderer::new(session, &session.items[0].item);
    session.items.iter().enumerate().filter(|(_, item)| has_range(&item.item)).find_map(
        |(at, _)| {
            fault::guard(&mut renderer, |renderer| cite_order::author_of(renderer, at));
            renderer.range_seen.then_some(at)
        },
    )
}

/// Whether an item has a range of dates.
fn has_range(item: &Item) -> bool {
    item.dates().any(|(_, date)| date.end.is_some())
}

/// Whether the reference processor prints the citation at `at` again because of one behind it.
///
/// It does so where a work is cited for the second time, in notes in styles with conditions on
/// `disambiguate`; where a work is cited again that has [half a name](cite_order::is_half); and
/// with the next citation, where people of one name have been met that were not there before.
pub(super) fn is_printed_again(
    session: &Session<'_>,
    infos: &[Vec<CiteInfo<'_>>],
    at: usize,
) -> bool {
    let (Some(here), Some(behind)) = (infos.get(at), infos.get(at + 1..)) else { return false };
    if behind.is_empty() {
        return false;
    }
    let works = |citations: &[Vec<CiteInfo<'_>>]| -> HashSet<usize> {
        citations.iter().flatten().map(|info| info.item).collect()
    };
    let (before, after) = (works(&infos[..at]), works(behind));
    let style = session.style;
    let counts = style.class == Class::Note && style.uses.position && style.uses.disambiguate;
    let is_second = |item: usize| counts && !before.contains(&item);
    let mut renderer = Renderer::new(session, &session.items[0].item);
    here.iter().any(|info| {
        let item = info.item;
        after.contains(&item) && (is_second(item) || has_half_name(&session.items[item].item))
            || fault::guard(&mut renderer, |renderer| meets_namesakes(renderer, info))
                .unwrap_or(false)
    })
}

/// Whether the cite prints people of one name of whom not all were met when the work was looked at.
fn meets_namesakes<'s>(renderer: &mut Renderer<'s, '_>, info: &'s CiteInfo<'s>) -> bool {
    let session = renderer.session;
    let style = session.style;
    if style.citation.options.given_name_rule != GivenNameRule::ByCite {
        return false;
    }
    let keeps = style.demote_particle == DemoteParticle::Never;
    let mut met = NameRegister::default();
    let mut take = |renderer: &Renderer<'_, '_>| {
        let mut any = false;
        for name in renderer.name_lists.iter().copied().flatten().filter(|name| is_person(name)) {
            any |= met.add(name, keeps);
        }
        any
    };
    cite_order::author_of(renderer, info.item);
    take(renderer);
    let area = style.bibliography.as_ref();
    for key in area.map_or(&[][..], |area| &area.sort) {
        let key = std::slice::from_ref(key);
        sort::texts(renderer, key, Region::Bibliography, info.item);
        take(renderer);
    }
    renderer.tree.clear();
    let known = session.distinctions.get(info.item);
    renderer.begin(Pass::Print, Region::Citation, info.item, Some(info), known);
    renderer.tree.open(&Default::default());
    renderer.body(renderer.citation_layout());
    renderer.end();
    take(renderer)
}

fn has_half_name(item: &Item) -> bool {
    item.all_names().any(|(_, names)| names.iter().any(cite_order::is_half))
}

fn is_person(name: &Name) -> bool {
    !name.family.is_empty() || !name.given.is_empty()
}
