use std::process::Command;

use catalog::TASKS;
use serde_json::{Value, json};

use crate::{ROOT, VENV};

#[test]
fn sam_reads_every_function_and_route_of_the_template() {
    let output = Command::new(format!("{VENV}/bin/python"))
        .args([format!("{ROOT}/tests/rie/reads.py"), format!("{ROOT}/template.yaml")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();

    let kinds = TASKS.iter().map(|spec| format!("functions/tasks/{}", spec.kind));
    let mut expected: Vec<String> = ["api", "relay", "migrate"]
        .map(|name| format!("functions/{name}"))
        .into_iter()
        .chain(kinds)
        .collect();
    expected.sort();
    let functions = read["functions"].as_object().unwrap();
    let mut code: Vec<&str> =
        functions.values().map(|function| beside(ROOT, function["code"].as_str().unwrap())).collect();
    code.sort_unstable();
    assert_eq!(code, expected);
    for function in functions.values() {
        assert_eq!(
            (&function["handler"], &function["runtime"]),
            (&json!("bootstrap"), &json!("provided.al2023"))
        );
    }

    let routes = read["routes"].as_array().unwrap();
    let all = json!({ "path": "$default", "methods": ["X-AMAZON-APIGATEWAY-ANY-METHOD"], "function": "ApiFunction" });
    assert_eq!(routes, &[all]);
}

#[test]
fn every_function_has_its_events() {
    let has = |name: &str| std::fs::exists(format!("{ROOT}/tests/events/{name}.json")).unwrap();
    for spec in TASKS {
        for name in ["one", "batch"] {
            let name = format!("{}-{name}", spec.kind);
            assert!(has(&name), "tests/events/{name}.json is missing");
        }
    }
    for name in ["api-health", "api-start", "api-status", "relay-schedule", "relay-ticks", "migrate"] {
        assert!(has(name), "tests/events/{name}.json is missing");
    }
}

/// A path as the template writes it, wherever the checkout is.
fn beside<'a>(root: &str, path: &'a str) -> &'a str {
    let root = std::fs::canonicalize(root).unwrap();
    path.strip_prefix(root.to_str().unwrap()).map_or(path, |rest| rest.trim_start_matches('/'))
}
