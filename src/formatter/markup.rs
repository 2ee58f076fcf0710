//! The output tree: text in groups, each dressed with formatting and affixes.
//!
//! The evaluator builds it from the outside in ([`Markup::open`], [`Markup::text`],
//! [`Markup::close`]); the punctuation pass ([`super::punctuation::settle`]) lets affixes and text
//! collide; a writer ([`super::write`]) walks it. One [`Markup`] serves many cites: [`Markup::clear`]
//! keeps the memory. All strings lie in one buffer and nodes name their places in it, so building a
//! node copies a few bytes and allocates nothing once the buffers have grown.
//!
//! What always holds: a closed group has content (empty ones vanish when they are closed), and a
//! node's children come in the order in which they were added.

use crate::style::formatting::{
    Display, FontStyle, FontVariant, FontWeight, Formatting, TextCase, VerticalAlign,
};

pub use super::text_case::Casing;

use super::{rich_text, text_case};
use std::sync::Arc;

/// The place of a node in its [`Markup`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    pub(super) fn new(index: u32) -> NodeId {
        NodeId(index)
    }

    #[inline]
    pub(super) fn index(self) -> u32 {
        self.0
    }
}

const NOTHING: u32 = u32::MAX;

/// A stretch of the text buffer, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// What a node stands for, so that the evaluator finds it again when it collapses cites, fills in
/// year suffixes or substitutes authors. The numbers are the evaluator's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Nothing in particular.
    #[default]
    None,
    /// One cite of a citation.
    Cite(u32),
    /// One entry of a bibliography.
    Entry,
    /// All names of one `cs:names`.
    Names(u32),
    /// The names of one variable.
    NameList(u32),
    /// One name.
    Name(u32),
    /// A date.
    Date(u32),
    /// The year of a date.
    Year(u32),
    /// A title.
    Title(u32),
    /// The text of any other variable.
    Variable(u32),
    /// Where the letter goes that tells works of one year apart.
    YearSuffix,
    /// The number of the work in the bibliography.
    CitationNumber,
    /// The number of the first note in which the work was cited.
    FirstReferenceNumber,
    /// The place within the work.
    Locator,
    /// A label.
    Label,
}

/// Where a piece of text leads to. The writers accept `http`, `https` and DOIs, nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// The text itself is the address.
    Url,
    /// The text itself is a DOI, bare or as an address.
    Doi,
}

/// How a node is dressed. Affixes stand outside the quotes, and the quotes outside the formatting.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dress<'a> {
    /// Letters.
    pub formatting: Formatting,
    /// Before the content.
    pub prefix: &'a str,
    /// After the content.
    pub suffix: &'a str,
    /// Between the children of a group.
    pub delimiter: &'a str,
    /// Whether the content stands in the locale's quotation marks.
    pub quotes: bool,
    /// It is said not to stand in them: quotation marks in the text are then outer ones of the
    /// locale, whichever they are written as, and those inside them inner ones.
    pub unquoted: bool,
    /// Whether full stops are dropped from the text (and from all text inside a group).
    pub strip_periods: bool,
    /// The case of the text; on a group it is not used.
    pub text_case: Option<TextCase>,
    /// How the part stands on the page.
    pub display: Option<Display>,
    /// What it stands for.
    pub mark: Mark,
    /// Where the text leads to.
    pub link: Option<Link>,
    /// The text is a number of its own: punctuation is not moved into it.
    pub number: bool,
}

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
    pub(super) fn begins_with_dash(&self) -> bool {
        let marks = [&self.open, &self.close, &self.open_inner, &self.close_inner];
        marks.iter().any(|mark| mark.starts_with(['\u{2013}', '\u{2014}']))
    }
}

/// Markup inside a field's text: it turns over what surrounds it, so that italics within italics
/// stand upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Toggle {
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
pub(super) struct Node {
    pub(super) text: Span,
    pub(super) prefix: Span,
    pub(super) suffix: Span,
    pub(super) delimiter: Span,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) next: u32,
    pub(super) formatting: Formatting,
    pub(super) display: Option<Display>,
    pub(super) toggle: Option<Toggle>,
    pub(super) link: Option<Link>,
    pub(super) quotes: bool,
    pub(super) unquoted: bool,
    pub(super) number: bool,
    pub(super) leaf: bool,
    /// How many groups of the style's it stands for: one inside the other, of which only the outermost
    /// may have affixes. 0 for a stretch of a field's text.
    pub(super) levels: u8,
    pub(super) mark: Mark,
}

