//! RIS read and written: lines of a tag of two characters, two spaces, a dash and a value; `TY`
//! begins a reference and `ER` ends it.
//!
//! The reader is our own: readers at hand give typed fields and drop both the tags that they do not
//! know and the lines on which things stand.

use super::lines::Lines;
use super::version_mark::marked_id;
use crate::citation::{
    Date, DateParts, DateVariable, Item, ItemType, Name, NameVariable, TextVariable as Text,
};
use crate::problem::{Place, Problem, codes};

/// A reference as an item, the tags that no variable stands for, and its place.
pub struct Entry {
    /// The item.
    pub item: Item,
    /// Tags and values that found no variable.
    pub other: Vec<(String, String)>,
    /// Where `TY` stands.
    pub place: Place,
    /// The value of `TY`.
    pub kind: String,
    /// The id of the record, when our own export wrote it.
    pub mark: Option<String>,
}

/// Types of references, the one to write for a type of item first.
const TYPES: &[(&str, ItemType)] = &[
    ("PCOMM", ItemType::PersonalCommunication),
    ("ICOMM", ItemType::PersonalCommunication),
    ("MANSCPT", ItemType::Manuscript),
    ("UNPB", ItemType::Manuscript),
    ("GEN", ItemType::Document),
    ("UNPD", ItemType::Document),
    ("AGGR", ItemType::Collection),
    ("MAP", ItemType::Map),
    ("RPRT", ItemType::Report),
    ("BOOK", ItemType::Book),
    ("EBOOK", ItemType::Book),
    ("CHAP", ItemType::Chapter),
    ("JOUR", ItemType::ArticleJournal),
    ("EJOUR", ItemType::ArticleJournal),
    ("MGZN", ItemType::ArticleMagazine),
    ("NEWS", ItemType::ArticleNewspaper),
    ("THES", ItemType::Thesis),
    ("CONF", ItemType::PaperConference),
    ("CPAPER", ItemType::PaperConference),
    ("PAMP", ItemType::Pamphlet),
    ("FIGURE", ItemType::Figure),
    ("ART", ItemType::Graphic),
    ("VIDEO", ItemType::MotionPicture),
    ("MPCT", ItemType::MotionPicture),
    ("SOUND", ItemType::Song),
    ("MUSIC", ItemType::MusicalScore),
    ("HEAR", ItemType::Hearing),
    ("CASE", ItemType::LegalCase),
    ("STAT", ItemType::Legislation),
    ("BILL", ItemType::Bill),
    ("PAT", ItemType::Patent),
    ("STAND", ItemType::Standard),
    ("DATA", ItemType::Dataset),
    ("COMP", ItemType::Software),
    ("BLOG", ItemType::PostWeblog),
    ("ELEC", ItemType::Webpage),
    ("WEB", ItemType::Webpage),
    ("DICT", ItemType::EntryDictionary),
    ("ENCYC", ItemType::EntryEncyclopedia),
    ("SER", ItemType::Periodical),
];

/// Tags of texts, the one to write first.
const TEXTS: &[(&str, Text)] = &[
    ("TI", Text::Title),
    ("T1", Text::Title),
    ("ST", Text::TitleShort),
    ("TT", Text::OriginalTitle),
    ("M3", Text::Genre),
    ("M1", Text::Number),
    ("AB", Text::Abstract),
    ("N2", Text::Abstract),
    ("N1", Text::Note),
    ("DB", Text::Archive),
    ("AV", Text::ArchiveLocation),
    ("CN", Text::CallNumber),
    ("DP", Text::Source),
    ("UR", Text::Url),
    ("DO", Text::Doi),
    ("SN", Text::Isbn),
    ("LA", Text::Language),
    ("PB", Text::Publisher),
    ("VL", Text::Volume),
    ("IS", Text::Issue),
    ("T3", Text::CollectionTitle),
    ("ET", Text::Edition),
    ("SE", Text::Section),
    ("KW", Text::Keyword),
    ("NV", Text::NumberOfVolumes),
    ("C7", Text::ArchivePlace),
    ("C8", Text::License),
];

/// Longer values than any field has reason for are cut off the screen, not the file.
const LONGEST_LINE: usize = 1 << 20;

