//! Numbers in fields (CSL 1.0.2, "Number", "Label", "is-numeric", "page-range-format").
//!
//! A number field is a list: `1-3, 5 & 7a`, possibly with labels inside (`12 n. 5`). It is split
//! into values, each with the label it stands under, and what joins it to the next. The splitting
//! follows the reference processor, since styles are written against it: words of up to four
//! lower-case letters before a number count as labels where they are known ones.

use super::page_range::{self, PageRange};
use std::ops::Range;

/// What has to be known of the variable and the locale.
#[derive(Clone, Copy)]
pub struct NumberContext<'a> {
    /// The variable: `page`, `locator`, `volume`.
    pub variable: &'a str,
    /// The label that a locator was given (`page`, `chapter`); empty for none.
    pub label: &'a str,
    /// The term `and` of the locale.
    pub and: &'a str,
    /// The term `and` in its symbol form.
    pub ampersand: &'a str,
    /// The term `page-range-delimiter`.
    pub page_delimiter: &'a str,
    /// The term `year-range-delimiter`.
    pub year_delimiter: &'a str,
    /// The style's `page-range-format`.
    pub page_range: Option<PageRange>,
    /// Whether the locale has a term.
    pub has_term: &'a dyn Fn(&str) -> bool,
}

impl NumberContext<'_> {
    /// Variables whose values may stand under any label.
    fn takes_any_label(&self) -> bool {
        matches!(self.variable, "locator" | "number" | "page")
    }
}

/// One value of a number field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberValue {
    /// The label it stands under: the name of a term, or the word in the field where that is none.
    pub label: Box<str>,
    /// The label at the start of the field, where that is another.
    original_label: Box<str>,
    /// Whether the label is printed before the value, wherever the style prints one.
    pub shows_label: bool,
    /// The space between a printed label and the value.
    pub label_space: &'static str,
    /// What stands before the digits: the `A` of `A12`.
    pub particle: Box<str>,
    /// The number, or the text.
    pub value: Box<str>,
    /// What joins it to the next value.
    pub joint: Box<str>,
    /// It is a number.
    pub numeric: bool,
    /// It can be formatted as a number, and ranges of it can be made shorter.
    pub is_count: bool,
    /// There is more than one under its label.
    pub plural: bool,
}

impl NumberValue {
    /// The value, when it is digits alone and does not begin with a zero.
    pub fn digits(&self) -> Option<u64> {
        (self.is_count
            && self.particle.is_empty()
            && !self.value.starts_with('0')
            && is_digits(&self.value))
        .then(|| self.value.parse().ok())
        .flatten()
    }
}

/// A number field, split.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberField {
    /// The values, in order.
    pub values: Vec<NumberValue>,
    /// A page field that begins with a word of its own takes its label in the short form.
    pub short_label: bool,
}

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
fn term_of_label(label: &str) -> Option<&'static str> {
    LABELS.iter().find(|(short, _)| *short == label).map(|&(_, term)| term)
}

/// The term for the label that a text begins with, and what is behind it: `n. 7` is `note` and `7`.
pub fn leading_label(text: &str) -> Option<(&'static str, &str)> {
    let (label, rest) = text.split_at(text.find('.')? + 1);
    let term = term_of_label(label)?;
    rest.starts_with(char::is_whitespace).then(|| (term, rest.trim_start()))
}

/// The label that stands for a term.
fn label_of_term(term: &str) -> Option<&'static str> {
    let term = if term == "sub verbo" { "sub-verbo" } else { term };
    LABELS.iter().find(|(_, known)| *known == term).map(|&(short, _)| short)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_roman(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| {
            matches!(byte.to_ascii_lowercase(), b'i' | b'v' | b'x' | b'l' | b'c' | b'm')
        })
}

/// The text with its leading digits cut off, and whether there were any.
fn after_digits(text: &str) -> (&str, bool) {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest, rest.len() < text.len())
}

/// `12`, `12a`: digits, then small letters.
fn is_lettered(text: &str) -> bool {
    let (rest, any) = after_digits(text);
    any && rest.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// `12`, `12a`, `12a-c`: digits, then letters, hyphens, commas and colons.
fn number_tail(text: &str) -> Option<&str> {
    let (rest, any) = after_digits(text);
    let fits = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | ',' | ':');
    (any && rest.chars().all(fits)).then_some(rest)
}

