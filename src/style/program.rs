//! A compiled style: a small program that the formatter runs over items.
//!
//! Names are resolved (macros are numbers, variables are enums, terms are their texts in the
//! style's locale), inherited attributes are written out, and what has no meaning is gone. The
//! program is a tree whose depth [`super::guard`] has limited, macro calls counted in.

use super::formatting::{Display, Formatting, PageRange, TextCase};
use super::locale::LocaleOptions;
use super::terms::{TermForm, Terms};
use crate::citation::{DateVariable, ItemType, LocatorLabel, TextVariable, Variable};

/// A sequence of elements.
pub type Body = Box<[Element]>;

/// A style, compiled for one locale.
#[derive(Debug, Clone)]
pub struct Style {
    /// The title, for people.
    pub title: Box<str>,
    /// The id, a URI.
    pub id: Box<str>,
    /// Whether citations stand in the text or in notes.
    pub class: Class,
    /// The locale it was compiled for, as a BCP 47 tag.
    pub language: Box<str>,
    /// The terms of that locale, with those that the style changes.
    pub terms: Terms,
    /// Habits of that locale.
    pub locale: LocaleOptions,
    /// The attribute `demote-non-dropping-particle`.
    pub demote_particle: DemoteParticle,
    /// The attribute `initialize-with-hyphen`.
    pub initialize_with_hyphen: bool,
    /// The attribute `page-range-format`.
    pub page_range: Option<PageRange>,
    /// The macros, by number.
    pub macros: Vec<Macro>,
    /// How many `cs:names` there are; each has a number below it.
    pub names_count: usize,
    /// The citation.
    pub citation: Area<CitationOptions>,
    /// The bibliography, if the style has one.
    pub bibliography: Option<Area<BibliographyOptions>>,
    /// How deep the program is when all macros are written out.
    pub depth: u64,
    /// Features that the formatter can save the work for when they are absent.
    pub uses: Uses,
}

/// What a style makes use of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uses {
    /// A condition on `position`, or et-al settings for later cites.
    pub position: bool,
    /// A condition on `disambiguate`.
    pub disambiguate: bool,
    /// The variable `year-suffix`, printed where the style wants it.
    pub year_suffix: bool,
    /// The number of the work in its citations.
    pub citation_number: bool,
    /// An attribute `display` in the bibliography.
    pub display: bool,
}

/// Where citations stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// In the text.
    InText,
    /// In notes.
    Note,
}

/// When a non-dropping particle (*van*) is moved behind the given names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DemoteParticle {
    /// Never.
    Never,
    /// In sort keys.
    SortOnly,
    /// In sort keys and wherever the family name comes first.
    #[default]
    DisplayAndSort,
}

/// `cs:macro`
#[derive(Debug, Clone)]
pub struct Macro {
    /// Its name, for messages.
    pub name: Box<str>,
    /// What it prints.
    pub body: Body,
    /// Whether there is a date in it: sort keys then take the date alone.
    pub has_date: bool,
}

/// The number of a macro.
pub type MacroId = u16;

/// `cs:citation` or `cs:bibliography`.
#[derive(Debug, Clone)]
pub struct Area<Options> {
    /// The sort keys, the first one first.
    pub sort: Box<[SortKey]>,
    /// What one cite or entry prints.
    pub layout: Body,
    /// The formatting of the whole.
    pub formatting: Formatting,
    /// The attribute `prefix` of `cs:layout`.
    pub prefix: Box<str>,
    /// The attribute `suffix` of `cs:layout`.
    pub suffix: Box<str>,
    /// The attribute `delimiter` of `cs:layout`.
    pub delimiter: Box<str>,
    /// Settings for names that `cs:key` and the like inherit.
    pub names: NameOptions,
    /// The settings of its kind.
    pub options: Options,
}

