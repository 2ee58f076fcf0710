//! The names met in citations: which family names belong to several people, and which initials.

use super::initials::initials_key;
use crate::citation::Name;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

#[derive(Debug, Default)]
struct Initials {
    /// The given names that are shortened to these initials.
    given: HashSet<Box<str>>,
}

#[derive(Debug, Default)]
struct Family {
    initials: HashMap<Box<str>, Initials>,
}

/// How many people share a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Namesakes {
    /// Whether there are different initials with the family name.
    pub(super) by_family: bool,
    /// Whether there are different given names with the initials.
    pub(super) by_initials: bool,
}

/// All names met.
#[derive(Debug, Default)]
pub(super) struct NameRegister {
    families: HashMap<Box<str>, Family>,
}

/// Without full stops, and with single spaces.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c == '.' || c.is_whitespace()) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c == '.' || c.is_whitespace()).filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.into()
}

/// Given names without what follows them in small letters, as *et al.* in the wrong field does.
fn given_key(given: &str) -> Cow<'_, str> {
    let text = plain(given);
    if let Some(at) = text.rfind([',', '!', ' ']) {
        let tail = text[at + 1..].trim();
        let is_small = !tail.is_empty() && tail == tail.to_lowercase();
        if is_small && !tail.contains(',') {
            return text[..at].trim_end_matches([',', '!', ' ']).to_owned().into();
        }
    }
    text
}

impl NameRegister {
    fn family_key(name: &Name, keeps_particle: bool) -> Cow<'_, str> {
        let mut key = plain(&name.family);
        if keeps_particle && !name.non_dropping_particle.is_empty() && !name.family.is_empty() {
            let key = key.to_mut();
            key.push(' ');
            key.push_str(&name.non_dropping_particle);
        }
        key
    }

    /// Takes in a name. `keeps_particle` tells whether particles are part of the family name.
    pub(super) fn add(&mut self, name: &Name, keeps_particle: bool) {
        let family = NameRegister::family_key(name, keeps_particle);
        if family.is_empty() {
            return;
        }
        let given = given_key(&name.given);
        let initials = initials_key(&given);
        // Most names have been met before.
        if !self.families.contains_key(&*family) {
            self.families.insert((&*family).into(), Family::default());
        }
        let Some(family) = self.families.get_mut(&*family).filter(|_| !initials.is_empty()) else {
            return;
        };
        if !family.initials.contains_key(&*initials) {
            family.initials.insert((&*initials).into(), Initials::default());
        }
        if let Some(initials) = family.initials.get_mut(&*initials)
            && !given.is_empty()
            && !initials.given.contains(&*given)
        {
            initials.given.insert(given.into());
        }
    }

    /// Takes in all names of another register.
    pub(super) fn absorb(&mut self, other: NameRegister) {
        for (family, names) in other.families {
            let family = self.families.entry(family).or_default();
            for (initials, names) in names.initials {
                family.initials.entry(initials).or_default().given.extend(names.given);
            }
        }
    }

    /// Who else has the name; `None` when it was never met.
    pub(super) fn namesakes(&self, name: &Name, keeps_particle: bool) -> Option<Namesakes> {
        let family = self.families.get(&*NameRegister::family_key(name, keeps_particle))?;
        let initials = family.initials.get(&*initials_key(&given_key(&name.given)))?;
        Some(Namesakes {
            by_family: family.initials.len() > 1,
            by_initials: initials.given.len() > 1,
        })
    }
}
