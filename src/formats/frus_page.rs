//! Pages of *Foreign Relations of the United States* saved from history.state.gov or its ebooks:
//! the file reference, the heading, the dateline; and the Historian's page on how to cite.

use super::found::{Found, put, shown};
use super::html::Page;
use super::lines::Lines;
use super::printed::{self, Leave};
use super::{Context, Sink};
use crate::problem::{Problem, Result, codes};
use crate::record::{Node, Role, Table};

pub(super) const PROVIDER: &str = "Office of the Historian, U.S. Department of State";
pub(super) const SERIES: &str = "Foreign Relations of the United States";

/// Reads the documents of the page `text`.
pub fn read(text: &str, file: &str, context: &Context<'_>, sink: &mut Sink<'_>) -> Result<()> {
    let page = Page::read(text);
    let lines = Lines::of(text, file);
    let documents: Vec<usize> =
        page.named(0, &["div", "section"]).filter(|at| page.has_class(*at, "document")).collect();
    let documents = match documents.is_empty() {
        false => documents,
        true => page
            .named(0, &["div"])
            .filter(|at| {
                page.attribute(*at, "id") == "content-inner" || page.has_class(*at, "tei-div")
            })
            .take(1)
            .collect(),
    };
    for document in documents {
        match page.named(document, &["blockquote"]).next() {
            // Only the page on citing sets off citations of the series itself.
            Some(_) if text.contains("Citing the") => {
                for quotation in page.named(document, &["blockquote"]) {
                    let place = lines.place(page.offset(quotation));
                    if let Some(found) =
                        citation(&page.text(quotation), Found::new(place, "a citation"))
                    {
                        sink(found)?;
                    } else {
                        let mut found =
                            Found::new(lines.place(page.offset(quotation)), "a quotation");
                        found.unplaced("quotation", &page.text(quotation));
                        sink(found)?;
                    }
                }
            }
            _ => sink(one_document(&page, document, text, file, &lines, context))?,
        }
    }
    Ok(())
}

/// `frus1945v07` and `d207`, from the address in the page or the name of the file.
fn volume_and_number(text: &str, file: &str) -> (Option<String>, Option<String>) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    for source in [text, name] {
        let Some(at) = source.find("frus1") else { continue };
        let in_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let rest = source.get(at..).unwrap_or("");
        let end = rest.find(|c: char| !in_id(c)).unwrap_or(rest.len());
        let (volume, rest) = rest.split_at(end);
        let number = rest.get(1..).filter(|_| rest.starts_with(['/', '_'])).and_then(|rest| {
            let digits: String =
                rest.strip_prefix('d')?.chars().take_while(char::is_ascii_digit).collect();
            (!digits.is_empty()).then_some(digits)
        });
        if number.is_some() {
            return (Some(volume.to_owned()), number);
        }
    }
    (None, None)
}

fn one_document(
    page: &Page,
    document: usize,
    text: &str,
    file: &str,
    lines: &Lines<'_>,
    context: &Context<'_>,
) -> Found {
    let mut found = Found::new(lines.place(page.offset(document)), "the document");
    let (volume, mut number) = volume_and_number(text, file);
    let is_note = |page: &Page, at: usize| {
        page.name(at) == "sup" || page.has_class(at, "footnotes") || page.has_class(at, "tei-note")
    };
    let mut paragraphs = page
        .named(document, &["p"])
        .map(|at| (at, page.text_without(at, is_note)))
        .filter(|(_, text)| !text.is_empty());
    let heading = page.named(document, &["h1", "h2", "h3", "h4"]).next();
    let heading_at = heading.map_or(usize::MAX, |at| page.offset(at));
    let title = heading
        .map(|at| super::found::one_line(&page.text_without(at, is_note)))
        .unwrap_or_default();
    // `207. The Chargé in China to the Secretary of State`: newer pages number the heading.
    let title = match title.split_once(". ") {
        Some((digits, rest))
            if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) =>
        {
            number.get_or_insert_with(|| digits.to_owned());
            rest.to_owned()
        }
        _ => title,
    };
    let mut source_note = None;
    let mut body = None;
    for (at, text) in paragraphs.by_ref() {
        let bracketed = text.strip_prefix("[Document ").and_then(|rest| rest.strip_suffix(']'));
        if let Some(digits) = bracketed {
            number = Some(digits.to_owned());
        } else if page.offset(at) < heading_at {
            source_note.get_or_insert(text);
        } else if !page.attribute(at, "class").contains("closer") {
            body.get_or_insert(text);
        }
    }
    // Newer volumes have the source as the first note.
    let notes = page.named(document, &["li", "div", "p", "span"]).map(|at| page.text(at));
    let noted = notes.filter_map(|text| {
        let at = text.find("Source: ").filter(|at| *at < 8)?;
        text.get(at..).map(str::to_owned)
    });
    let source_note = source_note.or_else(|| noted.min_by_key(String::len));
    heading_people(&title, &mut found);
    put(&mut found.fields, "title", &title);
    dateline(page, document, &mut found);
    if let Some(note) = source_note {
        source(&note, &mut found, context);
    }
    if let Some(body) = body
        && let Some((digits, _)) = body.split_once(". ")
        && !digits.is_empty()
        && digits.len() < 6
        && digits.bytes().all(|b| b.is_ascii_digit())
        && found.text("genre") == Some("telegram")
    {
        let mut telegram = Table::new();
        telegram.set("kind", "telegram");
        telegram.set("value", digits);
        found.push("number", telegram);
    }
    found.set("language", "en");
    let mut publication = Table::new();
    publication.set("id", "frus");
    publication.set("title", SERIES);
    if let Some(number) = &number {
        publication.set("document", number.as_str());
    }
    let mut surrogate = Table::new();
    surrogate.set("provider", PROVIDER);
    if let (Some(volume), Some(number)) = (&volume, &number) {
        let url = format!("https://history.state.gov/historicaldocuments/{volume}/d{number}");
        surrogate.set("url", url.as_str());
        surrogate.set("record_id", format!("{volume}/d{number}"));
        publication.set("url", url);
        found.keyed("frus", &format!("{volume}/d{number}"));
        found.item = format!("document {number} of {volume}");
    } else {
        let problem = Problem::warning(
            codes::IMPORT_REFERENCE,
            "the page does not say of which volume it is",
        );
        found.report(
            problem.mend("save it under a name such as `frus1945v07_d207.html`"),
            "publication.frus.volume",
        );
    }
    found.push("publication", publication);
    found.push("surrogate", surrogate);
    found
}

