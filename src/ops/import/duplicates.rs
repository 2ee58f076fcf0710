//! Records that may describe one document: reported with a score and the reason, never joined.

use super::marks::Marks;
use rayon::prelude::*;
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

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
    let by_reference = Groups::of(all, |one| {
        let of_one = one.marks.references.iter().filter(|reference| reference.is_of_one);
        of_one.map(|reference| reference.text.as_str())
    });
    let by_day = Groups::of(all, |one| one.marks.day_and_people.as_deref());
    // Perhaps a million pairs: a record's are put together, and of all only the likeliest kept.
    let likeliest = (0..all.len())
        .into_par_iter()
        .fold(Likeliest::default, |mut likeliest, at| {
            for (pair, (score, reason)) in pairs_of(at, all, &by_reference, &by_day) {
                likeliest.add(((score * 100.0).round() / 100.0, pair, reason), all);
            }
            likeliest
        })
        .reduce(Likeliest::default, |one, other| one.with(other, all));
    let (found, more) = likeliest.sorted(all);
    let told = found.into_iter().map(|(score, (a, b), reason)| Duplicate {
        record: all[a].id.to_owned(),
        other: all[b].id.to_owned(),
        score,
        reason: reason.to_owned(),
    });
    (told.collect(), more)
}

/// Records that agree in something, sorted by their titles, and where each record stands.
struct Groups {
    groups: Vec<Vec<u32>>,
    /// By record: its groups, and its places in them.
    places: Vec<Vec<(u32, u32)>>,
}

impl Groups {
    fn of<'m, K: IntoIterator<Item = &'m str>>(
        all: &[Compared<'m>],
        keys: impl Fn(&Compared<'m>) -> K,
    ) -> Groups {
        let mut by_key: HashMap<&str, Vec<u32>> = HashMap::new();
        for (at, one) in (0_u32..).zip(all) {
            for key in keys(one) {
                by_key.entry(key).or_default().push(at);
            }
        }
        let mut groups: Vec<Vec<u32>> =
            by_key.into_values().filter(|group| group.len() > 1).collect();
        groups.par_iter_mut().for_each(|group| {
            group.sort_by_key(|at| (&all[*at as usize].marks.title, *at));
            group.dedup();
        });
        let mut places = vec![Vec::new(); all.len()];
        for (number, group) in (0_u32..).zip(&groups) {
            for (place, at) in (0_u32..).zip(group) {
                places[*at as usize].push((number, place));
            }
        }
        Groups { groups, places }
    }

    /// The later records that stand near the record `at`, in any of its groups.
    fn near(&self, at: usize) -> impl Iterator<Item = usize> {
        self.places[at].iter().flat_map(move |(number, place)| {
            let group = &self.groups[*number as usize];
            let place = *place as usize;
            let last = group.len().min(place + 1 + NEIGHBOURS);
            let neighbours = group[place.saturating_sub(NEIGHBOURS)..last].iter();
            neighbours.map(|other| *other as usize).filter(move |other| *other > at)
        })
    }
}

type Pair = (usize, usize);

/// The pairs of the record `at` with later ones of which at least one is new, each once, with score and reason.
fn pairs_of(
    at: usize,
    all: &[Compared<'_>],
    by_reference: &Groups,
    by_day: &Groups,
) -> BTreeMap<Pair, (f64, &'static str)> {
    let mut pairs = BTreeMap::new();
    let title = &all[at].marks.title;
    let concerns = |other: &usize| all[at].is_new || all[*other].is_new;
    let alike = |other: usize| strsim::jaro_winkler(title, &all[other].marks.title);
    for other in by_reference.near(at).filter(concerns) {
        pairs.entry((at, other)).or_insert_with(|| (0.7 + 0.3 * alike(other), "one reference"));
    }
    for other in by_day.near(at).filter(concerns) {
        let alike = alike(other);
        if alike < ALIKE || numbers(title) != numbers(&all[other].marks.title) {
            continue;
        }
        let score = 0.6 + 0.4 * alike;
        pairs
            .entry((at, other))
            .and_modify(|(known, reason)| {
                *known = known.max(score).min(1.0);
                *reason = "one reference; one date, the same people, titles alike";
            })
            .or_insert((score, "one date, the same people, titles alike"));
    }
    pairs
}

/// A pair with its score and the reason.
type Scored = (f64, Pair, &'static str);

/// The likeliest pairs of many.
#[derive(Default)]
struct Likeliest {
    pairs: Vec<Scored>,
    /// How many there were that are not among them.
    more: usize,
}

impl Likeliest {
    fn add(&mut self, pair: Scored, all: &[Compared<'_>]) {
        self.pairs.push(pair);
        if self.pairs.len() >= 4 * MOST {
            self.leave(all);
        }
    }

    /// Leaves no more than are told.
    fn leave(&mut self, all: &[Compared<'_>]) {
        let more = self.pairs.len().saturating_sub(MOST);
        if more > 0 {
            self.pairs.select_nth_unstable_by(MOST, |a, b| likelier(a, b, all));
            self.pairs.truncate(MOST);
            self.more += more;
        }
    }

    fn with(mut self, other: Likeliest, all: &[Compared<'_>]) -> Likeliest {
        self.pairs.extend(other.pairs);
        self.more += other.more;
        self.leave(all);
        self
    }

    fn sorted(mut self, all: &[Compared<'_>]) -> (Vec<Scored>, usize) {
        self.leave(all);
        self.pairs.sort_by(|a, b| likelier(a, b, all));
        (self.pairs, self.more)
    }
}

/// The likelier pair first; of those with one score, in the order of their ids.
fn likelier(a: &Scored, b: &Scored, all: &[Compared<'_>]) -> Ordering {
    let ids = |(a, b): Pair| (all[a].id, all[b].id);
    b.0.total_cmp(&a.0).then_with(|| ids(a.1).cmp(&ids(b.1)))
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
