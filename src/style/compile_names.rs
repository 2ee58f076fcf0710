//! `cs:names` and what belongs to it, compiled: the settings of names are inherited from `cs:style`,
//! `cs:citation` and `cs:bibliography`, and a shorthand in `cs:substitute` takes over the name,
//! et-al and label of the `cs:names` around it.

use super::compile::{Compiler, number_attribute};
use super::program::*;
use super::terms::TermForm;
use super::xml::{self, Notes};
use crate::citation::{NameVariable, TextVariable, Variable};
use roxmltree::Node;

/// The inheritable attributes of names on any element that may have them.
pub(super) fn name_options(node: Node<'_, '_>, notes: &mut Notes<'_>) -> NameOptions {
    let on_name = xml::name(node) == "name";
    let mut options = NameOptions::default();
    for attribute in node.attributes() {
        let value = attribute.value();
        let text = || Some(Box::from(value));
        let known = match attribute.name() {
            "and" => {
                options.and = match value {
                    "text" => Some(And::Text),
                    "symbol" => Some(And::Symbol),
                    _ => None,
                };
                options.and.is_some()
            }
            "delimiter" if on_name => {
                options.delimiter = text();
                true
            }
            "name-delimiter" => {
                options.delimiter = text();
                true
            }
            "names-delimiter" => {
                options.names_delimiter = text();
                true
            }
            "delimiter-precedes-et-al" => {
                options.delimiter_precedes_et_al = delimiter_precedes(value);
                options.delimiter_precedes_et_al.is_some()
            }
            "delimiter-precedes-last" => {
                options.delimiter_precedes_last = delimiter_precedes(value);
                options.delimiter_precedes_last.is_some()
            }
            "et-al-min" => {
                options.et_al_min = number_attribute(node, "et-al-min");
                options.et_al_min.is_some()
            }
            "et-al-use-first" => {
                options.et_al_use_first = number_attribute(node, "et-al-use-first");
                options.et_al_use_first.is_some()
            }
            "et-al-use-last" => {
                options.et_al_use_last = Some(value == "true");
                true
            }
            "et-al-subsequent-min" => {
                options.et_al_subsequent_min = number_attribute(node, "et-al-subsequent-min");
                options.et_al_subsequent_min.is_some()
            }
            "et-al-subsequent-use-first" => {
                options.et_al_subsequent_use_first =
                    number_attribute(node, "et-al-subsequent-use-first");
                options.et_al_subsequent_use_first.is_some()
            }
            "form" if on_name => {
                options.form = name_form(value);
                options.form.is_some()
            }
            "name-form" => {
                options.form = name_form(value);
                options.form.is_some()
            }
            "initialize" => {
                options.initialize = Some(value != "false");
                true
            }
            "initialize-with" => {
                options.initialize_with = text();
                true
            }
            "name-as-sort-order" => {
                options.name_as_sort_order = match value {
                    "first" => Some(NameAsSortOrder::First),
                    "all" => Some(NameAsSortOrder::All),
                    _ => None,
                };
                options.name_as_sort_order.is_some()
            }
            "sort-separator" => {
                options.sort_separator = text();
                true
            }
            _ => true,
        };
        if !known {
            let message = format!("`{}` has no value `{value}`", attribute.name());
            notes.warn(attribute.range().start, message);
        }
    }
    options
}

fn delimiter_precedes(word: &str) -> Option<DelimiterPrecedes> {
    Some(match word {
        "contextual" => DelimiterPrecedes::Contextual,
        "after-inverted-name" => DelimiterPrecedes::AfterInvertedName,
        "always" => DelimiterPrecedes::Always,
        "never" => DelimiterPrecedes::Never,
        _ => return None,
    })
}

fn name_form(word: &str) -> Option<NameForm> {
    Some(match word {
        "long" => NameForm::Long,
        "short" => NameForm::Short,
        "count" => NameForm::Count,
        _ => return None,
    })
}

