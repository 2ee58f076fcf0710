//! The history of one record: its versions in the order of ancestry, what each of them changed,
//! and where each value comes from.

use super::change::{Change, Names};
use super::compare::compare_normal;
use super::credit::credit_normal;
use super::normal::normalized;
use crate::record::{FieldPath, Node, leaves};
use std::collections::{BTreeMap, BTreeSet};

/// What a revision holds of the record.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Nothing.
    Absent,
    /// A file that cannot be read as a record.
    Unreadable,
    /// The record, in its normal form.
    Record(Node),
}

impl State {
    /// The state of a revision that holds `root`.
    pub fn record(root: Node) -> State {
        State::Record(normalized(root))
    }

    /// The record, when there is one.
    pub fn as_record(&self) -> Option<&Node> {
        match self {
            State::Record(root) => Some(root),
            _ => None,
        }
    }

    /// What changed when `before` became this. A side that cannot be read changes nothing.
    pub fn changes_since(&self, before: &State) -> Vec<Change> {
        match (before, self) {
            (State::Unreadable, _) | (_, State::Unreadable) => Vec::new(),
            (before, after) => compare_normal(before.as_record(), after.as_record()),
        }
    }
}

/// The record at one revision at which it changed, or at which two of its versions met.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The versions before it, by their positions in the history; `None` for a predecessor that
    /// has no version yet. A first revision has no predecessor at all.
    pub parents: Vec<Option<usize>>,
    /// What it holds.
    pub state: State,
}

/// Where the value of a field comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin<'a> {
    /// The field, in its name of today.
    pub field: FieldPath,
    /// Its value.
    pub value: &'a Node,
    /// The versions that brought it in, in the order of the history: several when branches came
    /// to one value without knowing of each other.
    pub versions: Vec<usize>,
}

/// All versions of one record, each after its parents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    versions: Vec<Version>,
    /// Those before which something is missing.
    cut: BTreeSet<usize>,
}

impl History {
    /// A history of `versions`. A parent that does not stand before its child is taken for one
    /// that has no version.
    pub fn new(mut versions: Vec<Version>) -> History {
        for (at, version) in versions.iter_mut().enumerate() {
            for parent in &mut version.parents {
                *parent = parent.filter(|parent| *parent < at);
            }
        }
        History { versions, cut: BTreeSet::new() }
    }

    /// The same history, cut off before the versions `cut`: something came before them, and nobody knows
    /// what. They are credited with nothing, for what they hold may have been there.
    #[must_use]
    pub fn cut_off_before(mut self, cut: impl IntoIterator<Item = usize>) -> History {
        self.cut.extend(cut);
        self
    }

    /// Whether something that came before the version `at` is not known.
    pub fn is_cut_off_before(&self, at: usize) -> bool {
        self.cut.contains(&at)
    }

    /// The versions, each after its parents.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// What the version `at` is to be credited with: nothing when it cannot be read, or when the history
    /// is cut off before it. What cannot be read is passed over: the version after it is told against those before it.
    pub fn changes(&self, at: usize) -> Vec<Change> {
        let Some(version) = self.versions.get(at) else { return Vec::new() };
        if version.state == State::Unreadable || self.cut.contains(&at) {
            return Vec::new();
        }
        let before: Vec<Option<&Node>> =
            self.readable_parents(at).into_iter().map(|parent| self.record(parent)).collect();
        credit_normal(&before, version.state.as_record())
    }

    fn record(&self, at: Option<usize>) -> Option<&Node> {
        self.versions.get(at?)?.state.as_record()
    }

