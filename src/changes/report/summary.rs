use super::ReportEntry;
use serde::Serialize;
use std::collections::BTreeMap;

/// What happened, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The day of the first and of the last revision, by their authors' clocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<(String, String)>,
    /// Revisions told.
    pub revisions: usize,
    /// Changes told.
    pub changes: usize,
    /// Records that changed.
    pub records: usize,
    /// Revisions with changes for which nobody gave a reason.
    pub without_reason: usize,
    /// Revisions with changes for which nobody gave evidence.
    pub without_evidence: usize,
    /// Changes by the name of their author.
    pub by_author: BTreeMap<String, usize>,
    /// Changes by the archive of the holding they lie in.
    pub by_archive: BTreeMap<String, usize>,
    /// Changes by their kind.
    pub by_kind: BTreeMap<String, usize>,
    /// Changes by the record they are in.
    pub by_record: BTreeMap<String, usize>,
    /// Changes by month.
    pub by_month: BTreeMap<String, usize>,
}

impl Summary {
    /// The summary of `entries`. What only people need not see is not counted.
    pub fn of(entries: &[ReportEntry<'_>]) -> Summary {
        let mut summary = Summary { revisions: entries.len(), ..Summary::default() };
        for entry in entries {
            let day = entry.revision.moment.date();
            let month = day.get(..day.len().saturating_sub(3)).unwrap_or_default().to_owned();
            summary.days = Some(match summary.days.take() {
                None => (day.clone(), day),
                Some((first, last)) => (first.min(day.clone()), last.max(day)),
            });
            let changes = entry.changes.iter().filter(|change| !change.is_silent());
            let mut some = false;
            for change in changes {
                some = true;
                summary.changes += 1;
                let count = |counts: &mut BTreeMap<String, usize>, key: &str| {
                    *counts.entry(key.to_owned()).or_default() += 1;
                };
                count(&mut summary.by_author, &entry.revision.author.name);
                count(&mut summary.by_record, &change.record);
                count(&mut summary.by_kind, change.kind.word());
                count(&mut summary.by_month, &month);
                for archive in &change.archives {
                    count(&mut summary.by_archive, archive);
                }
            }
            if some {
                summary.without_reason += usize::from(entry.revision.reason.trim().is_empty());
                summary.without_evidence += usize::from(entry.revision.evidence.is_empty());
            }
        }
        summary.records = summary.by_record.len();
        summary
    }
}
