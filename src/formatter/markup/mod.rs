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

mod changing;
mod dress;
mod looking;
mod node;
mod surroundings;
mod typography;

pub use super::text_case::Casing;
pub use dress::{Dress, Link, Mark};
pub use looking::Children;
pub use node::NodeId;
pub use typography::Typography;

pub(super) use node::{Node, Span, Toggle};
pub(super) use surroundings::{QuoteLevel, Surroundings};

use super::punctuation::turn_brackets;
use super::{rich_text, text_case};
use node::NOTHING;
use std::sync::Arc;

#[derive(Debug, Clone, Copy)]
struct Level {
    node: u32,
    /// Its affixes count for the nesting of parentheses.
    counts: bool,
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
    /// How many parentheses in the affixes of groups are open, where that is counted.
    nesting: Option<i32>,
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
            nesting: None,
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
        let node = self.open_apart(dress);
        if self.nesting.is_some() {
            if let Some(level) = self.levels.last_mut() {
                level.counts = true;
            }
            if let Some(prefix) = self.turned(dress.prefix) {
                self.set_prefix(node, &prefix);
            }
        }
        node
    }

    /// Opens a group whose affixes do not count for the nesting of parentheses.
    pub(super) fn open_apart(&mut self, dress: &Dress<'_>) -> NodeId {
        let strip_periods = dress.strip_periods || self.strips_periods();
        let node = self.add(dress, false);
        let before = self.link(node);
        self.levels.push(Level { node, counts: false, before, strip_periods });
        NodeId::new(node)
    }

    /// From now on parentheses in the affixes of groups are counted, from `depth` open ones on, and
    /// those inside others turned into brackets; or they are not. Those of groups that turn out to
    /// be empty count too.
    pub(super) fn count_nesting(&mut self, depth: Option<i32>) {
        self.nesting = depth;
    }

    /// How many parentheses are open; 0 where they are not counted.
    pub(super) fn nesting(&self) -> i32 {
        self.nesting.unwrap_or(0)
    }

    /// The text with parentheses inside others turned into brackets, if that changes it; counts them.
    pub(super) fn turned(&mut self, text: &str) -> Option<String> {
        turn_brackets(text, self.nesting.as_mut()?)
    }

    /// Counts the parentheses at the end of a group.
    fn count_end(&mut self, level: &Level) {
        if level.counts && self.nesting.is_some() {
            let node = NodeId::new(level.node);
            let suffix = self.suffix(node).to_owned();
            if let Some(suffix) = self.turned(&suffix) {
                self.set_suffix(node, &suffix);
            }
        }
    }

    /// Closes the group opened last. `None` when it has no content: then it is gone, with its
    /// affixes. Also `None` when no group is open.
    pub fn close(&mut self) -> Option<NodeId> {
        let level = self.levels.pop()?;
        self.count_end(&level);
        let node = self.nodes[level.node as usize];
        if node.first == NOTHING {
            self.unlink_last(level.node, level.before);
            return None;
        }
        if node.is_bare_around_one() {
            self.absorb(level.node, node.first);
        }
        Some(NodeId::new(level.node))
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
        if let Some(node) = self.nodes.get_mut(node.index() as usize) {
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
            self.count_end(&level);
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
        rich_text::fill(self, NodeId::new(node), text, dress.text_case.is_some());
        NodeId::new(node)
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
        Some(NodeId::new(node))
    }

    /// Adds a place for text that is known later ([`set_text`](Markup::set_text)); it counts as
    /// content although it is empty.
    pub fn slot(&mut self, dress: &Dress<'_>) -> NodeId {
        let node = self.add(dress, true);
        self.link(node);
        NodeId::new(node)
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
        self.append(parent, NodeId::new(id));
        NodeId::new(id)
    }
}
