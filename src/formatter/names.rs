//! `cs:names`: lists of names, shortened, joined, labelled and substituted.
//!
//! How one name is printed is [`super::person`]; how many names and how much of each is printed so
//! that works can be told apart is decided in [`super::disambiguate`] and asked for here.

use super::markup::{Dress, Mark, NodeId};
use super::person::PersonContext;
use super::render::{Pass, Renderer, clothe};
use super::script::is_romanesque_start;
use crate::citation::{ItemType, Name, NameVariable, TextVariable, Variable};
use crate::style::{
    Clothes, DelimiterPrecedes, DemoteParticle, Element, GivenNameRule, NameElement, NameForm,
    NameSettings, Names, Plural, SubstituteRule, TermForm,
};
use std::borrow::Cow;

/// How a shortened list ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// It is whole.
    Whole,
    /// *and others*
    EtAl,
    /// … and the last name.
    Ellipsis,
}

/// The names of one variable, cut to what is printed.
#[derive(Clone, Copy)]
struct List<'s> {
    variable: Variable,
    /// All of them.
    all: &'s [Name],
    /// How many are printed from the first one on.
    leading: usize,
    /// The last one, printed behind those.
    last: Option<&'s Name>,
    ending: Ending,
    /// The number of the name set in the cite.
    set: usize,
}

impl<'s> List<'s> {
    /// How many names are printed.
    fn len(&self) -> usize {
        self.leading + usize::from(self.last.is_some())
    }

    /// The names that are printed.
    fn names(&self) -> impl Iterator<Item = &'s Name> {
        self.all.iter().take(self.leading).chain(self.last)
    }
}

