//! An archive as an authority entry: what it is called, where it is, how its holdings are ordered
//! and how it wants to be cited. The model is ISDIAH's, cut to what citing needs.

use super::archives::fold;
use super::node::Node;
use super::reader::{Element, Gatherer, Source, TableReader};
use super::{FORMAT, HistoricalDate, Language, LevelName, PartId, Path, ValuePattern};
use crate::problem::{Problem, Severity, codes};
use serde::Serialize;
use std::any::Any;
use std::sync::{Arc, OnceLock};

/// An institution that keeps documents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Archive {
    /// The stable id; an entry of a catalog with the id of a built-in one replaces that.
    pub id: PartId,
    /// Its names by language and period, the one to cite in each language first.
    pub names: Vec<ArchiveName>,
    /// Its abbreviations, the one to cite in each language first, with variants as printed.
    pub abbreviations: Vec<ArchiveName>,
    /// Where it is, by language.
    pub places: Vec<ArchiveName>,
    /// The country, as ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The language in which it is cited at home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The archive of which it is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<PartId>,
    /// The archive that took over its holdings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<PartId>,
    /// The archives whose holdings it took over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predecessors: Vec<PartId>,
    /// Shapes of references by which it is known even when it is not named: `FO 371/26145`.
    #[serde(skip)]
    pub recognised_by: Vec<ValuePattern>,
    /// Remarks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its levels, from the top down, and how they are printed.
    #[serde(flatten)]
    pub scheme: LevelScheme,
}

/// A name, abbreviation or place in one language and period. In a file a plain string will do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArchiveName {
    /// The name.
    pub text: String,
    /// Its language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// From when it was in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<HistoricalDate>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<HistoricalDate>,
    /// The text as [`fold`] has it: names are looked up for every citation.
    #[serde(skip)]
    pub(super) folded: String,
}

impl ArchiveName {
    /// The text for comparing: what [`fold`] makes of it.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

/// The levels of an archive, or of many archives that are ordered alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LevelScheme {
    /// From where to where a reference runs.
    pub order: ArchiveOrder,
    /// What stands between the archive and the path.
    pub after_archive: String,
    /// What stands between two steps of the path.
    pub between: String,
    /// The levels from the top down.
    #[serde(rename = "level")]
    pub levels: Vec<ArchiveLevel>,
    /// What readers have worked out from it.
    #[serde(skip)]
    pub(crate) worked_out: WorkedOut,
}

/// What a reader works out from a value, once, to be kept beside it: it is no part of the value.
#[derive(Clone, Default)]
pub(crate) struct WorkedOut(Arc<OnceLock<Box<dyn Any + Send + Sync>>>);

impl WorkedOut {
    /// What was worked out, by `work` when nobody has yet; `None` when somebody keeps another thing here.
    pub(crate) fn get_or<T: Any + Send + Sync>(&self, work: impl FnOnce() -> T) -> Option<&T> {
        self.0.get_or_init(|| Box::new(work())).downcast_ref()
    }
}

impl PartialEq for WorkedOut {
    fn eq(&self, _: &WorkedOut) -> bool {
        true
    }
}

impl std::fmt::Debug for WorkedOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WorkedOut")
    }
}

/// From where to where a reference runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArchiveOrder {
    /// Archive, then the path from the top down: `APRF, f. 45, op. 1, d. 340`.
    GeneralFirst,
    /// The path from the bottom up, then the archive: `box 9, Press Releases, Ford Library`.
    SpecificFirst,
}

impl ArchiveOrder {
    const WORDS: &'static [(&'static str, ArchiveOrder)] = &[
        ("general-first", ArchiveOrder::GeneralFirst),
        ("specific-first", ArchiveOrder::SpecificFirst),
    ];
}

