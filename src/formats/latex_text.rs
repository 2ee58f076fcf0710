//! Plain text as the value of a BibTeX field: nothing in it is active, braces are always balanced.
//!
//! Both BibTeX and BibLaTeX count braces even behind a backslash, so braces and the backslash itself
//! become commands; what TeX joins into other characters (`--`, ``` `` ```, `?``) is kept apart.

/// `text` as the inside of a braced value.
///
/// ```
/// use fonds::formats::latex_text::escaped;
/// assert_eq!(escaped("50% of {A_1} & B~C"), r"50\% of \{A\_1\} \& B{\textasciitilde}C");
/// assert_eq!(escaped("a}b"), r"a{\textbraceright}b");
/// ```
pub fn escaped(text: &str) -> String {
    // Braces that match leave the count of BibTeX right and are read by every program; others would
    // end the value and become commands.
    let (open, close) = match braces_match(text) {
        true => (r"\{", r"\}"),
        false => (r"{\textbraceleft}", r"{\textbraceright}"),
    };
    let mut out = String::with_capacity(text.len() + 8);
    let mut previous = ' ';
    for character in text.chars() {
        match character {
            '\\' => out.push_str(r"{\textbackslash}"),
            '{' => out.push_str(open),
            '}' => out.push_str(close),
            '^' => out.push_str(r"{\textasciicircum}"),
            '~' => out.push_str(r"{\textasciitilde}"),
            '#' | '$' | '%' | '&' | '_' => {
                out.push('\\');
                out.push(character);
            }
            // A line end or tab inside a value is a space to TeX; an empty line would end a paragraph.
            '\n' | '\r' | '\t' => out.push(' '),
            // `--`, `''`, ``` `` ```, `,,`, `<<`, `>>`, `?``, `!`` are one character in TeX's fonts.
            '-' | '\'' | ',' | '<' | '>' if previous == character => {
                out.push_str("{}");
                out.push(character);
            }
            '`' if matches!(previous, '`' | '?' | '!') => out.push_str("{}`"),
            character if character.is_control() => {}
            character => out.push(character),
        }
        previous = character;
    }
    out
}

/// Whether every brace of `text` has its other one, in the right order.
fn braces_match(text: &str) -> bool {
    let mut depth = 0usize;
    text.chars().all(|character| {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return false,
            '}' => depth -= 1,
            _ => {}
        }
        true
    }) && depth == 0
}

/// An address as the inside of a `url` field, which is read as it is: what could end the value or
/// the command that prints it is percent-encoded. `None` when it is no address that may be linked.
pub fn address(url: &str) -> Option<String> {
    let url = url.trim();
    let scheme = url.split("://").next().unwrap_or("").to_ascii_lowercase();
    if !matches!(scheme.as_str(), "http" | "https" | "ftp") || url.len() == scheme.len() {
        return None;
    }
    let mut out = String::with_capacity(url.len());
    for character in url.chars() {
        match character {
            '{' | '}' | '\\' | '"' | '<' | '>' | '^' | '`' | '|' => {
                out.push_str(&format!("%{:02X}", u32::from(character)));
            }
            character if character.is_whitespace() || character.is_control() => {
                out.push_str(&format!("%{:02X}", u32::from(character) & 0xff));
            }
            character => out.push(character),
        }
    }
    Some(out)
}

/// `text` as a key: letters, digits and `:_.+-`; everything else becomes `-`.
pub fn key(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '_' | '.' | '+' | '-');
    let key: String = text.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    if key.is_empty() { "record".to_owned() } else { key }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of the field `note` as the `biblatex` crate reads it.
    fn read_back(value: &str) -> String {
        use biblatex::ChunksExt;
        let source = format!("@misc{{k,\n  note = {{{value}}},\n}}\n");
        let bibliography = biblatex::Bibliography::parse(&source).expect(&source);
        let entry = bibliography.get("k").expect("the entry");
        entry.get("note").expect("the field").format_verbatim()
    }

    #[test]
    fn all_printable_ascii_alone_and_in_pairs_comes_back() {
        let all: Vec<char> = (' '..='~').collect();
        let mut wrong = Vec::new();
        for first in &all {
            for second in &all {
                let text = format!("a{first}{second}b");
                let back = read_back(&escaped(&text));
                if back != text && !(*first == ' ' && *second == ' ') {
                    wrong.push(format!("{text:?} came back as {back:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}: {:?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    }

    #[test]
    fn nothing_of_the_text_is_active() {
        for attack in [
            "\\input{/etc/passwd}",
            "\\write18{id}",
            "} @preamble{x",
            "100% of",
            "@comment{x}",
            "a}b{c",
        ] {
            let value = escaped(attack);
            let open = value.matches('{').count();
            assert_eq!(open, value.matches('}').count(), "{value}");
            assert!(!value.contains("\\input") && !value.contains("\\write"), "{value}");
            assert_eq!(read_back(&value), attack);
        }
    }

    #[test]
    fn addresses_stay_addresses() {
        assert_eq!(
            address("https://a.b/c?d=e&f#g_h~i%20").as_deref(),
            Some("https://a.b/c?d=e&f#g_h~i%20")
        );
        assert_eq!(address("https://a.b/{x}\\y z").as_deref(), Some("https://a.b/%7Bx%7D%5Cy%20z"));
        assert_eq!(address("javascript:alert(1)"), None);
    }
}
