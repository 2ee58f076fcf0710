//! Records as CSL-JSON 1.0.2: what pandoc, Zotero, Typst and citeproc-js read.

use super::writer::Writer;
use crate::citation::{Choice, Loss, TextVariable, item_of};
use crate::record::{Archives, Record};
use std::io::{self, Write};

/// Writes a JSON list of items, indented, one under the other.
#[derive(Debug, Default)]
pub struct CslJsonWriter {
    begun: bool,
}

impl Writer for CslJsonWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn record(
        &mut self,
        record: &Record,
        archives: &Archives,
        out: &mut dyn Write,
    ) -> io::Result<Vec<Loss>> {
        let (item, losses) = item_of(record, archives, &Choice::for_export());
        out.write_all(if self.begun { b",\n" } else { b"\n" })?;
        self.begun = true;
        let mut json = item.to_json();
        // Typst reads the place of an archive under this name only.
        if let Some(place) = item.text(TextVariable::ArchivePlace)
            && let Some(object) = json.as_object_mut()
        {
            object.insert("archive_place".to_owned(), place.into());
        }
        let json = serde_json::to_string_pretty(&json).map_err(io::Error::from)?;
        for (number, line) in json.lines().enumerate() {
            if number > 0 {
                out.write_all(b"\n")?;
            }
            write!(out, "  {line}")?;
        }
        Ok(losses)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.begun { b"\n]\n" } else { b"]\n" })
    }
}
