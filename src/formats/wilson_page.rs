//! A page of the Wilson Center Digital Archive, saved as text: date, title, the document's own
//! heading lines and body, a summary, and the block "Document Information" with the references.

use super::imported::{Imported, Left};
use crate::citation::{month_of, reference};
use crate::problem::{Place, Problem, codes};
use crate::record::{Archives, HistoricalDate, Node, PartId, Table, Value};
use std::ops::Range;

/// The line with which the block about the document begins.
const INFORMATION: &str = "document information";
/// Labels of that block.
const LABELS: &[&str] = &[
    "source",
    "original uploaded date",
    "record id",
    "language",
    "original language",
    "type",
    "rights",
    "original archive",
    "original classification",
    "contributors",
    "donors",
    "translation",
    "translated by",
    "subjects discussed",
    "people mentioned",
    "geographic subjects",
    "associated places",
    "from",
    "to",
    "date",
    "summary",
    "keywords",
    "creator",
    "recipient",
];
/// Lines of the web page around the document.
const FURNITURE: &[&str] = &[
    "skip to content",
    "print",
    "share",
    "related documents",
    "download",
    "view transcript",
    "show more",
];
/// Family names that stand first in the names of Chinese, Korean and Vietnamese leaders.
const FAMILY_FIRST: &[&str] = &[
    "mao", "zhou", "liu", "zhu", "peng", "deng", "chen", "lin", "gao", "kang", "dong", "nie",
    "wang", "zhang", "li", "luo", "he", "ye", "yang", "huang", "hua", "qiao", "wu", "xu", "kim",
    "pak", "park", "choe", "ho", "le", "pham", "nguyen", "song", "jiang", "chiang",
];

/// Whether `text` looks like such a page.
pub fn recognise(text: &str) -> bool {
    let mut information = false;
    let mut program = false;
    for line in text.lines() {
        let line = line.trim().to_lowercase();
        information |= line == INFORMATION;
        program |=
            line.contains("history and public policy program") || line.contains("wilson center");
    }
    information && program
}

/// A run of lines without an empty one between them.
struct Paragraph<'t> {
    /// The first line, counted from 1.
    line: usize,
    text: &'t str,
    /// How many empty lines stand before it.
    gap: usize,
}

/// Reads the page `text`, called `file` in messages.
pub fn read(text: &str, file: &str, archives: &Archives) -> Imported {
    let paragraphs = paragraphs(text.trim_start_matches('\u{feff}'));
    let information = paragraphs
        .iter()
        .position(|p| p.text.to_lowercase() == INFORMATION)
        .unwrap_or(paragraphs.len());
    let mut page = Page {
        file,
        archives,
        imported: Imported::default(),
        sent: None,
        page_date: None,
        title: None,
        in_english: false,
    };
    let body = page.read_head(&paragraphs[..information]);
    page.read_body(&paragraphs[..information], body);
    if let Some(after) = paragraphs.get(information + 1..) {
        page.read_information(after);
    }
    page.finish()
}

fn paragraphs(text: &str) -> Vec<Paragraph<'_>> {
    let mut paragraphs = Vec::new();
    let mut gap = 0;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            gap += 1;
            continue;
        }
        // Each line of a saved page is a paragraph; wrapped lines do not occur in it.
        paragraphs.push(Paragraph { line: number + 1, text: line, gap });
        gap = 0;
    }
    paragraphs
}

struct Page<'a> {
    file: &'a str,
    archives: &'a Archives,
    imported: Imported,
    page_date: Option<HistoricalDate>,
    sent: Option<(HistoricalDate, String)>,
    title: Option<String>,
    /// Whether the text of the document on the page is English.
    in_english: bool,
}

