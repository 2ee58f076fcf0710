//! The report as Markdown.

use super::{ReportEntry, Summary, counts};
use crate::changes::words::{one_line, sentence};
use std::collections::BTreeMap;

pub(super) fn page(title: &str, summary: &Summary, entries: &[ReportEntry<'_>]) -> String {
    let mut page = format!("# {}\n\n{}", text(title), counts(summary));
    if let Some((first, last)) = &summary.days {
        page.push_str(&format!(", {first} to {last}"));
    }
    page.push_str(&format!(
        ".\n\nWithout a reason: {} revisions. Without evidence: {} revisions.\n",
        summary.without_reason, summary.without_evidence
    ));
    for (heading, counts) in [
        ("By month", &summary.by_month),
        ("By archive", &summary.by_archive),
        ("By author", &summary.by_author),
        ("By kind of change", &summary.by_kind),
    ] {
        page.push_str(&counted(heading, counts));
    }
    page.push_str("\n## Changes\n");
    for entry in entries {
        let revision = entry.revision;
        page.push_str(&format!(
            "\n### {} {}, {}\n\n",
            revision.moment.date(),
            text(&revision.author.name),
            revision.id.short()
        ));
        page.push_str(&match revision.reason.trim() {
            "" => "(no reason given)\n".to_owned(),
            reason => format!("{}\n", text(reason)),
        });
        for evidence in &revision.evidence {
            page.push_str(&format!("\nEvidence: {}\n", text(evidence)));
        }
        let mut record = None;
        for change in entry.changes.iter().filter(|change| !change.is_silent()) {
            if record != Some(&change.record) {
                page.push_str(&format!("\n**{}**\n\n", text(&change.record)));
                record = Some(&change.record);
            }
            page.push_str(&format!("- {}\n", text(&sentence(change))));
        }
        for finding in entry.findings {
            page.push_str(&format!("\n> {}: {}\n", finding.code.name, text(&finding.message)));
        }
    }
    page
}

fn counted(heading: &str, counts: &BTreeMap<String, usize>) -> String {
    if counts.is_empty() {
        return String::new();
    }
    let rows: String =
        counts.iter().map(|(name, count)| format!("| {} | {count} |\n", text(name))).collect();
    format!("\n## {heading}\n\n| | changes |\n|---|---:|\n{rows}")
}

/// Text as text: every character that Markdown could take for something else is escaped.
fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                safe.push('\\');
                safe.push(character);
            }
            other => safe.push(other),
        }
    }
    safe
}