/// The file reference above the heading (`893.00/3–2045: Telegram`), or the source note.
pub(super) fn source(note: &str, found: &mut Found, context: &Context<'_>) {
    let (reference, kind) = match note.rsplit_once(": ") {
        Some((reference, kind))
            if kind.split(' ').count() <= 2
                && !reference.is_empty()
                && !note.starts_with("Source") =>
        {
            (reference, Some(kind))
        }
        _ => (note, None),
    };
    if let Some(kind) = kind {
        found.set("genre", &kind.to_lowercase());
    }
    let is_decimal = reference.starts_with(|c: char| c.is_ascii_digit())
        && reference.chars().all(|c| c.is_alphanumeric() || " ./-–—".contains(c));
    if is_decimal {
        // Older volumes print from the Department's central files and give only the number there.
        let mut holding = Table::new();
        holding.set("archive", "Department of State");
        let step = vec![Node::from("decimal-file"), Node::from(reference)];
        holding.set("path", vec![Node::from(step)]);
        put(&mut holding, "as_printed", note);
        found.push("holding", holding);
        return;
    }
    printed::read_into(found, note, Leave::Title, context);
}

/// `The Chargé in China (Atcheson) to the Secretary of State`: offices and, in parentheses, who held them.
pub(super) fn heading_people(title: &str, found: &mut Found) {
    let Some((from, to)) = title.split_once(" to ") else { return };
    for (role, text) in [(Role::Sender, from), (Role::Recipient, to)] {
        let text = text.trim();
        let mut agent = Table::new();
        agent.set("role", role.word());
        match text.split_once(" (") {
            Some((office, name)) => {
                agent.set("name", name.trim_end_matches([')', ' ']));
                let office = office.trim_start_matches("The ").trim_start_matches("the ");
                put(&mut agent, "position", office);
            }
            None => agent.set("name", text),
        }
        put(&mut agent, "as_printed", text);
        found.push("agent", agent);
    }
}

