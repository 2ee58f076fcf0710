//! Records as CSL-JSON 1.0.2: what pandoc, Zotero, Typst and citeproc-js read.

use super::writer::{Outgoing, Piece, Writer};
use crate::citation::{Choice, TextVariable, item_of};
use crate::record::Archives;
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

    fn resume(&mut self) {
        self.begun = true;
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let record = outgoing.record;
        let (mut item, losses) = item_of(record, archives, &Choice::for_export());
        item.id = outgoing.key().into();
        if let Some(version) = outgoing.version {
            item.set_custom("fonds", serde_json::json!({ "version": version }));
        }
        let mut json = item.to_json();
        // Typst reads the place of an archive under this name only.
        if let Some(place) = item.text(TextVariable::ArchivePlace)
            && let Some(object) = json.as_object_mut()
        {
            object.insert("archive_place".to_owned(), place.into());
        }
        // `{:#}` of a JSON value is indented, and never fails.
        let text: Vec<String> =
            format!("{json:#}").lines().map(|line| format!("  {line}")).collect();
        Piece::text(text.join("\n"), losses)
    }

    fn put(&mut self, piece: &Piece, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.begun { b",\n" } else { b"\n" })?;
        self.begun = true;
        out.write_all(&piece.text)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.begun { b"\n]\n" } else { b"]\n" })
    }
}
