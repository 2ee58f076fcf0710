//! The CSL item: what a style prints from. A compact typed form of one entry of CSL-JSON 1.0.2.
//!
//! Values are held sorted by variable behind a bit set of what is there, so that looking up an
//! absent variable (what a style mostly does) costs one test. Reading and writing JSON is
//! [`Item::from_json`] and [`Item::to_json`].

use super::vocabulary::{DateVariable, ItemType, NameVariable, TextVariable, Variable};
use serde_json::{Map, Value};

/// One entry of CSL-JSON.
///
/// ```
/// use fonds::citation::{Item, ItemType, Name, TextVariable, NameVariable};
/// let mut item = Item::new("mao-1951", ItemType::PersonalCommunication);
/// item.set_text(TextVariable::Genre, "telegram");
/// item.set_names(NameVariable::Author, vec![Name::person("Mao", "Zedong")]);
/// assert_eq!(item.text(TextVariable::Genre), Some("telegram"));
/// assert_eq!(item.text(TextVariable::Title), None);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The name by which citations refer to the item.
    pub id: Box<str>,
    /// What kind of thing it is; `None` for a missing or unknown type, which no condition matches.
    pub kind: Option<ItemType>,
    texts_present: u128,
    texts: Vec<Box<str>>,
    names_present: u32,
    names: Vec<Box<[Name]>>,
    dates_present: u8,
    dates: Vec<Date>,
    custom: Option<Box<Map<String, Value>>>,
    other: Option<Box<Map<String, Value>>>,
}

/// The name of a person or a body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Name {
    /// The family name; empty when there is none.
    pub family: Box<str>,
    /// The given names.
    pub given: Box<str>,
    /// A particle that is dropped when only the family name is printed: the *de* of *Guy de Maupassant* in French.
    pub dropping_particle: Box<str>,
    /// A particle that stays with the family name: the *van* of *Vincent van Gogh*.
    pub non_dropping_particle: Box<str>,
    /// *Jr.*, *III*.
    pub suffix: Box<str>,
    /// A name printed as it is: a body, or a person with one name.
    pub literal: Box<str>,
    /// Whether a comma stands before the suffix when the name is printed in its natural order.
    pub comma_suffix: bool,
    /// Whether the family name always comes first, as in Chinese, Korean, Japanese and Hungarian names.
    pub static_ordering: bool,
    /// Whether particles hidden in `family` and `given` are to be looked for; `None` leaves it to the formatter.
    pub parse_names: Option<bool>,
}

impl Name {
    /// A person with a family name and given names.
    pub fn person(family: &str, given: &str) -> Name {
        Name { family: family.into(), given: given.into(), ..Name::default() }
    }

    /// A name printed as it is.
    pub fn literal(literal: &str) -> Name {
        Name { literal: literal.into(), ..Name::default() }
    }

    /// Whether nothing would be printed.
    pub fn is_empty(&self) -> bool {
        self.family.is_empty() && self.given.is_empty() && self.literal.is_empty()
    }
}

/// A calendar day, month, season or year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateParts {
    /// The year; 0 and below are before our era (0 is 1 BC), as in EDTF.
    /// CSL-JSON writes -1 for 1 BC and has no year 0: this field holds the number as CSL-JSON has it.
    pub year: i32,
    /// 1 to 12 a month, 13 to 16 and 21 to 24 spring to winter, 0 none.
    pub month: u8,
    /// 1 to 31, 0 none.
    pub day: u8,
}

impl DateParts {
    /// The season, 1 (spring) to 4 (winter), when the month stands for one.
    pub fn season(self) -> Option<u8> {
        match self.month {
            13..=16 => Some(self.month - 12),
            17..=20 => Some(self.month - 16),
            21..=24 => Some(self.month - 20),
            _ => None,
        }
    }
}

