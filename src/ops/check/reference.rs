//! References for comparing: what stays when zeros, spaces, dashes and names of archives are set
//! aside.

use crate::record::{Archive, Archives, Holding, Path, Step, fold, is_dash};

/// Levels that point into a document in archives that are not known.
const LOCATORS: [&str; 13] = [
    "list", "listy", "leaf", "leaves", "folio", "folios", "fol", "page", "pages", "oborot",
    "blatt", "sheet", "sheets",
];

/// A value for comparing: lower case, without spaces, zeros before numbers, or the kind of dash.
/// `0086–088 ob.` becomes `86-88ob`.
pub(super) fn value(text: &str) -> String {
    let mut into = String::with_capacity(text.len());
    let mut in_number = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_whitespace() || character == '.' {
            in_number = false;
            continue;
        }
        if character == '0' && !in_number && characters.peek().is_some_and(char::is_ascii_digit) {
            continue;
        }
        in_number = character.is_ascii_digit();
        match is_dash(character) {
            true => into.push('-'),
            false => into.extend(character.to_lowercase()),
        }
    }
    into
}

/// The archive of a name: the id of the archive that has its holdings today, or the folded name.
pub(super) fn archive(archives: &Archives, name: &str) -> String {
    match archives.find(name) {
        Some(found) => archives.today(found).id.to_string(),
        None => format!("?{}", fold(name)),
    }
}

/// Whether the step points into the document: leaves, pages.
pub(super) fn is_locator(archive: Option<&Archive>, step: &Step) -> bool {
    let name = step.level.as_str();
    match archive.and_then(|archive| archive.scheme.level(name)) {
        Some(level) => level.locator,
        None => LOCATORS.contains(&name),
    }
}

/// The steps that lead to the file, and those that point into it.
pub(super) fn parted<'a>(
    archive: Option<&Archive>,
    path: &'a Path,
) -> (Vec<&'a Step>, Vec<&'a Step>) {
    path.steps().iter().partition(|step| !is_locator(archive, step))
}

/// The name of the step's level in the archive, whatever the file calls it.
fn level<'a>(archive: Option<&'a Archive>, step: &'a Step) -> &'a str {
    let name = step.level.as_str();
    archive.and_then(|archive| archive.scheme.level(name)).map_or(name, |level| level.name.as_str())
}

/// The whole reference as one text for comparing; `None` when it does not lead to certain leaves of
/// a document, so that many documents may have it.
pub(super) fn exact(archives: &Archives, holding: &Holding) -> Option<String> {
    let known = archives.find(&holding.archive);
    let (file, leaves) = parted(known, &holding.path);
    if file.is_empty() || leaves.is_empty() {
        return None;
    }
    let mut steps: Vec<String> = holding
        .path
        .steps()
        .iter()
        .map(|step| format!("{}={}", level(known, step), value(&step.value)))
        .collect();
    // Some archives print a level out of its rank: AVP RF has the papka after the delo.
    steps.sort_unstable();
    Some(format!("{}/{}", archive(archives, &holding.archive), steps.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_without_their_dress() {
        for (a, b) in [
            ("0044-0045", "44–45"),
            ("059a", "59A"),
            ("86 - 88", "86-88"),
            ("0", "0"),
            ("00", "0"),
            ("100", "100"),
            ("1a-002", "1a-2"),
            ("9 ob.", "9ob"),
        ] {
            assert_eq!(value(a), value(b), "{a} {b}");
        }
        assert_ne!(value("10"), value("1"));
        assert_ne!(value("3 40"), value("3 4"));
    }
}
