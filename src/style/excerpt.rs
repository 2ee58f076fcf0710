//! What of a style concerns items of one shape: the conditions on the type of an item and on the
//! variables it has are decided, and of each `cs:choose` only what may be printed is left. Items of
//! one shape are many, and most of a style is about others.

use super::program::{Body, Branch, Element, Group, Match, Names, Style, Test};
use crate::citation::{Shape, TextVariable, Variable};

/// The largest style, in elements, of which excerpts are made: ten times the largest real one.
const LARGEST: usize = 30_000;

/// The parts of a style that are run, for items of one shape. Run over such an item, they print what
/// the style prints.
#[derive(Debug)]
pub struct Excerpt {
    /// The bodies of the macros, by number.
    pub macros: Vec<Body>,
    /// The layout of the citation.
    pub citation: Body,
    /// The layout of the bibliography, if the style has one.
    pub bibliography: Option<Body>,
}

impl Excerpt {
    /// What of `style` concerns items of this shape; `None` when the style is too large for it.
    pub fn of(style: &Style, shape: &Shape) -> Option<Excerpt> {
        let mut maker = Maker { shape, left: LARGEST };
        let macros = style.macros.iter().map(|each| maker.body(&each.body)).collect();
        let citation = maker.body(&style.citation.layout);
        let bibliography = style.bibliography.as_ref().map(|area| maker.body(&area.layout));
        (maker.left > 0).then_some(Excerpt { macros, citation, bibliography })
    }
}

struct Maker<'a> {
    shape: &'a Shape,
    /// How many elements may still be looked at.
    left: usize,
}

