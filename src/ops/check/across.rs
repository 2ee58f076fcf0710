//! The records of a catalog beside each other.

use super::{AliasFile, MOST, reference, step_into};
use crate::problem::{Place, Problem, codes};
use crate::record::{Archives, Draft, Level, Rank, Record, RecordId};
use std::collections::{HashMap, HashSet};

/// What the other records must know of one: small, so that a whole catalog of them can be held.
#[derive(Debug)]
pub(super) struct Seen {
    path: String,
    id: RecordId,
    id_at: At,
    aliases: Vec<RecordId>,
    aliases_at: At,
    /// References that lead to certain leaves.
    references: Vec<(String, String, At)>,
    relations: Vec<(Option<RecordId>, At)>,
}

/// Line and column.
type At = (u32, u32);

impl Seen {
    pub(super) fn of(record: &Record, draft: &Draft, path: &str, archives: &Archives) -> Seen {
        let at = |way: &[&str]| -> At {
            let mut node = &draft.root;
            for step in way {
                match step_into(node, step) {
                    Some(next) => node = next,
                    None => break,
                }
            }
            let place = draft.source.place(node.span.as_ref(), "");
            let number = |n: Option<usize>| u32::try_from(n.unwrap_or(1)).unwrap_or(u32::MAX);
            (number(place.line), number(place.column))
        };
        let one_document = matches!(record.level, None | Some(Level::Item));
        let references = record
            .holdings
            .iter()
            .take(MOST)
            .enumerate()
            .filter(|(_, holding)| one_document && holding.rank != Some(Rank::Deprecated))
            .filter_map(|(number, holding)| {
                let key = reference::exact(archives, holding)?;
                Some((key, holding.id.to_string(), at(&["holding", &number.to_string(), "path"])))
            })
            .collect();
        let relations = record
            .relations
            .iter()
            .take(MOST)
            .enumerate()
            .map(|(number, relation)| {
                let place = at(&["relation", &number.to_string(), "record"]);
                (relation.record.clone(), place)
            })
            .collect();
        Seen {
            path: path.to_owned(),
            id: record.id.clone(),
            id_at: at(&["id"]),
            aliases: record.aliases.clone(),
            aliases_at: if record.aliases.is_empty() { (1, 1) } else { at(&["aliases"]) },
            references,
            relations,
        }
    }

    fn place(&self, at: At, field: &str) -> Place {
        Place::file(&self.path).line_column(at.0 as usize, at.1 as usize).field(field)
    }
}

/// Everything that is to be said about the records beside each other.
pub(super) fn check(seen: &[Seen], aliases: &[AliasFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut by_id: HashMap<&RecordId, &Seen> = HashMap::with_capacity(seen.len());
    for record in seen {
        if let Some(first) = by_id.insert(&record.id, record) {
            let message = format!("the id `{}` is also that of `{}`", record.id, first.path);
            problems.push(taken(message).at(record.place(record.id_at, "id")));
            let message = format!("the id `{}` is also that of `{}`", record.id, record.path);
            problems.push(taken(message).at(first.place(first.id_at, "id")));
        }
    }
    let mut by_alias: HashMap<&RecordId, &Seen> = HashMap::new();
    for record in seen {
        for alias in &record.aliases {
            let other = by_id.get(alias).copied().or_else(|| by_alias.insert(alias, record));
            if let Some(other) = other {
                let whose = if other.id == record.id {
                    "of the record itself".to_owned()
                } else {
                    format!("of `{}`", other.id)
                };
                let message = format!("the alias `{alias}` is also a name {whose}");
                problems.push(taken(message).at(record.place(record.aliases_at, "aliases")));
            }
        }
    }
    let old_ids: HashMap<&RecordId, &AliasFile> =
        aliases.iter().map(|file| (&file.old, file)).collect();
    problems.extend(aliases.iter().filter_map(|file| lost_alias(file, &by_id, &old_ids)));
    let is_known = |id: &RecordId| {
        by_id.contains_key(id) || by_alias.contains_key(id) || old_ids.contains_key(id)
    };
    for record in seen {
        for (other, at) in &record.relations {
            let Some(other) = other else { continue };
            let why = match other == &record.id {
                true => format!("`{other}` is this record itself"),
                false if is_known(other) => continue,
                false => format!("there is no record `{other}`"),
            };
            let problem = Problem::warning(codes::RELATION_ABSENT, why)
                .mend("correct the id, or describe the other document in `text`");
            problems.push(problem.at(record.place(*at, "relation")));
        }
    }
    problems.extend(shared_references(seen));
    problems
}

fn taken(message: String) -> Problem {
    Problem::error(codes::ID_TAKEN, message).mend("give one of the two another id")
}

/// What is wrong with a file below `aliases/`.
fn lost_alias(
    file: &AliasFile,
    by_id: &HashMap<&RecordId, &Seen>,
    old_ids: &HashMap<&RecordId, &AliasFile>,
) -> Option<Problem> {
    let message = if by_id.contains_key(&file.old) {
        format!("`{}` is an old id, and a record has it again", file.old)
    } else {
        // An alias may lead to another, but not for ever.
        let mut current = &file.new;
        let mut passed = HashSet::from([&file.old]);
        loop {
            if by_id.contains_key(current) {
                return None;
            }
            match old_ids.get(current) {
                None => {
                    break format!(
                        "`{}` leads to `{current}`, and there is no such record",
                        file.old
                    );
                }
                Some(_) if !passed.insert(current) => {
                    break format!("`{}` leads in a circle", file.old);
                }
                Some(next) => current = &next.new,
            }
        }
    };
    let problem = Problem::warning(codes::ALIAS_LOST, message)
        .mend("write the id of the record as it is now into the file, or remove the file");
    Some(problem.at(Place::file(&file.path)))
}

/// Records that claim the same leaves, and are not said to belong together.
fn shared_references(seen: &[Seen]) -> Vec<Problem> {
    let mut claims: HashMap<&str, Vec<(&Seen, &str, At)>> = HashMap::new();
    for record in seen {
        for (key, holding, at) in &record.references {
            claims.entry(key).or_default().push((record, holding, *at));
        }
    }
    let mut problems = Vec::new();
    for claims in claims.values() {
        for (number, (record, holding, at)) in claims.iter().enumerate() {
            let other = claims.iter().enumerate().find(|(at, (other, _, _))| {
                *at != number && other.id != record.id && !related(record, other)
            });
            let Some((_, (other, _, _))) = other else { continue };
            let problem = Problem::warning(
                codes::REFERENCE_SHARED,
                format!("`{}` has this reference too", other.id),
            )
            .mend("correct one of the two; if both are right, say with a `relation` how the records belong together");
            problems.push(problem.at(record.place(*at, &format!("holding.{holding}.path"))));
        }
    }
    problems
}

fn related(a: &Seen, b: &Seen) -> bool {
    let names = |a: &Seen, b: &Seen| {
        let is_b = |id: &RecordId| *id == b.id || b.aliases.contains(id);
        a.relations.iter().filter_map(|(id, _)| id.as_ref()).any(is_b)
    };
    names(a, b) || names(b, a)
}
