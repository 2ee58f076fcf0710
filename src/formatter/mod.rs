//! Style and items to a marked-up tree, and the tree to text. Touches nothing.

pub mod date;
pub mod date_text;
pub mod markup;
pub mod punctuation;
pub mod name_particles;
pub mod number;
pub mod page_range;
mod rich_text;
mod text_case;
pub mod write;
