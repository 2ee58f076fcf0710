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
}

/// Makes the folder `folder` a catalog: a Git repository, when it is not in one, and a first
/// revision with `fonds.toml`. Gives the folder with links resolved.
pub fn init(folder: &Path, wanted: &NewCatalog, request: &Request) -> Result<(PathBuf, Changed)> {
    let catalog = store::Catalog::create(folder, !request.dry_run)?;
    if catalog.read(SETTINGS_FILE)?.is_some() {
        return Err(Problem::error(
            codes::EXISTS,
            format!("`{}` is a catalog already", catalog.root().display()),
        )
        .mend("nothing needs to be done; `fonds add` adds a record")
        .into());
    }
    let files = [
        (SETTINGS_FILE, settings(wanted)),
        (".gitattributes", ATTRIBUTES.to_owned()),
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
        if catalog.read(path)?.is_none() {
            plan.files.push(FileChange {
                path: path.to_owned(),
                before: None,
                after: Some(text.into_bytes()),
            });
        }
    }
    let changed = plan.carry_out(writing, request)?;
    Ok((catalog.root().to_owned(), changed))
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
