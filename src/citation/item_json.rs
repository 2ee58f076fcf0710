//! CSL-JSON read and written. What other programs write loosely (numbers as text and text as
//! numbers, dates as text, one name where a list belongs) is taken for what it means; what means
//! nothing becomes a problem of that item and is left out.

use super::item::{Date, DateParts, Item, Name};
use super::note_fields;
use super::vocabulary::{DateVariable, ItemType, NameVariable, TextVariable, Variable};
use crate::problem::{Place, Problem, codes};
use serde_json::{Map, Value};

/// The farthest year from our era that is taken for a year.
const YEARS: i64 = 999_999;
/// The longest value of a variable, in bytes; abstracts and notes may be as long as they like.
const LONGEST_TEXT: usize = 50_000;
/// The longest part of a name, and the longest words in place of a date, in bytes.
const LONGEST_WORDS: usize = 2_000;
/// More names than any document has.
const NAMES: usize = 20_000;

impl Item {
    /// Reads one entry of CSL-JSON. `None` when it is not an object or has no id.
    ///
    /// ```
    /// use fonds::citation::{Item, TextVariable};
    /// let json = serde_json::json!({"id": 7, "type": "book", "edition": 2, "issued": {"date-parts": [["x"]]}});
    /// let (item, problems) = Item::from_json(&json);
    /// assert_eq!(item.unwrap().text(TextVariable::Edition), Some("2"));
    /// assert_eq!(problems[0].message, "`issued` of item `7` has no year: `\"x\"`");
    /// ```
    pub fn from_json(value: &Value) -> (Option<Item>, Vec<Problem>) {
        let Some(object) = value.as_object() else {
            let problem = Problem::error(codes::ITEM, "an item is not a JSON object");
            return (None, vec![problem.mend("give a list of objects, each with an `id`")]);
        };
        let Some(id) = object.get("id").and_then(scalar) else {
            let problem = Problem::error(codes::ITEM, "an item has no `id`");
            return (None, vec![problem.mend("give each item an `id` (text or a number)")]);
        };
        let mut reader = Reader { item: Item::untyped(&id), problems: Vec::new() };
        for (key, value) in object {
            reader.entry(key, value);
        }
        note_fields::read(&mut reader.item);
        (Some(reader.item), reader.problems)
    }

    /// The entry as CSL-JSON: standard keys, then `custom`, then what was not known when it was read.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("id".into(), (&*self.id).into());
        if let Some(kind) = self.kind {
            object.insert("type".into(), kind.as_str().into());
        }
        for (variable, text) in self.texts() {
            object.insert(variable.as_str().into(), text.into());
        }
        for (variable, names) in self.all_names() {
            let names: Vec<Value> = names.iter().map(name_to_json).collect();
            object.insert(variable.as_str().into(), names.into());
        }
        for (variable, date) in self.dates() {
            object.insert(variable.as_str().into(), date_to_json(date));
        }
        if let Some(custom) = self.custom() {
            object.insert("custom".into(), Value::Object(custom.clone()));
        }
        for (key, value) in self.other().into_iter().flatten() {
            object.entry(key.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(object)
    }
}

/// Text, a number or a truth value as text; `None` for everything else and for empty text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// The longest value of a variable.
fn longest(variable: TextVariable) -> usize {
    use TextVariable as V;
    match variable {
        V::Abstract | V::Annote | V::Note => usize::MAX,
        _ => LONGEST_TEXT,
    }
}

/// A value as a problem shows it: short.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn flag(value: &Value) -> bool {
    match value {
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "0" | "false"),
        _ => false,
    }
}

struct Reader {
    item: Item,
    problems: Vec<Problem>,
}

impl Reader {
    fn warn(&mut self, key: &str, what: String) {
        let message = format!("`{key}` of item `{}` {what}", self.item.id);
        let place = Place::of_field(format!("{}.{key}", self.item.id));
        self.problems.push(Problem::warning(codes::ITEM, message).at(place));
    }

    /// The text, cut when it is longer than anything real.
    fn cut(&mut self, key: &str, mut text: String, longest: usize) -> String {
        if text.len() > longest {
            self.warn(key, format!("is longer than {longest} bytes; the rest is left out"));
            text.truncate(text.floor_char_boundary(longest));
        }
        text
    }

