//! The words of a locale: terms by name, form, number and gender, with the fallbacks of CSL 1.0.2
//! ("Terms", "Gender-specific Terms", "Ordinal Suffixes").

use std::collections::HashMap;

/// The attribute `form` of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TermForm {
    /// `page`
    #[default]
    Long,
    /// `p.`
    Short,
    /// `edited by`
    Verb,
    /// `ed. by`
    VerbShort,
    /// `§`
    Symbol,
}

impl TermForm {
    const ALL: [TermForm; 5] =
        [TermForm::Long, TermForm::Short, TermForm::Verb, TermForm::VerbShort, TermForm::Symbol];

    /// The value of the attribute `form`; `None` for anything that is not a form of terms.
    pub fn named(name: &str) -> Option<TermForm> {
        Some(match name {
            "long" => TermForm::Long,
            "short" => TermForm::Short,
            "verb" => TermForm::Verb,
            "verb-short" => TermForm::VerbShort,
            "symbol" => TermForm::Symbol,
            _ => return None,
        })
    }

    /// The forms to try, in order.
    fn fallbacks(self) -> &'static [TermForm] {
        match self {
            TermForm::Long => &[TermForm::Long],
            TermForm::Short => &[TermForm::Short, TermForm::Long],
            TermForm::Verb => &[TermForm::Verb, TermForm::Long],
            TermForm::VerbShort => &[TermForm::VerbShort, TermForm::Verb, TermForm::Long],
            TermForm::Symbol => &[TermForm::Symbol, TermForm::Short, TermForm::Long],
        }
    }
}

/// The grammatical gender of a noun, or of the form of an ordinal that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Gender {
    /// Neither, or not said.
    #[default]
    Neuter,
    /// Masculine.
    Masculine,
    /// Feminine.
    Feminine,
}

impl Gender {
    /// The value of the attributes `gender` and `gender-form`.
    pub fn named(name: &str) -> Option<Gender> {
        Some(match name {
            "neuter" => Gender::Neuter,
            "masculine" => Gender::Masculine,
            "feminine" => Gender::Feminine,
            _ => return None,
        })
    }
}

/// How the number in the name of an ordinal term is compared with the number to be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrdinalMatch {
    /// By the last digit: `ordinal-01` for 1, 21, 31...
    LastDigit,
    /// By the last two digits: `ordinal-11` for 11, 111...
    LastTwoDigits,
    /// By the whole number.
    WholeNumber,
}

/// The text of a term in one form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TermText {
    /// For one.
    pub single: Box<str>,
    /// For several, when it differs.
    pub multiple: Option<Box<str>>,
}

