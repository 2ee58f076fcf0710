//! Records as CSL-JSON 1.0.2: what pandoc, Zotero, Typst and citeproc-js read.

use super::kept::{self, Familiar};
use super::writer::{Outgoing, Piece, Writer};
use crate::citation::{Choice, Item, Loss, TextVariable, item_of};
use crate::record::{Archives, FieldPath, Record};
use std::io::{self, Write};

/// What standard variables do not bring back; `custom`, which other programs pass over, may.
fn losses_of(
    record: &Record,
    item: &Item,
    archives: &Archives,
    said: &[Loss],
    familiar: &Familiar,
) -> Vec<Loss> {
    let why = |field: &FieldPath| {
        let segments = field.segments();
        let is_kept = item.custom().into_iter().flatten().any(|(key, _)| match key.as_str() {
            // Names and calendars stand there under shorter names.
            "author" | "via" | "participant" => {
                segments.first().is_some_and(|top| top == "agent")
                    && segments.get(1).is_none_or(|agent| agent.starts_with(key.as_str()))
            }
            // The one stands in place of the other.
            "original_title" | "transliterated_title" => {
                segments.first().is_some_and(|top| top.ends_with("_title"))
            }
            "calendar" => segments.last().is_some_and(|last| last == "calendar"),
            _ => key
                .parse()
                .is_ok_and(|key: FieldPath| field.is_within(&key) || key.is_within(field)),
        });
        match is_kept {
            true => "no CSL variable: kept in `custom`".to_owned(),
            false => "no CSL variable".to_owned(),
        }
    };
    let back = kept::back_from_item(record, &kept::standard(item), archives, familiar);
    let losses = kept::losses(record, Some(back), said, &why);
    familiar.learn(record, &losses);
    losses
}

/// Writes a JSON list of items, indented, one under the other.
#[derive(Debug, Default)]
pub struct CslJsonWriter {
    begun: bool,
    familiar: Familiar,
}

impl CslJsonWriter {
    /// What is written of a record, and what of it has no variable.
    fn item(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> (Item, Vec<Loss>) {
        let (mut item, said) = item_of(outgoing.record, archives, &Choice::for_export());
        item.id = outgoing.key().into();
        if let Some(version) = outgoing.version {
            let mut own = serde_json::json!({ "version": version });
            // Under another key nobody would know which record it is.
            if let (Some(_), Some(own)) = (outgoing.key, own.as_object_mut()) {
                own.insert("id".to_owned(), outgoing.record.id.as_str().into());
            }
            item.set_custom("fonds", own);
        }
        (item, said)
    }
}

impl Writer for CslJsonWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")
    }

    fn resume(&mut self) {
        self.begun = true;
    }

    fn piece(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Piece {
        let (item, _) = self.item(outgoing, archives);
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
        Piece::text(text.join("\n"))
    }

    fn losses(&self, outgoing: &Outgoing<'_>, archives: &Archives) -> Vec<Loss> {
        let (item, said) = self.item(outgoing, archives);
        losses_of(outgoing.record, &item, archives, &said, &self.familiar)
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
