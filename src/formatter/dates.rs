//! `cs:date`: which dates are printed, and what goes with them: year suffixes, years left out.
//!
//! How the parts of a date read is [`super::date`].

use super::date;
use super::markup::{Dress, Mark};
use super::render::{Pass, Renderer};
use crate::citation::{DateVariable, Variable};
use crate::style::{self, Collapse, DatePartName};

impl<'s> Renderer<'s, '_> {
    pub(super) fn date(&mut self, element: &'s style::Date) {
        let Some(variable) = element.variable else {
            self.flags.attempt = true;
            return;
        };
        let suppressed = self.suppressed;
        if self.author_only && self.rendered_something {
            self.suppressed = true;
        }
        self.date_of(element, variable);
        self.suppressed = suppressed;
    }

    fn date_of(&mut self, element: &'s style::Date, variable: DateVariable) {
        let date = self.item.date(variable);
        let is_shown = date.is_some_and(|date| {
            let start = date.start.unwrap_or_default();
            let end = date.end.unwrap_or_default();
            date.literal.is_some()
                || element.parts.iter().any(|part| match part.name {
                    DatePartName::Year => start.year != 0 || end.year != 0,
                    DatePartName::Month => start.month != 0 || end.month != 0,
                    DatePartName::Day => start.day != 0 || end.day != 0,
                })
        });
        let printed = self.enter_variable(Variable::Date(variable), is_shown);
        // A date sorts as a whole, also where none of the parts asked for is there to be printed.
        let sorts = self.pass == Pass::Sort && !is_shown && date.is_some();
        if !printed && !sorts && date.is_none_or(|date| date.season.is_none()) {
            if date.is_some() {
                self.rendered_something = true;
            }
            return;
        }
        let Some(date) = date else { return };
        if self.pass == Pass::Sort {
            if !self.suppressed {
                let mut key = std::mem::take(&mut self.scratch);
                key.clear();
                let wanted = |name| element.parts.iter().any(|part| part.name == name);
                date::push_sort_key(date, wanted, &mut key);
                if !key.is_empty() {
                    self.tree.literal(&key, &Dress::default());
                }
                self.scratch = key;
            }
            return;
        }
        if self.pass == Pass::Look && variable == DateVariable::Accessed {
            return;
        }
        self.rendered_something = true;
        if date.season.as_deref().is_some_and(|season| matches!(season, "1" | "2" | "3" | "4"))
            && element.parts.iter().any(|part| part.name == DatePartName::Month)
        {
            self.flags.success = true;
        }
        let range_end = self.range_end(date::prints_range(element, date));
        if self.suppressed {
            return;
        }
        let year = date.start.map_or(0, |start| start.year);
        let options = &self.style().citation.options;
        let hides_years =
            matches!(options.collapse, Some(Collapse::YearSuffix | Collapse::YearSuffixRanged))
                && options.add_year_suffix
                && !self.in_bibliography()
                && self.pass == Pass::Print;
        let mut hide_year = false;
        let prints_year = element.parts.iter().any(|part| part.name == DatePartName::Year);
        if hides_years && prints_year {
            self.years.push(year);
            let before = self.last_years.get(self.years.len() - 1);
            hide_year = self.has_collapsed && before == Some(&year);
        }
        // The letter behind the year, where the style does not say where it goes.
        let mut letters = None;
        if !self.style().uses.year_suffix
            && self.pass == Pass::Print
            && !self.year_suffix_done
            && prints_year
            && (year != 0 || date.literal.is_some())
            && let Some(number) = self.own_year_suffix()
        {
            letters = Some(super::number::year_suffix(number + 1));
        }
        let style = self.style();
        let context = date::DateContext {
            terms: &style.terms,
            limit_day_ordinals: style.locale.limit_day_ordinals_to_day_1.unwrap_or(false),
            casing: self.word_casing(),
            hide_year,
            mark: Mark::Date(variable as u32),
            range_end,
            letters_apart: self.session.like_reference,
            letters_on_words: self.has_collapsed,
            months_as_given: self.session.like_reference,
        };
        let predecessor = self.term_predecessor;
        let has_letters = letters.is_some();
        let node = date::render(&mut self.tree, element, date, context, &mut letters);
        self.year_suffix_done |= has_letters && letters.is_none();
        self.term_predecessor = predecessor || node.is_some();
    }

    /// How the end of a range is dressed, when it is to be as the reference processor has it.
    fn range_end(&mut self, is_range: bool) -> Option<date::RangeEnd<'s>> {
        let end = self.session.last_date.filter(|_| is_range && self.pass != Pass::Sort)?;
        self.range_seen = true;
        let is_first = match self.pass {
            // Works are told apart in their order: the first range is that of the first of them.
            Pass::Look => self.session.first_range == Some(self.index),
            _ => std::mem::take(&mut self.range_is_first),
        };
        if is_first {
            return Some(end);
        }
        Some(date::RangeEnd { prefix: "", suffix: "", ..end })
    }
}
