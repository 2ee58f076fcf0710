//! Records as JSON, one a line, whole: nothing is lost.

use super::writer::Writer;
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
    #[serde(flatten)]
    record: &'a Record,
}

impl Writer for JsonLinesWriter {
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn record(
        &mut self,
        record: &Record,
        _: &Archives,
        out: &mut dyn Write,
    ) -> io::Result<Vec<Loss>> {
        serde_json::to_writer(&mut *out, &Line { format: FORMAT, record })
            .map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        Ok(Vec::new())
    }

    fn end(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
