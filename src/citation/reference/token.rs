//! A printed reference as words and punctuation, each with its place and its depth in brackets.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word or number, with the marks inside it: `059a`, `5/a`, `893.00/3–2045`, `J.H`.
    Word,
    Comma,
    Semicolon,
    Colon,
    /// A full stop, of an abbreviation or of a sentence; also the `//` of GOST.
    Stop,
    Open,
    Close,
    OpenQuote,
    CloseQuote,
}

/// One word or mark.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: Kind,
    /// The bytes of the text.
    pub span: Range<usize>,
    /// The word in lower case; empty for marks.
    pub word: String,
    /// How many brackets and quotations are open around it.
    pub depth: usize,
    /// Whether a space stands before it.
    pub spaced: bool,
}

/// A text and its tokens.
pub(super) struct Tokens<'t> {
    pub text: &'t str,
    pub all: Vec<Token>,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Tokens<'t> {
        let mut tokens = Tokens { text, all: scan(text) };
        pair_brackets(&mut tokens.all);
        tokens
    }

    /// Parts the word at `at` after its first `length` bytes, as if a comma stood before the sign there:
    /// `HR-HDA-1561` is archive and fonds. The sign is one byte long.
    pub(super) fn part(&mut self, at: usize, length: usize) {
        let Some(token) = self.all.get(at).cloned() else { return };
        let middle = token.span.start + length;
        let piece = |kind, span: Range<usize>| Token {
            kind,
            word: match kind {
                Kind::Word => self.text.get(span.clone()).unwrap_or("").to_lowercase(),
                _ => String::new(),
            },
            spaced: false,
            span,
            ..token.clone()
        };
        let pieces = [
            Token { spaced: token.spaced, ..piece(Kind::Word, token.span.start..middle) },
            piece(Kind::Comma, middle..middle + 1),
            piece(Kind::Word, middle + 1..token.span.end),
        ];
        self.all.splice(at..=at, pieces);
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.all.get(at).map(|token| token.kind)
    }

    pub(super) fn is(&self, at: usize, kind: Kind) -> bool {
        self.kind(at) == Some(kind)
    }

    /// The word at `at` in lower case; empty when there is none.
    pub(super) fn word(&self, at: usize) -> &str {
        self.all.get(at).map_or("", |token| &token.word)
    }

    /// The word at `at` as printed.
    pub(super) fn printed(&self, at: usize) -> &'t str {
        self.slice(at..at + 1)
    }

    /// The text from the first to the last token of `range`, as printed.
    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        let bytes = self.bytes(range);
        self.text.get(bytes).unwrap_or("")
    }

    /// The bytes from the first to the last token of `range`.
    pub(super) fn bytes(&self, range: Range<usize>) -> Range<usize> {
        match (self.all.get(range.start), range.end.checked_sub(1).and_then(|at| self.all.get(at)))
        {
            (Some(first), Some(last)) if range.start < range.end => first.span.start..last.span.end,
            _ => 0..0,
        }
    }

    pub(super) fn depth(&self, at: usize) -> usize {
        self.all.get(at).map_or(0, |token| token.depth)
    }

    /// Whether the word at `at` has a digit.
    pub(super) fn has_digit(&self, at: usize) -> bool {
        self.word(at).bytes().any(|b| b.is_ascii_digit())
    }

    /// Whether the word at `at` begins with a capital letter (or a letter without case).
    pub(super) fn is_capital(&self, at: usize) -> bool {
        self.is(at, Kind::Word)
            && self
                .printed(at)
                .chars()
                .next()
                .is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
    }

    /// The token that closes the bracket or quotation opened at `at`.
    pub(super) fn closing(&self, at: usize) -> Option<usize> {
        let depth = self.depth(at);
        (at + 1..self.len()).find(|i| {
            matches!(self.all[*i].kind, Kind::Close | Kind::CloseQuote)
                && self.all[*i].depth == depth
        })
    }
}

