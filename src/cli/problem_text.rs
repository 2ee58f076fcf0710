//! Problems as text: code, sentence, place, the line with a caret under it, and the mend.

use super::escape::{escape_for_terminal, escape_on_one_line};
use crate::problem::{Place, Problem, Severity};
use crate::record::Source;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A line longer than this is cut around the place: nobody reads more.
const LONGEST_LINE: usize = 160;

/// How many more places are named of a finding that stands in many.
const MORE_PLACES: usize = 4;

/// A problem, and the other places that the same is said of.
pub(super) struct Gathered<'a> {
    problem: &'a Problem,
    others: Vec<&'a Place>,
}

/// `problems` with those that say the same of other places drawn together, in the order of the first of each.
pub(super) fn gather(problems: &[Problem]) -> Vec<Gathered<'_>> {
    let mut gathered: Vec<Gathered<'_>> = Vec::new();
    let mut known = HashMap::new();
    for problem in problems {
        let said = (problem.code.name, problem.severity, &problem.message, &problem.mend);
        match known.entry(said) {
            Entry::Vacant(entry) => {
                entry.insert(gathered.len());
                gathered.push(Gathered { problem, others: Vec::new() });
            }
            Entry::Occupied(entry) => gathered[*entry.get()].others.push(&problem.place),
        }
    }
    gathered
}

impl Gathered<'_> {
    /// As it is shown to a person.
    pub(super) fn render(&self, sources: &Sources<'_>, color: bool) -> String {
        let places = self.others.iter().take(MORE_PLACES).map(|place| place.to_string());
        let mut places = places.collect::<Vec<_>>().join(", ");
        match self.others.len().saturating_sub(MORE_PLACES) {
            0 => {}
            1 => places.push_str(" and 1 more place"),
            more => places.push_str(&format!(" and {more} more places")),
        }
        write(self.problem, &places, sources, color)
    }
}

/// The texts of files that problems point into, by the names of the files.
pub(super) struct Sources<'a>(HashMap<&'a str, &'a str>);

