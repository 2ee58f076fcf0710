//! Labels made from names and year where an item has none (the variable `citation-label`):
//! `Doe05`, `DoRo05`, `DoRN05`.

use super::names::CREATORS;
use super::script::is_letter;
use super::session::Session;
use crate::citation::{DateVariable, TextVariable};

/// How many letters of each name, by the number of names: one, two, three, four and more.
const LETTERS: [&[usize]; 4] = [&[4], &[2, 2], &[2, 1, 1], &[1, 1, 1, 1]];

/// The label of an item, without the letter that tells it from others of its year.
pub(super) fn of(session: &Session<'_>, index: usize) -> String {
    let Some(prepared) = session.items.get(index) else { return String::new() };
    let item = &prepared.item;
    let mut label = String::new();
    if let Some(names) =
        CREATORS.iter().map(|&variable| item.names(variable)).find(|n| !n.is_empty())
    {
        let letters = LETTERS[names.len().min(LETTERS.len()) - 1];
        for (name, &count) in names.iter().zip(letters) {
            let text = if name.family.is_empty() { &name.literal } else { &name.family };
            push_capitalized(&letters_of(text), count, &mut label);
        }
    } else if let Some(title) = item.text(TextVariable::Title) {
        let words: String = title
            .split_whitespace()
            .filter(|word| !matches!(*word, "a" | "an" | "the" | "of" | "in" | "on" | "and"))
            .collect();
        push_capitalized(&words, LETTERS[0][0], &mut label);
    }
    let year = item.date(DateVariable::Issued).and_then(|date| date.start).map_or(0, |s| s.year);
    let digits = if year == 0 { "0000".to_owned() } else { year.unsigned_abs().to_string() };
    label.push_str(&digits[digits.len().saturating_sub(2)..]);
    label
}

/// The letters of a name, without what comes before its first capital and without an article.
fn letters_of(name: &str) -> String {
    let mut rest = name;
    while let Some((word, after)) = rest.split_once(' ') {
        let is_particle = word.chars().all(|c| c.is_lowercase() || matches!(c, '\'' | '\u{2019}'));
        let is_article = matches!(word.to_lowercase().as_str(), "a" | "an" | "the");
        if !is_particle && !is_article {
            break;
        }
        rest = after;
    }
    rest.chars().filter(|c| is_letter(*c)).collect()
}

fn push_capitalized(text: &str, count: usize, out: &mut String) {
    let mut chars = text.chars().take(count);
    if let Some(first) = chars.next() {
        out.extend(first.to_uppercase());
        out.extend(chars.flat_map(char::to_lowercase));
    }
}
