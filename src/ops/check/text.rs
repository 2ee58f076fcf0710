//! The letters of a record: look-alikes, what cannot be seen, and letters in two pieces.

use super::{Findings, MOST};
use crate::problem::{Place, Problem, codes};
use crate::record::{Node, Value, leaves};
use crate::record_file::{Edit, decode, edit, read_tree};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

pub(super) fn check(found: &mut Findings<'_>) {
    let source = &found.draft.source;
    // Most records have nothing to be looked at; names of fields are made only when there is.
    if source.text.is_ascii() && !source.text.contains("\\u") && !source.text.contains("\\U") {
        return;
    }
    let mut problems = Vec::new();
    if is_suspect(&found.draft.root) {
        'record: for (field, node) in leaves(&found.draft.root) {
            let name = field.to_string();
            // Addresses are no prose.
            let is_address = name.ends_with(".url");
            for text in texts(node).filter(|_| !is_address) {
                if problems.len() >= MOST {
                    break 'record;
                }
                let place = || source.place(node.span.as_ref(), &name);
                problems.extend(judge(text, &name).map(|problem| problem.at(place())));
            }
        }
    }
    problems.extend(unseen_elsewhere(&source.text, &source.file, &found.draft.root));
    found.problems.extend(problems);
}

/// The texts of a leaf: itself, or the elements of a list of plain values.
fn texts(node: &Node) -> impl Iterator<Item = &str> {
    let list = node.as_list().unwrap_or_default();
    node.as_text().into_iter().chain(list.iter().filter_map(Node::as_text))
}

fn is_suspect(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => !text.is_ascii() && judge(text, "").next().is_some(),
        Value::List(list) => list.iter().any(is_suspect),
        Value::Table(table) => table.iter().any(|(_, node)| is_suspect(node)),
        _ => false,
    }
}

fn judge<'a>(text: &'a str, field: &'a str) -> impl Iterator<Item = Problem> + 'a {
    let ascii = text.is_ascii();
    let mixed = (!ascii).then(|| mixed_word(text)).flatten().map(|word| {
        let shown = marked(word);
        Problem::warning(
            codes::MIXED_SCRIPT,
            format!("the word `{}` mixes scripts that look alike: {shown}", word.escape_debug()),
        )
        .mend("type the word anew in one script; leave it if the source has it so, and say so in `note`")
    });
    let unseen = (!ascii).then(|| unseen(text)).flatten().map(|character| {
        Problem::warning(
            codes::INVISIBLE,
            format!("`{field}` holds the invisible character {}", code_point(character)),
        )
        .mend("remove it")
    });
    let decomposed = (!ascii && is_decomposed(text)).then(|| {
        Problem::warning(
            codes::NOT_COMPOSED,
            format!("`{field}` has letters and their accents in two pieces (NFD)"),
        )
        .mend("`fonds check --fix` composes them (NFC)")
    });
    mixed.into_iter().chain(unseen).chain(decomposed)
}

fn code_point(character: char) -> String {
    format!("<U+{:04X}>", u32::from(character))
}

/// The word with each letter of the rarer script told by its number.
fn marked(word: &str) -> String {
    let rare = rarer(word);
    let foreign = word.chars().filter(|c| script(*c) == rare).collect::<Vec<_>>();
    let list: Vec<String> = foreign
        .iter()
        .take(4)
        .map(|c| format!("`{c}` is {} ({})", script(*c).name(), code_point(*c)))
        .collect();
    list.join(", ")
}

/// The scripts whose letters are mistaken for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Other,
}

impl Script {
    fn name(self) -> &'static str {
        match self {
            Script::Latin => "Latin",
            Script::Cyrillic => "Cyrillic",
            Script::Greek => "Greek",
            Script::Other => "another script",
        }
    }
}

fn script(character: char) -> Script {
    match character {
        'a'..='z'
        | 'A'..='Z'
        | '\u{AA}'
        | '\u{BA}'
        | '\u{C0}'..='\u{D6}'
        | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{24F}'
        | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{400}'..='\u{52F}'
        | '\u{1C80}'..='\u{1C8F}'
        | '\u{2DE0}'..='\u{2DFF}'
        | '\u{A640}'..='\u{A69F}' => Script::Cyrillic,
        '\u{370}'..='\u{373}'
        | '\u{376}'..='\u{377}'
        | '\u{37B}'..='\u{37D}'
        | '\u{37F}'
        | '\u{386}'
        | '\u{388}'..='\u{3FF}'
        | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        _ => Script::Other,
    }
}

