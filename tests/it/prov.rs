//! The history of a record as W3C PROV, read back by readers of the standard.

use crate::desk::{Desk, git_is_here};
use crate::skipped;
use std::process::Command;

const ID: &str = "1951-08-27-telegram";
const PATH: &str = "records/1951/08/1951-08-27-telegram.toml";

/// Reads both forms with the libraries `prov` and `rdflib`, and compares the statements; and looks that
/// nothing was generated or invalidated twice, and that all that is spoken of is declared.
const READER: &str = r#"
import sys, json
import prov.model as pm, rdflib
text = open(sys.argv[1]).read()
document = pm.ProvDocument.deserialize(content=text, format="json")
graph = rdflib.Graph().parse(sys.argv[2], format="turtle")
PROV, F = rdflib.Namespace("http://www.w3.org/ns/prov#"), "urn:fonds:"
RELATIONS = {pm.ProvGeneration: "wasGeneratedBy", pm.ProvInvalidation: "wasInvalidatedBy",
    pm.ProvDerivation: "wasDerivedFrom", pm.ProvAttribution: "wasAttributedTo",
    pm.ProvAssociation: "wasAssociatedWith", pm.ProvSpecialization: "specializationOf"}
KINDS = {pm.ProvEntity: "Entity", pm.ProvActivity: "Activity", pm.ProvAgent: "Agent"}
TIMES = {"wasGeneratedBy": "generatedAtTime", "wasInvalidatedBy": "invalidatedAtTime"}
a, b = set(), set()
for record in document.get_records():
    if type(record) in RELATIONS:
        name = RELATIONS[type(record)]
        values = [v for _, v in record.formal_attributes if v is not None]
        a.add((name, values[0].uri, values[1].uri))
        if name in TIMES:
            assert len(values) == 3, record
            a.add((TIMES[name], values[0].uri, values[2].isoformat()))
    else:
        uri = record.identifier.uri
        a.add(("type", uri, KINDS[type(record)]))
        for name, value in record.attributes:
            if name.uri == PROV.type.__str__():
                a.add(("type", uri, value.uri.replace(str(PROV), "")))
            elif name.uri == str(PROV.endTime):
                a.add(("endedAtTime", uri, value.isoformat()))
            else:
                a.add((name.uri.replace(str(PROV), ""), uri, str(value)))
for s, p, o in graph:
    name = {str(rdflib.RDF.type): "type", str(rdflib.RDFS.label): "label"}.get(str(p), str(p).replace(str(PROV), ""))
    value = str(o).replace(str(PROV), "") if name == "type" else str(o)
    if isinstance(o, rdflib.Literal) and o.datatype == rdflib.XSD.dateTime:
        value = o.toPython().isoformat()
    b.add((name, str(s), value))
assert a == b, (sorted(a - b)[:5], sorted(b - a)[:5])
declared = {s for name, s, _ in a if name == "type"}
for name in RELATIONS.values():
    pairs = [(s, o) for n, s, o in a if n == name]
    assert all(s in declared and o in declared for s, o in pairs), name
    if name in TIMES:
        assert len(pairs) == len({s for s, _ in pairs}), "twice: " + name
print(len(a))
"#;

/// A record that was changed, renamed, merged, removed and brought back, and translated.
fn desk() -> Desk {
    let desk = Desk::with_catalog();
    let telegram = "format = 1\nid = \"1951-08-27-telegram\"\nplace = \"Peking\"\n\n[[holding]]\nid = \"aprf\"\narchive = \"APRF\"\npath = [[\"fond\", \"45\"], [\"delo\", \"340\"]]\n\n[[translation]]\nid = \"en\"\nfrom = \"ru\"\nto = \"en\"\ntranslator = \"Gary Goldberg\"\nmade_from = \"aprf\"\n";
    desk.commit_by_hand(PATH, telegram, "found: \"ä\" \\ <b>\n\nEvidence: seen\nEvidence: read");
    desk.git(&["branch", "side"]);
    desk.commit_by_hand(PATH, &telegram.replace("340", "341"), "delo");
    desk.git(&["checkout", "--quiet", "side"]);
    desk.commit_by_hand(
        PATH,
        &telegram.replace("Peking", "Beijing").replace("\"45\"", "\"46\""),
        "place",
    );
    desk.git(&["checkout", "--quiet", "main"]);
    desk.git(&["merge", "--quiet", "-s", "ours", "-m", "both", "side"]);
    desk.fonds(&["set", ID, "holding.aprf.path.delo=342", "-m", "read again"]).good();
    desk.fonds(&["rm", ID, "-m", "not ours"]).good();
    desk.fonds(&["undo", "-m", "ours after all"]).good();
    desk.fonds(&["set", ID, "holding.aprf.id=kremlin", "-m", "a better name"]).good();
    desk.fonds(&["rename", ID, "1951-08-27-mao", "-m", "a better id"]).good();
    desk
}

#[test]
fn both_forms_say_the_same_and_the_standard_is_kept() {
    if !git_is_here("PROV") {
        return;
    }
    let desk = desk();
    let json = desk.fonds(&["log", "1951-08-27-mao", "--prov", "json"]).good().stdout;
    let turtle = desk.fonds(&["log", "1951-08-27-mao", "--prov", "turtle"]).good().stdout;
    // By an earlier name the same is told, in the same bytes.
    assert_eq!(desk.fonds(&["log", ID, "--prov", "json"]).good().stdout, json);
    assert_eq!(desk.fonds(&["log", ID, "--prov", "turtle"]).good().stdout, turtle);
    for wanted in
        ["fonds:Version", "wasInvalidatedBy", "Gary Goldberg", "Ann Archivist <ann@example.org>"]
    {
        assert!(json.contains(wanted) && turtle.contains(wanted), "{wanted}");
    }
    // Our own reader of PROV-JSON knows it for what it is.
    desk.write("history.json", &json);
    let said = desk.fonds(&["import", "history.json", "--from", "prov-json", "--dry-run"]);
    assert!(said.code < 2, "{said}");

    let python = std::env::var("FONDS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import prov.model, rdflib"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        return skipped(
            "PROV in other programs",
            "there is no python with `prov` and `rdflib` (FONDS_PYTHON)",
        );
    }
    desk.write("history.ttl", &turtle);
    let read = desk
        .command(&python, &["-c", READER, "history.json", "history.ttl"])
        .output()
        .expect("python runs");
    let complaint = String::from_utf8_lossy(&read.stderr).into_owned();
    assert!(read.status.success(), "{complaint}\n{json}\n{turtle}");
}

#[test]
fn values_without_evidence_are_told_of_the_whole_catalog() {
    let desk = Desk::with_catalog();
    desk.fonds(&["add", "--id", ID, "--title", "Telegram", "--evidence", "seen"]).good();
    desk.fonds(&["add", "--id", "memo", "--title", "Memo"]).good();
    desk.fonds(&["set", ID, "place=Beijing", "-m", "said so"]).good();
    let said = desk.fonds(&["audit", "--without-evidence"]).ended(1);
    let told: Vec<&str> = said.stdout.lines().map(|l| l.split("  (").next().unwrap_or(l)).collect();
    assert_eq!(told, ["1951-08-27-telegram place: Beijing", "memo title: Memo"], "{said}");
    let json = desk.fonds(&["audit", "--without-evidence", "--json"]).ended(1).stdout;
    assert_eq!(json.lines().count(), 2);
    desk.fonds(&["set", ID, "place=Peking", "-m", "read", "--evidence", "the file"]).good();
    desk.fonds(&["rm", "memo", "-m", "twice"]).good();
    desk.fonds(&["audit", "--without-evidence"]).good();
}
