//! How many names of a list are printed, and how much of each: what the style sets by default, what
//! a cite needs to be told apart, and what the people of one name need.

use super::cite::Position;
use super::render::{Pass, Renderer};
use crate::citation::Name;
use crate::style::{DemoteParticle, GivenNameRule, NameSettings};

impl Renderer<'_, '_> {
    /// How many names of a set are asked for.
    pub(super) fn requested_names(&self, set: usize) -> Option<usize> {
        if self.pass == Pass::Sort {
            return None;
        }
        if self.in_bibliography() && !self.style().citation.options.add_names {
            return None;
        }
        let names = self.distinction()?.names.get(set).copied()?;
        (names > 0).then_some(names as usize)
    }

    /// Remembers how many names of a set were printed.
    pub(super) fn shown_names(&mut self, set: usize, count: usize) {
        if self.shown.len() <= set {
            self.shown.resize(set + 1, 0);
        }
        self.shown[set] = count as u32;
    }

    /// How much of the given names of a name is asked for.
    pub(super) fn given_level(
        &self,
        name: &Name,
        at: usize,
        set: usize,
        settings: &NameSettings,
    ) -> u8 {
        let options = &self.style().citation.options;
        let default = Renderer::default_given_level(settings);
        let requested = self
            .distinction()
            .and_then(|distinction| distinction.givens.get(set)?.get(at).copied());
        if !options.add_given_names {
            return match (self.in_bibliography(), requested) {
                (false, Some(requested)) => requested,
                _ => default,
            };
        }
        if self.gathers_names && self.pass != Pass::Sort {
            // The register is not complete yet.
            return default;
        }
        let by_cite = options.given_name_rule == GivenNameRule::ByCite;
        let mut requested = requested.unwrap_or(default);
        if requested == 1
            && by_cite
            && (settings.initialize_with.is_none() || name.given.is_empty())
        {
            requested = 2;
        }
        let level = if name.given.is_empty() {
            requested
        } else {
            self.registered_level(name, at, requested, settings)
        };
        let is_first = self.pass == Pass::Print
            && self.style().uses.position
            && self.info.is_some_and(|info| info.position == Position::First);
        if is_first { level.max(self.registered_level(name, at, 0, settings)) } else { level }
    }

    /// The level that the register of names asks for.
    fn registered_level(
        &self,
        name: &Name,
        at: usize,
        requested: u8,
        settings: &NameSettings,
    ) -> u8 {
        let options = &self.style().citation.options;
        let rule = options.given_name_rule;
        let default = Renderer::default_given_level(settings);
        if rule == GivenNameRule::ByCite {
            let level = requested.max(default);
            if requested >= default && !self.in_bibliography() {
                return level;
            }
            let keeps = self.style().demote_particle == DemoteParticle::Never;
            let namesakes = self.own_names.namesakes(name, keeps).unwrap_or_default();
            return if namesakes.by_initials && default == 1 { 2 } else { level };
        }
        let keeps = self.style().demote_particle == DemoteParticle::Never;
        let Some(namesakes) = self.session.register.namesakes(name, keeps) else {
            return default;
        };
        if rule.is_primary() && at > 0 {
            return default;
        }
        if rule.with_initials() {
            return u8::from(namesakes.by_family);
        }
        let initials = settings.initialize_with.is_some();
        if namesakes.by_initials || namesakes.by_family && !initials {
            2
        } else if namesakes.by_family {
            1
        } else {
            default
        }
    }
}