/// One level of an archive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArchiveLevel {
    /// Its name, as in paths.
    pub name: LevelName,
    /// Other names under which a path may have it: `listy` for `list`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<LevelName>,
    /// Whether it points into the document (leaves, pages), not to a unit of the archive.
    pub locator: bool,
    /// Whether the archive cannot find the document without it.
    pub required: bool,
    /// Whether its value stands without a label.
    pub bare: bool,
    /// The shape of its values.
    #[serde(serialize_with = "pattern_text", skip_serializing_if = "Option::is_none")]
    pub pattern: Option<ValuePattern>,
    /// What stands before it, when that is not the scheme's `between`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The step that is meant above it when a reference leaves it out, as level and value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub understood_above: Option<(LevelName, String)>,
    /// How its label is printed, the form for writing first.
    #[serde(rename = "form", skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<LevelForm>,
    /// Further printed labels, for reading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

fn pattern_text<S: serde::Serializer>(
    pattern: &Option<ValuePattern>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match pattern {
        Some(pattern) => serializer.serialize_str(pattern.as_str()),
        None => serializer.serialize_none(),
    }
}

/// The printed label of a level in one language and script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelForm {
    /// The language and script: `ru-Latn` for transliterated Russian.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// In full: `fond`, `list`.
    pub full: String,
    /// In full, of several: `listy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_plural: Option<String>,
    /// Abbreviated: `f.`, `l.`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Abbreviated, of several: `ll.`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_plural: Option<String>,
}

/// Which labels a reference is printed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelLabels {
    /// `fond 45, opis 1`.
    Full,
    /// `f. 45, op. 1`.
    Abbreviated,
    /// `ф. 45, оп. 1`: abbreviated, in the language and script of the archive.
    OriginalScript,
}

impl LevelForm {
    /// Every printed label, longest first.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        [
            Some(&self.full),
            self.full_plural.as_ref(),
            self.short.as_ref(),
            self.short_plural.as_ref(),
        ]
        .into_iter()
        .flatten()
        .map(String::as_str)
    }
}

impl ArchiveLevel {
    /// Whether a path may call this level `name`.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.as_str() == name || self.aliases.iter().any(|alias| alias.as_str() == name)
    }

    /// Every label under which the level is printed.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().flat_map(LevelForm::labels).chain(self.also.iter().map(String::as_str))
    }

    /// The label before `value`, of the kind asked for and in the language `home` for
    /// [`LevelLabels::OriginalScript`].
    pub fn label(&self, value: &str, labels: LevelLabels, home: Option<&Language>) -> Option<&str> {
        let own_script = |form: &&LevelForm| form.language.as_ref() == home;
        let form = match labels {
            LevelLabels::OriginalScript => self.forms.iter().find(own_script),
            LevelLabels::Full | LevelLabels::Abbreviated => None,
        }
        .or(self.forms.first())?;
        let several = names_several(value);
        let full = form.full_plural.as_ref().filter(|_| several).unwrap_or(&form.full);
        let short = match &form.short_plural {
            Some(plural) if several => Some(plural),
            _ => form.short.as_ref(),
        };
        Some(match labels {
            LevelLabels::Full => full,
            LevelLabels::Abbreviated | LevelLabels::OriginalScript => short.unwrap_or(full),
        })
    }
}

/// Whether a locator names more than one leaf: a range, a list, `13ff.`.
pub(crate) fn names_several(value: &str) -> bool {
    // "1-G/961 600" is one container: a range runs from a number to a number.
    let range = || {
        let mut parts = value.split(super::is_dash).map(str::trim);
        let number = |part: &str, first: bool| {
            let digits = part.bytes().filter(u8::is_ascii_digit).count();
            let begins = part.starts_with(|c: char| c.is_ascii_digit());
            digits > 0 && (begins || first) && !part.contains('/')
        };
        match (parts.next(), parts.next(), parts.next()) {
            (Some(first), Some(last), None) => number(first, true) && number(last, false),
            _ => false,
        }
    };
    value.contains(',') || value.contains(" and ") || value.ends_with("ff.") || range()
}

