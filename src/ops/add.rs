//! Adding a record: from a few words on the command line, or from a text somebody has written.

use super::assignment::edit_of;
use super::change::{Changed, Plan, Request};
use super::check::name_in_parts;
use super::set::text_of;
use super::{Catalog, Refusal, Result};
use crate::citation::reference;
use crate::problem::{Place, Problem, codes};
use crate::record::{
    Archives, FORMAT, HistoricalDate, Node, RecordId, Romanisation, Source, Table, read_name,
    slug_in,
};
use crate::record_file::{self, Edit};
use crate::store::{FileChange, Writing};

/// A record in a few words. Whatever else is known of it goes into `fields`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewRecord {
    /// The id; made from date, names and title when none is given.
    pub id: Option<String>,
    /// What it is.
    pub genre: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// When it was sent, or written when nobody sent it.
    pub date: Option<String>,
    /// Where it was written.
    pub place: Option<String>,
    /// Who wrote it: `Family, Given`, or a name as it is to be printed.
    pub authors: Vec<String>,
    /// Who sent it.
    pub senders: Vec<String>,
    /// Who received it.
    pub recipients: Vec<String>,
    /// The archive that keeps it.
    pub archive: Option<String>,
    /// The reference there, as printed.
    pub references: Vec<String>,
    /// `field=value`, as [`Catalog::set`] takes them.
    pub fields: Vec<String>,
}

impl NewRecord {
    /// The text of the record file (without an id when none is given), and what was not understood
    /// in its references.
    pub fn text(&self, archives: &Archives) -> Result<(String, Vec<Problem>)> {
        let mut root = Table::new();
        root.set("format", Node::from(FORMAT));
        root.set("id", self.id.as_deref().unwrap_or_default());
        let mut text = |key: &str, value: &Option<String>| {
            if let Some(value) = value {
                root.set(key, value.as_str());
            }
        };
        text("genre", &self.genre);
        text("title", &self.title);
        text("place", &self.place);
        if let Some(date) = &self.date {
            let event = if self.senders.is_empty() && self.recipients.is_empty() {
                "created"
            } else {
                "sent"
            };
            let dates: Table =
                [(event.to_owned(), Node::from(date.as_str()))].into_iter().collect();
            root.set("date", dates);
        }
        let agents: Vec<Node> =
            [("author", &self.authors), ("sender", &self.senders), ("recipient", &self.recipients)]
                .into_iter()
                .flat_map(|(role, names)| names.iter().map(move |name| agent(role, name)))
                .collect();
        if !agents.is_empty() {
            root.set("agent", agents);
        }
        let (holdings, remarks) = self.holdings(archives)?;
        if !holdings.is_empty() {
            root.set("holding", holdings);
        }
        let mut root = Node::from(root);
        let mut text = record_file::write(&root);
        for field in &self.fields {
            let edit = edit_of(field, &root)?;
            text = record_file::edit(&text, &[edit]).map_err(Refusal::from)?;
            root = record_file::read_tree(text.as_bytes(), "").0.unwrap_or(root);
        }
        Ok((text, remarks))
    }

    /// The holdings that archive and references tell of, and what was not understood in them.
    fn holdings(&self, archives: &Archives) -> Result<(Vec<Node>, Vec<Problem>)> {
        let mut holdings = Vec::new();
        let mut remarks = Vec::new();
        for printed in &self.references {
            let mut reading = reference::read(printed, archives);
            let names_archive = |reading: &reference::Reading| {
                reading.holdings.iter().any(|holding| !holding.archive_as_printed.is_empty())
            };
            if let Some(archive) = self.archive.as_deref().filter(|_| !names_archive(&reading)) {
                // What the levels mean depends on the archive.
                reading = reference::read(&format!("{archive}, {printed}"), archives);
            }
            let found: Vec<Node> = reading
                .holdings
                .iter()
                .filter_map(|found| {
                    let printed_name = Some(found.archive_as_printed.as_str());
                    let archive = printed_name
                        .filter(|name| !name.is_empty())
                        .or(found.archive.as_deref())
                        .or(self.archive.as_deref())?;
                    let mut table = Table::new();
                    table.set("archive", archive);
                    if !found.path.is_empty() {
                        let path = serde_json::to_value(&found.path).unwrap_or_default();
                        table.set("path", Node::from_json(path));
                    }
                    if let Some(copy) = found.copy {
                        table.set("copy", copy.word());
                    }
                    let whole = reading.holdings.len() == 1;
                    let printed = if whole { printed } else { &found.as_printed };
                    table.set("as_printed", printed.as_str());
                    Some(Node::from(table))
                })
                .collect();
            match (&self.archive, found.is_empty()) {
                (Some(archive), true) => {
                    let message = format!("the reference `{printed}` is not understood");
                    remarks.push(
                        Problem::warning(codes::REFERENCE, message)
                            .mend("it is kept as printed; write its levels by hand in `path`"),
                    );
                    holdings.push(holding(archive, Some(printed)));
                }
                // Nothing that was given is dropped.
                (None, true) => {
                    let message = format!("the reference `{printed}` names no archive");
                    return Err(Problem::error(codes::MISSING, message)
                        .mend("name it with `--archive`")
                        .into());
                }
                (_, false) => {
                    remarks.append(&mut reading.problems);
                    holdings.extend(found);
                }
            }
        }
        if let (Some(archive), true) = (&self.archive, self.references.is_empty()) {
            holdings.push(holding(archive, None));
        }
        Ok((holdings, remarks))
    }
}

