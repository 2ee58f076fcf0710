//! The formats of page ranges (CSL 1.0.2, appendix V).

/// The attribute `page-range-format`.
pub use crate::style::formatting::PageRange;

/// The end of the range from `first` to `last`, each a particle and a number, as the format has it.
///
/// ```
/// use fonds::formatter::page_range::{PageRange, shorten};
/// let end = |a, b, format| shorten(("", a), ("", b), format).1;
/// assert_eq!(end("321", "28", PageRange::Expanded), "328");
/// assert_eq!(end("321", "328", PageRange::Minimal), "8");
/// assert_eq!(end("321", "328", PageRange::MinimalTwo), "28");
/// assert_eq!(end("107", "108", PageRange::Chicago15), "8");
/// assert_eq!(end("1496", "1504", PageRange::Chicago15), "1504");
/// assert_eq!(end("1496", "1504", PageRange::Chicago16), "504");
/// assert_eq!(end("600", "613", PageRange::Chicago16), "613");
/// ```
pub fn shorten(first: (&str, &str), last: (&str, &str), format: PageRange) -> (String, String) {
    let given = (last.0.to_owned(), last.1.to_owned());
    if !last.0.is_empty() && first.0 != last.0 {
        return given;
    }
    // The end in full: a short end takes the first digits of the beginning.
    let missing = first.1.len().checked_sub(last.1.len()).and_then(|n| first.1.get(..n));
    let end = format!("{}{}", missing.unwrap_or(""), last.1);
    let (Some(a), Some(b)) = (number(first.1), number(&end)) else { return given };
    if a >= b {
        return given;
    }
    let kept_particle = first.0.to_owned();
    match format {
        PageRange::Expanded => (kept_particle, end),
        PageRange::Minimal => (String::new(), without_common_digits(first.1, &end, 0)),
        PageRange::MinimalTwo => (String::new(), without_common_digits(first.1, &end, 2)),
        PageRange::Chicago15 => {
            let short = if a > 100 && a % 100 != 0 && a / 100 == b / 100 {
                (b % 100).to_string()
            } else if a >= 10_000 {
                (b % 1000).to_string()
            } else {
                end
            };
            (String::new(), short)
        }
        PageRange::Chicago16 => {
            let mut short = end;
            if a > 100 && a % 100 != 0 {
                let mut divisor = 100;
                for _ in 2..b.to_string().len() {
                    if a / divisor == b / divisor {
                        short = (b % divisor).to_string();
                        break;
                    }
                    divisor = divisor.saturating_mul(10);
                }
            }
            (String::new(), short)
        }
    }
}

/// The digits that a text begins with, as a number.
fn number(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..digits].parse().ok()
}

/// `end` without the leading characters that it has in common with `begin`, `least` kept.
pub fn without_common_digits(begin: &str, end: &str, least: usize) -> String {
    if begin.len() != end.len() || !begin.is_ascii() || !end.is_ascii() {
        return end.to_owned();
    }
    let common = begin.bytes().zip(end.bytes()).take_while(|(a, b)| a == b).count();
    let cut = common.min(end.len().saturating_sub(least));
    end[cut..].to_owned()
}
