//! Items made ready: dates given as text are read, particles in names found, languages known.
//! An item that needs nothing of it is not copied.

use super::date_text;
use super::markup::Casing;
use super::name_particles;
use super::session::Prepared;
use crate::citation::{Date, DateVariable, Item, Name, NameVariable, TextVariable};
use crate::style::Style;
use std::borrow::Cow;

/// Makes an item ready.
pub(super) fn prepare<'a>(item: &'a Item, style: &Style) -> Prepared<'a> {
    let mut ready = Cow::Borrowed(item);
    let dates: Vec<(DateVariable, Date)> = item
        .dates()
        .filter_map(|(variable, date)| match date_text::read(date) {
            Cow::Owned(read) => Some((variable, read)),
            Cow::Borrowed(_) => None,
        })
        .collect();
    for (variable, date) in dates {
        ready.to_mut().set_date(variable, date);
    }
    let names: Vec<(NameVariable, Vec<Name>)> = item
        .all_names()
        .filter(|(_, names)| names.iter().any(|name| parsed(name).is_some()))
        .map(|(variable, names)| {
            let names = names.iter().map(|name| parsed(name).unwrap_or_else(|| name.clone()));
            (variable, names.collect())
        })
        .collect();
    for (variable, names) in names {
        ready.to_mut().set_names(variable, names);
    }
    let language = item.text(TextVariable::Language).unwrap_or("").trim();
    let casing = if language.is_empty() { &*style.language } else { language };
    let authority = item.text(TextVariable::Authority).unwrap_or("");
    let authority = authority
        .split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(Name::literal)
        .collect();
    Prepared {
        casing: Casing::of_language(casing),
        language: language.into(),
        authority,
        excerpt: None,
        item: ready,
    }
}

/// The name with what is hidden in its parts in places of its own; `None` when it stays as it is.
fn parsed(name: &Name) -> Option<Name> {
    if name.parse_names == Some(false) || name.family.is_empty() {
        return None;
    }
    // A family name in quotation marks is printed as it stands.
    let quoted = name.family.strip_prefix('"').and_then(|family| family.strip_suffix('"'));
    if let Some(family) = quoted.filter(|family| !family.is_empty()) {
        return Some(Name { family: family.into(), ..name.clone() });
    }
    if !name.non_dropping_particle.is_empty() || name.given.is_empty() {
        return None;
    }
    name_particles::split(name)
}
