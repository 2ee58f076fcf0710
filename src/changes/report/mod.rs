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

/// A report with `title` of `entries`, which stand newest first.
pub fn report(title: &str, entries: &[ReportEntry<'_>], format: ReportFormat) -> Result<String> {
    let summary = Summary::of(entries);
    match format {
        ReportFormat::Html => Ok(html::page(title, &summary, entries)),
        ReportFormat::Markdown => Ok(markdown::page(title, &summary, entries)),
        ReportFormat::Csv => csv_report::table(entries),
        ReportFormat::Json => {
            #[derive(Serialize)]
            struct Whole<'a> {
                title: &'a str,
                summary: &'a Summary,
                entries: &'a [ReportEntry<'a>],
            }
            let whole = Whole { title, summary: &summary, entries };
            // Only maps with keys that are no text cannot be written, and there are none.
            Ok(serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n")
        }
    }
}

/// Counts as sentences: `12 changes in 3 revisions of 2 records by 1 person`.
fn counts(summary: &Summary) -> String {
    let many = |count: usize, one: &str, several: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    };
    format!(
        "{} in {} of {} by {}",
        many(summary.changes, "change", "changes"),
        many(summary.revisions, "revision", "revisions"),
        many(summary.records, "record", "records"),
        many(summary.by_author.len(), "person", "persons"),
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
        report("Audit of <x>", &entries, format).expect("a report")
    }

    #[test]
    fn nothing_of_a_record_is_markup_or_a_formula() {
        let html = with_report(ReportFormat::Html);
        assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("<x>"));
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
    fn the_same_entries_give_the_same_bytes() {
        for format in
            [ReportFormat::Html, ReportFormat::Csv, ReportFormat::Json, ReportFormat::Markdown]
        {
            assert_eq!(with_report(format), with_report(format));
        }
    }
}
