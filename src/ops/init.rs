//! A new catalog.

use super::Result;
use super::change::{Changed, Plan, Request};
use crate::problem::{Problem, codes};
use crate::store::{self, FileChange, Layout, SETTINGS_FILE};
use std::path::{Path, PathBuf};

/// What a new catalog is to be like.
#[derive(Debug, Clone, Default)]
pub struct NewCatalog {
    /// Its title.
    pub title: Option<String>,
    /// How its records are spread over folders.
    pub layout: Layout,
    /// Whether git is to merge its records field by field.
    pub merge_driver: bool,
}

/// Makes the folder `folder` a catalog: a Git repository, when it is not in one, and a first
/// revision with `fonds.toml`. Gives the folder with links resolved.
///
/// In a catalog that is there already, only the merge driver is set up: that is what a clone lacks.
pub fn init(folder: &Path, wanted: &NewCatalog, request: &Request) -> Result<(PathBuf, Changed)> {
    let catalog = store::Catalog::create(folder, !request.dry_run)?;
    if catalog.read(SETTINGS_FILE)?.is_some() {
        if wanted.merge_driver {
            return set_up_again(&catalog, request);
        }
        return Err(Problem::error(
            codes::EXISTS,
            format!("`{}` is a catalog already", catalog.root().display()),
        )
        .mend("nothing needs to be done; `fonds add` adds a record")
        .into());
    }
    let attributes = match wanted.merge_driver {
        true => format!("{ATTRIBUTES}{MERGE_ATTRIBUTES}"),
        false => ATTRIBUTES.to_owned(),
    };
    let files = [
        (SETTINGS_FILE, settings(wanted)),
        (ATTRIBUTES_FILE, attributes),
        ("records/README.md", RECORDS_README.to_owned()),
        ("styles/README.md", STYLES_README.to_owned()),
    ];
    let mut plan = Plan {
        files: Vec::new(),
        summary: "begin the catalog".to_owned(),
        speaks_for_itself: true,
    };
    let writing = catalog.begin_write()?;
    for (path, text) in files {
        // What is there already stays as it is; that it is no catalog yet was seen above.
        let before = catalog.read(path)?;
        if path == ATTRIBUTES_FILE && wanted.merge_driver && before.is_some() {
            plan.files.extend(merge_attributes(&writing)?);
        } else if before.is_none() {
            plan.files.push(FileChange {
                path: path.to_owned(),
                before: None,
                after: Some(text.into_bytes()),
            });
        }
    }
    let mut changed = plan.carry_out(writing, request)?;
    if wanted.merge_driver {
        changed.remarks.extend(catalog.enable_merge_driver()?);
    }
    Ok((catalog.root().to_owned(), changed))
}

/// What a clone of a catalog lacks: the merge driver, and where somebody has made the catalog
/// without it, the line that names it.
fn set_up_again(catalog: &store::Catalog, request: &Request) -> Result<(PathBuf, Changed)> {
    let writing = catalog.begin_write()?;
    let plan = Plan {
        files: merge_attributes(&writing)?.into_iter().collect(),
        summary: "merge records field by field".to_owned(),
        speaks_for_itself: true,
    };
    let mut changed = plan.carry_out(writing, request)?;
    let enabled = catalog.enable_merge_driver()?;
    changed.remarks.extend(enabled);
    if changed.remarks.is_empty() && changed.revision.is_none() {
        changed.remarks.push(Problem::note(
            codes::EXISTS,
            format!(
                "`{}` is a catalog already; nothing needs to be done",
                catalog.root().display()
            ),
        ));
    }
    Ok((catalog.root().to_owned(), changed))
}

/// `.gitattributes` with the line for records, unless it has one.
fn merge_attributes(writing: &store::Writing<'_>) -> Result<Option<FileChange>> {
    let before = writing.read(ATTRIBUTES_FILE)?;
    let text = before.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let has_line = |line: &str| line.split_whitespace().any(|word| word.starts_with("merge="));
    if text.lines().filter(|line| !line.starts_with('#')).any(has_line) {
        // Whatever it says, somebody has decided it.
        return Ok(None);
    }
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let after = format!("{text}{gap}{MERGE_ATTRIBUTES}").into_bytes();
    Ok(Some(FileChange { path: ATTRIBUTES_FILE.to_owned(), before, after: Some(after) }))
}

fn settings(wanted: &NewCatalog) -> String {
    let title = match &wanted.title {
        Some(title) => format!("title = {}\n", toml_text(title)),
        None => "# title = \"Telegrams of 1951\"\n".to_owned(),
    };
    let layout = match wanted.layout {
        Layout::Month => {
            "# layout = \"month\"     # or \"day\", for many records a month\n".to_owned()
        }
        Layout::Day => "layout = \"day\"\n".to_owned(),
    };
    format!(
        "# The settings of this catalog; docs/catalog.md of fonds describes them.\n\
         format = 1\n{title}\
         # style = \"chicago-notes-bibliography\"\n\
         # language = \"en\"\n{layout}"
    )
}

/// `text` as a TOML string. JSON's escapes are TOML's, but for DEL, which TOML wants escaped.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

const ATTRIBUTES: &str = "\
# Records are kept byte for byte, whatever line ends they have.
/records/** -text
/aliases/** -text
";

const ATTRIBUTES_FILE: &str = ".gitattributes";

const MERGE_ATTRIBUTES: &str = "\
# Records are merged field by field, in clones in which `fonds init` was run.
/records/**/*.toml merge=fonds
";

const RECORDS_README: &str = "\
# Records

One file per document: `fonds add` makes one, `fonds edit ID` opens it, and any editor will do. The
folder and the name of a file follow from the id of the record: `1951-08-27-mao-stalin` lies in
`1951/08/1951-08-27-mao-stalin.toml`.
";

const STYLES_README: &str = "\
# Styles

CSL styles of this catalog (`name.csl`), used by their names: `fonds cite --style name ID`.
";
