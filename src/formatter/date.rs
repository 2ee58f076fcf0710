//! Dates printed (CSL 1.0.2, "Date"): their parts in the forms of the style and locale, and ranges
//! that share what both ends have in common.

use super::markup::{Casing, Dress, Mark, Markup, NodeId};
use crate::citation::{Date, DateParts, after_day};
use crate::style::formatting::Formatting;
use crate::style::{self, Clothes, DatePart, DatePartForm, DatePartName, Gender, TermForm, Terms};

/// What a date is printed with.
#[derive(Clone, Copy)]
pub struct DateContext<'a> {
    /// The terms of the locale.
    pub terms: &'a Terms,
    /// Only the first day of a month is printed as an ordinal.
    pub limit_day_ordinals: bool,
    /// The casing of the item's language.
    pub casing: Casing,
    /// The year is left out: it was printed for the cite before.
    pub hide_year: bool,
    /// What the group of the date stands for.
    pub mark: Mark,
    /// How the end of a range is dressed, when not as the date itself.
    pub range_end: Option<RangeEnd<'a>>,
    /// The letters behind the year take its affixes once more, `(1999)(a)`, and do not share them,
    /// `(1999a)`.
    pub letters_apart: bool,
    /// Letters stand behind words in place of a date, too.
    pub letters_on_words: bool,
    /// Months stand in the form that the locale has, after a day too.
    pub months_as_given: bool,
}

/// How the end of a range is dressed.
#[derive(Debug, Clone, Copy)]
pub struct RangeEnd<'a> {
    /// Before it.
    pub prefix: &'a str,
    /// After it.
    pub suffix: &'a str,
    /// Between its parts.
    pub delimiter: &'a str,
    /// Its letters.
    pub formatting: Formatting,
}

/// Adds `date` to the tree as `element` asks for. `letters` tell works of one year apart: they are
/// taken and printed behind the first year. The date must have been [read](super::date_text::read)
/// when it was given as text.
pub fn render(
    tree: &mut Markup,
    element: &style::Date,
    date: &Date,
    context: DateContext<'_>,
    letters: &mut Option<String>,
) -> Option<NodeId> {
    let mut dress = dress(&element.clothes);
    dress.delimiter = &element.delimiter;
    dress.mark = context.mark;
    tree.open(&dress);
    let start = date.start.unwrap_or_default();
    // Words stand in place of the date they are given with, where all of it is asked for.
    let words = date.literal.as_deref().filter(|_| is_asked_for_whole(element, start));
    let mut range = Range::of(element, start, date.end);
    for (at, part) in element.parts.iter().enumerate() {
        if date.end.is_some() {
            range.done.push(at);
        }
        if part.name == DatePartName::Year
            && let Some(literal) = words
        {
            let mut dress = self::dress(&part.clothes);
            // What stands around a year ("年", " г.") does not stand around a whole date.
            if start.year != 0 {
                (dress.prefix, dress.suffix) = ("", "");
            }
            tree.text_in(literal, &dress, context.casing);
            if start.year != 0 || context.letters_on_words {
                render_letters(tree, letters, &dress);
            }
        }
        if words.is_some() || value(part.name, start) == 0 {
            if part.name == DatePartName::Month
                && let Some(season) = &date.season
            {
                render_season(tree, season, part, context);
            }
            continue;
        }
        let hidden = part.name == DatePartName::Year && context.hide_year;
        tree.open(&Dress::default());
        let mut dress = self::dress(&part.clothes);
        let is_range_end = range.ends_here(element);
        let shares_affixes = part.name == DatePartName::Year
            && letters.is_some()
            && !(context.letters_apart || hidden || is_range_end);
        if shares_affixes {
            dress.suffix = "";
        }
        if is_range_end {
            if !hidden {
                let mut dress = self::dress(&part.clothes);
                dress.suffix = "";
                render_value(tree, part, with_printed_day(element, start), &dress, context);
            }
            let delimiter = part
                .range_delimiter
                .as_deref()
                .or_else(|| context.terms.get("year-range-delimiter", TermForm::Long, false))
                .unwrap_or("–");
            tree.text(delimiter, &Dress::default());
            range.render_end(tree, element, context);
        } else if !hidden {
            let start = with_printed_day(element, start);
            render_value(tree, part, start, &dress, context);
        }
        if part.name == DatePartName::Year {
            if !hidden {
                render_era(tree, start, context);
            }
            if shares_affixes {
                dress = Dress { prefix: "", suffix: &part.clothes.suffix, ..dress };
            }
            render_letters(tree, letters, &dress);
        }
        tree.close();
    }
    tree.close()
}

/// Prints the letters behind a year, once.
fn render_letters(tree: &mut Markup, letters: &mut Option<String>, year: &Dress<'_>) {
    let Some(letters) = letters.take() else { return };
    tree.literal(
        &letters,
        &Dress {
            formatting: year.formatting,
            prefix: year.prefix,
            suffix: year.suffix,
            mark: Mark::YearSuffix,
            number: true,
            ..Dress::default()
        },
    );
}