fn is_mark(character: char) -> bool {
    matches!(
        character,
        ',' | ';'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '"'
            | '“'
            | '”'
            | '„'
            | '«'
            | '»'
            | '，'
            | '、'
            | '；'
            | '：'
            | '。'
            | '（'
            | '）'
            | '《'
            | '》'
            | '「'
            | '」'
    )
}

fn scan(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut quote_open = false;
    let mut spaced = false;
    while let Some(&(start, character)) = characters.peek() {
        if character.is_whitespace() {
            characters.next();
            spaced = true;
            continue;
        }
        let kind = match character {
            ',' | '，' | '、' => Some(Kind::Comma),
            ';' | '；' => Some(Kind::Semicolon),
            ':' | '：' => Some(Kind::Colon),
            '.' | '。' => Some(Kind::Stop),
            '/' if parts_labels(&text[start..]) => Some(Kind::Comma),
            '(' | '[' | '{' | '（' => Some(Kind::Open),
            ')' | ']' | '}' | '）' => Some(Kind::Close),
            '"' => {
                quote_open = !quote_open;
                Some(if quote_open { Kind::OpenQuote } else { Kind::CloseQuote })
            }
            '“' | '„' | '«' | '《' | '「' => Some(Kind::OpenQuote),
            '”' | '»' | '》' | '」' => Some(Kind::CloseQuote),
            _ => None,
        };
        let end = match kind {
            Some(_) => {
                characters.next();
                start + character.len_utf8()
            }
            None => {
                let end = start + word_length(&text[start..]);
                while characters.peek().is_some_and(|(at, _)| *at < end) {
                    characters.next();
                }
                end
            }
        };
        let printed = &text[start..end];
        let (kind, word) = match kind {
            Some(kind) => (kind, String::new()),
            None if printed == "//" => (Kind::Stop, String::new()),
            // "fº" is printed for "f°".
            None => (Kind::Word, printed.to_lowercase().replace('º', "°")),
        };
        tokens.push(Token { kind, span: start..end, word, depth: 0, spaced });
        spaced = false;
    }
    tokens
}

/// Whether the stroke at the beginning of `text` parts a value from the label of the next level:
/// `f. 40442/op. 1a/d. 213/ll. 6-8`.
fn parts_labels(text: &str) -> bool {
    const LABELS: &[&str] =
        &["op", "d", "l", "ll", "p", "por", "pap", "оп", "д", "л", "лл", "п", "спр", "арк"];
    let Some((label, rest)) = text.strip_prefix('/').and_then(|text| text.split_once('.')) else {
        return false;
    };
    rest.trim_start_matches(' ').starts_with(|c: char| c.is_ascii_digit())
        && label.len() <= 8
        && LABELS.contains(&label.to_lowercase().as_str())
}

/// How many bytes the word at the beginning of `text` has.
fn word_length(text: &str) -> usize {
    if text.starts_with("http://") || text.starts_with("https://") {
        let end = text
            .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '”'))
            .unwrap_or(text.len());
        let url = text[..end].trim_end_matches(['.', ',', ';', ')', ']']);
        return url.len();
    }
    if let Some(length) = unspaced_label(text) {
        return length;
    }
    // "RG59", "MG26-N1": the group and its number.
    if (text.starts_with("RG") || text.starts_with("MG"))
        && text[2..].starts_with(|c: char| c.is_ascii_digit())
        && !text.split(char::is_whitespace).next().unwrap_or("").contains('/')
    {
        return 2;
    }
    let mut before: Option<char> = None;
    let mut letters_only = true;
    for (at, character) in text.char_indices() {
        let next = text[at + character.len_utf8()..].chars().next();
        let digits = |side: Option<char>| side.is_some_and(|c| c.is_ascii_digit());
        let inside = match character {
            c if c.is_whitespace() => false,
            ',' | ':' => digits(before) && digits(next),
            // "Д.312" are a label and a value, "a.e" and "893.00" are one word.
            '.' => match next {
                Some(next) if next.is_alphabetic() => {
                    letters_only && before.is_some_and(char::is_alphabetic)
                }
                Some(next) if next.is_ascii_digit() => {
                    !letters_only && before.is_some_and(char::is_alphanumeric)
                }
                _ => false,
            },
            '/' => !parts_labels(&text[at..]),
            c => !is_mark(c),
        };
        if !inside && at > 0 || character == '藏' && before == Some('馆') {
            return at;
        }
        if !character.is_alphabetic() && character != '.' {
            letters_only = false;
        }
        before = Some(character);
    }
    text.len()
}

