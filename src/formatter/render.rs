//! The evaluator: runs a style's program for one cite, one bibliography entry or one sort key, and
//! builds the marked-up tree of it.
//!
//! A group whose variables are all empty prints nothing, whatever terms are in it (CSL 1.0.2,
//! "Group"); [`Flags`] carries that up. A variable printed in `cs:substitute` is not printed again
//! in the same cite. One [`Renderer`] serves many cites and keeps its memory.

use super::disambiguate::Distinction;
use super::markup::{Casing, Dress, Markup, NodeId};
use super::name_register::NameRegister;
use super::session::{CiteInfo, Session};
use crate::citation::{Item, Name, TextVariable, Variable};
use crate::style::formatting::Display;
use crate::style::{Body, Clothes, Element, Excerpt, Group, MacroId, NameOptions, Style, TermForm};
use std::sync::Arc;

/// What a cite is evaluated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// To be printed.
    Print,
    /// To see whether it can be told apart from others.
    Look,
    /// For a sort key.
    Sort,
}

/// Which part of the style is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Citation,
    Bibliography,
}

/// What has been met in the group so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    /// A term or words of the style.
    pub(super) term: bool,
    /// A variable without a value.
    pub(super) attempt: bool,
    /// A variable with one.
    pub(super) success: bool,
}

/// The style's dress of an element, as the tree takes it.
pub(super) fn clothe(clothes: &Clothes) -> Dress<'_> {
    Dress {
        formatting: clothes.formatting,
        prefix: &clothes.prefix,
        suffix: &clothes.suffix,
        quotes: clothes.quotes,
        unquoted: clothes.unquoted,
        strip_periods: clothes.strip_periods,
        text_case: clothes.text_case,
        display: None,
        ..Dress::default()
    }
}

/// The variables that have been printed in a substitute.
#[derive(Debug, Clone, Copy, Default)]
struct Done {
    texts: u128,
    names: u32,
    dates: u8,
}

/// The evaluator; see the module.
pub(super) struct Renderer<'s, 'a> {
    pub(super) session: &'s Session<'a>,
    pub(super) tree: Markup,
    pub(super) pass: Pass,
    pub(super) region: Region,
    pub(super) item: &'s Item,
    pub(super) index: usize,
    /// What of the style concerns the item, where that has been worked out.
    excerpt: Option<&'s Excerpt>,
    pub(super) info: Option<&'s CiteInfo<'s>>,
    /// What was found out to tell the cite apart.
    known: Option<&'s Distinction>,
    /// What is being tried to tell the cite apart.
    pub(super) trial: Distinction,
    /// Whether `trial` holds.
    pub(super) on_trial: bool,
    /// Whether cites that are looked at have the number of the note that they refer to.
    pub(super) refers_to_notes: bool,

    // What the cite has come to.
    pub(super) flags: Flags,
    done: Done,
    pub(super) can_substitute: Vec<bool>,
    pub(super) can_block: bool,
    pub(super) term_predecessor: bool,
    pub(super) rendered_something: bool,
    /// Whether text is left out: the cite suppresses its author, or all but the author.
    pub(super) suppressed: bool,
    /// Whether the author is all that is printed.
    pub(super) author_only: bool,
    /// Whether the author is left out.
    pub(super) suppress_author: bool,
    /// How many conditions on `disambiguate` have been met.
    pub(super) conditions_met: u32,
    /// How many conditions on `disambiguate` there were.
    pub(super) conditions_seen: u32,
    pub(super) year_suffix_done: bool,
    nesting: u32,
    seen_first_field: bool,
    right_open: Option<NodeId>,
    /// Whether any variable was printed.
    pub(super) has_content: bool,

