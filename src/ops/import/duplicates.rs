//! Records that may describe one document: reported with a score and the reason, never joined.

use super::marks::Marks;
use serde::Serialize;
use std::collections::HashMap;

/// More pairs than anybody looks through.
const MOST: usize = 1_000;
/// With how many neighbours a record is compared among those that agree with it in something. Sorted by title, those
/// that are alike stand side by side, so that the work grows with the number of records and not with its square.
const NEIGHBOURS: usize = 20;
/// How alike titles must be.
const ALIKE: f64 = 0.85;

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

/// A record that is compared.
pub(super) struct Compared<'m> {
    pub(super) id: &'m str,
    pub(super) is_new: bool,
    pub(super) marks: &'m Marks,
}

/// The likeliest pairs among the new records, and between them and the others, and how many there are beside
/// them. The same records give the same pairs.
pub(super) fn duplicates(all: &[Compared<'_>]) -> (Vec<Duplicate>, usize) {
    if !all.iter().any(|one| one.is_new) {
        return (Vec::new(), 0);
    }
    let mut by_reference: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_day: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, one) in all.iter().enumerate() {
        for reference in one.marks.references.iter().filter(|reference| reference.is_of_one) {
            by_reference.entry(&reference.text).or_default().push(at);
        }
        if let Some(key) = &one.marks.day_and_people {
            by_day.entry(key).or_default().push(at);
        }
    }
    let mut pairs: HashMap<(usize, usize), (f64, &'static str)> = HashMap::new();
    for group in by_reference.into_values() {
        each_pair(group, all, |pair, alike| {
            pairs.insert(pair, (0.7 + 0.3 * alike, "one reference"));
        });
    }
    for group in by_day.into_values() {
        each_pair(group, all, |pair, alike| {
            let (a, b) = (&all[pair.0].marks.title, &all[pair.1].marks.title);
            if alike < ALIKE || numbers(a) != numbers(b) {
                return;
            }
            let score = 0.6 + 0.4 * alike;
            pairs
                .entry(pair)
                .and_modify(|(known, reason)| {
                    *known = known.max(score).min(1.0);
                    *reason = "one reference; one date, the same people, titles alike";
                })
                .or_insert((score, "one date, the same people, titles alike"));
        });
    }
    // Of perhaps a million pairs only those that are told become texts.
    let mut found: Vec<((usize, usize), f64, &str)> = pairs
        .into_iter()
        .map(|(pair, (score, reason))| (pair, (score * 100.0).round() / 100.0, reason))
        .collect();
    let order = |a: &((usize, usize), f64, &str), b: &((usize, usize), f64, &str)| {
        let ids = |pair: (usize, usize)| (all[pair.0].id, all[pair.1].id);
        b.1.total_cmp(&a.1).then_with(|| ids(a.0).cmp(&ids(b.0)))
    };
    let more = found.len().saturating_sub(MOST);
    if more > 0 {
        found.select_nth_unstable_by(MOST, order);
        found.truncate(MOST);
    }
    found.sort_by(order);
    let told = found.into_iter().map(|((a, b), score, reason)| Duplicate {
        record: all[a].id.to_owned(),
        other: all[b].id.to_owned(),
        score,
        reason: reason.to_owned(),
    });
    (told.collect(), more)
}

/// The pairs of neighbours of a group of which at least one is new, the earlier one first, with how alike their
/// titles are.
fn each_pair(
    mut group: Vec<usize>,
    all: &[Compared<'_>],
    mut pair: impl FnMut((usize, usize), f64),
) {
    if group.len() < 2 {
        return;
    }
    group.sort_by(|a, b| (&all[*a].marks.title, a).cmp(&(&all[*b].marks.title, b)));
    group.dedup();
    for (at, a) in group.iter().enumerate() {
        for b in group.iter().skip(at + 1).take(NEIGHBOURS) {
            if all[*a].is_new || all[*b].is_new {
                let alike = strsim::jaro_winkler(&all[*a].marks.title, &all[*b].marks.title);
                pair((*a.min(b), *a.max(b)), alike);
            }
        }
    }
}

/// The numbers in a title: two telegrams that differ in theirs are two.
fn numbers(title: &str) -> Vec<&str> {
    title.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::marks::Reference;
    use super::*;

    fn marks(title: &str, reference: &str, day: &str) -> Marks {
        Marks {
            title: title.to_owned(),
            references: vec![Reference { text: reference.to_owned(), is_of_one: true }],
            day_and_people: Some(day.to_owned()),
            ..Marks::default()
        }
    }

    fn found(all: &[(&str, bool, Marks)]) -> Vec<(String, String, f64)> {
        let all: Vec<Compared<'_>> =
            all.iter().map(|(id, is_new, marks)| Compared { id, is_new: *is_new, marks }).collect();
        duplicates(&all).0.into_iter().map(|d| (d.record, d.other, d.score)).collect()
    }

    #[test]
    fn what_agrees_is_told_and_what_differs_in_a_number_is_not() {
        let day = "1951-08-27 mao stalin";
        assert_eq!(
            found(&[
                ("a", true, marks("telegram from mao", "aprf 45/1/340/86", day)),
                ("b", false, marks("telegram from mao", "rgaspi 1/2", day)),
                ("c", false, marks("something else", "aprf 45/1/340/86", "1952 x")),
                ("d", true, marks("telegram 2 from mao", "x 1", day)),
                ("e", false, marks("telegram 3 from mao", "x 2", day)),
            ])
            .iter()
            .map(|(a, b, _)| format!("{a}{b}"))
            .collect::<Vec<_>>(),
            ["ab", "ac"]
        );
        // What was there before is nobody's business now.
        let old = marks("telegram", "r", day);
        assert_eq!(found(&[("a", false, old.clone()), ("b", false, old)]), []);
    }

    #[test]
    fn many_with_one_reference_take_no_longer_than_their_number() {
        let all: Vec<(String, Marks)> = (0..5_000)
            .map(|n| (format!("r{n:05}"), marks(&format!("t{n:05}"), "one", "one day")))
            .collect();
        let compared: Vec<Compared<'_>> =
            all.iter().map(|(id, marks)| Compared { id, is_new: true, marks }).collect();
        let (told, more) = duplicates(&compared);
        assert_eq!(told.len(), MOST);
        assert!(told.len() + more <= all.len() * NEIGHBOURS, "{more}");
    }
}
