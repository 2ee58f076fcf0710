//! From the XML of a style to its program: names resolved, inheritance written out.
//!
//! What CSL does not know is passed over with a warning, since styles in use hold such things;
//! only what leaves nothing to run is an error.

use super::compile_names;
use super::formatting::{Display, Formatting, TextCase};
use super::locale::{Locale, LocaleDate};
use super::program::*;
use super::terms::TermForm;
use super::xml::{self, Notes};
use crate::citation::{DateVariable, ItemType, LocatorLabel, TextVariable, Variable};
use crate::problem::codes;
use roxmltree::Node;
use std::collections::HashMap;

pub(super) struct Compiler<'a, 'd> {
    pub(super) notes: &'a mut Notes<'d>,
    pub(super) locale: &'a Locale,
    pub(super) macro_ids: HashMap<&'a str, MacroId>,
    pub(super) names_count: usize,
    pub(super) uses: Uses,
    /// The `cs:names` around the element, for shorthands in `cs:substitute`.
    pub(super) around: Vec<Names>,
}

/// The attributes that dress an element.
pub(super) fn read_clothes(node: Node<'_, '_>, notes: &mut Notes<'_>) -> Clothes {
    let mut clothes = Clothes::default();
    for attribute in node.attributes() {
        let value = attribute.value();
        let known = match attribute.name() {
            "prefix" => {
                clothes.prefix = value.into();
                true
            }
            "suffix" => {
                clothes.suffix = value.into();
                true
            }
            "quotes" => {
                clothes.quotes = value == "true";
                clothes.unquoted = value == "false";
                true
            }
            "strip-periods" => {
                clothes.strip_periods = value == "true";
                true
            }
            "text-case" => {
                clothes.text_case = TextCase::named(value);
                clothes.text_case.is_some()
            }
            "display" => {
                clothes.display = Display::named(value);
                clothes.display.is_some()
            }
            name => clothes.formatting.set(name, value).unwrap_or(true),
        };
        if !known && value != "normal" {
            let message = format!("`{}` has no value `{value}`", attribute.name());
            notes.warn(attribute.range().start, message);
        }
    }
    clothes
}

/// `cs:date-part`, in a locale or in a style.
pub(super) fn read_date_part(node: Node<'_, '_>, notes: &mut Notes<'_>) -> Option<DatePart> {
    let name = date_part_name(node, notes)?;
    let form = node.attribute("form").and_then(date_part_form).unwrap_or_default();
    Some(DatePart {
        name,
        form,
        range_delimiter: range_delimiter(node.attribute("range-delimiter").unwrap_or("")),
        clothes: read_clothes(node, notes),
    })
}

fn date_part_name(node: Node<'_, '_>, notes: &mut Notes<'_>) -> Option<DatePartName> {
    match node.attribute("name") {
        Some("year") => Some(DatePartName::Year),
        Some("month") => Some(DatePartName::Month),
        Some("day") => Some(DatePartName::Day),
        other => {
            let message = format!("a date has no part `{}`", other.unwrap_or(""));
            notes.warn(xml::offset(node), message);
            None
        }
    }
}

fn date_part_form(word: &str) -> Option<DatePartForm> {
    Some(match word {
        "long" => DatePartForm::Long,
        "short" => DatePartForm::Short,
        "numeric" => DatePartForm::Numeric,
        "numeric-leading-zeros" => DatePartForm::NumericLeadingZeros,
        "ordinal" => DatePartForm::Ordinal,
        _ => return None,
    })
}

pub(super) fn number_attribute(node: Node<'_, '_>, name: &str) -> Option<u32> {
    node.attribute(name).and_then(|value| value.trim().parse().ok())
}

