//! A record file as nearly all are written (lines `key = value`, headings of one bare key, texts, whole numbers,
//! lists and tables in braces), read in one pass. A catalog is read far more often than anything is done to it, and
//! a library that takes in all of TOML needs most of that time for what stands in few files.
//!
//! What this reader does not know, right or wrong, it leaves to that library: it takes in less of TOML, never more,
//! and gives the same tree with the same spans.

use crate::record::{Node, Table, Value};
use std::borrow::Cow;

/// How deep lists and tables nest in one value; a record has three levels.
const DEEPEST: usize = 8;

/// How many keys a table has; each new one is compared with those that are there.
const MOST_KEYS: usize = 64;

/// The tree of `text`; `None` when anything stands in it that is for the library to judge.
pub(super) fn plain_tree(text: &str) -> Option<Node> {
    let mut reader = Reader { text, at: 0 };
    let mut root = reader.section()?;
    // Only a list made by headings is made longer by one.
    let mut of_headings: Vec<&str> = Vec::new();
    while reader.peek().is_some() {
        let start = reader.at;
        reader.expect(b'[')?;
        let of_list = reader.took(b'[');
        let key = reader.key()?;
        reader.expect(b']')?;
        if of_list {
            reader.expect(b']')?;
        }
        let span = Some(start..reader.at);
        reader.line_end()?;
        if root.len() >= MOST_KEYS {
            return None;
        }
        let section = Node { value: Value::Table(reader.section()?), span: span.clone() };
        match root.get_mut(key) {
            Some(list) if of_list && of_headings.contains(&key) => {
                list.as_list_mut()?.push(section);
            }
            Some(_) => return None,
            None if of_list => {
                of_headings.push(key);
                root.push_new(key.to_owned(), Node { value: Value::List(vec![section]), span });
            }
            None => root.push_new(key.to_owned(), section),
        }
    }
    Some(Node { value: Value::Table(root), span: Some(0..0) })
}

/// How many bytes of a text are looked at together.
const AT_ONCE: usize = 16;