/// Whether the text counts as numeric: a [number with a tail](number_tail), small Roman numerals
/// with one, or either with further numbers behind hyphens.
fn counts_as_number(text: &str) -> bool {
    let (after_number, any) = after_digits(text);
    let rest = if any {
        after_number
    } else {
        let rest = text.trim_start_matches(['i', 'x', 'v']);
        if rest.len() == text.len() {
            return false;
        }
        rest
    };
    let tail = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | ',' | ':');
    rest.chars().all(tail)
        || rest.strip_prefix('-').is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c == '-' || c.is_ascii_digit())
        })
}

/// Whether the text is digits and nothing else: the common case, which needs no splitting.
pub fn is_plain(text: &str) -> bool {
    is_digits(text)
}

/// Whether a field holds a number (the condition `is-numeric`).
pub fn is_numeric(text: &str, context: &NumberContext<'_>) -> bool {
    is_plain(text) || NumberField::split(text, context).is_numeric()
}

impl NumberField {
    /// Splits the text of a number variable. Ranges are left as they are; see
    /// [`format_ranges`](NumberField::format_ranges).
    pub fn split(text: &str, context: &NumberContext<'_>) -> NumberField {
        let text = with_label(text.trim(), context);
        let (chunks, joints) = chunks(&text, context);
        let mut field = NumberField::default();
        let mut labels = Labels {
            current: label_of_term(context.variable).unwrap_or("").into(),
            space: "",
            original: "".into(),
        };
        for (at, chunk) in chunks.iter().enumerate() {
            let joint = joints.get(at).map_or("", |joint| joint);
            field.split_chunk(chunk, joint, at == 0, &mut labels, context);
        }
        for at in 1..field.values.len() {
            if field.values[at - 1].joint.is_empty() && !field.values[at].label.is_empty() {
                field.values[at - 1].joint = " ".into();
            }
        }
        field.find_plurals(context);
        field.settle_special_cases(context);
        field
    }

    /// Whether the field is a number, as `is-numeric` asks.
    pub fn is_numeric(&self) -> bool {
        self.values.first().is_some_and(|value| value.numeric)
    }

    /// Whether a label for the field takes the plural.
    pub fn is_plural(&self) -> bool {
        self.values.first().is_some_and(|value| value.plural)
    }

