//! Two moments compared: what changed, said in the archivist's words.
//!
//! [`compare`] takes a record before and after and gives [`Change`]s, values that obey laws:
//! comparing a record with itself gives nothing, [`apply`] carries the changes out on what was
//! before and gives what is after, [`inverse`] is what comparing the other way round gives.
//! Parts of lists are matched by what they are ([`crate::record::part_keys`]), never by position.
//! What has several predecessors is judged by [`credit`]: a merge is credited only with what
//! differs from all of them. Formatting, comments, the order of keys and short forms written out
//! are no change (see [`normal_form`]).
//!
//! The room knows neither files nor Git: who hands over the two moments says where they are from.

mod apply;
mod change;
mod compare;
mod credit;
mod filter;
mod history;
#[cfg(test)]
mod laws;
mod merge;
mod normal;
mod pairing;
mod prov;
mod report;
mod words;

pub use apply::apply;
pub use change::{Change, ChangeKind, inverse};
pub use compare::compare;
pub use credit::credit;
pub use filter::{Filter, Provenance};
pub use history::{History, Origin, State, Version};
pub use merge::{CONFLICT_MARK, Conflict, Merged, join, merge};
pub use normal::{normal_form, same};
pub use pairing::likeness;
pub use prov::{ProvDocument, ProvKind, ProvRelation, prov_name};
pub use report::{ReportEntry, ReportFormat, ReportHead, Summary, report};
pub use words::{field_words, sentence, value_words, word_diff};
