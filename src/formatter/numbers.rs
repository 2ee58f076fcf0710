//! `cs:number`, `cs:label`, and number variables printed by `cs:text`: one field may hold several
//! numbers, ranges, and labels of its own.

use super::markup::{Dress, Mark, NodeId};
use super::number::{self, NumberContext, NumberField, NumberValue};
use super::render::{Pass, Renderer, clothe};
use crate::citation::{TextVariable, Variable};
use crate::style::{Clothes, Label, NumberForm, Plural, Style, TermForm};
use std::borrow::Cow;

/// The words of a locale that join numbers.
pub(super) struct NumberWords<'a> {
    and: &'a str,
    ampersand: &'a str,
    page_delimiter: &'a str,
    year_delimiter: &'a str,
}

impl<'a> NumberWords<'a> {
    pub(super) fn of(style: &'a Style) -> NumberWords<'a> {
        let term = |name: &str, form| style.terms.get(name, form, false);
        let and = term("and", TermForm::Long).unwrap_or("");
        let ampersand = term("and", TermForm::Symbol).filter(|symbol| *symbol != and);
        NumberWords {
            and,
            ampersand: ampersand.unwrap_or("&"),
            page_delimiter: term("page-range-delimiter", TermForm::Long).unwrap_or(
                match style.language.get(..2) {
                    Some("fr" | "pt") => "-",
                    _ => "\u{2013}",
                },
            ),
            year_delimiter: term("year-range-delimiter", TermForm::Long).unwrap_or("\u{2013}"),
        }
    }
}

impl<'s> Renderer<'s, '_> {
    /// Runs `act` with what a number field of `variable` has to be read with.
    fn with_number_context<T>(
        &self,
        variable: TextVariable,
        act: impl FnOnce(&NumberContext<'_>) -> T,
    ) -> T {
        let terms = &self.style().terms;
        let label = match (variable, self.info) {
            (TextVariable::Locator, Some(info)) => info.cite.label.map_or("", |l| l.as_str()),
            _ => "",
        };
        let has_term = |name: &str| terms.has(name);
        let name = match variable {
            TextVariable::PageFirst => "page",
            other => other.as_str(),
        };
        let words = &self.session.number_words;
        act(&NumberContext {
            variable: name,
            label,
            and: words.and,
            ampersand: words.ampersand,
            page_delimiter: words.page_delimiter,
            year_delimiter: words.year_delimiter,
            page_range: self.style().page_range,
            has_term: &has_term,
        })
    }

    /// The text of a number variable of the item or the cite.
    pub(super) fn number_value(&self, variable: TextVariable) -> Option<Cow<'s, str>> {
        match variable {
            TextVariable::Locator | TextVariable::FirstReferenceNoteNumber => {
                self.cite_text(variable).map(Cow::Owned)
            }
            TextVariable::CitationNumber => {
                let number = self.session.numbers.get(self.index).copied()?;
                Some(number.to_string().into())
            }
            // The first page is made from the pages (CSL 1.0.2, appendix IV).
            TextVariable::PageFirst => {
                let pages = self.item.text(TextVariable::Page);
                pages.or(self.item.text(variable)).map(Cow::Borrowed)
            }
            _ => self.item.text(variable).map(Cow::Borrowed),
        }
    }

    fn field(&self, variable: TextVariable, text: &str) -> NumberField {
        self.with_number_context(variable, |context| {
            let mut field = NumberField::split(text, context);
            field.format_ranges(context);
            field
        })
    }

    /// The condition `is-numeric`.
    pub(super) fn is_numeric(&self, variable: TextVariable) -> bool {
        let Some(text) = self.number_value(variable) else { return false };
        match variable {
            // Titles that end in a digit count, as those of series do.
            TextVariable::Title => text.ends_with(|c: char| c.is_ascii_digit()),
            _ if !variable.is_number() => false,
            _ if number::is_plain(&text) => true,
            _ => self.with_number_context(variable, |context| number::is_numeric(&text, context)),
        }
    }

    /// `cs:number`
    pub(super) fn number(
        &mut self,
        variable: TextVariable,
        form: NumberForm,
        clothes: &'s Clothes,
    ) -> Option<NodeId> {
        let any = Variable::Text(variable);
        let value = self.number_value(variable);
        let is_done = self.is_done(any);
        if self.can_block {
            self.set_done(any);
        }
        if is_done || value.is_none() {
            self.flags.attempt = true;
            return None;
        }
        self.has_content = true;
        self.flags.success = true;
        self.block_substitute();
        let value = value?;
        if variable == TextVariable::Locator && self.pass == Pass::Look {
            return None;
        }
        let node = self.print_number(variable, &value, form, clothes);
        if variable == TextVariable::Locator {
            self.set_done(any);
        }
        node
    }

    /// A number variable printed by `cs:text`.
    pub(super) fn number_text(
        &mut self,
        variable: TextVariable,
        clothes: &'s Clothes,
    ) -> Option<NodeId> {
        let value = self.number_value(variable)?;
        self.print_number(variable, &value, NumberForm::Numeric, clothes)
    }