/// Labels that need no space before their values: `档号109-00743-03`, `全宗号十八`.
const UNSPACED_LABELS: &[&str] = &[
    "档案号",
    "檔案號",
    "全宗号",
    "全宗號",
    "目录号",
    "目錄號",
    "案卷号",
    "案卷號",
    "卷宗号",
    "卷宗號",
    "档号",
    "檔號",
    "卷号",
    "卷號",
    "全宗",
    "目录",
    "目錄",
    "案卷",
    "分類番号",
    "リール",
    "분류번호",
    "등록번호",
];

/// How long the label is that `text` begins with, when its value follows at once.
fn unspaced_label(text: &str) -> Option<usize> {
    let begins_value = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_digit() || "第一二三四五六七八九十百〇".contains(c))
            || rest.starts_with(|c: char| c.is_ascii_uppercase())
    };
    let found = UNSPACED_LABELS
        .iter()
        .filter_map(|label| Some((label.len(), text.strip_prefix(label)?)))
        .max_by_key(|(length, _)| *length)?;
    begins_value(found.1).then_some(found.0)
}

/// Sets the depth of every token. A bracket without a partner counts as none.
fn pair_brackets(tokens: &mut [Token]) {
    let mut open: Vec<usize> = Vec::new();
    let mut paired = vec![false; tokens.len()];
    for (at, token) in tokens.iter().enumerate() {
        let opener = match token.kind {
            Kind::Open | Kind::OpenQuote => {
                open.push(at);
                continue;
            }
            Kind::Close => Kind::Open,
            Kind::CloseQuote => Kind::OpenQuote,
            _ => continue,
        };
        if let Some(found) = open.iter().rposition(|at| tokens[*at].kind == opener) {
            paired[open[found]] = true;
            paired[at] = true;
            open.truncate(found);
        }
    }
    let mut depth = 0usize;
    for (token, paired) in tokens.iter_mut().zip(paired) {
        let closes = matches!(token.kind, Kind::Close | Kind::CloseQuote);
        if paired && closes {
            depth = depth.saturating_sub(1);
        }
        token.depth = depth;
        if paired && !closes {
            depth += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let tokens = Tokens::new(text);
        (0..tokens.len()).map(|at| tokens.printed(at)).collect()
    }

    #[test]
    fn labels_come_apart_from_values() {
        assert_eq!(words("Д.312 Л.1-2."), ["Д", ".", "312", "Л", ".", "1-2", "."]);
        assert_eq!(words("f.45,op.1"), ["f", ".", "45", ",", "op", ".", "1"]);
        assert_eq!(words("Ф.5783.Оп.1"), ["Ф", ".", "5783", ".", "Оп", ".", "1"]);
    }

    #[test]
    fn values_stay_whole() {
        for whole in ["893.00/3–2045", "110-00141-04", "14200:13", "5/a", "https://a.b/c?d=1,2"] {
            assert_eq!(words(whole), [whole]);
        }
        assert_eq!(words("a.e. 7"), ["a.e", ".", "7"]);
        assert_eq!(words("(see http://a.b/c)."), ["(", "see", "http://a.b/c", ")", "."]);
    }

    #[test]
    fn depth_follows_brackets_that_have_partners() {
        let depths = |text: &str| Tokens::new(text).all.iter().map(|t| t.depth).collect::<Vec<_>>();
        assert_eq!(depths("a (b [c]) d"), [0, 0, 1, 1, 2, 1, 0, 0]);
        assert_eq!(depths("a ( b"), [0, 0, 0]);
        assert_eq!(depths("a ) b"), [0, 0, 0]);
        assert_eq!(depths("\"a\" b"), [0, 1, 0, 0]);
    }
}
