//! A text being changed: values set, inserted, added and taken out, each by a cut at its place.

use super::layout::{Entry, Layout, Step, Written, WrittenKind};
use super::place::{Place, dotted_within, find};
use super::read::read_tree;
use super::{render, write};
use crate::problem::{Problem, codes};
use crate::record::{Node, Table, Value, part_keys};
use std::ops::Range;

/// A text being changed, with its tree.
pub(super) struct File {
    text: String,
    root: Node,
}

fn tree(text: &str) -> Result<Node, Vec<Problem>> {
    match read_tree(text.as_bytes(), "") {
        (Some(root), problems) if problems.is_empty() => Ok(root),
        (_, problems) => Err(problems),
    }
}

impl File {
    /// The text of a file, without a byte order mark, which must be TOML without error.
    pub(super) fn new(text: &str) -> Result<File, Vec<Problem>> {
        Ok(File { text: text.to_owned(), root: tree(text)? })
    }

    /// The text as it is now.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What the text says now.
    pub(super) fn root(&self) -> &Node {
        &self.root
    }

    /// Reads the text again after a change.
    fn settle(&mut self, text: String) -> Result<(), Vec<Problem>> {
        self.root = tree(&text)?;
        self.text = text;
        Ok(())
    }

    fn splice(&mut self, span: Range<usize>, with: &str) -> Result<(), Vec<Problem>> {
        self.splice_all(vec![(span, with.to_owned())])
    }

    /// Puts each text in the place of its span; the spans do not touch each other.
    fn splice_all(&mut self, mut cuts: Vec<(Range<usize>, String)>) -> Result<(), Vec<Problem>> {
        cuts.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut text = self.text.clone();
        for (span, with) in cuts {
            let with = self.with_line_ends(&with, span.clone());
            text.replace_range(span, &with);
        }
        self.settle(text)
    }

    /// `with`, its lines ending like those of `span` that it replaces, or else like those around.
    fn with_line_ends(&self, with: &str, span: Range<usize>) -> String {
        if !with.contains('\n') {
            return with.to_owned();
        }
        let around = self.line_end(span.start);
        let mut ends =
            self.text[span].split_inclusive('\n').map(|line| match line.ends_with('\n') {
                true if line.ends_with("\r\n") => "\r\n",
                true => "\n",
                false => around,
            });
        let mut into = String::with_capacity(with.len() + 8);
        for line in with.split_inclusive('\n') {
            // What is taken over from the text has its own line ends.
            match line.strip_suffix("\r\n").or(line.strip_suffix('\n')) {
                Some(line) => into.extend([line, ends.next().unwrap_or(around)]),
                None => into.push_str(line),
            }
        }
        into
    }

