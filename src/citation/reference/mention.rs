//! Where a text names archives.

use super::label::is_and;
use super::sentence::{ends_sentence, piece_end};
use super::token::{Kind, Tokens};
use crate::record::{Archive, ArchiveOrder, Archives, fold};
use std::ops::Range;

/// An archive named in the text.
#[derive(Clone)]
pub(super) struct Mention<'a> {
    pub archive: &'a Archive,
    /// The tokens of the name, with an abbreviation in brackets after it.
    pub name: Range<usize>,
}

/// The most tokens that a name has.
const LONGEST: usize = 24;

/// Every archive that the text names, at the places where a reference can begin.
pub(super) fn mentions<'a>(tokens: &Tokens<'_>, archives: &'a Archives) -> Vec<Mention<'a>> {
    let mut found: Vec<Mention<'a>> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match begins(tokens, at).then(|| mention(tokens, at, archives)).flatten() {
            Some(mention) => {
                at = mention.name.end;
                // "TNA: PRO FO 371" and "TNA (PRO)" name one archive twice.
                if let Some(last) = found.last_mut()
                    && is_the_same(last.archive, mention.archive)
                    && (last.name.end..mention.name.start).all(|i| {
                        matches!(tokens.kind(i), Some(Kind::Colon | Kind::Comma | Kind::Open))
                    })
                {
                    last.name.end =
                        mention.name.end + usize::from(tokens.is(mention.name.end, Kind::Close));
                    at = last.name.end;
                    continue;
                }
                // "Political Archive of the Foreign Office, Berlin (PA AA)"
                if let Some(last) = found.last_mut()
                    && last.archive.id == mention.archive.id
                    && tokens.is(mention.name.start.wrapping_sub(1), Kind::Open)
                    && tokens.is(mention.name.end, Kind::Close)
                    && tokens.is(last.name.end, Kind::Comma)
                    && mention.name.start <= last.name.end + 4
                {
                    last.name.end = mention.name.end + 1;
                    at = last.name.end;
                    continue;
                }
                // "Political Archive of the Federal Foreign Office, Berlin (PA AA)"
                if let Some(last) = found.last_mut()
                    && last.archive.id == mention.archive.id
                    && last.name.end + 1 == mention.name.start
                    && tokens.is(last.name.end, Kind::Comma)
                    && tokens.is(mention.name.end - 1, Kind::Close)
                {
                    last.name.end = mention.name.end;
                    continue;
                }
                // "National Archives, Nixon Presidential Materials": the part is a step of the path.
                let within = found.last().is_some_and(|last: &Mention<'_>| {
                    last.name.end + 1 == mention.name.start
                        && (mention.archive.part_of.as_ref() == Some(&last.archive.id)
                            || mention.archive.id == last.archive.id)
                });
                // "Bush Library, ..., National Security Council, ...": an agency whose records lie there.
                let agency = mention.archive.scheme.level("lot").is_some()
                    && mention.archive.scheme.order == ArchiveOrder::GeneralFirst
                    && found.last().is_some_and(|last: &Mention<'_>| {
                        last.archive.scheme.level("lot").is_some()
                            && last.archive.part_of.as_ref() != Some(&mention.archive.id)
                            && last.archive.id != mention.archive.id
                            && tokens.is(mention.name.start.wrapping_sub(1), Kind::Comma)
                            && (last.name.end..mention.name.start).all(|i| {
                                !tokens.is(i, Kind::Semicolon) && !ends_sentence(tokens, i)
                            })
                    });
                // "BArch, MfS, AS 12/54": the sign of a part, not Slovenia.
                let sign = tokens.slice(mention.name.clone()).len() <= 2
                    && tokens.is(mention.name.start.wrapping_sub(1), Kind::Comma)
                    && found.last().is_some_and(|last: &Mention<'_>| {
                        (last.name.end..mention.name.start)
                            .all(|i| !tokens.is(i, Kind::Semicolon) && !ends_sentence(tokens, i))
                    });
                // "HAEU, BAC 3/1978": letters and a number right after an archive are its own.
                let sign = sign
                    || found.last().is_some_and(|last: &Mention<'_>| {
                        last.name.end + 1 == mention.name.start
                            && tokens.is(last.name.end, Kind::Comma)
                            && mention.name.len() == 1
                            && tokens.has_digit(mention.name.end)
                            && !is_the_same(last.archive, mention.archive)
                    });
                if !within && !agency && !sign {
                    found.push(mention);
                }
            }
            None => at += 1,
        }
    }
    named_again(tokens, found)
}

