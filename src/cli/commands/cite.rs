//! `fonds cite`: records as citations.

use super::citing::{CitingOptions, tell};
use crate::cli::Session;
use crate::cli::ui::Outcome;
use crate::ops::{CiteRequest, Cited, Form};
use crate::problem::Problem;

/// Cite records: a note, a short note, an author-date citation, a bibliography entry
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A place in the document follows its id: `ID@l. 87`, `ID@86-87`, `ID@p. 3`. Several records are cited in \
notes of their own, in the order given: repeated ones get the short form, or ibid., as the style has it.

The style is chicago-archival-notes when neither --style nor the catalog's fonds.toml names one.

With --json: `style`, and `printed`: a list of objects with `id`, `note` (the number of the note) and `text`.

Exit codes: 0 good, 2 there is no such record, style or revision, 3 a record or style cannot be read (the \
other records are cited).

Examples:
  fonds cite 1951-08-27-mao-stalin
  fonds cite 1951-08-27-mao-stalin@87 --holding all
  fonds cite 1951-08-27-mao-stalin --style gost-r-7-0-5 --language ru
  fonds cite 1951-08-27-mao-stalin --style biblatex
  fonds cite a b a@3 --style my.csl --format markdown")]
pub(in crate::cli) struct Arguments {
    /// The records, each perhaps with a place in it
    #[arg(value_name = "ID[@LOCATOR]", required = true, add = crate::cli::complete::ids())]
    ids: Vec<String>,
    /// What is printed
    #[arg(long, value_name = "FORM", default_value = "note", value_parser = ["note", "short", "bibliography", "author-date"])]
    form: String,
    /// Say how the document is cited later: by these words, or by its short title
    #[arg(long, value_name = "WORDS", num_args = 0..=1, require_equals = true)]
    hereafter: Option<Option<String>>,
    #[command(flatten)]
    citing: CitingOptions,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let cited: Result<Vec<Cited>, Problem> = self.ids.iter().map(|id| id.parse()).collect();
        let form = match self.form.as_str() {
            "short" => Form::Short,
            "bibliography" => Form::Bibliography,
            "author-date" => Form::AuthorDate,
            _ => Form::Note,
        };
        let request =
            CiteRequest { form, hereafter: self.hereafter.clone(), ..self.citing.request(&catalog)? };
        let answer = catalog.cite(&cited?, &request)?;
        tell(session, &answer, self.citing.format())
    }
}
