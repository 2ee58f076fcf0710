//! `fonds add`: a new record.

use super::change::{ChangeOptions, ReuseOption, tell};
use crate::cli::Session;
use crate::cli::editor;
use crate::cli::ui::{Ended, Outcome};
use crate::ops::{NewRecord, files};
use std::path::PathBuf;

/// Add a record
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without options, your editor opens with a commented template. The id is made from date and names when \
you give none.

Exit codes: 0 good, 2 the id is taken, 3 the record is not sound, 4 it cannot be written.

Examples:
  fonds add
  fonds add --genre telegram --date 1951-08-27T01:30 --sender 'Mao Zedong' \\
      --recipient 'Stalin, Joseph' --archive APRF \\
      --reference 'APRF, Fond 45, Opis 1, Delo 340, Listy 86-88'
  fonds add --from telegram.toml -m 'from the notes of 2019'")]
pub(in crate::cli) struct Arguments {
    /// Take the record from this file, as it is; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "genre", "title", "date", "place", "author", "sender", "recipient", "archive", "reference", "set"])]
    from: Option<PathBuf>,
    /// The id
    #[arg(long)]
    id: Option<String>,
    /// What it is: telegram, letter, memorandum, map
    #[arg(long)]
    genre: Option<String>,
    /// The title
    #[arg(long)]
    title: Option<String>,
    /// When it was sent, or written when nobody sent it, as EDTF: 1951-08-27, 1772~, 1937?
    #[arg(long)]
    date: Option<String>,
    /// Where it was written
    #[arg(long)]
    place: Option<String>,
    /// Who wrote it: `Family, Given`, or the name as it is printed; may be given several times
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,
    /// Who sent it
    #[arg(long, value_name = "NAME")]
    sender: Vec<String>,
    /// Who received it
    #[arg(long, value_name = "NAME")]
    recipient: Vec<String>,
    /// The archive that keeps it
    #[arg(long)]
    archive: Option<String>,
    /// The reference there as printed; may be given several times
    #[arg(long)]
    reference: Vec<String>,
    /// Any other field, as `fonds set` takes them
    #[arg(long, value_name = "FIELD=VALUE", add = crate::cli::complete::fields())]
    set: Vec<String>,
    #[command(flatten)]
    reuse: ReuseOption,
    #[command(flatten)]
    change: ChangeOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request_with(session, &self.reuse);
        if let Some(path) = &self.from {
            let bytes = files::read(path, files::LARGEST_INPUT)?;
            let name = match path.to_str() {
                Some("-") => "stdin".to_owned(),
                _ => path.display().to_string(),
            };
            let changed = catalog.add(&bytes, &name, &request)?;
            return tell(session, &changed, request.dry_run);
        }
        let wanted = NewRecord {
            id: self.id,
            genre: self.genre,
            title: self.title,
            date: self.date,
            place: self.place,
            authors: self.author,
            senders: self.sender,
            recipients: self.recipient,
            archive: self.archive,
            references: self.reference,
            fields: self.set,
        };
        if wanted != NewRecord::default() {
            let (text, remarks) = wanted.text(&catalog.archives())?;
            session.ui.problems(&remarks, &[]);
            let changed = catalog.add(text.as_bytes(), "the new record", &request)?;
            return tell(session, &changed, request.dry_run);
        }
        let template = crate::ops::template();
        let added = editor::edit(session, "new-record.toml", template.as_bytes(), |bytes| {
            catalog.add(&bytes, "new-record.toml", &request)
        })?;
        match added {
            Some(changed) => tell(session, &changed, request.dry_run),
            None => {
                session.ui.say("nothing was written, and nothing added");
                Ok(Ended::Good)
            }
        }
    }
}