    fn print_number(
        &mut self,
        variable: TextVariable,
        text: &str,
        form: NumberForm,
        clothes: &'s Clothes,
    ) -> Option<NodeId> {
        if self.drops_text() {
            return None;
        }
        let mark = match variable {
            TextVariable::Locator => Mark::Locator,
            TextVariable::FirstReferenceNoteNumber => Mark::FirstReferenceNumber,
            TextVariable::CitationNumber => Mark::CitationNumber,
            other => Mark::Variable(other as u32),
        };
        let dress = Dress { mark, ..clothe(clothes) };
        self.term_predecessor = true;
        let first_of_pages = variable == TextVariable::PageFirst;
        let text = if first_of_pages { first_page(text) } else { text };
        // The field has the formatting and the affixes, its values the case.
        let case = Dress { text_case: dress.text_case, ..Dress::default() };
        self.tree.open(&Dress { text_case: None, ..dress });
        if number::is_plain(text) {
            let text = self.formed(variable, text, form);
            self.tree.text_in(&text, &Dress { number: true, ..case }, self.word_casing());
            return self.tree.close();
        }
        let field = self.field(variable, text);
        let labelled =
            self.label_forms.iter().find(|(of, _)| *of == variable).map(|(_, form)| *form);
        let master = field.values.first().map(|value| value.label.clone()).unwrap_or_default();
        for value in &field.values {
            if value.shows_label {
                // Labels inside the field are short where the style does not say otherwise.
                let form = match labelled {
                    Some(form) => form,
                    None if field.short_label || value.label != master => TermForm::Short,
                    None => TermForm::Long,
                };
                // Where a style takes the word for pages away, that of the field stays.
                let term = NumberField::term_of(value)
                    .and_then(|name| self.style().terms.get(name, form, value.plural))
                    .filter(|term| !term.is_empty());
                let label = term.unwrap_or(&value.label);
                let dress = Dress { suffix: value.label_space, ..Dress::default() };
                self.tree.text_in(label, &dress, self.word_casing());
            }
            // A label of its own also means that the form of the style is not meant for it.
            let form = if value.label == master { form } else { NumberForm::Numeric };
            let text = self.value_text(variable, value, form);
            let is_number = value.digits().is_some();
            let dress = Dress { suffix: &value.joint, number: value.ends_in_digits(), ..case };
            if value.is_count && !is_number {
                // Digits with something behind them are printed as they stand.
                let mut cased = String::new();
                match dress.text_case {
                    Some(case) => {
                        super::text_case::apply(case, &text, self.word_casing(), &mut cased);
                    }
                    None => cased.push_str(&text),
                }
                self.tree.literal(&cased, &dress);
            } else {
                self.tree.text_in(&text, &dress, self.word_casing());
            }
        }
        self.tree.close()
    }

    fn value_text(&self, variable: TextVariable, value: &NumberValue, form: NumberForm) -> String {
        if value.particle.is_empty() && value.is_count && value.digits().is_some() {
            return self.formed(variable, &value.value, form).into_owned();
        }
        format!("{}{}", value.particle, value.value)
    }

    /// Digits in the form that the style asks for.
    fn formed<'t>(
        &self,
        variable: TextVariable,
        digits: &'t str,
        form: NumberForm,
    ) -> Cow<'t, str> {
        if form == NumberForm::Numeric {
            return digits.into();
        }
        let Ok(number) = digits.parse::<u64>() else { return digits.into() };
        let terms = &self.style().terms;
        let gender = terms.gender(variable.as_str());
        match form {
            NumberForm::Roman => number::roman(number).into(),
            NumberForm::LongOrdinal => match terms.long_ordinal(number, gender) {
                Some(word) => word.to_owned().into(),
                None => format!("{number}{}", terms.ordinal_suffix(number, gender)).into(),
            },
            NumberForm::Ordinal => {
                format!("{number}{}", terms.ordinal_suffix(number, gender)).into()
            }
            NumberForm::Numeric => digits.into(),
        }
    }

    /// `cs:label`, outside `cs:names`.
    pub(super) fn label(&mut self, label: &'s Label) {
        let Some(variable) = label.variable else { return };
        let mut word: &str = match variable {
            TextVariable::Locator => {
                self.info.and_then(|info| info.cite.label).map_or("page", |label| label.as_str())
            }
            other => other.as_str(),
        };
        let mut plural = label.plural == Plural::Always;
        if label.plural == Plural::Contextual
            && let Some(text) = self.number_value(variable)
        {
            if label.form_given && !self.label_forms.iter().any(|(of, _)| *of == variable) {
                self.label_forms.push((variable, label.form));
            }
            if number::is_plain(&text) {
                plural =
                    matches!(variable, TextVariable::NumberOfPages | TextVariable::NumberOfVolumes)
                        && !matches!(text.trim_start_matches('0'), "" | "1");
            } else {
                let field = self
                    .with_number_context(variable, |context| NumberField::split(&text, context));
                plural = field.is_plural();
                if matches!(
                    variable,
                    TextVariable::Locator | TextVariable::Number | TextVariable::Page
                ) && let Some(term) = field.term()
                {
                    // `no.` says no more than the variable does.
                    word = match term {
                        "issue"
                            if variable == TextVariable::Number
                                && self.style().terms.has("number") =>
                        {
                            "number"
                        }
                        term => term,
                    };
                }
            }
        }
        let term = self.style().terms.get(word, label.form, plural).unwrap_or("");
        if term.is_empty() {
            return;
        }
        self.flags.term = true;
        let dress = Dress { mark: Mark::Label, ..clothe(&label.clothes) };
        // The reference processor prints labels behind an author who is all that is asked for.
        let before = self.suppressed;
        if !self.session.like_reference {
            self.enter_text_suppression();
        }
        if !self.drops_text() {
            self.term_predecessor = true;
            self.add_term(term, &dress);
        }
        self.suppressed = before;
    }
}

/// What stands before the first hyphen, comma or ampersand of a page field.
pub(super) fn first_page(text: &str) -> &str {
    let end = text.find(['&', '-', '\u{2013}']).into_iter().chain(text.find(", ")).min();
    match end {
        Some(end) if !text[..end].ends_with('\\') => text[..end].trim_end(),
        _ => text,
    }
}
