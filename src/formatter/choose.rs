//! `cs:choose`: the conditions.

use super::cite::Position as CitePosition;
use super::render::{Pass, Renderer};
use crate::citation::{LocatorLabel, TextVariable, Variable};
use crate::style::{Branch, Match, Position, Test};

impl<'s> Renderer<'s, '_> {
    /// Whether a branch is taken.
    pub(super) fn holds(&mut self, branch: &'s Branch) -> bool {
        match branch.matching {
            Match::All => branch.tests.iter().all(|test| self.test(test)),
            Match::Any => branch.tests.iter().any(|test| self.test(test)),
            Match::None => !branch.tests.iter().any(|test| self.test(test)),
        }
    }

    fn test(&mut self, test: &Test) -> bool {
        match test {
            Test::Disambiguate => self.is_ambiguous(),
            Test::IsNumeric(variable) => self.is_numeric(*variable),
            Test::IsUncertainDate(variable) => {
                self.item.date(*variable).is_some_and(|date| date.circa)
            }
            Test::Locator(label) => self.locator_label() == Some(*label),
            Test::Position(position) => self.is_at(*position),
            Test::Type(types) => self.item.kind.is_some_and(|kind| types.contains(kind)),
            Test::Variable(variable) => self.is_there(*variable),
            Test::Never => false,
        }
    }

    fn is_there(&self, variable: Variable) -> bool {
        match variable {
            Variable::Text(
                text @ (TextVariable::Locator | TextVariable::FirstReferenceNoteNumber),
            ) => self.cite_text(text).is_some(),
            Variable::Text(TextVariable::PageFirst) => {
                self.item.has(Variable::Text(TextVariable::Page)) || self.item.has(variable)
            }
            other => self.item.has(other),
        }
    }

    fn locator_label(&self) -> Option<LocatorLabel> {
        let info = self.info?;
        if info.cite.locator.is_empty() {
            return None;
        }
        // A label typed into the locator counts before the one given with it.
        let typed = super::number::leading_label(&info.cite.locator)
            .and_then(|(term, _)| LocatorLabel::from_word(term));
        let label = typed.or(info.cite.label).unwrap_or(LocatorLabel::Page);
        // The reference processor has no tests for labels without a short form of its own.
        let is_tested =
            !self.session.like_reference || super::number::has_short_form(label.as_str());
        is_tested.then_some(label)
    }

    fn is_at(&self, position: Position) -> bool {
        if self.in_bibliography() {
            return false;
        }
        let (at, near) = match (self.pass, self.info) {
            (Pass::Look, _) => (CitePosition::Subsequent, true),
            (Pass::Sort, _) | (_, None) => return position == Position::First,
            (Pass::Print, Some(info)) => (info.position, info.near_note),
        };
        match position {
            Position::First => at == CitePosition::First,
            Position::Subsequent => at >= CitePosition::Subsequent,
            Position::Ibid => at >= CitePosition::Ibid,
            Position::IbidWithLocator => at >= CitePosition::IbidWithLocator,
            Position::NearNote => at >= CitePosition::Subsequent && near,
            Position::FarNote => at == CitePosition::Subsequent && !near,
        }
    }

    /// `disambiguate="true"`: as many of these conditions hold, from the first on, as are needed to
    /// tell the cite apart.
    fn is_ambiguous(&mut self) -> bool {
        self.conditions_seen += 1;
        let wanted = self.distinction().map_or(0, |distinction| distinction.conditions);
        if self.pass != Pass::Sort && self.conditions_met < wanted {
            self.conditions_met += 1;
            return true;
        }
        false
    }
}
