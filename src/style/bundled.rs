//! The styles and locales that come with the program (those that hayagriva bundles), packed one by
//! one: only what is asked for is unpacked.

use std::borrow::Cow;

/// A style that comes with the program.
#[derive(Debug)]
pub struct BundledStyle {
    /// The names it goes by, the usual one first.
    pub names: &'static [&'static str],
    /// Its id: the URI that dependent styles name as their parent.
    pub id: &'static str,
    /// Its title, for people.
    pub title: &'static str,
    packed: Packed,
}

/// Where a text lies in the pack.
#[derive(Debug, Clone, Copy)]
struct Packed {
    start: usize,
    end: usize,
    length: usize,
}

static PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bundled.bin"));

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

impl Packed {
    fn text(self) -> Option<Cow<'static, str>> {
        let packed = PACK.get(self.start..self.end)?;
        let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(packed, self.length).ok()?;
        String::from_utf8(bytes).ok().map(Cow::Owned)
    }
}

/// All bundled styles, sorted by their first name.
///
/// ```
/// use fonds::style::bundled::styles;
/// assert!(styles().iter().any(|style| style.names.contains(&"apa")));
/// ```
pub fn styles() -> &'static [BundledStyle] {
    STYLES
}

/// The text of the bundled style with this name, id (a URI) or the last part of its id.
///
/// ```
/// use fonds::style::bundled::style;
/// assert!(style("apa").is_some_and(|text| text.starts_with("<style")));
/// assert!(style("http://www.zotero.org/styles/nature").is_some());
/// assert!(style("no-such-style").is_none());
/// ```
pub fn style(name: &str) -> Option<Cow<'static, str>> {
    find(name)?.packed.text()
}

/// The bundled style with this name or id.
pub fn find(name: &str) -> Option<&'static BundledStyle> {
    let name = name.strip_suffix(".csl").unwrap_or(name);
    let is_named = |style: &&BundledStyle| style.names.contains(&name);
    STYLES.iter().find(is_named).or_else(|| {
        let with_id = |style: &&BundledStyle| {
            style.id == name || (!name.contains('/') && style.id.rsplit('/').next() == Some(name))
        };
        STYLES.iter().find(with_id)
    })
}

/// The text of the bundled locale with exactly this tag, whatever its case.
///
/// ```
/// use fonds::style::bundled::locale;
/// assert!(locale("de-AT").is_some_and(|text| text.starts_with("<locale")));
/// assert!(locale("de").is_none());
/// ```
pub fn locale(tag: &str) -> Option<Cow<'static, str>> {
    LOCALES.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag))?.1.text()
}

/// The tags of all bundled locales, sorted.
pub fn locales() -> impl Iterator<Item = &'static str> {
    LOCALES.iter().map(|&(tag, _)| tag)
}

#[cfg(test)]
mod tests {
    use super::super::{Locale, Sources, Style};
    use super::*;

    #[test]
    fn every_bundled_style_compiles_without_a_word() {
        let sources = Sources { style: &style, locale: &locale };
        for bundled in styles() {
            let name = bundled.names.first().copied().unwrap_or(bundled.id);
            let text = style(bundled.id).expect(name);
            let (compiled, problems) = Style::compile(&text, None, &sources);
            assert!(compiled.is_some() && problems.is_empty(), "{name}: {problems:?}");
        }
    }

    #[test]
    fn every_bundled_locale_is_one() {
        assert!(locales().count() >= 60);
        for tag in locales() {
            let (read, problems) = Locale::read(&locale(tag).expect(tag));
            assert!(problems.is_empty(), "{tag}: {problems:?}");
            assert_eq!(read.map(|locale| locale.language.to_string()).as_deref(), Some(tag));
        }
    }
}
