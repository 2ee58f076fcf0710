//! The names met in citations: which family names belong to several people, and which initials.

use super::initials::initials_key;
use crate::citation::Name;
use std::borrow::Cow;
use std::collections::HashMap;

/// What was met with a name: the first of it, and whether there was another.
#[derive(Debug, Default)]
struct Met {
    /// Empty when nothing was met.
    first: Box<str>,
    several: bool,
}

impl Met {
    /// Tells whether there are several now that were one before.
    fn meet(&mut self, text: &str) -> bool {
        if self.first.is_empty() {
            self.first = text.into();
        } else if !text.is_empty() && *self.first != *text {
            return !std::mem::replace(&mut self.several, true);
        }
        false
    }
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
    /// By family name: the initials.
    families: HashMap<Box<str>, Met>,
    /// By family name and initials: the given names.
    initials: HashMap<Box<str>, Met>,
}

/// Without full stops, and with single spaces.
fn plain(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
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

/// Whether there is no full stop, and no space but single ones between words.
fn is_plain(text: &str) -> bool {
    let mut after_space = true;
    for c in text.chars() {
        if c == '.' || c.is_whitespace() && (c != ' ' || after_space) {
            return false;
        }
        after_space = c == ' ';
    }
    text.is_empty() || !after_space
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

    /// Takes in a name. `keeps_particle` tells whether particles are part of the family name. Tells
    /// whether the name belongs to several people now, and did not before.
    pub(super) fn add(&mut self, name: &Name, keeps_particle: bool) -> bool {
        let family = NameRegister::family_key(name, keeps_particle);
        if family.is_empty() {
            return false;
        }
        let given = given_key(&name.given);
        let initials = initials_key(&given);
        let by_family = meet(&mut self.families, &family, &initials);
        if initials.is_empty() {
            return by_family;
        }
        meet(&mut self.initials, &both(&family, &initials), &given) | by_family
    }

    /// Takes in all names of another register.
    pub(super) fn absorb(&mut self, other: NameRegister) {
        let tables = [(&mut self.families, other.families), (&mut self.initials, other.initials)];
        for (mine, others) in tables {
            for (key, met) in others {
                let known = mine.entry(key).or_default();
                known.meet(&met.first);
                known.several |= met.several;
            }
        }
    }

    /// Who else has the name; `None` when it was never met.
    pub(super) fn namesakes(&self, name: &Name, keeps_particle: bool) -> Option<Namesakes> {
        let key = NameRegister::family_key(name, keeps_particle);
        let family = self.families.get(&*key)?;
        let initials = self.initials.get(&*both(&key, &initials_key(&given_key(&name.given))))?;
        Some(Namesakes { by_family: family.several, by_initials: initials.several })
    }
}

/// Takes note of what was met with a name. Most names have been met before.
fn meet(table: &mut HashMap<Box<str>, Met>, key: &str, text: &str) -> bool {
    match table.get_mut(key) {
        Some(met) => met.meet(text),
        None => {
            table.insert(key.into(), Met { first: text.into(), several: false });
            false
        }
    }
}

/// A family name and initials as one key.
fn both(family: &str, initials: &str) -> String {
    [family, "\n", initials].concat()
}
