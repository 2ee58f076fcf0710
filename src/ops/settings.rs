//! The settings of a catalog: `fonds.toml`, described in `docs/catalog.md`.

use crate::formats::Edition;
use crate::problem::{Place, Problem, Severity, codes};
use crate::record::{Language, Node, Source, Value};
use crate::record_file;
use crate::store::{Layout, SETTINGS_FILE};

/// The number of the format of `fonds.toml` that this version knows.
const FORMAT: i64 = 1;

/// What `fonds.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The name of the catalog, for reports.
    pub title: Option<String>,
    /// The citation style used when none is named: a name, or a file below the catalog.
    pub style: Option<String>,
    /// The language citations are made in when none is named.
    pub language: Option<Language>,
    /// How records are spread over folders.
    pub layout: Layout,
    /// Which revisions have to be signed.
    pub require_signed: Option<RequireSigned>,
    /// Who publishes the catalog, for files whose header says so.
    pub edition: Edition,
}

/// Which revisions have to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequireSigned {
    /// All of them.
    All,
    /// Those that are not this revision (or day) and did not lead to it.
    Since(String),
}

/// The keys of `fonds.toml`.
const KEYS: [&str; 10] = [
    "format",
    "title",
    "style",
    "language",
    "layout",
    "require_signed",
    "publisher",
    "editor",
    "licence",
    "url",
];

/// Reads `fonds.toml`. What cannot be used is a problem, an error when it decides where records lie.
///
/// ```
/// use fonds::ops::settings::read_settings;
/// let (settings, problems) = read_settings(b"format = 1\nstlye = \"chicago\"\nlayout = \"day\"\n");
/// assert_eq!(settings.layout, fonds::store::Layout::Day);
/// assert_eq!(problems[0].mend.as_deref(), Some("did you mean `style`?"));
/// ```
pub fn read_settings(bytes: &[u8]) -> (Settings, Vec<Problem>) {
    let (root, mut problems) = record_file::read_tree(bytes, SETTINGS_FILE);
    let source = Source {
        file: SETTINGS_FILE.to_owned(),
        text: String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned(),
    };
    let mut settings = Settings::default();
    let Some(table) = root.as_ref().and_then(Node::as_table) else { return (settings, problems) };
    let place = |key: &str, node: &Node| -> Place { source.place(node.span.as_ref(), key) };
    if table.get("format").is_none() {
        problems.push(
            Problem::error(codes::SETTINGS, "`format` is missing")
                .at(Place::file(SETTINGS_FILE))
                .mend("write `format = 1`"),
        );
    }
    for (key, node) in table.iter() {
        let wrong = |message: String| Problem::error(codes::SETTINGS, message).at(place(key, node));
        match (key, &node.value) {
            ("format", Value::Integer(FORMAT)) => {}
            ("format", Value::Integer(number)) => problems.push(
                wrong(format!("the format {number} of the catalog is not known"))
                    .mend("update fonds, or write `format = 1`"),
            ),
            ("title", Value::Text(text)) => {
                settings.title = Some(text.clone());
                settings.edition.title = Some(text.clone());
            }
            ("publisher", Value::Text(text)) => settings.edition.publisher = Some(text.clone()),
            ("editor", Value::Text(text)) => settings.edition.editor = Some(text.clone()),
            ("licence", Value::Text(text)) => settings.edition.licence = Some(text.clone()),
            ("url", Value::Text(text)) => settings.edition.url = Some(text.clone()),
            ("style", Value::Text(text)) => settings.style = Some(text.clone()),
            ("language", Value::Text(text)) => match text.parse() {
                Ok(language) => settings.language = Some(language),
                Err(problem) => {
                    problems.push(
                        Problem { severity: Severity::Warning, ..problem }.at(place(key, node)),
                    );
                }
            },
            ("layout", Value::Text(text)) => match text.parse() {
                Ok(layout) => settings.layout = layout,
                Err(()) => problems.push(
                    wrong(format!("the layout `{}` is not known", text.escape_debug()))
                        .mend("write `month` or `day`"),
                ),
            },
            ("require_signed", Value::Boolean(wanted)) => {
                settings.require_signed = wanted.then_some(RequireSigned::All);
            }
            ("require_signed", Value::Text(since)) => {
                settings.require_signed = Some(RequireSigned::Since(since.clone()));
            }
            (known, value) if KEYS.contains(&known) => {
                problems.push(wrong(format!("`{known}` may not be {}", value.kind())));
            }
            (unknown, _) => {
                let near = KEYS
                    .iter()
                    .map(|key| (strsim::jaro_winkler(key, unknown), key))
                    .filter(|(score, _)| *score > 0.8)
                    .max_by(|a, b| a.0.total_cmp(&b.0));
                let mend = match near {
                    Some((_, key)) => format!("did you mean `{key}`?"),
                    None => "remove it, or update fonds".to_owned(),
                };
                problems.push(
                    Problem::warning(
                        codes::UNKNOWN_KEY,
                        format!("the key `{}` is not known", unknown.escape_debug()),
                    )
                    .at(place(unknown, node))
                    .mend(mend),
                );
            }
        }
    }
    (settings, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_are_told() {
        let text = "format = 2\ntitle = 3\nlanguage = \"x y\"\nlayout = \"week\"\n[colour]\n";
        let (settings, problems) = read_settings(text.as_bytes());
        assert_eq!(settings, Settings::default());
        let told: Vec<String> = problems.iter().map(Problem::to_string).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        error[G114]: the format 2 of the catalog is not known (fonds.toml:1:10)
        error[G114]: `title` may not be a number (fonds.toml:2:9)
        warning[R105]: `x y` is not a language tag (fonds.toml:3:12)
        error[G114]: the layout `week` is not known (fonds.toml:4:10)
        warning[R005]: the key `colour` is not known (fonds.toml:5:1)
        "#);
        assert_eq!(read_settings(b"").1.len(), 1);
        assert!(read_settings(b"\xff").1[0].message.contains("UTF-8"));
    }
}