    /// The line end in use around `at`: that of the line before, or else of the first line.
    fn line_end(&self, at: usize) -> &'static str {
        let before = self.text[..at].rfind('\n').or_else(|| self.text.find('\n'));
        match before {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    fn node(&self, steps: &[Step]) -> Option<&Node> {
        steps.iter().try_fold(&self.root, |node, step| match step {
            Step::Key(key) => node.as_table()?.get(key),
            Step::At(at) => node.as_list()?.get(*at),
        })
    }

    /// Gives what is there at `steps` the value `node`.
    pub(super) fn set(&mut self, steps: &[Step], node: &Node) -> Result<(), Vec<Problem>> {
        let Some(old) = self.node(steps) else { return Ok(()) };
        if old == node {
            return Ok(());
        }
        match (&old.value, &node.value) {
            // Taken out one by one, the last of the keys would take the table with it.
            (_, Value::Table(new)) if new.is_empty() && !self.has_heading(steps) => {
                self.replace(steps, node)
            }
            (Value::Table(old), Value::Table(new)) => {
                let vanished: Vec<String> = old
                    .iter()
                    .filter(|(key, _)| new.get(key).is_none())
                    .map(|(key, _)| key.to_owned())
                    .collect();
                // New keys come first, so that the table never becomes empty and vanishes.
                for (key, node) in new.iter() {
                    let inner = [steps, &[Step::Key(key.to_owned())]].concat();
                    if self.node(&inner).is_some() {
                        self.set(&inner, node)?;
                    } else {
                        self.insert(steps, key, node)?;
                    }
                }
                for key in vanished {
                    self.remove(&[steps, &[Step::Key(key)]].concat())?;
                }
                Ok(())
            }
            (Value::List(old), Value::List(new)) if !old.is_empty() && !new.is_empty() => {
                let key = steps.iter().rev().find_map(Step::key).unwrap_or_default();
                match kept(key, old, new) {
                    Some(kept) => {
                        let new = new.clone();
                        for at in (0..kept.len()).rev().filter(|at| !kept[*at]) {
                            self.remove(&[steps, &[Step::At(at)]].concat())?;
                        }
                        let staying = kept.iter().filter(|kept| **kept).count();
                        for (at, node) in new.iter().enumerate() {
                            if at < staying {
                                self.set(&[steps, &[Step::At(at)]].concat(), node)?;
                            } else {
                                self.append(steps, node)?;
                            }
                        }
                        Ok(())
                    }
                    None => self.replace(steps, node),
                }
            }
            _ => self.replace(steps, node),
        }
    }

    fn has_heading(&self, steps: &[Step]) -> bool {
        matches!(find(&Layout::of(&self.text), steps), Place::Section(_))
    }

    /// Writes the value at `steps` anew.
    fn replace(&mut self, steps: &[Step], node: &Node) -> Result<(), Vec<Problem>> {
        let layout = Layout::of(&self.text);
        match find(&layout, steps) {
            Place::Value { written, own_line, .. } => {
                let old = &self.text[written.span.clone()];
                let new = match (&written.kind, &node.value) {
                    (WrittenKind::Plain, Value::Text(text)) => {
                        render::text_like(old, text, own_line)
                    }
                    _ if own_line => render::block(node, self.column(written.span.start)),
                    _ => render::inline(node),
                };
                self.splice(written.span.clone(), &new)
            }
            _ => {
                let Some((Step::Key(key), parent)) = steps.split_last() else {
                    // A part under a heading that becomes something else than a table.
                    return Err(vec![Problem::error(
                        codes::FIELD,
                        "a part cannot be turned into a plain value",
                    )]);
                };
                self.remove(steps)?;
                self.insert(parent, key, node)
            }
        }
    }

    /// The column, in characters, of the byte `at`.
    fn column(&self, at: usize) -> usize {
        let before = &self.text[..at];
        before[before.rfind('\n').map_or(0, |at| at + 1)..].chars().count()
    }

    /// Puts `key = node` into the table at `steps`, which has no such key.
    pub(super) fn insert(
        &mut self,
        steps: &[Step],
        key: &str,
        node: &Node,
    ) -> Result<(), Vec<Problem>> {
        if steps.is_empty() && write::has_headings(key, node) {
            for part in node.as_list().unwrap_or_default() {
                self.insert_part(key, part)?;
            }
            return Ok(());
        }
        let layout = Layout::of(&self.text);
        match find(&layout, steps) {
            Place::Value { written, .. } => {
                let WrittenKind::Table(entries) = &written.kind else { return Ok(()) };
                let pair = format!("{} = {}", render::key(key), render::inline(node));
                self.insert_into_braces(&written.span, entries, &pair)
            }
            Place::Section(at) => {
                let mut line = String::new();
                render::line(key, node, &mut line);
                let section = &layout.sections[at];
                let after = match steps.is_empty() {
                    true => {
                        let place = write::place(key);
                        let before = |entry: &&Entry| {
                            entry.keys.first().is_some_and(|known| write::place(known) <= place)
                        };
                        section.entries.iter().rfind(before).or(section.entries.last())
                    }
                    false => section.entries.last(),
                };
                let end = after
                    .map(Entry::span)
                    .or_else(|| section.heading.as_ref().map(|heading| heading.span.clone()));
                self.insert_line(end, &line)
            }
            Place::Dotted { entry, prefix, braces } => {
                let keys = entry.keys[..prefix].iter().map(String::as_str).chain([key]);
                let key = render::dotted(keys);
                let (span, pair) = (entry.span(), format!("{key} = {}", render::inline(node)));
                match braces {
                    true => self.splice(span.end..span.end, &format!(", {pair}")),
                    false => self.insert_line(Some(span), &format!("{pair}\n")),
                }
            }
            // A table that only the headings below it make.
            Place::Below(at) => {
                let name = render::dotted(steps.iter().filter_map(Step::key));
                let mut block = format!("[{name}]\n");
                render::line(key, node, &mut block);
                block.push('\n');
                let start = layout.sections[at].heading.as_ref().map_or(0, |h| h.span.start);
                let start = self.line_start(start);
                self.splice(start..start, &block)
            }
            Place::Nowhere => Ok(()),
        }
    }

    fn insert_into_braces(
        &mut self,
        braces: &Range<usize>,
        entries: &[Entry],
        pair: &str,
    ) -> Result<(), Vec<Problem>> {
        match entries.last() {
            Some(last) => {
                let end = last.span().end;
                self.splice(end..end, &format!(", {pair}"))
            }
            None => self.splice(braces.clone(), &format!("{{ {pair} }}")),
        }
    }

    /// Puts `line` (which ends with a line feed) under the line on which `span` ends, indented like
    /// it; at the beginning when there is none.
    fn insert_line(&mut self, span: Option<Range<usize>>, line: &str) -> Result<(), Vec<Problem>> {
        let Some(span) = span else { return self.splice(0..0, line) };
        let start = self.line_start(span.start);
        let indent = self.text[start..span.start].to_owned();
        let indent = if indent.trim().is_empty() { indent } else { String::new() };
        let end = self.line_after(span.end);
        if self.text[..end].ends_with('\n') {
            self.splice(end..end, &format!("{indent}{line}"))
        } else {
            self.splice(end..end, &format!("\n{indent}{}", line.trim_end_matches('\n')))
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |at| at + 1)
    }

    /// The beginning of the line after the one that `at` is on.
    fn line_after(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |line| at + line + 1)
    }

