//! What an archive and its place are called in a citation.

use super::choice::Levels;
use super::path_printer::Printer;
use crate::record::{Archive, fold};

impl Printer<'_> {
    /// The archive in the language of the citation: as the record writes it, when that is in the
    /// language, or else the name or abbreviation that the authority has there.
    pub(super) fn archive_name(&self, typed: &str) -> String {
        let Some(archive) = self.archive else { return typed.to_owned() };
        let language = match (self.levels(), &archive.language) {
            (Levels::OriginalScript, Some(home)) => home.primary(),
            _ => self.choice.primary_language(),
        };
        let folded = fold(typed);
        fn typed_as<'n>(
            names: &'n [crate::record::ArchiveName],
            folded: &str,
        ) -> Option<&'n crate::record::ArchiveName> {
            names.iter().find(|name| name.folded() == folded)
        }
        let fits = |name: &crate::record::ArchiveName| {
            name.language
                .as_ref()
                .is_none_or(|l| l.primary() == language || latin_for(l.as_str(), language))
        };
        let home = archive.language.as_ref().map(|home| home.primary());
        let abbreviation = typed_as(&archive.abbreviations, &folded);
        match (abbreviation, typed_as(&archive.names, &folded)) {
            (Some(name), _) | (None, Some(name)) if fits(name) => typed.to_owned(),
            // An archive may have no abbreviation in its own language: 外交部档案馆.
            (Some(_), _) => {
                let own = |names: &[crate::record::ArchiveName]| {
                    names
                        .iter()
                        .any(|name| name.language.as_ref().is_some_and(|l| l.primary() == language))
                };
                let named = !own(&archive.abbreviations) && own(&archive.names);
                let known = if named {
                    in_script(language, home, |language| archive.name(language))
                } else {
                    in_script(language, home, |language| archive.abbreviation(language))
                        .or_else(|| in_script(language, home, |language| archive.name(language)))
                };
                known.unwrap_or(typed).to_owned()
            }
            (None, Some(_)) => {
                let known = in_script(language, home, |language| archive.name(language));
                known.unwrap_or(typed).to_owned()
            }
            (None, None) => typed.to_owned(),
        }
    }
}

/// Where `archive`, called `name`, is, in `language`. An archive with houses in several cities (the
/// Bundesarchiv, the National Archives of the United States) has no place unless its name says it.
pub(super) fn place_of<'a>(archive: &'a Archive, name: &str, language: &str) -> Option<&'a str> {
    let place = place_in(archive, language)?;
    if !archive.is_in_several_cities() {
        return Some(place);
    }
    let city = |place: &'a str| place.split(',').next().unwrap_or(place);
    let named = archive.places.iter().find(|place| name.contains(city(&place.text)));
    named.map(|place| place.text.as_str())
}

/// The place in `language`; a language that has no name for the place and is written in
/// Latin letters takes the English one, not that of the archive's own script.
fn place_in<'a>(archive: &'a Archive, language: &str) -> Option<&'a str> {
    let speaks = |name: &crate::record::ArchiveName| {
        name.language.as_ref().is_none_or(|own| own.primary() == language)
    };
    let english = archive.place("en");
    if let Some(exonym) = english.and_then(|place| super::words::place(place, language))
        && !archive.places.iter().any(speaks)
    {
        return Some(exonym);
    }
    match archive.places.iter().any(speaks) || !latin_for("en", language) {
        true => archive.place(language),
        false => english,
    }
}

/// What `named` gives for `language` in a script that its readers read. A language written in Latin
/// letters takes the English name where its own is in another script: in German *GARF*, not *ГАРФ*. In
/// Russian a name is Cyrillic; in Chinese an archive may be called as it calls itself at `home`.
fn in_script<'a>(
    language: &str,
    home: Option<&str>,
    named: impl Fn(&str) -> Option<&'a str>,
) -> Option<&'a str> {
    let all =
        |name: &str, fits: fn(char) -> bool| name.chars().all(|c| !c.is_alphabetic() || fits(c));
    let names = [Some(language), home, Some("en")].into_iter().flatten().filter_map(named);
    names.into_iter().find(|name| match language {
        _ if latin_for("en", language) => all(name, |c| c <= '\u{24f}'),
        "ru" | "uk" | "be" | "bg" | "sr" => all(name, |c| ('\u{400}'..='\u{52f}').contains(&c)),
        _ => all(name, |c| c > '\u{24f}'),
    })
}

/// Whether a name in `language` can stand in a text in `wanted`: a name in Latin letters can.
fn latin_for(language: &str, wanted: &str) -> bool {
    let cyrillic_or_han =
        |l: &str| matches!(l, "ru" | "uk" | "bg" | "zh" | "ja" | "ko" | "sr" | "be" | "el");
    let latin = language.ends_with("-Latn") || !cyrillic_or_han(language);
    latin && !cyrillic_or_han(wanted)
}