    fn entry(&mut self, key: &str, value: &Value) {
        match key {
            "id" => {}
            "type" => self.kind(value),
            "custom" => match value {
                Value::Object(custom) => {
                    for (key, value) in custom {
                        self.item.set_custom(key, value.clone());
                    }
                }
                _ => self.item.set_other(key, value.clone()),
            },
            _ => match Variable::from_word(key) {
                Some(Variable::Text(variable)) => self.text(key, variable, value),
                Some(Variable::Names(variable)) => self.names(key, variable, value),
                Some(Variable::Date(variable)) => self.date(key, variable, value),
                None => self.item.set_other(key, value.clone()),
            },
        }
    }

    fn kind(&mut self, value: &Value) {
        let word = scalar(value).unwrap_or_default();
        self.item.kind = ItemType::from_word(&word);
        if self.item.kind.is_none() && !word.is_empty() {
            self.item.set_other("type", value.clone());
            self.warn("type", format!("is not a CSL type: {}", shown(value)));
        }
    }

    fn text(&mut self, key: &str, variable: TextVariable, value: &Value) {
        // The standard spelling wins over an alias, whatever their order.
        if key != variable.as_str() && self.item.text(variable).is_some() {
            return;
        }
        match value {
            Value::Null => {}
            Value::Array(parts) if parts.iter().all(|part| scalar(part).is_some()) => {
                let parts: Vec<String> = parts.iter().filter_map(scalar).collect();
                let text = self.cut(key, parts.join(", "), longest(variable));
                self.item.set_text(variable, &text);
            }
            Value::Array(_) | Value::Object(_) => {
                self.warn(key, format!("should be text: {}", shown(value)));
            }
            _ => {
                if let Some(text) = scalar(value) {
                    let text = self.cut(key, text, longest(variable));
                    self.item.set_text(variable, &text);
                }
            }
        }
    }

