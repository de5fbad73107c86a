use serde_json::{Value, json};

use crate::document::each;

/// Says of every answer what it means where its route does not, and of every header.
pub(super) fn complete(document: &mut Value) {
    each(document, |_, _, operation| {
        let asks = |name: &str| {
            operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|parameter| parameter["name"] == name)
        };
        let (pages, counts) = (asks("cursor"), asks("skip"));
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            if response.get("$ref").is_some() {
                continue;
            }
            if response["description"].as_str().is_none_or(str::is_empty) {
                response["description"] = meaning(status).into();
            }
            if status == "200" && pages {
                response["headers"]["Link"] = json!({});
            }
            if status == "200" && counts {
                response["headers"]["X-Total-Count"] = json!({});
            }
            for (name, header) in
                response.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten()
            {
                *header = documented(name);
            }
        }
    });
}

fn meaning(status: &str) -> &'static str {
    match status {
        "201" => "It was made.",
        "202" => "It was accepted.",
        "204" => "It was done; there is nothing to say of it.",
        _ => "As asked.",
    }
}

fn documented(name: &str) -> Value {
    let (about, schema) = match name {
        "Location" => ("Where it is.", json!({ "type": "string", "format": "uri-reference" })),
        "Link" => (
            "The next page, `<?cursor=…>; rel=\"next\"` (RFC 8288), relative to the address that was asked; none on the last.",
            json!({ "type": "string" }),
        ),
        "X-Total-Count" => (
            "How many rows there are on all pages; not counted where `cursor` goes on.",
            json!({ "type": "integer", "minimum": 0 }),
        ),
        "Retry-After" => ("When to ask again, in seconds.", json!({ "type": "integer" })),
        "Content-Disposition" => ("A name for the file.", json!({ "type": "string" })),
        other => panic!("say what the header {other} is, in functions/api/src/document/answers.rs"),
    };
    json!({ "description": about, "schema": schema })
}