impl LevelScheme {
    /// The level that a path calls `name`.
    pub fn level(&self, name: &str) -> Option<&ArchiveLevel> {
        self.levels.iter().find(|level| level.is_called(name))
    }

    /// Where the level that a path calls `name` stands, counted from the top.
    pub fn rank(&self, name: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.is_called(name))
    }
}

impl Archive {
    /// Reads an entry from the tree of its file. `scheme` gives the levels that many archives
    /// share, by name. There is an archive when nothing is wrong that is an error.
    pub fn read(
        root: &Node,
        source: &Source,
        scheme: &mut dyn FnMut(&str) -> Option<LevelScheme>,
    ) -> (Option<Archive>, Vec<Problem>) {
        let gatherer = Gatherer::new(source);
        let archive =
            TableReader::root(root, &gatherer).and_then(|table| read_archive(table, scheme));
        let problems = gatherer.into_problems();
        let sound = problems.iter().all(|problem| problem.severity < Severity::Error);
        (archive.filter(|_| sound), problems)
    }

    /// The name to cite in `language`, or else in the archive's own, or else the first. Names
    /// that went out of use come last.
    pub fn name(&self, language: &str) -> Option<&str> {
        best(&self.names, language, self.language.as_ref())
    }

    /// The abbreviation to cite in `language`; chosen as with [`Archive::name`].
    pub fn abbreviation(&self, language: &str) -> Option<&str> {
        best(&self.abbreviations, language, self.language.as_ref())
    }

    /// The place in `language`; chosen as with [`Archive::name`].
    pub fn place(&self, language: &str) -> Option<&str> {
        best(&self.places, language, self.language.as_ref())
    }

    /// Whether it has houses in several cities, so that its name alone does not say where a document is.
    pub fn is_in_several_cities(&self) -> bool {
        let city = |place: &str| place.split(',').next().unwrap_or_default().to_owned();
        let mut same = self.places.iter().filter(|place| {
            Some(&place.language) == self.places.first().map(|first| &first.language)
        });
        let first = same.next().map(|place| city(&place.text));
        same.any(|place| Some(city(&place.text)) != first)
    }

    /// Every name and abbreviation.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(&self.abbreviations).map(|name| name.text.as_str())
    }

    /// Whether it has a name or abbreviation that is `folded` (see [`fold`]) for comparing.
    pub fn is_called(&self, folded: &str) -> bool {
        self.names.iter().chain(&self.abbreviations).any(|name| name.folded == folded)
    }

    /// The path as the archive prints it, without the archive: `f. 45, op. 1, d. 340, ll. 86-88`,
    /// `FO 371/26145`. Levels that the archive does not know are printed by their name.
    pub fn print_path(&self, path: &Path, labels: LevelLabels) -> String {
        let mut text = String::new();
        let specific_first = self.scheme.order == ArchiveOrder::SpecificFirst;
        let steps: Vec<_> = match specific_first {
            true => path.steps().iter().rev().collect(),
            false => path.steps().iter().collect(),
        };
        for step in steps {
            let level = self.scheme.level(step.level.as_str());
            if !text.is_empty() {
                let before = level.and_then(|level| level.before.as_deref());
                text.push_str(before.unwrap_or(&self.scheme.between));
            }
            match level {
                Some(level) if level.bare => {}
                Some(level) => {
                    if let Some(label) = level.label(&step.value, labels, self.language.as_ref()) {
                        text.push_str(label);
                        text.push(' ');
                    }
                }
                None => {
                    text.push_str(&step.level.as_str().replace('-', " "));
                    text.push(' ');
                }
            }
            text.push_str(&step.value);
            if let Some(title) = &step.title {
                text.push_str(&self.scheme.between);
                text.push_str(title);
            }
        }
        text
    }

    /// What is wrong with `path` in this archive: levels it does not know, values that do not
    /// fit, required levels that are missing. Nothing is wrong with an empty path.
    pub fn check_path(&self, path: &Path) -> Vec<Problem> {
        let mut problems = Vec::new();
        let called = self.abbreviation("en").or(self.name("en")).unwrap_or(self.id.as_str());
        for step in path.steps() {
            let name = step.level.as_str();
            match self.scheme.level(name) {
                None => problems.push(
                    Problem::warning(
                        codes::LEVEL_UNKNOWN,
                        format!("`{name}` is not a level of {called}"),
                    )
                    .mend(format!("its levels are {}", self.level_list())),
                ),
                Some(ArchiveLevel { pattern: Some(pattern), .. }) if !pattern.fits(&step.value) => {
                    problems.push(
                        Problem::warning(
                            codes::LEVEL_VALUE,
                            format!(
                                "`{}` is an unusual {name} of {called}",
                                step.value.escape_debug()
                            ),
                        )
                        .mend("compare it with the printed reference"),
                    );
                }
                Some(_) => {}
            }
        }
        for level in self.scheme.levels.iter().filter(|level| level.required) {
            let there = path.steps().iter().any(|step| level.is_called(step.level.as_str()));
            if !there && !path.is_empty() {
                let name = &level.name;
                problems.push(
                    Problem::note(
                        codes::LEVEL_MISSING,
                        format!("a reference to {called} has no {name}"),
                    )
                    .mend(format!("add `[\"{name}\", \"...\"]`")),
                );
            }
        }
        problems
    }

    fn level_list(&self) -> String {
        let names = self.scheme.levels.iter().map(|level| format!("`{}`", level.name));
        names.collect::<Vec<_>>().join(", ")
    }
}

