//! Where copies are kept: archives and levels, holdings beside each other and beside their printed
//! form.

use super::reference::{self, parted, value};
use super::{Findings, MOST};
use crate::problem::{Problem, codes};
use crate::record::{Archives, Holding, Path, Rank, Record, Step, fold, is_dash};

pub(super) fn check(found: &mut Findings<'_>, record: &Record, archives: &Archives) {
    for (at, holding) in record.holdings.iter().take(MOST).enumerate() {
        let at = at.to_string();
        check_archive(found, archives, holding, &at);
        check_printed(found, record, holding, &at);
        for former in holding.former.iter().take(MOST) {
            if let Some(archive) = &former.archive
                && archives.find(archive).is_none()
            {
                let field = format!("holding.{}.former", holding.id);
                found.add(&["holding", &at, "former"], field, unknown(archives, archive));
            }
        }
    }
    check_printed_everywhere(found, record);
    let standing: Vec<(usize, &Holding)> = record
        .holdings
        .iter()
        .take(MOST)
        .enumerate()
        .filter(|(_, holding)| holding.rank != Some(Rank::Deprecated))
        .collect();
    for (at, (_, first)) in standing.iter().enumerate() {
        for (number, second) in &standing[at + 1..] {
            check_pair(found, record, archives, first, second, *number);
        }
    }
    let preferred = |rank: Option<Rank>| rank == Some(Rank::Preferred);
    let holdings = record.holdings.iter().map(|h| (h.id.as_str(), preferred(h.rank)));
    check_preferred(found, "holding", holdings.collect());
    let translations = record.translations.iter().map(|t| (t.id.as_str(), preferred(t.rank)));
    check_preferred(found, "translation", translations.collect());
}

fn unknown(archives: &Archives, name: &str) -> Problem {
    let folded = fold(name);
    let near = archives
        .iter()
        .flat_map(|archive| archive.all_names())
        .map(|known| (strsim::jaro_winkler(&fold(known), &folded), known))
        .filter(|(score, _)| *score > 0.9)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let message = format!("the archive `{}` is not known", name.escape_debug());
    let mend = match near {
        Some((_, known)) => format!(
            "did you mean `{known}`? If not, describe the archive: `fonds archives add --help`"
        ),
        None => "describe the archive: `fonds archives add --help`".to_owned(),
    };
    Problem::warning(codes::ARCHIVE_UNKNOWN, message).mend(mend)
}

fn check_archive(found: &mut Findings<'_>, archives: &Archives, holding: &Holding, at: &str) {
    let Some(archive) = archives.find(&holding.archive) else {
        let field = format!("holding.{}.archive", holding.id);
        found.add(&["holding", at, "archive"], field, unknown(archives, &holding.archive));
        return;
    };
    for problem in archive.check_path(&holding.path) {
        found.add(&["holding", at, "path"], format!("holding.{}.path", holding.id), problem);
    }
}

/// Whether the numbers of the path stand in the printed form.
fn check_printed(found: &mut Findings<'_>, record: &Record, holding: &Holding, at: &str) {
    let Some(printed) = &holding.as_printed else { return };
    let printed = numbers(printed);
    if printed.is_empty() {
        return;
    }
    let is_printed = |number: &Number| {
        printed.iter().any(|other| other.is(&number.written) || other.is(&number.whole))
    };
    for (number, step) in holding.path.steps().iter().enumerate() {
        let absent: Vec<String> = numbers(&step.value)
            .into_iter()
            .filter(|number| !is_printed(number))
            .map(|number| number.written)
            .collect();
        let field = format!("holding.{}.path.{}", holding.id, step.level);
        if absent.is_empty() || found.is_settled(record, &field) {
            continue;
        }
        let problem = Problem::warning(
            codes::PRINTED_DIFFERS,
            format!(
                "the {} is `{}`, and its printed form has no `{}`",
                step.level,
                step.value.escape_debug(),
                absent.join("`, `")
            ),
        )
        .mend(format!(
            "compare it with the source; if the correction is meant, write `evidence` for `{field}`"
        ));
        found.add(&["holding", at, "path", &number.to_string()], field, problem);
    }
}

