//! `cs:text`: variables, terms, verbatim text, and the calls of macros (CSL 1.0.2, "Text").

use super::date;
use super::markup::{Casing, Dress, Link, Mark, NodeId};
use super::render::{Pass, Renderer, clothe};
use crate::citation::{TextVariable, Variable};
use crate::style::formatting::TextCase;
use crate::style::{Class, Clothes, TextSource};

impl<'s> Renderer<'s, '_> {
    pub(super) fn text(&mut self, source: &'s TextSource, clothes: &'s Clothes) {
        if let TextSource::Macro(id) = source {
            if let Some((body, has_date)) = self.macro_body(*id) {
                self.macro_call(body, has_date, clothes);
                self.substitute_author();
            }
            return;
        }
        let suppressed = self.enter_text_suppression();
        match source {
            TextSource::Variable { variable, short } => {
                let node_before = self.names_node;
                let in_substitute = self.can_substitute.last().copied().unwrap_or(false);
                let node = self.variable(*variable, *short, clothes);
                self.substitute_title(*variable, in_substitute, node);
                if self.names_node.is_none() {
                    self.names_node = node_before;
                }
            }
            TextSource::Term(term) => {
                if !term.is_empty() {
                    self.flags.term = true;
                    self.has_content = true;
                    self.put_term(term, &clothe(clothes));
                }
                if self.can_block {
                    self.block_substitute();
                }
                self.substitute_author();
            }
            TextSource::Value(value) => {
                self.flags.term = true;
                self.put(value, &clothe(clothes), self.word_casing());
                if self.can_block {
                    self.block_substitute();
                }
                self.substitute_author();
            }
            TextSource::Macro(_) => {}
            TextSource::Nothing => self.flags.attempt = true,
        }
        self.suppressed = suppressed;
    }

    /// A title in the place of the author is replaced like one when the entry before has it too.
    fn substitute_title(
        &mut self,
        variable: TextVariable,
        in_substitute: bool,
        node: Option<NodeId>,
    ) {
        let Some(text) = self.item.text(variable) else { return };
        if in_substitute
            && self.in_bibliography()
            && self.pass == Pass::Print
            && let Some(node) = node
        {
            self.names_node = Some(node);
            self.name_nodes.push(node);
            self.rendered_names.push(text.to_owned());
        }
        self.substitute_author();
    }

    /// A term at the beginning of a sentence begins with a capital.
    pub(super) fn put_term(&mut self, term: &str, dress: &Dress<'_>) {
        let in_text = self.style().class == Class::InText && !self.in_bibliography();
        let inside = self.term_predecessor || in_text && self.pass != Pass::Sort;
        if !inside {
            let mut text = std::mem::take(&mut self.scratch);
            text.clear();
            super::text_case::apply(TextCase::CapitalizeFirst, term, self.word_casing(), &mut text);
            if !self.drops_text() {
                self.term_predecessor = true;
                self.add_term(&text, dress);
            }
            self.scratch = text;
        } else if !self.drops_text() {
            self.term_predecessor = true;
            self.add_term(term, dress);
        }
    }

    /// Adds a word of the locale. Where full stops are stripped it loses all of them.
    pub(super) fn add_term(&mut self, term: &str, dress: &Dress<'_>) -> Option<NodeId> {
        let casing = self.word_casing();
        if (dress.strip_periods || self.tree.strips_periods()) && term.contains('.') {
            return self.tree.text_in(&term.replace('.', ""), dress, casing);
        }
        self.tree.text_in(term, dress, casing)
    }

    fn variable(
        &mut self,
        variable: TextVariable,
        short: bool,
        clothes: &'s Clothes,
    ) -> Option<NodeId> {
        use TextVariable as V;
        let any = Variable::Text(variable);
        match variable {
            V::CitationNumber => {
                self.enter_variable(any, true);
                return self.citation_number(clothes);
            }
            V::YearSuffix => {
                self.enter_variable(any, true);
                return self.year_suffix(clothes);
            }
            V::CitationLabel => {
                if self.enter_variable(any, true) {
                    return self.citation_label(clothes);
                }
                return None;
            }
            V::Locator | V::FirstReferenceNoteNumber => {
                let has_value = self.cite_text(variable).is_some();
                if variable != V::Locator {
                    self.has_collapsed = false;
                }
                if self.enter_variable(any, has_value) {
                    let node = self.number_text(variable, clothes);
                    if variable == V::Locator && self.pass != Pass::Look {
                        self.set_done(any);
                    }
                    return node;
                }
                return None;
            }
            _ => {}
        }
        let item = self.item;
        let short_variable = match variable {
            V::Title => Some(V::TitleShort),
            V::ContainerTitle => Some(V::ContainerTitleShort),
            V::CollectionTitle => Some(V::CollectionTitleShort),
            _ => None,
        };
        let long = match variable {
            V::PageFirst => item.text(V::Page).or(item.text(variable)),
            _ => item.text(variable),
        };
        let value = match short_variable.filter(|_| short) {
            Some(short) => item.text(short).or(long),
            None => long,
        };
        self.has_collapsed = false;
        if !self.enter_variable(any, value.is_some()) {
            return None;
        }
        let value = value?;
        match variable {
            V::Page
            | V::PageFirst
            | V::ChapterNumber
            | V::CollectionNumber
            | V::Edition
            | V::Issue
            | V::Number
            | V::NumberOfPages
            | V::NumberOfVolumes
            | V::Volume => return self.number_text(variable, clothes),
            V::Url | V::Doi => {
                let link = if variable == V::Url { Link::Url } else { Link::Doi };
                let value = if variable == V::Url && short { short_address(value) } else { value };
                let dress = Dress {
                    strip_periods: false,
                    link: Some(link),
                    mark: Mark::Variable(variable as u32),
                    ..clothe(clothes)
                };
                return self.put(value, &dress, self.casing());
            }
            _ => {}
        }
        if self.suppress_author && !self.rendered_something && self.can_substitute.len() > 1 {
            return None;
        }
        let mark = match variable {
            V::Title => Mark::Title(variable as u32),
            _ => Mark::Variable(variable as u32),
        };
        let dress = Dress { mark, ..clothe(clothes) };
        let casing = self.casing_of(variable);
        self.rendered_something |= stands_for_item(variable);
        if value.contains('\\') {
            return self.put(&value.replace('\\', ""), &dress, casing);
        }
        self.put(value, &dress, casing)
    }

    /// The casing of a variable's text: that of the item's language.
    fn casing_of(&self, variable: TextVariable) -> Casing {
        if stands_for_item(variable) {
            return self.casing();
        }
        let casing = self.casing();
        Casing { title: casing.title || self.session.like_reference, ..casing }
    }

    /// The value of a variable of the cite, not of the item.
    pub(super) fn cite_text(&self, variable: TextVariable) -> Option<String> {
        let Some(info) = self.info else {
            let note = self.session.notes.get(self.index).copied().flatten();
            return note
                .filter(|_| self.refers_to_notes)
                .filter(|_| variable == TextVariable::FirstReferenceNoteNumber)
                .map(|number| number.to_string());
        };
        match variable {
            TextVariable::Locator => {
                (!info.cite.locator.is_empty()).then(|| info.cite.locator.clone())
            }
            TextVariable::FirstReferenceNoteNumber => {
                info.first_note.map(|number| number.to_string())
            }
            _ => None,
        }
    }

    fn citation_number(&mut self, clothes: &'s Clothes) -> Option<NodeId> {
        let number = self.session.numbers.get(self.index).copied().unwrap_or(0);
        match self.pass {
            Pass::Look => None,
            Pass::Sort => self.put(&number.to_string(), &Dress::default(), Casing::ENGLISH),
            Pass::Print => {
                if self.author_only || self.drops_text() {
                    return None;
                }
                let dress = Dress { mark: Mark::CitationNumber, number: true, ..clothe(clothes) };
                // A number before an entry is no beginning of its sentence.
                self.term_predecessor |= !self.in_bibliography();
                self.tree.literal(date::itoa(number.into(), &mut [0; 20]), &dress)
            }
        }
    }

    fn year_suffix(&mut self, clothes: &'s Clothes) -> Option<NodeId> {
        let number = self.own_year_suffix()?;
        if self.pass == Pass::Look || self.drops_text() {
            return None;
        }
        let letters = super::number::year_suffix(number + 1);
        let dress = Dress { mark: Mark::YearSuffix, number: true, ..clothe(clothes) };
        self.term_predecessor = true;
        let node = self.tree.literal(&letters, &dress);
        // A suffix that stands for the whole cite is set apart by the delimiter for suffixes.
        if !self.flags.success && self.pass == Pass::Print {
            self.wants_suffix_delimiter = true;
        }
        node
    }

    /// The place of the item among those of its author and year, from 0.
    pub(super) fn own_year_suffix(&self) -> Option<u32> {
        self.session.distinctions.get(self.index).and_then(|distinction| distinction.year_suffix)
    }

    fn citation_label(&mut self, clothes: &'s Clothes) -> Option<NodeId> {
        let mut label = match self.item.text(TextVariable::CitationLabel) {
            Some(label) => label.to_owned(),
            None => super::citation_label::of(self.session, self.index),
        };
        if self.pass != Pass::Look
            && let Some(number) = self.own_year_suffix()
        {
            label.push_str(&super::number::year_suffix(number + 1));
        }
        self.put(&label, &clothe(clothes), self.casing())
    }
}

/// Whether a variable names the work, what it is in, or where it came from. Such text is cased by the
/// language of the item, and a cite of an author alone ends behind it.
fn stands_for_item(variable: TextVariable) -> bool {
    use TextVariable as V;
    matches!(
        variable,
        V::Event
            | V::Publisher
            | V::PublisherPlace
            | V::EventPlace
            | V::Title
            | V::TitleShort
            | V::ContainerTitle
            | V::CollectionTitle
            | V::Authority
            | V::Genre
            | V::Medium
            | V::Jurisdiction
            | V::Archive
            | V::ArchivePlace
    )
}

/// The short form of an address: without its path, and without the scheme before `www.`.
fn short_address(address: &str) -> &str {
    // The path begins at the first slash behind the last full stop that has one behind it.
    let path = address.rmatch_indices('.').find_map(|(at, _)| {
        let slash = address[at + 1..].find('/')?;
        (slash > 0).then_some(at + 1 + slash)
    });
    let host = path.map_or(address, |path| &address[..path]);
    match host.split_once("://") {
        Some(("http" | "https", rest)) if rest.starts_with("www.") => rest,
        _ => host,
    }
}