    /// Adds `[[key]]` at its place: after the last part of this kind, or else before the first part
    /// of a kind that comes later.
    fn insert_part(&mut self, key: &str, part: &Node) -> Result<(), Vec<Problem>> {
        let layout = Layout::of(&self.text);
        let first_key = |at: usize| {
            layout.sections[at].heading.as_ref().and_then(|h| h.keys.first()).map(String::as_str)
        };
        let mut numbers = 0..layout.sections.len();
        let same = numbers.clone().rfind(|at| first_key(*at) == Some(key));
        let place = write::place(key);
        let earlier =
            numbers.rfind(|at| first_key(*at).is_none_or(|known| write::place(known) <= place));
        let at = same.or(earlier).unwrap_or(0);
        let mut block = String::new();
        write::part_lines(key, part, &mut block);
        let end = self.section_end(&layout, at);
        self.insert_block(end, &block)
    }

    /// Where the section `at` ends: after its last line, before the empty lines and comments that
    /// lead over to the next.
    fn section_end(&self, layout: &Layout, at: usize) -> usize {
        let section = &layout.sections[at];
        let last = section
            .entries
            .last()
            .map(|entry| entry.span().end)
            .or_else(|| section.heading.as_ref().map(|heading| heading.span.end));
        let next = layout.sections.get(at + 1).and_then(|next| next.heading.as_ref());
        match (last, next) {
            (_, None) => self.text.len(),
            (Some(last), Some(_)) => self.line_after(last),
            (None, Some(next)) => self.line_start(next.span.start),
        }
    }

    /// Puts `block` at the line beginning `at`, with an empty line before it and, when something
    /// follows, after it.
    fn insert_block(&mut self, at: usize, block: &str) -> Result<(), Vec<Problem>> {
        let before = &self.text[..at];
        let mut with = String::new();
        if !before.is_empty() {
            if !before.ends_with('\n') {
                with.push('\n');
            }
            let blank = before.ends_with("\n\n") || before.ends_with("\n\r\n");
            if !blank {
                with.push('\n');
            }
        }
        with.push_str(block);
        let after = &self.text[at..];
        if !(after.is_empty() || after.starts_with(['\n', '\r'])) {
            with.push('\n');
        }
        self.splice(at..at, &with)
    }