/// A run of digits, without zeros in front.
struct Number {
    written: String,
    /// The second number of a range may be written short, as in `86-8`: here it is whole, `88`.
    whole: String,
}

impl Number {
    fn is(&self, text: &str) -> bool {
        self.written == text || self.whole == text
    }
}

/// The numbers of a text.
fn numbers(text: &str) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    let mut after_dash = false;
    let mut run = String::new();
    for character in text.chars().chain([' ']) {
        if character.is_ascii_digit() {
            run.push(character);
            continue;
        }
        if !run.is_empty() {
            let number = run.trim_start_matches('0');
            let written = if number.is_empty() { "0" } else { number }.to_owned();
            let whole = match numbers.last() {
                Some(Number { written: before, .. })
                    if after_dash && written.len() < before.len() =>
                {
                    format!("{}{written}", &before[..before.len() - written.len()])
                }
                _ => written.clone(),
            };
            numbers.push(Number { written, whole });
            run.clear();
            after_dash = false;
        }
        after_dash = is_dash(character) || (after_dash && character.is_whitespace());
    }
    numbers
}

/// A printed form that one holding lacks and the others have.
fn check_printed_everywhere(found: &mut Findings<'_>, record: &Record) {
    if !record.holdings.iter().any(|holding| holding.as_printed.is_some()) {
        return;
    }
    for (at, holding) in record.holdings.iter().take(MOST).enumerate() {
        if holding.as_printed.is_none() && !holding.path.is_empty() {
            let message = format!("the holding `{}` has no printed form", holding.id);
            let problem = Problem::note(codes::UNPRINTED, message)
                .mend("add `as_printed = \"...\"` if a source prints the reference");
            let at = at.to_string();
            found.add(&["holding", &at], format!("holding.{}", holding.id), problem);
        }
    }
}

/// Two holdings of one record beside each other. `number` counts the second one.
fn check_pair(
    found: &mut Findings<'_>,
    record: &Record,
    archives: &Archives,
    first: &Holding,
    second: &Holding,
    number: usize,
) {
    let number = number.to_string();
    let place = ["holding", number.as_str(), "path"];
    let same = |a: &Path, b: &Path| {
        let steps = |path: &Path| -> Vec<String> {
            path.steps()
                .iter()
                .map(|step| format!("{}={}", step.level, value(&step.value)))
                .collect()
        };
        !a.is_empty() && steps(a) == steps(b)
    };
    let exact = |holding| reference::exact(archives, holding);
    let archive = |holding: &Holding| reference::archive(archives, &holding.archive);
    let one_place = archive(first) == archive(second)
        && (same(&first.path, &second.path)
            || (exact(first).is_some() && exact(first) == exact(second)));
    if one_place {
        let told_apart = first.copy != second.copy
            || first.shelfmark != second.shelfmark
            || first.note.is_some()
            || second.note.is_some();
        if !told_apart {
            let message = format!("the holdings `{}` and `{}` name one place", first.id, second.id);
            let problem = Problem::warning(codes::HOLDING_TWICE, message)
                .mend("take one out, or say in `copy` or `note` how they differ");
            found.add(&place, format!("holding.{}.path", second.id), problem);
        }
        return;
    }
    let (Some((first_file, leaves)), Some((second_file, other_leaves))) =
        (last_file_and_leaves(archives, first), last_file_and_leaves(archives, second))
    else {
        return;
    };
    let settled = [first, second]
        .iter()
        .any(|holding| found.is_settled(record, &format!("holding.{}.path", holding.id)));
    if settled
        || value(leaves) != value(other_leaves)
        || !tells_much(leaves)
        || !nearly_equal(&value(&first_file.value), &value(&second_file.value))
    {
        return;
    }
    let field = format!("holding.{}.path.{}", second.id, second_file.level);
    let message = format!(
        "the same leaves {} are in {} {} in {}, and in {} {} in {}: is one of the two a slip?",
        leaves.escape_debug(),
        first_file.level,
        first_file.value.escape_debug(),
        first.archive.escape_debug(),
        second_file.level,
        second_file.value.escape_debug(),
        second.archive.escape_debug(),
    );
    let problem = Problem::warning(codes::HOLDINGS_DIFFER, message)
        .mend(format!("look it up; what you find, write as `evidence` for `{field}`, and change nothing without it"));
    found.add(&place, field, problem);
}

