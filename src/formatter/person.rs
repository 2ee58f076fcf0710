//! One person's name: the order of its parts, particles, initials, and what is left out.

use super::initials::initialize;
use super::markup::{Dress, NodeId};
use super::render::{Pass, Renderer};
use super::script::{is_romanesque, is_romanesque_start};
use crate::citation::Name;
use crate::style::{
    Clothes, DemoteParticle, GivenNameRule, NameAsSortOrder, NameElement, NameForm, NameSettings,
};
use std::borrow::Cow;

/// What a name is printed with.
pub(super) struct PersonContext<'s> {
    pub(super) element: &'s NameElement,
    pub(super) settings: &'s NameSettings,
    /// The place in the list, from 0.
    pub(super) at: usize,
    /// How much of the given names is asked for: 0 nothing, 1 initials, 2 all.
    pub(super) level: u8,
}

/// How the script of a name bears on its order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    /// Without spaces, family name first: Chinese, Japanese.
    Compact,
    /// Family name first, with a space: such a name in mixed scripts.
    Mixed,
    /// As the style has it.
    Spaced,
}

/// The parts of a name, as they are printed.
struct Parts<'n> {
    family: Cow<'n, str>,
    particle: Cow<'n, str>,
    dropping: Cow<'n, str>,
    given: Cow<'n, str>,
    suffix: Cow<'n, str>,
    /// A full stop taken from the suffix, so that punctuation can meet it.
    suffix_period: bool,
}

