use std::fmt;

/// Where a problem is: file, line, column and field, each as far as known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user would name it (relative to the catalog's root where it lies inside).
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column in characters, counted from 1.
    pub column: Option<usize>,
    /// The field, in the words of the record: `holding.aprf.path`.
    pub field: Option<String>,
}

impl Place {
    /// A place in the file `file`.
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: Some(file.into()), ..Place::default() }
    }

    /// A place known only by its field.
    pub fn of_field(field: impl Into<String>) -> Place {
        Place { field: Some(field.into()), ..Place::default() }
    }

    /// The same place with line and column, both counted from 1.
    #[must_use]
    pub fn line_column(mut self, line: usize, column: usize) -> Place {
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    /// The same place with the byte `offset` of `text` as line and column.
    #[must_use]
    pub fn offset(self, text: &str, offset: usize) -> Place {
        let (line, column) = line_and_column(text, offset);
        self.line_column(line, column)
    }

    /// The same place with its field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Place {
        self.field = Some(field.into());
        self
    }

    /// Whether nothing is known of the place.
    pub fn is_unknown(&self) -> bool {
        *self == Place::default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = 0;
        if let Some(file) = &self.file {
            f.write_str(file)?;
            parts += 1;
        }
        if let Some(line) = self.line {
            if parts == 0 {
                f.write_str("line ")?;
            } else {
                f.write_str(":")?;
            }
            write!(f, "{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
            parts += 1;
        }
        if let Some(field) = &self.field
            && parts == 0
        {
            write!(f, "{field}")?;
        }
        Ok(())
    }
}

/// Line and column, in characters and counted from 1, of the byte `offset` in `text`.
/// An offset past the end gives the place after the last character.
///
/// ```
/// assert_eq!(fonds::problem::line_and_column("a\nфб", 4), (2, 2));
/// ```
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