/// The words of the attribute `variable`. `authority` and the like are text by the standard and
/// names by the habit of styles.
fn variables(node: Node<'_, '_>, notes: &mut Notes<'_>) -> Vec<Variable> {
    let mut variables = Vec::new();
    for word in node.attribute("variable").unwrap_or("").split_whitespace() {
        if let Some(variable) = NameVariable::from_word(word) {
            variables.push(Variable::Names(variable));
        } else if let Some(variable) = TextVariable::from_word(word) {
            variables.push(Variable::Text(variable));
        } else {
            notes.warn(xml::offset(node), format!("`{word}` is no variable of names"));
        }
    }
    variables.truncate(64);
    variables
}

pub(super) fn names<'a>(compiler: &mut Compiler<'a, '_>, node: Node<'a, 'a>) -> Option<Names> {
    let variables = variables(node, compiler.notes).into_boxed_slice();
    let number = compiler.names_count;
    compiler.names_count += 1;
    // `<names variable="editor"/>` in `cs:substitute`: everything as in the `cs:names` around it.
    if let Some(around) = compiler.around.last()
        && xml::elements(node).next().is_none()
    {
        return Some(Names { number, variables, shorthand: true, ..around.clone() });
    }
    let mut names = Names {
        number,
        shorthand: false,
        variables,
        delimiter: node.attribute("delimiter").map(Into::into),
        clothes: compiler.clothes(node),
        name: NameElement::default(),
        reference: None,
        et_al: None,
        label: None,
        substitute: Box::new([]),
        options: Default::default(),
    };
    let mut name_seen = !xml::elements(node).any(|child| xml::name(child) == "name");
    let mut substitute = None;
    for child in xml::elements(node) {
        match xml::name(child) {
            "name" => {
                name_seen = true;
                names.name = name_element(compiler, child);
            }
            "et-al" => {
                names.et_al = Some(EtAl {
                    term: child.attribute("term").map(Into::into),
                    clothes: compiler.clothes(child),
                });
            }
            "label" => {
                let label = compiler.label(child);
                names.label = Some(NamesLabel { label, before: !name_seen });
            }
            "substitute" => substitute = Some(child),
            other => {
                let message = format!("`names` has no `{other}`");
                compiler.notes.warn(xml::offset(child), message);
            }
        }
    }
    if let Some(substitute) = substitute {
        compiler.around.push(names.clone());
        names.substitute = compiler.body(substitute);
        compiler.around.pop();
    }
    Some(names)
}

fn name_element<'a>(compiler: &mut Compiler<'a, '_>, node: Node<'a, 'a>) -> NameElement {
    let mut element = NameElement {
        options: name_options(node, compiler.notes),
        clothes: compiler.clothes(node),
        family: None,
        given: None,
    };
    for child in xml::elements(node).filter(|child| xml::name(*child) == "name-part") {
        let clothes = compiler.clothes(child);
        match child.attribute("name") {
            Some("family") => element.family = Some(clothes),
            Some("given") => element.given = Some(clothes),
            other => {
                let message = format!("a name has no part `{}`", other.unwrap_or(""));
                compiler.notes.warn(xml::offset(child), message);
            }
        }
    }
    element
}

/// The names of a variable as a sort key.
pub(super) fn key_names(
    compiler: &mut Compiler<'_, '_>,
    variable: Variable,
    key: &NameOptions,
) -> Names {
    let number = compiler.names_count;
    compiler.names_count += 1;
    let options = NameOptions {
        name_as_sort_order: Some(NameAsSortOrder::All),
        sort_separator: Some(" ".into()),
        et_al_min: key.et_al_min,
        et_al_use_first: key.et_al_use_first,
        et_al_use_last: key.et_al_use_last,
        ..NameOptions::default()
    };
    Names {
        number,
        shorthand: false,
        variables: Box::new([variable]),
        delimiter: None,
        clothes: Clothes::default(),
        name: NameElement { options, ..NameElement::default() },
        reference: None,
        et_al: None,
        label: None,
        substitute: Box::new([]),
        options: Default::default(),
    }
}

