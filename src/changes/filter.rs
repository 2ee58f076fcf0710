//! Choosing changes: what `audit --where` understands.

use super::change::{Change, ChangeKind};
use super::words::value_words;
use crate::problem::{Place, Problem, Result, codes};
use crate::record::{FieldPath, Moment, Node, Person, RecordId, fold};
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Who made a revision, when, why, on what evidence: what a filter asks of it.
#[derive(Debug, Clone, Copy)]
pub struct Provenance<'a> {
    /// The author.
    pub author: &'a Person,
    /// When.
    pub moment: Moment,
    /// Why.
    pub reason: &'a str,
    /// On what evidence.
    pub evidence: &'a [String],
}

/// Terms that a change and its revision must all fulfil: `word:value`, `-word:value` for what must
/// not be, values with blanks in quotation marks.
///
/// | term | the change or revision has |
/// |---|---|
/// | `record:ID` | this record, under every name it goes by ([`Filter::name`]) |
/// | `field:NAME` | a field with this name anywhere in it (`holding`, `delo`), or, with dots, one that begins so (`holding.aprf`, `holding.*.path`) |
/// | `archive:NAME` | to do with a holding in this archive |
/// | `kind:WORD` | this kind ([`ChangeKind::word`]), or one that ends so (`added`) |
/// | `value:TEXT` | this text in the value before or after |
/// | `author:TEXT` | this text in the author's name or address |
/// | `reason:TEXT` | this text in the reason; `reason:none` when no reason is given |
/// | `evidence:TEXT` | this text in the evidence; `evidence:none` when none is given |
/// | `since:DAY`, `until:DAY` | a date from then on, until then (`2026`, `2026-05`, `2026-05-31`) |
///
/// Case and accents make no difference.
///
/// ```
/// use fonds::changes::Filter;
/// let filter: Filter = r#"field:holding archive:APRF -author:"Anna Ivanova""#.parse().unwrap();
/// assert!(filter.is_about_changes());
/// assert!("colour:red".parse::<Filter>().is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    terms: Vec<(bool, Term)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// The ids it goes by, the one that was asked for first.
    Record(Vec<String>),
    Field(Vec<String>),
    Archive(String),
    Kind(String),
    Value(String),
    Author(String),
    Reason(Option<String>),
    Evidence(Option<String>),
    Since(String),
    Until(String),
}

/// The longest filter, in bytes.
const LONGEST: usize = 4096;

impl Filter {
    /// The filter that asks what both ask.
    #[must_use]
    pub fn and(mut self, other: Filter) -> Filter {
        self.terms.extend(other.terms);
        self
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether something is asked of the changes themselves, not only of their revisions.
    pub fn is_about_changes(&self) -> bool {
        self.terms.iter().any(|(_, term)| term.is_about_changes())
    }

    /// The ids of the records that are asked for, each with whether it is wanted, or must not be.
    pub fn records(&self) -> impl Iterator<Item = (&str, bool)> {
        self.terms.iter().filter_map(|(wanted, term)| match term {
            Term::Record(names) => Some((names.first()?.as_str(), *wanted)),
            _ => None,
        })
    }

    /// From now on, who asks for the record `id` means also what goes by one of `names`: it was called so
    /// before, or since.
    pub fn name(&mut self, id: &str, names: impl IntoIterator<Item = String> + Clone) {
        for (_, term) in &mut self.terms {
            if let Term::Record(known) = term
                && known.first().is_some_and(|first| first == id)
            {
                known.extend(names.clone());
            }
        }
    }

    /// Whether a revision fulfils what is asked of revisions.
    pub fn lets_revision(&self, provenance: Provenance<'_>) -> bool {
        self.terms
            .iter()
            .filter(|(_, term)| !term.is_about_changes())
            .all(|(wanted, term)| term.has_revision(provenance) == *wanted)
    }

    /// Whether a change fulfils what is asked of changes.
    pub fn lets_change(&self, change: &Change) -> bool {
        self.terms
            .iter()
            .filter(|(_, term)| term.is_about_changes())
            .all(|(wanted, term)| term.has_change(change) == *wanted)
    }
}

impl Term {
    fn is_about_changes(&self) -> bool {
        matches!(
            self,
            Term::Record(_) | Term::Field(_) | Term::Archive(_) | Term::Kind(_) | Term::Value(_)
        )
    }

