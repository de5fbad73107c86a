use std::process::Command;

use serde_json::Value;

use crate::{ROOT, VENV};

#[test]
fn the_local_stack_kills_a_function_above_its_memory_and_says_so_as_lambda_does() {
    let output = Command::new(format!("{VENV}/bin/python"))
        .arg(format!("{ROOT}/tests/rie/memory.py"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let ends: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&ends["greedy"], &ends["modest"]), (&true.into(), &false.into()), "{ends}");
    let log = ends["log"].as_str().unwrap();
    assert!(
        log.contains("greedy Error: Runtime exited with error: signal: killed Runtime.ExitError"),
        "{log}"
    );
    assert!(log.contains("Memory Size: 128 MB") && !log.contains("modest"), "{log}");
}
