//! The grammar of queries:
//!
//! ```text
//! query = any
//! any   = all ("OR" all)*
//! all   = one ("AND"? one)*
//! one   = "NOT" one | "(" query ")" | term
//! term  = ("has:" | "missing:") field
//!       | ("changed-since:" | "cited-in:") value
//!       | field (":" | "=") value
//!       | value
//! value = quotation | a run of characters other than white space, parentheses, quotation marks
//! ```

use super::days::DayRange;
use super::field::{Field, Kind, in_name};
use super::language::{Query, Term, Test};
use super::{DEEPEST, LONGEST};
use crate::problem::{Place, Problem, codes};
use std::str::FromStr;
use winnow::LocatingSlice;
use winnow::combinator::{alt, delimited, opt, peek, preceded, repeat};
use winnow::error::ParserError;
use winnow::prelude::*;
use winnow::stream::Location;
use winnow::token::{any, one_of, take_while};

type Input<'a> = LocatingSlice<&'a str>;
type Parsed<T> = Result<T, Fault>;

/// What is wrong, and the byte at which.
#[derive(Debug)]
struct Fault {
    at: usize,
    problem: Option<Problem>,
}

impl ParserError<Input<'_>> for Fault {
    type Inner = Fault;

    fn from_input(input: &Input<'_>) -> Fault {
        Fault { at: input.current_token_start(), problem: None }
    }

    fn into_inner(self) -> Result<Fault, Fault> {
        Ok(self)
    }

    /// A fault that already has its sentence is final: no other alternative is tried for it.
    fn is_backtrack(&self) -> bool {
        self.problem.is_none()
    }

    fn or(self, other: Fault) -> Fault {
        if self.problem.is_some() { self } else { other }
    }
}

fn refuse<T>(at: usize, problem: Problem) -> Parsed<T> {
    Err(Fault { at, problem: Some(problem) })
}

impl FromStr for Query {
    type Err = Problem;

    /// Reads a query. The column of the problem counts characters of the query from 1.
    fn from_str(text: &str) -> Result<Query, Problem> {
        if text.len() > LONGEST {
            let message = format!("the query has {} bytes, more than {LONGEST}", text.len());
            return Err(Problem::error(codes::QUERY_SIZE, message)
                .mend("ask for less, or for a field of all the records wanted"));
        }
        let mut input = LocatingSlice::new(text);
        whole(&mut input).map_err(|fault| {
            let problem = fault.problem.unwrap_or_else(|| {
                Problem::error(codes::QUERY, "the query is not understood here")
            });
            problem.at(Place::default().offset(text, fault.at))
        })
    }
}

fn whole(input: &mut Input<'_>) -> Parsed<Query> {
    space(input)?;
    if input.is_empty() {
        return Ok(Query::Everything);
    }
    let query = any_of(input, 0)?;
    if !input.is_empty() {
        let at = input.current_token_start();
        let problem = Problem::error(codes::QUERY, "this `)` closes nothing");
        return refuse(at, problem.mend("remove it, or put it in quotation marks"));
    }
    Ok(query)
}

fn space(input: &mut Input<'_>) -> Parsed<()> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

/// The word `word`, in capitals and standing alone.
fn keyword<'a>(word: &'static str) -> impl Parser<Input<'a>, (), Fault> {
    let end = alt((winnow::combinator::eof.void(), one_of((char::is_whitespace, '(', ')')).void()));
    (word, peek(end), space).void()
}

fn any_of(input: &mut Input<'_>, depth: usize) -> Parsed<Query> {
    let mut parts = vec![all_of(input, depth)?];
    while opt(keyword("OR")).parse_next(input)?.is_some() {
        parts.push(all_of(input, depth)?);
    }
    Ok(Query::any(parts))
}

fn all_of(input: &mut Input<'_>, depth: usize) -> Parsed<Query> {
    let mut parts = vec![one(input, depth)?];
    loop {
        let explicit = opt(keyword("AND")).parse_next(input)?.is_some();
        let ends = input.is_empty()
            || input.starts_with(')')
            || opt(peek(keyword("OR"))).parse_next(input)?.is_some();
        if ends && !explicit {
            return Ok(match parts.len() {
                1 => parts.remove(0),
                _ => Query::all(parts),
            });
        }
        parts.push(one(input, depth)?);
    }
}

fn one(input: &mut Input<'_>, depth: usize) -> Parsed<Query> {
    let at = input.current_token_start();
    if depth > DEEPEST {
        let message = format!("parentheses and NOT stand more than {DEEPEST} deep");
        return refuse(at, Problem::error(codes::QUERY_SIZE, message).mend("write it flatter"));
    }
    if opt(keyword("NOT")).parse_next(input)?.is_some() {
        return Ok(Query::Not(Box::new(one(input, depth + 1)?)));
    }
    if opt(('(', space)).parse_next(input)?.is_some() {
        if opt((')', space)).parse_next(input)?.is_some() {
            return Ok(Query::Everything);
        }
        let inner = any_of(input, depth + 1)?;
        if opt((')', space)).parse_next(input)?.is_none() {
            let problem = Problem::error(codes::QUERY, "this `(` is not closed");
            return refuse(at, problem.mend("close it with `)`, or put it in quotation marks"));
        }
        return Ok(inner);
    }
    let missing = input.is_empty()
        || input.starts_with(')')
        || opt(peek(alt((keyword("AND"), keyword("OR"))))).parse_next(input)?.is_some();
    if missing {
        let problem = Problem::error(codes::QUERY, "here a condition is missing");
        return refuse(
            at,
            problem.mend("write for instance `from:mao date:1951`; the words AND, OR and NOT themselves go in quotation marks"),
        );
    }
    let term = term(input)?;
    space(input)?;
    Ok(Query::Term(term))
}

