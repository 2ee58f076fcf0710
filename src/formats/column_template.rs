//! Columns that a template makes, in the language of Jinja.

use super::table::{Cell, HOLDING, Known, RECORD, Rows};
use crate::problem::{Place, Problem, Result, codes};
use minijinja::value::Serde;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

/// How much work a template may do for one cell: some ten thousand steps are more than any record
/// needs, and a loop that never ends stops soon.
const FUEL: u64 = 50_000;
/// The longest template.
const LONGEST: usize = 16 << 10;
/// The name by which the one template of an environment is called.
const NAME: &str = "column";

/// What a template uses.
enum Use {
    /// The value of a documented column, by its name.
    Known(&'static Known),
    /// The whole record, as JSON Lines have it.
    Record,
    /// The holding that is the row.
    Holding,
}

/// A template, read and ready.
pub(super) struct ColumnTemplate {
    environment: Environment<'static>,
    uses: Vec<(String, Use)>,
}

impl ColumnTemplate {
    /// Reads the template of the column `header`; of none, when that is empty. What it names and no
    /// record has is refused.
    pub(super) fn new(header: &str, text: &str, rows: Rows) -> Result<ColumnTemplate> {
        let wrong = |message: String| {
            let of = match header {
                "" => String::new(),
                header => format!(" of the column `{}`", header.escape_debug()),
            };
            Problem::error(codes::COLUMN, format!("the template{of} {message}"))
        };
        if text.len() > LONGEST {
            return Err(wrong(format!("is longer than {LONGEST} bytes")));
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        environment.add_template_owned(NAME, text.to_owned()).map_err(|error| {
            wrong(format!("is not understood: {}", told(&error, text))).at(place(&error, text))
        })?;
        let names = environment
            .get_template(NAME)
            .map(|template| template.undeclared_variables(false))
            .unwrap_or_default();
        let mut names: Vec<String> =
            names.into_iter().filter(|name| !GLOBALS.contains(&name.as_str())).collect();
        names.sort_unstable();
        let mut uses = Vec::with_capacity(names.len());
        for name in names {
            let known = || {
                let of_holding: &[Known] = if rows == Rows::Holding { HOLDING } else { &[] };
                RECORD.iter().chain(of_holding).find(|known| known.name == name)
            };
            let found = match name.as_str() {
                "record" => Use::Record,
                "holding" if rows == Rows::Holding => Use::Holding,
                _ => match known() {
                    Some(known) => Use::Known(known),
                    None => {
                        return Err(
                            wrong(format!("names `{name}`, which no record has")).mend(near(&name))
                        );
                    }
                },
            };
            uses.push((name, found));
        }
        // Filters, tests and functions that do not exist are only found out in use.
        let trial = environment.get_template(NAME).and_then(|template| template.render(()));
        if let Err(error) = trial
            && matches!(
                error.kind(),
                ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction
            )
        {
            return Err(
                wrong(format!("is not understood: {}", told(&error, text))).at(place(&error, text))
            );
        }
        Ok(ColumnTemplate { environment, uses })
    }

    /// The cell; an error says why the template failed, and where.
    pub(super) fn render(&self, cell: &Cell<'_>) -> Result<String, String> {
        let mut context: Vec<(&str, Value)> = Vec::with_capacity(self.uses.len());
        for (name, used) in &self.uses {
            let value = match used {
                Use::Known(known) => Value::from((known.value)(cell).into_owned()),
                Use::Record => Value::from(Serde(cell.record)),
                Use::Holding => {
                    cell.holding.map_or(Value::UNDEFINED, |holding| Value::from(Serde(holding)))
                }
            };
            context.push((name, value));
        }
        let template = self.environment.get_template(NAME).map_err(|error| error.to_string())?;
        let text = template.source();
        template
            .render(Value::from_pairs(context))
            .map_err(|error| format!("{}: {}", place(&error, text), told(&error, text)))
    }
}

/// What templates may name beside the record.
const GLOBALS: [&str; 6] = ["range", "dict", "namespace", "debug", "cycler", "joiner"];

fn near(name: &str) -> String {
    let names = RECORD.iter().chain(HOLDING).map(|known| known.name).chain(["record", "holding"]);
    let best = names
        .map(|known| (strsim::jaro_winkler(known, name), known))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((_, best)) if best == name => "ask for `--rows holding`".to_owned(),
        Some((_, best)) => format!("did you mean `{best}`?"),
        None => "use names of columns, or `record` as JSON Lines have it, for instance `{{ record.place }}`".to_owned(),
    }
}

/// Where in the template an error is.
fn place(error: &minijinja::Error, text: &str) -> Place {
    let place = Place::file("template");
    let column = error.range().map(|range| {
        let before = text.get(..range.start).unwrap_or("");
        before.chars().rev().take_while(|c| *c != '\n').count() + 1
    });
    match (error.line(), column) {
        (Some(line), Some(column)) => place.line_column(line, column),
        (Some(line), None) => place.line_column(line, 1),
        (None, _) => place,
    }
}

/// What an error says, in words of ours where it is the fuel.
fn told(error: &minijinja::Error, text: &str) -> String {
    if error.kind() == ErrorKind::OutOfFuel {
        return format!("it takes more than {FUEL} steps for one cell");
    }
    let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let at = error.range().and_then(|range| text.get(range)).unwrap_or("");
    if at.is_empty() { what } else { format!("{what}, at `{}`", at.escape_debug()) }
}
