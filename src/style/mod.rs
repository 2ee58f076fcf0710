//! A CSL style and its locale, checked and compiled.
//!
//! [`Style::compile`] takes the text of a style and gives the program that
//! [`crate::formatter`] runs. It reads no files: what else it needs (the parent of a dependent
//! style, the locale's texts) the caller hands over as functions in [`Sources`].

pub mod bundled;
mod compile;
mod compile_names;
mod excerpt;
pub mod formatting;
mod guard;
mod locale;
mod name_parts;
mod program;
mod terms;
mod xml;

pub use excerpt::Excerpt;
pub use locale::{Locale, LocaleDate, LocaleOptions, locale_chain};
pub use program::*;
pub use terms::{Gender, OrdinalMatch, TermForm, TermText, Terms};

use crate::problem::{Problem, codes};
use compile::Compiler;
use formatting::PageRange;
use roxmltree::{Document, Node};
use std::borrow::Cow;
use xml::Notes;

/// Where the texts come from that a style leans on.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The text of the independent style with this id (a URI, as `independent-parent` has it).
    pub style: &'a dyn Fn(&str) -> Option<Cow<'static, str>>,
    /// The text of the locale file for this tag (`de-AT`).
    pub locale: &'a dyn Fn(&str) -> Option<Cow<'static, str>>,
}

/// How many parents a dependent style may have, one behind the other.
const GENERATIONS: usize = 4;

impl Style {
    /// Compiles the text of a style. `locale` forces a locale; without it the style's own default
    /// is used, and American English when it has none.
    ///
    /// With the style come the warnings; without it, at least one error.
    ///
    /// ```
    /// use fonds::style::{Sources, Style};
    /// let text = r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
    ///     <citation><layout><text variable="title"/></layout></citation></style>"#;
    /// let sources = Sources { style: &|_| None, locale: &|_| None };
    /// let (style, problems) = Style::compile(text, None, &sources);
    /// assert!(style.is_some());
    /// assert!(problems.is_empty());
    /// ```
    pub fn compile(
        text: &str,
        locale: Option<&str>,
        sources: &Sources<'_>,
    ) -> (Option<Style>, Vec<Problem>) {
        let mut text = Cow::Borrowed(text);
        if let Some(mended) = xml::unescaped_twice(&text) {
            text = Cow::Owned(mended);
        }
        let mut language: Option<String> = locale.map(str::to_owned);
        for _ in 0..GENERATIONS {
            let document = match xml::parse(&text) {
                Ok(document) => document,
                Err(problem) => return (None, vec![problem]),
            };
            let (parent, own_language) = read_header(document.root_element());
            // A dependent style's default locale wins over its parent's.
            language = language.or(own_language);
            let Some(parent) = parent else {
                return compile_independent(&document, language.as_deref(), sources);
            };
            match (sources.style)(&parent) {
                Some(parent) => text = parent,
                None => {
                    let message = format!("the parent style is not known: `{parent}`");
                    let name = parent.rsplit('/').next().unwrap_or(&parent);
                    let problem = Problem::error(codes::STYLE_PARENT, message).mend(format!(
                        "put the file of the parent, `{name}.csl`, beside the style"
                    ));
                    return (None, vec![problem]);
                }
            }
        }
        let message = "the style's parent is a dependent style itself, and so on without end";
        (None, vec![Problem::error(codes::STYLE_PARENT, message)])
    }
}

/// The parent of a dependent style, and the default locale.
fn read_header(root: Node<'_, '_>) -> (Option<String>, Option<String>) {
    let language = root.attribute("default-locale").map(str::to_owned);
    // A style that can print by itself needs no parent, whatever it links to.
    let is_whole = xml::elements(root).any(|node| xml::name(node) == "citation");
    let parent = xml::elements(root)
        .filter(|node| xml::name(*node) == "info")
        .flat_map(xml::elements)
        .filter(|node| xml::name(*node) == "link")
        .find(|node| node.attribute("rel") == Some("independent-parent"))
        .and_then(|node| node.attribute("href"));
    (parent.filter(|_| !is_whole).map(str::to_owned), language)
}

