//! The order of the cites in a citation: the style's keys, and cites of one author brought together
//! (CSL 1.0.2, "Sorting" and "Cite Grouping").

use super::cite::Citation;
use super::fault::{self, Faults};
use super::markup::Dress;
use super::render::{Pass, Region, Renderer};
use super::session::{CiteInfo, Session};
use super::sort;
use crate::citation::{Name, Variable};
use crate::style::{Class, Element, KeySource, MacroId, SortKey, Style, TextSource};
use std::collections::HashMap;

/// Puts the cites of each citation into the style's order.
pub(super) fn sort_cites(
    session: &Session<'_>,
    citations: &[Citation],
    infos: &mut [Vec<CiteInfo<'_>>],
    faults: &mut Faults,
) {
    let keys = &session.style.citation.sort;
    let crowded =
        |(citation, infos): (&Citation, &Vec<CiteInfo<'_>>)| infos.len() > 1 && !citation.unsorted;
    if keys.is_empty() || !citations.iter().zip(&*infos).any(crowded) {
        return;
    }
    let collation = sort::Collation::of(&session.style.language);
    let mut renderer = Renderer::new(session, &session.items[0].item);
    let mut descending = Vec::new();
    let by_suffix = |key| !session.like_reference && sorts_by_date(session.style, key);
    let with_suffix: Vec<bool> = keys.iter().map(by_suffix).collect();
    for (key, &with_suffix) in keys.iter().zip(&with_suffix) {
        descending.push(key.descending);
        if with_suffix {
            descending.push(false);
        }
    }
    let options = &session.style.citation.options;
    let grouped = options.collapse.is_some() && session.style.class == Class::InText
        || options.cite_group_delimiter.is_some()
            && !session.style.uses.position
            && !session.style.uses.citation_number;
    let mut known = Known::new();
    let last = (grouped && session.like_reference).then(|| last_cited(infos));
    for (at, (citation, infos)) in citations.iter().zip(infos).enumerate() {
        if !crowded((citation, infos)) {
            continue;
        }
        for info in infos.iter() {
            if known.contains_key(&info.item) {
                continue;
            }
            let look = fault::guard(&mut renderer, |renderer| {
                let texts = sort::texts(renderer, keys, Region::Citation, info.item);
                let author = grouped.then(|| author_of(renderer, info.item)).flatten();
                let has_half = renderer.name_lists.iter().copied().flatten().any(is_half);
                (texts, author, grouped && has_half)
            });
            let (texts, author, has_half) = look.unwrap_or_else(|| {
                faults.at_item(info.item);
                (vec![None; keys.len()], None, false)
            });
            let mut bytes = Vec::new();
            for (text, &with_suffix) in texts.iter().zip(&with_suffix) {
                bytes.push(text.as_deref().map(|text| collation.key(text)));
                if with_suffix {
                    let suffix = session.distinctions.get(info.item);
                    let suffix = suffix.and_then(|d| d.year_suffix).unwrap_or(0);
                    bytes.push(Some(suffix.to_be_bytes().to_vec()));
                }
            }
            let first = texts.first().cloned().flatten();
            known.insert(info.item, KnownCite { keys: bytes, first, author, has_half });
        }
        let by_keys = |infos: &mut Vec<CiteInfo<'_>>, descending: &[bool]| {
            infos.sort_by(|a, b| {
                sort::compare(&known[&a.item].keys, &known[&b.item].keys, descending)
            });
        };
        if let Some(last) = &last {
            let directions = with_author(&descending);
            sort_by_author(infos, &known, &collation, &directions);
            if infos.iter().any(|info| known[&info.item].has_half && last[&info.item] > at) {
                // The direction for the author is not taken out again.
                by_keys(infos, &directions);
            }
            continue;
        }
        by_keys(infos, &descending);
        if grouped {
            group_by_author(infos, &known);
        }
    }
}

/// The names by which the cites of an item are grouped; `None` when it prints none.
pub(super) fn author_of(renderer: &mut Renderer<'_, '_>, index: usize) -> Option<String> {
    let session = renderer.session;
    renderer.tree.clear();
    renderer.begin(Pass::Look, Region::Citation, index, None, session.distinctions.get(index));
    renderer.author_text.clear();
    renderer.tree.open(&Dress::default());
    renderer.body(renderer.citation_layout());
    renderer.end();
    renderer.tree.close();
    let author = std::mem::take(&mut renderer.author_text);
    (!author.is_empty()).then_some(author)
}

/// Whether a key sorts by a date: then the year suffix sorts as well.
fn sorts_by_date(style: &Style, key: &SortKey) -> bool {
    match &key.source {
        KeySource::Variable(Variable::Date(_)) => true,
        KeySource::Macro(id) => has_date(style, *id, 0),
        _ => false,
    }
}

fn has_date(style: &Style, id: MacroId, depth: usize) -> bool {
    fn calls(body: &[Element], found: &mut Vec<MacroId>) {
        for element in body {
            match element {
                Element::Text(text) => {
                    if let TextSource::Macro(id) = text.source {
                        found.push(id);
                    }
                }
                Element::Group(group) => calls(&group.body, found),
                Element::Choose(branches) => {
                    for branch in branches {
                        calls(&branch.body, found);
                    }
                }
                Element::Names(names) => calls(&names.substitute, found),
                _ => {}
            }
        }
    }
    let Some(each) = style.macros.get(usize::from(id)) else { return false };
    if each.has_date {
        return true;
    }
    let mut found = Vec::new();
    calls(&each.body, &mut found);
    depth < 16 && found.into_iter().any(|id| has_date(style, id, depth + 1))
}

/// What is known of a cite that is sorted.
struct KnownCite {
    keys: sort::Keys,
    /// The text of the first key.
    first: Option<String>,
    author: Option<String>,
    /// One of the people in it has [half a name](is_half).
    has_half: bool,
}

/// What is known of the cites that are sorted, by item.
type Known = HashMap<usize, KnownCite>;

/// Whether a name has a family name or a given name only. The reference processor writes into such
/// names, takes the work for another when it is cited again, and then sorts all earlier citations with
/// it anew, without regard to authors.
pub(super) fn is_half(name: &Name) -> bool {
    name.literal.is_empty() && (name.family.is_empty() || name.given.is_empty())
}

/// The last citation of each item.
fn last_cited(infos: &[Vec<CiteInfo<'_>>]) -> HashMap<usize, usize> {
    let cites = infos.iter().enumerate();
    cites.flat_map(|(at, infos)| infos.iter().map(move |info| (info.item, at))).collect()
}

/// Brings the cites of one author to the place of the first of them (CSL 1.0.2, "Cite Grouping").
fn group_by_author(infos: &mut [CiteInfo<'_>], known: &Known) {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(infos.len());
    let mut ranks: HashMap<usize, usize> = HashMap::with_capacity(infos.len());
    for (at, info) in infos.iter().enumerate() {
        let author = known[&info.item].author.as_deref();
        let place = author.map_or(at, |author| *places.entry(author).or_insert(at));
        ranks.insert(info.item, place);
    }
    infos.sort_by_key(|info| ranks[&info.item]);
}

/// The directions of the keys, with that of the first for a key before it: the author.
fn with_author(descending: &[bool]) -> Vec<bool> {
    descending.first().into_iter().chain(descending).copied().collect()
}

/// Sorts by author first, and then orders the authors by their first cites, as the reference
/// processor does: works without an author come behind all others then, and together.
fn sort_by_author(
    infos: &mut [CiteInfo<'_>],
    known: &Known,
    collation: &sort::Collation,
    directions: &[bool],
) {
    let entry = |info: &CiteInfo<'_>| &known[&info.item];
    let keyed = |info: &CiteInfo<'_>, first: Option<&str>| {
        let mut keys = vec![first.map(|text| collation.key(text))];
        keys.extend(entry(info).keys.iter().cloned());
        keys
    };
    let mut list: Vec<(sort::Keys, CiteInfo<'_>)> = infos
        .iter()
        .map(|info| (keyed(info, entry(info).author.as_deref()), info.clone()))
        .collect();
    list.sort_by(|a, b| sort::compare(&a.0, &b.0, directions));
    let mut author: Option<Option<&str>> = None;
    let mut first: Option<&str> = None;
    let mut regrouped = Vec::with_capacity(list.len());
    for (at, (_, info)) in list.iter().enumerate() {
        let known = entry(info);
        if author != Some(known.author.as_deref()) {
            author = Some(known.author.as_deref());
            first = known.first.as_deref();
        }
        let text = format!("{}{at}", first.unwrap_or("undefined"));
        regrouped.push((keyed(info, Some(&text)), info.clone()));
    }
    regrouped.sort_by(|a, b| sort::compare(&a.0, &b.0, directions));
    for (place, (_, info)) in infos.iter_mut().zip(regrouped) {
        *place = info;
    }
}
