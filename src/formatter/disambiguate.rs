//! Cites that look alike are told apart: by more names, by given names, by conditions of the style,
//! by a letter behind the year (CSL 1.0.2, "Disambiguation").
//!
//! Items whose cites read the same form one bucket, found by hashing. In a bucket one setting after
//! the other is raised, always for all, until the first item differs from the rest or no setting is
//! left; what helped is kept. A raised setting renders each item of the bucket once, and items that
//! have become unique leave without another look, so that the work grows with the number of items
//! and not with its square.

use super::common_names::Common;
use super::fault;
use super::render::{Pass, Region, Renderer};
use super::session::Session;
use crate::citation::Name;
use crate::style::GivenNameRule;
use std::collections::HashMap;

/// How a cite is told apart from others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Distinction {
    /// By name set: how many names are printed.
    pub(super) names: Vec<u32>,
    /// By name set and place: how much of the given names: 0 nothing, 1 initials, 2 all.
    pub(super) givens: Vec<Vec<u8>>,
    /// The place among the works of its authors and year, from 0.
    pub(super) year_suffix: Option<u32>,
    /// How many conditions on `disambiguate` hold.
    pub(super) conditions: u32,
}

impl Distinction {
    fn pad(&mut self) {
        if self.givens.len() < self.names.len() {
            self.givens.resize(self.names.len(), Vec::new());
        }
        for (row, &count) in self.givens.iter_mut().zip(&self.names) {
            if row.len() < count as usize {
                row.resize(count as usize, 0);
            }
        }
    }
}

/// What a look at one item found.
struct Look {
    text: u32,
    conditions_met: u32,
    conditions_seen: u32,
}

/// What the first look at an item found.
#[derive(Default)]
pub(super) struct FirstLook {
    /// The cite as it reads when nothing has been done yet.
    pub(super) text: String,
    /// How many names the name sets have.
    pub(super) counts: Vec<u32>,
}

/// The ways to tell cites apart, in the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    Names,
    Years,
    Conditions,
}

fn means(session: &Session<'_>) -> Vec<Means> {
    let options = &session.style.citation.options;
    let mut means = Vec::new();
    let by_cite = options.given_name_rule == GivenNameRule::ByCite;
    if options.add_names || options.add_given_names && by_cite {
        means.push(Means::Names);
    }
    if options.add_year_suffix {
        means.push(Means::Years);
    }
    if session.style.uses.disambiguate {
        means.push(Means::Conditions);
    }
    means
}

/// Whether cites are looked at: whether the style tells them apart at all, or, in the reference
/// processor, whether those of one work differ. There a first cite has as many names as a later one.
pub(super) fn is_wanted(session: &Session<'_>) -> bool {
    session.style.citation.options.add_given_names
        || !means(session).is_empty()
        || session.like_reference && session.style.uses.position
}

/// Renders the cite of an item as it reads when it is cited again.
fn look(renderer: &mut Renderer<'_, '_>, index: usize, on_trial: bool) -> String {
    renderer.tree.clear();
    renderer.begin(Pass::Look, Region::Citation, index, None, None);
    renderer.on_trial = on_trial;
    renderer.term_predecessor = false;
    let root = renderer.tree.open(&Default::default());
    renderer.body(renderer.citation_layout());
    renderer.end();
    match renderer.tree.close() {
        Some(_) => renderer.tree.plain_text(root),
        None => String::new(),
    }
}

/// Looks at every item once: what its cite reads, and which names are in it.
pub(super) fn first_look(
    renderer: &mut Renderer<'_, '_>,
    index: usize,
) -> (FirstLook, Distinction) {
    renderer.gathers_names = true;
    let text = look(renderer, index, false);
    renderer.gathers_names = false;
    let sets = renderer.shown.len();
    let counts = (0..sets).map(|set| renderer.levels.get(set).map_or(0, Vec::len) as u32).collect();
    let mut distinction = Distinction { names: renderer.shown.clone(), ..Distinction::default() };
    distinction.givens = renderer
        .levels
        .iter()
        .take(sets)
        .map(|row| row.iter().map(|level| level.unwrap_or(0)).collect())
        .collect();
    distinction.pad();
    (FirstLook { text, counts }, distinction)
}