impl<'a> Compiler<'a, '_> {
    pub(super) fn body(&mut self, node: Node<'a, 'a>) -> Body {
        xml::elements(node).filter_map(|child| self.element(child)).collect()
    }

    fn element(&mut self, node: Node<'a, 'a>) -> Option<Element> {
        Some(match xml::name(node) {
            "text" => Element::Text(Box::new(self.text(node)?)),
            "number" => Element::Number(Box::new(self.number(node))),
            "label" => Element::Label(Box::new(self.label(node))),
            "date" => Element::Date(Box::new(self.date(node)?)),
            "names" => Element::Names(Box::new(compile_names::names(self, node)?)),
            "group" => Element::Group(Box::new(Group {
                body: self.body(node),
                delimiter: node.attribute("delimiter").unwrap_or("").into(),
                clothes: self.clothes(node),
            })),
            "choose" => Element::Choose(self.choose(node)),
            other => {
                let message = format!("`{other}` prints nothing here");
                self.notes.warn(xml::offset(node), message);
                return None;
            }
        })
    }

    pub(super) fn clothes(&mut self, node: Node<'_, '_>) -> Clothes {
        let clothes = read_clothes(node, self.notes);
        self.uses.display |= clothes.display.is_some();
        clothes
    }

    fn text(&mut self, node: Node<'a, 'a>) -> Option<Text> {
        let source = if let Some(name) = node.attribute("variable") {
            match TextVariable::from_word(name) {
                Some(variable) => {
                    self.uses.year_suffix |=
                        matches!(variable, TextVariable::YearSuffix | TextVariable::CitationLabel);
                    self.uses.citation_number |= variable == TextVariable::CitationNumber;
                    TextSource::Variable {
                        variable,
                        short: node.attribute("form") == Some("short"),
                    }
                }
                None => TextSource::Nothing,
            }
        } else if let Some(name) = node.attribute("macro") {
            match self.macro_ids.get(name) {
                Some(&id) => TextSource::Macro(id),
                None => {
                    let message = format!("there is no macro `{name}`");
                    self.notes.warn(xml::offset(node), message);
                    return None;
                }
            }
        } else if let Some(name) = node.attribute("term") {
            let form = self.term_form(node);
            let plural = matches!(node.attribute("plural"), Some("true" | "always"));
            let text = self.locale.terms.get(name, form, plural);
            TextSource::Term(text.unwrap_or("").into())
        } else {
            TextSource::Value(node.attribute("value").filter(|value| !value.is_empty())?.into())
        };
        Some(Text { source, clothes: self.clothes(node) })
    }

    fn term_form(&mut self, node: Node<'_, '_>) -> TermForm {
        match node.attribute("form") {
            None => TermForm::Long,
            Some(word) => TermForm::named(word).unwrap_or_else(|| {
                self.notes.warn(xml::offset(node), format!("a term has no form `{word}`"));
                TermForm::Long
            }),
        }
    }

    fn number(&mut self, node: Node<'a, 'a>) -> Number {
        let form = match node.attribute("form") {
            Some("ordinal") => NumberForm::Ordinal,
            Some("long-ordinal") => NumberForm::LongOrdinal,
            Some("roman") => NumberForm::Roman,
            _ => NumberForm::Numeric,
        };
        let variable = node.attribute("variable").and_then(TextVariable::from_word);
        self.uses.citation_number |= variable == Some(TextVariable::CitationNumber);
        Number { variable, form, clothes: self.clothes(node) }
    }

    pub(super) fn label(&mut self, node: Node<'a, 'a>) -> Label {
        Label {
            variable: node.attribute("variable").and_then(TextVariable::from_word),
            form: self.term_form(node),
            form_given: node.has_attribute("form"),
            plural: match node.attribute("plural") {
                Some("always" | "true") => Plural::Always,
                Some("never" | "false") => Plural::Never,
                _ => Plural::Contextual,
            },
            clothes: self.clothes(node),
        }
    }

    fn date(&mut self, node: Node<'a, 'a>) -> Option<Date> {
        let variable = node.attribute("variable").and_then(DateVariable::from_word);
        let template: Option<LocaleDate> = match node.attribute("form") {
            Some("text") => Some(self.locale.date_text.clone().unwrap_or_default()),
            Some("numeric") => Some(self.locale.date_numeric.clone().unwrap_or_default()),
            _ => None,
        };
        let Some(template) = template else {
            let parts =
                xml::elements(node).filter_map(|child| read_date_part(child, self.notes)).take(3);
            return Some(Date {
                variable,
                parts: parts.collect(),
                delimiter: node.attribute("delimiter").unwrap_or("").into(),
                clothes: self.clothes(node),
            });
        };
        let mut parts = template.parts;
        for child in xml::elements(node) {
            let Some(name) = date_part_name(child, self.notes) else { continue };
            if let Some(part) = parts.iter_mut().find(|part| part.name == name) {
                override_part(part, child, self.notes);
            }
        }
        let keep: &[DatePartName] = match node.attribute("date-parts") {
            Some("year") => &[DatePartName::Year],
            Some("year-month") => &[DatePartName::Year, DatePartName::Month],
            _ => &[DatePartName::Year, DatePartName::Month, DatePartName::Day],
        };
        parts.retain(|part| keep.contains(&part.name));
        // The style dresses the whole; its affixes take the place of the locale's.
        let own = self.clothes(node);
        let mut clothes = template.clothes;
        if !own.prefix.is_empty() {
            clothes.prefix = own.prefix;
        }
        if !own.suffix.is_empty() {
            clothes.suffix = own.suffix;
        }
        clothes.formatting = own.formatting.or(clothes.formatting);
        clothes.text_case = own.text_case.or(clothes.text_case);
        clothes.display = own.display.or(clothes.display);
        Some(Date { variable, parts: parts.into(), delimiter: template.delimiter, clothes })
    }

    fn choose(&mut self, node: Node<'a, 'a>) -> Box<[Branch]> {
        let mut branches = Vec::new();
        for child in xml::elements(node) {
            match xml::name(child) {
                "if" | "else-if" => {
                    let matching = match child.attribute("match") {
                        Some("any") => Match::Any,
                        Some("none") => Match::None,
                        _ => Match::All,
                    };
                    let tests = self.tests(child);
                    branches.push(Branch { matching, tests, body: self.body(child) });
                }
                "else" => {
                    let body = self.body(child);
                    branches.push(Branch { matching: Match::All, tests: Box::new([]), body });
                    break;
                }
                other => {
                    let message = format!("`choose` has no `{other}`");
                    self.notes.warn(xml::offset(child), message);
                }
            }
        }
        branches.into()
    }

    fn tests(&mut self, node: Node<'_, '_>) -> Box<[Test]> {
        let mut tests = Vec::new();
        for attribute in node.attributes() {
            let words = attribute.value().split_whitespace();
            match attribute.name() {
                "match" => {}
                "type" => {
                    let mut set = TypeSet::default();
                    for kind in words.filter_map(ItemType::from_word) {
                        set.insert(kind);
                    }
                    tests.push(Test::Type(set));
                }
                "variable" => tests.extend(
                    words.map(|word| Variable::from_word(word).map_or(Test::Never, Test::Variable)),
                ),
                "is-numeric" => tests.extend(words.map(|word| {
                    TextVariable::from_word(word).map_or(Test::Never, Test::IsNumeric)
                })),
                "is-uncertain-date" => tests.extend(words.map(|word| {
                    DateVariable::from_word(word).map_or(Test::Never, Test::IsUncertainDate)
                })),
                "locator" => {
                    let value = attribute.value().replace("sub verbo", "sub-verbo");
                    tests.extend(value.split_whitespace().map(|word| {
                        LocatorLabel::from_word(word).map_or(Test::Never, Test::Locator)
                    }));
                }
                "position" => {
                    self.uses.position = true;
                    tests.extend(words.map(|word| match word {
                        "first" => Test::Position(Position::First),
                        "subsequent" => Test::Position(Position::Subsequent),
                        "ibid" => Test::Position(Position::Ibid),
                        "ibid-with-locator" => Test::Position(Position::IbidWithLocator),
                        "near-note" => Test::Position(Position::NearNote),
                        "far-note" => Test::Position(Position::FarNote),
                        _ => Test::Never,
                    }));
                }
                "disambiguate" => {
                    if attribute.value() == "true" {
                        self.uses.disambiguate = true;
                        tests.push(Test::Disambiguate);
                    }
                }
                other => {
                    let message = format!("no condition is called `{other}`");
                    self.notes.warn(attribute.range().start, message);
                    tests.push(Test::Never);
                }
            }
        }
        if tests.is_empty() {
            tests.push(Test::Never);
        }
        tests.into()
    }

    fn sort_keys(&mut self, node: Node<'a, 'a>, area: &NameOptions) -> Box<[SortKey]> {
        let mut keys = Vec::new();
        for child in xml::elements(node).filter(|child| xml::name(*child) == "key") {
            let names = NameOptions {
                et_al_min: number_attribute(child, "names-min"),
                et_al_use_first: number_attribute(child, "names-use-first"),
                et_al_use_last: child.attribute("names-use-last").map(|value| value == "true"),
                ..NameOptions::default()
            }
            .or(area);
            let source = if let Some(name) = child.attribute("variable") {
                match Variable::from_word(name) {
                    Some(variable @ Variable::Names(_)) => {
                        KeySource::Names(Box::new(compile_names::key_names(self, variable, &names)))
                    }
                    Some(variable) => KeySource::Variable(variable),
                    None => KeySource::Nothing,
                }
            } else if let Some(name) = child.attribute("macro") {
                match self.macro_ids.get(name) {
                    Some(&id) => KeySource::Macro(id),
                    None => {
                        let message = format!("there is no macro `{name}`");
                        self.notes.warn(xml::offset(child), message);
                        continue;
                    }
                }
            } else {
                self.notes.warn(xml::offset(child), "`key` names nothing to sort by".into());
                continue;
            };
            let descending = child.attribute("sort") == Some("descending");
            keys.push(SortKey { source, descending, names });
        }
        keys.into()
    }

    /// `cs:citation` or `cs:bibliography`, without the settings of its kind.
    pub(super) fn area<Options>(
        &mut self,
        node: Node<'a, 'a>,
        style: &NameOptions,
        options: Options,
    ) -> Area<Options> {
        let names = compile_names::name_options(node, self.notes).or(style);
        let mut area = Area {
            sort: Box::new([]),
            layout: Box::new([]),
            formatting: Formatting::NONE,
            prefix: "".into(),
            suffix: "".into(),
            delimiter: "".into(),
            names,
            options,
        };
        for child in xml::elements(node) {
            match xml::name(child) {
                "sort" => area.sort = self.sort_keys(child, &area.names),
                "layout" => {
                    let clothes = self.clothes(child);
                    area.formatting = clothes.formatting;
                    area.prefix = clothes.prefix;
                    area.suffix = clothes.suffix;
                    area.delimiter = child.attribute("delimiter").unwrap_or("").into();
                    area.layout = self.body(child);
                }
                other => {
                    let place = xml::name(node);
                    let message = format!("`{place}` has no `{other}`");
                    self.notes.warn(xml::offset(child), message);
                }
            }
        }
        area
    }
}