/// Settings of `cs:citation`.
#[derive(Debug, Clone, Default)]
pub struct CitationOptions {
    /// `disambiguate-add-names`
    pub add_names: bool,
    /// `disambiguate-add-givenname`
    pub add_given_names: bool,
    /// `givenname-disambiguation-rule`
    pub given_name_rule: GivenNameRule,
    /// `disambiguate-add-year-suffix`
    pub add_year_suffix: bool,
    /// `collapse`
    pub collapse: Option<Collapse>,
    /// `cite-group-delimiter`
    pub cite_group_delimiter: Option<Box<str>>,
    /// `year-suffix-delimiter`
    pub year_suffix_delimiter: Option<Box<str>>,
    /// `after-collapse-delimiter`
    pub after_collapse_delimiter: Option<Box<str>>,
    /// `near-note-distance`, 5 unless said.
    pub near_note_distance: u32,
}

/// Settings of `cs:bibliography`.
#[derive(Debug, Clone, Default)]
pub struct BibliographyOptions {
    /// `hanging-indent`
    pub hanging_indent: bool,
    /// `second-field-align`
    pub second_field_align: Option<SecondFieldAlign>,
    /// `line-spacing`
    pub line_spacing: u32,
    /// `entry-spacing`
    pub entry_spacing: u32,
    /// `subsequent-author-substitute`
    pub author_substitute: Option<Box<str>>,
    /// `subsequent-author-substitute-rule`
    pub author_substitute_rule: SubstituteRule,
}

/// `givenname-disambiguation-rule`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GivenNameRule {
    /// `all-names`
    AllNames,
    /// `all-names-with-initials`
    AllNamesWithInitials,
    /// `primary-name`
    PrimaryName,
    /// `primary-name-with-initials`
    PrimaryNameWithInitials,
    /// `by-cite`
    #[default]
    ByCite,
}

impl GivenNameRule {
    /// Whether only the first name of a list is looked at.
    pub fn is_primary(self) -> bool {
        matches!(self, GivenNameRule::PrimaryName | GivenNameRule::PrimaryNameWithInitials)
    }

    /// Whether initials are all that is ever added.
    pub fn with_initials(self) -> bool {
        matches!(self, GivenNameRule::AllNamesWithInitials | GivenNameRule::PrimaryNameWithInitials)
    }
}

/// `collapse`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collapse {
    /// `[1–3]`
    CitationNumber,
    /// `(Doe 2000, 2001)`
    Year,
    /// `(Doe 2000a, b)`
    YearSuffix,
    /// `(Doe 2000a–c)`
    YearSuffixRanged,
}

/// `second-field-align`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFieldAlign {
    /// `flush`
    Flush,
    /// `margin`
    Margin,
}

/// `subsequent-author-substitute-rule`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubstituteRule {
    /// `complete-all`
    #[default]
    CompleteAll,
    /// `complete-each`
    CompleteEach,
    /// `partial-each`
    PartialEach,
    /// `partial-first`
    PartialFirst,
}

/// `cs:key`
#[derive(Debug, Clone)]
pub struct SortKey {
    /// What is sorted by.
    pub source: KeySource,
    /// From high to low.
    pub descending: bool,
    /// `names-min`, `names-use-first` and `names-use-last`, as et-al settings.
    pub names: NameOptions,
}

/// What is sorted by.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// What a macro prints.
    Macro(MacroId),
    /// The value of a variable.
    Variable(Variable),
    /// The names of a variable, family name first.
    Names(Box<Names>),
    /// Nothing that any item has.
    Nothing,
}

/// A rendering element.
#[derive(Debug, Clone)]
pub enum Element {
    /// `cs:text`
    Text(Box<Text>),
    /// `cs:number`
    Number(Box<Number>),
    /// `cs:label`
    Label(Box<Label>),
    /// `cs:date`
    Date(Box<Date>),
    /// `cs:names`
    Names(Box<Names>),
    /// `cs:group`
    Group(Box<Group>),
    /// `cs:choose`
    Choose(Box<[Branch]>),
}

/// How an element is dressed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clothes {
    /// Letters.
    pub formatting: Formatting,
    /// `prefix`
    pub prefix: Box<str>,
    /// `suffix`
    pub suffix: Box<str>,
    /// `quotes="true"`
    pub quotes: bool,
    /// `quotes="false"`
    pub unquoted: bool,
    /// `strip-periods`
    pub strip_periods: bool,
    /// `text-case`
    pub text_case: Option<TextCase>,
    /// `display`
    pub display: Option<Display>,
}

