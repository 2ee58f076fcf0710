//! The one language for choosing records: what `list`, `search`, `bib`, `export`, `audit` and the
//! bulk `set` understand. `docs/query.md` tells it to users.
//!
//! A text is parsed into a [`Query`], once; [`Query::prepare`] asks the outside what only it knows
//! (which records a revision changed, which a manuscript cites, what else an archive is called) and
//! gives a [`Selection`], which judges one record after the other and asks nothing any more.
//!
//! ```
//! use fonds::query::{NoAnswers, Query};
//! use fonds::record::Node;
//! let query: Query = "from:mao date:1951 NOT has:translation".parse().unwrap();
//! let selection = query.prepare(&NoAnswers).unwrap();
//! let record = Node::from_json(serde_json::json!({
//!     "date": { "sent": "1951-08-27" },
//!     "agent": [{ "role": "sender", "name": { "family": "Mao", "given": "Zedong" } }],
//! }));
//! assert!(selection.matches(&record));
//! ```

mod days;
mod field;
mod fold;
mod grammar;
mod language;
mod select;

pub(crate) use days::Days;
pub use field::{Field, Short};
pub use fold::fold;
pub use language::{Query, Term, Test};
pub use select::{Answers, NoAnswers, Selection};

/// The longest query, in bytes.
pub const LONGEST: usize = 4096;

/// How deep parentheses and `NOT` may stand inside each other.
pub const DEEPEST: usize = 64;