/// The first word that mixes scripts so that nobody would see it: every letter of the rarer script
/// looks like one of the other. `МиГ-15UTI` has its reasons; `Стaлин` with a Latin a has none.
fn mixed_word(text: &str) -> Option<&str> {
    let in_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    text.split(|c: char| !in_word(c)).find(|word| !word.is_ascii() && is_mixed(word))
}

fn rarer(word: &str) -> Script {
    let count = |wanted: Script| word.chars().filter(|c| script(*c) == wanted).count();
    [Script::Latin, Script::Cyrillic, Script::Greek]
        .into_iter()
        .filter(|script| count(*script) > 0)
        .min_by_key(|script| count(*script))
        .unwrap_or(Script::Other)
}

/// The endings that Russian puts to a number.
const ORDINAL_ENDINGS: [&str; 16] =
    ["й", "ый", "ой", "ий", "го", "ого", "му", "ому", "м", "ом", "х", "ых", "я", "ая", "е", "ое"];

fn is_mixed(word: &str) -> bool {
    let scripts: HashSet<u8> = word
        .chars()
        .map(script)
        .filter(|script| *script != Script::Other)
        .map(|script| script as u8)
        .collect();
    if scripts.len() < 2 {
        return false;
    }
    // `XXго съезда`: a Roman number with the ending of a Russian ordinal.
    let ending = word.trim_start_matches(['I', 'V', 'X']);
    let is_ending = ending.len() < word.len() && ORDINAL_ENDINGS.contains(&ending);
    if is_ending {
        return false;
    }
    let rare = rarer(word);
    let of_rare = |c: &char| script(*c) == rare;
    let others = match rare {
        Script::Latin => &look_alikes().latin_twins,
        _ => &look_alikes().latin,
    };
    word.chars().filter(of_rare).all(|c| others.contains(&form(c)))
}

/// The form of a letter in which look-alikes are equal.
fn form(character: char) -> String {
    let text = character.to_string();
    skeleton(&text).collect()
}

struct LookAlikes {
    /// The forms of Latin letters.
    latin: HashSet<String>,
    /// The forms of Cyrillic and Greek letters.
    latin_twins: HashSet<String>,
}

fn look_alikes() -> &'static LookAlikes {
    static FOUND: OnceLock<LookAlikes> = OnceLock::new();
    FOUND.get_or_init(|| LookAlikes {
        latin: ('a'..='z').chain('A'..='Z').map(form).collect(),
        latin_twins: ('\u{400}'..='\u{4FF}').chain('\u{391}'..='\u{3C9}').map(form).collect(),
    })
}

/// The first character that cannot be seen and has no business in the text. Marks of direction are
/// left alone in text that runs from right to left, where they have some.
fn unseen(text: &str) -> Option<char> {
    let from_right = |c: char| {
        matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
            && c != '\u{61C}'
    };
    text.chars().find(|c| match c {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => true,
        '\u{200E}' | '\u{200F}' | '\u{61C}' => !text.chars().any(from_right),
        _ => false,
    })
}

/// Characters that turn the direction of writing, in comments and between values: there they make a
/// file look like what it is not.
fn unseen_elsewhere(text: &str, file: &str, root: &Node) -> Option<Problem> {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    if text.is_ascii() {
        return None;
    }
    let mut spans = Vec::new();
    if text.contains(turns) {
        value_spans(root, &mut spans);
        spans.sort_unstable_by_key(|span| span.start);
    }
    let in_value = |at: usize| {
        let after = spans.partition_point(|span| span.start <= at);
        after.checked_sub(1).is_some_and(|last| spans[last].contains(&at))
    };
    let (at, character) = text.char_indices().find(|(at, c)| turns(*c) && !in_value(*at))?;
    let problem = Problem::warning(
        codes::INVISIBLE,
        format!("outside the values stands the invisible character {}", code_point(character)),
    );
    Some(problem.at(Place::file(file).offset(text, at)).mend("remove it"))
}

