//! Names that several lists of names begin with in common: they cannot tell works apart.

use crate::citation::Name;

/// How far the names of some items are the same from the first one on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    /// So many names may be printed and all cites read alike as far as this name set goes.
    pub(super) names: usize,
    /// Whether the lists are the same throughout.
    pub(super) whole: bool,
}

/// Whether two names are printed the same; what is asked of the formatter about their particles
/// (`parse_names`) has been done by now. Most parts are empty in both, and to compare those with `==` takes
/// many times as long: the masked load of an empty slice at no valid address makes the processor
/// stumble.
fn is_same(one: &Name, other: &Name) -> bool {
    let part =
        |one: &str, other: &str| one.len() == other.len() && (one.is_empty() || one == other);
    part(&one.family, &other.family)
        && part(&one.given, &other.given)
        && part(&one.literal, &other.literal)
        && part(&one.suffix, &other.suffix)
        && part(&one.dropping_particle, &other.dropping_particle)
        && part(&one.non_dropping_particle, &other.non_dropping_particle)
        && one.comma_suffix == other.comma_suffix
        && one.static_ordering == other.static_ordering
}

impl Common {
    /// What two lists have in common.
    pub(super) fn of(one: &[Name], other: &[Name]) -> Common {
        let same = one.iter().zip(other).take_while(|(one, other)| is_same(one, other)).count();
        let shorter = one.len().min(other.len());
        let whole = one.len() == other.len() && same == shorter;
        // A list that is printed to its end lacks the *and others* of a longer one.
        Common { names: if whole { same } else { same.min(shorter.saturating_sub(1)) }, whole }
    }

    /// What all lists have in common of which these are parts.
    pub(super) fn and(self, other: Common) -> Common {
        Common { names: self.names.min(other.names), whole: self.whole && other.whole }
    }
}

#[cfg(test)]
mod tests {
    use super::Common;
    use crate::citation::Name;

    fn names(families: &[&str]) -> Vec<Name> {
        families.iter().map(|family| Name::person(family, "Jane")).collect()
    }

    #[test]
    fn what_lists_have_in_common() {
        let of = |one: &[&str], other: &[&str]| {
            let common = Common::of(&names(one), &names(other));
            (common.names, common.whole)
        };
        assert_eq!(of(&["A", "B"], &["A", "B"]), (2, true));
        assert_eq!(of(&["A", "B", "C"], &["A", "X", "C"]), (1, false));
        assert_eq!(of(&["A", "B"], &["A", "B", "C"]), (1, false), "the longer has *and others*");
        assert_eq!(of(&[], &["A"]), (0, false));
        assert_eq!(of(&[], &[]), (0, true));
        let suffixed = Name { suffix: "Jr.".into(), ..Name::person("A", "Jane") };
        assert_eq!(Common::of(&[suffixed], &names(&["A"])).names, 0);
    }
}