/// A text, and how far it was read.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn took(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.took(byte).then_some(())
    }

    /// Reads on while `goes_on`, and gives what was read. It stops before ASCII characters only.
    fn run(&mut self, goes_on: impl Fn(u8) -> bool) -> Option<&'t str> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !goes_on(*byte)).unwrap_or(rest.len());
        self.take(length)
    }

    /// The same for what is mostly long: without a look at each byte by itself.
    fn long_run(&mut self, goes_on: impl Fn(u8) -> bool) -> Option<&'t str> {
        let rest = self.rest();
        let stops = |at_once: &&[u8]| at_once.iter().fold(false, |any, byte| any | !goes_on(*byte));
        let whole = rest.chunks_exact(AT_ONCE).take_while(|at_once| !stops(at_once)).count();
        let left = rest.get(whole * AT_ONCE..).unwrap_or_default();
        let length = left.iter().position(|byte| !goes_on(*byte)).unwrap_or(left.len());
        self.take(whole * AT_ONCE + length)
    }

    fn take(&mut self, length: usize) -> Option<&'t str> {
        let start = self.at;
        self.at += length;
        self.text.get(start..self.at)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Blanks, and a comment if there is one.
    fn blanks_and_comment(&mut self) -> Option<()> {
        self.blanks();
        if self.peek() == Some(b'#') {
            self.long_run(is_printed)?;
        }
        Some(())
    }

    /// What may stand behind a value or a heading, with the end of the line.
    fn line_end(&mut self) -> Option<()> {
        self.blanks_and_comment()?;
        (self.took(b'\n') || self.peek().is_none()).then_some(())
    }

    /// The lines up to the next heading.
    fn section(&mut self) -> Option<Table> {
        let mut table = Table::new();
        loop {
            self.blanks();
            match self.peek() {
                None | Some(b'[') => return Some(table),
                Some(b'\n' | b'#') => {}
                Some(_) => self.entry(&mut table, 0)?,
            }
            self.line_end()?;
        }
    }

    /// `key = value`.
    fn entry(&mut self, table: &mut Table, depth: usize) -> Option<()> {
        let key = self.key()?;
        self.blanks();
        self.expect(b'=')?;
        self.blanks();
        if table.len() >= MOST_KEYS || table.get(key).is_some() {
            return None;
        }
        let value = self.value(depth)?;
        table.push_new(key.to_owned(), value);
        Some(())
    }

    fn key(&mut self) -> Option<&'t str> {
        let key = self.run(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')?;
        (!key.is_empty()).then_some(key)
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        let start = self.at;
        let value = match self.peek()? {
            _ if depth > DEEPEST => return None,
            b'"' if self.rest().starts_with(b"\"\"\"") => Value::Text(self.many_lines()?),
            b'"' => Value::Text(self.one_line()?),
            b'\'' => Value::Text(self.literal()?),
            b'[' => Value::List(self.list(depth)?),
            b'{' => Value::Table(self.table(depth)?),
            _ => self.word()?,
        };
        Some(Node { value, span: Some(start..self.at) })
    }

    /// A number or a truth: bare letters and figures that nothing else touches.
    fn word(&mut self) -> Option<Value> {
        let word = self.key()?;
        if !matches!(self.peek(), None | Some(b' ' | b'\t' | b'\n' | b',' | b']' | b'}' | b'#')) {
            return None;
        }
        match word {
            "true" => Some(Value::Boolean(true)),
            "false" => Some(Value::Boolean(false)),
            _ => {
                let is_number = word.len() <= 18 && word.bytes().all(|b| b.is_ascii_digit());
                let is_plain = is_number && (word == "0" || !word.starts_with('0'));
                is_plain.then(|| word.parse().map(Value::Integer).ok()).flatten()
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Vec<Node>> {
        let mut list = Vec::new();
        self.expect(b'[')?;
        loop {
            self.space_in_list()?;
            if self.took(b']') {
                return Some(list);
            }
            list.push(self.value(depth + 1)?);
            self.space_in_list()?;
            if self.peek() != Some(b']') {
                self.expect(b',')?;
            }
        }
    }

    /// A list may take several lines, with comments.
    fn space_in_list(&mut self) -> Option<()> {
        self.blanks_and_comment()?;
        while self.took(b'\n') {
            self.blanks_and_comment()?;
        }
        Some(())
    }

    fn table(&mut self, depth: usize) -> Option<Table> {
        let mut table = Table::new();
        self.expect(b'{')?;
        self.blanks();
        if self.took(b'}') {
            return Some(table);
        }
        loop {
            self.entry(&mut table, depth + 1)?;
            self.blanks();
            if self.took(b'}') {
                return Some(table);
            }
            self.expect(b',')?;
            self.blanks();
        }
    }

    fn literal(&mut self) -> Option<String> {
        self.expect(b'\'')?;
        let text = self.long_run(|b| is_printed(b) & (b != b'\''))?;
        self.expect(b'\'')?;
        // Three of them begin a text of many lines.
        (!text.is_empty() || self.peek() != Some(b'\'')).then(|| text.to_owned())
    }

    fn one_line(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut text =
            Cow::Borrowed(self.long_run(|b| is_printed(b) & (b != b'"') & (b != b'\\'))?);
        loop {
            if self.took(b'"') {
                return Some(text.into_owned());
            }
            let character = self.escaped()?;
            let text = text.to_mut();
            text.push(character);
            text.push_str(self.long_run(|b| is_printed(b) & (b != b'"') & (b != b'\\'))?);
        }
    }

    fn many_lines(&mut self) -> Option<String> {
        self.at += 3;
        self.took(b'\n');
        let mut text = String::new();
        loop {
            text.push_str(
                self.long_run(|b| (is_printed(b) | (b == b'\n')) & (b != b'"') & (b != b'\\'))?,
            );
            if self.rest().starts_with(b"\"\"\"") {
                self.at += 3;
                // A text may end with quotation marks of its own.
                return (self.peek() != Some(b'"')).then_some(text);
            }
            if self.took(b'"') {
                text.push('"');
            } else if self.rest().starts_with(b"\\\n") {
                // A line that is broken in the file alone.
                self.at += 1;
                self.run(|b| matches!(b, b' ' | b'\t' | b'\n'))?;
            } else {
                text.push(self.escaped()?);
            }
        }
    }

    /// A character behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        self.expect(b'\\')?;
        let letter = self.peek()?;
        self.at += 1;
        match letter {
            b'"' => Some('"'),
            b'\\' => Some('\\'),
            b'n' => Some('\n'),
            b't' => Some('\t'),
            b'u' => {
                let code = self.text.get(self.at..self.at + 4)?;
                let is_code = code.bytes().all(|b| b.is_ascii_hexdigit());
                self.at += 4;
                char::from_u32(u32::from_str_radix(code, 16).ok().filter(|_| is_code)?)
            }
            _ => None,
        }
    }
}

/// Whether a byte of a line may stand in a text or a comment as it is.
#[inline]
fn is_printed(byte: u8) -> bool {
    ((byte >= b' ') & (byte != 0x7F)) | (byte == b'\t')
}
