//! Changes of case (CSL 1.0.2, "Text-case").
//!
//! Text inside `<span class="nocase">`, small capitals, sub- and superscript keeps its case. Title
//! case is English: a word that already has a capital letter stays, stop words stay in lower case
//! unless they are the first or last word or follow `:`, `?` or `!`.

use crate::style::formatting::TextCase;

use super::rich_text::span_tag;

/// What a language asks of changes of case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Casing {
    /// Title case applies: the text is English.
    pub title: bool,
    /// Turkish and Azerbaijani: `i` goes with `İ`, and `ı` with `I`.
    pub dotted_i: bool,
}

impl Casing {
    /// English.
    pub const ENGLISH: Casing = Casing { title: true, dotted_i: false };

    /// The casing of text in the language with the tag `tag` (`en-GB`, `tr`).
    ///
    /// ```
    /// use fonds::formatter::markup::Casing;
    /// assert!(Casing::of_language("en-GB").title);
    /// assert!(Casing::of_language("TR").dotted_i);
    /// ```
    pub fn of_language(tag: &str) -> Casing {
        let primary = tag.split(['-', '_']).next().unwrap_or("");
        Casing {
            title: primary.eq_ignore_ascii_case("en"),
            dotted_i: primary.eq_ignore_ascii_case("tr") || primary.eq_ignore_ascii_case("az"),
        }
    }

    fn push_upper(self, c: char, out: &mut String) {
        if self.dotted_i && c == 'i' {
            out.push('İ');
        } else if c.is_ascii() {
            out.push(c.to_ascii_uppercase());
        } else {
            out.extend(c.to_uppercase());
        }
    }

    fn push_lower(self, word: &str, out: &mut String) {
        if self.dotted_i {
            for c in word.chars() {
                match c {
                    'I' => out.push('ı'),
                    'İ' => out.push('i'),
                    _ => out.extend(c.to_lowercase()),
                }
            }
        } else if word.is_ascii() {
            out.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            // Not character by character: the Greek sigma at the end of a word has its own form.
            out.push_str(&word.to_lowercase());
        }
    }

    fn is_lower(self, word: &str) -> bool {
        if word.is_ascii() {
            return !word.bytes().any(|byte| byte.is_ascii_uppercase());
        }
        word.chars().all(|c| {
            let mut lower = c.to_lowercase();
            lower.next() == Some(c) && lower.next().is_none()
        })
    }
}

/// Words of one part that title case leaves in lower case, in alphabetical order.
const STOP_WORDS: &[&str] = &[
    "a",
    "about",
    "above",
    "across",
    "afore",
    "after",
    "against",
    "al",
    "along",
    "alongside",
    "amid",
    "amidst",
    "among",
    "amongst",
    "an",
    "and",
    "anenst",
    "apropos",
    "apud",
    "around",
    "as",
    "aside",
    "astride",
    "at",
    "athwart",
    "atop",
    "barring",
    "before",
    "behind",
    "below",
    "beneath",
    "beside",
    "besides",
    "between",
    "beyond",
    "but",
    "by",
    "c",
    "ca",
    "circa",
    "de",
    "despite",
    "down",
    "during",
    "et",
    "except",
    "for",
    "forenenst",
    "from",
    "given",
    "in",
    "inside",
    "into",
    "lest",
    "like",
    "modulo",
    "near",
    "next",
    "nor",
    "notwithstanding",
    "of",
    "off",
    "on",
    "onto",
    "or",
    "out",
    "over",
    "per",
    "plus",
    "pro",
    "qua",
    "sans",
    "since",
    "so",
    "than",
    "the",
    "through",
    "throughout",
    "thruout",
    "till",
    "to",
    "toward",
    "towards",
    "under",
    "underneath",
    "until",
    "unto",
    "up",
    "upon",
    "v",
    "van",
    "versus",
    "via",
    "von",
    "vs",
    "with",
    "within",
    "without",
    "yet",
];

/// Where the words with each first letter begin in [`STOP_WORDS`]; the last is where those with `z`
/// end.
const STOP_WORDS_FROM: [u8; 27] = {
    let mut from = [0; 27];
    let mut letter = 0;
    let mut word = 0;
    while letter < 27 {
        while word < STOP_WORDS.len() && STOP_WORDS[word].as_bytes()[0] < b'a' + letter as u8 {
            word += 1;
        }
        from[letter] = word as u8;
        letter += 1;
    }
    from
};

