//! All integration tests are this one binary; each file here is a module of it.

mod archives;
mod arrows;
mod styles;
mod query;
