//! Splitting a number field into values.

use super::digits::{after_digits, counts_as_number, is_digits, is_roman, number_tail};
use super::labels::{label_of_term, labels_in, term_of_label};
use super::{NumberContext, NumberField, NumberValue};
use std::ops::Range;

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

/// Cuts what stands before the digits from a value: the `A` of `A12`, the `2B0` of `2B012`.
pub(super) fn split_particle(text: &str) -> (&str, &str) {
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
