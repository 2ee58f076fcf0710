//! What a reader finds in somebody else's file: the tree of a record to be, the place it comes
//! from, and everything that found no place in it.

use super::printed_date::printed_date;
use crate::problem::{Place, Problem, codes};
use crate::record::{
    Draft, FORMAT, HistoricalDate, Node, RecordId, RelationKind, Role, Table, Value,
};

/// One record as another format has it. It has no id yet: the importer gives one.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The fields of the record, without `format` and `id`.
    pub fields: Table,
    /// What the source calls the item, and whose name that is (`zotero`, `bibtex`, `ead`): by it the item is found again.
    pub key: Option<(String, String)>,
    /// Where it stands in the source.
    pub place: Place,
    /// The item in words, for reports: its number or key in the source.
    pub item: String,
    /// What has no place in a record, as the source has it: name and value.
    pub unplaced: Vec<(String, String)>,
    /// What is wrong with it or was not understood.
    pub problems: Vec<Problem>,
    /// What the source says of archives beside their names.
    pub archives: Vec<ArchiveHint>,
    /// How it belongs to other items of the source, named by their keys.
    pub relations: Vec<(RelationKind, (String, String))>,
    /// For a row of a table: its cells by column, of each row that belongs to the record.
    pub rows: Vec<Vec<(String, String)>>,
    /// Whether it is a record of our own with all its fields: what it says stands on its own evidence.
    pub is_own: bool,
    /// Whether our own export wrote it, in a format that does not carry everything.
    pub is_marked: bool,
}

/// What a source says of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArchiveHint {
    /// Its name, as holdings have it.
    pub name: String,
    /// Where it is.
    pub place: Option<String>,
    /// The country, as ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Its web page.
    pub url: Option<String>,
}

impl Found {
    /// An item at `place`, called `item` in reports.
    pub fn new(place: Place, item: impl Into<String>) -> Found {
        Found {
            fields: Table::new(),
            key: None,
            place,
            item: item.into(),
            unplaced: Vec::new(),
            problems: Vec::new(),
            archives: Vec::new(),
            relations: Vec::new(),
            rows: Vec::new(),
            is_own: false,
            is_marked: false,
        }
    }

    /// The fields of the record. The source stands in its evidence, with what had no place.
    pub fn into_fields(self, source: &str) -> Table {
        let mut fields = self.fields;
        if self.is_own && self.unplaced.is_empty() {
            return fields;
        }
        let mut evidence = Table::new();
        evidence.set("source", source);
        if !self.unplaced.is_empty() {
            let lines = self.unplaced.iter().map(|(name, value)| format!("{name}: {value}"));
            let lines: Vec<String> = lines.collect();
            evidence.set("note", format!("not placed:\n{}", lines.join("\n")));
        }
        push(&mut fields, "evidence", evidence);
        fields
    }

    /// The draft of the record `id`; see [`Found::into_fields`].
    pub fn into_draft(self, id: &RecordId, source: &str) -> Draft {
        let mut root = Table::new();
        root.set("format", FORMAT);
        root.set("id", id.as_str());
        for (key, node) in self.into_fields(source).iter() {
            root.set(key, node.clone());
        }
        Draft::new(Node::from(root), Default::default())
    }

    /// Sets the text of a field, if there is any; white space around it goes.
    pub fn set(&mut self, key: &str, text: &str) {
        put(&mut self.fields, key, text);
    }

    /// Adds an element to the list `key`, if there is anything in it.
    pub fn push(&mut self, key: &str, element: Table) {
        if !element.is_empty() {
            push(&mut self.fields, key, element);
        }
    }

    /// Adds an agent; a name without any text is none.
    pub fn agent(&mut self, role: Role, name: Node, as_printed: Option<&str>) {
        let is_empty = match &name.value {
            Value::Text(text) => text.trim().is_empty(),
            Value::Table(table) => table.is_empty(),
            _ => true,
        };
        if is_empty {
            return;
        }
        let mut agent = Table::new();
        agent.set("role", role.word());
        agent.set("name", name);
        put(&mut agent, "as_printed", as_printed.unwrap_or(""));
        self.push("agent", agent);
    }

