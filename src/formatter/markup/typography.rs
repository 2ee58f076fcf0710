//! The quotation marks of a locale.

/// The quotation marks of a locale, and its habits with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typography {
    /// The term `open-quote`.
    pub open: Box<str>,
    /// The term `close-quote`.
    pub close: Box<str>,
    /// The term `open-inner-quote`.
    pub open_inner: Box<str>,
    /// The term `close-inner-quote`.
    pub close_inner: Box<str>,
    /// Whether a comma or full stop after a quotation goes inside it (American practice).
    pub punctuation_in_quote: bool,
}

impl Default for Typography {
    /// The quotation marks of `en-US`.
    fn default() -> Typography {
        Typography {
            open: "\u{201c}".into(),
            close: "\u{201d}".into(),
            open_inner: "\u{2018}".into(),
            close_inner: "\u{2019}".into(),
            punctuation_in_quote: true,
        }
    }
}

impl Typography {
    /// Whether a quotation mark of the locale begins with a dash.
    pub(in crate::formatter) fn begins_with_dash(&self) -> bool {
        let marks = [&self.open, &self.close, &self.open_inner, &self.close_inner];
        marks.iter().any(|mark| mark.starts_with(['\u{2013}', '\u{2014}']))
    }
}
