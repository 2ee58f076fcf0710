//! A CSL style and its locale, checked and compiled.

pub mod formatting;
