//! Style and items to a marked-up tree, and the tree to text. Touches nothing.

mod bibliography;
mod choose;
mod citation_label;
mod cite;
mod cluster;
mod collapse;
pub mod date;
pub mod date_text;
mod dates;
mod disambiguate;
mod initials;
mod levels;
mod likeness;
pub mod markup;
pub mod name_particles;
mod name_register;
mod names;
pub mod number;
mod numbers;
pub mod page_range;
mod person;
mod position;
mod prepare;
mod process;
pub mod punctuation;
mod render;
mod rich_text;
mod script;
mod selection;
mod session;
mod sort;
mod text_case;
pub mod write;

pub use cite::{Citation, Cite, Mode, Position};
pub use process::{Entry, Formatted, Options, Processor};
pub use selection::{Condition, Selection};