/// What parts the ends of a range; nothing, which some styles say, is no answer: 1652 and 1658 would be one number.
fn range_delimiter(value: &str) -> Option<Box<str>> {
    (!value.is_empty()).then(|| value.into())
}

/// Lays the attributes of a style's `cs:date-part` over those of the locale's.
fn override_part(part: &mut DatePart, node: Node<'_, '_>, notes: &mut Notes<'_>) {
    for attribute in node.attributes() {
        let value = attribute.value();
        match attribute.name() {
            "name" => {}
            "form" => part.form = date_part_form(value).unwrap_or(part.form),
            "range-delimiter" => part.range_delimiter = range_delimiter(value),
            "prefix" => part.clothes.prefix = value.into(),
            "suffix" => part.clothes.suffix = value.into(),
            "strip-periods" => part.clothes.strip_periods = value == "true",
            "text-case" => part.clothes.text_case = TextCase::named(value),
            name => {
                if part.clothes.formatting.set(name, value).is_none() {
                    let message = format!("`date-part` has no `{name}`");
                    notes.warn(attribute.range().start, message);
                }
            }
        }
    }
}

/// The settings of `cs:citation`.
pub(super) fn citation_options(node: Node<'_, '_>) -> CitationOptions {
    let is_true = |name: &str| node.attribute(name) == Some("true");
    let text = |name: &str| -> Option<Box<str>> { node.attribute(name).map(Box::from) };
    CitationOptions {
        add_names: is_true("disambiguate-add-names"),
        add_given_names: is_true("disambiguate-add-givenname"),
        given_name_rule: match node.attribute("givenname-disambiguation-rule") {
            Some("all-names") => GivenNameRule::AllNames,
            Some("all-names-with-initials") => GivenNameRule::AllNamesWithInitials,
            Some("primary-name") => GivenNameRule::PrimaryName,
            Some("primary-name-with-initials") => GivenNameRule::PrimaryNameWithInitials,
            _ => GivenNameRule::ByCite,
        },
        add_year_suffix: is_true("disambiguate-add-year-suffix"),
        collapse: match node.attribute("collapse") {
            Some("citation-number") => Some(Collapse::CitationNumber),
            Some("year") => Some(Collapse::Year),
            Some("year-suffix") => Some(Collapse::YearSuffix),
            Some("year-suffix-ranged") => Some(Collapse::YearSuffixRanged),
            _ => None,
        },
        cite_group_delimiter: text("cite-group-delimiter").filter(|text| !text.is_empty()),
        year_suffix_delimiter: text("year-suffix-delimiter"),
        after_collapse_delimiter: text("after-collapse-delimiter"),
        near_note_distance: number_attribute(node, "near-note-distance").unwrap_or(5),
    }
}