impl Page<'_> {
    fn leave(&mut self, paragraph: &Paragraph<'_>, reason: &str) {
        let mut text: String = paragraph.text.chars().take(80).collect();
        if text.len() < paragraph.text.len() {
            text.push('…');
        }
        self.imported.left.push(Left { line: paragraph.line, text, reason: reason.to_owned() });
    }

    fn warn(&mut self, problem: Problem, line: usize) {
        let place = Place::file(self.file).line_column(line, 1);
        self.imported.problems.push(problem.at(place));
    }

    fn set(&mut self, key: &str, node: impl Into<Node>) {
        self.imported.fields.set(key, node);
    }

    fn push(&mut self, key: &str, table: Table) {
        let fields = &mut self.imported.fields;
        match fields.get_mut(key).and_then(Node::as_list_mut) {
            Some(list) => list.push(Node::from(table)),
            None => fields.set(key, vec![Node::from(table)]),
        }
    }

    /// Reads date, title and the document's heading lines; gives the paragraph at which its text
    /// begins.
    fn read_head(&mut self, paragraphs: &[Paragraph<'_>]) -> usize {
        let mut at = 0;
        while let Some(paragraph) = paragraphs.get(at) {
            let lower = paragraph.text.to_lowercase();
            if FURNITURE.contains(&lower.as_str()) {
                self.leave(paragraph, "belongs to the web page");
            } else if self.page_date.is_none()
                && self.title.is_none()
                && month_day_year(paragraph.text).is_some()
            {
                self.page_date = month_day_year(paragraph.text);
            } else if self.title.is_none() {
                self.read_title(paragraph.text);
            } else if let Some(copies) =
                strip_label(paragraph.text, &["copies", "copy to", "distribution"])
            {
                self.read_copies(copies, paragraph.line);
            } else if let Some((place, date)) = dispatch(paragraph.text) {
                self.set("place", place);
                self.sent = Some((date, paragraph.text.to_owned()));
            } else if lower.starts_with("to ")
                && paragraph.text.chars().count() < 80
                && !paragraph.text.ends_with('.')
            {
                self.read_address(paragraph);
            } else {
                break;
            }
            at += 1;
        }
        at
    }

    fn read_title(&mut self, text: &str) {
        self.title = Some(text.to_owned());
        let mut title = Table::new();
        title.set("text", text);
        title.set("kind", "formal");
        self.set("title", title);
        let lower = text.to_lowercase();
        if let Some(genre) = genre_of(&lower) {
            self.set("genre", genre);
        }
        if let Some(number) = number_in(text) {
            let mut table = Table::new();
            if let Some(genre) = genre_of(&lower) {
                table.set("kind", genre);
            }
            table.set("value", number);
            self.push("number", table);
        }
        let Some((sender, recipient)) = correspondents(text) else { return };
        for (role, printed) in [("sender", sender), ("recipient", recipient)] {
            let (main, via) = without_via(printed);
            for one in people(&main) {
                self.push("agent", agent(role, &one));
            }
            if let Some(via) = via {
                self.push("agent", agent("via", &via));
            }
        }
    }

    /// `Stalin (2), Molotov, Malenkov`
    fn read_copies(&mut self, copies: &str, line: usize) {
        for entry in copies.trim_end_matches('.').split(',') {
            let entry = entry.trim();
            let (name, number) =
                match entry.strip_suffix(')').and_then(|inside| inside.rsplit_once('(')) {
                    Some((name, number)) => (name.trim(), number.trim().parse::<i64>().ok()),
                    None => (entry, None),
                };
            if name.is_empty() || (entry.ends_with(')') && number.is_none()) {
                let message = format!("a copy is not understood: `{}`", entry.escape_debug());
                self.warn(Problem::warning(codes::REFERENCE, message), line);
            }
            if name.is_empty() {
                continue;
            }
            let mut table = Table::new();
            table.set("name", name_node(name));
            if let Some(number) = number {
                table.set("copies", number);
            }
            self.push("distribution", table);
        }
    }

    /// The line of address repeats the recipient of the title, or names one.
    fn read_address(&mut self, paragraph: &Paragraph<'_>) {
        let address = paragraph.text.get(3..).unwrap_or("").trim();
        let known = self
            .recipients()
            .iter()
            .any(|name| address.to_lowercase().contains(&name.to_lowercase()));
        match known {
            true => {
                let mut evidence = Table::new();
                evidence.set("field", "agent");
                evidence.set("source", self.file);
                evidence.set("quotation", paragraph.text);
                self.push("evidence", evidence);
            }
            false => self.push("agent", agent("recipient", address)),
        }
    }

    fn recipients(&self) -> Vec<String> {
        let agents = self.imported.fields.get("agent").and_then(Node::as_list).unwrap_or_default();
        let text = |node: &Node, key: &str| node.as_table()?.get(key)?.as_text().map(str::to_owned);
        agents
            .iter()
            .filter(|agent| text(agent, "role").as_deref() == Some("recipient"))
            .filter_map(|agent| agent.as_table()?.get("name"))
            .filter_map(|name| text(name, "family").or_else(|| text(name, "literal")))
            .collect()
    }

    /// The text of the document is not part of the record; a summary after a wider gap is.
    fn read_body(&mut self, paragraphs: &[Paragraph<'_>], start: usize) {
        let Some(body) = paragraphs.get(start..).filter(|body| !body.is_empty()) else { return };
        let (last, before) = match body.split_last() {
            Some((last, before)) => (last, before),
            None => return,
        };
        let widest = before.iter().skip(1).map(|paragraph| paragraph.gap).max().unwrap_or(0);
        let is_summary = before.is_empty()
            || last.gap > widest
            || before.last().is_some_and(|p| p.text.to_lowercase() == "summary");
        let text_of_document = match is_summary {
            true => before,
            false => body,
        };
        if is_summary {
            self.set("abstract", last.text);
        } else {
            let problem = Problem::note(
                codes::REFERENCE,
                "the page has no summary that stands apart from the text",
            );
            self.warn(problem, last.line);
        }
        self.in_english = is_english(text_of_document);
        if let (Some(first), Some(end)) = (text_of_document.first(), text_of_document.last()) {
            let count = text_of_document.len();
            self.imported.left.push(Left {
                line: first.line,
                text: format!(
                    "the text of the document: {count} paragraphs, lines {} to {}",
                    first.line, end.line
                ),
                reason: "a record describes a document and does not hold its text".to_owned(),
            });
        }
    }

    fn read_information(&mut self, paragraphs: &[Paragraph<'_>]) {
        let is_label =
            |text: &str| LABELS.contains(&text.trim_end_matches(':').to_lowercase().as_str());
        let mut at = 0;
        while let Some(paragraph) = paragraphs.get(at) {
            at += 1;
            if is_label(paragraph.text) {
                let label = paragraph.text.trim_end_matches(':').to_owned();
                match paragraphs.get(at).filter(|value| !is_label(value.text)) {
                    Some(value) => {
                        self.read_labelled(&label.to_lowercase(), paragraph, value);
                        at += 1;
                    }
                    None => self.imported.without_value.push(label),
                }
                continue;
            }
            let lower = paragraph.text.to_lowercase();
            if lower.starts_with("to enquire")
                || lower.starts_with("to inquire")
                || lower.contains("please contact the history")
            {
                self.set("contact", paragraph.text);
            } else if lower.contains("welcomes reuse") || lower.contains("copyright") {
                self.set("rights", paragraph.text);
            } else if FURNITURE.contains(&lower.as_str()) {
                self.leave(paragraph, "belongs to the web page");
            } else if self.imported.fields.get("holding").is_none()
                && self.imported.fields.get("publication").is_none()
            {
                self.read_source(paragraph);
            } else {
                self.leave(paragraph, "no label says what it is");
            }
        }
    }

    fn read_labelled(&mut self, label: &str, named: &Paragraph<'_>, value: &Paragraph<'_>) {
        match label {
            "source" => self.read_source(value),
            "record id" => {
                let mut id = Table::new();
                id.set("scheme", "wilson");
                id.set("value", value.text);
                self.push("foreign_id", id);
                self.imported.key = Some(("wilson".to_owned(), value.text.to_owned()));
            }
            "original uploaded date" => match value
                .text
                .parse::<HistoricalDate>()
                .ok()
                .or_else(|| month_day_year(value.text))
            {
                Some(date) => self.date("published_online", &date, value.text),
                None => self.leave(value, "the date is not understood"),
            },
            "language" | "original language" => match language_tag(value.text) {
                Some(tag) => self.set("language", tag),
                None => self.leave(value, "the language is not known"),
            },
            "rights" => self.set("rights", value.text),
            "original classification" => self.set("classification", vec![Node::from(value.text)]),
            "summary" => self.set("abstract", value.text),
            _ => {
                let reason = format!("a record has no place for `{}`", named.text);
                self.leave(value, &reason);
            }
        }
    }

    fn date(&mut self, event: &str, date: &HistoricalDate, printed: &str) {
        let mut table = Table::new();
        table.set("value", date.as_str());
        if printed != date.as_str() {
            table.set("as_printed", printed);
        }
        let mut dates =
            self.imported.fields.get("date").and_then(Node::as_table).cloned().unwrap_or_default();
        dates.set(
            event,
            if table.len() == 1 { Node::from(date.as_str()) } else { Node::from(table) },
        );
        self.set("date", dates);
    }

    fn read_source(&mut self, paragraph: &Paragraph<'_>) {
        let reading = reference::read(paragraph.text, self.archives);
        for holding in &reading.holdings {
            let mut table = Table::new();
            let archive = match holding.archive_as_printed.as_str() {
                "" => holding.archive.clone().unwrap_or_else(|| "unknown".to_owned()),
                printed => printed.to_owned(),
            };
            if let Some(id) = PartId::from_words(&archive) {
                table.set("id", id.as_str());
            }
            table.set("archive", archive);
            let path = serde_json::to_value(&holding.path).unwrap_or_default();
            if !holding.path.is_empty() {
                table.set("path", Node::from_json(path));
            }
            if let Some(copy) = holding.copy {
                table.set("copy", copy.word());
            }
            table.set("as_printed", holding.as_printed.as_str());
            self.push("holding", table);
        }
        for publication in &reading.publications {
            let node = Node::from_json(serde_json::to_value(publication).unwrap_or_default());
            if let Value::Table(table) = node.value {
                self.push("publication", table);
            }
        }
        let credits = &reading.credits;
        if !credits.translators.is_empty() {
            let mut table = Table::new();
            table.set("id", "en");
            table.set("to", "en");
            table.set(
                "translator",
                credits.translators.iter().map(|name| name_node(name)).collect::<Vec<Node>>(),
            );
            if let Some(commissioned_by) = &credits.commissioned_by {
                table.set("for", commissioned_by.as_str());
            }
            table.set("published_in", "wilson-center");
            table.set("as_printed", credits.as_printed.join(". "));
            self.push("translation", table);
        }
        for contributor in &credits.contributors {
            self.push("agent", agent("contributor", contributor));
        }
        if !reading.classification.is_empty() {
            let marks = reading.classification.iter().map(|mark| Node::from(mark.as_str()));
            self.set("classification", marks.collect::<Vec<Node>>());
        }
        if !reading.remarks.is_empty() {
            self.set("note", reading.remarks.join(" "));
        }
        for piece in &reading.not_understood {
            self.imported.left.push(Left {
                line: paragraph.line,
                text: piece.text.clone(),
                reason: "not understood in the reference".to_owned(),
            });
        }
        for problem in
            reading.problems.into_iter().filter(|problem| problem.code != codes::REFERENCE)
        {
            self.warn(problem, paragraph.line);
        }
        let foreign = reading.holdings.iter().any(|holding| {
            let archive = holding.archive.as_deref().and_then(|id| self.archives.get(id));
            archive
                .and_then(|archive| archive.language.as_ref())
                .is_some_and(|l| l.primary() != "en")
        });
        if self.in_english && foreign && credits.translators.is_empty() {
            let mut table = Table::new();
            table.set("id", "en");
            table.set("to", "en");
            table.set("published_in", "wilson-center");
            table.set("note", "The page names no translator.");
            self.push("translation", table);
            let message = "the text is English and the archive is not: a translation was taken down, without a translator";
            self.warn(Problem::note(codes::REFERENCE, message), paragraph.line);
        }
        let mut surrogate = Table::new();
        surrogate.set("id", "wilson-center");
        surrogate.set("provider", "Wilson Center Digital Archive");
        surrogate.set("as_printed", paragraph.text);
        self.push("surrogate", surrogate);
    }

    fn finish(mut self) -> Imported {
        let sent = self.sent.take();
        let page_date = self.page_date.take();
        match (&sent, &page_date) {
            (Some((sent, printed)), on_page) => {
                self.date("sent", sent, sent.as_str());
                if let Some(dates) =
                    self.imported.fields.get_mut("date").and_then(Node::as_table_mut)
                {
                    dates.set("as_printed", printed.as_str());
                }
                if let Some(on_page) = on_page
                    && !sent.as_str().starts_with(on_page.as_str())
                {
                    let message = format!(
                        "the page dates the document `{on_page}`, the document itself `{sent}`"
                    );
                    let problem = Problem::warning(codes::DATE, message);
                    self.warn(
                        problem.mend("look which is right; the document's own date was taken"),
                        1,
                    );
                    let mut alternative = Table::new();
                    alternative.set("field", "date.sent");
                    alternative.set("value", on_page.as_str());
                    alternative.set("source", "the date at the head of the page");
                    self.push("alternative", alternative);
                }
            }
            (None, Some(on_page)) => self.date("created", on_page, on_page.as_str()),
            (None, None) => {
                self.warn(Problem::note(codes::DATE, "the page gives no date"), 1);
            }
        }
        let mut evidence = Table::new();
        evidence.set(
            "source",
            format!("{} (page of the Wilson Center Digital Archive, saved as text)", self.file),
        );
        self.push("evidence", evidence);
        self.imported
    }
}

/// `Copies: ...` without its label.
fn strip_label<'t>(text: &'t str, labels: &[&str]) -> Option<&'t str> {
    let (label, rest) = text.split_once(':')?;
    labels.contains(&label.trim().to_lowercase().as_str()).then_some(rest.trim())
}

