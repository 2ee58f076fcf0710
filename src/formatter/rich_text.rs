//! Markup in the text of a field: a few HTML-like tags, and quotation marks.
//!
//! `<i>`, `<b>`, `<sup>`, `<sub>`, `<sc>`, `<span style="font-variant:small-caps;">`,
//! `<span class="nocase">` and `<span class="nodecor">` count as markup where they are closed in
//! order; anything else is text. Quotation marks, straight or those of the locale, become
//! [toggles](super::markup::Toggle), so that the writer can choose the pair that fits; a quotation
//! mark without its fellow is text, and a single one then an apostrophe.

use super::markup::{Markup, NodeId, Span, Toggle, Typography};
use std::borrow::Cow;

/// Puts `text` into the leaf `node`, whose affixes are set. `cased` tells that a `text-case` was
/// applied: punctuation at the front then stays where it is.
pub(super) fn fill(tree: &mut Markup, node: NodeId, text: &str, cased: bool) {
    if is_quiet(text, tree.typography()) {
        tree.put_text(node, text);
        return;
    }
    let spaced = with_narrow_spaces(text);
    let mut text = &*spaced;
    if !cased {
        let content = text.trim_start_matches([':', '.', ';', '!', '?', ' ']);
        let front = text.len() - content.len();
        if front > 0 && !content.is_empty() && !text.starts_with(' ') {
            tree.lengthen_prefix(node, &text[..front]);
            text = &text[front..];
        }
    }
    let mut scratch = std::mem::take(&mut tree.tokens_scratch);
    let mut tokens = Tokens::read(text, tree.typography(), std::mem::take(&mut scratch.tokens));
    if tokens.list.is_empty() {
        tree.put_text(node, text);
    } else {
        tokens.pair(&mut scratch.open);
        build(tree, node, text, &tokens.list, &mut scratch.parents);
    }
    scratch.tokens = tokens.list;
    tree.tokens_scratch = scratch;
}

/// Lists kept for their memory.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    tokens: Vec<Token>,
    open: Vec<(usize, Closer)>,
    parents: Vec<NodeId>,
}

/// Whether a byte may be markup, or the beginning of it.
static MAY_BE_MARKUP: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"<\"':;?!\xC2\xE2\xE3";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether nothing in the text can be markup: most text.
fn is_quiet(text: &str, quotes: &Typography) -> bool {
    let bytes = text.as_bytes();
    if matches!(bytes.first(), Some(b':' | b'.' | b';' | b'!' | b'?')) {
        return false;
    }
    // Of most texts this is seen at once.
    if bytes.iter().all(|&byte| !MAY_BE_MARKUP[byte as usize]) {
        return true;
    }
    let mut before = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'<' | b'"' | b'\'' => return false,
            b':' | b';' | b'?' | b'!' if before == b' ' => return false,
            // The lead bytes of « and », of the curly and angle quotation marks, and of 「」. A dash
            // has one of them too.
            0xE2 if matches!(bytes.get(at + 1..at + 3), Some(b"\x80\x93" | b"\x80\x94"))
                && !quotes.begins_with_dash() => {}
            0xC2 | 0xE2 | 0xE3 => return false,
            _ => {}
        }
        before = byte;
    }
    true
}

/// The length of the ASCII at the front in which no tag and no quotation mark begins.
fn plain_length(text: &[u8]) -> usize {
    for (at, &byte) in text.iter().enumerate() {
        let ends = match byte {
            b'<' | b'"' | b'\'' => true,
            // They belong to a quotation mark behind them.
            b' ' | b'(' => matches!(text.get(at + 1), Some(b'"' | b'\'')),
            _ => !byte.is_ascii(),
        };
        if ends {
            return at;
        }
    }
    text.len()
}

/// The text with the narrow no-break spaces of French practice where it has spaces before high
/// punctuation and inside guillemets, and with one space before a single quotation mark.
fn with_narrow_spaces(text: &str) -> Cow<'_, str> {
    let is_visible = |byte: u8| byte.is_ascii_graphic();
    let (mut earlier, mut before) = (0, 0);
    let is_plain = text.bytes().all(|byte| {
        let plain = match byte {
            // The lead byte of « and ».
            0xC2 => false,
            b'\'' => is_visible(before) || before == b' ' && is_visible(earlier),
            b':' | b';' | b'?' | b'!' => before != b' ',
            _ => true,
        };
        (earlier, before) = (before, byte);
        plain
    });
    if is_plain {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            ' ' if matches!(rest.peek(), Some(':' | ';' | '?' | '!' | '»')) => {
                out.push('\u{202f}');
            }
            '«' if rest.peek() == Some(&' ') => {
                rest.next();
                out.push_str("«\u{202f}");
            }
            '\'' if out.ends_with(char::is_whitespace) => {
                out.truncate(out.trim_end().len());
                out.push_str(" '");
            }
            _ => out.push(c),
        }
    }
    out.into()
}

