//! From a tree to a record: the one door through which every record comes, whoever wrote it.

use super::holding::{FormerReference, Holding, Path, Step, Surrogate};
use super::name::{Agent, Name};
use super::node::{Node, Table};
use super::part::*;
use super::reader::{Element, Gatherer, Source, TableReader};
use super::words::Role;
use super::{FORMAT, PartId, Record, RecordId, part_keys};
use crate::problem::{Problem, Severity, codes};
use std::collections::HashSet;

/// What has just been read and nobody has judged: a tree, and the text it came from.
///
/// ```
/// use fonds::record::{Draft, Node, Source};
/// let node = Node::from_json(serde_json::json!({
///     "format": 1, "id": "1951-08-27-mao-stalin", "genre": "telegram",
///     "date": { "sent": "1951-08-27T01:30" },
///     "holding": [{ "archive": "APRF", "path": [["fond", "45"], ["opis", "1"]] }],
/// }));
/// let (record, problems) = Draft::new(node, Source::default()).finish();
/// assert!(problems.is_empty());
/// assert_eq!(record.unwrap().holdings[0].id.as_str(), "aprf");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The tree; its root is a table.
    pub root: Node,
    /// The text it was read from.
    pub source: Source,
}

impl Draft {
    /// A draft of `root`, read from `source` (empty for one that comes from no file).
    pub fn new(root: Node, source: Source) -> Draft {
        Draft { root, source }
    }

    /// The id that the draft claims, unjudged.
    pub fn claimed_id(&self) -> Option<&str> {
        self.root.as_table()?.get("id")?.as_text()
    }

    /// Judges the draft. There is a record when nothing is wrong that is an error; the problems
    /// are all there are, warnings included, each with its place.
    pub fn finish(&self) -> (Option<Record>, Vec<Problem>) {
        let gatherer = Gatherer::new(&self.source);
        let record = TableReader::root(&self.root, &gatherer).and_then(read_record);
        let problems = gatherer.into_problems();
        let sound = problems.iter().all(|problem| problem.severity < Severity::Error);
        (record.filter(|_| sound), problems)
    }
}

impl From<&Record> for Draft {
    fn from(record: &Record) -> Draft {
        // A record serialises to the shape of its file, with every id that was made for it.
        let json = serde_json::to_value(record).unwrap_or_default();
        let mut root = Node::from_json(json);
        if let Some(table) = root.as_table_mut() {
            let mut whole = Table::new();
            whole.set("format", Node::from(FORMAT));
            for (key, node) in table.iter() {
                whole.set(key, node.clone());
            }
            *table = whole;
        }
        Draft::new(root, Source::default())
    }
}

fn read_record(mut t: TableReader<'_>) -> Option<Record> {
    match t.integer("format") {
        Some(FORMAT) => {}
        Some(other) => t.report(
            "format",
            Problem::error(codes::FORMAT, format!("the format {other} is not known"))
                .mend("update fonds, or write `format = 1`"),
        ),
        None => t.missing("format"),
    }
    let id: Option<RecordId> = t.required("id");
    let record = Record {
        aliases: t.parsed_list("aliases"),
        level: t.parsed("level"),
        genre: t.text("genre"),
        title: read_title(&mut t, "title"),
        original_title: read_title(&mut t, "original_title"),
        transliterated_title: read_title(&mut t, "transliterated_title"),
        numbers: t.each("number", read_number),
        place: t.text("place"),
        dates: t.table("date").map(read_dates).unwrap_or_default(),
        languages: t.parsed_list("language"),
        agents: t.each("agent", read_agent),
        abstract_text: t.text("abstract"),
        classification: t.text_list("classification"),
        distribution: t.each("distribution", read_distribution),
        holdings: named_parts(&mut t, "holding", read_holding),
        surrogates: named_parts(&mut t, "surrogate", read_surrogate),
        translations: named_parts(&mut t, "translation", read_translation),
        publications: named_parts(&mut t, "publication", read_publication),
        rights: t.text("rights"),
        contact: t.text("contact"),
        authenticity: t.table("authenticity").and_then(read_authenticity),
        custody: t.each("custody", read_custody),
        relations: t.each("relation", read_relation),
        foreign_ids: t.each("foreign_id", read_foreign_id),
        alternatives: t.each("alternative", read_alternative),
        evidence: t.each("evidence", read_evidence),
        note: t.text("note"),
        id: id?,
    };
    check_parts(&t, &record);
    t.finish();
    Some(record)
}