/// Whether `element` prints every part that `date` has.
fn is_asked_for_whole(element: &style::Date, date: DateParts) -> bool {
    let asks = |name| element.parts.iter().any(|part| part.name == name);
    (date.month == 0 || asks(DatePartName::Month)) && (date.day == 0 || asks(DatePartName::Day))
}

/// Whether both ends of a range are printed: they differ in a part that the style asks for.
pub fn prints_range(element: &style::Date, date: &Date) -> bool {
    let start = date.start.unwrap_or_default();
    let range = Range::of(element, start, date.end);
    let last = element.parts.iter().rposition(|part| range.differing.contains(&part.name));
    let behind = last.and_then(|last| element.parts.get(last..)).unwrap_or_default();
    behind.iter().any(|part| value(part.name, start) != 0)
}

/// `date` without the day when `element` does not print it.
fn with_printed_day(element: &style::Date, date: DateParts) -> DateParts {
    let printed = element.parts.iter().any(|part| part.name == DatePartName::Day);
    DateParts { day: if printed { date.day } else { 0 }, ..date }
}

/// The dress that a style gives a part.
fn dress(clothes: &Clothes) -> Dress<'_> {
    Dress {
        formatting: clothes.formatting,
        prefix: &clothes.prefix,
        suffix: &clothes.suffix,
        quotes: clothes.quotes,
        unquoted: clothes.unquoted,
        strip_periods: clothes.strip_periods,
        text_case: clothes.text_case,
        display: clothes.display,
        ..Dress::default()
    }
}

/// The number of a part; 0 for none.
fn value(part: DatePartName, date: DateParts) -> i32 {
    match part {
        DatePartName::Year => date.year,
        DatePartName::Month => i32::from(date.month),
        DatePartName::Day => i32::from(date.day),
    }
}

/// A range under way: the parts in which its ends differ are printed twice, the others once.
struct Range {
    end: DateParts,
    /// The parts printed twice.
    differing: Vec<DatePartName>,
    /// The places, in the style's order, of the parts gone through.
    done: Vec<usize>,
}

impl Range {
    fn of(element: &style::Date, start: DateParts, end: Option<DateParts>) -> Range {
        let mut range =
            Range { end: end.unwrap_or_default(), differing: Vec::new(), done: Vec::new() };
        let Some(end) = end else { return range };
        let open = end == DateParts::default();
        let order = [DatePartName::Year, DatePartName::Month, DatePartName::Day];
        let printed: Vec<DatePartName> = order
            .into_iter()
            .filter(|&name| element.parts.iter().any(|part| part.name == name))
            .filter(|&name| value(name, end) != 0 || (open && name == DatePartName::Year))
            .collect();
        let first = printed
            .iter()
            .position(|&name| value(name, start) != value(name, end))
            .unwrap_or(order.len() - 1);
        range.differing = printed.into_iter().skip(first).collect();
        range
    }

    /// Whether the last of the parts that are printed twice has just been reached.
    fn ends_here(&self, element: &style::Date) -> bool {
        !self.differing.is_empty()
            && self.differing.iter().all(|name| {
                self.done
                    .iter()
                    .filter_map(|&at| element.parts.get(at))
                    .any(|part| part.name == *name)
            })
    }

    /// Prints the end of the range, and is no range any more.
    fn render_end(&mut self, tree: &mut Markup, element: &style::Date, context: DateContext<'_>) {
        let end = context.range_end.unwrap_or(RangeEnd {
            prefix: "",
            suffix: "",
            delimiter: &element.delimiter,
            formatting: element.clothes.formatting,
        });
        tree.open_apart(&Dress {
            formatting: end.formatting,
            prefix: end.prefix,
            suffix: end.suffix,
            delimiter: end.delimiter,
            ..Dress::default()
        });
        let mut first = true;
        for part in self.done.iter().filter_map(|&at| element.parts.get(at)) {
            if !self.differing.contains(&part.name) || value(part.name, self.end) == 0 {
                continue;
            }
            let mut dress = dress(&part.clothes);
            if first {
                dress.prefix = "";
            }
            tree.open(&Dress::default());
            render_value(tree, part, with_printed_day(element, self.end), &dress, context);
            tree.close();
            first = false;
        }
        tree.close();
        self.differing.clear();
    }
}

fn render_value(
    tree: &mut Markup,
    part: &DatePart,
    date: DateParts,
    dress: &Dress<'_>,
    context: DateContext<'_>,
) {
    match part.name {
        DatePartName::Year => {
            let year = date.year.unsigned_abs();
            if part.form == DatePartForm::Short && (1000..10_000).contains(&year) {
                tree.text(&format!("{:02}", year % 100), dress);
            } else {
                tree.text(itoa(u64::from(year), &mut [0; 20]), dress);
            }
        }
        DatePartName::Month => {
            let mut digits = [0; 20];
            let text = month(date.month, part.form, context.terms, &mut digits);
            // Locales of CSL have Russian months in the nominative, which no day stands before.
            let is_after_day = date.day > 0 && !context.months_as_given;
            let text = if is_after_day { after_day(text) } else { text };
            tree.text_in(text, dress, context.casing);
        }
        DatePartName::Day => render_day(tree, part.form, date, dress, context),
    }
}

