//! Reports of what happened: for an editorial board, a thesis committee, a spreadsheet.
//!
//! Each is one text that needs nothing else. Whatever a record holds stands in it as text: nothing
//! of it is markup, a script or a formula.

mod csv_report;
mod html;
mod markdown;
mod summary;

pub use summary::Summary;

use super::change::Change;
use crate::problem::{Problem, Result};
use crate::record::Revision;
use serde::Serialize;
use std::collections::BTreeMap;

/// A revision and what it changed.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ReportEntry<'a> {
    /// The revision.
    pub revision: &'a Revision,
    /// What it changed.
    pub changes: &'a [Change],
    /// What is to be said about it.
    #[serde(skip)]
    pub findings: &'a [Problem],
}

/// What a report is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReportHead {
    /// What it is called.
    pub title: String,
    /// Sentences that say of which catalog it is, up to which revision, and what was left out.
    pub about: Vec<String>,
    /// The titles of records, by their ids.
    #[serde(skip)]
    pub titles: BTreeMap<String, String>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// One page with summary, timeline, changes by archive and author, and every change.
    Html,
    /// One row for each change.
    Csv,
    /// Summary and entries as one object.
    Json,
    /// The page as Markdown.
    Markdown,
}

/// A report of `entries`, which stand newest first.
pub fn report(
    head: &ReportHead,
    entries: &[ReportEntry<'_>],
    format: ReportFormat,
) -> Result<String> {
    let summary = Summary::of(entries);
    match format {
        ReportFormat::Html => Ok(html::page(head, &summary, entries)),
        ReportFormat::Markdown => Ok(markdown::page(head, &summary, entries)),
        ReportFormat::Csv => csv_report::table(entries),
        ReportFormat::Json => {
            #[derive(Serialize)]
            struct Whole<'a> {
                #[serde(flatten)]
                head: &'a ReportHead,
                summary: &'a Summary,
                entries: &'a [ReportEntry<'a>],
            }
            let whole = Whole { head, summary: &summary, entries };
            // Only maps with keys that are no text cannot be written, and there are none.
            Ok(serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n")
        }
    }
}

fn many(count: usize, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}

/// How an entry is to be read.
const READING: &str = "Each entry is one revision: when it was made and by whom, its reason, the evidence given \
                       with it, and what it changed. Before an arrow stands the value that was there, behind it the new one.";

/// How many revisions say neither why nor on what evidence.
fn untold(summary: &Summary) -> String {
    let revisions = |count| many(count, "revision", "revisions");
    format!(
        "Without a reason: {}. Without evidence: {}.",
        revisions(summary.without_reason),
        revisions(summary.without_evidence)
    )
}

/// A kind of change in words.
fn kind_words(summary: &Summary) -> BTreeMap<String, usize> {
    summary.by_kind.iter().map(|(kind, count)| (kind.replace('-', " "), *count)).collect()
}

/// So many records are counted one by one.
const MOST_RECORDS: usize = 100;

/// The records with the most changes: id, title, count; and how many more there are.
fn most_changed<'a>(
    head: &'a ReportHead,
    summary: &'a Summary,
) -> (Vec<(&'a str, &'a str, usize)>, usize) {
    let mut records: Vec<(&str, usize)> =
        summary.by_record.iter().map(|(id, count)| (id.as_str(), *count)).collect();
    records.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let more = records.len().saturating_sub(MOST_RECORDS);
    records.truncate(MOST_RECORDS);
    let title = |id: &str| head.titles.get(id).map_or("", String::as_str);
    (records.into_iter().map(|(id, count)| (id, title(id), count)).collect(), more)
}

