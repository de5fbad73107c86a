use std::collections::BTreeSet;

use catalog::Spec;

use crate::ROOT;

/// The longest `main.rs` of a task: more belongs into a crate of its own.
const MOST_LINES: usize = 25;

/// What is wrong between the contracts and the folders of `functions/tasks`.
pub(crate) fn problems(specs: &[Spec]) -> Vec<String> {
    let mut problems = Vec::new();
    for kind in specs.iter().map(|spec| spec.kind) {
        let folder = format!("functions/tasks/{kind}");
        match std::fs::read_to_string(format!("{ROOT}/{folder}/src/main.rs")) {
            Err(_) => problems.push(format!("{kind}: {folder}/src/main.rs is missing")),
            Ok(main) => {
                let lines = main.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
                if lines >= MOST_LINES {
                    problems.push(format!(
                        "{kind}: {folder}/src/main.rs has {lines} lines, must be under {MOST_LINES}"
                    ));
                }
            }
        }
        let manifest = std::fs::read_to_string(format!("{ROOT}/{folder}/Cargo.toml")).unwrap_or_default();
        if !manifest.contains(&format!("name = \"{kind}\"")) {
            problems.push(format!("{kind}: the package in {folder} must be named {kind}"));
        }
    }
    let contracts: BTreeSet<&str> = specs.iter().map(|spec| spec.kind).collect();
    for entry in std::fs::read_dir(format!("{ROOT}/functions/tasks")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !contracts.contains(name.as_str()) {
            problems
                .push(format!("{name}: has a folder in functions/tasks but no contract in shared/catalog"));
        }
    }
    problems
}
