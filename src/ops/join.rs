//! Two records of one document made one.

use super::change::{Changed, Plan, Request};
use super::rewrite::{Order, rewrite, tree};
use super::set::{gone, text_of};
use super::{Catalog, Result};
use crate::changes::join;
use crate::problem::{Problem, codes};
use crate::record::{Node, RecordId, Value};
use crate::store::FileChange;

impl Catalog {
    /// Joins the record `other` to the record `id`. Everything that `other` says comes into `id`;
    /// where the two disagree, the value of `id` stays and the other one becomes an
    /// `[[alternative]]`. The id of `other` stays as an alias. What does not survive are the
    /// comments in the file of `other`; they stay in the history.
    pub fn join(&self, id: &str, other: &str, request: &Request) -> Result<Changed> {
        let (path, other_path) = (self.file_of(id, None)?.path, self.file_of(other, None)?.path);
        if path == other_path {
            return Err(Problem::error(
                codes::EXISTS,
                format!("`{id}` and `{other}` are one record already"),
            )
            .into());
        }
        let writing = self.store.begin_write()?;
        let read = |path: &str| -> Result<(Vec<u8>, String, Node)> {
            let Some(bytes) = writing.read(path)? else { return Err(gone(path).into()) };
            let text = text_of(&bytes, path)?;
            let root = tree(&text, path)?;
            Ok((bytes, text, root))
        };
        let (before, text, root) = read(&path)?;
        let (other_before, _, mut other_root) = read(&other_path)?;
        let (kept, lost) = (id_of(&root, id), id_of(&other_root, other));

        // The other record's ids become aliases of this one.
        let mut aliases = aliases_of(&other_root);
        aliases.push(lost.clone());
        aliases.retain(|alias| *alias != kept);
        if let Some(table) = other_root.as_table_mut() {
            table.set("id", Node::from(kept.as_str()));
            let list: Vec<Node> = aliases.iter().map(|alias| Node::from(alias.as_str())).collect();
            table.set("aliases", Node::from(list));
            // What a record says of the file's format is not said of the document.
            table.remove("format");
        }
        let reason = format!("said by the record `{lost}`, which was joined to this one");
        let joined = join(&root, &other_root, &reason);
        let after = rewrite(&text, &path, &joined.root, Order::AddedLast)?;

        let mut files = vec![
            FileChange { path, before: Some(before), after: Some(after.into_bytes()) },
            FileChange { path: other_path, before: Some(other_before), after: None },
        ];
        let target = format!("{kept}\n").into_bytes();
        for alias in aliases.iter().filter_map(|alias| alias.parse::<RecordId>().ok()) {
            let path = self.store.layout().alias_path(&alias);
            let before = writing.read(&path)?;
            files.push(FileChange { path, before, after: Some(target.clone()) });
        }
        let summary = format!("join {lost} to {kept}");
        Plan { files, summary, speaks_for_itself: true }.carry_out(writing, request)
    }
}

fn id_of(root: &Node, asked: &str) -> String {
    let id = root.as_table().and_then(|table| table.get("id")).and_then(Node::as_text);
    id.unwrap_or(asked).to_owned()
}

fn aliases_of(root: &Node) -> Vec<String> {
    match root.as_table().and_then(|table| table.get("aliases")).map(|node| &node.value) {
        Some(Value::List(list)) => {
            list.iter().filter_map(Node::as_text).map(str::to_owned).collect()
        }
        Some(Value::Text(alias)) => vec![alias.clone()],
        _ => Vec::new(),
    }
}
