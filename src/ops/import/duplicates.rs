//! Records that may describe one document: reported with a score and the reason, never joined.

use super::super::Catalog;
use super::placing::{Catalogued, Placed};
use crate::citation::reference::compare_form;
use crate::record::{Node, fold};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::HashMap;

/// More pairs than anybody looks through.
const MOST: usize = 1_000;
/// More records with one reference than can be one document.
const MOST_ALIKE: usize = 20;

/// Two records that may describe one document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Duplicate {
    /// A record of this import.
    pub record: String,
    /// The other, of this import or of the catalog.
    pub other: String,
    /// How likely it is, from 0 to 1.
    pub score: f64,
    /// Why.
    pub reason: String,
}

/// What of a record can agree with another.
struct Marks {
    id: String,
    is_new: bool,
    references: Vec<String>,
    day_and_people: Option<String>,
    title: String,
}

impl Catalogued {
    /// The pairs among the new records, and between them and those that are there.
    pub(super) fn duplicates(&self, _: &Catalog, placed: &[Placed]) -> Vec<Duplicate> {
        let mut marks: Vec<Marks> = placed
            .par_iter()
            .filter(|one| one.is_first)
            .filter_map(|one| {
                let id = one.id.as_ref()?;
                Some(marks_of(id.as_str(), !one.is_there, &Node::from(one.imported.fields.clone())))
            })
            .collect();
        let new: std::collections::HashSet<String> =
            marks.iter().map(|mark| mark.id.clone()).collect();
        marks.par_extend(
            self.trees
                .par_iter()
                .filter(|(id, _)| !new.contains(id.as_str()))
                .map(|(id, tree)| marks_of(id.as_str(), false, tree)),
        );
        let mut pairs: HashMap<(usize, usize), (f64, String)> = HashMap::new();
        let mut by_reference: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_day: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, mark) in marks.iter().enumerate() {
            for reference in &mark.references {
                by_reference.entry(reference).or_default().push(at);
            }
            if let Some(key) = &mark.day_and_people {
                by_day.entry(key).or_default().push(at);
            }
        }
        for group in by_reference.values().filter(|group| (2..=MOST_ALIKE).contains(&group.len())) {
            each_pair(group, &marks, |a, b| {
                let alike = strsim::jaro_winkler(&marks[a].title, &marks[b].title);
                pairs.insert((a, b), (0.7 + 0.3 * alike, "one reference".to_owned()));
            });
        }
        for group in by_day.values().filter(|group| (2..=MOST_ALIKE).contains(&group.len())) {
            each_pair(group, &marks, |a, b| {
                let alike = strsim::jaro_winkler(&marks[a].title, &marks[b].title);
                if alike < 0.85 || numbers(&marks[a].title) != numbers(&marks[b].title) {
                    return;
                }
                let entry = pairs.entry((a, b)).or_insert((0.0, String::new()));
                let reason = "one date, the same people, titles alike";
                let reason = match entry.1.is_empty() {
                    true => reason.to_owned(),
                    false => format!("{}; {reason}", entry.1),
                };
                *entry = (entry.0.max(0.6 + 0.4 * alike).min(1.0), reason);
            });
        }
        let mut found: Vec<Duplicate> = pairs
            .into_iter()
            .map(|((a, b), (score, reason))| Duplicate {
                record: marks[a].id.clone(),
                other: marks[b].id.clone(),
                score: (score * 100.0).round() / 100.0,
                reason,
            })
            .collect();
        found.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| (&a.record, &a.other).cmp(&(&b.record, &b.other)))
        });
        found.truncate(MOST);
        found
    }
}

/// The pairs of a group of which at least one is new, the new one first.
fn each_pair(group: &[usize], marks: &[Marks], mut pair: impl FnMut(usize, usize)) {
    for (at, a) in group.iter().enumerate() {
        for b in group.iter().skip(at + 1) {
            let (first, second) = (*a.min(b), *a.max(b));
            if first != second && (marks[first].is_new || marks[second].is_new) {
                pair(first, second);
            }
        }
    }
}

/// The numbers in a title: two telegrams that differ in theirs are two.
fn numbers(title: &str) -> Vec<&str> {
    title.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect()
}

fn marks_of(id: &str, is_new: bool, root: &Node) -> Marks {
    let list = |key: &str| {
        root.as_table().and_then(|table| table.get(key)).and_then(Node::as_list).unwrap_or_default()
    };
    let text = |node: &Node, key: &str| {
        node.as_table().and_then(|table| table.get(key)).and_then(Node::as_text).map(str::to_owned)
    };
    let references = list("holding")
        .iter()
        .filter_map(|holding| {
            let path = holding.as_table()?.get("path")?.as_list()?;
            // A collection, or a file alone, holds many documents: only a way down to leaves or items tells one.
            let last = path.last()?.as_list()?.first()?.as_text()?;
            let tells = matches!(
                last,
                "list" | "listy" | "folio" | "page" | "blatt" | "item" | "document" | "leaf"
            );
            let values = path
                .iter()
                .filter_map(|step| Some(compare_form(step.as_list()?.get(1)?.as_text()?)));
            (tells && path.len() > 1).then(|| {
                format!(
                    "{} {}",
                    fold(&text(holding, "archive").unwrap_or_default()),
                    values.collect::<Vec<_>>().join("/")
                )
            })
        })
        .collect();
    let date = ["sent", "created", "received"].into_iter().find_map(|event| {
        let node = root.as_table()?.get("date")?.as_table()?.get(event)?;
        node.as_text().map(str::to_owned).or_else(|| text(node, "value"))
    });
    let mut people: Vec<String> = list("agent")
        .iter()
        .filter(|agent| {
            matches!(
                text(agent, "role").as_deref(),
                Some("sender" | "author" | "recipient" | "participant")
            )
        })
        .filter_map(|agent| {
            let name = agent.as_table()?.get("name")?;
            let family = name.as_text().map(str::to_owned).or_else(|| text(name, "family"));
            family.or_else(|| text(name, "literal")).map(|name| fold(&name))
        })
        .collect();
    people.sort();
    let day = date.map(|date| date.split('T').next().unwrap_or("").to_owned());
    let title = root.as_table().and_then(|table| table.get("title"));
    let title = title.and_then(|t| t.as_text().map(str::to_owned).or_else(|| text(t, "text")));
    Marks {
        id: id.to_owned(),
        is_new,
        references,
        day_and_people: day
            .filter(|_| !people.is_empty())
            .map(|day| format!("{day} {}", people.join(" "))),
        title: fold(&title.unwrap_or_default()),
    }
}
