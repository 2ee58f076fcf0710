//! A locale: its terms, the forms of its dates, its habits. A locale file is one; a style may hold
//! more, which are laid over (CSL 1.0.2, "Locale Fallback").

use super::compile::{read_clothes, read_date_part};
use super::program::{Clothes, DatePart};
use super::terms::{Gender, OrdinalMatch, TermForm, TermText, Terms};
use super::xml::{self, Notes};
use crate::problem::{Problem, codes};
use roxmltree::Node;

/// A locale.
#[derive(Debug, Clone, Default)]
pub struct Locale {
    /// Its language, as the file says it; empty for a style's locale that is for all.
    pub language: Box<str>,
    /// The terms.
    pub terms: Terms,
    /// `cs:date form="text"`
    pub date_text: Option<LocaleDate>,
    /// `cs:date form="numeric"`
    pub date_numeric: Option<LocaleDate>,
    /// `cs:style-options`
    pub options: LocaleOptions,
}

/// `cs:style-options`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LocaleOptions {
    /// Whether a comma or full stop after a quotation goes inside it.
    pub punctuation_in_quote: Option<bool>,
    /// Whether only the first day of a month is printed as an ordinal.
    pub limit_day_ordinals_to_day_1: Option<bool>,
}

/// `cs:date` in a locale.
#[derive(Debug, Clone, Default)]
pub struct LocaleDate {
    /// The parts.
    pub parts: Vec<DatePart>,
    /// Between the parts.
    pub delimiter: Box<str>,
    /// How the whole is dressed.
    pub clothes: Clothes,
}

impl Locale {
    /// Reads a locale file.
    pub fn read(text: &str) -> (Option<Locale>, Vec<Problem>) {
        let document = match xml::parse(text) {
            Ok(document) => document,
            Err(problem) => return (None, vec![problem]),
        };
        let mut notes = Notes::new(&document);
        let root = document.root_element();
        if xml::name(root) != "locale" {
            let message = format!("the file is no locale: it begins with `{}`", xml::name(root));
            notes.error(codes::STYLE_STRUCTURE, xml::offset(root), message);
            return (None, notes.problems);
        }
        let locale = Locale::from_node(root, &mut notes);
        (Some(locale), notes.problems)
    }