/// Reads the references of `text`. What is no reference is a problem at its line.
pub fn read(text: &str, lines: &Lines<'_>) -> (Vec<Entry>, Vec<Problem>) {
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    let mut open: Option<(Place, Vec<(&str, String)>)> = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim_end_matches('\r');
        match (tag_of(line), &mut open) {
            (Some(("TY", value)), _) => {
                if let Some((place, fields)) = open.take() {
                    let problem = Problem::warning(
                        codes::IMPORT_SYNTAX,
                        "a reference does not end with `ER`",
                    );
                    problems.push(problem.at(place.clone()));
                    entries.push(entry(place, fields));
                }
                open = Some((lines.place_of(line), vec![("TY", value.to_owned())]));
            }
            (Some(("ER", _)), _) => {
                if let Some((place, fields)) = open.take() {
                    entries.push(entry(place, fields));
                }
            }
            (Some((tag, value)), Some((_, fields))) => fields.push((tag, value.to_owned())),
            // A value goes on in the lines that follow.
            (None, Some((_, fields))) => {
                if let Some((_, value)) = fields.last_mut()
                    && !line.trim().is_empty()
                    && value.len() < LONGEST_LINE
                {
                    value.push('\n');
                    value.push_str(line.trim());
                }
            }
            (_, None) if line.trim().is_empty() => {}
            (_, None) => {
                let message = "this line stands outside of any reference";
                problems
                    .push(Problem::warning(codes::IMPORT_SYNTAX, message).at(lines.place_of(line)));
            }
        }
    }
    if let Some((place, fields)) = open {
        entries.push(entry(place, fields));
    }
    (entries, problems)
}

/// `XX  - value`; some programs write one space, or none at the end.
pub(super) fn tag_of(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = (line.get(..2)?, line.get(2..)?);
    let is_tag = tag.bytes().next()?.is_ascii_uppercase()
        && tag.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let rest = rest.trim_start_matches(' ').strip_prefix('-')?;
    (is_tag && line.as_bytes().get(2) == Some(&b' ')).then_some((tag, rest.trim()))
}

