//! The marked-up tree as text: one small dialect per format, one walk for all.
//!
//! A dialect says how its text is escaped, in one place, and what stands before and after a change
//! of letters. Control characters never get through: they are shown as symbols.

mod html;
mod latex;
mod markdown;
mod rtf;
mod terminal;
mod text;
mod typst;

use crate::style::formatting::{
    Display, FontStyle, FontVariant, FontWeight, Formatting, TextDecoration, VerticalAlign,
};

use super::markup::{Link, Markup, Node, NodeId, QuoteLevel, Span, Surroundings};

/// The formats that can be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text without any markup.
    #[default]
    Text,
    /// HTML, as a fragment.
    Html,
    /// Markdown (CommonMark), with HTML for what it lacks.
    Markdown,
    /// Rich Text Format, as a fragment.
    Rtf,
    /// LaTeX, as a fragment.
    Latex,
    /// Typst markup.
    Typst,
    /// Text with the escape sequences of a terminal.
    Terminal,
}

impl Format {
    /// All formats, by name.
    pub const NAMES: &'static [(&'static str, Format)] = &[
        ("text", Format::Text),
        ("html", Format::Html),
        ("markdown", Format::Markdown),
        ("rtf", Format::Rtf),
        ("latex", Format::Latex),
        ("typst", Format::Typst),
        ("terminal", Format::Terminal),
    ];

    /// The format with this name.
    ///
    /// ```
    /// use fonds::formatter::write::Format;
    /// assert_eq!(Format::named("html"), Some(Format::Html));
    /// assert_eq!(Format::named("docx"), None);
    /// ```
    pub fn named(name: &str) -> Option<Format> {
        Format::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, format)| format)
    }

    fn dialect(self) -> &'static dyn Dialect {
        match self {
            Format::Text => &text::Text,
            Format::Html => &html::Html,
            Format::Markdown => &markdown::Markdown,
            Format::Rtf => &rtf::Rtf,
            Format::Latex => &latex::Latex,
            Format::Typst => &typst::Typst,
            Format::Terminal => &terminal::Terminal,
        }
    }
}

/// A change of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Italic,
    Oblique,
    Upright,
    SmallCaps,
    NoSmallCaps,
    Bold,
    Light,
    NormalWeight,
    Underline,
    NoUnderline,
    Superscript,
    Subscript,
    Baseline,
}

/// How a format writes what is in the tree.
trait Dialect {
    /// Writes text, escaped.
    fn text(&self, text: &str, out: &mut String);

    /// What stands before and after text with this change.
    fn marks(&self, change: Change) -> (&'static str, &'static str);

    /// What stands before and after a part with this place on the page.
    fn display_marks(&self, display: Display) -> (&'static str, &'static str);

    /// Puts the marks of `change` around what `out` holds from `start` on.
    fn close(&self, change: Change, start: usize, out: &mut String) {
        let _ = start;
        out.push_str(self.marks(change).1);
    }

    /// Writes what stands before text with this change.
    fn open(&self, change: Change, out: &mut String) {
        out.push_str(self.marks(change).0);
    }

    /// Writes what begins a part with this place on the page.
    fn open_display(&self, display: Display, out: &mut String) {
        out.push_str(self.display_marks(display).0);
    }

    /// Writes what ends it.
    fn close_display(&self, display: Display, out: &mut String) {
        out.push_str(self.display_marks(display).1);
    }

    /// Writes what begins a link to `address`, which is `http`, `https` or a DOI's.
    fn open_link(&self, address: &str, out: &mut String) {
        let _ = (address, out);
    }

    /// Writes what ends the link.
    fn close_link(&self, address: &str, out: &mut String) {
        let _ = (address, out);
    }

    /// Makes a bibliography entry of what `out` holds from `start` on.
    fn finish_entry(&self, start: usize, out: &mut String) {
        let _ = (start, out);
    }
}

/// How to write.
#[derive(Debug, Clone, Copy, Default)]
pub struct Writing {
    /// The format.
    pub format: Format,
    /// Whether addresses and DOIs become links, where the format has them.
    pub links: bool,
}

