//! What is asked for: citations, each a cluster of cites, in the order of the document.

use crate::citation::LocatorLabel;

/// One citation: what stands in one place of the text, or one place in a note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Citation {
    /// The number of the note it stands in; 0 for a citation in the text.
    pub note: u32,
    /// The works cited.
    pub cites: Vec<Cite>,
    /// What is printed of it.
    pub mode: Mode,
    /// Between the author and the rest, in the mode [`Mode::Composite`].
    pub infix: String,
    /// Before the first cite, inside the style's affixes.
    pub prefix: String,
    /// After the last cite, inside the style's affixes.
    pub suffix: String,
    /// Whether the cites keep the order in which they are given, whatever the style sorts by.
    pub unsorted: bool,
}

impl Citation {
    /// A citation of these works in the note with this number (0: in the text).
    pub fn of(note: u32, cites: impl IntoIterator<Item = Cite>) -> Citation {
        Citation { note, cites: cites.into_iter().collect(), ..Citation::default() }
    }
}

/// What is printed of a citation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// All of it.
    #[default]
    Full,
    /// Of the first cite only the author.
    AuthorOnly,
    /// The first cite without its author.
    SuppressAuthor,
    /// The author, and then the citation without it: *Doe (2000)*.
    Composite,
}

/// One work in a citation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cite {
    /// The id of the item.
    pub id: String,
    /// The place within the work, as typed; empty for none.
    pub locator: String,
    /// What kind of place that is; a page when nothing is said.
    pub label: Option<LocatorLabel>,
    /// Words before the cite. They may hold markup, as fields may.
    pub prefix: String,
    /// Words after the cite.
    pub suffix: String,
    /// Whether the author is left out.
    pub suppress_author: bool,
    /// Whether the author is all that is printed.
    pub author_only: bool,
    /// Where the cite stands among the others, when the caller knows better than the processor.
    pub position: Option<Position>,
    /// Whether an earlier cite of the work is near; for a caller that gives the `position`.
    pub near_note: bool,
}

impl Cite {
    /// The work with this id.
    pub fn of(id: impl Into<String>) -> Cite {
        Cite { id: id.into(), ..Cite::default() }
    }

    /// The same, at a place within the work.
    #[must_use]
    pub fn at(mut self, label: LocatorLabel, locator: impl Into<String>) -> Cite {
        self.label = Some(label);
        self.locator = locator.into();
        self
    }
}

/// Where a cite stands among the others, in rising order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// The first cite of the work.
    #[default]
    First,
    /// A later one.
    Subsequent,
    /// The one right after another of the same work.
    Ibid,
    /// The same, at another place in the work.
    IbidWithLocator,
}