fn value_spans(node: &Node, into: &mut Vec<Range<usize>>) {
    match &node.value {
        Value::List(list) => list.iter().for_each(|node| value_spans(node, into)),
        Value::Table(table) => table.iter().for_each(|(_, node)| value_spans(node, into)),
        _ => into.extend(node.span.clone()),
    }
}

/// Whether letters and their accents stand apart that are one character in composed form. Other
/// differences from NFC (compatibility ideographs, the sign for angstrom) are left as typed: what a
/// source prints may depend on them.
fn is_decomposed(text: &str) -> bool {
    let pieces = |c: char| is_combining_mark(c) || ('\u{1100}'..='\u{11FF}').contains(&c);
    text.chars().any(pieces) && composed(text) != text
}

/// `text` with pieces composed, everything else as it is.
fn composed(text: &str) -> String {
    let mut into = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        // A character with the marks that follow it, or a run of the pieces of Korean syllables.
        let jamo = |c: char| ('\u{1100}'..='\u{11FF}').contains(&c);
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| !(is_combining_mark(*c) || (jamo(first) && jamo(*c))))
            .map_or(rest.len(), |(at, _)| at);
        let (cluster, after) = rest.split_at(end);
        if cluster.chars().nth(1).is_some() {
            into.extend(cluster.nfc())
        } else {
            into.push(first)
        }
        rest = after;
    }
    into
}

/// The text of a record file with everything mended that can be mended without a doubt: letters and
/// accents composed (C017). `None` when there is nothing to do, or the file cannot be read.
///
/// ```
/// use fonds::ops::fixed;
/// let text = "format = 1\nid = \"a\"\ntitle = \"Rákosi\" # as printed\n";
/// let apart = text.replace('á', "a\u{301}");
/// assert_eq!(fixed(apart.as_bytes()).as_deref(), Some(text));
/// assert_eq!(fixed(text.as_bytes()), None);
/// ```
pub fn fixed(bytes: &[u8]) -> Option<String> {
    if bytes.is_ascii() || !is_decomposed(decode(bytes, "").ok()?) {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let (root, problems) = read_tree(bytes, "");
    let root = root.filter(|_| problems.is_empty())?;
    let edits: Vec<Edit> = leaves(&root)
        .into_iter()
        .filter(|(_, node)| texts(node).any(is_decomposed))
        .map(|(field, node)| Edit::Set(field, compose(node)))
        .collect();
    let changed = edit(text, &edits).ok()?;
    (changed != text).then_some(changed)
}

fn compose(node: &Node) -> Node {
    Node::new(match &node.value {
        Value::Text(text) => Value::Text(composed(text)),
        Value::List(list) => Value::List(list.iter().map(compose).collect()),
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_in_one_word_are_seen() {
        for word in
            ["Стaлин", "Stаlin", "Моscow", "СССP", "Mао", "Cталин", "Xрущёв", "Αthens", "рhoto"]
        {
            assert!(mixed_word(&format!("x, {word}; y")).is_some(), "{word}");
        }
        for text in [
            "МиГ-15UTI",
            "XXго съезда",
            "XX съезд",
            "фонд 5a",
            "Ил-28",
            "3Dпечать",
            "毛泽东 Mao",
            "Müller",
            "naïve",
        ] {
            assert_eq!(mixed_word(text), None, "{text}");
        }
    }

    #[test]
    fn every_bidirectional_control_is_seen() {
        for code in [
            0x61C, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068,
            0x2069,
        ] {
            let text = format!("a{}b", char::from_u32(code).unwrap());
            assert!(unseen(&text).is_some(), "{code:X}");
        }
        assert_eq!(unseen("\u{200F}שלום"), None);
        assert_eq!(unseen("می\u{200C}خواهم"), None);
    }

    #[test]
    fn pieces_are_composed_and_nothing_else() {
        assert!(is_decomposed("e\u{301}"));
        assert!(is_decomposed("\u{1112}\u{1161}\u{11AB}"));
        for text in ["é", "\u{212B}", "\u{F900}", "x\u{338}y", "한"] {
            assert!(!is_decomposed(text), "{text}");
        }
        assert_eq!(composed("\u{212B} e\u{301} \u{F900}"), "\u{212B} é \u{F900}");
    }
}
