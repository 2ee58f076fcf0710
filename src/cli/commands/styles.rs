//! `fonds styles`: what styles there are.

use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::{Catalog, NamedStyle, bundled_styles};
use crate::problem::Severity;

/// List the styles that can be named, show one, or check one
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A style is named by the file of the catalog's `styles/` without `.csl`, by the name of a style that comes \
with the program, or by the path of a `.csl` file.

With --json: a list of objects with `name`, `names`, `title` and `source` (`catalog` or `bundled`).

Exit codes: 0 good, 2 there is no such style, 3 the style cannot be used.

Examples:
  fonds styles
  fonds styles show apa > apa.csl
  fonds styles check mine.csl")]
pub(in crate::cli) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List the styles that can be named
    List,
    /// Print the text of a style
    Show {
        /// The style
        #[arg(value_name = "STYLE", add = crate::cli::complete::styles())]
        style: String,
    },
    /// Say whether a style can be used, and what is strange about it
    Check {
        /// The style
        #[arg(value_name = "STYLE", add = crate::cli::complete::styles())]
        style: String,
    },
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        match self.verb {
            None | Some(Verb::List) => list(session),
            Some(Verb::Show { style }) => {
                let text = session.catalog()?.style(&style)?;
                session.ui.data(&text)?;
                Ok(Ended::Good)
            }
            Some(Verb::Check { style }) => {
                let problems = session.catalog()?.check_style(&style)?;
                if problems.iter().any(|problem| problem.severity == Severity::Error) {
                    return Err(crate::ops::Refusal::from(problems).into());
                }
                session.ui.findings(&problems, &[])?;
                session.ui.say(format!("{style} can be used"));
                Ok(if problems.is_empty() { Ended::Good } else { Ended::Findings })
            }
        }
    }
}

/// Without a catalog there are still the styles that come with the program.
fn list(session: &mut Session) -> Outcome {
    let styles: Vec<NamedStyle> = match Catalog::open(&session.start) {
        Ok(catalog) => catalog.styles(),
        Err(_) => bundled_styles().collect(),
    };
    if session.json {
        session.ui.json(&styles)?;
        return Ok(Ended::Good);
    }
    for style in &styles {
        let text = Text::new().piece(Label::Id, &style.name).plain("  ").plain(&style.title);
        session.ui.line(text)?;
    }
    Ok(Ended::Good)
}
