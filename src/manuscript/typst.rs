//! Typst, as `typst-syntax` parses it: `@id[fol. 3]`, `#cite(<id>, form: "prose")`.

use super::Manuscript;
use super::citation::{Citation, Cite, Heading, Kind, Note, References, Step};
use super::locator;
use super::write::blank_before;
use std::collections::HashSet;
use std::ops::Range;
use typst_syntax::{LinkedNode, SyntaxKind, SyntaxNode, ast, parse};

/// How deep emphasis may stand in the words around a key.
const DEEPEST_WORDS: usize = 16;

/// How far back the beginning of a line is looked for, in bytes.
const FARTHEST: usize = 2000;

/// A node that is still to be looked at.
struct Open<'t> {
    node: LinkedNode<'t>,
    /// The step of the footnote it stands in.
    note: Option<usize>,
    /// Where it begins, with the `#` before it; `None` in the midst of code.
    hash: Option<usize>,
    /// Whether a semicolon right after it ends it.
    semicolon: bool,
}

/// Finds the citations of `manuscript`.
pub(super) fn read(manuscript: &mut Manuscript<'_>) {
    let text = manuscript.text;
    let tree = parse(text);
    let own = own_labels(&tree);
    let root = LinkedNode::new(&tree);
    let mut open = vec![Open { node: root, note: None, hash: None, semicolon: false }];
    while let Some(here) = open.pop() {
        let mut note = here.note;
        match here.node.kind() {
            SyntaxKind::Ref => {
                if let Some(citation) = reference(manuscript, &here.node, &own) {
                    push(manuscript, citation, note);
                    continue;
                }
            }
            SyntaxKind::FuncCall => match callee(&here.node) {
                Some("cite") => {
                    if let Some(citation) = call(manuscript, &here) {
                        push(manuscript, citation, note);
                        continue;
                    }
                }
                Some("footnote") if note.is_none() && has_content(&here.node) => {
                    note = Some(manuscript.steps.len());
                    let step = Note { referred: true, ..Note::default() };
                    manuscript.steps.push(Step::Note(step));
                }
                Some("bibliography") => {
                    if let Some(start) = here.hash {
                        let span = start..here.node.range().end + usize::from(here.semicolon);
                        let heading = heading(&here.node);
                        manuscript.references.push(References { span, heading });
                        continue;
                    }
                }
                _ => {}
            },
            SyntaxKind::Raw | SyntaxKind::LineComment | SyntaxKind::BlockComment => continue,
            _ => {}
        }
        let children: Vec<LinkedNode<'_>> = here.node.children().collect();
        for at in (0..children.len()).rev() {
            let before = at.checked_sub(1).and_then(|before| children.get(before));
            let hash = before
                .filter(|before| before.kind() == SyntaxKind::Hash)
                .map(|before| before.offset());
            let semicolon =
                children.get(at + 1).is_some_and(|next| next.kind() == SyntaxKind::Semicolon);
            open.push(Open { node: children[at].clone(), note, hash, semicolon });
        }
    }
    join_neighbours(manuscript);
}

fn push(manuscript: &mut Manuscript<'_>, citation: Citation, note: Option<usize>) {
    let number = manuscript.citations.len();
    let start = citation.span.start;
    let floor = start.saturating_sub(FARTHEST);
    let floor = (0..=floor).rev().find(|at| manuscript.text.is_char_boundary(*at)).unwrap_or(0);
    let blank_before = blank_before(manuscript.text, start, floor, |line| !line.contains("//"));
    let citation = Citation { in_footnote: note.is_some(), blank_before, ..citation };
    manuscript.citations.push(citation);
    match note.and_then(|note| manuscript.steps.get_mut(note)) {
        Some(Step::Note(note)) => note.citations.push(number),
        _ => manuscript.steps.push(Step::Citation(number)),
    }
}

/// The labels that the manuscript gives to things of its own, or points to with other commands.
fn own_labels(tree: &SyntaxNode) -> HashSet<String> {
    let mut labels = HashSet::new();
    let mut open = vec![tree];
    while let Some(node) = open.pop() {
        match node.kind() {
            SyntaxKind::FuncCall if name_of(node) == Some("cite") => continue,
            SyntaxKind::Label => {
                let text = node.leaf_text();
                labels.insert(text.trim_matches(['<', '>']).to_owned());
            }
            _ => {}
        }
        open.extend(node.children());
    }
    labels
}

fn name_of(node: &SyntaxNode) -> Option<&str> {
    let first = node.children().next()?;
    (first.kind() == SyntaxKind::Ident).then(|| first.leaf_text().as_str())
}