/// `August 27, 1951`
fn month_day_year(text: &str) -> Option<HistoricalDate> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let year = |word: &str| (word.len() == 4).then(|| word.parse::<u16>().ok())?;
    let date = match words[..] {
        [first, day, last] => {
            format!("{:04}-{:02}-{:02}", year(last)?, month_of(first)?, day.parse::<u8>().ok()?)
        }
        [first, last] => format!("{:04}-{:02}", year(last)?, month_of(first)?),
        [only] => format!("{:04}", year(only)?),
        _ => return None,
    };
    date.parse().ok()
}

/// `From BEIJING 01:30 27.8.1951`: place, and date with the hour.
fn dispatch(text: &str) -> Option<(String, HistoricalDate)> {
    let rest = text.strip_prefix("From ")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let number = |text: &str| text.parse::<u16>().ok();
    let date_at = words
        .iter()
        .position(|word| word.split('.').filter(|part| number(part).is_some()).count() == 3)?;
    let mut parts = words[date_at].split('.').filter_map(number);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let clock = |word: &str| {
        let (hour, minute) = word.split_once(':')?;
        Some((number(hour)?, number(minute)?))
    };
    let hour_at = words[..date_at].iter().position(|word| clock(word).is_some());
    let place = &words[..hour_at.unwrap_or(date_at)];
    let mut date = format!("{year:04}-{month:02}-{day:02}");
    if let Some((hour, minute)) = hour_at.and_then(|at| clock(words[at])) {
        date.push_str(&format!("T{hour:02}:{minute:02}"));
    }
    let place: Vec<String> = place.iter().map(|word| capitalised(word)).collect();
    (!place.is_empty() && words.len() == date_at + 1).then_some(())?;
    Some((place.join(" "), date.parse().ok()?))
}