impl Clothes {
    /// Whether they add nothing to a group (whose text has its case already).
    #[inline]
    pub fn are_plain(&self) -> bool {
        self.prefix.is_empty()
            && self.suffix.is_empty()
            && self.formatting.is_none()
            && !self.quotes
            && !self.unquoted
            && !self.strip_periods
    }
}

/// `cs:text`
#[derive(Debug, Clone)]
pub struct Text {
    /// What is printed.
    pub source: TextSource,
    /// How it is dressed.
    pub clothes: Clothes,
}

/// What a `cs:text` prints.
#[derive(Debug, Clone)]
pub enum TextSource {
    /// A variable, in its short form where there is one.
    Variable {
        /// The variable.
        variable: TextVariable,
        /// `form="short"`
        short: bool,
    },
    /// What a macro prints.
    Macro(MacroId),
    /// A term of the locale.
    Term(Box<str>),
    /// Words of the style.
    Value(Box<str>),
    /// A variable that no item has.
    Nothing,
}

/// `cs:number`
#[derive(Debug, Clone)]
pub struct Number {
    /// The variable; `None` for one that no item has.
    pub variable: Option<TextVariable>,
    /// `form`
    pub form: NumberForm,
    /// How it is dressed.
    pub clothes: Clothes,
}

/// The attribute `form` of `cs:number`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NumberForm {
    /// `4`
    #[default]
    Numeric,
    /// `4th`
    Ordinal,
    /// `fourth`
    LongOrdinal,
    /// `iv`
    Roman,
}

/// `cs:label`, in `cs:names` or alone.
#[derive(Debug, Clone)]
pub struct Label {
    /// The variable that is labelled (not used in `cs:names`).
    pub variable: Option<TextVariable>,
    /// `form`
    pub form: TermForm,
    /// Whether the style says the form.
    pub form_given: bool,
    /// `plural`
    pub plural: Plural,
    /// How it is dressed.
    pub clothes: Clothes,
}

/// The attribute `plural`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plural {
    /// As the content asks for.
    #[default]
    Contextual,
    /// Always the plural.
    Always,
    /// Never the plural.
    Never,
}

/// `cs:date`, the locale's parts written out.
#[derive(Debug, Clone)]
pub struct Date {
    /// The variable; `None` for one that no item has.
    pub variable: Option<DateVariable>,
    /// The parts, in the order in which they are printed.
    pub parts: Box<[DatePart]>,
    /// Between the parts.
    pub delimiter: Box<str>,
    /// How the whole is dressed.
    pub clothes: Clothes,
}

/// `cs:date-part`
#[derive(Debug, Clone)]
pub struct DatePart {
    /// Which part.
    pub name: DatePartName,
    /// `form`
    pub form: DatePartForm,
    /// `range-delimiter`, when the style says one.
    pub range_delimiter: Option<Box<str>>,
    /// How it is dressed.
    pub clothes: Clothes,
}

/// Which part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DatePartName {
    /// The year.
    Year,
    /// The month or season.
    Month,
    /// The day.
    Day,
}

/// The attribute `form` of `cs:date-part`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DatePartForm {
    /// `January`, `2005`
    #[default]
    Long,
    /// `Jan.`, `05`
    Short,
    /// `1`
    Numeric,
    /// `01`
    NumericLeadingZeros,
    /// `1st`
    Ordinal,
}

/// `cs:group`
#[derive(Debug, Clone)]
pub struct Group {
    /// What it holds.
    pub body: Body,
    /// Between the parts.
    pub delimiter: Box<str>,
    /// How the whole is dressed.
    pub clothes: Clothes,
}

/// `cs:if`, `cs:else-if` or `cs:else`.
#[derive(Debug, Clone)]
pub struct Branch {
    /// How the tests are joined.
    pub matching: Match,
    /// The tests; none for `cs:else`.
    pub tests: Box<[Test]>,
    /// What is printed.
    pub body: Body,
}

