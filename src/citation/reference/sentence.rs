//! Where sentences end in a text full of abbreviations, and the marks of classification and
//! handling that follow the source in Foreign Relations of the United States.

use super::credit::begins_credit;
use super::token::{Kind, Tokens};

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "vol", "vols", "no", "nos", "nr", "ed", "eds", "trans", "pp", "p", "pt", "bk", "ch", "doc",
    "docs", "ser", "dr", "prof", "mr", "mrs", "ms", "st", "cde", "gen", "col", "lt", "adm", "amb",
    "sec", "dept", "jr", "sr", "co", "corp", "inc", "ca", "cf", "vs", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "add", "cod", "fol", "fols", "bd",
    "bl", "conf", "nr", "inv", "kart", "segr", "rubr", "fasc", "u.s", "d.c", "u.k", "u.n", "i.e",
    "e.g", "int", "op", "cit", "abt", "arch", "nunz", "ref", "sign", "dok", "vj", "posiz",
];

/// The marks of classification and handling, in lower case.
const HANDLING: &[&str] = &[
    "top secret",
    "secret",
    "confidential",
    "restricted",
    "unclassified",
    "limited official use",
    "official use only",
    "administratively confidential",
    "no classification marking",
    "sensitive",
    "eyes only",
    "exclusively eyes only",
    "strictly confidential",
    "nodis",
    "exdis",
    "limdis",
    "noforn",
    "no foreign dissem",
    "no distribution outside department",
    "limit distribution",
    "limited distribution",
    "no distribution",
    "immediate",
    "priority",
    "flash",
    "niact",
    "niact immediate",
    "routine",
    "operational immediate",
    "emergency",
    "urgent",
    "most urgent",
    "very urgent",
    "rush",
    "critic",
    "presidential handling",
    "verbatim text",
    "personal",
    "private",
    "secret and personal",
    "codeword",
    "umbra",
    "special handling",
    "outside the system",
    "outside system",
    "super sensitive",
    "via courier",
    "by hand",
    "top secret and personal",
    "restricted data",
    "formerly restricted data",
    "controlled dissem",
    "background use only",
    "no foreign dissem/controlled dissem",
    "deliver immediately",
    "literally eyes only",
    "special category",
    "specat",
    "sent with personal signature",
    "internal distribution only",
    "internal use only",
    "for official use only",
    "us confidential",
    "us secret",
    "us top secret",
    "cosmic top secret",
    "nato secret",
    "nato confidential",
    "stadis",
    "contains codeword",
    "exclusive distribution",
    "exclusive",
    "no stamp",
    "cherokee",
    "plus",
    "priority personal",
    "security information",
    "secret security information",
    "top secret security information",
    "confidential security information",
];

/// The end of the mark of classification or handling that begins at `at`, when one does: it runs
/// to a semicolon, a full stop or the end.
pub(super) fn handling_end(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let end = (at..tokens.len())
        .find(|i| {
            tokens.depth(*i) == 0
                && matches!(tokens.all[*i].kind, Kind::Semicolon | Kind::Stop | Kind::Comma)
        })
        .unwrap_or(tokens.len());
    if end == at || end > at + 8 {
        return None;
    }
    let phrase = tokens.slice(at..end).to_lowercase();
    let phrase = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
    let stem = phrase.split('/').next().unwrap_or(&phrase);
    (HANDLING.contains(&phrase.as_str()) || HANDLING.contains(&stem)).then_some(end)
}

/// Whether the full stop at `at` ends a sentence.
pub(super) fn ends_sentence(tokens: &Tokens<'_>, at: usize) -> bool {
    if !tokens.is(at, Kind::Stop) || tokens.depth(at) > 0 {
        return false;
    }
    if matches!(tokens.printed(at), "//" | "。") {
        return true;
    }
    let mut next = at + 1;
    while matches!(tokens.kind(next), Some(Kind::Close | Kind::CloseQuote)) {
        next += 1;
    }
    let Some(following) = tokens.all.get(next) else { return true };
    if !following.spaced {
        return false;
    }
    let Some(before) = at.checked_sub(1) else { return true };
    let word = tokens.word(before);
    let initial = tokens.all[before].kind == Kind::Word
        && tokens.printed(before).chars().filter(|c| c.is_alphabetic()).count()
            == word.split('.').count()
        && !word.chars().any(|c| c.is_ascii_digit())
        && word.split('.').all(|part| part.chars().count() <= 1);
    // "July-Dec. 1966"
    let last_part = word.rsplit(crate::record::is_dash).next().unwrap_or(word);
    if initial || ABBREVIATIONS.contains(&last_part) {
        return handling_end(tokens, next).is_some() || begins_credit(tokens, next);
    }
    // "RW 4/v. 578": a letter after a slash.
    if word.rsplit_once('/').is_some_and(|(_, last)| last.chars().count() == 1)
        && following.word.starts_with(|c: char| c.is_ascii_digit())
    {
        return false;
    }
    // "ÁBTL 3.1.9. V-150019": a number in parts.
    let parts: Vec<&str> = word.split('.').collect();
    if parts.len() > 2
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        && following.word.contains(|c: char| c.is_ascii_digit())
    {
        return false;
    }
    // "inv.nr. 5123"
    let dotted = word.contains('.') && word.chars().all(|c| c.is_alphabetic() || c == '.');
    if dotted && following.word.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    // "zz. 7": an abbreviation that nobody knows, before its number.
    let short = word.chars().count() <= 4 && word.chars().all(char::is_alphabetic);
    if short && following.word.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    match following.kind {
        Kind::Word => {
            !tokens.printed(next).chars().next().is_some_and(char::is_lowercase)
                || following.word.starts_with("http")
        }
        _ => true,
    }
}

/// The token after the sentence that begins at `at`, in the tokens before `end`; the full stop
/// belongs to the sentence.
pub(super) fn sentence_end(tokens: &Tokens<'_>, at: usize, end: usize) -> usize {
    (at..end).find(|i| ends_sentence(tokens, *i)).map_or(end, |stop| stop + 1)
}

/// The token where the piece that begins at `at` ends: a comma, semicolon, colon or the end.
pub(super) fn piece_end(tokens: &Tokens<'_>, at: usize, end: usize) -> usize {
    let depth = tokens.depth(at);
    (at..end)
        .find(|i| {
            let token = &tokens.all[*i];
            (token.depth == depth
                && matches!(token.kind, Kind::Comma | Kind::Semicolon | Kind::Colon))
                || token.depth < depth
                || ends_sentence(tokens, *i)
        })
        .unwrap_or(end)
}
