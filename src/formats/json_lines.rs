//! Records as JSON, one a line, whole: nothing is lost.

use super::writer::{Outgoing, Piece, Writer};
use crate::citation::Loss;
use crate::record::{Archives, FORMAT, Record};
use serde::Serialize;
use std::io::{self, Write};

/// Writes each record with all its fields, under the names they have in a record file.
#[derive(Debug, Default)]
pub struct JsonLinesWriter;

#[derive(Serialize)]
struct Line<'a> {
    format: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    #[serde(flatten)]
    record: &'a Record,
}

impl Writer for JsonLinesWriter {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn piece(&self, outgoing: &Outgoing<'_>, _: &Archives) -> Piece {
        let Outgoing { record, version, .. } = *outgoing;
        let line = Line { format: FORMAT, version, record };
        let mut text = serde_json::to_vec(&line).unwrap_or_else(|error| {
            unreachable!("the keys of a record are texts, and a vector takes every byte: {error}")
        });
        text.push(b'\n');
        Piece::text(text)
    }

    fn losses(&self, _: &Outgoing<'_>, _: &Archives) -> Vec<Loss> {
        Vec::new()
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
