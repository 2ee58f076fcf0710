//! All integration tests are this one binary; each file here is a module of it.

mod archives;
mod history;
mod past;
mod arrows;
mod record_file;
mod styles;
mod query;