fn compile_independent(
    document: &Document<'_>,
    language: Option<&str>,
    sources: &Sources<'_>,
) -> (Option<Style>, Vec<Problem>) {
    let root = document.root_element();
    let mut notes = Notes::new(document);
    if xml::name(root) != "style" {
        let message = format!("the file is no style: it begins with `{}`", xml::name(root));
        notes.error(codes::STYLE_STRUCTURE, xml::offset(root), message);
        return (None, notes.problems);
    }
    let language = locale::normal_tag(language.unwrap_or("en-US"));
    // Of lists of names alone there can be too many to make a program of them first.
    if let Err(refusal) = guard::check_names(xml::elements(root).filter(is_printed)) {
        notes.problems.push(refused(None, &refusal, root, &notes));
        return (None, notes.problems);
    }
    let locale = merged_locale(root, &language, sources, &mut notes);
    let mut style = compile_program(root, &language, locale, &mut notes);
    match guard::check(&style) {
        Ok(depth) => {
            compile_names::resolve(&mut style);
            style.depth = depth;
            name_parts::note_reference(&mut style);
        }
        Err(refusal) => {
            notes.problems.push(refused(Some(&style), &refusal, root, &notes));
            return (None, notes.problems);
        }
    }
    (Some(style), notes.problems)
}

/// Whether an element of the style is printed itself, as macros are not.
fn is_printed(node: &Node<'_, '_>) -> bool {
    matches!(xml::name(*node), "citation" | "bibliography")
}

fn refused(
    style: Option<&Style>,
    refusal: &guard::Refusal,
    root: Node<'_, '_>,
    notes: &Notes<'_>,
) -> Problem {
    match refusal {
        guard::Refusal::Cycle(ids) => {
            let macros: &[Macro] = style.map_or(&[], |style| &style.macros);
            let name = |id: &MacroId| {
                let name = macros.get(usize::from(*id)).map_or("", |each| &each.name);
                format!("`{}`", name.chars().take(60).collect::<String>())
            };
            let mut circle: Vec<String> = ids.iter().take(8).map(name).collect();
            if ids.len() > 8 {
                circle.push("…".into());
            }
            circle.extend(ids.first().map(name));
            let message = format!("macros call each other in a circle: {}", circle.join(" → "));
            let first = ids.first().and_then(|id| macros.get(usize::from(*id)));
            let node = first.and_then(|each| {
                xml::elements(root).find(|node| node.attribute("name") == Some(&each.name))
            });
            let place = notes.place(xml::offset(node.unwrap_or(root)));
            Problem::error(codes::STYLE_CYCLE, message).at(place)
        }
        guard::Refusal::Size(elements) => {
            let message = match elements {
                &u64::MAX => {
                    "the style has no end of elements when its macros are written out".into()
                }
                elements => {
                    format!(
                        "the style comes to {elements} elements when its macros are written out"
                    )
                }
            };
            Problem::error(codes::STYLE_SIZE, message).at(notes.place(xml::offset(root)))
        }
        guard::Refusal::Depth(depth) => {
            let message = format!("macros are nested too deep: {depth} levels");
            Problem::error(codes::STYLE_SIZE, message).at(notes.place(xml::offset(root)))
        }
    }
}

