//! The marks of Chinese: a comma, a colon or a bracket beside a Chinese character is a wide one, and no
//! space stands between two of them (GB/T 15834-2011).

/// `text` with wide marks where they stand beside Chinese characters; marks between Latin letters and
/// in addresses stay.
///
/// ```
/// assert_eq!(fonds::citation::full_width("毛泽东 致 Stalin, 1951年8月27日, РГАСПИ, ф. 45"),
///     "毛泽东致 Stalin，1951年8月27日，РГАСПИ, ф. 45");
/// ```
pub fn full_width(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |i: Option<usize>| i.and_then(|i| letters.get(i)).copied();
    let mut wide = String::with_capacity(text.len());
    let mut i = 0;
    while let Some(&letter) = letters.get(i) {
        let before = wide.chars().next_back();
        let spaced = at(Some(i + 1)) == Some(' ');
        let after = at(Some(i + 1 + usize::from(spaced)));
        let beside = is_chinese(before) || is_chinese(after);
        let mark = match letter {
            // Between two elements of which one is Chinese.
            ',' if spaced
                && (has_chinese(wide.chars().rev())
                    || has_chinese(letters.iter().skip(i + 1).copied())) =>
            {
                Some('，')
            }
            ';' if beside && spaced => Some('；'),
            ':' if beside && spaced => Some('：'),
            '.' if is_chinese(before) && (spaced || after.is_none()) => Some('。'),
            '(' if is_chinese(after) || is_chinese(before) => Some('（'),
            ')' if is_chinese(before) => Some('）'),
            _ => None,
        };
        match mark {
            Some(mark) => {
                if mark == '（' && wide.ends_with(' ') {
                    wide.pop();
                }
                wide.push(mark);
                i += 1 + usize::from(spaced && mark != '（');
            }
            None => {
                let wide_mark = before.is_some_and(|c| is_chinese(before) && !is_ideograph(c));
                let between = letter == ' '
                    && (wide_mark || is_chinese(before) && is_chinese(at(Some(i + 1))));
                if !between {
                    wide.push(letter);
                }
                i += 1;
            }
        }
    }
    wide
}

/// Whether there is a Chinese letter up to the next mark.
fn has_chinese(letters: impl Iterator<Item = char>) -> bool {
    letters.take_while(|c| !matches!(c, ',' | '，' | ';' | '；' | '。')).any(is_ideograph)
}

/// Whether a letter is Chinese, or a mark of Chinese.
fn is_chinese(letter: Option<char>) -> bool {
    let is_mark = |c| "《》，。；：（）、〈〉".contains(c);
    letter.is_some_and(|c| is_ideograph(c) || is_mark(c))
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