impl<'s> Renderer<'s, '_> {
    pub(super) fn names(&mut self, names: &'s Names) {
        let suppressed = self.suppressed;
        self.suppressed = self.suppresses_names();
        if self.term_predecessor {
            self.substitute_ok = false;
        }
        self.name_sets += self.name_sets_of_last;
        self.name_sets_of_last = 0;
        self.rendered_names.clear();
        self.names_started = true;
        self.names_node = None;
        self.name_nodes.clear();

        let mut variables: Cow<'_, [Variable]> = Cow::Borrowed(&names.variables);
        if variables.iter().any(|&variable| self.is_done(variable)) {
            variables.to_mut().retain(|&variable| !self.is_done(variable));
        }
        if self.can_block {
            for &variable in &names.variables {
                self.set_done(variable);
            }
        }
        self.flags.attempt = true;
        let has_value = variables.iter().any(|&variable| self.has_names(variable));
        self.can_substitute.push(true);
        let mut compared = false;
        if has_value {
            compared = self.print_names(names, &variables);
        } else if !names.substitute.is_empty() {
            self.substitute(&names.substitute);
        }
        if !has_value
            && !names.shorthand
            && self.pass == Pass::Sort
            && names.options[self.area_index()].form == NameForm::Count
            && self.can_substitute.last() == Some(&true)
        {
            self.count_names(0);
        }
        let untouched = self.can_substitute.pop().unwrap_or(true);
        if !untouched {
            self.block_substitute();
        }
        if self.can_substitute.len() == 1 {
            self.can_block = false;
        }
        self.suppressed = suppressed;
        // Names count as the beginning of the sentence even when there are none, but not when they are
        // left out because the cite before has them.
        self.term_predecessor |= !names.shorthand && !compared;
        self.substitute_author();
    }

    fn substitute(&mut self, body: &'s [Element]) {
        self.can_block = true;
        for element in body {
            if !self.can_substitute.last().copied().unwrap_or(false) {
                break;
            }
            // The branch of a condition is part of the substitute, element by element.
            if let Element::Choose(branches) = element {
                if let Some(branch) = branches.iter().find(|branch| self.holds(branch)) {
                    self.substitute(&branch.body);
                }
            } else {
                self.element(element);
            }
        }
    }

    fn has_names(&self, variable: Variable) -> bool {
        match variable {
            Variable::Names(variable) => !self.item.names(variable).is_empty(),
            Variable::Text(TextVariable::Authority) => {
                self.item.text(TextVariable::Authority).is_some()
            }
            _ => false,
        }
    }

    /// The names of a variable. The names in a text variable are parted by semicolons.
    fn list(&self, variable: Variable) -> &'s [Name] {
        match variable {
            Variable::Names(variable) => self.item.names(variable),
            Variable::Text(TextVariable::Authority) => &self.session.items[self.index].authority,
            _ => &[],
        }
    }

    /// Tells whether names that are left out were compared with those of the cite before.
    fn print_names(&mut self, names: &'s Names, variables: &[Variable]) -> bool {
        let settings = &names.options[self.area_index()];
        let mut lists: Vec<List<'s>> = Vec::with_capacity(variables.len());
        let mut total = 0;
        for (at, &variable) in variables.iter().enumerate() {
            let all = self.list(variable);
            let set = self.name_sets + at;
            if !all.is_empty() {
                self.name_sets_of_last += 1;
                self.measure_names(all, set, settings);
            }
            let list = self.shorten(all, variable, set, settings);
            total += list.len();
            lists.push(list);
        }
        if settings.form == NameForm::Count {
            if self.pass == Pass::Sort || total > 0 {
                self.count_names(total);
            }
            self.key_names = None;
            return false;
        }
        let common = self.common_term(names, &lists);
        let before = self.tree.checkpoint();
        let delimiter = names.delimiter.as_deref().unwrap_or(&settings.names_delimiter);
        let mut node = None;
        // Names that are left out still tell whether the cite goes on with the author before.
        let compared = self.suppress_author
            && self.suppressed
            && !self.rendered_something
            && self.pass == Pass::Print
            && self.collapses_authors();
        if compared {
            self.suppressed = false;
        }
        if !self.drops_text() {
            self.tree.open_apart(&Dress {
                delimiter: "",
                mark: Mark::Names(0),
                ..clothe(&names.clothes)
            });
            let inside = self.tree.open(&Dress { delimiter, ..Dress::default() });
            for list in &lists {
                if list.all.is_empty() {
                    continue;
                }
                self.names_with_label(names, settings, list, common.as_deref());
                if common.is_some() {
                    break;
                }
            }
            self.tree.close();
            node = self.tree.close().map(|_| inside);
        } else {
            // What is left out still counts as seen.
            self.flags.success = true;
            self.block_substitute();
        }
        if self.pass == Pass::Print && lists.iter().any(|list| !list.all.is_empty()) {
            self.rendered_something = true;
        }
        if self.name_sets == 0
            && self.first_creator.is_none()
            && let Some(&first) = variables.first()
            && self.has_names(first)
        {
            self.first_creator = Some(first);
        }
        if node.is_some() {
            self.term_predecessor = true;
            self.collapse_author(node, variables, before);
        }
        if compared {
            self.tree.roll_back(before);
            self.suppressed = true;
            self.names_node = None;
            self.name_nodes.clear();
        }
        self.key_names = None;
        compared
    }

    /// Whether the style treats cites of one author in a row as a group.
    fn collapses_authors(&self) -> bool {
        let options = &self.style().citation.options;
        !self.in_bibliography()
            && (options.collapse.is_some() || options.cite_group_delimiter.is_some())
    }

    fn count_names(&mut self, total: usize) {
        if !self.drops_text() {
            let text = total.to_string();
            self.tree.literal(&text, &Dress::default());
        }
        self.flags.success = true;
        self.block_substitute();
    }

    /// Finds out how much of each name is printed, and registers the names.
    fn measure_names(&mut self, names: &'s [Name], set: usize, settings: &'s NameSettings) {
        if self.gathers_names && self.session.registers_names() {
            for (at, name) in names.iter().enumerate() {
                if !name.family.is_empty() || !name.given.is_empty() {
                    self.gathered_names.push((at, name));
                }
            }
        }
        let keeps = self.style().demote_particle == DemoteParticle::Never;
        let options = &self.style().citation.options;
        let registers = self.session.like_reference
            && self.pass == Pass::Print
            && options.add_given_names
            && options.given_name_rule == GivenNameRule::ByCite
            && settings.initialize_with.is_some();
        if registers && set == 0 {
            // The first names were met when the cite was looked at.
            for name in names {
                self.own_names.add(name, keeps);
            }
        }
        self.name_lists.resize(self.name_lists.len().max(set + 1), &[]);
        self.name_lists[set] = names;
        let mut levels = std::mem::take(&mut self.levels);
        levels.resize_with(levels.len().max(set + 1), Vec::new);
        let row = &mut levels[set];
        for (at, name) in names.iter().enumerate() {
            if row.len() <= at {
                row.resize(at + 1, None);
            }
            if name.family.is_empty() && name.given.is_empty() {
                continue;
            }
            if registers && set > 0 {
                self.own_names.add(name, keeps);
            }
            row[at] = Some(self.given_level(name, at, set, settings));
        }
        self.levels = levels;
    }

    /// Cuts a list to what is printed of it.
    fn shorten(
        &mut self,
        names: &'s [Name],
        variable: Variable,
        set: usize,
        settings: &NameSettings,
    ) -> List<'s> {
        let count = names.len();
        let mut list =
            List { variable, all: names, leading: count, last: None, ending: Ending::Whole, set };
        let (min, first, last) = self.et_al(settings);
        let (min, first) = (min as usize, first as usize);
        // Lists that are too short for `et-al-subsequent-min` are still cut at `et-al-min`, there.
        let mut shown = match settings.et_al_min as usize {
            plain @ 1.. if self.session.like_reference && self.is_later_cite() => plain,
            _ => min,
        };
        let requested = self.requested_names(set);
        if self.pass == Pass::Look {
            match requested {
                Some(requested) => shown = requested,
                None if count >= min => shown = first,
                None => {}
            }
        } else {
            match requested {
                Some(requested) if requested > first => {
                    shown = if count < min { count } else { requested };
                }
                _ if count >= min => shown = first,
                _ => {}
            }
            if last && min >= 2 && shown + 2 > min {
                shown = min - 2;
            }
        }
        if min > 0 && min >= first && count > shown {
            list.leading = shown;
            list.last = names.last().filter(|_| last);
            if list.len() < count && self.pass != Pass::Sort {
                list.ending = if last { Ending::Ellipsis } else { Ending::EtAl };
            }
        }
        if count > 0 {
            self.shown_names(set, list.len());
        }
        list
    }

    /// `et-al-min`, `et-al-use-first` and `et-al-use-last` as they hold for this cite.
    fn et_al(&self, settings: &NameSettings) -> (u32, u32, bool) {
        if self.is_later_cite() {
            let min = match settings.et_al_subsequent_min {
                0 => settings.et_al_min,
                min => min,
            };
            let first = match settings.et_al_subsequent_use_first {
                0 => settings.et_al_use_first,
                first => first,
            };
            return (min, first, false);
        }
        match self.key_names {
            Some(key) => (
                key.et_al_min.filter(|&min| min > 0).unwrap_or(settings.et_al_min),
                key.et_al_use_first.filter(|&first| first > 0).unwrap_or(settings.et_al_use_first),
                key.et_al_use_last.unwrap_or(settings.et_al_use_last),
            ),
            None => (settings.et_al_min, settings.et_al_use_first, settings.et_al_use_last),
        }
    }

    /// The one label for the same people in two roles: `editortranslator`.
    fn common_term(&self, names: &Names, lists: &[List<'_>]) -> Option<String> {
        let label = names.label.as_ref()?;
        if lists.len() < 2 {
            return None;
        }
        let mut words: Vec<&str> = lists.iter().map(|list| list.variable.as_str()).collect();
        words.sort_unstable();
        let term = words.concat();
        self.style().terms.get(&term, label.label.form, false).filter(|text| !text.is_empty())?;
        let same = lists.windows(2).all(|pair| {
            (pair[0].len() == 0 && pair[1].len() == 0)
                || pair[0].names().eq(pair[1].names()) && pair[0].ending == pair[1].ending
        });
        same.then_some(term)
    }

    fn names_with_label(
        &mut self,
        names: &'s Names,
        settings: &'s NameSettings,
        list: &List<'s>,
        common: Option<&str>,
    ) {
        let label = names.label.as_ref().filter(|_| self.pass != Pass::Sort);
        let Some(label) = label else {
            self.print_list(names, settings, list);
            return;
        };
        let plural = match label.label.plural {
            Plural::Contextual => list.all.len() > 1,
            Plural::Always => true,
            Plural::Never => false,
        };
        let word = common.unwrap_or_else(|| list.variable.as_str());
        let text = self.style().terms.get(word, label.label.form, plural).unwrap_or("");
        let dress = Dress { mark: Mark::Label, ..clothe(&label.label.clothes) };
        self.tree.open(&Dress::default());
        if label.before {
            self.add_term(text, &dress);
        }
        let node = self.print_list(names, settings, list);
        if !label.before {
            self.add_term(text, &dress);
        }
        if node.is_some() {
            self.tree.close();
        } else {
            self.tree.close_and_drop();
        }
    }

    /// The names of one variable, joined.
    fn print_list(
        &mut self,
        names: &'s Names,
        settings: &'s NameSettings,
        list: &List<'s>,
    ) -> Option<NodeId> {
        let count = list.len();
        // A shortened list is dressed like a name as a whole, and so is *and others* in it.
        let dress = match list.ending {
            Ending::EtAl => clothe(&names.name.clothes),
            _ => Dress::default(),
        };
        self.tree.open(&Dress { mark: Mark::NameList(list.set as u32), ..dress });
        let mut inverted = false;
        for (at, name) in list.names().enumerate() {
            let is_last = at + 1 == count;
            if is_last && count > 1 {
                match list.ending {
                    Ending::EtAl => self.join_next(&names.name.clothes, &settings.delimiter),
                    Ending::Ellipsis => self.join_ellipsis(settings, count, inverted),
                    Ending::Whole => {
                        let is_body = !name.literal.is_empty();
                        self.join_last(settings, count, inverted, is_body);
                    }
                }
            } else if at > 0 {
                self.join_next(&names.name.clothes, &settings.delimiter);
            }
            // The name after an ellipsis has its own place in the full list.
            let place = match list.ending {
                Ending::Ellipsis if is_last => list.all.len() - 1,
                _ => at,
            };
            inverted = self.one_name(names, settings, list, name, at, place);
        }
        if list.ending == Ending::EtAl && count > 0 {
            self.et_al_term(names, settings, count, inverted);
        }
        let node = self.tree.close();
        if self.names_node.is_none() {
            self.names_node = node;
        }
        node
    }

    fn join(&mut self, delimiter: &str) {
        self.tree.literal(delimiter, &Dress::default());
    }

    /// Puts the delimiter behind the name before. Where the names are dressed it belongs to their
    /// affixes, and meets the prefix of the next.
    fn join_next(&mut self, name: &Clothes, delimiter: &str) {
        match self.name_nodes.last() {
            Some(&node) if !name.are_plain() => {
                self.tree.lengthen_suffix(node, delimiter);
            }
            _ => self.join(delimiter),
        }
    }

    /// What stands before the last name of a whole list.
    ///
    /// Before a body the reference processor goes by settings of its own.
    fn join_last(
        &mut self,
        settings: &'s NameSettings,
        count: usize,
        inverted: bool,
        is_body: bool,
    ) {
        let apart = is_body && self.session.like_reference && self.pass != Pass::Sort;
        let (delimiter, precedes) = if apart {
            (&*settings.body_delimiter, settings.delimiter_precedes_body)
        } else {
            (&*settings.delimiter, settings.delimiter_precedes_last)
        };
        let Some(and) = settings.and.as_deref().filter(|_| self.pass != Pass::Sort) else {
            return self.join(delimiter);
        };
        let spaced = and.chars().next().is_some_and(is_romanesque_start);
        let (mut single, mut multiple, suffix) =
            if spaced { (" ", delimiter, " ") } else { ("", "", "") };
        match precedes {
            DelimiterPrecedes::Always => single = delimiter,
            DelimiterPrecedes::Never if !multiple.is_empty() => multiple = " ",
            DelimiterPrecedes::AfterInvertedName if !multiple.is_empty() && !apart => {
                multiple = " ";
                // The reference processor does not look whether the first of two is inverted.
                if self.session.like_reference {
                    single = delimiter;
                }
            }
            _ => {}
        }
        if inverted && settings.delimiter_precedes_last == DelimiterPrecedes::AfterInvertedName {
            (single, multiple) = (&settings.delimiter, &settings.delimiter);
        }
        let prefix = if count > 2 { multiple } else { single };
        self.tree.text_in(and, &Dress { prefix, suffix, ..Dress::default() }, self.word_casing());
    }

    fn join_ellipsis(&mut self, settings: &NameSettings, count: usize, inverted: bool) {
        let after_inverted =
            inverted && settings.delimiter_precedes_last == DelimiterPrecedes::AfterInvertedName;
        let prefix = if count > 2 || after_inverted { &*settings.delimiter } else { " " };
        self.tree.literal("\u{2026}", &Dress { prefix, suffix: " ", ..Dress::default() });
    }

    fn et_al_term(
        &mut self,
        names: &'s Names,
        settings: &'s NameSettings,
        count: usize,
        inverted: bool,
    ) {
        let word = names.et_al.as_ref().and_then(|et_al| et_al.term.as_deref()).unwrap_or("et-al");
        let term = self.style().terms.get(word, TermForm::Long, false).unwrap_or("");
        let delimiter = &*settings.delimiter;
        let (mut single, mut multiple) = (" ", delimiter);
        match settings.delimiter_precedes_et_al {
            DelimiterPrecedes::Always => single = delimiter,
            DelimiterPrecedes::Never => multiple = " ",
            // The reference processor does not look whether the name is inverted.
            DelimiterPrecedes::AfterInvertedName if self.session.like_reference => {
                (single, multiple) = (delimiter, " ");
            }
            DelimiterPrecedes::AfterInvertedName => {
                (single, multiple) = if inverted { (delimiter, delimiter) } else { (" ", " ") };
            }
            DelimiterPrecedes::Contextual => {}
        }
        if !term.chars().next().is_some_and(is_romanesque_start) {
            if single == " " {
                single = "";
            }
            if multiple == " " {
                multiple = "";
            }
        }
        let prefix = if count > 1 { multiple } else { single };
        let clothes = names.et_al.as_ref().map(|et_al| clothe(&et_al.clothes));
        let dress = Dress { prefix, suffix: "", ..clothes.unwrap_or_default() };
        self.tree.text_in(term, &dress, self.word_casing());
    }

    /// The `cs:name` that counts.
    fn name_element(&self, names: &'s Names) -> &'s NameElement {
        match &names.reference {
            Some(reference) if self.session.like_reference => reference,
            _ => &names.name,
        }
    }

    /// One name of a list. Tells whether it was inverted.
    fn one_name(
        &mut self,
        names: &'s Names,
        settings: &'s NameSettings,
        list: &List<'s>,
        name: &'s Name,
        at: usize,
        place: usize,
    ) -> bool {
        self.flags.success = true;
        self.block_substitute();
        if self.replaces_authors() {
            let parts = [
                &name.family,
                &name.given,
                &name.dropping_particle,
                &name.non_dropping_particle,
                &name.suffix,
                &name.literal,
            ];
            let whole = parts.map(|part| &**part).concat();
            self.rendered_names.push(whole);
        }
        let mark = Mark::Name(at as u32);
        let element = self.name_element(names);
        if !name.literal.is_empty() {
            let family = element.family.as_ref();
            let own = &element.clothes;
            let dress = Dress {
                formatting: family.map_or(own.formatting, |f| f.formatting.or(own.formatting)),
                text_case: family.and_then(|f| f.text_case).or(own.text_case),
                strip_periods: family.is_some_and(|f| f.strip_periods),
                mark,
                ..Dress::default()
            };
            let literal = tidy_literal(&name.literal, &settings.delimiter);
            self.open_around(element);
            let node = self.tree.text_in(&literal, &dress, self.casing());
            self.close_around(element);
            self.name_nodes.extend(node);
            return false;
        }
        let level = self
            .levels
            .get(list.set)
            .and_then(|row| row.get(place).copied().flatten())
            .unwrap_or(0);
        let context = PersonContext { element, settings, at, level };
        self.open_around(element);
        self.tree.open_apart(&Dress { mark, ..clothe(&element.clothes) });
        let inverted = self.person(name, &context);
        let node = self.tree.close();
        self.close_around(element);
        self.name_nodes.extend(node);
        inverted
    }

    /// Opens a group around a name that is dressed. It takes up the space at the ends of the name's
    /// affixes, which then meets that of the names beside it.
    fn open_around(&mut self, element: &NameElement) {
        if !element.clothes.are_plain() {
            self.tree.open(&Dress::default());
        }
    }

    fn close_around(&mut self, element: &NameElement) {
        if !element.clothes.are_plain() {
            self.tree.close();
        }
    }

    /// Leaves the names out of a cite whose names are those of the cite before.
    fn collapse_author(
        &mut self,
        node: Option<NodeId>,
        variables: &[Variable],
        before: super::markup::Checkpoint,
    ) {
        let Some(node) = node.filter(|_| self.collapses_authors()) else { return };
        let options = &self.style().citation.options;
        let collapses = options.collapse.is_some();
        if self.pass == Pass::Look {
            self.author_text.clear();
            self.tree.push_plain_text(node, &mut self.author_text);
            return;
        }
        if self.pass != Pass::Print || self.suppressed {
            return;
        }
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        self.tree.push_plain_text(node, &mut text);
        let suppress_author = self.suppress_author;
        if self.last_author.as_deref() == Some(&*text) {
            if suppress_author || collapses {
                self.tree.roll_back(before);
                self.names_node = None;
                self.name_nodes.clear();
            }
            self.uses_cite_group_delimiter = options.cite_group_delimiter.is_some();
        } else {
            self.last_author = Some(text.clone());
            let is_first = self.first_creator.is_some_and(|first| variables.contains(&first));
            if is_first && suppress_author && self.item.kind != Some(ItemType::LegalCase) {
                self.tree.roll_back(before);
                self.names_node = None;
                self.name_nodes.clear();
                self.term_predecessor = false;
            }
            self.has_collapsed = false;
            self.uses_cite_group_delimiter = false;
        }
        self.scratch = text;
    }

    /// Puts the style's mark in the place of names that the entry before has too.
    pub(super) fn substitute_author(&mut self) {
        if self.pass != Pass::Print || !self.in_bibliography() {
            return;
        }
        let Some(options) = self.style().bibliography.as_ref().map(|area| &area.options) else {
            return;
        };
        let Some(mark) = options.author_substitute.as_deref() else { return };
        if !self.substitute_ok || !self.names_started {
            return;
        }
        let names = &self.rendered_names;
        if names.is_empty() && self.can_substitute.len() > 1 {
            // Inside of a `cs:substitute` roles that nobody has are passed over.
            return;
        }
        let each = matches!(
            options.author_substitute_rule,
            SubstituteRule::PartialEach | SubstituteRule::PartialFirst
        );
        self.looked_back |= each || !names.is_empty();
        match options.author_substitute_rule {
            SubstituteRule::PartialEach | SubstituteRule::PartialFirst => {
                let first_only = options.author_substitute_rule == SubstituteRule::PartialFirst;
                let same = names
                    .iter()
                    .zip(&self.last_names)
                    .take_while(|(name, last)| name == last)
                    .count();
                let same = if first_only { same.min(1) } else { same };
                for &node in self.name_nodes.iter().take(same) {
                    self.tree.set_text(node, mark);
                }
                self.last_names.clone_from(&self.rendered_names);
            }
            SubstituteRule::CompleteEach => {
                if !names.is_empty() {
                    if *names == self.last_names {
                        for &node in &self.name_nodes {
                            self.tree.set_text(node, mark);
                        }
                    }
                    self.last_names.clone_from(&self.rendered_names);
                }
            }
            SubstituteRule::CompleteAll => {
                if !names.is_empty() {
                    if *names == self.last_names
                        && let Some(node) = self.names_node
                    {
                        self.tree.set_text(node, mark);
                    }
                    self.last_names.clone_from(&self.rendered_names);
                }
            }
        }
        self.substitute_ok = false;
    }

    /// Whether names of this entry may be replaced because the entry before has them too.
    fn replaces_authors(&self) -> bool {
        let area = self.style().bibliography.as_ref();
        self.pass == Pass::Print
            && self.in_bibliography()
            && area.is_some_and(|area| area.options.author_substitute.is_some())
    }

    /// Whether the element's author part is left out, as the cite asks.
    fn suppresses_names(&self) -> bool {
        self.author_only && self.rendered_something
            || self.suppress_author && !self.rendered_something
            || self.suppressed
    }
}

/// The parts of a body's name, set apart by `|`, joined as names are.
fn tidy_literal<'n>(literal: &'n str, delimiter: &str) -> Cow<'n, str> {
    if !literal.contains('|') {
        return literal.into();
    }
    let parts: Vec<&str> = literal.split('|').map(str::trim).filter(|p| !p.is_empty()).collect();
    parts.join(delimiter).into()
}

/// The creator variables in the order in which citation labels look for names.
pub(super) const CREATORS: &[NameVariable] = &[
    NameVariable::Author,
    NameVariable::Editor,
    NameVariable::Translator,
    NameVariable::Contributor,
    NameVariable::CollectionEditor,
    NameVariable::Composer,
    NameVariable::ContainerAuthor,
    NameVariable::Director,
    NameVariable::EditorialDirector,
    NameVariable::Interviewer,
    NameVariable::OriginalAuthor,
    NameVariable::Recipient,
];
