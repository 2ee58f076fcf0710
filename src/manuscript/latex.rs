//! LaTeX: commands of biblatex and natbib that cite, found by walking over the text once. Comments,
//! verbatim text and listings are passed over; what a command is defined as is not known.

use super::Manuscript;
use super::citation::{Citation, Cite, Heading, Kind, Note, References, Step};
use super::latex_command::{Command, Form, command};
use super::locator;
use super::write::blank_before;

/// Environments whose text is not LaTeX.
const VERBATIM: &[&str] = &[
    "verbatim",
    "verbatim*",
    "Verbatim",
    "Verbatim*",
    "BVerbatim",
    "LVerbatim",
    "lstlisting",
    "minted",
    "comment",
    "filecontents",
    "filecontents*",
    "alltt",
];
/// Commands whose argument is a footnote.
const FOOTNOTES: &[&str] =
    &["footnote", "footnotetext", "endnote", "endnotetext", "sidenote", "marginnote", "thanks"];
/// The longest argument of a command that cites, in bytes.
const LONGEST_ARGUMENT: usize = 2000;

/// Finds the citations of `manuscript`.
pub(super) fn read(manuscript: &mut Manuscript<'_>) {
    let mut walk = Walk {
        text: manuscript.text,
        bytes: manuscript.text.as_bytes(),
        at: 0,
        depth: 0,
        open: Vec::new(),
        mark: None,
        manuscript,
    };
    walk.run();
}

struct Walk<'m, 'a> {
    manuscript: &'m mut Manuscript<'a>,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// How many braces are open.
    depth: usize,
    /// The footnotes that are open: the depth of their brace, the number of their step.
    open: Vec<(usize, usize)>,
    /// The step of a `\footnotemark` whose text comes later.
    mark: Option<usize>,
}

