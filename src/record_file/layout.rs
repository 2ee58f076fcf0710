//! Where everything stands in the text of a TOML file: headings, keys and values as spans of
//! bytes. Edits are cut into the text at these places, so what they do not touch cannot change.

use std::collections::HashMap;
use std::ops::Range;
use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

/// A file, as it is laid out.
#[derive(Debug)]
pub(super) struct Layout {
    /// What stands before the first heading, then one section per heading.
    pub(super) sections: Vec<Section>,
}

/// One step from the root of a tree to a value in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    At(usize),
}

impl Step {
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Step::Key(key) => Some(key),
            Step::At(_) => None,
        }
    }
}

/// A heading and the keys under it.
#[derive(Debug)]
pub(super) struct Section {
    /// From the root to the table of the heading. Where a heading passes a list, it means the last
    /// part so far.
    pub(super) way: Vec<Step>,
    /// The heading; the first section has none.
    pub(super) heading: Option<Heading>,
    pub(super) entries: Vec<Entry>,
}

/// `[title]` or `[[holding]]`.
#[derive(Debug)]
pub(super) struct Heading {
    pub(super) keys: Vec<String>,
    /// Whether it stands for one of several parts: `[[holding]]`.
    pub(super) of_list: bool,
    /// From the first bracket to the last.
    pub(super) span: Range<usize>,
}

/// `key = value`, in a section or in braces.
#[derive(Debug)]
pub(super) struct Entry {
    /// The segments of the key; several when it is dotted.
    pub(super) keys: Vec<String>,
    /// The whole of the key as written.
    pub(super) key_span: Range<usize>,
    pub(super) value: Written,
}

impl Entry {
    /// From the key to the end of the value.
    pub(super) fn span(&self) -> Range<usize> {
        self.key_span.start..self.value.span.end
    }
}

/// A value as written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) span: Range<usize>,
    pub(super) kind: WrittenKind,
}

/// What kind of value is written.
#[derive(Debug)]
pub(super) enum WrittenKind {
    /// A text, number, date, true or false.
    Plain,
    /// A list in brackets.
    List(Vec<Written>),
    /// A table in braces.
    Table(Vec<Entry>),
}

/// How many segments the longest dotted key has. A dotted key nests as many tables as it has dots,
/// and the parser's own limit counts brackets and dots apart, so that 80 times 80 levels would pass.
pub(super) fn longest_key(text: &str) -> usize {
    let (mut longest, mut segments) = (0, 0);
    for event in events(text) {
        match event.kind() {
            EventKind::SimpleKey => {
                segments += 1;
                longest = longest.max(segments);
            }
            EventKind::KeySep | EventKind::Whitespace => {}
            _ => segments = 0,
        }
    }
    longest
}

fn events(text: &str) -> Vec<Event> {
    let tokens = Source::new(text).lex().into_vec();
    let mut events: Vec<Event> = Vec::with_capacity(tokens.len());
    parse_document(&tokens, &mut events, &mut ());
    events
}

impl Layout {
    /// The layout of `text`, which is TOML without error and not nested deeply (reading has seen to
    /// that).
    pub(super) fn of(text: &str) -> Layout {
        let events: Vec<Event> = events(text)
            .into_iter()
            .filter(|event| {
                !matches!(
                    event.kind(),
                    EventKind::Whitespace | EventKind::Comment | EventKind::Newline
                )
            })
            .collect();
        let mut builder = Builder { source: Source::new(text), events: &events, at: 0 };
        let mut sections = vec![Section { way: Vec::new(), heading: None, entries: Vec::new() }];
        let mut parts = Parts::default();
        while let Some(event) = builder.next() {
            match event.kind() {
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    let heading = builder.heading(event);
                    let way = parts.way(&heading);
                    sections.push(Section { way, heading: Some(heading), entries: Vec::new() });
                }
                EventKind::SimpleKey => {
                    if let (Some(entry), Some(section)) =
                        (builder.entry(event), sections.last_mut())
                    {
                        section.entries.push(entry);
                    }
                }
                _ => {}
            }
        }
        Layout { sections }
    }
}

/// How many parts each list made by headings has so far.
#[derive(Default)]
struct Parts(HashMap<Vec<String>, usize>);

impl Parts {
    fn way(&mut self, heading: &Heading) -> Vec<Step> {
        if heading.of_list {
            // The lists within a part begin anew with the next part.
            let within = |names: &[String]| {
                names.len() > heading.keys.len() && names.starts_with(&heading.keys)
            };
            self.0.retain(|names, _| !within(names));
            *self.0.entry(heading.keys.clone()).or_default() += 1;
        }
        let mut way = Vec::new();
        for (at, key) in heading.keys.iter().enumerate() {
            way.push(Step::Key(key.clone()));
            if let Some(parts) = self.0.get(&heading.keys[..=at]) {
                way.push(Step::At(parts - 1));
            }
        }
        way
    }
}