    /// The term that the label in the field asks for, when it begins with one.
    pub fn term(&self) -> Option<&'static str> {
        term_of_label(&self.values.first()?.label)
    }

    /// The name of the term for a value's label; `None` when it is a word of the field.
    pub fn term_of(value: &NumberValue) -> Option<&'static str> {
        term_of_label(&value.label)
    }

    fn split_chunk(
        &mut self,
        chunk: &str,
        joint: &str,
        first: bool,
        labels: &mut Labels,
        context: &NumberContext<'_>,
    ) {
        let found = labels_in(chunk);
        if found.is_empty() {
            self.push(chunk, joint, false, labels, context);
            return;
        }
        // The texts around the labels: one more than there are labels.
        let mut texts: Vec<Range<usize>> = Vec::with_capacity(found.len() + 1);
        let mut words: Vec<&str> = Vec::with_capacity(found.len());
        let mut at = 0;
        for &(start, end) in &found {
            texts.push(at..start);
            words.push(&chunk[start..end]);
            at = end;
        }
        texts.push(at..chunk.len());
        // A word between things that are not both numbers is no label.
        let is_number = |text: &Range<usize>| {
            let (rest, any) = after_digits(&chunk[text.clone()]);
            any && rest
                .chars()
                .all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | ';' | ',' | ':'))
        };
        let mut kept_texts = vec![texts.pop().unwrap_or_default()];
        let mut kept_words: Vec<&str> = Vec::new();
        while let (Some(before), Some(word)) = (texts.pop(), words.pop()) {
            match kept_texts.last_mut() {
                Some(after) if !(before.is_empty() || is_number(after) && is_number(&before)) => {
                    after.start = before.start;
                }
                _ => {
                    kept_texts.push(before);
                    kept_words.push(word);
                }
            }
        }
        let mut texts: Vec<String> =
            kept_texts.into_iter().rev().map(|text| chunk[text].to_owned()).collect();
        kept_words.reverse();
        let mut words = kept_words;
        if let Some(slug) = words.first().map(|word| word.trim()) {
            let term = term_of_label(slug);
            let fits = term.is_some_and(|term| {
                (context.has_term)(term) && (context.takes_any_label() || term == context.variable)
            });
            if fits {
                labels.original = slug.into();
            } else if first && texts.len() > 1 {
                let merged = format!("{} {slug} {}", texts[0], texts[1]);
                words.remove(0);
                texts.remove(0);
                texts[0] = merged;
            }
        }
        let last = texts.len() - 1;
        for (at, text) in texts.iter().enumerate() {
            if text.is_empty() && at != last {
                continue;
            }
            if let Some(word) = at.checked_sub(1).and_then(|before| words.get(before)) {
                labels.current = word.trim().into();
                labels.space = if word.ends_with(' ') { " " } else { "" };
            }
            let joint = if at == last { joint } else { "" };
            self.push(text.trim(), joint, first, labels, context);
        }
    }

    fn push(
        &mut self,
        text: &str,
        joint: &str,
        first_chunk: bool,
        labels: &Labels,
        context: &NumberContext<'_>,
    ) {
        let (particle, value) = split_particle(text);
        let mut shows_label = false;
        if context.variable == "page"
            && first_chunk
            && !labels.current.is_empty()
            && !matches!(&*labels.current, "p." | "pp.")
        {
            shows_label = true;
            if self.values.is_empty() {
                self.short_label = true;
            }
        }
        self.values.push(NumberValue {
            label: labels.current.clone(),
            original_label: if labels.original == labels.current {
                "".into()
            } else {
                labels.original.clone()
            },
            shows_label,
            label_space: labels.space,
            particle: particle.into(),
            value: value.into(),
            joint: if joint.trim() == "-" { "-".into() } else { joint.into() },
            ..NumberValue::default()
        });
    }

    /// Finds out, for each run of values under one label, whether they are numbers and several.
    fn find_plurals(&mut self, context: &NumberContext<'_>) {
        let mut start = 0;
        while start < self.values.len() {
            let mut end = start + 1;
            while end < self.values.len() && self.values[end].label == self.values[start].label {
                end += 1;
            }
            let master = &self.values[start];
            let numeric = !master.value.is_empty() && counts_as_number(&master.value);
            let is_count = after_digits(&master.value).1 || is_roman(&master.value);
            let escaped = &*master.joint == "\\-";
            let count = (end - start).saturating_sub(usize::from(escaped));
            for value in &mut self.values[start..start + count.max(1)] {
                value.plural = count > 1 && is_count;
                value.numeric = numeric;
                value.is_count = is_count;
            }
            let known = term_of_label(&self.values[start].label);
            if !self.values[start].label.is_empty() {
                if start > 0 {
                    self.values[start].shows_label = true;
                } else if context.takes_any_label() {
                    if !known.is_some_and(|term| (context.has_term)(term)) {
                        self.values[start].shows_label = true;
                    }
                } else if known != Some(context.variable) {
                    self.values[start].shows_label = true;
                }
            }
            start = end;
        }
        if context.variable.starts_with("number-of-")
            && let Some(first) = self.values.first_mut()
            && first.numeric
        {
            let (rest, any) = after_digits(&first.value);
            let digits = &first.value[..first.value.len() - rest.len()];
            if any && !matches!(digits.trim_start_matches('0'), "" | "1") {
                first.plural = true;
            }
        }
        for value in &mut self.values {
            value.plural &= value.numeric;
        }
    }

    fn settle_special_cases(&mut self, context: &NumberContext<'_>) {
        let [only] = &mut self.values[..] else { return };
        if context.variable == "number" && only.value.contains('|') {
            // Several numbers of one case, written with a bar between them.
            only.value = only.value.replace('|', ", ").into();
            only.numeric = true;
            only.plural = true;
            only.is_count = false;
        } else if only.value.contains('/') && only.value.split('/').all(is_digits) {
            only.numeric = true;
            only.plural = false;
            only.is_count = false;
        }
    }

    /// Sets the joints of ranges as the locale and the style's `page-range-format` have it.
    pub fn format_ranges(&mut self, context: &NumberContext<'_>) {
        if !matches!(
            context.variable,
            "page"
                | "chapter-number"
                | "collection-number"
                | "edition"
                | "issue"
                | "number"
                | "number-of-pages"
                | "number-of-volumes"
                | "volume"
                | "locator"
        ) {
            return;
        }
        let mut count = 0;
        let mut label: Option<Box<str>> = None;
        for at in 0..self.values.len() {
            let value = &self.values[at];
            if !value.is_count {
                count = 0;
                label = None;
                let joint = delimiter(value, &value.joint, value.numeric, context);
                if let Some(joint) = joint {
                    self.values[at].joint = joint.into();
                }
            } else if label.as_deref() == Some(&*value.label) {
                if &*value.joint == "-" {
                    count = 1;
                } else {
                    count += 1;
                    if count == 2 {
                        count = self.format_range(at, context);
                    }
                }
            } else {
                label = Some(value.label.clone());
                count = 1;
            }
        }
        if count == 2 {
            self.format_range(self.values.len() - 1, context);
        }
    }

    /// Formats the range that ends with the value `at`; gives the count to go on with.
    fn format_range(&mut self, at: usize, context: &NumberContext<'_>) -> usize {
        let Some(before) = at.checked_sub(1) else { return 2 };
        let (first, last) = (&self.values[before], &self.values[at]);
        if first.particle != last.particle {
            return 2;
        }
        if &*first.joint != "-" {
            return 1;
        }
        let numbers = (leading_number(&first.value), leading_number(&last.value));
        if context.page_range.is_none()
            && let (Some(a), Some(b)) = numbers
            && a > b
        {
            if let Some(joint) = delimiter(last, "-", true, context) {
                self.values[before].joint = joint.into();
            }
            return 2;
        }
        if is_page(last, context) && numbers.0.is_some() && numbers.1.is_some() {
            // `1.466-1.475` is no range of pages that could be made shorter: it stays as given.
            if !(is_lettered(&first.value) && is_lettered(&last.value)) {
                return 0;
            }
            let end = page_range::shorten(
                (&first.particle, &first.value),
                (&last.particle, &last.value),
                context.page_range.unwrap_or(PageRange::Expanded),
            );
            let joint: Box<str> = match context.page_delimiter {
                "-" => delimiter(last, "-", last.numeric, context).unwrap_or("-").into(),
                given => given.into(),
            };
            self.values[before].joint = joint;
            let (particle, value) = end;
            self.values[at].particle = particle.into();
            self.values[at].value = value.into();
            return 0;
        }
        let simple = |text: &str| is_digits(text) || is_roman(text);
        if simple(&first.value) && simple(&last.value) {
            self.values[before].joint = context.page_delimiter.into();
        } else if is_lettered(&last.value)
            && after_digits(&first.value).1
            && let Some(joint) = delimiter(last, "-", last.numeric, context)
        {
            self.values[before].joint = joint.into();
        }
        0
    }
}