fn callee<'t>(node: &LinkedNode<'t>) -> Option<&'t str> {
    name_of(node.get())
}

/// Whether a call has anything but labels as its arguments.
fn has_content(node: &LinkedNode<'_>) -> bool {
    let arguments = node.children().find(|child| child.kind() == SyntaxKind::Args);
    arguments.is_some_and(|arguments| {
        arguments.children().any(|child| {
            matches!(child.kind(), SyntaxKind::ContentBlock | SyntaxKind::Str | SyntaxKind::Ident)
        })
    })
}

/// `@id`, `@id[fol. 3]`.
fn reference(
    manuscript: &mut Manuscript<'_>,
    node: &LinkedNode<'_>,
    own: &HashSet<String>,
) -> Option<Citation> {
    let before = manuscript.text.get(..node.offset())?.chars().next_back();
    // In an address of e-mail.
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let marker = node.children().find(|child| child.kind() == SyntaxKind::RefMarker)?;
    let key = manuscript.text.get(marker.range())?.trim_start_matches('@').to_owned();
    if key.is_empty() || own.contains(&key) {
        return None;
    }
    let mut cite = Cite { key, span: marker.range(), ..Cite::default() };
    if let Some(block) = node.children().find(|child| child.kind() == SyntaxKind::ContentBlock) {
        supplement(manuscript, &block, &mut cite);
    }
    Some(citation(node.range(), cite, Kind::Beside))
}

/// `#cite(<id>, supplement: [fol. 3], form: "prose")`.
fn call(manuscript: &mut Manuscript<'_>, here: &Open<'_>) -> Option<Citation> {
    let arguments = here.node.children().find(|child| child.kind() == SyntaxKind::Args)?;
    let mut cite: Option<Cite> = None;
    let mut kind = Kind::Beside;
    let (mut words, mut suppress_author) = (None, false);
    for argument in arguments.children() {
        match argument.kind() {
            SyntaxKind::Label => {
                let key = manuscript.text.get(argument.range())?;
                let key = key.trim_matches(['<', '>']).to_owned();
                cite = Some(Cite { key, span: argument.range(), ..Cite::default() });
            }
            SyntaxKind::FuncCall if callee(&argument) == Some("label") => {
                cite = label_call(&argument);
            }
            SyntaxKind::Named => {
                let named: ast::Named<'_> = argument.get().cast()?;
                match (named.name().as_str(), named.expr()) {
                    ("supplement", _) => words = argument.children().last(),
                    ("form", ast::Expr::None(_)) => kind = Kind::Silent,
                    ("form", ast::Expr::Str(form)) => match &*form.get() {
                        "prose" => kind = Kind::InSentence,
                        "author" => kind = Kind::AuthorOnly,
                        "year" => suppress_author = true,
                        _ => {}
                    },
                    _ => {}
                }
            }
            _ => {}
        }
    }
    let mut cite = cite?;
    cite.suppress_author = suppress_author;
    if let Some(block) = words.filter(|words| words.kind() == SyntaxKind::ContentBlock) {
        supplement(manuscript, &block, &mut cite);
    }
    let range = here.node.range();
    let end = range.end + usize::from(here.semicolon && here.hash.is_some());
    let span = here.hash.unwrap_or(range.start)..end;
    Some(Citation { in_code: here.hash.is_none(), ..citation(span, cite, kind) })
}

/// `label("id")`.
fn label_call(node: &LinkedNode<'_>) -> Option<Cite> {
    let arguments = node.children().find(|child| child.kind() == SyntaxKind::Args)?;
    let name = arguments.children().find(|child| child.kind() == SyntaxKind::Str)?;
    let text: ast::Str<'_> = name.get().cast()?;
    Some(Cite { key: text.get().to_string(), span: name.range(), ..Cite::default() })
}

/// The place, or the words after the key.
fn supplement(manuscript: &mut Manuscript<'_>, block: &LinkedNode<'_>, cite: &mut Cite) {
    let mut words = String::new();
    rich(manuscript, block, 0, &mut words);
    let words = words.trim();
    let (locator, suffix) = locator::split(words);
    cite.suffix = match locator {
        Some(_) => suffix,
        None if words.is_empty() || words.starts_with([',', ';', '.']) => words.to_owned(),
        None => format!(", {words}"),
    };
    cite.locator = locator;
}