/// A date, a range of dates, or words in place of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Date {
    /// The date, or the first of a range.
    pub start: Option<DateParts>,
    /// The last date of a range; `Some` with year 0, month 0, day 0 is an open end.
    pub end: Option<DateParts>,
    /// Whether it is approximate (CSL: `circa`).
    pub circa: bool,
    /// 1 (spring) to 4 (winter), or words: *Michaelmas*.
    pub season: Option<Box<str>>,
    /// Words printed as they are in place of a date.
    pub literal: Option<Box<str>>,
    /// A date as typed (`"June 2004"`, EDTF), which the formatter reads when there is no `start`.
    pub raw: Option<Box<str>>,
}

impl Date {
    /// A single date.
    pub fn day(parts: DateParts) -> Date {
        Date { start: Some(parts), ..Date::default() }
    }

    /// Words in place of a date.
    pub fn literal(words: &str) -> Date {
        Date { literal: Some(words.into()), ..Date::default() }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.start.is_none()
            && self.season.is_none()
            && self.literal.is_none()
            && self.raw.is_none()
    }
}

/// What kind of thing an item is and which variables it has: what most conditions of a style ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    /// The type.
    pub kind: Option<ItemType>,
    texts: u128,
    names: u32,
    dates: u8,
    circa: u8,
}

impl Shape {
    /// Whether `variable` has a value.
    #[inline]
    pub fn has(&self, variable: Variable) -> bool {
        match variable {
            Variable::Text(variable) => self.texts & (1 << variable as u32) != 0,
            Variable::Names(variable) => self.names & (1 << variable as u32) != 0,
            Variable::Date(variable) => self.dates & (1 << variable as u32) != 0,
        }
    }

    /// Whether the date of `variable` is approximate.
    pub fn is_circa(&self, variable: DateVariable) -> bool {
        self.circa & (1 << variable as u32) != 0
    }
}

/// Where a value sits, or would have to be put, in a list sorted by bit.
fn slot(present: u128, bit: u32) -> (usize, bool) {
    let mask = 1u128 << bit;
    let before = present & (mask - 1);
    // In halves: few values are in the upper one, and to count is not cheap.
    let (low, high) = (before as u64, (before >> 64) as u64);
    let high = if high == 0 { 0 } else { high.count_ones() };
    ((low.count_ones() + high) as usize, present & mask != 0)
}

impl Item {
    /// An item without any values.
    pub fn new(id: &str, kind: ItemType) -> Item {
        Item { kind: Some(kind), ..Item::untyped(id) }
    }

    pub(super) fn untyped(id: &str) -> Item {
        Item {
            id: id.into(),
            kind: None,
            texts_present: 0,
            texts: Vec::new(),
            names_present: 0,
            names: Vec::new(),
            dates_present: 0,
            dates: Vec::new(),
            custom: None,
            other: None,
        }
    }

    /// The text of `variable`; never empty.
    #[inline]
    pub fn text(&self, variable: TextVariable) -> Option<&str> {
        // Most variables are absent, and that is seen without counting.
        if self.texts_present & 1 << variable as u32 == 0 {
            return None;
        }
        let (at, _) = slot(self.texts_present, variable as u32);
        self.texts.get(at).map(|text| &**text)
    }

    /// The names of `variable`; an empty list when there are none.
    #[inline]
    pub fn names(&self, variable: NameVariable) -> &[Name] {
        if self.names_present & 1 << variable as u32 == 0 {
            return &[];
        }
        let (at, _) = slot(self.names_present.into(), variable as u32);
        self.names.get(at).map_or(&[], |names| names)
    }

    /// The date of `variable`.
    #[inline]
    pub fn date(&self, variable: DateVariable) -> Option<&Date> {
        if self.dates_present & 1 << variable as u8 == 0 {
            return None;
        }
        let (at, _) = slot(self.dates_present.into(), variable as u32);
        self.dates.get(at)
    }

    /// The kind of thing and the variables that are there.
    pub fn shape(&self) -> Shape {
        let circa = self.dates().filter(|(_, date)| date.circa);
        Shape {
            kind: self.kind,
            texts: self.texts_present,
            names: self.names_present,
            dates: self.dates_present,
            circa: circa.fold(0, |set, (variable, _)| set | 1 << variable as u8),
        }
    }

