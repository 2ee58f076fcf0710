//! What of a record can agree with another: by it records are found again, and likely duplicates are seen.

use super::ForeignKey;
use crate::citation::reference::compare_form;
use crate::record::{Archives, Node, Table, fold, slug};

/// What of a record can agree with another, small enough to be kept of every record of a catalog.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    /// What it is called elsewhere.
    pub(super) keys: Vec<ForeignKey>,
    /// Its title, folded.
    pub(super) title: String,
    /// Archive and path of each holding that has at least two steps.
    pub(super) references: Vec<Reference>,
    /// The day (or month, or year) and the people, when both are known.
    pub(super) day_and_people: Option<String>,
}

/// A reference, in a form that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The archive and the values of the path.
    pub(super) text: String,
    /// Whether it leads to leaves or an item, and so to one document. A file holds many.
    pub(super) is_of_one: bool,
}

/// Levels below which there is one document.
const OF_ONE: [&str; 8] = ["list", "listy", "folio", "page", "blatt", "item", "document", "leaf"];

impl Marks {
    /// The marks of the record whose fields are `root`.
    pub(super) fn of(root: &Table, archives: &Archives) -> Marks {
        let list = |key: &str| root.get(key).and_then(Node::as_list).unwrap_or_default();
        let references = list("holding").iter().filter_map(|node| reference(node, archives));
        let date = ["sent", "created", "received"].into_iter().find_map(|event| {
            let node = root.get("date")?.as_table()?.get(event)?;
            node.as_text().or_else(|| text(node, "value"))
        });
        let mut people: Vec<String> = list("agent")
            .iter()
            .filter(|agent| {
                matches!(
                    text(agent, "role"),
                    Some("sender" | "author" | "recipient" | "participant")
                )
            })
            .filter_map(|agent| {
                let name = agent.as_table()?.get("name")?;
                let family = name.as_text().or_else(|| text(name, "family"));
                // Romanised, so that one name in two scripts is one.
                let name = family.or_else(|| text(name, "literal"))?;
                slug(name, 60).or_else(|| Some(fold(name)))
            })
            .collect();
        people.sort_unstable();
        let day = date.map(|date| date.split('T').next().unwrap_or(""));
        let day_and_people =
            day.filter(|_| !people.is_empty()).map(|day| format!("{day} {}", people.join(" ")));
        Marks {
            keys: super::foreign_keys(root),
            title: title(root).map(fold).unwrap_or_default(),
            references: references.collect(),
            day_and_people,
        }
    }

    /// Whether two records with one stem of an id are one document: one id elsewhere, or one title (and, the
    /// stems being made from dates and names, those too). What one source calls by two names are two things.
    pub(super) fn are_of_one_document(&self, other: &Marks) -> bool {
        if self.keys.iter().any(|key| other.keys.contains(key)) {
            return true;
        }
        let differs =
            self.keys.iter().any(|(scheme, _)| other.keys.iter().any(|(known, _)| known == scheme));
        !differs && !self.title.is_empty() && self.title == other.title
    }
}

/// The title of a record.
pub(super) fn title(root: &Table) -> Option<&str> {
    let title = root.get("title")?;
    title.as_text().or_else(|| text(title, "text"))
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.as_table()?.get(key)?.as_text()
}

fn reference(holding: &Node, archives: &Archives) -> Option<Reference> {
    let path = holding.as_table()?.get("path")?.as_list()?;
    let last = path.last()?.as_list()?.first()?.as_text()?;
    if path.len() < 2 {
        return None;
    }
    let archive = text(holding, "archive").unwrap_or_default();
    let archive = match archives.find(archive) {
        Some(known) => known.id.as_str().to_owned(),
        None => fold(archive),
    };
    let values: Vec<String> = path
        .iter()
        .filter_map(|step| Some(compare_form(step.as_list()?.get(1)?.as_text()?)))
        .collect();
    Some(Reference {
        text: format!("{archive} {}", values.join("/")),
        is_of_one: OF_ONE.contains(&last),
    })
}