/// What closes a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closer {
    Span,
    SmallCaps,
    Italic,
    Bold,
    Superscript,
    Subscript,
    Double,
    Single,
    LocaleOuter,
    LocaleInner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `None`: the content is protected from changes of case, and looks as it would without.
    Open(Option<Toggle>, Closer),
    Close(Closer),
    /// Not markup after all.
    Text,
    /// An apostrophe.
    Apostrophe,
    /// Markup that leaves nothing behind.
    Gone,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    kind: Kind,
    start: usize,
    end: usize,
    /// The opening quotation mark has a space or parenthesis before it, counted into the token.
    lead: bool,
}

struct Tokens<'a> {
    text: &'a str,
    list: Vec<Token>,
}

const TAGS: &[(&str, Kind)] = &[
    ("<i>", Kind::Open(Some(Toggle::Italic), Closer::Italic)),
    ("<b>", Kind::Open(Some(Toggle::Bold), Closer::Bold)),
    ("<sc>", Kind::Open(Some(Toggle::SmallCaps), Closer::SmallCaps)),
    ("<sup>", Kind::Open(Some(Toggle::Superscript), Closer::Superscript)),
    ("<sub>", Kind::Open(Some(Toggle::Subscript), Closer::Subscript)),
    ("</i>", Kind::Close(Closer::Italic)),
    ("</b>", Kind::Close(Closer::Bold)),
    ("</sc>", Kind::Close(Closer::SmallCaps)),
    ("</sup>", Kind::Close(Closer::Superscript)),
    ("</sub>", Kind::Close(Closer::Subscript)),
    ("</span>", Kind::Close(Closer::Span)),
];

/// A tag at the start of `text`: its length, and what it is.
fn tag(text: &str) -> Option<(usize, Kind)> {
    for &(tag, kind) in TAGS {
        if text.starts_with(tag) {
            return Some((tag.len(), kind));
        }
    }
    let (length, span) = span_tag(text)?;
    let toggle = match span {
        SpanTag::NoCase => None,
        SpanTag::NoDecor => Some(Toggle::Plain),
        SpanTag::SmallCaps => Some(Toggle::SmallCaps),
    };
    Some((length, Kind::Open(toggle, Closer::Span)))
}

/// The spans that mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpanTag {
    NoCase,
    NoDecor,
    SmallCaps,
}

/// A span tag at the start of `text`: its length, and what it is.
pub(super) fn span_tag(text: &str) -> Option<(usize, SpanTag)> {
    let rest = text.strip_prefix("<span")?;
    let attribute = rest.trim_start();
    if attribute.len() == rest.len() {
        return None;
    }
    let (kind, rest) = if let Some(rest) = attribute.strip_prefix("class=\"nocase\"") {
        (SpanTag::NoCase, rest)
    } else if let Some(rest) = attribute.strip_prefix("class=\"nodecor\"") {
        (SpanTag::NoDecor, rest)
    } else {
        let rest = attribute.strip_prefix("style=\"font-variant:")?.trim_start();
        let rest = rest.strip_prefix("small-caps")?;
        let rest = rest.strip_prefix(';').unwrap_or(rest);
        (SpanTag::SmallCaps, rest.strip_prefix('"')?)
    };
    // Other attributes are passed over, within reason: a search to the end of the text for every
    // tag would cost the square of its length.
    let close = rest.bytes().take(200).position(|byte| byte == b'>')?;
    Some((text.len() - rest.len() + close + 1, kind))
}

/// Letters and digits (and a hyphen) of the scripts that are written with word spaces and slant.
pub(super) fn is_romanesque(c: char) -> bool {
    matches!(c,
        '-' | '0'..='9' | 'a'..='z' | 'A'..='Z'
        | '\u{e01}'..='\u{e5b}' | '\u{c0}'..='\u{17f}' | '\u{370}'..='\u{3ff}'
        | '\u{400}'..='\u{52f}' | '\u{590}'..='\u{5d4}' | '\u{5d6}'..='\u{5ff}'
        | '\u{1f00}'..='\u{1fff}' | '\u{600}'..='\u{6ff}' | '\u{200c}'..='\u{200e}'
        | '\u{218}'..='\u{21b}' | '\u{202a}'..='\u{202e}')
}

