//! Ranges in number fields (CSL 1.0.2, "page-range-format").

use super::super::page_range::{self, PageRange};
use super::digits::{after_digits, is_digits, is_lettered, is_roman, leading_number};
use super::labels::term_of_label;
use super::{NumberContext, NumberField, NumberValue};

impl NumberField {
    /// Sets the joints of ranges as the locale and the style's `page-range-format` have it.
    pub fn format_ranges(&mut self, context: &NumberContext<'_>) {
        if !matches!(
            context.variable,
            "page"
                | "chapter-number"
                | "collection-number"
                | "edition"
                | "issue"
                | "number"
                | "number-of-pages"
                | "number-of-volumes"
                | "volume"
                | "locator"
        ) {
            return;
        }
        let mut count = 0;
        let mut label: Option<Box<str>> = None;
        for at in 0..self.values.len() {
            let value = &self.values[at];
            if !value.is_count {
                count = 0;
                label = None;
                let joint = delimiter(value, &value.joint, value.numeric, context);
                if let Some(joint) = joint {
                    self.values[at].joint = joint.into();
                }
            } else if label.as_deref() == Some(&*value.label) {
                if &*value.joint == "-" {
                    count = 1;
                } else {
                    count += 1;
                    if count == 2 {
                        count = self.format_range(at, context);
                    }
                }
            } else {
                label = Some(value.label.clone());
                count = 1;
            }
        }
        if count == 2 {
            self.format_range(self.values.len() - 1, context);
        }
    }

    /// Formats the range that ends with the value `at`; gives the count to go on with.
    fn format_range(&mut self, at: usize, context: &NumberContext<'_>) -> usize {
        let Some(before) = at.checked_sub(1) else { return 2 };
        let (first, last) = (&self.values[before], &self.values[at]);
        if first.particle != last.particle {
            return 2;
        }
        if &*first.joint != "-" {
            return 1;
        }
        let numbers = (leading_number(&first.value), leading_number(&last.value));
        if context.page_range.is_none()
            && let (Some(a), Some(b)) = numbers
            && a > b
        {
            if let Some(joint) = delimiter(last, "-", true, context) {
                self.values[before].joint = joint.into();
            }
            return 2;
        }
        if is_page(last, context) && numbers.0.is_some() && numbers.1.is_some() {
            // `1.466-1.475` is no range of pages that could be made shorter: it stays as given.
            if !(is_lettered(&first.value) && is_lettered(&last.value)) {
                return 0;
            }
            let end = page_range::shorten(
                (&first.particle, &first.value),
                (&last.particle, &last.value),
                context.page_range.unwrap_or(PageRange::Expanded),
            );
            let joint: Box<str> = match context.page_delimiter {
                "-" => delimiter(last, "-", last.numeric, context).unwrap_or("-").into(),
                given => given.into(),
            };
            self.values[before].joint = joint;
            // Zeros at the front belong to what stands before the number.
            let (particle, value) = end;
            let zeros = value.len() - value.trim_start_matches('0').len();
            let (zeros, value) = value.split_at(zeros.min(value.len().saturating_sub(1)));
            self.values[at].particle = format!("{particle}{zeros}").into();
            self.values[at].value = value.into();
            return 0;
        }
        let simple = |text: &str| is_digits(text) || is_roman(text);
        if simple(&first.value) && simple(&last.value) {
            self.values[before].joint = context.page_delimiter.into();
        } else if is_lettered(&last.value)
            && after_digits(&first.value).1
            && let Some(joint) = delimiter(last, "-", last.numeric, context)
        {
            self.values[before].joint = joint.into();
        }
        0
    }
}

fn is_page(value: &NumberValue, context: &NumberContext<'_>) -> bool {
    context.variable == "page"
        || (context.variable == "locator"
            && (&*value.label == "p." || &*value.original_label == "p."))
}

/// The delimiter to stand in the place of a hyphen between two numbers, where it is another.
fn delimiter<'a>(
    value: &NumberValue,
    joint: &str,
    numeric: bool,
    context: &NumberContext<'a>,
) -> Option<&'a str> {
    if joint != "-" || !numeric {
        return None;
    }
    if matches!(context.variable, "locator" | "page") {
        let label =
            if value.original_label.is_empty() { &value.label } else { &value.original_label };
        if !term_of_label(label).is_some_and(|term| (context.has_term)(term)) {
            return None;
        }
    }
    let or_dash = |term: &'a str| if term.is_empty() { "–" } else { term };
    match context.variable {
        "collection-number" => Some(or_dash(context.year_delimiter)),
        "page" | "locator" | "issue" | "volume" | "edition" | "number" => {
            Some(or_dash(context.page_delimiter))
        }
        _ => None,
    }
}
