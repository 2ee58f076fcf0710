//! The text of a file that somebody else wrote: UTF-8, or UTF-16 that says so; of others it is said what they may be.

use super::super::{Refusal, Result};
use crate::problem::{Place, Problem, codes};
use std::borrow::Cow;

/// How much of a file is looked at to guess what it is.
pub(super) const HEAD: usize = 64 * 1024;

/// The beginning of a file as text, when it is text in UTF-8: a character that is cut off at its end is left out.
pub(super) fn text_of_head(bytes: &[u8]) -> Option<&str> {
    if utf_16(bytes).is_some() || binary(bytes).is_some() {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()
        }
        Err(_) => None,
    }
}

/// The text of the file `name`. UTF-16 is read when it has its mark or is plain to see; every other encoding could be
/// taken for another, so that it has to be converted by somebody who knows.
pub(super) fn text_of_file<'b>(name: &str, all: Cow<'b, [u8]>) -> Result<Cow<'b, str>> {
    let bytes = &*all;
    let refused = |message: String, mend: String| {
        Problem::error(codes::ENCODING, message).at(Place::file(name)).mend(mend)
    };
    if let Some((big_endian, text)) = utf_16(bytes) {
        let (pairs, rest) = text.as_chunks::<2>();
        let units = pairs.iter().map(|pair| match big_endian {
            true => u16::from_be_bytes(*pair),
            false => u16::from_le_bytes(*pair),
        });
        let text: Result<String, _> = char::decode_utf16(units).collect();
        return match text {
            Ok(text) if rest.is_empty() => Ok(Cow::Owned(text)),
            _ => Err(refused(
                "the file looks like UTF-16, and is cut off or damaged".to_owned(),
                "save it again as UTF-8".to_owned(),
            )
            .into()),
        };
    }
    if let Some(what) = binary(bytes) {
        let (what, mend) = what;
        return Err(Problem::error(codes::IMPORT_FORMAT, format!("the file is {what}"))
            .at(Place::file(name))
            .mend(mend)
            .into());
    }
    let not_utf_8 = |bytes: &[u8], at: usize| {
        let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("the file is not UTF-8 text; byte {} (line {line}) is not", at + 1);
        let mend = match single_byte(bytes) {
            Some((name, shown)) => format!(
                "if it is {name} (`{shown}`), convert it: `iconv -f {name} -t UTF-8 FILE > NEW`"
            ),
            None => "convert it: `iconv -f ENCODING -t UTF-8 FILE > NEW`".to_owned(),
        };
        Refusal::from(refused(message, mend))
    };
    match all {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| not_utf_8(bytes, error.valid_up_to())),
        Cow::Owned(bytes) => String::from_utf8(bytes)
            .map(Cow::Owned)
            .map_err(|error| not_utf_8(error.as_bytes(), error.utf8_error().valid_up_to())),
    }
}

/// The text behind the mark of UTF-16, and whether the high byte comes first. Without a mark: where every second
/// byte is 0 in the beginning.
fn utf_16(bytes: &[u8]) -> Option<(bool, &[u8])> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, rest @ ..] => Some((false, rest)),
        [0xfe, 0xff, rest @ ..] => Some((true, rest)),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some((true, bytes)),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some((false, bytes)),
        _ => None,
    }
}

/// What a file is that holds no text, and what to do with it.
fn binary(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    match bytes {
        [b'P', b'K', 3, 4, ..] => Some((
            "a ZIP archive: a workbook (XLSX, ODS), or a text document",
            "open it and save it as CSV in UTF-8: in LibreOffice Calc File > Save As > Text CSV, in Excel \
             \"CSV UTF-8\"; then import that, with `--map` for columns of your own",
        )),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some((
            "an old Office document (XLS, DOC)",
            "open it and save it as CSV in UTF-8, then import that",
        )),
        [b'%', b'P', b'D', b'F', ..] => {
            Some(("a PDF", "import its metadata instead, for instance from Zotero"))
        }
        [0x1f, 0x8b, ..] => Some(("compressed", "unpack it: `gunzip FILE`")),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => Some((
            "a database",
            "export from its program: Zotero has \"CSL JSON\", \"Better BibTeX\", \"RIS\"",
        )),
        _ => None,
    }
}