fn holding(archive: &str, printed: Option<&str>) -> Node {
    let mut table = Table::new();
    table.set("archive", archive);
    if let Some(printed) = printed {
        table.set("as_printed", printed);
    }
    table.into()
}

fn agent(role: &str, name: &str) -> Node {
    let mut table = Table::new();
    table.set("role", role);
    match name.split_once(',') {
        Some((family, given)) => {
            let mut parts = Table::new();
            parts.set("family", family.trim());
            parts.set("given", given.trim());
            table.set("name", parts);
        }
        // "Mao Zedong" is printed the same in parts; of a doubtful one, `fonds check` speaks.
        None => match read_name(name).filter(|reading| reading.plain && reading.title.is_none()) {
            Some(reading) => table.set("name", name_in_parts(&reading.name)),
            None => table.set("name", name.trim()),
        },
    }
    table.into()
}

impl Catalog {
    /// Adds the record that `bytes` are the file of; `file` is what to call them in messages. A
    /// record without an id gets one.
    pub fn add(&self, bytes: &[u8], file: &str, request: &Request) -> Result<Changed> {
        let mut text = text_of(bytes, file)?;
        let (root, problems) = record_file::read_tree(text.as_bytes(), file);
        let Some(root) = root.filter(|_| problems.is_empty()) else {
            return Err(Refusal::in_source(problems, source(file, &text)));
        };
        let claimed = root.as_table().and_then(|table| table.get("id")).and_then(Node::as_text);
        let writing = self.store.begin_write()?;
        let id = match claimed {
            Some(id) if !id.is_empty() => {
                // What is wrong with the id, the record's own reader tells with its place.
                let Ok(id) = id.parse::<RecordId>() else {
                    return Err(unsound(&text, file));
                };
                self.refuse_taken(&id, &writing, false)?;
                self.refuse_reuse(&id, &writing, request)?;
                id
            }
            _ => {
                // Whatever is wrong with the rest comes before the want of an id.
                let with_any = record_file::edit(&text, &[Edit::Set("id".parse()?, "x".into())])
                    .map_err(|problems| Refusal::in_source(problems, source(file, &text)))?;
                if !is_sound(&with_any, file) {
                    return Err(unsound(&with_any, file));
                }
                let id = self.free_id(&root, &writing)?;
                let edit = Edit::Set("id".parse()?, id.as_str().into());
                text = record_file::edit(&text, &[edit])
                    .map_err(|problems| Refusal::in_source(problems, source(file, &text)))?;
                id
            }
        };
        if !is_sound(&text, file) {
            return Err(unsound(&text, file));
        }
        let path = self.store.layout().record_path(&id);
        let files = vec![FileChange { path, before: None, after: Some(text.into_bytes()) }];
        let summary = format!("add {id}");
        Plan { files, summary, speaks_for_itself: true }.carry_out(writing, request)
    }

    /// An id for the record `root` that nobody has or had: its date, the names of who wrote and who
    /// received it, or else its title or genre.
    fn free_id(&self, root: &Node, writing: &Writing<'_>) -> Result<RecordId> {
        let Some(stem) = stem_with(root, called) else {
            return Err(Problem::error(
                codes::MISSING,
                "nothing is known of which an id could be made",
            )
            .mend("give the record an id, a date, a title or names")
            .into());
        };
        for number in 1..10_000 {
            let text = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
            let Ok(id) = text.parse::<RecordId>() else { break };
            if self.store.read_record(&id)?.is_none()
                && self.store.read_alias(&id)?.is_none()
                && writing.read(&self.store.layout().record_path(&id))?.is_none()
                && self.former_owner(&id, writing)?.is_none()
            {
                return Ok(id);
            }
        }
        Err(Problem::error(codes::EXISTS, format!("no id like `{stem}` is free"))
            .mend("give the record an id of its own")
            .into())
    }
}

fn source(file: &str, text: &str) -> Source {
    Source { file: file.to_owned(), text: text.trim_start_matches('\u{feff}').to_owned() }
}

fn is_sound(text: &str, file: &str) -> bool {
    let (draft, problems) = record_file::read(text.as_bytes(), file);
    problems.is_empty() && draft.is_some_and(|draft| draft.finish().0.is_some())
}

