//! `fonds archives`: which archives are known, and how their references are written.

use super::change::{ChangeOptions, tell};
use crate::cli::Session;
use crate::cli::ui::{Ended, Label, Outcome, Text};
use crate::ops::{Catalog, NewArchive, bundled_archives};
use crate::problem::{Problem, codes};
use crate::record::{Archive, Archives, PartId, fold};
use serde::Serialize;

/// List the archives that are known, show one, or describe another
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An archive is known by an entry: its names and abbreviations, where it is, its levels, and how they are \
printed. Many come with the program; entries of the catalog's own lie in its folder `archives/` and go before \
those. docs/archives.md describes them.

With --json: `list` gives a list of objects with `id`, `source` (`catalog` or `bundled`), `name`, `abbreviation` \
and `place`; `show` gives the whole entry with its levels, `schemes` the names of the schemes.

Exit codes: 0 good, 2 there is no such archive, or one of that name already; 4 it could not be saved.

Examples:
  fonds archives
  fonds archives list moscow
  fonds archives show RGASPI
  fonds archives show bundesarchiv > archives/bundesarchiv.toml
  fonds archives schemes german
  fonds archives add --name 'Tiroler Landesarchiv' --name 'Provincial Archives of Tyrol@en' \\
      --abbreviation TLA --place Innsbruck --country AT --language de --scheme german")]
pub(in crate::cli) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List the archives that are known
    List {
        /// Words that their names and places have, whatever the case and accents
        #[arg(value_name = "WORD")]
        words: Vec<String>,
    },
    /// Print the entry of an archive
    Show {
        /// Its id, or any of its names
        #[arg(value_name = "NAME", add = crate::cli::complete::archives())]
        name: String,
    },
    /// List the schemes of levels that many archives share, or print one
    Schemes {
        /// The scheme
        #[arg(value_name = "SCHEME")]
        name: Option<String>,
    },
    /// Describe an archive that is not known, in the catalog's folder `archives/`
    Add(New),
}

/// A new archive. A name, an abbreviation or a place may have its language at its end: `Vienna@en`.
#[derive(Debug, clap::Args)]
struct New {
    /// Its id; made of the abbreviation or the name when it is not given
    #[arg(long, value_name = "ID")]
    id: Option<PartId>,
    /// A name, the one to cite first; may be given several times
    #[arg(long = "name", value_name = "NAME", required = true)]
    names: Vec<String>,
    /// An abbreviation, the one to cite first; may be given several times
    #[arg(long = "abbreviation", value_name = "TEXT")]
    abbreviations: Vec<String>,
    /// Where it is; may be given several times, in several languages
    #[arg(long = "place", value_name = "PLACE")]
    places: Vec<String>,
    /// The country, in two letters
    #[arg(long, value_name = "CODE", value_parser = country)]
    country: Option<String>,
    /// The language in which it is cited at home
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// The scheme of levels that it shares with others: `fonds archives schemes` lists them
    #[arg(long, value_name = "SCHEME")]
    scheme: Option<String>,
    #[command(flatten)]
    change: ChangeOptions,
}

/// A country as ISO 3166-1 has it, in capitals.
fn country(text: &str) -> Result<String, String> {
    match text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        true => Ok(text.to_ascii_uppercase()),
        false => Err("a country has two letters: `AT`".to_owned()),
    }
}

impl Arguments {
    pub(super) fn run(self, session: &mut Session) -> Outcome {
        match self.verb {
            None => list(session, &[]),
            Some(Verb::List { words }) => list(session, &words),
            Some(Verb::Show { name }) => show(session, &name),
            Some(Verb::Schemes { name }) => schemes(session, name.as_deref()),
            Some(Verb::Add(new)) => new.add(session),
        }
    }
}

