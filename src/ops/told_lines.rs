//! Records as lines: the columns of a table, or one template, where a list of records is printed.

use super::{Catalog, RecordFile, Result};
use crate::formats::table::{Rows, Table};
use crate::formats::{ColumnSource, ColumnSpec, Outgoing};
use crate::problem::{Problem, codes};
use crate::record::Archives;

/// Makes a line of text from each record.
#[derive(Debug)]
pub struct ToldLines {
    archives: Archives,
    table: Table,
}

impl Catalog {
    /// Lines with the columns that `text` lists, as tables have them, parted by tabs.
    pub fn lines_of_columns(&self, text: &str) -> Result<ToldLines> {
        let table = Table::with_columns(Rows::Record, &self.columns(text)?)?;
        Ok(ToldLines { archives: self.archives(), table })
    }

    /// Lines that `template` makes, in the language of Jinja, with the names that columns have and
    /// `record`; `\n` and `\t` in it are an end of line and a tab.
    ///
    /// ```no_run
    /// # use fonds::ops::Catalog;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let catalog = Catalog::open(std::path::Path::new(".")).map_err(|e| format!("{e:?}"))?;
    /// let lines = catalog.lines_of_template("{{ id }}: {{ sender }}").map_err(|e| format!("{e:?}"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn lines_of_template(&self, template: &str) -> Result<ToldLines> {
        if !template.contains("{{") && !template.contains("{%") {
            let message =
                format!("the template `{}` takes nothing of a record", template.escape_debug());
            let mend = "write names of columns between braces: `{{ id }}  {{ title }}`";
            return Err(Problem::error(codes::COLUMN, message).mend(mend).into());
        }
        let source = ColumnSource::Named(template.replace("\\n", "\n").replace("\\t", "\t"));
        let column = ColumnSpec { header: String::new(), source };
        let table = Table::with_columns(Rows::Record, &[column])?;
        Ok(ToldLines { archives: self.archives(), table })
    }
}

impl ToldLines {
    /// Whether a line may tell the version of its record (see `Selected::with_versions`).
    pub fn tell_versions(&self) -> bool {
        self.table.tells_versions()
    }

    /// The line of `file`, and what could not be made of it; `None` for a record that cannot be read.
    pub fn line(&self, file: &RecordFile) -> Option<(String, Vec<Problem>)> {
        let record = file.record.as_ref()?;
        let version = file.version.map(|version| version.to_string());
        let outgoing = Outgoing { record, version: version.as_deref(), key: None };
        let made = self.table.rows_of(&outgoing, &self.archives);
        let alone = self.table.header().len() == 1;
        let cell = |cell: &String| match alone {
            true => cell.clone(),
            // A tab parts columns, an end of line parts records.
            false => cell.replace(['\n', '\r', '\t'], " "),
        };
        let row = made.rows.first().map(|row| row.iter().map(cell).collect::<Vec<_>>().join("\t"));
        let problems = made.failures.into_iter().map(|(column, why)| {
            let what = match column.as_str() {
                "" => "the template".to_owned(),
                column => format!("`{}`", column.escape_debug()),
            };
            Problem::error(codes::COLUMN_FAILED, format!("{}: {what}: {why}", record.id))
        });
        Some((row.unwrap_or_default(), problems.collect()))
    }
}