impl<'a> Sources<'a> {
    pub(super) fn new(sources: &'a [Source]) -> Sources<'a> {
        let named = |source: &'a Source| (source.file.as_str(), source.text.as_str());
        Sources(sources.iter().map(named).collect())
    }
}

/// `problem` as it is shown to a person.
pub(super) fn render(problem: &Problem, sources: &Sources<'_>, color: bool) -> String {
    write(problem, "", sources, color)
}

/// The same, with the other `places` that it is said of.
fn write(problem: &Problem, places: &str, sources: &Sources<'_>, color: bool) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = escape_for_terminal(&problem.message);
    let mut group = level
        .primary_title(message.as_ref())
        .id(problem.code.name)
        .elements(Vec::<annotate_snippets::Message<'_>>::new());
    let file = problem.place.file.as_deref().map(escape_on_one_line);
    let line = SourceLine::of(&problem.place, sources);
    if let Some(file) = &file {
        group = match &line {
            Some(line) => group.element(
                Snippet::source(line.text.as_str())
                    .path(file.as_ref())
                    .line_start(line.number)
                    .annotation(AnnotationKind::Primary.span(line.span.clone())),
            ),
            None => {
                let mut origin = Origin::path(file.as_ref());
                if let Some(number) = problem.place.line {
                    origin = origin.line(number);
                    if let Some(column) = problem.place.column {
                        origin = origin.char_column(column);
                    }
                }
                group.element(origin)
            }
        };
    }
    let field = problem.place.field.as_deref().filter(|_| line.is_none()).map(escape_on_one_line);
    if let Some(field) = &field {
        group = group.element(Level::NOTE.with_name("field").message(field.as_ref()));
    }
    let places = escape_on_one_line(places);
    if !places.is_empty() {
        group = group.element(Level::NOTE.with_name("also").message(places.as_ref()));
    }
    let mend = problem.mend.as_deref().map(escape_for_terminal);
    if let Some(mend) = &mend {
        group = group.element(Level::HELP.with_name("mend").message(mend.as_ref()));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// How many errors, warnings and notes there are: `2 errors, 1 warning`.
pub(super) fn count(problems: &[Problem]) -> String {
    let words = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
        let number = problems.iter().filter(|p| p.severity == severity).count();
        (number, severity.word())
    });
    words
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}{}", if *number == 1 { "" } else { "s" }))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The line a problem stands on, escaped, and the bytes of it to point at.
struct SourceLine {
    number: usize,
    text: String,
    span: std::ops::Range<usize>,
}

impl SourceLine {
    fn of(place: &Place, sources: &Sources<'_>) -> Option<SourceLine> {
        let (file, number) = (place.file.as_deref()?, place.line?);
        let line = sources.0.get(file)?.lines().nth(number.checked_sub(1)?)?;
        let column = place.column.unwrap_or(1).saturating_sub(1);
        // A very long line would be cut in the middle of nowhere: begin a little before the place.
        let skipped = column.saturating_sub(LONGEST_LINE / 2);
        let shown = |from: usize, count: usize| -> String {
            let part: String = line.chars().skip(from).take(count).collect();
            escape_on_one_line(&part.replace('\t', "    ")).into_owned()
        };
        let before = shown(skipped, column - skipped);
        let at = shown(column, 1);
        let after = shown(column + 1, LONGEST_LINE);
        let span = before.len()..before.len() + at.len();
        Some(SourceLine { number, text: before + &at + &after, span })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::codes;

    fn sample(text: &str) -> (Problem, Vec<Source>) {
        let problem = Problem::error(codes::DATE, "date is not understood: `Circa\u{1b} 1843?`")
            .at(Place::file("records/smith\u{202e}.toml").line_column(2, 17).field("date.sent"))
            .mend("write `1843~` for about 1843");
        let source =
            Source { file: "records/smith\u{202e}.toml".to_owned(), text: text.to_owned() };
        (problem, vec![source])
    }

    #[test]
    fn with_the_line() {
        let (problem, sources) = sample("format = 1\ndate = { sent = \"Circa\u{1b} 1843?\" }\n");
        insta::assert_snapshot!(render(&problem, &Sources::new(&sources), false), @r#"
        error[R104]: date is not understood: `Circa\u{1b} 1843?`
         --> records/smith<U+202E>.toml:2:17
          |
        2 | date = { sent = "Circa\u{1b} 1843?" }
          |                 ^
          |
          = mend: write `1843~` for about 1843
        "#);
    }

    #[test]
    fn without_the_line() {
        let (problem, _) = sample("");
        insta::assert_snapshot!(render(&problem, &Sources::new(&[]), false), @r#"
        error[R104]: date is not understood: `Circa\u{1b} 1843?`
        --> records/smith<U+202E>.toml:2:17
         = field: date.sent
         = mend: write `1843~` for about 1843
        "#);
    }

    #[test]
    fn counting() {
        let (problem, _) = sample("");
        let warning = Problem { severity: Severity::Warning, ..problem.clone() };
        assert_eq!(count(&[problem.clone(), warning, problem]), "2 errors, 1 warning");
    }

    #[test]
    fn any_place_in_any_text_is_shown() {
        for text in ["", "\n", "é", "a\tb", &"x".repeat(10_000), "\u{7f}\u{2028}"] {
            for (line, column) in
                [(0, 0), (1, 1), (1, 2), (1, 9_999), (2, 1), (usize::MAX, usize::MAX)]
            {
                let (mut problem, sources) = sample(text);
                problem.place = problem.place.line_column(line, column);
                let shown = render(&problem, &Sources::new(&sources), false);
                assert!(!shown.contains(['\u{7f}', '\u{1b}', '\u{202e}']), "{shown}");
            }
        }
    }

    #[test]
    fn the_same_of_several_places_is_said_once() {
        let unknown = |file: &str, archive: &str| {
            Problem::warning(
                codes::ARCHIVE_UNKNOWN,
                format!("the archive `{archive}` is not known"),
            )
            .at(Place::file(file).line_column(8, 11))
            .mend("describe it")
        };
        let mut problems: Vec<_> =
            (1..=6).map(|number| unknown(&format!("{number}.toml"), "TLA")).collect();
        problems.insert(3, unknown("other.toml", "VLA"));
        let gathered = gather(&problems);
        let texts: Vec<_> =
            gathered.iter().map(|one| one.render(&Sources::new(&[]), false)).collect();
        insta::assert_snapshot!(texts.join("\n"), @r"
        warning[A102]: the archive `TLA` is not known
        --> 1.toml:8:11
         = also: 2.toml:8:11, 3.toml:8:11, 4.toml:8:11, 5.toml:8:11 and 1 more place
         = mend: describe it
        warning[A102]: the archive `VLA` is not known
        --> other.toml:8:11
         = mend: describe it
        ");
        assert_eq!(gathered.iter().map(|one| 1 + one.others.len()).sum::<usize>(), problems.len());
    }
}