/// The reference that these tags and values are.
pub(super) fn entry(place: Place, fields: Vec<(&str, String)>) -> Entry {
    let value = |tag: &str| fields.iter().find(|(t, _)| *t == tag).map_or("", |(_, v)| v.as_str());
    let kind = TYPES.iter().find(|(word, _)| *word == value("TY")).map(|(_, kind)| *kind);
    let key = [value("ID"), value("L1"), value("UR")].into_iter().find(|text| !text.is_empty());
    let mut item = Item::new(key.unwrap_or("?"), kind.unwrap_or(ItemType::Document));
    let letter = kind == Some(ItemType::PersonalCommunication);
    // A reference to a part of something printed says of what.
    let printed = matches!(
        kind,
        Some(
            ItemType::Chapter
                | ItemType::ArticleJournal
                | ItemType::ArticleMagazine
                | ItemType::ArticleNewspaper
                | ItemType::PaperConference
                | ItemType::EntryDictionary
                | ItemType::EntryEncyclopedia
        )
    ) || !value("BT").is_empty();
    let mut other = Vec::new();
    let (mut first_page, mut last_page) = (String::new(), String::new());
    let (mut names, mut keywords): (Vec<(NameVariable, Name)>, Vec<String>) = Default::default();
    let mut mark = None;
    for (tag, text) in &fields {
        let variable = TEXTS.iter().find(|(known, _)| known == tag).map(|(_, variable)| *variable);
        match *tag {
            "ID" => {}
            // Our own mark says nothing of the document.
            "C6" if marked_id(text).is_some() => mark = marked_id(text).map(str::to_owned),
            "TY" => {
                if kind.is_none() {
                    other.push(("TY".to_owned(), text.clone()));
                }
            }
            "AU" | "A1" => names.push((NameVariable::Author, name_of(text))),
            "A2" if letter || !printed => names.push((NameVariable::Recipient, name_of(text))),
            "A2" | "ED" => names.push((NameVariable::Editor, name_of(text))),
            "A3" => names.push((NameVariable::Editor, name_of(text))),
            "A4" => names.push((NameVariable::Translator, name_of(text))),
            "DA" | "PY" | "Y1" => {
                let date = date_of(text);
                let there = item.date(DateVariable::Issued).is_some();
                // `DA` says more than `PY`, wherever it stands; `Y1` may say as little, or a day.
                let is_day = date.start.is_some_and(|start| start.month > 0);
                let was_day = item
                    .date(DateVariable::Issued)
                    .and_then(|date| date.start)
                    .is_some_and(|start| start.month > 0);
                if !there || *tag == "DA" || is_day && !was_day {
                    item.set_date(DateVariable::Issued, date);
                }
            }
            "Y2" => {
                item.set_date(DateVariable::Accessed, date_of(text));
            }
            "CY" | "PP" if printed => {
                item.set_text(Text::PublisherPlace, text);
            }
            "CY" => {
                item.set_text(Text::EventPlace, text);
            }
            "PP" => {
                item.set_text(Text::PublisherPlace, text);
            }
            "BT" | "JO" | "JF" => {
                item.set_text(Text::ContainerTitle, text);
            }
            "T2" if printed => {
                item.set_text(Text::ContainerTitle, text);
            }
            "T2" => {
                item.set_text(Text::ArchiveCollection, text);
            }
            "AN" if value("AV").is_empty() => {
                item.set_text(Text::ArchiveLocation, text);
            }
            "SP" => first_page = text.clone(),
            "EP" => last_page = text.clone(),
            "KW" => keywords.push(text.clone()),
            _ => match variable {
                Some(variable) if item.text(variable).is_none() => {
                    item.set_text(variable, text);
                }
                Some(Text::Note) => {
                    let both = format!("{}\n{text}", item.text(Text::Note).unwrap_or(""));
                    item.set_text(Text::Note, &both);
                }
                _ => other.push(((*tag).to_owned(), text.clone())),
            },
        }
    }
    for variable in NameVariable::ALL {
        let of = names.iter().filter(|(v, _)| v == variable).map(|(_, name)| name.clone());
        item.set_names(*variable, of.collect());
    }
    // A manuscript has no publisher: EndNote calls the library that keeps it one.
    if value("TY") == "MANSCPT"
        && item.text(Text::Archive).is_none()
        && let Some(library) = item.text(Text::Publisher).map(str::to_owned)
    {
        item.set_text(Text::Archive, &library).set_text(Text::Publisher, "");
        if let Some(place) = item.text(Text::EventPlace).map(str::to_owned) {
            item.set_text(Text::ArchivePlace, &place).set_text(Text::EventPlace, "");
        }
    }
    item.set_text(Text::Keyword, &keywords.join("; "));
    let pages: Vec<&str> =
        [first_page.as_str(), &last_page].into_iter().filter(|page| !page.is_empty()).collect();
    item.set_text(Text::Page, &pages.join("-"));
    let kind = value("TY").to_owned();
    Entry { item, other, place, kind, mark }
}

/// `Family, Given, Suffix`, or a name in one piece.
fn name_of(text: &str) -> Name {
    let parts: Vec<&str> = text.splitn(3, ',').map(str::trim).collect();
    match parts[..] {
        [family, given] => Name::person(family, given),
        [family, given, suffix] => Name { suffix: suffix.into(), ..Name::person(family, given) },
        _ => Name::literal(text.trim()),
    }
}

/// `YYYY/MM/DD/other`, each part as far as it is known. What stands in the last part is the date
/// in words or in EDTF, and says more than the numbers.
fn date_of(text: &str) -> Date {
    let parts: Vec<&str> = text.splitn(4, '/').map(str::trim).collect();
    let number = |at: usize| parts.get(at).and_then(|part| part.parse::<i32>().ok());
    if let Some(words) = parts.get(3).filter(|words| !words.is_empty()) {
        return Date { raw: Some((*words).into()), ..Date::default() };
    }
    match number(0) {
        Some(year) if parts.len() <= 4 && parts[0].len() <= 6 => {
            let small = |at: usize, most: i32| {
                number(at).filter(|n| (1..=most).contains(n)).unwrap_or(0) as u8
            };
            let month = small(1, 12);
            Date::day(DateParts { year, month, day: if month > 0 { small(2, 31) } else { 0 } })
        }
        _ => Date { raw: Some(text.into()), ..Date::default() },
    }
}