/// Whether title case leaves the word in lower case. `v` and `vs` count with any character behind
/// them, as the reference processor has it.
fn is_stop_word(word: &str) -> bool {
    let Some(&first) = word.as_bytes().first().filter(|byte| byte.is_ascii_alphabetic()) else {
        return false;
    };
    let letter = usize::from(first.to_ascii_lowercase() - b'a');
    let range = usize::from(STOP_WORDS_FROM[letter])..usize::from(STOP_WORDS_FROM[letter + 1]);
    let is_word = |stop: &&str| stop.len() == word.len() && word.eq_ignore_ascii_case(stop);
    if STOP_WORDS[range].iter().any(is_word) {
        return true;
    }
    if !first.eq_ignore_ascii_case(&b'v') {
        return false;
    }
    let one_more = |start: &str| {
        let (head, rest) = word.split_at_checked(start.len()).unwrap_or(("", ""));
        head.eq_ignore_ascii_case(start) && rest.chars().count() == 1
    };
    word.len() < 16 && (one_more("v") || one_more("vs"))
}

/// What stands between two stretches of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    None,
    /// A dash, stop, bracket or tag without bearing on case.
    Plain,
    /// `:`, `?` or `!`.
    NewSentence,
    Hyphen,
    /// A quotation mark that opens, and the mark that would close it.
    OpenQuote(char),
    /// A mark that closes a quotation, or an apostrophe.
    CloseQuote(char),
    /// A straight apostrophe with text behind it, to which it belongs.
    Apostrophe,
    /// A tag that protects its content, and what ends it.
    Protect(&'static str),
    /// A closing tag.
    Unprotect(&'static str),
}

/// The joint at the start of `text` and its length.
fn joint(text: &str) -> Option<(usize, Joint)> {
    let mut chars = text.chars();
    let c = chars.next()?;
    let next = chars.next();
    Some(match c {
        ' ' if next == Some('"') => (2, Joint::OpenQuote('"')),
        ' ' if next == Some('\'') => (2, Joint::OpenQuote('\'')),
        '‘' => (c.len_utf8(), Joint::OpenQuote('’')),
        '“' => (c.len_utf8(), Joint::OpenQuote('”')),
        '’' | '”' => (c.len_utf8(), Joint::CloseQuote(c)),
        '"' => (1, Joint::CloseQuote('"')),
        // Before another one it is no apostrophe.
        '\'' if next.is_some_and(|next| next != '\'') && joint(&text[1..]).is_none() => {
            (0, Joint::Apostrophe)
        }
        '\'' => (1, Joint::CloseQuote('\'')),
        '-' => (1, Joint::Hyphen),
        '!' | '?' | ':' => (1, Joint::NewSentence),
        '–' | '—' | '/' | '.' | ',' | ';' | '[' | ']' | '(' | ')' => {
            (c.len_utf8(), Joint::Plain)
        }
        '<' => {
            if let Some((length, _)) = span_tag(text) {
                return Some((length, Joint::Protect("</span>")));
            }
            const TAGS: &[(&str, Joint)] = &[
                ("<i>", Joint::Plain),
                ("</i>", Joint::Plain),
                ("<b>", Joint::Plain),
                ("</b>", Joint::Plain),
                ("<sc>", Joint::Protect("</sc>")),
                ("</sc>", Joint::Unprotect("</sc>")),
                ("<sub>", Joint::Protect("</sub>")),
                ("</sub>", Joint::Unprotect("</sub>")),
                ("<sup>", Joint::Protect("</sup>")),
                ("</sup>", Joint::Unprotect("</sup>")),
                ("</span>", Joint::Unprotect("</span>")),
            ];
            let &(tag, kind) = TAGS.iter().find(|(tag, _)| text.starts_with(tag))?;
            (tag.len(), kind)
        }
        _ => return None,
    })
}

/// Whether words are parted here.
fn is_word_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2000}'..='\u{200b}' | '\u{205f}' | '\u{3000}')
}

/// The length of the letters and digits of ASCII at the front, with the spaces between them: most of
/// all text, and nothing of it is a joint.
fn plain_words(text: &str) -> usize {
    let mut length = 0_usize;
    for &byte in text.as_bytes() {
        if !(byte.is_ascii_alphanumeric() || byte == b' ') {
            // A space may belong to a quotation mark behind it.
            let spaced = text.as_bytes().get(length.wrapping_sub(1)) == Some(&b' ');
            return if spaced { length - 1 } else { length };
        }
        length += 1;
    }
    length
}

