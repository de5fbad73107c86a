//! What is documented to be taken is what is taken: the API says itself which names it knows.

use std::collections::BTreeSet;

use api::document;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use super::operations;
use crate::world::{Answer, Api, Client};

/// A name that nothing has.
const UNKNOWN: &str = "surprise";

/// What is not refused by the API's own list: what the kind's contract says, and what depends on a type.
const OTHERS: [&str; 2] = ["args", "auth"];

/// The path of an operation with something in it that is there, where the body is not looked at before.
async fn address(client: &Client, route: &str) -> String {
    let path = route.split_once(' ').unwrap().1;
    if path.starts_with("/endpoints/") {
        let made = client.post("/endpoints", &json!({ "name": "e", "url": "http://127.0.0.1:9/" })).await;
        return path.replace("{id}", made.body["id"].as_str().unwrap());
    }
    let kind = path == "/tasks/{id}" && route.starts_with("POST");
    let id = if kind { "count_test_sets".to_owned() } else { Uuid::now_v7().to_string() };
    let path = path.replace("{id}", &id).replace("{key}", "k").replace("{number}", "1");
    path.split('{')
        .map(|part| part.split_once('}').map_or(part.to_owned(), |(_, rest)| format!("{id}{rest}")))
        .collect()
}

async fn send(client: &Client, route: &str, query: &str, body: Option<&Value>) -> Answer {
    let (method, mut path) = (route.split(' ').next().unwrap(), address(client, route).await);
    if path == "/limits" && method != "GET" && !query.contains("key=") {
        path += "?key=k&";
    } else if !query.is_empty() {
        path += "?";
    }
    let request = Request::builder().method(method).uri(format!("{path}{query}"));
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    };
    client.send(request.unwrap()).await
}

/// The names that the API says there may be.
#[track_caller]
fn known(route: &str, field: &str, answer: &Answer) -> BTreeSet<String> {
    assert_eq!(answer.problem(), (422, Some(field)), "{route}: {answer:?}");
    let detail = answer.body["detail"].as_str().unwrap();
    let names =
        detail.strip_prefix("is unknown; there may be ").unwrap_or_else(|| panic!("{route}: {detail}"));
    names.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The object that a schema is of: itself, what it refers to, what a list has, or what it is where it is not null.
fn object<'a>(document: &'a Value, schema: &'a Value) -> Option<(&'a Value, bool)> {
    if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        return object(document, &document["components"]["schemas"][name]);
    }
    if let Some(either) = schema["oneOf"].as_array() {
        return either.iter().find_map(|schema| object(document, schema));
    }
    if let Some((of, _)) = schema.get("items").and_then(|items| object(document, items)) {
        return Some((of, true));
    }
    (schema["additionalProperties"] == false).then_some((schema, false))
}

fn names(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[tokio::test]
async fn the_fields_of_a_body_are_those_that_are_documented() {
    let (api, document) = (Api::new().await, document());
    let client = api.client().await;
    let mut looked_at = 0;
    for (route, operation) in operations(&document) {
        let content = &operation["requestBody"]["content"]["application/json"];
        let Some((schema, listed)) = object(&document, &content["schema"]) else { continue };
        let unknown = json!({ UNKNOWN: 1 });
        let (body, field) = if listed {
            (json!([unknown]), format!("tasks[0].{UNKNOWN}"))
        } else {
            (unknown, UNKNOWN.to_owned())
        };
        let answer = send(&client, &route, "", Some(&body)).await;
        assert_eq!(known(&route, &field, &answer), names(schema), "{route}: of the body");
        looked_at += 1;
        if listed {
            continue;
        }
        for (name, of) in schema["properties"].as_object().into_iter().flatten() {
            let Some((inner, listed)) = object(&document, of).filter(|_| !OTHERS.contains(&name.as_str()))
            else {
                continue;
            };
            let mut body = content["example"].clone();
            let unknown = json!({ UNKNOWN: 1 });
            body[name] = if listed { json!([unknown]) } else { unknown };
            let field = format!("{name}{}.{UNKNOWN}", if listed { "[0]" } else { "" });
            let answer = send(&client, &route, "", Some(&body)).await;
            assert_eq!(known(&route, &field, &answer), names(inner), "{route}: of {name}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 30, "only {looked_at}");
}

#[tokio::test]
async fn the_names_of_a_query_string_are_those_that_are_documented() {
    let (api, document) = (Api::new().await, document());
    let client = api.client().await;
    let mut looked_at = 0;
    for (route, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let names: BTreeSet<String> = parameters
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        if names.is_empty() {
            continue;
        }
        let answer = send(&client, &route, &format!("{UNKNOWN}=1"), None).await;
        assert_eq!(known(&route, UNKNOWN, &answer), names, "{route}");
        looked_at += 1;
    }
    assert!(looked_at > 10, "only {looked_at}");
}

#[tokio::test]
async fn the_fields_of_every_way_to_prove_who_asks_are_those_that_are_documented() {
    let (api, document) = (Api::new().await, document());
    let client = api.client().await;
    let ways = document["components"]["schemas"]["EndpointAuth"]["oneOf"].as_array().unwrap();
    assert_eq!(ways.len(), 4);
    for way in ways {
        let kind = &way["properties"]["type"]["enum"][0];
        let body = json!({ "name": "e", "url": "http://127.0.0.1:9/", "auth": { "type": kind, UNKNOWN: 1 } });
        let answer = client.post("/endpoints", &body).await;
        let mut names = names(way);
        names.remove("type");
        assert_eq!(known("POST /endpoints", &format!("auth.{UNKNOWN}"), &answer), names, "{kind}");
    }
}
