//! All integration tests are this one binary; each file here is a module of it.

mod archives;
mod references;
mod arrows;
mod catalog;
mod desk;
mod record_file;
mod styles;
mod query;