struct Builder<'a> {
    source: Source<'a>,
    events: &'a [Event],
    at: usize,
}

impl Builder<'_> {
    fn next(&mut self) -> Option<Event> {
        let event = self.events.get(self.at).copied()?;
        self.at += 1;
        Some(event)
    }

    fn peek(&self) -> Option<EventKind> {
        self.events.get(self.at).map(Event::kind)
    }

    fn key(&self, event: Event) -> String {
        let mut key = std::borrow::Cow::Borrowed("");
        if let Some(raw) = self.source.get(event) {
            raw.decode_key(&mut key, &mut ());
        }
        key.into_owned()
    }

    /// The segments of a key whose first is `first`, and the span of the whole.
    fn keys(&mut self, first: Event) -> (Vec<String>, Range<usize>) {
        let mut keys = vec![self.key(first)];
        let mut span = first.span().start()..first.span().end();
        while self.peek() == Some(EventKind::KeySep) {
            self.at += 1;
            let Some(event) = self.next() else { break };
            span.end = event.span().end();
            keys.push(self.key(event));
        }
        (keys, span)
    }

    fn heading(&mut self, open: Event) -> Heading {
        let of_list = open.kind() == EventKind::ArrayTableOpen;
        let mut span = open.span().start()..open.span().end();
        let mut keys = Vec::new();
        while let Some(event) = self.next() {
            match event.kind() {
                EventKind::SimpleKey => keys = self.keys(event).0,
                _ => {
                    span.end = event.span().end();
                    break;
                }
            }
        }
        Heading { keys, of_list, span }
    }

    fn entry(&mut self, first: Event) -> Option<Entry> {
        let (keys, key_span) = self.keys(first);
        if self.peek() == Some(EventKind::KeyValSep) {
            self.at += 1;
        }
        let event = self.next()?;
        let value = self.value(event)?;
        Some(Entry { keys, key_span, value })
    }

    fn value(&mut self, event: Event) -> Option<Written> {
        let mut span = event.span().start()..event.span().end();
        let kind = match event.kind() {
            EventKind::Scalar => WrittenKind::Plain,
            EventKind::ArrayOpen => {
                let mut elements = Vec::new();
                while let Some(event) = self.next() {
                    match event.kind() {
                        EventKind::ValueSep => {}
                        EventKind::ArrayClose => {
                            span.end = event.span().end();
                            break;
                        }
                        _ => elements.extend(self.value(event)),
                    }
                }
                WrittenKind::List(elements)
            }
            EventKind::InlineTableOpen => {
                let mut entries = Vec::new();
                while let Some(event) = self.next() {
                    match event.kind() {
                        EventKind::SimpleKey => entries.extend(self.entry(event)),
                        EventKind::InlineTableClose => {
                            span.end = event.span().end();
                            break;
                        }
                        _ => {}
                    }
                }
                WrittenKind::Table(entries)
            }
            _ => return None,
        };
        Some(Written { span, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_its_place() {
        let text = "a.'b c' = [1, {x = 2, y.z = []}] # c\n[[ h ]]\nk = \"\"\"\nx\"\"\"\n[h.sub]\n";
        let layout = Layout::of(text);
        assert_eq!(layout.sections.len(), 3);
        let entry = &layout.sections[0].entries[0];
        assert_eq!(entry.keys, ["a", "b c"]);
        assert_eq!(&text[entry.span()], "a.'b c' = [1, {x = 2, y.z = []}]");
        let WrittenKind::List(list) = &entry.value.kind else { panic!("a list") };
        assert_eq!(&text[list[1].span.clone()], "{x = 2, y.z = []}");
        let WrittenKind::Table(entries) = &list[1].kind else { panic!("a table") };
        assert_eq!(&text[entries[1].span()], "y.z = []");
        let heading = layout.sections[1].heading.as_ref().unwrap();
        assert_eq!((&text[heading.span.clone()], heading.of_list), ("[[ h ]]", true));
        assert_eq!(&text[layout.sections[1].entries[0].value.span.clone()], "\"\"\"\nx\"\"\"");
        assert_eq!(layout.sections[2].heading.as_ref().unwrap().keys, ["h", "sub"]);
        assert_eq!(longest_key(text), 2);
    }
}