/// Where the first word ends.
fn word_end(text: &str) -> usize {
    let mut ascii = 0;
    for &byte in text.as_bytes() {
        if byte == b' ' {
            return ascii;
        }
        if !byte.is_ascii() {
            return text[ascii..].find(is_word_space).map_or(text.len(), |rest| ascii + rest);
        }
        ascii += 1;
    }
    ascii
}

/// Writes `text` in the case `case` to `out`.
pub(super) fn apply(case: TextCase, text: &str, casing: Casing, out: &mut String) {
    if case == TextCase::Title && !casing.title {
        out.push_str(text);
        return;
    }
    let start = out.len();
    let mut state = State {
        case,
        casing,
        is_first: true,
        after_punctuation: false,
        last_word: None,
        repairs: Vec::new(),
    };
    let mut protections: Vec<&'static str> = Vec::new();
    // Open quotation marks: what closes them, and where the text after the mark lies in `out`, with
    // the character it had.
    let mut quotes: Vec<(char, Option<(usize, char)>)> = Vec::new();
    let follows_quotes = !matches!(case, TextCase::Lowercase | TextCase::Uppercase);
    let mut at = 0;
    let mut mark = Joint::None;
    loop {
        // A stretch of words, up to the next joint. It may begin with an apostrophe.
        let mut end = at;
        if mark == Joint::Apostrophe {
            end += 1;
        }
        let next = loop {
            end += plain_words(&text[end..]);
            let rest = &text[end..];
            match rest.chars().next() {
                None => break None,
                Some(c) => match joint(rest) {
                    Some(found) => break Some(found),
                    None => end += c.len_utf8(),
                },
            }
        };
        let words = &text[at..end];
        match mark {
            Joint::Protect(closer) => protections.push(closer),
            Joint::Unprotect(closer) if protections.last() == Some(&closer) => {
                protections.pop();
            }
            Joint::NewSentence => state.after_punctuation = true,
            _ => {}
        }
        let place = out.len();
        let has_text = !words.trim_start().is_empty();
        let hyphen_follows = at == 0 && matches!(next, Some((_, Joint::Hyphen)));
        if protections.is_empty() {
            state.write(words, hyphen_follows, out);
        } else {
            out.push_str(words);
            if has_text {
                state.last_word = None;
            }
        }
        if follows_quotes {
            let here = words.chars().next().map(|c| (place, c));
            match mark {
                Joint::OpenQuote(closer) => {
                    let fits = quotes.last().is_none_or(|&(top, _)| match closer {
                        '"' => top == '\'',
                        '\'' => top == '"',
                        _ => top == closer,
                    });
                    if !fits && let Some((_, repair)) = quotes.pop() {
                        state.repairs.extend(repair);
                        state.last_word = None;
                        quotes.push((closer, None));
                    } else {
                        quotes.push((closer, here));
                    }
                }
                Joint::CloseQuote(closer) => {
                    if quotes.last().is_some_and(|&(top, _)| top == closer) {
                        quotes.pop();
                    } else {
                        state.repairs.extend(here);
                        state.last_word = None;
                    }
                }
                _ => {}
            }
        }
        if has_text {
            state.is_first = false;
            state.after_punctuation = false;
        }
        let Some((length, kind)) = next else { break };
        out.push_str(&text[end..end + length]);
        mark = kind;
        at = end + length;
    }
    state.repairs.extend(quotes.iter().filter_map(|&(_, place)| place));
    state.finish(start, out);
}

struct State {
    case: TextCase,
    casing: Casing,
    is_first: bool,
    after_punctuation: bool,
    /// Where the last word lies in the output.
    last_word: Option<(usize, usize)>,
    /// Characters to put back as they were.
    repairs: Vec<(usize, char)>,
}

impl State {
    fn write(&mut self, words: &str, hyphen_follows: bool, out: &mut String) {
        match self.case {
            TextCase::Lowercase => self.casing.push_lower(words, out),
            TextCase::Uppercase => {
                for c in words.chars() {
                    self.casing.push_upper(c, out);
                }
            }
            _ => {
                let mut rest = words;
                while !rest.is_empty() {
                    let word_end = word_end(rest);
                    let (word, tail) = rest.split_at(word_end);
                    if !word.is_empty() {
                        self.write_word(word, hyphen_follows && tail.is_empty(), out);
                    }
                    rest = tail.trim_start_matches(is_word_space);
                    out.push_str(&tail[..tail.len() - rest.len()]);
                }
            }
        }
    }

