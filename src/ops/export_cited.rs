//! The records that a manuscript cites, for the program that will format it: under the keys that the
//! manuscript has.

use super::cited::cites;
use super::export::Exported;
use super::{Catalog, CitedIn, ManuscriptFile, Result};
use crate::formats::{Format, Outgoing, TableOptions};
use crate::manuscript::Manuscript;
use crate::problem::{Problem, codes};
use crate::record::{RecordId, RevisionId};
use std::collections::HashSet;

impl Catalog {
    /// Writes each record that the manuscript cites to `out`, in the order in which they are first
    /// cited, under each key by which it is cited; the whole catalog when the manuscript lists it.
    /// What is wrong with keys is told in the second part of the answer.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub fn export_cited(
        &self,
        file: &ManuscriptFile,
        format: Format,
        at: Option<RevisionId>,
        out: &mut Vec<u8>,
    ) -> Result<(Exported, CitedIn)> {
        let manuscript = Manuscript::read(&file.text, file.language);
        let cited = self.cited_at(std::slice::from_ref(file), at)?;
        let keys = cites(&manuscript).map(|cite| cite.key.as_str()).filter(|key| *key != "*");
        let meanings = self.meanings(keys, at)?;
        let (archives, problems) = self.archives_and_problems();
        let mut exported = Exported { problems, ..Exported::default() };
        let mut writer = format.writer(&TableOptions::default())?;
        let failed = |error: std::io::Error| Problem::error(codes::ITEM, error.to_string());
        writer.begin(out).map_err(failed)?;
        let mut written: HashSet<&str> = HashSet::new();
        let mut known: HashSet<RecordId> = HashSet::new();
        for cite in cites(&manuscript) {
            let Some((record, version)) = meanings.versioned(&cite.key) else { continue };
            if !written.insert(&cite.key) {
                continue;
            }
            known.insert(record.id.clone());
            let version = version.map(|version| version.to_string());
            let outgoing =
                Outgoing { record, version: version.as_deref(), key: Some(cite.key.as_str()) };
            let losses = writer.record(&outgoing, &archives, out).map_err(failed)?;
            exported.records += 1;
            exported.losses.looked_at += 1;
            exported.losses.add(&losses);
        }
        if cited.everything {
            for each in self.records(at)?.with_versions() {
                let Some(record) = &each.record else {
                    exported.problems.extend(each.problems);
                    exported.sources.extend(each.source);
                    continue;
                };
                if !known.contains(&record.id) {
                    let version = each.version.map(|version| version.to_string());
                    let outgoing = Outgoing { record, version: version.as_deref(), key: None };
                    let losses = writer.record(&outgoing, &archives, out).map_err(failed)?;
                    exported.records += 1;
                    exported.losses.looked_at += 1;
                    exported.losses.add(&losses);
                }
            }
        }
        writer.end(out).map_err(failed)?;
        Ok((exported, cited))
    }
}