    fn names(&mut self, key: &str, variable: NameVariable, value: &Value) {
        let list = match value {
            Value::Null => return,
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        if list.len() > NAMES {
            self.warn(key, format!("has more than {NAMES} names; the rest is left out"));
        }
        let mut names = Vec::with_capacity(list.len().min(NAMES));
        for entry in list.iter().take(NAMES) {
            match entry {
                Value::Object(parts) => {
                    let name = self.name(key, parts);
                    if !name.is_empty() {
                        names.push(name);
                    }
                }
                Value::String(text) if !text.is_empty() => {
                    let text = self.cut(key, text.clone(), LONGEST_WORDS);
                    names.push(Name::literal(&text));
                }
                Value::Null | Value::String(_) => {}
                _ => self.warn(key, format!("has something that is no name: {}", shown(entry))),
            }
        }
        self.item.set_names(variable, names);
    }

    fn name(&mut self, key: &str, parts: &Map<String, Value>) -> Name {
        let mut name = Name::default();
        for (part, value) in parts {
            let field = match part.as_str() {
                "family" => &mut name.family,
                "given" => &mut name.given,
                "dropping-particle" => &mut name.dropping_particle,
                "non-dropping-particle" => &mut name.non_dropping_particle,
                "suffix" => &mut name.suffix,
                "literal" => &mut name.literal,
                "comma-suffix" => {
                    name.comma_suffix = flag(value);
                    continue;
                }
                "static-ordering" => {
                    name.static_ordering = flag(value);
                    continue;
                }
                "parse-names" => {
                    name.parse_names = Some(flag(value));
                    continue;
                }
                _ => continue,
            };
            match scalar(value) {
                Some(text) => *field = self.cut(key, text, LONGEST_WORDS).into(),
                None if matches!(value, Value::Array(_) | Value::Object(_)) => {
                    self.warn(key, format!("has a `{part}` that is not text: {}", shown(value)));
                }
                None => {}
            }
        }
        // An institution that other programs give as a family name.
        if parts.get("isInstitution").is_some_and(flag) && name.literal.is_empty() {
            name.literal = std::mem::take(&mut name.family);
        }
        name
    }

    fn date(&mut self, key: &str, variable: DateVariable, value: &Value) {
        let mut date = Date::default();
        match value {
            Value::Null => return,
            Value::String(_) | Value::Number(_) => {
                date.raw = self.words(key, value);
            }
            Value::Object(fields) => self.date_fields(key, fields, &mut date),
            _ => self.warn(key, format!("is not a date: {}", shown(value))),
        }
        self.item.set_date(variable, date);
    }

    /// Words in a date.
    fn words(&mut self, key: &str, value: &Value) -> Option<Box<str>> {
        scalar(value).map(|text| self.cut(key, text, LONGEST_WORDS).into())
    }

    fn date_fields(&mut self, key: &str, fields: &Map<String, Value>, date: &mut Date) {
        for (field, value) in fields {
            match field.as_str() {
                "date-parts" => self.date_parts(key, value, date),
                "circa" => date.circa = flag(value),
                "season" => date.season = self.words(key, value),
                "literal" => date.literal = self.words(key, value),
                "raw" | "edtf" => date.raw = self.words(key, value),
                _ => {}
            }
        }
        if date.start.is_none() && fields.contains_key("year") {
            let part = |name: &str| fields.get(name).cloned().unwrap_or(Value::Null);
            let parts = [part("year"), part("month"), part("day")];
            date.start = self.one_date(key, &parts, false);
        }
    }

    fn date_parts(&mut self, key: &str, value: &Value, date: &mut Date) {
        let Some(list) = value.as_array() else {
            return self.warn(key, format!("has `date-parts` that are no list: {}", shown(value)));
        };
        // `[1951, 8]` where `[[1951, 8]]` is meant.
        if list.first().is_some_and(|first| !first.is_array()) {
            date.start = self.one_date(key, list, false);
            return;
        }
        if list.len() > 2 {
            self.warn(key, "has more than two dates; the first two are used".into());
        }
        let mut ends = [None, None];
        for (at, (end, parts)) in ends.iter_mut().zip(list).enumerate() {
            match parts.as_array() {
                Some(parts) => *end = self.one_date(key, parts, at == 1),
                None => self.warn(key, format!("has no list of parts: {}", shown(parts))),
            }
        }
        [date.start, date.end] = ends;
        if date.start.is_none() && date.end.is_some() {
            date.start = date.end.take();
        }
    }

    /// Year, month and day. An end of a range with the year 0 is open.
    fn one_date(&mut self, key: &str, parts: &[Value], is_end: bool) -> Option<DateParts> {
        let first = match parts.first() {
            None | Some(Value::Null) => return None,
            Some(Value::String(text)) if text.trim().is_empty() => return None,
            Some(first) => first,
        };
        let Some(year) = whole(first) else {
            self.warn(key, format!("has no year: {}", backticked(first)));
            return None;
        };
        if !(-YEARS..=YEARS).contains(&year) {
            self.warn(key, format!("has a year out of reach: {}", backticked(first)));
            return None;
        }
        if year == 0 && is_end {
            return Some(DateParts::default());
        }
        let mut date = DateParts { year: year as i32, month: 0, day: 0 };
        match parts.get(1) {
            None | Some(Value::Null) => return Some(date),
            Some(value) => match whole(value) {
                Some(0) => {}
                Some(month @ 1..=24) => date.month = month as u8,
                _ if scalar(value).is_none_or(|text| text.trim().is_empty()) => {}
                _ => {
                    self.warn(key, format!("has no such month: {}", backticked(value)));
                    return Some(date);
                }
            },
        }
        match parts.get(2) {
            None | Some(Value::Null) => {}
            Some(value) => match whole(value) {
                Some(0) => {}
                Some(day @ 1..=31) if date.month > 0 => date.day = day as u8,
                _ if scalar(value).is_none_or(|text| text.trim().is_empty()) => {}
                _ => self.warn(key, format!("has no such day: {}", backticked(value))),
            },
        }
        Some(date)
    }
}

fn backticked(value: &Value) -> String {
    format!("`{}`", shown(value))
}

/// A whole number given as a number or as text.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let number = number.as_f64()?;
            (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn name_to_json(name: &Name) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, text: &str| {
        if !text.is_empty() {
            object.insert(key.into(), text.into());
        }
    };
    put("family", &name.family);
    put("given", &name.given);
    put("dropping-particle", &name.dropping_particle);
    put("non-dropping-particle", &name.non_dropping_particle);
    put("suffix", &name.suffix);
    put("literal", &name.literal);
    if name.comma_suffix {
        object.insert("comma-suffix".into(), true.into());
    }
    if name.static_ordering {
        object.insert("static-ordering".into(), true.into());
    }
    if let Some(parse_names) = name.parse_names {
        object.insert("parse-names".into(), parse_names.into());
    }
    Value::Object(object)
}

fn date_to_json(date: &Date) -> Value {
    let mut object = Map::new();
    let parts = |parts: DateParts| -> Value {
        let mut list = vec![Value::from(parts.year)];
        if parts.month > 0 {
            list.push(parts.month.into());
            if parts.day > 0 {
                list.push(parts.day.into());
            }
        }
        list.into()
    };
    if let Some(start) = date.start {
        let ends: Vec<Value> = [Some(start), date.end].into_iter().flatten().map(parts).collect();
        object.insert("date-parts".into(), ends.into());
    }
    if date.circa {
        object.insert("circa".into(), true.into());
    }
    for (key, text) in [("season", &date.season), ("literal", &date.literal), ("raw", &date.raw)] {
        if let Some(text) = text {
            object.insert(key.into(), (&**text).into());
        }
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn loose_values_are_taken_for_what_they_mean() {
        let json = json!({
            "id": "a", "type": "book", "volume": 3, "archive_place": "Moscow", "author": {"family": "Mao"},
            "editor": ["UN", {"given": 5}, null, {}], "issued": {"date-parts": [["1951", "08", 27], [0]]},
            "accessed": "2020-01-02", "custom": {"x": 1}, "unheard-of": [1], "event-date": {"date-parts": [1951, 8]},
        });
        let (item, problems) = Item::from_json(&json);
        let item = item.expect("an item");
        assert_eq!(problems, []);
        assert_eq!(item.text(TextVariable::Volume), Some("3"));
        assert_eq!(item.text(TextVariable::ArchivePlace), Some("Moscow"));
        assert_eq!(&*item.names(NameVariable::Author)[0].family, "Mao");
        assert_eq!(item.names(NameVariable::Editor).len(), 2);
        let issued = item.date(DateVariable::Issued).expect("issued");
        assert_eq!(issued.start, Some(DateParts { year: 1951, month: 8, day: 27 }));
        assert_eq!(issued.end, Some(DateParts::default()));
        let again = Item::from_json(&item.to_json());
        assert_eq!(again, (Some(item), vec![]));
    }

    #[test]
    fn absurd_values_are_problems_of_their_item() {
        let json = json!({
            "id": "a", "type": "starship", "title": {"a": 1}, "author": [[1], 7], "issued": [1],
            "accessed": {"date-parts": [[1e300]]}, "submitted": {"date-parts": [[]]}, "event-date": {"date-parts": {}},
            "available-date": {"date-parts": [[2000, 99, 99]]}, "original-date": {"date-parts": [[2000, 2, "x"], [1], [2]]},
        });
        let (item, problems) = Item::from_json(&json);
        assert_eq!(problems.len(), 10);
        let item = item.expect("an item");
        assert_eq!(item.date(DateVariable::Submitted), None);
        assert_eq!(
            item.date(DateVariable::AvailableDate).and_then(|d| d.start).map(|d| d.year),
            Some(2000)
        );
        let long = json!({"id": "a", "title": "é".repeat(40_000), "author": [{"family": "x".repeat(3_000)}]});
        let (item, problems) = Item::from_json(&long);
        let item = item.expect("an item");
        assert_eq!(problems.len(), 2);
        assert_eq!(item.text(TextVariable::Title).map(str::len), Some(LONGEST_TEXT));
        assert_eq!(item.names(NameVariable::Author)[0].family.len(), LONGEST_WORDS);
        assert_eq!(Item::from_json(&json!([])).1.len(), 1);
        assert_eq!(Item::from_json(&json!({"id": null})).1.len(), 1);
    }
}