    fn has_change(&self, change: &Change) -> bool {
        match self {
            Term::Record(names) => {
                let is_it = |id: &str| names.iter().any(|name| name == id);
                let old = matches!(change.kind, ChangeKind::RecordRenamed)
                    && change.before.as_ref().and_then(Node::as_text).is_some_and(is_it);
                is_it(&change.record) || old
            }
            Term::Field(pattern) => is_field(pattern, &change.field),
            Term::Archive(archive) => {
                let is_it = |name: &str| fold(name) == *archive;
                change.archives.iter().any(|name| is_it(name))
                    || change.field.segments().is_empty()
                        && [&change.before, &change.after]
                            .into_iter()
                            .flatten()
                            .any(|root| archives_of(root).any(is_it))
            }
            Term::Kind(kind) => {
                let word = change.kind.word();
                word == kind || word.strip_suffix(kind.as_str()).is_some_and(|w| w.ends_with('-'))
            }
            Term::Value(text) => [&change.before, &change.after]
                .into_iter()
                .flatten()
                .any(|value| fold_text(&value_words(value)).contains(text.as_str())),
            _ => true,
        }
    }

    fn has_revision(&self, provenance: Provenance<'_>) -> bool {
        let date = || provenance.moment.date();
        match self {
            Term::Author(text) => {
                fold_text(&provenance.author.name).contains(text.as_str())
                    || fold_text(&provenance.author.email).contains(text.as_str())
            }
            Term::Reason(None) => provenance.reason.trim().is_empty(),
            Term::Reason(Some(text)) => fold_text(provenance.reason).contains(text.as_str()),
            Term::Evidence(None) => provenance.evidence.is_empty(),
            Term::Evidence(Some(text)) => provenance
                .evidence
                .iter()
                .any(|evidence| fold_text(evidence).contains(text.as_str())),
            Term::Since(day) => *day <= date(),
            Term::Until(day) => date().chars().take(day.len()).collect::<String>() <= *day,
            _ => true,
        }
    }
}

/// Text for looking in it: lower case, without accents.
fn fold_text(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// Whether a field is meant by a pattern: one name anywhere in it, or several from its beginning.
fn is_field(pattern: &[String], field: &FieldPath) -> bool {
    let segments = field.segments();
    match pattern {
        [one] => segments.contains(one),
        several => {
            several.len() <= segments.len()
                && several.iter().zip(segments).all(|(wanted, has)| wanted == "*" || wanted == has)
        }
    }
}

fn archives_of(root: &Node) -> impl Iterator<Item = &str> {
    let holdings = root.as_table().and_then(|table| table.get("holding")).and_then(Node::as_list);
    holdings
        .unwrap_or_default()
        .iter()
        .filter_map(|holding| holding.as_table()?.get("archive")?.as_text())
}

impl FromStr for Filter {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Filter> {
        let refused_at = |start: usize, why: String| {
            Problem::error(codes::FILTER, format!("the filter is not understood: {why}"))
                .at(Place::default().offset(text, start))
                .mend(
                "write terms such as `field:holding archive:APRF author:ivanova since:2026-01`; all must hold, `-` before one means that it must not",
            )
        };
        if text.len() > LONGEST {
            return Err(refused_at(0, format!("it is longer than {LONGEST} bytes")));
        }
        let mut terms = Vec::new();
        for (start, word) in split_words(text).map_err(|(start, why)| refused_at(start, why))? {
            let refused = |why: String| refused_at(start, why);
            let (wanted, word) = match word.strip_prefix('-') {
                Some(word) => (false, word.to_owned()),
                None => (true, word),
            };
            let shown: String = word.chars().take(60).flat_map(char::escape_debug).collect();
            let (name, value) =
                word.split_once(':').ok_or_else(|| refused(format!("`{shown}` has no `:`")))?;
            if value.is_empty() {
                return Err(refused(format!("`{shown}` asks for nothing")));
            }
            let folded = || fold_text(value);
            let or_none = || (value != "none").then(folded);
            let term = match name {
                "record" => match value.parse::<RecordId>() {
                    Ok(id) => Term::Record(vec![id.to_string()]),
                    Err(problem) => {
                        return Err(refused(format!("`{shown}`: {}", problem.message)));
                    }
                },
                "field" => Term::Field(
                    pattern(value)
                        .map_err(|problem| problem.at(Place::default().offset(text, start)))?,
                ),
                "archive" => Term::Archive(fold(value)),
                "kind" => {
                    let kind = value.to_ascii_lowercase();
                    let term = Term::Kind(kind.clone());
                    let known = ChangeKind::WORDS.iter().any(|word| {
                        *word == kind
                            || word.strip_suffix(kind.as_str()).is_some_and(|w| w.ends_with('-'))
                    });
                    if !known {
                        let words = ChangeKind::WORDS.map(|word| format!("`{word}`")).join(", ");
                        return Err(refused(format!(
                            "`{shown}` is no kind of change: these are {words}"
                        )));
                    }
                    term
                }
                "value" => Term::Value(folded()),
                "author" => Term::Author(folded()),
                "reason" => Term::Reason(or_none()),
                "evidence" => Term::Evidence(or_none()),
                "since" | "until" => {
                    if !is_day(value) {
                        return Err(refused(format!(
                            "`{shown}` is no day: write `2026`, `2026-05` or `2026-05-31`"
                        )));
                    }
                    match name {
                        "since" => Term::Since(value.to_owned()),
                        _ => Term::Until(value.to_owned()),
                    }
                }
                _ => {
                    return Err(refused(format!(
                        "`{shown}`: the words are record, field, archive, kind, value, author, reason, evidence, since, until"
                    )));
                }
            };
            terms.push((wanted, term));
        }
        Ok(Filter { terms })
    }
}

fn pattern(value: &str) -> Result<Vec<String>> {
    let field: FieldPath = value.parse()?;
    Ok(field.segments().to_vec())
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    match parts[..] {
        [year] => digits(year, 4),
        [year, month] => digits(year, 4) && digits(month, 2),
        [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
        _ => false,
    }
}

/// Where something begins in a text, and what it is.
type At<T> = (usize, T);

/// The words of a text; what stands in quotation marks is not taken apart.
fn split_words(text: &str) -> std::result::Result<Vec<At<String>>, At<String>> {
    let mut words = Vec::new();
    let mut word: Option<At<String>> = None;
    let mut quoted = None;
    for (at, character) in text.char_indices() {
        match character {
            '"' => {
                quoted = if quoted.is_some() { None } else { Some(at) };
                word.get_or_insert((at, String::new()));
            }
            blank if blank.is_whitespace() && quoted.is_none() => words.extend(word.take()),
            other => word.get_or_insert((at, String::new())).1.push(other),
        }
    }
    if let Some(mark) = quoted {
        return Err((mark, "a quotation mark is not closed".to_owned()));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::compare;
    use serde_json::json;

    fn change() -> Change {
        let with = |delo: &str| {
            Node::from_json(json!({ "id": "x",
                "holding": [{ "archive": "APRF", "path": [["fond", "45"], ["delo", delo]] }] }))
        };
        compare(Some(&with("340")), Some(&with("341"))).remove(0)
    }

    #[test]
    fn terms_choose_changes_and_revisions() {
        let author = Person { name: "Béla Kovács".into(), email: "bela@example.org".into() };
        let evidence = ["the cover".to_owned()];
        let provenance = Provenance {
            author: &author,
            moment: Moment { seconds: 1_000_000_000, offset_minutes: 0 },
            reason: "Delo read again",
            evidence: &evidence,
        };
        let lets = |text: &str| {
            let filter: Filter = text.parse().expect(text);
            filter.lets_change(&change()) && filter.lets_revision(provenance)
        };
        for yes in [
            "",
            "field:holding",
            "field:delo",
            "field:holding.aprf",
            "field:holding.*.path",
            "archive:aprf",
            "kind:changed",
            "value:340",
            "record:x",
            "author:kovacs",
            "author:bela@",
            "reason:\"read again\"",
            "evidence:cover",
            "since:2001-09-09",
            "until:2001-09",
            "until:2001",
            "-field:title",
            "-reason:none",
            "-kind:added",
        ] {
            assert!(lets(yes), "{yes}");
        }
        for no in [
            "field:title",
            "field:holding.rgaspi",
            "archive:RGASPI",
            "kind:set",
            "value:342",
            "record:y",
            "author:anna",
            "reason:none",
            "evidence:none",
            "since:2001-09-10",
            "until:2001-08",
            "-archive:APRF",
            "field:holding author:anna",
        ] {
            assert!(!lets(no), "{no}");
        }
    }

    #[test]
    fn a_record_is_meant_by_every_name_it_goes_by() {
        let mut filter: Filter = "record:now -record:other".parse().expect("a filter");
        assert_eq!(filter.records().collect::<Vec<_>>(), [("now", true), ("other", false)]);
        assert!(!filter.lets_change(&change()));
        filter.name("now", ["x".to_owned()]);
        assert!(filter.lets_change(&change()));
        filter.name("other", ["x".to_owned()]);
        assert!(!filter.lets_change(&change()));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let refused = [
            "x",
            "field:",
            "field:a..b",
            "kind:blue",
            "since:May",
            "\"",
            "-",
            "colour:red",
            "record:(",
            "record:A B",
        ];
        for text in refused {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }
}