/// Writes the node, without the frame of a bibliography entry.
pub fn write(tree: &Markup, node: NodeId, writing: Writing, out: &mut String) {
    let walk = Walk { tree, dialect: writing.format.dialect(), links: writing.links };
    let start = out.len();
    walk.node(node.index(), &Surroundings::default(), out);
    text::drop_margin_marks(start, out);
}

/// Writes the node as a bibliography entry.
pub fn write_entry(tree: &Markup, node: NodeId, writing: Writing, out: &mut String) {
    let start = out.len();
    write(tree, node, writing, out);
    writing.format.dialect().finish_entry(start, out);
}

/// Writes `text` as text of the format, escaped.
pub fn escape(text: &str, format: Format, out: &mut String) {
    format.dialect().text(text, out);
}

struct Walk<'a> {
    tree: &'a Markup,
    dialect: &'static dyn Dialect,
    links: bool,
}

impl Walk<'_> {
    fn node(&self, at: u32, around: &Surroundings, out: &mut String) {
        let Some(mut node) = self.tree.nodes.get(at as usize) else { return };
        // Groups around one thing that add nothing to it.
        while node.is_bare_around_one() {
            let Some(inside) = self.tree.nodes.get(node.first as usize) else { return };
            node = inside;
        }
        if node.leaf && node.text.is_empty() {
            return;
        }
        if let Some(display) = node.display {
            self.dialect.open_display(display, out);
        }
        self.text(node.prefix, out);
        if node.is_plain() {
            self.content(node, around, out);
        } else {
            self.dressed(node, around, out);
        }
        self.text(node.suffix, out);
        if let Some(display) = node.display {
            self.dialect.close_display(display, out);
        }
    }

    /// The content of a node that changes letters, stands in quotation marks or leads somewhere.
    fn dressed(&self, node: &Node, around: &Surroundings, out: &mut String) {
        let (formatting, quotes) = around.enter(node);
        let changes = changes(formatting, around);
        let inside = around.inside(formatting, quotes, node);
        if let Some(level) = quotes {
            self.mark(level, true, out);
        }
        let mut starts = [0; 5];
        for (start, change) in starts.iter_mut().zip(changes).rev() {
            *start = out.len();
            if let Some(change) = change {
                self.dialect.open(change, out);
            }
        }
        match node.link.filter(|_| self.links).and_then(|link| self.address(node, link)) {
            Some(address) => {
                self.dialect.open_link(&address, out);
                self.content(node, &inside, out);
                self.dialect.close_link(&address, out);
            }
            None => self.content(node, &inside, out),
        }
        for (start, change) in starts.into_iter().zip(changes) {
            if let Some(change) = change {
                self.dialect.close(change, start, out);
            }
        }
        if let Some(level) = quotes {
            self.mark(level, false, out);
        }
    }

    fn content(&self, node: &Node, inside: &Surroundings, out: &mut String) {
        if node.leaf {
            self.text(node.text, out);
            return;
        }
        let mut child = node.first;
        let mut follows = false;
        while let Some(here) = self.tree.nodes.get(child as usize) {
            let before = out.len();
            if follows {
                self.text(node.delimiter, out);
            }
            let after_delimiter = out.len();
            self.node(child, inside, out);
            if out.len() == after_delimiter {
                out.truncate(before);
            } else {
                follows = true;
            }
            child = here.next;
        }
    }

    fn text(&self, span: Span, out: &mut String) {
        if !span.is_empty() {
            self.dialect.text(self.tree.get(span), out);
        }
    }

    /// A quotation mark.
    fn mark(&self, level: QuoteLevel, open: bool, out: &mut String) {
        let typography = self.tree.typography();
        let mark = match (level, open) {
            (QuoteLevel::Outer, true) => &typography.open,
            (QuoteLevel::Outer, false) => &typography.close,
            (QuoteLevel::Inner, true) => &typography.open_inner,
            (QuoteLevel::Inner, false) => &typography.close_inner,
        };
        if !mark.is_empty() {
            self.dialect.text(mark, out);
        }
    }

    /// The address a link leads to; `None` when it is not one that may be followed.
    fn address(&self, node: &Node, link: Link) -> Option<String> {
        let mut text = String::new();
        if node.leaf {
            text.push_str(self.tree.get(node.text));
        } else {
            for child in self.tree.child_ids_of(node) {
                self.tree.push_plain_text(child, &mut text);
            }
        }
        let is_web = |text: &str| {
            let scheme = text.get(..8).unwrap_or(text).to_ascii_lowercase();
            scheme.starts_with("https://") || scheme.starts_with("http://")
        };
        let fits = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        match link {
            _ if !fits => None,
            Link::Url | Link::Doi if is_web(&text) => Some(text),
            Link::Doi if text.starts_with("10.") => Some(format!("https://doi.org/{text}")),
            Link::Url | Link::Doi => None,
        }
    }
}