/// The locale files of the language, and the style's own locales over them: those for all languages,
/// for the language, and for the dialect.
fn merged_locale(
    root: Node<'_, '_>,
    language: &str,
    sources: &Sources<'_>,
    notes: &mut Notes<'_>,
) -> Locale {
    let mut merged = Locale::default();
    let mut read = |tag: &str| -> Option<Locale> {
        let (locale, problems) = Locale::read(&(sources.locale)(tag)?);
        notes.problems.extend(problems);
        locale
    };
    let bare = locale::bare_language(language);
    let mut found = false;
    for tag in locale_chain(language).iter().skip(usize::from(bare != "en")) {
        if let Some(locale) = read(tag) {
            if found {
                merged.overlay(&locale);
            } else {
                merged = Locale { language: Default::default(), ..locale };
            }
            found = true;
        }
    }
    // English stands in for what a language lacks: form by form, as the specification has it, where
    // the locale has hardly any short forms; elsewhere for what it lacks altogether, since people who
    // read `Seite` are not helped by `p.`
    if bare != "en"
        && let Some(mut english) = read("en-US")
    {
        if !found {
            merged = english;
        } else if locale::is_sparse(bare) {
            english.overlay(&merged);
            merged = english;
        } else {
            merged.fill(&english);
        }
    }
    let primary = locale::primary_dialect(bare).unwrap_or("");
    let mut wanted = vec!["", bare, primary, language];
    wanted.dedup();
    if primary == language {
        wanted.truncate(3);
    }
    for tag in wanted {
        let own = xml::elements(root).filter(|node| xml::name(*node) == "locale").find(|node| {
            let lang = node.attributes().find(|attribute| attribute.name() == "lang");
            let lang = lang.map_or(String::new(), |lang| locale::normal_tag(lang.value()));
            lang == tag
        });
        if let Some(node) = own {
            merged.overlay(&Locale::from_node(node, notes));
        }
    }
    merged
}

fn compile_program(
    root: Node<'_, '_>,
    language: &str,
    locale: Locale,
    notes: &mut Notes<'_>,
) -> Style {
    let (macro_ids, macro_nodes) = compile::macro_nodes(root, notes);
    let style_names = compile_names::name_options(root, notes);
    let mut compiler = Compiler {
        notes,
        locale: &locale,
        macro_ids,
        names_count: 0,
        uses: Uses::default(),
        around: Vec::new(),
    };
    let macros = macro_nodes
        .iter()
        .map(|node| Macro {
            name: node.attribute("name").unwrap_or("").into(),
            body: compiler.body(*node),
            has_date: node.descendants().any(|inside| xml::name(inside) == "date"),
        })
        .collect();
    let child = |wanted: &str| xml::elements(root).find(|node| xml::name(*node) == wanted);
    let citation = match child("citation") {
        Some(node) => compiler.area(node, &style_names, compile::citation_options(node)),
        None => {
            compiler.notes.warn(xml::offset(root), "the style has no `citation`".into());
            Area {
                sort: Box::new([]),
                layout: Box::new([]),
                formatting: formatting::Formatting::NONE,
                prefix: "".into(),
                suffix: "".into(),
                delimiter: "".into(),
                names: style_names.clone(),
                options: CitationOptions { near_note_distance: 5, ..Default::default() },
            }
        }
    };
    let bibliography = child("bibliography")
        .map(|node| compiler.area(node, &style_names, compile::bibliography_options(node)));
    let (uses, names_count) = (compiler.uses, compiler.names_count);
    let info = child("info");
    let info_text = |wanted: &str| {
        let node = xml::elements(info?).find(|node| xml::name(*node) == wanted)?;
        Some(xml::text(node).trim().into())
    };
    Style {
        title: info_text("title").unwrap_or_default(),
        id: info_text("id").unwrap_or_default(),
        class: if root.attribute("class") == Some("note") { Class::Note } else { Class::InText },
        language: language.into(),
        demote_particle: match root.attribute("demote-non-dropping-particle") {
            Some("never") => DemoteParticle::Never,
            Some("sort-only") => DemoteParticle::SortOnly,
            _ => DemoteParticle::DisplayAndSort,
        },
        initialize_with_hyphen: root.attribute("initialize-with-hyphen") != Some("false"),
        page_range: match root.attribute("page-range-format") {
            Some("expanded") => Some(PageRange::Expanded),
            Some("minimal") => Some(PageRange::Minimal),
            Some("minimal-two") => Some(PageRange::MinimalTwo),
            Some("chicago" | "chicago-15") => Some(PageRange::Chicago15),
            Some("chicago-16") => Some(PageRange::Chicago16),
            _ => None,
        },
        macros,
        names_count,
        citation,
        bibliography,
        uses,
        depth: 0,
        locale: locale.options,
        terms: locale.terms,
    }
}