/// The attribute `match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Match {
    /// All tests hold.
    #[default]
    All,
    /// At least one test holds.
    Any,
    /// No test holds.
    None,
}

/// One test: one word of one attribute, save for `type`, whose words are always alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `disambiguate`
    Disambiguate,
    /// `is-numeric`
    IsNumeric(TextVariable),
    /// `is-uncertain-date`
    IsUncertainDate(DateVariable),
    /// `locator`
    Locator(LocatorLabel),
    /// `position`
    Position(Position),
    /// `type`
    Type(TypeSet),
    /// `variable`
    Variable(Variable),
    /// A word that nothing answers to.
    Never,
}

/// The attribute `position`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// `first`
    First,
    /// `subsequent`
    Subsequent,
    /// `ibid`
    Ibid,
    /// `ibid-with-locator`
    IbidWithLocator,
    /// `near-note`
    NearNote,
    /// `far-note`
    FarNote,
}

/// A set of item types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TypeSet(u64);

impl TypeSet {
    /// Adds a type.
    pub fn insert(&mut self, kind: ItemType) {
        self.0 |= 1 << kind as u32;
    }

    /// Whether the type is in the set.
    pub fn contains(self, kind: ItemType) -> bool {
        self.0 & (1 << kind as u32) != 0
    }
}

/// `cs:names`
#[derive(Debug, Clone)]
pub struct Names {
    /// Its number in the style.
    pub number: usize,
    /// Whether it stands in `cs:substitute` and has all but its variables from the `cs:names` around.
    pub shorthand: bool,
    /// The variables, usually names; text in a names variable's place counts as a name.
    pub variables: Box<[Variable]>,
    /// Between the names of two variables.
    pub delimiter: Option<Box<str>>,
    /// How the whole is dressed.
    pub clothes: Clothes,
    /// `cs:name`
    pub name: NameElement,
    /// The same as the reference processor has it, where that is something else: with name parts of
    /// names around or inside.
    pub reference: Option<Box<NameElement>>,
    /// `cs:et-al`
    pub et_al: Option<EtAl>,
    /// `cs:label`
    pub label: Option<NamesLabel>,
    /// `cs:substitute`
    pub substitute: Body,
    /// The settings of the name, inheritance counted in: in citations, and in the bibliography.
    pub options: [NameSettings; 2],
}

/// `cs:label` in `cs:names`.
#[derive(Debug, Clone)]
pub struct NamesLabel {
    /// The label.
    pub label: Label,
    /// Whether it stands before the names.
    pub before: bool,
}

/// `cs:name`
#[derive(Debug, Clone, Default)]
pub struct NameElement {
    /// Its own attributes.
    pub options: NameOptions,
    /// How each name is dressed.
    pub clothes: Clothes,
    /// `cs:name-part` of the family name.
    pub family: Option<Clothes>,
    /// `cs:name-part` of the given names.
    pub given: Option<Clothes>,
}

/// `cs:et-al`
#[derive(Debug, Clone, Default)]
pub struct EtAl {
    /// The term, when it is not `et-al`.
    pub term: Option<Box<str>>,
    /// How it is dressed.
    pub clothes: Clothes,
}

/// The attributes of `cs:name`, as written; `None` where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the attribute of its name")]
pub struct NameOptions {
    pub and: Option<And>,
    pub delimiter: Option<Box<str>>,
    pub delimiter_precedes_et_al: Option<DelimiterPrecedes>,
    pub delimiter_precedes_last: Option<DelimiterPrecedes>,
    pub et_al_min: Option<u32>,
    pub et_al_use_first: Option<u32>,
    pub et_al_use_last: Option<bool>,
    pub et_al_subsequent_min: Option<u32>,
    pub et_al_subsequent_use_first: Option<u32>,
    pub form: Option<NameForm>,
    pub initialize: Option<bool>,
    pub initialize_with: Option<Box<str>>,
    pub name_as_sort_order: Option<NameAsSortOrder>,
    pub sort_separator: Option<Box<str>>,
    pub names_delimiter: Option<Box<str>>,
}