/// The words in a node, with the markup of CSL's fields.
fn rich(manuscript: &mut Manuscript<'_>, node: &LinkedNode<'_>, depth: usize, out: &mut String) {
    let (open, close) = match node.kind() {
        SyntaxKind::Emph => ("<i>", "</i>"),
        SyntaxKind::Strong => ("<b>", "</b>"),
        _ => ("", ""),
    };
    out.push_str(open);
    let mut after_hash = false;
    for child in node.children() {
        let text = manuscript.text.get(child.range()).unwrap_or("");
        match child.kind() {
            SyntaxKind::Text | SyntaxKind::Str | SyntaxKind::Colon | SyntaxKind::SmartQuote => {
                out.push_str(text);
            }
            SyntaxKind::Space | SyntaxKind::Parbreak | SyntaxKind::Linebreak => out.push(' '),
            SyntaxKind::Escape => out.push_str(text.trim_start_matches('\\')),
            SyntaxKind::Shorthand => out.push_str(match text {
                "~" => "\u{a0}",
                "--" => "–",
                "---" => "—",
                "..." => "…",
                "-?" => "\u{ad}",
                other => other,
            }),
            SyntaxKind::Emph
            | SyntaxKind::Strong
            | SyntaxKind::ContentBlock
            | SyntaxKind::Markup
                if depth < DEEPEST_WORDS && !after_hash =>
            {
                rich(manuscript, &child, depth + 1, out);
            }
            SyntaxKind::LeftBracket
            | SyntaxKind::RightBracket
            | SyntaxKind::Star
            | SyntaxKind::Underscore
            | SyntaxKind::LineComment
            | SyntaxKind::BlockComment
            | SyntaxKind::Hash
            | SyntaxKind::Semicolon => {}
            _ => {
                // An expression keeps its `#`, and ends before the words that follow.
                let (mark, end) = if after_hash { ("#", ";") } else { ("", "") };
                manuscript.push_opaque(&format!("{mark}{text}{end}"), out);
            }
        }
        after_hash = child.kind() == SyntaxKind::Hash;
    }
    out.push_str(close);
}

fn heading(node: &LinkedNode<'_>) -> Heading {
    let arguments = node.children().find(|child| child.kind() == SyntaxKind::Args);
    let named = arguments.as_ref().into_iter().flat_map(LinkedNode::children).find(|argument| {
        argument.get().cast::<ast::Named<'_>>().is_some_and(|n| n.name().as_str() == "title")
    });
    let Some(value) = named.and_then(|named| named.children().last()) else {
        return Heading::Usual;
    };
    match value.kind() {
        SyntaxKind::None => Heading::None,
        SyntaxKind::ContentBlock => {
            let inner = value.get().full_text();
            Heading::Own(inner.trim_start_matches('[').trim_end_matches(']').to_owned())
        }
        SyntaxKind::Str => {
            let text = value.get().cast::<ast::Str<'_>>().map(|text| text.get().to_string());
            text.map_or(Heading::Usual, |text| Heading::Own(format!("#{text:?}")))
        }
        _ => Heading::Usual,
    }
}

fn citation(span: Range<usize>, cite: Cite, kind: Kind) -> Citation {
    Citation {
        span,
        cites: vec![cite],
        kind,
        in_footnote: false,
        footnote_asked: false,
        in_code: false,
        blank_before: 0,
    }
}

/// Citations with nothing but space between them are one, as Typst prints them.
fn join_neighbours(manuscript: &mut Manuscript<'_>) {
    let text = manuscript.text;
    let mut joined: Vec<Citation> = Vec::with_capacity(manuscript.citations.len());
    let mut place = Vec::with_capacity(manuscript.citations.len());
    for citation in std::mem::take(&mut manuscript.citations) {
        let beside = |citation: &Citation| citation.kind == Kind::Beside && !citation.in_code;
        match joined.last_mut() {
            Some(before)
                if beside(before)
                    && beside(&citation)
                    && before.in_footnote == citation.in_footnote
                    && text.get(before.span.end..citation.span.start).is_some_and(|between| {
                        between.chars().all(char::is_whitespace)
                            && between.matches('\n').count() < 2
                    }) =>
            {
                before.span.end = citation.span.end;
                before.cites.extend(citation.cites);
            }
            _ => joined.push(citation),
        }
        place.push(joined.len() - 1);
    }
    manuscript.citations = joined;
    let mut last = None;
    manuscript.steps.retain_mut(|step| match step {
        Step::Citation(number) => {
            *number = place[*number];
            last.replace(*number) != Some(*number)
        }
        Step::Note(note) => {
            note.citations.iter_mut().for_each(|number| *number = place[*number]);
            note.citations.dedup();
            true
        }
    });
}