/// The refusal of a record with everything that is wrong with it.
fn unsound(text: &str, file: &str) -> Refusal {
    let (draft, mut problems) = record_file::read(text.as_bytes(), file);
    if let Some(draft) = draft.filter(|_| problems.is_empty()) {
        problems = draft.finish().1;
    }
    if problems.is_empty() {
        problems.push(Problem::error(codes::ID, "the record cannot be used").at(Place::file(file)));
    }
    Refusal::in_source(problems, source(file, text))
}

/// The beginning of an id for the record `root`, with the family names of its agents.
pub(super) fn stem(root: &Node) -> Option<String> {
    stem_with(root, |agent| family(agent).map(str::to_owned))
}

/// The beginning of an id for the record `root`; `called` gives what an agent is called in it.
fn stem_with(root: &Node, called: fn(&Table) -> Option<String>) -> Option<String> {
    let field =
        |name: &str| name.parse().ok().and_then(|field: crate::record::FieldPath| field.find(root));
    let date = ["date.sent", "date.created", "date.received"]
        .into_iter()
        .find_map(|name| field(name).or_else(|| field(&format!("{name}.value"))))
        .and_then(|node| node.as_text().or_else(|| node.as_table()?.get("value")?.as_text()))
        .and_then(day);
    let agents = field("agent").and_then(Node::as_list).unwrap_or_default();
    let names = [&["sender", "author"][..], &["recipient"]].into_iter().filter_map(|roles| {
        agents.iter().find_map(|agent| {
            let table = agent.as_table()?;
            roles.contains(&table.get("role")?.as_text()?).then(|| called(table)).flatten()
        })
    });
    let language = language(root);
    let slug = |text: &str, longest| slug_in(text, language, Romanisation::AlaLc, longest);
    let mut words: Vec<String> = names.filter_map(|name| slug(&name, 24)).collect();
    if words.is_empty() {
        let title = field("title.text").or_else(|| field("title")).and_then(Node::as_text);
        words.extend(
            title.or_else(|| field("genre").and_then(Node::as_text)).and_then(|t| slug(t, 40)),
        );
    }
    let parts: Vec<String> = date.into_iter().chain(words).collect();
    (!parts.is_empty()).then(|| parts.join("-"))
}

/// The language of the document, by which its names are romanised.
pub(super) fn language(root: &Node) -> Option<&str> {
    let language = root.as_table()?.get("language")?;
    language.as_text().or_else(|| language.as_list()?.first()?.as_text())
}

/// What an agent is called in an id: the family name, and with it the given name where that comes
/// after it, since many share one family name there; or what the name is printed as.
fn called(agent: &Table) -> Option<String> {
    let name = agent.get("name").and_then(Node::as_table);
    let part = |key: &str| name.and_then(|name| name.get(key)).and_then(Node::as_text);
    let family = family(agent)?;
    Some(match (part("order"), part("given")) {
        (Some("family-first"), Some(given)) => format!("{family} {given}"),
        _ => family.to_owned(),
    })
}

/// The family name of an agent, or what the name is printed as.
pub(super) fn family(agent: &Table) -> Option<&str> {
    let name = agent.get("name")?;
    let table = name.as_table();
    let part = |key: &str| table.and_then(|table| table.get(key)).and_then(Node::as_text);
    name.as_text().or_else(|| part("family")).or_else(|| part("literal"))
}

/// Day, month or year of a date, as ids begin with them.
pub(super) fn day(date: &str) -> Option<String> {
    let date: HistoricalDate = date.parse().ok()?;
    let digits = date.as_str().split(['T', '/', '~', '?', '%']).next()?;
    let plain =
        |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = digits.split('-');
    let mut text = parts.next().filter(|year| plain(year, 4))?.to_owned();
    for part in parts.take(2).take_while(|part| plain(part, 2)) {
        text.push('-');
        text.push_str(part);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_of_what_is_known() {
        let of = |json: serde_json::Value| stem(&Node::from_json(json));
        use serde_json::json;
        assert_eq!(
            of(json!({
                "date": { "sent": "1951-08-27T01:30" }, "title": "Telegram",
                "agent": [
                    { "role": "recipient", "name": { "family": "Сталин", "given": "Иосиф" } },
                    { "role": "sender", "name": "Mao Zedong" },
                ],
            }))
            .as_deref(),
            Some("1951-08-27-mao-zedong-stalin")
        );
        assert_eq!(of(json!({ "date": { "created": { "value": "1772~" } }, "title": { "text": "Map of Kars" } })).as_deref(), Some("1772-map-of-kars"));
        assert_eq!(of(json!({ "date": { "created": "1790/1803" } })).as_deref(), Some("1790"));
        assert_eq!(
            of(json!({ "date": { "created": "195X" }, "genre": "letter" })).as_deref(),
            Some("letter")
        );
        assert_eq!(of(json!({ "format": 1 })), None);
    }
}
