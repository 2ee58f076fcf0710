//! What `cite` and `bib` share: options, and how the answer is told.

use crate::cli::Session;
use crate::cli::ui::{Ended, Failure, Outcome};
use crate::formatter::write::Format;
use crate::ops::{
    Catalog, Citations, CiteRequest, HoldingChoice, Levels, ManuscriptLanguage, TranslationChoice,
};
use crate::problem::{Exit, Problem, Severity, codes};
use crate::record::PartId;

/// Options of every command that cites.
#[derive(Debug, clap::Args)]
pub(super) struct CitingOptions {
    #[command(flatten)]
    how: HowToCite,
    /// How to write: text, html, markdown, rtf, latex or typst
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format)]
    format: Format,
}

/// What is chosen when records are cited, however that is written.
#[derive(Debug, clap::Args)]
pub(super) struct HowToCite {
    /// The style: a bundled one, one of the catalog's styles/, or the path of a .csl file; or
    /// bibtex, biblatex, csl-json
    #[arg(long, value_name = "STYLE", add = crate::cli::complete::styles())]
    style: Option<String>,
    /// Which holding: its id, several with commas, `all`, or `none`; the preferred one when nothing
    /// is said
    #[arg(long, value_name = "ID")]
    holding: Option<String>,
    /// Which translation is credited: its id, or `none`; the preferred one when nothing is said
    #[arg(long, value_name = "ID")]
    translation: Option<String>,
    /// Cite the records as they were at this revision
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// The language of the citation: en, en-GB, ru, de, fr, zh...
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// How the levels of a reference are labelled: fond, f., in the script of the archive, or the
    /// reference as its source prints it
    #[arg(long, value_name = "HOW", value_parser = ["full", "abbreviated", "original-script", "as-printed"])]
    levels: Option<String>,
    /// Quotation marks as a typewriter has them
    #[arg(long)]
    straight_quotes: bool,
}

/// The formats that can be asked for; terminal text is not for other programs.
fn format(name: &str) -> Result<Format, String> {
    Format::named(name)
        .filter(|format| *format != Format::Terminal)
        .ok_or_else(|| "write one of text, html, markdown, rtf, latex, typst".to_owned())
}

impl CitingOptions {
    pub(super) fn request(&self, catalog: &Catalog) -> Result<CiteRequest, Failure> {
        Ok(CiteRequest { format: self.format, ..self.how.request(catalog)? })
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }
}

impl HowToCite {
    pub(super) fn request(&self, catalog: &Catalog) -> Result<CiteRequest, Failure> {
        let holding = match self.holding.as_deref() {
            None => HoldingChoice::Principal,
            Some("all") => HoldingChoice::All,
            Some("none") => HoldingChoice::None,
            Some(ids) => {
                let ids: Result<Vec<PartId>, Problem> = ids.split(',').map(str::parse).collect();
                HoldingChoice::Named(ids?)
            }
        };
        let translation = match self.translation.as_deref() {
            None => TranslationChoice::Principal,
            Some("none") => TranslationChoice::None,
            Some(id) => TranslationChoice::Named(id.parse::<PartId>()?),
        };
        let levels = self.levels.as_deref().map(|levels| match levels {
            "full" => Levels::Full,
            "original-script" => Levels::OriginalScript,
            "as-printed" => Levels::AsPrinted,
            _ => Levels::Abbreviated,
        });
        if let Some(language) = &self.language {
            let asked = language.parse::<crate::record::Language>();
            // What was asked for is wrong here, not what the catalog says.
            asked.map_err(|problem| Problem { code: codes::LANGUAGE_ASKED, ..problem })?;
        }
        Ok(CiteRequest {
            style: self.style.clone(),
            holding,
            translation,
            at: catalog.moment(self.at.as_deref())?,
            language: self.language.clone(),
            levels,
            straight_quotes: self.straight_quotes,
            ..CiteRequest::default()
        })
    }
}

/// Prints the answer; problems go to stderr. What could not be read gives the exit code.
pub(super) fn tell(session: &mut Session, answer: &Citations, format: Format) -> Outcome {
    if session.json {
        session
            .ui
            .json(&serde_json::json!({ "style": answer.style, "printed": answer.printed }))?;
    } else {
        let mut heading: Option<&str> = None;
        for printed in &answer.printed {
            if printed.heading.as_deref() != heading {
                if heading.is_some() {
                    session.ui.data("\n")?;
                }
                heading = printed.heading.as_deref();
                if let Some(heading) = heading {
                    let mut text = String::new();
                    crate::formatter::write::escape(heading, format, &mut text);
                    session.ui.data(&text)?;
                    session.ui.data("\n\n")?;
                }
            }
            session.ui.data(&printed.text)?;
            session.ui.data("\n")?;
        }
    }
    session.ui.problems(&answer.problems, &answer.sources);
    let errors = answer.problems.iter().filter(|p| p.severity == Severity::Error);
    match errors.map(Problem::exit).max() {
        None => Ok(Ended::Good),
        Some(exit) => Err(Failure::Told(exit.max(Exit::Usage))),
    }
}

/// The language of a manuscript, as an argument.
pub(super) fn language(name: &str) -> Result<ManuscriptLanguage, String> {
    ManuscriptLanguage::named(name).ok_or_else(|| "write one of markdown, latex, typst".to_owned())
}

/// How a command ended that told these problems beside its answer.
pub(super) fn ended(problems: &[Problem]) -> Outcome {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    match errors.map(Problem::exit).max() {
        None => Ok(Ended::Good),
        Some(Exit::Findings) => Ok(Ended::Findings),
        Some(exit) => Err(Failure::Told(exit)),
    }
}