/// `item` as a reference.
pub fn write(item: &Item, mark: Option<&str>) -> String {
    let kind = item.kind.unwrap_or(ItemType::Document);
    let known = TYPES.iter().find(|(_, known)| *known == kind).map(|(word, _)| *word);
    let letter = kind == ItemType::PersonalCommunication;
    let printed = item.text(Text::ContainerTitle).is_some();
    let mut out = Out(String::new());
    out.line("TY", known.unwrap_or("GEN"));
    out.line("ID", &item.id);
    if let Some(mark) = mark {
        out.line("C6", mark);
    }
    for (variable, tag) in [
        (NameVariable::Author, "AU"),
        (NameVariable::Recipient, "A2"),
        (NameVariable::Editor, "ED"),
        (NameVariable::Translator, "A4"),
    ] {
        for name in item.names(variable) {
            // Beside a printed work, A2 is its editor: there is no second tag for whom a letter is to.
            if variable == NameVariable::Recipient && printed && !letter {
                continue;
            }
            out.line(tag, &name_text(name));
        }
    }
    for (tag, variable) in TEXTS {
        if let Some(text) = item.text(*variable)
            && TEXTS
                .iter()
                .find(|(_, other)| other == variable)
                .is_some_and(|(first, _)| first == tag)
        {
            match variable {
                Text::Keyword => text.split("; ").for_each(|word| out.line(tag, word)),
                _ => out.line(tag, text),
            }
        }
    }
    if printed {
        out.line("BT", item.text(Text::ContainerTitle).unwrap_or(""));
        out.line("CY", item.text(Text::PublisherPlace).unwrap_or(""));
    } else {
        out.line("T2", item.text(Text::ArchiveCollection).unwrap_or(""));
        out.line("CY", item.text(Text::EventPlace).unwrap_or(""));
        out.line("PP", item.text(Text::PublisherPlace).unwrap_or(""));
    }
    if let Some(pages) = item.text(Text::Page) {
        match pages.split_once(['-', '–']) {
            Some((first, last)) if !last.contains(['-', '–']) => {
                out.line("SP", first);
                out.line("EP", last);
            }
            _ => out.line("SP", pages),
        }
    }
    if let Some(date) = item.date(DateVariable::Issued) {
        out.line("DA", &date_text(date));
        if let Some(start) = date.start {
            out.line("PY", &start.year.to_string());
        }
    }
    if let Some(date) = item.date(DateVariable::Accessed) {
        out.line("Y2", &date_text(date));
    }
    out.0.push_str("ER  - \n\n");
    out.0
}

struct Out(String);

impl Out {
    /// A line; line ends inside a value would begin a new one and become spaces.
    fn line(&mut self, tag: &str, value: &str) {
        let value = super::found::one_line(value);
        if !value.is_empty() {
            self.0.push_str(tag);
            self.0.push_str("  - ");
            self.0.push_str(&value);
            self.0.push('\n');
        }
    }
}

fn name_text(name: &Name) -> String {
    if !name.literal.is_empty() {
        return name.literal.to_string();
    }
    let family = [&name.dropping_particle, &name.non_dropping_particle, &name.family];
    let family: Vec<&str> = family.into_iter().map(|p| &**p).filter(|p| !p.is_empty()).collect();
    let mut text = family.join(" ");
    // The comma says that this is a family name, with or without given names behind it.
    text.push_str(", ");
    text.push_str(&name.given);
    if !name.suffix.is_empty() {
        text.push_str(", ");
        text.push_str(&name.suffix);
    }
    text
}

fn date_text(date: &Date) -> String {
    let Some(start) = date.start else {
        let words = date.raw.as_deref().or(date.literal.as_deref()).unwrap_or("");
        return format!("///{words}");
    };
    let part = |number: u8| if number == 0 { String::new() } else { format!("{number:02}") };
    let month = if start.season().is_some() { 0 } else { start.month };
    let plain = format!("{:04}/{}/{}", start.year, part(month), part(start.day));
    // What numbers cannot say is said in EDTF behind them.
    let simple =
        date.end.is_none() && !date.circa && start.season().is_none() && date.season.is_none();
    match super::from_item::edtf(date).filter(|_| !simple) {
        Some(edtf) => format!("{plain}/{edtf}"),
        None => plain.trim_end_matches('/').to_owned(),
    }
}