    /// Whether `variable` has a value.
    #[inline]
    pub fn has(&self, variable: Variable) -> bool {
        match variable {
            Variable::Text(variable) => self.texts_present & (1 << variable as u32) != 0,
            Variable::Names(variable) => self.names_present & (1 << variable as u32) != 0,
            Variable::Date(variable) => self.dates_present & (1 << variable as u32) != 0,
        }
    }

    /// Gives `variable` a text; an empty text removes it.
    pub fn set_text(&mut self, variable: TextVariable, text: &str) -> &mut Item {
        let (at, there) = slot(self.texts_present, variable as u32);
        match (there, text.is_empty()) {
            (true, true) => {
                self.texts.remove(at);
                self.texts_present &= !(1 << variable as u32);
            }
            (true, false) => self.texts[at] = text.into(),
            (false, true) => {}
            (false, false) => {
                self.texts.insert(at, text.into());
                self.texts_present |= 1 << variable as u32;
            }
        }
        self
    }

    /// Gives `variable` a list of names; names without any text are left out, an empty list removes it.
    pub fn set_names(&mut self, variable: NameVariable, names: Vec<Name>) -> &mut Item {
        let names: Box<[Name]> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let (at, there) = slot(self.names_present.into(), variable as u32);
        match (there, names.is_empty()) {
            (true, true) => {
                self.names.remove(at);
                self.names_present &= !(1 << variable as u32);
            }
            (true, false) => self.names[at] = names,
            (false, true) => {}
            (false, false) => {
                self.names.insert(at, names);
                self.names_present |= 1 << variable as u32;
            }
        }
        self
    }

    /// Gives `variable` a date; an empty one removes it.
    pub fn set_date(&mut self, variable: DateVariable, date: Date) -> &mut Item {
        let (at, there) = slot(self.dates_present.into(), variable as u32);
        match (there, date.is_empty()) {
            (true, true) => {
                self.dates.remove(at);
                self.dates_present &= !(1 << variable as u8);
            }
            (true, false) => self.dates[at] = date,
            (false, true) => {}
            (false, false) => {
                self.dates.insert(at, date);
                self.dates_present |= 1 << variable as u8;
            }
        }
        self
    }

    /// All texts, in the order of their variables.
    pub fn texts(&self) -> impl Iterator<Item = (TextVariable, &str)> {
        TextVariable::ALL.iter().filter_map(|&variable| Some((variable, self.text(variable)?)))
    }

    /// All lists of names, in the order of their variables.
    pub fn all_names(&self) -> impl Iterator<Item = (NameVariable, &[Name])> {
        NameVariable::ALL
            .iter()
            .map(|&variable| (variable, self.names(variable)))
            .filter(|(_, names)| !names.is_empty())
    }

    /// All dates, in the order of their variables.
    pub fn dates(&self) -> impl Iterator<Item = (DateVariable, &Date)> {
        DateVariable::ALL.iter().filter_map(|&variable| Some((variable, self.date(variable)?)))
    }

    /// What the standard has no variable for: the object `custom` of CSL-JSON.
    pub fn custom(&self) -> Option<&Map<String, Value>> {
        self.custom.as_deref()
    }

    /// Lets go of what the standard has no variable for: no style prints it.
    #[must_use]
    pub fn without_custom(mut self) -> Item {
        self.custom = None;
        self
    }

    /// Puts `value` under `key` into `custom`.
    pub fn set_custom(&mut self, key: &str, value: Value) -> &mut Item {
        self.custom.get_or_insert_default().insert(key.to_owned(), value);
        self
    }

    /// Keys of the JSON object that CSL-JSON does not know; they are kept and written again.
    pub fn other(&self) -> Option<&Map<String, Value>> {
        self.other.as_deref()
    }

    pub(super) fn set_other(&mut self, key: &str, value: Value) {
        self.other.get_or_insert_default().insert(key.to_owned(), value);
    }
}