    /// Sets the date `event` (`created`, `sent`...) from print. What is not understood stays as printed, with a problem.
    pub fn date(&mut self, event: &str, printed: &str) {
        let printed = printed.trim();
        if printed.is_empty() {
            return;
        }
        match printed_date(printed) {
            Some(date) if date.as_str() == printed => self.edtf(event, &date, None),
            Some(date) => self.edtf(event, &date, Some(printed)),
            None => {
                let dates = self.nested("date");
                match dates.get("as_printed").and_then(Node::as_text) {
                    Some(before) if before != printed => {
                        let both = format!("{before}; {event}: {printed}");
                        dates.set("as_printed", both);
                    }
                    _ => dates.set("as_printed", printed),
                }
                let message = format!("the date is not understood: `{}`", shown(printed));
                self.report(
                    Problem::warning(codes::IMPORT_DATE, message)
                        .mend("it stays as printed; add the date in EDTF by hand"),
                    &format!("date.{event}"),
                );
            }
        }
    }

    /// Sets the date `event`, with its printed form where that differs.
    pub fn edtf(&mut self, event: &str, date: &HistoricalDate, printed: Option<&str>) {
        let node = match printed {
            None => Node::from(date.as_str()),
            Some(printed) => {
                let mut table = Table::new();
                table.set("value", date.as_str());
                table.set("as_printed", printed);
                Node::from(table)
            }
        };
        self.nested("date").set(event, node);
    }

    /// The table `key`, made when it is not there.
    pub fn nested(&mut self, key: &str) -> &mut Table {
        nested(&mut self.fields, key)
    }

    /// Notes that the value of the source's field `name` found no place.
    pub fn unplaced(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.unplaced.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Reports a problem at this item, with the field that it concerns.
    pub fn report(&mut self, problem: Problem, field: &str) {
        let mut place = self.place.clone();
        place.field = Some(field.to_owned());
        self.problems.push(problem.at(place));
    }

    /// Adds an id elsewhere.
    pub fn foreign_id(&mut self, scheme: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let mut id = Table::new();
        id.set("scheme", scheme);
        id.set("value", value);
        let there = self.fields.get("foreign_id").and_then(Node::as_list).unwrap_or_default();
        if !there.contains(&Node::from(id.clone())) {
            self.push("foreign_id", id);
        }
    }

    /// What the source calls the item: kept as an id elsewhere, by which it is found again.
    pub fn keyed(&mut self, scheme: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            self.foreign_id(scheme, value);
            self.key = Some((scheme.to_owned(), value.to_owned()));
        }
    }

    /// Our own export wrote it, and its mark says which record it is: that is what it is called.
    pub fn marked(&mut self, id: &str) {
        if id.parse::<RecordId>().is_err() {
            return;
        }
        if let Some((scheme, value)) = self.key.replace(("id".to_owned(), id.to_owned()))
            && let Some(ids) = self.fields.get_mut("foreign_id").and_then(Node::as_list_mut)
        {
            let mut name = Table::new();
            name.set("scheme", scheme);
            name.set("value", value);
            let name = Node::from(name);
            ids.retain(|id| *id != name);
            if ids.is_empty() {
                self.fields.remove("foreign_id");
            }
        }
        self.is_marked = true;
    }

    /// The text of the field `key`, when it is text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.fields.get(key).and_then(Node::as_text)
    }
}

/// Sets `key` of `table` to `text`, if there is any; white space around it goes.
pub fn put(table: &mut Table, key: &str, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        table.set(key, clean(text));
    }
}