    fn write_word(&mut self, word: &str, hyphen_follows: bool, out: &mut String) {
        match self.case {
            TextCase::Sentence => {
                if self.is_first {
                    self.push_capitalized(word, out);
                    self.is_first = false;
                } else {
                    self.casing.push_lower(word, out);
                }
            }
            TextCase::CapitalizeFirst if !self.is_first => out.push_str(word),
            TextCase::CapitalizeFirst | TextCase::CapitalizeAll => {
                self.is_first = false;
                if self.casing.is_lower(word) {
                    self.push_capitalized(word, out);
                } else {
                    out.push_str(word);
                }
            }
            _ => {
                let start = out.len();
                let counts = || {
                    hyphen_follows
                        || self.is_first
                        || self.after_punctuation
                        || word.chars().nth(1).is_some() && !is_stop_word(word)
                };
                if self.casing.is_lower(word) && counts() {
                    self.push_capitalized(word, out);
                } else {
                    out.push_str(word);
                }
                self.is_first = false;
                self.after_punctuation = false;
                self.last_word = Some((start, out.len()));
            }
        }
    }

    fn push_capitalized(&self, word: &str, out: &mut String) {
        let mut body = word;
        if !word.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            body = word.trim_start();
            out.push_str(&word[..word.len() - body.len()]);
        }
        let mut rest = body.chars();
        let Some(first) = rest.next() else { return };
        // A lone Greek letter is a symbol.
        if matches!(first, '\u{370}'..='\u{3ff}') && rest.as_str().is_empty() {
            out.push(first);
        } else {
            self.casing.push_upper(first, out);
        }
        out.push_str(rest.as_str());
    }

    /// Puts back what quotation marks showed to be the middle of a word, and raises the last word.
    fn finish(mut self, start: usize, out: &mut String) {
        let mut last_word = self.last_word;
        if !self.repairs.is_empty() {
            self.repairs.sort_unstable();
            let written = out.split_off(start);
            let mut copied = 0;
            for &(at, original) in &self.repairs {
                let Some(at) = at.checked_sub(start).filter(|&at| at >= copied) else { continue };
                let Some(now) = written.get(at..).and_then(|rest| rest.chars().next()) else {
                    continue;
                };
                out.push_str(&written[copied..at]);
                out.push(original);
                copied = at + now.len_utf8();
                if let Some((from, to)) = &mut last_word {
                    let moved = |place: usize| place + original.len_utf8() - now.len_utf8();
                    if at + start < *from {
                        *from = moved(*from);
                    }
                    if at + start < *to {
                        *to = moved(*to);
                    }
                }
            }
            out.push_str(&written[copied..]);
        }
        if let Some((from, to)) = last_word
            && let Some(word) = out.get(from..to)
            && word.chars().nth(1).is_some()
            && is_stop_word(word)
        {
            let mut raised = String::new();
            self.push_capitalized(word, &mut raised);
            out.replace_range(from..to, &raised);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cased(case: TextCase, text: &str) -> String {
        let mut out = String::from("before ");
        apply(case, text, Casing::ENGLISH, &mut out);
        out.split_off("before ".len())
    }

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn title_case() {
        for (text, expected) in [
            ("a report on the question", "A Report on the Question"),
            ("report: the end", "Report: The End"),
            ("what is it for", "What Is It For"),
            ("l’amour de loin", "L’amour de Loin"),
            (
                "the NATO <span class=\"nocase\">de facto</span> line",
                "The NATO <span class=\"nocase\">de facto</span> Line",
            ),
            ("“on the line” in moscow", "“On the Line” in Moscow"),
            ("a study of α and iPhones", "A Study of α and iPhones"),
            ("out-of-date files", "Out-of-Date Files"),
        ] {
            assert_eq!(cased(TextCase::Title, text), expected);
        }
    }

    #[test]
    fn other_cases() {
        assert_eq!(cased(TextCase::Sentence, "The Long TELEGRAM"), "The long telegram");
        assert_eq!(cased(TextCase::CapitalizeFirst, "telegram no. 5"), "Telegram no. 5");
        assert_eq!(cased(TextCase::CapitalizeAll, "the long telegram"), "The Long Telegram");
        assert_eq!(cased(TextCase::Uppercase, "straße<sup>a</sup>"), "STRASSE<sup>a</sup>");
        let mut turkish = String::new();
        apply(TextCase::Uppercase, "iki", Casing::of_language("tr"), &mut turkish);
        assert_eq!(turkish, "İKİ");
    }
}