/// `Chungking, March 20, 1945—10 a.m.` and `[Received 1:45 p.m.]`, `No. 2606`.
fn dateline(page: &Page, document: usize, found: &mut Found) {
    let opener = page.named(document, &["div", "p"]).find(|at| {
        page.has_class(*at, "opener")
            || page.has_class(*at, "tei-opener")
            || page.has_class(*at, "dateline")
            || page.has_class(*at, "tei-dateline")
    });
    let Some(opener) = opener else { return };
    let mut sent = None;
    for line in page.text_without(opener, |_, _| false).lines() {
        // A number may stand in the same line: the page floats it to the other side.
        let mut line = line.trim();
        if let Some(rest) = line.strip_prefix("No. ") {
            let (number, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let mut table = Table::new();
            put(&mut table, "value", number);
            found.push("number", table);
            line = rest.trim();
        }
        if let Some(received) = line.strip_prefix("[Received ") {
            let received = received.trim_end_matches([']', ' ']);
            let received =
                received.strip_suffix('.').filter(|r| !r.ends_with(".m")).unwrap_or(received);
            received_date(received, sent.as_deref(), found);
        } else if let Some((place, date)) = line.split_once(", ") {
            found.set("place", &title_case(place));
            found.date("sent", date);
            sent = found
                .fields
                .get("date")
                .and_then(Node::as_table)
                .and_then(|dates| dates.get("sent"))
                .and_then(|node| {
                    let value = node.as_table().and_then(|t| t.get("value")).unwrap_or(node);
                    value.as_text().map(str::to_owned)
                });
        } else if !line.is_empty() {
            found.unplaced("dateline", line);
        }
    }
}

/// The date of receipt may leave out the year (`June 2`) or be an hour of the same day (`1:45 p.m.`).
fn received_date(printed: &str, sent: Option<&str>, found: &mut Found) {
    let year = sent.and_then(|sent| sent.get(..4)).unwrap_or("");
    let full = match printed.starts_with(|c: char| c.is_ascii_digit()) {
        // An hour alone.
        true => match sent.and_then(|sent| sent.get(..10)) {
            Some(day) => format!("{}, {printed}", us_date(day)),
            None => printed.to_owned(),
        },
        false => match printed.split_once('—') {
            Some((day, hour)) => format!("{day}, {year}—{hour}"),
            None => format!("{printed}, {year}"),
        },
    };
    match super::printed_date(&full).or_else(|| super::printed_date(printed)) {
        Some(date) => found.edtf("received", &date, Some(printed)),
        None => found.date("received", printed),
    }
}

/// `1945-03-20` as `20.3.1945`, which a printed hour can follow.
fn us_date(day: &str) -> String {
    let parts: Vec<&str> = day.split('-').collect();
    match parts[..] {
        [year, month, day] => format!("{day}.{month}.{year}"),
        _ => day.to_owned(),
    }
}

/// Small capitals arrive as capitals in some pages.
pub(super) fn title_case(place: &str) -> String {
    if place.chars().any(char::is_lowercase) {
        return place.to_owned();
    }
    let mut begins = true;
    place
        .chars()
        .map(|c| {
            let cased = if begins { c } else { c.to_lowercase().next().unwrap_or(c) };
            begins = !c.is_alphabetic();
            cased
        })
        .collect()
}

/// A citation of the series: `Foreign Relations of the United States, 1969–1976, Volume XIX, Part 1, Korea,
/// 1969–1972, eds. Daniel J. Lawler and Erin R. Mahan (Washington: Government Printing Office, 2010), Document 75.`
pub(super) fn citation(text: &str, mut found: Found) -> Option<Found> {
    let text = super::found::one_line(text);
    let (head, rest) = text.rsplit_once(" (")?;
    let (imprint, locator) = rest.split_once(')')?;
    let (place_publisher, year) = imprint.rsplit_once(", ")?;
    let mut publication = Table::new();
    publication.set("id", "frus");
    let (head, editors) = match head.split_once(", eds. ").or_else(|| head.split_once(", ed. ")) {
        Some((head, editors)) => (head, Some(editors)),
        None => (head, None),
    };
    let mut parts: Vec<&str> = head.split(", ").collect();
    publication.set("series", parts.remove(0));
    let mut titles = Vec::new();
    for part in parts {
        match part.split_once(' ') {
            Some(("Volume", number)) => publication.set("volume", number),
            Some(("Part", number)) => publication.set("part", number),
            _ => titles.push(part),
        }
    }
    put(&mut publication, "volume_title", &titles.join(", "));
    if let Some(editors) = editors {
        let names = editors.replace(", and ", ", ").replace(" and ", ", ").replace(", Jr.", " Jr.");
        publication.set("editor", names.split(", ").map(Node::from).collect::<Vec<_>>());
    }
    match place_publisher.split_once(": ") {
        Some((place, publisher)) => {
            put(&mut publication, "place", place);
            put(&mut publication, "publisher", publisher);
        }
        None => put(&mut publication, "publisher", place_publisher),
    }
    match year.parse::<crate::record::HistoricalDate>() {
        Ok(date) => publication.set("date", date.as_str()),
        Err(_) => found.unplaced("year", year),
    }
    let locator = locator.trim_matches([',', '.', ' ']);
    match locator.strip_prefix("Document ") {
        Some(number) => publication.set("document", number),
        None => put(&mut publication, "pages", &locator.replace('–', "-")),
    }
    put(&mut publication, "as_printed", &text);
    found.item = format!("the citation `{}`", shown(&text));
    let what = match (publication.get("document").is_some(), locator.contains(['-', '–', ','])) {
        (true, _) => "Document",
        (false, true) => "Pages",
        (false, false) => "Page",
    };
    let where_ = locator.trim_start_matches("Document ");
    put(&mut found.fields, "title", &format!("{what} {where_} of {head}"));
    if let Some(title) = found.fields.remove("title") {
        let mut table = Table::new();
        table.set("text", title);
        table.set("kind", "supplied");
        found.fields.set("title", table);
    }
    found.push("publication", publication);
    Some(found)
}