/// Finds out for all items how they are told apart. `rank` is the place of each item in the
/// bibliography's order.
pub(super) fn distinguish<'s, 'a>(
    session: &'s Session<'a>,
    renderer: &mut Renderer<'s, 'a>,
    looks: &[FirstLook],
    distinctions: &mut [Distinction],
    rank: &[usize],
) {
    let means = means(session);
    if means.is_empty() {
        return;
    }
    let mut buckets: HashMap<&str, Vec<usize>> = HashMap::with_capacity(looks.len());
    for (index, look) in looks.iter().enumerate() {
        buckets.entry(&look.text).or_default().push(index);
    }
    let mut crowded: Vec<Vec<usize>> =
        buckets.into_values().filter(|bucket| bucket.len() > 1).collect();
    crowded.sort_unstable_by_key(|bucket| bucket[0]);
    let mut work = |renderer: &mut Renderer<'s, 'a>, bucket: &[usize]| {
        // What is alike stays alike where we fail.
        fault::guard(renderer, |renderer| {
            Run::new(session, renderer, looks, distinctions, rank, &means, bucket.to_vec()).run();
        });
    };
    for bucket in &crowded {
        work(renderer, bucket);
    }
    if !session.notes.is_empty() {
        // With the numbers of the notes that they refer to, later cites may be different as they
        // are: then no condition needs to hold. The names stay as they are by now.
        renderer.refers_to_notes = true;
        for bucket in &crowded {
            work(renderer, bucket);
        }
        renderer.refers_to_notes = false;
    }
}

/// Which of the two settings a list of items is at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Setting {
    /// The one that is raised step by step.
    Base,
    /// The one that keeps what has helped.
    Better,
}

/// The work on one bucket.
struct Run<'r, 's, 'a> {
    session: &'s Session<'a>,
    renderer: &'r mut Renderer<'s, 'a>,
    distinctions: &'r mut [Distinction],
    rank: &'r [usize],
    means: &'r [Means],
    at: usize,
    base: Distinction,
    better: Distinction,
    lists: std::collections::VecDeque<(Setting, Vec<usize>)>,
    name_set: usize,
    name: usize,
    names_max: Option<usize>,
    name_sets_max: usize,
    givens_max: Option<u8>,
    starts: bool,
    clashes: [usize; 2],
    texts: HashMap<String, u32>,
    /// By name set: what the items last looked at have in common.
    common: Vec<Common>,
    /// How many names may still be printed to see whether more of them help.
    patience: usize,
}

/// The names that are printed for a bucket however few it has, to see whether more of them help.
const PATIENCE: usize = 5_000;
/// How many more, for each name and each item in it. Lists that differ late would cost the square of
/// their length; after that they are told apart by other means.
const PATIENCE_EACH: usize = 8;
/// The names of one item that count for that.
const PATIENCE_NAMES: usize = 30;

