//! What an export says of the fields that the format has no place for, and how closely it looks.

use super::record_shape::shape_of;
use crate::citation::Loss;
use crate::record::Record;
use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};

/// How closely an export looks at what the format has no place for. To know it of a record takes as long as to write it:
/// what was written is read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Looking {
    /// At every record: fields are counted, and each loss is told.
    Every,
    /// At every record of a small catalog. Of a large one at the first [`Looking::FIRST`], and then at some of each
    /// shape: of records that have the same fields, not all are looked at, and losses are not counted.
    #[default]
    Kinds,
    /// At none.
    None,
}

impl Looking {
    /// So many records are looked at one by one in any case.
    pub const FIRST: usize = 2048;
    /// So many of each shape.
    const OF_A_SHAPE: usize = 8;
    /// There are more shapes in no catalog that was seen.
    const SHAPES: usize = 1024;
}

/// The fields that were lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Losses {
    /// How many of the records that were looked at lost each field, the ids of parts written as `*`.
    pub fields: BTreeMap<String, usize>,
    /// How many records were looked at.
    pub looked_at: usize,
}

impl Losses {
    /// Counts what was lost of a record.
    pub(super) fn add(&mut self, losses: &[Loss]) {
        for loss in losses {
            *self.fields.entry(general(&loss.field)).or_default() += 1;
        }
    }
}

/// Which records are looked at: as they are put down, in the order of their paths, so that the same records are told
/// the same. Whoever makes the next ones meanwhile sees a little later what was looked at, and has at hand what may
/// be wanted.
#[derive(Debug)]
pub(super) struct Looks {
    looking: Looking,
    /// How many records were put down, and how many of each shape were looked at.
    seen: RwLock<(usize, HashMap<u64, usize>)>,
}

/// What may have to be told of a record.
#[derive(Debug)]
pub(super) enum AtHand {
    Nothing,
    /// What was lost, and the shape.
    Losses(Vec<Loss>, u64),
    /// The record and its shape.
    Record(Box<Record>, u64),
}

impl Looks {
    pub(super) fn new(looking: Looking) -> Looks {
        Looks { looking, seen: RwLock::default() }
    }

    /// What may be wanted of `record` when it is put down; `losses` looks at it.
    pub(super) fn at_hand(&self, record: Record, losses: impl Fn(&Record) -> Vec<Loss>) -> AtHand {
        let shape = match self.looking {
            Looking::None => return AtHand::Nothing,
            Looking::Every => return AtHand::Losses(losses(&record), 0),
            Looking::Kinds => shape_of(&record),
        };
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        let (each, wants) = (seen.0 < Looking::FIRST, wants(&seen.1, shape));
        drop(seen);
        match (each, wants) {
            (true, _) => AtHand::Losses(losses(&record), shape),
            (false, true) => AtHand::Record(Box::new(record), shape),
            (false, false) => AtHand::Nothing,
        }
    }

    /// What was lost of the next record, when it is one of those that are looked at.
    pub(super) fn look(
        &self,
        at_hand: AtHand,
        losses: impl Fn(&Record) -> Vec<Loss>,
    ) -> Option<Vec<Loss>> {
        let shape = match (&at_hand, self.looking) {
            (_, Looking::None) => return None,
            (AtHand::Losses(..), Looking::Every) => None,
            (AtHand::Losses(_, shape) | AtHand::Record(_, shape), _) => Some(*shape),
            (AtHand::Nothing, _) => None,
        };
        if let Some(shape) = shape {
            let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
            seen.0 += 1;
            if seen.0 > Looking::FIRST && !wants(&seen.1, shape) {
                return None;
            }
            *seen.1.entry(shape).or_default() += 1;
        }
        match at_hand {
            AtHand::Nothing => None,
            AtHand::Losses(losses, _) => Some(losses),
            AtHand::Record(record, _) => Some(losses(&record)),
        }
    }
}

/// Whether another record of this shape is to be looked at.
fn wants(shapes: &HashMap<u64, usize>, shape: u64) -> bool {
    match shapes.get(&shape) {
        Some(seen) => *seen < Looking::OF_A_SHAPE,
        None => shapes.len() < Looking::SHAPES,
    }
}

/// A field without the ids of parts, for counting: `holding.aprf.note` as `holding.*.note`.
fn general(field: &str) -> String {
    let mut parts: Vec<&str> = field.split('.').collect();
    let has_parts =
        matches!(parts.first(), Some(&("holding" | "translation" | "publication" | "surrogate")));
    if has_parts && parts.len() > 1 {
        parts[1] = "*";
    }
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record_file;

    fn record(text: &str) -> Record {
        let text = format!("format = 1\nid = \"a\"\n{text}\n");
        let (draft, _) = record_file::read(text.as_bytes(), "a.toml");
        draft.and_then(|draft| draft.finish().0).expect("a record")
    }

    #[test]
    fn of_many_records_some_of_each_shape_are_looked_at() {
        let (usual, rare) = (record("title = \"T\""), record("title = \"T\"\nnote = \"n\""));
        let looked_at = |looking: Looking| {
            let looks = Looks::new(looking);
            let mut seen = Vec::new();
            for at in 0..3000 {
                let record = if at == 2900 { &rare } else { &usual };
                let at_hand = looks.at_hand(record.clone(), |_| Vec::new());
                if looks.look(at_hand, |_| Vec::new()).is_some() {
                    seen.push(at);
                }
            }
            seen
        };
        assert_eq!(looked_at(Looking::Every).len(), 3000);
        let mut first: Vec<usize> = (0..Looking::FIRST).collect();
        first.push(2900);
        assert_eq!(looked_at(Looking::Kinds), first);
        assert_eq!(looked_at(Looking::None), Vec::<usize>::new());
    }
}