/// Writes the inherited settings into every `cs:names`, once for citations and once for the
/// bibliography, which may call the same macros.
pub(super) fn resolve(style: &mut Style) {
    let citation = style.citation.names.clone();
    let bibliography =
        style.bibliography.as_ref().map_or_else(|| citation.clone(), |area| area.names.clone());
    let resolver = Resolver {
        and: style.terms.get("and", TermForm::Long, false).unwrap_or("").into(),
        areas: [citation, bibliography],
    };
    let mut subsequent_differs = false;
    let mut resolve = |names: &mut Names| {
        let own = &names.name.options;
        names.options = [0, 1].map(|area| resolver.settings(own, &resolver.areas[area]));
        for settings in &names.options {
            subsequent_differs |= settings.et_al_subsequent_min > 0
                && settings.et_al_subsequent_min != settings.et_al_min
                || settings.et_al_subsequent_use_first > 0
                    && settings.et_al_subsequent_use_first != settings.et_al_use_first;
        }
    };
    for each in &mut style.macros {
        each_names(&mut each.body, &mut resolve);
    }
    each_names(&mut style.citation.layout, &mut resolve);
    let keys = style.citation.sort.iter_mut();
    for key in keys.chain(style.bibliography.iter_mut().flat_map(|area| area.sort.iter_mut())) {
        if let KeySource::Names(names) = &mut key.source {
            resolve(names);
        }
    }
    if let Some(bibliography) = &mut style.bibliography {
        each_names(&mut bibliography.layout, &mut resolve);
    }
    style.uses.position |= subsequent_differs;
}

fn each_names(body: &mut Body, act: &mut impl FnMut(&mut Names)) {
    for element in body {
        match element {
            Element::Names(names) => {
                act(names);
                each_names(&mut names.substitute, act);
            }
            Element::Group(group) => each_names(&mut group.body, act),
            Element::Choose(branches) => {
                for branch in branches {
                    each_names(&mut branch.body, act);
                }
            }
            _ => {}
        }
    }
}

struct Resolver {
    and: Box<str>,
    areas: [NameOptions; 2],
}

impl Resolver {
    /// The attributes of a `cs:name` with those of the area it is printed in.
    fn settings(&self, own: &NameOptions, area: &NameOptions) -> NameSettings {
        let options = own.or(area);
        let own_delimiter = own.delimiter.clone().filter(|delimiter| !delimiter.is_empty());
        NameSettings {
            body_delimiter: own_delimiter.unwrap_or_else(|| ", ".into()),
            delimiter_precedes_body: area.delimiter_precedes_last.unwrap_or_default(),
            and: options.and.map(|and| match and {
                And::Text => self.and.clone(),
                And::Symbol => "&".into(),
            }),
            delimiter: options.delimiter.clone().unwrap_or_else(|| ", ".into()),
            delimiter_precedes_et_al: options.delimiter_precedes_et_al.unwrap_or_default(),
            delimiter_precedes_last: options.delimiter_precedes_last.unwrap_or_default(),
            et_al_min: options.et_al_min.unwrap_or(0),
            et_al_use_first: options.et_al_use_first.unwrap_or(u32::MAX),
            et_al_use_last: options.et_al_use_last.unwrap_or(false),
            et_al_subsequent_min: options.et_al_subsequent_min.unwrap_or(0),
            et_al_subsequent_use_first: options.et_al_subsequent_use_first.unwrap_or(0),
            form: options.form.unwrap_or_default(),
            initialize: options.initialize.unwrap_or(true),
            initialize_inherited: area.initialize.unwrap_or(true),
            initialize_with: options.initialize_with.clone(),
            name_as_sort_order: options.name_as_sort_order,
            sort_separator: options.sort_separator.clone().unwrap_or_else(|| ", ".into()),
            names_delimiter: options.names_delimiter.clone().unwrap_or_default(),
        }
    }
}
