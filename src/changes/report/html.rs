//! The report as one page that needs nothing else: no script, no font, nothing fetched.

use super::{
    READING, ReportEntry, ReportHead, Summary, counts, kind_words, many, most_changed, untold,
};
use crate::changes::words::{ISOLATE, ISOLATE_END, isolated_sentence, one_line};
use std::collections::BTreeMap;

const STYLE: &str = "\
body{font:16px/1.5 Georgia,'Times New Roman',serif;max-width:54em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
h1,h2{font-weight:normal;line-height:1.2}h2{border-bottom:1px solid #bbb;margin-top:2em}
table{border-collapse:collapse;width:100%}td,th{padding:.2em .6em .2em 0;text-align:left;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums;width:5em}td.b{width:50%}
.bar{display:block;height:.8em;background:#7a9cc0;margin-top:.35em}
article{border-top:1px solid #ddd;padding:1em 0}article h3{font-size:1em;margin:0}
.id,.faint{color:#595959}nav{margin:1em 0}nav a{color:#1a4f8b}.id{font-family:monospace}.evidence{margin:.3em 0 .3em 1.5em}
.finding{color:#922;margin-left:1.5em}ul{margin:.3em 0}
@media print{nav{display:none}body{max-width:none;margin:0}article,tr{break-inside:avoid}h2,h3{break-after:avoid}.bar{print-color-adjust:exact}}";

pub(super) fn page(head: &ReportHead, summary: &Summary, entries: &[ReportEntry<'_>]) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        title = text(&head.title)
    );
    for sentence in &head.about {
        page.push_str(&format!("<p>{}</p>\n", text(sentence)));
    }
    page.push_str(&format!("<p>{}", counts(summary)));
    if let Some((first, last)) = &summary.days {
        page.push_str(&format!(", {} to {}", text(first), text(last)));
    }
    page.push_str(&format!(".</p>\n<p>{}</p>\n", untold(summary)));
    let kinds = kind_words(summary);
    let tables = [
        ("Timeline", &summary.by_month),
        ("By archive", &summary.by_archive),
        ("By author", &summary.by_author),
        ("By kind of change", &kinds),
    ];
    let mut headings: Vec<&str> =
        tables.iter().filter(|(_, counts)| !counts.is_empty()).map(|(name, _)| *name).collect();
    headings.extend((!summary.by_record.is_empty()).then_some("By record"));
    headings.push("Changes");
    let links: Vec<String> = headings
        .iter()
        .map(|heading| format!("<a href=\"#{}\">{heading}</a>", anchor(heading)))
        .collect();
    page.push_str(&format!("<nav aria-label=\"Contents\">{}</nav>\n", links.join(" · ")));
    for (heading, counts) in tables {
        page.push_str(&bars(heading, counts));
    }
    page.push_str(&by_record(head, summary));
    page.push_str(&format!("<h2 id=\"changes\">Changes</h2>\n<p class=\"faint\">{READING}</p>\n"));
    for entry in entries {
        page.push_str(&article(head, entry));
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

fn by_record(head: &ReportHead, summary: &Summary) -> String {
    let (records, more) = most_changed(head, summary);
    if records.is_empty() {
        return String::new();
    }
    let rows: String = records
        .into_iter()
        .map(|(id, title, count)| {
            format!(
                "<tr><th scope=\"row\"><span class=\"id\">{}</span> <bdi>{}</bdi></th><td class=\"n\">{count}</td></tr>\n",
                text(id),
                text(title)
            )
        })
        .collect();
    let more = match more {
        0 => String::new(),
        more => format!(
            "<p class=\"faint\">And {} with fewer changes.</p>\n",
            many(more, "record", "records")
        ),
    };
    format!(
        "<h2 id=\"by-record\">By record</h2>\n<table aria-labelledby=\"by-record\">\n{rows}</table>\n{more}"
    )
}

fn bars(heading: &str, counts: &BTreeMap<String, usize>) -> String {
    let Some(most) = counts.values().max() else { return String::new() };
    let rows: String = counts
        .iter()
        .map(|(name, count)| {
            // At most 100 of a hundred: the longest bar fills its cell.
            let width = count.saturating_mul(100) / (*most).max(1);
            format!(
                "<tr><th scope=\"row\">{}</th><td class=\"n\">{count}</td>\
                 <td class=\"b\" aria-hidden=\"true\"><span class=\"bar\" style=\"width:{width}%\"></span></td></tr>\n",
                text(name)
            )
        })
        .collect();
    // Who hears the page is told the heading with the table, and nothing of the bars.
    let id = anchor(heading);
    format!("<h2 id=\"{id}\">{heading}</h2>\n<table aria-labelledby=\"{id}\">\n{rows}</table>\n")
}

fn article(head: &ReportHead, entry: &ReportEntry<'_>) -> String {
    let revision = entry.revision;
    let mut article = format!(
        "<article id=\"r{id}\">\n<h3>{}, <bdi>{}</bdi> <span class=\"id\">{}</span></h3>\n",
        text(&revision.moment.date()),
        text(&revision.author.name),
        revision.id.short(),
        id = revision.id
    );
    match revision.reason.trim() {
        "" => article.push_str("<p class=\"faint\">no reason given</p>\n"),
        reason => article.push_str(&format!("<p dir=\"auto\">{}</p>\n", text(reason))),
    }
    for evidence in &revision.evidence {
        article.push_str(&format!(
            "<p class=\"evidence\">Evidence: <bdi>{}</bdi></p>\n",
            text(evidence)
        ));
    }
    let mut record = None;
    for change in entry.changes.iter().filter(|change| !change.is_silent()) {
        if record != Some(&change.record) {
            if record.is_some() {
                article.push_str("</ul>\n");
            }
            let title = head.titles.get(&change.record).map_or("", String::as_str);
            article.push_str(&format!(
                "<p><span class=\"id\">{}</span> <bdi>{}</bdi></p>\n<ul>\n",
                text(&change.record),
                text(title)
            ));
            record = Some(&change.record);
        }
        let sentence = escaped(&isolated_sentence(change))
            .replace(ISOLATE, "<bdi>")
            .replace(ISOLATE_END, "</bdi>");
        article.push_str(&format!("<li>{sentence}</li>\n"));
    }
    if record.is_some() {
        article.push_str("</ul>\n");
    }
    for finding in entry.findings {
        article.push_str(&format!(
            "<p class=\"finding\">{}: {}</p>\n",
            finding.code.name,
            text(&finding.message)
        ));
    }
    article.push_str("</article>\n");
    article
}

/// Text as text, on one line.
fn text(text: &str) -> String {
    escaped(&one_line(text))
}

/// A line as text.
fn escaped(line: &str) -> String {
    line.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
