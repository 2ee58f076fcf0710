//! Formats that are written from the CSL item: RIS and hayagriva YAML.

use super::kept::{self, Familiar};
use super::lines::Lines;
use super::version_mark::mark;
use super::writer::{Outgoing, Piece, Writer};
use super::{hayagriva_yaml, ris};
use crate::citation::{Choice, Item, Loss, item_of};
use crate::record::{Archives, FieldPath};
use std::io::{self, Write};

/// Writes items one after the other with `write`; `read` tells what of them comes back.
pub struct ItemWriter {
    write: fn(&Item, Option<&str>) -> String,
    read: fn(&str) -> Option<Item>,
    name: &'static str,
    familiar: Familiar,
}

impl ItemWriter {
    /// A writer of RIS.
    pub fn ris() -> ItemWriter {
        let read =
            |text: &str| ris::read(text, &Lines::of(text, "")).0.pop().map(|entry| entry.item);
        ItemWriter { write: ris::write, read, name: "RIS", familiar: Familiar::default() }
    }

    /// A writer of hayagriva YAML.
    pub fn hayagriva() -> ItemWriter {
        let read = |text: &str| hayagriva_yaml::read(text, "").ok()?.pop().map(|entry| entry.item);
        ItemWriter {
            write: hayagriva_yaml::write,
            read,
            name: "hayagriva",
            familiar: Familiar::default(),
        }
    }

    /// What is written of a record, and what of it has no place in an item.
    fn item(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> (Item, Vec<Loss>) {
        let (mut item, said) = item_of(outgoing.record, archives, &Choice::for_export());
        item.id = outgoing.key().into();
        (item, said)
    }
}

impl Writer for ItemWriter {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let (item, _) = self.item(outgoing, archives);
        Piece::text((self.write)(&item, mark(outgoing).as_deref()))
    }

    fn losses(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Vec<Loss> {
        let record = outgoing.record;
        let (item, said) = self.item(outgoing, archives);
        let back = (self.read)(&(self.write)(&item, None));
        let back = back.map(|item| kept::back_from_item(record, &item, archives, &self.familiar));
        let why = |_: &FieldPath| format!("{} has no field for it", self.name);
        let losses = kept::losses(record, back, &said, &why);
        self.familiar.learn(record, &losses);
        losses
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
