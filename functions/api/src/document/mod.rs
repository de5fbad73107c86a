//! The API's document, in `OpenAPI` 3.1: what the rooms say of their routes, and what all routes have in common.
//!
//! No function builds it. The committed file `docs/openapi.json` is in the binary, and a test holds it to the code.

mod addresses;
mod answers;
mod examples;
mod kinds;
mod lists;
mod operation;
mod problems;
mod reference;
mod schemas;
pub(crate) mod words;

use serde::Serialize as _;
use serde_json::{Map, Value, json};

/// The methods that an address can have.
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// The committed files by their names in `docs`, as they follow from the code: the document, and the page made of it.
///
/// # Panics
/// Never: a document is JSON.
#[must_use]
pub fn documents() -> [(&'static str, String); 2] {
    let document = document();
    let mut bytes = Vec::new();
    // With a space for every level: the file is in the binary.
    let format = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut pretty = serde_json::Serializer::with_formatter(&mut bytes, format);
    document.serialize(&mut pretty).expect("a document is JSON");
    bytes.push(b'\n');
    let text = String::from_utf8(bytes).expect("JSON is a text");
    [("openapi.json", text), ("reference.md", reference::page(&document))]
}

/// The document as it follows from the code; the committed one is compared with it.
#[must_use]
pub fn document() -> Value {
    let mut paths = Map::new();
    let mut tags = Vec::new();
    let mut schemas = Map::new();
    for (tag, about, room) in crate::routes::documents() {
        tags.push(json!({ "name": tag, "description": about }));
        let room = json!(room);
        for (path, operations) in room["paths"].as_object().into_iter().flatten() {
            for (method, operation) in operations.as_object().into_iter().flatten() {
                let operation = operation::complete(operation.clone(), tag, path);
                paths.entry(path).or_insert_with(|| json!({}))[method] = operation;
            }
        }
        for (name, schema) in room["components"]["schemas"].as_object().into_iter().flatten() {
            let earlier = schemas.insert(name.clone(), schema.clone());
            assert!(earlier.is_none_or(|earlier| earlier == *schema), "two types are documented as {name}");
        }
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Background tasks for Rhesis",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Starts tasks and test runs, and shows how they stand.",
            "description": "What holds for every route, and why it is so: docs/http.md of the repository. \
                Every error is a problem document (RFC 9457); after a 4xx nothing was written.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "./", "description": "Where this document is." }],
        "security": [{ "bearer": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "bearer": {
                "type": "http", "scheme": "bearer",
                "description": "An API token `rh-…`, or a token that the organization's issuer signed.",
            } },
        },
    });
    kinds::add(&mut document);
    schemas::normalize(&mut document);
    problems::add(&mut document);
    lists::add(&mut document);
    answers::complete(&mut document);
    examples::add(&mut document);
    addresses::add(&mut document);
    document
}

/// Every operation of a document, with its method and its path.
fn each(document: &mut Value, mut visit: impl FnMut(&str, &str, &mut Value)) {
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            visit(method, path, operation);
        }
    }
}
