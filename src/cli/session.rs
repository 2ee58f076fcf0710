//! What a command gets besides its own arguments: the mouth, where to look for the catalog, and
//! what the environment says.

use super::Global;
use super::ui::{Failure, Ui};
use crate::ops::Catalog;
use std::path::PathBuf;

/// One run of the program.
#[derive(Debug)]
pub struct Session {
    /// Stdout and stderr.
    pub ui: Ui,
    /// The folder where the search for the catalog begins: `-C`, or where the program was started.
    pub start: PathBuf,
    /// Whether the answer is to be JSON.
    pub json: bool,
}

impl Session {
    pub(super) fn new(global: &Global) -> Session {
        Session {
            ui: Ui::new(global.color, global.quiet),
            start: global.catalog.clone().unwrap_or_else(|| PathBuf::from(".")),
            json: global.json,
        }
    }

    /// The catalog around the start; what is strange about its settings is told.
    pub fn catalog(&mut self) -> Result<Catalog, Failure> {
        let catalog = Catalog::open(&self.start)?;
        self.ui.problems(&catalog.warnings, &[]);
        Ok(catalog)
    }
}
