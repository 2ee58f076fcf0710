//! Lists of patterns as OpenSSH has them: `*@example.org,!mallory@example.org`.

/// Whether `text` fits one of the patterns of `list` (separated by commas) and none that stands
/// after `!`. `*` is any number of characters, `?` one; upper and lower case differ.
pub(super) fn fits(text: &str, list: &str) -> bool {
    let mut fitting = false;
    for pattern in list.split(',') {
        match pattern.strip_prefix('!') {
            Some(refused) if fits_one(text, refused) => return false,
            Some(_) => {}
            None => fitting |= fits_one(text, pattern),
        }
    }
    fitting
}

/// Whether `text` fits `pattern`: in time of at most their lengths multiplied.
fn fits_one(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let (mut at, mut p) = (0, 0);
    // Where the last `*` was, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match (pattern.get(p), text.get(at)) {
            (Some(b'*'), _) => {
                star = Some((p, at));
                p += 1;
            }
            (Some(b'?'), _) => {
                at += 1;
                p += 1;
            }
            (Some(wanted), Some(found)) if wanted == found => {
                at += 1;
                p += 1;
            }
            _ => match star {
                Some((from, taken)) => {
                    star = Some((from, taken + 1));
                    p = from + 1;
                    at = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p.min(pattern.len())..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn lists_of_patterns() {
        for (text, list, wanted) in [
            ("ann@example.org", "ann@example.org", true),
            ("ann@example.org", "bob@example.org,*@example.org", true),
            ("mallory@example.org", "*@example.org,!mallory@*", false),
            ("mallory@example.org", "!mallory@*,*@example.org", false),
            ("ann@example.org", "!mallory@*", false),
            ("ann@example.org", "Ann@example.org", false),
            ("ann@example.org", "a?n@*.org", true),
            ("ann@example.orgy", "*.org", false),
            ("", "*", true),
            ("", "", true),
            ("a", "", false),
            ("aab", "*a*b", true),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "*a*a*a*a*a*a*a*a*a*a*a*a*b", false),
            ("git", "git,file", true),
            ("file", "git", false),
        ] {
            assert_eq!(fits(text, list), wanted, "{text} {list}");
        }
    }
}
