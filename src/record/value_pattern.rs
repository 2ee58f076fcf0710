//! A small language for the shape of a level's values, so that an archive can say it in a word.

use std::fmt;
use std::str::FromStr;

use crate::problem::{Problem, Result, codes};

/// The shape of the values of one level.
///
/// `#` is one or more digits, `@` one or more letters, `*` one or more characters other than
/// spaces, `~` one or more characters; `[...]` may be missing, `|` separates alternatives, `-`
/// stands for any hyphen or dash, every other character for itself.
///
/// ```
/// use fonds::record::ValuePattern;
/// let fond: ValuePattern = "[@-]#[@]".parse().unwrap();
/// assert!(fond.fits("059a") && fond.fits("Р-5446") && !fond.fits("Korea"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuePattern {
    text: String,
    alternatives: Vec<Vec<Piece>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Digits,
    Letters,
    Word,
    Any,
    Dash,
    Literal(char),
    Optional(Vec<Piece>),
}

/// How deep `[...]` may stand in `[...]`.
const DEEPEST: usize = 8;
/// The longest value that is compared with a pattern, in bytes; longer ones do not fit.
const LONGEST: usize = 200;

impl ValuePattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole of `value` has this shape.
    pub fn fits(&self, value: &str) -> bool {
        self.ends(value).contains(&value.len())
    }

    /// The byte offsets at which a beginning of `text` of this shape can end, longest first.
    pub fn ends(&self, text: &str) -> Vec<usize> {
        if text.len() > LONGEST {
            return Vec::new();
        }
        let mut ends: Vec<usize> = Vec::new();
        for pieces in &self.alternatives {
            ends.extend(after_all(pieces, text, &[0]));
        }
        ends.sort_unstable();
        ends.dedup();
        ends.retain(|end| *end > 0);
        ends.reverse();
        ends
    }
}

/// The offsets reached after `pieces`, from any of the offsets `from`. The set of offsets is at
/// most as long as the text, so the work is bounded whatever the pattern.
fn after_all(pieces: &[Piece], text: &str, from: &[usize]) -> Vec<usize> {
    let mut reached = from.to_vec();
    for piece in pieces {
        let mut next: Vec<usize> = Vec::new();
        for at in &reached {
            after_one(piece, text, *at, &mut next);
        }
        next.sort_unstable();
        next.dedup();
        if next.is_empty() {
            return next;
        }
        reached = next;
    }
    reached
}

fn after_one(piece: &Piece, text: &str, at: usize, into: &mut Vec<usize>) {
    let rest = text.get(at..).unwrap_or("");
    let mut run = |allowed: fn(char) -> bool| {
        for (offset, character) in rest.char_indices() {
            if !allowed(character) {
                break;
            }
            into.push(at + offset + character.len_utf8());
        }
    };
    match piece {
        Piece::Digits => run(|c| c.is_ascii_digit()),
        Piece::Letters => run(char::is_alphabetic),
        Piece::Word => run(|c| !c.is_whitespace()),
        Piece::Any => run(|_| true),
        Piece::Dash => {
            if let Some(dash) = rest.chars().next().filter(|c| is_dash(*c)) {
                into.push(at + dash.len_utf8());
            }
        }
        Piece::Literal(literal) => {
            if rest.starts_with(*literal) {
                into.push(at + literal.len_utf8());
            }
        }
        Piece::Optional(pieces) => {
            into.push(at);
            into.extend(after_all(pieces, text, &[at]));
        }
    }
}

/// Whether `character` joins the two ends of a range: hyphen, non-breaking hyphen, dashes, minus.
pub(crate) fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

impl FromStr for ValuePattern {
    type Err = Problem;

    fn from_str(text: &str) -> Result<ValuePattern> {
        let refused = |why: &str| {
            Problem::error(codes::WORD, format!("`{}` is not a pattern: {why}", text.escape_debug()))
                .mend("`#` is digits, `@` letters, `*` a word, `~` anything, `[...]` may be missing, `|` separates alternatives")
        };
        if text.is_empty() || text.len() > LONGEST {
            return Err(refused("it is empty or longer than 200 bytes"));
        }
        let mut alternatives = Vec::new();
        for alternative in text.split('|') {
            let mut open: Vec<Vec<Piece>> = vec![Vec::new()];
            for character in alternative.chars() {
                let piece = match character {
                    '#' => Piece::Digits,
                    '@' => Piece::Letters,
                    '*' => Piece::Word,
                    '~' => Piece::Any,
                    '[' if open.len() > DEEPEST => return Err(refused("`[` stands too deep")),
                    '[' => {
                        open.push(Vec::new());
                        continue;
                    }
                    ']' => match open.pop() {
                        Some(pieces) if !open.is_empty() => Piece::Optional(pieces),
                        _ => return Err(refused("`]` closes nothing")),
                    },
                    dash if is_dash(dash) => Piece::Dash,
                    literal => Piece::Literal(literal),
                };
                if let Some(last) = open.last_mut() {
                    last.push(piece);
                }
            }
            match (open.pop(), open.is_empty()) {
                (Some(pieces), true) => alternatives.push(pieces),
                _ => return Err(refused("`[` is not closed")),
            }
        }
        Ok(ValuePattern { text: text.to_owned(), alternatives })
    }
}

impl fmt::Display for ValuePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_say_shapes() {
        let cases = [
            ("#/#", "371/26145", true),
            ("#-#-#", "110–00141–04", true),
            ("#[@]", "5a", true),
            ("#[@]", "a5", false),
            ("@ #[-@]|@ #", "R 43-I", true),
            ("#. doboz", "4. doboz", true),
            ("*.*/~", "740.00119 Control (Germany)/2–1245", false),
            ("#.#[ ~]/~", "740.00119 Control (Germany)/2–1245", true),
        ];
        for (pattern, value, fits) in cases {
            let pattern: ValuePattern = pattern.parse().unwrap();
            assert_eq!(pattern.fits(value), fits, "{pattern} {value}");
        }
        for broken in ["", "[#", "#]", "[[[[[[[[[[#"] {
            assert!(broken.parse::<ValuePattern>().is_err(), "{broken}");
        }
    }

    #[test]
    fn hostile_patterns_and_values_end() {
        let pattern: ValuePattern = "[~][~][~][~][~][~][~][~][~][~]#".parse().unwrap();
        assert!(!pattern.fits(&"a".repeat(150)));
        assert!(!pattern.fits(&"1".repeat(100_000)));
    }
}
