//! `fonds citeproc`: the bare CSL processor, for other programs and for a look by hand.

use std::io::{BufReader, stdin};
use std::path::PathBuf;

use crate::cli::Session;
use crate::cli::ui::{Ended, Outcome};
use crate::formatter::write::Format;
use crate::ops::citeproc;

/// Format CSL-JSON with a CSL style: the bare processor, for other programs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without FILE, jobs are read from stdin, one JSON object a line, and each is answered by one line on \
stdout, in the same order:

  in   {\"id\": 1, \"style\": \"apa\", \"items\": [...], \"citations\": [{\"note\": 1, \"items\": \
[{\"id\": \"a\", \"locator\": \"12\", \"label\": \"page\"}]}], \"format\": \"html\"}
  out  {\"id\": 1, \"citations\": [...], \"bibliography\": [...], \"bibliography_ids\": [...], \
\"problems\": [...]}

`style` is the name of a bundled style or the path of a `.csl` file; `csl` gives the text of a style \
instead. `locale` forces a locale, `format` is one of text, html, markdown, rtf, latex, typst. A cite \
may have `locator`, `label`, `prefix`, `suffix`, `suppress-author` and `author-only`. Without \
`citations` each item is cited once. A job that cannot be done is answered with its problems.

Exit codes: 0 good (also when a job had problems), 2 the style is not known, 3 a file is no CSL-JSON \
or no style, 4 a file cannot be read.

Examples:
  fonds citeproc --style apa letters.json
  fonds citeproc --style my.csl --locale de-AT --cite --format html letters.json
  fonds citeproc <jobs.jsonl >answers.jsonl")]
pub(in crate::cli) struct Arguments {
    /// A file of CSL-JSON: a list of items, or one job; `-` is stdin
    #[arg(value_name = "FILE", requires = "style")]
    file: Option<PathBuf>,
    /// The style: the name of a bundled one, or the path of a `.csl` file
    #[arg(long, value_name = "STYLE", requires = "file")]
    style: Option<String>,
    /// The locale, instead of the style's own
    #[arg(long, value_name = "TAG", requires = "file")]
    locale: Option<String>,
    /// Print the citations instead of the bibliography
    #[arg(long, requires = "file")]
    cite: bool,
    /// How to write: text, html, markdown, rtf, latex or typst
    #[arg(long, value_name = "FORMAT", requires = "file", value_parser = format)]
    format: Option<Format>,
}

/// The formats that can be asked for; terminal text is not for other programs.
fn format(name: &str) -> Result<Format, String> {
    Format::named(name)
        .filter(|format| *format != Format::Terminal)
        .ok_or_else(|| "write one of text, html, markdown, rtf, latex, typst".to_owned())
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        let (Some(file), Some(style)) = (self.file, self.style) else {
            let ui = &mut session.ui;
            citeproc::serve(&mut BufReader::new(stdin()), &mut |answer| {
                ui.json_line(answer)?;
                ui.flush()
            })?;
            return Ok(Ended::Good);
        };
        let printed = citeproc::print_file(
            &file,
            &style,
            self.locale.as_deref(),
            self.format.unwrap_or_default(),
        )?;
        session.ui.problems(&printed.problems, &[]);
        if session.json {
            session.ui.json(&citeproc::answer(serde_json::Value::Null, printed))?;
            return Ok(Ended::Good);
        }
        let lines = if self.cite || printed.bibliography.is_empty() {
            &printed.citations
        } else {
            &printed.bibliography
        };
        for line in lines {
            session.ui.data(line.trim_end_matches('\n'))?;
            session.ui.data("\n")?;
        }
        Ok(Ended::Good)
    }
}
