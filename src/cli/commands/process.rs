//! `fonds process`: a manuscript with formatted citations.

use super::citing::{HowToCite, ended, language};
use crate::cli::Session;
use crate::cli::ui::{Label, Outcome, Text};
use crate::ops::{
    Catalog, RecordFormat, ManuscriptFile, ManuscriptLanguage, NoteMarks, ProcessRequest, Processed,
    files, read_manuscript,
};
use crate::problem::{Problem, codes};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Put formatted citations in the place of the ids in a manuscript
#[derive(Debug, clap::Args)]
#[command(after_help = "\
In styles that cite in notes a citation becomes a footnote: `[^1]` and its text at the end in Markdown, \
\\footnote in LaTeX, #footnote in Typst. In a footnote of the manuscript's own it stays there. Short forms, \
ibid. and numbers of earlier notes are right through the whole manuscript, whose own footnotes count. In \
other styles citations stand in the text.

The bibliography stands where the language marks it (`::: {#refs}`, \\printbibliography or \\bibliography, \
#bibliography), else at the end. No byte outside of citations is touched, but for the space before one that \
becomes a footnote, and the punctuation after it that the mark follows in English (--marks).

What cites no record of the catalog is left as it stands, and told. The manuscript is never written over, \
unless --in-place is given.

--export writes the cited records for another program instead, with the keys as the manuscript has them: \
for pandoc (csl-json), biber (biblatex) or Typst (hayagriva).

With --json: `style`, `replaced` (a list of { keys, line, column, note, text }), `bibliography` (the number of \
entries) and `text`.

Exit codes: 0 good, 1 something cited is no record, 2 wrong use, 3 a record or style cannot be read, 4 a file \
cannot be read or written.

Examples:
  fonds process chapter.md -o chapter.out.md
  fonds process chapter.md --style gost-r-7-0-5 | pandoc -o chapter.docx
  fonds process thesis.tex --dry-run
  fonds process paper.typ --export hayagriva -o works.yml")]
pub(in crate::cli) struct Arguments {
    /// The manuscript; `-` is stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The language it is written in, when its name does not tell: markdown, latex or typst
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    from: Option<ManuscriptLanguage>,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE", conflicts_with = "in_place", value_parser = super::file_to_write)]
    output: Option<PathBuf>,
    /// Write over the manuscript: the ids are gone from it then
    #[arg(long, conflicts_with = "export")]
    in_place: bool,
    /// Only show what would stand in the place of each citation
    #[arg(long, conflicts_with = "export")]
    dry_run: bool,
    /// Leave the bibliography out
    #[arg(long)]
    no_bibliography: bool,
    /// List a collection once instead of its documents, as soon as there are two of them
    #[arg(long)]
    collections: bool,
    /// Group the bibliography by archive, and there by collection
    #[arg(long)]
    by_archive: bool,
    /// Where the marks of footnotes stand beside punctuation; as the language of the citations has
    /// it when nothing is said
    #[arg(long, value_name = "WHERE", value_parser = ["after", "before", "in-place"])]
    marks: Option<String>,
    /// Write the cited records for another program instead
    #[arg(long, value_name = "FORMAT", value_parser = ["csl-json", "biblatex", "bibtex", "hayagriva"])]
    export: Option<String>,
    #[command(flatten)]
    how: HowToCite,
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        if let Some(output) = &self.output
            && same_file(output, &self.file)
        {
            let message = format!("`{}` is the manuscript itself", output.display());
            return Err(Problem::error(codes::MANUSCRIPT_OUTPUT, message)
                .mend("name another file, or say `--in-place`")
                .into());
        }
        if self.in_place && self.file == Path::new("-") {
            let message = "what was read from stdin cannot be written over";
            return Err(Problem::error(codes::MANUSCRIPT_OUTPUT, message)
                .mend("leave `--in-place` out: the text goes to stdout")
                .into());
        }
        let file = read_manuscript(&self.file, self.from)?;
        if let Some(format) = self.export.as_deref().and_then(RecordFormat::named) {
            return self.export(session, &catalog, &file, format);
        }
        let request = ProcessRequest {
            cite: self.how.request(&catalog)?,
            no_bibliography: self.no_bibliography,
            collections: self.collections,
            by_archive: self.by_archive,
            marks: self.marks.as_deref().map(|marks| match marks {
                "before" => NoteMarks::BeforePunctuation,
                "in-place" => NoteMarks::InPlace,
                _ => NoteMarks::AfterPunctuation,
            }),
        };
        let answer = catalog.process(&file, &request)?;
        let output = if self.in_place { Some(&self.file) } else { self.output.as_ref() };
        if session.json {
            session.ui.json(&answer)?;
        } else if self.dry_run {
            for replaced in &answer.replaced {
                let place = format!("{}:{}:{}", file.name, replaced.line, replaced.column);
                let mut line = Text::new().piece(Label::Faint, place).plain("  ");
                if replaced.note > 0 {
                    line = line.piece(Label::Field, format!("note {}", replaced.note)).plain("  ");
                }
                session.ui.line(line.piece(Label::New, &replaced.text))?;
            }
        } else if output.is_none() {
            // As it is, with the ends of its lines.
            session.ui.stream().write_all(answer.text.as_bytes())?;
        }
        if let Some(path) = output.filter(|_| !self.dry_run) {
            files::write(path, answer.text.as_bytes())?;
            session.ui.say(said(path, &answer, self.in_place));
        }
        session.ui.problems(&answer.problems, &answer.sources);
        ended(&answer.problems)
    }
}

impl Arguments {
    /// Writes the cited records for the program that will format the manuscript.
    fn export(
        &self,
        session: &mut Session,
        catalog: &Catalog,
        file: &ManuscriptFile,
        format: RecordFormat,
    ) -> Outcome {
        let at = self.how.request(catalog)?.at;
        let mut out = Vec::new();
        let (exported, cited) = catalog.export_cited(file, format, at, &mut out)?;
        match &self.output {
            Some(path) => {
                files::write(path, &out)?;
                let records = if exported.records == 1 { "record" } else { "records" };
                session.ui.say(format!("{}: {} {records}", path.display(), exported.records));
            }
            None => session.ui.stream().write_all(&out)?,
        }
        session.ui.problems(&exported.problems, &exported.sources);
        session.ui.problems(&cited.problems, &cited.sources);
        let all: Vec<Problem> = exported.problems.into_iter().chain(cited.problems).collect();
        ended(&all)
    }
}

/// What is said when a file was written.
fn said(path: &Path, answer: &Processed, in_place: bool) -> String {
    let count = answer.replaced.len();
    let citations = if count == 1 { "citation" } else { "citations" };
    let entries = if answer.bibliography == 1 { "entry" } else { "entries" };
    let over = if in_place { "; its ids are gone from it" } else { "" };
    format!(
        "{}: {count} {citations}, {} {entries} in the bibliography{over}",
        path.display(),
        answer.bibliography
    )
}

fn same_file(a: &Path, b: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole(a) == whole(b)
}
