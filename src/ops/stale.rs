//! Citations that read differently than they did: in a manuscript since it was last committed, in a
//! file exported earlier since its export.

use super::cited::{Lines, cites};
use super::contested::contested_of;
use super::log::problems as as_json;
use super::versions::{FileVersion, RecordPair};
use super::{
    Catalog, CiteRequest, Cited, CitedPlace, Contested, ManuscriptFile, OpenRecord, Result,
    Standing,
};
use crate::changes::{Change, ChangeKind};
use crate::formats;
use crate::manuscript::Manuscript;
use crate::problem::{Place, Problem, codes};
use crate::record::{Record, Revision, RevisionId, Source};
use crate::store::{self, BlobId, CatalogFile};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A file that is asked about.
#[derive(Debug, Clone)]
pub enum StaleFile {
    /// A manuscript.
    Manuscript(ManuscriptFile),
    /// A file exported earlier.
    Exported {
        /// Its name, as the user would name it.
        name: String,
        /// Its text.
        text: String,
    },
}

/// What is stale in a file.
///
/// As JSON: `file`; `since` (the revision with which it is compared; left out of a file whose
/// records carry their versions); `cited` (how many records it cites); `stale` (a list of
/// [`Stale`]); `renamed` (keys that are earlier ids, and the citation reads the same: a list of `key`
/// and `record`); `contested` (values of cited records that are deprecated or disputed); `problems`.
#[derive(Debug, Serialize)]
pub struct Staleness {
    /// The file.
    pub file: String,
    /// The revision with which it is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<RevisionId>,
    /// How many records it cites.
    pub cited: usize,
    /// Which of them read differently.
    pub stale: Vec<Stale>,
    /// Keys that are earlier ids of records whose citation reads the same.
    pub renamed: Vec<Renamed>,
    /// What the records say is deprecated or disputed in them.
    pub contested: Vec<Contested>,
    /// What could not be found out.
    #[serde(serialize_with = "as_json")]
    pub problems: Vec<Problem>,
    /// The text that problems of a manuscript point into.
    #[serde(skip)]
    pub sources: Vec<Source>,
}

/// A key that is an earlier id of a record.
///
/// As JSON: `key`, `record`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// The key, as the file has it.
    pub key: String,
    /// The id of the record now.
    pub record: String,
}

/// Why something is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The record reads differently.
    Changed,
    /// The record is gone.
    Gone,
    /// The record has another id.
    Renamed,
    /// The archive has another name, place or way of citing: its entry in the catalog changed.
    Archive,
    /// The record was not there then.
    Added,
    /// The record changed, and what it was is in no object of the repository.
    Unknown,
}

/// A record that reads differently than it did.
///
/// As JSON: `key` (as the file has it), `record` (its id now), `why`, `before` and `after` (the
/// citations; left out where there is none), `changes` (each with its `revision`), `places`.
#[derive(Debug, Serialize)]
pub struct Stale {
    /// The key, as the file has it.
    pub key: String,
    /// The id of the record now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Why it is stale.
    pub why: Why,
    /// How it was cited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// How it is cited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What changed in the record.
    pub changes: Vec<StaleChange>,
    /// Where it is cited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<CitedPlace>,
}

/// A change of a record, and who made it.
#[derive(Debug, Serialize)]
pub struct StaleChange {
    /// The change.
    #[serde(flatten)]
    pub change: Change,
    /// The revision that made it; none when it is not committed, or was not found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
}

impl Staleness {
    /// Whether nothing is stale.
    pub fn is_fresh(&self) -> bool {
        self.stale.is_empty()
    }
}

/// A record as it was.
enum Then {
    /// The text of its file.
    Text(CatalogFile),
    /// It was not there.
    Absent,
    /// It was another than now; nobody knows what.
    Lost,
    /// It was what it is now.
    Same,
}

