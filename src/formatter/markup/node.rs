//! The nodes of the tree.

use super::{Link, Mark};
use crate::style::formatting::{Display, Formatting};

/// The place of a node in its [`Markup`](super::Markup).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    pub(in crate::formatter) fn new(index: u32) -> NodeId {
        NodeId(index)
    }

    #[inline]
    pub(in crate::formatter) fn index(self) -> u32 {
        self.0
    }
}

pub(super) const NOTHING: u32 = u32::MAX;

/// A stretch of the text buffer, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::formatter) struct Span {
    pub(in crate::formatter) start: u32,
    pub(in crate::formatter) end: u32,
}

impl Span {
    #[inline]
    pub(in crate::formatter) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Markup inside a field's text: it turns over what surrounds it, so that italics within italics
/// stand upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formatter) enum Toggle {
    Italic,
    Bold,
    SmallCaps,
    Superscript,
    Subscript,
    /// Quotation marks written in the text: the field's outer ones, or those inside.
    OuterQuote,
    InnerQuote,
    /// `<span class="nodecor">`: no letters changed.
    Plain,
}

#[derive(Debug, Clone, Copy)]
pub(in crate::formatter) struct Node {
    pub(in crate::formatter) text: Span,
    pub(in crate::formatter) prefix: Span,
    pub(in crate::formatter) suffix: Span,
    pub(in crate::formatter) delimiter: Span,
    pub(in crate::formatter) first: u32,
    pub(in crate::formatter) last: u32,
    pub(in crate::formatter) next: u32,
    pub(in crate::formatter) formatting: Formatting,
    pub(in crate::formatter) display: Option<Display>,
    pub(in crate::formatter) toggle: Option<Toggle>,
    pub(in crate::formatter) link: Option<Link>,
    pub(in crate::formatter) quotes: bool,
    pub(in crate::formatter) unquoted: bool,
    pub(in crate::formatter) number: bool,
    pub(in crate::formatter) leaf: bool,
    /// How many groups of the style's it stands for: one inside the other, of which only the outermost
    /// may have affixes. 0 for a stretch of a field's text.
    pub(in crate::formatter) levels: u8,
    pub(in crate::formatter) mark: Mark,
}

impl Node {
    /// Whether the letters inside look different from those outside.
    #[inline]
    pub(in crate::formatter) fn is_decorated(&self) -> bool {
        !self.formatting.is_none()
            || matches!(
                self.toggle,
                Some(
                    Toggle::Italic
                        | Toggle::Bold
                        | Toggle::SmallCaps
                        | Toggle::Superscript
                        | Toggle::Subscript
                )
            )
    }

    /// Whether the content stands there as it is.
    #[inline]
    pub(in crate::formatter) fn is_plain(&self) -> bool {
        self.toggle.is_none()
            && self.link.is_none()
            && !(self.quotes || self.unquoted)
            && self.formatting.is_none()
    }

    /// Whether it adds nothing to what is in it.
    #[inline]
    pub(in crate::formatter) fn is_bare(&self) -> bool {
        self.prefix.is_empty()
            && self.suffix.is_empty()
            && self.display.is_none()
            && self.mark == Mark::None
            && self.is_plain()
    }

    /// Whether it is a group around one thing to which it adds nothing.
    #[inline]
    pub(in crate::formatter) fn is_bare_around_one(&self) -> bool {
        !self.leaf && self.first == self.last && self.first != NOTHING && self.is_bare()
    }

    /// Whether the content stands in quotation marks.
    #[inline]
    pub(in crate::formatter) fn is_quoted(&self) -> bool {
        self.quotes || matches!(self.toggle, Some(Toggle::OuterQuote | Toggle::InnerQuote))
    }
}