fn term(input: &mut Input<'_>) -> Parsed<Term> {
    let start = input.current_token_start();
    let Some((segments, sign)) = opt((name, one_of([':', '=']))).parse_next(input)? else {
        return Ok(Term::Words(value(input)?));
    };
    let at = input.current_token_start();
    if let ([word], ':') = (&segments[..], sign) {
        match word.as_str() {
            "has" | "missing" => {
                let at = input.current_token_start();
                let Some(segments) = opt(name).parse_next(input)? else {
                    let problem = Problem::error(codes::QUERY, format!("`{word}:` names no field"));
                    return refuse(
                        at,
                        problem.mend(format!("write for instance `{word}:translation`")),
                    );
                };
                let field = named(at, segments)?;
                return Ok(if word == "has" { Term::Has(field) } else { Term::Missing(field) });
            }
            "changed-since" => return Ok(Term::ChangedSince(given(input, word)?)),
            "cited-in" => return Ok(Term::CitedIn(given(input, word)?)),
            _ => {}
        }
    }
    let name = segments.join(".");
    let field = named(start, segments)?;
    let quoted = input.starts_with(['"', '“']);
    let text = given(input, &name)?;
    let is_range = !quoted && text.starts_with(['<', '>']);
    let test = match (field.kind(), sign) {
        (Kind::Date, sign) => match DayRange::read(&text) {
            Ok(range) => Test::Dated { surely: sign == '=', range },
            Err(problem) => {
                let message =
                    format!("`{name}` takes a date, and this is none: `{}`", text.escape_debug());
                let detail = problem.mend.unwrap_or_default();
                return refuse(
                    at,
                    Problem::error(codes::QUERY_DATE, message).mend(format!(
                        "write `{name}:1951-08`, `{name}:1950..1953` or `{name}:<1951`; {detail}"
                    )),
                );
            }
        },
        _ if is_range => {
            let problem = Problem::error(codes::QUERY_DATE, format!("`{name}` is not a date"));
            return refuse(at, problem.mend("`<` and `>` compare dates; put the value in quotation marks to look for the sign itself"));
        }
        (_, '=') => Test::Is(text),
        _ => Test::Says(text),
    };
    Ok(Term::Field(field, test))
}

fn named(at: usize, segments: Vec<String>) -> Parsed<Field> {
    Field::named(segments).or_else(|problem| refuse(at, problem))
}

/// The value after the sign of the field `name`.
fn given(input: &mut Input<'_>, name: &str) -> Parsed<String> {
    let at = input.current_token_start();
    if input.is_empty() || input.starts_with([')', '(']) || input.starts_with(char::is_whitespace) {
        let problem = Problem::error(codes::QUERY, format!("`{name}` is given no value"));
        return refuse(
            at,
            problem
                .mend("put the value right behind the sign, in quotation marks if it has spaces"),
        );
    }
    value(input)
}

/// The name of a field: segments joined with dots, all but the first in quotation marks or not.
fn name(input: &mut Input<'_>) -> Parsed<Vec<String>> {
    let bare = || take_while(1.., in_name).map(str::to_owned);
    let quoted = || delimited('"', take_while(1.., |c: char| c != '"'), '"').map(str::to_owned);
    let first = bare().parse_next(input)?;
    let rest: Vec<String> =
        repeat(0.., preceded('.', alt((bare(), quoted())))).parse_next(input)?;
    Ok(std::iter::once(first).chain(rest).collect())
}

fn value(input: &mut Input<'_>) -> Parsed<String> {
    let at = input.current_token_start();
    if let Some(close) = opt(alt(('"'.value('"'), '“'.value('”')))).parse_next(input)? {
        let mut text = String::new();
        loop {
            match any::<_, Fault>.parse_next(input) {
                Ok(c) if c == close => return Ok(text),
                Ok('\\') => text.push(any::<_, Fault>.parse_next(input).unwrap_or('\\')),
                Ok(c) => text.push(c),
                Err(_) => {
                    let problem = Problem::error(codes::QUERY, "this quotation mark is not closed");
                    return refuse(
                        at,
                        problem.mend("close it; a quotation mark inside is written `\\\"`"),
                    );
                }
            }
        }
    }
    take_while(1.., |c: char| !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '“' | '”'))
        .map(str::to_owned)
        .parse_next(input)
        .or_else(|_: Fault| {
            let problem = Problem::error(codes::QUERY, "this closing quotation mark opens nothing");
            refuse(at, problem.mend("remove it"))
        })
}