fn month<'a>(month: u8, form: DatePartForm, terms: &'a Terms, digits: &'a mut [u8; 20]) -> &'a str {
    let term_form = match form {
        DatePartForm::Numeric if month <= 12 => return itoa(month.into(), digits),
        DatePartForm::NumericLeadingZeros if month <= 12 => return two_digits(month, digits),
        DatePartForm::Numeric | DatePartForm::NumericLeadingZeros => return "",
        DatePartForm::Short => TermForm::Short,
        DatePartForm::Long | DatePartForm::Ordinal => TermForm::Long,
    };
    const MONTHS: [&str; 12] = [
        "month-01", "month-02", "month-03", "month-04", "month-05", "month-06", "month-07",
        "month-08", "month-09", "month-10", "month-11", "month-12",
    ];
    let name = match (MONTHS.get(usize::from(month).wrapping_sub(1)), month) {
        (Some(name), _) => name,
        (None, 13..=24) => SEASONS[usize::from(month - 13) % 4],
        _ => return "",
    };
    terms.get(name, term_form, false).unwrap_or("")
}

const SEASONS: [&str; 4] = ["season-01", "season-02", "season-03", "season-04"];

fn render_season(tree: &mut Markup, season: &str, part: &DatePart, context: DateContext<'_>) {
    let number = season.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let term = number
        .and_then(|number| SEASONS.get(number))
        .and_then(|name| context.terms.get(name, TermForm::Long, false));
    tree.text_in(term.unwrap_or(season), &dress(&part.clothes), context.casing);
}

fn render_day(
    tree: &mut Markup,
    form: DatePartForm,
    date: DateParts,
    dress: &Dress<'_>,
    context: DateContext<'_>,
) {
    let mut digits = [0; 20];
    match form {
        DatePartForm::NumericLeadingZeros => {
            tree.text(two_digits(date.day, &mut digits), dress);
        }
        DatePartForm::Ordinal if !context.limit_day_ordinals || date.day == 1 => {
            let gender = month_gender(date.month, context.terms);
            let suffix = context.terms.ordinal_suffix(date.day.into(), gender);
            tree.text_in(&format!("{}{suffix}", date.day), dress, context.casing);
        }
        _ => {
            tree.text(itoa(date.day.into(), &mut digits), dress);
        }
    }
}

fn month_gender(month: u8, terms: &Terms) -> Gender {
    let mut digits = [0; 20];
    terms.gender(&format!("month-{}", two_digits(month, &mut digits)))
}

/// The words that tell years long ago from ours.
fn render_era(tree: &mut Markup, date: DateParts, context: DateContext<'_>) {
    let term = match date.year {
        ..=-1 => "bc",
        1..=499 => "ad",
        _ => return,
    };
    if let Some(era) = context.terms.get(term, TermForm::Long, false) {
        tree.text(era, &Dress::default());
    }
}

/// The digits of a number, without an allocation.
pub(super) fn itoa(mut number: u64, digits: &mut [u8; 20]) -> &str {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    std::str::from_utf8(&digits[at..]).unwrap_or("")
}

fn two_digits(number: u8, digits: &mut [u8; 20]) -> &str {
    if number < 10 {
        digits[0] = b'0';
        digits[1] = b'0' + number;
        return std::str::from_utf8(&digits[..2]).unwrap_or("");
    }
    itoa(number.into(), digits)
}

/// Writes what dates sort by: year, month and day of both ends, those that `wanted` names, so that
/// the texts sort as the dates do. Nothing is written for a date without a year.
pub fn push_sort_key(date: &Date, wanted: impl Fn(DatePartName) -> bool, out: &mut String) {
    use std::fmt::Write;
    let start = date.start.unwrap_or_default();
    if start.year == 0 {
        return;
    }
    for parts in [start, date.end.unwrap_or_default()] {
        let year = if wanted(DatePartName::Year) { i64::from(parts.year) } else { 0 };
        // Years before our era come first, the earliest at the front. A string takes any text.
        let _ = if year < 0 {
            write!(out, "0{:010}", 9_999_999_999 + year)
        } else {
            write!(out, "1{year:010}")
        };
        let month = if wanted(DatePartName::Month) { parts.month } else { 0 };
        let day = if wanted(DatePartName::Day) { parts.day } else { 0 };
        let _ = write!(out, "{month:02}{day:02}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(itoa(0, &mut [0; 20]), "0");
        assert_eq!(itoa(u64::MAX, &mut [0; 20]), u64::MAX.to_string());
        assert_eq!(two_digits(7, &mut [0; 20]), "07");
        assert_eq!(two_digits(31, &mut [0; 20]), "31");
    }

    #[test]
    fn sort_keys_sort_as_dates_do() {
        let key = |year, month, day| {
            let mut out = String::new();
            push_sort_key(&Date::day(DateParts { year, month, day }), |_| true, &mut out);
            out
        };
        let keys =
            [key(-200, 0, 0), key(-1, 0, 0), key(7, 0, 0), key(1951, 8, 0), key(1951, 8, 27)];
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(key(0, 8, 27), "");
    }
}
