//! Where the lines of a text begin, so that many places in a large text are found quickly.

use crate::problem::Place;

/// The beginnings of the lines of a text.
pub struct Lines<'a> {
    text: &'a str,
    file: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of `text`, which stands in `file`.
    pub fn of(text: &'a str, file: &'a str) -> Lines<'a> {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Lines { text, file, starts }
    }

    /// The place of the byte `offset`.
    pub fn place(&self, offset: usize) -> Place {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(1, |before| before.chars().count() + 1);
        Place::file(self.file).line_column(line, column)
    }

    /// The place of `part`, which is a piece of the text itself.
    pub fn place_of(&self, part: &str) -> Place {
        self.place((part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_a_search_from_the_beginning() {
        let text = "эб\n\n  в\r\ng";
        let lines = Lines::of(text, "f");
        for (offset, _) in text.char_indices() {
            assert_eq!(lines.place(offset), Place::file("f").offset(text, offset));
        }
        assert_eq!(lines.place(99).line, Some(4));
        assert_eq!(lines.place_of(&text[6..]).line, Some(3));
    }
}
