//! Long sources cut into pieces that their readers can read one by one, so that a source is never in memory as a
//! whole. What is cut, and where, depends on the format: between lines, between references of RIS, between the items
//! of a list of CSL-JSON.

use super::format::SourceFormat;
use super::found::Found;
use crate::problem::{Place, Problem, Result, codes};
use std::io::{self, Read};

/// About how long pieces are: enough for all processors, few enough for memory.
const PIECE: usize = 4 << 20;
/// How much is read at a time.
const CHUNK: usize = 256 << 10;
/// The longest piece: no single item has reason to be as long.
const LONGEST: usize = 64 << 20;

/// Where the pieces of a format end.
#[derive(Debug)]
enum Cut {
    /// Behind a line.
    Lines,
    /// Behind a line `ER  -`.
    References,
    /// At a comma between the items of a list.
    Items(List),
}

/// How far a list of JSON is understood: as far as it takes to find the commas between its items.
#[derive(Debug, Default)]
struct List {
    depth: usize,
    in_text: bool,
    is_escaped: bool,
    /// The bytes looked at, and the last comma among them.
    looked: usize,
    comma: Option<usize>,
}

impl List {
    /// Looks at what is new of `bytes`.
    fn look(&mut self, bytes: &[u8]) {
        for (at, byte) in bytes.iter().enumerate().skip(self.looked) {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.in_text => self.is_escaped = true,
                b'"' => self.in_text = !self.in_text,
                _ if self.in_text => {}
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                // The comma with which a piece begins stands for its bracket.
                b',' if self.depth == 1 && at > 0 => self.comma = Some(at),
                _ => {}
            }
        }
        self.looked = bytes.len();
    }
}

/// The pieces of a source.
#[derive(Debug)]
pub struct Pieces<R> {
    input: R,
    cut: Cut,
    file: String,
    waiting: Vec<u8>,
    is_begun: bool,
    is_read: bool,
    size: usize,
    start: Start,
}

/// Where a piece begins in its source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Start {
    /// How many lines end before it.
    lines: usize,
    /// How many characters stand before it on its line.
    columns: usize,
}

impl Start {
    /// A place in the piece, as a place in the source.
    fn moved(self, place: &mut Place) {
        let Some(line) = &mut place.line else { return };
        if *line == 1
            && let Some(column) = &mut place.column
        {
            *column += self.columns;
        }
        *line += self.lines;
    }

    /// What was found in the piece, at its places in the source.
    pub fn found(self, mut found: Found) -> Found {
        self.moved(&mut found.place);
        found.problems.iter_mut().for_each(|problem| self.moved(&mut problem.place));
        found
    }

    /// A problem of the piece, at its place in the source.
    pub fn problem(self, mut problem: Problem) -> Problem {
        self.moved(&mut problem.place);
        problem
    }

    /// Where what follows `bytes` begins.
    fn behind(self, bytes: &[u8]) -> Start {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        let rest = bytes.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        // A character has one byte that is no continuation.
        let columns = rest.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        match lines {
            0 => Start { columns: self.columns + columns, ..self },
            lines => Start { lines: self.lines + lines, columns },
        }
    }
}

/// Whether a source of this format that begins with `head` can be read in pieces.
pub fn is_cut(format: SourceFormat, head: &str) -> bool {
    cut_of(format, head).is_some()
}

fn cut_of(format: SourceFormat, head: &str) -> Option<Cut> {
    let begins = head.trim_start_matches('\u{feff}').trim_start();
    match format {
        SourceFormat::JsonLines => Some(Cut::Lines),
        SourceFormat::Ris => Some(Cut::References),
        SourceFormat::CslJson if begins.starts_with('[') => Some(Cut::Items(List::default())),
        _ => None,
    }
}

impl<R: Read> Pieces<R> {
    /// The pieces of `input`, a file called `file` in messages, of which `head` is the beginning, read already;
    /// `None` when its format has to be read as a whole.
    pub fn of(format: SourceFormat, file: &str, head: &[u8], input: R) -> Option<Pieces<R>> {
        let cut = cut_of(format, &String::from_utf8_lossy(head))?;
        Some(Pieces {
            input,
            cut,
            file: file.to_owned(),
            waiting: head.to_vec(),
            is_begun: false,
            is_read: false,
            size: PIECE,
            start: Start::default(),
        })
    }

    /// The next piece and where it begins; `None` behind the last.
    ///
    /// # Errors
    /// When the source cannot be read, is no UTF-8, or has an item of an unreasonable size.
    pub fn next_piece(&mut self) -> Result<Option<(String, Start)>> {
        loop {
            if self.is_read {
                // What is left is short, or has no end where it could be cut.
                let rest = std::mem::take(&mut self.waiting);
                return match rest.is_empty() {
                    true => Ok(None),
                    false => self.piece(rest, true).map(Some),
                };
            }
            if self.waiting.len() >= self.size
                && let Some(end) = self.end()
            {
                let rest = self.waiting.split_off(end);
                let piece = std::mem::replace(&mut self.waiting, rest);
                return self.piece(piece, false).map(Some);
            }
            if self.waiting.len() > LONGEST {
                let message = format!("an item is longer than {} MiB", LONGEST >> 20);
                let place = Place::file(&self.file).line_column(self.start.lines + 1, 1);
                return Err(Problem::error(codes::SIZE, message).at(place));
            }
            let before = self.waiting.len();
            let read = self.input.by_ref().take(CHUNK as u64).read_to_end(&mut self.waiting);
            read.map_err(|error: io::Error| {
                let message = format!("`{}` cannot be read: {error}", self.file);
                Problem::error(codes::DISK, message)
            })?;
            self.is_read = self.waiting.len() == before;
        }
    }

