use catalog::Spec;
use serde_json::{Map, Value, json};

/// The generic start of a task, of which every kind has its own.
const GENERIC: &str = "/tasks/{id}";

/// Puts in an operation for each kind that may be started from outside, with the schema of its arguments; and what the tasks of
/// every kind answer into the schema of a task.
pub(super) fn add(document: &mut Value) {
    let mut outputs = Vec::new();
    for spec in catalog::TASKS {
        let name = pascal(spec.kind);
        let output = lift(document, &format!("{name}Output"), spec.output());
        outputs.push(output);
        if spec.internal {
            continue;
        }
        let arguments = lift(document, &format!("{name}Arguments"), spec.arguments());
        start(document, spec, &name, arguments);
    }
    outputs.push(json!({ "type": "null" }));
    let result = &mut document["components"]["schemas"]["Task"]["properties"]["result"];
    let description = result["description"].clone();
    *result = json!({ "description": description, "anyOf": outputs });
}

fn start(document: &mut Value, spec: &Spec, name: &str, arguments: Value) {
    let about = spec.arguments()["description"].as_str().unwrap_or_default().replace('\n', " ");
    let mut operation = document["paths"][GENERIC]["post"].clone();
    operation["operationId"] = format!("start_{}", spec.kind).into();
    operation["summary"] = format!("Starts a task of the kind {}.", spec.kind).into();
    operation["description"] = about.into();
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.retain(|parameter| parameter["in"] != "path");
    }
    let mut body = document["components"]["schemas"]["StartTask"].clone();
    let needed = spec.arguments()["required"].as_array().is_some_and(|names| !names.is_empty());
    if needed {
        body["required"] = json!(["args"]);
    }
    body["properties"]["args"] = arguments;
    let body_name = format!("Start{name}");
    let content = json!({ "schema": { "$ref": format!("#/components/schemas/{body_name}") } });
    operation["requestBody"]["content"]["application/json"] = content;
    document["components"]["schemas"][body_name] = body;
    let path = GENERIC.replace("{id}", spec.kind);
    document["paths"][path] = json!({ "post": operation });
}

/// Puts a schema of its own among the document's, with all that it defines, and answers the reference to it.
fn lift(document: &mut Value, name: &str, mut schema: Value) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("$schema");
        fields.remove("title");
        let defined = fields.remove("$defs").and_then(|defined| defined.as_object().cloned());
        for (inner, mut schema) in defined.unwrap_or_else(Map::new) {
            point(&mut schema);
            document["components"]["schemas"][inner] = schema;
        }
    }
    point(&mut schema);
    document["components"]["schemas"][name] = schema;
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Points the references within a schema to where they are lifted to.
fn point(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref") {
                *target = target.replace("#/$defs/", "#/components/schemas/");
            }
            fields.values_mut().for_each(point);
        }
        Value::Array(items) => items.iter_mut().for_each(point),
        _ => {}
    }
}

/// `count_test_sets` as `CountTestSets`.
fn pascal(kind: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    kind.split('_').map(word).collect()
}
