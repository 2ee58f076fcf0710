//! The report as Markdown.

use super::{
    READING, ReportEntry, ReportHead, Summary, counts, kind_words, many, most_changed, untold,
};
use crate::changes::words::{isolated_sentence, one_line};
use std::collections::BTreeMap;

pub(super) fn page(head: &ReportHead, summary: &Summary, entries: &[ReportEntry<'_>]) -> String {
    let mut page = format!("# {}\n\n", text(&head.title));
    for sentence in &head.about {
        page.push_str(&format!("{}\n\n", text(sentence)));
    }
    page.push_str(&counts(summary));
    if let Some((first, last)) = &summary.days {
        page.push_str(&format!(", {first} to {last}"));
    }
    page.push_str(&format!(".\n\n{}\n", untold(summary)));
    let kinds = kind_words(summary);
    for (heading, counts) in [
        ("By month", &summary.by_month),
        ("By archive", &summary.by_archive),
        ("By author", &summary.by_author),
        ("By kind of change", &kinds),
    ] {
        page.push_str(&counted(heading, counts));
    }
    let (records, more) = most_changed(head, summary);
    if !records.is_empty() {
        page.push_str("\n## By record\n\n| | | changes |\n|---|---|---:|\n");
        for (id, title, count) in records {
            page.push_str(&format!("| {} | {} | {count} |\n", text(id), text(title)));
        }
    }
    if more > 0 {
        let more = many(more, "record", "records");
        page.push_str(&format!("\nAnd {more} with fewer changes.\n"));
    }
    page.push_str(&format!("\n## Changes\n\n{READING}\n"));
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
                let title =
                    head.titles.get(&change.record).map(|title| format!(" {}", text(title)));
                let title = title.unwrap_or_default();
                page.push_str(&format!("\n**{}**{title}\n\n", text(&change.record)));
                record = Some(&change.record);
            }
            page.push_str(&format!("- {}\n", escaped(&isolated_sentence(change))));
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
    escaped(&one_line(text))
}

fn escaped(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    for character in line.chars() {
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
