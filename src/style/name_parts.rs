//! Which `cs:name-part` the reference processor takes for which names.
//!
//! By the specification they belong to the `cs:name` that they stand in. The reference processor
//! remembers the last it has met until it is out of the outermost `cs:names`: what stands in
//! `cs:substitute`, macros called from there included, has the name parts of the names around it, and
//! the names around have those met in the substitute. Macros are read once, where they are called
//! first, and keep what they got there.

use super::program::{Body, Clothes, Element, Names, Style, TextSource};

/// Notes in all names of the style where the reference processor has other name parts for them.
pub(super) fn note_reference(style: &mut Style) {
    let mut reader = Reader {
        macros: style.macros.iter_mut().map(|each| Some(std::mem::take(&mut each.body))).collect(),
        read: vec![None; style.macros.len()],
        family: None,
        given: None,
        depth: 0,
    };
    reader.body(&mut style.citation.layout);
    if let Some(bibliography) = &mut style.bibliography {
        reader.body(&mut bibliography.layout);
    }
    for (each, (read, unread)) in
        style.macros.iter_mut().zip(reader.read.into_iter().zip(reader.macros))
    {
        each.body = read.or(unread).unwrap_or_default();
    }
}

struct Reader {
    /// The macros that have not been called yet.
    macros: Vec<Option<Body>>,
    /// Those that have been read.
    read: Vec<Option<Body>>,
    /// The name parts met last.
    family: Option<Clothes>,
    given: Option<Clothes>,
    /// How many `cs:names` are open.
    depth: usize,
}

impl Reader {
    fn body(&mut self, body: &mut Body) {
        for element in body {
            match element {
                Element::Names(names) => self.names(names),
                Element::Group(group) => self.body(&mut group.body),
                Element::Choose(branches) => {
                    for branch in branches {
                        self.body(&mut branch.body);
                    }
                }
                Element::Text(text) => {
                    if let TextSource::Macro(id) = text.source {
                        self.call(usize::from(id));
                    }
                }
                _ => {}
            }
        }
    }

    fn call(&mut self, id: usize) {
        if let Some(mut body) = self.macros.get_mut(id).and_then(Option::take) {
            self.body(&mut body);
            self.read[id] = Some(body);
        }
    }

    fn names(&mut self, names: &mut Names) {
        if names.shorthand {
            // It is told with the names around it.
            return;
        }
        self.depth += 1;
        for (met, own) in
            [(&mut self.family, &names.name.family), (&mut self.given, &names.name.given)]
        {
            if own.is_some() {
                met.clone_from(own);
            }
        }
        self.body(&mut names.substitute);
        if self.family != names.name.family || self.given != names.name.given {
            let mut element = names.name.clone();
            (element.family, element.given) = (self.family.clone(), self.given.clone());
            each_shorthand(&mut names.substitute, &mut |shorthand| {
                shorthand.reference = Some(Box::new(element.clone()));
            });
            names.reference = Some(Box::new(element));
        }
        self.depth -= 1;
        if self.depth == 0 {
            (self.family, self.given) = (None, None);
        }
    }
}

fn each_shorthand(body: &mut Body, act: &mut impl FnMut(&mut Names)) {
    for element in body {
        match element {
            Element::Names(names) if names.shorthand => act(names),
            Element::Group(group) => each_shorthand(&mut group.body, act),
            Element::Choose(branches) => {
                for branch in branches {
                    each_shorthand(&mut branch.body, act);
                }
            }
            _ => {}
        }
    }
}
