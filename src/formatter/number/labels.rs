//! Labels inside of number fields: `p. 12`, `12 n. 5`.

/// Labels in number fields and the terms they stand for.
const LABELS: &[(&str, &str)] = &[
    ("vrs.", "verse"),
    ("sv.", "sub-verbo"),
    ("subpara.", "subparagraph"),
    ("op.", "opus"),
    ("subch.", "subchapter"),
    ("add.", "addendum"),
    ("amend.", "amendment"),
    ("annot.", "annotation"),
    ("app.", "appendix"),
    ("art.", "article"),
    ("bibliog.", "bibliography"),
    ("bk.", "book"),
    ("ch.", "chapter"),
    ("cl.", "clause"),
    ("col.", "column"),
    ("cmt.", "comment"),
    ("dec.", "decision"),
    ("dept.", "department"),
    ("ex.", "example"),
    ("fig.", "figure"),
    ("fld.", "field"),
    ("fol.", "folio"),
    ("n.", "note"),
    ("hypo.", "hypothetical"),
    ("illus.", "illustration"),
    ("intro.", "introduction"),
    ("l.", "line"),
    ("no.", "issue"),
    ("p.", "page"),
    ("pp.", "page"),
    ("para.", "paragraph"),
    ("pt.", "part"),
    ("pmbl.", "preamble"),
    ("princ.", "principle"),
    ("pub.", "publication"),
    ("r.", "rule"),
    ("rn.", "randnummer"),
    ("sched.", "schedule"),
    ("sec.", "section"),
    ("ser.", "series,"),
    ("subdiv.", "subdivision"),
    ("subsec.", "subsection"),
    ("supp.", "supplement"),
    ("tbl.", "table"),
    ("tit.", "title"),
    ("vol.", "volume"),
];

/// Labels of more than four letters.
const LONG_LABELS: &[&str] = &[
    "subpara", "subch", "amend", "bibliog", "annot", "illus", "princ", "intro", "sched", "subdiv",
    "subsec",
];

/// The term a label in a field stands for: `p.` is `page`.
pub(super) fn term_of_label(label: &str) -> Option<&'static str> {
    LABELS.iter().find(|(short, _)| *short == label).map(|&(_, term)| term)
}

/// The term for the label that a text begins with, and what is behind it: `n. 7` is `note` and `7`.
pub fn leading_label(text: &str) -> Option<(&'static str, &str)> {
    let (label, rest) = text.split_at(text.find('.')? + 1);
    let term = term_of_label(label)?;
    rest.starts_with(char::is_whitespace).then(|| (term, rest.trim_start()))
}

/// The label that stands for a term.
pub(super) fn label_of_term(term: &str) -> Option<&'static str> {
    let term = if term == "sub verbo" { "sub-verbo" } else { term };
    LABELS.iter().find(|(_, known)| *known == term).map(|&(short, _)| short)
}

/// Whether a term has a label for use inside of fields.
pub fn has_short_form(term: &str) -> bool {
    label_of_term(term).is_some()
}

/// Where labels stand in a chunk, spaces included: a short lower-case word at the start or after a
/// space, with a full stop or a space behind it.
pub(super) fn labels_in(chunk: &str) -> Vec<(usize, usize)> {
    let bytes = chunk.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let word_start = if bytes[at] == b' ' {
            at + 1
        } else if at == 0 {
            0
        } else {
            at += 1;
            continue;
        };
        let letters =
            bytes[word_start..].iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        let word_end = word_start + letters;
        let is_label = (1..=4).contains(&letters)
            || chunk.get(word_start..word_end).is_some_and(|word| LONG_LABELS.contains(&word));
        if is_label && matches!(bytes.get(word_end), Some(b'.' | b' ')) {
            let mut end = word_end + 1;
            while bytes.get(end) == Some(&b' ') {
                end += 1;
            }
            found.push((at, end));
            at = end;
        } else {
            at += 1;
        }
    }
    found
}
