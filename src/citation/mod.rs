//! A record as a thing cited: the CSL item, and printed references read back.

mod archive_name;
mod calendar;
mod choice;
mod convention;
mod date_words;
mod full_width;
mod item;
mod item_json;
mod note_fields;
mod kind;
mod location;
mod locator;
mod mapping;
mod months;
mod path_printer;
mod people;
mod published;
mod vocabulary;
mod when;
mod words;

pub mod reference;

pub use choice::{Choice, HoldingChoice, Levels, Loss, TranslationChoice};
pub use convention::{Convention, House, NoteUse, Order};
pub use full_width::full_width;
pub use item::{Date, DateParts, Item, Name, Shape};
pub use location::{leaves_value, narrowed};
pub use locator::{Locator, locator_of};
pub use mapping::{collection_of, fonds_of, item_of, leaves_of, reference_of};
pub use months::{after_day, month_of};
pub use vocabulary::{DateVariable, ItemType, LocatorLabel, NameVariable, TextVariable, Variable};