    /// Adds `part` at the end of the list at `steps`.
    pub(super) fn append(&mut self, steps: &[Step], part: &Node) -> Result<(), Vec<Problem>> {
        let layout = Layout::of(&self.text);
        match find(&layout, steps) {
            Place::Value { written, .. } => match &written.kind {
                WrittenKind::List(elements) => {
                    self.append_to_brackets(&written.span, elements, &render::inline(part))
                }
                // One value alone stands for a list of one.
                _ => {
                    let old = &self.text[written.span.clone()];
                    let with = format!("[{old}, {}]", render::inline(part));
                    self.splice(written.span.clone(), &with)
                }
            },
            place => {
                let is_list = self.node(steps).is_some_and(|node| node.as_list().is_some());
                // `[holding]` alone stands for a list of one.
                let alone = match place {
                    Place::Section(at) => layout.sections[at].heading.as_ref(),
                    _ => None,
                }
                .filter(|heading| !heading.of_list)
                .map(|heading| heading.span.clone());
                if part.as_table().is_none() || !(is_list || alone.is_some()) {
                    return Err(vec![
                        Problem::error(codes::FIELD, "it is no list that this can be added to")
                            .mend("set the field as a whole"),
                    ]);
                }
                if let Some(span) = alone {
                    let with = format!("[{}]", &self.text[span.clone()]);
                    self.splice(span, &with)?;
                }
                match steps {
                    [Step::Key(key)] => self.insert_part(key, part),
                    _ => self.append_below(steps, part),
                }
            }
        }
    }

    /// Adds `[[holding.former]]` below the last section that lies within the list.
    fn append_below(&mut self, steps: &[Step], part: &Node) -> Result<(), Vec<Problem>> {
        let layout = Layout::of(&self.text);
        let name = render::dotted(steps.iter().filter_map(Step::key));
        let Some(at) =
            (0..layout.sections.len()).rfind(|at| layout.sections[*at].way.starts_with(steps))
        else {
            return Ok(());
        };
        let mut block = format!("[[{name}]]\n");
        for (key, node) in part.as_table().into_iter().flat_map(Table::iter) {
            render::line(key, node, &mut block);
        }
        let end = self.section_end(&layout, at);
        self.insert_block(end, &block)
    }

    fn append_to_brackets(
        &mut self,
        brackets: &Range<usize>,
        elements: &[Written],
        value: &str,
    ) -> Result<(), Vec<Problem>> {
        let Some(last) = elements.last().map(|element| element.span.clone()) else {
            return self.splice(brackets.clone(), &format!("[{value}]"));
        };
        let start = self.line_start(last.start);
        let own_line = self.text[start..last.start].trim().is_empty();
        if !own_line {
            return self.splice(last.end..last.end, &format!(", {value}"));
        }
        // One element a line: the new one gets its own, and comments stay with theirs.
        let indent = self.text[start..last.start].to_owned();
        let rest = &self.text[last.end..brackets.end];
        let has_comma = rest.trim_start().starts_with(',');
        let line = self.line_after(last.end);
        if line > brackets.end {
            // The bracket closes on the line of the last element.
            return self.splice(last.end..last.end, &format!(",\n{indent}{value}"));
        }
        let comma = if has_comma { "," } else { "" };
        let mut cuts = vec![(line..line, format!("{indent}{value}{comma}\n"))];
        if !has_comma {
            cuts.push((last.end..last.end, ",".to_owned()));
        }
        self.splice_all(cuts)
    }