impl Catalog {
    /// What is stale in a file. A manuscript is compared with the revision `since`, else with what
    /// the catalog was when the manuscript was last committed; an exported file with the versions
    /// that its records carry, else with `since`. Citations are printed as `request` says; of
    /// exported files only when `shown`.
    ///
    /// # Errors
    /// When there is nothing to compare with, or the catalog cannot be read.
    pub fn stale(
        &self,
        file: &StaleFile,
        since: Option<RevisionId>,
        request: &CiteRequest,
        shown: bool,
    ) -> Result<Staleness> {
        match file {
            StaleFile::Manuscript(file) => self.stale_manuscript(file, since, request),
            StaleFile::Exported { name, text } => {
                self.stale_export(name, text, since, request, shown)
            }
        }
    }

    fn stale_manuscript(
        &self,
        file: &ManuscriptFile,
        since: Option<RevisionId>,
        request: &CiteRequest,
    ) -> Result<Staleness> {
        let since = match since {
            Some(since) => since,
            None => self.when_committed(&file.name)?,
        };
        let manuscript = Manuscript::read(&file.text, file.language);
        let lines = Lines::of(&file.text);
        let mut places: HashMap<&str, Vec<CitedPlace>> = HashMap::new();
        let mut keys: Vec<&str> = Vec::new();
        for cite in cites(&manuscript).filter(|cite| cite.key != "*") {
            let (line, column) = lines.place(cite.span.start);
            let (file, locator) = (file.name.clone(), cite.locator.clone());
            places.entry(&cite.key).or_insert_with(|| {
                keys.push(&cite.key);
                Vec::new()
            });
            let place = CitedPlace { file, line, column, locator };
            places.entry(&cite.key).or_default().push(place);
        }
        let now = self.meanings(keys.iter().copied(), None)?;
        let then = self.meanings(keys.iter().copied(), Some(since))?;
        let named_otherwise = self.archives_changed_since(since)?.then_some(since);
        let mut answer = Staleness {
            file: file.name.clone(),
            since: Some(since),
            cited: keys.len(),
            stale: Vec::new(),
            renamed: Vec::new(),
            contested: Vec::new(),
            problems: Vec::new(),
            sources: vec![Source { file: file.name.clone(), text: file.text.clone() }],
        };
        answer.problems.extend(now.problems.iter().cloned());
        for key in keys {
            let here = places.remove(key).unwrap_or_default();
            let (old, new) = (then.record(key), now.record(key));
            let old_id = old.or(new).map(|record| record.id.as_str());
            let before = match old_id.map(|id| self.record(id, Some(since))) {
                Some(Ok(OpenRecord { path, bytes, .. })) => Then::Text(CatalogFile { path, bytes }),
                Some(Err(refusal)) if refusal.is_of_the_machine() => return Err(refusal),
                _ => Then::Absent,
            };
            if new.is_none() && matches!(before, Then::Absent) {
                if let Some(problem) = super::cited::unknown_key(key, &now) {
                    let place = here.first().map_or_else(Place::default, |place| {
                        Place::file(&place.file).line_column(place.line, place.column)
                    });
                    answer.problems.push(problem.at(place));
                }
                continue;
            }
            let then = CiteRequest { at: Some(since), ..request.clone() };
            let requests = [&then, request];
            let mut found =
                self.compared(key, before, new, requests, true, &mut answer.problems)?;
            if let (None, Some(_), Some(old), Some(new)) = (&found, named_otherwise, old, new) {
                found = self.named_otherwise(key, [old, new], requests, &mut answer.problems)?;
            }
            let found = found.filter(|stale| stale.before != stale.after || stale.why == Why::Gone);
            let has_alias = |record: &&Record| record.aliases.iter().any(|id| id.as_str() == key);
            if let (None, Some(record)) = (&found, new.filter(has_alias)) {
                let record = record.id.to_string();
                answer.renamed.push(Renamed { key: key.to_owned(), record });
            }
            answer.stale.extend(found.map(|stale| Stale { places: here, ..stale }));
            told(new, &mut answer.contested);
        }
        Ok(answer)
    }

