use serde_json::{Value, json};

use crate::document::each;
use crate::document::operation::names;

/// The answers that routes have in common: the component's name, its status, and what it means.
const SHARED: [(&str, &str, &str); 9] = [
    ("BadRequest", "400", "The body or the query string cannot be read: malformed JSON, not UTF-8."),
    ("Unauthorized", "401", "No token, or one that is unknown, expired or revoked."),
    ("Forbidden", "403", "A user whom no organization has taken in yet."),
    ("NotFound", "404", "There is none, or it is another organization's."),
    ("PayloadTooLarge", "413", "The body is too large."),
    (
        "UnsupportedMediaType",
        "415",
        "The body is not JSON by its own account, or not what else the route reads.",
    ),
    ("UnprocessableEntity", "422", "It can be read, but `field` holds what it must not."),
    ("InternalServerError", "500", "Our fault; the log has it."),
    (
        "ServiceUnavailable",
        "503",
        "The database, a queue, or the issuer of a signed token cannot be reached now.",
    ),
];

/// Puts problem documents in: as the body of every error, and the errors that follow from what a route takes.
pub(super) fn add(document: &mut Value) {
    document["components"]["schemas"]["Problem"] = schema();
    for (name, status, about) in SHARED {
        let mut response = json!({ "description": about, "content": content() });
        let header = match status {
            "401" => Some(("WWW-Authenticate", "How to prove who asks.", json!({ "const": "Bearer" }))),
            "503" => Some(("Retry-After", "When to ask again, in seconds.", json!({ "type": "integer" }))),
            _ => None,
        };
        if let Some((header, about, schema)) = header {
            response["headers"] = json!({ header: { "description": about, "schema": schema } });
        }
        document["components"]["responses"][name] = response;
    }
    each(document, |_, path, operation| {
        for (name, status, _) in SHARED {
            if operation["responses"].get(status).is_none() && gives(status, path, operation) {
                operation["responses"][status] = json!({ "$ref": format!("#/components/responses/{name}") });
            }
        }
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            if status.starts_with(['4', '5']) && response.get("$ref").is_none() {
                response["content"] = content();
            }
        }
    });
}

/// Whether a route can give this status, by what it takes.
fn gives(status: &str, path: &str, operation: &Value) -> bool {
    let public = operation.get("security").is_some();
    let takes = |place: &str| {
        operation["parameters"].as_array().into_iter().flatten().any(|parameter| parameter["in"] == place)
    };
    let body = operation.get("requestBody").is_some();
    match status {
        "400" => body || takes("query"),
        "401" | "403" | "503" => !public,
        "404" => names(path).next().is_some(),
        "413" | "415" => body,
        "422" => body || takes("query") || takes("path") || takes("header"),
        _ => true,
    }
}

fn content() -> Value {
    json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } })
}

fn schema() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was not answered as asked: a problem document of RFC 9457.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": { "type": "string", "description": "`about:blank`.", "examples": ["about:blank"] },
            "title": {
                "type": "string", "description": "The status in words.", "examples": ["Unprocessable Entity"],
            },
            "status": { "type": "integer", "description": "The HTTP status.", "examples": [422] },
            "detail": {
                "type": "string", "description": "What is wrong.",
                "examples": ["must be between 0 and 1000"],
            },
            "field": {
                "type": "string", "description": "What is wrong, by name.",
                "examples": ["tasks[17].max_retries"],
            },
            "index": { "type": "integer", "description": "Which item of a list, from 0.", "examples": [17] },
            "row": { "type": "integer", "description": "Which line of a file, from 1." },
            "call": { "type": "object", "description": "How a call of an endpoint failed." },
        },
    })
}
