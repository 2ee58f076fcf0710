//! The JSON Schema of a record file, for editors: made from the types of the record, and opened to
//! everything that reading takes (short forms, one value in the place of a list).

use crate::record::{FORMAT, Record};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The name of the schema, with the number of the format.
const ID: &str = "urn:fonds:record:1";

/// The keys that each table must have; all others may be left out.
const REQUIRED: [(&str, &[&str]); 13] = [
    ("Record", &["format", "id"]),
    ("Title", &["text"]),
    ("DocumentNumber", &["value"]),
    ("DatedEvent", &["value"]),
    ("Agent", &["role"]),
    ("Holding", &["archive"]),
    ("Translation", &["to"]),
    ("CustodyEvent", &["event"]),
    ("Relation", &["kind"]),
    ("ForeignId", &["scheme", "value"]),
    ("Alternative", &["field", "value"]),
    ("Evidence", &["source"]),
    ("Authenticity", &["status"]),
];

/// The tables that can be written as one text.
const SHORT: [(&str, &str); 5] = [
    ("Title", "a title of which nothing more is known"),
    ("Name", "a name in one piece"),
    ("DatedEvent", "the date alone"),
    ("DocumentNumber", "the number alone"),
    ("Distribution", "the name alone"),
];

/// The JSON Schema (2020-12) of a record file, as text. It takes every file that can be read
/// without a problem, and no key that is not known.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(&fonds::record_file::schema()).unwrap();
/// assert_eq!(schema["properties"]["format"]["const"], 1);
/// assert_eq!(schema["additionalProperties"], false);
/// ```
pub fn schema() -> String {
    let settings = SchemaSettings::draft2020_12();
    let mut root = SchemaGenerator::new(settings).into_root_schema_for::<Record>().to_value();
    if let Some(definitions) = root.get_mut("$defs").and_then(Value::as_object_mut) {
        for (name, definition) in definitions.iter_mut() {
            open(name, definition);
        }
        // Private-use and grandfathered tags begin with one letter.
        if let Some(language) = definitions.get_mut("Language") {
            language["pattern"] = json!("^[A-Za-z]{1,3}(-[A-Za-z0-9]{1,8})*$");
        }
    }
    open("Record", &mut root);
    let mut whole = Map::new();
    whole.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    whole.insert("$id".to_owned(), json!(ID));
    whole.insert("title".to_owned(), json!("a record of fonds"));
    let description = "One document and all that is known of it: see docs/record.md.";
    whole.insert("description".to_owned(), json!(description));
    if let Some(root) = root.as_object_mut() {
        if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
            let mut all = Map::new();
            let format =
                json!({ "const": FORMAT, "description": "The number of the file format." });
            all.insert("format".to_owned(), format);
            all.append(properties);
            *properties = all;
        }
        for (key, value) in root.iter() {
            whole.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    let mut text = serde_json::to_string_pretty(&Value::Object(whole)).unwrap_or_default();
    text.push('\n');
    text
}

/// Opens the schema of one table to what reading takes.
fn open(name: &str, schema: &mut Value) {
    let Some(table) = schema.as_object_mut() else { return };
    if table.contains_key("properties") {
        table.insert("additionalProperties".to_owned(), json!(false));
        table.remove("required");
        if let Some((_, keys)) = REQUIRED.iter().find(|(known, _)| *known == name) {
            table.insert("required".to_owned(), json!(keys));
        }
    }
    if let Some(properties) = table.get_mut("properties").and_then(Value::as_object_mut) {
        for (key, property) in properties.iter_mut() {
            open_property(key, property);
        }
    }
    if let Some((_, description)) = SHORT.iter().find(|(known, _)| *known == name) {
        let long = Value::Object(std::mem::take(table));
        table.insert(
            "anyOf".to_owned(),
            json!([{ "type": "string", "description": description }, long]),
        );
    }
}

fn open_property(key: &str, property: &mut Value) {
    let Some(table) = property.as_object_mut() else { return };
    // A value that may be left out is not `null` in TOML.
    if let Some(Value::Array(types)) = table.get("type") {
        let kept: Vec<&Value> = types.iter().filter(|kind| **kind != json!("null")).collect();
        if let [only] = kept[..] {
            let only = only.clone();
            table.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(options)) = table.get_mut("anyOf") {
        options.retain(|option| *option != json!({ "type": "null" }));
        if options.len() == 1
            && let Some(Value::Object(only)) = options.pop()
        {
            table.remove("anyOf");
            table.extend(only);
        }
    }
    if table.get("type") == Some(&json!("array"))
        && let Some(items) = table.get("items").cloned()
    {
        let description = table.remove("description");
        let list = Value::Object(std::mem::take(table));
        // The steps of a path are lists themselves; one alone is no path.
        if key == "path" {
            *property = list;
            if let (Some(description), Some(table)) = (description, property.as_object_mut()) {
                table.insert("description".to_owned(), description);
            }
            return;
        }
        if let Some(description) = description {
            table.insert("description".to_owned(), description);
        }
        table.insert("anyOf".to_owned(), json!([list, items]));
    }
}
