//! `fonds schema`: what editors need to know of a record file.

/// The JSON Schema of a record file, as text; the same as `docs/record.schema.json`.
pub fn schema() -> String {
    crate::record_file::schema()
}
