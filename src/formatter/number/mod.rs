//! Numbers in fields (CSL 1.0.2, "Number", "Label", "is-numeric", "page-range-format").
//!
//! A number field is a list: `1-3, 5 & 7a`, possibly with labels inside (`12 n. 5`). It is split
//! into values, each with the label it stands under, and what joins it to the next. The splitting
//! follows the reference processor, since styles are written against it: words of up to four
//! lower-case letters before a number count as labels where they are known ones.

mod digits;
mod labels;
mod ranges;
mod spelled;
mod split;

use super::page_range::PageRange;
use digits::is_digits;
use labels::term_of_label;

pub use labels::{has_short_form, leading_label};
pub use spelled::{roman, year_suffix};

/// What has to be known of the variable and the locale.
#[derive(Clone, Copy)]
pub struct NumberContext<'a> {
    /// The variable: `page`, `locator`, `volume`.
    pub variable: &'a str,
    /// The label that a locator was given (`page`, `chapter`); empty for none.
    pub label: &'a str,
    /// The term `and` of the locale.
    pub and: &'a str,
    /// The term `and` in its symbol form.
    pub ampersand: &'a str,
    /// The term `page-range-delimiter`.
    pub page_delimiter: &'a str,
    /// The term `year-range-delimiter`.
    pub year_delimiter: &'a str,
    /// The style's `page-range-format`.
    pub page_range: Option<PageRange>,
    /// Whether the locale has a term.
    pub has_term: &'a dyn Fn(&str) -> bool,
}

impl NumberContext<'_> {
    /// Variables whose values may stand under any label.
    fn takes_any_label(&self) -> bool {
        matches!(self.variable, "locator" | "number" | "page")
    }
}

/// One value of a number field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberValue {
    /// The label it stands under: the name of a term, or the word in the field where that is none.
    pub label: Box<str>,
    /// The label at the start of the field, where that is another.
    original_label: Box<str>,
    /// Whether the label is printed before the value, wherever the style prints one.
    pub shows_label: bool,
    /// The space between a printed label and the value.
    pub label_space: &'static str,
    /// What stands before the digits: the `A` of `A12`.
    pub particle: Box<str>,
    /// The number, or the text.
    pub value: Box<str>,
    /// What joins it to the next value.
    pub joint: Box<str>,
    /// It is a number.
    pub numeric: bool,
    /// It can be formatted as a number, and ranges of it can be made shorter.
    pub is_count: bool,
    /// There is more than one under its label.
    pub plural: bool,
}

impl NumberValue {
    /// The value, when it is digits alone and does not begin with a zero.
    pub fn digits(&self) -> Option<u64> {
        (self.ends_in_digits() && self.particle.is_empty()).then(|| self.value.parse().ok())?
    }

    /// Whether it is digits that do not begin with a zero, whatever stands before them: `A12`.
    pub fn ends_in_digits(&self) -> bool {
        self.is_count && !self.value.starts_with('0') && is_digits(&self.value)
    }
}

/// A number field, split.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberField {
    /// The values, in order.
    pub values: Vec<NumberValue>,
    /// A page field that begins with a word of its own takes its label in the short form.
    pub short_label: bool,
}

/// Whether the text is digits and nothing else: the common case, which needs no splitting.
pub fn is_plain(text: &str) -> bool {
    is_digits(text)
}

/// Whether a field holds a number (the condition `is-numeric`).
pub fn is_numeric(text: &str, context: &NumberContext<'_>) -> bool {
    is_plain(text) || NumberField::split(text, context).is_numeric()
}

impl NumberField {
    /// Whether the field is a number, as `is-numeric` asks.
    pub fn is_numeric(&self) -> bool {
        self.values.first().is_some_and(|value| value.numeric)
    }

    /// Whether a label for the field takes the plural.
    pub fn is_plural(&self) -> bool {
        self.values.first().is_some_and(|value| value.plural)
    }

    /// The term that the label in the field asks for, when it begins with one.
    pub fn term(&self) -> Option<&'static str> {
        term_of_label(&self.values.first()?.label)
    }

    /// The name of the term for a value's label; `None` when it is a word of the field.
    pub fn term_of(value: &NumberValue) -> Option<&'static str> {
        term_of_label(&value.label)
    }
}

#[cfg(test)]
mod tests {
    use super::split::split_particle;
    use super::*;

    fn context(variable: &str) -> NumberContext<'_> {
        NumberContext {
            variable,
            label: "",
            and: "and",
            ampersand: "&",
            page_delimiter: "–",
            year_delimiter: "–",
            page_range: None,
            has_term: &|term| !matches!(term, "decision" | "comment"),
        }
    }

    /// The printed values with their joints, and whether numeric (`#`) and plural (`s`).
    fn shown(text: &str, context: &NumberContext<'_>) -> String {
        let mut field = NumberField::split(text, context);
        let mut out = String::new();
        if field.is_numeric() {
            out.push('#');
        }
        if field.is_plural() {
            out.push('s');
        }
        out.push(' ');
        field.format_ranges(context);
        for value in &field.values {
            if value.shows_label {
                out.push_str(&value.label);
                out.push_str(value.label_space);
            }
            out.push_str(&value.particle);
            out.push_str(&value.value);
            out.push_str(&value.joint.replace("\\-", "-"));
        }
        out
    }

    #[test]
    fn pages_and_volumes() {
        let page = context("page");
        for (text, expected) in [
            ("12", "# 12"),
            ("12-15", "#s 12–15"),
            ("12 – 15", "#s 12–15"),
            ("1-2, 5-6", "#s 1–2, 5–6"),
            ("12 & 15", "#s 12 & 15"),
            ("xi-xiv", "#s xi–xiv"),
            ("A12", "# A12"),
            ("12a-c", "# 12a-c"),
            ("", " "),
        ] {
            assert_eq!(shown(text, &page), expected, "{text}");
        }
        let volume = context("volume");
        for (text, expected) in [
            ("2", "# 2"),
            ("2-3", "#s 2–3"),
            ("second", " second"),
            ("2/3", "# 2/3"),
            ("2nd ed.", " 2nd ed."),
        ] {
            assert_eq!(shown(text, &volume), expected, "{text}");
        }
        assert_eq!(shown("3", &context("number-of-volumes")), "#s 3");
    }

    #[test]
    fn labels_inside_locators() {
        let locator = context("locator");
        assert_eq!(shown("12 n. 5", &locator), "# 12 n. 5");
        assert_eq!(leading_label("n. 7"), Some(("note", "7")));
        assert_eq!(
            (leading_label("n.7"), leading_label("x. 7"), leading_label("7")),
            (None, None, None)
        );
        let field = NumberField::split("sec. 4", &locator);
        assert_eq!(field.term(), Some("section"));
        assert!(!field.values[0].shows_label);
    }

    #[test]
    fn particles() {
        assert_eq!(split_particle("A12"), ("A", "12"));
        assert_eq!(split_particle("2B012"), ("2B0", "12"));
        assert_eq!(split_particle("B0"), ("B", "0"));
        assert_eq!(split_particle("12"), ("", "12"));
        assert_eq!(split_particle("A"), ("", "A"));
    }
}