/// Reads the parts `key`, each told apart by the id that the file gives or its identity.
fn named_parts<T>(
    t: &mut TableReader<'_>,
    key: &'static str,
    read: fn(&mut TableReader<'_>, PartId) -> Option<T>,
) -> Vec<T> {
    let mut ids = part_keys(key, t.elements(key)).unwrap_or_default().into_iter();
    let mut taken = HashSet::new();
    t.each(key, |element| {
        let identity = ids.next();
        let mut table = element.table()?;
        let given: Option<PartId> = table.parsed("id");
        if let Some(id) = &given
            && !taken.insert(id.clone())
        {
            table.report(
                "id",
                Problem::error(codes::DUPLICATE_PART, format!("the id `{id}` stands twice"))
                    .mend("give each part an id of its own"),
            );
        }
        let id = given.or_else(|| made_id(&identity?))?;
        table.rename(id.as_str());
        let part = read(&mut table, id);
        table.finish();
        part
    })
}

/// A part's identity as its id; one that is no id (a Windows name) is made one.
fn made_id(identity: &str) -> Option<PartId> {
    identity.parse().or_else(|_| format!("part-{identity}").parse()).ok()
}

fn read_title(t: &mut TableReader<'_>, key: &'static str) -> Option<Title> {
    if let Some(text) = t.short_form(key) {
        return Some(Title { text, kind: None, language: None, short: None });
    }
    let mut t = t.table(key)?;
    let text = t.required_text("text");
    let title = Title {
        kind: t.parsed("kind"),
        language: t.parsed("language"),
        short: t.text("short"),
        text: text?,
    };
    t.finish();
    Some(title)
}

fn read_number(element: Element<'_>) -> Option<DocumentNumber> {
    if let Some(value) = element.as_text() {
        return Some(DocumentNumber { kind: None, value: value.to_owned() });
    }
    let mut t = element.table()?;
    let value = t.required_text("value");
    let number = DocumentNumber { kind: t.text("kind"), value: value? };
    t.finish();
    Some(number)
}

fn read_event(t: &mut TableReader<'_>, key: &'static str) -> Option<DatedEvent> {
    if t.short_form(key).is_some() {
        return Some(DatedEvent { value: t.parsed(key)?, as_printed: None, calendar: None });
    }
    let mut t = t.table(key)?;
    let value = t.required("value");
    let event = DatedEvent {
        as_printed: t.text("as_printed"),
        calendar: t.parsed("calendar"),
        value: value?,
    };
    t.finish();
    Some(event)
}

fn read_dates(mut t: TableReader<'_>) -> Dates {
    let dates = Dates {
        created: read_event(&mut t, "created"),
        sent: read_event(&mut t, "sent"),
        received: read_event(&mut t, "received"),
        declassified: read_event(&mut t, "declassified"),
        published_online: read_event(&mut t, "published_online"),
        accessed: read_event(&mut t, "accessed"),
        as_printed: t.text("as_printed"),
    };
    t.finish();
    dates
}

fn read_name(t: &mut TableReader<'_>, key: &'static str) -> Option<Name> {
    if let Some(text) = t.short_form(key) {
        return Some(Name::literal(text));
    }
    let table = t.table(key)?;
    name_from(table)
}

fn name_from(mut t: TableReader<'_>) -> Option<Name> {
    let name = Name {
        family: t.text("family"),
        given: t.text("given"),
        particle: t.text("particle"),
        dropping_particle: t.text("dropping_particle"),
        suffix: t.text("suffix"),
        literal: t.text("literal"),
        order: t.parsed("order"),
        language: t.parsed("language"),
    };
    if name.is_empty() {
        t.missing("family");
    }
    t.finish();
    (!name.is_empty()).then_some(name)
}

fn name_element(element: Element<'_>) -> Option<Name> {
    match element.as_text() {
        Some(text) => Some(Name::literal(text)),
        None => name_from(element.table()?),
    }
}

fn read_agent(element: Element<'_>) -> Option<Agent> {
    let mut t = element.table()?;
    let role: Option<Role> = t.required("role");
    let as_printed = t.text("as_printed");
    let name = read_name(&mut t, "name").or_else(|| as_printed.clone().map(Name::literal));
    if name.is_none() {
        t.missing("name");
    }
    let agent = Agent {
        id: t.parsed("id"),
        kind: t.parsed("kind"),
        form: t.each("form", name_element),
        position: t.text("position"),
        as_printed,
        role: role?,
        name: name?,
    };
    t.finish();
    Some(agent)
}

fn read_distribution(element: Element<'_>) -> Option<Distribution> {
    if let Some(text) = element.as_text() {
        return Some(Distribution { name: Name::literal(text), copies: None });
    }
    let mut t = element.table()?;
    let name = read_name(&mut t, "name");
    if name.is_none() {
        t.missing("name");
    }
    let copies = t.integer("copies").and_then(|n| match u32::try_from(n) {
        Ok(copies) => Some(copies),
        Err(_) => {
            t.report(
                "copies",
                Problem::error(codes::KIND, format!("{n} is not a number of copies")),
            );
            None
        }
    });
    let distribution = Distribution { copies, name: name? };
    t.finish();
    Some(distribution)
}

fn read_path(t: &mut TableReader<'_>, key: &'static str) -> Path {
    let steps = t.each(key, |element| {
        let texts = element.texts()?;
        let (level, value, title) = match texts[..] {
            [level, value] => (level, value, None),
            [level, value, title] => (level, value, Some(title.to_owned())),
            _ => {
                element.report(
                    Problem::error(
                        codes::KIND,
                        "a step of a path has two texts, or three with a title",
                    )
                    .mend("write `[\"fond\", \"45\"]`"),
                );
                return None;
            }
        };
        match level.parse() {
            Ok(level) => Some(Step { level, value: value.to_owned(), title }),
            Err(problem) => {
                element.report(problem);
                None
            }
        }
    });
    Path::new(steps).unwrap_or_else(|problem| {
        t.report(key, problem);
        Path::default()
    })
}

fn read_holding(t: &mut TableReader<'_>, id: PartId) -> Option<Holding> {
    let archive = t.required_text("archive");
    let holding = Holding {
        path: read_path(t, "path"),
        copy: t.parsed("copy"),
        shelfmark: t.text("shelfmark"),
        rank: t.parsed("rank"),
        rank_reason: t.text("rank_reason"),
        access: t.text("access"),
        as_printed: t.text("as_printed"),
        former: t.each("former", read_former),
        note: t.text("note"),
        archive: archive?,
        id,
    };
    Some(holding)
}

fn read_former(element: Element<'_>) -> Option<FormerReference> {
    let mut t = element.table()?;
    let former = FormerReference {
        archive: t.text("archive"),
        path: read_path(&mut t, "path"),
        until: t.parsed("until"),
        reason: t.text("reason"),
        as_printed: t.text("as_printed"),
    };
    t.finish();
    Some(former)
}

fn read_surrogate(t: &mut TableReader<'_>, id: PartId) -> Option<Surrogate> {
    let provider = t.text("provider");
    Some(Surrogate {
        of: t.parsed("of"),
        title: t.text("title"),
        kind: t.parsed("kind"),
        url: t.text("url"),
        record_id: t.text("record_id"),
        accessed: t.parsed("accessed"),
        as_printed: t.text("as_printed"),
        note: t.text("note"),
        provider,
        id,
    })
}

fn read_translation(t: &mut TableReader<'_>, id: PartId) -> Option<Translation> {
    let to: Option<super::Language> = t.required("to");
    Some(Translation {
        from: t.parsed("from"),
        translator: t.each("translator", name_element),
        commissioned_by: t.text("for"),
        title: t.text("title"),
        made_from: t.parsed("made_from"),
        published_in: t.parsed("published_in"),
        date: t.parsed("date"),
        as_printed: t.text("as_printed"),
        rank: t.parsed("rank"),
        rank_reason: t.text("rank_reason"),
        note: t.text("note"),
        to: to?,
        id,
    })
}

fn read_publication(t: &mut TableReader<'_>, id: PartId) -> Option<Publication> {
    let title = t.text("title");
    Some(Publication {
        series: t.text("series"),
        volume_title: t.text("volume_title"),
        author: t.each("author", name_element),
        editor: t.each("editor", name_element),
        series_editor: t.each("series_editor", name_element),
        translator: t.each("translator", name_element),
        volume: t.text("volume"),
        part: t.text("part"),
        issue: t.text("issue"),
        place: t.text("place"),
        publisher: t.text("publisher"),
        date: t.parsed("date"),
        pages: t.text("pages"),
        document: t.text("document"),
        language: t.parsed("language"),
        url: t.text("url"),
        as_printed: t.text("as_printed"),
        note: t.text("note"),
        title,
        id,
    })
}

fn read_authenticity(mut t: TableReader<'_>) -> Option<Authenticity> {
    let status = t.required("status");
    let authenticity =
        Authenticity { reason: t.text("reason"), source: t.text("source"), status: status? };
    t.finish();
    Some(authenticity)
}

fn read_custody(element: Element<'_>) -> Option<CustodyEvent> {
    let mut t = element.table()?;
    let event = t.required_text("event");
    let custody = CustodyEvent {
        date: t.parsed("date"),
        from: t.text("from"),
        to: t.text("to"),
        place: t.text("place"),
        as_printed: t.text("as_printed"),
        event: event?,
    };
    t.finish();
    Some(custody)
}

fn read_relation(element: Element<'_>) -> Option<Relation> {
    let mut t = element.table()?;
    let kind = t.required("kind");
    let relation = Relation {
        record: t.parsed("record"),
        text: t.text("text"),
        note: t.text("note"),
        kind: kind?,
    };
    if relation.record.is_none() && relation.text.is_none() {
        t.missing("record");
    }
    t.finish();
    Some(relation)
}

fn read_foreign_id(element: Element<'_>) -> Option<ForeignId> {
    let mut t = element.table()?;
    let (scheme, value) = (t.required_text("scheme"), t.required_text("value"));
    t.finish();
    Some(ForeignId { scheme: scheme?, value: value? })
}

fn read_alternative(element: Element<'_>) -> Option<Alternative> {
    let mut t = element.table()?;
    let (field, value) = (t.required_text("field"), t.required_text("value"));
    let alternative = Alternative {
        rank: t.parsed("rank"),
        reason: t.text("reason"),
        source: t.text("source"),
        field: field?,
        value: value?,
    };
    t.finish();
    Some(alternative)
}

fn read_evidence(element: Element<'_>) -> Option<Evidence> {
    let mut t = element.table()?;
    let source = t.required_text("source");
    let evidence = Evidence {
        field: t.text("field"),
        quotation: t.text("quotation"),
        by: t.text("by"),
        date: t.parsed("date"),
        note: t.text("note"),
        source: source?,
    };
    t.finish();
    Some(evidence)
}

/// Holds `made_from`, `of` and `published_in` to parts that are there.
fn check_parts(t: &TableReader<'_>, record: &Record) {
    let holding = |id: &PartId| record.holdings.iter().any(|part| part.id == *id);
    let surrogate = |id: &PartId| record.surrogates.iter().any(|part| part.id == *id);
    let translation = |id: &PartId| record.translations.iter().any(|part| part.id == *id);
    let publication = |id: &PartId| record.publications.iter().any(|part| part.id == *id);
    let dangling = |key: &str, field: String, id: &PartId, of: &str| {
        t.report(
            key,
            Problem::warning(
                codes::REFERENCE_PART,
                format!("`{field}` names `{id}`, and no {of} of this record has that id"),
            )
            .mend(format!("name the id of a {of}, or add it")),
        );
    };
    for part in &record.translations {
        if let Some(id) = &part.made_from
            && !(holding(id) || publication(id) || translation(id) || surrogate(id))
        {
            let field = format!("translation.{}.made_from", part.id);
            dangling("translation", field, id, "holding, publication or translation");
        }
        if let Some(id) = &part.published_in
            && !(publication(id) || surrogate(id))
        {
            let field = format!("translation.{}.published_in", part.id);
            dangling("translation", field, id, "publication or surrogate");
        }
    }
    for part in &record.surrogates {
        if let Some(id) = &part.of
            && !holding(id)
        {
            dangling("surrogate", format!("surrogate.{}.of", part.id), id, "holding");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn finish(json: Json) -> (Option<Record>, Vec<(&'static str, Option<String>)>) {
        let (record, problems) = Draft::new(Node::from_json(json), Source::default()).finish();
        (record, problems.into_iter().map(|p| (p.code.name, p.place.field)).collect())
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_named_by_its_field() {
        let (record, problems) = finish(json!({
            "format": 1, "id": "a", "gnere": "map", "language": ["English", "ru"],
            "date": { "sent": "Circa 1843?" },
            "agent": [{ "role": "sendr", "name": "Mao" }, { "role": "sender" }],
            "holding": [
                { "archive": "APRF", "path": [["fond", 45], ["opis"]], "rank": "best" },
                { "id": "two", "archive": "GARF", "path": [["f", "1"], ["F", "2"]] },
                { "id": "two", "archive": "GARF" },
            ],
            "translation": [{ "to": "en", "made_from": "nowhere" }],
        }));
        assert!(record.is_none());
        let mut expected = vec![
            ("R105", "language"),
            ("R104", "date.sent"),
            ("R106", "agent.1.role"),
            ("R101", "agent.2.name"),
            ("R102", "holding.aprf.path.1"),
            ("R102", "holding.aprf.path.2"),
            ("R106", "holding.aprf.rank"),
            ("R108", "holding.two.path"),
            ("R108", "holding.3.id"),
            ("R109", "translation"),
            ("R005", "gnere"),
        ];
        let mut said: Vec<_> =
            problems.iter().map(|(code, field)| (*code, field.as_deref().unwrap_or(""))).collect();
        said.sort_unstable();
        expected.sort_unstable();
        assert_eq!(said, expected);
    }

    #[test]
    fn short_forms_and_long_forms_mean_the_same() {
        let short = finish(json!({
            "format": 1, "id": "a", "title": "T", "number": "7", "date": { "sent": "1951" },
            "agent": { "role": "sender", "name": "Mao" },
        }));
        let long = finish(json!({
            "format": 1, "id": "a", "title": { "text": "T" }, "number": [{ "value": "7" }],
            "date": { "sent": { "value": "1951" } },
            "agent": [{ "role": "sender", "name": { "literal": "Mao" } }],
        }));
        assert!(short.1.is_empty() && long.1.is_empty());
        assert_eq!(short.0, long.0);
    }

    #[test]
    fn a_record_made_a_draft_again_is_the_same_record() {
        let (record, _) = finish(json!({
            "format": 1, "id": "a", "title": { "text": "T", "kind": "formal" },
            "date": { "sent": { "value": "1917-10-25", "calendar": "julian" }, "as_printed": "25 Oct." },
            "holding": [{ "archive": "AVP RF", "path": [["fond", "059a", "Cables"]] }, { "archive": "AVP RF" }],
            "translation": [{ "to": "en", "for": "CWIHP", "translator": [{ "family": "Goldberg", "given": "Gary" }], "made_from": "avp-rf" }],
            "distribution": [{ "name": "Stalin", "copies": 2 }, "Molotov"],
        }));
        let record = record.expect("a record");
        let (again, problems) = Draft::from(&record).finish();
        assert_eq!((again, problems), (Some(record), vec![]));
    }
}
