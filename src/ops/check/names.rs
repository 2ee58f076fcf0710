//! Names of people that stand as one text, where their parts can be told.

use super::{Findings, MOST};
use crate::problem::{Problem, codes};
use crate::record::{
    Agent, AgentKind, FieldPath, Name, NameOrder, NameReading, Node, Record, Table, part_keys,
    read_name,
};
use crate::record_file::{Edit, decode, edit, read_tree};

pub(super) fn check(found: &mut Findings<'_>, record: &Record) {
    let list =
        found.draft.root.as_table().and_then(|root| root.get("agent")).and_then(Node::as_list);
    let keys = list.and_then(|list| part_keys("agent", list)).unwrap_or_default();
    for (at, (agent, key)) in record.agents.iter().zip(keys).enumerate().take(MOST) {
        let field = format!("agent.{key}.name");
        let Some(text) = whole(agent).filter(|_| !found.is_settled(record, &field)) else {
            continue;
        };
        let problem = match (read_name(text), text.split_once(" to ")) {
            (Some(reading), _) => one_text(text, &reading),
            (None, Some((sender, recipient))) if begins_name(sender) && begins_name(recipient) => {
                let message =
                    format!("`{}` names two: who wrote, and to whom", text.escape_debug());
                Problem::note(codes::NAME_WHOLE, message)
                    .mend(format!("make `{sender}` the sender, and `{recipient}` the recipient"))
            }
            _ => continue,
        };
        found.add(&["agent", &at.to_string(), "name"], field, problem);
    }
}

/// The name of a person that stands as one text.
fn whole(agent: &Agent) -> Option<&str> {
    let body = matches!(agent.kind, Some(AgentKind::Body | AgentKind::Family));
    agent.name.literal.as_deref().filter(|_| !body)
}

fn begins_name(text: &str) -> bool {
    text.trim().starts_with(char::is_uppercase)
}

fn one_text(text: &str, reading: &NameReading) -> Problem {
    let message = format!(
        "the name `{}` stands as one text: a citation can neither turn it round nor shorten it",
        text.escape_debug()
    );
    let parts = in_parts(&reading.name);
    Problem::note(codes::NAME_WHOLE, message).mend(match reading.plain {
        true => format!("`fonds check --fix-names` makes it `{parts}`"),
        false => {
            format!("write `{parts}` if that is right, or `kind = \"body\"` if it is no person")
        }
    })
}

/// A name as a record has it: `{ family = "Chen", given = "Yun", order = "family-first" }`.
fn in_parts(name: &Name) -> String {
    let parts = table(name);
    let parts: Vec<String> = parts
        .iter()
        .filter_map(|(key, node)| Some(format!("{key} = \"{}\"", node.as_text()?.escape_debug())))
        .collect();
    format!("{{ {} }}", parts.join(", "))
}

pub(crate) fn table(name: &Name) -> Table {
    let order = (name.order == Some(NameOrder::FamilyFirst)).then(|| "family-first".to_owned());
    let parts = [
        ("family", &name.family),
        ("given", &name.given),
        ("particle", &name.particle),
        ("dropping_particle", &name.dropping_particle),
        ("suffix", &name.suffix),
        ("order", &order),
    ];
    let mut table = Table::new();
    for (key, part) in parts {
        if let Some(part) = part {
            table.set(key, part.as_str());
        }
    }
    table
}

/// The text of a record file with the names of its agents parted where their words can mean nothing
/// else; what stood before a name, `Dr.`, stays in `as_printed`. `None` when there is nothing to do,
/// or the file cannot be read.
///
/// ```
/// use fonds::ops::with_names_parted;
/// let text = "format = 1\nid = \"a\"\n\n[[agent]]\nrole = \"sender\"\nname = \"Dr. Ludwig Erhard\"\n";
/// let parted = with_names_parted(text.as_bytes()).unwrap();
/// assert!(parted.contains("name = { family = \"Erhard\", given = \"Ludwig\" }"));
/// assert!(parted.contains("as_printed = \"Dr. Ludwig Erhard\""));
/// assert_eq!(with_names_parted(parted.as_bytes()), None);
/// ```
pub fn with_names_parted(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|_| decode(bytes, "").is_ok())?;
    let (root, problems) = read_tree(bytes, "");
    let root = root.filter(|_| problems.is_empty())?;
    let list = root.as_table()?.get("agent")?.as_list()?;
    let mut edits = Vec::new();
    // From the last to the first: parting a name changes what later agents of one name are called.
    for (agent, key) in list.iter().zip(part_keys("agent", list)?).rev() {
        let Some(agent) = agent.as_table() else { continue };
        let person = agent.get("kind").and_then(Node::as_text).is_none_or(|kind| kind == "person");
        let name = agent.get("name").filter(|_| person);
        let whole = name.and_then(|name| match name.as_table() {
            Some(table) => table.get("literal")?.as_text().filter(|_| table.len() == 1),
            None => name.as_text(),
        });
        let Some(whole) = whole else { continue };
        let Some(reading) = read_name(whole).filter(|reading| reading.plain) else { continue };
        let of = |part: &str| FieldPath::of(["agent", &key, part]);
        if reading.title.is_some() && agent.get("as_printed").is_none() {
            edits.push(Edit::Set(of("as_printed"), whole.into()));
        }
        edits.push(Edit::Set(of("name"), table(&reading.name).into()));
    }
    let changed = edit(text, &edits).ok()?;
    (changed != text).then_some(changed)
}