    pub(super) fn from_node(node: Node<'_, '_>, notes: &mut Notes<'_>) -> Locale {
        let mut locale = Locale::default();
        for attribute in node.attributes() {
            if attribute.name() == "lang" {
                locale.language = attribute.value().trim().into();
            }
        }
        for child in xml::elements(node) {
            match xml::name(child) {
                "terms" => {
                    for term in xml::elements(child) {
                        match xml::name(term) {
                            "term" => locale.read_term(term, notes),
                            other => notes.warn(xml::offset(term), format!("`{other}` is no term")),
                        }
                    }
                }
                "date" => {
                    let date = read_locale_date(child, notes);
                    match child.attribute("form") {
                        Some("text") => locale.date_text = Some(date),
                        Some("numeric") => locale.date_numeric = Some(date),
                        _ => notes.warn(xml::offset(child), "`date` has no `form`".into()),
                    }
                }
                "style-options" => {
                    for attribute in child.attributes() {
                        let value = Some(attribute.value() == "true");
                        match attribute.name() {
                            "punctuation-in-quote" => locale.options.punctuation_in_quote = value,
                            "limit-day-ordinals-to-day-1" => {
                                locale.options.limit_day_ordinals_to_day_1 = value;
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        locale
    }

    fn read_term(&mut self, node: Node<'_, '_>, notes: &mut Notes<'_>) {
        let Some(name) = node.attribute("name") else {
            return notes.warn(xml::offset(node), "`term` has no `name`".into());
        };
        let form = match node.attribute("form") {
            None => TermForm::Long,
            Some(word) => match TermForm::named(word) {
                Some(form) => form,
                None => {
                    return notes.warn(xml::offset(node), format!("a term has no form `{word}`"));
                }
            },
        };
        let gender_form = node.attribute("gender-form").and_then(Gender::named).unwrap_or_default();
        // A term of nothing but white space is an empty one.
        let text_of = |node: Node<'_, '_>| {
            let text = xml::text(node);
            if text.bytes().all(|byte| byte.is_ascii_whitespace()) {
                Default::default()
            } else {
                text
            }
        };
        let part = |wanted: &str| {
            xml::elements(node).find(|child| xml::name(*child) == wanted).map(text_of)
        };
        let text = match (part("single"), part("multiple")) {
            (single, Some(multiple)) => TermText {
                single: single.unwrap_or_default().into(),
                multiple: Some(multiple.into()),
            },
            (Some(single), None) => TermText { single: single.into(), multiple: None },
            (None, None) => TermText { single: text_of(node).into(), multiple: None },
        };
        self.terms.insert(name, form, gender_form, text);
        if let Some(gender) = node.attribute("gender").and_then(Gender::named) {
            self.terms.set_gender(name, gender);
        }
        if name.starts_with("ordinal") {
            let matching = match node.attribute("match") {
                Some("last-digit") => Some(OrdinalMatch::LastDigit),
                Some("last-two-digits") => Some(OrdinalMatch::LastTwoDigits),
                Some("whole-number") => Some(OrdinalMatch::WholeNumber),
                _ => None,
            };
            self.terms.insert_ordinal(name, matching);
        }
    }

    /// Takes over from `other` what is not defined here.
    pub fn fill(&mut self, other: &Locale) {
        self.terms.fill(&other.terms);
        if self.date_text.is_none() {
            self.date_text.clone_from(&other.date_text);
        }
        if self.date_numeric.is_none() {
            self.date_numeric.clone_from(&other.date_numeric);
        }
    }

    /// Lays a more specific locale over this one.
    pub fn overlay(&mut self, over: &Locale) {
        self.terms.overlay(&over.terms);
        if over.date_text.is_some() {
            self.date_text.clone_from(&over.date_text);
        }
        if over.date_numeric.is_some() {
            self.date_numeric.clone_from(&over.date_numeric);
        }
        let (mine, theirs) = (&mut self.options, &over.options);
        mine.punctuation_in_quote = theirs.punctuation_in_quote.or(mine.punctuation_in_quote);
        mine.limit_day_ordinals_to_day_1 =
            theirs.limit_day_ordinals_to_day_1.or(mine.limit_day_ordinals_to_day_1);
    }
}

fn read_locale_date(node: Node<'_, '_>, notes: &mut Notes<'_>) -> LocaleDate {
    let mut date = LocaleDate {
        clothes: read_clothes(node, notes),
        delimiter: node.attribute("delimiter").unwrap_or("").into(),
        parts: Vec::new(),
    };
    for child in xml::elements(node) {
        if xml::name(child) == "date-part"
            && date.parts.len() < 3
            && let Some(part) = read_date_part(child, notes)
        {
            date.parts.push(part);
        }
    }
    date
}

/// The dialect that stands for a language where no dialect is named.
const PRIMARY_DIALECTS: &[(&str, &str)] = &[
    ("af", "af-ZA"),
    ("bal", "bal-PK"),
    ("bg", "bg-BG"),
    ("brh", "brh-PK"),
    ("ca", "ca-AD"),
    ("cs", "cs-CZ"),
    ("cy", "cy-GB"),
    ("da", "da-DK"),
    ("de", "de-DE"),
    ("el", "el-GR"),
    ("en", "en-US"),
    ("es", "es-ES"),
    ("et", "et-EE"),
    ("fa", "fa-IR"),
    ("fi", "fi-FI"),
    ("fr", "fr-FR"),
    ("gl", "gl-ES"),
    ("he", "he-IL"),
    ("hi", "hi-IN"),
    ("hr", "hr-HR"),
    ("hu", "hu-HU"),
    ("hy", "hy-AM"),
    ("id", "id-ID"),
    ("is", "is-IS"),
    ("it", "it-IT"),
    ("ja", "ja-JP"),
    ("km", "km-KH"),
    ("ko", "ko-KR"),
    ("lij", "lij-IT"),
    ("lt", "lt-LT"),
    ("lv", "lv-LV"),
    ("mn", "mn-MN"),
    ("ms", "ms-MY"),
    ("nb", "nb-NO"),
    ("nl", "nl-NL"),
    ("nn", "nn-NO"),
    ("pa", "pa-PK"),
    ("pl", "pl-PL"),
    ("pt", "pt-PT"),
    ("ro", "ro-RO"),
    ("ru", "ru-RU"),
    ("sk", "sk-SK"),
    ("sl", "sl-SI"),
    ("sr", "sr-Cyrl-RS"),
    ("sv", "sv-SE"),
    ("th", "th-TH"),
    ("tr", "tr-TR"),
    ("uk", "uk-UA"),
    ("vi", "vi-VN"),
    ("zh", "zh-CN"),
];

/// The locale files that a language falls back to, the most general one first: `en-US`, the
/// primary dialect, the dialect itself.
///
/// ```
/// assert_eq!(fonds::style::locale_chain("de-AT"), ["en-US", "de-DE", "de-AT"]);
/// assert_eq!(fonds::style::locale_chain("fr"), ["en-US", "fr-FR", "fr"]);
/// assert_eq!(fonds::style::locale_chain("en-US"), ["en-US"]);
/// ```
pub fn locale_chain(language: &str) -> Vec<String> {
    let language = normal_tag(language);
    let bare = bare_language(&language);
    let mut chain = vec!["en-US".to_owned()];
    let mut push = |tag: &str| {
        if !tag.is_empty() && !chain.iter().any(|known| known == tag) {
            chain.push(tag.to_owned());
        }
    };
    if let Ok(at) = PRIMARY_DIALECTS.binary_search_by_key(&bare, |(bare, _)| bare) {
        push(PRIMARY_DIALECTS[at].1);
    }
    push(&language);
    chain
}

/// `de_at` as `de-AT`: what follows the language is in upper case when it is a region.
pub(super) fn normal_tag(language: &str) -> String {
    let mut tag = String::new();
    for (at, part) in language.trim().split(['-', '_']).take(3).enumerate() {
        match (at, part.len()) {
            (0, _) => tag.push_str(&part.to_lowercase()),
            (_, 2) => {
                tag.push('-');
                tag.push_str(&part.to_uppercase());
            }
            (_, _) => {
                tag.push('-');
                tag.push_str(part);
            }
        }
    }
    tag
}

/// The language without its dialect.
pub(super) fn bare_language(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or("")
}

/// Whether the locales of a language are laid over English form by form: those for which the
/// reference processor does so.
pub(super) fn is_sparse(bare: &str) -> bool {
    ["bal", "brh", "cy", "gl", "hi", "hy", "id", "la", "lij", "ms", "pa"].contains(&bare)
}

/// The primary dialect of a language.
pub(super) fn primary_dialect(bare: &str) -> Option<&'static str> {
    let at = PRIMARY_DIALECTS.binary_search_by_key(&bare, |(bare, _)| bare).ok()?;
    Some(PRIMARY_DIALECTS[at].1)
}
