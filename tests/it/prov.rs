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

/// The constraints of the standard (PROV-CONSTRAINTS, sections 6.1 to 6.4, with their numbers there), for
/// what is said here: each generation and invalidation once; what must come before what, with no way
/// round in a circle; what a thing may be; what is impossible.
const CONSTRAINTS: &str = r#"
import sys, json, collections
document = json.load(open(sys.argv[1]))
of = lambda kind: document.get(kind, {})
entities, activities, agents = (set(of(kind)) for kind in ("entity", "activity", "agent"))
pairs = {}
for kind, left, right in [
    ("wasGeneratedBy", "entity", "activity"), ("wasInvalidatedBy", "entity", "activity"),
    ("wasDerivedFrom", "generatedEntity", "usedEntity"), ("wasAttributedTo", "entity", "agent"),
    ("wasAssociatedWith", "activity", "agent"), ("specializationOf", "specificEntity", "generalEntity")]:
    pairs[kind] = [(r["prov:" + left], r["prov:" + right], r.get("prov:time")) for r in of(kind).values()]
known = {"prefix", "entity", "activity", "agent", *pairs}
assert set(document) <= known, set(document) - known
# 24, 25: one generation and one invalidation of an entity (by an activity).
for kind in ("wasGeneratedBy", "wasInvalidatedBy"):
    twice = [e for e, n in collections.Counter(e for e, _, _ in pairs[kind]).items() if n > 1]
    assert not twice, (kind, twice)
# 50: types; 55: nothing is both an entity and an activity.
types = {"wasGeneratedBy": (entities, activities), "wasInvalidatedBy": (entities, activities),
    "wasDerivedFrom": (entities, entities), "wasAttributedTo": (entities, agents),
    "wasAssociatedWith": (activities, agents), "specializationOf": (entities, entities)}
for kind, (left, right) in types.items():
    for a, b, _ in pairs[kind]:
        assert a in left and b in right, (kind, a, b)
assert not entities & activities and not agents & activities
# 51: an end without a beginning is fine, an unspecified derivation without entities is not: none here.
# 52: nothing is a specialization of itself, by whatever way.
before = collections.defaultdict(set)          # event -> events that follow it
strict = set()                                 # those that follow strictly
def follows(a, b, strictly=False):
    before[a].add(b)
    if strictly:
        strict.add((a, b))
general = collections.defaultdict(set)
for special, whole, _ in pairs["specializationOf"]:
    general[special].add(whole)
def reach(start, step):
    seen, open_ = set(), [start]
    while open_:
        for after in step[open_.pop()]:
            if after not in seen:
                seen.add(after)
                open_.append(after)
    return seen
for special in list(general):
    assert special not in reach(special, general), special
for a in activities:
    follows(("start", a), ("end", a))                                      # 30
for kind, event in (("wasGeneratedBy", "gen"), ("wasInvalidatedBy", "inv")):
    for e, a, time in pairs[kind]:
        follows(("start", a), (event, e)); follows((event, e), ("end", a))   # 34, and likewise
        # What happened in a revision happened when it ended.
        assert time == of("activity")[a].get("prov:endTime"), (e, a)
for e in entities:
    follows(("gen", e), ("inv", e))                                        # 36
for new, old, _ in pairs["wasDerivedFrom"]:
    follows(("gen", old), ("gen", new), True)                              # 42
for special, whole, _ in pairs["specializationOf"]:
    follows(("gen", whole), ("gen", special))                              # 45
    follows(("inv", special), ("inv", whole))                              # 46
for e, agent, _ in pairs["wasAttributedTo"]:
    follows(("gen", agent), ("gen", e))                                    # 48
for a, b in strict:
    assert a != b and a not in reach(b, before), (a, b)
print(len(strict), "strict", sum(map(len, before.values())), "in all")
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
fn the_constraints_of_the_standard_hold() {
    if !git_is_here("PROV") {
        return;
    }
    let python = std::env::var("FONDS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !Command::new(&python).arg("--version").output().is_ok_and(|o| o.status.success()) {
        return skipped("the constraints of PROV", "there is no python (FONDS_PYTHON)");
    }
    let holds = |desk: &Desk, id: &str, what: &str| {
        let json = desk.fonds(&["log", id, "--prov", "json"]);
        assert!(json.code < 2, "{what}: {json}");
        desk.write(".git/history.json", &json.stdout);
        let checked = desk
            .command(&python, &["-c", CONSTRAINTS, ".git/history.json"])
            .output()
            .expect("python runs");
        let complaint = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(checked.status.success(), "{what}: {complaint}\n{}", json.stdout);
    };
    holds(&desk(), ID, "a record to which much happened");
    // Edits, renames and merges by the hundred.
    let long = crate::remembered::desk_with_past(330);
    let listed = long.git(&["ls-files", "records/*.toml"]);
    for path in listed.lines().step_by(5) {
        let id = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml");
        holds(&long, id, path);
    }
    let from = format!("file://{}", long.path("").display());
    long.git(&["clone", "--quiet", "--depth", "150", &from, "../shallow"]);
    let shallow = long.within("../shallow");
    let id = listed.lines().next().and_then(|path| path.rsplit('/').next()).expect("a record");
    holds(&shallow, id.trim_end_matches(".toml"), "a shallow clone");
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
