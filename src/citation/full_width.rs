//! The marks of Chinese: a comma, a colon or a bracket beside a Chinese character is a wide one, and no
//! space stands between two of them (GB/T 15834-2011).

/// `text` with wide marks where they stand beside Chinese characters; marks between Latin letters and
/// in addresses stay.
///
/// ```
/// assert_eq!(fonds::citation::full_width("毛泽东 致 Stalin, 1951年8月27日, РГАСПИ, ф. 45"),
///     "毛泽东致 Stalin，1951年8月27日，РГАСПИ, ф. 45");
/// assert_eq!(fonds::citation::full_width("(Creel 1918年) and (House)"), "（Creel 1918年）and (House)");
/// ```
pub fn full_width(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let brackets = wide_brackets(&letters);
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
            '(' if brackets.get(i) == Some(&true) => Some('（'),
            ')' if brackets.get(i) == Some(&true) => Some('）'),
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

/// Which brackets are wide: both of a pair, when one of them has a Chinese letter beside it.
fn wide_brackets(letters: &[char]) -> Vec<bool> {
    let mut wide = vec![false; letters.len()];
    let mut open = Vec::new();
    let at = |i: Option<usize>| i.and_then(|i| letters.get(i)).copied();
    for (i, letter) in letters.iter().enumerate() {
        match letter {
            '(' => open.push(i),
            ')' => {
                let Some(start) = open.pop() else { continue };
                let before = start.checked_sub(1).filter(|i| letters.get(*i) != Some(&' '));
                let beside = [before, Some(start + 1), i.checked_sub(1)];
                let is_wide = beside.into_iter().any(|i| is_chinese(at(i)));
                for place in [start, i] {
                    if let Some(mark) = wide.get_mut(place) {
                        *mark = is_wide;
                    }
                }
            }
            _ => {}
        }
    }
    wide
}

/// Whether there is a Chinese letter up to the next mark.
fn has_chinese(letters: impl Iterator<Item = char>) -> bool {
    letters.take_while(|c| !matches!(c, '.' | ',' | '，' | ';' | '；' | '。')).any(is_ideograph)
}

/// Whether a letter is Chinese, or a mark of Chinese.
fn is_chinese(letter: Option<char>) -> bool {
    let is_mark = |c| "《》，。；：（）、〈〉".contains(c);
    letter.is_some_and(|c| is_ideograph(c) || is_mark(c))
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
