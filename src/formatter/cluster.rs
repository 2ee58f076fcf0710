//! One citation: its cites, printed, joined and framed.

use super::cite::{Citation, Mode};
use super::collapse::{self, Built, Joint};
use super::markup::{Dress, Mark, NodeId};
use super::process::NO_FORM;
use super::punctuation::{nest_brackets, settle};
use super::render::{Pass, Region, Renderer};
use super::script::{is_letter, is_romanesque_start};
use super::session::CiteInfo;
use super::spill::{Whole, spill};
use super::write::{Writing, write};
use crate::citation::{TextVariable, Variable};
use crate::style::Class;

/// What the reference processor prints for a citation of which nothing is left, as that of an author
/// who is not there.
const NO_PRINTED_FORM: &str = "[NO_PRINTED_FORM]";

/// Prints one citation.
pub(super) fn citation<'s>(
    renderer: &mut Renderer<'s, '_>,
    citation: &'s Citation,
    infos: &'s [CiteInfo<'s>],
    writing: Writing,
) -> String {
    let mut text = String::new();
    match citation.mode {
        Mode::Composite => {
            let author = cluster(renderer, citation, infos, Mode::AuthorOnly, writing);
            let rest = cluster(renderer, citation, infos, Mode::SuppressAuthor, writing);
            text.push_str(&author);
            if !citation.infix.is_empty() {
                let joins =
                    citation.infix.starts_with(['.', ',', ';', ':', '!', '?', '\'', '\u{2019}']);
                if !joins && !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&citation.infix);
            }
            if !text.is_empty() && !rest.is_empty() {
                text.push(' ');
            }
            text.push_str(&rest);
        }
        mode => text = cluster(renderer, citation, infos, mode, writing),
    }
    text
}

fn cluster<'s>(
    renderer: &mut Renderer<'s, '_>,
    citation: &'s Citation,
    infos: &'s [CiteInfo<'s>],
    mode: Mode,
    writing: Writing,
) -> String {
    let session = renderer.session;
    let area = &session.style.citation;
    let note = session.style.class == Class::Note;
    renderer.tree.clear();
    renderer.begin_citation();
    let author_only_citation =
        infos.first().is_some_and(|info| info.cite.author_only) || mode == Mode::AuthorOnly;
    let formatting = if author_only_citation { Default::default() } else { area.formatting };
    // The reference processor counts parentheses while it prints, where the specification is silent.
    let counts = note && session.like_reference;
    renderer.tree.count_nesting(counts.then_some(0));
    let mut prefix = format!("{}{}", area.prefix, spaced_prefix(&citation.prefix));
    if let Some(turned) = renderer.tree.turned(&prefix) {
        prefix = turned;
    }
    let root = renderer.tree.open(&Dress { formatting, ..Dress::default() });
    // Whether a first cite that comes to nothing says so is up to the last one, there.
    let keeps_silent = session.like_reference.then(|| {
        let suppresses = |info: &CiteInfo<'_>| info.cite.suppress_author;
        author_only_citation || infos.last().is_some_and(suppresses)
    });
    let mut built: Vec<Built> = Vec::with_capacity(infos.len());
    for (at, info) in infos.iter().enumerate() {
        let slot = (at > 0).then(|| renderer.tree.slot(&Dress::default()));
        let had_collapsed = renderer.has_collapsed;
        let distinction = session.distinctions.get(info.item);
        renderer.begin(Pass::Print, Region::Citation, info.item, Some(info), distinction);
        let (mut author_only, mut suppress_author) =
            (info.cite.author_only, info.cite.suppress_author);
        if at == 0 && mode == Mode::AuthorOnly {
            (author_only, suppress_author) = (true, false);
        } else if at == 0 && mode == Mode::SuppressAuthor && !note {
            (author_only, suppress_author) = (false, true);
        }
        renderer.author_only = author_only;
        renderer.suppress_author = suppress_author;
        if author_only {
            renderer.set_done(Variable::Text(TextVariable::Locator));
        }
        let node = cite(renderer, info, at, keeps_silent);
        if let Some(node) = node.filter(|_| author_only && session.like_reference) {
            renderer.tree.undress(node);
        }
        let joint = Joint {
            had_locator: at > 0 && !infos[at - 1].cite.locator.is_empty(),
            had_collapsed,
            has_collapsed: renderer.has_collapsed,
            in_cite_group: renderer.uses_cite_group_delimiter,
            wants_suffix_delimiter: renderer.wants_suffix_delimiter,
            numeric: session.style.uses.citation_number,
            in_text: !note,
        };
        let mut delimiter = collapse::delimiter(&area.delimiter, &area.options, &joint).to_owned();
        if at > 0 {
            adjust_delimiter(&mut delimiter, &infos[at - 1].cite.suffix, &info.cite.prefix);
        }
        let number = match distinction.and_then(|d| d.year_suffix) {
            Some(suffix) if !session.style.uses.citation_number => Some(suffix),
            _ => session.numbers.get(info.item).copied(),
        };
        built.push(Built { node, slot, delimiter, number });
        if author_only {
            break;
        }
    }
    // Behind a last cite that comes to nothing the reference processor adds the suffix when
    // punctuation is settled already, and none when that cite leaves out its author.
    let ends_in_nothing = session.like_reference
        && built.len() > 1
        && built.last().is_some_and(|cite| cite.node.is_none());
    if !author_only_citation {
        frame(renderer, citation, &mut built, &prefix, ends_in_nothing);
    }
    if note && !counts {
        nest_brackets(&mut renderer.tree, root, &mut 0);
    }
    for cite in &built {
        if let Some(node) = cite.node {
            renderer.tree.prune(node);
            settle(&mut renderer.tree, node);
            if session.like_reference {
                spill(&mut renderer.tree, node, Whole::Citation);
            }
        }
    }
    if ends_in_nothing
        && keeps_silent == Some(false)
        && let Some(node) = built.iter().rev().find_map(|cite| cite.node)
    {
        let suffix = format!("{}{}", renderer.tree.suffix(node), area.suffix);
        renderer.tree.set_suffix(node, &suffix);
    }
    collapse::join(&mut renderer.tree, session.style, &mut built, session.like_reference);
    let mut text = String::new();
    if renderer.tree.close().is_some() {
        write(&renderer.tree, root, writing, &mut text);
    } else if session.like_reference && !infos.is_empty() {
        text.push_str(NO_PRINTED_FORM);
    }
    text
}