impl<'a> Walk<'_, 'a> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn run(&mut self) {
        while let Some(found) = self.bytes.get(self.at..).and_then(|rest| {
            rest.iter().position(|byte| matches!(byte, b'\\' | b'%' | b'{' | b'}'))
        }) {
            self.at += found;
            match self.byte(self.at) {
                Some(b'%') => self.at = self.line_end(self.at, usize::MAX),
                Some(b'{') => {
                    self.depth += 1;
                    self.at += 1;
                }
                Some(b'}') => {
                    self.depth = self.depth.saturating_sub(1);
                    self.open.retain(|(depth, _)| *depth < self.depth + 1);
                    self.at += 1;
                }
                _ => {
                    if self.command() {
                        return;
                    }
                }
            }
        }
    }

    /// Where the line ends, or `most` bytes of it.
    fn line_end(&self, at: usize, most: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let rest = &rest[..rest.len().min(most)];
        at + rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1)
    }

    /// Reads a command; tells whether the manuscript ends with it.
    fn command(&mut self) -> bool {
        let start = self.at;
        let letters = self.bytes[start + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'@')
            .count();
        if letters == 0 {
            // `\%`, `\{`, `\\`: one character, which may have several bytes.
            let next = self.text.get(start + 1..).and_then(|rest| rest.chars().next());
            self.at = start + 1 + next.map_or(0, char::len_utf8);
            return false;
        }
        let name = &self.text[start + 1..start + 1 + letters];
        self.at = start + 1 + letters;
        match name {
            "verb" | "lstinline" | "mintinline" | "Verb" => self.skip_verbatim(name),
            "begin" => self.skip_environment(),
            "end" => return self.argument(self.at).is_some_and(|(name, _)| name == "document"),
            "footnotemark" => {
                self.mark = Some(self.manuscript.steps.len());
                self.manuscript.steps.push(Step::Note(Note { referred: true, ..Note::default() }));
            }
            "printbibliography" | "bibliography" => self.references(start, name),
            name if FOOTNOTES.contains(&name) => self.footnote(name),
            name => {
                if let Some(command) = command(name) {
                    self.cite(start, command);
                }
            }
        }
        false
    }

    fn skip_verbatim(&mut self, name: &str) {
        let mut at = self.at;
        if self.byte(at) == Some(b'*') {
            at += 1;
        }
        if name != "verb"
            && let Some((_, end)) = self.option(at)
        {
            at = end;
        }
        if name == "mintinline" {
            match self.argument(at) {
                Some((_, end)) => at = end,
                None => return,
            }
        }
        let Some(open) = self.text.get(at..).and_then(|rest| rest.chars().next()) else { return };
        if open.is_whitespace() || open.is_alphanumeric() {
            return;
        }
        let close = if open == '{' { '}' } else { open };
        let start = at + open.len_utf8();
        let line = self.bytes.get(start..self.line_end(at, LONGEST_ARGUMENT)).unwrap_or_default();
        let close = close.to_string().into_bytes();
        if let Some(end) = line.windows(close.len()).position(|bytes| bytes == close) {
            self.at = start + end + close.len();
        }
    }

    fn skip_environment(&mut self) {
        let Some((name, end)) = self.argument(self.at) else { return };
        if VERBATIM.contains(&name) {
            let close = format!("\\end{{{name}}}");
            let rest = self.text.get(end..).unwrap_or("");
            self.at = end + rest.find(&close).map_or(rest.len(), |at| at + close.len());
        }
    }

    fn footnote(&mut self, name: &str) {
        let mut at = self.at;
        if let Some((_, end)) = self.option(self.blank(at)) {
            at = end;
        }
        let at = self.blank(at);
        if self.byte(at) != Some(b'{') {
            return;
        }
        let step = match self.mark.take().filter(|_| name == "footnotetext") {
            Some(step) => step,
            None if self.open.is_empty() => {
                self.manuscript.steps.push(Step::Note(Note { referred: true, ..Note::default() }));
                self.manuscript.steps.len() - 1
            }
            None => return,
        };
        self.open.push((self.depth + 1, step));
    }

    fn references(&mut self, start: usize, name: &str) {
        let (option, mut end) = match self.option(self.blank(self.at)) {
            Some((option, end)) => (option, end),
            None => ("", self.at),
        };
        if name == "bibliography" {
            match self.argument(self.blank(end)) {
                Some((_, after)) => end = after,
                None => return,
            }
        }
        let setting = |name: &str| {
            option.split(',').find_map(|part| {
                let (key, value) = part.split_once('=')?;
                let value = value.trim().trim_start_matches('{').trim_end_matches('}');
                (key.trim() == name).then(|| value.to_owned())
            })
        };
        let heading = match (setting("heading").as_deref(), setting("title")) {
            (Some("none"), _) => Heading::None,
            (_, Some(title)) => Heading::Own(title),
            _ => Heading::Usual,
        };
        self.manuscript.references.push(References { span: start..end, heading });
        self.at = end;
    }

    fn cite(&mut self, start: usize, command: Command) {
        let mut at = self.at;
        let star = self.byte(at) == Some(b'*');
        if star {
            at += 1;
        }
        let mut cites = Vec::new();
        let (mut before, mut after) = (None, None);
        if command.several {
            if let Some((words, end)) = self.enclosed(self.blank(at), b'(', b')') {
                after = Some(words);
                at = end;
                if let Some((words, end)) = self.enclosed(self.blank(at), b'(', b')') {
                    before = after.replace(words);
                    at = end;
                }
            }
            while let Some((found, end)) = self.keys_with_notes(at) {
                cites.extend(found);
                at = end;
            }
        } else if let Some((found, end)) = self.keys_with_notes(at) {
            cites = found;
            at = end;
        }
        // Without keys, or with `#1` for one, the command is only spoken of.
        if cites.is_empty() || cites.iter().any(|cite| cite.key.contains(['#', '\\', '{'])) {
            return;
        }
        if let (Some(words), Some(cite)) = (before, cites.first_mut()) {
            let words = self.rich(words);
            cite.prefix.insert_str(0, &spaced(words));
        }
        if let (Some(words), Some(cite)) = (after, cites.last_mut()) {
            cite.suffix.push_str(&after_key(&self.rich(words)));
        }
        if command.form == Form::Unknown {
            self.manuscript.not_understood.push(start..at);
            self.at = at;
            return;
        }
        let suppress = command.form == Form::Year || (star && command.star_suppresses);
        if suppress {
            cites.iter_mut().for_each(|cite| cite.suppress_author = true);
        }
        let kind = match command.form {
            Form::InSentence => Kind::InSentence,
            Form::Author => Kind::AuthorOnly,
            Form::Silent => Kind::Silent,
            _ => Kind::Beside,
        };
        let step = self.open.last().map(|(_, step)| *step);
        let number = self.manuscript.citations.len();
        let floor = start.saturating_sub(LONGEST_ARGUMENT);
        let floor = (0..=floor).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let blank_before = blank_before(self.text, start, floor, |line| !line.contains('%'));
        self.manuscript.citations.push(Citation {
            span: start..at,
            cites,
            kind,
            in_footnote: step.is_some(),
            footnote_asked: command.form == Form::Footnote,
            in_code: false,
            blank_before,
        });
        match step.and_then(|step| self.manuscript.steps.get_mut(step)) {
            Some(Step::Note(note)) => note.citations.push(number),
            _ => self.manuscript.steps.push(Step::Citation(number)),
        }
        self.at = at;
    }

    /// `[before][after]{keys}`, `[after]{keys}`, `{keys}`.
    fn keys_with_notes(&mut self, at: usize) -> Option<(Vec<Cite>, usize)> {
        let mut at = self.blank(at);
        let (mut before, mut after) = (None, None);
        if let Some((words, end)) = self.option(at) {
            after = Some(words);
            at = self.blank(end);
            if let Some((words, end)) = self.option(at) {
                before = after.replace(words);
                at = self.blank(end);
            }
        }
        let (keys, end) = self.argument(at)?;
        let mut cites = keys_of(keys, at + 1);
        if let (Some(words), Some(cite)) = (before, cites.first_mut()) {
            cite.prefix = spaced(self.rich(words));
        }
        if let (Some(words), Some(cite)) = (after, cites.last_mut()) {
            let words = self.rich(words);
            let (locator, suffix) = locator::split(&words);
            cite.suffix = if locator.is_some() { suffix } else { after_key(&words) };
            cite.locator = locator;
        }
        Some((cites, end))
    }

    /// Past spaces, comments and at most one end of a line.
    fn blank(&self, from: usize) -> usize {
        let mut at = from;
        let mut lines = 0;
        loop {
            match self.byte(at) {
                Some(b' ' | b'\t' | b'\r') => at += 1,
                Some(b'\n') if lines == 0 => {
                    lines += 1;
                    at += 1;
                }
                Some(b'%') => at = self.line_end(at, LONGEST_ARGUMENT),
                _ => return at,
            }
            if at - from > LONGEST_ARGUMENT {
                return from;
            }
        }
    }

    fn option(&self, at: usize) -> Option<(&'a str, usize)> {
        self.enclosed(at, b'[', b']')
    }

    fn argument(&self, at: usize) -> Option<(&'a str, usize)> {
        self.enclosed(at, b'{', b'}')
    }

    /// What stands between `open` at `at` and its `close`, and where that ends. Braces protect.
    fn enclosed(&self, at: usize, open: u8, close: u8) -> Option<(&'a str, usize)> {
        if self.byte(at) != Some(open) {
            return None;
        }
        let mut depth = 0_usize;
        let mut here = at + 1;
        while here - at <= LONGEST_ARGUMENT {
            match self.byte(here)? {
                b'\\' => here += 1,
                b'%' => {
                    here = self.line_end(here, LONGEST_ARGUMENT);
                    continue;
                }
                byte if byte == close && depth == 0 => {
                    return self.text.get(at + 1..here).map(|text| (text, here + 1));
                }
                b'{' => depth += 1,
                b'}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            here += 1;
        }
        None
    }

    /// The words as text with the markup of CSL's fields.
    fn rich(&mut self, words: &str) -> String {
        super::latex_command::rich(words, self.manuscript)
    }
}

/// The words before a key, with the space that parts them.
fn spaced(words: String) -> String {
    match words.is_empty() || words.ends_with(char::is_whitespace) {
        true => words,
        false => words + " ",
    }
}

/// The words after a key, with the comma that parts them.
fn after_key(words: &str) -> String {
    let words = words.trim_end();
    match words.is_empty() || words.starts_with([',', '.', ';', ':', ')']) {
        true => words.to_owned(),
        false => format!(", {}", words.trim_start()),
    }
}

/// The keys of an argument that begins at `at`.
fn keys_of(argument: &str, at: usize) -> Vec<Cite> {
    let mut cites = Vec::new();
    let mut line_start = at;
    for line in argument.split_inclusive('\n') {
        let mut from = line_start;
        // What follows is a comment.
        for part in line.split('%').next().unwrap_or("").split(',') {
            let key = part.trim();
            if !key.is_empty() {
                let begin = from + (part.len() - part.trim_start().len());
                let span = begin..begin + key.len();
                cites.push(Cite { key: key.to_owned(), span, ..Cite::default() });
            }
            from += part.len() + 1;
        }
        line_start += line.len();
    }
    cites
}
