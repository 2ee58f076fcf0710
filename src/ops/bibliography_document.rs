//! A bibliography as a file of its own, or as a section to be put into a document: HTML, Markdown,
//! RTF, LaTeX, Typst.

use super::Printed;
use crate::formats::latex_text::key;
use crate::formatter::write::{Format, escape};

/// What a bibliography is written as.
pub(super) struct BibliographyDocument {
    format: Format,
    /// The language of the bibliography, as a BCP 47 tag.
    language: String,
    /// The headings under which the last entry stood.
    under: Vec<String>,
    out: String,
}

impl BibliographyDocument {
    /// Begins a document.
    pub(super) fn new(format: Format, language: &str) -> BibliographyDocument {
        let mut document = BibliographyDocument {
            format,
            language: language.to_owned(),
            under: Vec::new(),
            out: String::new(),
        };
        document.begin();
        document
    }

    fn begin(&mut self) {
        match self.format {
            Format::Html => {
                let mut language = String::new();
                escape(&self.language, Format::Html, &mut language);
                self.out.push_str("<!DOCTYPE html>\n");
                self.out.push_str(&format!("<html lang=\"{language}\">\n<head>\n"));
                self.out.push_str("<meta charset=\"utf-8\">\n<title>Bibliography</title>\n");
                self.out.push_str("<style>\nbody { max-width: 45em; margin: 2em auto; padding: 0 1em; font-family: serif; line-height: 1.4; }\n.csl-entry { padding-left: 2em; text-indent: -2em; margin-bottom: 0.5em; overflow-wrap: break-word; }\n</style>\n");
                self.out.push_str("</head>\n<body>\n<section class=\"csl-bib-body\">\n");
            }
            Format::Rtf => {
                self.out.push_str("{\\rtf1\\ansi\\ansicpg1252\\deff0\n");
                self.out.push_str("{\\fonttbl{\\f0\\froman Times New Roman;}}\n\\f0\\fs24\n");
            }
            Format::Latex => {
                // Links are text where the document does not load `hyperref`.
                self.out.push_str("\\providecommand{\\href}[2]{#2}\n");
                self.out.push_str("\\begin{thebibliography}{99}\n");
            }
            Format::Text | Format::Markdown | Format::Typst | Format::Terminal => {}
        }
    }

    /// Puts down an entry, under its headings where they are not those of the entry before. `mark`
    /// says of which version of the record it is.
    pub(super) fn entry(&mut self, printed: &Printed, version: Option<&str>) {
        let same =
            self.under.iter().zip(&printed.under).take_while(|(before, now)| before == now).count();
        for (level, text) in printed.under.iter().enumerate().skip(same) {
            self.heading(level, text);
        }
        self.under.clone_from(&printed.under);
        let id = printed.id.as_str();
        let text = printed.text.trim_end();
        let mark = version.map(|version| format!("fonds version {version} {id}"));
        let comment = |before: &str, after: &str| {
            mark.as_ref().map_or(String::new(), |mark| format!("{before}{mark}{after}\n"))
        };
        let entry = match self.format {
            Format::Html => {
                let version =
                    version.map_or(String::new(), |version| format!(" data-version=\"{version}\""));
                format!("<div id=\"{id}\"{version}>\n{text}\n</div>\n")
            }
            Format::Rtf => {
                let mark = comment("{\\*\\", "}");
                format!("{mark}{{\\pard\\li567\\fi-567\\sa120 {text}\\par}}\n")
            }
            Format::Latex => format!("{}\\bibitem{{{}}} {text}\n\n", comment("% ", ""), key(id)),
            Format::Typst => {
                format!("{}#par(hanging-indent: 2em)[{text}] <{id}>\n\n", comment("// ", ""))
            }
            Format::Markdown => format!("{}{text}\n\n", comment("<!-- ", " -->")),
            Format::Text | Format::Terminal => format!("{text}\n\n"),
        };
        self.out.push_str(&entry);
    }

    fn heading(&mut self, level: usize, text: &str) {
        let mut escaped = String::new();
        escape(text, self.format, &mut escaped);
        let heading = match (self.format, level) {
            (Format::Html, level) => format!("<h{0}>{escaped}</h{0}>\n", level + 2),
            (Format::Rtf, 0) => {
                format!("{{\\pard\\keepn\\sb360\\sa120\\b\\fs28 {escaped}\\par}}\n")
            }
            (Format::Rtf, _) => format!("{{\\pard\\keepn\\sb240\\sa120\\b {escaped}\\par}}\n"),
            // Inside the list of a bibliography there is no place for a section.
            (Format::Latex, 0) => {
                format!("\\item[]\\hspace*{{-\\leftmargin}}\\textbf{{\\large {escaped}}}\n\n")
            }
            (Format::Latex, _) => {
                format!("\\item[]\\hspace*{{-\\leftmargin}}\\textit{{{escaped}}}\n\n")
            }
            (Format::Typst, level) => format!("{} {escaped}\n\n", "=".repeat(level + 2)),
            (Format::Markdown, level) => format!("{} {escaped}\n\n", "#".repeat(level + 2)),
            (Format::Text | Format::Terminal, _) => format!("{escaped}\n\n"),
        };
        self.out.push_str(&heading);
    }

    /// What has been put down since the last time.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// Ends the document.
    pub(super) fn end(mut self) -> String {
        match self.format {
            Format::Html => self.out.push_str("</section>\n</body>\n</html>\n"),
            Format::Rtf => self.out.push_str("}\n"),
            Format::Latex => self.out.push_str("\\end{thebibliography}\n"),
            Format::Text | Format::Markdown | Format::Typst | Format::Terminal => {}
        }
        self.out
    }
}