impl<'s> Renderer<'s, '_> {
    /// The level at which the given names are printed when nothing is asked for.
    pub(super) fn default_given_level(settings: &NameSettings) -> u8 {
        match settings.form {
            NameForm::Short | NameForm::Count => 0,
            NameForm::Long if settings.initialize_with.is_some() => 1,
            NameForm::Long => 2,
        }
    }

    fn script(&self, name: &Name) -> Script {
        if !name.family.chars().any(is_romanesque) {
            let given = name.given.chars().next();
            return if given.is_some_and(is_romanesque_start) {
                Script::Mixed
            } else {
                Script::Compact
            };
        }
        match self.language().get(..2) {
            Some("ja" | "zh") => Script::Mixed,
            _ => Script::Spaced,
        }
    }

    fn is_static(&self, name: &Name) -> bool {
        name.static_ordering || matches!(self.language(), "vi" | "hu")
    }

    fn given<'n>(&self, name: &'n Name, context: &PersonContext<'_>) -> Cow<'n, str> {
        let level = context.level.max(Renderer::default_given_level(context.settings));
        if level == 0 {
            return "".into();
        }
        let rule = self.style().citation.options.given_name_rule;
        let mark = context.settings.initialize_with.as_deref();
        let initials = level == 1
            && !name.family.is_empty()
            && (mark.is_some() || rule != GivenNameRule::ByCite && rule.with_initials());
        if initials {
            let hyphens = self.style().initialize_with_hyphen;
            let settings = context.settings;
            let keeps_off = self.session.like_reference && !settings.initialize_inherited;
            let only_abbreviations = !settings.initialize || keeps_off;
            initialize(&name.given, mark.unwrap_or(""), only_abbreviations, hyphens).into()
        } else {
            (&*name.given).into()
        }
    }

    fn parts<'n>(&self, name: &'n Name, context: &PersonContext<'_>) -> Parts<'n> {
        let given = self.given(name, context);
        let mut dropping: Cow<'n, str> = (&*name.dropping_particle).into();
        let mut particle: Cow<'n, str> = (&*name.non_dropping_particle).into();
        let mut suffix: Cow<'n, str> = (&*name.suffix).into();
        if given.is_empty() {
            dropping = "".into();
            suffix = "".into();
        }
        if self.pass == Pass::Sort {
            for part in [&mut dropping, &mut particle] {
                if part.contains(['\'', '\u{2019}']) {
                    *part = part.replacen(['\'', '\u{2019}'], "", 1).into();
                }
            }
        }
        if !suffix.is_empty()
            && let Some(mark) = &context.settings.initialize_with
        {
            suffix = initialize(&suffix, mark, true, true).into();
        }
        let suffix_period = suffix.ends_with('.');
        if suffix_period {
            let length = suffix.len() - 1;
            suffix = match suffix {
                Cow::Borrowed(text) => text[..length].into(),
                Cow::Owned(mut text) => {
                    text.truncate(length);
                    text.into()
                }
            };
        }
        Parts { family: (&*name.family).into(), particle, dropping, given, suffix, suffix_period }
    }

    /// Prints a name into the open group. Tells whether it came out family name first by the style.
    pub(super) fn person(&mut self, name: &'s Name, context: &PersonContext<'s>) -> bool {
        let parts = self.parts(name, context);
        let script = self.script(name);
        let space = self.session.particle_space;
        // A particle that ends in an apostrophe or hyphen stands right before the family name.
        let tight = parts.particle.ends_with(['\u{2019}', '\'', '-', ' ']);
        let settings = context.settings;
        if script == Script::Compact {
            self.open("");
            self.family_part(&parts.particle, context);
            self.family_part(&parts.family, context);
            self.given_part(&parts.given, context);
            self.shut();
            return false;
        }
        if script == Script::Mixed || self.is_static(name) {
            self.open(" ");
            self.open(space);
            self.family_part(&parts.particle, context);
            self.family_part(&parts.family, context);
            self.shut();
            self.given_part(&parts.given, context);
            self.shut();
            return false;
        }
        if self.pass == Pass::Sort {
            self.sorted_person(&parts, context);
            return false;
        }
        let inverted = match settings.name_as_sort_order {
            Some(NameAsSortOrder::All) => true,
            Some(NameAsSortOrder::First) => context.at == 0,
            None => false,
        };
        if inverted {
            self.inverted_person(name, &parts, context, tight);
        } else {
            self.plain_person(name, &parts, context, tight);
        }
        inverted
    }

    fn sorted_person(&mut self, parts: &Parts<'_>, context: &PersonContext<'s>) {
        let separator = super::sort::WORD_BREAK;
        self.open(" ");
        self.open(separator);
        if self.style().demote_particle == DemoteParticle::Never {
            self.open(" ");
            // A non-breaking space is none between words: `Le Wang` sorts as `LeWang`.
            self.open(self.session.particle_space);
            self.family_part(&parts.particle, context);
            self.family_part(&parts.family, context);
            self.shut();
            self.given_part(&parts.dropping, context);
            self.shut();
            self.given_part(&parts.given, context);
        } else {
            self.family_part(&parts.family, context);
            self.open(" ");
            self.given_part(&parts.given, context);
            self.given_part(&parts.dropping, context);
            self.family_part(&parts.particle, context);
            self.shut();
        }
        self.shut();
        self.suffix_part(parts);
        self.shut();
    }

    fn inverted_person(
        &mut self,
        name: &Name,
        parts: &Parts<'_>,
        context: &PersonContext<'s>,
        tight: bool,
    ) {
        let mut separator = &*context.settings.sort_separator;
        if matches!(&*name.given, "Lord" | "Lady") {
            separator = ", ";
        }
        let demotes = self.style().demote_particle == DemoteParticle::DisplayAndSort;
        let space = if tight { "" } else { self.session.particle_space };
        self.open(separator);
        self.open(separator);
        self.open_part(context.element.family.as_ref(), space);
        if !demotes {
            self.family_part(&parts.particle, context);
        }
        self.family_part(&parts.family, context);
        self.shut();
        self.open_part(context.element.given.as_ref(), " ");
        self.given_part(&parts.given, context);
        self.given_part(&parts.dropping, context);
        if demotes {
            self.family_part(&parts.particle, context);
        }
        self.shut();
        self.shut();
        self.suffix_part(parts);
        self.shut();
    }

    fn plain_person(
        &mut self,
        name: &Name,
        parts: &Parts<'_>,
        context: &PersonContext<'s>,
        tight: bool,
    ) {
        let space = self.session.particle_space;
        let mark = context.settings.initialize_with.as_deref().unwrap_or("");
        let level = context.level.max(Renderer::default_given_level(context.settings));
        let before_family =
            if mark.contains(['\u{a0}', '\u{feff}']) && level == 1 { space } else { " " };
        self.open(before_family);
        self.open_part(context.element.given.as_ref(), "");
        self.given_part(&parts.given, context);
        self.shut();
        self.open_part(context.element.family.as_ref(), if name.comma_suffix { ", " } else { " " });
        self.open(space);
        // *d'* and the like stand right before the family name; *de'* (Italian) does not.
        let elided = !parts.dropping.is_empty()
            && parts.particle.is_empty()
            && parts.dropping.ends_with(['\'', '\u{2bc}', '\u{2019}', '-'])
            && !matches!(&*parts.dropping, "de'" | "de\u{2bc}" | "de\u{2019}" | "de-");
        if elided {
            self.open("");
            self.given_part(&parts.dropping, context);
            self.family_part(&parts.family, context);
            self.shut();
        } else {
            self.given_part(&parts.dropping, context);
            self.open(if tight { "" } else { space });
            self.family_part(&parts.particle, context);
            self.family_part(&parts.family, context);
            self.shut();
        }
        self.shut();
        self.suffix_part(parts);
        self.shut();
        self.shut();
    }

    /// Closes a group and joins its parts: what joins two of them belongs to the first, as far as
    /// meeting punctuation goes.
    fn shut(&mut self) {
        if let Some(node) = self.tree.close() {
            self.tree.join_by_suffixes(node);
        }
    }

    fn open(&mut self, delimiter: &str) -> NodeId {
        self.tree.open(&Dress { delimiter, ..Dress::default() })
    }

    /// Opens the group that has the affixes of a `cs:name-part`.
    fn open_part(&mut self, part: Option<&Clothes>, delimiter: &str) {
        let (prefix, suffix) = part.map_or(("", ""), |part| (&part.prefix, &part.suffix));
        self.tree.open_apart(&Dress { delimiter, prefix, suffix, ..Dress::default() });
    }

    fn family_part(&mut self, text: &str, context: &PersonContext<'_>) {
        self.part(text, context.element.family.as_ref());
    }

    fn given_part(&mut self, text: &str, context: &PersonContext<'_>) {
        self.part(text, context.element.given.as_ref());
    }

    fn part(&mut self, text: &str, clothes: Option<&Clothes>) {
        let dress = clothes.map_or_else(Dress::default, |clothes| Dress {
            formatting: clothes.formatting,
            text_case: clothes.text_case,
            strip_periods: clothes.strip_periods,
            ..Dress::default()
        });
        self.tree.text_in(text, &dress, self.casing());
    }

    fn suffix_part(&mut self, parts: &Parts<'_>) {
        let suffix = if parts.suffix_period { "." } else { "" };
        self.tree.text_in(&parts.suffix, &Dress { suffix, ..Dress::default() }, self.casing());
    }
}
