//! Jobs and files of CSL-JSON read item by item, so that no more than one item is held as JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::citation::Item;
use crate::problem::{Problem, codes};

/// The items of a job.
#[derive(Debug, Default)]
pub(super) enum Given {
    /// The job gives none.
    #[default]
    Nothing,
    /// Something that is no list.
    NoList,
    /// The items that could be read, and what was wrong with the others.
    List(Vec<Item>, Vec<Problem>),
}

impl Given {
    /// The items, with what is to be said of them added to `problems`.
    pub(super) fn take(self, problems: &mut Vec<Problem>) -> Vec<Item> {
        match self {
            Given::Nothing => {
                problems.push(Problem::error(codes::JOB, "a job gives no `items`"));
                Vec::new()
            }
            Given::NoList => {
                problems.push(Problem::error(codes::JOB, "`items` is no list"));
                Vec::new()
            }
            Given::List(items, mut said) => {
                problems.append(&mut said);
                items
            }
        }
    }
}

/// A job: its items, and everything else that it says.
#[derive(Debug, Default)]
pub(super) struct Job {
    pub(super) items: Given,
    pub(super) fields: Map<String, Value>,
}

impl Job {
    /// Reads a job. A list is taken for a job of nothing but `items`; anything else that is no
    /// object is a job that says nothing.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub(super) fn read(text: &str) -> serde_json::Result<Job> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let job = (&mut reader).deserialize_any(AnyJob)?;
        reader.end()?;
        Ok(job)
    }

    /// The value of a field.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.fields.get(key)
    }
}

/// Visits with which a value that is neither a list nor an object is `$other`.
macro_rules! scalars {
    ($other:expr) => {
        fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
            Ok($other)
        }
    };
}

struct AnyJob;

impl<'de> Visitor<'de> for AnyJob {
    type Value = Job;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a job, or a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Job, A::Error> {
        Ok(Job { items: AnyItems.visit_seq(list)?, fields: Map::new() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Job, A::Error> {
        let mut job = Job::default();
        while let Some(key) = map.next_key::<String>()? {
            if key == "items" {
                job.items = map.next_value_seed(AnyItems)?;
            } else {
                job.fields.insert(key, map.next_value()?);
            }
        }
        Ok(job)
    }

    fn visit_unit<E: Error>(self) -> Result<Job, E> {
        Ok(Job::default())
    }

    scalars!(Job::default());
}

struct AnyItems;

impl<'de> DeserializeSeed<'de> for AnyItems {
    type Value = Given;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyItems {
    type Value = Given;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Given, A::Error> {
        let (mut items, mut problems) = (Vec::new(), Vec::new());
        while let Some(value) = list.next_element::<Value>()? {
            let (item, said) = Item::from_json(&value);
            problems.extend(said);
            items.extend(item);
        }
        Ok(Given::List(items, problems))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        while map.next_entry::<String, Value>()?.is_some() {}
        Ok(Given::NoList)
    }

    fn visit_unit<E: Error>(self) -> Result<Given, E> {
        Ok(Given::Nothing)
    }

    scalars!(Given::NoList);
}