    // Names.
    pub(super) name_sets: usize,
    pub(super) name_sets_of_last: usize,
    /// By name set and place: how much of the given names is printed.
    pub(super) levels: Vec<Vec<Option<u8>>>,
    /// By name set: how many names were printed.
    pub(super) shown: Vec<u32>,
    /// By name set: all of its names.
    pub(super) name_lists: Vec<&'s [Name]>,
    /// Whether names that are met are gathered.
    pub(super) gathers_names: bool,
    /// Names met, with their places in their lists.
    pub(super) gathered_names: Vec<(usize, &'s Name)>,
    /// The names met in the entry: the reference processor gives people of one entry whose
    /// initials are the same their full names there.
    pub(super) own_names: NameRegister,
    pub(super) rendered_names: Vec<String>,
    pub(super) names_started: bool,
    pub(super) names_node: Option<NodeId>,
    pub(super) name_nodes: Vec<NodeId>,
    pub(super) first_creator: Option<Variable>,
    pub(super) substitute_ok: bool,
    pub(super) key_names: Option<&'s NameOptions>,
    /// In a macro with dates, sort keys take the dates alone.
    dates_only: bool,
    /// The forms in which labels were printed, for labels inside the fields they label.
    pub(super) label_forms: Vec<(TextVariable, TermForm)>,

    // From cite to cite.
    pub(super) last_names: Vec<String>,
    /// Whether `last_names` was looked at.
    pub(super) looked_back: bool,
    pub(super) last_author: Option<String>,
    pub(super) author_text: String,
    pub(super) has_collapsed: bool,
    pub(super) uses_cite_group_delimiter: bool,
    pub(super) wants_suffix_delimiter: bool,
    pub(super) years: Vec<i32>,
    pub(super) last_years: Vec<i32>,
    /// Whether a range of dates was printed.
    pub(super) range_seen: bool,
    /// Whether the next range of dates that is printed is the first of all.
    pub(super) range_is_first: bool,
    /// How many parentheses are open between two entries.
    pub(super) brackets_open: i32,
    pub(super) scratch: String,
}

impl<'s, 'a> Renderer<'s, 'a> {
    pub(super) fn new(session: &'s Session<'a>, first: &'s Item) -> Renderer<'s, 'a> {
        Renderer {
            session,
            tree: Markup::new(Arc::clone(&session.typography)),
            pass: Pass::Print,
            region: Region::Citation,
            item: first,
            index: 0,
            excerpt: None,
            info: None,
            known: None,
            trial: Distinction::default(),
            on_trial: false,
            refers_to_notes: false,
            flags: Flags::default(),
            done: Done::default(),
            can_substitute: Vec::new(),
            can_block: false,
            term_predecessor: false,
            rendered_something: false,
            suppressed: false,
            author_only: false,
            suppress_author: false,
            conditions_met: 0,
            conditions_seen: 0,
            year_suffix_done: false,
            nesting: 0,
            seen_first_field: false,
            right_open: None,
            has_content: false,
            name_sets: 0,
            name_sets_of_last: 0,
            levels: Vec::new(),
            shown: Vec::new(),
            name_lists: Vec::new(),
            gathers_names: false,
            gathered_names: Vec::new(),
            own_names: NameRegister::default(),
            rendered_names: Vec::new(),
            names_started: false,
            names_node: None,
            name_nodes: Vec::new(),
            first_creator: None,
            substitute_ok: false,
            key_names: None,
            dates_only: false,
            label_forms: Vec::new(),
            last_names: Vec::new(),
            looked_back: false,
            last_author: None,
            author_text: String::new(),
            has_collapsed: false,
            uses_cite_group_delimiter: false,
            wants_suffix_delimiter: false,
            years: Vec::new(),
            last_years: Vec::new(),
            range_seen: false,
            range_is_first: false,
            brackets_open: 0,
            scratch: String::new(),
        }
    }

    pub(super) fn style(&self) -> &'s Style {
        self.session.style
    }