/// `BEIJING` as `Beijing`; other words as they are.
fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) if word.chars().count() > 1 && word.chars().all(|c| !c.is_lowercase()) => {
            first.to_string() + &characters.as_str().to_lowercase()
        }
        _ => word.to_owned(),
    }
}

/// The genre that the first words of a title name.
fn genre_of(title: &str) -> Option<&'static str> {
    const GENRES: &[(&str, &str)] = &[
        ("ciphered telegram", "telegram"),
        ("telegram", "telegram"),
        ("cable", "cable"),
        ("letter", "letter"),
        ("memo,", "memorandum"),
        ("memorandum of conversation", "memorandum of conversation"),
        ("memorandum", "memorandum"),
        ("record of conversation", "record of conversation"),
        ("report", "report"),
        ("minutes", "minutes"),
        ("protocol", "protocol"),
        ("note", "note"),
        ("resolution", "resolution"),
    ];
    GENRES.iter().find(|(words, _)| title.starts_with(words)).map(|(_, genre)| *genre)
}

/// `23256` of `Ciphered Telegram No. 23256, ...`
fn number_in(title: &str) -> Option<&str> {
    let (_, rest) = title.split_once("No. ")?;
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '/')
        .unwrap_or(rest.len());
    let number = rest.get(..end)?;
    number.bytes().any(|b| b.is_ascii_digit()).then_some(number)
}

