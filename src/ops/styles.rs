//! What styles there are, and whether one can be used.

use super::{Catalog, Result, citeproc};
use crate::problem::{Place, Problem, codes};
use crate::style::bundled;
use serde::Serialize;
use std::borrow::Cow;
use std::path::PathBuf;

/// The folder of a catalog's own styles.
pub(super) const STYLES: &str = "styles";

/// A style that can be named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedStyle {
    /// The name by which it is asked for.
    pub name: String,
    /// Other names of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Its title, for people; of a catalog's style its file.
    pub title: String,
    /// `catalog` or `bundled`.
    pub source: &'static str,
}

impl Catalog {
    /// The styles of the catalog's folder `styles/`, then those that come with the program, each
    /// sorted by name.
    pub fn styles(&self) -> Vec<NamedStyle> {
        let mut own = self.own_styles();
        own.sort();
        let own = own.into_iter().map(|name| NamedStyle {
            title: format!("styles/{name}.csl"),
            names: Vec::new(),
            source: "catalog",
            name,
        });
        own.chain(bundled_styles()).collect()
    }

    /// The text of the style `name`: of the catalog's own, bundled, or in a file.
    ///
    /// # Errors
    /// A style that nobody knows, or a file that cannot be read.
    pub fn style(&self, name: &str) -> Result<Cow<'static, str>> {
        Ok(self.style_text(name)?.0)
    }

    /// What is wrong with the style `name`, warnings included.
    ///
    /// # Errors
    /// As [`Catalog::style`].
    pub fn check_style(&self, name: &str) -> Result<Vec<Problem>> {
        let (text, folder) = self.style_text(name)?;
        Ok(citeproc::compile(&text, None, folder.as_deref()).1)
    }

    /// The text of a style: of the catalog's own, bundled, or in a file.
    pub(super) fn style_text(&self, name: &str) -> Result<(Cow<'static, str>, Option<PathBuf>)> {
        let plain = !name.contains(['/', '\\']);
        if plain {
            let file = format!("{STYLES}/{}.csl", name.strip_suffix(".csl").unwrap_or(name));
            if let Ok(Some(bytes)) = self.store.read(&file) {
                let text = String::from_utf8(bytes).map_err(|_| {
                    Problem::error(codes::ENCODING, "the style is not UTF-8").at(Place::file(&file))
                })?;
                return Ok((text.into(), Some(self.store.root().join(STYLES))));
            }
        }
        Ok(citeproc::style_text(name)?)
    }
}

/// The styles that come with the program.
pub fn bundled_styles() -> impl Iterator<Item = NamedStyle> {
    bundled::styles().iter().map(|style| {
        let mut names = style.names.iter().map(|name| (*name).to_owned());
        NamedStyle {
            name: names.next().unwrap_or_else(|| style.id.to_owned()),
            names: names.collect(),
            title: style.title.to_owned(),
            source: "bundled",
        }
    })
}