    /// Takes what is at `steps` out of the text.
    pub(super) fn remove(&mut self, steps: &[Step]) -> Result<(), Vec<Problem>> {
        let layout = Layout::of(&self.text);
        match find(&layout, steps) {
            Place::Value { siblings, at, outer, own_line, .. } => {
                if own_line {
                    let span = siblings[at].clone();
                    let lines = self.line_start(span.start)..self.line_after(span.end);
                    return self.splice(lines, "");
                }
                let parent = &steps[..steps.len() - 1];
                // An empty list or table says nothing.
                if siblings.len() == 1 && matches!(parent.last(), Some(Step::Key(_))) {
                    return self.remove(parent);
                }
                let cut = self.cut(&siblings, at, &outer);
                self.splice(cut, "")
            }
            Place::Dotted { braces: true, .. } => {
                let keys: Vec<String> = match self.node(steps).and_then(Node::as_table) {
                    Some(table) => table.iter().map(|(key, _)| key.to_owned()).collect(),
                    None => Vec::new(),
                };
                keys.into_iter()
                    .try_for_each(|key| self.remove(&[steps, &[Step::Key(key)]].concat()))
            }
            _ => {
                // Lines and sections, from the last to the first, so that places stay true.
                let mut cuts: Vec<Range<usize>> = Vec::new();
                for number in 0..layout.sections.len() {
                    let section = &layout.sections[number];
                    if let Some(heading) = &section.heading
                        && section.way.starts_with(steps)
                    {
                        let start = self.line_start(heading.span.start);
                        let mut end = self.section_end(&layout, number).min(
                            section
                                .entries
                                .last()
                                .map_or(usize::MAX, |entry| self.line_after(entry.span().end)),
                        );
                        if section.entries.is_empty() {
                            end = self.line_after(heading.span.end);
                        }
                        // One run of empty lines goes with it.
                        while let Some(blank) = blank_line(&self.text[end..]) {
                            end += blank;
                        }
                        cuts.push(start..end);
                    }
                }
                for span in dotted_within(&layout, steps) {
                    cuts.push(self.line_start(span.start)..self.line_after(span.end));
                }
                cuts.sort_by_key(|cut| std::cmp::Reverse(cut.start));
                let mut text = self.text.clone();
                for cut in cuts {
                    text.replace_range(cut, "");
                }
                // No empty lines are left over at the end.
                let empty_end = |text: &str| text.ends_with("\n\n") || text.ends_with("\n\r\n");
                if empty_end(&text) && !empty_end(&self.text) {
                    let end = text.trim_end_matches(['\n', '\r']).len();
                    let line_end = text[end..].find('\n').map_or(end, |at| end + at + 1);
                    text.truncate(line_end);
                }
                self.settle(text)
            }
        }
    }

    /// What to cut to take the element `at` out of brackets or braces.
    fn cut(&self, siblings: &[Range<usize>], at: usize, outer: &Range<usize>) -> Range<usize> {
        let span = siblings[at].clone();
        let start = self.line_start(span.start);
        let line = self.line_after(span.end);
        // An element that has its line to itself goes with the line.
        let alone = self.text[start..span.start].trim().is_empty()
            && start > outer.start
            && line < outer.end
            && siblings.get(at + 1).is_none_or(|next| next.start >= line);
        if alone {
            return start..line;
        }
        match (at.checked_sub(1).and_then(|before| siblings.get(before)), siblings.get(at + 1)) {
            (Some(before), _) => before.end..span.end,
            (None, Some(after)) => span.start..after.start,
            (None, None) => span,
        }
    }
}

fn blank_line(text: &str) -> Option<usize> {
    let end = text.find('\n')? + 1;
    text[..end].trim().is_empty().then_some(end)
}

/// Which elements of `old` stay when a list becomes `new`: those whose identity is still there,
/// when their order is the same and all that is new comes after them. `None` when the list is
/// better written anew.
fn kept(key: &str, old: &[Node], new: &[Node]) -> Option<Vec<bool>> {
    let (old_keys, new_keys) = match (part_keys(key, old), part_keys(key, new)) {
        (Some(old_keys), Some(new_keys)) => (old_keys, new_keys),
        _ if old.len() == new.len() => return Some(vec![true; old.len()]),
        _ => {
            let written = |list: &[Node]| list.iter().map(render::inline).collect::<Vec<_>>();
            (written(old), written(new))
        }
    };
    let kept: Vec<bool> = old_keys.iter().map(|key| new_keys.contains(key)).collect();
    let staying: Vec<&String> =
        old_keys.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(key, _)| key).collect();
    let in_order = new_keys.iter().zip(&staying).all(|(new, old)| new == *old);
    if in_order && staying.len() <= new_keys.len() && !staying.is_empty() {
        return Some(kept);
    }
    (old.len() == new.len()).then(|| vec![true; old.len()])
}
