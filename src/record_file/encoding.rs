//! From the bytes of a file to its text: UTF-8, of bearable size, without NUL.

use crate::problem::{Place, Problem, codes};

/// The largest record file, in bytes: 1 MiB.
pub const LARGEST_FILE: usize = 1 << 20;

/// The text of a file, without a byte order mark at its beginning.
///
/// Line ends stay as they are. What is no text is told by the first byte that breaks UTF-8, with a
/// guess at the encoding it may be.
///
/// ```
/// use fonds::record_file::decode;
/// assert_eq!(decode("\u{feff}id = \"x\"\r\n".as_bytes(), "x.toml").unwrap(), "id = \"x\"\r\n");
/// let problem = decode(b"title = \"\xcf\xe8\xf1\xfc\xec\xee\"", "x.toml").unwrap_err();
/// assert!(problem.message.contains("Windows-1251"), "{problem}");
/// ```
pub fn decode<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, Problem> {
    if bytes.len() > LARGEST_FILE {
        let message = format!(
            "the file has {} bytes, more than the {LARGEST_FILE} (1 MiB) of a record",
            bytes.len()
        );
        return Err(Problem::error(codes::SIZE, message)
            .at(Place::file(file))
            .mend("move long texts into a file of their own and name it in the record"));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => return Err(not_utf8(bytes, error.valid_up_to(), file)),
    };
    if let Some(at) = text.find('\0') {
        if looks_like_utf16(bytes) {
            return Err(encoding_problem(bytes, at, file, Some("UTF-16")));
        }
        return Err(Problem::error(codes::CONTROL, "the file contains NUL (U+0000)")
            .at(Place::file(file).offset(text, at))
            .mend("remove it"));
    }
    Ok(text)
}

fn not_utf8(bytes: &[u8], offset: usize, file: &str) -> Problem {
    encoding_problem(bytes, offset, file, guess(bytes, offset))
}

fn encoding_problem(bytes: &[u8], offset: usize, file: &str, guess: Option<&str>) -> Problem {
    let before = bytes.get(..offset).and_then(|part| std::str::from_utf8(part).ok()).unwrap_or("");
    let byte = bytes.get(offset).copied().unwrap_or_default();
    let truncated = guess.is_none() && bytes.len() - offset < 4;
    let mut message = format!("the file is not UTF-8: byte {offset} is 0x{byte:02X}");
    let mend = match guess {
        Some(guess) => {
            message.push_str(&format!("; it may be {guess}"));
            format!("convert it, for instance with `iconv -f {} -t UTF-8`", guess.to_uppercase())
        }
        None if truncated => {
            message.push_str("; the text ends in the middle of a character");
            "the file seems cut off: get it whole again".to_owned()
        }
        None => "convert it to UTF-8".to_owned(),
    };
    let start = before.strip_prefix('\u{feff}').unwrap_or(before);
    Problem::error(codes::ENCODING, message)
        .at(Place::file(file).offset(start, start.len()))
        .mend(mend)
}

/// Whether every other byte is mostly NUL, as in UTF-16 without a mark.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(4096)];
    let nul = |from: usize| sample.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    nul(0).max(nul(1)) * 5 >= sample.len() * 2
}

/// A guess at the encoding of a text that is not UTF-8, from the bytes above 0x7F around `offset`.
/// The order of letters in the Cyrillic code pages differs in where the small letters lie, which
/// most letters of a text are; single accented letters among ASCII speak for Latin text.
fn guess(bytes: &[u8], offset: usize) -> Option<&'static str> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Some("UTF-16");
    }
    let sample = bytes.get(offset..bytes.len().min(offset.saturating_add(4096)))?;
    let high = |b: &u8| *b >= 0x80;
    // Characters cut off at the end of the file are UTF-8 still.
    if sample.len() < 4 && matches!(sample.first(), Some(0xC2..=0xF4)) {
        let rest = &sample[1..];
        if rest.iter().all(|b| (0x80..0xC0).contains(b)) && !rest.is_empty() {
            return None;
        }
    }
    let count =
        |range: std::ops::RangeInclusive<u8>| sample.iter().filter(|b| range.contains(b)).count();
    let all = sample.iter().filter(|b| high(b)).count();
    let pairs = sample.windows(2).filter(|pair| high(&pair[0]) && high(&pair[1])).count();
    if pairs * 2 < all {
        // Mostly alone: é, ü, ß. Bytes 0x80 to 0x9F are letters in Windows-1252 only.
        return Some(if count(0x80..=0x9F) > 0 { "Windows-1252" } else { "ISO-8859-1" });
    }
    let candidates = [
        ("Windows-1251", count(0xE0..=0xFF)),
        ("KOI8-R", count(0xC0..=0xDF)),
        ("IBM866", count(0xA0..=0xAF) + count(0xE0..=0xEF)),
    ];
    let (name, letters) = candidates.into_iter().rev().max_by_key(|(_, letters)| *letters)?;
    (letters * 2 > all).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: &[u8]) -> String {
        decode(bytes, "a.toml").unwrap_err().message
    }

    #[test]
    fn guesses_the_encoding() {
        // "Письмо Сталину" in four code pages.
        let letters = "Письмо Сталину";
        let koi8 = b"\xf0\xc9\xd3\xd8\xcd\xcf \xf3\xd4\xc1\xcc\xc9\xce\xd5";
        let cp1251 = b"\xcf\xe8\xf1\xfc\xec\xee \xd1\xf2\xe0\xeb\xe8\xed\xf3";
        let cp866 = b"\x8f\xa8\xe1\xec\xac\xae \x91\xe2\xa0\xab\xa8\xad\xe3";
        assert!(message(koi8).ends_with("it may be KOI8-R"), "{}", message(koi8));
        assert!(message(cp1251).ends_with("it may be Windows-1251"), "{}", message(cp1251));
        assert!(message(cp866).ends_with("it may be IBM866"), "{}", message(cp866));
        assert!(message(b"F\xfchrer caf\xe9").ends_with("ISO-8859-1"));
        assert!(message(b"\x93M\xfcnchen\x94").ends_with("Windows-1252"));
        let utf16 = |mark: &[u8]| {
            let mut bytes = mark.to_vec();
            bytes.extend("id = \"x\"".encode_utf16().flat_map(u16::to_le_bytes));
            bytes
        };
        assert!(message(&utf16(b"\xff\xfe")).ends_with("UTF-16"));
        assert!(message(&utf16(b"")).ends_with("UTF-16"));
        let cut = &letters.as_bytes()[..letters.len() - 1];
        assert_eq!(decode(cut, "a.toml").unwrap_err().place.column, Some(14));
        assert!(!message(cut).contains("may be KOI8"), "{}", message(cut));
    }

    #[test]
    fn refuses_nul_and_size() {
        let problem = decode(b"a = 1\nb = \"\0\"", "a.toml").unwrap_err();
        assert_eq!(
            (problem.code.name, problem.place.line, problem.place.column),
            ("R107", Some(2), Some(6))
        );
        assert_eq!(decode(&vec![b'#'; LARGEST_FILE + 1], "a.toml").unwrap_err().code.name, "R004");
        assert!(decode(&vec![b'#'; LARGEST_FILE], "a.toml").is_ok());
    }
}
