//! How text is dressed: the formatting attributes of CSL 1.0.2, as values.
//!
//! Section numbers of the specification do not exist; the headings are "Formatting", "Text-case",
//! "Display", "Quotes", "Strip-periods" and "Affixes".

/// The attribute `font-style`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FontStyle {
    /// Upright, also inside italic text.
    Normal,
    /// Italic.
    Italic,
    /// Slanted.
    Oblique,
}

/// The attribute `font-variant`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FontVariant {
    /// No small capitals, also inside small capitals.
    Normal,
    /// Small capitals.
    SmallCaps,
}

/// The attribute `font-weight`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FontWeight {
    /// Neither bold nor light, also inside bold text.
    Normal,
    /// Bold.
    Bold,
    /// Light.
    Light,
}

/// The attribute `text-decoration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextDecoration {
    /// No line, also inside underlined text.
    None,
    /// Underlined.
    Underline,
}

/// The attribute `vertical-align`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VerticalAlign {
    /// On the line, also inside raised or lowered text.
    Baseline,
    /// Superscript.
    Superscript,
    /// Subscript.
    Subscript,
}

/// The attribute `display`: how a part of a bibliography entry stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Display {
    /// A block from margin to margin.
    Block,
    /// At the left margin; what follows stands right of it.
    LeftMargin,
    /// Right of what stands at the left margin.
    RightInline,
    /// A block indented to the right.
    Indent,
}

/// The attribute `text-case`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextCase {
    /// All lower case.
    Lowercase,
    /// All upper case.
    Uppercase,
    /// The first letter of the first word upper case.
    CapitalizeFirst,
    /// The first letter of every word upper case.
    CapitalizeAll,
    /// English sentence case.
    Sentence,
    /// English title case.
    Title,
}

/// The five attributes that change the letters; `None` where the style says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Formatting {
    /// `font-style`
    pub font_style: Option<FontStyle>,
    /// `font-variant`
    pub font_variant: Option<FontVariant>,
    /// `font-weight`
    pub font_weight: Option<FontWeight>,
    /// `text-decoration`
    pub text_decoration: Option<TextDecoration>,
    /// `vertical-align`
    pub vertical_align: Option<VerticalAlign>,
}

impl Formatting {
    /// Nothing said.
    pub const NONE: Formatting = Formatting {
        font_style: None,
        font_variant: None,
        font_weight: None,
        text_decoration: None,
        vertical_align: None,
    };

    /// Whether nothing is said.
    #[inline]
    pub fn is_none(self) -> bool {
        self == Formatting::NONE
    }

    /// These attributes, and those of `outer` where these say nothing.
    #[must_use]
    pub fn or(self, outer: Formatting) -> Formatting {
        Formatting {
            font_style: self.font_style.or(outer.font_style),
            font_variant: self.font_variant.or(outer.font_variant),
            font_weight: self.font_weight.or(outer.font_weight),
            text_decoration: self.text_decoration.or(outer.text_decoration),
            vertical_align: self.vertical_align.or(outer.vertical_align),
        }
    }

    /// Takes in the attribute `name="value"`, if it is one of the five. Tells whether the value is
    /// one that CSL knows; `None` when the name is not one of the five.
    ///
    /// ```
    /// use fonds::style::formatting::{FontStyle, Formatting};
    /// let mut formatting = Formatting::NONE;
    /// assert_eq!(formatting.set("font-style", "italic"), Some(true));
    /// assert_eq!(formatting.set("font-style", "wild"), Some(false));
    /// assert_eq!(formatting.set("prefix", "("), None);
    /// assert_eq!(formatting.font_style, Some(FontStyle::Italic));
    /// ```
    pub fn set(&mut self, name: &str, value: &str) -> Option<bool> {
        fn put<T>(place: &mut Option<T>, value: Option<T>) -> Option<bool> {
            let known = value.is_some();
            if known {
                *place = value;
            }
            Some(known)
        }
        match name {
            "font-style" => put(
                &mut self.font_style,
                match value {
                    "normal" => Some(FontStyle::Normal),
                    "italic" => Some(FontStyle::Italic),
                    "oblique" => Some(FontStyle::Oblique),
                    _ => None,
                },
            ),
            "font-variant" => put(
                &mut self.font_variant,
                match value {
                    "normal" => Some(FontVariant::Normal),
                    "small-caps" => Some(FontVariant::SmallCaps),
                    _ => None,
                },
            ),
            "font-weight" => put(
                &mut self.font_weight,
                match value {
                    "normal" => Some(FontWeight::Normal),
                    "bold" => Some(FontWeight::Bold),
                    "light" => Some(FontWeight::Light),
                    _ => None,
                },
            ),
            "text-decoration" => put(
                &mut self.text_decoration,
                match value {
                    "none" => Some(TextDecoration::None),
                    "underline" => Some(TextDecoration::Underline),
                    _ => None,
                },
            ),
            "vertical-align" => put(
                &mut self.vertical_align,
                match value {
                    "baseline" => Some(VerticalAlign::Baseline),
                    "sup" => Some(VerticalAlign::Superscript),
                    "sub" => Some(VerticalAlign::Subscript),
                    _ => None,
                },
            ),
            _ => None,
        }
    }
}

impl Display {
    /// The value of the attribute `display`.
    pub fn named(name: &str) -> Option<Display> {
        Some(match name {
            "block" => Display::Block,
            "left-margin" => Display::LeftMargin,
            "right-inline" => Display::RightInline,
            "indent" => Display::Indent,
            _ => return None,
        })
    }
}

impl TextCase {
    /// The value of the attribute `text-case`.
    pub fn named(name: &str) -> Option<TextCase> {
        Some(match name {
            "lowercase" => TextCase::Lowercase,
            "uppercase" => TextCase::Uppercase,
            "capitalize-first" => TextCase::CapitalizeFirst,
            "capitalize-all" => TextCase::CapitalizeAll,
            "sentence" => TextCase::Sentence,
            "title" => TextCase::Title,
            _ => return None,
        })
    }
}

/// The attribute `page-range-format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageRange {
    /// `321–328`
    Expanded,
    /// `321–8`
    Minimal,
    /// `321–28`
    MinimalTwo,
    /// As the Chicago Manual of Style has it in its 15th edition.
    Chicago15,
    /// As the Chicago Manual of Style has it in its 16th edition.
    Chicago16,
}