/// One cite, with its own affixes.
///
/// `keeps_silent`: whether nothing is said when nothing comes of the first cite; where that is not
/// given, the cite itself decides.
fn cite<'s>(
    renderer: &mut Renderer<'s, '_>,
    info: &'s CiteInfo<'_>,
    at: usize,
    keeps_silent: Option<bool>,
) -> Option<NodeId> {
    let casing = renderer.casing();
    renderer.tree.open(&Dress { mark: Mark::Cite(at as u32), ..Dress::default() });
    let mut prefix = spaced_prefix(&info.cite.prefix);
    if let Some(turned) = renderer.tree.turned(&prefix) {
        prefix = turned;
    }
    if !prefix.is_empty() {
        renderer.tree.text_in(&prefix, &Dress::default(), casing);
        renderer.term_predecessor = !ends_sentence(&prefix);
    }
    let before = renderer.tree.checkpoint();
    renderer.body(renderer.citation_layout());
    let prints = renderer.tree.has_grown(before);
    let keeps_silent = keeps_silent.unwrap_or(renderer.suppress_author);
    renderer.end();
    let is_bare = prefix.is_empty() && info.cite.suffix.is_empty();
    if !prints && at == 0 && !keeps_silent && is_bare {
        renderer.tree.literal(NO_FORM, &Dress::default());
    }
    let mut suffix = spaced_suffix(&info.cite.suffix);
    if let Some(turned) = renderer.tree.turned(&suffix) {
        suffix = turned;
    }
    if !suffix.is_empty() {
        renderer.tree.text_in(&suffix, &Dress::default(), casing);
    }
    renderer.tree.close()
}

/// Puts the style's affixes, and those of the citation, around its cites.
fn frame(
    renderer: &mut Renderer<'_, '_>,
    citation: &Citation,
    built: &mut [Built],
    prefix: &str,
    ends_in_nothing: bool,
) {
    let area = &renderer.session.style.citation;
    let mut suffix = &*area.suffix;
    if suffix.starts_with(['.', '!', '?', ';', ':']) {
        suffix = &suffix[..1];
    }
    let mut suffix = format!("{}{suffix}", spaced_suffix(&citation.suffix));
    if let Some(turned) = renderer.tree.turned(&suffix) {
        suffix = turned;
    }
    if let Some(node) = built.first().and_then(|cite| cite.node) {
        renderer.tree.set_prefix(node, prefix);
    }
    if let Some(node) = built.iter().rev().find_map(|cite| cite.node)
        && !ends_in_nothing
    {
        renderer.tree.set_suffix(node, &suffix);
    }
}

/// A prefix with the space that belongs behind it.
fn spaced_prefix(prefix: &str) -> String {
    if prefix.is_empty() {
        return String::new();
    }
    let bare = without_tags(prefix);
    let bare = bare
        .trim_end_matches(['"', '\'', '\u{201d}', '\u{2019}', '\u{bb}', '\u{202f}', '\u{a0}', ' ']);
    let needs_space = bare.chars().next_back().is_some_and(|c| {
        is_letter(c)
            || matches!(c, '&' | '.' | ';' | ':' | '!' | '?' | ',' | ')' | ']')
            || c.is_ascii_digit()
    });
    let mut out = String::with_capacity(prefix.len() + 1);
    for c in prefix.chars().chain(needs_space.then_some(' ')) {
        if c.is_whitespace() && c != '\u{a0}' {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a prefix ends a sentence of several words, so that what follows begins with a capital.
fn ends_sentence(prefix: &str) -> bool {
    let bare = without_tags(prefix);
    let bare = bare
        .trim_end_matches(['"', '\'', '\u{201d}', '\u{2019}', '\u{bb}', '\u{202f}', '\u{a0}', ' ']);
    bare.ends_with(['.', ';', ':', '!', '?']) && prefix.trim().contains(' ')
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        match rest[start..].find('>') {
            Some(end) => rest = &rest[start + end + 1..],
            None => {
                out.push_str(&rest[start..]);
                return out;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A suffix with the space that belongs before it.
fn spaced_suffix(suffix: &str) -> String {
    match suffix.chars().next() {
        Some(c) if is_romanesque_start(c) || matches!(c, '[' | '(') => format!(" {suffix}"),
        _ => suffix.to_owned(),
    }
}

/// Fits a delimiter to punctuation that the cites beside it bring themselves.
fn adjust_delimiter(delimiter: &mut String, suffix_before: &str, prefix: &str) {
    let ends = suffix_before.ends_with([';', '.', ',']);
    let begins = suffix_before.is_empty() && prefix.starts_with([';', '.', ',']);
    if ends || begins {
        match delimiter.find(' ') {
            Some(space) if !begins => {
                delimiter.drain(..space);
            }
            _ => delimiter.clear(),
        }
    }
}
