use serde_json::{Value, json};

/// Puts the addresses in that lead to the same routes as others.
pub(super) fn add(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    for (path, mut operations) in paths.clone() {
        if let Some(rest) = path.strip_prefix("/test_configurations") {
            for operation in operations.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
                let id = operation["operationId"].as_str().unwrap_or_default();
                operation["operationId"] = format!("{id}_hyphenated").into();
                operation["deprecated"] = true.into();
            }
            paths.insert(format!("/test-configurations{rest}"), operations);
        } else if path == "/behaviors/{id}/metrics" {
            let id = operations["get"]["operationId"].as_str().unwrap_or_default();
            operations["get"]["operationId"] = format!("{id}_slash").into();
            operations["get"]["deprecated"] = true.into();
            paths.insert(format!("{path}/"), operations);
        } else if path == "/limits" {
            let mut in_path = json!({});
            for method in ["put", "delete"] {
                let mut operation = operations[method].clone();
                let id = operation["operationId"].as_str().unwrap_or_default();
                operation["operationId"] = format!("{id}_by_path").into();
                operation["deprecated"] = true.into();
                for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
                    parameter["in"] = "path".into();
                    parameter["schema"]["pattern"] = "^[A-Za-z0-9._~-]+$".into();
                }
                in_path[method] = operation;
            }
            paths.insert("/limits/{key}".to_owned(), in_path);
        }
    }
}
