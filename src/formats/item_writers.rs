//! Formats that are written from the CSL item: RIS and hayagriva YAML.

use super::version_mark::mark;
use super::writer::{Outgoing, Piece, Writer};
use super::{hayagriva_yaml, ris};
use crate::citation::{Choice, Item, Loss, Variable, item_of};
use crate::record::Archives;
use std::io::{self, Write};

/// Writes items one after the other with `write`, which also says what it could not carry.
pub struct ItemWriter {
    write: fn(&Item, Option<&str>) -> (String, Vec<Variable>),
    name: &'static str,
}

impl ItemWriter {
    /// A writer of RIS.
    pub fn ris() -> ItemWriter {
        ItemWriter { write: ris::write, name: "RIS" }
    }

    /// A writer of hayagriva YAML.
    pub fn hayagriva() -> ItemWriter {
        ItemWriter { write: hayagriva_yaml::write, name: "hayagriva" }
    }
}

impl Writer for ItemWriter {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let record = outgoing.record;
        let (mut item, mut losses) = item_of(record, archives, &Choice::for_export());
        item.id = outgoing.key().into();
        for loss in &mut losses {
            // What CSL-JSON keeps in `custom` has no such place here.
            if loss.why.contains("custom") {
                loss.why = format!("{} has no field for it", self.name);
            }
        }
        let (text, lost) = (self.write)(&item, mark(outgoing).as_deref());
        losses.extend(lost.into_iter().map(|variable| Loss {
            record: record.id.to_string(),
            field: variable.as_str().to_owned(),
            why: format!("{} has no field for this CSL variable", self.name),
        }));
        Piece::text(text, losses)
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