fn best<'a>(names: &'a [ArchiveName], language: &str, home: Option<&Language>) -> Option<&'a str> {
    let speaks = |name: &ArchiveName, wanted: &str| {
        name.language.as_ref().is_some_and(|l| l.as_str() == wanted || l.primary() == wanted)
    };
    let current = || names.iter().filter(|name| name.until.is_none());
    current()
        .find(|name| speaks(name, language))
        .or_else(|| current().find(|name| name.language.is_none()))
        .or_else(|| home.and_then(|home| current().find(|name| speaks(name, home.as_str()))))
        .or_else(|| current().next())
        .or_else(|| names.first())
        .map(|name| name.text.as_str())
}

impl LevelScheme {
    /// Reads a scheme that many archives share.
    pub fn read(root: &Node, source: &Source) -> (Option<LevelScheme>, Vec<Problem>) {
        let gatherer = Gatherer::new(source);
        let scheme = TableReader::root(root, &gatherer).map(|mut table| {
            let scheme = read_scheme(&mut table, None);
            table.finish();
            scheme
        });
        (scheme, gatherer.into_problems())
    }
}

fn read_scheme(t: &mut TableReader<'_>, base: Option<LevelScheme>) -> LevelScheme {
    let base = base.unwrap_or(LevelScheme {
        order: ArchiveOrder::GeneralFirst,
        after_archive: ", ".to_owned(),
        between: ", ".to_owned(),
        levels: Vec::new(),
        worked_out: WorkedOut::default(),
    });
    let mut scheme = LevelScheme {
        order: read_order(t).unwrap_or(base.order),
        after_archive: t.text("after_archive").unwrap_or(base.after_archive),
        between: t.text("between").unwrap_or(base.between),
        levels: base.levels,
        worked_out: WorkedOut::default(),
    };
    for (level, after) in t.each("level", read_level) {
        if let Some(at) = scheme.levels.iter().position(|known| known.name == level.name) {
            scheme.levels[at] = level;
            continue;
        }
        let at = after.and_then(|after: LevelName| scheme.rank(after.as_str()));
        match at {
            Some(at) => scheme.levels.insert(at + 1, level),
            None => scheme.levels.push(level),
        }
    }
    scheme
}