/// The likeliest of the encodings with one byte a character, and how a word with such letters reads in it. The
/// letters of Windows-1251 are mostly small ones from 0xE0 on, those of KOI8-R from 0xC0 to 0xDF; a Latin text has
/// few of either.
fn single_byte(bytes: &[u8]) -> Option<(&'static str, String)> {
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or(bytes);
    let letters = head.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let high = head.iter().filter(|byte| **byte >= 0x80).count();
    let upper = head.iter().filter(|byte| (0xe0..=0xff).contains(*byte)).count();
    let lower = head.iter().filter(|byte| (0xc0..=0xdf).contains(*byte)).count();
    let is_cyrillic = high > 8 && (upper + lower) * 2 > high && high * 3 > letters;
    let at = head.iter().position(|byte| *byte >= 0xc0)?;
    let word: Vec<u8> =
        head.get(at..)?.iter().copied().take_while(|byte| *byte >= 0xc0).take(12).collect();
    let read = |of: &dyn Fn(u8) -> char| word.iter().map(|byte| of(*byte)).collect::<String>();
    Some(match (is_cyrillic, upper >= lower) {
        (true, true) => {
            let letter = |byte: u8| char::from_u32(0x410 + u32::from(byte - 0xc0)).unwrap_or('?');
            ("WINDOWS-1251", read(&letter))
        }
        (true, false) => {
            const KOI8: &str = "юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ";
            let letter = |byte: u8| KOI8.chars().nth(usize::from(byte - 0xc0)).unwrap_or('?');
            ("KOI8-R", read(&letter))
        }
        (false, _) => ("WINDOWS-1252", read(&char::from)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Result<String> {
        let text = text_of_file("f", bytes.into()).map(Cow::into_owned);
        assert_eq!(text.is_ok(), text_of_file("f", bytes.to_vec().into()).is_ok());
        text
    }

    fn mend(bytes: &[u8]) -> String {
        let refusal = of(bytes).expect_err("refused");
        refusal.problems[0].mend.clone().unwrap_or_default()
    }

    #[test]
    fn utf_16_is_read_in_both_orders_with_and_without_its_mark() {
        let text = "id,title\r\na,Телеграмма 毛 😀\r\n";
        for mark in [true, false] {
            let (mut little, mut big) = (Vec::new(), Vec::new());
            for unit in mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()) {
                little.extend(unit.to_le_bytes());
                big.extend(unit.to_be_bytes());
            }
            assert_eq!(of(&little).expect("read"), text);
            assert_eq!(of(&big).expect("read"), text);
            little.pop();
            assert!(mend(&little).contains("UTF-8"));
        }
        assert!(of(&[0xff, 0xfe, 0x00, 0xd8]).is_err());
        assert_eq!(of(b"plain").expect("read"), "plain");
    }

    #[test]
    fn other_encodings_are_told_with_a_word_of_the_text() {
        // "Телеграмма", in two encodings that were common in Russia.
        let windows = [0xd2, 0xe5, 0xeb, 0xe5, 0xe3, 0xf0, 0xe0, 0xec, 0xec, 0xe0];
        assert!(mend(&windows).contains("WINDOWS-1251 (`Телеграмма`)"), "{}", mend(&windows));
        let koi8 = [0xf4, 0xc5, 0xcc, 0xc5, 0xc7, 0xd2, 0xc1, 0xcd, 0xcd, 0xc1];
        assert!(mend(&koi8).contains("KOI8-R (`Телеграмма`)"), "{}", mend(&koi8));
        assert!(mend(b"Archiv f\xfcr Sozialwissenschaft").contains("WINDOWS-1252 (`\u{fc}`)"));
        assert!(mend(b"PK\x03\x04rest").contains("Save As"));
    }
}
