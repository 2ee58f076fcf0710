//! What letters look like inside of everything around them.

use super::{Node, Toggle};
use crate::style::formatting::{FontStyle, FontVariant, FontWeight, Formatting, VerticalAlign};

/// What letters look like at one place, after all surrounding formatting has been counted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::formatter) struct Surroundings {
    pub(in crate::formatter) formatting: Formatting,
    /// The innermost quotation marks around, if any: outer ones or inner ones.
    pub(in crate::formatter) quotes: Option<QuoteLevel>,
    /// Something around is said not to stand in quotation marks.
    pub(in crate::formatter) unquoted: bool,
    /// Something around is italic or oblique.
    pub(in crate::formatter) slanted: bool,
    /// Something around is in small capitals.
    pub(in crate::formatter) small_caps: bool,
    /// Something around is bold or light.
    pub(in crate::formatter) weighted: bool,
}

/// Which pair of quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formatter) enum QuoteLevel {
    Outer,
    Inner,
}

impl Surroundings {
    /// The formatting and the quotation marks that `node` puts around its content here.
    pub(in crate::formatter) fn enter(&self, node: &Node) -> (Formatting, Option<QuoteLevel>) {
        let mut formatting = node.formatting;
        let mut quotes = node.quotes.then_some(QuoteLevel::Outer);
        let here = self.formatting;
        let flipped = |level: QuoteLevel| match self.quotes {
            None if self.unquoted => QuoteLevel::Outer,
            None => level,
            Some(QuoteLevel::Outer) => QuoteLevel::Inner,
            Some(QuoteLevel::Inner) => QuoteLevel::Outer,
        };
        match node.toggle {
            None => {}
            Some(Toggle::Italic) => {
                formatting.font_style = Some(match here.font_style {
                    Some(FontStyle::Italic | FontStyle::Oblique) => FontStyle::Normal,
                    _ => FontStyle::Italic,
                });
            }
            Some(Toggle::Bold) => {
                formatting.font_weight = Some(match here.font_weight {
                    Some(FontWeight::Bold) => FontWeight::Normal,
                    _ => FontWeight::Bold,
                });
            }
            Some(Toggle::SmallCaps) => {
                formatting.font_variant = Some(match here.font_variant {
                    Some(FontVariant::SmallCaps) => FontVariant::Normal,
                    _ => FontVariant::SmallCaps,
                });
            }
            Some(Toggle::Superscript) => {
                formatting.vertical_align = Some(VerticalAlign::Superscript);
            }
            Some(Toggle::Subscript) => formatting.vertical_align = Some(VerticalAlign::Subscript),
            Some(Toggle::OuterQuote) => quotes = Some(flipped(QuoteLevel::Outer)),
            Some(Toggle::InnerQuote) => quotes = Some(flipped(QuoteLevel::Inner)),
            Some(Toggle::Plain) => {
                formatting.font_style = here.font_style.map(|_| FontStyle::Normal);
                formatting.font_weight = here.font_weight.map(|_| FontWeight::Normal);
                formatting.font_variant = here.font_variant.map(|_| FontVariant::Normal);
            }
        }
        (formatting, quotes)
    }

    /// What surrounds the content of a node with this formatting and these quotation marks.
    pub(in crate::formatter) fn inside(
        &self,
        formatting: Formatting,
        quotes: Option<QuoteLevel>,
        node: &Node,
    ) -> Surroundings {
        let (own, unquoted) = (node.quotes, node.unquoted);
        Surroundings {
            formatting: formatting.or(self.formatting),
            // Inside of what is said not to stand in quotation marks, the style's own do not count.
            quotes: if self.unquoted && own { self.quotes } else { quotes.or(self.quotes) },
            unquoted: self.unquoted || unquoted,
            slanted: self.slanted
                || matches!(formatting.font_style, Some(FontStyle::Italic | FontStyle::Oblique)),
            small_caps: self.small_caps || formatting.font_variant == Some(FontVariant::SmallCaps),
            weighted: self.weighted
                || matches!(formatting.font_weight, Some(FontWeight::Bold | FontWeight::Light)),
        }
    }
}