impl NameOptions {
    /// These attributes, and those of `outer` where these say nothing.
    #[must_use]
    pub fn or(&self, outer: &NameOptions) -> NameOptions {
        fn text(inner: &Option<Box<str>>, outer: &Option<Box<str>>) -> Option<Box<str>> {
            inner.clone().or_else(|| outer.clone())
        }
        NameOptions {
            and: self.and.or(outer.and),
            delimiter: text(&self.delimiter, &outer.delimiter),
            delimiter_precedes_et_al: self
                .delimiter_precedes_et_al
                .or(outer.delimiter_precedes_et_al),
            delimiter_precedes_last: self.delimiter_precedes_last.or(outer.delimiter_precedes_last),
            et_al_min: self.et_al_min.or(outer.et_al_min),
            et_al_use_first: self.et_al_use_first.or(outer.et_al_use_first),
            et_al_use_last: self.et_al_use_last.or(outer.et_al_use_last),
            et_al_subsequent_min: self.et_al_subsequent_min.or(outer.et_al_subsequent_min),
            et_al_subsequent_use_first: self
                .et_al_subsequent_use_first
                .or(outer.et_al_subsequent_use_first),
            form: self.form.or(outer.form),
            initialize: self.initialize.or(outer.initialize),
            initialize_with: text(&self.initialize_with, &outer.initialize_with),
            name_as_sort_order: self.name_as_sort_order.or(outer.name_as_sort_order),
            sort_separator: text(&self.sort_separator, &outer.sort_separator),
            names_delimiter: text(&self.names_delimiter, &outer.names_delimiter),
        }
    }
}

/// The settings of a `cs:name` when all inheritance has been counted in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameSettings {
    /// `and`: the word, and whether it is one (a symbol of a script without spaces is not).
    pub and: Option<Box<str>>,
    /// `delimiter`
    pub delimiter: Box<str>,
    /// `delimiter-precedes-et-al`
    pub delimiter_precedes_et_al: DelimiterPrecedes,
    /// `delimiter-precedes-last`
    pub delimiter_precedes_last: DelimiterPrecedes,
    /// The delimiter before a body at the end of a list, as the reference processor has it: that of
    /// the `cs:name` itself, none inherited.
    pub body_delimiter: Box<str>,
    /// `delimiter-precedes-last` before a body at the end of a list, as the reference processor has
    /// it: the inherited one, not that of the `cs:name` itself.
    pub delimiter_precedes_body: DelimiterPrecedes,
    /// `et-al-min`, 0 when no list is ever shortened
    pub et_al_min: u32,
    /// `et-al-use-first`
    pub et_al_use_first: u32,
    /// `et-al-use-last`
    pub et_al_use_last: bool,
    /// `et-al-subsequent-min`
    pub et_al_subsequent_min: u32,
    /// `et-al-subsequent-use-first`
    pub et_al_subsequent_use_first: u32,
    /// `form`
    pub form: NameForm,
    /// `initialize`
    pub initialize: bool,
    /// What would be inherited of it: the reference processor does not let `true` take that back.
    pub initialize_inherited: bool,
    /// `initialize-with`
    pub initialize_with: Option<Box<str>>,
    /// `name-as-sort-order`
    pub name_as_sort_order: Option<NameAsSortOrder>,
    /// `sort-separator`
    pub sort_separator: Box<str>,
    /// Between the names of two variables.
    pub names_delimiter: Box<str>,
}

/// The attribute `and`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum And {
    /// The term `and`.
    Text,
    /// The ampersand.
    Symbol,
}

/// The attributes `delimiter-precedes-last` and `delimiter-precedes-et-al`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DelimiterPrecedes {
    /// `contextual`
    #[default]
    Contextual,
    /// `after-inverted-name`
    AfterInvertedName,
    /// `always`
    Always,
    /// `never`
    Never,
}

/// The attribute `form` of `cs:name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameForm {
    /// All parts of the name.
    #[default]
    Long,
    /// The family name.
    Short,
    /// The number of names.
    Count,
}

/// The attribute `name-as-sort-order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameAsSortOrder {
    /// The first name of a list.
    First,
    /// All names.
    All,
}