impl TermText {
    /// The text for one or for several.
    pub fn text(&self, plural: bool) -> &str {
        match &self.multiple {
            Some(multiple) if plural => multiple,
            _ => &self.single,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Term {
    /// By gender, then by form.
    texts: [[Option<TermText>; 5]; 3],
    gender: Gender,
}

/// The terms of a locale.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    terms: HashMap<Box<str>, Term>,
    /// `ordinal-00` to `ordinal-99`: number, match and name.
    ordinals: Vec<(u8, OrdinalMatch, Box<str>)>,
    has_ordinals: bool,
}

impl Terms {
    /// Adds a term, over one of the same name, form and gender that may be there.
    pub fn insert(&mut self, name: &str, form: TermForm, gender_form: Gender, text: TermText) {
        let term = self.terms.entry(normal(name).into()).or_default();
        term.texts[gender_form as usize][form as usize] = Some(text);
    }

    /// Says of which gender the noun is.
    pub fn set_gender(&mut self, name: &str, gender: Gender) {
        self.terms.entry(normal(name).into()).or_default().gender = gender;
    }

    /// Says how the ordinal term `name` is chosen.
    pub fn insert_ordinal(&mut self, name: &str, matching: Option<OrdinalMatch>) {
        if name == "ordinal" {
            self.has_ordinals = true;
            return;
        }
        let digits = name.strip_prefix("ordinal-").unwrap_or("");
        let Ok(number) = digits.parse::<u8>() else { return };
        if number > 99 {
            return;
        }
        let matching = matching.unwrap_or(match number {
            0..10 => OrdinalMatch::LastDigit,
            _ => OrdinalMatch::LastTwoDigits,
        });
        self.ordinals.retain(|(_, _, other)| **other != *name);
        self.ordinals.push((number, matching, name.into()));
    }

    /// Lays more specific terms over these. Ordinals are taken over as a whole, never mixed: they
    /// count where the term `ordinal` is among them, and change the words of others otherwise.
    pub fn overlay(&mut self, over: &Terms) {
        if over.has_ordinals {
            for (_, _, name) in std::mem::take(&mut self.ordinals) {
                self.terms.remove(&name);
            }
            self.terms.remove("ordinal");
            self.has_ordinals = true;
        }
        if over.has_ordinals || !self.has_ordinals {
            for (number, matching, name) in &over.ordinals {
                self.ordinals.retain(|(_, _, other)| other != name);
                self.ordinals.push((*number, *matching, name.clone()));
            }
        }
        for (name, term) in &over.terms {
            let mine = self.terms.entry(name.clone()).or_default();
            if term.gender != Gender::Neuter {
                mine.gender = term.gender;
            }
            for (mine, theirs) in mine.texts.iter_mut().zip(&term.texts) {
                for (mine, theirs) in mine.iter_mut().zip(theirs) {
                    if theirs.is_some() {
                        mine.clone_from(theirs);
                    }
                }
            }
        }
    }

    /// Takes over from `other` the terms that are not defined here in any form.
    pub fn fill(&mut self, other: &Terms) {
        let has_own = self.has_ordinals;
        if !has_own {
            self.has_ordinals = other.has_ordinals;
            self.ordinals.clone_from(&other.ordinals);
        }
        for (name, term) in &other.terms {
            // The ordinals of one language are none of another's.
            if !has_own || !name.starts_with("ordinal") {
                self.terms.entry(name.clone()).or_insert_with(|| term.clone());
            }
        }
    }

    /// The text of a term, after form fallback. `None` when no form that would do is defined; an
    /// empty text is a term that is defined to print nothing.
    pub fn get(&self, name: &str, form: TermForm, plural: bool) -> Option<&str> {
        self.get_gendered(name, form, plural, Gender::Neuter)
    }

    /// [`get`](Terms::get), in the form for a noun of this gender where there is one.
    pub fn get_gendered(
        &self,
        name: &str,
        form: TermForm,
        plural: bool,
        gender: Gender,
    ) -> Option<&str> {
        let term = self.terms.get(normal(name))?;
        form.fallbacks().iter().find_map(|&form| {
            let text = term.texts[gender as usize][form as usize].as_ref();
            let text = text.or(term.texts[Gender::Neuter as usize][form as usize].as_ref());
            text.map(|text| text.text(plural))
        })
    }

    /// Both numbers of a term, after form fallback.
    pub fn both(&self, name: &str, form: TermForm) -> Option<(&str, &str)> {
        Some((self.get(name, form, false)?, self.get(name, form, true)?))
    }

    /// Whether the term is defined in any form.
    pub fn has(&self, name: &str) -> bool {
        self.terms.contains_key(normal(name))
    }

    /// The gender of the noun.
    pub fn gender(&self, name: &str) -> Gender {
        self.terms.get(normal(name)).map_or(Gender::Neuter, |term| term.gender)
    }

    /// The suffix of an ordinal number: `nd` for 2 in English.
    ///
    /// A number is matched whole first, then by its last two digits, then by the last one
    /// (CSL 1.0.2, "Ordinal Suffixes"); the term `ordinal` is for all others.
    pub fn ordinal_suffix(&self, number: u64, gender: Gender) -> &str {
        let found = [
            (OrdinalMatch::WholeNumber, number),
            (OrdinalMatch::LastTwoDigits, number % 100),
            (OrdinalMatch::LastDigit, number % 10),
        ];
        let other = self
            .get_gendered("ordinal", TermForm::Long, false, gender)
            .or_else(|| self.any_gender("ordinal"))
            .unwrap_or("");
        // Terms of the noun's own gender first; those without gender where there is no other word.
        for wanted in [gender, Gender::Neuter] {
            for (matching, digits) in found {
                for (number, how, name) in &self.ordinals {
                    if *how == matching
                        && u64::from(*number) == digits
                        && let Some(text) = self.of_gender(name, wanted)
                    {
                        return text;
                    }
                }
            }
            if !other.is_empty() {
                break;
            }
        }
        other
    }

    /// The long form of a term in exactly this gender.
    fn of_gender(&self, name: &str, gender: Gender) -> Option<&str> {
        let texts = &self.terms.get(name)?.texts[gender as usize];
        texts[TermForm::Long as usize].as_ref().map(|text| text.text(false))
    }

    /// The word for an ordinal number from 1 to 10: `second`.
    pub fn long_ordinal(&self, number: u64, gender: Gender) -> Option<&str> {
        if !(1..=10).contains(&number) {
            return None;
        }
        let name = [
            "long-ordinal-01",
            "long-ordinal-02",
            "long-ordinal-03",
            "long-ordinal-04",
            "long-ordinal-05",
            "long-ordinal-06",
            "long-ordinal-07",
            "long-ordinal-08",
            "long-ordinal-09",
            "long-ordinal-10",
        ][number as usize - 1];
        self.get_gendered(name, TermForm::Long, false, gender).or_else(|| self.any_gender(name))
    }

    /// A term that exists only in gendered forms, feminine first.
    fn any_gender(&self, name: &str) -> Option<&str> {
        let term = self.terms.get(name)?;
        [Gender::Feminine, Gender::Masculine].iter().find_map(|&gender| {
            TermForm::ALL.iter().find_map(|&form| {
                term.texts[gender as usize][form as usize].as_ref().map(|text| text.text(false))
            })
        })
    }
}

/// The one spelling of a term's name.
fn normal(name: &str) -> &str {
    match name {
        "sub verbo" => "sub-verbo",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(terms: &mut Terms, name: &str, form: TermForm, single: &str) {
        let text = TermText { single: single.into(), multiple: None };
        terms.insert(name, form, Gender::Neuter, text);
        terms.insert_ordinal(name, None);
    }

    #[test]
    fn forms_fall_back() {
        let mut terms = Terms::default();
        term(&mut terms, "section", TermForm::Long, "section");
        term(&mut terms, "section", TermForm::Short, "sec.");
        assert_eq!(terms.get("section", TermForm::Symbol, true), Some("sec."));
        assert_eq!(terms.get("section", TermForm::VerbShort, false), Some("section"));
        assert_eq!(terms.get("chapter", TermForm::Long, false), None);
    }

    #[test]
    fn ordinals_match_from_the_whole_to_the_digit_and_are_overlaid_as_a_whole() {
        let mut terms = Terms::default();
        for (name, text) in [("ordinal", "th"), ("ordinal-01", "st"), ("ordinal-11", "th")] {
            term(&mut terms, name, TermForm::Long, text);
        }
        assert_eq!(terms.ordinal_suffix(21, Gender::Neuter), "st");
        assert_eq!(terms.ordinal_suffix(111, Gender::Neuter), "th");
        let mut over = Terms::default();
        term(&mut over, "ordinal", TermForm::Long, "º");
        terms.overlay(&over);
        assert_eq!(terms.ordinal_suffix(21, Gender::Neuter), "º");
    }
}