impl Maker<'_> {
    fn body(&mut self, body: &Body) -> Body {
        let mut kept = Vec::with_capacity(body.len());
        self.elements(body, &mut kept);
        kept.into()
    }

    fn elements(&mut self, body: &Body, kept: &mut Vec<Element>) {
        for element in body {
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                return;
            }
            match element {
                Element::Choose(branches) => self.choose(branches, kept),
                Element::Group(group) => {
                    let Group { body, delimiter, clothes } = &**group;
                    let body = self.body(body);
                    let (delimiter, clothes) = (delimiter.clone(), clothes.clone());
                    kept.push(Element::Group(Box::new(Group { body, delimiter, clothes })));
                }
                Element::Names(names) => kept.push(Element::Names(Box::new(self.names(names)))),
                Element::Text(_) | Element::Number(_) | Element::Label(_) | Element::Date(_) => {
                    kept.push(element.clone());
                }
            }
        }
    }

    fn names(&mut self, names: &Names) -> Names {
        Names {
            number: names.number,
            shorthand: names.shorthand,
            variables: names.variables.clone(),
            delimiter: names.delimiter.clone(),
            clothes: names.clothes.clone(),
            name: names.name.clone(),
            reference: names.reference.clone(),
            et_al: names.et_al.clone(),
            label: names.label.clone(),
            substitute: self.body(&names.substitute),
            options: names.options.clone(),
        }
    }

    /// A branch that is always taken takes the place of the `cs:choose`, or of its `cs:else`.
    fn choose(&mut self, branches: &[Branch], kept: &mut Vec<Element>) {
        let mut open: Vec<Branch> = Vec::new();
        for branch in branches {
            match self.decide(branch) {
                Some(false) => {}
                Some(true) if open.is_empty() => return self.elements(&branch.body, kept),
                Some(true) => {
                    let (matching, tests) = (Match::All, [].into());
                    open.push(Branch { matching, tests, body: self.body(&branch.body) });
                    break;
                }
                None => {
                    let tests = branch.tests.iter();
                    let tests = tests.filter(|test| {
                        // Conditions on `disambiguate` are counted where they are met.
                        branch.tests.contains(&Test::Disambiguate) || self.answer(test).is_none()
                    });
                    let tests = tests.cloned().collect();
                    open.push(Branch {
                        matching: branch.matching,
                        tests,
                        body: self.body(&branch.body),
                    });
                }
            }
        }
        if !open.is_empty() {
            kept.push(Element::Choose(open.into()));
        }
    }

    /// Whether a branch is taken; `None` when it depends on more than the shape.
    fn decide(&self, branch: &Branch) -> Option<bool> {
        if branch.tests.contains(&Test::Disambiguate) {
            return None;
        }
        let answers = || branch.tests.iter().map(|test| self.answer(test));
        let decides = branch.matching != Match::All;
        // One test may decide, or all of them have to be known.
        if answers().any(|answer| answer == Some(decides)) {
            return Some(branch.matching == Match::Any);
        }
        answers().all(|answer| answer.is_some()).then_some(branch.matching != Match::Any)
    }

    fn answer(&self, test: &Test) -> Option<bool> {
        match test {
            Test::Type(types) => Some(self.shape.kind.is_some_and(|kind| types.contains(kind))),
            Test::Variable(Variable::Text(
                TextVariable::Locator | TextVariable::FirstReferenceNoteNumber,
            )) => None,
            Test::Variable(variable @ Variable::Text(TextVariable::PageFirst)) => {
                let page = Variable::Text(TextVariable::Page);
                Some(self.shape.has(page) || self.shape.has(*variable))
            }
            Test::Variable(variable) => Some(self.shape.has(*variable)),
            Test::IsUncertainDate(variable) => Some(self.shape.is_circa(*variable)),
            Test::Never => Some(false),
            Test::Disambiguate | Test::IsNumeric(_) | Test::Locator(_) | Test::Position(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;
    use crate::citation::{Item, ItemType, TextVariable};
    use crate::style::{Element, Sources, Style};

    /// The elements of the layout of a citation in an excerpt for a letter with a title.
    fn excerpt(layout: &str) -> String {
        let text = format!(
            r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0">
            <citation><layout>{layout}</layout></citation></style>"#
        );
        let sources = Sources { style: &|_| None, locale: &|_| None };
        let style = Style::compile(&text, None, &sources).0.expect("a style");
        let mut item = Item::new("a", ItemType::PersonalCommunication);
        item.set_text(TextVariable::Title, "Letter");
        let excerpt = Excerpt::of(&style, &item.shape()).expect("an excerpt");
        described(&excerpt.citation)
    }

    fn described(body: &[Element]) -> String {
        let one = |element: &Element| match element {
            Element::Choose(branches) => {
                let branches = branches.iter();
                let each = branches.map(|b| format!("{}? {}", b.tests.len(), described(&b.body)));
                format!("[{}]", each.collect::<Vec<_>>().join(" | "))
            }
            Element::Group(group) => format!("({})", described(&group.body)),
            Element::Text(text) => match &text.source {
                crate::style::TextSource::Value(value) => value.to_string(),
                other => format!("{other:?}"),
            },
            _ => "other".to_owned(),
        };
        body.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_known_is_decided_and_the_rest_stays() {
        let (a, b, c) = (r#"<text value="a"/>"#, r#"<text value="b"/>"#, r#"<text value="c"/>"#);
        for (layout, expected) in [
            (format!(r#"<choose><if type="book">{a}</if><else>{b}</else></choose>{c}"#), "b c"),
            (format!(r#"<choose><if variable="title">{a}</if><else>{b}</else></choose>"#), "a"),
            (format!(r#"<group><choose><if type="map">{a}</if></choose></group>"#), "()"),
            (
                format!(
                    r#"<choose><if position="ibid">{a}</if><else-if variable="title">{b}</else-if>
                    <else>{c}</else></choose>"#
                ),
                "[1? a | 0? b]",
            ),
            (
                format!(
                    r#"<choose><if position="ibid" variable="title">{a}</if>
                    <else-if match="none" variable="title issued" locator="page">{b}</else-if>
                    <else-if match="any" variable="issued" locator="page">{c}</else-if></choose>"#
                ),
                "[1? a | 1? c]",
            ),
            (
                format!(
                    r#"<choose><if disambiguate="true" type="book">{a}</if><else>{b}</else></choose>"#
                ),
                "[2? a | 0? b]",
            ),
        ] {
            assert_eq!(excerpt(&layout), expected, "{layout}");
        }
    }
}