impl<'a> Tokens<'a> {
    /// `list` is an empty list, for its memory.
    fn read(text: &'a str, quotes: &Typography, mut list: Vec<Token>) -> Tokens<'a> {
        let locale = |open: &str, close: &str| {
            !open.is_empty() && !close.is_empty() && !matches!(open, "\"" | "'" | " \"" | " '")
        };
        let outer = locale(&quotes.open, &quotes.close);
        let inner = locale(&quotes.open_inner, &quotes.close_inner);
        let double = Kind::Open(Some(Toggle::OuterQuote), Closer::Double);
        let single = Kind::Open(Some(Toggle::InnerQuote), Closer::Single);

        list.clear();
        // Most of the text is passed over, unless the locale quotes with it.
        let marks = [&quotes.open, &quotes.close, &quotes.open_inner, &quotes.close_inner];
        let is_strange = |c: char| c.is_ascii() && !matches!(c, '"' | '\'');
        let skips = !marks.iter().any(|mark| mark.starts_with(is_strange));
        let mut at = 0;
        let mut before = None;
        while let Some(rest) = text.get(at..) {
            if skips {
                let length = plain_length(rest.as_bytes());
                if let Some(&last) = rest.as_bytes().get(length.wrapping_sub(1)) {
                    before = Some(last.into());
                    at += length;
                }
            }
            let rest = &text[at..];
            let Some(c) = rest.chars().next() else { break };
            let next = rest[c.len_utf8()..].chars().next();
            let mut lead = false;
            let after_opener = list
                .last()
                .is_some_and(|token| token.end == at && matches!(token.kind, Kind::Open(..)));
            let found = match c {
                '<' => tag(rest),
                ' ' | '(' if matches!(next, Some('"' | '\'')) => {
                    lead = true;
                    Some((2, if next == Some('"') { double } else { single }))
                }
                '"' if at == 0 || after_opener => Some((1, double)),
                '\'' if at == 0 || after_opener => Some((1, single)),
                // A token that changes nothing, but makes the text a group, whose end meets the
                // punctuation behind it in a way of its own.
                '’' if before.is_some_and(is_romanesque) && next.is_some_and(is_romanesque) => {
                    Some((c.len_utf8(), Kind::Apostrophe))
                }
                _ if outer && rest.starts_with(&*quotes.open) => Some((
                    quotes.open.len(),
                    Kind::Open(Some(Toggle::OuterQuote), Closer::LocaleOuter),
                )),
                _ if inner && rest.starts_with(&*quotes.open_inner) => Some((
                    quotes.open_inner.len(),
                    Kind::Open(Some(Toggle::InnerQuote), Closer::LocaleInner),
                )),
                '"' => Some((1, Kind::Close(Closer::Double))),
                '\'' => Some((1, Kind::Close(Closer::Single))),
                _ if outer && rest.starts_with(&*quotes.close) => {
                    Some((quotes.close.len(), Kind::Close(Closer::LocaleOuter)))
                }
                _ if inner && rest.starts_with(&*quotes.close_inner) => {
                    Some((quotes.close_inner.len(), Kind::Close(Closer::LocaleInner)))
                }
                _ => None,
            };
            match found {
                Some((length, kind)) => {
                    list.push(Token { kind, start: at, end: at + length, lead });
                    at += length;
                    before = text[..at].chars().next_back();
                }
                None => {
                    before = Some(c);
                    at += c.len_utf8();
                }
            }
        }
        Tokens { text, list }
    }

    /// The text between the token and the next.
    fn after(&self, token: usize) -> &'a str {
        let start = self.list.get(token).map_or(0, |t| t.end);
        let end = self.list.get(token + 1).map_or(self.text.len(), |t| t.start);
        self.text.get(start..end).unwrap_or("")
    }

    /// Finds out which tokens are markup: what opens must close, in order.
    fn pair(&mut self, open: &mut Vec<(usize, Closer)>) {
        open.clear();
        for at in 0..self.list.len() {
            let token = self.list[at];
            let follows = self.after(at).chars().next();
            match token.kind {
                Kind::Close(Closer::Single)
                    if follows.is_some_and(|c| !matches!(c, ',' | '.' | '?' | ':' | ';' | ' ')) =>
                {
                    self.list[at].kind = Kind::Apostrophe;
                }
                Kind::Open(_, Closer::Single)
                    if follows == Some(' ') && !self.text[token.start..].starts_with('(') =>
                {
                    self.list[at].kind = Kind::Apostrophe;
                }
                Kind::Open(_, closer) => open.push((at, closer)),
                Kind::Close(closer) => self.close(at, closer, open),
                Kind::Text | Kind::Apostrophe | Kind::Gone => {}
            }
        }
        for (at, closer) in open.drain(..) {
            self.fail(at, closer);
        }
        self.choose_outer_quotes();
    }

