use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::document::each;
use crate::request::items::MOST;

/// Where more may be said than is read: clients send metrics as they got them.
const OPEN: [&str; 1] = ["MetricReference"];

/// Makes the schemas say what the code does: a body has no other fields than those that are named, an answer has every one of
/// them, and nothing in a query string is null.
pub(super) fn normalize(document: &mut Value) {
    let mut asked = BTreeSet::new();
    let mut answered = BTreeSet::new();
    let schemas = document["components"]["schemas"].clone();
    each(document, |_, _, operation| {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            without_null(&mut parameter["schema"]);
        }
        for content in operation.get_mut("requestBody").into_iter().flat_map(contents) {
            collect(&schemas, &content["schema"], &mut asked);
        }
        for response in operation["responses"].as_object_mut().into_iter().flatten() {
            for content in contents(response.1) {
                collect(&schemas, &content["schema"], &mut answered);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            let schema = &body["content"]["application/json"]["schema"];
            let schema = schema["$ref"].as_str().and_then(|name| find(&schemas, name)).unwrap_or(schema);
            if schema["type"] == "array" {
                body["content"]["application/json"]["schema"]["minItems"] = 1.into();
                body["content"]["application/json"]["schema"]["maxItems"] = MOST.into();
                return;
            }
            // An empty body is an empty object.
            if schema["type"] == "object" {
                body["required"] = schema.get("required").is_some().into();
            }
        }
    });
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    for (name, schema) in schemas.iter_mut() {
        current(schema);
        if asked.contains(name) && !OPEN.contains(&name.as_str()) {
            close(schema);
        } else if answered.contains(name) {
            fill(schema);
        }
    }
    // What nobody asks for or is answered is not part of the contract.
    schemas.retain(|name, _| asked.contains(name) || answered.contains(name));
}

/// The contents of a body, by media type.
fn contents(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    body.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten().map(|(_, content)| content)
}

fn find<'a>(schemas: &'a Value, reference: &str) -> Option<&'a Value> {
    schemas.get(reference.rsplit('/').next()?)
}

/// The names of all schemas that a schema refers to, itself or by another.
fn collect(schemas: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(name) =
                fields.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit('/').next())
                && found.insert(name.to_owned())
            {
                collect(schemas, &schemas[name], found);
            }
            fields.values().for_each(|value| collect(schemas, value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(schemas, item, found)),
        _ => {}
    }
}

/// Examples as JSON Schema 2020-12 has them.
fn current(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            // Not a property of this name.
            if fields.contains_key("type")
                && let Some(example) = fields.remove("example")
            {
                fields.insert("examples".to_owned(), json!([example]));
            }
            // A field's own words, and not of what it may be.
            if let Some(Value::Array(either)) = fields.get_mut("oneOf")
                && let Some(about) =
                    either.iter_mut().find_map(|of| of.as_object_mut()?.remove("description"))
            {
                fields.insert("description".to_owned(), about);
            }
            fields.values_mut().for_each(current);
        }
        Value::Array(items) => items.iter_mut().for_each(current),
        _ => {}
    }
}

fn is_object(fields: &Map<String, Value>) -> bool {
    fields.get("type") == Some(&json!("object"))
}

/// Refuses fields that are not named.
fn close(schema: &mut Value) {
    if let Value::Object(fields) = schema
        && is_object(fields)
    {
        fields.entry("additionalProperties").or_insert(Value::Bool(false));
    }
}

/// Promises every field that is named.
fn fill(schema: &mut Value) {
    let Value::Object(fields) = schema else {
        return;
    };
    for part in fields.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        fill(part);
    }
    if is_object(fields)
        && let Some(Value::Object(properties)) = fields.get("properties")
    {
        let names: Vec<&String> = properties.keys().collect();
        let names = json!(names);
        fields.insert("required".to_owned(), names);
    }
}

/// A query string has no null: what is not said is not there.
fn without_null(schema: &mut Value) {
    let Value::Object(fields) = schema else {
        return;
    };
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            fields.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(either)) = fields.get_mut("oneOf") {
        either.retain(|schema| schema["type"] != "null");
        if let [only] = either.as_slice() {
            *schema = only.clone();
        }
    }
}
