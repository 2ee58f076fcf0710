//! **fonds**: a citation and provenance manager for archival documents.
//!
//! A *record* describes one document; a *catalog* is a Git repository of records. From them come
//! citations, audits and exports. The rooms, in the order in which data flows through them:
//!
//! | room | in | out | never |
//! |---|---|---|---|
//! | [`problem`] | | what is wrong, where, how to mend it | prints |
//! | [`record`] | parts | a [`record::Record`] that cannot lie | reads a file |
//! | [`record_file`] | TOML text | a draft, a record, edited text | touches the disk |
//! | [`query`] | the words of a query | a selection that judges records | looks outside |
//! | [`store`] | paths, revisions | texts, revisions | knows what a record means |
//! | [`citation`] | a record | the CSL item | formats |
//! | [`formats`] | other people's files | records, and back | touches the disk |
//! | [`manuscript`] | the text of a manuscript | where it cites, and other text in those places | knows a record |
//! | [`style`] | CSL style and locale text | a compiled style | sees an item |
//! | [`formatter`] | style and items | a marked-up tree, then text | reads a file, a clock, a global |
//! | [`changes`] | two moments | changes, findings, reports | knows Git |
//! | [`ops`] | a request | an answer | prints |
//! | [`cli`] | arguments | stdout, stderr, an exit code | decides anything about records |
//!
//! Each room looks only at the rooms that `tests/it/arrows.rs` allows.

pub mod problem;
pub mod record;
pub mod record_file;
pub mod query;
pub mod store;
pub mod citation;
pub mod formats;
pub mod manuscript;
pub mod style;
pub mod formatter;
pub mod changes;
pub mod ops;
pub mod cli;
