use serde_json::{Map, Value, json};

use crate::document::each;

/// How deep an example goes.
const DEEPEST: usize = 8;

/// Gives every body an example, of the examples of its fields.
pub(super) fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    each(document, |_, _, operation| {
        let body = operation.get_mut("requestBody").into_iter();
        for content in body.filter_map(|body| body.get_mut("content")?.get_mut("application/json")) {
            content["example"] = Examples { schemas: &schemas, all: false }.of(&content["schema"], "", 0);
        }
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            if let Some(content) =
                response.get_mut("content").and_then(|content| content.get_mut("application/json"))
                && status.starts_with('2')
            {
                content["example"] = Examples { schemas: &schemas, all: true }.of(&content["schema"], "", 0);
            }
        }
    });
}

/// Makes examples of schemas.
struct Examples<'a> {
    schemas: &'a Value,
    /// Whether of every field; else of those only that must be there, or have an example of their own.
    all: bool,
}

impl Examples<'_> {
    fn of(&self, schema: &Value, name: &str, depth: usize) -> Value {
        if let Some(example) = schema["examples"].get(0) {
            return example.clone();
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(target) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
            return self.of(&self.schemas[target], name, depth + 1);
        }
        if let Some(word) = schema["enum"].get(0).or(schema.get("const")).or(schema.get("default")) {
            return word.clone();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().map(|part| self.of(part, name, depth + 1));
            return parts
                .filter_map(|part| part.as_object().cloned())
                .flatten()
                .collect::<Map<_, _>>()
                .into();
        }
        for either in ["oneOf", "anyOf"] {
            if let Some(schema) = schema[either].get(0) {
                let any = schema["type"] == "null";
                return self.of(if any { &schema[either][1] } else { schema }, name, depth + 1);
            }
        }
        self.typed(schema, name, depth)
    }

    fn typed(&self, schema: &Value, name: &str, depth: usize) -> Value {
        let types = &schema["type"];
        match types.as_str().or_else(|| types.get(0).and_then(Value::as_str)) {
            Some("object") => self.object(schema, depth),
            Some("array") => json!([self.of(&schema["items"], name, depth + 1)]),
            Some("string") => text(schema, name).into(),
            Some("integer") => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
            Some("number") => schema.get("minimum").cloned().unwrap_or_else(|| 1.5.into()),
            Some("boolean") => false.into(),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let needed =
            |name: &str| schema["required"].as_array().is_some_and(|names| names.contains(&name.into()));
        let fields = schema["properties"].as_object().into_iter().flatten();
        fields
            .filter(|(name, field)| self.all || needed(name) || field.get("examples").is_some())
            .map(|(name, field)| (name.clone(), self.of(field, name, depth + 1)))
            .collect::<Map<_, _>>()
            .into()
    }
}

fn text(schema: &Value, name: &str) -> String {
    match schema["format"].as_str() {
        Some("uuid") => "01976ad0-7c3e-7d41-9c2a-0b5f6e8d1a23".to_owned(),
        Some("date-time") => "2026-03-12T19:03:58.124Z".to_owned(),
        Some("uri") => "https://example.com/".to_owned(),
        _ => if name.is_empty() { "text" } else { name }.replace('_', " "),
    }
}