fn read_order(t: &mut TableReader<'_>) -> Option<ArchiveOrder> {
    let word = t.text("order")?;
    let found = ArchiveOrder::WORDS.iter().find(|(known, _)| *known == word);
    if found.is_none() {
        let message = format!("`{}` is not an order", word.escape_debug());
        let problem = Problem::error(codes::WORD, message);
        t.report("order", problem.mend("use `general-first` or `specific-first`"));
    }
    found.map(|(_, order)| *order)
}

fn read_archive(
    mut t: TableReader<'_>,
    scheme: &mut dyn FnMut(&str) -> Option<LevelScheme>,
) -> Option<Archive> {
    let format = t.integer("format").filter(|format| *format != FORMAT);
    if let Some(format) = format {
        let message = format!("the format {format} is not known");
        let problem = Problem::error(codes::FORMAT, message);
        t.report("format", problem.mend("update fonds, or write `format = 1`"));
    }
    let id: Option<PartId> = t.required("id");
    if let Some(id) = &id {
        t.rename(id.as_str());
    }
    let base = t.text("scheme").and_then(|name| {
        let found = scheme(&name);
        if found.is_none() {
            let message = format!("there is no scheme of levels `{}`", name.escape_debug());
            t.report("scheme", Problem::warning(codes::ARCHIVE, message));
        }
        found
    });
    let names = t.each("name", read_archive_name);
    if names.is_empty() {
        t.missing("name");
    }
    let archive = Archive {
        abbreviations: t.each("abbreviation", read_archive_name),
        places: t.each("place", read_archive_name),
        country: t.text("country"),
        language: t.parsed("language"),
        part_of: t.parsed("part_of"),
        successor: t.parsed("successor"),
        predecessors: t.parsed_list("predecessor"),
        recognised_by: t.parsed_list("recognised_by"),
        note: t.text("note"),
        scheme: read_scheme(&mut t, base),
        names,
        id: id?,
    };
    t.finish();
    Some(archive)
}

fn read_archive_name(element: Element<'_>) -> Option<ArchiveName> {
    if let Some(text) = element.as_text() {
        return Some(ArchiveName {
            folded: fold(text),
            text: text.to_owned(),
            language: None,
            since: None,
            until: None,
        });
    }
    let mut t = element.table()?;
    let text = t.required_text("text");
    let (language, since, until) = (t.parsed("language"), t.parsed("since"), t.parsed("until"));
    t.finish();
    let text = text?;
    Some(ArchiveName { folded: fold(&text), text, language, since, until })
}

fn read_level(element: Element<'_>) -> Option<(ArchiveLevel, Option<LevelName>)> {
    let mut t = element.table()?;
    let name: Option<LevelName> = t.required("name");
    let after = t.parsed("after");
    let level = ArchiveLevel {
        aliases: t.parsed_list("alias"),
        locator: t.flag("locator"),
        required: t.flag("required"),
        bare: t.flag("bare"),
        pattern: t.parsed("pattern"),
        before: t.text("before"),
        understood_above: read_understood(&mut t),
        forms: t.each("form", read_form),
        also: t.text_list("also"),
        name: name?,
    };
    t.finish();
    Some((level, after))
}

fn read_understood(t: &mut TableReader<'_>) -> Option<(LevelName, String)> {
    let texts = t.text_list("understood_above");
    match &texts[..] {
        [] => None,
        [level, value] => match level.parse() {
            Ok(level) => Some((level, value.clone())),
            Err(problem) => {
                t.report("understood_above", problem);
                None
            }
        },
        _ => {
            let problem = Problem::error(codes::KIND, "`understood_above` is a level and a value");
            t.report("understood_above", problem.mend("write `[\"series\", \"Central Files\"]`"));
            None
        }
    }
}

fn read_form(element: Element<'_>) -> Option<LevelForm> {
    let mut t = element.table()?;
    let full = t.required_text("full");
    let form = LevelForm {
        language: t.parsed("language"),
        full_plural: t.text("full_plural"),
        short: t.text("short"),
        short_plural: t.text("short_plural"),
        full: full?,
    };
    t.finish();
    Some(form)
}