    fn close(&mut self, at: usize, closer: Closer, open: &mut Vec<(usize, Closer)>) {
        if closer == Closer::Single && open.last().is_none_or(|&(_, wanted)| wanted != closer) {
            self.list[at].kind = Kind::Apostrophe;
            return;
        }
        while let Some((opener, wanted)) = open.pop() {
            if wanted == closer {
                if matches!(self.list[opener].kind, Kind::Open(None, _)) {
                    self.list[opener].kind = Kind::Gone;
                    self.list[at].kind = Kind::Gone;
                }
                return;
            }
            self.list[opener].kind = Kind::Text;
        }
        self.list[at].kind = Kind::Text;
    }

    /// The token has no fellow: it is text, and a single quotation mark an apostrophe.
    fn fail(&mut self, at: usize, closer: Closer) {
        let raw = &self.text[self.list[at].start..];
        self.list[at].kind = if closer == Closer::Single && !raw.starts_with('(') {
            Kind::Apostrophe
        } else {
            Kind::Text
        };
    }

    /// Of straight quotation marks, those that come first are the outer ones.
    fn choose_outer_quotes(&mut self) {
        let mut first = None;
        for token in &mut self.list {
            if let Kind::Open(Some(toggle), closer @ (Closer::Double | Closer::Single)) =
                &mut token.kind
            {
                let outer = *first.get_or_insert(*closer);
                *toggle = if *closer == outer { Toggle::OuterQuote } else { Toggle::InnerQuote };
            }
        }
    }
}

/// How deep markup nests; deeper tags change nothing.
const DEEPEST: usize = 16;

/// Builds the nodes under `node`. `parents` is a list for its memory.
fn build(tree: &mut Markup, node: NodeId, text: &str, tokens: &[Token], parents: &mut Vec<NodeId>) {
    // A piece of text gathers at the end of the tree's buffer, from here on.
    let mut piece = tree.buffer.len();
    parents.clear();
    parents.push(node);
    let opening = &text[..tokens.first().map_or(text.len(), |token| token.start)];
    // Space before a quotation mark at the very front is dropped.
    let drop_space = text.starts_with(' ') && text.trim_start().starts_with(['"', '\'']);
    if !drop_space {
        tree.buffer.push_str(opening);
    }
    let mut nested = false;
    for (at, token) in tokens.iter().enumerate() {
        let raw = &text[token.start..token.end];
        let is_empty = tree.buffer.len() == piece;
        if token.lead && token.kind != Kind::Text && !(drop_space && is_empty && !nested) {
            tree.buffer.push_str(&raw[..1]);
        }
        match token.kind {
            Kind::Open(toggle, _) => {
                flush(tree, parents, &mut piece);
                let parent = parents.last().copied().unwrap_or(node);
                let inside = if parents.len() < DEEPEST {
                    tree.add_piece(parent, toggle, Span::default())
                } else {
                    parent
                };
                parents.push(inside);
                nested = true;
            }
            Kind::Close(_) => {
                flush(tree, parents, &mut piece);
                if parents.len() > 1 {
                    parents.pop();
                }
            }
            Kind::Text => tree.buffer.push_str(raw),
            Kind::Apostrophe => tree.buffer.push('’'),
            Kind::Gone => {}
        }
        let end = tokens.get(at + 1).map_or(text.len(), |next| next.start);
        tree.buffer.push_str(&text[token.end..end]);
    }
    flush(tree, parents, &mut piece);
    tree.prune(node);
}

fn flush(tree: &mut Markup, parents: &[NodeId], piece: &mut usize) {
    let end = tree.buffer.len();
    if let Some(&parent) = parents.last()
        && end > *piece
    {
        tree.add_piece(parent, None, Span { start: *piece as u32, end: end as u32 });
        *piece = end;
    }
}

/// Drops full stops, except before a lower-case letter (`v1.a`).
pub(super) fn strip_periods(text: &mut String) {
    if !text.contains('.') {
        return;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '.' && !rest.peek().is_some_and(char::is_ascii_lowercase) {
            // The character after a dropped full stop is taken with it, as it stands.
            if let Some(next) = rest.next() {
                out.push(next);
            }
        } else {
            out.push(c);
        }
    }
    *text = out;
}

/// Whether the text has a letter or digit that has an italic form.
pub(super) fn has_slanting_letters(text: &str) -> bool {
    text.chars().any(is_romanesque)
}
