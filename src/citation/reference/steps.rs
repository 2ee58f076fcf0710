//! The steps of a path while it is being read.

use crate::record::{LevelName, LevelScheme, Path, Step};

/// Steps with levels that are unique, in the order in which they were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Steps(Vec<Step>);

impl Steps {
    pub(super) fn has(&self, level: &str) -> bool {
        self.0.iter().any(|step| step.level.as_str() == level)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a step, unless its level is there already.
    pub(super) fn push(&mut self, level: LevelName, value: impl Into<String>) -> bool {
        if self.has(level.as_str()) {
            return false;
        }
        self.0.push(Step { level, value: value.into(), title: None });
        true
    }

    /// Adds a step by the name of its level, when the scheme has it.
    pub(super) fn push_named(
        &mut self,
        scheme: &LevelScheme,
        level: &str,
        value: impl Into<String>,
    ) -> bool {
        match scheme.level(level) {
            Some(level) => self.push(level.name.clone(), value),
            None => false,
        }
    }

    /// Whether the last step is of the level `level`.
    pub(super) fn ends_with(&self, level: &str) -> bool {
        self.0.last().is_some_and(|step| step.level.as_str() == level)
    }

    /// Gives the last step a title.
    pub(super) fn entitle_last(&mut self, title: impl Into<String>) {
        if let Some(step) = self.0.last_mut() {
            step.title = Some(title.into());
        }
    }

    /// Whether the last step has a title besides its value.
    pub(super) fn last_has_title(&self) -> bool {
        self.0.last().is_some_and(|step| step.title.is_some())
    }

    /// The value of the level `level`.
    pub(super) fn value(&self, level: &str) -> Option<&str> {
        self.0.iter().find(|step| step.level.as_str() == level).map(|step| step.value.as_str())
    }

    /// Makes the step of the level `from` one of the level `to`, when `to` is free.
    pub(super) fn move_level(&mut self, scheme: &LevelScheme, from: &str, to: &str) -> bool {
        let Some(level) = scheme.level(to).filter(|level| !self.has(level.name.as_str())) else {
            return false;
        };
        match self.0.iter_mut().find(|step| step.level.as_str() == from) {
            Some(step) => step.level = level.name.clone(),
            None => return false,
        }
        true
    }

    /// Gives the last step another value.
    pub(super) fn extend_last(&mut self, value: &str) {
        if let Some(step) = self.0.last_mut() {
            step.value = value.to_owned();
        }
    }

    /// Puts the steps of `above` whose level is wanted before all others.
    pub(super) fn inherit(&mut self, above: &Steps, wanted: impl Fn(&str) -> bool) {
        let inherited = above.0.iter().filter(|step| wanted(step.level.as_str()));
        self.0 = inherited.cloned().chain(std::mem::take(&mut self.0)).collect();
    }

    /// The steps from the top down, as the levels of `scheme` are ordered.
    pub(super) fn sorted_by(mut self, scheme: &LevelScheme) -> Steps {
        self.0.sort_by_key(|step| scheme.rank(step.level.as_str()).unwrap_or(usize::MAX));
        self
    }

    /// The path. Levels are unique by construction.
    pub(super) fn into_path(self) -> Path {
        Path::new(self.0).unwrap_or_default()
    }
}
