use serde_json::{Value, json};

use crate::document::METHODS;

/// An operation with what follows from its path: its room, its parameters, and a summary that does not repeat the path.
pub(super) fn complete(mut operation: Value, tag: &str, path: &str) -> Value {
    operation["tags"] = json!([tag]);
    for name in ["summary", "description"] {
        if let Some(text) = operation.get(name).and_then(Value::as_str) {
            let text = text.replace('\n', " ");
            operation[name] = if name == "summary" { summary(&text) } else { text.trim().to_owned() }.into();
        }
    }
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    for name in names(path) {
        if !parameters.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == name) {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "description": about(name),
                "schema": { "type": "string", "format": "uuid" },
            }));
        }
    }
    for parameter in &mut parameters {
        if parameter["name"] == "Idempotency-Key" {
            *parameter = json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "The same request with the same key starts nothing anew: it answers the task of the first.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([\\t -~]*[!-~])?$" },
            });
        }
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    operation
}

/// The names in braces.
pub(super) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

fn about(name: &str) -> String {
    match name.strip_suffix("_id") {
        Some(of) => format!("The id of the {}.", of.replace('_', " ")),
        None => "Its id.".to_owned(),
    }
}

/// The first sentence of a handler's documentation, without the address before it: `GET /tasks/{id}: how a task stands`.
fn summary(text: &str) -> String {
    let text = text.trim().trim_start_matches('`');
    let method = text.split(' ').next().unwrap_or_default().to_lowercase();
    let text = match text.split_once(": ") {
        Some((_, text)) if METHODS.contains(&method.as_str()) => text,
        None if METHODS.contains(&method.as_str()) => "",
        _ => text,
    };
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