    fn stale_export(
        &self,
        name: &str,
        text: &str,
        since: Option<RevisionId>,
        request: &CiteRequest,
        shown: bool,
    ) -> Result<Staleness> {
        let versions: BTreeMap<String, String> = formats::versions_in(text);
        let keys: Vec<String> = match versions.is_empty() {
            true => formats::keys_in(text),
            false => versions.keys().cloned().collect(),
        };
        if keys.is_empty() {
            let message = format!("`{name}` holds no records that could be compared");
            return Err(Problem::error(codes::IMPORT_FORMAT, message)
                .mend("give a manuscript, or a file that `fonds export` wrote: BibTeX, CSL-JSON, CSV, JSON Lines")
                .into());
        }
        if versions.is_empty() && since.is_none() {
            let message = format!("the records in `{name}` carry no versions");
            return Err(Problem::error(codes::NO_VERSION, message)
                .mend("say with `--since REV` (or a day) when it was exported")
                .into());
        }
        let now = self.meanings(keys.iter().map(String::as_str), None)?;
        let mut answer = Staleness {
            file: name.to_owned(),
            since: since.filter(|_| versions.is_empty()),
            cited: keys.len(),
            stale: Vec::new(),
            renamed: Vec::new(),
            contested: Vec::new(),
            problems: now.problems.clone(),
            sources: now.sources.clone(),
        };
        for key in &keys {
            let current = now.versioned(key);
            let new = current.map(|(record, _)| record);
            let then = match versions.get(key).map(|version| version.parse::<BlobId>()) {
                Some(Ok(version)) if current.is_some_and(|(_, now)| now == Some(version)) => {
                    Then::Same
                }
                Some(Ok(version)) => match self.store.read_blob(version) {
                    Ok(bytes) => Then::Text(CatalogFile { path: format!("{key}.toml"), bytes }),
                    Err(problem) if problem.is_of_the_machine() => return Err(problem.into()),
                    Err(_) => Then::Lost,
                },
                Some(Err(_)) => Then::Lost,
                None => match self.record(new.map_or(key, |record| record.id.as_str()), since) {
                    Ok(OpenRecord { path, bytes, .. }) => Then::Text(CatalogFile { path, bytes }),
                    Err(refusal) if refusal.is_of_the_machine() => return Err(refusal),
                    Err(_) => Then::Absent,
                },
            };
            let before = CiteRequest { at: since, ..request.clone() };
            let requests = [&before, request];
            let found = self.compared(key, then, new, requests, shown, &mut answer.problems)?;
            answer.stale.extend(found);
            told(new, &mut answer.contested);
        }
        Ok(answer)
    }

    /// A record that did not change, whose citation does because its archive has another entry.
    fn named_otherwise(
        &self,
        key: &str,
        [old, new]: [&Record; 2],
        [then, now]: [&CiteRequest; 2],
        problems: &mut Vec<Problem>,
    ) -> Result<Option<Stale>> {
        let before = self.printed_alone(old, then, problems)?;
        let after = self.printed_alone(new, now, problems)?;
        Ok((before != after).then(|| Stale {
            key: key.to_owned(),
            record: Some(new.id.to_string()),
            why: Why::Archive,
            before,
            after,
            changes: Vec::new(),
            places: Vec::new(),
        }))
    }