impl New {
    fn add(self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let request = self.change.request(session);
        let archive = NewArchive {
            id: self.id,
            names: self.names,
            abbreviations: self.abbreviations,
            places: self.places,
            country: self.country,
            language: self.language,
            scheme: self.scheme,
        };
        let changed = catalog.add_archive(&archive, &request)?;
        tell(session, &changed, request.dry_run)
    }
}

/// Without a catalog there are still the archives that come with the program.
fn archives(session: &Session) -> Archives {
    Catalog::open(&session.start).map_or_else(|_| bundled_archives(), |catalog| catalog.archives())
}

/// An archive as `list --json` prints it.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a PartId,
    source: &'static str,
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    abbreviation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
}

impl<'a> Listed<'a> {
    fn of(archive: &'a Archive, archives: &Archives) -> Listed<'a> {
        let own = archives.text_of(archive).is_some_and(|(_, own)| own);
        Listed {
            id: &archive.id,
            source: if own { "catalog" } else { "bundled" },
            name: archive.name("en"),
            abbreviation: archive.abbreviation("en"),
            place: archive.place("en"),
        }
    }
}

fn list(session: &mut Session, words: &[String]) -> Outcome {
    let archives = archives(session);
    let words: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let has_all = |archive: &&Archive| {
        words.iter().all(|word| {
            let mut texts = archive.names.iter().chain(&archive.abbreviations).chain(&archive.places);
            archive.id.as_str() == word || texts.any(|text| text.folded().contains(word.as_str()))
        })
    };
    let listed: Vec<_> =
        archives.iter().filter(has_all).map(|archive| Listed::of(archive, &archives)).collect();
    if session.json {
        session.ui.json(&listed)?;
        return Ok(Ended::Good);
    }
    for archive in listed {
        let mut text = Text::new().piece(Label::Id, archive.id.as_str()).plain("  ");
        text = text.plain(archive.name.unwrap_or_default());
        if let Some(abbreviation) = archive.abbreviation {
            text = text.plain(format!(" ({abbreviation})"));
        }
        if let Some(place) = archive.place {
            text = text.plain(format!(", {place}"));
        }
        if archive.source == "catalog" {
            text = text.piece(Label::Faint, "  this catalog's own");
        }
        session.ui.line(text)?;
    }
    Ok(Ended::Good)
}

fn show(session: &mut Session, name: &str) -> Outcome {
    let archives = archives(session);
    let Some(archive) = archives.find(name) else {
        let message = format!("there is no archive `{name}`");
        let mend = "`fonds archives list WORD` looks for words in all names; `fonds archives add` describes another";
        return Err(Problem::error(codes::ARCHIVE_ABSENT, message).mend(mend).into());
    };
    if session.json {
        session.ui.json(archive)?;
    } else if let Some((entry, _)) = archives.text_of(archive) {
        session.ui.data(&entry.text)?;
    }
    Ok(Ended::Good)
}

fn schemes(session: &mut Session, name: Option<&str>) -> Outcome {
    let archives = archives(session);
    let Some(name) = name else {
        let names: Vec<&str> = archives.scheme_texts().map(|text| text.id.as_str()).collect();
        if session.json {
            session.ui.json(&names)?;
            return Ok(Ended::Good);
        }
        for name in names {
            let levels = archives.scheme(name).map(|scheme| scheme.levels).unwrap_or_default();
            let levels: Vec<&str> = levels.iter().map(|level| level.name.as_str()).collect();
            let text = Text::new().piece(Label::Id, name).plain("  ").plain(levels.join(", "));
            session.ui.line(text)?;
        }
        return Ok(Ended::Good);
    };
    let Some(text) = archives.scheme_texts().find(|text| text.id == name) else {
        let message = format!("there is no scheme of levels `{name}`");
        let problem = Problem::error(codes::ARCHIVE_ABSENT, message);
        return Err(problem.mend("`fonds archives schemes` lists them").into());
    };
    if session.json {
        session.ui.json(&archives.scheme(name))?;
    } else {
        session.ui.data(&text.text)?;
    }
    Ok(Ended::Good)
}