impl Node {
    /// Whether the letters inside look different from those outside.
    #[inline]
    pub(super) fn is_decorated(&self) -> bool {
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
    pub(super) fn is_plain(&self) -> bool {
        self.toggle.is_none()
            && self.link.is_none()
            && !(self.quotes || self.unquoted)
            && self.formatting.is_none()
    }

    /// Whether it adds nothing to what is in it.
    #[inline]
    pub(super) fn is_bare(&self) -> bool {
        self.prefix.is_empty()
            && self.suffix.is_empty()
            && self.display.is_none()
            && self.mark == Mark::None
            && self.is_plain()
    }

    /// Whether it is a group around one thing to which it adds nothing.
    #[inline]
    pub(super) fn is_bare_around_one(&self) -> bool {
        !self.leaf && self.first == self.last && self.first != NOTHING && self.is_bare()
    }

    /// Whether the content stands in quotation marks.
    #[inline]
    pub(super) fn is_quoted(&self) -> bool {
        self.quotes || matches!(self.toggle, Some(Toggle::OuterQuote | Toggle::InnerQuote))
    }
}

#[derive(Debug, Clone, Copy)]
struct Level {
    node: u32,
    /// The parent's last child before this group was opened.
    before: u32,
    strip_periods: bool,
}

/// A place to go back to; see [`Markup::roll_back`].
#[derive(Debug, Clone, Copy)]
pub struct Checkpoint {
    nodes: usize,
    text: usize,
    levels: usize,
    parent: u32,
    last: u32,
    root_last: u32,
}

/// The tree under construction, and the finished one.
///
/// ```
/// use fonds::formatter::markup::{Dress, Markup, Typography};
/// let mut tree = Markup::new(Typography::default());
/// let entry = tree.open(&Dress { delimiter: ", ", suffix: ".", ..Dress::default() });
/// tree.text("Report", &Dress::default());
/// tree.open(&Dress { prefix: "(", suffix: ")", ..Dress::default() });
/// assert!(tree.close().is_none()); // nothing in it: it is gone, with its parentheses
/// tree.text("1951", &Dress::default());
/// assert_eq!(tree.close(), Some(entry));
/// assert_eq!(tree.plain_text(entry), "Report, 1951.");
/// ```
#[derive(Debug)]
pub struct Markup {
    pub(super) nodes: Vec<Node>,
    pub(super) buffer: String,
    levels: Vec<Level>,
    /// Nodes without a parent are chained too; this is the last of them.
    root_last: u32,
    typography: Arc<Typography>,
    /// Scratch text, kept for its memory.
    scratch: String,
    /// Scratch lists for the reading of markup in fields, kept for their memory.
    pub(super) tokens_scratch: rich_text::Scratch,
    /// Scratch nodes, kept for their memory.
    pub(super) order_scratch: Vec<u32>,
}

impl Default for Markup {
    fn default() -> Markup {
        Markup::new(Typography::default())
    }
}

impl Markup {
    /// An empty tree for text in a locale with these quotation marks.
    pub fn new(typography: impl Into<Arc<Typography>>) -> Markup {
        // A usual citation fits: a tree that serves one alone does not grow step by step.
        Markup {
            nodes: Vec::with_capacity(128),
            buffer: String::with_capacity(1024),
            levels: Vec::new(),
            root_last: NOTHING,
            typography: typography.into(),
            scratch: String::new(),
            tokens_scratch: rich_text::Scratch::default(),
            order_scratch: Vec::new(),
        }
    }

    /// Forgets all nodes and keeps the memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.buffer.clear();
        self.levels.clear();
        self.root_last = NOTHING;
    }

    /// The quotation marks in use.
    pub fn typography(&self) -> &Typography {
        &self.typography
    }

    /// Changes the quotation marks, for the text added from now on.
    pub fn set_typography(&mut self, typography: Typography) {
        self.typography = typography.into();
    }

    // ---- building ----

    /// Opens a group; what is added until [`close`](Markup::close) lies in it.
    pub fn open(&mut self, dress: &Dress<'_>) -> NodeId {
        let strip_periods = dress.strip_periods || self.strips_periods();
        let node = self.add(dress, false);
        let before = self.link(node);
        self.levels.push(Level { node, before, strip_periods });
        NodeId(node)
    }

