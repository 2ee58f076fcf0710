//! Names of a record as names of CSL.
//!
//! Chinese, Korean, Japanese, Vietnamese and Hungarian names keep their order: *Mao Zedong*, in a
//! bibliography too, and there without a comma. CSL's data has a flag for it, `static-ordering`,
//! which our formatter and citeproc-js obey and pandoc and hayagriva do not; a name given as one
//! text is printed right by all of them, but has no short form.

use super::item;
use crate::record::{self, AgentKind, NameOrder};

/// `name` for an item; `parts` says whether a name that begins with the family name is given in
/// parts. `language` picks between the forms that an agent's name has.
pub(super) fn name_of(name: &record::Name, kind: Option<AgentKind>, parts: bool) -> item::Name {
    let family_first = name.order == Some(NameOrder::FamilyFirst);
    let text = |part: &Option<String>| part.as_deref().unwrap_or("").trim().into();
    // 毛泽东 is never cut down to 毛, and has no space.
    let ideographs = [&name.family, &name.given].into_iter().flatten().all(|part| {
        !part.is_empty() && part.chars().all(|c| ('\u{3400}'..='\u{9fff}').contains(&c))
    });
    if let (true, Some(family), Some(given)) = (ideographs, &name.family, &name.given) {
        return item::Name::literal(&format!("{family}{given}"));
    }
    let whole = name.literal.is_some()
        || name.family.is_none()
        || matches!(kind, Some(AgentKind::Body | AgentKind::Family))
        || (family_first && !parts);
    if whole {
        return item::Name::literal(name.display().trim());
    }
    // "v. Kessel": without a given name the particle stays where it is.
    let (dropping, staying) = match name.given.as_deref().unwrap_or("").trim().is_empty() {
        true if name.particle.is_none() => (&None, &name.dropping_particle),
        _ => (&name.dropping_particle, &name.particle),
    };
    item::Name {
        family: text(&name.family),
        given: text(&name.given),
        dropping_particle: text(dropping),
        non_dropping_particle: text(staying),
        suffix: text(&name.suffix),
        static_ordering: family_first,
        // The parts are known: nothing hides in them.
        parse_names: None,
        ..item::Name::default()
    }
}

/// The form of an agent's name for `language`: one marked with that language, or else the name.
pub(super) fn form_for<'a>(agent: &'a record::Agent, language: &str) -> &'a record::Name {
    let speaks = |name: &&record::Name| {
        name.language.as_ref().is_some_and(|l| l.as_str() == language || l.primary() == language)
    };
    if speaks(&&agent.name) {
        return &agent.name;
    }
    agent.form.iter().find(speaks).unwrap_or(&agent.name)
}

/// `A`, `A and B`, `A, B, and C`, with `and` and the comma before it as the caller writes them.
pub(super) fn listed(names: &[String], and: &str, serial_comma: bool) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} {and} {second}"),
        [rest @ .., last] => {
            let comma = if serial_comma { "," } else { "" };
            format!("{}{comma} {and} {last}", rest.join(", "))
        }
    }
}