    /// Where the last piece in what is waiting ends.
    fn end(&mut self) -> Option<usize> {
        let waiting = self.waiting.as_slice();
        match &mut self.cut {
            Cut::Lines => Some(waiting.iter().rposition(|byte| *byte == b'\n')? + 1),
            Cut::References => {
                let mark = b"\nER  -";
                let at = waiting.windows(mark.len()).rposition(|window| window == mark)?;
                let line = at + mark.len();
                let end = waiting.get(line..)?.iter().position(|byte| *byte == b'\n');
                // A line that is not whole yet ends in the next chunk.
                Some(line + end? + 1)
            }
            Cut::Items(list) => {
                list.look(waiting);
                let comma = list.comma.take()?;
                // The comma begins the next piece; all up to the end was looked at.
                list.looked -= comma;
                Some(comma)
            }
        }
    }

    fn piece(&mut self, bytes: Vec<u8>, is_last: bool) -> Result<(String, Start)> {
        let start = self.start;
        self.start = start.behind(&bytes);
        let mut text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to());
            let at = start.behind(valid.unwrap_or_default());
            Problem::error(codes::ENCODING, "the file is not UTF-8 text: a byte is not")
                .at(Place::file(&self.file).line_column(at.lines + 1, at.columns + 1))
                .mend("convert it: `iconv -f ENCODING -t UTF-8 FILE > NEW`")
        })?;
        if let Cut::Items(_) = self.cut {
            if self.is_begun && text.starts_with(',') {
                text.replace_range(..1, "[");
            }
            if !is_last {
                text.push(']');
            }
        }
        self.is_begun = true;
        Ok((text, start))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::*;
    use crate::record::Archives;

    /// What is found in `text`: as a whole, and in pieces of about `size` bytes.
    fn both(format: SourceFormat, text: &str, size: usize) -> (Vec<Found>, Vec<Found>) {
        let archives = Archives::new([], [], |_, _| (None, Vec::new()));
        let context = Context { archives: &archives, mapping: None };
        let read = |text: &str, start: Start| {
            let mut all = Vec::new();
            let problems = super::super::read(format, text, "f", &context, &mut |found| {
                all.push(start.found(found));
                Ok(())
            });
            assert_eq!(problems.expect("it is read"), Vec::new());
            all
        };
        let (head, rest) = text.as_bytes().split_at(8);
        let mut pieces = Pieces::of(format, "f", head, rest).expect("a format that is cut");
        pieces.size = size;
        let mut cut = Vec::new();
        while let Some((text, start)) = pieces.next_piece().expect("a piece") {
            cut.extend(read(&text, start));
        }
        (read(text, Start::default()), cut)
    }

    #[test]
    fn in_pieces_is_found_what_is_found_in_the_whole() {
        let items: Vec<String> = (0..40)
            .map(|at| {
                let title = format!("Ein \\\"Brief\\\", [Nr.] {{{at}}} \\\\");
                format!(r#"{{"id":"b{at}","type":"manuscript","title":"{title}","note":"é,"}}"#)
            })
            .collect();
        let one_line = format!("[{}]", items.join(", "));
        let lines = format!("\u{feff} [\n{}\n]\n", items.join(",\n"));
        let wide = format!("[{}]", items.join("\n ,"));
        let json_lines = items.join("\n");
        let reference = |at: usize| format!("TY  - PCOMM\nTI  - ER  - Brief {at}\nER  - \n\n");
        let ris: String = (0..40).map(reference).collect();
        for (format, text) in [
            (SourceFormat::CslJson, &one_line),
            (SourceFormat::CslJson, &lines),
            (SourceFormat::CslJson, &wide),
            (SourceFormat::JsonLines, &json_lines),
            (SourceFormat::Ris, &ris),
        ] {
            for size in [1, 7, 100, 1000, 1 << 20] {
                let (whole, cut) = both(format, text, size);
                assert_eq!(whole.len(), 40, "{format} {size}");
                assert_eq!(cut, whole, "{format} {size}");
            }
        }
    }

    #[test]
    fn what_is_broken_is_told_at_its_place() {
        let text: &[u8] = b"{}\n{}\n\xc3\xa9\xff\n";
        let mut broken = Pieces::of(SourceFormat::JsonLines, "f", b"", text).expect("lines");
        broken.size = 1;
        let problem = loop {
            match broken.next_piece() {
                Ok(piece) => assert!(piece.is_some(), "the broken byte is met"),
                Err(problem) => break problem,
            }
        };
        assert_eq!((problem.place.line, problem.place.column), (Some(3), Some(2)));
    }
}
