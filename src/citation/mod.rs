//! A record as a thing cited: the CSL item, and printed references read back.

mod item;
mod item_json;
mod vocabulary;

pub use item::{Date, DateParts, Item, Name};
pub use vocabulary::{DateVariable, ItemType, LocatorLabel, NameVariable, TextVariable, Variable};
