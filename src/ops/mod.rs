//! What a user can ask for, one file per thing. Nothing here prints: an answer is a value, and so
//! is a refusal.

pub mod files;
mod refusal;

pub use refusal::{Refusal, Result};