/// The changes of letters, the innermost first. A return to normal where nothing was changed says
/// nothing and is left out.
fn changes(formatting: Formatting, around: &Surroundings) -> [Option<Change>; 5] {
    let style = match formatting.font_style {
        Some(FontStyle::Italic) => Some(Change::Italic),
        Some(FontStyle::Oblique) => Some(Change::Oblique),
        Some(FontStyle::Normal) if around.slanted => Some(Change::Upright),
        _ => None,
    };
    let variant = match formatting.font_variant {
        Some(FontVariant::SmallCaps) => Some(Change::SmallCaps),
        Some(FontVariant::Normal) if around.small_caps => Some(Change::NoSmallCaps),
        _ => None,
    };
    let weight = match formatting.font_weight {
        Some(FontWeight::Bold) => Some(Change::Bold),
        Some(FontWeight::Light) => Some(Change::Light),
        Some(FontWeight::Normal) if around.weighted => Some(Change::NormalWeight),
        _ => None,
    };
    let decoration = match formatting.text_decoration {
        Some(TextDecoration::Underline) => Some(Change::Underline),
        Some(TextDecoration::None) => Some(Change::NoUnderline),
        None => None,
    };
    let align = match formatting.vertical_align {
        Some(VerticalAlign::Superscript) => Some(Change::Superscript),
        Some(VerticalAlign::Subscript) => Some(Change::Subscript),
        Some(VerticalAlign::Baseline) => Some(Change::Baseline),
        None => None,
    };
    [style, variant, weight, decoration, align]
}

/// Whether the line so far is a number, which a full stop would make the start of a list. (No more of
/// it is looked at than its last digits: this is asked at every full stop.)
fn is_line_of_digits(out: &str) -> bool {
    let before = out.trim_end_matches(|c: char| c.is_ascii_digit());
    before.len() < out.len() && (before.is_empty() || before.ends_with('\n'))
}