/// Counts as sentences: `12 changes in 3 revisions of 2 records by 1 person`.
fn counts(summary: &Summary) -> String {
    format!(
        "{} in {} of {} by {}",
        many(summary.changes, "change", "changes"),
        many(summary.revisions, "revision", "revisions"),
        many(summary.records, "record", "records"),
        many(summary.by_author.len(), "person", "people"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::compare;
    use crate::record::{Moment, Node, Person, RevisionId};
    use serde_json::json;

    fn revision(reason: &str, evidence: &[&str]) -> Revision {
        let person = Person { name: "Anna <b>".to_owned(), email: "anna@example.org".to_owned() };
        let moment = Moment { seconds: 1_000_000_000, offset_minutes: 0 };
        Revision {
            id: RevisionId::from_bytes([0xab; 20]),
            parents: Vec::new(),
            author: person.clone(),
            moment,
            committer: person,
            committed: moment,
            reason: reason.to_owned(),
            evidence: evidence.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    fn with_report(format: ReportFormat) -> String {
        let record = |delo: &str, note: &str| {
            Node::from_json(json!({ "id": "x", "note": note, "holding": [
                { "archive": "APRF", "path": [["fond", "45"], ["delo", delo]] }] }))
        };
        let changes = compare(
            Some(&record("340", "<script>alert(1)</script>")),
            Some(&record("-0341", "=HYPERLINK(\"x\")|`*")),
        );
        let (told, untold) = (revision("delo | read", &["a card"]), revision("", &[]));
        let entries = [
            ReportEntry { revision: &untold, changes: &changes[..1], findings: &[] },
            ReportEntry { revision: &told, changes: &changes[1..], findings: &[] },
        ];
        let head = ReportHead {
            title: "Audit of <x>".to_owned(),
            about: vec!["Catalog <y>, all of it.".to_owned()],
            titles: BTreeMap::from([("x".to_owned(), "A title <z>".to_owned())]),
        };
        report(&head, &entries, format).expect("a report")
    }

    #[test]
    fn nothing_of_a_record_is_markup_or_a_formula() {
        let html = with_report(ReportFormat::Html);
        assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("<x>"));
        assert!(
            !html.contains("<y>") && !html.contains("<z>") && html.contains("A title &lt;z&gt;")
        );
        assert!(html.contains("&lt;script&gt;alert(1)") && html.contains("holding aprf, delo"));
        assert!(!html.contains("://"), "nothing is fetched");
        let csv = with_report(ReportFormat::Csv);
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(csv.as_bytes())
            .records()
            .map(|row| row.expect("a row"))
            .collect();
        assert_eq!(rows.len(), 2);
        let after = |row: usize| rows[row].get(10).unwrap_or_default().to_owned();
        // A formula is made text; a plain number stays what it is.
        assert_eq!([after(0), after(1)], ["'=HYPERLINK(\"x\")|`*".to_owned(), "-0341".to_owned()]);
        let markdown = with_report(ReportFormat::Markdown);
        assert!(!markdown.contains("<script") && !markdown.contains("Anna <b>"));
        let json: serde_json::Value =
            serde_json::from_str(&with_report(ReportFormat::Json)).expect("JSON");
        assert_eq!(json["summary"]["without_reason"], 1);
        assert_eq!(json["entries"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn old_and_new_keep_their_places_whatever_their_script() {
        let record = |place: &str| Node::from_json(json!({ "id": "x", "place": place }));
        let changes = compare(Some(&record("ירושלים")), Some(&record("يافا \u{2069}\u{202e}")));
        let told = revision("", &[]);
        let entries = [ReportEntry { revision: &told, changes: &changes, findings: &[] }];
        let html = report(&ReportHead::default(), &entries, ReportFormat::Html).expect("a report");
        let wanted = "<bdi>ירושלים</bdi> → <bdi>يافا \\u{2069}\\u{202e}</bdi>";
        assert!(html.contains(wanted), "{html}");
        let text = report(&ReportHead::default(), &entries, ReportFormat::Markdown).expect("one");
        assert!(text.contains("\u{2068}ירושלים\u{2069} → \u{2068}يافا"), "{text}");
    }

    #[test]
    fn the_same_entries_give_the_same_bytes() {
        for format in
            [ReportFormat::Html, ReportFormat::Csv, ReportFormat::Json, ReportFormat::Markdown]
        {
            assert_eq!(with_report(format), with_report(format));
        }
    }
}