    /// The nearest versions before `at` that can be read, each once, in their order.
    fn readable_parents(&self, at: usize) -> Vec<Option<usize>> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = vec![at];
        while let Some(at) = open.pop() {
            for parent in &self.versions[at].parents {
                match parent {
                    Some(parent) if self.versions[*parent].state == State::Unreadable => {
                        if seen.insert(*parent) {
                            open.push(*parent);
                        }
                    }
                    parent => {
                        found.insert(*parent);
                    }
                }
            }
        }
        found.into_iter().collect()
    }

    /// For each version, what the field called `field` at the version `tip` is called there: a
    /// holding that was renamed since goes by its old id. A version without names has nothing to
    /// do with it.
    pub fn names(&self, tip: usize, field: &FieldPath) -> Vec<BTreeSet<FieldPath>> {
        let mut names = vec![BTreeSet::new(); self.versions.len()];
        if let Some(at_tip) = names.get_mut(tip) {
            at_tip.insert(field.clone());
        }
        for at in (0..self.versions.len().min(tip.saturating_add(1))).rev() {
            let here: Vec<FieldPath> = names[at].iter().cloned().collect();
            if here.is_empty() {
                continue;
            }
            if self.versions[at].state == State::Unreadable {
                for parent in self.versions[at].parents.clone().into_iter().flatten() {
                    names[parent].extend(here.iter().cloned());
                }
                continue;
            }
            for parent in self.readable_parents(at).into_iter().flatten() {
                let changes = compare_normal(self.record(Some(parent)), self.record(Some(at)));
                let old = Names::of(&changes);
                names[parent].extend(here.iter().map(|field| old.before(field)));
            }
        }
        names
    }

    /// Where each value of the record at the version `tip` comes from, in the order of the record.
    /// A value is followed to every predecessor that has it; where none has it, it came in.
    ///
    /// ```
    /// use fonds::changes::{History, State, Version};
    /// use fonds::record::Node;
    /// let state = |place: &str| State::record(Node::from_json(
    ///     serde_json::json!({ "id": "x", "place": place })));
    /// let history = History::new(vec![
    ///     Version { parents: vec![], state: state("Peking") },
    ///     Version { parents: vec![Some(0)], state: state("Beijing") },
    /// ]);
    /// let blame = history.blame(1);
    /// let of = |field: &str| blame.iter().find(|o| o.field.to_string() == field).unwrap();
    /// assert_eq!((&of("id").versions[..], &of("place").versions[..]), (&[0][..], &[1][..]));
    /// ```
    pub fn blame(&self, tip: usize) -> Vec<Origin<'_>> {
        let Some(root) = self.record(Some(tip)) else { return Vec::new() };
        let mut origins: Vec<Origin<'_>> = leaves(root)
            .into_iter()
            .map(|(field, value)| Origin { field, value, versions: Vec::new() })
            .collect();
        // For each version, the values that may come from it: which value, and its name there.
        let mut open: BTreeMap<usize, BTreeSet<(usize, FieldPath)>> = BTreeMap::new();
        open.insert(
            tip,
            origins.iter().enumerate().map(|(leaf, origin)| (leaf, origin.field.clone())).collect(),
        );
        while let Some((at, mut values)) = open.pop_last() {
            let mut inherited = BTreeSet::new();
            for parent in self.readable_parents(at).into_iter().flatten() {
                let Some(before) = self.record(Some(parent)) else { continue };
                let changes = compare_normal(Some(before), self.record(Some(at)));
                let names = Names::of(&changes);
                for value in &values {
                    let (leaf, field) = value;
                    if changes.iter().any(|change| change.sets(field)) {
                        continue;
                    }
                    inherited.insert(value.clone());
                    open.entry(parent).or_default().insert((*leaf, names.before(field)));
                }
            }
            values.retain(|value| !inherited.contains(value));
            for (leaf, _) in values {
                if let Some(origin) = origins.get_mut(leaf) {
                    origin.versions.push(at);
                }
            }
        }
        for origin in &mut origins {
            origin.versions.sort_unstable();
            origin.versions.dedup();
        }
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// The plain model: a record is a few fields, each value with the revisions it came from.
    type Model = BTreeMap<usize, (u8, BTreeSet<usize>)>;

    #[derive(Debug, Clone)]
    enum Step {
        /// From a revision (counted back), set or remove fields.
        Edit(usize, Vec<(usize, Option<u8>)>),
        /// Two revisions met: from which side each field is, then edits of its own.
        Merge(usize, usize, Vec<bool>, Vec<(usize, Option<u8>)>),
        /// A file that cannot be read.
        Break(usize),
    }

    const FIELDS: usize = 6;

    /// The fields lie where fields of records lie: at the top, in a table, in parts that are
    /// known by their ids, in a path.
    fn field(at: usize) -> FieldPath {
        let names = [
            "place",
            "date.sent.value",
            "holding.a.note",
            "holding.b.note",
            "holding.a.path.fond",
            "unknown.x",
        ];
        names[at].parse().expect("a field")
    }

    fn tree(model: &Model) -> Node {
        let value = |at: usize| model.get(&at).map(|(value, _)| value.to_string());
        let fond = value(4).map(|value| serde_json::json!([["fond", value], ["opis", "1"]]));
        let json = serde_json::json!({
            "id": "r", "place": value(0), "date": { "sent": value(1) },
            "holding": [
                { "id": "a", "archive": "A", "note": value(2), "path": fond },
                { "id": "b", "archive": "B", "note": value(3) },
            ],
            "unknown": { "x": value(5) },
        });
        Node::from_json(json)
    }

    fn edits() -> impl Strategy<Value = Vec<(usize, Option<u8>)>> {
        prop::collection::vec((0..FIELDS, prop::option::weighted(0.8, 0..3u8)), 0..3)
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (0..4usize, edits()).prop_map(|(from, edits)| Step::Edit(from, edits)),
            3 => (0..4usize, 0..4usize, prop::collection::vec(any::<bool>(), FIELDS), edits())
                .prop_map(|(a, b, sides, edits)| Step::Merge(a, b, sides, edits)),
            1 => (0..4usize).prop_map(Step::Break),
        ];
        prop::collection::vec(step, 1..14)
    }

    fn edit(model: &mut Model, at: usize, edits: &[(usize, Option<u8>)], parents: &[&Model]) {
        for (field, value) in edits {
            match value {
                None => {
                    model.remove(field);
                }
                Some(value) => {
                    // A value that a parent has is no new value, whoever typed it.
                    let known: BTreeSet<usize> = parents
                        .iter()
                        .filter_map(|parent| parent.get(field))
                        .filter(|(old, _)| old == value)
                        .flat_map(|(_, origins)| origins.clone())
                        .collect();
                    let origins = if known.is_empty() { BTreeSet::from([at]) } else { known };
                    model.insert(*field, (*value, origins));
                }
            }
        }
    }

    fn build(steps: &[Step]) -> (History, Vec<Option<Model>>) {
        let mut versions =
            vec![Version { parents: vec![], state: State::record(tree(&Model::new())) }];
        let mut models: Vec<Option<Model>> = vec![Some(Model::new())];
        let mut heirs: HashMap<usize, usize> = HashMap::new();
        for step in steps {
            let at = versions.len();
            let back = |n: usize| at - 1 - n.min(at - 1);
            // The model sees through what cannot be read.
            let seen = |n: usize| heirs.get(&n).copied().unwrap_or(n);
            match step {
                Step::Edit(from, edits) => {
                    let from = back(*from);
                    let parent = models[seen(from)].clone().unwrap_or_default();
                    let mut model = parent.clone();
                    edit(&mut model, at, edits, &[&parent]);
                    let state = State::record(tree(&model));
                    versions.push(Version { parents: vec![Some(from)], state });
                    models.push(Some(model));
                }
                Step::Merge(a, b, sides, edits) => {
                    let (a, b) = (back(*a), back(*b));
                    let left = models[seen(a)].clone().unwrap_or_default();
                    let right = models[seen(b)].clone().unwrap_or_default();
                    let mut model = Model::new();
                    for (field, from_left) in sides.iter().enumerate() {
                        let (one, other) =
                            if *from_left { (&left, &right) } else { (&right, &left) };
                        let Some((value, origins)) = one.get(&field) else { continue };
                        let mut origins = origins.clone();
                        if let Some((same, more)) = other.get(&field)
                            && same == value
                        {
                            origins.extend(more);
                        }
                        model.insert(field, (*value, origins));
                    }
                    edit(&mut model, at, edits, &[&left, &right]);
                    let state = State::record(tree(&model));
                    versions.push(Version { parents: vec![Some(a), Some(b)], state });
                    models.push(Some(model));
                }
                Step::Break(from) => {
                    let from = back(*from);
                    let readable = seen(from);
                    heirs.insert(at, readable);
                    versions.push(Version { parents: vec![Some(from)], state: State::Unreadable });
                    models.push(None);
                }
            }
        }
        (History::new(versions), models)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn blame_and_log_say_what_the_plain_model_says(steps in steps()) {
            let (history, models) = build(&steps);
            for (tip, model) in models.iter().enumerate() {
                let Some(model) = model else {
                    prop_assert!(history.changes(tip).is_empty());
                    prop_assert!(history.blame(tip).is_empty());
                    continue;
                };
                let blame = history.blame(tip);
                for at in 0..FIELDS {
                    let found = blame.iter().find(|origin| origin.field == field(at));
                    match (model.get(&at), found) {
                        (None, None) => {}
                        (Some((value, origins)), Some(found)) => {
                            prop_assert_eq!(found.value, &Node::from(value.to_string()));
                            let origins: Vec<usize> = origins.iter().copied().collect();
                            prop_assert_eq!(&found.versions, &origins, "{} at {}", field(at), tip);
                            // What is blamed is in the log, as a change of this field.
                            for version in &found.versions {
                                let changes = history.changes(*version);
                                prop_assert!(changes.iter().any(|change| change.sets(&field(at))));
                            }
                        }
                        (model, found) => prop_assert!(false, "{model:?} {found:?}"),
                    }
                }
                // And the other way round: a change that sets a field is where its value is from.
                for change in history.changes(tip) {
                    for at in (0..FIELDS).filter(|at| change.sets(&field(*at))) {
                        if let Some((_, origins)) = model.get(&at) {
                            prop_assert!(origins.contains(&tip), "{change:?}");
                        }
                    }
                }
            }
        }

        #[test]
        fn a_history_reads_the_same_whichever_side_was_merged(steps in steps()) {
            let (history, models) = build(&steps);
            let mut turned = history.versions().to_vec();
            turned.iter_mut().for_each(|version| version.parents.reverse());
            let turned = History::new(turned);
            for tip in 0..models.len() {
                prop_assert_eq!(history.changes(tip), turned.changes(tip));
                prop_assert_eq!(history.blame(tip), turned.blame(tip));
            }
        }
    }

    #[test]
    fn a_part_is_followed_through_its_names() {
        let state = |id: &str, delo: &str| {
            State::record(Node::from_json(serde_json::json!({
                "holding": [{ "id": id, "archive": "APRF", "path": [["fond", "45"], ["delo", delo]] }],
            })))
        };
        let history = History::new(vec![
            Version { parents: vec![], state: state("one", "340") },
            Version { parents: vec![Some(0)], state: state("one", "341") },
            Version { parents: vec![Some(1)], state: state("aprf", "341") },
        ]);
        let field: FieldPath = "holding.aprf.path.delo".parse().expect("a field");
        let names: Vec<String> =
            history.names(2, &field).iter().flatten().map(FieldPath::to_string).collect();
        assert_eq!(
            names,
            ["holding.one.path.delo", "holding.one.path.delo", "holding.aprf.path.delo"]
        );
        let blame = history.blame(2);
        let versions = |name: &str| {
            let origin = blame.iter().find(|origin| origin.field.to_string() == name);
            origin.map(|origin| origin.versions.clone())
        };
        assert_eq!(versions("holding.aprf.path.delo"), Some(vec![1]));
        assert_eq!(versions("holding.aprf.path.fond"), Some(vec![0]));
        assert_eq!(versions("holding.aprf.id"), Some(vec![2]));
    }
}