/// Adds an element to the list `key` of `table`.
pub fn push(table: &mut Table, key: &str, element: impl Into<Node>) {
    let element = element.into();
    match table.get_mut(key).and_then(Node::as_list_mut) {
        Some(list) => list.push(element),
        None => table.set(key, vec![element]),
    }
}

/// The table `key` of `table`, made when it is not there.
pub fn nested<'a>(table: &'a mut Table, key: &str) -> &'a mut Table {
    if table.get(key).and_then(Node::as_table).is_none() {
        table.set(key, Table::new());
    }
    match table.get_mut(key).and_then(Node::as_table_mut) {
        Some(table) => table,
        None => unreachable!("the table has just been set"),
    }
}

/// `text` without control characters, which no field of a record may have; line ends are one kind.
pub fn clean(text: &str) -> String {
    if !text.contains(|c: char| c.is_control()) {
        return text.to_owned();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// `text` with each run of white space made one space.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` short enough for a message, with what is not printable escaped.
pub fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.escape_debug().to_string()
}

/// A personal name in parts.
pub fn person(family: &str, given: &str) -> Node {
    let mut name = Table::new();
    put(&mut name, "family", family);
    put(&mut name, "given", given);
    Node::from(name)
}

/// A name as one text.
pub fn literal(text: &str) -> Node {
    let mut name = Table::new();
    put(&mut name, "literal", text);
    Node::from(name)
}

/// A name in parts, from a heading as libraries write it: `Hemingway, Ernest, 1899-1961.` The dates are no
/// part of the name; a name without a comma is one piece.
pub fn heading(text: &str) -> Node {
    let text = one_line(text);
    let mut text = text.trim_end_matches([',', ' ']);
    // A full stop ends a heading, unless it stands behind an initial.
    let stem = text.trim_end_matches('.');
    if stem.rsplit([' ', '.']).next().is_some_and(|word| word.chars().count() > 1) {
        text = stem;
    }
    let is_life = |part: &str| {
        part.chars().any(|c| c.is_ascii_digit())
            && part.chars().all(|c| c.is_ascii_digit() || " -–?.~cabdfl".contains(c))
    };
    let parts: Vec<&str> =
        text.split(", ").map(str::trim).filter(|part| !part.is_empty() && !is_life(part)).collect();
    match parts[..] {
        [family, given] => person(family, given),
        [family, given, suffix] if suffix.len() < 6 => {
            let mut name = person(family, given);
            if let Some(table) = name.as_table_mut() {
                put(table, "suffix", suffix);
            }
            name
        }
        [] => Node::from(text),
        _ => Node::from(parts.join(", ")),
    }
}

/// ISO 639-2 codes, of both kinds, that have a shorter form; BCP 47 wants the shorter one.
pub fn language_of_code(code: &str) -> String {
    let code = code.trim().to_lowercase();
    let short = match code.as_str() {
        "eng" => "en",
        "rus" => "ru",
        "chi" | "zho" => "zh",
        "ger" | "deu" => "de",
        "fre" | "fra" => "fr",
        "kor" => "ko",
        "jpn" => "ja",
        "hun" => "hu",
        "pol" => "pl",
        "cze" | "ces" => "cs",
        "slo" | "slk" => "sk",
        "rum" | "ron" => "ro",
        "bul" => "bg",
        "spa" => "es",
        "por" => "pt",
        "ita" => "it",
        "vie" => "vi",
        "mon" => "mn",
        "srp" => "sr",
        "hrv" => "hr",
        "alb" | "sqi" => "sq",
        "ukr" => "uk",
        "ara" => "ar",
        "lat" => "la",
        "dut" | "nld" => "nl",
        "swe" => "sv",
        "dan" => "da",
        "nor" => "no",
        "fin" => "fi",
        "tur" => "tr",
        "per" | "fas" => "fa",
        "heb" => "he",
        "gre" | "ell" => "el",
        "yid" => "yi",
        "gle" => "ga",
        "wel" | "cym" => "cy",
        _ => return code,
    };
    short.to_owned()
}