    /// The layout of the citation, or what of it concerns the item.
    pub(super) fn citation_layout(&self) -> &'s Body {
        match self.excerpt {
            Some(excerpt) => &excerpt.citation,
            None => &self.style().citation.layout,
        }
    }

    /// The body of a macro, or what of it concerns the item, and whether there are dates in the macro.
    pub(super) fn macro_body(&self, id: MacroId) -> Option<(&'s Body, bool)> {
        let each = self.style().macros.get(usize::from(id))?;
        let body = match self.excerpt {
            Some(excerpt) => excerpt.macros.get(usize::from(id))?,
            None => &each.body,
        };
        Some((body, each.has_date))
    }

    pub(super) fn in_bibliography(&self) -> bool {
        self.region == Region::Bibliography
    }

    /// The place of the region's settings in [`crate::style::Names::options`].
    pub(super) fn area_index(&self) -> usize {
        usize::from(self.in_bibliography())
    }

    /// The casing of the style's own words. The reference processor takes the item's language for
    /// them too: in a work with the language `tr` it prints `İn:`.
    pub(super) fn word_casing(&self) -> Casing {
        let own = self.session.casing;
        let like_reference = self.session.like_reference;
        Casing {
            dotted_i: if like_reference { self.casing().dotted_i } else { own.dotted_i },
            ..own
        }
    }

    /// The casing of the item's language.
    pub(super) fn casing(&self) -> Casing {
        self.session.items[self.index].casing
    }

    /// The language of the item.
    pub(super) fn language(&self) -> &'s str {
        &self.session.items[self.index].language
    }

    /// What holds for this cite so that it can be told apart.
    pub(super) fn distinction(&self) -> Option<&Distinction> {
        if self.on_trial { Some(&self.trial) } else { self.known }
    }

    /// Whether settings for later cites hold.
    pub(super) fn is_later_cite(&self) -> bool {
        match self.pass {
            Pass::Look => true,
            Pass::Sort => false,
            Pass::Print => {
                self.info.is_some_and(|info| info.position != super::cite::Position::First)
            }
        }
    }

    /// Begins a cite or entry: forgets what belonged to the one before.
    pub(super) fn begin(
        &mut self,
        pass: Pass,
        region: Region,
        index: usize,
        info: Option<&'s CiteInfo<'s>>,
        distinction: Option<&'s Distinction>,
    ) {
        self.pass = pass;
        self.region = region;
        self.index = index;
        self.item = &self.session.items[index].item;
        self.excerpt = self.session.excerpt(index);
        #[cfg(test)]
        super::fault::rehearse(self.item);
        self.info = info;
        self.known = distinction;
        self.on_trial = false;
        self.flags = Flags::default();
        self.done = Done::default();
        self.can_substitute.clear();
        self.can_substitute.push(false);
        self.can_block = false;
        self.rendered_something = false;
        self.suppressed = false;
        self.conditions_met = 0;
        self.conditions_seen = 0;
        self.year_suffix_done = false;
        self.nesting = 0;
        self.seen_first_field = false;
        self.right_open = None;
        self.has_content = false;
        self.name_sets = 0;
        self.name_sets_of_last = 0;
        for row in &mut self.levels {
            row.clear();
        }
        self.shown.clear();
        self.name_lists.clear();
        self.own_names = NameRegister::default();
        self.rendered_names.clear();
        self.names_started = false;
        self.names_node = None;
        self.name_nodes.clear();
        self.first_creator = None;
        self.substitute_ok = pass == Pass::Print;
        self.key_names = None;
        self.dates_only = false;
        self.label_forms.clear();
        self.wants_suffix_delimiter = false;
        self.has_collapsed =
            region == Region::Citation && self.style().citation.options.collapse.is_some();
        self.years.clear();
        self.author_only = false;
        self.suppress_author = false;
    }

    /// Ends a cite: remembers what the next one is compared with.
    pub(super) fn end(&mut self) {
        if self.right_open.is_some() {
            self.tree.close();
            self.right_open = None;
        }
        std::mem::swap(&mut self.years, &mut self.last_years);
    }

    /// The column for all but the first field, if the entry has reached it.
    pub(super) fn right_column(&self) -> Option<NodeId> {
        self.right_open
    }

    /// Begins a citation.
    pub(super) fn begin_citation(&mut self) {
        self.last_author = None;
        self.last_years.clear();
        self.term_predecessor = false;
        self.uses_cite_group_delimiter = false;
    }

    // ---- variables that are done ----

    pub(super) fn is_done(&self, variable: Variable) -> bool {
        match variable {
            Variable::Text(variable) => self.done.texts & (1 << variable as u32) != 0,
            Variable::Names(variable) => self.done.names & (1 << variable as u32) != 0,
            Variable::Date(variable) => self.done.dates & (1 << variable as u8) != 0,
        }
    }

    pub(super) fn set_done(&mut self, variable: Variable) {
        match variable {
            Variable::Text(variable) => self.done.texts |= 1 << variable as u32,
            Variable::Names(variable) => self.done.names |= 1 << variable as u32,
            Variable::Date(variable) => self.done.dates |= 1 << variable as u8,
        }
    }

    /// What comes after in this substitute is not printed any more.
    pub(super) fn block_substitute(&mut self) {
        if let Some(top) = self.can_substitute.last_mut() {
            *top = false;
        }
    }

    /// Takes note of a variable about to be printed. Tells whether it is printed.
    pub(super) fn enter_variable(&mut self, variable: Variable, has_value: bool) -> bool {
        let is_done = self.is_done(variable);
        if self.can_block {
            self.set_done(variable);
        }
        let printed = has_value && !is_done;
        if printed {
            let number = variable == Variable::Text(TextVariable::CitationNumber);
            self.has_content |= !(number && self.in_bibliography());
            self.flags.success = true;
            self.block_substitute();
        } else {
            self.flags.attempt = true;
        }
        printed
    }

    // ---- elements ----

    pub(super) fn body(&mut self, body: &'s [Element]) {
        for element in body {
            self.element(element);
        }
    }

    pub(super) fn element(&mut self, element: &'s Element) {
        match element {
            Element::Choose(branches) => {
                for branch in branches {
                    if self.holds(branch) {
                        self.body(&branch.body);
                        break;
                    }
                }
            }
            Element::Group(group) => {
                let field = self.open_field(&group.clothes);
                self.group(group);
                self.close_field(field);
            }
            Element::Text(text) => {
                let field = self.open_field(&text.clothes);
                self.text(&text.source, &text.clothes);
                self.close_field(field);
            }
            Element::Number(number) => {
                let field = self.open_field(&number.clothes);
                if let Some(variable) = number.variable {
                    let suppressed = self.enter_text_suppression();
                    self.number(variable, number.form, &number.clothes);
                    self.suppressed = suppressed;
                } else {
                    self.flags.attempt = true;
                }
                self.close_field(field);
            }
            Element::Label(label) => self.label(label),
            Element::Date(date) => {
                let field = self.open_field(&date.clothes);
                self.date(date);
                self.close_field(field);
            }
            Element::Names(names) => {
                let field = self.open_field(&names.clothes);
                self.names(names);
                self.close_field(field);
            }
        }
    }

    /// Opens the block or column of a field of a bibliography entry, if it has one.
    fn open_field(&mut self, clothes: &Clothes) -> bool {
        self.nesting += 1;
        if self.nesting > 1 || !self.in_bibliography() || self.pass != Pass::Print {
            return false;
        }
        let options = self.style().bibliography.as_ref().map(|area| &area.options);
        let aligned = options.is_some_and(|options| options.second_field_align.is_some());
        let display = match clothes.display {
            _ if aligned && !self.seen_first_field => Display::LeftMargin,
            _ if aligned => return false,
            Some(display) => display,
            None => return false,
        };
        self.tree.open(&Dress { display: Some(display), ..Dress::default() });
        true
    }

    fn close_field(&mut self, opened: bool) {
        self.nesting -= 1;
        if !opened {
            return;
        }
        self.tree.close();
        let options = self.style().bibliography.as_ref().map(|area| &area.options);
        let aligned = options.is_some_and(|options| options.second_field_align.is_some());
        if aligned && !self.seen_first_field {
            self.seen_first_field = true;
            let dress = Dress { display: Some(Display::RightInline), ..Dress::default() };
            self.right_open = Some(self.tree.open(&dress));
        }
    }

    fn group(&mut self, group: &'s Group) {
        let dress = Dress { delimiter: &group.delimiter, ..clothe(&group.clothes) };
        self.grouped(&dress, &group.body);
    }

    /// Prints a body in a group of its own, unless its variables are all empty.
    fn grouped(&mut self, dress: &Dress<'_>, body: &'s [Element]) -> Option<NodeId> {
        if body.is_empty() {
            // Nothing was attempted in it.
            self.flags.attempt = false;
            return None;
        }
        let outer = std::mem::take(&mut self.flags);
        let predecessor = self.term_predecessor;
        // Nothing stands between the dates of a sort key.
        let bare = Dress::default();
        self.tree.open(if self.dates_only { &bare } else { dress });
        self.body(body);
        let inner = std::mem::replace(&mut self.flags, outer);
        if inner.success || inner.term && !inner.attempt {
            self.flags.success = true;
            self.tree.close()
        } else {
            self.tree.close_and_drop();
            self.term_predecessor = predecessor;
            self.flags.attempt = inner.attempt;
            None
        }
    }

    pub(super) fn macro_call(&mut self, body: &'s Body, has_date: bool, clothes: &Clothes) {
        let dates_only = self.dates_only;
        if self.pass == Pass::Sort && has_date {
            self.dates_only = true;
        }
        // The call has the affixes, the macro is a group of its own: how punctuation meets depends
        // on it.
        if clothes.are_plain() {
            if let Some(node) = self.grouped(&Dress::default(), body) {
                self.tree.wrap(node);
            }
        } else {
            self.tree.open(&clothe(clothes));
            self.grouped(&Dress::default(), body);
            self.tree.close();
        }
        if self.pass == Pass::Sort && has_date {
            self.dates_only = false;
        } else {
            self.dates_only = dates_only;
        }
    }

    /// Prints the macro of a sort key.
    pub(super) fn key_macro(&mut self, id: MacroId) {
        let Some((body, has_date)) = self.macro_body(id) else { return };
        self.dates_only = has_date;
        self.grouped(&Dress::default(), body);
        self.dates_only = false;
    }

    /// Whether text is dropped here.
    pub(super) fn drops_text(&self) -> bool {
        self.suppressed || self.dates_only
    }

    /// Adds text that counts as content.
    pub(super) fn put(&mut self, text: &str, dress: &Dress<'_>, casing: Casing) -> Option<NodeId> {
        if text.is_empty() || self.drops_text() {
            return None;
        }
        self.term_predecessor = true;
        self.tree.text_in(text, dress, casing)
    }

    /// Leaves text out as the cite asks; gives what held before.
    pub(super) fn enter_text_suppression(&mut self) -> bool {
        let before = self.suppressed;
        if self.author_only {
            self.suppressed = self.rendered_something || !self.can_block;
        } else if self.suppress_author {
            self.suppressed = false;
        }
        before
    }
}