/// The step that names the file (the lowest that points not into it but to it), and the leaves.
fn last_file_and_leaves<'a>(
    archives: &Archives,
    holding: &'a Holding,
) -> Option<(&'a Step, &'a str)> {
    let archive = archives.find(&holding.archive);
    let (file, leaves) = parted(archive, &holding.path);
    // By the archive's own order: AVP RF prints the papka after the delo, and the delo lies in it.
    let rank = |step: &&&Step| archive.and_then(|archive| archive.scheme.rank(step.level.as_str()));
    let lowest = match archive {
        Some(_) => file.iter().max_by_key(rank)?,
        None => file.last()?,
    };
    Some((lowest, leaves.first()?.value.as_str()))
}

/// Whether equal leaves are more than chance: most documents begin at leaf 1, and short ones are
/// many. A range, or a number of two digits, says something.
fn tells_much(leaves: &str) -> bool {
    let digits = leaves.chars().filter(char::is_ascii_digit).count();
    digits >= 2
}

/// Whether two different numbers of files look like one with a slip: as long as each other, two
/// digits at least, and one digit apart, two neighbours swapped, or one more or less.
fn nearly_equal(a: &str, b: &str) -> bool {
    if a == b || a.chars().count() < 2 || b.chars().count() < 2 {
        return false;
    }
    let (Ok(first), Ok(second)) = (a.parse::<i64>(), b.parse::<i64>()) else {
        return a.chars().count() == b.chars().count() && strsim::osa_distance(a, b) == 1;
    };
    (a.len() == b.len() && strsim::osa_distance(a, b) == 1) || (first - second).abs() == 1
}

fn check_preferred(found: &mut Findings<'_>, list: &str, parts: Vec<(&str, bool)>) {
    let mut preferred = parts.iter().enumerate().filter(|(_, (_, preferred))| *preferred);
    let Some((_, (first, _))) = preferred.next() else { return };
    for (at, (id, _)) in preferred.take(MOST) {
        let message = format!("`{list}.{first}` and `{list}.{id}` are both preferred");
        let problem = Problem::warning(codes::PREFERRED_TWICE, message)
            .mend("leave `rank = \"preferred\"` with the one to cite");
        found.add(&[list, &at.to_string(), "rank"], format!("{list}.{id}.rank"), problem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_differences() {
        for (a, b) in
            [("340", "341"), ("340", "304"), ("99", "100"), ("5a1", "5a2"), ("334", "344")]
        {
            assert!(nearly_equal(a, b), "{a} {b}");
        }
        for (a, b) in [("340", "340"), ("5", "6"), ("340", "34"), ("340", "512"), ("12", "340")] {
            assert!(!nearly_equal(a, b), "{a} {b}");
        }
    }

    #[test]
    fn numbers_of_a_printed_reference() {
        let whole = |text| numbers(text).into_iter().map(|n| n.whole).collect::<Vec<_>>();
        assert_eq!(whole("f. 0100, op. 42, ll. 0086–8 ob."), ["100", "42", "86", "88"]);
        assert_eq!(whole("FO 371/26145"), ["371", "26145"]);
        assert!(numbers("110-00141-04").iter().any(|number| number.is("4")));
        assert_eq!(whole("Papers of X"), [""; 0]);
    }
}