/// Parts the codes that join an archive with what lies in it: `HR-HDA-1561`, `ERA.R-1.5.123`,
/// `ISA/RG 130/MFA/2450/8`.
pub(super) fn part_codes(tokens: &mut Tokens<'_>, archives: &Archives) {
    let mut at = 0;
    while at < tokens.len() {
        let printed = tokens.printed(at);
        let code = begins(tokens, at)
            && printed.contains(['-', '.', '/', '#'])
            && printed.starts_with(char::is_uppercase)
            && printed.len() <= 80
            && archives.find_folded(&fold(printed)).is_none();
        let parted = printed.char_indices().rev().filter(|_| code).find(|(sign, character)| {
            let (name, rest) = (&printed[..*sign], printed.get(sign + 1..).unwrap_or(""));
            matches!(character, '-' | '.' | '/' | '#')
                && name.chars().filter(|c| c.is_uppercase()).count() >= 3
                && !name.contains(|c: char| c.is_ascii_digit())
                && rest.starts_with(|c: char| c.is_ascii_digit() || c.is_uppercase())
                && (*character == '/'
                    || rest.contains(|c: char| c.is_ascii_digit())
                    || rest.chars().filter(|c| c.is_uppercase()).count() >= 3
                    // "HU-MNL-OL-P 325"
                    || rest.chars().all(char::is_uppercase) && tokens.has_digit(at + 1))
                && archives.find_folded(&fold(name)).is_some_and(|archive| {
                    // Numbers of American documents begin with an agency: "CIA-RDP79T00937A".
                    archive.scheme.level("record-group").is_none()
                })
        });
        if let Some((sign, _)) = parted {
            tokens.part(at, sign);
        }
        at += 1;
    }
}

/// Whether one archive took over the holdings of the other.
fn is_the_same(one: &Archive, other: &Archive) -> bool {
    one.successor.as_ref() == Some(&other.id) || other.successor.as_ref() == Some(&one.id)
}

/// Without the mentions that stand inside a reference that runs up to the same archive: the sign
/// of a shelfmark, `UCDA LA10/146, Papers of Desmond Ryan, UCD Archives`.
fn named_again<'a>(tokens: &Tokens<'_>, found: Vec<Mention<'a>>) -> Vec<Mention<'a>> {
    let again = |at: usize, mention: &Mention<'_>| {
        mention.archive.scheme.order == ArchiveOrder::SpecificFirst
            && found.get(at + 1).is_some_and(|next| {
                next.archive.id == mention.archive.id
                    && (mention.name.end..next.name.start)
                        .all(|i| !tokens.is(i, Kind::Semicolon) && !ends_sentence(tokens, i))
            })
    };
    let kept = found.iter().enumerate().filter(|(at, mention)| !again(*at, mention));
    kept.map(|(_, mention)| mention.clone()).collect()
}

/// Whether a reference can begin at `at`: at a beginning, after a mark, `and`, `from the`, `in`.
fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    if !tokens.is(at, Kind::Word) || tokens.depth(at) > 1 {
        return false;
    }
    let Some(before) = at.checked_sub(1) else { return true };
    match tokens.all[before].kind {
        Kind::Word => {
            let word = tokens.word(before);
            let second = before.checked_sub(1).map_or("", |i| tokens.word(i));
            is_and(word)
                || matches!(word, "in" | "from" | "at" | "see" | "also" | "source" | "—" | "–")
                || (word == "the" && matches!(second, "in" | "from" | "at"))
        }
        _ => true,
    }
}

fn mention<'a>(tokens: &Tokens<'_>, at: usize, archives: &'a Archives) -> Option<Mention<'a>> {
    let longest = (at + LONGEST).min(tokens.len());
    let mut folded = String::new();
    let mut best: Option<Mention<'a>> = None;
    let depth = tokens.depth(at);
    for i in at..longest {
        let token = &tokens.all[i];
        match token.kind {
            Kind::Word => folded.push_str(&fold(&token.word)),
            Kind::Semicolon | Kind::Colon | Kind::OpenQuote | Kind::CloseQuote => break,
            _ => continue,
        }
        if token.depth != depth && token.depth > depth + 1 {
            break;
        }
        let Some(archive) = archives.find_folded(&folded) else { continue };
        if !name_can_end(tokens, i + 1, archive) || !looks_like(tokens, at..i + 1, &folded) {
            continue;
        }
        let mut end = i + 1;
        while end < tokens.len()
            && tokens.is(end, Kind::Close)
            && tokens.depth(end) >= depth
            && tokens.depth(at) < tokens.depth(i)
        {
            end += 1;
        }
        best = Some(Mention { archive, name: at..end });
    }
    let mut best = best?;
    if let Some(other) = meant_otherwise(tokens, &best.name, archives) {
        best.archive = other;
    }
    // "Tsentral’nyi arkhiv Ministerstva oborony (TsAMO)": a long form that nobody has listed.
    let inside = at > 0 && tokens.is(at - 1, Kind::Open) && tokens.is(best.name.end, Kind::Close);
    if inside && tokens.depth(at - 1) == 0 {
        let first = (0..at - 1)
            .rev()
            .take_while(|i| {
                tokens.is(*i, Kind::Word)
                    && !matches!(tokens.word(*i), "in" | "from" | "at" | "the")
            })
            .last();
        if let Some(first) = first.filter(|first| tokens.is_capital(*first)) {
            best.name = first..best.name.end + 1;
        }
    }
    // "四川省档案馆藏": "kept in".
    best.name.end += usize::from(tokens.word(best.name.end) == "藏");
    // "(APRF)" after the name belongs to it.
    if tokens.is(best.name.end, Kind::Open)
        && let Some(close) = tokens.closing(best.name.end)
        && close <= best.name.end + 7
    {
        // "(далее – АП РФ)", "(hereafter APRF)"
        let first = (best.name.end + 1..close)
            .find(|i| {
                !matches!(
                    tokens.word(*i),
                    "далее"
                        | "hereafter"
                        | "hereinafter"
                        | "cited"
                        | "as"
                        | "im"
                        | "folgenden"
                        | "ci-après"
                        | "—"
                        | "–"
                        | "-"
                ) && tokens.is(*i, Kind::Word)
            })
            .unwrap_or(close);
        let inside = fold(tokens.slice(first..close));
        if best.archive.is_called(&inside) {
            best.name.end = close + 1;
        }
    }
    Some(best)
}

