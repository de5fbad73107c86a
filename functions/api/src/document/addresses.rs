use serde_json::{Map, Value, json};

/// Puts the addresses in that lead to the same routes as others.
pub(super) fn add(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for (path, mut operations) in paths.clone() {
        if let Some(rest) = path.strip_prefix("/test_configurations") {
            insert(paths, format!("/test-configurations{rest}"), operations, "hyphenated");
        } else if let Some(rest) = path.strip_prefix("/behaviors") {
            if rest == "/{id}/metrics" {
                insert(paths, format!("{path}/"), operations.clone(), "slash");
                insert(paths, format!("/requirements{rest}/"), operations.clone(), "as_requirement_slash");
            }
            insert(paths, format!("/requirements{rest}"), operations, "as_requirement");
        } else if path == "/limits" {
            let mut in_path = json!({});
            for method in ["put", "delete"] {
                let mut operation = operations[method].take();
                for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
                    parameter["in"] = "path".into();
                    parameter["schema"]["pattern"] = "^[A-Za-z0-9._~-]+$".into();
                }
                in_path[method] = operation;
            }
            insert(paths, "/limits/{key}".to_owned(), in_path, "by_path");
        }
    }
}

/// Operations under another address, with ids of their own.
fn insert(paths: &mut Map<String, Value>, path: String, mut operations: Value, suffix: &str) {
    for operation in operations.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        operation["operationId"] = format!("{id}_{suffix}").into();
        operation["deprecated"] = true.into();
    }
    paths.insert(path, operations);
}