/// A control character as a symbol that can be seen; `None` for other characters and for the line
/// feed and the tabulator.
fn visible_control(c: char) -> Option<char> {
    match c {
        '\n' | '\t' => None,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// Writes `text`, with two spaces in a row kept apart by a no-break space, through `one`. Printable
/// ASCII that is `plain`, which is most of all text, is copied in stretches.
fn each_with_wide_spaces(
    text: &str,
    out: &mut String,
    plain: impl Fn(u8) -> bool,
    mut one: impl FnMut(char, &mut String),
) {
    if is_plain(text, &plain) {
        out.push_str(text);
        return;
    }
    let mut rest = text;
    loop {
        let (stretch, behind) = rest.split_at(plain_stretch(rest, &plain));
        out.push_str(stretch);
        let mut chars = behind.chars();
        let Some(c) = chars.next() else { return };
        rest = chars.as_str();
        if c.is_whitespace() && chars.next().is_some_and(char::is_whitespace) {
            rest = chars.as_str();
            out.push_str("\u{a0} ");
        } else if c == '\r' {
            // Styles break lines with it.
            out.push(c);
        } else {
            one(visible_control(c).unwrap_or(c), out);
        }
    }
}

/// Whether all of the text is printable ASCII that is `plain`, with single spaces in it.
fn is_plain(text: &str, plain: impl Fn(u8) -> bool) -> bool {
    let mut before = 0;
    for &byte in text.as_bytes() {
        if !(byte.is_ascii_graphic() && plain(byte) || byte == b' ' && before != b' ') {
            return false;
        }
        before = byte;
    }
    true
}

/// The length of the printable ASCII at the front that is `plain`; with single spaces in it.
fn plain_stretch(text: &str, plain: impl Fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    let is_plain = |byte: u8| byte.is_ascii_graphic() && plain(byte);
    let ends = |(at, &byte): (usize, &u8)| match byte {
        // What follows it may be a space of another kind.
        b' ' => bytes.get(at + 1).is_some_and(|next| !next.is_ascii_graphic()),
        _ => !is_plain(byte),
    };
    bytes.iter().enumerate().position(ends).unwrap_or(bytes.len())
}

/// What a raised character stands for: raising it is a matter of markup.
fn raised(c: char) -> Option<&'static str> {
    Some(match c {
        'ª' => "a",
        '²' => "2",
        '³' => "3",
        '¹' => "1",
        'º' => "o",
        'ʰ' => "h",
        'ʱ' => "ɦ",
        'ʲ' => "j",
        'ʳ' => "r",
        'ʴ' => "ɹ",
        'ʵ' => "ɻ",
        'ʶ' => "ʁ",
        'ʷ' => "w",
        'ʸ' => "y",
        'ˠ' => "ɣ",
        'ˡ' => "l",
        'ˢ' => "s",
        'ˣ' => "x",
        'ˤ' | 'ˁ' => "ʕ",
        'ˀ' => "ʔ",
        'ᴬ' => "A",
        'ᴭ' => "Æ",
        'ᴮ' => "B",
        'ᴰ' => "D",
        'ᴱ' => "E",
        'ᴲ' => "Ǝ",
        'ᴳ' => "G",
        'ᴴ' => "H",
        'ᴵ' => "I",
        'ᴶ' => "J",
        'ᴷ' => "K",
        'ᴸ' => "L",
        'ᴹ' => "M",
        'ᴺ' => "N",
        'ᴼ' => "O",
        'ᴽ' => "Ȣ",
        'ᴾ' => "P",
        'ᴿ' => "R",
        'ᵀ' => "T",
        'ᵁ' => "U",
        'ᵂ' => "W",
        'ᵃ' => "a",
        'ᵄ' => "ɐ",
        'ᵅ' => "ɑ",
        'ᵆ' => "ᴂ",
        'ᵇ' => "b",
        'ᵈ' => "d",
        'ᵉ' => "e",
        'ᵊ' => "ə",
        'ᵋ' => "ɛ",
        'ᵌ' => "ɜ",
        'ᵍ' => "g",
        'ᵏ' => "k",
        'ᵐ' => "m",
        'ᵑ' => "ŋ",
        'ᵒ' => "o",
        'ᵓ' => "ɔ",
        'ᵔ' => "ᴖ",
        'ᵕ' => "ᴗ",
        'ᵖ' => "p",
        'ᵗ' => "t",
        'ᵘ' => "u",
        'ᵙ' => "ᴝ",
        'ᵚ' => "ɯ",
        'ᵛ' => "v",
        'ᵜ' => "ᴥ",
        'ᵝ' => "β",
        'ᵞ' => "γ",
        'ᵟ' => "δ",
        'ᵠ' => "φ",
        'ᵡ' => "χ",
        '⁰' => "0",
        'ⁱ' => "i",
        '⁴' => "4",
        '⁵' => "5",
        '⁶' => "6",
        '⁷' => "7",
        '⁸' => "8",
        '⁹' => "9",
        '⁺' => "+",
        '⁻' => "−",
        '⁼' => "=",
        '⁽' => "(",
        '⁾' => ")",
        'ⁿ' => "n",
        '㆒' => "一",
        '㆓' => "二",
        '㆔' => "三",
        '㆕' => "四",
        '㆖' => "上",
        '㆗' => "中",
        '㆘' => "下",
        '㆙' => "甲",
        '㆚' => "乙",
        '㆛' => "丙",
        '㆜' => "丁",
        '㆝' => "天",
        '㆞' => "地",
        '㆟' => "人",
        'ۥ' => "و",
        'ۦ' => "ي",
        '℠' => "SM",
        '™' => "TM",
        _ => return None,
    })
}