    /// Closes the group opened last. `None` when it has no content: then it is gone, with its
    /// affixes. Also `None` when no group is open.
    pub fn close(&mut self) -> Option<NodeId> {
        let level = self.levels.pop()?;
        let node = self.nodes[level.node as usize];
        if node.first == NOTHING {
            self.unlink_last(level.node, level.before);
            return None;
        }
        if node.is_bare_around_one() {
            self.absorb(level.node, node.first);
        }
        Some(NodeId(level.node))
    }

    /// Lets a bare group stand for the one group in it as well, if that is bare too: most macros come
    /// to groups in groups.
    fn absorb(&mut self, node: u32, inside: u32) {
        let Some(&inner) = self.nodes.get(inside as usize) else { return };
        if inner.levels == 0 || !inner.is_bare() {
            return;
        }
        let outer = &mut self.nodes[node as usize];
        if let Some(levels) = outer.levels.checked_add(inner.levels) {
            outer.levels = levels;
            (outer.first, outer.last, outer.delimiter) = (inner.first, inner.last, inner.delimiter);
        }
    }

    /// Puts a bare group around a group without affixes.
    pub(super) fn wrap(&mut self, node: NodeId) {
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.levels = node.levels.saturating_add(1);
        }
    }

    /// Parts a group that stands for several into the outermost and a group for the others, which it
    /// gives; `None` when it stands for itself alone.
    pub(super) fn part(&mut self, node: u32) -> Option<u32> {
        let inner = self.nodes.len() as u32;
        let outer = self.nodes.get_mut(node as usize).filter(|node| node.levels > 1)?;
        let mut inside = *outer;
        (outer.levels, outer.delimiter) = (1, Span::default());
        (outer.first, outer.last) = (inner, inner);
        inside.levels -= 1;
        (inside.prefix, inside.suffix, inside.next) = (Span::default(), Span::default(), NOTHING);
        inside.mark = Mark::None;
        self.nodes.push(inside);
        Some(inner)
    }

    /// Closes the group opened last and drops it, whatever it holds.
    pub fn close_and_drop(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.unlink_last(level.node, level.before);
        }
    }

    /// Adds text: of a field, a term or the style. Markup in it (`<i>`, quotation marks and so on)
    /// becomes nodes of its own; the case is changed and full stops are stripped as the dress says.
    /// Without text nothing is added. `casing` is that of the text's language.
    pub fn text_in(&mut self, text: &str, dress: &Dress<'_>, casing: Casing) -> Option<NodeId> {
        if text.is_empty() {
            return None;
        }
        let mut dress = *dress;
        dress.strip_periods |= self.strips_periods();
        if dress.text_case.is_none() && !(dress.strip_periods && text.contains('.')) {
            return Some(self.add_text(text, &mut dress));
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        match dress.text_case {
            Some(case) => text_case::apply(case, text, casing, &mut scratch),
            None => scratch.push_str(text),
        }
        if dress.strip_periods {
            rich_text::strip_periods(&mut scratch);
        }
        let node = self.add_text(&scratch, &mut dress);
        self.scratch = scratch;
        Some(node)
    }

    /// Adds text with its case settled.
    fn add_text(&mut self, text: &str, dress: &mut Dress<'_>) -> NodeId {
        if dress.formatting.font_style.is_some() && !rich_text::has_slanting_letters(text) {
            dress.formatting.font_style = None;
        }
        let node = self.add(dress, true);
        self.link(node);
        rich_text::fill(self, NodeId(node), text, dress.text_case.is_some());
        NodeId(node)
    }

    /// [`text_in`](Markup::text_in) English.
    pub fn text(&mut self, text: &str, dress: &Dress<'_>) -> Option<NodeId> {
        self.text_in(text, dress, Casing::ENGLISH)
    }

    /// Adds text as it is: nothing in it is markup, and its case stays.
    pub fn literal(&mut self, text: &str, dress: &Dress<'_>) -> Option<NodeId> {
        if text.is_empty() {
            return None;
        }
        let node = self.add(dress, true);
        self.link(node);
        self.nodes[node as usize].text = self.store(text);
        Some(NodeId(node))
    }

    /// Adds a place for text that is known later ([`set_text`](Markup::set_text)); it counts as
    /// content although it is empty.
    pub fn slot(&mut self, dress: &Dress<'_>) -> NodeId {
        let node = self.add(dress, true);
        self.link(node);
        NodeId(node)
    }

    /// Remembers how far the tree has been built.
    pub fn checkpoint(&self) -> Checkpoint {
        let parent = self.levels.last().map_or(NOTHING, |level| level.node);
        Checkpoint {
            nodes: self.nodes.len(),
            text: self.buffer.len(),
            levels: self.levels.len(),
            parent,
            last: self.nodes.get(parent as usize).map_or(NOTHING, |node| node.last),
            root_last: self.root_last,
        }
    }

    /// Undoes everything since the checkpoint. The groups open then are open again; groups closed
    /// since then must have been opened since then.
    pub fn roll_back(&mut self, to: Checkpoint) {
        self.levels.truncate(to.levels);
        self.nodes.truncate(to.nodes);
        self.buffer.truncate(to.text);
        self.root_last = to.root_last;
        if let Some(parent) = self.nodes.get_mut(to.parent as usize) {
            parent.last = to.last;
            if to.last == NOTHING {
                parent.first = NOTHING;
            }
        }
        let last = if to.parent == NOTHING { to.root_last } else { to.last };
        if let Some(node) = self.nodes.get_mut(last as usize) {
            node.next = NOTHING;
        }
    }

    /// Whether anything was added since the checkpoint that is still there.
    pub fn has_grown(&self, since: Checkpoint) -> bool {
        let parent = self.levels.last().map_or(NOTHING, |level| level.node);
        if parent == NOTHING {
            return self.root_last != since.root_last;
        }
        if parent != since.parent {
            return true;
        }
        self.nodes.get(parent as usize).map_or(NOTHING, |node| node.last) != since.last
    }

    // ---- changing what is built ----

    /// Puts other text in the place of all that the node holds; its dress stays.
    pub fn set_text(&mut self, node: NodeId, text: &str) {
        let place = self.store(text);
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.first = NOTHING;
            node.last = NOTHING;
            node.leaf = true;
            node.text = place;
        }
    }

    /// [`set_text`](Markup::set_text) for a new leaf.
    pub(super) fn put_text(&mut self, node: NodeId, text: &str) {
        let place = self.store(text);
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.text = place;
        }
    }

    /// Adds to the text before the node's content, behind what is there.
    pub(super) fn lengthen_prefix(&mut self, node: NodeId, more: &str) {
        let Some(&Node { prefix, .. }) = self.nodes.get(node.0 as usize) else { return };
        self.nodes[node.0 as usize].prefix = self.joined(prefix, "", more);
    }

    /// Adds to the text after the node's content, behind what is there.
    pub(super) fn lengthen_suffix(&mut self, node: NodeId, more: &str) {
        let Some(&Node { suffix, .. }) = self.nodes.get(node.0 as usize) else { return };
        self.nodes[node.0 as usize].suffix = self.joined(suffix, "", more);
    }

    /// Puts other text before the node's content.
    pub fn set_prefix(&mut self, node: NodeId, prefix: &str) {
        let place = self.store(prefix);
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.prefix = place;
        }
    }

    /// Puts other text after the node's content.
    pub fn set_suffix(&mut self, node: NodeId, suffix: &str) {
        let place = self.store(suffix);
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.suffix = place;
        }
    }

    /// Puts other text between the node's children.
    pub fn set_delimiter(&mut self, node: NodeId, delimiter: &str) {
        let place = self.store(delimiter);
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.delimiter = place;
        }
    }

    /// Marks the node.
    pub fn set_mark(&mut self, node: NodeId, mark: Mark) {
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.mark = mark;
        }
    }

    /// Takes formatting and quotation marks from the node and all in it.
    pub(super) fn undress(&mut self, node: NodeId) {
        let mut open = vec![node.0];
        while let Some(at) = open.pop() {
            open.extend(self.children(NodeId(at)).map(NodeId::index));
            if let Some(node) = self.nodes.get_mut(at as usize) {
                node.formatting = Formatting::default();
                node.toggle = None;
                (node.quotes, node.unquoted) = (false, false);
            }
        }
    }

    /// Empties the node: nothing of it is printed, affixes included.
    pub fn hide(&mut self, node: NodeId) {
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.first = NOTHING;
            node.last = NOTHING;
            node.leaf = true;
            node.text = Span::default();
        }
    }

    /// Puts what stands between the children of `node` into the suffixes of all but the last, and a
    /// group of its own around each of those: punctuation then meets as it does at the ends of
    /// groups.
    pub fn join_by_suffixes(&mut self, node: NodeId) {
        let Some(&Node { delimiter, first, levels, .. }) = self.nodes.get(node.0 as usize) else {
            return;
        };
        if levels > 1 {
            // It holds one group, and stands for that too.
            return;
        }
        self.nodes[node.0 as usize].delimiter = Span::default();
        let (mut before, mut child) = (NOTHING, first);
        while let Some(&Node { next, suffix, .. }) = self.nodes.get(child as usize) {
            if next == NOTHING {
                break;
            }
            let suffix = if delimiter.is_empty() {
                suffix
            } else if suffix.is_empty() {
                delimiter
            } else {
                let between = self.get(delimiter).to_owned();
                self.joined(suffix, "", &between)
            };
            self.nodes[child as usize].suffix = suffix;
            self.nodes[child as usize].next = NOTHING;
            let wrapper = self.add(&Dress::default(), false);
            let group = &mut self.nodes[wrapper as usize];
            (group.first, group.last, group.next) = (child, child, next);
            group.levels = 0;
            match self.nodes.get_mut(before as usize) {
                Some(sibling) => sibling.next = wrapper,
                None => self.nodes[node.0 as usize].first = wrapper,
            }
            before = wrapper;
            child = next;
        }
    }

    /// Takes away the children of `node` that have no content, at any depth, so that the
    /// delimiters beside them vanish too. Tells whether `node` itself has content.
    pub fn prune(&mut self, node: NodeId) -> bool {
        // Depth is bounded by the style's nesting, which the style room limits.
        let at = node.0 as usize;
        let Some(here) = self.nodes.get(at) else { return false };
        if here.leaf {
            return !here.text.is_empty();
        }
        let mut child = here.first;
        let mut first = NOTHING;
        let mut last = NOTHING;
        while let Some(next) = self.nodes.get(child as usize).map(|child| child.next) {
            if self.prune(NodeId(child)) {
                match self.nodes.get_mut(last as usize) {
                    Some(before) => before.next = child,
                    None => first = child,
                }
                last = child;
            }
            child = next;
        }
        if let Some(end) = self.nodes.get_mut(last as usize) {
            end.next = NOTHING;
        }
        self.nodes[at].first = first;
        self.nodes[at].last = last;
        first != NOTHING
    }

    /// Makes `child`, a node without a parent, the last child of `parent`. (A node that was built
    /// inside another group must be [detached](Markup::detach) first.)
    pub fn append(&mut self, parent: NodeId, child: NodeId) {
        let Some(&Node { last, .. }) = self.nodes.get(parent.0 as usize) else { return };
        if child.0 as usize >= self.nodes.len() {
            return;
        }
        match self.nodes.get_mut(last as usize) {
            Some(before) => before.next = child.0,
            None => self.nodes[parent.0 as usize].first = child.0,
        }
        self.nodes[parent.0 as usize].last = child.0;
        self.nodes[parent.0 as usize].leaf = false;
        self.nodes[child.0 as usize].next = NOTHING;
    }

    /// Takes the child out of its parent; it stays as a node without a parent.
    pub fn detach(&mut self, parent: NodeId, child: NodeId) {
        let Some(&Node { first, .. }) = self.nodes.get(parent.0 as usize) else { return };
        let (mut before, mut at) = (NOTHING, first);
        while let Some(&Node { next, .. }) = self.nodes.get(at as usize) {
            if at == child.0 {
                match self.nodes.get_mut(before as usize) {
                    Some(node) => node.next = next,
                    None => self.nodes[parent.0 as usize].first = next,
                }
                if next == NOTHING {
                    self.nodes[parent.0 as usize].last = before;
                }
                self.nodes[at as usize].next = NOTHING;
                return;
            }
            (before, at) = (at, next);
        }
    }

    // ---- looking ----

    /// The children, in order.
    pub fn children(&self, node: NodeId) -> Children<'_> {
        Children {
            nodes: &self.nodes,
            at: self.nodes.get(node.0 as usize).map_or(NOTHING, |n| n.first),
        }
    }

    /// Whether the node is a number.
    pub(super) fn is_number(&self, node: NodeId) -> bool {
        self.nodes.get(node.0 as usize).is_some_and(|node| node.number)
    }

    /// What the node stands for.
    pub fn mark(&self, node: NodeId) -> Mark {
        self.nodes.get(node.0 as usize).map_or(Mark::None, |node| node.mark)
    }

    /// The text before the node's content.
    pub fn prefix(&self, node: NodeId) -> &str {
        self.nodes.get(node.0 as usize).map_or("", |node| self.get(node.prefix))
    }

    /// The text after the node's content.
    pub fn suffix(&self, node: NodeId) -> &str {
        self.nodes.get(node.0 as usize).map_or("", |node| self.get(node.suffix))
    }

    /// Whether the node changes letters or quotes its content.
    pub fn is_dressed(&self, node: NodeId) -> bool {
        self.nodes.get(node.0 as usize).is_some_and(|node| node.is_decorated() || node.is_quoted())
    }

    /// The text between the node's children.
    pub fn delimiter(&self, node: NodeId) -> &str {
        self.nodes.get(node.0 as usize).map_or("", |node| self.get(node.delimiter))
    }

    /// The first node in reading order, `node` included, whose mark pleases `wanted`.
    pub fn find(&self, node: NodeId, wanted: &impl Fn(Mark) -> bool) -> Option<NodeId> {
        let here = self.nodes.get(node.0 as usize)?;
        if wanted(here.mark) {
            return Some(node);
        }
        self.children(node).find_map(|child| self.find(child, wanted))
    }

    /// Visits every node under `node`, itself included, in reading order.
    pub fn visit(&self, node: NodeId, seen: &mut impl FnMut(NodeId, Mark)) {
        if let Some(here) = self.nodes.get(node.0 as usize) {
            seen(node, here.mark);
            for child in self.children(node) {
                self.visit(child, seen);
            }
        }
    }

    /// Whether the node prints anything.
    pub fn has_content(&self, node: NodeId) -> bool {
        self.nodes.get(node.0 as usize).is_some_and(|here| {
            if here.leaf {
                !here.text.is_empty()
            } else {
                self.children(node).any(|child| self.has_content(child))
            }
        })
    }

    /// The text with affixes, without formatting and without quotation marks: what tells two cites
    /// apart.
    pub fn plain_text(&self, node: NodeId) -> String {
        let mut out = String::new();
        self.push_plain_text(node, &mut out);
        out
    }

    /// [`plain_text`](Markup::plain_text), into a string that is already there.
    pub fn push_plain_text(&self, node: NodeId, out: &mut String) {
        let Some(here) = self.nodes.get(node.0 as usize) else { return };
        if here.leaf {
            if !here.text.is_empty() {
                out.push_str(self.get(here.prefix));
                out.push_str(self.get(here.text));
                out.push_str(self.get(here.suffix));
            }
            return;
        }
        let start = out.len();
        out.push_str(self.get(here.prefix));
        let inside = out.len();
        for child in self.children(node) {
            let before = out.len();
            if before > inside {
                out.push_str(self.get(here.delimiter));
            }
            let after_delimiter = out.len();
            self.push_plain_text(child, out);
            if out.len() == after_delimiter {
                out.truncate(before);
            }
        }
        if out.len() == inside {
            out.truncate(start);
        } else {
            out.push_str(self.get(here.suffix));
        }
    }

    // ---- inside ----

    /// The first character of a stretch of the buffer.
    #[inline]
    pub(super) fn first_char(&self, span: Span) -> Option<char> {
        if span.is_empty() {
            return None;
        }
        match self.buffer.as_bytes().get(span.start as usize) {
            Some(&byte) if byte.is_ascii() => Some(byte.into()),
            _ => self.get(span).chars().next(),
        }
    }

    /// The last character of a stretch of the buffer.
    #[inline]
    pub(super) fn last_char(&self, span: Span) -> Option<char> {
        if span.is_empty() {
            return None;
        }
        match self.buffer.as_bytes().get((span.end as usize).wrapping_sub(1)) {
            Some(&byte) if byte.is_ascii() => Some(byte.into()),
            _ => self.get(span).chars().next_back(),
        }
    }

    #[inline]
    pub(super) fn get(&self, span: Span) -> &str {
        self.buffer.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    #[inline]
    pub(super) fn store(&mut self, text: &str) -> Span {
        if text.is_empty() {
            return Span::default();
        }
        let start = self.buffer.len();
        self.buffer.push_str(text);
        Span { start: start as u32, end: self.buffer.len() as u32 }
    }

    /// A text made of another, with something before or after it.
    pub(super) fn joined(&mut self, span: Span, before: &str, after: &str) -> Span {
        if before.is_empty() && !span.is_empty() && span.end as usize == self.buffer.len() {
            self.buffer.push_str(after);
            return Span { start: span.start, end: self.buffer.len() as u32 };
        }
        let start = self.buffer.len() as u32;
        self.buffer.push_str(before);
        if span.end <= start {
            self.buffer.extend_from_within(span.start as usize..span.end as usize);
        }
        self.buffer.push_str(after);
        Span { start, end: self.buffer.len() as u32 }
    }

    pub(super) fn child_ids_of(&self, node: &Node) -> Children<'_> {
        Children { nodes: &self.nodes, at: node.first }
    }

    /// Whether full stops are dropped from what is added now.
    pub(super) fn strips_periods(&self) -> bool {
        self.levels.last().is_some_and(|level| level.strip_periods)
    }

    fn add(&mut self, dress: &Dress<'_>, leaf: bool) -> u32 {
        let prefix = self.store(dress.prefix);
        let suffix = self.store(dress.suffix);
        let delimiter = self.store(dress.delimiter);
        let id = self.nodes.len() as u32;
        self.nodes.push(Node {
            text: Span::default(),
            prefix,
            suffix,
            delimiter,
            first: NOTHING,
            last: NOTHING,
            next: NOTHING,
            formatting: dress.formatting,
            display: dress.display,
            toggle: None,
            link: dress.link,
            quotes: dress.quotes,
            unquoted: dress.unquoted,
            number: dress.number,
            leaf,
            levels: u8::from(!leaf),
            mark: dress.mark,
        });
        id
    }

    /// Puts the new node at the end of the open group; gives the sibling before it.
    fn link(&mut self, node: u32) -> u32 {
        let before = match self.levels.last() {
            Some(level) => {
                let parent = &mut self.nodes[level.node as usize];
                let before = std::mem::replace(&mut parent.last, node);
                if before == NOTHING {
                    parent.first = node;
                }
                before
            }
            None => return std::mem::replace(&mut self.root_last, node),
        };
        if let Some(sibling) = self.nodes.get_mut(before as usize) {
            sibling.next = node;
        }
        before
    }

    fn unlink_last(&mut self, node: u32, before: u32) {
        match self.levels.last() {
            Some(level) => {
                let parent = &mut self.nodes[level.node as usize];
                parent.last = before;
                if before == NOTHING {
                    parent.first = NOTHING;
                }
                if let Some(sibling) = self.nodes.get_mut(before as usize) {
                    sibling.next = NOTHING;
                }
            }
            None => self.root_last = before,
        }
        // The memory of the dropped node is used again when it is the last one.
        if node as usize + 1 == self.nodes.len() {
            self.nodes.pop();
        }
    }

    /// Adds a node under `parent` for a piece of rich text: the text in this stretch of the buffer,
    /// or what is to be within a toggle.
    pub(super) fn add_piece(
        &mut self,
        parent: NodeId,
        toggle: Option<Toggle>,
        text: Span,
    ) -> NodeId {
        let leaf = toggle.is_none();
        let id = self.add(&Dress::default(), leaf);
        let node = &mut self.nodes[id as usize];
        node.toggle = toggle;
        node.text = text;
        node.levels = 0;
        self.append(parent, NodeId(id));
        NodeId(id)
    }
}

/// The children of a node.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    nodes: &'a [Node],
    at: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let node = self.nodes.get(self.at as usize)?;
        let here = NodeId(self.at);
        self.at = node.next;
        Some(here)
    }
}

/// What letters look like at one place, after all surrounding formatting has been counted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    pub(super) formatting: Formatting,
    /// The innermost quotation marks around, if any: outer ones or inner ones.
    pub(super) quotes: Option<QuoteLevel>,
    /// Something around is said not to stand in quotation marks.
    pub(super) unquoted: bool,
    /// Something around is italic or oblique.
    pub(super) slanted: bool,
    /// Something around is in small capitals.
    pub(super) small_caps: bool,
    /// Something around is bold or light.
    pub(super) weighted: bool,
}

/// Which pair of quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuoteLevel {
    Outer,
    Inner,
}

impl Surroundings {
    /// The formatting and the quotation marks that `node` puts around its content here.
    pub(super) fn enter(&self, node: &Node) -> (Formatting, Option<QuoteLevel>) {
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
    pub(super) fn inside(
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
