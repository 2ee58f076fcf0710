//! Numbers in other signs than digits.

/// A number in small Roman numerals; digits from 6,000 on.
///
/// ```
/// assert_eq!(fonds::formatter::number::roman(1948), "mcmxlviii");
/// ```
pub fn roman(number: u64) -> String {
    const NUMERALS: [(u64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number >= 6000 {
        return number.to_string();
    }
    let mut rest = number;
    let mut out = String::new();
    for (worth, numeral) in NUMERALS {
        while rest >= worth {
            out.push_str(numeral);
            rest -= worth;
        }
    }
    out
}

/// The letters that tell works of one year apart: 1 is `a`, 26 `z`, 27 `aa`.
///
/// ```
/// use fonds::formatter::number::year_suffix;
/// assert_eq!([1, 26, 27, 703].map(year_suffix), ["a", "z", "aa", "aaa"]);
/// ```
pub fn year_suffix(mut number: u32) -> String {
    let mut letters = Vec::new();
    while number > 0 {
        number -= 1;
        letters.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    letters.iter().rev().collect()
}