/// `Mao Zedong` and `Cde. Filippov [Stalin]` of `..., Mao Zedong to Cde. Filippov [Stalin]`.
fn correspondents(title: &str) -> Option<(&str, &str)> {
    let (_, rest) = title.split_once(", ")?;
    let (sender, recipient) = rest.split_once(" to ")?;
    let named = |text: &str| {
        text.chars().next().is_some_and(char::is_uppercase) && text.chars().count() < 80
    };
    (named(sender) && named(recipient)).then_some((sender, recipient))
}

/// `Terebin [via Kuznetsov]` as the name and who passed it on.
fn without_via(printed: &str) -> (String, Option<String>) {
    let Some(start) = printed.find("[via ") else { return (printed.trim().to_owned(), None) };
    let end = printed[start..].find(']').map_or(printed.len(), |at| start + at);
    let via = printed.get(start + 5..end).unwrap_or("").trim().to_owned();
    let rest = format!("{} {}", &printed[..start], printed.get(end + 1..).unwrap_or(""));
    (rest.trim().to_owned(), (!via.is_empty()).then_some(via))
}

/// The names in `Liu Shaoqi and Zhou Enlai`.
fn people(printed: &str) -> Vec<String> {
    let mut depth: usize = 0;
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (at, character) in printed.char_indices() {
        match character {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && printed[at..].starts_with(" and ") => {
                cuts.push(start..at);
                start = at + 5;
            }
            _ => {}
        }
    }
    cuts.push(start..printed.len());
    cuts.into_iter()
        .filter_map(|cut| printed.get(cut))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

fn agent(role: &str, printed: &str) -> Table {
    let mut table = Table::new();
    table.set("role", role);
    // "Cde. Filippov [Stalin]": the name in brackets is who is meant.
    let (cover, meant) =
        match printed.strip_suffix([']', ')']).and_then(|rest| rest.split_once(['[', '('])) {
            Some((cover, meant)) => (without_address(cover), Some(meant.trim())),
            None => (without_address(printed), None),
        };
    table.set("name", name_node(meant.unwrap_or(cover)));
    if meant.is_some() {
        table.set("form", vec![name_node(cover)]);
    }
    if printed != cover {
        table.set("as_printed", printed);
    }
    table
}

fn without_address(name: &str) -> &str {
    let name = name.trim();
    ["Cde. ", "Cdes. ", "Comrade ", "Com. "]
        .iter()
        .find_map(|word| name.strip_prefix(word))
        .unwrap_or(name)
}

/// A name in parts where its order is certain, and as one text otherwise.
fn name_node(name: &str) -> Node {
    let words: Vec<&str> = name.split_whitespace().collect();
    let mut table = Table::new();
    match words[..] {
        [family, ref given @ ..]
            if (1..=2).contains(&given.len())
                && FAMILY_FIRST.contains(&family.to_lowercase().as_str()) =>
        {
            table.set("family", family);
            table.set("given", given.join(" "));
            table.set("order", "family-first");
        }
        [one]
            if one.chars().next().is_some_and(char::is_uppercase)
                && one.chars().any(char::is_lowercase)
                && !matches!(one, "Archive" | "Copy" | "File") =>
        {
            table.set("family", one);
        }
        _ => table.set("literal", name),
    }
    Node::from(table)
}

/// Whether the text is English, by its commonest words.
fn is_english(paragraphs: &[Paragraph<'_>]) -> bool {
    let words = || paragraphs.iter().flat_map(|paragraph| paragraph.text.split_whitespace());
    let common = words()
        .filter(|word| matches!(*word, "the" | "of" | "and" | "to" | "in" | "that" | "is"))
        .count();
    common * 8 > words().count()
}

fn language_tag(name: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("russian", "ru"),
        ("chinese", "zh"),
        ("english", "en"),
        ("german", "de"),
        ("hungarian", "hu"),
        ("polish", "pl"),
        ("czech", "cs"),
        ("romanian", "ro"),
        ("bulgarian", "bg"),
        ("korean", "ko"),
        ("french", "fr"),
        ("spanish", "es"),
        ("albanian", "sq"),
        ("serbian", "sr"),
        ("vietnamese", "vi"),
        ("mongolian", "mn"),
        ("ukrainian", "uk"),
        ("portuguese", "pt"),
        ("italian", "it"),
        ("slovak", "sk"),
        ("arabic", "ar"),
    ];
    let name = name.trim().to_lowercase();
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, tag)| *tag)
}
