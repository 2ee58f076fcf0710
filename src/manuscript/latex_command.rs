//! Commands of LaTeX that cite, and the words of their arguments.

use super::Manuscript;

/// What a command asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A citation beside the sentence.
    Beside,
    /// The same, in a footnote whatever the style does.
    Footnote,
    /// The author in the sentence.
    InSentence,
    /// The author alone.
    Author,
    /// The citation without its author.
    Year,
    /// Nothing; the work is listed.
    Silent,
    /// A part of the citation that is not to be had alone.
    Unknown,
}

/// A command that cites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) form: Form,
    /// Whether it takes several keys, each with words before and after.
    pub(super) several: bool,
    /// Whether its starred form leaves the author out.
    pub(super) star_suppresses: bool,
}

/// The command with this name, if it cites (biblatex 3.19, section 3.9; natbib 8.31).
pub(super) fn command(name: &str) -> Option<Command> {
    let mut characters = name.chars();
    let first = characters.next()?.to_ascii_lowercase();
    let name = format!("{first}{}", characters.as_str());
    // natbib's own commands have starred forms that print all authors.
    let (form, natbib) = match name.as_str() {
        "citet" | "citealt" => (Form::InSentence, true),
        "citep" | "citealp" => (Form::Beside, true),
        _ => (Form::Beside, false),
    };
    if natbib {
        return Some(Command { form, several: false, star_suppresses: false });
    }
    let known = |form, several| Some(Command { form, several, star_suppresses: true });
    match name.as_str() {
        "citeauthor" => known(Form::Author, false),
        "citeyear" | "citeyearpar" | "citedate" => known(Form::Year, false),
        "nocite" => known(Form::Silent, false),
        "citetitle" | "citeurl" | "notecite" | "pnotecite" | "fnotecite" | "citenum" => {
            known(Form::Unknown, false)
        }
        _ => {
            let (singular, several) = match name.strip_suffix('s') {
                Some(singular) => (singular, true),
                None => (name.as_str(), false),
            };
            match singular {
                "cite" | "parencite" | "autocite" | "smartcite" | "supercite" | "fullcite" => {
                    known(Form::Beside, several)
                }
                "footcite" | "footcitetext" | "footfullcite" => known(Form::Footnote, several),
                "textcite" => known(Form::InSentence, several),
                _ => None,
            }
        }
    }
}

/// Commands that mean the same as an element of CSL's fields.
fn element(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "emph" | "textit" | "textsl" => ("<i>", "</i>"),
        "textbf" => ("<b>", "</b>"),
        "textsc" => ("<span style=\"font-variant:small-caps;\">", "</span>"),
        "textsuperscript" => ("<sup>", "</sup>"),
        "textsubscript" => ("<sub>", "</sub>"),
        "enquote" => ("“", "”"),
        "text" | "textrm" | "mbox" | "textnormal" => ("", ""),
        _ => return None,
    })
}

/// Commands that mean a character or a word.
fn word(name: &str) -> Option<&'static str> {
    Some(match name {
        "textendash" => "–",
        "textemdash" => "—",
        "textbackslash" => "\\",
        "textquotedbl" => "\"",
        "ldots" | "dots" | "textellipsis" => "…",
        "S" => "§",
        "P" => "¶",
        "pno" => "p.",
        "ppno" => "pp.",
        "psq" => "f.",
        "psqq" => "ff.",
        "ss" => "ß",
        "o" => "ø",
        "O" => "Ø",
        "ae" => "æ",
        "AE" => "Æ",
        "l" => "ł",
        "L" => "Ł",
        _ => return None,
    })
}

/// `words` as text with the markup of CSL's fields. What has no such form (a formula, a command of
/// the author's own) is kept as one opaque character.
pub(super) fn rich(words: &str, manuscript: &mut Manuscript<'_>) -> String {
    let mut out = String::new();
    // What ends each open brace.
    let mut open: Vec<&'static str> = Vec::new();
    let mut rest = words;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '%' => after.find('\n').map_or("", |end| after[end + 1..].trim_start()),
            '{' => {
                open.push("");
                after
            }
            '}' => {
                out.push_str(open.pop().unwrap_or(""));
                after
            }
            '~' => {
                out.push('\u{a0}');
                after
            }
            '$' => {
                let end = after.find('$').map_or(after.len(), |end| end + 1);
                manuscript.push_opaque(&rest[..end + 1], &mut out);
                &after[end..]
            }
            '-' if after.starts_with("--") => {
                out.push('—');
                &after[2..]
            }
            '-' if after.starts_with('-') => {
                out.push('–');
                &after[1..]
            }
            '`' | '\'' => {
                let (double, single) = if c == '`' { ('“', '‘') } else { ('”', '’') };
                let twice = after.starts_with(c);
                out.push(if twice { double } else { single });
                &after[usize::from(twice)..]
            }
            '\\' => control(after, &mut out, &mut open, manuscript),
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
                after
            }
            c => {
                out.push(c);
                after
            }
        };
    }
    while let Some(end) = open.pop() {
        out.push_str(end);
    }
    out.trim().to_owned()
}

/// Reads what follows a backslash; gives what comes after it.
fn control<'t>(
    rest: &'t str,
    out: &mut String,
    open: &mut Vec<&'static str>,
    manuscript: &mut Manuscript<'_>,
) -> &'t str {
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, after) = rest.split_at(letters);
    if name.is_empty() {
        let Some(c) = rest.chars().next() else { return rest };
        match c {
            '\\' | ' ' | '\n' => out.push(' '),
            ',' => out.push('\u{202f}'),
            '-' | '/' => {}
            c => out.push(c),
        }
        return &rest[c.len_utf8()..];
    }
    if let Some(word) = word(name) {
        out.push_str(word);
        return after.strip_prefix("{}").unwrap_or_else(|| after.trim_start());
    }
    if let Some((begin, end)) = element(name)
        && let Some(after) = after.trim_start().strip_prefix('{')
    {
        out.push_str(begin);
        open.push(end);
        return after;
    }
    // Its arguments belong to it.
    let mut end = 0;
    let mut depth = 0_usize;
    for (at, c) in after.char_indices() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' if depth == 0 => break,
            '}' | ']' => depth -= 1,
            _ if depth == 0 => break,
            _ => {}
        }
        end = at + c.len_utf8();
    }
    let raw = format!("\\{name}{}", &after[..end]);
    let raw = if end == 0 { raw + "{}" } else { raw };
    manuscript.push_opaque(&raw, out);
    if end == 0 { after.trim_start() } else { &after[end..] }
}