/// The settings of `cs:bibliography`.
pub(super) fn bibliography_options(node: Node<'_, '_>) -> BibliographyOptions {
    BibliographyOptions {
        hanging_indent: node.attribute("hanging-indent") == Some("true"),
        second_field_align: match node.attribute("second-field-align") {
            Some("flush") => Some(SecondFieldAlign::Flush),
            Some("margin") => Some(SecondFieldAlign::Margin),
            _ => None,
        },
        line_spacing: number_attribute(node, "line-spacing").unwrap_or(1),
        entry_spacing: number_attribute(node, "entry-spacing").unwrap_or(1),
        author_substitute: node.attribute("subsequent-author-substitute").map(Into::into),
        author_substitute_rule: match node.attribute("subsequent-author-substitute-rule") {
            Some("complete-each") => SubstituteRule::CompleteEach,
            Some("partial-each") => SubstituteRule::PartialEach,
            Some("partial-first") => SubstituteRule::PartialFirst,
            _ => SubstituteRule::CompleteAll,
        },
    }
}

/// The macros of a style, numbered in their order; of two with one name the first one counts.
pub(super) fn macro_nodes<'a>(
    root: Node<'a, 'a>,
    notes: &mut Notes<'_>,
) -> (HashMap<&'a str, MacroId>, Vec<Node<'a, 'a>>) {
    let mut ids = HashMap::new();
    let mut nodes = Vec::new();
    for node in xml::elements(root).filter(|node| xml::name(*node) == "macro") {
        let Some(name) = node.attribute("name") else {
            notes.warn(xml::offset(node), "a macro has no name".into());
            continue;
        };
        if ids.contains_key(name) {
            notes.warn(xml::offset(node), format!("there are two macros `{name}`"));
        } else if nodes.len() < usize::from(MacroId::MAX) {
            ids.insert(name, nodes.len() as MacroId);
            nodes.push(node);
        } else {
            notes.error(codes::STYLE_SIZE, xml::offset(node), "there are too many macros".into());
        }
    }
    (ids, nodes)
}
