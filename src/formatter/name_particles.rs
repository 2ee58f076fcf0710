//! Particles hidden in names: `van` in the family name `van Beethoven`, `de` in the given names
//! `Guy de` (the CSL-JSON practice of writing particles with the name they belong to).
//!
//! A leading word in lower case of the family name is a particle that stays with it; a trailing
//! word in lower case of the given names is one that is dropped. What follows a comma in the given
//! names is a suffix.

use crate::citation::Name;

/// The name with its particles and suffix in fields of their own, if there are any to be found.
///
/// ```
/// use fonds::citation::Name;
/// use fonds::formatter::name_particles::split;
/// let name = split(&Name::person("van Beethoven", "Ludwig")).expect("a particle");
/// assert_eq!((&*name.non_dropping_particle, &*name.family), ("van", "Beethoven"));
/// let name = split(&Name::person("Maupassant", "Guy de")).expect("a particle");
/// assert_eq!((&*name.dropping_particle, &*name.given), ("de", "Guy"));
/// assert!(split(&Name::person("Stalin", "Joseph")).is_none());
/// ```
pub fn split(name: &Name) -> Option<Name> {
    if !has_something(name) {
        return None;
    }
    let mut split = name.clone();
    let (particle, family) = leading(&name.family);
    let particle = trim_last(particle);
    if !particle.is_empty() {
        split.non_dropping_particle = particle.into();
    }
    split.family = family.into();
    if split.suffix.is_empty() {
        split_suffix(&mut split);
    }
    let (given, particle) = trailing(&split.given);
    let (given, particle): (Box<str>, Box<str>) = (given.into(), particle.trim().into());
    split.given = given;
    if !particle.is_empty() {
        split.dropping_particle = particle;
    }
    (split != *name).then_some(split)
}

/// A quick look: most names have nothing to split.
fn has_something(name: &Name) -> bool {
    let is_marked = |c: char| is_joint(c) || c == '-' || c == ' ';
    (!first_letter_is_capital(&name.family) && name.family.contains(is_marked))
        || name.given.contains(',')
        || name.given.contains(' ')
}

/// The apostrophes that end a particle.
fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʻ')
}

/// The first letter behind apostrophes, hyphens and spaces, if it is not in lower case.
fn first_letter_is_capital(text: &str) -> bool {
    let first = text.trim_start_matches(|c: char| is_joint(c) || c == '-' || c.is_whitespace());
    first.chars().next().is_none_or(|c| c.to_uppercase().eq([c]))
}

/// Cuts the leading particles from a family name.
fn leading(family: &str) -> (&str, &str) {
    let mut at = 0;
    while let Some(length) = leading_particle(&family[at..]) {
        if first_letter_is_capital(&family[at..at + length]) {
            break;
        }
        at += length;
    }
    family.split_at(at)
}

/// The length of the first word with what joins it to the next: a hyphen, an apostrophe or spaces.
/// `None` when nothing would be left behind it.
fn leading_particle(text: &str) -> Option<usize> {
    let is_end = |c: char| is_joint(c) || c == '-' || c == ' ';
    let word_end = text.find(' ').unwrap_or(text.len());
    // The last mark that may end a particle, not at the very front, within the first word or right
    // behind it.
    let end = text[..text.len().min(word_end + 1)]
        .char_indices()
        .skip(1)
        .filter(|&(_, c)| is_end(c))
        .map(|(at, c)| at + c.len_utf8())
        .filter(|&end| text[end..].chars().any(|c| c != ' '))
        .last()?;
    let rest = text[end..].trim_start_matches(' ');
    Some(text.len() - rest.len())
}

/// Cuts the trailing particles from given names.
fn trailing(given: &str) -> (&str, &str) {
    let mut at = given.len();
    while let Some(start) = trailing_particle(&given[..at]) {
        if first_letter_is_capital(&given[start..at]) {
            break;
        }
        at = start;
    }
    given.split_at(at)
}

/// Where the last word begins, with the space before it.
fn trailing_particle(text: &str) -> Option<usize> {
    let space = text.rfind(' ').filter(|&at| at + 1 < text.len())?;
    let start = text[..space].trim_end_matches(' ').len();
    (start > 0).then_some(start)
}

/// Space at the end goes, except after an apostrophe, where it belongs to the particle.
fn trim_last(particle: &str) -> &str {
    let trimmed = particle.trim();
    if particle.ends_with(' ') && trimmed.ends_with(['\'', '’']) {
        let start = particle.len() - particle.trim_start().len();
        return &particle[start..start + trimmed.len() + 1];
    }
    trimmed
}

/// What follows a comma in the given names is a suffix; two commas ask for a comma before it.
fn split_suffix(name: &mut Name) {
    let given = name.given.to_string();
    let Some(comma) = given.find(',') else { return };
    let before = given[..comma].trim_end();
    let after = &given[comma + 1..];
    let (forced, after) = match after.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, after),
    };
    let after = after.trim_start();
    if after.replace('.', "") == "et al" && name.dropping_particle.is_empty() {
        name.dropping_particle = after.into();
    } else {
        name.comma_suffix |= forced;
        name.suffix = after.into();
    }
    name.given = before.into();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(family: &str, given: &str) -> String {
        let name = Name::person(family, given);
        let name = split(&name).unwrap_or(name);
        format!(
            "{}|{}|{}|{}|{}",
            name.given,
            name.dropping_particle,
            name.non_dropping_particle,
            name.family,
            name.suffix
        )
    }

    #[test]
    fn particles_and_suffixes() {
        for (family, given, expected) in [
            ("van Beethoven", "Ludwig", "Ludwig||van|Beethoven|"),
            ("van der Vlist", "Eric", "Eric||van der|Vlist|"),
            ("d'Artagnan", "Charles", "Charles||d'|Artagnan|"),
            ("d’Aubignac", "François Hédelin", "François Hédelin||d’|Aubignac|"),
            ("al-One", "Given", "Given||al-|One|"),
            ("Maupassant", "Guy de", "Guy|de||Maupassant|"),
            ("Goethe", "Johann Wolfgang von", "Johann Wolfgang|von||Goethe|"),
            ("King", "Martin Luther, Jr.", "Martin Luther|||King|Jr."),
            ("Stalin", "Joseph V.", "Joseph V.|||Stalin|"),
            ("de", "", "|||de|"),
            ("de la Cruz-smith", "Juan de la", "Juan|de la|de la|Cruz-smith|"),
            ("o'brien smith", "x", "x||o'brien|smith|"),
            ("'t Hooft", "Gerard", "Gerard||'t|Hooft|"),
            ("la Fontaine", "Jean de, III", "Jean|de|la|Fontaine|III"),
            ("ʻabd al-Rahman", "A", "A||ʻabd al-|Rahman|"),
            ("d' Arc", "Jean D’y", "Jean D’y||d' |Arc|"),
            ("al-Hakim", "Tawfiq al-", "Tawfiq|al-|al-|Hakim|"),
        ] {
            assert_eq!(shown(family, given), expected, "{given} {family}");
        }
    }
}