    /// What differs between a record as it was and as it is, cited as the two requests say.
    fn compared(
        &self,
        key: &str,
        then: Then,
        now: Option<&Record>,
        requests: [&CiteRequest; 2],
        shown: bool,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<Stale>> {
        let mut stale = Stale {
            key: key.to_owned(),
            record: now.map(|record| record.id.to_string()),
            why: Why::Changed,
            before: None,
            after: None,
            changes: Vec::new(),
            places: Vec::new(),
        };
        let old = match then {
            Then::Same => return Ok(None),
            Then::Lost => {
                stale.why = if now.is_none() { Why::Gone } else { Why::Unknown };
                return Ok(Some(stale));
            }
            Then::Absent => None,
            Then::Text(file) => Some(file),
        };
        let new = match now {
            Some(record) => {
                let OpenRecord { path, bytes, .. } = self.record(record.id.as_str(), None)?;
                Some(CatalogFile { path, bytes })
            }
            None => None,
        };
        let version = |file: &CatalogFile| FileVersion::of(&file.path, &file.bytes).0;
        let pair =
            RecordPair { before: old.as_ref().map(version), after: new.as_ref().map(version) };
        let changes: Vec<Change> =
            pair.changes().into_iter().filter(|change| !change.is_silent()).collect();
        if changes.is_empty() {
            return Ok(None);
        }
        stale.why = match (&old, &new) {
            (_, None) => Why::Gone,
            (None, _) => Why::Added,
            _ if changes.iter().all(|change| change.kind == ChangeKind::RecordRenamed) => {
                Why::Renamed
            }
            _ => Why::Changed,
        };
        let id = pair.after.as_ref().or(pair.before.as_ref()).map(|version| version.id.as_str());
        stale.changes = self.credited(id.unwrap_or(key), changes)?;
        if shown {
            let before = old.and_then(|file| super::read_record_file(&file).record);
            let both = [(before.as_ref(), &mut stale.before), (now, &mut stale.after)];
            for ((record, text), request) in both.into_iter().zip(requests) {
                if let Some(record) = record {
                    *text = self.printed_alone(record, request, problems)?;
                }
            }
        }
        Ok(Some(stale))
    }

    /// The revisions that made the changes of the record `id`.
    fn credited(&self, id: &str, changes: Vec<Change>) -> Result<Vec<StaleChange>> {
        let log = match self.log(id, None) {
            Ok(log) => Some(log),
            Err(refusal) if refusal.is_of_the_machine() => return Err(refusal),
            Err(_) => None,
        };
        let changes = changes
            .into_iter()
            .map(|change| {
                let made = |other: &Change| {
                    let whole = matches!(
                        change.kind,
                        ChangeKind::RecordRemoved
                            | ChangeKind::RecordRenamed
                            | ChangeKind::RecordAdded
                    );
                    if whole || other.kind == ChangeKind::RecordAdded {
                        return other.kind == change.kind;
                    }
                    other.touches(&change.field)
                        && (other.after == change.after || other.field != change.field)
                };
                let entry = log.as_ref().and_then(|log| {
                    log.entries.iter().find(|entry| entry.changes.iter().any(made))
                });
                StaleChange { revision: entry.map(|entry| entry.revision.clone()), change }
            })
            .collect();
        Ok(changes)
    }

    /// The citation of a record, as if for the first time.
    fn printed_alone(
        &self,
        record: &Record,
        request: &CiteRequest,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<String>> {
        let cited = [Cited { id: record.id.to_string(), locator: None }];
        let answer = self.cite_records(std::slice::from_ref(record), &cited, request)?;
        problems.extend(answer.problems);
        Ok(answer.printed.into_iter().next().map(|printed| printed.text))
    }

    /// What was checked out in the catalog when the file was last committed.
    fn when_committed(&self, name: &str) -> Result<RevisionId> {
        let path = Path::new(name);
        let Some(last) = store::last_commit(path)? else {
            let message = format!("`{name}` was never committed");
            return Err(Problem::error(codes::NO_VERSION, message)
                .mend("say with `--since REV` (or a day) with what to compare it")
                .into());
        };
        let own = self.store.root().canonicalize().is_ok_and(|root| root.starts_with(&last.top));
        // A repository within the one of the catalog is another.
        if own && self.store.revision(last.revision).is_ok() {
            return Ok(last.revision);
        }
        let moment = jiff::Timestamp::from_second(last.committed.seconds).unwrap_or_default();
        match self.moment(Some(&moment.to_string()))? {
            Some(revision) => Ok(revision),
            None => self.history_start(None),
        }
    }
}

/// What a record says is deprecated or disputed in it.
fn told(record: Option<&Record>, contested: &mut Vec<Contested>) {
    let Some(record) = record else { return };
    let mut found = Vec::new();
    contested_of(record, &mut found);
    found.retain(|each| matches!(each.standing, Standing::Deprecated | Standing::Disputed));
    contested.extend(found);
}