/// The archive that is meant by the abbreviation `name` with what follows it, when that is another
/// than the one that has the abbreviation by itself: `NAI, MEA` lies in New Delhi, not in Dublin.
fn meant_otherwise<'a>(
    tokens: &Tokens<'_>,
    name: &Range<usize>,
    archives: &'a Archives,
) -> Option<&'a Archive> {
    let printed = tokens.slice(name.clone());
    if printed.len() > 6 || !tokens.is(name.end, Kind::Comma) {
        return None;
    }
    let end = piece_end(tokens, name.end + 1, tokens.len());
    // "RA, UD, HP 1 Er": the second piece may tell.
    let second = match tokens.is(end, Kind::Comma) {
        true => piece_end(tokens, end + 1, tokens.len()),
        false => end,
    };
    let (text, longer) = (tokens.slice(name.start..end), tokens.slice(name.start..second));
    archives.iter().find(|archive| {
        archive.recognised_by.iter().any(|shape| {
            shape.as_str().split(',').next() == Some(printed)
                && (shape.fits(text) || shape.fits(longer))
        })
    })
}

/// Whether a name can end before the token `next`: "National Archives" does not before "of India".
fn name_can_end(tokens: &Tokens<'_>, next: usize, archive: &Archive) -> bool {
    if !tokens.is(next, Kind::Word) {
        return true;
    }
    let word = tokens.word(next);
    if tokens.has_digit(next) || is_and(word) || word.starts_with('/') {
        return !word.starts_with('/');
    }
    let labelled = archive.scheme.levels.iter().any(|level| {
        level.labels().any(|label| {
            label.trim_end_matches('.').eq_ignore_ascii_case(word) || label.to_lowercase() == word
        })
    });
    // After an abbreviation a value without a label may follow: "TNA FO 371/26145".
    let end = piece_end(tokens, next, tokens.len());
    let rest = tokens.slice(next..end);
    let short = archive.scheme.levels.iter().any(|level| {
        level.bare && level.pattern.as_ref().is_some_and(|pattern| !pattern.ends(rest).is_empty())
    });
    // "Department of State INR – NIE Files": a unit named by its sign.
    let sign = archive.scheme.level("lot").is_some()
        && tokens.printed(next).chars().filter(|c| c.is_uppercase()).count() >= 2
        && !tokens.printed(next).chars().any(char::is_lowercase);
    labelled || short || sign || matches!(word, "was" | "in" | "were" | "is" | "at" | "藏")
}

/// Whether a short name is printed as one: `AN` is an abbreviation, `an` an article.
fn looks_like(tokens: &Tokens<'_>, name: Range<usize>, folded: &str) -> bool {
    // "in the National Archives" is not "The National Archives".
    if tokens.printed(name.start) == "the" {
        return false;
    }
    let printed = tokens.slice(name.clone());
    // Chinese has no capitals.
    if folded.chars().count() >= 3
        && printed.chars().all(|c| c.is_alphabetic() && !c.is_ascii())
        && !printed.chars().any(|c| c.is_uppercase() || c.is_lowercase())
    {
        return true;
    }
    let abbreviated = tokens.is(name.end, Kind::Stop) && folded.chars().count() >= 4;
    let capitals = printed.chars().filter(|c| c.is_uppercase()).count();
    (folded.chars().count() > 5 || abbreviated) && capitals > 0
        || capitals >= 2
        || folded.chars().count() > 12
}