/// The label that following values stand under.
struct Labels {
    current: Box<str>,
    space: &'static str,
    original: Box<str>,
}

/// The text with the label before it that its variable implies.
fn with_label(text: &str, context: &NumberContext<'_>) -> String {
    let word = text.split(' ').next().unwrap_or("");
    if word.is_empty() || term_of_label(word).is_some() {
        return text.to_owned();
    }
    let label = match context.variable {
        "locator" | "page" if context.label.is_empty() => Some("p."),
        "locator" | "page" => label_of_term(context.label),
        variable => label_of_term(variable),
    };
    match label {
        Some(label) => format!("{label} {text}"),
        None => text.to_owned(),
    }
}

/// Splits at `&`, *and*, commas, semicolons and hyphens: the chunks, and what stood between them.
fn chunks(text: &str, context: &NumberContext<'_>) -> (Vec<String>, Vec<String>) {
    let is_escaped = text.contains("\\-");
    let text = if context.variable == "page" { text.replace('–', "-") } else { text.to_owned() };
    // An escaped hyphen belongs to the number; the others then stand for ranges all the same.
    let text = if is_escaped {
        text.split("\\-").map(|part| part.replace('-', "–")).collect::<Vec<_>>().join("-")
    } else {
        text
    };
    let mut parts: Vec<String> = Vec::new();
    let mut joints: Vec<String> = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        match joint_at(&text[at..], is_escaped, context) {
            Some(length) if length > 0 => {
                parts.push(text[start..at].to_owned());
                joints.push(text[at..at + length].to_owned());
                at += length;
                start = at;
            }
            _ => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    parts.push(text[start..].to_owned());
    let ampersand = if context.ampersand.is_empty() || context.ampersand == context.and {
        "&"
    } else {
        context.ampersand
    };
    for (joint, before) in joints.iter_mut().zip(&parts) {
        if joint.trim() == "&" {
            let is_word = before.starts_with(|c: char| c.is_ascii_alphabetic())
                && before.ends_with(|c: char| c.is_ascii_alphabetic());
            *joint = if is_word { ampersand.to_owned() } else { format!(" {ampersand} ") };
        }
    }
    // `12a-c` is one number.
    let letters =
        |text: &str| !text.is_empty() && text.chars().all(|c| c == ',' || c.is_ascii_alphabetic());
    let mut at = joints.len();
    while at > 0 {
        at -= 1;
        if joints[at] == "-"
            && letters(&parts[at + 1])
            && parts[at].rsplit(' ').next().and_then(number_tail).is_some_and(letters)
        {
            let tail = parts.remove(at + 1);
            parts[at].push('-');
            parts[at].push_str(&tail);
            joints.remove(at);
        }
    }
    (parts, joints)
}

/// The length of what joins two values at the start of `text`, spaces included.
fn joint_at(text: &str, is_escaped: bool, context: &NumberContext<'_>) -> Option<usize> {
    let body = text.trim_start();
    let space = text.len() - body.len();
    let with_space_after = |length: usize| {
        let rest = &text[length..];
        length + rest.len() - rest.trim_start().len()
    };
    let first = body.chars().next()?;
    if first == '&' {
        return Some(with_space_after(space + 1));
    }
    let and_length = |body: &str, offset: usize| {
        [Some("and"), Some(context.and).filter(|and| !and.is_empty())]
            .into_iter()
            .flatten()
            .find_map(|and| {
                let rest = body.strip_prefix(and)?;
                rest.starts_with(char::is_whitespace).then(|| with_space_after(offset + and.len()))
            })
    };
    if space == 0
        && let Some(rest) = body.strip_prefix(',')
    {
        let after = rest.trim_start();
        let gap = rest.len() - after.len();
        if gap == 0 {
            return None;
        }
        return and_length(after, 1 + gap).or(Some(1 + gap));
    }
    if space > 0
        && let Some(length) = and_length(body, space)
    {
        return Some(length);
    }
    if space == 0
        && let Some(rest) = body.strip_prefix(';')
    {
        let gap = rest.len() - rest.trim_start().len();
        return (gap > 0).then_some(1 + gap);
    }
    let unescaped = body.trim_start_matches('\\');
    let dashes = if is_escaped {
        unescaped.trim_start_matches('–')
    } else {
        unescaped.trim_start_matches(['-', '–'])
    };
    (dashes.len() < unescaped.len()).then(|| with_space_after(text.len() - dashes.len()))
}

/// Where labels stand in a chunk, spaces included: a short lower-case word at the start or after a
/// space, with a full stop or a space behind it.
fn labels_in(chunk: &str) -> Vec<(usize, usize)> {
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

/// Cuts what stands before the digits from a value: the `A` of `A12`, the `2B0` of `2B012`.
fn split_particle(text: &str) -> (&str, &str) {
    let whole = ("", text);
    let letters_start = text.len() - after_digits(text).0.len();
    let rest = &text[letters_start..];
    let after_letters = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if after_letters.len() == rest.len() {
        return whole;
    }
    let number = after_letters.trim_start_matches('0');
    // All zeros belong to the particle, except the last one when nothing else is left.
    let number = if after_digits(number).1 {
        number
    } else if number.len() < after_letters.len() {
        &after_letters[after_letters.len() - number.len() - 1..]
    } else {
        return whole;
    };
    let (tail, any) = after_digits(number);
    let fits = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | ',');
    if any && tail.chars().all(fits) { text.split_at(text.len() - number.len()) } else { whole }
}

/// The number a text begins with.
fn leading_number(text: &str) -> Option<u64> {
    let (rest, any) = after_digits(text);
    any.then(|| text[..text.len() - rest.len()].parse().unwrap_or(u64::MAX))
}

fn is_page(value: &NumberValue, context: &NumberContext<'_>) -> bool {
    context.variable == "page"
        || (context.variable == "locator"
            && (&*value.label == "p." || &*value.original_label == "p."))
}

/// The delimiter to stand in the place of a hyphen between two numbers, where it is another.
fn delimiter<'a>(
    value: &NumberValue,
    joint: &str,
    numeric: bool,
    context: &NumberContext<'a>,
) -> Option<&'a str> {
    if joint != "-" || !numeric {
        return None;
    }
    if matches!(context.variable, "locator" | "page") {
        let label =
            if value.original_label.is_empty() { &value.label } else { &value.original_label };
        if !term_of_label(label).is_some_and(|term| (context.has_term)(term)) {
            return None;
        }
    }
    let or_dash = |term: &'a str| if term.is_empty() { "–" } else { term };
    match context.variable {
        "collection-number" => Some(or_dash(context.year_delimiter)),
        "page" | "locator" | "issue" | "volume" | "edition" | "number" => {
            Some(or_dash(context.page_delimiter))
        }
        _ => None,
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn context(variable: &str) -> NumberContext<'_> {
        NumberContext {
            variable,
            label: "",
            and: "and",
            ampersand: "&",
            page_delimiter: "–",
            year_delimiter: "–",
            page_range: None,
            has_term: &|term| !matches!(term, "decision" | "comment"),
        }
    }

    /// The printed values with their joints, and whether numeric (`#`) and plural (`s`).
    fn shown(text: &str, context: &NumberContext<'_>) -> String {
        let mut field = NumberField::split(text, context);
        let mut out = String::new();
        if field.is_numeric() {
            out.push('#');
        }
        if field.is_plural() {
            out.push('s');
        }
        out.push(' ');
        field.format_ranges(context);
        for value in &field.values {
            if value.shows_label {
                out.push_str(&value.label);
                out.push_str(value.label_space);
            }
            out.push_str(&value.particle);
            out.push_str(&value.value);
            out.push_str(&value.joint.replace("\\-", "-"));
        }
        out
    }

    #[test]
    fn pages_and_volumes() {
        let page = context("page");
        for (text, expected) in [
            ("12", "# 12"),
            ("12-15", "#s 12–15"),
            ("12 – 15", "#s 12–15"),
            ("1-2, 5-6", "#s 1–2, 5–6"),
            ("12 & 15", "#s 12 & 15"),
            ("xi-xiv", "#s xi–xiv"),
            ("A12", "# A12"),
            ("12a-c", "# 12a-c"),
            ("", " "),
        ] {
            assert_eq!(shown(text, &page), expected, "{text}");
        }
        let volume = context("volume");
        for (text, expected) in [
            ("2", "# 2"),
            ("2-3", "#s 2–3"),
            ("second", " second"),
            ("2/3", "# 2/3"),
            ("2nd ed.", " 2nd ed."),
        ] {
            assert_eq!(shown(text, &volume), expected, "{text}");
        }
        assert_eq!(shown("3", &context("number-of-volumes")), "#s 3");
    }

    #[test]
    fn labels_inside_locators() {
        let locator = context("locator");
        assert_eq!(shown("12 n. 5", &locator), "# 12 n. 5");
        assert_eq!(leading_label("n. 7"), Some(("note", "7")));
        assert_eq!(
            (leading_label("n.7"), leading_label("x. 7"), leading_label("7")),
            (None, None, None)
        );
        let field = NumberField::split("sec. 4", &locator);
        assert_eq!(field.term(), Some("section"));
        assert!(!field.values[0].shows_label);
    }

    #[test]
    fn particles() {
        assert_eq!(split_particle("A12"), ("A", "12"));
        assert_eq!(split_particle("2B012"), ("2B0", "12"));
        assert_eq!(split_particle("B0"), ("B", "0"));
        assert_eq!(split_particle("12"), ("", "12"));
        assert_eq!(split_particle("A"), ("", "A"));
    }
}