impl<'r, 's, 'a> Run<'r, 's, 'a> {
    fn new(
        session: &'s Session<'a>,
        renderer: &'r mut Renderer<'s, 'a>,
        looks: &'r [FirstLook],
        distinctions: &'r mut [Distinction],
        rank: &'r [usize],
        means: &'r [Means],
        mut bucket: Vec<usize>,
    ) -> Run<'r, 's, 'a> {
        let mut base = Distinction::default();
        let mut name_sets = 0;
        for (at, &index) in bucket.iter().enumerate() {
            let own = &distinctions[index];
            name_sets = own.names.len();
            if at == 0 || own.names.len() < base.names.len() {
                base = own.clone();
            }
            for set in 0..own.names.len().min(base.names.len()) {
                if own.names[set] > base.names[set] {
                    base.names[set] = own.names[set];
                    base.givens[set].clone_from(&own.givens[set]);
                }
            }
        }
        base.year_suffix = None;
        base.conditions = 0;
        base.pad();
        // The items with the fewest names come first.
        let order = |index: usize| {
            let counts: Vec<String> = looks[index].counts.iter().map(u32::to_string).collect();
            (counts.join(","), session.items[index].item.id.clone())
        };
        bucket.sort_by_cached_key(|&index| order(index));
        let names = |&index: &usize| {
            let names = looks[index].counts.iter().map(|&count| count as usize + 1).sum::<usize>();
            names.min(PATIENCE_NAMES)
        };
        let patience = PATIENCE + PATIENCE_EACH * bucket.iter().map(names).sum::<usize>();
        let names_max = looks[bucket[0]].counts.first().map(|&count| count as usize);
        let options = &session.style.citation.options;
        let by_cite = options.given_name_rule == GivenNameRule::ByCite && options.add_given_names;
        Run {
            session,
            renderer,
            distinctions,
            rank,
            means,
            at: 0,
            better: base.clone(),
            base,
            lists: [(Setting::Base, bucket)].into(),
            name_set: 0,
            name: 0,
            names_max,
            name_sets_max: name_sets.saturating_sub(1),
            givens_max: by_cite.then_some(2),
            starts: true,
            clashes: [1, 0],
            texts: HashMap::new(),
            common: Vec::new(),
            patience,
        }
    }

    fn run(&mut self) {
        while let Some((_, list)) = self.lists.front() {
            if list.is_empty() {
                self.lists.pop_front();
                continue;
            }
            self.name_set = 0;
            self.name = 0;
            self.clashes = [1, 0];
            self.work_on_list();
            self.lists.pop_front();
        }
    }

    /// Works on the first list until it is empty.
    fn work_on_list(&mut self) {
        // Every step raises a setting or takes items away; this is for what nobody foresees.
        let mut steps = self.lists.front().map_or(0, |(_, list)| list.len()) * 2 + 10_000;
        let mut looks: Vec<Look> = Vec::new();
        let mut looked_at: Option<Distinction> = None;
        loop {
            let (setting, list) = match self.lists.front_mut() {
                Some((setting, list)) if !list.is_empty() => (*setting, std::mem::take(list)),
                _ => return,
            };
            steps = steps.saturating_sub(1);
            if steps == 0 {
                return;
            }
            let maxed = self.raise();
            if maxed && looks.len() == list.len() && self.leaps() && self.has_same_names() {
                // They read as much alike as they did.
                looked_at = Some(self.base.clone());
            }
            if looked_at.as_ref() != Some(&self.base) || looks.len() != list.len() {
                looks = self.look_at_all(&list);
                looked_at = Some(self.base.clone());
            }
            // Those that have become unique one after the other leave in one go.
            let means = self.means[self.at];
            let mut counts: HashMap<u32, usize> = HashMap::with_capacity(looks.len());
            for look in &looks {
                *counts.entry(look.text).or_default() += 1;
            }
            let mut first = 0;
            while means == Means::Names
                && !maxed
                && first + 2 < list.len()
                && counts.get(&looks[first].text) == Some(&1)
            {
                self.clashes = [self.clashes[1], 0];
                self.keep_step();
                self.register(list[first], Setting::Better);
                counts.remove(&looks[first].text);
                first += 1;
            }
            if first > 0 {
                looks.drain(..first);
                self.starts = true;
                if let Some(front) = self.lists.front_mut() {
                    *front = (Setting::Better, list[first..].to_vec());
                }
                continue;
            }
            let (mut partners, mut others) = (Vec::new(), Vec::new());
            for (index, look) in list.iter().zip(&looks) {
                if look.text == looks[0].text {
                    partners.push(*index);
                } else {
                    others.push(*index);
                }
            }
            self.clashes = [self.clashes[1], partners.len() - 1];
            match means {
                Means::Names => self.by_names(setting, list, partners, others, maxed),
                Means::Years => self.by_years(setting, list),
                Means::Conditions => {
                    let last =
                        looks.last().map_or((0, 0), |l| (l.conditions_met, l.conditions_seen));
                    self.by_conditions(setting, list, partners, others, last, maxed);
                }
            }
            if maxed {
                if self.at + 1 < self.means.len() {
                    self.at += 1;
                } else if let Some(next) = self.lists.get_mut(1) {
                    // Nothing is left to try for those set aside before.
                    next.1.clear();
                }
            }
        }
    }

    /// Raises the settings by one step. Tells whether none is left.
    fn raise(&mut self) -> bool {
        if self.patience == 0 && self.means[self.at] == Means::Names {
            self.starts = false;
            return true;
        }
        if self.starts {
            self.starts = false;
            return false;
        }
        match self.means[self.at] {
            Means::Years => return false,
            Means::Conditions => {
                self.base.conditions += 1;
                self.better.conditions += 1;
                return false;
            }
            Means::Names => {}
        }
        let add_names = self.session.style.citation.options.add_names;
        self.leap();
        let mut next_name = self.givens_max.is_none();
        let mut next_set = self.names_max.is_none();
        if let Some(max) = self.givens_max {
            match self.base.givens.get_mut(self.name_set).and_then(|row| row.get_mut(self.name)) {
                Some(level) if *level < max => *level += 1,
                _ => next_name = true,
            }
        }
        if let Some(max) = self.names_max
            && next_name
        {
            next_set = true;
            if add_names && self.name < max {
                next_set = false;
                if let Some(count) = self.base.names.get_mut(self.name_set) {
                    *count += 1;
                }
                self.name += 1;
            }
        }
        if next_set && self.name_set < self.name_sets_max {
            self.name_set += 1;
            if let Some(count) = self.base.names.get_mut(self.name_set) {
                *count = 1;
            }
            self.name = 0;
        }
        let given = self.base.givens.get(self.name_set).and_then(|row| row.get(self.name)).copied();
        self.name_set >= self.name_sets_max
            && (!add_names || self.names_max.is_none_or(|max| self.name >= max))
            && self.givens_max.is_none_or(|max| given.is_none_or(|given| given >= max))
    }

    /// Whether steps that change nothing are taken at once.
    fn leaps(&self) -> bool {
        #[cfg(test)]
        return !tests::STEP_BY_STEP.get();
        #[cfg(not(test))]
        true
    }

    /// Takes all the steps at once that print more of names which all items have in common.
    fn leap(&mut self) {
        if !self.leaps() {
            return;
        }
        let set = self.name_set;
        let (Some(common), Some(max)) = (self.common.get(set), self.names_max) else { return };
        let (common, add_names) = (*common, self.session.style.citation.options.add_names);
        let Some(count) = self.base.names.get_mut(set) else { return };
        let shown = *count as usize;
        if common.names == 0 || !add_names {
            return;
        }
        let steps = if common.whole { max } else { common.names.saturating_sub(shown) };
        let last = (self.name + steps).min(max);
        let longer = (shown + last - self.name).min(common.names.max(shown));
        *count = longer as u32;
        self.base.pad();
        if let (Some(level), Some(row)) = (self.givens_max, self.base.givens.get_mut(set)) {
            let end = (last + 1).min(common.names).min(row.len());
            for given in row.get_mut(self.name..end).unwrap_or_default() {
                *given = level;
            }
        }
        self.name = last;
    }

    /// Whether no names can tell the items apart, as they are the same in all.
    fn has_same_names(&self) -> bool {
        self.means[self.at] == Means::Names
            && self.name_sets_max == 0
            && self.common.len() == 1
            && self.common.iter().all(|common| common.whole)
    }

    /// Renders all items of the list at the present settings.
    fn look_at_all(&mut self, list: &[usize]) -> Vec<Look> {
        let mut looks = Vec::with_capacity(list.len());
        let mut base = self.base.clone();
        let renderer = &mut *self.renderer;
        let session = self.session;
        let mut first_lists: Vec<&[Name]> = Vec::new();
        for (at, &index) in list.iter().enumerate() {
            // A cite that lacks names lowers what is asked for, as it cannot give more.
            renderer.trial.clone_from(&base);
            let text = look(renderer, index, true);
            for (set, &count) in renderer.shown.iter().enumerate() {
                if count > 0
                    && let Some(names) = base.names.get_mut(set)
                {
                    *names = count;
                }
                if let (Some(row), Some(levels)) =
                    (base.givens.get_mut(set), renderer.levels.get(set))
                {
                    for (mine, level) in row.iter_mut().zip(levels) {
                        *mine = level.unwrap_or(*mine);
                    }
                }
            }
            base.pad();
            if at == 0 {
                first_lists.clone_from(&renderer.name_lists);
                let whole = |names: &&[Name]| Common { names: names.len(), whole: true };
                self.common = first_lists.iter().map(whole).collect();
            } else {
                for (set, common) in self.common.iter_mut().enumerate() {
                    let other = renderer.name_lists.get(set).copied().unwrap_or_default();
                    *common = common.and(Common::of(first_lists[set], other));
                    // The order of a name depends on the language of the work.
                    if session.items[index].language != session.items[list[0]].language {
                        *common = Common { names: 0, whole: false };
                    }
                }
            }
            let printed = renderer.shown.iter().map(|&count| count as usize).sum::<usize>();
            self.patience = self.patience.saturating_sub(1 + printed);
            #[cfg(test)]
            tests::PRINTED.set(tests::PRINTED.get() + printed);
            let known = self.texts.len() as u32;
            looks.push(Look {
                text: *self.texts.entry(text).or_insert(known),
                conditions_met: renderer.conditions_met,
                conditions_seen: renderer.conditions_seen,
            });
        }
        self.base = base;
        looks
    }

    /// Keeps the step just taken.
    fn keep_step(&mut self) {
        let by_cite = self.session.style.citation.options.given_name_rule == GivenNameRule::ByCite;
        let (set, name) = (self.name_set, self.name);
        if by_cite && let Some(&level) = self.base.givens.get(set).and_then(|row| row.get(name)) {
            if self.better.givens.len() < self.base.givens.len() {
                self.better.givens.clone_from(&self.base.givens);
            }
            if let Some(row) = self.better.givens.get_mut(set) {
                if row.len() <= name {
                    row.resize(name + 1, 0);
                }
                row[name] = level;
            }
        }
        if let Some(&count) = self.base.names.get(set) {
            if self.better.names.len() <= set {
                self.better.names.resize(set + 1, 0);
            }
            self.better.names[set] = count;
        }
    }

    fn setting(&self, setting: Setting) -> &Distinction {
        match setting {
            Setting::Base => &self.base,
            Setting::Better => &self.better,
        }
    }

    fn register(&mut self, index: usize, setting: Setting) {
        let distinction = self.setting(setting).clone();
        self.distinctions[index] = distinction;
    }

    fn set_front(&mut self, setting: Setting, list: Vec<usize>) {
        if let Some(front) = self.lists.front_mut() {
            *front = (setting, list);
        }
    }

    fn by_names(
        &mut self,
        setting: Setting,
        list: Vec<usize>,
        partners: Vec<usize>,
        others: Vec<usize>,
        maxed: bool,
    ) {
        if self.clashes[1] == 0 && others.len() == 1 {
            self.keep_step();
            self.register(others[0], Setting::Better);
            self.register(partners[0], Setting::Better);
            self.set_front(Setting::Better, Vec::new());
        } else if self.clashes[1] == 0 {
            self.keep_step();
            self.register(partners[0], Setting::Better);
            self.starts |= !others.is_empty();
            self.set_front(Setting::Better, others);
        } else if others.len() == 1 {
            self.keep_step();
            self.register(others[0], Setting::Better);
            self.set_front(Setting::Better, partners);
        } else if self.clashes[1] < self.clashes[0] {
            self.keep_step();
            self.set_front(Setting::Better, partners);
            self.lists.push_back((Setting::Better, others));
        } else if maxed {
            if self.at + 1 == self.means.len() {
                for &index in &partners {
                    self.register(index, Setting::Better);
                }
                self.set_front(Setting::Better, Vec::new());
            } else {
                self.set_front(Setting::Better, others);
                self.lists.push_back((Setting::Better, partners));
            }
        } else {
            self.set_front(setting, list);
        }
    }

    fn by_years(&mut self, setting: Setting, mut list: Vec<usize>) {
        if self.clashes[1] > 0 {
            list.sort_by_key(|&index| self.rank[index]);
            for (number, &index) in list.iter().enumerate() {
                let mut distinction = self.setting(setting).clone();
                distinction.year_suffix = Some(number as u32);
                self.distinctions[index] = distinction;
            }
        }
        self.set_front(Setting::Better, Vec::new());
    }

    fn by_conditions(
        &mut self,
        setting: Setting,
        list: Vec<usize>,
        partners: Vec<usize>,
        others: Vec<usize>,
        (met, seen): (u32, u32),
        maxed: bool,
    ) {
        let done = self.clashes[1] == 0 && others.len() < 2;
        if !done && (self.base.conditions == 0 || met != seen) {
            self.at = 0;
            self.base.conditions = met;
            self.better.conditions = met;
            if met == 0 {
                self.starts = true;
                self.base.conditions = 1;
                self.set_front(setting, list);
            } else {
                self.by_names(setting, list, partners, others, maxed);
            }
        } else if done || met == seen {
            if done || self.at + 1 == self.means.len() {
                for &index in &list {
                    self.register(index, setting);
                }
                self.set_front(Setting::Better, Vec::new());
            } else {
                self.at = self.means.len() - 1;
                for &index in &list {
                    self.register(index, setting);
                    self.distinctions[index].conditions = 1;
                }
                self.set_front(setting, list);
            }
        } else {
            self.set_front(setting, list);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PATIENCE, PATIENCE_EACH, PATIENCE_NAMES};
    use crate::citation::{Date, DateParts, DateVariable, Item, ItemType, Name, NameVariable};
    use crate::formatter::{Citation, Cite, Formatted, Options, Processor};
    use crate::style::{Sources, Style};
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::collections::HashSet;

    thread_local! {
        /// Whether steps that change nothing are taken one by one.
        pub(super) static STEP_BY_STEP: Cell<bool> = const { Cell::new(false) };
        /// How many names were printed to tell cites apart.
        pub(super) static PRINTED: Cell<usize> = const { Cell::new(0) };
    }

    /// A style that tells cites apart in the ways given, with names shortened to the first `first`.
    fn style(options: &str, first: usize, initials: bool) -> Style {
        let initials = if initials { r#" initialize-with=". ""# } else { "" };
        let text = format!(
            r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
            <citation et-al-min="{}" et-al-use-first="{first}" {options}><layout delimiter="; ">
              <names variable="author editor" delimiter=" in "><name form="short" delimiter=", "{initials}/></names>
              <date variable="issued" prefix=" "><date-part name="year"/></date>
              <choose><if disambiguate="true"><text value=" (told apart)"/></if></choose>
            </layout></citation></style>"#,
            first + 1
        );
        let sources = Sources { style: &|_| None, locale: &|_| None };
        Style::compile(&text, None, &sources).0.expect("a style")
    }

    fn names(of: &[u8]) -> Vec<Name> {
        const PEOPLE: [(&str, &str); 6] = [
            ("Doe", "Jane"),
            ("Doe", "John"),
            ("Doe", "Ann"),
            ("Roe", "Jane"),
            ("Poe", ""),
            ("Moe", "J. A."),
        ];
        let person = |&at: &u8| match PEOPLE.get(usize::from(at)) {
            Some((family, given)) => Name::person(family, given),
            None => Name::literal("The Office"),
        };
        of.iter().map(person).collect()
    }

    fn item(id: usize, authors: Vec<Name>, editors: Vec<Name>) -> Item {
        let mut item = Item::new(&id.to_string(), ItemType::Book);
        item.set_names(NameVariable::Author, authors);
        item.set_names(NameVariable::Editor, editors);
        let day = DateParts { year: 1951, month: 0, day: 0 };
        item.set_date(DateVariable::Issued, Date::day(day));
        item
    }

    fn printed(style: &Style, items: &[Item]) -> Formatted {
        let citations: Vec<Citation> =
            items.iter().map(|item| Citation::of(0, [Cite::of(&*item.id)])).collect();
        Processor::new(style).process(items, &citations, &Options::default())
    }

    proptest! {
        /// What all have in common is passed over at once, and nothing but time depends on it.
        #[test]
        fn steps_taken_at_once_lead_where_single_ones_lead(
            beginning in prop::collection::vec(0_u8..7, 0..5),
            lists in prop::collection::vec(
                (prop::collection::vec(0_u8..7, 0..5), prop::collection::vec(0_u8..7, 0..2)), 2..7),
            first in 1_usize..4,
            initials in any::<bool>(),
            ways in prop::sample::subsequence(vec![
                "disambiguate-add-names='true'",
                "disambiguate-add-givenname='true'",
                "disambiguate-add-year-suffix='true'",
            ], 1..=3),
            rule in prop::sample::select(vec![
                "by-cite", "all-names", "all-names-with-initials", "primary-name",
                "primary-name-with-initials",
            ]),
        ) {
            let options = format!("{} givenname-disambiguation-rule='{rule}'", ways.join(" "));
            let style = style(&options, first, initials);
            let items: Vec<Item> = lists
                .iter()
                .enumerate()
                .map(|(at, (rest, editors))| {
                    item(at, names(&[&beginning[..], rest].concat()), names(editors))
                })
                .collect();
            let at_once = printed(&style, &items);
            STEP_BY_STEP.set(true);
            let step_by_step = printed(&style, &items);
            STEP_BY_STEP.set(false);
            prop_assert_eq!(at_once.citations, step_by_step.citations);
        }
    }

    #[test]
    fn works_of_many_people_are_told_apart_by_the_one_who_differs() {
        let style = style("disambiguate-add-names='true'", 1, false);
        let many: Vec<Name> =
            (0..10 * PATIENCE_NAMES).map(|at| Name::person(&format!("Doe{at}"), "Jane")).collect();
        let last = ["Roe", "Poe", "Moe"].map(|family| Name::person(family, "Jane"));
        let with = |last: &Name| many.iter().chain([last]).cloned().collect();
        let items = [0, 1, 2].map(|at| item(at, with(&last[at]), Vec::new()));
        let citations = printed(&style, &items).citations;
        let different: HashSet<&String> = citations.iter().collect();
        assert_eq!(different.len(), 3, "{citations:?}");
    }

    /// How many names are printed to tell apart works of 100 and one people each, of whom one differs,
    /// at the place that is given.
    fn names_printed(places: impl Iterator<Item = usize>) -> usize {
        let options = "disambiguate-add-names='true' disambiguate-add-givenname='true'";
        let style = style(options, 1, false);
        let one = |(id, place): (usize, usize)| {
            let mut list: Vec<Name> =
                (0..100).map(|at| Name::person(&format!("Doe{at}"), "Jane")).collect();
            list.insert(place, Name::person(&format!("Roe{id}"), "Jane"));
            item(id, list, Vec::new())
        };
        let items: Vec<Item> = places.enumerate().map(one).collect();
        PRINTED.set(0);
        printed(&style, &items);
        PRINTED.get()
    }

    #[test]
    fn the_work_on_long_lists_grows_with_their_number_and_not_with_its_square() {
        // All differ at the end: they are looked at as they are, and at the end.
        let late = names_printed((0..50).map(|_| 100));
        assert!((50..=4 * 50 * 101).contains(&late), "{late}");
        // Each differs somewhere else: patience ends.
        for count in [50, 100] {
            let all_over = names_printed((0..count).map(|at| at * 100 / count));
            let limit = PATIENCE + count * (PATIENCE_EACH * PATIENCE_NAMES + 101);
            assert!((count..=limit).contains(&all_over), "{count}: {all_over}");
        }
    }
}
