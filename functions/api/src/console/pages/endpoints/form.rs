use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::console::form::Form;
use crate::console::refusal::Refusal;
use crate::console::view::{Place, area, choice, csrf, field};

/// Fields that are JSON, with their help.
const JSON: [(&str, &str, &str); 6] = [
    ("request_body_template", "Body", "A JSON value; {{ input }} stands for the prompt."),
    (
        "response_mappings",
        "What to read from the answer",
        "A JSONPath for every key, as {\"output\": \"$.choices[0].message.content\"}.",
    ),
    ("request_headers", "Headers", "A JSON object; a secret is {{ auth_token }} or {{ secrets.NAME }}."),
    ("query_params", "Query", "A JSON object; a secret is {{ secrets.NAME }}."),
    (
        "auth",
        "How it is let in",
        "As {\"type\": \"bearer_token\", \"auth_token\": \"…\"}; a secret that says *** stays what it was.",
    ),
    (
        "secrets",
        "Other secrets",
        "As {\"team_key\": \"…\"}, for {{ secrets.team_key }}; one that says *** stays what it was.",
    ),
];

/// The form of an endpoint; `shown` answers what a field says.
pub(super) fn form(place: &Place, action: &str, button: &str, shown: &dyn Fn(&str) -> String) -> Markup {
    html! {
        form.card method="post" action=(action) {
            (csrf(place))
            (field("name", "Name", &shown("name"), ""))
            (field("url", "Address", &shown("url"), "Public and https; what else may be called is ENDPOINT_ALLOW."))
            (field("endpoint_path", "Path", &shown("endpoint_path"), "Appended to the path of the address."))
            (choice("protocol", "Protocol", &shown("protocol"), &[("REST", "REST"), ("WebSocket", "WebSocket")]))
            (choice("method", "Method", &shown("method"), &[("POST", "POST"), ("GET", "GET"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")]))
            @for (name, label, help) in JSON { (area(name, label, &shown(name), help)) }
            (field("timeout_seconds", "Time limit in seconds", &shown("timeout_seconds"), "1 to 60; 30 unless said."))
            button.primary type="submit" { (button) }
        }
    }
}

/// What a stored endpoint has in a field.
pub(super) fn stored(endpoint: &Value) -> impl Fn(&str) -> String {
    |name| match &endpoint[name] {
        Value::Null => String::new(),
        Value::String(text) if name != "request_body_template" => text.clone(),
        Value::Object(fields) if fields.is_empty() => String::new(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

/// The body of the JSON route, of what was sent.
pub(super) fn body(form: &Form) -> Result<Value, Refusal> {
    let mut body: Map<String, Value> = form.texts(&["name", "url", "endpoint_path", "protocol"]);
    // Of a WebSocket a method is refused, and the form always has one.
    if form.text("protocol") != "WebSocket" {
        body.extend(form.texts(&["method"]));
    }
    for (name, ..) in JSON {
        if let Some(value) = form.json(name)? {
            body.insert(name.into(), value);
        }
    }
    if let Some(seconds) = form.number("timeout_seconds") {
        body.insert("timeout_seconds".into(), seconds);
    }
    Ok(body.into())
}
