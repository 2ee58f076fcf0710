//! Disk and Git: the only room that names them. It speaks texts and revisions, and does not know
//! what a record means.

pub mod files;
