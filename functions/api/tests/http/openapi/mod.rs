//! The document of the API, held to the code.

mod fields;

use std::collections::BTreeSet;
use std::fs;

use api::{document, documents};
use serde_json::Value;

use crate::walk::routes;

/// What makes the committed files anew.
const COMMAND: &str = "make openapi";

#[test]
fn the_committed_document_is_what_the_code_says() {
    for (name, made) in documents() {
        let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
        let there = fs::read_to_string(path).unwrap_or_default();
        let line = there.lines().zip(made.lines()).position(|(there, made)| there != made);
        let at = line.map_or(there.lines().count().min(made.lines().count()), |line| line) + 1;
        assert!(
            there == made,
            "docs/{name} is not what the code says, from line {at} on: run `{COMMAND}` and commit it"
        );
    }
}

/// Every operation of the document, as `GET /tasks/{id}`.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, operations)| {
            let operations = operations.as_object().unwrap().iter();
            operations
                .map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
        })
        .collect()
}

/// Every `$ref` within a document.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_of_the_document_leads_to_something() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 50, "{found:?}");
    let dangling: Vec<_> = found
        .into_iter()
        .filter(|path| path.strip_prefix('#').and_then(|pointer| document.pointer(pointer)).is_none())
        .collect();
    assert!(dangling.is_empty(), "{dangling:?}");
}

#[test]
fn every_route_is_documented_and_every_documented_route_is_there() {
    let document = document();
    let kinds: Vec<String> = catalog::TASKS.iter().map(|spec| format!("POST /tasks/{}", spec.kind)).collect();
    let documented: BTreeSet<String> = operations(&document)
        .into_iter()
        .map(|(name, _)| name)
        // A kind's own start is the route of all kinds.
        .filter(|name| !kinds.contains(name))
        .collect();
    let routes: BTreeSet<String> = routes::all().iter().map(|name| name.replace("{*", "{")).collect();
    let missing: Vec<_> = routes.difference(&documented).collect();
    assert!(missing.is_empty(), "annotate the handler and name it in its room's Document: {missing:?}");
    let gone: Vec<_> = documented.difference(&routes).collect();
    assert!(gone.is_empty(), "no such route: {gone:?}");
}

#[test]
fn every_operation_has_a_name_of_its_own_a_summary_and_an_example() {
    let document = document();
    let mut names = BTreeSet::new();
    for (route, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name), "{route}: another operation is called {name} too");
        let fits = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(name.chars().all(fits), "{route}: {name} is no name in a generated client");
        assert!(
            operation["summary"].as_str().is_some_and(|text| !text.is_empty()),
            "{route}: document the handler"
        );
        for (status, response) in operation["responses"].as_object().unwrap() {
            if let Some(content) = response["content"].get("application/json") {
                assert!(content.get("example").is_some(), "{route}: {status} has no example");
            }
        }
    }
}

/// The fields of a type, in whichever part of it they are.
fn fields(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
    parts.flat_map(|part| part["properties"].as_object().into_iter().flatten())
}

#[test]
fn every_parameter_type_field_and_answer_of_the_document_says_what_it_is() {
    let document = document();
    let says = |what: &Value| what["description"].as_str().is_some_and(|text| !text.is_empty());
    let mut silent = Vec::new();
    for (route, operation) in operations(&document) {
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{route} is of one room");
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        silent.extend(
            parameters.filter(|one| !says(one)).map(|one| format!("{route}: the parameter {}", one["name"])),
        );
        let answers = operation["responses"].as_object().unwrap().iter();
        silent.extend(
            answers
                .filter(|(_, one)| one.get("$ref").is_none() && !says(one))
                .map(|(status, _)| format!("{route}: {status}")),
        );
    }
    // What the contract of a kind says of its output may be a number and nothing more.
    let types = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in types.iter().filter(|(name, _)| !name.ends_with("Output")) {
        silent.extend((!says(schema)).then(|| name.clone()));
        let unsaid = fields(schema).filter(|(_, of)| !says(of) && of.get("$ref").is_none());
        silent.extend(unsaid.map(|(field, _)| format!("{name}.{field}")));
    }
    assert!(silent.is_empty(), "say what they are, where they are declared: {silent:#?}");
}
